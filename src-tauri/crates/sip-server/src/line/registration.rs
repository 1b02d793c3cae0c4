//! Our own registration at a provider (RFC 3261 §10, RFC 6140): registers, renews, and when it
//! fails comes back by itself, without ever hammering.

mod reply;
mod request;
mod setbacks;

use super::{
    config::LineConfig,
    login::{Login, Withheld},
    news::{Failure, LineNews, News, Refusal, clean},
    targets::{Targets, hang_up},
};
use crate::limits::{
    FLOW_REST, LOCATE_WITHIN, MAX_REGISTERS_A_MINUTE, MAX_RETRY_AFTER, MAX_SERVICE_ROUTES,
    NEXT_TARGET_AFTER, SHORTEST_RENEWAL, UNREGISTER_WITHIN,
};
use reply::Granted;
pub(super) use request::{contact_uri, seen_as};
use sip_dialog::Ctx;
use sip_message::{
    HostPort, Request, Response, Text, Uri,
    header::{FlowTimer, NameAddr, RetryAfter, ServiceRoute},
};
use sip_transaction::{ClientId, Destination};
use sip_transport::{Flow, Target, keep_alive::Probe};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// One registration, from [`super::Line::start`] to [`super::Line::stop`].
#[derive(Debug)]
pub struct Registration {
    state: RegistrationState,
    /// The series: its Call-ID, our tag and the last sequence number never change meanwhile.
    call_id: Text,
    tag: String,
    cseq: u32,
    /// The REGISTER that is out.
    sent: Option<Sent>,
    /// Servers not tried yet in this round.
    round: VecDeque<Target>,
    /// What the servers of this round said, the last of them.
    last_failure: Failure,
    /// The longest Retry-After of this round.
    retry_after: Option<Duration>,
    /// Rounds in a row that came to nothing, and times in a row we were refused.
    failures: u32,
    refusals: u32,
    /// The shortest time the provider grants (423).
    min_expires: u32,
    /// How often it said so in this round.
    too_brief: u8,
    binding: Option<Binding>,
    /// Where the provider sees us, when a NAT changes our address.
    seen: Option<HostPort>,
    /// The Contact of the last REGISTER that was taken.
    registered_as: Option<Uri>,
    service_route: Vec<NameAddr>,
    /// When the last REGISTERs went out.
    recent: VecDeque<Instant>,
}

/// What a registration waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationState {
    /// Nobody asked for it yet.
    Idle,
    /// The name service is asked where the provider is.
    AwaitingTargets {
        /// How long.
        until: Instant,
    },
    /// A REGISTER is out; an earlier one may still count.
    AwaitingAnswer,
    /// Registered.
    Registered {
        /// When it is renewed.
        renewal: Instant,
    },
    /// It did not work; it is tried again.
    AwaitingRetry {
        /// When.
        at: Instant,
        /// Why it did not.
        why: Failure,
    },
    /// The provider says no.
    Refused {
        /// When it is asked again, unless somebody asks sooner.
        retry: Instant,
        /// Why.
        why: Refusal,
    },
    /// We are saying goodbye.
    AwaitingGoodbye {
        /// How long.
        until: Instant,
    },
    /// Over for good.
    Over,
}

/// A registration that counts.
#[derive(Clone, Debug)]
struct Binding {
    target: Target,
    flow: Flow,
    since: Instant,
    until: Instant,
}

#[derive(Debug)]
struct Sent {
    client: ClientId,
    request: Request,
    target: Target,
    contact: Uri,
    /// Asked for, in seconds.
    expires: u32,
    /// When the next server is tried, unless this one has answered by then.
    next_at: Option<Instant>,
}

/// The rest of the line, as its registration needs it.
pub(super) struct Rest<'a> {
    pub(super) config: &'a LineConfig,
    pub(super) targets: &'a mut Targets,
    pub(super) login: Option<&'a mut Login>,
    pub(super) news: &'a mut News,
}

