//! Which requests go on and along which way: loops, routes, flows behind a NAT, credentials.

use super::wire::{CALLER, Wire, invite, target, udp};
use crate::support::request;
use bytes::Bytes;
use sip_message::header::{MaxBreadth, RecordRoute, Via};
use sip_message::{HeaderName, Message, Method, Request};
use sip_server::proxy::{Next, ProxyConfig, ProxyTarget};
use sip_transaction::Destination;
use sip_transport::{ConnectionId, Flow, Transport};
use std::time::Duration;

#[test]
fn requests_that_must_not_be_forwarded() {
    for (from, to, code) in [
        ("Max-Forwards: 70", "Max-Forwards: 0", 483),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nProxy-Require: foo, bar",
            420,
        ),
        ("sip:bob@10.0.0.1 ", "http://bob@10.0.0.1 ", 416),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nMax-Breadth: 0",
            440,
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nRoute: <sip:forged-00@10.0.0.1;lr>",
            403,
        ),
    ] {
        let mut wire = Wire::new(vec![target(11, 1000)]);
        let text = String::from_utf8(invite().bytes().to_vec()).unwrap();
        let bad = Request::parse(Bytes::from(text.replacen(from, to, 1))).unwrap();
        wire.call(&bad);
        let answers = wire.answers();
        assert_eq!(answers[0].status(), code, "{to}");
        if code == 420 {
            let unsupported = answers[0].headers().value(HeaderName::Unsupported);
            assert_eq!(unsupported.unwrap(), "foo, bar");
        }
        assert!(wire.at(11).is_empty());
        wire.ack_final(code);
        assert!(wire.is_at_rest());
    }
}

/// The request as another proxy sends it back to us.
fn sent_back(request: &Request, branch: &str, uri: &str) -> Request {
    let via = format!("SIP/2.0/UDP 192.0.2.99:5060;branch={branch}");
    let via = <Via as sip_message::Header>::parse(Bytes::from(via)).unwrap();
    request
        .edit()
        .uri(&uri.parse().unwrap())
        .push_first(&via)
        .build()
}

#[test]
fn a_loop_is_noticed_and_a_spiral_is_not_one() {
    let mut wire = Wire::new(vec![target(99, 1000)]);
    wire.call(&invite());
    let out = wire.invite_at(99);
    let back = udp("192.0.2.99:5060");
    let spiral = sent_back(&out, "z9hG4bKs", "sip:carla@10.0.0.1");
    wire.receive(back, spiral.bytes());
    let again = wire.invite_at(99);
    assert_eq!(again.headers().all::<Via>().count(), 4);
    let looped = sent_back(&again, "z9hG4bKl", "sip:bob@10.0.0.1");
    wire.receive(back, looped.bytes());
    let refused = wire.sent.iter().any(|(_, m)| match m {
        Message::Response(r) => r.status() == 482,
        Message::Request(_) => false,
    });
    assert!(refused);
}

#[test]
fn forks_of_another_proxy_that_meet_here_are_no_loop() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    let flow = udp("192.0.2.99:5060");
    for branch in ["z9hG4bKf1", "z9hG4bKf2"] {
        let fork = sent_back(&invite(), branch, "sip:bob@10.0.0.1");
        wire.receive(flow, fork.bytes());
    }
    assert_eq!(wire.at(11).len(), 2);
}

#[test]
fn parallel_branches_share_the_breadth() {
    let mut wire = Wire::new((11..16).map(|n| target(n, 1000)).collect());
    let call = invite().edit().push(&MaxBreadth(3)).build();
    wire.call(&call);
    let shares: Vec<_> = (11..16)
        .filter_map(|n| wire.at(n).pop())
        .map(|r| r.headers().get::<MaxBreadth>().unwrap().0)
        .collect();
    assert_eq!(shares, [1, 1, 1]); // the other two wait
    let mut wire = Wire::new((11..14).map(|n| target(n, 1000)).collect());
    wire.call(&invite().edit().push(&MaxBreadth(8)).build());
    let shares: Vec<_> = (11..14)
        .map(|n| wire.invite_at(n).headers().get::<MaxBreadth>().unwrap().0)
        .collect();
    assert_eq!(shares, [3, 3, 2]);
}

