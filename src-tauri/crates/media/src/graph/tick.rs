//! What happens in 20 ms, in its order.

use std::time::{Duration, Instant};

use slab::Slab;

use super::mix::{self, FULL, Gain};
use super::phone::{Others, Phone, Place};
use super::room::{ALWAYS_MIXED, Room};
use super::{Effects, Graph, is_overheard};
use crate::command::{HeardBy, Recorded, StreamId};
use crate::event::{DigitBy, MediaEvent};
use crate::frame::{FRAME_MS, Frame, SILENCE};
use crate::limits::MAX_REST_COUNTED;

/// A speaker keeps the word against others up to this much louder (6 dB, as power).
const WORD_HELD_AGAINST: f32 = 4.0;

impl Graph {
    /// Makes the next 20 ms of everything. Called once in 20 ms, or not at all while
    /// [`is_idle`](Self::is_idle).
    pub fn tick(&mut self, now: Instant, effects: &mut impl Effects) {
        self.reports.begin(now);
        self.pass_over_rest(now);
        self.listen(now);
        self.mix_rooms();
        for (_, music) in &mut self.musics {
            music.play(&mut self.shelf);
        }
        self.record_frames();
        self.let_go_of_keys(now);
        self.speak(now, effects);
        self.give_recordings(effects);
        self.idle = self.recorders.is_empty() && self.phones.iter().all(|(_, p)| p.is_idle());
    }

    /// Lets the time of all we send go on by what was not ticked.
    fn pass_over_rest(&mut self, now: Instant) {
        let last = self.last_tick.replace(now).unwrap_or(now);
        let passed = now.saturating_duration_since(last).min(MAX_REST_COUNTED);
        let ticks = passed.as_millis() as u32 / FRAME_MS;
        for _ in 1..ticks {
            for (_, phone) in &mut self.phones {
                phone.skip();
            }
        }
    }

    /// Takes what every phone says.
    fn listen(&mut self, now: Instant) {
        let mut pressed = std::mem::take(&mut self.pressed);
        for key in 0..self.phones.capacity() {
            if !self.phones.contains(key) {
                continue;
            }
            let overheard = self.is_overheard(key);
            let phone = &mut self.phones[key];
            let decoded = phone.must_be_decoded(overheard);
            if let Some(digit) = phone.listen(now, decoded) {
                pressed.push((key, digit));
            }
            // From the first moment on: what is left of the tone would be a key of its own.
            if phone.presses_a_tone() && self.all_take_events(key) {
                self.phones[key].hush();
            }
            let phone = &mut self.phones[key];
            if let Some(measured) = phone.measure() {
                self.tell(measured);
            }
        }
        for (key, digit) in pressed.drain(..) {
            self.on_digit(key, digit, DigitBy::Tones);
        }
        self.pressed = pressed;
    }

    /// Whether the keys of a phone can be events for all who hear it in a room.
    fn all_take_events(&self, key: usize) -> bool {
        let Place::Room { room, .. } = self.phones[key].place else {
            return false;
        };
        let members = self.rooms[room].members();
        // Who only listens needs no keys.
        let talks = |member: &&usize| match &self.phones[**member].place {
            Place::Room { part, .. } => part.heard_by == HeardBy::Everybody,
            _ => false,
        };
        let others = members.iter().filter(|member| **member != key);
        let mut others = others.filter(talks);
        members.len() > 1 && others.all(|other| self.phones[*other].takes_events())
    }

    /// Adds up what is heard in every room, and follows who has the word there.
    fn mix_rooms(&mut self) {
        for key in 0..self.rooms.capacity() {
            let Some(room) = self.rooms.get_mut(key) else {
                continue;
            };
            room.begin();
            let loudest = add_members(room, &mut self.phones);
            room.finish(&mut self.shelf);
            if let Some(told) = room.hear(loudest) {
                self.tell(told);
            }
        }
    }

    /// Gives the recordings this tick's sound.
    fn record_frames(&mut self) {
        for recorder in self.recorders.values_mut() {
            if recorder.has_ended() {
                continue;
            }
            let said = |stream| {
                let key = self.phones_by_id.get(stream)?;
                Some(&self.phones.get(*key)?.said)
            };
            match recorder.of() {
                Recorded::One(stream) => {
                    if let Some(said) = said(stream) {
                        recorder.take(&said.frame, None, said.voice.speaks());
                    }
                }
                Recorded::Two(left, right) => {
                    if let (Some(left), Some(right)) = (said(left), said(right)) {
                        let speaks = left.voice.speaks() || right.voice.speaks();
                        recorder.take(&left.frame, Some(&right.frame), speaks);
                    }
                }
                Recorded::Room(room) => {
                    if let Some(key) = self.rooms_by_id.get(room) {
                        recorder.take_room(self.rooms[*key].common().frame());
                    }
                }
            }
        }
    }

