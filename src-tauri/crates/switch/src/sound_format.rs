//! Which codecs the office itself speaks, and what it has agreed with a phone.

use crate::leg::Leg;
use media::{Codec, SoundFormat};
use office::Country;
use sip_sdp::{Capabilities, CodecOrder, Encryption, Media, Protocol, SessionDescription};

/// Payload type of the key presses we offer.
const DIGITS: u8 = 101;

/// Payload type of the Opus we offer.
const OPUS: u8 = 111;

/// All that the office itself can speak, wide band first; of the two laws of G.711 the country's own
/// first: µ in North America, Japan and Taiwan, A everywhere else (ITU-T G.711).
pub(crate) fn capabilities(country: Option<&Country>) -> Capabilities {
    let country = country.map(Country::as_str);
    let uses_mu_law = matches!(
        country,
        Some("US" | "CA" | "JP" | "TW" | "PR" | "GU" | "VI")
    );
    let laws = match uses_mu_law {
        true => [Codec::Pcmu, Codec::Pcma],
        false => [Codec::Pcma, Codec::Pcmu],
    };
    let codecs = [Codec::G722].into_iter().chain(laws).chain([Codec::Opus]);
    Capabilities {
        codecs: codecs.map(written).collect(),
        telephone_event: Some(DIGITS),
        packet_times: vec![20],
        order: CodecOrder::Offerer,
        single_codec: true,
        encryption: Encryption::Off,
    }
}

/// The same description with these payload types of its sound only, in this order.
pub(crate) fn with_payloads(
    description: &SessionDescription,
    kept: &[u8],
) -> Option<SessionDescription> {
    let text = std::str::from_utf8(description.as_bytes()).ok()?;
    let mut done = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let is_it = !done && line.starts_with("m=audio ");
        if !is_it {
            return line.to_owned();
        }
        done = true;
        let head: Vec<&str> = line.trim_end().split(' ').take(3).collect();
        let numbers = kept.iter().map(|number| format!(" {number}"));
        format!("{}{}\r\n", head.join(" "), numbers.collect::<String>())
    });
    SessionDescription::parse(lines.collect::<String>().as_bytes()).ok()
}

/// An offer with the key presses (RFC 4733) and codecs that the office can translate, where it has
/// none of them; `None` if it can translate nothing of it.
pub(crate) fn widened(
    offer: &SessionDescription,
    can: &Capabilities,
) -> Option<SessionDescription> {
    if !is_decodable(offer) {
        return None;
    }
    let has_keys = |audio: &Media| audio.codecs.iter().any(sip_sdp::Codec::is_telephone_event);
    let keys = can
        .telephone_event
        .filter(|_| !offer.audio().is_some_and(has_keys));
    let mut more = can.codecs.clone();
    more.extend(keys.map(written_keys));
    sip_sdp::with_more_codecs(offer, &more).ok()
}

/// An answer with the key presses (RFC 4733) of the offer it is for and no others: whoever offered
/// them goes on pressing them so, and the office presses them for whoever has answered. `None`: as it
/// is.
pub(crate) fn with_keys_of(
    answer: &SessionDescription,
    offer: &SessionDescription,
) -> Option<SessionDescription> {
    if !is_decodable(answer) || !is_decodable(offer) {
        return None;
    }
    let (answered, offered) = (answer.audio()?, offer.audio()?);
    let sound = answered.codecs.iter().find(|codec| codec.is_sound())?;
    let has_keys = answered.telephone_event(sound.clock_rate).is_some();
    match (offered.telephone_event(sound.clock_rate), has_keys) {
        (Some(keys), false) => {
            // A number that means something else in the answer cannot be told.
            let is_free = |codec: &sip_sdp::Codec| codec.payload_type != keys.payload_type;
            let keys = Some(keys).filter(|_| answered.codecs.iter().all(is_free))?;
            sip_sdp::with_more_codecs(answer, std::slice::from_ref(keys)).ok()
        }
        (None, true) => {
            let others = answered.codecs.iter().filter(|c| !c.is_telephone_event());
            let kept: Vec<u8> = others.map(|codec| codec.payload_type).collect();
            with_payloads(answer, &kept)
        }
        _ => None,
    }
}

