//! Subscriptions (RFC 6665): who wants to be told of what, and is told when it changes.
//!
//! One table holds those of every event package. A package is a module of its own in here: it
//! decides what a SUBSCRIBE means and who may send it, and writes the state of that
//! ([`Topic`]). State lives in memory only: a phone whose subscription is lost is answered 481 at
//! its next refresh and subscribes anew.

mod messages;
mod unsolicited;

use crate::{
    limits::{MAX_SUBSCRIPTIONS, MAX_SUBSCRIPTIONS_PER_DEVICE, MAX_SUBSCRIPTIONS_PER_PERSON},
    switch::Switch,
};
use bytes::Bytes;
use office::{Device, DeviceId, MailboxId, Office, PersonId};
use sip_dialog::{
    Ctx, DialogId,
    ext::events::{Notifier, NotifierEvent},
};
use sip_message::{HostPort, Request, Response, Text};
use sip_server::{
    digest::Authenticated,
    events::{self, Package, message_summary},
};
use sip_transaction::{ClientId, ServerId};
use sip_transport::Flow;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Instant,
};
use unsolicited::{Lamps, Shows};

/// The event packages of this office.
const PACKAGES: [&Package; 1] = [&message_summary::PACKAGE];

/// What a subscription is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// The messages of every mailbox a person sees: the lamp of their phones.
    Messages(PersonId),
    /// The messages of one mailbox: a key with a lamp.
    Mailbox(MailboxId),
}

impl Topic {
    fn package(self) -> &'static Package {
        match self {
            Topic::Messages(_) | Topic::Mailbox(_) => &message_summary::PACKAGE,
        }
    }
}

/// Names a subscription for as long as the engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SubscriptionId(u64);

/// One phone that wants to be told of one thing.
#[derive(Debug)]
struct Subscription {
    notifier: Notifier,
    device: DeviceId,
    topic: Topic,
    /// Where its SUBSCRIBE came from last.
    flow: Flow,
    /// The office's address as this phone wrote it.
    host: HostPort,
    /// The state as told last.
    told: Option<Bytes>,
    /// The NOTIFY and the time it is indexed under.
    client: Option<ClientId>,
    armed: Option<Instant>,
}

/// All subscriptions, and the lamps of phones that do not subscribe.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    kept: BTreeMap<SubscriptionId, Subscription>,
    last: u64,
    /// By Call-ID and our tag.
    by_dialog: BTreeMap<(Text, Text), SubscriptionId>,
    by_client: BTreeMap<ClientId, SubscriptionId>,
    by_topic: BTreeSet<(Topic, SubscriptionId)>,
    by_device: BTreeSet<(DeviceId, SubscriptionId)>,
    due: BTreeSet<(Instant, SubscriptionId)>,
    lamps: Lamps,
}

