//! Hearing the messages of a mailbox, one after the other: who left it and when, the message, and
//! what may be done with it.

use super::{Heard, Scene, Step, Turn, local, mailbox_of_number};
use crate::{
    limits::{HEARD_AFTER, MENU_WAIT, SEEK},
    questions::{Answer, MessageDeed, Question, file as sound_file},
};
use media::Sound;
use office::{MailboxId, MessageState, VoiceMessage, limits::EXTENSION_NUMBER_MAX_CHARS};
use spoken::{
    Phrase, Piece,
    phrase::{calls, voicemail},
    say as spoken_as, sentence,
};
use std::time::{Duration, Instant};

/// Somebody hears messages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listening {
    /// In the order in which they came.
    messages: Vec<VoiceMessage>,
    /// Which of them.
    at: usize,
    /// It is noted that this one was heard.
    noted: bool,
    /// Changes that were asked for and are not made yet.
    unanswered: u32,
    doing: Doing,
}

#[derive(Clone, Debug, PartialEq)]
enum Doing {
    /// The messages are being looked up.
    LookingUp,
    /// Who left it and when is said.
    Envelope,
    /// It is heard.
    Playing {
        since: Instant,
        /// How much of it was skipped.
        from: Duration,
    },
    /// It was heard; they may choose.
    Choosing,
    /// It is said who is called.
    CallingBack,
    /// To whom it goes; the digits so far.
    AskingWhom(String),
    Confirming(MailboxId, String),
    /// It is being forwarded.
    Forwarding,
    /// The menu, which says how many messages there are, waits for the changes; then these words.
    Leaving(Vec<Piece>),
}

impl Listening {
    pub(super) fn begin(scene: &Scene<'_>, which: MessageState) -> (Listening, Turn) {
        let listening = Listening {
            messages: Vec::new(),
            at: 0,
            noted: false,
            unanswered: 0,
            doing: Doing::LookingUp,
        };
        let mailbox = scene.mailbox.id;
        let ask = Step::Ask(Question::ListMessages { mailbox, which });
        (listening, Turn::new(vec![ask]))
    }

    pub(super) fn on(&mut self, scene: &Scene<'_>, heard: Heard) -> Turn {
        if let Heard::Told(Answer::MessageChanged { .. } | Answer::Failed(_)) = &heard {
            self.unanswered = self.unanswered.saturating_sub(1);
        }
        match (&mut self.doing, heard) {
            (Doing::Leaving(words), Heard::Told(_)) if self.unanswered == 0 => {
                Turn::back_with(std::mem::take(words))
            }
            // The disk is slow: what is said may be a message behind.
            (Doing::Leaving(words), Heard::TimeUp | Heard::Key(_)) => {
                Turn::back_with(std::mem::take(words))
            }
            (Doing::LookingUp, Heard::Told(Answer::Messages(messages))) => {
                self.messages = messages;
                self.envelope(scene, &[])
            }
            (Doing::LookingUp | Doing::Forwarding, Heard::Told(Answer::Failed(_))) => {
                Turn::back_with(super::sentences([calls::OUT_OF_ORDER]))
            }
            (Doing::LookingUp, Heard::Key(digit)) if digit.key() == '*' => {
                Turn::back_with(Vec::new())
            }
            (Doing::Forwarding, Heard::Told(Answer::MessageForwarded { .. })) => {
                self.choices(scene, &[voicemail::FORWARDED])
            }
            (Doing::LookingUp | Doing::Forwarding, _) => Turn::default(),

            (Doing::Envelope, Heard::Said) => self.play(scene, Duration::ZERO),
            (Doing::Playing { .. }, Heard::Said) => {
                let note = self.note();
                self.choices(scene, &[]).after(note)
            }
            (Doing::Playing { .. }, Heard::Gone) => Turn::new(self.note_if_heard(scene)),
            (Doing::Envelope | Doing::Playing { .. } | Doing::Choosing, Heard::Key(digit)) => {
                self.on_choice(scene, digit.key())
            }
            (Doing::Choosing, Heard::Said) => Turn::wait(),
            (Doing::Choosing, Heard::TimeUp) => self.choices(scene, &[]),

            (Doing::CallingBack, Heard::Said) => match self.message() {
                Some(message) => {
                    let number = message.from_number.clone();
                    Turn::new(vec![Step::CallBack(number)])
                }
                None => Turn::back_with(Vec::new()),
            },
            (Doing::CallingBack, Heard::NotCalled) => {
                self.choices(scene, &[voicemail::CANNOT_CALL_BACK])
            }
            (Doing::CallingBack, Heard::Key(_)) => self.choices(scene, &[voicemail::CANCELLED]),

            (Doing::AskingWhom(_) | Doing::Confirming(..), Heard::Said) => Turn::wait(),
            (Doing::AskingWhom(_) | Doing::Confirming(..), Heard::Key(digit))
                if digit.key() == '*' =>
            {
                self.choices(scene, &[voicemail::CANCELLED])
            }
            (Doing::AskingWhom(digits), Heard::Key(digit)) => match digit.key() {
                '#' => self.look_up(scene),
                key => {
                    if digits.len() < EXTENSION_NUMBER_MAX_CHARS {
                        digits.push(key);
                    }
                    Turn::new(vec![Step::Wait(MENU_WAIT)])
                }
            },
            (Doing::AskingWhom(digits), Heard::TimeUp) if !digits.is_empty() => self.look_up(scene),
            (Doing::AskingWhom(_), Heard::TimeUp) => self.ask_whom(scene, &[]),
            (Doing::Confirming(to, _), Heard::Key(digit)) if digit.key() == '1' => {
                let to = *to;
                self.forward(scene, to)
            }
            (Doing::Confirming(..), Heard::Key(digit)) if digit.key() == '2' => {
                self.ask_whom(scene, &[])
            }
            (Doing::Confirming(_, number), Heard::Key(_) | Heard::TimeUp) => {
                Turn::new(vec![confirm(scene, number)])
            }
            _ => Turn::default(),
        }
    }

