//! The world around a rehearsed walk: a clock, a caller's thumb, telephones, a mailbox.

use super::message::{Message, Then};
use super::ringing::{Ringing, Screen, millis};
use super::{
    CallerAct, Does, Ended, Heard, Http, Pins, Rang, Reached, Rehearsal, Rehearsed, Staff, Stage,
};
use crate::limits::{
    CLIP_ENDS_AFTER_SILENCE, MAX_REHEARSED_EVENTS, MAX_REHEARSED_MS, PIN_LOCKED_FOR, PIN_TRIES,
};
use crate::program::Program;
use crate::prompt::{Hears, Sound};
use crate::queues::{Joined, Joins, Queues};
use crate::target::Target;
use crate::walk::{
    About, Act, ClipId, Event, HttpRequest, InQueue, MessageEnd, ParkEnd, PinVerdict, Reply,
    RingEnd, RingTarget, RoomEnd, Strategy, Walk,
};
use office::{
    Coming, Dialled, ExtensionNumber, Greeted, GreetingKind, Mailbox, MailboxId, MailboxOwner,
    PersonId, PinSetId,
};
use spoken::{
    Lang, Piece,
    phrase::{calls, conference, queue},
    sentence,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct World<'a> {
    walk: Walk,
    stage: &'a Stage<'a>,
    call: &'a Rehearsal,
    /// Milliseconds since the call came in.
    now: u64,
    /// What happens now happens after the sound of this very moment, so that nothing more of it can
    /// be heard now: somebody pressed a key, or something has been said to its end.
    late: bool,
    awaits: Option<Awaits>,
    /// When PINs were dialled that are none, of each set, and how many in all.
    wrong_pins: BTreeMap<PinSetId, Vec<u64>>,
    wrong_in_all: u32,
    /// Whether what the caller hears goes on.
    hearing: bool,
    hears: Vec<Heard>,
    rings: Vec<Rang>,
    steps: Vec<crate::walk::TraceStep>,
    reached: Vec<Reached>,
    ended: Option<(Ended, u64)>,
    /// The queues, with nobody in them but this caller.
    queues: Queues<()>,
}

/// What is under way, since when and until when.
struct Awaits {
    since: u64,
    until: u64,
    what: Awaited,
}

enum Awaited {
    Said {
        interruptible: bool,
    },
    Time,
    Clip {
        clip: ClipId,
        began: u64,
        stop_key: Option<char>,
        /// What of it is silence at its end.
        silence: u64,
    },
    /// Telephones ring.
    Ring {
        end: RingEnd,
        by: Option<PersonId>,
        reached: Option<Reached>,
    },
    /// Somebody has answered.
    Talk {
        by: Option<PersonId>,
    },
    Message {
        message: Message,
        /// The first sound that is recorded there.
        since: u64,
    },
    /// The tone after which one speaks; then this clip is recorded.
    Tone {
        clip: ClipId,
        max: u64,
        stop_key: Option<char>,
    },
    /// The mailbox is done with the caller.
    Left(MessageEnd),
    Room,
    /// They hear that they are let go.
    RoomParting,
    /// Waits in a slot; nobody fetches a caller in a rehearsal.
    Slot,
    /// How it stands in a queue is told at once.
    Queued(InQueue),
    Reply(Reply),
    Pin(PinVerdict),
}

/// How long a caller stays in a conference room.
const IN_ROOM: u64 = 60_000;

/// How long another program takes to reply.
const REPLY: u64 = 200;

/// How often the office hears and speaks: what it says begins with the next of these, and ends with
/// one.
const TICK: u64 = 20;

/// How long a voice is heard after its last word: on its way, and until it is sure that it was the
/// last.
const VOICE_LASTS: u64 = 320;

/// The end of a clip that is cut off with the key that ended it.
const KEY: u64 = 100;

