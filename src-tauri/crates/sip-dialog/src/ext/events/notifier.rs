//! The notifier's side of one subscription (RFC 6665 §4.2).

use crate::{Ctx, Dialog, DialogId, limits::MAX_SUBSCRIPTION, session::destination};
use bytes::Bytes;
use sip_message::{
    HeaderName, Method, Request, Response, ResponseBuilder, StatusCode, Uri,
    header::{Contact, Event, Expires, MinExpires, NameAddr, SubscriptionState},
};
use sip_transaction::{ClientId, Destination, ServerId};
use sip_transport::Flow;
use std::time::{Duration, Instant};

/// How long subscriptions of a package last, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// If the subscriber does not say.
    pub default: u32,
    /// Shorter ones are refused with 423.
    pub min: u32,
    /// Longer ones are shortened.
    pub max: u32,
}

/// One subscription at the notifier.
#[derive(Debug)]
pub struct Notifier {
    dialog: Dialog,
    event: Event,
    contact: Uri,
    flow: Option<Flow>,
    terms: Terms,
    state: State,
    expires_at: Instant,
    /// When we end it of ourselves: at the expiry, but not before the owner could send the state
    /// that a SUBSCRIBE with `Expires: 0` asks for.
    end_at: Instant,
    in_flight: Option<ClientId>,
    /// The newest state, while a NOTIFY is in flight.
    waiting: Option<Notice>,
    told: Option<NotifierEvent>,
}

/// What a subscription waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The owner has not decided yet.
    Pending,
    /// Notified of every change.
    Active,
    /// The last NOTIFY is out, or waits for the one before.
    Ending,
    /// Over.
    Ended,
}

#[derive(Debug)]
struct Notice {
    state: SubscriptionState,
    body: Option<(String, Bytes)>,
}

/// What a subscription tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifierEvent {
    /// The subscription was refreshed: the whole state is to be sent now (RFC 6665 §4.2.1.2).
    StateWanted,
    /// It is over: unsubscribed, expired, refused a NOTIFY, or terminated by the owner.
    Ended,
}

impl Notifier {
    /// Accepts a SUBSCRIBE outside a dialog with 200; the owner then sends the whole state with
    /// [`Notifier::notify`] at once. `pending`: somebody must still agree. `Err`: it was refused
    /// with this response: 400, or 423 for an interval too short.
    pub fn accept(
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
        contact: Uri,
        terms: Terms,
        pending: bool,
    ) -> Result<Notifier, Response> {
        let tag = ctx.endpoint.token();
        let mut refuse = |response: ResponseBuilder| {
            let response = response.to_tag(&tag).build();
            ctx.endpoint.respond(ctx.now, server, response.clone());
            response
        };
        let dialog = Dialog::uas(request, &tag)
            .map_err(|why| refuse(answer(request, 400).reason(&why.to_string())))?;
        let event = request
            .headers()
            .get::<Event>()
            .map_err(|_| refuse(answer(request, 489)))?;
        let seconds = terms
            .grant(request)
            .map_err(|min| refuse(answer(request, 423).push(&MinExpires(min))))?;
        let mut notifier = Notifier {
            dialog,
            event,
            contact,
            flow: Some(flow),
            terms,
            state: if pending {
                State::Pending
            } else {
                State::Active
            },
            expires_at: ctx.now,
            end_at: ctx.now,
            in_flight: None,
            waiting: None,
            told: None,
        };
        let response = answer(request, 200)
            .to_tag(&tag)
            .copy(request.headers(), HeaderName::RecordRoute);
        notifier.welcome(ctx, server, response, seconds);
        Ok(notifier)
    }

    /// A further SUBSCRIBE inside the dialog: a refresh, or with `Expires: 0` the end.
    pub fn on_subscribe(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        let is_ours = request
            .headers()
            .get::<Event>()
            .is_ok_and(|event| event.is_same_subscription(&self.event));
        let refusal = if matches!(self.state, State::Ending | State::Ended) {
            Some(answer(request, 481))
        } else if self.dialog.accept(request).is_err() {
            Some(answer(request, 500))
        } else if !is_ours {
            Some(answer(request, 489))
        } else {
            None
        };
        if let Some(refusal) = refusal {
            ctx.endpoint.respond(ctx.now, server, refusal.build());
            return;
        }
        match self.terms.grant(request) {
            Err(min) => {
                let response = answer(request, 423).push(&MinExpires(min));
                ctx.endpoint.respond(ctx.now, server, response.build());
            }
            Ok(seconds) => {
                self.dialog.refresh_target(request.headers());
                self.flow = Some(flow);
                self.welcome(ctx, server, answer(request, 200), seconds);
                if self.told.is_none() {
                    self.told = Some(NotifierEvent::StateWanted);
                }
            }
        }
    }

    /// Tells the subscriber the state. While a NOTIFY is unanswered only the newest state is kept
    /// and sent afterwards (RFC 6665 §4.2.2). A subscription whose time is up ends with it.
    pub fn notify(&mut self, ctx: &mut Ctx<'_>, body: Option<(&str, Bytes)>) {
        let state = match (self.state, self.seconds_left(ctx.now)) {
            (State::Ending | State::Ended, _) => return,
            (_, 0) => return self.terminate(ctx, "timeout", None, body),
            (State::Pending, left) => SubscriptionState::pending(left),
            (State::Active, left) => SubscriptionState::active(left),
        };
        self.say(ctx, state, body);
    }

    /// The subscription is agreed to; the state is to be sent now.
    pub fn activate(&mut self) {
        if self.state == State::Pending {
            self.state = State::Active;
        }
    }

