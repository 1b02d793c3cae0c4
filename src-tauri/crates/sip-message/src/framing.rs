//! Cuts byte streams (TCP, TLS) and WebSocket messages into SIP messages and keep-alives
//! (RFC 3261 §18.3, RFC 5626 §4.4.1, RFC 7118 §5).
//!
//! Where one message ends decides where the next begins, so anything doubtful about a length is an
//! error after which the connection must be closed: guessing would let a stranger hide a second
//! message in the body of the first.

use crate::{
    limits::{MAX_HEAD, MAX_HEADER_LINE, MAX_HEADERS, MAX_MESSAGE, MAX_STREAM_BUFFER},
    parse::decimal,
    scan::{is_token_byte, trim},
};
use bytes::{Bytes, BytesMut};

/// What a stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// One whole message, from its start line to the end of its body.
    Message(Bytes),
    /// CRLF CRLF: the far end asks whether we are there; answer CRLF.
    Ping,
    /// CRLF: the answer to our own ping, or a stray line break before a message.
    Pong,
}

/// Why a stream cannot be followed any further. Close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// What should be a start line is none: another protocol, or the two ends disagree about where
    /// a message ended.
    #[error("not a SIP start line")]
    StartLine,
    /// A head above [`crate::limits::MAX_HEAD`], a message above [`crate::limits::MAX_MESSAGE`], or
    /// more than [`crate::limits::MAX_STREAM_BUFFER`] pushed without reading frames.
    #[error("message too large")]
    TooLarge,
    /// More than [`crate::limits::MAX_HEADERS`] header lines.
    #[error("too many headers")]
    TooManyHeaders,
    /// A line longer than [`crate::limits::MAX_HEADER_LINE`].
    #[error("header line too long")]
    LineTooLong,
    /// No Content-Length, which streams must have (RFC 3261 §18.3).
    #[error("Content-Length missing on a stream")]
    NoLength,
    /// A Content-Length that is no number.
    #[error("Content-Length is no number")]
    BadLength,
    /// Several Content-Length headers that say different things.
    #[error("contradicting Content-Length headers")]
    ContradictingLength,
}

/// Cuts one stream. Push what was received, then call [`Framer::next`] until it is `None`.
#[derive(Debug)]
pub struct Framer {
    buffer: BytesMut,
    /// A line break alone is the answer to our ping, and reported at once.
    expects_pong: bool,
    progress: Progress,
    failed: bool,
    #[cfg(test)]
    looked_at: usize,
}

/// How far the message at the start of the buffer has been read.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Start of the header line being read, its folded continuations included.
    line: usize,
    /// Bytes before this hold no line break that was not dealt with.
    scanned: usize,
    lines: usize,
    length: Option<usize>,
    /// The whole message's length, once the head is complete.
    total: Option<usize>,
}

impl Framer {
    /// For a connection the far end opened: it sends the pings. A line break alone may be half a
    /// ping and waits for what follows.
    pub fn accepted() -> Framer {
        Framer::new(false)
    }

    /// For a connection we opened: we send the pings, a line break alone is the pong.
    pub fn opened() -> Framer {
        Framer::new(true)
    }

