//! The stateful forking proxy (RFC 3261 §16): passes requests on, tries several devices, sends back
//! the one answer that counts.
//!
//! The owner takes a request through [`Proxy::accept`] (is it well, where does its route lead?),
//! decides the targets where the route leaves that open, and hands both to [`Proxy::forward`].
//! Everything after that, forks, CANCEL, timers, the choice of the response, is done here.

mod best;
mod context;
mod loops;
mod request;
mod route;
mod validate;

pub use route::Next;
pub(crate) use validate::{Fault, check, loop_detected};

use crate::{
    limits::{DEFAULT_MAX_BREADTH, DEFAULT_TIMER_C, MAX_PROXIED},
    location::{Binding, Device},
    status::{REQUEST_TIMEOUT, SERVICE_UNAVAILABLE},
    tag::Tags,
};
use context::{Context, Failure};
use loops::Loops;
use sip_message::{
    HeaderName, HostPort, Request, Response, ResponseBuilder, StatusCode, Uri, header::NameAddr,
};
use sip_transaction::{ClientId, Destination, Endpoint, ServerId};
use sip_transport::{Flow, FlowTokens, Transports};
use slab::Slab;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// The proxy's state.
#[derive(Debug)]
pub struct Proxy {
    config: ProxyConfig,
    tags: Tags,
    tokens: FlowTokens,
    contexts: Slab<Context>,
    by_client: BTreeMap<ClientId, usize>,
    by_server: BTreeMap<ServerId, usize>,
    due: BTreeSet<(Instant, usize)>,
    loops: Loops,
}

/// How a proxy behaves.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// Names we answer to beside our addresses: the domains we are responsible for.
    pub domains: Vec<HostPort>,
    /// Stay on the path of the dialogs that pass (Record-Route).
    pub record_route: bool,
    /// The longest silence of a ringing target; more than three minutes.
    pub timer_c: Duration,
    /// Follow redirects ourselves instead of passing them back.
    pub follow_redirects: bool,
    /// Parallel branches for a request that asks for no number (RFC 5393).
    pub max_breadth: u32,
    /// Option tags in Proxy-Require that we understand.
    pub extensions: Vec<String>,
    /// Our digest realm: credentials for it are not passed on.
    pub realm: Option<String>,
}

/// A request that may be forwarded: checked (RFC 3261 §16.3) and with its route consumed as far as
/// it named us (§16.4).
#[derive(Clone, Debug)]
pub struct Accepted {
    request: Request,
    flow: Flow,
    next: Next,
}

/// Where one branch of a request goes.
#[derive(Clone, Debug)]
pub struct ProxyTarget {
    /// The Request-URI there.
    pub uri: Uri,
    /// The preference in thousandths: equal ones ring together, higher ones first.
    pub q: u16,
    /// How it is reached.
    pub destination: Destination,
    /// Route headers to add: the Path of a binding.
    pub routes: Vec<NameAddr>,
    /// Other flows of the same device, tried one after the other when this one fails.
    pub otherwise: Vec<ProxyTarget>,
}

impl Default for ProxyConfig {
    fn default() -> ProxyConfig {
        ProxyConfig {
            domains: Vec::new(),
            record_route: true,
            timer_c: DEFAULT_TIMER_C,
            follow_redirects: false,
            max_breadth: DEFAULT_MAX_BREADTH,
            extensions: Vec::new(),
            realm: None,
        }
    }
}

impl Accepted {
    /// The request, without the Route entries that named us.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The same request with another one in its place, for example with headers taken out.
    pub fn with_request(self, request: Request) -> Accepted {
        Accepted { request, ..self }
    }

    /// Where its route leads.
    pub fn next(&self) -> &Next {
        &self.next
    }

    /// The flow it came over.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The one target that its route or Request-URI names; `None` when the Request-URI is ours and
    /// the owner has to say where that is.
    pub fn target(&self) -> Option<ProxyTarget> {
        let uri = self.request.uri().ok()?;
        match &self.next {
            Next::Ours => None,
            Next::Flow(flow) => Some(ProxyTarget::new(uri, Destination::Flow(*flow))),
            Next::Elsewhere(hop) => Some(ProxyTarget::new(uri, Destination::Resolve(hop.clone()))),
        }
    }
}

