//! Parameter lists `;name=value;flag` of URIs and headers, kept raw and read on demand.

use crate::{
    Text,
    limits::MAX_PARAMS,
    scan::{find_outside, is_param_value, is_token, quote, trim, trim_bytes, unquote},
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
        let list = self.0.clone();
        let mut at = 0;
        std::iter::from_fn(move || {
            let (name, value) = next_piece(&list, &mut at)?;
            let text = |piece: &[u8]| Text::new(list.slice_ref(piece));
            Some((text(name), value.map(text)))
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
            || self.pieces().all(|(name, value)| {
                is_token(name)
                    && value.is_none_or(|v| {
                        is_param_value(v)
                            || (v.first() == Some(&b'"')
                                && crate::scan::quoted_end(v) == Some(v.len()))
                    })
            })
    }

    /// Wraps a piece of `whole` that shares its buffer.
    pub(crate) fn of(whole: &Bytes, piece: &[u8]) -> Params {
        Params(whole.slice_ref(trim(piece)))
    }

    /// [`Params::iter`] without counting references.
    fn pieces(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let mut at = 0;
        std::iter::from_fn(move || next_piece(&self.0, &mut at)).take(MAX_PARAMS)
    }

    fn find(&self, name: &str) -> Option<Option<Text>> {
        if self.0.len() < name.len() {
            return None;
        }
        self.pieces()
            .find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, v)| v.map(|v| Text::new(self.0.slice_ref(v))))
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

/// The parameter that starts at `at`, which moves on to the next.
fn next_piece<'a>(list: &'a [u8], at: &mut usize) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    loop {
        let rest = list.get(*at..).filter(|rest| !rest.is_empty())?;
        let end = find_outside(rest, true, b';').unwrap_or(rest.len());
        *at += end + 1;
        let one = rest.get(..end).unwrap_or_default();
        let (name, value) = match memchr::memchr(b'=', one) {
            Some(eq) => (
                trim(one.get(..eq).unwrap_or_default()),
                Some(trim(one.get(eq + 1..).unwrap_or_default())),
            ),
            None => (trim(one), None),
        };
        if !name.is_empty() || value.is_some() {
            return Some((name, value));
        }
    }
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
