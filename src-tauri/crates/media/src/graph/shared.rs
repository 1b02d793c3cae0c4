//! One sound for many listeners, encoded once for each codec.

use crate::codec::{Encoder, MAX_PAYLOAD};
use crate::format::Codec;
use crate::frame::{Frame, SILENCE};

/// Frames remembered besides that of this tick.
const OF_LATE: usize = 3;

/// What several phones hear in this tick, and the encoders it takes.
#[derive(Debug)]
pub(super) struct Shared {
    /// The latest last.
    frames: [Frame; OF_LATE + 1],
    /// One for each codec somebody listens with.
    tracks: Vec<Track>,
}

#[derive(Debug)]
struct Track {
    encoder: Encoder,
    payload: [u8; MAX_PAYLOAD],
    /// Of `payload`; `None` until this tick's frame is encoded.
    octets: Option<usize>,
}

impl Shared {
    /// Nothing is heard yet.
    pub(super) fn new() -> Self {
        Self {
            frames: [SILENCE; OF_LATE + 1],
            tracks: Vec::new(),
        }
    }

    /// Begins a tick: the frame to be filled.
    pub(super) fn begin(&mut self) -> &mut Frame {
        for track in &mut self.tracks {
            track.octets = None;
        }
        self.frames.rotate_left(1);
        &mut self.frames[OF_LATE]
    }

    /// What is heard in this tick.
    pub(super) fn frame(&self) -> &Frame {
        &self.frames[OF_LATE]
    }

    /// What was heard before this tick.
    pub(super) fn before(&self) -> &[Frame] {
        &self.frames[..OF_LATE]
    }

    /// What was heard up to this tick.
    pub(super) fn of_late(&self) -> &[Frame] {
        &self.frames[1..]
    }

    /// The same as a payload.
    pub(super) fn payload(&mut self, codec: Codec) -> &[u8] {
        let known = self
            .tracks
            .iter()
            .position(|track| track.encoder.codec() == codec);
        let index = known.unwrap_or_else(|| {
            self.tracks.push(Track {
                encoder: Encoder::new(codec),
                payload: [0; MAX_PAYLOAD],
                octets: None,
            });
            self.tracks.len() - 1
        });
        let track = &mut self.tracks[index];
        let octets = match track.octets {
            Some(octets) => octets,
            None => track
                .encoder
                .encode(&self.frames[OF_LATE], &mut track.payload),
        };
        track.octets = Some(octets);
        &track.payload[..octets]
    }
}
