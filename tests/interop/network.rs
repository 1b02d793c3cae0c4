//! What becomes of lines when the network changes under them, each in a network of its own: servers
//! found by name, a name service that dies, a computer that gets another address.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    carrier::{Office, PASSWORD, THEIRS_DIALLED, USER, called, somebody_outside},
    engine::Engine,
    name_server::{Known, NameServer},
    own_network::{is_inside, run},
    process::until,
    sipp::Sipp,
    talk::{connect, hang_up, has_heard, registered, talk},
};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    time::{Duration, Instant, SystemTime},
};

/// How soon a call rings at the second of two servers when the first is dead.
const FOUND_WITHIN: Duration = Duration::from_millis(2_900);

/// How soon a line is back after the computer got another address.
const BACK_WITHIN: Duration = Duration::from_secs(10);

#[test]
fn a_pair_of_servers_found_by_name_serves_on_when_one_is_dead_and_names_are_gone() -> Result<()> {
    if !is_inside("a_pair_of_servers_found_by_name_serves_on_when_one_is_dead_and_names_are_gone")?
    {
        return Ok(());
    }
    // Bound and never read: nothing comes back, not even that nobody is there.
    let dead = UdpSocket::bind("127.0.0.1:0")?;
    let carrier = called("carrier_called", 2)?;
    let servers = vec![
        (1, dead.local_addr()?.port(), "first.carrier.test"),
        (2, carrier.address().port(), "second.carrier.test"),
    ];
    let names = NameServer::start(
        SocketAddr::from((Ipv4Addr::LOCALHOST, 53)),
        vec![
            Known::Srv("_sip._udp.carrier.test", servers),
            Known::A("first.carrier.test", Ipv4Addr::LOCALHOST),
            Known::A("second.carrier.test", Ipv4Addr::LOCALHOST),
        ],
    )?;
    let mut office = Office::open()?;
    let line = json!({
        "server": {"host": "carrier.test", "port": null, "transport": "udp"},
        "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
    });
    office.line("By name", 0, line)?;
    let took = office.anna_calls(THEIRS_DIALLED)?;
    ensure!(
        took < Duration::from_millis(2_900),
        "connected after {took:?}\n{}",
        office.engine.log()
    );

    names.fall_silent();
    let ben = office
        .engine
        .telephone("Ben", "102", Transport::Udp)?
        .tone(660.0);
    let mut ben = registered(ben)?;
    let begin = Instant::now();
    connect(&mut office.anna, "102", &mut ben)?;
    let inside = begin.elapsed();
    hang_up(&mut office.anna, &mut ben)?;
    ensure!(
        inside < Duration::from_secs(1),
        "a call inside took {inside:?} without names"
    );
    let took = office.anna_calls(THEIRS_DIALLED)?;
    ensure!(
        took < Duration::from_millis(2_900),
        "connected after {took:?} without names"
    );
    carrier.wait()?.all_went_well()
}

/// A carrier that takes calls over TLS as `carrier.test`, the second of its two servers; the first is
/// a computer on which nothing answers.
struct BehindTls {
    carrier: Baresip,
    /// Who vouches for the carrier's certificate.
    authority: String,
    _dead: TcpListener,
    _names: NameServer,
}

/// Opens it, with a certificate for that name.
fn behind_tls(name: &str) -> Result<BehindTls> {
    let made = host::tls::generate(&[name.to_owned()], SystemTime::now())?;
    let certificate = format!("{}{}", made.server.certificates, made.server.key);
    let carrier = somebody_outside().tone(660.0).certificate(certificate);
    let carrier = carrier.start()?;
    // Whoever connects is let in by the system, and hears nothing ever after.
    let dead = TcpListener::bind("127.0.0.1:0")?;
    let servers = vec![
        (1, dead.local_addr()?.port(), "first.carrier.test"),
        (2, carrier.address().port() + 1, "second.carrier.test"),
    ];
    let names = NameServer::start(
        SocketAddr::from((Ipv4Addr::LOCALHOST, 53)),
        vec![
            Known::Naptr("carrier.test", "SIPS+D2T", "_sips._tcp.carrier.test"),
            Known::Srv("_sips._tcp.carrier.test", servers),
            Known::A("first.carrier.test", Ipv4Addr::LOCALHOST),
            Known::A("second.carrier.test", Ipv4Addr::LOCALHOST),
        ],
    )?;
    Ok(BehindTls {
        carrier,
        authority: made.authority.certificates,
        _dead: dead,
        _names: names,
    })
}

