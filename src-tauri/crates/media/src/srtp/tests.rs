use super::*;

const KEY: [u8; 30] = [
    0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39,
    0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6,
];

const SUITES: [Suite; 4] = [
    Suite::AesCm128HmacSha1_80,
    Suite::AesCm128HmacSha1_32,
    Suite::AeadAes128Gcm,
    Suite::AeadAes256Gcm,
];

fn key(suite: Suite, filled: u8) -> MasterKey {
    let octets = vec![filled; suite.key_length() + suite.salt_length()];
    MasterKey::new(suite, &octets).unwrap()
}

fn packet(ssrc: u32, sequence: u16, says: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    let new = rtp_packet::NewRtpPacket {
        ssrc,
        sequence,
        timestamp: u32::from(sequence) * 160,
        payload: says,
        ..rtp_packet::NewRtpPacket::default()
    };
    new.write_to(&mut packet).unwrap();
    packet
}

/// Every suite, with keys that are named in packets and without.
fn keys(filled: u8) -> impl Iterator<Item = MasterKey> {
    let names = [None, Mki::new(1, 1), Mki::new(1066, 4), Mki::new(77, 128)];
    SUITES.into_iter().flat_map(move |suite| {
        names.into_iter().map(move |mki| {
            let key = key(suite, filled);
            mki.map_or(key.clone(), |mki| key.with_mki(mki))
        })
    })
}

/// The two ends of one direction.
struct Line {
    here: Protector,
    there: Unprotector,
    read: Vec<u8>,
}

impl Line {
    fn new(suite: Suite) -> Line {
        Line::with(&key(suite, 7))
    }

    fn with(key: &MasterKey) -> Line {
        Line {
            here: Protector::new(key),
            there: Unprotector::new(key),
            read: Vec::new(),
        }
    }

    fn protected(&mut self, index: u64, says: &[u8]) -> Vec<u8> {
        let mut sent = packet(9, index as u16, says);
        assert!(self.here.rtp(index, &mut sent));
        sent
    }

    fn hears(&mut self, datagram: &[u8]) -> Result<Vec<u8>, Unprotectable> {
        self.there.rtp(datagram, &mut self.read)?;
        Ok(self.read.clone())
    }
}

/// The packets by which libsrtp and others prove themselves.
#[test]
fn packets_are_those_every_other_maker_sends() {
    let master = MasterKey::new(Suite::AesCm128HmacSha1_80, &KEY).unwrap();
    let head = [
        0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe,
    ];
    let plain: Vec<u8> = head.into_iter().chain([0xab; 16]).collect();
    let mut sent = plain.clone();
    assert!(Protector::new(&master).rtp(0x1234, &mut sent));
    let expected = [
        0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8, 0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d, 0x24,
        0x02, 0xb7, 0x8d, 0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb,
    ];
    assert_eq!(sent[12..], expected);

    let head = [0x81, 0xc8, 0x00, 0x0b, 0xca, 0xfe, 0xba, 0xbe];
    let plain: Vec<u8> = head.into_iter().chain([0xab; 16]).collect();
    let mut sent = plain.clone();
    assert!(Protector::new(&master).rtcp(&mut sent));
    let expected = [
        0x71, 0x28, 0x03, 0x5b, 0xe4, 0x87, 0xb9, 0xbd, 0xbe, 0xf8, 0x90, 0x41, 0xf9, 0x77, 0xa5,
        0xa8, 0x80, 0x00, 0x00, 0x01, 0x99, 0x3e, 0x08, 0xcd, 0x54, 0xd6, 0xc1, 0x23, 0x07, 0x98,
    ];
    assert_eq!(sent[8..], expected);
}

/// The same packets with the identifier of their key: behind what is encrypted and before the tag,
/// which says nothing of it (RFC 3711 §3.1, §3.4).
#[test]
fn a_named_key_is_named_before_the_tag() {
    let bare = MasterKey::new(Suite::AesCm128HmacSha1_80, &KEY).unwrap();
    let named = bare.clone().with_mki(Mki::new(0xe1f9_7a0d, 4).unwrap());
    let name = [0xe1, 0xf9, 0x7a, 0x0d];
    let sound = packet(0xcafe_babe, 0x1234, &[0xab; 16]);
    let report: Vec<u8> = [0x81, 0xc8, 0x00, 0x0b, 0xca, 0xfe, 0xba, 0xbe]
        .into_iter()
        .chain([0xab; 16])
        .collect();
    let (mut with, mut without) = (Protector::new(&named), Protector::new(&bare));
    let expected = |whole: &[u8], tag: usize| {
        let (before, tag) = whole.split_at(whole.len() - tag);
        [before, &name, tag].concat()
    };
    let (mut sent, mut usual) = (sound.clone(), sound.clone());
    assert!(with.rtp(0x1234, &mut sent) && without.rtp(0x1234, &mut usual));
    assert_eq!(sent, expected(&usual, 10));
    let (mut told, mut usual) = (report.clone(), report.clone());
    assert!(with.rtcp(&mut told) && without.rtcp(&mut usual));
    assert_eq!(told, expected(&usual, 10));

    let (mut there, mut read) = (Unprotector::new(&named), Vec::new());
    assert_eq!(there.rtp(&sent, &mut read), Ok(()));
    assert_eq!(read, sound);
    assert_eq!(there.rtcp(&told, &mut read), Ok(()));
    assert_eq!(read, report);
}

