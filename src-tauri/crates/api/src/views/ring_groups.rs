//! Ring groups: call flows of one fixed shape, as a form shows them.

use crate::{
    errors::Problem,
    values::{PersonId, ScheduleId},
    views::hours::LeadsTo,
};
use callflow::{
    RingGroup as Kept,
    ring_group::{DELAY_MAX, Hours, MEMBERS_MAX, Member, PREFIX_MAX_CHARS, RINGS_FOR},
    walk::Strategy,
};
use office::clean_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;
use utoipa::ToSchema;

/// Several people who are rung for one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingGroup {
    /// Whom, in their order: 1 to 50.
    members: Vec<RingGroupMember>,
    strategy: RingStrategy,
    /// How long, 5 to 300 seconds; one after the other each.
    ring_for: u32,
    /// Callers hear music meanwhile; otherwise they hear it ring.
    music: bool,
    /// Stands before the caller's name on phones that ring; empty for nothing.
    prefix: String,
    /// Talks are recorded from their beginning.
    records: bool,
    /// When it rings; always if `null`.
    hours: Option<RingGroupHours>,
    /// Where callers go when nobody answers.
    otherwise: LeadsTo,
}

/// Somebody in a ring group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingGroupMember {
    person: PersonId,
    /// How many seconds later than the others, where all ring; up to 120.
    delay: u16,
}

/// In which order a ring group rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RingStrategy {
    /// All at once.
    All,
    /// One after the other.
    Order,
    /// One after the other, each time in another order.
    Random,
}

/// When a ring group rings, or a queue takes calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingGroupHours {
    /// While this is open.
    schedule: ScheduleId,
    /// Where callers go at other times.
    when_closed: LeadsTo,
}

impl RingGroup {
    pub(crate) fn of(group: &Kept) -> Self {
        let member = |member: &Member| RingGroupMember {
            person: member.person.into(),
            delay: member.delay,
        };
        Self {
            members: group.members.iter().map(member).collect(),
            strategy: match group.strategy {
                Strategy::All => RingStrategy::All,
                Strategy::Order => RingStrategy::Order,
                Strategy::Random => RingStrategy::Random,
            },
            ring_for: group.ring_for,
            music: group.music,
            prefix: group.prefix.clone(),
            records: group.records,
            hours: group.hours.as_ref().map(RingGroupHours::of),
            otherwise: LeadsTo::of_target(&group.otherwise),
        }
    }

    /// As its flow is made of it. Whether those exist whom it names is the check of that flow's to say.
    ///
    /// # Errors
    /// Something is out of bounds.
    pub(crate) fn read(&self) -> Result<Kept, Problem> {
        let people: BTreeSet<PersonId> = self.members.iter().map(|each| each.person).collect();
        if self.members.is_empty() {
            let detail = "nobody is in this ring group, so it rings for nobody; add someone";
            return Err(Problem::field("group.members", detail).coded("groupIsEmpty"));
        }
        if self.members.len() > MEMBERS_MAX {
            let detail = format!("a ring group rings up to {MEMBERS_MAX} people");
            return Err(Problem::field("group.members", detail).coded("groupIsFull"));
        }
        if people.len() < self.members.len() {
            let detail = "somebody is in this ring group twice; remove one of them";
            return Err(Problem::field("group.members", detail).coded("listedTwice"));
        }
        let (shortest, longest) = RINGS_FOR;
        if !(shortest..=longest).contains(&self.ring_for) {
            let detail = format!("a ring group rings for {shortest} to {longest} seconds");
            return Err(Problem::field("group.ringFor", detail).coded("groupRingFor"));
        }
        let too_late = |member: &RingGroupMember| {
            let all = self.strategy == RingStrategy::All;
            member.delay > DELAY_MAX || (all && u32::from(member.delay) >= self.ring_for)
        };
        if self.members.iter().any(too_late) {
            let detail = format!(
                "a phone that rings later than the group, or more than {DELAY_MAX} seconds later, never rings"
            );
            return Err(Problem::field("group.members", detail).coded("groupDelay"));
        }
        let prefix = self.prefix.trim();
        if prefix.chars().count() > PREFIX_MAX_CHARS || clean_text(prefix) != prefix {
            let detail =
                format!("before a caller's name fit up to {PREFIX_MAX_CHARS} visible characters");
            return Err(Problem::field("group.prefix", detail).coded("badText"));
        }
        let led_to = |to: &LeadsTo, field: &'static str| {
            to.target()
                .map_err(|why| Problem::field(field, why).coded("badExtension"))
        };
        let hours = self.hours.as_ref();
        let hours = hours.map(|hours| hours.read("group.hours.whenClosed"));
        let member = |member: &RingGroupMember| Member {
            person: member.person.into(),
            delay: member.delay,
        };
        Ok(Kept {
            members: self.members.iter().map(member).collect(),
            strategy: match self.strategy {
                RingStrategy::All => Strategy::All,
                RingStrategy::Order => Strategy::Order,
                RingStrategy::Random => Strategy::Random,
            },
            ring_for: self.ring_for,
            music: self.music,
            prefix: prefix.to_owned(),
            records: self.records,
            hours: hours.transpose()?,
            otherwise: led_to(&self.otherwise, "group.otherwise")?,
        })
    }
}

impl RingGroupHours {
    pub(crate) fn of(hours: &Hours) -> Self {
        Self {
            schedule: hours.schedule.into(),
            when_closed: LeadsTo::of_target(&hours.when_closed),
        }
    }

    /// As flows have them; `field` is where callers go while it is closed.
    pub(crate) fn read(&self, field: &'static str) -> Result<Hours, Problem> {
        let when_closed = self.when_closed.target();
        let when_closed =
            when_closed.map_err(|why| Problem::field(field, why).coded("badExtension"))?;
        Ok(Hours {
            schedule: self.schedule.into(),
            when_closed,
        })
    }
}
