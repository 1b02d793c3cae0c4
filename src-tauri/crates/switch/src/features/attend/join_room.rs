//! Being in a conference room: the PIN at its door, who is there already, and the keys to mute
//! oneself, to count, and for the host to lock the room.

use super::{About, Heard, Step, say};
use crate::{
    happening::RoomRefusal,
    limits::{ROOM_PIN_TRIES, ROOM_PIN_WAIT},
    questions::{Answer, PinDigits, PinIs, PinOf, Question},
    rooms::Order,
};
use callflow::walk::RoomEnd;
use office::{ConferenceRoom, ConferenceRoomId};
use rtp_packet::Digit;
use spoken::{
    Phrase, Piece,
    phrase::{calls, conference},
    sentence,
};

/// Somebody at the door of a room, or in it.
#[derive(Debug)]
pub(crate) struct JoinRoom {
    room: ConferenceRoomId,
    /// They were asked in: neither PIN nor lock keeps them out.
    invited: bool,
    /// They come as its host, as a call flow has made sure.
    as_host: bool,
    came_to: RoomEnd,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    /// At the door: what they have dialled of the PIN, after so many wrong ones.
    AtDoor { digits: PinDigits, wrong: u32 },
    /// The PIN is being checked, after so many wrong ones.
    Checking { wrong: u32 },
    /// In the room; the star key was pressed just now.
    Inside { starred: bool },
    /// The last words.
    Parting,
}

/// What a member of a room is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// They are in.
    Entered {
        /// How many were there before.
        others: u32,
        /// They are not heard.
        muted: bool,
        /// They hear music until the host has come.
        waits: bool,
        /// The room is recorded.
        recorded: bool,
    },
    /// The host has come, whom they waited for.
    HostArrived {
        /// The room is recorded.
        recorded: bool,
    },
    /// They are no longer heard.
    Muted,
    /// They are heard again.
    Unmuted,
    /// They were sent out.
    Removed,
    /// There is no such room any more.
    Closed,
}

impl JoinRoom {
    /// For somebody who dialled the room, or was called to be put into it.
    pub(crate) fn new(room: ConferenceRoomId, invited: bool) -> JoinRoom {
        let digits = PinDigits::default();
        JoinRoom {
            room,
            invited,
            as_host: false,
            came_to: RoomEnd::Left,
            state: State::AtDoor { digits, wrong: 0 },
        }
    }

    /// For somebody whom a call flow lets in as the room's host.
    pub(crate) fn as_host(room: ConferenceRoomId) -> JoinRoom {
        JoinRoom {
            as_host: true,
            ..JoinRoom::new(room, true)
        }
    }

    /// What came of it so far.
    pub(crate) fn came_to(&self) -> RoomEnd {
        self.came_to
    }

    pub(crate) fn room(&self) -> ConferenceRoomId {
        self.room
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        if let (State::Parting, Heard::Said | Heard::Key(_)) = (&self.state, &heard) {
            return vec![Step::HangUp];
        }
        let room = about.office.room(self.room);
        match (self.state.clone(), heard) {
            (_, Heard::Room(News::Closed)) => self.part(about, conference::ROOM_CLOSES),
            (_, Heard::Room(News::Removed)) => self.part(about, conference::YOU_WERE_REMOVED),
            (State::AtDoor { digits, wrong }, heard) => match room {
                Some(room) => self.at_door(about, room, heard, digits, wrong),
                None => self.part(about, conference::ROOM_CLOSES), // removed meanwhile
            },
            (State::Checking { wrong }, Heard::Told(answer)) => match (answer, room) {
                (_, None) => self.part(about, conference::ROOM_CLOSES),
                (Answer::Pin(PinIs::Host), Some(room)) => self.enter(about, room, true),
                (Answer::Pin(PinIs::Right), Some(room)) => self.enter(about, room, false),
                // What could not be checked is asked for again, and counts: nobody stays here for
                // ever.
                _ => self.refuse_pin(about, wrong + 1),
            },
            (State::Inside { starred }, Heard::Key(key)) => self.on_key(about, key, starred),
            (State::Inside { .. }, Heard::Room(news)) => said_of(about, news),
            _ => Vec::new(),
        }
    }

