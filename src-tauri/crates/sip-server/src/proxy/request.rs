//! The forwarded request (RFC 3261 §16.6): one copy per branch, changed only where it must be.

use super::{Accepted, ProxyConfig, ProxyTarget, flow_token::FlowTokens};
use sip_message::{
    HeaderName, HostPort, Method, Params, Request, RequestBuilder, Scheme, SipUri, Uri,
    header::{Contact, MaxBreadth, MaxForwards, NameAddr, ProxyAuthorization, RecordRoute, Route},
};
use sip_transaction::Destination;
use sip_transport::{Flow, Transport, Transports};

/// A request ready for the endpoint, which pushes our Via.
pub(crate) struct Built {
    pub(crate) request: RequestBuilder,
    pub(crate) destination: Destination,
}

/// The copy of a request for one target. `breadth` is the branch's share (RFC 5393 §5.3).
pub(crate) fn build(
    accepted: &Accepted,
    target: &ProxyTarget,
    config: &ProxyConfig,
    tokens: &FlowTokens,
    transports: &Transports,
    breadth: Option<u32>,
) -> Built {
    let request = accepted.request();
    let hops = match request.headers().find::<MaxForwards>() {
        Ok(Some(MaxForwards(hops))) => hops.saturating_sub(1),
        _ => 70,
    };
    let mut builder = request.edit().uri(&target.uri).set(&MaxForwards(hops));
    if let Some(breadth) = breadth {
        builder = builder.set(&MaxBreadth(breadth));
    }
    if let Some(realm) = &config.realm {
        builder = without_credentials(builder, request, realm);
    }
    if config.record_route && makes_dialog(request) {
        let sides = Sides {
            incoming: accepted.flow(),
            destination: &target.destination,
            transports,
            tokens,
        };
        for own in sides.record_routes(request) {
            builder = builder.push_first(&RecordRoute(own));
        }
    }
    for route in target.routes.iter().rev() {
        builder = builder.push_first(&Route(route.clone()));
    }
    let (request, strict) = for_strict_router(builder, request, target);
    Built {
        request,
        destination: strict.unwrap_or_else(|| target.destination.clone()),
    }
}

/// Requests that a dialog may come of; within one, its route set is settled.
fn makes_dialog(request: &Request) -> bool {
    matches!(
        request.method(),
        Method::Invite | Method::Subscribe | Method::Refer
    ) && request.to_tag().is_none()
}

/// Our own credentials were for us alone (RFC 3261 §22.3).
fn without_credentials(builder: RequestBuilder, request: &Request, realm: &str) -> RequestBuilder {
    let all = || request.headers().all::<ProxyAuthorization>();
    if !all().flatten().any(|h| h.0.realm == realm) {
        return builder;
    }
    let others: Vec<ProxyAuthorization> = all().flatten().filter(|h| h.0.realm != realm).collect();
    others.iter().fold(
        builder.remove(HeaderName::ProxyAuthorization),
        |builder, other| builder.push(other),
    )
}

/// When the next hop is a strict router (its Route has no `lr`), the Request-URI goes to the end of
/// the route and the router's URI in its place (RFC 3261 §16.6 step 6).
fn for_strict_router(
    builder: RequestBuilder,
    request: &Request,
    target: &ProxyTarget,
) -> (RequestBuilder, Option<Destination>) {
    let first = match target.routes.first() {
        Some(first) => Some(first.clone()),
        None => request
            .headers()
            .all::<Route>()
            .flatten()
            .next()
            .map(|r| r.0),
    };
    let Some(first) = first else {
        return (builder, None);
    };
    let hop = first.uri().clone();
    let loose = hop.as_sip().is_none_or(|uri| uri.params().has("lr"));
    if loose {
        return (builder, None);
    }
    let builder = builder
        .pop::<Route>()
        .push(&Route(NameAddr::new(target.uri.clone())))
        .uri(&hop);
    (builder, Some(Destination::Resolve(hop)))
}

/// The two sides of a forwarded request.
struct Sides<'a> {
    incoming: Flow,
    destination: &'a Destination,
    transports: &'a Transports,
    tokens: &'a FlowTokens,
}

impl Sides<'_> {
    /// Our Record-Route entries in the order they are pushed: the side the request came from first,
    /// so that the side it goes to ends up on top. One entry is enough where both sides say the
    /// same (RFC 5658 §3.1 wants two where transports or addresses differ).
    fn record_routes(&self, request: &Request) -> Vec<NameAddr> {
        let secure = matches!(request.uri(), Ok(Uri::Sip(uri)) if uri.is_secure());
        let caller = needs_token(request, self.incoming).then(|| self.tokens.make(self.incoming));
        let (callee, outgoing) = match self.destination {
            Destination::Flow(flow) => (Some(self.tokens.make(*flow)), Some(flow.transport)),
            Destination::Target(target) => (None, Some(target.transport)),
            Destination::Targets(targets) => (None, targets.first().map(|t| t.transport)),
            Destination::Resolve(uri) => (None, transport_of(uri)),
        };
        let outgoing = outgoing.unwrap_or(self.incoming.transport);
        let listener = |transport: Transport| {
            self.transports
                .listeners()
                .iter()
                .find(|l| l.transport == transport && !l.local.ip().is_unspecified())
                .map_or(self.incoming.local, |l| l.local)
        };
        let outgoing_flow = match self.destination {
            Destination::Flow(flow) => *flow,
            _ if outgoing == self.incoming.transport => self.incoming,
            _ => Flow {
                transport: outgoing,
                local: listener(outgoing),
                ..self.incoming
            },
        };
        let inside = self.entry(self.incoming, caller, secure);
        let outside = self.entry(outgoing_flow, callee, secure);
        if inside == outside {
            vec![inside]
        } else {
            vec![inside, outside]
        }
    }

    fn entry(&self, flow: Flow, token: Option<String>, secure: bool) -> NameAddr {
        let scheme = if secure { Scheme::Sips } else { Scheme::Sip };
        let sent_by: HostPort = self.transports.sent_by(&flow);
        let params = match flow.transport {
            Transport::Udp => Params::new(),
            // `sips` with transport=tcp is TLS; `transport=tls` is deprecated (RFC 3261 §26.2.2).
            Transport::Tls if secure => Params::new().with("transport", "tcp"),
            other => Params::new().with("transport", other.uri_name()),
        };
        let uri = SipUri::new(scheme, token.as_deref(), sent_by);
        NameAddr::new(uri.with_params(params.with_flag("lr")))
    }
}

/// Whether the sender can only be reached over its flow: it keeps one (RFC 5626), it came over a
/// stream, or its Contact is not where it sends from.
fn needs_token(request: &Request, flow: Flow) -> bool {
    let Ok(Some(Contact::Addr(contact))) = request.headers().find::<Contact>() else {
        return false;
    };
    let Some(uri) = contact.uri().as_sip() else {
        return true;
    };
    let port = uri.port().unwrap_or(flow.transport.default_port());
    flow.connection.is_some()
        || uri.params().has("ob")
        || uri.host().ip() != Some(flow.remote.ip())
        || port != flow.remote.port()
}

fn transport_of(uri: &Uri) -> Option<Transport> {
    let uri = uri.as_sip()?;
    match uri.transport() {
        Some(name) => Transport::from_uri_name(&name, uri.is_secure()),
        None if uri.is_secure() => Some(Transport::Tls),
        None => None,
    }
}
