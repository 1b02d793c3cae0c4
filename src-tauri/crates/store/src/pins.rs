//! PINs of mailboxes and conference rooms: their hashes (Argon2id, RFC 9106).
//!
//! Hashing and checking take a tenth of a second of a processor on purpose and need no store: do
//! them where they hold up nobody, never on the signalling thread.

use crate::StoreError;
use crate::passwords::{PasswordHash, hash_password, verify_password};
use crate::secrets::{self, DataKey, Place};
use office::{ExtensionNumber, Pin, PinHash};
use rusqlite::Connection;

/// Hashes a PIN with a salt of its own.
///
/// # Errors
/// The computer gives no random numbers or not enough memory.
pub fn hash(pin: &Pin) -> Result<PinHash, StoreError> {
    let hash = hash_password(pin.expose())?;
    Ok(PinHash::new(hash.secret().clone()))
}

/// Says whether the digits dialled are the PIN that was hashed.
#[must_use]
pub fn verify(hash: &PinHash, digits: &str) -> bool {
    let hash = PasswordHash::from_sealed(hash.secret().clone());
    verify_password(Some(&hash), digits)
}

/// Makes a new PIN at random, for what those numbers lead to.
///
/// # Errors
/// The computer gives no random numbers.
pub fn generate(numbers: &[ExtensionNumber]) -> Result<Pin, StoreError> {
    Ok(Pin::generate(
        u64::from_be_bytes(secrets::random()?),
        numbers,
    ))
}

/// Opens the PIN kept in a place.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
    place: Place<'_>,
) -> Result<Option<PinHash>, StoreError> {
    Ok(key.get(connection, place)?.map(PinHash::new))
}

/// Seals a PIN in a place, or forgets the one that was there.
pub(crate) fn save(
    connection: &Connection,
    key: &DataKey,
    place: Place<'_>,
    pin: Option<&PinHash>,
) -> Result<(), StoreError> {
    match pin {
        Some(pin) => key.put(connection, place, pin.secret()),
        None => secrets::forget_field(connection, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_pin_and_no_other() {
        let pin = generate(&[]).unwrap();
        let kept = hash(&pin).unwrap();
        assert!(verify(&kept, pin.expose()));
        let last = if pin.expose().ends_with('7') {
            "8"
        } else {
            "7"
        };
        let other = format!("{}{last}", &pin.expose()[..5]);
        assert!(!verify(&kept, &other) && !verify(&kept, ""));
        assert!(kept.secret().expose().starts_with("$argon2id$"));
        assert_ne!(kept, hash(&pin).unwrap(), "each has its own salt");
    }
}
