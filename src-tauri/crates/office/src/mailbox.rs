//! A mailbox: where callers leave a message when nobody answers.

use crate::limits::{
    KEEP_DAYS_MAX, MAILBOX_ADDRESSES_MAX, MAILBOX_MEMBERS_MAX, MAILBOX_MESSAGES_MAX,
    MAILBOX_SECONDS_MAX, MAILBOX_SECONDS_MIN, MESSAGE_LENGTH_MAX_SECONDS,
    MESSAGE_LENGTH_MIN_SECONDS,
};
use crate::{
    EmailAddress, ExtensionNumber, Language, MailboxId, MessageCounts, PersonId, PinHash, SoundId,
    SoundName,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A mailbox of a person or of a group. It serialises without its PIN, and is never read from
/// outside as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {
    /// Its identity.
    pub id: MailboxId,
    /// Whose it is. A person has one at most.
    pub owner: MailboxOwner,
    /// Who else sees it, sorted; for the mailbox of a group only, at most
    /// [`MAILBOX_MEMBERS_MAX`].
    pub members: Vec<PersonId>,
    /// What is dialled to leave a message at once. It must lead here.
    pub number: Option<ExtensionNumber>,
    /// The language callers hear; `None` for the office's.
    pub language: Option<Language>,
    /// Whether it takes messages. What lies in it stays and can be heard either way.
    pub enabled: bool,
    /// What is dialled to hear it from a phone that is not the owner's; `None` until one was set,
    /// and it cannot be heard from such a phone then.
    #[serde(skip)]
    pub pin: Option<PinHash>,
    /// What callers hear.
    pub greetings: Greetings,
    /// How long one message may be.
    pub max_message: MessageLength,
    /// How much it holds.
    pub quota: MailboxQuota,
    /// After how many days a message that was heard is deleted by itself, 1 to [`KEEP_DAYS_MAX`];
    /// `None` for never. A new one is never deleted by itself.
    pub keep_days: Option<u16>,
    /// Where its messages are sent.
    pub email: Option<MailboxEmail>,
}

/// Whose a mailbox is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum MailboxOwner {
    /// One person's.
    Person {
        /// Who.
        person: PersonId,
    },
    /// That of several people: the office, a team, a line.
    Group {
        /// What it is called: clean text, not empty.
        name: String,
    },
}

/// What callers of a mailbox hear. Where nothing is set, the office's own words in the caller's
/// language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Greetings {
    /// The whole greeting, if no other fits better.
    pub standard: Option<SoundName>,
    /// Only the owner's name, put into the office's words ("Anna Smith … is not available").
    pub name: Option<SoundName>,
    /// For callers who come while the owner speaks or wants no calls.
    pub busy: Option<SoundName>,
    /// For callers who come outside the opening hours.
    pub closed: Option<SoundName>,
    /// Instead of all others, while it lasts.
    pub away: Option<AwayGreeting>,
}

/// A greeting for a holiday or an illness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwayGreeting {
    /// What is heard.
    pub sound: SoundName,
    /// When it ends by itself, in milliseconds since 1970 (UTC); `None` for when they say so.
    pub until_unix_ms: Option<i64>,
}

/// One of the greetings of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GreetingKind {
    /// See [`Greetings::standard`].
    Standard,
    /// See [`Greetings::name`].
    Name,
    /// See [`Greetings::busy`].
    Busy,
    /// See [`Greetings::closed`].
    Closed,
    /// See [`Greetings::away`].
    Away,
}

/// Why a caller comes to a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Coming {
    /// Nobody answers, or they have called the mailbox itself.
    #[default]
    Unanswered,
    /// The owner speaks, or wants no calls.
    Busy,
    /// They call outside the opening hours. What is heard then, where the reason has words of its
    /// own.
    Closed(Option<SoundId>),
}

/// What a caller of a mailbox hears first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeted<'a> {
    /// A greeting of the mailbox.
    Own(GreetingKind, &'a SoundName),
    /// The words of the reason for which nobody is there.
    OfHours(SoundId),
    /// The office's own words, with the owner's name in them if that is set.
    Words,
}

/// Where the messages of a mailbox are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailboxEmail {
    /// To whom: 1 to [`MAILBOX_ADDRESSES_MAX`] addresses.
    pub addresses: Vec<EmailAddress>,
    /// Whether the message itself goes along, or only the word that there is one.
    pub attach: bool,
    /// Whether it is deleted here once the mail server has taken it. Only with `attach`: it would
    /// be lost otherwise.
    pub delete_after_sending: bool,
}

/// How much a mailbox holds. Beyond it callers are told that it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailboxQuota {
    /// How many messages, 1 to [`MAILBOX_MESSAGES_MAX`].
    pub messages: u16,
    /// How long all of them may be together, in seconds, [`MAILBOX_SECONDS_MIN`] to
    /// [`MAILBOX_SECONDS_MAX`].
    pub seconds: u32,
}

