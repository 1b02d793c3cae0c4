//! The forking proxy over simulated wires, in virtual time (RFC 3261 §16, RFC 5393, RFC 5626).

use crate::support::{request, text};
use bytes::Bytes;
use proptest::prelude::*;
use sip_message::{
    HeaderName, Message, Method, Request, Response, StatusCode,
    header::{MaxBreadth, MaxForwards, RecordRoute, Via},
};
use sip_server::proxy::{Next, Proxy, ProxyConfig, ProxyTarget};
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output, ServerId};
use sip_transport::{ConnectionId, Flow, Listener, Target, Transport, TransportOutput};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

const CALLER: &str = "192.0.2.1:5060";

/// A proxy between a caller and callees, all on one wire.
struct Wire {
    now: Instant,
    endpoint: Endpoint,
    proxy: Proxy,
    sent: VecDeque<(Flow, Message)>,
    targets: Vec<ProxyTarget>,
    caller: Flow,
    failed: usize,
}

fn addr(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn udp(remote: &str) -> Flow {
    Flow::udp(addr("10.0.0.1:5060"), addr(remote))
}

/// A registered phone at 192.0.2.`last`.
fn target(last: u8, q: u16) -> ProxyTarget {
    let uri = format!("sip:bob@192.0.2.{last}:5060").parse().unwrap();
    ProxyTarget {
        q,
        ..ProxyTarget::new(
            uri,
            Destination::Target(Target {
                transport: Transport::Udp,
                addr: SocketAddr::from(([192, 0, 2, last], 5060)),
                server_name: None,
            }),
        )
    }
}

fn invite() -> Request {
    request(
        "INVITE sip:bob@10.0.0.1 SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcaller
         Max-Forwards: 70
         From: <sip:anna@10.0.0.1>;tag=a
         To: <sip:bob@10.0.0.1>
         Call-ID: call1
         CSeq: 1 INVITE
         Contact: <sip:anna@192.0.2.1:5060>",
    )
}

fn message() -> Request {
    let text = String::from_utf8(invite().bytes().to_vec()).unwrap();
    Request::parse(Bytes::from(text.replace("INVITE", "MESSAGE"))).unwrap()
}

impl Wire {
    fn new(targets: Vec<ProxyTarget>) -> Wire {
        Wire::with(ProxyConfig::default(), targets)
    }

    fn with(config: ProxyConfig, targets: Vec<ProxyTarget>) -> Wire {
        let mut endpoint = Endpoint::new(EndpointConfig::default(), [5; 32]);
        for transport in [Transport::Udp, Transport::Tcp] {
            endpoint.transports().listen(Listener {
                transport,
                local: addr("10.0.0.1:5060"),
                advertised: None,
            });
        }
        Wire {
            now: Instant::now(),
            endpoint,
            proxy: Proxy::new(config, [6; 32]),
            sent: VecDeque::new(),
            targets,
            caller: udp(CALLER),
            failed: 0,
        }
    }

    fn receive(&mut self, flow: Flow, bytes: &Bytes) {
        self.endpoint.receive(self.now, flow, bytes.clone());
        self.settle();
    }

    fn call(&mut self, request: &Request) {
        self.receive(self.caller, request.bytes());
    }

    fn settle(&mut self) {
        while let Some(output) = self.endpoint.poll() {
            match output {
                Output::Transport(TransportOutput::Send { flow, bytes }) => {
                    self.sent.push_back((flow, Message::parse(bytes).unwrap()));
                }
                Output::Transport(TransportOutput::Failed { .. }) => self.failed += 1,
                Output::Transport(_) | Output::Resolve { .. } => {}
                Output::Event(event) => self.on_event(event),
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        let Wire {
            now,
            endpoint,
            proxy,
            ..
        } = self;
        let now = *now;
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => self.on_request(server, flow, request),
            Event::Cancel { server, request } => {
                proxy.on_cancel(now, endpoint, server, &request);
            }
            Event::Ack { flow, request } => {
                let accepted = proxy
                    .accept(endpoint.transports_ref(), flow, request)
                    .unwrap();
                let target = accepted.target().unwrap_or_else(|| self.targets[0].clone());
                proxy.forward_ack(now, endpoint, &accepted, &target);
            }
            Event::Response {
                client, response, ..
            } => {
                proxy.on_response(now, endpoint, client, &response);
            }
            Event::ClientTimeout { client } => {
                proxy.on_client_timeout(now, endpoint, client);
            }
            Event::ClientFailed { client } => {
                proxy.on_client_failed(now, endpoint, client);
            }
            _ => {}
        }
    }

    fn on_request(&mut self, server: ServerId, flow: Flow, request: Request) {
        match self
            .proxy
            .accept(self.endpoint.transports_ref(), flow, request)
        {
            Err(response) => {
                self.endpoint.respond(self.now, server, response);
            }
            Ok(accepted) => {
                let targets = match accepted.target() {
                    Some(target) => vec![target],
                    None => self.targets.clone(),
                };
                self.proxy
                    .forward(self.now, &mut self.endpoint, server, accepted, targets);
            }
        }
    }

    /// Lets time pass, with every timer at its moment.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let next = [self.endpoint.next_timeout(), self.proxy.next_timeout()];
            let Some(at) = next.into_iter().flatten().min().filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(at);
            self.endpoint.handle_timeout(self.now);
            self.settle();
            self.proxy.handle_timeout(self.now, &mut self.endpoint);
            self.settle();
        }
        self.now = end;
    }

    /// Requests that arrived at 192.0.2.`last` since last asked.
    fn at(&mut self, last: u8) -> Vec<Request> {
        let ip = SocketAddr::from(([192, 0, 2, last], 5060)).ip();
        let mut found = vec![];
        self.sent.retain(|(flow, message)| match message {
            Message::Request(request) if flow.remote.ip() == ip => {
                found.push(request.clone());
                false
            }
            _ => true,
        });
        found
    }

    fn invite_at(&mut self, last: u8) -> Request {
        let mut found = self.at(last);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Responses that arrived at the caller since last asked, without 100 Trying.
    fn answers(&mut self) -> Vec<Response> {
        let mut found = vec![];
        let caller = self.caller.remote;
        self.sent.retain(|(flow, message)| match message {
            Message::Response(response) if flow.remote == caller => {
                if response.status() != StatusCode::TRYING {
                    found.push(response.clone());
                }
                false
            }
            _ => true,
        });
        found
    }

    fn codes(&mut self) -> Vec<u16> {
        self.answers().iter().map(|r| r.status().code()).collect()
    }

    fn reply(&mut self, last: u8, to: &Request, code: u16) {
        self.reply_with(last, to, code, "");
    }

    fn reply_with(&mut self, last: u8, to: &Request, code: u16, headers: &str) {
        let status = StatusCode::new(code).unwrap();
        let mut response = Response::to(to, status).to_tag(&format!("t{last}"));
        for line in headers.lines() {
            let (name, value) = line.trim().split_once(": ").unwrap();
            response = response.push_raw(name, value.as_bytes());
        }
        let response = response.build();
        self.receive(udp(&format!("192.0.2.{last}:5060")), response.bytes());
    }

    /// Acknowledges a final response as the caller's transaction does.
    fn ack_final(&mut self, code: u16) {
        let ack = Request::builder(Method::Ack, &invite().uri().unwrap())
            .copy(invite().headers(), HeaderName::Via)
            .copy(invite().headers(), HeaderName::From)
            .copy(invite().headers(), HeaderName::To)
            .copy(invite().headers(), HeaderName::CallId)
            .push_raw("CSeq", b"1 ACK")
            .push(&MaxForwards(70))
            .build();
        assert!(code >= 300);
        self.call(&ack);
    }

    fn cancel(&mut self, headers: &str) {
        let cancel = request(&format!(
            "CANCEL sip:bob@10.0.0.1 SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcaller
             From: <sip:anna@10.0.0.1>;tag=a
             To: <sip:bob@10.0.0.1>
             Call-ID: call1
             CSeq: 1 CANCEL
             {headers}"
        ));
        self.call(&cancel);
    }

    /// Everything is over and nothing is left behind.
    fn is_at_rest(&mut self) -> bool {
        self.pass(Duration::from_secs(120));
        let counts = self.endpoint.counts();
        self.proxy.under_way() == 0
            && self.proxy.next_timeout().is_none()
            && counts.client == 0
            && counts.server == 0
    }
}

fn reason(request: &Request) -> Option<String> {
    let reason = request.headers().value(HeaderName::Reason)?;
    Some(reason.to_string())
}

#[test]
fn a_call_passes_and_its_answers_come_back() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let there = wire.invite_at(11);
    assert_eq!(there.raw_uri(), "sip:bob@192.0.2.11:5060");
    assert_eq!(there.headers().get::<MaxForwards>(), Ok(MaxForwards(69)));
    assert_eq!(there.headers().all::<Via>().count(), 2);
    let route = there.headers().get::<RecordRoute>().unwrap();
    assert_eq!(route.uri().to_string(), "sip:10.0.0.1:5060;lr");
    wire.reply(11, &there, 180);
    wire.reply(11, &there, 200);
    let answers = wire.answers();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[1].headers().all::<Via>().count(), 1);
    assert_eq!(answers[1].to_tag().unwrap(), "t11");
    assert!(wire.is_at_rest());
}