    /// Takes what was received.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.failed {
            return;
        }
        if self.buffer.len() + bytes.len() > MAX_STREAM_BUFFER {
            // Noticed by the next read; nothing more is kept.
            self.progress.total = Some(usize::MAX);
            return;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame; `None` when it is not complete yet, and for good after an error.
    #[allow(clippy::should_implement_trait)] // an iterator's `None` would be final
    pub fn next(&mut self) -> Option<Result<Frame, FramingError>> {
        if self.failed {
            return None;
        }
        let frame = self.frame().transpose();
        if let Some(Err(_)) = frame {
            self.failed = true;
            self.buffer = BytesMut::new();
        }
        frame
    }

    /// Bytes received but not yet part of a frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    fn new(expects_pong: bool) -> Framer {
        Framer {
            buffer: BytesMut::new(),
            expects_pong,
            progress: Progress::default(),
            failed: false,
            #[cfg(test)]
            looked_at: 0,
        }
    }

    fn frame(&mut self) -> Result<Option<Frame>, FramingError> {
        if self.progress.scanned == 0 && self.progress.total.is_none() {
            if let Some(keep_alive) = self.keep_alive() {
                return Ok(Some(keep_alive));
            }
            match self.buffer.first() {
                None | Some(b'\r') => return Ok(None),
                Some(b) if !is_token_byte(*b) => return Err(FramingError::StartLine),
                Some(_) => {}
            }
        }
        if self.progress.total.is_none() {
            self.read_head()?;
        }
        match self.progress.total {
            Some(total) if total > MAX_MESSAGE => Err(FramingError::TooLarge),
            Some(total) if total <= self.buffer.len() => {
                self.progress = Progress::default();
                Ok(Some(Frame::Message(self.take(total))))
            }
            _ => Ok(None),
        }
    }

    /// Line breaks between messages. A single carriage return stays until its line feed comes.
    fn keep_alive(&mut self) -> Option<Frame> {
        loop {
            let (frame, length) = match self.buffer.as_ref() {
                [b'\r', b'\n', b'\r', b'\n', ..] => (Some(Frame::Ping), 4),
                [b'\r', b'\n', b'\r'] => return None,
                [b'\r', b'\n'] if !self.expects_pong => return None,
                [b'\r', b'\n', ..] => (Some(Frame::Pong), 2),
                [b'\n', ..] | [b'\r', _, ..] => (None, 1), // stray halves of line breaks
                _ => return None,
            };
            self.take(length);
            if frame.is_some() {
                return frame;
            }
        }
    }

    /// Reads header lines as far as they are complete; each byte is looked at once however small
    /// the pieces are in which it comes.
    fn read_head(&mut self) -> Result<(), FramingError> {
        loop {
            let rest = self.buffer.get(self.progress.scanned..).unwrap_or_default();
            let found = memchr::memchr(b'\n', rest);
            #[cfg(test)]
            {
                self.looked_at += found.map_or(rest.len(), |n| n + 1);
            }
            let feed = self.progress.scanned + found.unwrap_or(rest.len());
            if feed - self.progress.line > MAX_HEADER_LINE {
                return Err(FramingError::LineTooLong);
            }
            if feed > MAX_HEAD {
                return Err(FramingError::TooLarge);
            }
            self.progress.scanned = feed;
            if found.is_none() {
                return Ok(());
            }
            let line = self
                .buffer
                .get(self.progress.line..feed)
                .unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                let length = self.progress.length.ok_or(FramingError::NoLength)?;
                self.progress.total = Some((feed + 1).saturating_add(length));
                return Ok(());
            }
            match self.buffer.get(feed + 1) {
                None => return Ok(()), // the next byte tells whether the line goes on
                Some(b' ' | b'\t') if self.progress.lines > 0 => {}
                Some(_) => {
                    let length = read_line(line, self.progress.lines)?;
                    match (self.progress.length, length) {
                        (Some(a), Some(b)) if a != b => {
                            return Err(FramingError::ContradictingLength);
                        }
                        (None, Some(_)) => self.progress.length = length,
                        _ => {}
                    }
                    self.progress.lines += 1;
                    self.progress.line = feed + 1;
                }
            }
            self.progress.scanned = feed + 1;
        }
    }

    fn take(&mut self, length: usize) -> Bytes {
        let taken = self.buffer.split_to(length).freeze();
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new(); // a quiet connection holds no memory
        }
        taken
    }
}

/// What one WebSocket message holds: a whole SIP message, whose end needs no Content-Length, or a
/// keep-alive (RFC 7118 §5, §6).
pub fn from_websocket(payload: Bytes) -> Result<Frame, FramingError> {
    match payload.as_ref() {
        b"\r\n\r\n" => Ok(Frame::Ping),
        b"\r\n" => Ok(Frame::Pong),
        [] => Err(FramingError::StartLine),
        _ if payload.len() > MAX_MESSAGE => Err(FramingError::TooLarge),
        _ => Ok(Frame::Message(payload)),
    }
}

