//! The parts an app works with, and the steps most apps take with them.

use super::{SessionId, Sessions, Settings};
use crate::{
    digest::{AskedBy, Authenticated, Authenticator, CredentialSource, Verdict},
    guard::Guard,
    location::{Aor, Device, Location, LocationChange},
    options::Capabilities,
    proxy::{Accepted, Next, Proxy, ProxyTarget},
    redirect::{places_of, redirect},
    registrar::Registrar,
    status::{FORBIDDEN, NOT_FOUND},
    tag::Tags,
};
use sip_dialog::{Ctx, Session};
use sip_message::{Method, Request, Response, ResponseBuilder, StatusCode};
use sip_transaction::{ClientId, Endpoint, ServerId};
use sip_transport::Flow;
use std::time::Instant;

/// The parts of a server.
#[derive(Debug)]
pub struct Core {
    /// The time of the input being handled.
    pub now: Instant,
    /// Transports and transactions.
    pub endpoint: Endpoint,
    /// Against floods and guessing.
    pub guard: Guard,
    /// Who is who.
    pub authenticator: Authenticator,
    /// Carries out REGISTER.
    pub registrar: Registrar,
    /// Who is where.
    pub location: Location,
    /// What is being passed on.
    pub proxy: Proxy,
    /// The calls the app takes part in.
    pub sessions: Sessions,
    /// What the server says of itself.
    pub capabilities: Capabilities,
    tags: Tags,
}

/// A request that wants an answer.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its transaction.
    pub server: ServerId,
    /// How it came.
    pub flow: Flow,
    /// The request.
    pub request: Request,
}

impl Core {
    pub(super) fn new(settings: Settings, seed: [u8; 32], now: Instant) -> Core {
        // Each part gets chance of its own, so that what one tells reveals nothing about another.
        let part = |n: u8| Tags::new(seed).seed(n);
        Core {
            now,
            endpoint: Endpoint::new(settings.endpoint, part(1)),
            guard: Guard::new(settings.exempt, now),
            authenticator: Authenticator::new(settings.digest, part(2), now),
            registrar: Registrar::new(settings.registrar, part(3)),
            location: Location::new(),
            proxy: Proxy::new(settings.proxy, part(4)),
            sessions: Sessions::default(),
            capabilities: settings.capabilities,
            tags: Tags::new(part(5)),
        }
    }

    /// Answers a request; the To tag is added.
    pub fn respond(&mut self, incoming: &Incoming, response: ResponseBuilder) {
        let response = response.to_tag(&self.tags.of(&incoming.request)).build();
        self.endpoint.respond(self.now, incoming.server, response);
    }

    /// Answers a request with a bare status.
    pub fn answer(&mut self, incoming: &Incoming, status: StatusCode) {
        self.respond(incoming, Response::to(&incoming.request, status));
    }

