//! The messages in a mailbox, and how they sound.

use crate::{
    errors::Problem,
    json::{Asked, Id},
    library,
    limits::MESSAGES_PER_PAGE,
    server::Api,
    values::{CallId, MailboxId, MessageId, Millis, PersonId},
    views::{calls::CallParty, recordings},
    wav::{self, WavOf},
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use chrono::DateTime;
use office::{Office, VoiceMessage};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use store::{LetterState, MessageFolder, MessagePosition, SoundOutline};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A message a caller left.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    id: MessageId,
    mailbox: MailboxId,
    /// Who left it, as they were shown at the time.
    from: CallParty,
    /// The call in which it was left; none if it came from the backup of another office.
    call: Option<CallId>,
    received_at: Millis,
    seconds: f64,
    state: MessageState,
    heard_at: Option<Millis>,
    /// Who has taken it upon themselves to call back.
    assigned_to: Option<PersonId>,
    note: String,
    /// The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at.
    peaks: Vec<u8>,
    mail: MessageMail,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    /// Nobody has heard it.
    New,
    /// It was heard and kept.
    Saved,
    /// It can be brought back for some days.
    Deleted,
}

/// What became of the letters that tell of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageMail {
    /// There is none.
    None,
    /// One still waits.
    Queued,
    /// All were sent.
    Sent,
    /// One was given up.
    Failed,
}

/// A page of a mailbox, the newest message first.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    messages: Vec<MessageView>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// Which messages to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessageWish {
    /// `new`, `saved` or `deleted`.
    state: String,
    /// The `next` of the page before.
    before: Option<String>,
}

/// How a message is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessageSoundWish {
    /// Whether a browser is to keep it as a file.
    download: Option<String>,
}

/// The messages in a mailbox, the newest first.
#[utoipa::path(get, path = "/mailboxes/{id}/messages", tag = "voicemail",
    params(("id" = i64, Path), MessageWish), responses((status = 200, body = MessagePage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Id(mailbox): Id<MailboxId>,
    Asked(wish): Asked<MessageWish>,
) -> Result<Json<MessagePage>, Problem> {
    let mailbox = office::MailboxId::from(mailbox);
    if api.desk.office().mailbox(mailbox).is_none() {
        return Err(Problem::not_found("mailbox"));
    }
    let folder = match wish.state.as_str() {
        "new" => MessageFolder::New,
        "saved" => MessageFolder::Saved,
        "deleted" => MessageFolder::Deleted,
        _ => return Err(Problem::field("state", "ask for new, saved or deleted")),
    };
    let before = wish.before.as_deref().map(position).transpose()?;
    let messages = api
        .keeper
        .ask(move |store| store.messages(mailbox, folder, MESSAGES_PER_PAGE, before))
        .await?;
    let last = messages
        .last()
        .filter(|_| messages.len() == MESSAGES_PER_PAGE);
    Ok(Json(MessagePage {
        next: last.map(|last| format!("{}-{}", last.received_ms, last.id.0)),
        messages: views(&api, messages).await?,
    }))
}

/// A message as a WAV file, or a part of it.
#[utoipa::path(get, path = "/messages/{id}/sound.wav", tag = "voicemail",
    params(("id" = i64, Path), MessageSoundWish),
    responses((status = 200, content_type = "audio/wav"), (status = 206)))]
pub(crate) async fn file(
    State(api): State<Arc<Api>>,
    Id(id): Id<MessageId>,
    Asked(wish): Asked<MessageSoundWish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let message = api
        .keeper
        .ask(move |store| store.message(id.into()))
        .await?;
    let path = wav::path_of(api.keeper.dir(), &message.sound)?;
    let name = wish
        .download
        .map(|_| file_name(&api.desk.office(), &message));
    wav::answer(WavOf::File(path), &headers, name.as_deref()).await
}

/// Messages with what else is known of each.
pub(crate) async fn views(
    api: &Arc<Api>,
    messages: Vec<VoiceMessage>,
) -> Result<Vec<MessageView>, Problem> {
    let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
    let letters = api
        .keeper
        .ask(move |store| store.letters_about(&ids))
        .await?;
    let sounds = messages.iter().map(|message| message.sound.clone());
    let outlines = library::outlines(api, sounds.collect()).await?;
    let view = |message| MessageView::of(message, &letters, &outlines);
    Ok(messages.into_iter().map(view).collect())
}

impl MessageView {
    fn of(
        message: VoiceMessage,
        letters: &BTreeMap<office::MessageId, LetterState>,
        outlines: &BTreeMap<office::SoundName, SoundOutline>,
    ) -> Self {
        let state = match (message.deleted_ms, message.state) {
            (Some(_), _) => MessageState::Deleted,
            (None, office::MessageState::New) => MessageState::New,
            (None, office::MessageState::Saved) => MessageState::Saved,
        };
        let outline = outlines.get(&message.sound);
        Self {
            id: message.id.into(),
            mailbox: message.mailbox.into(),
            from: CallParty {
                person: message.from_person.map(Into::into),
                number: message.from_number,
                name: message.from_name,
            },
            call: recordings::known(message.call),
            received_at: Millis(message.received_ms),
            seconds: f64::from(message.lasts_ms) / 1_000.0,
            state,
            heard_at: message.heard_ms.map(Millis),
            assigned_to: message.assigned_to.map(Into::into),
            note: message.note,
            peaks: outline.map_or_else(Vec::new, |outline| outline.peaks.clone()),
            mail: match letters.get(&message.id) {
                None => MessageMail::None,
                Some(LetterState::Queued) => MessageMail::Queued,
                Some(LetterState::Sent) => MessageMail::Sent,
                Some(LetterState::Failed) => MessageMail::Failed,
            },
        }
    }
}

/// When it was left and by whom, as in `2026-11-21 1630 Anna 101`.
fn file_name(office: &Office, message: &VoiceMessage) -> String {
    let zone = office.settings().time_zone.rules();
    let left = DateTime::from_timestamp_millis(message.received_ms).unwrap_or_default();
    let left = left.with_timezone(&zone).format("%Y-%m-%d %H%M");
    let mut name = left.to_string();
    for part in [&message.from_name, &message.from_number] {
        // What a file may not be called somewhere.
        let part: String = part
            .chars()
            .map(|c| if r#"/\:*?"<>|"#.contains(c) { '_' } else { c })
            .collect();
        let part = part.trim_matches(['.', ' ']);
        if !part.is_empty() && !part.contains(char::is_control) {
            name.push(' ');
            name.push_str(part);
        }
    }
    name
}

/// `before` as the page before gave it: `<received_at>-<id>`.
fn position(text: &str) -> Result<MessagePosition, Problem> {
    let parsed = text.split_once('-').and_then(|(received_ms, id)| {
        Some(MessagePosition {
            received_ms: received_ms.parse().ok()?,
            id: office::MessageId(id.parse().ok()?),
        })
    });
    parsed.ok_or_else(|| Problem::field("before", "give the `next` of the page before"))
}
