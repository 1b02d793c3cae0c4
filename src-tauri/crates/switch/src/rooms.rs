//! Conference rooms with somebody in them: who is there, who hears whom, and what the others notice
//! when somebody comes, goes or is muted. A member is a call of its own that the office attends to;
//! what it is told is in `features/attend/join_room.rs`.

pub(crate) mod recording;

use crate::{
    features::{
        attend::{self, News},
        hold,
    },
    happening::{CommandRefusal, Party, RoomRefusal, What},
    leg::LegId,
    switch::Switch,
};
use media::{MediaCommand, Part, RecordingId, RoomId, Sound, StreamId, Tone, TonePart, Wiring};
use office::{CallId, ConferenceRoom, ConferenceRoomId, JoinSound, Office};
use recording::Recording;
use spoken::{Lang, Phrase, phrase::conference};
use std::{collections::BTreeMap, time::Duration};

/// All rooms with somebody in them.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    open: BTreeMap<ConferenceRoomId, OpenRoom>,
    /// Recordings whose files are not whole yet.
    parts: BTreeMap<RecordingId, recording::Part>,
}

/// A room with somebody in it.
#[derive(Debug)]
struct OpenRoom {
    sound: RoomId,
    members: BTreeMap<CallId, Member>,
    /// The host has come; nobody waits for them any more, even if they leave.
    begun: bool,
    locked: bool,
    /// All but hosts were muted at once.
    all_muted: bool,
    recording: Recording,
}

/// Somebody in a room.
#[derive(Clone, Copy, Debug)]
struct Member {
    leg: LegId,
    host: bool,
    muted: bool,
}

/// What a member does to their room by pressing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// They come in.
    Enter {
        /// They have proved to be the host.
        host: bool,
    },
    /// They are not let in.
    TurnAway(RoomRefusal),
    /// They mute themselves, or want to be heard again.
    ToggleMute,
    /// The host locks or unlocks the room.
    ToggleLock,
    /// The host mutes everybody else, or lets them be heard again.
    ToggleAll,
}

impl Rooms {
    /// How many are in a room.
    pub(crate) fn members(&self, room: ConferenceRoomId) -> usize {
        self.open.get(&room).map_or(0, |open| open.members.len())
    }

    /// Why nobody more is let into a room, apart from PINs. Whoever has a key comes in although it
    /// is locked.
    pub(crate) fn refusal(&self, room: &ConferenceRoom, has_key: bool) -> Option<RoomRefusal> {
        let open = self.open.get(&room.id)?;
        if open.members.len() >= usize::from(room.max_members) {
            Some(RoomRefusal::Full)
        } else {
            (open.locked && !has_key).then_some(RoomRefusal::Locked)
        }
    }

    /// Whether a call is its room's host.
    pub(crate) fn is_host(&self, call: CallId) -> bool {
        let member = self.of(call).map(|(_, member)| member);
        member.is_some_and(|member| member.host)
    }

    /// Members of all rooms.
    pub(crate) fn all_members(&self) -> usize {
        self.open.values().map(|open| open.members.len()).sum()
    }

    /// Recordings whose files are not whole yet.
    pub(crate) fn recordings(&self) -> usize {
        self.parts.len()
    }

    /// The room a call is in.
    fn of(&self, call: CallId) -> Option<(ConferenceRoomId, Member)> {
        let mut open = self.open.iter();
        open.find_map(|(id, open)| Some((*id, *open.members.get(&call)?)))
    }
}

/// Follows what a member, or whoever wants to be one, has decided.
pub(crate) fn follow(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    room: ConferenceRoomId,
    order: Order,
) {
    match order {
        Order::Enter { host } => enter(switch, call, leg, room, host),
        Order::TurnAway(reason) => switch.tell(What::RoomRefused { call, room, reason }),
        Order::ToggleMute => {
            if let Some((_, member)) = switch.rooms.of(call) {
                set_muted(switch, room, call, !member.muted);
                attend::news(switch, call, muted_news(!member.muted));
            }
        }
        Order::ToggleLock if switch.rooms.is_host(call) => {
            let locked = switch.rooms.open.get(&room).is_some_and(|open| open.locked);
            let by = Some(switch.party(leg));
            set_locked(switch, room, !locked, by);
        }
        Order::ToggleAll if switch.rooms.is_host(call) => {
            let muted = switch
                .rooms
                .open
                .get(&room)
                .is_some_and(|open| open.all_muted);
            mute_all(switch, room, !muted);
        }
        Order::ToggleLock | Order::ToggleAll => {}
    }
}

/// A call is over, or its member leaves the room for another reason.
pub(crate) fn leave(switch: &mut Switch, call: CallId) {
    let Some((id, member)) = switch.rooms.of(call) else {
        return;
    };
    let by = switch.party(member.leg);
    if let Some(stream) = switch.legs.get(&member.leg).and_then(|leg| leg.stream) {
        let to = Wiring::Nothing;
        switch.order(MediaCommand::Wire { stream, to });
    }
    switch.tell(What::RoomLeft { call, room: id, by });
    let Some(open) = switch.rooms.open.get_mut(&id) else {
        return;
    };
    open.members.remove(&call);
    if open.members.is_empty() {
        recording::stop(switch, id);
        switch.rooms.open.remove(&id);
        return;
    }
    let hosts = open.members.values().filter(|member| member.host).count();
    let begun = open.begun;
    let office = switch.office();
    let waited = office.room(id).is_some_and(|room| room.wait_for_host);
    if member.host && hosts == 0 && waited {
        announce(switch, id, conference::HOST_LEFT);
    } else if begun || !waited {
        sound_gong(switch, id, LEAVING);
    }
}

