//! Telephones that ring in a rehearsal: when each says what, and what comes of them all.

use super::{Does, Rang, Rehearsal};
use crate::walk::{RingEnd, RingTarget, Strategy};
use office::{Office, PersonId};
use std::time::Duration;

/// What comes of ringing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ringing {
    /// When ringing ends, counted from its beginning.
    pub(super) after_ms: u64,
    /// How.
    pub(super) end: RingEnd,
    /// Who answered, if anybody did.
    pub(super) by: Option<PersonId>,
    /// Which telephones rang; times are counted from the beginning of ringing.
    pub(super) rang: Vec<Rang>,
}

/// How long somebody looks at a telephone before they reject a call.
const LOOKS_FOR: u64 = 3_000;

/// What several ends come to for the caller: who did not answer might have, so that says most; then
/// who rejected the call, then who was talking.
#[must_use]
pub fn together(ends: impl IntoIterator<Item = RingEnd>) -> RingEnd {
    let says = |end: &RingEnd| match end {
        RingEnd::Answered => 4,
        RingEnd::NoAnswer => 3,
        RingEnd::Declined => 2,
        RingEnd::Busy => 1,
        RingEnd::Unreachable => 0,
    };
    ends.into_iter()
        .max_by_key(says)
        .unwrap_or(RingEnd::Unreachable)
}

impl Ringing {
    pub(super) fn of(
        office: &Office,
        call: &Rehearsal,
        targets: &[RingTarget],
        strategy: Strategy,
        ring_for: Duration,
    ) -> Self {
        let ring_for = millis(ring_for);
        match strategy {
            Strategy::All => Self::all(office, call, targets, ring_for),
            Strategy::Order | Strategy::Random => Self::one_by_one(office, call, targets, ring_for),
        }
    }

    fn all(office: &Office, call: &Rehearsal, targets: &[RingTarget], ring_for: u64) -> Self {
        let mut rang: Vec<(Rang, Option<PersonId>)> = targets
            .iter()
            .filter(|target| delay(target) < ring_for)
            .map(|target| ring(office, call, target, delay(target), ring_for))
            .collect();
        let answered = rang
            .iter()
            .filter(|(rang, _)| rang.end == Some(RingEnd::Answered))
            .map(|(rang, person)| (rang.at_ms + rang.for_ms, *person))
            .min_by_key(|(at, _)| *at);
        let last = rang.iter().map(|(rang, _)| rang.at_ms + rang.for_ms).max();
        let (after_ms, by) = answered.unwrap_or((last.unwrap_or(0), None));
        let end = together(rang.iter().filter_map(|(rang, _)| rang.end));
        for (rang, person) in &mut rang {
            let ends = rang.at_ms + rang.for_ms;
            if ends > after_ms || (rang.end == Some(RingEnd::Answered) && *person != by) {
                rang.end = None;
            }
            rang.for_ms = ends.min(after_ms).saturating_sub(rang.at_ms);
        }
        Self {
            after_ms,
            end,
            by,
            rang: rang
                .into_iter()
                .map(|(rang, _)| rang)
                .filter(|rang| rang.at_ms <= after_ms)
                .collect(),
        }
    }

    fn one_by_one(
        office: &Office,
        call: &Rehearsal,
        targets: &[RingTarget],
        ring_for: u64,
    ) -> Self {
        let mut all = Vec::new();
        let mut at = 0;
        for target in targets {
            let (rang, person) = ring(office, call, target, at, at + ring_for);
            at += rang.for_ms;
            let answered = rang.end == Some(RingEnd::Answered);
            all.push(rang);
            if answered {
                return Self {
                    after_ms: at,
                    end: RingEnd::Answered,
                    by: person,
                    rang: all,
                };
            }
        }
        Self {
            after_ms: at,
            end: together(all.iter().filter_map(|rang| rang.end)),
            by: None,
            rang: all,
        }
    }
}

/// A telephone rings from `at` until `until` at most.
fn ring(
    office: &Office,
    call: &Rehearsal,
    target: &RingTarget,
    at: u64,
    until: u64,
) -> (Rang, Option<PersonId>) {
    let person = match target {
        RingTarget::Person { id, .. } => Some(*id),
        RingTarget::Outside { .. } => None,
        RingTarget::Device { id, .. } => office.device(*id).map(|device| device.person),
    };
    let does = person.map_or(Does::Off, |person| call.does(office, person));
    let most = until.saturating_sub(at);
    let (for_ms, end) = match does {
        Does::AnswersAfter(s) if u64::from(s) * 1_000 < most => {
            (u64::from(s) * 1_000, RingEnd::Answered)
        }
        Does::Declines if LOOKS_FOR < most => (LOOKS_FOR, RingEnd::Declined),
        Does::AnswersAfter(_) | Does::Declines | Does::RingsOut => (most, RingEnd::NoAnswer),
        Does::Busy => (0, RingEnd::Busy),
        Does::DoNotDisturb => (0, RingEnd::Declined),
        Does::Off => (0, RingEnd::Unreachable),
    };
    let rang = Rang {
        at_ms: at,
        for_ms,
        target: target.clone(),
        end: Some(end),
    };
    (rang, person)
}

fn delay(target: &RingTarget) -> u64 {
    match target {
        RingTarget::Person { delay, .. }
        | RingTarget::Outside { delay, .. }
        | RingTarget::Device { delay, .. } => millis(*delay),
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