    /// A key while a message is heard or after it.
    fn on_choice(&mut self, scene: &Scene<'_>, key: char) -> Turn {
        let position = self.position(scene);
        let note = self.note_if_heard(scene);
        let turn = match key {
            '1' => self.play(scene, Duration::ZERO),
            '2' => {
                let note = self.note();
                self.next(scene, &[voicemail::SAVED]).after(note)
            }
            '3' => {
                let delete = self.change(MessageDeed::Delete);
                self.next(scene, &[voicemail::DELETED]).after(delete)
            }
            '5' => self.call_back(scene),
            '6' => self.ask_whom(scene, &[]),
            '7' => self.play(scene, position.saturating_sub(SEEK)),
            '9' if matches!(self.doing, Doing::Envelope) => self.play(scene, Duration::ZERO),
            '9' if position + SEEK < self.lasts() => self.play(scene, position + SEEK),
            '9' => {
                let note = self.note();
                self.choices(scene, &[]).after(note)
            }
            '#' => self.next(scene, &[]),
            '*' => self.leave(Vec::new()),
            '0' => self.choices(scene, &[]),
            _ => self.choices(scene, &[calls::INVALID_CHOICE]),
        };
        turn.after(note)
    }

    /// Says who left the message and when; behind the last one there is the menu.
    fn envelope(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.noted = false;
        let mut words = super::sentences(first.iter().copied());
        let Some(message) = self.messages.get(self.at) else {
            words.extend(super::sentences([voicemail::END_OF_MESSAGES]));
            return self.leave(words);
        };
        self.doing = Doing::Envelope;
        let sender = match &*message.from_number {
            "" => sentence::Sender::Unknown,
            number => sentence::Sender::Number(number),
        };
        let received = local(scene, message.received_ms);
        let today = local(scene, scene.about.unix_ms).date();
        words.extend(sentence::envelope(
            scene.lang,
            u32::try_from(self.at + 1).unwrap_or(u32::MAX),
            sender,
            (received.date(), received.time()),
            today,
            self.lasts(),
        ));
        Turn::new(vec![scene.say(&words)])
    }

    /// Back to the menu, once all is done that was asked for.
    fn leave(&mut self, words: Vec<Piece>) -> Turn {
        if self.unanswered == 0 {
            return Turn::back_with(words);
        }
        self.doing = Doing::Leaving(words);
        Turn::wait()
    }

    fn next(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.at += 1;
        self.envelope(scene, first)
    }

    fn play(&mut self, scene: &Scene<'_>, from: Duration) -> Turn {
        let Some(message) = self.message() else {
            return Turn::back_with(Vec::new());
        };
        let sound = Sound::File(sound_file(&message.sound));
        let since = scene.about.now;
        self.doing = Doing::Playing { since, from };
        Turn::new(vec![Step::SayFrom(vec![sound], from)])
    }

