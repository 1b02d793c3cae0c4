//! Listening in: somebody with authority hears a talk of others, whispers to one of them, or talks
//! with both. Their own phones ring first; the talk then goes through a room of the media thread. Both
//! parties hear a tone when it begins and again and again: nobody is listened to unawares. An emergency
//! call is nobody's to listen to.

use crate::{
    call::Wired,
    features::{
        attend::{self, ListenIn, Service},
        click_to_call, emergency, talk,
    },
    happening::{
        CallSide, CommandRefusal, EndReason, Listening, MediaWay, Party, RefusalReason, What,
    },
    leg::{Leg, LegId},
    limits::{LISTENED_TONE_EVERY, MAX_LISTENERS},
    media_way::signalled,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use media::{HeardBy, MediaCommand, Part, Sound, Tone, TonePart, Wiring};
use office::{CallId, PersonId};
use rtp_packet::Digit;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// All who listen in.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    /// By their own calls.
    all: BTreeMap<CallId, Listener>,
    /// Calls in which somebody's phones ring yet: who, and which talk they are to hear.
    asked: BTreeMap<CallId, (PersonId, CallId)>,
    /// When the tone is due next in a talk that is listened to.
    tones: BTreeMap<CallId, Instant>,
}

/// Somebody who listens in.
#[derive(Clone, Copy, Debug)]
struct Listener {
    /// The talk.
    to: CallId,
    leg: LegId,
    how: Listening,
    /// Whether the two phones were asked to send their sound here for them.
    moved: bool,
}

impl Listeners {
    /// How much is held for them.
    pub(crate) fn len(&self) -> usize {
        self.all.len() + self.asked.len() + self.tones.len()
    }

    /// The calls of those who listen to a talk.
    fn of(&self, to: CallId) -> Vec<CallId> {
        let of_it = self.all.iter().filter(|(_, listener)| listener.to == to);
        of_it.map(|(call, _)| *call).collect()
    }
}

/// Whether anybody listens to a talk.
pub(crate) fn is_on(switch: &Switch, call: CallId) -> bool {
    let mut all = switch.listeners.all.values();
    all.any(|listener| listener.to == call)
}

/// The board lets a person listen in, or take part otherwise than they do. Gives the call in which
/// they do.
pub(crate) fn begin(
    switch: &mut Switch,
    to: CallId,
    person: PersonId,
    how: Listening,
) -> Result<CallId, CommandRefusal> {
    if !switch.office().settings().listening {
        return Err(CommandRefusal::NeverListenedTo);
    }
    let legs = may_be_heard(switch, to)?;
    if legs
        .iter()
        .any(|leg| switch.party(*leg).person == Some(person))
    {
        return Err(CommandRefusal::AlreadyThere);
    }
    let listeners = switch.listeners.of(to);
    let own = listeners.iter().copied().find(|call| {
        let listener = switch.listeners.all.get(call);
        listener.is_some_and(|listener| switch.party(listener.leg).person == Some(person))
    });
    if let Some(own) = own {
        set(switch, own, how);
        return Ok(own);
    }
    let asked = switch.listeners.asked.iter();
    let asked: Vec<_> = asked.filter(|(_, (_, talk))| *talk == to).collect();
    if let Some((call, _)) = asked.iter().find(|(_, (who, _))| *who == person) {
        return Ok(**call); // their phones ring for it already
    }
    if listeners.len() + asked.len() >= MAX_LISTENERS {
        return Err(CommandRefusal::NotNow);
    }
    let parties = parties(switch, legs);
    let call = click_to_call::listen_in(switch, person, (to, how), parties)?;
    switch.listeners.asked.insert(call, (person, to));
    Ok(call)
}

/// The listener's phone has been picked up: the office answers it, and they hear the talk.
pub(crate) fn enter(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    (to, how): (CallId, Listening),
) {
    switch.listeners.asked.remove(&call);
    // It may be heard no more, for it is parked or handed on.
    let Ok(legs) = may_be_heard(switch, to) else {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        return switch.end(call, EndReason::EndedByOffice, None);
    };
    let service = ListenIn::new(to, parties(switch, legs));
    attend::begin(switch, call, leg, offer, Service::ListenIn(service));
    if switch.legs.get(&leg).is_none_or(|leg| leg.stream.is_none()) {
        return; // its sound is none the office speaks
    }
    let listener = Listener {
        to,
        leg,
        how,
        moved: false,
    };
    switch.listeners.all.insert(call, listener);
    let by = switch.party(leg);
    switch.tell(What::ListenedTo { call: to, by, how });
    bring_here(switch, to);
}

/// A phone of a talk has said or been told something: one that somebody listens to may come here now.
pub(crate) fn on_settled(switch: &mut Switch, call: CallId) {
    if is_on(switch, call) {
        bring_here(switch, call);
    }
}

