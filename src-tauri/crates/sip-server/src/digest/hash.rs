//! The digest computation itself (RFC 7616 §3.4, RFC 8760): hashes, HA1, the expected response.

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};
use sip_message::header::{Algorithm, Credentials, Qop};
use std::fmt;
use subtle::ConstantTimeEq;

/// Longest hash in hexadecimal digits (SHA-256 and SHA-512/256).
const MAX_HEX: usize = 64;

/// `H(user:realm:password)` in lower-case hexadecimal: what a server keeps instead of a password.
#[derive(Clone, Copy)]
pub struct Ha1(Hex);

/// A hash in lower-case hexadecimal digits.
#[derive(Clone, Copy)]
pub(crate) struct Hex {
    digits: [u8; MAX_HEX],
    len: usize,
}

impl Ha1 {
    /// Reads a stored hash: 32 (MD5) or 64 (SHA) hexadecimal digits; `None` when it is neither.
    pub fn from_hex(digits: &str) -> Option<Ha1> {
        let text = digits.as_bytes();
        let legal = matches!(text.len(), 32 | 64) && text.iter().all(u8::is_ascii_hexdigit);
        legal.then(|| Ha1(Hex::of_digits(&text.to_ascii_lowercase())))
    }

    /// Hashes a password. `None` for an algorithm this crate cannot compute.
    pub fn of_password(
        user: &[u8],
        realm: &[u8],
        password: &[u8],
        algorithm: &Algorithm,
    ) -> Option<Ha1> {
        hash(algorithm, &[user, b":", realm, b":", password]).map(Ha1)
    }

    /// A value of the right length that belongs to nobody.
    pub(crate) fn of_nobody(algorithm: &Algorithm, noise: &[u8]) -> Option<Ha1> {
        hash(algorithm, &[noise]).map(Ha1)
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ha1(…)")
    }
}

/// The response that `credentials` should carry, given the HA1 of its base algorithm. `None` when
/// the algorithm is unknown, or a parameter that the quality of protection needs is missing.
pub(crate) fn expected_response(
    credentials: &Credentials,
    ha1: &Ha1,
    method: &[u8],
    body: &[u8],
) -> Option<Hex> {
    let algorithm = &credentials.algorithm;
    let nonce = credentials.nonce.as_ref();
    let cnonce = credentials.cnonce.as_deref();
    let ha1 = if algorithm.is_session() {
        hash(algorithm, &[ha1.0.text(), b":", nonce, b":", cnonce?])?
    } else {
        ha1.0
    };
    let ha2 = match &credentials.qop {
        Some(Qop::AuthInt) => {
            let body = hash(algorithm, &[body])?;
            hash(
                algorithm,
                &[method, b":", &credentials.uri, b":", body.text()],
            )?
        }
        _ => hash(algorithm, &[method, b":", &credentials.uri])?,
    };
    match &credentials.qop {
        None => hash(algorithm, &[ha1.text(), b":", nonce, b":", ha2.text()]),
        Some(qop) => hash(
            algorithm,
            &[
                ha1.text(),
                b":",
                nonce,
                b":",
                credentials.nc.as_deref()?,
                b":",
                cnonce?,
                b":",
                qop.as_bytes(),
                b":",
                ha2.text(),
            ],
        ),
    }
}

/// The algorithm whose HA1 is stored: the one without `-sess`.
pub(crate) fn base(algorithm: &Algorithm) -> Algorithm {
    match algorithm {
        Algorithm::Md5Sess => Algorithm::Md5,
        Algorithm::Sha256Sess => Algorithm::Sha256,
        Algorithm::Sha512Trunc256Sess => Algorithm::Sha512Trunc256,
        other => other.clone(),
    }
}

fn hash(algorithm: &Algorithm, parts: &[&[u8]]) -> Option<Hex> {
    match base(algorithm) {
        Algorithm::Md5 => Some(hash_with::<Md5>(parts)),
        Algorithm::Sha256 => Some(hash_with::<Sha256>(parts)),
        Algorithm::Sha512Trunc256 => Some(hash_with::<Sha512_256>(parts)),
        _ => None,
    }
}

fn hash_with<D: Digest>(parts: &[&[u8]]) -> Hex {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    Hex::of_bytes(&digest.finalize())
}

