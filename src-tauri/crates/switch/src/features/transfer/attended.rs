//! A transfer after asking first (REFER with Replaces, RFC 3891): the call in which the asking was done
//! gives its other party, its ringing phones or its parking slot.

use super::{Transfer, failed_at_once, report};
use crate::{
    call::Activity,
    features::{
        attend::LeadsTo,
        join,
        park::{self, ToPark},
        replace::{self, Replaces},
        ring, talk,
    },
    happening::{CallSide, EndReason, RefusalReason, What},
    leg::LegId,
    limits::PARK_ANYWHERE,
    switch::{Deadline, Switch},
};
use office::CallId;

pub(super) fn begin(
    switch: &mut Switch,
    call: CallId,
    by: LegId,
    (kept, keeps): (LegId, CallSide),
    replaces: &Replaces,
) {
    let by_party = switch.party(by);
    // Only a dialog of the same person may be used (promise P2), and of another call.
    let second = replace::find(switch, replaces)
        .filter(|leg| *leg != by)
        .filter(|leg| {
            switch
                .legs
                .get(leg)
                .is_some_and(|l| l.party.person == by_party.person && l.call != call)
        });
    let Some(second) = second else {
        return report(switch, by, 481, true);
    };
    let Some(other_call) = switch.legs.get(&second).map(|l| l.call) else {
        return;
    };
    if let Some(target) = talk::peer(switch, other_call, second) {
        let to = switch.party(target);
        let began = What::TransferBegan {
            call,
            by: by_party.clone(),
            to: to.number.clone(),
            attended: true,
            from_board: false,
        };
        switch.tell(began);
        switch.move_leg(target, call);
        switch.end(other_call, EndReason::Transferred, Some(by_party.clone()));
        switch.with_session(second, |session, ctx| session.hangup(ctx, None));
        report(switch, by, 200, true);
        switch.with_session(by, |session, ctx| session.hangup(ctx, None));
        talk::begin_beside(switch, call, (kept, keeps), target);
        switch.count_for(call, [kept, target]);
        switch.tell(What::TransferDone {
            call,
            by: by_party,
            to,
        });
        join::join(switch, kept, target);
    } else if let Some(ringing) = still_ringing(switch, other_call, second) {
        let began = What::TransferBegan {
            call,
            by: by_party.clone(),
            to: switch
                .calls
                .get(&other_call)
                .map(|c| c.dialled.clone())
                .unwrap_or_default(),
            attended: true,
            from_board: false,
        };
        switch.tell(began);
        for leg in &ringing.legs {
            switch.move_leg(*leg, call);
        }
        switch.reject(second, 487, &[]);
        switch.end(other_call, EndReason::Transferred, Some(by_party.clone()));
        switch.wake_call_at(call, ringing.until, Deadline::Transfer(call));
        if let Some(state) = switch.calls.get_mut(&call) {
            state.activity = Activity::Transferring(Transfer {
                by: Some(by),
                by_party,
                asker: Some(by),
                kept,
                keeps,
                legs: ringing.legs,
                until: ringing.until,
                worst: None,
                offered_kept: false,
                returning: false,
            });
        }
        report(switch, by, 180, false);
    } else if let Some(leads_to) = park::door(switch, other_call) {
        let slot = match leads_to {
            LeadsTo::Empty(slot) | LeadsTo::Free(slot) => Ok(slot),
            LeadsTo::Full => Err(RefusalReason::SlotsFull),
        };
        switch.tell(What::TransferBegan {
            call,
            by: by_party.clone(),
            to: slot.map_or_else(|_| PARK_ANYWHERE.to_owned(), |slot| slot.to_string()),
            attended: true,
            from_board: false,
        });
        let parked = slot.and_then(|slot| {
            let to_park = ToPark {
                kept,
                keeps,
                by: Some(by_party.clone()),
                slot: Some(slot),
                door: Some(other_call),
                wait: None,
            };
            park::begin(switch, call, to_park)
        });
        if let Err(reason) = parked {
            return failed_at_once(switch, call, Some(by), reason);
        }
        switch.with_session(second, |session, ctx| session.hangup(ctx, None));
        switch.end(other_call, EndReason::Transferred, Some(by_party));
        report(switch, by, 200, true);
        switch.with_session(by, |session, ctx| session.hangup(ctx, None));
    } else {
        report(switch, by, 481, true);
    }
}

fn still_ringing(switch: &mut Switch, call: CallId, caller: LegId) -> Option<ring::Ringing> {
    let state = switch.calls.get_mut(&call)?;
    match std::mem::replace(&mut state.activity, Activity::Ending) {
        Activity::Ringing(ringing) if ringing.caller == caller => Some(ringing),
        other => {
            state.activity = other;
            None
        }
    }
}
