//! Whose turn it is in a queue, whatever callers and agents do and in whatever order.

use crate::office_of_tests::{TUESDAY_AT_TEN, office};
use callflow::{
    About, Queues,
    queue::{Agent, QueueRules, QueueStrategy},
    queues::{AgentNow, Joined, Joins, QueueId},
    walk::{PersonNow, Presence},
};
use office::{FlowId, PersonId};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

const AGENTS: i64 = 4;
const CALLERS: u8 = 6;

/// What can happen.
#[derive(Clone, Debug)]
enum Deed {
    /// A caller comes, or waits on because nobody has answered for them.
    Joins {
        caller: u8,
        queue: i64,
        priority: i8,
    },
    GivesUp(u8),
    /// One of those who are rung answers, if anybody is.
    Answered(u8),
    TalkOver(u8),
    /// The board brings a caller to somebody.
    Brought(u8, i64),
    /// Somebody comes to their telephone, or is gone.
    Registers(i64, bool),
    /// Somebody has a call of their own, or not.
    Busy(i64, bool),
    Passes(u16),
}

fn deed() -> impl Strategy<Value = Deed> {
    let caller = || 0..CALLERS;
    let agent = || 1..=AGENTS;
    prop_oneof![
        4 => (caller(), 1..3i64, -1..2i8)
            .prop_map(|(caller, queue, priority)| Deed::Joins { caller, queue, priority }),
        1 => caller().prop_map(Deed::GivesUp),
        2 => caller().prop_map(Deed::Answered),
        2 => caller().prop_map(Deed::TalkOver),
        1 => (caller(), agent()).prop_map(|(caller, agent)| Deed::Brought(caller, agent)),
        1 => (agent(), any::<bool>()).prop_map(|(agent, there)| Deed::Registers(agent, there)),
        1 => (agent(), any::<bool>()).prop_map(|(agent, busy)| Deed::Busy(agent, busy)),
        2 => (1..20_000u16).prop_map(Deed::Passes),
    ]
}

/// Who is there, and who has a call.
#[derive(Default)]
struct Phones {
    gone: BTreeMap<i64, bool>,
    busy: BTreeMap<i64, bool>,
}

impl Presence for Phones {
    fn person(&self, person: PersonId) -> PersonNow {
        let is = |set: &BTreeMap<i64, bool>| set.get(&person.0).copied().unwrap_or(false);
        let reachable = !is(&self.gone);
        PersonNow {
            reachable,
            free: reachable && !is(&self.busy),
            do_not_disturb: false,
            away: false,
        }
    }
}

/// Two queues that share agents; those of a later tier are asked after ten seconds.
fn rules(queue: i64, strategy: QueueStrategy) -> Arc<QueueRules> {
    let agents = match queue {
        1 => vec![(1, 1), (2, 1), (3, 2)],
        _ => vec![(3, 1), (4, 1), (1, 3)],
    };
    let agents = agents.into_iter();
    Arc::new(QueueRules {
        agents: agents
            .map(|(person, tier)| Agent::new(PersonId(person), tier))
            .collect(),
        strategy,
        wrap_up: 5,
        tier_after: 10,
        max_waiting: 4,
        ..QueueRules::default()
    })
}

