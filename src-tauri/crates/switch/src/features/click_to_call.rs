//! Click to call: the board starts a call for a person. Their own phones ring first; once one is
//! picked up, the number is called on their behalf and both talk.
//!
//! The phone that is picked up was called without an offer, so that its 200 says all it can do. Our
//! ACK answers with ports of ours, at which it hears the number ring (see
//! [`Switch::waiting_answer`]), the number is called with what the phone said, and the answer from there goes to the phone in a re-INVITE: of the flows of
//! RFC 3725 the one that leaves no 200 unacknowledged while somebody lets it ring (flow I), needs no
//! codecs of our own (flow II) and calls the far end with a real offer (flow IV does not). Nobody is
//! heard before both are there. A phone of another codec than the office's or with encrypted sound
//! hears nothing while the number rings: its answer has the discard port. No phone is told to
//! pick up by itself (`answer-after`): a click at the board must not open the microphone on
//! somebody's desk.

use crate::{
    arrival::Ring,
    call::{Activity, Call},
    destination::Destination,
    features::{
        ask_in, attend, call_out, call_peer, flow, listen_in, park,
        ring::{self, Refused},
        round_trip,
    },
    gate::{ChosenBy, OnBehalfOf, PeerPermit, Permit, WayOut, Wish},
    happening::{CommandRefusal, EndReason, Listening, Party, RefusalReason, StopReason, What},
    io::Asker,
    leg::LegId,
    limits::OUTSIDE_RING,
    rooms,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, ConferenceRoomId, FlowId, PersonId, TrunkId};
use sip_sdp::SessionDescription;
use std::{collections::BTreeSet, time::Instant};

/// The phones of a person ring who is to make a call.
#[derive(Debug)]
pub(crate) struct Fetching {
    /// Phones that may still be picked up.
    pub(crate) legs: BTreeSet<LegId>,
    /// When they have rung long enough.
    until: Instant,
    purpose: Purpose,
}

/// What somebody's phones ring for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// They are about to call a number.
    Call,
    /// They are called to be put into a room: its PIN and its lock are not for them.
    Invitation,
    /// They are asked to speak a greeting, which will be called so.
    Recording(String),
    /// They are to hear that talk.
    ListeningIn(CallId, Listening),
    /// A line is tried: it rings at its far end.
    RoundTrip,
}

/// Who or what is called once a phone has been picked up.
enum Callee {
    Person(PersonId),
    Flow(FlowId),
    Peer(PeerPermit),
    Outside(Permit),
}

/// A call to be made for somebody.
struct Fetch {
    person: PersonId,
    /// Who is called once they have picked up, if it is a person.
    callee: Option<PersonId>,
    /// The number to call.
    to: String,
    /// What their phones show.
    shown: Option<Party>,
    purpose: Purpose,
    /// The only line the call may go out on.
    line: Option<TrunkId>,
    /// Who asks for it.
    asker: Asker,
}

/// Rings the person's own phones. Gives the call. With a line it is that line which is tried: the call
/// goes out there or nowhere.
pub(crate) fn begin(
    switch: &mut Switch,
    person: PersonId,
    to: &str,
    (line, asker): (Option<TrunkId>, Asker),
) -> Result<CallId, CommandRefusal> {
    let office = switch.office();
    let to = office::clean_text(to).into_owned();
    if office.person(person).is_none() {
        return Err(CommandRefusal::NoSuchPerson);
    }
    if switch.is_shutting_down() {
        return Err(CommandRefusal::Call(RefusalReason::ShuttingDown));
    }
    let destination = switch.destination(&to).map_err(CommandRefusal::Call)?;
    if line.is_some() && !matches!(destination, Destination::Outside { .. }) {
        return Err(CommandRefusal::Call(RefusalReason::NoLine));
    }
    if !switch.is_online(person) {
        return Err(CommandRefusal::OwnPhonesOffline);
    }
    let (callee, shown) = match destination {
        Destination::Person(callee) => {
            // Known before anything rings, so that nobody picks up for nothing.
            if !switch.is_online(callee) {
                return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
            }
            (Some(callee), switch.party_of(callee))
        }
        Destination::LineTest(test) => (None, Some(attend::line_test_party(test))),
        Destination::Mailbox(mailbox, _) => (None, Some(attend::mailbox_party(&office, mailbox))),
        Destination::Voicemail(_) => (None, Some(attend::voicemail_party())),
        // Nobody gets up to fetch a call that is not there.
        Destination::Slot(slot) => {
            let parked = slot.and_then(|slot| park::at(switch, slot));
            let parked = parked.ok_or(CommandRefusal::Call(RefusalReason::NothingParked))?;
            return park::get(switch, parked, person).map(|()| parked);
        }
        Destination::Room(room) => (None, Some(rooms::party(&office, room))),
        Destination::Flow(flow) => (None, Some(flow::party(&office, flow))),
        Destination::Peer(_, number) => {
            let may = switch.may_call_peer_later(&wish(person, &number, asker));
            may.map_err(CommandRefusal::Call)?;
            let shown = Party {
                number,
                ..Party::default()
            };
            (None, Some(shown))
        }
        Destination::Outside { number, .. } => {
            may_call(switch, person, &number, (line, asker))?;
            let name = switch.name_outside(&number).unwrap_or_default();
            let shown = Party {
                name,
                number,
                ..Party::default()
            };
            (None, Some(shown))
        }
    };
    let fetch = Fetch {
        person,
        callee,
        to,
        shown,
        purpose: Purpose::Call,
        line,
        asker,
    };
    ring_for(switch, fetch).map_err(CommandRefusal::Call)
}

