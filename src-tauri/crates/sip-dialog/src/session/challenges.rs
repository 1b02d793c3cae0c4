//! Requests sent again with credentials (RFC 3261 §22.2).

use super::{Errand, Sent, Session, SessionEvent, SessionState, with_request_headers};
use crate::{Ctx, limits::MAX_SECOND_TRIES};
use bytes::Bytes;
use sip_message::{HeaderName, RequestBuilder, Response, header::CSeq};
use sip_transaction::ClientId;

impl Session {
    /// Whether a final response is a challenge that goes to the owner instead of counting.
    pub(super) fn is_challenge(&mut self, client: ClientId, response: &Response) -> bool {
        if !self.config.answers_challenges
            || !matches!(response.status().code(), 401 | 407)
            || self.state == SessionState::AwaitingCancelled
        {
            return false;
        }
        let Some(sent) = self.sent.get_mut(&client) else {
            return false;
        };
        if sent.tries >= MAX_SECOND_TRIES {
            return false;
        }
        sent.challenge = Some(response.clone());
        self.events.push_back(SessionEvent::Challenged {
            client,
            request: sent.request.clone(),
            response: response.clone(),
        });
        true
    }

    /// Sends a challenged request again with credentials: `headers` are the Authorization and
    /// Proxy-Authorization lines. Later events name the new transaction, which is returned; `None`:
    /// no such challenge is open.
    pub fn authorize(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        headers: &[(String, Bytes)],
    ) -> Option<ClientId> {
        self.sent.get(&client)?.challenge.as_ref()?;
        let sent = self.sent.remove(&client)?;
        let again = sent
            .request
            .edit()
            .remove(HeaderName::Authorization)
            .remove(HeaderName::ProxyAuthorization);
        let again = with_request_headers(again, headers);
        Some(self.send_again(ctx, &sent, again))
    }

    /// There are no credentials for a challenge: the 401 or 407 counts as the final response.
    pub fn decline_challenge(&mut self, ctx: &mut Ctx<'_>, client: ClientId) {
        let challenge = self.sent.get_mut(&client).and_then(|s| s.challenge.take());
        if let Some(response) = challenge {
            self.on_final(ctx, client, &response);
        }
    }

    /// Sends a changed copy of a request under the next sequence number.
    pub(super) fn send_again(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: &Sent,
        again: RequestBuilder,
    ) -> ClientId {
        let again = again.build();
        let builder = match (sent.errand, self.asked(&sent.request)) {
            (Errand::Invite, _) | (_, None) => again.edit().set(&CSeq {
                number: sent.number().saturating_add(1),
                method: again.method(),
            }),
            (_, Some(peer)) => peer.dialog.renumber(&again),
        };
        let client = self.dispatch(ctx, sent.errand, builder, sent.to.clone());
        if let Some(new) = self.sent.get_mut(&client) {
            new.tries = sent.tries.saturating_add(1);
        }
        client
    }
}
