//! The way a call's sound takes: straight between two phones or through the relay, and the
//! descriptions (SDP) that send the phones that way.

mod news;
mod relay;

use crate::{
    call::Activity,
    encryption::{self, Keyed},
    features::{join, listen_in, recording, round_trip, still_there, talk},
    happening::{MediaWay, RefusalReason, What},
    leg::{Leg, LegId, LegToBe, is_same_place},
    sound_format,
    switch::Switch,
};
use bytes::Bytes;
use media::{Direction, Learning, MediaCommand, PortPair, Signalled};
use office::CallId;
use sip_sdp::{
    Capabilities, Endpoint, Keys, MediaKind, MediaRoute, MediaTarget, OriginRewriter,
    SessionDescription,
};
use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};

/// A description that cannot be read or passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadMedia;

/// What a description that is passed on was said as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// An offer, or to be used as one.
    Offer,
    /// The answer to an offer of the one it is passed to.
    Answer,
}

/// Which codecs will do for an answer of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Any: what comes is passed on, or sent back.
    AnySound,
    /// One that the office itself speaks.
    Decodable,
}

/// Ports at which nothing is sent or taken: "discard" (RFC 863) and the one above.
pub(crate) const NO_PORTS: (u16, u16) = (9, 10);

impl Switch {
    /// Passes a description of one phone to another: remembers it, sets the relay to it, and gives
    /// what the other phone is to be sent. Where the sound comes through here, an offer is widened by
    /// what the office can translate, and an answer that the other phone has not offered is
    /// translated; so are key presses that only one of the two knows as events.
    pub(crate) fn pass_on(
        &mut self,
        from: LegId,
        to: LegId,
        sdp: &[u8],
        said: Said,
    ) -> Result<Bytes, BadMedia> {
        let description = SessionDescription::parse(sdp).map_err(|_| BadMedia)?;
        let way = match sip_sdp::offers_keys(&description) {
            true => MediaWay::Relayed, // keys with us, not with the other phone
            false => self.way_between(from, to),
        };
        self.check_targets(from, way, &description)?;
        self.legs.get_mut(&from).ok_or(BadMedia)?.theirs = Some(description.clone());
        let description = passable(description, way)?;
        let now = self.now();
        match way {
            MediaWay::Direct => self.close_relay_between(from, to),
            MediaWay::Relayed => {
                let receiver = self.legs.get_mut(&to).ok_or(BadMedia)?;
                if receiver.ports.is_none() {
                    receiver.ports = Some(self.ports.take(now).map_err(|_| BadMedia)?);
                }
                self.set_relay(from, to);
            }
        }
        let receiver = self.legs.get_mut(&to).ok_or(BadMedia)?;
        receiver.way = way;
        let (party, flow) = (receiver.party.clone(), receiver.place.flow);
        if way == MediaWay::Relayed && said == Said::Answer {
            let offer = receiver.theirs.clone();
            let ports = receiver.ports.ok_or(BadMedia)?;
            if let Some(offer) = offer.filter(|offer| sound_format::differs(&description, offer)) {
                let at = (ports.rtp(), ports.rtcp());
                let audio = description.audio().ok_or(BadMedia)?;
                let direction = audio.direction_meant();
                let bytes = self.own_answer(to, &offer, at, direction, Wanted::Decodable);
                let bytes = bytes.ok_or(BadMedia)?;
                self.open_stream(to);
                self.wire_relay(from, to);
                return Ok(bytes);
            }
        }
        let offer = self.legs.get(&to).and_then(|leg| leg.theirs.as_ref());
        let fitted = match (way, said, offer) {
            (MediaWay::Direct, ..) | (_, Said::Answer, None) => None,
            (MediaWay::Relayed, Said::Offer, _) => self.widened(&description),
            (MediaWay::Relayed, Said::Answer, Some(offer)) => {
                sound_format::with_keys_of(&description, offer)
            }
        };
        let description = fitted.as_ref().unwrap_or(&description);
        let wanted = self.as_the_line_wants(&party, said, description);
        let description = wanted.as_ref().unwrap_or(description);
        let here = self.address_towards(&party, &flow);
        let theirs = self.legs.get(&to).and_then(|leg| leg.theirs.clone());
        let keys = self.crypto_towards(to, theirs.as_ref().filter(|_| said == Said::Answer));
        let receiver = self.legs.get_mut(&to).ok_or(BadMedia)?;
        let on_way = OnWay {
            way,
            ports: receiver.ports,
            here,
            keys,
        };
        let written = written_for(description, on_way, &mut receiver.origin)?;
        let bytes = written.to_bytes();
        receiver.ours = Some(written);
        if way == MediaWay::Relayed {
            self.open_stream(to); // what it is told decides what it will send
            self.wire_relay(from, to);
        }
        Ok(bytes)
    }

