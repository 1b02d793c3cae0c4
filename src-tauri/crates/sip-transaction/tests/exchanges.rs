//! Single exchanges between two endpoints, message by message, in virtual time.

mod wire;

use sip_message::{Method, Response, StatusCode};
use sip_transaction::{ClientId, Destination, EndpointConfig, Event, ServerId};
use sip_transport::Transport;
use std::time::Duration;
use wire::{Side, Wire, callee, request};

fn status(code: u16) -> StatusCode {
    StatusCode::new(code).unwrap()
}

fn new_wire() -> Wire {
    Wire::new(1, EndpointConfig::default())
}

/// Sends a request to the callee and gives what arrives there.
fn send(wire: &mut Wire, transport: Transport, method: Method) -> (ClientId, ServerId) {
    let now = wire.now;
    let to = Destination::Target(callee(transport));
    let client = wire.caller.send(now, to, request(method, "call1"));
    match wire.settle().as_slice() {
        [(Side::Callee, Event::Request { server, .. })] => (client, *server),
        other => panic!("{other:?}"),
    }
}

fn answer(wire: &mut Wire, server: ServerId, code: u16) -> bool {
    let request = wire.callee.server_request(server).unwrap().clone();
    let response = Response::to(&request, status(code)).to_tag("to1").build();
    let now = wire.now;
    wire.callee.respond(now, server, response)
}

fn assert_at_rest(wire: &mut Wire) {
    wire.run(Duration::from_secs(120));
    for side in [Side::Caller, Side::Callee] {
        let counts = wire.endpoint(side).counts();
        let held = (
            counts.client,
            counts.server,
            counts.timers,
            counts.resolving,
        );
        assert_eq!(held, (0, 0, 0, 0), "{side:?}");
    }
}

#[test]
fn an_options_is_answered_once_over_udp_and_tcp() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut wire = new_wire();
        let (client, server) = send(&mut wire, transport, Method::Options);
        assert!(answer(&mut wire, server, 200));
        let events = wire.run(Duration::from_secs(60));
        assert!(
            matches!(
                events.as_slice(),
                [(Side::Caller, Event::Response { client: c, response })]
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
        wire.run(Duration::from_secs(60));
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