/// What a phone and we may send each other by what both have said, as far as the graph speaks it.
/// `None` where that is no sound, or sound that is keyed in a way we do not know.
pub(crate) fn agreed(
    ours: &SessionDescription,
    theirs: &SessionDescription,
) -> Option<SoundFormat> {
    let (ours, theirs) = (ours.audio()?, theirs.audio()?);
    if !can_be_read(ours) || !can_be_read(theirs) {
        return None;
    }
    let common = |of: &sip_sdp::Media, with: &sip_sdp::Media| {
        let both = |codec: &&sip_sdp::Codec| with.codecs.iter().any(|c| c.is_same_encoding(codec));
        let known = |codec: &sip_sdp::Codec| Some((codec.payload_type, Codec::named(&codec.name)?));
        let codecs: Vec<(u8, Codec)> = of.codecs.iter().filter(both).filter_map(known).collect();
        codecs
    };
    let send = common(theirs, ours).first().copied()?;
    let digits = |of: &sip_sdp::Media| {
        let codec = of.telephone_event(send.1.clock_hz());
        codec.map(|codec| codec.payload_type)
    };
    let both_know_digits = digits(ours).is_some() && digits(theirs).is_some();
    Some(SoundFormat {
        send,
        receive: common(ours, theirs)
            .into_iter()
            .take(media::limits::MAX_RECEIVED_FORMATS)
            .collect(),
        send_digits: digits(theirs).filter(|_| both_know_digits),
        receive_digits: digits(ours).filter(|_| both_know_digits),
    })
}

/// Whether an answer's sound is none that the one who offered can do, so that it must be translated
/// for them. Only where both are such as the office speaks.
pub(crate) fn differs(answer: &SessionDescription, offer: &SessionDescription) -> bool {
    let (Some(answered), Some(offered)) = (answer.audio(), offer.audio()) else {
        return false;
    };
    let first = answered.codecs.iter().find(|codec| codec.is_sound());
    let can_do = |codec: &sip_sdp::Codec| {
        let mut theirs = offered.codecs.iter();
        theirs
            .any(|other| other.is_same_encoding(codec) && other.payload_type == codec.payload_type)
    };
    first.is_some_and(|codec| !can_do(codec) && Codec::named(&codec.name).is_some())
        && is_decodable(answer)
        && is_decodable(offer)
}

/// Whether one of two phones sends what the other does not take, by what each was told and has said.
pub(crate) fn must_be_translated(one: &Leg, other: &Leg) -> bool {
    let formats = |leg: &Leg| agreed(leg.ours.as_ref()?, leg.theirs.as_ref()?);
    let (Some(a), Some(b)) = (formats(one), formats(other)) else {
        return false;
    };
    let takes = |leg: &Leg, number: u8, codec: Codec| {
        let audio = leg.theirs.as_ref().and_then(SessionDescription::audio);
        audio.is_some_and(|audio| {
            let mut codecs = audio.codecs.iter();
            codecs.any(|c| c.payload_type == number && Codec::named(&c.name) == Some(codec))
        })
    };
    // A phone sends its own first of what it was told, by the number it was told.
    let sends = |format: &SoundFormat| {
        let (_, codec) = format.send;
        let mut told = format.receive.iter();
        told.find(|(_, received)| *received == codec).copied()
    };
    let reaches = |format: &SoundFormat, to: &Leg| {
        sends(format).is_none_or(|(number, codec)| takes(to, number, codec))
    };
    !reaches(&a, other) || !reaches(&b, one)
}

/// Whether the office can speak to a phone that described itself so.
pub(crate) fn is_decodable(theirs: &SessionDescription) -> bool {
    theirs.audio().is_some_and(|audio| {
        let mut codecs = audio.codecs.iter();
        can_be_read(audio) && codecs.any(|codec| Codec::named(&codec.name).is_some())
    })
}

/// Whether sound is plain, or encrypted with keys that stand in its description.
fn can_be_read(audio: &Media) -> bool {
    let keyed = matches!(audio.protocol, Protocol::RtpSavp | Protocol::RtpSavpf);
    keyed || !audio.protocol.is_secure()
}

/// Whether a phone offers G.711, which every other phone can do.
pub(crate) fn offers_g711(offer: &SessionDescription) -> bool {
    offer.audio().is_some_and(|audio| {
        let named = |codec: &sip_sdp::Codec| Codec::named(&codec.name);
        let mut codecs = audio.codecs.iter().filter_map(named);
        codecs.any(|codec| matches!(codec, Codec::Pcma | Codec::Pcmu))
    })
}

