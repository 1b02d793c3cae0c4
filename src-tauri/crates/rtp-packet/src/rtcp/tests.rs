use super::*;
use crate::time::{NtpShort, NtpTime};
use proptest::prelude::*;

/// A compound as a desk phone sends it: sender report with one block, then its CNAME.
const PHONE: &[u8] = &[
    0x81, 200, 0, 12, 0, 0, 0, 1, 0xe0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0x1f, 0x40, 0, 0, 0, 50, 0,
    0, 0x1f, 0x40, //
    0, 0, 0, 2, 64, 0xff, 0xff, 0xfe, 0, 1, 0, 5, 0, 0, 0, 40, 0, 1, 0x80, 0, 0, 0, 0x80,
    0, //
    0x81, 202, 0, 3, 0, 0, 0, 1, 1, 3, b'a', b'@', b'b', 0, 0, 0,
];

#[test]
fn a_compound_as_a_desk_phone_sends_it() {
    let compound = Compound::parse(PHONE).unwrap();
    assert_eq!(compound.sender(), Some(1));
    let packets: Vec<_> = compound.packets().map(Result::unwrap).collect();
    let [
        RtcpPacket::SenderReport(report),
        RtcpPacket::SourceDescription(names),
    ] = packets[..]
    else {
        panic!("{packets:?}");
    };
    assert_eq!(report.ssrc, 1);
    assert_eq!(
        report.info,
        SenderInfo {
            ntp: NtpTime(0xe000_0001_8000_0000),
            rtp: 8000,
            packets: 50,
            octets: 8000
        }
    );
    let block = ReportBlock {
        ssrc: 2,
        fraction_lost: 64,
        cumulative_lost: -2,
        highest_sequence: 65_541,
        jitter: 40,
        last_report: NtpShort(0x0001_8000),
        delay_since_last_report: NtpShort(0x8000),
    };
    assert_eq!(report.blocks().collect::<Vec<_>>(), [block]);
    assert_eq!(
        names
            .chunks()
            .map(|chunk| chunk.cname())
            .collect::<Vec<_>>(),
        [Some(&b"a@b"[..])]
    );
}

#[test]
fn framing_that_lies_is_refused() {
    let table: [(&[u8], RtcpError); 11] = [
        (&[], RtcpError::CutOff),
        (&[0x80], RtcpError::CutOff),
        (&[0x80, 201, 0, 1], RtcpError::CutOff), // four octets that promise eight
        (&[0x80, 201, 0xff, 0xff, 0, 0, 0, 1], RtcpError::CutOff),
        (&[0x40, 201, 0, 0], RtcpError::Version(1)),
        (&[0x80, 201, 0, 1, 0, 0, 0, 1, 9], RtcpError::CutOff),
        (
            &[0x80, 201, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0],
            RtcpError::Version(0),
        ),
        (&[0xa0, 201, 0, 0], RtcpError::Padding),
        (&[0xa0, 201, 0, 1, 0, 0, 0, 0], RtcpError::Padding),
        (&[0xa0, 201, 0, 1, 0, 0, 0, 5], RtcpError::Padding),
        (
            &[0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0x80, 201, 0, 0],
            RtcpError::PaddingBeforeEnd,
        ),
    ];
    for (datagram, why) in table {
        assert_eq!(Compound::parse(datagram), Err(why), "{datagram:02x?}");
    }
    let crowd = [0x80, 192, 0, 0].repeat(MAX_COMPOUND_PACKETS);
    assert!(Compound::parse(&crowd).is_ok());
    let crowd = [0x80, 192, 0, 0].repeat(MAX_COMPOUND_PACKETS + 1);
    assert_eq!(Compound::parse(&crowd), Err(RtcpError::TooManyPackets));
}

