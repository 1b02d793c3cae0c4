//! The office itself attends to somebody: it answers, speaks, listens and records. What it says and
//! does is a [`Service`]; a service takes in what is [`Heard`] and gives back [`Step`]s, and knows
//! neither sessions nor the media thread.

mod answering;
mod challenge;
mod join_room;
mod keys;
mod leave_message;
mod listen_in;
mod park_door;
mod parties;
mod read_mailbox;
mod record_sound;
mod steps;
mod test_line;

pub(crate) use answering::{answer_here as answer, on_described, on_offer, retake_ports};
pub(crate) use challenge::Challenge;
pub(crate) use join_room::{JoinRoom, News};
pub use keys::key_of_info;
pub(crate) use keys::on_request;
pub(crate) use leave_message::LeaveMessage;
pub(crate) use listen_in::ListenIn;
pub(crate) use park_door::{LeadsTo, ParkDoor, parked_at};
pub(crate) use parties::{mailbox_of, mailbox_party, recorder_party, voicemail_party};
pub(crate) use read_mailbox::ReadMailbox;
pub(crate) use record_sound::RecordSound;
pub(crate) use test_line::{TestLine, line_test, line_test_party};

use crate::{
    call::Activity,
    destination::WhoseMailbox,
    features::{echo, flow, round_trip::RoundTrip},
    happening::{
        EndReason, HeardThere, LineTest, LineTestResult, OfficeService, Party, RefusalReason, What,
    },
    leg::LegId,
    limits::{ATTEND_AT_MOST, ECHO_TEST_AT_MOST, ROOM_AT_MOST, ROUND_TRIP_AT_MOST},
    mailboxes::Mailboxes,
    pin_lock::PinLock,
    questions::{Answer, Question, QuestionId},
    rooms::{self, Order, Rooms},
    sound_format,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use media::{
    PlayEnd, PlayId, RecordUntil, RecordingEnd, RecordingId, Sound, SoundFile, Tone, TonePart,
};
use office::{CallId, Coming, ConferenceRoomId, FlowId, MailboxId, Office};
use parties::own_language;
use rtp_packet::Digit;
use sip_sdp::SessionDescription;
use spoken::{Lang, Piece};
use std::time::{Duration, Instant};
use steps::{ask_service, hear, leave};
pub(crate) use steps::{goes_on, hush, leave_off, play, record, say_now, wait};

/// Somebody the office attends to.
#[derive(Debug)]
pub(crate) struct Attending {
    leg: LegId,
    caller: Party,
    lang: Lang,
    service: Service,
    /// When the wait of a service is over.
    timer: Option<Instant>,
    /// When it has gone on long enough, whatever the service.
    until: Instant,
    /// What is being recorded.
    recording: Option<RecordingId>,
    /// What was to be said last, and from where in it.
    said: (Vec<Sound>, Duration),
    /// Whether they hear themselves.
    echoes: bool,
    /// They have hung up; only what is to be kept is seen to.
    gone: bool,
}

/// What the office does for somebody.
#[derive(Debug)]
pub(crate) enum Service {
    /// Takes a message.
    LeaveMessage(LeaveMessage),
    /// Lets them hear a mailbox.
    ReadMailbox(ReadMailbox),
    /// Lets them into a conference room, where they hear the others.
    JoinRoom(JoinRoom),
    /// Tests their telephone and the way to it.
    TestLine(TestLine),
    /// Takes down a greeting that they speak.
    RecordSound(RecordSound),
    /// Tells them that nobody is in the parking slot they have dialled, or which one is free.
    ParkDoor(ParkDoor),
    /// Asks them to press a key before they are let through.
    Challenge(Challenge),
    /// Lets them hear a talk of others.
    ListenIn(ListenIn),
    /// Tries a line: it is itself at the other end.
    RoundTrip(RoundTrip),
    /// Leads them through a call flow: `features/flow.rs` takes in what is heard.
    InFlow(FlowId),
}

/// What a service is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    /// It begins.
    Began,
    /// What was to be said has been said, or could not be.
    Said,
    /// A key was pressed.
    Key(Digit),
    /// A recording ended; its file is whole.
    Recorded {
        /// How much sound it holds.
        lasts: Duration,
        /// Why it ended.
        why: RecordingEnd,
    },
    /// The wait is over.
    TimeUp,
    /// The answer to what was asked.
    Told(Answer),
    /// The number of a [`Step::CallBack`] cannot be called.
    NotCalled,
    /// News of the room they are in.
    Room(News),
    /// How loud they were, in dBFS, and which share of samples was at full scale.
    Measured {
        /// While they spoke.
        speech: f32,
        /// While they did not.
        noise: f32,
        /// 0 to 1.
        clipped: f32,
    },
    /// How long packets take to their phone and back. Told every five seconds or so once it is
    /// known.
    RoundTrip(Duration),
    /// They hung up. From now on only [`Step::Ask`] is followed.
    Gone,
}

