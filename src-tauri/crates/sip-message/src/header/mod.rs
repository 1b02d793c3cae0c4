//! Typed headers, one file per header or family of the same shape, read only when asked for.

mod authenticate;
mod authentication_info;
mod authorization;
mod cseq;
mod date;
mod digest;
mod event;
mod free_text;
mod info;
mod media_type;
mod name_addr;
mod number;
mod privacy;
mod rack;
mod reason;
mod refer_sub;
mod replaces;
mod retry_after;
mod session_expires;
mod subscription_state;
mod timestamp;
mod token_list;
mod token_params;
mod user_to_user;
mod via;
mod warning;

pub use authenticate::{Challenge, ProxyAuthenticate, WwwAuthenticate};
pub use authentication_info::AuthenticationInfo;
pub use authorization::{Authorization, Credentials, ProxyAuthorization};
pub use cseq::{CSeq, CallId};
pub use date::Date;
pub use digest::{Algorithm, Qop};
pub use event::Event;
pub use free_text::{
    MimeVersion, Organization, Priority, Server, SipETag, SipIfMatch, Subject, UserAgent,
};
pub use info::{AlertInfo, CallInfo, ErrorInfo, Info};
pub use media_type::{Accept, ContentType, MediaType};
pub use name_addr::{
    Contact, Diversion, From, HistoryInfo, NameAddr, PAssertedIdentity, PAssociatedUri,
    PCalledPartyId, PPreferredIdentity, Path, RecordRoute, ReferTo, ReferredBy, RemotePartyId,
    ReplyTo, Route, ServiceRoute, To,
};
pub use number::{
    ContentLength, Expires, FlowTimer, MaxBreadth, MaxForwards, MinExpires, MinSe, RSeq,
};
pub use privacy::Privacy;
pub use rack::RAck;
pub use reason::Reason;
pub use refer_sub::ReferSub;
pub use replaces::Replaces;
pub use retry_after::RetryAfter;
pub use session_expires::{Refresher, SessionExpires};
pub use subscription_state::{SubState, SubscriptionState};
pub use timestamp::Timestamp;
pub use token_list::{
    Allow, AllowEvents, ContentEncoding, ContentLanguage, InReplyTo, ProxyRequire,
    RequestDisposition, Require, Supported, Unsupported,
};
pub use token_params::{AcceptEncoding, AcceptLanguage, ContentDisposition};
pub use user_to_user::UserToUser;
pub use via::{TransportName, Via};
pub use warning::Warning;

use crate::{HeaderName, Headers, UriError, scan::next_element};
use bytes::Bytes;

/// A typed header: one value, parsed from and written as its part of the line.
pub trait Header: Sized + 'static {
    /// The header's name.
    const NAME: HeaderName;
    /// Whether one line may hold several values separated by commas.
    const IS_LIST: bool = false;

    /// Reads one unfolded value without white space around it.
    fn parse(value: Bytes) -> Result<Self, HeaderError>;

    /// Appends the value as it goes on the wire.
    fn write(&self, out: &mut Vec<u8>);

    /// Cuts one line's value into the values it holds: at commas for lists, else not at all.
    fn split(line: Bytes) -> impl Iterator<Item = Bytes> {
        let mut rest = Some(line);
        std::iter::from_fn(move || {
            if Self::IS_LIST {
                next_element(&mut rest)
            } else {
                rest.take()
            }
        })
    }
}

/// Why a typed header could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A mandatory header is not there.
    #[error("{0} header missing")]
    Missing(HeaderName),
    /// The value does not follow the header's grammar.
    #[error("malformed {0} header")]
    Malformed(HeaderName),
    /// A number is larger than the header allows.
    #[error("number out of range in {0} header")]
    OutOfRange(HeaderName),
    /// Credentials or a challenge of a scheme other than Digest.
    #[error("{0} header uses an unknown scheme")]
    Scheme(HeaderName),
    /// The URI inside is broken.
    #[error("{0} header: {1}")]
    Uri(HeaderName, UriError),
}

/// Headers that steer a request must be readable where they are present (RFC 3261 §16.3).
pub(crate) fn routing_flaw(headers: Headers<'_>) -> Option<crate::message::Flaw> {
    let error = headers
        .all::<Route>()
        .find_map(Result::err)
        .or_else(|| headers.all::<RecordRoute>().find_map(Result::err))
        .or_else(|| headers.all::<Contact>().find_map(Result::err))
        .or_else(|| headers.find::<Expires>().err());
    error.map(|why| crate::message::Flaw::new(400, &why.to_string()))
}
