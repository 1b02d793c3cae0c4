//! Recording calls: those of people whose calls are always recorded from the answer on, others when
//! the board or a phone (star one) asks for it. What is recorded goes through the office, both sides
//! are told first, and whenever the parties change a new part begins in a file of its own.

use crate::{
    features::{
        attend::{key_of_info, say},
        emergency, talk,
    },
    happening::{CommandRefusal, MediaWay, NotRecorded, Party, RecordingStop, What},
    io::RecordAction,
    leg::LegId,
    limits::{LONGEST_RECORDING, STAR_ONE_WITHIN},
    media_way::signalled,
    questions::{NewRecording, Question, file as sound_file},
    switch::{Deadline, Switch},
};
use chrono::{DateTime, Datelike};
use media::{
    EndKey, MediaCommand, PlayEnd, PlayHow, PlayId, RecordUntil, Recorded, RecordingEnd,
    RecordingId, StreamId,
};
use office::{CallId, CallRecordingId, Office, PersonId, RecordingRule, SoundName};
use rtp_packet::Digit;
use sip_message::{HeaderName, Method, Request};
use spoken::{Lang, Phrase, phrase::calls};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The recordings of all calls.
#[derive(Debug, Default)]
pub(crate) struct CallRecordings {
    /// Of talks that are or may be recorded.
    recorders: BTreeMap<CallId, Recorder>,
    /// Parts whose files are not whole yet, of calls that may be over.
    parts: BTreeMap<RecordingId, Part>,
}

impl CallRecordings {
    /// How much is held for them.
    pub(crate) fn len(&self) -> usize {
        self.recorders.len() + self.parts.len()
    }
}

/// What records a talk, or waits to be asked to.
#[derive(Debug)]
struct Recorder {
    /// Caller and callee.
    legs: [LegId; 2],
    /// Whose rule or wish it is. It goes on with other parties while one of them is in the talk.
    wanted_by: Vec<PersonId>,
    /// The phone that asked for it.
    asked_by: Option<LegId>,
    /// Whether both have been told.
    announced: bool,
    /// Parts begun in this call, which are part of their files' names.
    parts: u32,
    /// Streams whose keys are listened to.
    hears: [Option<StreamId>; 2],
    /// Who pressed star, and when.
    star: Option<(LegId, Instant)>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing is recorded.
    Off,
    /// It waits until both phones send their sound here.
    Joining {
        /// Whether they have been asked to.
        moved: bool,
    },
    /// Both hear that they are recorded.
    Announcing { plays: Vec<(StreamId, PlayId)> },
    /// It waits until the part is noted on the disk.
    Noting(SoundName),
    /// It is recorded.
    Running {
        part: RecordingId,
        /// Paused by somebody.
        paused: bool,
        /// Paused by somebody, or while a party is on hold.
        rests: bool,
    },
}

/// A file that is being written.
#[derive(Debug)]
struct Part {
    call: CallId,
    kept: CallRecordingId,
    /// Why it was ended, if we did.
    why: Option<RecordingStop>,
}

/// Two parties talk from now on: another part begins for them, if they are to be recorded.
pub(crate) fn on_talk(switch: &mut Switch, call: CallId) {
    let Some(legs) = legs_of(switch, call) else {
        return;
    };
    if emergency::is_emergency(switch, call) {
        return; // nobody records a call for help
    }
    let persons = persons(switch, legs);
    let office = switch.office();
    let line = rule_of_lines(switch, legs);
    let before = switch.call_recordings.recorders.get(&call);
    if before.is_some_and(|recorder| recorder.legs == legs) {
        return look_soon(switch, call); // a transfer that came to nothing
    }
    if before.is_none() && rule_for(switch, legs, &persons) == RecordingRule::Never {
        return;
    }
    stop(switch, call, RecordingStop::PartiesChanged);
    let recorder = recorder_of(switch, call, legs);
    recorder.legs = legs;
    recorder.announced = false;
    let wanted_before = std::mem::take(&mut recorder.wanted_by);
    let always = |person: &PersonId| {
        line == Some(RecordingRule::Always) || rule_of(&office, &[*person]) == RecordingRule::Always
    };
    let wants = |person: &PersonId| always(person) || wanted_before.contains(person);
    let may_be = line != Some(RecordingRule::Never);
    recorder.wanted_by = persons
        .into_iter()
        .filter(|one| may_be && wants(one))
        .collect();
    if !recorder.wanted_by.is_empty() || line == Some(RecordingRule::Always) {
        recorder.state = State::Joining { moved: false };
    }
    look_soon(switch, call);
}

