//! Retry-After (RFC 3261 §20.33): when to try again.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text,
    scan::{find_outside, is_space, part, trim_bytes},
};
use bytes::Bytes;

/// Retry-After. A comment in parentheses is skipped when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryAfter {
    /// Seconds to wait.
    pub seconds: u32,
    /// `duration`: how long the far end will be there afterwards.
    pub params: Params,
}

impl RetryAfter {
    /// Seconds and nothing else.
    pub fn new(seconds: u32) -> RetryAfter {
        RetryAfter {
            seconds,
            params: Params::new(),
        }
    }
}

impl Header for RetryAfter {
    const NAME: HeaderName = HeaderName::RetryAfter;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let end = value
            .iter()
            .position(|b| is_space(*b) || matches!(b, b';' | b'('))
            .unwrap_or(value.len());
        let digits = Text::new(part(&value, 0, end));
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(malformed);
        }
        let mut rest = trim_bytes(&part(&value, end, value.len()));
        if rest.first() == Some(&b'(') {
            let close = comment_end(&rest).ok_or(malformed)?;
            rest = trim_bytes(&part(&rest, close, rest.len()));
        }
        let params = match find_outside(&rest, false, b';') {
            Some(0) => Params::from_raw(part(&rest, 1, rest.len())),
            None if rest.is_empty() => Params::new(),
            _ => return Err(malformed),
        };
        Ok(RetryAfter {
            seconds: digits.number().unwrap_or(u32::MAX),
            params,
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.seconds.to_string().as_bytes());
        self.params.write(out);
    }
}

/// Index after the parenthesis that closes the one at the start; comments nest and escape.
fn comment_end(text: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut escaped = false;
    for (i, b) in text.iter().copied().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_rfc_3261_20_33() {
        let parse = |s: &'static str| RetryAfter::parse(Bytes::from_static(s.as_bytes()));
        assert_eq!(
            parse("18000;duration=3600")
                .unwrap()
                .params
                .value("duration")
                .unwrap(),
            "3600"
        );
        let busy = parse("120 (I'm in a (small; \\)) meeting) ;duration=9").unwrap();
        assert_eq!(
            (busy.seconds, busy.params.value("duration").unwrap()),
            (120, Text::from("9"))
        );
        assert_eq!(parse("99999999999").unwrap().seconds, u32::MAX);
        for bad in ["", "soon", "5 (open", "5 x", "-5"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
