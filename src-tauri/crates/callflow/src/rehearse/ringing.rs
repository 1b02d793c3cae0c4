//! Telephones that ring in a rehearsal: when each says what, and what comes of them all.
//!
//! Of what is due at the same moment, the end of ringing comes first, then those whose time to ring
//! has come, then what telephones do, those of the office in the order in which they were added.

use super::{Does, Rang, Reached, Staff};
use crate::walk::{RingEnd, RingTarget, Strategy};
use office::{DeviceId, PersonId};
use std::time::Duration;

/// What comes of ringing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ringing {
    /// When ringing ends, counted from its beginning.
    pub(super) after_ms: u64,
    /// How.
    pub(super) end: RingEnd,
    /// Who answered, if anybody did of whom that is known.
    pub(super) by: Option<PersonId>,
    /// The same, or at which number.
    pub(super) reached: Option<Reached>,
    /// Which telephones rang; times are counted from the beginning of ringing.
    pub(super) rang: Vec<Rang>,
}

/// What whoever answers hears before they talk with the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Screen {
    /// How long that lasts, in milliseconds; nothing is heard for 0.
    pub(super) lasts: u64,
    /// Whether they must press a key.
    pub(super) asks: bool,
}

/// How long somebody looks at a telephone before they reject a call.
const LOOKS_FOR: u64 = 3_000;

/// How long somebody thinks before they press the key that takes a call.
const THINKS_FOR: u64 = 500;

/// How long a call rings on at most for whoever has answered and hears who calls.
const HEARS_AT_MOST: u64 = 30_000;

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
        staff: &Staff<'_>,
        targets: &[RingTarget],
        strategy: Strategy,
        ring_for: Duration,
        screen: Screen,
    ) -> Self {
        let ring_for = millis(ring_for);
        let mut all = Self {
            after_ms: 0,
            end: RingEnd::Unreachable,
            by: None,
            reached: None,
            rang: Vec::new(),
        };
        let mut ends = Vec::new();
        let rounds: Vec<Vec<(u64, &RingTarget)>> = match strategy {
            Strategy::All => vec![
                targets
                    .iter()
                    .map(|one| (millis(one.delay()), one))
                    .collect(),
            ],
            Strategy::Order | Strategy::Random => {
                targets.iter().map(|one| vec![(0, one)]).collect()
            }
        };
        for mut due in rounds {
            due.retain(|(delay, _)| *delay < ring_for);
            let round = Round::of(staff, due, ring_for, screen);
            all.rang.extend(round.rang(all.after_ms));
            all.after_ms += round.now;
            if let Some(by) = round.answered.and_then(|at| round.legs.get(at)) {
                return Self {
                    end: RingEnd::Answered,
                    by: by.person,
                    reached: by.reached(),
                    ..all
                };
            }
            ends.extend(round.ends);
        }
        Self {
            end: together(ends),
            ..all
        }
    }
}

/// Telephones that ring at the same time.
struct Round {
    now: u64,
    /// When all of them have rung long enough.
    until: u64,
    legs: Vec<Leg>,
    /// What came of those who did not answer.
    ends: Vec<RingEnd>,
    /// Which of them has taken the call.
    answered: Option<usize>,
    screen: Screen,
}

/// A telephone that rings, or that could not be rung.
struct Leg {
    target: RingTarget,
    person: Option<PersonId>,
    device: Option<DeviceId>,
    begun: u64,
    /// What it does next, and when; `None` when it rings no more.
    next: Option<(u64, Deed)>,
    ended: u64,
    end: Option<RingEnd>,
}

