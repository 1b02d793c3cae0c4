//! The simulated office itself: it owns switch, phones, network and time, and runs whatever comes
//! next.

mod doing;
mod looking;
mod outside;

use super::{
    builder::{OFFICE, OPENS_AT, SimOfficeBuilder, phone_of},
    clerk::{Clerk, KeptRecording},
    ladder::Ladder,
    network::{Datagram, Network, Weather},
    phone::{Habit, LineState, SimPhone},
    sound::{HeardAt, SOUND_EVERY, Sound},
};
use bytes::Bytes;
use callflow::{
    Flows, TraceStep,
    walk::{HttpRequest, Reply},
};
use media::{MediaEvent, RoomId, SoundFile, Wiring};
use office::{
    AwayGreeting, CallId, DeviceId, FlowId, FlowVersion, GreetingKind, MailboxId, Office,
    OfficeParts, PersonId, SoundName, VoiceMessage,
};
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use rtp_packet::Digit;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use switch::{
    Answer, AskedAbroad, BindingChange, Board, CallFlows, CallRecord, Command, CommandResult,
    Doing, Happening, Held, Input, KnownBinding, KnownCallBack, MailboxCounts, MediaWay,
    NewGreeting, Output, Question, QuestionId, Switch, SwitchConfig, What, Write,
};

/// One phone of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhoneId(pub(super) usize);

/// An office in virtual time.
pub struct SimOffice {
    switch: Switch,
    config: SwitchConfig,
    parts: OfficeParts,
    phones: Vec<SimPhone>,
    /// How many of the phones are devices of the office; the others are exchanges of providers.
    staff: usize,
    by_address: BTreeMap<SocketAddr, PhoneId>,
    /// When each phone wants to be woken.
    armed: BTreeSet<(Instant, PhoneId)>,
    armed_at: Vec<Option<Instant>>,
    network: Network,
    pub(in crate::sim) sound: Sound,
    chance: ChaCha12Rng,
    opened: Instant,
    now: Instant,
    switch_wakes: Option<Instant>,
    /// Whether the engine is not running: what is sent to it reaches nobody.
    is_down: bool,
    /// Where its computer is.
    here: SocketAddr,
    script: BTreeMap<(Instant, u64), Action>,
    scripted: u64,
    /// What reached addresses where no phone is.
    letters: BTreeMap<SocketAddr, Vec<Bytes>>,
    happenings: Vec<Arc<Happening>>,
    board: Board,
    records: Vec<CallRecord>,
    bindings: BTreeMap<(DeviceId, Bytes), KnownBinding>,
    /// Who called for help, as the engine has kept it.
    call_backs: Vec<KnownCallBack>,
    /// Who wanted to call abroad, for the audit log.
    asked_abroad: Vec<AskedAbroad>,
    /// New and saved messages, as kept on disk.
    messages: BTreeMap<MailboxId, MailboxCounts>,
    recordings: Vec<String>,
    questions: VecDeque<(QuestionId, Question)>,
    clerk: Clerk,
    flows: Arc<CallFlows>,
    inputs: u64,
    /// Who speaks how long when they are recorded.
    speaks: Option<(PhoneId, Duration)>,
    /// Tickets of the board's commands given out.
    asked: u64,
    ladder: Option<Ladder>,
}

type Action = Box<dyn FnOnce(&mut SimOffice)>;

/// The longest anything may be kept once nobody does anything any more: a phone that rings for
/// nobody, then timers B to M, then some.
const TIME_TO_REST: Duration = Duration::from_secs(400);

/// The shortest time between the end of one engine and the start of the next. Longer than anything
/// travels: messages of the two engines share no dialog, and no phone could tell old from new.
const TIME_TO_START: Duration = Duration::from_millis(200);

impl SimOffice {
    /// An office to be founded.
    pub fn builder() -> SimOfficeBuilder {
        SimOfficeBuilder::new()
    }

    /// Anna (101), Ben (102), Carla (103) and Dora (104), one desk phone each.
    pub fn of_four() -> SimOffice {
        SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .person("Carla", "103", &["desk"])
            .person("Dora", "104", &["desk"])
            .open()
    }

