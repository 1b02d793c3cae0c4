//! Reliable provisional responses (RFC 3262): repeated until their PRACK, one at a time.

use crate::limits::MAX_WAITING_PROVISIONALS;
use sip_message::{
    HeaderName, Headers, Method, Request, Response,
    header::{RAck, RSeq},
};
use sip_transaction::Timers;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The option tag.
pub const OPTION: &str = "100rel";

/// The callee's side of one INVITE: numbers its reliable provisional responses, repeats the one in
/// flight, holds back those behind it (RFC 3262 §3).
#[derive(Debug)]
pub(crate) struct ReliableSender {
    /// CSeq number of the INVITE.
    invite: u32,
    /// RSeq of the last response sent; 0 before the first.
    last: u32,
    in_flight: Option<InFlight>,
    waiting: VecDeque<Provisional>,
}

/// A provisional response that still lacks its RSeq.
#[derive(Clone, Debug)]
pub(crate) struct Provisional {
    /// The response.
    pub(crate) response: Response,
    /// Whether it carries a description: the 2xx must then wait for its PRACK.
    pub(crate) describes: bool,
}

#[derive(Debug)]
struct InFlight {
    response: Response,
    describes: bool,
    /// `None` once a final response has gone out.
    clock: Option<Clock>,
}

#[derive(Debug)]
struct Clock {
    interval: Duration,
    repeat_at: Instant,
    give_up_at: Instant,
}

/// What time says.
#[derive(Debug)]
pub(crate) enum Due {
    /// Send this again.
    Repeat(Response),
    /// 64*T1 without a PRACK: the INVITE is to be refused with a 5xx (RFC 3262 §3).
    GiveUp,
}

impl ReliableSender {
    /// For the INVITE with this sequence number.
    pub(crate) fn new(invite: u32) -> ReliableSender {
        ReliableSender {
            invite,
            last: 0,
            in_flight: None,
            waiting: VecDeque::new(),
        }
    }

    /// Takes a response to be sent; gives it back with its number when it may go now.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        timers: &Timers,
        provisional: Provisional,
    ) -> Option<Response> {
        if self.in_flight.is_some() {
            if self.waiting.len() >= MAX_WAITING_PROVISIONALS {
                self.waiting.pop_back();
            }
            self.waiting.push_back(provisional);
            return None;
        }
        self.last = self.last.saturating_add(1);
        let response = provisional.response.edit().set(&RSeq(self.last)).build();
        self.in_flight = Some(InFlight {
            response: response.clone(),
            describes: provisional.describes,
            clock: Some(Clock {
                interval: timers.t1,
                repeat_at: now + timers.t1,
                give_up_at: now + timers.patience(),
            }),
        });
        Some(response)
    }

    /// A PRACK came. `false`: it acknowledges nothing that is in flight (481).
    pub(crate) fn acknowledge(&mut self, prack: &Request) -> bool {
        let matches = self.in_flight.is_some()
            && prack.headers().get::<RAck>().is_ok_and(|rack| {
                rack.rseq == self.last && rack.cseq == self.invite && rack.method == Method::Invite
            });
        if matches {
            self.in_flight = None;
        }
        matches
    }

    /// The response that may go now that the one before is acknowledged.
    pub(crate) fn next(&mut self, now: Instant, timers: &Timers) -> Option<Response> {
        let next = self.waiting.pop_front()?;
        self.send(now, timers, next)
    }

    /// Whether a description waits for its PRACK.
    pub(crate) fn holds_description(&self) -> bool {
        self.in_flight.as_ref().is_some_and(|f| f.describes)
            || self.waiting.iter().any(|p| p.describes)
    }

    /// A final response goes out: repetition ends, but a PRACK under way is still known
    /// (RFC 3262 §3).
    pub(crate) fn stop_repeating(&mut self) {
        self.waiting.clear();
        if let Some(in_flight) = &mut self.in_flight {
            in_flight.clock = None;
        }
    }

    /// When [`ReliableSender::on_timeout`] is wanted next.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let clock = self.in_flight.as_ref()?.clock.as_ref()?;
        Some(clock.repeat_at.min(clock.give_up_at))
    }

    /// Repeats at T1, doubling each time (RFC 3262 §3).
    pub(crate) fn on_timeout(&mut self, now: Instant) -> Option<Due> {
        let in_flight = self.in_flight.as_mut()?;
        let clock = in_flight.clock.as_mut()?;
        if now >= clock.give_up_at {
            self.in_flight = None;
            return Some(Due::GiveUp);
        }
        if now < clock.repeat_at {
            return None;
        }
        clock.interval = clock.interval.saturating_mul(2);
        clock.repeat_at = now + clock.interval;
        Some(Due::Repeat(in_flight.response.clone()))
    }
}

/// What the caller makes of a provisional response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Not reliable: looked at, not acknowledged.
    Unreliable,
    /// Reliable and next in order: PRACK it with this RSeq.
    InOrder(u32),
    /// A repetition, or one that overtook another: dropped (RFC 3262 §4).
    Ignored,
}

/// Sorts a provisional response by its RSeq; `last` is the RSeq acknowledged last in this dialog.
pub(crate) fn arrival(headers: Headers<'_>, last: Option<u32>) -> Arrival {
    if !headers.lists(HeaderName::Require, OPTION) {
        return Arrival::Unreliable;
    }
    let Ok(RSeq(rseq)) = headers.get::<RSeq>() else {
        return Arrival::Unreliable;
    };
    match last {
        Some(last) if last.checked_add(1) != Some(rseq) => Arrival::Ignored,
        _ => Arrival::InOrder(rseq),
    }
}
