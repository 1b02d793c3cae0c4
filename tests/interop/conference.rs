//! Telephones of all codecs meet in a conference room of the real engine.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    sound::Sound,
    talk::registered,
};
use office::{ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound};
use std::time::Duration;
use store::Store;

/// How long the office speaks to whoever comes in, at most.
const WELCOME: Duration = Duration::from_secs(4);

/// How long all of them talk; the last part of it is judged.
const TALK: Duration = Duration::from_secs(3);
const JUDGED: Duration = Duration::from_secs(2);

/// Each of three tones of one level has a third of the energy; with the noise of the codecs a bit less.
const AUDIBLE: f64 = 0.25;

/// What G.711 makes of a tone elsewhere lies far below.
const INAUDIBLE: f64 = 0.01;

#[test]
fn telephones_hear_all_others_and_not_themselves() -> Result<()> {
    let mut engine = Engine::start()?;
    engine.kill();
    add_room(&engine)?;
    engine.restart()?;
    let sockets = engine.sockets()?;
    let people = [
        ("Anna", "101", 440.0, "pcma"),
        ("Ben", "102", 630.0, "g722"),
        ("Carla", "103", 1_010.0, "pcmu"),
        ("Dora", "104", 1_470.0, "opus/48000/2"),
    ];
    let mut telephones = Vec::new();
    for (name, number, tone, codecs) in people {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        telephones.push(registered(settings.tone(tone).codecs(codecs))?);
    }
    for telephone in &mut telephones {
        telephone.dial("600")?;
        telephone.wait_for("CALL_ESTABLISHED")?;
    }
    for telephone in &telephones {
        telephone.wait_until_heard(WELCOME + TALK)?;
    }
    leave(&mut telephones)?;
    for (telephone, (name, _, own, _)) in telephones.iter().zip(people) {
        let heard = last_of(telephone)?;
        for (other, _, tone, _) in people {
            let share = heard.share_at(tone);
            let is_right = match other == name {
                true => share < INAUDIBLE,
                false => share > AUDIBLE,
            };
            ensure!(is_right, "{name} ({own} Hz) hears {share} of {other}");
        }
        let gaps = heard.gaps(Duration::from_millis(60));
        ensure!(gaps.is_empty(), "{name} hears gaps: {gaps:?}");
    }
    engine.wait_until_idle(sockets)?;
    engine.still_runs()
}

/// Everybody hangs up in the order they came.
fn leave(telephones: &mut [Baresip]) -> Result<()> {
    for telephone in telephones {
        telephone.hang_up()?;
        telephone.wait_until_closed()?;
    }
    Ok(())
}

/// The last that a telephone heard of all others.
fn last_of(telephone: &Baresip) -> Result<Sound> {
    let heard = telephone.heard_last()?;
    let from = WELCOME + (TALK - JUDGED);
    Ok(heard.part(from, from + JUDGED))
}

/// A room at 600, without PINs. The engine must not run.
fn add_room(engine: &Engine) -> Result<()> {
    let (mut store, _) = Store::open(engine.data())?;
    store.change(|change| {
        change.add_room(&ConferenceRoom {
            id: ConferenceRoomId(0),
            number: ExtensionNumber::parse("600").expect("a number"),
            name: "Meeting".to_owned(),
            pin: None,
            host_pin: None,
            wait_for_host: false,
            mute_on_entry: false,
            announce: JoinSound::Nothing,
            max_members: 10,
        })
    })?;
    Ok(())
}
