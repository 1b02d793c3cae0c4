//! Offers and answers of our own, by the rules and examples of RFC 3264.

use crate::bodies;
use proptest::prelude::*;
use sip_sdp::{
    Agreed, AgreedSecurity, Capabilities, Codec, CodecOrder, CryptoSuite, Direction, Encryption,
    Endpoint, Fingerprint, HashFunc, IceKeys, Keys, MediaKind, OriginRewriter, Protocol, Refused,
    SdesKey, SessionDescription, agree, answer, hold, is_hold, offer, resume,
};

use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};

fn parse(body: impl AsRef<[u8]>) -> SessionDescription {
    SessionDescription::parse(body.as_ref()).unwrap()
}

fn phone(name: &str) -> SessionDescription {
    parse(bodies::body(name))
}

/// The office as it mostly is.
fn office() -> Capabilities {
    Capabilities {
        codecs: vec![
            Codec {
                channels: 2,
                fmtp: Some("useinbandfec=1".into()),
                ..Codec::new(111, "opus", 48_000)
            },
            Codec::new(9, "G722", 8_000),
            Codec::new(8, "PCMA", 8_000),
            Codec::new(0, "PCMU", 8_000),
        ],
        telephone_event: Some(101),
        packet_times: vec![20, 10, 30, 40, 60],
        order: CodecOrder::Offerer,
        single_codec: false,
        encryption: Encryption::Optional,
    }
}

fn here() -> Endpoint {
    Endpoint {
        address: "203.0.113.1".parse().unwrap(),
        rtp_port: 20_000,
        rtcp_port: 20_001,
        rtcp_mux: true,
        direction: SendRecv,
        keys: Keys::default(),
    }
}

fn sdes(key: &str) -> Keys {
    Keys {
        sdes: vec![SdesKey {
            suite: CryptoSuite::AesCm128HmacSha1_80,
            key_and_salt: key.into(),
        }],
        ..Keys::default()
    }
}

const OUR_KEY: &str = "b3VyIG93biBrZXkgb2YgdGhpcnR5IGJ5dGVzISEh";

fn dtls() -> Keys {
    Keys {
        fingerprint: Some(Fingerprint::with_fingerprint(HashFunc::Sha256, [0xAB; 32])),
        ice: Some(IceKeys {
            ufrag: "cord".into(),
            pwd: "a-password-of-22-or-more".into(),
            candidates: vec![
                "1 1 UDP 2130706431 203.0.113.1 20000 typ host"
                    .parse()
                    .unwrap(),
            ],
            lite: true,
        }),
        ..Keys::default()
    }
}

fn text(description: &SessionDescription) -> String {
    String::from_utf8(description.as_bytes().to_vec())
        .unwrap()
        .replace('\r', "")
}

fn names(codecs: &[Codec]) -> Vec<&str> {
    codecs.iter().map(|codec| codec.name.as_str()).collect()
}

#[test]
fn the_answer_to_a_desk_phone() {
    let answered = answer(&phone("yealink_t54w"), &office(), &here()).unwrap();
    insta::assert_snapshot!(text(&answered.description));
    insta::assert_debug_snapshot!(answered.agreed);
}

#[test]
fn the_answer_to_a_browser() {
    let here = Endpoint {
        keys: dtls(),
        ..here()
    };
    let answered = answer(&phone("chrome_webrtc"), &office(), &here).unwrap();
    insta::assert_snapshot!(text(&answered.description));
    assert!(matches!(
        answered.agreed.security,
        AgreedSecurity::Dtls {
            we_connect: true,
            ..
        }
    ));
    assert!(answered.agreed.rtcp_mux);
    assert_eq!(answered.agreed.send_digits, Some(110), "the clock of Opus");
}

#[test]
fn our_offer() {
    let offered = offer(&office(), &here(), None).unwrap();
    insta::assert_snapshot!(text(&offered));
}

