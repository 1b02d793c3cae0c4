//! Legs: kept, found by dialog and transaction, used, handed over and forgotten.

use super::{Deadline, Switch};
use crate::{
    features::call_out,
    happening::Party,
    leg::{Errand, Leg, LegId},
};
use bytes::Bytes;
use office::CallId;
use sip_dialog::{Ctx, Session, SessionState};
use sip_message::{StatusCode, Text};
use sip_transaction::{ClientId, ServerId};

impl Switch {
    pub(crate) fn new_leg_id(&mut self) -> LegId {
        self.next_leg = self.next_leg.wrapping_add(1);
        LegId(self.next_leg)
    }

    /// Keeps a new leg and indexes its dialog.
    pub(crate) fn add_leg(&mut self, leg: Leg) {
        let id = leg.id;
        self.dialogs
            .insert((leg.session.call_id().clone(), leg.session.local_tag()), id);
        if let Some(server) = leg.server {
            self.servers.insert(server, id);
        }
        if let Some(call) = self.calls.get_mut(&leg.call) {
            call.legs.insert(id);
        }
        self.legs.insert(id, leg);
        self.touched.insert(id);
    }

    /// Uses a leg's session; its events are heard once the caller is done.
    pub(crate) fn with_session<R>(
        &mut self,
        leg: LegId,
        f: impl FnOnce(&mut Session, &mut Ctx<'_>) -> R,
    ) -> Option<R> {
        let state = self.legs.get_mut(&leg)?;
        self.touched.insert(leg);
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        Some(f(&mut state.session, &mut ctx))
    }

    pub(super) fn touch(&mut self, leg: LegId, f: impl FnOnce(&mut Session, &mut Ctx<'_>)) {
        self.working_on = self.legs.get(&leg).map(|l| l.call);
        self.with_session(leg, f);
    }

    pub(crate) fn leg_of_dialog(&self, call_id: &Text, tag: &Text) -> Option<LegId> {
        self.dialogs.get(&(call_id.clone(), tag.clone())).copied()
    }

    /// The legs whose dialogs have this Call-ID.
    pub(crate) fn legs_of_call_id(&self, call_id: &Text) -> impl Iterator<Item = &Leg> {
        let first = (call_id.clone(), Text::default());
        let call_id = call_id.clone();
        self.dialogs
            .range(first..)
            .take_while(move |((of_leg, _), _)| *of_leg == call_id)
            .filter_map(|(_, leg)| self.legs.get(leg))
    }

    pub(crate) fn party(&self, leg: LegId) -> Party {
        match self.legs.get(&leg) {
            Some(leg) => leg.party.clone(),
            None => Party::default(),
        }
    }

    /// Who is at a leg, as phones of the office show them: what the number they called puts before
    /// the names of its callers stands there.
    pub(crate) fn shown(&self, call: CallId, leg: LegId) -> Party {
        let mut party = self.party(leg);
        let xform = self.calls.get(&call).map(|call| &call.xform);
        let prefix = xform.and_then(|xform| xform.caller_name_prefix.as_deref());
        if let Some(prefix) = prefix.filter(|_| party.is_outside()) {
            let who = match party.name.as_str() {
                "" => &party.number,
                name => name,
            };
            party.name = format!("{prefix}{who}");
        }
        party
    }

    /// Whether a caller's phone has been answered: by the office, or because it was called by us for
    /// its owner.
    pub(crate) fn is_up(&self, leg: LegId) -> bool {
        let state = self.legs.get(&leg).map(|leg| leg.session.state());
        state == Some(SessionState::Talking)
    }

    /// Whether a phone has been answered, be it that it has not acknowledged that yet.
    pub(crate) fn is_answered(&self, leg: LegId) -> bool {
        let state = self.legs.get(&leg).map(|leg| leg.session.state());
        matches!(
            state,
            Some(SessionState::Talking | SessionState::AwaitingAck)
        )
    }

    pub(crate) fn set_errand(&mut self, leg: LegId, errand: Option<Errand>) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.errand = errand;
        }
    }

    /// A leg goes over to another call.
    pub(crate) fn move_leg(&mut self, leg: LegId, call: CallId) {
        let Some(old) = self
            .legs
            .get_mut(&leg)
            .map(|l| std::mem::replace(&mut l.call, call))
        else {
            return;
        };
        if let Some(left) = self.calls.get_mut(&old) {
            left.legs.remove(&leg);
            if left.relay.is_some_and(|r| r.a == leg || r.b == leg) {
                self.close_relay(old);
            }
        }
        if let Some(joined) = self.calls.get_mut(&call) {
            joined.legs.insert(leg);
        }
        self.outside_moved(leg, old, call);
    }

    /// Answers a request inside a leg's dialog.
    pub(crate) fn respond_in(&mut self, leg: LegId, server: ServerId, status: u16) {
        let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
        self.with_session(leg, |session, ctx| {
            session.respond(ctx, server, status, None, &[])
        });
    }

    /// The answer to a passed-on request goes back to where it came from.
    pub(crate) fn await_reply(&mut self, client: ClientId, asker: LegId, server: ServerId) {
        self.replies.insert(client, (asker, server));
    }

    /// Turns a caller away with a status. A phone that we called for its owner has been answered
    /// and is hung up, with the status as the reason (RFC 3326).
    pub(crate) fn reject(&mut self, leg: LegId, status: u16, headers: &[(String, Bytes)]) {
        let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
        self.with_session(leg, |session, ctx| match session.state() {
            SessionState::Talking | SessionState::AwaitingOurAnswer => {
                let reason = format!("SIP;cause={status};text=\"{}\"", status.reason());
                session.hangup(ctx, Some(&reason));
            }
            _ => session.reject(ctx, status, headers),
        });
    }

    pub(super) fn forget_leg(&mut self, leg: LegId) {
        call_out::over(self, leg);
        self.close_ports(leg);
        let Some(state) = self.legs.remove(&leg) else {
            return;
        };
        self.dialogs
            .remove(&(state.session.call_id().clone(), state.session.local_tag()));
        for client in &state.clients {
            self.clients.remove(client);
            self.replies.remove(client);
        }
        if let Some(server) = state.server {
            self.servers.remove(&server);
        }
        self.replies.retain(|_, (asker, _)| *asker != leg);
        if let Some(at) = state.armed {
            self.deadlines.remove(&(at, Deadline::Session(leg)));
        }
        if let Some(at) = state.asking.at {
            self.deadlines.remove(&(at, Deadline::StillThere(leg)));
        }
        if let Some(at) = state.tells_moved {
            self.deadlines.remove(&(at, Deadline::Moved(leg)));
        }
        if let Some(call) = self.calls.get_mut(&state.call) {
            call.legs.remove(&leg);
        }
        self.forget_call(state.call);
    }
}
