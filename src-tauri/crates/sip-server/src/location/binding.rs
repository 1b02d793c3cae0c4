//! One registered contact and how it is reached.

use sip_message::{Text, Uri, header::NameAddr};
use sip_transaction::Destination;
use sip_transport::{Flow, Target, Transport, Transports};
use std::{net::SocketAddr, time::Instant};

/// A contact of an address-of-record (RFC 3261 §10).
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The contact as the phone wrote it, with all its parameters.
    pub contact: NameAddr,
    /// The preference in thousandths, 0 to 1000.
    pub q: u16,
    /// When it lapses.
    pub expires_at: Instant,
    /// When it was last registered.
    pub refreshed_at: Instant,
    /// The flow its REGISTER came over.
    pub flow: Flow,
    /// The Path its REGISTER took, topmost first (RFC 3327): requests to it carry this as Route.
    pub path: Vec<NameAddr>,
    /// `+sip.instance` without quotes: which device (RFC 5626 §4.1).
    pub instance: Option<Text>,
    /// `reg-id`: which of the device's flows (RFC 5626 §4.2). Only with an instance.
    pub reg_id: Option<u32>,
    /// The Call-ID of its last REGISTER.
    pub call_id: Text,
    /// The CSeq number of its last REGISTER.
    pub cseq: u32,
    /// What the phone calls itself.
    pub user_agent: Option<Text>,
}

/// What tells the bindings of one address-of-record apart.
#[derive(Clone, Debug, PartialEq)]
pub enum BindingKey {
    /// A flow of a device, whatever contact it names (RFC 5626 §6).
    Flow {
        /// The device.
        instance: Text,
        /// The flow.
        reg_id: u32,
    },
    /// A contact, compared by the rules for URIs (RFC 3261 §10.3, §19.1.4).
    Contact(Uri),
}

impl Binding {
    /// Which binding of its address-of-record this is.
    pub fn key(&self) -> BindingKey {
        match (&self.instance, self.reg_id) {
            (Some(instance), Some(reg_id)) => BindingKey::Flow {
                instance: instance.clone(),
                reg_id,
            },
            _ => BindingKey::Contact(self.contact.uri().clone()),
        }
    }

    /// Whether this is the binding that `key` means.
    pub fn has_key(&self, key: &BindingKey) -> bool {
        match (key, &self.instance, self.reg_id) {
            (BindingKey::Flow { instance, reg_id }, Some(own), Some(id)) => {
                own == instance && id == *reg_id
            }
            (BindingKey::Contact(uri), _, None) | (BindingKey::Contact(uri), None, _) => {
                uri.is_equivalent(self.contact.uri())
            }
            _ => false,
        }
    }

    /// Where a request to this contact is sent: over the flow of its REGISTER, which leads to the
    /// phone or to the last proxy of its Path. A stream that is gone (the engine was restarted) is
    /// opened anew to the address that the Path or contact names, if that is the host the REGISTER
    /// came from, else to where it came from: nobody can make us connect to a third party.
    pub fn destination(&self, transports: &Transports) -> Destination {
        let flow = self.flow;
        if flow.transport == Transport::Udp
            || (flow.connection.is_some() && transports.is_alive(&flow))
        {
            return Destination::Flow(flow);
        }
        let hop = self.path.first().unwrap_or(&self.contact).uri();
        let named = hop.as_sip().and_then(|uri| {
            let port = uri.port().unwrap_or(flow.transport.default_port());
            Some(SocketAddr::new(uri.host().ip()?, port))
        });
        let addr = named.filter(|addr| addr.ip() == flow.remote.ip());
        Destination::Target(Target {
            transport: flow.transport,
            addr: addr.unwrap_or(flow.remote),
            server_name: None,
        })
    }

    /// The Request-URI for a request to this contact (RFC 3261 §16.5): the contact without what
    /// only has a meaning in a header.
    pub fn request_uri(&self) -> Uri {
        match self.contact.uri() {
            Uri::Sip(uri) if uri.headers().is_some() => uri.clone().without_headers().into(),
            uri => uri.clone(),
        }
    }

    /// Whole seconds until it lapses, rounded up.
    pub fn seconds_left(&self, now: Instant) -> u64 {
        let left = self.expires_at.saturating_duration_since(now);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}
