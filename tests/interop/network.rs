//! What becomes of lines when the network changes under them, each in a network of its own: servers
//! found by name, a name service that dies, a computer that gets another address.

#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::Transport,
    carrier::{Office, PASSWORD, THEIRS_DIALLED, USER, called},
    engine::Engine,
    name_server::{Known, NameServer},
    own_network::{is_inside, run},
    process::until,
    sipp::Sipp,
    talk::{connect, hang_up, registered},
};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

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
