//! A response context (RFC 3261 §16.7): one request, its branches, and the one answer that goes
//! back.
//!
//! A pure machine: events change it, and [`Context::poll`] says what is to be done.

use super::{Accepted, ProxyConfig, ProxyTarget, best};
use crate::{
    limits::{LINGER_AFTER_ANSWER, MAX_TARGETS},
    status::{FLOW_FAILED, MAX_BREADTH_EXCEEDED, REQUEST_TERMINATED, TEMPORARILY_UNAVAILABLE},
};
use best::Final;
use sip_message::{
    Method, Request, Response, StatusCode,
    header::{Contact, MaxBreadth, Via},
};
use sip_transaction::{ClientId, Destination, ServerId};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// What other branches are told when one answered (RFC 3326).
const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

#[derive(Debug)]
pub(crate) struct Context {
    server: ServerId,
    accepted: Accepted,
    /// Groups of targets not yet tried, each of equal preference.
    groups: VecDeque<Vec<ProxyTarget>>,
    branches: Vec<Branch>,
    finals: Vec<Final>,
    actions: VecDeque<Action>,
    breadth: u32,
    targets_seen: usize,
    stage: Stage,
    /// When the owner was last told to wake it.
    pub(crate) scheduled: Option<Instant>,
}

/// How far the request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing final has been sent back.
    AwaitingAnswer,
    /// The caller gave up, or somebody answered 6xx: no new branches, the pending ones are being
    /// cancelled.
    AwaitingEnd,
    /// A final response has been sent back.
    Answered {
        /// Until when further 2xx are passed on; `None` for a non-2xx.
        linger: Option<Instant>,
    },
    /// Nothing is left to do.
    Over,
}

#[derive(Debug)]
struct Branch {
    client: ClientId,
    /// Other flows of the device.
    otherwise: Vec<ProxyTarget>,
    pending: bool,
    cancelled: bool,
    /// Timer C (INVITE only).
    give_up_at: Option<Instant>,
}

/// Why a branch has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer in time.
    Silent,
    /// It could not be delivered.
    Undeliverable,
}

/// What is to be done.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // short-lived; a box would cost an allocation per branch
pub(crate) enum Action {
    /// Start a branch; [`Context::on_sent`] names it.
    Send { target: ProxyTarget, breadth: u32 },
    /// Cancel a branch.
    Cancel {
        client: ClientId,
        reason: Option<String>,
    },
    /// Send this response back.
    Pass(Response),
    /// Send back a response of our own.
    Answer(StatusCode),
    /// No more is expected from this branch.
    Forget(ClientId),
}

impl Context {
    pub(crate) fn new(
        server: ServerId,
        accepted: Accepted,
        mut targets: Vec<ProxyTarget>,
        config: &ProxyConfig,
    ) -> Context {
        targets.truncate(MAX_TARGETS);
        let breadth = match accepted.request().headers().find::<MaxBreadth>() {
            Ok(Some(MaxBreadth(breadth))) => breadth.min(config.max_breadth),
            _ => config.max_breadth,
        };
        let mut context = Context {
            server,
            accepted,
            groups: VecDeque::new(),
            branches: Vec::new(),
            finals: Vec::new(),
            actions: VecDeque::new(),
            breadth,
            targets_seen: targets.len(),
            stage: Stage::AwaitingAnswer,
            scheduled: None,
        };
        if breadth == 0 && !targets.is_empty() {
            context.finals.push(Final::Own(MAX_BREADTH_EXCEEDED));
            targets.clear();
        }
        context.enqueue(targets);
        context
    }

    pub(crate) fn server(&self) -> ServerId {
        self.server
    }

    pub(crate) fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    pub(crate) fn request(&self) -> &Request {
        self.accepted.request()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// The next thing to do.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<Action> {
        if self.actions.is_empty() && self.stage != Stage::Over {
            self.advance(now);
        }
        self.actions.pop_front()
    }

