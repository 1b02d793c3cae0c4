//! Dialogs (RFC 3261 §12): who talks to whom, over which route, in which order.

use crate::limits::MAX_ROUTES;
use sip_message::{
    Headers, Method, Request, RequestBuilder, Response, Text, Uri,
    header::{CSeq, CallId, Contact, From, NameAddr, RecordRoute, Route, To},
};

/// What names a dialog at our end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId {
    /// The Call-ID.
    pub call_id: Text,
    /// The tag we gave.
    pub local_tag: Text,
    /// The tag the far end gave; empty for an RFC 2543 peer.
    pub remote_tag: Text,
}

/// A dialog's state (RFC 3261 §12).
#[derive(Clone, Debug)]
pub struct Dialog {
    id: DialogId,
    local: NameAddr,
    remote: NameAddr,
    local_seq: u32,
    remote_seq: Option<u32>,
    routes: Vec<NameAddr>,
    remote_target: Uri,
    secure: bool,
}

/// Why a message starts no dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDialog {
    /// A header a dialog is made of is missing or unreadable.
    #[error("{0} header missing or unreadable")]
    Header(sip_message::HeaderName),
    /// More Record-Route entries than [`MAX_ROUTES`].
    #[error("route set too long")]
    RouteSetTooLong,
}

/// A request with a lower sequence number than one before it; answered 500 (RFC 3261 §12.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CSeq {got} after {seen}")]
pub struct CSeqOutOfOrder {
    /// The request's number.
    pub got: u32,
    /// The highest number seen before.
    pub seen: u32,
}

impl DialogId {
    /// The dialog a received request belongs to: its To tag is ours. `None` outside dialogs.
    pub fn of_request(request: &Request) -> Option<DialogId> {
        Some(DialogId {
            call_id: request.call_id().ok()?,
            local_tag: request.to_tag()?,
            remote_tag: request.from().ok()?.tag().unwrap_or_default(),
        })
    }

    /// The dialog a received response belongs to: its From tag is ours.
    pub fn of_response(response: &Response) -> Option<DialogId> {
        Some(DialogId {
            call_id: response.call_id().ok()?,
            local_tag: response.from().ok()?.tag()?,
            remote_tag: response.to_tag().unwrap_or_default(),
        })
    }
}

impl Dialog {
    /// The caller's (or subscriber's) dialog, from the request it sent and a 1xx or 2xx response
    /// with a To tag (RFC 3261 §12.1.2). A response without Contact leaves the target at the
    /// Request-URI.
    pub fn uac(request: &Request, response: &Response) -> Result<Dialog, NoDialog> {
        use sip_message::HeaderName as N;
        let local = request.from().map_err(|_| NoDialog::Header(N::From))?;
        let remote = response.to_header().map_err(|_| NoDialog::Header(N::To))?;
        let uri = request.uri().map_err(|_| NoDialog::Header(N::To))?;
        let mut routes = route_set(response.headers())?;
        routes.reverse(); // as seen from the caller, the last proxy's entry comes last
        Ok(Dialog {
            id: DialogId {
                call_id: request.call_id().map_err(|_| NoDialog::Header(N::CallId))?,
                local_tag: local.tag().unwrap_or_default(),
                remote_tag: remote.tag().unwrap_or_default(),
            },
            local_seq: request
                .cseq()
                .map_err(|_| NoDialog::Header(N::CSeq))?
                .number,
            remote_seq: None,
            routes,
            remote_target: contact(response.headers()).unwrap_or_else(|| uri.clone()),
            secure: is_secure(&uri),
            local,
            remote,
        })
    }

