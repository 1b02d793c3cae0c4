//! INVITE client transaction (RFC 3261 §17.1.1 with RFC 6026 §7.2).
//!
//! ```text
//!             1xx           300-699: ACK
//!  Calling ------> Proceeding ------> Completed --D--> Terminated
//!     |  A: send       |              300-699: ACK
//!     |  B: time-out   | 2xx
//!     +----- 2xx ------+-----> Accepted --M--> Terminated
//!                              2xx: pass
//! ```

use crate::machine::{
    Action::{self, *},
    Path::{self, *},
    Step,
    Timer::*,
};

/// Where an INVITE we sent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Sent; nobody has answered.
    Calling,
    /// A provisional response has come.
    Proceeding,
    /// Answered with 300 to 699; repeated answers are acknowledged again.
    Completed,
    /// Answered with 2xx; more of them, repeated or from other forks, go to the user.
    Accepted,
    /// Over.
    Terminated,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A 1xx came.
    Provisional,
    /// A 2xx came.
    Success,
    /// A 300 to 699 came.
    Failure,
    /// Retransmit.
    TimerA,
    /// Nobody answered.
    TimerB,
    /// No repeated final response can come any more.
    TimerD,
    /// No further 2xx can come any more.
    TimerM,
    /// 64*T1 after a CANCEL without a final response.
    TimerCancelled,
    /// The INVITE or the ACK could not be sent, or the connection is gone.
    TransportError,
}

/// The first step.
pub fn start(path: Path) -> Step<State> {
    match path {
        Unreliable => (State::Calling, &[Send, Start(A), Start(B)]),
        Reliable => (State::Calling, &[Send, Start(B)]),
    }
}

/// The table.
pub fn on(state: State, event: Event, path: Path) -> Step<State> {
    use {Event as E, State as S};
    match (state, event) {
        (S::Calling, E::TimerA) => match path {
            Unreliable => (S::Calling, &[Send, Start(A)]),
            Reliable => (S::Calling, &[]),
        },
        (S::Calling, E::TimerB) => (S::Terminated, &[TellTimeout]),
        (S::Calling, E::Provisional) => (S::Proceeding, &[Stop(A), Stop(B), Pass]),
        (S::Proceeding, E::Provisional) => (S::Proceeding, &[Pass]),
        (S::Calling | S::Proceeding, E::Success) => (S::Accepted, ACCEPTED),
        // Over a reliable transport timer D is zero: the final response comes once.
        (S::Calling | S::Proceeding, E::Failure) => match path {
            Unreliable => (S::Completed, COMPLETED),
            Reliable => (S::Terminated, &[SendAck, Pass]),
        },
        (S::Proceeding, E::TimerCancelled) => (S::Terminated, &[TellTimeout]),
        (S::Calling | S::Proceeding, E::TransportError) => (S::Terminated, &[TellFailure]),
        (S::Completed, E::Failure) => (S::Completed, &[SendAck]),
        (S::Completed, E::TimerD) => (S::Terminated, &[]),
        // The user has its final answer; that the ACK is lost is the far end's timer H's matter.
        (S::Completed, E::TransportError) => (S::Terminated, &[]),
        (S::Accepted, E::Success) => (S::Accepted, &[Pass]),
        (S::Accepted, E::TimerM) => (S::Terminated, &[]),
        _ => (state, &[]),
    }
}

const ACCEPTED: &[Action] = &[Stop(A), Stop(B), Stop(Cancelled), Start(M), Pass];
const COMPLETED: &[Action] = &[Stop(A), Stop(B), Stop(Cancelled), SendAck, Start(D), Pass];

impl State {
    /// Every state, for tables of all cells.
    pub const ALL: [State; 5] = [
        State::Calling,
        State::Proceeding,
        State::Completed,
        State::Accepted,
        State::Terminated,
    ];
}

impl Event {
    /// Every event, for tables of all cells.
    pub const ALL: [Event; 9] = [
        Event::Provisional,
        Event::Success,
        Event::Failure,
        Event::TimerA,
        Event::TimerB,
        Event::TimerD,
        Event::TimerM,
        Event::TimerCancelled,
        Event::TransportError,
    ];
}
