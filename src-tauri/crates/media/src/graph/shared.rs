//! One sound for many listeners, encoded once for each codec.

use crate::codec::{Encoder, MAX_PAYLOAD};
use crate::format::Codec;
use crate::frame::Frame;

/// What several phones hear in this tick, and the encoders it takes.
#[derive(Debug)]
pub(super) struct Shared {
    frame: Frame,
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
            frame: crate::frame::SILENCE,
            tracks: Vec::new(),
        }
    }

    /// Begins a tick: the frame to be filled.
    pub(super) fn begin(&mut self) -> &mut Frame {
        for track in &mut self.tracks {
            track.octets = None;
        }
        &mut self.frame
    }

    /// What is heard in this tick.
    pub(super) fn frame(&self) -> &Frame {
        &self.frame
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
            None => track.encoder.encode(&self.frame, &mut track.payload),
        };
        track.octets = Some(octets);
        &track.payload[..octets]
    }
}
