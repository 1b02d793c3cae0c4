//! Whatever arrives, over whatever flow, in whatever order: no panic, and nothing is kept for ever.

use crate::wire::{callee, request};
use bytes::Bytes;
use proptest::prelude::*;
use sip_message::Method;
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output};
use sip_transport::{ConnectionId, Flow, Listener, Resolution, SrvRecord, Transport};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

const INVITE: &str = "INVITE sip:a@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1\r\n\
    From: <sip:b@x>;tag=1\r\nTo: <sip:a@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
const OK: &str = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n\
    From: <sip:b@x>;tag=1\r\nTo: <sip:a@x>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n";

#[derive(Clone, Debug)]
enum Input {
    Receive(Vec<u8>),
    /// A message that the endpoint sent, back to it with some bytes changed.
    Echo(usize, Vec<(usize, u8)>),
    Send(Method),
    Cancel,
    Respond(u16),
    Drop,
    Wait(u64),
    Closed(u64),
    Accepted(u64),
    Unreachable,
    Resolve(bool),
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    let mutated = |text: &'static str| {
        proptest::collection::vec((0..text.len(), any::<u8>()), 0..6).prop_map(move |changes| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes
        })
    };
    let swapped = prop_oneof![Just("ACK"), Just("CANCEL"), Just("BYE"), Just("FOO")]
        .prop_map(|method| INVITE.replace("INVITE", method).into_bytes());
    let old = Just(INVITE.replace("z9hG4bK", "").into_bytes());
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..80),
        mutated(INVITE),
        mutated(OK),
        swapped,
        old,
        Just(b"\r\n\r\n".to_vec()),
        Just(sip_transport::stun::request([1; 12]).to_vec()),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let method = prop_oneof![
        Just(Method::Invite),
        Just(Method::Options),
        Just(Method::Cancel)
    ];
    prop_oneof![
        6 => message().prop_map(Input::Receive),
        3 => (any::<usize>(), proptest::collection::vec((any::<usize>(), any::<u8>()), 0..3))
            .prop_map(|(which, changes)| Input::Echo(which, changes)),
        2 => method.prop_map(Input::Send),
        1 => Just(Input::Cancel),
        2 => (100u16..700).prop_map(Input::Respond),
        1 => Just(Input::Drop),
        2 => (0..40_000u64).prop_map(Input::Wait),
        1 => (0..6u64).prop_map(Input::Closed),
        1 => (0..6u64).prop_map(Input::Accepted),
        1 => Just(Input::Unreachable),
        1 => any::<bool>().prop_map(Input::Resolve),
    ]
}

fn flow(number: usize) -> Flow {
    let local = SocketAddr::from(([10, 0, 0, 1], 5060));
    let remote = SocketAddr::from(([10, 0, 0, 2], 5060));
    match number % 3 {
        0 => Flow::udp(local, remote),
        n => Flow {
            transport: Transport::Tcp,
            local,
            remote,
            connection: Some(ConnectionId(n as u64)),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_arrives_can_hurt(inputs in proptest::collection::vec((input(), 0..3usize), 1..60)) {
        let mut now = Instant::now();
        let mut endpoint = Endpoint::new(EndpointConfig::default(), [3; 32]);
        for transport in [Transport::Udp, Transport::Tcp] {
            endpoint.transports().listen(Listener {
                transport,
                local: SocketAddr::from(([10, 0, 0, 1], 5060)),
                advertised: None,
            });
        }
        let (mut sent, mut clients, mut servers, mut asked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (input, number) in inputs {
            match input {
                Input::Receive(bytes) => endpoint.receive(now, flow(number), Bytes::from(bytes)),
                Input::Echo(which, changes) if !sent.is_empty() => {
                    let (flow, bytes): &(Flow, Bytes) = &sent[which % sent.len()];
                    let mut bytes = bytes.to_vec();
                    for (at, byte) in changes {
                        let at = at % bytes.len();
                        bytes[at] = byte;
                    }
                    endpoint.receive(now, *flow, Bytes::from(bytes));
                }
                Input::Send(method) => {
                    let to = match number {
                        0 => Destination::Target(callee(Transport::Udp)),
                        1 => Destination::Target(callee(Transport::Tcp)),
                        _ => Destination::Resolve("sip:example.com".parse().unwrap()),
                    };
                    clients.push(endpoint.send(now, to, request(method, "c")));
                }
                Input::Cancel => {
                    if let Some(client) = clients.last() {
                        endpoint.cancel(now, *client, None);
                    }
                }
                Input::Respond(code) => {
                    if let Some(server) = servers.last()
                        && let Some(request) = endpoint.server_request(*server).cloned()
                    {
                        let status = sip_message::StatusCode::new(code).unwrap();
                        let response = sip_message::Response::to(&request, status).build();
                        endpoint.respond(now, *server, response);
                    }
                }
                Input::Drop => {
                    if let Some(server) = servers.pop() {
                        endpoint.drop_server(server);
                    }
                }
                Input::Wait(milliseconds) => {
                    now += Duration::from_millis(milliseconds);
                    endpoint.handle_timeout(now);
                }
                Input::Closed(id) => endpoint.connection_closed(now, ConnectionId(id)),
                Input::Accepted(id) => {
                    endpoint.transports().accepted(flow(id as usize));
                }
                Input::Unreachable => endpoint.udp_unreachable(now, flow(0)),
                Input::Resolve(found) => {
                    if let Some(id) = asked.pop() {
                        let record = SrvRecord { priority: 1, weight: 0, port: 5060, target: "h.".into() };
                        let answer = if found { Resolution::Srv(vec![record]) } else { Resolution::NotFound };
                        endpoint.resolved(now, id, answer);
                    }
                }
                Input::Echo(..) => {}
            }
            while let Some(output) = endpoint.poll() {
                match output {
                    Output::Transport(sip_transport::TransportOutput::Send { flow, bytes }) => sent.push((flow, bytes)),
                    Output::Resolve { id, .. } => asked.push(id),
                    Output::Event(Event::Request { server, .. }) => servers.push(server),
                    _ => {}
                }
            }
        }
        // Everything ends: the user answers what it was asked, the resolver too, time goes by.
        for server in servers {
            endpoint.drop_server(server);
        }
        while let Some(id) = asked.pop() {
            endpoint.resolved(now, id, Resolution::Failed);
            while let Some(output) = endpoint.poll() {
                if let Output::Resolve { id, .. } = output {
                    asked.push(id);
                }
            }
        }
        for client in clients {
            endpoint.cancel(now, client, None);
        }
        for _ in 0..10 {
            now += Duration::from_secs(40);
            endpoint.handle_timeout(now);
        }
        let counts = endpoint.counts();
        prop_assert_eq!((counts.client, counts.server, counts.resolving), (0, 0, 0));
        prop_assert!(counts.timers <= counts.connections, "one watch over each connection");
    }
}