/// A phone of a call has said or been told something: whatever is due is done once that is over.
pub(crate) fn on_settled(switch: &mut Switch, call: CallId) {
    let Some(recorder) = switch.call_recordings.recorders.get(&call) else {
        return;
    };
    let is_due = match &recorder.state {
        State::Joining { .. } => true,
        State::Running { paused, rests, .. } => {
            *rests != (*paused || is_held(switch, recorder.legs))
        }
        State::Off | State::Announcing { .. } | State::Noting(_) => false,
    };
    if is_due || recorder.hears != recorder.legs.map(|leg| stream_of(switch, leg)) {
        look_soon(switch, call);
    }
}

/// Looks at what is due.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let Some(legs) = legs_of(switch, call) else {
        return; // being handed on: what runs goes on
    };
    let streams = legs.map(|leg| stream_of(switch, leg));
    let Some(recorder) = recorder(switch, call).filter(|recorder| recorder.legs == legs) else {
        return;
    };
    let new_streams = std::mem::replace(&mut recorder.hears, streams) != streams;
    let is_gone = |(stream, _): &(StreamId, PlayId)| !streams.contains(&Some(*stream));
    if let State::Announcing { plays } = &recorder.state
        && plays.iter().any(is_gone)
    {
        recorder.state = State::Joining { moved: false };
    }
    let moved = match recorder.state {
        State::Joining { moved } => Some(moved),
        _ => None,
    };
    if new_streams {
        for stream in streams.into_iter().flatten() {
            switch.order(MediaCommand::HearKeys {
                stream,
                hears: true,
            });
        }
    }
    match moved {
        Some(moved) => join(switch, call, legs, moved),
        None => rest(switch, call),
    }
}

/// A phone refused to send its sound here.
pub(crate) fn on_not_moved(switch: &mut Switch, call: CallId) {
    let moves = |recorder: &&mut Recorder| matches!(recorder.state, State::Joining { moved: true });
    if recorder(switch, call).filter(moves).is_some() {
        refuse(switch, call, NotRecorded::SoundStaysElsewhere);
    }
}

/// What was played has ended: once both have heard that they are recorded, it begins.
pub(crate) fn on_played(switch: &mut Switch, call: CallId, play: PlayId, why: &PlayEnd) {
    let Some(State::Announcing { plays }) = recorder(switch, call).map(|r| &mut r.state) else {
        return;
    };
    let Some(at) = plays.iter().position(|(_, this)| *this == play) else {
        return;
    };
    plays.remove(at);
    let is_over = plays.is_empty();
    if *why != PlayEnd::Finished {
        refuse(switch, call, NotRecorded::NotAnnounced);
    } else if is_over {
        if let Some(recorder) = recorder(switch, call) {
            recorder.announced = true;
        }
        note(switch, call);
    }
}

