//! Flow tokens (RFC 5626 §5.2): a flow written into the user part of a Record-Route or Path URI,
//! so that a request coming back with it takes that same flow.

use crate::{ConnectionId, Flow, Transport};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::net::{IpAddr, SocketAddr};

/// Issues and reads flow tokens. The key never leaves this process, so that nobody can write a
/// token that sends our messages where they like.
#[derive(Clone)]
pub struct FlowTokens {
    keyed: Hmac<Sha256>,
}

/// Why text is no flow token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowTokenError {
    /// It has not the form of one.
    #[error("not a flow token")]
    Malformed,
    /// It was not issued with this key.
    #[error("forged flow token")]
    Forged,
}

/// 80 bits, as RFC 5626 §5.2 proposes.
const MAC_LENGTH: usize = 10;

impl FlowTokens {
    /// With a random key.
    pub fn new(key: [u8; 32]) -> FlowTokens {
        // A key of one block or less is used as it is; shorter or longer ones cannot occur.
        let keyed = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&{
            let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
            block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
            block
        });
        FlowTokens { keyed }
    }

    /// The token of a flow: letters, digits, `-` and `_`.
    pub fn issue(&self, flow: &Flow) -> String {
        let mut plain = Vec::with_capacity(64);
        plain.push(transport_number(flow.transport) | u8::from(flow.connection.is_some()) << 4);
        push_addr(&mut plain, flow.local);
        push_addr(&mut plain, flow.remote);
        if let Some(ConnectionId(id)) = flow.connection {
            plain.extend(id.to_be_bytes());
        }
        let mac = self.keyed.clone().chain_update(&plain).finalize();
        plain.extend(mac.into_bytes().iter().take(MAC_LENGTH));
        URL_SAFE_NO_PAD.encode(plain)
    }

    /// The flow of a token; whether it is still alive is another question.
    pub fn read(&self, token: &[u8]) -> Result<Flow, FlowTokenError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| FlowTokenError::Malformed)?;
        let at = bytes
            .len()
            .checked_sub(MAC_LENGTH)
            .ok_or(FlowTokenError::Malformed)?;
        let (plain, mac) = bytes.split_at(at);
        let keyed = self.keyed.clone().chain_update(plain);
        keyed
            .verify_truncated_left(mac)
            .map_err(|_| FlowTokenError::Forged)?;
        parse(plain).ok_or(FlowTokenError::Malformed)
    }
}

impl std::fmt::Debug for FlowTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FlowTokens(key hidden)")
    }
}

fn parse(plain: &[u8]) -> Option<Flow> {
    let (first, rest) = plain.split_first()?;
    let (local, rest) = split_addr(rest)?;
    let (remote, rest) = split_addr(rest)?;
    let connection = match first >> 4 {
        0 if rest.is_empty() => None,
        1 => Some(ConnectionId(u64::from_be_bytes(rest.try_into().ok()?))),
        _ => return None,
    };
    Some(Flow {
        transport: TRANSPORTS.get(usize::from(first & 15)).copied()?,
        local,
        remote,
        connection,
    })
}

const TRANSPORTS: [Transport; 5] = [
    Transport::Udp,
    Transport::Tcp,
    Transport::Tls,
    Transport::Ws,
    Transport::Wss,
];

fn transport_number(transport: Transport) -> u8 {
    match transport {
        Transport::Udp => 0,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::Ws => 3,
        Transport::Wss => 4,
    }
}

fn push_addr(out: &mut Vec<u8>, addr: SocketAddr) {
    match addr.ip() {
        IpAddr::V4(ip) => {
            out.push(4);
            out.extend(ip.octets());
        }
        IpAddr::V6(ip) => {
            out.push(6);
            out.extend(ip.octets());
        }
    }
    out.extend(addr.port().to_be_bytes());
}

fn split_addr(bytes: &[u8]) -> Option<(SocketAddr, &[u8])> {
    let (family, rest) = bytes.split_first()?;
    let (ip, rest): (IpAddr, &[u8]) = match family {
        4 => {
            let (ip, rest) = rest.split_first_chunk::<4>()?;
            ((*ip).into(), rest)
        }
        6 => {
            let (ip, rest) = rest.split_first_chunk::<16>()?;
            ((*ip).into(), rest)
        }
        _ => return None,
    };
    let (port, rest) = rest.split_first_chunk::<2>()?;
    Some((SocketAddr::new(ip, u16::from_be_bytes(*port)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows() -> Vec<Flow> {
        let v4 = ["192.0.2.1:5060", "198.51.100.7:40001"].map(|a| a.parse().unwrap());
        let v6 = ["[2001:db8::1]:5061", "[2001:db8::2]:1"].map(|a| a.parse().unwrap());
        let mut flows = vec![Flow::udp(v4[0], v4[1]), Flow::udp(v6[0], v6[1])];
        for transport in [
            Transport::Tcp,
            Transport::Tls,
            Transport::Ws,
            Transport::Wss,
        ] {
            flows.push(Flow {
                transport,
                local: v6[0],
                remote: v4[1],
                connection: Some(ConnectionId(u64::MAX - 1)),
            });
        }
        flows
    }

    #[test]
    fn a_token_leads_back_to_its_flow() {
        let tokens = FlowTokens::new([7; 32]);
        for flow in flows() {
            let token = tokens.issue(&flow);
            assert_eq!(tokens.read(token.as_bytes()), Ok(flow), "{token}");
            let uri = format!("sip:{token}@192.0.2.1;lr");
            let uri: sip_message::Uri = uri.parse().unwrap();
            assert_eq!(uri.user().unwrap(), token.as_bytes(), "needs no escaping");
        }
    }

    #[test]
    fn a_changed_or_foreign_token_is_refused() {
        let tokens = FlowTokens::new([7; 32]);
        let others = FlowTokens::new([8; 32]);
        for flow in flows() {
            let token = tokens.issue(&flow);
            assert_eq!(others.read(token.as_bytes()), Err(FlowTokenError::Forged));
            for at in 0..token.len() - 1 {
                let mut changed = token.clone().into_bytes();
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                assert!(tokens.read(&changed).is_err(), "byte {at}");
            }
        }
        for text in ["", "alice", "////", "AAAAAAAAAAAAAA"] {
            assert!(tokens.read(text.as_bytes()).is_err());
        }
    }
}
