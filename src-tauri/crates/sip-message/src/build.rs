//! Building messages: new ones, responses, and edited copies of received ones.
//!
//! An edited copy keeps every untouched line byte for byte. Line breaks inside a value that is set
//! here become spaces, so no caller can smuggle a header in.

use crate::{
    HeaderName, Method, Request, Response, StatusCode, Text, Uri,
    header::Header,
    limits::{MAX_HEADERS, MAX_MESSAGE},
    message::{Head, Line, Start},
    scan::{find_outside, trim, trim_bytes},
};
use bytes::Bytes;
use smallvec::SmallVec;
use std::sync::Arc;

/// Builds a [`Request`].
#[derive(Clone, Debug)]
pub struct RequestBuilder {
    method: Method,
    uri: Text,
    lines: Lines,
}

/// Builds a [`Response`].
#[derive(Clone, Debug)]
pub struct ResponseBuilder {
    status: StatusCode,
    reason: Text,
    lines: Lines,
}

/// Header lines and body under construction.
#[derive(Clone, Debug, Default)]
struct Lines {
    lines: Vec<RawLine>,
    body: Bytes,
}

#[derive(Clone, Debug)]
struct RawLine {
    name: HeaderName,
    /// The whole line without its line break; may be folded when it came from the wire.
    raw: Bytes,
    /// Where name and value lie in `raw`.
    name_end: usize,
    value: (usize, usize),
    folded: bool,
}

macro_rules! shared_builder_functions {
    () => {
        /// Appends a header.
        pub fn push<H: Header>(mut self, header: &H) -> Self {
            self.lines.lines.push(line_of(header));
            self
        }

        /// Appends one line that holds several values, separated by commas; nothing when there are
        /// none.
        pub fn push_list<H: Header>(mut self, values: &[H]) -> Self {
            if !values.is_empty() {
                self.lines.lines.push(list_line(values));
            }
            self
        }

        /// Puts a header before all others of its name; a Via goes to the very top.
        pub fn push_first<H: Header>(mut self, header: &H) -> Self {
            self.lines.push_first(H::NAME, line_of(header));
            self
        }

        /// Replaces all lines of this header by one, at the first one's place.
        pub fn set<H: Header>(mut self, header: &H) -> Self {
            self.lines.set(H::NAME, line_of(header));
            self
        }

        /// Appends a header given as name and value.
        pub fn push_raw(mut self, name: &str, value: &[u8]) -> Self {
            let line = raw_line(HeaderName::from_bytes(name.as_bytes()), name, value);
            self.lines.lines.push(line);
            self
        }

        /// Replaces all lines of a header by one given as name and value.
        pub fn set_raw(mut self, name: &str, value: &[u8]) -> Self {
            let line = raw_line(HeaderName::from_bytes(name.as_bytes()), name, value);
            self.lines.set(line.name, line);
            self
        }

        /// Appends a copy of every line of one header of another message, byte for byte.
        pub fn copy(mut self, from: crate::Headers<'_>, name: HeaderName) -> Self {
            for line in from.named(name) {
                self.lines.push_line(&line);
            }
            self
        }

        /// Removes every line of a header.
        pub fn remove(mut self, name: HeaderName) -> Self {
            self.lines.lines.retain(|line| line.name != name);
            self
        }

        /// Removes every line of a header this crate has no name for.
        pub fn remove_other(mut self, name: &str) -> Self {
            self.lines.lines.retain(|line| {
                line.name != HeaderName::Other
                    || !line
                        .raw
                        .get(..line.name_end)
                        .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            });
            self
        }

        /// Removes the first value of a comma-separated header (the topmost Via or Route),
        /// leaving the rest of its line as written.
        pub fn pop<H: Header>(mut self) -> Self {
            self.lines.pop(H::NAME);
            self
        }

        /// Sets the body and its type.
        pub fn body(mut self, content_type: &str, body: Bytes) -> Self {
            self.lines.set(
                HeaderName::ContentType,
                raw_line(
                    HeaderName::ContentType,
                    "Content-Type",
                    content_type.as_bytes(),
                ),
            );
            self.lines.body = body;
            self
        }

        /// Replaces the body and leaves its describing headers as they are.
        pub fn body_unchanged_type(mut self, body: Bytes) -> Self {
            self.lines.body = body;
            self
        }

        /// Removes the body and the headers that describe it.
        pub fn no_body(mut self) -> Self {
            self.lines.body = Bytes::new();
            self.lines.lines.retain(|line| {
                !matches!(
                    line.name,
                    HeaderName::ContentType
                        | HeaderName::ContentDisposition
                        | HeaderName::ContentEncoding
                        | HeaderName::ContentLanguage
                        | HeaderName::MimeVersion
                )
            });
            self
        }

        /// Whether the header is there.
        pub fn has(&self, name: HeaderName) -> bool {
            self.lines.lines.iter().any(|line| line.name == name)
        }
    };
}

