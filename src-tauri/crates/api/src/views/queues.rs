//! Queues: call flows of one fixed shape, as a form shows them.

use crate::{
    errors::Problem,
    values::{PersonId, SoundId},
    views::{hours::LeadsTo, ring_groups::RingGroupHours},
};
use callflow::{
    Queue as Kept,
    queue::{
        AGENTS_MAX, ALSO_SAYS_MAX_CHARS, Agent, ESTIMATE, MAX_WAIT, Music, PREFIX_MAX_CHARS,
        QueueRules, QueueStrategy as Strategy, RINGS_FOR, SAYS_EVERY, TIER_AFTER_MAX, TIERS,
        WAITING, WRAP_UP_MAX,
    },
};
use office::clean_text;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// Callers wait here in order until one of its agents takes their call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Queue {
    /// Whom callers wait for, in their order: 1 to 50.
    agents: Vec<QueueAgent>,
    strategy: QueueStrategy,
    /// How long each agent is rung, 5 to 120 seconds.
    ring_for: u32,
    /// How long an agent is left alone after a talk, 0 to 600 seconds.
    wrap_up: u32,
    /// After how many seconds of waiting agents of the next tier are asked, too: 0 to 600.
    tier_after: u32,
    /// What callers hear while they wait: one of the office's sounds; `null` for the office's music.
    music: Option<SoundId>,
    /// Callers are told their place.
    says_place: bool,
    /// Callers are told how long it will take about.
    says_wait: bool,
    /// How often they are told again, 15 to 600 seconds; 0 for only once.
    says_every: u32,
    /// A voice says this as well, each time callers are told; empty for nothing.
    also_says: String,
    /// Most callers that wait, 1 to 100.
    max_waiting: u32,
    /// The longest anybody waits, 10 to 7200 seconds.
    max_wait: u32,
    /// Nobody is let in who would wait longer than this, 60 to 7200 seconds; 0 for no bound.
    max_estimate: u32,
    /// Callers wait even while no agent can be called.
    waits_for_agents: bool,
    /// Stands before the caller's name on phones that ring; empty for nothing.
    prefix: String,
    /// Talks are recorded from their beginning.
    records: bool,
    /// When it takes calls; always if `null`.
    hours: Option<RingGroupHours>,
    /// A key that leads callers out while they wait.
    exit: Option<QueueExit>,
    /// Where callers go whom nobody takes.
    otherwise: LeadsTo,
}

/// Somebody who takes calls of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueAgent {
    person: PersonId,
    /// 1 is asked first; up to 5.
    tier: u8,
}

/// Who of those who are free is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum QueueStrategy {
    /// All at once.
    All,
    /// The first on the list.
    Order,
    /// The next on the list after whoever was asked last.
    RoundRobin,
    /// Who has been without a call for the longest time.
    LongestIdle,
    /// Who has taken the fewest calls.
    FewestCalls,
    /// Who has talked the least.
    LeastTalk,
    /// Anybody.
    Random,
}

/// A key that leads callers out of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueExit {
    /// `0` to `9`, `*` or `#`.
    key: String,
    leads_to: LeadsTo,
}

impl From<Strategy> for QueueStrategy {
    fn from(strategy: Strategy) -> Self {
        match strategy {
            Strategy::All => Self::All,
            Strategy::Order => Self::Order,
            Strategy::RoundRobin => Self::RoundRobin,
            Strategy::LongestIdle => Self::LongestIdle,
            Strategy::FewestCalls => Self::FewestCalls,
            Strategy::LeastTalk => Self::LeastTalk,
            Strategy::Random => Self::Random,
        }
    }
}

impl From<QueueStrategy> for Strategy {
    fn from(strategy: QueueStrategy) -> Self {
        match strategy {
            QueueStrategy::All => Self::All,
            QueueStrategy::Order => Self::Order,
            QueueStrategy::RoundRobin => Self::RoundRobin,
            QueueStrategy::LongestIdle => Self::LongestIdle,
            QueueStrategy::FewestCalls => Self::FewestCalls,
            QueueStrategy::LeastTalk => Self::LeastTalk,
            QueueStrategy::Random => Self::Random,
        }
    }
}

impl Queue {
    pub(crate) fn of(queue: &Kept) -> Self {
        let rules = &queue.rules;
        let agent = |agent: &Agent| QueueAgent {
            person: agent.person.into(),
            tier: agent.tier,
        };
        let music = rules.music.as_ref();
        Self {
            agents: rules.agents.iter().map(agent).collect(),
            strategy: rules.strategy.into(),
            ring_for: rules.ring_for,
            wrap_up: rules.wrap_up,
            tier_after: rules.tier_after,
            music: music.and_then(|music| music.media_id.parse().ok().map(SoundId)),
            says_place: rules.says_place,
            says_wait: rules.says_wait,
            says_every: rules.says_every,
            also_says: queue.also_says.clone(),
            max_waiting: rules.max_waiting,
            max_wait: queue.max_wait,
            max_estimate: rules.max_estimate,
            waits_for_agents: rules.waits_for_agents,
            prefix: rules.prefix.clone(),
            records: rules.records,
            hours: queue.hours.as_ref().map(RingGroupHours::of),
            exit: queue.exit.as_ref().map(|(key, target)| QueueExit {
                key: key.to_string(),
                leads_to: LeadsTo::of_target(target),
            }),
            otherwise: LeadsTo::of_target(&queue.otherwise),
        }
    }

