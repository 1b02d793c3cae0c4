//! The REGISTER itself, and the Contact in it.

use super::Registration;
use crate::{
    limits::{EXPIRES_OVER_CONNECTIONS, EXPIRES_OVER_UDP, LONGEST_EXPIRES},
    line::config::{ContactAddress, LineConfig},
};
use sip_dialog::Ctx;
use sip_message::{
    HostPort, Method, Params, Request, RequestBuilder, Response, Scheme, SipUri, Uri,
    header::{
        CSeq, CallId, Contact, Expires, From, NameAddr, ProxyRequire, Require, Route, Supported, To,
    },
};
use sip_transaction::Endpoint;
use sip_transport::{Flow, Target, Transport};
use std::net::IpAddr;

/// A REGISTER without credentials.
pub(super) struct Draft {
    pub(super) request: RequestBuilder,
    pub(super) contact: Uri,
    /// What it asks for, in seconds.
    pub(super) expires: u32,
}

impl Registration {
    /// The next REGISTER of the series.
    pub(super) fn draft(
        &mut self,
        ctx: &Ctx<'_>,
        config: &LineConfig,
        target: &Target,
        goodbye: bool,
    ) -> Draft {
        let register = config.register.unwrap_or_default();
        let contact = contact_uri(ctx.endpoint, config, target, self.seen(), register.bulk);
        let usual = match target.transport {
            Transport::Udp => EXPIRES_OVER_UDP,
            _ => EXPIRES_OVER_CONNECTIONS,
        };
        let wished = register.expires.unwrap_or(usual).max(self.min_expires);
        let expires = if goodbye {
            0
        } else {
            wished.clamp(1, LONGEST_EXPIRES)
        };
        self.cseq = self.cseq.wrapping_add(1) & (u32::MAX >> 1);
        let us = config.address_of_record();
        let mut request = Request::builder(Method::Register, &config.domain());
        if let Some(proxy) = config.proxy_route() {
            request = request.push(&Route(proxy));
        }
        request = request
            .push(&From(us.clone().with_tag(&self.tag)))
            .push(&To(us))
            .push(&CallId(self.call_id.clone()))
            .push(&CSeq {
                number: self.cseq,
                method: Method::Register,
            })
            .push(&Contact::Addr(NameAddr::new(contact.clone())));
        // Under another address now: calls must not go to the old one as well.
        if let Some(old) = self.registered_as.as_ref().filter(|old| **old != contact) {
            let old = NameAddr::new(old.clone()).with_param("expires", "0");
            request = request.push(&Contact::Addr(old));
        }
        request = request
            .push(&Expires(expires))
            .push(&Supported::from("path"));
        if register.bulk {
            request = request
                .push(&Supported::from("gin"))
                .push(&Require::from("gin"))
                .push(&ProxyRequire::from("gin"));
        }
        Draft {
            request,
            contact,
            expires,
        }
    }

    /// Looks where the provider saw a request of ours come from (RFC 3581). Whether our Contact
    /// should name another address from now on.
    pub(super) fn learn_own_address(
        &mut self,
        ctx: &Ctx<'_>,
        config: &LineConfig,
        target: &Target,
        response: &Response,
    ) -> bool {
        let Some(seen) = seen_as(ctx.endpoint, config, target, response) else {
            return false;
        };
        // A NAT that shows another port each time would have us register without end.
        let known = self.seen.as_ref().and_then(|known| known.host.ip());
        let is_new = known != seen.host.ip();
        self.seen = Some(seen);
        is_new
    }
}

/// Where the provider saw a request of ours come from, if a NAT changes that and our Contact follows
/// it.
pub(in crate::line) fn seen_as(
    endpoint: &Endpoint,
    config: &LineConfig,
    target: &Target,
    response: &Response,
) -> Option<HostPort> {
    let seen = response.via().ok()?.response_target()?;
    let own = own_address(endpoint, target).host.ip();
    let follows = config.contact_address == ContactAddress::AsSeen;
    let is_changed = own != Some(seen.ip()) && !seen.ip().is_unspecified();
    (follows && is_changed).then(|| HostPort::from(seen))
}

/// Our Contact on a line: with its secret, by which calls to it are known. `bulk`: for all numbers
/// of a block, hence for no user (RFC 6140 §5.2).
pub(in crate::line) fn contact_uri(
    endpoint: &Endpoint,
    config: &LineConfig,
    target: &Target,
    seen: Option<&HostPort>,
    bulk: bool,
) -> Uri {
    let host = match (&config.contact_address, seen) {
        (ContactAddress::Fixed(address), _) => address.clone(),
        (ContactAddress::AsSeen, Some(seen)) => seen.clone(),
        _ => own_address(endpoint, target),
    };
    let user = (!bulk && !config.contact_user.is_empty()).then_some(config.contact_user.as_str());
    let mut params = Params::new();
    let scheme = config.scheme();
    if scheme == Scheme::Sip && target.transport != Transport::Udp {
        params = params.with("transport", target.transport.uri_name());
    }
    if bulk {
        params = params.with_flag("bnc");
    }
    let params = params.with("line", &config.token);
    SipUri::new(scheme, user, host).with_params(params).into()
}

/// Our address as `target` would see it if nothing were in between.
fn own_address(endpoint: &Endpoint, target: &Target) -> HostPort {
    let transports = endpoint.transports_ref();
    let is_near = |ip: IpAddr| ip.is_loopback() == target.addr.ip().is_loopback();
    let same_family = |ip: IpAddr| ip.is_ipv4() == target.addr.is_ipv4();
    let mut listeners: Vec<_> = transports
        .listeners()
        .iter()
        .filter(|l| same_family(l.local.ip()))
        .collect();
    listeners.sort_by_key(|l| (l.transport != target.transport, !is_near(l.local.ip())));
    let Some(first) = listeners.first() else {
        return HostPort::from(target.addr); // nothing is sent without a listener
    };
    let ours = transports.sent_by(&Flow {
        transport: first.transport,
        local: first.local,
        remote: target.addr,
        connection: None,
    });
    if !ours.host.ip().is_some_and(|ip| ip.is_unspecified()) {
        return ours;
    }
    // Bound to every address: another listener may know which one is ours.
    let named = listeners
        .iter()
        .find(|l| !l.local.ip().is_unspecified() && is_near(l.local.ip()));
    match named {
        Some(named) => HostPort::from(std::net::SocketAddr::new(
            named.local.ip(),
            first.local.port(),
        )),
        None => ours,
    }
}
