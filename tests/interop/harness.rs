//! The harness itself, without an engine: what it says it heard was really sent.

use anyhow::Result;
use cordboard_tests::interop::{
    baresip::{Registrar, Settings, Transport},
    sipp::Sipp,
};
use std::time::Duration;

const NOTICEABLE: Duration = Duration::from_millis(60);

#[test]
fn two_telephones_hear_each_others_tone() -> Result<()> {
    let mut anna = Settings::new("anna").tone(440.0).start()?;
    let mut ben = Settings::new("ben").tone(660.0).start()?;

    anna.dial(&ben.uri())?;
    let call = ben.wait_for("CALL_INCOMING")?;
    assert_eq!(call.peer, anna.uri());
    anna.wait_for("CALL_RINGING")?;
    ben.accept()?;
    let established = anna.wait_for("CALL_ESTABLISHED")?;
    assert_eq!(established.call, call.call, "both talk about one Call-ID");
    anna.wait_until_heard(Duration::from_secs(1))?;
    ben.wait_until_heard(Duration::from_secs(1))?;
    anna.press("1#")?;
    assert_eq!(ben.wait_for("CALL_DTMF_START")?.detail, "1");
    assert_eq!(ben.wait_for("CALL_DTMF_START")?.detail, "#");
    anna.hang_up()?;
    ben.wait_for("CALL_CLOSED")?;

    let (by_anna, by_ben) = (anna.heard_last()?, ben.heard_last()?);
    assert!(
        by_anna.is_tone(660.0),
        "anna heard {:?} Hz",
        by_anna.strongest_hz()
    );
    assert!(
        by_ben.is_tone(440.0),
        "ben heard {:?} Hz",
        by_ben.strongest_hz()
    );
    assert!(!by_ben.is_tone(660.0));
    assert_eq!(by_anna.gaps_in_tone(660.0, NOTICEABLE), []);
    assert_eq!(by_ben.gaps_in_tone(440.0, NOTICEABLE), []);
    Ok(())
}

#[test]
fn a_declined_call_is_told_to_the_caller() -> Result<()> {
    let mut anna = Settings::new("anna").start()?;
    let mut ben = Settings::new("ben").start()?;
    anna.dial(&ben.uri())?;
    ben.wait_for("CALL_INCOMING")?;
    ben.hang_up()?;
    let closed = anna.wait_for("CALL_CLOSED")?;
    assert!(closed.detail.starts_with("486"), "{closed:?}");
    Ok(())
}

fn registers(transport: Transport, password: &str) -> Result<()> {
    let scenario = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/interop/scenarios/registrar.xml"
    );
    let mode = if transport == Transport::Tcp {
        "t1"
    } else {
        "u1"
    };
    let registrar = Sipp::scenario(scenario).arguments(&["-t", mode]).start()?;
    let telephone = Settings::new("101").registrar(Registrar {
        domain: "office.test".to_owned(),
        server: registrar.address(),
        transport,
        auth_user: "desk-1".to_owned(),
        password: password.to_owned(),
        interval: 60,
    });
    telephone.start()?.wait_until_registered()
}

#[test]
fn a_telephone_registers_with_its_password_over_udp_and_tcp() -> Result<()> {
    registers(Transport::Udp, "secret")?;
    registers(Transport::Tcp, "secret")
}

#[test]
fn a_refused_registration_is_an_error_that_says_why() {
    let error = registers(Transport::Udp, "wrong").unwrap_err();
    let message = format!("{error:#}");
    assert!(message.contains("registration failed: 403"), "{message}");
}

#[test]
fn an_attended_transfer_names_the_call_to_replace() -> Result<()> {
    let mut anna = Settings::new("anna").start()?;
    let mut ben = Settings::new("ben").start()?;
    let mut cleo = Settings::new("cleo").start()?;
    anna.dial(&ben.uri())?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.hold()?;
    anna.dial(&cleo.uri())?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.accept()?;
    let consultation = loop {
        let established = anna.wait_for("CALL_ESTABLISHED")?;
        if established.peer == cleo.uri() {
            break established;
        }
    };
    anna.select_line(1)?;
    anna.transfer_attended(&consultation)?;
    ben.wait_for("TRANSFER")?;
    let call = consultation.call.unwrap_or_default();
    assert!(ben.log().contains(&format!(
        "Refer-To: <{}?Replaces={call}%3Bto-tag%3D",
        cleo.uri()
    )));
    Ok(())
}

#[test]
fn telephones_talk_over_ipv6_too() -> Result<()> {
    let loopback = std::net::Ipv6Addr::LOCALHOST.into();
    let mut anna = Settings::new("anna").address(loopback).start()?;
    let mut ben = Settings::new("ben").tone(660.0).address(loopback).start()?;
    anna.dial(&ben.uri())?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(Duration::from_millis(500))?;
    anna.hang_up()?;
    ben.wait_for("CALL_CLOSED")?;
    assert!(anna.heard_last()?.is_tone(660.0));
    Ok(())
}

#[test]
fn what_does_not_happen_is_reported_with_the_telephones_log() -> Result<()> {
    let anna = Settings::new("anna").start()?;
    let error = anna
        .wait_within("CALL_INCOMING", Duration::from_millis(50))
        .unwrap_err();
    let message = format!("{error:#}");
    assert!(
        message.contains("waited in vain for CALL_INCOMING"),
        "{message}"
    );
    assert!(message.contains("baresip is ready"), "{message}");
    Ok(())
}

#[test]
fn sipp_calls_sipp() -> Result<()> {
    let called = Sipp::built_in("uas").calls(5).start()?;
    let caller = Sipp::built_in("uac")
        .target(called.address())
        .calls(5)
        .run()?;
    caller.all_went_well()?;
    assert_eq!(caller.successful, 5);
    called.wait()?.all_went_well()
}

#[test]
fn sipp_says_when_nobody_answers() -> Result<()> {
    // Bound and silent: nothing will ever answer there.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0")?;
    let limit = Duration::from_secs(2);
    let outcome = Sipp::built_in("uac")
        .target(silent.local_addr()?)
        .limit(limit)
        .run()?;
    assert!(outcome.all_went_well().is_err(), "{outcome:?}");
    Ok(())
}
