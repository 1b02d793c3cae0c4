//! Whoever sends what is old, broken, not asked for or too much.

use super::{answer, assert_at_rest, new_wire, seconds, send, status, told};
use crate::wire::{Side, Wire};
use bytes::Bytes;
use sip_message::{Method, Request, Response, StatusCode};
use sip_transaction::{EndpointConfig, Event, Output};
use sip_transport::{Flow, Transport, TransportOutput};

#[test]
fn a_stranger_who_is_asked_for_credentials_is_forgotten_at_once() {
    for method in [Method::Register, Method::Invite] {
        let mut wire = new_wire();
        let (_, server) = send(&mut wire, Transport::Udp, method.clone());
        let asked = wire.callee.server_request(server).unwrap().clone();
        let response = Response::to(&asked, status(401)).to_tag("same").build();
        assert!(wire.callee.respond_and_forget(server, response.clone()));
        assert!(!wire.callee.respond_and_forget(server, response));
        assert_eq!(wire.callee.counts().server, 0);
        let events = wire.settle();
        let heard = told(&events);
        assert!(
            heard.contains(&format!("Caller: 401 to {method}")),
            "{heard:?}"
        );
        wire.run(seconds(40));
        assert_at_rest(&mut wire);
    }
}

/// Hands raw bytes to the callee and gives what it sends and tells.
fn deliver(wire: &mut Wire, text: &str) -> (Vec<String>, Vec<(Side, Event)>) {
    let flow = Flow::udp(Side::Callee.addr(), Side::Caller.addr());
    let now = wire.now;
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    wire.callee.receive(now, flow, bytes);
    let (mut sent, mut told) = (Vec::new(), Vec::new());
    while let Some(output) = wire.callee.poll() {
        match output {
            Output::Transport(TransportOutput::Send { bytes, .. }) => {
                sent.push(String::from_utf8(bytes.to_vec()).unwrap());
            }
            Output::Event(event) => told.push((Side::Callee, event)),
            _ => {}
        }
    }
    (sent, told)
}

const OLD_INVITE: &str = "INVITE sip:callee@10.0.0.2 SIP/2.0\r\n\
    Via: SIP/2.0/UDP 10.0.0.1:5060\r\n\
    From: <sip:old@10.0.0.1>;tag=f\r\n\
    To: <sip:callee@10.0.0.2>\r\n\
    Call-ID: old@10.0.0.1\r\n\
    CSeq: 7 INVITE\r\n\
    Content-Length: 0\r\n\r\n";

#[test]
fn a_peer_of_rfc_2543_is_matched_by_its_headers() {
    let mut wire = new_wire();
    let (_, events) = deliver(&mut wire, OLD_INVITE);
    let [(_, Event::Request { server, .. })] = events.as_slice() else {
        panic!("{events:?}");
    };
    let (sent, events) = deliver(&mut wire, OLD_INVITE);
    assert_eq!((sent.len(), events.len()), (0, 0), "a repetition");
    let (sent, events) = deliver(&mut wire, &OLD_INVITE.replace("INVITE", "CANCEL"));
    assert!(sent[0].starts_with("SIP/2.0 200"), "{sent:?}");
    assert_eq!(told(&events), ["Callee: cancelled"]);
    answer(&mut wire, *server, 487);
    let (sent, _) = deliver(&mut wire, "\r\n\r\n");
    assert!(sent[0].starts_with("SIP/2.0 487"), "{sent:?}");
    // An ACK with another To tag is not for this answer.
    let ack = OLD_INVITE.replace("INVITE", "ACK");
    let with_tag = |tag: &str| {
        ack.replace(
            "To: <sip:callee@10.0.0.2>",
            &format!("To: <sip:callee@10.0.0.2>;tag={tag}"),
        )
    };
    let (_, events) = deliver(&mut wire, &with_tag("other"));
    assert_eq!(told(&events), ["Callee: acknowledged"]);
    let (_, events) = deliver(&mut wire, &with_tag("to1"));
    assert_eq!(told(&events), Vec::<String>::new(), "absorbed");
    let now = wire.now + seconds(6);
    wire.callee.handle_timeout(now);
    assert_eq!(
        wire.callee.server_request(*server).map(Request::method),
        None,
        "timer I"
    );
    // Another CSeq is another transaction.
    let (_, events) = deliver(&mut wire, &OLD_INVITE.replace("CSeq: 7", "CSeq: 8"));
    assert_eq!(told(&events), ["Callee: request INVITE"]);
}

