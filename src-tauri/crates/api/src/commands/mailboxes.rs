//! Changing mailboxes: how they answer, whose they are, and their PINs.

use crate::{
    auth::{Caller, reaches},
    errors::Problem,
    json::{Id, IfMatch, Json},
    library,
    server::Api,
    values::{MailboxId, PersonId, SoundId},
    views::mailboxes::{MailboxEmail, MailboxGreetings, MailboxView},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse},
};
use office::{
    AwayGreeting, EmailAddress, ExtensionNumber, GreetingKind, Greetings, Language, Mailbox,
    MailboxOwner, MailboxQuota, MessageLength, SoundName,
    limits::{MAILBOX_MESSAGES_MAX, MAILBOX_SECONDS_MAX, MAILBOX_SECONDS_MIN},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use store::{OfficeChange, Role, StoreError};
use ts_rs::TS;
use utoipa::ToSchema;

/// A mailbox as it is to be. `POST /api/mailboxes` adds that of a group; `PUT /api/mailboxes/{id}`
/// with `If-Match: "<revision>"`. The name of a person's mailbox is the person's and stays.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailboxEdit {
    name: String,
    number: Option<String>,
    enabled: bool,
    language: Option<String>,
    max_message_seconds: u32,
    /// How many messages it holds.
    quota_messages: u32,
    /// How long all of them may be together, in seconds.
    quota_seconds: u32,
    keep_saved_days: Option<u16>,
    email: Option<MailboxEmail>,
    members: Vec<PersonId>,
    greetings: MailboxGreetings,
}

/// A new PIN, shown this once.
#[derive(Serialize, TS, ToSchema)]
pub struct PinView {
    pin: String,
}

/// Adds the mailbox of a group.
#[utoipa::path(post, path = "/mailboxes", tag = "voicemail", request_body = MailboxEdit,
    responses((status = 201, body = MailboxView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<MailboxEdit>,
) -> Result<(StatusCode, axum::Json<MailboxView>), Problem> {
    let owner = MailboxOwner::Group {
        name: String::new(),
    };
    // Its identity is given by the store.
    let mut mailbox = Mailbox::new(office::MailboxId(0), owner);
    edit.write_to(&mut mailbox, &library::names(&api).await?)?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_mailbox(&mailbox))
        .await
        .map_err(of_mailbox)?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a mailbox that has not been changed since. Its number, its name, how much it
/// holds and who shares it are changed by those who run the office.
#[utoipa::path(put, path = "/mailboxes/{id}", tag = "voicemail", request_body = MailboxEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = MailboxView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<MailboxId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<MailboxEdit>,
) -> Result<axum::Json<MailboxView>, Problem> {
    let id = office::MailboxId::from(id);
    let office = api.desk.office();
    let before = office.mailbox(id);
    let before = before.ok_or_else(|| Problem::not_found("mailbox"))?;
    let mut mailbox = before.clone();
    edit.write_to(&mut mailbox, &library::names(&api).await?)?;
    if !reaches(caller.role, Role::Admin) {
        only_what_is_ones_own(before, &mailbox)?;
    }
    let heard_before = before.greetings.clone();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_mailbox(&mailbox, revision)?;
            set_greetings(change, id, &heard_before, &mailbox.greetings)
        })
        .await
        .map_err(of_mailbox)?;
    view(&api, id)
}

/// Removes the mailbox of a group with its messages and number.
#[utoipa::path(delete, path = "/mailboxes/{id}", tag = "voicemail",
    params(("id" = i64, Path), ("If-Match" = String, Header)), responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<MailboxId>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.remove_mailbox(id.into(), revision)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back the mailbox of a group that was removed, with its messages and number.
#[utoipa::path(post, path = "/mailboxes/{id}/restore", tag = "voicemail",
    params(("id" = i64, Path)), responses((status = 200, body = MailboxView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<MailboxId>,
) -> Result<axum::Json<MailboxView>, Problem> {
    let id = office::MailboxId::from(id);
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_mailbox(id))
        .await?;
    view(&api, id)
}

/// Gives a mailbox a new PIN.
#[utoipa::path(post, path = "/mailboxes/{id}/pin", tag = "voicemail",
    params(("id" = i64, Path)), responses((status = 200, body = PinView)))]
pub(crate) async fn renew_pin(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<MailboxId>,
) -> Result<impl IntoResponse, Problem> {
    let id = office::MailboxId::from(id);
    let numbers = {
        let office = api.desk.office();
        let mailbox = office.mailbox(id);
        let mailbox = mailbox.ok_or_else(|| Problem::not_found("mailbox"))?;
        let own = mailbox.person().map(|person| office.numbers_of(person));
        let own = own.into_iter().flatten().cloned();
        own.chain(mailbox.number.clone()).collect::<Vec<_>>()
    };
    let pin = store::pins::generate(&numbers)?;
    let shown = pin.expose().to_owned();
    let hash = api.auth.passwords.hash_pin(pin).await?;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.set_mailbox_pin(id, Some(&hash))
        })
        .await?;
    let unkept = AppendHeaders([(header::CACHE_CONTROL, "no-store")]);
    Ok((unkept, axum::Json(PinView { pin: shown })))
}

fn view(api: &Api, id: office::MailboxId) -> Result<axum::Json<MailboxView>, Problem> {
    let mailbox = api.desk.mailbox(id);
    mailbox
        .map(axum::Json)
        .ok_or_else(|| Problem::not_found("mailbox"))
}

