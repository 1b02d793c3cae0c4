//! What the owner says when a session begins.

use bytes::Bytes;
use sip_message::{Method, Text, Uri, header::NameAddr};

/// What our end of a session can do and wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// The session interval we ask for, in seconds (RFC 4028). `None`: we ask for none, but honour
    /// the far end's wish.
    pub session_expires: Option<u32>,
    /// The shortest session interval we take, in seconds (Min-SE).
    pub min_se: u32,
    /// How we use reliable provisional responses (RFC 3262).
    pub reliable: Reliable,
    /// The methods our Allow header names.
    pub allow: Vec<Method>,
    /// Option tags for Supported beside `100rel` and `timer`, which are added by themselves. A
    /// request that requires an option outside these is answered 420.
    pub supported: Vec<Text>,
    /// Whether 401 and 407 are told as [`crate::SessionEvent::Challenged`] instead of counting as
    /// refusals.
    pub answers_challenges: bool,
}

/// Use of reliable provisional responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reliable {
    /// Not even offered.
    Off,
    /// Offered; used when the far end requires them.
    #[default]
    Supported,
    /// Used whenever the far end supports them, and required of it when we call.
    Required,
}

/// An INVITE to be sent.
#[derive(Clone, Debug)]
pub struct Invite {
    /// The Request-URI.
    pub request_uri: Uri,
    /// From; a tag is added if it has none.
    pub from: NameAddr,
    /// To, without a tag.
    pub to: NameAddr,
    /// Our Contact.
    pub contact: Uri,
    /// The Call-ID; a fresh one if `None`.
    pub call_id: Option<Text>,
    /// Route headers, nearest first.
    pub routes: Vec<NameAddr>,
    /// Our offer; `None` lets the far end offer (its 2xx then wants
    /// [`crate::Session::provide_answer`]).
    pub sdp: Option<Bytes>,
    /// Further headers, as name and value.
    pub headers: Vec<(String, Bytes)>,
    /// What we can do and want.
    pub config: SessionConfig,
}

/// Our end of a session that somebody else begins.
#[derive(Clone, Debug)]
pub struct Local {
    /// Our Contact.
    pub contact: Uri,
    /// Our tag; a fresh one if `None`.
    pub tag: Option<Text>,
    /// What we can do and want.
    pub config: SessionConfig,
}

impl Default for SessionConfig {
    fn default() -> SessionConfig {
        SessionConfig {
            session_expires: Some(1_800),
            min_se: crate::limits::MIN_SESSION_INTERVAL,
            reliable: Reliable::default(),
            allow: vec![
                Method::Invite,
                Method::Ack,
                Method::Bye,
                Method::Cancel,
                Method::Options,
                Method::Prack,
                Method::Update,
                Method::Info,
                Method::Refer,
                Method::Notify,
                Method::Message,
            ],
            supported: vec![Text::from("replaces")],
            answers_challenges: false,
        }
    }
}
