//! Hold: the phone that holds is answered by the office, and whoever is held hears music instead of
//! being told. Only where the office cannot speak to the held phone (a codec it does not know,
//! encrypted sound) is the hold passed on for that phone to show.

use crate::{
    features::{join, park, talk},
    leg::{Errand, LegId},
    media_way::{NO_PORTS, Wanted},
    sound_format,
    switch::Switch,
};
use bytes::Bytes;
use media::{MediaCommand, SoundFile, Wiring};
use office::{CallId, MusicOnHold};
use sip_sdp::{Direction, SessionDescription};
use std::sync::Arc;

/// The music that comes with the engine.
const STANDARD: [&str; 3] = ["music/morning", "music/waltz", "music/evening"];

/// A phone offers to hold the other. `false`: the office cannot entertain the other, who has to be
/// told.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    (holder, held): (LegId, LegId),
    offer: &Bytes,
) -> bool {
    let Ok(offer) = SessionDescription::parse(offer) else {
        return false;
    };
    let can_hear =
        |leg: &crate::leg::Leg| leg.theirs.as_ref().is_some_and(sound_format::is_decodable);
    let entertained = switch.legs.get(&held).is_some_and(can_hear);
    if !sip_sdp::is_hold(&offer) || !entertained || !switch.may_send_to(holder, &offer) {
        return false;
    }
    let ports = switch.legs.get(&holder).and_then(|leg| leg.ports);
    let at = ports.map_or(NO_PORTS, |ports| (ports.rtp(), ports.rtcp()));
    let both = Direction::SendRecv;
    let Some(answer) = switch.own_answer(holder, &offer, at, both, Wanted::AnySound) else {
        return false;
    };
    if !entertain(switch, call, held) {
        return false;
    }
    if let Some(leg) = switch.legs.get_mut(&holder) {
        leg.theirs = Some(offer);
    }
    switch.with_session(holder, |session, ctx| {
        session.accept_offer(ctx, Some(answer), &[]);
    });
    let open = switch
        .legs
        .get(&holder)
        .is_some_and(|leg| leg.stream.is_some());
    if open {
        switch.open_stream(holder);
    }
    talk::tell_hold(switch, call, holder);
    true
}

/// The phone that is held offers something itself: a session refresh, another address, or that it
/// holds too. The office answers; nobody else need know.
pub(crate) fn on_offer_of_held(switch: &mut Switch, call: CallId, held: LegId, sdp: Option<Bytes>) {
    let offer = match sdp.map(|sdp| SessionDescription::parse(&sdp)) {
        Some(Ok(offer)) if switch.may_send_to(held, &offer) => Some(offer),
        Some(_) => return talk::refuse_offer(switch, held, 488),
        None => None,
    };
    let Some(ports) = switch.legs.get(&held).and_then(|leg| leg.ports) else {
        return talk::refuse_offer(switch, held, 491); // it is being told of them right now
    };
    let answer = match &offer {
        Some(offer) => {
            let at = (ports.rtp(), ports.rtcp());
            switch.own_answer(held, offer, at, Direction::SendRecv, Wanted::Decodable)
        }
        None => switch.own_offer(held, ports),
    };
    let Some(answer) = answer else {
        return talk::refuse_offer(switch, held, 488);
    };
    if let (Some(leg), Some(offer)) = (switch.legs.get_mut(&held), offer) {
        leg.theirs = Some(offer);
    }
    switch.with_session(held, |session, ctx| {
        session.accept_offer(ctx, Some(answer), &[]);
    });
    play(switch, held);
    talk::tell_hold(switch, call, held);
}

/// The held phone took the ports it was offered: the music begins.
pub(crate) fn on_described(switch: &mut Switch, held: LegId, sdp: &Bytes) {
    let Ok(theirs) = SessionDescription::parse(sdp) else {
        return;
    };
    let is_held = switch.legs.get(&held).is_some_and(|leg| leg.hears_music);
    if is_held && switch.may_send_to(held, &theirs) {
        if let Some(leg) = switch.legs.get_mut(&held) {
            leg.theirs = Some(theirs);
        }
        play(switch, held);
    }
}