#[test]
fn phones_ring_together_and_the_others_stop_when_one_answers() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000), target(13, 1000)]);
    wire.call(&invite());
    let calls: Vec<Request> = (11..=13).map(|n| wire.invite_at(n)).collect();
    for (n, call) in (11..).zip(&calls) {
        wire.reply(n, call, 180);
    }
    assert_eq!(wire.codes(), [180, 180, 180]);
    wire.reply(12, &calls[1], 200);
    assert_eq!(wire.codes(), [200]);
    for n in [11, 13] {
        let cancel = wire.invite_at(n);
        assert_eq!(cancel.method(), Method::Cancel);
        assert_eq!(
            reason(&cancel).unwrap(),
            "SIP;cause=200;text=\"Call completed elsewhere\""
        );
        wire.reply(n, &cancel, 200);
        wire.reply(n, &calls[usize::from(n) - 11], 487);
    }
    assert!(wire.at(12).is_empty());
    assert!(wire.codes().is_empty()); // the 487s stay here
    assert!(wire.is_at_rest());
}

#[test]
fn two_phones_that_answer_at_once_both_get_through_to_the_caller() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(11, &a, 200);
    wire.reply(12, &b, 200);
    let tags: Vec<String> = wire
        .answers()
        .iter()
        .map(|r| r.to_tag().unwrap().to_string())
        .collect();
    assert_eq!(tags, ["t11", "t12"]);
    wire.reply(11, &a, 200); // the phone saw no ACK yet
    assert_eq!(wire.codes(), [200]);
    assert!(wire.is_at_rest());
}

