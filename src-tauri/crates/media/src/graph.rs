//! The graph: who hears what, every 20 ms.
//!
//! Phones whose sound must be decoded, mixed, played to, recorded or measured are here; what is
//! only passed on between two phones never comes near. Everything is a [`Frame`](crate::Frame)
//! inside, and one [`tick`](Graph::tick) makes all that everybody hears in 20 ms: it listens to the
//! phones (`phone`), adds up the rooms (`room`), plays music (`music`), speaks to the phones,
//! and gives recordings (`recorder`) their sound.

mod chain;
mod meter;
mod mix;
mod music;
mod phone;
mod player;
mod recorder;
mod room;
mod shared;
mod shelf;
mod tick;
mod voice;
mod voicing;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha12Rng;
use rtp_packet::{Digit, RtpPacket};
use slab::Slab;

use self::meter::Meter;
use self::mix::Gain;
use self::music::Music;
pub use self::phone::SoundFigures;
use self::phone::{Phone, Place, ReportClock};
use self::player::Player;
use self::recorder::Recorder;
use self::room::Room;
use self::shelf::Shelf;
use crate::command::{Part, PlayId, RecordUntil, Recorded, RecordingId, RoomId, StreamId, Wiring};
use crate::event::{DigitBy, MediaEvent, PlayEnd, RecordingEnd, Refusal};
use crate::format::SoundFormat;
use crate::limits::{MAX_EVENTS_WAITING, MAX_MUSICS_REMEMBERED, MAX_ROOM_MEMBERS};
use crate::sound::{PlayHow, Samples, Sound, SoundFile};
use crate::stream::Datagram;

/// Everybody the office itself speaks or listens to.
///
/// The thread gives it the packets of the streams it [`listens`](Self::listens) to, calls
/// [`tick`](Self::tick) every 20 ms unless it [`is_idle`](Self::is_idle), loads the sounds
/// [`poll_want`](Self::poll_want) asks for, and carries away what [`poll_event`](Self::poll_event)
/// tells.
#[derive(Debug)]
pub struct Graph {
    phones: Slab<Phone>,
    phones_by_id: BTreeMap<StreamId, usize>,
    rooms: Slab<Room>,
    rooms_by_id: BTreeMap<RoomId, usize>,
    /// Also those nobody listens to, which remember where they are.
    musics: Slab<Music>,
    /// Counts how often music was begun to be heard, to tell which was not for the longest time.
    music_turns: u64,
    recorders: BTreeMap<RecordingId, Recorder>,
    shelf: Shelf,
    events: VecDeque<MediaEvent>,
    chance: ChaCha12Rng,
    reports: ReportClock,
    last_tick: Option<Instant>,
    /// The packet being written, and the keys heard in a tick: kept, so that a tick allocates
    /// nothing.
    datagram: Datagram,
    pressed: Vec<(usize, Digit)>,
    idle: bool,
}

/// Where a tick's results go.
pub trait Effects {
    /// Send this RTP packet to a phone.
    fn rtp(&mut self, to: StreamId, datagram: &[u8]);
    /// Send this RTCP packet to a phone.
    fn rtcp(&mut self, to: StreamId, datagram: &[u8]);
    /// Write 20 ms into a recording: 320 samples, or 640 of two channels in turn for
    /// [`Recorded::Two`].
    fn record(&mut self, recording: RecordingId, samples: &[i16]);
}

impl Graph {
    /// A graph without phones. SSRCs, first sequence numbers and first timestamps are drawn from
    /// `chance`.
    #[must_use]
    pub fn new(mut chance: ChaCha12Rng) -> Graph {
        Graph {
            phones: Slab::new(),
            phones_by_id: BTreeMap::new(),
            rooms: Slab::new(),
            rooms_by_id: BTreeMap::new(),
            musics: Slab::new(),
            music_turns: 0,
            recorders: BTreeMap::new(),
            shelf: Shelf::default(),
            events: VecDeque::new(),
            reports: ReportClock::new(&mut chance),
            last_tick: None,
            chance,
            datagram: Datagram::new(),
            pressed: Vec::new(),
            idle: true,
        }
    }

