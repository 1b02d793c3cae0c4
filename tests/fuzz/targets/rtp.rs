//! Any datagram on a media port: RTP, RTCP, telephone-events. What is read as RTP is written back
//! the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rtp_packet::{
    NewRtpPacket, RtpPacket, TelephoneEvent,
    rtcp::{Compound, RtcpPacket},
};

fuzz_target!(|data: &[u8]| {
    if let Ok(packet) = RtpPacket::parse(data) {
        check_rtp(&packet, data);
    }
    if let Ok(compound) = Compound::parse(data) {
        let _ = (compound.sender(), compound.report_blocks().count());
        for packet in compound.packets().flatten() {
            read_rtcp(&packet);
        }
    }
    if let Ok(event) = TelephoneEvent::parse(data) {
        // One bit of the four octets is reserved and sent as zero (RFC 4733 §2.3).
        assert_eq!(TelephoneEvent::parse(&event.build()), Ok(event));
    }
});

fn check_rtp(packet: &RtpPacket<'_>, data: &[u8]) {
    let csrcs: Vec<u32> = packet.csrcs().collect();
    let copy = NewRtpPacket {
        marker: packet.marker(),
        payload_type: packet.payload_type(),
        sequence: packet.sequence(),
        timestamp: packet.timestamp(),
        ssrc: packet.ssrc(),
        csrcs: &csrcs,
        extension: packet.extension(),
        payload: packet.payload(),
        padding: packet.padding(),
    };
    let mut out = Vec::new();
    copy.write_to(&mut out)
        .expect("a received packet can be written");
    assert_eq!(RtpPacket::parse(&out).as_ref(), Ok(packet));
    assert_eq!(out.len(), data.len());
}

fn read_rtcp(packet: &RtcpPacket<'_>) {
    match packet {
        RtcpPacket::SenderReport(report) => drop(report.blocks().count()),
        RtcpPacket::ReceiverReport(report) => drop(report.blocks().count()),
        RtcpPacket::SourceDescription(names) => {
            for chunk in names.chunks() {
                let _ = (chunk.cname(), chunk.items().count());
            }
        }
        RtcpPacket::Goodbye(goodbye) => drop(goodbye.sources().count()),
        _ => {}
    }
}
