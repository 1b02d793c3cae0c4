//! The answer to OPTIONS (RFC 3261 §11): are you there, and what can you do?

use crate::status::BAD_EXTENSION;
use sip_message::{HeaderName, Method, Request, Response, ResponseBuilder, StatusCode};

/// What a user agent or server says of itself.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// Methods it takes.
    pub allow: Vec<Method>,
    /// Body types it reads.
    pub accept: Vec<String>,
    /// Extensions it supports, as option tags.
    pub supported: Vec<String>,
    /// Event packages it serves (RFC 6665).
    pub events: Vec<String>,
}

impl Default for Capabilities {
    /// The methods of RFC 3261 and SDP.
    fn default() -> Capabilities {
        Capabilities {
            allow: vec![
                Method::Invite,
                Method::Ack,
                Method::Bye,
                Method::Cancel,
                Method::Options,
            ],
            accept: vec!["application/sdp".to_owned()],
            supported: Vec::new(),
            events: Vec::new(),
        }
    }
}

impl Capabilities {
    /// Answers an OPTIONS: `status` is what an INVITE to the same place would get now, 200 or for
    /// example 486 (RFC 3261 §11.2). The caller adds the To tag.
    pub fn answer(&self, request: &Request, status: StatusCode) -> ResponseBuilder {
        self.describe(Response::to(request, status))
    }

    /// Adds Allow, Accept, Supported and Allow-Events to a response.
    pub fn describe(&self, response: ResponseBuilder) -> ResponseBuilder {
        let allow: Vec<String> = self.allow.iter().map(Method::to_string).collect();
        let lists = [
            ("Allow", &allow),
            ("Accept", &self.accept),
            ("Supported", &self.supported),
            ("Allow-Events", &self.events),
        ];
        lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .fold(response, |response, (name, list)| {
                response.push_raw(name, list.join(", ").as_bytes())
            })
    }

    /// The 420 for a request that requires what we do not support (RFC 3261 §8.2.2.3). Not asked
    /// for ACK and CANCEL.
    pub fn check_required(&self, request: &Request) -> Option<ResponseBuilder> {
        if matches!(request.method(), Method::Ack | Method::Cancel) {
            return None;
        }
        let mut missing = Vec::new();
        for line in request.headers().named(HeaderName::Require) {
            for tag in line.value().split(|b| *b == b',').map(<[u8]>::trim_ascii) {
                let known = |own: &String| own.as_bytes().eq_ignore_ascii_case(tag);
                if !tag.is_empty() && !self.supported.iter().any(known) {
                    missing.push(String::from_utf8_lossy(tag).into_owned());
                }
            }
        }
        (!missing.is_empty()).then(|| {
            Response::to(request, BAD_EXTENSION)
                .push_raw("Unsupported", missing.join(", ").as_bytes())
        })
    }
}