/// RFC 7714 §8.2 and §9.2: behind the tag, which is part of what is encrypted.
#[test]
fn a_named_key_is_named_behind_what_is_sealed() {
    for suite in [Suite::AeadAes128Gcm, Suite::AeadAes256Gcm] {
        let named = key(suite, 7).with_mki(Mki::new(1, 1).unwrap());
        let (mut with, mut without) = (Protector::new(&named), Protector::new(&key(suite, 7)));
        let (mut sent, mut usual) = (packet(9, 5, b"hello"), packet(9, 5, b"hello"));
        assert!(with.rtp(5, &mut sent) && without.rtp(5, &mut usual));
        assert_eq!(sent, [&usual[..], &[1]].concat());
        let mut told: Vec<u8> = [0x80, 201, 0, 1, 0, 0, 0, 9].into();
        let mut usual = told.clone();
        assert!(with.rtcp(&mut told) && without.rtcp(&mut usual));
        assert_eq!(told, [&usual[..], &[1]].concat());
    }
}

/// RFC 4568 §6.1: whoever has named several keys sends with any of them, and goes on counting.
#[test]
fn whoever_changes_between_the_keys_they_named_is_heard_on() {
    for suite in SUITES {
        let named = |filled: u8, mki| key(suite, filled).with_mki(Mki::new(mki, 4).unwrap());
        let all = [named(7, 1), named(8, 2)];
        let mut there = Unprotector::of(&all);
        let (mut read, mut report) = (Vec::new(), Vec::new());
        let mut senders = all.clone().map(|key| Protector::new(&key));
        for (index, by) in (1..).zip([0, 0, 1, 0, 1, 1]) {
            let sound = packet(9, index as u16, b"hello");
            let mut sent = sound.clone();
            assert!(senders[by].rtp(index, &mut sent));
            assert_eq!(there.rtp(&sent, &mut read), Ok(()), "{suite:?} {index}");
            assert_eq!(read, sound);
            assert_eq!(there.rtp(&sent, &mut read), Err(Unprotectable::Replayed));
        }
        report.extend([0x80, 201, 0, 1, 0, 0, 0, 9]);
        let plain = report.clone();
        assert!(senders[1].rtcp(&mut report));
        assert_eq!(there.rtcp(&report, &mut read), Ok(()), "{suite:?}");
        assert_eq!(read, plain);
        // One nobody has named, and a known name on a packet of another key.
        for strange in [named(8, 3), named(9, 2)] {
            let mut sent = packet(9, 90, b"hello");
            assert!(Protector::new(&strange).rtp(90, &mut sent));
            let heard = there.rtp(&sent, &mut read);
            assert_eq!(heard, Err(Unprotectable::NotAuthentic), "{suite:?}");
        }
    }
}

#[test]
fn an_identifier_fits_its_octets() {
    for (value, length, fits) in [
        (0, 1, true),
        (255, 1, true),
        (256, 1, false),
        (0xff_ffff, 3, true),
        (0x100_0000, 3, false),
        (u32::MAX, 4, true),
        (u32::MAX, 128, true),
        (1, 0, false),
        (1, 129, false),
    ] {
        let mki = Mki::new(value, length);
        assert_eq!(mki.is_some(), fits, "{value} in {length}");
        let octets: Vec<u8> = mki.into_iter().flat_map(Mki::octets).collect();
        let end = octets.iter().rev().take(4).rev();
        let read = end.fold(0u32, |read, octet| read << 8 | u32::from(*octet));
        assert!(!fits || (read == value && octets.len() == usize::from(length)));
    }
}

#[test]
fn what_is_said_over_many_wraps_is_heard_with_every_suite() {
    for key in keys(7) {
        let mut line = Line::with(&key);
        let all = (65_400u64..65_700)
            .chain(98_000..98_010)
            .chain(130_700..131_200);
        for index in all {
            if index % 7 == 0 {
                continue; // lost on the way
            }
            let says = index.to_be_bytes();
            let sent = line.protected(index, &says);
            assert!(
                !sent.windows(8).any(|seen| seen == says),
                "it can be read on the way"
            );
            let heard = line.hears(&sent).unwrap();
            assert_eq!(heard, packet(9, index as u16, &says), "{key:?} {index}");
        }
    }
}

