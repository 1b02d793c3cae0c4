//! The office as the other party of a call: a mailbox, its voicemail.

use crate::{happening::Party, limits::VOICEMAIL};
use office::{Language, MailboxId, Office, PersonId};

/// The mailbox of a person that takes messages.
pub(crate) fn mailbox_of(office: &Office, person: PersonId) -> Option<MailboxId> {
    let own = |mailbox: &&office::Mailbox| mailbox.person() == Some(person) && mailbox.enabled;
    office.mailboxes().find(own).map(|mailbox| mailbox.id)
}

/// A mailbox as the other party.
pub(crate) fn mailbox_party(office: &Office, mailbox: MailboxId) -> Party {
    let found = office.mailbox(mailbox);
    let name = match found.map(|mailbox| &mailbox.owner) {
        Some(office::MailboxOwner::Person { person }) => {
            let person = office.person(*person);
            person.map_or("", |person| person.shown_name())
        }
        Some(office::MailboxOwner::Group { name }) => name,
        None => "",
    };
    let number = found.and_then(|mailbox| mailbox.number.as_ref());
    Party {
        person: None,
        device: None,
        name: name.to_owned(),
        number: number.map_or_else(String::new, |number| number.as_str().to_owned()),
        ..Party::default()
    }
}

/// The office's voicemail as the other party, whosever mailbox it will be.
pub(crate) fn voicemail_party() -> Party {
    Party {
        person: None,
        device: None,
        name: "Voicemail".to_owned(),
        number: VOICEMAIL.to_owned(),
        ..Party::default()
    }
}

/// The office as the other party of whoever speaks a greeting.
pub(crate) fn recorder_party() -> Party {
    Party {
        person: None,
        device: None,
        name: "Recording".to_owned(),
        number: VOICEMAIL.to_owned(),
        ..Party::default()
    }
}

/// The language of a person's own mailbox.
pub(super) fn own_language(office: &Office, person: Option<PersonId>) -> Option<&Language> {
    let own = |mailbox: &&office::Mailbox| mailbox.person() == person && person.is_some();
    let own = office.mailboxes().find(own)?;
    Some(office.mailbox_language(own))
}