impl ProxyTarget {
    /// A target with the highest preference.
    pub fn new(uri: Uri, destination: Destination) -> ProxyTarget {
        ProxyTarget {
            uri,
            q: 1_000,
            destination,
            routes: Vec::new(),
            otherwise: Vec::new(),
        }
    }

    /// A registered contact.
    pub fn of_binding(binding: &Binding, transports: &Transports) -> ProxyTarget {
        ProxyTarget {
            q: binding.q,
            routes: binding.path.clone(),
            ..ProxyTarget::new(binding.request_uri(), binding.destination(transports))
        }
    }

    /// A registered device: its best flow, the others for when that fails.
    pub fn of_device(device: &Device, transports: &Transports) -> Option<ProxyTarget> {
        let mut flows = device
            .flows
            .iter()
            .map(|binding| ProxyTarget::of_binding(binding, transports));
        let mut first = flows.next()?;
        first.otherwise = flows.collect();
        Some(first)
    }
}

impl Proxy {
    /// A proxy with nothing under way. `seed` makes its tags and flow tokens unguessable.
    pub fn new(config: ProxyConfig, seed: [u8; 32]) -> Proxy {
        Proxy {
            config,
            tags: Tags::new(seed),
            tokens: FlowTokens::new(seed),
            contexts: Slab::new(),
            by_client: BTreeMap::new(),
            by_server: BTreeMap::new(),
            due: BTreeSet::new(),
            loops: Loops::default(),
        }
    }

    /// The configuration.
    pub fn config(&self) -> &ProxyConfig {
        &self.config
    }

    /// Number of requests under way; zero at rest.
    pub fn under_way(&self) -> usize {
        self.contexts.len()
    }

    /// Checks a request (RFC 3261 §16.3) and consumes the part of its route that names us (§16.4).
    /// `Err` is the answer to a request that cannot be forwarded; an ACK gets none.
    pub fn accept(
        &self,
        transports: &Transports,
        flow: Flow,
        request: Request,
    ) -> Result<Accepted, Response> {
        validate::check(&request, &self.config)
            .and_then(|()| match self.loops.is_loop(&request, &self.contexts) {
                true => Err(validate::loop_detected()),
                false => Ok(()),
            })
            .and_then(|()| {
                route::preprocess(&request, flow, transports, &self.config, &self.tokens)
            })
            .map(|(request, next)| Accepted {
                request,
                flow,
                next,
            })
            .map_err(|fault| self.build(&request, fault.answer(&request)))
    }

    /// Forwards a request to its targets: those of equal `q` at the same time, groups one after the
    /// other. No targets: 480.
    pub fn forward(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        server: ServerId,
        accepted: Accepted,
        targets: Vec<ProxyTarget>,
    ) {
        if self.contexts.len() >= MAX_PROXIED {
            let response = Response::to(accepted.request(), SERVICE_UNAVAILABLE)
                .push_raw("Retry-After", b"10");
            let response = self.build(accepted.request(), response);
            endpoint.respond(now, server, response);
            return;
        }
        let context = Context::new(server, accepted, targets, &self.config);
        let index = self.contexts.vacant_key();
        self.loops.insert(context.request(), index);
        self.contexts.insert(context);
        self.by_server.insert(server, index);
        self.step(now, endpoint, index);
    }

    /// Forwards an ACK to a 2xx, which has no transaction and gets no answer.
    pub fn forward_ack(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        accepted: &Accepted,
        target: &ProxyTarget,
    ) {
        let built = request::build(
            accepted,
            target,
            &self.config,
            &self.tokens,
            endpoint.transports_ref(),
            None,
        );
        endpoint.send_stateless(now, built.destination, built.request);
    }

    /// A response came. `false`: not to a request of ours.
    pub fn on_response(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        client: ClientId,
        response: &Response,
    ) -> bool {
        self.with_context(now, endpoint, client, |context, config| {
            context.on_response(now, client, response, config);
        })
    }

