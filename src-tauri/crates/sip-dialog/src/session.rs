//! A session: one INVITE usage at one end, from the first INVITE to the last BYE.
//!
//! The caller's part of setting it up is in `caller.rs`, the callee's in `callee.rs`, what happens
//! inside the dialog in `dialog_requests.rs` and `offers.rs`, and the end in `ending.rs`.

mod asking;
mod callee;
mod caller;
mod challenges;
mod config;
mod description;
mod dialog_requests;
mod ending;
mod event;
mod offers;
mod peer;
mod timing;

pub use config::{Invite, Local, Reliable, SessionConfig};
pub use description::{SDP, sdp_of};
pub use event::{EndCause, OfferId, SessionEvent};

use crate::{
    Ctx, DialogId,
    ext::{
        prack::{self, ReliableSender},
        session_timer::{self, SessionTimer},
    },
    limits::{MAX_ALLOWED_METHODS, MAX_REQUESTS_IN_FLIGHT},
};
use bytes::Bytes;
use callee::Call;
use peer::{Errand, OurOffer, OwedAnswer, Peer, Sent, SentAck, TheirOffer, Unacknowledged};
use sip_message::{
    HeaderName, Headers, Method, RequestBuilder, Response, ResponseBuilder, StatusCode, Text, Uri,
    header::{Allow, Contact, NameAddr, RetryAfter, Supported},
};
use sip_transaction::{ClientId, Destination, ServerId, Timers};
use sip_transport::{Flow, Target, Transport};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
};

/// One end of a call.
#[derive(Debug)]
pub struct Session {
    state: SessionState,
    role: Role,
    config: SessionConfig,
    contact: Uri,
    call_id: Text,
    local: NameAddr,
    remote: NameAddr,
    flow: Option<Flow>,
    far: FarEnd,
    /// The early dialogs, newest last; once the call is answered, the one dialog.
    peers: Vec<Peer>,
    /// What the initial INVITE offered, by whomever.
    first_offer: Option<Bytes>,
    /// The INVITE that came in, until it is answered.
    call: Option<Call>,
    /// Numbers our reliable provisional responses, if the caller wants them reliable.
    provisionals: Option<ReliableSender>,
    sent: BTreeMap<ClientId, Sent>,
    unacknowledged: Vec<Unacknowledged>,
    owed: Option<OwedAnswer>,
    ours: Option<OurOffer>,
    theirs: Option<TheirOffer>,
    /// Requests that wait for the owner's answer.
    open: BTreeMap<ServerId, sip_message::Request>,
    timer: Option<SessionTimer>,
    /// Longest Min-SE a 422 named.
    min_se: u32,
    /// The last refresh could not be delivered.
    flow_lost: bool,
    /// Questions in a row that could not be delivered.
    undelivered: u8,
    next_offer: u32,
    /// The Reason header for the BYE that follows the ACK.
    parting: Option<String>,
    told_end: bool,
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
    /// What fits best: UPDATE before the call is answered, re-INVITE after (RFC 3311 §5.1).
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

/// Who sent the first INVITE. The caller owns the Call-ID (RFC 3261 §14.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Caller,
    Callee,
}

/// What the far end said it can do.
#[derive(Debug, Default)]
struct FarEnd {
    allow: Option<Vec<Method>>,
    reliable: bool,
}

impl Session {
    /// The next thing the owner must know.
    pub fn poll(&mut self) -> Option<SessionEvent> {
        self.events.pop_front()
    }

    /// Nothing is left to send, wait for, repeat or tell: the session may be dropped.
    pub fn is_over(&self) -> bool {
        self.state == SessionState::Ended && self.sent.is_empty() && self.events.is_empty()
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

    /// The dialogs: the early ones of a forked INVITE, or the one that is answered.
    pub fn dialogs(&self) -> impl Iterator<Item = DialogId> + '_ {
        self.peers.iter().map(|peer| peer.dialog.id().clone())
    }

