//! When a person takes calls, and where their callers go at other times.

use crate::values::{FlowId, MailboxId, PersonId, RoomId, ScheduleId};
use callflow::Target;
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
            when_closed: LeadsTo::of(&hours.when_closed),
        }
    }

    /// As the office keeps it.
    ///
    /// # Errors
    /// The extension or the number outside is none.
    pub(crate) fn read(&self) -> Result<office::PersonHours, BadLeadsTo> {
        Ok(office::PersonHours {
            schedule: self.schedule.into(),
            when_closed: self.when_closed.read()?,
        })
    }
}

impl LeadsTo {
    fn of(target: &RouteTarget) -> Self {
        match target {
            RouteTarget::User(id) => Self::Person((*id).into()),
            RouteTarget::Extension(number) => Self::Extension(number.to_string()),
            RouteTarget::Voicemail(id) => Self::Mailbox((*id).into()),
            RouteTarget::Conference(id) => Self::Room((*id).into()),
            RouteTarget::Flow(id) => Self::Flow((*id).into()),
            RouteTarget::Forward(number) => Self::Outside(number.to_string()),
            RouteTarget::Hangup => Self::Hangup,
        }
    }

    fn read(&self) -> Result<RouteTarget, BadLeadsTo> {
        Ok(match self {
            Self::Person(id) => RouteTarget::User((*id).into()),
            Self::Extension(number) => {
                RouteTarget::Extension(ExtensionNumber::parse(number.trim())?)
            }
            Self::Mailbox(id) => RouteTarget::Voicemail((*id).into()),
            Self::Room(id) => RouteTarget::Conference((*id).into()),
            Self::Flow(id) => RouteTarget::Flow((*id).into()),
            Self::Outside(number) => RouteTarget::Forward(PhoneNumber::parse(number.trim())?),
            Self::Hangup => RouteTarget::Hangup,
        })
    }

    /// Where a flow leads a call.
    pub(crate) fn of_target(target: &Target) -> Self {
        match target {
            Target::Person(id) => Self::Person((*id).into()),
            Target::Extension(number) => Self::Extension(number.to_string()),
            Target::Voicemail(id) => Self::Mailbox((*id).into()),
            Target::Conference(id) => Self::Room((*id).into()),
            Target::Flow(id) => Self::Flow((*id).into()),
            Target::Outside(number) => Self::Outside(number.clone()),
            Target::Hangup => Self::Hangup,
        }
    }

    /// The same for a flow.
    ///
    /// # Errors
    /// The extension or the number outside is none.
    pub(crate) fn target(&self) -> Result<Target, BadLeadsTo> {
        Ok(match self.read()? {
            RouteTarget::User(id) => Target::Person(id),
            RouteTarget::Extension(number) => Target::Extension(number),
            RouteTarget::Voicemail(id) => Target::Voicemail(id),
            RouteTarget::Conference(id) => Target::Conference(id),
            RouteTarget::Flow(id) => Target::Flow(id),
            RouteTarget::Forward(number) => Target::Outside(number.to_string()),
            RouteTarget::Hangup => Target::Hangup,
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