/// The store has noted that a part begins.
pub(crate) fn on_begun(
    switch: &mut Switch,
    call: CallId,
    (kept, sound): (CallRecordingId, &SoundName),
) {
    let Some((caller, callee)) = noted(switch, call, sound) else {
        return switch.ask(call, Question::DropRecording(kept)); // over before it began
    };
    switch.next_recording += 1;
    let part = RecordingId(switch.next_recording);
    let running = Part {
        call,
        kept,
        why: None,
    };
    switch.call_recordings.parts.insert(part, running);
    switch.order(MediaCommand::Record {
        recording: part,
        of: Recorded::Two(caller, callee),
        file: sound_file(sound),
        until: RecordUntil {
            longest: LONGEST_RECORDING,
            silence: None,
            key: EndKey::Never,
        },
    });
    let Some(recorder) = recorder(switch, call) else {
        return;
    };
    recorder.state = State::Running {
        part,
        paused: false,
        rests: false,
    };
    let announced = recorder.announced;
    let asked_by = recorder.asked_by.take().filter(|_| !announced);
    switch.tell(What::RecordingBegan {
        call,
        recording: kept,
        announced,
    });
    if let Some(leg) = asked_by {
        say_to(switch, leg, calls::RECORDING_ON);
    }
    rest(switch, call);
}

/// The store could not note something of a call.
pub(crate) fn on_not_kept(switch: &mut Switch, call: CallId) {
    let notes = |recorder: &&mut Recorder| matches!(recorder.state, State::Noting(_));
    if recorder(switch, call).filter(notes).is_some() {
        refuse(switch, call, NotRecorded::NotKept);
    }
}

/// The file of a part is whole. `false` if the recording is none of a call.
pub(crate) fn on_recorded(
    switch: &mut Switch,
    recording: RecordingId,
    lasts: Duration,
    why: RecordingEnd,
) -> bool {
    let Some(part) = switch.call_recordings.parts.remove(&recording) else {
        return false;
    };
    let Part { call, kept, .. } = part;
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
    switch.tell(What::RecordingEnded {
        call,
        recording: kept,
        lasts,
        why: match why {
            RecordingEnd::Disk => RecordingStop::Disk,
            RecordingEnd::Longest => RecordingStop::Longest,
            _ => part.why.unwrap_or(RecordingStop::PartiesChanged),
        },
    });
    let runs = |recorder: &&mut Recorder| matches!(recorder.state, State::Running { part, .. } if part == recording);
    let Some(recorder) = recorder(switch, call).filter(runs) else {
        return true;
    };
    match why {
        RecordingEnd::Disk => {
            recorder.state = State::Off;
            recorder.wanted_by.clear();
        }
        RecordingEnd::Longest => note(switch, call),
        // The sound of a phone came to an end; it may come back another way.
        _ => {
            recorder.state = State::Joining { moved: false };
            recorder.announced = false;
            look_soon(switch, call);
        }
    }
    true
}

/// A key was pressed: star one turns it on, then pauses and resumes it.
pub(crate) fn on_key(switch: &mut Switch, call: CallId, leg: LegId, digit: Digit) {
    let now = switch.now();
    let is_of = |recorder: &&mut Recorder| recorder.legs.contains(&leg);
    let Some(recorder) = recorder(switch, call).filter(is_of) else {
        return;
    };
    let star = recorder.star.take();
    match digit.key() {
        '*' => recorder.star = Some((leg, now)),
        '1' if star.is_some_and(|(by, at)| by == leg && now <= at + STAR_ONE_WITHIN) => {
            on_star_one(switch, call, leg);
        }
        _ => {}
    }
}

/// A key press in an INFO; it is passed on as well.
pub(crate) fn on_request(switch: &mut Switch, call: CallId, leg: LegId, request: &Request) {
    if request.method() != Method::Info {
        return;
    }
    let content_type = request.headers().value(HeaderName::ContentType);
    let content_type = content_type.map(|text| text.to_str().into_owned());
    let key = content_type.and_then(|of_type| key_of_info(&of_type, &request.body()));
    if let Some(digit) = key {
        on_key(switch, call, leg, digit);
    }
}

