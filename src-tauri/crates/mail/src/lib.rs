//! Sending the office's letters: MIME, SMTP, tries and what went wrong.
//!
//! The store keeps the letters and their states; this crate turns one into a MIME message, hands it
//! to the mail server, and says when a failed one is tried again. [`Courier::send_due`] blocks for
//! as long as the mail server takes: it belongs on a thread of its own.

#![deny(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod compose;
mod courier;
mod failure;
pub mod limits;
mod session;
mod tell;
mod tries;

pub use compose::{Attachment, compose};
pub use courier::{Attachments, Courier, LetterQueue, Round};
pub use failure::SendFailed;
pub use tell::letters_about;
pub use tries::next_try;
