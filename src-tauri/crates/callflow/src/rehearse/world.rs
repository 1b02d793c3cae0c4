//! The world around a rehearsed walk: a clock, a caller's thumb, telephones, a mailbox.

use super::message::{Message, Then};
use super::ringing::{Ringing, millis};
use super::{CallerAct, Ended, Heard, Http, Pins, Rang, Rehearsal, Rehearsed, Staff, Stage};
use crate::limits::{MAX_REHEARSED_EVENTS, MAX_REHEARSED_MS};
use crate::program::Program;
use crate::prompt::{Hears, Sound};
use crate::walk::{
    About, Act, ClipId, Event, HttpRequest, MessageEnd, ParkEnd, PinVerdict, Reply, RingEnd,
    RoomEnd, Walk,
};
use office::{Coming, Greeted, MailboxId, PersonId};
use spoken::Lang;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct World<'a> {
    walk: Walk,
    stage: &'a Stage<'a>,
    call: &'a Rehearsal,
    /// Milliseconds since the call came in.
    now: u64,
    awaits: Option<Awaits>,
    /// Whether what the caller hears goes on.
    hearing: bool,
    hears: Vec<Heard>,
    rings: Vec<Rang>,
    steps: Vec<crate::walk::TraceStep>,
    ended: Option<Ended>,
}

/// What is under way, and until when.
struct Awaits {
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
    },
    /// Telephones ring.
    Ring {
        end: RingEnd,
        by: Option<PersonId>,
    },
    /// Somebody has answered.
    Talk {
        by: Option<PersonId>,
    },
    Message {
        message: Message,
        /// Since when what goes on there does.
        since: u64,
    },
    /// The tone after which one speaks; then this clip is recorded.
    Tone {
        clip: ClipId,
        lasts: u64,
        stop_key: Option<char>,
    },
    /// The mailbox is done with the caller.
    Left(MessageEnd),
    Room,
    /// Waits in a slot; nobody fetches a caller in a rehearsal.
    Slot,
    Reply(Reply),
    Pin(PinVerdict),
}

/// How long a caller stays in a conference room.
const IN_ROOM: u64 = 60_000;

/// How long another program takes to reply.
const REPLY: u64 = 200;

impl<'a> World<'a> {
    pub(super) fn new(program: &Arc<Program>, stage: &'a Stage<'a>, call: &'a Rehearsal) -> Self {
        let flows = Arc::clone(stage.flows);
        Self {
            walk: Walk::begin(Arc::clone(program), flows, call.facts(stage)),
            stage,
            call,
            now: 0,
            awaits: None,
            hearing: false,
            hears: Vec::new(),
            rings: Vec::new(),
            steps: Vec::new(),
            ended: None,
        }
    }

