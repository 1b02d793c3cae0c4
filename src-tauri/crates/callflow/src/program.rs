//! A document made ready to run: nodes by index, outcomes resolved, parameters read. Cheap to share.

use crate::document::{Document, Settings};
use crate::kinds;
use crate::limits::{MAX_EDGES, MAX_LANGUAGES, MAX_NODES, MAX_STEPS, MAX_VARIABLES, STEPS_RANGE};
use crate::prompt::{Prompt, Speech};
use crate::queue::Queue;
use crate::ring_group::RingGroup;
use crate::target::{Target, TargetDocument};
use crate::{Type, Value};
use numbering::{Dialling, compared};
use office::{Dialled, Flow, FlowId, FlowVersion, Language, Office, ScheduleId, TimeZone};
use serde_json::Value as Json;
use spoken::Lang;
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
    /// The languages callers may hear; the office's is empty.
    languages: Vec<String>,
    speeches: BTreeSet<Speech>,
    ring_group: Option<RingGroup>,
    queue: Option<Queue>,
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
    /// With the save each was compiled from.
    drafts: BTreeMap<FlowId, (u64, Arc<Program>)>,
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
    /// The time, in milliseconds since 1970 (UTC); `None` to leave out what looks ahead.
    pub now_unix_ms: Option<i64>,
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
        let languages = languages(document, &drawn);
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
            speeches: speeches(&languages, &drawn),
            languages,
            nodes,
            ring_group: RingGroup::within(document),
            queue: Queue::within(document),
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

    /// The ring group it is, or was before it was drawn further.
    #[must_use]
    pub fn ring_group(&self) -> Option<&RingGroup> {
        self.ring_group.as_ref()
    }

    /// The queue it is, or was before it was drawn further.
    #[must_use]
    pub fn queue(&self) -> Option<&Queue> {
        self.queue.as_ref()
    }

    /// The texts a voice can render before any call, sorted: those without gaps, in each language
    /// callers may hear them in, and the names of those who can be found in a directory.
    #[must_use]
    pub fn speeches(&self, office: &Office) -> Vec<Speech> {
        let language = office.settings().language.as_str();
        let named = |speech: &Speech| Speech {
            language: match speech.language.as_str() {
                "" => language.to_owned(),
                language => language.to_owned(),
            },
            ..speech.clone()
        };
        let mut speeches: BTreeSet<Speech> = self.speeches.iter().map(named).collect();
        let directory = |step: &Step| matches!(step.does, kinds::Node::Directory(_));
        for spoken in &self.languages {
            let language = if spoken.is_empty() { language } else { spoken };
            let Ok(tag) = Language::parse(language) else {
                continue;
            };
            let words = self
                .nodes
                .iter()
                .flat_map(|step| step.does.words(Lang::of(&tag)));
            speeches.extend(words.map(|words| Speech::new(language, None, &words)));
            if self.nodes.iter().any(directory) {
                let names = office.persons().map(|person| &person.name);
                speeches.extend(names.map(|name| Speech::new(language, None, name)));
            }
        }
        speeches.into_iter().collect()
    }

    /// The node ids, by their index.
    pub fn node_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.nodes.iter().map(|step| &*step.id)
    }

    /// The schedules its callers may be asked about.
    pub fn schedules(&self) -> impl Iterator<Item = ScheduleId> {
        self.nodes.iter().filter_map(|step| match &step.does {
            kinds::Node::TimeCondition(node) => {
                crate::target::read_id(&node.schedule).map(ScheduleId)
            }
            _ => None,
        })
    }

    /// Whether a caller of that number gets this flow's draft, however it is written where the office
    /// is: typed as at home, met as carriers send it.
    #[must_use]
    pub fn is_test_caller(&self, number: &str, office: &Office) -> bool {
        let at = Dialling::on_paper(office);
        let number = compared(number, &at);
        let mut named = self.test_callers.iter();
        !number.is_empty() && named.any(|each| compared(each, &at) == number)
    }

    /// The names by which it gives back to the flow that runs it, sorted.
    pub(crate) fn returns_of(self: &Arc<Self>) -> Vec<&str> {
        let names = self.nodes.iter().filter_map(|step| match &step.does {
            kinds::Node::Return(node) => Some(node.name.as_str()),
            _ => None,
        });
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The beginnings of numbers it asks for.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = String> {
        let asked = self.nodes.iter().filter_map(|step| match &step.does {
            kinds::Node::CallerMatch(node) => Some(node.prefixes()),
            _ => None,
        });
        asked.flatten()
    }

    /// The flows it runs.
    fn runs(&self) -> impl Iterator<Item = FlowId> {
        self.nodes.iter().filter_map(|step| match &step.does {
            kinds::Node::Subflow(node) => node.flow_id(),
            _ => None,
        })
    }

    /// The flows it sends callers on to with nothing on the way that takes time.
    fn rushes_to(&self) -> Vec<FlowId> {
        let mut seen = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = self.entry.into_iter().collect();
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let Some(step) = self.step(at) else { continue };
            if let kinds::Node::Goto(goto) = &step.does {
                found.extend(goto.flow());
            }
            if !step.does.paces() {
                open.extend(step.exits.iter().map(|(_, to)| *to));
            }
        }
        found
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
    /// The flows of an office, ready to run. What was compiled `before` and has not changed since is
    /// taken over.
    #[must_use]
    pub fn of(office: &Office, before: &Self) -> Self {
        let mut flows = Self::default();
        for flow in office.flows() {
            if let Some(version) = &flow.live {
                let known = before.revision(flow.id, version.revision);
                flows.publish(flow.id, published(flow, version, known));
            }
            for version in &flow.pinned {
                let known = before.revision(flow.id, version.revision);
                flows.keep(flow.id, version.revision, published(flow, version, known));
            }
            if let Some(version) = &flow.draft {
                let save = version.revision;
                let known = before.drafts.get(&flow.id);
                let draft = match known.filter(|(known, _)| *known == save) {
                    Some((_, known)) => Arc::clone(known),
                    None => compiled(flow, version, DRAFT),
                };
                flows.drafts.insert(flow.id, (save, draft));
            }
        }
        flows
    }

    /// A ring group that is live, drawn further or not.
    #[must_use]
    pub fn ring_group(&self, id: FlowId) -> Option<&RingGroup> {
        self.live(id)?.ring_group()
    }

    /// A queue that is live, drawn further or not.
    #[must_use]
    pub fn queue(&self, id: FlowId) -> Option<&Queue> {
        self.live(id)?.queue()
    }

    /// All that are, and what each is called.
    pub fn queues(&self) -> impl Iterator<Item = (FlowId, &str, &Queue)> {
        let live = self.live.iter();
        live.filter_map(|(id, program)| Some((*id, program.name(), program.queue()?)))
    }

    /// Whether callers who go there, and whom no ring group and no queue on their way takes, come to
    /// this one.
    #[must_use]
    pub fn comes_to(&self, office: &Office, from: &Target, group: FlowId) -> bool {
        let mut at = from;
        for _ in 0..=self.live.len() {
            let flow = match at {
                Target::Flow(flow) => *flow,
                Target::Extension(number) => match office.resolve(number.as_str()) {
                    Dialled::Flow(flow) => flow,
                    _ => return false,
                },
                _ => return false,
            };
            if flow == group {
                return true;
            }
            let group = self.ring_group(flow).map(|group| &group.otherwise);
            match group.or_else(|| Some(&self.queue(flow)?.otherwise)) {
                Some(next) => at = next,
                None => return false,
            }
        }
        false
    }

    /// Whether any is.
    pub(crate) fn has_ring_group(&self) -> bool {
        self.live.values().any(|live| live.ring_group().is_some())
    }

    /// What a caller of that number gets who comes to a flow: its draft, if that names them as one
    /// who tries it out, else what is published.
    #[must_use]
    pub fn for_caller(
        &self,
        flow: FlowId,
        number: Option<&str>,
        office: &Office,
    ) -> Option<&Arc<Program>> {
        let draft = self
            .drafts
            .get(&flow)
            .map(|(_, draft)| draft)
            .filter(|draft| number.is_some_and(|number| draft.is_test_caller(number, office)));
        draft.or_else(|| self.live(flow))
    }

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
        self.drafts.remove(&flow);
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

    /// Whether a caller of one flow may be led to another by the flows it runs, and theirs.
    pub(crate) fn leads(&self, from: FlowId, to: FlowId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(flow) = open.pop() {
            if flow == to {
                return true;
            }
            if seen.insert(flow) {
                open.extend(self.live(flow).iter().flat_map(|program| program.runs()));
            }
        }
        false
    }

    /// Whether a caller of one flow may be sent on to another, and on from there, with nothing on the
    /// way that takes time.
    pub(crate) fn rushes(&self, from: FlowId, to: FlowId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(flow) = open.pop() {
            if flow == to {
                return true;
            }
            if seen.insert(flow) {
                open.extend(
                    self.live(flow)
                        .iter()
                        .flat_map(|program| program.rushes_to()),
                );
            }
        }
        false
    }

    /// The beginnings of numbers that some flow asks for.
    pub(crate) fn prefixes(&self) -> Vec<String> {
        let all = self.live.values().flat_map(|program| program.prefixes());
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether a flow runs this one.
    pub(crate) fn is_run(&self, flow: FlowId) -> bool {
        self.live
            .values()
            .any(|program| program.runs().any(|run| run == flow))
    }

    /// The older publications that flows name.
    pub fn pinned(&self) -> impl Iterator<Item = &Arc<Program>> {
        self.pinned.values()
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

/// What [`Program::revision`] says of a draft.
const DRAFT: u64 = 0;

/// A publication of a flow, compiled unless it has been already.
fn published(flow: &Flow, version: &FlowVersion, known: Option<&Arc<Program>>) -> Arc<Program> {
    known.map_or_else(|| compiled(flow, version, version.revision), Arc::clone)
}

/// A version that cannot be read any more has no nodes: its callers go to the last resort.
fn compiled(flow: &Flow, version: &FlowVersion, revision: u64) -> Arc<Program> {
    let mut document = Document::read(version.document.as_ref().clone())
        .unwrap_or_else(|_| Document::empty(&flow.name));
    document.revision = revision;
    Arc::new(Program::compile(&document))
}

/// The flow's language and every one a node sets. An empty one is the office's.
fn languages(document: &Document, drawn: &[&crate::document::Node]) -> Vec<String> {
    let mut languages = vec![document.settings.language.clone().unwrap_or_default()];
    for node in drawn.iter().filter(|node| node.kind() == "setLanguage") {
        if let Some(language) = node.data.get("language").and_then(Json::as_str) {
            languages.push(language.to_owned());
        }
    }
    languages.sort();
    languages.dedup();
    languages.truncate(MAX_LANGUAGES);
    languages
}

/// The texts without gaps, in all of the languages.
fn speeches(languages: &[String], drawn: &[&crate::document::Node]) -> BTreeSet<Speech> {
    let mut found = BTreeSet::new();
    for node in drawn {
        for prompt in crate::prompt::all_in(&node.data) {
            let speech = |language: &String| prompt.fixed_speech(language);
            found.extend(languages.iter().filter_map(speech));
        }
    }
    found
}
