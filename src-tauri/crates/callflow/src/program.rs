//! A document made ready to run: nodes by index, outcomes resolved, parameters read. Cheap to share.

use crate::document::{Document, Settings};
use crate::kinds;
use crate::limits::{MAX_EDGES, MAX_NODES, MAX_STEPS, MAX_VARIABLES, STEPS_RANGE};
use crate::prompt::{Prompt, Speech};
use crate::target::TargetDocument;
use crate::{Type, Value};
use office::{FlowId, Language, Office, TimeZone};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// A flow as callers walk through it.
#[derive(Debug)]
pub struct Program {
    pub(crate) name: String,
    pub(crate) revision: u64,
    pub(crate) nodes: Vec<Step>,
    pub(crate) entry: Option<usize>,
    pub(crate) language: Option<Language>,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) max_steps: u32,
    pub(crate) on_error: Option<usize>,
    pub(crate) on_caller_hangup: Option<usize>,
    pub(crate) last_resort: Option<TargetDocument>,
    pub(crate) variables: BTreeMap<String, Held>,
    /// A callers' number with this text in it gets the draft.
    test_callers: Vec<String>,
    speeches: BTreeSet<Speech>,
}

/// A node of a program.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) id: Arc<str>,
    pub(crate) does: kinds::Node,
    pub(crate) exits: Vec<(String, usize)>,
    pub(crate) disabled: bool,
}

/// A variable a program declares.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) holds: Type,
    pub(crate) default: Option<Value>,
    pub(crate) sensitive: bool,
}

/// The published flows of an office, by id. A call keeps those it began with.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    live: BTreeMap<FlowId, Arc<Program>>,
    pinned: BTreeMap<(FlowId, u64), Arc<Program>>,
}

/// What a document is read against.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The office.
    pub office: &'a Office,
    /// The other flows that are published.
    pub flows: &'a Flows,
    /// The office's sounds, by id, and how long each is.
    pub sounds: &'a BTreeMap<i64, Duration>,
    /// Which flow this is, if it has been kept already.
    pub this: Option<FlowId>,
}

impl Program {
    /// Makes a document ready to run. Whatever is wrong with it is met by callers as a fault; only a
    /// document beyond all bounds is cut at [`MAX_NODES`].
    #[must_use]
    pub fn compile(document: &Document) -> Self {
        let drawn = document.nodes.iter().filter(|node| !node.is_drawn_only());
        let drawn: Vec<_> = drawn.take(MAX_NODES).collect();
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(drawn.len());
        for (at, node) in drawn.iter().enumerate() {
            index.entry(&node.id).or_insert(at);
        }
        let mut nodes: Vec<Step> = drawn
            .iter()
            .map(|node| Step {
                id: Arc::from(node.id.chars().take(64).collect::<String>()),
                does: kinds::Node::read(node.kind(), &node.data),
                exits: Vec::new(),
                disabled: node.disabled(),
            })
            .collect();
        for edge in document.edges.iter().take(MAX_EDGES) {
            let (Some(from), Some(to)) = (
                index.get(edge.source.as_str()),
                index.get(edge.target.as_str()),
            ) else {
                continue;
            };
            if let Some(step) = nodes.get_mut(*from)
                && !step
                    .exits
                    .iter()
                    .any(|(outcome, _)| outcome == edge.outcome())
            {
                step.exits.push((edge.outcome().to_owned(), *to));
            }
        }
        let find = |id: &Option<String>| index.get(id.as_deref()?).copied();
        let settings = &document.settings;
        Self {
            name: document.name.clone(),
            revision: document.revision,
            entry: index
                .get(document.entry.as_str())
                .copied()
                .filter(|_| !document.entry.is_empty())
                .or_else(|| {
                    let entry = |step: &Step| matches!(step.does, kinds::Node::Entry(_));
                    nodes.iter().position(entry)
                }),
            language: language(settings),
            zone: settings
                .timezone
                .as_deref()
                .and_then(|zone| TimeZone::parse(zone).ok()),
            max_steps: (settings.max_steps)
                .map_or(MAX_STEPS, |most| most.clamp(STEPS_RANGE.0, STEPS_RANGE.1)),
            on_error: find(&settings.on_error),
            on_caller_hangup: find(&settings.on_caller_hangup),
            last_resort: settings.last_resort.clone(),
            variables: document
                .variables
                .iter()
                .take(MAX_VARIABLES)
                .map(|variable| {
                    let default = variable.default.as_ref();
                    let held = Held {
                        holds: variable.holds,
                        default: default.and_then(|json| variable.holds.read(json)),
                        sensitive: variable.sensitive,
                    };
                    (variable.name.clone(), held)
                })
                .collect(),
            test_callers: settings.test_callers.clone(),
            speeches: speeches(document, &drawn),
            nodes,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which publication it is; 0 for a draft.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The texts a voice can render before any call, sorted: those without gaps, in each language
    /// callers may hear them in. `office` is the language where the flow names none.
    #[must_use]
    pub fn speeches(&self, office: &Language) -> Vec<Speech> {
        let named = |speech: &Speech| Speech {
            language: match speech.language.as_str() {
                "" => office.as_str().to_owned(),
                language => language.to_owned(),
            },
            ..speech.clone()
        };
        self.speeches.iter().map(named).collect()
    }

    /// The node ids, by their index.
    pub fn node_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.nodes.iter().map(|step| &*step.id)
    }

    /// Whether a caller of that number gets this flow's draft. Spaces and punctuation do not count.
    #[must_use]
    pub fn is_test_caller(&self, number: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect()
        };
        let number = plain(number);
        !number.is_empty() && self.test_callers.iter().any(|each| plain(each) == number)
    }