    /// What a session's functions need.
    pub fn ctx(&mut self) -> Ctx<'_> {
        Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        }
    }

    /// Lets a session act; what comes of it is told to [`super::SipApp::on_session`]. `None`: it is
    /// over.
    pub fn session<R>(
        &mut self,
        id: SessionId,
        act: impl FnOnce(&mut Session, &mut Ctx<'_>) -> R,
    ) -> Option<R> {
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        self.sessions.with(id, &mut ctx, act)
    }

    /// Finds out who sent a request. `None`: it has been answered with a challenge or refusal.
    pub fn authenticate(
        &mut self,
        incoming: Incoming,
        asked_by: AskedBy,
        accounts: &impl CredentialSource,
    ) -> Option<(ServerId, Authenticated<Request>)> {
        let Incoming {
            server,
            flow,
            request,
        } = incoming;
        let verdict =
            self.authenticator
                .verify(self.now, asked_by, flow, request, accounts, &mut self.guard);
        match verdict {
            Verdict::Authenticated(request) => Some((server, request)),
            Verdict::Challenge(response) | Verdict::Refuse(response) => {
                self.endpoint.respond(self.now, server, response);
                None
            }
        }
    }

    /// Carries out a REGISTER of an account for its own address in the server's domain.
    pub fn register(
        &mut self,
        incoming: Incoming,
        accounts: &impl CredentialSource,
    ) -> Vec<LocationChange> {
        let Some((server, request)) = self.authenticate(incoming, AskedBy::Server, accounts) else {
            return Vec::new();
        };
        let to = request.get().to();
        let own = to.as_ref().ok().filter(|to| {
            let user = to.uri().user();
            user.is_some_and(|user| *user == **request.account())
        });
        let Some(aor) = own.and_then(|to| Aor::of(to.uri())) else {
            let response = self.registrar.forbid(request.get());
            self.endpoint.respond(self.now, server, response);
            return Vec::new();
        };
        let registered = self
            .registrar
            .register(self.now, &request, &aor, &mut self.location);
        self.endpoint.respond(self.now, server, registered.response);
        registered.changes
    }

    /// The devices that the Request-URI means.
    pub fn devices(&self, request: &Request) -> Vec<Device> {
        match request.uri() {
            Ok(uri) => self.location.lookup(self.now, &uri),
            Err(_) => Vec::new(),
        }
    }

    /// Passes a request on to targets: checks it, follows its route where it has one.
    pub fn forward(&mut self, incoming: Incoming, targets: Vec<ProxyTarget>) {
        let server = incoming.server;
        if let Some(accepted) = self.accept(incoming) {
            let targets = match accepted.target() {
                Some(target) => vec![target],
                None => targets,
            };
            self.proxy
                .forward(self.now, &mut self.endpoint, server, accepted, targets);
        }
    }

    /// Sends the caller to where the Request-URI is registered.
    pub fn redirect(&mut self, incoming: &Incoming) {
        let devices = self.devices(&incoming.request);
        let response = redirect(&incoming.request, places_of(&devices));
        self.respond(incoming, response);
    }

    /// What a registrar and proxy does with a request that is not for itself: who starts something
    /// proves to be an account; what goes on follows the route it was given.
    pub fn serve(&mut self, incoming: Incoming, accounts: &impl CredentialSource) {
        if incoming.request.method() == Method::Options && self.is_for_server(&incoming.request) {
            let answer = self.capabilities.answer(&incoming.request, StatusCode::OK);
            return self.respond(&incoming, answer);
        }
        let goes_on = incoming.request.to_tag().is_some();
        let incoming = if goes_on {
            incoming
        } else {
            let flow = incoming.flow;
            match self.authenticate(incoming, AskedBy::Proxy, accounts) {
                Some((server, request)) => Incoming {
                    server,
                    flow,
                    request: request.into_inner(),
                },
                None => return,
            }
        };
        let again = incoming.clone();
        let Some(accepted) = self.accept(incoming) else {
            return;
        };
        // A tag is quickly invented: a stranger may not use us to reach any address in the world.
        let relays = matches!(accepted.next(), Next::Elsewhere(_));
        if relays && goes_on && !self.guard.is_known(again.flow) {
            return self.answer(&again, FORBIDDEN);
        }
        let targets = match accepted.target() {
            Some(target) => vec![target],
            None => self.targets(accepted.request()),
        };
        if targets.is_empty() && self.is_unknown(accepted.request(), accounts) {
            return self.answer(&again, NOT_FOUND);
        }
        self.proxy.forward(
            self.now,
            &mut self.endpoint,
            again.server,
            accepted,
            targets,
        );
    }

    /// Passes on an ACK to a 2xx.
    pub fn pass_ack(&mut self, flow: Flow, request: Request) {
        let transports = self.endpoint.transports_ref();
        let Ok(accepted) = self.proxy.accept(transports, flow, request) else {
            return; // an ACK gets no answer
        };
        let relays = matches!(accepted.next(), Next::Elsewhere(_));
        if relays && !self.guard.is_known(flow) {
            return;
        }
        if let Some(target) = accepted.target() {
            self.proxy
                .forward_ack(self.now, &mut self.endpoint, &accepted, &target);
        }
    }

    /// Where a request's devices are, as targets.
    pub fn targets(&self, request: &Request) -> Vec<ProxyTarget> {
        let transports = self.endpoint.transports_ref();
        let devices = self.devices(request);
        let targets = devices
            .iter()
            .filter_map(|device| ProxyTarget::of_device(device, transports));
        targets.collect()
    }

    pub(super) fn proxy_cancel(&mut self, server: ServerId, cancel: &Request) -> bool {
        self.proxy
            .on_cancel(self.now, &mut self.endpoint, server, cancel)
    }

    pub(super) fn proxy_response(&mut self, client: ClientId, response: &Response) -> bool {
        self.proxy
            .on_response(self.now, &mut self.endpoint, client, response)
    }

    pub(super) fn proxy_failed(&mut self, client: ClientId, timeout: bool) -> bool {
        let (now, endpoint) = (self.now, &mut self.endpoint);
        match timeout {
            true => self.proxy.on_client_timeout(now, endpoint, client),
            false => self.proxy.on_client_failed(now, endpoint, client),
        }
    }

    fn accept(&mut self, incoming: Incoming) -> Option<Accepted> {
        let transports = self.endpoint.transports_ref();
        match self
            .proxy
            .accept(transports, incoming.flow, incoming.request)
        {
            Ok(accepted) => Some(accepted),
            Err(response) => {
                self.endpoint.respond(self.now, incoming.server, response);
                None
            }
        }
    }

    fn is_for_server(&self, request: &Request) -> bool {
        let uri = request.uri();
        uri.is_ok_and(|uri| uri.user().is_none()) && request.to_tag().is_none()
    }

    /// Whether the Request-URI names no account of ours; only told to those who proved to be one.
    fn is_unknown(&self, request: &Request, accounts: &impl CredentialSource) -> bool {
        let realm = self.authenticator.config().realm.as_bytes();
        let user = request
            .uri()
            .ok()
            .and_then(|uri| uri.user().map(|u| u.into_owned()));
        let algorithms = &self.authenticator.config().algorithms;
        !user.is_some_and(|user| {
            algorithms
                .iter()
                .any(|algorithm| accounts.ha1(&user, realm, algorithm).is_some())
        })
    }
}
