//! Single exchanges between two endpoints, message by message, in virtual time.

use crate::wire::{Connecting, Side, Wire, callee, request};
use bytes::Bytes;
use sip_message::{HeaderName, Method, Request, Response, StatusCode, header::CSeq};
use sip_transaction::{ClientId, Destination, EndpointConfig, Event, Output, Probe, ServerId};
use sip_transport::{Flow, Query, Resolution, SrvRecord, Target, Transport, TransportOutput};
use std::time::Duration;

fn status(code: u16) -> StatusCode {
    StatusCode::new(code).unwrap()
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn new_wire() -> Wire {
    Wire::new(1, EndpointConfig::default())
}

/// Sends a request to the callee and gives what arrives there.
fn send(wire: &mut Wire, transport: Transport, method: Method) -> (ClientId, ServerId) {
    let client = send_only(wire, callee(transport), method);
    match wire.settle().as_slice() {
        [(Side::Callee, Event::Request { server, .. })] => (client, *server),
        other => panic!("{other:?}"),
    }
}

fn send_only(wire: &mut Wire, to: Target, method: Method) -> ClientId {
    let now = wire.now;
    wire.caller
        .send(now, Destination::Target(to), request(method, "call1"))
}

fn answer(wire: &mut Wire, server: ServerId, code: u16) -> bool {
    let request = wire.callee.server_request(server).unwrap().clone();
    let response = Response::to(&request, status(code)).to_tag("to1").build();
    let now = wire.now;
    wire.callee.respond(now, server, response)
}

/// Events in a few words, one per line.
fn told(events: &[(Side, Event)]) -> Vec<String> {
    events
        .iter()
        .map(|(side, event)| match event {
            Event::Request { request, .. } => format!("{side:?}: request {}", request.method()),
            Event::Cancel { .. } => format!("{side:?}: cancelled"),
            Event::Ack { .. } => format!("{side:?}: acknowledged"),
            Event::Response { response, .. } => {
                let method = response.cseq().unwrap().method;
                format!("{side:?}: {} to {method}", response.status())
            }
            Event::ClientTimeout { .. } => format!("{side:?}: nobody answered"),
            Event::ClientFailed { .. } => format!("{side:?}: could not be sent"),
            Event::ServerTimeout { .. } => format!("{side:?}: never acknowledged"),
            Event::ServerTransportError { .. } => format!("{side:?}: response lost"),
            Event::Located { .. } => format!("{side:?}: located"),
            Event::FlowClosed { .. } => format!("{side:?}: flow closed"),
        })
        .collect()
}

fn assert_at_rest(wire: &mut Wire) {
    wire.run(seconds(120));
    for side in [Side::Caller, Side::Callee] {
        let counts = wire.endpoint(side).counts();
        let held = (counts.client, counts.server, counts.resolving);
        assert_eq!(held, (0, 0, 0), "{side:?}");
    }
}

#[test]
fn an_options_is_answered_once_over_udp_and_tcp() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut wire = new_wire();
        let (client, server) = send(&mut wire, transport, Method::Options);
        assert!(answer(&mut wire, server, 200));
        let events = wire.run(seconds(60));
        assert!(
            matches!(
                events.as_slice(),
                [(Side::Caller, Event::Response { client: c, response, .. })]
                    if *c == client && response.status() == StatusCode::OK
            ),
            "{transport}: {events:?}"
        );
        assert_at_rest(&mut wire);
    }
}

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
fn an_options_to_nobody_is_repeated_at_most_every_t2_until_timer_f() {
    let mut wire = new_wire();
    wire.deaf = Some(Side::Callee);
    send_only(&mut wire, callee(Transport::Udp), Method::Options);
    let events = wire.run(seconds(40));
    assert_eq!(told(&events), ["Caller: nobody answered"]);
    let times: Vec<u64> = wire.trace.iter().map(|(at, ..)| *at).collect();
    assert_eq!(
        times,
        [
            0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500
        ]
    );
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
fn a_408_to_a_message_is_kept_from_the_wire() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Udp, Method::Message);
    wire.trace.clear();
    assert!(!answer(&mut wire, server, 180), "RFC 4320 §4.1: 100 only");
    assert!(answer(&mut wire, server, 408));
    wire.settle();
    assert_eq!(wire.trace, []);
    assert!(wire.callee.server_request(server).is_none());
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
fn a_request_goes_to_the_next_target_when_the_first_is_dead() {
    let dead = Target {
        addr: "10.0.0.9:5060".parse().unwrap(),
        ..callee(Transport::Tcp)
    };
    let deaf = Target {
        transport: Transport::Udp,
        ..dead.clone()
    };
    let unroutable = Target {
        transport: Transport::Wss,
        ..dead.clone()
    };
    for method in [Method::Invite, Method::Options] {
        for (first, after) in [(&dead, 0), (&unroutable, 0), (&deaf, 33)] {
            let mut wire = new_wire();
            let now = wire.now;
            let to = Destination::Targets(vec![first.clone(), callee(Transport::Udp)]);
            let client = wire.caller.send(now, to, request(method.clone(), "call1"));
            let events = wire.run(seconds(after));
            let server = events.iter().find_map(|(_, event)| match event {
                Event::Request { server, .. } => Some(*server),
                _ => None,
            });
            answer(&mut wire, server.unwrap(), 404);
            let events = wire.settle();
            assert!(
                matches!(&events[..], [(_, Event::Response { client: c, .. })] if *c == client),
                "{first:?}: {events:?}"
            );
            assert_at_rest(&mut wire);
        }
        let mut wire = new_wire();
        send_only(&mut wire, dead.clone(), method);
        let events = told(&wire.settle());
        assert_eq!(events, ["Caller: flow closed", "Caller: could not be sent"]);
        assert_at_rest(&mut wire);
    }
}