impl<'a> World<'a> {
    pub(super) fn new(program: &Arc<Program>, stage: &'a Stage<'a>, call: &'a Rehearsal) -> Self {
        let flows = Arc::clone(stage.flows);
        Self {
            walk: Walk::begin(Arc::clone(program), flows, call.facts(stage)),
            stage,
            call,
            now: 0,
            late: true,
            awaits: None,
            wrong_pins: BTreeMap::new(),
            wrong_in_all: 0,
            hearing: false,
            hears: Vec::new(),
            rings: Vec::new(),
            steps: Vec::new(),
            reached: Vec::new(),
            ended: None,
            queues: Queues::default(),
        }
    }

    pub(super) fn play(mut self, acts: &[CallerAct]) -> Rehearsed {
        self.tell(Event::Began);
        let mut acts = acts.iter().peekable();
        for _ in 0..MAX_REHEARSED_EVENTS {
            if self.walk.is_over() {
                break;
            }
            let due = self.awaits.as_ref().map(|awaits| awaits.until);
            let wakes = self.queue_wakes();
            // Who is gone does nothing more; their flow may still tell others of them.
            let is_gone = self.ended.is_some();
            // What is due in the moment in which they do something comes first.
            let next = due.into_iter().chain(wakes).min();
            let is_first = |act: &&CallerAct| next.is_none_or(|next| act.after_ms < next);
            let act = acts.next_if(|act| !is_gone && is_first(act));
            match (act, due) {
                // What ends in the moment in which it may be their turn has ended.
                (None, _) if wakes.is_some_and(|at| due.is_none_or(|due| at < due)) => {
                    if !self.go_to(wakes.unwrap_or_default()) {
                        break;
                    }
                    self.late = false;
                    self.look_for_turn();
                }
                (Some(act), _) => {
                    if !self.go_to(act.after_ms) {
                        break;
                    }
                    self.late = true;
                    self.caller_does(act);
                }
                (None, Some(due)) => {
                    if !self.go_to(due) {
                        break;
                    }
                    self.due();
                }
                // Nothing is under way and the caller does nothing more.
                (None, None) => break,
            }
        }
        self.hush();
        let (ended, ended_ms) = self.ended.unwrap_or((Ended::StillThere, self.now));
        Rehearsed {
            steps: self.steps,
            hears: self.hears,
            rings: self.rings,
            reached: self.reached,
            ended,
            ended_ms,
        }
    }

    fn end(&mut self, ended: Ended) {
        self.ended.get_or_insert((ended, self.now));
    }

    /// Lets time pass; not beyond the longest rehearsal.
    fn go_to(&mut self, at: u64) -> bool {
        self.now = self.now.max(at).min(MAX_REHEARSED_MS);
        at <= MAX_REHEARSED_MS
    }

    /// The moment, in milliseconds since 1970 (UTC).
    fn unix_ms(&self) -> i64 {
        let passed = i64::try_from(self.now).unwrap_or(i64::MAX);
        self.call.at.saturating_add(passed)
    }

    fn tell(&mut self, event: Event) {
        for act in self.about(|world, about| world.walk.on(about, event)) {
            self.follow(act);
        }
    }