/// A phone's sound has changed its way, or the phone its mind: what it hears is set anew.
pub(crate) fn rewire(switch: &mut Switch, call: CallId) {
    if let Some((room, _)) = switch.rooms.of(call) {
        wire(switch, room, call);
    }
}

/// Somebody else has the word in a room of the media thread.
pub(crate) fn on_speaking(switch: &mut Switch, sound: RoomId, who: Option<StreamId>) {
    let mut open = switch.rooms.open.iter();
    let Some((room, open)) = open.find(|(_, open)| open.sound == sound) else {
        return; // not a conference
    };
    let leg = who.and_then(|stream| switch.streams.get(&stream));
    let call = leg.and_then(|leg| switch.legs.get(leg)).map(|leg| leg.call);
    let call = call.filter(|call| open.members.contains_key(call));
    let room = *room;
    switch.tell(What::SomebodySpoke { room, member: call });
}

/// The office has changed: whoever is in a room that is no more is told so.
pub(crate) fn on_office_changed(switch: &mut Switch) {
    let office = switch.office();
    let gone = |id: &&ConferenceRoomId| office.room(**id).is_none();
    let closed: Vec<ConferenceRoomId> = switch.rooms.open.keys().filter(gone).copied().collect();
    for room in closed {
        let members = switch.rooms.open.get(&room).map(|open| &open.members);
        let members: Vec<CallId> = members.into_iter().flatten().map(|(id, _)| *id).collect();
        for call in members {
            leave(switch, call);
            attend::news(switch, call, News::Closed);
        }
    }
}

/// The board locks or unlocks a room.
pub(crate) fn lock(
    switch: &mut Switch,
    room: ConferenceRoomId,
    locked: bool,
) -> Result<(), CommandRefusal> {
    is_open(switch, room)?;
    set_locked(switch, room, locked, None);
    Ok(())
}

/// The board mutes a member, or everybody but hosts, or lets them be heard again.
pub(crate) fn mute(
    switch: &mut Switch,
    room: ConferenceRoomId,
    call: Option<CallId>,
    muted: bool,
) -> Result<(), CommandRefusal> {
    is_open(switch, room)?;
    let Some(call) = call else {
        mute_all(switch, room, muted);
        return Ok(());
    };
    is_in(switch, room, call)?;
    if set_muted(switch, room, call, muted) {
        attend::news(switch, call, muted_news(muted));
    }
    Ok(())
}

/// The board sends a member out.
pub(crate) fn remove(
    switch: &mut Switch,
    room: ConferenceRoomId,
    call: CallId,
) -> Result<(), CommandRefusal> {
    is_open(switch, room)?;
    is_in(switch, room, call)?;
    switch.tell(What::MemberRemoved { call, room });
    leave(switch, call);
    attend::news(switch, call, News::Removed);
    Ok(())
}

/// A room as the other party.
pub(crate) fn party(office: &Office, room: ConferenceRoomId) -> Party {
    let found = office.room(room);
    Party {
        person: None,
        device: None,
        name: found.map_or_else(String::new, |room| room.name.clone()),
        number: found.map_or_else(String::new, |room| room.number.as_str().to_owned()),
        ..Party::default()
    }
}

fn enter(switch: &mut Switch, call: CallId, leg: LegId, id: ConferenceRoomId, host: bool) {
    let office = switch.office();
    let Some(room) = office.room(id) else {
        return attend::news(switch, call, News::Closed);
    };
    let open = switch.rooms.open.entry(id).or_insert_with(|| OpenRoom {
        sound: RoomId(CONFERENCES | id.0.unsigned_abs()),
        members: BTreeMap::new(),
        begun: !room.wait_for_host,
        locked: false,
        all_muted: false,
        recording: Recording::Off,
    });
    let waiting: Vec<CallId> = match host && !open.begun {
        true => open.members.keys().copied().collect(),
        false => Vec::new(),
    };
    let had_begun = open.begun;
    open.begun |= host;
    let waits = !open.begun;
    let others = open.members.len();
    let muted = !host && (room.mute_on_entry || open.all_muted);
    open.members.insert(call, Member { leg, host, muted });
    if had_begun && others > 0 {
        sound_gong(switch, id, JOINING);
    }
    wire(switch, id, call);
    let by = switch.party(leg);
    switch.tell(What::RoomJoined {
        call,
        room: id,
        by,
        host,
        muted,
        waits,
    });
    let recorded = recording::is_told(switch, id);
    let entered = News::Entered {
        others: u32::try_from(others).unwrap_or(u32::MAX),
        muted,
        waits,
        recorded,
    };
    attend::news(switch, call, entered);
    for waiting in waiting {
        wire(switch, id, waiting);
        attend::news(switch, waiting, News::HostArrived { recorded });
    }
}

