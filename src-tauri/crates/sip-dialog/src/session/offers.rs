//! New offers inside the dialog, by re-INVITE or UPDATE (RFC 3261 §14, RFC 3311), and the
//! refreshes of the session timer, which travel the same way (RFC 4028 §7.4).

use super::{
    EndCause, Errand, OfferId, OfferRefused, OfferVia, OurOffer, OwedAnswer, Role, SDP, Sent,
    Session, SessionEvent, SessionState, callee::with_session_timer, chance, sdp_of, timers,
    try_again_soon, with_headers, with_request_headers,
};
use crate::{
    Ctx, OfferAnswer,
    ext::{
        prack::{self, Arrival},
        session_timer::{self, SessionTimer},
        update::{self, Verdict},
    },
    limits::{
        MAX_GLARE_RETRIES, MAX_OFFER_WAIT, MAX_RETRY_AFTER, MAX_SECOND_TRIES, MAX_UNACKNOWLEDGED,
    },
};
use bytes::Bytes;
use sip_message::{
    Method, Request, Response, StatusCode,
    header::{MinSe, RetryAfter},
};
use sip_transaction::{ClientId, ServerId};
use sip_transport::Flow;
use std::time::Duration;

impl Session {
    /// Offers a new description; `None` invites the far end to offer (re-INVITE only). A 491 is
    /// tried again by itself.
    pub fn offer(
        &mut self,
        ctx: &mut Ctx<'_>,
        sdp: Option<Bytes>,
        via: OfferVia,
        headers: &[(String, Bytes)],
    ) -> Result<OfferId, OfferRefused> {
        let early = match self.state {
            SessionState::Talking => false,
            SessionState::AwaitingAnswer | SessionState::AwaitingDecision => true,
            SessionState::AwaitingAck
            | SessionState::AwaitingOurAnswer
            | SessionState::AwaitingPrack => return Err(OfferRefused::Glare),
            _ => return Err(OfferRefused::WrongState),
        };
        let update = match via {
            OfferVia::ReInvite if early => return Err(OfferRefused::WrongState),
            OfferVia::ReInvite => false,
            OfferVia::Update => true,
            OfferVia::Whichever => early,
        };
        if self.peers.is_empty()
            || !self.is_known_to_peer()
            || (update && (sdp.is_none() || !self.remote_allows(&Method::Update)))
        {
            return Err(OfferRefused::WrongState);
        }
        if self.ours.is_some() || !self.may_offer() {
            return Err(OfferRefused::Glare);
        }
        let id = OfferId(self.next_offer);
        self.next_offer = self.next_offer.wrapping_add(1);
        self.ours = Some(OurOffer {
            id,
            sdp,
            update,
            headers: headers.to_vec(),
            retries: 0,
            retry_at: None,
            give_up_at: None,
        });
        self.send_offer(ctx);
        Ok(id)
    }

    /// Whether no exchange and no INVITE is going on in either direction (RFC 3261 §14.1).
    fn may_offer(&self) -> bool {
        self.theirs.is_none()
            && self.owed.is_none()
            && self.unacknowledged.is_empty()
            && !self.our_offer_is_open()
            && self.peers.last().is_some_and(|p| p.exchange.is_settled())
    }

    /// Whether a request of ours with an offer, or an invitation to offer, is in flight.
    fn our_offer_is_open(&self) -> bool {
        self.sent.values().any(|sent| match sent.errand {
            Errand::Offer(_) => sent.accepted_until.is_none(),
            Errand::Refresh => {
                sent.accepted_until.is_none() && sent.request.method() == Method::Invite
            }
            _ => false,
        })
    }

    fn send_offer(&mut self, ctx: &mut Ctx<'_>) {
        let Some(ours) = &mut self.ours else {
            return;
        };
        ours.retry_at = None;
        ours.give_up_at = Some(ctx.now + MAX_OFFER_WAIT);
        let errand = Errand::Offer(ours.id);
        let method = if ours.update {
            Method::Update
        } else {
            Method::Invite
        };
        let (sdp, headers) = (ours.sdp.clone(), ours.headers.clone());
        self.send_refreshing(ctx, errand, method, sdp, &headers);
    }

