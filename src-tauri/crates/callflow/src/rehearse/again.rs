//! A call that was walked is rehearsed again: what its caller did and how the telephones behaved is
//! taken from its trace.
//!
//! Moments are not copied. A rehearsal only knows about how long its prompts are, so each key is
//! pressed where the trace has it in the order of things, after what is being said there.

use super::{
    CallerAct, Does, Ended, Http, Phone, Pins, Reached, Rehearsal, Rehearsed, Stage, rehearse,
};
use crate::limits::{MAX_REHEARSED_ACTS, TRIED_DICE};
use crate::program::Program;
use crate::walk::{MASKED, RingTarget, TraceStep};
use office::PersonId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A call that was walked.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// When it came in, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The caller's number; `None` if they hid it.
    pub caller: Option<String>,
    /// Its trace.
    pub steps: Vec<TraceStep>,
    /// How the telephones behaved that rang.
    pub phones: BTreeMap<PersonId, Does>,
    /// How long the caller talked with who answered, in milliseconds.
    pub talked_ms: Option<u64>,
    /// How long the message is that they left, in milliseconds.
    pub spoke_ms: Option<u64>,
}

/// A call like one that was walked.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The call.
    pub call: Rehearsal,
    /// The nodes it comes to, as far as it goes as the other one went.
    pub visits: Vec<String>,
    /// Whom or what it reaches; `None` if it does not go all the way.
    pub reached: Option<Vec<Reached>>,
    /// How it ends; `None` if it does not go all the way as the other one went: what another program
    /// replied, or somebody who was busy at first and answered later, is not played.
    pub ends: Option<Ended>,
}

/// How long after what is said a key is pressed.
const PRESS: u64 = 600;

/// How far apart keys are.
const APART: u64 = 300;

/// How long somebody would have gone on talking with a caller who hung up.
const LONGER: u64 = 600_000;

impl Past {
    /// A call that goes through `program` as this one did.
    #[must_use]
    pub fn again(&self, program: &Arc<Program>, stage: &Stage<'_>) -> Again {
        let told: Vec<&TraceStep> = self.steps.iter().filter(|step| counts(step)).collect();
        let mut best = self.follow(program, stage, &told, 0);
        // What was drawn by lot is drawn until it comes out as it did.
        for dice in 1..TRIED_DICE {
            if best.1 == told.len() {
                break;
            }
            let other = self.follow(program, stage, &told, dice);
            if other.1 > best.1 {
                best = other;
            }
        }
        let (call, followed, done) = best;
        let mut visits: Vec<String> = Vec::new();
        for step in told
            .iter()
            .take(followed)
            .filter(|step| step.event == "enter")
        {
            if !visits.contains(&step.node) {
                visits.push(step.node.clone());
            }
        }
        let (reached, ends) = match followed == told.len() {
            true => (Some(done.reached), Some(done.ended)),
            false => (None, None),
        };
        Again {
            call,
            visits,
            reached,
            ends,
        }
    }

    /// A call, how many of the steps told it goes like this one, and what comes of it.
    fn follow(
        &self,
        program: &Arc<Program>,
        stage: &Stage<'_>,
        told: &[&TraceStep],
        dice: u64,
    ) -> (Rehearsal, usize, Rehearsed) {
        let mut call = self.begun(dice);
        let mut followed = 0;
        loop {
            let done = rehearse(program, stage, &call);
            let played: Vec<&TraceStep> = done.steps.iter().filter(|step| counts(step)).collect();
            let alike = told
                .iter()
                .zip(&played)
                .take_while(|(told, played)| is_alike(told, played));
            let same = alike.count();
            let goes_on = same > followed || call.acts.is_empty();
            followed = followed.max(same);
            let Some(next) = told.get(same).filter(|_| goes_on) else {
                return (call, followed, done);
            };
            let since = same.checked_sub(1);
            let moment = Moment {
                begins: since
                    .and_then(|at| played.get(at))
                    .map_or(0, |step| step.t_ms),
                ends: played.get(same).map(|step| step.t_ms),
                lasted: next.t_ms
                    - since
                        .and_then(|at| told.get(at))
                        .map_or(0, |step| step.t_ms)
                        .min(next.t_ms),
            };
            if call.acts.len() >= MAX_REHEARSED_ACTS || !self.mend(&mut call, next, &moment, &done)
            {
                return (call, followed, done);
            }
        }
    }