/// RFC 3264 §6.1: what we may do, of what we want, when the other side says this.
#[test]
fn every_pair_of_directions() {
    let table = [
        // They offer, we want, we answer.
        (SendRecv, SendRecv, SendRecv),
        (SendRecv, SendOnly, SendOnly),
        (SendRecv, RecvOnly, RecvOnly),
        (SendRecv, Inactive, Inactive),
        (SendOnly, SendRecv, RecvOnly),
        (SendOnly, SendOnly, Inactive),
        (SendOnly, RecvOnly, RecvOnly),
        (SendOnly, Inactive, Inactive),
        (RecvOnly, SendRecv, SendOnly),
        (RecvOnly, SendOnly, SendOnly),
        (RecvOnly, RecvOnly, Inactive),
        (RecvOnly, Inactive, Inactive),
        (Inactive, SendRecv, Inactive),
        (Inactive, SendOnly, Inactive),
        (Inactive, RecvOnly, Inactive),
        (Inactive, Inactive, Inactive),
    ];
    for (theirs, wanted, expected) in table {
        let offered = parse(format!(
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na={theirs}\r\n"
        ));
        let here = Endpoint {
            direction: wanted,
            ..here()
        };
        let answered = answer(&offered, &office(), &here).unwrap();
        assert_eq!(answered.agreed.direction, expected, "{theirs}, {wanted}");
        assert_eq!(answered.description.media()[0].direction, expected);
    }
}

/// RFC 3264 §10.1: audio and two videos; the answerer takes audio and no video.
#[test]
fn the_basic_exchange_of_the_rfc() {
    let alice = parse(
        "v=0\r\no=alice 2890844526 2890844526 IN IP4 198.51.100.1\r\ns=\r\n\
         c=IN IP4 198.51.100.1\r\nt=0 0\r\n\
         m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n\
         m=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\n\
         m=video 53000 RTP/AVP 32\r\na=rtpmap:32 MPV/90000\r\n",
    );
    let answered = answer(&alice, &office(), &here()).unwrap().description;
    let lines: Vec<_> = answered
        .media()
        .iter()
        .map(|media| format!("{} {} {}", media.kind, media.port, media.formats))
        .collect();
    assert_eq!(lines, ["audio 20000 0", "video 0 31", "video 0 32"]);
}

/// RFC 3264 §10.2: several codecs on offer, one taken.
#[test]
fn one_of_many_codecs() {
    let alice = parse(
        "v=0\r\nc=IN IP4 198.51.100.1\r\n\
         m=audio 62986 RTP/AVP 0 4 18 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:4 G723/8000\r\n",
    );
    let can = Capabilities {
        single_codec: true,
        ..office()
    };
    let answered = answer(&alice, &can, &here()).unwrap();
    assert_eq!(names(&answered.agreed.send), ["PCMU"]);
    assert_eq!(answered.description.media()[0].formats, "0");
}

#[test]
fn the_order_of_codecs_is_the_offerers_or_ours() {
    let offered = phone("grandstream_grp2614");
    let order = |order| {
        let can = Capabilities { order, ..office() };
        let agreed = answer(&offered, &can, &here()).unwrap().agreed;
        names(&agreed.send).join(" ")
    };
    assert_eq!(order(CodecOrder::Offerer), "PCMU PCMA G722 opus");
    assert_eq!(order(CodecOrder::Ours), "opus G722 PCMA PCMU");
}

#[test]
fn dynamic_payload_types_are_the_offerers() {
    let agreed = answer(&phone("grandstream_grp2614"), &office(), &here())
        .unwrap()
        .agreed;
    let opus = |codecs: &[Codec]| {
        let found = codecs.iter().find(|codec| codec.name == "opus").unwrap();
        (found.payload_type, found.fmtp.clone())
    };
    // What we send follows their parameters, what we receive ours.
    assert_eq!(opus(&agreed.send), (123, None));
    assert_eq!(opus(&agreed.receive), (123, Some("useinbandfec=1".into())));
}

