//! Cutting a byte stream into messages (RFC 3261 §18.3) and keep-alives (RFC 5626 §4.4.1).

use crate::limits::MAX_STREAM_MESSAGE;
use bytes::{Buf, Bytes, BytesMut};

/// The bytes of one connection that are not a whole message yet.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: BytesMut,
    /// No head ends before this place; saves looking again with each segment.
    scanned: usize,
    /// Length of the message at the buffer's start, once its head is complete.
    whole: Option<usize>,
    /// The last frame was a single line break; another one makes it a ping.
    after_line_break: bool,
    broken: Option<FramingError>,
}

/// Why a stream cannot be read any further; its connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// A message larger than [`MAX_STREAM_MESSAGE`].
    #[error("message too large")]
    TooLarge,
    /// Content-Length is no number or contradicts itself, so nobody can tell where the next
    /// message begins: whoever guesses can be smuggled a request.
    #[error("no usable Content-Length")]
    Length,
}

const PING: &[u8] = b"\r\n\r\n";
const PONG: &[u8] = b"\r\n";

impl Framer {
    /// Adds what was read from the connection. Take out all frames before the next read: that
    /// bounds what is held.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.broken.is_none() {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The next whole message or keep-alive; a double line break is a ping, a single one a pong.
    /// `None`: more bytes are needed. After an error there is nothing but that error.
    pub fn next_frame(&mut self) -> Result<Option<Bytes>, FramingError> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if self.whole.is_none() {
            if let Some(keep_alive) = self.keep_alive() {
                return Ok(Some(Bytes::from_static(keep_alive)));
            }
            self.whole = match self.find_whole() {
                Ok(whole) => whole,
                Err(error) => {
                    self.broken = Some(error);
                    self.buffer = BytesMut::new();
                    return Err(error);
                }
            };
        }
        let Some(length) = self.whole.filter(|length| self.buffer.len() >= *length) else {
            return Ok(None);
        };
        self.whole = None;
        self.scanned = 0;
        self.after_line_break = false;
        Ok(Some(self.buffer.split_to(length).freeze()))
    }

    /// A ping cut in two first looks like a pong. That does no harm; a missed ping would, for its
    /// sender gives the connection up (RFC 5626 §4.4.1).
    fn keep_alive(&mut self) -> Option<&'static [u8]> {
        let frame = if self.buffer.starts_with(PING) {
            PING
        } else if self.buffer.starts_with(PONG) {
            PONG
        } else {
            return None;
        };
        self.buffer.advance(frame.len());
        let second_half = std::mem::take(&mut self.after_line_break) && frame == PONG;
        self.after_line_break = frame == PONG && !second_half;
        Some(if second_half { PING } else { frame })
    }

    /// Head and body of the first message in bytes, once the head is here.
    fn find_whole(&mut self) -> Result<Option<usize>, FramingError> {
        let Some(head) = head_end(&self.buffer, self.scanned) else {
            // The empty line may straddle segments: at most three of its bytes are here.
            self.scanned = self.buffer.len().saturating_sub(3);
            return if self.buffer.len() > MAX_STREAM_MESSAGE {
                Err(FramingError::TooLarge)
            } else {
                Ok(None)
            };
        };
        let body = content_length(self.buffer.get(..head).unwrap_or_default())?;
        match head.checked_add(body) {
            Some(whole) if whole <= MAX_STREAM_MESSAGE => Ok(Some(whole)),
            _ => Err(FramingError::TooLarge),
        }
    }
}

/// Where the empty line ends; line breaks are CRLF, or LF alone as some phones send them.
fn head_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = bytes.get(at..)?.iter().position(|b| *b == b'\n') {
        at += found + 1;
        match bytes.get(at..)? {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
    None
}

/// The body's length as the head tells. A head without Content-Length has no body: RFC 3261 §20.14
/// demands it on streams.
fn content_length(head: &[u8]) -> Result<usize, FramingError> {
    let mut length = None;
    let mut lines = head.split(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        let mut value = match line.iter().position(|b| *b == b':') {
            Some(colon) if is_content_length(line.get(..colon).unwrap_or_default()) => {
                line.get(colon + 1..).unwrap_or_default().to_vec()
            }
            _ => continue,
        };
        while let Some(folded) = lines.next_if(|next| matches!(next.first(), Some(b' ' | b'\t'))) {
            value.extend_from_slice(folded);
        }
        let this = decimal(value.trim_ascii()).ok_or(FramingError::Length)?;
        if length.is_some_and(|length| length != this) {
            return Err(FramingError::Length);
        }
        length = Some(this);
    }
    Ok(length.unwrap_or(0))
}

fn is_content_length(name: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"l")
}