/// Lets a member hear the others and be heard, as far as they may.
fn wire(switch: &mut Switch, room: ConferenceRoomId, call: CallId) {
    let Some(open) = switch.rooms.open.get(&room) else {
        return;
    };
    let Some(member) = open.members.get(&call) else {
        return;
    };
    let Some(leg) = switch.legs.get(&member.leg) else {
        return;
    };
    let Some(stream) = leg.stream else { return };
    let to = if open.begun {
        // A phone that holds the room must not play its own music into it.
        let part = match member.muted || leg.holds_us() {
            true => Part::LISTENS,
            false => Part::FULL,
        };
        let room = open.sound;
        Wiring::Room { room, part }
    } else {
        let pieces = hold::pieces(&switch.office().settings().music);
        Wiring::Music { pieces }
    };
    switch.order(MediaCommand::Wire { stream, to });
}

/// Mutes somebody or lets them be heard again. Whether that changed anything.
fn set_muted(switch: &mut Switch, room: ConferenceRoomId, call: CallId, muted: bool) -> bool {
    let open = switch.rooms.open.get_mut(&room);
    let Some(member) = open.and_then(|open| open.members.get_mut(&call)) else {
        return false;
    };
    if std::mem::replace(&mut member.muted, muted) == muted {
        return false;
    }
    wire(switch, room, call);
    switch.tell(match muted {
        true => What::MemberMuted { call, room },
        false => What::MemberUnmuted { call, room },
    });
    true
}

fn mute_all(switch: &mut Switch, room: ConferenceRoomId, muted: bool) {
    let Some(open) = switch.rooms.open.get_mut(&room) else {
        return;
    };
    open.all_muted = muted;
    let members = open.members.iter().filter(|(_, member)| !member.host);
    let members: Vec<CallId> = members.map(|(call, _)| *call).collect();
    for call in members {
        set_muted(switch, room, call, muted);
    }
    announce(
        switch,
        room,
        match muted {
            true => conference::ALL_MUTED,
            false => conference::ALL_UNMUTED,
        },
    );
}

fn set_locked(switch: &mut Switch, room: ConferenceRoomId, locked: bool, by: Option<Party>) {
    let Some(open) = switch.rooms.open.get_mut(&room) else {
        return;
    };
    if std::mem::replace(&mut open.locked, locked) == locked {
        return;
    }
    let (what, said) = match locked {
        true => (What::RoomLocked { room, by }, conference::ROOM_LOCKED),
        false => (What::RoomUnlocked { room, by }, conference::ROOM_UNLOCKED),
    };
    switch.tell(what);
    announce(switch, room, said);
}

/// Says something to everybody who hears the room.
fn announce(switch: &mut Switch, room: ConferenceRoomId, phrase: Phrase) {
    let lang = Lang::of(&switch.office().settings().language);
    let sounds = attend::say(lang, &[phrase.into()]);
    play(switch, room, sounds);
}

/// A tone for those in a room, if it is to have one.
fn sound_gong(switch: &mut Switch, room: ConferenceRoomId, tones: [u16; 2]) {
    let office = switch.office();
    let wanted = office.room(room).map(|room| room.announce);
    if wanted == Some(JoinSound::Tone) {
        play(switch, room, vec![gong(tones)]);
    }
}

fn play(switch: &mut Switch, room: ConferenceRoomId, sounds: Vec<Sound>) {
    if let Some(open) = switch.rooms.open.get(&room) {
        let room = open.sound;
        switch.order(MediaCommand::Announce { room, sounds });
    }
}

/// Rooms of the media thread from here on are conferences; those below are numbered by a stream.
const CONFERENCES: u64 = 1 << 63;

/// Somebody comes: a fourth upwards. Somebody goes: the same down.
const JOINING: [u16; 2] = [440, 587];
const LEAVING: [u16; 2] = [587, 440];

fn gong(tones: [u16; 2]) -> Sound {
    let part = |hertz| TonePart::new([hertz, 0, 0, 0], Duration::from_millis(120));
    Sound::Tone(Tone {
        cadence: tones.map(part).into(),
        repeats: false,
    })
}

fn muted_news(muted: bool) -> News {
    match muted {
        true => News::Muted,
        false => News::Unmuted,
    }
}

fn is_open(switch: &Switch, room: ConferenceRoomId) -> Result<(), CommandRefusal> {
    if switch.office().room(room).is_none() {
        return Err(CommandRefusal::NoSuchRoom);
    }
    match switch.rooms.open.contains_key(&room) {
        true => Ok(()),
        false => Err(CommandRefusal::RoomEmpty),
    }
}

fn is_in(switch: &Switch, room: ConferenceRoomId, call: CallId) -> Result<(), CommandRefusal> {
    let open = switch.rooms.open.get(&room);
    match open.is_some_and(|open| open.members.contains_key(&call)) {
        true => Ok(()),
        false => Err(CommandRefusal::NotInRoom),
    }
}
