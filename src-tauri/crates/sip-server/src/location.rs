//! The location service: where each address-of-record can be reached now (RFC 3261 §10).
//!
//! A contact is kept as the phone wrote it, but reached over the flow its REGISTER came over: what
//! a phone behind a NAT says of itself leads nowhere, and nobody can name a third party as target.

mod aor;
mod binding;
mod gruu;

pub use aor::Aor;
pub use binding::{Binding, BindingKey};
pub(crate) use gruu::{PublicGruu, gr_of};

use crate::limits::MAX_BINDINGS;
use gruu::TemporaryGruus;
use sip_message::{Text, Uri};
use sip_transport::{ConnectionId, Flow};
use smallvec::SmallVec;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

/// All bindings of all addresses-of-record.
#[derive(Debug, Default)]
pub struct Location {
    aors: BTreeMap<Aor, Vec<Entry>>,
    /// When which binding expires.
    due: BTreeMap<(Instant, u64), Aor>,
    by_connection: BTreeSet<(ConnectionId, Aor, u64)>,
    temporary: TemporaryGruus,
    made: u64,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    binding: Arc<Binding>,
}

/// What happened to a binding: for the store, the board and the log.
#[derive(Clone, Debug)]
pub enum LocationChange {
    /// A new contact.
    Added {
        /// Whose.
        aor: Aor,
        /// The contact.
        binding: Arc<Binding>,
    },
    /// A known contact was registered again.
    Refreshed {
        /// Whose.
        aor: Aor,
        /// The contact now.
        binding: Arc<Binding>,
        /// The contact before: its flow or URI may have been another.
        before: Arc<Binding>,
    },
    /// A contact is gone.
    Removed {
        /// Whose.
        aor: Aor,
        /// The contact as it was.
        binding: Arc<Binding>,
        /// Why.
        reason: Removal,
    },
}

/// Why a binding was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Removal {
    /// It was not refreshed in time.
    Expired,
    /// The phone took it back.
    Unregistered,
    /// The same device registered another contact in its place.
    Replaced,
    /// The connection it came over is gone.
    FlowClosed,
    /// The office took it away: the account was removed or its secret changed.
    Withdrawn,
}

/// One device: its bindings by preference, newest first. More than one when it keeps several flows
/// (RFC 5626); try the next when one fails, never two at once.
#[derive(Clone, Debug)]
pub struct Device {
    /// Never empty.
    pub flows: SmallVec<[Arc<Binding>; 1]>,
}

/// The location service holds as many bindings as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the location service is full")]
pub struct LocationFull;

impl Device {
    /// The preference in thousandths.
    pub fn q(&self) -> u16 {
        self.flows.first().map_or(0, |binding| binding.q)
    }
}

impl Location {
    /// An empty location service.
    pub fn new() -> Location {
        Location::default()
    }

    /// Number of bindings.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether nobody is registered.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// Addresses-of-record with bindings, in order.
    pub fn aors(&self) -> impl Iterator<Item = &Aor> {
        self.aors.keys()
    }

    /// The live bindings of an address-of-record: highest `q` first, among equals the newest first.
    pub fn bindings(&self, now: Instant, aor: &Aor) -> Vec<Arc<Binding>> {
        let entries = self.aors.get(aor).map(Vec::as_slice).unwrap_or_default();
        let live = entries.iter().filter(|e| e.binding.expires_at > now);
        let mut live: Vec<&Entry> = live.collect();
        let newest_best = |e: &&Entry| (e.binding.q, e.binding.refreshed_at, e.id);
        live.sort_by_key(|e| std::cmp::Reverse(newest_best(e)));
        live.into_iter().map(|e| Arc::clone(&e.binding)).collect()
    }

    /// The devices of an address-of-record, highest `q` first.
    pub fn devices(&self, now: Instant, aor: &Aor) -> Vec<Device> {
        let mut devices: Vec<Device> = Vec::new();
        for binding in self.bindings(now, aor) {
            let same = |d: &&mut Device| {
                let first = d.flows.first();
                binding.reg_id.is_some()
                    && first.is_some_and(|f| f.reg_id.is_some() && f.instance == binding.instance)
            };
            match devices.iter_mut().find(same) {
                Some(device) => device.flows.push(binding),
                None => devices.push(Device {
                    flows: SmallVec::from_iter([binding]),
                }),
            }
        }
        devices
    }

    /// The devices a request to `uri` goes to: one device for a GRUU (RFC 5627 §3.4), else all of
    /// the address-of-record.
    pub fn lookup(&self, now: Instant, uri: &Uri) -> Vec<Device> {
        let gr = uri.as_sip().and_then(gr_of);
        match gr {
            None => match Aor::of(uri) {
                Some(aor) => self.devices(now, &aor),
                None => Vec::new(),
            },
            Some(gr) => {
                let Some((aor, instance)) = self.temporary.find(uri).or_else(|| {
                    let aor = Aor::of(uri)?;
                    Some((aor, gr.instance?))
                }) else {
                    return Vec::new();
                };
                let mut devices = self.devices(now, &aor);
                devices.retain(|d| {
                    d.flows
                        .iter()
                        .any(|f| f.instance.as_ref() == Some(&instance))
                });
                devices
            }
        }
    }