/// The board starts, pauses, resumes or stops it.
pub(crate) fn on_command(
    switch: &mut Switch,
    call: CallId,
    action: RecordAction,
) -> Result<(), CommandRefusal> {
    let state = recorder(switch, call).map_or(&State::Off, |recorder| &recorder.state);
    match (action, state) {
        (RecordAction::Start, State::Off) => start_from_board(switch, call),
        (RecordAction::Start, _) => Ok(()),
        (RecordAction::Pause, State::Running { paused: false, .. }) => {
            pause(switch, call, true, None);
            Ok(())
        }
        (RecordAction::Resume, State::Running { paused: true, .. }) => {
            pause(switch, call, false, None);
            Ok(())
        }
        (RecordAction::Pause | RecordAction::Resume, _) | (RecordAction::Stop, State::Off) => {
            Err(CommandRefusal::NotNow)
        }
        (RecordAction::Stop, _) => stop_from_board(switch, call),
    }
}

/// The call is over: so is its recording.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId) {
    stop(switch, call, RecordingStop::CallEnded);
    switch.call_recordings.recorders.remove(&call);
}

/// Whether a call between these persons must go through the office: it is recorded, or one of them
/// may ask for that by keys, which only the office can hear.
pub(crate) fn needs_relay(office: &Office, persons: &[PersonId]) -> bool {
    rule_of(office, persons) != RecordingRule::Never
}

/// Whether a call is recorded now, or about to be.
pub(crate) fn is_on(switch: &Switch, call: CallId) -> bool {
    let recorder = switch.call_recordings.recorders.get(&call);
    recorder.is_some_and(|recorder| !matches!(recorder.state, State::Off))
}

fn on_star_one(switch: &mut Switch, call: CallId, leg: LegId) {
    let person = switch.party(leg).person;
    let Some(legs) = legs_of(switch, call) else {
        return;
    };
    if person.is_none_or(|person| rule_for(switch, legs, &[person]) == RecordingRule::Never) {
        return; // the keys are meant for somebody else
    }
    match recorder(switch, call).map(|recorder| &recorder.state) {
        Some(State::Running { paused, .. }) => {
            let paused = !paused;
            pause(switch, call, paused, Some(leg));
        }
        Some(State::Off) => start(switch, call, person.into_iter().collect(), Some(leg)),
        _ => {}
    }
}

fn start_from_board(switch: &mut Switch, call: CallId) -> Result<(), CommandRefusal> {
    let legs = legs_of(switch, call).ok_or(CommandRefusal::NotNow)?;
    let mut wanted_by = persons(switch, legs);
    wanted_by.retain(|person| rule_for(switch, legs, &[*person]) != RecordingRule::Never);
    if wanted_by.is_empty() {
        return Err(CommandRefusal::NeverRecorded);
    }
    recorder_of(switch, call, legs);
    start(switch, call, wanted_by, None);
    Ok(())
}

fn stop_from_board(switch: &mut Switch, call: CallId) -> Result<(), CommandRefusal> {
    let Some(legs) = recorder(switch, call).map(|recorder| recorder.legs) else {
        return Err(CommandRefusal::NotNow);
    };
    if rule_for(switch, legs, &persons(switch, legs)) == RecordingRule::Always {
        return Err(CommandRefusal::AlwaysRecorded);
    }
    stop(switch, call, RecordingStop::Stopped);
    if let Some(recorder) = recorder(switch, call) {
        recorder.wanted_by.clear();
    }
    Ok(())
}

fn start(switch: &mut Switch, call: CallId, wanted_by: Vec<PersonId>, asked_by: Option<LegId>) {
    if let Some(recorder) = recorder(switch, call) {
        recorder.wanted_by = wanted_by;
        recorder.asked_by = asked_by;
        recorder.announced = false;
        recorder.state = State::Joining { moved: false };
        look_soon(switch, call);
    }
}

