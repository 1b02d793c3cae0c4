//! Answering an offer ourselves (RFC 3264 §6).

use sdp_types::Setup;

use crate::agreed::{Agreed, AgreedSecurity, allow_plain, packet_time, require_address};
use crate::authored::{AudioSection, description, refused};
use crate::capabilities::{Capabilities, CodecOrder, Encryption, Endpoint};
use crate::description::SessionDescription;
use crate::error::Refused;
use crate::keys::{accepting_line, usable_keys};
use crate::media::{Codec, Media, MediaKind, Protocol};
use crate::relay::MediaTarget;

/// An answer to be sent and what it makes of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// To be given its `o=` line by [`OriginRewriter::stamp`](crate::OriginRewriter::stamp).
    pub description: SessionDescription,
    /// What holds once the answer is sent.
    pub agreed: Agreed,
}

/// The answer to `offer` from our end `here`.
///
/// One stream of sound is accepted, the encrypted one where two are offered as alternatives. All
/// others, video and fax among them, are refused with port 0 in their old position, so that the
/// answer has as many `m=` lines as the offer. Payload types are those of the offer.
///
/// # Errors
/// [`Refused`] when no stream of sound can be accepted; it says what was wrong with the first.
pub fn answer(
    offer: &SessionDescription,
    can: &Capabilities,
    here: &Endpoint,
) -> Result<Answer, Refused> {
    let (media_index, media, terms) = choose_stream(offer, can, here)?;
    let Terms {
        choice,
        digits,
        security,
    } = terms;

    let rtcp_mux = media.rtcp.mux && here.rtcp_mux;
    let ptime = packet_time(media, can);
    let direction = here
        .direction
        .intersect_with_remote(media.direction_meant());
    let (send, receive): (Vec<Codec>, Vec<Codec>) = choice.into_iter().unzip();
    let mut codecs = receive.clone();
    codecs.extend(digits.cloned());

    let ice = media.ice.as_ref().and(here.keys.ice.as_ref());
    let section = AudioSection {
        protocol: media.protocol.clone(),
        codecs,
        ptime,
        direction,
        rtcp_mux,
        crypto: match &security {
            AgreedSecurity::Sdes { local, .. } => vec![local.clone()],
            _ => Vec::new(),
        },
        dtls: match (&security, &here.keys.fingerprint) {
            (AgreedSecurity::Dtls { we_connect, .. }, Some(ours)) => Some((
                ours,
                if *we_connect {
                    Setup::Active
                } else {
                    Setup::Passive
                },
            )),
            _ => None,
        },
        ice,
        mid: media.mid.as_deref(),
    };
    let sections = offer
        .media()
        .iter()
        .enumerate()
        .map(|(index, offered)| match index == media_index {
            true => section.write(here),
            false => refused(offered),
        })
        .collect();
    // Only a stream with a tag can be in a bundle, and a bundle of one is what is left of any.
    let bundled = media.mid.as_deref().filter(|_| offer.is_bundled());

    let digits = digits.map(|codec| codec.payload_type);
    Ok(Answer {
        description: description(here, sections, bundled, ice)?,
        agreed: Agreed {
            media_index,
            send,
            receive,
            send_digits: digits,
            receive_digits: digits,
            remote: MediaTarget::of(media),
            rtcp_mux,
            direction,
            ptime,
            security,
            remote_ice: media.ice.clone(),
        },
    })
}

/// What we can make of one stream on offer.
struct Terms<'o> {
    /// Codec to send and codec to receive, best first.
    choice: Vec<(Codec, Codec)>,
    digits: Option<&'o Codec>,
    security: AgreedSecurity,
}

