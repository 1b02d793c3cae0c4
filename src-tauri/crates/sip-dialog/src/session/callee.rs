//! The callee's part: ringing, answering, and repeating the answer until its ACK (RFC 3261 §13.3).

use super::{
    EndCause, Local, Peer, Reliable, Role, SDP, Session, SessionEvent, SessionState,
    Unacknowledged, reason_of, sdp_of, status, timers, with_headers,
};
use crate::{
    Ctx, Dialog, OfferAnswer,
    dialog::NoDialog,
    ext::{
        prack::{self, Due, Provisional, ReliableSender},
        session_timer::{self, SessionTimer},
    },
    limits::PROVISIONAL_EVERY,
};
use bytes::Bytes;
use sip_message::{
    HeaderName, Method, Request, Response, ResponseBuilder, StatusCode,
    header::{MinSe, Require, Unsupported},
};
use sip_transaction::ServerId;
use sip_transport::Flow;
use std::time::Instant;

/// An INVITE that came in and is not answered yet.
#[derive(Debug)]
pub(super) struct Call {
    server: ServerId,
    request: Request,
    /// Whether a provisional response has told the caller our tag.
    has_rung: bool,
    /// The description of an unreliable provisional response, which the 2xx repeats.
    previewed: Option<Bytes>,
    /// The 2xx that waits for a PRACK.
    held: Option<Response>,
    /// The latest unreliable provisional response, and when it goes out again.
    repeat: Option<(Instant, Response)>,
}

impl Call {
    pub(super) fn server(&self) -> ServerId {
        self.server
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.repeat.as_ref().map(|(at, _)| *at)
    }
}

impl Session {
    /// Somebody calls. `Err`: the INVITE was not acceptable and has been answered with this.
    pub fn incoming(
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
        local: Local,
    ) -> Result<Session, Response> {
        let tag = match local.tag {
            Some(tag) => tag.to_str().into_owned(),
            None => ctx.endpoint.token(),
        };
        let mut refuse = |response: ResponseBuilder| {
            let response = response.to_tag(&tag).build();
            ctx.endpoint.respond(ctx.now, server, response.clone());
            response
        };
        let dialog = Dialog::uas(request, &tag).map_err(|why| refuse(malformed(request, why)))?;
        let mut session = Session::new(
            Role::Callee,
            local.config,
            local.contact,
            dialog.id().call_id.clone(),
            dialog.local().clone(),
            dialog.remote().clone(),
        );
        if let Some(response) = session.unacceptable(request) {
            return Err(refuse(response));
        }
        let headers = request.headers();
        session.flow = Some(flow);
        session.note_abilities(headers);
        let mut peer = Peer::new(dialog);
        if let Some(offer) = sdp_of(headers, &request.body()) {
            peer.learn(&offer);
            session.first_offer = Some(offer);
        }
        session.peers.push(peer);
        let reliable = match session.config.reliable {
            Reliable::Off => false,
            Reliable::Supported => headers.lists(HeaderName::Require, prack::OPTION),
            Reliable::Required => session.far.reliable,
        };
        let invite = request.cseq().map_or(0, |cseq| cseq.number);
        session.provisionals = reliable.then(|| ReliableSender::new(invite));
        session.call = Some(Call {
            server,
            request: request.clone(),
            has_rung: false,
            previewed: None,
            held: None,
            repeat: None,
        });
        Ok(session)
    }

    /// What speaks against an INVITE or UPDATE before the owner sees it: an extension we do not
    /// have (RFC 3261 §8.2.2.3), a session interval too short (RFC 4028 §9).
    pub(super) fn unacceptable(&self, request: &Request) -> Option<ResponseBuilder> {
        let headers = request.headers();
        let ours = self.supported();
        let unknown: Vec<_> = headers
            .all::<Require>()
            .filter_map(Result::ok)
            .filter(|required| !ours.iter().any(|ours| required.0.is(&ours.0.to_str())))
            .map(|required| Unsupported(required.0))
            .collect();
        if !unknown.is_empty() {
            return Some(Response::to(request, status(420)).push_list(&unknown));
        }
        match session_timer::answer(headers, &self.config, self.timer.as_ref()) {
            Err(session_timer::TooSmall(min_se)) => {
                Some(Response::to(request, status(422)).push(&MinSe(min_se)))
            }
            Ok(_) => None,
        }
    }

