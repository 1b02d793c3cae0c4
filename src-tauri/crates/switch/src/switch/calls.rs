//! Calls: how one begins to exist, is refused, ends and is forgotten.

use super::{Deadline, Switch, hearing::Doing};
use crate::{
    call::{Activity, Call},
    features::{
        attend, click_to_call, echo, emergency, flow, listen_in, park, part, recording, ring,
        round_trip, talk, transfer,
    },
    happening::{EndReason, Party, RefusalReason, What},
    leg::LegId,
    rooms,
};
use bytes::Bytes;
use office::{CallId, PersonId};
use std::time::Instant;

impl Switch {
    pub(crate) fn new_call_id(&mut self) -> CallId {
        let call = CallId(self.next_call);
        self.next_call += 1;
        call
    }

    /// A call that never rang: tells why and ends it.
    pub(crate) fn refuse(&mut self, call: CallId, caller: LegId, reason: RefusalReason) {
        self.tell(What::CallRefused { call, reason });
        if reason == RefusalReason::DoNotDisturb && !self.is_up(caller) {
            // RFC 3261 §20.43: 399 is for words that a person is to see.
            let warning = Bytes::from_static(b"399 cordboard \"Do not disturb\"");
            self.reject(caller, reason.status(), &[("Warning".to_owned(), warning)]);
            return self.end(call, EndReason::Refused, None);
        }
        part::begin(
            self,
            call,
            caller,
            (reason.status(), EndReason::Refused),
            None,
        );
    }

    /// The call is over; its legs may still be saying goodbye.
    pub(crate) fn end(&mut self, call: CallId, reason: EndReason, by: Option<Party>) {
        let Some(state) = self.calls.get_mut(&call) else {
            return;
        };
        state.activity = Activity::Ending;
        if std::mem::replace(&mut state.ended, true) {
            return;
        }
        let admitted = std::mem::take(&mut state.admitted);
        let (counts, ticket) = (state.counts, state.ticket.take());
        let legs = state.legs.clone();
        rooms::leave(self, call);
        flow::on_call_ended(self, call);
        round_trip::on_call_ended(self, call);
        match counts {
            true => self.admission.release(&admitted),
            false => self.admission.leave_all(&admitted),
        }
        if let Some(ticket) = ticket {
            self.admission.release_ticket(ticket);
        }
        self.outside_call_over(call);
        emergency::on_call_ended(self, call);
        recording::on_ended(self, call);
        listen_in::on_ended(self, call);
        self.close_relay(call);
        // Sessions stay for late answers and lost ACKs; their sound is over.
        for leg in legs {
            // A phone that was about to take over is no party of the talk, and waits like one.
            self.with_session(leg, |session, ctx| session.hangup(ctx, None));
            self.close_ports(leg);
        }
        self.forced_way.remove(&call);
        let quality = self.sound_heard.take(call);
        self.tell(What::CallEnded {
            call,
            reason,
            by,
            quality,
        });
        self.forget_call(call);
    }

    /// A call goes on between these two: it counts for them and nobody else.
    pub(crate) fn count_for(&mut self, call: CallId, parties: [LegId; 2]) {
        let persons = parties.iter();
        let persons = persons.filter_map(|leg| self.legs.get(leg)?.party.person);
        self.count_persons(call, persons.collect());
    }

    /// A call is these persons' and nobody else's.
    pub(crate) fn count_persons(&mut self, call: CallId, mut persons: Vec<PersonId>) {
        persons.dedup();
        if let Some(state) = self.calls.get_mut(&call)
            && (state.counts || state.ticket.is_some())
        {
            self.admission.hand_over(&state.admitted, &persons);
            state.admitted = persons;
        }
    }

    /// Ends a call whatever is going on in it.
    pub(crate) fn hang_up(&mut self, call: CallId, reason: EndReason) {
        match self.activity(call) {
            Doing::Fetching => click_to_call::end(self, call),
            Doing::Echoing => echo::end(self, call),
            Doing::Attending => attend::end(self, call),
            Doing::Ringing => ring::end(self, call),
            Doing::Talking => talk::end(self, call),
            Doing::Transferring => transfer::end(self, call),
            Doing::Parked => park::end(self, call),
            Doing::Parting => part::finish(self, call),
            Doing::Ending => return,
        }
        self.end(call, reason, None);
    }

    /// Looks at a call again at that time.
    pub(crate) fn wake_call_at(&mut self, call: CallId, at: Instant, deadline: Deadline) {
        if let Some(state) = self.calls.get_mut(&call)
            && self.deadlines.insert((at, deadline))
        {
            state.deadlines.push((at, deadline));
        }
    }

    /// Wakes something at another time than it was to be; it keeps that time itself.
    pub(crate) fn wake_again_at(
        &mut self,
        before: Option<Instant>,
        at: Instant,
        deadline: Deadline,
    ) {
        if let Some(before) = before {
            self.deadlines.remove(&(before, deadline));
        }
        self.deadlines.insert((at, deadline));
    }

    /// Forgets a call that has ended and whose legs are gone.
    pub(super) fn forget_call(&mut self, call: CallId) {
        let over = |state: &Call| state.ended && state.legs.is_empty();
        if !self.calls.get(&call).is_some_and(over) {
            return;
        }
        for deadline in self
            .calls
            .remove(&call)
            .map(|c| c.deadlines)
            .unwrap_or_default()
        {
            self.deadlines.remove(&deadline);
        }
    }
}
