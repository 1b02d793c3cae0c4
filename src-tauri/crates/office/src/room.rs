//! A conference room: a number at which everybody hears everybody.

use crate::{ConferenceRoomId, ExtensionNumber, PinHash};
use serde::{Deserialize, Serialize};

/// A conference room of the office. It serialises without its PINs, and is never read from outside
/// as a whole.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceRoom {
    /// Its identity.
    pub id: ConferenceRoomId,
    /// What is dialled to enter it. It must lead here.
    pub number: ExtensionNumber,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// What members dial to be let in; `None` to let everybody in.
    #[serde(skip)]
    pub pin: Option<PinHash>,
    /// What the host dials, to be known as the host.
    #[serde(skip)]
    pub host_pin: Option<PinHash>,
    /// Whether members hear music until the host has come. It takes a host PIN.
    pub wait_for_host: bool,
    /// Whether members come in muted; the host never does.
    pub mute_on_entry: bool,
    /// What is heard when somebody comes or goes.
    pub announce: JoinSound,
    /// How many may be in it at a time, 2 to
    /// [`ROOM_MEMBERS_MAX`](crate::limits::ROOM_MEMBERS_MAX).
    pub max_members: u16,
}

/// What a room hears when somebody comes or goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinSound {
    /// A short rising tone, or a falling one.
    #[default]
    Tone,
    /// Nothing.
    Nothing,
}
