//! Keeping what is heard: silence held back, keys cut off, lengths exact.

use std::time::Duration;

use super::Effects;
use super::voice::Voice;
use crate::command::{EndKey, RecordUntil, Recorded, RecordingId, StreamId};
use crate::event::RecordingEnd;
use crate::frame::{FRAME_MS, FRAME_SAMPLES, Frame};
use crate::limits::{MAX_RECORDED_SILENCE, RECORDED_AT_ONCE};

/// Frames before a key press is known that may hold its sound (100 ms).
const KEY_FRAMES: usize = 5;

/// One recording. Frames wait here until it is sure that they are kept.
#[derive(Debug)]
pub(super) struct Recorder {
    of: Recorded,
    until: RecordUntil,
    /// In frames.
    longest: u64,
    /// In frames.
    silence: Option<usize>,
    paused: bool,
    waiting: Waiting,
    /// Of a room, whose voice is that of nobody else.
    voice: Voice,
    /// How many of the waiting frames, from the first, are not silence at the end.
    spoken: usize,
    /// Frames given to the host.
    kept: u64,
    ended: Option<RecordingEnd>,
}

impl Recorder {
    pub(super) fn new(of: Recorded, until: RecordUntil) -> Self {
        let longest = frames_of(until.longest);
        let silence = until
            .silence
            .map(|silence| frames_of(silence.min(MAX_RECORDED_SILENCE)).max(1) as usize);
        let channels = match of {
            Recorded::Two(..) => 2,
            Recorded::One(_) | Recorded::Room(_) => 1,
        };
        Self {
            of,
            until,
            longest,
            silence,
            paused: false,
            waiting: Waiting::new(silence.unwrap_or(0) + KEY_FRAMES + 1, channels),
            voice: Voice::default(),
            spoken: 0,
            kept: 0,
            ended: (longest == 0).then_some(RecordingEnd::Longest),
        }
    }

    /// Whose sound it holds.
    pub(super) fn of(&self) -> &Recorded {
        &self.of
    }

    /// It takes no more sound.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether this phone's sound is in it by name.
    pub(super) fn is_of(&self, stream: StreamId) -> bool {
        match self.of {
            Recorded::One(one) => one == stream,
            Recorded::Two(left, right) => left == stream || right == stream,
            Recorded::Room(_) => false,
        }
    }

    pub(super) fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// A phone it holds pressed a key.
    pub(super) fn on_key(&mut self, digit: rtp_packet::Digit) {
        if !self.until.key.is(digit) || self.ended.is_some() {
            return;
        }
        if !self.paused {
            let sure = self.waiting.frames().saturating_sub(KEY_FRAMES);
            self.spoken = self.spoken.min(sure);
        }
        self.end(RecordingEnd::Key(digit));
    }

    /// It is over; what is silence at its end is not kept.
    pub(super) fn end(&mut self, why: RecordingEnd) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(why);
    }

    /// Takes 20 ms of a room.
    pub(super) fn take_room(&mut self, heard: &Frame) {
        self.voice.listen(heard);
        let speaks = self.voice.speaks();
        self.take(heard, None, speaks);
    }

    /// Takes 20 ms of sound, of the second channel if it has one.
    pub(super) fn take(&mut self, left: &Frame, right: Option<&Frame>, speaks: bool) {
        if self.paused || self.ended.is_some() {
            return;
        }
        self.waiting.push(left, right);
        let frames = self.waiting.frames();
        match self.silence {
            Some(longest) if !speaks => {
                if frames - self.spoken >= longest {
                    self.end(RecordingEnd::Silence);
                }
            }
            _ => self.spoken = frames,
        }
        if self.kept + frames as u64 >= self.longest {
            self.end(RecordingEnd::Longest);
        }
    }

    /// Gives the host what is sure to be kept, a few frames at a time: a long silence that turned
    /// out to be a pause must not flood it.
    pub(super) fn give(&mut self, id: RecordingId, effects: &mut impl Effects) {
        let sure = match (self.ended, self.until.key) {
            (None, EndKey::Any | EndKey::Only(_)) => {
                self.waiting.frames().saturating_sub(KEY_FRAMES)
            }
            _ => usize::MAX,
        };
        let now = self.spoken.min(sure).min(RECORDED_AT_ONCE);
        for _ in 0..now {
            effects.record(id, self.waiting.pop());
        }
        self.spoken -= now;
        self.kept += now as u64;
    }

    /// Why it ended, once all of it was given.
    pub(super) fn is_over(&self) -> Option<RecordingEnd> {
        self.ended.filter(|_| self.spoken == 0)
    }

    /// How much sound the host was given.
    pub(super) fn lasts(&self) -> Duration {
        Duration::from_millis(self.kept * u64::from(FRAME_MS))
    }
}

/// Frames in the order they came, in one piece of memory.
#[derive(Debug)]
struct Waiting {
    samples: Box<[i16]>,
    /// Samples of all channels in 20 ms.
    frame: usize,
    first: usize,
    frames: usize,
}

impl Waiting {
    fn new(frames: usize, channels: usize) -> Self {
        let frame = FRAME_SAMPLES * channels;
        Self {
            samples: vec![0; frames * frame].into_boxed_slice(),
            frame,
            first: 0,
            frames: 0,
        }
    }

    const fn frames(&self) -> usize {
        self.frames
    }

    fn push(&mut self, left: &Frame, right: Option<&Frame>) {
        let slots = self.samples.len() / self.frame;
        debug_assert!(self.frames < slots, "more waits than can become silence");
        let slot = (self.first + self.frames) % slots;
        let place = &mut self.samples[slot * self.frame..][..self.frame];
        match right {
            Some(right) => {
                let (pairs, _) = place.as_chunks_mut::<2>();
                for (pair, (left, right)) in pairs.iter_mut().zip(left.iter().zip(right)) {
                    *pair = [*left, *right];
                }
            }
            None => place.copy_from_slice(left),
        }
        self.frames += 1;
    }

    /// The first frame; there must be one.
    fn pop(&mut self) -> &[i16] {
        let slot = self.first;
        self.first = (self.first + 1) % (self.samples.len() / self.frame);
        self.frames -= 1;
        &self.samples[slot * self.frame..][..self.frame]
    }
}

/// Whole frames in so long.
fn frames_of(lasts: Duration) -> u64 {
    u64::try_from(lasts.as_millis() / u128::from(FRAME_MS)).unwrap_or(u64::MAX)
}