    /// Takes in a phone's answer to an offer of another's sound, which the other need not be told.
    pub(crate) fn take_answer(
        &mut self,
        from: LegId,
        to: LegId,
        sdp: &[u8],
    ) -> Result<(), BadMedia> {
        let description = SessionDescription::parse(sdp).map_err(|_| BadMedia)?;
        self.check_targets(from, MediaWay::Relayed, &description)?;
        self.legs.get_mut(&from).ok_or(BadMedia)?.theirs = Some(description);
        self.set_relay(from, to);
        self.wire_relay(from, to);
        Ok(())
    }

    /// An offer with all that the office can translate; `None` if it can translate nothing of it.
    fn widened(&self, offer: &SessionDescription) -> Option<SessionDescription> {
        let office = self.office();
        let can = sound_format::capabilities(office.settings().country.as_ref());
        sound_format::widened(offer, &can)
    }

    /// The first offer to a phone that has no session yet, on behalf of `from`.
    pub(crate) fn first_offer(
        &mut self,
        from: LegId,
        leg: &mut LegToBe,
        sdp: &[u8],
    ) -> Result<Bytes, RefusalReason> {
        let now = self.now();
        let description = SessionDescription::parse(sdp).map_err(|_| RefusalReason::BadMedia)?;
        self.check_targets(from, leg.way, &description)
            .map_err(|_| RefusalReason::BadMedia)?;
        if let Some(from) = self.legs.get_mut(&from) {
            from.theirs = Some(description.clone());
        }
        let description = passable(description, leg.way).map_err(|_| RefusalReason::BadMedia)?;
        if leg.way == MediaWay::Relayed {
            let ports = self
                .ports
                .take(now)
                .map_err(|_| RefusalReason::NoMediaPorts)?;
            leg.ports = Some(ports);
        }
        let here = self.address_towards(&leg.party, &leg.place.flow);
        let widened = match leg.way {
            MediaWay::Relayed => self.widened(&description),
            MediaWay::Direct => None,
        };
        let description = widened.as_ref().unwrap_or(&description);
        let wanted = self.as_the_line_wants(&leg.party, Said::Offer, description);
        let description = wanted.as_ref().unwrap_or(description);
        let sides = (leg.ours.as_ref(), None);
        let keys = encryption::keys_for(&mut self.chance, leg.encryption, sides, Said::Offer);
        let on_way = OnWay {
            way: leg.way,
            ports: leg.ports,
            here,
            keys: keys.filter(|_| leg.way == MediaWay::Relayed),
        };
        match written_for(description, on_way, &mut leg.origin) {
            Ok(written) => {
                let bytes = written.to_bytes();
                leg.ours = Some(written);
                Ok(bytes)
            }
            Err(BadMedia) => {
                if let Some(ports) = leg.ports.take() {
                    self.ports.give_back(now, ports);
                }
                Err(RefusalReason::BadMedia)
            }
        }
    }

    /// What a phone last said of its sound, as an offer on its behalf: a hold it had set is not
    /// passed on to someone new.
    pub(crate) fn description_of(&self, leg: LegId) -> Option<Bytes> {
        let theirs = self.legs.get(&leg)?.theirs.as_ref()?;
        let open = sip_sdp::with_direction(theirs, |_| sip_sdp::Direction::SendRecv).ok()?;
        Some(open.to_bytes())
    }

