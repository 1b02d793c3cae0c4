//! From datagram or framed bytes to an indexed message; refuses only what cannot be indexed.
//!
//! Whether the content obeys the grammar is a second question with a better answer than a dropped
//! packet: see [`crate::Request::flaw`].

use crate::{
    HeaderName, StatusCode,
    limits::{MAX_HEAD, MAX_HEADER_LINE, MAX_HEADERS, MAX_MESSAGE},
    message::{Head, Line, Start},
    scan::{is_space, is_token},
};
use bytes::Bytes;
use smallvec::SmallVec;

/// Why bytes could not be indexed as a SIP message at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing but line breaks: a keep-alive (RFC 5626 §4.4.1).
    #[error("empty message")]
    Empty,
    /// The first line is neither a request nor a status line.
    #[error("not a SIP start line")]
    StartLine,
    /// Larger than [`crate::limits::MAX_MESSAGE`] or a head larger than [`crate::limits::MAX_HEAD`].
    #[error("message too large")]
    TooLarge,
    /// More than [`crate::limits::MAX_HEADERS`] header lines.
    #[error("too many headers")]
    TooManyHeaders,
    /// A line longer than [`crate::limits::MAX_HEADER_LINE`].
    #[error("header line too long")]
    LineTooLong,
}

/// Indexes one message. `bytes` holds it whole; line breaks before it are skipped
/// (RFC 3261 §7.5), bytes after Content-Length are dropped (RFC 3261 §18.3).
pub(crate) fn parse(mut bytes: Bytes) -> Result<Head, ParseError> {
    let start = bytes
        .iter()
        .position(|b| !matches!(b, b'\r' | b'\n'))
        .ok_or(ParseError::Empty)?;
    if start > 0 {
        bytes = bytes.slice(start..);
    }
    if bytes.len() > MAX_MESSAGE {
        return Err(ParseError::TooLarge);
    }
    let (first_end, mut at) = line_end(&bytes, 0);
    let start = start_line(&bytes, first_end)?;

    let mut lines = SmallVec::new();
    let mut content_length = None;
    let body_start = loop {
        if at >= bytes.len() {
            break bytes.len(); // no empty line: a head without a body
        }
        let begin = at;
        let (mut end, mut next) = line_end(&bytes, at);
        if end == begin {
            break next;
        }
        let mut folded = false;
        while matches!(bytes.get(next), Some(b' ' | b'\t')) {
            folded = true;
            (end, next) = line_end(&bytes, next);
        }
        at = next;
        if at > MAX_HEAD {
            return Err(ParseError::TooLarge);
        }
        if end - begin > MAX_HEADER_LINE {
            return Err(ParseError::LineTooLong);
        }
        if lines.len() == MAX_HEADERS {
            return Err(ParseError::TooManyHeaders);
        }
        let line = index_line(&bytes, begin, end, folded);
        if line.name == HeaderName::ContentLength && content_length.is_none() {
            let value = bytes.get(usize::from(line.value)..end).unwrap_or_default();
            content_length = Some(decimal(value));
        }
        lines.push(line);
    };
    let available = bytes.len() - body_start;
    // A missing or unreadable length takes what is there; the flaw check judges it later.
    let body_len = content_length
        .flatten()
        .map_or(available, |n| n.min(available));
    let body_end = body_start + body_len;
    let bytes = if body_end < bytes.len() {
        bytes.slice(..body_end)
    } else {
        bytes
    };
    Ok(Head {
        start,
        lines,
        body: offset(body_start),
        bytes,
    })
}

/// End of the line's text and start of the next line; CRLF, and LF alone as some phones send it.
fn line_end(bytes: &[u8], from: usize) -> (usize, usize) {
    match memchr::memchr(b'\n', bytes.get(from..).unwrap_or_default()) {
        Some(n) => {
            let lf = from + n;
            let end = if lf > from && bytes.get(lf - 1) == Some(&b'\r') {
                lf - 1
            } else {
                lf
            };
            (end, lf + 1)
        }
        None => (bytes.len(), bytes.len()),
    }
}

