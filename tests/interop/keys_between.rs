//! Keys pressed at one telephone are heard at another though only one of the two knows them as events
//! (RFC 4733): a real one that does, and one made by hand that does not.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::{Engine, roomy_folder},
    microphone::{Microphone, Way},
    process::{PATIENCE, until},
    raw::{Call, Peer},
    sound::tone_of_key,
    talk::registered,
};
use office::RecordingRule;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Each key once, and one twice in a row.
const KEYS: &str = "1234567890*#55";

/// Anna's telephone knows no events; Ben's is real.
struct Office {
    engine: Engine,
    anna: Peer,
    microphone: Microphone,
    call: Call,
    ben: Baresip,
}

impl Office {
    /// Anna calls Ben, who picks up.
    fn open(engine: Engine) -> Result<Office> {
        let mut anna = Peer::new(&engine, "Anna", "101")?;
        let ben = engine.telephone("Ben", "102", Transport::Udp)?;
        let mut ben = registered(ben.tone(440.0))?;
        let mut microphone = Microphone::open(Way::GOOD, 7)?;
        let mut call = anna.invite_with("102", &microphone.offer(false)?)?;
        ben.wait_for("CALL_INCOMING")?;
        ben.accept()?;
        let answer = anna.outcome(&mut call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        let mut lines = answer.body().lines();
        let sound = lines.find(|line| line.starts_with("m=audio "));
        ensure!(
            sound.is_some_and(|sound| !sound.ends_with(" 101")),
            "{answer:?}"
        );
        microphone.answered(answer.body())?;
        microphone.rest(SECOND)?;
        Ok(Office {
            engine,
            anna,
            microphone,
            call,
            ben,
        })
    }

    fn relaying() -> Result<Office> {
        let options = [
            "--sip",
            "127.0.0.1:0",
            "--api",
            "127.0.0.1:0",
            "--media",
            "relay",
        ];
        Office::open(Engine::start_with(&options)?)
    }

    /// Ben's telephone is told of these keys, each once.
    fn ben_is_told(&self, keys: &str) -> Result<()> {
        let mut told = String::new();
        while told.len() < keys.len() {
            told += &self.ben.wait_for("CALL_DTMF_START")?.detail;
        }
        ensure!(told == keys, "{told}");
        let more = self.ben.wait_within("CALL_DTMF_START", SECOND);
        ensure!(more.is_err(), "{more:?} besides");
        Ok(())
    }
}

#[test]
fn tones_of_one_telephone_are_events_at_another() -> Result<()> {
    let mut office = Office::relaying()?;
    for key in KEYS.chars() {
        office.microphone.speak(&tone_of_key(key, SECOND / 10)?)?;
        office.microphone.rest(SECOND / 10)?;
    }
    office.ben_is_told(KEYS)?;
    office.anna.bye(&mut office.call)?;
    office.engine.still_runs()
}

#[test]
fn requests_of_one_telephone_are_events_at_another() -> Result<()> {
    let mut office = Office::relaying()?;
    for key in KEYS.chars() {
        office.anna.press(&mut office.call, key)?;
        office.microphone.rest(SECOND / 4)?;
    }
    office.ben_is_told(KEYS)?;
    office.anna.bye(&mut office.call)?;
    office.engine.still_runs()
}

#[test]
fn events_of_one_telephone_are_tones_at_another() -> Result<()> {
    let mut office = Office::relaying()?;
    office.microphone.keys_heard()?;
    let mut heard = String::new();
    for key in KEYS.chars() {
        office.ben.press(&key.to_string())?;
        office.microphone.rest(SECOND / 2)?;
        heard += &office.microphone.keys_heard()?;
    }
    office.microphone.rest(SECOND)?;
    heard += &office.microphone.keys_heard()?;
    ensure!(heard == KEYS, "{heard}");
    office.anna.bye(&mut office.call)?;
    office.engine.still_runs()
}

#[test]
fn star_one_as_tones_records_the_call() -> Result<()> {
    let engine = Engine::start_recording(roomy_folder()?, RecordingRule::OnDemand)?;
    let mut office = Office::open(engine)?;
    ensure!(!office.engine.is_recording());
    for key in ['*', '1'] {
        office.microphone.speak(&tone_of_key(key, SECOND / 10)?)?;
        office.microphone.rest(SECOND / 10)?;
    }
    // Both are told first.
    let mut begins = false;
    for _ in 0..20 {
        office.microphone.rest(SECOND / 2)?;
        begins |= until(Duration::ZERO, || office.engine.is_recording());
    }
    ensure!(begins, "{}", office.engine.log());
    let over = office.anna.bye(&mut office.call)?;
    ensure!(over.code() == Some(200), "{over:?}");
    ensure!(until(PATIENCE, || !office.engine.is_recording()));
    office.engine.still_runs()
}
