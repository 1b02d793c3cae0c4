//! An e-mail address, as plain as offices have them.

use crate::limits::{EMAIL_ADDRESS_MAX_CHARS, EMAIL_LOCAL_PART_MAX_CHARS};
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// An e-mail address (RFC 5321 §4.1.2) in ASCII: a dot-string, `@`, a domain name. Quoted local
/// parts, address literals and comments are not taken: nobody's post comes there, and they are how
/// text is smuggled into a header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

text_value!(EmailAddress, BadEmailAddress);

impl EmailAddress {
    /// Checks an address as typed.
    ///
    /// # Errors
    /// It is no such address.
    pub fn parse(text: &str) -> Result<Self, BadEmailAddress> {
        let (local, domain) = text.rsplit_once('@').ok_or(BadEmailAddress)?;
        let good = text.len() <= EMAIL_ADDRESS_MAX_CHARS
            && local.len() <= EMAIL_LOCAL_PART_MAX_CHARS
            && local.split('.').all(is_atom)
            && domain.split('.').all(is_label);
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadEmailAddress)
        }
    }

    /// What stands behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

fn is_atom(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    !part.is_empty() && part.chars().all(allowed)
}

fn is_label(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=63).contains(&part.len())
        && part.chars().all(allowed)
        && !part.starts_with('-')
        && !part.ends_with('-')
}

/// The text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like anna@example.com")]
pub struct BadEmailAddress;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_nothing_but_itself() {
        for good in ["anna@example.com", "a.b+c@x-y.example", "root@localhost"] {
            assert_eq!(EmailAddress::parse(good).unwrap().as_str(), good);
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "anna",
            "@example.com",
            "anna@",
            "a..b@example.com",
            ".a@example.com",
            "anna@-x.com",
            "anna@x..com",
            "anna@example.com\r\nBcc: x@y.z",
            "a b@example.com",
            "\"a b\"@example.com",
            "Anna <anna@example.com>",
            "anna@[192.0.2.1]",
            "änna@example.com",
            "a@b@example.com",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(BadEmailAddress), "{bad:?}");
        }
    }
}
