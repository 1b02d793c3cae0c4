//! Adding, changing and removing conference rooms, and steering one while people are in it.

use crate::{
    auth::Caller,
    commands::calls::{CallCommandTaken, number, order},
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json, SecretEdit},
    server::Api,
    values::{CallId, RoomId},
    views::rooms::RoomView,
};
use axum::{extract::State, http::StatusCode};
use office::{
    ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound, Pin, PinHash, clean_text,
};
use serde::Deserialize;
use std::sync::Arc;
use store::{OfficeChange, RoomPin, StoreError};
use switch::Command;
use ts_rs::TS;
use utoipa::ToSchema;

/// A conference room as it is to be. `POST /api/rooms`; `PUT /api/rooms/{id}` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomEdit {
    name: String,
    /// What is dialled to enter it.
    number: String,
    /// What members dial to be let in. Missing: it stays; `null`: there is none any more.
    #[serde(default)]
    #[ts(optional, as = "Option<Option<String>>")]
    #[schema(value_type = Option<String>)]
    pin: SecretEdit,
    /// What the host dials, likewise.
    #[serde(default)]
    #[ts(optional, as = "Option<Option<String>>")]
    #[schema(value_type = Option<String>)]
    host_pin: SecretEdit,
    wait_for_host: bool,
    mute_on_entry: bool,
    join_tone: bool,
    max_members: u16,
}

/// `POST /api/rooms/{id}/lock`: nobody but the host is let in, or everybody again.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomLock {
    locked: bool,
}

/// `POST /api/rooms/{id}/mute`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomMute {
    /// Whom; everybody but the hosts for `null`.
    call: Option<CallId>,
    muted: bool,
}

/// `POST /api/rooms/{id}/remove`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomRemove {
    call: CallId,
}

/// `POST /api/rooms/{id}/invite`: rings a number; whoever picks up is in the room.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomInvite {
    to: String,
}

/// `POST /api/rooms/{id}/recording`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomRecording {
    on: bool,
}

type Taken = (StatusCode, axum::Json<CallCommandTaken>);

/// Adds a conference room; its number leads there at once.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = RoomEdit,
    responses((status = 201, body = RoomView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<RoomEdit>,
) -> Result<(StatusCode, axum::Json<RoomView>), Problem> {
    let wished = Wished::read(&api, edit).await?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| {
            let mut room = wished.room;
            room.pin = wished.pin.flatten();
            room.host_pin = wished.host_pin.flatten();
            change.add_room(&room)
        })
        .await
        .map_err(|why| about_the_number(why.into()))?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a conference room that has not been changed since.
#[utoipa::path(put, path = "/rooms/{id}", tag = "rooms", request_body = RoomEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = RoomView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RoomId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<RoomEdit>,
) -> Result<axum::Json<RoomView>, Problem> {
    let id = ConferenceRoomId::from(id);
    let Wished {
        mut room,
        pin,
        host_pin,
    } = Wished::read(&api, edit).await?;
    room.id = id;
    let replace = move |change: &OfficeChange<'_>| {
        change.edit_room(&room, revision)?;
        for (which, pin) in [(RoomPin::Member, pin), (RoomPin::Host, host_pin)] {
            if let Some(pin) = pin {
                change.set_room_pin(id, which, pin.as_ref())?;
            }
        }
        Ok::<(), StoreError>(())
    };
    api.keeper
        .change_by(caller.actor(), replace)
        .await
        .map_err(|why| about_the_number(why.into()))?;
    view(&api, id)
}

/// Removes a conference room with its numbers.
#[utoipa::path(delete, path = "/rooms/{id}", tag = "rooms",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RoomId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = ConferenceRoomId::from(id);
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_room(id);
            change.remove_room(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a conference room that was removed, with its numbers and PINs.
#[utoipa::path(post, path = "/rooms/{id}/restore", tag = "rooms",
    params(("id" = i64, Path)), responses((status = 200, body = RoomView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RoomId>,
) -> Result<axum::Json<RoomView>, Problem> {
    let id = ConferenceRoomId::from(id);
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_room(id))
        .await?;
    view(&api, id)
}

/// Locks a conference room, or opens it again.
#[utoipa::path(post, path = "/rooms/{id}/lock", tag = "rooms", request_body = RoomLock,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn lock(
    State(api): State<Arc<Api>>,
    Id(room): Id<RoomId>,
    Json(RoomLock { locked }): Json<RoomLock>,
) -> Result<Taken, Problem> {
    let room = room.into();
    let lock = |ticket| Command::LockRoom {
        ticket,
        room,
        locked,
    };
    order(&api, lock).await
}

