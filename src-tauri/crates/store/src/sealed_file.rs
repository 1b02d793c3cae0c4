//! A file that only its passphrase opens: Argon2id (RFC 9106) makes the key, XChaCha20-Poly1305
//! seals.
//!
//! The header is `CORDBACK`, the version (1 byte), Argon2's memory in KiB, passes and lanes (4
//! bytes each, the highest first), salt (16), nonce (24), 16 bytes by which the right passphrase is
//! told from a wrong one, and 8 bytes of the SHA-256 of all this. It is authenticated with the seal
//! that follows.

use crate::limits::{
    BACKUP_MAX_BYTES, BACKUP_MEMORY_MAX_KIB, BACKUP_PASSES_MAX, PASSPHRASE_MIN_CHARS,
};
use crate::{StoreError, secrets};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

const MAGIC: &[u8] = b"CORDBACK";
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;
const PROOF_BYTES: usize = 16;
const CHECKSUM_BYTES: usize = 8;

/// Memory in KiB, passes and lanes: the second choice of RFC 9106 §4, for computers of any size.
const COST: [u32; 3] = [64 * 1024, 3, 4];

/// Seals content. Takes about a second of a processor on purpose.
pub(crate) fn seal(passphrase: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    if passphrase.chars().count() < PASSPHRASE_MIN_CHARS {
        return Err(StoreError::PassphraseTooShort);
    }
    if plain.len() > BACKUP_MAX_BYTES {
        return Err(StoreError::BackupTooLarge);
    }
    let salt = secrets::random::<SALT_BYTES>()?;
    let nonce = secrets::random::<NONCE_BYTES>()?;
    let (key, proof) = derive(passphrase, &salt, COST)?;
    let mut file = [MAGIC, &[VERSION]].concat();
    file.extend(COST.iter().flat_map(|cost| cost.to_be_bytes()));
    file.extend(salt);
    file.extend(nonce);
    file.extend(proof);
    file.extend(checksum(&file));
    let payload = Payload {
        msg: plain,
        aad: &file,
    };
    let sealed = XChaCha20Poly1305::new(&key.into())
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| StoreError::BackupTooLarge)?;
    file.extend(sealed);
    Ok(file)
}

/// Opens what [`seal`] made. No more memory is used than the limits allow, whatever the file says.
pub(crate) fn open(passphrase: &str, file: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut rest = file.strip_prefix(MAGIC).ok_or(StoreError::NotABackup)?;
    let [version] = take(&mut rest)?;
    if version != VERSION {
        return Err(StoreError::BackupTooNew);
    }
    if file.len() > BACKUP_MAX_BYTES + 1_024 {
        return Err(StoreError::BackupTooLarge);
    }
    let cost = [take(&mut rest)?, take(&mut rest)?, take(&mut rest)?].map(u32::from_be_bytes);
    let salt: [u8; SALT_BYTES] = take(&mut rest)?;
    let nonce: [u8; NONCE_BYTES] = take(&mut rest)?;
    let proof: [u8; PROOF_BYTES] = take(&mut rest)?;
    let summed = file.get(..file.len() - rest.len()).unwrap_or_default();
    if take::<CHECKSUM_BYTES>(&mut rest)? != checksum(summed) {
        return Err(StoreError::BackupDamaged);
    }
    let (header, sealed) = file.split_at(file.len() - rest.len());
    let [memory, passes, lanes] = cost;
    if memory > BACKUP_MEMORY_MAX_KIB || passes > BACKUP_PASSES_MAX || lanes > 16 {
        return Err(StoreError::BackupDamaged);
    }
    let (key, expected) = derive(passphrase, &salt, cost)?;
    if proof != expected {
        return Err(StoreError::WrongPassphrase);
    }
    let payload = Payload {
        msg: sealed,
        aad: header,
    };
    XChaCha20Poly1305::new(&key.into())
        .decrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| StoreError::BackupDamaged)
}

