//! A session: one INVITE usage at one end, from the first INVITE to the last BYE.

mod config;
mod event;

pub use config::{Invite, Local, Reliable, SessionConfig};
pub use event::{EndCause, OfferId, SessionEvent};

use crate::{Ctx, DialogId};
use bytes::Bytes;
use sip_message::{Method, Request, Response, StatusCode, Text, header::NameAddr};
use sip_transaction::{ClientId, Destination, ServerId};
use sip_transport::Flow;
use std::{collections::VecDeque, time::Instant};

/// One end of a call.
#[derive(Debug)]
pub struct Session {
    state: SessionState,
    local: NameAddr,
    remote: NameAddr,
    call_id: Text,
    flow: Option<Flow>,
    events: VecDeque<SessionEvent>,
}

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionState {
    /// Our INVITE is out.
    AwaitingAnswer,
    /// We cancelled our INVITE; its final response is awaited.
    AwaitingCancelled,
    /// A 2xx brought an offer; the owner's answer goes out with the ACK.
    AwaitingOurAnswer,
    /// An INVITE came in; the owner decides.
    AwaitingDecision,
    /// The owner answered, but a reliable provisional response with a description still waits for
    /// its PRACK, and the 2xx behind it (RFC 3262 §3).
    AwaitingPrack,
    /// Our 2xx waits for its ACK.
    AwaitingAck,
    /// As [`SessionState::AwaitingAck`], but the owner has hung up: the BYE follows the ACK
    /// (RFC 3261 §15).
    AwaitingAckToHangUp,
    /// The call is up.
    Talking,
    /// Our BYE is out.
    AwaitingByeAnswer,
    /// Over for the owner; only repetitions and late responses are still dealt with.
    Ended,
}

/// The request an offer of ours travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferVia {
    /// A re-INVITE.
    ReInvite,
    /// An UPDATE.
    Update,
    /// UPDATE where the far end takes it and there is something to offer, else re-INVITE.
    Whichever,
}

/// Why an offer cannot be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferRefused {
    /// An exchange is going on; try again when it is over.
    #[error("another offer is open")]
    Glare,
    /// There is no dialog to offer in, or not in this way.
    #[error("the session is not in a state to offer")]
    WrongState,
}

impl Session {
    /// Calls somebody.
    pub fn invite(ctx: &mut Ctx<'_>, to: Destination, invite: Invite) -> Session {
        let _ = to;
        let tag = ctx.endpoint.token();
        Session {
            state: SessionState::AwaitingAnswer,
            call_id: invite.call_id.unwrap_or_default(),
            local: invite.from.with_tag(&tag),
            remote: invite.to,
            flow: None,
            events: VecDeque::new(),
        }
    }

    /// Somebody calls. `Err`: the INVITE was not acceptable and has been answered with this.
    pub fn incoming(
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
        local: Local,
    ) -> Result<Session, Response> {
        let _ = (server, local);
        let refused = |status| Response::to(request, status).build();
        let trying = StatusCode::TRYING;
        Ok(Session {
            state: SessionState::AwaitingDecision,
            call_id: request.call_id().map_err(|_| refused(trying))?,
            local: request
                .to()
                .map_err(|_| refused(trying))?
                .with_tag(&ctx.endpoint.token()),
            remote: request.from().map_err(|_| refused(trying))?,
            flow: Some(flow),
            events: VecDeque::new(),
        })
    }

    /// Gives up an unanswered call of ours. A 2xx that crosses the CANCEL is acknowledged and hung
    /// up. `reason` is a Reason header's value.
    pub fn cancel(&mut self, ctx: &mut Ctx<'_>, reason: Option<&str>) {
        let _ = (ctx, reason);
    }

    /// Sends a provisional response (101 to 199), reliably if the caller requires that.
    pub fn ring(
        &mut self,
        ctx: &mut Ctx<'_>,
        status: StatusCode,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        let _ = (ctx, status, sdp, headers);
    }

    /// Answers the call: 200, repeated until the ACK. `sdp` is our answer, or our offer if the
    /// INVITE had none; `None` if the answer went out with a reliable provisional response.
    pub fn answer(&mut self, ctx: &mut Ctx<'_>, sdp: Option<Bytes>, headers: &[(String, Bytes)]) {
        let _ = (ctx, sdp, headers);
    }

    /// Refuses the call with a status of 300 to 699; a redirection's contacts are `headers`.
    pub fn reject(&mut self, ctx: &mut Ctx<'_>, status: StatusCode, headers: &[(String, Bytes)]) {
        let _ = (ctx, status, headers);
    }

    /// A request inside one of this session's dialogs. ACK and CANCEL have functions of their own.
    pub fn on_request(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        let _ = (ctx, server, flow, request);
    }

    /// An ACK to a 2xx inside this session's dialog.
    pub fn on_ack(&mut self, ctx: &mut Ctx<'_>, request: &Request) {
        let _ = (ctx, request);
    }