fn written(codec: Codec) -> sip_sdp::Codec {
    let (payload_type, channels, fmtp) = match codec {
        Codec::Pcmu => (0, 1, None),
        Codec::Pcma => (8, 1, None),
        Codec::G722 => (9, 1, None),
        // Always two channels in SDP, whatever is sent (RFC 7587 §7); we send one.
        Codec::Opus => (OPUS, 2, Some("useinbandfec=1;stereo=0;sprop-stereo=0")),
    };
    sip_sdp::Codec {
        channels,
        fmtp: fmtp.map(str::to_owned),
        ..sip_sdp::Codec::new(payload_type, codec.name(), codec.clock_hz())
    }
}

/// Key presses as we offer them: the sixteen keys.
fn written_keys(payload_type: u8) -> sip_sdp::Codec {
    sip_sdp::Codec {
        fmtp: Some("0-15".to_owned()),
        ..sip_sdp::Codec::new(payload_type, "telephone-event", 8_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(audio: &str) -> SessionDescription {
        let text = format!(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{audio}"
        );
        SessionDescription::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn each_side_is_sent_what_it_numbered_itself() {
        let ours =
            described("m=audio 10000 RTP/AVP 9 8 101\r\na=rtpmap:101 telephone-event/8000\r\n");
        let theirs =
            described("m=audio 5000 RTP/AVP 18 8 9 96\r\na=rtpmap:96 telephone-event/8000\r\n");
        let agreed = agreed(&ours, &theirs).unwrap();
        assert_eq!(agreed.send, (8, Codec::Pcma), "their first that we know");
        let received = [(9, Codec::G722), (8, Codec::Pcma)];
        assert_eq!(agreed.receive[..], received, "as we numbered them");
        assert_eq!(
            (agreed.send_digits, agreed.receive_digits),
            (Some(96), Some(101))
        );
    }

    #[test]
    fn who_offers_key_presses_may_send_them_whoever_answers() {
        let events = "a=rtpmap:101 telephone-event/8000\r\n";
        let with = described(&format!("m=audio 5000 RTP/AVP 8 101\r\n{events}"));
        let without = described("m=audio 6000 RTP/AVP 8\r\n");
        let keys = |of: &SessionDescription| {
            let audio = of.audio().unwrap();
            audio.telephone_event(8_000).map(|codec| codec.payload_type)
        };
        let answered = with_keys_of(&without, &with).unwrap();
        assert_eq!(keys(&answered), Some(101));
        assert_eq!(keys(&with_keys_of(&with, &without).unwrap()), None);
        assert!(with_keys_of(&with, &with).is_none());
        assert!(with_keys_of(&without, &without).is_none());
        let taken = described("m=audio 6000 RTP/AVP 101\r\na=rtpmap:101 opus/48000/2\r\n");
        assert!(with_keys_of(&taken, &with).is_none());
        // Sound that only the two of them understand is theirs alone.
        let foreign = described("m=audio 6000 RTP/AVP 18\r\n");
        assert!(with_keys_of(&foreign, &with).is_none());

        let can = capabilities(None);
        assert_eq!(keys(&widened(&without, &can).unwrap()), Some(101));
        let wide = widened(&with, &can).unwrap();
        let audio = wide.audio().unwrap();
        let events = audio.codecs.iter().filter(|c| c.is_telephone_event());
        assert_eq!(events.count(), 1);
    }

    #[test]
    fn what_the_graph_cannot_decode_is_not_agreed() {
        let ours = described("m=audio 10000 RTP/AVP 8 18\r\n");
        for theirs in [
            "m=audio 5000 RTP/AVP 18\r\n",
            "m=audio 0 RTP/AVP 8\r\n",
            "m=audio 5000 UDP/TLS/RTP/SAVP 8\r\n",
        ] {
            assert_eq!(agreed(&ours, &described(theirs)), None, "{theirs}");
        }
    }

    #[test]
    fn the_law_of_the_country_comes_first() {
        let first_law = |code: &str| {
            let country = Country::parse(code).unwrap();
            let can = capabilities(Some(&country));
            can.codecs
                .into_iter()
                .find(|codec| codec.name.starts_with("PCM"))
                .unwrap()
                .name
        };
        assert_eq!(first_law("US"), "PCMU");
        assert_eq!(first_law("DE"), "PCMA");
    }
}
