//! Parting with somebody whose call comes to nothing although their phone is up: called for the board,
//! or answered by the office before. No SIP status reaches their ear, so they hear the tone of their
//! country that says the same, for some seconds, or the words for it, and are then hung up.

use crate::{
    call::Activity,
    features::attend,
    happening::{EndReason, Party},
    leg::LegId,
    limits::{PARTING_TONE, PARTING_WORDS},
    switch::{Deadline, Switch},
    tones::WhyTone,
};
use media::{PlayEnd, PlayId};
use office::CallId;
use spoken::{Phrase, Piece};
use std::time::Instant;

/// Somebody hears why nothing came of their call.
#[derive(Debug)]
pub(crate) struct Parting {
    leg: LegId,
    until: Instant,
    /// The words they hear, where it is not a tone.
    words: Option<PlayId>,
    /// What their phone is told at the end.
    status: u16,
    reason: EndReason,
}

/// Lets them hear it, if they can; else they are turned away at once.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    (status, reason): (u16, EndReason),
    by: Option<Party>,
) {
    if !switch.is_up(leg) || switch.is_shutting_down() || !switch.play_why(leg, WhyTone::of(status))
    {
        switch.reject(leg, status, &[]);
        return switch.end(call, reason, by);
    }
    let until = switch.now() + PARTING_TONE;
    let parting = Parting {
        leg,
        until,
        words: None,
        status,
        reason,
    };
    part(switch, call, parting);
}

/// Lets them hear it in words, in their language; by a tone where that cannot be.
pub(crate) fn begin_in_words(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    phrase: Phrase,
    (status, reason): (u16, EndReason),
) {
    let said = attend::say(
        attend::language_of(switch, call, leg),
        &[Piece::FULL_STOP, phrase.into(), Piece::FULL_STOP],
    );
    let is_possible = switch.is_up(leg) && !switch.is_shutting_down();
    let Some(words) = is_possible.then(|| switch.play_alone(leg, said)).flatten() else {
        return begin(switch, call, leg, (status, reason), None);
    };
    let parting = Parting {
        leg,
        until: switch.now() + PARTING_WORDS,
        words: Some(words),
        status,
        reason,
    };
    part(switch, call, parting);
}

/// The words have been said, or could not be read.
pub(crate) fn on_played(switch: &mut Switch, call: CallId, play: PlayId, why: &PlayEnd) {
    let Some(parting) = of(switch, call).filter(|parting| parting.words == Some(play)) else {
        return;
    };
    let (leg, why_gone) = (parting.leg, (parting.status, parting.reason));
    match why {
        PlayEnd::Unreadable(_) => begin(switch, call, leg, why_gone, None),
        PlayEnd::Finished | PlayEnd::Stopped | PlayEnd::Key(_) => finish(switch, call),
    }
}

fn part(switch: &mut Switch, call: CallId, parting: Parting) {
    let until = parting.until;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Parting(parting);
    }
    switch.wake_call_at(call, until, Deadline::Part(call));
}

/// They have heard it.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    if of(switch, call).is_some_and(|parting| parting.until <= now) {
        finish(switch, call);
    }
}

/// They have hung up, or are gone.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId) {
    if let Some(reason) = of(switch, call).filter(|p| p.leg == leg).map(|p| p.reason) {
        switch.end(call, reason, None);
    }
}

/// Hangs up; the call still ends for the reason it came to nothing.
pub(crate) fn finish(switch: &mut Switch, call: CallId) {
    if let Some((leg, status, reason)) = of(switch, call).map(|p| (p.leg, p.status, p.reason)) {
        switch.reject(leg, status, &[]);
        switch.end(call, reason, None);
    }
}

fn of(switch: &Switch, call: CallId) -> Option<&Parting> {
    match &switch.calls.get(&call)?.activity {
        Activity::Parting(parting) => Some(parting),
        _ => None,
    }
}
