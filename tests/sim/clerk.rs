//! Who keeps messages in a simulated office: what the store does in a real one.

use office::{CallRecordingId, MailboxId, MessageId, MessageState, VoiceMessage};
use std::time::Duration;
use switch::{Answer, MailboxCounts, NewMessage, NewRecording, PinIs, PinOf, Question};

/// The PIN of every mailbox and room that has one.
pub const PIN: &str = "4711";

/// The PIN of every host.
pub const HOST_PIN: &str = "0815";

/// Keeps what it is asked to.
#[derive(Debug, Default)]
pub(super) struct Clerk {
    pub(super) messages: Vec<VoiceMessage>,
    begun: Vec<NewMessage>,
    pub(super) recordings: Vec<(CallRecordingId, KeptRecording)>,
    noted: i64,
}

/// A recorded call, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRecording {
    /// What was noted when it began.
    pub new: NewRecording,
    /// How long it is; `None` until its file is whole.
    pub lasts: Option<Duration>,
}

impl Clerk {
    pub(super) fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::BeginMessage(new) => {
                self.begun.push(new.clone());
                Answer::Done
            }
            Question::KeepMessage { sound, lasts } => {
                let at = self.begun.iter().position(|new| new.sound == *sound);
                let Some(at) = at else {
                    return Answer::Failed("never begun".to_owned());
                };
                let new = self.begun.remove(at);
                let message = self.keep(&new, *lasts);
                Answer::MessageKept {
                    counts: self.counts(message.mailbox),
                    message: Box::new(message),
                }
            }
            Question::BeginRecording(new) => {
                self.noted += 1;
                let recording = CallRecordingId(self.noted);
                let new = NewRecording::clone(new);
                let sound = new.sound.clone();
                let kept = KeptRecording { new, lasts: None };
                self.recordings.push((recording, kept));
                Answer::RecordingBegun { recording, sound }
            }
            Question::KeepRecording { recording, lasts } => {
                let found = self.recordings.iter_mut().find(|(id, _)| id == recording);
                let Some((_, kept)) = found else {
                    return Answer::Failed("never noted".to_owned());
                };
                kept.lasts = Some(*lasts);
                Answer::Done
            }
            Question::DropRecording(recording) => {
                self.recordings.retain(|(id, _)| id != recording);
                Answer::Done
            }
            Question::DropMessage(sound) => {
                self.begun.retain(|new| new.sound != *sound);
                Answer::Done
            }
            Question::CheckPin { whose, digits } => Answer::Pin(pin_is(*whose, digits.expose())),
        }
    }

    fn keep(&mut self, new: &NewMessage, lasts: Duration) -> VoiceMessage {
        let message = VoiceMessage {
            id: MessageId(self.messages.len() as i64 + 1),
            mailbox: new.mailbox,
            call: new.call,
            sound: new.sound.clone(),
            from_number: new.from.number.clone(),
            from_name: new.from.name.clone(),
            from_person: new.from.person,
            received_ms: new.received_ms,
            lasts_ms: u32::try_from(lasts.as_millis()).unwrap_or(u32::MAX),
            state: MessageState::New,
            heard_ms: None,
            assigned_to: None,
            note: String::new(),
            deleted_ms: None,
        };
        self.messages.push(message.clone());
        message
    }

    fn counts(&self, mailbox: MailboxId) -> MailboxCounts {
        let of_box = self
            .messages
            .iter()
            .filter(|message| message.mailbox == mailbox);
        let new = of_box
            .clone()
            .filter(|message| message.state == MessageState::New);
        let new = new.count() as u32;
        MailboxCounts {
            mailbox,
            new,
            saved: of_box.count() as u32 - new,
        }
    }
}

/// Hashes take a tenth of a second each, and are the store's.
fn pin_is(whose: PinOf, digits: &str) -> PinIs {
    match (whose, digits) {
        (_, PIN) => PinIs::Right,
        (PinOf::Room(_), HOST_PIN) => PinIs::Host,
        _ => PinIs::Wrong,
    }
}