    /// The call before its caller does anything.
    fn begun(&self, dice: u64) -> Rehearsal {
        let phones = self.phones.iter();
        let phones = phones.map(|(person, does)| Phone::of(*person, *does));
        let why = |id: &str| {
            let mut reasons = self.steps.iter().filter_map(|step| step.reason.as_ref());
            reasons.find(|reason| reason.id == id).cloned()
        };
        let usual = Rehearsal::at(self.at);
        let refused = why("requestRefused").and_then(|why| why.params.get("status")?.parse().ok());
        Rehearsal {
            caller: self.caller.clone(),
            phones: phones.collect(),
            talks_ms: self.talked_ms.unwrap_or(LONGER),
            speaks_ms: self.spoke_ms.unwrap_or(usual.speaks_ms),
            pins: match why("locked") {
                Some(_) => Pins::Locked,
                None if self
                    .steps
                    .iter()
                    .any(|step| step.outcome.as_deref() == Some("ok")) =>
                {
                    Pins::Right
                }
                None => Pins::Wrong,
            },
            http: match refused {
                _ if why("requestTimedOut").is_some() => Http::TimesOut,
                _ if why("requestFailed").is_some() => Http::Fails,
                Some(status) => Http::Replies {
                    status,
                    body: serde_json::Value::Null,
                },
                None => usual.http.clone(),
            },
            dice,
            ..usual
        }
    }

    /// Does what brings the call to its next step. Whether there is anything that could.
    fn mend(&self, call: &mut Rehearsal, next: &TraceStep, at: &Moment, done: &Rehearsed) -> bool {
        match (&*next.event, next.leg.as_deref()) {
            ("digit", _) => {
                let first = at.to_press(done);
                let digits = next.digits.as_deref().unwrap_or_default();
                // What was dialled is nobody's business; whether it was right is known.
                let keys = match digits {
                    MASKED => "0000#",
                    "" => "#",
                    digits => digits,
                };
                call.acts
                    .extend(keys.chars().zip(0..).map(|(key, place)| CallerAct {
                        after_ms: first + place * APART,
                        key: Some(key),
                        hang_up: false,
                    }));
                true
            }
            ("leg", Some("callerHungUp")) => {
                call.acts.push(CallerAct {
                    after_ms: at.within(at.begins + at.lasted),
                    key: None,
                    hang_up: true,
                });
                true
            }
            ("leg", Some(leg)) => {
                let does = match leg {
                    "busy" => Does::Busy,
                    "declined" => Does::Declines,
                    "unreachable" => Does::Off,
                    _ => return false,
                };
                let before = call.phones.len();
                for rang in &done.rings {
                    if let RingTarget::Person { id, .. } = rang.target
                        && !call.phones.iter().any(|phone| phone.person == id)
                    {
                        call.phones.push(Phone::of(id, does));
                    }
                }
                call.phones.len() > before
            }
            _ => false,
        }
    }
}

/// The moment at which a caller has to do something, in milliseconds since the call came in.
struct Moment {
    /// When the step before it was.
    begins: u64,
    /// When something else happens if they do nothing.
    ends: Option<u64>,
    /// How long the caller waited in truth.
    lasted: u64,
}

impl Moment {
    /// When what is said has been heard.
    fn to_press(&self, done: &Rehearsed) -> u64 {
        let mut heard = done.hears.iter().filter(|heard| {
            heard.at_ms >= self.begins && self.ends.is_none_or(|ends| heard.at_ms < ends)
        });
        let last = heard
            .next_back()
            .map_or(self.begins, |heard| heard.at_ms + heard.for_ms);
        self.within(last + PRESS)
    }

    fn within(&self, wanted: u64) -> u64 {
        let latest = self.ends.map_or(u64::MAX, |ends| ends.saturating_sub(1));
        wanted.min(latest).max(self.begins)
    }
}

/// Whether a step tells where a call goes. A prompt does: a caller who was asked twice pressed a key
/// after the second time.
fn counts(step: &TraceStep) -> bool {
    matches!(
        &*step.event,
        "enter" | "prompt" | "digit" | "outcome" | "leg"
    )
}

fn is_alike(told: &TraceStep, played: &TraceStep) -> bool {
    (&told.event, &told.node, told.flow) == (&played.event, &played.node, played.flow)
        && told.outcome == played.outcome
        && told.digits == played.digits
        && told.leg == played.leg
}
