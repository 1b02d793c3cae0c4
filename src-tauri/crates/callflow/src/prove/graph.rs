//! All places a caller can come to in a course of hours, and all ways between them.

mod build;

use super::{Found, Passed, What};
use crate::walk::Reason;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// All places and ways.
pub(super) struct Graph {
    places: Vec<Place>,
    /// The ways out of each place.
    ways: Vec<Vec<Edge>>,
    cut_short: bool,
}

/// Somewhere a caller can be.
struct Place {
    /// The node's id.
    node: Arc<str>,
    /// Whether it belongs to the flow itself, not to one it leads to.
    own: bool,
    /// How often the hours have changed since the caller came in.
    hour: usize,
    /// Whether a person or a mailbox is offered there.
    offers: bool,
    /// Whether it only counts rounds, and so ends every circle.
    counts: bool,
    /// How long a caller may be there.
    lasts: u64,
}

struct Edge {
    outcome: String,
    to: To,
    /// Whether a caller who does nothing and finds nobody may go this way.
    silent: bool,
}

enum To {
    Place(usize),
    Somebody,
    HangUp,
    Fault(Reason),
}

impl Graph {
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// The nodes of the flow itself that callers come to.
    pub(super) fn nodes_met(&self) -> impl Iterator<Item = String> {
        let own = self.places.iter().filter(|place| place.own);
        own.map(|place| place.node.to_string())
    }

    /// Callers whose call ends before a person or a mailbox was offered: the shortest way to each
    /// such end.
    pub(super) fn lost(&self) -> Vec<Found> {
        let offered = |place: usize| self.places.get(place).is_some_and(|place| place.offers);
        let mut found = Vec::new();
        self.breadth_first(
            |place| !offered(place),
            |way, edge| {
                if matches!(edge.to, To::HangUp) && !offered(*way.last().unwrap_or(&0)) {
                    found.push(self.found(What::Nobody, way, edge, None));
                }
            },
        );
        found
    }

    /// Places where a node cannot do what it should: the shortest way to each.
    pub(super) fn faults(&self) -> Vec<Found> {
        let mut found = Vec::new();
        self.breadth_first(
            |_| true,
            |way, edge| {
                if let To::Fault(reason) = &edge.to {
                    found.push(self.found(What::Fault, way, edge, Some(reason.clone())));
                }
            },
        );
        found
    }

    /// Circles a caller who does nothing may never leave.
    pub(super) fn circles(&self) -> Vec<Found> {
        let mut found = Vec::new();
        let mut done = vec![false; self.places.len()];
        for start in 0..self.places.len() {
            if let Some(circle) = self.circle_from(start, &mut done) {
                let Some(first) = circle.first() else {
                    continue;
                };
                let (mut by, changes) = self.way_to(first.0).unwrap_or_default();
                by.extend(circle.iter().map(|(place, outcome)| Passed {
                    node: self.node(*place),
                    outcome: Some(outcome.clone()).filter(|outcome| !outcome.is_empty()),
                }));
                found.push(Found {
                    what: What::Circle,
                    node: self.node(first.0),
                    takes_ms: circle.iter().map(|(place, _)| self.lasts(*place)).sum(),
                    changes,
                    by,
                    reason: None,
                });
            }
        }
        found
    }

