//! Flow tokens (RFC 5626 §5.2): the user part of our Record-Route names the flow a dialog's
//! requests take, so that a phone behind a NAT is reached although its Contact leads nowhere.

use crate::{
    digest::{Hex, keyed},
    limits::MAX_FLOW_TOKEN,
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sip_transport::{ConnectionId, Flow, Transport};
use std::net::SocketAddr;
use subtle::ConstantTimeEq;

/// Makes and reads tokens. Each carries a MAC: nobody can name a flow we did not tell him.
#[derive(Debug)]
pub(crate) struct FlowTokens(Hmac<Sha256>);

/// Bytes of the MAC, 80 bits as in RFC 5626 §5.2.
const PROOF: usize = 10;

impl FlowTokens {
    pub(crate) fn new(seed: [u8; 32]) -> FlowTokens {
        FlowTokens(keyed(seed))
    }

    /// The token of a flow: letters, digits and `-`.
    pub(crate) fn make(&self, flow: Flow) -> String {
        let plain = write(flow);
        let proof = self.proof(plain.as_bytes());
        let proof = String::from_utf8_lossy(proof.text()).into_owned();
        let hex: String = plain.bytes().map(|b| format!("{b:02x}")).collect();
        format!("{proof}-{hex}")
    }

    /// The flow of a token we made.
    pub(crate) fn read(&self, token: &[u8]) -> Option<Flow> {
        if token.len() > MAX_FLOW_TOKEN {
            return None;
        }
        let token = std::str::from_utf8(token).ok()?;
        let (proof, hex) = token.split_once('-')?;
        let plain: Option<Vec<u8>> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let plain = String::from_utf8(plain?).ok()?;
        let genuine: bool = self
            .proof(plain.as_bytes())
            .text()
            .ct_eq(proof.as_bytes())
            .into();
        genuine.then(|| read(&plain)).flatten()
    }

    fn proof(&self, plain: &[u8]) -> Hex {
        let mut mac = self.0.clone();
        mac.update(b"flow");
        mac.update(plain);
        let bytes = mac.finalize().into_bytes();
        Hex::of_bytes(bytes.get(..PROOF).unwrap_or_default())
    }
}

fn write(flow: Flow) -> String {
    let Flow {
        transport,
        local,
        remote,
        connection,
    } = flow;
    let connection = connection.map_or_else(String::new, |id| id.0.to_string());
    format!("{transport} {local} {remote} {connection}")
}

fn read(plain: &str) -> Option<Flow> {
    let mut words = plain.split(' ');
    let transport = Transport::from_uri_name(words.next()?.as_bytes(), false);
    let transport = transport.or_else(|| plain.starts_with("wss").then_some(Transport::Wss))?;
    let local: SocketAddr = words.next()?.parse().ok()?;
    let remote: SocketAddr = words.next()?.parse().ok()?;
    let connection = match words.next()? {
        "" => None,
        id => Some(ConnectionId(id.parse().ok()?)),
    };
    Some(Flow {
        transport,
        local,
        remote,
        connection,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_flow_comes_back_and_no_other() {
        let tokens = FlowTokens::new([3; 32]);
        for transport in [
            Transport::Udp,
            Transport::Tcp,
            Transport::Tls,
            Transport::Ws,
            Transport::Wss,
        ] {
            let flow = Flow {
                transport,
                local: "[2001:db8::1]:5060".parse().unwrap(),
                remote: "192.0.2.1:40000".parse().unwrap(),
                connection: transport.is_reliable().then_some(ConnectionId(u64::MAX)),
            };
            let token = tokens.make(flow);
            assert_eq!(tokens.read(token.as_bytes()), Some(flow), "{token}");
            assert_eq!(FlowTokens::new([4; 32]).read(token.as_bytes()), None);
            let forged = token.replacen('3', "4", 1);
            assert!(forged == token || tokens.read(forged.as_bytes()).is_none());
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_token_by_chance(token in "[0-9a-f]{0,20}-?[0-9a-f]{0,80}", bytes: Vec<u8>) {
            let tokens = FlowTokens::new([3; 32]);
            prop_assert_eq!(tokens.read(token.as_bytes()), None);
            prop_assert_eq!(tokens.read(&bytes), None);
        }
    }
}