    /// Does something that asks how it is right now.
    fn about<T>(&mut self, ask: impl FnOnce(&mut Self, &About<'_>) -> T) -> T {
        let staff = self.staff();
        let about = About {
            unix_ms: self.unix_ms(),
            steady_ms: self.unix_ms(),
            office: self.stage.office,
            presence: &staff,
        };
        ask(self, &about)
    }

    /// Waits in a queue, or waits on.
    fn enqueue(&mut self, joins: &Joins) {
        let how = self.about(|world, about| {
            Some(match world.queues.join((), joins, about) {
                Joined::Full { waiting } => InQueue::Full { waiting },
                Joined::Long { seconds } => InQueue::Long { seconds },
                Joined::Waits => match world.queues.next(about) {
                    Some(turn) => InQueue::Turn(turn.agents),
                    None => InQueue::Waits(world.queues.place((), about)?),
                },
            })
        });
        if let Some(how) = how {
            self.await_for(0, Awaited::Queued(how));
        }
    }

    /// When it may be the caller's turn next, in milliseconds since the call came in.
    fn queue_wakes(&self) -> Option<u64> {
        let at = self.queues.wakes_at(self.unix_ms())?;
        u64::try_from(at - self.call.at).ok()
    }

    fn is_rung_for(&self) -> bool {
        let awaits = self.awaits.as_ref().map(|awaits| &awaits.what);
        matches!(awaits, Some(Awaited::Ring { .. }))
    }

    fn look_for_turn(&mut self) {
        if let Some(turn) = self.about(|world, about| world.queues.next(about)) {
            self.hush();
            self.awaits = None;
            self.tell(Event::Queued(InQueue::Turn(turn.agents)));
        }
    }

    fn staff(&self) -> Staff<'a> {
        Staff {
            call: self.call,
            office: self.stage.office,
        }
    }

    fn caller_does(&mut self, act: &CallerAct) {
        if act.hang_up {
            self.awaits = None;
            self.queues.leave(());
            self.stop_ringing();
            self.hush();
            self.end(Ended::CallerHungUp);
            self.tell(Event::CallerHungUp);
            return;
        }
        // Keys are heard by whoever has answered.
        let Some(key) = act.key.filter(|_| self.walk.is_answered()) else {
            return;
        };
        let Some(awaits) = &self.awaits else {
            return self.tell(Event::Key(key));
        };
        match &awaits.what {
            Awaited::Said {
                interruptible: true,
            } => {
                self.awaits = None;
                self.hush();
                self.tell(Event::Key(key));
            }
            Awaited::Said { .. } | Awaited::Time | Awaited::Reply(_) | Awaited::Pin(_) => {
                self.tell(Event::Key(key));
            }
            Awaited::Ring { .. } if self.queues.is_offered(()) => self.tell(Event::Key(key)),
            Awaited::Clip { stop_key, .. } if *stop_key == Some(key) => self.stop_clip(),
            Awaited::Message { .. } => self.key_in_mailbox(key),
            Awaited::Clip { .. }
            | Awaited::Tone { .. }
            | Awaited::Ring { .. }
            | Awaited::Talk { .. }
            | Awaited::Left(_)
            | Awaited::Room
            | Awaited::Queued(_)
            | Awaited::Slot => {}
            // Whoever has understood need not hear it out.
            Awaited::RoomParting => self.leave_room(),
        }
    }

    /// What is under way has come to its end.
    fn due(&mut self) {
        let Some(awaits) = self.awaits.take() else {
            return;
        };
        // A wait, and telephones that ring, are over before the sound of that moment; what is over at
        // once leaves that as it was.
        self.late = match &awaits.what {
            _ if self.now == awaits.since => self.late,
            Awaited::Time | Awaited::Ring { .. } | Awaited::Slot => false,
            Awaited::Message { message, .. } if message.only_waits() => false,
            _ => true,
        };
        let event = match awaits.what {
            Awaited::Said { .. } => {
                self.hush();
                Event::Said
            }
            Awaited::Time => Event::TimeUp,
            Awaited::Clip {
                clip,
                began,
                silence,
                ..
            } => Event::Recorded {
                clip,
                lasts: Duration::from_millis((self.now - began).saturating_sub(silence)),
            },
            Awaited::Ring {
                end: RingEnd::Answered,
                by,
                reached,
            } => {
                self.hush();
                self.reached.extend(reached);
                self.about(|world, about| world.queues.answered((), by, about));
                return self.await_for(self.call.talks_ms, Awaited::Talk { by });
            }
            Awaited::Ring { end, by, .. } => {
                self.hush();
                Event::RingEnded { end, by }
            }
            Awaited::Talk { by } => {
                self.about(|world, about| world.queues.talk_over((), about));
                Event::RingEnded {
                    end: RingEnd::Answered,
                    by,
                }
            }
            Awaited::Message { mut message, .. } => {
                let then = message.due();
                return self.go_on_in_mailbox(message, then);
            }
            Awaited::Tone {
                clip,
                max,
                stop_key,
            } => {
                self.hush();
                return self.record(clip, max, stop_key);
            }
            Awaited::Left(end) => Event::MessageLeft(end),
            Awaited::Room => return self.let_go_of_room(),
            Awaited::RoomParting => return self.leave_room(),
            Awaited::Slot => {
                self.hush();
                Event::ParkEnded(ParkEnd::TimeUp)
            }
            Awaited::Queued(how) => Event::Queued(how),
            Awaited::Reply(reply) => Event::Replied(reply),
            Awaited::Pin(verdict) => Event::PinChecked(verdict),
        };
        self.tell(event);
    }

