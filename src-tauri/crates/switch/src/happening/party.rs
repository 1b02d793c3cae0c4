//! Who is in a call, and how they are heard.

use office::{DeviceId, PeerId, PersonId, TrunkId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One of the two sides of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallSide {
    /// Who called, or whoever has their place now.
    Caller,
    /// Who was called, or whoever has their place now.
    Callee,
}

impl CallSide {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> CallSide {
        match self {
            CallSide::Caller => CallSide::Callee,
            CallSide::Callee => CallSide::Caller,
        }
    }
}

/// How somebody with authority takes part in a talk of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "does")]
pub enum Listening {
    /// They hear both, and nobody hears them.
    Hears,
    /// They hear both, and one of the two hears them.
    Whispers {
        /// Who.
        to: CallSide,
    },
    /// Everybody hears everybody.
    Talks,
}

/// Someone in a call, as the office knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The person, when they belong to the office.
    pub person: Option<PersonId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// Name as shown.
    pub name: String,
    /// Number as shown.
    pub number: String,
    /// The line they are on, when they are outside.
    #[serde(default)]
    pub line: Option<TrunkId>,
    /// The other telephone system they are at.
    #[serde(default)]
    pub peer: Option<PeerId>,
}

impl Party {
    /// Whether they are not of the office.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.line.is_some() || self.peer.is_some()
    }
}

/// How the sound of a call travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaWay {
    /// Straight between the two phones.
    Direct,
    /// Through the office's relay.
    Relayed,
}

/// How one party of a call was heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SideQuality {
    /// Who.
    pub party: Party,
    /// Packets that came from them.
    pub packets: u64,
    /// Packets lost on the way to us.
    pub lost: u64,
    /// Interarrival jitter, in the mean.
    pub jitter: Duration,
    /// Packets to them and back, in the mean; `None` where their phone does not report it.
    pub round_trip: Option<Duration>,
    /// Estimated opinion of a listener, 1 to 4.5 (ITU-T G.107), in the mean.
    pub mos: f32,
    /// The same in the worst few seconds.
    pub worst_mos: f32,
}
