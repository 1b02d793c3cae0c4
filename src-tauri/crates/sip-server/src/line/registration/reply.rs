//! What a provider grants.

use crate::limits::LONGEST_EXPIRES;
use sip_message::{
    Response, Uri,
    header::{Contact, Expires},
};
use std::time::Duration;

/// How long a registration was granted for.
pub(super) struct Granted(pub(super) Duration);

impl Granted {
    /// Reads the 200 to a REGISTER: the `expires` of our Contact among those listed, else the
    /// Expires header, else what was `asked` for, in seconds (RFC 3261 §10.2.4). Registrars list
    /// the contacts of others too, and some write ours in another way.
    pub(super) fn of(response: &Response, contact: &Uri, token: &str, asked: u32) -> Granted {
        let headers = response.headers();
        let listed: Vec<Contact> = headers.all::<Contact>().flatten().collect();
        let is_ours = |listed: &&Contact| {
            listed.addr().is_some_and(|addr| {
                addr.uri().is_equivalent(contact) || has_token(addr.uri(), token)
            })
        };
        let mut ours = listed.iter().filter(is_ours);
        let expires = match (ours.next(), listed.as_slice()) {
            // An address of ours from before a move is listed with the time it has left.
            (Some(first), _) => {
                let exact = listed.iter().find(|listed| {
                    listed
                        .addr()
                        .is_some_and(|addr| addr.uri().is_equivalent(contact))
                });
                exact.unwrap_or(first).expires()
            }
            (None, [only]) => only.expires(),
            (None, _) => None,
        };
        let header = headers.get::<Expires>().ok().map(|expires| expires.0);
        let seconds = expires.or(header).unwrap_or(asked);
        Granted(Duration::from_secs(seconds.min(LONGEST_EXPIRES).into()))
    }
}

fn has_token(uri: &Uri, token: &str) -> bool {
    let of = |uri: &Uri| uri.as_sip()?.params().value("line");
    of(uri).is_some_and(|found| found == *token)
}
