//! Whether a phone is still there: one whose power or network has gone says nothing of it, and nobody
//! may be left in a call with it (promise R14). It is asked inside its call, now and then, and at once
//! where the office itself listens to it and hears nothing.

use crate::{
    call::Activity,
    features::emergency,
    leg::{Leg, LegId},
    limits::{ASK_EVERY, ASK_SILENT_AFTER},
    media_way::direction,
    switch::{Deadline, Switch},
};
use media::{MediaCommand, StreamId};
use sip_dialog::SessionState;
use std::time::Instant;

/// When a phone is asked.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    /// When it is asked next, once it is in a call.
    pub(crate) at: Option<Instant>,
    /// Since when it has been silent, if it was not asked why yet.
    silent_since: Option<Instant>,
    /// The stream in which the office listens for it.
    listens_in: Option<StreamId>,
}

/// Something was said between a phone and us: once it is in a call, it will be asked.
pub(crate) fn on_settled(switch: &mut Switch, leg: LegId) {
    let now = switch.now();
    let Some(state) = switch.legs.get(&leg) else {
        return;
    };
    if state.session.state() != SessionState::Talking || state.party.is_outside() {
        return;
    }
    if state.asking.at.is_none() {
        ask_at(switch, leg, now + ASK_EVERY);
    }
    listen(switch, leg);
}

/// Neither sound nor reports have come from a phone, or they come again.
pub(crate) fn on_silence(switch: &mut Switch, leg: LegId, since: Option<Instant>) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    state.asking.silent_since = since;
    let (Some(since), Some(at)) = (since, state.asking.at) else {
        return;
    };
    let soon = since + ASK_SILENT_AFTER;
    if soon < at {
        ask_at(switch, leg, soon);
    }
}

/// It is asked now. If it says nothing, or knows of no such call, its session ends.
pub(crate) fn on_deadline(switch: &mut Switch, leg: LegId) {
    let now = switch.now();
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    state.asking.at = None;
    let call = state.call;
    if state.session.state() != SessionState::Talking {
        return; // it is being hung up on
    }
    let is_long = |since: &mut Instant| *since + ASK_SILENT_AFTER <= now;
    let is_silent = state.asking.silent_since.take_if(is_long).is_some();
    ask_at(switch, leg, now + ASK_EVERY);
    // Who calls for help must not lose the line because their phone is slow to answer questions.
    if emergency::is_emergency(switch, call) {
        return;
    }
    switch.with_session(leg, |session, ctx| match is_silent {
        true => session.ask_by_name(ctx),
        false => session.ask(ctx),
    });
}

/// The sound of a phone goes to another from now on: a talk has its own view of who ought to be heard.
pub(crate) fn stop_listening(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    state.asking.silent_since = None;
    if let Some(stream) = state.asking.listens_in.take() {
        // Forgets a silence that was told already.
        let expected = false;
        switch.order(MediaCommand::Expect { stream, expected });
    }
}

fn ask_at(switch: &mut Switch, leg: LegId, at: Instant) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let before = state.asking.at.replace(at);
    switch.wake_again_at(before, at, Deadline::StillThere(leg));
}

/// Where the office itself is the other end of a phone's sound, it is told when that stays out.
fn listen(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get(&leg) else {
        return;
    };
    let activity = switch.calls.get(&state.call).map(|call| &call.activity);
    let is_served = matches!(
        activity,
        Some(Activity::Attending(_) | Activity::Echoing(_) | Activity::Parked(_))
    );
    let Some(stream) = state.stream.filter(|_| is_served) else {
        return;
    };
    let expected = sends(state);
    if expected == (state.asking.listens_in == Some(stream)) {
        return;
    }
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.asking.listens_in = expected.then_some(stream);
        state.asking.silent_since = None;
    }
    switch.order(MediaCommand::Expect { stream, expected });
}

/// Whether a phone said that it would send its sound: one that holds need not.
fn sends(leg: &Leg) -> bool {
    let theirs = leg.theirs.as_ref().and_then(|theirs| theirs.audio());
    theirs.is_some_and(|audio| direction(audio.direction_meant()).sends())
}
