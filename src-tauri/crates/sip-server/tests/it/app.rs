//! The framework: an app that overrides nothing, plugins, and what strangers may not do.

use crate::support::{accounts, answer, flow, login, request};
use bytes::Bytes;
use proptest::prelude::*;
use sip_message::{HeaderName, Message, Method, Request, Response, StatusCode, header::Algorithm};
use sip_server::{
    app::{Core, Incoming, Plugin, Server, ServerOutput, SipApp},
    digest::{CredentialSource, Ha1},
    location::LocationChange,
};
use sip_transport::{Flow, Listener, Transport, TransportOutput};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

#[derive(Default)]
struct Home {
    changes: usize,
}

impl SipApp for Home {
    fn name(&self) -> &str {
        "home.example"
    }
    fn transports(&self) -> Vec<Listener> {
        vec![Listener {
            transport: Transport::Udp,
            local: "10.0.0.1:5060".parse().unwrap(),
            advertised: None,
        }]
    }
    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        accounts().ha1(user, realm, algorithm)
    }
    fn on_location_change(&mut self, _: &mut Core, _: &LocationChange) {
        self.changes += 1;
    }
}

struct World {
    now: Instant,
    server: Server<Home>,
    sent: Vec<(SocketAddr, Message)>,
}

const ANNA: &str = "192.0.2.1:5060";
const BOB: &str = "192.0.2.2:5060";
const STRANGER: &str = "203.0.113.66:5060";

impl World {
    fn new() -> World {
        let now = Instant::now();
        World {
            now,
            server: Server::new(Home::default(), [9; 32], now),
            sent: vec![],
        }
    }

    fn send(&mut self, from: &str, bytes: &Bytes) {
        self.server.receive(self.now, flow(from), bytes.clone());
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(output) = self.server.poll() {
            if let ServerOutput::Transport(TransportOutput::Send { flow, bytes }) = output {
                self.sent
                    .push((flow.remote, Message::parse(bytes).unwrap()));
            }
        }
    }

    fn at(&mut self, who: &str) -> Vec<Message> {
        let who: SocketAddr = who.parse().unwrap();
        let all = std::mem::take(&mut self.sent);
        let (mine, others) = all.into_iter().partition(|(to, _)| *to == who);
        self.sent = others;
        mine.into_iter().map(|(_, message)| message).collect()
    }

    fn response_at(&mut self, who: &str) -> Response {
        let found = self.at(who).into_iter().find_map(|m| match m {
            Message::Response(r) if r.status() != StatusCode::TRYING => Some(r),
            _ => None,
        });
        found.unwrap()
    }

    fn request_at(&mut self, who: &str) -> Option<Request> {
        self.at(who).into_iter().find_map(|m| match m {
            Message::Request(r) => Some(r),
            Message::Response(_) => None,
        })
    }

    /// Sends a request, answers the challenge, and gives the final response.
    fn as_account(
        &mut self,
        from: &str,
        request: &Request,
        user: &str,
        password: &str,
    ) -> Response {
        self.send(from, request.bytes());
        let challenge = self.response_at(from);
        assert!(
            matches!(challenge.status().code(), 401 | 407),
            "{challenge:?}"
        );
        let again = answer(&challenge, request, &login(user, password));
        let via = String::from_utf8(again.headers().value(HeaderName::Via).unwrap().to_vec());
        let via = via.unwrap().replace("z9hG4bK", "z9hG4bKagain");
        let again = again.edit().set_raw("Via", via.as_bytes()).build();
        self.send(from, again.bytes());
        let mut kept = vec![];
        let mut response = None;
        for (to, message) in std::mem::take(&mut self.sent) {
            match message {
                Message::Response(r) if to == from.parse().unwrap() => response = Some(r),
                other => kept.push((to, other)),
            }
        }
        self.sent = kept;
        response.unwrap_or_else(|| Response::to(request, StatusCode::TRYING).build())
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.server.next_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.server.handle_timeout(self.now);
            self.settle();
        }
        self.now = end;
    }
}

fn register(user: &str, from: &str) -> Request {
    request(&format!(
        "REGISTER sip:home.example SIP/2.0
         Via: SIP/2.0/UDP {from};branch=z9hG4bKr{user}
         From: <sip:{user}@home.example>;tag=a
         To: <sip:{user}@home.example>
         Call-ID: r{user}
         CSeq: 1 REGISTER
         Contact: <sip:{user}@{from}>"
    ))
}

fn to(method: &str, uri: &str, from: &str, more: &str) -> Request {
    request(&format!(
        "{method} {uri} SIP/2.0
         Via: SIP/2.0/UDP {from};branch=z9hG4bK{method}{from}
         Max-Forwards: 70
         From: <sip:anna@home.example>;tag=a
         To: <{uri}>{more}
         Call-ID: c{method}
         CSeq: 1 {method}
         Contact: <sip:anna@{from}>"
    ))
}

#[test]
fn an_app_that_overrides_nothing_registers_and_connects() {
    let mut world = World::new();
    let registered = world.as_account(BOB, &register("bob", BOB), "bob", "quux");
    assert_eq!(registered.status(), 200);
    assert_eq!(world.server.app().changes, 1);
    let invite = to("INVITE", "sip:bob@home.example", ANNA, "");
    world.as_account(ANNA, &invite, "anna", "zanzibar");
    let rings = world.request_at(BOB).unwrap();
    assert_eq!(rings.raw_uri(), "sip:bob@192.0.2.2:5060");
    assert!(!rings.headers().has(HeaderName::ProxyAuthorization));
    let ok = Response::to(&rings, StatusCode::OK).to_tag("b").build();
    world.send(BOB, ok.bytes());
    assert_eq!(world.response_at(ANNA).status(), 200);
}