impl Subscriptions {
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let own = self.due.first().map(|(at, _)| *at);
        own.into_iter().chain(self.lamps.next_timeout()).min()
    }

    fn of_device(&self, device: DeviceId) -> impl Iterator<Item = (SubscriptionId, &Subscription)> {
        let all = (device, SubscriptionId(0))..=(device, SubscriptionId(u64::MAX));
        let ids = self.by_device.range(all).map(|(_, id)| *id);
        ids.filter_map(|id| Some((id, self.kept.get(&id)?)))
    }

    fn of_topic(&self, topic: Topic) -> Vec<SubscriptionId> {
        let all = (topic, SubscriptionId(0))..=(topic, SubscriptionId(u64::MAX));
        self.by_topic.range(all).map(|(_, id)| *id).collect()
    }

    /// What those of a package are about, once each.
    fn topics_of(&self, package: &Package) -> BTreeSet<Topic> {
        let topics = self.by_topic.iter().map(|(topic, _)| *topic);
        topics.filter(|topic| topic.package() == package).collect()
    }

    /// Those of a device for a package, from one address: that is one telephone.
    fn of_telephone(
        &self,
        device: DeviceId,
        address: IpAddr,
        package: &'static Package,
    ) -> impl Iterator<Item = SubscriptionId> {
        self.of_device(device)
            .filter(move |(_, subscription)| {
                subscription.flow.remote.ip() == address
                    && *subscription.topic.package() == *package
            })
            .map(|(id, _)| id)
    }

    fn find(&self, request: &Request) -> Option<SubscriptionId> {
        let dialog = DialogId::of_request(request)?;
        let key = (dialog.call_id, dialog.local_tag);
        self.by_dialog.get(&key).copied()
    }

    fn has_room(&self, office: &Office, device: &Device) -> bool {
        let of_person = office.devices_of(device.person);
        let of_person: usize = of_person.map(|each| self.of_device(each.id).count()).sum();
        self.kept.len() < MAX_SUBSCRIPTIONS
            && of_person < MAX_SUBSCRIPTIONS_PER_PERSON
            && self.of_device(device.id).count() < MAX_SUBSCRIPTIONS_PER_DEVICE
    }

    fn add(&mut self, subscription: Subscription) -> SubscriptionId {
        self.last += 1;
        let id = SubscriptionId(self.last);
        let key = dialog_key(&subscription.notifier);
        self.by_dialog.insert(key, id);
        self.by_topic.insert((subscription.topic, id));
        self.by_device.insert((subscription.device, id));
        self.kept.insert(id, subscription);
        id
    }

    fn remove(&mut self, id: SubscriptionId) -> Option<Subscription> {
        let gone = self.kept.remove(&id)?;
        self.by_dialog.remove(&dialog_key(&gone.notifier));
        self.by_topic.remove(&(gone.topic, id));
        self.by_device.remove(&(gone.device, id));
        if let Some(client) = gone.client {
            self.by_client.remove(&client);
        }
        if let Some(at) = gone.armed {
            self.due.remove(&(at, id));
        }
        Some(gone)
    }

    /// Indexes the NOTIFY in flight and the next time to look.
    fn index(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.kept.get_mut(&id) else {
            return;
        };
        let (client, at) = (
            subscription.notifier.client(),
            subscription.notifier.next_timeout(),
        );
        if let Some(old) = std::mem::replace(&mut subscription.client, client) {
            self.by_client.remove(&old);
        }
        if let Some(old) = std::mem::replace(&mut subscription.armed, at) {
            self.due.remove(&(old, id));
        }
        self.by_client.extend(client.map(|client| (client, id)));
        self.due.extend(at.map(|at| (at, id)));
    }
}

impl Switch {
    /// The packages offered, as an Allow-Events header names them.
    pub(crate) fn allow_events() -> String {
        PACKAGES.map(|package| package.name).join(", ")
    }

    /// A SUBSCRIBE inside a dialog, over the flow that has proved itself when it began. `false`:
    /// it is none of that kind.
    pub(crate) fn on_known_subscriber(
        &mut self,
        server: ServerId,
        flow: Flow,
        request: &Request,
    ) -> bool {
        let subscriptions = &self.subscriptions;
        let found = subscriptions.find(request).filter(|id| {
            let subscription = subscriptions.kept.get(id);
            subscription.is_some_and(|subscription| subscription.flow == flow)
        });
        if let Some(id) = found {
            self.renew(id, server, flow, request);
        }
        found.is_some()
    }

