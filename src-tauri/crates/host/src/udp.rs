//! UDP sockets of the signalling thread: read and sent in batches where the system can.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;

#[cfg(target_os = "linux")]
use linux as batch;
#[cfg(not(target_os = "linux"))]
use portable as batch;

pub(crate) use batch::Batch;

use crate::limits::{BATCHES_PER_ROUND, DATAGRAM_BATCH, SIP_SOCKET_BUFFER};
use bytes::Bytes;
use mio::{Interest, Registry, Token, net::UdpSocket};
use sip_transport::Flow;
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr, sync::Arc};
use switch::Input;

/// A bound SIP socket.
#[derive(Debug)]
pub(crate) struct SipSocket {
    pub(crate) local: SocketAddr,
    pub(crate) socket: Arc<UdpSocket>,
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
        Ok(SipSocket::sharing(socket.local_addr()?, Arc::new(socket)))
    }

    /// A way to send through a socket that others send through as well.
    pub(crate) fn sharing(local: SocketAddr, socket: Arc<UdpSocket>) -> SipSocket {
        SipSocket {
            local,
            socket,
            outgoing: Vec::with_capacity(DATAGRAM_BATCH),
        }
    }

    /// Has the poll say under this token when there is something to read; before it is shared.
    pub(crate) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let socket = Arc::get_mut(&mut self.socket);
        let socket = socket.ok_or_else(|| io::Error::other("the socket is shared already"))?;
        registry.register(socket, token, Interest::READABLE)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn any_port() -> SocketAddr {
        "127.0.0.1:0".parse().unwrap()
    }

    /// Reads until something has arrived.
    fn arrived(socket: &SipSocket, batch: &mut Batch, count: usize) -> Vec<Input> {
        let mut inputs = Vec::new();
        let by = Instant::now() + Duration::from_secs(20);
        while inputs.len() < count {
            socket.receive(batch, &mut inputs);
            assert!(Instant::now() < by, "nothing arrived");
            std::thread::yield_now();
        }
        inputs
    }

    #[test]
    fn datagrams_of_any_size_arrive_from_whom_they_are() {
        let mut batch = Batch::new();
        let mut a = SipSocket::bind(any_port()).unwrap();
        let b = SipSocket::bind(any_port()).unwrap();
        let sizes = [0, 1, 1_400, 60_000];
        for round in 0..DATAGRAM_BATCH {
            let is_full = a.send(b.local, Bytes::from(vec![b'x'; sizes[round % 4]]));
            assert_eq!(is_full, round + 1 == DATAGRAM_BATCH);
        }
        let mut failed = Vec::new();
        a.flush(&mut batch, &mut failed);
        assert!(failed.is_empty(), "{failed:?}");
        for (round, input) in arrived(&b, &mut batch, DATAGRAM_BATCH).iter().enumerate() {
            let Input::Message { flow, bytes } = input else {
                panic!("{input:?}");
            };
            assert_eq!(*flow, Flow::udp(b.local, a.local));
            assert_eq!(bytes.len(), sizes[round % 4]);
        }
    }

    #[test]
    fn systems_without_batches_read_and_send_the_same() {
        let mut batch = portable::Batch::new();
        let a = SipSocket::bind(any_port()).unwrap();
        let b = SipSocket::bind(any_port()).unwrap();
        portable::report_unreachable(&a.socket, a.local);
        let datagrams = [1_usize, 60_000].map(|size| (b.local, Bytes::from(vec![b'x'; size])));
        assert_eq!(batch.send(&a.socket, &datagrams).unwrap(), 1);
        assert_eq!(batch.send(&a.socket, &datagrams[1..]).unwrap(), 1);
        let mut seen = Vec::new();
        let by = Instant::now() + Duration::from_secs(20);
        while seen.len() < 2 {
            assert!(Instant::now() < by, "nothing arrived");
            let _ = batch.receive(&b.socket, |from, bytes| seen.push((from, bytes.len())));
        }
        assert_eq!(seen, [(a.local, 1), (a.local, 60_000)]);
        let why = batch.receive(&b.socket, |_, _| {}).unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::WouldBlock);
        assert!(portable::unreachable(&a.socket).is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn nobody_listening_is_told_and_harms_no_other_datagram() {
        let mut batch = Batch::new();
        let mut a = SipSocket::bind(any_port()).unwrap();
        let b = SipSocket::bind(any_port()).unwrap();
        let nobody = SipSocket::bind(any_port()).unwrap().local;
        let mut complaints = Vec::new();
        for _ in 0..5 {
            a.send(nobody, Bytes::from_static(b"hello?"));
            a.flush(&mut batch, &mut complaints);
            a.send(b.local, Bytes::from_static(b"hello"));
            a.flush(&mut batch, &mut complaints);
        }
        assert_eq!(arrived(&b, &mut batch, 5).len(), 5);
        if complaints.is_empty() {
            complaints = arrived(&a, &mut batch, 1);
        }
        for input in complaints {
            let Input::Unreachable(flow) = input else {
                panic!("{input:?}");
            };
            assert_eq!(flow, Flow::udp(a.local, nobody));
        }
    }
}
