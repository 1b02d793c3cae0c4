//! A rehearsal: a caller who does as they are told walks through a flow on a virtual clock, past
//! colleagues who answer or do not. It is the walk of live calls; only the world around it is made up.

mod again;
mod message;
mod ringing;
mod world;

pub use again::{Again, Past};
pub use ringing::together;

use crate::limits::MAX_REHEARSED_ACTS;
use crate::program::{Flows, Program};
use crate::prompt::{Hears, Sound};
use crate::target::Target;
use crate::walk::{CallFacts, EndCause, PersonNow, Presence, RingEnd, RingTarget, TraceStep};
use office::{Coming, Dialled, FlowId, ModeId, Office, Person, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::Duration;

/// A call that is to be rehearsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rehearsal {
    /// When the call comes in, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The caller's number; `None` for one who hides it.
    #[serde(default)]
    pub caller: Option<String>,
    /// What the caller does, in any order.
    #[serde(default)]
    pub acts: Vec<CallerAct>,
    /// How telephones of the office behave; those of persons who are not named ring until time is
    /// up, if they have any.
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// How long who answers talks before they hang up, in milliseconds.
    #[serde(default = "thirty_seconds")]
    pub talks_ms: u64,
    /// How long the caller speaks when something is recorded, in milliseconds.
    #[serde(default = "five_seconds")]
    pub speaks_ms: u64,
    /// Whether the PINs the caller dials are right.
    #[serde(default)]
    pub pins: Pins,
    /// What other programs reply.
    #[serde(default)]
    pub http: Http,
    /// Whatever is drawn by lot follows from this.
    #[serde(default)]
    pub dice: u64,
    /// What modes of the office are set to by hand; those that are not named are as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<ModeAt>,
}

/// What a mode of the office is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModeAt {
    /// Which.
    pub mode: ModeId,
    /// The position.
    pub state: String,
}

/// Something the caller does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerAct {
    /// When, in milliseconds since the call came in.
    pub after_ms: u64,
    /// The key they press: `0` to `9`, `*` or `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// Whether they hang up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hang_up: bool,
}

/// How the telephones of a person behave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Phone {
    /// Whose.
    pub person: PersonId,
    /// What they do.
    pub does: Does,
}

/// What the telephones of a person do when they are rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Does {
    /// They are answered after so many seconds.
    #[serde(rename = "answersAfterS")]
    AnswersAfter(u32),
    /// They are on a call.
    Busy,
    /// They cannot be reached.
    Off,
    /// They are rejected after a moment.
    Declines,
    /// Their owner wants no calls.
    DoNotDisturb,
    /// They ring and ring.
    #[default]
    RingsOut,
}

/// Whether the PINs a caller dials are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pins {
    /// All are.
    #[default]
    Right,
    /// None is.
    Wrong,
    /// This caller has tried too often.
    Locked,
}

/// What other programs reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Http {
    /// This.
    Replies {
        /// The status.
        status: u16,
        /// What the body holds.
        #[serde(default)]
        body: Json,
    },
    /// Nothing in time.
    TimesOut,
    /// Nothing at all.
    Fails,
}

/// What came of a rehearsal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rehearsed {
    /// The walk, step by step, as a live call tells it.
    pub steps: Vec<TraceStep>,
    /// What the caller heard, in order.
    #[serde(skip_deserializing)]
    pub hears: Vec<Heard>,
    /// Which telephones rang.
    #[serde(skip_deserializing)]
    pub rings: Vec<Rang>,
    /// How it ended.
    pub ended: Ended,
    /// When, in milliseconds since the call came in.
    pub ended_ms: u64,
}

/// Something a caller heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// From when on, in milliseconds since the call came in.
    pub at_ms: u64,
    /// For how long.
    pub for_ms: u64,
    /// What was said to them.
    pub sounds: Vec<Sound>,
    /// What they heard while they waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Hears>,
}

/// A telephone that rang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rang {
    /// From when on, in milliseconds since the call came in.
    pub at_ms: u64,
    /// For how long.
    pub for_ms: u64,
    /// Which.
    pub target: RingTarget,
    /// What became of it; `None` if it stopped because somebody else answered or the caller gave up.
    pub end: Option<RingEnd>,
}

/// How a rehearsed call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ended {
    /// The caller hung up.
    CallerHungUp,
    /// The office did.
    HungUp {
        /// What the caller's telephone was told.
        cause: EndCause,
    },
    /// It left the flow.
    LeftFor {
        /// Where to.
        target: Target,
    },
    /// The caller was still waiting when the rehearsal was broken off.
    StillThere,
}

