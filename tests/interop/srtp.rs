//! Real telephones with encrypted sound: with the office, with telephones that know none, with each
//! other, and at the carrier of a line that demands it.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Settings, Transport},
    carrier::{OURS, Office, THEIRS_DIALLED, somebody_outside},
    engine::Engine,
    likeness::{has_heard_whole, made},
    process::until,
    talk::{
        A_WHILE, EXPLAINED, NOTICEABLE, connect, hang_up, has_heard, has_heard_at_last, records,
        registered, talk,
    },
};
use serde_json::{Value, json};
use spoken::{Lang, sentence};
use std::{thread, time::Duration};

/// What somebody outside says, as a tone.
const OUTSIDE_HZ: f64 = 660.0;

/// How long somebody speaks into a mailbox.
const SPEAKS: Duration = Duration::from_secs(3);

/// Greeting and tone are over by then; so is what the office says of a message before it plays it.
const GREETED: Duration = Duration::from_secs(45);

/// A telephone that takes encrypted sound only.
fn encrypted(mut settings: Settings) -> Settings {
    settings.encryption = Some("srtp-mand".to_owned());
    settings
}

/// A telephone that encrypts its sound if the other can.
fn if_possible(mut settings: Settings) -> Settings {
    settings.encryption = Some("srtp".to_owned());
    settings
}

#[test]
fn one_with_and_one_without_encryption_hear_each_other_whoever_calls() -> Result<()> {
    let mut engine = Engine::start()?;
    let anna = encrypted(engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0));
    let ben = engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0);
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);

    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    connect(&mut ben, "101", &mut anna)?;
    talk(&anna, &ben)?;
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    let call = records(&engine, 2)?[0]["id"].to_string();
    let raw = engine.ctl(&["trace", &call, "--raw"])?;
    ensure!(raw.contains("RTP/SAVP"), "not encrypted:\n{raw}");
    ensure!(raw.contains("a=crypto: (masked)"), "{raw}");
    ensure!(!raw.contains("inline:"), "a key in\n{raw}");
    engine.still_runs()
}

#[test]
fn two_with_encryption_hear_each_other_and_the_call_says_so() -> Result<()> {
    let engine = Engine::start()?;
    let anna = encrypted(engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0));
    let ben = if_possible(engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0));
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    // Its own call tells how a telephone likes its sound.
    connect(&mut ben, "101", &mut anna)?;
    talk(&anna, &ben)?;
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;
    for call in records(&engine, 2)? {
        let path = format!("/api/calls/{}", call["id"]);
        let story = engine.ask("GET", &path, &Value::Null)?.to_string();
        ensure!(story.contains(", SRTP\""), "{story}");
    }
    Ok(())
}

#[test]
fn one_that_takes_encrypted_sound_only_is_reached_at_its_first_call() -> Result<()> {
    let engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0);
    let ben = encrypted(engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0));
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)
}

#[test]
fn whoever_dials_the_echo_test_hears_the_office_and_themselves() -> Result<()> {
    let engine = Engine::start()?;
    let anna = encrypted(engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0));
    let mut anna = registered(anna)?;
    anna.dial("*43")?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(EXPLAINED + Duration::from_secs(2))?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    has_heard_at_last(&anna, 440.0)
}

/// An office with a line that demands encryption, to a telephone at the carrier's side.
fn demanding(carrier: Settings) -> Result<(Office, Baresip)> {
    let office = Office::open()?;
    let carrier = carrier.tone(OUTSIDE_HZ).start()?;
    let line = json!({ "srtp": "required" });
    office.line("Encrypted", carrier.address().port(), line)?;
    office.number_leads_to_anna()?;
    Ok((office, carrier))
}

/// What the history tells of the only call, as programs read it.
fn story(engine: &Engine) -> Result<String> {
    let call = &records(engine, 1)?[0];
    let path = format!("/api/calls/{}", call["id"]);
    Ok(engine.ask("GET", &path, &Value::Null)?.to_string())
}

