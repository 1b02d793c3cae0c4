//! The caller's part: the INVITE, its forks, its answer (RFC 3261 §13.2).

use super::{
    EndCause, Errand, Invite, OwedAnswer, Peer, Reliable, Role, SDP, SentAck, Session,
    SessionEvent, SessionState, destination, reason_of, sdp_of, status, timers,
    with_request_headers,
};
use crate::{
    Ctx, Dialog, OfferAnswer,
    ext::{
        prack::{self, Arrival},
        session_timer::{self, SessionTimer},
    },
    limits::{MAX_FORKS, MAX_SECOND_TRIES},
};
use bytes::Bytes;
use sip_message::{
    HeaderName, Method, Request, RequestBuilder, Response, StatusCode, Text,
    header::{CSeq, CallId, From, MinSe, RAck, Require, Route, To},
};
use sip_transaction::{ClientId, Destination};

impl Session {
    /// Calls somebody.
    pub fn invite(ctx: &mut Ctx<'_>, to: Destination, invite: Invite) -> Session {
        let tag = match invite.from.tag() {
            Some(tag) => tag.to_str().into_owned(),
            None => ctx.endpoint.token(),
        };
        let call_id = match invite.call_id.clone() {
            Some(call_id) => call_id,
            None => Text::from(ctx.endpoint.token()),
        };
        let mut session = Session::new(
            Role::Caller,
            invite.config.clone(),
            invite.contact.clone(),
            call_id,
            invite.from.clone().with_tag(&tag),
            invite.to.clone(),
        );
        if let Destination::Flow(flow) = &to {
            session.flow = Some(*flow);
        }
        session.first_offer = invite.sdp.clone();
        let request = session.first_invite(&invite);
        session.dispatch(ctx, Errand::Invite, request, to);
        session
    }

    fn first_invite(&self, invite: &Invite) -> RequestBuilder {
        let mut request = Request::builder(Method::Invite, &invite.request_uri);
        for route in &invite.routes {
            request = request.push(&Route(route.clone()));
        }
        request = request
            .push(&From(self.local.clone()))
            .push(&To(self.remote.clone()))
            .push(&CallId(self.call_id.clone()))
            .push(&CSeq {
                number: 1,
                method: Method::Invite,
            });
        request = self.introduce_in_request(request);
        if let Some(wish) = session_timer::wish(&self.config, self.min_se) {
            request = request.push(&wish).push(&MinSe(self.min_se));
        }
        if self.config.reliable == Reliable::Required {
            request = request.push(&Require::from(prack::OPTION));
        }
        request = with_request_headers(request, &invite.headers);
        match &invite.sdp {
            Some(sdp) => request.body(SDP, sdp.clone()),
            None => request,
        }
    }

    /// Gives up an unanswered call of ours. A 2xx that crosses the CANCEL is acknowledged and hung
    /// up. `reason` is a Reason header's value.
    pub fn cancel(&mut self, ctx: &mut Ctx<'_>, reason: Option<&str>) {
        if self.state != SessionState::AwaitingAnswer {
            return;
        }
        let Some(client) = self.client_for(Errand::Invite) else {
            return;
        };
        if self
            .sent
            .get(&client)
            .is_some_and(|s| s.challenge.is_some())
        {
            // Refused with a challenge already: nothing is pending at the far end.
            self.sent.remove(&client);
            self.end(ctx, false, EndCause::Declined, None);
            return;
        }
        // The CANCEL's own transaction matters to nobody: what counts is the INVITE's end.
        ctx.endpoint.cancel(ctx.now, client, reason);
        self.state = SessionState::AwaitingCancelled;
        self.owed = None;
        self.ours = None;
        self.answer_open_requests(ctx);
    }

