//! What both ends report of a stream (RFC 3550 §6).

use std::time::{Duration, Instant};

use media::stream::{Datagram, Rtcp, Sender, impairment};
use media::{Codec, SILENCE};
use rtp_packet::rtcp::{Compound, RtcpPacket};
use rtp_packet::{Listening, RtpPacket};

use crate::call::format;

const WALL: Duration = Duration::from_secs(1_790_000_000);

/// Two ends of a stream that report to each other.
struct End {
    sender: Sender,
    rtcp: Rtcp,
}

impl End {
    fn new(ssrc: u32, now: Instant, wall: Duration) -> Self {
        Self {
            sender: Sender::new(&format(Codec::Pcma), ssrc, 10, 20),
            rtcp: Rtcp::new(ssrc, "exchange@office.example", now, wall, 0.5),
        }
    }

    /// Speaks for so many frames; the other hears those that `arrive`.
    fn speaks(&mut self, other: &mut End, began: Instant, count: u64, arrive: fn(u64) -> bool) {
        let mut datagram = Datagram::new();
        for n in 0..count {
            self.sender.send(&SILENCE, &mut datagram);
            if arrive(n) {
                let packet = RtpPacket::parse(&datagram).unwrap();
                let at = began + Duration::from_millis(20 * n);
                other.rtcp.on_rtp(at, &packet, 8_000);
            }
        }
    }
}

#[test]
fn reports_tell_loss_and_round_trip_to_both() {
    let began = Instant::now();
    let mut office = End::new(1, began, WALL);
    // The phone's clock is a day wrong; a round trip does not depend on it.
    let mut phone = End::new(2, began, WALL - Duration::from_secs(86_400));
    office.speaks(&mut phone, began, 400, |n| n % 4 != 0);
    phone.speaks(&mut office, began, 400, |_| true);

    let mut report = Datagram::new();
    let asked = began + Duration::from_secs(6);
    assert!(office.rtcp.report(asked, &office.sender, 0.5, &mut report));
    phone
        .rtcp
        .on_rtcp(asked + Duration::from_millis(30), &report)
        .unwrap();
    assert_eq!(phone.rtcp.loss_it_reports(), Some(0.0));
    let answered = asked + Duration::from_millis(1_030);
    assert!(phone.rtcp.report(answered, &phone.sender, 0.5, &mut report));
    office
        .rtcp
        .on_rtcp(answered + Duration::from_millis(50), &report)
        .unwrap();

    let trip = office.rtcp.round_trip().unwrap();
    assert!(
        trip.abs_diff(Duration::from_millis(80)) < Duration::from_millis(1),
        "{trip:?}"
    );
    let loss = office.rtcp.loss_it_reports().unwrap();
    assert!((loss - 0.25).abs() < 0.01, "{loss}");
}

#[test]
fn a_report_names_what_was_sent_and_who_sent_it() {
    let began = Instant::now();
    let mut office = End::new(7, began, WALL);
    let mut phone = End::new(8, began, WALL);
    let mut report = Datagram::new();
    let first = office.rtcp.next_report();
    assert!(
        !office.rtcp.report(began, &office.sender, 0.5, &mut report),
        "none is due yet"
    );

    // Before it spoke it is a receiver.
    assert!(office.rtcp.report(first, &office.sender, 0.0, &mut report));
    let kinds = |report: &Datagram| -> Vec<u8> {
        let compound = Compound::parse(report).unwrap();
        let kinds = compound.packets().map(|packet| match packet.unwrap() {
            RtcpPacket::SenderReport(_) => 200,
            RtcpPacket::ReceiverReport(_) => 201,
            RtcpPacket::SourceDescription(_) => 202,
            RtcpPacket::Goodbye(_) => 203,
            other => panic!("{other:?}"),
        });
        kinds.collect()
    };
    assert_eq!(kinds(&report), [201, 202]);

    office.speaks(&mut phone, began, 100, |_| true);
    let second = office.rtcp.next_report();
    assert!(office.rtcp.report(second, &office.sender, 1.0, &mut report));
    assert_eq!(kinds(&report), [200, 202]);
    let compound = Compound::parse(&report).unwrap();
    let Some(Ok(RtcpPacket::SenderReport(sent))) = compound.packets().next() else {
        panic!("no sender report");
    };
    assert_eq!(
        (sent.ssrc, sent.info.packets, sent.info.octets),
        (7, 100, 16_000)
    );
    assert_eq!(sent.info.rtp, 20 + 100 * 160);

    office.rtcp.goodbye(second, &office.sender, &mut report);
    assert_eq!(kinds(&report), [201, 202, 203]);
}

#[test]
fn reports_come_every_five_seconds_more_or_less() {
    let began = Instant::now();
    let mut end = End::new(1, began, WALL);
    let mut report = Datagram::new();
    for (chance, seconds) in [(0.0, 2.5), (0.5, 5.0), (1.0, 7.5), (9.0, 7.5)] {
        let due = end.rtcp.next_report();
        assert!(end.rtcp.report(due, &end.sender, chance, &mut report));
        let next = end.rtcp.next_report() - due;
        assert!(
            (next.as_secs_f32() - seconds).abs() < 0.001,
            "{chance}: {next:?}"
        );
    }
}

#[test]
fn a_name_that_is_too_long_is_cut_between_letters() {
    let mut end = End::new(1, Instant::now(), WALL);
    end.rtcp = Rtcp::new(1, &"ü".repeat(200), Instant::now(), WALL, 0.0);
    let mut report = Datagram::new();
    let due = end.rtcp.next_report();
    assert!(end.rtcp.report(due, &end.sender, 0.5, &mut report));
    let compound = Compound::parse(&report).unwrap();
    let cname = compound
        .packets()
        .flatten()
        .find_map(|packet| match packet {
            RtcpPacket::SourceDescription(names) => names.chunks().next()?.cname(),
            _ => None,
        });
    assert_eq!(cname, Some("ü".repeat(32).as_bytes()));
}

#[test]
fn loss_costs_every_codec_and_no_codec_costs_without_it() {
    for codec in Codec::ALL {
        let mos = |loss| {
            let listening = Listening {
                one_way_delay: Duration::from_millis(50),
                jitter: Duration::ZERO,
                loss,
                codec: impairment(codec),
            };
            listening.mos().0
        };
        assert!(mos(0.0) > 4.3, "{codec:?}");
        assert!((3.5..4.0).contains(&mos(0.05)), "{codec:?}: {}", mos(0.05));
        assert!(mos(0.2) < 2.8, "{codec:?}: {}", mos(0.2));
    }
}