#[test]
fn a_line_that_demands_encryption_is_heard_both_ways_whoever_calls() -> Result<()> {
    for of_carrier in [encrypted, if_possible] {
        let (mut office, mut carrier) = demanding(of_carrier(somebody_outside()))?;
        connect(&mut office.anna, THEIRS_DIALLED, &mut carrier)?;
        talk(&office.anna, &carrier)?;
        hang_up(&mut office.anna, &mut carrier)?;
        has_heard(&office.anna, OUTSIDE_HZ)?;
        has_heard(&carrier, 440.0)?;

        let ours = format!("sip:{OURS}@{}", office.engine.sip("udp")?);
        connect(&mut carrier, &ours, &mut office.anna)?;
        talk(&office.anna, &carrier)?;
        hang_up(&mut carrier, &mut office.anna)?;
        has_heard(&office.anna, OUTSIDE_HZ)?;
        has_heard(&carrier, 440.0)?;

        for call in records(&office.engine, 2)? {
            ensure!(call["lineName"] == "Encrypted", "{call:#}");
            let raw = office
                .engine
                .ctl(&["trace", &call["id"].to_string(), "--raw"])?;
            ensure!(raw.contains("a=crypto: (masked)"), "{raw}");
            ensure!(!raw.contains("inline:"), "a key in\n{raw}");
        }
        office.engine.still_runs()?;
    }
    Ok(())
}

#[test]
fn a_plain_caller_on_a_line_that_demands_encryption_is_turned_away_and_the_office_says_why()
-> Result<()> {
    let (office, mut carrier) = demanding(somebody_outside())?;
    carrier.dial(&format!("sip:{OURS}@{}", office.engine.sip("udp")?))?;
    let closed = carrier.wait_until_closed()?;
    ensure!(closed.detail.starts_with("488"), "{closed:?}");
    let told = story(&office.engine)?;
    ensure!(told.contains("notEncrypted"), "{told}");
    ensure!(carrier.heard()?.is_empty(), "the caller heard something");
    ensure!(
        !office.anna.log().contains("INVITE sip:101"),
        "Anna's telephone rang"
    );
    Ok(())
}

#[test]
fn a_plain_carrier_carries_no_call_of_a_line_that_demands_encryption() -> Result<()> {
    let (mut office, carrier) = demanding(somebody_outside())?;
    office.anna.dial(THEIRS_DIALLED)?;
    office.anna.wait_until_closed()?;
    let told = story(&office.engine)?;
    ensure!(told.contains("notEncrypted"), "{told}");
    ensure!(carrier.heard()?.is_empty(), "the carrier heard something");
    Ok(())
}

#[test]
fn a_message_left_and_heard_by_encrypted_telephones_is_whole() -> Result<()> {
    let engine = Engine::start()?;
    let anna = encrypted(engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0));
    let ben = encrypted(engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0));
    let (anna, ben) = (anna.unbuffered(), ben.unbuffered());
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    // Nobody waits for long.
    let patience = json!({
        "name": "Office", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
        "ringSeconds": 5, "maxCalls": 200, "maxCallsPerPerson": 4
    });
    engine.replace("/api/office", &patience)?;
    ben.dial("101")?;
    ben.wait_within("CALL_ESTABLISHED", GREETED)?;
    ensure!(
        until(GREETED, || engine.is_recording()),
        "nothing is recorded\n{}",
        engine.log()
    );
    thread::sleep(SPEAKS);
    ben.hang_up()?;
    ben.wait_until_closed()?;
    let greeting = made(&sentence::standard_greeting("101"), Lang::En)?;
    has_heard_whole(&ben.heard_last()?, &greeting, "the caller")?;

    let mailbox = engine.find("/api/mailboxes", "name", "Anna")?;
    let message = engine.new_messages(&mailbox, 1)?.remove(0);
    let path = format!("/api/messages/{}/sound.wav", message["id"]);
    let kept = engine.sound(&path)?;
    ensure!(
        kept.is_tone(660.0) && kept.gaps_in_tone(660.0, NOTICEABLE).is_empty(),
        "{:?} Hz are kept, with gaps {:?}",
        kept.strongest_hz(),
        kept.gaps_in_tone(660.0, NOTICEABLE)
    );
    let differs = kept.length().abs_diff(SPEAKS);
    ensure!(differs < Duration::from_millis(500), "{:?}", kept.length());

    anna.forget_what_was_heard()?;
    anna.dial("*97")?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(A_WHILE)?;
    anna.press("1")?;
    anna.wait_until_heard(GREETED / 2)?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    let (said, heard) = (
        kept.time_of_tone(660.0),
        anna.heard_last()?.time_of_tone(660.0),
    );
    println!(
        "{:?} are kept, {said:?} of them a tone, {heard:?} of it heard",
        kept.length()
    );
    ensure!(
        said.abs_diff(heard) < Duration::from_millis(200),
        "{said:?} were kept and {heard:?} heard"
    );
    Ok(())
}