/// Refuses what would give somebody a number of the office, or others their messages.
fn only_what_is_ones_own(before: &Mailbox, after: &Mailbox) -> Result<(), Problem> {
    let field = [
        ("number", before.number == after.number),
        ("members", before.members == after.members),
        ("name", before.owner == after.owner),
        ("quotaMessages", before.quota == after.quota),
    ]
    .into_iter()
    .find(|(_, same)| !same);
    let Some((field, _)) = field else {
        return Ok(());
    };
    let detail = "your role does not allow this; ask the owner of the phone system";
    Err(Problem {
        field: Some(field.to_owned()),
        ..Problem::new(StatusCode::FORBIDDEN, detail).coded("role")
    })
}

fn set_greetings(
    change: &OfficeChange<'_>,
    id: office::MailboxId,
    before: &Greetings,
    now: &Greetings,
) -> Result<(), StoreError> {
    for (kind, before, now) in [
        (GreetingKind::Standard, &before.standard, &now.standard),
        (GreetingKind::Name, &before.name, &now.name),
        (GreetingKind::Busy, &before.busy, &now.busy),
        (GreetingKind::Closed, &before.closed, &now.closed),
    ] {
        if before != now {
            change.set_greeting(id, kind, now.as_ref(), None)?;
        }
    }
    if before.away != now.away {
        let away = now.away.as_ref();
        let until = away.and_then(|away| away.until_unix_ms);
        let sound = away.map(|away| &away.sound);
        change.set_greeting(id, GreetingKind::Away, sound, until)?;
    }
    Ok(())
}

/// The number of a request about a mailbox is called `number`, not `extension`.
fn of_mailbox(failed: impl Into<Problem>) -> Problem {
    let mut problem = failed.into();
    if problem.field.as_deref() == Some("extension") {
        problem.field = Some("number".to_owned());
    }
    problem
}

impl MailboxEdit {
    fn write_to(
        self,
        mailbox: &mut Mailbox,
        sounds: &BTreeMap<SoundId, SoundName>,
    ) -> Result<(), Problem> {
        if let MailboxOwner::Group { name } = &mut mailbox.owner {
            self.name.trim().clone_into(name);
        }
        let number = self.number.as_deref().map(str::trim);
        let number = number.filter(|number| !number.is_empty());
        let number = number.map(ExtensionNumber::parse).transpose();
        mailbox.number =
            number.map_err(|why| Problem::field("number", why).coded("badExtension"))?;
        let language = self.language.as_deref().map(Language::parse).transpose();
        mailbox.language =
            language.map_err(|why| Problem::field("language", why).coded("badLanguage"))?;
        mailbox.max_message = MessageLength::from_seconds(self.max_message_seconds)
            .map_err(|why| Problem::field("maxMessageSeconds", why).coded("badMessageLength"))?;
        mailbox.quota = read_quota(self.quota_messages, self.quota_seconds)?;
        mailbox.enabled = self.enabled;
        mailbox.keep_days = self.keep_saved_days;
        mailbox.email = self.email.map(read_email).transpose()?;
        let mut members: Vec<_> = self.members.into_iter().map(Into::into).collect();
        members.sort_unstable();
        members.dedup();
        mailbox.members = members;
        mailbox.greetings = read_greetings(self.greetings, sounds)?;
        Ok(())
    }
}

fn read_quota(messages: u32, seconds: u32) -> Result<MailboxQuota, Problem> {
    let wrong = |field, detail: String| Err(Problem::field(field, detail).coded("badQuota"));
    // More than fits is too many all the same.
    let messages = u16::try_from(messages).unwrap_or(u16::MAX);
    if !(1..=MAILBOX_MESSAGES_MAX).contains(&messages) {
        let detail = format!("a mailbox holds 1 to {MAILBOX_MESSAGES_MAX} messages");
        return wrong("quotaMessages", detail);
    }
    if !(MAILBOX_SECONDS_MIN..=MAILBOX_SECONDS_MAX).contains(&seconds) {
        let detail =
            format!("a mailbox holds {MAILBOX_SECONDS_MIN} to {MAILBOX_SECONDS_MAX} seconds");
        return wrong("quotaSeconds", detail);
    }
    Ok(MailboxQuota { messages, seconds })
}

fn read_email(email: MailboxEmail) -> Result<office::MailboxEmail, Problem> {
    let read = |(index, text): (usize, &String)| {
        EmailAddress::parse(text.trim()).map_err(|why| {
            Problem::field(format!("email.addresses[{index}]"), why).coded("badEmail")
        })
    };
    let addresses = email.addresses.iter().enumerate().map(read);
    Ok(office::MailboxEmail {
        addresses: addresses.collect::<Result<_, _>>()?,
        attach: email.attach,
        delete_after_sending: email.delete_after_sending,
    })
}

fn read_greetings(
    greetings: MailboxGreetings,
    sounds: &BTreeMap<SoundId, SoundName>,
) -> Result<Greetings, Problem> {
    let known = |field: &str, id: SoundId| {
        sounds.get(&id).cloned().ok_or_else(|| {
            let detail = "there is no such sound, or not any more; choose another";
            Problem::field(format!("greetings.{field}"), detail).coded("noSuchSound")
        })
    };
    let optional = |field: &str, id: Option<SoundId>| id.map(|id| known(field, id)).transpose();
    let away = greetings.away.map(|away| {
        Ok::<_, Problem>(AwayGreeting {
            sound: known("away", away.sound)?,
            until_unix_ms: away.until.map(|until| until.0),
        })
    });
    Ok(Greetings {
        standard: optional("standard", greetings.standard)?,
        name: optional("name", greetings.name)?,
        busy: optional("busy", greetings.busy)?,
        closed: optional("closed", greetings.closed)?,
        away: away.transpose()?,
    })
}
