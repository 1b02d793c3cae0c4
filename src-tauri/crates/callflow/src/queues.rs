//! Who waits in which queue, in which order, and which agent is asked for whom. Live calls and
//! rehearsals have the same; whoever runs it tells it what has happened and asks whose turn it is.

use crate::limits::{AGENT_RESTS, RINGS_AT_LEAST, USUAL_TALK};
use crate::queue::{Agent, QueueRules, QueueStrategy, TIERS};
use crate::walk::About;
use office::{FlowId, PersonId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Which queue: a step, and the flow it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueId {
    /// The flow, if it is kept.
    pub flow: Option<FlowId>,
    /// The step's node.
    pub step: Arc<str>,
}

impl QueueId {
    /// The queue that a flow is.
    #[must_use]
    pub fn of(flow: FlowId) -> Self {
        Self {
            flow: Some(flow),
            step: Arc::from(crate::queue::QUEUE),
        }
    }
}

/// Somebody who is to wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Joins {
    /// Where.
    pub queue: QueueId,
    /// By which rules. A caller keeps those of the version of the flow they came into.
    pub rules: Arc<QueueRules>,
    /// Who has a higher one is served before all who have less.
    pub priority: i8,
    /// What is drawn by lot for this caller follows from this.
    pub lot: u64,
}

/// What becomes of somebody who is to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// They have their place.
    Waits,
    /// As many wait as may.
    Full {
        /// How many.
        waiting: u32,
    },
    /// They would wait longer than anybody should.
    Long {
        /// About how long, in seconds.
        seconds: u32,
    },
}

/// How somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1 for whoever is next.
    pub place: u32,
    /// About how long it will take.
    pub estimate: Duration,
}

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn<C> {
    /// The caller.
    pub call: C,
    /// Who is to be rung for them.
    pub agents: Vec<PersonId>,
}

/// How somebody who takes calls is right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentNow {
    /// A call can be offered to them.
    Free,
    /// They are rung for somebody who waits.
    Rung,
    /// They talk.
    Talks,
    /// They are left alone after a talk, or after they did not answer.
    Rests,
    /// They take no calls: they are away, want none, or have no telephone that can be rung.
    Gone,
}

/// All queues of an office. `C` names a call.
#[derive(Clone, Debug)]
pub struct Queues<C> {
    /// In the order in which they are served.
    waiting: Vec<Waiting<C>>,
    agents: BTreeMap<PersonId, Record<C>>,
    /// Who was asked last.
    last: BTreeMap<QueueId, PersonId>,
    /// How long talks take, agents left alone after them included.
    takes: BTreeMap<QueueId, Duration>,
}

#[derive(Clone, Debug)]
struct Waiting<C> {
    call: C,
    joins: Joins,
    /// When they came, by the steady clock, in milliseconds.
    since: i64,
    /// Agents are rung for them.
    is_offered: bool,
    /// Since when.
    offered: i64,
    /// How often who has not answered for them. Others are asked before them.
    asked: BTreeMap<PersonId, u32>,
    /// Whose telephones would not take their call, and until when those are not tried again.
    refused: BTreeMap<PersonId, i64>,
}

/// What is known of an agent; times by the steady clock, in milliseconds.
#[derive(Clone, Debug)]
struct Record<C> {
    /// For more than one where the board brings somebody to them meanwhile.
    rung_for: Vec<C>,
    talk: Option<Talk<C>>,
    /// Until when they are left alone.
    rests_until: i64,
    /// Since when they are without a call.
    idle_since: i64,
    taken: u32,
    talked: Duration,
}

#[derive(Clone, Debug)]
struct Talk<C> {
    call: C,
    queue: QueueId,
    wrap_up: Duration,
    since: i64,
}

impl<C> Default for Queues<C> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            agents: BTreeMap::new(),
            last: BTreeMap::new(),
            takes: BTreeMap::new(),
        }
    }
}

impl<C> Default for Record<C> {
    fn default() -> Self {
        Self {
            rung_for: Vec::new(),
            talk: None,
            rests_until: i64::MIN,
            idle_since: i64::MIN,
            taken: 0,
            talked: Duration::ZERO,
        }
    }
}