    pub(super) fn new(
        founded: Office,
        parts: OfficeParts,
        config: SwitchConfig,
        network: Network,
        phones: Vec<SimPhone>,
        mut chance: ChaCha12Rng,
    ) -> SimOffice {
        let now = Instant::now(); // the only look at a clock: everything else is this plus an offset
        let mut seed = [0; 32];
        chance.fill_bytes(&mut seed);
        let switch = Switch::new(Arc::new(founded), config.clone(), seed, now, OPENS_AT);
        let by_address = phones.iter().enumerate();
        let mut sim = SimOffice {
            switch: switch.expect("ports for sound"),
            config,
            parts,
            by_address: by_address.map(|(at, p)| (p.here(), PhoneId(at))).collect(),
            armed: BTreeSet::new(),
            armed_at: vec![None; phones.len()],
            staff: phones.iter().filter(|phone| !phone.is_carrier()).count(),
            phones,
            network,
            sound: Sound::default(),
            chance,
            opened: now,
            now,
            switch_wakes: None,
            is_down: false,
            here: OFFICE,
            script: BTreeMap::new(),
            scripted: 0,
            letters: BTreeMap::new(),
            happenings: Vec::new(),
            board: Board::default(),
            records: Vec::new(),
            bindings: BTreeMap::new(),
            call_backs: Vec::new(),
            asked_abroad: Vec::new(),
            messages: BTreeMap::new(),
            recordings: Vec::new(),
            questions: VecDeque::new(),
            clerk: Clerk::default(),
            flows: Arc::default(),
            inputs: 0,
            speaks: None,
            asked: 0,
            ladder: None,
        };
        sim.listen();
        sim.change_office(|_| {});
        sim
    }

