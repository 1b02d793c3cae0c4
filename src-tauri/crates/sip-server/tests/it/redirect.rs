//! Redirection (RFC 3261 §8.3) and OPTIONS (§11).

use crate::support::request;
use sip_message::{HeaderName, StatusCode};
use sip_server::{options::Capabilities, redirect::redirect};

fn invite(more: &str) -> sip_message::Request {
    request(&format!(
        "INVITE sip:100@office.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
         From: <sip:a@x>;tag=1
         To: <sip:100@office.example>
         Call-ID: 1
         CSeq: 1 INVITE
         {more}"
    ))
}

#[test]
fn where_to_look_instead() {
    for (places, code, contacts) in [
        (vec![], 480, vec![]),
        (vec![("sip:100@OFFICE.example", 1_000)], 480, vec![]), // round in a circle
        (
            vec![("sip:a@berlin.example", 1_000)],
            302,
            vec!["<sip:a@berlin.example>;q=1"],
        ),
        (
            vec![("sip:a@berlin.example", 1_000), ("tel:+331", 250)],
            300,
            vec!["<sip:a@berlin.example>;q=1", "<tel:+331>;q=0.25"],
        ),
    ] {
        let places = places.into_iter().map(|(uri, q)| (uri.parse().unwrap(), q));
        let response = redirect(&invite(""), places).build();
        assert_eq!(response.status(), code);
        let told: Vec<String> = response
            .headers()
            .named(HeaderName::Contact)
            .map(|line| line.value().to_string())
            .collect();
        assert_eq!(told, contacts);
    }
}

#[test]
fn what_is_required_and_missing_is_named() {
    let capabilities = Capabilities {
        supported: vec!["timer".to_owned(), "100rel".to_owned()],
        ..Capabilities::default()
    };
    assert!(
        capabilities
            .check_required(&invite("Require: TIMER"))
            .is_none()
    );
    let refused = capabilities
        .check_required(&invite("Require: timer, foo\nRequire: bar"))
        .unwrap()
        .build();
    assert_eq!(refused.status(), 420);
    let unsupported = refused.headers().value(HeaderName::Unsupported).unwrap();
    assert_eq!(unsupported, "foo, bar");
    let busy = capabilities
        .answer(&invite(""), StatusCode::new(486).unwrap())
        .build();
    assert_eq!(
        busy.headers().value(HeaderName::Supported).unwrap(),
        "timer, 100rel"
    );
    assert!(!busy.headers().has(HeaderName::AllowEvents));
}
