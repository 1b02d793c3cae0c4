//! A call with the world outside that has to end: its line is free at once, for the meter there has to
//! stop, or somebody calls for help on it. Whoever is inside is told in words why: it was not the other
//! who hung up.

use crate::{call::Activity, features::part, happening::EndReason, leg::LegId, switch::Switch};
use office::CallId;
use spoken::phrase::calls;

/// As a line without a channel says it (RFC 3261 §21.5.4).
const UNAVAILABLE: u16 = 503;

/// Ends a call with the world outside.
pub(crate) fn begin(switch: &mut Switch, call: CallId, reason: EndReason) {
    let Some(state) = switch.calls.get(&call).filter(|state| !state.ended) else {
        return;
    };
    let talks = matches!(state.activity, Activity::Talking(_));
    let legs = state.legs.iter().copied();
    let (outside, inside): (Vec<LegId>, Vec<LegId>) =
        legs.partition(|leg| switch.party(*leg).is_outside());
    let hears = inside.into_iter().find(|leg| switch.is_up(*leg));
    let Some(hears) = hears.filter(|_| talks) else {
        return switch.hang_up(call, reason);
    };
    for leg in outside {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        switch.close_ports(leg);
    }
    switch.close_relay(call);
    switch.outside_call_over(call);
    let why = (UNAVAILABLE, reason);
    match reason {
        EndReason::FuseBlown => {
            part::begin_in_words(switch, call, hears, calls::LIMIT_REACHED, why);
        }
        EndReason::GaveWay => part::begin_in_words(switch, call, hears, calls::LINE_NEEDED, why),
        _ => part::begin(switch, call, hears, why, None),
    }
}
