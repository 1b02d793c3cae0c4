//! The servers a line's provider is reached at: asked of the name service ahead of time, so that
//! no call waits for it, and kept when it is dead (RFC 3263).

use crate::limits::{
    FAILED_TARGET_REST, KEEP_TARGETS, LOCATE_EVERY, LOCATE_SOONEST, LOCATE_WITHIN, STICK_TO_TARGET,
};
use sip_dialog::Ctx;
use sip_message::Uri;
use sip_transaction::ResolveId;
use sip_transport::{Flow, Target};
use std::time::Instant;

/// The servers of one line.
#[derive(Debug)]
pub struct Targets {
    uri: Uri,
    /// Only encrypted hops count.
    secure: bool,
    /// The last good list, in the order of the name service.
    known: Vec<Target>,
    known_at: Option<Instant>,
    /// The one that answered last, and until when it is preferred.
    sticky: Option<(Target, Instant)>,
    /// Those that did not answer, and until when they come last.
    failed: Vec<(Target, Instant)>,
    asked: Option<ResolveId>,
    asked_at: Option<Instant>,
}

impl Targets {
    /// No servers yet; nothing is asked before [`Targets::ask`].
    pub fn new(uri: Uri, secure: bool) -> Targets {
        Targets {
            uri,
            secure,
            known: Vec::new(),
            known_at: None,
            sticky: None,
            failed: Vec::new(),
            asked: None,
            asked_at: None,
        }
    }

    /// The servers in the order to try them: the one that answered last, then as the name service
    /// orders them; those that just failed come last, for they may be back.
    pub fn in_order(&self, now: Instant) -> Vec<Target> {
        let fresh = self.known_at.is_some_and(|at| now < at + KEEP_TARGETS);
        let known = self.known.iter().filter(|_| fresh);
        let mut ordered: Vec<Target> = known.cloned().collect();
        let sticky = self.sticky.as_ref().filter(|(_, until)| *until > now);
        ordered.sort_by_key(|target| {
            (
                self.is_resting(now, target),
                sticky.is_none_or(|(sticky, _)| sticky != target),
            )
        });
        ordered
    }

    /// Whether there are none to try.
    pub fn is_empty(&self, now: Instant) -> bool {
        self.in_order(now).is_empty()
    }

    /// Whether a flow leads to one of them: an address of the provider, over a transport that is
    /// not weaker than the line's.
    pub fn lead_to(&self, flow: &Flow) -> bool {
        let sticky = self.sticky.iter().map(|(target, _)| target);
        let mut all = self.known.iter().chain(sticky);
        (flow.transport.is_secure() || !self.secure)
            && all.any(|target| target.addr.ip().to_canonical() == flow.remote.ip().to_canonical())
    }

    /// All of them, for recognising calls.
    pub fn all(&self) -> impl Iterator<Item = &Target> {
        self.known.iter()
    }

    /// Asks the name service, unless it was asked just now.
    pub(super) fn ask(&mut self, ctx: &mut Ctx<'_>) {
        let within = |span| self.asked_at.is_some_and(|at| ctx.now < at + span);
        let is_asked = self.asked.is_some() && within(LOCATE_WITHIN);
        if is_asked || (!self.known.is_empty() && within(LOCATE_SOONEST)) {
            return;
        }
        self.asked_at = Some(ctx.now);
        self.asked = Some(ctx.endpoint.locate(ctx.now, &self.uri));
    }

    /// When they are to be asked for anew.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.asked_at.map(|at| at + LOCATE_EVERY)
    }

    pub(super) fn handle_timeout(&mut self, ctx: &mut Ctx<'_>) {
        if self.next_timeout().is_some_and(|at| at <= ctx.now) {
            self.ask(ctx);
        }
    }

    /// The name service has answered. `None`: not our question; else whether the list is another
    /// than before.
    pub(super) fn on_located(
        &mut self,
        now: Instant,
        id: ResolveId,
        targets: &[Target],
        whole: bool,
    ) -> Option<bool> {
        if self.asked != Some(id) {
            return None;
        }
        self.asked = None;
        let usable = |target: &&Target| target.transport.is_secure() || !self.secure;
        let found: Vec<Target> = targets.iter().filter(usable).cloned().collect();
        let has_good = self.known_at.is_some_and(|at| now < at + KEEP_TARGETS);
        // What a failing name service says is believed only where there is nothing better.
        if found.is_empty() || (!whole && has_good) {
            return Some(false);
        }
        // Its order is drawn anew each time among equals.
        let changed = sorted(&found) != sorted(&self.known);
        self.known = found;
        self.known_at = Some(now);
        self.failed
            .retain(|(target, _)| self.known.contains(target));
        let known = &self.known;
        self.sticky = self.sticky.take().filter(|(t, _)| known.contains(t));
        Some(changed)
    }

    /// This one answered: the next request goes there too, and others after it.
    pub(super) fn answered(&mut self, now: Instant, target: &Target) {
        self.failed.retain(|(failed, _)| failed != target);
        // Not for ever: a provider's first server, back again, wants its calls.
        let sticks = |(sticky, until): &(Target, Instant)| sticky == target && *until > now;
        if !self.sticky.as_ref().is_some_and(sticks) {
            self.sticky = Some((target.clone(), now + STICK_TO_TARGET));
        }
    }

    /// This one did not.
    pub(super) fn failed(&mut self, now: Instant, target: &Target) {
        self.failed.retain(|(failed, _)| failed != target);
        if self.known.contains(target) {
            self.failed.push((target.clone(), now + FAILED_TARGET_REST));
        }
    }

    fn is_resting(&self, now: Instant, target: &Target) -> bool {
        let mut failed = self.failed.iter();
        failed.any(|(failed, until)| failed == target && *until > now)
    }
}

/// Closes the connection to a server over which nothing comes back, as after a router has lost its
/// memory: TCP alone may take a quarter of an hour to notice.
pub(super) fn hang_up(ctx: &mut Ctx<'_>, target: &Target) {
    if let Some(id) = ctx.endpoint.transports_ref().connection_of(target) {
        ctx.endpoint.close_connection(ctx.now, id);
    }
}

fn sorted(targets: &[Target]) -> Vec<Target> {
    let mut sorted = targets.to_vec();
    sorted.sort();
    sorted
}
