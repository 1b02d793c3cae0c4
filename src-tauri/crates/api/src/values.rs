//! Values that many views and commands name: identities and moments.

use serde::{Deserialize, Serialize};
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
    /// Someone who may sign in.
    UserId(i64)
}
value! {
    /// A moment: milliseconds since 1970, UTC.
    Millis(i64)
}

identity_of_office!(PersonId, DeviceId, CallId);

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
