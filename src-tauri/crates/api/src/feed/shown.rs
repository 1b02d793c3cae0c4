//! The state as windows know it, and how it follows the state as it is.

use super::{
    audience::{Audience, Calls},
    touched::Marks,
};
use crate::{
    Desk,
    values::{CallId, DeviceId, FlowId, LineId, MailboxId, ModeId, PersonId, RoomId, ScheduleId},
    views::{
        attention::AttentionView,
        devices::DeviceView,
        emergencies::EmergencyView,
        flows::FlowView,
        fuses::FuseView,
        lines::LineView,
        live::{Change, EngineState, LiveCallView, OfficeView, State},
        mailboxes::MailboxView,
        modes::ModeView,
        people::PersonView,
        rooms::RoomView,
        schedules::ScheduleView,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What windows were told last.
#[derive(Debug)]
pub(super) struct Shown {
    engine: EngineState,
    office: OfficeView,
    people: BTreeMap<PersonId, PersonView>,
    devices: BTreeMap<DeviceId, DeviceView>,
    calls: BTreeMap<CallId, LiveCallView>,
    rooms: BTreeMap<RoomId, RoomView>,
    attention: BTreeMap<String, AttentionView>,
    mailboxes: BTreeMap<MailboxId, MailboxView>,
    schedules: BTreeMap<ScheduleId, ScheduleView>,
    modes: BTreeMap<ModeId, ModeView>,
    flows: BTreeMap<FlowId, FlowView>,
    lines: BTreeMap<LineId, LineView>,
    fuses: BTreeMap<String, FuseView>,
    emergencies: BTreeMap<String, EmergencyView>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) change: Change,
    /// The mailbox as it was shown before, where it is one.
    pub(super) was: Option<MailboxView>,
}

impl From<Change> for Told {
    fn from(change: Change) -> Self {
        Self { change, was: None }
    }
}

impl Shown {
    /// The state as it is now.
    pub(super) fn of(desk: &Desk) -> Self {
        let people = desk.people().into_iter();
        let devices = desk.devices().into_iter();
        let calls = desk.calls().into_iter();
        let rooms = desk.rooms().into_iter();
        Self {
            engine: desk.engine(),
            office: desk.office_view(),
            people: people.map(|person| (person.id, person)).collect(),
            devices: devices.map(|device| (device.id, device)).collect(),
            calls: calls.map(|call| (call.id, call)).collect(),
            rooms: rooms.map(|room| (room.id, room)).collect(),
            attention: attention(desk),
            mailboxes: mailboxes(desk),
            schedules: schedules(desk),
            modes: modes(desk),
            flows: flows(desk),
            lines: lines(desk),
            fuses: fuses(desk),
            emergencies: emergencies(desk),
        }
    }

    /// The whole of it, for somebody who knows nothing yet.
    pub(super) fn state(&self, audience: Audience) -> State {
        let mut state = State {
            engine: self.engine.clone(),
            office: self.office.clone(),
            people: self.people.values().cloned().collect(),
            devices: Vec::new(),
            calls: Vec::new(),
            rooms: self.rooms.values().map(RoomView::for_colleagues).collect(),
            attention: Vec::new(),
            mailboxes: self
                .mailboxes
                .values()
                .filter(|mailbox| audience.mailboxes.hear(mailbox))
                .cloned()
                .collect(),
            schedules: self.schedules.values().cloned().collect(),
            modes: self.modes.values().cloned().collect(),
            flows: Vec::new(),
            lines: Vec::new(),
            fuses: Vec::new(),
            // Whoever is nearest sees to it.
            emergencies: self.emergencies.values().cloned().collect(),
        };
        if audience.calls == Calls::All {
            state.devices = self.devices.values().cloned().collect();
            state.rooms = self.rooms.values().cloned().collect();
            state.calls = self.calls.values().cloned().collect();
            state.flows = self.flows.values().cloned().collect();
            state.lines = self.lines.values().cloned().collect();
            state.fuses = self.fuses.values().cloned().collect();
            state.attention = self.attention.values().cloned().collect();
        }
        state
    }

    /// Looks at what was marked; gives what is different. Calls that end go last, so that a window
    /// never shows a person in a call it does not know.
    pub(super) fn follow(&mut self, desk: &Desk, marks: &Marks) -> Vec<Told> {
        let mut changes = Vec::new();
        if (marks.engine || marks.everything) && differs(&mut self.engine, desk.engine()) {
            let value = self.engine.clone();
            changes.push(Change::Engine { value }.into());
        }
        for id in &marks.calls {
            let (id, value) = ((*id).into(), desk.call(*id));
            if keep(&mut self.calls, id, &value) {
                changes.push(Change::Call { id, value }.into());
            }
        }
        if marks.everything {
            self.follow_configuration(desk, &mut changes);
        } else {
            for id in &marks.people {
                let (id, value) = ((*id).into(), desk.person(*id));
                if keep(&mut self.people, id, &value) {
                    changes.push(Change::Person { id, value }.into());
                }
            }
            for id in &marks.devices {
                let (id, value) = ((*id).into(), desk.device(*id));
                if keep(&mut self.devices, id, &value) {
                    changes.push(Change::Device { id, value }.into());
                }
            }
            for id in &marks.rooms {
                let (id, value) = ((*id).into(), desk.room(*id));
                if keep(&mut self.rooms, id, &value) {
                    changes.push(Change::Room { id, value }.into());
                }
            }
            for id in &marks.flows {
                let (id, value) = ((*id).into(), desk.flow(*id));
                if keep(&mut self.flows, id, &value) {
                    changes.push(Change::Flow { id, value }.into());
                }
            }
            for id in &marks.lines {
                let (id, value) = ((*id).into(), desk.line(*id));
                if keep(&mut self.lines, id, &value) {
                    changes.push(Change::Line { id, value }.into());
                }
            }
            for id in &marks.mailboxes {
                let (id, value) = ((*id).into(), desk.mailbox(*id));
                let was = self.mailboxes.get(&id).cloned();
                if keep(&mut self.mailboxes, id, &value) {
                    let change = Change::Mailbox { id, value };
                    changes.push(Told { change, was });
                }
            }
        }
        for fuse in &marks.fuses {
            let (id, value) = (fuse.to_string(), desk.blown_fuse(*fuse));
            if keep(&mut self.fuses, id.clone(), &value) {
                changes.push(Change::Fuse { id, value }.into());
            }
        }
        for call in &marks.emergencies {
            let (id, value) = (call.0.to_string(), desk.emergency(*call));
            if keep(&mut self.emergencies, id.clone(), &value) {
                changes.push(Change::Emergency { id, value }.into());
            }
        }
        if marks.attention || marks.everything {
            for (id, value) in differences(&mut self.attention, attention(desk)) {
                changes.push(Change::Attention { id, value }.into());
            }
        }
        for id in &marks.recorded {
            changes.push(Change::CallRecorded { id: (*id).into() }.into());
        }
        changes
    }

    fn follow_configuration(&mut self, desk: &Desk, changes: &mut Vec<Told>) {
        if differs(&mut self.office, desk.office_view()) {
            let value = self.office.clone();
            changes.push(Change::Office { value }.into());
        }
        let people = desk.people().into_iter().map(|person| (person.id, person));
        for (id, value) in differences(&mut self.people, people.collect()) {
            changes.push(Change::Person { id, value }.into());
        }
        let rooms = desk.rooms().into_iter().map(|room| (room.id, room));
        for (id, value) in differences(&mut self.rooms, rooms.collect()) {
            changes.push(Change::Room { id, value }.into());
        }
        let devices = desk.devices().into_iter().map(|device| (device.id, device));
        for (id, value) in differences(&mut self.devices, devices.collect()) {
            changes.push(Change::Device { id, value }.into());
        }
        for (id, value) in differences(&mut self.schedules, schedules(desk)) {
            changes.push(Change::Schedule { id, value }.into());
        }
        for (id, value) in differences(&mut self.modes, modes(desk)) {
            changes.push(Change::Mode { id, value }.into());
        }
        for (id, value) in differences(&mut self.lines, lines(desk)) {
            changes.push(Change::Line { id, value }.into());
        }
        for (id, value) in differences(&mut self.flows, flows(desk)) {
            changes.push(Change::Flow { id, value }.into());
        }
        let before = self.mailboxes.clone();
        for (id, value) in differences(&mut self.mailboxes, mailboxes(desk)) {
            let (change, was) = (Change::Mailbox { id, value }, before.get(&id).cloned());
            changes.push(Told { change, was });
        }
    }
}

fn schedules(desk: &Desk) -> BTreeMap<ScheduleId, ScheduleView> {
    let schedules = desk.schedules().into_iter();
    schedules.map(|schedule| (schedule.id, schedule)).collect()
}

fn modes(desk: &Desk) -> BTreeMap<ModeId, ModeView> {
    let modes = desk.modes().into_iter();
    modes.map(|mode| (mode.id, mode)).collect()
}

fn flows(desk: &Desk) -> BTreeMap<FlowId, FlowView> {
    let flows = desk.flows().into_iter();
    flows.map(|flow| (flow.id, flow)).collect()
}

fn lines(desk: &Desk) -> BTreeMap<LineId, LineView> {
    let lines = desk.lines().into_iter();
    lines.map(|line| (line.id, line)).collect()
}

fn fuses(desk: &Desk) -> BTreeMap<String, FuseView> {
    let fuses = desk.blown_fuses().into_iter();
    fuses.map(|fuse| (fuse.id.clone(), fuse)).collect()
}

fn emergencies(desk: &Desk) -> BTreeMap<String, EmergencyView> {
    let calls = desk.emergencies().into_iter();
    calls.map(|call| (call.id.clone(), call)).collect()
}

fn attention(desk: &Desk) -> BTreeMap<String, AttentionView> {
    let items = desk.attention().into_iter();
    items.map(|item| (item.id.clone(), item)).collect()
}

fn mailboxes(desk: &Desk) -> BTreeMap<MailboxId, MailboxView> {
    let mailboxes = desk.mailboxes().into_iter();
    mailboxes.map(|mailbox| (mailbox.id, mailbox)).collect()
}

/// Replaces what was shown. Whether it is another.
fn differs<T: PartialEq>(shown: &mut T, now: T) -> bool {
    let differs = *shown != now;
    *shown = now;
    differs
}

/// Replaces one of what was shown. Whether it is another.
fn keep<K: Ord, V: PartialEq + Clone>(shown: &mut BTreeMap<K, V>, id: K, now: &Option<V>) -> bool {
    let before = match now {
        Some(now) => shown.insert(id, now.clone()),
        None => shown.remove(&id),
    };
    before != *now
}

/// Replaces all of what was shown; gives what is new, other or gone.
fn differences<K: Ord + Clone, V: PartialEq + Clone>(
    shown: &mut BTreeMap<K, V>,
    now: BTreeMap<K, V>,
) -> Vec<(K, Option<V>)> {
    let before = std::mem::replace(shown, now);
    let ids: BTreeSet<&K> = before.keys().chain(shown.keys()).collect();
    ids.into_iter()
        .filter(|id| before.get(id) != shown.get(id))
        .map(|id| (id.clone(), shown.get(id).cloned()))
        .collect()
}
