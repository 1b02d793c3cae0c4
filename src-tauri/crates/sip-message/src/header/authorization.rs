//! Authorization (RFC 3261 §20.7) and Proxy-Authorization (§20.28): the answer to a Digest
//! challenge. Credentials of other schemes read as [`HeaderError::Scheme`].

use super::{
    Challenge, Header, HeaderError,
    digest::{Algorithm, Qop, digest_parameters, find, write_quoted, write_token},
};
use crate::{HeaderName, Text};
use bytes::Bytes;

/// Digest credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who it is; a hash of it where `userhash` is set.
    pub username: Text,
    /// The challenge's realm.
    pub realm: Text,
    /// The challenge's nonce.
    pub nonce: Text,
    /// The Request-URI as the client hashed it.
    pub uri: Text,
    /// The hash, hexadecimal.
    pub response: Text,
    /// The hash's algorithm.
    pub algorithm: Algorithm,
    /// The client's one-time value; only with `qop`.
    pub cnonce: Option<Text>,
    /// The challenge's opaque value.
    pub opaque: Option<Text>,
    /// The chosen quality of protection.
    pub qop: Option<Qop>,
    /// How often the nonce was used, eight hexadecimal digits, as written: the hash covers the
    /// text. Only with `qop`.
    pub nc: Option<Text>,
    /// `username` is hashed (RFC 7616 §3.4.4).
    pub userhash: bool,
}

impl Credentials {
    /// Credentials that take realm, nonce, opaque and algorithm from a challenge; `response`,
    /// `cnonce`, `qop` and `nc` are left to whoever computes the hash.
    pub fn answer(challenge: &Challenge, username: &str, uri: &str) -> Credentials {
        Credentials {
            username: Text::from(username),
            realm: challenge.realm.clone(),
            nonce: challenge.nonce.clone(),
            uri: Text::from(uri),
            response: Text::default(),
            algorithm: challenge.algorithm.clone(),
            cnonce: None,
            opaque: challenge.opaque.clone(),
            qop: None,
            nc: None,
            userhash: false,
        }
    }

    /// The nonce count as a number. `None` when absent or not one to eight hexadecimal digits.
    pub fn nonce_count(&self) -> Option<u32> {
        let nc = self.nc.as_ref()?;
        if nc.is_empty() || !nc.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(&nc.to_str(), 16).ok()
    }

    /// Parses `Digest …` for the header `name`.
    pub fn parse(value: Bytes, name: HeaderName) -> Result<Credentials, HeaderError> {
        let list = digest_parameters(&value, name)?;
        let needed = |param: &str| find(&list, param).ok_or(HeaderError::Malformed(name));
        Ok(Credentials {
            username: needed("username")?,
            realm: needed("realm")?,
            nonce: needed("nonce")?,
            uri: needed("uri")?,
            response: needed("response")?,
            algorithm: find(&list, "algorithm").map_or(Algorithm::Md5, Algorithm::from_text),
            cnonce: find(&list, "cnonce"),
            opaque: find(&list, "opaque"),
            qop: find(&list, "qop").map(Qop::from_text),
            nc: find(&list, "nc"),
            userhash: find(&list, "userhash").is_some_and(|v| v.is("true")),
        })
    }

    /// Appends `Digest username="…", realm="…" …`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"Digest ");
        write_quoted(out, "username", &self.username);
        write_quoted(out, "realm", &self.realm);
        write_quoted(out, "nonce", &self.nonce);
        write_quoted(out, "uri", &self.uri);
        write_quoted(out, "response", &self.response);
        write_token(out, "algorithm", self.algorithm.as_bytes());
        if let Some(cnonce) = &self.cnonce {
            write_quoted(out, "cnonce", cnonce);
        }
        if let Some(opaque) = &self.opaque {
            write_quoted(out, "opaque", opaque);
        }
        if let Some(qop) = &self.qop {
            write_token(out, "qop", qop.as_bytes());
        }
        if let Some(nc) = &self.nc {
            write_token(out, "nc", nc);
        }
        if self.userhash {
            write_token(out, "userhash", b"true");
        }
    }
}

macro_rules! credentials_headers {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub Credentials);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                Credentials::parse(value, Self::NAME).map($type)
            }
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }
    )*};
}

