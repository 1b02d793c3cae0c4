//! Requests and header fields that the transaction layer writes itself: Via, ACK, CANCEL.

use crate::{
    Mark,
    token::{self, MAGIC_COOKIE},
};
use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use sip_message::{
    HeaderName, Headers, HostPort, Method, Params, Request, RequestBuilder, Response, Text,
    header::{CSeq, MaxForwards, TransportName, Via},
};

/// What a request starts with (RFC 3261 §8.1.1.6).
pub(crate) const MAX_FORWARDS: MaxForwards = MaxForwards(70);

/// Our Via with a fresh branch and `rport` (RFC 3581), and that branch.
pub(crate) fn fresh_via(
    transport: TransportName,
    sent_by: HostPort,
    mark: Mark,
    chance: &mut ChaCha12Rng,
) -> (Via, Text) {
    via_with(transport, sent_by, &token::branch(mark, chance))
}

/// Our Via with a given branch; the magic cookie is put before it where it is missing.
pub(crate) fn via_with(transport: TransportName, sent_by: HostPort, branch: &str) -> (Via, Text) {
    let cookie = match branch.strip_prefix(MAGIC_COOKIE) {
        Some(_) => "",
        None => MAGIC_COOKIE,
    };
    let written = Bytes::from(format!("branch={cookie}{branch};rport"));
    let branch = written.slice("branch=".len()..written.len() - ";rport".len());
    let via = Via {
        transport,
        sent_by,
        params: Params::from_raw(written),
    };
    (via, Text::new(branch))
}

/// The ACK to a final response other than 2xx (RFC 3261 §17.1.1.3): everything from the INVITE,
/// but the To with the response's tag.
pub(crate) fn ack(invite: &Request, response: &Response) -> Option<Request> {
    let to = response.headers();
    Some(to_same_hop(invite, Method::Ack, to)?.build())
}

/// The CANCEL of an INVITE (RFC 3261 §9.1).
pub(crate) fn cancel(invite: &Request, reason: Option<&str>) -> Option<Request> {
    let cancel = to_same_hop(invite, Method::Cancel, invite.headers())?;
    Some(match reason {
        Some(reason) => cancel.push_raw("Reason", reason.as_bytes()).build(),
        None => cancel.build(),
    })
}

/// A request that follows an INVITE to its next hop: the Request-URI, top Via, Route, From, Call-ID
/// and CSeq number of the INVITE. `None` when the INVITE has none of these to copy.
fn to_same_hop(invite: &Request, method: Method, to: Headers<'_>) -> Option<RequestBuilder> {
    let uri = invite.uri().ok()?;
    let number = invite.cseq().ok()?.number;
    let hop = Request::builder(method.clone(), &uri)
        .push(&invite.via().ok()?)
        .push(&MAX_FORWARDS)
        .copy(invite.headers(), HeaderName::Route)
        .copy(invite.headers(), HeaderName::From)
        .copy(to, HeaderName::To)
        .copy(invite.headers(), HeaderName::CallId)
        .push(&CSeq { number, method });
    Some(hop)
}