    /// Sends a provisional response (101 to 199), reliably if the caller requires that. `sdp` is
    /// our answer, or, if the INVITE had no offer and the response is reliable, our offer.
    pub fn ring(
        &mut self,
        ctx: &mut Ctx<'_>,
        status: StatusCode,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        if self.state != SessionState::AwaitingDecision
            || !status.is_provisional()
            || status == StatusCode::TRYING
        {
            return;
        }
        let Some(response) = self.response_to_call(status) else {
            return;
        };
        let mut response = with_headers(response, headers);
        let (Some(call), Some(peer)) = (&mut self.call, self.peers.last_mut()) else {
            return;
        };
        // An unreliable response may show our answer early, but never makes an offer
        // (RFC 3261 §13.2.1), and after an exchange is over a description would be a new offer.
        let sdp = sdp.filter(|_| match peer.exchange {
            OfferAnswer::AwaitingOurAnswer => true,
            OfferAnswer::AwaitingFirstOffer => self.provisionals.is_some(),
            OfferAnswer::AwaitingTheirAnswer | OfferAnswer::Agreed => false,
        });
        if let Some(sdp) = &sdp {
            response = response.body(SDP, sdp.clone());
        }
        call.has_rung = true;
        let Some(provisionals) = &mut self.provisionals else {
            let response = response.build();
            call.previewed = sdp.or(call.previewed.take());
            call.repeat = Some((ctx.now + PROVISIONAL_EVERY, response.clone()));
            ctx.endpoint.respond(ctx.now, call.server, response);
            return;
        };
        if let Some(sdp) = &sdp {
            peer.describe(sdp);
        }
        let provisional = Provisional {
            response: response.push(&Require::from(prack::OPTION)).build(),
            describes: sdp.is_some(),
        };
        let timers = ctx.endpoint.config().timers;
        if let Some(now) = provisionals.send(ctx.now, &timers, provisional) {
            ctx.endpoint.respond(ctx.now, call.server, now);
        }
    }

    /// Answers the call: 200, repeated until the ACK. `sdp` is our answer, or our offer if the
    /// INVITE had none; `None` if the answer went out with a provisional response.
    pub fn answer(&mut self, ctx: &mut Ctx<'_>, sdp: Option<Bytes>, headers: &[(String, Bytes)]) {
        if self.state != SessionState::AwaitingDecision {
            return;
        }
        let Some(response) = self.response_to_call(StatusCode::OK) else {
            return;
        };
        let mut response = with_headers(response, headers);
        let (Some(call), Some(peer)) = (&mut self.call, self.peers.last_mut()) else {
            return;
        };
        let agreed = session_timer::answer(call.request.headers(), &self.config, None);
        if let Ok(Some(agreed)) = agreed {
            response = with_session_timer(response, call.request.headers(), &agreed);
        }
        let sdp = sdp.or_else(|| call.previewed.take());
        if let Some(sdp) = sdp
            && matches!(
                peer.exchange,
                OfferAnswer::AwaitingOurAnswer | OfferAnswer::AwaitingFirstOffer
            )
        {
            peer.describe(&sdp);
            response = response.body(SDP, sdp);
        }
        let response = response.build();
        let waits = |p: &ReliableSender| p.holds_description();
        if self.provisionals.as_ref().is_some_and(waits) {
            call.held = Some(response);
            self.state = SessionState::AwaitingPrack;
        } else {
            self.send_answer(ctx, response);
        }
    }

    fn send_answer(&mut self, ctx: &mut Ctx<'_>, response: Response) {
        let Some(call) = self.call.take() else {
            return;
        };
        if let Some(provisionals) = &mut self.provisionals {
            provisionals.stop_repeating();
        }
        if let Some(peer) = self.peers.last_mut()
            && peer.exchange != OfferAnswer::AwaitingTheirAnswer
        {
            peer.settle();
        }
        self.timer = SessionTimer::agreed(ctx.now, response.headers(), false);
        self.state = SessionState::AwaitingAck;
        self.repeat_until_ack(ctx, call.server, response);
    }

    /// Sends a 2xx to an INVITE and keeps it until its ACK: the caller may miss it whatever the
    /// transports on the way (RFC 3261 §13.3.1.4).
    pub(super) fn repeat_until_ack(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        response: Response,
    ) {
        let timers = timers(ctx);
        self.unacknowledged.push(Unacknowledged {
            server,
            invite: response.cseq().map_or(0, |cseq| cseq.number),
            response: response.clone(),
            interval: timers.t1,
            repeat_at: ctx.now + timers.t1,
            give_up_at: ctx.now + timers.patience(),
        });
        ctx.endpoint.respond(ctx.now, server, response);
    }

    /// Refuses the call with a status of 300 to 699; a redirection's contacts are `headers`.
    pub fn reject(&mut self, ctx: &mut Ctx<'_>, status: StatusCode, headers: &[(String, Bytes)]) {
        if status.code() < 300 {
            return;
        }
        self.refuse_call(ctx, status, headers, EndCause::Declined);
    }

    /// Refuses the unanswered call and ends the session.
    pub(super) fn refuse_call(
        &mut self,
        ctx: &mut Ctx<'_>,
        status: StatusCode,
        headers: &[(String, Bytes)],
        cause: EndCause,
    ) {
        if self.dismiss_call(ctx, status, headers) {
            self.end(ctx, false, cause, None);
        }
    }

    /// Sends a final refusal to the unanswered call. `false`: there is none.
    pub(super) fn dismiss_call(
        &mut self,
        ctx: &mut Ctx<'_>,
        status: StatusCode,
        headers: &[(String, Bytes)],
    ) -> bool {
        let Some(call) = self.call.take() else {
            return false;
        };
        let tag = self.local_tag();
        let response = Response::to(&call.request, status).to_tag(&tag.to_str());
        let response = with_headers(response, headers).build();
        ctx.endpoint.respond(ctx.now, call.server, response);
        true
    }

