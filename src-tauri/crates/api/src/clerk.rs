//! Keeps what the switch asks to be kept, on the store's thread, in the order it was asked. PINs
//! are checked on a thread of their own: that takes long, on purpose.

use crate::{
    Desk, Keeper,
    limits::{CLERK_FAILED, MAX_WAITING_PINS},
};
use office::{MailboxId, MessageCounts, Office, PinHash, SoundName};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};
use store::{Store, StoreError};
use switch::{Answer, Input, MailboxCounts, PinDigits, PinIs, PinOf, Question, QuestionId};

/// The way from the switch's questions to the store.
#[derive(Debug, Clone)]
pub struct Clerk {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    pins: SyncSender<PinCheck>,
}

/// Digits to be checked for a question.
#[derive(Debug)]
struct PinCheck {
    id: QuestionId,
    digits: PinDigits,
    /// What they may be.
    against: Vec<(PinHash, PinIs)>,
}

impl Clerk {
    /// A clerk for this store.
    ///
    /// # Errors
    /// The computer gives no thread.
    pub fn new(keeper: Arc<Keeper>, desk: Arc<Desk>) -> std::io::Result<Clerk> {
        let (pins, waiting) = sync_channel(MAX_WAITING_PINS);
        let answers = Arc::clone(&desk);
        thread::Builder::new()
            .name("pins".to_owned())
            .spawn(move || check_pins(&waiting, &answers))?;
        Ok(Clerk { keeper, desk, pins })
    }

    /// Sees to a question; the answer goes to the switch. Never blocks.
    pub fn ask(&self, id: QuestionId, question: Question) {
        if let Question::CheckPin { whose, digits } = question {
            return self.check_pin(id, whose, digits);
        }
        let (desk, asked) = (Arc::clone(&self.desk), Arc::clone(&self.desk));
        let taken = self.keeper.work(move |store| {
            let answer = answer(store, &desk, question).unwrap_or_else(|why| {
                tracing::error!(%why, "something of a call could not be kept");
                Answer::Failed(why.to_string())
            });
            desk.send(Input::Answered { id, answer });
        });
        if !taken {
            let answer = Answer::Failed(CLERK_FAILED.to_owned());
            asked.send(Input::Answered { id, answer });
        }
    }

    fn check_pin(&self, id: QuestionId, whose: PinOf, digits: PinDigits) {
        let against = pins_of(&self.desk.office(), whose);
        let check = PinCheck {
            id,
            digits,
            against,
        };
        if self.pins.try_send(check).is_err() {
            let answer = Answer::Failed("too many PINs wait to be checked".to_owned());
            self.desk.send(Input::Answered { id, answer });
        }
    }
}

/// Checks PINs one after the other until there is no clerk any more.
fn check_pins(waiting: &Receiver<PinCheck>, desk: &Desk) {
    while let Ok(check) = waiting.recv() {
        let digits = check.digits.expose();
        let mut against = check.against.iter();
        let found = against.find(|(hash, _)| store::pins::verify(hash, digits));
        let answer = Answer::Pin(found.map_or(PinIs::Wrong, |(_, is)| *is));
        let id = check.id;
        desk.send(Input::Answered { id, answer });
    }
}

fn pins_of(office: &Office, whose: PinOf) -> Vec<(PinHash, PinIs)> {
    let (right, host) = match whose {
        PinOf::Mailbox(id) => (
            office.mailbox(id).and_then(|mailbox| mailbox.pin.clone()),
            None,
        ),
        PinOf::Room(id) => match office.room(id) {
            Some(room) => (room.pin.clone(), room.host_pin.clone()),
            None => (None, None),
        },
    };
    let right = right.map(|hash| (hash, PinIs::Right));
    let host = host.map(|hash| (hash, PinIs::Host));
    host.into_iter().chain(right).collect()
}

/// What lies in all mailboxes, for the switch to begin with.
///
/// # Errors
/// What the database says.
pub fn mailbox_counts(store: &Store) -> Result<Vec<MailboxCounts>, StoreError> {
    let counts = store.message_counts()?;
    Ok(counts
        .iter()
        .map(|(id, counts)| in_mailbox(*id, counts))
        .collect())
}

fn answer(store: &mut Store, desk: &Desk, question: Question) -> Result<Answer, StoreError> {
    match question {
        Question::BeginMessage(new) => {
            store.begin_message(&store::NewMessage {
                mailbox: new.mailbox,
                call: new.call,
                sound: new.sound,
                from_number: new.from.number,
                from_name: new.from.name,
                from_person: new.from.person,
                received_ms: new.received_ms,
            })?;
            Ok(Answer::Done)
        }
        Question::KeepMessage { sound, lasts } => keep_message(store, desk, &sound, lasts),
        Question::DropMessage(sound) => {
            if let Some(begun) = begun(store, &sound)? {
                store.discard_message(begun.id)?;
            }
            Ok(Answer::Done)
        }
        Question::CheckPin { .. } => Ok(Answer::Failed("PINs are checked elsewhere".to_owned())),
    }
}

fn keep_message(
    store: &mut Store,
    desk: &Desk,
    sound: &SoundName,
    lasts: Duration,
) -> Result<Answer, StoreError> {
    let Some(mut message) = begun(store, sound)? else {
        return Ok(Answer::Failed(format!(
            "the message {sound} was never begun"
        )));
    };
    message.lasts_ms = u32::try_from(lasts.as_millis()).unwrap_or(u32::MAX);
    let now = chrono::Utc::now().timestamp_millis();
    let letters = mail::letters_about(&desk.office(), &message, now);
    let message = store.finish_message(message.id, message.lasts_ms, &letters)?;
    let counts = store.message_counts()?;
    let counts = counts.get(&message.mailbox).copied().unwrap_or_default();
    Ok(Answer::MessageKept {
        counts: in_mailbox(message.mailbox, &counts),
        message: Box::new(message),
    })
}

/// A message that is being left, by its file.
fn begun(store: &Store, sound: &SoundName) -> Result<Option<office::VoiceMessage>, StoreError> {
    let unfinished = store.unfinished_messages()?;
    Ok(unfinished
        .into_iter()
        .find(|message| message.sound == *sound))
}

fn in_mailbox(mailbox: MailboxId, counts: &MessageCounts) -> MailboxCounts {
    MailboxCounts {
        mailbox,
        new: counts.new,
        saved: counts.saved,
    }
}
