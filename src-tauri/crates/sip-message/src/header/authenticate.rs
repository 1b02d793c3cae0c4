//! WWW-Authenticate (RFC 3261 §20.44) and Proxy-Authenticate (§20.27): the Digest challenge.
//!
//! A server offers one challenge a line, the strongest first (RFC 8760 §2.4); a client answers the
//! first it can. Challenges of other schemes read as [`HeaderError::Scheme`].

use super::{
    Header, HeaderError,
    digest::{
        Algorithm, Qop, digest_parameters, find, next_scheme, qop_list, write_quoted, write_token,
    },
};
use crate::{
    HeaderName, Text,
    scan::{part, trim_bytes},
};
use bytes::Bytes;

/// A Digest challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Whose password is asked for.
    pub realm: Text,
    /// The server's one-time value.
    pub nonce: Text,
    /// Handed back unchanged by the client.
    pub opaque: Option<Text>,
    /// The nonce was too old, the password may well have been right: try again without asking.
    pub stale: bool,
    /// The hash.
    pub algorithm: Algorithm,
    /// What the server offers; empty means the form without cnonce and nc of RFC 2069.
    pub qop: Vec<Qop>,
    /// Where else the same password counts, a list of URIs.
    pub domain: Option<Text>,
    /// The user name may be sent hashed (RFC 7616 §3.4.4).
    pub userhash: bool,
}

impl Challenge {
    /// A challenge with MD5 and `qop="auth"`.
    pub fn new(realm: &str, nonce: &str) -> Challenge {
        Challenge {
            realm: Text::from(realm),
            nonce: Text::from(nonce),
            opaque: None,
            stale: false,
            algorithm: Algorithm::Md5,
            qop: vec![Qop::Auth],
            domain: None,
            userhash: false,
        }
    }

    /// The same challenge with another algorithm.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Challenge {
        self.algorithm = algorithm;
        self
    }

    /// The same challenge with `stale` set or not.
    pub fn with_stale(mut self, stale: bool) -> Challenge {
        self.stale = stale;
        self
    }

    /// The same challenge with an opaque value.
    pub fn with_opaque(mut self, opaque: &str) -> Challenge {
        self.opaque = Some(Text::from(opaque));
        self
    }

    /// Parses `Digest …` for the header `name`.
    pub fn parse(value: Bytes, name: HeaderName) -> Result<Challenge, HeaderError> {
        let list = digest_parameters(&value, name)?;
        let needed = |param: &str| find(&list, param).ok_or(HeaderError::Malformed(name));
        Ok(Challenge {
            realm: needed("realm")?,
            nonce: needed("nonce")?,
            opaque: find(&list, "opaque"),
            stale: find(&list, "stale").is_some_and(|v| v.is("true")),
            algorithm: find(&list, "algorithm").map_or(Algorithm::Md5, Algorithm::from_text),
            qop: find(&list, "qop").map_or_else(Vec::new, |text| qop_list(&text)),
            domain: find(&list, "domain"),
            userhash: find(&list, "userhash").is_some_and(|v| v.is("true")),
        })
    }

    /// Appends `Digest realm="…", nonce="…" …`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"Digest ");
        write_quoted(out, "realm", &self.realm);
        if let Some(domain) = &self.domain {
            write_quoted(out, "domain", domain);
        }
        write_quoted(out, "nonce", &self.nonce);
        if let Some(opaque) = &self.opaque {
            write_quoted(out, "opaque", opaque);
        }
        if self.stale {
            write_token(out, "stale", b"true");
        }
        write_token(out, "algorithm", self.algorithm.as_bytes());
        if !self.qop.is_empty() {
            let tokens: Vec<&[u8]> = self.qop.iter().map(Qop::as_bytes).collect();
            write_quoted(out, "qop", &tokens.join(&b","[..]));
        }
        if self.userhash {
            write_token(out, "userhash", b"true");
        }
    }
}

macro_rules! challenge_headers {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub Challenge);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                Challenge::parse(value, Self::NAME).map($type)
            }
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
            fn split(line: Bytes) -> impl Iterator<Item = Bytes> {
                challenges(line)
            }
        }
    )*};
}

challenge_headers! {
    /// WWW-Authenticate (RFC 3261 §20.44): a registrar or user agent asks who you are.
    WwwAuthenticate;
    /// Proxy-Authenticate (RFC 3261 §20.27): a proxy asks who you are.
    ProxyAuthenticate;
}