    pub(crate) fn step(&self, at: usize) -> Option<&Step> {
        self.nodes.get(at)
    }
}

impl Step {
    pub(crate) fn exit(&self, outcome: &str) -> Option<usize> {
        let exit = self.exits.iter().find(|(name, _)| name == outcome);
        exit.map(|(_, to)| *to)
    }
}

impl Flows {
    /// Publishes a flow for the calls to come.
    pub fn publish(&mut self, flow: FlowId, program: Arc<Program>) {
        self.live.insert(flow, program);
    }

    /// Keeps an older publication for the flows that name it.
    pub fn keep(&mut self, flow: FlowId, revision: u64, program: Arc<Program>) {
        self.pinned.insert((flow, revision), program);
    }

    /// Takes a flow away.
    pub fn remove(&mut self, flow: FlowId) {
        self.live.remove(&flow);
        self.pinned.retain(|(kept, _), _| *kept != flow);
    }

    /// What is published of a flow.
    #[must_use]
    pub fn live(&self, flow: FlowId) -> Option<&Arc<Program>> {
        self.live.get(&flow)
    }

    /// A certain publication of a flow.
    #[must_use]
    pub fn revision(&self, flow: FlowId, revision: u64) -> Option<&Arc<Program>> {
        let pinned = self.pinned.get(&(flow, revision));
        pinned.or_else(|| self.live(flow).filter(|live| live.revision == revision))
    }

    /// All that are published.
    pub fn iter(&self) -> impl Iterator<Item = (FlowId, &Arc<Program>)> {
        self.live.iter().map(|(flow, program)| (*flow, program))
    }
}

impl Around<'_> {
    /// About how long prompts are heard.
    pub(crate) fn lasts(&self, prompts: &[Prompt]) -> Duration {
        let sound = |id: i64| self.sounds.get(&id).copied();
        prompts.iter().map(|prompt| prompt.lasts(sound)).sum()
    }
}

fn language(settings: &Settings) -> Option<Language> {
    Language::parse(settings.language.as_deref()?).ok()
}

/// The texts without gaps, in the flow's language and in every language a node sets. An empty
/// language is the office's.
fn speeches(document: &Document, drawn: &[&crate::document::Node]) -> BTreeSet<Speech> {
    let mut languages = vec![document.settings.language.clone().unwrap_or_default()];
    for node in drawn.iter().filter(|node| node.kind() == "setLanguage") {
        if let Some(language) = node.data.get("language").and_then(Json::as_str) {
            languages.push(language.to_owned());
        }
    }
    languages.sort();
    languages.dedup();
    languages.truncate(MAX_VARIABLES);
    let mut found = BTreeSet::new();
    for node in drawn {
        let prompts = node.data.values().filter_map(Json::as_array).flatten();
        for json in prompts.filter(|json| json.get("source").is_some_and(|it| it == "tts")) {
            let Ok(prompt) = serde_json::from_value::<Prompt>(json.clone()) else {
                continue;
            };
            found.extend(
                languages
                    .iter()
                    .filter_map(|language| prompt.fixed_speech(language)),
            );
        }
    }
    found
}