fn start_line(bytes: &[u8], end: usize) -> Result<Start, ParseError> {
    let line = bytes.get(..end).ok_or(ParseError::StartLine)?;
    if end > MAX_HEADER_LINE {
        return Err(ParseError::LineTooLong);
    }
    let is_version =
        |v: &[u8]| v.len() >= 5 && v.get(..4).is_some_and(|s| s.eq_ignore_ascii_case(b"SIP/"));
    if is_version(line) {
        let space = memchr::memchr(b' ', line).ok_or(ParseError::StartLine)?;
        let version_ok = line
            .get(..space)
            .is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/2.0"));
        let digits = line
            .get(space + 1..space + 4)
            .ok_or(ParseError::StartLine)?;
        let code = decimal(digits)
            .and_then(|n| u16::try_from(n).ok())
            .ok_or(ParseError::StartLine)?;
        let code = StatusCode::new(code).ok_or(ParseError::StartLine)?;
        let reason = match line.get(space + 4) {
            None => space + 4,
            Some(b' ') => space + 5,
            Some(_) => return Err(ParseError::StartLine),
        };
        return Ok(Start::Status {
            version_ok,
            code,
            reason: offset(reason),
            end: offset(end),
        });
    }
    let method_end = line
        .iter()
        .position(|b| is_space(*b))
        .ok_or(ParseError::StartLine)?;
    let trimmed = line
        .iter()
        .rposition(|b| !is_space(*b))
        .map_or(0, |n| n + 1);
    let version_start = line
        .get(..trimmed)
        .and_then(|l| l.iter().rposition(|b| is_space(*b)))
        .map_or(0, |n| n + 1);
    let version = line.get(version_start..trimmed).unwrap_or_default();
    if version_start <= method_end || !is_version(version) || method_end == 0 {
        return Err(ParseError::StartLine);
    }
    // Between method and version, whatever it is, one space cut at each side: the URI.
    let (uri_start, uri_end) = (method_end + 1, version_start - 1);
    if uri_start > uri_end {
        return Err(ParseError::StartLine);
    }
    Ok(Start::Request {
        method_ok: line.get(..method_end).is_some_and(is_token),
        method_end: offset(method_end),
        uri: (offset(uri_start), offset(uri_end)),
        version_ok: version.eq_ignore_ascii_case(b"SIP/2.0"),
        tail_ok: trimmed == end,
    })
}

fn index_line(bytes: &[u8], begin: usize, end: usize, folded: bool) -> Line {
    let line = bytes.get(begin..end).unwrap_or_default();
    let malformed = Line {
        name: HeaderName::Malformed,
        folded,
        start: offset(begin),
        name_end: offset(begin),
        value: offset(begin),
        value_end: offset(end),
        end: offset(end),
    };
    let Some(colon) = memchr::memchr(b':', line) else {
        return malformed;
    };
    // White space may stand before the colon (RFC 3261 §7.3.1).
    let name_len = line
        .get(..colon)
        .and_then(|n| n.iter().rposition(|b| !is_space(*b)))
        .map_or(0, |n| n + 1);
    let spelled = line.get(..name_len).unwrap_or_default();
    let name = HeaderName::from_bytes(spelled);
    if name == HeaderName::Other && !is_token(spelled) {
        return malformed;
    }
    let after = line.get(colon + 1..).unwrap_or_default();
    let lead = after
        .iter()
        .position(|b| !is_space(*b))
        .unwrap_or(after.len());
    let value = begin + colon + 1 + lead;
    let value_len = after
        .iter()
        .rposition(|b| !is_space(*b))
        .map_or(0, |n| (n + 1).saturating_sub(lead));
    Line {
        name,
        folded,
        start: offset(begin),
        name_end: offset(begin + name_len),
        value: offset(value),
        value_end: offset(value + value_len),
        end: offset(end),
    }
}

/// Decimal digits with white space around; `None` for anything else or an overflow.
pub(crate) fn decimal(text: &[u8]) -> Option<usize> {
    let text = crate::scan::trim(text);
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0usize, |n, b| {
        b.is_ascii_digit().then_some(())?;
        n.checked_mul(10)?.checked_add(usize::from(b - b'0'))
    })
}

/// An offset inside a message, which is at most [`MAX_MESSAGE`] long.
fn offset(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
