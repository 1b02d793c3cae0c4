//! Keeps what the switch asks to be kept, on the store's thread, in the order it was asked. PINs
//! are checked and hashed on a thread of their own: that takes long, on purpose.

mod alarms;
mod of_edge;
mod of_flows;

use crate::{
    Configuration, Desk, Keeper,
    desk::{self, in_mailbox},
    library,
    limits::{CLERK_FAILED, MAX_WAITING_PINS},
    wav,
};
use of_flows::OfFlows;
use office::{
    ExtensionNumber, MailboxId, MessageId, MessageState, Office, Pin, PinHash, RecordingRule,
    SoundName, VoiceMessage,
};
use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};
use store::{
    Actor, MessageChange, MessageFolder, MessagePosition, OfficeChange, RecordingReason, SoundKind,
    SoundOrigin, Store, StoreError, limits::MESSAGES_PER_PAGE_MAX,
};
use switch::{
    Answer, Input, MailboxCounts, MessageDeed, NewGreeting, NewRecording, Party, PinDigits, PinIs,
    PinOf, Question, QuestionId,
};

/// The way from the switch's questions to the store.
#[derive(Debug, Clone)]
pub struct Clerk {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    pins: SyncSender<PinWork>,
    flows: OfFlows,
}

/// What is done with the digits of a question.
#[derive(Debug)]
struct PinWork {
    id: QuestionId,
    digits: PinDigits,
    what: WithPin,
}

#[derive(Debug)]
enum WithPin {
    /// They are checked: what they may be.
    Check(Vec<(PinHash, PinIs)>),
    /// They are the PIN of a mailbox from now on.
    Set(MailboxId, Party),
}

impl Clerk {
    /// A clerk for this store.
    ///
    /// # Errors
    /// The computer gives no thread.
    pub fn new(keeper: Arc<Keeper>, desk: Arc<Desk>) -> std::io::Result<Clerk> {
        let (pins, waiting) = sync_channel(MAX_WAITING_PINS);
        let (store, answers) = (Arc::clone(&keeper), Arc::clone(&desk));
        thread::Builder::new()
            .name("pins".to_owned())
            .spawn(move || work_on_pins(&waiting, &store, &answers))?;
        let flows = OfFlows::new(&keeper, &desk)?;
        Ok(Clerk {
            keeper,
            desk,
            pins,
            flows,
        })
    }

    /// Sees to a question; the answer goes to the switch. Never blocks.
    pub fn ask(&self, id: QuestionId, question: Question) {
        let (digits, what) = match question {
            Question::CheckPin { whose, digits } => {
                let against = pins_of(&self.desk.office(), whose);
                (digits, WithPin::Check(against))
            }
            Question::SetPin {
                mailbox,
                digits,
                by,
            } => (digits, WithPin::Set(mailbox, by)),
            Question::Request(request) => return self.flows.request(id, *request),
            Question::Speak(speech) => return self.flows.speak(id, speech),
            question @ (Question::KeepMessage { .. }
            | Question::DropMessage(_)
            | Question::KeepRecording { .. }
            | Question::DropRecording(_)) => return self.see_to_file(id, question),
            question => {
                let data = self.keeper.dir().to_owned();
                return on_store(&self.keeper, &self.desk, id, move |store, desk| {
                    answer(store, desk, &data, question)
                });
            }
        };
        if self.pins.try_send(PinWork { id, digits, what }).is_err() {
            let answer = Answer::Failed("too many PINs wait to be checked".to_owned());
            self.desk.send(Input::Answered { id, answer });
        }
    }

    /// Notes what has become of a file. It is there already, so what the disk refuses to note is
    /// noted once it can be.
    fn see_to_file(&self, id: QuestionId, question: Question) {
        let (data, desk) = (self.keeper.dir().to_owned(), Arc::clone(&self.desk));
        let mut is_told = false;
        let taken = self.keeper.insist(move |store| {
            let answer = match answer(store, &desk, &data, question.clone()) {
                Err(why) if why.is_of_the_disk() => {
                    desk.disk_refused();
                    if !is_told {
                        tracing::error!(%why, "a message or recording waits to be noted");
                    }
                    is_told = true;
                    return false;
                }
                answer => answer.unwrap_or_else(|why| not_kept(&desk, &why)),
            };
            desk.send(Input::Answered { id, answer });
            true
        });
        if !taken {
            self.desk.disk_refused();
            let answer = Answer::Failed(CLERK_FAILED.to_owned());
            self.desk.send(Input::Answered { id, answer });
        }
    }
}

/// Answers a question on the store's thread.
fn on_store(
    keeper: &Keeper,
    desk: &Arc<Desk>,
    id: QuestionId,
    work: impl FnOnce(&mut Store, &Desk) -> Result<Answer, StoreError> + Send + 'static,
) {
    let asked = Arc::clone(desk);
    let taken = keeper.work(move |store| {
        let answer = work(store, &asked).unwrap_or_else(|why| not_kept(&asked, &why));
        asked.send(Input::Answered { id, answer });
    });
    if !taken {
        desk.disk_refused();
        let answer = Answer::Failed(CLERK_FAILED.to_owned());
        desk.send(Input::Answered { id, answer });
    }
}

