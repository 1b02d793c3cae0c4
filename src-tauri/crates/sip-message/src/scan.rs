//! Small scanners over header bytes: trimming, quoting, splitting at separators outside quotes.

use bytes::Bytes;

/// What a byte may be part of, one bit per class: a table answers in one look-up what a chain of
/// comparisons answers in twenty.
const CLASSES: [u8; 256] = classes();
const SPACE: u8 = 1;
const TOKEN: u8 = 2;
const PARAM_VALUE: u8 = 4;
const USERINFO: u8 = 8;
const NO_URI: u8 = 16;

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        let mut class = 0;
        if matches!(b, b' ' | b'\t' | b'\r' | b'\n') {
            class |= SPACE;
        }
        let token = b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
            );
        if token {
            class |= TOKEN;
        }
        // A token, or a host with brackets and colons.
        if token
            || matches!(
                b,
                b'[' | b']' | b':' | b'/' | b'&' | b'$' | b'@' | b'?' | b'(' | b')'
            )
        {
            class |= PARAM_VALUE;
        }
        // RFC 3261 §25.1 `user` and `password`, with the leniency phones need: `#` and non-ASCII.
        if b.is_ascii_alphanumeric()
            || b >= 0x80
            || matches!(
                b,
                b'-' | b'_'
                    | b'.'
                    | b'!'
                    | b'~'
                    | b'*'
                    | b'\''
                    | b'('
                    | b')'
                    | b'%'
                    | b'&'
                    | b'='
                    | b'+'
                    | b'$'
                    | b','
                    | b';'
                    | b'?'
                    | b'/'
                    | b':'
                    | b'#'
            )
        {
            class |= USERINFO;
        }
        if b == b' ' || b.is_ascii_control() || matches!(b, b'<' | b'>') {
            class |= NO_URI;
        }
        #[allow(clippy::indexing_slicing)] // evaluated by the compiler, `i` is below 256
        {
            table[i] = class;
        }
        i += 1;
    }
    table
}

fn is_class(b: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(b))
        .is_some_and(|bits| bits & class != 0)
}

/// Linear white space inside an unfolded value: space, tab, and CR/LF left by tolerant phones.
pub(crate) fn is_space(b: u8) -> bool {
    is_class(b, SPACE)
}

/// RFC 3261 §25.1 `token`.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|b| is_class(*b, TOKEN))
}

pub(crate) fn is_token_byte(b: u8) -> bool {
    is_class(b, TOKEN)
}

/// A parameter value that may stand without quotes: a token or a host.
pub(crate) fn is_param_value(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|b| is_class(*b, PARAM_VALUE))
}

/// The user and password of a SIP URI.
pub(crate) fn is_userinfo(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|b| is_class(*b, USERINFO))
}

/// Whether a byte is inside that no URI may hold: white space, controls, angle brackets.
pub(crate) fn has_no_uri_byte(bytes: &[u8]) -> bool {
    bytes.iter().any(|b| is_class(*b, NO_URI))
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

/// The decimal number written here, when it is one and fits.
pub(crate) fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
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

/// Index of the first `stop` outside quoted strings and, when `angles`, outside `<...>`. `None`
/// when there is none or a quote or angle never closes before it.
pub(crate) fn find_outside(bytes: &[u8], angles: bool, stop: u8) -> Option<usize> {
    let open = if angles { b'<' } else { b'"' };
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let found = memchr::memchr3(stop, b'"', open, rest)?;
        let from = rest.get(found..)?;
        at += found;
        match from.first() {
            Some(b) if *b == stop => return Some(at),
            Some(b'"') => at += quoted_end(from)?,
            _ => at += memchr::memchr(b'>', from)? + 1,
        }
    }
}

/// End of the quoted string that starts at `bytes[0] == '"'`: index after the closing quote.
pub(crate) fn quoted_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2; // an escape and what it escapes
    }
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

/// Bytes that never leave in a value: they would end the line here or in a careless receiver.
pub(crate) fn has_forbidden_byte(bytes: &[u8]) -> bool {
    memchr::memchr3(0, b'\r', b'\n', bytes).is_some()
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
    std::iter::from_fn(move || next_element(&mut rest))
}

/// Takes the first element off a comma-separated value.
pub(crate) fn next_element(rest: &mut Option<Bytes>) -> Option<Bytes> {
    while let Some(now) = rest.take() {
        let Some(comma) = find_outside(&now, true, b',') else {
            let trimmed = trim(&now);
            return match trimmed.len() {
                0 => None,
                length if length == now.len() => Some(now),
                _ => Some(now.slice_ref(trimmed)),
            };
        };
        let element = trim(now.get(..comma).unwrap_or_default());
        *rest = Some(part(&now, comma + 1, now.len()));
        if !element.is_empty() {
            return Some(now.slice_ref(element));
        }
    }
    None
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
