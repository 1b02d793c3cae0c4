//! A request or response: the wire bytes and an index of their lines, shared by all clones.

use crate::{
    HeaderName, Headers, Method, ParseError, RequestBuilder, ResponseBuilder, StatusCode, Text,
    Uri, UriError,
    header::{self, CSeq, CallId, From, HeaderError, MaxForwards, NameAddr, To, Via},
    parse::{self, decimal},
    scan::part,
};
use bytes::Bytes;
use smallvec::SmallVec;
use std::{fmt, sync::Arc};

/// A SIP message.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

/// A SIP request. Cloning shares the buffer.
#[derive(Clone)]
pub struct Request(pub(crate) Arc<Head>);

/// A SIP response. Cloning shares the buffer.
#[derive(Clone)]
pub struct Response(pub(crate) Arc<Head>);

/// What is wrong with a request that could be indexed, and the status code that says so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {reason}")]
pub struct Flaw {
    /// 400, 416 or 505.
    pub status: StatusCode,
    /// A short sentence for the reason phrase.
    pub reason: String,
}

/// Bytes plus index.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) bytes: Bytes,
    pub(crate) start: Start,
    pub(crate) lines: SmallVec<[Line; 28]>,
    pub(crate) body: u16,
}

/// The start line's parts as offsets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Request {
        method_ok: bool,
        method_end: u16,
        uri: (u16, u16),
        version_ok: bool,
        tail_ok: bool,
    },
    Status {
        version_ok: bool,
        code: StatusCode,
        reason: u16,
        end: u16,
    },
}

/// One header line as offsets: whole line, name, and value without surrounding white space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) name: HeaderName,
    pub(crate) folded: bool,
    pub(crate) start: u16,
    pub(crate) name_end: u16,
    pub(crate) value: u16,
    pub(crate) value_end: u16,
    pub(crate) end: u16,
}

impl Head {
    pub(crate) fn slice(&self, from: u16, to: u16) -> Bytes {
        part(&self.bytes, usize::from(from), usize::from(to))
    }

    fn body(&self) -> Bytes {
        part(&self.bytes, usize::from(self.body), self.bytes.len())
    }
}

impl Message {
    /// Indexes the one message in `bytes` (a datagram, or one message cut from a stream).
    pub fn parse(bytes: Bytes) -> Result<Message, ParseError> {
        let head = parse::parse(bytes)?;
        Ok(match head.start {
            Start::Request { .. } => Message::Request(Request(Arc::new(head))),
            Start::Status { .. } => Message::Response(Response(Arc::new(head))),
        })
    }

    /// The header lines.
    pub fn headers(&self) -> Headers<'_> {
        match self {
            Message::Request(r) => r.headers(),
            Message::Response(r) => r.headers(),
        }
    }

    /// The message as on the wire.
    pub fn bytes(&self) -> &Bytes {
        match self {
            Message::Request(r) => r.bytes(),
            Message::Response(r) => r.bytes(),
        }
    }

    /// The body.
    pub fn body(&self) -> Bytes {
        match self {
            Message::Request(r) => r.body(),
            Message::Response(r) => r.body(),
        }
    }
}

impl Request {
    /// Starts a new request.
    pub fn builder(method: Method, uri: &Uri) -> RequestBuilder {
        RequestBuilder::new(method, uri)
    }

    /// A builder filled with this request, for forwarding it with a few lines changed.
    pub fn edit(&self) -> RequestBuilder {
        RequestBuilder::from_request(self)
    }

    /// Indexes bytes that must be a request.
    pub fn parse(bytes: Bytes) -> Result<Request, ParseError> {
        match Message::parse(bytes)? {
            Message::Request(request) => Ok(request),
            Message::Response(_) => Err(ParseError::StartLine),
        }
    }

    /// The method.
    pub fn method(&self) -> Method {
        match self.0.start {
            Start::Request { method_end, .. } => {
                let token = self.0.bytes.get(..usize::from(method_end));
                Method::of(&self.0.bytes, token.unwrap_or_default())
            }
            Start::Status { .. } => Method::Other(Text::default()),
        }
    }

    /// The Request-URI as written.
    pub fn raw_uri(&self) -> Text {
        match self.0.start {
            Start::Request {
                uri: (from, to), ..
            } => Text::new(self.0.slice(from, to)),
            Start::Status { .. } => Text::default(),
        }
    }

    /// The Request-URI.
    pub fn uri(&self) -> Result<Uri, UriError> {
        Uri::parse(self.raw_uri().into_bytes())
    }

