//! Why a letter could not be sent, in sentences.

use crate::limits::{ANSWER_MAX_CHARS, ATTACHMENTS_MAX_BYTES};
use lettre::transport::smtp;
use std::error::Error;

/// Why a letter could not be sent: what happened and what to do. No text holds a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailed {
    /// Nobody has said yet how mail is sent.
    #[error("no mail server is set up, so messages are not sent by e-mail; set one up")]
    NotSetUp,
    /// There is no computer of that name.
    #[error("there is no mail server called {host}; see whether its name is spelled right")]
    HostUnknown {
        /// The name.
        host: String,
    },
    /// It does not take up the connection.
    #[error(
        "the mail server {host} does not answer at port {port} ({why}); see whether name and port are right and this computer is online"
    )]
    Unreachable {
        /// Its name.
        host: String,
        /// The port.
        port: u16,
        /// What the system says.
        why: String,
    },
    /// It offers no STARTTLS.
    #[error(
        "the mail server {host} does not offer STARTTLS, so the password would travel in the clear and nothing was sent; choose TLS, or another port"
    )]
    NoStarttls {
        /// Its name.
        host: String,
    },
    /// Its certificate is not one for its name, has expired, or is nobody's this computer trusts.
    #[error(
        "the mail server's certificate is not valid for {host} ({why}), so nothing was sent; see whether its name is spelled as the provider says"
    )]
    Certificate {
        /// Its name.
        host: String,
        /// What is wrong with the certificate.
        why: String,
    },
    /// No TLS connection came about.
    #[error(
        "no protected connection to the mail server {host} came about ({why}); see whether port and security fit together"
    )]
    Tls {
        /// Its name.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// It does not know user and password.
    #[error(
        "the mail server does not accept user and password (it says: {answer}); type them again, or ask the provider for a password for programs"
    )]
    SignInRefused {
        /// What it answered.
        answer: String,
    },
    /// It offers no way to sign in that keeps the password.
    #[error(
        "the mail server offers no way to sign in that is known here; leave the user empty, or choose another port"
    )]
    NoSignIn,
    /// It takes no mail from this sender.
    #[error(
        "the mail server takes no mail from {from} (it says: {answer}); use the sender's address that belongs to the user"
    )]
    SenderRefused {
        /// The sender's address.
        from: String,
        /// What it answered.
        answer: String,
    },
    /// It takes no mail for this recipient.
    #[error(
        "the mail server takes no mail for {to} (it says: {answer}); see whether the address is right"
    )]
    RecipientRefused {
        /// The recipient's address.
        to: String,
        /// What it answered.
        answer: String,
        /// Whether it will say so again.
        for_good: bool,
    },
    /// It does not take the letter itself.
    #[error("the mail server did not take the letter (it says: {answer})")]
    Refused {
        /// What it answered.
        answer: String,
        /// Whether it will say so again.
        for_good: bool,
    },
    /// The connection broke, or the answers made no sense.
    #[error("the connection to the mail server broke ({why}); it is tried again")]
    Interrupted {
        /// What happened.
        why: String,
    },
    /// A sound that should go along is not there or cannot be read.
    #[error("the sound that belongs to this letter cannot be read ({why}), so it was not sent")]
    SoundUnreadable {
        /// What the system says.
        why: String,
        /// Whether it is gone.
        for_good: bool,
    },
    /// The sounds that should go along are larger than mail servers take.
    #[error(
        "the sound that belongs to this letter is larger than {} MB, so it was not sent; listen to the message here",
        ATTACHMENTS_MAX_BYTES / 1024 / 1024
    )]
    TooLarge,
    /// An address is none a letter can carry.
    #[error("{address} cannot be written to; correct the address")]
    BadAddress {
        /// The address.
        address: String,
    },
}

impl SendFailed {
    /// Whether trying again is of no use.
    #[must_use]
    pub fn is_for_good(&self) -> bool {
        match self {
            Self::RecipientRefused { for_good, .. }
            | Self::Refused { for_good, .. }
            | Self::SoundUnreadable { for_good, .. } => *for_good,
            Self::TooLarge | Self::BadAddress { .. } => true,
            _ => false,
        }
    }

    /// Whether the next letter of the same round would meet the same: nothing is wrong with this
    /// one.
    #[must_use]
    pub fn concerns_all(&self) -> bool {
        matches!(
            self,
            Self::NotSetUp
                | Self::HostUnknown { .. }
                | Self::Unreachable { .. }
                | Self::NoStarttls { .. }
                | Self::Certificate { .. }
                | Self::Tls { .. }
                | Self::SignInRefused { .. }
                | Self::NoSignIn
                | Self::SenderRefused { .. }
        )
    }

    /// What broke while a connection was begun.
    pub(crate) fn of_connecting(error: &smtp::Error, host: &str, port: u16) -> Self {
        let host = host.to_owned();
        if let Some(why) = certificate_error(error) {
            return Self::Certificate { host, why };
        }
        let why = cause(error);
        if error.is_tls() || tls_error(error) {
            Self::Tls { host, why }
        } else {
            Self::Unreachable { host, port, why }
        }
    }

    /// What broke during a conversation, unless the server has answered; then `refused` says what
    /// its answer means, with whether it is for good.
    pub(crate) fn of_talking(
        error: &smtp::Error,
        refused: impl FnOnce(String, bool) -> Self,
    ) -> Self {
        match error.status() {
            Some(_) => refused(answer(error), error.is_permanent()),
            None => Self::Interrupted { why: cause(error) },
        }
    }
}

/// What the server said: its code and its text, made harmless to show.
pub(crate) fn answer(error: &smtp::Error) -> String {
    let text = cause(error);
    match error.status() {
        Some(code) => format!("{code} {text}"),
        None => text,
    }
}

/// The innermost cause, made harmless to show.
fn cause(error: &smtp::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let text = innermost.to_string();
    let text: String = text.chars().map(shown).take(ANSWER_MAX_CHARS).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn certificate_error(error: &smtp::Error) -> Option<String> {
    match rustls_error(error)? {
        rustls::Error::InvalidCertificate(why) => Some(why.to_string()),
        _ => None,
    }
}

fn tls_error(error: &smtp::Error) -> bool {
    rustls_error(error).is_some()
}

/// The TLS library's error, which comes wrapped in that of reading or writing.
fn rustls_error(error: &smtp::Error) -> Option<&rustls::Error> {
    let mut each: Option<&(dyn Error + 'static)> = error.source();
    while let Some(source) = each {
        let inner = source
            .downcast_ref::<std::io::Error>()
            .and_then(|io| io.get_ref())
            .and_then(|inner| inner.downcast_ref());
        if let Some(found) = inner.or_else(|| source.downcast_ref()) {
            return Some(found);
        }
        each = source.source();
    }
    None
}
