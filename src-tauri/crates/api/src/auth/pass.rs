//! What the cookie holds: a short-lived signed pass (JWT, HS256) that names a session.
//!
//! A pass spares the store a question on every request. It is good for minutes only: after that the
//! session itself is asked whether it still holds, so that signing out and revoking work.

use crate::limits::PASS_LIFE;
use hmac::{Hmac, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{self, Signer, Verifier},
};
use office::{PersonId, Secret, UserId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::Role;

/// What a pass says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The session, in the words of its identity.
    pub(crate) sid: String,
    /// The user; missing for this computer's owner.
    pub(crate) user: Option<UserId>,
    /// The user's login.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The person of the office the user is.
    pub(crate) person: Option<PersonId>,
    /// Whether the session began over the network.
    pub(crate) remote: bool,
    /// When the pass was made, in seconds since 1970 (UTC).
    pub(crate) iat: i64,
    /// From when the session must be asked again.
    pub(crate) exp: i64,
}

/// What a pass is worth.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// What it says holds.
    Fresh(Claims),
    /// It is ours, and the session must be asked.
    Stale(Claims),
    /// It is not ours.
    Forged,
}

/// The key passes are signed with, and how they are read.
pub(crate) struct Signet {
    sign: EncodingKey,
    read: DecodingKey,
    rules: Validation,
}

impl Signet {
    pub(crate) fn new(key: &Secret) -> Self {
        // Fails where it was done before, by an engine in the same test.
        let _ = HS256_ONLY.install_default();
        let mut rules = Validation::new(Algorithm::HS256);
        // Our own clock below: a stale pass is worth a question to the session.
        rules.validate_exp = false;
        Self {
            sign: EncodingKey::from_secret(key.expose().as_bytes()),
            read: DecodingKey::from_secret(key.expose().as_bytes()),
            rules,
        }
    }

    /// Signs a pass, fresh from now on (seconds since 1970).
    ///
    /// # Errors
    /// The claims are no JSON.
    pub(crate) fn sign(&self, mut claims: Claims, now: i64) -> Result<String, Error> {
        claims.iat = now;
        claims.exp = now.saturating_add(i64::try_from(PASS_LIFE.as_secs()).unwrap_or(0));
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign)
    }

    /// Reads a pass at `now`; one made before `since` is stale.
    pub(crate) fn read(&self, pass: &str, since: i64, now: i64) -> Reading {
        let Ok(pass) = jsonwebtoken::decode::<Claims>(pass, &self.read, &self.rules) else {
            return Reading::Forged;
        };
        let claims = pass.claims;
        // A clock put back must not make old passes fresh for longer.
        if claims.iat >= since && (claims.iat..claims.exp).contains(&now) {
            Reading::Fresh(claims)
        } else {
            Reading::Stale(claims)
        }
    }
}

/// The one algorithm we use: the others would bring libraries nobody calls.
static HS256_ONLY: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.as_bytes())?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_as_bytes()?)?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(key: &[u8]) -> Result<Self, Error> {
        let mac = Hmac::new_from_slice(key).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        Ok(Self(mac))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mac = self.0.clone().chain_update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // Compares in constant time.
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl std::fmt::Debug for Signet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signet").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    const NOW: i64 = 1_763_717_401;

    fn signet(key: &str) -> Signet {
        Signet::new(&Secret::new(key.to_owned()))
    }

    fn claims() -> Claims {
        Claims {
            sid: "0f".repeat(16),
            user: Some(UserId(2)),
            name: "anna".to_owned(),
            role: Role::Staff,
            person: Some(PersonId(1)),
            remote: true,
            iat: 0,
            exp: 0,
        }
    }

    #[test]
    fn a_pass_is_fresh_for_minutes_and_stale_from_then_on() {
        let signet = signet("key");
        let pass = signet.sign(claims(), NOW).unwrap();
        let end = NOW + 15 * 60;
        let said = Claims {
            iat: NOW,
            exp: end,
            ..claims()
        };
        for (since, now, fresh) in [
            (0, NOW, true),
            (NOW, end - 1, true),
            (0, end, false),
            // Made before this engine began: it may have been revoked since.
            (NOW + 1, NOW + 2, false),
            // The clock was put back.
            (0, NOW - 1, false),
        ] {
            let expected = if fresh {
                Reading::Fresh(said.clone())
            } else {
                Reading::Stale(said.clone())
            };
            assert!(signet.read(&pass, since, now) == expected, "{since} {now}");
        }
    }

    #[test]
    fn a_pass_that_was_altered_is_forged() {
        let ours = signet("key");
        let pass = ours.sign(claims(), NOW).unwrap();
        assert!(signet("other").read(&pass, 0, NOW) == Reading::Forged);
        let mut parts = pass.split('.');
        let (header, body, seal) = (
            parts.next().unwrap(),
            parts.next().unwrap(),
            parts.next().unwrap(),
        );
        let body_of = |role| {
            let claims = Claims { role, ..claims() };
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap())
        };
        let header_of = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for forged in [
            String::new(),
            "..".to_owned(),
            format!("{header}.{body}."),
            format!("{header}.{}.{seal}", body_of(Role::Owner)),
            // A pass that says it needs no seal (RFC 8725 §2.1), or another kind of one.
            format!("{}.{body}.", header_of(r#"{"alg":"none","typ":"JWT"}"#)),
            format!("{}.{body}.{seal}", header_of(r#"{"alg":"HS512"}"#)),
            format!("{}.{body}.{seal}", header_of(r#"{"alg":"RS256"}"#)),
        ] {
            assert!(ours.read(&forged, 0, NOW) == Reading::Forged, "{forged}");
        }
    }
}