    /// A SUBSCRIBE of a device that proved who it is.
    pub(crate) fn on_subscribe(&mut self, server: ServerId, request: &Authenticated<Request>) {
        let office = self.office();
        let flow = request.flow();
        let Some(device) = office.device_by_user(&request.account().to_str()) else {
            // The device was removed between its proof and now.
            return self.respond_plain(server, request.get(), 403);
        };
        let request = request.get();
        if request.to_tag().is_some() {
            let own = self.subscriptions.find(request).filter(|id| {
                let subscription = self.subscriptions.kept.get(id);
                subscription.is_some_and(|subscription| subscription.device == device.id)
            });
            return match own {
                Some(id) => self.renew(id, server, flow, request),
                None => self.respond_plain(server, request, 481),
            };
        }
        let package = match events::wanted(&PACKAGES, request) {
            Ok(package) => package,
            Err(refusal) => return self.respond(server, refusal),
        };
        let topic = match self.topic(&office, device, request) {
            Ok(topic) => topic,
            Err(status) => return self.respond_plain(server, request, status),
        };
        if !self.subscriptions.has_room(&office, device) && !self.make_room(device.id) {
            return self.respond_plain(server, request, 503);
        }
        let contact = self.contact(&flow);
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        let accepted = Notifier::accept(
            &mut ctx,
            server,
            flow,
            request,
            contact,
            package.terms,
            false,
        );
        let Ok(notifier) = accepted else {
            return; // it is answered already: 400, or 423 for too short a time
        };
        let id = self.subscriptions.add(Subscription {
            notifier,
            device: device.id,
            topic,
            flow,
            host: self.host_as_written(request, &flow),
            told: None,
            client: None,
            armed: None,
        });
        if *package == message_summary::PACKAGE {
            let lamps = &mut self.subscriptions.lamps;
            lamps.set(device.id, flow.remote.ip(), Shows::Unknown);
        }
        self.say_state(id);
    }

    /// The final response to a NOTIFY. `false`: it is no NOTIFY of ours.
    pub(crate) fn on_notify_answered(&mut self, client: ClientId, response: &Response) -> bool {
        let Some(id) = self.subscriptions.by_client.get(&client).copied() else {
            return self.on_lamp_answered(client, response);
        };
        let gone = self.with_notifier(id, |notifier, ctx| {
            notifier.on_response(ctx, client, response);
        });
        if let Some(gone) = gone {
            let knows =
                response.status().is_success() && gone.told.as_ref() == Some(&self.state_of(&gone));
            self.leave_lamp(&gone, knows);
        }
        true
    }

    /// A NOTIFY was never answered or could not be delivered. `false`: it is no NOTIFY of ours.
    pub(crate) fn on_notify_failed(&mut self, client: ClientId) -> bool {
        let Some(id) = self.subscriptions.by_client.get(&client).copied() else {
            return self.on_lamp_failed(client);
        };
        // Whoever is not there is told when they register again, or of the next change.
        self.with_notifier(id, |notifier, _| notifier.on_client_failed(client));
        true
    }

    /// A connection closed: nobody can be told over it any more.
    pub(crate) fn end_subscriptions_over(&mut self, flow: Flow) {
        let all = self.subscriptions.kept.iter();
        let over = all.filter(|(_, subscription)| {
            let connection = subscription.flow.connection;
            connection.is_some() && connection == flow.connection
        });
        let over: Vec<SubscriptionId> = over.map(|(id, _)| *id).collect();
        for id in over {
            self.subscriptions.remove(id);
        }
    }

    /// The office has changed: a device that is gone is told nothing any more, nor is one whose
    /// owner may no longer know; one with a new password or owner has to subscribe anew.
    pub(crate) fn review_subscriptions(&mut self, before: &Office) {
        let office = self.office();
        let all = self.subscriptions.kept.iter();
        let ended = all.filter_map(|(id, subscription)| {
            let device = office.device(subscription.device);
            let old = before.device(subscription.device);
            let Some((device, old)) = device.zip(old) else {
                return Some((*id, "rejected"));
            };
            if !device.credentials.is_same(&old.credentials) || device.person != old.person {
                return Some((*id, "deactivated"));
            }
            let may_know = messages::may_know(&office, device.person, subscription.topic);
            (!may_know).then_some((*id, "rejected"))
        });
        let ended: Vec<_> = ended.collect();
        for (id, reason) in ended {
            if let Some(subscription) = self.subscriptions.kept.get_mut(&id) {
                subscription.told = None;
            }
            self.with_notifier(id, |notifier, ctx| {
                notifier.terminate(ctx, reason, None, None)
            });
        }
        self.subscriptions.lamps.forget_removed(&office);
        self.follow_mailboxes();
    }

    /// Ends subscriptions whose time is up, and tells phones that do not subscribe.
    pub(crate) fn run_subscriptions(&mut self) {
        while let Some((at, id)) = self.subscriptions.due.first().copied()
            && at <= self.now
        {
            // The last NOTIFY carries the state: a change may have waited for the one before.
            self.say_state(id);
        }
        self.run_lamps();
    }

