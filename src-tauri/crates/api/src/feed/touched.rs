//! What has changed since windows were last told, marked by whoever changes it.

use office::{CallId, ConferenceRoomId, DeviceId, FlowId, MailboxId, PersonId, TrunkId};
use std::{
    collections::BTreeSet,
    mem,
    sync::{Mutex, PoisonError},
};
use switch::{Changed, FuseId};
use tokio::sync::Notify;

/// The marks, and the bell that says that there are some.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    marks: Mutex<Marks>,
    bell: Notify,
}

/// What to look at again. Marking more than has changed does no harm: only differences are told.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Marks {
    /// The configuration changed: people, devices, settings.
    pub(crate) everything: bool,
    pub(crate) engine: bool,
    pub(crate) attention: bool,
    pub(crate) flows: BTreeSet<FlowId>,
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) devices: BTreeSet<DeviceId>,
    pub(crate) calls: BTreeSet<CallId>,
    pub(crate) rooms: BTreeSet<ConferenceRoomId>,
    pub(crate) mailboxes: BTreeSet<MailboxId>,
    pub(crate) lines: BTreeSet<TrunkId>,
    pub(crate) fuses: BTreeSet<FuseId>,
    pub(crate) emergencies: BTreeSet<CallId>,
    /// Calls that are in the history now.
    pub(crate) recorded: BTreeSet<CallId>,
}

impl Touched {
    /// Waits until something is marked.
    pub(crate) async fn wait(&self) {
        self.bell.notified().await;
    }

    /// Takes the marks.
    pub(crate) fn take(&self) -> Marks {
        mem::take(&mut self.marks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn everything(&self) {
        self.mark(|marks| marks.everything = true);
    }

    pub(crate) fn engine(&self) {
        self.mark(|marks| marks.engine = true);
    }

    pub(crate) fn attention(&self) {
        self.mark(|marks| marks.attention = true);
    }

    pub(crate) fn flow(&self, flow: FlowId) {
        self.mark(|marks| {
            marks.flows.insert(flow);
        });
    }

    pub(crate) fn mailbox(&self, mailbox: MailboxId) {
        self.mark(|marks| {
            marks.mailboxes.insert(mailbox);
        });
    }

    pub(crate) fn fuses(&self, fuses: Vec<FuseId>) {
        self.mark(|marks| marks.fuses.extend(fuses));
    }

    pub(crate) fn emergency(&self, call: CallId) {
        self.mark(|marks| {
            marks.emergencies.insert(call);
        });
    }

    pub(crate) fn recorded(&self, call: CallId) {
        self.mark(|marks| {
            marks.recorded.insert(call);
        });
    }

    /// Marks what a happening changed on the board.
    pub(crate) fn by(&self, changed: &Changed) {
        self.mark(|marks| {
            marks.calls.extend(changed.call);
            marks.rooms.extend(changed.room);
            marks.lines.extend(changed.line);
            marks.people.extend(&changed.persons);
            marks.devices.extend(&changed.devices);
        });
    }

    fn mark(&self, mark: impl FnOnce(&mut Marks)) {
        mark(&mut self.marks.lock().unwrap_or_else(PoisonError::into_inner));
        self.bell.notify_one();
    }
}
