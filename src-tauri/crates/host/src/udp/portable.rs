//! Datagrams one by one, where the system knows no batches.

use crate::limits::{DATAGRAM_BATCH, MAX_DATAGRAM};
use bytes::Bytes;
use mio::net::UdpSocket;
use std::{io, net::SocketAddr};

/// The memory datagrams are read into.
pub(crate) struct Batch {
    buffer: Box<[u8]>,
}

impl Batch {
    pub(crate) fn new() -> Batch {
        Batch {
            buffer: vec![0; MAX_DATAGRAM].into_boxed_slice(),
        }
    }

    /// Reads up to [`DATAGRAM_BATCH`] datagrams; fewer when no more wait.
    pub(crate) fn receive(
        &mut self,
        socket: &UdpSocket,
        mut take: impl FnMut(SocketAddr, &[u8]),
    ) -> io::Result<usize> {
        for count in 0..DATAGRAM_BATCH {
            match socket.recv_from(&mut self.buffer) {
                Ok((length, remote)) => {
                    take(remote, self.buffer.get(..length).unwrap_or_default());
                }
                Err(why) if why.kind() == io::ErrorKind::WouldBlock && count > 0 => {
                    return Ok(count);
                }
                Err(why) => return Err(why),
            }
        }
        Ok(DATAGRAM_BATCH)
    }

    /// Sends the first of these datagrams; the number sent.
    pub(crate) fn send(
        &mut self,
        socket: &UdpSocket,
        datagrams: &[(SocketAddr, Bytes)],
    ) -> io::Result<usize> {
        let Some((remote, bytes)) = datagrams.first() else {
            return Ok(0);
        };
        socket.send_to(bytes, *remote).map(|_| 1)
    }
}

/// Asks for the addresses nobody listens at; this system does not tell them.
pub(crate) fn report_unreachable(_socket: &UdpSocket, _local: SocketAddr) {}

/// The addresses that the network says nobody listens at.
pub(crate) fn unreachable(_socket: &UdpSocket) -> Vec<SocketAddr> {
    Vec::new()
}
