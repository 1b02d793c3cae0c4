//! A SIP server as name, transports and callbacks: the framework over the roles of this crate.
//!
//! A [`SipApp`] that overrides nothing is a registrar and proxy for its accounts. Each callback
//! takes over one moment; [`Plugin`]s take over a method or an event package. [`Server`] runs the
//! app as a pure machine: bytes and time go in, bytes and questions to the resolver come out.
//!
//! ```
//! use sip_server::{app::{Server, SipApp}, digest::Ha1};
//! use sip_message::header::Algorithm;
//! use sip_transport::{Listener, Transport};
//! use std::time::Instant;
//!
//! struct Home;
//!
//! impl SipApp for Home {
//!     fn name(&self) -> &str {
//!         "home.example"
//!     }
//!     fn transports(&self) -> Vec<Listener> {
//!         let local = "127.0.0.1:5060".parse().expect("an address");
//!         vec![Listener { transport: Transport::Udp, local, advertised: None }]
//!     }
//!     fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
//!         (user == b"anna").then(|| Ha1::of_password(user, realm, b"zanzibar", algorithm))?
//!     }
//! }
//!
//! let server = Server::new(Home, [0; 32], Instant::now());
//! assert!(server.next_timeout().is_none());
//! ```

mod core;
mod plugin;
mod sessions;

pub use core::{Core, Incoming};
pub use plugin::Plugin;
pub use sessions::{SessionId, Sessions};

use crate::{
    digest::{DigestConfig, Ha1},
    guard::{Admission, Network},
    location::LocationChange,
    options::Capabilities,
    proxy::ProxyConfig,
    registrar::RegistrarConfig,
};
use bytes::Bytes;
use sip_dialog::SessionEvent;
use sip_message::{Host, HostPort, Method, Request, Response, header::Algorithm};
use sip_transaction::{ClientId, EndpointConfig, Event, Output, ResolveId, ServerId};
use sip_transport::{ConnectionId, Flow, Listener, Query, Resolution, TransportOutput};
use std::{collections::VecDeque, time::Instant};

/// What a server does, moment by moment.
pub trait SipApp {
    /// The domain it serves; also its digest realm.
    fn name(&self) -> &str;

    /// Where it listens. The host binds these.
    fn transports(&self) -> Vec<Listener>;

    /// The secret of an account. Nobody has one by default.
    fn ha1(&self, _user: &[u8], _realm: &[u8], _algorithm: &Algorithm) -> Option<Ha1> {
        None
    }

    /// How its parts behave. The default serves [`SipApp::name`] with the parts' own defaults.
    fn settings(&self) -> Settings {
        Settings::of(self.name())
    }

    /// A REGISTER. By default an account may register its own address.
    fn on_register(&mut self, core: &mut Core, incoming: Incoming) {
        let source =
            |user: &[u8], realm: &[u8], algorithm: &Algorithm| self.ha1(user, realm, algorithm);
        let changes = core.register(incoming, &source);
        for change in &changes {
            self.on_location_change(core, change);
        }
    }

    /// An INVITE that is not for a session of the app's own. By default like any other request.
    fn on_invite(&mut self, core: &mut Core, incoming: Incoming) {
        self.on_request(core, incoming);
    }

    /// Any other request but ACK and CANCEL. By default OPTIONS to the server itself is answered,
    /// requests of a dialog are passed on, and accounts may reach who is registered and the world.
    fn on_request(&mut self, core: &mut Core, incoming: Incoming) {
        let source =
            |user: &[u8], realm: &[u8], algorithm: &Algorithm| self.ha1(user, realm, algorithm);
        core.serve(incoming, &source);
    }

    /// Something happened in a session that the app has put into [`Core::sessions`].
    fn on_session(&mut self, _core: &mut Core, _session: SessionId, _event: SessionEvent) {}

    /// An ACK to a 2xx that is not for a session. By default it is passed on.
    fn on_ack(&mut self, core: &mut Core, flow: Flow, request: Request) {
        core.pass_ack(flow, request);
    }

    /// The sender of an INVITE gave up; not called for one that the proxy or a session has.
    fn on_cancel(&mut self, _core: &mut Core, _server: ServerId, _cancel: Request) {}

    /// A response to a request of the app's own, outside sessions.
    fn on_response(&mut self, _core: &mut Core, _client: ClientId, _response: Response) {}

