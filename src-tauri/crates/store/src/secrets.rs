//! What must never lie on the disk in the clear: the data key, sealed values, generated secrets.

use crate::{StoreError, private_files};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use office::Secret;
use rusqlite::{Connection, OptionalExtension, params};
use std::fmt;
use std::fs;
use std::path::PathBuf;

/// Where the data key comes from.
#[derive(Clone, Debug)]
pub(crate) enum KeySource {
    /// A file of 32 random bytes that only its owner can read (0600), for machines without a key
    /// store that works before anyone has logged in.
    File(PathBuf),
}

/// The key all secrets of one office are sealed with (XChaCha20-Poly1305).
pub(crate) struct DataKey([u8; KEY_BYTES]);

/// The place of a secret: a table, the row's identity in it, and what it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) owner: &'a str,
    pub(crate) owner_id: i64,
    pub(crate) field: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.owner, self.owner_id, self.field)
    }
}

pub(crate) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// A known text sealed when the office is founded: it tells the right key from a wrong one before
/// any phone is turned away.
const KEY_PROOF: Place<'static> = Place {
    owner: "office",
    owner_id: 1,
    field: "key_proof",
};
const KEY_PROOF_TEXT: &str = "cordboard";

impl KeySource {
    /// Fetches the key and proves that it fits the database's secrets. A new one is made only for
    /// a database that has no secrets yet: a lost key must be noticed, not replaced.
    pub(crate) fn unlock(&self, connection: &Connection) -> Result<DataKey, StoreError> {
        let Self::File(file) = self;
        let has_secrets = connection.prepare("SELECT 1 FROM secrets")?.exists([])?;
        let key = match fs::read(file) {
            Ok(bytes) => {
                drop(private_files::make_private(file)?);
                let bytes: [u8; KEY_BYTES] = bytes
                    .try_into()
                    .map_err(|_| StoreError::WrongKey { file: file.clone() })?;
                DataKey::new(bytes)
            }
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io("read", file)(error));
            }
            Err(_) if has_secrets => return Err(StoreError::KeyMissing { file: file.clone() }),
            Err(_) => {
                let bytes = random::<KEY_BYTES>()?;
                private_files::write_new(file, &bytes)?;
                DataKey::new(bytes)
            }
        };
        if !has_secrets {
            let proof = Secret::new(KEY_PROOF_TEXT.to_owned());
            key.put(connection, KEY_PROOF, &proof)?;
        } else if !key.fits(connection)? {
            return Err(StoreError::WrongKey { file: file.clone() });
        }
        Ok(key)
    }
}

impl DataKey {
    pub(crate) fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The key itself, for a copy of the office that is sealed as a whole.
    pub(crate) fn bytes(&self) -> [u8; KEY_BYTES] {
        self.0
    }

