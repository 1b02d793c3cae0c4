//! What a line wants of the sound of its calls: its codecs in its order, keys as its provider takes
//! them, and our address as the provider sees it. Everybody else is told what the office can do, where
//! it is.

use crate::{
    encryption::keys_for,
    features::{attend::key_of_info, talk},
    happening::Party,
    leg::{Leg, LegId, LegToBe, is_near},
    media_way::{Said, keyed},
    sound_format,
    switch::Switch,
};
use bytes::Bytes;
use media::{MediaCommand, StreamId};
use office::{CallId, Dtmf};
use rtp_packet::Digit;
use sip_message::{HeaderName, Method, Request};
use sip_sdp::{Capabilities, Direction, Endpoint, Keys, SessionDescription};
use sip_transaction::ServerId;
use sip_transport::Flow;
use std::net::IpAddr;

/// How long a key is pressed that is told by INFO, in milliseconds.
const KEY_LASTS: u32 = 160;

impl Switch {
    /// All that the office itself can speak, and how it takes keys, towards somebody.
    pub(crate) fn capabilities_towards(&self, party: &Party) -> Capabilities {
        let office = self.office();
        let mut can = sound_format::capabilities(office.settings().country.as_ref());
        let Some(trunk) = party.line.and_then(|line| office.trunk(line)) else {
            return can;
        };
        let place = |codec: &sip_sdp::Codec| {
            let mut own = trunk.codecs.iter();
            own.position(|name| name.eq_ignore_ascii_case(&codec.name))
        };
        if can.codecs.iter().any(|codec| place(codec).is_some()) {
            can.codecs.retain(|codec| place(codec).is_some());
            can.codecs.sort_by_key(place);
        }
        if trunk.dtmf != Dtmf::Events {
            can.telephone_event = None;
        }
        can
    }

    /// The first offer to somebody outside whom the office itself calls.
    pub(crate) fn own_first_offer(&mut self, leg: &mut LegToBe) -> Option<Bytes> {
        let ports = self.ports.take(self.now()).ok()?;
        let can = self.capabilities_towards(&leg.party);
        let here = Endpoint {
            address: self.address_towards(&leg.party, &leg.place.flow),
            rtp_port: ports.rtp(),
            rtcp_port: ports.rtcp(),
            rtcp_mux: false,
            direction: Direction::SendRecv,
            keys: Keys::default(),
        };
        leg.ports = Some(ports);
        let offer = sip_sdp::offer(&can, &here, None).ok()?;
        let nothing_said = (None, None);
        let keys = keys_for(&mut self.chance, leg.encryption, nothing_said, Said::Offer);
        let offer = keyed(offer, keys.as_ref()).ok()?;
        let written = leg.origin.stamp(&offer);
        let bytes = written.to_bytes();
        leg.ours = Some(written);
        Some(bytes)
    }

    /// A description as the line it is for wants it, before it is passed there: an offer with the
    /// line's codecs in its order, and no events for keys where it takes them in another way. `None`:
    /// as it is.
    pub(crate) fn as_the_line_wants(
        &self,
        party: &Party,
        said: Said,
        description: &SessionDescription,
    ) -> Option<SessionDescription> {
        let office = self.office();
        let trunk = office.trunk(party.line?)?;
        let audio = description.audio()?;
        let named = |name: &String| {
            let mut codecs = audio.codecs.iter();
            codecs.find(|codec| codec.is_sound() && codec.name.eq_ignore_ascii_case(name))
        };
        let own: Vec<&sip_sdp::Codec> = match said {
            Said::Offer if sound_format::is_decodable(description) => {
                trunk.codecs.iter().filter_map(named).collect()
            }
            Said::Offer | Said::Answer => Vec::new(),
        };
        let as_said = || audio.codecs.iter().filter(|codec| codec.is_sound());
        let sounds = match own.is_empty() {
            true => as_said().collect(),
            false => own,
        };
        let events = audio.codecs.iter().filter(|c| c.is_telephone_event());
        let events = events.filter(|_| trunk.dtmf == Dtmf::Events);
        let wanted: Vec<u8> = sounds
            .into_iter()
            .chain(events)
            .map(|codec| codec.payload_type)
            .collect();
        let is_as_said = audio
            .codecs
            .iter()
            .map(|codec| codec.payload_type)
            .eq(wanted.iter().copied());
        match is_as_said {
            true => None,
            false => sound_format::with_payloads(description, &wanted),
        }
    }

    /// Where somebody can send sound to us: where our signalling to them leaves, or behind a router that
    /// translates addresses the address that their provider sees of us.
    pub(crate) fn address_towards(&self, party: &Party, flow: &Flow) -> IpAddr {
        let seen = party.line.and_then(|line| self.lines.seen_by(line));
        told_address(flow.local.ip(), flow.remote.ip(), seen)
    }