impl RequestBuilder {
    pub(crate) fn new(method: Method, uri: &Uri) -> RequestBuilder {
        RequestBuilder {
            method,
            uri: uri.raw().clone(),
            lines: Lines::default(),
        }
    }

    pub(crate) fn from_request(request: &Request) -> RequestBuilder {
        RequestBuilder {
            method: request.method(),
            uri: request.raw_uri(),
            lines: Lines::from_head(&request.0, request.body()),
        }
    }

    shared_builder_functions!();

    /// Replaces the Request-URI.
    pub fn uri(mut self, uri: &Uri) -> Self {
        self.uri = uri.raw().clone();
        self
    }

    /// Replaces the method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Writes the request. Content-Length is set to what the body has.
    pub fn build(self) -> Request {
        let mut out = Vec::with_capacity(self.lines.size_hint() + 64);
        out.extend_from_slice(self.method.as_bytes());
        let method_end = offset(out.len());
        out.push(b' ');
        let from = offset(out.len());
        extend_clean(&mut out, &self.uri);
        let to = offset(out.len());
        out.extend_from_slice(b" SIP/2.0");
        let start = Start::Request {
            method_ok: true,
            method_end,
            uri: (from, to),
            version_ok: true,
            tail_ok: true,
        };
        Request(Arc::new(self.lines.finish(out, start)))
    }
}

impl ResponseBuilder {
    /// A response from nothing; [`Response::to`] is the usual way.
    pub fn new(status: StatusCode) -> ResponseBuilder {
        ResponseBuilder {
            status,
            reason: Text::new(Bytes::from_static(status.reason().as_bytes())),
            lines: Lines::default(),
        }
    }

    pub(crate) fn to(request: &Request, status: StatusCode) -> ResponseBuilder {
        let mut builder = ResponseBuilder::new(status);
        builder.lines.lines.reserve(12);
        for line in request.headers().lines() {
            let copied = match line.name() {
                HeaderName::Via
                | HeaderName::From
                | HeaderName::To
                | HeaderName::CallId
                | HeaderName::CSeq => true,
                HeaderName::Timestamp => status.is_provisional(),
                _ => false,
            };
            if copied {
                builder.lines.push_line(&line);
            }
        }
        builder
    }

    pub(crate) fn from_response(response: &Response) -> ResponseBuilder {
        ResponseBuilder {
            status: response.status(),
            reason: response.reason(),
            lines: Lines::from_head(&response.0, response.body()),
        }
    }

    shared_builder_functions!();

    /// Replaces the reason phrase.
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Text::from(reason);
        self
    }

    /// Replaces status and reason phrase.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self.reason = Text::new(Bytes::from_static(status.reason().as_bytes()));
        self
    }

    /// Adds a tag to the To header when it has none (RFC 3261 §8.2.6.2); 100 Trying needs none.
    pub fn to_tag(mut self, tag: &str) -> Self {
        if let Some(line) = self
            .lines
            .lines
            .iter_mut()
            .find(|l| l.name == HeaderName::To)
        {
            let value = line.raw.slice(line.value.0..line.value.1);
            if let Ok(to) = crate::header::To::parse(value)
                && to.tag().is_none()
            {
                let mut raw = line.raw.slice(..line.value.1).to_vec();
                raw.extend_from_slice(b";tag=");
                extend_clean(&mut raw, tag.as_bytes());
                line.value.1 = raw.len();
                line.raw = Bytes::from(raw);
            }
        }
        self
    }

    /// Writes the response. Content-Length is set to what the body has.
    pub fn build(self) -> Response {
        let mut out = Vec::with_capacity(self.lines.size_hint() + 64);
        out.extend_from_slice(b"SIP/2.0 ");
        out.extend_from_slice(self.status.to_string().as_bytes());
        out.push(b' ');
        let reason = offset(out.len());
        extend_clean(&mut out, &self.reason);
        let start = Start::Status {
            version_ok: true,
            code: self.status,
            reason,
            end: offset(out.len()),
        };
        Response(Arc::new(self.lines.finish(out, start)))
    }
}

impl Lines {
    fn from_head(head: &Head, body: Bytes) -> Lines {
        let lines = head
            .lines
            .iter()
            .map(|line| RawLine::from_head(head, line))
            .collect();
        Lines { lines, body }
    }

    fn push_line(&mut self, line: &crate::HeaderLine<'_>) {
        self.lines.push(RawLine::from_head(line.head, line.line));
    }

    fn push_first(&mut self, name: HeaderName, line: RawLine) {
        let at = match name {
            HeaderName::Via => 0,
            _ => self
                .lines
                .iter()
                .position(|l| l.name == name)
                .unwrap_or(self.lines.len()),
        };
        self.lines.insert(at, line);
    }