#[test]
fn key_presses_keep_the_payload_type_of_the_offer() {
    for (name, expected) in [
        ("yealink_t54w", Some(101)),
        ("intercom_no_final_newline", Some(98)),
        ("poly_vvx411", Some(127)),
        // Opus is first, so its 48 kHz events are taken.
        ("linphone_ice", Some(101)),
        ("gigaset_latin1", None),
    ] {
        let answered = answer(&phone(name), &office(), &here()).unwrap();
        assert_eq!(answered.agreed.send_digits, expected, "{name}");
        assert_eq!(answered.agreed.receive_digits, expected, "{name}");
    }
    let can = Capabilities {
        telephone_event: None,
        ..office()
    };
    let answered = answer(&phone("yealink_t54w"), &can, &here()).unwrap();
    assert_eq!(answered.agreed.receive_digits, None);
    assert!(!text(&answered.description).contains("telephone-event"));
}

#[test]
fn packet_length() {
    let cases = [
        ("", 20),
        ("a=ptime:20\r\n", 20),
        ("a=ptime:30\r\n", 30),
        // 25 ms is nothing we can send.
        ("a=ptime:25\r\n", 20),
        ("a=ptime:60\r\na=maxptime:40\r\n", 40),
        ("a=maxptime:10\r\n", 10),
        ("a=maxptime:150\r\n", 20),
        // Nothing of ours is that short: the shortest then.
        ("a=maxptime:5\r\n", 10),
        ("a=ptime:twenty\r\n", 20),
    ];
    for (lines, expected) in cases {
        let offered = parse(format!(
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n{lines}"
        ));
        let answered = answer(&offered, &office(), &here()).unwrap();
        assert_eq!(answered.agreed.ptime, expected, "{lines}");
    }
}

/// What is offered, what we allow, whether we hold a key: what comes of it.
#[test]
fn encryption() {
    use Encryption::{Off, Optional, Required};
    let cases = [
        ("yealink_t54w", Off, true, Ok("Plain on 0")),
        ("yealink_t54w", Optional, true, Ok("Plain on 0")),
        (
            "yealink_t54w",
            Required,
            true,
            Err(Refused::EncryptionRequired),
        ),
        ("snom_srtp", Off, true, Err(Refused::CannotEncrypt)),
        ("snom_srtp", Optional, false, Err(Refused::CannotEncrypt)),
        // It offers the short tag only, for which we have no key.
        ("snom_srtp", Optional, true, Err(Refused::CannotEncrypt)),
        ("yealink_srtp_optional", Off, true, Ok("Plain on 1")),
        ("yealink_srtp_optional", Optional, false, Ok("Plain on 1")),
        (
            "yealink_srtp_optional",
            Optional,
            true,
            Ok("Sdes(AES_CM_128_HMAC_SHA1_80) on 0"),
        ),
        (
            "yealink_srtp_optional",
            Required,
            true,
            Ok("Sdes(AES_CM_128_HMAC_SHA1_80) on 0"),
        ),
        (
            "yealink_srtp_optional",
            Required,
            false,
            Err(Refused::CannotEncrypt),
        ),
        ("chrome_webrtc", Optional, true, Err(Refused::CannotEncrypt)),
    ];
    for (name, encryption, with_key, expected) in cases {
        let can = Capabilities {
            encryption,
            ..office()
        };
        let keys = if with_key {
            sdes(OUR_KEY)
        } else {
            Keys::default()
        };
        let answered = answer(&phone(name), &can, &Endpoint { keys, ..here() });
        let outcome = answered.map(|answered| {
            let Agreed {
                security,
                media_index,
                ..
            } = answered.agreed;
            format!("{security:?} on {media_index}")
        });
        assert_eq!(
            outcome,
            expected.map(str::to_owned),
            "{name} {encryption:?} {with_key}"
        );
    }
}

#[test]
fn a_key_that_would_leave_packets_open_is_not_accepted() {
    let keys = sdes(OUR_KEY);
    for parameter in [
        "UNENCRYPTED_SRTP",
        "UNAUTHENTICATED_SRTP",
        "UNENCRYPTED_SRTCP",
        "X=1",
    ] {
        let offered = parse(format!(
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/SAVP 0\r\n\
             a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{OUR_KEY} {parameter}\r\n"
        ));
        let here = Endpoint {
            keys: keys.clone(),
            ..here()
        };
        let answered = answer(&offered, &office(), &here);
        assert_eq!(answered, Err(Refused::CannotEncrypt), "{parameter}");
    }
}