    /// Remembers what a phone said of its sound without passing it on.
    pub(crate) fn keep_description(&mut self, leg: LegId, sdp: &[u8]) {
        if let (Some(leg), Ok(description)) =
            (self.legs.get_mut(&leg), SessionDescription::parse(sdp))
        {
            leg.theirs = Some(description);
        }
    }

    /// Where a phone wants its sound.
    pub(crate) fn targets_of(&self, leg: LegId) -> Vec<MediaTarget> {
        let theirs = self.legs.get(&leg).and_then(|l| l.theirs.as_ref());
        theirs.map(sip_sdp::media_targets).unwrap_or_default()
    }

    /// Whether a phone was last told to send straight to the other.
    pub(crate) fn is_direct(&self, leg: LegId) -> bool {
        self.legs
            .get(&leg)
            .is_some_and(|l| l.way == MediaWay::Direct)
    }

    /// Lets the sound of a talk take another way, by new offers to both phones.
    pub(crate) fn move_media(&mut self, call: CallId, to: MediaWay) {
        let Some(state) = self.calls.get(&call) else {
            return;
        };
        let Activity::Talking(talk) = &state.activity else {
            return;
        };
        let is_heard = recording::is_on(self, call) || listen_in::is_on(self, call);
        if to == MediaWay::Direct && is_heard {
            return; // what is recorded or listened to comes through here
        }
        let (a, b) = (talk.caller, talk.callee);
        let is_outside = |leg: LegId| self.party(leg).is_outside();
        if to == MediaWay::Direct && (is_outside(a) || is_outside(b)) {
            return;
        }
        let is_encrypted = |leg: &LegId| self.legs.get(leg).is_some_and(encryption::is_ours);
        if to == MediaWay::Direct && [a, b].iter().any(is_encrypted) {
            return; // each has its keys with the office
        }
        if [a, b]
            .iter()
            .any(|id| self.legs.get(id).is_none_or(|l| l.errand.is_some()))
        {
            return; // an exchange is under way; the board may ask again
        }
        self.forced_way.insert(call, to);
        join::join(self, a, b);
        self.tell(What::MediaMoved { call, media: to });
    }

    /// Tells the media thread who ought to be heard, so that silence can be noticed.
    pub(crate) fn expect_media(&mut self, call: CallId) {
        let Some(state) = self.calls.get(&call) else {
            return;
        };
        let Some(relay) = state.relay else {
            return;
        };
        let talking = matches!(state.activity, Activity::Talking(_));
        let sends = |leg: LegId| {
            let theirs = self.legs.get(&leg).and_then(|l| l.theirs.as_ref());
            theirs
                .and_then(|t| t.audio())
                .map(|audio| direction(audio.direction_meant()))
        };
        let (a, b) = (sends(relay.a), sends(relay.b));
        let heard = |from: Option<Direction>, to: Option<Direction>| {
            talking && from.is_some_and(Direction::sends) && to.is_some_and(Direction::receives)
        };
        for (leg, expected) in [(relay.a, heard(a, b)), (relay.b, heard(b, a))] {
            if !expected {
                talk::on_silence(self, call, leg, None);
            }
            if let Some(stream) = self.legs.get(&leg).and_then(|l| l.stream) {
                still_there::stop_listening(self, leg);
                self.order(MediaCommand::Expect { stream, expected });
            }
        }
    }

