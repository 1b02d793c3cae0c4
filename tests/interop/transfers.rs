//! Hold, transfer and changes of codec between real telephones, with sound where it belongs afterwards.
//!
//! baresip 1.0.0 ends its recording of a call at the first hold or change of media, and does not begin
//! again; pressed keys travel with the sound (RFC 4733) and prove its way from then on.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    process::{PATIENCE, until},
    raw::{Peer, sdp},
    talk::{
        A_WHILE, connect, hang_up, has_heard, has_heard_at_first, has_heard_at_last, listen,
        records, registered, talk,
    },
};

struct Office {
    engine: Engine,
    sockets: usize,
    anna: Baresip,
    ben: Baresip,
    cleo: Baresip,
}

fn office(media: &str) -> Result<Office> {
    let options = [
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--media",
        media,
    ];
    let engine = Engine::start_with(&options)?;
    let sockets = engine.sockets()?;
    let phone = |name: &str, extension: &str, hz: f64| {
        let settings = engine.telephone(name, extension, Transport::Udp)?;
        registered(settings.tone(hz).unbuffered())
    };
    Ok(Office {
        sockets,
        anna: phone("Anna", "101", 440.0)?,
        ben: phone("Ben", "102", 660.0)?,
        cleo: phone("Cleo", "103", 880.0)?,
        engine,
    })
}

/// Keys pressed on either telephone reach the other, and so does sound.
fn can_talk(one: &mut Baresip, other: &mut Baresip) -> Result<()> {
    for key in ["1", "#"] {
        one.press(key)?;
        let heard = other.wait_for("CALL_DTMF_START")?;
        ensure!(heard.detail == key, "{heard:?}");
        other.press(key)?;
        let heard = one.wait_for("CALL_DTMF_START")?;
        ensure!(heard.detail == key, "{heard:?}");
    }
    Ok(())
}

/// The direction (`sendrecv`, `sendonly` …) of the last offer or answer that a telephone received.
fn last_direction(telephone: &Baresip) -> String {
    let log = telephone.log();
    let direction = |line: &str| {
        let line = line.trim();
        let known = ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"];
        known.contains(&line).then(|| line[2..].to_owned())
    };
    let address = telephone.address().to_string();
    let received = log.split("\nUDP ").filter(|message| {
        message
            .lines()
            .next()
            .is_some_and(|l| l.ends_with(&format!("-> {address}")))
    });
    received
        .filter_map(|message| message.lines().rev().find_map(direction))
        .last()
        .unwrap_or_default()
}

fn hears_direction(telephone: &Baresip, wanted: &[&str]) -> Result<()> {
    let told = || last_direction(telephone);
    ensure!(
        until(PATIENCE, || wanted.contains(&told().as_str())),
        "told {:?}, not {wanted:?}",
        told()
    );
    Ok(())
}

