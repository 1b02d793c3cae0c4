//! Which transaction a message belongs to (RFC 3261 §17.1.3 and §17.2.3).

use crate::token::MAGIC_COOKIE;
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use sip_message::{
    HostPort, Method, Request, Response, Text,
    header::{HeaderError, Via},
};
use std::hash::{BuildHasher, DefaultHasher, Hasher};

/// What responses to one of our requests have in common: the branch we gave it. A CANCEL shares
/// its INVITE's branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientKey {
    pub(crate) branch: Text,
    pub(crate) cancel: bool,
}

/// What a request and its repetitions have in common. `method` is that of the transaction: INVITE
/// for an ACK.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ServerKey {
    /// The branch is unique: it begins with the magic cookie.
    Branch {
        branch: Text,
        sent_by: HostPort,
        method: Method,
    },
    /// A peer of RFC 2543, whose branches say nothing.
    Old(Box<OldKey>),
}

/// The fields that RFC 3261 §17.2.3 compares for a peer without magic cookie. The To tag is not
/// among them: it distinguishes nothing but ACKs, see [`is_ack_to`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OldKey {
    uri: Text,
    call_id: Text,
    from_tag: Option<Text>,
    cseq: u32,
    via: Text,
    method: Method,
}

impl ClientKey {
    /// The key of the transaction that `response` answers.
    pub(crate) fn of(response: &Response) -> Option<ClientKey> {
        let branch = response.via().ok()?.branch()?;
        let cancel = response.cseq().ok()?.method == Method::Cancel;
        Some(ClientKey { branch, cancel })
    }
}

impl ServerKey {
    /// The key of the transaction that `request` makes or repeats, or for an ACK acknowledges.
    pub(crate) fn of(request: &Request, via: &Via) -> Result<ServerKey, HeaderError> {
        match request.method() {
            Method::Ack => ServerKey::with_method(request, via, Method::Invite),
            method => ServerKey::with_method(request, via, method),
        }
    }

    /// The key of the INVITE that a CANCEL is about (RFC 3261 §9.2).
    pub(crate) fn of_cancelled(cancel: &Request, via: &Via) -> Result<ServerKey, HeaderError> {
        ServerKey::with_method(cancel, via, Method::Invite)
    }

    fn with_method(request: &Request, via: &Via, method: Method) -> Result<ServerKey, HeaderError> {
        let branch = via.branch().filter(has_cookie);
        if let Some(branch) = branch {
            return Ok(ServerKey::Branch {
                branch,
                sent_by: via.sent_by.clone(),
                method,
            });
        }
        let mut top = Vec::new();
        sip_message::Header::write(via, &mut top);
        Ok(ServerKey::Old(Box::new(OldKey {
            uri: request.raw_uri(),
            call_id: request.call_id()?,
            from_tag: request.from()?.tag(),
            cseq: request.cseq()?.number,
            via: Text::new(top.into()),
            method,
        })))
    }

    /// Whether the peer's branches are of RFC 3261.
    pub(crate) fn is_old(&self) -> bool {
        matches!(self, ServerKey::Old(_))
    }
}

/// Whether an ACK of an RFC 2543 peer acknowledges this response: its To tag is the response's.
pub(crate) fn is_ack_to(ack: &Request, response: &Response) -> bool {
    ack.to_tag() == response.to_tag()
}

/// The magic cookie compares without case, as every token does (RFC 3261 §7.3.1), and something
/// follows it.
fn has_cookie(branch: &Text) -> bool {
    branch.len() > MAGIC_COOKIE.len()
        && branch
            .get(..MAGIC_COOKIE.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes()))
}

/// Hashes with a secret from the seed: the same in every run with that seed, and nobody outside
/// can choose branches that collide.
#[derive(Clone, Debug)]
pub(crate) struct SeededHash(u64, u64);

impl SeededHash {
    pub(crate) fn new(chance: &mut ChaCha12Rng) -> SeededHash {
        SeededHash(chance.next_u64(), chance.next_u64())
    }
}

impl BuildHasher for SeededHash {
    type Hasher = DefaultHasher;
    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.0);
        hasher.write_u64(self.1);
        hasher
    }
}
