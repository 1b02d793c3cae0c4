//! Why the engine could not start, in sentences that say what to do.

use crate::certificates::AuthorityError;
use host::{HostError, PortHolder, tls::TlsError};
use sip_transport::Transport;
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
    /// An address for phones is not to be had.
    #[error("{}", cannot_listen(&Place::of(*.transport), *.address, .why, .holder.as_ref()))]
    Sip {
        /// The transport.
        transport: Transport,
        /// The address.
        address: SocketAddr,
        /// The system's word.
        why: io::Error,
        /// Who holds the port.
        holder: Option<PortHolder>,
    },
    /// The address for window and command line is not to be had.
    #[error("{}", cannot_listen(&API, *.address, .why, None))]
    Api {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        why: io::Error,
    },
    /// No certificate for TLS.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// A certificate that cannot be used.
    #[error("no certificate could be made for phones that speak TLS: {0}")]
    Tls(#[from] TlsError),
    /// TLS without a certificate.
    #[error("there is no certificate for phones that connect over {0}")]
    NoCertificate(Transport),
    /// Too few ports for sound.
    #[error("the ports for sound are too few; give more of them with --media-ports")]
    TooFewMediaPorts,
    /// Too few of them for a further office.
    #[error(
        "the ports for sound of further offices are too few; give more of them with --further-media-ports"
    )]
    TooFewFurtherMediaPorts,
    /// Two offices would take the same ports.
    #[error(
        "--media-ports and --further-media-ports name the same ports; each office needs its own"
    )]
    MediaPortsMeet,
    /// The first office does not run.
    #[error("the engine is not ready for further offices")]
    NoSockets,
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
                holder,
            } => Self::Sip {
                transport,
                address,
                why,
                holder,
            },
            HostError::Tls(why) => Self::Tls(why),
            HostError::NoCertificate(transport) => Self::NoCertificate(transport),
            HostError::System(why) => Self::System(why),
        }
    }
}

/// What a socket is called where it cannot be opened.
struct Place {
    protocol: &'static str,
    /// The option that chooses another address.
    option: &'static str,
}

const API: Place = Place {
    protocol: "TCP",
    option: "--api",
};

impl Place {
    fn of(transport: Transport) -> Self {
        let (protocol, option) = match transport {
            Transport::Udp => ("UDP", "--sip"),
            Transport::Tcp => ("TCP", "--sip"),
            Transport::Tls => ("TCP", "--sip-tls"),
            Transport::Ws => ("TCP", "--sip-ws"),
            Transport::Wss => ("TCP", "--sip-wss"),
        };
        Self { protocol, option }
    }
}

fn cannot_listen(
    place: &Place,
    address: SocketAddr,
    why: &io::Error,
    holder: Option<&PortHolder>,
) -> String {
    let Place { protocol, option } = place;
    let (ip, port) = (address.ip(), address.port());
    match why.kind() {
        ErrorKind::AddrInUse => {
            let holder = holder.map_or_else(|| "another program".to_owned(), ToString::to_string);
            format!(
                "{protocol} port {port} of {ip} is taken by {holder}; stop that program, or choose another port with {option}"
            )
        }
        ErrorKind::AddrNotAvailable => {
            format!("this computer has no address {ip}; choose one of its own with {option}")
        }
        ErrorKind::PermissionDenied => format!(
            "you may not open {protocol} port {port} of {ip}; choose a port above 1023 with {option}"
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
        let said = |transport, kind: ErrorKind| {
            let place = Place::of(transport);
            let holder = PortHolder {
                program: "asterisk".to_owned(),
                process: 812,
            };
            cannot_listen(&place, address, &kind.into(), Some(&holder))
        };
        assert_eq!(
            said(Transport::Tls, ErrorKind::AddrInUse),
            "TCP port 5061 of 192.0.2.1 is taken by asterisk (process 812); stop that program, or choose another port with --sip-tls"
        );
        assert_eq!(
            said(Transport::Wss, ErrorKind::AddrNotAvailable),
            "this computer has no address 192.0.2.1; choose one of its own with --sip-wss"
        );
        assert_eq!(
            said(Transport::Udp, ErrorKind::PermissionDenied),
            "you may not open UDP port 5061 of 192.0.2.1; choose a port above 1023 with --sip"
        );
    }
}