    /// Lets so much time pass.
    pub fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        while self.next().is_some_and(|at| at <= until) {
            self.step();
        }
        self.now = until;
    }

    /// As [`SimOffice::run_for`], in seconds.
    pub fn run_secs(&mut self, seconds: u64) {
        self.run_for(Duration::from_secs(seconds));
    }

    /// Lets what is on its way arrive and be answered: a tenth of a second.
    pub fn settle(&mut self) {
        self.run_for(Duration::from_millis(100));
    }

    /// Runs until nothing is going on any more. Panics when something stays: a ghost.
    pub fn run_until_quiet(&mut self) {
        let deadline = self.now + TIME_TO_REST;
        while !self.is_quiet() {
            match self.next() {
                Some(at) if at <= deadline => self.step(),
                _ => panic!(
                    "never comes to rest: {:?}, phones hold {:?}",
                    self.switch.held(),
                    self.phones_busy()
                ),
            }
        }
    }

    /// Whether nothing is going on: no call, transaction, datagram or plan.
    pub fn is_quiet(&self) -> bool {
        let calls = Held {
            registrations: 0,
            subscriptions: 0,
            ..self.switch.held()
        };
        calls == Held::default()
            && self.sound.is_empty()
            && self.script.is_empty()
            && self.network.is_empty()
            && self.phones.iter().all(|phone| phone.held() == 0)
    }

    fn phones_busy(&self) -> Vec<(&str, usize)> {
        let busy = self.phones.iter().filter(|phone| phone.held() > 0);
        busy.map(|phone| (phone.name.as_str(), phone.held()))
            .collect()
    }

    /// When the next thing is due.
    fn next(&self) -> Option<Instant> {
        let script = self.script.first_key_value().map(|((at, _), _)| *at);
        let phone = self.armed.first().map(|(at, _)| *at);
        [
            script,
            phone,
            self.network.next_arrival(),
            self.switch_wakes,
            self.sound.next_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Runs the next thing: of those due at one instant, arrivals first.
    fn step(&mut self) {
        let Some(at) = self.next() else {
            return;
        };
        self.now = self.now.max(at);
        if let Some(datagram) = self.network.arrive(self.now) {
            return self.deliver(datagram);
        }
        if self.switch_wakes.is_some_and(|at| at <= self.now) {
            return self.handle(Input::Tick);
        }
        if let Some((at, phone)) = self.armed.first().copied()
            && at <= self.now
        {
            self.phones[phone.0].handle_timeout(self.now);
            return self.flush_phone(phone);
        }
        if self.sound.next_timeout().is_some_and(|at| at <= self.now) {
            self.sound
                .on_timeout(self.now, &mut self.phones, &self.network);
            return self.flush_sound();
        }
        if let Some(first) = self.script.first_entry()
            && first.key().0 <= self.now
        {
            let action = first.remove();
            action(self);
        }
    }

    fn deliver(&mut self, datagram: Datagram) {
        let Datagram { from, to, bytes } = datagram;
        if to == self.here {
            let flow = sip_transport::Flow::udp(self.here, from);
            self.handle(Input::Message { flow, bytes });
        } else if let Some(phone) = self.by_address.get(&to).copied() {
            self.phones[phone.0].receive(self.now, from, bytes);
            self.flush_phone(phone);
        } else {
            self.letters.entry(to).or_default().push(bytes);
        }
    }

    fn send(&mut self, datagram: Datagram) {
        let at = self.open_for();
        if let Some(ladder) = &mut self.ladder {
            ladder.add(at, &datagram);
        }
        self.network.send(self.now, datagram);
    }

    /// Sends what a phone has to send and notes when it wants to be woken.
    fn flush_phone(&mut self, phone: PhoneId) {
        let from = self.phones[phone.0].here();
        while let Some((to, bytes)) = self.phones[phone.0].poll(self.now) {
            self.send(Datagram { from, to, bytes });
        }
        let wanted = self.phones[phone.0].next_timeout();
        let armed = &mut self.armed_at[phone.0];
        if *armed != wanted {
            if let Some(at) = *armed {
                self.armed.remove(&(at, phone));
            }
            if let Some(at) = wanted {
                self.armed.insert((at, phone));
            }
            *armed = wanted;
        }
    }

    fn listen(&mut self) {
        self.handle(Input::Listening(self.listener()));
    }

    pub(in crate::sim) fn listener(&self) -> sip_transport::Listener {
        sip_transport::Listener {
            transport: sip_transport::Transport::Udp,
            local: self.here,
            advertised: None,
        }
    }

    fn handle(&mut self, input: Input) {
        if self.is_down {
            return;
        }
        self.inputs += 1;
        self.switch.handle(self.now, input);
        loop {
            match self.switch.poll() {
                Output::SleepUntil(at) => {
                    self.switch_wakes = at;
                    break;
                }
                Output::Send { flow, bytes } => {
                    let (from, to) = (flow.local, flow.remote);
                    self.send(Datagram { from, to, bytes });
                }
                Output::Media(command) => {
                    let recorded = self.sound.records(&command);
                    self.sound.apply(self.now, command);
                    self.speak_if_recorded(recorded);
                }
                Output::Ask { id, question } => self.questions.push_back((id, question)),
                Output::Tell(happening) => {
                    self.board.apply(&happening);
                    self.happenings.push(happening);
                }
                Output::Store(write) => self.store(write),
                // Nothing here is reached but over UDP by address.
                Output::Connect { connection, .. } => {
                    self.switch.handle(self.now, Input::Closed(connection));
                }
                Output::Resolve { .. } | Output::Close(_) | Output::Trace(_) => {}
            }
        }
        self.flush_sound();
        while let Some((id, question)) = self.questions.pop_front() {
            let answer = self.clerk.answer(&question);
            let spoken_in = self.clerk.speech_takes;
            if matches!(question, Question::Speak(_)) && spoken_in > Duration::ZERO {
                self.after(spoken_in, move |office| {
                    office.handle(Input::Answered { id, answer });
                });
                continue;
            }
            let takes = self.clerk.reply_takes;
            if let Question::Request(request) = &question
                && takes > Duration::ZERO
            {
                let is_late = matches!(answer, Answer::Replied(Reply::TimedOut));
                let takes = if is_late {
                    request.timeout
                } else {
                    takes.min(request.timeout)
                };
                self.after(takes, move |office| {
                    office.handle(Input::Answered { id, answer })
                });
                continue;
            }
            if let Answer::MessageKept { counts, .. }
            | Answer::MessageChanged { counts, .. }
            | Answer::MessageForwarded { counts, .. } = &answer
            {
                self.messages.insert(counts.mailbox, *counts);
            }
            if let Question::SetGreeting {
                mailbox,
                kind,
                sound,
                until_unix_ms,
                ..
            } = question
            {
                let sound = sound.map(|greeting| greeting.sound);
                let set = (kind, sound, until_unix_ms);
                self.change_office(|parts| set_greeting(parts, mailbox, set));
            }
            self.handle(Input::Answered { id, answer });
        }
    }

    fn speak_if_recorded(&mut self, recorded: Option<SocketAddr>) {
        let Some((phone, lasts)) = self.speaks else {
            return;
        };
        if recorded == Some(self.phones[phone.0].sound_address()) && lasts > Duration::ZERO {
            self.phones[phone.0].begins_to_speak();
            self.sound.speak(self.now, phone.0, self.now + lasts);
        }
    }

    fn store(&mut self, write: Write) {
        match write {
            Write::Call(record) => self.records.push(*record),
            Write::FlightRecording { text, .. } => self.recordings.push(text),
            Write::Ledger(_) | Write::PhoneMet { .. } => {}
            Write::AskedAbroad(asked) => self.asked_abroad.push(*asked),
            Write::CallBack(known) => self.call_backs.push(known),
            Write::Binding(change) => match *change {
                BindingChange::Put(known) => {
                    let key = (known.device, known.contact.clone());
                    self.bindings.insert(key, known);
                }
                BindingChange::Remove {
                    device, contact, ..
                } => {
                    self.bindings.remove(&(device, contact));
                }
            },
        }
    }

    /// Tells the switch what the media thread has to say.
    fn flush_sound(&mut self) {
        while let Some(event) = self.sound.poll_event() {
            self.handle(Input::Media(event));
        }
    }

    /// Who hears whom right now, probed with packets: does `a` hear `b`, and `b` hear `a`?
    pub fn hears(&mut self, a: PhoneId, b: PhoneId) -> (bool, bool) {
        // The relay sends nothing to a phone behind a router before it has heard from it.
        self.sound
            .probe(self.now, a.0, &mut self.phones, &self.network);
        let (from_b, from_a) = (
            self.sound
                .probe(self.now, b.0, &mut self.phones, &self.network),
            self.sound
                .probe(self.now, a.0, &mut self.phones, &self.network),
        );
        self.flush_sound();
        (from_b.contains(&a.0), from_a.contains(&b.0))
    }

    /// Panics unless two phones hear each other and nobody else hears them.
    pub fn assert_talk(&mut self, a: PhoneId, b: PhoneId) {
        assert_eq!(self.hears(a, b), (true, true), "{}", self.story());
    }

    /// Whether the sound of calls goes through the office now.
    pub fn is_relaying(&self) -> bool {
        !self.sound.is_empty()
    }

    /// Whether the host has read a sound, be it beforehand.
    pub fn has_read(&self, sound: &str) -> bool {
        self.sound.read.contains(&SoundFile::new(sound))
    }

    /// Sound from all phones keeps coming at this pace while relays are open.
    pub const SOUND_EVERY: Duration = SOUND_EVERY;

    fn fresh_seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.chance.fill_bytes(&mut seed);
        seed
    }

    /// All phones, for the story.
    pub(super) fn all_phones(&self) -> &[SimPhone] {
        &self.phones
    }

    /// The label of a device, for the story.
    pub(super) fn device_name(&self, device: DeviceId) -> &str {
        &self.phones[phone_of(device).0].name
    }

    /// Changes the weather for what is sent from now on.
    pub fn weather(&mut self, weather: Weather) {
        self.network.set_weather(weather);
    }
}

/// A version of a call flow.
pub(super) fn version(revision: u64, document: serde_json::Value) -> FlowVersion {
    FlowVersion {
        revision,
        document: Arc::new(document),
    }
}

fn set_greeting(
    parts: &mut OfficeParts,
    mailbox: MailboxId,
    (kind, sound, until_unix_ms): (GreetingKind, Option<SoundName>, Option<i64>),
) {
    let mut mailboxes = parts.mailboxes.iter_mut();
    let found = mailboxes.find(|each| each.id == mailbox);
    let greetings = &mut found.expect("a mailbox").greetings;
    match kind {
        GreetingKind::Standard => greetings.standard = sound,
        GreetingKind::Name => greetings.name = sound,
        GreetingKind::Busy => greetings.busy = sound,
        GreetingKind::Closed => greetings.closed = sound,
        GreetingKind::Away => {
            greetings.away = sound.map(|sound| AwayGreeting {
                sound,
                until_unix_ms,
            });
        }
    }
}

impl fmt::Debug for SimOffice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.story())
    }
}
