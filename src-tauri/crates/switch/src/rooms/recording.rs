//! Recording a conference room as somebody who only listens hears it. Everybody in it is told, and
//! so is whoever comes later, unless the office does not announce recordings.

use super::{OpenRoom, announce, is_open};
use crate::{
    features::recording::rule_of,
    happening::{CommandRefusal, What},
    limits::LONGEST_RECORDING,
    questions::{NewRecording, Question, file as sound_file},
    switch::Switch,
};
use chrono::{DateTime, Datelike};
use media::{EndKey, MediaCommand, RecordUntil, Recorded, RecordingEnd, RecordingId};
use office::{CallId, CallRecordingId, ConferenceRoomId, PersonId, RecordingRule, SoundName};
use spoken::phrase::conference;
use std::time::Duration;

/// Whether a room is recorded.
#[derive(Debug, Default)]
pub(super) enum Recording {
    /// It is not.
    #[default]
    Off,
    /// It waits until that is noted on the disk.
    Noting(SoundName),
    /// It is.
    Running(RecordingId),
}

/// A file that is being written, of a room that may be empty by now.
#[derive(Debug)]
pub(super) struct Part {
    room: ConferenceRoomId,
    /// The member's call on whose behalf it is kept.
    call: CallId,
    kept: CallRecordingId,
}

/// The board wants a room recorded, or no longer.
pub(crate) fn record(
    switch: &mut Switch,
    room: ConferenceRoomId,
    on: bool,
) -> Result<(), CommandRefusal> {
    is_open(switch, room)?;
    match (on, is_on(switch, room)) {
        (true, false) => begin(switch, room),
        (false, true) => {
            stop(switch, room);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The store has noted that a recording begins. `false` if it is none of a room.
pub(crate) fn on_begun(
    switch: &mut Switch,
    call: CallId,
    (kept, sound): (CallRecordingId, &SoundName),
) -> bool {
    if !sound.as_str().contains(ROOM) {
        return false;
    }
    let waits = |open: &OpenRoom| matches!(&open.recording, Recording::Noting(of) if of == sound);
    let mut open = switch.rooms.open.iter();
    let found = open.find(|(_, open)| waits(open));
    let Some((room, media_room)) = found.map(|(room, open)| (*room, open.sound)) else {
        switch.ask(call, Question::DropRecording(kept)); // over before it began
        return true;
    };
    switch.next_recording += 1;
    let recording = RecordingId(switch.next_recording);
    let part = Part { room, call, kept };
    switch.rooms.parts.insert(recording, part);
    if let Some(open) = switch.rooms.open.get_mut(&room) {
        open.recording = Recording::Running(recording);
    }
    switch.order(MediaCommand::Record {
        recording,
        of: Recorded::Room(media_room),
        file: sound_file(sound),
        until: RecordUntil {
            longest: LONGEST_RECORDING,
            silence: None,
            key: EndKey::Never,
        },
    });
    let recording = kept;
    switch.tell(What::RoomRecordingBegan { room, recording });
    true
}

/// The store could not note what was asked on behalf of a call.
pub(crate) fn on_not_kept(switch: &mut Switch, call: CallId) {
    let rooms = switch.rooms.open.values_mut();
    for open in rooms.filter(|open| open.members.contains_key(&call)) {
        if matches!(open.recording, Recording::Noting(_)) {
            open.recording = Recording::Off;
        }
    }
}

/// The file of a recording is whole. `false` if it is none of a room.
pub(crate) fn on_recorded(
    switch: &mut Switch,
    recording: RecordingId,
    lasts: Duration,
    why: RecordingEnd,
) -> bool {
    let Some(Part { room, call, kept }) = switch.rooms.parts.remove(&recording) else {
        return false;
    };
    switch.ask(
        call,
        match lasts.is_zero() {
            true => Question::DropRecording(kept),
            false => Question::KeepRecording {
                recording: kept,
                lasts,
            },
        },
    );
    switch.tell(What::RoomRecordingEnded {
        room,
        recording: kept,
        lasts,
    });
    if why == RecordingEnd::Disk {
        let why = "the disk was full, too slow or could not be written to".to_owned();
        switch.tell(What::NotKept {
            call,
            why,
            disk: true,
        });
    }
    let open = switch.rooms.open.get_mut(&room);
    let runs =
        |open: &&mut OpenRoom| matches!(open.recording, Recording::Running(of) if of == recording);
    if let Some(open) = open.filter(runs) {
        open.recording = Recording::Off;
        if why == RecordingEnd::Longest {
            // Another file goes on; nobody may record any more if that is refused.
            let _ = begin(switch, room);
        }
    }
    true
}

/// Ends the recording of a room, if there is one.
pub(super) fn stop(switch: &mut Switch, room: ConferenceRoomId) {
    let open = switch.rooms.open.get_mut(&room);
    let recording = open.map(|open| std::mem::take(&mut open.recording));
    if let Some(Recording::Running(recording)) = recording {
        switch.order(MediaCommand::StopRecording { recording });
    }
}

/// Whether whoever comes into a room is to hear that it is recorded.
pub(super) fn is_told(switch: &Switch, room: ConferenceRoomId) -> bool {
    switch.office().settings().recording.announce && is_on(switch, room)
}

/// Whether a room is recorded, or about to be.
fn is_on(switch: &Switch, room: ConferenceRoomId) -> bool {
    let open = switch.rooms.open.get(&room);
    open.is_some_and(|open| !matches!(open.recording, Recording::Off))
}

fn begin(switch: &mut Switch, room: ConferenceRoomId) -> Result<(), CommandRefusal> {
    let office = switch.office();
    let started_ms = switch.unix_ms();
    let Some(open) = switch.rooms.open.get(&room) else {
        return Err(CommandRefusal::RoomEmpty);
    };
    let parties = open
        .members
        .values()
        .filter_map(|member| switch.legs.get(&member.leg));
    let parties: Vec<_> = parties.map(|leg| &leg.party).collect();
    let mut persons: Vec<PersonId> = parties.iter().filter_map(|party| party.person).collect();
    persons.sort_unstable();
    persons.dedup();
    let rule = rule_of(&office, &persons);
    if rule == RecordingRule::Never {
        return Err(CommandRefusal::NeverRecorded);
    }
    let names: Vec<&str> = parties.iter().map(|party| party.name.as_str()).collect();
    let parties = names.join(", ");
    let name = file_name(room, started_ms);
    let (Some(call), Ok(sound)) = (open.members.keys().next().copied(), SoundName::parse(&name))
    else {
        return Err(CommandRefusal::RoomEmpty);
    };
    if let Some(open) = switch.rooms.open.get_mut(&room) {
        open.recording = Recording::Noting(sound.clone());
    }
    let announced = office.settings().recording.announce;
    if announced {
        announce(switch, room, conference::ROOM_RECORDED);
    }
    let new = NewRecording {
        call,
        sound,
        parties,
        persons,
        started_ms,
        rule,
        announced,
    };
    switch.ask(call, Question::BeginRecording(Box::new(new)));
    Ok(())
}

/// What the files of rooms are called by, and no other recording.
const ROOM: &str = "/room-";

fn file_name(room: ConferenceRoomId, unix_ms: i64) -> String {
    let began = DateTime::from_timestamp_millis(unix_ms).unwrap_or_default();
    let (year, month, room) = (began.year(), began.month(), room.0);
    format!("recordings/{year:04}/{month:02}{ROOM}{room}-{unix_ms}")
}