#[test]
fn lower_preferences_are_tried_when_higher_ones_have_failed() {
    let mut wire = Wire::new(vec![target(13, 100), target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    assert!(wire.at(13).is_empty());
    wire.reply(11, &a, 486);
    wire.at(11); // its ACK
    assert!(wire.at(13).is_empty());
    wire.reply(12, &b, 480);
    let c = wire.invite_at(13);
    assert!(wire.codes().is_empty());
    wire.reply(13, &c, 404);
    assert_eq!(wire.codes(), [486]); // the busy one says more than the others
    wire.ack_final(486);
    assert!(wire.is_at_rest());
}

#[test]
fn six_hundred_ends_everything_but_waits_for_the_others() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000), target(13, 100)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(12, &b, 180);
    wire.codes();
    wire.reply(11, &a, 603);
    assert!(wire.codes().is_empty());
    let cancel = wire.invite_at(12);
    assert_eq!(cancel.method(), Method::Cancel);
    wire.reply(12, &cancel, 200);
    wire.reply(12, &b, 487);
    assert_eq!(wire.codes(), [603]);
    wire.ack_final(603);
    assert!(wire.at(13).is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn a_phone_that_answers_after_six_hundred_wins() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(12, &b, 180);
    wire.codes();
    wire.reply(11, &a, 600);
    wire.reply(12, &b, 200);
    assert_eq!(wire.codes(), [200]);
    assert!(wire.is_at_rest());
}

#[test]
fn the_caller_gives_up() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 100)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.codes();
    wire.cancel("Reason: SIP;cause=600;text=\"Busy Everywhere\"");
    assert_eq!(wire.codes(), [200]); // to the CANCEL
    let cancel = wire.invite_at(11);
    assert_eq!(cancel.method(), Method::Cancel);
    assert_eq!(
        reason(&cancel).unwrap(),
        "SIP;cause=600;text=\"Busy Everywhere\""
    );
    wire.reply(11, &cancel, 200);
    wire.reply(11, &call, 487);
    assert_eq!(wire.codes(), [487]);
    wire.ack_final(487);
    assert!(wire.at(12).is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn an_answer_that_crosses_the_cancel_reaches_the_caller() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.codes();
    wire.cancel("");
    wire.reply(11, &call, 200);
    assert_eq!(wire.codes(), [200, 200]);
    assert!(wire.is_at_rest());
}