    /// A forwarded request got no answer (`ClientTimeout`). `false`: not a request of ours.
    pub fn on_client_timeout(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        client: ClientId,
    ) -> bool {
        self.with_context(now, endpoint, client, |context, _| {
            context.on_failure(client, Failure::Silent);
        })
    }

    /// A forwarded request could not be delivered (`ClientFailed`). `false`: not one of ours.
    pub fn on_client_failed(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        client: ClientId,
    ) -> bool {
        self.with_context(now, endpoint, client, |context, _| {
            context.on_failure(client, Failure::Undeliverable);
        })
    }

    /// The caller gave up. `false`: not a request of ours.
    pub fn on_cancel(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        server: ServerId,
        cancel: &Request,
    ) -> bool {
        let Some(&index) = self.by_server.get(&server) else {
            return false;
        };
        let reason = cancel.headers().value(HeaderName::Reason);
        if let Some(context) = self.contexts.get_mut(index) {
            context.cancel(reason.map(|r| r.to_str().into_owned()));
        }
        self.step(now, endpoint, index);
        true
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Instant, endpoint: &mut Endpoint) {
        while let Some(&(at, index)) = self.due.first() {
            if at > now {
                break;
            }
            self.due.remove(&(at, index));
            if let Some(context) = self.contexts.get_mut(index) {
                context.scheduled = None;
                context.on_timeout(now);
            }
            self.step(now, endpoint, index);
        }
    }

    /// When [`Proxy::handle_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    fn with_context(
        &mut self,
        now: Instant,
        endpoint: &mut Endpoint,
        client: ClientId,
        change: impl FnOnce(&mut Context, &ProxyConfig),
    ) -> bool {
        let Some(&index) = self.by_client.get(&client) else {
            return false;
        };
        if let Some(context) = self.contexts.get_mut(index) {
            change(context, &self.config);
        }
        self.step(now, endpoint, index);
        true
    }

    /// Carries out what a context wants done now, schedules it, and forgets it once it is over.
    fn step(&mut self, now: Instant, endpoint: &mut Endpoint, index: usize) {
        let Some(context) = self.contexts.get_mut(index) else {
            return;
        };
        while let Some(action) = context.poll(now) {
            match action {
                context::Action::Send { target, breadth } => {
                    let built = request::build(
                        context.accepted(),
                        &target,
                        &self.config,
                        &self.tokens,
                        endpoint.transports_ref(),
                        Some(breadth),
                    );
                    let client = endpoint.send(now, built.destination, built.request);
                    self.by_client.insert(client, index);
                    context.on_sent(now, client, target, &self.config);
                }
                context::Action::Cancel { client, reason } => {
                    endpoint.cancel(now, client, reason.as_deref());
                }
                context::Action::Pass(response) => {
                    endpoint.respond(now, context.server(), response);
                }
                context::Action::Answer(status) => {
                    let response = Response::to(context.request(), status);
                    let response = response.to_tag(&self.tags.of(context.request()));
                    endpoint.respond(now, context.server(), response.build());
                }
                context::Action::Forget(client) => {
                    self.by_client.remove(&client);
                }
            }
        }
        let next = context.next_timeout();
        if next != context.scheduled {
            if let Some(at) = context.scheduled {
                self.due.remove(&(at, index));
            }
            if let Some(at) = next {
                self.due.insert((at, index));
            }
            context.scheduled = next;
        }
        if context.is_over() {
            self.loops.remove(context.request(), index);
            self.by_server.remove(&context.server());
            self.contexts.remove(index);
        }
    }

    fn build(&self, request: &Request, response: ResponseBuilder) -> Response {
        response.to_tag(&self.tags.of(request)).build()
    }
}

/// The status a failed branch stands for (RFC 3261 §16.9: 503; §16.8: 408).
pub(crate) fn status_of(failure: Failure) -> StatusCode {
    match failure {
        Failure::Silent => REQUEST_TIMEOUT,
        Failure::Undeliverable => SERVICE_UNAVAILABLE,
    }
}
