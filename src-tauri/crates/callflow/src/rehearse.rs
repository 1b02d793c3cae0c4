//! A rehearsal: a caller who does as they are told walks through a flow on a virtual clock, past
//! colleagues who answer or do not. It is the walk of live calls; only the world around it is made up.

mod again;
mod message;
mod ringing;
mod staff;
mod world;

pub use again::{Again, Past};
pub use ringing::together;
pub(crate) use staff::Staff;

use crate::limits::{MAX_REHEARSED_ACTS, MAX_REHEARSED_MS};
use crate::program::{Flows, Program};
use crate::prompt::{Hears, Sound};
use crate::target::Target;
use crate::walk::{CallFacts, EndCause, RingEnd, RingTarget, TraceStep};
use office::{
    Coming, ConferenceRoomId, DeviceId, Dialled, FlowId, MailboxId, ModeId, Office, Person,
    PersonId, ScheduleId, schedule::OverrideState,
};
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
    /// The number they have called; `None` for the flow's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// What the caller does, in any order.
    #[serde(default)]
    pub acts: Vec<CallerAct>,
    /// How telephones of the office behave; those of persons who are not named ring until time is
    /// up, if they have any.
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// How telephones outside behave; those that are not named ring until time is up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<PhoneOutside>,
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
    /// What hours are set to by hand for the whole call; those that are not named are as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<HoursAt>,
    /// Mailboxes that take nothing more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub full: Vec<MailboxId>,
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

/// What hours are set to by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoursAt {
    /// Which.
    pub schedule: ScheduleId,
    /// To what.
    pub state: OverrideState,
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
    /// Which of theirs; `None` for all that are not named themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// What they do.
    pub does: Does,
}

/// How a telephone outside behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneOutside {
    /// Its number, as the flow has it.
    pub number: String,
    /// What it does.
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
    /// So many are not; all later ones are.
    RightAfter(u32),
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
    /// Whom or what the caller reached, in order; nothing if nobody and nothing.
    #[serde(default)]
    pub reached: Vec<Reached>,
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
    /// For whom it rang.
    pub target: RingTarget,
    /// Which it is; `None` for one outside, and where none could be rung.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// What became of it; `None` if it stopped because somebody else answered or the caller gave up.
    pub end: Option<RingEnd>,
}

/// Whom or what a caller reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Reached {
    /// Somebody of the office talked with them.
    Person {
        /// Who.
        id: PersonId,
    },
    /// Somebody outside did.
    Number {
        /// At which number, as the flow has it.
        number: String,
    },
    /// They could leave a message.
    Mailbox {
        /// Where.
        id: MailboxId,
    },
    /// They came into a conference room.
    Room {
        /// Which.
        id: ConferenceRoomId,
    },
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
    if call.hours.is_empty() {
        return world::World::new(program, stage, call).play(&acts);
    }
    let ends = call.at.saturating_add_unsigned(MAX_REHEARSED_MS + 1);
    let mut office = stage.office.clone();
    for set in &call.hours {
        office = office.with_hours_by_hand(set.schedule, set.state, ends);
    }
    let stage = Stage {
        office: &office,
        ..*stage
    };
    world::World::new(program, &stage, call).play(&acts)
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
        Sound::Beep => Duration::from_millis(600),
        Sound::OwnMessage { ms } | Sound::Silence { ms } => Duration::from_millis(*ms),
    }
}

impl Rehearsal {
    /// A call at that moment whose caller only listens.
    #[must_use]
    pub fn at(unix_ms: i64) -> Self {
        Self {
            at: unix_ms,
            caller: None,
            called: None,
            acts: Vec::new(),
            phones: Vec::new(),
            outside: Vec::new(),
            talks_ms: thirty_seconds(),
            speaks_ms: five_seconds(),
            pins: Pins::default(),
            http: Http::default(),
            dice: 0,
            modes: Vec::new(),
            hours: Vec::new(),
            full: Vec::new(),
        }
    }

    /// What is known of the call when it comes in.
    #[must_use]
    pub fn facts(&self, stage: &Stage<'_>) -> CallFacts {
        let own = self.own_person(stage.office);
        let of_flow = stage.flow.and_then(|flow| stage.office.flow(flow));
        CallFacts {
            call: "rehearsal".to_owned(),
            caller_number: self.caller.clone(),
            caller_name: match own {
                Some(person) => Some(person.shown_name().to_owned()),
                None => self.listed_name(stage.office),
            },
            internal: own.is_some(),
            called_number: match (&self.called, of_flow.and_then(|flow| flow.number.as_ref())) {
                (Some(called), _) => called.clone(),
                (None, number) => number.map(ToString::to_string).unwrap_or_default(),
            },
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
            let caller = numbering::find_listed(office, list, number);
            let name = caller.map(|caller| caller.name.clone());
            name.filter(|name| !name.is_empty())
        })
    }
}

impl Phone {
    /// All telephones of a person.
    #[must_use]
    pub fn of(person: PersonId, does: Does) -> Self {
        Self {
            person,
            device: None,
            does,
        }
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