#[test]
fn requests_of_the_dialog_take_the_route_they_were_given() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 200);
    let bye = request(
        "BYE sip:bob@192.0.2.11:5060 SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKbye
         Max-Forwards: 70
         Route: <sip:10.0.0.1:5060;lr>, <sip:192.0.2.50:5060;lr>
         From: <sip:anna@10.0.0.1>;tag=a
         To: <sip:bob@10.0.0.1>;tag=t11
         Call-ID: call1
         CSeq: 2 BYE",
    );
    wire.call(&bye);
    let there = wire.invite_at(50);
    assert_eq!(
        there.headers().value(HeaderName::Route).unwrap(),
        "<sip:192.0.2.50:5060;lr>"
    );
    assert!(!there.headers().has(HeaderName::RecordRoute));
    // From and to a strict router (RFC 3261 §16.12.1.2).
    let strict = bye
        .edit()
        .uri(&"sip:10.0.0.1:5060;lr".parse().unwrap())
        .set_raw("Route", b"<sip:192.0.2.51:5060>, <sip:bob@192.0.2.11:5060>")
        .set_raw("Via", b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKstrict")
        .build();
    wire.call(&strict);
    let there = wire.invite_at(51);
    assert_eq!(there.raw_uri(), "sip:192.0.2.51:5060");
    assert_eq!(
        there.headers().value(HeaderName::Route).unwrap(),
        "<sip:bob@192.0.2.11:5060>"
    );
}

#[test]
fn phones_behind_a_nat_are_reached_over_their_flows_in_both_directions() {
    let nat = udp("203.0.113.7:61000");
    let mut wire = Wire::new(vec![ProxyTarget::new(
        "sip:bob@192.168.1.5:5060;ob".parse().unwrap(),
        Destination::Flow(nat),
    )]);
    wire.caller = udp("203.0.113.9:62000");
    let hidden = invite()
        .edit()
        .set_raw("Contact", b"<sip:anna@192.168.7.7:5060>")
        .set_raw(
            "Via",
            b"SIP/2.0/UDP 192.168.7.7:5060;rport;branch=z9hG4bKcaller",
        )
        .build();
    wire.call(&hidden);
    let (flow, Message::Request(call)) = wire.sent.pop_back().unwrap() else {
        panic!()
    };
    assert_eq!(flow, nat);
    let routes: Vec<String> = call
        .headers()
        .all::<RecordRoute>()
        .map(|r| format!("<{}>", r.unwrap().uri()))
        .collect();
    assert_eq!(routes.len(), 2);
    let in_dialog = |routes: &[String], uri: &str, branch: &str| {
        request(&format!(
            "BYE {uri} SIP/2.0
             Via: SIP/2.0/UDP 192.168.0.1:5060;rport;branch={branch}
             Max-Forwards: 70
             Route: {}
             From: <sip:anna@10.0.0.1>;tag=a
             To: <sip:bob@10.0.0.1>;tag=t
             Call-ID: call1
             CSeq: 2 BYE",
            routes.join(", ")
        ))
    };
    // The callee hangs up.
    let bye = in_dialog(&routes, "sip:anna@192.168.7.7:5060", "z9hG4bKb1");
    wire.receive(nat, bye.bytes());
    let (flow, message) = wire.sent.pop_back().unwrap();
    assert_eq!(flow.remote, wire.caller.remote);
    assert!(!message.headers().has(HeaderName::Route));
    // The caller hangs up, its NAT having changed its port meanwhile.
    let reversed: Vec<String> = routes.into_iter().rev().collect();
    let bye = in_dialog(&reversed, "sip:bob@192.168.1.5:5060", "z9hG4bKb2");
    wire.receive(udp("203.0.113.9:62999"), bye.bytes());
    assert_eq!(wire.sent.pop_back().unwrap().0, nat);
}