fn not_kept(desk: &Desk, why: &StoreError) -> Answer {
    tracing::error!(%why, "something of a call could not be kept");
    desk.store_failed(why);
    Answer::Failed(why.to_string())
}

/// Checks and hashes PINs one after the other until there is no clerk any more.
fn work_on_pins(waiting: &Receiver<PinWork>, keeper: &Keeper, desk: &Arc<Desk>) {
    while let Ok(PinWork { id, digits, what }) = waiting.recv() {
        match what {
            WithPin::Check(against) => {
                let mut against = against.iter();
                let found = against.find(|(hash, _)| store::pins::verify(hash, digits.expose()));
                let answer = Answer::Pin(found.map_or(PinIs::Wrong, |(_, is)| *is));
                desk.send(Input::Answered { id, answer });
            }
            WithPin::Set(mailbox, by) => match hash_of(&desk.office(), mailbox, &digits) {
                Ok(hash) => on_store(keeper, desk, id, move |store, desk| {
                    change(store, desk, &by, |office| {
                        office.set_mailbox_pin(mailbox, Some(&hash))
                    })
                }),
                Err(why) => {
                    let answer = Answer::Failed(why);
                    desk.send(Input::Answered { id, answer });
                }
            },
        }
    }
}

/// The hash to keep of a PIN somebody chose for a mailbox, or why there is none.
fn hash_of(office: &Office, mailbox: MailboxId, digits: &PinDigits) -> Result<PinHash, String> {
    let mailbox = office.mailbox(mailbox);
    let owner = mailbox.and_then(office::Mailbox::person);
    let numbers = owner.map_or(&[][..], |person| office.numbers_of(person));
    let own = mailbox.and_then(|mailbox| mailbox.number.as_ref());
    let numbers: Vec<ExtensionNumber> = numbers.iter().chain(own).cloned().collect();
    let pin = Pin::choose(digits.expose(), &numbers).map_err(|why| why.to_string())?;
    store::pins::hash(&pin).map_err(|why| why.to_string())
}