/// Rings a person's phones; once one is picked up they are in the room. Gives the call.
pub(crate) fn ask_in(
    switch: &mut Switch,
    room: ConferenceRoomId,
    person: PersonId,
) -> Result<CallId, CommandRefusal> {
    let office = switch.office();
    let found = office.room(room).ok_or(CommandRefusal::NoSuchRoom)?;
    if !switch.is_online(person) {
        return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
    }
    let fetch = Fetch {
        person,
        callee: None,
        to: found.number.as_str().to_owned(),
        shown: Some(rooms::party(&office, room)),
        purpose: Purpose::Invitation,
        line: None,
        asker: Asker::Somebody,
    };
    ring_for(switch, fetch).map_err(not_called)
}

/// Somebody outside is called, who is in a room once they have answered.
pub(crate) fn fetch_outside(switch: &mut Switch, call: CallId, leg: LegId) {
    let until = switch.now() + OUTSIDE_RING;
    fetch(switch, call, leg, until, Purpose::Invitation);
}

/// A number of a line is called over the line itself.
pub(crate) fn fetch_round_trip(switch: &mut Switch, call: CallId, leg: LegId, until: Instant) {
    fetch(switch, call, leg, until, Purpose::RoundTrip);
}

fn fetch(switch: &mut Switch, call: CallId, leg: LegId, until: Instant, purpose: Purpose) {
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Fetching(Fetching {
            legs: BTreeSet::from([leg]),
            until,
            purpose,
        });
    }
    switch.wake_call_at(call, until, Deadline::Fetch(call));
}

/// Rings the person's phones; whoever picks up speaks a greeting, which will be called so. Gives the
/// call.
pub(crate) fn record_sound(
    switch: &mut Switch,
    person: PersonId,
    title: &str,
) -> Result<CallId, CommandRefusal> {
    if switch.office().person(person).is_none() {
        return Err(CommandRefusal::NoSuchPerson);
    }
    if switch.is_shutting_down() {
        return Err(CommandRefusal::Call(RefusalReason::ShuttingDown));
    }
    if !switch.is_online(person) {
        return Err(CommandRefusal::OwnPhonesOffline);
    }
    let shown = attend::recorder_party();
    let fetch = Fetch {
        person,
        callee: None,
        to: shown.number.clone(),
        shown: Some(shown),
        purpose: Purpose::Recording(office::clean_text(title).into_owned()),
        line: None,
        asker: Asker::Somebody,
    };
    ring_for(switch, fetch).map_err(not_called)
}

/// Rings a person's phones; whoever picks up takes part in a talk of others so. Gives the call.
pub(crate) fn listen_in(
    switch: &mut Switch,
    person: PersonId,
    (to, how): (CallId, Listening),
    parties: Party,
) -> Result<CallId, CommandRefusal> {
    if switch.office().person(person).is_none() {
        return Err(CommandRefusal::NoSuchPerson);
    }
    if switch.is_shutting_down() {
        return Err(CommandRefusal::Call(RefusalReason::ShuttingDown));
    }
    if !switch.is_online(person) {
        return Err(CommandRefusal::OwnPhonesOffline);
    }
    let fetch = Fetch {
        person,
        callee: None,
        to: parties.number.clone(),
        shown: Some(parties),
        purpose: Purpose::ListeningIn(to, how),
        line: None,
        asker: Asker::Somebody,
    };
    ring_for(switch, fetch).map_err(not_called)
}