#[test]
fn a_503_goes_to_the_next_target_and_is_acknowledged() {
    let mut wire = new_wire();
    let now = wire.now;
    let to = Destination::Targets(vec![callee(Transport::Udp), callee(Transport::Tcp)]);
    let client = wire.caller.send(now, to, request(Method::Invite, "call1"));
    let events = wire.settle();
    let [(_, Event::Request { server, .. })] = events.as_slice() else {
        panic!("{events:?}");
    };
    answer(&mut wire, *server, 503);
    let events = wire.settle();
    let [
        (
            _,
            Event::Request {
                server: second,
                flow,
                ..
            },
        ),
    ] = events.as_slice()
    else {
        panic!("the 503 is not told: {events:?}");
    };
    assert_eq!(flow.transport, Transport::Tcp);
    answer(&mut wire, *second, 503);
    let events = wire.settle();
    assert!(
        matches!(&events[..], [(_, Event::Response { client: c, response, .. })]
            if *c == client && response.status() == 503),
        "the last target's is: {events:?}"
    );
    assert_eq!(wire.story().matches("ACK").count(), 2);
    assert_at_rest(&mut wire);
}

#[test]
fn a_target_given_up_that_rings_late_is_cancelled() {
    let config = EndpointConfig {
        failover_after: Some(seconds(3)),
        ..EndpointConfig::default()
    };
    let mut wire = Wire::new(1, config);
    let now = wire.now;
    let to = Destination::Targets(vec![callee(Transport::Udp), callee(Transport::Tcp)]);
    let client = wire.caller.send(now, to, request(Method::Invite, "call1"));
    wire.deaf = Some(Side::Caller); // its answers are slow
    let events = wire.settle();
    let [(_, Event::Request { server: late, .. })] = events.as_slice() else {
        panic!("{events:?}");
    };
    let late = *late;
    let events = wire.run(seconds(3));
    let [(_, Event::Request { server: second, .. })] = events.as_slice() else {
        panic!("{events:?}");
    };
    let second = *second;
    wire.deaf = None;
    answer(&mut wire, late, 180);
    assert_eq!(
        told(&wire.settle()),
        ["Callee: cancelled"],
        "nothing of it is told"
    );
    answer(&mut wire, late, 487);
    answer(&mut wire, second, 200);
    let events = wire.settle();
    assert!(
        matches!(&events[..], [(_, Event::Response { client: c, response, .. })]
            if *c == client && response.status() == 200),
        "{events:?}"
    );
    assert_at_rest(&mut wire);
}

#[test]
fn a_request_too_large_for_udp_goes_over_tcp_and_comes_back_to_udp() {
    let large = || request(Method::Invite, "call1").push_raw("X-Large", &[b'x'; 1_300]);
    for (connecting, expected) in [
        (Connecting::Opens, "Tcp at 0"),
        (Connecting::Refused, "Udp at 0"),
        (Connecting::Hangs, "Udp at 2000"),
    ] {
        let mut wire = new_wire();
        wire.connecting = connecting;
        for (call, expected) in [(1, expected), (2, &expected.replace("2000", "0"))] {
            let before = wire.now;
            let to = Destination::Target(callee(Transport::Udp));
            let client = wire.caller.send(before, to, large());
            let mut arrived = None;
            let until = wire.now + seconds(30);
            while let Some((_, event)) = wire.next_event(until) {
                if let Event::Request {
                    flow,
                    server,
                    request,
                } = event
                {
                    let via = request.via().unwrap().transport;
                    assert_eq!(Transport::from_via(&via), Some(flow.transport));
                    let after = (wire.now - before).as_millis();
                    arrived = Some((format!("{:?} at {after}", flow.transport), server));
                    break;
                }
            }
            let (how, server) = arrived.unwrap();
            assert_eq!(how, *expected, "{connecting:?}, call {call}");
            answer(&mut wire, server, 486);
            let events = wire.settle();
            assert!(events.iter().any(
                |(_, event)| matches!(event, Event::Response { client: c, .. } if *c == client)
            ));
        }
        assert_at_rest(&mut wire);
    }
}