/// The sound of a talk has been joined anew: whoever listens to it is brought along.
pub(crate) fn on_wired(switch: &mut Switch, to: CallId) {
    for call in switch.listeners.of(to) {
        wire(switch, call);
    }
    on_deadline(switch, to);
}

/// Others talk from now on: they are to know at once that they are listened to. With those who help
/// nobody else does.
pub(crate) fn on_talk(switch: &mut Switch, call: CallId) {
    switch.listeners.tones.remove(&call);
    if emergency::is_emergency(switch, call) {
        on_left(switch, call);
    }
}

/// A listener's phone has changed what it sends or takes: what it hears is set anew.
pub(crate) fn rewire(switch: &mut Switch, call: CallId) {
    wire(switch, call);
}

/// A phone of a talk refused to send its sound here: nobody can listen to it.
pub(crate) fn on_not_moved(switch: &mut Switch, to: CallId) {
    let is_direct = |talk: &talk::Talk| {
        let legs = [talk.caller, talk.callee];
        legs.iter().any(|leg| switch.is_direct(*leg))
    };
    if talk::of(switch, to).is_some_and(is_direct) {
        on_left(switch, to);
    }
}

/// The tone is due by which the parties of a talk know that they are listened to.
pub(crate) fn on_deadline(switch: &mut Switch, to: CallId) {
    let relay = switch.calls.get(&to).and_then(|call| call.relay);
    let Some(Wired::Room(room)) = relay.and_then(|relay| relay.wired) else {
        return; // held, or on its way here: `on_wired` sees to it
    };
    let now = switch.now();
    let is_due = |at: &Instant| *at <= now;
    if !is_on(switch, to) || !switch.listeners.tones.get(&to).is_none_or(is_due) {
        return;
    }
    let sounds = vec![tone()];
    switch.order(MediaCommand::Announce { room, sounds });
    let at = now + LISTENED_TONE_EVERY;
    switch.listeners.tones.insert(to, at);
    switch.wake_call_at(to, at, Deadline::ListenedTo(to));
}

/// A listener pressed a key: 4 to listen, 5 to whisper to the office's own side, 6 to talk with both.
pub(crate) fn on_key(switch: &mut Switch, call: CallId, digit: Digit) {
    let Some(listener) = switch.listeners.all.get(&call) else {
        return;
    };
    let how = match digit.key() {
        '4' => Some(Listening::Hears),
        '5' => own_side(switch, listener.to).map(|to| Listening::Whispers { to }),
        '6' => Some(Listening::Talks),
        _ => None,
    };
    if let Some(how) = how {
        set(switch, call, how);
    }
}

/// A call is over: whoever listened in it does no more, and whoever listened to it is let go.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId) {
    switch.listeners.asked.remove(&call);
    leave(switch, call);
    on_left(switch, call);
}

/// The two no longer talk to each other, though the call goes on.
pub(crate) fn on_left(switch: &mut Switch, to: CallId) {
    for call in switch.listeners.of(to) {
        leave(switch, call);
        switch.hang_up(call, EndReason::EndedByOffice);
    }
    let asked = switch.listeners.asked.iter();
    let asked = asked.filter(|(_, (_, talk))| *talk == to);
    let asked: Vec<CallId> = asked.map(|(call, _)| *call).collect();
    for call in asked {
        switch.hang_up(call, EndReason::EndedByOffice);
    }
}

/// The office has changed: where it allows no listening any more, nobody does.
pub(crate) fn on_office_changed(switch: &mut Switch) {
    if switch.office().settings().listening {
        return;
    }
    let listened = switch.listeners.all.values().map(|listener| listener.to);
    let asked = switch.listeners.asked.values().map(|(_, talk)| *talk);
    let talks: BTreeSet<CallId> = listened.chain(asked).collect();
    for talk in talks {
        on_left(switch, talk);
    }
}

/// Somebody takes part otherwise from now on.
fn set(switch: &mut Switch, call: CallId, how: Listening) {
    let Some(listener) = switch.listeners.all.get_mut(&call) else {
        return;
    };
    if std::mem::replace(&mut listener.how, how) == how {
        return;
    }
    let (to, leg) = (listener.to, listener.leg);
    wire(switch, call);
    let by = switch.party(leg);
    switch.tell(What::ListenedTo { call: to, by, how });
}

fn leave(switch: &mut Switch, call: CallId) {
    let Some(listener) = switch.listeners.all.remove(&call) else {
        return;
    };
    if let Some(stream) = switch.legs.get(&listener.leg).and_then(|leg| leg.stream) {
        let to = Wiring::Nothing;
        switch.order(MediaCommand::Wire { stream, to });
    }
    let (to, by) = (listener.to, switch.party(listener.leg));
    let is_last = !is_on(switch, to);
    if is_last {
        switch.listeners.tones.remove(&to);
    }
    if switch.calls.get(&to).is_some_and(|call| !call.ended) {
        switch.tell(What::ListenedToNoMore { call: to, by });
        if is_last {
            switch.rewire_relay(to);
        }
    }
}

