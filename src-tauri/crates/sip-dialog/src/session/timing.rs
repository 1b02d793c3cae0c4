//! What time does to a session.

use super::{EndCause, OwedAnswer, Session, SessionState, timers};
use crate::{Ctx, ext::session_timer::Due};
use std::time::Instant;

impl Session {
    /// Runs what is due.
    pub fn on_timeout(&mut self, ctx: &mut Ctx<'_>) {
        self.give_up_owed_ack(ctx);
        // Repetitions of these 2xx can no longer come (RFC 6026, timer M).
        self.sent
            .retain(|_, sent| sent.accepted_until.is_none_or(|until| ctx.now < until));
        self.repeat_answers(ctx);
        self.on_call_timeout(ctx);
        self.on_offer_due(ctx);
        match self.timer.as_ref().and_then(|timer| timer.due(ctx.now)) {
            Some(Due::HangUp) => self.on_session_expired(ctx),
            Some(Due::Refresh) => self.refresh(ctx),
            None => {}
        }
    }

    /// When [`Session::on_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        let accepted = self.sent.values().filter_map(|sent| sent.accepted_until);
        let answers = self
            .unacknowledged
            .iter()
            .map(|u| u.repeat_at.min(u.give_up_at));
        let call = self.call.iter().filter_map(|call| call.next_timeout());
        let reliable = self.provisionals.iter().filter_map(|p| p.next_timeout());
        let retry = self
            .ours
            .iter()
            .flat_map(|ours| ours.retry_at.into_iter().chain(ours.give_up_at));
        let timer = self.timer.iter().map(|timer| timer.next_timeout());
        accepted
            .chain(answers)
            .chain(call)
            .chain(reliable)
            .chain(retry)
            .chain(timer)
            .min()
    }

    /// The owner has not answered the offer of a 2xx for 64*T1: the far end has given up waiting for
    /// the ACK, or is about to.
    fn give_up_owed_ack(&mut self, ctx: &mut Ctx<'_>) {
        let Some(OwedAnswer::Ack { client }) = self.owed else {
            return;
        };
        let until = self.sent.get(&client).and_then(|sent| sent.accepted_until);
        if until.is_some_and(|until| ctx.now >= until) {
            self.acknowledge(ctx, client, None);
            self.send_bye_because(ctx, EndCause::NoAck, None);
        }
    }

    /// Repeats each 2xx at T1, doubling up to T2, until its ACK; after 64*T1 the far end is taken
    /// to be gone and the session is ended with a BYE (RFC 3261 §13.3.1.4).
    fn repeat_answers(&mut self, ctx: &mut Ctx<'_>) {
        let t2 = timers(ctx).t2;
        let mut gone = false;
        for waiting in &mut self.unacknowledged {
            if ctx.now >= waiting.give_up_at {
                gone = true;
            } else if ctx.now >= waiting.repeat_at {
                waiting.interval = waiting.interval.saturating_mul(2).min(t2);
                waiting.repeat_at = ctx.now + waiting.interval;
                ctx.endpoint
                    .respond(ctx.now, waiting.server, waiting.response.clone());
            }
        }
        if gone {
            let reason = match self.state {
                SessionState::AwaitingAckToHangUp => self.parting.take(),
                _ => None,
            };
            self.send_bye_because(ctx, EndCause::NoAck, reason.as_deref());
        }
    }
}
