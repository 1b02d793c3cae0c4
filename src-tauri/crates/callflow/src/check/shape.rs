//! The shape of the graph: entry and ids, edges, outcomes that lead nowhere, traps and circles.

use super::facts::Leads;
use super::{Checking, Level, Patch, PathPart};
use crate::catalogue::Class;
use crate::kinds::Node;
use crate::limits::{MAX_EDGES, MAX_NODES};
use std::collections::HashSet;

/// E01: one entry, ids that are unique and plain. E02: edges that join what exists.
pub(super) fn identity(checking: &mut Checking<'_>) {
    let document = checking.document;
    let entries: Vec<usize> = indices(checking, |checking, index| kind(checking, index) == "entry");
    match entries.as_slice() {
        [] => {
            checking.find("E01", Level::Error).variant("noEntry");
        }
        [only] => {
            let id = checking.nodes.get(*only).map_or("", |node| &node.node.id);
            if !document.entry.is_empty() && document.entry != id {
                let patch = Patch::replace(&["entry"], id.into());
                let found = checking.find_at(*only, "E01", Level::Error);
                found.variant("entryElsewhere").fix("set", vec![patch]);
            }
        }
        [_, others @ ..] => {
            for index in others {
                checking
                    .find_at(*index, "E01", Level::Error)
                    .variant("twoEntries");
            }
        }
    }
    let mut seen = HashSet::new();
    for index in 0..checking.nodes.len() {
        let Some(node) = checking.nodes.get(index).map(|node| node.node) else {
            continue;
        };
        if !is_plain_id(&node.id) {
            checking
                .find_at(index, "E01", Level::Error)
                .variant("badId");
        } else if !seen.insert(node.id.as_str()) {
            checking
                .find_at(index, "E01", Level::Error)
                .variant("sameId");
        }
    }
    edges(checking);
}

fn edges(checking: &mut Checking<'_>) {
    let document = checking.document;
    if document.edges.len() > MAX_EDGES {
        let found = checking.find("E02", Level::Error).variant("tooMany");
        found
            .with("edges", document.edges.len())
            .with("most", MAX_EDGES);
    }
    let drawn: HashSet<&str> = document.nodes.iter().map(|node| node.id.as_str()).collect();
    let mut taken = HashSet::new();
    for (place, edge) in document.edges.iter().enumerate().take(MAX_EDGES) {
        let from = checking.index.get(edge.source.as_str()).copied();
        let to = checking.index.get(edge.target.as_str()).copied();
        let outcome = edge.outcome();
        let problem = match (from, to) {
            // An edge at a note is drawn only.
            (None, _) if drawn.contains(edge.source.as_str()) => None,
            (_, None) if drawn.contains(edge.target.as_str()) => None,
            (None, _) | (_, None) => Some("end"),
            (Some(from), Some(to)) => {
                let known = checking.nodes.get(from);
                let has = known
                    .is_some_and(|node| node.outcomes.iter().any(|known| known.name == outcome));
                if kind(checking, to) == "entry" {
                    Some("intoEntry")
                } else if !has {
                    Some("outcome")
                } else if !taken.insert((from, outcome)) {
                    Some("twice")
                } else {
                    None
                }
            }
        };
        let Some(variant) = problem else { continue };
        let found = match from {
            Some(from) => checking.find_at(from, "E02", Level::Error),
            None => checking.find("E02", Level::Error),
        };
        found
            .variant(variant)
            .edge(&edge.id)
            .outcome(outcome)
            .with("outcome", outcome)
            .fix("remove", vec![Patch::remove_edge(place)]);
    }
}

/// E03: every required outcome of a node that callers come to leads somewhere.
pub(super) fn connected(checking: &mut Checking<'_>, reachable: &[bool]) {
    for index in 0..checking.nodes.len() {
        if !reachable.get(index).copied().unwrap_or(false) {
            continue;
        }
        let Some(node) = checking
            .nodes
            .get(index)
            .filter(|node| !node.node.disabled())
        else {
            continue;
        };
        let open: Vec<(String, String)> = node
            .outcomes
            .iter()
            .filter(|outcome| outcome.class == Class::Required)
            .filter(|outcome| !node.exits.iter().any(|(exit, _)| *exit == outcome.name))
            .map(|outcome| {
                (
                    outcome.name.clone(),
                    outcome.label.clone().unwrap_or_default(),
                )
            })
            .collect();
        for (outcome, label) in open {
            let entry = entry_of(checking, index, &outcome);
            let found = checking
                .find_at(index, "E03", Level::Error)
                .outcome(&outcome)
                .with("outcome", outcome.as_str())
                .with("label", label)
                .fix_connect();
            if let Some((field, at)) = entry {
                found.drop_entry(field, at);
            }
        }
    }
}

