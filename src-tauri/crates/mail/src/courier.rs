//! Takes the letters that are due to the mail server, and says what became of each.

use crate::compose::{Attachment, compose};
use crate::limits::{ATTACHMENTS_MAX_BYTES, LETTERS_PER_ROUND_MAX};
use crate::session::Session;
use crate::{SendFailed, next_try};
use lettre::transport::smtp::client::Certificate;
use office::{EmailAddress, SoundName};
use std::io;
use store::{FailedTry, Letter, LetterId, LetterKind, LetterState, MailAccount, Store, StoreError};

/// Takes letters to the mail server.
#[derive(Clone, Debug, Default)]
pub struct Courier {
    trusted: Vec<Certificate>,
}

/// The queue of letters as the courier sees it. The store is one; the engine has one that asks the
/// store's thread, so that nothing waits for the mail server there.
pub trait LetterQueue {
    /// Why the queue gave no answer.
    type Error;

    /// How mail is sent; `None` until it was set up.
    ///
    /// # Errors
    /// The queue gives no answer.
    fn account(&mut self) -> Result<Option<MailAccount>, Self::Error>;

    /// Letters whose time has come.
    ///
    /// # Errors
    /// The queue gives no answer.
    fn due(&mut self, now_ms: i64, limit: usize) -> Result<Vec<Letter>, Self::Error>;

    /// The mail server has taken a letter.
    ///
    /// # Errors
    /// The queue gives no answer; the letter may be sent again then.
    fn sent(&mut self, letter: LetterId, at_ms: i64) -> Result<(), Self::Error>;

    /// A letter could not be sent.
    ///
    /// # Errors
    /// The queue gives no answer.
    fn failed(&mut self, letter: LetterId, failed: &FailedTry) -> Result<(), Self::Error>;
}

/// Where the sounds of letters come from.
pub trait Attachments {
    /// The sound as a WAV file, small enough to send: a telephone's 8,000 samples a second do.
    ///
    /// # Errors
    /// It is not there ([`io::ErrorKind::NotFound`]: for good), or cannot be read now.
    fn wav(&mut self, sound: &SoundName) -> io::Result<Vec<u8>>;
}

/// What became of the letters of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// So many were sent.
    pub sent: usize,
    /// So many are tried again later.
    pub again: usize,
    /// So many were given up.
    pub given_up: usize,
}

impl Courier {
    /// A courier who trusts whom this computer trusts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts one more authority (PEM), as that of an office's own mail server.
    ///
    /// # Errors
    /// [`SendFailed::Certificate`] if it is none.
    pub fn trusting(mut self, pem: &[u8]) -> Result<Self, SendFailed> {
        let certificate = Certificate::from_pem(pem).map_err(|why| SendFailed::Certificate {
            host: String::new(),
            why: why.to_string(),
        })?;
        self.trusted.push(certificate);
        Ok(self)
    }

    /// Tries every letter that is due once, at most
    /// [`LETTERS_PER_ROUND_MAX`], in one conversation where the server lets it. Blocks until the
    /// last is done. The time is in milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// That of the queue. What the mail server says is told to the queue, letter by letter.
    pub fn send_due<Q: LetterQueue>(
        &self,
        now_ms: i64,
        queue: &mut Q,
        attachments: &mut dyn Attachments,
    ) -> Result<Round, Q::Error> {
        let letters = queue.due(now_ms, LETTERS_PER_ROUND_MAX)?;
        let mut round = Round::default();
        if letters.is_empty() {
            return Ok(round);
        }
        let account = queue.account()?;
        let mut session = None;
        let mut concerns_all: Option<SendFailed> = None;
        for letter in letters {
            let tried = match (&concerns_all, &account) {
                (Some(failed), _) => Err(failed.clone()),
                (None, None) => Err(SendFailed::NotSetUp),
                (None, Some(account)) => {
                    self.send(account, &letter, now_ms, attachments, &mut session)
                }
            };
            match tried {
                Ok(()) => {
                    queue.sent(letter.id, now_ms)?;
                    round.sent += 1;
                }
                Err(failed) => {
                    let again_ms = Some(letter.queued_ms)
                        .filter(|_| !failed.is_for_good())
                        .and_then(|queued_ms| next_try(queued_ms, letter.attempts, now_ms));
                    match again_ms {
                        Some(_) => round.again += 1,
                        None => round.given_up += 1,
                    }
                    let told = FailedTry {
                        at_ms: now_ms,
                        why: failed.to_string(),
                        again_ms,
                    };
                    queue.failed(letter.id, &told)?;
                    concerns_all = concerns_all.or(Some(failed).filter(SendFailed::concerns_all));
                }
            }
        }
        if let Some(session) = session {
            session.end();
        }
        Ok(round)
    }