    /// The callee's (or notifier's) dialog, from the request it received and the tag it gives
    /// (RFC 3261 §12.1.1).
    pub fn uas(request: &Request, local_tag: &str) -> Result<Dialog, NoDialog> {
        use sip_message::HeaderName as N;
        let local = request
            .to()
            .map_err(|_| NoDialog::Header(N::To))?
            .with_tag(local_tag);
        let remote = request.from().map_err(|_| NoDialog::Header(N::From))?;
        let uri = request.uri().map_err(|_| NoDialog::Header(N::To))?;
        Ok(Dialog {
            id: DialogId {
                call_id: request.call_id().map_err(|_| NoDialog::Header(N::CallId))?,
                local_tag: Text::from(local_tag),
                remote_tag: remote.tag().unwrap_or_default(),
            },
            local_seq: 0,
            remote_seq: Some(
                request
                    .cseq()
                    .map_err(|_| NoDialog::Header(N::CSeq))?
                    .number,
            ),
            routes: route_set(request.headers())?,
            remote_target: contact(request.headers()).ok_or(NoDialog::Header(N::Contact))?,
            secure: is_secure(&uri),
            local,
            remote,
        })
    }

    /// Its name.
    pub fn id(&self) -> &DialogId {
        &self.id
    }

    /// Our address with our tag: From of our requests.
    pub fn local(&self) -> &NameAddr {
        &self.local
    }

    /// The far end's address with its tag.
    pub fn remote(&self) -> &NameAddr {
        &self.remote
    }

    /// Where the far end wants to be reached.
    pub fn remote_target(&self) -> &Uri {
        &self.remote_target
    }

    /// The proxies between, nearest first.
    pub fn routes(&self) -> &[NameAddr] {
        &self.routes
    }

    /// Whether every hop must be encrypted: the dialog began with a `sips:` Request-URI.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The sequence number of the last request we made.
    pub fn local_seq(&self) -> u32 {
        self.local_seq
    }

    /// A request within this dialog (RFC 3261 §12.2.1.1): Request-URI and Route from the route
    /// set, From, To, Call-ID, and the next CSeq. Contact, body and the rest are the caller's.
    pub fn request(&mut self, method: Method) -> RequestBuilder {
        self.local_seq = self.local_seq.saturating_add(1);
        self.numbered(method, self.local_seq)
    }

    /// The ACK to a 2xx of the INVITE with sequence number `invite` (RFC 3261 §13.2.2.4).
    pub fn ack(&self, invite: u32) -> RequestBuilder {
        self.numbered(Method::Ack, invite)
    }

    /// A copy of an earlier request under the next sequence number, to be sent once more with other
    /// headers (credentials, RFC 3261 §22.2; a longer session interval, RFC 4028 §7.3).
    pub fn renumber(&mut self, request: &Request) -> RequestBuilder {
        self.local_seq = self.local_seq.saturating_add(1);
        request.edit().set(&CSeq {
            number: self.local_seq,
            method: request.method(),
        })
    }

    /// Requests of ours outside the dialog have used sequence numbers up to this: a NOTIFY may create
    /// the dialog of the SUBSCRIBE before its 2xx does (RFC 6665 §4.4.1).
    pub(crate) fn continue_from(&mut self, number: u32) {
        self.local_seq = self.local_seq.max(number);
    }

    /// Checks a request's place in the order and remembers it (RFC 3261 §12.2.2).
    pub fn accept(&mut self, request: &Request) -> Result<(), CSeqOutOfOrder> {
        let got = request.cseq().map_or(0, |cseq| cseq.number);
        match self.remote_seq {
            Some(seen) if got < seen => Err(CSeqOutOfOrder { got, seen }),
            _ => {
                self.remote_seq = Some(got);
                Ok(())
            }
        }
    }

    /// Takes the Contact of a target refresh request, or of a 2xx to one of ours, as the new remote
    /// target (RFC 3261 §12.2.1.2, §12.2.2). The route set of a dialog never changes.
    pub fn refresh_target(&mut self, headers: Headers<'_>) {
        if let Some(target) = contact(headers) {
            self.remote_target = target;
        }
    }

    /// The 2xx that confirms an early dialog has the last word about the route set and the target
    /// (RFC 3261 §13.2.2.4).
    pub fn confirm(&mut self, response: &Response) {
        if let Ok(mut routes) = route_set(response.headers()) {
            routes.reverse();
            self.routes = routes;
        }
        self.refresh_target(response.headers());
    }