    /// Sends a re-INVITE or UPDATE with all that refreshes target and session.
    fn send_refreshing(
        &mut self,
        ctx: &mut Ctx<'_>,
        errand: Errand,
        method: Method,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        let Some(peer) = self.peers.last_mut() else {
            return;
        };
        let request = peer.dialog.request(method);
        if let Some(sdp) = &sdp {
            peer.describe(sdp);
        }
        let mut request = self.introduce_in_request(request);
        if let Some(timer) = &self.timer {
            request = request
                .push(&timer.request_header())
                .push(&MinSe(self.min_se));
        }
        request = with_request_headers(request, headers);
        if let Some(sdp) = sdp {
            request = request.body(SDP, sdp);
        }
        let Some(peer) = self.peers.last() else {
            return;
        };
        let to = self.way_to(peer);
        self.dispatch(ctx, errand, request, to);
    }

    /// A provisional response to a re-INVITE of ours: nobody hears it, but a reliable one wants its
    /// PRACK and may bring the answer (RFC 3262 §4).
    pub(super) fn on_reinvite_progress(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        response: &Response,
    ) {
        let Some(sent) = self.sent.get_mut(&client) else {
            return;
        };
        let Arrival::InOrder(rseq) = prack::arrival(response.headers(), sent.last_rseq) else {
            return;
        };
        sent.last_rseq = Some(rseq);
        let (request, invite) = (sent.request.clone(), sent.number());
        let sdp = sdp_of(response.headers(), &response.body());
        let Some(peer) = self.asked(&request) else {
            return;
        };
        if let Some(sdp) = &sdp
            && peer.exchange == OfferAnswer::AwaitingTheirAnswer
        {
            peer.learn(sdp);
        }
        let tag = peer.dialog.id().remote_tag.clone();
        self.send_prack(ctx, &tag, rseq, invite, None);
    }

    /// The final response to an offer of ours.
    pub(super) fn on_offer_final(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        id: OfferId,
        response: &Response,
    ) {
        let Some(sent) = self.sent.get(&client) else {
            return;
        };
        let by_invite = sent.request.method() == Method::Invite;
        if response.status().is_success() {
            if by_invite && self.is_repeated_answer(ctx, client) {
                return;
            }
            self.on_offer_accepted(ctx, client, id, by_invite, response);
            return;
        }
        let Some(sent) = self.sent.remove(&client) else {
            return;
        };
        if let Some(peer) = self.asked(&sent.request)
            && peer.exchange == OfferAnswer::AwaitingTheirAnswer
        {
            peer.offer_refused();
        }
        // After the end nobody asks any more.
        let Some(ours) = self.ours.take_if(|ours| ours.id == id) else {
            return;
        };
        let pause = match response.status().code() {
            491 => Some(self.glare_pause(ctx)),
            500 => retry_after(response),
            422 if self.ask_longer(ctx, &sent, response) => {
                if let (Some(peer), Some(sdp)) = (self.asked(&sent.request), &ours.sdp) {
                    peer.describe(sdp);
                }
                self.ours = Some(ours);
                return;
            }
            405 | 501 if ours.update => {
                self.forget_method(&Method::Update);
                None
            }
            _ => None,
        };
        match pause {
            Some(pause) if ours.retries < MAX_GLARE_RETRIES => {
                self.ours = Some(OurOffer {
                    retries: ours.retries + 1,
                    retry_at: Some(ctx.now + pause),
                    give_up_at: None,
                    ..ours
                });
            }
            _ => {
                self.events.push_back(SessionEvent::OfferRejected {
                    id,
                    status: response.status(),
                });
                self.end_if_gone(ctx, response);
            }
        }
    }

