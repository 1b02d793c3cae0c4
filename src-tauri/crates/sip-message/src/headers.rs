//! Reading header lines: raw by position or name, typed on demand.

use crate::{
    HeaderName, Text,
    header::{Header, HeaderError},
    limits::MAX_LIST_VALUES,
    message::{Head, Line},
    scan::split_list,
};
use bytes::Bytes;

/// The header lines of a message, in order.
#[derive(Clone, Copy)]
pub struct Headers<'a>(pub(crate) &'a Head);

/// One header line.
#[derive(Clone, Copy)]
pub struct HeaderLine<'a> {
    pub(crate) head: &'a Head,
    pub(crate) line: &'a Line,
}

impl<'a> Headers<'a> {
    /// Every line, in order.
    pub fn lines(self) -> impl DoubleEndedIterator<Item = HeaderLine<'a>> + ExactSizeIterator {
        let head = self.0;
        head.lines.iter().map(move |line| HeaderLine { head, line })
    }

    /// The lines of one header, by name.
    pub fn named(self, name: HeaderName) -> impl Iterator<Item = HeaderLine<'a>> {
        self.lines().filter(move |line| line.line.name == name)
    }

    /// The lines of a header this crate has no name for.
    pub fn named_other(self, name: &str) -> impl Iterator<Item = HeaderLine<'a>> {
        self.named(HeaderName::Other)
            .filter(move |line| line.raw_name().is(name))
    }

    /// Whether the header is there.
    pub fn has(self, name: HeaderName) -> bool {
        self.0.lines.iter().any(|line| line.name == name)
    }

    /// The raw value of the first line of a header.
    pub fn value(self, name: HeaderName) -> Option<Text> {
        self.named(name).next().map(|line| line.value())
    }

    /// The first value of a header that must be there.
    pub fn get<H: Header>(self) -> Result<H, HeaderError> {
        self.find()?.ok_or(HeaderError::Missing(H::NAME))
    }

    /// The first value of a header that may be there.
    pub fn find<H: Header>(self) -> Result<Option<H>, HeaderError> {
        self.named(H::NAME)
            .find_map(|line| H::split(line.value().into_bytes()).next())
            .map(H::parse)
            .transpose()
    }

    /// Every value of a header, over all its lines and commas.
    pub fn all<H: Header>(self) -> impl Iterator<Item = Result<H, HeaderError>> + 'a {
        let values = self
            .named(H::NAME)
            .flat_map(|line| H::split(line.value().into_bytes()));
        values.take(MAX_LIST_VALUES).map(H::parse)
    }

    /// Whether a comma-separated header of tokens (Supported, Require, Allow …) holds one.
    pub fn lists(self, name: HeaderName, token: &str) -> bool {
        self.named(name)
            .flat_map(|line| split_list(line.value().into_bytes()))
            .any(|value| value.eq_ignore_ascii_case(token.as_bytes()))
    }
}

impl HeaderLine<'_> {
    /// The header's name.
    pub fn name(&self) -> HeaderName {
        self.line.name
    }

    /// The name as it was spelled.
    pub fn raw_name(&self) -> Text {
        Text::new(self.head.slice(self.line.start, self.line.name_end))
    }

    /// The value without white space around it, unfolded (RFC 3261 §7.3.1).
    pub fn value(&self) -> Text {
        let raw = self.head.slice(self.line.value, self.line.value_end);
        if !self.line.folded {
            return Text::new(raw);
        }
        let mut out = Vec::with_capacity(raw.len());
        let mut fold = false;
        for b in raw.iter().copied() {
            match b {
                b'\r' | b'\n' => fold = true,
                b' ' | b'\t' if fold => {}
                _ => {
                    if fold {
                        out.push(b' ');
                        fold = false;
                    }
                    out.push(b);
                }
            }
        }
        Text::new(Bytes::from(out))
    }

    /// The line as it was written, folding included, without the final line break.
    pub fn raw(&self) -> Bytes {
        self.head.slice(self.line.start, self.line.end)
    }
}
