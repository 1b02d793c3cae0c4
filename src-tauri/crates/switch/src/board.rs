//! The live board: who is reachable, what calls there are; folded from happenings and nothing else.

use crate::features::park;
use crate::happening::{
    CallSide, Happening, LineReason, LineState, MediaWay, OfficeService, OfflineReason, Party, What,
};
use callflow::TraceStep;
use office::{
    CallId, CallRecordingId, ConferenceRoomId, DeviceId, FlowId, ParkSlot, PersonId, TrunkId,
};
use serde::Serialize;
use std::collections::BTreeMap;

mod historian;

pub use historian::{CallRecord, Historian};

/// The office as a receptionist sees it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Board {
    /// Counts up with every happening that changed the board.
    pub seq: u64,
    /// Devices online.
    pub devices: BTreeMap<DeviceId, OnlineDevice>,
    /// Devices of the office that were online and are no longer.
    pub offline: BTreeMap<DeviceId, OfflineDevice>,
    /// The sound of each device's latest call, such as `G.722`.
    pub codecs: BTreeMap<DeviceId, String>,
    /// Calls going on.
    pub calls: BTreeMap<CallId, LiveCall>,
    /// Conference rooms with somebody in them.
    pub rooms: BTreeMap<ConferenceRoomId, LiveRoom>,
    /// The lines that are set up.
    pub lines: BTreeMap<TrunkId, LiveLine>,
}

/// A line to the outside world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveLine {
    /// How it is.
    pub state: LineState,
    /// Why.
    pub reason: LineReason,
    /// What the far end said, such as `403 Forbidden`; empty if nothing.
    pub detail: String,
    /// Since when it is in this state, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
    /// When it is tried next, if it waits: milliseconds since 1970 UTC.
    pub next_try_unix_ms: Option<i64>,
}

/// A conference room with somebody in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveRoom {
    /// Only the host is let in.
    pub locked: bool,
    /// It is recorded.
    pub recording: bool,
    /// Since when somebody is in it, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
    /// Who is in it, by their calls.
    pub members: BTreeMap<CallId, RoomMember>,
}

/// Somebody in a conference room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomMember {
    /// Who.
    pub party: Party,
    /// Whether they are its host.
    pub host: bool,
    /// Whether nobody hears them.
    pub muted: bool,
    /// Whether they hear music until the host has come.
    pub waits: bool,
    /// Whether they have the word.
    pub speaking: bool,
    /// Since when they are in it, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

/// A device that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineDevice {
    /// Whose it is.
    pub person: PersonId,
    /// Address of its signalling.
    pub address: String,
    /// Transport of its signalling.
    pub transport: String,
    /// What it calls itself.
    pub user_agent: String,
    /// Since when, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

/// A device that can no longer be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfflineDevice {
    /// Whose it is.
    pub person: PersonId,
    /// Why.
    pub reason: OfflineReason,
    /// Since when, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

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

/// What a person is doing, as far as calls tell. Of several calls the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// Nothing.
    Idle,
    /// Holds somebody.
    Holding,
    /// Is being called.
    Ringing,
    /// Calls somebody who has not answered.
    Calling,
    /// Talks, or is held by the other.
    Talking,
}

/// What one happening changed on the board: at most one call, and persons and devices that may be
/// doing or reachable differently now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The call that began, changed or ended.
    pub call: Option<CallId>,
    /// The conference room that changed.
    pub room: Option<ConferenceRoomId>,
    /// The line that changed.
    pub line: Option<TrunkId>,
    /// Each once.
    pub persons: Vec<PersonId>,
    /// Each once.
    pub devices: Vec<DeviceId>,
}

impl Changed {
    /// Nothing did.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.call.is_none()
            && self.room.is_none()
            && self.line.is_none()
            && self.persons.is_empty()
            && self.devices.is_empty()
    }
}

impl Board {
    /// Takes in one happening. What changed.
    pub fn apply(&mut self, happening: &Happening) -> Changed {
        let mut changed = Changed::default();
        match happening.what.call() {
            Some(call) => self.fold_call(call, happening, &mut changed),
            None => self.fold_device(happening, &mut changed),
        }
        self.fold_room(happening, &mut changed);
        self.seq += u64::from(!changed.is_empty());
        changed
    }

    /// The calls a line carries just now: those that came in, and those that go out.
    #[must_use]
    pub fn calls_on(&self, line: TrunkId) -> (usize, usize) {
        let on = self.calls.values().filter(|call| call.line == Some(line));
        let (ins, outs): (Vec<_>, Vec<_>) =
            on.partition(|call| call.direction == CallDirection::In);
        (ins.len(), outs.len())
    }

    /// What a person is doing.
    #[must_use]
    pub fn doing(&self, person: PersonId) -> Doing {
        let calls = self.calls.values();
        calls
            .map(|call| call.doing(person))
            .max()
            .unwrap_or(Doing::Idle)
    }