impl Leg {
    /// Who answers there; nobody knows who is at a number outside.
    fn reached(&self) -> Option<Reached> {
        match (&self.target, self.person) {
            (_, Some(id)) => Some(Reached::Person { id }),
            (RingTarget::Outside { number, .. }, None) => Some(Reached::Number {
                number: number.clone(),
            }),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Answers,
    /// Whoever answered has heard who calls.
    Takes,
    Declines,
    SaysBusy,
    CannotBeReached,
    RingsOn,
}

impl Round {
    fn of(
        staff: &Staff<'_>,
        mut due: Vec<(u64, &RingTarget)>,
        ring_for: u64,
        screen: Screen,
    ) -> Self {
        let mut round = Self {
            now: 0,
            until: ring_for,
            legs: Vec::new(),
            ends: Vec::new(),
            answered: None,
            screen,
        };
        due.sort_by_key(|(at, _)| *at);
        let mut due = due.into_iter().peekable();
        while round.answered.is_none() {
            let begins = due.peek().map(|(at, _)| *at);
            let acts = round.next();
            let acts_at = acts.map(|(at, _)| at);
            let Some(at) = begins.into_iter().chain(acts_at).min() else {
                break; // nobody rings any more, and nobody will
            };
            if at >= round.until {
                round.time_is_up();
                break;
            }
            round.now = at;
            match due.next_if(|(begins, _)| *begins <= at) {
                Some((_, target)) => round.ring(staff, target),
                None => {
                    if let Some((_, leg)) = acts {
                        round.act(leg);
                    }
                }
            }
        }
        round
    }

    /// What happens next, at which telephone.
    fn next(&self) -> Option<(u64, usize)> {
        let legs = self.legs.iter().enumerate();
        let acts = legs.filter_map(|(place, leg)| {
            let (at, deed) = leg.next?;
            // Who cannot be rung says so at once; those of the office come before those outside.
            let rings = !matches!(deed, Deed::SaysBusy | Deed::CannotBeReached);
            Some((at, (rings, leg.device.is_none(), leg.device), place))
        });
        acts.min().map(|(at, _, place)| (at, place))
    }

    /// Somebody's time has come. A telephone that rings already rings once.
    fn ring(&mut self, staff: &Staff<'_>, target: &RingTarget) {
        let person = match target {
            RingTarget::Outside { number, .. } => {
                let deed = deed(staff.does_outside(number), self.now);
                return self.begin(target, None, None, deed);
            }
            RingTarget::Person { id, .. } => Some(*id),
            RingTarget::Device { id, .. } => staff.owner(*id),
        };
        let Some(person) = person else {
            return self.cannot_ring(target, RingEnd::Unreachable);
        };
        if staff.wants_none(person) {
            return self.cannot_ring(target, RingEnd::Declined);
        }
        if staff.is_full(person) {
            return self.cannot_ring(target, RingEnd::Busy);
        }
        let rings_already = |id: DeviceId, legs: &[Leg]| {
            legs.iter()
                .any(|leg| leg.device == Some(id) && leg.next.is_some())
        };
        let mut found = false;
        for phone in staff.phones(person) {
            if matches!(target, RingTarget::Device { id, .. } if *id != phone.id) {
                continue;
            }
            let does = staff.does(phone);
            found |= does != Does::Off;
            if does != Does::Off && !rings_already(phone.id, &self.legs) {
                let deed = deed(does, self.now);
                self.begin(target, Some(person), Some(phone.id), deed);
            }
        }
        if !found {
            self.cannot_ring(target, RingEnd::Unreachable);
        }
    }

    fn begin(
        &mut self,
        target: &RingTarget,
        person: Option<PersonId>,
        device: Option<DeviceId>,
        next: (u64, Deed),
    ) {
        self.legs.push(Leg {
            target: target.clone(),
            person,
            device,
            begun: self.now,
            next: Some(next),
            ended: self.now,
            end: None,
        });
    }

    /// Somebody has no telephone that could be rung.
    fn cannot_ring(&mut self, target: &RingTarget, end: RingEnd) {
        self.ends.push(end);
        self.legs.push(Leg {
            target: target.clone(),
            person: None,
            device: None,
            begun: self.now,
            next: None,
            ended: self.now,
            end: Some(end),
        });
    }

    /// A telephone does what it does next.
    fn act(&mut self, at: usize) {
        let (now, screen) = (self.now, self.screen);
        let Some((deed, person)) = self
            .legs
            .get(at)
            .and_then(|leg| Some((leg.next?.1, leg.person)))
        else {
            return;
        };
        match deed {
            Deed::Answers if screen.lasts > 0 => {
                let thinks = if screen.asks { THINKS_FOR } else { 0 };
                if let Some(leg) = self.legs.get_mut(at) {
                    leg.next = Some((now + screen.lasts + thinks, Deed::Takes));
                }
                if !screen.asks {
                    self.until = self.until.max(now + HEARS_AT_MOST);
                    self.stop_others(at, |_| true, None);
                }
            }
            Deed::Answers | Deed::Takes => {
                self.stop(at, Some(RingEnd::Answered));
                self.stop_others(at, |_| true, None);
                self.answered = Some(at);
            }
            Deed::Declines => {
                self.refuse(at, RingEnd::Declined);
                // Someone who declines on one device declines for all of theirs.
                let theirs = |leg: &Leg| person.is_some() && leg.person == person;
                self.stop_others(at, theirs, Some(RingEnd::Declined));
            }
            Deed::SaysBusy => self.refuse(at, RingEnd::Busy),
            Deed::CannotBeReached => self.refuse(at, RingEnd::Unreachable),
            Deed::RingsOn => self.refuse(at, RingEnd::NoAnswer),
        }
    }

    fn time_is_up(&mut self) {
        self.now = self.until;
        for at in 0..self.legs.len() {
            if self.legs.get(at).is_some_and(|leg| leg.next.is_some()) {
                self.refuse(at, RingEnd::NoAnswer);
            }
        }
    }

    fn refuse(&mut self, at: usize, end: RingEnd) {
        self.ends.push(end);
        self.stop(at, Some(end));
    }

    fn stop(&mut self, at: usize, end: Option<RingEnd>) {
        let now = self.now;
        if let Some(leg) = self.legs.get_mut(at) {
            leg.next = None;
            leg.ended = now;
            leg.end = end;
        }
    }

    fn stop_others(&mut self, but: usize, which: impl Fn(&Leg) -> bool, end: Option<RingEnd>) {
        let ring = self.legs.iter().enumerate();
        let ring = ring.filter(|(at, leg)| *at != but && leg.next.is_some() && which(leg));
        for at in ring.map(|(at, _)| at).collect::<Vec<_>>() {
            self.stop(at, end);
        }
    }

    /// Which telephones rang, in a ringing that had gone on for so long.
    fn rang(&self, before: u64) -> impl Iterator<Item = Rang> {
        self.legs.iter().map(move |leg| Rang {
            at_ms: before + leg.begun,
            for_ms: leg.ended - leg.begun,
            target: leg.target.clone(),
            device: leg.device,
            end: leg.end,
        })
    }
}

/// What a telephone that is rung now does next, and when.
fn deed(does: Does, now: u64) -> (u64, Deed) {
    match does {
        Does::AnswersAfter(seconds) => (now + u64::from(seconds) * 1_000, Deed::Answers),
        Does::Declines | Does::DoNotDisturb => (now + LOOKS_FOR, Deed::Declines),
        Does::Busy => (now, Deed::SaysBusy),
        Does::Off => (now, Deed::CannotBeReached),
        Does::RingsOut => (u64::MAX, Deed::RingsOn),
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