    fn on_offer_accepted(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        id: OfferId,
        by_invite: bool,
        response: &Response,
    ) {
        let ours = self.ours.take_if(|ours| ours.id == id);
        let mut sdp = sdp_of(response.headers(), &response.body());
        if ours.is_some()
            && let Some(request) = self.sent.get(&client).map(|sent| sent.request.clone())
        {
            self.refreshed(ctx, &request, response);
            if let Some(peer) = self.asked(&request) {
                match (&sdp, peer.exchange) {
                    (Some(sdp), _) => peer.learn(sdp),
                    // A reliable provisional response brought the answer before.
                    (None, OfferAnswer::Agreed) => sdp = peer.got.clone(),
                    (None, _) => peer.settle(),
                }
            }
        }
        let asked_for_offer = ours.as_ref().is_some_and(|ours| ours.sdp.is_none());
        if !by_invite {
            self.sent.remove(&client);
        } else if asked_for_offer && sdp.is_some() {
            self.owed = Some(OwedAnswer::Ack { client });
        } else {
            self.acknowledge(ctx, client, None);
        }
        if ours.is_some() {
            self.events.push_back(SessionEvent::OfferAnswered {
                id,
                sdp,
                response: response.clone(),
            });
        }
    }

    /// A 2xx to a target refresh request of ours.
    pub(super) fn refreshed(&mut self, ctx: &mut Ctx<'_>, request: &Request, response: &Response) {
        self.note_abilities(response.headers());
        self.flow_lost = false;
        if let Some(peer) = self.asked(request) {
            peer.dialog.refresh_target(response.headers());
        }
        if matches!(self.state, SessionState::Talking) {
            self.timer = SessionTimer::agreed(ctx.now, response.headers(), true);
        }
    }

    /// The far end wants a longer session interval: asks again with that (RFC 4028 §7.3). `false`:
    /// it makes no sense, or has been tried too often.
    fn ask_longer(&mut self, ctx: &mut Ctx<'_>, sent: &Sent, response: &Response) -> bool {
        let Ok(MinSe(min_se)) = response.headers().get() else {
            return false;
        };
        let Some(timer) = &self.timer else {
            return false;
        };
        if min_se <= self.min_se || sent.tries >= MAX_SECOND_TRIES {
            return false;
        }
        self.min_se = min_se;
        let mut wish = timer.request_header();
        wish.seconds = wish.seconds.max(min_se);
        let again = sent.request.edit().set(&wish).set(&MinSe(min_se));
        self.send_again(ctx, sent, again);
        true
    }

    /// How long to wait after a 491: the owner of the Call-ID 2.1 to 4 s, the other up to 2 s, in
    /// steps of 10 ms (RFC 3261 §14.1).
    fn glare_pause(&self, ctx: &mut Ctx<'_>) -> Duration {
        let steps = match self.role {
            Role::Caller => 210 + chance(ctx, 191),
            Role::Callee => chance(ctx, 201),
        };
        Duration::from_millis(10) * steps
    }

    pub(super) fn forget_method(&mut self, method: &Method) {
        if let Some(allow) = &mut self.far.allow {
            allow.retain(|allowed| allowed != method);
        }
    }

    /// A new INVITE of theirs inside the dialog (RFC 3261 §14.2).
    pub(super) fn on_reinvite(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        let answering = matches!(
            self.state,
            SessionState::AwaitingDecision | SessionState::AwaitingPrack
        );
        if self.theirs.is_some() || answering || self.unacknowledged.len() >= MAX_UNACKNOWLEDGED {
            let response = try_again_soon(ctx, request);
            ctx.endpoint.respond(ctx.now, server, response);
            return;
        }
        let settled = self
            .asker(request)
            .is_some_and(|peer| peer.exchange.is_settled());
        if !self.is_up() || !settled || self.our_offer_is_open() || self.owed.is_some() {
            return self.refuse(ctx, server, request, 491);
        }
        if let Some(response) = self.unacceptable(request) {
            ctx.endpoint.respond(ctx.now, server, response.build());
            return;
        }
        self.note_abilities(request.headers());
        let sdp = sdp_of(request.headers(), &request.body());
        if let (Some(sdp), Some(peer)) = (&sdp, self.asker(request)) {
            peer.learn(sdp);
        }
        self.take_offer(server, flow, request, sdp);
    }