impl Registration {
    pub(super) fn new(ctx: &mut Ctx<'_>) -> Registration {
        Registration {
            state: RegistrationState::Idle,
            call_id: Text::from(ctx.endpoint.token().as_str()),
            tag: ctx.endpoint.token(),
            cseq: 0,
            sent: None,
            round: VecDeque::new(),
            last_failure: Failure::NoAnswer,
            retry_after: None,
            failures: 0,
            refusals: 0,
            min_expires: 0,
            too_brief: 0,
            binding: None,
            seen: None,
            registered_as: None,
            service_route: Vec::new(),
            recent: VecDeque::new(),
        }
    }

    /// What is awaited.
    pub fn state(&self) -> &RegistrationState {
        &self.state
    }

    /// Whether the provider has a registration of ours that has not lapsed.
    pub fn is_registered(&self, now: Instant) -> bool {
        self.binding.as_ref().is_some_and(|b| now < b.until)
    }

    /// The server that has our registration.
    pub fn registered_at(&self) -> Option<&Target> {
        self.binding.as_ref().map(|binding| &binding.target)
    }

    /// When it will be tried again by itself, if it does not stand.
    pub fn next_try(&self) -> Option<Instant> {
        match self.state {
            RegistrationState::AwaitingRetry { at, .. } => Some(at),
            RegistrationState::Refused { retry, .. } => Some(retry),
            _ => None,
        }
    }

    /// Where the provider wants the requests of our calls to pass (RFC 3608).
    pub(super) fn service_route(&self) -> &[NameAddr] {
        &self.service_route
    }

    /// Where the provider sees us, if not where we are.
    pub(super) fn seen(&self) -> Option<&HostPort> {
        self.seen.as_ref()
    }

    pub(super) fn is_flow(&self, flow: &Flow) -> bool {
        self.binding.as_ref().is_some_and(|b| b.flow == *flow)
    }

