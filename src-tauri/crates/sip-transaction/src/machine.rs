//! The words the four transaction tables share: timers, what a table orders, and the kind of path.

/// Whether the transport itself delivers or fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// TCP, TLS, WebSocket: the transaction retransmits nothing and lingers nowhere.
    Reliable,
    /// UDP.
    Unreliable,
}

/// The timers of RFC 3261 §17 (table 4), RFC 6026, and those of our own that a transaction needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // A to M are the RFCs' names; their meaning stands where a table starts them
pub enum Timer {
    A,
    B,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    M,
    /// The user's silence has lasted long enough for a 100 Trying: 200 ms for INVITE
    /// (RFC 3261 §17.2.1), and for other methods when the client's timer E has reached T2
    /// (RFC 4320 §4.1).
    Trying,
    /// The client of a non-INVITE request has given up (its timer F), so nobody waits for an
    /// answer any more (RFC 4320 §4.2).
    Expired,
    /// 64*T1 after a CANCEL without a final response (RFC 3261 §9.1).
    Cancelled,
    /// Nobody answered for long enough to try the next target.
    Failover,
}

/// What a table orders, in this order. A transaction that becomes `Terminated` is removed with its
/// timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the request (client) or the latest response (server), again or for the first time.
    Send,
    /// Send the ACK to a final response other than 2xx (RFC 3261 §17.1.1.3).
    SendAck,
    /// Send a 100 Trying of our own.
    SendTrying,
    /// Hand the message to the transaction user.
    Pass,
    /// Tell the user that nobody answered in time.
    TellTimeout,
    /// Tell the user that a message could not be sent.
    TellFailure,
    /// Start this timer.
    Start(Timer),
    /// Stop this timer.
    Stop(Timer),
}

/// What a table answers: the next state, and what to do.
pub type Step<State> = (State, &'static [Action]);