    /// The way on which a person or a mailbox is offered last, circles left out.
    pub(super) fn longest(&self) -> Option<Found> {
        let mut order = Vec::new();
        let forward = self.forward(&mut order);
        // From the end: how long it takes from each place, and by which way out.
        let mut best: Vec<Option<(u64, Option<usize>)>> = vec![None; self.places.len()];
        for place in order.iter().rev() {
            let offers = self.places.get(*place).is_some_and(|place| place.offers);
            let mut here = offers.then_some((0, None));
            if here.is_none() {
                for (index, edge) in self.ways.get(*place)?.iter().enumerate() {
                    let then = match &edge.to {
                        To::Somebody => Some(0),
                        To::Place(to) if forward.contains(&(*place, index)) => {
                            best.get(*to).copied().flatten().map(|(ms, _)| ms)
                        }
                        _ => None,
                    };
                    let takes = then.map(|ms| ms.saturating_add(self.lasts(*place)));
                    // Who does nothing waits as long as anybody, and is the easiest to try; the hours
                    // need not change for that.
                    let longer = match (takes, here) {
                        (Some(takes), Some((most, _))) => {
                            let stays = match edge.to {
                                To::Place(to) => self.hour(to) == self.hour(*place),
                                _ => true,
                            };
                            takes > most || (takes == most && edge.silent && stays)
                        }
                        (takes, _) => takes.is_some(),
                    };
                    if longer {
                        here = takes.map(|ms| (ms, Some(index)));
                    }
                }
            }
            if let Some(best) = best.get_mut(*place) {
                *best = here;
            }
        }
        let (takes_ms, _) = best.first().copied().flatten()?;
        let mut by = Vec::new();
        let (mut at, mut changes) = (0, None);
        while let Some((_, Some(index))) = best.get(at).copied().flatten() {
            let edge = self.ways.get(at)?.get(index)?;
            by.push(Passed {
                node: self.node(at),
                outcome: Some(edge.outcome.clone()).filter(|outcome| !outcome.is_empty()),
            });
            match edge.to {
                To::Place(to) => {
                    if self.hour(to) > self.hour(at) {
                        changes = changes.or(Some(by.len() - 1));
                    }
                    at = to;
                }
                _ => break,
            }
        }
        let node = self.node(at);
        if by.last().is_none_or(|last| last.node != node) {
            by.push(Passed {
                node: node.clone(),
                outcome: None,
            });
        }
        Some(Found {
            what: What::Nobody,
            by,
            node,
            takes_ms,
            changes,
            reason: None,
        })
    }

    /// How many places there are.
    pub(super) fn size(&self) -> usize {
        self.places.len()
    }

    /// In how many ways callers can go through while the hours stay as they are, circles counted once.
    pub(super) fn ways(&self) -> u64 {
        let mut order = Vec::new();
        let forward = self.forward(&mut order);
        let mut ways = vec![0_u64; self.places.len()];
        for place in order.iter().rev() {
            let edges = self.ways.get(*place).map_or(&[][..], Vec::as_slice);
            let mut sum = 0_u64;
            for (index, edge) in edges.iter().enumerate() {
                sum = sum.saturating_add(match edge.to {
                    To::Place(to) if self.hour(to) > self.hour(*place) => 0,
                    To::Place(to) if forward.contains(&(*place, index)) => {
                        ways.get(to).copied().unwrap_or(0)
                    }
                    To::Place(_) => 0,
                    _ => 1,
                });
            }
            if let Some(ways) = ways.get_mut(*place) {
                *ways = sum.max(1);
            }
        }
        ways.first().copied().unwrap_or(0)
    }

    /// The edges that lead on, not back into a circle; `order` gets the places, each before those it
    /// leads on to.
    fn forward(&self, order: &mut Vec<usize>) -> BTreeSet<(usize, usize)> {
        let mut forward = BTreeSet::new();
        // 0 not yet seen, 1 on the way here, 2 done.
        let mut seen = vec![0_u8; self.places.len()];
        let mut after = Vec::new();
        let mut stack = Vec::new();
        if let Some(first) = seen.first_mut() {
            *first = 1;
            stack.push((0_usize, 0_usize));
        }
        while let Some((place, index)) = stack.pop() {
            let Some(edge) = self.ways.get(place).and_then(|ways| ways.get(index)) else {
                if let Some(seen) = seen.get_mut(place) {
                    *seen = 2;
                }
                after.push(place);
                continue;
            };
            stack.push((place, index + 1));
            if let To::Place(to) = edge.to
                && let Some(seen) = seen.get_mut(to)
                && *seen != 1
            {
                forward.insert((place, index));
                if *seen == 0 {
                    *seen = 1;
                    stack.push((to, 0));
                }
            }
        }
        order.extend(after.into_iter().rev());
        forward
    }

    /// Walks from the entry, nearest first, through places that may be passed.
    fn breadth_first(
        &self,
        may_pass: impl Fn(usize) -> bool,
        mut on_edge: impl FnMut(&[usize], &Edge),
    ) {
        let mut from: Vec<Option<usize>> = vec![None; self.places.len()];
        let mut seen = vec![false; self.places.len()];
        let mut queue = VecDeque::new();
        if let Some(first) = seen.first_mut() {
            *first = true;
            queue.push_back(0);
        }
        while let Some(place) = queue.pop_front() {
            if !may_pass(place) {
                continue;
            }
            let mut way = vec![place];
            let mut at = place;
            while let Some(before) = from.get(at).copied().flatten() {
                way.push(before);
                at = before;
            }
            way.reverse();
            for edge in self.ways.get(place).map_or(&[][..], Vec::as_slice) {
                on_edge(&way, edge);
                if let To::Place(to) = edge.to
                    && let Some(seen) = seen.get_mut(to)
                    && !*seen
                {
                    *seen = true;
                    if let Some(from) = from.get_mut(to) {
                        *from = Some(place);
                    }
                    queue.push_back(to);
                }
            }
        }
    }

