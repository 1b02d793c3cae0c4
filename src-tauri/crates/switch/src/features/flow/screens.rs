//! Whoever answers a call of a flow may hear first who calls, and may have to press a key to take it:
//! a mobile phone's own mailbox presses none. The caller goes on hearing it ring meanwhile.

use super::{of, of_mut};
use crate::{
    features::{attend, ring},
    leg::LegId,
    limits::{SCREEN_WAIT, WHISPER_AT_MOST},
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use callflow::Sound;
use media::{PlayHow, PlayId};
use office::CallId;
use rtp_packet::Digit;
use sip_sdp::SessionDescription;
use spoken::{Lang, phrase::queue};
use std::time::Instant;

/// What whoever answers hears, and whether they must press a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Screen {
    pub(super) whisper: Vec<Sound>,
    pub(super) asks: bool,
}

/// Somebody has answered and hears it.
#[derive(Debug)]
pub(super) struct Screening {
    leg: LegId,
    /// What their telephone answered.
    sdp: Bytes,
    /// Until when they may press the key, once they have heard it.
    until: Option<Instant>,
}

impl Screen {
    /// Whether whoever answers is to hear anything.
    pub(super) fn speaks(&self) -> bool {
        self.asks || !self.whisper.is_empty()
    }
}

/// Somebody has answered. `true`: they hear something first.
pub(crate) fn begins(switch: &mut Switch, call: CallId, leg: LegId, sdp: &Bytes) -> bool {
    let Some(walking) = of(switch, call) else {
        return false;
    };
    if walking
        .screening
        .iter()
        .any(|screening| screening.leg == leg)
    {
        return false; // they have heard it
    }
    let screen = walking.screen.clone();
    if !screen.speaks() || SessionDescription::parse(sdp).is_err() {
        return false;
    }
    switch.keep_description(leg, sdp);
    let mut sounds = super::hears::sounds(switch, call, &screen.whisper);
    if screen.asks {
        let lang = Lang::of(&switch.office().settings().language);
        sounds.extend(attend::say(lang, &[queue::TO_ACCEPT.into()]));
    }
    if sounds.is_empty() || !super::is_with_us(switch, leg) || switch.open_stream(leg).is_none() {
        return false; // they cannot hear it, and may talk all the same
    }
    attend::play(switch, leg, sounds, PlayHow::default());
    let screening = Screening {
        leg,
        sdp: sdp.clone(),
        until: None,
    };
    if let Some(walking) = of_mut(switch, call) {
        walking.screening.push(screening);
    }
    if !screen.asks {
        let until = switch.now() + WHISPER_AT_MOST;
        ring::stop_others(switch, call, leg, until);
    }
    true
}

/// What whoever answered was to hear has been heard. `true`: it was that.
pub(crate) fn on_played(switch: &mut Switch, call: CallId, leg: LegId, play: PlayId) -> bool {
    let playing = switch.legs.get(&leg).and_then(|leg| leg.playing);
    let until = switch.now() + SCREEN_WAIT;
    let Some(walking) = of_mut(switch, call) else {
        return false;
    };
    let asks = walking.screen.asks;
    let found = walking.screening.iter_mut().find(|each| each.leg == leg);
    let Some(screening) = found.filter(|_| playing == Some(play)) else {
        return false;
    };
    if asks {
        screening.until = Some(until);
        switch.wake_call_at(call, until, Deadline::Ring(call));
    } else {
        accept(switch, call, leg);
    }
    true
}

/// Whoever answered presses a key. `true`: it was theirs.
pub(crate) fn on_key(switch: &mut Switch, call: CallId, leg: LegId, digit: Digit) -> bool {
    let Some(walking) = of(switch, call) else {
        return false;
    };
    if !walking.screening.iter().any(|each| each.leg == leg) {
        return false;
    }
    if walking.screen.asks && digit.key() == '1' {
        accept(switch, call, leg);
    }
    true
}

/// Those who have not pressed the key in time are let go.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let Some(walking) = of(switch, call) else {
        return;
    };
    let late = walking.screening.iter();
    let late = late.filter(|each| each.until.is_some_and(|until| until <= now));
    let late: Vec<LegId> = late.map(|each| each.leg).collect();
    for leg in late {
        forget(switch, call, leg);
        ring::on_rang_out(switch, call, leg);
    }
}

/// They take the call.
fn accept(switch: &mut Switch, call: CallId, leg: LegId) {
    attend::hush(switch, leg);
    let sdp = of(switch, call)
        .and_then(|walking| walking.screening.iter().find(|each| each.leg == leg))
        .map(|each| each.sdp.clone());
    ring::on_answered(switch, call, leg, sdp);
    if let Some(walking) = of_mut(switch, call) {
        walking.screening.clear();
    }
}

fn forget(switch: &mut Switch, call: CallId, leg: LegId) {
    if let Some(walking) = of_mut(switch, call) {
        walking.screening.retain(|each| each.leg != leg);
    }
}
