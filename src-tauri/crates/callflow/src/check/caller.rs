//! What a caller goes through: circles they never leave, ends where nobody was offered, long waits,
//! questions that have been answered already.

use super::shape::{circles, components, kind, names};
use super::{Checking, Level};
use crate::kinds::{Node, Silence};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// How long a caller who does nothing is kept before it is told.
const CAPTIVE: Duration = Duration::from_secs(180);

/// How long a caller waits for the first person or mailbox before it is told.
const LONG_WAIT: Duration = Duration::from_secs(90);

/// What is asked of every node once.
pub(super) struct Ways {
    /// Where a caller may go.
    next: Vec<Vec<usize>>,
    /// Where a caller may go who neither presses a key nor finds anybody.
    silent: Vec<Vec<usize>>,
    lasts: Vec<Duration>,
}

impl Ways {
    pub(super) fn of(checking: &Checking<'_>) -> Self {
        let silences: Vec<Silence> = checking
            .nodes
            .iter()
            .map(|node| node.does.in_silence(checking.around))
            .collect();
        let silent = checking.nodes.iter().enumerate().map(|(index, node)| {
            let only = silences.get(index).and_then(|silence| silence.outcomes);
            let outcomes = node.outcomes.iter().map(|outcome| outcome.name.as_str());
            let possible = outcomes.filter(|name| only.is_none_or(|only| only.contains(name)));
            let leads = possible.filter_map(|name| match checking.leads(index, name) {
                super::facts::Leads::To(to) => Some(to),
                _ => None,
            });
            leads.collect()
        });
        Self {
            silent: silent.collect(),
            next: (0..checking.nodes.len())
                .map(|index| checking.next(index))
                .collect(),
            lasts: silences.iter().map(|silence| silence.lasts).collect(),
        }
    }

    fn next(&self, index: usize) -> &[usize] {
        self.next.get(index).map_or(&[], Vec::as_slice)
    }

    fn silent(&self, index: usize) -> &[usize] {
        self.silent.get(index).map_or(&[], Vec::as_slice)
    }

    fn lasts(&self, index: usize) -> Duration {
        self.lasts.get(index).copied().unwrap_or_default()
    }
}

/// W02: a caller who does nothing comes out again, and soon.
pub(super) fn no_captives(checking: &mut Checking<'_>, ways: &Ways, reachable: &[bool]) {
    let count = checking.nodes.len();
    let there = |index: usize| reachable.get(index).copied().unwrap_or(false);
    let is_loop = |index: usize| kind(checking, index) == "loop";
    let without_loops = |index: usize| there(index) && !is_loop(index);
    let next = |index: usize| {
        let next = ways.silent(index).iter().copied();
        next.filter(|to| without_loops(*to)).collect::<Vec<_>>()
    };
    let for_ever = circles(count, &without_loops, &next);
    let next = |index: usize| {
        let next = ways.silent(index).iter().copied();
        next.filter(|to| there(*to)).collect::<Vec<_>>()
    };
    let counted: Vec<(Vec<usize>, Duration)> = circles(count, &there, &next)
        .into_iter()
        .filter(|circle| circle.iter().any(|index| is_loop(*index)))
        .map(|circle| {
            let once: Duration = circle.iter().map(|index| ways.lasts(*index)).sum();
            let times = circle
                .iter()
                .filter_map(|index| match &checking.nodes.get(*index)?.does {
                    Node::Loop(node) => Some(node.times),
                    _ => None,
                });
            let times = times.fold(1_u32, u32::saturating_mul).min(1_000);
            (circle, once * times)
        })
        .filter(|(_, lasts)| *lasts > CAPTIVE)
        .collect();
    for circle in for_ever {
        let nodes = names(checking, &circle);
        if let Some(first) = circle.first() {
            let found = checking.find_at(*first, "W02", Level::Warning);
            found.variant("forEver").with("nodes", nodes);
        }
    }
    for (circle, lasts) in counted {
        let nodes = names(checking, &circle);
        if let Some(first) = circle.first() {
            checking
                .find_at(*first, "W02", Level::Warning)
                .variant("long")
                .with("nodes", nodes)
                .with("seconds", lasts.as_secs());
        }
    }
}

