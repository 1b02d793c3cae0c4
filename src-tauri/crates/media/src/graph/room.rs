//! A room: everybody in it hears everybody else.

use std::collections::VecDeque;
use std::time::Duration;

use super::chain::{Chain, Pulled};
use super::mix::{self, ANNOUNCED, Gain, Sum};
use super::shared::Shared;
use super::shelf::Shelf;
use crate::command::{RoomId, StreamId};
use crate::event::MediaEvent;
use crate::frame::{FRAME_MS, FRAME_SAMPLES, Frame, SILENCE};
use crate::limits::{MAX_ANNOUNCEMENTS_WAITING, SPEAKER_AT_MOST_EVERY};
use crate::sound::Sound;

/// Rooms with more voices than this mix only those who speak: fifty times the noise of an office
/// is louder than a voice.
pub(super) const ALWAYS_MIXED: usize = 3;

/// One room, as far as it is the same for all its members; what a member may do there is kept with
/// the member.
#[derive(Debug)]
pub(super) struct Room {
    id: RoomId,
    /// Where the members are kept.
    members: Vec<usize>,
    announcements: VecDeque<Chain>,
    /// All who are heard by everybody, and what is announced.
    sum: Sum,
    /// Who whispers in this tick, and to whom.
    whispers: Vec<(usize, StreamId)>,
    /// What those hear who do not speak.
    common: Shared,
    speaker: Speaker,
}

impl Room {
    /// An empty room.
    pub(super) fn new(id: RoomId) -> Self {
        Self {
            id,
            members: Vec::new(),
            announcements: VecDeque::new(),
            sum: [0; FRAME_SAMPLES],
            whispers: Vec::new(),
            common: Shared::new(),
            speaker: Speaker {
                who: None,
                next: None,
                next_for: 0,
                untold: TOLD_EVERY,
            },
        }
    }

    pub(super) fn id(&self) -> RoomId {
        self.id
    }

    /// Where its members are kept.
    pub(super) fn members(&self) -> &[usize] {
        &self.members
    }

    pub(super) fn join(&mut self, member: usize) {
        self.members.push(member);
    }

    pub(super) fn leave(&mut self, member: usize) {
        self.members.retain(|key| *key != member);
    }

    /// Gives back what it was about to announce.
    pub(super) fn rest(&mut self, shelf: &mut Shelf) {
        for chain in &mut self.announcements {
            chain.rest(shelf);
        }
    }

    /// Announces sounds once those before are over. One too many is not announced.
    pub(super) fn announce(&mut self, sounds: Vec<Sound>, shelf: &mut Shelf) {
        if self.announcements.len() < MAX_ANNOUNCEMENTS_WAITING {
            let chain = Chain::new(sounds, false, Duration::ZERO, shelf);
            self.announcements.push_back(chain);
        }
    }

    /// Begins a tick with silence.
    pub(super) fn begin(&mut self) {
        self.sum = [0; FRAME_SAMPLES];
        self.whispers.clear();
    }

    /// Adds somebody whom everybody hears.
    pub(super) fn add(&mut self, voice: &Frame, gain: Gain) {
        mix::add(&mut self.sum, voice, gain);
    }

    /// Adds somebody whom only one other hears.
    pub(super) fn add_whisper(&mut self, member: usize, to: StreamId) {
        self.whispers.push((member, to));
    }

    /// Where those are kept who whisper to this member.
    pub(super) fn whisperers(&self, to: StreamId) -> impl Iterator<Item = usize> + '_ {
        let to_it = move |(_, whispered_to): &&(usize, StreamId)| *whispered_to == to;
        self.whispers
            .iter()
            .filter(to_it)
            .map(|(member, _)| *member)
    }

    /// All voices are in: adds what is announced.
    pub(super) fn finish(&mut self, shelf: &mut Shelf) {
        while let Some(chain) = self.announcements.front_mut() {
            let mut announced = SILENCE;
            let pulled = chain.pull(shelf, &mut announced);
            if pulled != Pulled::Awaited {
                mix::add(&mut self.sum, &announced, Gain::steady(ANNOUNCED));
            }
            match pulled {
                Pulled::Over { last } => {
                    self.announcements.pop_front();
                    if last > 0 {
                        break;
                    }
                }
                Pulled::Awaited | Pulled::Sound => break,
            }
        }
        mix::settle(&self.sum, self.common.begin());
    }

    /// What is heard by everybody who says nothing.
    pub(super) fn common(&self) -> &Shared {
        &self.common
    }

    /// The same, to be encoded.
    pub(super) fn common_mut(&mut self) -> &mut Shared {
        &mut self.common
    }

    /// Everything, to take one's own voice out of and whispers into.
    pub(super) fn sum(&self) -> &Sum {
        &self.sum
    }

    /// Follows who has the word, from the loudest of those who speak now. Tells a change.
    pub(super) fn hear(&mut self, loudest: Option<StreamId>) -> Option<MediaEvent> {
        let changed = self.speaker.hear(loudest);
        changed.then_some(MediaEvent::Speaking {
            room: self.id,
            who: self.speaker.who,
        })
    }

    /// Who has the word.
    pub(super) fn speaker(&self) -> Option<StreamId> {
        self.speaker.who
    }
}

/// Who has the word, told neither for a cough nor for a breath.
#[derive(Debug)]
struct Speaker {
    who: Option<StreamId>,
    /// Somebody else who was louder of late, or nobody.
    next: Option<StreamId>,
    /// For how many ticks.
    next_for: u32,
    /// Ticks since it was told.
    untold: u32,
}

/// How long somebody must be the loudest before it is told (100 ms).
const WORD_TAKEN_AFTER: u32 = 5;

/// How long nobody must speak before that is told (1 s).
const WORD_LEFT_AFTER: u32 = 50;

/// How often at most it is told, in ticks.
const TOLD_EVERY: u32 = SPEAKER_AT_MOST_EVERY.as_millis() as u32 / FRAME_MS;

impl Speaker {
    /// Whether `who` changed.
    fn hear(&mut self, loudest: Option<StreamId>) -> bool {
        self.untold = self.untold.saturating_add(1);
        if self.next != loudest {
            self.next = loudest;
            self.next_for = 0;
        }
        self.next_for = self.next_for.saturating_add(1);
        let after = match loudest {
            Some(_) => WORD_TAKEN_AFTER,
            None => WORD_LEFT_AFTER,
        };
        if loudest == self.who || self.next_for < after || self.untold < TOLD_EVERY {
            return false;
        }
        self.who = loudest;
        self.untold = 0;
        true
    }
}