    /// Says what may be done with the message.
    fn choices(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.doing = Doing::Choosing;
        let choices = [
            voicemail::TO_HEAR_AGAIN,
            voicemail::TO_SAVE,
            voicemail::TO_DELETE,
            voicemail::TO_CALL_BACK,
            voicemail::TO_FORWARD,
            voicemail::TO_REWIND,
            voicemail::FOR_NEXT,
            voicemail::FOR_MAIN_MENU,
        ];
        let words = super::sentences(first.iter().copied().chain(choices));
        Turn::new(vec![scene.say(&words)])
    }

    fn call_back(&mut self, scene: &Scene<'_>) -> Turn {
        let number = self.message().map(|message| message.from_number.clone());
        match number.filter(|number| !number.is_empty()) {
            Some(number) => {
                self.doing = Doing::CallingBack;
                let mut words: Vec<Piece> = vec![voicemail::CALLING_BACK.into()];
                words.extend(spoken_as::telephone(&number));
                Turn::new(vec![scene.say(&words)])
            }
            None => self.choices(scene, &[voicemail::CANNOT_CALL_BACK]),
        }
    }

    fn ask_whom(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.doing = Doing::AskingWhom(String::new());
        let mut words = super::sentences(first.iter().copied());
        words.push(voicemail::FORWARD_TO.into());
        Turn::new(vec![scene.say(&words)])
    }

    fn look_up(&mut self, scene: &Scene<'_>) -> Turn {
        let Doing::AskingWhom(digits) = &self.doing else {
            return Turn::default();
        };
        let found = mailbox_of_number(scene.about.office, digits);
        match found.filter(|to| to.enabled && to.id != scene.mailbox.id) {
            Some(to) => {
                let confirm = confirm(scene, digits);
                self.doing = Doing::Confirming(to.id, digits.clone());
                Turn::new(vec![confirm])
            }
            None => self.ask_whom(scene, &[voicemail::NO_BOX]),
        }
    }

    fn forward(&mut self, scene: &Scene<'_>, to: MailboxId) -> Turn {
        let Some(message) = self.message() else {
            return Turn::back_with(Vec::new());
        };
        let by = scene.about.office.mailbox_name(scene.mailbox);
        let note = format!("{} {by}", voicemail::FORWARDED_BY.text(scene.lang));
        let message = message.id;
        self.doing = Doing::Forwarding;
        let forward = Question::ForwardMessage { message, to, note };
        Turn::new(vec![Step::Ask(forward)])
    }

    fn message(&self) -> Option<&VoiceMessage> {
        self.messages.get(self.at)
    }

    fn lasts(&self) -> Duration {
        let lasts = self.message().map_or(0, |message| message.lasts_ms);
        Duration::from_millis(lasts.into())
    }

    /// How far they are in the message.
    fn position(&self, scene: &Scene<'_>) -> Duration {
        match self.doing {
            Doing::Playing { since, from } => {
                let played = scene.about.now.saturating_duration_since(since);
                (from + played).min(self.lasts())
            }
            Doing::Choosing => self.lasts(),
            _ => Duration::ZERO,
        }
    }

    /// Whoever has heard this much of it knows it.
    fn note_if_heard(&mut self, scene: &Scene<'_>) -> Vec<Step> {
        let Doing::Playing { since, .. } = self.doing else {
            return Vec::new();
        };
        if scene.about.now.saturating_duration_since(since) <= HEARD_AFTER {
            return Vec::new();
        }
        self.note()
    }

    /// It was heard, and is a saved one from now on.
    fn note(&mut self) -> Vec<Step> {
        let is_new = |message: &VoiceMessage| message.state == MessageState::New;
        if self.noted || !self.message().is_some_and(is_new) {
            return Vec::new();
        }
        self.noted = true;
        self.change(MessageDeed::Hear)
    }

    fn change(&mut self, deed: MessageDeed) -> Vec<Step> {
        let message = self.message().map(|message| message.id);
        self.unanswered += u32::from(message.is_some());
        let ask = |message| Step::Ask(Question::ChangeMessage { message, deed });
        message.map(ask).into_iter().collect()
    }
}

impl Turn {
    /// With other steps before its own.
    fn after(self, first: Vec<Step>) -> Turn {
        let Turn { steps, next } = self;
        let steps = [first, steps].concat();
        Turn { steps, next }
    }
}

fn confirm(scene: &Scene<'_>, number: &str) -> Step {
    let mut words: Vec<Piece> = vec![voicemail::FORWARDING_TO.into()];
    words.extend(spoken_as::digits(number));
    words.push(Piece::FULL_STOP);
    let choices = [voicemail::TO_CONFIRM, voicemail::TO_CHANGE];
    words.extend(super::sentences(choices));
    scene.say(&words)
}
