//! The smallest host: one UDP socket, the clock, chance from the kernel.

use bytes::Bytes;
use sip_server::app::{Server, ServerOutput, SipApp};
use sip_transport::{Flow, Listener, Resolution, Transport, TransportOutput};
use std::{
    fs::File,
    io::{self, Read},
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

/// Where the examples listen: the first argument, or 127.0.0.1:5060.
pub fn listener() -> Listener {
    let arg = std::env::args().nth(1);
    let local: SocketAddr = arg
        .as_deref()
        .unwrap_or("127.0.0.1:5060")
        .parse()
        .expect("an address such as 127.0.0.1:5060");
    Listener {
        transport: Transport::Udp,
        local,
        advertised: None,
    }
}

/// Runs an app on its first transport until the process is ended.
pub fn run<A: SipApp>(app: A) -> io::Result<()> {
    let mut seed = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut seed)?;
    let listener = app.transports().remove(0);
    let socket = UdpSocket::bind(listener.local)?;
    println!("{} listens on {}", app.name(), listener.local);
    let mut server = Server::new(app, seed, Instant::now());
    let mut buffer = vec![0; 65_535];
    loop {
        while let Some(output) = server.poll() {
            match output {
                ServerOutput::Transport(TransportOutput::Send { flow, bytes }) => {
                    // Lost is lost: SIP repeats what matters.
                    let _ = socket.send_to(&bytes, flow.remote);
                }
                ServerOutput::Transport(_) => {} // only UDP here
                ServerOutput::Resolve { id, .. } => {
                    // No resolver here: names lead nowhere, addresses need none.
                    server.resolved(Instant::now(), id, Resolution::NotFound);
                }
            }
        }
        let wait = server
            .next_timeout()
            .map(|at| at.saturating_duration_since(Instant::now()));
        socket.set_read_timeout(wait.map(|wait| wait.max(Duration::from_millis(1))))?;
        match socket.recv_from(&mut buffer) {
            Ok((length, remote)) => {
                let bytes = Bytes::copy_from_slice(&buffer[..length]);
                let flow = Flow::udp(listener.local, remote);
                server.receive(Instant::now(), flow, bytes);
            }
            Err(why)
                if matches!(
                    why.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) => {}
            Err(why) if why.kind() == io::ErrorKind::ConnectionRefused => {} // ICMP of an earlier send
            Err(why) => return Err(why),
        }
        server.handle_timeout(Instant::now());
    }
}