    fn at_door(
        &mut self,
        about: &About<'_>,
        room: &ConferenceRoom,
        heard: Heard,
        mut digits: PinDigits,
        wrong: u32,
    ) -> Vec<Step> {
        let is_open = self.invited || (room.pin.is_none() && room.host_pin.is_none());
        match heard {
            Heard::Began if is_open => self.enter(about, room, self.as_host),
            Heard::Began if self.is_pin_locked(about) => self.turn_away_locked(about),
            Heard::Began => ask_pin(about, &[]),
            Heard::Said => vec![Step::Wait(ROOM_PIN_WAIT)],
            Heard::Key(key) => match key.key() {
                '#' => self.check(about, room, digits, wrong),
                '*' => {
                    self.at(PinDigits::default(), wrong);
                    vec![Step::Wait(ROOM_PIN_WAIT)]
                }
                digit => {
                    digits.push(digit);
                    self.at(digits, wrong);
                    vec![Step::Wait(ROOM_PIN_WAIT)]
                }
            },
            Heard::TimeUp => self.check(about, room, digits, wrong),
            _ => Vec::new(),
        }
    }

    /// The digits are complete. Where only the host has a PIN, whoever dials none is no host.
    fn check(
        &mut self,
        about: &About<'_>,
        room: &ConferenceRoom,
        digits: PinDigits,
        wrong: u32,
    ) -> Vec<Step> {
        if !digits.is_empty() && self.is_pin_locked(about) {
            return self.turn_away_locked(about);
        }
        if !digits.is_empty() {
            self.state = State::Checking { wrong };
            let whose = PinOf::Room(self.room);
            return vec![Step::Ask(Question::CheckPin { whose, digits })];
        }
        match room.pin {
            None => self.enter(about, room, false),
            Some(_) => self.refuse_pin(about, wrong + 1),
        }
    }

    fn refuse_pin(&mut self, about: &About<'_>, wrong: u32) -> Vec<Step> {
        if wrong >= ROOM_PIN_TRIES {
            let turned_away = Step::Room(Order::TurnAway(RoomRefusal::WrongPin));
            let mut steps = vec![turned_away];
            steps.extend(self.part(about, conference::WRONG_ROOM_PIN));
            return steps;
        }
        self.at(PinDigits::default(), wrong);
        ask_pin(
            about,
            &[conference::WRONG_ROOM_PIN.into(), Piece::FULL_STOP],
        )
    }

    fn is_pin_locked(&self, about: &About<'_>) -> bool {
        about.pin_lock.is_locked(PinOf::Room(self.room), about.now)
    }

    /// Somebody has guessed too often; whoever knows the PIN has to wait with them.
    fn turn_away_locked(&mut self, about: &About<'_>) -> Vec<Step> {
        let mut steps = vec![Step::Room(Order::TurnAway(RoomRefusal::PinLocked))];
        self.state = State::Parting;
        let said = [
            conference::ROOM_LOCKED.into(),
            Piece::FULL_STOP,
            calls::TOO_MANY_TRIES.into(),
            Piece::FULL_STOP,
            calls::GOODBYE.into(),
        ];
        steps.push(Step::Say(say(about.lang, &said)));
        steps
    }

    fn enter(&mut self, about: &About<'_>, room: &ConferenceRoom, host: bool) -> Vec<Step> {
        let has_key = host || self.invited;
        let Some(why) = about.rooms.refusal(room, has_key) else {
            self.state = State::Inside { starred: false };
            return vec![Step::Room(Order::Enter { host })];
        };
        self.came_to = RoomEnd::Full;
        let mut steps = vec![Step::Room(Order::TurnAway(why))];
        steps.extend(self.part(
            about,
            match why {
                RoomRefusal::Full => conference::ROOM_FULL,
                RoomRefusal::Locked => conference::ROOM_LOCKED,
                RoomRefusal::WrongPin | RoomRefusal::PinLocked => conference::WRONG_ROOM_PIN,
            },
        ));
        steps
    }