    /// Adds a binding, or puts it in place of the one with the same key.
    pub fn put(&mut self, aor: &Aor, binding: Binding) -> Result<LocationChange, LocationFull> {
        let key = binding.key();
        let position = self
            .aors
            .get(aor)
            .and_then(|entries| entries.iter().position(|e| e.binding.has_key(&key)));
        let before = match position {
            Some(at) => self.take(aor, at),
            None if self.due.len() >= MAX_BINDINGS => return Err(LocationFull),
            None => None,
        };
        let binding = Arc::new(binding);
        let id = match &before {
            Some((id, _)) => *id,
            None => {
                self.made += 1;
                self.made
            }
        };
        self.due.insert((binding.expires_at, id), aor.clone());
        if let Some(connection) = binding.flow.connection {
            self.by_connection.insert((connection, aor.clone(), id));
        }
        self.aors.entry(aor.clone()).or_default().push(Entry {
            id,
            binding: Arc::clone(&binding),
        });
        let aor = aor.clone();
        Ok(match before {
            Some((_, before)) => LocationChange::Refreshed {
                aor,
                binding,
                before,
            },
            None => LocationChange::Added { aor, binding },
        })
    }

    /// Puts back a binding that an earlier run stored. A stream flow has no connection then
    /// ([`Binding::destination`] opens one).
    pub fn restore(&mut self, aor: &Aor, binding: Binding) -> Result<(), LocationFull> {
        self.put(aor, binding).map(drop)
    }

    /// Removes one binding.
    pub fn remove(
        &mut self,
        aor: &Aor,
        key: &BindingKey,
        reason: Removal,
    ) -> Option<LocationChange> {
        let entries = self.aors.get(aor)?;
        let at = entries.iter().position(|e| e.binding.has_key(key))?;
        self.drop_entry(aor, at, reason)
    }

    /// Removes every binding of an address-of-record.
    pub fn remove_all(&mut self, aor: &Aor, reason: Removal) -> Vec<LocationChange> {
        let mut changes = Vec::new();
        while let Some(change) = self.drop_entry(aor, 0, reason) {
            changes.push(change);
        }
        changes
    }

    /// Removes the bindings that came over a connection that is gone (RFC 5626 §5.3).
    pub fn on_flow_closed(&mut self, flow: Flow) -> Vec<LocationChange> {
        let Some(connection) = flow.connection else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        let first = (connection, Aor::default(), 0);
        while let Some((_, aor, id)) = self
            .by_connection
            .range(first.clone()..)
            .next()
            .filter(|(c, ..)| *c == connection)
            .cloned()
        {
            changes.extend(self.remove_id(aor, id, Removal::FlowClosed));
        }
        changes
    }

    /// Removes what has expired.
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<LocationChange> {
        let mut changes = Vec::new();
        while let Some((&(at, id), aor)) = self.due.first_key_value() {
            if at > now {
                break;
            }
            let aor = aor.clone();
            changes.extend(self.remove_id(aor, id, Removal::Expired));
        }
        changes
    }

    /// When the next binding expires.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn temporary_gruu(
        &mut self,
        aor: &Aor,
        instance: &Text,
        call_id: &Text,
        token: String,
    ) -> Text {
        self.temporary.make(aor, instance, call_id, token)
    }

    fn remove_id(&mut self, aor: Aor, id: u64, reason: Removal) -> Option<LocationChange> {
        let at = self.aors.get(&aor)?.iter().position(|e| e.id == id)?;
        self.drop_entry(&aor, at, reason)
    }

    /// Takes an entry out of every index.
    fn take(&mut self, aor: &Aor, at: usize) -> Option<(u64, Arc<Binding>)> {
        let entries = self.aors.get_mut(aor)?;
        if at >= entries.len() {
            return None;
        }
        let Entry { id, binding } = entries.remove(at);
        if entries.is_empty() {
            self.aors.remove(aor);
        }
        self.due.remove(&(binding.expires_at, id));
        if let Some(connection) = binding.flow.connection {
            self.by_connection.remove(&(connection, aor.clone(), id));
        }
        Some((id, binding))
    }

    /// Takes an entry out for good.
    fn drop_entry(&mut self, aor: &Aor, at: usize, reason: Removal) -> Option<LocationChange> {
        let (_, binding) = self.take(aor, at)?;
        if let Some(instance) = &binding.instance
            && !self.has_instance(aor, instance)
        {
            self.temporary.forget(aor, instance);
        }
        Some(LocationChange::Removed {
            aor: aor.clone(),
            binding,
            reason,
        })
    }

    fn has_instance(&self, aor: &Aor, instance: &Text) -> bool {
        let entries = self.aors.get(aor).map(Vec::as_slice).unwrap_or_default();
        entries
            .iter()
            .any(|e| e.binding.instance.as_ref() == Some(instance))
    }
}
