//! Taking a message: greeting, tone, recording; whoever presses hash may hear it and speak anew.

use super::{About, Heard, Step, beep, say};
use crate::{
    limits::{MESSAGE_ENDS_AFTER_SILENCE, MESSAGE_MENU_WAIT, MESSAGE_MENUS, SHORTEST_MESSAGE},
    questions::{NewMessage, Question, file as sound_file},
    switch::Switch,
};
use callflow::walk::MessageEnd;
use media::{EndKey, RecordUntil, RecordingEnd, Sound};
use office::{
    Coming, ExtensionNumber, Greeted, Language, Mailbox, MailboxId, MailboxOwner, Office, SoundName,
};
use spoken::{
    Piece,
    phrase::{calls, voicemail},
    sentence,
};
use std::time::Duration;

/// A message is being left.
#[derive(Debug)]
pub(crate) struct LeaveMessage {
    mailbox: MailboxId,
    coming: Coming,
    /// What is heard of the reason for which it is closed, as a file.
    of_hours: Option<SoundName>,
    state: State,
    /// How often the recording was begun, which is part of its name.
    takes: u32,
    menus: u32,
    /// The flow for which it is taken, which goes on afterwards.
    flow: Option<ForFlow>,
    came_to: MessageEnd,
}

/// What a call flow wants of a message.
#[derive(Debug)]
struct ForFlow {
    /// What is said first; `None` for what the mailbox says.
    greeting: Option<Vec<Sound>>,
    max: Duration,
    /// Whether 0 leads to the operator.
    operator: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Greeting,
    Recording(SoundName),
    /// It is recorded; they may still change it.
    Choosing(Take),
    /// The last words.
    Parting,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq)]
struct Take {
    sound: SoundName,
    lasts: Duration,
}

impl LeaveMessage {
    /// For a caller who could not be put through for that reason.
    pub(crate) fn new(switch: &Switch, mailbox: MailboxId, coming: Coming) -> LeaveMessage {
        let of_hours = coming.greeting();
        let of_hours = of_hours.and_then(|sound| switch.flows.sounds.get(&sound.0));
        LeaveMessage {
            mailbox,
            coming: match coming {
                // A sound that is gone: the usual words.
                Coming::Closed(_) if of_hours.is_none() => Coming::Closed(None),
                coming => coming,
            },
            of_hours: of_hours.cloned(),
            state: State::Greeting,
            takes: 0,
            menus: 0,
            flow: None,
            came_to: MessageEnd::Empty,
        }
    }

    /// The same for a call flow.
    pub(crate) fn for_flow(
        self,
        greeting: Option<Vec<Sound>>,
        max: Duration,
        operator: bool,
    ) -> LeaveMessage {
        let flow = Some(ForFlow {
            greeting,
            max,
            operator,
        });
        LeaveMessage { flow, ..self }
    }

    /// What came of it so far.
    pub(crate) fn came_to(&self) -> MessageEnd {
        self.came_to
    }