    /// Whether a database's secrets were sealed with this key.
    pub(crate) fn fits(&self, connection: &Connection) -> Result<bool, StoreError> {
        match self.get(connection, KEY_PROOF) {
            Ok(proof) => Ok(proof.is_some_and(|proof| proof.expose() == KEY_PROOF_TEXT)),
            Err(StoreError::BrokenSeal { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }

    /// Seals a secret and saves it, in place of the one that was there.
    pub(crate) fn put(
        &self,
        connection: &Connection,
        place: Place<'_>,
        secret: &Secret,
    ) -> Result<(), StoreError> {
        let sealed = self.seal(place, secret.expose().as_bytes())?;
        connection
            .prepare_cached(
                "INSERT INTO secrets (owner, owner_id, field, sealed) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
            )?
            .execute(params![place.owner, place.owner_id, place.field, sealed])?;
        Ok(())
    }

    /// Reads and opens a secret; `None` if none is kept there.
    pub(crate) fn get(
        &self,
        connection: &Connection,
        place: Place<'_>,
    ) -> Result<Option<Secret>, StoreError> {
        let sealed: Option<Vec<u8>> = connection
            .prepare_cached(
                "SELECT sealed FROM secrets WHERE owner = ?1 AND owner_id = ?2 AND field = ?3",
            )?
            .query_row(params![place.owner, place.owner_id, place.field], |row| {
                row.get(0)
            })
            .optional()?;
        sealed.map(|sealed| self.open(place, &sealed)).transpose()
    }

    /// A random nonce, then the cipher text. The nonce is long enough to be drawn at random for
    /// as long as the key lives; the place is authenticated, so a seal opens nowhere else.
    fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce = random::<NONCE_BYTES>()?;
        let aad = place.to_string();
        let payload = Payload {
            msg: plain,
            aad: aad.as_bytes(),
        };
        let text = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| StoreError::BrokenSeal {
                place: place.to_string(),
            })?;
        Ok([&nonce[..], &text].concat())
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Secret, StoreError> {
        let broken = || StoreError::BrokenSeal {
            place: place.to_string(),
        };
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
        let aad = place.to_string();
        let payload = Payload {
            msg: text,
            aad: aad.as_bytes(),
        };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| broken())?;
        String::from_utf8(plain)
            .map(Secret::new)
            .map_err(|_| broken())
    }
}

/// Removes every secret of one row.
pub(crate) fn forget(connection: &Connection, owner: &str, owner_id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM secrets WHERE owner = ?1 AND owner_id = ?2")?
        .execute(params![owner, owner_id])?;
    Ok(())
}

/// Removes one secret, if it is there.
pub(crate) fn forget_field(connection: &Connection, place: Place<'_>) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM secrets WHERE owner = ?1 AND owner_id = ?2 AND field = ?3")?
        .execute(params![place.owner, place.owner_id, place.field])?;
    Ok(())
}

/// A new SIP secret a person can type: five groups of five signs, 125 random bits, no signs that
/// look alike, nothing a phone's keyboard lacks.
pub(crate) fn new_sip_secret() -> Result<Secret, StoreError> {
    let signs = random::<25>()?.map(|byte| char::from(SIGNS[usize::from(byte & 31)]));
    let groups: Vec<String> = signs
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    Ok(Secret::new(groups.join("-")))
}

/// A new token for machines: 128 random bits in 32 hex digits.
pub(crate) fn new_token() -> Result<Secret, StoreError> {
    let digits = random::<16>()?.map(|byte| format!("{byte:02x}"));
    Ok(Secret::new(digits.concat()))
}

/// Thirty-two signs that are not mistaken for one another.
const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(owner_id: i64) -> Place<'static> {
        Place {
            owner: "device",
            owner_id,
            field: "ha1_md5",
        }
    }

    #[test]
    fn a_seal_opens_only_in_its_place_and_unaltered() {
        let key = DataKey::new([7; KEY_BYTES]);
        let sealed = key.seal(place(1), b"canary").unwrap();
        assert_eq!(key.open(place(1), &sealed).unwrap().expose(), "canary");
        assert_ne!(
            sealed,
            key.seal(place(1), b"canary").unwrap(),
            "each seal has its own nonce"
        );
        assert!(key.open(place(2), &sealed).is_err(), "moved to another row");
        assert!(
            DataKey::new([8; KEY_BYTES])
                .open(place(1), &sealed)
                .is_err(),
            "another key"
        );
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(
                key.open(place(1), &altered).is_err(),
                "altered at byte {at}"
            );
            assert!(
                key.open(place(1), &sealed[..at]).is_err(),
                "cut at byte {at}"
            );
        }
    }

    #[test]
    fn a_new_sip_secret_can_be_typed_and_is_never_the_same() {
        let secret = new_sip_secret().unwrap();
        let text = secret.expose();
        assert_eq!(text.len(), 29, "{text}");
        assert!(text.split('-').all(|group| group.len() == 5), "{text}");
        assert!(!text.contains(['i', 'l', 'o', '1']), "{text}");
        assert_ne!(text, new_sip_secret().unwrap().expose());
        let different: std::collections::BTreeSet<_> = SIGNS.iter().collect();
        assert_eq!(different.len(), 32);
    }
}