    /// The URI that says where the next hop is: the first route, else the remote target.
    pub fn next_hop(&self) -> &Uri {
        self.routes
            .first()
            .map_or(&self.remote_target, NameAddr::uri)
    }

    fn numbered(&self, method: Method, number: u32) -> RequestBuilder {
        let strict = self.routes.split_first().filter(|(first, _)| {
            // A first hop without `lr` is a strict router: it takes the Request-URI, and the
            // target becomes the last route (RFC 3261 §12.2.1.1).
            first
                .uri()
                .as_sip()
                .is_some_and(|uri| !uri.params().has("lr"))
        });
        let mut builder = match strict {
            Some((first, _)) => {
                let uri = match first.uri() {
                    Uri::Sip(uri) => Uri::Sip(uri.clone().without_headers()),
                    other => other.clone(),
                };
                Request::builder(method.clone(), &uri)
            }
            None => Request::builder(method.clone(), &self.remote_target),
        };
        match strict {
            Some((_, rest)) => {
                for route in rest {
                    builder = builder.push(&Route(route.clone()));
                }
                builder = builder.push(&Route(NameAddr::new(self.remote_target.clone())));
            }
            None => {
                for route in &self.routes {
                    builder = builder.push(&Route(route.clone()));
                }
            }
        }
        builder
            .push(&From(self.local.clone()))
            .push(&To(self.remote.clone()))
            .push(&CallId(self.id.call_id.clone()))
            .push(&CSeq { number, method })
    }
}

/// The Record-Route entries in the order they stand.
fn route_set(headers: Headers<'_>) -> Result<Vec<NameAddr>, NoDialog> {
    let mut routes = Vec::new();
    for entry in headers.all::<RecordRoute>() {
        let entry = entry.map_err(|_| NoDialog::Header(sip_message::HeaderName::RecordRoute))?;
        if routes.len() >= MAX_ROUTES {
            return Err(NoDialog::RouteSetTooLong);
        }
        routes.push(entry.0);
    }
    Ok(routes)
}

fn contact(headers: Headers<'_>) -> Option<Uri> {
    let contact = headers.find::<Contact>().ok()??;
    contact.addr().map(|addr| addr.uri().clone())
}