/// What a service wants done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Say this instead of what is being said. A key press stops it, is told, and then nothing
    /// [`Said`](Heard::Said).
    Say(Vec<Sound>),
    /// The same, but for so much of its beginning.
    SayFrom(Vec<Sound>, Duration),
    /// Say this while they go on hearing what they hear, and do not tell when it is said.
    SayOver(Vec<Sound>),
    /// Record what they say into a new file.
    Record {
        /// Which.
        file: SoundFile,
        /// When it ends by itself.
        until: RecordUntil,
    },
    /// Tell [`TimeUp`](Heard::TimeUp) after this time, unless told to wait anew or to say something.
    Wait(Duration),
    /// Ask those who keep things; the answer is [`Told`](Heard::Told).
    Ask(Question),
    /// See to it in the room they are in, or are about to be in.
    Room(Order),
    /// They hear this mailbox from now on.
    Opened(MailboxId),
    /// They want to hear this mailbox instead, whose PIN they have yet to dial.
    ReadMailbox(MailboxId),
    /// Call this number for them instead.
    CallBack(String),
    /// Let them hear themselves from now on, or no longer. What is said is heard instead.
    Echo(bool),
    /// Listen so long how loud they are; that is [`Measured`](Heard::Measured).
    Measure(Duration),
    /// Let them through to where they called, or turn them away.
    Screened(bool),
    /// Take this key as a wish how to take part in the talk they hear.
    Listen(Digit),
    /// Write down what a test of their line has shown.
    Tested(LineTestResult),
    /// Answer them, if they were not yet; then it [`Began`](Heard::Began).
    Answer,
    /// Press these keys for them to hear.
    Press(Vec<Digit>),
    /// Write down what was heard at one end of a call by which a line is tried.
    TriedLine(HeardThere),
    /// Say goodbye to them on the line.
    HangUp,
}

/// What a service may know.
pub(crate) struct About<'a> {
    pub(crate) office: &'a Office,
    pub(crate) mailboxes: &'a Mailboxes,
    pub(crate) pin_lock: &'a PinLock,
    pub(crate) rooms: &'a Rooms,
    pub(crate) call: CallId,
    pub(crate) caller: &'a Party,
    pub(crate) lang: Lang,
    pub(crate) unix_ms: i64,
    pub(crate) now: Instant,
}

impl Attending {
    /// Whether the flow itself attends to them.
    pub(crate) fn is_in_flow(&self) -> bool {
        matches!(self.service, Service::InFlow(_))
    }

    /// Where the parking slot leads whose door they stand at.
    pub(crate) fn park_door(&self) -> Option<LeadsTo> {
        match &self.service {
            Service::ParkDoor(door) => Some(door.leads_to()),
            _ => None,
        }
    }
}

