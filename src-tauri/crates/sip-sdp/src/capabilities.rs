//! What we can speak and where: the two arguments of every offer and answer of our own.

use std::net::IpAddr;

use sdp_types::{Candidate, CryptoSuite, Direction, Fingerprint};

use crate::media::Codec;

/// What we are able and willing to do, whatever the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The sound we can code and decode, best first. Payload types are those of our own offers,
    /// parameters (`fmtp`) say what we like to receive.
    pub codecs: Vec<Codec>,
    /// Payload type of `telephone-event` in our own offers; `None` to do without key presses.
    pub telephone_event: Option<u8>,
    /// Packet lengths we can send, in milliseconds, best first. Not to be empty; 20 is sent
    /// otherwise.
    pub packet_times: Vec<u32>,
    /// Whose order of codecs decides.
    pub order: CodecOrder,
    /// Answer with the best codec only, so that the other side cannot change it in mid-call, as
    /// many carriers demand.
    pub single_codec: bool,
    /// Whether sound is to be encrypted.
    pub encryption: Encryption,
}

/// Whose preference decides on the codec of an answer (RFC 3264 §6.1 allows both).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodecOrder {
    /// The one who offers.
    Offerer,
    /// Us.
    Ours,
}

/// Whether sound is to be encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Never: encrypted streams are refused.
    Off,
    /// Where the other side offers it. Our own offers are plain.
    Optional,
    /// Always: plain streams are refused.
    Required,
}

/// Our end of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Our address as the other side sees it.
    pub address: IpAddr,
    /// Where we take RTP.
    pub rtp_port: u16,
    /// Where we take RTCP while it is apart from RTP.
    pub rtcp_port: u16,
    /// Whether we can take RTCP on the RTP port (RFC 5761).
    pub rtcp_mux: bool,
    /// What we want: a music source only sends, a recorder only receives.
    pub direction: Direction,
    /// What encrypted streams need.
    pub keys: Keys,
}

/// Key material of our end, drawn by the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// One key for each SDES suite we can use, best first; empty for none.
    pub sdes: Vec<SdesKey>,
    /// Digest of our DTLS certificate; `None` for no DTLS.
    pub fingerprint: Option<Fingerprint>,
    /// Our ICE credentials; `None` for no ICE.
    pub ice: Option<IceKeys>,
}

/// An SRTP key to be sent in `a=crypto` (RFC 4568).
#[derive(Clone, PartialEq, Eq)]
pub struct SdesKey {
    /// Suite the key is for.
    pub suite: CryptoSuite,
    /// Key and salt in base64, as after `inline:`.
    pub key_and_salt: String,
}

/// Shows the suite and not the key.
impl std::fmt::Debug for SdesKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SdesKey({})", self.suite.as_str())
    }
}

/// Our ICE credentials and candidates (RFC 8839).
#[derive(Clone, PartialEq, Eq)]
pub struct IceKeys {
    /// User name fragment, 4 characters and more.
    pub ufrag: String,
    /// Password, 22 characters and more.
    pub pwd: String,
    /// Addresses we can be reached at.
    pub candidates: Vec<Candidate>,
    /// We only answer checks and start none (RFC 8445 §2.5).
    pub lite: bool,
}

/// Shows everything but the password.
impl std::fmt::Debug for IceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceKeys")
            .field("ufrag", &self.ufrag)
            .field("candidates", &self.candidates)
            .field("lite", &self.lite)
            .finish_non_exhaustive()
    }
}