    /// A request of the app's own, outside sessions, got no answer (`timeout`) or could not be delivered.
    fn on_failed(&mut self, _core: &mut Core, _client: ClientId, _timeout: bool) {}

    /// A binding came, was renewed, or went.
    fn on_location_change(&mut self, _core: &mut Core, _change: &LocationChange) {}

    /// A time that [`SipApp::next_timeout`] named has come.
    fn on_timeout(&mut self, _core: &mut Core) {}

    /// When [`SipApp::on_timeout`] is wanted.
    fn next_timeout(&self) -> Option<Instant> {
        None
    }
}

/// How the parts of a server behave.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may come in and how it is proved.
    pub digest: DigestConfig,
    /// Registrations.
    pub registrar: RegistrarConfig,
    /// Forwarding.
    pub proxy: ProxyConfig,
    /// Transactions.
    pub endpoint: EndpointConfig,
    /// What the server says of itself.
    pub capabilities: Capabilities,
    /// Networks that are never limited.
    pub exempt: Vec<Network>,
}

impl Settings {
    /// Defaults for one domain.
    pub fn of(domain: &str) -> Settings {
        Settings {
            digest: DigestConfig {
                realm: domain.to_owned(),
                ..DigestConfig::default()
            },
            registrar: RegistrarConfig::default(),
            proxy: ProxyConfig {
                domains: vec![HostPort::from(Host::from_name(domain))],
                realm: Some(domain.to_owned()),
                ..ProxyConfig::default()
            },
            endpoint: EndpointConfig::default(),
            capabilities: Capabilities::default(),
            exempt: Vec::new(),
        }
    }
}

/// What the host is to do for a server.
#[derive(Clone, Debug)]
pub enum ServerOutput {
    /// For the sockets.
    Transport(TransportOutput),
    /// For the resolver; answered with [`Server::resolved`].
    Resolve {
        /// Names the question in the answer.
        id: ResolveId,
        /// What to ask.
        query: Query,
    },
}

/// Runs a [`SipApp`].
pub struct Server<A: SipApp> {
    app: A,
    core: Core,
    plugins: Vec<Box<dyn Plugin<A>>>,
    outputs: VecDeque<ServerOutput>,
}