impl Service {
    fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match self {
            Service::LeaveMessage(service) => service.on(about, heard),
            Service::ReadMailbox(service) => service.on(about, heard),
            Service::JoinRoom(service) => service.on(about, heard),
            Service::TestLine(service) => service.on(about.lang, heard),
            Service::RecordSound(service) => service.on(about, heard),
            Service::ParkDoor(service) => service.on(about, heard),
            Service::Challenge(service) => service.on(about, heard),
            Service::ListenIn(service) => service.on(heard),
            Service::RoundTrip(service) => service.on(about.lang, heard),
            Service::InFlow(_) => Vec::new(),
        }
    }

    /// The office as the other party.
    fn party(&self, office: &Office) -> Party {
        match self {
            Service::LeaveMessage(service) => mailbox_party(office, service.mailbox()),
            Service::ReadMailbox(_) => voicemail_party(),
            Service::JoinRoom(service) => rooms::party(office, service.room()),
            Service::TestLine(service) => line_test_party(service.test()),
            Service::RecordSound(_) => recorder_party(),
            Service::ParkDoor(service) => Party {
                number: service.number(),
                ..Party::default()
            },
            Service::Challenge(service) => Party {
                number: service.number().as_str().to_owned(),
                ..Party::default()
            },
            Service::ListenIn(service) => service.parties(),
            Service::RoundTrip(_) => Party::default(),
            Service::InFlow(flow) => flow::party(office, *flow),
        }
    }

    /// As the board and the history show it.
    fn shown(&self) -> OfficeService {
        match self {
            Service::LeaveMessage(service) => OfficeService::Voicemail {
                mailbox: service.mailbox(),
            },
            Service::ReadMailbox(service) => OfficeService::Mailbox {
                mailbox: service.mailbox(),
            },
            Service::JoinRoom(service) => OfficeService::Room {
                room: service.room(),
            },
            Service::TestLine(service) => OfficeService::LineTest {
                test: service.test(),
            },
            Service::RecordSound(_) => OfficeService::Recording,
            Service::ParkDoor(_) => OfficeService::Parking,
            Service::Challenge(_) => OfficeService::Challenge,
            Service::ListenIn(service) => OfficeService::ListeningIn { to: service.to() },
            Service::RoundTrip(_) => OfficeService::RoundTrip,
            Service::InFlow(flow) => OfficeService::Flow { flow: *flow },
        }
    }
}

/// Answers a phone that calls, or that has been answered for its owner already, and attends to it.
/// Without an offer it is the phone's earlier one that is answered, or we offer.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    service: Service,
) {
    if let Err(reason) = answering::answer(switch, leg, offer) {
        return switch.refuse(call, leg, reason);
    }
    begin_answered(switch, call, leg, service);
}

/// Attends to a phone that has been answered.
pub(crate) fn begin_answered(switch: &mut Switch, call: CallId, leg: LegId, service: Service) {
    let (shown, by) = (service.shown(), service.party(&switch.office()));
    begin_silently(switch, call, leg, service);
    switch.tell(What::OfficeAnswered {
        call,
        by,
        service: shown,
    });
    switch.tell_sound(call, leg);
    hear(switch, call, Heard::Began);
}

/// Whoever answered a call by which a line is tried hears the office from now on.
pub(crate) fn begin_round_trip(switch: &mut Switch, call: CallId, leg: LegId, trip: RoundTrip) {
    begin_answered(switch, call, leg, Service::RoundTrip(trip));
}

/// The same for the call that has come back, once it has rung for a moment.
pub(crate) fn ring_round_trip(switch: &mut Switch, call: CallId, leg: LegId, trip: RoundTrip) {
    let rings = trip.rings();
    begin_silently(switch, call, leg, Service::RoundTrip(trip));
    wait(switch, call, rings);
}

/// A caller is in a call flow from now on, or again. Their phone need not have been answered.
pub(crate) fn stay_in_flow(switch: &mut Switch, call: CallId, leg: LegId, flow: FlowId) {
    begin_silently(switch, call, leg, Service::InFlow(flow));
}

/// The office itself leads a caller through a call flow, as everybody may see.
pub(crate) fn show_flow(switch: &mut Switch, call: CallId, leg: LegId, flow: FlowId) {
    let service = Service::InFlow(flow);
    switch.tell(What::OfficeAnswered {
        call,
        by: service.party(&switch.office()),
        service: service.shown(),
    });
    switch.tell_sound(call, leg);
}

