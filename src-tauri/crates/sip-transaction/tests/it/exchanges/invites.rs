//! Calls: INVITE, its repetitions, its answers, CANCEL and ACK.

use super::{answer, assert_at_rest, new_wire, seconds, send, send_only, told};
use crate::wire::{Side, callee, request};
use sip_message::header::CSeq;
use sip_message::{HeaderName, Method, Request};
use sip_transaction::{Destination, Event, Output};
use sip_transport::{Flow, Transport, TransportOutput};

#[test]
fn a_refused_invite_is_acknowledged_by_the_transaction() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut wire = new_wire();
        let (_, server) = send(&mut wire, transport, Method::Invite);
        assert!(answer(&mut wire, server, 180));
        assert!(answer(&mut wire, server, 486));
        assert!(!answer(&mut wire, server, 200), "one final answer only");
        wire.run(seconds(60));
        let sent: Vec<String> = wire.trace.iter().map(|(_, _, line)| line.clone()).collect();
        assert_eq!(
            sent,
            [
                "INVITE sip:callee@10.0.0.2 SIP/2.0",
                "SIP/2.0 180 Ringing",
                "SIP/2.0 486 Busy Here",
                "ACK sip:callee@10.0.0.2 SIP/2.0",
            ],
            "{transport}"
        );
        assert_at_rest(&mut wire);
    }
}

#[test]
fn an_invite_to_nobody_is_repeated_with_doubling_intervals_until_timer_b() {
    let mut wire = new_wire();
    wire.deaf = Some(Side::Callee);
    send_only(&mut wire, callee(Transport::Udp), Method::Invite);
    let events = wire.run(seconds(40));
    assert_eq!(told(&events), ["Caller: nobody answered"]);
    let times: Vec<u64> = wire.trace.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times, [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    assert_at_rest(&mut wire);
}

#[test]
fn a_refusal_is_repeated_until_acknowledged_or_timer_h() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Udp, Method::Invite);
    wire.trace.clear();
    wire.deaf = Some(Side::Caller);
    answer(&mut wire, server, 486);
    let events = wire.run(seconds(33));
    let refused: Vec<u64> = wire
        .trace
        .iter()
        .filter(|(_, side, line)| *side == Side::Callee && line.contains("486"))
        .map(|(at, ..)| *at)
        .collect();
    // With the caller's repeated INVITEs, each answered again, come those of timer G.
    for at in [
        0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ] {
        assert!(refused.contains(&at), "{refused:?}");
    }
    assert!(told(&events).contains(&"Callee: never acknowledged".to_owned()));
    assert_at_rest(&mut wire);
}

#[test]
fn a_silent_user_gets_a_100_sent_for_it() {
    for (method, at, gone_at) in [
        (Method::Invite, 200, None),
        (Method::Message, 3_500, Some(32)),
    ] {
        let mut wire = new_wire();
        let (_, server) = send(&mut wire, Transport::Tcp, method.clone());
        wire.trace.clear();
        let events = wire.run(seconds(10));
        assert_eq!(told(&events), [format!("Caller: 100 to {method}")]);
        assert_eq!(
            wire.trace,
            [(at, Side::Callee, "SIP/2.0 100 Trying".to_owned())]
        );
        if let Some(gone_at) = gone_at {
            // Its client has given up by then; a late answer would only confuse (RFC 4320 §4.2).
            wire.run(seconds(gone_at));
            assert!(wire.callee.server_request(server).is_none());
        }
    }
}

#[test]
fn an_accepted_invite_absorbs_repetitions_and_passes_acks_and_further_2xx() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Udp, Method::Invite);
    wire.deaf = Some(Side::Caller);
    assert!(answer(&mut wire, server, 200));
    assert_eq!(
        told(&wire.run(seconds(4))),
        Vec::<String>::new(),
        "repeated INVITEs are absorbed"
    );
    wire.deaf = None;
    for _ in 0..2 {
        assert!(answer(&mut wire, server, 200), "the user repeats its 2xx");
        assert_eq!(told(&wire.settle()), ["Caller: 200 to INVITE"]);
        let now = wire.now;
        let to = Destination::Target(callee(Transport::Udp));
        wire.caller
            .send_stateless(now, to, request(Method::Ack, "call1"));
        assert_eq!(told(&wire.settle()), ["Callee: acknowledged"]);
    }
    assert!(!answer(&mut wire, server, 486), "answered is answered");
    assert_at_rest(&mut wire);
}