    fn on_key(&mut self, about: &About<'_>, key: Digit, starred: bool) -> Vec<Step> {
        let is_star = key.key() == '*';
        self.state = State::Inside { starred: is_star };
        if is_star || !starred {
            return Vec::new();
        }
        let is_host = about.rooms.is_host(about.call);
        match key.key() {
            '2' => {
                let others = about.rooms.members(self.room).saturating_sub(1);
                let others = u32::try_from(others).unwrap_or(u32::MAX);
                let said = sentence::others_in_room(about.lang, others);
                vec![Step::SayOver(say(about.lang, &said))]
            }
            '5' if is_host => vec![Step::Room(Order::ToggleLock)],
            '6' => vec![Step::Room(Order::ToggleMute)],
            '7' if is_host => vec![Step::Room(Order::ToggleAll)],
            _ => {
                let keys = [conference::KEYS_MUTE, conference::KEYS_COUNT];
                let of_host = is_host.then_some(conference::KEYS_LOCK);
                let said: Vec<Piece> = keys
                    .into_iter()
                    .chain(of_host)
                    .flat_map(|phrase| [phrase.into(), Piece::FULL_STOP])
                    .collect();
                vec![Step::SayOver(say(about.lang, &said))]
            }
        }
    }

    fn at(&mut self, digits: PinDigits, wrong: u32) {
        self.state = State::AtDoor { digits, wrong };
    }

    fn part(&mut self, about: &About<'_>, why: Phrase) -> Vec<Step> {
        self.state = State::Parting;
        let said = [why.into(), Piece::FULL_STOP, calls::GOODBYE.into()];
        vec![Step::Say(say(about.lang, &said))]
    }
}

fn ask_pin(about: &About<'_>, first: &[Piece]) -> Vec<Step> {
    let said = [first, &[conference::ENTER_ROOM_PIN.into()]].concat();
    // From now on, too: a wait for the digits of before must not end in this one.
    vec![Step::Say(say(about.lang, &said)), Step::Wait(ROOM_PIN_WAIT)]
}

/// What a member hears of their room.
fn said_of(about: &About<'_>, news: News) -> Vec<Step> {
    let over = |phrase: Phrase| vec![Step::SayOver(say(about.lang, &[phrase.into()]))];
    match news {
        News::Entered {
            waits, recorded, ..
        } if waits => {
            let told = recorded.then_some(conference::ROOM_RECORDED);
            let said = [conference::HOST_NOT_HERE].into_iter().chain(told);
            let said: Vec<Piece> = said
                .flat_map(|phrase| [phrase.into(), Piece::FULL_STOP])
                .collect();
            vec![Step::Say(say(about.lang, &said))]
        }
        News::Entered {
            others,
            muted,
            recorded,
            ..
        } => {
            let mut said = Vec::new();
            if recorded {
                said.extend([conference::ROOM_RECORDED.into(), Piece::FULL_STOP]);
            }
            said.extend(sentence::others_in_room(about.lang, others));
            if muted {
                said.extend([Piece::FULL_STOP, conference::MUTED.into()]);
            }
            vec![Step::SayOver(say(about.lang, &said))]
        }
        News::HostArrived { recorded } => {
            let told = recorded.then_some(conference::ROOM_RECORDED);
            let said = [conference::HOST_ARRIVED].into_iter().chain(told);
            let said: Vec<Piece> = said
                .flat_map(|phrase| [phrase.into(), Piece::FULL_STOP])
                .collect();
            vec![Step::SayOver(say(about.lang, &said))]
        }
        News::Muted => over(conference::MUTED),
        News::Unmuted => over(conference::UNMUTED),
        News::Removed | News::Closed => Vec::new(), // told at once, wherever they are
    }
}
