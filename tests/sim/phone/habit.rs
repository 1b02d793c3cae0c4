//! What the owner of a simulated phone does when it rings.

use std::time::Duration;

/// No phone rings for ever; longer than an office may set.
const RINGS_AT_MOST: Duration = Duration::from_secs(200);

/// What the phone's owner does when it rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Picks up after a while.
    AnswersAfter(Duration),
    /// As before, but the caller hears a greeting from the phone meanwhile (183 with sound).
    GreetsThenAnswersAfter(Duration),
    /// Presses decline after a while.
    DeclinesAfter(Duration),
    /// Lets it ring.
    LetsItRing,
    /// An exchange that refuses every call with this status.
    Refuses(u16),
    /// Is on another line: the phone says busy at once.
    IsBusy,
    /// The phone is broken or without power: it hears nothing and says nothing.
    IsDead,
    /// Picks up at once and never acknowledges anything.
    NeverAcknowledges,
}

impl Habit {
    /// How long after it began to ring the owner does something, or the phone gives up by itself.
    pub(super) fn acts_after(self) -> Duration {
        match self {
            Habit::AnswersAfter(after)
            | Habit::GreetsThenAnswersAfter(after)
            | Habit::DeclinesAfter(after) => after,
            Habit::NeverAcknowledges => Duration::ZERO,
            Habit::LetsItRing | Habit::Refuses(_) | Habit::IsBusy | Habit::IsDead => RINGS_AT_MOST,
        }
    }
}
