//! Values that many views and commands name: identities and moments.

use office::SoundName;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! value {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
            ToSchema,
        )]
        pub struct $name(pub $inner);

        impl FromStr for $name {
            type Err = <$inner as FromStr>::Err;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

/// The same identity in the office and in the API, where it may have another name.
macro_rules! identity_of_office {
    ($($name:ident $(= $in_office:ident)?),+) => {$(
        identity_of_office!(@ $name, $($in_office,)? $name);
    )+};
    (@ $name:ident, $in_office:ident $(, $ignored:ident)?) => {
        impl From<office::$in_office> for $name {
            fn from(id: office::$in_office) -> Self {
                Self(id.0)
            }
        }

        impl From<$name> for office::$in_office {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }
    };
}

value! {
    /// A person of the office. Never reused.
    PersonId(i64)
}
value! {
    /// A phone, app or browser that registers. Never reused.
    DeviceId(i64)
}
value! {
    /// One call as the office sees it, with all its legs.
    CallId(u64)
}
value! {
    /// A mailbox of a person or group. Never reused.
    MailboxId(i64)
}
value! {
    /// A message in a mailbox. Never reused.
    MessageId(i64)
}
value! {
    /// A greeting or a piece of music.
    SoundId(i64)
}
value! {
    /// A conference room. Never reused.
    RoomId(i64)
}
value! {
    /// A recorded call. Never reused.
    RecordingId(i64)
}
value! {
    /// A schedule of the office. Never reused.
    ScheduleId(i64)
}
value! {
    /// A call flow. Never reused.
    FlowId(i64)
}
value! {
    /// A mode of the office. Never reused.
    ModeId(i64)
}
value! {
    /// A set of PINs. Never reused.
    PinSetId(i64)
}
value! {
    /// A list of callers. Never reused.
    CallerListId(i64)
}
value! {
    /// A line to the telephone network. Never reused.
    LineId(i64)
}
value! {
    /// Another telephone system. Never reused.
    PeerId(i64)
}
value! {
    /// A further office of the engine. Never reused.
    FurtherOfficeId(i64)
}
value! {
    /// A rule for calls that go out. Never reused; 0 for one that is new.
    RuleId(i64)
}
value! {
    /// Someone who may sign in.
    UserId(i64)
}
value! {
    /// A moment: milliseconds since 1970, UTC.
    Millis(i64)
}

/// A text the office checks, which the API describes as a text.
macro_rules! text_of_office {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(pub(crate) $inner);
    };
}

text_of_office! {
    /// A number with `+` and country code.
    E164(office::PhoneNumber)
}
text_of_office! {
    /// An extension.
    ExtensionText(office::ExtensionNumber)
}
text_of_office! {
    /// A country by its code, such as `DE`.
    CountryCode(office::Country)
}

identity_of_office!(
    PersonId,
    DeviceId,
    CallId,
    MailboxId,
    MessageId,
    ScheduleId,
    FlowId,
    ModeId,
    PinSetId,
    CallerListId,
    PeerId,
    RoomId = ConferenceRoomId,
    RecordingId = CallRecordingId,
    LineId = TrunkId,
    RuleId = OutboundRuleId
);

impl SoundId {
    /// The number by which the API names a sound: a part of a hash of its name. A number of 52 bits
    /// is the same in every program; that two of 5,000 sounds have one is as likely as one in
    /// 300 million.
    pub(crate) fn of(name: &SoundName) -> Self {
        let hash = Sha256::digest(name.as_str());
        let [a, b, c, d, e, f, g, ..] = <[u8; 32]>::from(hash);
        let number = i64::from_be_bytes([0, a, b, c, d, e, f, g]);
        Self(number >> 4)
    }
}

impl Millis {
    /// What the wall clock shows.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }))
    }
}
