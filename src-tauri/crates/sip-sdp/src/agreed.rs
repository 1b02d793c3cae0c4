//! What both sides have agreed on once an offer has its answer.

use sdp_types::{Crypto, Direction, Fingerprint, Setup};

use crate::capabilities::{Capabilities, Encryption, Endpoint};
use crate::description::SessionDescription;
use crate::error::Refused;
use crate::keys::usable_keys;
use crate::media::{Codec, Ice, Media, MediaKind, telephone_event};
use crate::relay::MediaTarget;

/// The stream of sound of a session, seen from our side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Which `m=` line, counted from 0.
    pub media_index: usize,
    /// What we may send, best first, with the payload types and parameters of the other side.
    pub send: Vec<Codec>,
    /// What we must expect, with our payload types and parameters.
    pub receive: Vec<Codec>,
    /// Payload type for key presses we send; `None` when the other side takes none.
    pub send_digits: Option<u8>,
    /// Payload type of key presses we receive.
    pub receive_digits: Option<u8>,
    /// Where we send. Its address is `None` on a hold of the old form, while ICE is still
    /// looking, and for a host name, which then stands in the media's `connection`.
    pub remote: MediaTarget,
    /// RTP and RTCP share one port.
    pub rtcp_mux: bool,
    /// What we do: `SendOnly` means that only we send.
    pub direction: Direction,
    /// Length of the packets we send, in milliseconds.
    pub ptime: u32,
    /// How packets are protected.
    pub security: AgreedSecurity,
    /// ICE credentials and candidates of the other side.
    pub remote_ice: Option<Ice>,
}

/// How the packets of a stream are protected.
#[derive(Clone, PartialEq, Eq)]
pub enum AgreedSecurity {
    /// Not at all.
    Plain,
    /// SRTP with keys from the descriptions (RFC 4568).
    Sdes {
        /// The key we send with.
        local: Crypto,
        /// The key the other side sends with.
        remote: Crypto,
    },
    /// SRTP with keys from a DTLS handshake (RFC 5764).
    Dtls {
        /// Digest the other side's certificate must have.
        remote_fingerprint: Fingerprint,
        /// We start the handshake.
        we_connect: bool,
    },
}

/// Names the kind and not the keys.
impl std::fmt::Debug for AgreedSecurity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain => f.write_str("Plain"),
            Self::Sdes { local, .. } => write!(f, "Sdes({})", local.crypto_suite.as_str()),
            Self::Dtls { we_connect, .. } => write!(f, "Dtls(we_connect: {we_connect})"),
        }
    }
}

/// Reads the answer to `offer`, which we sent for our end `here` (RFC 3264 §7).
///
/// # Errors
/// [`Refused`] when the answer accepts no sound, fits the offer badly, or lowers its protection.
pub fn agree(
    offer: &SessionDescription,
    answer: &SessionDescription,
    can: &Capabilities,
    here: &Endpoint,
) -> Result<Agreed, Refused> {
    if offer.media().len() != answer.media().len() {
        return Err(Refused::DoesNotFitOffer);
    }
    let (media_index, (offered, answered)) = offer
        .media()
        .iter()
        .zip(answer.media())
        .enumerate()
        .find(|(_, (offered, answered))| {
            offered.kind == MediaKind::Audio && offered.is_active() && answered.is_active()
        })
        .ok_or(Refused::NoAudio)?;
    require_address(answered)?;

    let ours = &offered.codecs;
    let theirs = codecs_of_answer(offered, answered);
    let common = |codecs: &[Codec], others: &[Codec]| -> Vec<Codec> {
        let is_common = |codec: &&Codec| others.iter().any(|other| other.is_same_encoding(codec));
        let sound = codecs.iter().filter(|codec| codec.is_sound());
        sound.filter(is_common).cloned().collect()
    };
    let send = common(&theirs, ours);
    let receive = common(ours, &theirs);
    let best = send.first().ok_or(Refused::NoCommonCodec)?;
    let digits = |codecs| telephone_event(codecs, best.clock_rate).map(|codec| codec.payload_type);
    let both = digits(ours).zip(digits(&theirs));

    Ok(Agreed {
        media_index,
        send_digits: both.map(|(_, theirs)| theirs),
        receive_digits: both.map(|(ours, _)| ours),
        remote: MediaTarget::of(answered),
        rtcp_mux: offered.rtcp.mux && answered.rtcp.mux,
        direction: offered
            .direction
            .intersect_with_remote(answered.direction_meant()),
        ptime: packet_time(answered, can),
        security: security_of_answer(offered, answered, here)?,
        remote_ice: answered.ice.clone(),
        send,
        receive,
    })
}