    /// Sends a letter of that subject and text at once, past the queue, to show that mail works. Blocks until the mail
    /// server has taken or refused it.
    ///
    /// # Errors
    /// Why it does not.
    pub fn send_test(
        &self,
        account: &MailAccount,
        to: &EmailAddress,
        (subject, body): (&str, &str),
        now_ms: i64,
    ) -> Result<(), SendFailed> {
        let letter = Letter {
            id: LetterId(0),
            kind: LetterKind::Alert,
            to: to.clone(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            message_id: format!("test-{now_ms}@{}", account.settings.from_address.domain()),
            sounds: Vec::new(),
            message: None,
            state: LetterState::Queued,
            queued_ms: now_ms,
            attempts: 0,
            next_try_ms: now_ms,
            done_ms: None,
            last_error: None,
        };
        let message = compose(&letter, &account.settings, now_ms, Vec::new())?;
        let mut session = Session::begin(account, &self.trusted)?;
        session.send(&message)?;
        session.end();
        Ok(())
    }

    /// Sends one letter in the conversation that is open, or begins one. It is over after a
    /// failure.
    fn send(
        &self,
        account: &MailAccount,
        letter: &Letter,
        now_ms: i64,
        attachments: &mut dyn Attachments,
        open: &mut Option<Session>,
    ) -> Result<(), SendFailed> {
        let attached = read_sounds(letter, attachments)?;
        let message = compose(letter, &account.settings, now_ms, attached)?;
        let mut session = match open.take() {
            Some(session) => session,
            None => Session::begin(account, &self.trusted)?,
        };
        session.send(&message)?;
        *open = Some(session);
        Ok(())
    }
}

fn read_sounds(
    letter: &Letter,
    attachments: &mut dyn Attachments,
) -> Result<Vec<Attachment>, SendFailed> {
    let mut read = Vec::new();
    let mut bytes = 0;
    for sound in &letter.sounds {
        let wav = attachments
            .wav(sound)
            .map_err(|why| SendFailed::SoundUnreadable {
                why: why.to_string(),
                for_good: why.kind() == io::ErrorKind::NotFound,
            })?;
        bytes += wav.len();
        if bytes > ATTACHMENTS_MAX_BYTES {
            return Err(SendFailed::TooLarge);
        }
        let file_name = match read.len() {
            0 => "message.wav".to_owned(),
            further => format!("message-{}.wav", further + 1),
        };
        read.push(Attachment { file_name, wav });
    }
    Ok(read)
}

impl LetterQueue for Store {
    type Error = StoreError;

    fn account(&mut self) -> Result<Option<MailAccount>, StoreError> {
        Ok(self.mail_account()?.map(|account| account.value))
    }

    fn due(&mut self, now_ms: i64, limit: usize) -> Result<Vec<Letter>, StoreError> {
        self.due_letters(now_ms, limit)
    }

    fn sent(&mut self, letter: LetterId, at_ms: i64) -> Result<(), StoreError> {
        self.letter_sent(letter, at_ms).map(drop)
    }

    fn failed(&mut self, letter: LetterId, failed: &FailedTry) -> Result<(), StoreError> {
        self.letter_failed(letter, failed)
    }
}
