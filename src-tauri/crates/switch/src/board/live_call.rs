//! A call as the board shows it, and how it goes on with what happens in it.

use super::Doing;
use crate::{
    features::park,
    happening::{CallSide, Listening, MediaWay, OfficeService, Party, What},
};
use callflow::TraceStep;
use office::{CallRecordingId, FlowId, ParkSlot, PersonId, TrunkId};
use serde::Serialize;
use std::collections::BTreeMap;

/// A call going on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveCall {
    /// Who called, or who has their place since a transfer.
    pub from: Party,
    /// What was dialled.
    pub dialled: String,
    /// Who has answered, or who has their place since a transfer.
    pub with: Option<Party>,
    /// Devices asked to ring, by leg.
    pub ringing: BTreeMap<u32, Ringing>,
    /// Who holds, if anybody does.
    pub held_by: Option<Party>,
    /// Where it is parked, if it is.
    pub parked: Option<ParkedAt>,
    /// In which queue its caller waits, if they do.
    pub waits: Option<WaitsIn>,
    /// How the sound travels.
    pub media: Option<MediaWay>,
    /// What sound was agreed on last, such as `G.722`.
    pub codec: Option<String>,
    /// What the office itself does for the caller.
    pub service: Option<OfficeService>,
    /// Whether it is recorded.
    pub recording: RecordingState,
    /// Its recordings so far, the one that is being made last.
    pub recordings: Vec<CallRecordingId>,
    /// Who listens to it or takes part, besides the two.
    pub listeners: Vec<Listener>,
    /// Where in a call flow its caller is.
    pub at: Option<FlowPlace>,
    /// The way they leave a node by, until they come to the next one.
    #[serde(skip)]
    leaves: Option<(Option<FlowId>, FlowWay)>,
    /// Whether it crossed the office's edge.
    pub direction: CallDirection,
    /// The line it came in on, or else goes out on.
    pub line: Option<TrunkId>,
    /// The number of the office that was called from outside, or that whom is called outside is
    /// shown; none if it is hidden or nobody is.
    pub shows: Option<String>,
    /// Arrived at, milliseconds since 1970 UTC.
    pub arrived_unix_ms: i64,
    /// Answered at, milliseconds since 1970 UTC.
    pub answered_unix_ms: Option<i64>,
}

/// A slot in which a call is parked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedAt {
    /// Which.
    pub slot: ParkSlot,
    /// The side that waits.
    pub side: CallSide,
    /// Who has parked it; a call flow for nobody.
    pub by: Option<Party>,
    /// Since when, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

/// A queue in which a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitsIn {
    /// The flow that it is.
    pub queue: FlowId,
    /// Who has a higher one is served before all who have less.
    pub priority: i8,
    /// Since when, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

/// Whether a call crossed the office's edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallDirection {
    /// It did not.
    #[default]
    Inside,
    /// It came in from outside.
    In,
    /// It went out.
    Out,
}

/// Where in a call flow a caller is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowPlace {
    /// The flow; `None` when no flow could go on.
    pub flow: Option<FlowId>,
    /// Which version of it the call keeps; 0 for a draft.
    pub revision: u64,
    /// The node.
    pub node: String,
    /// How they came there; `None` at the beginning of a flow, and where the flow was left in between.
    pub by: Option<FlowWay>,
    /// Since when, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

/// A way from one node of a flow to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowWay {
    /// The node it leaves.
    pub node: String,
    /// By which outcome.
    pub outcome: String,
}

/// Whether a call is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingState {
    /// It is not.
    #[default]
    Off,
    /// It is.
    On,
    /// It is, but nothing is kept just now.
    Paused,
}

/// Somebody with authority in a talk of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Who.
    pub party: Party,
    /// How.
    pub how: Listening,
}

/// A device asked to ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ringing {
    /// Whose.
    pub party: Party,
    /// Whether it has said that it rings.
    pub alerting: bool,
    /// How its sound would travel, as far as it is known.
    pub media: Option<MediaWay>,
}

impl LiveCall {
    pub(super) fn arrived(from: &Party, dialled: &str, at: i64) -> LiveCall {
        LiveCall {
            from: from.clone(),
            dialled: dialled.to_owned(),
            with: None,
            ringing: BTreeMap::new(),
            held_by: None,
            parked: None,
            waits: None,
            media: None,
            codec: None,
            service: None,
            listeners: Vec::new(),
            recording: RecordingState::Off,
            recordings: Vec::new(),
            at: None,
            leaves: None,
            direction: match from.is_outside() {
                true => CallDirection::In,
                false => CallDirection::Inside,
            },
            line: from.line,
            shows: None,
            arrived_unix_ms: at,
            answered_unix_ms: None,
        }
    }

