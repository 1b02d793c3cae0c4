//! Small scanners over header bytes: trimming, quoting, splitting at separators outside quotes.

use bytes::Bytes;

/// Linear white space inside an unfolded value: space, tab, and CR/LF left by tolerant phones.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

/// RFC 3261 §25.1 `token`.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_token_byte)
}

pub(crate) fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
        )
}

/// The slice without white space at either end.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|b| !is_space(*b));
    let end = bytes.iter().rposition(|b| !is_space(*b));
    match (start, end) {
        (Some(s), Some(e)) => bytes.get(s..=e).unwrap_or_default(),
        _ => &[],
    }
}

/// [`trim`] that shares the buffer.
pub(crate) fn trim_bytes(bytes: &Bytes) -> Bytes {
    bytes.slice_ref(trim(bytes))
}

/// A part of `bytes` that shares the buffer; out of range is empty.
pub(crate) fn part(bytes: &Bytes, from: usize, to: usize) -> Bytes {
    let to = to.min(bytes.len());
    if from >= to {
        Bytes::new()
    } else {
        bytes.slice(from..to)
    }
}

/// Index of the first byte that `stop` accepts, outside quoted strings and, when `angles`, outside
/// `<...>`. `None` when there is none or a quote or angle never closes before the end.
pub(crate) fn find_outside(bytes: &[u8], angles: bool, stop: impl Fn(u8) -> bool) -> Option<usize> {
    let mut quoted = false;
    let mut angle = false;
    let mut escaped = false;
    for (i, b) in bytes.iter().copied().enumerate() {
        if escaped {
            escaped = false;
        } else if quoted {
            match b {
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
        } else if angle {
            angle = b != b'>';
        } else if stop(b) {
            return Some(i);
        } else if b == b'"' {
            quoted = true;
        } else if angles && b == b'<' {
            angle = true;
        }
    }
    None
}

/// End of the quoted string that starts at `bytes[0] == '"'`: index after the closing quote.
pub(crate) fn quoted_end(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (i, b) in bytes.iter().copied().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// The inside of a quoted string with its escapes removed; other text as it is.
pub(crate) fn unquote(bytes: &Bytes) -> Bytes {
    let inner = match bytes.as_ref() {
        [b'"', .., b'"'] if bytes.len() >= 2 => part(bytes, 1, bytes.len() - 1),
        _ => return bytes.clone(),
    };
    if memchr::memchr(b'\\', &inner).is_none() {
        return inner;
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for b in inner.iter().copied() {
        if b == b'\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            out.push(b);
        }
    }
    Bytes::from(out)
}

/// Writes a quoted string, escaping what RFC 3261 §25.1 wants escaped and dropping line breaks.
pub(crate) fn quote(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for b in bytes.iter().copied() {
        match b {
            b'"' | b'\\' => out.extend([b'\\', b]),
            b'\r' | b'\n' | 0 => {}
            _ => out.push(b),
        }
    }
    out.push(b'"');
}

/// Splits a comma-separated value outside quotes and angle brackets; empty elements are skipped.
pub(crate) fn split_list(value: Bytes) -> impl Iterator<Item = Bytes> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        while let Some(now) = rest.take() {
            let element = match find_outside(&now, true, |b| b == b',') {
                Some(comma) => {
                    rest = Some(part(&now, comma + 1, now.len()));
                    part(&now, 0, comma)
                }
                None => now,
            };
            let element = trim_bytes(&element);
            if !element.is_empty() {
                return Some(element);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_quotes_and_angles_do_not_split() {
        let value = Bytes::from_static(b"\"a, \\\"b\" <sip:x@y;p=1,2>, <sip:z>,, sip:q");
        let parts: Vec<_> = split_list(value).collect();
        assert_eq!(parts, ["\"a, \\\"b\" <sip:x@y;p=1,2>", "<sip:z>", "sip:q"]);
    }

    #[test]
    fn quoting_and_unquoting_are_inverse() {
        let mut out = Vec::new();
        quote(b"say \"hi\" \\ there", &mut out);
        assert_eq!(unquote(&Bytes::from(out)), "say \"hi\" \\ there");
    }
}