    /// An UPDATE of theirs (RFC 3311 §5.2).
    pub(super) fn on_update(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        let sdp = sdp_of(request.headers(), &request.body());
        let Some(exchange) = self.asker(request).map(|peer| peer.exchange) else {
            return;
        };
        let verdict = if self.our_offer_is_open() && sdp.is_some() {
            Verdict::Glare
        } else {
            update::judge(sdp.is_some(), self.theirs.is_some(), exchange)
        };
        if let Verdict::Refresh | Verdict::Offer = verdict
            && let Some(response) = self.unacceptable(request)
        {
            ctx.endpoint.respond(ctx.now, server, response.build());
            return;
        }
        match verdict {
            Verdict::TooSoon => {
                let response = try_again_soon(ctx, request);
                ctx.endpoint.respond(ctx.now, server, response);
            }
            Verdict::Glare => self.refuse(ctx, server, request, 491),
            Verdict::Refresh => {
                self.note_abilities(request.headers());
                self.approve(ctx, server, flow, request, None, &[]);
            }
            Verdict::Offer => {
                self.note_abilities(request.headers());
                if let (Some(sdp), Some(peer)) = (&sdp, self.asker(request)) {
                    peer.learn(sdp);
                }
                self.take_offer(server, flow, request, sdp);
            }
        }
    }

