//! The live board: who is reachable, what calls there are; folded from happenings and nothing else.

use crate::happening::{Happening, LineReason, LineState, OfflineReason, What};
use office::{CallId, ConferenceRoomId, DeviceId, PersonId, TrunkId};
use serde::Serialize;
use std::collections::BTreeMap;

mod historian;
mod live_call;
mod live_room;

pub use historian::{CallRecord, Historian};
pub use live_call::{
    CallDirection, FlowPlace, FlowWay, Listener, LiveCall, ParkedAt, RecordingState, Ringing,
    WaitsIn,
};
pub use live_room::{LiveRoom, RoomMember};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::happening::{CallSide, EndReason, MediaWay, Party};
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
