//! Where a request goes: looked up, tried one after the other, over UDP or TCP.

use super::{answer, assert_at_rest, new_wire, seconds, send, send_only, told};
use crate::wire::{Connecting, Side, Wire, callee, request};
use sip_message::Method;
use sip_transaction::{Destination, EndpointConfig, Event, Output};
use sip_transport::{Flow, Query, Resolution, SrvRecord, Target, Transport};

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
