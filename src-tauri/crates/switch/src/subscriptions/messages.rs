//! `message-summary` (RFC 3842): the lamp that says that messages wait.
//!
//! A phone that subscribes to its own address or to [`VOICEMAIL`] is told of every mailbox its
//! person sees, together; one that subscribes to the number of a mailbox is told of that alone.
//! Nobody is told of a mailbox they may not hear (promise P3).

use super::{Subscription, Topic};
use crate::{limits::VOICEMAIL, switch::Switch};
use bytes::Bytes;
use office::{Device, Dialled, MailboxId, Office, PersonId};
use sip_message::{HostPort, Scheme, SipUri, Uri};
use sip_server::events::message_summary::{MessageSummary, PACKAGE};

/// What a device subscribes to that names `resource`. `Err`: the status it is refused with.
pub(super) fn topic(office: &Office, device: &Device, resource: &str) -> Result<Topic, u16> {
    if resource == VOICEMAIL || resource == device.sip_user.as_str() {
        return Ok(Topic::Messages(device.person));
    }
    let topic = match office.resolve(resource) {
        Dialled::Person(person) => Topic::Messages(person.id),
        Dialled::Mailbox(mailbox) => Topic::Mailbox(mailbox),
        // Other devices of the office and nobody at all are answered alike.
        _ => return Err(403),
    };
    may_know(office, device.person, topic)
        .then_some(topic)
        .ok_or(403)
}

/// Whether a person may be told of something.
pub(super) fn may_know(office: &Office, person: PersonId, topic: Topic) -> bool {
    match topic {
        Topic::Messages(of) => of == person,
        Topic::Mailbox(id) => office
            .mailbox(id)
            .is_some_and(|mailbox| mailbox.is_seen_by(person)),
    }
}

/// The state of a lamp as its phone reads it. `host` is the office's address as the phone knows it.
pub(super) fn body(messages: MessageSummary, host: &HostPort) -> Bytes {
    let account = SipUri::new(Scheme::Sip, Some(VOICEMAIL), host.clone());
    messages.body(&Uri::Sip(account))
}

impl Switch {
    /// Other messages lie in a mailbox, which these persons see.
    pub(crate) fn tell_of_messages(
        &mut self,
        mailbox: MailboxId,
        seen_by: impl Iterator<Item = PersonId>,
    ) {
        let office = self.office();
        self.tell_topic(Topic::Mailbox(mailbox));
        for person in seen_by {
            self.tell_topic(Topic::Messages(person));
            for device in office.devices_of(person) {
                self.light(device.id);
            }
        }
    }

    /// Any mailbox may have changed.
    pub(crate) fn tell_all_of_messages(&mut self) {
        let topics = self.subscriptions.topics_of(&PACKAGE);
        for topic in topics {
            self.tell_topic(topic);
        }
        for device in self.subscriptions.lamps.devices() {
            self.light(device);
        }
    }

    pub(super) fn message_state(&self, subscription: &Subscription) -> Bytes {
        let messages = match subscription.topic {
            Topic::Messages(person) => self.mailboxes.of_person(person).unwrap_or_default(),
            Topic::Mailbox(id) => {
                let takes_messages = self.office().mailbox(id).is_some_and(|each| each.enabled);
                let lit = takes_messages.then(|| self.mailboxes.of_mailbox(id));
                lit.unwrap_or_default()
            }
        };
        body(messages, &subscription.host)
    }
}
