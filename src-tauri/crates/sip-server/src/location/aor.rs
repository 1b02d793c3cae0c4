//! An address-of-record: whom a caller means, wherever that person's phones are.

use sip_message::{Host, Text, Uri};
use std::fmt;

/// The key of the location service: `user@host` with the user unescaped and the host in lower case,
/// or whatever word the owner keys its accounts by.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aor(Text);

impl Aor {
    /// A key of the owner's choosing.
    pub fn new(key: &str) -> Aor {
        Aor(Text::from(key))
    }

    /// The address-of-record a URI means: parameters, port and password do not count
    /// (RFC 3261 §10.3 step 5). `None` for a URI without user.
    pub fn of(uri: &Uri) -> Option<Aor> {
        let user = uri.user()?;
        let mut key = Vec::with_capacity(user.len() + 24);
        key.extend_from_slice(&user);
        if let Some(sip) = uri.as_sip() {
            key.push(b'@');
            match sip.host() {
                Host::Name(name) => key.extend(name.iter().map(u8::to_ascii_lowercase)),
                ip => key.extend_from_slice(ip.to_string().as_bytes()),
            }
        }
        Some(Aor(Text::new(key.into())))
    }

    /// The key.
    pub fn key(&self) -> &Text {
        &self.0
    }
}

impl fmt::Display for Aor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Aor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aor({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_and_what_does_not() {
        let aor = |uri: &str| Aor::of(&uri.parse().unwrap());
        for (a, b, same) in [
            (
                "sip:anna@Office.example",
                "sip:anna@office.EXAMPLE:5060;transport=tcp",
                true,
            ),
            ("sip:anna@office", "sips:anna:pw@office", true),
            ("sip:%61nna@office", "sip:anna@office", true),
            ("sip:Anna@office", "sip:anna@office", false),
            ("sip:anna@office", "sip:anna@other", false),
            ("tel:+4930123", "tel:+4930123;phone-context=x", true),
        ] {
            assert_eq!(aor(a) == aor(b), same, "{a} {b}");
        }
        assert_eq!(aor("sip:office"), None);
        assert_eq!(aor("sip:anna@Office").unwrap().to_string(), "anna@office");
    }
}
