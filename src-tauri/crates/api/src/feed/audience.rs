//! Who reads a feed, and what of it is theirs.

use super::shown::Told;
use crate::{
    auth::{Caller, reaches},
    values::PersonId,
    views::{live::Change, mailboxes::MailboxView, rooms::RoomView},
};
use store::Role;

/// What somebody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Audience {
    pub(crate) calls: Calls,
    pub(crate) mailboxes: Mailboxes,
}

/// Whose calls somebody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Those of all, with devices and what needs attention.
    All,
    /// Staff see their colleagues, but not who talks with whom.
    None,
}

/// Which mailboxes somebody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mailboxes {
    /// Whoever runs the office sees to all of them.
    All,
    /// Their own and those of their groups; none if they are nobody of the office.
    Of(Option<PersonId>),
}

impl Audience {
    /// Of whoever asks.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            calls: if reaches(caller.role, Role::Receptionist) {
                Calls::All
            } else {
                Calls::None
            },
            mailboxes: if reaches(caller.role, Role::Admin) {
                Mailboxes::All
            } else {
                Mailboxes::Of(caller.person.map(Into::into))
            },
        }
    }

    /// The part of a difference that is theirs.
    pub(super) fn part_of(self, told: &Told) -> Option<Change> {
        match &told.change {
            Change::Mailbox { id, value } => {
                let value = value.clone().filter(|mailbox| self.mailboxes.hear(mailbox));
                let was_theirs = || {
                    told.was
                        .as_ref()
                        .is_some_and(|was| self.mailboxes.hear(was))
                };
                // One that is theirs no more is gone for them.
                let is_theirs = value.is_some() || was_theirs();
                is_theirs.then_some(Change::Mailbox { id: *id, value })
            }
            Change::Room { id, value } if self.calls == Calls::None => {
                let value = value.as_ref().map(RoomView::for_colleagues);
                Some(Change::Room { id: *id, value })
            }
            Change::Room { .. } => Some(told.change.clone()),
            Change::Engine { .. }
            | Change::Office { .. }
            | Change::Person { .. }
            | Change::Schedule { .. }
            | Change::Emergency { .. }
            | Change::Mode { .. } => Some(told.change.clone()),
            Change::Device { .. }
            | Change::Flow { .. }
            | Change::Line { .. }
            | Change::Fuse { .. }
            | Change::Call { .. }
            | Change::Attention { .. }
            | Change::CallRecorded { .. } => {
                (self.calls == Calls::All).then(|| told.change.clone())
            }
        }
    }
}

impl Mailboxes {
    /// Whether that is one of them.
    pub(super) fn hear(self, mailbox: &MailboxView) -> bool {
        match self {
            Self::All => true,
            Self::Of(person) => person.is_some_and(|person| mailbox.is_heard_by(person)),
        }
    }
}
