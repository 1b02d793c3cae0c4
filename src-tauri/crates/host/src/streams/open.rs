//! Opening connections the switch asks for.

use super::{Ended, Place, framed, log_end, prepare, websocket};
use crate::limits::HANDSHAKE_WITHIN;
use bytes::Bytes;
use rustls::pki_types::ServerName;
use sip_transport::{Flow, Target, Transport, limits::CONNECT_TIMEOUT};
use tokio::{
    net::TcpStream,
    sync::mpsc::Receiver,
    time::{Instant, timeout_at},
};
use tokio_rustls::client::TlsStream;

/// Opens a connection and carries messages until it ends.
pub(super) async fn run(place: Place, target: Target, outgoing: Receiver<Bytes>) {
    let (id, remote) = (place.id, target.addr);
    log_end(id, remote, open(place, target, outgoing).await);
}

async fn open(place: Place, target: Target, outgoing: Receiver<Bytes>) -> Result<(), Ended> {
    let by = Instant::now() + CONNECT_TIMEOUT.min(HANDSHAKE_WITHIN);
    let stream = timeout_at(by, TcpStream::connect(target.addr)).await??;
    prepare(&stream)?;
    let flow = Flow {
        transport: target.transport,
        local: stream.local_addr()?,
        remote: target.addr,
        connection: Some(place.id),
    };
    let authority = match &target.server_name {
        Some(name) => format!("{name}:{}", target.addr.port()),
        None => target.addr.to_string(),
    };
    match target.transport {
        Transport::Udp => Ok(()), // has no connections
        Transport::Tcp => {
            let line = place.established(flow).await;
            framed::carry(&line, stream, outgoing).await
        }
        Transport::Tls => {
            let stream = timeout_at(by, encrypt(&place, &target, stream)).await??;
            let line = place.established(flow).await;
            framed::carry(&line, stream, outgoing).await
        }
        Transport::Ws => {
            let handshake = websocket::connect(stream, &authority, false);
            let connected = timeout_at(by, handshake).await??;
            let line = place.established(flow).await;
            websocket::carry(&line, connected, outgoing).await
        }
        Transport::Wss => {
            let handshakes = async {
                let stream = encrypt(&place, &target, stream).await?;
                websocket::connect(stream, &authority, true).await
            };
            let connected = timeout_at(by, handshakes).await??;
            let line = place.established(flow).await;
            websocket::carry(&line, connected, outgoing).await
        }
    }
}

/// The certificate must prove the name the user asked for, or the address when there is no name
/// (RFC 5922 §4).
async fn encrypt(
    place: &Place,
    target: &Target,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Ended> {
    let name = match &target.server_name {
        Some(name) => ServerName::try_from(name.clone()).map_err(|_| Ended::NoName)?,
        None => ServerName::from(target.addr.ip()),
    };
    let connector = place.shared.tls.connector()?;
    Ok(connector.connect(name, stream).await?)
}