    /// The header lines.
    pub fn headers(&self) -> Headers<'_> {
        Headers(&self.0)
    }

    /// The body; empty when there is none.
    pub fn body(&self) -> Bytes {
        self.0.body()
    }

    /// The request as on the wire.
    pub fn bytes(&self) -> &Bytes {
        &self.0.bytes
    }

    /// The topmost Via.
    pub fn via(&self) -> Result<Via, HeaderError> {
        self.headers().get()
    }

    /// The From header.
    pub fn from(&self) -> Result<NameAddr, HeaderError> {
        self.headers().get::<From>().map(|h| h.0)
    }

    /// The To header.
    pub fn to(&self) -> Result<NameAddr, HeaderError> {
        self.headers().get::<To>().map(|h| h.0)
    }

    /// The CSeq header.
    pub fn cseq(&self) -> Result<CSeq, HeaderError> {
        self.headers().get()
    }

    /// The Call-ID.
    pub fn call_id(&self) -> Result<Text, HeaderError> {
        self.headers().get::<CallId>().map(|h| h.0)
    }

    /// The To tag: present in requests inside a dialog.
    pub fn to_tag(&self) -> Option<Text> {
        self.to().ok()?.tag()
    }

    /// The first thing wrong with this request by RFC 3261's grammar and rules, if anything:
    /// broken start line, unreadable mandatory or routing headers, a body shorter than announced.
    /// A server answers with the flaw's status where it can, and drops an ACK.
    pub fn flaw(&self) -> Option<Flaw> {
        let Start::Request {
            method_ok,
            version_ok,
            tail_ok,
            ..
        } = self.0.start
        else {
            return None;
        };
        if !version_ok {
            return Some(Flaw::new(505, "SIP Version Not Supported"));
        }
        if !method_ok || !tail_ok {
            return Some(Flaw::new(400, "Malformed Request-Line"));
        }
        match self.uri() {
            Err(why) => return Some(Flaw::new(400, &format!("Request-URI: {why}"))),
            // RFC 3261 §19.1.1: a Request-URI has no headers part; copied into the request it
            // would let a stranger add header lines.
            Ok(Uri::Sip(uri)) if uri.headers().is_some() => {
                return Some(Flaw::new(400, "Request-URI holds headers"));
            }
            Ok(_) => {}
        }
        if let Some(flaw) = common_flaw(&self.0) {
            return Some(flaw);
        }
        match self.cseq() {
            Ok(cseq) if cseq.method != self.method() => {
                Some(Flaw::new(400, "CSeq method does not match the request"))
            }
            Ok(_) => self.optional_flaw(),
            Err(why) => Some(Flaw::new(400, &why.to_string())),
        }
    }

    fn optional_flaw(&self) -> Option<Flaw> {
        let headers = self.headers();
        let check = |result: Result<(), HeaderError>| {
            result.err().map(|why| Flaw::new(400, &why.to_string()))
        };
        check(headers.find::<MaxForwards>().map(drop)).or_else(|| header::routing_flaw(headers))
    }
}

impl Response {
    /// The response to `request` with Via, From, To, Call-ID and CSeq copied (RFC 3261 §8.2.6).
    pub fn to(request: &Request, status: StatusCode) -> ResponseBuilder {
        ResponseBuilder::to(request, status)
    }

    /// A builder filled with this response, for forwarding it with a few lines changed.
    pub fn edit(&self) -> ResponseBuilder {
        ResponseBuilder::from_response(self)
    }

    /// Indexes bytes that must be a response.
    pub fn parse(bytes: Bytes) -> Result<Response, ParseError> {
        match Message::parse(bytes)? {
            Message::Response(response) => Ok(response),
            Message::Request(_) => Err(ParseError::StartLine),
        }
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        match self.0.start {
            Start::Status { code, .. } => code,
            Start::Request { .. } => StatusCode::TRYING,
        }
    }

    /// The reason phrase as written.
    pub fn reason(&self) -> Text {
        match self.0.start {
            Start::Status { reason, end, .. } => Text::new(self.0.slice(reason, end)),
            Start::Request { .. } => Text::default(),
        }
    }

