//! A line to a provider: a registration that looks after itself, whether the provider is there,
//! whether calls over it work, where they come from, and when the password may be used.
//!
//! A [`Line`] holds all of it. Its owner hands it the endpoint's events first, wakes it when
//! [`Line::next_timeout`] has come, and fetches its [`LineNews`]:
//!
//! | the owner wants | asks |
//! |---|---|
//! | to call over it | [`Line::usable`], [`Line::destination`], [`Line::routes`], [`Line::contact`], then [`Line::begin_call`] |
//! | the INVITE's clock | [`Attempt`], given back with [`Line::end_call`] |
//! | to answer a challenge in that call | [`Line::answer_challenge`] with the call's [`CallLogin`] |
//! | to know whose a call from outside is | [`whose`] with every line's [`Line::entrance`] |
//!
//! Calls never wait for the name service: a line knows its servers ahead of time and keeps the last
//! good ones for two days. Within one line, [`Destination::Targets`] goes on to the next server
//! after a transport error or a 503, and when [`Attempt`] says so.

mod attempt;
mod breaker;
mod config;
mod login;
mod news;
mod probe;
mod registration;
mod targets;
mod whose;

pub use attempt::{Attempt, NextLine, Outcome, Step, verdict};
pub use breaker::{Breaker, Fitness};
pub use config::{ContactAddress, LineConfig, Register, Source};
pub use login::{CallLogin, CredentialLines, Login, Withheld};
pub use news::{Failure, LineNews, Refusal};
pub use probe::{Health, Probe};
pub use registration::{Registration, RegistrationState};
pub use targets::Targets;
pub use whose::{Entrance, KnownBy, whose};

use news::News;
use registration::{Rest, contact_uri, seen_as};
use sip_dialog::Ctx;
use sip_message::{
    HostPort, Request, Response, Text, Uri,
    header::{CSeq, NameAddr},
};
use sip_transaction::{Destination, Endpoint, Event};
use sip_transport::{Flow, Target};
use std::{net::IpAddr, time::Instant};

/// One line to a provider.
#[derive(Debug)]
pub struct Line {
    config: LineConfig,
    targets: Targets,
    /// `None` where the provider knows us by our address.
    registration: Option<Registration>,
    login: Option<Login>,
    probe: Option<Probe>,
    breaker: Breaker,
    entrance: Entrance,
    /// Where the provider sees us, where a NAT changes our address and the line does not register.
    seen: Option<HostPort>,
    news: News,
    running: Running,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Running {
    NotYet,
    Yes,
    Stopped,
}

/// Whether the next call should go out over a line. What it advises against still may: with no
/// other line left, and for emergency calls, any line is better than none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// It should.
    Yes,
    /// One call may, to find out whether the line works again.
    Trial,
    /// Not before `until`, as far as that is known.
    No {
        /// Why.
        why: Unusable,
        /// When to look again.
        until: Option<Instant>,
    },
}

/// Why a line should carry no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is not in use.
    Off,
    /// Nobody knows where its provider is.
    NotLocated,
    /// It is not registered yet, or no longer.
    NotRegistered,
    /// Its provider refused to register it.
    Refused,
    /// Its provider does not answer.
    Down,
    /// Its last calls failed.
    CallsFail,
}

impl Line {
    /// A line that sends nothing before [`Line::start`].
    pub fn new(ctx: &mut Ctx<'_>, config: LineConfig) -> Line {
        let secure = config.is_secure();
        Line {
            targets: Targets::new(config.first_hop().clone(), secure),
            registration: config.register.map(|_| Registration::new(ctx)),
            login: config.login.clone().map(Login::new),
            probe: config.probe.map(Probe::new),
            breaker: Breaker::default(),
            entrance: Entrance {
                token: Text::from(config.token.as_str()),
                token_is_enough: config.register.is_some() && config.sources.is_empty(),
                secure,
                sources: config.sources.clone(),
                targets: Vec::new(),
            },
            seen: None,
            news: News::default(),
            running: Running::NotYet,
            config,
        }
    }

    /// Begins: looks for the provider, registers, asks whether it is there. Whoever has many lines
    /// spreads their starts. A line that was stopped stays so.
    pub fn start(&mut self, ctx: &mut Ctx<'_>) {
        if self.running == Running::Stopped {
            return;
        }
        self.running = Running::Yes;
        self.targets.ask(ctx);
        self.with_registration(ctx, Registration::begin);
        if let Some(probe) = &mut self.probe {
            probe.ask(ctx, &self.config, &self.targets);
        }
    }

