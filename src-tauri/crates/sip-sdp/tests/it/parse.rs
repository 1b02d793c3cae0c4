//! What real phones send is read, what nobody sane sends is refused, and nothing panics.

use crate::bodies;
use proptest::prelude::*;
use sip_sdp::{Direction, Host, MediaKind, Protocol, SdpError, SessionDescription, limits};

fn with_lines(count: usize) -> Vec<u8> {
    let mut body = b"v=0\r\n".to_vec();
    for _ in 1..count {
        body.extend_from_slice(b"a=x\r\n");
    }
    body
}

fn with_media(lines: &str) -> Vec<u8> {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{lines}")
        .into_bytes()
}

#[test]
fn every_phone_is_read() {
    for (name, body) in bodies::all() {
        let description = SessionDescription::parse(&body);
        assert!(description.is_ok(), "{name}: {description:?}");
        assert_eq!(description.unwrap().as_bytes(), body, "{name}");
    }
}

/// One line per phone: what the typed view says of it.
#[test]
fn what_is_read_of_each_phone() {
    let mut table = String::new();
    for (name, body) in bodies::all() {
        table.push_str(&format!("{name}\n"));
        for media in SessionDescription::parse(&body).unwrap().media() {
            let codecs: Vec<_> = media
                .codecs
                .iter()
                .map(|c| {
                    format!(
                        "{}:{}/{}/{}",
                        c.payload_type, c.name, c.clock_rate, c.channels
                    )
                })
                .collect();
            let host = match &media.connection {
                Some(Host::Address(ip)) => ip.to_string(),
                Some(Host::Name(host)) => host.clone(),
                None => "nowhere".to_owned(),
            };
            table.push_str(&format!(
                "  {} {host}:{} {} {} rtcp={:?}{} ptime={:?}/{:?} crypto={} dtls={} ice={:?} {}\n",
                media.kind,
                media.port,
                media.protocol,
                media.direction_meant(),
                media.rtcp.port,
                if media.rtcp.mux { " mux" } else { "" },
                media.ptime,
                media.maxptime,
                media.crypto.len(),
                media.fingerprint.is_some(),
                media.ice.as_ref().map(|ice| ice.candidates.len()),
                codecs.join(" "),
            ));
        }
    }
    insta::assert_snapshot!(table);
}

/// An independent reader of the same lines sees the same media.
#[test]
fn agrees_with_sdp_types_where_that_can_read_the_body() {
    let mut compared = 0;
    for (name, body) in bodies::all() {
        let Ok(other) = sdp_types::Session::parse(&body) else {
            continue;
        };
        compared += 1;
        let ours = SessionDescription::parse(&body).unwrap();
        assert_eq!(ours.media().len(), other.medias.len(), "{name}");
        for (ours, other) in ours.media().iter().zip(&other.medias) {
            assert_eq!(ours.kind.to_string(), other.media, "{name}");
            assert_eq!(ours.port, other.port, "{name}");
            assert_eq!(ours.protocol.to_string(), other.proto, "{name}");
            assert_eq!(ours.formats, other.fmt.trim_end(), "{name}");
            let maps = other.attributes_typed::<sdp_types::RtpMap>().flatten();
            for map in maps {
                let ours = ours
                    .codecs
                    .iter()
                    .find(|c| c.payload_type == map.payload_type);
                let ours = ours.map(|c| (c.name.clone(), c.clock_rate));
                assert_eq!(ours, Some((map.encoding_name, map.clock_rate)), "{name}");
            }
        }
    }
    assert!(compared > 15, "only {compared} bodies were compared");
}

