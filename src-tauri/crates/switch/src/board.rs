//! The live board: who is reachable, what calls there are; folded from happenings and nothing else.

use crate::happening::{EndReason, Happening, MediaWay, Party, What};
use office::{CallId, DeviceId, PersonId};
use serde::Serialize;
use std::collections::BTreeMap;

/// The office as a receptionist sees it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Board {
    /// Counts up with every happening that changed the board.
    pub seq: u64,
    /// Devices online.
    pub devices: BTreeMap<DeviceId, OnlineDevice>,
    /// Calls going on.
    pub calls: BTreeMap<CallId, LiveCall>,
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

/// A call going on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveCall {
    /// Who called.
    pub from: Party,
    /// What was dialled.
    pub dialled: String,
    /// Who has answered.
    pub with: Option<Party>,
    /// Devices asked to ring, by leg.
    pub ringing: BTreeMap<u32, Ringing>,
    /// Who holds, if anybody does.
    pub held_by: Option<Party>,
    /// How the sound travels.
    pub media: Option<MediaWay>,
    /// Arrived at, milliseconds since 1970 UTC.
    pub arrived_unix_ms: i64,
    /// Answered at, milliseconds since 1970 UTC.
    pub answered_unix_ms: Option<i64>,
}

/// A device asked to ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ringing {
    /// Whose.
    pub party: Party,
    /// Whether it has said that it rings.
    pub alerting: bool,
    /// How its sound would travel.
    pub media: MediaWay,
}

/// What a person is doing, as far as calls tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// No device online.
    Offline,
    /// Online and free.
    Free,
    /// Being called.
    Ringing,
    /// In a call.
    Talking,
}

impl Board {
    /// Takes in one happening. Whether the board changed.
    pub fn apply(&mut self, happening: &Happening) -> bool {
        let changed = self.fold(happening);
        self.seq += u64::from(changed);
        changed
    }

    /// What a person is doing.
    pub fn doing(&self, person: PersonId) -> Doing {
        let is = |party: &Party| party.person == Some(person);
        let mut ringing = false;
        for call in self.calls.values() {
            let talking = call.with.is_some() || is(&call.from);
            if talking && (is(&call.from) || call.with.as_ref().is_some_and(is)) {
                return Doing::Talking;
            }
            ringing |= call.ringing.values().any(|r| is(&r.party));
        }
        if ringing {
            Doing::Ringing
        } else if self.devices.values().any(|d| d.person == person) {
            Doing::Free
        } else {
            Doing::Offline
        }
    }

    fn fold(&mut self, happening: &Happening) -> bool {
        let at = happening.unix_ms;
        match &happening.what {
            What::PhoneCameOnline {
                device,
                person,
                address,
                transport,
                user_agent,
            } => {
                self.devices.insert(
                    *device,
                    OnlineDevice {
                        person: *person,
                        address: address.clone(),
                        transport: transport.clone(),
                        user_agent: user_agent.clone(),
                        since_unix_ms: at,
                    },
                );
                true
            }
            What::PhoneWentOffline { device, .. } => self.devices.remove(device).is_some(),
            What::CallerArrived {
                call,
                from,
                dialled,
            } => {
                self.calls.insert(
                    *call,
                    LiveCall {
                        from: from.clone(),
                        dialled: dialled.clone(),
                        with: None,
                        ringing: BTreeMap::new(),
                        held_by: None,
                        media: None,
                        arrived_unix_ms: at,
                        answered_unix_ms: None,
                    },
                );
                true
            }
            What::CallEnded { call, .. } => self.calls.remove(call).is_some(),
            what => match what.call().and_then(|call| self.calls.get_mut(&call)) {
                Some(call) => call.fold(what, at),
                None => false,
            },
        }
    }
}

