//! What proves that a device is itself: the digest hashes of its secret (RFC 8760).

use crate::{Realm, Secret, SipUser};
use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// `H(user:realm:password)` for each digest algorithm a phone may speak, as lower-case hex.
///
/// Stored instead of the password: with them the engine can check a login, but whoever reads them
/// learns nothing that works at another realm.
#[derive(Clone, Debug)]
pub struct DigestCredentials {
    /// The realm the hashes are made for.
    pub realm: Realm,
    /// HA1 by MD5 (RFC 2617), 32 characters; for the many phones that know nothing newer.
    pub ha1_md5: Secret,
    /// HA1 by SHA-256, 64 characters.
    pub ha1_sha256: Secret,
    /// HA1 by SHA-512/256, 64 characters.
    pub ha1_sha512_256: Secret,
}

impl DigestCredentials {
    /// Computes the hashes of a password.
    #[must_use]
    pub fn of_password(user: &SipUser, realm: &Realm, password: &Secret) -> Self {
        let a1 = format!("{user}:{realm}:{}", password.expose());
        Self {
            realm: realm.clone(),
            ha1_md5: hex_digest::<Md5>(&a1),
            ha1_sha256: hex_digest::<Sha256>(&a1),
            ha1_sha512_256: hex_digest::<Sha512_256>(&a1),
        }
    }

    /// Whether both are of the same password, user and realm.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.ha1_sha256.expose() == other.ha1_sha256.expose()
    }
}

fn hex_digest<D: Digest>(text: &str) -> Secret {
    let digest = D::digest(text.as_bytes());
    Secret::new(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> DigestCredentials {
        DigestCredentials::of_password(
            &SipUser::parse("anna-desk").unwrap(),
            &Realm::parse("example.org").unwrap(),
            &Secret::new("zanzibar".into()),
        )
    }

    #[test]
    fn hashes_match_openssl() {
        // printf 'anna-desk:example.org:zanzibar' | openssl dgst -md5 (-sha256, -sha512-256)
        let credentials = credentials();
        assert_eq!(
            credentials.ha1_md5.expose(),
            "ac2dba3203d51e409ec7e99146581e54"
        );
        assert_eq!(
            credentials.ha1_sha256.expose(),
            "a3a5a0dee600fec437dbf2c0f8c8034cec8b5dd3b1fb16f185f22c23416f1478"
        );
        assert_eq!(
            credentials.ha1_sha512_256.expose(),
            "cae7085ffefce4694d1a5a3c94b1abaf90c5065becbf364ae431adbc90fdfa63"
        );
    }

    #[test]
    fn debug_shows_no_hash() {
        let text = format!("{:?}", credentials());
        assert!(text.contains("example.org") && text.contains('…'), "{text}");
        assert!(!text.contains(credentials().ha1_md5.expose()), "{text}");
    }
}