#[test]
fn what_cannot_be_answered_says_why() {
    let audio = |lines: &str| parse(format!("v=0\r\nc=IN IP4 192.0.2.1\r\n{lines}"));
    let cases = [
        (phone("fax_t38"), Refused::NoAudio),
        (phone("no_audio_left"), Refused::NoAudio),
        (audio(""), Refused::NoAudio),
        (
            audio("m=audio 4000 RTP/AVP 18 4\r\n"),
            Refused::NoCommonCodec,
        ),
        // Key presses alone are no call.
        (
            audio("m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n"),
            Refused::NoCommonCodec,
        ),
        (audio("m=audio 4000 TCP/MSRP *\r\n"), Refused::NoCommonCodec),
        (
            parse("v=0\r\nm=audio 4000 RTP/AVP 0\r\n"),
            Refused::NoAddress,
        ),
    ];
    for (offered, why) in cases {
        let answered = answer(&offered, &office(), &here());
        assert_eq!(answered, Err(why), "{}", text(&offered));
    }
}

#[test]
fn a_hold_is_answered_by_listening_only() {
    for name in ["yealink_hold", "poly_hold", "cisco_7941_old_hold"] {
        let agreed = answer(&phone(name), &office(), &here()).unwrap().agreed;
        assert_eq!(agreed.direction, RecvOnly, "{name}");
    }
    let agreed = answer(&phone("cisco_7941_old_hold"), &office(), &here())
        .unwrap()
        .agreed;
    assert_eq!(
        agreed.remote.address, None,
        "nothing is ever sent to 0.0.0.0"
    );
}

#[test]
fn holding_and_resuming_a_call_of_our_own() {
    let mut leg = OriginRewriter::new(42, here().address);
    let talking = leg.stamp(&offer(&office(), &here(), None).unwrap());
    let held = leg.stamp(&hold(&talking).unwrap());
    let repeated = leg.stamp(&hold(&held).unwrap());
    let resumed = leg.stamp(&resume(&held).unwrap());
    let said = |sent: &SessionDescription| {
        (
            sent.origin().unwrap().version,
            sent.media()[0].direction,
            is_hold(sent),
        )
    };
    assert_eq!(said(&talking), (1, SendRecv, false));
    assert_eq!(said(&held), (2, SendOnly, true));
    assert_eq!(said(&repeated), (2, SendOnly, true));
    assert_eq!(said(&resumed), (3, SendRecv, false));
}

/// RFC 3264 §8: lines are never taken away or moved.
#[test]
fn adding_and_removing_streams_in_a_new_offer() {
    let again = |previous: &SessionDescription| {
        let offered = offer(&office(), &here(), Some(previous)).unwrap();
        let lines = offered.media().iter();
        lines
            .map(|media| format!("{}:{}", media.kind, media.port))
            .collect::<Vec<_>>()
    };
    let of = |lines: &str| parse(format!("v=0\r\nc=IN IP4 192.0.2.1\r\n{lines}"));
    // Video ends, sound stays in the second place.
    let both = of("m=video 4 RTP/AVP 34\r\nm=audio 6 RTP/AVP 0\r\n");
    assert_eq!(again(&both), ["video:0", "audio:20000"]);
    // Sound comes after the fax, which ends.
    assert_eq!(again(&phone("fax_t38")), ["image:0", "audio:20000"]);
    // Sound takes the place of a stream that has ended.
    assert_eq!(again(&phone("no_audio_left")), ["audio:20000", "video:0"]);

    let full = of(&"m=video 4 RTP/AVP 34\r\n".repeat(8));
    assert_eq!(offer(&office(), &here(), Some(&full)), Err(Refused::NoRoom));
}

#[test]
fn the_protection_we_offer() {
    let profile = |encryption, keys| {
        let can = Capabilities {
            encryption,
            ..office()
        };
        offer(&can, &Endpoint { keys, ..here() }, None)
            .map(|offered| offered.media()[0].protocol.clone())
    };
    assert_eq!(
        profile(Encryption::Optional, sdes(OUR_KEY)),
        Ok(Protocol::RtpAvp)
    );
    assert_eq!(
        profile(Encryption::Required, sdes(OUR_KEY)),
        Ok(Protocol::RtpSavp)
    );
    assert_eq!(
        profile(Encryption::Required, dtls()),
        Ok(Protocol::UdpTlsRtpSavpf)
    );
    assert_eq!(
        profile(Encryption::Required, Keys::default()),
        Err(Refused::CannotEncrypt)
    );
}

