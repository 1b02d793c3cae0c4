//! A phone's encrypted sound: what it says of its key, and packets that only the office can read.

use super::SimPhone;
use bytes::Bytes;
use media::srtp::{MasterKey, Suite, Unprotector};
use rtp_packet::RtpPacket;
use sip_sdp::{Crypto, Direction, Protocol, SdesSuite, SessionDescription};
use std::net::SocketAddr;

/// What a phone knows of encrypted sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Nothing: it takes plain sound only.
    #[default]
    None,
    /// It encrypts if the far end can.
    Possible,
    /// It takes encrypted sound only.
    Only,
    /// It answers plainly whatever it is offered.
    Ignored,
}

const SUITE: SdesSuite = SdesSuite::AesCm128HmacSha1_80;

impl SimPhone {
    /// Whether it can do what it is offered.
    pub(super) fn can_protect(&self, offer: &SessionDescription) -> bool {
        let is_secure = offer.audio().is_some_and(|a| a.protocol.is_secure());
        match self.encryption {
            Encryption::None => !is_secure,
            Encryption::Only => key_in(offer).is_some(),
            Encryption::Possible | Encryption::Ignored => true,
        }
    }

    /// An offer with its key, or an answer to `offer`.
    pub(super) fn with_its_key(&self, plain: &Bytes, offer: Option<&SessionDescription>) -> Bytes {
        let key = SUITE.key(&self.key_and_salt()).expect("a whole key");
        let (protocol, tag) = match (self.encryption, offer) {
            (Encryption::None | Encryption::Ignored, _) => return plain.clone(),
            (Encryption::Possible, None) => (Protocol::RtpAvp, 1),
            (Encryption::Only, None) => (Protocol::RtpSavp, 1),
            (_, Some(offer)) => match (key_in(offer), offer.audio()) {
                (Some(theirs), Some(audio)) => (audio.protocol.clone(), theirs.tag),
                _ => return plain.clone(),
            },
        };
        let plain = SessionDescription::parse(plain).expect("its own description");
        let line = sip_sdp::crypto_line(tag, &key);
        let keyed = sip_sdp::with_keys(&plain, &protocol, &[line]);
        keyed.expect("its own description").to_bytes()
    }

    /// What it says of its sound on a line, in answer to what the far end said.
    pub(super) fn describe_answer(&self, line: u32, version: u32, direction: Direction) -> Bytes {
        let theirs = self.lines.get(&line).and_then(|line| line.theirs.as_ref());
        // No telephone presses keys as events unless it is asked to.
        let takes_events = theirs
            .and_then(SessionDescription::audio)
            .is_none_or(|audio| {
                let mut codecs = audio.codecs.iter();
                codecs.any(sip_sdp::Codec::is_telephone_event)
            });
        let can = self.codecs.iter().copied();
        let codecs: Vec<u8> = can.filter(|codec| *codec != 101 || takes_events).collect();
        self.with_its_key(&self.describe_plain(version, direction, &codecs), theirs)
    }

    /// A packet as it goes to the far end there.
    pub(in super::super) fn protected(&self, mut packet: Vec<u8>, to: SocketAddr) -> Vec<u8> {
        let mut lines = self.lines.values();
        let line = lines.find(|line| line.target() == Some(to) && !line.state.is_over());
        let keyed =
            line.is_some_and(|line| line.theirs.as_ref().is_some_and(|t| key_in(t).is_some()));
        if keyed && self.knows_keys() {
            let key = self.key_and_salt();
            let key = MasterKey::new(Suite::AesCm128HmacSha1_80, &key).expect("a whole key");
            // No phone here speaks for so long that its numbers wrap.
            let index = u64::from(u16::from_be_bytes([packet[2], packet[3]]));
            assert!(media::srtp::Protector::new(&key).rtp(index, &mut packet));
        }
        packet
    }

    /// Whether it can make sound of a datagram.
    pub(in super::super) fn understands(&self, datagram: &[u8]) -> bool {
        let live = self.lines.values().filter(|line| !line.state.is_over());
        let mut keys = live.filter_map(|line| key_in(line.theirs.as_ref()?));
        let Some(theirs) = keys.next().filter(|_| self.knows_keys()) else {
            return RtpPacket::parse(datagram).is_ok_and(|packet| packet.payload().len() <= 160);
        };
        let octets = octets_of(&theirs);
        let key = MasterKey::new(Suite::AesCm128HmacSha1_80, &octets).expect("a whole key");
        let read = Unprotector::new(&key).rtp(datagram, &mut Vec::new());
        read.is_ok()
    }

    fn knows_keys(&self) -> bool {
        matches!(self.encryption, Encryption::Possible | Encryption::Only)
    }

    /// Each phone has a key of its own.
    fn key_and_salt(&self) -> [u8; 30] {
        let port = self.here.port().to_be_bytes();
        let mut key = [0x5a; 30];
        key[..2].copy_from_slice(&port);
        if let std::net::IpAddr::V4(ip) = self.here.ip() {
            key[2..6].copy_from_slice(&ip.octets());
        }
        key
    }
}

/// The key of the one suite these phones know.
fn key_in(description: &SessionDescription) -> Option<Crypto> {
    let mut keys = sip_sdp::usable_keys(description.audio()?);
    let found = keys.find(|key| SdesSuite::of(&key.crypto_suite) == Some(SUITE));
    found.cloned()
}

/// Key and salt of a line.
fn octets_of(line: &Crypto) -> Vec<u8> {
    use base64::Engine;
    let text = &line.key_params[0].key_and_salt;
    let octets = base64::engine::general_purpose::STANDARD.decode(text);
    octets.expect("base64")
}
