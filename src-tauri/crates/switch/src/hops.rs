//! How often a call may still be passed on. Two systems that send a call to each other, each for a
//! reason of its own, would pass it on for ever: each has calls of its own, so neither sees a loop of
//! requests. So whoever passes a call on takes one off its Max-Forwards, as a proxy would (RFC 7332
//! §4). A call that merely comes by a second time is no loop (RFC 3261 §16.3), and goes on.

use crate::switch::Switch;
use bytes::Bytes;
use office::CallId;
use sip_message::{Request, header::MaxForwards};

/// What the Max-Forwards of an INVITE leaves; none where it says nothing.
pub(crate) fn left(request: &Request) -> Option<u8> {
    let said = request.headers().find::<MaxForwards>().ok().flatten();
    said.map(|MaxForwards(hops)| hops)
}

/// The headers of an INVITE with which the office passes a call on, with what is left then.
pub(crate) fn passed_on(
    switch: &Switch,
    call: CallId,
    mut headers: Vec<(String, Bytes)>,
) -> Vec<(String, Bytes)> {
    let hops = switch.calls.get(&call).and_then(|call| call.hops);
    if let Some(hops) = hops {
        let left = hops.saturating_sub(1).to_string();
        headers.push(("Max-Forwards".to_owned(), left.into()));
    }
    headers
}