    fn follow(&mut self, act: Act) {
        match act {
            Act::Trace { step, .. } => self.steps.push(step),
            Act::Say {
                sounds,
                interruptible,
            } => {
                self.say(sounds, Awaited::Said { interruptible });
            }
            Act::Hear(hears) => self.hear(Vec::new(), Some(hears)),
            Act::Wait(wait) => self.await_for(millis(wait), Awaited::Time),
            Act::Record {
                clip,
                max,
                beep,
                stop_key,
            } => {
                let max = millis(max);
                if !beep {
                    self.hush();
                    return self.record(clip, max, stop_key);
                }
                let tone = Awaited::Tone {
                    clip,
                    max,
                    stop_key,
                };
                self.say(vec![Sound::Beep], tone);
            }
            Act::Ring {
                targets,
                strategy,
                ring_for,
                hears,
                whisper,
                screen,
                ..
            } => {
                self.hear(Vec::new(), Some(hears));
                let screen = self.screen(&whisper, screen);
                let staff = self.staff();
                let ringing = Ringing::of(&staff, &targets, strategy, ring_for, screen);
                let now = self.now;
                self.rings.extend(ringing.rang.into_iter().map(|rang| Rang {
                    at_ms: rang.at_ms + now,
                    ..rang
                }));
                let rings = Awaited::Ring {
                    end: ringing.end,
                    by: ringing.by,
                    reached: ringing.reached,
                };
                self.await_for(ringing.after_ms, rings);
            }
            Act::TakeMessage {
                mailbox,
                greeting,
                coming,
                operator,
                max,
            } => {
                self.take_message(mailbox, (greeting, coming), operator, max);
            }
            Act::JoinRoom { room, .. } => {
                self.hush();
                self.reached.push(Reached::Room { id: room });
                self.await_for(IN_ROOM, Awaited::Room);
            }
            Act::Park { wait } => {
                self.hear(Vec::new(), Some(Hears::Music(None)));
                self.await_for(millis(wait), Awaited::Slot);
            }
            Act::Enqueue(joins) => self.enqueue(&joins),
            Act::LeaveQueue => {
                if self.queues.is_offered(()) && self.is_rung_for() {
                    self.awaits = None;
                    self.stop_ringing();
                    self.hush();
                }
                self.queues.leave(());
            }
            Act::VerifyPin { pin_set, .. } => {
                let verdict = self.verify(pin_set);
                self.await_for(0, Awaited::Pin(verdict));
            }
            Act::Request(request) => self.request(&request),
            Act::Goto { target } => {
                let target = target.at(self.stage.office, self.unix_ms());
                self.reached.extend(self.reached_at(&target));
                self.end(Ended::LeftFor { target });
            }
            Act::End { cause } => self.end(Ended::HungUp { cause }),
            // The office speaks to nobody before the moment that follows.
            Act::Answer => self.late = true,
            Act::Notify { .. } | Act::Label { .. } | Act::Recording(_) => {}
        }
    }

