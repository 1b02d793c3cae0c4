//! How often a packet asks for memory, once a call has run for a second: never.

use std::hint::black_box;
use std::time::{Duration, Instant};

use media::Codec;
use media::stream::{Datagram, Receiver, Sender};
use rtp_packet::{Digit, RtpPacket};

use crate::call::{Chance, format, speech};

#[test]
fn a_running_call_allocates_nothing() {
    for codec in Codec::ALL {
        let format = format(codec);
        let mut sender = Sender::new(&format, 1, 1, 1);
        let mut receiver = Receiver::new(&format);
        let mut chance = Chance::new(5);
        let said = speech(20.0);
        let began = Instant::now();
        let mut out = [0; 320];
        let mut held = [Datagram::new(), Datagram::new(), Datagram::new()];
        sender.press(&[Digit::of_key('1').unwrap(); 8]);
        let mut run = |from: usize, to: usize| {
            for n in from..to {
                let now = began + Duration::from_millis(20 * n as u64);
                // Held back for one to three ticks; some never leave.
                sender.send(&said[n], &mut held[n % 3]);
                for datagram in &mut held {
                    if chance.even() < 0.7 && !datagram.is_empty() {
                        if let Ok(packet) = RtpPacket::parse(datagram) {
                            black_box(receiver.on_rtp(now, &packet));
                        }
                        datagram.clear();
                    }
                }
                black_box(receiver.frame(now, &mut out));
            }
        };
        run(0, 300);
        let count = allocation_counter::measure(|| run(300, 1_000)).count_total;
        assert_eq!(count, 0, "{codec:?}");
    }
}