    fn set(&mut self, name: HeaderName, line: RawLine) {
        let same = |l: &RawLine| {
            l.name == name
                && (name != HeaderName::Other || l.raw_name().eq_ignore_ascii_case(line.raw_name()))
        };
        match self.lines.iter().position(same) {
            Some(first) => {
                let mut index = 0;
                self.lines.retain(|l| {
                    let keep = index <= first || !same(l);
                    index += 1;
                    keep
                });
                if let Some(place) = self.lines.get_mut(first) {
                    *place = line;
                }
            }
            None => self.lines.push(line),
        }
    }

    fn pop(&mut self, name: HeaderName) {
        let Some(at) = self.lines.iter().position(|l| l.name == name) else {
            return;
        };
        let Some(line) = self.lines.get_mut(at) else {
            return;
        };
        let value = line.raw.slice(line.value.0..line.value.1);
        let rest = find_outside(&value, true, b',')
            .map(|comma| trim_bytes(&value.slice(comma + 1..)))
            .filter(|rest| !rest.is_empty());
        match rest {
            Some(rest) => {
                let spelled = String::from_utf8_lossy(line.raw_name()).into_owned();
                *line = raw_line(name, &spelled, &rest);
            }
            None => {
                self.lines.remove(at);
            }
        }
    }

    fn size_hint(&self) -> usize {
        self.lines.iter().map(|l| l.raw.len() + 2).sum::<usize>() + self.body.len() + 128
    }

    fn finish(mut self, mut out: Vec<u8>, start: Start) -> Head {
        let digits = self.body.len().to_string();
        let length = raw_line(
            HeaderName::ContentLength,
            "Content-Length",
            digits.as_bytes(),
        );
        // A line that already says so keeps its spelling.
        let same = |l: &RawLine| {
            l.name == HeaderName::ContentLength
                && trim(l.raw.get(l.value.0..l.value.1).unwrap_or_default()) == digits.as_bytes()
        };
        if self
            .lines
            .iter()
            .filter(|l| l.name == HeaderName::ContentLength)
            .count()
            != 1
            || !self.lines.iter().any(same)
        {
            self.set(HeaderName::ContentLength, length);
        }
        self.lines.truncate(MAX_HEADERS);
        out.extend_from_slice(b"\r\n");
        let mut lines = SmallVec::with_capacity(self.lines.len());
        for line in &self.lines {
            let begin = out.len();
            out.extend_from_slice(&line.raw);
            lines.push(Line {
                name: line.name,
                folded: line.folded,
                start: offset(begin),
                name_end: offset(begin + line.name_end),
                value: offset(begin + line.value.0),
                value_end: offset(begin + line.value.1),
                end: offset(out.len()),
            });
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        let body = offset(out.len());
        let room = MAX_MESSAGE.saturating_sub(out.len());
        let kept = self.body.len().min(room);
        out.extend_from_slice(self.body.get(..kept).unwrap_or_default());
        Head {
            bytes: Bytes::from(out),
            start,
            lines,
            body,
        }
    }
}

impl RawLine {
    /// The line as received, byte for byte.
    fn from_head(head: &Head, line: &Line) -> RawLine {
        let within = |offset: u16| usize::from(offset.saturating_sub(line.start));
        RawLine {
            name: line.name,
            raw: head.slice(line.start, line.end),
            name_end: within(line.name_end),
            value: (within(line.value), within(line.value_end)),
            folded: line.folded,
        }
    }

    fn raw_name(&self) -> &[u8] {
        self.raw.get(..self.name_end).unwrap_or_default()
    }
}

fn line_of<H: Header>(header: &H) -> RawLine {
    let mut value = Vec::with_capacity(96);
    header.write(&mut value);
    raw_line(H::NAME, H::NAME.as_str(), &value)
}

fn list_line<H: Header>(values: &[H]) -> RawLine {
    let mut list = Vec::with_capacity(values.len() * 16);
    for value in values {
        if !list.is_empty() {
            list.extend_from_slice(b", ");
        }
        value.write(&mut list);
    }
    raw_line(H::NAME, H::NAME.as_str(), &list)
}

fn raw_line(name: HeaderName, spelled: &str, value: &[u8]) -> RawLine {
    let mut raw = Vec::with_capacity(spelled.len() + value.len() + 2);
    raw.extend_from_slice(spelled.as_bytes());
    let name_end = raw.len();
    raw.extend_from_slice(b": ");
    let from = raw.len();
    extend_clean(&mut raw, trim(value));
    let value = (from, raw.len());
    RawLine {
        name,
        raw: Bytes::from(raw),
        name_end,
        value,
        folded: false,
    }
}

/// Appends bytes with line breaks and NUL turned into spaces.
fn extend_clean(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.iter().map(|b| {
        if matches!(b, b'\r' | b'\n' | 0) {
            b' '
        } else {
            *b
        }
    }));
}

fn offset(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
