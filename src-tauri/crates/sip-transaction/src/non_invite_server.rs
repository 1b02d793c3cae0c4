//! Server transaction of every method but INVITE and ACK (RFC 3261 §17.2.2 with RFC 4320).
//!
//! ```text
//!          user: 100             user: 200-699
//!  Trying ----------> Proceeding -------------> Completed --J--> Terminated
//!                     again: send               again: send
//! ```

use crate::machine::{
    Action::*,
    Path::{self, *},
    Step,
    Timer::*,
};

/// Where a request we received stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not answered at all.
    Trying,
    /// Answered with 100.
    Proceeding,
    /// Answered; the answer is repeated with every repetition of the request.
    Completed,
    /// Over.
    Terminated,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The request came again.
    Again,
    /// The user answers 1xx.
    UserProvisional,
    /// The user answers 200 to 699, but not 408.
    UserFinal,
    /// The user answers 408.
    UserTimeout,
    /// The client's timer E has reached T2.
    TimerTrying,
    /// The client has given up.
    TimerExpired,
    /// The request cannot come again any more.
    TimerJ,
    /// A response could not be sent.
    TransportError,
}

/// The first step.
pub fn start(_path: Path) -> Step<State> {
    (State::Trying, &[Start(Trying), Start(Expired), Pass])
}

/// The table.
pub fn on(state: State, event: Event, path: Path) -> Step<State> {
    use {Event as E, State as S};
    match (state, event) {
        // A 100 over UDP before the client repeats every T2 only slows its repetitions down, and a
        // lost final answer with them (RFC 4320 §4.1). The timer sends it when it helps.
        (S::Trying, E::UserProvisional) => match path {
            Unreliable => (S::Trying, &[]),
            Reliable => (S::Proceeding, &[Stop(Trying), Send]),
        },
        (S::Trying, E::TimerTrying) => (S::Proceeding, &[SendTrying]),
        (S::Proceeding, E::Again) => (state, &[Send]),
        (S::Trying | S::Proceeding, E::UserFinal) => match path {
            Unreliable => (S::Completed, &[Stop(Trying), Stop(Expired), Start(J), Send]),
            Reliable => (S::Terminated, &[Send]),
        },
        // A 408 arrives when the client's own timer F has told it the same; it would only be
        // taken for the answer to something else downstream (RFC 4320 §4.2).
        (S::Trying | S::Proceeding, E::UserTimeout | E::TimerExpired) => (S::Terminated, &[]),
        (S::Completed, E::Again) => (state, &[Send]),
        (S::Completed, E::TimerJ) => (S::Terminated, &[]),
        (S::Trying | S::Proceeding | S::Completed, E::TransportError) => {
            (S::Terminated, &[TellFailure])
        }
        _ => (state, &[]),
    }
}

impl State {
    /// Every state, for tables of all cells.
    pub const ALL: [State; 4] = [
        State::Trying,
        State::Proceeding,
        State::Completed,
        State::Terminated,
    ];
}

impl Event {
    /// Every event, for tables of all cells.
    pub const ALL: [Event; 8] = [
        Event::Again,
        Event::UserProvisional,
        Event::UserFinal,
        Event::UserTimeout,
        Event::TimerTrying,
        Event::TimerExpired,
        Event::TimerJ,
        Event::TransportError,
    ];
}
