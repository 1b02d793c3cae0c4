//! Real telephones with encrypted sound: with the office, with telephones that know none, and with
//! each other.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Settings, Transport},
    engine::Engine,
    talk::{EXPLAINED, connect, hang_up, has_heard, has_heard_at_last, records, registered, talk},
};
use serde_json::Value;
use std::time::Duration;

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
