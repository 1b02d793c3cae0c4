//! Who keeps messages in a simulated office: what the store does in a real one.

use callflow::{
    Speech,
    walk::{HttpRequest, Reply},
};
use office::{CallRecordingId, MailboxId, MessageId, MessageState, SoundName, VoiceMessage};
use std::{collections::BTreeMap, time::Duration};
use switch::{
    Answer, MailboxCounts, MessageDeed, NewGreeting, NewMessage, NewRecording, PinIs, PinOf,
    Question,
};

/// The PIN of every mailbox and room that has one.
pub const PIN: &str = "4711";

/// The PIN of every host.
pub const HOST_PIN: &str = "0815";

/// Keeps what it is asked to.
#[derive(Debug)]
pub(super) struct Clerk {
    pub(super) messages: Vec<VoiceMessage>,
    begun: Vec<NewMessage>,
    /// PINs chosen by phone.
    pins: BTreeMap<MailboxId, String>,
    /// Greetings spoken for the office, with their titles.
    pub(super) sounds: Vec<(String, NewGreeting)>,
    /// Recordings nobody wanted.
    pub(super) dropped: Vec<SoundName>,
    /// What call flows asked of other programs, and what those reply.
    pub(super) requests: Vec<HttpRequest>,
    pub(super) reply: Reply,
    /// How long that takes them.
    pub(super) reply_takes: Duration,
    /// How long a voice takes to speak a text.
    pub(super) speech_takes: Duration,
    /// How many of the PINs that callers of call flows dial are wrong, whatever they are; then they
    /// are right.
    pub(super) wrong_pins: Option<u32>,
    /// What people were told by call flows.
    pub(super) notices: Vec<String>,
    /// What a voice was asked to speak during calls.
    pub(super) speeches: Vec<Speech>,
    spoken: u32,
    /// No voice can be had.
    pub(super) is_mute: bool,
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

impl Default for Clerk {
    fn default() -> Clerk {
        let reply = Reply::Answered {
            status: 200,
            body: serde_json::Value::Null,
        };
        Clerk {
            messages: Vec::new(),
            begun: Vec::new(),
            pins: BTreeMap::new(),
            sounds: Vec::new(),
            requests: Vec::new(),
            reply,
            reply_takes: Duration::ZERO,
            speech_takes: Duration::ZERO,
            wrong_pins: None,
            notices: Vec::new(),
            speeches: Vec::new(),
            spoken: 0,
            is_mute: false,
            dropped: Vec::new(),
            recordings: Vec::new(),
            noted: 0,
        }
    }
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
            Question::CheckPin { whose, digits } => {
                Answer::Pin(self.pin_is(*whose, digits.expose()))
            }
            Question::SetPin {
                mailbox, digits, ..
            } => {
                self.pins.insert(*mailbox, digits.expose().to_owned());
                Answer::Done
            }
            Question::ListMessages { mailbox, which } => {
                let is_asked = |message: &&VoiceMessage| {
                    message.mailbox == *mailbox
                        && message.state == *which
                        && message.deleted_ms.is_none()
                };
                Answer::Messages(self.messages.iter().filter(is_asked).cloned().collect())
            }
            Question::ChangeMessage { message, deed } => {
                let id = *message;
                let Some(message) = self.messages.iter_mut().find(|each| each.id == id) else {
                    return Answer::Failed("no such message".to_owned());
                };
                match deed {
                    MessageDeed::Hear => message.state = MessageState::Saved,
                    MessageDeed::Delete => message.deleted_ms = Some(0),
                }
                let mailbox = message.mailbox;
                Answer::MessageChanged {
                    message: id,
                    deed: *deed,
                    counts: self.counts(mailbox),
                }
            }
            Question::ForwardMessage { message, to, note } => {
                let Some(message) = self.messages.iter().find(|each| each.id == *message) else {
                    return Answer::Failed("no such message".to_owned());
                };
                let copy = VoiceMessage {
                    id: MessageId(self.messages.len() as i64 + 1),
                    mailbox: *to,
                    state: MessageState::New,
                    note: note.clone(),
                    ..message.clone()
                };
                self.messages.push(copy.clone());
                Answer::MessageForwarded {
                    counts: self.counts(*to),
                    message: Box::new(copy),
                }
            }
            // The greeting itself is the office's; see `SimOffice::handle`.
            Question::SetGreeting { .. } => Answer::Done,
            Question::Request(request) => {
                self.requests.push(HttpRequest::clone(request));
                Answer::Replied(self.reply.clone())
            }
            Question::Notify { text, .. } => {
                self.notices.push(text.clone());
                Answer::Done
            }
            Question::Speak(_) if self.is_mute => Answer::Failed("no voice".to_owned()),
            Question::Speak(speech) => {
                self.spoken += 1;
                let name = SoundName::parse(&format!("spoken/{}", self.spoken));
                let name = name.expect("a name");
                self.speeches.push(speech.clone());
                Answer::Spoken(name)
            }
            Question::KeepSound { title, sound, .. } => {
                self.sounds.push((title.clone(), sound.clone()));
                Answer::Done
            }
            Question::DropSound(sound) => {
                self.dropped.push(sound.clone());
                Answer::Done
            }
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

    /// Hashes take a tenth of a second each, and are the store's.
    fn pin_is(&mut self, whose: PinOf, digits: &str) -> PinIs {
        if let (PinOf::Set(_), Some(wrong)) = (whose, &mut self.wrong_pins) {
            let is_wrong = *wrong > 0;
            *wrong = wrong.saturating_sub(1);
            return if is_wrong { PinIs::Wrong } else { PinIs::Right };
        }
        match (whose, digits) {
            (PinOf::Mailbox(mailbox), digits) => match self.pins.get(&mailbox) {
                Some(pin) if pin == digits => PinIs::Right,
                None if digits == PIN => PinIs::Right,
                _ => PinIs::Wrong,
            },
            (PinOf::Room(_), PIN) => PinIs::Right,
            (PinOf::Room(_), HOST_PIN) => PinIs::Host,
            (PinOf::Set(_), PIN) => PinIs::Right,
            _ => PinIs::Wrong,
        }
    }

    fn counts(&self, mailbox: MailboxId) -> MailboxCounts {
        let of_box = self
            .messages
            .iter()
            .filter(|message| message.mailbox == mailbox && message.deleted_ms.is_none());
        let new = of_box
            .clone()
            .filter(|message| message.state == MessageState::New);
        let new = new.count() as u32;
        MailboxCounts {
            mailbox,
            new,
            saved: of_box.clone().count() as u32 - new,
            lasts_ms: of_box.map(|message| u64::from(message.lasts_ms)).sum(),
        }
    }
}
