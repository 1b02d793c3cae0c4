//! SIP messages as immutable values over one buffer (RFC 3261).
//!
//! A [`Request`] or [`Response`] is the wire bytes plus an index of its header lines. Nothing is
//! decoded until it is asked for, and what is not understood is forwarded byte for byte: order,
//! spelling, folding, escapes and unknown headers survive. Typed headers live in [`header`], one
//! file per header, and are read with [`Headers::get`], [`Headers::all`] and friends. Streams are
//! cut into messages by [`framing`].
//!
//! Two questions are kept apart: can the bytes be indexed at all ([`Message::parse`]), and do they
//! obey the rules ([`Request::flaw`], which names the status code to answer with).
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

mod build;
pub mod framing;
pub mod header;
mod headers;
pub mod limits;
mod message;
mod method;
mod name;
mod params;
mod parse;
mod scan;
mod status;
mod text;
mod uri;

pub use build::{RequestBuilder, ResponseBuilder};
pub use header::{Header, HeaderError};
pub use headers::{HeaderLine, Headers};
pub use message::{Flaw, Message, Request, Response};
pub use method::Method;
pub use name::HeaderName;
pub use params::Params;
pub use parse::ParseError;
pub use status::StatusCode;
pub use text::Text;
pub use uri::{Host, HostPort, Scheme, SipUri, TelUri, Uri, UriError};