/// What a rehearsal happens in.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The office.
    pub office: &'a Office,
    /// Its published flows.
    pub flows: &'a Arc<Flows>,
    /// Which flow is rehearsed, if it is kept.
    pub flow: Option<FlowId>,
    /// How long a sound is heard.
    pub lasts: &'a dyn Fn(&Sound) -> Duration,
}

/// Rehearses a call.
#[must_use]
pub fn rehearse(program: &Arc<Program>, stage: &Stage<'_>, call: &Rehearsal) -> Rehearsed {
    let mut acts = call.acts.clone();
    acts.truncate(MAX_REHEARSED_ACTS);
    acts.sort_by_key(|act| act.after_ms);
    world::World::new(program, stage, call).play(&acts)
}

/// How long a sound is heard about, where nobody knows it: voices speak some fifteen characters a
/// second.
#[must_use]
pub fn about_how_long(sound: &Sound) -> Duration {
    let text = |text: &str| Duration::from_millis(text.chars().count() as u64 * 1_000 / 15);
    match sound {
        Sound::Uploaded { .. } => Duration::from_secs(5),
        Sound::Phrase { words, .. } => text(words),
        Sound::Speech(speech) | Sound::Name { speech, .. } => text(&speech.text),
        Sound::Clip { .. } => Duration::from_secs(3),
        Sound::OfMailbox { .. } => Duration::from_secs(6),
        Sound::Beep => Duration::from_millis(500),
        Sound::Silence { ms } => Duration::from_millis(*ms),
    }
}

impl Rehearsal {
    /// A call at that moment whose caller only listens.
    #[must_use]
    pub fn at(unix_ms: i64) -> Self {
        Self {
            at: unix_ms,
            caller: None,
            acts: Vec::new(),
            phones: Vec::new(),
            talks_ms: thirty_seconds(),
            speaks_ms: five_seconds(),
            pins: Pins::default(),
            http: Http::default(),
            dice: 0,
            modes: Vec::new(),
        }
    }

    /// What is known of the call when it comes in.
    #[must_use]
    pub fn facts(&self, stage: &Stage<'_>) -> CallFacts {
        let own = self.own_person(stage.office);
        let flow = stage.flow.and_then(|flow| stage.office.flow(flow));
        CallFacts {
            call: "rehearsal".to_owned(),
            caller_number: self.caller.clone(),
            caller_name: match own {
                Some(person) => Some(person.shown_name().to_owned()),
                None => self.listed_name(stage.office),
            },
            internal: own.is_some(),
            called_number: flow
                .and_then(|flow| flow.number.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            flow: stage.flow,
            began_unix_ms: self.at,
            coming: Coming::default(),
            seed: self.dice,
        }
    }

    /// Who of the office calls; `None` for somebody else.
    fn own_person<'o>(&self, office: &'o Office) -> Option<&'o Person> {
        match office.resolve(self.caller.as_deref()?) {
            Dialled::Person(person) => Some(person),
            _ => None,
        }
    }

    /// The name under which a list of the office has the caller.
    fn listed_name(&self, office: &Office) -> Option<String> {
        let number = self.caller.as_deref()?;
        let mut lists = office.caller_lists();
        lists.find_map(|list| {
            let name = list.find(number).map(|caller| caller.name.clone());
            name.filter(|name| !name.is_empty())
        })
    }

    fn is_caller(&self, office: &Office, person: PersonId) -> bool {
        let own = self.own_person(office);
        own.is_some_and(|own| own.id == person)
    }

    /// What the telephones of a person do.
    pub(crate) fn does(&self, office: &Office, person: PersonId) -> Does {
        let named = self.phones.iter().find(|phone| phone.person == person);
        // The telephone somebody calls from is not rung by their own call.
        let calls = usize::from(self.is_caller(office, person));
        match named {
            Some(phone) => phone.does,
            None if office.devices_of(person).count() <= calls => Does::Off,
            None => Does::RingsOut,
        }
    }
}

/// Who can be reached in a rehearsal.
pub(crate) struct Staff<'a> {
    pub(crate) call: &'a Rehearsal,
    pub(crate) office: &'a Office,
}

impl Presence for Staff<'_> {
    fn person(&self, person: PersonId) -> PersonNow {
        let does = self.call.does(self.office, person);
        let calls = self.call.is_caller(self.office, person);
        PersonNow {
            reachable: calls || does != Does::Off,
            free: !calls && !matches!(does, Does::Off | Does::Busy),
            do_not_disturb: does == Does::DoNotDisturb,
        }
    }

    fn mode(&self, mode: ModeId) -> Option<&str> {
        let set = self.call.modes.iter().find(|set| set.mode == mode)?;
        Some(&set.state)
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::Replies {
            status: 200,
            body: Json::Null,
        }
    }
}

fn thirty_seconds() -> u64 {
    30_000
}

fn five_seconds() -> u64 {
    5_000
}