credentials_headers! {
    /// Authorization (RFC 3261 §20.7): for a registrar or user agent.
    Authorization;
    /// Proxy-Authorization (RFC 3261 §20.28): for a proxy on the way.
    ProxyAuthorization;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(s: &'static str) -> Result<Credentials, HeaderError> {
        Authorization::parse(Bytes::from_static(s.as_bytes())).map(|h| h.0)
    }

    #[test]
    fn example_of_rfc_3261_22_4() {
        let c = credentials(
            "Digest username=\"bob\",\r\n realm=\"biloxi.com\",\r\n \
             nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\",\r\n uri=\"sip:bob@biloxi.com\",\r\n \
             qop=auth,\r\n nc=00000001,\r\n cnonce=\"0a4f113b\",\r\n \
             response=\"6629fae49393a05397450978507c4ef1\",\r\n opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        )
        .unwrap();
        assert_eq!(c.username, "bob");
        assert_eq!(c.uri, "sip:bob@biloxi.com");
        assert_eq!(c.qop, Some(Qop::Auth));
        assert_eq!(c.nonce_count(), Some(1));
        assert_eq!(c.cnonce.as_ref().unwrap(), &"0a4f113b");
        assert_eq!(c.algorithm, Algorithm::Md5);
    }

    #[test]
    fn phones_that_quote_tokens_and_leave_strings_bare_are_understood() {
        let c = credentials(
            "digest username=bob,realm=\"x\",nonce=\"n=,\",uri=sip:x@y;a=b,response=\"00\",\
             qop=\"auth\",nc=\"0000001f\",cnonce=\"\",algorithm=\"MD5\"",
        )
        .unwrap();
        assert_eq!(
            (&c.username, &c.nonce),
            (&Text::from("bob"), &Text::from("n=,"))
        );
        assert_eq!(c.uri, "sip:x@y;a=b");
        assert_eq!(
            (c.qop.as_ref(), c.nonce_count()),
            (Some(&Qop::Auth), Some(31))
        );
    }

    #[test]
    fn first_register_of_an_ims_phone_has_empty_values() {
        let c =
            credentials("Digest username=\"u\",realm=\"r\",nonce=\"\",uri=\"sip:r\",response=\"\"")
                .unwrap();
        assert!(c.nonce.is_empty() && c.response.is_empty());
    }

    #[test]
    fn printing_and_parsing_are_inverse() {
        let challenge = Challenge::new("office", "abc").with_algorithm(Algorithm::Sha256);
        let c = Credentials {
            response: Text::from("1234"),
            cnonce: Some(Text::from("c")),
            qop: Some(Qop::Auth),
            nc: Some(Text::from("00000002")),
            userhash: true,
            ..Credentials::answer(&challenge, "an\"na", "sip:office")
        };
        let mut out = Vec::new();
        c.write(&mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "Digest username=\"an\\\"na\", realm=\"office\", nonce=\"abc\", uri=\"sip:office\", \
             response=\"1234\", algorithm=SHA-256, cnonce=\"c\", qop=auth, nc=00000002, userhash=true"
        );
        assert_eq!(
            Credentials::parse(Bytes::from(out), HeaderName::Authorization).unwrap(),
            c
        );
    }

    #[test]
    fn refused() {
        let whole = "Digest username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:r\",response=\"0\"";
        assert!(credentials(whole).is_ok());
        for missing in [
            "username=\"u\"",
            "realm=\"r\"",
            "nonce=\"n\"",
            "uri=\"sip:r\"",
            "response=\"0\"",
        ] {
            let text = whole.replace(missing, "x=y");
            assert_eq!(
                Credentials::parse(Bytes::from(text), HeaderName::Authorization),
                Err(HeaderError::Malformed(HeaderName::Authorization)),
                "{missing}"
            );
        }
        assert_eq!(
            credentials("NoOneKnowsThisScheme opaque-data=here"),
            Err(HeaderError::Scheme(HeaderName::Authorization))
        );
    }

    #[test]
    fn a_value_with_a_nul_inside_is_refused() {
        let text = "Digest username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:r\",response=\"0\0\"";
        assert!(credentials(text).is_err());
    }

    #[test]
    fn a_nonce_count_that_is_no_number_is_none() {
        let mut c = Credentials::answer(&Challenge::new("r", "n"), "u", "sip:r");
        for (nc, count) in [
            ("", None),
            ("+1", None),
            ("xyz", None),
            ("100000000", None),
            ("ff", Some(255)),
        ] {
            c.nc = Some(Text::from(nc));
            assert_eq!(c.nonce_count(), count, "{nc}");
        }
    }
}