fn hold_and_resume(media: &str) -> Result<()> {
    let mut office = office(media)?;
    let Office {
        engine,
        anna,
        ben,
        cleo,
        ..
    } = &mut office;
    connect(anna, "102", ben)?;
    talk(anna, ben)?;
    anna.hold()?;
    hears_direction(ben, &["sendrecv"])?; // music, not silence

    // Meanwhile Anna talks to Cleo.
    cleo.forget_what_was_heard()?;
    anna.dial("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.accept()?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    cleo.wait_until_heard(A_WHILE)?;
    hang_up(cleo, anna)?;
    has_heard(cleo, 440.0)?;

    anna.resume()?;
    hears_direction(ben, &["sendrecv"])?;
    can_talk(anna, ben)?;
    hang_up(ben, anna)?;
    has_heard_at_first(ben, 440.0)?;
    let calls = records(engine, 2)?;
    assert!(
        calls.iter().all(|call| call["outcome"] == "answered"),
        "{calls:#?}"
    );
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn hold_and_resume_straight() -> Result<()> {
    hold_and_resume("auto")
}

#[test]
fn hold_and_resume_through_the_office() -> Result<()> {
    hold_and_resume("relay")
}

fn blind_transfer(media: &str) -> Result<()> {
    let mut office = office(media)?;
    let Office {
        engine,
        anna,
        ben,
        cleo,
        ..
    } = &mut office;
    connect(anna, "102", ben)?;
    talk(anna, ben)?;
    ben.transfer("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.accept()?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    ben.wait_until_closed()?;
    has_heard(ben, 440.0)?;
    can_talk(anna, cleo)?;
    listen(cleo)?;
    listen(anna)?;
    hang_up(cleo, anna)?;
    has_heard_at_last(cleo, 440.0)?;
    has_heard_at_last(anna, 880.0)?;
    let calls = records(engine, 1)?;
    assert_eq!(calls[0]["outcome"], "answered");
    assert_eq!(calls[0]["from"]["name"], "Anna");
    assert_eq!(calls[0]["to"]["name"], "Cleo", "{:#}", calls[0]);
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn blind_transfer_straight() -> Result<()> {
    blind_transfer("auto")
}

#[test]
fn blind_transfer_through_the_office() -> Result<()> {
    blind_transfer("relay")
}

#[test]
fn a_blind_transfer_to_somebody_who_refuses_is_reported() -> Result<()> {
    let mut office = office("auto")?;
    let Office {
        anna, ben, cleo, ..
    } = &mut office;
    connect(anna, "102", ben)?;
    ben.transfer("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.hang_up()?;
    let failed = ben.wait_for("TRANSFER_FAILED")?;
    ensure!(failed.detail.starts_with("486"), "{failed:?}");
    // Anna is Ben's again; baresip 1.0.0 does not want her back and hangs up, without an event.
    anna.wait_until_closed()?;
    office.engine.wait_until_idle(office.sockets)
}

fn attended_transfer(media: &str) -> Result<()> {
    let mut office = office(media)?;
    let Office {
        engine,
        anna,
        ben,
        cleo,
        ..
    } = &mut office;
    connect(ben, "101", anna)?;
    talk(anna, ben)?;
    anna.hold()?;
    hears_direction(ben, &["sendrecv"])?; // music, not silence
    cleo.forget_what_was_heard()?;
    anna.dial("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.accept()?;
    let consultation = anna.wait_for("CALL_ESTABLISHED")?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    cleo.wait_until_heard(A_WHILE)?;
    anna.select_line(1)?;
    anna.transfer_attended(&consultation)?;
    anna.wait_until_closed()?;
    anna.wait_until_closed()?;
    can_talk(ben, cleo)?;
    listen(cleo)?;
    hang_up(ben, cleo)?;
    has_heard_at_last(cleo, 660.0)?;
    let calls = records(engine, 2)?;
    assert!(
        calls.iter().all(|call| call["outcome"] == "answered"),
        "{calls:#?}"
    );
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn attended_transfer_straight() -> Result<()> {
    attended_transfer("auto")
}

#[test]
fn attended_transfer_through_the_office() -> Result<()> {
    attended_transfer("relay")
}

#[test]
fn a_change_of_codecs_reaches_the_other_telephone() -> Result<()> {
    let engine = Engine::start()?;
    let sockets = engine.sockets()?;
    let mut anna = Peer::new(&engine, "Anna", "101")?;
    let mut ben = registered(engine.telephone("Ben", "102", Transport::Udp)?)?;
    let mut call = anna.invite("102")?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    let answer = anna.outcome(&mut call)?;
    ensure!(answer.body().contains(" RTP/AVP 8"), "{answer:?}");
    ben.wait_for("CALL_ESTABLISHED")?;
    // From A-law to µ-law.
    anna.reinvite(&mut call, &sdp(0, 2))?;
    let answer = anna.outcome(&mut call)?;
    ensure!(answer.code() == Some(200), "{answer:?}");
    ensure!(answer.body().contains(" RTP/AVP 0"), "{answer:?}");
    assert_eq!(engine.status()?["active_calls"], 1);
    ensure!(anna.bye(&mut call)?.code() == Some(200));
    ben.wait_until_closed()?;
    engine.wait_until_idle(sockets)
}
