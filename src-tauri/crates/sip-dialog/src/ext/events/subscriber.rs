//! The subscriber's side of one subscription (RFC 6665 §4.1).

use crate::{
    Ctx, Dialog,
    limits::{MAX_SECOND_TRIES, MAX_SUBSCRIPTION, RESUBSCRIBE_AFTER, RESUBSCRIBE_SOONEST},
    session::destination,
};
use bytes::Bytes;
use sip_message::{
    Method, Request, RequestBuilder, Response, StatusCode, Text, Uri,
    header::{
        CSeq, CallId, Contact, Event, Expires, From, MinExpires, NameAddr, Route, SubState,
        SubscriptionState, To,
    },
};
use sip_transaction::{ClientId, Destination, ServerId};
use sip_transport::Flow;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// A SUBSCRIBE to be sent, and kept alive.
#[derive(Clone, Debug)]
pub struct Subscribe {
    /// The Request-URI.
    pub request_uri: Uri,
    /// From; the tag is ours.
    pub from: NameAddr,
    /// To, without a tag.
    pub to: NameAddr,
    /// Our Contact.
    pub contact: Uri,
    /// Route headers, nearest first.
    pub routes: Vec<NameAddr>,
    /// What it is about.
    pub event: Event,
    /// How long we ask for, in seconds.
    pub expires: u32,
    /// Further headers (Accept …), as name and value; sent with each SUBSCRIBE.
    pub headers: Vec<(String, Bytes)>,
}

/// One subscription at the subscriber.
#[derive(Debug)]
pub struct Subscriber {
    subscribe: Subscribe,
    destination: Destination,
    state: SubscriberState,
    call_id: Text,
    tag: Text,
    /// CSeq of the last SUBSCRIBE outside a dialog.
    number: u32,
    dialog: Option<Dialog>,
    in_flight: Option<InFlight>,
    tries: u8,
    expires: u32,
    /// Timer N: a NOTIFY must come by then (RFC 6665 §4.1.2.4).
    notify_by: Option<Instant>,
    refresh_at: Option<Instant>,
    expires_at: Option<Instant>,
    resubscribe_at: Option<Instant>,
    events: VecDeque<SubscriberEvent>,
}

#[derive(Debug)]
struct InFlight {
    client: ClientId,
    request: Request,
    /// Whether the 401 or 407 waits for the owner.
    is_challenged: bool,
}

/// What a subscription waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriberState {
    /// The first NOTIFY.
    AwaitingNotify,
    /// The notifier's decision.
    Pending,
    /// News.
    Active,
    /// The time to subscribe anew.
    AwaitingRetry,
    /// The last NOTIFY; we unsubscribed.
    AwaitingEnd,
    /// Nothing.
    Ended,
}

/// What a subscription tells its owner.
#[derive(Clone, Debug)]
pub enum SubscriberEvent {
    /// The state, as the notifier tells it. It has been answered 200.
    Notified {
        /// How the subscription stands.
        state: SubState,
        /// The whole NOTIFY.
        request: Request,
    },
    /// Credentials are wanted: [`Subscriber::authorize`], or nothing to give up.
    Challenged {
        /// The SUBSCRIBE.
        request: Request,
        /// The 401 or 407.
        response: Response,
    },
    /// The subscription is gone; it will be made anew by itself after the pause.
    Lost {
        /// Why, as a terminating NOTIFY says.
        reason: Option<Text>,
        /// The pause.
        retry_in: Duration,
    },
    /// It is over for good.
    Ended {
        /// The refusal, if there was one.
        status: Option<StatusCode>,
        /// Why, as a terminating NOTIFY says.
        reason: Option<Text>,
    },
}

impl Subscriber {
    /// Subscribes.
    pub fn subscribe(ctx: &mut Ctx<'_>, to: Destination, subscribe: Subscribe) -> Subscriber {
        let mut subscriber = Subscriber {
            expires: subscribe.expires.min(MAX_SUBSCRIPTION),
            subscribe,
            destination: to,
            state: SubscriberState::AwaitingNotify,
            call_id: Text::default(),
            tag: Text::default(),
            number: 0,
            dialog: None,
            in_flight: None,
            tries: 0,
            notify_by: None,
            refresh_at: None,
            expires_at: None,
            resubscribe_at: None,
            events: VecDeque::new(),
        };
        subscriber.start(ctx);
        subscriber
    }

