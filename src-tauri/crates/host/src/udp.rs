//! UDP sockets of the signalling thread: read and sent in batches where the system can.

#[cfg_attr(not(target_os = "linux"), path = "udp/portable.rs")]
#[cfg_attr(target_os = "linux", path = "udp/linux.rs")]
mod batch;

pub(crate) use batch::Batch;

use crate::limits::{BATCHES_PER_ROUND, DATAGRAM_BATCH, SIP_SOCKET_BUFFER};
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
    /// What goes out with the next [`SipSocket::flush`].
    outgoing: Vec<(SocketAddr, Bytes)>,
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
        batch::report_unreachable(&socket, address);
        Ok(SipSocket {
            local: socket.local_addr()?,
            socket,
            outgoing: Vec::with_capacity(DATAGRAM_BATCH),
        })
    }

    /// Reads what has arrived, up to some batches. Whether there may be more.
    pub(crate) fn receive(&self, batch: &mut Batch, arrived: &mut Vec<Input>) -> bool {
        let local = self.local;
        for _ in 0..BATCHES_PER_ROUND {
            let received = batch.receive(&self.socket, |remote, datagram| {
                arrived.push(Input::Message {
                    flow: Flow::udp(local, remote),
                    bytes: Bytes::copy_from_slice(datagram),
                });
            });
            match received {
                Ok(count) if count == DATAGRAM_BATCH => {}
                Ok(_) => return false,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return false,
                // The network's complaint about something sent earlier; more may wait behind it.
                Err(_) => self.take_complaints(arrived),
            }
        }
        true
    }

    /// Puts a datagram in line. Whether the line is full and wants to be sent.
    pub(crate) fn send(&mut self, remote: SocketAddr, bytes: Bytes) -> bool {
        self.outgoing.push((remote, bytes));
        self.outgoing.len() >= DATAGRAM_BATCH
    }

    /// Sends what is in line. A full kernel buffer loses datagrams as the network might; those the
    /// system refuses to send are reported.
    pub(crate) fn flush(&mut self, batch: &mut Batch, failed: &mut Vec<Input>) {
        let mut waiting = self.outgoing.as_slice();
        let mut retried = false;
        while let Some((remote, _)) = waiting.first() {
            let sent = match batch.send(&self.socket, waiting) {
                Ok(sent) => sent.max(1),
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => 1,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => 0,
                // It may be the complaint about an earlier datagram: once more tells.
                Err(_) if !retried => {
                    retried = true;
                    self.take_complaints(failed);
                    continue;
                }
                Err(_) => {
                    failed.push(Input::Unreachable(Flow::udp(self.local, *remote)));
                    1
                }
            };
            retried = false;
            waiting = waiting.get(sent..).unwrap_or_default();
        }
        self.outgoing.clear();
    }

    fn take_complaints(&self, into: &mut Vec<Input>) {
        for remote in batch::unreachable(&self.socket) {
            into.push(Input::Unreachable(Flow::udp(self.local, remote)));
        }
    }
}