impl<A: SipApp> Server<A> {
    /// A server for an app. `seed` must be fresh chance: nonces, tags and tokens come of it.
    pub fn new(app: A, seed: [u8; 32], now: Instant) -> Server<A> {
        let mut core = Core::new(app.settings(), seed, now);
        for listener in app.transports() {
            core.endpoint.transports().listen(listener);
        }
        Server {
            app,
            core,
            plugins: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// The same server with a plugin; what it serves is added to what the server says of itself.
    pub fn with_plugin(mut self, plugin: impl Plugin<A> + 'static) -> Server<A> {
        let says = &mut self.core.capabilities;
        says.allow.extend(plugin.methods());
        says.events.extend(plugin.events());
        self.plugins.push(Box::new(plugin));
        self
    }

    /// The app.
    pub fn app(&mut self) -> &mut A {
        &mut self.app
    }

    /// The parts the app works with.
    pub fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    /// A datagram or one framed message came.
    pub fn receive(&mut self, now: Instant, flow: Flow, bytes: Bytes) {
        self.core.now = now;
        if let Admission::Drop(_) = self.core.guard.admit(now, flow, &bytes) {
            return;
        }
        self.core.endpoint.receive(now, flow, bytes);
        self.settle();
    }

    /// The host accepted a connection. `false`: too many, close it.
    pub fn accepted(&mut self, flow: Flow) -> bool {
        self.core.endpoint.transports().accepted(flow)
    }

    /// A connection asked for is open.
    pub fn connected(&mut self, now: Instant, id: ConnectionId) {
        self.core.now = now;
        self.core.endpoint.connected(now, id);
        self.settle();
    }

    /// A connection closed, broke, or could not be opened.
    pub fn connection_closed(&mut self, now: Instant, id: ConnectionId) {
        self.core.now = now;
        self.core.endpoint.connection_closed(now, id);
        self.settle();
    }

    /// The resolver's answer.
    pub fn resolved(&mut self, now: Instant, id: ResolveId, answer: Resolution) {
        self.core.now = now;
        self.core.endpoint.resolved(now, id, answer);
        self.settle();
    }

    /// Runs what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.core.now = now;
        self.core.endpoint.handle_timeout(now);
        self.core.proxy.handle_timeout(now, &mut self.core.endpoint);
        let gone = self.core.location.handle_timeout(now);
        self.tell(&gone);
        while let Some(session) = self.core.sessions.due(now) {
            self.core.session(session, |s, ctx| s.on_timeout(ctx));
        }
        if self.app.next_timeout().is_some_and(|at| at <= now) {
            self.app.on_timeout(&mut self.core);
        }
        self.settle();
    }

    /// When [`Server::handle_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        let all = [
            self.core.endpoint.next_timeout(),
            self.core.proxy.next_timeout(),
            self.core.location.next_timeout(),
            self.core.sessions.next_timeout(),
            self.app.next_timeout(),
        ];
        all.into_iter().flatten().min()
    }

    /// The next thing for the host to do.
    pub fn poll(&mut self) -> Option<ServerOutput> {
        self.outputs.pop_front()
    }

    /// Lets the app see everything that happened, and gathers what is to be done.
    fn settle(&mut self) {
        loop {
            if let Some(output) = self.core.endpoint.poll() {
                match output {
                    Output::Transport(output) => {
                        self.outputs.push_back(ServerOutput::Transport(output));
                    }
                    Output::Resolve { id, query } => {
                        self.outputs.push_back(ServerOutput::Resolve { id, query });
                    }
                    Output::Event(event) => self.on_event(event),
                }
            } else if let Some((session, event)) = self.core.sessions.poll() {
                self.app.on_session(&mut self.core, session, event);
            } else {
                return;
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        let core = &mut self.core;
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => match core.sessions.of_request(&request) {
                Some(id) => {
                    core.session(id, |s, ctx| s.on_request(ctx, server, flow, &request));
                }
                None => self.on_request(Incoming {
                    server,
                    flow,
                    request,
                }),
            },
            Event::Cancel { server, request } => {
                if let Some(id) = core.sessions.of_server(server) {
                    core.session(id, |s, ctx| s.on_cancel(ctx, &request));
                } else if !core.proxy_cancel(server, &request) {
                    self.app.on_cancel(core, server, request);
                }
            }
            Event::Ack { flow, request } => match core.sessions.of_request(&request) {
                Some(id) => {
                    core.session(id, |s, ctx| s.on_ack(ctx, &request));
                }
                None => self.app.on_ack(core, flow, request),
            },
            Event::Response {
                client, response, ..
            } => {
                if let Some(id) = core.sessions.of_client(client) {
                    core.session(id, |s, ctx| s.on_response(ctx, client, &response));
                } else if !core.proxy_response(client, &response) {
                    self.app.on_response(core, client, response);
                }
            }
            Event::ClientTimeout { client } => self.on_failed(client, true),
            Event::ClientFailed { client } => self.on_failed(client, false),
            Event::FlowClosed { flow } => {
                core.guard.forget(flow);
                let gone = core.location.on_flow_closed(flow);
                self.tell(&gone);
            }
            Event::ServerTimeout { .. }
            | Event::ServerTransportError { .. }
            | Event::Located { .. } => {}
        }
    }

    fn on_failed(&mut self, client: ClientId, timeout: bool) {
        let core = &mut self.core;
        if let Some(id) = core.sessions.of_client(client) {
            core.session(id, |s, ctx| s.on_client_failed(ctx, client, timeout));
        } else if !core.proxy_failed(client, timeout) {
            self.app.on_failed(core, client, timeout);
        }
    }

    fn on_request(&mut self, incoming: Incoming) {
        let plugin = self.plugins.iter_mut().find(|p| p.wants(&incoming.request));
        match (plugin, incoming.request.method()) {
            (Some(plugin), _) => plugin.on_request(&mut self.app, &mut self.core, incoming),
            (None, Method::Register) => self.app.on_register(&mut self.core, incoming),
            (None, Method::Invite) => self.app.on_invite(&mut self.core, incoming),
            (None, _) => self.app.on_request(&mut self.core, incoming),
        }
    }

    fn tell(&mut self, changes: &[LocationChange]) {
        for change in changes {
            self.app.on_location_change(&mut self.core, change);
        }
    }
}