#[test]
fn a_phone_that_ignores_the_cancel_does_not_keep_the_caller_forever() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.cancel("");
    wire.codes();
    wire.pass(Duration::from_secs(40));
    assert!(wire.codes().contains(&487));
    assert!(wire.is_at_rest());
}

#[test]
fn ringing_without_a_sign_of_life_ends_after_timer_c() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.pass(Duration::from_secs(180));
    assert!(wire.at(11).is_empty());
    wire.reply(11, &call, 180); // still there: another three minutes
    wire.pass(Duration::from_secs(180));
    assert!(wire.at(11).is_empty());
    wire.pass(Duration::from_secs(10));
    assert_eq!(wire.at(11)[0].method(), Method::Cancel);
    wire.reply(11, &call, 487);
    assert_eq!(wire.codes(), [180, 180, 487]);
    wire.ack_final(487);
    assert!(wire.is_at_rest());
}

#[test]
fn a_dead_phone_is_408_and_a_dead_message_is_silence() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    wire.pass(Duration::from_secs(33));
    assert!(wire.codes().contains(&408));
    wire.ack_final(408);
    assert!(wire.is_at_rest());
    // RFC 4320: nobody waits for a 408 to another method any more.
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&message());
    wire.pass(Duration::from_secs(40));
    assert!(wire.codes().is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn an_overloaded_phone_does_not_make_the_proxy_look_overloaded() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply_with(11, &call, 503, "Retry-After: 600");
    let answer = wire.answers().remove(0);
    assert_eq!(answer.status(), 500);
    assert!(!answer.headers().has(HeaderName::RetryAfter));
}

#[test]
fn challenges_of_all_branches_reach_the_caller_together() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply_with(
        11,
        &a,
        401,
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"1\"",
    );
    wire.reply_with(
        12,
        &b,
        407,
        "Proxy-Authenticate: Digest realm=\"b\", nonce=\"2\"",
    );
    let answer = text(&wire.answers()[0]);
    assert!(
        answer.contains("realm=\"a\"") && answer.contains("realm=\"b\""),
        "{answer}"
    );
}