fn choose_stream<'o>(
    offer: &'o SessionDescription,
    can: &Capabilities,
    here: &Endpoint,
) -> Result<(usize, &'o Media, Terms<'o>), Refused> {
    let mut streams: Vec<(usize, &Media)> = offer
        .media()
        .iter()
        .enumerate()
        .filter(|(_, media)| media.kind == MediaKind::Audio && media.is_active())
        .collect();
    // A stable sort: among equals the offerer's order decides (RFC 3264 §5.1).
    streams.sort_by_key(|(_, media)| !media.protocol.is_secure());

    let mut why = Refused::NoAudio;
    for (index, media) in streams {
        match terms(media, can, here) {
            Ok(terms) => return Ok((index, media, terms)),
            Err(refused) if why == Refused::NoAudio => why = refused,
            Err(_) => {}
        }
    }
    Err(why)
}

fn terms<'o>(media: &'o Media, can: &Capabilities, here: &Endpoint) -> Result<Terms<'o>, Refused> {
    if !media.protocol.is_rtp() {
        return Err(Refused::NoCommonCodec);
    }
    require_address(media)?;
    let security = security(media, can, here)?;
    let choice = common_codecs(media, can);
    let (best, _) = choice.first().ok_or(Refused::NoCommonCodec)?;
    let digits = media
        .telephone_event(best.clock_rate)
        .filter(|_| can.telephone_event.is_some());
    Ok(Terms {
        digits,
        choice,
        security,
    })
}

/// Pairs of what we send and what we receive. Both carry the payload type of the offer
/// (RFC 3264 §6.1); the parameters say what the *reader* of the description likes to get.
fn common_codecs(media: &Media, can: &Capabilities) -> Vec<(Codec, Codec)> {
    let pair = |theirs: &Codec, ours: &Codec| {
        let receive = Codec {
            payload_type: theirs.payload_type,
            // Their spelling and clock, as some compare by letters.
            name: theirs.name.clone(),
            clock_rate: theirs.clock_rate,
            channels: theirs.channels,
            fmtp: ours.fmtp.clone(),
        };
        (theirs.clone(), receive)
    };
    let offered = || media.codecs.iter().filter(|codec| codec.is_sound());
    let mut pairs: Vec<(Codec, Codec)> = match can.order {
        CodecOrder::Ours => can
            .codecs
            .iter()
            .filter_map(|ours| {
                let theirs = offered().find(|theirs| theirs.is_same_encoding(ours))?;
                Some(pair(theirs, ours))
            })
            .collect(),
        CodecOrder::Offerer => offered()
            .filter_map(|theirs| {
                let ours = can
                    .codecs
                    .iter()
                    .find(|ours| ours.is_same_encoding(theirs))?;
                Some(pair(theirs, ours))
            })
            .collect(),
    };
    if can.single_codec {
        pairs.truncate(1);
    }
    pairs
}

fn security(media: &Media, can: &Capabilities, here: &Endpoint) -> Result<AgreedSecurity, Refused> {
    if !media.protocol.is_secure() {
        return allow_plain(can).map(|()| AgreedSecurity::Plain);
    }
    if can.encryption == Encryption::Off {
        return Err(Refused::CannotEncrypt);
    }
    let keyed_by_dtls = matches!(
        media.protocol,
        Protocol::UdpTlsRtpSavp | Protocol::UdpTlsRtpSavpf
    );
    if !keyed_by_dtls {
        let sdes = usable_keys(media).find_map(|remote| {
            let ours = here
                .keys
                .sdes
                .iter()
                .find(|ours| ours.suite == remote.crypto_suite)?;
            Some((accepting_line(remote, ours), remote.clone()))
        });
        if let Some((local, remote)) = sdes {
            return Ok(AgreedSecurity::Sdes { local, remote });
        }
    }
    let (Some(remote), Some(_)) = (&media.fingerprint, &here.keys.fingerprint) else {
        return Err(Refused::CannotEncrypt);
    };
    // RFC 5763 §5: to `actpass` answer `active`, so that the handshake starts with our packet.
    let we_connect = match media.setup {
        Some(Setup::ActPass | Setup::Passive) | None => true,
        Some(Setup::Active) => false,
        Some(Setup::HoldConn) => return Err(Refused::CannotEncrypt),
    };
    Ok(AgreedSecurity::Dtls {
        remote_fingerprint: remote.clone(),
        we_connect,
    })
}
