//! What a walk tells of itself: the same steps in a rehearsal and in a live call.

use super::{About, Act, Call, Frame, RingEnd};
use office::{Closed, FlowId, Office, PersonId, WithHours};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One step of a call through the flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// Which step of the call this is, from 0.
    pub seq: u32,
    /// When, in milliseconds since the call came in.
    pub t_ms: u64,
    /// The flow, where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowId>,
    /// The node; [`LAST_RESORT`] when no flow could go on.
    pub node: String,
    /// What happened there: `enter`, `prompt`, `digit`, `outcome`, `var`, `leg` or `fault`. A `var`
    /// without a variable tells by its reason why the node decides as it does.
    pub event: Cow<'static, str>,
    /// By which outcome the caller left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Which keys were pressed; dots where they are nobody's business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<String>,
    /// Which variable was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// To what; dots where it is nobody's business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What became of a telephone that was rung, or of the caller's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<Cow<'static, str>>,
    /// Whose telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The node of steps that belong to no flow.
pub const LAST_RESORT: &str = "lastResort";

/// A reason as a name and what belongs into its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reason {
    /// Its name, one of [`REASONS`].
    pub id: Cow<'static, str>,
    /// What belongs into its sentence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<Cow<'static, str>, String>,
}

/// The names of all reasons, each with what belongs into its sentence.
pub const REASONS: &[(&str, &[&str])] = &[
    ("badParameter", &["field"]),
    ("calledEverybody", &["phones"]),
    ("closed", &["what", "schedule"]),
    ("disabled", &[]),
    ("flowNotPublished", &["id"]),
    ("lastResort", &[]),
    ("locked", &[]),
    ("mailboxFull", &[]),
    ("noEntry", &[]),
    ("noLine", &["id"]),
    ("noMailbox", &[]),
    ("noSuchDevice", &["id"]),
    ("noSuchExtension", &["id"]),
    ("noSuchFlow", &["id"]),
    ("noSuchList", &["id"]),
    ("noSuchMailbox", &["id"]),
    ("noSuchMode", &["id"]),
    ("noSuchPerson", &["id"]),
    ("noSuchPinSet", &["id"]),
    ("noSuchRingGroup", &["id"]),
    ("noSuchQueue", &["id"]),
    ("noSuchRoom", &["id"]),
    ("noSuchSchedule", &["id"]),
    ("nobodyAtNumber", &["id"]),
    ("nobodyToReturnTo", &[]),
    ("nobodyToRing", &[]),
    ("noneYet", &["what"]),
    ("notChosen", &["what"]),
    ("notConnected", &["outcome"]),
    ("offered", &["what", "names"]),
    ("officeMailbox", &["mailbox"]),
    ("openBecause", &["because", "label"]),
    ("placed", &["place"]),
    ("queueEmpty", &["what"]),
    ("queueFull", &["what", "waiting"]),
    ("queueLong", &["what", "seconds"]),
    ("requestFailed", &["why"]),
    ("requestRefused", &["status"]),
    ("requestTimedOut", &[]),
    ("roomFull", &[]),
    ("slotsFull", &[]),
    ("sorry", &[]),
    ("tooDeep", &["depth"]),
    ("tooManySteps", &["steps"]),
    ("tooManyVisits", &["visits"]),
    ("unknownKind", &["kind"]),
    ("unknownTarget", &["kind"]),
    ("valueDoesNotFit", &["variable"]),
];

impl Reason {
    pub(crate) fn new(id: &'static str) -> Self {
        Self {
            id: Cow::Borrowed(id),
            params: BTreeMap::new(),
        }
    }

    /// Something takes no calls at this hour.
    pub(crate) fn closed(closed: &Closed<'_>, office: &Office) -> Self {
        let what = match closed.what {
            WithHours::Extension(number) => number.as_str(),
            WithHours::Person(person) => person.shown_name(),
        };
        let schedule = office.schedule(closed.schedule);
        let schedule = schedule.map_or("", |schedule| schedule.name());
        Self::new("closed")
            .with("what", what)
            .with("schedule", schedule)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(Cow::Borrowed(name), value.to_string());
        self
    }
}

/// What is told of a node, before it has its place in the trace.
#[derive(Clone, Debug)]
pub enum TraceEvent {
    /// The caller came to it.
    Enter,
    /// It said something.
    Prompt,
    /// The caller pressed keys.
    Digit {
        /// Which, or dots.
        digits: String,
    },
    /// The caller left it.
    Outcome {
        /// By which outcome.
        outcome: String,
    },
    /// It found out why it decides as it does.
    Because {
        /// Why.
        reason: Reason,
    },
    /// It set a variable.
    Var {
        /// Which.
        variable: String,
        /// To what, or dots.
        value: String,
    },
    /// Something became of a telephone.
    Leg {
        /// What.
        leg: &'static str,
        /// Whose.
        person: Option<PersonId>,
    },
    /// It could not do what it should.
    Fault {
        /// Why.
        reason: Reason,
    },
}

impl Call {
    /// The act that writes an event down; `frame` is none where no flow could go on.
    pub(super) fn trace(
        &mut self,
        about: &About<'_>,
        frame: Option<&Frame>,
        node: &str,
        event: TraceEvent,
    ) -> Act {
        let elapsed = about.unix_ms.saturating_sub(self.facts.began_unix_ms);
        let mut step = TraceStep {
            seq: self.seq,
            t_ms: u64::try_from(elapsed).unwrap_or(0),
            flow: frame.and_then(|frame| frame.flow),
            node: node.to_owned(),
            event: Cow::Borrowed(event.name()),
            outcome: None,
            digits: None,
            variable: None,
            value: None,
            leg: None,
            person: None,
            reason: None,
        };
        self.seq += 1;
        match event {
            TraceEvent::Enter | TraceEvent::Prompt => {}
            TraceEvent::Digit { digits } => step.digits = Some(digits),
            TraceEvent::Outcome { outcome } => step.outcome = Some(outcome),
            TraceEvent::Because { reason } | TraceEvent::Fault { reason } => {
                step.reason = Some(reason);
            }
            TraceEvent::Var { variable, value } => {
                step.variable = Some(variable);
                step.value = Some(value);
            }
            TraceEvent::Leg { leg, person } => {
                step.leg = Some(Cow::Borrowed(leg));
                step.person = person;
            }
        }
        let revision = frame.map_or(0, |frame| frame.program.revision());
        Act::Trace { revision, step }
    }

    pub(super) fn fault(
        &mut self,
        about: &About<'_>,
        frame: Option<&Frame>,
        node: &str,
        reason: Reason,
    ) -> Act {
        self.trace(about, frame, node, TraceEvent::Fault { reason })
    }
}

impl TraceEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Prompt => "prompt",
            Self::Digit { .. } => "digit",
            Self::Outcome { .. } => "outcome",
            Self::Because { .. } | Self::Var { .. } => "var",
            Self::Leg { .. } => "leg",
            Self::Fault { .. } => "fault",
        }
    }
}

pub(super) fn leg(end: RingEnd, person: Option<PersonId>) -> TraceEvent {
    let leg = match end {
        RingEnd::Answered => "answered",
        RingEnd::NoAnswer => "noAnswer",
        RingEnd::Busy => "busy",
        RingEnd::Declined => "declined",
        RingEnd::Unreachable => "unreachable",
    };
    TraceEvent::Leg { leg, person }
}