    /// The header lines.
    pub fn headers(&self) -> Headers<'_> {
        Headers(&self.0)
    }

    /// The body; empty when there is none.
    pub fn body(&self) -> Bytes {
        self.0.body()
    }

    /// The response as on the wire.
    pub fn bytes(&self) -> &Bytes {
        &self.0.bytes
    }

    /// The topmost Via.
    pub fn via(&self) -> Result<Via, HeaderError> {
        self.headers().get()
    }

    /// The From header.
    pub fn from(&self) -> Result<NameAddr, HeaderError> {
        self.headers().get::<From>().map(|h| h.0)
    }

    /// The To header.
    pub fn to_header(&self) -> Result<NameAddr, HeaderError> {
        self.headers().get::<To>().map(|h| h.0)
    }

    /// The CSeq header.
    pub fn cseq(&self) -> Result<CSeq, HeaderError> {
        self.headers().get()
    }

    /// The Call-ID.
    pub fn call_id(&self) -> Result<Text, HeaderError> {
        self.headers().get::<CallId>().map(|h| h.0)
    }

    /// The To tag.
    pub fn to_tag(&self) -> Option<Text> {
        self.to_header().ok()?.tag()
    }

    /// The first thing wrong with this response; a flawed response is dropped (RFC 3261 §18.1.2).
    pub fn flaw(&self) -> Option<Flaw> {
        let Start::Status { version_ok, .. } = self.0.start else {
            return None;
        };
        if !version_ok {
            return Some(Flaw::new(505, "SIP Version Not Supported"));
        }
        common_flaw(&self.0).or_else(|| {
            self.cseq()
                .err()
                .map(|why| Flaw::new(400, &why.to_string()))
        })
    }
}

impl Flaw {
    pub(crate) fn new(status: u16, reason: &str) -> Flaw {
        Flaw {
            status: StatusCode::new(status).unwrap_or(StatusCode::OK),
            reason: reason.to_owned(),
        }
    }
}

