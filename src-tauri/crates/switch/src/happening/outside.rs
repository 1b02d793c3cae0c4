//! Words about lines, numbers and calls that go out or come in.

use office::{CallId, TrunkId};
use serde::Serialize;

/// How a line to the outside world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineState {
    /// It is switched off.
    Off,
    /// It is being looked for or registered for the first time.
    Starting,
    /// Calls can be made.
    Up,
    /// It does not answer just now; it is tried again.
    Down,
    /// The provider refuses us; it is not tried again before somebody says so or changes it.
    Refused,
}

/// Why a line is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineReason {
    /// Somebody switched it off.
    SwitchedOff,
    /// It was set up, changed or tried anew.
    Began,
    /// It is registered.
    Registered,
    /// It is known by our address, and nothing speaks against it.
    ByAddress,
    /// It answered when asked whether it is there.
    Answers,
    /// It did not answer.
    NoAnswer,
    /// Its name leads nowhere.
    NameUnknown,
    /// The connection could not be made or was lost.
    ConnectionLost,
    /// Its certificate is not the server's.
    Certificate,
    /// User name or password is wrong.
    WrongPassword,
    /// The provider forbids us.
    Forbidden,
    /// The provider answered with an error.
    ProviderError,
    /// The provider asked for less.
    TooManyRequests,
    /// Too many of its calls failed one after another.
    CallsFail,
    /// The answer to a challenge is asked for in a way we do not follow.
    ChallengeNotAnswered,
    /// Our network changed.
    NetworkChanged,
}

/// Why a line was passed over, or could not carry a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineTrouble {
    /// It is switched off.
    Off,
    /// It does not answer.
    Down,
    /// The provider refuses us.
    Refused,
    /// It carries as many calls as it may.
    Full,
    /// Its fuse has blown.
    FuseBlown,
    /// Its sound is to be encrypted, which it did not do.
    NotEncrypted,
    /// It may not carry emergency calls.
    NotForEmergency,
    /// It said nothing to the call.
    NoAnswer,
    /// The call could not be sent.
    Unreachable,
    /// It answered with this SIP status.
    Status(u16),
    /// It wanted the call to go elsewhere.
    Redirects,
    /// It asked for a password again, or for one we do not give.
    Challenges,
    /// There is nobody to be told the sound of the call.
    BadMedia,
}

/// By what a call from outside was known to be a line's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum KnownBy {
    /// The secret that we have registered: nobody else knows it.
    Registration,
    /// The address it came from.
    Address,
}

/// A call by which a line is tried, as it came back in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CameBack {
    /// The call it came back as.
    pub call: CallId,
    /// The line it came back on.
    pub line: TrunkId,
    /// By what it was known to be that line's.
    pub known_by: KnownBy,
    /// The number called, as the provider writes it.
    pub called_as: String,
    /// The caller's number, with `+` and country code where it could be read; empty for none.
    pub caller: String,
    /// The same as the provider writes it.
    pub caller_as: String,
}

/// What one end of such a call has heard of the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeardThere {
    /// The keys that the other end pressed.
    pub pressed: String,
    /// Those that arrived.
    pub keys: String,
    /// How loud what it said was, in dBFS; none if it was not measured.
    pub speech: Option<f32>,
}

/// What became of a caller from outside before they were let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Screened {
    /// They stand in the list of those who are turned away.
    Blocked,
    /// They hide their number, which this number of the office does not take.
    AnonymousRefused,
    /// They were asked to press a key.
    Challenged,
    /// They pressed the key and were let through.
    Passed,
    /// They did not press the key.
    Failed,
}
