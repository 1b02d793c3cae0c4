//! Offering a session ourselves, for the first time or again (RFC 3264 §5 and §8).

use sdp_types::{Crypto, Setup};

use crate::authored::{AudioSection, description, refused};
use crate::capabilities::{Capabilities, Encryption, Endpoint};
use crate::description::SessionDescription;
use crate::error::Refused;
use crate::keys::crypto_line;
use crate::limits::MAX_MEDIA;
use crate::media::{Codec, MediaKind, Protocol};

/// An offer of one stream of sound from our end `here`.
///
/// With `previous`, the description last sent or received in this session, the new offer keeps
/// every `m=` line in its position (RFC 3264 §8): sound stays where it was, or takes the place of
/// a stream that has ended, or comes last; all other streams are ended with port 0.
///
/// # Errors
/// [`Refused::CannotEncrypt`] when encryption is required and there is no key,
/// [`Refused::NoRoom`] when the session already has as many streams as it may.
pub fn offer(
    can: &Capabilities,
    here: &Endpoint,
    previous: Option<&SessionDescription>,
) -> Result<SessionDescription, Refused> {
    let previous = previous.map_or(&[][..], SessionDescription::media);
    let position = previous
        .iter()
        .position(|media| media.kind == MediaKind::Audio && media.is_active())
        // A line with port 0 is free for another stream, of another kind even (RFC 3264 §8.1).
        .or_else(|| previous.iter().position(|media| !media.is_active()))
        .unwrap_or(previous.len());
    if position >= MAX_MEDIA {
        return Err(Refused::NoRoom);
    }

    let protocol = protocol(can, here)?;
    let by_dtls = protocol == Protocol::UdpTlsRtpSavpf;
    let tag = previous
        .get(position)
        .and_then(|media| media.mid.as_deref());
    let ice = here.keys.ice.as_ref().filter(|_| by_dtls);
    let section = AudioSection {
        codecs: codecs(can),
        ptime: can.packet_times.first().copied().unwrap_or(20),
        direction: here.direction,
        rtcp_mux: here.rtcp_mux,
        crypto: match protocol {
            Protocol::RtpSavp => keys(here),
            _ => Vec::new(),
        },
        dtls: here
            .keys
            .fingerprint
            .as_ref()
            .filter(|_| by_dtls)
            .map(|ours| (ours, Setup::ActPass)),
        ice,
        mid: tag.or(by_dtls.then_some("0")),
        protocol,
    };
    let mut sections: Vec<_> = previous.iter().map(refused).collect();
    let written = section.write(here);
    match sections.get_mut(position) {
        Some(place) => *place = written,
        None => sections.push(written),
    }
    Ok(description(here, sections, None, ice)?)
}

fn protocol(can: &Capabilities, here: &Endpoint) -> Result<Protocol, Refused> {
    match can.encryption {
        Encryption::Off | Encryption::Optional => Ok(Protocol::RtpAvp),
        Encryption::Required if !here.keys.sdes.is_empty() => Ok(Protocol::RtpSavp),
        Encryption::Required if here.keys.fingerprint.is_some() => Ok(Protocol::UdpTlsRtpSavpf),
        Encryption::Required => Err(Refused::CannotEncrypt),
    }
}

fn codecs(can: &Capabilities) -> Vec<Codec> {
    let mut codecs = can.codecs.clone();
    codecs.extend(can.telephone_event.map(|payload_type| Codec {
        // Keys 0-9, *, # and A-D (RFC 4733 §2.5.1.1).
        fmtp: Some("0-15".to_owned()),
        ..Codec::new(payload_type, "telephone-event", 8_000)
    }));
    codecs
}

fn keys(here: &Endpoint) -> Vec<Crypto> {
    (1..)
        .zip(&here.keys.sdes)
        .map(|(tag, key)| crypto_line(tag, key))
        .collect()
}