/// Judges one complete line; a Content-Length gives its value. `index` 0 is the start line.
fn read_line(line: &[u8], index: usize) -> Result<Option<usize>, FramingError> {
    if index == 0 {
        let is_sip = line
            .windows(4)
            .any(|word| word.eq_ignore_ascii_case(b"SIP/"));
        return if is_sip {
            Ok(None)
        } else {
            Err(FramingError::StartLine)
        };
    }
    if index > MAX_HEADERS {
        return Err(FramingError::TooManyHeaders);
    }
    let Some(colon) = memchr::memchr(b':', line) else {
        return Ok(None);
    };
    let name = trim(line.get(..colon).unwrap_or_default());
    if !name.eq_ignore_ascii_case(b"l") && !name.eq_ignore_ascii_case(b"Content-Length") {
        return Ok(None);
    }
    let length = decimal(line.get(colon + 1..).unwrap_or_default());
    length.map(Some).ok_or(FramingError::BadLength)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n";

    fn message(length: &str, body: &str) -> String {
        format!("{HEAD}{length}\r\nX: y\r\n\r\n{body}")
    }

    fn frames(framer: &mut Framer, pieces: &[&[u8]]) -> Vec<Result<Frame, FramingError>> {
        let mut out = Vec::new();
        for piece in pieces {
            framer.push(piece);
            while let Some(frame) = framer.next() {
                out.push(frame);
            }
        }
        out
    }

    fn whole(text: &str) -> Vec<Result<Frame, FramingError>> {
        frames(&mut Framer::accepted(), &[text.as_bytes()])
    }

    fn sip(text: &str) -> Result<Frame, FramingError> {
        Ok(Frame::Message(Bytes::copy_from_slice(text.as_bytes())))
    }

    #[test]
    fn split_at_every_byte_two_messages_stay_two() {
        let (a, b) = (message("Content-Length: 5", "hello"), message("l:0", ""));
        let stream = format!("{a}{b}");
        for at in 0..=stream.len() {
            let (one, two) = stream.as_bytes().split_at(at);
            let found = frames(&mut Framer::accepted(), &[one, two]);
            assert_eq!(found, [sip(&a), sip(&b)], "split at {at}");
        }
    }

    #[test]
    fn segment_that_ends_between_the_length_and_the_end_of_the_head_keeps_the_length() {
        let text = message("Content-Length: 5", "hello");
        let at = text.find("X: y").unwrap();
        let (one, two) = text.as_bytes().split_at(at);
        assert_eq!(frames(&mut Framer::accepted(), &[one, two]), [sip(&text)]);
    }

    #[test]
    fn every_spelling_of_the_length_counts() {
        for length in [
            "Content-Length: 5",
            "Content-Length : 5",
            "Content-Length\t:5",
            "content-length:\t 5 ",
            "CONTENT-LENGTH: 005",
            "l: 5",
            "L : 5",
            "Content-Length:\r\n 5",
            "Content-Length :\r\n\t\r\n 5",
            "Content-Length: 5\r\nl: 5",
        ] {
            let text = message(length, "hello");
            assert_eq!(
                whole(&format!("{text}{text}")),
                [sip(&text), sip(&text)],
                "{length}"
            );
        }
    }

    #[test]
    fn doubtful_lengths_close_the_connection() {
        for (length, why) in [
            (
                "Content-Length: 18446744073709551615",
                FramingError::TooLarge,
            ),
            (
                "Content-Length: 18446744073709551616",
                FramingError::BadLength,
            ),
            ("Content-Length: 65535", FramingError::TooLarge),
            ("Content-Length: -1", FramingError::BadLength),
            ("Content-Length: +1", FramingError::BadLength),
            ("Content-Length: 0x5", FramingError::BadLength),
            ("Content-Length: 1\r\n 0", FramingError::BadLength),
            ("Content-Length: 5, 5", FramingError::BadLength),
            ("Content-Length:", FramingError::BadLength),
            (
                "Content-Length: 5\r\nl: 4",
                FramingError::ContradictingLength,
            ),
            ("Content-Lengthy: 5", FramingError::NoLength),
            ("Subject: x\r\n Content-Length: 5", FramingError::NoLength),
        ] {
            let mut framer = Framer::accepted();
            let text = message(length, "hello");
            assert_eq!(
                frames(&mut framer, &[text.as_bytes()]),
                [Err(why)],
                "{length}"
            );
            assert_eq!(frames(&mut framer, &[message("l:0", "").as_bytes()]), []);
            assert_eq!(framer.pending(), 0);
        }
    }

    #[test]
    fn other_protocols_are_noticed_at_their_first_line() {
        for text in [
            "GET / HTTP/1.1\r\nHost: x\r\n",
            "\x16\x03\x01",
            "hello\r\n there",
        ] {
            assert_eq!(
                whole(text).last(),
                Some(&Err(FramingError::StartLine)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn pings_and_pongs() {
        let text = message("l:0", "");
        let stream = format!("\r\n\r\n{text}\r\n{text}\r\n\r\n\r\n");
        let all = [
            Ok(Frame::Ping),
            sip(&text),
            Ok(Frame::Pong),
            sip(&text),
            Ok(Frame::Ping),
        ];
        assert_eq!(whole(&stream), all);
        // The last line break may be half a ping to a server, and is an answer to a client.
        let mut server = Framer::accepted();
        assert_eq!(
            frames(&mut server, &[b"\r\n", b"\r", b"\n"]),
            [Ok(Frame::Ping)]
        );
        let mut client = Framer::opened();
        assert_eq!(frames(&mut client, &[b"\r\n"]), [Ok(Frame::Pong)]);
        assert_eq!(frames(&mut client, &[b"\r", b"\n"]), [Ok(Frame::Pong)]);
    }

    #[test]
    fn stray_halves_of_line_breaks_between_messages_are_skipped() {
        let text = message("l:0", "");
        assert_eq!(whole(&format!("\n\n\r{text}")), [sip(&text)]);
    }

    #[test]
    fn lines_ended_by_line_feed_alone_are_framed() {
        let text = message("Content-Length: 5", "hello").replace("\r\n", "\n");
        assert_eq!(whole(&text), [sip(&text)]);
    }

    #[test]
    fn bytes_that_dribble_in_are_looked_at_once() {
        let mut text = String::from(HEAD);
        for n in 0..100 {
            text += &format!("X-{n}: {}\r\n", "v".repeat(200));
        }
        text += "Content-Length: 3\r\n\r\nend";
        let mut framer = Framer::accepted();
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(frames(&mut framer, &pieces), [sip(&text)]);
        // A line feed is looked at again when the byte after it comes.
        assert!(
            framer.looked_at <= text.len() + 2 * 104,
            "{}",
            framer.looked_at
        );
    }

    #[test]
    fn every_limit_holds() {
        let long = format!("{HEAD}X: {}", "v".repeat(MAX_HEADER_LINE));
        assert_eq!(whole(&long), [Err(FramingError::LineTooLong)]);
        let folded = format!("{HEAD}X: y\r\n{}", " v\r\n".repeat(MAX_HEADER_LINE / 4));
        assert_eq!(whole(&folded), [Err(FramingError::LineTooLong)]);
        let many = format!("{HEAD}{}\r\n", "a:b\r\n".repeat(MAX_HEADERS));
        assert_eq!(whole(&many), [Err(FramingError::TooManyHeaders)]);
        let line = format!("X: {}\r\n", "v".repeat(MAX_HEADER_LINE - 10));
        assert_eq!(
            whole(&format!("{HEAD}{}", line.repeat(5))),
            [Err(FramingError::TooLarge)]
        );
        let flood = vec![b'a'; MAX_STREAM_BUFFER + 1];
        let mut framer = Framer::accepted();
        assert_eq!(
            frames(&mut framer, &[&flood]),
            [Err(FramingError::TooLarge)]
        );
    }

    #[test]
    fn a_websocket_message_is_one_sip_message() {
        let text = Bytes::from_static(b"OPTIONS sip:a SIP/2.0\r\n\r\n");
        assert_eq!(from_websocket(text.clone()), Ok(Frame::Message(text)));
        assert_eq!(
            from_websocket(Bytes::from_static(b"\r\n\r\n")),
            Ok(Frame::Ping)
        );
        assert_eq!(from_websocket(Bytes::from_static(b"\r\n")), Ok(Frame::Pong));
        assert_eq!(from_websocket(Bytes::new()), Err(FramingError::StartLine));
        let large = Bytes::from(vec![b'a'; MAX_MESSAGE + 1]);
        assert_eq!(from_websocket(large), Err(FramingError::TooLarge));
    }
}
