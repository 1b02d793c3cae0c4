//! A letter as a MIME message (RFC 5322, RFC 2045–2047, RFC 2183, RFC 3834).

use crate::SendFailed;
use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{self, Body, Mailbox, MultiPart, SinglePart};
use office::EmailAddress;
use std::error::Error;
use std::time::{Duration, SystemTime};
use store::{Letter, MailSettings};

/// A sound that goes along with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What the recipient's program calls it: `message.wav`.
    pub file_name: String,
    /// The WAV file.
    pub wav: Vec<u8>,
}

/// Makes a letter a message ready for the mail server: every line ends with CRLF, nothing in it is
/// beyond ASCII. It says of itself that no human has written it, so that no absence notice answers
/// it (RFC 3834 §5).
///
/// # Errors
/// [`SendFailed::BadAddress`].
pub fn compose(
    letter: &Letter,
    settings: &MailSettings,
    now_ms: i64,
    attachments: Vec<Attachment>,
) -> Result<Message, SendFailed> {
    let name = Some(one_line(&settings.from_name)).filter(|name| !name.is_empty());
    let from = Mailbox::new(name, address(&settings.from_address)?);
    let to = Mailbox::new(None, address(&letter.to)?);
    let millis = u64::try_from(now_ms).unwrap_or(0);
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&letter.subject))
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(format!("<{}>", letter.message_id)))
        .header(AutoSubmitted);
    let text = SinglePart::plain(letter.body.clone());
    let whole = if attachments.is_empty() {
        message.singlepart(text)
    } else {
        let mut parts = MultiPart::mixed().singlepart(text);
        for attachment in attachments {
            // Base64 whatever is in it: an encoding for text may change line ends.
            let wav = Body::new_with_encoding(attachment.wav, ContentTransferEncoding::Base64)
                .map_err(|_| unreadable("it cannot be encoded"))?;
            let part = message::Attachment::new(attachment.file_name).body(wav, audio_wav()?);
            parts = parts.singlepart(part);
        }
        message.multipart(parts)
    };
    whole.map_err(|_| bad_address(&letter.to))
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn audio_wav() -> Result<ContentType, SendFailed> {
    ContentType::parse("audio/wav").map_err(|why| unreadable(&why.to_string()))
}

fn unreadable(why: &str) -> SendFailed {
    SendFailed::SoundUnreadable {
        why: why.to_owned(),
        for_good: true,
    }
}

/// Header fields are one line: what is not becomes one.
fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(shown).collect()
}

pub(crate) fn address(address: &EmailAddress) -> Result<Address, SendFailed> {
    address.as_str().parse().map_err(|_| bad_address(address))
}

fn bad_address(address: &EmailAddress) -> SendFailed {
    SendFailed::BadAddress {
        address: address.to_string(),
    }
}