/// The language somebody in a call is spoken to in: their own, that of the way their call took, the
/// office's.
pub(crate) fn language_of(switch: &Switch, call: CallId, leg: LegId) -> Lang {
    let office = switch.office();
    let own = own_language(&office, switch.party(leg).person);
    let set = switch
        .calls
        .get(&call)
        .and_then(|state| state.xform.language.as_ref());
    let language = own.or(set).or_else(|| flow::language(switch, call));
    Lang::of(language.unwrap_or(&office.settings().language))
}

fn begin_silently(switch: &mut Switch, call: CallId, leg: LegId, service: Service) {
    let office = switch.office();
    let language = match &service {
        Service::LeaveMessage(service) => service.language(&office),
        Service::ReadMailbox(_) | Service::RecordSound(_) | Service::ParkDoor(_) => {
            own_language(&office, switch.party(leg).person)
        }
        Service::JoinRoom(_)
        | Service::TestLine(_)
        | Service::Challenge(_)
        | Service::ListenIn(_)
        | Service::RoundTrip(_)
        | Service::InFlow(_) => None,
    };
    let set = switch
        .calls
        .get(&call)
        .and_then(|state| state.xform.language.clone());
    let language = language.or(set.as_ref());
    let language = language.or_else(|| flow::language(switch, call));
    let lang = Lang::of(language.unwrap_or(&office.settings().language));
    let at_most = match &service {
        Service::JoinRoom(_) | Service::ListenIn(_) => ROOM_AT_MOST,
        Service::TestLine(_) => ECHO_TEST_AT_MOST,
        Service::RoundTrip(_) => ROUND_TRIP_AT_MOST,
        Service::LeaveMessage(_)
        | Service::ReadMailbox(_)
        | Service::RecordSound(_)
        | Service::ParkDoor(_)
        | Service::Challenge(_)
        | Service::InFlow(_) => ATTEND_AT_MOST,
    };
    let until = switch.now() + at_most;
    let caller = switch.party(leg);
    let attending = Attending {
        leg,
        caller,
        lang,
        service,
        timer: None,
        until,
        recording: None,
        said: Default::default(),
        echoes: false,
        gone: false,
    };
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Attending(Box::new(attending));
    }
    switch.wake_call_at(call, until, Deadline::Attend(call));
}

/// Takes a message for a mailbox.
pub(crate) fn take_message(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    (mailbox, coming): (MailboxId, Coming),
) {
    // Whoever was called is not in this call any more.
    let caller = switch.party(leg).person;
    switch.count_persons(call, caller.into_iter().collect());
    let office = switch.office();
    let own = office.mailbox(mailbox).and_then(office::Mailbox::person);
    // Nobody leaves a message to themselves: they want to hear theirs.
    let service = if own.is_some() && own == caller {
        Service::ReadMailbox(ReadMailbox::of_owner(&office, caller))
    } else {
        Service::LeaveMessage(LeaveMessage::new(switch, mailbox, coming))
    };
    begin(switch, call, leg, offer, service);
}

/// Somebody who is handed on comes to a mailbox or a conference room instead of a person: the office
/// attends to them from now on. Nothing changes when their sound is not one the office speaks; else
/// `on_taken` is called once they are sure to be taken.
pub(crate) fn take_on(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    place: Place,
    on_taken: impl FnOnce(&mut Switch),
) -> Result<(), RefusalReason> {
    let theirs = switch.legs.get(&leg).and_then(|leg| leg.theirs.as_ref());
    if !theirs.is_some_and(sound_format::is_decodable) {
        return Err(RefusalReason::BadMedia);
    }
    switch.end_relay(call);
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.hears_music = false;
    }
    answering::answer(switch, leg, None)?;
    on_taken(switch);
    let person = switch.party(leg).person;
    switch.count_persons(call, person.into_iter().collect());
    let service = match place {
        Place::Mailbox(mailbox, coming) => {
            Service::LeaveMessage(LeaveMessage::new(switch, mailbox, coming))
        }
        Place::Room(room) => Service::JoinRoom(JoinRoom::new(room, false)),
        Place::Flow(flow) => {
            flow::begin(switch, call, leg, flow, None);
            return Ok(());
        }
    };
    begin_answered(switch, call, leg, service);
    Ok(())
}