impl Mailbox {
    /// A mailbox as everybody gets one: enabled, nothing set.
    #[must_use]
    pub fn new(id: MailboxId, owner: MailboxOwner) -> Self {
        Self {
            id,
            owner,
            members: Vec::new(),
            number: None,
            language: None,
            enabled: true,
            pin: None,
            greetings: Greetings::default(),
            max_message: MessageLength::default(),
            quota: MailboxQuota::default(),
            keep_days: None,
            email: None,
        }
    }

    /// Its person, unless it is that of a group.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match &self.owner {
            MailboxOwner::Person { person } => Some(*person),
            MailboxOwner::Group { .. } => None,
        }
    }

    /// Whether a person may hear what lies in it.
    #[must_use]
    pub fn is_seen_by(&self, person: PersonId) -> bool {
        self.person() == Some(person) || self.members.contains(&person)
    }

    /// The field that is out of its bounds, if one is, by its name in this type.
    pub(crate) fn field_out_of_bounds(&self) -> Option<&'static str> {
        let email_is_good = self.email.as_ref().is_none_or(|email| {
            (1..=MAILBOX_ADDRESSES_MAX).contains(&email.addresses.len())
                && (email.attach || !email.delete_after_sending)
        });
        let members_are_good = self.members.len() <= MAILBOX_MEMBERS_MAX
            && (self.person().is_none() || self.members.is_empty());
        [
            ("members", members_are_good),
            ("quota", self.quota.is_in_bounds()),
            ("keep_days", self.keep_days.is_none_or(is_keep_days)),
            ("email", email_is_good),
        ]
        .into_iter()
        .find(|(_, good)| !good)
        .map(|(field, _)| field)
    }
}

impl Coming {
    /// The same caller after they came by something that is closed, with the words of its reason. What
    /// has none leaves those of what was closed before.
    #[must_use]
    pub fn by_closed(self, greeting: Option<SoundId>) -> Self {
        Self::Closed(greeting.or(self.greeting()))
    }

    /// What the reason has of words of its own.
    #[must_use]
    pub fn greeting(self) -> Option<SoundId> {
        match self {
            Self::Closed(greeting) => greeting,
            Self::Unanswered | Self::Busy => None,
        }
    }
}

impl Greetings {
    /// What a caller hears who comes at a time (milliseconds since 1970, UTC): the greeting of an
    /// absence while it lasts, else the words of the reason for which it is closed, else the greeting
    /// for callers who come for that, else the standard one.
    #[must_use]
    pub fn for_caller(&self, coming: Coming, unix_ms: i64) -> Greeted<'_> {
        let away = self
            .away
            .as_ref()
            .filter(|away| away.until_unix_ms.is_none_or(|until| unix_ms < until));
        if let Some(away) = away {
            return Greeted::Own(GreetingKind::Away, &away.sound);
        }
        if let Some(sound) = coming.greeting() {
            return Greeted::OfHours(sound);
        }
        let own = match coming {
            Coming::Busy => (GreetingKind::Busy, self.busy.as_ref()),
            Coming::Closed(_) => (GreetingKind::Closed, self.closed.as_ref()),
            Coming::Unanswered => (GreetingKind::Standard, None),
        };
        match (own, &self.standard) {
            ((kind, Some(own)), _) => Greeted::Own(kind, own),
            ((_, None), Some(standard)) => Greeted::Own(GreetingKind::Standard, standard),
            ((_, None), None) => Greeted::Words,
        }
    }

    /// All sounds it is made of.
    pub fn sounds(&self) -> impl Iterator<Item = &SoundName> {
        let away = self.away.as_ref().map(|away| &away.sound);
        [&self.standard, &self.name, &self.busy, &self.closed]
            .into_iter()
            .filter_map(Option::as_ref)
            .chain(away)
    }
}

impl MailboxQuota {
    /// Whether a mailbox that holds so much takes no further message.
    #[must_use]
    pub fn is_full(self, counts: &MessageCounts) -> bool {
        counts.new + counts.saved >= u32::from(self.messages)
            || counts.lasts_ms >= u64::from(self.seconds) * 1_000
    }

    fn is_in_bounds(self) -> bool {
        (1..=MAILBOX_MESSAGES_MAX).contains(&self.messages)
            && (MAILBOX_SECONDS_MIN..=MAILBOX_SECONDS_MAX).contains(&self.seconds)
    }
}

impl Default for MailboxQuota {
    /// A hundred messages, two hours together.
    fn default() -> Self {
        Self {
            messages: 100,
            seconds: 7_200,
        }
    }
}

/// Whether something may be kept that many days.
pub(crate) fn is_keep_days(days: u16) -> bool {
    (1..=KEEP_DAYS_MAX).contains(&days)
}

/// How long a message may be; whole seconds, travels as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct MessageLength(u32);

