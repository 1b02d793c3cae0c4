//! What flows are checked and rehearsed against: the office, the flows that are live, its sounds.

use crate::{configuration::Configuration, values::SoundId};
use callflow::{
    Around, Document, Flows, Program, Sound, Target,
    check::{Checked, check},
    rehearse::{Rehearsal, Rehearsed, Stage, about_how_long, rehearse},
};
use office::FlowId;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use store::FlowUse;

/// An office as flows meet it. Made for a configuration, good for as long as that is.
#[derive(Debug)]
pub(crate) struct Surroundings {
    flows: Arc<Flows>,
    sounds: BTreeMap<i64, Duration>,
}

impl Surroundings {
    /// Those of a configuration, the live flows compiled.
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let flows = Flows::of(configuration.office(), &Flows::default());
        let sounds = configuration.sounds().iter();
        Self {
            flows: Arc::new(flows),
            sounds: sounds.map(|(id, (_, lasts))| (id.0, *lasts)).collect(),
        }
    }

    /// Checks a document; `this` is the flow it belongs to, if it is kept.
    pub(crate) fn check(
        &self,
        configuration: &Configuration,
        document: &Document,
        this: Option<FlowId>,
        now_unix_ms: i64,
    ) -> Checked {
        check(document, &self.around(configuration, this, now_unix_ms))
    }

    /// Whether callers whom nobody answers come back to a ring group or queue.
    pub(crate) fn comes_back(
        &self,
        configuration: &Configuration,
        group: FlowId,
        otherwise: &Target,
    ) -> bool {
        let office = configuration.office();
        self.flows.comes_to(office, otherwise, group)
    }

    /// What a document is read against.
    pub(crate) fn around<'a>(
        &'a self,
        configuration: &'a Configuration,
        this: Option<FlowId>,
        now_unix_ms: i64,
    ) -> Around<'a> {
        Around {
            office: configuration.office(),
            flows: &self.flows,
            sounds: &self.sounds,
            this,
            now_unix_ms: Some(now_unix_ms),
        }
    }

    /// Rehearses a call through a document.
    pub(crate) fn rehearse(
        &self,
        configuration: &Configuration,
        document: &Document,
        this: Option<FlowId>,
        call: &Rehearsal,
    ) -> Rehearsed {
        self.on_stage(configuration, this, |stage| {
            rehearse(&Arc::new(Program::compile(document)), stage, call)
        })
    }

    /// Gives what calls are rehearsed in.
    pub(crate) fn on_stage<T>(
        &self,
        configuration: &Configuration,
        flow: Option<FlowId>,
        play: impl FnOnce(&Stage<'_>) -> T,
    ) -> T {
        let lasts = |sound: &Sound| match sound {
            Sound::Uploaded { sound } => self.sounds.get(sound).copied().unwrap_or_default(),
            sound => about_how_long(sound),
        };
        play(&Stage {
            office: configuration.office(),
            flows: &self.flows,
            flow,
            lasts: &lasts,
        })
    }
}

/// What a document refers to, as far as it is there.
pub(crate) fn uses(configuration: &Configuration, document: &Document) -> BTreeSet<FlowUse> {
    let mut found = BTreeSet::new();
    for node in document.nodes.iter().filter(|node| !node.is_drawn_only()) {
        let kind = callflow::catalogue::find(node.kind());
        for param in kind.iter().flat_map(|kind| kind.params) {
            let Some(value) = node.data.get(param.name) else {
                continue;
            };
            if let Some(refers) = param.refers {
                let named = match value {
                    Value::Array(list) => list.as_slice(),
                    one => std::slice::from_ref(one),
                };
                let ids = named.iter().filter_map(id);
                found.extend(ids.filter_map(|id| use_of(refers.name(), id)));
            }
            within(configuration, value, &mut found);
        }
    }
    if let Some(target) = &document.settings.last_resort {
        let id = target.id.parse().ok();
        found.extend(id.and_then(|id| use_of(&target.kind, id)));
    }
    found
}

/// Prompts, targets and rules within a parameter.
fn within(configuration: &Configuration, value: &Value, found: &mut BTreeSet<FlowUse>) {
    match value {
        Value::Array(list) => {
            for each in list {
                within(configuration, each, found);
            }
        }
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            if let Some(sound) = fields.get("mediaId").and_then(id) {
                let known = configuration.sounds().get(&SoundId(sound));
                found.extend(known.map(|(name, _)| FlowUse::Sound(name.clone())));
            }
            if let Some(kind) = text("kind").or(text("type"))
                && let Some(id) = fields.get("id").and_then(id)
            {
                found.extend(use_of(kind, id));
            }
            if let Some(list) = fields.get("list").and_then(id) {
                found.insert(FlowUse::CallerList(office::CallerListId(list)));
            }
            for each in fields.values() {
                within(configuration, each, found);
            }
        }
        _ => {}
    }
}

/// The decimal identity of a reference; a placeholder has none.
fn id(value: &Value) -> Option<i64> {
    value.as_str()?.parse().ok()
}

fn use_of(kind: &str, id: i64) -> Option<FlowUse> {
    Some(match kind {
        "user" | "person" => FlowUse::Person(office::PersonId(id)),
        "voicemail" | "mailbox" => FlowUse::Mailbox(office::MailboxId(id)),
        "conference" | "room" => FlowUse::Room(office::ConferenceRoomId(id)),
        "schedule" => FlowUse::Schedule(office::ScheduleId(id)),
        // A ring group is a flow, and so is a queue.
        "flow" | "ringGroup" | "ring_group" | "queue" => FlowUse::Flow(FlowId(id)),
        "mode" => FlowUse::Mode(office::ModeId(id)),
        "pinSet" => FlowUse::PinSet(office::PinSetId(id)),
        "callerList" | "table" => FlowUse::CallerList(office::CallerListId(id)),
        _ => return None,
    })
}