/// The key, and what proves the passphrase without saying anything of the key.
fn derive(
    passphrase: &str,
    salt: &[u8],
    [memory, passes, lanes]: [u32; 3],
) -> Result<([u8; KEY_BYTES], [u8; PROOF_BYTES]), StoreError> {
    let length = KEY_BYTES + PROOF_BYTES;
    let params =
        Params::new(memory, passes, lanes, Some(length)).map_err(|_| StoreError::BackupDamaged)?;
    let mut derived = [0; KEY_BYTES + PROOF_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut derived)
        .map_err(|why| StoreError::Hashing(why.to_string()))?;
    let mut rest = &derived[..];
    Ok((take(&mut rest)?, take(&mut rest)?))
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(bytes));
    [a, b, c, d, e, f, g, h]
}

/// Takes the next bytes; a file that ends before them is damaged.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], StoreError> {
    let (taken, left) = rest.split_first_chunk().ok_or(StoreError::BackupDamaged)?;
    *rest = left;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "a long way home";
    const HEADER: usize = 8 + 1 + 12 + SALT_BYTES + NONCE_BYTES + PROOF_BYTES + CHECKSUM_BYTES;

    #[test]
    fn a_sealed_file_opens_with_its_passphrase_only_and_says_what_is_wrong() {
        let file = seal(PASSPHRASE, b"canary").unwrap();
        assert_eq!(open(PASSPHRASE, &file).unwrap(), b"canary");
        assert!(!file.windows(6).any(|window| window == b"canary"));
        let wrong = open("a long way hom", &file);
        assert!(
            matches!(wrong, Err(StoreError::WrongPassphrase)),
            "{wrong:?}"
        );
        let shopping = open(PASSPHRASE, b"eggs, milk, bread");
        assert!(
            matches!(shopping, Err(StoreError::NotABackup)),
            "{shopping:?}"
        );
        let short = seal("short", b"canary");
        assert!(
            matches!(short, Err(StoreError::PassphraseTooShort)),
            "{short:?}"
        );

        let mut newer = file.clone();
        newer[8] = 2;
        let newer = open(PASSPHRASE, &newer);
        assert!(matches!(newer, Err(StoreError::BackupTooNew)), "{newer:?}");
        // Any damage to the header is found before a second is spent on the passphrase.
        for at in 9..HEADER {
            let mut altered = file.clone();
            altered[at] ^= 1;
            let damaged = open(PASSPHRASE, &altered);
            assert!(
                matches!(damaged, Err(StoreError::BackupDamaged)),
                "{at}: {damaged:?}"
            );
        }
        for cut in [9, HEADER - 1] {
            let damaged = open(PASSPHRASE, &file[..cut]);
            assert!(
                matches!(damaged, Err(StoreError::BackupDamaged)),
                "{cut}: {damaged:?}"
            );
        }
        let mut altered = file.clone();
        *altered.last_mut().unwrap() ^= 1;
        for damaged in [&altered[..], &file[..HEADER], &file[..file.len() - 1]] {
            let damaged = open(PASSPHRASE, damaged);
            assert!(
                matches!(damaged, Err(StoreError::BackupDamaged)),
                "{damaged:?}"
            );
        }
    }

    #[test]
    fn a_file_cannot_ask_for_all_the_memory_or_time() {
        let file = seal(PASSPHRASE, b"canary").unwrap();
        for (at, greedy) in [(9, u32::MAX), (13, u32::MAX), (17, 17), (9, 0), (13, 0)] {
            let mut greedy_file = file.clone();
            greedy_file[at..at + 4].copy_from_slice(&greedy.to_be_bytes());
            let sum = checksum(&greedy_file[..HEADER - CHECKSUM_BYTES]);
            greedy_file[HEADER - CHECKSUM_BYTES..HEADER].copy_from_slice(&sum);
            let refused = open(PASSPHRASE, &greedy_file);
            assert!(
                matches!(refused, Err(StoreError::BackupDamaged)),
                "{refused:?}"
            );
        }
        let mut large = file;
        large.resize(BACKUP_MAX_BYTES + 2_000, 0);
        let refused = open(PASSPHRASE, &large);
        assert!(
            matches!(refused, Err(StoreError::BackupTooLarge)),
            "{refused:?}"
        );
        let refused = seal(PASSPHRASE, &vec![0; BACKUP_MAX_BYTES + 1]);
        assert!(
            matches!(refused, Err(StoreError::BackupTooLarge)),
            "{:?}",
            refused.err()
        );
    }
}
