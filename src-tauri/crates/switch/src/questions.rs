//! What the switch asks of those who keep things (messages, PINs, recordings) and that takes too
//! long to be done on its thread, and what they answer.

use crate::{
    features::{attend, flow, recording},
    happening::{Party, What},
    io::Output,
    limits::MAX_QUESTIONS,
    mailboxes::MailboxCounts,
    rooms,
    switch::Switch,
};
use callflow::{
    Speech,
    walk::{Channel, HttpRequest, Reply},
};
use media::{RecordingId, SoundFile};
use office::{
    CallId, CallRecordingId, ConferenceRoomId, GreetingKind, MailboxId, MessageId, MessageState,
    PersonId, PinSetId, RecordingRule, SoundName, VoiceMessage, limits::PIN_MAX_DIGITS,
};
use std::{fmt, time::Duration};

/// Names a question for as long as the engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(pub u64);

/// Something to be done or looked up elsewhere; answered once by
/// [`Input::Answered`](crate::Input::Answered).
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// A message is being left: note it, so that it is found after a power cut. Answered with
    /// [`Answer::Done`].
    BeginMessage(NewMessage),
    /// The file of a message is whole: keep it. Answered with [`Answer::MessageKept`].
    KeepMessage {
        /// Its file.
        sound: SoundName,
        /// How long it is.
        lasts: Duration,
    },
    /// Forget a message that was begun and is not wanted, file and all; answered with
    /// [`Answer::Done`].
    DropMessage(SoundName),
    /// A call is about to be recorded: note it, so that it is found after a power cut. Answered with
    /// [`Answer::RecordingBegun`].
    BeginRecording(Box<NewRecording>),
    /// The file of a recording is whole: keep it. Answered with [`Answer::Done`].
    KeepRecording {
        /// Which.
        recording: CallRecordingId,
        /// How long it is.
        lasts: Duration,
    },
    /// Forget a recording that was noted and holds nothing; answered with [`Answer::Done`].
    DropRecording(CallRecordingId),
    /// The messages of a mailbox in the order in which they came; answered with
    /// [`Answer::Messages`].
    ListMessages {
        /// Which mailbox.
        mailbox: MailboxId,
        /// New or saved ones.
        which: MessageState,
    },
    /// Do something to a message; answered with [`Answer::MessageChanged`].
    ChangeMessage {
        /// Which.
        message: MessageId,
        /// What.
        deed: MessageDeed,
    },
    /// Put a copy of a message into another mailbox, as a new one; answered with
    /// [`Answer::MessageForwarded`].
    ForwardMessage {
        /// Which.
        message: MessageId,
        /// Where to.
        to: MailboxId,
        /// What is noted about it there.
        note: String,
    },
    /// Let callers of a mailbox hear another greeting, or the office's own words. Answered with
    /// [`Answer::Done`], once the office has changed.
    SetGreeting {
        /// Whose callers.
        mailbox: MailboxId,
        /// When they hear it.
        kind: GreetingKind,
        /// What was recorded; the office's own words without.
        sound: Option<NewGreeting>,
        /// When a greeting for an absence ends by itself, in milliseconds since 1970 (UTC); `None` for
        /// when they say so.
        until_unix_ms: Option<i64>,
        /// Who did that.
        by: Party,
    },
    /// Keep what was recorded by phone among the sounds of the office. Answered with
    /// [`Answer::Done`].
    KeepSound {
        /// What it is called.
        title: String,
        /// What was recorded.
        sound: NewGreeting,
        /// Who spoke it.
        by: Party,
    },
    /// Forget a file that was recorded and is not wanted; answered with [`Answer::Done`].
    DropSound(SoundName),
    /// Give a mailbox another PIN. Answered with [`Answer::Done`], once the office has changed.
    SetPin {
        /// Which.
        mailbox: MailboxId,
        /// The PIN.
        digits: PinDigits,
        /// Who did that.
        by: Party,
    },
    /// Ask another program for a call in a flow. Answered with [`Answer::Replied`], whatever comes of
    /// it.
    Request(Box<HttpRequest>),
    /// Tell people of a call in a flow. Answered with [`Answer::Done`].
    Notify {
        /// By what.
        channels: Vec<Channel>,
        /// The words.
        text: String,
    },
    /// Let a voice speak a text that a caller in a flow waits for. Answered with
    /// [`Answer::Spoken`].
    Speak(Speech),
    /// Whether these digits are a PIN of something. Answered with [`Answer::Pin`].
    CheckPin {
        /// Of what.
        whose: PinOf,
        /// What was dialled.
        digits: PinDigits,
    },
}

/// What is done to a message by phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageDeed {
    /// Somebody heard it: it is a saved one from now on.
    Hear,
    /// It is deleted; the window can bring it back for some days.
    Delete,
}

/// A greeting that was recorded by phone.
#[derive(Clone, Debug, PartialEq)]
pub struct NewGreeting {
    /// Its file.
    pub sound: SoundName,
    /// How long it is.
    pub lasts: Duration,
}

/// What a PIN lets somebody into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinOf {
    /// A mailbox.
    Mailbox(MailboxId),
    /// A conference room, which may have one for its members and one for its host.
    Room(ConferenceRoomId),
    /// A point of a call flow: any PIN of this set.
    Set(PinSetId),
}

/// Digits dialled as a PIN. Its `Debug` shows nothing of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PinDigits(String);

impl PinDigits {
    /// One more digit was dialled. Beyond the longest PIN there is they are not kept, but count:
    /// no PIN begins with them.
    pub fn push(&mut self, digit: char) {
        if self.0.len() <= PIN_MAX_DIGITS {
            self.0.push(digit);
        }
    }