    /// Whether keys of one of two that talk to each other would be lost on the other if their packets
    /// were only passed on: only one of the two knows events.
    pub(crate) fn keys_need_us(&self, one: &Leg, other: &Leg) -> bool {
        match (knows_events(one), knows_events(other)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        }
    }

    /// Whether a phone or line takes keys as events.
    pub(crate) fn takes_events(&self, leg: LegId) -> bool {
        self.legs.get(&leg).and_then(knows_events) == Some(true)
    }

    /// Presses a key for somebody, as their line takes it: for as long as it is held at a phone, if
    /// that can be known. INFO tells a length at once, before it is known.
    pub(crate) fn press_for(&mut self, leg: LegId, digit: Digit, held_at: Option<StreamId>) {
        let Some(state) = self.legs.get(&leg) else {
            return;
        };
        match (self.keys_towards(&state.party), state.stream) {
            (Dtmf::Info, _) => {
                let signal = format!("Signal={}\r\nDuration={KEY_LASTS}\r\n", digit.key());
                let body = ("application/dtmf-relay", Bytes::from(signal));
                self.with_session(leg, |session, ctx| {
                    session.send(ctx, Method::Info, Some(body), &[])
                });
            }
            (Dtmf::Events | Dtmf::Tones, Some(stream)) => {
                self.order(match held_at {
                    Some(with) => MediaCommand::PressAlong {
                        stream,
                        digit,
                        with,
                    },
                    None => MediaCommand::Press {
                        stream,
                        digits: vec![digit],
                    },
                });
            }
            (Dtmf::Events | Dtmf::Tones, None) => {}
        }
    }

    fn keys_towards(&self, party: &Party) -> Dtmf {
        let office = self.office();
        let trunk = party.line.and_then(|line| office.trunk(line));
        trunk.map(|trunk| trunk.dtmf).unwrap_or_default()
    }
}

/// Whether events for keys were agreed with somebody; `None` until sound that we understand is.
fn knows_events(leg: &Leg) -> Option<bool> {
    let agreed = sound_format::agreed(leg.ours.as_ref()?, leg.theirs.as_ref()?)?;
    Some(agreed.receive_digits.is_some())
}

/// The address of ours that whoever is `there` is told; `seen`: what they say they see.
fn told_address(here: IpAddr, there: IpAddr, seen: Option<IpAddr>) -> IpAddr {
    let is_outside = is_near(here) && !is_near(there) && !there.is_loopback();
    let seen = seen.filter(|seen| is_outside && seen.is_ipv4() == here.is_ipv4());
    seen.unwrap_or(here)
}

/// An INFO with a key, in a talk with somebody on a line, or from who knows no events to who does: it
/// is pressed for the other as they take it. `true`: it has been seen to.
pub(crate) fn on_info(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    server: ServerId,
    request: &Request,
) -> bool {
    let Some(peer) = talk::peer(switch, call, leg) else {
        return false;
    };
    let is_on_line = |leg: LegId| switch.party(leg).line.is_some();
    let is_translated = || !switch.takes_events(leg) && switch.takes_events(peer);
    if request.method() != Method::Info || !(is_on_line(leg) || is_on_line(peer) || is_translated())
    {
        return false;
    }
    let content_type = request.headers().value(HeaderName::ContentType);
    let content_type = content_type.map(|of_type| of_type.to_str().into_owned());
    let key = content_type.and_then(|of_type| key_of_info(&of_type, &request.body()));
    let Some(digit) = key else {
        return false;
    };
    switch.respond_in(leg, server, 200);
    switch.press_for(peer, digit, None);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_router_a_provider_is_told_the_address_it_sees_and_nobody_else_is() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let seen = Some(ip("203.0.113.7"));
        let cases = [
            ("192.168.1.5", "198.51.100.1", seen, "203.0.113.7"),
            ("192.168.1.5", "198.51.100.1", None, "192.168.1.5"),
            // A provider's box in the house, and an office that has a public address itself.
            ("192.168.1.5", "192.168.1.1", seen, "192.168.1.5"),
            ("203.0.113.9", "198.51.100.1", seen, "203.0.113.9"),
            ("127.0.0.1", "127.0.0.2", seen, "127.0.0.1"),
            ("fd00::5", "2001:db8::1", seen, "fd00::5"),
        ];
        for (here, there, seen, told) in cases {
            let told_here = told_address(ip(here), ip(there), seen);
            assert_eq!(told_here, ip(told), "{here} to {there}");
        }
    }
}
