//! Words that callers of different languages hear, though they exist in one only.

use super::{Checking, Level};
use crate::prompt::{Prompt, all_in};
use serde_json::Map;
use std::collections::BTreeSet;

/// `setLanguage` changes the voice and the built-in phrases; what the office has written or recorded
/// stays as it is. So a node with words of its own is for the callers of one language.
pub(super) fn in_one_only(checking: &mut Checking<'_>) {
    let sets = |checking: &Checking<'_>, index: usize| {
        let node = checking.nodes.get(index)?.node;
        let sets = node.kind() == "setLanguage" && !node.disabled();
        Some(plain(node.data.get("language").filter(|_| sets)?.as_str()?))
    };
    let count = checking.nodes.len();
    if (0..count).all(|index| sets(checking, index).is_none()) {
        return;
    }
    let settings = &checking.document.settings;
    let office = &checking.around.office.settings().language;
    let first = plain(settings.language.as_deref().unwrap_or(office.as_str()));
    let mut heard: Vec<BTreeSet<String>> = vec![BTreeSet::new(); count];
    let mut open: Vec<(usize, String)> = Vec::new();
    open.extend(checking.entry().map(|entry| (entry, first.clone())));
    while let Some((index, language)) = open.pop() {
        let is_new = heard
            .get_mut(index)
            .is_some_and(|heard| heard.insert(language.clone()));
        if !is_new {
            continue;
        }
        let after = sets(checking, index).unwrap_or(language);
        open.extend(
            checking
                .next(index)
                .into_iter()
                .map(|to| (to, after.clone())),
        );
    }
    for (index, heard) in heard.iter().enumerate() {
        if heard.len() < 2
            || checking
                .nodes
                .get(index)
                .is_none_or(|node| node.node.disabled())
        {
            continue;
        }
        let languages: Vec<&str> = heard.iter().map(String::as_str).collect();
        if let Some(field) = worded(checking, index) {
            checking
                .find_at(index, "setLanguage.oneLanguage", Level::Warning)
                .field(&field)
                .with("languages", languages.join(", "))
                .fix_choose();
        }
    }
}

/// The parameter in which a node has words of its own.
fn worded(checking: &Checking<'_>, index: usize) -> Option<String> {
    let data = &checking.nodes.get(index)?.node.data;
    let mut own = data.iter().filter(|(name, value)| {
        let alone = Map::from_iter([((*name).clone(), (*value).clone())]);
        let own = |prompt: &Prompt| matches!(prompt, Prompt::Tts { .. } | Prompt::Audio { .. });
        all_in(&alone).iter().any(own)
    });
    own.next().map(|(name, _)| name.clone())
}

/// A language without its country.
fn plain(tag: &str) -> String {
    tag.split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}