/// Brings the sound of both phones here, as soon as they agree on nothing else, and tells them.
fn join(switch: &mut Switch, call: CallId, legs: [LegId; 2], moved: bool) {
    let is_agreeing = |leg: &LegId| {
        let leg = switch.legs.get(leg);
        leg.is_none_or(|l| l.errand.is_some() || l.put_off.is_some() || l.theirs.is_none())
    };
    if legs.iter().any(is_agreeing) || is_held(switch, legs) {
        return; // looked at again when that is over
    }
    let is_known = |leg: &LegId| {
        let leg = switch.legs.get(leg);
        leg.is_some_and(|leg| signalled(leg).format.is_some())
    };
    if !legs.iter().all(is_known) {
        return refuse(switch, call, NotRecorded::SoundNotKnown);
    }
    match (streams(switch, legs), moved) {
        (Some(streams), _) => announce(switch, call, streams),
        (None, true) => refuse(switch, call, NotRecorded::SoundStaysElsewhere),
        (None, false) => {
            if let Some(recorder) = recorder(switch, call) {
                recorder.state = State::Joining { moved: true };
            }
            switch.move_media(call, MediaWay::Relayed);
            let is_asked = |leg: &LegId| {
                let leg = switch.legs.get(leg);
                leg.is_some_and(|l| l.errand.is_some() || l.put_off.is_some())
            };
            if !legs.iter().any(is_asked) {
                refuse(switch, call, NotRecorded::SoundStaysElsewhere);
            }
        }
    }
}

fn announce(switch: &mut Switch, call: CallId, streams: [StreamId; 2]) {
    if !switch.office().settings().recording.announce {
        return note(switch, call);
    }
    let how = PlayHow::default(); // not over the other: nothing is said meanwhile that is not kept
    let plays = streams.map(|stream| (stream, play(switch, stream, calls::CALL_IS_RECORDED, how)));
    if let Some(recorder) = recorder(switch, call) {
        recorder.state = State::Announcing {
            plays: plays.into(),
        };
    }
}

/// Has the next part noted, so that it is found after a power cut.
fn note(switch: &mut Switch, call: CallId) {
    let started_ms = switch.unix_ms();
    let Some(recorder) = recorder(switch, call) else {
        return;
    };
    recorder.parts += 1;
    let name = file_name(call, recorder.parts, started_ms);
    let (legs, announced) = (recorder.legs, recorder.announced);
    let Ok(sound) = SoundName::parse(&name) else {
        return refuse(switch, call, NotRecorded::NotKept);
    };
    recorder.state = State::Noting(sound.clone());
    let persons = persons(switch, legs);
    let new = NewRecording {
        call,
        sound,
        parties: parties(switch, legs),
        rule: rule_for(switch, legs, &persons),
        persons,
        started_ms,
        announced,
    };
    switch.ask(call, Question::BeginRecording(Box::new(new)));
}

/// The streams to be recorded now that a part is noted; `None` if it is wanted no more.
fn noted(switch: &mut Switch, call: CallId, sound: &SoundName) -> Option<(StreamId, StreamId)> {
    let waits = |recorder: &&mut Recorder| matches!(&recorder.state, State::Noting(waiting) if waiting == sound);
    let legs = recorder(switch, call).filter(waits)?.legs;
    if let Some([caller, callee]) = streams(switch, legs) {
        return Some((caller, callee));
    }
    recorder(switch, call)?.state = State::Joining { moved: false };
    look_soon(switch, call);
    None
}

fn pause(switch: &mut Switch, call: CallId, pause: bool, by: Option<LegId>) {
    let Some(State::Running { paused, .. }) = recorder(switch, call).map(|r| &mut r.state) else {
        return;
    };
    *paused = pause;
    rest(switch, call);
    let party = by.map(|leg| switch.party(leg));
    let (what, words) = match pause {
        true => (
            What::RecordingPaused { call, by: party },
            calls::RECORDING_PAUSED,
        ),
        false => (
            What::RecordingResumed { call, by: party },
            calls::RECORDING_ON,
        ),
    };
    switch.tell(what);
    if let Some(leg) = by {
        say_to(switch, leg, words);
    }
}

