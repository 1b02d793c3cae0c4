//! The bounded way of a recording's sound from the media thread to the thread that writes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use media::SAMPLE_RATE;
use rtrb::{Consumer, Producer, RingBuffer};
use sound_files::Channels;

use crate::limits::RECORDING_WAITS;

/// The disk does not keep up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the disk does not keep up with a recording")]
pub struct Behind;

/// The end the media thread writes to. Dropping it ends the recording.
#[derive(Debug)]
pub(super) struct Tape {
    ring: Producer<i16>,
    /// Samples of silence to be written before anything else: sound found no room.
    owed: usize,
    lost: Arc<AtomicU64>,
}

/// The end that is written to the disk.
pub(super) struct Reading {
    pub(super) ring: Consumer<i16>,
    pub(super) channels: Channels,
    /// Samples, of all channels together, that became silence.
    pub(super) lost: Arc<AtomicU64>,
}

const SILENCE: [i16; 1_024] = [0; 1_024];

impl Tape {
    pub(super) fn new(channels: Channels) -> (Tape, Reading) {
        let waits = RECORDING_WAITS.as_secs() * u64::from(SAMPLE_RATE);
        let samples = usize::try_from(waits).unwrap_or(0) * channels.count();
        let (to, from) = RingBuffer::new(samples);
        let lost = Arc::new(AtomicU64::new(0));
        let tape = Tape {
            ring: to,
            owed: 0,
            lost: Arc::clone(&lost),
        };
        let reading = Reading {
            ring: from,
            channels,
            lost,
        };
        (tape, reading)
    }

    /// Adds samples, or silence in their place: what comes later stays where it belongs.
    pub(super) fn write(&mut self, samples: &[i16]) -> Result<(), Behind> {
        self.pay_silence();
        if self.owed == 0 && self.ring.push_entire_slice(samples).is_ok() {
            return Ok(());
        }
        self.owed += samples.len();
        self.lost.fetch_add(samples.len() as u64, Ordering::Relaxed);
        Err(Behind)
    }

    fn pay_silence(&mut self) {
        while self.owed > 0 {
            let silence = SILENCE
                .get(..self.owed.min(SILENCE.len()))
                .unwrap_or(&SILENCE);
            let (written, _) = self.ring.push_partial_slice(silence);
            if written.is_empty() {
                return;
            }
            self.owed -= written.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that waits.
    fn read(tape: &mut Reading) -> Vec<i16> {
        let waiting = tape.ring.slots();
        Vec::from_iter(tape.ring.read_chunk(waiting).unwrap())
    }

    #[test]
    fn sound_that_finds_no_room_is_silence_of_the_same_length() {
        for channels in [Channels::Mono, Channels::Stereo] {
            let tick = 320 * channels.count();
            let (mut tape, mut reading) = Tape::new(channels);
            let mut heard = Vec::new();
            let mut behind = 0;
            for number in 0_i16..1_000 {
                let sound = vec![number + 1; tick];
                behind += usize::from(tape.write(&sound) == Err(Behind));
                // The disk hangs for 6 s of 20; 4 s of sound may wait.
                if !(300..600).contains(&number) {
                    heard.extend(read(&mut reading));
                }
            }
            assert_eq!(behind, 101);
            assert_eq!(heard.len(), 1_000 * tick);
            for (number, sound) in (1_i16..).zip(heard.chunks(tick)) {
                let silent = (501..=601).contains(&number);
                let wanted = if silent { 0 } else { number };
                assert!(sound.iter().all(|s| *s == wanted), "tick {number}");
            }
            let lost = reading.lost.load(Ordering::Relaxed);
            assert_eq!(lost, 101 * tick as u64);
        }
    }
}
