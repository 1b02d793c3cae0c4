//! How a line is, in the words people are told.

use super::LiveLine;
use crate::{
    happening::{LineReason, LineState},
    limits::LINE_LOCATED_WITHIN,
};
use sip_server::line::{Failure, Health, Line, Refusal, RegistrationState, Unusable, Usable};
use std::time::Instant;

/// What was told of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) state: LineState,
    pub(super) reason: LineReason,
    pub(super) detail: String,
    pub(super) next_try: Option<Instant>,
    /// Whether it has begun.
    pub(super) begun: bool,
    /// Since when nobody knows where its provider is.
    lost: Option<Instant>,
}

impl Told {
    pub(super) fn starting() -> Told {
        Told::new(LineState::Starting, LineReason::Began)
    }

    fn new(state: LineState, reason: LineReason) -> Told {
        Told {
            state,
            reason,
            detail: String::new(),
            next_try: None,
            begun: false,
            lost: None,
        }
    }

    /// The same of a line that is about to begin anew.
    pub(super) fn before_it_begins(self) -> Told {
        Told {
            begun: false,
            lost: None,
            ..self
        }
    }

    /// Whether this is the same news.
    pub(super) fn says(&self, other: &Told) -> bool {
        (self.state, self.reason, &self.detail) == (other.state, other.reason, &other.detail)
    }

    /// How a line is now.
    pub(super) fn of(line: &LiveLine, now: Instant) -> Told {
        let begun = line.told.as_ref().is_some_and(|told| told.begun);
        let told = match &line.machine {
            _ if !line.trunk.enabled => Told::new(LineState::Off, LineReason::SwitchedOff),
            Some(machine) if begun => Told::of_machine(machine, line.told.as_ref(), now),
            _ => Told::starting(),
        };
        Told { begun, ..told }
    }

    fn of_machine(machine: &Line, before: Option<&Told>, now: Instant) -> Told {
        let (why, until) = match machine.usable(now) {
            Usable::Yes | Usable::Trial => {
                let reason = match (machine.registration(), machine.health()) {
                    (Some(_), _) => LineReason::Registered,
                    (None, Health::Up) => LineReason::Answers,
                    (None, _) => LineReason::ByAddress,
                };
                return Told::new(LineState::Up, reason);
            }
            Usable::No { why, until } => (why, until),
        };
        let lost = before.and_then(|before| before.lost).unwrap_or(now);
        let mut told = match why {
            Unusable::Off => Told::starting(),
            Unusable::NotLocated if now < lost + LINE_LOCATED_WITHIN => Told::starting(),
            Unusable::NotLocated => Told::new(LineState::Down, LineReason::NameUnknown),
            Unusable::Down => Told::new(LineState::Down, LineReason::NoAnswer),
            Unusable::CallsFail => Told::new(LineState::Down, LineReason::CallsFail),
            Unusable::NotRegistered | Unusable::Refused => Told::unregistered(machine, before),
        };
        told.next_try = until;
        told.lost = (why == Unusable::NotLocated).then_some(lost);
        told
    }

    fn unregistered(machine: &Line, before: Option<&Told>) -> Told {
        match machine
            .registration()
            .map(|registration| registration.state())
        {
            Some(RegistrationState::AwaitingRetry { why, .. }) => {
                let (reason, detail) = of_failure(why);
                Told {
                    detail,
                    ..Told::new(LineState::Down, reason)
                }
            }
            Some(RegistrationState::Refused { why, .. }) => {
                let (reason, detail) = of_refusal(why);
                Told {
                    detail,
                    ..Told::new(LineState::Refused, reason)
                }
            }
            // It is being tried: what was told before holds till that has come to something.
            _ => match before {
                Some(before) if before.state == LineState::Up => {
                    Told::new(LineState::Down, LineReason::NoAnswer)
                }
                Some(before) => before.clone(),
                None => Told::starting(),
            },
        }
    }
}

fn of_failure(why: &Failure) -> (LineReason, String) {
    match why {
        Failure::NotLocated => (LineReason::NameUnknown, String::new()),
        Failure::NoAnswer => (LineReason::NoAnswer, String::new()),
        Failure::Unreachable => (LineReason::ConnectionLost, String::new()),
        Failure::Status { status, words } => {
            (LineReason::ProviderError, format!("{status} {words}"))
        }
        Failure::TooOften => (LineReason::TooManyRequests, String::new()),
    }
}

fn of_refusal(why: &Refusal) -> (LineReason, String) {
    match why {
        Refusal::WrongPassword => (LineReason::WrongPassword, String::new()),
        Refusal::NoAnswer(withheld) => (LineReason::ChallengeNotAnswered, format!("{withheld:?}")),
        Refusal::SentElsewhere | Refusal::NothingGranted => {
            (LineReason::ProviderError, String::new())
        }
        Refusal::Status { status, words } => {
            let reason = match status.code() {
                403 => LineReason::Forbidden,
                _ => LineReason::ProviderError,
            };
            (reason, format!("{status} {words}"))
        }
    }
}
