//! Asking somebody into a conference room: their phone rings, and once it is picked up they are in.
//! Somebody outside is called if the gate lets whoever asks.

use crate::{
    arrival::Ring,
    call::Call,
    destination::Destination,
    features::{
        attend, call_out, call_peer,
        click_to_call::{self, wish},
        emergency,
    },
    gate::{PeerPermit, Permit, WayOut, Wish},
    happening::{CommandRefusal, EndReason, Party, RefusalReason, What},
    io::Asker,
    leg::LegId,
    switch::Switch,
};
use bytes::Bytes;
use office::{CallId, Coming, ConferenceRoomId, PeerId, PersonId};
use sip_sdp::SessionDescription;

/// Calls a number for a room. Gives the call.
pub(crate) fn invite(
    switch: &mut Switch,
    room: ConferenceRoomId,
    by: Option<PersonId>,
    to: &str,
) -> Result<CallId, CommandRefusal> {
    let office = switch.office();
    let found = office.room(room).ok_or(CommandRefusal::NoSuchRoom)?;
    if switch.is_shutting_down() {
        return Err(CommandRefusal::Call(RefusalReason::ShuttingDown));
    }
    let dialled = office::clean_text(to);
    let destination = switch.destination(&dialled);
    let destination = destination.map_err(CommandRefusal::Call)?;
    if switch.rooms.refusal(found, true).is_some() {
        return Err(CommandRefusal::RoomFull);
    }
    let refused = |reason| Err(CommandRefusal::Call(reason));
    let place = match destination {
        Destination::Person(person) => return click_to_call::ask_in(switch, room, person),
        // Nobody is asked in outside their hours.
        Destination::Mailbox(_, Coming::Busy | Coming::Closed(_)) => {
            return refused(RefusalReason::DoNotDisturb);
        }
        // Nobody puts the ambulance into a conference.
        Destination::Outside { .. } if emergency::number(&office, &dialled).is_some() => {
            return refused(RefusalReason::UnknownNumber);
        }
        Destination::Outside { number, .. } => Place::OnLine(number),
        Destination::Peer(peer, number) => Place::AtPeer(peer, number),
        Destination::Mailbox(..)
        | Destination::LineTest(_)
        | Destination::Voicemail(_)
        | Destination::Slot(_)
        | Destination::Flow(_)
        | Destination::Room(_) => return refused(RefusalReason::UnknownNumber),
    };
    match by {
        Some(by) => call(switch, room, by, place).map_err(CommandRefusal::Call),
        None => refused(RefusalReason::InsideOnly),
    }
}

/// Where somebody outside is who is asked in.
enum Place {
    OnLine(String),
    AtPeer(PeerId, String),
}

enum Allowed {
    OnLine(Permit),
    AtPeer(PeerPermit),
}

/// Calls somebody outside.
fn call(
    switch: &mut Switch,
    room: ConferenceRoomId,
    by: PersonId,
    place: Place,
) -> Result<CallId, RefusalReason> {
    let office = switch.office();
    let call = switch.new_call_id();
    let (Place::OnLine(number) | Place::AtPeer(_, number)) = &place;
    let number = number.clone();
    let wish = Wish {
        by: WayOut::RoomInvite,
        call,
        // A program belongs to no person, so it asks nobody outside in.
        ..wish(by, &number, Asker::Somebody)
    };
    let allowed = match &place {
        Place::OnLine(_) => Allowed::OnLine(switch.permit(&wish)?),
        Place::AtPeer(peer, _) => Allowed::AtPeer(switch.permit_peer(&wish, *peer)?),
    };
    let dialled = office
        .room(room)
        .map(|room| room.number.as_str().to_owned());
    let dialled = dialled.unwrap_or_default();
    switch.calls.insert(call, Call::new(dialled.clone()));
    let from = Party {
        name: switch.name_outside(&number).unwrap_or_default(),
        number,
        ..Party::default()
    };
    switch.tell(What::CallerArrived {
        call,
        from,
        dialled,
        from_board: true,
    });
    let ring = Ring {
        from: switch.party_of(by),
        ..Ring::of_call(switch, call)
    };
    let rung = match allowed {
        Allowed::OnLine(permit) => call_out::ring_outside(switch, call, permit, &ring),
        Allowed::AtPeer(permit) => call_peer::ring_there(switch, call, permit, &ring),
    };
    match rung {
        Ok(leg) => {
            click_to_call::fetch_outside(switch, call, leg);
            Ok(call)
        }
        Err(reason) => {
            switch.end(call, EndReason::Refused, None);
            Err(reason)
        }
    }
}

/// Somebody outside has answered: they are in the room.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let office = switch.office();
    let dialled = switch.calls.get(&call).map(|call| call.dialled.clone());
    let room = match office.resolve(&dialled.unwrap_or_default()) {
        office::Dialled::Room(room) => Some(room),
        _ => None,
    };
    let described = sdp.filter(|sdp| {
        let answer = SessionDescription::parse(sdp);
        answer.is_ok_and(|answer| switch.may_send_to(leg, &answer))
    });
    let (Some(room), Some(answer)) = (room, described) else {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        return switch.end(call, EndReason::Failed, None);
    };
    switch.keep_description(leg, &answer);
    switch.open_stream(leg);
    let by = switch.party(leg);
    switch.tell(What::CallerPickedUp {
        call,
        leg: leg.0,
        by,
    });
    attend::bring_into_room(switch, call, leg, room);
}
