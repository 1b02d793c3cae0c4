//! The office's edge as it is now: its lines, the fuses that have blown, emergency calls of late.

use super::{Desk, lock};
use crate::{
    emergencies::Emergencies,
    fuses::Fuses,
    line_log::LineLogs,
    values::Millis,
    views::{
        emergencies::EmergencyView,
        fuses::FuseView,
        line_tests::LineTest,
        lines::{LineLogEntry, LineView},
    },
};
use office::{CallId, Office, PhoneNumber, TrunkId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use switch::{FuseId, Happening, What};
use tokio::sync::watch;

/// What the desk keeps of the office's edge.
#[derive(Debug, Default)]
pub(super) struct Edge {
    logs: Mutex<LineLogs>,
    tests: Mutex<BTreeMap<TrunkId, LineTest>>,
    fuses: Mutex<Fuses>,
    emergencies: Mutex<Emergencies>,
    /// When each number of the office was called last.
    last_called: Mutex<BTreeMap<String, Millis>>,
    /// Rings whenever a line tells something.
    news: watch::Sender<()>,
}

impl Edge {
    /// Forgets lines the office has not any more.
    pub(super) fn follow(&self, office: &Office) {
        lock(&self.logs).follow(office);
        lock(&self.tests).retain(|line, _| office.trunk(*line).is_some());
    }
}

impl Desk {
    /// Takes in what happened at the office's edge.
    pub(super) fn tell_edge(&self, happening: &Happening) {
        let edge = &self.edge;
        lock(&edge.logs).tell(happening);
        let fuses = lock(&edge.fuses).tell(happening);
        if !fuses.is_empty() {
            self.touched.fuses(fuses);
        }
        if let Some(call) = lock(&edge.emergencies).tell(happening) {
            self.touched.emergency(call);
        }
        if let What::NumberCalled {
            number,
            known: true,
            ..
        } = &happening.what
        {
            let at = Millis(happening.unix_ms);
            lock(&edge.last_called).insert(number.clone(), at);
        }
    }

    /// Rings for whoever waits for a line, when the board has it.
    pub(super) fn tell_line_news(&self, happening: &Happening) {
        if let What::LineChanged { .. } = &happening.what {
            self.edge.news.send_replace(());
        }
    }

    /// All lines, by identity.
    pub(crate) fn lines(&self) -> Vec<LineView> {
        self.view(|look| {
            let trunks = look.configuration.office().trunks();
            let view = |trunk: &Arc<_>| LineView::of(trunk, look.configuration, look.board);
            trunks.map(view).collect()
        })
    }

    /// One line; `None` if there is no such line.
    pub(crate) fn line(&self, id: TrunkId) -> Option<LineView> {
        self.view(|look| {
            let trunk = look.configuration.office().trunk(id)?;
            Some(LineView::of(trunk, look.configuration, look.board))
        })
    }

    /// What happened to a line of late, the newest first.
    pub(crate) fn line_log(&self, id: TrunkId) -> Vec<LineLogEntry> {
        lock(&self.edge.logs).of(id)
    }

    /// Says that some line has told something.
    pub(crate) fn line_news(&self) -> watch::Receiver<()> {
        self.edge.news.subscribe()
    }

    /// The last test of a line.
    pub(crate) fn line_test(&self, id: TrunkId) -> Option<LineTest> {
        lock(&self.edge.tests).get(&id).cloned()
    }

    /// Keeps what the test of a line has found so far.
    pub(crate) fn keep_line_test(&self, id: TrunkId, test: LineTest) {
        lock(&self.edge.tests).insert(id, test);
    }

    /// Takes over when each number was called last, as the history has it.
    pub(crate) fn know_last_called(&self, called: BTreeMap<String, i64>) {
        let office = self.office();
        let called = called
            .into_iter()
            .filter(|(number, _)| office.phone_number(number).is_some());
        let mut known = lock(&self.edge.last_called);
        for (number, at) in called {
            let last = known.entry(number).or_insert(Millis(at));
            *last = (*last).max(Millis(at));
        }
    }

    /// When a number of the office was called last; `None` if not since the month before this one
    /// began.
    pub(crate) fn last_called(&self, number: &PhoneNumber) -> Option<Millis> {
        lock(&self.edge.last_called).get(number.as_str()).copied()
    }

    /// All fuses of which something is used up, and the office's.
    pub(crate) fn fuses(&self) -> Vec<FuseView> {
        lock(&self.edge.fuses).all()
    }

    /// The fuses that have blown.
    pub(crate) fn blown_fuses(&self) -> Vec<FuseView> {
        lock(&self.edge.fuses).all_blown()
    }

    /// A fuse, if it has blown.
    pub(crate) fn blown_fuse(&self, fuse: FuseId) -> Option<FuseView> {
        lock(&self.edge.fuses).blown(fuse)
    }

    /// Emergency calls nobody has said yet that they have seen, the oldest first.
    pub(crate) fn emergencies(&self) -> Vec<EmergencyView> {
        lock(&self.edge.emergencies).all().cloned().collect()
    }

    /// Takes over the emergency calls of before the engine's start that nobody has seen to.
    pub(crate) fn know_emergencies(&self, before: Vec<EmergencyView>) {
        let calls: Vec<CallId> = before.iter().map(EmergencyView::call).collect();
        lock(&self.edge.emergencies).know(before);
        for call in calls {
            self.touched.emergency(call);
        }
    }

    /// The emergency call of a call.
    pub(crate) fn emergency(&self, call: CallId) -> Option<EmergencyView> {
        lock(&self.edge.emergencies).of(call).cloned()
    }

    /// Takes an emergency call off that list. `false` if it is not there.
    pub(crate) fn dismiss_emergency(&self, id: &str) -> bool {
        let Some(call) = lock(&self.edge.emergencies).dismiss(id) else {
            return false;
        };
        self.touched.emergency(call);
        true
    }
}
