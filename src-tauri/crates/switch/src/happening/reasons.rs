//! Why something happened.

use serde::Serialize;

/// Why a phone is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OfflineReason {
    /// It signed off.
    SignedOff,
    /// It did not renew its registration in time.
    Expired,
    /// Its connection closed.
    ConnectionClosed,
    /// Another registration of the same device took its place.
    Replaced,
    /// The office removed the device.
    Removed,
}

/// Why a login failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LoginRefusal {
    /// Unknown user name or wrong password; which of the two is not told to the caller.
    BadCredentials,
    /// Too many failed tries.
    TooManyTries,
    /// Whatever its password: nobody signs in from there. The caller is not told which of them it is.
    NotFromThere,
}

/// Why a call was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RefusalReason {
    /// The office has no such number.
    UnknownNumber,
    /// The number is set to turn callers away.
    NumberHangsUp,
    /// Nobody's phone is online there.
    NobodyOnline,
    /// The person called has as many calls as they may.
    PersonBusy,
    /// The person called does not want to be disturbed.
    DoNotDisturb,
    /// The caller has as many calls as they may.
    CallerAtLimit,
    /// The office has as many calls as it may.
    OfficeAtLimit,
    /// No ports are left for the sound.
    NoMediaPorts,
    /// The caller's description of the sound cannot be read.
    BadMedia,
    /// The sound is to be encrypted, and is not, or in no way the office knows.
    NotEncrypted,
    /// The office is shutting down.
    ShuttingDown,
    /// What was dialled is no telephone number.
    NotANumber,
    /// It is a number abroad, dialled as another country dials abroad.
    AnotherWayAbroad,
    /// Whoever calls may call inside the office only.
    InsideOnly,
    /// Whoever calls may not call abroad.
    NotAllowedAbroad,
    /// The office does not call this country.
    CountryNotAllowed,
    /// The number costs extra.
    PremiumBlocked,
    /// No line may carry the call.
    NoLine,
    /// All lines that may carry the call are full.
    LinesFull,
    /// No line that may carry the call is there just now.
    LinesDown,
    /// A limit of the day is used up.
    FuseBlown,
    /// Too many tries abroad in a short time.
    TooManyTries,
    /// Too many countries on one day that were never called before.
    TooManyNewCountries,
    /// Nobody is called back abroad from a mailbox.
    NotFromVoicemail,
    /// The money of the day is spent.
    MoneySpent,
    /// As many calls go abroad as may.
    AtLimitAbroad,
    /// Whoever calls has as many calls outside as they may.
    AtLimitOutside,
    /// The phone is new: somebody has to say first that it may call abroad.
    NewDevice,
    /// Abroad may be called at other times only.
    AfterHours,
    /// A call from outside may not go out again.
    NoHairpin,
    /// Calls may not be forwarded abroad.
    ForwardAbroad,
    /// Too many calls have begun in too short a time.
    RateLimited,
    /// As many calls go outside, or come in, as may.
    OutsideAtLimit,
    /// The caller is one of those the office turns away.
    CallerBlocked,
    /// The caller hides their number.
    CallerHidden,
    /// The caller was asked to press a key and did not.
    ChallengeFailed,
    /// The other telephone system cannot be reached.
    PeerUnreachable,
    /// Whoever is outside may not ask for this.
    NotFromOutside,
    /// Somebody is parked in that slot.
    SlotTaken,
    /// Somebody is parked in every slot.
    SlotsFull,
    /// Nobody is parked in that slot.
    NothingParked,
}

impl RefusalReason {
    /// The SIP status that says so to the caller's phone.
    pub fn status(self) -> u16 {
        match self {
            RefusalReason::UnknownNumber | RefusalReason::NothingParked => 404,
            RefusalReason::NumberHangsUp => 603,
            RefusalReason::NobodyOnline | RefusalReason::DoNotDisturb => 480,
            RefusalReason::PersonBusy | RefusalReason::SlotTaken | RefusalReason::SlotsFull => 486,
            RefusalReason::CallerAtLimit => 403,
            RefusalReason::OfficeAtLimit
            | RefusalReason::NoMediaPorts
            | RefusalReason::ShuttingDown => 503,
            RefusalReason::BadMedia | RefusalReason::NotEncrypted => 488,
            RefusalReason::NotANumber | RefusalReason::AnotherWayAbroad => 484,
            RefusalReason::InsideOnly
            | RefusalReason::NotAllowedAbroad
            | RefusalReason::CountryNotAllowed
            | RefusalReason::PremiumBlocked
            | RefusalReason::FuseBlown
            | RefusalReason::TooManyTries
            | RefusalReason::TooManyNewCountries
            | RefusalReason::NotFromVoicemail
            | RefusalReason::MoneySpent
            | RefusalReason::AtLimitAbroad
            | RefusalReason::AtLimitOutside
            | RefusalReason::NewDevice
            | RefusalReason::AfterHours
            | RefusalReason::NoHairpin
            | RefusalReason::ForwardAbroad
            | RefusalReason::NotFromOutside => 403,
            RefusalReason::NoLine
            | RefusalReason::LinesFull
            | RefusalReason::LinesDown
            | RefusalReason::OutsideAtLimit
            | RefusalReason::PeerUnreachable => 503,
            RefusalReason::RateLimited => 480,
            RefusalReason::CallerBlocked | RefusalReason::ChallengeFailed => 603,
            // RFC 5079.
            RefusalReason::CallerHidden => 433,
        }
    }
}

/// Why one device stopped ringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StopReason {
    /// Another device answered.
    AnsweredElsewhere,
    /// The caller gave up.
    CallerGaveUp,
    /// The call was taken over and rings elsewhere.
    TakenOver,
    /// It rang for as long as it may.
    RangOut,
    /// It said busy.
    Busy,
    /// Someone pressed decline.
    Declined,
    /// It did not answer the request at all.
    Unreachable,
    /// It answered with this SIP status.
    Refused(u16),
    /// The call was ended by the office.
    CallEnded,
    /// Another line is tried.
    NextLine,
}

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// Somebody hung up.
    HungUp,
    /// The caller gave up while it rang.
    CallerGaveUp,
    /// Nobody answered in time.
    NobodyAnswered,
    /// Everybody was busy.
    Busy,
    /// Someone declined.
    Declined,
    /// No phone could be reached.
    Unreachable,
    /// It was turned away, see the refusal.
    Refused,
    /// The far end vanished: no refresh of the session (RFC 4028).
    SessionExpired,
    /// No sound from either side for too long.
    Silent,
    /// The answer was never acknowledged.
    NotAcknowledged,
    /// A phone answered in a way that allows no call.
    Failed,
    /// It became part of another call by transfer.
    Transferred,
    /// The office ended it (board, shutdown).
    EndedByOffice,
    /// A fault inside the switch.
    Fault,
    /// A limit of the day was used up during the call.
    FuseBlown,
    /// Its line was needed for an emergency call.
    GaveWay,
}