/// The list entry an outcome stems from, so that it can be taken away with it.
fn entry_of(checking: &Checking<'_>, index: usize, outcome: &str) -> Option<(&'static str, usize)> {
    let (prefix, id) = outcome.split_once(':')?;
    let (field, key) = match prefix {
        "digit" => ("options", "digit"),
        "key" => ("exitKeys", "digit"),
        "rule" => ("rules", "id"),
        "case" => ("cases", "id"),
        "bucket" => ("buckets", "id"),
        _ => return None,
    };
    let list = checking
        .nodes
        .get(index)?
        .node
        .data
        .get(field)?
        .as_array()?;
    let at = list
        .iter()
        .position(|entry| entry.get(key).is_some_and(|it| it == id))?;
    Some((field, at))
}

/// E04: from every node that callers come to the call can end or reach somebody.
pub(super) fn no_trap(checking: &mut Checking<'_>, reachable: &[bool]) {
    let count = checking.nodes.len();
    let mut comes_from = vec![Vec::new(); count];
    let mut frees = vec![false; count];
    let mut open = Vec::new();
    for index in 0..count {
        let Some(node) = checking.nodes.get(index) else {
            continue;
        };
        let ends = node.does.leaves()
            || node.does.kind().is_none()
            || node.outcomes.is_empty()
            || node
                .outcomes
                .iter()
                .map(|outcome| checking.leads(index, &outcome.name))
                .any(|leads| matches!(leads, Leads::HangUp | Leads::LastResort));
        if ends && let Some(free) = frees.get_mut(index) {
            *free = true;
            open.push(index);
        }
        for next in checking.next(index) {
            if let Some(from) = comes_from.get_mut(next) {
                from.push(index);
            }
        }
    }
    while let Some(node) = open.pop() {
        for from in comes_from.get(node).into_iter().flatten() {
            if let Some(free) = frees.get_mut(*from).filter(|free| !**free) {
                *free = true;
                open.push(*from);
            }
        }
    }
    let trapped: Vec<usize> = (0..count)
        .filter(|index| {
            let at = |flags: &[bool]| flags.get(*index).copied().unwrap_or(false);
            at(reachable) && !at(&frees)
        })
        .collect();
    if let Some(first) = trapped.first() {
        let nodes = names(checking, &trapped);
        checking
            .find_at(*first, "E04", Level::Error)
            .with("nodes", nodes);
    }
}

/// E05: no circle that a call runs around without anybody having time to do anything.
pub(super) fn no_spin(checking: &mut Checking<'_>, reachable: &[bool]) {
    let spins = |index: usize| {
        let paces = checking
            .nodes
            .get(index)
            .is_some_and(|node| node.does.paces());
        reachable.get(index).copied().unwrap_or(false) && !paces
    };
    let next = |index: usize| {
        let next = checking.next(index).into_iter();
        next.filter(|to| spins(*to)).collect::<Vec<_>>()
    };
    let circles = circles(checking.nodes.len(), &spins, &next);
    for circle in circles {
        let nodes = names(checking, &circle);
        if let Some(first) = circle.first() {
            checking
                .find_at(*first, "E05", Level::Error)
                .with("nodes", nodes);
        }
    }
}

/// Nor one from flow to flow.
pub(super) fn no_spin_of_flows(checking: &mut Checking<'_>) {
    let (Some(this), Some(entry)) = (checking.around.this, checking.entry()) else {
        return;
    };
    let mut seen = vec![false; checking.nodes.len()];
    let mut open = vec![entry];
    let mut found = Vec::new();
    while let Some(index) = open.pop() {
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let Some(node) = checking.nodes.get(index) else {
            continue;
        };
        if let Node::Goto(goto) = &node.does
            && let Some(flow) = goto.flow()
            && (flow == this || checking.around.flows.rushes(flow, this))
        {
            found.push(index);
        }
        if !node.does.paces() {
            open.extend(checking.next(index));
        }
    }
    for index in found {
        let found = checking.find_at(index, "goto.circle", Level::Error);
        found.field("target").fix_choose();
    }
}