/// W03: nobody is sent away without a person or a mailbox having been offered.
pub(super) fn no_dead_ends(checking: &mut Checking<'_>, ways: &Ways) {
    let Some(entry) = checking.entry() else {
        return;
    };
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut open = VecDeque::from([entry]);
    let mut ends = Vec::new();
    while let Some(index) = open.pop_front() {
        let node = checking.nodes.get(index);
        if node.is_none_or(|node| node.does.offers()) {
            continue;
        }
        if kind(checking, index) == "hangup" {
            ends.push(index);
        }
        for to in ways.next(index) {
            if *to != entry && !came_from.contains_key(to) {
                came_from.insert(*to, index);
                open.push_back(*to);
            }
        }
    }
    for end in ends {
        let mut path = vec![end];
        while let Some(from) = path.last().and_then(|at| came_from.get(at)) {
            path.push(*from);
        }
        path.reverse();
        let path = names(checking, &path);
        checking
            .find_at(end, "W03", Level::Warning)
            .with("path", path);
    }
}

/// W05: the first person or mailbox is reached soon, even by a caller who does nothing.
pub(super) fn no_long_waits(checking: &mut Checking<'_>, ways: &Ways) {
    let Some(entry) = checking.entry() else {
        return;
    };
    let count = checking.nodes.len();
    let offers = |index: usize| {
        checking
            .nodes
            .get(index)
            .is_some_and(|node| node.does.offers())
    };
    let before = |index: usize| !offers(index);
    let next = |index: usize| {
        let next = ways.next(index).iter().copied();
        next.filter(|to| before(*to)).collect::<Vec<_>>()
    };
    // Components come after those they lead to; from the entry on they are walked the other way.
    let mut waited: HashMap<usize, Duration> = HashMap::from([(entry, Duration::ZERO)]);
    let mut worst: Option<(usize, Duration)> = None;
    for component in components(count, &before, &next).iter().rev() {
        let arrived = component
            .iter()
            .filter_map(|index| waited.get(index))
            .max()
            .copied();
        let Some(arrived) = arrived else { continue };
        let spent: Duration = component.iter().map(|index| ways.lasts(*index)).sum();
        let leaves = arrived + spent;
        for to in component.iter().flat_map(|index| ways.next(*index)) {
            if offers(*to) {
                if worst.is_none_or(|(_, longest)| longest < leaves) {
                    worst = Some((*to, leaves));
                }
            } else if !component.contains(to) {
                let longest = waited.entry(*to).or_default();
                *longest = (*longest).max(leaves);
            }
        }
    }
    if let Some((at, waits)) = worst.filter(|(_, waits)| *waits > LONG_WAIT) {
        let found = checking.find_at(at, "W05", Level::Warning);
        found.with("seconds", waits.as_secs());
    }
}

/// W07: hours that have just been asked are not asked again.
pub(super) fn no_idle_hours(checking: &mut Checking<'_>, ways: &Ways) {
    let mut comes_from: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..checking.nodes.len() {
        for to in ways.next(index) {
            comes_from.entry(*to).or_default().push(index);
        }
    }
    let mut idle = Vec::new();
    for (index, node) in checking.nodes.iter().enumerate() {
        let Node::TimeCondition(asks) = &node.does else {
            continue;
        };
        // Back over nodes that take no time and have one way in.
        let mut at = index;
        for _ in 0..checking.nodes.len() {
            let mut from = comes_from.get(&at).cloned().unwrap_or_default();
            from.dedup();
            let [only] = from.as_slice() else { break };
            let Some(before) = checking.nodes.get(*only) else {
                break;
            };
            if let Node::TimeCondition(earlier) = &before.does
                && earlier.schedule == asks.schedule
                && !asks.schedule.is_empty()
            {
                // By one outcome only: what it says is known.
                let ways = before.outcomes.iter().filter(|outcome| {
                    checking.leads(*only, &outcome.name) == super::facts::Leads::To(at)
                });
                if ways.count() == 1 {
                    idle.push((index, *only));
                }
                break;
            }
            if before.does.paces() || ways.lasts(*only) > Duration::ZERO {
                break;
            }
            at = *only;
        }
    }
    for (index, earlier) in idle {
        let earlier = names(checking, &[earlier]);
        checking
            .find_at(index, "W07", Level::Warning)
            .with("earlier", earlier);
    }
}