    /// A provisional response to our INVITE.
    pub(super) fn on_provisional(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        response: &Response,
    ) {
        if self.state != SessionState::AwaitingAnswer || response.status() == StatusCode::TRYING {
            return;
        }
        self.note_abilities(response.headers());
        let early = response.to_tag().unwrap_or_default();
        let sdp = sdp_of(response.headers(), &response.body());
        if !early.is_empty() && !self.meet_fork(client, response) {
            return; // more forks than we follow
        }
        let arrival = match self.peer_with(&early) {
            Some(peer) => prack::arrival(response.headers(), peer.last_rseq),
            None => Arrival::Unreliable,
        };
        match arrival {
            Arrival::Ignored => return,
            Arrival::Unreliable => {
                // Only a preview of the answer, but some callees send nothing more with their 2xx.
                if let (Some(sdp), Some(peer)) = (&sdp, self.peer_with(&early)) {
                    peer.got = Some(sdp.clone());
                }
            }
            Arrival::InOrder(rseq) => {
                self.on_reliable(ctx, client, &early, rseq, sdp.as_ref());
            }
        }
        if response.status() == status(199) {
            // This fork is gone, others may still answer (RFC 6228).
            self.peers.retain(|p| p.dialog.id().remote_tag != early);
        }
        self.events.push_back(SessionEvent::Progress {
            status: response.status(),
            reason: response.reason(),
            sdp,
            early,
            response: response.clone(),
        });
    }

    /// Acknowledges a reliable provisional response, at once or, when it brought an offer, with the
    /// owner's answer (RFC 3262 §4, §5).
    fn on_reliable(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        early: &Text,
        rseq: u32,
        sdp: Option<&Bytes>,
    ) {
        let invite = self.sent.get(&client).map_or(0, |sent| sent.number());
        // Not acknowledged now, it will come again.
        let has_room = self.has_room() && self.owed.is_none();
        let Some(peer) = self.peer_with(early).filter(|_| has_room) else {
            return;
        };
        peer.last_rseq = Some(rseq);
        if let Some(sdp) = sdp
            && !peer.exchange.is_settled()
        {
            peer.learn(sdp);
        }
        if peer.exchange == OfferAnswer::AwaitingOurAnswer {
            self.owed = Some(OwedAnswer::Prack {
                early: early.clone(),
                rseq,
                invite,
            });
        } else {
            self.send_prack(ctx, early, rseq, invite, None);
        }
    }

    pub(super) fn send_prack(
        &mut self,
        ctx: &mut Ctx<'_>,
        early: &Text,
        rseq: u32,
        invite: u32,
        sdp: Option<Bytes>,
    ) {
        let flow = self.flow;
        let Some(peer) = self.peer_with(early) else {
            return;
        };
        let mut request = peer.dialog.request(Method::Prack).push(&RAck {
            rseq,
            cseq: invite,
            method: Method::Invite,
        });
        if let Some(sdp) = sdp {
            peer.describe(&sdp);
            request = request.body(SDP, sdp);
        }
        let to = match flow {
            Some(flow) => Destination::Flow(flow),
            None => destination(peer.dialog.next_hop()),
        };
        self.dispatch(ctx, Errand::Prack, request, to);
    }

    /// Makes sure the early dialog of a response is known. `false`: too many forks.
    fn meet_fork(&mut self, client: ClientId, response: &Response) -> bool {
        let tag = response.to_tag().unwrap_or_default();
        if let Some(at) = self
            .peers
            .iter()
            .position(|p| p.dialog.id().remote_tag == tag)
        {
            // The newest to speak comes last.
            let mut peer = self.peers.remove(at);
            peer.dialog.refresh_target(response.headers());
            self.peers.push(peer);
            return true;
        }
        if self.peers.len() >= MAX_FORKS {
            return false;
        }
        match self.new_peer(client, response) {
            Some(peer) => {
                self.peers.push(peer);
                true
            }
            None => false,
        }
    }

    fn new_peer(&self, client: ClientId, response: &Response) -> Option<Peer> {
        let request = &self.sent.get(&client)?.request;
        let mut peer = Peer::new(Dialog::uac(request, response).ok()?);
        if let Some(offer) = &self.first_offer {
            peer.describe(offer);
        }
        Some(peer)
    }

    /// A 2xx to our initial INVITE: the first, a repetition, or another fork's.
    pub(super) fn on_answer(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let until = ctx.now + timers(ctx).patience();
        let Some(sent) = self.sent.get_mut(&client) else {
            return;
        };
        sent.accepted_until.get_or_insert(until);
        let tag = response.to_tag().unwrap_or_default();
        if let Some(ack) = sent.acks.iter().find(|ack| ack.remote_tag == tag) {
            // Our ACK got lost, or the 2xx overtook it.
            ack.send(ctx);
            return;
        }
        if sent.acks.len() >= MAX_FORKS {
            return;
        }
        let is_known = self.peer_with(&tag).is_some();
        match self.state {
            SessionState::AwaitingAnswer => self.confirm(ctx, client, response),
            SessionState::AwaitingCancelled => self.hang_up_fork(ctx, client, response, true),
            // The same 2xx again, while the owner thinks about its offer.
            SessionState::AwaitingOurAnswer if is_known => {}
            _ => self.hang_up_fork(ctx, client, response, false),
        }
    }