    pub(super) fn play(mut self, acts: &[CallerAct]) -> Rehearsed {
        self.tell(Event::Began);
        let mut acts = acts.iter().peekable();
        for _ in 0..MAX_REHEARSED_EVENTS {
            if self.ended.is_some() || self.walk.is_over() {
                break;
            }
            let due = self.awaits.as_ref().map(|awaits| awaits.until);
            let act = acts.next_if(|act| due.is_none_or(|due| act.after_ms <= due));
            match (act, due) {
                (Some(act), _) => {
                    if !self.go_to(act.after_ms) {
                        break;
                    }
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
        Rehearsed {
            steps: self.steps,
            hears: self.hears,
            rings: self.rings,
            ended: self.ended.unwrap_or(Ended::StillThere),
            ended_ms: self.now,
        }
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
        let staff = Staff {
            call: self.call,
            office: self.stage.office,
        };
        let about = About {
            unix_ms: self.unix_ms(),
            office: self.stage.office,
            presence: &staff,
        };
        for act in self.walk.on(&about, event) {
            self.follow(act);
        }
    }

    fn caller_does(&mut self, act: &CallerAct) {
        if act.hang_up {
            self.awaits = None;
            self.stop_ringing();
            self.hush();
            self.tell(Event::CallerHungUp);
            self.ended = Some(Ended::CallerHungUp);
            return;
        }
        let Some(key) = act.key else { return };
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
            Awaited::Clip { stop_key, .. } if *stop_key == Some(key) => self.due(),
            Awaited::Message { .. } => self.key_in_mailbox(key),
            Awaited::Clip { .. }
            | Awaited::Tone { .. }
            | Awaited::Ring { .. }
            | Awaited::Talk { .. }
            | Awaited::Left(_)
            | Awaited::Room
            | Awaited::Slot => {}
        }
    }

    /// What is under way has come to its end.
    fn due(&mut self) {
        let Some(awaits) = self.awaits.take() else {
            return;
        };
        let event = match awaits.what {
            Awaited::Said { .. } => {
                self.hush();
                Event::Said
            }
            Awaited::Time => Event::TimeUp,
            Awaited::Clip { clip, began, .. } => Event::Recorded {
                clip,
                lasts: Duration::from_millis((self.now - began).min(self.call.speaks_ms)),
            },
            Awaited::Ring {
                end: RingEnd::Answered,
                by,
            } => {
                self.hush();
                return self.await_for(self.call.talks_ms, Awaited::Talk { by });
            }
            Awaited::Ring { end, by } => {
                self.hush();
                Event::RingEnded { end, by }
            }
            Awaited::Talk { by } => Event::RingEnded {
                end: RingEnd::Answered,
                by,
            },
            Awaited::Message { mut message, .. } => {
                let then = message.due();
                return self.go_on_in_mailbox(message, then);
            }
            Awaited::Tone {
                clip,
                lasts,
                stop_key,
            } => {
                self.hush();
                return self.record(clip, lasts, stop_key);
            }
            Awaited::Left(end) => Event::MessageLeft(end),
            Awaited::Room => Event::RoomLeft(RoomEnd::Left),
            Awaited::Slot => {
                self.hush();
                Event::ParkEnded(ParkEnd::TimeUp)
            }
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
                let lasts = sounds.iter().map(|sound| (self.stage.lasts)(sound)).sum();
                self.hear(sounds, None);
                self.await_for(millis(lasts), Awaited::Said { interruptible });
            }
            Act::Hear(hears) => self.hear(Vec::new(), Some(hears)),
            Act::Wait(wait) => self.await_for(millis(wait), Awaited::Time),
            Act::Record {
                clip,
                max,
                beep,
                stop_key,
            } => {
                let lasts = self.call.speaks_ms.min(millis(max));
                if !beep {
                    self.hush();
                    return self.record(clip, lasts, stop_key);
                }
                let tone = Awaited::Tone {
                    clip,
                    lasts,
                    stop_key,
                };
                self.hear(vec![Sound::Beep], None);
                self.await_for(millis((self.stage.lasts)(&Sound::Beep)), tone);
            }
            Act::Ring {
                targets,
                strategy,
                ring_for,
                hears,
                ..
            } => {
                self.hear(Vec::new(), Some(hears));
                let (office, now) = (self.stage.office, self.now);
                let ringing = Ringing::of(office, self.call, &targets, strategy, ring_for);
                self.rings.extend(ringing.rang.into_iter().map(|rang| Rang {
                    at_ms: rang.at_ms + now,
                    ..rang
                }));
                let (end, by) = (ringing.end, ringing.by);
                self.await_for(ringing.after_ms, Awaited::Ring { end, by });
            }
            Act::TakeMessage {
                mailbox,
                greeting,
                coming,
                operator,
                max,
            } => {
                let greeting = greeting.unwrap_or_else(|| vec![self.greeting(mailbox, coming)]);
                self.take_message(mailbox, greeting, operator, max);
            }
            Act::JoinRoom { .. } => {
                self.hush();
                self.await_for(IN_ROOM, Awaited::Room);
            }
            Act::Park { wait } => {
                self.hear(Vec::new(), Some(Hears::Music(None)));
                self.await_for(millis(wait), Awaited::Slot);
            }
            Act::VerifyPin { .. } => {
                let verdict = match self.call.pins {
                    Pins::Right => PinVerdict::Right,
                    Pins::Wrong => PinVerdict::Wrong,
                    Pins::Locked => PinVerdict::Locked,
                };
                self.await_for(0, Awaited::Pin(verdict));
            }
            Act::Request(request) => self.request(&request),
            Act::Goto { target } => {
                let target = target.at(self.stage.office, self.unix_ms());
                self.ended = Some(Ended::LeftFor { target });
            }
            Act::End { cause } => self.ended = Some(Ended::HungUp { cause }),
            Act::Answer | Act::Notify { .. } | Act::Label { .. } | Act::Recording(_) => {}
        }
    }

    /// What a mailbox says to a caller.
    fn greeting(&self, id: MailboxId, coming: Coming) -> Sound {
        let mailbox = self.stage.office.mailbox(id);
        let greeted = mailbox.map(|own| own.greetings.for_caller(coming, self.unix_ms()));
        let greeting = match greeted {
            Some(Greeted::OfHours(sound)) => return Sound::Uploaded { sound: sound.0 },
            Some(Greeted::Own(kind, _)) => Some(kind),
            Some(Greeted::Words) | None => None,
        };
        let mailbox = id;
        Sound::OfMailbox { mailbox, greeting }
    }

    fn record(&mut self, clip: ClipId, lasts: u64, stop_key: Option<char>) {
        let what = Awaited::Clip {
            clip,
            began: self.now,
            stop_key,
        };
        self.await_for(lasts, what);
    }

    fn take_message(
        &mut self,
        mailbox: MailboxId,
        greeting: Vec<Sound>,
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
        let after = Duration::from_millis(self.now.saturating_sub(*since));
        let Some(then) = message.on_key(key, after) else {
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
        let (lasts, sounds) = match then {
            Then::Say(sounds) => {
                let lasts = sounds.iter().map(|sound| (self.stage.lasts)(sound)).sum();
                (lasts, Some(sounds))
            }
            Then::Wait(lasts) => (lasts, None),
            Then::Over(end) => {
                self.hush();
                return self.await_for(0, Awaited::Left(end));
            }
        };
        match sounds {
            Some(sounds) => self.hear(sounds, None),
            None => self.hush(),
        }
        let since = self.now;
        self.await_for(millis(lasts), Awaited::Message { message, since });
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
        self.awaits = Some(Awaits {
            until: self.now.saturating_add(ms),
            what,
        });
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
