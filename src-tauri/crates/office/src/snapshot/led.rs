//! Where a caller comes to at a moment: what extensions lead to, and what hours decide on the way.

use super::{Dialled, Office};
use crate::limits::EXTENSION_HOPS_MAX;
use crate::schedule::OpenState;
use crate::{
    Extension, ExtensionNumber, Openness, Person, PersonId, RouteTarget, ScheduleId, Xform,
};
use std::collections::BTreeSet;

/// How many hops a caller takes at most: over extensions, and from what is closed to what is not.
const HOPS_MAX: usize = 2 * EXTENSION_HOPS_MAX;

/// How many changes are looked over for the next time something is open.
const CHANGES_MAX: usize = 16;

/// Where a caller comes to at a moment, and what was closed on the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led<'a> {
    /// Where they come to.
    pub to: Dialled<'a>,
    /// What was closed, in the order they came by.
    pub closed: Vec<Closed<'a>>,
}

/// Something that takes no calls at this hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed<'a> {
    /// What is closed.
    pub what: WithHours<'a>,
    /// The schedule that says so.
    pub schedule: ScheduleId,
    /// What it says.
    pub openness: Openness,
    /// Where its callers go instead.
    pub instead: &'a RouteTarget,
    /// What is set on the way there.
    pub set: Option<&'a Xform>,
}

