//! What a proxy writes into Record-Route so that later requests of the dialog come back through it
//! (RFC 3261 §16.6 step 4), twice where the two sides differ (RFC 5658).

use crate::{Flow, Transport, Transports};
use sip_message::{
    Params, Scheme, SipUri, Uri,
    header::{NameAddr, RecordRoute},
};
use smallvec::SmallVec;

/// One side of a proxied request.
#[derive(Clone, Copy, Debug)]
pub struct RouteSide<'a> {
    /// The flow on that side.
    pub flow: &'a Flow,
    /// The flow token that leads back to it (RFC 5626 §5.3), where the peer cannot be reached
    /// otherwise.
    pub token: Option<&'a str>,
}

/// The Record-Route values of a request that came over `from` and leaves over `to`, in the order in
/// which they are pushed: the last one ends up topmost and faces the next hop.
///
/// One value serves both directions when both sides say the same; two are needed when transport,
/// address or token differ, so that each side sends to what it can reach (RFC 5658 §4).
pub fn record_routes(
    transports: &Transports,
    from: RouteSide<'_>,
    to: RouteSide<'_>,
    secure: bool,
) -> SmallVec<[RecordRoute; 2]> {
    let facing_caller = route_uri(transports, from, secure);
    let facing_callee = route_uri(transports, to, secure);
    let mut values = SmallVec::new();
    if facing_caller != facing_callee {
        values.push(RecordRoute(NameAddr::new(facing_caller)));
    }
    values.push(RecordRoute(NameAddr::new(facing_callee)));
    values
}

/// The URI under which a peer reaches us on one side: where we listen, the transport unless it is
/// the scheme's own, and `lr`.
fn route_uri(transports: &Transports, side: RouteSide<'_>, secure: bool) -> Uri {
    let transport = side.flow.transport;
    let (scheme, named) = match (secure && transport.is_secure(), transport) {
        (true, Transport::Tls) => (Scheme::Sips, None),
        (true, _) => (Scheme::Sips, Some("ws")),
        (false, Transport::Udp) => (Scheme::Sip, None),
        // RFC 3261 deprecates transport=tls, and every phone understands it.
        (false, other) => (Scheme::Sip, Some(other.uri_name())),
    };
    let params = match named {
        Some(name) => Params::new().with("transport", name),
        None => Params::new(),
    };
    SipUri::new(scheme, side.token, transports.sent_by(side.flow))
        .with_params(params.with_flag("lr"))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Listener;
    use sip_message::Header;

    #[test]
    fn both_sides_are_named_where_they_differ() {
        let mut transports = Transports::default();
        for (transport, local) in [
            (Transport::Udp, "192.0.2.1:5060"),
            (Transport::Tls, "192.0.2.1:5061"),
            (Transport::Ws, "10.0.0.1:80"),
        ] {
            transports.listen(Listener {
                transport,
                local: local.parse().unwrap(),
                advertised: None,
            });
        }
        let flow = |transport, local: &str| Flow {
            transport,
            local: local.parse().unwrap(),
            remote: "198.51.100.1:5060".parse().unwrap(),
            connection: None,
        };
        let udp = flow(Transport::Udp, "192.0.2.1:5060");
        let tls = flow(Transport::Tls, "192.0.2.1:5061");
        let ws = flow(Transport::Ws, "10.0.0.1:80");
        let side = |flow, token| RouteSide { flow, token };
        for (from, to, secure, expected) in [
            (
                side(&udp, None),
                side(&udp, None),
                false,
                vec!["<sip:192.0.2.1:5060;lr>"],
            ),
            (
                side(&udp, None),
                side(&tls, None),
                false,
                vec![
                    "<sip:192.0.2.1:5060;lr>",
                    "<sip:192.0.2.1:5061;transport=tls;lr>",
                ],
            ),
            (
                side(&ws, Some("tok-en_1")),
                side(&udp, None),
                false,
                vec![
                    "<sip:tok-en_1@10.0.0.1:80;transport=ws;lr>",
                    "<sip:192.0.2.1:5060;lr>",
                ],
            ),
            (
                side(&udp, Some("a")),
                side(&udp, Some("b")),
                false,
                vec!["<sip:a@192.0.2.1:5060;lr>", "<sip:b@192.0.2.1:5060;lr>"],
            ),
            (
                side(&tls, None),
                side(&tls, None),
                true,
                vec!["<sips:192.0.2.1:5061;lr>"],
            ),
        ] {
            let values: Vec<String> = record_routes(&transports, from, to, secure)
                .iter()
                .map(|value| {
                    let mut out = Vec::new();
                    value.write(&mut out);
                    String::from_utf8(out).unwrap()
                })
                .collect();
            assert_eq!(values, expected);
        }
    }
}
