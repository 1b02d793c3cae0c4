//! Mailboxes as the lamps of phones show them: how many messages lie in each, and whose they are.

use crate::switch::Switch;
use office::{Mailbox, MailboxId, MessageCounts, Office, PersonId};
use sip_server::events::message_summary::MessageSummary;
use std::collections::BTreeMap;

/// How many messages lie in a mailbox; deleted ones do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailboxCounts {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Messages nobody has heard.
    pub new: u32,
    /// Messages heard and kept.
    pub saved: u32,
    /// How long all of them are together, in milliseconds.
    pub lasts_ms: u64,
}

/// The counts of all mailboxes, and by whom each is seen.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes {
    counts: BTreeMap<MailboxId, MessageCounts>,
    /// The mailboxes that light a person's lamps: their own and those of their groups, as far as they
    /// take messages.
    seen_by: BTreeMap<PersonId, Vec<MailboxId>>,
}

impl Mailboxes {
    pub(crate) fn new(office: &Office) -> Mailboxes {
        let mut mailboxes = Mailboxes::default();
        mailboxes.follow(office);
        mailboxes
    }

    /// What lies in one mailbox.
    pub(crate) fn of_mailbox(&self, mailbox: MailboxId) -> MessageSummary {
        self.counts.get(&mailbox).map(summary).unwrap_or_default()
    }

    /// Whether no further message fits into a mailbox.
    pub(crate) fn is_full(&self, mailbox: &Mailbox) -> bool {
        let counts = self.counts.get(&mailbox.id);
        counts.is_some_and(|counts| mailbox.quota.is_full(counts))
    }

    /// What a person's lamp shows: all mailboxes they see, together. `None`: they see none.
    pub(crate) fn of_person(&self, person: PersonId) -> Option<MessageSummary> {
        let seen = self.seen_by.get(&person)?.iter();
        let counts = seen.map(|mailbox| self.of_mailbox(*mailbox));
        Some(
            counts.fold(MessageSummary::default(), |sum, one| MessageSummary {
                new: sum.new.saturating_add(one.new),
                old: sum.old.saturating_add(one.old),
            }),
        )
    }

    /// Notes how many messages lie in a mailbox. `false`: as many as before.
    fn set(&mut self, counts: MailboxCounts) -> bool {
        let before = self.of_mailbox(counts.mailbox);
        self.counts.insert(counts.mailbox, counts.into());
        before != self.of_mailbox(counts.mailbox)
    }

    /// The office has changed: mailboxes may be gone, or have other members.
    fn follow(&mut self, office: &Office) {
        self.counts.retain(|id, _| office.mailbox(*id).is_some());
        self.seen_by.clear();
        for mailbox in office.mailboxes().filter(|mailbox| mailbox.enabled) {
            for person in mailbox.person().iter().chain(&mailbox.members) {
                self.seen_by.entry(*person).or_default().push(mailbox.id);
            }
        }
    }
}

impl From<MailboxCounts> for MessageCounts {
    fn from(counts: MailboxCounts) -> MessageCounts {
        MessageCounts {
            new: counts.new,
            saved: counts.saved,
            lasts_ms: counts.lasts_ms,
        }
    }
}

/// As a lamp shows it.
fn summary(counts: &MessageCounts) -> MessageSummary {
    MessageSummary {
        new: counts.new,
        old: counts.saved,
    }
}

impl Switch {
    /// Other messages lie in a mailbox now: the phones of all who see it are told at once, within
    /// the same input.
    pub(crate) fn mailbox_changed(&mut self, counts: MailboxCounts) {
        let (office, mailbox) = (self.office(), counts.mailbox);
        let Some(changed) = office.mailbox(mailbox) else {
            return;
        };
        if !self.mailboxes.set(counts) {
            return;
        }
        let seen_by = changed.person().into_iter().chain(changed.members.clone());
        self.tell_of_messages(mailbox, seen_by);
    }

    /// All that lies in the mailboxes, as it was kept. Phones that were told something else are
    /// told; those nothing was said to yet with their next REGISTER.
    pub(crate) fn on_mailboxes(&mut self, all: &[MailboxCounts]) {
        let office = self.office();
        self.mailboxes.counts = all
            .iter()
            .filter(|each| office.mailbox(each.mailbox).is_some())
            .map(|each| (each.mailbox, (*each).into()))
            .collect();
        self.tell_all_of_messages();
    }

    /// The office has changed.
    pub(crate) fn follow_mailboxes(&mut self) {
        let office = self.office();
        self.mailboxes.follow(&office);
        self.tell_all_of_messages();
    }
}
