//! Registrations: which phones can be called and where, told to the board and kept for a restart.

use crate::{
    happening::{OfflineReason, What},
    io::Write,
    switch::Switch,
};
use bytes::Bytes;
use office::{DeviceId, Office, PersonId, SipUser};
use sip_message::{Request, Text, Uri, header::NameAddr};
use sip_server::{
    digest::Authenticated,
    location::{Aor, Binding, Location, LocationChange, Removal},
    registrar::{Registrar, RegistrarConfig},
};
use sip_transaction::{Destination, Endpoint, ServerId};
use sip_transport::{Flow, Transport};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// A registration as it is kept over a restart of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBinding {
    /// Whose.
    pub device: DeviceId,
    /// The contact with its parameters, as the phone wrote it.
    pub contact: Bytes,
    /// The flow its REGISTER came over; the connection does not outlive the engine.
    pub flow: Flow,
    /// Path values, topmost first.
    pub path: Vec<Bytes>,
    /// `+sip.instance`.
    pub instance: Option<String>,
    /// `reg-id`.
    pub reg_id: Option<u32>,
    /// Preference in thousandths.
    pub q: u16,
    /// When it lapses, milliseconds since 1970 UTC.
    pub expires_unix_ms: i64,
    /// Call-ID of its REGISTER.
    pub call_id: String,
    /// CSeq of its REGISTER.
    pub cseq: u32,
    /// What the phone calls itself.
    pub user_agent: String,
}

/// A registration to keep or to forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingChange {
    /// New or renewed.
    Put(KnownBinding),
    /// Gone.
    Remove {
        /// Whose.
        device: DeviceId,
        /// The contact, as kept.
        contact: Bytes,
        /// `+sip.instance`.
        instance: Option<String>,
        /// `reg-id`.
        reg_id: Option<u32>,
    },
}

/// The location service of the office.
#[derive(Debug)]
pub(crate) struct Registrations {
    location: Location,
    registrar: Registrar,
    /// Devices told to be online.
    online: BTreeMap<DeviceId, PersonId>,
    /// Devices with a new password that have not used it yet; at most all of the office.
    renewed: BTreeSet<DeviceId>,
}

/// One way to reach a device.
pub(crate) struct Reach {
    pub(crate) uri: Uri,
    pub(crate) to: Destination,
    pub(crate) flow: Flow,
    pub(crate) behind_nat: bool,
    pub(crate) path: Vec<NameAddr>,
}

impl Registrations {
    pub(crate) fn new(office: &Office, seed: [u8; 32]) -> Registrations {
        let expiry = office.settings().register_expiry;
        let config = RegistrarConfig {
            default_expires: Duration::from_secs(expiry.default.into()),
            min_expires: Duration::from_secs(expiry.min.into()),
            max_expires: Duration::from_secs(expiry.max.into()),
            max_contacts: office::limits::CONTACTS_PER_DEVICE_MAX.into(),
            ..RegistrarConfig::default()
        };
        Registrations {
            location: Location::new(),
            registrar: Registrar::new(config, seed),
            online: BTreeMap::new(),
            renewed: BTreeSet::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.location.len()
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.location.next_timeout()
    }

    /// A device's instances with all their flows, as the proxy wants them.
    pub(crate) fn devices(
        &self,
        now: Instant,
        user: &SipUser,
    ) -> Vec<sip_server::location::Device> {
        self.location.devices(now, &Aor::new(user.as_str()))
    }

    /// Whether it can be reached at all.
    pub(crate) fn is_there(&self, now: Instant, user: &SipUser) -> bool {
        let devices = self.location.devices(now, &Aor::new(user.as_str()));
        devices.iter().any(|device| !device.flows.is_empty())
    }

    /// Every way to reach a device, the preferred first; one per instance of it.
    pub(crate) fn reach(&self, now: Instant, user: &SipUser, endpoint: &Endpoint) -> Vec<Reach> {
        let devices = self.location.devices(now, &Aor::new(user.as_str()));
        devices
            .iter()
            .filter_map(|device| device.flows.first())
            .map(|binding| Reach {
                uri: binding.request_uri(),
                to: binding.destination(endpoint.transports_ref()),
                flow: binding.flow,
                behind_nat: is_behind_nat(binding),
                path: binding.path.clone(),
            })
            .collect()
    }
}

impl Switch {
    /// A REGISTER of a device that proved who it is.
    pub(crate) fn on_register(&mut self, server: ServerId, request: &Authenticated<Request>) {
        let now = self.now();
        let user = request.account().to_str().into_owned();
        let registrations = &mut self.door.registrations;
        // The address-of-record is the account itself; another one is nobody's to register.
        let own = request.get().to().ok().and_then(|to| {
            to.uri()
                .user()
                .map(|named| named.as_ref() == user.as_bytes())
        });
        let (answer, changes) = if own == Some(true) {
            let aor = Aor::new(&user);
            let registered =
                registrations
                    .registrar
                    .register(now, request, &aor, &mut registrations.location);
            (registered.response, registered.changes)
        } else {
            (registrations.registrar.forbid(request.get()), Vec::new())
        };
        self.endpoint.respond(now, server, answer);
        self.on_location_changes(changes);
    }