/// Nothing is recorded while somebody has paused it, nor the music of a hold.
fn rest(switch: &mut Switch, call: CallId) {
    let Some(legs) = recorder(switch, call).map(|recorder| recorder.legs) else {
        return;
    };
    let held = is_held(switch, legs);
    let state = recorder(switch, call).map(|recorder| &mut recorder.state);
    let Some(State::Running {
        part,
        paused,
        rests,
    }) = state
    else {
        return;
    };
    let (recording, paused) = (*part, *paused || held);
    if std::mem::replace(rests, paused) != paused {
        switch.order(MediaCommand::PauseRecording { recording, paused });
    }
}

/// The two no longer talk to each other, though the call goes on.
pub(crate) fn on_left(switch: &mut Switch, call: CallId) {
    stop(switch, call, RecordingStop::PartiesChanged);
    switch.call_recordings.recorders.remove(&call);
}

/// Ends what is recorded, or is about to be.
fn stop(switch: &mut Switch, call: CallId, why: RecordingStop) {
    let Some(recorder) = recorder(switch, call) else {
        return;
    };
    match std::mem::replace(&mut recorder.state, State::Off) {
        State::Running { part, .. } => {
            if let Some(part) = switch.call_recordings.parts.get_mut(&part) {
                part.why = Some(why);
            }
            switch.order(MediaCommand::StopRecording { recording: part });
        }
        State::Announcing { plays } => {
            for (stream, play) in plays {
                switch.order(MediaCommand::StopPlaying { stream, play });
            }
        }
        State::Off | State::Joining { .. } | State::Noting(_) => {}
    }
}

fn refuse(switch: &mut Switch, call: CallId, why: NotRecorded) {
    stop(switch, call, RecordingStop::Stopped);
    if let Some(recorder) = recorder(switch, call) {
        recorder.wanted_by.clear();
    }
    switch.tell(What::RecordingRefused { call, why });
}

/// A word to one phone, above what it hears.
fn say_to(switch: &mut Switch, leg: LegId, words: Phrase) {
    if let Some(stream) = stream_of(switch, leg) {
        let how = PlayHow {
            over: true,
            ..PlayHow::default()
        };
        play(switch, stream, words, how);
    }
}

fn play(switch: &mut Switch, stream: StreamId, words: Phrase, how: PlayHow) -> PlayId {
    let lang = Lang::of(&switch.office().settings().language);
    switch.next_play += 1;
    let play = PlayId(switch.next_play);
    switch.order(MediaCommand::Play {
        stream,
        play,
        sounds: say(lang, &[words.into()]),
        how,
    });
    play
}

/// Looks at a call once all that happens at this instant has happened.
fn look_soon(switch: &mut Switch, call: CallId) {
    switch.wake_call_at(call, switch.now(), Deadline::Recording(call));
}

fn recorder(switch: &mut Switch, call: CallId) -> Option<&mut Recorder> {
    switch.call_recordings.recorders.get_mut(&call)
}

/// The same, made if there is none.
fn recorder_of(switch: &mut Switch, call: CallId, legs: [LegId; 2]) -> &mut Recorder {
    let recorders = &mut switch.call_recordings.recorders;
    recorders.entry(call).or_insert_with(|| Recorder {
        legs,
        wanted_by: Vec::new(),
        asked_by: None,
        announced: false,
        parts: 0,
        hears: [None; 2],
        star: None,
        state: State::Off,
    })
}

/// Who talks: caller and callee.
fn legs_of(switch: &Switch, call: CallId) -> Option<[LegId; 2]> {
    let talk = talk::of(switch, call)?;
    Some([talk.caller, talk.callee])
}

