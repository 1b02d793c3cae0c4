//! The live feed: every window has the whole state, and is told what changes of it.
//!
//! One task looks at what was marked ([`Touched`]), compares it with what windows were told, and
//! sends the differences: at once when it was quiet, else collected for [`FEED_PAUSE`]. A message is
//! serialised once for all windows that are shown the same of it. The last messages are kept, so that a window whose connection
//! broke goes on where it was; one that is too slow is cut off and comes back for a snapshot.

mod audience;
mod shown;
mod socket;
mod touched;

pub(crate) use audience::Audience;
pub(crate) use socket::__path_connect;
pub(crate) use socket::connect;
pub(crate) use touched::Touched;

use crate::{
    Desk,
    limits::{FEED_KEPT, FEED_PAUSE, FEED_QUEUE, LONGEST_WAIT, MAX_WINDOWS},
    values::Millis,
    views::live::{Change, FeedMessage},
};
use audience::Mailboxes;
use axum::extract::ws::Utf8Bytes;
use shown::Shown;
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::broadcast,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// The feed of one engine.
pub(crate) struct Feed {
    hub: Arc<Hub>,
    task: JoinHandle<()>,
}

/// What a window gets first, and where the rest comes from.
pub(crate) struct Joined {
    pub(crate) first: Vec<Utf8Bytes>,
    pub(crate) then: broadcast::Receiver<Frame>,
}

/// One message, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    seq: u64,
    now: Millis,
    differences: Arc<[shown::Told]>,
    /// Its text for those it was made for so far.
    texts: Arc<Mutex<Vec<(Audience, Utf8Bytes)>>>,
}

struct Hub {
    desk: Arc<Desk>,
    epoch: String,
    told: Mutex<Told>,
    frames: broadcast::Sender<Frame>,
}

/// What windows know.
struct Told {
    seq: u64,
    shown: Shown,
    kept: VecDeque<Frame>,
}

impl Feed {
    /// Begins to tell what happens at `desk`. Dropping it ends the feed.
    pub(crate) fn start(desk: Arc<Desk>) -> Self {
        let hub = Arc::new(Hub::new(desk));
        let telling = Arc::clone(&hub);
        let task = tokio::spawn(async move { telling.run().await });
        Self { hub, task }
    }

    /// Lets a window in, unless there are too many. One that names the epoch and the last message
    /// it has gets only what came later, as long as that is kept.
    pub(crate) fn join(&self, audience: Audience, after: Option<(&str, u64)>) -> Option<Joined> {
        self.hub.join(audience, after)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("windows", &self.hub.frames.receiver_count())
            .finish_non_exhaustive()
    }
}

impl Frame {
    /// The text for an audience. All get one, so that none misses a number.
    pub(crate) fn text(&self, audience: Audience) -> Utf8Bytes {
        let mailboxes = if self.tells_of_mailboxes() {
            audience.mailboxes
        } else {
            Mailboxes::All
        };
        let audience = Audience {
            mailboxes,
            ..audience
        };
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, text)) = texts.iter().find(|(of, _)| *of == audience) {
            return text.clone();
        }
        let text = text(&FeedMessage::Changes {
            seq: self.seq,
            now: self.now,
            changes: self
                .differences
                .iter()
                .filter_map(|told| audience.part_of(told))
                .collect(),
        });
        texts.push((audience, text.clone()));
        text
    }

    fn tells_of_mailboxes(&self) -> bool {
        let mut told = self.differences.iter();
        told.any(|told| matches!(told.change, Change::Mailbox { .. }))
    }
}

impl Hub {
    fn new(desk: Arc<Desk>) -> Self {
        Self {
            epoch: format!("{:x}", Millis::now().0),
            told: Mutex::new(Told {
                seq: 0,
                shown: Shown::of(&desk),
                kept: VecDeque::new(),
            }),
            frames: broadcast::Sender::new(FEED_QUEUE),
            desk,
        }
    }

    fn join(&self, audience: Audience, after: Option<(&str, u64)>) -> Option<Joined> {
        // Whoever has just changed something finds it.
        self.tell();
        let told = self.told();
        if self.frames.receiver_count() >= MAX_WINDOWS {
            return None;
        }
        // Under the lock, so that no message falls between the first and the rest.
        let then = self.frames.subscribe();
        let resumed = after
            .filter(|(epoch, _)| *epoch == self.epoch)
            .and_then(|(_, after)| told.later_than(after, audience));
        let first = resumed.unwrap_or_else(|| vec![self.snapshot(&told, audience)]);
        Some(Joined { first, then })
    }

    async fn run(&self) {
        let touched = self.desk.touched();
        loop {
            let due = self.desk.next_due(Millis::now());
            tokio::select! {
                () = touched.wait() => {}
                () = nearly(due) => {}
            }
            if due.is_some_and(|due| due <= Millis::now()) {
                touched.everything();
            }
            let looked = Instant::now();
            self.tell();
            sleep_until(looked + FEED_PAUSE).await;
        }
    }

    /// Sends what is different from what windows know.
    fn tell(&self) {
        let marks = self.desk.touched().take();
        let mut told = self.told();
        let changes = told.shown.follow(&self.desk, &marks);
        if changes.is_empty() {
            return;
        }
        told.seq += 1;
        let frame = Frame {
            seq: told.seq,
            now: Millis::now(),
            differences: changes.into(),
            texts: Arc::default(),
        };
        if told.kept.len() >= FEED_KEPT {
            told.kept.pop_front();
        }
        told.kept.push_back(frame.clone());
        // Nobody may be listening.
        let _ = self.frames.send(frame);
    }

    fn snapshot(&self, told: &Told, audience: Audience) -> Utf8Bytes {
        text(&FeedMessage::Snapshot {
            epoch: self.epoch.clone(),
            seq: told.seq,
            now: Millis::now(),
            state: Box::new(told.shown.state(audience)),
        })
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    /// The messages after the one with that number; `None` if some of them are not kept any more.
    fn later_than(&self, after: u64, audience: Audience) -> Option<Vec<Utf8Bytes>> {
        let oldest = self.kept.front().map_or(self.seq + 1, |frame| frame.seq);
        if after > self.seq || after + 1 < oldest {
            return None;
        }
        let later = self.kept.iter().filter(|frame| frame.seq > after);
        Some(later.map(|frame| frame.text(audience)).collect())
    }
}

/// Waits for a moment of the wall clock; not all the way, for it may be set in the meantime.
async fn nearly(due: Option<Millis>) {
    let Some(due) = due else {
        return std::future::pending().await;
    };
    let wait = u64::try_from(due.0 - Millis::now().0).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(wait).min(LONGEST_WAIT)).await;
}

fn text(message: &FeedMessage) -> Utf8Bytes {
    // Views are plain values; nothing in them can fail to become JSON.
    serde_json::to_string(message).unwrap_or_default().into()
}

#[cfg(test)]
mod tests;