/// The challenges of one line.
fn challenges(line: Bytes) -> impl Iterator<Item = Bytes> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let now = rest.take()?;
        let Some(at) = next_scheme(&now) else {
            return Some(now);
        };
        rest = Some(trim_bytes(&part(&now, at, now.len())));
        Some(trim_bytes(&part(&now, 0, at - 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(s: &'static str) -> Result<Challenge, HeaderError> {
        WwwAuthenticate::parse(Bytes::from_static(s.as_bytes())).map(|h| h.0)
    }

    fn written(challenge: &Challenge) -> String {
        let mut out = Vec::new();
        challenge.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn example_of_rfc_3261_20_44() {
        let c = challenge(
            "Digest realm=\"atlanta.com\", domain=\"sip:boxesbybob.com\", qop=\"auth\", \
             nonce=\"f84f1cec41e6cbe5aea9c8e88d359\", opaque=\"\", stale=FALSE, algorithm=MD5",
        )
        .unwrap();
        assert_eq!(c.realm, "atlanta.com");
        assert_eq!(c.nonce, "f84f1cec41e6cbe5aea9c8e88d359");
        assert_eq!(c.opaque.as_ref().unwrap(), &"");
        assert_eq!(c.domain.as_ref().unwrap(), &"sip:boxesbybob.com");
        assert!(!c.stale);
        assert_eq!((c.algorithm, c.qop), (Algorithm::Md5, vec![Qop::Auth]));
    }

    #[test]
    fn what_gateways_quote_or_leave_unquoted_reads_the_same() {
        let right = challenge(
            "Digest realm=\"x\",nonce=\"n\",algorithm=SHA-256,qop=\"auth,auth-int\",stale=true",
        );
        let odd = challenge(
            "DIGEST  Realm=x , nonce = n, algorithm=\"sha-256\", qop=\"auth , auth-int\", stale=\"TRUE\",",
        );
        assert_eq!(right, odd);
        assert_eq!(right.unwrap().qop, [Qop::Auth, Qop::AuthInt]);
        let old = challenge("Digest realm=x,nonce=n").unwrap();
        assert_eq!((old.algorithm, old.qop), (Algorithm::Md5, vec![]));
    }

    #[test]
    fn printing_and_parsing_are_inverse() {
        let c = Challenge {
            domain: Some(Text::from("sip:a sip:b")),
            qop: vec![Qop::AuthInt, Qop::Other(Text::from("x"))],
            userhash: true,
            ..Challenge::new("say \"hi\" \\", "n,1")
                .with_algorithm(Algorithm::Sha512Trunc256)
                .with_opaque("o")
                .with_stale(true)
        };
        let text = written(&c);
        assert_eq!(
            text,
            "Digest realm=\"say \\\"hi\\\" \\\\\", domain=\"sip:a sip:b\", nonce=\"n,1\", opaque=\"o\", \
             stale=true, algorithm=SHA-512-256, qop=\"auth-int,x\", userhash=true"
        );
        let back = Challenge::parse(Bytes::from(text), HeaderName::WwwAuthenticate);
        assert_eq!(back.unwrap(), c);
    }

    #[test]
    fn refused() {
        for bad in [
            "",
            "Digest",
            "Digest nonce=\"n\"",
            "Digest realm=\"x\"",
            "Digest realm=\"x, nonce=\"n\"",
            "Digest realm, nonce=\"n\"",
            "Di:gest realm=x, nonce=n",
        ] {
            let name = HeaderName::WwwAuthenticate;
            assert_eq!(challenge(bad), Err(HeaderError::Malformed(name)), "{bad}");
        }
        let basic = challenge("Basic realm=\"x\"");
        assert_eq!(basic, Err(HeaderError::Scheme(HeaderName::WwwAuthenticate)));
    }

    #[test]
    fn several_challenges_on_one_line_are_told_apart() {
        let line = Bytes::from_static(
            b"Digest realm=\"a, Digest realm=\", nonce=\"1\", algorithm=SHA-256, NTLM x, \
              Digest realm=\"b\", qop=\"auth\", nonce=\"2\"",
        );
        let all: Vec<_> = WwwAuthenticate::split(line)
            .map(|value| WwwAuthenticate::parse(value).map(|h| h.0.nonce))
            .collect();
        assert_eq!(
            all,
            [
                Ok(Text::from("1")),
                Err(HeaderError::Scheme(HeaderName::WwwAuthenticate)),
                Ok(Text::from("2")),
            ]
        );
    }
}
