//! Orders to the switch that wait for their answer, by the ticket each carries.

use crate::limits::MAX_ORDERS;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use switch::{CommandResult, Explained};
use tokio::sync::oneshot::{self, Receiver, Sender};

/// What is waited for.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    answers: BTreeMap<u64, Waits>,
}

#[derive(Debug)]
struct Waits {
    told: Option<Told>,
    answer: Sender<Answered>,
}

/// What became of an order.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) result: CommandResult,
    pub(crate) told: Option<Told>,
}

/// What an order was given to learn.
#[derive(Debug)]
pub(crate) enum Told {
    Explained(Box<Explained>),
}

impl Orders {
    /// A new ticket, and where its answer will come; `None` if too many are waiting.
    pub(crate) fn place(&self) -> Option<(u64, Receiver<Answered>)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has stopped waiting leaves their ticket behind.
        waiting.answers.retain(|_, waits| !waits.answer.is_closed());
        if waiting.answers.len() >= MAX_ORDERS {
            return None;
        }
        waiting.last += 1;
        let ticket = waiting.last;
        let (answer, answered) = oneshot::channel();
        let waits = Waits { told: None, answer };
        waiting.answers.insert(ticket, waits);
        Some((ticket, answered))
    }

    /// Takes in what is told before the answer.
    pub(crate) fn tell(&self, ticket: u64, told: Told) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waits) = waiting.answers.get_mut(&ticket) {
            waits.told = Some(told);
        }
    }

    /// Hands out an answer.
    pub(crate) fn answer(&self, ticket: u64, result: CommandResult) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Waits { told, answer }) = waiting.answers.remove(&ticket) {
            // Whoever asked may have left.
            let _ = answer.send(Answered { result, told });
        }
    }
}
