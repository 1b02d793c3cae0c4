//! Leaving a message in a rehearsal: the greeting, the tone, what the caller says, and what keys do
//! meanwhile. A live call is attended to by the switch, which does the same.

use crate::prompt::Sound;
use crate::walk::MessageEnd;
use office::Mailbox;
use spoken::{Lang, Piece, phrase::voicemail};
use std::time::Duration;

/// What is shorter is no message.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long a caller says nothing before the message ends.
const SILENCE: Duration = Duration::from_secs(8);

/// The last of a recording that a key press cuts off: the sound of the key.
const KEY: Duration = Duration::from_millis(100);

/// How long a caller may think about what to do with their message.
const CHOICE: Duration = Duration::from_secs(6);

/// How often they are asked, and how often they may begin anew after too little.
const ASKED_AT_MOST: u32 = 3;

/// A message is being left.
#[derive(Debug)]
pub(super) struct Message {
    operator: bool,
    /// How long the caller speaks, and the longest message.
    speaks: Duration,
    max: Duration,
    lang: Lang,
    part: Part,
    /// How long the message is that they may still change.
    lasts: Duration,
    takes: u32,
    asked: u32,
    end: MessageEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Greeting,
    Speaking,
    /// It is recorded, and they hear what they can do with it.
    Choosing,
    /// They think about it.
    Thinking,
    /// They have pressed a key, and what was recorded is so long.
    Stopped {
        lasts: Duration,
    },
    /// The last words.
    Parting,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Then {
    /// The caller hears this, then [`Message::due`].
    Say(Vec<Sound>),
    /// Nothing is heard for so long, then [`Message::due`].
    Wait(Duration),
    /// They speak, and are recorded so long at most, or until that much silence; then
    /// [`Message::due`].
    Record(Duration, Duration),
    /// The recording is brought to its end, then [`Message::due`].
    Stop,
    /// It is over.
    Over(MessageEnd),
}

impl Message {
    /// A caller comes to a mailbox, which may take nothing more.
    pub(super) fn begin(
        (mailbox, full): (&Mailbox, bool),
        greeting: Vec<Sound>,
        operator: bool,
        (speaks, max): (Duration, Duration),
        lang: Lang,
    ) -> (Self, Then) {
        let message = Self {
            operator,
            speaks,
            max: max.min(mailbox.max_message.duration()),
            lang,
            part: Part::Greeting,
            lasts: Duration::ZERO,
            takes: 0,
            asked: 0,
            end: MessageEnd::Empty,
        };
        if !mailbox.enabled || full {
            return (message, Then::Over(MessageEnd::Full));
        }
        let mut sounds = greeting;
        sounds.push(Sound::Beep);
        (message, Then::Say(sounds))
    }

    /// The caller presses a key; so much has been recorded by then. `None`: that changes nothing.
    pub(super) fn on_key(&mut self, key: char, recorded: Duration) -> Option<Then> {
        Some(match (self.part, key) {
            (Part::Greeting, '0') if self.operator => Then::Over(MessageEnd::Operator),
            // Whoever knows the greeting need not hear it out.
            (Part::Greeting, _) => Then::Say(vec![Sound::Beep]),
            (Part::Speaking, _) => {
                let lasts = recorded.saturating_sub(KEY).min(self.speaks);
                self.part = Part::Stopped { lasts };
                Then::Stop
            }
            (Part::Stopped { .. }, _) => return None,
            (Part::Choosing | Part::Thinking, '1') => self.keep(),
            (Part::Choosing | Part::Thinking, '2') => {
                self.part = Part::Choosing;
                let ms = u64::try_from(self.lasts.as_millis()).unwrap_or(u64::MAX);
                let mut sounds = vec![Sound::OwnMessage { ms }];
                sounds.extend(self.menu());
                Then::Say(sounds)
            }
            (Part::Choosing | Part::Thinking, '3') => {
                self.part = Part::Greeting;
                Then::Say(vec![Sound::Beep])
            }
            (Part::Choosing | Part::Thinking, _) => self.ask_again(),
            (Part::Parting, _) => Then::Over(self.end),
        })
    }

    /// Whether nothing is said or recorded now.
    pub(super) fn only_waits(&self) -> bool {
        self.part == Part::Thinking
    }

    /// What goes on now has come to its end.
    pub(super) fn due(&mut self) -> Then {
        match self.part {
            Part::Greeting => {
                self.part = Part::Speaking;
                self.takes += 1;
                Then::Record(self.max, SILENCE)
            }
            Part::Speaking if self.speaks.min(self.max) < SHORTEST => self.part_with_nothing(),
            Part::Speaking => self.keep(),
            Part::Stopped { lasts } if lasts >= SHORTEST => {
                self.lasts = lasts;
                self.part = Part::Choosing;
                Then::Say(self.menu())
            }
            Part::Stopped { .. } if self.takes < ASKED_AT_MOST => {
                self.part = Part::Greeting;
                let words = [
                    voicemail::MESSAGE_TOO_SHORT.into(),
                    Piece::FULL_STOP,
                    voicemail::LEAVE_MESSAGE.into(),
                ];
                let mut sounds = self.say(&words);
                sounds.push(Sound::Beep);
                Then::Say(sounds)
            }
            Part::Stopped { .. } => self.part_with_nothing(),
            Part::Choosing => {
                self.part = Part::Thinking;
                Then::Wait(CHOICE)
            }
            Part::Thinking => self.ask_again(),
            Part::Parting => Then::Over(self.end),
        }
    }

    fn part_with_nothing(&mut self) -> Then {
        self.part = Part::Parting;
        Then::Over(self.end)
    }

    fn ask_again(&mut self) -> Then {
        self.asked += 1;
        if self.asked >= ASKED_AT_MOST {
            return self.keep();
        }
        self.part = Part::Choosing;
        Then::Say(self.menu())
    }

    fn keep(&mut self) -> Then {
        self.part = Part::Parting;
        self.end = MessageEnd::Saved;
        Then::Say(self.say(&[voicemail::MESSAGE_SENT.into(), Piece::FULL_STOP]))
    }

    fn menu(&self) -> Vec<Sound> {
        let choices = [
            voicemail::TO_SEND,
            voicemail::TO_LISTEN_TO_IT,
            voicemail::TO_RECORD_AGAIN,
        ];
        let words = choices.map(|choice| [choice.into(), Piece::FULL_STOP]);
        self.say(words.as_flattened())
    }

    fn say(&self, words: &[Piece]) -> Vec<Sound> {
        Sound::pieces(self.lang, words.to_vec()).collect()
    }
}
