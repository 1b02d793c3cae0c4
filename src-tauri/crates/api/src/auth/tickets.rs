//! One-time tickets: how the window of this computer, which holds the token, lets a browser engine
//! in without a password and without ever putting the token into an address.

use crate::limits::{MAX_TICKETS, TICKET_LIFE};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// The tickets given out and not used yet, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<VecDeque<Ticket>>);

struct Ticket {
    word: String,
    ends: Instant,
}

impl Tickets {
    /// A new ticket: 128 random bits as hex digits.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(crate) fn give(&self, now: Instant) -> Result<String, getrandom::Error> {
        let mut bits = [0u8; 16];
        getrandom::fill(&mut bits)?;
        let word: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut tickets = self.valid_at(now);
        if tickets.len() >= MAX_TICKETS {
            tickets.pop_front();
        }
        tickets.push_back(Ticket {
            word: word.clone(),
            ends: now + TICKET_LIFE,
        });
        Ok(word)
    }

    /// Whether the ticket is good. It is not good a second time.
    pub(crate) fn take(&self, word: &str, now: Instant) -> bool {
        let mut tickets = self.valid_at(now);
        let found = tickets.iter().position(|ticket| ticket.word == word);
        found.and_then(|at| tickets.remove(at)).is_some()
    }

    fn valid_at(&self, now: Instant) -> MutexGuard<'_, VecDeque<Ticket>> {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|ticket| now < ticket.ends);
        tickets
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The word lets its holder in.
        f.debug_struct("Ticket").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once_and_for_a_minute() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let (first, second) = (tickets.give(now).unwrap(), tickets.give(now).unwrap());
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
        assert!(!tickets.take("", now));
        assert!(tickets.take(&first, now));
        assert!(!tickets.take(&first, now));
        assert!(!tickets.take(&second, now + TICKET_LIFE));
    }

    #[test]
    fn tickets_nobody_uses_make_room() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let first = tickets.give(now).unwrap();
        let more: Vec<String> = (0..MAX_TICKETS)
            .map(|_| tickets.give(now).unwrap())
            .collect();
        assert!(!tickets.take(&first, now));
        assert!(tickets.take(&more[0], now));
    }
}
