//! The mailboxes of the office: whose they are, what lies in them, what callers hear.

use crate::{
    auth::{Caller, reaches},
    configuration::Configuration,
    server::Api,
    values::{MailboxId, Millis, PersonId, SoundId},
};
use axum::{Json, extract::State};
use office::{Greetings, Mailbox, MessageCounts, SoundName};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Role;
use ts_rs::TS;
use utoipa::ToSchema;

/// A mailbox as the API tells it.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailboxView {
    pub(crate) id: MailboxId,
    /// To be named in `If-Match` when changing the mailbox.
    revision: i64,
    /// Whose it is; missing for that of a group.
    person: Option<PersonId>,
    /// Its person's, or that of the group.
    name: String,
    /// What is dialled to leave a message at once.
    number: Option<String>,
    /// Whether it takes messages.
    enabled: bool,
    /// Messages nobody has heard.
    new: u32,
    /// Messages heard and kept.
    saved: u32,
    /// How long all its messages are together.
    used_seconds: u64,
    /// How long they may be.
    quota_seconds: u32,
    /// How many there may be.
    quota_messages: u16,
    has_pin: bool,
    /// Until when it takes no PIN because wrong ones were tried.
    locked_until: Option<Millis>,
    /// The language callers hear; missing for the office's.
    language: Option<String>,
    max_message_seconds: u32,
    /// After how many days a message that was heard is deleted; missing for never.
    keep_saved_days: Option<u16>,
    greetings: MailboxGreetings,
    email: Option<MailboxEmail>,
    /// Who else hears that of a group.
    members: Vec<PersonId>,
}

/// What callers of a mailbox hear; where nothing is set, the office's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailboxGreetings {
    pub(crate) standard: Option<SoundId>,
    /// Only the name, put into the office's own words.
    pub(crate) name: Option<SoundId>,
    pub(crate) busy: Option<SoundId>,
    pub(crate) closed: Option<SoundId>,
    /// Instead of all others, until a moment.
    pub(crate) away: Option<MailboxAway>,
}

/// The greeting of a holiday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailboxAway {
    pub(crate) sound: SoundId,
    /// When it ends by itself; missing for when somebody says so.
    pub(crate) until: Option<Millis>,
}

/// Where the messages of a mailbox are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailboxEmail {
    pub(crate) addresses: Vec<String>,
    /// Whether the message goes along.
    pub(crate) attach: bool,
    /// Whether it is deleted here once it was sent.
    pub(crate) delete_after_sending: bool,
}

impl MailboxView {
    /// The mailbox as configured, with what lies in it.
    pub(crate) fn of(
        mailbox: &Mailbox,
        messages: MessageCounts,
        locked_until: Option<Millis>,
        configuration: &Configuration,
    ) -> Self {
        let email = mailbox.email.as_ref().map(|email| MailboxEmail {
            addresses: email.addresses.iter().map(ToString::to_string).collect(),
            attach: email.attach,
            delete_after_sending: email.delete_after_sending,
        });
        Self {
            id: mailbox.id.into(),
            revision: configuration.revision_of_mailbox(mailbox.id),
            person: mailbox.person().map(Into::into),
            name: configuration.office().mailbox_name(mailbox).to_owned(),
            number: mailbox.number.as_ref().map(ToString::to_string),
            enabled: mailbox.enabled,
            new: messages.new,
            saved: messages.saved,
            used_seconds: messages.lasts_ms.div_ceil(1_000),
            quota_seconds: mailbox.quota.seconds,
            quota_messages: mailbox.quota.messages,
            has_pin: mailbox.pin.is_some(),
            locked_until,
            language: mailbox.language.as_ref().map(ToString::to_string),
            max_message_seconds: mailbox.max_message.seconds(),
            keep_saved_days: mailbox.keep_days,
            greetings: MailboxGreetings::of(&mailbox.greetings),
            email,
            members: mailbox.members.iter().copied().map(Into::into).collect(),
        }
    }

    /// Whether a person may hear what lies in it.
    pub(crate) fn is_heard_by(&self, person: PersonId) -> bool {
        self.person == Some(person) || self.members.contains(&person)
    }
}

impl MailboxGreetings {
    fn of(greetings: &Greetings) -> Self {
        let id = |sound: &Option<SoundName>| sound.as_ref().map(SoundId::of);
        Self {
            standard: id(&greetings.standard),
            name: id(&greetings.name),
            busy: id(&greetings.busy),
            closed: id(&greetings.closed),
            away: greetings.away.as_ref().map(|away| MailboxAway {
                sound: SoundId::of(&away.sound),
                until: away.until_unix_ms.map(Millis),
            }),
        }
    }
}

/// The mailboxes the caller hears, by name; all for those who run the office.
#[utoipa::path(get, path = "/mailboxes", tag = "voicemail",
    responses((status = 200, body = [MailboxView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Json<Vec<MailboxView>> {
    let sees_all = reaches(caller.role, Role::Admin);
    let person = caller.person.map(PersonId::from);
    let mut mailboxes = api.desk.mailboxes();
    mailboxes
        .retain(|mailbox| sees_all || person.is_some_and(|person| mailbox.is_heard_by(person)));
    mailboxes.sort_by_cached_key(|mailbox| mailbox.name.to_lowercase());
    Json(mailboxes)
}