/// The formats of the answer in its order. A dynamic payload type that the answer uses without
/// explaining it, as some phones do with key presses, means what it meant in the offer.
fn codecs_of_answer(offered: &Media, answered: &Media) -> Vec<Codec> {
    let payload_types = answered
        .formats
        .split(' ')
        .filter_map(|format| format.parse::<u8>().ok());
    payload_types
        .filter_map(|payload_type| {
            let mut explained = answered.codecs.iter().chain(&offered.codecs);
            explained.find(|codec| codec.payload_type == payload_type)
        })
        .cloned()
        .collect()
}

fn security_of_answer(
    offered: &Media,
    answered: &Media,
    here: &Endpoint,
) -> Result<AgreedSecurity, Refused> {
    match (offered.protocol.is_secure(), answered.protocol.is_secure()) {
        (false, false) => return Ok(AgreedSecurity::Plain),
        (true, false) => return Err(Refused::EncryptionRequired),
        (false, true) => return Err(Refused::CannotEncrypt),
        (true, true) => {}
    }
    // The answer repeats the tag of the one offered key it accepts (RFC 4568 §5.1.2).
    let chosen = usable_keys(answered).find_map(|remote| {
        let local = offered.crypto.iter().find(|offered| {
            offered.tag == remote.tag && offered.crypto_suite == remote.crypto_suite
        });
        local.map(|local| (local.clone(), remote.clone()))
    });
    if let Some((local, remote)) = chosen {
        return Ok(AgreedSecurity::Sdes { local, remote });
    }
    match (&answered.fingerprint, &here.keys.fingerprint) {
        (Some(remote), Some(_)) if offered.fingerprint.is_some() => Ok(AgreedSecurity::Dtls {
            remote_fingerprint: remote.clone(),
            we_connect: answered.setup != Some(Setup::Active),
        }),
        _ => Err(Refused::CannotEncrypt),
    }
}

/// Refuses a stream that says nothing of where to send.
pub(crate) fn require_address(media: &Media) -> Result<(), Refused> {
    if media.connection.is_none() && media.ice.is_none() {
        return Err(Refused::NoAddress);
    }
    Ok(())
}

/// Whether a plain stream may be used at all.
pub(crate) fn allow_plain(can: &Capabilities) -> Result<(), Refused> {
    match can.encryption {
        Encryption::Required => Err(Refused::EncryptionRequired),
        Encryption::Off | Encryption::Optional => Ok(()),
    }
}

/// Length of the packets to send: the other side's wish if we can, our best otherwise, never
/// longer than its `maxptime` if that can be helped.
pub(crate) fn packet_time(media: &Media, can: &Capabilities) -> u32 {
    let ours = || can.packet_times.iter().copied();
    let wish = media.ptime.filter(|wish| ours().any(|ours| ours == *wish));
    let best = wish.or_else(|| ours().next()).unwrap_or(20);
    match media.maxptime {
        Some(longest) if best > longest => ours()
            .filter(|ours| *ours <= longest)
            .max()
            .or_else(|| ours().min())
            .unwrap_or(best),
        _ => best,
    }
}
