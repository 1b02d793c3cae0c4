//! Is the provider there? OPTIONS every half minute, more often at first while it is not.

use super::{
    config::LineConfig,
    targets::{Targets, hang_up},
};
use crate::limits::{PROBE_DOWN_EVERY, PROBE_MISSES, PROBE_PATIENCE, PROBE_SOONEST};
use sip_dialog::Ctx;
use sip_message::{
    Method, Request, Text,
    header::{CSeq, CallId, From, Route, To},
};
use sip_transaction::{ClientId, Destination};
use sip_transport::Target;
use std::time::{Duration, Instant};

/// Whether a provider answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Not known yet.
    #[default]
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// The health of one line's provider. Any final response counts, whatever it says.
#[derive(Debug)]
pub struct Probe {
    every: Duration,
    health: Health,
    out: Option<Out>,
    next_at: Option<Instant>,
    /// OPTIONS without an answer, in a row.
    misses: u8,
    /// The wait after the next miss, while nobody answers.
    pause: Duration,
}

#[derive(Debug)]
struct Out {
    client: ClientId,
    target: Target,
    until: Instant,
}

impl Probe {
    /// A probe that asks `every` so often, less up to a tenth.
    pub fn new(every: Duration) -> Probe {
        Probe {
            every: every.max(PROBE_SOONEST),
            health: Health::Unknown,
            out: None,
            next_at: None,
            misses: 0,
            pause: PROBE_SOONEST,
        }
    }

    /// What is known.
    pub fn health(&self) -> Health {
        self.health
    }

    /// When it is asked next, or given up on.
    pub fn next_timeout(&self) -> Option<Instant> {
        let until = self.out.as_ref().map(|out| out.until);
        until.or(self.next_at)
    }

    /// Asks now.
    pub(super) fn ask(&mut self, ctx: &mut Ctx<'_>, config: &LineConfig, targets: &Targets) {
        self.next_at = Some(ctx.now + self.pause);
        let Some(target) = targets.in_order(ctx.now).into_iter().next() else {
            return; // nowhere to ask; the name service is asked by others
        };
        let to = Destination::Target(target.clone());
        let request = options(ctx, config);
        self.out = Some(Out {
            client: ctx.endpoint.send(ctx.now, to, request),
            target,
            until: ctx.now + PROBE_PATIENCE,
        });
    }

    /// Nothing more is asked.
    pub(super) fn stop(&mut self) {
        self.out = None;
        self.next_at = None;
    }

    pub(super) fn owns(&self, client: ClientId) -> bool {
        self.out.as_ref().is_some_and(|out| out.client == client)
    }

    /// The OPTIONS that is out has its final response. `true`: the provider is back.
    pub(super) fn on_answer(&mut self, ctx: &mut Ctx<'_>, targets: &mut Targets) -> bool {
        if let Some(out) = self.out.take() {
            targets.answered(ctx.now, &out.target);
        }
        self.misses = 0;
        self.pause = PROBE_SOONEST;
        let after = ctx.endpoint.time_between(self.every * 9 / 10, self.every);
        self.next_at = Some(ctx.now + after);
        std::mem::replace(&mut self.health, Health::Up) != Health::Up
    }

    /// The OPTIONS that is out has none in time, or could not be sent. `true`: the provider is
    /// gone, this is news. The next server is asked soon: one loss means little.
    pub(super) fn on_miss(&mut self, ctx: &mut Ctx<'_>, targets: &mut Targets) -> bool {
        let out = self.out.take();
        self.misses = self.misses.saturating_add(1);
        let is_down = self.misses >= PROBE_MISSES;
        if let Some(out) = out {
            targets.failed(ctx.now, &out.target);
            if is_down {
                hang_up(ctx, &out.target);
            }
        }
        if is_down {
            self.pause = (self.pause * 2).min(PROBE_DOWN_EVERY);
        }
        let pause = match is_down {
            true => self.pause,
            false => Duration::from_secs(1),
        };
        let after = ctx.endpoint.time_between(pause * 3 / 4, pause);
        self.next_at = Some(ctx.now + after);
        is_down && std::mem::replace(&mut self.health, Health::Down) != Health::Down
    }

    /// Whether the OPTIONS that is out is overdue.
    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        self.out.as_ref().is_some_and(|out| out.until <= now)
    }

    /// Whether it is time for another.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.out.is_none() && self.next_at.is_some_and(|at| at <= now)
    }
}

fn options(ctx: &mut Ctx<'_>, config: &LineConfig) -> sip_message::RequestBuilder {
    let provider = config.domain();
    let tag = ctx.endpoint.token();
    let mut request = Request::builder(Method::Options, &provider);
    if let Some(proxy) = config.proxy_route() {
        request = request.push(&Route(proxy));
    }
    request
        .push(&From(config.address_of_record().with_tag(&tag)))
        .push(&To(sip_message::header::NameAddr::new(provider)))
        .push(&CallId(Text::from(ctx.endpoint.token().as_str())))
        .push(&CSeq {
            number: 1,
            method: Method::Options,
        })
        .push_raw("Accept", b"application/sdp")
}