fn decimal(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // More digits than fit are too large, which the caller finds.
    Some(digits.iter().fold(0usize, |n, d| {
        n.saturating_mul(10).saturating_add(usize::from(d - b'0'))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &[u8] = b"MESSAGE sip:a@x SIP/2.0\r\nContent-Length: 5\r\n\r\nhello\
        \r\n\r\nOPTIONS sip:a@x SIP/2.0\r\nl :\r\n 3\r\n\r\nabc\r\nBYE sip:a@x SIP/2.0\n\n";

    fn frames(framer: &mut Framer) -> Vec<String> {
        std::iter::from_fn(|| framer.next_frame().unwrap())
            .map(|frame| String::from_utf8(frame.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn messages_and_keep_alives_come_out_whole() {
        let mut framer = Framer::default();
        framer.push(STREAM);
        assert_eq!(
            frames(&mut framer),
            [
                "MESSAGE sip:a@x SIP/2.0\r\nContent-Length: 5\r\n\r\nhello",
                "\r\n\r\n",
                "OPTIONS sip:a@x SIP/2.0\r\nl :\r\n 3\r\n\r\nabc",
                "\r\n",
                "BYE sip:a@x SIP/2.0\n\n",
            ]
        );
        assert_eq!(framer.buffer.len(), 0);
    }

    proptest! {
        #[test]
        fn segments_do_not_matter(cuts in proptest::collection::vec(0..STREAM.len(), 0..12)) {
            let mut cuts = cuts;
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let mut framer = Framer::default();
            let mut got = Vec::new();
            for pair in cuts.windows(2) {
                framer.push(&STREAM[pair[0]..pair[1]]);
                got.extend(frames(&mut framer));
            }
            let messages: Vec<&String> = got.iter().filter(|f| f.len() > 4).collect();
            prop_assert_eq!(messages.len(), 3);
            prop_assert!(messages[0].ends_with("hello") && messages[1].ends_with("abc"));
            // However it is cut, the ping is seen.
            prop_assert_eq!(got.iter().filter(|f| *f == "\r\n\r\n").count(), 1);
        }

        #[test]
        fn any_bytes_are_survived(segments in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..64), 0..20)) {
            let mut framer = Framer::default();
            for segment in segments {
                framer.push(&segment);
                while let Ok(Some(frame)) = framer.next_frame() {
                    prop_assert!(!frame.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_length_nobody_can_trust_ends_the_stream() {
        for (head, error) in [
            ("l: 3\r\nContent-Length: 4\r\n", FramingError::Length),
            ("Content-Length: -1\r\n", FramingError::Length),
            ("Content-Length: 5 5\r\n", FramingError::Length),
            (
                "Content-Length: 18446744073709551617\r\n",
                FramingError::TooLarge,
            ),
            ("Content-Length: 70000\r\n", FramingError::TooLarge),
        ] {
            let mut framer = Framer::default();
            framer.push(format!("INVITE sip:a@x SIP/2.0\r\n{head}\r\nhello").as_bytes());
            assert_eq!(framer.next_frame(), Err(error), "{head}");
            framer.push(b"OPTIONS sip:a@x SIP/2.0\r\n\r\n");
            assert_eq!(framer.next_frame(), Err(error), "{head}");
        }
    }

    #[test]
    fn a_head_without_end_is_given_up() {
        let mut framer = Framer::default();
        framer.push(&vec![b'x'; MAX_STREAM_MESSAGE + 1]);
        assert_eq!(framer.next_frame(), Err(FramingError::TooLarge));
    }
}