fn is_secure(uri: &Uri) -> bool {
    uri.as_sip().is_some_and(|uri| uri.is_secure())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use sip_message::HeaderName;

    fn request(lines: &str) -> Request {
        let text = format!(
            "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
             From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n\
             CSeq: 7 INVITE\r\n{lines}Content-Length: 0\r\n\r\n"
        );
        Request::parse(Bytes::from(text)).expect("a request")
    }

    /// Request-URI and Route values of a request in this dialog.
    fn way(dialog: &mut Dialog) -> (String, Vec<String>) {
        let request = dialog.request(Method::Bye).build();
        let routes = request.headers().named(HeaderName::Route);
        (
            request.raw_uri().to_string(),
            routes.map(|line| line.value().to_string()).collect(),
        )
    }

    fn called(record_routes: &str) -> Dialog {
        let lines = format!("Contact: <sip:alice@192.0.2.1>\r\n{record_routes}");
        Dialog::uas(&request(&lines), "b").expect("a dialog")
    }

    fn calling(record_routes: &str) -> Dialog {
        let invite = request("Contact: <sip:alice@192.0.2.1>\r\n");
        let lines = record_routes.lines().map(|line| line.split_once(": "));
        let mut response = Response::to(&invite, sip_message::StatusCode::OK).to_tag("b");
        for (name, value) in lines.flatten() {
            response = response.push_raw(name, value.as_bytes());
        }
        let response = response.push_raw("Contact", b"<sip:bob@192.0.2.2>").build();
        Dialog::uac(&invite, &response).expect("a dialog")
    }

    const TWO: &str = "Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>\r\n";

    #[test]
    fn without_proxies_requests_go_to_the_remote_target() {
        assert_eq!(way(&mut called("")), ("sip:alice@192.0.2.1".into(), vec![]));
        assert_eq!(way(&mut calling("")), ("sip:bob@192.0.2.2".into(), vec![]));
    }

    #[test]
    fn the_callee_routes_in_the_order_recorded_and_the_caller_in_reverse() {
        let (p1, p2) = ("<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>");
        let (uri, routes) = way(&mut called(TWO));
        assert_eq!(
            (uri.as_str(), routes),
            ("sip:alice@192.0.2.1", vec![p2.into(), p1.into()])
        );
        let (uri, routes) = way(&mut calling(TWO));
        assert_eq!(
            (uri.as_str(), routes),
            ("sip:bob@192.0.2.2", vec![p1.into(), p2.into()])
        );
    }

    #[test]
    fn a_strict_router_gets_the_request_uri_and_the_target_comes_last() {
        // RFC 3261 section 12.2.1.1: method and headers are not allowed in a Request-URI.
        let strict = "Record-Route: <sip:p1.example.com?Subject=x>, <sip:p2.example.com;lr>\r\n";
        let (uri, routes) = way(&mut called(strict));
        assert_eq!(uri, "sip:p1.example.com");
        assert_eq!(routes, ["<sip:p2.example.com;lr>", "<sip:alice@192.0.2.1>"]);
    }

    #[test]
    fn the_next_hop_is_the_first_route_or_the_target() {
        let hop = |dialog: &Dialog| dialog.next_hop().to_string();
        assert_eq!(hop(&called("")), "sip:alice@192.0.2.1");
        assert_eq!(hop(&called(TWO)), "sip:p2.example.com;lr");
        assert_eq!(hop(&calling(TWO)), "sip:p1.example.com;lr");
    }

    #[test]
    fn sequence_numbers_grow_and_an_ack_repeats_its_invite() {
        let mut dialog = calling("");
        let number = |builder: RequestBuilder| builder.build().cseq().expect("CSeq").number;
        assert_eq!(number(dialog.request(Method::Info)), 8);
        assert_eq!(number(dialog.request(Method::Bye)), 9);
        let ack = dialog.ack(7).build();
        assert_eq!(ack.cseq().expect("CSeq").number, 7);
        assert_eq!(ack.method(), Method::Ack);
    }

    #[test]
    fn only_a_lower_sequence_number_is_out_of_order() {
        let mut dialog = called("");
        let numbered = |number| {
            let cseq = CSeq {
                number,
                method: Method::Invite,
            };
            request("").edit().set(&cseq).build()
        };
        assert_eq!(dialog.accept(&numbered(7)), Ok(()));
        assert_eq!(dialog.accept(&numbered(20)), Ok(()), "gaps are allowed");
        let late = CSeqOutOfOrder { got: 8, seen: 20 };
        assert_eq!(dialog.accept(&numbered(8)), Err(late));
    }

    #[test]
    fn an_invite_without_contact_or_with_endless_routes_starts_no_dialog() {
        let none = Dialog::uas(&request(""), "b").map(drop);
        assert_eq!(none, Err(NoDialog::Header(HeaderName::Contact)));
        let entry = "Record-Route: <sip:p.example.com;lr>\r\n";
        let many = format!("Contact: <sip:a@b>\r\n{}", entry.repeat(MAX_ROUTES + 1));
        let none = Dialog::uas(&request(&many), "b").map(drop);
        assert_eq!(none, Err(NoDialog::RouteSetTooLong));
    }

    #[test]
    fn a_peer_without_tags_has_an_empty_one() {
        let old = request("Contact: <sip:a@b>\r\n")
            .edit()
            .set_raw("From", b"<sip:alice@example.com>")
            .build();
        let dialog = Dialog::uas(&old, "b").expect("a dialog");
        assert_eq!(dialog.id().remote_tag, "");
        assert!(dialog.remote().tag().is_none());
    }
}
