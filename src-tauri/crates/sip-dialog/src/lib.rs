//! Dialogs, sessions and subscriptions (RFC 3261 §12–§15, RFC 3262, 3311, 3515, 3891, 4028, 6665)
//! over the [`sip_transaction::Endpoint`].
//!
//! One [`Session`] is one INVITE usage at one end: a leg of a call. Time and chance come with the
//! [`Ctx`]. The owner hands each event of the endpoint to the session it is for, and then polls what
//! the session has to say:
//!
//! | the endpoint tells | found by | goes to |
//! |---|---|---|
//! | `Request`, INVITE without To tag | nothing: it is new | [`Session::incoming`] |
//! | `Request` with To tag | Call-ID and our tag ([`DialogId::of_request`]) | [`Session::on_request`] |
//! | `Ack` | Call-ID and our tag | [`Session::on_ack`] |
//! | `Cancel` | [`Session::servers`] | [`Session::on_cancel`] |
//! | `Response` | [`Session::clients`] | [`Session::on_response`] |
//! | `ClientTimeout`, `ClientFailed` | [`Session::clients`] | [`Session::on_client_failed`] |
//! | its time has come | [`Session::next_timeout`] | [`Session::on_timeout`] |
//!
//! Call-ID and our tag never change while a session lives. After each of these calls `clients`,
//! `servers` and `next_timeout` may have changed. A session is kept until [`Session::is_over`]:
//! that is later than its last event, because repetitions may still come.
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
