//! May this request be forwarded at all? (RFC 3261 §16.3, RFC 5393 §4)

use super::ProxyConfig;
use crate::status::{BAD_EXTENSION, LOOP_DETECTED, TOO_MANY_HOPS, UNSUPPORTED_URI_SCHEME};
use sip_message::{
    HeaderName, Request, Response, ResponseBuilder, StatusCode, Uri, header::MaxForwards,
};

/// Why a request is not forwarded.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    unsupported: Vec<String>,
}

impl Fault {
    pub(crate) fn new(status: StatusCode) -> Fault {
        Fault {
            status,
            unsupported: Vec::new(),
        }
    }

    /// The answer that says so.
    pub(crate) fn answer(&self, request: &Request) -> ResponseBuilder {
        let response = Response::to(request, self.status);
        match self.unsupported.is_empty() {
            true => response,
            false => response.push_raw("Unsupported", self.unsupported.join(", ").as_bytes()),
        }
    }
}

/// Checks scheme, Max-Forwards and Proxy-Require; syntax was checked where the message came in.
pub(crate) fn check(request: &Request, config: &ProxyConfig) -> Result<(), Fault> {
    match request.uri() {
        Ok(Uri::Sip(_) | Uri::Tel(_)) => {}
        // A URN is a matter for the owner: `urn:service:sos` is an emergency call (RFC 5031).
        Ok(Uri::Other { scheme, .. }) if scheme.is("urn") => {}
        _ => return Err(Fault::new(UNSUPPORTED_URI_SCHEME)),
    }
    if request.headers().find::<MaxForwards>() == Ok(Some(MaxForwards(0))) {
        return Err(Fault::new(TOO_MANY_HOPS));
    }
    let unsupported = unsupported(request, config);
    match unsupported.is_empty() {
        true => Ok(()),
        false => Err(Fault {
            status: BAD_EXTENSION,
            unsupported,
        }),
    }
}

pub(crate) fn loop_detected() -> Fault {
    Fault::new(LOOP_DETECTED)
}

fn unsupported(request: &Request, config: &ProxyConfig) -> Vec<String> {
    let mut unsupported = Vec::new();
    for line in request.headers().named(HeaderName::ProxyRequire) {
        let value = line.value();
        for tag in value.split(|b| *b == b',').map(<[u8]>::trim_ascii) {
            let known = |name: &String| name.as_bytes().eq_ignore_ascii_case(tag);
            if !tag.is_empty() && !config.extensions.iter().any(known) {
                unsupported.push(String::from_utf8_lossy(tag).into_owned());
            }
        }
    }
    unsupported
}