/// Changes the office for somebody at a phone: saved, then in effect, then answered.
fn change(
    store: &mut Store,
    desk: &Desk,
    by: &Party,
    steps: impl FnOnce(&OfficeChange<'_>) -> Result<(), StoreError>,
) -> Result<Answer, StoreError> {
    let actor = Actor {
        login: by.name.clone(),
        address: format!("phone {}", by.number),
    };
    let ((), office) = store.change_by(&actor, steps)?;
    desk.publish(Configuration::with_revisions(Arc::new(office), store)?);
    Ok(Answer::Done)
}

fn pins_of(office: &Office, whose: PinOf) -> Vec<(PinHash, PinIs)> {
    let (right, host) = match whose {
        PinOf::Set(id) => {
            let pins = office.pin_set(id).map(|set| set.pins.iter());
            let pins = pins.into_iter().flatten();
            return pins.map(|pin| (pin.hash.clone(), PinIs::Right)).collect();
        }
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
    Ok(desk::counts_of(&store.message_counts()?))
}

fn answer(
    store: &mut Store,
    desk: &Desk,
    data: &Path,
    question: Question,
) -> Result<Answer, StoreError> {
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
        Question::BeginRecording(new) => begin_recording(store, *new),
        Question::KeepRecording { recording, lasts } => {
            let lasts_ms = u32::try_from(lasts.as_millis()).unwrap_or(u32::MAX);
            store.finish_recording(recording, lasts_ms)?;
            Ok(Answer::Done)
        }
        Question::DropRecording(recording) => {
            store.discard_recording(recording)?;
            Ok(Answer::Done)
        }
        Question::ListMessages { mailbox, which } => {
            let messages = messages_of(store, mailbox, which)?;
            Ok(Answer::Messages(messages))
        }
        Question::ChangeMessage { message, deed } => change_message(store, desk, message, deed),
        Question::ForwardMessage { message, to, note } => {
            forward_message(store, desk, message, (to, &note))
        }
        Question::SetGreeting {
            mailbox,
            kind,
            sound,
            until_unix_ms,
            by,
        } => {
            let recorded = match sound.map(|sound| recorded(data, sound, by.name.clone())) {
                Some(Ok(sound)) => Some(sound),
                Some(Err(why)) => return Ok(Answer::Failed(why)),
                None => None,
            };
            change(store, desk, &by, |office| {
                if let Some(sound) = &recorded {
                    office.add_sound(sound)?;
                }
                let sound = recorded.as_ref().map(|sound| &sound.name);
                office.set_greeting(mailbox, kind, sound, until_unix_ms)
            })
        }
        Question::KeepSound { title, sound, by } => match recorded(data, sound, title) {
            Ok(sound) => change(store, desk, &by, |office| office.add_sound(&sound)),
            Err(why) => Ok(Answer::Failed(why)),
        },
        Question::DropSound(sound) => {
            store.discard_sound(&sound, now())?;
            Ok(Answer::Done)
        }
        Question::Notify { channels, text } => of_flows::notify(store, desk, &channels, text),
        // The clerk sees to these elsewhere.
        Question::CheckPin { .. }
        | Question::SetPin { .. }
        | Question::Request(_)
        | Question::Speak(_) => Ok(Answer::Failed("this is not kept".to_owned())),
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
    let letters = mail::letters_about(&desk.office(), &message, now());
    let message = store.finish_message(message.id, message.lasts_ms, &letters)?;
    desk.wake_courier();
    Ok(Answer::MessageKept {
        counts: counts_of(store, desk, message.mailbox)?,
        message: Box::new(message),
    })
}

/// The messages of a mailbox that are new or saved, in the order in which they came.
fn messages_of(
    store: &Store,
    mailbox: MailboxId,
    which: MessageState,
) -> Result<Vec<VoiceMessage>, StoreError> {
    let mut messages: Vec<VoiceMessage> = Vec::new();
    let mut after = None;
    loop {
        let page = store.messages(mailbox, MessageFolder::Inbox, MESSAGES_PER_PAGE_MAX, after)?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some(MessagePosition {
            received_ms: last.received_ms,
            id: last.id,
        });
        messages.extend(page.into_iter().filter(|message| message.state == which));
    }
    messages.reverse(); // the store names the newest first
    Ok(messages)
}

fn change_message(
    store: &mut Store,
    desk: &Desk,
    id: MessageId,
    deed: MessageDeed,
) -> Result<Answer, StoreError> {
    let at_ms = now();
    let change = match deed {
        MessageDeed::Hear => MessageChange::Heard { at_ms },
        MessageDeed::Delete => MessageChange::Delete { at_ms },
    };
    let message = store.change_message(id, &change)?;
    Ok(Answer::MessageChanged {
        message: id,
        deed,
        counts: counts_of(store, desk, message.mailbox)?,
    })
}

fn forward_message(
    store: &mut Store,
    desk: &Desk,
    id: MessageId,
    (to, note): (MailboxId, &str),
) -> Result<Answer, StoreError> {
    let office = desk.office();
    let message = store.forward_message(id, to, note, |copy| {
        mail::letters_about(&office, copy, now())
    })?;
    desk.wake_courier();
    Ok(Answer::MessageForwarded {
        counts: counts_of(store, desk, message.mailbox)?,
        message: Box::new(message),
    })
}

/// What was spoken into a phone, as it is written down, or why its file cannot be read.
fn recorded(data: &Path, spoken: NewGreeting, title: String) -> Result<store::Sound, String> {
    let NewGreeting { sound, lasts } = spoken;
    let file = wav::path_of(data, &sound).map_err(|why| why.detail)?;
    let sha256 = library::sha256_of(&file).map_err(|why| why.to_string())?;
    Ok(store::Sound {
        name: sound,
        kind: SoundKind::Greeting,
        title,
        lasts_ms: u32::try_from(lasts.as_millis()).unwrap_or(u32::MAX),
        sha256,
        made_by: SoundOrigin::Phone,
        spoken: None,
        voice: None,
        made_ms: now(),
    })
}

/// What lies in a mailbox by now; windows are told.
fn counts_of(store: &Store, desk: &Desk, mailbox: MailboxId) -> Result<MailboxCounts, StoreError> {
    let counts = store.message_counts()?;
    let counts = counts.get(&mailbox).copied().unwrap_or_default();
    desk.note_messages(mailbox, counts);
    Ok(in_mailbox(mailbox, counts))
}

/// Milliseconds since 1970 (UTC).
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

fn begin_recording(store: &mut Store, new: NewRecording) -> Result<Answer, StoreError> {
    let sound = new.sound.clone();
    let recording = store.begin_recording(&store::NewRecording {
        call: new.call,
        sound: new.sound,
        parties: new.parties,
        persons: new.persons,
        started_ms: new.started_ms,
        why: match new.rule {
            RecordingRule::Always => RecordingReason::Always,
            RecordingRule::OnDemand | RecordingRule::Never => RecordingReason::OnDemand,
        },
        announced: new.announced,
    })?;
    Ok(Answer::RecordingBegun { recording, sound })
}

/// A message that is being left, by its file.
fn begun(store: &Store, sound: &SoundName) -> Result<Option<office::VoiceMessage>, StoreError> {
    let unfinished = store.unfinished_messages()?;
    Ok(unfinished
        .into_iter()
        .find(|message| message.sound == *sound))
}