/// Where the office itself attends to whoever is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At a mailbox, to leave a message.
    Mailbox(MailboxId, Coming),
    /// At the door of a conference room.
    Room(ConferenceRoomId),
    /// At the beginning of a call flow.
    Flow(FlowId),
}

impl Place {
    /// As the other party.
    pub(crate) fn party(self, office: &Office) -> Party {
        match self {
            Place::Mailbox(mailbox, _) => mailbox_party(office, mailbox),
            Place::Room(room) => rooms::party(office, room),
            Place::Flow(flow) => flow::party(office, flow),
        }
    }
}

/// Lets somebody hear their mailbox, or any whose number and PIN they know.
pub(crate) fn read_mailbox(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    whose: WhoseMailbox,
) {
    let caller = switch.party(leg).person;
    let read_mailbox = match whose {
        WhoseMailbox::Own => ReadMailbox::of_owner(&switch.office(), caller),
        WhoseMailbox::Any => ReadMailbox::of_anybody(),
    };
    begin(switch, call, leg, offer, Service::ReadMailbox(read_mailbox));
}

/// Lets somebody into a conference room, once they have shown that they may. Who was invited need
/// not.
pub(crate) fn join_room(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    (room, invited): (ConferenceRoomId, bool),
) {
    let caller = switch.party(leg).person;
    switch.count_persons(call, caller.into_iter().collect());
    let service = Service::JoinRoom(JoinRoom::new(room, invited));
    begin(switch, call, leg, offer, service);
}

/// Brings somebody whom the office has called into a room.
pub(crate) fn bring_into_room(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    room: ConferenceRoomId,
) {
    let service = Service::JoinRoom(JoinRoom::new(room, true));
    begin_answered(switch, call, leg, service);
}

/// Tests somebody's telephone and the way to it.
pub(crate) fn test_line(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    test: LineTest,
) {
    let offered = offer.as_ref().map(|sdp| SessionDescription::parse(sdp));
    let speaks_ours = match offered {
        Some(Ok(offer)) => sound_format::is_decodable(&offer),
        Some(Err(_)) => false,
        None => true,
    };
    if test == LineTest::Echo && !speaks_ours {
        return echo::begin(switch, call, leg, offer);
    }
    begin(
        switch,
        call,
        leg,
        offer,
        Service::TestLine(TestLine::new(test)),
    );
}

/// Takes down a greeting that somebody speaks, for whom it will be called so.
pub(crate) fn record_sound(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    title: String,
) {
    let service = Service::RecordSound(RecordSound::new(title));
    begin(switch, call, leg, offer, service);
}

/// How loud somebody was, or how long packets take to them and back.
pub(crate) fn on_measured(switch: &mut Switch, call: CallId, leg: LegId, measured: Heard) {
    if of(switch, call).is_some_and(|attending| attending.leg == leg) {
        hear(switch, call, measured);
    }
}

/// There is news of the room that somebody is in.
pub(crate) fn news(switch: &mut Switch, call: CallId, news: News) {
    hear(switch, call, Heard::Room(news));
}

/// A key was pressed: an RFC 4733 event, a tone, or an INFO.
pub(crate) fn on_key(switch: &mut Switch, call: CallId, leg: LegId, digit: Digit) {
    if of(switch, call).is_some_and(|attending| attending.leg == leg) {
        if !flow::hears_on(switch, call) {
            hush(switch, leg);
        }
        hear(switch, call, Heard::Key(digit));
    }
}

