//! STUN binding requests as keep-alive over UDP (RFC 5626 §4.4.2; the part of RFC 5389 it needs).

use bytes::Bytes;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const MAGIC_COOKIE: u32 = 0x2112_A442;
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// Attributes below must be understood by who receives them (RFC 5389 §15).
const FIRST_OPTIONAL: u16 = 0x8000;
const HEADER: usize = 20;

/// Whether a datagram on a SIP port is STUN: no SIP message starts with these bits
/// (RFC 5389 §6).
pub fn is_stun(datagram: &[u8]) -> bool {
    Message::parse(datagram).is_some()
}

/// The success response to a binding request from `source`: the address we see it come from.
/// `None` for anything else, which gets no answer.
pub fn answer(datagram: &[u8], source: SocketAddr) -> Option<Bytes> {
    let request = Message::parse(datagram)?;
    if request.kind != BINDING_REQUEST || request.attributes().any(|(t, _)| t < FIRST_OPTIONAL) {
        return None;
    }
    let mut value = vec![0, if source.is_ipv4() { 1 } else { 2 }];
    value.extend((source.port() ^ PORT_MASK).to_be_bytes());
    match source.ip() {
        IpAddr::V4(ip) => value.extend((u32::from(ip) ^ MAGIC_COOKIE).to_be_bytes()),
        IpAddr::V6(ip) => {
            value.extend((u128::from(ip) ^ mask(request.transaction)).to_be_bytes());
        }
    }
    let mut out = header(BINDING_SUCCESS, value.len() + 4, request.transaction);
    out.extend(XOR_MAPPED_ADDRESS.to_be_bytes());
    out.extend((value.len() as u16).to_be_bytes());
    out.extend(value);
    Some(Bytes::from(out))
}

/// A binding request of ours.
pub fn request(transaction: [u8; 12]) -> Bytes {
    Bytes::from(header(BINDING_REQUEST, 0, transaction))
}

/// The transaction and the address of a success response: where the peer sees us. `None` for
/// anything else.
pub fn mapped_address(datagram: &[u8]) -> Option<([u8; 12], SocketAddr)> {
    let response = Message::parse(datagram)?;
    if response.kind != BINDING_SUCCESS {
        return None;
    }
    let (_, value) = response
        .attributes()
        .find(|(t, _)| *t == XOR_MAPPED_ADDRESS)?;
    let [_, family, p0, p1, ip @ ..] = value else {
        return None;
    };
    let ip: IpAddr = match (family, ip.len()) {
        (1, 4) => {
            let bits = u32::from_be_bytes(ip.try_into().ok()?) ^ MAGIC_COOKIE;
            Ipv4Addr::from(bits).into()
        }
        (2, 16) => {
            let bits = u128::from_be_bytes(ip.try_into().ok()?) ^ mask(response.transaction);
            Ipv6Addr::from(bits).into()
        }
        _ => return None,
    };
    let port = u16::from_be_bytes([*p0, *p1]) ^ PORT_MASK;
    Some((response.transaction, SocketAddr::new(ip, port)))
}

struct Message<'a> {
    kind: u16,
    transaction: [u8; 12],
    body: &'a [u8],
}

impl<'a> Message<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Message<'a>> {
        let (header, body) = bytes.split_at_checked(HEADER)?;
        let [k0, k1, l0, l1, c0, c1, c2, c3, transaction @ ..] = header else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let cookie = u32::from_be_bytes([*c0, *c1, *c2, *c3]);
        let well_formed =
            *k0 < 0x40 && cookie == MAGIC_COOKIE && length == body.len() && length % 4 == 0;
        well_formed.then_some(Message {
            kind: u16::from_be_bytes([*k0, *k1]),
            transaction: transaction.try_into().ok()?,
            body,
        })
    }

    /// Type and value of each attribute; stops at the first that does not fit.
    fn attributes(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let ([t0, t1, l0, l1], after) = rest.split_first_chunk::<4>()?;
            let length = usize::from(u16::from_be_bytes([*l0, *l1]));
            let value = after.get(..length)?;
            rest = after.get(length.next_multiple_of(4)..).unwrap_or_default();
            Some((u16::from_be_bytes([*t0, *t1]), value))
        })
    }
}

const PORT_MASK: u16 = (MAGIC_COOKIE >> 16) as u16;

/// What an IPv6 address is hidden with: cookie and transaction (RFC 5389 §15.2).
fn mask(transaction: [u8; 12]) -> u128 {
    let low = transaction
        .iter()
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    u128::from(MAGIC_COOKIE) << 96 | low
}

fn header(kind: u16, length: usize, transaction: [u8; 12]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + length);
    out.extend(kind.to_be_bytes());
    out.extend((length as u16).to_be_bytes());
    out.extend(MAGIC_COOKIE.to_be_bytes());
    out.extend(transaction);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_learns_its_public_address() {
        for source in [
            "192.0.2.1:32853",
            "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
        ] {
            let source: SocketAddr = source.parse().unwrap();
            let asked = request(*b"0123456789ab");
            assert!(is_stun(&asked));
            let answered = answer(&asked, source).unwrap();
            assert_eq!(mapped_address(&answered), Some((*b"0123456789ab", source)));
        }
    }

    #[test]
    fn the_ipv4_bytes_are_those_of_rfc_5769() {
        // RFC 5769 §2.2: 192.0.2.1 port 32853.
        let transaction = [
            0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
        ];
        let answered = answer(&request(transaction), "192.0.2.1:32853".parse().unwrap()).unwrap();
        assert_eq!(
            answered.get(HEADER..).unwrap(),
            [
                0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43
            ]
        );
    }

    #[test]
    fn what_is_no_binding_request_gets_no_answer() {
        let source = "192.0.2.1:1".parse().unwrap();
        let response = answer(&request([7; 12]), source).unwrap();
        let mut unknown_attribute = request([7; 12]).to_vec();
        unknown_attribute.extend([0x00, 0x06, 0x00, 0x04, b'u', b's', b'e', b'r']);
        unknown_attribute[3] = 8;
        for datagram in [
            &b"OPTIONS sip:x SIP/2.0\r\n\r\n"[..],
            &[],
            &[0; 20],
            &request([7; 12])[..19],
            &response, // an answer to an answer would go round for ever
            &unknown_attribute,
        ] {
            assert_eq!(answer(datagram, source), None, "{datagram:02x?}");
        }
    }
}