    /// What a mailbox says to a caller.
    fn greeting(&self, mailbox: &Mailbox, coming: Coming, lang: Lang) -> Vec<Sound> {
        let id = mailbox.id;
        let own = |kind| Sound::OfMailbox {
            mailbox: id,
            greeting: kind,
        };
        match mailbox.greetings.for_caller(coming, self.unix_ms()) {
            Greeted::OfHours(sound) => return vec![Sound::Uploaded { sound: sound.0 }],
            Greeted::Own(kind, _) => return vec![own(kind)],
            Greeted::Words => {}
        }
        let number = match &mailbox.owner {
            MailboxOwner::Person { person } => self.stage.office.numbers_of(*person).first(),
            MailboxOwner::Group { .. } => None,
        };
        let name = mailbox.greetings.name.as_ref();
        let busy = coming == Coming::Busy;
        let words =
            sentence::box_greeting(busy, name.is_some(), number.map(ExtensionNumber::as_str));
        let name = name.map(|_| own(GreetingKind::Name));
        name.into_iter().chain(Sound::pieces(lang, words)).collect()
    }

    /// What is said begins with the next sound; then this.
    fn say(&mut self, sounds: Vec<Sound>, then: Awaited) {
        let lasts = self.lasts(&sounds);
        // Of what is gone nothing can be heard.
        let ends = if lasts == 0 {
            self.now
        } else {
            self.next_sound() + lasts
        };
        self.hear(sounds, None);
        self.await_until(ends, then);
    }

    /// How long sounds are heard, in whole moments of the office's sound.
    fn lasts(&self, sounds: &[Sound]) -> u64 {
        let lasts: Duration = sounds.iter().map(|sound| (self.stage.lasts)(sound)).sum();
        millis(lasts) / TICK * TICK
    }

    /// When the office hears and speaks next.
    fn next_sound(&self) -> u64 {
        self.now + if self.late { TICK } else { 0 }
    }

    /// When a recording comes to its end by itself, how much of it is silence at its end, and when its
    /// first sound was. With a key that ends it, a little of it is held back until it is over.
    fn recorded_until(&self, max: u64, silence: u64, keys: bool) -> (u64, u64, u64) {
        let (begins, speaks) = (self.next_sound(), self.call.speaks_ms / TICK * TICK);
        let voice = if speaks > 0 { speaks + VOICE_LASTS } else { 0 };
        if voice + silence <= max {
            return (begins + voice + silence - TICK, silence, begins);
        }
        let held_back = if keys && voice >= max { TICK } else { 0 };
        let silent = max.saturating_sub(voice.max(TICK));
        (begins + max - TICK + held_back, silent, begins)
    }

    fn record(&mut self, clip: ClipId, max: u64, stop_key: Option<char>) {
        let silence = millis(CLIP_ENDS_AFTER_SILENCE);
        let (until, silence, began) = self.recorded_until(max, silence, stop_key.is_some());
        let what = Awaited::Clip {
            clip,
            began,
            stop_key,
            silence,
        };
        self.await_until(until, what);
    }

    /// The caller presses the key that ends what is recorded: that is noticed with the next sound.
    fn stop_clip(&mut self) {
        let until = self.now + TICK;
        let spoken = self.call.speaks_ms + VOICE_LASTS;
        if let Some(Awaits {
            until: ends,
            what:
                Awaited::Clip {
                    began,
                    stop_key,
                    silence,
                    ..
                },
            ..
        }) = &mut self.awaits
        {
            *ends = until;
            *stop_key = None;
            // The sound of the key is cut off, and so is what was silent before it.
            let recorded = until.saturating_sub(*began);
            *silence = KEY.max(recorded.saturating_sub(spoken));
        }
    }

    /// What whoever answers hears first.
    fn screen(&self, whisper: &[Sound], asks: bool) -> Screen {
        let mut sounds = whisper.to_vec();
        if asks {
            let lang = Lang::of(&self.stage.office.settings().language);
            sounds.push(Sound::phrase(lang, queue::TO_ACCEPT));
        }
        // Where the office speaks to nobody yet it begins to now; who is to press a key has to find it.
        let begins = if self.walk.is_answered() && !asks {
            0
        } else {
            TICK
        };
        let lasts = match sounds.is_empty() {
            true => 0,
            false => begins + self.lasts(&sounds),
        };
        Screen { lasts, asks }
    }