/// Why nobody is called for something that is not their own call: they count as the one who calls.
fn not_called(why: RefusalReason) -> CommandRefusal {
    CommandRefusal::Call(match why {
        RefusalReason::CallerAtLimit => RefusalReason::PersonBusy,
        why => why,
    })
}

fn ring_for(switch: &mut Switch, fetch: Fetch) -> Result<CallId, RefusalReason> {
    let Fetch {
        person,
        callee,
        to,
        shown,
        purpose,
        line,
        asker,
    } = fetch;
    let office = switch.office();
    let Some(caller) = office.person(person) else {
        return Err(RefusalReason::UnknownNumber);
    };
    let admitted = switch.admission.admit(&office, person, callee)?;
    let from = switch.party_of(person);
    let own_number = from.as_ref().map(|p| p.number.clone()).unwrap_or_default();
    let call = switch.new_call_id();
    let until = switch.now() + office.ring_for(caller).duration();
    let mut state = Call::new(to.clone());
    state.admitted = admitted;
    state.counts = true;
    state.only_line = line;
    state.by_program = asker == Asker::Program;
    state.activity = Activity::Fetching(Fetching {
        legs: BTreeSet::new(),
        until,
        purpose,
    });
    switch.calls.insert(call, state);
    if let Some(from) = from {
        switch.tell(What::CallerArrived {
            call,
            from,
            dialled: to,
            from_board: true,
        });
    }
    switch.wake_call_at(call, until, Deadline::Fetch(call));
    let ring = Ring {
        from: shown,
        to: own_number,
        ..Ring::default()
    };
    let legs = switch.call_devices(call, person, &ring).unwrap_or_default();
    if let Some(fetching) = fetching(switch, call) {
        fetching.legs.extend(legs);
    }
    Ok(call)
}

/// One of the person's phones rings.
pub(crate) fn on_progress(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    let rings = fetching(switch, call).is_some_and(|state| state.legs.contains(&leg));
    if rings && (180..=182).contains(&status) {
        switch.tell(What::DeviceRang { call, leg: leg.0 });
    }
}

/// One of the person's phones is picked up: the others stop ringing and the number is called.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(state) = fetching(switch, call) else {
        return;
    };
    if !state.legs.contains(&leg) {
        return;
    }
    if switch.party(leg).is_outside() {
        let purpose = fetching(switch, call).map(|state| state.purpose.clone());
        return match purpose {
            Some(Purpose::RoundTrip) => round_trip::on_answered(switch, call, leg, sdp),
            _ => ask_in::on_answered(switch, call, leg, sdp),
        };
    }
    let offer = sdp.and_then(|sdp| SessionDescription::parse(&sdp).ok());
    let Some((offer, waiting)) =
        offer.and_then(|offer| Some((offer.to_bytes(), switch.waiting_answer(leg, &offer)?)))
    else {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        return on_refused(switch, call, leg, Refused::Failed(488));
    };
    let state = fetching(switch, call);
    let purpose = state.as_ref().map(|state| state.purpose.clone());
    let losers = state.map(|state| std::mem::take(&mut state.legs));
    for loser in losers.into_iter().flatten().filter(|other| *other != leg) {
        ring::stop(switch, call, loser, StopReason::AnsweredElsewhere);
    }
    let by = switch.party(leg);
    let person = by.person;
    switch.tell(What::CallerPickedUp {
        call,
        leg: leg.0,
        by,
    });
    if let Some(Purpose::Recording(title)) = purpose {
        return attend::record_sound(switch, call, leg, Some(offer), title);
    }
    if let Some(Purpose::ListeningIn(to, how)) = purpose {
        return listen_in::enter(switch, call, leg, Some(offer), (to, how));
    }
    let invited = purpose == Some(Purpose::Invitation);
    let state = switch.calls.get(&call);
    let dialled = state.map(|state| state.dialled.clone());
    let asker = match state.is_some_and(|state| state.by_program) {
        true => Asker::Program,
        false => Asker::Somebody,
    };
    // Asked again: the office may have changed while it rang.
    let destination = switch.destination_of(call, &dialled.unwrap_or_default());
    let callee = match destination {
        Ok(Destination::LineTest(test)) => {
            return attend::test_line(switch, call, leg, Some(offer), test);
        }
        Ok(Destination::Mailbox(mailbox, kind)) => {
            return attend::take_message(switch, call, leg, Some(offer), (mailbox, kind));
        }
        Ok(Destination::Voicemail(whose)) => {
            return attend::read_mailbox(switch, call, leg, Some(offer), whose);
        }
        Ok(Destination::Room(room)) => {
            return attend::join_room(switch, call, leg, Some(offer), (room, invited));
        }
        Ok(Destination::Slot(_)) => Err(RefusalReason::NothingParked),
        Ok(Destination::Flow(flow)) => Ok(Callee::Flow(flow)),
        Ok(Destination::Person(callee)) => Ok(Callee::Person(callee)),
        Ok(Destination::Peer(peer, number)) => {
            let way = (way_out(asker), false);
            let permit = switch.permit_peer_for(call, leg, (peer, &number), way);
            permit.map(Callee::Peer)
        }
        Ok(Destination::Outside { number, .. }) => {
            let way = (way_out(asker), false);
            switch
                .permit_for(call, leg, &number, way)
                .map(Callee::Outside)
        }
        Err(reason) => Err(reason),
    };
    switch.keep_description(leg, &offer);
    switch.with_session(leg, |session, ctx| session.provide_answer(ctx, waiting));
    match callee {
        Ok(Callee::Flow(flow)) => flow::begin(switch, call, leg, flow, None),
        Ok(Callee::Person(callee)) => {
            switch.ring_back(leg);
            let persons = person.into_iter().chain([callee]).collect();
            switch.count_persons(call, persons);
            ring::begin(switch, call, leg, callee, Some(offer));
        }
        Ok(Callee::Peer(permit)) => {
            switch.ring_back(leg);
            call_peer::begin(switch, call, leg, permit, Some(offer));
        }
        Ok(Callee::Outside(permit)) => {
            switch.ring_back(leg);
            call_out::begin(switch, call, leg, permit, Some(offer));
        }
        Err(reason) => switch.refuse(call, leg, reason),
    }
}

