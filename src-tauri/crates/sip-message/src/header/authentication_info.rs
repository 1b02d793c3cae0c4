//! Authentication-Info (RFC 3261 §20.6, RFC 7616 §3.5): the server's side of mutual
//! authentication, and the nonce to use next.

use super::{
    Header, HeaderError,
    digest::{Qop, find, parameters, write_quoted, write_token},
};
use crate::{HeaderName, Text};
use bytes::Bytes;

/// Authentication-Info.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticationInfo {
    /// The nonce the server would like to see next.
    pub nextnonce: Option<Text>,
    /// The quality of protection of `rspauth`.
    pub qop: Option<Qop>,
    /// The server's proof that it knows the password.
    pub rspauth: Option<Text>,
    /// The request's cnonce.
    pub cnonce: Option<Text>,
    /// The request's nonce count, as written.
    pub nc: Option<Text>,
}

impl Header for AuthenticationInfo {
    const NAME: HeaderName = HeaderName::AuthenticationInfo;

    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let list = parameters(value, Self::NAME)?;
        Ok(AuthenticationInfo {
            nextnonce: find(&list, "nextnonce"),
            qop: find(&list, "qop").map(Qop::from_text),
            rspauth: find(&list, "rspauth"),
            cnonce: find(&list, "cnonce"),
            nc: find(&list, "nc"),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut value = Vec::with_capacity(96);
        if let Some(nonce) = &self.nextnonce {
            write_quoted(&mut value, "nextnonce", nonce);
        }
        if let Some(qop) = &self.qop {
            write_token(&mut value, "qop", qop.as_bytes());
        }
        if let Some(proof) = &self.rspauth {
            write_quoted(&mut value, "rspauth", proof);
        }
        if let Some(cnonce) = &self.cnonce {
            write_quoted(&mut value, "cnonce", cnonce);
        }
        if let Some(nc) = &self.nc {
            write_token(&mut value, "nc", nc);
        }
        out.extend_from_slice(&value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_3261_20_6_and_back() {
        let text = "nextnonce=\"47364c23432d2e131a5fb210812c\", qop=auth, rspauth=\"6629\", cnonce=\"0a\", nc=00000001";
        let info = AuthenticationInfo::parse(Bytes::from_static(text.as_bytes())).unwrap();
        assert_eq!(
            info.nextnonce.as_ref().unwrap(),
            &"47364c23432d2e131a5fb210812c"
        );
        let mut out = Vec::new();
        info.write(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), text);
    }
}
