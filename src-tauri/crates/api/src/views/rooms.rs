//! Conference rooms, and who is in them.

use crate::{
    auth::{Caller, reaches},
    configuration::Configuration,
    server::Api,
    values::{CallId, Millis, RoomId},
    views::live::Party,
};
use axum::{Json, extract::State};
use office::{ConferenceRoom, JoinSound};
use serde::Serialize;
use std::sync::Arc;
use store::Role;
use switch::{Board, LiveRoom};
use ts_rs::TS;
use utoipa::ToSchema;

/// A conference room.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    pub(crate) id: RoomId,
    /// To be named in `If-Match` when changing the room.
    revision: i64,
    name: String,
    number: String,
    has_pin: bool,
    has_host_pin: bool,
    /// Whether members hear music until the host has come.
    wait_for_host: bool,
    mute_on_entry: bool,
    join_tone: bool,
    max_members: u16,
    /// Who is in it now; missing while nobody is, and for staff.
    live: Option<RoomLive>,
}

/// A conference room with somebody in it.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomLive {
    /// Whether nobody but its host is let in.
    locked: bool,
    recording: bool,
    since: Millis,
    members: Vec<RoomMember>,
}

/// Somebody in a conference room.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomMember {
    call: CallId,
    party: Party,
    host: bool,
    muted: bool,
    speaking: bool,
    since: Millis,
}

impl RoomView {
    /// The room as configured, on the board as it is now.
    pub(crate) fn of(room: &ConferenceRoom, configuration: &Configuration, board: &Board) -> Self {
        Self {
            id: room.id.into(),
            revision: configuration.revision_of_room(room.id),
            name: room.name.clone(),
            number: room.number.to_string(),
            has_pin: room.pin.is_some(),
            has_host_pin: room.host_pin.is_some(),
            wait_for_host: room.wait_for_host,
            mute_on_entry: room.mute_on_entry,
            join_tone: room.announce == JoinSound::Tone,
            max_members: room.max_members,
            live: board.rooms.get(&room.id).map(RoomLive::of),
        }
    }

    /// The same for staff, who do not see who talks with whom.
    pub(crate) fn for_colleagues(&self) -> Self {
        Self {
            live: None,
            ..self.clone()
        }
    }
}

impl RoomLive {
    fn of(room: &LiveRoom) -> Self {
        let members = room.members.iter().map(|(call, member)| RoomMember {
            call: (*call).into(),
            party: Party::of(&member.party),
            host: member.host,
            muted: member.muted,
            speaking: member.speaking,
            since: Millis(member.since_unix_ms),
        });
        Self {
            locked: room.locked,
            recording: room.recording,
            since: Millis(room.since_unix_ms),
            members: members.collect(),
        }
    }
}

/// All conference rooms, by name.
#[utoipa::path(get, path = "/rooms", tag = "rooms",
    responses((status = 200, body = [RoomView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Json<Vec<RoomView>> {
    let mut rooms = api.desk.rooms();
    rooms.sort_by_cached_key(|room| room.name.to_lowercase());
    if !reaches(caller.role, Role::Receptionist) {
        rooms = rooms.iter().map(RoomView::for_colleagues).collect();
    }
    Json(rooms)
}