impl<C: Copy + Ord> Queues<C> {
    /// Somebody comes to wait, or waits on after nobody has answered for them: then they keep their
    /// place, and those who were rung are left alone for a moment.
    pub fn join(&mut self, call: C, joins: &Joins, about: &About<'_>) -> Joined {
        let now = about.steady_ms;
        if let Some(known) = self
            .find(call)
            .filter(|known| known.joins.queue == joins.queue)
        {
            known.is_offered = false;
            known.joins = joins.clone();
            // What is over at once was the telephone's own doing, or the call's.
            let until = now + millis(AGENT_RESTS);
            let refused = now - known.offered < millis(RINGS_AT_LEAST);
            let rung = self.agents.iter();
            let rung = rung.filter(|(_, record)| record.rung_for.contains(&call));
            let rung: Vec<PersonId> = rung.map(|(person, _)| *person).collect();
            if let Some(known) = self.find(call) {
                for person in rung {
                    let asked = known.asked.entry(person).or_default();
                    *asked = asked.saturating_add(1);
                    known.refused.extend(refused.then_some((person, until)));
                }
            }
            self.release(call, (!refused).then_some(until), now);
            return Joined::Waits;
        }
        self.leave(call);
        let before = |other: &Waiting<C>| other.joins.priority >= joins.priority;
        let place = self.waiting.partition_point(before);
        let joins = joins.clone();
        let one = Waiting {
            call,
            joins,
            since: now,
            is_offered: false,
            offered: i64::MIN / 2,
            asked: BTreeMap::new(),
            refused: BTreeMap::new(),
        };
        match self.let_in(&one, about) {
            Joined::Waits => self.waiting.insert(place, one),
            refused => return refused,
        }
        Joined::Waits
    }

    /// Whether somebody may wait: whoever would be offered to an agent at once has nothing to wait for.
    fn let_in(&self, one: &Waiting<C>, about: &About<'_>) -> Joined {
        let queue = &one.joins.queue;
        let waits = |other: &&Waiting<C>| other.joins.queue == *queue && !other.is_offered;
        let waiting = u32::try_from(self.waiting.iter().filter(waits).count());
        let waiting = waiting.unwrap_or(u32::MAX);
        if waiting == 0 && !self.chosen(one, about).is_empty() {
            return Joined::Waits;
        }
        let rules = &one.joins.rules;
        if waiting >= rules.max_waiting {
            return Joined::Full { waiting };
        }
        let seconds = self.estimate(&one.joins, waiting + 1, about).as_secs();
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        match rules.max_estimate {
            bound if bound > 0 && waiting > 0 && seconds > bound => Joined::Long { seconds },
            _ => Joined::Waits,
        }
    }

    /// Somebody waits no longer. Where, and since when (by the steady clock, in milliseconds), if they did.
    pub fn leave(&mut self, call: C) -> Option<(QueueId, i64)> {
        self.release(call, None, 0);
        let at = self.waiting.iter().position(|one| one.call == call)?;
        let left = self.waiting.remove(at);
        Some((left.joins.queue, left.since))
    }

    /// Somebody who waits has been answered, by one of the agents or, brought to them, by another.
    /// Where they waited, and since when.
    pub fn answered(
        &mut self,
        call: C,
        by: Option<PersonId>,
        about: &About<'_>,
    ) -> Option<(QueueId, i64)> {
        let at = self.waiting.iter().position(|one| one.call == call)?;
        let left = self.waiting.remove(at);
        self.release(call, None, 0);
        let queue = left.joins.queue;
        let is_agent = |agent: &Agent| Some(agent.person) == by;
        if let Some(agent) = left.joins.rules.agents.iter().find(|agent| is_agent(agent)) {
            let record = self.agents.entry(agent.person).or_default();
            record.taken = record.taken.saturating_add(1);
            record.talk = Some(Talk {
                call,
                queue: queue.clone(),
                wrap_up: Duration::from_secs(left.joins.rules.wrap_up.into()),
                since: about.steady_ms,
            });
        }
        Some((queue, left.since))
    }