impl LiveCall {
    fn fold(&mut self, what: &What, at: i64) -> bool {
        match what {
            What::DeviceCalled { leg, to, media, .. } => {
                let ringing = Ringing {
                    party: to.clone(),
                    alerting: false,
                    media: *media,
                };
                self.ringing.insert(*leg, ringing);
            }
            What::DeviceRang { leg, .. } => match self.ringing.get_mut(leg) {
                Some(ringing) if !ringing.alerting => ringing.alerting = true,
                _ => return false,
            },
            What::DeviceStopped { leg, .. } => return self.ringing.remove(leg).is_some(),
            What::CallAnswered { leg, by, .. } => {
                self.media = self.ringing.get(leg).map(|r| r.media).or(self.media);
                self.ringing.clear();
                self.with = Some(by.clone());
                self.answered_unix_ms.get_or_insert(at);
            }
            What::CallHeld { by, .. } => self.held_by = Some(by.clone()),
            What::CallResumed { .. } => self.held_by = None,
            What::MediaMoved { media, .. } => self.media = Some(*media),
            What::TransferDone { by, to, .. } => {
                if self.from == *by {
                    self.from = to.clone();
                } else {
                    self.with = Some(to.clone());
                }
                self.ringing.clear();
                self.held_by = None;
            }
            What::LegReplaced { by, .. } => self.with = Some(by.clone()),
            _ => return false,
        }
        true
    }
}

/// One finished call, folded from its happenings: what history keeps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// Who called.
    pub from: Party,
    /// What was dialled.
    pub dialled: String,
    /// Who talked with the caller last.
    pub with: Option<Party>,
    /// How the sound travelled last.
    pub media: Option<MediaWay>,
    /// Milliseconds since 1970 UTC.
    pub arrived_unix_ms: i64,
    /// Milliseconds since 1970 UTC; `None` when nobody answered.
    pub answered_unix_ms: Option<i64>,
    /// Milliseconds since 1970 UTC, by the monotonic clock from arrival on.
    pub ended_unix_ms: i64,
    /// Why it ended.
    pub reason: EndReason,
    /// Who ended it.
    pub by: Option<Party>,
    /// Every happening of the call: milliseconds after arrival, and what.
    pub events: Vec<(i64, What)>,
}

/// Folds happenings into call records.
#[derive(Debug, Default)]
pub struct Historian {
    running: BTreeMap<CallId, (Board, Vec<(std::time::Instant, What)>)>,
}

impl Historian {
    /// Takes in one happening; gives the record when it was the call's last.
    pub fn apply(&mut self, happening: &Happening) -> Option<CallRecord> {
        let call = happening.what.call()?;
        if matches!(happening.what, What::CallerArrived { .. }) {
            self.running.insert(call, (Board::default(), Vec::new()));
        }
        let (board, events) = self.running.get_mut(&call)?;
        if events.len() < crate::limits::MAX_EVENTS_PER_CALL {
            events.push((happening.at, happening.what.clone()));
        }
        let What::CallEnded { reason, by, .. } = &happening.what else {
            board.apply(happening);
            return None;
        };
        let (mut board, events) = self.running.remove(&call)?;
        let live = board.calls.remove(&call)?;
        let began = events.first()?.0;
        let since = |at: std::time::Instant| {
            i64::try_from(at.saturating_duration_since(began).as_millis()).unwrap_or(i64::MAX)
        };
        Some(CallRecord {
            call,
            from: live.from,
            dialled: live.dialled,
            with: live.with,
            media: live.media,
            arrived_unix_ms: live.arrived_unix_ms,
            answered_unix_ms: live.answered_unix_ms,
            ended_unix_ms: live.arrived_unix_ms + since(happening.at),
            reason: *reason,
            by: by.clone(),
            events: events
                .into_iter()
                .map(|(at, what)| (since(at), what))
                .collect(),
        })
    }

    /// Calls whose end has not been seen yet.
    pub fn running(&self) -> usize {
        self.running.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn party(person: i64, number: &str) -> Party {
        Party {
            person: Some(PersonId(person)),
            device: Some(DeviceId(person * 10)),
            name: format!("Person {person}"),
            number: number.to_owned(),
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
                },
            ),
            (
                0,
                What::DeviceCalled {
                    call,
                    leg: 2,
                    to: ben.clone(),
                    media: MediaWay::Direct,
                },
            ),
            (1, What::DeviceRang { call, leg: 2 }),
            (
                7,
                What::CallAnswered {
                    call,
                    leg: 2,
                    by: ben,
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
                (Doing::Talking, Doing::Offline),
                (Doing::Talking, Doing::Ringing),
                (Doing::Talking, Doing::Ringing),
                (Doing::Talking, Doing::Talking),
                (Doing::Offline, Doing::Offline),
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