    /// Ends the subscription: SUBSCRIBE with `Expires: 0`, then a last NOTIFY (RFC 6665 §4.1.2.3).
    pub fn unsubscribe(&mut self, ctx: &mut Ctx<'_>) {
        match self.state {
            SubscriberState::AwaitingEnd | SubscriberState::Ended => {}
            SubscriberState::AwaitingRetry => self.end(None, None),
            _ => {
                self.state = SubscriberState::AwaitingEnd;
                self.expires = 0;
                self.refresh_at = None;
                self.expires_at = None;
                let free = self.in_flight.as_ref().is_none_or(|f| f.is_challenged);
                if free && self.dialog.is_some() {
                    self.send(ctx);
                } else if free {
                    self.end(None, None);
                }
                // Else it is sent when the SUBSCRIBE in flight is answered.
            }
        }
    }

    /// A response to a SUBSCRIBE.
    pub fn on_response(&mut self, ctx: &mut Ctx<'_>, client: ClientId, response: &Response) {
        let is_ours = self.client() == Some(client) && response.status().is_final();
        let Some(in_flight) = self.in_flight.take_if(|_| is_ours) else {
            return;
        };
        let asked = in_flight.request.headers().find::<Expires>();
        let asked = asked.ok().flatten().map_or(0, |expires| expires.0);
        match response.status().code() {
            200..=299 => {
                self.tries = 0;
                self.on_accepted(ctx, &in_flight.request, asked, response);
            }
            401 | 407 if self.tries < MAX_SECOND_TRIES => {
                self.events.push_back(SubscriberEvent::Challenged {
                    request: in_flight.request.clone(),
                    response: response.clone(),
                });
                self.in_flight = Some(InFlight {
                    is_challenged: true,
                    ..in_flight
                });
            }
            423 if self.tries < MAX_SECOND_TRIES && self.state != SubscriberState::AwaitingEnd => {
                match response.headers().get::<MinExpires>() {
                    Ok(MinExpires(min)) if min > asked && min <= MAX_SUBSCRIPTION => {
                        self.tries += 1;
                        self.expires = min;
                        self.send(ctx);
                    }
                    _ => self.end(Some(response.status()), None),
                }
            }
            // The notifier has forgotten us: a new subscription (RFC 6665 §4.1.2.2).
            481 if self.is_established() => self.lose(ctx, None, Duration::ZERO),
            // Other refusals of a refresh leave the subscription to its time.
            400..=699 if self.is_established() && asked > 0 => {}
            _ => self.end(Some(response.status()), None),
        }
    }

    /// A SUBSCRIBE was never answered (`timeout`) or could not be delivered.
    pub fn on_client_failed(&mut self, client: ClientId, timeout: bool) {
        if self.client() != Some(client) {
            return;
        }
        self.in_flight = None;
        if !self.is_established() {
            let code = if timeout { 408 } else { 503 };
            self.end(StatusCode::new(code), None);
        }
    }

    /// A NOTIFY of this subscription: by Call-ID and our tag.
    pub fn on_notify(
        &mut self,
        ctx: &mut Ctx<'_>,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) {
        if let Err(code) = self.check_notify(request) {
            let status = StatusCode::new(code).unwrap_or(StatusCode::OK);
            let response = Response::to(request, status).build();
            ctx.endpoint.respond(ctx.now, server, response);
            return;
        }
        let response = Response::to(request, StatusCode::OK).push(&Contact::Addr(NameAddr::new(
            self.subscribe.contact.clone(),
        )));
        ctx.endpoint.respond(ctx.now, server, response.build());
        if let Destination::Flow(_) = self.destination {
            self.destination = Destination::Flow(flow);
        }
        let Ok(stands) = request.headers().get::<SubscriptionState>() else {
            return;
        };
        if self.state != SubscriberState::AwaitingEnd {
            // One that crossed our farewell is not the last one.
            self.notify_by = None;
        }
        self.events.push_back(SubscriberEvent::Notified {
            state: stands.state.clone(),
            request: request.clone(),
        });
        match &stands.state {
            SubState::Terminated => self.on_terminated(ctx, &stands),
            _ if self.state == SubscriberState::AwaitingEnd => {}
            state => {
                self.state = match state {
                    SubState::Pending => SubscriberState::Pending,
                    _ => SubscriberState::Active,
                };
                if let Some(seconds) = stands.expires() {
                    self.live_for(ctx.now, seconds);
                }
            }
        }
    }

