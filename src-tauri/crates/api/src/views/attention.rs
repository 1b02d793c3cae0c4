//! What a person should look at, as the API tells it.

use crate::{
    values::{CallId, DeviceId, FlowId, LineId, MailboxId, Millis, PersonId, ScheduleId},
    views::health::{CheckId, Fact},
};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;

/// Something a person should look at. The words are the UI's, by `what` and its facts.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttentionView {
    pub(crate) id: String,
    pub(crate) since: Millis,
    pub(crate) severity: Severity,
    #[serde(flatten)]
    pub(crate) attention: Attention,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    Info,
    Warning,
    Problem,
}

/// What there is to look at.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(tag = "what", rename_all = "camelCase")]
pub enum Attention {
    /// Somebody could not prove who they are; one item for each user name and address.
    LoginRefused {
        user: String,
        /// Without the port.
        address: String,
        /// The device of that user name.
        device: Option<DeviceId>,
        person: Option<PersonId>,
        reason: RefusedBecause,
        times: u32,
        last: Millis,
    },
    /// A phone is gone for more than a minute, and it did not sign off.
    PhoneLost {
        device: DeviceId,
        person: PersonId,
        /// `expired` or `connectionClosed`.
        reason: String,
    },
    /// A health check fails.
    Check {
        check: CheckId,
        /// Which sentence says how, as in the check itself.
        finding: String,
        /// What that sentence names.
        facts: BTreeMap<String, Fact>,
    },
    /// No further message can be left in a mailbox.
    MailboxFull { mailbox: MailboxId },
    /// The PIN of a mailbox was wrong too often.
    MailboxLocked { mailbox: MailboxId },
    /// A letter could not be sent.
    MailFailed {
        /// To whom.
        to: String,
    },
    /// A line cannot be used: nobody answers there, or we are refused.
    LineDown { line: LineId },
    /// A limit of the day is used up, or a phone behaves as if its password were stolen.
    FuseBlown { fuse: String },
    /// A number was called that nobody has set up.
    UnknownNumber {
        number: String,
        /// As people of the office's country write it.
        shown: String,
        line: LineId,
    },
    /// A step of a flow that is live could not do what it should, and its callers went another way. It
    /// goes when the flow is published anew.
    FlowFault {
        flow: FlowId,
        /// What the flow is called.
        name: String,
        node: String,
        /// What the step is called, if it has a name of its own.
        title: String,
        /// What kind of step it is.
        kind: String,
        /// Why, as steps of calls have it.
        reason: String,
        /// What belongs into the reason's sentence.
        params: BTreeMap<String, String>,
        times: u32,
        last: Millis,
        /// In which call it happened last.
        call: CallId,
    },
    /// The hours of a schedule cannot be judged: it counts as open.
    HoursFault {
        schedule: ScheduleId,
        /// What it is called.
        name: String,
    },
    /// A flow tells people something of a call.
    FlowNotice {
        /// What it says.
        text: String,
    },
}

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RefusedBecause {
    WrongPassword,
    UnknownUser,
    TooManyTries,
    NotFromThere,
}
