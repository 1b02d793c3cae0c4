//! Whether the sound of a leg is encrypted, and with which keys (RFC 4568). Each phone, line and
//! other system has keys with the office, never with each other: what one says is passed on without
//! them.
//!
//! What was agreed on follows from the descriptions a leg last sent and was sent; nothing else is
//! remembered but how each telephone likes it.

use crate::{
    happening::Party,
    leg::{Leg, LegId},
    media_way::Said,
    switch::Switch,
};
use media::srtp::{MasterKey, Mki, SrtpKeys, Suite};
use office::{DeviceId, Srtp, TrunkId};
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use sip_sdp::{AgreedKey, Crypto, Protocol, SdesKey, SdesSuite, SessionDescription};
use sip_transport::Transport;
use std::collections::BTreeMap;

/// What is wanted of the sound of a leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// It is offered plain. What is offered to us encrypted is answered in kind.
    #[default]
    Plain,
    /// It is offered plain with keys, for a phone that knows what to do with them (`RTP/AVP` with
    /// `a=crypto`, as phones do whose encryption is "optional").
    Possible,
    /// It is offered encrypted.
    Offered,
    /// It is encrypted, or there is no call.
    Required,
}

impl Encryption {
    /// Whether sound goes through the office for it alone. Where it is only possible, two phones of
    /// one network may as well speak straight to each other.
    pub(crate) fn is_wanted(self) -> bool {
        matches!(self, Self::Offered | Self::Required)
    }
}

/// How telephones like their sound, by what they said last.
#[derive(Debug, Default)]
pub(crate) struct PhonesEncryption {
    known: BTreeMap<DeviceId, Encryption>,
}

impl PhonesEncryption {
    /// How a phone is called that is reached so. A phone whose signalling is encrypted is likely to
    /// want the same for its sound, and its keys are safe on the way.
    pub(crate) fn of(&self, device: DeviceId, transport: Transport) -> Encryption {
        let unknown = match transport {
            Transport::Tls => Encryption::Possible,
            _ => Encryption::Plain,
        };
        self.known.get(&device).copied().unwrap_or(unknown)
    }

    /// A phone described its sound.
    fn learn(&mut self, device: DeviceId, description: &SessionDescription) {
        let Some(audio) = description.audio() else {
            return;
        };
        let likes = match (
            audio.protocol.is_secure(),
            sip_sdp::offers_keys(description),
        ) {
            (true, true) => Encryption::Offered,
            (false, true) => Encryption::Possible,
            _ => Encryption::Plain,
        };
        self.known.insert(device, likes);
    }
}

/// The way a description names its keys: the protocol of its sound, and the lines.
pub(crate) type Keyed = (Protocol, Vec<Crypto>);

/// Whether a description of a leg's sound must be refused: what it asks for cannot be done here, or
/// it is not what is required.
pub(crate) fn is_refused(wants: Encryption, description: &SessionDescription) -> bool {
    let Some(audio) = description.audio() else {
        return false; // a stream that has ended
    };
    let usable = sip_sdp::usable_keys(audio).next().is_some() && sip_sdp::offers_keys(description);
    match wants {
        Encryption::Required => !usable,
        _ => {
            let needs_keys = matches!(audio.protocol, Protocol::RtpSavp | Protocol::RtpSavpf);
            needs_keys && !usable
        }
    }
}

/// Whether the sound of a leg is encrypted, so that it must go through here.
pub(crate) fn is_ours(leg: &Leg) -> bool {
    leg.encryption.is_wanted() || leg.theirs.as_ref().is_some_and(sip_sdp::offers_keys)
}

/// What both sides have agreed on; `None` for plain sound.
pub(crate) fn agreed(leg: &Leg) -> Option<SrtpKeys> {
    let keys = sip_sdp::agreed_keys(leg.ours.as_ref()?, leg.theirs.as_ref()?)?;
    let suite = match keys.suite {
        SdesSuite::AesCm128HmacSha1_80 => Suite::AesCm128HmacSha1_80,
        SdesSuite::AesCm128HmacSha1_32 => Suite::AesCm128HmacSha1_32,
        SdesSuite::AeadAes128Gcm => Suite::AeadAes128Gcm,
        SdesSuite::AeadAes256Gcm => Suite::AeadAes256Gcm,
    };
    let key = |said: &AgreedKey| {
        let key = MasterKey::new(suite, &said.key_and_salt).ok()?;
        Some(match said.mki {
            Some(mki) => key.with_mki(Mki::new(mki.value, mki.length)?),
            None => key,
        })
    };
    Some(SrtpKeys {
        ours: key(&keys.ours)?,
        theirs: keys.theirs.iter().map(key).collect::<Option<_>>()?,
    })
}