    /// A phone comes, wired to nothing. `format` is what was agreed with it, `None` as long as that
    /// is nothing the graph speaks. Opening an open stream changes its format only.
    pub fn open(&mut self, stream: StreamId, format: Option<SoundFormat>) {
        if self.phones_by_id.contains_key(&stream) {
            return self.set_format(stream, format, true, true);
        }
        let phone = Phone::new(stream, format, &mut self.chance);
        let key = self.phones.insert(phone);
        self.phones_by_id.insert(stream, key);
        self.idle = false;
    }

    /// Something else was agreed with a phone. `sends`: it may be sent sound. `receives`: what it
    /// sends is taken. Its place, its player and our SSRC and sequence numbers stay.
    pub fn set_format(
        &mut self,
        stream: StreamId,
        format: Option<SoundFormat>,
        sends: bool,
        receives: bool,
    ) {
        if let Ok(key) = self.find(stream) {
            self.phones[key].set_format(format, sends, receives, &mut self.chance);
            self.idle = false;
        }
    }

    /// Where a phone's sound goes and what it hears, from the next tick on. A relay and an echo are
    /// somebody else's; to the graph they say which phones hear each other by themselves.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] without a format and [`Refusal::RoomFull`]; all stays as it was
    /// then.
    pub fn wire(&mut self, stream: StreamId, to: &Wiring) -> Result<(), Refusal> {
        let key = self.find(stream)?;
        let decodes = matches!(to, Wiring::Room { .. } | Wiring::Music { .. });
        if decodes && !self.phones[key].can_be_decoded() {
            return Err(Refusal::CannotDecode);
        }
        let place = match to {
            Wiring::Nothing => Place::Nothing,
            Wiring::Echo => Place::PassedOn { with: None },
            Wiring::Relay { with } => {
                let other = self.find(*with)?;
                self.move_out(other);
                self.phones[other].place = Place::PassedOn { with: Some(key) };
                Place::PassedOn { with: Some(other) }
            }
            Wiring::Room { room, part } => return self.wire_to_room(key, *room, *part),
            Wiring::Music { pieces } => {
                let music = self.music_of(pieces);
                if self.phones[key].place == Place::Music(music) {
                    return Ok(());
                }
                self.musics[music].join(self.music_turns, &mut self.shelf);
                self.music_turns += 1;
                Place::Music(music)
            }
        };
        self.move_out(key);
        self.phones[key].place = place;
        self.idle = false;
        Ok(())
    }

    /// Has read beforehand what somebody would hear first who is wired to this music.
    pub fn prepare(&mut self, pieces: &Arc<[SoundFile]>) {
        let music = self.music_of(pieces);
        self.musics[music].prepare(&mut self.shelf);
    }

    /// Plays sounds to a phone instead of what plays already. It starts as soon as the host has
    /// loaded the first sound; until then the phone hears what it heard.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] without a format.
    pub fn play(
        &mut self,
        stream: StreamId,
        play: PlayId,
        sounds: Vec<Sound>,
        how: PlayHow,
    ) -> Result<(), Refusal> {
        let key = self.find_decoded(stream)?;
        self.end_play(key, PlayEnd::Stopped);
        self.phones[key].player = Some(Player::new(play, sounds, how, &mut self.shelf));
        self.idle = false;
        Ok(())
    }

    /// Stops what plays, if it is still this; it fades out within 10 ms.
    pub fn stop_playing(&mut self, stream: StreamId, play: PlayId) {
        if let Ok(key) = self.find(stream)
            && let Some(player) = &self.phones[key].player
            && player.play() == play
        {
            self.end_play(key, PlayEnd::Stopped);
        }
    }

    /// Plays sounds to everybody in a room, below their voices, after what is announced already.
    /// An empty room hears nothing.
    pub fn announce(&mut self, room: RoomId, sounds: Vec<Sound>) {
        if let Some(key) = self.rooms_by_id.get(&room) {
            self.rooms[*key].announce(sounds, &mut self.shelf);
        }
    }

