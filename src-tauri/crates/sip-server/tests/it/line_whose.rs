//! Whose call from outside is this?

use crate::{line_support::*, support::request};
use sip_message::{Request, Text};
use sip_server::line::{Entrance, KnownBy, Line, Source, whose};
use sip_transport::{Target, Transport};

fn invite(uri: &str) -> Request {
    request(&format!(
        "INVITE {uri} SIP/2.0
         Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKx
         From: <sip:+4915112345@provider.example>;tag=a
         To: <sip:+4930123@office.example>
         Call-ID: c
         CSeq: 1 INVITE
         Max-Forwards: 70"
    ))
}

fn entrance(token: &str, target: &str) -> Entrance {
    Entrance {
        token: Text::from(token),
        token_is_enough: true,
        secure: false,
        sources: Vec::new(),
        targets: vec![Target {
            transport: Transport::Udp,
            addr: target.parse().unwrap(),
            server_name: None,
        }],
    }
}

fn nobody(_: u8) -> bool {
    false
}

#[test]
fn the_secret_of_a_line_decides_between_two_at_one_carrier() {
    let one = entrance("first0first0first0", FIRST);
    let two = entrance("secondsecondsecond", FIRST);
    let lines = [(1, &one), (2, &two)];
    for (uri, expected) in [
        (
            "sip:4930123@192.0.2.5:5060;line=secondsecondsecond",
            (2, KnownBy::Token),
        ),
        (
            "sip:4930123@192.0.2.5:5060;line=first0first0first0",
            (1, KnownBy::Token),
        ),
        // A secret of the past says nothing; the source still does.
        (
            "sip:4930123@192.0.2.5:5060;line=lastyearlastyearla",
            (1, KnownBy::Source),
        ),
        ("sip:4930123@192.0.2.5:5060", (1, KnownBy::Source)),
    ] {
        assert_eq!(
            whose(&invite(uri), &udp(FIRST), &lines, nobody),
            Some(expected),
            "{uri}"
        );
    }
    let serves = |line| line == 2;
    let found = whose(
        &invite("sip:4930123@192.0.2.5"),
        &udp(FIRST),
        &lines,
        serves,
    );
    assert_eq!(found, Some((2, KnownBy::Source)), "the called number");
}

#[test]
fn a_stranger_is_nobodys() {
    let line = entrance("first0first0first0", FIRST);
    let lines = [(1, &line)];
    let stranger = udp("203.0.113.66:5060");
    for uri in [
        "sip:4930123@192.0.2.5",
        "sip:4930123@192.0.2.5;line=",
        "sip:4930123@192.0.2.5;line",
        "sip:4930123@192.0.2.5;line=first0first0first",
        "sip:4930123@192.0.2.5;line=first0first0first00",
        "sip:4930123@192.0.2.5;line=FIRST0FIRST0FIRST0",
        "tel:+4930123",
        "sip:anonymous@anonymous.invalid",
    ] {
        assert_eq!(
            whose(&invite(uri), &stranger, &lines, |_| true),
            None,
            "{uri}"
        );
    }
    // An empty secret is not one.
    let bare = entrance("", FIRST);
    let asks = invite("sip:4930123@192.0.2.5;line=\"\"");
    assert_eq!(whose(&asks, &stranger, &[(1, &bare)], |_| true), None);
    assert_eq!(
        whose::<u8>(&invite("sip:a@b"), &stranger, &[], |_| true),
        None
    );
}

#[test]
fn a_stolen_secret_is_worth_nothing_where_the_source_is_pinned() {
    let mut line = entrance("first0first0first0", FIRST);
    line.token_is_enough = false;
    line.sources = vec![Source::from(
        "198.51.100.0/24"
            .parse::<sip_server::guard::Network>()
            .unwrap(),
    )];
    let asks = invite("sip:4930123@192.0.2.5;line=first0first0first0");
    let lines = [(1, &line)];
    assert_eq!(
        whose(&asks, &udp("203.0.113.66:5060"), &lines, |_| true),
        None
    );
    let from_there = whose(&asks, &udp("198.51.100.200:7777"), &lines, nobody);
    assert_eq!(from_there, Some((1, KnownBy::Token)));
}

#[test]
fn an_encrypted_line_takes_nothing_in_the_clear() {
    let mut line = entrance("first0first0first0", FIRST);
    line.secure = true;
    let lines = [(1, &line)];
    for uri in [
        "sip:4930123@192.0.2.5;line=first0first0first0",
        "sip:4930123@192.0.2.5",
    ] {
        assert_eq!(
            whose(&invite(uri), &udp(FIRST), &lines, |_| true),
            None,
            "{uri}"
        );
        assert!(
            whose(&invite(uri), &tls(FIRST), &lines, |_| true).is_some(),
            "{uri}"
        );
    }
}

#[test]
fn two_carriers_on_one_host_are_told_apart_by_port() {
    let one = entrance("first0first0first0", "127.0.0.1:5070");
    let two = entrance("secondsecondsecond", "127.0.0.1:5080");
    let lines = [(1, &one), (2, &two)];
    let asks = invite("sip:4930123@192.0.2.5");
    for (from, expected) in [
        ("127.0.0.1:5070", 1),
        ("127.0.0.1:5080", 2),
        ("127.0.0.1:9", 1),
    ] {
        let found = whose(&asks, &udp(from), &lines, nobody);
        assert_eq!(found, Some((expected, KnownBy::Source)), "{from}");
    }
    // Unless the number says otherwise.
    let found = whose(&asks, &udp("127.0.0.1:5070"), &lines, |line| line == 2);
    assert_eq!(found, Some((2, KnownBy::Source)));
}

#[test]
fn a_pinned_source_may_name_port_and_transport() {
    let mut line = entrance("t", "192.0.2.99:5060");
    line.sources = vec![Source {
        network: "203.0.113.0/28".parse().unwrap(),
        port: Some(5066),
        transport: Some(Transport::Udp),
    }];
    for (from, known) in [
        ("203.0.113.3:5066", true),
        ("203.0.113.3:5060", false),
        ("203.0.113.16:5066", false),
        ("192.0.2.99:1", true),
    ] {
        assert_eq!(line.is_from_there(&udp(from)), known, "{from}");
    }
    assert!(!line.is_from_there(&tls("203.0.113.3:5066")));
}

#[test]
fn a_running_line_knows_its_servers_and_forgets_those_that_moved_away() {
    let mut world = World::with_two(config(), script(|r| Some(taken(r, 120))));
    assert!(!world.line.entrance().is_from_there(&udp(FIRST)));
    world.start();
    let asks = invite(&format!("sip:4930123@192.0.2.5;line={TOKEN}"));
    let found = whose(&asks, &udp(FIRST), &[(7, world.line.entrance())], nobody);
    assert_eq!(found, Some((7, KnownBy::Token)));
    assert!(world.line.entrance().is_from_there(&udp(SECOND)));
    world.names = Box::new(one_server);
    world.run(seconds(300));
    assert!(!world.line.entrance().is_from_there(&udp(SECOND)));
    world.act(Line::kick);
    assert!(world.line.entrance().is_from_there(&udp(FIRST)));
}