    /// Puts back what an earlier run of the engine knew. Devices that are gone are left out.
    pub fn restore(&mut self, known: Vec<KnownBinding>) {
        let office = self.office();
        for binding in known {
            let Some(device) = office.device(binding.device) else {
                continue;
            };
            let left = binding.expires_unix_ms.saturating_sub(self.unix_ms());
            let Ok(left) = u64::try_from(left) else {
                continue;
            };
            let aor = Aor::new(device.sip_user.as_str());
            let parse = |value: &Bytes| {
                NameAddr::parse(value.clone(), sip_message::HeaderName::Contact).ok()
            };
            let Some(contact) = parse(&binding.contact) else {
                continue;
            };
            let flow = Flow {
                connection: None,
                ..binding.flow
            };
            let restored = Binding {
                contact,
                q: binding.q,
                expires_at: self.now() + Duration::from_millis(left),
                refreshed_at: self.now(),
                flow,
                path: binding.path.iter().filter_map(parse).collect(),
                instance: binding.instance.map(Text::from),
                reg_id: binding.reg_id,
                call_id: Text::from(binding.call_id),
                cseq: binding.cseq,
                user_agent: Some(Text::from(binding.user_agent)),
            };
            self.door.guard.remember(self.now(), flow, aor.key());
            if self
                .door
                .registrations
                .location
                .put(&aor, restored.clone())
                .is_ok()
            {
                self.tell_online(device.id, device.person, &restored);
            }
        }
    }

    pub(crate) fn expire_registrations(&mut self) {
        let now = self.now();
        if self.next_expiry().is_some_and(|at| at <= now) {
            let changes = self.door.registrations.location.handle_timeout(now);
            self.on_location_changes(changes);
        }
    }

    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.door.registrations.next_timeout()
    }

    /// A connection closed: phones that can be reached over nothing else are gone. One that
    /// listens where it says is called over a new connection.
    pub(crate) fn on_flow_closed(&mut self, flow: Flow) {
        self.door.guard.forget(flow);
        let location = &mut self.door.registrations.location;
        let now = self.now;
        let only_way = matches!(flow.transport, Transport::Ws | Transport::Wss)
            || location.aors().any(|aor| {
                let bindings = location.bindings(now, aor);
                bindings.iter().any(|b| {
                    b.flow.connection == flow.connection && (b.reg_id.is_some() || is_behind_nat(b))
                })
            });
        if only_way {
            let changes = location.on_flow_closed(flow);
            self.on_location_changes(changes);
        }
    }

    /// A device that got a new password is told to be online again as soon as it has used it: only
    /// then its person knows that they typed it right.
    pub(crate) fn await_new_passwords(&mut self, before: &Office) {
        let office = self.office();
        let renewed = &mut self.door.registrations.renewed;
        renewed.retain(|device| office.device(*device).is_some());
        renewed.extend(office.devices().filter_map(|device| {
            let old = before.device(device.id)?;
            (!old.credentials.is_same(&device.credentials)).then_some(device.id)
        }));
    }

    /// Devices that are no longer in the office cannot be called any more.
    pub(crate) fn forget_removed_devices(&mut self, before: &Office) {
        let office = self.office();
        let location = &mut self.door.registrations.location;
        let gone: Vec<Aor> = location
            .aors()
            .filter(|aor| office.device_by_user(&aor.key().to_str()).is_none())
            .cloned()
            .collect();
        for aor in gone {
            // Their rows went with the device; only the board must know.
            self.door
                .registrations
                .location
                .remove_all(&aor, Removal::Withdrawn);
        }
        let online = std::mem::take(&mut self.door.registrations.online);
        let (still, removed): (BTreeMap<_, _>, BTreeMap<_, _>) = online
            .into_iter()
            .partition(|(device, _)| office.device(*device).is_some());
        self.door.registrations.online = still;
        for (device, person) in removed {
            self.tell(What::PhoneWentOffline {
                device,
                person,
                reason: OfflineReason::Removed,
            });
        }
        for device in before.devices() {
            if office.device(device.id).is_none() {
                self.tell(What::DeviceRemoved { device: device.id });
            }
        }
    }

