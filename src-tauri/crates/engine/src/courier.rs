//! The mail courier: takes letters that are due to the mail server, on a thread of its own, for the
//! server may take a minute for each answer.

use crate::voicemail::file_of;
use api::{AskFailed, Desk, Keeper};
use host::wall_clock;
use mail::{Attachments, Courier, LetterQueue, Round};
use office::SoundName;
use sound_files::{Limits, read_opus, to_small_wav};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};
use store::{FailedTry, Letter, LetterId, MailAccount, Store, StoreError};
use tokio::runtime::Handle;

/// How long the courier rests when the store does not answer.
const REST: Duration = Duration::from_secs(60);

/// Starts the courier, whom `desk` wakes from now on. He works until the engine ends.
///
/// # Errors
/// The computer gives no thread.
pub(crate) fn start(keeper: Arc<Keeper>, desk: Arc<Desk>, data: &Path) -> io::Result<()> {
    // One ring is enough: whoever is awake looks at all letters.
    let (bell, rings) = sync_channel(1);
    let mut queue = Queue {
        keeper,
        desk: Arc::clone(&desk),
        store: Handle::current(),
        recipients: BTreeMap::new(),
        failed_to: None,
    };
    let mut sounds = Sounds(data.to_owned());
    thread::Builder::new()
        .name("mail".to_owned())
        .spawn(move || work(&rings, &mut queue, &mut sounds))?;
    desk.connect_courier(move || {
        // A full bell rings already.
        let _ = bell.try_send(());
    });
    Ok(())
}

fn work(rings: &Receiver<()>, queue: &mut Queue, sounds: &mut Sounds) {
    let courier = Courier::new();
    loop {
        let next = match send_due(&courier, queue, sounds) {
            Ok(next) => next,
            Err(AskFailed::Stopped) => return,
            Err(why) => {
                tracing::error!(%why, "letters could not be looked at");
                Some(REST)
            }
        };
        let rung = match next {
            Some(wait) => rings.recv_timeout(wait),
            None => rings.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        if rung == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}

/// Tries what is due once; gives how long there is nothing to do, if that is known.
fn send_due(
    courier: &Courier,
    queue: &mut Queue,
    sounds: &mut Sounds,
) -> Result<Option<Duration>, AskFailed> {
    let account = queue.account()?;
    if account.is_some_and(|account| !account.settings.enabled) {
        return Ok(None);
    }
    let now = wall_clock();
    let round = courier.send_due(now, queue, sounds)?;
    let failed_to = queue.failed_to.take();
    if round != Round::default() {
        let Round {
            sent,
            again,
            given_up,
        } = round;
        tracing::info!(sent, again, given_up, "letters were tried");
        // One that is asked to come back while others are taken is nothing to worry about.
        let is_trouble = given_up > 0 || sent == 0;
        queue
            .desk
            .set_mail_trouble(failed_to.filter(|_| is_trouble));
    }
    let due = queue.ask(|store| store.next_letter_due())?;
    Ok(due.map(|due| {
        let wait = u64::try_from(due.saturating_sub(wall_clock())).unwrap_or(0);
        Duration::from_millis(wait)
    }))
}

/// The letters as the store's thread keeps them.
struct Queue {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    /// Waits for the store's answers.
    store: Handle,
    /// Of the letters tried now.
    recipients: BTreeMap<LetterId, String>,
    /// To whom the last one could not be sent.
    failed_to: Option<String>,
}

impl Queue {
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        self.store.block_on(self.keeper.ask(question))
    }
}

impl LetterQueue for Queue {
    type Error = AskFailed;

    fn account(&mut self) -> Result<Option<MailAccount>, AskFailed> {
        let account = self.ask(|store| store.mail_account())?;
        Ok(account.map(|account| account.value))
    }

    fn due(&mut self, now_ms: i64, limit: usize) -> Result<Vec<Letter>, AskFailed> {
        let letters = self.ask(move |store| store.due_letters(now_ms, limit))?;
        let recipients = letters.iter();
        self.recipients = recipients
            .map(|letter| (letter.id, letter.to.to_string()))
            .collect();
        Ok(letters)
    }

    fn sent(&mut self, letter: LetterId, at_ms: i64) -> Result<(), AskFailed> {
        let desk = Arc::clone(&self.desk);
        self.ask(move |store| {
            // Whoever wants no message here that has been sent gets none.
            let deleted = match store.letter_sent(letter, at_ms) {
                // It was taken out of the queue meanwhile.
                Err(StoreError::NotFound(_)) => None,
                sent => sent?,
            };
            if let Some(message) = deleted {
                let counts = store.message_counts()?;
                let counts = counts.get(&message.mailbox).copied().unwrap_or_default();
                desk.set_messages(message.mailbox, counts);
            }
            Ok(())
        })
    }

    fn failed(&mut self, letter: LetterId, failed: &FailedTry) -> Result<(), AskFailed> {
        tracing::warn!(letter = letter.0, why = failed.why, "a letter was not sent");
        self.failed_to = self.recipients.get(&letter).cloned();
        let failed = failed.clone();
        self.ask(move |store| match store.letter_failed(letter, &failed) {
            Err(StoreError::NotFound(_)) => Ok(()),
            told => told,
        })
    }
}

/// The sounds of the data folder.
struct Sounds(PathBuf);

impl Attachments for Sounds {
    fn wav(&mut self, sound: &SoundName) -> io::Result<Vec<u8>> {
        let opus = fs::read(file_of(&self.0, sound)?)?;
        let sound = read_opus(&opus, Limits::OWN).map_err(io::Error::other)?;
        Ok(to_small_wav(&sound.into_mono()))
    }
}
