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

/// The same identity in the office and in the API.
macro_rules! identity_of_office {
    ($($name:ident),+) => {$(
        impl From<office::$name> for $name {
            fn from(id: office::$name) -> Self {
                Self(id.0)
            }
        }

        impl From<$name> for office::$name {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }
    )+};
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
    /// Someone who may sign in.
    UserId(i64)
}
value! {
    /// A moment: milliseconds since 1970, UTC.
    Millis(i64)
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
    CallerListId
);

impl From<office::ConferenceRoomId> for RoomId {
    fn from(id: office::ConferenceRoomId) -> Self {
        Self(id.0)
    }
}

impl From<RoomId> for office::ConferenceRoomId {
    fn from(id: RoomId) -> Self {
        Self(id.0)
    }
}

impl From<office::CallRecordingId> for RecordingId {
    fn from(id: office::CallRecordingId) -> Self {
        Self(id.0)
    }
}

impl From<RecordingId> for office::CallRecordingId {
    fn from(id: RecordingId) -> Self {
        Self(id.0)
    }
}

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
