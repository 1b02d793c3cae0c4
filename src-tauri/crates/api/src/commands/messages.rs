//! What is done with a message: heard, kept, deleted, passed on, answered.

use crate::{
    auth::Caller,
    commands::calls::{self, Taken},
    errors::Problem,
    json::{Id, Json, said},
    server::Api,
    values::{MailboxId, MessageId, Millis, PersonId},
    views::messages::{MessageState, MessageView, views},
};
use axum::{extract::State, http::StatusCode};
use office::VoiceMessage;
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use store::{MessageChange, Store, StoreError};
use switch::Command;
use ts_rs::TS;
use utoipa::ToSchema;

/// What is to become of a message; what is left out stays. `PUT /api/messages/{id}`. A state brings
/// back one that was deleted.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageEdit {
    /// `saved`: it was heard. `new`: it is to count as not heard.
    #[ts(optional, type = r#""new" | "saved""#)]
    state: Option<MessageState>,
    /// Who calls back; `null` for nobody.
    #[serde(default, deserialize_with = "said")]
    #[ts(optional, type = "PersonId | null")]
    #[schema(value_type = Option<PersonId>)]
    assigned_to: Option<Option<PersonId>>,
    #[ts(optional)]
    note: Option<String>,
}

/// `POST /api/messages/{id}/forward`: a copy for each of these mailboxes.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageForward {
    mailboxes: Vec<MailboxId>,
}

/// `POST /api/messages/{id}/call-back`: this person's phones ring first, then whoever left the
/// message is called.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageCallBack {
    person: PersonId,
}

/// Changes a message, or brings it back.
#[utoipa::path(put, path = "/messages/{id}", tag = "voicemail", request_body = MessageEdit,
    params(("id" = i64, Path)), responses((status = 200, body = MessageView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    Id(id): Id<MessageId>,
    Json(edit): Json<MessageEdit>,
) -> Result<axum::Json<MessageView>, Problem> {
    let changes = edit.changes(&api)?;
    let message = change(&api, id, changes).await?;
    let view = views(&api, vec![message]).await?.pop();
    view.map(axum::Json)
        .ok_or_else(|| Problem::not_found("message"))
}

/// Deletes a message; for some days it can be brought back.
#[utoipa::path(delete, path = "/messages/{id}", tag = "voicemail", params(("id" = i64, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Id(id): Id<MessageId>,
) -> Result<StatusCode, Problem> {
    let at_ms = Millis::now().0;
    change(&api, id, vec![MessageChange::Delete { at_ms }]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts copies of a message into other mailboxes, as new ones.
#[utoipa::path(post, path = "/messages/{id}/forward", tag = "voicemail",
    request_body = MessageForward, params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn forward(
    State(api): State<Arc<Api>>,
    Id(id): Id<MessageId>,
    Json(MessageForward { mailboxes }): Json<MessageForward>,
) -> Result<StatusCode, Problem> {
    let office = api.desk.office();
    let to: BTreeSet<office::MailboxId> = mailboxes.into_iter().map(Into::into).collect();
    if to.is_empty() || to.iter().any(|mailbox| office.mailbox(*mailbox).is_none()) {
        let detail = "choose mailboxes that exist";
        return Err(Problem::field("mailboxes", detail).coded("noSuchMailbox"));
    }
    let desk = Arc::clone(&api.desk);
    api.keeper
        .ask(move |store| {
            let now = Millis::now().0;
            for mailbox in &to {
                store.forward_message(id.into(), *mailbox, "", |copy| {
                    mail::letters_about(&office, copy, now)
                })?;
            }
            let counts = store.message_counts()?;
            for mailbox in to {
                let counts = counts.get(&mailbox).copied().unwrap_or_default();
                desk.set_messages(mailbox, counts);
            }
            Ok(())
        })
        .await?;
    api.desk.wake_courier();
    Ok(StatusCode::NO_CONTENT)
}

/// Calls whoever left a message; it counts as heard then.
#[utoipa::path(post, path = "/messages/{id}/call-back", tag = "voicemail",
    request_body = MessageCallBack, params(("id" = i64, Path)),
    responses((status = 202, body = calls::CallCommandTaken)))]
pub(crate) async fn call_back(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<MessageId>,
    Json(MessageCallBack { person }): Json<MessageCallBack>,
) -> Result<Taken, Problem> {
    let person = person.into();
    caller.act_for(person)?;
    let message = api
        .keeper
        .ask(move |store| store.message(id.into()))
        .await?;
    let to = message.from_number;
    if to.is_empty() {
        let detail = "whoever left this message did not show their number, so nobody can be called";
        return Err(Problem::new(StatusCode::CONFLICT, detail).coded("numberWithheld"));
    }
    let taken = calls::order(&api, |ticket| Command::Originate {
        ticket,
        person,
        to,
        line: None,
        asker: caller.asker(),
    })
    .await?;
    let at_ms = Millis::now().0;
    change(&api, id, vec![MessageChange::Heard { at_ms }]).await?;
    Ok(taken)
}

impl MessageEdit {
    fn changes(self, api: &Api) -> Result<Vec<MessageChange>, Problem> {
        let mut changes = Vec::new();
        let at_ms = Millis::now().0;
        match self.state {
            Some(MessageState::New) => {
                let new = office::MessageState::New;
                changes.extend([MessageChange::Restore, MessageChange::Mark(new)]);
            }
            Some(MessageState::Saved) => {
                changes.extend([MessageChange::Restore, MessageChange::Heard { at_ms }]);
            }
            Some(MessageState::Deleted) => {
                let detail = "a message is deleted with DELETE; it can be new or saved";
                return Err(Problem::field("state", detail));
            }
            None => {}
        }
        if let Some(person) = self.assigned_to {
            let person = person.map(office::PersonId::from);
            let office = api.desk.office();
            if person.is_some_and(|person| office.person(person).is_none()) {
                let detail = "there is no such person, or not any more";
                return Err(Problem::field("assignedTo", detail).coded("noSuchPerson"));
            }
            changes.push(MessageChange::Assign(person));
        }
        changes.extend(
            self.note
                .map(|note| MessageChange::Note(note.trim().to_owned())),
        );
        Ok(changes)
    }
}

/// Does something to a message; phones and windows are told what lies in its mailbox now.
async fn change(
    api: &Api,
    id: MessageId,
    changes: Vec<MessageChange>,
) -> Result<VoiceMessage, Problem> {
    let desk = Arc::clone(&api.desk);
    let message = api
        .keeper
        .ask(move |store| {
            let mut message = store.message(id.into())?;
            for change in &changes {
                message = store.change_message(id.into(), change)?;
            }
            let counts = counts_of(store, message.mailbox)?;
            desk.set_messages(message.mailbox, counts);
            Ok(message)
        })
        .await?;
    Ok(message)
}

fn counts_of(
    store: &Store,
    mailbox: office::MailboxId,
) -> Result<office::MessageCounts, StoreError> {
    let counts = store.message_counts()?;
    Ok(counts.get(&mailbox).copied().unwrap_or_default())
}
