//! The forwarded request (RFC 3261 §16.6): one copy per branch, changed only where it must be.

use super::{Accepted, ProxyConfig, ProxyTarget};
use sip_message::{
    HeaderName, Method, Request, RequestBuilder, Uri,
    header::{Contact, MaxBreadth, MaxForwards, NameAddr, ProxyAuthorization, RecordRoute, Route},
};
use sip_transaction::Destination;
use sip_transport::{Flow, FlowTokens, RouteSide, Transport, Transports, record_routes};

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
        for own in own_routes(accepted, target, transports, tokens) {
            builder = builder.push_first(&own);
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

/// Our Record-Route entries in the order they are pushed. A side that can only be reached over its
/// flow gets a token naming that.
fn own_routes(
    accepted: &Accepted,
    target: &ProxyTarget,
    transports: &Transports,
    tokens: &FlowTokens,
) -> impl Iterator<Item = RecordRoute> {
    let request = accepted.request();
    let from = accepted.flow();
    let secure = matches!(request.uri(), Ok(Uri::Sip(uri)) if uri.is_secure());
    let caller = needs_token(request, from).then(|| tokens.issue(&from));
    let to = outgoing(&target.destination, from, transports);
    let callee = match target.destination {
        Destination::Flow(_) => Some(tokens.issue(&to)),
        _ => None,
    };
    let facing_caller = RouteSide {
        flow: &from,
        token: caller.as_deref(),
    };
    let facing_callee = RouteSide {
        flow: &to,
        token: callee.as_deref(),
    };
    record_routes(transports, facing_caller, facing_callee, secure).into_iter()
}

/// The flow a request will take, as far as its transport and our end go: which listener its next
/// hop sees.
fn outgoing(destination: &Destination, from: Flow, transports: &Transports) -> Flow {
    let transport = match destination {
        Destination::Flow(flow) => return *flow,
        Destination::Target(target) => Some(target.transport),
        Destination::Targets(targets) => targets.first().map(|t| t.transport),
        Destination::Resolve(uri) => transport_of(uri),
    };
    let transport = transport.unwrap_or(from.transport);
    let listener = transports
        .listeners()
        .iter()
        .find(|l| l.transport == transport);
    match listener {
        Some(listener) if transport != from.transport => Flow {
            transport,
            local: listener.local,
            ..from
        },
        _ => from,
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