    /// When something will have to happen by itself.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let linger = match self.stage {
            Stage::Answered { linger } if !self.is_pending() => linger,
            _ => None,
        };
        let branches = self.branches.iter().filter(|b| b.pending && !b.cancelled);
        branches.filter_map(|b| b.give_up_at).chain(linger).min()
    }

    /// A branch was started.
    pub(crate) fn on_sent(
        &mut self,
        now: Instant,
        client: ClientId,
        target: ProxyTarget,
        config: &ProxyConfig,
    ) {
        self.branches.push(Branch {
            client,
            otherwise: target.otherwise,
            pending: true,
            cancelled: false,
            give_up_at: self.is_invite().then(|| now + config.timer_c),
        });
    }

    pub(crate) fn on_response(
        &mut self,
        now: Instant,
        client: ClientId,
        response: &Response,
        config: &ProxyConfig,
    ) {
        let status = response.status();
        if status.is_provisional() {
            if status != StatusCode::TRYING {
                self.on_progress(now, client, response, config.timer_c);
            }
            return;
        }
        if status.is_success() {
            self.finish(client);
            self.on_success(now, response);
            return;
        }
        if status == FLOW_FAILED && self.try_other_flow(client) {
            return;
        }
        if !self.finish(client) {
            return; // a retransmission, or a final after we gave up
        }
        match status.code() {
            300..=399 if config.follow_redirects && self.follow(response) => {}
            600.. => {
                self.finals.push(Final::Theirs(response.clone()));
                self.give_up(None);
            }
            _ => self.finals.push(Final::Theirs(response.clone())),
        }
    }

    pub(crate) fn on_failure(&mut self, client: ClientId, failure: Failure) {
        let own = self.stage == Stage::AwaitingAnswer;
        if failure == Failure::Undeliverable && own && self.try_other_flow(client) {
            return;
        }
        let cancelled = self
            .branches
            .iter()
            .any(|b| b.client == client && b.cancelled);
        if self.finish(client) {
            // A cancelled branch that stays silent ended as it was meant to.
            let status = match cancelled && self.stage == Stage::AwaitingEnd {
                true => REQUEST_TERMINATED,
                false => super::status_of(failure),
            };
            self.finals.push(Final::Own(status));
        }
    }

    /// The caller gave up (RFC 3261 §16.10).
    pub(crate) fn cancel(&mut self, reason: Option<String>) {
        if self.stage == Stage::AwaitingAnswer {
            self.finals = vec![Final::Own(REQUEST_TERMINATED)];
            self.give_up(reason);
        }
    }

    /// Timer C fired, or the time for further 2xx is over.
    pub(crate) fn on_timeout(&mut self, now: Instant) {
        for branch in &mut self.branches {
            if branch.pending && !branch.cancelled && branch.give_up_at.is_some_and(|at| at <= now)
            {
                branch.cancelled = true;
                self.actions.push_back(Action::Cancel {
                    client: branch.client,
                    reason: None,
                });
            }
        }
    }

    fn is_pending(&self) -> bool {
        self.branches.iter().any(|b| b.pending)
    }

    fn is_invite(&self) -> bool {
        self.request().method() == Method::Invite
    }

    fn on_progress(
        &mut self,
        now: Instant,
        client: ClientId,
        response: &Response,
        timer_c: Duration,
    ) {
        let branch = self.branches.iter_mut().find(|b| b.client == client);
        if let Some(branch) = branch.filter(|b| b.pending) {
            if branch.give_up_at.is_some() {
                branch.give_up_at = Some(now + timer_c);
            }
            if self.stage == Stage::AwaitingAnswer {
                self.pass(response);
            }
        }
    }

    fn on_success(&mut self, now: Instant, response: &Response) {
        let linger = self.is_invite().then(|| now + LINGER_AFTER_ANSWER);
        match self.stage {
            Stage::AwaitingAnswer | Stage::AwaitingEnd => {
                self.pass(response);
                self.give_up(Some(ELSEWHERE.to_owned()));
                self.stage = Stage::Answered { linger };
            }
            // Every 2xx to an INVITE goes back: the caller acknowledges and ends the others
            // (RFC 3261 §16.7 step 5). Another method has one answer.
            Stage::Answered { linger: Some(_) } if self.is_invite() => self.pass(response),
            Stage::Answered { .. } | Stage::Over => {}
        }
    }

    /// Sends a response back without our Via; one that was for us alone ends here.
    fn pass(&mut self, response: &Response) {
        let response = response.edit().pop::<Via>().build();
        if response.via().is_ok() {
            self.actions.push_back(Action::Pass(response));
        }
    }

    /// Ends a pending branch. `false`: it had ended.
    fn finish(&mut self, client: ClientId) -> bool {
        let branch = self.branches.iter_mut().find(|b| b.client == client);
        match branch.filter(|b| b.pending) {
            Some(branch) => {
                branch.pending = false;
                true
            }
            None => false,
        }
    }

    /// Starts the next flow of a branch's device in its place.
    fn try_other_flow(&mut self, client: ClientId) -> bool {
        let Some(branch) = self.branches.iter_mut().find(|b| b.client == client) else {
            return false;
        };
        if branch.otherwise.is_empty() || !branch.pending || branch.cancelled {
            return false;
        }
        let mut next = branch.otherwise.remove(0);
        next.otherwise = std::mem::take(&mut branch.otherwise);
        branch.pending = false;
        self.actions.push_back(Action::Send {
            target: next,
            breadth: 1,
        });
        true
    }

    /// Tries the contacts of a redirect instead of passing it back (RFC 3261 §16.7 step 4).
    fn follow(&mut self, response: &Response) -> bool {
        if self.stage != Stage::AwaitingAnswer {
            return false;
        }
        let room = MAX_TARGETS.saturating_sub(self.targets_seen);
        let targets: Vec<ProxyTarget> = response
            .headers()
            .all::<Contact>()
            .flatten()
            .filter_map(|contact| {
                let uri = contact.addr()?.uri().clone();
                uri.as_sip()?;
                Some(ProxyTarget {
                    q: contact.q(),
                    ..ProxyTarget::new(uri.clone(), Destination::Resolve(uri))
                })
            })
            .take(room)
            .collect();
        self.targets_seen += targets.len();
        let found = !targets.is_empty();
        self.enqueue(targets);
        found
    }

    /// Puts targets in groups of equal preference, none larger than the breadth allows.
    fn enqueue(&mut self, mut targets: Vec<ProxyTarget>) {
        targets.sort_by_key(|t| std::cmp::Reverse(t.q));
        let most = usize::try_from(self.breadth.max(1)).unwrap_or(usize::MAX);
        for target in targets {
            match self.groups.back_mut() {
                Some(group)
                    if group.len() < most && group.first().is_some_and(|t| t.q == target.q) =>
                {
                    group.push(target);
                }
                _ => self.groups.push_back(vec![target]),
            }
        }
    }

    /// No new branches; the pending ones are cancelled (INVITE) or left to end (others).
    fn give_up(&mut self, reason: Option<String>) {
        self.groups.clear();
        if self.stage == Stage::AwaitingAnswer {
            self.stage = Stage::AwaitingEnd;
        }
        if !self.is_invite() {
            return;
        }
        for branch in self
            .branches
            .iter_mut()
            .filter(|b| b.pending && !b.cancelled)
        {
            branch.cancelled = true;
            self.actions.push_back(Action::Cancel {
                client: branch.client,
                reason: reason.clone(),
            });
        }
    }

    /// Moves on when nothing is pending: to the next group, to the best answer, to the end.
    fn advance(&mut self, now: Instant) {
        if self.is_pending() {
            return;
        }
        match self.stage {
            Stage::AwaitingAnswer | Stage::AwaitingEnd => match self.groups.pop_front() {
                Some(group) => self.start(group),
                None => self.answer(),
            },
            Stage::Answered { linger } => {
                if linger.is_none_or(|at| at <= now) {
                    self.stage = Stage::Over;
                    let clients = self.branches.drain(..).map(|b| Action::Forget(b.client));
                    self.actions.extend(clients);
                }
            }
            Stage::Over => {}
        }
    }

    fn start(&mut self, group: Vec<ProxyTarget>) {
        let count = u32::try_from(group.len()).unwrap_or(u32::MAX).max(1);
        let (share, mut extra) = (self.breadth / count, self.breadth % count);
        for target in group {
            let bonus = u32::from(extra > 0);
            extra = extra.saturating_sub(1);
            self.actions.push_back(Action::Send {
                target,
                breadth: (share + bonus).max(1),
            });
        }
    }

    fn answer(&mut self) {
        let action = match best::choose(std::mem::take(&mut self.finals)) {
            Some(Final::Theirs(response)) => {
                self.pass(&response);
                None
            }
            // A 408 to another method than INVITE ends in silence at the endpoint (RFC 4320 §4.2).
            Some(Final::Own(status)) => Some(Action::Answer(status)),
            None => Some(Action::Answer(TEMPORARILY_UNAVAILABLE)),
        };
        self.actions.extend(action);
        self.stage = Stage::Answered { linger: None };
    }
}