#[test]
fn nobody_registered_is_480() {
    let mut wire = Wire::new(vec![]);
    wire.call(&invite());
    assert_eq!(wire.codes(), [480]);
    wire.ack_final(480);
    assert!(wire.is_at_rest());
}

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
fn a_redirect_is_passed_back_or_followed() {
    for follow in [false, true] {
        let config = ProxyConfig {
            follow_redirects: follow,
            ..ProxyConfig::default()
        };
        let mut wire = Wire::with(config, vec![target(11, 1000)]);
        wire.call(&invite());
        let call = wire.invite_at(11);
        wire.reply_with(11, &call, 302, "Contact: <sip:carla@192.0.2.12:5060>");
        match follow {
            false => assert_eq!(wire.codes(), [302]),
            true => {
                assert!(wire.codes().is_empty());
                let moved = wire.invite_at(12);
                assert_eq!(moved.raw_uri(), "sip:carla@192.0.2.12:5060");
                wire.reply(12, &moved, 200);
                assert_eq!(wire.codes(), [200]);
            }
        }
    }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever phones answer, and whenever the caller gives up: exactly one final response other
    /// than further 2xx, and nothing left behind.
    #[test]
    fn one_final_answer_and_no_leftovers(
        phones in proptest::collection::vec((0u16..3, 0usize..9, 0u64..40), 0..6),
        cancel_after in proptest::option::of(0u64..60),
    ) {
        const CODES: [u16; 9] = [0, 180, 200, 302, 404, 486, 500, 503, 603];
        let targets = (11..).zip(&phones).map(|(n, (q, _, _))| target(n, *q * 100)).collect();
        let mut wire = Wire::new(targets);
        wire.call(&invite());
        let mut finals = vec![];
        let mut calls: Vec<(u8, Request, u64)> = vec![];
        for second in 0..1_000u64 {
            if Some(second) == cancel_after && finals.is_empty() {
                wire.cancel("");
            }
            for (n, (_, code, after)) in (11u8..).zip(&phones) {
                for request in wire.at(n) {
                    match request.method() {
                        Method::Invite if calls.iter().all(|(_, c, _)| c.via() != request.via()) => {
                            calls.push((n, request, second + after));
                        }
                        Method::Cancel => {
                            wire.reply(n, &request, 200);
                            let call = calls.iter().find(|(m, ..)| *m == n).map(|(_, c, _)| c.clone());
                            wire.reply(n, &call.unwrap(), 487);
                        }
                        _ => {}
                    }
                }
                let due: Vec<Request> = calls.iter().filter(|(m, _, at)| *m == n && *at == second)
                    .map(|(_, call, _)| call.clone()).collect();
                for call in due {
                    if CODES[*code] > 0 {
                        wire.reply(n, &call, CODES[*code]);
                    }
                }
            }
            for code in wire.answers().into_iter().filter(|r| r.cseq().unwrap().method == Method::Invite).map(|r| r.status().code()) {
                if code >= 300 {
                    wire.ack_final(code);
                }
                if code >= 200 {
                    finals.push(code);
                }
            }
            wire.pass(Duration::from_secs(1));
        }
        let failures = finals.iter().filter(|c| **c >= 300).count();
        let answers = finals.len() - failures;
        prop_assert!(failures == 0 || answers == 0, "{finals:?}");
        prop_assert!(failures <= 1 && !finals.is_empty(), "{finals:?}");
        prop_assert!(wire.is_at_rest());
    }

    /// Messages with damage anywhere pass or are refused; none makes the proxy panic.
    #[test]
    fn no_request_makes_it_panic(at in 0usize..300, with: u8, lines in "((Route|Record-Route|Contact|Max-Breadth|Proxy-Require): [ -~]{0,40}\r\n){0,3}") {
        let mut wire = Wire::new(vec![target(11, 1000)]);
        let mut bytes = String::from_utf8(invite().bytes().to_vec()).unwrap().replacen("Max-F", &format!("{lines}Max-F"), 1).into_bytes();
        let at = at % bytes.len();
        bytes[at] = with;
        wire.receive(udp(CALLER), &Bytes::from(bytes));
        wire.pass(Duration::from_secs(40));
    }
}