#[test]
fn the_same_branch_from_another_host_is_another_request() {
    let mut wire = new_wire();
    let invite = OLD_INVITE.replace("10.0.0.1:5060", "10.0.0.1:5060;branch=z9hG4bKsame");
    deliver(&mut wire, &invite);
    let (_, events) = deliver(&mut wire, &invite);
    assert_eq!(events.len(), 0);
    let (_, events) = deliver(
        &mut wire,
        &invite.replace("10.0.0.1:5060;", "10.0.0.3:5060;"),
    );
    assert_eq!(told(&events), ["Callee: request INVITE"]);
}

#[test]
fn a_broken_request_is_answered_and_a_broken_ack_is_not() {
    let mut wire = new_wire();
    let broken = OLD_INVITE.replace("CSeq: 7 INVITE", "CSeq: 7 BYE");
    let (sent, events) = deliver(&mut wire, &broken);
    assert!(sent[0].starts_with("SIP/2.0 400 "), "{sent:?}");
    assert!(events.is_empty());
    let (sent, events) = deliver(&mut wire, &broken.replacen("INVITE", "ACK", 1));
    assert_eq!((sent.len(), events.len()), (0, 0));
    let (sent, events) = deliver(&mut wire, "garbage\r\n\r\n");
    assert_eq!((sent.len(), events.len()), (0, 0));
    assert_eq!(wire.callee.counts().server, 0, "nothing is kept of it");
}

#[test]
fn responses_that_are_not_ours_are_dropped() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Udp, Method::Options);
    let request = wire.callee.server_request(server).unwrap().clone();
    let good = Response::to(&request, StatusCode::OK).build();
    let good = String::from_utf8(good.bytes().to_vec()).unwrap();
    let branch = request.via().unwrap().branch().unwrap();
    let flow = Flow::udp(Side::Caller.addr(), Side::Callee.addr());
    for bad in [
        good.replace("UDP 10.0.0.1", "UDP 10.0.0.7"),
        good.replace(&*branch.to_str(), "z9hG4bKguess"),
        good.replace("OPTIONS", "CANCEL"),
        good.replace("OPTIONS", "INVITE"),
        good.replace("Call-ID: call1\r\n", ""),
    ] {
        let now = wire.now;
        wire.caller.receive(now, flow, Bytes::from(bad.clone()));
        assert_eq!(told(&wire.settle()), Vec::<String>::new(), "{bad}");
    }
    let now = wire.now;
    wire.caller.receive(now, flow, Bytes::from(good));
    assert_eq!(told(&wire.settle()), ["Caller: 200 to OPTIONS"]);
}

#[test]
fn beyond_the_limit_requests_are_refused_without_state() {
    let max = 1_000;
    let mut wire = Wire::new(
        1,
        EndpointConfig {
            max_server_transactions: max,
            ..EndpointConfig::default()
        },
    );
    let flow = Flow::udp(Side::Callee.addr(), Side::Caller.addr());
    let options = OLD_INVITE.replace("INVITE", "OPTIONS");
    let numbered =
        |n: usize| options.replace("10.0.0.1:5060", &format!("10.0.0.1:5060;branch=z9hG4bK{n}"));
    let now = wire.now;
    for n in 0..max {
        wire.callee.receive(now, flow, Bytes::from(numbered(n)));
        while wire.callee.poll().is_some() {}
    }
    let (sent, events) = deliver(&mut wire, &numbered(max));
    assert!(sent[0].starts_with("SIP/2.0 503 "), "{sent:?}");
    assert!(sent[0].contains("Retry-After: "), "{sent:?}");
    assert!(events.is_empty());
    assert_eq!(wire.callee.counts().server, max);
    // Those that are there are served as before, and time makes room.
    let (sent, events) = deliver(&mut wire, &numbered(0));
    assert_eq!((sent.len(), events.len()), (0, 0));
    wire.callee.handle_timeout(now + seconds(33));
    assert_eq!(wire.callee.counts().server, 0);
}