#[test]
fn an_answer_that_does_not_fit_or_lowers_protection_is_refused() {
    let can = Capabilities {
        encryption: Encryption::Required,
        ..office()
    };
    let here = Endpoint {
        keys: sdes(OUR_KEY),
        ..here()
    };
    let offered = offer(&can, &here, None).unwrap();
    let of = |lines: &str| parse(format!("v=0\r\nc=IN IP4 192.0.2.1\r\n{lines}"));
    let key =
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm\r\n";
    let cases = [
        (String::new(), Err(Refused::DoesNotFitOffer)),
        ("m=audio 0 RTP/SAVP 8\r\n".into(), Err(Refused::NoAudio)),
        (
            "m=audio 4 RTP/AVP 8\r\n".into(),
            Err(Refused::EncryptionRequired),
        ),
        (
            "m=audio 4 RTP/SAVP 8\r\n".into(),
            Err(Refused::CannotEncrypt),
        ),
        // Another tag than any we offered.
        (
            format!("m=audio 4 RTP/SAVP 8\r\n{}", key.replace(":1 ", ":2 ")),
            Err(Refused::CannotEncrypt),
        ),
        (
            format!("m=audio 4 RTP/SAVP 18\r\n{key}"),
            Err(Refused::NoCommonCodec),
        ),
        (
            format!("m=audio 4 RTP/SAVP 8\r\n{key}"),
            Ok(vec!["PCMA".to_owned()]),
        ),
    ];
    for (lines, expected) in cases {
        let agreed = agree(&offered, &of(&lines), &can, &here);
        let codecs = agreed.map(|agreed| {
            names(&agreed.send)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        assert_eq!(codecs, expected, "{lines}");
    }
}

#[test]
fn an_answer_may_use_payload_types_of_its_own() {
    let offered = offer(&office(), &here(), None).unwrap();
    let answered = parse(
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 96 100\r\n\
         a=rtpmap:96 opus/48000/2\r\na=rtpmap:100 telephone-event/8000\r\n",
    );
    let agreed = agree(&offered, &answered, &office(), &here()).unwrap();
    assert_eq!(
        (agreed.send[0].payload_type, agreed.receive[0].payload_type),
        (96, 111)
    );
    assert_eq!(
        (agreed.send_digits, agreed.receive_digits),
        (Some(100), Some(101))
    );
}

#[test]
fn an_answer_that_does_not_explain_its_payload_types_means_ours() {
    let offered = offer(&office(), &here(), None).unwrap();
    let answered = parse("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 111 8 101 77\r\n");
    let agreed = agree(&offered, &answered, &office(), &here()).unwrap();
    assert_eq!(names(&agreed.send), ["opus", "PCMA"]);
    assert_eq!(
        (agreed.send_digits, agreed.receive_digits),
        (Some(101), Some(101))
    );
}

fn some_capabilities() -> impl Strategy<Value = Capabilities> {
    let codecs = proptest::sample::subsequence(office().codecs, 1..=4).prop_shuffle();
    let digits = proptest::option::of(Just(101));
    let order = prop_oneof![Just(CodecOrder::Offerer), Just(CodecOrder::Ours)];
    let encryption = prop_oneof![
        Just(Encryption::Off),
        Just(Encryption::Optional),
        Just(Encryption::Required)
    ];
    (codecs, digits, order, any::<bool>(), encryption).prop_map(
        |(codecs, telephone_event, order, single_codec, encryption)| Capabilities {
            codecs,
            telephone_event,
            order,
            single_codec,
            encryption,
            ..office()
        },
    )
}

fn some_endpoint() -> impl Strategy<Value = Endpoint> {
    let direction = prop_oneof![
        Just(SendRecv),
        Just(SendOnly),
        Just(RecvOnly),
        Just(Inactive)
    ];
    let keys = prop_oneof![Just(Keys::default()), Just(sdes(OUR_KEY)), Just(dtls())];
    (direction, keys, any::<bool>(), 1..u16::MAX).prop_map(
        |(direction, keys, rtcp_mux, rtp_port)| Endpoint {
            direction,
            keys,
            rtcp_mux,
            rtp_port,
            rtcp_port: rtp_port.wrapping_add(1),
            ..here()
        },
    )
}

proptest! {
    #![proptest_config(bodies::config())]

    /// RFC 3264 §6: one line of the answer for each line of the offer, of the same kind and
    /// protocol, one of them in use.
    #[test]
    fn an_answer_has_the_lines_of_its_offer(
        body in bodies::mutated(),
        can in some_capabilities(),
        here in some_endpoint(),
    ) {
        let Ok(offered) = SessionDescription::parse(&body) else {
            return Ok(());
        };
        let Ok(answered) = answer(&offered, &can, &here) else {
            return Ok(());
        };
        let written = parse(answered.description.as_bytes());
        prop_assert_eq!(written.media(), answered.description.media());
        prop_assert_eq!(written.media().len(), offered.media().len());
        for (index, (theirs, ours)) in offered.media().iter().zip(written.media()).enumerate() {
            prop_assert_eq!(&theirs.kind, &ours.kind);
            prop_assert_eq!(&theirs.protocol, &ours.protocol);
            let accepted = index == answered.agreed.media_index;
            prop_assert_eq!(ours.is_active(), accepted);
            if accepted {
                prop_assert_eq!(&ours.kind, &MediaKind::Audio);
                prop_assert!(theirs.is_active());
                prop_assert!(!ours.direction.has_send() || theirs.direction_meant().has_recv());
                prop_assert!(!ours.direction.has_recv() || theirs.direction_meant().has_send());
                for codec in &ours.codecs {
                    prop_assert!(theirs.codecs.iter().any(|c| c.payload_type == codec.payload_type && c.is_same_encoding(codec)));
                }
            }
        }
    }

    /// Both sides come to mirror images of one agreement.
    #[test]
    fn offerer_and_answerer_agree(
        (alice_can, alice) in (some_capabilities(), some_endpoint()),
        (bob_can, bob) in (some_capabilities(), some_endpoint()),
    ) {
        let Ok(offered) = offer(&alice_can, &alice, None) else {
            return Ok(());
        };
        let Ok(answered) = answer(&offered, &bob_can, &bob) else {
            return Ok(());
        };
        let hers = agree(&offered, &answered.description, &alice_can, &alice).unwrap();
        let his = answered.agreed;
        let payloads = |codecs: &[Codec]| codecs.iter().map(|c| c.payload_type).collect::<Vec<_>>();
        prop_assert_eq!(payloads(&hers.send), payloads(&his.receive));
        let (mut hears, mut sends) = (payloads(&hers.receive), payloads(&his.send));
        hears.sort_unstable();
        sends.sort_unstable();
        prop_assert_eq!(hears, sends);
        prop_assert_eq!(hers.send_digits, his.receive_digits);
        prop_assert_eq!(hers.receive_digits, his.send_digits);
        prop_assert_eq!(hers.direction, his.direction.reverse());
        prop_assert_eq!(hers.rtcp_mux, his.rtcp_mux);
        prop_assert_eq!(hers.remote.rtp_port, bob.rtp_port);
        prop_assert_eq!(his.remote.rtp_port, alice.rtp_port);
        match (hers.security, his.security) {
            (AgreedSecurity::Plain, AgreedSecurity::Plain) => {}
            (
                AgreedSecurity::Sdes { local, remote },
                AgreedSecurity::Sdes { local: bobs, remote: alices },
            ) => prop_assert_eq!((local, remote), (alices, bobs)),
            (
                AgreedSecurity::Dtls { we_connect: she, .. },
                AgreedSecurity::Dtls { we_connect: he, .. },
            ) => prop_assert_ne!(she, he),
            (hers, his) => prop_assert!(false, "{hers:?} and {his:?}"),
        }
    }
}