    /// As its flow is made of it. Whether those exist whom it names is the check of that flow's to say.
    ///
    /// # Errors
    /// Something is out of bounds.
    pub(crate) fn read(&self) -> Result<Kept, Problem> {
        let people: BTreeSet<PersonId> = self.agents.iter().map(|each| each.person).collect();
        if self.agents.is_empty() {
            let detail = "nobody takes calls of this queue, so nobody would answer; add someone";
            return Err(Problem::field("queue.agents", detail).coded("queueIsEmpty"));
        }
        if self.agents.len() > AGENTS_MAX {
            let detail = format!("up to {AGENTS_MAX} people take calls of a queue");
            return Err(Problem::field("queue.agents", detail).coded("queueIsFull"));
        }
        if people.len() < self.agents.len() {
            let detail = "somebody is in this queue twice; remove one of them";
            return Err(Problem::field("queue.agents", detail).coded("listedTwice"));
        }
        self.within_bounds()?;
        let prefix = self.prefix.trim();
        if prefix.chars().count() > PREFIX_MAX_CHARS || clean_text(prefix) != prefix {
            let detail =
                format!("before a caller's name fit up to {PREFIX_MAX_CHARS} visible characters");
            return Err(Problem::field("queue.prefix", detail).coded("badText"));
        }
        let also_says = self.also_says.trim();
        if also_says.chars().count() > ALSO_SAYS_MAX_CHARS || clean_text(also_says) != also_says {
            let detail = format!("a voice says up to {ALSO_SAYS_MAX_CHARS} visible characters");
            return Err(Problem::field("queue.alsoSays", detail).coded("badText"));
        }
        let led_to = |to: &LeadsTo, field: &'static str| {
            to.target()
                .map_err(|why| Problem::field(field, why).coded("badExtension"))
        };
        let exit = self.exit.as_ref().map(|exit| {
            let key = match exit.key.as_bytes() {
                [key @ (b'0'..=b'9' | b'*' | b'#')] => char::from(*key),
                _ => {
                    let detail = "a key is one of 0 to 9, * or #";
                    return Err(Problem::field("queue.exit", detail).coded("queueExitKey"));
                }
            };
            Ok((key, led_to(&exit.leads_to, "queue.exit")?))
        });
        let hours = self.hours.as_ref();
        let hours = hours.map(|hours| hours.read("queue.hours.whenClosed"));
        let agents = self.agents.iter();
        Ok(Kept {
            rules: Arc::new(QueueRules {
                agents: agents
                    .map(|agent| Agent::new(agent.person.into(), agent.tier))
                    .collect(),
                strategy: self.strategy.into(),
                ring_for: self.ring_for,
                wrap_up: self.wrap_up,
                tier_after: self.tier_after,
                music: self.music.map(|sound| Music {
                    media_id: sound.0.to_string(),
                }),
                says_place: self.says_place,
                says_wait: self.says_wait,
                says_every: self.says_every,
                max_waiting: self.max_waiting,
                max_estimate: self.max_estimate,
                waits_for_agents: self.waits_for_agents,
                prefix: prefix.to_owned(),
                records: self.records,
            }),
            max_wait: self.max_wait,
            also_says: also_says.to_owned(),
            hours: hours.transpose()?,
            exit: exit.transpose()?,
            otherwise: led_to(&self.otherwise, "queue.otherwise")?,
        })
    }

    fn within_bounds(&self) -> Result<(), Problem> {
        let in_range = |(least, most): (u32, u32)| -> RangeInclusive<u32> { least..=most };
        let (first, last) = TIERS;
        for agent in &self.agents {
            if !(first..=last).contains(&agent.tier) {
                let detail = format!("agents are asked in tiers {first} to {last}");
                return Err(Problem::field("queue.agents", detail).coded("queueBounds"));
            }
        }
        let bounds = [
            ("queue.ringFor", self.ring_for, in_range(RINGS_FOR), false),
            ("queue.wrapUp", self.wrap_up, 0..=WRAP_UP_MAX, false),
            (
                "queue.tierAfter",
                self.tier_after,
                0..=TIER_AFTER_MAX,
                false,
            ),
            (
                "queue.saysEvery",
                self.says_every,
                in_range(SAYS_EVERY),
                true,
            ),
            (
                "queue.maxWaiting",
                self.max_waiting,
                in_range(WAITING),
                false,
            ),
            ("queue.maxWait", self.max_wait, in_range(MAX_WAIT), false),
            (
                "queue.maxEstimate",
                self.max_estimate,
                in_range(ESTIMATE),
                true,
            ),
        ];
        for (field, value, range, may_be_none) in bounds {
            if !(range.contains(&value) || may_be_none && value == 0) {
                let (least, most) = (range.start(), range.end());
                let or_none = if may_be_none { ", or 0 for never" } else { "" };
                let detail = format!("this is {least} to {most}{or_none}");
                return Err(Problem::field(field, detail).coded("queueBounds"));
            }
        }
        Ok(())
    }
}