/// Whether a phone sends encrypted sound under keys that are not agreed on yet.
pub(crate) fn waits_for_keys(leg: &Leg) -> bool {
    let secure = |of: &SessionDescription| {
        let audio = of.audio();
        audio.is_some_and(|audio| audio.protocol.is_secure())
    };
    let wanted = leg.encryption == Encryption::Required;
    (wanted || leg.theirs.as_ref().is_some_and(secure)) && agreed(leg).is_none()
}

/// The keys for what we are about to say to a leg; `None` to say it plainly. Keys already in use stay
/// what they are, so that a hold or a refresh does not interrupt the sound.
pub(crate) fn keys_for(
    chance: &mut ChaCha12Rng,
    wants: Encryption,
    (ours, theirs): (Option<&SessionDescription>, Option<&SessionDescription>),
    said: Said,
) -> Option<Keyed> {
    let used = ours.and_then(SessionDescription::audio);
    match (said, theirs) {
        (Said::Answer, Some(offer)) => {
            let audio = offer.audio().filter(|_| sip_sdp::offers_keys(offer))?;
            let is_used = |theirs: &&Crypto| {
                let mut ours = used.into_iter().flat_map(sip_sdp::usable_keys);
                ours.any(|ours| ours.tag == theirs.tag && ours.crypto_suite == theirs.crypto_suite)
            };
            let mut usable = sip_sdp::usable_keys(audio);
            let used_before = usable.find(is_used);
            let chosen = used_before.or_else(|| sip_sdp::usable_keys(audio).next())?;
            // A key does not get another identifier, nor lose the one it has.
            let is_alike =
                |ours: &Crypto| used_before.is_some() || identifier(ours) == identifier(chosen);
            let mut before = used.into_iter().flat_map(sip_sdp::usable_keys);
            let before =
                before.find(|ours| ours.crypto_suite == chosen.crypto_suite && is_alike(ours));
            let line = match before {
                Some(ours) => Crypto {
                    tag: chosen.tag,
                    ..ours.clone()
                },
                None => {
                    let suite = SdesSuite::of(&chosen.crypto_suite)?;
                    sip_sdp::accepting_line(chosen, &drawn(chance, suite)?)
                }
            };
            Some((audio.protocol.clone(), vec![line]))
        }
        (_, Some(theirs)) if wants != Encryption::Required && !sip_sdp::offers_keys(theirs) => None,
        (_, theirs) => {
            if let (Some(used), Some(ours)) = (used, ours)
                && sip_sdp::offers_keys(ours)
            {
                let agreed = theirs.and_then(SessionDescription::audio);
                let tags: Vec<u32> = agreed
                    .into_iter()
                    .flat_map(sip_sdp::usable_keys)
                    .map(|theirs| theirs.tag)
                    .collect();
                let lines = sip_sdp::usable_keys(used);
                let lines = lines.filter(|ours| tags.is_empty() || tags.contains(&ours.tag));
                return Some((used.protocol.clone(), lines.cloned().collect()));
            }
            let protocol = match wants {
                Encryption::Plain => return None,
                Encryption::Possible => Protocol::RtpAvp,
                Encryption::Offered | Encryption::Required => Protocol::RtpSavp,
            };
            let lines = (1..).zip(SdesSuite::ALL);
            let lines = lines
                .filter_map(|(tag, suite)| Some(sip_sdp::crypto_line(tag, &drawn(chance, suite)?)));
            Some((protocol, lines.collect()))
        }
    }
}

/// A key that nobody can guess.
fn drawn(chance: &mut ChaCha12Rng, suite: SdesSuite) -> Option<SdesKey> {
    let mut octets = vec![0; suite.key_and_salt_length()];
    chance.fill_bytes(&mut octets);
    suite.key(&octets)
}

/// What names the key of a line in packets.
fn identifier(line: &Crypto) -> Option<(u32, u32)> {
    line.key_params.first()?.mki_and_length
}

