//! The message lamp of a simulated phone (RFC 3842): what it was told last, and its subscription if
//! its owner has set one up.

use super::{SimPhone, ctx, status};
use bytes::Bytes;
use sip_dialog::ext::events::{Subscribe, Subscriber, SubscriberEvent};
use sip_message::{
    HeaderName, Method, Request, Response, StatusCode,
    header::{Event, NameAddr},
};
use sip_server::digest::answer_challenge;
use sip_transaction::{ClientId, Destination, ServerId};
use sip_transport::Flow;
use std::time::Instant;

/// What a phone was told of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether the lamp is lit.
    pub lit: bool,
    /// New messages.
    pub new: u32,
    /// Kept messages.
    pub old: u32,
    /// What its message key calls.
    pub account: String,
    /// Whether it was told in its subscription.
    pub subscribed: bool,
}

#[derive(Debug, Default)]
pub(super) struct Lamp {
    subscriber: Option<Subscriber>,
    told: Vec<Told>,
    /// Why its subscription ended: the status of the refusal, or 200.
    ended: Option<u16>,
    /// What it answers to who tells it without being asked.
    refusal: Option<u16>,
}

impl Lamp {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.subscriber.as_ref()?.next_timeout()
    }

    pub(super) fn is_waiting_for(&self, client: ClientId) -> bool {
        let subscriber = self.subscriber.as_ref();
        subscriber.is_some_and(|subscriber| subscriber.client() == Some(client))
    }
}

impl SimPhone {
    /// Subscribes to the messages of an address, for so many seconds.
    pub fn subscribe(&mut self, now: Instant, resource: &str, seconds: u32) {
        self.subscribe_to(now, "message-summary", resource, seconds);
    }

    /// Subscribes to anything.
    pub fn subscribe_to(&mut self, now: Instant, package: &str, resource: &str, seconds: u32) {
        let wish = Subscribe {
            request_uri: self.address(resource),
            from: NameAddr::new(self.address(&self.user)),
            to: NameAddr::new(self.address(resource)),
            contact: self.contact(),
            routes: Vec::new(),
            event: Event::new(package),
            expires: seconds,
            headers: Vec::new(),
        };
        let to = Destination::Flow(self.flow());
        let mut ctx = ctx(now, &mut self.endpoint);
        self.lamp.subscriber = Some(Subscriber::subscribe(&mut ctx, to, wish));
        self.lamp.ended = None;
    }

    /// Ends its subscription.
    pub fn unsubscribe(&mut self, now: Instant) {
        if let Some(subscriber) = &mut self.lamp.subscriber {
            subscriber.unsubscribe(&mut ctx(now, &mut self.endpoint));
        }
    }

    /// It does not want to be told without a subscription.
    pub fn refuse_unasked(&mut self, status: Option<u16>) {
        self.lamp.refusal = status;
    }

    /// All it was told of messages since it was switched on.
    pub fn told(&self) -> &[Told] {
        &self.lamp.told
    }

    /// What its display shows: new and kept messages; dark before it was told.
    pub fn messages(&self) -> (u32, u32) {
        let last = self.lamp.told.last();
        last.map_or((0, 0), |told| (told.new, told.old))
    }

    /// Whether its lamp is lit.
    pub fn is_lit(&self) -> bool {
        self.lamp.told.last().is_some_and(|told| told.lit)
    }

    /// Whether it is subscribed, or why it is not any more: the status of the refusal, or 200.
    pub fn subscription_ended(&self) -> Option<u16> {
        self.lamp.ended
    }

    /// A NOTIFY. `false`: it belongs to something else.
    pub(super) fn on_notify(
        &mut self,
        now: Instant,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) -> bool {
        let subscriber = self.lamp.subscriber.as_mut();
        match (request.to_tag(), subscriber) {
            (Some(tag), Some(subscriber))
                if request.call_id().ok().as_ref() == Some(subscriber.call_id())
                    && tag == *subscriber.local_tag() =>
            {
                subscriber.on_notify(&mut ctx(now, &mut self.endpoint), server, flow, request);
                true
            }
            (Some(_), _) => false,
            (None, _) => {
                let code = self.lamp.refusal.unwrap_or(200);
                let answer = Response::to(request, status(code)).to_tag("sim").build();
                self.endpoint.respond(now, server, answer);
                if code == 200 {
                    self.lamp.told.extend(read(request, false));
                }
                true
            }
        }
    }

    pub(super) fn on_subscribe_answered(
        &mut self,
        now: Instant,
        client: ClientId,
        response: &Response,
    ) {
        if let Some(subscriber) = &mut self.lamp.subscriber {
            subscriber.on_response(&mut ctx(now, &mut self.endpoint), client, response);
        }
    }

    pub(super) fn on_subscribe_failed(&mut self, client: ClientId, timeout: bool) {
        if let Some(subscriber) = &mut self.lamp.subscriber {
            subscriber.on_client_failed(client, timeout);
        }
    }

    pub(super) fn on_lamp_timeout(&mut self, now: Instant) {
        if let Some(subscriber) = &mut self.lamp.subscriber
            && subscriber.next_timeout().is_some_and(|at| at <= now)
        {
            subscriber.on_timeout(&mut ctx(now, &mut self.endpoint));
        }
    }

    /// Hears what its subscription has to say.
    pub(super) fn watch_lamp(&mut self, now: Instant) {
        while let Some(event) = self.lamp.subscriber.as_mut().and_then(Subscriber::poll) {
            match event {
                SubscriberEvent::Notified { request, .. } => {
                    self.lamp.told.extend(read(&request, true));
                }
                SubscriberEvent::Challenged { request, response } => {
                    self.prove_subscriber(now, &request, &response);
                }
                SubscriberEvent::Lost { .. } => {}
                SubscriberEvent::Ended { status, .. } => {
                    let status = status.unwrap_or(StatusCode::OK);
                    self.lamp.ended = Some(status.code());
                }
            }
        }
    }

    fn prove_subscriber(&mut self, now: Instant, request: &Request, response: &Response) {
        let cnonce = self.endpoint.token();
        let answered = answer_challenge(response, request, &self.login(), &cnonce);
        let (Some(answered), Some(subscriber)) = (answered, &mut self.lamp.subscriber) else {
            self.lamp.ended = Some(401);
            self.lamp.subscriber = None;
            return;
        };
        let request = answered.request.build();
        let lines = request.headers().named(HeaderName::Authorization);
        let headers: Vec<(String, Bytes)> = lines
            .map(|line| ("Authorization".to_owned(), line.value().bytes().clone()))
            .collect();
        subscriber.authorize(&mut ctx(now, &mut self.endpoint), &headers);
    }
}

/// Reads a summary as phones do; none in a NOTIFY of another kind or without one.
fn read(notify: &Request, subscribed: bool) -> Option<Told> {
    let body = notify.body();
    let body = std::str::from_utf8(&body).ok()?;
    let field = |name: &str| {
        let mut lines = body.split("\r\n");
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let (new, old) = field("Voice-Message")?.split_once(' ')?.0.split_once('/')?;
    assert_eq!(notify.method(), Method::Notify);
    Some(Told {
        lit: field("Messages-Waiting")? == "yes",
        new: new.parse().ok()?,
        old: old.parse().ok()?,
        account: field("Message-Account")?.to_owned(),
        subscribed,
    })
}
