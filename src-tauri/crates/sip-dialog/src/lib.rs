//! Dialogs, sessions and subscriptions (RFC 3261 §12–§15, RFC 3262, 3311, 3515, 3891, 4028, 6665)
//! over the [`sip_transaction::Endpoint`].
//!
//! One [`Session`] is one INVITE usage at one end: a leg of a call. The owner feeds it what the
//! endpoint tells about its transactions and dialogs, and polls what it has to say. Time and
//! chance come with the [`Ctx`].
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

mod dialog;
pub mod ext;
pub mod limits;
mod offer_answer;
mod session;

pub use dialog::{CSeqOutOfOrder, Dialog, DialogId, NoDialog};
pub use offer_answer::OfferAnswer;
pub use session::{
    EndCause, Invite, Local, OfferId, OfferRefused, OfferVia, Reliable, SDP, Session,
    SessionConfig, SessionEvent, SessionState, sdp_of,
};

use sip_transaction::Endpoint;
use std::time::Instant;

/// What every function that may send something needs.
#[derive(Debug)]
pub struct Ctx<'a> {
    /// The time.
    pub now: Instant,
    /// The door to the wire.
    pub endpoint: &'a mut Endpoint,
}