    pub(crate) fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// The language callers of the mailbox hear, where it has one of its own.
    pub(crate) fn language<'a>(&self, office: &'a Office) -> Option<&'a Language> {
        office.mailbox(self.mailbox)?.language.as_ref()
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        let Some(mailbox) = about.office.mailbox(self.mailbox) else {
            self.came_to = MessageEnd::Full;
            return vec![Step::HangUp]; // removed while they listened
        };
        let takes_none = !mailbox.enabled || about.mailboxes.is_full(mailbox);
        match (self.state.clone(), heard) {
            (State::Greeting, Heard::Began) if self.flow.is_some() && takes_none => {
                self.came_to = MessageEnd::Full;
                vec![Step::HangUp]
            }
            (State::Greeting, Heard::Key(digit))
                if digit.key() == '0' && self.flow.as_ref().is_some_and(|flow| flow.operator) =>
            {
                self.came_to = MessageEnd::Operator;
                vec![Step::HangUp]
            }
            (State::Greeting, Heard::Began) if about.mailboxes.is_full(mailbox) => {
                self.state = State::Parting;
                let words = [
                    voicemail::BOX_FULL.into(),
                    Piece::FULL_STOP,
                    calls::GOODBYE.into(),
                ];
                vec![Step::Say(say(about.lang, &words))]
            }
            (State::Greeting, Heard::Began) => {
                let mut sounds = self.greeting(about, mailbox);
                sounds.push(beep());
                vec![Step::Say(sounds)]
            }
            // The owner, at somebody else's phone.
            (State::Greeting, Heard::Key(digit)) if digit.key() == '*' && mailbox.pin.is_some() => {
                vec![Step::ReadMailbox(self.mailbox)]
            }
            // Whoever knows the greeting need not hear it out.
            (State::Greeting, Heard::Key(_)) => {
                self.state = State::Greeting;
                vec![Step::Say(vec![beep()])]
            }
            (State::Greeting, Heard::Said) => self.record(about, mailbox),
            (State::Recording(sound), Heard::Recorded { lasts, why }) => {
                self.on_recorded(about, Take { sound, lasts }, why)
            }
            (State::Choosing(take), Heard::Key(digit)) => match digit.key() {
                '1' => self.part(about, vec![keep(take)]),
                '2' => {
                    let mut sounds = vec![file(&take.sound)];
                    sounds.extend(menu(about));
                    vec![Step::Say(sounds)]
                }
                '3' => {
                    let sound = take.sound;
                    self.state = State::Greeting;
                    vec![
                        Step::Ask(Question::DropMessage(sound)),
                        Step::Say(vec![beep()]),
                    ]
                }
                _ => self.ask_again(about, take),
            },
            (State::Choosing(_), Heard::Said) => vec![Step::Wait(MESSAGE_MENU_WAIT)],
            (State::Choosing(take), Heard::TimeUp) => self.ask_again(about, take),
            (State::Choosing(take), Heard::Gone) => vec![keep(take)],
            (State::Parting, Heard::Said | Heard::Key(_)) => vec![Step::HangUp],
            _ => Vec::new(),
        }
    }

    fn on_recorded(&mut self, about: &About<'_>, take: Take, why: RecordingEnd) -> Vec<Step> {
        if take.lasts < SHORTEST_MESSAGE {
            let again = matches!(why, RecordingEnd::Key(_)) && self.takes < MESSAGE_MENUS;
            let drop = Step::Ask(Question::DropMessage(take.sound));
            let short = say(
                about.lang,
                &[voicemail::MESSAGE_TOO_SHORT.into(), Piece::FULL_STOP],
            );
            if again {
                self.state = State::Greeting;
                let tone = say(about.lang, &[voicemail::LEAVE_MESSAGE.into()]);
                let sounds = [short, tone, vec![beep()]].concat();
                return vec![drop, Step::Say(sounds)];
            }
            // Nothing more can be kept: the same as when the mailbox is full.
            if why == RecordingEnd::Disk {
                self.came_to = MessageEnd::Full;
                self.state = State::Parting;
                let mut words = vec![voicemail::BOX_FULL.into(), Piece::FULL_STOP];
                if self.flow.is_none() {
                    words.push(calls::GOODBYE.into());
                }
                return vec![drop, Step::Say(say(about.lang, &words))];
            }
            return self.part(about, vec![drop]);
        }
        match why {
            RecordingEnd::Key(_) => {
                let words = menu(about);
                self.state = State::Choosing(take);
                vec![Step::Say(words)]
            }
            // Stopped: they hung up, as most callers do.
            RecordingEnd::Stopped
            | RecordingEnd::Longest
            | RecordingEnd::Silence
            | RecordingEnd::Disk => {
                let keep = keep(take);
                self.part(about, vec![keep])
            }
        }
    }

    fn record(&mut self, about: &About<'_>, mailbox: &Mailbox) -> Vec<Step> {
        self.takes += 1;
        let (call, take) = (about.call.0, self.takes);
        let name = format!("messages/{}/{call}-{take}", mailbox.id.0);
        let Ok(sound) = SoundName::parse(&name) else {
            return vec![Step::HangUp];
        };
        let file = sound_file(&sound);
        let begun = NewMessage {
            mailbox: self.mailbox,
            call: about.call,
            sound: sound.clone(),
            from: about.caller.clone(),
            received_ms: about.unix_ms,
        };
        self.state = State::Recording(sound);
        let until = RecordUntil {
            longest: match &self.flow {
                Some(flow) => flow.max.min(mailbox.max_message.duration()),
                None => mailbox.max_message.duration(),
            },
            silence: Some(MESSAGE_ENDS_AFTER_SILENCE),
            key: EndKey::Any,
        };
        vec![
            Step::Ask(Question::BeginMessage(begun)),
            Step::Record { file, until },
        ]
    }

    fn ask_again(&mut self, about: &About<'_>, take: Take) -> Vec<Step> {
        self.menus += 1;
        if self.menus >= MESSAGE_MENUS {
            let keep = keep(take);
            return self.part(about, vec![keep]);
        }
        vec![Step::Say(menu(about))]
    }

    fn part(&mut self, about: &About<'_>, mut steps: Vec<Step>) -> Vec<Step> {
        self.state = State::Parting;
        let is_kept = |step: &Step| matches!(step, Step::Ask(Question::KeepMessage { .. }));
        let mut words = Vec::new();
        if steps.iter().any(is_kept) {
            self.came_to = MessageEnd::Saved;
            words.extend([voicemail::MESSAGE_SENT.into(), Piece::FULL_STOP]);
        }
        if self.flow.is_none() {
            words.push(calls::GOODBYE.into());
        }
        if words.is_empty() {
            steps.push(Step::HangUp);
            return steps;
        }
        steps.push(Step::Say(say(about.lang, &words)));
        steps
    }

    /// What the owner recorded, or the office's own words with the owner's name in them.
    fn greeting(&self, about: &About<'_>, mailbox: &Mailbox) -> Vec<Sound> {
        if let Some(drawn) = self.flow.as_ref().and_then(|flow| flow.greeting.clone()) {
            return drawn;
        }
        let greeted = mailbox.greetings.for_caller(self.coming, about.unix_ms);
        let recorded = match greeted {
            Greeted::Own(_, own) => Some(own),
            Greeted::OfHours(_) => self.of_hours.as_ref(),
            Greeted::Words => None,
        };
        if let Some(recorded) = recorded {
            return vec![file(recorded)];
        }
        let number = match &mailbox.owner {
            MailboxOwner::Person { person } => about.office.numbers_of(*person).first(),
            MailboxOwner::Group { .. } => None,
        };
        let name = mailbox.greetings.name.as_ref();
        let busy = self.coming == Coming::Busy;
        let number = number.map(ExtensionNumber::as_str);
        let words = sentence::box_greeting(busy, name.is_some(), number);
        let mut greeting: Vec<Sound> = name.map(file).into_iter().collect();
        greeting.extend(say(about.lang, &words));
        greeting
    }
}

fn keep(take: Take) -> Step {
    let Take { sound, lasts } = take;
    Step::Ask(Question::KeepMessage { sound, lasts })
}

fn file(sound: &SoundName) -> Sound {
    Sound::File(sound_file(sound))
}

fn menu(about: &About<'_>) -> Vec<Sound> {
    let choices = [
        voicemail::TO_SEND,
        voicemail::TO_LISTEN_TO_IT,
        voicemail::TO_RECORD_AGAIN,
    ];
    let words: Vec<Piece> = choices
        .into_iter()
        .flat_map(|choice| [choice.into(), Piece::FULL_STOP])
        .collect();
    say(about.lang, &words)
}
