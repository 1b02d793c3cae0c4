//! When a person takes calls, and where their callers go at other times.

use crate::values::{FlowId, MailboxId, PersonId, RoomId, ScheduleId};
use office::{BadExtensionNumber, ExtensionNumber, RouteTarget};
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
                RouteTarget::Hangup => LeadsTo::Hangup,
            },
        }
    }

    /// As the office keeps it.
    ///
    /// # Errors
    /// The extension is no number.
    pub(crate) fn read(&self) -> Result<office::PersonHours, BadExtensionNumber> {
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
                LeadsTo::Hangup => RouteTarget::Hangup,
            },
        })
    }
}