    /// Takes in an event of the endpoint. `true`: it was about this line and nothing else.
    /// [`Event::FlowClosed`] concerns others too, and is never this line's alone.
    pub fn on_event(&mut self, ctx: &mut Ctx<'_>, event: &Event) -> bool {
        match event {
            Event::Located { id, targets, whole } => self.on_located(ctx, *id, targets, *whole),
            Event::Response {
                client,
                response,
                flow,
            } => {
                if self.registration_owns(*client) {
                    self.with_registration(ctx, |r, ctx, rest| {
                        r.on_response(ctx, rest, response, flow);
                    });
                    self.refresh_entrance();
                    return true;
                }
                let asked = self.probe.as_ref().is_some_and(|p| p.owns(*client));
                if asked && response.status().is_final() {
                    self.on_probe_answered(ctx);
                    self.with_registration(ctx, |r, ctx, rest| r.on_seen(ctx, rest, response));
                    self.on_call_response(ctx, response, flow);
                }
                asked
            }
            Event::ClientTimeout { client } => self.on_failed(ctx, *client, true),
            Event::ClientFailed { client } => self.on_failed(ctx, *client, false),
            Event::FlowClosed { flow } => {
                if self.registration.as_ref().is_some_and(|r| r.is_flow(flow)) {
                    self.with_registration(ctx, Registration::on_flow_closed);
                }
                false
            }
            _ => false,
        }
    }

    /// When [`Line::handle_timeout`] is wanted.
    pub fn next_timeout(&self) -> Option<Instant> {
        let registration = self.registration.as_ref();
        let registration = registration.and_then(Registration::next_timeout);
        if self.running != Running::Yes {
            return registration;
        }
        let probe = self.probe.as_ref().and_then(Probe::next_timeout);
        let targets = self.targets.next_timeout();
        registration.into_iter().chain(probe).chain(targets).min()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, ctx: &mut Ctx<'_>) {
        self.with_registration(ctx, Registration::handle_timeout);
        if self.running != Running::Yes {
            return;
        }
        self.targets.handle_timeout(ctx);
        if self.probe.as_ref().is_some_and(|p| p.is_overdue(ctx.now)) {
            self.on_probe_missed(ctx);
        }
        if let Some(probe) = self.probe.as_mut().filter(|p| p.is_due(ctx.now)) {
            probe.ask(ctx, &self.config, &self.targets);
        }
    }

    /// What happened on the line.
    pub fn poll(&mut self) -> Option<LineNews> {
        self.news.next()
    }

    /// The network or our address has changed: registers anew at once. Not where the provider
    /// refused us: that has another cause.
    pub fn kick(&mut self, ctx: &mut Ctx<'_>) {
        if self.running == Running::Yes {
            self.seen = None;
            self.targets.ask(ctx);
            self.with_registration(ctx, Registration::kick);
        }
    }

    /// Somebody asks for another try now, even after a refusal.
    pub fn retry(&mut self, ctx: &mut Ctx<'_>) {
        if self.running == Running::Yes {
            self.start(ctx);
        }
    }

    /// Gives the line up: takes the registration back and waits for the answer, two seconds at
    /// most.
    pub fn stop(&mut self, ctx: &mut Ctx<'_>) {
        if self.running == Running::Yes {
            self.with_registration(ctx, Registration::stop);
        }
        if let Some(probe) = &mut self.probe {
            probe.stop();
        }
        self.running = Running::Stopped;
    }

    /// Whether a stopped line has nothing left to do.
    pub fn is_over(&self) -> bool {
        let goodbye_said = |r: &Registration| {
            matches!(r.state(), RegistrationState::Idle | RegistrationState::Over)
        };
        self.running == Running::Stopped && self.registration.as_ref().is_none_or(goodbye_said)
    }