#[test]
fn packets_in_disorder_around_a_wrap_are_each_heard_once() {
    let mut line = Line::new(Suite::AesCm128HmacSha1_80);
    let order = [65_530u64, 65_533, 65_537, 65_535, 65_536, 65_534, 65_540];
    let mut sent = Vec::new();
    for index in 65_530..65_541 {
        sent.push((index, line.protected(index, b"word")));
    }
    for index in order {
        let (_, datagram) = sent.iter().find(|(known, _)| *known == index).unwrap();
        assert!(line.hears(datagram).is_ok(), "{index}");
        assert_eq!(line.hears(datagram), Err(Unprotectable::Replayed));
    }
    let mut later = line.protected(65_700, b"later");
    assert!(line.hears(&later).is_ok());
    let (_, old) = &sent[8];
    assert_eq!(line.hears(old), Err(Unprotectable::Replayed), "too old");
    later.clear();
    assert_eq!(line.hears(&later), Err(Unprotectable::Malformed));
}

#[test]
fn a_phone_first_heard_an_hour_after_it_began_is_heard() {
    let mut line = Line::new(Suite::AeadAes128Gcm);
    let sent = line.protected(3 * 65_536 + 100, b"late");
    assert!(line.hears(&sent).is_ok());
    let next = line.protected(3 * 65_536 + 101, b"later");
    assert!(line.hears(&next).is_ok());
}

#[test]
fn whoever_has_another_key_or_changes_a_bit_is_not_heard() {
    for (ours, theirs) in keys(7).zip(keys(8)) {
        let mut line = Line::with(&ours);
        let sent = line.protected(10, b"hello");
        let mut strange = packet(9, 10, b"hello");
        assert!(Protector::new(&theirs).rtp(10, &mut strange));
        assert_eq!(line.hears(&strange), Err(Unprotectable::NotAuthentic));
        for octet in 0..sent.len() {
            let mut changed = sent.clone();
            changed[octet] ^= 0x20;
            assert!(line.hears(&changed).is_err(), "{ours:?}, octet {octet}");
        }
        assert!(
            line.hears(&sent).is_ok(),
            "none of these has taken its place"
        );
    }
}

/// Forged packets with the SSRC of a source that has long been silent made it seem heard of late: a
/// live one was forgotten in its place, and its packets could be sent again.
#[test]
fn a_forged_packet_makes_no_source_seem_heard() {
    let mut line = Line::new(Suite::AesCm128HmacSha1_80);
    let sent = |line: &mut Line, ssrc: u32| {
        let mut sent = packet(ssrc, 1, b"hello");
        let mut sends = Protector::new(&key(Suite::AesCm128HmacSha1_80, 7));
        assert!(sends.rtp(1, &mut sent));
        assert!(line.hears(&sent).is_ok());
        sent
    };
    let most = u32::try_from(crate::limits::MAX_SRTP_SOURCES).unwrap();
    let packets: Vec<Vec<u8>> = (0..most).map(|ssrc| sent(&mut line, ssrc)).collect();
    let mut forged = packet(0, 2, b"hello");
    forged.extend([0; 10]);
    assert_eq!(line.hears(&forged), Err(Unprotectable::NotAuthentic));
    sent(&mut line, most);
    // The first is forgotten and not the second.
    assert_eq!(line.hears(&packets[1]), Err(Unprotectable::Replayed));
}

#[test]
fn reports_are_heard_once_and_only_encrypted() {
    for key in keys(7) {
        let report: Vec<u8> = [0x80, 201, 0, 1, 0, 0, 0, 9].into();
        let mut line = Line::with(&key);
        let mut sent = report.clone();
        assert!(line.here.rtcp(&mut sent));
        let mut read = Vec::new();
        assert_eq!(line.there.rtcp(&sent, &mut read), Ok(()));
        assert_eq!(read, report);
        assert_eq!(
            line.there.rtcp(&sent, &mut read),
            Err(Unprotectable::Replayed)
        );
        // As if it were agreed that reports go unencrypted.
        let mut open = report.clone();
        open.extend_from_slice(&[0, 0, 0, 2]);
        open.extend_from_slice(&[0; 16]);
        assert!(line.there.rtcp(&open, &mut read).is_err(), "{key:?}");
        for length in 0..sent.len() {
            assert!(line.there.rtcp(&sent[..length], &mut read).is_err());
        }
    }
}

#[test]
fn no_index_is_used_twice_under_one_key() {
    let mut line = Line::new(Suite::AesCm128HmacSha1_80);
    line.protected(500, b"one");
    let mut again = packet(9, 500, b"two");
    assert!(!line.here.rtp(500, &mut again));
}

#[test]
fn a_key_is_never_shown() {
    let keys = SrtpKeys {
        ours: MasterKey::new(Suite::AesCm128HmacSha1_80, &KEY).unwrap(),
        theirs: vec![key(Suite::AeadAes256Gcm, 0x5a)],
    };
    let shown = format!("{keys:?} {:?}", Protector::new(&keys.ours));
    assert!(!shown.contains("225") && !shown.contains("90"), "{shown}");
}

#[test]
fn a_key_of_another_length_is_refused() {
    assert_eq!(
        MasterKey::new(Suite::AeadAes256Gcm, &KEY),
        Err(WrongKeyLength(30))
    );
}
