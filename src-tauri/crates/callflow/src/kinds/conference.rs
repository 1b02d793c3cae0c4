//! `conference`: the caller joins a room.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Refers, or_fail, or_hang_up};
use crate::walk::{Act, Event, Next, Reason, RoomEnd, RoomRole, Turn};
use office::ConferenceRoomId;
use serde::Deserialize;

/// The caller joins a room. Whether they must dial a PIN is the room's business.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Conference {
    room: String,
    role: RoomRole,
}

impl Behaviour for Conference {
    type State = ();

    const KIND: Kind = Kind::new("conference", Group::Connect, "users")
        .params(&[
            Param::reference("room", Refers::Room).required(),
            Param::choice("role", &["member", "host"]),
        ])
        .outcomes(&[or_hang_up("left"), or_fail("full")])
        .answers()
        .paces()
        .offers();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let room = match turn.chosen(&self.room, Refers::Room) {
            Ok(id) => ConferenceRoomId(id),
            Err(next) => return next,
        };
        if turn.office().room(room).is_none() {
            return Next::Fail(Reason::new("noSuchRoom").with("id", room));
        }
        turn.answer();
        turn.forget_keys();
        let role = self.role;
        turn.act(Act::JoinRoom { room, role });
        Next::Stay
    }

    fn on(&self, (): &mut (), turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::RoomLeft(RoomEnd::Left) => Next::leave("left"),
            Event::RoomLeft(RoomEnd::Full) if turn.is_connected("full") => Next::leave("full"),
            Event::RoomLeft(RoomEnd::Full) => Next::Fail(Reason::new("roomFull")),
            _ => Next::Stay,
        }
    }
}
