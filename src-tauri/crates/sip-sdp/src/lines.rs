//! The lines of a description as they are, terminators included, so that untouched ones can be
//! copied byte for byte.

use std::borrow::Cow;

/// The lines of `raw` in order, empty ones included, numbered from 1.
pub(crate) fn lines(raw: &[u8]) -> impl Iterator<Item = Line<'_>> {
    raw.split_inclusive(|byte| *byte == b'\n')
        .enumerate()
        .map(|(index, whole)| {
            let end = whole
                .iter()
                .rposition(|byte| !matches!(byte, b'\r' | b'\n'));
            let (content, terminator) = whole.split_at(end.map_or(0, |last| last + 1));
            Line {
                number: index + 1,
                whole,
                content,
                terminator,
            }
        })
}

/// One line of a description.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Content and terminator.
    pub whole: &'a [u8],
    /// Without the terminator.
    pub content: &'a [u8],
    /// CR LF, LF, or nothing at the end of the body.
    pub terminator: &'a [u8],
}

impl<'a> Line<'a> {
    /// The letter before `=`; `None` when this is not a line of that form.
    pub fn kind(&self) -> Option<u8> {
        match self.content {
            [kind, b'=', ..] if kind.is_ascii_graphic() => Some(*kind),
            _ => None,
        }
    }

    /// What follows `=`, without the trailing blanks some phones send.
    pub fn value(&self) -> &'a [u8] {
        self.content.get(2..).unwrap_or_default().trim_ascii_end()
    }

    /// The name of an `a=` line, and its value where there is one.
    pub fn attribute(&self) -> Option<(&'a [u8], &'a [u8])> {
        if self.kind() != Some(b'a') {
            return None;
        }
        let value = self.value();
        match value.iter().position(|byte| *byte == b':') {
            Some(colon) => Some((value.get(..colon)?, value.get(colon + 1..)?)),
            None => Some((value, b"")),
        }
    }

    /// The name of an `a=` line in lower case, as phones write names in any case.
    pub fn attribute_name(&self) -> Option<Lowercase> {
        self.attribute().map(|(name, _)| Lowercase::of(name))
    }
}

/// A short token in lower case, kept off the heap: every attribute line of every call gets one.
pub(crate) struct Lowercase {
    bytes: [u8; Self::LONGEST],
    len: usize,
}

impl Lowercase {
    /// Longer than any name we look for; of a longer one the start is kept.
    const LONGEST: usize = 24;

    pub fn of(token: &[u8]) -> Self {
        let mut bytes = [0; Self::LONGEST];
        let len = token.len().min(Self::LONGEST);
        for (lower, byte) in bytes.iter_mut().zip(token) {
            *lower = byte.to_ascii_lowercase();
        }
        Self { bytes, len }
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Text of a value: UTF-8, or else Latin-1, which old phones send in names.
pub(crate) fn text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// A description being written from another one: lines copied, changed, left out or put in.
pub(crate) struct Rewriting {
    out: Vec<u8>,
    terminator: &'static str,
}

impl Rewriting {
    /// Starts a description with the line ends of `original`.
    pub fn of(original: &[u8]) -> Self {
        let lf_only = lines(original)
            .next()
            .is_some_and(|line| line.terminator == b"\n");
        Self {
            out: Vec::with_capacity(original.len() + 64),
            terminator: if lf_only { "\n" } else { "\r\n" },
        }
    }

    /// Takes over `line` byte for byte.
    pub fn copy(&mut self, line: &Line<'_>) {
        self.end_line();
        self.out.extend_from_slice(line.whole);
    }

    /// Writes `parts` one after the other in the place of `line`, keeping its terminator.
    pub fn replace(&mut self, line: &Line<'_>, parts: &[&[u8]]) {
        self.end_line();
        for part in parts {
            self.out.extend_from_slice(part);
        }
        self.out.extend_from_slice(line.terminator);
    }

    /// Puts in a line that the original does not have.
    pub fn insert(&mut self, content: &str) {
        self.end_line();
        self.out.extend_from_slice(content.as_bytes());
        self.out.extend_from_slice(self.terminator.as_bytes());
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// The last line of the original may lack its terminator.
    fn end_line(&mut self) {
        if self.out.last().is_some_and(|byte| *byte != b'\n') {
            self.out.extend_from_slice(self.terminator.as_bytes());
        }
    }
}