impl MessageLength {
    /// Checks a number of seconds.
    ///
    /// # Errors
    /// Below [`MESSAGE_LENGTH_MIN_SECONDS`] or above [`MESSAGE_LENGTH_MAX_SECONDS`].
    pub fn from_seconds(seconds: u32) -> Result<Self, BadMessageLength> {
        if (MESSAGE_LENGTH_MIN_SECONDS..=MESSAGE_LENGTH_MAX_SECONDS).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(BadMessageLength)
        }
    }

    /// The time in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// The time as a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl Default for MessageLength {
    /// Five minutes.
    fn default() -> Self {
        Self(300)
    }
}

impl TryFrom<u32> for MessageLength {
    type Error = BadMessageLength;

    fn try_from(seconds: u32) -> Result<Self, BadMessageLength> {
        Self::from_seconds(seconds)
    }
}

impl From<MessageLength> for u32 {
    fn from(length: MessageLength) -> Self {
        length.0
    }
}

/// A length of a message out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a message may be {MESSAGE_LENGTH_MIN_SECONDS} to {MESSAGE_LENGTH_MAX_SECONDS} seconds long"
)]
pub struct BadMessageLength;

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(name: &str) -> Option<SoundName> {
        Some(SoundName::parse(name).unwrap())
    }

    #[test]
    fn a_caller_hears_the_greeting_of_a_holiday_until_its_very_end() {
        let mut greetings = Greetings {
            standard: sound("standard"),
            name: sound("name"),
            busy: sound("busy"),
            closed: None,
            away: Some(AwayGreeting {
                sound: SoundName::parse("away").unwrap(),
                until_unix_ms: Some(1_000),
            }),
        };
        let heard = |greetings: &Greetings, at| {
            [Coming::Unanswered, Coming::Busy, Coming::Closed(None)].map(|coming| {
                match greetings.for_caller(coming, at) {
                    Greeted::Own(_, sound) => Some(sound.to_string()),
                    Greeted::OfHours(_) | Greeted::Words => None,
                }
            })
        };
        let own = |text: &str| Some(text.to_owned());
        assert_eq!(
            heard(&greetings, 999),
            [own("away"), own("away"), own("away")]
        );
        assert_eq!(
            heard(&greetings, 1_000),
            [own("standard"), own("busy"), own("standard")]
        );
        greetings.standard = None;
        assert_eq!(heard(&greetings, 1_000), [None, own("busy"), None]);
        let all: Vec<_> = greetings.sounds().map(SoundName::as_str).collect();
        assert_eq!(all, ["name", "busy", "away"]);
    }

    #[test]
    fn the_words_of_a_closed_day_are_heard_unless_the_owner_is_away() {
        let mut greetings = Greetings {
            standard: sound("standard"),
            closed: sound("closed"),
            ..Greetings::default()
        };
        let christmas = Coming::Unanswered.by_closed(Some(SoundId(9)));
        assert_eq!(
            greetings.for_caller(christmas, 0),
            Greeted::OfHours(SoundId(9))
        );
        // What is closed further on and has no words of its own leaves them.
        assert_eq!(christmas.by_closed(None), christmas);
        let sunday = Coming::Unanswered.by_closed(None);
        let closed = sound("closed").unwrap();
        assert_eq!(
            greetings.for_caller(sunday, 0),
            Greeted::Own(GreetingKind::Closed, &closed)
        );
        let away = sound("away").unwrap();
        greetings.away = Some(AwayGreeting {
            sound: away.clone(),
            until_unix_ms: None,
        });
        let heard = greetings.for_caller(christmas, 0);
        assert_eq!(heard, Greeted::Own(GreetingKind::Away, &away));
    }

    #[test]
    fn a_mailbox_is_full_by_number_or_by_length() {
        let quota = MailboxQuota::default();
        let counts = |new, saved, seconds: u64| MessageCounts {
            new,
            saved,
            lasts_ms: seconds * 1_000,
        };
        assert!(!quota.is_full(&counts(50, 49, 7_199)));
        assert!(quota.is_full(&counts(50, 50, 1)));
        assert!(quota.is_full(&counts(1, 0, 7_200)));
    }

    #[test]
    fn the_json_of_a_mailbox_has_no_pin() {
        let owner = MailboxOwner::Person {
            person: PersonId(7),
        };
        let mut mailbox = Mailbox::new(MailboxId(3), owner);
        mailbox.pin = Some(PinHash::new(crate::Secret::new("$argon2id$x".to_owned())));
        let json = serde_json::to_string(&mailbox).unwrap();
        assert!(
            json.contains(r#""owner":{"kind":"person","person":7}"#),
            "{json}"
        );
        assert!(!json.contains("argon") && !json.contains("pin"), "{json}");
        assert!(!format!("{mailbox:?}").contains("argon"));
    }
}