    pub(super) fn owns(&self, client: ClientId) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent.client == client)
    }

    /// Registers now: at first, or because somebody asks.
    pub(super) fn begin(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        if !matches!(
            self.state,
            RegistrationState::AwaitingGoodbye { .. } | RegistrationState::Over
        ) {
            self.begin_round(ctx, rest);
        }
    }

    /// Our address or the network has changed: what we had leads nowhere. A provider that refused
    /// us is left in peace.
    pub(super) fn kick(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        use RegistrationState::{AwaitingGoodbye, Idle, Over, Refused};
        if matches!(
            self.state,
            Idle | Refused { .. } | AwaitingGoodbye { .. } | Over
        ) {
            return;
        }
        self.failures = 0;
        self.seen = None;
        if let Some(old) = self.binding.take() {
            ctx.endpoint.stop_keep_alive(old.flow);
            // An old connection would look open until TCP gives up.
            if let Some(id) = old.flow.connection {
                ctx.endpoint.close_connection(ctx.now, id);
            }
        }
        self.begin_round(ctx, rest);
    }

    /// The provider answers again: no need to wait any longer, and it may have forgotten us.
    pub(super) fn on_back(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        use Failure::{NoAnswer, NotLocated, Unreachable};
        let unheard = match &self.state {
            RegistrationState::AwaitingRetry { why, .. } => {
                matches!(why, NoAnswer | Unreachable | NotLocated)
            }
            RegistrationState::Registered { .. } => true,
            _ => false,
        };
        if unheard {
            self.begin_round(ctx, rest);
        }
    }

    /// The provider answered something else of ours. Where it sees us from may have changed, as it
    /// does each night behind some routers: calls would go to the address of yesterday.
    pub(super) fn on_seen(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>, response: &Response) {
        let Some(target) = self.registered_at().cloned() else {
            return;
        };
        if matches!(self.state, RegistrationState::Registered { .. })
            && self.learn_own_address(ctx, rest.config, &target, response)
        {
            self.begin_round(ctx, rest);
        }
    }

    /// The provider no longer answers: another of its servers may take us.
    pub(super) fn on_down(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        let first = rest.targets.in_order(ctx.now).into_iter().next();
        let is_elsewhere = first.as_ref() != self.registered_at();
        if is_elsewhere && matches!(self.state, RegistrationState::Registered { .. }) {
            self.begin_round(ctx, rest);
        }
    }

    /// The flow of our registration is gone: calls no longer reach us over it.
    pub(super) fn on_flow_closed(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        let Some(binding) = self.binding.take() else {
            return;
        };
        self.seen = None; // a new connection comes from another port
        if !matches!(self.state, RegistrationState::Registered { .. }) {
            return;
        }
        // A server that closes each connection it is offered is not asked again each time.
        let soonest = binding.since + FLOW_REST;
        if ctx.now >= soonest {
            self.begin_round(ctx, rest);
        } else {
            self.wait(rest.news, soonest, Failure::Unreachable);
        }
    }

    /// The servers are known, or are others than before.
    pub(super) fn on_located(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        if matches!(self.state, RegistrationState::AwaitingTargets { .. }) {
            if rest.targets.is_empty(ctx.now) {
                self.fail(ctx, rest.news, Failure::NotLocated);
            } else {
                self.begin_round(ctx, rest);
            }
        }
    }

    /// Takes the registration back, or the one that is being asked for. Waits a moment for the
    /// answer.
    pub(super) fn stop(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        let binding = self.binding.take().filter(|b| ctx.now < b.until);
        if let Some(binding) = &binding {
            ctx.endpoint.stop_keep_alive(binding.flow);
        }
        let asked = self.sent.take().map(|sent| sent.target);
        let Some(target) = binding.map(|b| b.target).or(asked) else {
            return self.end(rest.news, true); // the provider has nothing of ours
        };
        self.state = RegistrationState::AwaitingGoodbye {
            until: ctx.now + UNREGISTER_WITHIN,
        };
        self.round.clear();
        self.send(ctx, rest, target);
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        use RegistrationState as State;
        let state = match &self.state {
            State::AwaitingTargets { until } | State::AwaitingGoodbye { until } => Some(*until),
            State::Registered { renewal } => Some(*renewal),
            State::AwaitingRetry { at, .. } => Some(*at),
            State::Refused { retry, .. } => Some(*retry),
            State::Idle | State::AwaitingAnswer | State::Over => None,
        };
        let next = self.sent.as_ref().and_then(|sent| sent.next_at);
        state.into_iter().chain(next).min()
    }

    pub(super) fn handle_timeout(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        use RegistrationState as State;
        let now = ctx.now;
        if let Some(sent) = self.sent.take_if(|s| s.next_at.is_some_and(|at| at <= now)) {
            rest.targets.failed(now, &sent.target);
            self.last_failure = Failure::NoAnswer;
            return self.try_next(ctx, rest);
        }
        match &self.state {
            State::AwaitingTargets { until } if *until <= now => {
                self.fail(ctx, rest.news, Failure::NotLocated);
            }
            State::AwaitingGoodbye { until } if *until <= now => self.end(rest.news, false),
            State::Registered { renewal: at }
            | State::AwaitingRetry { at, .. }
            | State::Refused { retry: at, .. }
                if *at <= now =>
            {
                self.begin_round(ctx, rest);
            }
            _ => {}
        }
    }

    /// The REGISTER that is out could not be delivered, or nobody answered it.
    pub(super) fn on_client_failed(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>, timeout: bool) {
        let Some(sent) = self.sent.take() else {
            return;
        };
        rest.targets.failed(ctx.now, &sent.target);
        if timeout {
            hang_up(ctx, &sent.target);
        }
        self.last_failure = match timeout {
            true => Failure::NoAnswer,
            false => Failure::Unreachable,
        };
        self.try_next(ctx, rest);
    }

    /// A response to the REGISTER that is out.
    pub(super) fn on_response(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut rest: Rest<'_>,
        response: &Response,
        flow: &Flow,
    ) {
        let status = response.status();
        if let Some(sent) = &mut self.sent
            && status.is_provisional()
        {
            sent.next_at = None;
            return;
        }
        let Some(sent) = self.sent.take() else {
            return;
        };
        let goodbye = matches!(self.state, RegistrationState::AwaitingGoodbye { .. });
        if goodbye && !matches!(status.code(), 401 | 407) {
            return self.end(rest.news, status.is_success());
        }
        match status.code() {
            200..=299 => self.on_taken(ctx, rest, &sent, response, flow),
            401 | 407 => match answer(ctx, &mut rest, &sent, response, flow) {
                Ok(credentials) => self.send_with(ctx, rest, sent.target, &credentials),
                Err(why) => self.on_unanswered_challenge(ctx, rest, why),
            },
            423 => self.on_too_brief(ctx, rest, sent, response),
            300..=399 => self.refuse(ctx, rest, Refusal::SentElsewhere),
            408 | 429 | 430 | 480 | 500..=599 => {
                if let Ok(RetryAfter { seconds, .. }) = response.headers().get() {
                    let wait = Duration::from_secs(seconds.into()).min(MAX_RETRY_AFTER);
                    self.retry_after = self.retry_after.max(Some(wait));
                }
                rest.targets.failed(ctx.now, &sent.target);
                self.last_failure = Failure::Status {
                    status,
                    words: clean(&response.reason()),
                };
                self.try_next(ctx, rest);
            }
            _ => {
                let words = clean(&response.reason());
                self.refuse(ctx, rest, Refusal::Status { status, words });
            }
        }
    }

    fn on_taken(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut rest: Rest<'_>,
        sent: &Sent,
        response: &Response,
        flow: &Flow,
    ) {
        if let Some(login) = &mut rest.login {
            login.proved();
        }
        rest.targets.answered(ctx.now, &sent.target);
        let granted = Granted::of(response, &sent.contact, &rest.config.token, sent.expires);
        if granted.0.is_zero() {
            return self.refuse(ctx, rest, Refusal::NothingGranted);
        }
        self.failures = 0;
        self.refusals = 0;
        self.service_route = response
            .headers()
            .all::<ServiceRoute>()
            .flatten()
            .map(|route| route.0)
            .take(MAX_SERVICE_ROUTES)
            .collect();
        if let Some(old) = self.binding.take().filter(|old| old.flow != *flow) {
            ctx.endpoint.stop_keep_alive(old.flow);
        }
        let until = ctx.now + granted.0;
        let since = ctx.now;
        self.binding = Some(Binding {
            target: sent.target.clone(),
            flow: *flow,
            since,
            until,
        });
        self.registered_as = Some(sent.contact.clone());
        keep_open(ctx, *flow, response);
        let renewal = self.renewal(ctx, granted.0);
        self.state = RegistrationState::Registered { renewal };
        rest.news.tell(LineNews::Registered {
            at: sent.target.clone(),
            granted: granted.0,
            renewal,
        });
        if self.learn_own_address(ctx, rest.config, &sent.target, response) {
            // Once more, under the address at which the provider reaches us.
            self.begin_round(ctx, rest);
        }
    }

    /// Between half and nine tenths of the granted time, so that a lost renewal has time for
    /// another and a thousand offices do not renew as one.
    fn renewal(&self, ctx: &mut Ctx<'_>, granted: Duration) -> Instant {
        let after = ctx.endpoint.time_between(granted / 2, granted * 9 / 10);
        ctx.now + after.max(SHORTEST_RENEWAL)
    }

    /// Tries the servers in turn.
    fn begin_round(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        self.sent = None;
        self.retry_after = None;
        self.too_brief = 0;
        self.last_failure = Failure::NoAnswer;
        self.round = rest.targets.in_order(ctx.now).into();
        if self.round.is_empty() {
            rest.targets.ask(ctx);
            self.state = RegistrationState::AwaitingTargets {
                until: ctx.now + LOCATE_WITHIN,
            };
        } else {
            self.try_next(ctx, rest);
        }
    }

    fn try_next(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>) {
        if matches!(self.state, RegistrationState::AwaitingGoodbye { .. }) {
            return self.end(rest.news, false);
        }
        match self.round.pop_front() {
            Some(target) => self.send(ctx, rest, target),
            None => {
                // Perhaps the provider has moved.
                rest.targets.ask(ctx);
                let why = self.last_failure.clone();
                self.fail(ctx, rest.news, why);
            }
        }
    }

    fn send(&mut self, ctx: &mut Ctx<'_>, rest: Rest<'_>, target: Target) {
        self.send_with(ctx, rest, target, &[]);
    }

    fn send_with(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut rest: Rest<'_>,
        target: Target,
        credentials: &[(String, bytes::Bytes)],
    ) {
        const MINUTE: Duration = Duration::from_secs(60);
        let now = ctx.now;
        let goodbye = matches!(self.state, RegistrationState::AwaitingGoodbye { .. });
        self.recent.retain(|at| now < *at + MINUTE);
        if let (true, Some(oldest)) = (
            self.recent.len() >= MAX_REGISTERS_A_MINUTE,
            self.recent.front(),
        ) {
            let at = *oldest + MINUTE;
            return match goodbye {
                true => self.end(rest.news, false),
                false => self.wait(rest.news, at, Failure::TooOften),
            };
        }
        self.recent.push_back(now);
        let draft = self.draft(ctx, rest.config, &target, goodbye);
        let mut request = draft.request;
        let held = match &mut rest.login {
            Some(login) if credentials.is_empty() => login.begin(&request.clone().build()),
            _ => Vec::new(),
        };
        for (name, value) in held.iter().chain(credentials) {
            request = request.push_raw(name, value);
        }
        let built = request.clone().build();
        let to = Destination::Target(target.clone());
        let client = ctx.endpoint.send(now, to, request);
        rest.news.tell(LineNews::Registering {
            to: target.clone(),
            with_password: !held.is_empty() || !credentials.is_empty(),
        });
        self.sent = Some(Sent {
            client,
            request: built,
            target,
            contact: draft.contact,
            expires: draft.expires,
            next_at: (!self.round.is_empty()).then(|| now + NEXT_TARGET_AFTER),
        });
        if !goodbye {
            self.state = RegistrationState::AwaitingAnswer;
        }
    }

    fn end(&mut self, news: &mut News, clean: bool) {
        self.sent = None;
        if self.state != RegistrationState::Over {
            self.state = RegistrationState::Over;
            news.tell(LineNews::Stopped { clean });
        }
    }
}