    /// The shortest way to a place, without it.
    fn way_to(&self, goal: usize) -> Option<(Vec<Passed>, Option<usize>)> {
        let mut found = (goal == 0).then(|| (Vec::new(), None));
        self.breadth_first(
            |_| true,
            |way, edge| {
                if found.is_none() && matches!(edge.to, To::Place(to) if to == goal) {
                    found = Some((self.passed(way, edge), self.changes(way, edge)));
                }
            },
        );
        found
    }

    /// A circle a silent caller may go round, among the places that can be come to from one.
    fn circle_from(&self, start: usize, done: &mut [bool]) -> Option<Vec<(usize, String)>> {
        if done.get(start).copied().unwrap_or(true) {
            return None;
        }
        // The way here, with the next way out to try at each place.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_way = vec![false; self.places.len()];
        if let Some(here) = on_way.get_mut(start) {
            *here = true;
        }
        while let Some((place, index)) = way.pop() {
            let counts = self.places.get(place).is_none_or(|place| place.counts);
            let edge = self.ways.get(place).and_then(|ways| ways.get(index));
            let (Some(edge), false) = (edge, counts) else {
                for marks in [&mut *done, &mut on_way[..]] {
                    if let Some(mark) = marks.get_mut(place) {
                        *mark = true;
                    }
                }
                if let Some(here) = on_way.get_mut(place) {
                    *here = false;
                }
                continue;
            };
            way.push((place, index + 1));
            let To::Place(to) = edge.to else { continue };
            if !edge.silent {
                continue;
            }
            if on_way.get(to).copied().unwrap_or(false) {
                let first = way.iter().position(|(place, _)| *place == to)?;
                let circle = way.iter().skip(first).filter_map(|(place, next)| {
                    let edge = self.ways.get(*place)?.get(next.checked_sub(1)?)?;
                    Some((*place, edge.outcome.clone()))
                });
                let circle: Vec<_> = circle.collect();
                for (place, _) in &way {
                    if let Some(done) = done.get_mut(*place) {
                        *done = true;
                    }
                }
                return Some(circle);
            }
            if !done.get(to).copied().unwrap_or(true) {
                if let Some(here) = on_way.get_mut(to) {
                    *here = true;
                }
                way.push((to, 0));
            }
        }
        None
    }

    fn found(&self, what: What, way: &[usize], edge: &Edge, reason: Option<Reason>) -> Found {
        let by = self.passed(way, edge);
        Found {
            what,
            node: by
                .last()
                .map(|passed| passed.node.clone())
                .unwrap_or_default(),
            takes_ms: way.iter().map(|place| self.lasts(*place)).sum(),
            changes: self.changes(way, edge),
            by,
            reason,
        }
    }

    /// The nodes of a way that ends by this edge of its last place.
    fn passed(&self, way: &[usize], last: &Edge) -> Vec<Passed> {
        let mut by = Vec::with_capacity(way.len());
        for (index, place) in way.iter().enumerate() {
            let outcome = match way.get(index + 1) {
                Some(next) => self.ways.get(*place).and_then(|ways| {
                    let edge = ways
                        .iter()
                        .find(|edge| matches!(edge.to, To::Place(to) if to == *next));
                    Some(edge?.outcome.clone())
                }),
                None => Some(last.outcome.clone()),
            };
            by.push(Passed {
                node: self.node(*place),
                outcome: outcome.filter(|outcome| !outcome.is_empty()),
            });
        }
        by
    }

    /// While a caller is at which place of a way the hours change first, if they do.
    fn changes(&self, way: &[usize], last: &Edge) -> Option<usize> {
        let end = match last.to {
            To::Place(to) => Some(to),
            _ => None,
        };
        let after = way.iter().skip(1).copied().chain(end);
        let mut steps = way.iter().zip(after);
        steps.position(|(here, then)| self.hour(then) > self.hour(*here))
    }

    fn hour(&self, place: usize) -> usize {
        self.places.get(place).map_or(0, |place| place.hour)
    }

    fn node(&self, place: usize) -> String {
        let place = self.places.get(place);
        place
            .map(|place| place.node.to_string())
            .unwrap_or_default()
    }

    fn lasts(&self, place: usize) -> u64 {
        self.places.get(place).map_or(0, |place| place.lasts)
    }
}
