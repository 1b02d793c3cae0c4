//! How a line is set up: where its provider is, who we are there, and how calls from it are known.

use crate::{digest, guard::Network};
use sip_message::{HostPort, Scheme, SipUri, Uri, header::NameAddr};
use sip_transport::Transport;
use std::{net::SocketAddr, time::Duration};

/// What a line needs to know of its provider and of us.
#[derive(Clone, Debug)]
pub struct LineConfig {
    /// The provider's server, `sip:provider.example` with a port or `transport` where they are
    /// fixed. With `transport=tls` or `sips:` nothing secret goes out over anything weaker.
    pub registrar: Uri,
    /// Where every request goes first, if not straight to the registrar.
    pub outbound_proxy: Option<Uri>,
    /// The user of From, and of what is registered.
    pub from_user: String,
    /// The host of From.
    pub from_domain: String,
    /// The user of our Contact.
    pub contact_user: String,
    /// The secret in our Contact (its `line` parameter) by which calls that follow the
    /// registration are known: at least 16 random letters and digits, kept with the line.
    pub token: String,
    /// How we register; `None` where the provider knows us by our address.
    pub register: Option<Register>,
    /// Which address our Contact names.
    pub contact_address: ContactAddress,
    /// Our name and password there, and the only realm they are for where one is configured.
    pub login: Option<digest::Login>,
    /// How often the provider is asked whether it is there (OPTIONS); `None`: never.
    pub probe: Option<Duration>,
    /// Where its calls may come from besides the addresses its name leads to.
    pub sources: Vec<Source>,
}

/// How we register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// How long a registration is asked to last, in seconds; by transport if `None`: 120 over UDP,
    /// so that a NAT stays open, 300 over connections.
    pub expires: Option<u32>,
    /// One registration for a block of numbers (RFC 6140).
    pub bulk: bool,
}

/// Which address our Contact names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ContactAddress {
    /// Ours, until the provider's answer shows that a NAT changes it; then what it sees.
    #[default]
    AsSeen,
    /// Ours, whatever the provider sees.
    Own,
    /// This one: a port the router forwards.
    Fixed(HostPort),
}

/// Where calls of a line may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The network.
    pub network: Network,
    /// Only from this port.
    pub port: Option<u16>,
    /// Only over this transport.
    pub transport: Option<Transport>,
}

impl LineConfig {
    /// Where the line's requests go: the outbound proxy, or the registrar.
    pub fn first_hop(&self) -> &Uri {
        self.outbound_proxy.as_ref().unwrap_or(&self.registrar)
    }

    /// Whether nothing of this line may travel in the clear.
    pub fn is_secure(&self) -> bool {
        let Uri::Sip(uri) = self.first_hop() else {
            return false;
        };
        let named = uri.transport();
        let named = named.and_then(|name| Transport::from_uri_name(&name, uri.is_secure()));
        uri.is_secure() || named.is_some_and(Transport::is_secure)
    }

    /// What is registered: `sip:user@domain`.
    pub(super) fn address_of_record(&self) -> NameAddr {
        let host = HostPort::new(sip_message::Host::from_name(&self.from_domain), None);
        NameAddr::new(SipUri::new(self.scheme(), Some(&self.from_user), host))
    }

    /// `sips:` where the provider's server is one: then every hop is encrypted.
    pub(super) fn scheme(&self) -> Scheme {
        match &self.registrar {
            Uri::Sip(uri) => uri.scheme(),
            _ => Scheme::Sip,
        }
    }

    /// The provider's domain, for the Request-URI of REGISTER and OPTIONS: how it is reached is
    /// left out (RFC 3261 §10.2).
    pub(super) fn domain(&self) -> Uri {
        match &self.registrar {
            Uri::Sip(uri) => SipUri::new(uri.scheme(), None, uri.host_port().clone()).into(),
            other => other.clone(),
        }
    }

    /// The Route to the outbound proxy.
    pub(super) fn proxy_route(&self) -> Option<NameAddr> {
        let proxy = self.outbound_proxy.as_ref()?;
        Some(NameAddr::new(match proxy {
            Uri::Sip(uri) if !uri.params().has("lr") => {
                let params = uri.params().with_flag("lr");
                uri.clone().with_params(params).into()
            }
            other => other.clone(),
        }))
    }
}

impl Source {
    /// Whether something from `remote` over `transport` comes from here.
    pub fn contains(&self, transport: Transport, remote: SocketAddr) -> bool {
        self.network.contains(remote.ip())
            && self.port.is_none_or(|port| port == remote.port())
            && self.transport.is_none_or(|only| only == transport)
    }
}

impl From<Network> for Source {
    fn from(network: Network) -> Source {
        Source {
            network,
            port: None,
            transport: None,
        }
    }
}
