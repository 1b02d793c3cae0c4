//! Passwords of the window's users: which are good enough, and their hashes (Argon2id, RFC 9106).
//!
//! Hashing takes a tenth of a second of a processor on purpose. None of it needs the store, so
//! that it is done wherever it holds up nobody.

use crate::limits::{PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use crate::{StoreError, secrets};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use office::Secret;

/// What a password is checked against. Its `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct PasswordHash(Secret);

/// Why a password is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// It is found by trying all.
    #[error("a password needs at least {PASSWORD_MIN_CHARS} characters, or it is found by trying")]
    TooShort,
    /// Nobody types that.
    #[error("a password has at most {PASSWORD_MAX_CHARS} characters")]
    TooLong,
    /// It is among the first that are tried.
    #[error("this password is among the first that anyone tries; choose another")]
    TooCommon,
    /// It is known to whoever knows the login.
    #[error("the password must differ from the login, or whoever knows one knows the other")]
    IsTheLogin,
}

/// Says whether a password is good enough for that login.
///
/// # Errors
/// Why it is not.
pub fn check_password(login: &str, password: &str) -> Result<(), BadPassword> {
    let length = password.chars().count();
    let small = password.to_lowercase();
    if length > PASSWORD_MAX_CHARS {
        Err(BadPassword::TooLong)
    } else if small == login.to_lowercase() {
        Err(BadPassword::IsTheLogin)
    } else if length < PASSWORD_MIN_CHARS {
        Err(BadPassword::TooShort)
    } else if COMMONEST.contains(&small.as_str()) {
        Err(BadPassword::TooCommon)
    } else {
        Ok(())
    }
}

/// Hashes a password with a salt of its own.
///
/// # Errors
/// The computer gives no random numbers or not enough memory.
pub fn hash_password(password: &str) -> Result<PasswordHash, StoreError> {
    let salt = SaltString::encode_b64(&secrets::random::<16>()?)
        .map_err(|why| StoreError::Hashing(why.to_string()))?;
    let hash = hasher()?
        .hash_password(password.as_bytes(), &salt)
        .map_err(|why| StoreError::Hashing(why.to_string()))?;
    Ok(PasswordHash(Secret::new(hash.to_string())))
}

/// Says whether a password is the one that was hashed. Without a hash, because nobody has that
/// login, it takes as long and says no.
#[must_use]
pub fn verify_password(hash: Option<&PasswordHash>, password: &str) -> bool {
    let text = hash.map_or(NOBODYS, |hash| hash.0.expose());
    let Ok(parsed) = argon2::PasswordHash::new(text) else {
        return false;
    };
    // The parameters come from the hash, so that raising them spoils no older one.
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed);
    fits.is_ok() && hash.is_some()
}

impl PasswordHash {
    pub(crate) fn from_sealed(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// What OWASP recommends: 19 MiB, two passes, one lane.
fn hasher() -> Result<Argon2<'static>, StoreError> {
    let params =
        Params::new(19 * 1024, 2, 1, None).map_err(|why| StoreError::Hashing(why.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash no password has: a login nobody has must not answer sooner than one somebody has.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y29yZGJvYXJkIG5vYm9keQ$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The commonest passwords that are long enough, in small letters.
const COMMONEST: [&str; 40] = [
    "0000000000",
    "0123456789",
    "0987654321",
    "1111111111",
    "1122334455",
    "1234512345",
    "1234554321",
    "123456789a",
    "1234567890",
    "12345678900",
    "12345678910",
    "1234567891",
    "123qweasdzxc",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "aaaaaaaaaa",
    "abcdefghij",
    "abcdefghijk",
    "admin12345",
    "adminadmin",
    "administrator",
    "asdfghjkl1",
    "changeme123",
    "cordboard1",
    "cordboard123",
    "iloveyou123",
    "letmein123",
    "michelle123",
    "passw0rd123",
    "password10",
    "password12",
    "password123",
    "password1234",
    "q1w2e3r4t5",
    "qwerty1234",
    "qwerty12345",
    "qwertyuiop",
    "qwertyuiop123",
    "welcome123",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let hash = hash_password("correct horse").unwrap();
        assert!(verify_password(Some(&hash), "correct horse"));
        assert!(!verify_password(Some(&hash), "correct horsf"));
        assert!(!verify_password(None, ""));
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
        let again = hash_password("correct horse").unwrap();
        assert_ne!(hash.0.expose(), again.0.expose(), "each has its own salt");
    }

    #[test]
    fn an_unknown_login_costs_as_much_as_a_known_one() {
        let cost = |text: &str| {
            let hash = argon2::PasswordHash::new(text).expect("a hash");
            let params = Params::try_from(&hash).expect("parameters");
            (
                params.m_cost(),
                params.t_cost(),
                params.p_cost(),
                hash.hash.map(|hash| hash.len()),
            )
        };
        let real = hash_password("correct horse").unwrap();
        assert_eq!(cost(NOBODYS), cost(real.0.expose()));
    }

    #[test]
    fn a_password_that_would_be_found_is_refused() {
        let cases = [
            ("anna", "correct horse", Ok(())),
            ("anna", "ninechars", Err(BadPassword::TooShort)),
            ("anna", "Password123", Err(BadPassword::TooCommon)),
            ("Anna.Smith@x", "anna.smith@X", Err(BadPassword::IsTheLogin)),
            ("anna", &"x".repeat(257), Err(BadPassword::TooLong)),
            ("anna", "пароль из слов", Ok(())),
        ];
        for (login, password, expected) in cases {
            assert_eq!(check_password(login, password), expected, "{password}");
        }
        for common in COMMONEST {
            assert!(
                common.len() >= PASSWORD_MIN_CHARS,
                "{common} needs no entry"
            );
            assert_eq!(common, common.to_lowercase());
        }
    }
}
