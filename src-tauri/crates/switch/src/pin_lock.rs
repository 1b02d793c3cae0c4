//! How often the PIN of a mailbox or a conference room may be guessed before nobody may try any more
//! for a while.

use crate::{
    happening::What,
    limits::{PIN_LOCKED_FOR, PIN_TRIES},
    questions::{PinIs, PinOf, Question, QuestionId},
    switch::Switch,
};
use office::{CallId, Office, PinHash, PinSetId};
use std::{collections::BTreeMap, time::Instant};

/// The tries at all PINs. One counts from when it is asked about, so that many at once are no more
/// than one after the other.
#[derive(Debug, Default)]
pub(crate) struct PinLock {
    tries: BTreeMap<PinOf, Tries>,
    /// Tries that are being checked.
    asked: BTreeMap<QuestionId, PinOf>,
}

/// The tries of callers at sets of PINs in call flows: who tries too often is locked out, others are
/// not.
#[derive(Debug, Default)]
pub(crate) struct CallerLock {
    wrong: BTreeMap<(PinSetId, String), Vec<Instant>>,
}

impl CallerLock {
    /// Whether a caller of that number may not try a set now.
    pub(crate) fn is_locked(&self, who: &(PinSetId, String), now: Instant) -> bool {
        self.wrong.get(who).is_some_and(|at| {
            at.len() >= PIN_TRIES && at.last().is_some_and(|last| now < *last + PIN_LOCKED_FOR)
        })
    }

    /// They dialled a wrong one.
    pub(crate) fn count(&mut self, who: &(PinSetId, String), now: Instant) {
        let recent = |at: &Instant| now < *at + PIN_LOCKED_FOR;
        self.wrong
            .retain(|_, tries| tries.last().is_some_and(recent));
        let tries = self.wrong.entry(who.clone()).or_default();
        tries.retain(recent);
        tries.push(now);
    }

    /// They know one after all.
    pub(crate) fn forgive(&mut self, who: &(PinSetId, String)) {
        self.wrong.remove(who);
    }
}

#[derive(Debug, Default)]
struct Tries {
    /// The latest, at most [`PIN_TRIES`].
    at: Vec<Instant>,
    /// It was told that nobody may try any more.
    told: bool,
}

impl PinLock {
    /// Whether nobody may try a PIN now.
    pub(crate) fn is_locked(&self, whose: PinOf, now: Instant) -> bool {
        self.locked_until(whose, now).is_some()
    }

    /// Until when nobody may try a PIN, if so.
    fn locked_until(&self, whose: PinOf, now: Instant) -> Option<Instant> {
        let tries = self.tries.get(&whose)?;
        let until = *tries.at.last()? + PIN_LOCKED_FOR;
        (tries.at.len() >= PIN_TRIES && now < until).then_some(until)
    }

    /// Somebody tries it.
    pub(crate) fn count(&mut self, id: QuestionId, whose: PinOf, now: Instant) {
        if self.locked_until(whose, now).is_none() {
            let tries = self.tries.entry(whose).or_default();
            tries.at.retain(|at| now < *at + PIN_LOCKED_FOR);
            tries.at.push(now);
            tries.told = false;
        }
        self.asked.insert(id, whose);
    }

    /// Whoever knows the PIN has made no bad tries. Whether it was locked, and that was told.
    fn forgive(&mut self, whose: PinOf) -> bool {
        let forgiven = self.tries.remove(&whose);
        forgiven.is_some_and(|tries| tries.told)
    }
}

impl Switch {
    /// Something is asked; a PIN counts.
    pub(crate) fn count_pin_try(&mut self, id: QuestionId, question: &Question) {
        if let Question::CheckPin { whose, .. } = question
            && !matches!(whose, PinOf::Set(_))
        {
            let now = self.now();
            self.pin_lock.count(id, *whose, now);
        }
    }

    /// A PIN was checked, or could not be.
    pub(crate) fn on_pin_checked(&mut self, call: CallId, id: QuestionId, is: Option<PinIs>) {
        let Some(whose) = self.pin_lock.asked.remove(&id) else {
            return;
        };
        if matches!(is, Some(PinIs::Right | PinIs::Host)) {
            return self.unlock(whose);
        }
        let now = self.now();
        let Some(until) = self.pin_lock.locked_until(whose, now) else {
            return;
        };
        let tries = self.pin_lock.tries.get_mut(&whose);
        if tries.is_some_and(|tries| !std::mem::replace(&mut tries.told, true)) {
            let left = until.saturating_duration_since(now).as_millis();
            let left = i64::try_from(left).unwrap_or(i64::MAX);
            let until_unix_ms = self.unix_ms().saturating_add(left);
            self.tell(match whose {
                PinOf::Mailbox(mailbox) => What::MailboxLocked {
                    call,
                    mailbox,
                    until_unix_ms,
                },
                PinOf::Room(room) => What::RoomPinLocked {
                    call,
                    room,
                    until_unix_ms,
                },
                PinOf::Set(_) => return, // locked for one caller only, by the flow
            });
        }
    }

    /// The office has changed: what has another PIN may be tried again.
    pub(crate) fn unlock_new_pins(&mut self, before: &Office) {
        let office = self.office();
        let tried: Vec<PinOf> = self.pin_lock.tries.keys().copied().collect();
        for whose in tried {
            if pins(before, whose) != pins(&office, whose) {
                self.unlock(whose);
            }
        }
    }

    fn unlock(&mut self, whose: PinOf) {
        if self.pin_lock.forgive(whose)
            && let PinOf::Mailbox(mailbox) = whose
        {
            self.tell(What::MailboxUnlocked { mailbox });
        }
    }
}

/// The PINs of something, as far as they are known here.
fn pins(office: &Office, whose: PinOf) -> [Option<PinHash>; 2] {
    match whose {
        PinOf::Mailbox(id) => [office.mailbox(id).and_then(|found| found.pin.clone()), None],
        PinOf::Room(id) => match office.room(id) {
            Some(room) => [room.pin.clone(), room.host_pin.clone()],
            None => [None, None],
        },
        PinOf::Set(_) => [None, None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::MailboxId;
    use std::time::Duration;

    #[test]
    fn ten_tries_an_hour_then_an_hour_of_rest() {
        let mut lock = PinLock::default();
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_secs(60 * minutes);
        let mailbox = PinOf::Mailbox(MailboxId(1));
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
        assert_eq!(
            lock.locked_until(PinOf::Mailbox(MailboxId(2)), at(295)),
            None
        );
        lock.count(QuestionId(201), mailbox, at(300)); // asked at the same moment elsewhere
        assert_eq!(lock.locked_until(mailbox, at(354)), Some(at(355)));
        assert_eq!(lock.locked_until(mailbox, at(355)), None);
        lock.forgive(mailbox);
        assert_eq!(lock.locked_until(mailbox, at(296)), None);
    }
}