/// Whether either holds the other.
fn is_held(switch: &Switch, legs: [LegId; 2]) -> bool {
    let mut legs = legs.iter().filter_map(|leg| switch.legs.get(leg));
    legs.any(|leg| leg.holds)
}

fn stream_of(switch: &Switch, leg: LegId) -> Option<StreamId> {
    let leg = switch.legs.get(&leg)?;
    leg.stream.filter(|_| leg.way == MediaWay::Relayed)
}

fn streams(switch: &Switch, [caller, callee]: [LegId; 2]) -> Option<[StreamId; 2]> {
    Some([stream_of(switch, caller)?, stream_of(switch, callee)?])
}

/// Who of the office they are, each once.
fn persons(switch: &Switch, legs: [LegId; 2]) -> Vec<PersonId> {
    let legs = legs.iter().filter_map(|leg| switch.legs.get(leg));
    let mut persons: Vec<PersonId> = legs.filter_map(|leg| leg.party.person).collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}

/// What holds for a talk of these persons: whoever is recorded most decides.
pub(crate) fn rule_of(office: &Office, persons: &[PersonId]) -> RecordingRule {
    let persons = persons.iter().filter_map(|person| office.person(*person));
    let rules = persons.map(|person| office.recording_rule(person));
    rules.fold(RecordingRule::Never, most)
}

/// The same of a talk of these legs: what a line never allows nobody may, and what it asks for is
/// done besides.
fn rule_for(switch: &Switch, legs: [LegId; 2], persons: &[PersonId]) -> RecordingRule {
    let of_persons = rule_of(&switch.office(), persons);
    match rule_of_lines(switch, legs) {
        Some(RecordingRule::Never) => RecordingRule::Never,
        Some(rule) => most(of_persons, rule),
        None => of_persons,
    }
}

/// What the lines of a talk have set themselves; of two, the one that never records decides.
fn rule_of_lines(switch: &Switch, legs: [LegId; 2]) -> Option<RecordingRule> {
    let office = switch.office();
    let lines = legs
        .iter()
        .filter_map(|leg| switch.legs.get(leg)?.party.line);
    let mut rules = lines.filter_map(|line| office.trunk(line)?.recording);
    let first = rules.next()?;
    Some(rules.fold(first, |one, other| match (one, other) {
        (RecordingRule::Never, _) | (_, RecordingRule::Never) => RecordingRule::Never,
        _ => most(one, other),
    }))
}

fn most(one: RecordingRule, other: RecordingRule) -> RecordingRule {
    match (one, other) {
        (RecordingRule::Always, _) | (_, RecordingRule::Always) => RecordingRule::Always,
        (RecordingRule::OnDemand, _) | (_, RecordingRule::OnDemand) => RecordingRule::OnDemand,
        _ => RecordingRule::Never,
    }
}

/// Who talks, in words.
fn parties(switch: &Switch, legs: [LegId; 2]) -> String {
    let shown = legs.map(|leg| {
        let Party { name, number, .. } = switch.party(leg);
        if name.is_empty() { number } else { name }
    });
    let and = match Lang::of(&switch.office().settings().language) {
        Lang::En => " and ",
        Lang::De => " und ",
    };
    shown.join(and)
}

/// A name no other recording has: calls are never numbered twice.
fn file_name(call: CallId, part: u32, unix_ms: i64) -> String {
    let began = DateTime::from_timestamp_millis(unix_ms).unwrap_or_default();
    let (year, month, call) = (began.year(), began.month(), call.0);
    format!("recordings/{year:04}/{month:02}/{call}-{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_lie_in_a_folder_for_each_month() {
        let name = file_name(CallId(42), 2, 1_767_225_599_999); // the last moment of 2025, UTC
        assert_eq!(name, "recordings/2025/12/42-2");
        assert_eq!(
            file_name(CallId(1), 1, 1_767_225_600_000),
            "recordings/2026/01/1-1"
        );
        assert!(SoundName::parse(&name).is_ok());
    }
}
