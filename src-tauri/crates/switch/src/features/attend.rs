//! The office itself attends to somebody: it answers, speaks, listens and records. What it says and
//! does is a [`Service`]; a service takes in what is [`Heard`] and gives back [`Step`]s, and knows
//! neither sessions nor the media thread.

mod join_room;
mod leave_message;
mod read_mailbox;
mod test_line;

pub(crate) use join_room::{JoinRoom, News};
pub(crate) use leave_message::LeaveMessage;
pub(crate) use read_mailbox::ReadMailbox;
pub(crate) use test_line::{TestLine, line_test, line_test_party};

use crate::{
    arrival::{Destination, WhoseMailbox},
    call::Activity,
    features::{echo, ring, talk, transfer},
    happening::{
        EndReason, LineTest, LineTestResult, MediaWay, OfficeService, Party, RefusalReason, What,
    },
    leg::{Errand, LegId},
    limits::{ATTEND_AT_MOST, ECHO_TEST_AT_MOST, MAX_STEPS_AT_ONCE, ROOM_AT_MOST, VOICEMAIL},
    mailboxes::Mailboxes,
    media_way::Wanted,
    questions::{Answer, Question},
    rooms::{self, Order, Rooms},
    sound_format,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use media::{
    MediaCommand, PlayEnd, PlayHow, PlayId, RecordUntil, Recorded, RecordingEnd, RecordingId,
    Sound, SoundFile, Tone, TonePart,
};
use office::{CallId, ConferenceRoomId, GreetingKind, Language, MailboxId, Office, PersonId};
use rtp_packet::Digit;
use sip_dialog::SessionState;
use sip_message::{HeaderName, Request};
use sip_sdp::{Direction, SessionDescription};
use spoken::{Lang, Piece};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

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
    /// Write down what a test of their line has shown.
    Tested(LineTestResult),
    /// Say goodbye to them on the line.
    HangUp,
}

/// What a service may know.
pub(crate) struct About<'a> {
    pub(crate) office: &'a Office,
    pub(crate) mailboxes: &'a Mailboxes,
    pub(crate) rooms: &'a Rooms,
    pub(crate) call: CallId,
    pub(crate) caller: &'a Party,
    pub(crate) lang: Lang,
    pub(crate) unix_ms: i64,
    pub(crate) now: Instant,
}

impl Service {
    fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match self {
            Service::LeaveMessage(service) => service.on(about, heard),
            Service::ReadMailbox(service) => service.on(about, heard),
            Service::JoinRoom(service) => service.on(about, heard),
            Service::TestLine(service) => service.on(about.lang, heard),
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
    if let Err(reason) = answer(switch, leg, offer) {
        return switch.refuse(call, leg, reason);
    }
    let office = switch.office();
    let language = match &service {
        Service::LeaveMessage(service) => service.language(&office),
        Service::ReadMailbox(_) => own_language(&office, switch.party(leg).person),
        Service::JoinRoom(_) | Service::TestLine(_) => None,
    };
    let lang = Lang::of(language.unwrap_or(&office.settings().language));
    let at_most = match &service {
        Service::JoinRoom(_) => ROOM_AT_MOST,
        Service::TestLine(_) => ECHO_TEST_AT_MOST,
        Service::LeaveMessage(_) | Service::ReadMailbox(_) => ATTEND_AT_MOST,
    };
    let until = switch.now() + at_most;
    let caller = switch.party(leg);
    let shown = service.shown();
    let by = match &shown {
        OfficeService::Voicemail { mailbox } => mailbox_party(&office, *mailbox),
        OfficeService::Mailbox { .. } => voicemail_party(),
        OfficeService::Room { room } => rooms::party(&office, *room),
        OfficeService::LineTest { test } => line_test_party(*test),
    };
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
    switch.tell(What::OfficeAnswered {
        call,
        by,
        service: shown,
    });
    switch.tell_sound(call, leg);
    hear(switch, call, Heard::Began);
}

/// Takes a message for a mailbox.
pub(crate) fn take_message(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    offer: Option<Bytes>,
    (mailbox, kind): (MailboxId, GreetingKind),
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
        Service::LeaveMessage(LeaveMessage::new(mailbox, kind))
    };
    begin(switch, call, leg, offer, service);
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
        hush(switch, leg);
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
    // A key ended it: that is told by itself. What could not be read is as good as said: the caller
    // must not be left in silence.
    if !matches!(why, PlayEnd::Key(_) | PlayEnd::Stopped) {
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
        hear(switch, call, Heard::Recorded { lasts, why });
    }
}