impl Hex {
    /// The digits of at most 32 bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Hex {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
        let mut hex = Hex {
            digits: [0; MAX_HEX],
            len: 0,
        };
        for (pair, byte) in hex.digits.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
            hex.len += 2;
        }
        hex
    }

    fn of_digits(text: &[u8]) -> Hex {
        let mut hex = Hex {
            digits: [0; MAX_HEX],
            len: text.len().min(MAX_HEX),
        };
        for (digit, byte) in hex.digits.iter_mut().zip(text) {
            *digit = *byte;
        }
        hex
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.digits.get(..self.len).unwrap_or_default()
    }

    /// Compares in time that depends on the length only. Upper-case digits count as lower-case:
    /// some phones write them.
    pub(crate) fn matches(&self, given: &[u8]) -> bool {
        given.to_ascii_lowercase().ct_eq(self.text()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip_message::Text;

    fn credentials(algorithm: Algorithm, qop: Option<Qop>) -> Credentials {
        Credentials {
            username: Text::from("Mufasa"),
            realm: Text::from("testrealm@host.com"),
            nonce: Text::from("dcd98b7102dd2f0e8b11d0f600bfb0c093"),
            uri: Text::from("/dir/index.html"),
            response: Text::default(),
            algorithm,
            cnonce: qop.as_ref().map(|_| Text::from("0a4f113b")),
            opaque: None,
            nc: qop.as_ref().map(|_| Text::from("00000001")),
            qop,
            userhash: false,
        }
    }

    fn response(credentials: &Credentials, password: &str, body: &[u8]) -> String {
        let ha1 = Ha1::of_password(
            &credentials.username,
            &credentials.realm,
            password.as_bytes(),
            &base(&credentials.algorithm),
        )
        .unwrap();
        let hex = expected_response(credentials, &ha1, b"GET", body).unwrap();
        String::from_utf8(hex.text().to_vec()).unwrap()
    }

    #[test]
    fn vector_of_rfc_2617_3_5() {
        let with_qop = credentials(Algorithm::Md5, Some(Qop::Auth));
        assert_eq!(
            response(&with_qop, "Circle Of Life", b""),
            "6629fae49393a05397450978507c4ef1"
        );
    }

    #[test]
    fn form_of_rfc_2069_without_qop() {
        // RFC 2069's own example was wrong; this is its erratum 749.
        let mut old = credentials(Algorithm::Md5, None);
        assert_eq!(
            response(&old, "CircleOfLife", b""),
            "1949323746fe6a43ef61f9606e7febea"
        );
        old.cnonce = None;
    }

    #[test]
    fn vectors_of_rfc_7616_3_9_1() {
        for (algorithm, expected) in [
            (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (
                Algorithm::Sha256,
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            let c = Credentials {
                realm: Text::from("http-auth@example.org"),
                nonce: Text::from("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"),
                cnonce: Some(Text::from("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
                ..credentials(algorithm, Some(Qop::Auth))
            };
            assert_eq!(response(&c, "Circle of Life", b""), expected);
        }
    }

    #[test]
    fn sha_512_256_auth_int_and_sess_match_openssl() {
        // printf '…' | openssl dgst -sha512-256, step by step; RFC 7616 §3.9.2's own figures were
        // made with a cut-off SHA-512 (erratum 4897).
        let c = credentials(Algorithm::Sha512Trunc256, Some(Qop::AuthInt));
        assert_eq!(response(&c, "Circle Of Life", b"body"), SHA512_AUTH_INT);
        let c = credentials(Algorithm::Md5Sess, Some(Qop::Auth));
        assert_eq!(response(&c, "Circle Of Life", b""), MD5_SESS);
    }

    const SHA512_AUTH_INT: &str =
        "fe88c99b1a115146b44a0f1d5c141353ef09f06e2fe386edd00b4f2a0a3e9947";
    const MD5_SESS: &str = "8e3825c57e897f5a0dec6c2d4e5059d0";

    #[test]
    fn ha1_reads_only_hashes_and_shows_none() {
        assert!(Ha1::from_hex("939e7578ed9e3c518a452acee763bce9").is_some());
        assert!(Ha1::from_hex("939e").is_none());
        assert!(Ha1::from_hex(&"x".repeat(32)).is_none());
        let shown = format!("{:?}", Ha1::from_hex("939e7578ed9e3c518a452acee763bce9"));
        assert!(!shown.contains("939e"), "{shown}");
    }

    #[test]
    fn comparing_ignores_case_but_not_length() {
        let hex = Hex::of_bytes(&[0xab, 0x01]);
        assert!(hex.matches(b"ab01") && hex.matches(b"AB01"));
        assert!(!hex.matches(b"ab0") && !hex.matches(b"ab010") && !hex.matches(b""));
    }
}