    fn fold_device(&mut self, happening: &Happening, changed: &mut Changed) {
        let since_unix_ms = happening.unix_ms;
        match &happening.what {
            What::PhoneCameOnline {
                device,
                person,
                address,
                transport,
                user_agent,
            } => {
                let online = OnlineDevice {
                    person: *person,
                    address: address.clone(),
                    transport: transport.clone(),
                    user_agent: user_agent.clone(),
                    since_unix_ms,
                };
                self.offline.remove(device);
                self.devices.insert(*device, online);
                changed.persons.push(*person);
                changed.devices.push(*device);
            }
            What::PhoneWentOffline {
                device,
                person,
                reason,
            } => {
                self.devices.remove(device);
                let offline = OfflineDevice {
                    person: *person,
                    reason: *reason,
                    since_unix_ms,
                };
                self.offline.insert(*device, offline);
                changed.persons.push(*person);
                changed.devices.push(*device);
            }
            What::DeviceRemoved { device } => {
                let online = self.devices.remove(device).map(|d| d.person);
                let offline = self.offline.remove(device).map(|d| d.person);
                self.codecs.remove(device);
                changed.persons.extend(online.or(offline));
                changed.devices.push(*device);
            }
            What::LineChanged {
                line,
                state,
                reason,
                detail,
                next_try_unix_ms,
            } => {
                let before = self.lines.get(line);
                let stays = before.filter(|before| before.state == *state);
                let live = LiveLine {
                    state: *state,
                    reason: *reason,
                    detail: detail.clone(),
                    since_unix_ms: stays.map_or(since_unix_ms, |before| before.since_unix_ms),
                    next_try_unix_ms: *next_try_unix_ms,
                };
                self.lines.insert(*line, live);
                changed.line = Some(*line);
            }
            What::LineRemoved { line } => {
                changed.line = self.lines.remove(line).map(|_| *line);
            }
            _ => {}
        }
    }

    fn fold_room(&mut self, happening: &Happening, changed: &mut Changed) {
        let since_unix_ms = happening.unix_ms;
        let (room, done) = match &happening.what {
            What::RoomJoined {
                call,
                room,
                by,
                host,
                muted,
                waits,
            } => {
                let live = self.rooms.entry(*room).or_insert_with(|| LiveRoom {
                    locked: false,
                    recording: false,
                    since_unix_ms,
                    members: BTreeMap::new(),
                });
                if *host {
                    for member in live.members.values_mut() {
                        member.waits = false;
                    }
                }
                let member = RoomMember {
                    party: by.clone(),
                    host: *host,
                    muted: *muted,
                    waits: *waits,
                    speaking: false,
                    since_unix_ms,
                };
                live.members.insert(*call, member);
                (room, true)
            }
            What::RoomLeft { call, room, .. } => {
                let live = self.rooms.get_mut(room);
                let left = live.is_some_and(|live| live.members.remove(call).is_some());
                self.rooms.retain(|_, live| !live.members.is_empty());
                (room, left)
            }
            What::RoomLocked { room, .. } => (room, self.set_locked(*room, true)),
            What::RoomUnlocked { room, .. } => (room, self.set_locked(*room, false)),
            What::RoomRecordingBegan { room, .. } => (room, self.set_recording(*room, true)),
            What::RoomRecordingEnded { room, .. } => (room, self.set_recording(*room, false)),
            What::MemberMuted { call, room } => (room, self.set_muted(*room, *call, true)),
            What::MemberUnmuted { call, room } => (room, self.set_muted(*room, *call, false)),
            What::SomebodySpoke { room, member } => (room, self.set_speaking(*room, *member)),
            _ => return,
        };
        changed.room = done.then_some(*room);
    }

    fn set_locked(&mut self, room: ConferenceRoomId, locked: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        live.is_some_and(|live| std::mem::replace(&mut live.locked, locked) != locked)
    }

    fn set_recording(&mut self, room: ConferenceRoomId, on: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        live.is_some_and(|live| std::mem::replace(&mut live.recording, on) != on)
    }

    fn set_muted(&mut self, room: ConferenceRoomId, call: CallId, muted: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        let member = live.and_then(|live| live.members.get_mut(&call));
        member.is_some_and(|member| std::mem::replace(&mut member.muted, muted) != muted)
    }

    fn set_speaking(&mut self, room: ConferenceRoomId, who: Option<CallId>) -> bool {
        let mut changed = false;
        let members = self.rooms.get_mut(&room).map(|live| &mut live.members);
        for (call, member) in members.into_iter().flatten() {
            let speaks = who == Some(*call);
            changed |= std::mem::replace(&mut member.speaking, speaks) != speaks;
        }
        changed
    }

