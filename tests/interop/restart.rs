//! The engine is killed as by a power cut: it knows every telephone again at once.

use anyhow::Result;
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    talk::{connect, hang_up, has_heard, registered, talk},
};
use serde_json::Value;

/// A telephone that would not register again within any test.
fn phone(engine: &Engine, name: &str, extension: &str, hz: f64) -> Result<Baresip> {
    let mut settings = engine.telephone(name, extension, Transport::Udp)?.tone(hz);
    if let Some(registrar) = &mut settings.registrar {
        registrar.interval = 3_600;
    }
    registered(settings)
}

/// Registrations are collected for a tenth of a second before they are written; whatever is asked of
/// the store waits for them.
fn are_kept(engine: &Engine) -> Result<()> {
    engine.ask("GET", "/api/audit", &Value::Null).map(drop)
}

#[test]
fn telephones_ring_after_a_power_cut_without_registering_again() -> Result<()> {
    let mut engine = Engine::start()?;
    let mut anna = phone(&engine, "Anna", "101", 440.0)?;
    let mut ben = phone(&engine, "Ben", "102", 660.0)?;
    let before = engine.ctl_json(&["device", "list"])?;

    // The plug is pulled in the middle of a call; its sound runs straight between the two.
    connect(&mut anna, "102", &mut ben)?;
    are_kept(&engine)?;
    engine.kill();
    engine.restart()?;
    let status = engine.status()?;
    assert_eq!(status["registered_devices"], 2);
    assert_eq!(status["active_calls"], 0);
    let after = engine.ctl_json(&["device", "list"])?;
    for (before, after) in before
        .as_array()
        .into_iter()
        .flatten()
        .zip(after.as_array().into_iter().flatten())
    {
        assert_eq!(before["online"]["address"], after["online"]["address"]);
    }
    talk(&anna, &ben)?;
    anna.hang_up()?;
    ben.hang_up()?;
    anna.wait_until_closed()?;
    ben.wait_until_closed()?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    connect(&mut ben, "101", &mut anna)?;
    talk(&anna, &ben)?;
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;
    for telephone in [&anna, &ben] {
        let registrations = telephone.log().matches("REGISTER sip:").count();
        assert_eq!(registrations, 2, "one without and one with a password");
    }
    engine.still_runs()
}

#[test]
fn a_telephone_over_tcp_comes_back_with_its_next_registration() -> Result<()> {
    let mut engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Tcp)?.tone(440.0);
    let mut anna = registered(anna)?;
    let mut ben = phone(&engine, "Ben", "102", 660.0)?;
    are_kept(&engine)?;
    engine.kill();
    engine.restart()?;
    // Its call makes a new connection; over that it can be reached.
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)
}
