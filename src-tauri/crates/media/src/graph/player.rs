//! What is played to one phone.

use super::chain::{Chain, Pulled};
use super::mix::{self, BENEATH, FULL, Gain};
use super::shelf::Shelf;
use crate::command::PlayId;
use crate::event::PlayEnd;
use crate::frame::{Frame, SILENCE};
use crate::sound::{PlayHow, Sound};

/// A chain of sounds and its name.
#[derive(Debug)]
pub(super) struct Player {
    play: PlayId,
    chain: Chain,
    over: bool,
    barge_in: bool,
    begun: bool,
}

/// What a player gives for 20 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Played {
    /// Its first sound is not loaded yet: what else is heard goes on.
    NotBegun,
    /// Sound.
    Sound,
    /// The last of its sound.
    Last,
    /// It was over before.
    Over,
}

impl Player {
    pub(super) fn new(play: PlayId, sounds: Vec<Sound>, how: PlayHow, shelf: &mut Shelf) -> Self {
        Self {
            play,
            chain: Chain::new(sounds, how.repeats, how.from, shelf),
            over: how.over,
            barge_in: how.barge_in,
            begun: false,
        }
    }

    pub(super) fn play(&self) -> PlayId {
        self.play
    }

    /// A key press stops it.
    pub(super) fn can_be_barged_in(&self) -> bool {
        self.barge_in
    }

    /// What else is heard goes on beneath it.
    pub(super) fn is_over_others(&self) -> bool {
        self.over
    }

    /// Something of it was heard.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// How loud all else is while it sounds.
    pub(super) fn leaves_to_others(&self) -> f32 {
        match (self.begun, self.over) {
            (false, _) => FULL,
            (true, true) => BENEATH,
            (true, false) => 0.0,
        }
    }

    /// The next 20 ms.
    pub(super) fn pull(&mut self, shelf: &mut Shelf, frame: &mut Frame) -> Played {
        let played = match self.chain.pull(shelf, frame) {
            Pulled::Awaited if !self.begun => Played::NotBegun,
            Pulled::Awaited | Pulled::Sound => Played::Sound,
            Pulled::Over { last: 0 } => Played::Over,
            Pulled::Over { .. } => Played::Last,
        };
        self.begun |= matches!(played, Played::Sound | Played::Last);
        played
    }

    /// Why it ended by itself.
    pub(super) fn end(&self) -> PlayEnd {
        match self.chain.unreadable() {
            Some(file) => PlayEnd::Unreadable(file.clone()),
            None => PlayEnd::Finished,
        }
    }

    /// Stops it: its last 10 ms, fading out, unless nothing of it was heard.
    pub(super) fn stop(mut self, shelf: &mut Shelf) -> Option<Frame> {
        let mut tail = SILENCE;
        if self.begun {
            self.chain.pull(shelf, &mut tail);
            mix::apply(Gain::OUT, &mut tail);
        }
        self.chain.rest(shelf);
        self.begun.then_some(tail)
    }
}
