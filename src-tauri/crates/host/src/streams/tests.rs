use super::*;
use crate::{
    inbox::Inbox,
    limits::{MAX_QUEUED_BYTES, MAX_SILENT_PER_PEER},
    tls::{Trust, generate},
};
use futures_util::{SinkExt, StreamExt};
use sip_transport::Transport;
use std::time::{Duration, SystemTime};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    runtime::Runtime,
};
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message, http::StatusCode};

const PATIENCE: Duration = Duration::from_secs(20);
const OPTIONS: &str = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";

/// One side: its connections, and the inbox as the signalling thread would read it.
struct Side {
    streams: Streams,
    inbox: Inbox,
    poll: mio::Poll,
    seen: Vec<Input>,
}

impl Side {
    fn new(runtime: &Runtime, tls: Tls, origins: Origins) -> Side {
        let poll = mio::Poll::new().unwrap();
        let waker = mio::Waker::new(poll.registry(), mio::Token(0)).unwrap();
        let inbox = Inbox::new(waker);
        let handle = runtime.handle().clone();
        Side {
            streams: Streams::new(
                handle,
                Post::new(Mark::NONE, inbox.clone()),
                tls,
                origins,
                4_096,
            ),
            inbox,
            poll,
            seen: Vec::new(),
        }
    }

    fn plain(runtime: &Runtime) -> Side {
        Side::new(runtime, no_tls(), Origins::Any)
    }

    fn next(&mut self) -> Input {
        let by = std::time::Instant::now() + PATIENCE;
        let mut events = mio::Events::with_capacity(4);
        loop {
            if self.seen.is_empty() {
                self.inbox.take(usize::MAX, &mut self.seen);
            }
            if !self.seen.is_empty() {
                return self.seen.remove(0);
            }
            let rest = by.saturating_duration_since(std::time::Instant::now());
            assert!(!rest.is_zero(), "nothing was reported");
            self.poll.poll(&mut events, Some(rest)).unwrap();
        }
    }

    fn next_accepted(&mut self) -> Flow {
        match self.next() {
            Input::Accepted(flow) => flow,
            other => panic!("no connection but {other:?}"),
        }
    }

    fn next_message(&mut self) -> (Flow, Bytes) {
        match self.next() {
            Input::Message { flow, bytes } => (flow, bytes),
            other => panic!("no message but {other:?}"),
        }
    }

    fn next_closed(&mut self) -> ConnectionId {
        match self.next() {
            Input::Closed(id) => id,
            other => panic!("nothing closed but {other:?}"),
        }
    }
}