    /// Whether the next call should go out over the line.
    pub fn usable(&self, now: Instant) -> Usable {
        let no = |why, until| Usable::No { why, until };
        if self.running != Running::Yes {
            return no(Unusable::Off, None);
        }
        if self.targets.is_empty(now) {
            return no(Unusable::NotLocated, self.targets.next_timeout());
        }
        if let Some(registration) = &self.registration
            && !registration.is_registered(now)
        {
            let why = match registration.state() {
                RegistrationState::Refused { .. } => Unusable::Refused,
                _ => Unusable::NotRegistered,
            };
            return no(why, registration.next_try());
        }
        if let Some(probe) = &self.probe
            && probe.health() == Health::Down
        {
            return no(Unusable::Down, probe.next_timeout());
        }
        match self.breaker.fitness(now) {
            Fitness::Fit => Usable::Yes,
            Fitness::OnTrial => Usable::Trial,
            Fitness::Resting { until } => no(Unusable::CallsFail, Some(until)),
        }
    }

    /// The registration, where the line has one.
    pub fn registration(&self) -> Option<&Registration> {
        self.registration.as_ref()
    }

    /// Whether the provider answers; [`Health::Unknown`] where it is never asked.
    pub fn health(&self) -> Health {
        self.probe.as_ref().map(Probe::health).unwrap_or_default()
    }

    /// Where the INVITE of a new call goes. `None`: nobody knows.
    pub fn destination(&self, now: Instant) -> Option<Destination> {
        let targets = self.targets.in_order(now);
        (!targets.is_empty()).then_some(Destination::Targets(targets))
    }

    /// The Route headers of the INVITE of a new call: the outbound proxy, and what the registrar
    /// asked for (RFC 3608).
    pub fn routes(&self) -> Vec<NameAddr> {
        let service = self.registration.as_ref();
        let service = service.map_or(&[][..], Registration::service_route);
        let host = |route: &NameAddr| route.uri().as_sip().map(|uri| uri.host().clone());
        let proxy = self.config.proxy_route();
        let proxy = proxy.filter(|proxy| service.first().is_none_or(|s| host(s) != host(proxy)));
        proxy.into_iter().chain(service.iter().cloned()).collect()
    }

    /// Our Contact in the line's calls.
    pub fn contact(&self, now: Instant, endpoint: &Endpoint) -> Option<Uri> {
        let target = self.targets.in_order(now).into_iter().next()?;
        let seen = self.where_seen();
        Some(contact_uri(endpoint, &self.config, &target, seen, false))
    }

    /// Our address as the provider sees it, where that is not our own and its answers tell it
    /// (RFC 3581).
    pub fn seen(&self) -> Option<IpAddr> {
        self.where_seen()?.host.ip()
    }

    /// The provider answered a request of ours that is no REGISTER. A line that does not register
    /// learns from it where the provider sees us.
    pub fn on_call_response(&mut self, ctx: &Ctx<'_>, response: &Response, flow: &Flow) {
        if self.registration.is_some() || !self.entrance.is_from_there(flow) {
            return;
        }
        let here = self.targets.in_order(ctx.now).into_iter();
        let answered = here.min_by_key(|target| target.addr.ip() != flow.remote.ip());
        // Without one in between any more, our address is our own again.
        self.seen =
            answered.and_then(|target| seen_as(ctx.endpoint, &self.config, &target, response));
    }

    fn where_seen(&self) -> Option<&HostPort> {
        match &self.registration {
            Some(registration) => registration.seen(),
            None => self.seen.as_ref(),
        }
    }

    /// How the line is set up.
    pub fn config(&self) -> &LineConfig {
        &self.config
    }

    /// An INVITE goes out over the line now.
    pub fn begin_call(&mut self, now: Instant) -> Attempt {
        self.breaker.begin(now);
        Attempt::new(now)
    }

    /// It has been answered, refused, given up or cancelled.
    pub fn end_call(&mut self, now: Instant, attempt: &Attempt) {
        if attempt.outcome() == Outcome::Worked
            && let Some(login) = &mut self.login
        {
            login.proved();
        }
        match self.breaker.end(now, attempt.outcome(), attempt.wait()) {
            breaker::Change::None => {}
            breaker::Change::Opened { until } => self.news.tell(LineNews::Resting { until }),
            breaker::Change::Closed => self.news.tell(LineNews::Rested),
        }
    }

    /// By what the line's calls are known.
    pub fn entrance(&self) -> &Entrance {
        &self.entrance
    }

