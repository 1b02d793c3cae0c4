//! The end: hanging up in every state, and being hung up on (RFC 3261 §15).

use super::{EndCause, Errand, Session, SessionEvent, SessionState, reason_of, status};
use crate::Ctx;
use bytes::Bytes;
use sip_message::{Method, Request, Response, StatusCode, Text};
use sip_transaction::ServerId;

impl Session {
    /// Ends the call in whatever way its state wants: CANCEL, 480, or BYE. `reason` is a Reason
    /// header's value.
    pub fn hangup(&mut self, ctx: &mut Ctx<'_>, reason: Option<&str>) {
        match self.state {
            SessionState::AwaitingAnswer => self.cancel(ctx, reason),
            SessionState::AwaitingDecision | SessionState::AwaitingPrack => {
                let headers = reason.map(|r| ("Reason".to_owned(), Bytes::from(r.to_owned())));
                self.refuse_call(ctx, status(480), headers.as_slice(), EndCause::Declined);
            }
            SessionState::AwaitingAck => {
                // Not before the ACK: the caller may not know the dialog yet (RFC 3261 §15).
                let waiting = std::mem::take(&mut self.unacknowledged);
                self.end(ctx, false, EndCause::Bye, None);
                self.unacknowledged = waiting;
                self.parting = reason.map(str::to_owned);
                self.state = SessionState::AwaitingAckToHangUp;
            }
            SessionState::AwaitingOurAnswer => {
                // The 2xx wants its ACK even though its offer gets no answer.
                if let Some(super::OwedAnswer::Ack { client }) = self.owed.take() {
                    self.acknowledge(ctx, client, None);
                }
                self.send_bye(ctx, reason);
            }
            SessionState::Talking => self.send_bye(ctx, reason),
            SessionState::AwaitingCancelled
            | SessionState::AwaitingAckToHangUp
            | SessionState::AwaitingByeAnswer
            | SessionState::Ended => {}
        }
    }

    /// Sends BYE; for the owner the session is over now.
    pub(super) fn send_bye(&mut self, ctx: &mut Ctx<'_>, reason: Option<&str>) {
        self.send_bye_because(ctx, EndCause::Bye, reason);
    }

    pub(super) fn send_bye_because(
        &mut self,
        ctx: &mut Ctx<'_>,
        cause: EndCause,
        reason: Option<&str>,
    ) {
        let flow = self.flow;
        self.end(ctx, false, cause, None);
        let Some(peer) = self.peers.last_mut() else {
            return;
        };
        let mut bye = peer.dialog.request(Method::Bye);
        if let Some(reason) = reason {
            bye = bye.push_raw("Reason", reason.as_bytes());
        }
        let to = match flow {
            Some(flow) => sip_transaction::Destination::Flow(flow),
            None => super::destination(peer.dialog.next_hop()),
        };
        self.dispatch(ctx, Errand::Bye, bye, to);
        self.state = SessionState::AwaitingByeAnswer;
    }

    /// The far end hung up.
    pub(super) fn on_bye(&mut self, ctx: &mut Ctx<'_>, server: ServerId, request: &Request) {
        ctx.endpoint.respond(
            ctx.now,
            server,
            Response::to(request, StatusCode::OK).build(),
        );
        match self.state {
            SessionState::AwaitingAnswer | SessionState::AwaitingCancelled => {
                self.on_early_bye(ctx, request);
            }
            // Both hung up at once: our BYE still wants its answer.
            SessionState::AwaitingByeAnswer => {}
            SessionState::AwaitingDecision | SessionState::AwaitingPrack => {
                // A caller may hang up an early dialog (RFC 3261 §15.1.2).
                self.dismiss_call(ctx, status(487), &[]);
                self.end(ctx, true, EndCause::Bye, reason_of(request.headers()));
            }
            _ => self.end(ctx, true, EndCause::Bye, reason_of(request.headers())),
        }
    }

    /// The session is over: nothing of it is repeated or refreshed any more, what the far end still
    /// waits for is answered, and the owner is told, once.
    pub(super) fn end(
        &mut self,
        ctx: &mut Ctx<'_>,
        by_remote: bool,
        cause: EndCause,
        reason: Option<Text>,
    ) {
        self.quiet(ctx);
        self.state = SessionState::Ended;
        self.tell_end(SessionEvent::Ended {
            by_remote,
            cause,
            reason,
        });
    }

    /// Tells the owner the last thing, unless it has been told.
    pub(super) fn tell_end(&mut self, event: SessionEvent) {
        if !self.told_end {
            self.told_end = true;
            self.events.push_back(event);
        }
    }

    /// Stops every clock and answers what is open.
    pub(super) fn quiet(&mut self, ctx: &mut Ctx<'_>) {
        self.timer = None;
        self.ours = None;
        self.owed = None;
        self.provisionals = None;
        self.unacknowledged.clear();
        // A challenge nobody will answer any more.
        self.sent.retain(|_, sent| sent.challenge.is_none());
        self.answer_open_requests(ctx);
        self.dismiss_call(ctx, status(480), &[]);
        // The far end may never answer a re-INVITE of a session that is over; the CANCEL makes its
        // transaction end.
        let invites = self.sent.iter().filter(|(_, sent)| sent.is_open_invite());
        for (client, _) in invites {
            ctx.endpoint.cancel(ctx.now, *client, None);
        }
    }

    /// Requests that wait for the owner get 487 (RFC 3261 §15.1.2).
    pub(super) fn answer_open_requests(&mut self, ctx: &mut Ctx<'_>) {
        let theirs = self
            .theirs
            .take()
            .map(|offer| (offer.server, offer.request));
        let open = std::mem::take(&mut self.open);
        for (server, request) in theirs.into_iter().chain(open) {
            let response = Response::to(&request, status(487)).build();
            ctx.endpoint.respond(ctx.now, server, response);
        }
    }
}