    /// Whom or what a caller reaches who has left the flow: somebody who answers, their mailbox if
    /// they do not.
    fn reached_at(&self, target: &Target) -> Option<Reached> {
        let office = self.stage.office;
        let person = match target {
            Target::Person(person) => *person,
            Target::Extension(number) => match office.resolve(number.as_str()) {
                Dialled::Person(person) => person.id,
                Dialled::Mailbox(id) => return Some(Reached::Mailbox { id }),
                Dialled::Room(id) => return Some(Reached::Room { id }),
                _ => return None,
            },
            Target::Voicemail(id) => return Some(Reached::Mailbox { id: *id }),
            Target::Conference(id) => return Some(Reached::Room { id: *id }),
            Target::Outside(number) => {
                let answers = matches!(self.staff().does_outside(number), Does::AnswersAfter(_));
                let number = number.clone();
                return answers.then_some(Reached::Number { number });
            }
            Target::Flow(_) | Target::Hangup => return None,
        };
        let ring_for = office.person(person).map(|person| office.ring_for(person));
        let ring_for = ring_for.map_or(Duration::ZERO, |ring_for| ring_for.duration());
        let target = RingTarget::Person {
            id: person,
            delay: Duration::ZERO,
        };
        let staff = self.staff();
        let ringing = Ringing::of(
            &staff,
            &[target],
            Strategy::All,
            ring_for,
            Screen::default(),
        );
        ringing.reached.or_else(|| {
            let theirs = office
                .mailboxes()
                .find(|own| own.person() == Some(person))?;
            theirs.enabled.then_some(Reached::Mailbox { id: theirs.id })
        })
    }

    /// Whether a PIN is right. Who dials too many wrong ones is locked out for a while.
    fn verify(&mut self, pin_set: PinSetId) -> PinVerdict {
        let (now, locked_for) = (self.now, millis(PIN_LOCKED_FOR));
        let wrong = self.wrong_pins.entry(pin_set).or_default();
        let is_recent = |at: &u64| now < *at + locked_for;
        let is_locked =
            |wrong: &[u64]| wrong.len() >= PIN_TRIES && wrong.last().is_some_and(is_recent);
        if is_locked(wrong) {
            return PinVerdict::Locked;
        }
        let right = match self.call.pins {
            Pins::Right => true,
            Pins::Wrong => false,
            Pins::RightAfter(wrong) => self.wrong_in_all >= wrong,
            Pins::Locked => return PinVerdict::Locked,
        };
        if right {
            wrong.clear();
            return PinVerdict::Right;
        }
        self.wrong_in_all += 1;
        wrong.retain(is_recent);
        wrong.push(now);
        match is_locked(wrong) {
            true => PinVerdict::Locked,
            false => PinVerdict::Wrong,
        }
    }

    /// Somebody lets the caller go from the room.
    fn let_go_of_room(&mut self) {
        let language = self.walk.language();
        let lang = Lang::of(language.unwrap_or(&self.stage.office.settings().language));
        let words = [
            conference::YOU_WERE_REMOVED.into(),
            Piece::FULL_STOP,
            calls::GOODBYE.into(),
        ];
        let sounds = Sound::pieces(lang, words.to_vec()).collect();
        self.say(sounds, Awaited::RoomParting);
    }

    fn leave_room(&mut self) {
        self.awaits = None;
        self.hush();
        self.tell(Event::RoomLeft(RoomEnd::Left));
    }