    /// Sends key presses to a phone.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] without a format.
    pub fn press(&mut self, stream: StreamId, digits: &[Digit]) -> Result<(), Refusal> {
        let key = self.find_decoded(stream)?;
        self.phones[key].press(digits);
        self.idle = false;
        Ok(())
    }

    /// Sends a key press to a phone that lasts as long as the newest of another.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] without a format.
    pub fn press_along(
        &mut self,
        stream: StreamId,
        digit: Digit,
        with: StreamId,
    ) -> Result<(), Refusal> {
        let key = self.find_decoded(stream)?;
        let other = self.find(with).ok();
        let press = other.and_then(|other| self.phones[other].newest_press());
        self.phones[key].press_along(digit, with, press);
        self.idle = false;
        Ok(())
    }

    /// Whether the key presses of a phone are told while its sound is only passed on.
    ///
    /// # Errors
    /// [`Refusal::NoSuchStream`].
    pub fn hear_keys(&mut self, stream: StreamId, hears: bool) -> Result<(), Refusal> {
        let key = self.find(stream)?;
        self.phones[key].hears_keys = hears;
        self.idle = false; // tones are only found in sound
        Ok(())
    }

    /// Gives what is heard to [`Effects::record`] from the next tick on.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] if a phone has no format, [`Refusal::NoSuchStream`] also for a
    /// room nobody is in, [`Refusal::AlreadyOpen`] for a recording there is already.
    pub fn record(
        &mut self,
        recording: RecordingId,
        of: Recorded,
        until: RecordUntil,
    ) -> Result<(), Refusal> {
        if self.recorders.contains_key(&recording) {
            return Err(Refusal::AlreadyOpen);
        }
        for stream in streams_of(&of) {
            self.find_decoded(stream)?;
        }
        if let Recorded::Room(room) = &of
            && !self.rooms_by_id.contains_key(room)
        {
            return Err(Refusal::NoSuchStream);
        }
        self.tap(&of, 1);
        self.recorders.insert(recording, Recorder::new(of, until));
        self.idle = false;
        Ok(())
    }

    /// Holds a recording, or goes on with it.
    pub fn pause_recording(&mut self, recording: RecordingId, paused: bool) {
        if let Some(recorder) = self.recorders.get_mut(&recording) {
            recorder.pause(paused);
        }
    }

    /// Ends a recording; the next tick gives the rest of it.
    pub fn stop_recording(&mut self, recording: RecordingId) {
        if let Some(recorder) = self.recorders.get_mut(&recording) {
            recorder.end(RecordingEnd::Stopped);
        }
    }

    /// Whether a recording is under way.
    #[must_use]
    pub fn is_recording(&self, recording: RecordingId) -> bool {
        self.recorders.contains_key(&recording)
    }

    /// The host's disk gave up: nothing more is given to it.
    pub fn recording_failed(&mut self, recording: RecordingId) {
        self.close_recording(recording, RecordingEnd::Disk);
    }

    /// Measures how loud a phone is, instead of what is measured already.
    ///
    /// # Errors
    /// [`Refusal::CannotDecode`] without a format.
    pub fn measure(&mut self, stream: StreamId, lasts: Duration) -> Result<(), Refusal> {
        let key = self.find_decoded(stream)?;
        self.phones[key].meter = Some(Meter::new(lasts));
        self.idle = false;
        Ok(())
    }

    /// A phone goes. Its recordings end; what plays to it is not told any more.
    pub fn close(&mut self, stream: StreamId) {
        let Ok(key) = self.find(stream) else {
            return;
        };
        for recorder in self.recorders.values_mut().filter(|r| r.is_of(stream)) {
            recorder.end(RecordingEnd::Stopped);
        }
        self.move_out(key);
        let mut phone = self.phones.remove(key);
        phone.stop_playing(&mut self.shelf);
        self.phones_by_id.remove(&stream);
        self.idle = false;
    }