/// What was played has ended.
pub(crate) fn on_played(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    play: PlayId,
    why: &PlayEnd,
) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    if state.playing != Some(play) {
        return;
    }
    state.playing = None;
    // Others of the call may hear something, too: those who are asked to take it.
    let is_theirs = of(switch, call).is_some_and(|attending| attending.leg == leg);
    // A key ended it: that is told by itself. What could not be read is as good as said: the caller
    // must not be left in silence.
    if is_theirs && !matches!(why, PlayEnd::Key(_) | PlayEnd::Stopped) {
        hear(switch, call, Heard::Said);
    }
}

/// A recording has ended; its caller may be long gone.
pub(crate) fn on_recorded(
    switch: &mut Switch,
    recording: RecordingId,
    lasts: Duration,
    why: RecordingEnd,
) {
    if let Some((call, mut attending)) = switch.departed.remove(&recording) {
        attending.recording = None;
        tell_what_is_lost(switch, call, why);
        let steps = ask_service(switch, call, &mut attending, Heard::Recorded { lasts, why });
        for step in steps {
            if let Step::Ask(question) = step {
                switch.ask(call, question);
            }
        }
        return;
    }
    let Some(call) = switch.recordings.remove(&recording) else {
        return;
    };
    if let Some(attending) = of_mut(switch, call)
        && attending.recording == Some(recording)
    {
        attending.recording = None;
        tell_what_is_lost(switch, call, why);
        hear(switch, call, Heard::Recorded { lasts, why });
    }
}

fn tell_what_is_lost(switch: &mut Switch, call: CallId, why: RecordingEnd) {
    if why == RecordingEnd::Disk {
        let why = "the disk was full, too slow or could not be written to".to_owned();
        switch.tell(What::NotKept {
            call,
            why,
            disk: true,
        });
    }
}

/// Those who keep things have answered.
pub(crate) fn on_told(switch: &mut Switch, call: CallId, id: QuestionId, answer: Answer) {
    match of(switch, call).is_some_and(Attending::is_in_flow) {
        true => flow::on_told(switch, call, id, answer),
        false => hear(switch, call, Heard::Told(answer)),
    }
}

/// A wait is over, or all of it has gone on long enough.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let Some(attending) = of_mut(switch, call) else {
        return;
    };
    if attending.until <= now {
        return switch.hang_up(call, EndReason::EndedByOffice);
    }
    if attending.timer.is_some_and(|at| at <= now) {
        attending.timer = None;
        hear(switch, call, Heard::TimeUp);
    }
}

/// The phone hung up, or is gone.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId, reason: EndReason) {
    if of(switch, call).is_some_and(|attending| attending.leg == leg) {
        leave(switch, call);
        let by = (reason == EndReason::HungUp).then(|| switch.party(leg));
        switch.end(call, reason, by);
    }
}

/// Hangs up.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    if let Some(leg) = of(switch, call).map(|attending| attending.leg) {
        leave(switch, call);
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    }
}

/// A chain of phrases as sounds.
pub(crate) fn say(lang: Lang, pieces: &[Piece]) -> Vec<Sound> {
    let sound = |piece: &Piece| match piece {
        Piece::Phrase(phrase) => Sound::File(SoundFile::new(&phrase.file(lang))),
        Piece::Pause(lasts) => Sound::Pause(*lasts),
    };
    pieces.iter().map(sound).collect()
}

/// The tone after which one speaks.
pub(crate) fn beep() -> Sound {
    Sound::Tone(Tone {
        cadence: [
            TonePart::silence(Duration::from_millis(200)),
            TonePart::new([1_000, 0, 0, 0], Duration::from_millis(300)),
            TonePart::silence(Duration::from_millis(100)),
        ]
        .into(),
        repeats: false,
    })
}

fn of(switch: &Switch, call: CallId) -> Option<&Attending> {
    match &switch.calls.get(&call)?.activity {
        Activity::Attending(attending) => Some(attending),
        _ => None,
    }
}

fn of_mut(switch: &mut Switch, call: CallId) -> Option<&mut Attending> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Attending(attending) => Some(attending),
        _ => None,
    }
}
