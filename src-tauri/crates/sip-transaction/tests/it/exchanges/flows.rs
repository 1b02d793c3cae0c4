//! The connections underneath: kept alive, cut, replaced.

use super::{answer, new_wire, seconds, send, told};
use crate::wire::{Connecting, Side};
use sip_message::Method;
use sip_transaction::Probe;
use sip_transport::{Flow, Transport};

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
