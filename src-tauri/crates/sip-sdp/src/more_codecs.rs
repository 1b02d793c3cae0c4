//! Offering more than the one who offers can do, where somebody between can translate.

use bytes::Bytes;

use crate::description::SessionDescription;
use crate::error::SdpError;
use crate::lines::{Rewriting, lines};
use crate::media::{Codec, MediaKind};

/// Numbers for codecs without one of their own (RFC 3551 §6).
const DYNAMIC: std::ops::RangeInclusive<u8> = 96..=127;

/// The description with these codecs added behind those of its first sound, as far as it does not
/// have them; every other byte stays. A payload type that is taken gives way to a free dynamic one.
/// Encrypted sound is left alone.
///
/// # Errors
/// A limit that the changed description would break.
pub fn with_more_codecs(
    description: &SessionDescription,
    more: &[Codec],
) -> Result<SessionDescription, SdpError> {
    let section = description.media().iter().position(|media| {
        media.kind == MediaKind::Audio
            && media.is_active()
            && media.protocol.is_rtp()
            && !media.protocol.is_secure()
    });
    let Some((at, media)) = section.and_then(|at| Some((at, description.media().get(at)?))) else {
        return Ok(description.clone());
    };
    let mut taken: Vec<u8> = media
        .formats
        .split(' ')
        .filter_map(|format| format.parse().ok())
        .collect();
    let mut added: Vec<Codec> = Vec::new();
    for codec in more {
        let has = |codecs: &[Codec]| codecs.iter().any(|other| other.is_same_encoding(codec));
        if has(&media.codecs) {
            continue;
        }
        let wanted = Some(codec.payload_type).filter(|number| !taken.contains(number));
        let free = || DYNAMIC.into_iter().find(|number| !taken.contains(number));
        let Some(payload_type) = wanted.or_else(free) else {
            break;
        };
        taken.push(payload_type);
        added.push(Codec {
            payload_type,
            ..codec.clone()
        });
    }
    if added.is_empty() {
        return Ok(description.clone());
    }
    let raw = description.as_bytes();
    let mut out = Rewriting::of(raw);
    let mut section = None;
    for line in lines(raw) {
        if line.kind() == Some(b'm') {
            if section == Some(at) {
                explain(&added, &mut out);
            }
            let this = section.map_or(0, |before: usize| before + 1);
            section = Some(this);
            if this == at {
                let numbers: String = added
                    .iter()
                    .map(|c| format!(" {}", c.payload_type))
                    .collect();
                let content = line.content.trim_ascii_end();
                out.replace(&line, &[content, numbers.as_bytes()]);
                continue;
            }
        }
        out.copy(&line);
    }
    if section == Some(at) {
        explain(&added, &mut out);
    }
    SessionDescription::from_bytes(Bytes::from(out.finish()))
}

fn explain(codecs: &[Codec], out: &mut Rewriting) {
    for codec in codecs {
        let Codec {
            payload_type,
            name,
            clock_rate,
            channels,
            fmtp,
        } = codec;
        match channels {
            0 | 1 => out.insert(&format!("a=rtpmap:{payload_type} {name}/{clock_rate}")),
            _ => out.insert(&format!(
                "a=rtpmap:{payload_type} {name}/{clock_rate}/{channels}"
            )),
        }
        if let Some(fmtp) = fmtp {
            out.insert(&format!("a=fmtp:{payload_type} {fmtp}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn more(audio: &str) -> String {
        let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
        let before = SessionDescription::parse(format!("{head}{audio}").as_bytes()).unwrap();
        let codecs = [
            Codec::new(9, "G722", 8_000),
            Codec::new(8, "PCMA", 8_000),
            Codec {
                channels: 2,
                fmtp: Some("useinbandfec=1".to_owned()),
                ..Codec::new(111, "opus", 48_000)
            },
        ];
        let after = with_more_codecs(&before, &codecs).unwrap();
        let text = String::from_utf8(after.to_bytes().to_vec()).unwrap();
        text.strip_prefix(head).unwrap().to_owned()
    }

    #[test]
    fn what_is_missing_is_added_behind_what_is_there() {
        assert_eq!(
            more("m=audio 5000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"),
            "m=audio 5000 RTP/AVP 8 101 9 111\r\na=rtpmap:101 telephone-event/8000\r\n\
             a=rtpmap:9 G722/8000\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
        );
    }

    #[test]
    fn a_taken_number_gives_way_and_a_second_section_stays_behind() {
        assert_eq!(
            more(
                "m=audio 5000 RTP/AVP 111 8 9\r\na=rtpmap:111 speex/16000\r\n\
                 m=video 5002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n"
            ),
            "m=audio 5000 RTP/AVP 111 8 9 96\r\na=rtpmap:111 speex/16000\r\n\
             a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n\
             m=video 5002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n"
        );
    }

    #[test]
    fn encrypted_and_refused_sound_is_left_alone() {
        for audio in [
            "m=audio 5000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
            "m=audio 0 RTP/AVP 0\r\n",
            "m=video 5002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n",
        ] {
            assert_eq!(more(audio), audio);
        }
    }
}
