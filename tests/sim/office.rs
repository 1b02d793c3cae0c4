//! The simulated office itself: it owns switch, phones, network and time, and runs whatever comes
//! next.

use super::{
    builder::{OFFICE, OPENS_AT, SimOfficeBuilder, phone_of},
    clerk::{Clerk, KeptRecording},
    ladder::Ladder,
    network::{Datagram, Network, Weather},
    phone::{Habit, LineState, SimPhone},
    sound::{SOUND_EVERY, Sound},
};
use bytes::Bytes;
use callflow::{
    Flows, TraceStep,
    walk::{HttpRequest, Reply},
};
use media::{MediaEvent, RoomId, Wiring};
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
    Answer, BindingChange, Board, CallFlows, CallRecord, Command, CommandResult, Doing, Happening,
    Held, Input, KnownBinding, MailboxCounts, MediaWay, NewGreeting, Output, Question, QuestionId,
    Switch, SwitchConfig, What, Write,
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
    by_address: BTreeMap<SocketAddr, PhoneId>,
    /// When each phone wants to be woken.
    armed: BTreeSet<(Instant, PhoneId)>,
    armed_at: Vec<Option<Instant>>,
    network: Network,
    pub(super) sound: Sound,
    chance: ChaCha12Rng,
    opened: Instant,
    now: Instant,
    switch_wakes: Option<Instant>,
    /// Whether the engine is not running: what is sent to it reaches nobody.
    is_down: bool,
    script: BTreeMap<(Instant, u64), Action>,
    scripted: u64,
    /// What reached addresses where no phone is.
    letters: BTreeMap<SocketAddr, Vec<Bytes>>,
    happenings: Vec<Arc<Happening>>,
    board: Board,
    records: Vec<CallRecord>,
    bindings: BTreeMap<(DeviceId, Bytes), KnownBinding>,
    /// New and saved messages, as kept on disk.
    messages: BTreeMap<MailboxId, MailboxCounts>,
    recordings: Vec<String>,
    questions: VecDeque<(QuestionId, Question)>,
    clerk: Clerk,
    flows: Arc<CallFlows>,
    inputs: u64,
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
            phones,
            network,
            sound: Sound::default(),
            chance,
            opened: now,
            now,
            switch_wakes: None,
            is_down: false,
            script: BTreeMap::new(),
            scripted: 0,
            letters: BTreeMap::new(),
            happenings: Vec::new(),
            board: Board::default(),
            records: Vec::new(),
            bindings: BTreeMap::new(),
            messages: BTreeMap::new(),
            recordings: Vec::new(),
            questions: VecDeque::new(),
            clerk: Clerk::default(),
            flows: Arc::default(),
            inputs: 0,
            asked: 0,
            ladder: None,
        };
        sim.listen();
        sim.change_office(|_| {});
        sim
    }

    // Looking.

    /// The phone of somebody: `phone_of("Anna", "desk")`.
    pub fn phone_of(&self, person: &str, label: &str) -> PhoneId {
        let name = format!("{person}'s {label} phone");
        let at = self.phones.iter().position(|phone| phone.name == name);
        PhoneId(at.unwrap_or_else(|| panic!("nobody has {name}")))
    }

    /// The desk phone of somebody.
    pub fn desk(&self, person: &str) -> PhoneId {
        self.phone_of(person, "desk")
    }

    /// All phones.
    pub fn phones(&self) -> impl Iterator<Item = PhoneId> + use<> {
        (0..self.phones.len()).map(PhoneId)
    }

    /// A phone, to look at.
    pub fn phone(&self, phone: PhoneId) -> &SimPhone {
        &self.phones[phone.0]
    }

    /// A phone, to set its habits.
    pub fn phone_mut(&mut self, phone: PhoneId) -> &mut SimPhone {
        &mut self.phones[phone.0]
    }

    /// The network, to change its weather.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The switch, to look at.
    pub fn switch(&self) -> &Switch {
        &self.switch
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Time since the office opened.
    pub fn open_for(&self) -> Duration {
        self.now - self.opened
    }

    /// The wall clock: milliseconds since 1970 UTC.
    pub fn wall_clock(&self) -> i64 {
        self.unix_ms(self.now)
    }

    /// The phone that is this device.
    pub fn phone_of_device(&self, device: DeviceId) -> PhoneId {
        phone_of(device)
    }

    /// Milliseconds since 1970 UTC when `at` is on the virtual clock.
    pub(super) fn unix_ms(&self, at: Instant) -> i64 {
        OPENS_AT + i64::try_from((at - self.opened).as_millis()).unwrap_or(i64::MAX)
    }

    /// Everything told so far.
    pub fn happenings(&self) -> impl DoubleEndedIterator<Item = &Happening> {
        self.happenings.iter().map(AsRef::as_ref)
    }

    /// Whether something like this was told.
    pub fn has_happened(&self, like: impl Fn(&What) -> bool) -> bool {
        self.happenings().any(|happening| like(&happening.what))
    }

    /// The board, folded from all that was told.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Records of calls that ended.
    pub fn records(&self) -> &[CallRecord] {
        &self.records
    }

    /// Flight recordings of faults.
    pub fn recordings(&self) -> &[String] {
        &self.recordings
    }

    /// Inputs the switch has handled.
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Datagrams that were on their way.
    pub fn datagrams(&self) -> u64 {
        self.network.launched()
    }

    /// What reached an address where no phone is.
    pub fn letters(&self, to: SocketAddr) -> &[Bytes] {
        self.letters.get(&to).map_or(&[], Vec::as_slice)
    }

    /// Writes down from now on what is sent.
    pub fn keep_ladder(&mut self) {
        self.ladder = Some(Ladder::default());
    }

    /// What was written down, first lines only.
    pub fn ladder(&self) -> &str {
        self.ladder.as_ref().map_or("", Ladder::text)
    }

    /// INVITEs the office gave several final answers, of what was written down.
    pub fn contradictions(&self) -> Vec<String> {
        self.ladder
            .as_ref()
            .map(Ladder::contradictions)
            .unwrap_or_default()
    }

    /// Streams open in the media thread.
    pub fn streams(&self) -> usize {
        self.sound.streams()
    }

    // Doing.

    /// A phone dials; gives its line.
    pub fn dial(&mut self, phone: PhoneId, number: &str) -> u32 {
        self.with(phone, |p, now| p.dial(now, number))
    }

    /// A phone calls another, which is picked up after a second; two seconds later they talk.
    pub fn connect(&mut self, from: PhoneId, to: PhoneId) {
        let number = self.number_of(to);
        let habit = self.phones[to.0].habit;
        self.habit(to, Habit::AnswersAfter(Duration::from_secs(1)));
        self.dial(from, &number);
        self.run_secs(3);
        self.habit(to, habit);
    }

    /// The number of a phone's owner.
    pub fn number_of(&self, phone: PhoneId) -> String {
        let device = &self.parts.devices[phone.0];
        let owner = self.parts.persons.iter().find(|p| p.id == device.person);
        let number = owner.and_then(|owner| owner.number.as_ref());
        number.map_or_else(String::new, ToString::to_string)
    }

    /// A phone picks up the line that rings.
    pub fn answer(&mut self, phone: PhoneId) {
        let rings = |sim: &SimOffice, line: &u32| sim.phone(phone).line(*line) == LineState::Rings;
        let lines = self.phone(phone).live_lines();
        let ringing = lines.into_iter().find(|line| rings(self, line));
        if let Some(line) = ringing {
            self.with(phone, |p, now| p.answer(now, line));
        }
    }

    /// A phone hangs up, gives up or declines on the line used last.
    pub fn hang_up(&mut self, phone: PhoneId) {
        self.on_line(phone, |p, now, line| p.hang_up(now, line));
    }

    /// A phone puts its far end on hold.
    pub fn hold(&mut self, phone: PhoneId) {
        self.on_line(phone, |p, now, line| p.hold(now, line, true));
    }

    /// A phone takes its far end back.
    pub fn resume(&mut self, phone: PhoneId) {
        self.on_line(phone, |p, now, line| p.hold(now, line, false));
    }

    /// A phone hands its far end to a number, at once.
    pub fn transfer(&mut self, phone: PhoneId, number: &str) {
        self.on_line(phone, |p, now, line| p.transfer(now, line, number));
    }

    /// A phone with two lines puts their far ends together.
    pub fn join_lines(&mut self, phone: PhoneId) {
        let lines = self.phone(phone).live_lines();
        if let [first, .., last] = lines[..] {
            self.with(phone, |p, now| p.transfer_to_line(now, first, last));
        }
    }

    /// Does something with the newest live line of a phone, if it has one.
    pub fn on_line<R>(
        &mut self,
        phone: PhoneId,
        act: impl FnOnce(&mut SimPhone, Instant, u32) -> R,
    ) -> Option<R> {
        let line = *self.phone(phone).live_lines().last()?;
        Some(self.with(phone, |p, now| act(p, now, line)))
    }

    /// Does something with a phone, and sends what it has to send.
    pub fn with<R>(&mut self, phone: PhoneId, act: impl FnOnce(&mut SimPhone, Instant) -> R) -> R {
        let done = act(&mut self.phones[phone.0], self.now);
        self.flush_phone(phone);
        done
    }

    /// Sets what the owner of a phone does when it rings.
    pub fn habit(&mut self, phone: PhoneId, habit: Habit) {
        self.phones[phone.0].habit = habit;
    }

    /// The plug of a phone is pulled and put back in.
    pub fn power_cut(&mut self, phone: PhoneId) {
        let seed = self.fresh_seed();
        self.with(phone, |p, now| {
            p.lose_power(seed);
            p.register(now, 3_600);
        });
    }

    /// All phones register, and the office waits until they have.
    pub fn register_all(&mut self) {
        for phone in self.phones() {
            self.with(phone, |p, now| p.register(now, 3_600));
        }
        self.run_for(Duration::from_secs(1));
    }

    /// A datagram from an address where no phone is.
    pub fn stranger_sends(&mut self, from: SocketAddr, bytes: impl Into<Bytes>) {
        let datagram = Datagram {
            from,
            to: OFFICE,
            bytes: bytes.into(),
        };
        self.network.send(self.now, datagram);
    }

    /// The board or the host asks something of the switch.
    pub fn command(&mut self, command: Command) {
        self.handle(Input::Command(command));
    }

    /// The board asks something and is answered. Panics unless it is answered once, at once.
    pub fn ask(&mut self, command: impl FnOnce(u64) -> Command) -> CommandResult {
        self.asked += 1;
        let asked = self.asked;
        self.command(command(asked));
        let answers = self
            .happenings()
            .filter_map(|happening| match happening.what {
                What::CommandDone { ticket, result } if ticket == asked => Some(result),
                _ => None,
            });
        match answers.collect::<Vec<_>>()[..] {
            [answer] => answer,
            ref answers => panic!("answered with {answers:?}"),
        }
    }

    /// The person of a name.
    pub fn person(&self, name: &str) -> PersonId {
        let found = self.parts.persons.iter().find(|p| p.name == name);
        found
            .unwrap_or_else(|| panic!("nobody is called {name}"))
            .id
    }

    /// What a person is doing, as the board shows it.
    pub fn doing(&self, name: &str) -> Doing {
        self.board.doing(self.person(name))
    }

    /// The call going on, when there is one and no other.
    pub fn the_call(&self) -> CallId {
        match self.board.calls.keys().collect::<Vec<_>>()[..] {
            [call] => *call,
            ref calls => panic!("calls going on: {calls:?}"),
        }
    }

    /// The board lets the sound of the oldest call take another way.
    pub fn move_sound(&mut self, to: MediaWay) {
        if let Some(call) = self.board.calls.keys().next().copied() {
            self.command(Command::MoveMedia { call, to });
        }
    }

    /// The configuration changes, and with it the call flows.
    pub fn change_office(&mut self, change: impl FnOnce(&mut OfficeParts)) {
        change(&mut self.parts);
        let office = Office::build(self.parts.clone()).expect("an office without problems");
        let before = CallFlows::clone(&self.flows);
        self.flows = Arc::new(CallFlows {
            flows: Arc::new(Flows::of(&office, &before.flows)),
            ..before
        });
        self.handle(Input::OfficeChanged(Arc::new(office)));
        self.handle(Input::FlowsChanged(Arc::clone(&self.flows)));
    }

    /// A call flow is published anew.
    pub fn publish(&mut self, flow: FlowId, document: serde_json::Value) {
        self.change_office(|parts| {
            let mut flows = parts.flows.iter_mut();
            let flow = flows.find(|each| each.id == flow).expect("a call flow");
            let before = flow.live.as_ref().map_or(0, |live| live.revision);
            flow.live = Some(version(before + 1, document));
        });
    }

    /// The draft of a call flow, for those callers who try it out.
    pub fn draft(&mut self, flow: FlowId, document: serde_json::Value) {
        self.change_office(|parts| {
            let mut flows = parts.flows.iter_mut();
            let flow = flows.find(|each| each.id == flow).expect("a call flow");
            let before = flow.draft.as_ref().map_or(0, |draft| draft.revision);
            flow.draft = Some(version(before + 1, document));
        });
    }

    /// What callers have walked through call flows, step by step.
    pub fn walked(&self) -> Vec<TraceStep> {
        let told = self
            .happenings()
            .filter_map(|happening| match &happening.what {
                What::FlowStep { step, .. } => Some(step.clone()),
                _ => None,
            });
        told.collect()
    }

    /// What call flows have asked of other programs.
    pub fn requests(&self) -> &[HttpRequest] {
        &self.clerk.requests
    }

    /// What other programs reply to call flows.
    pub fn set_reply(&mut self, reply: Reply) {
        self.clerk.reply = reply;
    }

    /// What people were told by call flows.
    pub fn notices(&self) -> &[String] {
        &self.clerk.notices
    }

    /// No voice speaks during calls from now on.
    pub fn lose_voice(&mut self) {
        self.clerk.is_mute = true;
    }

    /// What a voice was asked to speak during calls.
    pub fn speeches(&self) -> Vec<&str> {
        let speeches = self.clerk.speeches.iter();
        speeches.map(|speech| speech.text.as_str()).collect()
    }

    /// Another program holds the ports wanted for sound, so many times.
    pub fn take_ports(&mut self, times: u32) {
        self.sound.ports_taken = times;
    }

    /// So many messages lie in the mailbox of that name now: somebody left one, heard it, deleted it.
    pub fn messages(&mut self, mailbox: &str, new: u32, saved: u32) {
        let office = self.switch.office();
        let found = office
            .mailboxes()
            .find(|each| office.mailbox_name(each) == mailbox);
        let counts = MailboxCounts {
            mailbox: found.expect("a mailbox of that name").id,
            new,
            saved,
            lasts_ms: 0,
        };
        self.messages.insert(counts.mailbox, counts);
        self.handle(Input::MailboxChanged(counts));
    }

    /// New and saved messages in a mailbox.
    pub fn messages_in(&self, mailbox: MailboxId) -> (u32, u32) {
        let counts = self.messages.get(&mailbox);
        counts.map_or((0, 0), |counts| (counts.new, counts.saved))
    }

    /// A device is taken away from the office.
    pub fn remove_device(&mut self, phone: PhoneId) {
        self.change_office(|parts| parts.devices.retain(|device| phone_of(device.id) != phone));
    }

    /// The wall clock of the office's computer is set.
    pub fn set_wall_clock(&mut self, unix_ms: i64) {
        self.handle(Input::WallClock(unix_ms));
    }

    /// The engine is killed and started again: calls are lost, registrations were kept. That takes
    /// a while, in which nobody hears what phones send, and what the engine sent last arrives.
    pub fn restart_engine(&mut self) {
        self.is_down = true;
        self.switch_wakes = None;
        self.sound = Sound::default();
        self.run_for(TIME_TO_START);
        self.is_down = false;
        let seed = self.fresh_seed();
        let config = SwitchConfig {
            first_call: self.config.first_call + 10_000,
            ..self.config.clone()
        };
        let unix_ms = self.unix_ms(self.now);
        let switch = Switch::new(
            self.switch.office(),
            config.clone(),
            seed,
            self.now,
            unix_ms,
        );
        self.switch = switch.expect("ports for sound");
        self.config = config;
        self.board = Board::default();
        self.switch
            .restore(self.bindings.values().cloned().collect());
        let messages = self.messages.values().copied().collect();
        self.handle(Input::Mailboxes(messages));
        self.handle(Input::FlowsChanged(Arc::clone(&self.flows)));
        self.listen();
    }

    /// Somebody speaks into a phone for so long.
    pub fn speak(&mut self, phone: PhoneId, seconds: u64) {
        let until = self.now + Duration::from_secs(seconds);
        self.sound.speak(self.now, phone.0, until);
        self.run_secs(seconds);
    }

    /// Keys are pressed one after the other, half a second each.
    pub fn press(&mut self, phone: PhoneId, keys: &str) {
        for key in keys.chars().filter_map(Digit::of_key) {
            self.sound
                .press(self.now, phone.0, key, &mut self.phones, &self.network);
            self.flush_sound();
            self.run_for(Duration::from_millis(500));
        }
    }

    /// One key is pressed; no time passes.
    pub fn tap(&mut self, phone: PhoneId, key: char) {
        let key = Digit::of_key(key).expect("a key");
        self.sound
            .press(self.now, phone.0, key, &mut self.phones, &self.network);
        self.flush_sound();
    }

    /// What the office has said since this was asked last: the names of the sounds.
    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sound.played)
    }

    /// How many packets the office itself has sent a phone: words, tones, music.
    pub fn spoken_to(&self, phone: PhoneId) -> usize {
        let at = self.phones[phone.0].sound_address();
        self.sound.made.packets.get(&at).copied().unwrap_or(0)
    }

    /// How the sound of a phone is wired at the media thread, if it comes there.
    pub fn wiring(&self, phone: PhoneId) -> Option<&Wiring> {
        self.sound.wiring(self.phones[phone.0].sound_address())
    }

    /// The media thread tells that somebody else has the word in a room.
    pub fn has_the_word(&mut self, room: RoomId, phone: Option<PhoneId>) {
        let who = phone.and_then(|phone| self.sound.stream(self.phones[phone.0].sound_address()));
        self.handle(Input::Media(MediaEvent::Speaking { room, who }));
    }

    /// The messages kept.
    pub fn voice_messages(&self) -> &[VoiceMessage] {
        &self.clerk.messages
    }

    /// The recordings of calls, whole or not, in the order they were begun.
    pub fn call_recordings(&self) -> Vec<&KeptRecording> {
        let recordings = self.clerk.recordings.iter();
        recordings.map(|(_, recording)| recording).collect()
    }

    /// The disk is too full for recordings from now on, or no longer.
    pub fn disk_is_full(&mut self, full: bool) {
        self.sound.disk_is_full = full;
    }

    /// The greetings spoken for the office that were kept, with their titles.
    pub fn kept_sounds(&self) -> &[(String, NewGreeting)] {
        &self.clerk.sounds
    }

    /// The recordings nobody wanted.
    pub fn dropped_sounds(&self) -> Vec<&str> {
        self.clerk.dropped.iter().map(SoundName::as_str).collect()
    }

    /// Something to be done so long from now.
    pub fn after(&mut self, delay: Duration, action: impl FnOnce(&mut SimOffice) + 'static) {
        self.scripted += 1;
        let key = (self.now + delay, self.scripted);
        self.script.insert(key, Box::new(action));
    }

    // Time.

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
        if to == OFFICE {
            let flow = sip_transport::Flow::udp(OFFICE, from);
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
        self.handle(Input::Listening(sip_transport::Listener {
            transport: sip_transport::Transport::Udp,
            local: OFFICE,
            advertised: None,
        }));
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
                Output::Media(command) => self.sound.apply(self.now, command),
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
                ..
            } = question
            {
                let sound = sound.map(|greeting| greeting.sound);
                self.change_office(|parts| set_greeting(parts, mailbox, kind, sound));
            }
            self.handle(Input::Answered { id, answer });
        }
    }

    fn store(&mut self, write: Write) {
        match write {
            Write::Call(record) => self.records.push(*record),
            Write::FlightRecording { text, .. } => self.recordings.push(text),
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
    kind: GreetingKind,
    sound: Option<SoundName>,
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
            let until_unix_ms = None;
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