    /// What a person is doing in this call.
    pub(super) fn doing(&self, person: PersonId) -> Doing {
        let is = |party: &Party| party.person == Some(person);
        if is(&self.from) || self.with.as_ref().is_some_and(is) {
            match &self.with {
                None => Doing::Calling,
                Some(_) if self.held_by.as_ref().is_some_and(is) => Doing::Holding,
                Some(_) => Doing::Talking,
            }
        } else if self.ringing.values().any(|ringing| is(&ringing.party)) {
            Doing::Ringing
        } else {
            Doing::Idle
        }
    }

    /// Takes in what happened in this call. Whether it changed; whoever may be doing something else
    /// now is added to `persons`.
    pub(super) fn fold(&mut self, what: &What, at: i64, persons: &mut Vec<PersonId>) -> bool {
        match what {
            What::DeviceCalled { leg, to, media, .. } => {
                let ringing = Ringing {
                    party: to.clone(),
                    alerting: false,
                    media: *media,
                };
                add(persons, to);
                self.ringing.insert(*leg, ringing);
                return true;
            }
            What::DeviceRang { leg, .. } => {
                return match self.ringing.get_mut(leg) {
                    Some(ringing) => !std::mem::replace(&mut ringing.alerting, true),
                    None => false,
                };
            }
            What::LineChosen { line, shows, .. } => {
                // A call from outside that is led out again stays one from outside.
                if self.direction != CallDirection::In {
                    self.direction = CallDirection::Out;
                    self.line = Some(*line);
                    self.shows.clone_from(shows);
                }
                return true;
            }
            What::NumberCalled { number, .. } => {
                self.shows = Some(number.clone());
                return true;
            }
            What::FlowStep { revision, step, .. } => return self.walk(*revision, step, at),
            What::FlowLeft { .. } => return self.at.take().is_some(),
            What::QueueJoined {
                queue, priority, ..
            } => {
                self.waits = Some(WaitsIn {
                    queue: *queue,
                    priority: *priority,
                    since_unix_ms: at,
                });
                return true;
            }
            What::QueueLeft { .. } => return self.waits.take().is_some(),
            What::DeviceStopped { leg, .. } => {
                let stopped = self.ringing.remove(leg);
                if let Some(stopped) = &stopped {
                    add(persons, &stopped.party);
                }
                return stopped.is_some();
            }
            What::MediaMoved { media, .. } => {
                return self.media.replace(*media) != Some(*media);
            }
            What::SoundAgreed { codec, .. } => {
                let is_new = self.codec.as_ref() != Some(codec);
                if is_new {
                    self.codec = Some(codec.clone());
                }
                return is_new;
            }
            What::ListenedTo { by, how, .. } => {
                let listener = Listener {
                    party: by.clone(),
                    how: *how,
                };
                self.listeners.retain(|other| other.party != *by);
                self.listeners.push(listener);
                return true;
            }
            What::ListenedToNoMore { by, .. } => {
                self.listeners.retain(|other| other.party != *by);
                return true;
            }
            What::RecordingBegan { recording, .. } => {
                self.recordings.push(*recording);
                self.recording = RecordingState::On;
                return true;
            }
            What::RecordingPaused { .. } => {
                self.recording = RecordingState::Paused;
                return true;
            }
            What::RecordingResumed { .. } => {
                self.recording = RecordingState::On;
                return true;
            }
            What::RecordingEnded {
                recording, lasts, ..
            } => {
                // The end of a part may be told when the next one runs already.
                let is_last = self.recordings.last() == Some(recording);
                if lasts.is_zero() {
                    self.recordings.retain(|kept| kept != recording);
                }
                if is_last {
                    self.recording = RecordingState::Off;
                }
                return is_last;
            }
            _ => {}
        }
        // What follows changes the parties: those of before and those of after are concerned.
        let before = persons.len();
        self.concerns(persons);
        match what {
            What::CallerPickedUp { by, .. } => {
                self.ringing.clear();
                self.put(CallSide::Caller, by);
            }
            What::CallAnswered { leg, by, side, .. } => {
                self.media = self.ringing.get(leg).and_then(|r| r.media).or(self.media);
                self.ringing.clear();
                self.put(*side, by);
                self.answered_unix_ms.get_or_insert(at);
                self.service = None;
            }
            What::MailboxOpened { mailbox, .. } => {
                let mailbox = Some(*mailbox);
                self.service = Some(OfficeService::Mailbox { mailbox });
            }
            What::OfficeAnswered { by, service, .. } => {
                self.media = Some(MediaWay::Relayed);
                self.service = Some(service.clone());
                self.ringing.clear();
                // Whoever was called may have been handed on to it; then it has the caller's place.
                if self.from != *by {
                    self.put(CallSide::Callee, by);
                }
                self.answered_unix_ms.get_or_insert(at);
            }
            What::EchoBegan { by, .. } => {
                self.media = Some(MediaWay::Relayed);
                self.put(CallSide::Callee, by);
                self.answered_unix_ms.get_or_insert(at);
            }
            What::CallHeld { by, .. } => self.held_by = Some(by.clone()),
            What::CallResumed { .. } => self.held_by = None,
            What::CallParked {
                slot, by, keeps, ..
            } => {
                self.put(keeps.other(), &park::party(*slot));
                self.service = None;
                self.parked = Some(ParkedAt {
                    slot: *slot,
                    side: *keeps,
                    by: by.clone(),
                    since_unix_ms: at,
                });
            }
            What::CallFetched { by, side, .. } => self.put(*side, by),
            // The flow it came from has it again.
            What::ParkedCallCameBack { to: None, .. } => self.parked = None,
            What::TransferDone {
                by: left, to: came, ..
            }
            | What::LegReplaced {
                replaced: left,
                by: came,
                ..
            } => {
                let Some(side) = self.side_of(left) else {
                    // Whoever answered has taken the side already.
                    persons.truncate(before);
                    return false;
                };
                self.put(side, came);
            }
            _ => {
                persons.truncate(before);
                return false;
            }
        }
        self.concerns(persons);
        true
    }

