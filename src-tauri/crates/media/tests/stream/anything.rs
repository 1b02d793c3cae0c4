//! Whatever arrives: no panic, and never more held than the limit.

use std::time::{Duration, Instant};

use media::stream::{Datagram, Receiver, Rtcp, Sender};
use media::{Codec, SILENCE, SoundFormat};
use proptest::prelude::*;
use rtp_packet::{NewRtpPacket, RtpPacket};

use crate::call::{KEYS, format, payload_type};

fn every_codec() -> SoundFormat {
    let mut format = format(Codec::Pcma);
    format.receive = Codec::ALL
        .into_iter()
        .map(|c| (payload_type(c), c))
        .collect();
    format
}

#[derive(Debug, Clone)]
struct Any {
    payload_type: u8,
    marker: bool,
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    payload: Vec<u8>,
    after_micros: u64,
    ticks: u8,
}

fn any_packet() -> impl Strategy<Value = Any> {
    let types = prop_oneof![
        Just(0u8),
        Just(8),
        Just(9),
        Just(111),
        Just(13),
        Just(KEYS),
        0u8..128
    ];
    (
        types,
        any::<bool>(),
        0u32..3,
        prop_oneof![0u16..200, any::<u16>()],
        prop_oneof![0u32..40_000, any::<u32>()],
        proptest::collection::vec(any::<u8>(), 0..400),
        prop_oneof![0u64..60_000, 0u64..5_000_000],
        0u8..4,
    )
        .prop_map(
            |(payload_type, marker, ssrc, sequence, timestamp, payload, after_micros, ticks)| Any {
                payload_type,
                marker,
                ssrc,
                sequence,
                timestamp,
                payload,
                after_micros,
                ticks,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_packets_are_survived(packets in proptest::collection::vec(any_packet(), 1..200)) {
        let mut receiver = Receiver::new(&every_codec());
        let mut now = Instant::now();
        let mut rtcp = Rtcp::new(1, "office", now, Duration::from_secs(1_700_000_000), 0.5);
        let mut out = SILENCE;
        for any in packets {
            now += Duration::from_micros(any.after_micros);
            let mut datagram = Vec::new();
            NewRtpPacket {
                marker: any.marker,
                payload_type: any.payload_type,
                sequence: any.sequence,
                timestamp: any.timestamp,
                ssrc: any.ssrc,
                payload: &any.payload,
                ..NewRtpPacket::default()
            }
            .write_to(&mut datagram)
            .unwrap();
            let packet = RtpPacket::parse(&datagram).unwrap();
            receiver.on_rtp(now, &packet);
            rtcp.on_rtp(now, &packet, 8_000);
            let _ = rtcp.on_rtcp(now, &any.payload);
            prop_assert!(receiver.waiting_packets() <= media::limits::MAX_WAITING_PACKETS);
            for _ in 0..any.ticks {
                now += Duration::from_millis(20);
                receiver.frame(now, &mut out);
            }
        }
        // Whatever it was, a minute later a phone is heard again as if nothing had been.
        now += Duration::from_secs(60);
        let mut sender = Sender::new(&format(Codec::Pcma), 0xabcd, 1, 1);
        let mut datagram = Datagram::new();
        let before = receiver.figures();
        for _ in 0..100 {
            sender.send(&[1_000; 320], &mut datagram);
            receiver.on_rtp(now, &RtpPacket::parse(&datagram).unwrap());
            receiver.frame(now, &mut out);
            now += Duration::from_millis(20);
        }
        let after = receiver.figures().since(&before);
        prop_assert!(after.used >= 90, "{after:?}");
        prop_assert!(after.delay <= Duration::from_millis(220), "{after:?}");
    }
}
