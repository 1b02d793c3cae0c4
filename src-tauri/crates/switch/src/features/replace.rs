//! A phone takes the part of another phone in a talk (INVITE with Replaces, RFC 3891), and whose leg a
//! Replaces names.

use crate::{
    features::{join, talk},
    happening::{CallSide, What},
    leg::{Errand, Leg, LegId},
    media_way::Said,
    switch::Switch,
};
use bytes::Bytes;
use office::{CallId, PersonId};
use sip_dialog::{OfferVia, SessionState};
use sip_message::{Text, header::Header as _};

/// A dialog named by a Replaces header (RFC 3891).
pub(crate) struct Replaces {
    call_id: Text,
    tags: [Text; 2],
}

/// A phone with an INVITE that replaces another phone's part in a talk. `false` when the dialog is
/// not known or belongs to someone else; the caller is then told 481.
pub(crate) fn take_over(
    switch: &mut Switch,
    new: LegId,
    person: PersonId,
    replaces: &Text,
    offer: &Bytes,
) -> bool {
    let Some(replaced) = parse(replaces).and_then(|r| find(switch, &r)) else {
        return false;
    };
    let Some(call) = switch
        .legs
        .get(&replaced)
        .filter(|l| l.party.person == Some(person))
        .map(|l| l.call)
    else {
        return false;
    };
    let Some(peer) = talk::peer(switch, call, replaced) else {
        return false;
    };
    if switch.legs.get(&peer).is_none_or(|l| l.errand.is_some()) {
        return false;
    }
    switch.move_leg(new, call);
    let Ok(offer) = switch.pass_on(new, peer, offer, Said::Offer) else {
        return false;
    };
    let sent = switch.with_session(peer, |session, ctx| {
        session
            .offer(ctx, Some(offer), OfferVia::ReInvite, &[])
            .is_ok()
    });
    if sent != Some(true) {
        return false;
    }
    switch.set_errand(peer, Some(Errand::TakeOver { new, replaced }));
    true
}

/// The remaining party accepted the phone that takes over, or did not.
pub(crate) fn on_taken_over(
    switch: &mut Switch,
    call: CallId,
    peer: LegId,
    (new, replaced): (LegId, LegId),
    answer: Result<Option<Bytes>, u16>,
) {
    let waits = |leg: &Leg| leg.session.state() == SessionState::AwaitingDecision;
    if !switch.legs.get(&new).is_some_and(waits) {
        // It gave up meanwhile: the remaining party is sent back to whom it talked to.
        if answer.is_ok() {
            join::join(switch, replaced, peer);
        }
        return;
    }
    let answer = match answer {
        Ok(Some(sdp)) => switch
            .pass_on(peer, new, &sdp, Said::Answer)
            .map_err(|_| 488),
        Ok(None) => Err(488),
        Err(status) => Err(status),
    };
    match answer {
        Ok(answer) => {
            let side = talk::side(switch, call, peer).unwrap_or(CallSide::Caller);
            let (by, left) = (switch.party(new), switch.party(replaced));
            switch.with_session(new, |session, ctx| session.answer(ctx, Some(answer), &[]));
            switch.with_session(replaced, |session, ctx| session.hangup(ctx, None));
            talk::begin_beside(switch, call, (peer, side), new);
            switch.tell(What::LegReplaced {
                call,
                by,
                replaced: left,
            });
            switch.tell_sound(call, peer);
        }
        Err(status) => switch.reject(new, status, &[]),
    }
}

/// The leg whose dialog is named, if it is one of ours.
pub(crate) fn find(switch: &Switch, replaces: &Replaces) -> Option<LegId> {
    // Our tag is the to-tag by the RFC; some phones swap the two.
    replaces
        .tags
        .iter()
        .find_map(|tag| switch.leg_of_dialog(&replaces.call_id, tag))
}

/// What a Replaces header names; `None` for what cannot be read.
pub(crate) fn parse(text: &Text) -> Option<Replaces> {
    let replaces = sip_message::header::Replaces::parse(text.bytes().clone()).ok()?;
    Some(Replaces {
        call_id: replaces.call_id.clone(),
        tags: [replaces.to_tag.clone(), replaces.from_tag.clone()],
    })
}