/// Checks what requests and responses share: every line a header, the mandatory ones present,
/// single and readable, Via readable throughout, the body as long as announced.
fn common_flaw(head: &Head) -> Option<Flaw> {
    let bad = |reason: &str| Some(Flaw::new(400, reason));
    let headers = Headers(head);
    let unreadable = |why: HeaderError| Flaw::new(400, &why.to_string());
    if headers
        .lines()
        .any(|line| line.name() == HeaderName::Malformed)
    {
        return bad("A line is no header");
    }
    // Some receivers end a line at a carriage return alone: forwarded, it could hide a header.
    let lines = head.bytes.get(..usize::from(head.body)).unwrap_or_default();
    if memchr::memchr_iter(b'\r', lines).any(|at| lines.get(at + 1) != Some(&b'\n')) {
        return bad("A carriage return without line feed");
    }
    for name in [
        HeaderName::From,
        HeaderName::To,
        HeaderName::CallId,
        HeaderName::CSeq,
    ] {
        if headers.named(name).count() > 1 {
            return bad(&format!("More than one {name}"));
        }
    }
    if let Err(why) = headers.get::<From>().and(headers.get::<To>().map(drop)) {
        return Some(unreadable(why));
    }
    if let Err(why) = headers.get::<CallId>() {
        return Some(unreadable(why));
    }
    let mut vias = 0usize;
    for via in headers.all::<Via>() {
        if let Err(why) = via {
            return Some(unreadable(why));
        }
        vias += 1;
    }
    if vias == 0 {
        return Some(unreadable(HeaderError::Missing(HeaderName::Via)));
    }
    let mut lengths = headers.named(HeaderName::ContentLength);
    let first = lengths.next().map(|line| decimal(&line.value()));
    if lengths.any(|line| Some(decimal(&line.value())) != first) {
        return bad("Contradicting Content-Length headers"); // request smuggling otherwise
    }
    match first {
        Some(None) => bad("Content-Length is no number"),
        Some(Some(n)) if n > head.bytes.len() - usize::from(head.body).min(head.bytes.len()) => {
            bad("Body shorter than Content-Length")
        }
        _ => None,
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.raw_uri())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status(), self.reason())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::{Contact, Route};

    const INVITE: &[u8] = b"INVITE sip:bob@biloxi.example.com SIP/2.0\r\n\
        v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;rport, SIP/2.0/TCP 10.0.0.2;branch=z9hG4bK0\r\n\
        Max-Forwards: 70\r\n\
        X-Odd :  kept  as is  \r\n\
        f: \"A\" <sip:a@x>;tag=1\r\n\
        to:<sip:bob@biloxi.example.com>\r\n\
        i: abc@x\r\n\
        CSeq: 1 INVITE\r\n\
        Subject: folded\r\n\t twice\r\n\x20 here\r\n\
        Route: <sip:p1;lr>,<sip:p2;lr>\r\n\
        Contact: <sip:a@10.0.0.1>;+sip.instance=\"<urn:uuid:1>\"\r\n\
        l: 4\r\n\r\nbody";

    fn invite() -> Request {
        Request::parse(Bytes::from_static(INVITE)).unwrap()
    }

    #[test]
    fn an_untouched_copy_is_byte_for_byte_the_same() {
        assert_eq!(invite().edit().build().bytes(), INVITE);
    }

    #[test]
    fn typed_headers_through_compact_names_lists_and_folds() {
        let request = invite();
        assert!(request.flaw().is_none(), "{:?}", request.flaw());
        assert_eq!(request.headers().all::<Via>().count(), 2);
        assert_eq!(request.via().unwrap().branch().unwrap(), "z9hG4bK1");
        assert_eq!(request.from().unwrap().tag().unwrap(), "1");
        assert_eq!(
            request.headers().value(HeaderName::Subject).unwrap(),
            "folded twice here"
        );
        assert_eq!(request.headers().all::<Route>().count(), 2);
        assert_eq!(request.body(), "body");
        let contact: Contact = request.headers().get().unwrap();
        assert!(contact.addr().unwrap().params().has("+sip.instance"));
    }

    #[test]
    fn edits_touch_only_their_lines() {
        let forwarded = invite()
            .edit()
            .pop::<Route>()
            .set(&MaxForwards(69))
            .push_first(&Via::new(
                crate::header::TransportName::Udp,
                crate::HostPort::from(std::net::SocketAddr::from(([10, 0, 0, 9], 5060))),
                "z9hG4bKnew",
            ))
            .build();
        let text = String::from_utf8(forwarded.bytes().to_vec()).unwrap();
        assert!(text.starts_with(
            "INVITE sip:bob@biloxi.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKnew\r\nv: SIP/2.0/UDP"
        ));
        assert!(text.contains("Route: <sip:p2;lr>\r\n"));
        assert!(text.contains("X-Odd :  kept  as is  \r\n"));
        assert!(text.contains("Subject: folded\r\n\t twice\r\n  here\r\n"));
        let back = Request::parse(forwarded.bytes().clone()).unwrap();
        assert_eq!(
            back.headers().lines().len(),
            forwarded.headers().lines().len()
        );
        for (a, b) in back.headers().lines().zip(forwarded.headers().lines()) {
            assert_eq!(
                (a.name(), a.raw(), a.value()),
                (b.name(), b.raw(), b.value())
            );
        }
    }

    #[test]
    fn a_response_copies_what_rfc_3261_8_2_6_names() {
        let ok = Response::to(&invite(), StatusCode::OK).to_tag("t9").build();
        let text = String::from_utf8(ok.bytes().to_vec()).unwrap();
        assert!(
            text.starts_with("SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 10.0.0.1"),
            "{text}"
        );
        assert!(
            text.contains("to:<sip:bob@biloxi.example.com>;tag=t9\r\n"),
            "{text}"
        );
        assert!(text.ends_with("Content-Length: 0\r\n\r\n"));
        assert_eq!(
            Response::parse(ok.bytes().clone())
                .unwrap()
                .to_tag()
                .unwrap(),
            "t9"
        );
    }

    #[test]
    fn a_value_cannot_smuggle_a_header_in() {
        let r = invite()
            .edit()
            .set_raw("Subject", b"x\r\nX-Evil: 1")
            .build();
        let back = Request::parse(r.bytes().clone()).unwrap();
        assert_eq!(back.headers().named_other("X-Evil").count(), 0);
    }

    #[test]
    fn a_carriage_return_alone_cannot_hide_a_header() {
        let text = String::from_utf8(INVITE.to_vec()).unwrap();
        let text = text.replacen("here\r\n", "here\rX-Evil: 1\r\n", 1);
        let request = Request::parse(Bytes::from(text)).unwrap();
        assert_eq!(request.flaw().unwrap().status, 400);
    }

    #[test]
    fn flaws_name_the_answer() {
        let flawed = |from: &str, to: &str| {
            let text = String::from_utf8(INVITE.to_vec())
                .unwrap()
                .replacen(from, to, 1);
            let request = Request::parse(Bytes::from(text)).unwrap();
            request.flaw().map(|f| f.status.code())
        };
        assert_eq!(
            flawed(
                "INVITE sip:bob@biloxi.example.com SIP/2.0",
                "INVITE sip:b SIP/7.0"
            ),
            Some(505)
        );
        assert_eq!(flawed("INVITE sip:bob", "INVITE  sip:bob"), Some(400));
        assert_eq!(flawed("l: 4", "l: 5"), Some(400));
        assert_eq!(flawed("l: 4", "l: -4"), Some(400));
        assert_eq!(flawed("l: 4", "l: 4\r\nContent-Length: 3"), Some(400));
        assert_eq!(flawed("CSeq: 1 INVITE", "CSeq: 1 BYE"), Some(400));
        assert_eq!(
            flawed("CSeq: 1 INVITE", "CSeq: 36893488147419103232 INVITE"),
            Some(400)
        );
        assert_eq!(flawed("i: abc@x\r\n", ""), Some(400));
        assert_eq!(flawed("Max-Forwards: 70", "Max-Forwards: 256"), Some(400));
        assert_eq!(flawed("X-Odd :", "X-Odd"), Some(400));
        assert_eq!(flawed("l: 4", "l: 3"), None);
    }
}