/// Those who keep things have answered.
pub(crate) fn on_told(switch: &mut Switch, call: CallId, answer: Answer) {
    hear(switch, call, Heard::Told(answer));
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

/// The phone offers something new, such as a hold, or asks what we would offer.
pub(crate) fn on_offer(switch: &mut Switch, leg: LegId, sdp: Option<Bytes>) {
    let theirs = sdp.map(|sdp| SessionDescription::parse(&sdp));
    let ports = switch.legs.get(&leg).and_then(|l| l.ports);
    let Some(ports) = ports else {
        return talk::refuse_offer(switch, leg, 488);
    };
    let answer = match theirs {
        Some(Ok(offer)) if switch.may_send_to(leg, &offer) => {
            let at = (ports.rtp(), ports.rtcp());
            let both = Direction::SendRecv;
            let answer = switch.own_answer(leg, &offer, at, both, Wanted::Decodable);
            if let (Some(_), Some(state)) = (&answer, switch.legs.get_mut(&leg)) {
                state.theirs = Some(offer);
            }
            answer
        }
        Some(_) => None,
        None => switch.own_offer(leg, ports),
    };
    match answer {
        Some(answer) => {
            switch.with_session(leg, |session, ctx| {
                session.accept_offer(ctx, Some(answer), &[]);
            });
            switch.open_stream(leg);
            if let Some(call) = switch.legs.get(&leg).map(|leg| leg.call) {
                rooms::rewire(switch, call);
            }
        }
        None => talk::refuse_offer(switch, leg, 488),
    }
}

/// The phone said something of its sound in answer to what we said.
pub(crate) fn on_described(switch: &mut Switch, leg: LegId, sdp: &Bytes) {
    let described = SessionDescription::parse(sdp);
    if let Ok(theirs) = described
        && switch.may_send_to(leg, &theirs)
        && let Some(state) = switch.legs.get_mut(&leg)
    {
        let is_first = state.theirs.replace(theirs).is_none();
        let call = state.call;
        switch.open_stream(leg);
        if is_first {
            repeat(switch, call, leg); // until now nobody knew how to say it to them
        }
    }
}

/// INFO with a key press: `application/dtmf-relay` ("Signal=5") or `application/dtmf` ("5").
pub(crate) fn on_request(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    server: sip_transaction::ServerId,
    request: &Request,
) {
    let content_type = request.headers().value(HeaderName::ContentType);
    let content_type = content_type.map(|t| t.to_str().into_owned());
    let key = content_type.and_then(|of_type| key_of_info(&of_type, &request.body()));
    match (request.method(), key) {
        (sip_message::Method::Info, Some(digit)) => {
            switch.respond_in(leg, server, 200);
            on_key(switch, call, leg, digit);
        }
        (sip_message::Method::Info, None) => switch.respond_in(leg, server, 415),
        _ => switch.respond_in(leg, server, 405),
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

/// Another program holds the ports: the phone is told others.
pub(crate) fn retake_ports(switch: &mut Switch, call: CallId) {
    let Some(leg) = of(switch, call).map(|attending| attending.leg) else {
        return;
    };
    match describe(switch, leg) {
        Ok(sdp) => {
            rooms::rewire(switch, call);
            let attending = of(switch, call).map(|a| (a.echoes, a.said.clone()));
            let (echoes, said) = attending.unwrap_or_default();
            if echoes {
                echo_to(switch, leg, true);
            }
            // At the ports they could not have, nobody heard it.
            if switch
                .legs
                .get(&leg)
                .is_some_and(|leg| leg.playing.is_some())
            {
                say_to(switch, leg, said);
            }
            transfer::offer(switch, leg, Some(sdp), Errand::Announce);
        }
        Err(_) => switch.hang_up(call, EndReason::Failed),
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

/// The mailbox of a person that takes messages.
pub(crate) fn mailbox_of(office: &Office, person: PersonId) -> Option<MailboxId> {
    let own = |mailbox: &&office::Mailbox| mailbox.person() == Some(person) && mailbox.enabled;
    office.mailboxes().find(own).map(|mailbox| mailbox.id)
}

/// Tells a service what was heard and does what it wants.
fn hear(switch: &mut Switch, call: CallId, heard: Heard) {
    let Some(state) = switch.calls.get_mut(&call) else {
        return;
    };
    if !matches!(state.activity, Activity::Attending(_)) {
        return;
    }
    let Activity::Attending(mut attending) =
        std::mem::replace(&mut state.activity, Activity::Ending)
    else {
        return;
    };
    let steps = ask_service(switch, call, &mut attending, heard);
    let leg = attending.leg;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Attending(attending);
    }
    let mut steps: VecDeque<Step> = steps.into();
    steps.truncate(MAX_STEPS_AT_ONCE);
    for step in steps {
        follow(switch, call, leg, step);
    }
}

fn ask_service(
    switch: &Switch,
    call: CallId,
    attending: &mut Attending,
    heard: Heard,
) -> Vec<Step> {
    let office = switch.office();
    let about = About {
        office: &office,
        mailboxes: &switch.mailboxes,
        rooms: &switch.rooms,
        call,
        caller: &attending.caller,
        lang: attending.lang,
        unix_ms: switch.unix_ms(),
        now: switch.now(),
    };
    attending.service.on(&about, heard)
}

fn follow(switch: &mut Switch, call: CallId, leg: LegId, step: Step) {
    match step {
        Step::Say(sounds) => say_instead(switch, call, leg, (sounds, Duration::ZERO)),
        Step::SayFrom(sounds, from) => say_instead(switch, call, leg, (sounds, from)),
        Step::SayOver(sounds) => {
            let over = true;
            let how = PlayHow {
                over,
                ..PlayHow::default()
            };
            play(switch, leg, sounds, how);
        }
        Step::Record { file, until } => {
            hush(switch, leg);
            let Some(stream) = switch.legs.get(&leg).and_then(|l| l.stream) else {
                return;
            };
            let recording = switch.new_recording(call);
            if let Some(attending) = of_mut(switch, call) {
                attending.recording = Some(recording);
            }
            switch.order(MediaCommand::Record {
                recording,
                of: Recorded::One(stream),
                file,
                until,
            });
        }
        Step::Wait(lasts) => {
            let at = switch.now() + lasts;
            if let Some(attending) = of_mut(switch, call) {
                attending.timer = Some(at);
            }
            switch.wake_call_at(call, at, Deadline::Attend(call));
        }
        Step::Ask(question) => switch.ask(call, question),
        Step::Room(order) => {
            let room = of(switch, call).and_then(|attending| match &attending.service {
                Service::JoinRoom(service) => Some(service.room()),
                Service::LeaveMessage(_) | Service::ReadMailbox(_) | Service::TestLine(_) => None,
            });
            if let Some(room) = room {
                rooms::follow(switch, call, leg, room, order);
            }
        }
        Step::Opened(mailbox) => switch.tell(What::MailboxOpened { call, mailbox }),
        Step::ReadMailbox(mailbox) => {
            let service = Service::ReadMailbox(ReadMailbox::of_caller(mailbox));
            go_on_with(switch, call, service);
        }
        Step::CallBack(number) => call_back(switch, call, leg, &number),
        Step::Echo(echoes) => {
            if let Some(attending) = of_mut(switch, call) {
                attending.echoes = echoes;
            }
            echo_to(switch, leg, echoes);
        }
        Step::Measure(lasts) => {
            if let Some(stream) = switch.legs.get(&leg).and_then(|l| l.stream) {
                switch.order(MediaCommand::Measure { stream, lasts });
            }
        }
        Step::Tested(result) => switch.tell(What::LineTested { call, result }),
        Step::HangUp => switch.hang_up(call, EndReason::EndedByOffice),
    }
}

/// Sends a phone what it says, undecoded, and listens to its keys; or no longer.
fn echo_to(switch: &mut Switch, leg: LegId, echoes: bool) {
    let Some(stream) = switch.legs.get(&leg).and_then(|l| l.stream) else {
        return;
    };
    let to = match echoes {
        true => media::Wiring::Echo,
        false => media::Wiring::Nothing,
    };
    switch.order(MediaCommand::Wire { stream, to });
    switch.order(MediaCommand::HearKeys {
        stream,
        hears: echoes,
    });
}

fn say_instead(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    (sounds, from): (Vec<Sound>, Duration),
) {
    if let Some(attending) = of_mut(switch, call) {
        attending.timer = None;
        attending.said = (sounds.clone(), from);
    }
    say_to(switch, leg, (sounds, from));
}

/// Says anew what is being said.
fn repeat(switch: &mut Switch, call: CallId, leg: LegId) {
    let is_said = switch.legs.get(&leg).is_some_and(|l| l.playing.is_some());
    let said = of(switch, call).map(|attending| attending.said.clone());
    if let Some(said) = said.filter(|_| is_said) {
        say_to(switch, leg, said);
    }
}

fn say_to(switch: &mut Switch, leg: LegId, (sounds, from): (Vec<Sound>, Duration)) {
    let how = PlayHow {
        barge_in: true,
        from,
        ..PlayHow::default()
    };
    play(switch, leg, sounds, how);
}

/// The office goes on to do something else for them.
fn go_on_with(switch: &mut Switch, call: CallId, service: Service) {
    if let Some(attending) = of_mut(switch, call) {
        attending.service = service;
        attending.timer = None;
        hear(switch, call, Heard::Began);
    }
}

/// A call with the office becomes one with somebody of the office: a caller is called back.
fn call_back(switch: &mut Switch, call: CallId, leg: LegId, number: &str) {
    let office = switch.office();
    let callee = match switch.destination(number) {
        Ok(Destination::Person(callee)) if switch.admission.has_room(&office, callee) => callee,
        Ok(Destination::Person(callee)) => match mailbox_of(&office, callee) {
            Some(mailbox) => return leave_message_instead(switch, call, mailbox),
            None => return hear(switch, call, Heard::NotCalled),
        },
        Ok(Destination::Mailbox(mailbox, _)) => {
            return leave_message_instead(switch, call, mailbox);
        }
        Ok(_) | Err(_) => return hear(switch, call, Heard::NotCalled),
    };
    let Some(offer) = switch.description_of(leg) else {
        return hear(switch, call, Heard::NotCalled);
    };
    hush(switch, leg);
    let caller = switch.party(leg).person;
    if let Some(state) = switch.calls.get_mut(&call) {
        number.clone_into(&mut state.dialled);
        state.activity = Activity::Ending;
    }
    switch.ring_back(leg);
    switch.count_persons(call, caller.into_iter().chain([callee]).collect());
    ring::begin(switch, call, leg, callee, Some(offer));
}

fn leave_message_instead(switch: &mut Switch, call: CallId, mailbox: MailboxId) {
    let service = LeaveMessage::new(mailbox, GreetingKind::Busy);
    go_on_with(switch, call, Service::LeaveMessage(service));
}

/// They are gone: a recording under way is ended, and seen to when its file is whole.
fn leave(switch: &mut Switch, call: CallId) {
    hear(switch, call, Heard::Gone);
    let Some(state) = switch.calls.get_mut(&call) else {
        return;
    };
    let Activity::Attending(mut attending) =
        std::mem::replace(&mut state.activity, Activity::Ending)
    else {
        return;
    };
    attending.gone = true;
    if let Some(recording) = attending.recording {
        switch.recordings.remove(&recording);
        switch.departed.insert(recording, (call, attending));
        switch.order(MediaCommand::StopRecording { recording });
    }
}

/// Answers the phone, and opens our ports to it.
fn answer(switch: &mut Switch, leg: LegId, offer: Option<Bytes>) -> Result<(), RefusalReason> {
    let offered = match offer {
        Some(sdp) => Some(SessionDescription::parse(&sdp).map_err(|_| RefusalReason::BadMedia)?),
        None => switch.legs.get(&leg).and_then(|l| l.theirs.clone()),
    };
    let is_good = |offer: &SessionDescription| switch.may_send_to(leg, offer);
    if offered.as_ref().is_some_and(|offer| !is_good(offer)) {
        return Err(RefusalReason::BadMedia);
    }
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.theirs = offered.or(state.theirs.take());
        state.way = MediaWay::Relayed;
    }
    let sdp = describe(switch, leg)?;
    let state = switch.legs.get(&leg).map(|leg| leg.session.state());
    match state {
        // Its owner was called by us and has picked up.
        Some(SessionState::Talking | SessionState::AwaitingAck) => {
            transfer::offer(switch, leg, Some(sdp), Errand::Announce);
        }
        Some(SessionState::AwaitingOurAnswer) => {
            switch.with_session(leg, |session, ctx| session.provide_answer(ctx, sdp));
        }
        _ => {
            switch.with_session(leg, |session, ctx| session.answer(ctx, Some(sdp), &[]));
        }
    }
    Ok(())
}

/// What the phone is told of our sound: an answer to what it said, or an offer. Takes ports and
/// opens them.
fn describe(switch: &mut Switch, leg: LegId) -> Result<Bytes, RefusalReason> {
    let now = switch.now();
    let state = switch.legs.get(&leg).ok_or(RefusalReason::BadMedia)?;
    let theirs = state.theirs.clone();
    let ports = match state.ports {
        Some(ports) => ports,
        None => {
            let taken = switch.ports.take(now);
            taken.map_err(|_| RefusalReason::NoMediaPorts)?
        }
    };
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.ports = Some(ports);
    }
    let described = match &theirs {
        Some(theirs) => {
            let at = (ports.rtp(), ports.rtcp());
            switch.own_answer(leg, theirs, at, Direction::SendRecv, Wanted::Decodable)
        }
        None => switch.own_offer(leg, ports),
    };
    let Some(described) = described else {
        switch.close_ports(leg);
        return Err(RefusalReason::BadMedia);
    };
    if let Some(stream) = switch.open_stream(leg) {
        let to = media::Wiring::Nothing;
        switch.order(MediaCommand::Wire { stream, to });
    }
    Ok(described)
}

fn play(switch: &mut Switch, leg: LegId, sounds: Vec<Sound>, how: PlayHow) {
    switch.next_play += 1;
    let play = PlayId(switch.next_play);
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let Some(stream) = state.stream else { return };
    state.playing = Some(play);
    switch.order(MediaCommand::Play {
        stream,
        play,
        sounds,
        how,
    });
}

fn hush(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    if let (Some(play), Some(stream)) = (state.playing.take(), state.stream) {
        switch.order(MediaCommand::StopPlaying { stream, play });
    }
}

/// A mailbox as the other party.
pub(crate) fn mailbox_party(office: &Office, mailbox: MailboxId) -> Party {
    let found = office.mailbox(mailbox);
    let name = match found.map(|mailbox| &mailbox.owner) {
        Some(office::MailboxOwner::Person { person }) => {
            let person = office.person(*person);
            person.map_or("", |person| person.shown_name())
        }
        Some(office::MailboxOwner::Group { name }) => name,
        None => "",
    };
    let number = found.and_then(|mailbox| mailbox.number.as_ref());
    Party {
        person: None,
        device: None,
        name: name.to_owned(),
        number: number.map_or_else(String::new, |number| number.as_str().to_owned()),
    }
}

/// The office's voicemail as the other party, whosever mailbox it will be.
pub(crate) fn voicemail_party() -> Party {
    Party {
        person: None,
        device: None,
        name: "Voicemail".to_owned(),
        number: VOICEMAIL.to_owned(),
    }
}

/// The language of a person's own mailbox.
fn own_language(office: &Office, person: Option<PersonId>) -> Option<&Language> {
    let own = |mailbox: &&office::Mailbox| mailbox.person() == person && person.is_some();
    let own = office.mailboxes().find(own)?;
    Some(office.mailbox_language(own))
}

/// The key of an INFO body.
pub(crate) fn key_of_info(content_type: &str, body: &[u8]) -> Option<Digit> {
    let media_type = content_type.split(';').next()?.trim();
    let text = std::str::from_utf8(body).ok()?;
    let key = if media_type.eq_ignore_ascii_case("application/dtmf-relay") {
        let signal = text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then_some(value)
        });
        signal?.trim()
    } else if media_type.eq_ignore_ascii_case("application/dtmf") {
        text.trim()
    } else {
        return None;
    };
    match key {
        // Some phones number the keys as RFC 4733 does.
        "10" => Digit::of_key('*'),
        "11" => Digit::of_key('#'),
        key => {
            let mut keys = key.chars();
            let digit = Digit::of_key(keys.next()?);
            digit.filter(|_| keys.next().is_none())
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_info_as_phones_write_them() {
        let relay = |body: &str| key_of_info("application/dtmf-relay", body.as_bytes());
        assert_eq!(relay("Signal=5\r\nDuration=160\r\n"), Digit::of_key('5'));
        assert_eq!(relay("Signal= 5\r\nDuration= 160\r\n"), Digit::of_key('5'));
        assert_eq!(relay("signal=*\n"), Digit::of_key('*'));
        assert_eq!(relay("Signal=11\r\n"), Digit::of_key('#'));
        assert_eq!(relay("Signal=\r\n"), None);
        assert_eq!(relay("Signal=55\r\n"), None);
        let plain = |body: &str| key_of_info("application/dtmf; charset=x", body.as_bytes());
        assert_eq!(plain("#\r\n"), Digit::of_key('#'));
        assert_eq!(plain(""), None);
        assert_eq!(key_of_info("text/plain", b"5"), None);
    }
}