    fn fold_call(&mut self, call: CallId, happening: &Happening, changed: &mut Changed) {
        let at = happening.unix_ms;
        match &happening.what {
            What::CallerArrived { from, dialled, .. } => {
                let live = LiveCall::arrived(from, dialled, at);
                live.concerns(&mut changed.persons);
                self.calls.insert(call, live);
                changed.call = Some(call);
            }
            What::CallEnded { .. } => {
                if let Some(live) = self.calls.remove(&call) {
                    live.concerns(&mut changed.persons);
                    changed.call = Some(call);
                }
            }
            what => {
                let Some(live) = self.calls.get_mut(&call) else {
                    return;
                };
                if live.fold(what, at, &mut changed.persons) {
                    changed.call = Some(call);
                }
                if let What::SoundAgreed { codec, .. } = what {
                    let parties = std::iter::once(&live.from).chain(&live.with);
                    for device in parties.filter_map(|party| party.device) {
                        // A removed device may be in its last call: nothing of it is kept.
                        if self.devices.contains_key(&device)
                            && self.codecs.get(&device) != Some(codec)
                        {
                            self.codecs.insert(device, codec.clone());
                            changed.devices.push(device);
                        }
                    }
                }
            }
        }
    }
}

impl LiveCall {
    fn arrived(from: &Party, dialled: &str, at: i64) -> LiveCall {
        LiveCall {
            from: from.clone(),
            dialled: dialled.to_owned(),
            with: None,
            ringing: BTreeMap::new(),
            held_by: None,
            parked: None,
            media: None,
            codec: None,
            service: None,
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
    fn doing(&self, person: PersonId) -> Doing {
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
    fn fold(&mut self, what: &What, at: i64, persons: &mut Vec<PersonId>) -> bool {
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
    fn concerns(&self, persons: &mut Vec<PersonId>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::happening::EndReason;
    use std::time::{Duration, Instant};

    fn party(person: i64, number: &str) -> Party {
        Party {
            person: Some(PersonId(person)),
            device: Some(DeviceId(person * 10)),
            name: format!("Person {person}"),
            number: number.to_owned(),
            ..Party::default()
        }
    }

    /// A call of 7 seconds' ringing and 60 seconds' talk, told second by second.
    fn one_call() -> Vec<Happening> {
        let start = Instant::now();
        let call = CallId(5);
        let (anna, ben) = (party(1, "101"), party(2, "102"));
        [
            (
                0,
                What::CallerArrived {
                    call,
                    from: anna.clone(),
                    dialled: "102".into(),
                    from_board: false,
                },
            ),
            (
                0,
                What::DeviceCalled {
                    call,
                    leg: 2,
                    to: ben.clone(),
                    media: Some(MediaWay::Direct),
                },
            ),
            (1, What::DeviceRang { call, leg: 2 }),
            (
                7,
                What::CallAnswered {
                    call,
                    leg: 2,
                    by: ben,
                    side: CallSide::Callee,
                },
            ),
            (
                67,
                What::CallEnded {
                    call,
                    reason: EndReason::HungUp,
                    by: Some(anna),
                    quality: vec![],
                },
            ),
        ]
        .map(|(second, what)| Happening {
            at: start + Duration::from_secs(second),
            // The wall clock jumped back an hour in the middle of the call.
            unix_ms: 1_000_000 + (second as i64) * 1_000 - if second > 30 { 3_600_000 } else { 0 },
            what,
        })
        .into()
    }

    #[test]
    fn what_each_person_is_doing_while_a_call_comes_and_goes() {
        let mut board = Board::default();
        let mut seen = Vec::new();
        for happening in one_call() {
            board.apply(&happening);
            seen.push((board.doing(PersonId(1)), board.doing(PersonId(2))));
        }
        assert_eq!(
            seen,
            [
                (Doing::Calling, Doing::Idle),
                (Doing::Calling, Doing::Ringing),
                (Doing::Calling, Doing::Ringing),
                (Doing::Talking, Doing::Talking),
                (Doing::Idle, Doing::Idle),
            ]
        );
        assert_eq!(board.seq, 5);
    }

    #[test]
    fn a_record_lasts_as_long_as_the_call_did_though_the_wall_clock_was_set() {
        let mut historian = Historian::default();
        let records: Vec<CallRecord> = one_call()
            .iter()
            .filter_map(|h| historian.apply(h))
            .collect();
        assert_eq!(records.len(), 1);
        let record = &records[0];
        assert_eq!(record.ended_unix_ms - record.arrived_unix_ms, 67_000);
        assert_eq!(record.with.as_ref().map(|p| p.number.as_str()), Some("102"));
        assert_eq!(
            record.events.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
            [0, 0, 1_000, 7_000, 67_000]
        );
        assert_eq!(historian.running(), 0);
    }
}
