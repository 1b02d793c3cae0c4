//! A message a caller left.

use crate::{CallId, MailboxId, MessageId, PersonId, SoundName};
use serde::{Deserialize, Serialize};

/// A message in a mailbox. All times are milliseconds since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VoiceMessage {
    /// Its identity.
    pub id: MessageId,
    /// The mailbox it lies in.
    pub mailbox: MailboxId,
    /// The call in which it was left.
    pub call: CallId,
    /// What was said.
    pub sound: SoundName,
    /// The caller's number as shown; empty if withheld.
    pub from_number: String,
    /// The caller's name as shown: clean text; empty if unknown.
    pub from_name: String,
    /// The caller, where it was someone of the office.
    pub from_person: Option<PersonId>,
    /// When it was left.
    pub received_ms: i64,
    /// How long it is, in milliseconds.
    pub lasts_ms: u32,
    /// Whether it has been dealt with.
    pub state: MessageState,
    /// When it was first heard.
    pub heard_ms: Option<i64>,
    /// Who has taken it upon themselves to call back, so that not two do.
    pub assigned_to: Option<PersonId>,
    /// What the office noted about it: clean text, possibly empty.
    pub note: String,
    /// When it was deleted; it can be brought back for some days.
    pub deleted_ms: Option<i64>,
}

/// Whether a message has been dealt with. Both light a phone's lamp differently (RFC 3842 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    /// Not yet: it lights the lamp.
    New,
    /// It was heard and kept.
    Saved,
}

/// How many messages lie in a mailbox, for the lamp (RFC 3842 §5.2) and for the quota. Deleted ones
/// are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCounts {
    /// New ones.
    pub new: u32,
    /// Saved ones.
    pub saved: u32,
    /// How long all of them are together, in milliseconds.
    pub lasts_ms: u64,
}
