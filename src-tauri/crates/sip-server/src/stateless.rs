//! The stateless proxy (RFC 3261 §16.11): forwards each message by itself and remembers nothing.
//!
//! Pure functions over messages. A retransmission gets the same branch as the original, because the
//! branch is computed from what the two have in common.

use crate::{
    proxy::{Fault, ProxyConfig, check, loop_detected},
    tag::Tags,
};
use sip_message::{
    HeaderName, HostPort, Request, Response, Uri,
    header::{MaxForwards, Via},
};
use sip_transport::Transport;
use std::net::SocketAddr;

/// Forwards requests and responses without state.
#[derive(Debug)]
pub struct StatelessProxy {
    config: ProxyConfig,
    tags: Tags,
    /// What our Via says.
    sent_by: HostPort,
}

impl StatelessProxy {
    /// A proxy that writes `sent_by` into its Via.
    pub fn new(config: ProxyConfig, sent_by: HostPort, seed: [u8; 32]) -> StatelessProxy {
        StatelessProxy {
            config,
            tags: Tags::new(seed),
            sent_by,
        }
    }

    /// The request as it goes on to `uri` over `transport`. `Err` is the answer to one that may not
    /// be forwarded; an ACK gets none.
    pub fn forward(
        &self,
        request: &Request,
        uri: &Uri,
        transport: Transport,
    ) -> Result<Request, Response> {
        let refuse = |fault: Fault| {
            let tag = self.tags.of(request);
            fault.answer(request).to_tag(&tag).build()
        };
        check(request, &self.config).map_err(refuse)?;
        let routing = self.routing(request);
        let passed_here = |via: Via| {
            let branch = via.branch().unwrap_or_default();
            via.sent_by == self.sent_by && branch.ends_with(routing.as_bytes())
        };
        if request.headers().all::<Via>().flatten().any(passed_here) {
            return Err(refuse(loop_detected()));
        }
        let hops = match request.headers().find::<MaxForwards>() {
            Ok(Some(MaxForwards(hops))) => hops.saturating_sub(1),
            _ => 70,
        };
        let via = Via::new(
            transport.via_name(),
            self.sent_by.clone(),
            &self.branch(request, &routing),
        );
        Ok(request
            .edit()
            .uri(uri)
            .set(&MaxForwards(hops))
            .push_first(&via)
            .build())
    }

    /// The response without our Via, and where it goes. `None`: it is not ours, or ends here.
    pub fn pass_back(&self, response: &Response) -> Option<(Response, Transport, SocketAddr)> {
        let own = response.via().ok()?;
        if own.sent_by != self.sent_by {
            return None;
        }
        let response = response.edit().pop::<Via>().build();
        let next = response.via().ok()?;
        let transport = Transport::from_via(&next.transport)?;
        let addr = next.response_target()?;
        Some((response, transport, addr))
    }

    /// The same for every retransmission, for the CANCEL and for the ACK to a non-2xx: they share
    /// the branch they came with (RFC 3261 §16.11).
    fn branch(&self, request: &Request, routing: &str) -> String {
        let via = request.headers().value(HeaderName::Via).unwrap_or_default();
        let branch = request.via().ok().and_then(|via| via.branch());
        // Old clients send no unique branch: then the Via and what `routing` covers must do.
        let unique = branch.filter(|b| b.starts_with(b"z9hG4bK")).unwrap_or(via);
        let own = self.tags.token(&[b"branch", &unique]);
        format!("z9hG4bK{own}.{routing}")
    }

    /// A mark of all that decides where the request goes, the second half of our branch: a request
    /// that comes back unchanged is known by it (RFC 5393 §4.2.2).
    fn routing(&self, request: &Request) -> String {
        let headers = request.headers();
        let value = |name| headers.value(name).unwrap_or_default();
        let cseq = request.cseq().map_or(0, |cseq| cseq.number).to_be_bytes();
        self.tags.token(&[
            b"route",
            &request.raw_uri(),
            &value(HeaderName::Route),
            &value(HeaderName::CallId),
            &value(HeaderName::From),
            &cseq,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use sip_message::{Host, Method, StatusCode};

    fn proxy() -> StatelessProxy {
        let sent_by = HostPort::new(Host::from_name("10.0.0.1"), Some(5060));
        StatelessProxy::new(ProxyConfig::default(), sent_by, [1; 32])
    }

    fn invite(uri: &str, hops: u8) -> Request {
        Request::parse(Bytes::from(format!(
            "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n\
             Max-Forwards: {hops}\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\n\
             Call-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"
        )))
        .unwrap()
    }

    fn forward(request: &Request) -> Result<Request, u16> {
        let uri = "sip:b@192.0.2.9".parse().unwrap();
        let forwarded = proxy().forward(request, &uri, Transport::Udp);
        forwarded.map_err(|response| response.status().code())
    }

    #[test]
    fn retransmissions_and_cancel_get_the_same_branch_others_do_not() {
        let branch = |request: &Request| forward(request).unwrap().via().unwrap().branch();
        let first = invite("sip:b@x", 70);
        assert_eq!(branch(&first), branch(&invite("sip:b@x", 70)));
        let cancel = first
            .edit()
            .method(Method::Cancel)
            .set_raw("CSeq", b"1 CANCEL")
            .build();
        assert_eq!(branch(&first), branch(&cancel));
        let via = b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2";
        assert_ne!(
            branch(&first),
            branch(&first.edit().set_raw("Via", via).build())
        );
    }

    #[test]
    fn a_request_that_comes_back_unchanged_is_a_loop() {
        let forwarded = forward(&invite("sip:b@x", 70)).unwrap();
        let back = |uri: &str| forwarded.edit().uri(&uri.parse().unwrap()).build();
        assert_eq!(forward(&back("sip:b@x")).map(drop), Err(482));
        assert_eq!(forward(&back("sip:c@x")).map(drop), Ok(()));
        assert_eq!(forward(&invite("sip:b@x", 0)).map(drop), Err(483));
    }

    #[test]
    fn responses_find_their_way_back() {
        let forwarded = forward(&invite("sip:b@x", 70)).unwrap();
        let response = Response::to(&forwarded, StatusCode::OK).build();
        let (back, transport, addr) = proxy().pass_back(&response).unwrap();
        assert_eq!(back.headers().all::<Via>().count(), 1);
        assert_eq!(
            (transport, addr),
            (Transport::Udp, "192.0.2.1:5060".parse().unwrap())
        );
        assert!(proxy().pass_back(&back).is_none()); // not our Via
    }
}