    /// The first 2xx: its dialog is the session's.
    fn confirm(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let tag = response.to_tag().unwrap_or_default();
        let known = self
            .peers
            .iter()
            .position(|p| p.dialog.id().remote_tag == tag);
        let peer = match known {
            Some(at) => {
                let mut peer = self.peers.swap_remove(at);
                peer.dialog.confirm(response);
                Some(peer)
            }
            None => self.new_peer(client, response),
        };
        let Some(mut peer) = peer else {
            self.end(ctx, false, EndCause::Error, None);
            return;
        };
        self.note_abilities(response.headers());
        let sdp = sdp_of(response.headers(), &response.body());
        if let Some(sdp) = &sdp
            && !peer.exchange.is_settled()
        {
            peer.learn(sdp);
        }
        let is_offer = peer.exchange == OfferAnswer::AwaitingOurAnswer;
        if !is_offer {
            peer.settle();
        }
        let sdp = sdp.or_else(|| peer.got.clone());
        self.peers = vec![peer];
        self.leave_other_forks(ctx, &tag);
        self.timer = SessionTimer::agreed(ctx.now, response.headers(), true);
        if is_offer {
            self.state = SessionState::AwaitingOurAnswer;
            self.owed = Some(OwedAnswer::Ack { client });
        } else {
            self.state = SessionState::Talking;
            self.owed = None;
            self.acknowledge(ctx, client, None);
        }
        self.events.push_back(SessionEvent::Answered {
            sdp,
            is_offer,
            response: response.clone(),
        });
    }

    /// Offers under way with forks that did not answer come to nothing.
    fn leave_other_forks(&mut self, ctx: &mut Ctx<'_>, winner: &Text) {
        let is_elsewhere = |tag: Option<Text>| tag.unwrap_or_default() != *winner;
        let from = |request: &Request| request.from().ok().and_then(|from| from.tag());
        if let Some(theirs) = self.theirs.take_if(|o| is_elsewhere(from(&o.request))) {
            self.refuse(ctx, theirs.server, &theirs.request, 487);
            self.events.push_back(SessionEvent::OfferWithdrawn);
        }
        self.sent.retain(|_, sent| {
            !matches!(sent.errand, Errand::Offer(_)) || !is_elsewhere(sent.request.to_tag())
        });
        let in_flight = self.ours.as_ref().map(|ours| Errand::Offer(ours.id));
        let is_alive = in_flight.is_some_and(|errand| self.client_for(errand).is_some());
        if let Some(ours) = self
            .ours
            .take_if(|ours| ours.retry_at.is_none() && !is_alive)
        {
            self.events.push_back(SessionEvent::OfferRejected {
                id: ours.id,
                status: status(487),
            });
        }
    }

    /// A 2xx nobody wants any more: acknowledged and hung up (RFC 3261 §13.2.2.4). `ours`: it
    /// crossed our CANCEL, and its BYE is the session's.
    fn hang_up_fork(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        response: &Response,
        ours: bool,
    ) {
        let Some(sent) = self.sent.get(&client) else {
            return;
        };
        let number = sent.number();
        let Ok(mut dialog) = Dialog::uac(&sent.request, response) else {
            if ours {
                self.end(ctx, false, EndCause::Error, None);
            }
            return;
        };
        let tag = dialog.id().remote_tag.clone();
        let to = match self.flow {
            Some(flow) => Destination::Flow(flow),
            None => destination(dialog.next_hop()),
        };
        self.send_ack(ctx, client, tag, to.clone(), dialog.ack(number));
        let bye = dialog.request(Method::Bye);
        if ours {
            self.peers = vec![Peer::new(dialog)];
            self.dispatch(ctx, Errand::Bye, bye, to);
            self.end(ctx, false, EndCause::Bye, None);
            self.state = SessionState::AwaitingByeAnswer;
        } else {
            self.dispatch(ctx, Errand::ByeToFork, bye, to);
        }
    }