    /// The talk of an agent with somebody who waited is over.
    pub fn talk_over(&mut self, call: C, about: &About<'_>) {
        self.end_talks(about.steady_ms, |_, talk| talk.call == call);
    }

    /// Talks of agents who are on no call any more are over: they may have handed them on.
    pub fn review(&mut self, about: &About<'_>) {
        for (person, record) in &mut self.agents {
            // Whatever call they have, they are not idle.
            if !about.presence.person(*person).free {
                record.idle_since = about.steady_ms;
            }
        }
        self.end_talks(about.steady_ms, |person, _| {
            about.presence.person(person).free
        });
    }

    fn end_talks(&mut self, now: i64, is_over: impl Fn(PersonId, &Talk<C>) -> bool) {
        for (person, record) in &mut self.agents {
            let Some(talk) = record.talk.take_if(|talk| is_over(*person, talk)) else {
                continue;
            };
            let lasted = u64::try_from(now - talk.since).unwrap_or(0);
            let lasted = Duration::from_millis(lasted);
            record.talked = record.talked.saturating_add(lasted);
            record.idle_since = now;
            record.rests_until = now + millis(talk.wrap_up);
            // The later ones say more of what is to come.
            let took = lasted + talk.wrap_up;
            let takes = self.takes.entry(talk.queue).or_insert(USUAL_TALK);
            *takes = (*takes * 3 + took) / 4;
        }
    }

    /// Whose turn it is now, if it is anybody's: the agents are theirs from here on, until the caller
    /// is answered, waits on or leaves.
    pub fn next(&mut self, about: &About<'_>) -> Option<Turn<C>> {
        let mut seen = BTreeMap::new();
        let waits = |one: &&Waiting<C>| !one.is_offered;
        // One look at each agent is enough, however many wait; most often none of them is free.
        for one in self.waiting.iter().filter(waits) {
            for agent in &one.joins.rules.agents {
                let look = || self.agent(agent.person, about) == AgentNow::Free;
                seen.entry(agent.person).or_insert_with(look);
            }
        }
        if !seen.values().any(|is_free| *is_free) {
            return None;
        }
        let turn = self.waiting.iter().filter(waits).find_map(|one| {
            let agents = self.chosen(one, about);
            let call = one.call;
            (!agents.is_empty()).then_some(Turn { call, agents })
        })?;
        if let Some(one) = self.find(turn.call) {
            one.is_offered = true;
            one.offered = about.steady_ms;
            let queue = one.joins.queue.clone();
            self.last
                .extend(turn.agents.last().map(|last| (queue, *last)));
        }
        for person in &turn.agents {
            let record = self.agents.entry(*person).or_default();
            record.rung_for.push(turn.call);
        }
        Some(turn)
    }

    /// Somebody who waits is brought to a person, whoever's turn it is: nobody else is rung for them until
    /// they wait on or leave. Whether they do wait.
    pub fn bring(&mut self, call: C, to: PersonId) -> bool {
        self.release(call, None, 0);
        let Some(one) = self.find(call) else {
            return false;
        };
        one.is_offered = true;
        one.offered = i64::MIN / 2;
        self.agents.entry(to).or_default().rung_for.push(call);
        true
    }