    /// Our own answer to a phone's offer: the first of its codecs that will do and its key presses,
    /// at our RTP and RTCP ports. `None` when it offers nothing we can take.
    pub(crate) fn own_answer(
        &mut self,
        leg: LegId,
        offer: &SessionDescription,
        (rtp_port, rtcp_port): (u16, u16),
        direction: sip_sdp::Direction,
        wanted: Wanted,
    ) -> Option<Bytes> {
        let audio = offer.audio()?;
        let state = self.legs.get(&leg)?;
        let own = self.capabilities_towards(&state.party);
        let address = self.address_towards(&state.party, &state.place.flow);
        let will_do = |codec: &&sip_sdp::Codec| match wanted {
            Wanted::AnySound => codec.is_sound(),
            Wanted::Decodable => media::Codec::named(&codec.name).is_some(),
        };
        let can = Capabilities {
            codecs: audio
                .codecs
                .iter()
                .find(will_do)
                .cloned()
                .into_iter()
                .collect(),
            packet_times: vec![audio.ptime.unwrap_or(20)],
            ..own
        };
        if encryption::is_refused(state.encryption, offer) {
            return None;
        }
        let here = Endpoint {
            address,
            rtp_port,
            rtcp_port,
            rtcp_mux: false,
            direction,
            keys: Keys::default(),
        };
        let plain = sip_sdp::without_keys(offer).ok()?;
        let answer = sip_sdp::answer(&plain, &can, &here).ok()?;
        let keys = self.crypto_towards(leg, Some(offer));
        let leg = self.legs.get_mut(&leg)?;
        let answer = keyed(answer.description, keys.as_ref()).ok()?;
        let written = leg.origin.stamp(&answer);
        let bytes = written.to_bytes();
        leg.ours = Some(written);
        Some(bytes)
    }

    /// What we offer a phone that asked for it: all that the office itself can speak.
    pub(crate) fn own_offer(&mut self, leg: LegId, ports: PortPair) -> Option<Bytes> {
        let state = self.legs.get(&leg)?;
        let can = self.capabilities_towards(&state.party);
        let address = self.address_towards(&state.party, &state.place.flow);
        let keys = self.crypto_towards(leg, None);
        let leg = self.legs.get_mut(&leg)?;
        let here = Endpoint {
            address,
            rtp_port: ports.rtp(),
            rtcp_port: ports.rtcp(),
            rtcp_mux: false,
            direction: sip_sdp::Direction::SendRecv,
            keys: Keys::default(),
        };
        let offer = sip_sdp::offer(&can, &here, leg.theirs.as_ref()).ok()?;
        let offer = keyed(offer, keys.as_ref()).ok()?;
        let written = leg.origin.stamp(&offer);
        let bytes = written.to_bytes();
        leg.ours = Some(written);
        Some(bytes)
    }

    /// The answer to a phone's offer while there is nobody yet to hear it: at ports of its own, so
    /// that it can be played a tone, or else at ports where nothing is taken.
    /// Not `inactive`: there are phones that then never start their microphone and loudspeaker
    /// (baresip 1.0.0), and others show that they are held.
    pub(crate) fn waiting_answer(
        &mut self,
        leg: LegId,
        offer: &SessionDescription,
    ) -> Option<Bytes> {
        let now = self.now();
        let direction = sip_sdp::Direction::SendRecv;
        if sound_format::is_decodable(offer)
            && self.may_send_to(leg, offer)
            && let Ok(ports) = self.ports.take(now)
        {
            let at = (ports.rtp(), ports.rtcp());
            if let Some(answer) = self.own_answer(leg, offer, at, direction, Wanted::Decodable)
                && let Some(state) = self.legs.get_mut(&leg)
            {
                state.ports = Some(ports);
                state.theirs = Some(offer.clone());
                return Some(answer);
            }
            self.ports.give_back(now, ports);
        }
        self.own_answer(leg, offer, NO_PORTS, direction, Wanted::AnySound)
    }

    /// Whether a phone may have its sound sent where it says, through the relay.
    pub(crate) fn may_send_to(&self, leg: LegId, description: &SessionDescription) -> bool {
        self.check_targets(leg, MediaWay::Relayed, description)
            .is_ok()
    }