impl Switch {
    /// What is wanted of the sound of somebody who is called.
    pub(crate) fn encryption_of(&self, party: &Party, transport: Transport) -> Encryption {
        let office = self.office();
        let outside = match (party.line, party.peer) {
            (Some(line), _) => office.trunk(line).map(|trunk| trunk.srtp),
            (None, Some(peer)) => office.peer(peer).map(|peer| peer.srtp),
            (None, None) => None,
        };
        match (outside, party.device) {
            (Some(Srtp::Required), _) => Encryption::Required,
            (Some(Srtp::Optional), _) => Encryption::Possible,
            (Some(Srtp::Off), _) => Encryption::Plain,
            (None, Some(device)) => self.phones_encryption.of(device, transport),
            (None, None) => Encryption::Plain,
        }
    }

    /// The keys for what we are about to say to a leg that is there, in answer to `offer` or as an
    /// offer.
    pub(crate) fn crypto_towards(
        &mut self,
        leg: LegId,
        offer: Option<&SessionDescription>,
    ) -> Option<Keyed> {
        let leg = self.legs.get(&leg)?;
        let said = match offer {
            Some(_) => Said::Answer,
            None => Said::Offer,
        };
        let theirs = offer.or(leg.theirs.as_ref());
        let sides = (leg.ours.as_ref(), theirs);
        keys_for(&mut self.chance, leg.encryption, sides, said)
    }

    /// The line whose sound has to be encrypted, if this leg is on such a one.
    pub(crate) fn line_that_must_encrypt(&self, leg: LegId) -> Option<TrunkId> {
        let leg = self.legs.get(&leg)?;
        let must = leg.encryption == Encryption::Required;
        leg.party.line.filter(|_| must)
    }

    /// The other system that does not encrypt its sound as it has to, in what it says to this leg.
    pub(crate) fn peer_that_must_encrypt(&self, leg: LegId) -> Option<Party> {
        let leg = self.legs.get(&leg)?;
        let must = leg.encryption == Encryption::Required && leg.party.peer.is_some();
        must.then(|| leg.party.clone())
    }

    /// Remembers how a phone likes its sound, by what it said last.
    pub(crate) fn learn_encryption(&mut self, leg: LegId) {
        if let Some(leg) = self.legs.get(&leg)
            && let (Some(device), Some(theirs)) = (leg.party.device, &leg.theirs)
        {
            self.phones_encryption.learn(device, theirs);
        }
    }