#[test]
fn nobody_registers_for_somebody_else() {
    let mut world = World::new();
    let refused = world.as_account(ANNA, &register("bob", ANNA), "anna", "zanzibar");
    assert_eq!(refused.status(), 403);
    assert!(world.server.core().location.is_empty());
}

#[test]
fn accounts_learn_who_is_unknown_and_who_is_away() {
    for (uri, code) in [
        ("sip:bob@home.example", 480),
        ("sip:dora@home.example", 404),
    ] {
        let mut world = World::new();
        let message = to("MESSAGE", uri, ANNA, "");
        let refused = world.as_account(ANNA, &message, "anna", "zanzibar");
        assert_eq!(refused.status(), code, "{uri}");
    }
}

/// Threats I1 and I6: strangers ring no phone and find no relay, whatever they claim.
#[test]
fn strangers_get_nowhere() {
    let mut world = World::new();
    world.as_account(BOB, &register("bob", BOB), "bob", "quux");
    for (method, uri, more, code) in [
        ("INVITE", "sip:bob@home.example", "", Some(407)),
        ("INVITE", "sip:dora@home.example", "", Some(407)),
        ("MESSAGE", "sip:victim@198.51.100.7", "", Some(407)),
        ("BYE", "sip:victim@198.51.100.7", ";tag=invented", Some(403)),
        (
            "INFO",
            "sip:victim@198.51.100.7",
            ";tag=invented",
            Some(403),
        ),
        ("ACK", "sip:victim@198.51.100.7", ";tag=invented", None),
    ] {
        let request = to(method, uri, STRANGER, more);
        world.send(STRANGER, request.bytes());
        match code {
            Some(code) => assert_eq!(world.response_at(STRANGER).status(), code, "{method} {uri}"),
            None => assert!(world.at(STRANGER).is_empty()),
        }
        assert!(world.sent.is_empty(), "{method} {uri}: {:?}", world.sent);
    }
}

#[test]
fn the_server_says_what_it_can_do() {
    let mut world = World::new();
    let options = to("OPTIONS", "sip:home.example", STRANGER, "");
    world.send(STRANGER, options.bytes());
    let answer = world.response_at(STRANGER);
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().lists(HeaderName::Allow, "INVITE"));
    assert!(answer.to_tag().is_some());
}

/// A weather service as a plugin.
struct Weather;

impl Plugin<Home> for Weather {
    fn methods(&self) -> Vec<Method> {
        vec![Method::Info]
    }
    fn events(&self) -> Vec<String> {
        vec!["weather".to_owned()]
    }
    fn on_request(&mut self, _: &mut Home, core: &mut Core, incoming: Incoming) {
        core.answer(&incoming, StatusCode::ACCEPTED);
    }
}

#[test]
fn plugins_take_their_methods_and_packages_and_no_others() {
    let mut world = World::new();
    world.server = Server::new(Home::default(), [9; 32], world.now).with_plugin(Weather);
    for (method, event, code) in [
        ("INFO", "", 202),
        ("SUBSCRIBE", "Event: weather;id=3", 202),
        ("SUBSCRIBE", "o: weather", 202),
        ("SUBSCRIBE", "Event: presence", 407),
        ("NOTIFY", "Event: weather", 407),
    ] {
        let from = format!("203.0.113.66:{}", 5000 + event.len());
        let request = to(
            method,
            "sip:home.example",
            &from,
            format!("\n{event}").trim_end(),
        );
        world.send(&from, request.bytes());
        assert_eq!(world.response_at(&from).status(), code, "{method} {event}");
    }
    let options = to("OPTIONS", "sip:home.example", STRANGER, "");
    world.send(STRANGER, options.bytes());
    let answer = world.response_at(STRANGER);
    assert!(answer.headers().lists(HeaderName::Allow, "INFO"));
    assert!(answer.headers().lists(HeaderName::AllowEvents, "weather"));
}

#[test]
fn at_rest_nothing_is_left() {
    let mut world = World::new();
    world.as_account(BOB, &register("bob", BOB), "bob", "quux");
    let invite = to("INVITE", "sip:bob@home.example", ANNA, "");
    world.as_account(ANNA, &invite, "anna", "zanzibar");
    world.pass(Duration::from_secs(4_000));
    let core = world.server.core();
    assert!(core.location.is_empty() && core.sessions.is_empty());
    assert_eq!(core.proxy.under_way(), 0);
    let counts = core.endpoint.counts();
    assert_eq!((counts.client, counts.server), (0, 0));
    assert_eq!(world.server.next_timeout(), None);
    assert_eq!(world.server.app().changes, 2);
}

proptest! {
    #[test]
    fn no_bytes_make_the_server_panic(bytes: Vec<u8>, known: bool) {
        let mut world = World::new();
        let from = Flow::udp("10.0.0.1:5060".parse().unwrap(), if known { BOB } else { STRANGER }.parse().unwrap());
        world.server.receive(world.now, from, Bytes::from(bytes));
    }

    #[test]
    fn no_damaged_request_makes_the_server_panic(which in 0usize..5, at in 0usize..400, with: u8, cut: bool) {
        let mut world = World::new();
        world.as_account(BOB, &register("bob", BOB), "bob", "quux");
        let request = [
            register("bob", BOB),
            to("INVITE", "sip:bob@home.example", BOB, ""),
            to("MESSAGE", "sip:bob@home.example", BOB, ";tag=x"),
            to("OPTIONS", "sip:home.example", BOB, ""),
            to("ACK", "sip:bob@home.example", BOB, ";tag=x"),
        ][which].clone();
        let mut bytes = request.bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        world.send(BOB, &Bytes::from(bytes));
        world.pass(Duration::from_secs(40));
    }
}
