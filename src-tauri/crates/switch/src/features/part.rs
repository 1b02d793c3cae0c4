//! Parting with somebody whose call comes to nothing although their phone is up: called for the board,
//! or answered by the office before. No SIP status reaches their ear, so they hear the tone of their
//! country that says the same, for some seconds, and are then hung up.

use crate::{
    call::Activity,
    happening::{EndReason, Party},
    leg::LegId,
    limits::PARTING_TONE,
    switch::{Deadline, Switch},
    tones::WhyTone,
};
use office::CallId;
use std::time::Instant;

/// Somebody hears why nothing came of their call.
#[derive(Debug)]
pub(crate) struct Parting {
    leg: LegId,
    until: Instant,
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
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Parting(Parting {
            leg,
            until,
            status,
            reason,
        });
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
