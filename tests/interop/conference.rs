//! Telephones of all codecs meet in a conference room of the real engine.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    process::until,
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

/// So loud that nine of them together do not reach full scale.
const LEVEL_DBFS: f64 = -26.0;

/// Each of nine tones of one level has a ninth of the energy; with the noise of the codecs a bit less.
const AUDIBLE: f64 = 0.07;

/// What G.711 makes of a tone elsewhere lies far below.
const INAUDIBLE: f64 = 0.005;

/// Who meets: their numbers, tones and codecs.
const PEOPLE: [(&str, &str, f64, &str); 10] = [
    ("Anna", "101", 440.0, "pcma"),
    ("Ben", "102", 530.0, "g722/16000/1"),
    ("Carla", "103", 640.0, "pcmu"),
    ("Dora", "104", 770.0, "opus/48000/2"),
    ("Emil", "105", 930.0, "pcma"),
    ("Fritz", "106", 1_120.0, "g722/16000/1"),
    ("Gerda", "107", 1_350.0, "pcmu"),
    ("Hans", "108", 1_630.0, "opus/48000/2"),
    ("Ida", "109", 1_960.0, "pcma"),
    ("Jan", "110", 2_360.0, "g722/16000/1"),
];

#[test]
fn ten_telephones_hear_all_others_and_not_themselves() -> Result<()> {
    let mut engine = Engine::start()?;
    engine.kill();
    add_room(&engine)?;
    engine.restart()?;
    let sockets = engine.sockets()?;
    let mut telephones = Vec::new();
    for (name, number, hz, codecs) in PEOPLE {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        let tone = Sound::tone(hz, Duration::from_secs(1), LEVEL_DBFS, media::SAMPLE_RATE);
        telephones.push(registered(settings.says(tone).codecs(codecs))?);
    }
    for telephone in &mut telephones {
        telephone.dial("600")?;
        telephone.wait_for("CALL_ESTABLISHED")?;
    }
    // Whoever came last has been welcomed, and heard all others for a while.
    for telephone in &telephones {
        telephone.wait_until_heard(WELCOME + TALK)?;
    }
    let ends: Vec<Duration> = telephones.iter().map(Baresip::recorded).collect();
    leave(&mut telephones)?;
    for ((telephone, end), (name, _, own, _)) in telephones.iter().zip(ends).zip(PEOPLE) {
        let heard = telephone.heard_last()?.part(end - JUDGED, end);
        for (other, _, tone, _) in PEOPLE {
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

/// A telephone that hangs is asked after 30 s of silence, and has 32 s to answer; the media thread
/// tells of silence after 5 s.
const NOTICED_WITHIN: Duration = Duration::from_secs(80);

/// Every telephone is asked after two minutes, and those that had not answered would be gone by now.
const ASKED_AND_ANSWERED: Duration = Duration::from_secs(160);

/// More than the test takes.
const SPEAKS: Duration = Duration::from_secs(300);

#[test]
fn a_telephone_that_hangs_leaves_the_room_and_the_others_stay() -> Result<()> {
    let mut engine = Engine::start()?;
    engine.kill();
    add_room(&engine)?;
    engine.restart()?;
    let sockets = engine.sockets()?;
    let mut telephones = Vec::new();
    for (name, number, hz, codecs) in &PEOPLE[..3] {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        // A telephone hangs up when it has no more to say.
        let tone = Sound::tone(*hz, SPEAKS, LEVEL_DBFS, media::SAMPLE_RATE);
        telephones.push(registered(settings.says(tone).codecs(codecs))?);
    }
    for telephone in &mut telephones {
        telephone.dial("600")?;
        telephone.wait_for("CALL_ESTABLISHED")?;
    }
    let hangs = telephones.remove(0);
    hangs.freeze()?;
    let in_room = |engine: &Engine| engine.status().ok()?["active_calls"].as_u64();
    ensure!(in_room(&engine) == Some(3));
    ensure!(
        until(NOTICED_WITHIN, || in_room(&engine) == Some(2)),
        "{:?} are in the room\n{}",
        in_room(&engine),
        engine.log()
    );
    // Those who are there are asked, too, and are not taken for gone.
    for telephone in &telephones {
        telephone.wait_until_heard(ASKED_AND_ANSWERED)?;
    }
    ensure!(in_room(&engine) == Some(2), "{}", engine.log());
    leave(&mut telephones)?;
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
