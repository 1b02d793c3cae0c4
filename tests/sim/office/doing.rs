//! What is done in a simulated office: by the owners of its phones, at the board, to its engine.

use super::*;
use crate::sim::{
    builder::built,
    keys::{KeysHeard, tones},
};

impl SimOffice {
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
        let office = built(self.parts.clone());
        let before = CallFlows::clone(&self.flows);
        self.flows = Arc::new(CallFlows {
            flows: Arc::new(Flows::of(&office, &before.flows)),
            ..before
        });
        self.handle(Input::OfficeChanged(Arc::new(office)));
        self.handle(Input::FlowsChanged(Arc::clone(&self.flows)));
    }

    /// A sound is uploaded.
    pub fn upload(&mut self, id: i64, name: &str) {
        let mut flows = CallFlows::clone(&self.flows);
        let name = SoundName::parse(name).expect("a name of a sound");
        flows.sounds.insert(id, name);
        self.flows = Arc::new(flows);
        self.handle(Input::FlowsChanged(Arc::clone(&self.flows)));
    }

    /// A call flow is published anew.
    pub fn publish(&mut self, flow: FlowId, document: serde_json::Value) {
        self.change_office(|parts| {
            let mut flows = parts.flows.iter_mut();
            let flow = flows.find(|each| each.id == flow).expect("a call flow");
            let before = flow.live.as_ref().map_or(0, |live| live.revision);
            flow.pinned.extend(flow.live.take());
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

    /// How long other programs take to reply to call flows.
    pub fn set_reply_takes(&mut self, lasts: Duration) {
        self.clerk.reply_takes = lasts;
    }

    /// So many of the PINs that callers of call flows dial are wrong, whatever they are; then they
    /// are right.
    pub fn set_wrong_pins(&mut self, wrong: u32) {
        self.clerk.wrong_pins = Some(wrong);
    }

    /// Whoever uses this phone speaks so long whenever the office records them.
    pub fn speaks_when_recorded(&mut self, phone: PhoneId, lasts: Duration) {
        self.speaks = Some((phone, lasts));
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

    /// A voice takes that long to speak a text from now on.
    pub fn set_speech_takes(&mut self, lasts: Duration) {
        self.clerk.speech_takes = lasts;
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
        self.handle(Input::CallBacks(self.call_backs.clone()));
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

    /// Keys are pressed at a phone that gives them as tones in its sound, so long each, with as long
    /// between them.
    pub fn press_as_tones(&mut self, phone: PhoneId, keys: &str, lasts: Duration) {
        let silence = vec![0xd5; 160];
        for key in keys.chars().filter_map(Digit::of_key) {
            let tones = tones(key, lasts);
            let rest = vec![silence.clone(); tones.len()];
            for payload in tones.into_iter().chain(rest) {
                let (phones, network) = (&mut self.phones, &self.network);
                self.sound.say(self.now, phone.0, &payload, phones, network);
                self.flush_sound();
                self.run_for(Duration::from_millis(20));
            }
        }
    }

    /// The keys that have reached a phone through the office.
    pub fn keys_heard(&self, phone: PhoneId) -> KeysHeard {
        let at = self.phones[phone.0].sound_address();
        self.sound.made.keys.get(&at).cloned().unwrap_or_default()
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

    /// What the office has played to a phone, when, and whether again and again.
    pub fn played_to(&self, phone: PhoneId) -> Vec<&HeardAt> {
        let at = self.phones[phone.0].sound_address();
        let heard = self.sound.heard.iter();
        heard.filter(|heard| heard.by == Some(at)).collect()
    }

    /// The text that a voice has spoken into this file.
    pub fn speech_of(&self, file: &str) -> Option<&str> {
        let number: usize = file.strip_prefix("spoken/")?.parse().ok()?;
        let speech = self.clerk.speeches.get(number.checked_sub(1)?)?;
        Some(&speech.text)
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
}
