//! Music that all its listeners hear at the same place.

use std::sync::Arc;
use std::time::Duration;

use super::chain::{Chain, Pulled};
use super::shared::Shared;
use super::shelf::Shelf;
use crate::frame::SILENCE;
use crate::sound::{Sound, SoundFile};

/// Ticks after which pieces none of which could be read are tried again (10 s).
const TRIED_AGAIN_AFTER: u32 = 500;

/// One list of pieces. It rests while nobody listens, and goes on where it was.
#[derive(Debug)]
pub(super) struct Music {
    pieces: Arc<[SoundFile]>,
    chain: Chain,
    listeners: usize,
    /// When somebody last began to listen, counted in such beginnings.
    joined: u64,
    /// Counts down while none of its pieces can be read.
    rest: u32,
    /// Whether it sounds in this tick.
    sounds: bool,
    shared: Shared,
}

impl Music {
    /// Music at its beginning, without listeners.
    pub(super) fn new(pieces: Arc<[SoundFile]>) -> Self {
        Self {
            chain: Chain::resting(round_of(&pieces), true),
            pieces,
            listeners: 0,
            joined: 0,
            rest: 0,
            sounds: false,
            shared: Shared::new(),
        }
    }

    /// Its pieces, by which it is found.
    pub(super) fn pieces(&self) -> &Arc<[SoundFile]> {
        &self.pieces
    }

    /// Whether nobody listens.
    pub(super) fn is_unheard(&self) -> bool {
        self.listeners == 0
    }

    /// When somebody last began to listen.
    pub(super) fn joined(&self) -> u64 {
        self.joined
    }

    /// Has the piece it would go on with read, while nobody listens yet.
    pub(super) fn prepare(&self, shelf: &mut Shelf) {
        if let Some(piece) = self.chain.at_hand() {
            shelf.prepare(piece);
        }
    }

    /// One more listens.
    pub(super) fn join(&mut self, turn: u64, shelf: &mut Shelf) {
        self.joined = turn;
        if self.listeners == 0 {
            self.chain.wake(shelf);
        }
        self.listeners += 1;
    }

    /// One fewer listens. The pieces are given back with the last.
    pub(super) fn leave(&mut self, shelf: &mut Shelf) {
        self.listeners -= 1;
        if self.listeners == 0 {
            self.chain.rest(shelf);
            self.sounds = false;
        }
    }

    /// Plays 20 ms more, if anybody listens.
    pub(super) fn play(&mut self, shelf: &mut Shelf) {
        if self.listeners == 0 {
            return;
        }
        let frame = self.shared.begin();
        if self.rest > 0 {
            self.rest -= 1;
            self.sounds = false;
            if self.rest == 0 {
                self.chain = Chain::new(round_of(&self.pieces), true, Duration::ZERO, shelf);
            }
            return;
        }
        self.sounds = match self.chain.pull(shelf, frame) {
            Pulled::Sound => true,
            Pulled::Awaited => false,
            Pulled::Over { .. } => {
                self.rest = TRIED_AGAIN_AFTER;
                *frame = SILENCE;
                false
            }
        };
    }

    /// What was heard last.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What is heard in this tick; `None` while nothing is.
    pub(super) fn heard(&mut self) -> Option<&mut Shared> {
        self.sounds.then_some(&mut self.shared)
    }
}

fn round_of(pieces: &[SoundFile]) -> Vec<Sound> {
    pieces.iter().cloned().map(Sound::File).collect()
}