    /// The client transactions this session has a use for.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> + '_ {
        self.sent.keys().copied()
    }

    /// The server transactions this session has yet to answer.
    pub fn servers(&self) -> impl Iterator<Item = ServerId> + '_ {
        let call = self.call.iter().map(|call| call.server());
        let theirs = self.theirs.iter().map(|offer| offer.server);
        call.chain(theirs).chain(self.open.keys().copied())
    }

    /// Whether the far end's last Allow header names the method; without one, only those every
    /// caller and callee has (RFC 3261 §5) are.
    pub fn remote_allows(&self, method: &Method) -> bool {
        match &self.far.allow {
            Some(allowed) => allowed.contains(method),
            None => matches!(
                method,
                Method::Invite | Method::Ack | Method::Bye | Method::Cancel | Method::Options
            ),
        }
    }

    /// The far end's address as From or To show it, tag included once known.
    pub fn remote_party(&self) -> NameAddr {
        match self.peers.last() {
            Some(peer) => peer.dialog.remote().clone(),
            None => self.remote.clone(),
        }
    }

    /// The flow in-dialog requests take, when they are bound to one.
    pub fn flow(&self) -> Option<Flow> {
        self.flow
    }

    /// Binds in-dialog requests to another flow; `None` lets the route set decide.
    pub fn set_flow(&mut self, flow: Option<Flow>) {
        self.flow = flow;
    }

    /// Says from now on that we are reached there. The far end learns it with the next request that
    /// refreshes its target (RFC 3261 §12.2).
    pub fn set_contact(&mut self, contact: Uri) {
        self.contact = contact;
    }

    fn new(
        role: Role,
        config: SessionConfig,
        contact: Uri,
        call_id: Text,
        local: NameAddr,
        remote: NameAddr,
    ) -> Session {
        Session {
            state: match role {
                Role::Caller => SessionState::AwaitingAnswer,
                Role::Callee => SessionState::AwaitingDecision,
            },
            role,
            min_se: config.min_se,
            config,
            contact,
            call_id,
            local,
            remote,
            flow: None,
            far: FarEnd::default(),
            peers: Vec::new(),
            first_offer: None,
            call: None,
            provisionals: None,
            sent: BTreeMap::new(),
            unacknowledged: Vec::new(),
            owed: None,
            ours: None,
            theirs: None,
            open: BTreeMap::new(),
            timer: None,
            flow_lost: false,
            undelivered: 0,
            next_offer: 0,
            parting: None,
            told_end: false,
            events: VecDeque::new(),
        }
    }

    /// Hands a request to the endpoint and remembers what it is for.
    fn dispatch(
        &mut self,
        ctx: &mut Ctx<'_>,
        errand: Errand,
        request: RequestBuilder,
        to: Destination,
    ) -> ClientId {
        let request = request.build();
        let client = ctx.endpoint.send(ctx.now, to.clone(), request.edit());
        self.sent.insert(client, Sent::new(errand, request, to));
        client
    }

    /// Whether one more request may be in flight. Answered INVITEs that only wait for repetitions do
    /// not count.
    fn has_room(&self) -> bool {
        let in_flight = self.sent.values().filter(|s| s.accepted_until.is_none());
        in_flight.count() < MAX_REQUESTS_IN_FLIGHT
    }

    /// Where requests to this peer go.
    fn way_to(&self, peer: &Peer) -> Destination {
        match self.flow {
            Some(flow) => Destination::Flow(flow),
            None => destination(peer.dialog.next_hop()),
        }
    }

    /// The request in flight for `errand`.
    fn client_for(&self, errand: Errand) -> Option<ClientId> {
        let mut sent = self.sent.iter();
        sent.find(|(_, sent)| sent.errand == errand)
            .map(|(client, _)| *client)
    }

    /// Adds what every request and response that opens, refreshes or describes a session says about
    /// us: Contact, Allow, Supported.
    fn introduce_in_request(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .push(&Contact::Addr(NameAddr::new(self.contact.clone())))
            .push_list(&self.allow())
            .push_list(&self.supported())
    }

    fn introduce_in_response(&self, response: ResponseBuilder) -> ResponseBuilder {
        response
            .push(&Contact::Addr(NameAddr::new(self.contact.clone())))
            .push_list(&self.allow())
            .push_list(&self.supported())
    }

    fn allow(&self) -> Vec<Allow> {
        self.config.allow.iter().cloned().map(Allow).collect()
    }

    fn supported(&self) -> Vec<Supported> {
        let ours = match self.config.reliable {
            Reliable::Off => &[session_timer::OPTION][..],
            Reliable::Supported | Reliable::Required => &[session_timer::OPTION, prack::OPTION],
        };
        let ours = ours.iter().map(|option| Supported::from(*option));
        ours.chain(self.config.supported.iter().cloned().map(Supported))
            .collect()
    }

    /// Remembers what the far end can do.
    fn note_abilities(&mut self, headers: Headers<'_>) {
        if headers.has(HeaderName::Allow) {
            let methods = headers.all::<Allow>().filter_map(Result::ok);
            let methods = methods.take(MAX_ALLOWED_METHODS).map(|allow| allow.0);
            self.far.allow = Some(methods.collect());
        }
        if headers.has(HeaderName::Supported) || headers.has(HeaderName::Require) {
            self.far.reliable = headers.lists(HeaderName::Supported, prack::OPTION)
                || headers.lists(HeaderName::Require, prack::OPTION);
        }
    }
}