    /// Who is asked for a caller.
    fn chosen(&self, one: &Waiting<C>, about: &About<'_>) -> Vec<PersonId> {
        let rules = &one.joins.rules;
        let tier = self.tier(one, about);
        let in_tier = rules.agents.iter().filter(|agent| agent.tier <= tier);
        let refused = |agent: &Agent| {
            let until = one.refused.get(&agent.person);
            until.is_some_and(|until| *until > about.steady_ms)
        };
        let is_free =
            |agent: &&Agent| !refused(agent) && self.agent(agent.person, about) == AgentNow::Free;
        let mut free: Vec<PersonId> = in_tier.filter(is_free).map(|agent| agent.person).collect();
        if rules.strategy != QueueStrategy::All {
            let asked = |person: &PersonId| one.asked.get(person).copied().unwrap_or(0);
            let least = free.iter().map(asked).min();
            free.retain(|person| Some(asked(person)) == least);
        }
        let record = |person: &PersonId| self.agents.get(person);
        let first = |by: &dyn Fn(&PersonId) -> i64| free.iter().copied().min_by_key(by);
        let one = match rules.strategy {
            QueueStrategy::All => return free,
            QueueStrategy::Order => free.first().copied(),
            QueueStrategy::RoundRobin => {
                let last = self.last.get(&one.joins.queue);
                let at = rules
                    .agents
                    .iter()
                    .position(|agent| Some(&agent.person) == last);
                let begins = at.map_or(0, |at| at + 1);
                let (before, after) = rules.agents.split_at(begins.min(rules.agents.len()));
                let mut circle = after.iter().chain(before).map(|agent| agent.person);
                circle.find(|person| free.contains(person))
            }
            QueueStrategy::LongestIdle => {
                first(&|person| record(person).map_or(i64::MIN, |record| record.idle_since))
            }
            QueueStrategy::FewestCalls => {
                first(&|person| record(person).map_or(0, |record| record.taken.into()))
            }
            QueueStrategy::LeastTalk => {
                first(&|person| record(person).map_or(0, |record| millis(record.talked)))
            }
            QueueStrategy::Random => {
                let sides = u64::try_from(free.len()).unwrap_or(1).max(1);
                let drawn = usize::try_from(one.joins.lot % sides).unwrap_or(0);
                free.get(drawn).copied()
            }
        };
        one.into_iter().collect()
    }

    /// Up to which tier agents are asked for a caller: one more each time they have waited so long.
    /// Tiers in which nobody can be called make nobody wait.
    fn tier(&self, one: &Waiting<C>, about: &About<'_>) -> u8 {
        let rules = &one.joins.rules;
        let there = rules.agents.iter();
        let there = there.filter(|agent| self.agent(agent.person, about) != AgentNow::Gone);
        let mut tiers: Vec<u8> = there.map(|agent| agent.tier).collect();
        tiers.sort_unstable();
        tiers.dedup();
        let waited = u64::try_from(about.steady_ms - one.since).unwrap_or(0) / 1_000;
        let opened = match rules.tier_after {
            0 => tiers.len(),
            after => usize::try_from(waited / u64::from(after)).unwrap_or(usize::MAX),
        };
        let last = tiers.get(opened).or(tiers.last());
        last.copied().unwrap_or(u8::MAX)
    }

    /// How an agent is right now.
    #[must_use]
    pub fn agent(&self, person: PersonId, about: &About<'_>) -> AgentNow {
        let record = self.agents.get(&person);
        let rests = |record: &Record<C>| record.rests_until > about.steady_ms;
        // What is known already comes first: opening hours take the longest to ask.
        if record.is_some_and(|record| !record.rung_for.is_empty()) {
            return AgentNow::Rung;
        }
        if record.is_some_and(|record| record.talk.is_some()) {
            return AgentNow::Talks;
        }
        let now = about.presence.person(person);
        if !now.reachable || now.do_not_disturb || now.away {
            return AgentNow::Gone;
        }
        let led = about.office.led_to_person(person, about.unix_ms);
        match record {
            _ if !led.closed.is_empty() => AgentNow::Gone,
            _ if !now.free => AgentNow::Talks,
            Some(record) if rests(record) => AgentNow::Rests,
            _ => AgentNow::Free,
        }
    }

    /// How a caller waits; `None` for one who does not.
    #[must_use]
    pub fn place(&self, call: C, about: &About<'_>) -> Option<Place> {
        let at = self.waiting.iter().position(|one| one.call == call)?;
        let one = self.waiting.get(at)?;
        let same = |other: &&Waiting<C>| other.joins.queue == one.joins.queue;
        let before = self.waiting.iter().take(at).filter(same).count();
        let place = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        Some(Place {
            place,
            estimate: self.estimate(&one.joins, place, about),
        })
    }