    /// The caller leaves a node or comes to one. Whether they are at another one now, or came another
    /// way.
    fn walk(&mut self, revision: u64, step: &TraceStep, since_unix_ms: i64) -> bool {
        if let ("outcome", Some(outcome)) = (&*step.event, &step.outcome) {
            let way = FlowWay {
                node: step.node.clone(),
                outcome: outcome.clone(),
            };
            self.leaves = Some((step.flow, way));
            return false;
        }
        let is_here = |place: &FlowPlace| place.flow == step.flow && place.node == step.node;
        // Where no flow can go on, nodes are not entered.
        let comes = step.event == "enter" || step.flow.is_none();
        if !comes {
            return false;
        }
        let left = self.leaves.take().filter(|(flow, _)| *flow == step.flow);
        let by = left.map(|(_, way)| way);
        if let Some(here) = self.at.as_mut().filter(|at| is_here(at)) {
            // By an outcome of its own, as a menu that is heard again.
            let Some(by) = by.filter(|by| here.by.as_ref() != Some(by)) else {
                return false;
            };
            here.by = Some(by);
            return true;
        }
        self.at = Some(FlowPlace {
            flow: step.flow,
            revision,
            node: step.node.clone(),
            by,
            since_unix_ms,
        });
        true
    }

    fn side_of(&self, party: &Party) -> Option<CallSide> {
        if self.from == *party {
            Some(CallSide::Caller)
        } else {
            (self.with.as_ref() == Some(party)).then_some(CallSide::Callee)
        }
    }

    /// Somebody takes one side of the call; whoever held it there holds nobody any more.
    fn put(&mut self, side: CallSide, party: &Party) {
        let before = match side {
            CallSide::Caller => Some(std::mem::replace(&mut self.from, party.clone())),
            CallSide::Callee => self.with.replace(party.clone()),
        };
        if self.held_by.is_some() && self.held_by == before {
            self.held_by = None;
        }
        // Somebody is in the slot's place, or nobody waits in it any more.
        self.parked = None;
    }

    /// Everybody in this call.
    pub(super) fn concerns(&self, persons: &mut Vec<PersonId>) {
        let rung = self.ringing.values().map(|ringing| &ringing.party);
        for party in std::iter::once(&self.from).chain(&self.with).chain(rung) {
            add(persons, party);
        }
    }
}

fn add(persons: &mut Vec<PersonId>, party: &Party) {
    if let Some(person) = party.person
        && !persons.contains(&person)
    {
        persons.push(person);
    }
}