/// What has hours of its own inside the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithHours<'a> {
    /// An extension, whatever it leads to.
    Extension(&'a ExtensionNumber),
    /// A person, over whatever number they are called.
    Person(&'a Person),
}

/// Where somebody is on their way.
enum At<'a> {
    Number(&'a str),
    Target(&'a RouteTarget),
    Person(&'a Person),
}

/// Something hours may keep callers from, as the check of circles marks it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stop<'a> {
    Extension(&'a str),
    Person(PersonId),
}

impl Office {
    /// Where a number dialled inside the office leads at a moment (milliseconds since 1970, UTC).
    #[must_use]
    pub fn led<'a>(&'a self, dialled: &'a str, at_unix_ms: i64) -> Led<'a> {
        self.led_from(At::Number(dialled), at_unix_ms)
    }

    /// Where whoever calls a person comes to at a moment (milliseconds since 1970, UTC).
    #[must_use]
    pub fn led_to_person(&self, person: PersonId, at_unix_ms: i64) -> Led<'_> {
        match self.person(person) {
            Some(person) => self.led_from(At::Person(person), at_unix_ms),
            None => Led::straight(Dialled::Unknown),
        }
    }

    /// Where a target leads at a moment (milliseconds since 1970, UTC).
    #[must_use]
    pub fn led_to<'a>(&'a self, target: &'a RouteTarget, at_unix_ms: i64) -> Led<'a> {
        self.led_from(At::Target(target), at_unix_ms)
    }

    /// When a schedule says open again after a moment (milliseconds since 1970, UTC), over whatever
    /// holidays and breaks come before; `None` if nobody knows.
    #[must_use]
    pub fn opens_after(&self, schedule: ScheduleId, at_unix_ms: i64) -> Option<i64> {
        let mut at = at_unix_ms;
        for _ in 0..CHANGES_MAX {
            let next = self.openness(schedule, at).next?;
            if next.state == OpenState::Open {
                return Some(next.at);
            }
            at = next.at;
        }
        None
    }

    fn led_from<'a>(&'a self, from: At<'a>, at_unix_ms: i64) -> Led<'a> {
        let mut closed = Vec::new();
        let mut at = from;
        for _ in 0..=HOPS_MAX {
            let (what, hours) = match at {
                At::Target(target) => {
                    at = match target {
                        RouteTarget::Extension(number) => At::Number(number.as_str()),
                        RouteTarget::User(id) => match self.person(*id) {
                            Some(person) => At::Person(person),
                            None => return Led::at(Dialled::Unknown, closed),
                        },
                        target => return Led::at(end_of(target), closed),
                    };
                    continue;
                }
                At::Number(number) => match self.extension(number) {
                    Some(extension) => {
                        at = At::Target(&extension.target);
                        let hours = extension.hours.as_ref();
                        let hours = hours.map(|hours| {
                            let route = &hours.when_closed;
                            (hours.schedule, &route.target, Some(&route.dest_xform))
                        });
                        (WithHours::Extension(&extension.number), hours)
                    }
                    None => return Led::at(Dialled::Unknown, closed),
                },
                At::Person(person) => {
                    let hours = person.hours.as_ref();
                    let hours = hours.map(|hours| (hours.schedule, &hours.when_closed, None));
                    (WithHours::Person(person), hours)
                }
            };
            let shut = hours.and_then(|(schedule, instead, set)| {
                let openness = self.openness(schedule, at_unix_ms);
                (openness.state != OpenState::Open).then_some(Closed {
                    what,
                    schedule,
                    openness,
                    instead,
                    set,
                })
            });
            match (shut, what) {
                (Some(shut), _) => {
                    at = At::Target(shut.instead);
                    closed.push(shut);
                }
                (None, WithHours::Person(person)) => {
                    return Led::at(Dialled::Person(person), closed);
                }
                (None, WithHours::Extension(_)) => {}
            }
        }
        Led::at(Dialled::Unknown, closed)
    }

    /// Whether callers of an extension could be led back to it when it is closed.
    pub(super) fn extension_leads_back(&self, extension: &Extension) -> bool {
        let stop = Stop::Extension(extension.number.as_str());
        let hours = extension.hours.as_ref();
        hours.is_some_and(|hours| self.comes_back(&hours.when_closed.target, &stop))
    }

    /// Whether callers of a person could be led back to them outside their hours.
    pub(super) fn person_leads_back(&self, person: &Person) -> bool {
        let hours = person.hours.as_ref();
        hours.is_some_and(|hours| self.comes_back(&hours.when_closed, &Stop::Person(person.id)))
    }

    /// Whether some hours are such that a way from `target` comes by `goal`: each stop on it may be
    /// open or closed.
    fn comes_back(&self, target: &RouteTarget, goal: &Stop<'_>) -> bool {
        let mut seen = BTreeSet::new();
        let mut ways = vec![target];
        while let Some(target) = ways.pop() {
            let stop = match target {
                RouteTarget::Extension(number) => Stop::Extension(number.as_str()),
                RouteTarget::User(person) => Stop::Person(*person),
                _ => continue,
            };
            if stop == *goal {
                return true;
            }
            if !seen.insert(stop.clone()) {
                continue;
            }
            match stop {
                Stop::Extension(number) => {
                    let extension = self.extension(number);
                    let hours = extension.and_then(|extension| extension.hours.as_ref());
                    ways.extend(extension.map(|extension| &extension.target));
                    ways.extend(hours.map(|hours| &hours.when_closed.target));
                }
                Stop::Person(id) => {
                    let hours = self.person(id).and_then(|person| person.hours.as_ref());
                    ways.extend(hours.map(|hours| &hours.when_closed));
                }
            }
        }
        false
    }
}

impl<'a> Led<'a> {
    /// There, with nothing closed on the way.
    #[must_use]
    pub fn straight(to: Dialled<'a>) -> Self {
        Self::at(to, Vec::new())
    }

    fn at(to: Dialled<'a>, closed: Vec<Closed<'a>>) -> Self {
        Self { to, closed }
    }
}

/// What a target is that leads no further.
fn end_of(target: &RouteTarget) -> Dialled<'_> {
    match target {
        RouteTarget::Voicemail(id) => Dialled::Mailbox(*id),
        RouteTarget::Conference(id) => Dialled::Room(*id),
        RouteTarget::Flow(id) => Dialled::Flow(*id),
        RouteTarget::Forward(number) => Dialled::Outside(number),
        RouteTarget::Hangup => Dialled::Hangup,
        RouteTarget::User(_) | RouteTarget::Extension(_) => Dialled::Unknown,
    }
}