    /// Whether packets of this stream must be given to [`on_rtp`](Self::on_rtp).
    #[must_use]
    pub fn listens(&self, stream: StreamId) -> bool {
        self.find(stream)
            .is_ok_and(|key| self.phones[key].is_listened_to(self.is_overheard(key)))
    }

    /// Whether the graph speaks to this stream now, so that the relay must not.
    #[must_use]
    pub fn speaks(&self, stream: StreamId) -> bool {
        self.find(stream)
            .is_ok_and(|key| self.phones[key].is_spoken_to())
    }

    /// Takes in a believed RTP packet.
    pub fn on_rtp(&mut self, now: Instant, stream: StreamId, packet: &RtpPacket<'_>) {
        let Ok(key) = self.find(stream) else {
            return;
        };
        let decoded = self.phones[key].must_be_decoded(self.is_overheard(key));
        if let Some(digit) = self.phones[key].on_rtp(now, packet, decoded) {
            self.on_digit(key, digit, DigitBy::Event);
        }
    }

    /// Takes in a believed RTCP datagram.
    pub fn on_rtcp(&mut self, now: Instant, stream: StreamId, datagram: &[u8]) {
        if let Ok(key) = self.find(stream) {
            self.phones[key].on_rtcp(now, datagram);
        }
    }

    /// Whether no tick is needed until something is asked of it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// A sound the host is to load, the most urgent first; each is asked for once as long as it is
    /// needed.
    pub fn poll_want(&mut self) -> Option<SoundFile> {
        self.shelf.poll_want()
    }

