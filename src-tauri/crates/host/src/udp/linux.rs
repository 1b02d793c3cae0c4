//! Datagrams by the batch (`recvmmsg`, `sendmmsg`), and whom the network says cannot be reached.

use crate::limits::{DATAGRAM_BATCH, MAX_DATAGRAM};
use bytes::Bytes;
use mio::net::UdpSocket;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, recvmsg, sendmmsg,
    setsockopt, sockopt,
};
use std::{
    io::{self, IoSlice, IoSliceMut},
    net::SocketAddr,
    os::fd::AsRawFd,
};

/// The memory datagrams are read into, and the headers that describe it to the kernel. Stays on the
/// thread that made it.
pub(crate) struct Batch {
    buffers: Vec<u8>,
    incoming: MultiHeaders<SockaddrStorage>,
    outgoing: MultiHeaders<SockaddrStorage>,
}

impl Batch {
    pub(crate) fn new() -> Batch {
        Batch {
            // Zeroed memory is not touched, and so not there, until a datagram needs it.
            buffers: vec![0; DATAGRAM_BATCH * MAX_DATAGRAM],
            incoming: MultiHeaders::preallocate(DATAGRAM_BATCH, None),
            outgoing: MultiHeaders::preallocate(DATAGRAM_BATCH, None),
        }
    }

    /// Reads up to [`DATAGRAM_BATCH`] datagrams; fewer when no more wait.
    pub(crate) fn receive(
        &mut self,
        socket: &UdpSocket,
        mut take: impl FnMut(SocketAddr, &[u8]),
    ) -> io::Result<usize> {
        let mut rooms = self.buffers.chunks_mut(MAX_DATAGRAM);
        let mut slices: [[IoSliceMut<'_>; 1]; DATAGRAM_BATCH] =
            std::array::from_fn(|_| [IoSliceMut::new(rooms.next().unwrap_or_default())]);
        let received = recvmmsg(
            socket.as_raw_fd(),
            &mut self.incoming,
            slices.iter_mut(),
            MsgFlags::MSG_DONTWAIT,
            None,
        )?;
        let mut count = 0;
        for message in received {
            count += 1;
            let datagram = message.iovs().next().unwrap_or_default();
            if let Some(remote) = message.address.as_ref().and_then(address) {
                take(remote, datagram);
            }
        }
        Ok(count)
    }

    /// Sends the first of these datagrams; the number sent.
    pub(crate) fn send(
        &mut self,
        socket: &UdpSocket,
        datagrams: &[(SocketAddr, Bytes)],
    ) -> io::Result<usize> {
        let batch = datagrams.iter().take(DATAGRAM_BATCH);
        let slices: Vec<[IoSlice<'_>; 1]> = batch
            .clone()
            .map(|(_, bytes)| [IoSlice::new(bytes)])
            .collect();
        let addresses: Vec<Option<SockaddrStorage>> =
            batch.map(|(remote, _)| Some((*remote).into())).collect();
        let sent = sendmmsg(
            socket.as_raw_fd(),
            &mut self.outgoing,
            &slices,
            &addresses,
            [],
            MsgFlags::MSG_DONTWAIT,
        )?;
        Ok(sent.count())
    }
}

/// Asks for the addresses nobody listens at (ICMP); see [`unreachable`].
pub(crate) fn report_unreachable(socket: &UdpSocket, local: SocketAddr) {
    let asked = match local {
        SocketAddr::V4(_) => setsockopt(socket, sockopt::Ipv4RecvErr, &true),
        SocketAddr::V6(_) => setsockopt(socket, sockopt::Ipv6RecvErr, &true),
    };
    if let Err(why) = asked {
        tracing::debug!(%why, "the system will not report unreachable peers");
    }
}

/// The addresses that the network says nobody listens at, since the last call.
pub(crate) fn unreachable(socket: &UdpSocket) -> Vec<SocketAddr> {
    let mut found = Vec::new();
    let mut start = [0u8; 64]; // of the datagram that failed; of no use
    let mut space = nix::cmsg_space!(nix::libc::sock_extended_err, nix::libc::sockaddr_in6);
    for _ in 0..DATAGRAM_BATCH {
        let mut slices = [IoSliceMut::new(&mut start)];
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let Ok(message) =
            recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut space), flags)
        else {
            break;
        };
        let is_complaint = message.cmsgs().is_ok_and(|mut all| {
            all.any(|part| {
                matches!(
                    part,
                    ControlMessageOwned::Ipv4RecvErr(..) | ControlMessageOwned::Ipv6RecvErr(..)
                )
            })
        });
        if let Some(remote) = message.address.as_ref().and_then(address)
            && is_complaint
        {
            found.push(remote);
        }
    }
    found
}

fn address(from: &SockaddrStorage) -> Option<SocketAddr> {
    match (from.as_sockaddr_in(), from.as_sockaddr_in6()) {
        (Some(v4), _) => Some(SocketAddr::V4((*v4).into())),
        (_, Some(v6)) => Some(SocketAddr::V6((*v6).into())),
        _ => None,
    }
}
