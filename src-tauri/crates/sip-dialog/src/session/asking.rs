//! Asking the far end of a call that is up whether it is still there.

use super::{EndCause, Errand, Session, SessionState};
use crate::{Ctx, limits::MAX_UNDELIVERED};
use sip_message::{Method, Response};
use sip_transaction::ClientId;

impl Session {
    /// Asks by an UPDATE without an offer where the far end allows that, else by OPTIONS, unless it
    /// is being asked. Whatever it answers it is there, even if that is 405 or 501; with 481, 408 or
    /// no answer at all the call ends, as with other requests inside it (RFC 5057 §5.1). But one that
    /// says nothing to an UPDATE may know only those with an offer: it is asked by OPTIONS first.
    pub fn ask(&mut self, ctx: &mut Ctx<'_>) {
        let is_asked = self.client_for(Errand::Ask).is_some();
        if self.state != SessionState::Talking || is_asked {
            return;
        }
        let method = match self.remote_allows(&Method::Update) {
            true => Method::Update,
            false => Method::Options,
        };
        self.send_for(ctx, Errand::Ask, method, None, &[]);
    }

    /// The same so that a far end that has begun anew cannot say yes, as it may to OPTIONS, which it
    /// knows outside of calls too: where it allows no UPDATE it gets its description again.
    pub fn ask_by_name(&mut self, ctx: &mut Ctx<'_>) {
        match self.remote_allows(&Method::Update) {
            true => self.ask(ctx),
            false if self.state == SessionState::Talking => self.refresh(ctx),
            false => {}
        }
    }

    /// The final response, or what stands in for it.
    pub(super) fn on_ask_final(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        response: &Response,
    ) {
        let Some(sent) = self.sent.remove(&client) else {
            return;
        };
        let is_update = sent.request.method() == Method::Update;
        match response.status().code() {
            200..300 if is_update => self.refreshed(ctx, &sent.request, response),
            405 | 501 if is_update => self.forget_method(&Method::Update),
            408 if is_update => {
                self.forget_method(&Method::Update);
                self.ask(ctx);
            }
            _ => self.end_if_gone(ctx, response),
        }
    }

    /// A question could not be delivered. A phone that lost its connection may come back with
    /// another; one that has not when it is asked the next time is gone.
    pub(super) fn note_delivery(&mut self, ctx: &mut Ctx<'_>, is_delivered: bool) {
        if is_delivered {
            self.undelivered = 0;
            return;
        }
        self.undelivered += 1;
        if self.undelivered >= MAX_UNDELIVERED && self.state == SessionState::Talking {
            self.send_bye_because(ctx, EndCause::FlowLost, None);
        }
    }
}