/// Mutes a member of a conference room, or all but its hosts, or lets them be heard again.
#[utoipa::path(post, path = "/rooms/{id}/mute", tag = "rooms", request_body = RoomMute,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn mute(
    State(api): State<Arc<Api>>,
    Id(room): Id<RoomId>,
    Json(RoomMute { call, muted }): Json<RoomMute>,
) -> Result<Taken, Problem> {
    let (room, call) = (room.into(), call.map(Into::into));
    let mute = |ticket| Command::MuteMember {
        ticket,
        room,
        call,
        muted,
    };
    order(&api, mute).await
}

/// Sends a member out of a conference room.
#[utoipa::path(post, path = "/rooms/{id}/remove", tag = "rooms", request_body = RoomRemove,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn remove_member(
    State(api): State<Arc<Api>>,
    Id(room): Id<RoomId>,
    Json(RoomRemove { call }): Json<RoomRemove>,
) -> Result<Taken, Problem> {
    let (room, call) = (room.into(), call.into());
    let remove = |ticket| Command::RemoveMember { ticket, room, call };
    order(&api, remove).await
}

/// Rings a number into a conference room.
#[utoipa::path(post, path = "/rooms/{id}/invite", tag = "rooms", request_body = RoomInvite,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn invite(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(room): Id<RoomId>,
    Json(RoomInvite { to }): Json<RoomInvite>,
) -> Result<Taken, Problem> {
    let (room, to) = (room.into(), number(to)?);
    let by = caller.person;
    let invite = |ticket| Command::InviteToRoom {
        ticket,
        room,
        by,
        to,
    };
    order(&api, invite).await
}

/// Begins to record a conference room, or ends it.
#[utoipa::path(post, path = "/rooms/{id}/recording", tag = "rooms", request_body = RoomRecording,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn record(
    State(api): State<Arc<Api>>,
    Id(room): Id<RoomId>,
    Json(RoomRecording { on }): Json<RoomRecording>,
) -> Result<Taken, Problem> {
    let room = room.into();
    order(&api, |ticket| Command::RecordRoom { ticket, room, on }).await
}

/// What people have as their extension is the number of a room.
fn about_the_number(problem: Problem) -> Problem {
    if problem.field.as_deref() != Some("extension") {
        return problem;
    }
    Problem {
        field: Some("number".to_owned()),
        ..problem.coded("numberTaken")
    }
}

fn view(api: &Api, id: ConferenceRoomId) -> Result<axum::Json<RoomView>, Problem> {
    let room = api.desk.room(id);
    room.map(axum::Json)
        .ok_or_else(|| Problem::not_found("room"))
}

/// A [`RoomEdit`] that has been read, its PINs hashed.
struct Wished {
    room: ConferenceRoom,
    /// `None`: it stays.
    pin: Option<Option<PinHash>>,
    host_pin: Option<Option<PinHash>>,
}

impl Wished {
    async fn read(api: &Api, edit: RoomEdit) -> Result<Self, Problem> {
        let number = ExtensionNumber::parse(edit.number.trim())
            .map_err(|why| Problem::field("number", why).coded("badExtension"))?;
        let announce = if edit.join_tone {
            JoinSound::Tone
        } else {
            JoinSound::Nothing
        };
        Ok(Self {
            pin: hashed(api, "pin", edit.pin, &number).await?,
            host_pin: hashed(api, "hostPin", edit.host_pin, &number).await?,
            room: ConferenceRoom {
                id: ConferenceRoomId(0),
                number,
                name: clean_text(&edit.name).into_owned(),
                pin: None,
                host_pin: None,
                wait_for_host: edit.wait_for_host,
                mute_on_entry: edit.mute_on_entry,
                announce,
                max_members: edit.max_members,
            },
        })
    }
}

async fn hashed(
    api: &Api,
    field: &str,
    pin: SecretEdit,
    number: &ExtensionNumber,
) -> Result<Option<Option<PinHash>>, Problem> {
    let digits = match pin {
        SecretEdit::Stays => return Ok(None),
        SecretEdit::Goes => return Ok(Some(None)),
        SecretEdit::Becomes(digits) => digits,
    };
    let pin = Pin::choose(digits.expose().trim(), std::slice::from_ref(number))
        .map_err(|why| Problem::field(field, why).coded("weakPin"))?;
    let hash = api.auth.passwords.hash_pin(pin).await?;
    Ok(Some(Some(hash)))
}