    /// The header lines that answer a 401 or 407 to a `request` of a call that we began on this
    /// line, for [`sip_dialog::Session::authorize`]. `flow` is how the challenge came.
    ///
    /// # Errors
    /// Why nothing may be said; it is told as [`LineNews::Withheld`] too.
    pub fn answer_challenge(
        &mut self,
        ctx: &mut Ctx<'_>,
        call: &mut CallLogin,
        request: &Request,
        challenge: &Response,
        flow: &Flow,
    ) -> Result<CredentialLines, Withheld> {
        let answer = self.answer(ctx, call, request, challenge, flow);
        if let Err(why) = &answer {
            self.news.tell(LineNews::Withheld(why.clone()));
        }
        answer
    }

    fn answer(
        &mut self,
        ctx: &mut Ctx<'_>,
        call: &mut CallLogin,
        request: &Request,
        challenge: &Response,
        flow: &Flow,
    ) -> Result<CredentialLines, Withheld> {
        let login = self.login.as_mut().ok_or(Withheld::NoPassword)?;
        if self.entrance.secure && !flow.transport.is_secure() {
            return Err(Withheld::Unencrypted);
        }
        if !self.entrance.is_from_there(flow) {
            return Err(Withheld::Stranger { from: flow.remote });
        }
        let is_of = |sent: CSeq| challenge.cseq().is_ok_and(|answered| answered == sent);
        if !matches!(challenge.status().code(), 401 | 407) || !request.cseq().is_ok_and(is_of) {
            let method = request.method();
            return Err(Withheld::NotForThis { method });
        }
        let cnonce = ctx.endpoint.token();
        login.answer_in_call(call, request, challenge, &cnonce)
    }

    fn on_located(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: sip_transaction::ResolveId,
        targets: &[Target],
        whole: bool,
    ) -> bool {
        let Some(changed) = self.targets.on_located(ctx.now, id, targets, whole) else {
            return false;
        };
        if changed {
            self.news.tell(LineNews::Located {
                targets: self.targets.all().cloned().collect(),
            });
            self.refresh_entrance();
        }
        if self.running != Running::Yes {
            return true;
        }
        self.with_registration(ctx, Registration::on_located);
        if changed
            && let Some(probe) = &mut self.probe
            && probe.health() != Health::Up
        {
            probe.ask(ctx, &self.config, &self.targets);
        }
        true
    }

    fn on_failed(
        &mut self,
        ctx: &mut Ctx<'_>,
        client: sip_transaction::ClientId,
        timeout: bool,
    ) -> bool {
        if self.registration_owns(client) {
            self.with_registration(ctx, |r, ctx, rest| {
                r.on_client_failed(ctx, rest, timeout);
            });
            return true;
        }
        let asked = self.probe.as_ref().is_some_and(|p| p.owns(client));
        if asked {
            self.on_probe_missed(ctx);
        }
        asked
    }

    fn on_probe_answered(&mut self, ctx: &mut Ctx<'_>) {
        let Some(probe) = &mut self.probe else {
            return;
        };
        let was_down = probe.health() == Health::Down;
        if probe.on_answer(ctx, &mut self.targets) {
            self.news.tell(LineNews::Health(Health::Up));
        }
        if was_down {
            self.with_registration(ctx, Registration::on_back);
        }
    }

    fn on_probe_missed(&mut self, ctx: &mut Ctx<'_>) {
        let Some(probe) = &mut self.probe else {
            return;
        };
        if probe.on_miss(ctx, &mut self.targets) {
            self.news.tell(LineNews::Health(Health::Down));
            // It may answer elsewhere by now.
            self.targets.ask(ctx);
            self.with_registration(ctx, Registration::on_down);
        }
    }

    fn registration_owns(&self, client: sip_transaction::ClientId) -> bool {
        self.registration.as_ref().is_some_and(|r| r.owns(client))
    }

    fn with_registration(
        &mut self,
        ctx: &mut Ctx<'_>,
        act: impl FnOnce(&mut Registration, &mut Ctx<'_>, Rest<'_>),
    ) {
        if let Some(registration) = &mut self.registration {
            let rest = Rest {
                config: &self.config,
                targets: &mut self.targets,
                login: self.login.as_mut(),
                news: &mut self.news,
            };
            act(registration, ctx, rest);
        }
    }

    fn refresh_entrance(&mut self) {
        let registered_at = self.registration.as_ref();
        let registered_at = registered_at.and_then(Registration::registered_at);
        self.entrance.refresh(&self.targets, registered_at);
    }
}
