//! Why the engine could not start, in sentences that say what to do.

use crate::port_holder;
use host::HostError;
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
};
use store::StoreError;

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartFailed {
    /// There is nowhere to keep data.
    #[error("there is no home folder to keep data in; choose a folder with --data")]
    NoDataFolder,
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An address is not to be had.
    #[error("{}", cannot_listen(.transport, *.address, .why))]
    Listen {
        /// `udp`, `tcp` …, or `api`.
        transport: String,
        /// The address.
        address: SocketAddr,
        /// The system's word.
        why: io::Error,
    },
    /// Too few ports for sound.
    #[error("the ports for sound are too few; give more of them with --media-ports")]
    TooFewMediaPorts,
    /// No seed.
    #[error("this computer gives no random numbers, so no call can be kept safe: {0}")]
    Random(getrandom::Error),
    /// The system refuses something every engine needs.
    #[error("this computer refuses what the engine needs: {0}")]
    System(#[from] io::Error),
}

impl From<HostError> for StartFailed {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Bind {
                transport,
                address,
                why,
            } => Self::Listen {
                transport: transport.to_string(),
                address,
                why,
            },
            HostError::System(why) => Self::System(why),
        }
    }
}

/// What the API's socket is called where transports are named.
pub(crate) const API: &str = "api";

fn cannot_listen(transport: &str, address: SocketAddr, why: &io::Error) -> String {
    let (protocol, option) = match transport {
        API => ("TCP", "--api"),
        "udp" => ("UDP", "--sip"),
        "tcp" => ("TCP", "--sip"),
        "tls" => ("TCP", "--sip-tls"),
        "ws" => ("TCP", "--sip-ws"),
        _ => ("TCP", "--sip-wss"),
    };
    match why.kind() {
        ErrorKind::AddrInUse => {
            let holder = port_holder::find(protocol == "UDP", address.port());
            let holder = holder.unwrap_or_else(|| "another program".to_owned());
            format!(
                "{protocol} port {} of {} is taken by {holder}; stop that program, or choose another port with {option}",
                address.port(),
                address.ip(),
            )
        }
        ErrorKind::AddrNotAvailable => format!(
            "this computer has no address {}; choose one of its own with {option}",
            address.ip()
        ),
        ErrorKind::PermissionDenied => format!(
            "you may not open {protocol} port {} of {}; choose a port above 1023 with {option}",
            address.port(),
            address.ip()
        ),
        _ => format!("{protocol} {address} cannot be opened: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_not_to_be_had_is_named_with_the_way_out() {
        let address = "192.0.2.1:5061".parse().unwrap();
        let said = |transport, kind: ErrorKind| cannot_listen(transport, address, &kind.into());
        assert_eq!(
            said("tls", ErrorKind::AddrNotAvailable),
            "this computer has no address 192.0.2.1; choose one of its own with --sip-tls"
        );
        assert_eq!(
            said("udp", ErrorKind::PermissionDenied),
            "you may not open UDP port 5061 of 192.0.2.1; choose a port above 1023 with --sip"
        );
    }
}