    /// Sends the challenged SUBSCRIBE again with these Authorization lines.
    pub fn authorize(&mut self, ctx: &mut Ctx<'_>, headers: &[(String, Bytes)]) {
        if self.in_flight.take_if(|f| f.is_challenged).is_none() {
            return;
        }
        self.tries += 1;
        let mut request = self.next_request();
        for (name, value) in headers {
            request = request.push_raw(name, value);
        }
        self.dispatch(ctx, request);
    }

    /// Runs what is due: timer N, refresh, expiry, a new subscription.
    pub fn on_timeout(&mut self, ctx: &mut Ctx<'_>) {
        let due = |at: Option<Instant>| at.is_some_and(|at| ctx.now >= at);
        if due(self.notify_by) {
            // Nobody tells us anything: as good as none (RFC 6665 §4.1.2.4).
            self.end(None, None);
        } else if due(self.expires_at) {
            self.lose(ctx, None, Duration::ZERO);
        } else if due(self.resubscribe_at) {
            self.start(ctx);
        } else if due(self.refresh_at) {
            self.refresh_at = None;
            if self.in_flight.is_none() {
                self.send(ctx);
            }
        }
    }

    /// When [`Subscriber::on_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        [
            self.notify_by,
            self.refresh_at,
            self.expires_at,
            self.resubscribe_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The next thing the owner must know.
    pub fn poll(&mut self) -> Option<SubscriberEvent> {
        self.events.pop_front()
    }

    /// Nothing is left to send, wait for or tell.
    pub fn is_over(&self) -> bool {
        self.state == SubscriberState::Ended && self.in_flight.is_none() && self.events.is_empty()
    }

    /// What is awaited.
    pub fn state(&self) -> SubscriberState {
        self.state
    }

    /// The Call-ID; changes when the subscription is made anew.
    pub fn call_id(&self) -> &Text {
        &self.call_id
    }

    /// Our tag; changes when the subscription is made anew.
    pub fn local_tag(&self) -> &Text {
        &self.tag
    }

    /// The SUBSCRIBE in flight.
    pub fn client(&self) -> Option<ClientId> {
        self.in_flight.as_ref().map(|f| f.client)
    }

    /// A new subscription: new Call-ID, new tag, new dialog.
    fn start(&mut self, ctx: &mut Ctx<'_>) {
        self.call_id = Text::from(ctx.endpoint.token());
        self.tag = Text::from(ctx.endpoint.token());
        self.number = 0;
        self.dialog = None;
        self.resubscribe_at = None;
        self.state = match self.expires {
            0 => SubscriberState::AwaitingEnd, // a one-time look
            _ => SubscriberState::AwaitingNotify,
        };
        self.send(ctx);
    }

    fn send(&mut self, ctx: &mut Ctx<'_>) {
        let request = self.next_request();
        self.dispatch(ctx, request);
    }

    fn next_request(&mut self) -> RequestBuilder {
        let request = match &mut self.dialog {
            Some(dialog) => dialog.request(Method::Subscribe),
            None => {
                self.number += 1;
                let mut request = Request::builder(Method::Subscribe, &self.subscribe.request_uri);
                for route in &self.subscribe.routes {
                    request = request.push(&Route(route.clone()));
                }
                let from = self.subscribe.from.clone().with_tag(&self.tag.to_str());
                request
                    .push(&From(from))
                    .push(&To(self.subscribe.to.clone()))
                    .push(&CallId(self.call_id.clone()))
                    .push(&CSeq {
                        number: self.number,
                        method: Method::Subscribe,
                    })
            }
        };
        let mut request = request
            .push(&Contact::Addr(NameAddr::new(
                self.subscribe.contact.clone(),
            )))
            .push(&self.subscribe.event)
            .push(&Expires(self.expires));
        for (name, value) in &self.subscribe.headers {
            request = request.push_raw(name, value);
        }
        request
    }

    fn dispatch(&mut self, ctx: &mut Ctx<'_>, request: RequestBuilder) {
        let to = match (&self.destination, &self.dialog) {
            (Destination::Flow(_), _) | (_, None) => self.destination.clone(),
            (_, Some(dialog)) => destination(dialog.next_hop()),
        };
        let request = request.build();
        // A refresh that is answered 2xx has shown the notifier alive, NOTIFY or not.
        if matches!(
            self.state,
            SubscriberState::AwaitingNotify | SubscriberState::AwaitingEnd
        ) {
            self.notify_by = Some(ctx.now + ctx.endpoint.config().timers.patience());
        }
        let client = ctx.endpoint.send(ctx.now, to, request.edit());
        self.in_flight = Some(InFlight {
            client,
            request,
            is_challenged: false,
        });
    }

