//! What the endpoint tells its user and the host.

use crate::{ClientId, ResolveId, ServerId};
use sip_message::{Request, Response};
use sip_transport::{Flow, Query, Target, TransportOutput};

/// The next thing [`crate::Endpoint::poll`] has for its owner.
#[derive(Clone, Debug)]
pub enum Output {
    /// For the sockets.
    Transport(TransportOutput),
    /// For the resolver; answered with [`crate::Endpoint::resolved`].
    Resolve {
        /// Names the question in the answer.
        id: ResolveId,
        /// What to ask.
        query: Query,
    },
    /// For the transaction user.
    Event(Event),
}

/// Something the transaction user must know.
#[derive(Clone, Debug)]
pub enum Event {
    /// A new request; its retransmissions are absorbed. An INVITE gets 100 Trying from the
    /// transaction itself if the user stays silent for 200 ms.
    Request {
        /// Answer with this.
        server: ServerId,
        /// How it came.
        flow: Flow,
        /// The request, its top Via completed with `received` and `rport`.
        request: Request,
    },
    /// A CANCEL for a pending INVITE. It has been answered with 200; the user now answers the
    /// INVITE with 487.
    Cancel {
        /// The INVITE's transaction.
        server: ServerId,
        /// The CANCEL.
        request: Request,
    },
    /// An ACK to a 2xx. ACKs to other final responses are absorbed.
    Ack {
        /// How it came.
        flow: Flow,
        /// The ACK.
        request: Request,
    },
    /// A response: each provisional one, the final one, and for INVITE every further 2xx
    /// (retransmitted or from another fork, RFC 6026).
    Response {
        /// The request's transaction.
        client: ClientId,
        /// The response.
        response: Response,
        /// How it came.
        flow: Flow,
    },
    /// No final response in time (timers B and F, or 64*T1 after a CANCEL); like a 408.
    ClientTimeout {
        /// The request's transaction; gone now.
        client: ClientId,
    },
    /// The request could not be delivered; like a 503.
    ClientFailed {
        /// The request's transaction; gone now.
        client: ClientId,
    },
    /// No ACK came for a final response other than 2xx (timer H).
    ServerTimeout {
        /// The INVITE's transaction; gone now.
        server: ServerId,
    },
    /// A response could not be sent.
    ServerTransportError {
        /// The request's transaction.
        server: ServerId,
    },
    /// Where a URI leads: the answer to [`crate::Endpoint::locate`].
    Located {
        /// Which question.
        id: ResolveId,
        /// The next hops in the order to try them; empty: nothing can be reached.
        targets: Vec<Target>,
        /// Whether the name service answered every question: targets may be missing otherwise.
        whole: bool,
    },
    /// A stream connection is gone.
    FlowClosed {
        /// The flow that can no longer be used.
        flow: Flow,
    },
}
