//! A line is tried by a call to one of its own numbers: it goes out over the line and is to come back
//! in. The office itself is at both ends; each says something, listens, and presses keys that the other
//! is to hear. What came back, as whose call it was known and with which caller is told when it is over.
//!
//! The call is permitted, counted and paid for as any other of the person who tries the line.

mod service;

pub(crate) use service::{End, RoundTrip};

use crate::{
    arrival::Ring,
    call::Call,
    features::{attend, call_out, click_to_call},
    gate::Wish,
    happening::{CameBack, CommandRefusal, EndReason, HeardThere, RefusalReason, What},
    io::Asker,
    leg::LegId,
    limits::ROUND_TRIP_RINGS,
    switch::Switch,
};
use bytes::Bytes;
use office::{CallId, PersonId, PhoneNumber, TrunkId};
use sip_message::StatusCode;
use sip_sdp::SessionDescription;

/// A line that is being tried.
#[derive(Debug)]
pub(crate) struct Trip {
    line: TrunkId,
    number: PhoneNumber,
    /// What whom we call is to be shown; none if the number is hidden, or the provider's choice.
    shows: Option<PhoneNumber>,
    back: Option<CameBack>,
    heard_out: Option<HeardThere>,
    heard_back: Option<HeardThere>,
}

/// Calls a number of the line over the line itself. Gives the call; the one that goes on if there is one.
pub(crate) fn begin(
    switch: &mut Switch,
    (line, number): (TrunkId, Option<&PhoneNumber>),
    person: PersonId,
) -> Result<CallId, CommandRefusal> {
    let office = switch.office();
    let trunk = office.trunk(line).ok_or(CommandRefusal::NoSuchLine)?;
    if !trunk.enabled {
        return Err(CommandRefusal::LineOff);
    }
    if office.person(person).is_none() {
        return Err(CommandRefusal::NoSuchPerson);
    }
    let refused = CommandRefusal::Call;
    if switch.is_shutting_down() {
        return Err(refused(RefusalReason::ShuttingDown));
    }
    let goes_on = switch
        .round_trips
        .iter()
        .find(|(_, trip)| trip.line == line);
    if let Some((call, _)) = goes_on {
        return Ok(*call);
    }
    let of_line = || {
        let numbers = office.phone_numbers();
        numbers.filter(move |number| number.trunk.is_none_or(|only| only == line))
    };
    let wanted = number.or(trunk.outgoing.main_number.as_ref());
    let wanted = wanted.and_then(|wanted| of_line().find(|each| each.number == *wanted));
    let found = match number {
        Some(_) => wanted,
        None => wanted.or_else(|| of_line().next()),
    };
    let number = found
        .ok_or(refused(RefusalReason::UnknownNumber))?
        .number
        .clone();
    let call = switch.new_call_id();
    let wish = Wish {
        call,
        only: Some(line),
        ..click_to_call::wish(person, number.as_str(), Asker::Somebody)
    };
    let permit = switch.permit(&wish).map_err(refused)?;
    let shown = permit.line().map(|candidate| candidate.shows.clone());
    let shows = shown
        .filter(|shows| !shows.hidden)
        .and_then(|shows| shows.number);
    let mut state = Call::new(number.as_str().to_owned());
    state.only_line = Some(line);
    switch.calls.insert(call, state);
    if let Some(from) = switch.party_of(person) {
        switch.tell(What::CallerArrived {
            call,
            from,
            dialled: number.as_str().to_owned(),
            from_board: true,
        });
    }
    let trip = Trip {
        line,
        number,
        shows,
        back: None,
        heard_out: None,
        heard_back: None,
    };
    switch.round_trips.insert(call, trip);
    let ring = Ring {
        from: switch.party_of(person),
        ..Ring::of_call(switch, call)
    };
    match call_out::ring_outside(switch, call, permit, &ring) {
        Ok(leg) => {
            let until = switch.now() + ROUND_TRIP_RINGS;
            click_to_call::fetch_round_trip(switch, call, leg, until);
            Ok(call)
        }
        Err(reason) => {
            switch.end(call, EndReason::Refused, None);
            Err(refused(reason))
        }
    }
}

/// Somebody answers at the far end of the line: the office itself, if the call has come back.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let described = sdp.filter(|sdp| {
        let answer = SessionDescription::parse(sdp);
        answer.is_ok_and(|answer| switch.may_send_to(leg, &answer))
    });
    let Some(answer) = described else {
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
    attend::begin_round_trip(switch, call, leg, RoundTrip::new(End::Out, call));
}

/// The call that tries a line which somebody may be who calls this number from outside now. Only one
/// who shows a number of the office or none is taken for it: whoever really calls reaches whom they
/// called.
pub(crate) fn awaited(switch: &Switch, number: &PhoneNumber, caller: &str) -> Option<CallId> {
    let office = switch.office();
    let mut trips = switch.round_trips.iter();
    let (call, _) = trips.find(|(_, trip)| {
        let may_be_ours = caller.is_empty()
            || trip
                .shows
                .as_ref()
                .is_some_and(|shows| shows.as_str() == caller)
            || is_of_office(&office, caller);
        trip.number == *number && trip.back.is_none() && may_be_ours
    })?;
    Some(*call)
}

fn is_of_office(office: &office::Office, caller: &str) -> bool {
    let is_main = |trunk: &office::Trunk| {
        let main = trunk.outgoing.main_number.as_ref();
        main.is_some_and(|main| main.as_str() == caller)
    };
    office.phone_number(caller).is_some() || office.trunks().any(|trunk| is_main(trunk))
}

/// It has come back.
pub(crate) fn came_back(switch: &mut Switch, trip: CallId, back: CameBack) {
    if let Some(trip) = switch.round_trips.get_mut(&trip) {
        trip.back = Some(back);
    }
}

/// The call that has come back rings for a moment, as any would, and is answered.
pub(crate) fn begin_back(switch: &mut Switch, trip: CallId, call: CallId, leg: LegId) {
    switch.with_session(leg, |session, ctx| {
        session.ring(ctx, StatusCode::RINGING, None, &[]);
    });
    attend::ring_round_trip(switch, call, leg, RoundTrip::new(End::Back, trip));
}

/// Whether a call is one end of such a call: its sound may come round to us.
pub(crate) fn is_end_of(switch: &Switch, call: CallId) -> bool {
    let mut trips = switch.round_trips.iter();
    trips.any(|(out, trip)| *out == call || trip.back.as_ref().is_some_and(|b| b.call == call))
}

/// What one of the ends has heard.
pub(crate) fn on_heard(switch: &mut Switch, trip: CallId, end: End, heard: HeardThere) {
    if let Some(trip) = switch.round_trips.get_mut(&trip) {
        match end {
            End::Out => trip.heard_out = Some(heard),
            End::Back => trip.heard_back = Some(heard),
        }
    }
}

/// It is over: what it has shown is told.
pub(crate) fn on_call_ended(switch: &mut Switch, call: CallId) {
    let Some(trip) = switch.round_trips.remove(&call) else {
        return;
    };
    switch.tell(What::LineTried {
        call,
        line: trip.line,
        number: trip.number.as_str().to_owned(),
        shows: trip.shows.map(|shows| shows.as_str().to_owned()),
        back: trip.back.map(Box::new),
        heard_out: trip.heard_out,
        heard_back: trip.heard_back,
    });
}