fn strategy() -> impl Strategy<Value = QueueStrategy> {
    prop_oneof![
        Just(QueueStrategy::All),
        Just(QueueStrategy::Order),
        Just(QueueStrategy::RoundRobin),
        Just(QueueStrategy::LongestIdle),
        Just(QueueStrategy::FewestCalls),
        Just(QueueStrategy::LeastTalk),
        Just(QueueStrategy::Random),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// No agent is rung for two, nobody is rung who cannot be called, nobody waits who has been answered,
    /// those before one in the line are served first, and whoever waits though an agent of their first tier
    /// is free has been told so.
    #[test]
    fn every_free_agent_is_rung_for_the_first_who_waits(
        strategy in strategy(),
        deeds in prop::collection::vec(deed(), 1..120),
    ) {
        let office = office();
        let mut queues: Queues<u8> = Queues::default();
        let mut phones = Phones::default();
        let mut now = TUESDAY_AT_TEN;
        // Who is rung for whom.
        let mut rung: BTreeMap<u8, Vec<PersonId>> = BTreeMap::new();
        for deed in deeds {
            if let Deed::Registers(agent, there) = deed {
                phones.gone.insert(agent, !there);
            }
            if let Deed::Busy(agent, busy) = deed {
                phones.busy.insert(agent, busy);
            }
            match deed {
                Deed::Passes(ms) => now += i64::from(ms),
                // A telephone that nobody answers rings for a while.
                Deed::Joins { caller, .. } if rung.contains_key(&caller) => now += 2_000,
                _ => {}
            }
            let about = About { unix_ms: now, steady_ms: now, office: &office, presence: &phones };
            match deed {
                Deed::Joins { caller, queue, priority } => {
                    let joins = Joins {
                        queue: QueueId::of(FlowId(queue)),
                        rules: rules(queue, strategy),
                        priority,
                        lot: u64::from(caller) * 7,
                    };
                    let joined = queues.join(caller, &joins, &about);
                    rung.remove(&caller);
                    prop_assert_eq!(joined == Joined::Waits, queues.has(caller));
                    if let Joined::Full { waiting } = joined {
                        prop_assert!(waiting >= 4);
                    }
                }
                Deed::GivesUp(caller) => {
                    queues.leave(caller);
                    rung.remove(&caller);
                    prop_assert!(!queues.has(caller));
                }
                Deed::Answered(caller) => {
                    if let Some(agents) = rung.remove(&caller) {
                        let by = agents.first().copied();
                        prop_assert!(queues.answered(caller, by, &about).is_some());
                        prop_assert!(!queues.has(caller));
                    }
                }
                Deed::TalkOver(caller) => queues.talk_over(caller, &about),
                Deed::Brought(caller, agent) => {
                    let is_brought = queues.bring(caller, PersonId(agent));
                    rung.extend(is_brought.then(|| (caller, vec![PersonId(agent)])));
                }
                _ => {}
            }
            while let Some(turn) = queues.next(&about) {
                prop_assert!(!turn.agents.is_empty());
                prop_assert!(!rung.contains_key(&turn.call), "{} is rung for twice", turn.call);
                for agent in &turn.agents {
                    let there = phones.person(*agent);
                    prop_assert!(there.reachable && there.free);
                    let else_rung = rung.values().any(|agents| agents.contains(agent));
                    // The board may have brought somebody else to them as well.
                    prop_assert!(!else_rung, "{agent} is rung for two");
                    prop_assert_eq!(queues.agent(*agent, &about), AgentNow::Rung);
                }
                rung.insert(turn.call, turn.agents);
            }
            // Nobody of the first tier is free while somebody waits for whom nobody is rung.
            for (caller, queue, _) in queues.all_waiting() {
                let is_first = |agent: &&Agent| agent.tier == 1;
                let rules = rules(queue.flow.map_or(1, |flow| flow.0), strategy);
                let mut first = rules.agents.iter().filter(is_first);
                let free = first.find(|agent| queues.agent(agent.person, &about) == AgentNow::Free);
                prop_assert!(
                    rung.contains_key(&caller) || free.is_none(),
                    "{caller} waits though {free:?} is free"
                );
                prop_assert!(queues.place(caller, &about).is_some());
            }
            if let Some(at) = queues.wakes_at(now) {
                prop_assert!(at > now);
            }
        }
        // When everybody has left nothing is left of them.
        for caller in 0..CALLERS {
            queues.leave(caller);
        }
        prop_assert_eq!(queues.all_waiting().count(), 0);
        phones = Phones::default();
        now += 3_600_000;
        let about = About { unix_ms: now, steady_ms: now, office: &office, presence: &phones };
        queues.review(&about);
        for agent in 1..=AGENTS {
            let now = queues.agent(PersonId(agent), &about);
            prop_assert!(matches!(now, AgentNow::Free | AgentNow::Rests), "{agent}: {now:?}");
        }
        prop_assert!(queues.is_quiet());
    }
}
