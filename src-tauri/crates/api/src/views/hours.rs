//! When a person takes calls, and where their callers go at other times.

use crate::values::{FlowId, MailboxId, PersonId, RoomId, ScheduleId};
use office::{BadExtensionNumber, BadPhoneNumber, ExtensionNumber, PhoneNumber, RouteTarget};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// When a person takes calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonHours {
    /// They ring while it is open.
    schedule: ScheduleId,
    /// Where callers go at other times.
    when_closed: LeadsTo,
}

/// Where a call can go next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum LeadsTo {
    Person(PersonId),
    /// What that extension leads to.
    Extension(String),
    Mailbox(MailboxId),
    Room(RoomId),
    Flow(FlowId),
    /// A number outside, with its country code.
    Outside(String),
    /// Nobody: the call is refused.
    Hangup,
}

impl PersonHours {
    pub(crate) fn of(hours: &office::PersonHours) -> Self {
        Self {
            schedule: hours.schedule.into(),
            when_closed: match &hours.when_closed {
                RouteTarget::User(id) => LeadsTo::Person((*id).into()),
                RouteTarget::Extension(number) => LeadsTo::Extension(number.to_string()),
                RouteTarget::Voicemail(id) => LeadsTo::Mailbox((*id).into()),
                RouteTarget::Conference(id) => LeadsTo::Room((*id).into()),
                RouteTarget::Flow(id) => LeadsTo::Flow((*id).into()),
                RouteTarget::Forward(number) => LeadsTo::Outside(number.to_string()),
                RouteTarget::Hangup => LeadsTo::Hangup,
            },
        }
    }

    /// As the office keeps it.
    ///
    /// # Errors
    /// The extension or the number outside is none.
    pub(crate) fn read(&self) -> Result<office::PersonHours, BadLeadsTo> {
        Ok(office::PersonHours {
            schedule: self.schedule.into(),
            when_closed: match &self.when_closed {
                LeadsTo::Person(id) => RouteTarget::User((*id).into()),
                LeadsTo::Extension(number) => {
                    RouteTarget::Extension(ExtensionNumber::parse(number.trim())?)
                }
                LeadsTo::Mailbox(id) => RouteTarget::Voicemail((*id).into()),
                LeadsTo::Room(id) => RouteTarget::Conference((*id).into()),
                LeadsTo::Flow(id) => RouteTarget::Flow((*id).into()),
                LeadsTo::Outside(number) => {
                    RouteTarget::Forward(PhoneNumber::parse(number.trim())?)
                }
                LeadsTo::Hangup => RouteTarget::Hangup,
            },
        })
    }
}

/// The text of a [`LeadsTo`] is none of what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadLeadsTo {
    /// It is no extension.
    #[error(transparent)]
    Extension(#[from] BadExtensionNumber),
    /// It is no number outside.
    #[error(transparent)]
    Outside(#[from] BadPhoneNumber),
}
