//! Requests inside the dialog, theirs and ours, and where responses go.

use super::{
    EndCause, Errand, SDP, Session, SessionEvent, SessionState, TheirOffer, sdp_of, status, timers,
    try_again_soon, with_headers, with_request_headers,
};
use crate::{Ctx, OfferAnswer, limits::MAX_OPEN_REQUESTS};
use bytes::Bytes;
use sip_message::{
    HeaderName, Method, Request, Response, StatusCode,
    header::{Contact, NameAddr},
};
use sip_transaction::{ClientId, ServerId};
use sip_transport::Flow;

impl Session {
    /// A request inside one of this session's dialogs. ACK and CANCEL have functions of their own.
    pub fn on_request(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        let tag = request.from().ok().and_then(|from| from.tag());
        let method = request.method();
        let is_over = match self.state {
            SessionState::Ended => true,
            SessionState::AwaitingByeAnswer
            | SessionState::AwaitingAckToHangUp
            | SessionState::AwaitingCancelled => method != Method::Bye,
            _ => false,
        };
        let peer = match self.peer_with(&tag.unwrap_or_default()) {
            Some(peer) if !is_over => peer,
            _ => return self.refuse(ctx, server, request, 481),
        };
        if peer.dialog.accept(request).is_err() {
            return self.refuse(ctx, server, request, 500);
        }
        match method {
            Method::Bye => self.on_bye(ctx, server, request),
            Method::Invite => self.on_reinvite(ctx, server, flow, request),
            Method::Update => self.on_update(ctx, server, flow, request),
            Method::Prack => self.on_prack_request(ctx, server, flow, request),
            Method::Options => self.describe_abilities(ctx, server, request),
            Method::Ack | Method::Cancel => {}
            _ if self.open.len() >= MAX_OPEN_REQUESTS => {
                let response = try_again_soon(ctx, request);
                ctx.endpoint.respond(ctx.now, server, response);
            }
            _ => {
                self.open.insert(server, request.clone());
                self.events.push_back(SessionEvent::Request {
                    server,
                    request: request.clone(),
                });
            }
        }
    }

    /// A response to a request of this session.
    pub fn on_response(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let Some(sent) = self.sent.get(&client) else {
            return;
        };
        let is_asked = sent.errand == Errand::Ask;
        if response.status().is_final() {
            if is_asked {
                self.note_delivery(ctx, true);
            }
            if !self.is_challenge(client, response) {
                self.on_final(ctx, client, response);
            }
        } else if sent.errand == Errand::Invite {
            self.on_provisional(ctx, client, response);
        } else if sent.is_open_invite() {
            self.on_reinvite_progress(ctx, client, response);
        }
    }

    /// A request of this session got no final response in time (`timeout`), or could not be
    /// delivered.
    pub fn on_client_failed(&mut self, ctx: &mut Ctx<'_>, client: ClientId, timeout: bool) {
        let Some(sent) = self.sent.get(&client) else {
            return;
        };
        if sent.accepted_until.is_some() {
            self.sent.remove(&client); // answered long ago
            return;
        }
        self.flow_lost |= !timeout && sent.errand == Errand::Refresh;
        // RFC 3261 §8.1.3.1: silence counts as 408, a transport failure as 503.
        let code = match (timeout, self.state) {
            (_, SessionState::AwaitingCancelled) => 487,
            (true, _) => 408,
            (false, _) => 503,
        };
        let response = Response::to(&sent.request, status(code)).build();
        let is_lost = !timeout && sent.errand == Errand::Ask;
        self.on_final(ctx, client, &response);
        if is_lost {
            self.note_delivery(ctx, false);
        }
    }

    /// The final response to a request, or what stands in for it.
    pub(super) fn on_final(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let Some(sent) = self.sent.get(&client) else {
            return;
        };
        match sent.errand {
            Errand::Invite if response.status().is_success() => {
                self.on_answer(ctx, client, response);
            }
            Errand::Invite => self.on_refusal(ctx, client, response),
            Errand::Offer(id) => self.on_offer_final(ctx, client, id, response),
            Errand::Refresh => self.on_refresh_final(ctx, client, response),
            Errand::Ask => self.on_ask_final(ctx, client, response),
            Errand::Prack | Errand::ByeToFork => {
                self.sent.remove(&client);
            }
            Errand::Bye => {
                self.sent.remove(&client);
                if self.state == SessionState::AwaitingByeAnswer {
                    self.state = SessionState::Ended;
                }
            }
            Errand::Other => {
                let request = sent.request.clone();
                self.sent.remove(&client);
                if request.method() == Method::Update && response.status().is_success() {
                    self.refreshed(ctx, &request, response);
                }
                self.events.push_back(SessionEvent::Response {
                    client,
                    response: response.clone(),
                });
                if matches!(request.method(), Method::Info | Method::Update) {
                    self.end_if_gone(ctx, response);
                }
            }
        }
    }

    /// Ends the call if a request inside it met 481 or 408 (RFC 3261 §12.2.1.2, RFC 5057 §5.1).
    /// Before the call is up this says little: the far end may not know the dialog yet, and the
    /// INVITE has an end of its own.
    pub(super) fn end_if_gone(&mut self, ctx: &mut Ctx<'_>, response: &Response) {
        if self.state != SessionState::Talking {
            return;
        }
        match response.status().code() {
            481 => self.send_bye_because(ctx, EndCause::Error, None),
            408 => self.send_bye_because(ctx, EndCause::Timeout, None),
            _ => {}
        }
    }