#[test]
fn a_count_that_promises_too_much_spoils_only_its_own_packet() {
    let bad: [&[u8]; 8] = [
        &[0x80, 200, 0, 1, 0, 0, 0, 1], // sender report without sender info
        &[0x81, 201, 0, 1, 0, 0, 0, 1], // receiver report without its block
        &[0x81, 202, 0, 0],             // SDES without its chunk
        &[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, b'a', b'b'], // item longer than the packet
        &[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, b'a', b'b'], // chunk without its null
        &[0x82, 203, 0, 1, 0, 0, 0, 1], // BYE of two sources with one
        &[0x80, 204, 0, 1, 0, 0, 0, 1], // APP without a name
        &[0x81, 206, 0, 1, 0, 0, 0, 1], // feedback about nobody
    ];
    for packet in bad {
        let datagram = [packet, &[0x80, 201, 0, 1, 0, 0, 0, 7]].concat();
        let packets: Vec<_> = Compound::parse(&datagram).unwrap().packets().collect();
        assert_eq!(
            packets[0],
            Err(RtcpError::TooShort {
                packet_type: packet[1]
            }),
            "{packet:02x?}"
        );
        assert!(matches!(packets[1], Ok(RtcpPacket::ReceiverReport(report)) if report.ssrc == 7));
    }
}