    fn take_message(
        &mut self,
        mailbox: MailboxId,
        (greeting, coming): (Option<Vec<Sound>>, Coming),
        operator: bool,
        max: Duration,
    ) {
        let office = self.stage.office;
        let Some(mailbox) = office.mailbox(mailbox) else {
            // Taken away between being asked for and being needed: nothing can be left there.
            return self.await_for(0, Awaited::Left(MessageEnd::Full));
        };
        let language = mailbox.language.as_ref().or_else(|| self.walk.language());
        let lang = Lang::of(language.unwrap_or(&office.settings().language));
        let speaks = Duration::from_millis(self.call.speaks_ms);
        let greeting = greeting.unwrap_or_else(|| self.greeting(mailbox, coming, lang));
        let full = self.call.full.contains(&mailbox.id);
        if mailbox.enabled && !full {
            self.reached.push(Reached::Mailbox { id: mailbox.id });
        }
        let mailbox = (mailbox, full);
        let (message, then) = Message::begin(mailbox, greeting, operator, (speaks, max), lang);
        self.go_on_in_mailbox(message, then);
    }

    fn key_in_mailbox(&mut self, key: char) {
        let Some(Awaits {
            what: Awaited::Message { message, since },
            ..
        }) = &mut self.awaits
        else {
            return;
        };
        // What was heard up to now, this very moment included.
        let recorded = match self.now.checked_sub(*since) {
            Some(passed) => Duration::from_millis((passed / TICK + 1) * TICK),
            None => Duration::ZERO,
        };
        let Some(then) = message.on_key(key, recorded) else {
            return;
        };
        if let Some(Awaits {
            what: Awaited::Message { message, .. },
            ..
        }) = self.awaits.take()
        {
            self.go_on_in_mailbox(message, then);
        }
    }

    fn go_on_in_mailbox(&mut self, message: Message, then: Then) {
        let mut what = Awaited::Message {
            message,
            since: self.now,
        };
        let until = match then {
            Then::Say(sounds) => return self.say(sounds, what),
            Then::Wait(lasts) => self.now + millis(lasts),
            Then::Stop => self.now + TICK,
            Then::Record(max, silence) => {
                let (until, _, begins) = self.recorded_until(millis(max), millis(silence), true);
                if let Awaited::Message { since, .. } = &mut what {
                    *since = begins;
                }
                until
            }
            Then::Over(end) => {
                what = Awaited::Left(end);
                self.now
            }
        };
        self.hush();
        self.await_until(until, what);
    }

    fn request(&mut self, request: &HttpRequest) {
        let timeout = millis(request.timeout);
        let (after, reply) = match &self.call.http {
            Http::Replies { status, body } => {
                let (status, body) = (*status, body.clone());
                (REPLY.min(timeout), Reply::Answered { status, body })
            }
            Http::TimesOut => (timeout, Reply::TimedOut),
            Http::Fails => (REPLY.min(timeout), Reply::Failed { why: "refused" }),
        };
        self.await_for(after, Awaited::Reply(reply));
    }

    fn await_for(&mut self, ms: u64, what: Awaited) {
        self.await_until(self.now.saturating_add(ms), what);
    }

    fn await_until(&mut self, until: u64, what: Awaited) {
        let since = self.now;
        self.awaits = Some(Awaits { since, until, what });
    }

    /// The caller hears this from now on.
    fn hear(&mut self, sounds: Vec<Sound>, waiting: Option<Hears>) {
        self.hush();
        self.hearing = true;
        self.hears.push(Heard {
            at_ms: self.now,
            for_ms: 0,
            sounds,
            waiting,
        });
    }

    /// Nothing is heard any more.
    fn hush(&mut self) {
        if self.hearing
            && let Some(heard) = self.hears.last_mut()
        {
            heard.for_ms = self.now.saturating_sub(heard.at_ms);
        }
        self.hearing = false;
    }

    /// The caller has hung up on telephones that ring.
    fn stop_ringing(&mut self) {
        let now = self.now;
        self.rings.retain(|rang| rang.at_ms <= now);
        for rang in &mut self.rings {
            if rang.at_ms + rang.for_ms > now {
                rang.for_ms = now - rang.at_ms;
                rang.end = None;
            }
        }
    }
}
