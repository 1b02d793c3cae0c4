//! The letters that tell of a message in a mailbox, in the mailbox's language.

use chrono::DateTime;
use office::{Mailbox, Office, VoiceMessage};
use store::{LetterKind, NewLetter};

/// The letters that tell of a message just left: one to each address of its mailbox, none if it
/// has none. The time is in milliseconds since 1970 (UTC).
#[must_use]
pub fn letters_about(office: &Office, message: &VoiceMessage, now_ms: i64) -> Vec<NewLetter> {
    let Some(mailbox) = office.mailbox(message.mailbox) else {
        return Vec::new();
    };
    let Some(email) = &mailbox.email else {
        return Vec::new();
    };
    let words = words(office, mailbox, message, email.attach);
    let letter = |to: &office::EmailAddress| NewLetter {
        kind: LetterKind::VoiceMessage,
        to: to.clone(),
        subject: words.subject.clone(),
        body: words.body.clone(),
        sounds: Vec::from_iter(email.attach.then(|| message.sound.clone())),
        message: Some(message.id),
        deletes_message: email.delete_after_sending,
        queued_ms: now_ms,
    };
    email.addresses.iter().map(letter).collect()
}

struct Words {
    subject: String,
    body: String,
}

fn words(office: &Office, mailbox: &Mailbox, message: &VoiceMessage, attached: bool) -> Words {
    let seconds = message.lasts_ms.div_ceil(1_000);
    let length = format!("{}:{:02}", seconds / 60, seconds % 60);
    let name = office.mailbox_name(mailbox);
    if office.mailbox_language(mailbox).as_str().starts_with("de") {
        let from = caller(message, "einem unbekannten Anrufer");
        let when = local(office, message.received_ms, "%d.%m.%Y um %H:%M Uhr");
        let where_it_is = if attached {
            "Die Nachricht ist angehängt."
        } else {
            "Sie kann in Cordboard oder am Telefon abgehört werden."
        };
        Words {
            subject: format!("Neue Nachricht von {from}, {length}"),
            body: format!(
                "Eine neue Nachricht liegt im Anrufbeantworter von {name}.\n\n\
                 Von: {from}\nAm: {when}\nLänge: {length}\n\n{where_it_is}\n"
            ),
        }
    } else {
        let from = caller(message, "an unknown caller");
        let when = local(office, message.received_ms, "%Y-%m-%d at %H:%M");
        let where_it_is = if attached {
            "The message is attached."
        } else {
            "It can be heard in Cordboard or by phone."
        };
        Words {
            subject: format!("New message from {from}, {length}"),
            body: format!(
                "A new message lies in the mailbox of {name}.\n\n\
                 From: {from}\nLeft: {when}\nLength: {length}\n\n{where_it_is}\n"
            ),
        }
    }
}

fn caller(message: &VoiceMessage, unknown: &str) -> String {
    let (name, number) = (&message.from_name, &message.from_number);
    match (name.is_empty(), number.is_empty()) {
        (false, false) => format!("{name} ({number})"),
        (false, true) => name.clone(),
        (true, false) => number.clone(),
        (true, true) => unknown.to_owned(),
    }
}

/// A time as the office's clocks show it.
fn local(office: &Office, unix_ms: i64, format: &str) -> String {
    DateTime::from_timestamp_millis(unix_ms)
        .unwrap_or_default()
        .with_timezone(&office.settings().time_zone.rules())
        .format(format)
        .to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use office::{
        CallId, EmailAddress, Language, MailboxEmail, MailboxId, MailboxOwner, MessageId,
        MessageState, OfficeParts, OfficeSettings, Realm, SoundName, TimeZone,
    };

    fn office(language: &str, attach: bool) -> Office {
        let language = Language::parse(language).unwrap();
        let mut settings = OfficeSettings::founded(Realm::generate(7), language);
        settings.time_zone = TimeZone::parse("Europe/Berlin").unwrap();
        let name = "Sales".to_owned();
        let mut mailbox = Mailbox::new(MailboxId(3), MailboxOwner::Group { name });
        mailbox.email = Some(MailboxEmail {
            addresses: ["a@example.com", "b@example.com"]
                .map(|text| EmailAddress::parse(text).unwrap())
                .to_vec(),
            attach,
            delete_after_sending: false,
        });
        let mut parts = OfficeParts::empty(settings);
        parts.mailboxes.push(mailbox);
        Office::build(parts).unwrap()
    }

    fn message() -> VoiceMessage {
        VoiceMessage {
            id: MessageId(9),
            mailbox: MailboxId(3),
            call: CallId(7),
            sound: SoundName::parse("messages/9.opus").unwrap(),
            from_number: "+4930123456".to_owned(),
            from_name: "Maria Huber".to_owned(),
            from_person: None,
            received_ms: 1_795_273_200_000,
            lasts_ms: 61_200,
            state: MessageState::New,
            heard_ms: None,
            assigned_to: None,
            note: String::new(),
            deleted_ms: None,
        }
    }

    #[test]
    fn each_address_is_told_who_when_and_how_long() {
        let letters = letters_about(&office("en", true), &message(), 5);
        let [one, other] = &letters[..] else {
            unreachable!("{} letters", letters.len());
        };
        assert_eq!(
            [one.to.as_str(), other.to.as_str()],
            ["a@example.com", "b@example.com"]
        );
        assert_eq!(
            one.subject,
            "New message from Maria Huber (+4930123456), 1:02"
        );
        assert!(one.body.contains("the mailbox of Sales") && one.body.contains("attached"));
        assert!(
            one.body.contains("Left: 2026-11-21 at 16:00"),
            "{}",
            one.body
        );
        assert_eq!((one.sounds.len(), one.message), (1, Some(MessageId(9))));
    }

    #[test]
    fn a_german_mailbox_tells_it_in_german() {
        let unknown = VoiceMessage {
            from_name: String::new(),
            from_number: String::new(),
            ..message()
        };
        let letter = letters_about(&office("de", false), &unknown, 5).remove(0);
        assert_eq!(
            letter.subject,
            "Neue Nachricht von einem unbekannten Anrufer, 1:02"
        );
        assert!(
            letter.body.contains("Am: 21.11.2026 um 16:00 Uhr"),
            "{}",
            letter.body
        );
        assert!(letter.sounds.is_empty() && letter.body.contains("abgehört"));
    }
}