    /// The host loaded a sound, or could not read it.
    pub fn loaded(&mut self, file: &SoundFile, samples: Result<Samples, ()>) {
        self.shelf.put(file, samples);
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    /// How a phone was heard; `None` if nothing is agreed with it.
    #[must_use]
    pub fn figures(&self, stream: StreamId) -> Option<SoundFigures> {
        self.phones[self.find(stream).ok()?].figures()
    }

    fn find(&self, stream: StreamId) -> Result<usize, Refusal> {
        let key = self.phones_by_id.get(&stream);
        key.copied().ok_or(Refusal::NoSuchStream)
    }

    fn find_decoded(&self, stream: StreamId) -> Result<usize, Refusal> {
        let key = self.find(stream)?;
        match self.phones[key].can_be_decoded() {
            true => Ok(key),
            false => Err(Refusal::CannotDecode),
        }
    }

    /// The phone whose sound this one gets passed on hears it beneath what is played to it.
    fn is_overheard(&self, key: usize) -> bool {
        is_overheard(&self.phones, key)
    }

    fn wire_to_room(&mut self, key: usize, id: RoomId, part: Part) -> Result<(), Refusal> {
        let known = self.rooms_by_id.get(&id).copied();
        if let Place::Room {
            room, part: was, ..
        } = &mut self.phones[key].place
            && known == Some(*room)
        {
            *was = part;
            return Ok(());
        }
        if known.is_some_and(|room| self.rooms[room].members().len() >= MAX_ROOM_MEMBERS) {
            return Err(Refusal::RoomFull);
        }
        self.move_out(key);
        let room = known.unwrap_or_else(|| {
            let room = self.rooms.insert(Room::new(id));
            self.rooms_by_id.insert(id, room);
            room
        });
        self.rooms[room].join(key);
        self.phones[key].place = Place::Room {
            room,
            part,
            mixed: Gain::steady(0.0),
        };
        self.idle = false;
        Ok(())
    }

    /// Takes a phone away from where it is.
    fn move_out(&mut self, key: usize) {
        let place = std::mem::replace(&mut self.phones[key].place, Place::Nothing);
        match place {
            Place::Nothing | Place::PassedOn { with: None } => {}
            Place::PassedOn { with: Some(other) } => self.phones[other].place = Place::Nothing,
            Place::Music(music) => {
                self.phones[key].leave_shared(self.musics[music].shared());
                self.musics[music].leave(&mut self.shelf);
            }
            Place::Room { room, .. } => {
                self.phones[key].leave_shared(self.rooms[room].common());
                self.rooms[room].leave(key);
                if self.rooms[room].members().is_empty() {
                    self.close_room(room);
                }
            }
        }
    }

    fn close_room(&mut self, key: usize) {
        let mut room = self.rooms.remove(key);
        room.rest(&mut self.shelf);
        self.rooms_by_id.remove(&room.id());
        let of = Recorded::Room(room.id());
        for recorder in self.recorders.values_mut().filter(|r| *r.of() == of) {
            recorder.end(RecordingEnd::Stopped);
        }
    }

    /// The music of these pieces, where it is.
    fn music_of(&mut self, pieces: &Arc<[SoundFile]>) -> usize {
        let known = self
            .musics
            .iter()
            .find(|(_, music)| music.pieces() == pieces);
        if let Some((key, _)) = known {
            return key;
        }
        if self.musics.len() >= MAX_MUSICS_REMEMBERED {
            let unheard = self.musics.iter().filter(|(_, music)| music.is_unheard());
            let longest = unheard
                .min_by_key(|(_, music)| music.joined())
                .map(|(key, _)| key);
            if let Some(key) = longest {
                self.musics.remove(key);
            }
        }
        self.musics.insert(Music::new(pieces.clone()))
    }

    fn end_play(&mut self, key: usize, why: PlayEnd) {
        let phone = &mut self.phones[key];
        let stream = phone.id;
        if let Some(play) = phone.stop_playing(&mut self.shelf) {
            self.idle = false;
            self.tell(MediaEvent::PlayEnded { stream, play, why });
        }
    }

    /// A phone pressed a key: told, then what it ends is ended.
    fn on_digit(&mut self, key: usize, digit: Digit, how: DigitBy) {
        let phone = &self.phones[key];
        let stream = phone.id;
        let barges_in = phone.player.as_ref().is_some_and(Player::can_be_barged_in);
        self.tell(MediaEvent::Digit { stream, digit, how });
        if barges_in {
            self.end_play(key, PlayEnd::Key(digit));
        }
        for recorder in self.recorders.values_mut().filter(|r| r.is_of(stream)) {
            recorder.on_key(digit);
        }
    }

    fn close_recording(&mut self, recording: RecordingId, why: RecordingEnd) {
        if let Some(recorder) = self.recorders.remove(&recording) {
            self.tap(recorder.of(), -1);
            self.tell(MediaEvent::RecordingEnded {
                recording,
                lasts: recorder.lasts(),
                why,
            });
        }
    }

    /// Counts a recording's hold on the phones it is of.
    fn tap(&mut self, of: &Recorded, change: isize) {
        for stream in streams_of(of) {
            if let Ok(key) = self.find(stream) {
                let taps = &mut self.phones[key].taps;
                *taps = taps.saturating_add_signed(change);
            }
        }
    }

    /// Ends of plays and recordings are always told: there is one for each command. All else is
    /// news, of which a host that does not listen misses the latest.
    fn tell(&mut self, event: MediaEvent) {
        let must = matches!(
            event,
            MediaEvent::PlayEnded { .. } | MediaEvent::RecordingEnded { .. }
        );
        if must || self.events.len() < MAX_EVENTS_WAITING {
            self.events.push_back(event);
        }
    }
}

fn is_overheard(phones: &Slab<Phone>, key: usize) -> bool {
    let Place::PassedOn { with: Some(other) } = phones[key].place else {
        return false;
    };
    let player = phones[other].player.as_ref();
    player.is_some_and(Player::is_over_others)
}

fn streams_of(of: &Recorded) -> impl Iterator<Item = StreamId> + use<> {
    let (first, second) = match of {
        Recorded::One(stream) => (Some(*stream), None),
        Recorded::Two(left, right) => (Some(*left), Some(*right)),
        Recorded::Room(_) => (None, None),
    };
    first.into_iter().chain(second)
}

#[cfg(test)]
mod tests;