/// W01: nodes nobody comes to.
pub(super) fn unreachable(checking: &mut Checking<'_>, reachable: &[bool]) {
    for (index, reached) in reachable.iter().enumerate() {
        if !reached {
            let place = checking.nodes.get(index).map(|node| node.place);
            let found = checking.find_at(index, "W01", Level::Warning);
            let path = vec![
                PathPart::Name("nodes".to_owned()),
                PathPart::Index(place.unwrap_or(MAX_NODES)),
            ];
            let patch = Patch {
                op: "remove",
                path,
                value: None,
            };
            found.fix_connect().fix("remove", vec![patch]);
        }
    }
}

/// I01: a node whose outcomes all lead to the same place decides nothing.
pub(super) fn decides(checking: &mut Checking<'_>) {
    for index in 0..checking.nodes.len() {
        let Some(node) = checking.nodes.get(index) else {
            continue;
        };
        let mut leads = node
            .outcomes
            .iter()
            .map(|outcome| checking.leads(index, &outcome.name));
        let Some(first @ Leads::To(to)) = leads.next() else {
            continue;
        };
        if node.outcomes.len() > 1 && leads.all(|leads| leads == first) {
            let to = names(checking, &[to]);
            checking.find_at(index, "I01", Level::Info).with("to", to);
        }
    }
}

/// The circles of a graph as lists of their nodes in order: its strongly connected components of more
/// than one node, and nodes that lead to themselves (Tarjan, without recursion).
pub(super) fn circles(
    count: usize,
    is_in: &dyn Fn(usize) -> bool,
    next: &dyn Fn(usize) -> Vec<usize>,
) -> Vec<Vec<usize>> {
    let mut circles: Vec<Vec<usize>> = components(count, is_in, next)
        .into_iter()
        .filter(|component| match component.as_slice() {
            [only] => next(*only).contains(only),
            _ => true,
        })
        .collect();
    circles.sort();
    circles
}

/// The strongly connected components of a graph, each sorted; one comes after all it leads to.
pub(super) fn components(
    count: usize,
    is_in: &dyn Fn(usize) -> bool,
    next: &dyn Fn(usize) -> Vec<usize>,
) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; count];
    let mut low = vec![NEW; count];
    let mut on_stack = vec![false; count];
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let mut counter = 0;
    for root in (0..count).filter(|index| is_in(*index)) {
        if order.get(root) != Some(&NEW) {
            continue;
        }
        let mut path: Vec<(usize, Vec<usize>)> = vec![(root, next(root))];
        let mut enter = Some(root);
        while let Some((node, _)) = path.last() {
            let node = *node;
            if enter.take().is_some() {
                set(&mut order, node, counter);
                set(&mut low, node, counter);
                set(&mut on_stack, node, true);
                stack.push(node);
                counter += 1;
            }
            let to = path.last_mut().and_then(|(_, left)| left.pop());
            match to {
                Some(to) if order.get(to) == Some(&NEW) => {
                    path.push((to, next(to)));
                    enter = Some(to);
                }
                Some(to) => {
                    if on_stack.get(to) == Some(&true) {
                        let lower = get(&low, node).min(get(&order, to));
                        set(&mut low, node, lower);
                    }
                }
                None => {
                    path.pop();
                    if let Some((parent, _)) = path.last() {
                        let lower = get(&low, *parent).min(get(&low, node));
                        set(&mut low, *parent, lower);
                    }
                    if get(&low, node) == get(&order, node) {
                        let mut component = Vec::new();
                        while let Some(top) = stack.pop() {
                            set(&mut on_stack, top, false);
                            component.push(top);
                            if top == node {
                                break;
                            }
                        }
                        component.sort_unstable();
                        found.push(component);
                    }
                }
            }
        }
    }
    found
}

fn get(list: &[usize], at: usize) -> usize {
    list.get(at).copied().unwrap_or(usize::MAX)
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

/// The ids of nodes, with spaces between.
pub(super) fn names(checking: &Checking<'_>, nodes: &[usize]) -> String {
    let ids = nodes
        .iter()
        .take(50)
        .filter_map(|index| checking.nodes.get(*index));
    ids.map(|node| node.node.id.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn kind<'a>(checking: &Checking<'a>, index: usize) -> &'a str {
    checking
        .nodes
        .get(index)
        .map_or("", |node| node.node.kind())
}

fn indices(checking: &Checking<'_>, fits: impl Fn(&Checking<'_>, usize) -> bool) -> Vec<usize> {
    (0..checking.nodes.len())
        .filter(|index| fits(checking, *index))
        .collect()
}

/// Whether an id is of the form `n_menu1`.
fn is_plain_id(id: &str) -> bool {
    let lower = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    id.split_once('_').is_some_and(|(front, back)| {
        lower(front) && (4..=60).contains(&back.len()) && back.chars().all(rest)
    })
}
