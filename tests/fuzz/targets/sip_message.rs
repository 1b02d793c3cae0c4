//! Any bytes as one SIP message: no panic, and what is accepted survives a copy.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sip_message::{HeaderName, Headers, Message, Request, Response, StatusCode};

#[path = "../../../src-tauri/crates/sip-message/tests/it/every_header.rs"]
mod every_header;

fuzz_target!(|data: &[u8]| {
    let Ok(message) = Message::parse(Bytes::copy_from_slice(data)) else {
        return;
    };
    every_header::prints_what_it_reads(message.headers());
    match &message {
        Message::Request(request) => check_request(request),
        Message::Response(response) => check_response(response),
    }
});

fn check_request(request: &Request) {
    if let Ok(uri) = request.uri() {
        assert!(uri.is_equivalent(&uri.clone()), "a URI equals itself");
    }
    if request.flaw().is_some() {
        return;
    }
    let copy = request.edit().build();
    let back = Request::parse(copy.bytes().clone()).expect("a copy parses");
    assert_eq!(back.flaw(), None);
    assert_eq!(
        (back.method(), back.raw_uri()),
        (request.method(), request.raw_uri())
    );
    assert_eq!(back.body(), request.body());
    assert_same_lines(request.headers(), back.headers());

    let answer = Response::to(request, StatusCode::OK).to_tag("t").build();
    let answer = Response::parse(answer.bytes().clone()).expect("an answer parses");
    assert_eq!(answer.flaw(), None);
}

fn check_response(response: &Response) {
    if response.flaw().is_some() {
        return;
    }
    let copy = response.edit().build();
    let back = Response::parse(copy.bytes().clone()).expect("a copy parses");
    assert_eq!(back.flaw(), None);
    assert_eq!(back.status(), response.status());
    // Bytes no start line may hold become spaces.
    let reason: Vec<u8> = response
        .reason()
        .iter()
        .map(|b| if matches!(b, 0 | b'\r') { b' ' } else { *b })
        .collect();
    assert_eq!(back.reason().as_ref(), reason);
    assert_same_lines(response.headers(), back.headers());
}

/// All lines but Content-Length, which a copy may add or correct.
fn assert_same_lines(old: Headers<'_>, new: Headers<'_>) {
    let lines = |headers: Headers<'_>| -> Vec<Bytes> {
        headers
            .lines()
            .filter(|line| line.name() != HeaderName::ContentLength)
            .map(|line| line.raw())
            .collect()
    };
    assert_eq!(lines(old), lines(new));
}
