//! Orders to the switch that wait for their answer, by the ticket each carries.

use crate::limits::MAX_ORDERS;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use switch::CommandResult;
use tokio::sync::oneshot::{self, Receiver, Sender};

/// What is waited for.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    answers: BTreeMap<u64, Sender<CommandResult>>,
}

impl Orders {
    /// A new ticket, and where its answer will come; `None` if too many are waiting.
    pub(crate) fn place(&self) -> Option<(u64, Receiver<CommandResult>)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has stopped waiting leaves their ticket behind.
        waiting.answers.retain(|_, answer| !answer.is_closed());
        if waiting.answers.len() >= MAX_ORDERS {
            return None;
        }
        waiting.last += 1;
        let ticket = waiting.last;
        let (answer, answered) = oneshot::channel();
        waiting.answers.insert(ticket, answer);
        Some((ticket, answered))
    }

    /// Hands out an answer.
    pub(crate) fn answer(&self, ticket: u64, result: CommandResult) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = waiting.answers.remove(&ticket) {
            // Whoever asked may have left.
            let _ = answer.send(result);
        }
    }
}