/// Who talks, if somebody may listen to them: nobody does to a call for help, nor to sound that the
/// office does not speak.
fn may_be_heard(switch: &Switch, to: CallId) -> Result<[LegId; 2], CommandRefusal> {
    let talk = talk::of(switch, to).ok_or(CommandRefusal::NotNow)?;
    let legs = [talk.caller, talk.callee];
    if emergency::is_emergency(switch, to) {
        return Err(CommandRefusal::NeverListenedTo);
    }
    let is_known = |leg: &LegId| {
        let leg = switch.legs.get(leg);
        leg.is_some_and(|leg| signalled(leg).format.is_some())
    };
    match legs.iter().all(is_known) {
        true => Ok(legs),
        false => Err(CommandRefusal::Call(RefusalReason::BadMedia)),
    }
}

/// Brings the sound of a talk into a room, where it can be listened to.
fn bring_here(switch: &mut Switch, to: CallId) {
    let Some(talk) = talk::of(switch, to) else {
        return; // being handed on: those who come are joined by `on_wired`
    };
    let legs = [talk.caller, talk.callee];
    if !legs.iter().any(|leg| switch.is_direct(*leg)) {
        return switch.rewire_relay(to);
    }
    let is_agreeing = |leg: &LegId| {
        let leg = switch.legs.get(leg);
        leg.is_none_or(|leg| leg.errand.is_some() || leg.put_off.is_some() || leg.holds)
    };
    if legs.iter().any(is_agreeing) {
        return; // looked at again when that is over
    }
    let mut listeners = switch.listeners.all.values_mut();
    let first = listeners.find(|listener| listener.to == to);
    if first.is_some_and(|listener| !std::mem::replace(&mut listener.moved, true)) {
        switch.move_media(to, MediaWay::Relayed);
    }
}

/// Lets a listener hear the talk, and those hear them who are to.
fn wire(switch: &mut Switch, call: CallId) {
    let Some(listener) = switch.listeners.all.get(&call).copied() else {
        return;
    };
    let relay = switch.calls.get(&listener.to).and_then(|call| call.relay);
    let Some(Wired::Room(room)) = relay.and_then(|relay| relay.wired) else {
        return;
    };
    let stream_of = |leg: LegId| switch.legs.get(&leg).and_then(|leg| leg.stream);
    let heard_by = match listener.how {
        // A phone that holds the talk must not play its own music into it.
        _ if switch.legs.get(&listener.leg).is_some_and(Leg::holds_us) => HeardBy::Nobody,
        Listening::Hears => HeardBy::Nobody,
        Listening::Whispers { to } => {
            let talk = talk::of(switch, listener.to);
            let told = talk.and_then(|talk| stream_of(talk.on(to)));
            told.map_or(HeardBy::Nobody, HeardBy::Only)
        }
        Listening::Talks => HeardBy::Everybody,
    };
    let Some(stream) = stream_of(listener.leg) else {
        return;
    };
    let part = Part {
        hears: true,
        heard_by,
    };
    let to = Wiring::Room { room, part };
    switch.order(MediaCommand::Wire { stream, to });
}

/// The intrusion tone: somebody has come into the talk (ITU-T E.180 leaves its sound to countries).
fn tone() -> Sound {
    let short = Duration::from_millis(150);
    Sound::Tone(Tone {
        cadence: [
            TonePart::new([440, 0, 0, 0], short),
            TonePart::silence(short),
            TonePart::new([440, 0, 0, 0], short),
        ]
        .into(),
        repeats: false,
    })
}

/// The talk as the other party of whoever listens to it: the names of both, the number of the one who
/// is of the office.
fn parties(switch: &Switch, legs: [LegId; 2]) -> Party {
    let of_office = legs.into_iter().rev().map(|leg| switch.party(leg));
    let mut of_office = of_office.filter(|party| party.person.is_some());
    let shown = legs.map(|leg| {
        let Party { name, number, .. } = switch.party(leg);
        if name.is_empty() { number } else { name }
    });
    Party {
        name: shown.join(", "),
        number: of_office.next().unwrap_or_default().number,
        ..Party::default()
    }
}

/// The side of a talk that is of the office; the one called if both are.
fn own_side(switch: &Switch, to: CallId) -> Option<CallSide> {
    let talk = talk::of(switch, to)?;
    let is_ours = |side: &CallSide| switch.party(talk.on(*side)).person.is_some();
    [CallSide::Callee, CallSide::Caller]
        .into_iter()
        .find(is_ours)
}
