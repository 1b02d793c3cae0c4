//! What the disk has refused, and who has to be told.

use super::{Desk, lock};
use crate::values::Millis;
use crate::views::health::{Check, CheckId, CheckState};
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use store::StoreError;
use switch::{Happening, RecordingStop, What};
use tokio::sync::Notify;

/// When the disk refused something last.
#[derive(Debug, Default)]
pub(super) struct DiskRefusals {
    last: Mutex<LastRefused>,
    bell: Notify,
}

#[derive(Clone, Copy, Debug, Default)]
struct LastRefused {
    anything: Option<Instant>,
    sound: Option<Instant>,
}

impl Desk {
    /// The disk has just refused something, or did not keep up: what needs attention says so at
    /// once, and whoever looks after the disk looks.
    pub(crate) fn disk_refused(&self) {
        lock(&self.disk.last).anything = Some(Instant::now());
        let refused = Check::new(CheckId::Disk, CheckState::Problem, "refused");
        if lock(&self.attention).doubt(refused, Millis::now()) {
            self.touched.attention();
        }
        self.disk.bell.notify_one();
    }

    /// The same if it is the disk that this error speaks of.
    pub(crate) fn store_failed(&self, why: &StoreError) {
        if why.is_of_the_disk() {
            self.disk_refused();
        }
    }

    /// The first call of all begins: what it may need of the disk is found out now.
    pub(super) fn calls_begin(&self) {
        self.disk.bell.notify_one();
    }

    /// Waits until the disk refuses something, or somebody calls where nobody did.
    pub async fn disk_matters(&self) {
        self.disk.bell.notified().await;
    }

    /// Whether the disk refused anything within so long.
    pub fn disk_refused_within(&self, lately: Duration) -> bool {
        let last = lock(&self.disk.last).anything;
        last.is_some_and(|at| at.elapsed() < lately)
    }

    /// Whether the disk refused the sound of a call within so long.
    pub fn sound_refused_within(&self, lately: Duration) -> bool {
        let last = lock(&self.disk.last).sound;
        last.is_some_and(|at| at.elapsed() < lately)
    }

    /// Takes in the outcome of one check, made by itself.
    pub fn note_check(&self, check: Check) {
        if lock(&self.attention).check_one(check, Millis::now()) {
            self.touched.attention();
        }
    }

    /// A recording or a message that ended because of the disk.
    pub(super) fn tell_disk(&self, happening: &Happening) {
        let is_refused = match &happening.what {
            What::RecordingEnded { why, .. } => *why == RecordingStop::Disk,
            What::NotKept { disk, .. } => *disk,
            _ => false,
        };
        if is_refused {
            lock(&self.disk.last).sound = Some(Instant::now());
            self.disk_refused();
        }
    }
}