    /// Whether nothing was dialled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The digits, for the one place that checks them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PinDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What digits dialled as a PIN are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinIs {
    /// No PIN of this.
    Wrong,
    /// The PIN; of a room, that of its members.
    Right,
    /// The PIN of the room's host.
    Host,
}

/// A message that is being left.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// Where.
    pub mailbox: MailboxId,
    /// In which call.
    pub call: CallId,
    /// Its file.
    pub sound: SoundName,
    /// Who left it.
    pub from: Party,
    /// When it was begun: milliseconds since 1970 UTC.
    pub received_ms: i64,
}

/// A call, or a part of it, that is about to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecording {
    /// The call.
    pub call: CallId,
    /// Its file.
    pub sound: SoundName,
    /// Who talks, in words: "Anna and Ben".
    pub parties: String,
    /// Who of the office talks, sorted.
    pub persons: Vec<PersonId>,
    /// When it begins: milliseconds since 1970 UTC.
    pub started_ms: i64,
    /// The rule by which it is made.
    pub rule: RecordingRule,
    /// Whether both sides have been told.
    pub announced: bool,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is done.
    Done,
    /// The message is kept, for good.
    MessageKept {
        /// The message.
        message: Box<VoiceMessage>,
        /// What lies in the mailbox now.
        counts: MailboxCounts,
    },
    /// What the digits are.
    Pin(PinIs),
    /// The messages asked for.
    Messages(Vec<VoiceMessage>),
    /// It is done to the message.
    MessageChanged {
        /// Which.
        message: MessageId,
        /// What was done.
        deed: MessageDeed,
        /// What lies in its mailbox now.
        counts: MailboxCounts,
    },
    /// A copy lies in the other mailbox.
    MessageForwarded {
        /// The copy.
        message: Box<VoiceMessage>,
        /// What lies in that mailbox now.
        counts: MailboxCounts,
    },
    /// The recording is noted.
    RecordingBegun {
        /// Its number.
        recording: CallRecordingId,
        /// Its file.
        sound: SoundName,
    },
    /// What became of a request.
    Replied(Reply),
    /// The text is in this file, which is kept for as long as it may be heard.
    Spoken(SoundName),
    /// It could not be done; why, for support.
    Failed(String),
}

impl Switch {
    /// Asks for something on behalf of a call.
    pub(crate) fn ask(&mut self, call: CallId, question: Question) {
        self.ask_for(call, question);
    }

    /// The same for whoever waits for the answer. `None`: too much is asked already, and none will
    /// come.
    pub(crate) fn ask_for(&mut self, call: CallId, question: Question) -> Option<QuestionId> {
        if self.questions.len() >= MAX_QUESTIONS {
            self.tell(What::NotKept {
                call,
                why: "too much is waiting to be kept".to_owned(),
                disk: false,
            });
            return None;
        }
        self.next_question += 1;
        let id = QuestionId(self.next_question);
        let is_words = matches!(question, Question::Speak(_));
        self.questions.insert(id, (call, is_words));
        self.count_pin_try(id, &question);
        self.put_out(Output::Ask { id, question });
        Some(id)
    }

    /// An answer has come. What holds for the office holds whether or not the call still goes on.
    pub(crate) fn on_answered(&mut self, id: QuestionId, answer: Answer) {
        let Some((call, is_words)) = self.questions.remove(&id) else {
            return;
        };
        match &answer {
            Answer::MessageKept { message, counts } => {
                let lasts = Duration::from_millis(message.lasts_ms.into());
                self.tell(What::MessageLeft {
                    call,
                    mailbox: message.mailbox,
                    message: message.id,
                    lasts,
                });
                self.mailbox_changed(*counts);
            }
            Answer::MessageChanged {
                message,
                deed,
                counts,
            } => {
                let (message, mailbox) = (*message, counts.mailbox);
                self.tell(match deed {
                    MessageDeed::Hear => What::MessageHeard {
                        call,
                        mailbox,
                        message,
                    },
                    MessageDeed::Delete => What::MessageDeleted {
                        call,
                        mailbox,
                        message,
                    },
                });
                self.mailbox_changed(*counts);
            }
            Answer::MessageForwarded { message, counts } => {
                self.tell(What::MessageForwarded {
                    call,
                    mailbox: message.mailbox,
                    message: message.id,
                });
                self.mailbox_changed(*counts);
            }
            Answer::Pin(is) => self.on_pin_checked(call, id, Some(*is)),
            // Nothing was to be kept: the flow goes on without the words.
            Answer::Failed(_) if is_words => {}
            Answer::Failed(why) => {
                let why = why.clone();
                self.on_pin_checked(call, id, None);
                self.tell(What::NotKept {
                    call,
                    why,
                    disk: false, // whoever failed says so
                });
                recording::on_not_kept(self, call);
                rooms::recording::on_not_kept(self, call);
            }
            Answer::RecordingBegun { recording, sound } => {
                let begun = (*recording, sound);
                if !rooms::recording::on_begun(self, call, begun) {
                    recording::on_begun(self, call, begun);
                }
            }
            Answer::Done | Answer::Messages(_) | Answer::Replied(_) | Answer::Spoken(_) => {}
        }
        flow::on_told_later(self, call, id, &answer);
        attend::on_told(self, call, id, answer);
    }

    /// A number for a recording of this call.
    pub(crate) fn new_recording(&mut self, call: CallId) -> RecordingId {
        self.next_recording += 1;
        let recording = RecordingId(self.next_recording);
        self.recordings.insert(recording, call);
        recording
    }
}

/// A kept sound as the media thread names it.
pub(crate) fn file(sound: &SoundName) -> SoundFile {
    SoundFile::new(sound.as_str())
}
