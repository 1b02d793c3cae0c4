//! How often the PIN of a mailbox may be guessed before nobody may try any more for a while.

use crate::{
    happening::What,
    limits::{PIN_LOCKED_FOR, PIN_TRIES},
    questions::{PinIs, PinOf, Question, QuestionId},
    switch::Switch,
};
use office::{CallId, MailboxId, Office};
use std::{collections::BTreeMap, time::Instant};

/// The tries at the PINs of all mailboxes. One counts from when it is asked about, so that many at
/// once are no more than one after the other.
#[derive(Debug, Default)]
pub(crate) struct PinLock {
    tries: BTreeMap<MailboxId, Tries>,
    /// Tries that are being checked.
    asked: BTreeMap<QuestionId, MailboxId>,
}

#[derive(Debug, Default)]
struct Tries {
    /// The latest, at most [`PIN_TRIES`].
    at: Vec<Instant>,
    /// It was told that nobody may try any more.
    told: bool,
}

impl PinLock {
    /// Until when nobody may try the PIN of a mailbox, if so.
    pub(crate) fn locked_until(&self, mailbox: MailboxId, now: Instant) -> Option<Instant> {
        let tries = self.tries.get(&mailbox)?;
        let until = *tries.at.last()? + PIN_LOCKED_FOR;
        (tries.at.len() >= PIN_TRIES && now < until).then_some(until)
    }

    /// Somebody tries it.
    pub(crate) fn count(&mut self, id: QuestionId, mailbox: MailboxId, now: Instant) {
        if self.locked_until(mailbox, now).is_none() {
            let tries = self.tries.entry(mailbox).or_default();
            tries.at.retain(|at| now < *at + PIN_LOCKED_FOR);
            tries.at.push(now);
            tries.told = false;
        }
        self.asked.insert(id, mailbox);
    }

    /// Whoever knows the PIN has made no bad tries. Whether it was locked, and that was told.
    fn forgive(&mut self, mailbox: MailboxId) -> bool {
        let forgiven = self.tries.remove(&mailbox);
        forgiven.is_some_and(|tries| tries.told)
    }
}

impl Switch {
    /// Something is asked; a PIN of a mailbox counts.
    pub(crate) fn count_pin_try(&mut self, id: QuestionId, question: &Question) {
        if let Question::CheckPin {
            whose: PinOf::Mailbox(mailbox),
            ..
        } = question
        {
            let now = self.now();
            self.mailboxes.pin_lock.count(id, *mailbox, now);
        }
    }

    /// A PIN was checked, or could not be.
    pub(crate) fn on_pin_checked(&mut self, call: CallId, id: QuestionId, is: Option<PinIs>) {
        let Some(mailbox) = self.mailboxes.pin_lock.asked.remove(&id) else {
            return;
        };
        if is == Some(PinIs::Right) {
            return self.unlock_mailbox(mailbox);
        }
        let now = self.now();
        let Some(until) = self.mailboxes.pin_lock.locked_until(mailbox, now) else {
            return;
        };
        let tries = self.mailboxes.pin_lock.tries.get_mut(&mailbox);
        if tries.is_some_and(|tries| !std::mem::replace(&mut tries.told, true)) {
            let left = until.saturating_duration_since(now).as_millis();
            let left = i64::try_from(left).unwrap_or(i64::MAX);
            let until_unix_ms = self.unix_ms().saturating_add(left);
            self.tell(What::MailboxLocked {
                call,
                mailbox,
                until_unix_ms,
            });
        }
    }

    /// The office has changed: a mailbox with another PIN may be tried again.
    pub(crate) fn unlock_new_pins(&mut self, before: &Office) {
        let office = self.office();
        let tried: Vec<MailboxId> = self.mailboxes.pin_lock.tries.keys().copied().collect();
        for mailbox in tried {
            let pin = |office: &Office| office.mailbox(mailbox).and_then(|found| found.pin.clone());
            if pin(before) != pin(&office) {
                self.unlock_mailbox(mailbox);
            }
        }
    }

    fn unlock_mailbox(&mut self, mailbox: MailboxId) {
        if self.mailboxes.pin_lock.forgive(mailbox) {
            self.tell(What::MailboxUnlocked { mailbox });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn ten_tries_an_hour_then_an_hour_of_rest() {
        let mut lock = PinLock::default();
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_secs(60 * minutes);
        let mailbox = MailboxId(1);
        // One every ten minutes is a forgetful owner.
        for n in 0..30 {
            lock.count(QuestionId(n), mailbox, at(n * 10));
            assert_eq!(lock.locked_until(mailbox, at(n * 10)), None, "try {n}");
        }
        for n in 0..3 {
            lock.count(QuestionId(100 + n), mailbox, at(291 + n));
        }
        assert_eq!(lock.locked_until(mailbox, at(294)), None, "nine");
        lock.count(QuestionId(200), mailbox, at(295));
        assert_eq!(lock.locked_until(mailbox, at(295)), Some(at(355)));
        assert_eq!(lock.locked_until(MailboxId(2), at(295)), None);
        lock.count(QuestionId(201), mailbox, at(300)); // asked at the same moment elsewhere
        assert_eq!(lock.locked_until(mailbox, at(354)), Some(at(355)));
        assert_eq!(lock.locked_until(mailbox, at(355)), None);
        lock.forgive(mailbox);
        assert_eq!(lock.locked_until(mailbox, at(296)), None);
    }
}