#[test]
fn a_cut_connection_fails_its_requests_and_tells_both_sides() {
    let mut wire = new_wire();
    send(&mut wire, Transport::Tcp, Method::Invite);
    wire.cut();
    let mut events = told(&wire.settle());
    events.sort();
    assert_eq!(
        events,
        [
            "Callee: flow closed",
            "Caller: could not be sent",
            "Caller: flow closed"
        ]
    );
}

#[test]
fn a_response_finds_its_way_when_the_requests_connection_is_gone() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Tcp, Method::Invite);
    wire.cut();
    wire.settle();
    wire.trace.clear();
    // RFC 3261 §18.2.2: to the port in the Via.
    assert!(answer(&mut wire, server, 486));
    wire.settle();
    assert_eq!(
        wire.trace,
        [(0, Side::Callee, "SIP/2.0 486 Busy Here".to_owned())]
    );
    // And nobody there either.
    wire.connecting = Connecting::Refused;
    wire.cut();
    wire.settle();
    let (_, server) = {
        wire.connecting = Connecting::Opens;
        send(&mut wire, Transport::Tcp, Method::Invite)
    };
    wire.connecting = Connecting::Refused;
    wire.cut();
    wire.settle();
    answer(&mut wire, server, 486);
    let events = told(&wire.settle());
    assert_eq!(events, ["Callee: flow closed", "Callee: response lost"]);
}