/// Whether a person may call a number outside, on one line or any, known before anything rings.
fn may_call(
    switch: &mut Switch,
    person: PersonId,
    number: &str,
    (line, asker): (Option<TrunkId>, Asker),
) -> Result<(), CommandRefusal> {
    let wish = Wish {
        only: line,
        ..wish(person, number, asker)
    };
    switch.may_call_later(&wish).map_err(CommandRefusal::Call)
}

/// The way out of a call that somebody has made for a person whose own phone rings first.
fn way_out(asker: Asker) -> WayOut {
    match asker {
        Asker::Somebody => WayOut::BoardCall,
        Asker::Program => WayOut::Api,
    }
}

/// What a person wants whose own phone rings first.
pub(crate) fn wish(person: PersonId, number: &str, asker: Asker) -> Wish<'_> {
    Wish {
        by: way_out(asker),
        on_behalf_of: OnBehalfOf::Person(person),
        dialled: number,
        chosen_by: ChosenBy::Person,
        call: CallId(0),
        hairpin: false,
        phone: None,
        hidden: false,
        shows: None,
        forwards: None,
        only: None,
    }
}

/// One of the person's phones refuses.
pub(crate) fn on_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    on_refused(switch, call, leg, Refused::of(status));
}

/// A session is over though its phone was not picked up.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId) {
    on_refused(switch, call, leg, Refused::Unreachable);
}

/// The person's phones have rung long enough.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    if fetching(switch, call).is_some_and(|state| state.until <= now) {
        stop_all(switch, call, StopReason::RangOut);
        switch.end(call, EndReason::CallerGaveUp, None);
    }
}

/// The office itself ends it.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    stop_all(switch, call, StopReason::CallEnded);
}

fn on_refused(switch: &mut Switch, call: CallId, leg: LegId, why: Refused) {
    let Some(state) = fetching(switch, call) else {
        return;
    };
    if !state.legs.remove(&leg) {
        return;
    }
    let is_last = state.legs.is_empty();
    switch.tell(What::DeviceStopped {
        call,
        leg: leg.0,
        reason: why.stop_reason(),
    });
    // Someone who declines on one device declines for all of them.
    let declined = why == Refused::Declined;
    if declined {
        stop_all(switch, call, StopReason::Declined);
    }
    if is_last || declined {
        let by = declined.then(|| switch.party(leg));
        switch.end(call, EndReason::CallerGaveUp, by);
    }
}

fn stop_all(switch: &mut Switch, call: CallId, reason: StopReason) {
    let legs = fetching(switch, call).map(|state| std::mem::take(&mut state.legs));
    for leg in legs.into_iter().flatten() {
        ring::stop(switch, call, leg, reason);
    }
}

fn fetching(switch: &mut Switch, call: CallId) -> Option<&mut Fetching> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Fetching(fetching) => Some(fetching),
        _ => None,
    }
}