    /// A phone does not take the sound it was offered. Whether it is worth asking once more, as it
    /// may be one that takes encrypted sound only.
    pub(crate) fn offer_encrypted_next(&mut self, leg: LegId) -> bool {
        let Some(leg) = self.legs.get(&leg) else {
            return false;
        };
        let Some(device) = leg.party.device else {
            return false;
        };
        let known = &mut self.phones_encryption.known;
        match leg.encryption {
            Encryption::Plain | Encryption::Possible => {
                known.insert(device, Encryption::Offered);
                true
            }
            Encryption::Offered | Encryption::Required => {
                known.remove(&device); // that was not it
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng;

    const WANTS: [Encryption; 4] = [
        Encryption::Plain,
        Encryption::Possible,
        Encryption::Offered,
        Encryption::Required,
    ];

    fn plain() -> SessionDescription {
        let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
                    m=audio 5000 RTP/AVP 8\r\n";
        SessionDescription::parse(text.as_bytes()).unwrap()
    }

    fn written(keyed: Option<Keyed>) -> SessionDescription {
        match keyed {
            Some((protocol, lines)) => sip_sdp::with_keys(&plain(), &protocol, &lines).unwrap(),
            None => plain(),
        }
    }

    fn chance(seed: u8) -> ChaCha12Rng {
        ChaCha12Rng::from_seed([seed; 32])
    }

    proptest! {
        /// Whoever offers and whatever they want, both ends come to the same keys or to plain sound,
        /// never to one of each; what is required is never plain; and asking again changes nothing.
        #[test]
        fn both_ends_agree_and_a_refresh_changes_nothing(wants in prop::sample::select(&WANTS[..]), other in prop::sample::select(&WANTS[..])) {
            let (mut here, mut there) = (chance(1), chance(2));
            let offer = written(keys_for(&mut here, wants, (None, None), Said::Offer));
            if is_refused(other, &offer) {
                prop_assert_eq!(other, Encryption::Required);
                prop_assert_eq!(wants, Encryption::Plain);
                return Ok(());
            }
            let answer = written(keys_for(&mut there, other, (None, Some(&offer)), Said::Answer));
            prop_assert!(!is_refused(wants, &answer));
            let ours = sip_sdp::agreed_keys(&offer, &answer);
            let theirs = sip_sdp::agreed_keys(&answer, &offer);
            prop_assert_eq!(ours.is_some(), wants != Encryption::Plain);
            prop_assert_eq!(ours.as_ref().map(|k| std::slice::from_ref(&k.ours)), theirs.as_ref().map(|k| &k.theirs[..]));
            prop_assert_eq!(ours.as_ref().map(|k| &k.theirs[..]), theirs.as_ref().map(|k| std::slice::from_ref(&k.ours)));

            let again = written(keys_for(&mut here, wants, (Some(&offer), Some(&answer)), Said::Offer));
            prop_assert_eq!(sip_sdp::agreed_keys(&again, &answer), ours.clone());
            let answered = written(keys_for(&mut there, other, (Some(&answer), Some(&again)), Said::Answer));
            prop_assert_eq!(sip_sdp::agreed_keys(&again, &answered), ours.clone());
            // And asked from the other side.
            let asked = written(keys_for(&mut there, other, (Some(&answered), Some(&again)), Said::Offer));
            let last = written(keys_for(&mut here, wants, (Some(&again), Some(&asked)), Said::Answer));
            prop_assert_eq!(sip_sdp::agreed_keys(&last, &asked), ours);
        }
    }

    /// A phone whose keys have identifiers: they are used both ways, stay over a hold, and a key that
    /// was without one gets none.
    #[test]
    fn keys_with_identifiers_stay_over_a_hold() {
        let theirs = |mki: &str| {
            let key = "MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm";
            let line = format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}{mki}\r\n");
            let text = String::from_utf8(plain().as_bytes().to_vec()).unwrap();
            let text = text.replace("RTP/AVP", "RTP/SAVP") + &line;
            SessionDescription::parse(text.as_bytes()).unwrap()
        };
        let mut chance = chance(5);
        let mut answer = |ours: Option<&SessionDescription>, offer: &SessionDescription| {
            written(keys_for(
                &mut chance,
                Encryption::Plain,
                (ours, Some(offer)),
                Said::Answer,
            ))
        };
        let (with, without) = (theirs("|2^31|1:1"), theirs("|2^31"));
        let first = answer(None, &with);
        let keys = sip_sdp::agreed_keys(&first, &with).unwrap();
        let mki = Some(sip_sdp::Mki {
            value: 1,
            length: 1,
        });
        assert_eq!((keys.ours.mki, keys.theirs[0].mki), (mki, mki));
        let held = answer(Some(&first), &with);
        assert_eq!(sip_sdp::agreed_keys(&held, &with), Some(keys.clone()));
        // It begins anew without identifiers, under the tag of before.
        let bare = answer(Some(&first), &without);
        let bare = sip_sdp::agreed_keys(&bare, &without).unwrap();
        assert_eq!(bare.theirs[0].mki, None);
        assert_eq!(bare.ours, keys.ours, "the key in use is what it was");
    }

    #[test]
    fn no_two_offers_bear_the_same_key() {
        let mut chance = chance(3);
        let mut keys = || keys_for(&mut chance, Encryption::Required, (None, None), Said::Offer);
        let (_, one) = keys().unwrap();
        let (_, other) = keys().unwrap();
        let all: std::collections::BTreeSet<&str> = one
            .iter()
            .chain(&other)
            .map(|line| line.key_params[0].key_and_salt.as_str())
            .collect();
        assert_eq!(all.len(), 2 * SdesSuite::ALL.len());
    }

    #[test]
    fn a_phone_is_called_the_way_it_calls() {
        let mut phones = PhonesEncryption::default();
        let device = DeviceId(7);
        assert_eq!(phones.of(device, Transport::Udp), Encryption::Plain);
        assert_eq!(phones.of(device, Transport::Tls), Encryption::Possible);
        for wants in [Encryption::Offered, Encryption::Possible, Encryption::Plain] {
            let said = written(keys_for(&mut chance(4), wants, (None, None), Said::Offer));
            phones.learn(device, &said);
            assert_eq!(phones.of(device, Transport::Tls), wants);
        }
    }

    #[test]
    fn encrypted_sound_without_a_key_we_can_use_is_refused() {
        let strange = written(Some((Protocol::RtpSavp, Vec::new())));
        for wants in WANTS {
            assert!(is_refused(wants, &strange));
            assert_eq!(is_refused(wants, &plain()), wants == Encryption::Required);
        }
    }
}
