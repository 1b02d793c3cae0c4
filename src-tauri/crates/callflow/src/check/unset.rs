//! W04: variables that may hold nothing when they are asked for.

use super::{Checking, Level, parameters};
use crate::limits::MAX_VARIABLES;
use std::collections::HashMap;

/// A set of variables, by their place in the document.
type Set = u128;

const _: () = assert!(MAX_VARIABLES <= Set::BITS as usize);

pub(super) fn variables(checking: &mut Checking<'_>, reachable: &[bool]) {
    let declared = checking.document.variables.iter().take(MAX_VARIABLES);
    let places: HashMap<&str, usize> = declared
        .clone()
        .enumerate()
        .map(|(place, variable)| (variable.name.as_str(), place))
        .collect();
    let at_first = declared
        .enumerate()
        .filter(|(_, variable)| variable.default.as_ref().is_some_and(|it| !it.is_null()))
        .fold(0, |set: Set, (place, _)| set | 1 << place);
    let known = known(checking, &places, at_first);
    let mut found = Vec::new();
    for (index, node) in checking.nodes.iter().enumerate() {
        let set = known.get(index).copied().unwrap_or(Set::MAX);
        let Some(kind) = node.does.kind() else {
            continue;
        };
        let mut names = parameters::reads(kind, &node.node.data);
        names.sort();
        names.dedup();
        for name in names {
            let place = places.get(name.as_str());
            if reachable.get(index) == Some(&true)
                && place.is_some_and(|place| set & (1 << place) == 0)
            {
                found.push((index, name));
            }
        }
    }
    for (index, name) in found {
        checking
            .find_at(index, "W04", Level::Warning)
            .with("variable", name);
    }
}

/// Which variables are set for certain when a caller comes to each node.
fn known(checking: &Checking<'_>, places: &HashMap<&str, usize>, at_first: Set) -> Vec<Set> {
    let mut known = vec![Set::MAX; checking.nodes.len()];
    let hangup = checking.document.settings.on_caller_hangup.as_deref();
    let hangup = hangup.and_then(|id| checking.index.get(id).copied());
    let starts = [checking.entry(), checking.on_error(), hangup];
    let mut open: Vec<usize> = starts.into_iter().flatten().collect();
    for start in &open {
        if let Some(set) = known.get_mut(*start) {
            *set = at_first;
        }
    }
    // Every round takes something out of a set, so this ends.
    while let Some(index) = open.pop() {
        let Some(node) = checking.nodes.get(index) else {
            continue;
        };
        let here = known.get(index).copied().unwrap_or(Set::MAX);
        let sets = node.does.sets();
        for outcome in &node.outcomes {
            let super::facts::Leads::To(to) = checking.leads(index, &outcome.name) else {
                continue;
            };
            let set_here = sets.iter().filter(|(by, _)| *by == outcome.name);
            let leaves = set_here
                .filter_map(|(_, name)| places.get(name))
                .fold(here, |set, place| set | 1 << place);
            if let Some(there) = known.get_mut(to) {
                let both = *there & leaves;
                if both != *there {
                    *there = both;
                    open.push(to);
                }
            }
        }
    }
    known
}
