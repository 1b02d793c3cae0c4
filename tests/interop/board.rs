//! Calls that are started, put through and taken over at the board, and the echo test, with real
//! telephones: whoever ought to be heard is, without a gap.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    talk::{
        A_WHILE, EXPLAINED, hang_up, has_heard, has_heard_at_last, listen, records, registered,
        talk,
    },
};
use serde_json::{Value, json};
use std::time::Duration;

/// An office whose sound goes `media`: `auto` or `relay`.
fn office(media: &str) -> Result<Engine> {
    let api = ["--api", "127.0.0.1:0"];
    Engine::start_with(&[&["--sip", "127.0.0.1:0", "--media", media], &api[..]].concat())
}

fn telephone(engine: &Engine, name: &str, extension: &str, hz: f64) -> Result<Baresip> {
    let settings = engine.telephone(name, extension, Transport::Udp)?;
    registered(settings.tone(hz).unbuffered())
}

/// The number the API knows a person by.
fn person(engine: &Engine, name: &str) -> Result<i64> {
    let people = engine.ask("GET", "/api/people", &Value::Null)?;
    let mut people = people.as_array().context("no people")?.iter();
    let found = people.find(|person| person["name"] == name);
    found
        .and_then(|person| person["id"].as_i64())
        .with_context(|| format!("nobody is called {name}"))
}

/// Clicks a number at the board for somebody; gives the call.
fn click(engine: &Engine, name: &str, to: &str) -> Result<i64> {
    let wish = json!({ "person": person(engine, name)?, "to": to });
    let taken = engine.ask("POST", "/api/calls", &wish)?;
    taken["call"].as_i64().context("no call")
}

fn pick_up(telephone: &mut Baresip) -> Result<()> {
    telephone.wait_for("CALL_INCOMING")?;
    telephone.accept()
}

fn established(telephones: [&Baresip; 2]) -> Result<()> {
    for telephone in telephones {
        telephone.wait_for("CALL_ESTABLISHED")?;
    }
    Ok(())
}

/// Two phones are put in touch by a click for the first; gives the call.
fn put_in_touch(
    engine: &Engine,
    (name, caller): (&str, &mut Baresip),
    (number, called): (&str, &mut Baresip),
) -> Result<i64> {
    let call = click(engine, name, number)?;
    pick_up(caller)?;
    pick_up(called)?;
    established([caller, called])?;
    Ok(call)
}

#[test]
fn whoever_dials_the_echo_test_hears_themselves() -> Result<()> {
    let engine = Engine::start()?;
    let sockets = engine.sockets()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    anna.dial("*43")?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(EXPLAINED + A_WHILE)?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    has_heard_at_last(&anna, 440.0)?;
    engine.wait_until_idle(sockets)
}

fn a_call_is_started(media: &str) -> Result<()> {
    let engine = office(media)?;
    let sockets = engine.sockets()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben", "102", 660.0)?;
    let call = click(&engine, "Anna", "102")?;
    let shown = anna.wait_for("CALL_INCOMING")?;
    ensure!(shown.peer.contains("102"), "{shown:?}");
    ensure!(
        ben.events()
            .iter()
            .all(|event| event.kind != "CALL_INCOMING"),
        "too soon"
    );
    anna.accept()?;
    pick_up(&mut ben)?;
    established([&anna, &ben])?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    // Before, she has heard it ring.
    has_heard_at_last(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;

    let record = &records(&engine, 1)?[0];
    assert_eq!(record["id"].as_i64(), Some(call), "{record:#}");
    assert_eq!(record["from"]["name"], "Anna", "{record:#}");
    assert_eq!(record["to"]["name"], "Ben", "{record:#}");
    assert_eq!(record["outcome"], "answered", "{record:#}");
    engine.wait_until_idle(sockets)
}

#[test]
fn a_call_started_at_the_board_is_heard_straight() -> Result<()> {
    a_call_is_started("auto")
}

#[test]
fn a_call_started_at_the_board_is_heard_through_the_office() -> Result<()> {
    a_call_is_started("relay")
}

#[test]
fn an_echo_test_started_at_the_board_is_heard() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    click(&engine, "Anna", "*43")?;
    pick_up(&mut anna)?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(EXPLAINED + A_WHILE)?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    has_heard_at_last(&anna, 440.0)
}