    /// Tells what sound two phones agreed on: `answerer`'s description is an answer.
    pub(crate) fn tell_sound(&mut self, call: CallId, answerer: LegId) {
        let theirs = self.legs.get(&answerer).and_then(|l| l.theirs.as_ref());
        let sound = theirs
            .and_then(|t| t.audio())
            .and_then(|audio| audio.codecs.iter().find(|codec| codec.is_sound()));
        // Only sound that nobody between the two phones and the office can hear.
        let relay = self.calls.get(&call).and_then(|call| call.relay);
        let is_encrypted = relay.is_some_and(|relay| {
            let mut both = [relay.a, relay.b].into_iter();
            both.all(|leg| self.legs.get(&leg).and_then(encryption::agreed).is_some())
        });
        let (Some(sound), Some(state)) = (sound, self.calls.get_mut(&call)) else {
            return;
        };
        let name = match is_encrypted {
            true => format!("{}, SRTP", shown_name(&sound.name)),
            false => shown_name(&sound.name).into_owned(),
        };
        if state.codec.as_deref() != Some(&*name) {
            let codec = name;
            state.codec = Some(codec.clone());
            self.tell(What::SoundAgreed { call, codec });
        }
    }

    pub(crate) fn way_between(&self, a: LegId, b: LegId) -> MediaWay {
        let (Some(a), Some(b)) = (self.legs.get(&a), self.legs.get(&b)) else {
            return MediaWay::Relayed;
        };
        // No phone of the office sends its sound to the world outside by itself.
        if a.party.is_outside() || b.party.is_outside() {
            return MediaWay::Relayed;
        }
        // Each has its keys with the office.
        if encryption::is_ours(a) || encryption::is_ours(b) {
            return MediaWay::Relayed;
        }
        if let Some(way) = self.forced_way.get(&a.call) {
            return *way;
        }
        if !self.config.always_relay && a.place.can_reach(&b.place) {
            MediaWay::Direct
        } else {
            MediaWay::Relayed
        }
    }

    /// Refuses a description that would send our sound to ourselves, round and round, or the other
    /// phone's to a third party.
    fn check_targets(
        &self,
        from: LegId,
        way: MediaWay,
        description: &SessionDescription,
    ) -> Result<(), BadMedia> {
        let leg = self.legs.get(&from).ok_or(BadMedia)?;
        if encryption::is_refused(leg.encryption, description) {
            return Err(BadMedia);
        }
        let place = leg.place;
        let listeners = self.endpoint.transports_ref().listeners();
        let is_ours = |ip: IpAddr| {
            ip == place.flow.local.ip() || listeners.iter().any(|l| l.local.ip() == ip)
        };
        let taken = |port: u16| {
            let ports = self.legs.values().filter_map(|l| l.ports);
            ports
                .into_iter()
                .any(|p| p.rtp() == port || p.rtcp() == port)
        };
        for target in sip_sdp::media_targets(description) {
            let Some(ip) = target.address.filter(|_| target.active) else {
                continue;
            };
            // Where a line is tried the office is at both ends, and passes nothing on.
            let comes_round = round_trip::is_end_of(self, leg.call);
            let loops = is_ours(ip) && taken(target.rtp_port) && !comes_round;
            let elsewhere = way == MediaWay::Direct && !is_same_place(ip, place.flow.remote.ip());
            if loops || elsewhere {
                return Err(BadMedia);
            }
        }
        Ok(())
    }
}

/// A description as the receiver is sent it: our relay's ports in it if it goes that way, and the
/// receiver's own `o=` line.
fn written_for(
    description: &SessionDescription,
    on_way: OnWay,
    origin: &mut OriginRewriter,
) -> Result<SessionDescription, BadMedia> {
    let passed = match (on_way.way, on_way.ports) {
        (MediaWay::Direct, _) => description.clone(),
        (MediaWay::Relayed, Some(ports)) => {
            let routes = routes(description, ports, on_way.here);
            let relayed = sip_sdp::relay_rewrite(description, &routes).map_err(|_| BadMedia)?;
            keyed(relayed, on_way.keys.as_ref())?
        }
        (MediaWay::Relayed, None) => return Err(BadMedia),
    };
    Ok(origin.stamp(&passed))
}

/// What a description that is passed on is written for.
struct OnWay {
    way: MediaWay,
    /// Our ports towards the receiver.
    ports: Option<PortPair>,
    /// Our address as the receiver sees it.
    here: IpAddr,
    /// The receiver's keys with us.
    keys: Option<Keyed>,
}

