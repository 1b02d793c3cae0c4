//! INVITE server transaction (RFC 3261 §17.2.1 with RFC 6026 §7.1).
//!
//! ```text
//!               user: 300-699             ACK
//!  Proceeding ----------------> Completed ----> Confirmed --I--> Terminated
//!      |  again: send           G: send
//!      |  Trying: 100           H: time-out
//!      | user: 2xx
//!      +--------> Accepted --L--> Terminated
//!                 user: 2xx: send; ACK: pass
//! ```

use crate::machine::{
    Action::*,
    Path::{self, *},
    Step,
    Timer::*,
};

/// Where an INVITE we received stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not answered yet.
    Proceeding,
    /// Answered with 300 to 699; waits for the ACK.
    Completed,
    /// Acknowledged; repeated ACKs are absorbed.
    Confirmed,
    /// Answered with 2xx; the user repeats it until the ACK, the INVITE's repetitions are absorbed.
    Accepted,
    /// Over.
    Terminated,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The INVITE came again.
    Again,
    /// Its ACK came.
    Ack,
    /// The user answers 1xx.
    UserProvisional,
    /// The user answers 2xx.
    UserSuccess,
    /// The user answers 300 to 699.
    UserFailure,
    /// Repeat the final response.
    TimerG,
    /// The ACK never came.
    TimerH,
    /// No repeated ACK can come any more.
    TimerI,
    /// No repeated INVITE can come any more.
    TimerL,
    /// The user has been silent for 200 ms.
    TimerTrying,
    /// A response could not be sent.
    TransportError,
}

/// The first step.
pub fn start(_path: Path) -> Step<State> {
    (State::Proceeding, &[Start(Trying), Pass])
}

/// The table.
pub fn on(state: State, event: Event, path: Path) -> Step<State> {
    use {Event as E, State as S};
    match (state, event) {
        (S::Proceeding, E::Again) => (state, &[Send]),
        (S::Proceeding, E::TimerTrying) => (state, &[SendTrying]),
        (S::Proceeding, E::UserProvisional) => (state, &[Stop(Trying), Send]),
        (S::Proceeding, E::UserSuccess) => (S::Accepted, &[Stop(Trying), Start(L), Send]),
        (S::Proceeding, E::UserFailure) => match path {
            Unreliable => (S::Completed, &[Stop(Trying), Start(G), Start(H), Send]),
            Reliable => (S::Completed, &[Stop(Trying), Start(H), Send]),
        },
        (S::Completed, E::Again) => (state, &[Send]),
        (S::Completed, E::TimerG) => match path {
            Unreliable => (state, &[Start(G), Send]),
            Reliable => (state, &[]),
        },
        (S::Completed, E::TimerH) => (S::Terminated, &[TellTimeout]),
        // Over a reliable transport timer I is zero.
        (S::Completed, E::Ack) => match path {
            Unreliable => (S::Confirmed, &[Stop(G), Stop(H), Start(I)]),
            Reliable => (S::Terminated, &[]),
        },
        (S::Confirmed, E::TimerI) => (S::Terminated, &[]),
        // The user repeats its 2xx until the ACK (RFC 3261 §13.3.1.4).
        (S::Accepted, E::UserSuccess) => (state, &[Send]),
        (S::Accepted, E::Ack) => (state, &[Pass]),
        (S::Accepted, E::TimerL) => (S::Terminated, &[]),
        // A lost response ends nothing: the INVITE may come again over a path that works, and the
        // timers bound the wait (RFC 6026 §7.1).
        (S::Proceeding | S::Completed | S::Accepted, E::TransportError) => (state, &[TellFailure]),
        _ => (state, &[]),
    }
}

impl State {
    /// Every state, for tables of all cells.
    pub const ALL: [State; 5] = [
        State::Proceeding,
        State::Completed,
        State::Confirmed,
        State::Accepted,
        State::Terminated,
    ];
}

impl Event {
    /// Every event, for tables of all cells.
    pub const ALL: [Event; 11] = [
        Event::Again,
        Event::Ack,
        Event::UserProvisional,
        Event::UserSuccess,
        Event::UserFailure,
        Event::TimerG,
        Event::TimerH,
        Event::TimerI,
        Event::TimerL,
        Event::TimerTrying,
        Event::TransportError,
    ];
}