/// Credentials for a challenged REGISTER, if the challenge comes from where it was sent.
fn answer(
    ctx: &mut Ctx<'_>,
    rest: &mut Rest<'_>,
    sent: &Sent,
    response: &Response,
    flow: &Flow,
) -> Result<Vec<(String, bytes::Bytes)>, Withheld> {
    if rest.config.is_secure() && !flow.transport.is_secure() {
        return Err(Withheld::Unencrypted);
    }
    if flow.remote.ip() != sent.target.addr.ip() {
        return Err(Withheld::Stranger { from: flow.remote });
    }
    let login = rest.login.as_mut().ok_or(Withheld::NoPassword)?;
    let cnonce = ctx.endpoint.token();
    login.answer(&sent.request, response, &cnonce)
}

/// Keeps the way open over which calls will come.
fn keep_open(ctx: &mut Ctx<'_>, flow: Flow, response: &Response) {
    let timer = response.headers().get::<FlowTimer>().ok();
    let timer = timer.map(|timer| Duration::from_secs(timer.0.into()));
    // Only a server that says it keeps flows (RFC 5626 §5.4) is known to answer pings.
    let probe = match timer {
        Some(_) => Probe::usual(flow.transport),
        None => Probe::OneWay,
    };
    ctx.endpoint.keep_alive(ctx.now, flow, probe, timer);
}
