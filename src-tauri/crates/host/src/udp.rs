//! UDP sockets of the signalling thread.

use crate::limits::{DATAGRAM_BATCH, MAX_DATAGRAM, SIP_SOCKET_BUFFER};
use bytes::Bytes;
use mio::net::UdpSocket;
use sip_transport::Flow;
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr};
use switch::Input;

/// A bound SIP socket.
#[derive(Debug)]
pub(crate) struct SipSocket {
    pub(crate) local: SocketAddr,
    pub(crate) socket: UdpSocket,
}

/// Binds a UDP socket that does not block, with a kernel buffer of about `buffer` bytes.
pub(crate) fn bind(address: SocketAddr, buffer: usize) -> io::Result<UdpSocket> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // The kernel caps these at its own limits; less buffer is no reason not to run.
    let _ = socket.set_recv_buffer_size(buffer);
    let _ = socket.set_send_buffer_size(buffer);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(UdpSocket::from_std(socket.into()))
}

impl SipSocket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<SipSocket> {
        let socket = bind(address, SIP_SOCKET_BUFFER)?;
        Ok(SipSocket {
            local: socket.local_addr()?,
            socket,
        })
    }

    /// Reads what has arrived, up to a batch. Whether there may be more.
    pub(crate) fn receive(
        &self,
        buffer: &mut [u8; MAX_DATAGRAM],
        mut take: impl FnMut(Input),
    ) -> bool {
        for _ in 0..DATAGRAM_BATCH {
            match self.socket.recv_from(buffer) {
                Ok((len, remote)) => take(Input::Message {
                    flow: Flow::udp(self.local, remote),
                    bytes: Bytes::copy_from_slice(buffer.get(..len).unwrap_or_default()),
                }),
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return false,
                // ICMP errors of earlier sends surface here without an address; the
                // transaction's own timer notices.
                Err(_) => {}
            }
        }
        true
    }

    /// Sends one datagram; a full buffer loses it as the network might.
    pub(crate) fn send(&self, remote: SocketAddr, bytes: &[u8]) -> io::Result<()> {
        match self.socket.send_to(bytes, remote) {
            Ok(_) => Ok(()),
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(why) => Err(why),
        }
    }
}
