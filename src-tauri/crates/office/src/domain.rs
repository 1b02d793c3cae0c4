//! What the office calls itself in SIP: the domains it answers for and its digest realm.

use crate::limits::{DOMAIN_LABEL_MAX_CHARS, DOMAIN_MAX_CHARS, REALM_MAX_CHARS};
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// A host name or IP address the office answers for, in the one spelling it is compared in:
/// lower case, no trailing dot, IPv6 without brackets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

text_value!(Domain, BadDomain);

impl Domain {
    /// Checks a host as written in a SIP URI (`PBX.example.com.`, `192.0.2.1`, `[2001:db8::1]`)
    /// and brings it into its one spelling.
    ///
    /// # Errors
    /// The text is neither a host name nor an IP address.
    pub fn parse(text: &str) -> Result<Self, BadDomain> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.to_string()));
        }
        if let Some(inner) = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            return match inner.parse::<Ipv6Addr>() {
                Ok(address) => Ok(Self(address.to_string())),
                Err(_) => Err(BadDomain),
            };
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() || name.len() > DOMAIN_MAX_CHARS || !name.split('.').all(is_label) {
            return Err(BadDomain);
        }
        // `1.2.3` or `300.1.2.3` is a mistyped address, not a name: RFC 3261's grammar wants a
        // letter at the start of the last label.
        match name.rsplit('.').next() {
            Some(last) if last.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Ok(Self(name.to_ascii_lowercase()))
            }
            _ => Err(BadDomain),
        }
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= DOMAIN_LABEL_MAX_CHARS
        && label
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The text is neither a host name nor an IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a domain is a host name such as pbx.example.com, or an IP address")]
pub struct BadDomain;

/// The digest realm: the name of the protection space the office's devices log in to
/// (RFC 3261 §22.1). It is part of every stored credential, so it is chosen once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Realm(String);

text_value!(Realm, BadRealm);

impl Realm {
    /// Checks a realm: printable ASCII without `"`, `\` and `:`. The first two would need
    /// escaping in the header, which phones get wrong; the colon separates the parts of the hash.
    ///
    /// # Errors
    /// The text is empty, too long or has such a character.
    pub fn parse(text: &str) -> Result<Self, BadRealm> {
        let plain = |c: char| (c == ' ' || c.is_ascii_graphic()) && !matches!(c, '"' | '\\' | ':');
        if text.is_empty() || text.len() > REALM_MAX_CHARS || !text.chars().all(plain) {
            return Err(BadRealm);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes a realm that no other office has (RFC 3261 §22.1) from 64 random bits.
    #[must_use]
    pub fn generate(random: u64) -> Self {
        Self(format!("cordboard-{random:016x}"))
    }
}

/// The text cannot be a realm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a realm has 1 to {REALM_MAX_CHARS} plain characters without quote, backslash or colon")]
pub struct BadRealm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_spelling() {
        let cases = [
            ("PBX.Example.com", Some("pbx.example.com")),
            ("pbx.example.com.", Some("pbx.example.com")),
            ("cordboard", Some("cordboard")),
            ("192.0.2.1", Some("192.0.2.1")),
            ("[2001:DB8:0::1]", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("", None),
            (".", None),
            ("300.1.2.3", None),
            ("a..b", None),
            ("-a.example", None),
            ("a b", None),
            ("[192.0.2.1]", None),
            ("pbx.example.com:5060", None),
        ];
        for (text, expected) in cases {
            let got = Domain::parse(text).ok();
            assert_eq!(got.as_ref().map(Domain::as_str), expected, "{text:?}");
        }
    }

    #[test]
    fn a_realm_needs_no_escaping() {
        for (text, ok) in [
            ("cordboard-x7", true),
            ("My office", true),
            ("a:b", false),
            ("a\"b", false),
            ("", false),
        ] {
            assert_eq!(Realm::parse(text).is_ok(), ok, "{text:?}");
        }
        let generated = Realm::generate(7);
        assert_eq!(Realm::parse(generated.as_str()), Ok(generated));
    }
}
