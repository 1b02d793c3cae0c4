//! Two people on the telephone: calls set up and sound judged, as tests need it again and again.

use super::{
    baresip::{Baresip, Settings},
    engine::Engine,
    process::{PATIENCE, until},
    sound::Sound,
};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// A longer gap in speech is noticed by whoever listens.
pub const NOTICEABLE: Duration = Duration::from_millis(60);
/// How long test calls last: enough to hear a tone and a gap in it.
pub const A_WHILE: Duration = Duration::from_millis(1_200);
/// Of [`A_WHILE`], what is heard for certain: the first packets may go astray until a relay has learned
/// where both ends are.
const HEARD: Duration = Duration::from_millis(1_000);
/// One packet of most calls.
const FRAME: Duration = Duration::from_millis(20);

/// Starts a telephone and waits until it is registered.
///
/// # Errors
/// It does not start, or the server refuses it.
pub fn registered(settings: Settings) -> Result<Baresip> {
    let telephone = settings.start()?;
    telephone.wait_until_registered()?;
    Ok(telephone)
}

/// One calls, the other answers; both are connected, and what they heard before is forgotten.
///
/// # Errors
/// Some step did not happen.
pub fn connect(caller: &mut Baresip, number: &str, called: &mut Baresip) -> Result<()> {
    caller.forget_what_was_heard()?;
    called.forget_what_was_heard()?;
    caller.dial(number)?;
    called.wait_for("CALL_INCOMING")?;
    caller.wait_for("CALL_RINGING")?;
    called.accept()?;
    caller.wait_for("CALL_ESTABLISHED")?;
    called.wait_for("CALL_ESTABLISHED")?;
    Ok(())
}

/// Two connected telephones talk for [`A_WHILE`].
///
/// # Errors
/// One of them hears nothing.
pub fn talk(one: &Baresip, other: &Baresip) -> Result<()> {
    one.wait_until_heard(A_WHILE)?;
    other.wait_until_heard(A_WHILE)
}

/// Waits until a telephone has heard something for [`A_WHILE`] from now on.
///
/// # Errors
/// It hears nothing.
pub fn listen(telephone: &Baresip) -> Result<()> {
    telephone.wait_until_heard(telephone.recorded() + A_WHILE)
}

/// One hangs up; the call has ended for both.
///
/// # Errors
/// It has not.
pub fn hang_up(one: &mut Baresip, other: &mut Baresip) -> Result<()> {
    one.hang_up()?;
    one.wait_until_closed()?;
    other.wait_until_closed().map(drop)
}

/// By then the office has said what the echo test is.
pub const EXPLAINED: Duration = Duration::from_secs(8);

/// Fails unless a telephone has heard a tone in its latest call, long enough and without a gap.
///
/// # Errors
/// It has heard something else, or nothing.
pub fn has_heard(telephone: &Baresip, hz: f64) -> Result<()> {
    judge(telephone, &telephone.heard_last()?, hz)
}

/// Fails unless the first thing a telephone has heard in its latest call is a tone, long enough and
/// without a gap, whatever came after.
///
/// # Errors
/// It has heard something else, or nothing.
pub fn has_heard_at_first(telephone: &Baresip, hz: f64) -> Result<()> {
    let sound = telephone.heard_last()?;
    judge(telephone, &sound.part(Duration::ZERO, HEARD), hz)
}

/// Fails unless the last thing a telephone has heard in its latest call is a tone, long enough and
/// without a gap, whatever came before.
///
/// # Errors
/// It has heard something else, or nothing.
pub fn has_heard_at_last(telephone: &Baresip, hz: f64) -> Result<()> {
    let sound = telephone.heard_last()?;
    let end = sound.length();
    judge(telephone, &sound.part(end.saturating_sub(HEARD), end), hz)
}

fn judge(telephone: &Baresip, sound: &Sound, hz: f64) -> Result<()> {
    let name = telephone.uri();
    ensure!(
        sound.is_tone(hz),
        "{name} heard {:?} Hz, not {hz}",
        sound.strongest_hz()
    );
    let gaps = sound.gaps_in_tone(hz, NOTICEABLE);
    ensure!(
        gaps.is_empty(),
        "{name} heard {hz} Hz with gaps in {:?}: {gaps:?}",
        sound.length()
    );
    ensure!(
        sound.length() + FRAME >= HEARD,
        "{name} heard {hz} Hz for {:?} only",
        sound.length()
    );
    Ok(())
}

/// The records of all calls so far, oldest first, once there are `count`.
///
/// # Errors
/// There are fewer, or more.
pub fn records(engine: &Engine, count: usize) -> Result<Vec<Value>> {
    let mut records = Vec::new();
    until(PATIENCE, || {
        records = engine
            .ctl_json(&["calls"])
            .ok()
            .and_then(|told| told.as_array().cloned())
            .unwrap_or_default();
        records.len() >= count
    });
    ensure!(
        records.len() == count,
        "{count} calls were made, and these are on record: {records:#?}"
    );
    records.reverse();
    Ok(records)
}