    /// Answers [`SessionEvent::Offer`] with 200: our answer, or our offer if theirs was `None`.
    /// Without `sdp` the description sent last is repeated.
    pub fn accept_offer(
        &mut self,
        ctx: &mut Ctx<'_>,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        let Some(theirs) = self.theirs.take() else {
            return;
        };
        let before = self.asker(&theirs.request).and_then(|p| p.sent.clone());
        let sdp = sdp.or(before);
        self.approve(
            ctx,
            theirs.server,
            theirs.flow,
            &theirs.request,
            sdp,
            headers,
        );
    }

    /// 200 to a re-INVITE, UPDATE or PRACK.
    fn approve(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        let method = request.method();
        let mut response = with_headers(
            self.introduce_in_response(Response::to(request, StatusCode::OK)),
            headers,
        );
        if method.refreshes_target() {
            if self.flow.is_some() {
                self.flow = Some(flow);
            }
            if let Some(peer) = self.asker(request) {
                peer.dialog.refresh_target(request.headers());
            }
            if self.is_up() {
                let agreed =
                    session_timer::answer(request.headers(), &self.config, self.timer.as_ref());
                if let Ok(Some(agreed)) = agreed {
                    response = with_session_timer(response, request.headers(), &agreed);
                }
            }
        }
        if let Some(sdp) = sdp {
            if let Some(peer) = self.asker(request) {
                peer.describe(&sdp);
            }
            response = response.body(SDP, sdp);
        }
        let response = response.build();
        if method.refreshes_target() && self.is_up() {
            self.timer = SessionTimer::agreed(ctx.now, response.headers(), false);
        }
        if method == Method::Invite {
            self.repeat_until_ack(ctx, server, response);
        } else {
            ctx.endpoint.respond(ctx.now, server, response);
        }
    }

    /// Whether the call is answered.
    fn is_up(&self) -> bool {
        matches!(
            self.state,
            SessionState::Talking | SessionState::AwaitingAck
        )
    }

    /// Refuses [`SessionEvent::Offer`] with a status of 300 to 699; what was agreed before holds.
    pub fn reject_offer(&mut self, ctx: &mut Ctx<'_>, status: StatusCode) {
        if status.code() < 300 {
            return;
        }
        let Some(theirs) = self.theirs.take() else {
            return;
        };
        if let (Some(peer), Some(_)) = (self.asker(&theirs.request), &theirs.sdp) {
            peer.offer_refused();
        }
        let response = Response::to(&theirs.request, status).build();
        ctx.endpoint.respond(ctx.now, theirs.server, response);
    }

    /// Tries an offer that met 491 again, and gives up one that nobody answers.
    pub(super) fn on_offer_due(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(ours) = &mut self.ours
            && ours.give_up_at.is_some_and(|at| ctx.now >= at)
        {
            ours.give_up_at = None;
            let errand = Errand::Offer(ours.id);
            if let Some(client) = self.client_for(errand) {
                ctx.endpoint.cancel(ctx.now, client, None);
            }
        }
        let due = self.ours.as_ref().and_then(|ours| ours.retry_at);
        if due.is_none_or(|at| ctx.now < at) {
            return;
        }
        if self.may_offer() {
            self.send_offer(ctx);
        } else if let Some(ours) = &mut self.ours {
            ours.retry_at = Some(ctx.now + ctx.endpoint.config().timers.t1);
        }
    }

    /// Refreshes the session: by UPDATE where the far end takes it, else by a re-INVITE that offers
    /// the same again (RFC 4028 §7.4).
    pub(super) fn refresh(&mut self, ctx: &mut Ctx<'_>) {
        let timers = timers(ctx);
        let by_update = self.remote_allows(&Method::Update);
        let sdp = self.peers.last().and_then(|peer| peer.sent.clone());
        let idle =
            self.may_offer() && self.ours.is_none() && self.client_for(Errand::Refresh).is_none();
        if let Some(timer) = &mut self.timer {
            // If this one is never answered its time-out ends the call; else it sets a new time.
            let pause = if idle { timers.patience() } else { timers.t2 };
            timer.postpone(ctx.now, pause);
        }
        if !idle {
            return;
        }
        if by_update {
            self.send_refreshing(ctx, Errand::Refresh, Method::Update, None, &[]);
        } else {
            self.send_refreshing(ctx, Errand::Refresh, Method::Invite, sdp, &[]);
        }
    }

    /// The final response to a refresh.
    pub(super) fn on_refresh_final(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: ClientId,
        response: &Response,
    ) {
        let Some(request) = self.sent.get(&client).map(|sent| sent.request.clone()) else {
            return;
        };
        let by_invite = request.method() == Method::Invite;
        if response.status().is_success() {
            if by_invite && self.is_repeated_answer(ctx, client) {
                return;
            }
            self.refreshed(ctx, &request, response);
            if by_invite {
                self.learn_again(response);
                self.acknowledge(ctx, client, None);
            } else {
                self.sent.remove(&client);
            }
            return;
        }
        let Some(sent) = self.sent.remove(&client) else {
            return;
        };
        if let Some(peer) = self.peers.last_mut()
            && by_invite
        {
            peer.offer_refused();
        }
        let pause = match response.status().code() {
            422 if self.ask_longer(ctx, &sent, response) => return,
            405 | 501 if !by_invite => {
                self.forget_method(&Method::Update);
                Duration::ZERO
            }
            491 => self.glare_pause(ctx),
            _ => retry_after(response).unwrap_or(timers(ctx).t2 * 2),
        };
        if let Some(timer) = &mut self.timer {
            timer.postpone(ctx.now, pause);
        }
        self.end_if_gone(ctx, response);
    }

    /// The answer to a refreshing offer should be the one we know; if not, the owner must know.
    fn learn_again(&mut self, response: &Response) {
        let Some(peer) = self.peers.last_mut() else {
            return;
        };
        let before = peer.got.clone();
        match sdp_of(response.headers(), &response.body()) {
            Some(sdp) => {
                peer.learn(&sdp);
                if before.as_ref() != Some(&sdp) {
                    self.events.push_back(SessionEvent::Redescribed { sdp });
                }
            }
            None => peer.settle(),
        }
    }

    /// Nobody refreshed the session in time.
    pub(super) fn on_session_expired(&mut self, ctx: &mut Ctx<'_>) {
        let cause = match self.flow_lost {
            true => EndCause::FlowLost,
            false => EndCause::SessionTimer,
        };
        self.send_bye_because(ctx, cause, Some("SIP;cause=408;text=\"Session expired\""));
    }
}

/// The pause a 500 asks for, if it is a short one (RFC 3261 §14.1, RFC 3311 §5.2).
fn retry_after(response: &Response) -> Option<Duration> {
    let retry = response.headers().find::<RetryAfter>().ok()??;
    (retry.seconds <= MAX_RETRY_AFTER).then(|| Duration::from_secs(u64::from(retry.seconds)))
}
