//! Lamps of phones that do not subscribe: each registered phone is told of its messages in a NOTIFY
//! of its own, outside any dialog, as most phones expect.
//!
//! A telephone is told when it registers anew and at each change; at a refresh only if it does not
//! know yet. One with a subscription to its messages is left to that: two tellers would be two
//! beeps. One that does not want to hear it is left alone until it registers anew.

use super::{Subscription, Topic, messages};
use crate::{limits::TIME_TO_SUBSCRIBE, registrations::Reach, switch::Switch};
use office::{Device, DeviceId, Office};
use sip_message::{
    Method, Params, Request, Response, Scheme, SipUri, Uri,
    header::{
        CSeq, CallId, Contact, Event, From, NameAddr, Route, SubState, SubscriptionState, To,
    },
};
use sip_server::{
    events::message_summary::{MessageSummary, PACKAGE},
    location::Binding,
};
use sip_transaction::ClientId;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    time::Instant,
};

/// A registered telephone: its device, and where its REGISTER came from.
type Place = (DeviceId, SocketAddr);

/// What the lamps of all registered telephones show, as far as told here.
#[derive(Debug, Default)]
pub(super) struct Lamps {
    lamps: BTreeMap<Place, Lamp>,
    by_client: BTreeMap<ClientId, Place>,
    due: BTreeSet<(Instant, DeviceId)>,
}

/// One telephone's lamp.
#[derive(Debug, Default)]
struct Lamp {
    shows: Shows,
    /// The NOTIFY that has no answer yet; the next waits for it, or would be overtaken by its
    /// repetitions.
    in_flight: Option<(ClientId, MessageSummary)>,
    /// It registered anew since: whether it took this in before or after, it does not say.
    forgets: bool,
    /// It does not want to be told.
    declines: bool,
    /// Until then it may subscribe.
    not_before: Option<Instant>,
}

/// What a telephone shows, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shows {
    /// It was never told of any message.
    #[default]
    Nothing,
    /// What it acknowledged.
    This(MessageSummary),
    /// It was told, but not here, or has not acknowledged it.
    Unknown,
}

impl Lamps {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Devices with lamps, once each.
    pub(super) fn devices(&self) -> BTreeSet<DeviceId> {
        self.lamps.keys().map(|(device, _)| *device).collect()
    }

    /// A telephone shows what its subscription told it.
    pub(super) fn set(&mut self, device: DeviceId, address: IpAddr, shows: Shows) {
        for ((of, remote), lamp) in &mut self.lamps {
            if *of == device && remote.ip() == address {
                lamp.shows = shows;
            }
        }
    }

    pub(super) fn forget_removed(&mut self, office: &Office) {
        self.lamps
            .retain(|(device, _), _| office.device(*device).is_some());
        let lamps = &self.lamps;
        self.by_client.retain(|_, place| lamps.contains_key(place));
    }

    fn remove(&mut self, place: Place) {
        let gone = self.lamps.remove(&place);
        if let Some((client, _)) = gone.and_then(|lamp| lamp.in_flight) {
            self.by_client.remove(&client);
        }
    }
}

impl Switch {
    /// A telephone has registered: with a new contact, from elsewhere or after a restart (`anew`),
    /// or it has only refreshed.
    pub(crate) fn lamp_registered(&mut self, device: DeviceId, binding: &Binding, anew: bool) {
        if !anew {
            return self.light(device);
        }
        let remote = binding.flow.remote;
        // After a restart it knows nothing of an old subscription, and will say so when told.
        let of_telephone = self
            .subscriptions
            .of_telephone(device, remote.ip(), &PACKAGE);
        for old in of_telephone.collect::<Vec<_>>() {
            self.say_state(old);
        }
        let office = self.office();
        let person = office.device(device).map(|device| device.person);
        let has_mailbox = person.is_some_and(|person| self.mailboxes.of_person(person).is_some());
        let lamps = &mut self.subscriptions.lamps;
        let lamp = lamps.lamps.entry((device, remote)).or_default();
        if !has_mailbox && lamp.shows == Shows::Nothing {
            return;
        }
        let at = self.now + TIME_TO_SUBSCRIBE;
        lamp.shows = Shows::Unknown;
        lamp.forgets = lamp.in_flight.is_some();
        lamp.declines = false;
        lamp.not_before = Some(at);
        lamps.due.insert((at, device));
    }

    /// A telephone is not registered any more.
    pub(crate) fn lamp_gone(&mut self, device: DeviceId, binding: &Binding) {
        self.subscriptions
            .lamps
            .remove((device, binding.flow.remote));
    }

    /// Tells a device's telephones of their messages, those that do not know.
    pub(super) fn light(&mut self, device: DeviceId) {
        let office = self.office();
        let Some(device) = office.device(device) else {
            return;
        };
        let messages = self.mailboxes.of_person(device.person);
        let registrations = &self.door.registrations;
        for reach in registrations.reach(self.now, &device.sip_user, &self.endpoint) {
            let place = (device.id, reach.flow.remote);
            if self.has_message_subscription(place) {
                continue;
            }
            let state = messages.unwrap_or_default();
            let now = self.now;
            let lamp = self.subscriptions.lamps.lamps.entry(place).or_default();
            // Whoever never had a mailbox has no lamp; one that is lit must go out.
            let knows = match lamp.shows {
                Shows::Nothing => messages.is_none(),
                Shows::This(shown) => shown == state,
                Shows::Unknown => false,
            };
            let waits = lamp.in_flight.is_some() || lamp.not_before.is_some_and(|at| now < at);
            if knows || waits || lamp.declines {
                continue;
            }
            let client = self.send_lamp(device, &reach, state);
            let lamps = &mut self.subscriptions.lamps;
            lamps.by_client.insert(client, place);
            if let Some(lamp) = lamps.lamps.get_mut(&place) {
                lamp.in_flight = Some((client, state));
            }
        }
    }

