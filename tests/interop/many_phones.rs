//! Five telephones in one office: all of a person's ring together, calls go on side by side, and calls
//! come to nothing in every usual way.

use anyhow::Result;
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    talk::{connect, hang_up, has_heard, records, registered, talk},
};
use std::time::Duration;

/// How long the office lets a telephone ring, and a little more.
const RUNG_OUT: Duration = Duration::from_secs(40);

fn phone(engine: &Engine, name: &str, extension: &str, hz: f64) -> Result<Baresip> {
    registered(engine.telephone(name, extension, Transport::Udp)?.tone(hz))
}

fn second_phone(engine: &Engine, extension: &str, label: &str, hz: f64) -> Result<Baresip> {
    let credentials = engine.add_device(extension, label)?;
    registered(engine.settings(&credentials, Transport::Udp)?.tone(hz))
}

/// Outcome and reason of each call, oldest first.
fn outcomes(engine: &Engine, count: usize) -> Result<Vec<(String, String)>> {
    let said = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let records = records(engine, count)?;
    let pair = |call: &serde_json::Value| (said(&call["outcome"]), said(&call["reason"]));
    Ok(records.iter().map(pair).collect())
}

fn pair(outcome: &str, reason: &str) -> (String, String) {
    (outcome.to_owned(), reason.to_owned())
}

#[test]
fn all_phones_of_a_person_ring_and_one_answers_while_others_talk() -> Result<()> {
    let engine = Engine::start()?;
    let sockets = engine.sockets()?;
    let mut anna = phone(&engine, "Anna", "101", 440.0)?;
    let desk = phone(&engine, "Ben", "102", 660.0)?;
    let mut mobile = second_phone(&engine, "102", "Mobile", 880.0)?;
    let mut cleo = phone(&engine, "Cleo", "103", 550.0)?;
    let mut dora = phone(&engine, "Dora", "104", 770.0)?;

    anna.dial("102")?;
    desk.wait_for("CALL_INCOMING")?;
    mobile.wait_for("CALL_INCOMING")?;
    mobile.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    desk.wait_for("CALL_CLOSED")?;
    assert!(
        desk.log().contains("Call completed elsewhere"),
        "Ben's desk phone shows a missed call"
    );
    // A second call beside the first.
    connect(&mut cleo, "104", &mut dora)?;
    assert_eq!(engine.status()?["active_calls"], 2);
    talk(&anna, &mobile)?;
    talk(&cleo, &dora)?;
    hang_up(&mut mobile, &mut anna)?;
    hang_up(&mut cleo, &mut dora)?;
    has_heard(&anna, 880.0)?;
    has_heard(&mobile, 440.0)?;
    has_heard(&cleo, 770.0)?;
    has_heard(&dora, 550.0)?;
    assert!(
        desk.heard()?.is_empty(),
        "a phone that only rang hears nothing"
    );
    assert_eq!(outcomes(&engine, 2)?, vec![pair("answered", "hungUp"); 2]);
    engine.wait_until_idle(sockets)
}

/// The mailbox of whoever was called answers; the caller hangs up at once.
fn leaves_no_message(caller: &mut Baresip) -> Result<()> {
    caller.wait_for("CALL_ESTABLISHED")?;
    caller.hang_up()?;
    caller.wait_until_closed().map(drop)
}

#[test]
fn busy_declined_and_given_up_calls_are_told_to_both_ends() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = phone(&engine, "Anna", "101", 440.0)?;
    let mut ben = engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0);
    ben.config_extra = "call_max_calls 1\n".to_owned();
    let mut ben = registered(ben)?;
    let mut cleo = phone(&engine, "Cleo", "103", 550.0)?;

    // Busy: Ben's phone takes one call only, and that one is not disturbed.
    connect(&mut anna, "102", &mut ben)?;
    cleo.dial("102")?;
    leaves_no_message(&mut cleo)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&ben, 440.0)?;
    assert_eq!(
        outcomes(&engine, 2)?,
        [pair("answered", "hungUp"), pair("nobodyAnswered", "hungUp")]
    );

    // Declined on the one phone that rang.
    anna.dial("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.hang_up()?;
    cleo.wait_until_closed()?;
    leaves_no_message(&mut anna)?;

    // Given up while it rang.
    anna.dial("103")?;
    cleo.wait_for("CALL_INCOMING")?;
    anna.wait_for("CALL_RINGING")?;
    hang_up(&mut anna, &mut cleo)?;

    // Nobody has that number, and nobody is there.
    anna.dial("199")?;
    let closed = anna.wait_for("CALL_CLOSED")?;
    assert!(closed.detail.starts_with("404"), "{closed:?}");
    cleo.pull_the_plug();
    engine.add_person("Emil", "105")?;
    engine.add_device("105", "Never plugged in")?;
    anna.dial("105")?;
    leaves_no_message(&mut anna)?;

    assert_eq!(
        outcomes(&engine, 6)?[2..],
        [
            pair("nobodyAnswered", "hungUp"),
            pair("nobodyAnswered", "callerGaveUp"),
            pair("refused", "refused"),
            pair("nobodyAnswered", "hungUp"),
        ]
    );
    Ok(())
}

#[test]
fn one_phone_refuses_and_the_other_can_still_answer() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = phone(&engine, "Anna", "101", 440.0)?;
    let mut desk = phone(&engine, "Ben", "102", 660.0)?;
    let mut mobile = second_phone(&engine, "102", "Mobile", 880.0)?;
    anna.dial("102")?;
    desk.wait_for("CALL_INCOMING")?;
    mobile.wait_for("CALL_INCOMING")?;
    desk.hang_up()?;
    mobile.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    talk(&anna, &mobile)?;
    hang_up(&mut anna, &mut mobile)?;
    has_heard(&anna, 880.0)?;
    has_heard(&mobile, 440.0)
}

#[test]
fn a_phone_that_nobody_answers_stops_ringing() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = phone(&engine, "Anna", "101", 440.0)?;
    let ben = phone(&engine, "Ben", "102", 660.0)?;
    anna.dial("102")?;
    ben.wait_for("CALL_INCOMING")?;
    anna.wait_within("CALL_ESTABLISHED", RUNG_OUT)?; // with Ben's mailbox
    ben.wait_for("CALL_CLOSED")?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    assert_eq!(outcomes(&engine, 1)?, [pair("nobodyAnswered", "hungUp")]);
    Ok(())
}