/// A description as it may be told to others: without the keys its writer has with us.
fn passable(
    description: SessionDescription,
    way: MediaWay,
) -> Result<SessionDescription, BadMedia> {
    match way {
        MediaWay::Direct => Ok(description),
        MediaWay::Relayed => sip_sdp::without_keys(&description).map_err(|_| BadMedia),
    }
}

/// A plain description with keys, if there are any.
pub(crate) fn keyed(
    description: SessionDescription,
    keys: Option<&Keyed>,
) -> Result<SessionDescription, BadMedia> {
    match keys {
        Some((protocol, keys)) => {
            sip_sdp::with_keys(&description, protocol, keys).map_err(|_| BadMedia)
        }
        None => Ok(description),
    }
}

/// The first sound goes through our ports; what else was offered is refused in its place, since the
/// relay of a leg has one pair of ports.
fn routes(description: &SessionDescription, ports: PortPair, address: IpAddr) -> Vec<MediaRoute> {
    let mut taken = false;
    description
        .media()
        .iter()
        .map(|media| {
            if !taken && media.kind == MediaKind::Audio && media.is_active() {
                taken = true;
                MediaRoute::Relay {
                    address,
                    rtp_port: ports.rtp(),
                    rtcp_port: ports.rtcp(),
                }
            } else {
                MediaRoute::Refuse
            }
        })
        .collect()
}

/// What a phone's description and its signalling say of its sound.
pub(crate) fn signalled(leg: &Leg) -> Signalled {
    let Some(theirs) = &leg.theirs else {
        return Signalled::nothing_yet();
    };
    if encryption::waits_for_keys(leg) {
        return Signalled::nothing_yet();
    }
    let Some(at) = theirs
        .media()
        .iter()
        .position(|m| m.kind == MediaKind::Audio)
    else {
        return Signalled::nothing_yet();
    };
    let (Some(audio), Some(target)) = (
        theirs.media().get(at),
        sip_sdp::media_targets(theirs).into_iter().nth(at),
    ) else {
        return Signalled::nothing_yet();
    };
    let host = leg.place.flow.remote.ip();
    let learning = match target.address {
        // Its provider sends sound from elsewhere than it signals.
        _ if leg.sources.is_some() => Learning::Within(leg.sources.clone().unwrap_or_default()),
        // It names an address that nothing vouches for: only sound from where it signals counts,
        // and none is sent to a third party at its word.
        Some(address) if !is_same_place(address, host) => Learning::Vouched { host },
        _ => Learning::SameHost,
    };
    Signalled {
        rtp: target
            .address
            .map(|ip| SocketAddr::new(ip, target.rtp_port)),
        rtcp: target
            .rtcp_address
            .map(|ip| SocketAddr::new(ip, target.rtcp_port)),
        rtcp_mux: false,
        learning,
        direction: direction(audio.direction_meant()),
        clock_hz: audio
            .codecs
            .iter()
            .find(|c| c.is_sound())
            .map_or(8_000, |c| c.clock_rate),
        format: leg
            .ours
            .as_ref()
            .and_then(|ours| sound_format::agreed(ours, theirs)),
        srtp: encryption::agreed(leg),
    }
}

/// A codec as people who buy telephones know it, of a name in SDP.
fn shown_name(name: &str) -> Cow<'_, str> {
    for (written, shown) in [("G722", "G.722"), ("G729", "G.729"), ("G723", "G.723.1")] {
        if name.eq_ignore_ascii_case(written) {
            return shown.into();
        }
    }
    office::clean_text(name)
}

pub(crate) fn direction(of: sip_sdp::Direction) -> Direction {
    match of {
        sip_sdp::Direction::SendRecv => Direction::SendReceive,
        sip_sdp::Direction::SendOnly => Direction::SendOnly,
        sip_sdp::Direction::RecvOnly => Direction::ReceiveOnly,
        sip_sdp::Direction::Inactive => Direction::Inactive,
    }
}