impl SessionState {
    /// Every state, for tables of all cells.
    pub const ALL: [SessionState; 10] = [
        SessionState::AwaitingAnswer,
        SessionState::AwaitingCancelled,
        SessionState::AwaitingOurAnswer,
        SessionState::AwaitingDecision,
        SessionState::AwaitingPrack,
        SessionState::AwaitingAck,
        SessionState::AwaitingAckToHangUp,
        SessionState::Talking,
        SessionState::AwaitingByeAnswer,
        SessionState::Ended,
    ];
}

/// The next hop a URI names. An address needs no resolver.
pub(crate) fn destination(uri: &Uri) -> Destination {
    let target = uri.as_sip().and_then(|sip| {
        let ip = sip.host().ip()?;
        let transport = match sip.transport() {
            Some(name) => Transport::from_uri_name(&name, sip.is_secure())?,
            None if sip.is_secure() => Transport::Tls,
            None => Transport::Udp,
        };
        Some(Target {
            transport,
            addr: SocketAddr::new(ip, sip.port().unwrap_or(transport.default_port())),
            server_name: None,
        })
    });
    match target {
        Some(target) => Destination::Target(target),
        None => Destination::Resolve(uri.clone()),
    }
}

/// Adds the owner's headers.
fn with_headers(mut builder: ResponseBuilder, headers: &[(String, Bytes)]) -> ResponseBuilder {
    for (name, value) in headers {
        builder = builder.push_raw(name, value);
    }
    builder
}

/// As [`with_headers`], for requests.
fn with_request_headers(
    mut builder: RequestBuilder,
    headers: &[(String, Bytes)],
) -> RequestBuilder {
    for (name, value) in headers {
        builder = builder.push_raw(name, value);
    }
    builder
}

/// A number below `below` by the endpoint's chance.
fn chance(ctx: &mut Ctx<'_>, below: u32) -> u32 {
    let token = ctx.endpoint.token();
    let mixed = token.bytes().fold(0u32, |mixed, b| {
        mixed.wrapping_mul(31).wrapping_add(u32::from(b))
    });
    mixed % below.max(1)
}

/// 500 with a Retry-After of up to 10 s: a request that came while another had to be answered first
/// (RFC 3261 §14.2, RFC 3311 §5.2).
fn try_again_soon(ctx: &mut Ctx<'_>, request: &sip_message::Request) -> Response {
    let seconds = chance(ctx, 11);
    Response::to(request, status(500))
        .push(&RetryAfter::new(seconds))
        .build()
}

/// A status code from a number known to be one.
const fn status(code: u16) -> StatusCode {
    match StatusCode::new(code) {
        Some(status) => status,
        None => StatusCode::OK,
    }
}

/// The value of the Reason header, if any.
fn reason_of(headers: Headers<'_>) -> Option<Text> {
    headers.value(HeaderName::Reason)
}

/// The endpoint's timer values.
fn timers(ctx: &Ctx<'_>) -> Timers {
    ctx.endpoint.config().timers
}
