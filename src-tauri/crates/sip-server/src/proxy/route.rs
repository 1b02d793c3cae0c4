//! Which way does the request's route lead? (RFC 3261 §16.4, §16.5, RFC 5626 §5.3)

use super::{ProxyConfig, validate::Fault};
use crate::status::{BAD_REQUEST, FLOW_FAILED, FORBIDDEN};
use sip_message::{HeaderName, HostPort, Request, SipUri, Uri, header::Route};
use sip_transport::{Flow, FlowTokens, Transport, Transports};

/// Where a request goes next.
#[derive(Clone, Debug)]
pub enum Next {
    /// The Request-URI is ours: the owner says which targets it has.
    Ours,
    /// Over the flow that our Record-Route named.
    Flow(Flow),
    /// To this URI: the topmost Route, or a Request-URI that is not ours.
    Elsewhere(Uri),
}

/// Takes out of the request what named us, and says where it goes.
pub(crate) fn preprocess(
    request: &Request,
    flow: Flow,
    transports: &Transports,
    config: &ProxyConfig,
    tokens: &FlowTokens,
) -> Result<(Request, Next), Fault> {
    let me = Me {
        flow,
        transports,
        config,
    };
    let request = undo_strict_routing(request, &me)?;
    let mut routes = Vec::new();
    for route in request.headers().all::<Route>() {
        routes.push(route.map_err(|_| Fault::new(BAD_REQUEST))?);
    }
    let mut builder = request.edit();
    let mut over = None;
    let mut popped = 0;
    for route in &routes {
        let Some(uri) = route.uri().as_sip().filter(|uri| me.is(uri)) else {
            break;
        };
        popped += 1;
        builder = builder.pop::<Route>();
        // Of the two entries we leave in a dialog the last one is the far side's. A token we did
        // not make is an attempt to send through somebody's flow.
        over = match uri.user() {
            Some(token) => Some(tokens.read(&token).map_err(|_| Fault::new(FORBIDDEN))?),
            None => None,
        };
    }
    let over = over.filter(|over| !is_same_path(*over, flow));
    let request = match popped {
        0 => request,
        _ => builder.build(),
    };
    if let Some(next) = routes.get(popped) {
        return Ok((request, Next::Elsewhere(next.uri().clone())));
    }
    if let Some(over) = over {
        if !transports.is_alive(&over) {
            return Err(Fault::new(FLOW_FAILED));
        }
        return Ok((request, Next::Flow(over)));
    }
    let next = match request.uri() {
        Ok(Uri::Sip(uri)) if !me.is(&uri) => Next::Elsewhere(uri.into()),
        _ => Next::Ours,
    };
    Ok((request, next))
}

/// A strict router before us has put our Record-Route into the Request-URI and the real one last
/// into the route (RFC 3261 §16.4).
fn undo_strict_routing(request: &Request, me: &Me<'_>) -> Result<Request, Fault> {
    let uri = request.uri();
    let ours = match &uri {
        Ok(Uri::Sip(uri)) => me.is(uri) && uri.params().has("lr"),
        _ => false,
    };
    if !ours || !request.headers().has(HeaderName::Route) {
        return Ok(request.clone());
    }
    let mut routes = Vec::new();
    for route in request.headers().all::<Route>() {
        routes.push(route.map_err(|_| Fault::new(BAD_REQUEST))?);
    }
    let Some(last) = routes.pop() else {
        return Ok(request.clone());
    };
    // The Request-URI was our Record-Route and may carry its flow token: back to the top with it.
    let own = uri.map_err(|_| Fault::new(BAD_REQUEST))?;
    let mut builder = request.edit().uri(last.uri()).remove(HeaderName::Route);
    builder = builder.push(&Route(sip_message::header::NameAddr::new(own)));
    for route in &routes {
        builder = builder.push(route);
    }
    Ok(builder.build())
}

/// Whether two flows lead to the same peer the same way.
fn is_same_path(a: Flow, b: Flow) -> bool {
    match (a.connection, b.connection) {
        (Some(a), Some(b)) => a == b,
        _ => a.transport == b.transport && a.remote == b.remote,
    }
}

/// Who we are to somebody whose request came over `flow`.
struct Me<'a> {
    flow: Flow,
    transports: &'a Transports,
    config: &'a ProxyConfig,
}

impl Me<'_> {
    /// Whether a URI names this proxy or a domain it is responsible for.
    fn is(&self, uri: &SipUri) -> bool {
        let transport = uri
            .transport()
            .and_then(|name| Transport::from_uri_name(&name, uri.is_secure()));
        let default = match (transport, uri.is_secure()) {
            (Some(transport), _) => transport.default_port(),
            (None, true) => 5061,
            (None, false) => 5060,
        };
        let named = uri.host_port();
        let port = named.port.unwrap_or(default);
        let is = |own: &HostPort| own.host == named.host && own.port.unwrap_or(port) == port;
        if self.config.domains.iter().any(|domain| {
            domain.host == named.host && (domain.port.is_none() || domain.port == named.port)
        }) {
            return true;
        }
        let listens = self.transports.listeners().iter().any(|l| {
            let advertised = l.advertised.as_ref().map(|a| HostPort {
                host: a.host.clone(),
                port: a.port.filter(|p| *p != 0).or(Some(l.local.port())),
            });
            advertised.is_some_and(|a| is(&a)) || is(&HostPort::from(l.local))
        });
        listens || is(&HostPort::from(self.flow.local))
    }
}
