//! No provider, however odd, makes a line panic, loop, or send without end.

use crate::line_support::*;
use proptest::prelude::*;
use sip_message::{Method, Request, Response};
use sip_server::line::{Line, LineConfig, Register};
use sip_transport::{Query, Resolution, SrvRecord};
use std::time::Duration;

/// What a provider does with one request.
#[derive(Clone, Debug)]
struct Deed {
    /// 0: nothing.
    code: u16,
    headers: Vec<(&'static str, String)>,
    /// Provisional first.
    trying: bool,
}

/// What happens besides.
#[derive(Clone, Debug)]
enum Turn {
    Wait(u64),
    Kick,
    Retry,
    CloseConnections,
    Names(u8),
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let number = prop::sample::select(vec![
        "0",
        "1",
        "30",
        "600",
        "86400",
        "4294967295",
        "x",
        "-1",
    ]);
    let one = prop_oneof![
        number.clone().prop_map(|n| ("Expires", n.to_owned())),
        number.clone().prop_map(|n| ("Min-Expires", n.to_owned())),
        number.clone().prop_map(|n| ("Retry-After", n.to_owned())),
        number.clone().prop_map(|n| ("Flow-Timer", n.to_owned())),
        number.prop_map(|n| (
            "Contact",
            format!("<sip:x@192.0.2.5:5060;line={TOKEN}>;expires={n}")
        )),
        Just(("Contact", "*".to_owned())),
        Just((
            "Contact",
            "<sip:elsewhere@203.0.113.9>;expires=3".to_owned()
        )),
        Just((
            "Service-Route",
            "<sip:core.example;lr>, <sip:b.example;lr>".to_owned()
        )),
        Just(("Service-Route", "\"<".to_owned())),
        prop::sample::select(vec!["office.example", "other.example", ""]).prop_flat_map(|realm| {
            prop::sample::select(vec![
                ("WWW-Authenticate", "stale=true"),
                ("WWW-Authenticate", "algorithm=SHA-256-sess"),
                ("WWW-Authenticate", "qop=auth-int, algorithm=MD5"),
                ("Proxy-Authenticate", "qop=\"auth\""),
            ])
            .prop_map(move |(name, more)| {
                (
                    name,
                    format!("Digest realm=\"{realm}\", nonce=\"n\", {more}"),
                )
            })
        }),
        Just(("WWW-Authenticate", "Digest nonce=".to_owned())),
    ];
    prop::collection::vec(one, 0..5)
}

fn deed() -> impl Strategy<Value = Deed> {
    let code = prop_oneof![
        3 => prop::sample::select(vec![200u16, 401, 407, 423, 503, 0]),
        1 => 200u16..700,
    ];
    (code, headers(), any::<bool>()).prop_map(|(code, headers, trying)| Deed {
        code,
        headers,
        trying,
    })
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => (0u64..400).prop_map(Turn::Wait),
        1 => Just(Turn::Kick),
        1 => Just(Turn::Retry),
        1 => Just(Turn::CloseConnections),
        1 => (0u8..5).prop_map(Turn::Names),
    ]
}

fn names(kind: u8) -> Names {
    match kind {
        0 => Box::new(|_| None),
        1 => Box::new(|_| Some(Resolution::Failed)),
        2 => Box::new(one_server),
        3 => Box::new(two_servers),
        _ => Box::new(|query| {
            Some(match query {
                Query::Srv(_) => Resolution::Srv(
                    (0..40)
                        .map(|n| SrvRecord {
                            priority: n,
                            weight: 0,
                            port: 5060,
                            target: format!("h{n}.example"),
                        })
                        .collect(),
                ),
                Query::Addr(name) => {
                    let n = name
                        .trim_matches(|c: char| !c.is_ascii_digit())
                        .parse()
                        .unwrap_or(0);
                    Resolution::Addrs(vec![std::net::Ipv4Addr::new(198, 51, 100, n).into()])
                }
                Query::Naptr(_) => Resolution::NotFound,
            })
        }),
    }
}

fn said(request: &Request, deed: &Deed) -> Option<Response> {
    let headers: Vec<(&str, &str)> = deed.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    (deed.code != 0).then(|| reply(request, deed.code, &headers))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_provider_makes_a_line_send_without_end(
        deeds in prop::collection::vec(deed(), 1..12),
        turns in prop::collection::vec(turn(), 1..12),
        tcp in any::<bool>(),
        bulk in any::<bool>(),
        seed in any::<u8>(),
    ) {
        let config = LineConfig {
            registrar: format!("sip:provider.example;transport={}", if tcp { "tcp" } else { "udp" })
                .parse()
                .unwrap(),
            register: Some(Register { expires: None, bulk }),
            probe: Some(seconds(28)),
            ..config()
        };
        let mut next = 0;
        let script: Script = Box::new(move |_, _, request| {
            let deed = &deeds[next % deeds.len()];
            next += 1;
            if deed.trying && next % 2 == 0 {
                return Some(reply(request, 100, &[]));
            }
            said(request, deed)
        });
        let mut world = World::seeded(config, script, [seed; 32]);
        world.start();
        for turn in turns {
            match turn {
                Turn::Wait(time) => world.run(seconds(time)),
                Turn::Kick => world.act(Line::kick),
                Turn::Retry => world.act(Line::retry),
                Turn::Names(kind) => world.names = names(kind),
                Turn::CloseConnections => {
                    let open: Vec<_> = world.sent.iter().filter_map(|s| s.flow.connection).collect();
                    for connection in open {
                        let now = world.now;
                        world.endpoint.connection_closed(now, connection);
                        world.settle();
                    }
                }
            }
        }
        world.run(seconds(600));
        for method in [Method::Register, Method::Options] {
            let sent: Vec<_> = world.sent.iter().filter(|s| s.request.method() == method).collect();
            for (n, first) in sent.iter().enumerate() {
                let minute = sent[n..].iter().take_while(|s| s.at < first.at + seconds(60)).count();
                prop_assert!(minute <= 40, "{} {method} within a minute", minute);
                if method == Method::Register {
                    prop_assert!(minute <= 20, "{} REGISTER within a minute", minute);
                }
            }
        }
        let waits = world.line.next_timeout();
        prop_assert!(waits.is_some_and(|at| at > world.now), "a line always has a next try");
        world.act(Line::stop);
        world.run(Duration::from_secs(2));
        prop_assert!(world.line.is_over());
        let sent = world.sent.len();
        world.run(seconds(3_600));
        prop_assert_eq!(world.sent.len(), sent, "and says nothing after its end");
    }
}