/// Whether a phone hears music because another holds it.
pub(crate) fn is_entertained(switch: &Switch, leg: LegId) -> bool {
    switch.legs.get(&leg).is_some_and(|leg| leg.hears_music)
}

/// Two parties begin to talk: the music of either is read now, or the first to be held would hear
/// nothing until it is.
pub(crate) fn prepare(switch: &mut Switch, parties: [LegId; 2]) {
    let [one, other] = parties.map(|held| music(switch, held));
    if other != one {
        switch.order(MediaCommand::Prepare { pieces: other });
    }
    switch.order(MediaCommand::Prepare { pieces: one });
}

/// What somebody hears who waits: the music of their line if it has its own, or else of whoever holds
/// them or has parked them.
fn music(switch: &Switch, held: LegId) -> Arc<[SoundFile]> {
    let office = switch.office();
    if let Some(own) = music_of_line(switch, held) {
        return own;
    }
    let call = switch.legs.get(&held).map(|leg| leg.call);
    let holder = call.and_then(|call| match talk::peer(switch, call, held) {
        Some(holder) => switch.party(holder).person,
        None => park::parker(switch, call),
    });
    let holder = holder.and_then(|person| office.person(person));
    pieces(holder.map_or(&office.settings().music, |person| office.music(person)))
}

/// The music of the line somebody is on, if it has its own.
pub(crate) fn music_of_line(switch: &Switch, leg: LegId) -> Option<Arc<[SoundFile]>> {
    let line = switch.legs.get(&leg)?.party.line?;
    let office = switch.office();
    Some(pieces(office.trunk(line)?.music.as_ref()?))
}

/// Music as the media thread plays it.
pub(crate) fn pieces(music: &MusicOnHold) -> Arc<[SoundFile]> {
    match music {
        MusicOnHold::Own(sounds) => sounds.iter().map(crate::questions::file).collect(),
        MusicOnHold::Standard => STANDARD.into_iter().map(SoundFile::new).collect(),
    }
}

/// Lets a phone hear music: at once if its sound comes through the office, or as soon as it has been
/// told to.
pub(crate) fn entertain(switch: &mut Switch, call: CallId, held: LegId) -> bool {
    let now = switch.now();
    let Some(leg) = switch.legs.get_mut(&held) else {
        return false;
    };
    leg.hears_music = true;
    if leg.stream.is_some() {
        switch.end_relay(call);
        play(switch, held);
        return true;
    }
    let theirs = leg.theirs.clone();
    let ports = match leg.ports {
        Some(ports) => Ok(ports),
        None => switch.ports.take(now),
    };
    let (Some(theirs), Ok(ports)) = (theirs, ports) else {
        return not_entertained(switch, held);
    };
    if let Some(leg) = switch.legs.get_mut(&held) {
        leg.ports = Some(ports);
    }
    let at = (ports.rtp(), ports.rtcp());
    let both = Direction::SendRecv;
    let Some(offer) = switch.own_answer(held, &theirs, at, both, Wanted::Decodable) else {
        return not_entertained(switch, held);
    };
    join::offer(switch, held, Some(offer), Errand::Announce);
    true
}

fn not_entertained(switch: &mut Switch, held: LegId) -> bool {
    if let Some(leg) = switch.legs.get_mut(&held) {
        leg.hears_music = false;
    }
    false
}

/// Opens the phone's ports, if they are not, and plays.
fn play(switch: &mut Switch, held: LegId) {
    let Some(stream) = switch.open_stream(held) else {
        return;
    };
    let pieces = music(switch, held);
    let to = Wiring::Music { pieces };
    switch.order(MediaCommand::Wire { stream, to });
}
