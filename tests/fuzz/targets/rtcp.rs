//! Any datagram as a report of the phone's, between packets of its sound: what we report of it can
//! be read, and what it says of us is of this world.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{
    Codec, SILENCE, SoundFormat,
    stream::{Datagram, Rtcp, Sender},
};
use rtp_packet::{
    NewRtpPacket, NtpShort, NtpTime, RtpPacket,
    rtcp::{Compound, CompoundBuilder, ReportBlock, SenderInfo},
};
use std::time::{Duration, Instant};

const OURS: u32 = 1;
const CLOCKS: [u32; 3] = [8_000, 48_000, 1];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let format = SoundFormat::only(8, Codec::Pcma, Some(101));
    let mut sender = Sender::new(&format, OURS, 0xFFF0, u32::MAX - 900);
    let mut now = Instant::now();
    let name = String::from_utf8_lossy(script.text()).into_owned();
    let since_1970 = Duration::from_secs(1_767_603_300);
    let mut reports = Rtcp::new(OURS, &name, now, since_1970, chance(&mut script));
    let mut datagram = Datagram::new();
    let mut newest = Vec::new();
    while let Some(step) = script.step() {
        match step {
            b'r' => drop(reports.on_rtcp(now, script.bytes())),
            b'b' => {
                newest = written(&mut script);
                assert_eq!(reports.on_rtcp(now, &newest), Ok(()));
            }
            b'c' => drop(reports.on_rtcp(now, &script.changed(&newest))),
            b'v' => {
                let packet = heard(&mut script);
                let clock_hz = script.pick(&CLOCKS).copied().unwrap_or(8_000);
                let packet = RtpPacket::parse(&packet).expect("a packet");
                reports.on_rtp(now, &packet, clock_hz);
            }
            b's' => sender.send(&SILENCE, &mut datagram),
            b'w' => now += script.wait(),
            b't' => {
                let due = now >= reports.next_report();
                let written = reports.report(now, &sender, chance(&mut script), &mut datagram);
                assert_eq!(written, due);
                if written {
                    read(&datagram);
                    assert!(reports.next_report() > now);
                }
            }
            b'g' => {
                reports.goodbye(now, &sender, &mut datagram);
                read(&datagram);
            }
            _ => {}
        }
        let trip = reports.round_trip();
        assert!(trip.is_none_or(|trip| trip < Duration::from_secs(60)));
        let loss = reports.loss_it_reports();
        assert!(loss.is_none_or(|loss| (0.0..1.0).contains(&loss)));
    }
});

fn chance(script: &mut Script<'_>) -> f32 {
    script.number() as f32 / 256.0
}

/// A report a phone may write.
fn written(script: &mut Script<'_>) -> Vec<u8> {
    let mut datagram = Vec::new();
    let mut compound = CompoundBuilder::new(&mut datagram);
    let block = ReportBlock {
        ssrc: script.number() as u32,
        fraction_lost: script.number() as u8,
        cumulative_lost: 0,
        highest_sequence: 0,
        jitter: 0,
        last_report: NtpShort(number(script)),
        delay_since_last_report: NtpShort(number(script)),
    };
    let info = SenderInfo {
        ntp: NtpTime(u64::from(number(script)) << 32),
        rtp: 0,
        packets: 0,
        octets: 0,
    };
    compound
        .sender_report(2, info, &[block])
        .and_then(|compound| compound.cname(2, "phone"))
        .expect("a report");
    datagram
}

fn heard(script: &mut Script<'_>) -> Vec<u8> {
    let packet = NewRtpPacket {
        ssrc: 2 + u32::from(script.flag()),
        sequence: number(script) as u16,
        timestamp: number(script),
        payload: &[0; 4],
        ..NewRtpPacket::default()
    };
    let mut datagram = Vec::new();
    packet.write_to(&mut datagram).expect("a packet");
    datagram
}

fn number(script: &mut Script<'_>) -> u32 {
    (0..4).fold(0, |number, _| number << 8 | script.number() as u32 & 255)
}

/// What we write is a report of ours.
fn read(datagram: &[u8]) {
    let compound = Compound::parse(datagram).expect("a report of ours");
    assert_eq!(compound.sender(), Some(OURS));
    assert!(compound.packets().all(|packet| packet.is_ok()));
}