    /// Tells all who want to know how it stands with something, unless they know.
    fn tell_topic(&mut self, topic: Topic) {
        for id in self.subscriptions.of_topic(topic) {
            let Some(subscription) = self.subscriptions.kept.get(&id) else {
                continue;
            };
            if subscription.told.as_ref() != Some(&self.state_of(subscription)) {
                self.say_state(id);
            }
        }
    }

    /// Sends a subscriber the whole state.
    fn say_state(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.kept.get(&id) else {
            return;
        };
        if subscription.notifier.is_ending() {
            return; // its phone is told without it as soon as it is over
        }
        let state = self.state_of(subscription);
        let content_type = subscription.topic.package().content_type();
        if let Some(subscription) = self.subscriptions.kept.get_mut(&id) {
            subscription.told = Some(state.clone());
        }
        self.with_notifier(id, |notifier, ctx| {
            notifier.notify(ctx, Some((&content_type, state)));
        });
    }

    fn state_of(&self, subscription: &Subscription) -> Bytes {
        match subscription.topic {
            Topic::Messages(_) | Topic::Mailbox(_) => self.message_state(subscription),
        }
    }

    /// What a SUBSCRIBE is about. `Err`: the status it is refused with.
    fn topic(&self, office: &Office, device: &Device, request: &Request) -> Result<Topic, u16> {
        let uri = request.uri().map_err(|_| 400u16)?;
        let resource = uri.user().map(Cow::into_owned).ok_or(404u16)?;
        let resource = String::from_utf8_lossy(&resource).into_owned();
        messages::topic(office, device, &resource)
    }

    fn renew(&mut self, id: SubscriptionId, server: ServerId, flow: Flow, request: &Request) {
        if let Some(subscription) = self.subscriptions.kept.get_mut(&id) {
            subscription.flow = flow;
        }
        self.with_notifier(id, |notifier, ctx| {
            notifier.on_subscribe(ctx, server, flow, request);
        });
    }

    /// Uses a subscription's notifier, then does what it asks for. Gives the subscription when it
    /// is over with that.
    fn with_notifier(
        &mut self,
        id: SubscriptionId,
        work: impl FnOnce(&mut Notifier, &mut Ctx<'_>),
    ) -> Option<Subscription> {
        let subscription = self.subscriptions.kept.get_mut(&id)?;
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        work(&mut subscription.notifier, &mut ctx);
        let told = subscription.notifier.poll();
        let is_over = subscription.notifier.is_over();
        self.subscriptions.index(id);
        if told == Some(NotifierEvent::StateWanted) {
            self.say_state(id);
        }
        if is_over {
            self.subscriptions.remove(id)
        } else {
            None
        }
    }

    /// The oldest subscription of a device makes room: a phone that restarts often forgets many.
    fn make_room(&mut self, device: DeviceId) -> bool {
        let oldest = self.subscriptions.of_device(device).next();
        let oldest = oldest.map(|(id, _)| id);
        oldest.is_some_and(|id| self.subscriptions.remove(id).is_some())
    }

    /// The office's address as a phone wrote it into To, or as it reaches us.
    fn host_as_written(&self, request: &Request, flow: &Flow) -> HostPort {
        let to = request.to().ok();
        let uri = to.as_ref().and_then(|to| to.uri().as_sip());
        uri.map_or_else(|| self.host_at(flow), |uri| uri.host_port().clone())
    }

    /// The office's address at this end of a flow; the usual port goes without saying.
    fn host_at(&self, flow: &Flow) -> HostPort {
        let HostPort { host, port } = self.endpoint.transports_ref().sent_by(flow);
        HostPort::new(
            host,
            port.filter(|port| *port != flow.transport.default_port()),
        )
    }
}

fn dialog_key(notifier: &Notifier) -> (Text, Text) {
    let DialogId {
        call_id, local_tag, ..
    } = notifier.dialog();
    (call_id.clone(), local_tag.clone())
}