#[test]
fn what_is_beyond_the_limits_or_cannot_be_relied_on_is_refused() {
    let media = |lines: &str| with_media(lines);
    let many_codecs = (0..40).map(|n| format!(" {n}")).collect::<String>();
    let cases: Vec<(&str, Vec<u8>, SdpError)> = vec![
        ("nothing", b"".to_vec(), SdpError::Empty),
        ("blank lines", b"\r\n\r\n".to_vec(), SdpError::Empty),
        (
            "a million bytes",
            vec![b'a'; 1_000_000],
            SdpError::TooLong(1_000_000),
        ),
        ("1,000 lines", with_lines(1_000), SdpError::TooManyLines),
        (
            "no version",
            b"o=- 1 1 IN IP4 192.0.2.1\r\n".to_vec(),
            SdpError::NoVersion,
        ),
        ("version 1", b"v=1\r\n".to_vec(), SdpError::NoVersion),
        (
            "two versions",
            b"v=0\r\nv=0\r\n".to_vec(),
            SdpError::Repeated { line: 2 },
        ),
        (
            "two origins",
            b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\no=- 1 1 IN IP4 192.0.2.2\r\n".to_vec(),
            SdpError::Repeated { line: 3 },
        ),
        (
            "two session addresses",
            b"v=0\r\nc=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.2\r\n".to_vec(),
            SdpError::Repeated { line: 3 },
        ),
        (
            "origin version beyond 64 bits",
            b"v=0\r\no=- 1 18446744073709551616 IN IP4 192.0.2.1\r\n".to_vec(),
            SdpError::NumberTooLarge { line: 2 },
        ),
        (
            "not a line",
            b"v=0\r\nhello\r\n".to_vec(),
            SdpError::NotALine { line: 2 },
        ),
        (
            "NUL",
            b"v=0\r\ns=a\0b\r\n".to_vec(),
            SdpError::ForbiddenByte { line: 2 },
        ),
        (
            "a carriage return that one reader takes for a line end",
            b"v=0\r\ns=a\rm=audio 1 RTP/AVP 0\r\n".to_vec(),
            SdpError::ForbiddenByte { line: 2 },
        ),
        (
            "no address",
            b"v=0\r\nc=IN IP4\r\n".to_vec(),
            SdpError::Malformed { line: 2 },
        ),
        (
            "port 65536",
            media("m=audio 65536 RTP/AVP 0\r\n"),
            SdpError::NumberTooLarge { line: 6 },
        ),
        (
            "port minus one",
            media("m=audio -1 RTP/AVP 0\r\n"),
            SdpError::Malformed { line: 6 },
        ),
        (
            "no protocol",
            media("m=audio 4000\r\n"),
            SdpError::Malformed { line: 6 },
        ),
        (
            "payload type 128",
            media("m=audio 4000 RTP/AVP 128\r\n"),
            SdpError::NumberTooLarge { line: 6 },
        ),
        (
            "payload type 999",
            media("m=audio 4000 RTP/AVP 999\r\n"),
            SdpError::NumberTooLarge { line: 6 },
        ),
        (
            "a clock beyond 32 bits",
            media("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 x/4294967296\r\n"),
            SdpError::NumberTooLarge { line: 7 },
        ),
        (
            "a packet time beyond 32 bits",
            media("m=audio 4000 RTP/AVP 0\r\na=ptime:99999999999\r\n"),
            SdpError::NumberTooLarge { line: 7 },
        ),
        (
            "an RTCP port beyond 16 bits",
            media("m=audio 4000 RTP/AVP 0\r\na=rtcp:70000\r\n"),
            SdpError::NumberTooLarge { line: 7 },
        ),
        (
            "40 codecs",
            media(&format!("m=audio 4000 RTP/AVP{many_codecs}\r\n")),
            SdpError::TooManyCodecs { line: 6 },
        ),
        (
            "nine media",
            media(&"m=audio 4000 RTP/AVP 0\r\n".repeat(9)),
            SdpError::TooManyMedia,
        ),
    ];
    for (name, body, error) in cases {
        assert_eq!(SessionDescription::parse(&body), Err(error), "{name}");
    }
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    assert!(SessionDescription::parse(&with_lines(limits::MAX_LINES)).is_ok());
    let media = "m=audio 4000 RTP/AVP 0\r\n".repeat(limits::MAX_MEDIA);
    assert!(SessionDescription::parse(&with_media(&media)).is_ok());
    let codecs: String = (0..limits::MAX_AUDIO_CODECS)
        .map(|n| format!(" {n}"))
        .collect();
    let media = format!("m=audio 65535 RTP/AVP{codecs}\r\n");
    assert!(SessionDescription::parse(&with_media(&media)).is_ok());
}

#[test]
fn a_static_payload_type_needs_no_rtpmap() {
    let body = with_media("m=audio 4000 RTP/AVP 8 9 18 96\r\n");
    let description = SessionDescription::parse(&body).unwrap();
    let names: Vec<_> = description.media()[0]
        .codecs
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    // 96 says nothing without a rtpmap.
    assert_eq!(names, ["PCMA", "G722", "G729"]);
}

#[test]
fn a_section_takes_direction_and_address_from_the_session_unless_it_has_its_own() {
    let body = b"v=0\r\nc=IN IP4 192.0.2.1\r\na=recvonly\r\n\
        m=audio 4000 RTP/AVP 0\r\n\
        m=audio 4002 RTP/AVP 0\r\nc=IN IP6 2001:db8::1\r\na=inactive\r\n";
    let description = SessionDescription::parse(body).unwrap();
    let seen: Vec<_> = description
        .media()
        .iter()
        .map(|media| {
            (
                media.direction,
                media
                    .connection
                    .as_ref()
                    .unwrap()
                    .address()
                    .unwrap()
                    .to_string(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (Direction::RecvOnly, "192.0.2.1".to_owned()),
            (Direction::Inactive, "2001:db8::1".to_owned()),
        ]
    );
}

#[test]
fn tokens_are_known_in_any_case_and_unknown_ones_are_kept() {
    let body = with_media("m=AUDIO 4000 rtp/avp 0\r\nm=message 4002 TCP/MSRP *\r\n");
    let description = SessionDescription::parse(&body).unwrap();
    let [audio, message] = description.media() else {
        panic!("two media expected");
    };
    assert_eq!(
        (&audio.kind, &audio.protocol),
        (&MediaKind::Audio, &Protocol::RtpAvp)
    );
    assert_eq!(message.kind, MediaKind::Other("message".into()));
    assert_eq!(message.protocol, Protocol::Other("TCP/MSRP".into()));
    assert_eq!(message.formats, "*");
}

#[test]
fn latin1_names_are_decoded_and_kept() {
    let body = bodies::body("gigaset_latin1");
    let description = SessionDescription::parse(&body).unwrap();
    assert_eq!(description.origin().unwrap().username, "Jürgen Müller");
    assert_eq!(description.as_bytes(), body);
}

#[test]
fn debug_output_shows_no_keys() {
    for (name, secret) in [
        ("snom_srtp", "WbTBosdV"),
        ("chrome_webrtc", "2/1muCWoOi3uLifh0NuRHlqD"),
        ("linphone_ice", "4d1bca2ae2ac6c3a53c2ab5e"),
    ] {
        let body = bodies::body(name);
        assert!(String::from_utf8_lossy(&body).contains(secret), "{name}");
        let description = SessionDescription::parse(&body).unwrap();
        let shown = format!("{description:?} {:?}", description.media());
        assert!(!shown.contains(secret), "{name}");
    }
}

proptest! {
    #![proptest_config(bodies::config())]

    #[test]
    fn no_mutation_of_a_body_panics(body in bodies::mutated()) {
        let _ = SessionDescription::parse(&body);
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SessionDescription::parse(&body);
    }
}
