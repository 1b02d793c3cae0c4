//! A short number of the office and where it leads.

use crate::{
    ConferenceRoomId, ExtensionNumber, FlowId, MailboxId, NumberHours, PersonId, PhoneNumber,
};
use serde::{Deserialize, Serialize};

/// A short number dialled inside the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// What is dialled.
    pub number: ExtensionNumber,
    /// Where the call goes.
    pub target: RouteTarget,
    /// When that holds, and where callers go otherwise; always if none.
    #[serde(default)]
    pub hours: Option<NumberHours>,
}

impl Extension {
    /// One that leads there at any hour.
    #[must_use]
    pub fn to(number: ExtensionNumber, target: RouteTarget) -> Self {
        Self {
            number,
            target,
            hours: None,
        }
    }
}

/// Where a call can go next. The same type wherever a destination is chosen.
///
/// As JSON `{"dest_kind": "user", "dest_id": 7}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dest_kind", content = "dest_id", rename_all = "snake_case")]
pub enum RouteTarget {
    /// A person: their devices ring.
    User(PersonId),
    /// What another extension leads to.
    Extension(ExtensionNumber),
    /// A mailbox: its greeting, then the tone after which to speak.
    Voicemail(MailboxId),
    /// A conference room.
    Conference(ConferenceRoomId),
    /// A call flow, from its entry on.
    Flow(FlowId),
    /// A number outside the office, if its rules let the call out.
    Forward(PhoneNumber),
    /// Nobody: the call is refused or ended.
    Hangup,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_target_travels_as_kind_and_id() {
        let number = ExtensionNumber::parse("201").unwrap();
        let targets = [
            RouteTarget::User(PersonId(7)),
            RouteTarget::Extension(number),
            RouteTarget::Voicemail(MailboxId(3)),
            RouteTarget::Conference(ConferenceRoomId(4)),
            RouteTarget::Flow(FlowId(5)),
            RouteTarget::Forward(PhoneNumber::parse("+4930123456").unwrap()),
            RouteTarget::Hangup,
        ];
        let json = targets.map(|target| {
            let json = serde_json::to_string(&target).unwrap();
            assert_eq!(serde_json::from_str::<RouteTarget>(&json).unwrap(), target);
            json
        });
        assert_eq!(
            json,
            [
                r#"{"dest_kind":"user","dest_id":7}"#,
                r#"{"dest_kind":"extension","dest_id":"201"}"#,
                r#"{"dest_kind":"voicemail","dest_id":3}"#,
                r#"{"dest_kind":"conference","dest_id":4}"#,
                r#"{"dest_kind":"flow","dest_id":5}"#,
                r#"{"dest_kind":"forward","dest_id":"+4930123456"}"#,
                r#"{"dest_kind":"hangup"}"#,
            ]
        );
    }
}
