//! Lets a line rest whose calls fail, though it answers OPTIONS, and tries it with one call before
//! it is used again.

use super::attempt::Outcome;
use crate::limits::{
    BREAKER_FAILURES, BREAKER_REST, BREAKER_TRIAL, BREAKER_WINDOW, MAX_ASKED_REST, MAX_BREAKER_REST,
};
use std::time::{Duration, Instant};

/// What the results of a line's calls say about using it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// In use.
    Closed { failures: u8, last: Option<Instant> },
    /// At rest.
    Open { until: Instant, rest: Duration },
    /// One call is trying it.
    Trial { until: Instant, rest: Duration },
}

/// Whether the next call may use a line, by its last calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    /// It may.
    Fit,
    /// One may, to find out.
    OnTrial,
    /// None should before.
    Resting {
        /// When.
        until: Instant,
    },
}

/// What a result changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// The line rests.
    Opened {
        /// Until when.
        until: Instant,
    },
    /// It is in use again.
    Closed,
}

impl Default for State {
    fn default() -> State {
        State::Closed {
            failures: 0,
            last: None,
        }
    }
}

impl Breaker {
    /// Whether the next call may use the line.
    pub fn fitness(&self, now: Instant) -> Fitness {
        match self.state {
            State::Closed { .. } => Fitness::Fit,
            State::Open { until, .. } | State::Trial { until, .. } if now < until => {
                Fitness::Resting { until }
            }
            State::Open { .. } | State::Trial { .. } => Fitness::OnTrial,
        }
    }

    /// A call begins on the line. Where the line is on trial this is the trial, and others wait.
    pub fn begin(&mut self, now: Instant) {
        if let (Fitness::OnTrial, State::Open { rest, .. } | State::Trial { rest, .. }) =
            (self.fitness(now), &self.state)
        {
            self.state = State::Trial {
                until: now + BREAKER_TRIAL,
                rest: *rest,
            };
        }
    }

    /// How a call went. `wait`: for how long the line asked to be left alone, if it did; then it
    /// rests at once.
    pub fn end(&mut self, now: Instant, outcome: Outcome, wait: Option<Duration>) -> Change {
        match outcome {
            Outcome::Worked => {
                let was_closed = matches!(self.state, State::Closed { .. });
                self.state = State::default();
                if was_closed {
                    Change::None
                } else {
                    Change::Closed
                }
            }
            Outcome::Unclear => Change::None,
            Outcome::Failed => self.fail(now, wait),
        }
    }

    fn fail(&mut self, now: Instant, wait: Option<Duration>) -> Change {
        let wait = wait.unwrap_or_default().min(MAX_ASKED_REST);
        let rest = match &mut self.state {
            State::Closed { failures, last } => {
                if last.is_none_or(|last| last + BREAKER_WINDOW < now) {
                    *failures = 0;
                }
                *failures += 1;
                *last = Some(now);
                if *failures < BREAKER_FAILURES && wait.is_zero() {
                    return Change::None;
                }
                BREAKER_REST
            }
            // A call from before the rest, or one that used the line for want of another.
            State::Open { until, .. } if now < *until && now + wait <= *until => {
                return Change::None;
            }
            State::Open { until, rest } if now < *until => *rest,
            State::Open { rest, .. } | State::Trial { rest, .. } => {
                (*rest * 2).min(MAX_BREAKER_REST)
            }
        };
        let until = now + rest.max(wait);
        self.state = State::Open { until, rest };
        Change::Opened { until }
    }
}