    fn on_accepted(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &Request,
        asked: u32,
        response: &Response,
    ) {
        match &mut self.dialog {
            Some(dialog) => dialog.refresh_target(response.headers()),
            None => self.dialog = Dialog::uac(request, response).ok(),
        }
        let granted = response.headers().find::<Expires>().ok().flatten();
        let granted = granted.map_or(asked, |expires| expires.0.min(asked));
        if self.state == SubscriberState::AwaitingEnd && asked > 0 {
            self.send(ctx); // unsubscribed meanwhile
        } else if asked > 0 {
            self.live_for(ctx.now, granted);
        }
    }

    /// Where the subscription stands after a NOTIFY with `terminated` (RFC 6665 §4.1.3).
    fn on_terminated(&mut self, ctx: &mut Ctx<'_>, stands: &SubscriptionState) {
        let reason = stands.reason();
        let pause = Duration::from_secs(u64::from(stands.retry_after().unwrap_or(0)));
        if self.state == SubscriberState::AwaitingEnd {
            return self.end(None, reason);
        }
        let word = reason.as_ref().map(|reason| reason.to_str().to_lowercase());
        match word.as_deref() {
            Some("deactivated" | "timeout") => self.lose(ctx, reason, Duration::ZERO),
            Some("rejected" | "noresource" | "invariant") => self.end(None, reason),
            // `probation`, `giveup`, an unknown word or none: when the notifier says, else soon.
            _ => self.lose(ctx, reason, pause.max(RESUBSCRIBE_AFTER)),
        }
    }

    /// The subscription is gone and is to be made anew.
    fn lose(&mut self, ctx: &mut Ctx<'_>, reason: Option<Text>, pause: Duration) {
        // Even an immediate retry leaves the wire some air: a notifier that answers each
        // subscription with its end must not be asked without pause.
        let retry_in = pause.max(RESUBSCRIBE_SOONEST);
        self.quiet();
        self.state = SubscriberState::AwaitingRetry;
        self.resubscribe_at = Some(ctx.now + retry_in);
        self.events
            .push_back(SubscriberEvent::Lost { reason, retry_in });
    }

    fn end(&mut self, status: Option<StatusCode>, reason: Option<Text>) {
        self.quiet();
        if self.state != SubscriberState::Ended {
            self.state = SubscriberState::Ended;
            self.events
                .push_back(SubscriberEvent::Ended { status, reason });
        }
    }

    fn quiet(&mut self) {
        self.dialog = None;
        self.notify_by = None;
        self.refresh_at = None;
        self.expires_at = None;
        self.resubscribe_at = None;
        self.in_flight.take_if(|f| f.is_challenged);
    }

    /// Refreshes at three quarters of the time left.
    fn live_for(&mut self, now: Instant, seconds: u32) {
        let time = Duration::from_secs(u64::from(seconds.min(MAX_SUBSCRIPTION)));
        self.refresh_at = Some(now + time * 3 / 4);
        self.expires_at = Some(now + time);
    }

    fn is_established(&self) -> bool {
        self.dialog.is_some()
    }

    /// Whether a NOTIFY is acceptable; the first one may create the dialog before the 2xx does
    /// (RFC 6665 §4.4.1). `Err`: the status to refuse with.
    fn check_notify(&mut self, request: &Request) -> Result<(), u16> {
        let headers = request.headers();
        let event = headers.get::<Event>().map_err(|_| 489u16)?;
        if !event.is_same_subscription(&self.subscribe.event) {
            return Err(489);
        }
        headers.get::<SubscriptionState>().map_err(|_| 400u16)?;
        let tag = request.from().ok().and_then(|from| from.tag());
        match &mut self.dialog {
            Some(dialog) if Some(&dialog.id().remote_tag) != tag.as_ref() => Err(481),
            Some(dialog) => {
                dialog.accept(request).map_err(|_| 500u16)?;
                dialog.refresh_target(headers);
                Ok(())
            }
            None if self.in_flight.is_some() || self.state == SubscriberState::AwaitingNotify => {
                let mut dialog = Dialog::uas(request, &self.tag.to_str()).map_err(|_| 400u16)?;
                dialog.continue_from(self.number);
                self.dialog = Some(dialog);
                Ok(())
            }
            None => Err(481),
        }
    }
}