fn no_tls() -> Tls {
    Tls::new(None, Trust::default()).unwrap()
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// A client in the test's own hands.
fn dial(runtime: &Runtime, to: SocketAddr) -> TcpStream {
    runtime.block_on(TcpStream::connect(to)).unwrap()
}

/// What a client reads until the far end closes, or until `enough` bytes came.
fn read(runtime: &Runtime, stream: &mut TcpStream, enough: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let reading = async {
        while all.len() < enough && stream.read_buf(&mut all).await.is_ok_and(|n| n > 0) {}
    };
    let read = runtime.block_on(async { timeout(PATIENCE, reading).await });
    read.expect("the connection neither closed nor said enough");
    all
}

#[test]
fn every_transport_carries_messages_both_ways_between_two_of_ours() {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = generate(&names, SystemTime::now()).unwrap();
    let trust = Trust {
        system: false,
        authorities: vec![made.authority.certificates.clone()],
    };
    for transport in [
        Transport::Tcp,
        Transport::Tls,
        Transport::Ws,
        Transport::Wss,
    ] {
        for server_name in [None, Some("localhost".to_owned())] {
            let runtime = runtime();
            let tls = Tls::new(Some(&made.server), Trust::default()).unwrap();
            let mut server = Side::new(&runtime, tls, Origins::Only(vec![]));
            let tls = Tls::new(None, trust.clone()).unwrap();
            let mut client = Side::new(&runtime, tls, Origins::Any);
            let listening = server.streams.listen(transport, any_port()).unwrap();

            let id = ConnectionId(7);
            let addr = listening.local;
            client.streams.open(
                id,
                Target {
                    transport,
                    addr,
                    server_name,
                },
            );
            assert!(matches!(client.next(), Input::Connected(opened) if opened == id));
            client
                .streams
                .send(id, Bytes::from_static(OPTIONS.as_bytes()));

            let flow = server.next_accepted();
            assert_eq!((flow.transport, flow.local), (transport, listening.local));
            let (over, bytes) = server.next_message();
            assert_eq!(
                (over, bytes.as_ref()),
                (flow, OPTIONS.as_bytes()),
                "{transport}"
            );
            let accepted = flow.connection.unwrap();
            server
                .streams
                .send(accepted, Bytes::from_static(OPTIONS.as_bytes()));
            server.streams.close(accepted); // what was said before still arrives

            let (over, bytes) = client.next_message();
            assert_eq!(
                (over.connection, bytes.as_ref()),
                (Some(id), OPTIONS.as_bytes())
            );
            assert_eq!(client.next_closed(), id);
            assert_eq!(server.next_closed(), accepted);
            assert!(client.streams.shared.lock().connections.is_empty());
        }
    }
}

#[test]
fn a_certificate_has_to_prove_the_name_by_an_authority_we_trust() {
    let now = SystemTime::now();
    let made = generate(&["localhost".to_owned()], now).unwrap();
    let other = generate(&["localhost".to_owned()], now).unwrap();
    let cases = [
        ("localhost", &made.authority, true),
        ("localhost", &other.authority, false),
        ("elsewhere.example", &made.authority, false),
    ];
    for (name, authority, is_good) in cases {
        let runtime = runtime();
        let tls = Tls::new(Some(&made.server), Trust::default()).unwrap();
        let server = Side::new(&runtime, tls, Origins::Any);
        let trust = Trust {
            system: false,
            authorities: vec![authority.certificates.clone()],
        };
        let mut client = Side::new(&runtime, Tls::new(None, trust).unwrap(), Origins::Any);
        let listening = server.streams.listen(Transport::Tls, any_port()).unwrap();
        let target = Target {
            transport: Transport::Tls,
            addr: listening.local,
            server_name: Some(name.to_owned()),
        };
        client.streams.open(ConnectionId(1), target);
        let opened = matches!(client.next(), Input::Connected(_));
        assert_eq!(opened, is_good, "{name}");
    }
}

#[test]
fn a_renewed_certificate_is_shown_without_a_restart() {
    let now = SystemTime::now();
    let made = generate(&["old.example".to_owned()], now).unwrap();
    let renewed = crate::tls::issue(&made.authority, &["new.example".to_owned()], now).unwrap();
    let runtime = runtime();
    let tls = Tls::new(Some(&made.server), Trust::default()).unwrap();
    let server = Side::new(&runtime, tls, Origins::Any);
    let trust = Trust {
        system: false,
        authorities: vec![made.authority.certificates],
    };
    let mut client = Side::new(&runtime, Tls::new(None, trust).unwrap(), Origins::Any);
    let listening = server.streams.listen(Transport::Tls, any_port()).unwrap();
    server.streams.set_identity(&renewed).unwrap();
    let target = Target {
        transport: Transport::Tls,
        addr: listening.local,
        server_name: Some("new.example".to_owned()),
    };
    client.streams.open(ConnectionId(1), target);
    assert!(matches!(client.next(), Input::Connected(_)));
}

#[test]
fn a_message_that_comes_byte_by_byte_is_one_message() {
    let runtime = runtime();
    let mut server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
    let mut phone = dial(&runtime, listening.local);
    phone.set_nodelay(true).unwrap();
    runtime.block_on(async {
        for byte in format!("{OPTIONS}{OPTIONS}").bytes() {
            phone.write_u8(byte).await.unwrap();
        }
    });
    server.next_accepted();
    assert_eq!(server.next_message().1, OPTIONS);
    assert_eq!(server.next_message().1, OPTIONS);
}

#[test]
fn a_ping_gets_its_pong() {
    let runtime = runtime();
    let server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
    let mut phone = dial(&runtime, listening.local);
    runtime.block_on(phone.write_all(b"\r\n\r\n")).unwrap();
    assert_eq!(read(&runtime, &mut phone, 2), b"\r\n");
}

#[test]
fn garbage_and_giants_close_the_connection() {
    let giant = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 70000\r\n\r\n".to_owned();
    let endless = format!("OPTIONS sip:a SIP/2.0\r\nSubject: {}", "x".repeat(20_000));
    for bytes in ["GET / HTTP/1.1\r\n\r\n".to_owned(), giant, endless] {
        let runtime = runtime();
        let mut server = Side::plain(&runtime);
        let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
        let mut phone = dial(&runtime, listening.local);
        runtime.block_on(phone.write_all(bytes.as_bytes())).unwrap();
        let flow = server.next_accepted();
        assert_eq!(Some(server.next_closed()), flow.connection);
        assert_eq!(read(&runtime, &mut phone, usize::MAX), b"");
    }
}

#[test]
fn nobody_home_is_told_as_closed() {
    let runtime = runtime();
    let mut client = Side::plain(&runtime);
    let nobody = std::net::TcpListener::bind(any_port())
        .unwrap()
        .local_addr()
        .unwrap();
    let target = Target {
        transport: Transport::Tcp,
        addr: nobody,
        server_name: None,
    };
    client.streams.open(ConnectionId(3), target);
    assert_eq!(client.next_closed(), ConnectionId(3));
}

#[test]
fn a_thousand_idle_sockets_do_not_keep_a_phone_at_the_same_address_out() {
    let runtime = runtime();
    let mut server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
    let idle: Vec<TcpStream> = (0..1_000)
        .map(|_| dial(&runtime, listening.local))
        .collect();
    let mut phone = dial(&runtime, listening.local);
    runtime
        .block_on(phone.write_all(OPTIONS.as_bytes()))
        .unwrap();
    let (flow, bytes) = loop {
        match server.next() {
            Input::Message { flow, bytes } => break (flow, bytes),
            Input::Accepted(_) | Input::Closed(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(bytes, OPTIONS);
    server
        .streams
        .send(flow.connection.unwrap(), Bytes::from_static(b"hello"));
    assert_eq!(read(&runtime, &mut phone, 5), b"hello");
    let held = server.streams.shared.lock().connections.len();
    assert!(
        held <= MAX_SILENT_PER_PEER + 2,
        "{held} held of {}",
        idle.len()
    );
}

#[test]
fn who_does_not_read_is_dropped_and_holds_no_more_than_the_limit() {
    let runtime = runtime();
    let mut server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
    let mut phone = dial(&runtime, listening.local);
    runtime
        .block_on(phone.write_all(OPTIONS.as_bytes()))
        .unwrap();
    let id = server.next_accepted().connection.unwrap();
    server.next_message();
    let large = Bytes::from(vec![b'x'; 64 * 1024]);
    for _ in 0..1_000 {
        server.streams.send(id, large.clone());
    }
    assert_eq!(server.next_closed(), id);
    let kernel = 16 * 1024 * 1024; // what the two kernels' buffers may have swallowed
    let got = read(&runtime, &mut phone, usize::MAX).len();
    assert!(got < MAX_QUEUED_BYTES + kernel, "{got} bytes");
}

#[test]
fn a_websocket_speaks_sip_or_is_refused() {
    let runtime = runtime();
    let origins = Origins::Only(vec!["https://pbx.example".to_owned()]);
    let mut server = Side::new(&runtime, no_tls(), origins);
    let listening = server.streams.listen(Transport::Ws, any_port()).unwrap();
    let connect = |protocol: &str, origin: &str| {
        let uri = format!("ws://{}/", listening.local).parse().unwrap();
        let mut request = ClientRequestBuilder::new(uri);
        if !protocol.is_empty() {
            request = request.with_sub_protocol(protocol);
        }
        if !origin.is_empty() {
            request = request.with_header("Origin", origin);
        }
        let connecting = tokio_tungstenite::client_async(request, dial(&runtime, listening.local));
        runtime.block_on(connecting)
    };
    for (protocol, origin, status) in [
        ("", "", StatusCode::BAD_REQUEST),
        ("xmpp", "", StatusCode::BAD_REQUEST),
        ("sip", "https://evil.example", StatusCode::FORBIDDEN),
    ] {
        match connect(protocol, origin) {
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                assert_eq!(answer.status(), status, "{protocol} {origin}");
            }
            other => panic!("{protocol} {origin}: {other:?}"),
        }
    }
    for (origin, as_text) in [("", true), ("https://pbx.example", false)] {
        let (mut browser, response) = connect("sip", origin).unwrap();
        assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "sip");
        let message = match as_text {
            true => Message::text(OPTIONS),
            false => Message::binary(OPTIONS.as_bytes()),
        };
        runtime.block_on(browser.send(message)).unwrap();
        let flow = server.next_accepted();
        assert_eq!(server.next_message(), (flow, Bytes::from(OPTIONS)));
        let id = flow.connection.unwrap();
        server.streams.send(id, Bytes::from_static(b"text"));
        server.streams.send(id, Bytes::from_static(b"\xff no text"));
        let mut next = || runtime.block_on(browser.next()).unwrap().unwrap();
        assert_eq!(next(), Message::text("text"));
        assert_eq!(next(), Message::binary(b"\xff no text".as_slice()));
        drop(browser);
        assert_eq!(server.next_closed(), id);
    }
}

#[test]
fn a_websocket_frame_that_announces_too_much_closes_the_connection() {
    let runtime = runtime();
    let mut server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Ws, any_port()).unwrap();
    let uri = format!("ws://{}/", listening.local).parse().unwrap();
    let request = ClientRequestBuilder::new(uri).with_sub_protocol("sip");
    let connecting = tokio_tungstenite::client_async(request, dial(&runtime, listening.local));
    let (browser, _) = runtime.block_on(connecting).unwrap();
    let id = server.next_accepted().connection.unwrap();
    let mut raw = browser.into_inner();
    // A binary frame of 2^40 bytes, masked; only its head is ever sent.
    let head = [0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    runtime.block_on(raw.write_all(&head)).unwrap();
    assert_eq!(server.next_closed(), id);
}

#[test]
fn vanished_address_takes_its_connections_along() {
    let runtime = runtime();
    let mut server = Side::plain(&runtime);
    let listening = server.streams.listen(Transport::Tcp, any_port()).unwrap();
    let _phone = dial(&runtime, listening.local);
    let id = server.next_accepted().connection.unwrap();
    server.streams.address_is_gone(listening.local.ip());
    assert_eq!(server.next_closed(), id);
}

#[test]
fn ipv6_hosts_count_by_their_network() {
    let peer = |ip: &str| peer_of(ip.parse().unwrap());
    assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:1"));
    assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
    assert_eq!(peer("::ffff:10.0.0.1"), peer("10.0.0.1"));
    assert_ne!(peer("10.0.0.1"), peer("10.0.0.2"));
}