#[test]
fn each_chunk_of_a_source_description_ends_at_its_own_boundary() {
    let datagram = [
        &[0x83, 202, 0, 11][..],
        &[0, 0, 0, 1, 1, 2, b'a', b'b', 0, 0, 0, 0], // ends on the boundary: four nulls
        &[0, 0, 0, 2, 2, 1, b'n', 1, 3, b'c', b'd', b'e', 0, 0, 0, 0],
        &[0, 0, 0, 3, 99, 4, b'm', b'i', b'n', b'e', 1, 0, 0, 0, 0, 0],
    ]
    .concat();
    let Ok(RtcpPacket::SourceDescription(names)) = Compound::parse(&datagram)
        .unwrap()
        .packets()
        .next()
        .unwrap()
    else {
        panic!("a source description");
    };
    let read: Vec<_> = names
        .chunks()
        .map(|chunk| {
            (
                chunk.ssrc,
                chunk
                    .items()
                    .map(|item| (item.kind, item.text))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    type Items<'a> = Vec<(ItemKind, &'a [u8])>;
    let expected: [(u32, Items<'_>); 3] = [
        (1, vec![(ItemKind::Cname, b"ab")]),
        (2, vec![(ItemKind::Name, b"n"), (ItemKind::Cname, b"cde")]),
        (
            3,
            vec![(ItemKind::Other(99), b"mine"), (ItemKind::Cname, b"")],
        ),
    ];
    assert_eq!(read, expected);
}

#[test]
fn the_packets_that_are_passed_on_unread() {
    let datagram = [
        &[
            0x85, 204, 0, 3, 0, 0, 0, 1, b't', b'e', b's', b't', 1, 2, 3, 4,
        ][..],
        &[0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
        &[0x80, 207, 0, 1, 0, 0, 0, 1],
    ]
    .concat();
    let packets: Vec<_> = Compound::parse(&datagram)
        .unwrap()
        .packets()
        .map(Result::unwrap)
        .collect();
    let expected = [
        RtcpPacket::ApplicationDefined(ApplicationDefined {
            subtype: 5,
            ssrc: 1,
            name: *b"test",
            data: &[1, 2, 3, 4],
        }),
        RtcpPacket::Feedback(Feedback {
            kind: FeedbackKind::Payload,
            format: 1,
            sender: 1,
            media_source: 2,
            information: &[],
        }),
        RtcpPacket::Other {
            packet_type: 207,
            body: &[0, 0, 0, 1],
        },
    ];
    assert_eq!(packets, expected);
}

#[test]
fn what_does_not_fit_is_not_built() {
    let mut out = Vec::new();
    let mut compound = CompoundBuilder::new(&mut out);
    assert_eq!(
        compound.goodbye(&[0; 32], None).unwrap_err(),
        RtcpBuildError::TooMany(32)
    );
    let long = "x".repeat(256);
    assert_eq!(
        compound.cname(1, &long).unwrap_err(),
        RtcpBuildError::TextTooLong(256)
    );
    assert_eq!(
        compound.goodbye(&[1], Some(&long)).unwrap_err(),
        RtcpBuildError::TextTooLong(256)
    );
    assert_eq!(out, []);
}

fn any_block() -> impl Strategy<Value = ReportBlock> {
    (
        any::<u32>(),
        any::<u8>(),
        -0x80_0000..0x80_0000i32,
        any::<[u32; 4]>(),
    )
        .prop_map(
            |(ssrc, fraction_lost, cumulative_lost, [highest_sequence, jitter, last, delay])| {
                ReportBlock {
                    ssrc,
                    fraction_lost,
                    cumulative_lost,
                    highest_sequence,
                    jitter,
                    last_report: NtpShort(last),
                    delay_since_last_report: NtpShort(delay),
                }
            },
        )
}

proptest! {
    #[test]
    fn any_bytes_parse_or_are_refused(datagram in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_everything(&datagram);
    }

    #[test]
    fn damaged_compounds_parse_or_are_refused(at in 0..PHONE.len(), to: u8, cut in 0..PHONE.len()) {
        let mut datagram = PHONE.to_vec();
        datagram[at] = to;
        read_everything(&datagram);
        read_everything(&datagram[..cut]);
    }

    #[test]
    fn what_is_built_parses_to_the_same(
        ssrc: u32, ntp: u64, rtp: u32, packets: u32, octets: u32,
        blocks in proptest::collection::vec(any_block(), 0..=31),
        cname in "[a-z@.]{0,255}",
        sources in proptest::collection::vec(any::<u32>(), 0..=31),
        reason in proptest::option::of("[a-z ]{0,255}"),
    ) {
        let info = SenderInfo { ntp: NtpTime(ntp), rtp, packets, octets };
        let mut datagram = Vec::new();
        CompoundBuilder::new(&mut datagram)
            .sender_report(ssrc, info, &blocks).unwrap()
            .receiver_report(ssrc, &blocks).unwrap()
            .cname(ssrc, &cname).unwrap()
            .goodbye(&sources, reason.as_deref()).unwrap();
        let compound = Compound::parse(&datagram).unwrap();
        let parsed: Vec<_> = compound.packets().map(Result::unwrap).collect();
        let [
            RtcpPacket::SenderReport(sender),
            RtcpPacket::ReceiverReport(receiver),
            RtcpPacket::SourceDescription(names),
            RtcpPacket::Goodbye(goodbye),
        ] = parsed[..] else { panic!("{parsed:?}") };
        prop_assert_eq!((sender.ssrc, sender.info), (ssrc, info));
        prop_assert_eq!(sender.blocks().collect::<Vec<_>>(), blocks.clone());
        prop_assert_eq!(receiver.ssrc, ssrc);
        prop_assert_eq!(receiver.blocks().collect::<Vec<_>>(), blocks.clone());
        let twice = [blocks.clone(), blocks].concat();
        prop_assert_eq!(compound.report_blocks().collect::<Vec<_>>(), twice);
        let names: Vec<_> = names.chunks().map(|chunk| (chunk.ssrc, chunk.cname())).collect();
        prop_assert_eq!(names, vec![(ssrc, Some(cname.as_bytes()))]);
        prop_assert_eq!(goodbye.sources().collect::<Vec<_>>(), sources);
        prop_assert_eq!(goodbye.reason, reason.as_deref().map(str::as_bytes));
    }
}

fn read_everything(datagram: &[u8]) {
    let Ok(compound) = Compound::parse(datagram) else {
        return;
    };
    for packet in compound.packets().flatten() {
        match packet {
            RtcpPacket::SenderReport(report) => assert!(report.blocks().count() <= 31),
            RtcpPacket::ReceiverReport(report) => assert!(report.blocks().count() <= 31),
            RtcpPacket::SourceDescription(names) => {
                for chunk in names.chunks() {
                    assert!(
                        chunk.items().map(|item| 2 + item.text.len()).sum::<usize>()
                            < datagram.len()
                    );
                }
            }
            RtcpPacket::Goodbye(goodbye) => assert!(goodbye.sources().count() <= 31),
            RtcpPacket::ApplicationDefined(_)
            | RtcpPacket::Feedback(_)
            | RtcpPacket::Other { .. } => {}
        }
    }
}