#[test]
fn an_unreachable_peer_fails_what_it_never_answered() {
    let mut wire = new_wire();
    wire.deaf = Some(Side::Callee);
    send_only(&mut wire, callee(Transport::Udp), Method::Options);
    let flow = Flow::udp(Side::Caller.addr(), Side::Callee.addr());
    let now = wire.now;
    wire.caller.udp_unreachable(now, flow);
    assert_eq!(told(&wire.settle()), ["Caller: could not be sent"]);
    // A call that rings is not ended by a packet anybody may have written.
    wire.deaf = None;
    let (_, server) = send(&mut wire, Transport::Udp, Method::Invite);
    answer(&mut wire, server, 180);
    wire.settle();
    let now = wire.now;
    wire.caller.udp_unreachable(now, flow);
    assert_eq!(told(&wire.settle()), Vec::<String>::new());
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

#[test]
fn a_uri_is_resolved_and_its_servers_tried() {
    let mut wire = new_wire();
    let now = wire.now;
    let to = Destination::Resolve("sip:callee@office.example;transport=udp".parse().unwrap());
    wire.caller.send(now, to, request(Method::Options, "call1"));
    let record = |priority, target: &str| SrvRecord {
        priority,
        weight: 0,
        port: 5060,
        target: target.to_owned(),
    };
    for (query, answer) in [
        (
            Query::Srv("_sip._udp.office.example".into()),
            Resolution::Srv(vec![record(2, "b.example"), record(1, "a.example")]),
        ),
        (Query::Addr("a.example".into()), Resolution::Failed),
        (
            Query::Addr("b.example".into()),
            Resolution::Addrs(vec![Side::Callee.addr().ip()]),
        ),
    ] {
        assert!(wire.settle().is_empty());
        let (id, asked) = wire.questions.pop().unwrap();
        assert_eq!(asked, query);
        wire.caller.resolved(now, id, answer);
    }
    assert_eq!(told(&wire.settle()), ["Callee: request OPTIONS"]);
    // A name that leads nowhere.
    let to = Destination::Resolve("sip:nowhere.example:5060".parse().unwrap());
    wire.caller.send(now, to, request(Method::Options, "call2"));
    wire.settle();
    let (id, _) = wire.questions.pop().unwrap();
    wire.caller.resolved(now, id, Resolution::NotFound);
    assert_eq!(told(&wire.settle()), ["Caller: could not be sent"]);
    assert_eq!(wire.caller.counts().resolving, 0);
}

#[test]
fn an_invite_cancelled_while_its_server_is_looked_up_is_never_sent() {
    let mut wire = new_wire();
    let now = wire.now;
    let to = Destination::Resolve("sip:office.example:5060".parse().unwrap());
    let client = wire.caller.send(now, to, request(Method::Invite, "call1"));
    wire.settle();
    assert_eq!(wire.caller.cancel(now, client, None), None);
    assert_eq!(told(&wire.settle()), ["Caller: nobody answered"]);
    let (id, _) = wire.questions.pop().unwrap();
    wire.caller
        .resolved(now, id, Resolution::Addrs(vec![Side::Callee.addr().ip()]));
    wire.settle();
    assert_eq!(wire.trace, []);
    assert_at_rest(&mut wire);
}

#[test]
fn pings_are_answered_and_a_missing_pong_closes_the_flow() {
    let mut wire = new_wire();
    let (_, server) = send(&mut wire, Transport::Tcp, Method::Register);
    answer(&mut wire, server, 200);
    wire.run(seconds(1));
    let flow = Flow {
        transport: Transport::Tcp,
        local: Side::Caller.addr(),
        remote: Side::Callee.addr(),
        connection: Some(sip_transport::ConnectionId(1)),
    };
    let now = wire.now;
    assert!(wire.caller.keep_alive(now, flow, Probe::Ping, None));
    let events = wire.run(seconds(600));
    assert_eq!(told(&events), Vec::<String>::new());
    wire.deaf = Some(Side::Callee);
    let events = told(&wire.run(seconds(200)));
    assert!(
        events.contains(&"Caller: flow closed".to_owned()),
        "{events:?}"
    );
    assert_eq!(wire.caller.counts().timers, 0);
}

#[test]
fn a_udp_flow_is_kept_alive_by_stun_and_given_up_without_answer() {
    let mut wire = new_wire();
    let flow = Flow::udp(Side::Caller.addr(), Side::Callee.addr());
    let now = wire.now;
    assert!(wire.caller.keep_alive(now, flow, Probe::Stun, None));
    assert_eq!(told(&wire.run(seconds(600))), Vec::<String>::new());
    let probes = wire
        .trace
        .iter()
        .filter(|(_, side, _)| *side == Side::Caller);
    let probes = probes.count();
    assert!((20..=26).contains(&probes), "{probes} in ten minutes");
    wire.deaf = Some(Side::Caller);
    assert_eq!(told(&wire.run(seconds(60))), ["Caller: flow closed"]);
    assert_eq!(wire.caller.counts(), Default::default());
}

#[test]
fn a_connection_that_never_speaks_is_closed() {
    let mut wire = new_wire();
    let flow = Flow {
        transport: Transport::Tcp,
        local: Side::Callee.addr(),
        remote: "198.51.100.1:4000".parse().unwrap(),
        connection: Some(wire.callee.transports().new_connection_id()),
    };
    let now = wire.now;
    assert!(wire.callee.accepted(now, flow));
    assert_eq!(told(&wire.run(seconds(31))), Vec::<String>::new());
    assert_eq!(told(&wire.run(seconds(2))), ["Callee: flow closed"]);
    assert_eq!(wire.callee.counts(), Default::default());
}

#[test]
fn the_same_seed_and_inputs_give_the_same_bytes() {
    let run = |seed: u8| {
        let mut endpoint = sip_transaction::Endpoint::new(EndpointConfig::default(), [seed; 32]);
        endpoint.transports().listen(sip_transport::Listener {
            transport: Transport::Udp,
            local: Side::Caller.addr(),
            advertised: None,
        });
        let now = std::time::Instant::now();
        for call in 0..20 {
            let to = Destination::Target(callee(Transport::Udp));
            endpoint.send(now, to, request(Method::Options, &format!("call{call}")));
        }
        let mut sent = Vec::new();
        while let Some(Output::Transport(TransportOutput::Send { bytes, .. })) = endpoint.poll() {
            sent.push(bytes);
        }
        (sent, endpoint.token())
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
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

#[test]
fn where_a_uri_leads_is_told_to_whoever_asks() {
    let mut wire = new_wire();
    let now = wire.now;
    let literal = "sip:192.0.2.7:5070;transport=tcp".parse().unwrap();
    let id = wire.caller.locate(now, &literal);
    match wire.caller.poll() {
        Some(Output::Event(Event::Located {
            id: told,
            targets,
            whole,
        })) => {
            assert_eq!((told, whole), (id, true));
            assert_eq!(targets.len(), 1);
            assert_eq!(targets[0].addr, "192.0.2.7:5070".parse().unwrap());
        }
        other => panic!("{other:?}"),
    }
    // A name service that fails halfway leaves a doubt.
    let name = "sip:provider.example;transport=udp".parse().unwrap();
    let id = wire.caller.locate(now, &name);
    for answer in [
        Resolution::Failed,
        Resolution::Addrs(vec!["192.0.2.8".parse().unwrap()]),
    ] {
        let Some(Output::Resolve { id, .. }) = wire.caller.poll() else {
            panic!("no question");
        };
        wire.caller.resolved(now, id, answer);
    }
    match wire.caller.poll() {
        Some(Output::Event(Event::Located {
            id: told,
            targets,
            whole,
        })) => {
            assert_eq!((told, whole, targets.len()), (id, false, 1));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(wire.caller.counts().resolving, 0);
}
