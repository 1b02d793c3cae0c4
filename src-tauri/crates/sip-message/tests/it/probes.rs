//! What real phones and proxies send and other parsers stumble over: each is read, and goes out
//! again byte for byte.

use bytes::Bytes;
use sip_message::{HeaderName, Message, Method, Request, Response, Uri, header::*};

const REST: &str =
    "Call-ID: a@x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

fn options(lines: &[u8]) -> Request {
    let mut wire = b"OPTIONS sip:101@office.example SIP/2.0\r\n".to_vec();
    wire.extend_from_slice(lines);
    wire.extend_from_slice(REST.as_bytes());
    sound(wire)
}

/// Reads a request that must be without flaw and come out of an edit unchanged.
fn sound(wire: Vec<u8>) -> Request {
    let wire = Bytes::from(wire);
    let request = Request::parse(wire.clone()).unwrap();
    assert_eq!(request.flaw(), None, "{}", String::from_utf8_lossy(&wire));
    assert_eq!(request.edit().build().bytes(), &wire);
    request
}

const VIA: &str = "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n";
const FROM_TO: &str = "From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\n";

#[test]
fn contact_with_a_quoted_instance_as_every_desk_phone_sends_it() {
    let request = options(
        format!("{VIA}{FROM_TO}Contact: <sip:101@10.0.0.1:5060>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-805ec0a1b2c3>\";reg-id=1;q=0.7\r\n").as_bytes(),
    );
    let contact = request.headers().get::<Contact>().unwrap();
    let params = contact.addr().unwrap().params().clone();
    assert_eq!(
        params.value("+sip.instance").unwrap(),
        "<urn:uuid:00000000-0000-1000-8000-805ec0a1b2c3>"
    );
    assert_eq!(
        (contact.q(), params.value("reg-id").unwrap().number()),
        (700, Some(1))
    );
}

#[test]
fn from_without_angle_brackets_keeps_its_tag_in_the_header() {
    let request = options(format!("{VIA}From: sip:a@x;tag=1\r\nTo: sip:b@x\r\n").as_bytes());
    let from = request.from().unwrap();
    assert_eq!(from.tag().unwrap(), "1");
    assert!(from.uri().as_sip().unwrap().params().is_empty());
}

#[test]
fn compact_names() {
    let request = options(
        b"v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nf: <sip:a@x>;tag=1\r\nt: <sip:b@x>\r\n\
          m: <sip:a@10.0.0.1>\r\nk: timer\r\no: dialog\r\nu: dialog\r\nx: 90\r\nr: <sip:c@x>\r\nb: <sip:a@x>\r\n\
          d: no-fork\r\nj: *;audio\r\na: *;video\r\ny: abc\r\n",
    );
    let headers = request.headers();
    assert!(headers.get::<Via>().is_ok() && headers.get::<Contact>().is_ok());
    assert_eq!(headers.get::<SessionExpires>().unwrap().seconds, 90);
    assert!(headers.lists(HeaderName::Supported, "timer"));
    assert_eq!(headers.get::<Event>().unwrap().package, "dialog");
    assert!(headers.get::<ReferTo>().is_ok() && headers.get::<ReferredBy>().is_ok());
    // `d` is Request-Disposition (RFC 3841), not Content-Disposition.
    assert_eq!(headers.get::<RequestDisposition>().unwrap().0, "no-fork");
    assert!(!headers.has(HeaderName::ContentDisposition));
}

#[test]
fn ipv6_in_request_uri_via_and_contact() {
    let wire = format!(
        "OPTIONS sip:101@[2001:db8::10]:5070;transport=tcp SIP/2.0\r\n\
         Via: SIP/2.0/TCP [2001:db8::9:1]:5061;received=[2001:db8::9:255];branch=z9hG4bK1\r\n\
         {FROM_TO}Contact: <sip:a@[2001:db8::9:1]>\r\n{REST}"
    );
    let request = sound(wire.into_bytes());
    let uri = request.uri().unwrap();
    assert_eq!(
        uri.as_sip().unwrap().host_port().to_string(),
        "[2001:db8::10]:5070"
    );
    let via = request.via().unwrap();
    assert_eq!(via.sent_by.to_string(), "[2001:db8::9:1]:5061");
    let mut out = Vec::new();
    sip_message::Header::write(&via, &mut out);
    assert_eq!(
        out,
        b"SIP/2.0/TCP [2001:db8::9:1]:5061;received=[2001:db8::9:255];branch=z9hG4bK1"
    );
}

