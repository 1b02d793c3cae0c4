//! Keeps what the switch asks to be kept, on the store's thread, in the order it was asked.

use crate::{Desk, Keeper, limits::CLERK_FAILED};
use office::{MailboxId, MessageCounts, SoundName};
use std::{sync::Arc, time::Duration};
use store::{Store, StoreError};
use switch::{Answer, Input, MailboxCounts, Question, QuestionId};

/// The way from the switch's questions to the store.
#[derive(Debug, Clone)]
pub struct Clerk {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
}

impl Clerk {
    /// A clerk for this store.
    pub fn new(keeper: Arc<Keeper>, desk: Arc<Desk>) -> Clerk {
        Clerk { keeper, desk }
    }

    /// Sees to a question; the answer goes to the switch. Never blocks.
    pub fn ask(&self, id: QuestionId, question: Question) {
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
