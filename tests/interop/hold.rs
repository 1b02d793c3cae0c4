//! Hold and resume with real telephones, whoever holds: whoever is held hears music at once and without
//! a gap, and after it both hear each other again, twice in a row.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Settings, Transport},
    carrier::{OURS, Office, THEIRS, somebody_outside},
    engine::Engine,
    likeness::{find, shipped},
    process::until,
    sipp::Sipp,
    sound::Sound,
    talk::{connect, hang_up, registered},
};
use serde_json::json;
use std::{sync::Mutex, time::Duration};

const SECOND: Duration = Duration::from_secs(1);

/// How soon music or voice is there after somebody pressed the key.
const SOON: Duration = SECOND;

/// Music has rests, and computers that play it are late at times.
const REST: Duration = Duration::from_millis(300);

/// A longer gap in a tone is a fault; a busy computer that plays it is late by less.
const GAP: Duration = Duration::from_millis(300);

/// What all those gaps together may take of a tone.
const MOST_IS_HEARD: f64 = 0.9;

/// Telephones that play in real time want the computer for themselves.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Quieter than this is silence.
const SILENCE_DBFS: f64 = -50.0;

/// How long each part of a call lasts.
const LASTS: Duration = Duration::from_secs(4);

const ANNA_HZ: f64 = 440.0;
const BEN_HZ: f64 = 660.0;

/// What is to sound from a telephone.
#[derive(Clone, Copy, Debug)]
enum Hears {
    Tone(f64),
    Music,
    Nothing,
}

/// Waits for [`LASTS`], and fails unless a telephone heard that [`SOON`] after, and to the end.
fn hear<const N: usize>(telephones: [(&Baresip, Hears); N], when: &str) -> Result<()> {
    let begins: Vec<Duration> = telephones
        .iter()
        .map(|(telephone, _)| anyhow::Ok(telephone.sounded()?.length()))
        .collect::<Result<_>>()?;
    for ((telephone, hears), begins) in telephones.iter().zip(begins) {
        let so_far = || {
            telephone
                .sounded()
                .unwrap_or(Sound::silence(Duration::ZERO, 1))
        };
        until(LASTS * 2, || so_far().length() >= begins + LASTS);
        let sounded = telephone.sounded()?;
        let heard = sounded.part(begins + SOON, begins + LASTS);
        judge(&heard, *hears).with_context(|| format!("{} {when}", telephone.uri()))?;
        let took = begins_after(&sounded.part(begins, sounded.length()), *hears);
        println!("{when}: {hears:?} after {took:?}");
    }
    Ok(())
}

/// After how long that is heard.
fn begins_after(sounded: &Sound, hears: Hears) -> Option<Duration> {
    let frame = SECOND / 10;
    let steps = (0..).map(|step| SECOND / 50 * step);
    let mut steps = steps.take_while(|at| *at + frame < sounded.length());
    steps.find(|at| {
        let now = sounded.part(*at, *at + frame);
        let is_loud = now.level_dbfs() > SILENCE_DBFS;
        match hears {
            Hears::Tone(hz) => now.is_tone(hz),
            Hears::Music => is_loud && !now.is_tone(ANNA_HZ) && !now.is_tone(BEN_HZ),
            Hears::Nothing => !is_loud,
        }
    })
}

fn judge(heard: &Sound, hears: Hears) -> Result<()> {
    match hears {
        Hears::Tone(hz) => {
            ensure!(
                heard.is_tone(hz),
                "heard {:?} Hz, not {hz}",
                heard.strongest_hz()
            );
            let gaps = heard.gaps_in_tone(hz, GAP);
            let share = heard.time_of_tone(hz).as_secs_f64() / heard.length().as_secs_f64();
            ensure!(
                gaps.is_empty() && share >= MOST_IS_HEARD,
                "{hz} Hz for {share:.2} of the time, with gaps: {gaps:?}"
            );
        }
        Hears::Music => {
            ensure!(
                is_our_music(heard)?,
                "this is not the music on hold: {:?}",
                heard.strongest_hz()
            );
            let gaps = heard.gaps(REST);
            ensure!(gaps.is_empty(), "music with gaps: {gaps:?}");
        }
        Hears::Nothing => ensure!(
            heard.level_dbfs() <= SILENCE_DBFS,
            "heard {:?} Hz",
            heard.strongest_hz()
        ),
    }
    Ok(())
}

