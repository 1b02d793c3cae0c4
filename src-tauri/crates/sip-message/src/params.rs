//! Parameter lists `;name=value;flag` of URIs and headers, kept raw and read on demand.

use crate::{
    Text,
    limits::MAX_PARAMS,
    scan::{find_outside, is_token, part, quote, trim_bytes, unquote},
};
use bytes::Bytes;
use std::fmt;

/// The parameters after a URI or header value, as they were written (without the first `;`).
/// Names compare without case; the first of two equal names counts.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Params(Bytes);

impl Params {
    /// No parameters.
    pub const fn new() -> Params {
        Params(Bytes::new())
    }

    /// Wraps what follows the first semicolon.
    pub fn from_raw(raw: Bytes) -> Params {
        Params(trim_bytes(&raw))
    }

    /// The parameters as written, without a leading semicolon.
    pub fn raw(&self) -> &Bytes {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Name and, where there is one, raw value (quotes kept) of each parameter, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Text, Option<Text>)> + use<> {
        let mut rest = Some(self.0.clone());
        std::iter::from_fn(move || {
            while let Some(now) = rest.take() {
                let one = match find_outside(&now, true, |b| b == b';') {
                    Some(at) => {
                        rest = Some(part(&now, at + 1, now.len()));
                        part(&now, 0, at)
                    }
                    None => now,
                };
                let (name, value) = match memchr::memchr(b'=', &one) {
                    Some(eq) => (
                        trim_bytes(&part(&one, 0, eq)),
                        Some(Text::new(trim_bytes(&part(&one, eq + 1, one.len())))),
                    ),
                    None => (trim_bytes(&one), None),
                };
                if !name.is_empty() || value.is_some() {
                    return Some((Text::new(name), value));
                }
            }
            None
        })
        .take(MAX_PARAMS)
    }

    /// Whether the parameter is present, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The parameter's value, unquoted. `None` when absent or without a value.
    pub fn value(&self, name: &str) -> Option<Text> {
        self.find(name)?.map(|v| Text::new(unquote(v.bytes())))
    }

    /// The parameter's value as written, quotes kept.
    pub fn raw_value(&self, name: &str) -> Option<Text> {
        self.find(name)?
    }

    /// The same list with `name` set to a token value; replaces an earlier one in its place.
    pub fn with(&self, name: &str, value: &str) -> Params {
        let mut text = Vec::with_capacity(name.len() + value.len() + 3);
        text.extend_from_slice(name.as_bytes());
        text.push(b'=');
        if is_param_value(value.as_bytes()) {
            text.extend_from_slice(value.as_bytes());
        } else {
            quote(value.as_bytes(), &mut text);
        }
        self.replace(name, Some(&text))
    }

    /// The same list with the flag `name`, which has no value.
    pub fn with_flag(&self, name: &str) -> Params {
        self.replace(name, Some(name.as_bytes()))
    }

    /// The same list without `name`.
    pub fn without(&self, name: &str) -> Params {
        if self.has(name) {
            self.replace(name, None)
        } else {
            self.clone()
        }
    }

    /// Appends `;a=b;c` to `out`, nothing when empty.
    pub fn write(&self, out: &mut Vec<u8>) {
        if !self.0.is_empty() {
            out.push(b';');
            out.extend_from_slice(&self.0);
        }
    }

    /// Whether every parameter is `token [= token | host | quoted-string]` (RFC 3261 §25.1).
    pub fn is_well_formed(&self) -> bool {
        self.0.is_empty()
            || self.iter().all(|(name, value)| {
                is_token(&name)
                    && value.is_none_or(|v| {
                        is_param_value(&v)
                            || (v.first() == Some(&b'"')
                                && crate::scan::quoted_end(&v) == Some(v.len()))
                    })
            })
    }

    fn find(&self, name: &str) -> Option<Option<Text>> {
        if self.0.len() < name.len() {
            return None;
        }
        self.iter().find(|(n, _)| n.is(name)).map(|(_, v)| v)
    }

    fn replace(&self, name: &str, with: Option<&[u8]>) -> Params {
        let mut out = Vec::with_capacity(self.0.len() + with.map_or(0, <[u8]>::len) + 1);
        let mut add = |text: &[&[u8]]| {
            if !out.is_empty() {
                out.push(b';');
            }
            text.iter().for_each(|t| out.extend_from_slice(t));
        };
        let mut pending = with;
        for (n, v) in self.iter() {
            if n.is(name) {
                if let Some(text) = pending.take() {
                    add(&[text]);
                }
            } else {
                match v {
                    Some(v) => add(&[&n, b"=", &v]),
                    None => add(&[&n]),
                }
            }
        }
        if let Some(text) = pending {
            add(&[text]);
        }
        Params(Bytes::from(out))
    }
}

/// A value that may stand without quotes: a token, or a host with brackets and colons.
fn is_param_value(value: &[u8]) -> bool {
    !value.is_empty()
        && value.iter().copied().all(|b| {
            crate::scan::is_token_byte(b)
                || matches!(
                    b,
                    b'[' | b']' | b':' | b'/' | b'&' | b'$' | b'@' | b'?' | b'(' | b')'
                )
        })
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Text::new(self.0.clone()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(s: &'static str) -> Params {
        Params::from_raw(Bytes::from_static(s.as_bytes()))
    }

    #[test]
    fn values_flags_quotes_and_spaces() {
        let p = params("tag = a1 ; lr;+sip.instance=\"<urn:uuid:1;2>\";q=0.7");
        assert_eq!(p.value("TAG").unwrap(), "a1");
        assert!(p.has("lr") && p.value("lr").is_none());
        assert_eq!(p.value("+sip.instance").unwrap(), "<urn:uuid:1;2>");
        assert_eq!(p.raw_value("+sip.instance").unwrap(), "\"<urn:uuid:1;2>\"");
        assert_eq!(p.iter().count(), 4);
        assert!(p.is_well_formed());
    }

    #[test]
    fn setting_replaces_in_place_and_keeps_the_rest() {
        let p = params("a=1;b;c=\"x y\"");
        assert_eq!(p.with("b", "2").raw(), "a=1;b=2;c=\"x y\"");
        assert_eq!(
            p.with("d", "no token,").raw(),
            "a=1;b;c=\"x y\";d=\"no token,\""
        );
        assert_eq!(p.without("A").raw(), "b;c=\"x y\"");
        assert_eq!(Params::new().with_flag("lr").raw(), "lr");
    }
}
