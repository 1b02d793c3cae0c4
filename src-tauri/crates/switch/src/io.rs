//! What goes into the switch and what comes out.

use crate::{board::CallRecord, happening::Happening, registrations::BindingChange};
use bytes::Bytes;
use media::{MediaCommand, MediaEvent};
use office::{CallId, Office};
use sip_transaction::ResolveId;
use sip_transport::{ConnectionId, Flow, Listener, Query, Resolution, Target};
use std::{sync::Arc, time::Instant};

/// One thing the outside world reports.
#[derive(Debug)]
pub enum Input {
    /// A datagram, or one message cut from a stream.
    Message {
        /// The path it came over.
        flow: Flow,
        /// The bytes.
        bytes: Bytes,
    },
    /// The host listens on a socket.
    Listening(Listener),
    /// The host no longer listens there (the interface is gone).
    StoppedListening(Listener),
    /// The host accepted a connection; its number is the host's.
    Accepted(Flow),
    /// A connection asked for by [`Output::Connect`] is open.
    Connected(ConnectionId),
    /// A connection closed or could not be opened.
    Closed(ConnectionId),
    /// The network says that nobody listens at the far end of a UDP flow (ICMP).
    Unreachable(Flow),
    /// News from the media thread.
    Media(MediaEvent),
    /// Answer to [`Output::Resolve`].
    Resolved {
        /// The question's number.
        id: ResolveId,
        /// What the name service said.
        answer: Resolution,
    },
    /// The configuration changed.
    OfficeChanged(Arc<Office>),
    /// Somebody with authority over the office asks for something.
    Command(Command),
    /// The wall clock was set: milliseconds since 1970 UTC now.
    WallClock(i64),
    /// Nothing happened but time.
    Tick,
}

/// What the board and the API may ask of the switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// End a call.
    HangUp(CallId),
    /// Let the sound of a call take another way.
    MoveMedia {
        /// The call.
        call: CallId,
        /// The way.
        to: crate::happening::MediaWay,
    },
    /// End all calls and refuse new ones: the engine is stopping.
    ShutDown,
}

/// One thing for the host to do.
#[derive(Debug)]
pub enum Output {
    /// Send these bytes: one whole message.
    Send {
        /// Over this flow.
        flow: Flow,
        /// The message.
        bytes: Bytes,
    },
    /// Open a connection, then report [`Input::Connected`] or [`Input::Closed`].
    Connect {
        /// The number it will have.
        connection: ConnectionId,
        /// Where to.
        target: Target,
    },
    /// Close a connection.
    Close(ConnectionId),
    /// Ask the name service, then report [`Input::Resolved`].
    Resolve {
        /// The question's number.
        id: ResolveId,
        /// The question.
        query: Query,
    },
    /// An order for the media thread.
    Media(MediaCommand),
    /// Something to be kept.
    Store(Write),
    /// Something happened.
    Tell(Arc<Happening>),
    /// A message of a call went in or out, with its secrets masked.
    Trace(TracedMessage),
    /// Nothing more to do until then, or until the next input.
    SleepUntil(Option<Instant>),
}

/// Something to be kept.
#[derive(Debug, Clone)]
pub enum Write {
    /// A registration changed.
    Binding(Box<BindingChange>),
    /// A call ended.
    Call(Box<CallRecord>),
    /// The inputs that led to a fault, for a report and a test.
    FlightRecording {
        /// The call.
        call: Option<CallId>,
        /// The recording as text.
        text: String,
    },
}

/// A SIP message of a call, as shown in its ladder.
#[derive(Debug, Clone)]
pub struct TracedMessage {
    /// The call.
    pub call: CallId,
    /// Which leg of it.
    pub leg: u32,
    /// Milliseconds since 1970 UTC.
    pub unix_ms: i64,
    /// Whether it came in.
    pub incoming: bool,
    /// The path.
    pub flow: Flow,
    /// The message; credentials and keys are masked.
    pub bytes: Bytes,
}