/// Anna talks with Ben; the board puts the side that is `kept` through to Cleo.
fn a_call_is_put_through(media: &str, kept: &str) -> Result<()> {
    let engine = office(media)?;
    let sockets = engine.sockets()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben", "102", 660.0)?;
    let mut cleo = telephone(&engine, "Cleo", "103", 880.0)?;
    let call = put_in_touch(&engine, ("Anna", &mut anna), ("102", &mut ben))?;
    talk(&anna, &ben)?;
    let path = format!("/api/calls/{call}/transfer");
    engine.ask("POST", &path, &json!({ "keep": kept, "to": "103" }))?;
    let ((mut stays, hz), mut leaves) = match kept {
        "caller" => ((anna, 440.0), ben),
        _ => ((ben, 660.0), anna),
    };
    cleo.wait_for("CALL_INCOMING")?;
    // Until somebody answers, the two go on talking.
    listen(&stays)?;
    listen(&leaves)?;
    cleo.accept()?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    leaves.wait_until_closed()?;
    has_heard_at_last(&leaves, hz)?;
    cleo.wait_until_heard(A_WHILE)?;
    listen(&stays)?;
    hang_up(&mut cleo, &mut stays)?;
    has_heard(&cleo, hz)?;
    has_heard_at_last(&stays, 880.0)?;
    engine.wait_until_idle(sockets)
}

#[test]
fn a_caller_put_through_at_the_board_is_heard_straight() -> Result<()> {
    a_call_is_put_through("auto", "caller")
}

#[test]
fn a_caller_put_through_at_the_board_is_heard_through_the_office() -> Result<()> {
    a_call_is_put_through("relay", "caller")
}

#[test]
fn a_called_party_put_through_at_the_board_is_heard() -> Result<()> {
    a_call_is_put_through("auto", "callee")
}

#[test]
fn a_ringing_call_taken_over_at_the_board_is_heard() -> Result<()> {
    let engine = Engine::start()?;
    let sockets = engine.sockets()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben", "102", 660.0)?;
    let mut cleo = telephone(&engine, "Cleo", "103", 880.0)?;
    let call = click(&engine, "Anna", "102")?;
    pick_up(&mut anna)?;
    ben.wait_for("CALL_INCOMING")?;
    let path = format!("/api/calls/{call}/take-over");
    let taker = json!({ "person": person(&engine, "Cleo")? });
    engine.ask("POST", &path, &taker)?;
    ben.wait_until_closed()?;
    pick_up(&mut cleo)?;
    established([&anna, &cleo])?;
    talk(&anna, &cleo)?;
    hang_up(&mut anna, &mut cleo)?;
    has_heard_at_last(&anna, 880.0)?;
    has_heard(&cleo, 440.0)?;
    let record = &records(&engine, 1)?[0];
    assert_eq!(record["to"]["name"], "Cleo", "{record:#}");
    engine.wait_until_idle(sockets)
}

#[test]
fn a_talk_taken_over_at_the_board_goes_on_there() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = telephone(&engine, "Anna", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben", "102", 660.0)?;
    let mut cleo = telephone(&engine, "Cleo", "103", 880.0)?;
    let call = put_in_touch(&engine, ("Anna", &mut anna), ("102", &mut ben))?;
    talk(&anna, &ben)?;
    let path = format!("/api/calls/{call}/take-over");
    let taker = json!({ "person": person(&engine, "Cleo")? });
    engine.ask("POST", &path, &taker)?;
    pick_up(&mut cleo)?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    ben.wait_until_closed()?;
    cleo.wait_until_heard(A_WHILE)?;
    listen(&anna)?;
    hang_up(&mut anna, &mut cleo)?;
    has_heard(&cleo, 440.0)?;
    has_heard_at_last(&anna, 880.0)
}

