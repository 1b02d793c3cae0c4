//! Client transaction of every method but INVITE and ACK (RFC 3261 §17.1.2).
//!
//! ```text
//!            1xx            200-699
//!  Trying ------> Proceeding ------> Completed --K--> Terminated
//!     |  E: send     |  E: send
//!     |  F: time-out |  F: time-out
//! ```

use crate::machine::{
    Action::*,
    Path::{self, *},
    Step,
    Timer::*,
};

/// Where a request we sent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Sent; nobody has answered.
    Trying,
    /// A provisional response has come.
    Proceeding,
    /// Answered; repeated answers are absorbed.
    Completed,
    /// Over.
    Terminated,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A 1xx came.
    Provisional,
    /// A 200 to 699 came.
    Final,
    /// Retransmit.
    TimerE,
    /// No final answer in time.
    TimerF,
    /// No repeated answer can come any more.
    TimerK,
    /// The request could not be sent, or the connection is gone.
    TransportError,
}

/// The first step.
pub fn start(path: Path) -> Step<State> {
    match path {
        Unreliable => (State::Trying, &[Send, Start(E), Start(F)]),
        Reliable => (State::Trying, &[Send, Start(F)]),
    }
}

/// The table.
pub fn on(state: State, event: Event, path: Path) -> Step<State> {
    use {Event as Ev, State as S};
    match (state, event) {
        (S::Trying | S::Proceeding, Ev::TimerE) => match path {
            Unreliable => (state, &[Send, Start(E)]),
            Reliable => (state, &[]),
        },
        (S::Trying | S::Proceeding, Ev::TimerF) => (S::Terminated, &[TellTimeout]),
        // The request is known to have arrived, yet it is repeated, every T2: the provisional
        // response is no promise, and the final one may get lost (RFC 3261 §17.1.2.2).
        (S::Trying | S::Proceeding, Ev::Provisional) => (S::Proceeding, &[Pass]),
        (S::Trying | S::Proceeding, Ev::Final) => match path {
            Unreliable => (S::Completed, &[Stop(E), Stop(F), Start(K), Pass]),
            Reliable => (S::Terminated, &[Pass]),
        },
        (S::Trying | S::Proceeding, Ev::TransportError) => (S::Terminated, &[TellFailure]),
        (S::Completed, Ev::TimerK) => (S::Terminated, &[]),
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
    pub const ALL: [Event; 6] = [
        Event::Provisional,
        Event::Final,
        Event::TimerE,
        Event::TimerF,
        Event::TimerK,
        Event::TransportError,
    ];
}