    /// The caller cancelled; the endpoint has answered the CANCEL.
    pub fn on_cancel(&mut self, ctx: &mut Ctx<'_>, request: &Request) {
        let _ = (ctx, request);
    }

    /// A response to a request of this session.
    pub fn on_response(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let _ = (ctx, client, response);
    }

    /// A request of this session got no final response in time (`timeout`), or could not be
    /// delivered.
    pub fn on_client_failed(&mut self, ctx: &mut Ctx<'_>, client: ClientId, timeout: bool) {
        let _ = (ctx, client, timeout);
    }

    /// Runs what is due.
    pub fn on_timeout(&mut self, ctx: &mut Ctx<'_>) {
        let _ = ctx;
    }

    /// When [`Session::on_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        None
    }

    /// Offers a new description; `None` invites the far end to offer (re-INVITE only).
    pub fn offer(
        &mut self,
        ctx: &mut Ctx<'_>,
        sdp: Option<Bytes>,
        via: OfferVia,
        headers: &[(String, Bytes)],
    ) -> Result<OfferId, OfferRefused> {
        let _ = (ctx, sdp, via, headers);
        Err(OfferRefused::WrongState)
    }

    /// Answers [`SessionEvent::Offer`] with 200: our answer, or our offer if theirs was `None`.
    pub fn accept_offer(
        &mut self,
        ctx: &mut Ctx<'_>,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) {
        let _ = (ctx, sdp, headers);
    }

    /// Refuses [`SessionEvent::Offer`]; what was agreed before holds.
    pub fn reject_offer(&mut self, ctx: &mut Ctx<'_>, status: StatusCode) {
        let _ = (ctx, status);
    }

    /// Answers the offer that came in the response to an INVITE of ours without one: goes out in
    /// the ACK, or in the PRACK for a reliable provisional response.
    pub fn provide_answer(&mut self, ctx: &mut Ctx<'_>, sdp: Bytes) {
        let _ = (ctx, sdp);
    }

    /// Sends INFO, REFER, NOTIFY, MESSAGE … inside the dialog. `body` is content type and bytes.
    /// `None`: there is no dialog to send it in.
    pub fn send(
        &mut self,
        ctx: &mut Ctx<'_>,
        method: Method,
        body: Option<(&str, Bytes)>,
        headers: &[(String, Bytes)],
    ) -> Option<ClientId> {
        let _ = (ctx, method, body, headers);
        None
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
        let _ = (ctx, server, status, body, headers);
    }

    /// Sends a challenged request again with credentials: `headers` are the Authorization and
    /// Proxy-Authorization lines.
    pub fn authorize(&mut self, ctx: &mut Ctx<'_>, client: ClientId, headers: &[(String, Bytes)]) {
        let _ = (ctx, client, headers);
    }

    /// There are no credentials for a challenge: the 401 or 407 counts as the final response.
    pub fn decline_challenge(&mut self, ctx: &mut Ctx<'_>, client: ClientId) {
        let _ = (ctx, client);
    }

    /// Ends the call in whatever way its state wants: CANCEL, 480, or BYE. `reason` is a Reason
    /// header's value.
    pub fn hangup(&mut self, ctx: &mut Ctx<'_>, reason: Option<&str>) {
        let _ = (ctx, reason);
    }

    /// The next thing the owner must know.
    pub fn poll(&mut self) -> Option<SessionEvent> {
        self.events.pop_front()
    }

    /// Nothing is left to send, wait for, repeat or tell: the session may be dropped.
    pub fn is_over(&self) -> bool {
        self.state == SessionState::Ended && self.events.is_empty()
    }

    /// What is awaited.
    pub fn state(&self) -> SessionState {
        self.state
    }

    /// The Call-ID, which with the local tag never changes and names all dialogs of this session.
    pub fn call_id(&self) -> &Text {
        &self.call_id
    }

    /// Our tag.
    pub fn local_tag(&self) -> Text {
        self.local.tag().unwrap_or_default()
    }

    /// The dialogs: the early ones of a forked INVITE, then the confirmed one.
    pub fn dialogs(&self) -> impl Iterator<Item = DialogId> + '_ {
        std::iter::empty()
    }

    /// The client transactions this session has a use for.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> + '_ {
        std::iter::empty()
    }

    /// The server transactions this session has yet to answer.
    pub fn servers(&self) -> impl Iterator<Item = ServerId> + '_ {
        std::iter::empty()
    }

    /// Whether the far end's last Allow header names the method; without one, only the methods of
    /// RFC 3261 are.
    pub fn remote_allows(&self, method: &Method) -> bool {
        let _ = method;
        false
    }

    /// The far end's address as From or To show it, tag included once known.
    pub fn remote_party(&self) -> &NameAddr {
        &self.remote
    }

    /// The flow in-dialog requests take, when they are bound to one.
    pub fn flow(&self) -> Option<Flow> {
        self.flow
    }

    /// Binds in-dialog requests to another flow.
    pub fn set_flow(&mut self, flow: Option<Flow>) {
        self.flow = flow;
    }
}