    /// A telephone that is there has no subscription any more: from now on it is told without.
    /// `knows`: its subscription has told it how things stand.
    pub(super) fn leave_lamp(&mut self, gone: &Subscription, knows: bool) {
        let shows = match gone.topic {
            Topic::Messages(person) if knows => {
                Shows::This(self.mailboxes.of_person(person).unwrap_or_default())
            }
            Topic::Messages(_) | Topic::Mailbox(_) => Shows::Unknown,
        };
        let lamps = &mut self.subscriptions.lamps;
        lamps.set(gone.device, gone.flow.remote.ip(), shows);
        self.light(gone.device);
    }

    /// Lights the lamps of telephones that had time to subscribe and did not.
    pub(super) fn run_lamps(&mut self) {
        while let Some((at, device)) = self.subscriptions.lamps.due.first().copied()
            && at <= self.now
        {
            self.subscriptions.lamps.due.remove(&(at, device));
            self.light(device);
        }
    }

    /// The final response to a NOTIFY outside a dialog. `false`: it is none of these.
    pub(super) fn on_lamp_answered(&mut self, client: ClientId, response: &Response) -> bool {
        if !response.status().is_final() {
            return self.subscriptions.lamps.by_client.contains_key(&client);
        }
        self.lamp_settled(client, response.status().code())
    }

    /// A NOTIFY outside a dialog was never answered, or could not be sent.
    pub(super) fn on_lamp_failed(&mut self, client: ClientId) -> bool {
        self.lamp_settled(client, 408)
    }

    fn lamp_settled(&mut self, client: ClientId, status: u16) -> bool {
        let lamps = &mut self.subscriptions.lamps;
        let Some(place) = lamps.by_client.remove(&client) else {
            return false;
        };
        let Some(lamp) = lamps.lamps.get_mut(&place) else {
            return true;
        };
        let told = lamp.in_flight.take().map(|(_, state)| state);
        let forgets = std::mem::take(&mut lamp.forgets);
        let is_told = (200..300).contains(&status);
        // A late repetition may also have overtaken what a subscription told it meanwhile.
        let shown = told.filter(|_| is_told && !forgets);
        lamp.shows = shown.map_or(Shows::Unknown, Shows::This);
        if !forgets {
            // Trouble passes, and the next REGISTER shows it; a refusal is meant.
            lamp.declines = !is_told && !matches!(status, 408 | 480 | 500 | 503 | 504);
        }
        let (device, remote) = place;
        if self.has_message_subscription(place) {
            // It subscribed meanwhile; a late repetition may have overtaken what it was told then.
            let lamps = &mut self.subscriptions.lamps;
            lamps.set(device, remote.ip(), Shows::Unknown);
            let of_telephone = self
                .subscriptions
                .of_telephone(device, remote.ip(), &PACKAGE);
            for id in of_telephone.collect::<Vec<_>>() {
                // One that is ending says no more; then it is not known what the telephone shows.
                if let Some(subscription) = self.subscriptions.kept.get_mut(&id) {
                    subscription.told = None;
                }
                self.say_state(id);
            }
        } else if is_told || forgets {
            self.light(device);
        }
        true
    }

    fn has_message_subscription(&self, (device, remote): Place) -> bool {
        let subscriptions = &self.subscriptions;
        let mut found = subscriptions.of_telephone(device, remote.ip(), &PACKAGE);
        found.next().is_some()
    }

    fn send_lamp(&mut self, device: &Device, reach: &Reach, state: MessageSummary) -> ClientId {
        let (call_id, tag) = (self.endpoint.token(), self.endpoint.token());
        let host = self.host_at(&reach.flow);
        let body = messages::body(state, &host);
        let account = SipUri::new(Scheme::Sip, Some(device.sip_user.as_str()), host);
        let account = NameAddr::new(Uri::Sip(account));
        let mut notify = Request::builder(Method::Notify, &reach.uri);
        for route in &reach.path {
            notify = notify.push(&Route(route.clone()));
        }
        let notify = notify
            .push(&From(account.clone().with_tag(&tag)))
            .push(&To(account))
            .push(&CallId(call_id.into()))
            .push(&CSeq {
                number: 1,
                method: Method::Notify,
            })
            .push(&Contact::Addr(NameAddr::new(self.contact(&reach.flow))))
            .push(&Event::new(PACKAGE.name))
            // What phones accept: there is no subscription whose time could be told.
            .push(&SubscriptionState {
                state: SubState::Active,
                params: Params::new(),
            })
            .body(&PACKAGE.content_type(), body);
        self.endpoint.send(self.now, reach.to.clone(), notify)
    }
}