    /// Lets every phone hear what it is to hear.
    fn speak(&mut self, now: Instant, effects: &mut impl Effects) {
        for key in 0..self.phones.capacity() {
            let Some(phone) = self.phones.get(key) else {
                continue;
            };
            let (stream, place) = (phone.id, phone.place);
            let mut own = SILENCE;
            let others = match place {
                Place::Nothing => Others::Nothing,
                Place::Room { room, part, .. } if part.hears => {
                    let room = &mut self.rooms[room];
                    match mix_for(phone, room, &self.phones, &mut own) {
                        true => Others::Own(&own, Some(room.common())),
                        false => Others::Shared(room.common_mut()),
                    }
                }
                Place::Room { .. } => Others::Nothing,
                Place::Music(music) => match self.musics[music].heard() {
                    Some(shared) => Others::Shared(shared),
                    None => Others::Nothing,
                },
                Place::PassedOn { with: Some(other) } if is_overheard(&self.phones, other) => {
                    own = self.phones[other].said.frame;
                    Others::Own(&own, None)
                }
                Place::PassedOn { .. } => Others::Nothing,
            };
            let phone = &mut self.phones[key];
            let spoken = phone.speak(others, &mut self.shelf, &mut self.datagram);
            if spoken.sent {
                effects.rtp(stream, &self.datagram);
            }
            if phone.report(now, &self.reports, &mut self.chance, &mut self.datagram) {
                effects.rtcp(stream, &self.datagram);
            }
            if let Some((play, why)) = spoken.ended {
                self.tell(MediaEvent::PlayEnded { stream, play, why });
            }
        }
    }

    /// Lets go of keys that are down only because they are at another phone.
    fn let_go_of_keys(&mut self, now: Instant) {
        for key in 0..self.phones.capacity() {
            let Some(along) = self.phones.get(key).and_then(|phone| phone.along) else {
                continue;
            };
            let lasted = match self.phones_by_id.get(&along.with) {
                Some(other) => self.phones[*other].lasted(now, along),
                None => Some(Duration::ZERO),
            };
            if let Some(lasted) = lasted {
                self.phones[key].let_go(lasted);
            }
        }
    }

    /// Gives the host what is sure to be kept, and ends the recordings all of which was given.
    fn give_recordings(&mut self, effects: &mut impl Effects) {
        let mut over = 0;
        for (id, recorder) in &mut self.recorders {
            recorder.give(*id, effects);
            over += usize::from(recorder.is_over().is_some());
        }
        for _ in 0..over {
            let mut recorders = self.recorders.iter();
            let ended = recorders.find_map(|(id, recorder)| Some((*id, recorder.is_over()?)));
            if let Some((recording, why)) = ended {
                self.close_recording(recording, why);
            }
        }
    }
}

/// Adds up who is heard in a room; the loudest of those who speak.
fn add_members(room: &mut Room, phones: &mut Slab<Phone>) -> Option<StreamId> {
    let is_heard = |phones: &Slab<Phone>, key: usize| {
        matches!(
            phones[key].place,
            Place::Room { part, .. } if part.heard_by == HeardBy::Everybody
        )
    };
    let voices = room
        .members()
        .iter()
        .filter(|key| is_heard(phones, **key))
        .count();
    let speaker = room.speaker();
    let mut loudest: Option<(f32, StreamId)> = None;
    for n in 0..room.members().len() {
        let key = room.members()[n];
        let Phone {
            id, place, said, ..
        } = &mut phones[key];
        let Place::Room { part, mixed, .. } = place else {
            continue;
        };
        let speaks = said.any && said.voice.speaks();
        let heard =
            part.heard_by == HeardBy::Everybody && said.any && (voices <= ALWAYS_MIXED || speaks);
        // A voice is let in at once, so that its first word is whole, and out softly.
        *mixed = match heard {
            true => Gain::steady(FULL),
            false if said.any && !mixed.ends_silent() => Gain::OUT,
            false => Gain::steady(0.0),
        };
        if !mixed.is_silent() {
            room.add(&said.frame, *mixed);
        }
        if heard && speaks {
            let held = if speaker == Some(*id) {
                WORD_HELD_AGAINST
            } else {
                1.0
            };
            let power = said.voice.power() * held;
            if loudest.is_none_or(|(most, _)| power > most) {
                loudest = Some((power, *id));
            }
        }
        if let HeardBy::Only(to) = part.heard_by
            && said.any
        {
            room.add_whisper(key, to);
        }
    }
    loudest.map(|(_, stream)| stream)
}

/// Makes what a member of a room hears; `false` if it is the same as for everybody who says
/// nothing.
fn mix_for(phone: &Phone, room: &Room, phones: &Slab<Phone>, out: &mut Frame) -> bool {
    let Place::Room { mixed, .. } = phone.place else {
        return false;
    };
    let is_whispered_to = room.whisperers(phone.id).next().is_some();
    if mixed.is_silent() && !is_whispered_to {
        return false;
    }
    let mut sum = *room.sum();
    mix::subtract(&mut sum, &phone.said.frame, mixed);
    for whisperer in room.whisperers(phone.id) {
        mix::add(&mut sum, &phones[whisperer].said.frame, Gain::steady(FULL));
    }
    mix::settle(&sum, out);
    true
}
