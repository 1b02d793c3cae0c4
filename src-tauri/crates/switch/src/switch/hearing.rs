//! What the sessions of a call's legs say, and what it means by what is going on in the call.

use super::{Deadline, Switch};
use crate::{
    call::Activity,
    features::{
        attend, call_out, click_to_call, echo, hold, join, listen_in, moved, park, part, recording,
        replace, ring, still_there, talk, transfer,
    },
    happening::EndReason,
    leg::{Errand, LegId},
    media_way::Said,
};
use office::CallId;
use sip_dialog::{EndCause, SessionEvent};

impl Switch {
    /// After a session was used: indexes what it waits for, hears its events, arms its timer,
    /// forgets it when it is over.
    pub(super) fn settle(&mut self, leg: LegId) {
        while let Some(event) = self.legs.get_mut(&leg).and_then(|l| l.session.poll()) {
            self.on_session(leg, event);
        }
        let Some(state) = self.legs.get_mut(&leg) else {
            return;
        };
        if state.session.is_over() {
            return self.forget_leg(leg);
        }
        call_out::on_settled(self, leg);
        let Some(state) = self.legs.get_mut(&leg) else {
            return;
        };
        for client in state.session.clients() {
            if self.clients.insert(client, leg).is_none() {
                state.clients.push(client);
            }
        }
        state.clients.retain(|client| {
            let used = state.session.clients().any(|c| c == *client);
            if !used {
                self.clients.remove(client);
            }
            used
        });
        let wanted = state.session.next_timeout();
        if wanted != state.armed {
            if let Some(at) = state.armed {
                self.deadlines.remove(&(at, Deadline::Session(leg)));
            }
            if let Some(at) = wanted {
                self.deadlines.insert((at, Deadline::Session(leg)));
            }
            state.armed = wanted;
        }
        let call = state.call;
        still_there::on_settled(self, leg);
        recording::on_settled(self, call);
        listen_in::on_settled(self, call);
    }

    /// Decides, by what is going on in its call, what an event of a leg means.
    pub(super) fn on_session(&mut self, leg: LegId, event: SessionEvent) {
        let Some(call) = self.legs.get(&leg).map(|l| l.call) else {
            return;
        };
        self.working_on = Some(call);
        let errand = self.legs.get(&leg).and_then(|l| l.errand);
        match event {
            SessionEvent::Progress { status, sdp, .. } => match self.activity(call) {
                Doing::Fetching => click_to_call::on_progress(self, call, leg, status.code()),
                Doing::Ringing => ring::on_progress(self, call, leg, status.code(), sdp),
                Doing::Transferring => transfer::on_progress(self, call, leg, status.code()),
                Doing::Parked => park::on_progress(self, call, leg, status.code()),
                _ => {}
            },
            SessionEvent::Answered { sdp, .. } => {
                call_out::on_answered(self, leg);
                match self.activity(call) {
                    Doing::Fetching => click_to_call::on_answered(self, call, leg, sdp),
                    Doing::Ringing => ring::on_answered(self, call, leg, sdp),
                    Doing::Transferring => transfer::on_answered(self, call, leg, sdp),
                    Doing::Parked => park::on_answered(self, call, leg, sdp),
                    _ => {
                        self.with_session(leg, |session, ctx| session.hangup(ctx, None));
                    }
                }
            }
            SessionEvent::Rejected { status, .. } => {
                if !call_out::on_rejected(self, call, leg, status.code()) {
                    self.leg_rejected(call, leg, status.code());
                }
            }
            SessionEvent::AckArrived { sdp: Some(sdp) } => {
                match self.activity(call) {
                    Doing::Echoing => return echo::on_described(self, leg, &sdp),
                    Doing::Attending => return attend::on_described(self, leg, &sdp),
                    _ => {}
                }
                // A delayed offer: the caller's answer came with its ACK.
                if let Some(peer) = talk::peer(self, call, leg)
                    && let Ok(answer) = self.pass_on(leg, peer, &sdp, Said::Answer)
                {
                    self.with_session(peer, |session, ctx| session.provide_answer(ctx, answer));
                    self.expect_media(call);
                }
            }
            SessionEvent::AckArrived { sdp: None } => join::on_acknowledged(self, leg),
            SessionEvent::Offer { sdp, .. } => match self.activity(call) {
                Doing::Echoing => echo::on_offer(self, call, leg, sdp),
                Doing::Attending => attend::on_offer(self, leg, sdp),
                Doing::Parked => park::on_offer(self, call, leg, sdp),
                _ => talk::on_offer(self, call, leg, sdp),
            },
            SessionEvent::OfferAnswered { sdp, .. } => {
                self.set_errand(leg, None);
                match (errand, sdp) {
                    (Some(Errand::TakeOver { new, replaced }), sdp) => {
                        replace::on_taken_over(self, call, leg, (new, replaced), Ok(sdp));
                    }
                    (Some(Errand::PassOn), sdp) => talk::on_offer_answered(self, call, leg, sdp),
                    (Some(Errand::Moved), Some(sdp)) => moved::on_answered(self, leg, &sdp),
                    (Some(Errand::Fetch), sdp) => {
                        park::on_fetched_described(self, call, leg, sdp);
                    }
                    (Some(Errand::Announce), Some(sdp)) => match self.activity(call) {
                        Doing::Echoing => echo::on_described(self, leg, &sdp),
                        Doing::Attending => attend::on_described(self, leg, &sdp),
                        Doing::Parked => park::on_described(self, call, leg, &sdp),
                        // Who waits for others to answer goes on hearing what they hear.
                        _ if ring::of(self, call).is_some_and(|ringing| ringing.caller == leg) => {
                            attend::on_described(self, leg, &sdp);
                        }
                        _ => hold::on_described(self, leg, &sdp),
                    },
                    (Some(errand), Some(sdp)) => join::on_joined(self, leg, errand, &sdp),
                    _ => {}
                }
            }
            SessionEvent::OfferRejected { status, .. } => {
                self.set_errand(leg, None);
                match errand {
                    Some(Errand::TakeOver { new, replaced }) => {
                        let refused = Err(status.code());
                        replace::on_taken_over(self, call, leg, (new, replaced), refused);
                    }
                    Some(Errand::PassOn) => {
                        talk::on_offer_rejected(self, call, leg, status.code());
                    }
                    Some(Errand::Fetch) => {
                        park::on_fetched_refused(self, call, leg, status.code());
                    }
                    Some(Errand::Join { .. } | Errand::JoinBack { .. }) => {
                        recording::on_not_moved(self, call);
                        listen_in::on_not_moved(self, call);
                    }
                    _ => {}
                }
            }
            SessionEvent::Request { server, request } => {
                let is_outside = self.party(leg).is_outside();
                if is_outside && request.method() != sip_message::Method::Info {
                    // Nobody outside hands calls of the office on, or writes to its phones.
                    self.respond_in(leg, server, 403);
                } else if request.method() == sip_message::Method::Refer {
                    transfer::on_refer(self, call, leg, server, &request);
                } else if let Doing::Attending = self.activity(call) {
                    attend::on_request(self, call, leg, server, &request);
                } else {
                    recording::on_request(self, call, leg, &request);
                    talk::on_request(self, call, leg, server, &request);
                }
            }
            SessionEvent::Response { client, response } => {
                if let Some((asker, server)) = self.replies.remove(&client)
                    && response.status().is_final()
                {
                    self.respond_in(asker, server, response.status().code());
                }
            }
            SessionEvent::Challenged {
                client,
                request,
                response,
            } => call_out::on_challenged(self, leg, client, &request, &response),
            // The phone took its offer back: what we passed on is answered into the void, and the
            // next offer tells the truth again.
            SessionEvent::OfferWithdrawn => {}
            SessionEvent::Redescribed { sdp } => self.keep_description(leg, &sdp),
            SessionEvent::PrackArrived { .. } => {}
            SessionEvent::Cancelled { .. } => match self.activity(call) {
                Doing::Ringing => ring::on_caller_gone(self, call),
                Doing::Attending => attend::on_ended(self, call, leg, EndReason::CallerGaveUp),
                Doing::Parked => park::on_ended(self, call, leg, EndReason::CallerGaveUp),
                _ => transfer::on_ended(self, call, leg, EndReason::CallerGaveUp),
            },
            SessionEvent::Ended { cause, .. } => self.on_leg_ended(call, leg, cause),
        }
    }