    /// Ends the subscription: `deactivated` (subscribe anew at once), `probation`, `rejected`,
    /// `timeout`, `giveup`, `noresource`, `invariant` (RFC 6665 §4.1.3). `retry_after` in seconds.
    pub fn terminate(
        &mut self,
        ctx: &mut Ctx<'_>,
        reason: &str,
        retry_after: Option<u32>,
        body: Option<(&str, Bytes)>,
    ) {
        if matches!(self.state, State::Ending | State::Ended) {
            return;
        }
        let mut state = SubscriptionState::terminated(reason);
        if let Some(seconds) = retry_after {
            state.params = state.params.with("retry-after", &seconds.to_string());
        }
        self.state = State::Ending;
        self.say(ctx, state, body);
    }

    /// The final response to a NOTIFY. Any refusal ends the subscription (RFC 6665 §4.2.2).
    pub fn on_response(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        if self.in_flight != Some(client) || response.status().is_provisional() {
            return;
        }
        self.in_flight = None;
        if response.status().is_success() {
            self.dialog.refresh_target(response.headers());
            match self.waiting.take() {
                Some(notice) => self.send(ctx, notice),
                None if self.state == State::Ending => self.end(),
                None => {}
            }
        } else {
            self.end();
        }
    }

    /// A NOTIFY could not be delivered or was never answered: the subscriber is gone.
    pub fn on_client_failed(&mut self, client: ClientId) {
        if self.in_flight == Some(client) {
            self.in_flight = None;
            self.end();
        }
    }

    /// The subscription's time is up: the subscriber is told.
    pub fn on_timeout(&mut self, ctx: &mut Ctx<'_>) {
        if self.next_timeout().is_some_and(|at| ctx.now >= at) {
            self.terminate(ctx, "timeout", None, None);
        }
    }

    /// When [`Notifier::on_timeout`] is wanted.
    pub fn next_timeout(&self) -> Option<Instant> {
        matches!(self.state, State::Pending | State::Active).then_some(self.end_at)
    }

    /// The next thing the owner must know.
    pub fn poll(&mut self) -> Option<NotifierEvent> {
        self.told.take()
    }

    /// Nothing is left to send, wait for or tell.
    pub fn is_over(&self) -> bool {
        self.state == State::Ended && self.told.is_none()
    }

    /// The last state has been said, or waits to be: later ones are not told.
    pub fn is_ending(&self) -> bool {
        matches!(self.state, State::Ending | State::Ended)
    }

    /// The dialog's name.
    pub fn dialog(&self) -> &DialogId {
        self.dialog.id()
    }

    /// What the subscription is about.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The subscriber's address.
    pub fn subscriber(&self) -> &NameAddr {
        self.dialog.remote()
    }

    /// The NOTIFY in flight.
    pub fn client(&self) -> Option<ClientId> {
        self.in_flight
    }

    /// Binds NOTIFYs to another flow; `None` lets the route set decide.
    pub fn set_flow(&mut self, flow: Option<Flow>) {
        self.flow = flow;
    }

    fn welcome(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        response: ResponseBuilder,
        seconds: u32,
    ) {
        self.expires_at = ctx.now + Duration::from_secs(u64::from(seconds));
        self.end_at = ctx.now + Duration::from_secs(u64::from(seconds.max(1)));
        let response = response
            .push(&Contact::Addr(NameAddr::new(self.contact.clone())))
            .push(&Expires(seconds));
        ctx.endpoint.respond(ctx.now, server, response.build());
    }

    fn say(&mut self, ctx: &mut Ctx<'_>, state: SubscriptionState, body: Option<(&str, Bytes)>) {
        let notice = Notice {
            state,
            body: body.map(|(kind, body)| (kind.to_owned(), body)),
        };
        if self.in_flight.is_some() {
            self.waiting = Some(notice);
        } else {
            self.send(ctx, notice);
        }
    }

    fn send(&mut self, ctx: &mut Ctx<'_>, notice: Notice) {
        let mut notify = self
            .dialog
            .request(Method::Notify)
            .push(&Contact::Addr(NameAddr::new(self.contact.clone())))
            .push(&self.event)
            .push(&notice.state);
        if let Some((kind, body)) = notice.body {
            notify = notify.body(&kind, body);
        }
        let to = match self.flow {
            Some(flow) => Destination::Flow(flow),
            None => destination(self.dialog.next_hop()),
        };
        self.in_flight = Some(ctx.endpoint.send(ctx.now, to, notify));
    }

    fn end(&mut self) {
        self.waiting = None;
        if self.state != State::Ended {
            self.state = State::Ended;
            self.told = Some(NotifierEvent::Ended);
        }
    }

    fn seconds_left(&self, now: Instant) -> u32 {
        let left = self.expires_at.saturating_duration_since(now);
        u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }
}

impl Terms {
    /// How long a SUBSCRIBE is granted. `Err`: too short, and the shortest granted
    /// (RFC 6665 §4.2.1.1). Zero, the end or a one-time look, is always granted.
    fn grant(&self, request: &Request) -> Result<u32, u32> {
        let asked = request.headers().find::<Expires>().ok().flatten();
        match asked.map_or(self.default, |expires| expires.0) {
            0 => Ok(0),
            seconds if seconds < self.min => Err(self.min),
            seconds => Ok(seconds.min(self.max).min(MAX_SUBSCRIPTION)),
        }
    }
}

fn answer(request: &Request, code: u16) -> ResponseBuilder {
    Response::to(request, StatusCode::new(code).unwrap_or(StatusCode::OK))
}