#[test]
fn a_pair_of_servers_behind_tls_is_found_by_name_and_the_second_serves_when_the_first_is_dead()
-> Result<()> {
    if !is_inside(
        "a_pair_of_servers_behind_tls_is_found_by_name_and_the_second_serves_when_the_first_is_dead",
    )? {
        return Ok(());
    }
    let mut behind = behind_tls("carrier.test")?;
    let mut office = Office::of(Engine::start_trusting(&behind.authority)?)?;
    let carrier = &mut behind.carrier;
    let server = json!({"host": "carrier.test", "port": null, "transport": "auto"});
    office.line("Behind TLS", 0, json!({ "server": server }))?;
    for call in ["first", "second"] {
        office.anna.forget_what_was_heard()?;
        carrier.forget_what_was_heard()?;
        let begin = Instant::now();
        office.anna.dial(THEIRS_DIALLED)?;
        let rings = carrier.wait_for("CALL_INCOMING");
        rings.with_context(|| office.engine.log())?;
        let took = begin.elapsed();
        println!("the {call} call rings after {took:?}");
        carrier.accept()?;
        office.anna.wait_for("CALL_ESTABLISHED")?;
        talk(&office.anna, carrier)?;
        hang_up(&mut office.anna, carrier)?;
        has_heard(&office.anna, 660.0)?;
        has_heard(carrier, 440.0)?;
        ensure!(
            took < FOUND_WITHIN,
            "the {call} call rings after {took:?}\n{}",
            office.engine.log()
        );
    }
    Ok(())
}

#[test]
fn a_server_that_shows_another_names_certificate_gets_no_call() -> Result<()> {
    if !is_inside("a_server_that_shows_another_names_certificate_gets_no_call")? {
        return Ok(());
    }
    let behind = behind_tls("elsewhere.test")?;
    let mut office = Office::of(Engine::start_trusting(&behind.authority)?)?;
    let server = json!({"host": "carrier.test", "port": null, "transport": "tls"});
    office.line("Behind TLS", 0, json!({ "server": server }))?;
    office.anna.dial(THEIRS_DIALLED)?;
    office.anna.wait_until_closed()?;
    ensure!(
        !behind.carrier.log().contains("INVITE sip:"),
        "a call went to a server that is not the carrier's\n{}",
        behind.carrier.log()
    );
    Ok(())
}

#[test]
fn a_line_is_back_soon_after_the_computer_got_another_address() -> Result<()> {
    if !is_inside("a_line_is_back_soon_after_the_computer_got_another_address")? {
        return Ok(());
    }
    // The carrier is at the other end of a cable, in a network of its own.
    for command in [
        "netns add carrier",
        "link add cable type veth peer name far netns carrier",
        "addr add 10.77.0.2/24 dev cable",
        "link set cable up",
        "-n carrier link set lo up",
        "-n carrier addr add 10.77.0.1/24 dev far",
        "-n carrier link set far up",
    ] {
        run("ip", &command.split(' ').collect::<Vec<_>>())?;
    }
    let carrier = Sipp::scenario("interop/scenarios/carrier_registrar.xml")
        .calls(10)
        .limit(Duration::from_secs(60))
        .keeping_messages()
        // A registration that is renewed keeps its Call-ID, which SIPp is not to take for a late copy.
        .arguments(&["-deadcall_wait", "0"])
        .inside("carrier", "10.77.0.1:5060".parse()?)
        .start()?;
    let office = Office::of(Engine::start_with(&[
        "--sip",
        "0.0.0.0:5070",
        "--api",
        "127.0.0.1:0",
    ])?)?;
    let line = office.line(
        "At the cable",
        5060,
        json!({
            "server": {"host": "10.77.0.1", "port": 5060, "transport": "udp"},
            "access": {"kind": "register", "expires": null, "bulk": false},
            "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD, "networks": [],
        }),
    )?;
    office.wait_for_line(line, "up")?;
    ensure!(
        carrier.messages().contains("@10.77.0.2:5070"),
        "{}",
        carrier.messages()
    );

    run("ip", &["addr", "del", "10.77.0.2/24", "dev", "cable"])?;
    run("ip", &["addr", "add", "10.77.0.3/24", "dev", "cable"])?;
    let begin = Instant::now();
    let is_back = || carrier.messages().contains("@10.77.0.3:5070");
    ensure!(
        until(BACK_WITHIN, is_back),
        "not back after {BACK_WITHIN:?}\n{}",
        office.engine.log()
    );
    office.wait_for_line(line, "up")?;
    println!("back after {:?}", begin.elapsed());
    Ok(())
}
