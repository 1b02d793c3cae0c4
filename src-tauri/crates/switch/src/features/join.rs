//! Two phones that talk to us are put in touch with each other: offers and answers pass between them
//! until each knows where the other's sound is.

use crate::{
    leg::{Errand, LegId},
    media_way::Said,
    switch::Switch,
};
use bytes::Bytes;
use sip_dialog::{OfferVia, SessionState};

/// Puts two phones that talk to us in touch with each other: the second is offered the first's
/// description, the first then the second's answer.
pub(crate) fn join(switch: &mut Switch, first: LegId, second: LegId) {
    let Some(description) = switch.description_of(first) else {
        return;
    };
    let passed = switch.pass_on(first, second, &description, Said::Offer);
    offer(switch, second, passed.ok(), Errand::Join { with: first });
}

/// Offers a phone that talks to us something new, at once or as soon as it has acknowledged our
/// answer.
pub(crate) fn offer(switch: &mut Switch, leg: LegId, sdp: Option<Bytes>, errand: Errand) {
    let Some(sdp) = sdp else { return };
    let offered = sdp.clone();
    let sent = switch.with_session(leg, |session, ctx| {
        session
            .offer(ctx, Some(offered), OfferVia::ReInvite, &[])
            .is_ok()
    });
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    if sent == Some(true) {
        state.errand = Some(errand);
    } else if state.session.state() == SessionState::AwaitingAck {
        state.put_off = Some((sdp, errand));
    }
}

/// Answers to the offers that put two phones together.
pub(crate) fn on_joined(switch: &mut Switch, leg: LegId, errand: Errand, sdp: &Bytes) {
    match errand {
        Errand::Join { with } => {
            let passed = switch.pass_on(leg, with, sdp, Said::Offer);
            offer(switch, with, passed.ok(), Errand::JoinBack { with: leg });
        }
        Errand::JoinBack { with } => {
            if switch.is_direct(leg) {
                let before = switch.targets_of(leg);
                let Ok(passed) = switch.pass_on(leg, with, sdp, Said::Offer) else {
                    return;
                };
                // A phone that moved its own ports meanwhile is announced once more.
                if switch.targets_of(leg) != before {
                    offer(switch, with, Some(passed), Errand::Announce);
                }
            } else if switch.take_answer(leg, with, sdp).is_err() {
                return;
            }
            if let Some(call) = switch.legs.get(&leg).map(|l| l.call) {
                switch.tell_sound(call, leg);
            }
        }
        Errand::PassOn
        | Errand::Announce
        | Errand::Moved
        | Errand::Fetch
        | Errand::TakeOver { .. } => {}
    }
    if let Some(call) = switch.legs.get(&leg).map(|l| l.call) {
        switch.expect_media(call);
    }
}

/// A phone acknowledged our answer: what was put off till then goes out.
pub(crate) fn on_acknowledged(switch: &mut Switch, leg: LegId) {
    let put_off = switch.legs.get_mut(&leg).and_then(|l| l.put_off.take());
    if let Some((sdp, errand)) = put_off {
        offer(switch, leg, Some(sdp), errand);
    }
}
