//! Accepting connections: admission, handshakes within their time, then messages.

use super::{Ended, Place, Streams, framed, log_end, prepare, websocket};
use crate::limits::{ACCEPT_PAUSE, HANDSHAKE_WITHIN, MAX_ACCEPT_PAUSE};
use bytes::Bytes;
use sip_transport::{Flow, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::Receiver,
    task::AbortHandle,
    time::{sleep, timeout},
};

/// Connections the system holds until they are accepted.
const BACKLOG: i32 = 1_024;

/// A listening socket; dropping it stops listening and leaves its connections be.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) local: SocketAddr,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Streams {
    /// Listens on an address.
    pub(crate) fn listen(&self, transport: Transport, at: SocketAddr) -> io::Result<Listening> {
        let listener = {
            let _context = self.runtime.enter();
            TcpListener::from_std(bind(at)?)?
        };
        let local = listener.local_addr()?;
        let streams = self.clone();
        let accepting = async move { streams.accept(transport, local, listener).await };
        let task = self.runtime.spawn(accepting).abort_handle();
        Ok(Listening { local, task })
    }

    async fn accept(&self, transport: Transport, local: SocketAddr, listener: TcpListener) {
        let mut pause = ACCEPT_PAUSE;
        loop {
            match listener.accept().await {
                Ok((stream, remote)) => {
                    pause = ACCEPT_PAUSE;
                    self.take(transport, local, stream, remote);
                }
                Err(why) if is_of_one_connection(&why) => {}
                Err(why) => {
                    // Out of file descriptors: trying again at once would only burn the processor.
                    tracing::warn!(%why, %local, "cannot accept connections for a while");
                    sleep(pause).await;
                    pause = (pause * 2).min(MAX_ACCEPT_PAUSE);
                }
            }
        }
    }

    fn take(&self, transport: Transport, local: SocketAddr, stream: TcpStream, remote: SocketAddr) {
        let shared = &self.shared;
        let admitted = shared.lock().admit(remote.ip(), shared.max);
        let Some(id) = admitted else {
            tracing::info!(%remote, "connection refused: too many");
            return;
        };
        let (place, outgoing) = shared.place(id, self.mark, remote.ip());
        let flow = Flow {
            transport,
            local,
            remote,
            connection: Some(id),
        };
        self.run(id, async move {
            log_end(id, remote, serve(place, flow, stream, outgoing).await);
        });
    }
}

async fn serve(
    place: Place,
    flow: Flow,
    stream: TcpStream,
    outgoing: Receiver<Bytes>,
) -> Result<(), Ended> {
    prepare(&stream)?;
    let tls = place.shared.tls.acceptor().clone();
    let origins = &place.shared.origins();
    match flow.transport {
        Transport::Udp => Ok(()), // has no connections
        Transport::Tcp => {
            let line = place.established(flow).await;
            framed::carry(&line, stream, outgoing).await
        }
        Transport::Tls => {
            let stream = timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await??;
            let line = place.established(flow).await;
            framed::carry(&line, stream, outgoing).await
        }
        Transport::Ws => {
            let accepted = timeout(HANDSHAKE_WITHIN, websocket::accept(stream, origins)).await??;
            let line = place.established(flow).await;
            websocket::carry(&line, accepted, outgoing).await
        }
        Transport::Wss => {
            let handshakes = async { websocket::accept(tls.accept(stream).await?, origins).await };
            let accepted = timeout(HANDSHAKE_WITHIN, handshakes).await??;
            let line = place.established(flow).await;
            websocket::carry(&line, accepted, outgoing).await
        }
    }
}

fn bind(at: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP))?;
    if at.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Connections of the run before, still dying, must not keep us from starting. On Windows the
    // option means something else and worse.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn is_of_one_connection(why: &io::Error) -> bool {
    matches!(
        why.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
