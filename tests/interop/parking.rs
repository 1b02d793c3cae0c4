//! Parking between real telephones: whoever is parked hears music, is fetched from a third telephone by
//! dialling the slot, and both then hear each other.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    likeness::{find, shipped},
    process::until,
    sound::Sound,
    talk::{connect, hang_up, records, registered},
};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

const ANNA_HZ: f64 = 440.0;
const BEN_HZ: f64 = 660.0;
const CLEO_HZ: f64 = 880.0;

/// Music has rests, and computers that play it are late at times.
const REST: Duration = Duration::from_millis(200);

/// Waits until a telephone has sounded for so long, and gives that.
fn sounded_for(telephone: &Baresip, lasts: Duration) -> Result<Sound> {
    let begins = telephone.sounded()?.length();
    let so_far = || {
        let sounded = telephone.sounded();
        sounded.map_or(Duration::ZERO, |sound| sound.length())
    };
    until(lasts * 3, || so_far() >= begins + lasts);
    Ok(telephone.sounded()?.part(begins, begins + lasts))
}

fn hears_tone(telephone: &Baresip, hz: f64) -> Result<()> {
    let heard = sounded_for(telephone, SECOND * 3)?.part(SECOND, SECOND * 3);
    let strongest = heard.strongest_hz();
    ensure!(
        heard.is_tone(hz),
        "{}: {strongest:?}, not {hz} Hz",
        telephone.uri()
    );
    Ok(())
}

fn hears_music(telephone: &Baresip) -> Result<()> {
    let heard = sounded_for(telephone, SECOND * 5)?.part(SECOND, SECOND * 5);
    let second = heard.part(SECOND, SECOND * 2);
    let piece = shipped("music/morning")?.part(Duration::ZERO, SECOND * 40);
    let found = find(&second, &piece)?.context("silence")?;
    ensure!(
        found.likeness > 0.8,
        "no music on hold: {:?}",
        heard.strongest_hz()
    );
    let gaps = heard.gaps(REST);
    ensure!(gaps.is_empty(), "music with gaps: {gaps:?}");
    Ok(())
}

fn parked_and_fetched(media: &str) -> Result<()> {
    let options = [
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--media",
        media,
    ];
    let engine = Engine::start_with(&options)?;
    let phone = |name: &str, extension: &str, hz: f64| {
        let settings = engine.telephone(name, extension, Transport::Udp)?;
        registered(settings.tone(hz).loud())
    };
    let mut anna = phone("Anna", "101", ANNA_HZ)?;
    let mut ben = phone("Ben", "102", BEN_HZ)?;
    let mut cleo = phone("Cleo", "103", CLEO_HZ)?;
    connect(&mut anna, "102", &mut ben)?;
    hears_tone(&anna, BEN_HZ)?;

    ben.transfer("72")?;
    ben.wait_until_closed()?;
    hears_music(&anna)?;

    cleo.dial("72")?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    hears_tone(&anna, CLEO_HZ)?;
    hears_tone(&cleo, ANNA_HZ)?;
    hang_up(&mut cleo, &mut anna)?;

    // The slot is free again, and says so.
    cleo.dial("72")?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    let nothing = shipped("prompts/en/nothing-parked")?;
    let heard = sounded_for(&cleo, SECOND * 4)?;
    let second = nothing.part(Duration::ZERO, SECOND);
    let found = find(&second, &heard)?.context("silence")?;
    ensure!(
        found.likeness > 0.6,
        "not said that nobody is there: {}",
        found.likeness
    );
    cleo.hang_up()?;
    records(&engine, 3)?;
    Ok(())
}

#[test]
fn a_real_telephone_is_parked_directly_between_phones_and_fetched_by_a_third() -> Result<()> {
    parked_and_fetched("auto")
}

#[test]
fn a_real_telephone_is_parked_through_the_relay_and_fetched_by_a_third() -> Result<()> {
    parked_and_fetched("relay")
}
