//! One INVITE on a line: how long it may stay unanswered, and what its end means for the next line.

use crate::limits::NO_TRYING;
use sip_message::StatusCode;
use std::time::{Duration, Instant};

/// The clock over one INVITE on a line.
#[derive(Clone, Debug)]
pub struct Attempt {
    began: Instant,
    /// When something must have come, while nothing has.
    next_at: Option<Instant>,
    /// Whether the line's next server has not been asked for yet.
    may_move_on: bool,
    /// Whether the far end has rung, or been heard.
    rang: bool,
    outcome: Outcome,
    /// For how long the line asked to be left alone.
    wait: Option<Duration>,
}

/// What is to be done about an INVITE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Wait,
    /// Send it to the line's next server ([`sip_transaction::Endpoint::try_next_target`]), where it
    /// has one.
    NextTarget,
    /// Give it up and try the next line.
    NextLine,
    /// This is how the call ends: another line would not do better.
    Stop,
}

/// Whether another line may do better than the one that gave a final response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextLine {
    /// The line failed: try the next.
    Try,
    /// The call did: whoever is called has answered, in a way.
    Stop,
}

/// What a call says about its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It carried the call to whoever is called.
    Worked,
    /// Nothing.
    Unclear,
    /// It is out of order.
    Failed,
}

/// What a final response says about trying another line. `rang`: whoever is called has been
/// reached already, and would be called twice.
pub fn verdict(status: StatusCode, rang: bool) -> NextLine {
    match status.code() {
        _ if rang => NextLine::Stop,
        // The line does not take our password, our account or our number (401 to 403, 407), found
        // nobody in time (408), has lost its own way (430), or is out of order.
        401..=403 | 407 | 408 | 430 | 500..=599 => NextLine::Try,
        _ => NextLine::Stop,
    }
}

/// What a response says about the line that brought it.
fn outcome(status: StatusCode) -> Outcome {
    match status.code() {
        // The nearest proxy says 100 even when nothing behind it works; 401, 403 and kin are about
        // us, 3xx and 408 about nobody in particular.
        100 | 300..=399 | 401..=403 | 407 | 408 => Outcome::Unclear,
        430 | 500..=599 => Outcome::Failed,
        _ => Outcome::Worked,
    }
}

impl Attempt {
    /// The INVITE goes out now.
    pub fn new(now: Instant) -> Attempt {
        Attempt {
            began: now,
            next_at: Some(now + NO_TRYING / 2),
            may_move_on: true,
            rang: false,
            outcome: Outcome::Unclear,
            wait: None,
        }
    }

    /// What it says about the line, so far.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// It was answered by a 503 with a Retry-After (RFC 3261 §21.5.4): the line asks to be left alone
    /// for so long.
    pub fn asked_to_wait(&mut self, wait: Duration) {
        self.wait = Some(wait);
    }

    /// For how long the line asked to be left alone.
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// Whether whoever is called has been reached.
    pub fn rang(&self) -> bool {
        self.rang
    }

    /// When [`Attempt::handle_timeout`] is wanted.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.next_at
    }

    /// A response came, of whatever kind. `sent_again`: it was a challenge, and the INVITE is out
    /// again with credentials.
    pub fn on_response(&mut self, now: Instant, status: StatusCode, sent_again: bool) -> Step {
        self.next_at = None;
        if sent_again {
            *self = Attempt::new(now);
            return Step::Wait;
        }
        let rang = self.rang;
        if status.is_provisional() {
            self.rang |= matches!(status.code(), 180..=189);
            if self.rang {
                self.outcome = Outcome::Worked;
            }
            return Step::Wait;
        }
        if !rang {
            self.outcome = outcome(status);
        }
        match verdict(status, rang) {
            NextLine::Try => Step::NextLine,
            NextLine::Stop => Step::Stop,
        }
    }

    /// It could not be delivered, or nothing ever answered it.
    pub fn on_failed(&mut self) -> Step {
        self.next_at = None;
        if self.rang {
            return Step::Stop;
        }
        self.outcome = Outcome::Failed;
        Step::NextLine
    }

    /// Its time has come: nothing at all has answered. Half the time is the first server's, or the
    /// attempt's to reach it over TCP because the INVITE is long; the rest is the next one's.
    pub fn handle_timeout(&mut self, now: Instant) -> Step {
        if self.next_at.is_none_or(|at| now < at) {
            return Step::Wait;
        }
        let end = self.began + NO_TRYING;
        if now < end && self.may_move_on {
            self.may_move_on = false;
            self.next_at = Some(end);
            return Step::NextTarget;
        }
        self.next_at = None;
        self.outcome = Outcome::Failed;
        Step::NextLine
    }
}
