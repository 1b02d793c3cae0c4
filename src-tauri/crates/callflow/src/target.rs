//! Where a call can go when it leaves a flow.

use office::{
    ConferenceRoomId, Dialled, ExtensionNumber, FlowId, Led, MailboxId, Office, PersonId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// A target as documents write it: `{"kind": "user", "id": "7", "xform": {…}}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetDocument {
    /// Which kind of thing.
    #[serde(default)]
    pub kind: String,
    /// Which of them, as decimal digits; for `extension` and `forward` what is dialled.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Variables set on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xform: Option<Json>,
}

/// The kinds of targets, as documents write them.
pub const KINDS: [&str; 9] = [
    "flow",
    "user",
    "extension",
    "ring_group",
    "queue",
    "voicemail",
    "conference",
    "forward",
    "hangup",
];

/// Where a call goes when it leaves its flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum Target {
    /// Another flow, by its id.
    Flow(FlowId),
    /// A person: their telephones ring, and their own rules hold.
    Person(PersonId),
    /// What that extension leads to.
    Extension(ExtensionNumber),
    /// A mailbox.
    Voicemail(MailboxId),
    /// A conference room.
    Conference(ConferenceRoomId),
    /// A number outside.
    Outside(String),
    /// Nobody.
    Hangup,
}

impl Target {
    /// Where a call that goes there comes to at a moment (milliseconds since 1970, UTC), by the hours
    /// of what is on the way.
    pub(crate) fn led<'a>(&'a self, office: &'a Office, at_unix_ms: i64) -> Led<'a> {
        match self {
            Self::Person(person) => office.led_to_person(*person, at_unix_ms),
            Self::Extension(number) => office.led(number.as_str(), at_unix_ms),
            Self::Flow(flow) => Led::straight(Dialled::Flow(*flow)),
            Self::Voicemail(mailbox) => Led::straight(Dialled::Mailbox(*mailbox)),
            Self::Conference(room) => Led::straight(Dialled::Room(*room)),
            Self::Hangup => Led::straight(Dialled::Hangup),
            Self::Outside(_) => Led::straight(Dialled::Unknown),
        }
    }

    /// The target that this is at a moment, by the hours of what is on the way.
    pub(crate) fn at(self, office: &Office, at_unix_ms: i64) -> Self {
        let led = self.led(office, at_unix_ms);
        if led.closed.is_empty() {
            return self;
        }
        match led.to {
            Dialled::Person(person) => Self::Person(person.id),
            Dialled::Mailbox(mailbox) => Self::Voicemail(mailbox),
            Dialled::Room(room) => Self::Conference(room),
            Dialled::Flow(flow) => Self::Flow(flow),
            Dialled::Outside(number) => Self::Outside(number.as_str().to_owned()),
            Dialled::Hangup => Self::Hangup,
            Dialled::Unknown => self,
        }
    }
}

/// Why a target leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BadTarget {
    /// Nothing has been chosen yet.
    NotChosen,
    /// There is no such kind of target.
    UnknownKind(String),
    /// What is dialled is no number.
    BadNumber(String),
}

impl TargetDocument {
    /// The target as documents write it, with nothing set on the way.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        let (kind, id) = match target {
            Target::Flow(id) => ("flow", id.to_string()),
            Target::Person(id) => ("user", id.to_string()),
            Target::Extension(number) => ("extension", number.to_string()),
            Target::Voicemail(id) => ("voicemail", id.to_string()),
            Target::Conference(id) => ("conference", id.to_string()),
            Target::Outside(number) => ("forward", number.clone()),
            Target::Hangup => ("hangup", String::new()),
        };
        Self {
            kind: kind.to_owned(),
            id,
            xform: None,
        }
    }

    /// The target, as far as it can be told without the office.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub fn read(&self) -> Result<Target, BadTarget> {
        let id = || read_id(&self.id).ok_or(BadTarget::NotChosen);
        Ok(match self.kind.as_str() {
            // A ring group is a flow, and so is a queue.
            "flow" | "ring_group" | "queue" => Target::Flow(FlowId(id()?)),
            "user" => Target::Person(PersonId(id()?)),
            "extension" => Target::Extension(match self.id.as_str() {
                "" => return Err(BadTarget::NotChosen),
                text => {
                    ExtensionNumber::parse(text).map_err(|_| BadTarget::BadNumber(shorten(text)))?
                }
            }),
            "voicemail" => Target::Voicemail(MailboxId(id()?)),
            "conference" => Target::Conference(ConferenceRoomId(id()?)),
            "forward" if self.id.is_empty() => return Err(BadTarget::NotChosen),
            "forward" => Target::Outside(shorten(&self.id)),
            "hangup" => Target::Hangup,
            "" => return Err(BadTarget::NotChosen),
            other => return Err(BadTarget::UnknownKind(shorten(other))),
        })
    }
}

impl TargetDocument {
    /// The variables set on the way.
    #[must_use]
    pub fn variables(&self) -> Map<String, Json> {
        match &self.xform {
            Some(Json::Object(set)) => set.clone(),
            _ => Map::new(),
        }
    }
}

/// Reads a reference of a document: the decimal id of a thing of the office. Anything else is a
/// placeholder for something yet to be chosen.
#[must_use]
pub fn read_id(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn shorten(text: &str) -> String {
    text.chars().take(64).collect()
}
