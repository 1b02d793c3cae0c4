//! Somebody has dialled a parking slot with nobody in it, or the number for the next free one: they
//! are told so. Whoever consults a slot before a transfer stays there until they complete it.

use super::{About, Heard, Step, say};
use crate::limits::{PARK_ANYWHERE, PARK_DOOR_WAIT};
use office::ParkSlot;
use spoken::{
    Piece,
    phrase::{calls, queue},
    say::digits,
};

/// Somebody is at an empty slot.
#[derive(Debug)]
pub(crate) struct ParkDoor {
    leads_to: LeadsTo,
}

/// What is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeadsTo {
    /// The slot that was dialled.
    Empty(ParkSlot),
    /// The next free slot, which is kept for them meanwhile.
    Free(ParkSlot),
    /// No slot is free.
    Full,
}

impl ParkDoor {
    /// A door that leads there.
    pub(crate) fn new(leads_to: LeadsTo) -> ParkDoor {
        ParkDoor { leads_to }
    }

    /// Where it leads.
    pub(crate) fn leads_to(&self) -> LeadsTo {
        self.leads_to
    }

    /// What was dialled.
    pub(crate) fn number(&self) -> String {
        match self.leads_to {
            LeadsTo::Empty(slot) => slot.to_string(),
            LeadsTo::Free(_) | LeadsTo::Full => PARK_ANYWHERE.to_owned(),
        }
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match (heard, self.leads_to) {
            (Heard::Began, LeadsTo::Empty(_)) => {
                vec![Step::Say(say(about.lang, &[calls::NOTHING_PARKED.into()]))]
            }
            (Heard::Began, LeadsTo::Free(slot)) => {
                vec![Step::Say(say(about.lang, &parked_at(slot)))]
            }
            (Heard::Began, LeadsTo::Full) => {
                vec![Step::Say(say(about.lang, &[queue::QUEUE_FULL.into()]))]
            }
            (Heard::Said, LeadsTo::Empty(_) | LeadsTo::Free(_)) => vec![Step::Wait(PARK_DOOR_WAIT)],
            (Heard::Said, LeadsTo::Full) | (Heard::TimeUp, _) => vec![Step::HangUp],
            _ => Vec::new(),
        }
    }
}

/// "The call is parked at seven two."
pub(crate) fn parked_at(slot: ParkSlot) -> Vec<Piece> {
    let mut said = vec![calls::PARKED_AT.into()];
    said.extend(digits(&slot.to_string()));
    said.push(Piece::FULL_STOP);
    said
}