    /// Sends the ACK to the 2xx of an INVITE of ours, with our answer if the 2xx was an offer.
    pub(super) fn acknowledge(&mut self, ctx: &mut Ctx<'_>, client: ClientId, sdp: Option<Bytes>) {
        let Some(number) = self.sent.get(&client).map(|sent| sent.number()) else {
            return;
        };
        let Some(peer) = self.peers.last_mut() else {
            return;
        };
        let mut ack = peer.dialog.ack(number);
        if let Some(sdp) = sdp {
            peer.describe(&sdp);
            ack = ack.body(SDP, sdp);
        }
        let tag = peer.dialog.id().remote_tag.clone();
        let Some(peer) = self.peers.last() else {
            return;
        };
        let to = self.way_to(peer);
        self.send_ack(ctx, client, tag, to, ack);
    }

    fn send_ack(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        tag: Text,
        to: Destination,
        mut ack: RequestBuilder,
    ) {
        let Some(sent) = self.sent.get_mut(&client) else {
            return;
        };
        // An ACK carries the INVITE's credentials (RFC 3261 §22.1).
        for name in [HeaderName::Authorization, HeaderName::ProxyAuthorization] {
            ack = ack.copy(sent.request.headers(), name);
        }
        let ack = SentAck::new(ctx, tag, to, ack);
        ack.send(ctx);
        sent.acks.push(ack);
    }

    /// Answers the offer that came in the response to an INVITE of ours without one: goes out in
    /// the ACK, or in the PRACK for a reliable provisional response.
    pub fn provide_answer(&mut self, ctx: &mut Ctx<'_>, sdp: Bytes) {
        match self.owed.take() {
            None => {}
            Some(OwedAnswer::Prack {
                early,
                rseq,
                invite,
            }) => self.send_prack(ctx, &early, rseq, invite, Some(sdp)),
            Some(OwedAnswer::Ack { client }) => {
                self.acknowledge(ctx, client, Some(sdp));
                if self.state == SessionState::AwaitingOurAnswer {
                    self.state = SessionState::Talking;
                }
            }
        }
    }

    /// A final refusal of our initial INVITE.
    pub(super) fn on_refusal(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let Some(sent) = self.sent.remove(&client) else {
            return;
        };
        // The early dialogs are over with it (RFC 3261 §13.2.2.3).
        self.peers.clear();
        if self.state == SessionState::AwaitingAnswer
            && response.status() == status(422)
            && sent.tries < MAX_SECOND_TRIES
            && let Ok(MinSe(min_se)) = response.headers().get()
            && min_se > self.min_se
        {
            self.min_se = min_se;
            let mut again = sent.request.edit().set(&MinSe(min_se));
            if let Some(wish) = session_timer::wish(&self.config, min_se) {
                again = again.set(&wish);
            }
            self.send_again(ctx, &sent, again);
            return;
        }
        self.quiet(ctx);
        self.state = SessionState::Ended;
        self.tell_end(SessionEvent::Rejected {
            status: response.status(),
            reason: response.reason(),
            response: response.clone(),
        });
    }

    /// The callee hung up an early dialog, which it should not do: with the last one gone nobody
    /// is left to answer.
    pub(super) fn on_early_bye(&mut self, ctx: &mut Ctx<'_>, request: &Request) {
        let tag = request.from().ok().and_then(|from| from.tag());
        let tag = tag.unwrap_or_default();
        self.peers.retain(|p| p.dialog.id().remote_tag != tag);
        if self.peers.is_empty() {
            self.cancel(ctx, None);
            self.tell_end(SessionEvent::Ended {
                by_remote: true,
                cause: EndCause::Bye,
                reason: reason_of(request.headers()),
            });
        }
    }

    /// The peer that sent us this request.
    pub(super) fn asker(&mut self, request: &Request) -> Option<&mut Peer> {
        let tag = request.from().ok().and_then(|from| from.tag());
        self.peer_with(&tag.unwrap_or_default())
    }

    /// The peer that this request of ours went to.
    pub(super) fn asked(&mut self, request: &Request) -> Option<&mut Peer> {
        self.peer_with(&request.to_tag().unwrap_or_default())
    }

    /// The peer with this remote tag.
    pub(super) fn peer_with(&mut self, remote_tag: &Text) -> Option<&mut Peer> {
        let mut peers = self.peers.iter_mut();
        peers.find(|peer| peer.dialog.id().remote_tag == *remote_tag)
    }
}
