//! Session descriptions and the offer/answer rules (RFC 8866, RFC 3264).
//!
//! A description is read once ([`SessionDescription::parse`]) into a typed view, [`Media`], and
//! keeps its bytes. Two kinds of use follow:
//!
//! * **Passing a call on.** [`relay_rewrite`] changes addresses and ports line by line and leaves
//!   every other byte alone, so attributes nobody here has heard of reach the other phone.
//!   [`media_targets`] says where each stream is to be sent, [`OriginRewriter`] gives each leg one
//!   `o=` line whose version rises only when the body differs.
//! * **Answering ourselves** (a prompt, voicemail, a conference). [`offer`], [`answer`] and
//!   [`agree`] are pure functions over [`Capabilities`] and an [`Endpoint`]; the result is
//!   [`Agreed`]: what each side sends, where, with which keys.
//! * **Keys.** [`without_keys`], [`with_keys`] and [`agreed_keys`] serve one who keeps keys of
//!   encrypted sound with each phone for itself.
//!
//! Lines are read and kept here because a parser that re-serialises loses what it does not
//! understand; `sdp-types` reads the structured attributes (`crypto`, `fingerprint`, `candidate`,
//! `setup`) and writes the descriptions that are our own.

#![deny(missing_docs)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod agreed;
mod answer;
mod authored;
mod capabilities;
mod description;
mod error;
mod hold;
mod keys;
pub mod limits;
mod lines;
mod media;
mod more_codecs;
mod offer;
mod origin;
mod relay;
mod static_payload;

pub use agreed::{Agreed, AgreedSecurity, agree};
pub use answer::{Answer, answer};
pub use capabilities::{Capabilities, CodecOrder, Encryption, Endpoint, IceKeys, Keys, SdesKey};
pub use description::SessionDescription;
pub use error::{Refused, SdpError};
pub use hold::{hold, is_hold, resume, with_direction};
pub use keys::{
    AgreedKey, AgreedKeys, Mki, SdesSuite, accepting_line, agreed_keys, crypto_line, offers_keys,
    usable_keys, with_keys, without_keys,
};
pub use media::{Codec, Host, Ice, Media, MediaKind, Protocol, Rtcp};
pub use more_codecs::with_more_codecs;
pub use offer::offer;
pub use origin::{Origin, OriginRewriter};
pub use relay::{MediaRoute, MediaTarget, media_targets, relay_rewrite};
pub use sdp_types::{
    Candidate, CandidateAddress, CandidateType, Crypto, CryptoSuite, Direction, Fingerprint,
    HashFunc, Setup, SrtpKeyParam, SrtpSessionParam,
};