#[test]
fn a_dead_flow_is_430_and_another_flow_of_the_device_is_tried() {
    let dead = Flow {
        transport: Transport::Tcp,
        connection: Some(ConnectionId(77)),
        ..udp("192.0.2.11:40000")
    };
    let over = |flow, otherwise| ProxyTarget {
        otherwise,
        ..ProxyTarget::new("sip:bob@192.0.2.11".parse().unwrap(), flow)
    };
    let mut wire = Wire::new(vec![over(Destination::Flow(dead), vec![target(12, 1000)])]);
    wire.call(&invite());
    wire.pass(Duration::from_millis(1));
    let call = wire.invite_at(12);
    wire.reply(12, &call, 200);
    assert_eq!(wire.codes(), [200]);
    assert!(wire.is_at_rest());
}

#[test]
fn two_transports_leave_two_record_routes() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    let id = wire.endpoint.transports().new_connection_id();
    wire.caller = Flow {
        transport: Transport::Tcp,
        connection: Some(id),
        ..udp("192.0.2.1:40000")
    };
    assert!(wire.endpoint.transports().accepted(wire.caller));
    let text = String::from_utf8(invite().bytes().to_vec()).unwrap();
    wire.call(&Request::parse(Bytes::from(text.replace("UDP", "TCP"))).unwrap());
    let call = wire.invite_at(11);
    let routes: Vec<String> = call
        .headers()
        .all::<RecordRoute>()
        .map(|r| r.unwrap().uri().to_string())
        .collect();
    assert_eq!(routes.len(), 2);
    assert_eq!(routes[0], "sip:10.0.0.1:5060;lr");
    assert!(
        routes[1].ends_with("@10.0.0.1:5060;transport=tcp;lr"),
        "{routes:?}"
    );
}

#[test]
fn the_acknowledgement_of_an_answer_passes() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 200);
    let ack = request(
        "ACK sip:bob@192.0.2.11:5060 SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKack
         Max-Forwards: 70
         Route: <sip:10.0.0.1:5060;lr>
         From: <sip:anna@10.0.0.1>;tag=a
         To: <sip:bob@10.0.0.1>;tag=t11
         Call-ID: call1
         CSeq: 1 ACK",
    );
    wire.call(&ack);
    let there = wire.invite_at(11);
    assert_eq!(there.method(), Method::Ack);
    assert!(!there.headers().has(HeaderName::Route));
    assert!(!there.headers().has(HeaderName::MaxBreadth));
}

#[test]
fn our_own_credentials_are_not_passed_on() {
    let config = ProxyConfig {
        realm: Some("office".to_owned()),
        ..ProxyConfig::default()
    };
    let mut wire = Wire::with(config, vec![target(11, 1000)]);
    let credentials = |realm: &str| {
        format!(
            "Digest username=\"u\", realm=\"{realm}\", nonce=\"n\", uri=\"sip:x\", response=\"0\""
        )
    };
    let call = invite()
        .edit()
        .push_raw("Proxy-Authorization", credentials("office").as_bytes())
        .push_raw("Proxy-Authorization", credentials("elsewhere").as_bytes())
        .build();
    wire.call(&call);
    let there = wire.invite_at(11);
    let kept: Vec<_> = there
        .headers()
        .named(HeaderName::ProxyAuthorization)
        .collect();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].value().to_str().contains("elsewhere"));
}

#[test]
fn what_is_ours_and_what_is_not() {
    let mut wire = Wire::with(
        ProxyConfig {
            domains: vec![sip_message::HostPort {
                host: sip_message::Host::from_name("office.example"),
                port: None,
            }],
            ..ProxyConfig::default()
        },
        vec![],
    );
    for (uri, ours) in [
        ("sip:bob@10.0.0.1", true),
        ("sip:bob@10.0.0.1:5060;transport=tcp", true),
        ("sip:bob@10.0.0.1:5062", false),
        ("sip:bob@OFFICE.example", true),
        ("sip:bob@elsewhere.example", false),
        ("tel:+4930123", true),
        ("urn:service:sos", true),
    ] {
        let request = invite().edit().uri(&uri.parse().unwrap()).build();
        let accepted = wire
            .proxy
            .accept(wire.endpoint.transports(), udp(CALLER), request)
            .unwrap();
        assert_eq!(matches!(accepted.next(), Next::Ours), ours, "{uri}");
    }
}