#[test]
fn a_cancel_waits_for_the_first_provisional_response() {
    let mut wire = new_wire();
    let client = send_only(&mut wire, callee(Transport::Udp), Method::Invite);
    let now = wire.now;
    let cancel = wire
        .caller
        .cancel(now, client, Some("Q.850;cause=16"))
        .unwrap();
    assert_eq!(wire.caller.cancel(now, client, None), None, "once");
    let events = wire.settle();
    let [(_, Event::Request { server, .. })] = events.as_slice() else {
        panic!("{events:?}");
    };
    let server = *server;
    assert!(!wire.story().contains("CANCEL"));
    answer(&mut wire, server, 180);
    let events = wire.settle();
    assert_eq!(
        told(&events),
        [
            "Caller: 180 to INVITE",
            "Callee: cancelled",
            "Caller: 200 to CANCEL"
        ]
    );
    for (_, event) in events {
        match event {
            Event::Cancel {
                server: of,
                request,
            } => {
                assert_eq!(of, server);
                let reason = request.headers().value(HeaderName::Reason).unwrap();
                assert_eq!(reason, "Q.850;cause=16");
                let invite = wire.callee.server_request(server).unwrap();
                assert_eq!(request.via().unwrap(), invite.via().unwrap());
                assert_eq!(request.raw_uri(), invite.raw_uri());
                assert_eq!(
                    request.cseq().unwrap().number,
                    invite.cseq().unwrap().number
                );
            }
            Event::Response {
                client, response, ..
            } if client == cancel => {
                assert_eq!(
                    response.to_tag().unwrap(),
                    "to1",
                    "RFC 3261 §9.2: the INVITE's tag"
                );
            }
            _ => {}
        }
    }
    answer(&mut wire, server, 487);
    assert_eq!(told(&wire.settle()), ["Caller: 487 to INVITE"]);
    assert!(wire.story().contains("ACK"));
    assert_at_rest(&mut wire);
}

#[test]
fn a_lost_cancel_is_sent_again() {
    let mut wire = new_wire();
    let (client, server) = send(&mut wire, Transport::Udp, Method::Invite);
    answer(&mut wire, server, 180);
    wire.settle();
    wire.deaf = Some(Side::Callee);
    let now = wire.now;
    wire.caller.cancel(now, client, None).unwrap();
    wire.run(seconds(2));
    wire.deaf = None;
    let events = wire.run(seconds(3));
    assert_eq!(
        told(&events),
        ["Callee: cancelled", "Caller: 200 to CANCEL"]
    );
}

#[test]
fn a_cancelled_invite_without_final_response_ends_after_64_t1() {
    let mut wire = new_wire();
    let (client, server) = send(&mut wire, Transport::Udp, Method::Invite);
    answer(&mut wire, server, 180);
    wire.settle();
    let now = wire.now;
    wire.caller.cancel(now, client, None).unwrap();
    let events = wire.run(seconds(31));
    assert_eq!(
        told(&events),
        ["Callee: cancelled", "Caller: 200 to CANCEL"]
    );
    assert_eq!(told(&wire.run(seconds(2))), ["Caller: nobody answered"]);
    wire.callee.drop_server(server);
    assert_at_rest(&mut wire);
}

#[test]
fn a_cancel_that_meets_no_invite_is_answered_481() {
    let mut wire = new_wire();
    let client = send_only(&mut wire, callee(Transport::Udp), Method::Cancel);
    let events = wire.settle();
    assert_eq!(told(&events), ["Caller: 481 to CANCEL"]);
    assert!(matches!(&events[0].1, Event::Response { client: c, .. } if *c == client));
}

#[test]
fn a_cancel_after_the_answer_changes_nothing() {
    let mut wire = new_wire();
    let (client, server) = send(&mut wire, Transport::Udp, Method::Invite);
    answer(&mut wire, server, 180);
    wire.settle();
    answer(&mut wire, server, 200);
    let now = wire.now;
    wire.caller.cancel(now, client, None).unwrap();
    // The two cross on the wire.
    let events = told(&wire.settle());
    assert_eq!(events, ["Caller: 200 to INVITE", "Caller: 200 to CANCEL"]);
    assert_at_rest(&mut wire);
}

#[test]
fn an_ack_of_the_transaction_follows_the_invites_route() {
    let mut wire = new_wire();
    let now = wire.now;
    let invite = request(Method::Invite, "call1")
        .push_raw("Route", b"<sip:10.0.0.2;lr>, <sip:next.example;lr>")
        .push_raw("Subject", b"not for the ACK");
    let to = Destination::Target(callee(Transport::Udp));
    wire.caller.send(now, to, invite);
    let events = wire.settle();
    let [
        (
            _,
            Event::Request {
                server, request, ..
            },
        ),
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    let via = request.via().unwrap();
    answer(&mut wire, *server, 603);
    let now = wire.now;
    // The ACK is taken from the caller by hand.
    let mut outputs = Vec::new();
    while let Some(output) = wire.callee.poll() {
        outputs.push(output);
    }
    for output in outputs {
        if let Output::Transport(TransportOutput::Send { bytes, .. }) = output {
            let flow = Flow::udp(Side::Caller.addr(), Side::Callee.addr());
            wire.caller.receive(now, flow, bytes);
        }
    }
    let Some(Output::Transport(TransportOutput::Send { bytes, .. })) = wire.caller.poll() else {
        panic!("no ACK");
    };
    let ack = Request::parse(bytes).unwrap();
    assert_eq!(ack.flaw(), None);
    assert_eq!(
        ack.cseq().unwrap(),
        CSeq {
            number: 1,
            method: Method::Ack
        }
    );
    assert_eq!(ack.to_tag().unwrap(), "to1");
    assert_eq!(ack.via().unwrap().branch(), via.branch());
    assert_eq!(
        ack.headers().value(HeaderName::Route).unwrap(),
        "<sip:10.0.0.2;lr>, <sip:next.example;lr>"
    );
    assert!(!ack.headers().has(HeaderName::Subject));
}
