//! Single exchanges between two endpoints, message by message, in virtual time.

mod flows;
mod invites;
mod strangers;
mod targets;

use crate::wire::{Side, Wire, callee, request};
use sip_message::{Method, Response, StatusCode};
use sip_transaction::{ClientId, Destination, EndpointConfig, Event, Output, ServerId};
use sip_transport::{Target, Transport, TransportOutput};
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
