//! What a session tells its owner.

use bytes::Bytes;
use sip_message::{Method, Request, Response, StatusCode, Text};
use sip_transaction::{ClientId, ServerId};

/// Something the owner must know. Every session ends with exactly one of
/// [`SessionEvent::Rejected`], [`SessionEvent::Cancelled`] and [`SessionEvent::Ended`].
#[derive(Clone, Debug)]
pub enum SessionEvent {
    /// A provisional response to our INVITE, other than 100.
    Progress {
        /// 180, 183 …
        status: StatusCode,
        /// Its words.
        reason: Text,
        /// A description: the answer to our offer, or, when our INVITE had none and the response is
        /// reliable, an offer ([`crate::Session::provide_answer`] puts the answer into the PRACK).
        sdp: Option<Bytes>,
        /// The remote tag of the early dialog; empty if the response has none.
        early: Text,
        /// The whole response.
        response: Response,
    },
    /// Our INVITE was answered. The ACK has been sent, unless `is_offer`.
    Answered {
        /// The description: the one of this response, or if it has none, of a provisional one
        /// before.
        sdp: Option<Bytes>,
        /// The description is an offer: [`crate::Session::provide_answer`] sends the ACK.
        is_offer: bool,
        /// The whole response.
        response: Response,
    },
    /// Our INVITE came to nothing: the final response, 408 for no answer, 503 for no way.
    Rejected {
        /// 300 to 699.
        status: StatusCode,
        /// Its words.
        reason: Text,
        /// The whole response; made up here when there was none.
        response: Response,
    },
    /// Credentials are wanted ([`crate::SessionConfig::answers_challenges`]): the owner calls
    /// [`crate::Session::authorize`] or [`crate::Session::decline_challenge`].
    Challenged {
        /// Names the request in the owner's answer.
        client: ClientId,
        /// The request as sent, without Via: method, URI and body go into the digest.
        request: Request,
        /// The 401 or 407.
        response: Response,
    },
    /// Our reliable provisional response was acknowledged.
    PrackArrived {
        /// The answer, if our response carried an offer.
        sdp: Option<Bytes>,
    },
    /// Our 2xx to an INVITE was acknowledged.
    AckArrived {
        /// The answer, if our 2xx carried an offer.
        sdp: Option<Bytes>,
    },
    /// A re-INVITE, UPDATE or PRACK wants an answer: the owner calls
    /// [`crate::Session::accept_offer`] or [`crate::Session::reject_offer`].
    Offer {
        /// Their offer; `None`: they want us to offer.
        sdp: Option<Bytes>,
        /// The request's method.
        by: Method,
        /// The whole request.
        request: Request,
    },
    /// The far end cancelled the re-INVITE of [`SessionEvent::Offer`]: nothing is to be answered any
    /// more, what was agreed before holds.
    OfferWithdrawn,
    /// Our offer was answered. If ours was an invitation to offer, `sdp` is an offer and
    /// [`crate::Session::provide_answer`] is due.
    OfferAnswered {
        /// Which.
        id: OfferId,
        /// The description, as in [`SessionEvent::Answered`].
        sdp: Option<Bytes>,
        /// The whole response.
        response: Response,
    },
    /// Our offer was refused; what was agreed before holds.
    OfferRejected {
        /// Which.
        id: OfferId,
        /// 300 to 699; 408 for no answer, 503 for no way.
        status: StatusCode,
    },
    /// A refresh of the session of our own making was answered with a description that differs
    /// from the one before.
    Redescribed {
        /// The new description.
        sdp: Bytes,
    },
    /// A request inside the dialog: INFO, REFER, NOTIFY, MESSAGE …; the owner calls
    /// [`crate::Session::respond`].
    Request {
        /// Answer with this.
        server: ServerId,
        /// The request.
        request: Request,
    },
    /// The final response to [`crate::Session::send`].
    Response {
        /// Which request.
        client: ClientId,
        /// The whole response; a 408 or 503 made up here for no answer and no way.
        response: Response,
    },
    /// The caller gave up; 487 has been sent.
    Cancelled {
        /// The value of its Reason header.
        reason: Option<Text>,
    },
    /// The session is over.
    Ended {
        /// Whether the far end ended it.
        by_remote: bool,
        /// Why.
        cause: EndCause,
        /// The value of the Reason header of a BYE.
        reason: Option<Text>,
    },
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// Somebody hung up.
    Bye,
    /// We refused the call, or hung up before it was answered.
    Declined,
    /// An answer was not acknowledged in time: ours by the far end, or theirs by us because the
    /// owner did not answer the offer in it.
    NoAck,
    /// The far end never acknowledged a reliable provisional response.
    NoPrack,
    /// The far end stopped refreshing the session (RFC 4028).
    SessionTimer,
    /// The far end did not answer a request inside the dialog.
    Timeout,
    /// The session expired because our refreshes could not be delivered.
    FlowLost,
    /// The far end no longer knows the dialog, or broke its rules.
    Error,
}

/// Names an offer of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferId(pub(crate) u32);
