//! Two telephones call each other through the real engine: over every transport, with sound straight
//! between them and through the office, over IPv4 and IPv6.

use anyhow::{Context, Result};
use cordboard_tests::interop::{
    baresip::Transport,
    engine::Engine,
    talk::{connect, hang_up, has_heard, records, registered, talk},
};

/// Anna calls Ben and hangs up; Ben calls Anna, and Anna hangs up again.
fn they_call_each_other(options: &[&str], transport: Transport, media: &str) -> Result<Engine> {
    let options = [&["--api", "127.0.0.1:0", "--media", media], options].concat();
    let mut engine = Engine::start_with(&options)?;
    let sockets = engine.sockets()?;
    let anna = engine.telephone("Anna", "101", transport)?.tone(440.0);
    let ben = engine.telephone("Ben", "102", transport)?.tone(660.0);
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);

    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    connect(&mut ben, "101", &mut anna)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    let way = if media == "relay" {
        "relayed"
    } else {
        "direct"
    };
    let calls = records(&engine, 2)?;
    for (call, from, to, by) in [
        (&calls[0], "Anna", "Ben", "caller"),
        (&calls[1], "Ben", "Anna", "callee"),
    ] {
        let said = |pointer: &str| call.pointer(pointer).and_then(|v| v.as_str());
        assert_eq!(said("/from/name"), Some(from), "{call:#}");
        assert_eq!(said("/to/name"), Some(to), "{call:#}");
        assert_eq!(said("/outcome"), Some("answered"), "{call:#}");
        assert_eq!(said("/hungUpBy"), Some(by), "{call:#}");
        assert_eq!(said("/media"), Some(way), "{call:#}");
        let at = |name: &str| call[name].as_i64().context("no time");
        let talked = at("endedAt")? - at("answeredAt")?;
        assert!((1_000..15_000).contains(&talked), "{talked} ms: {call:#}");
        assert!(at("startedAt")? <= at("answeredAt")?, "{call:#}");
    }
    // What phones keep open over TCP and TLS is theirs; nothing else is left.
    let theirs = if transport == Transport::Udp { 0 } else { 2 };
    engine.wait_until_idle(sockets + theirs)?;
    engine.still_runs()?;
    Ok(engine)
}

const PLAIN: [&str; 2] = ["--sip", "127.0.0.1:0"];
const TLS: [&str; 2] = ["--sip-tls", "127.0.0.1:0"];

#[test]
fn straight_over_udp_with_a_ladder_that_tells_no_secret() -> Result<()> {
    let engine = they_call_each_other(&PLAIN, Transport::Udp, "auto")?;
    let call = records(&engine, 2)?[0]["id"].to_string();
    let ladder = engine.ctl(&["trace", &call])?;
    for word in [
        "Anna",
        "the office",
        "Ben",
        "INVITE",
        "180",
        "200",
        "ACK",
        "BYE",
    ] {
        assert!(ladder.contains(word), "no {word} in\n{ladder}");
    }
    let raw = engine.ctl(&["trace", &call, "--raw"])?;
    assert!(raw.contains("Authorization: (masked)"), "{raw}");
    for secret in ["response=", "nonce-count", "cnonce="] {
        assert!(!raw.contains(secret), "{secret} in\n{raw}");
    }
    Ok(())
}

#[test]
fn through_the_office_over_udp() -> Result<()> {
    they_call_each_other(&PLAIN, Transport::Udp, "relay").map(drop)
}

#[test]
fn straight_over_tcp() -> Result<()> {
    they_call_each_other(&PLAIN, Transport::Tcp, "auto").map(drop)
}

#[test]
fn through_the_office_over_tcp() -> Result<()> {
    they_call_each_other(&PLAIN, Transport::Tcp, "relay").map(drop)
}

#[test]
fn straight_over_tls() -> Result<()> {
    they_call_each_other(&TLS, Transport::Tls, "auto").map(drop)
}

#[test]
fn through_the_office_over_tls() -> Result<()> {
    they_call_each_other(&TLS, Transport::Tls, "relay").map(drop)
}

#[test]
fn straight_over_ipv6() -> Result<()> {
    they_call_each_other(&["--sip", "[::1]:0"], Transport::Udp, "auto").map(drop)
}

#[test]
fn through_the_office_over_ipv6() -> Result<()> {
    they_call_each_other(&["--sip", "[::1]:0"], Transport::Tcp, "relay").map(drop)
}

#[test]
fn one_telephone_over_tcp_and_the_other_over_udp() -> Result<()> {
    let engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Tcp)?.tone(440.0);
    let ben = engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0);
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)
}