    /// About how long somebody at a place waits: as long as it takes the agents who are there to talk
    /// with all before them, and for the first of them to be free again.
    fn estimate(&self, joins: &Joins, place: u32, about: &About<'_>) -> Duration {
        let agents = joins.rules.agents.iter();
        let there = agents.filter(|agent| self.agent(agent.person, about) != AgentNow::Gone);
        let there = u32::try_from(there.count()).unwrap_or(1).max(1);
        let takes = self.takes.get(&joins.queue).copied().unwrap_or(USUAL_TALK);
        takes.saturating_mul(place) / there
    }

    /// Whether somebody waits.
    #[must_use]
    pub fn has(&self, call: C) -> bool {
        self.waiting.iter().any(|one| one.call == call)
    }

    /// How many callers wait somewhere.
    #[must_use]
    pub fn waiting(&self, queue: &QueueId) -> u32 {
        let same = |one: &&Waiting<C>| one.joins.queue == *queue;
        u32::try_from(self.waiting.iter().filter(same).count()).unwrap_or(u32::MAX)
    }

    /// Who waits where, in the order in which they are served, and since when (by the steady clock, in
    /// milliseconds).
    pub fn all_waiting(&self) -> impl Iterator<Item = (C, &QueueId, i64)> {
        let all = self.waiting.iter();
        all.map(|one| (one.call, &one.joins.queue, one.since))
    }

    /// Until when an agent is left alone, by the steady clock, in milliseconds.
    #[must_use]
    pub fn rests_until(&self, person: PersonId) -> Option<i64> {
        self.agents.get(&person).map(|record| record.rests_until)
    }

    /// Whether an agent is rung for somebody.
    #[must_use]
    pub fn is_offered(&self, call: C) -> bool {
        self.waiting
            .iter()
            .any(|one| one.call == call && one.is_offered)
    }

    /// How many callers wait, and how many agents are rung for one or talk with one.
    #[must_use]
    pub fn held(&self) -> usize {
        let is_held = |record: &&Record<C>| record.talk.is_some() || !record.rung_for.is_empty();
        self.waiting.len() + self.agents.values().filter(is_held).count()
    }

    /// Whether there is nothing to look for: nobody waits but those for whom agents are rung, and no agent
    /// talks with anybody who did.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let talks = |record: &Record<C>| record.talk.is_some();
        self.waiting.iter().all(|one| one.is_offered) && !self.agents.values().any(talks)
    }

    /// When it may be somebody's turn though nothing has happened: an agent they wait for is left alone
    /// no longer, or one of a later tier is asked, too. By the steady clock, in milliseconds.
    #[must_use]
    pub fn wakes_at(&self, now: i64) -> Option<i64> {
        let waits = self.waiting.iter().filter(|one| !one.is_offered);
        let wakes = waits.flat_map(|one| {
            let rules = &one.joins.rules;
            let agents = rules.agents.iter();
            let records = agents.filter_map(|agent| self.agents.get(&agent.person));
            let refused = one.refused.values().copied();
            let tier = i64::from(rules.tier_after) * 1_000;
            let opened = (now - one.since).checked_div_euclid(tier);
            let opens = opened.map(|opened| one.since + (opened + 1) * tier);
            // Later on there is no tier left to be asked.
            let last = one.since + tier * i64::from(TIERS.1);
            let opens = opens.filter(|opens| *opens <= last);
            let rests = records.map(|record| record.rests_until);
            rests.chain(refused).chain(opens)
        });
        wakes.filter(|at| *at > now).min()
    }

    fn find(&mut self, call: C) -> Option<&mut Waiting<C>> {
        self.waiting.iter_mut().find(|one| one.call == call)
    }

    /// Nobody is rung for a caller any more; who has not answered is left alone until then.
    fn release(&mut self, call: C, rests_until: Option<i64>, now: i64) {
        for record in self.agents.values_mut() {
            let before = record.rung_for.len();
            record.rung_for.retain(|rung| *rung != call);
            if let Some(until) = rests_until.filter(|_| record.rung_for.len() < before) {
                record.rests_until = record.rests_until.max(until);
                record.idle_since = now;
            }
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