    /// Sends INFO, REFER, NOTIFY, MESSAGE … inside the dialog, or an UPDATE without an offer, which
    /// refreshes the session as it tells other news. `body` is content type and bytes.
    /// `None`: there is no dialog to send it in, or too many requests are in flight.
    pub fn send(
        &mut self,
        ctx: &mut Ctx<'_>,
        method: Method,
        body: Option<(&str, Bytes)>,
        headers: &[(String, Bytes)],
    ) -> Option<ClientId> {
        self.send_for(ctx, Errand::Other, method, body, headers)
    }

    pub(super) fn send_for(
        &mut self,
        ctx: &mut Ctx<'_>,
        errand: Errand,
        method: Method,
        body: Option<(&str, Bytes)>,
        headers: &[(String, Bytes)],
    ) -> Option<ClientId> {
        let live = !matches!(
            self.state,
            SessionState::Ended
                | SessionState::AwaitingByeAnswer
                | SessionState::AwaitingAckToHangUp
                | SessionState::AwaitingCancelled
        );
        if !live || !self.is_known_to_peer() || !self.has_room() {
            return None;
        }
        let peer = self.peers.last_mut()?;
        let mut request = peer.dialog.request(method.clone());
        if method == Method::Update {
            request = self.introduce_in_request(request);
            if let Some(timer) = &self.timer {
                request = request.push(&timer.request_header());
            }
        } else if method.refreshes_target() {
            request = request.push(&Contact::Addr(NameAddr::new(self.contact.clone())));
        }
        request = with_request_headers(request, headers);
        if let Some((kind, body)) = body {
            request = request.body(kind, body);
        }
        let to = self.way_to(self.peers.last()?);
        Some(self.dispatch(ctx, errand, request, to))
    }

    /// Answers [`SessionEvent::Request`].
    pub fn respond(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        status: StatusCode,
        body: Option<(&str, Bytes)>,
        headers: &[(String, Bytes)],
    ) {
        let Some(request) = self.open.get(&server).cloned() else {
            return;
        };
        let mut response = Response::to(&request, status);
        if request.method().refreshes_target() && status.is_success() {
            response = response.push(&Contact::Addr(NameAddr::new(self.contact.clone())));
            if let Some(peer) = self.asker(&request) {
                peer.dialog.refresh_target(request.headers());
            }
        }
        response = with_headers(response, headers);
        if let Some((kind, body)) = body {
            response = response.body(kind, body);
        }
        if status.is_final() {
            self.open.remove(&server);
        }
        ctx.endpoint.respond(ctx.now, server, response.build());
    }

    /// A PRACK, with or without a description (RFC 3262 §3, §5).
    fn on_prack_request(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        if !self.on_prack(ctx, request) {
            return self.refuse(ctx, server, request, 481);
        }
        let sdp = sdp_of(request.headers(), &request.body());
        let mut answer = None;
        let mut offered = false;
        if let Some(peer) = self.peers.last_mut() {
            match (&sdp, peer.exchange) {
                (Some(sdp), OfferAnswer::AwaitingTheirAnswer) => {
                    peer.learn(sdp);
                    answer = Some(sdp.clone());
                }
                (Some(sdp), OfferAnswer::Agreed) if self.theirs.is_none() => {
                    peer.learn(sdp);
                    offered = true;
                }
                (None, OfferAnswer::AwaitingTheirAnswer) if self.ours.is_none() => {
                    peer.offer_refused();
                }
                _ => {}
            }
        }
        self.events
            .push_back(SessionEvent::PrackArrived { sdp: answer });
        if offered {
            self.take_offer(server, flow, request, sdp);
        } else {
            let response = Response::to(request, StatusCode::OK).build();
            ctx.endpoint.respond(ctx.now, server, response);
        }
        self.release_answer(ctx);
    }

    /// A new offer, or an invitation to offer, goes to the owner.
    pub(super) fn take_offer(
        &mut self,
        server: ServerId,
        flow: Flow,
        request: &Request,
        sdp: Option<Bytes>,
    ) {
        self.theirs = Some(TheirOffer {
            server,
            flow,
            request: request.clone(),
            sdp: sdp.clone(),
        });
        self.events.push_back(SessionEvent::Offer {
            sdp,
            by: request.method(),
            request: request.clone(),
        });
    }

    /// OPTIONS inside the dialog tells what an INVITE would find (RFC 3261 §11.2).
    fn describe_abilities(&self, ctx: &mut Ctx<'_>, server: ServerId, request: &Request) {
        let response = Response::to(request, StatusCode::OK);
        let response = self
            .introduce_in_response(response)
            .push_raw(HeaderName::Accept.as_str(), SDP.as_bytes());
        ctx.endpoint.respond(ctx.now, server, response.build());
    }

    /// Refuses a request without asking the owner.
    pub(super) fn refuse(&self, ctx: &mut Ctx<'_>, server: ServerId, request: &Request, code: u16) {
        let response = Response::to(request, status(code)).build();
        ctx.endpoint.respond(ctx.now, server, response);
    }

    /// An INVITE of ours inside the dialog was accepted: its repetitions are to be acknowledged for
    /// as long as they can come. `true`: this is one, and has been.
    pub(super) fn is_repeated_answer(&mut self, ctx: &mut Ctx<'_>, client: ClientId) -> bool {
        let until = ctx.now + timers(ctx).patience();
        let Some(sent) = self.sent.get_mut(&client) else {
            return true;
        };
        if sent.accepted_until.is_none() {
            sent.accepted_until = Some(until);
            return false;
        }
        if let Some(ack) = sent.acks.first() {
            ack.send(ctx);
        }
        true
    }
}