    /// A leg that rang has been refused, or cannot be had.
    pub(crate) fn leg_rejected(&mut self, call: CallId, leg: LegId, status: u16) {
        match self.activity(call) {
            Doing::Fetching => click_to_call::on_rejected(self, call, leg, status),
            Doing::Ringing => ring::on_rejected(self, call, leg, status),
            Doing::Transferring => transfer::on_rejected(self, call, leg, status),
            Doing::Parked => park::on_rejected(self, call, leg, status),
            _ => {}
        }
    }

    pub(super) fn on_leg_ended(&mut self, call: CallId, leg: LegId, cause: EndCause) {
        let reason = match cause {
            EndCause::Bye => EndReason::HungUp,
            EndCause::Declined => EndReason::EndedByOffice,
            EndCause::NoAck | EndCause::NoPrack => EndReason::NotAcknowledged,
            EndCause::SessionTimer => EndReason::SessionExpired,
            EndCause::Timeout | EndCause::FlowLost => EndReason::Unreachable,
            EndCause::Error => EndReason::Failed,
        };
        match self.activity(call) {
            Doing::Talking => talk::on_ended(self, call, leg, reason),
            Doing::Transferring => transfer::on_ended(self, call, leg, reason),
            Doing::Ringing => ring::on_ended(self, call, leg),
            Doing::Fetching => click_to_call::on_ended(self, call, leg),
            Doing::Echoing => echo::on_ended(self, call, leg, reason),
            Doing::Attending => attend::on_ended(self, call, leg, reason),
            Doing::Parked => park::on_ended(self, call, leg, reason),
            Doing::Parting => part::on_ended(self, call, leg),
            Doing::Ending => {}
        }
    }

    pub(super) fn activity(&self, call: CallId) -> Doing {
        match self.calls.get(&call).map(|c| &c.activity) {
            Some(Activity::Fetching(_)) => Doing::Fetching,
            Some(Activity::Echoing(_)) => Doing::Echoing,
            Some(Activity::Attending(_)) => Doing::Attending,
            Some(Activity::Ringing(_)) => Doing::Ringing,
            Some(Activity::Talking(_)) => Doing::Talking,
            Some(Activity::Transferring(_)) => Doing::Transferring,
            Some(Activity::Parked(_)) => Doing::Parked,
            Some(Activity::Parting(_)) => Doing::Parting,
            Some(Activity::Ending) | None => Doing::Ending,
        }
    }
}

/// What is going on in a call, without its particulars.
pub(super) enum Doing {
    Fetching,
    Echoing,
    Attending,
    Ringing,
    Talking,
    Transferring,
    Parked,
    Parting,
    Ending,
}