    fn on_location_changes(&mut self, changes: Vec<LocationChange>) {
        let office = self.office();
        for change in changes {
            let aor = match &change {
                LocationChange::Added { aor, .. }
                | LocationChange::Refreshed { aor, .. }
                | LocationChange::Removed { aor, .. } => aor.clone(),
            };
            let Some(device) = office.device_by_user(&aor.key().to_str()) else {
                continue;
            };
            match change {
                LocationChange::Added { binding, .. } => {
                    let kept = self.kept(device.id, &binding);
                    self.store(Write::Binding(Box::new(BindingChange::Put(kept))));
                    if self.door.registrations.renewed.remove(&device.id) {
                        self.door.registrations.online.remove(&device.id);
                    }
                    self.tell_online(device.id, device.person, &binding);
                    self.meet(device.id, &binding);
                    self.lamp_registered(device.id, &binding, true);
                }
                LocationChange::Refreshed {
                    binding, before, ..
                } => {
                    if contact_bytes(&before) != contact_bytes(&binding) {
                        self.store(Write::Binding(Box::new(removal(device.id, &before))));
                    }
                    let kept = self.kept(device.id, &binding);
                    self.store(Write::Binding(Box::new(BindingChange::Put(kept))));
                    let is_proof = self.door.registrations.renewed.remove(&device.id);
                    if is_proof || before.flow.remote != binding.flow.remote {
                        self.door.registrations.online.remove(&device.id);
                        self.tell_online(device.id, device.person, &binding);
                    }
                    self.meet(device.id, &binding);
                    let has_moved = before.flow.remote != binding.flow.remote;
                    if has_moved {
                        self.lamp_gone(device.id, &before);
                    }
                    // A telephone that starts anew does so with another Call-ID.
                    let is_anew = has_moved || before.call_id != binding.call_id;
                    self.lamp_registered(device.id, &binding, is_anew);
                }
                LocationChange::Removed {
                    binding, reason, ..
                } => {
                    self.store(Write::Binding(Box::new(removal(device.id, &binding))));
                    self.lamp_gone(device.id, &binding);
                    let location = &self.door.registrations.location;
                    if location.bindings(self.now(), &aor).is_empty()
                        && self.door.registrations.online.remove(&device.id).is_some()
                    {
                        let reason = match reason {
                            Removal::Expired => OfflineReason::Expired,
                            Removal::Unregistered => OfflineReason::SignedOff,
                            Removal::Replaced => OfflineReason::Replaced,
                            Removal::FlowClosed => OfflineReason::ConnectionClosed,
                            Removal::Withdrawn => OfflineReason::Removed,
                        };
                        self.tell(What::PhoneWentOffline {
                            device: device.id,
                            person: device.person,
                            reason,
                        });
                    }
                }
            }
        }
    }

    /// A phone that is new for its device may not call abroad yet.
    fn meet(&mut self, device: DeviceId, binding: &Binding) {
        let agent = binding.user_agent.as_ref().map(|agent| agent.to_str());
        self.phone_registered(device, agent.as_deref(), binding.flow.remote.ip());
    }

    fn tell_online(&mut self, device: DeviceId, person: PersonId, binding: &Binding) {
        if self
            .door
            .registrations
            .online
            .insert(device, person)
            .is_none()
        {
            let user_agent = binding
                .user_agent
                .as_ref()
                .map(|ua| ua.to_str().into_owned());
            self.tell(What::PhoneCameOnline {
                device,
                person,
                address: binding.flow.remote.to_string(),
                transport: binding.flow.transport.to_string(),
                user_agent: office::clean_text(&user_agent.unwrap_or_default()).into_owned(),
            });
        }
    }

    fn kept(&self, device: DeviceId, binding: &Binding) -> KnownBinding {
        let left = binding.expires_at.saturating_duration_since(self.now());
        let left = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
        let written = |addr: &NameAddr| {
            let mut out = Vec::new();
            addr.write(&mut out);
            Bytes::from(out)
        };
        KnownBinding {
            device,
            contact: contact_bytes(binding),
            flow: binding.flow,
            path: binding.path.iter().map(written).collect(),
            instance: binding.instance.as_ref().map(|i| i.to_str().into_owned()),
            reg_id: binding.reg_id,
            q: binding.q,
            expires_unix_ms: self.unix_ms().saturating_add(left),
            call_id: binding.call_id.to_str().into_owned(),
            cseq: binding.cseq,
            user_agent: binding
                .user_agent
                .as_ref()
                .map(|ua| office::clean_text(&ua.to_str()).into_owned())
                .unwrap_or_default(),
        }
    }
}

fn removal(device: DeviceId, binding: &Binding) -> BindingChange {
    BindingChange::Remove {
        device,
        contact: contact_bytes(binding),
        instance: binding.instance.as_ref().map(|i| i.to_str().into_owned()),
        reg_id: binding.reg_id,
    }
}

fn contact_bytes(binding: &Binding) -> Bytes {
    let mut out = Vec::new();
    binding.contact.write(&mut out);
    Bytes::from(out)
}

/// Whether the contact names an address that is not where the REGISTER came from.
fn is_behind_nat(binding: &Binding) -> bool {
    let named = binding
        .contact
        .uri()
        .as_sip()
        .and_then(|uri| uri.host().ip());
    let is_websocket = matches!(binding.flow.transport, Transport::Ws | Transport::Wss);
    !is_websocket && named.is_some_and(|ip| ip != binding.flow.remote.ip())
}