/// What Anna, Ben and Carla say.
const TONES: [f64; 3] = [440.0, 660.0, 990.0];

/// How long each way to take part is heard; a part of it is judged.
const TAKES_PART: Duration = Duration::from_millis(1_500);
const JUDGED: Duration = Duration::from_millis(700);

/// Of three tones of one level each has a third of the energy; below this a tone is not there.
const AUDIBLE: f64 = 0.2;
const INAUDIBLE: f64 = 0.01;

/// Carla listens to Anna and Ben, then whispers to Ben, then talks with both, then is gone; each hears
/// just whom they are to hear, and the talk has no gap.
fn a_talk_is_listened_to(media: &str) -> Result<()> {
    let engine = office(media)?;
    let sockets = engine.sockets()?;
    let rules = json!({ "announce": true, "keepDays": 90, "listening": true });
    engine.replace("/api/recording-settings", &rules)?;
    let mut anna = telephone(&engine, "Anna", "101", TONES[0])?;
    let mut ben = telephone(&engine, "Ben", "102", TONES[1])?;
    let mut carla = telephone(&engine, "Carla", "103", TONES[2])?;
    let talk_id = put_in_touch(&engine, ("Anna", &mut anna), ("102", &mut ben))?;
    talk(&anna, &ben)?;
    let part_in = |how: &str| {
        let wish = json!({ "person": person(&engine, "Carla")?, "how": how });
        engine.ask("POST", &format!("/api/calls/{talk_id}/listen"), &wish)
    };
    part_in("hears")?;
    pick_up(&mut carla)?;
    carla.wait_for("CALL_ESTABLISHED")?;
    listen(&carla)?;
    // Who hears whom: Anna, Ben, Carla.
    let ways: [(&str, [&[usize]; 3]); 3] = [
        ("hears", [&[1], &[0], &[0, 1]]),
        ("whispersToCallee", [&[1], &[0, 2], &[0, 1]]),
        ("talks", [&[1, 2], &[0, 2], &[0, 1]]),
    ];
    let mut marks = Vec::new();
    for (how, _) in ways {
        part_in(how)?;
        let all = [&anna, &ben, &carla];
        for telephone in all {
            telephone.wait_until_heard(telephone.recorded() + TAKES_PART)?;
        }
        marks.push(all.map(Baresip::recorded));
    }
    carla.hang_up()?;
    carla.wait_until_closed()?;
    listen(&anna)?;
    listen(&ben)?;
    hang_up(&mut anna, &mut ben)?;
    for (n, telephone) in [&anna, &ben, &carla].into_iter().enumerate() {
        let heard = telephone.heard_last()?;
        for ((how, hears), marks) in ways.iter().zip(&marks) {
            let part = heard.part(marks[n] - JUDGED, marks[n]);
            for (other, hz) in TONES.iter().enumerate() {
                let share = part.share_at(*hz);
                let is_right = match hears[n].contains(&other) {
                    true => share > AUDIBLE,
                    false => share < INAUDIBLE,
                };
                ensure!(is_right, "{how}: {n} hears {share} of {other}");
            }
        }
    }
    has_heard_at_last(&anna, TONES[1])?;
    has_heard_at_last(&ben, TONES[0])?;
    let row = &records(&engine, 2)?;
    ensure!(row.iter().any(|row| row["id"] == talk_id), "{row:?}");
    let story = engine
        .ask("GET", &format!("/api/calls/{talk_id}"), &Value::Null)?
        .to_string();
    ensure!(story.contains("listenedToNoMore"), "{story}");
    let audit = engine.ask("GET", "/api/audit", &Value::Null)?.to_string();
    ensure!(audit.contains("call.listenedTo"), "{audit}");
    engine.wait_until_idle(sockets)
}

#[test]
fn a_direct_talk_is_listened_to() -> Result<()> {
    a_talk_is_listened_to("auto")
}

#[test]
fn a_relayed_talk_is_listened_to() -> Result<()> {
    a_talk_is_listened_to("relay")
}
