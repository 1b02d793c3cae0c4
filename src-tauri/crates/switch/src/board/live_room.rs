//! A conference room as the board shows it, and how it goes on with what happens in it.

use super::{Board, Changed};
use crate::happening::{Happening, Party, What};
use office::{CallId, ConferenceRoomId};
use serde::Serialize;
use std::collections::BTreeMap;

/// A conference room with somebody in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveRoom {
    /// Only the host is let in.
    pub locked: bool,
    /// It is recorded.
    pub recording: bool,
    /// Since when somebody is in it, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
    /// Who is in it, by their calls.
    pub members: BTreeMap<CallId, RoomMember>,
}

/// Somebody in a conference room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomMember {
    /// Who.
    pub party: Party,
    /// Whether they are its host.
    pub host: bool,
    /// Whether nobody hears them.
    pub muted: bool,
    /// Whether they hear music until the host has come.
    pub waits: bool,
    /// Whether they have the word.
    pub speaking: bool,
    /// Since when they are in it, milliseconds since 1970 UTC.
    pub since_unix_ms: i64,
}

impl Board {
    pub(super) fn fold_room(&mut self, happening: &Happening, changed: &mut Changed) {
        let since_unix_ms = happening.unix_ms;
        let (room, done) = match &happening.what {
            What::RoomJoined {
                call,
                room,
                by,
                host,
                muted,
                waits,
            } => {
                let live = self.rooms.entry(*room).or_insert_with(|| LiveRoom {
                    locked: false,
                    recording: false,
                    since_unix_ms,
                    members: BTreeMap::new(),
                });
                if *host {
                    for member in live.members.values_mut() {
                        member.waits = false;
                    }
                }
                let member = RoomMember {
                    party: by.clone(),
                    host: *host,
                    muted: *muted,
                    waits: *waits,
                    speaking: false,
                    since_unix_ms,
                };
                live.members.insert(*call, member);
                (room, true)
            }
            What::RoomLeft { call, room, .. } => {
                let live = self.rooms.get_mut(room);
                let left = live.is_some_and(|live| live.members.remove(call).is_some());
                self.rooms.retain(|_, live| !live.members.is_empty());
                (room, left)
            }
            What::RoomLocked { room, .. } => (room, self.set_locked(*room, true)),
            What::RoomUnlocked { room, .. } => (room, self.set_locked(*room, false)),
            What::RoomRecordingBegan { room, .. } => (room, self.set_recording(*room, true)),
            What::RoomRecordingEnded { room, .. } => (room, self.set_recording(*room, false)),
            What::MemberMuted { call, room } => (room, self.set_muted(*room, *call, true)),
            What::MemberUnmuted { call, room } => (room, self.set_muted(*room, *call, false)),
            What::SomebodySpoke { room, member } => (room, self.set_speaking(*room, *member)),
            _ => return,
        };
        changed.room = done.then_some(*room);
    }

    fn set_locked(&mut self, room: ConferenceRoomId, locked: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        live.is_some_and(|live| std::mem::replace(&mut live.locked, locked) != locked)
    }

    fn set_recording(&mut self, room: ConferenceRoomId, on: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        live.is_some_and(|live| std::mem::replace(&mut live.recording, on) != on)
    }

    fn set_muted(&mut self, room: ConferenceRoomId, call: CallId, muted: bool) -> bool {
        let live = self.rooms.get_mut(&room);
        let member = live.and_then(|live| live.members.get_mut(&call));
        member.is_some_and(|member| std::mem::replace(&mut member.muted, muted) != muted)
    }

    fn set_speaking(&mut self, room: ConferenceRoomId, who: Option<CallId>) -> bool {
        let mut changed = false;
        let members = self.rooms.get_mut(&room).map(|live| &mut live.members);
        for (call, member) in members.into_iter().flatten() {
            let speaks = who == Some(*call);
            changed |= std::mem::replace(&mut member.speaking, speaks) != speaks;
        }
        changed
    }
}