    /// The far end cancelled its INVITE or re-INVITE; the endpoint has answered the CANCEL.
    pub fn on_cancel(&mut self, ctx: &mut Ctx<'_>, request: &Request) {
        if self
            .theirs
            .as_ref()
            .is_some_and(|offer| offer.request.method() == Method::Invite)
        {
            self.reject_offer(ctx, status(487));
            self.events.push_back(SessionEvent::OfferWithdrawn);
            return;
        }
        if self.dismiss_call(ctx, status(487), &[]) {
            self.quiet(ctx);
            self.state = SessionState::Ended;
            self.tell_end(SessionEvent::Cancelled {
                reason: reason_of(request.headers()),
            });
        }
    }

    /// An ACK to a 2xx inside this session's dialog.
    pub fn on_ack(&mut self, ctx: &mut Ctx<'_>, request: &Request) {
        let number = request.cseq().map_or(0, |cseq| cseq.number);
        let Some(at) = self.unacknowledged.iter().position(|u| u.invite == number) else {
            return; // a repetition
        };
        self.unacknowledged.remove(at);
        let sdp = sdp_of(request.headers(), &request.body());
        if let Some(peer) = self.peers.last_mut()
            && peer.exchange == OfferAnswer::AwaitingTheirAnswer
        {
            match &sdp {
                Some(sdp) => peer.learn(sdp),
                None => peer.settle(),
            }
        }
        match self.state {
            SessionState::AwaitingAck => self.state = SessionState::Talking,
            SessionState::AwaitingAckToHangUp => {
                let reason = self.parting.take();
                self.send_bye(ctx, reason.as_deref());
                return;
            }
            _ => {}
        }
        self.events.push_back(SessionEvent::AckArrived { sdp });
    }

    /// A PRACK that acknowledges something or nothing. `true`: it does, and is to be answered 200.
    pub(super) fn on_prack(&mut self, ctx: &mut Ctx<'_>, request: &Request) -> bool {
        let Some(provisionals) = &mut self.provisionals else {
            return false;
        };
        if !provisionals.acknowledge(request) {
            return false;
        }
        let timers = timers(ctx);
        if let Some(call) = &self.call
            && let Some(next) = provisionals.next(ctx.now, &timers)
        {
            ctx.endpoint.respond(ctx.now, call.server, next);
        }
        true
    }

    /// Whether the far end can know the dialog: an unanswered caller learns our tag by ringing.
    pub(super) fn is_known_to_peer(&self) -> bool {
        self.call.as_ref().is_none_or(|call| call.has_rung)
    }

    /// After a PRACK: the 2xx that waited for it may go.
    pub(super) fn release_answer(&mut self, ctx: &mut Ctx<'_>) {
        let waits = |p: &ReliableSender| p.holds_description();
        if !self.provisionals.as_ref().is_some_and(waits)
            && let Some(call) = &mut self.call
            && let Some(response) = call.held.take()
        {
            self.send_answer(ctx, response);
        }
    }

    /// Repeats provisional responses; gives the call up if the caller never acknowledges.
    pub(super) fn on_call_timeout(&mut self, ctx: &mut Ctx<'_>) {
        let Some(call) = &mut self.call else {
            return;
        };
        if let Some((at, response)) = &mut call.repeat
            && ctx.now >= *at
        {
            *at = ctx.now + PROVISIONAL_EVERY;
            ctx.endpoint.respond(ctx.now, call.server, response.clone());
        }
        let server = call.server;
        let due = self
            .provisionals
            .as_mut()
            .and_then(|p| p.on_timeout(ctx.now));
        match due {
            None => {}
            Some(Due::Repeat(response)) => {
                ctx.endpoint.respond(ctx.now, server, response);
            }
            Some(Due::GiveUp) => self.refuse_call(ctx, status(504), &[], EndCause::NoPrack),
        }
    }

    /// A response to the incoming INVITE that opens or confirms the dialog.
    fn response_to_call(&self, status: StatusCode) -> Option<ResponseBuilder> {
        let call = self.call.as_ref()?;
        let tag = self.local_tag();
        let response = Response::to(&call.request, status)
            .to_tag(&tag.to_str())
            .copy(call.request.headers(), HeaderName::RecordRoute);
        Some(self.introduce_in_response(response))
    }
}

/// Adds Session-Expires, and Require if the asker is to refresh (RFC 4028 §9).
pub(super) fn with_session_timer(
    response: ResponseBuilder,
    request: sip_message::Headers<'_>,
    agreed: &sip_message::header::SessionExpires,
) -> ResponseBuilder {
    let response = response.push(agreed);
    let understood = request.lists(HeaderName::Supported, session_timer::OPTION);
    if understood && agreed.refresher == Some(sip_message::header::Refresher::Uac) {
        response.push(&Require::from(session_timer::OPTION))
    } else {
        response
    }
}

fn malformed(request: &Request, why: NoDialog) -> ResponseBuilder {
    Response::to(request, status(400)).reason(&why.to_string())
}