/// Whether a second of it is in the pieces that come with the engine.
fn is_our_music(heard: &Sound) -> Result<bool> {
    let piece = shipped("music/morning")?.part(Duration::ZERO, SECOND * 40);
    for second in 0..u32::try_from(heard.length().as_secs())? {
        let second = heard.part(SECOND * second, SECOND * (second + 1));
        if find(&second, &piece)?.is_some_and(|found| found.likeness > 0.8) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One holds the other and takes them back, twice in a row.
fn hold_twice(holder: &mut Baresip, (says, held, hears): (f64, &Baresip, f64)) -> Result<()> {
    hear(
        [(holder, Hears::Tone(hears)), (held, Hears::Tone(says))],
        "before hold",
    )?;
    for turn in ["the first hold", "the second hold"] {
        holder.hold()?;
        hear([(held, Hears::Music), (holder, Hears::Nothing)], turn)?;
        holder.resume()?;
        hear(
            [(holder, Hears::Tone(hears)), (held, Hears::Tone(says))],
            turn,
        )?;
    }
    Ok(())
}

/// Two telephones talk, and each holds the other twice.
fn each_holds(options: &[&str], prepared: fn(Settings) -> Settings) -> Result<()> {
    let _alone = ONE_AT_A_TIME.lock();
    let engine =
        Engine::start_with(&[options, &["--sip", "127.0.0.1:0", "--api", "127.0.0.1:0"]].concat())?;
    let telephone = |name: &str, number: &str, hz: f64| {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        registered(prepared(settings.tone(hz).loud()))
    };
    let mut anna = telephone("Anna", "101", ANNA_HZ)?;
    let mut ben = telephone("Ben", "102", BEN_HZ)?;
    connect(&mut anna, "102", &mut ben)?;
    hold_twice(&mut ben, (BEN_HZ, &anna, ANNA_HZ)).context("the called holds")?;
    hold_twice(&mut anna, (ANNA_HZ, &ben, BEN_HZ)).context("the caller holds")?;
    hang_up(&mut anna, &mut ben)
}

#[test]
fn whoever_is_held_hears_music_and_both_hear_each_other_after_it() -> Result<()> {
    each_holds(&[], |settings| settings)
}

#[test]
fn hold_and_resume_with_sound_through_the_office() -> Result<()> {
    each_holds(&["--media", "relay"], |settings| settings)
}

#[test]
fn hold_and_resume_of_encrypted_calls() -> Result<()> {
    each_holds(&[], |mut settings| {
        settings.encryption = Some("srtp-mand".to_owned());
        settings
    })
}

/// An office with Ben on a telephone, to whom calls from a line lead.
fn office_of_ben() -> Result<(Office, Baresip)> {
    let office = Office::open()?;
    let ben = office.engine.telephone("Ben", "102", Transport::Udp)?;
    let ben = registered(ben.tone(BEN_HZ).loud())?;
    let person = office.engine.find("/api/people", "name", "Ben")?;
    office.number_leads(OURS, json!({"dest_kind": "user", "dest_id": person["id"]}))?;
    Ok((office, ben))
}

#[test]
fn hold_and_resume_over_a_line_by_either_side() -> Result<()> {
    let _alone = ONE_AT_A_TIME.lock();
    let (office, mut ben) = office_of_ben()?;
    let mut outside = somebody_outside().tone(ANNA_HZ).loud().start()?;
    office.line("Line", outside.address().port(), json!({}))?;
    let at = office.engine.sip("udp")?;
    outside.dial(&format!("sip:{OURS}@{at}"))?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    outside.wait_for("CALL_ESTABLISHED")?;
    hold_twice(&mut outside, (ANNA_HZ, &ben, BEN_HZ)).context("the one outside holds")?;
    hold_twice(&mut ben, (BEN_HZ, &outside, ANNA_HZ)).context("Ben holds")?;
    hang_up(&mut ben, &mut outside)
}

/// A carrier holds Ben twice, saying so in that way; talking he hears himself.
fn a_carrier_holds(at: &str, how: &str) -> Result<()> {
    let _alone = ONE_AT_A_TIME.lock();
    let (office, mut ben) = office_of_ben()?;
    let port = office.engine.sip("udp")?;
    office.line("Line", 5060, json!({}))?;
    let csv = format!("SEQUENTIAL\nsip:{OURS}@{port};transport=udp;{OURS};{THEIRS}\n");
    let lasts = LASTS.as_millis().to_string();
    let carrier = Sipp::scenario("interop/scenarios/carrier_holds.xml")
        .target(port)
        .file("call.csv", csv.into_bytes())
        .limit(LASTS * 10)
        .arguments(&["-inf", "call.csv", "-rtp_echo", "-d", &lasts])
        .arguments(&["-key", "hold_at", at, "-key", "hold_as", how])
        .start()?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    ben.wait_for("CALL_ESTABLISHED")?;
    let began = ben.sounded()?.length();
    carrier.wait()?.all_went_well()?;
    ben.wait_until_closed()?;
    let sounded = ben.sounded()?;
    let call = sounded.part(began + SOON, began + LASTS * 5 - SOON);
    let holds = call.gaps_in_tone(BEN_HZ, GAP);
    ensure!(holds.len() == 2, "two holds, and heard {holds:?}");
    for hold in holds {
        ensure!(hold.length.abs_diff(LASTS) < SOON, "{hold:?}");
        let music = call.part(hold.at + SOON / 2, hold.at + hold.length - SOON / 2);
        judge(&music, Hears::Music)?;
    }
    Ok(())
}

#[test]
fn a_carrier_that_only_sends_holds() -> Result<()> {
    a_carrier_holds("127.0.0.1", "sendonly")
}

#[test]
fn a_carrier_that_neither_sends_nor_receives_holds() -> Result<()> {
    a_carrier_holds("127.0.0.1", "inactive")
}

#[test]
fn a_carrier_whose_sound_is_nowhere_holds() -> Result<()> {
    a_carrier_holds("0.0.0.0", "sendrecv")
}