#[test]
fn tel_uris_and_emergency_services() {
    for uri in [
        "tel:+49-30-1234;phone-context=x",
        "urn:service:sos",
        "urn:service:sos.fire",
    ] {
        let wire = format!(
            "OPTIONS {uri} SIP/2.0\r\n{VIA}From: <tel:+49301234>;tag=1\r\nTo: <{uri}>\r\n{REST}"
        );
        let request = sound(wire.into_bytes());
        assert_eq!(request.raw_uri(), uri);
        assert!(matches!(request.from().unwrap().uri(), Uri::Tel(_)));
    }
}

#[test]
fn latin_1_in_a_display_name_loses_nothing() {
    let mut lines = format!("{VIA}To: <sip:b@x>\r\nFrom: ").into_bytes();
    lines.extend_from_slice(b"\"J\xfcrgen\" <sip:j@x>;tag=1\r\nSubject: after\r\n");
    let request = options(&lines);
    assert_eq!(*request.from().unwrap().display().unwrap(), *b"J\xfcrgen");
    assert_eq!(request.headers().get::<Subject>().unwrap().0, "after");
}

#[test]
fn a_line_without_colon_is_answered_with_400_and_still_shown() {
    let wire = format!("OPTIONS sip:a SIP/2.0\r\n{VIA}{FROM_TO}what is this\r\n{REST}");
    let request = Request::parse(Bytes::from(wire)).unwrap();
    assert_eq!(request.flaw().unwrap().status, 400);
    let malformed = request
        .headers()
        .named(HeaderName::Malformed)
        .next()
        .unwrap();
    assert_eq!(malformed.raw(), "what is this");
}

#[test]
fn custom_reason_phrases_survive() {
    let wire = format!("SIP/2.0 486 Bin gleich zur\u{fc}ck\r\n{VIA}{FROM_TO}{REST}");
    let response = Response::parse(Bytes::from(wire.clone())).unwrap();
    assert_eq!(response.reason(), "Bin gleich zur\u{fc}ck");
    assert_eq!(response.edit().build().bytes(), &wire);
}

#[test]
fn order_quotes_escapes_and_unknown_headers_survive() {
    let wire = format!(
        "INVITE sip:%61lice;isub=1@office.example;Transport=TCP;lr SIP/2.0\r\n\
         X-First: 1\r\n{VIA}to:   \"Quoted\"  <sip:b@x>  \r\nRoute: <sip:p1;lr>\r\nX-Second:2\r\n\
         Route: <sip:p2;lr>, <sip:p3;lr>\r\nFrom: \"a\\\"b\" <sip:a@x>;tag=1\r\nCall-ID: a@x\r\n\
         CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nx-first: 3\r\nContent-Length: 0\r\n\r\n"
    );
    let request = sound(wire.into_bytes());
    assert_eq!(request.method(), Method::Invite);
    assert_eq!(
        request.uri().unwrap().user().unwrap().as_ref(),
        b"alice;isub=1"
    );
    assert_eq!(request.headers().all::<Route>().count(), 3);
    assert_eq!(request.headers().named_other("x-first").count(), 2);
}

#[test]
fn line_feeds_alone_and_empty_lines_before_the_start_line() {
    let wire =
        format!("\r\n\r\nOPTIONS sip:a SIP/2.0\r\n{VIA}{FROM_TO}{REST}").replace("\r\n", "\n");
    let Message::Request(request) = Message::parse(Bytes::from(wire)).unwrap() else {
        panic!("a request");
    };
    assert_eq!(request.flaw(), None);
    assert_eq!(request.call_id().unwrap(), "a@x");
}
