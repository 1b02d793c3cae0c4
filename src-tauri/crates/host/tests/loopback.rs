//! A whole host with a real switch, spoken to over real sockets on loopback.

use futures_util::{SinkExt, StreamExt};
use host::{Host, HostConfig, HostError, Sinks, tls};
use office::{Language, Office, OfficeParts, OfficeSettings, Realm};
use sip_transport::Transport;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream, UdpSocket},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};
use switch::{Switch, SwitchConfig};
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};

const PATIENCE: Duration = Duration::from_secs(20);

fn start(config: &HostConfig) -> Result<Host, HostError> {
    let realm = Realm::parse("office.example").unwrap();
    let settings = OfficeSettings::founded(realm, Language::parse("en").unwrap());
    let office = Arc::new(Office::build(OfficeParts::empty(settings)).unwrap());
    let (config_of_switch, now) = (SwitchConfig::default(), Instant::now());
    let switch = Switch::new(office, config_of_switch, [7; 32], now, host::wall_clock()).unwrap();
    let sinks = Sinks {
        store: Box::new(drop),
        tell: Box::new(drop),
        trace: Box::new(drop),
        ask: Box::new(|_, _| {}),
    };
    host::start(config, switch, sinks)
}

fn any_port() -> Vec<SocketAddr> {
    vec!["127.0.0.1:0".parse().unwrap()]
}

fn address(host: &Host, transport: Transport) -> SocketAddr {
    let mut bound = host.bound().iter();
    bound.find(|at| at.transport == transport).unwrap().address
}

fn options(transport: &str, from: SocketAddr, number: usize) -> String {
    format!(
        "OPTIONS sip:office.example SIP/2.0\r\n\
         Via: SIP/2.0/{transport} {from};branch=z9hG4bK{number};rport\r\n\
         From: <sip:test@{from}>;tag=1\r\nTo: <sip:office.example>\r\n\
         Call-ID: {number}@test\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

fn udp_client(to: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(to).unwrap();
    socket
}

/// One message with an empty body from a stream.
fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

#[test]
fn options_is_answered_over_every_transport() {
    let names = ["localhost".to_owned()];
    let made = tls::generate(&names, SystemTime::now()).unwrap();
    let config = HostConfig {
        udp: any_port(),
        tcp: any_port(),
        tls: any_port(),
        ws: any_port(),
        wss: any_port(),
        identity: Some(made.server),
        ..HostConfig::default()
    };
    let host = start(&config).unwrap();

    let socket = udp_client(address(&host, Transport::Udp));
    let me = socket.local_addr().unwrap();
    socket.send(options("UDP", me, 1).as_bytes()).unwrap();
    let mut buffer = [0; 2_048];
    let length = socket.recv(&mut buffer).unwrap();
    assert!(buffer[..length].starts_with(b"SIP/2.0 200 "));

    let mut stream = TcpStream::connect(address(&host, Transport::Tcp)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    for byte in options("TCP", me, 2).as_bytes() {
        stream.write_all(&[*byte]).unwrap();
    }
    assert!(read_head(&mut stream).starts_with("SIP/2.0 200 "));

    let authority = made.authority.certificates;
    let mut stream = tls_client(address(&host, Transport::Tls), &authority);
    stream.write_all(options("TLS", me, 3).as_bytes()).unwrap();
    assert!(read_head(&mut stream).starts_with("SIP/2.0 200 "));

    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let at = address(&host, Transport::Ws);
    let request = ClientRequestBuilder::new(format!("ws://{at}/").parse().unwrap());
    runtime.block_on(async {
        let request = request.with_sub_protocol("sip");
        let stream = tokio::net::TcpStream::connect(at).await.unwrap();
        let (mut browser, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .unwrap();
        browser
            .send(Message::text(options("WS", me, 4)))
            .await
            .unwrap();
        let answer = browser.next().await.unwrap().unwrap();
        assert!(answer.to_text().unwrap().starts_with("SIP/2.0 200 "));
    });

    let stream = tls_client(address(&host, Transport::Wss), &authority);
    let request = ClientRequestBuilder::new("wss://localhost/".parse().unwrap());
    let request = request.with_sub_protocol("sip");
    let (mut browser, _) = tokio_tungstenite::tungstenite::client(request, stream).unwrap();
    browser.send(Message::text(options("WSS", me, 5))).unwrap();
    let answer = browser.read().unwrap();
    assert!(answer.to_text().unwrap().starts_with("SIP/2.0 200 "));
    assert!(host.is_well());
}

fn tls_client(
    at: SocketAddr,
    authority: &str,
) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    rustls::StreamOwned::new(connection, stream)
}

#[test]
fn a_taken_port_is_named_with_the_program_that_holds_it() {
    let holding_udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let holding_tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let udp_at = holding_udp.local_addr().unwrap();
    let tcp_at = holding_tcp.local_addr().unwrap();
    for (config, transport, at) in [
        (
            HostConfig {
                udp: vec![udp_at],
                ..HostConfig::default()
            },
            "udp",
            udp_at,
        ),
        (
            HostConfig {
                udp: any_port(),
                tcp: vec![tcp_at],
                ..HostConfig::default()
            },
            "tcp",
            tcp_at,
        ),
    ] {
        let why = start(&config).unwrap_err().to_string();
        let expected = format!("cannot listen on {transport} {at}: the port is taken by ");
        assert!(why.starts_with(&expected), "{why}");
        if cfg!(target_os = "linux") {
            let process = format!("(process {})", std::process::id());
            assert!(why.ends_with(&process), "{why}");
        }
    }
}

#[tokio::test]
async fn a_host_can_fail_and_stop_inside_another_runtime() {
    let holding = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut config = HostConfig {
        udp: vec![holding.local_addr().unwrap()],
        ..HostConfig::default()
    };
    assert!(matches!(start(&config), Err(HostError::Bind { .. })));
    config.udp = any_port();
    drop(start(&config).unwrap());
}

#[test]
fn tls_without_a_certificate_is_an_error() {
    let config = HostConfig {
        tls: any_port(),
        ..HostConfig::default()
    };
    let why = start(&config).unwrap_err();
    assert!(
        matches!(why, HostError::NoCertificate(Transport::Tls)),
        "{why}"
    );
}

#[test]
fn unspecified_means_every_address_on_one_port_each_answering_as_itself() {
    let config = HostConfig {
        udp: vec!["0.0.0.0:0".parse().unwrap()],
        tcp: vec!["0.0.0.0:0".parse().unwrap()],
        ..HostConfig::default()
    };
    let host = start(&config).unwrap();
    let ports = |transport| {
        let bound = host
            .bound()
            .iter()
            .filter(move |at| at.transport == transport);
        bound.map(|at| at.address.port()).collect::<Vec<_>>()
    };
    for transport in [Transport::Udp, Transport::Tcp] {
        let ports = ports(transport);
        assert!(
            !ports.is_empty() && ports.iter().all(|port| *port == ports[0]),
            "{ports:?}"
        );
    }
    for at in host
        .bound()
        .iter()
        .filter(|at| at.transport == Transport::Udp)
    {
        assert!(!at.address.ip().is_unspecified());
        let socket = UdpSocket::bind((at.address.ip(), 0)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let me = socket.local_addr().unwrap();
        socket
            .send_to(options("UDP", me, 1).as_bytes(), at.address)
            .unwrap();
        let (_, from) = socket.recv_from(&mut [0; 2_048]).unwrap();
        assert_eq!(from, at.address);
    }
}

#[test]
fn stopping_leaves_nothing_open() {
    let config = HostConfig {
        udp: any_port(),
        tcp: any_port(),
        ..HostConfig::default()
    };
    let host = start(&config).unwrap();
    let (udp, tcp) = (
        address(&host, Transport::Udp),
        address(&host, Transport::Tcp),
    );
    let mut phone = TcpStream::connect(tcp).unwrap();
    phone.set_read_timeout(Some(PATIENCE)).unwrap();
    phone.write_all(options("TCP", tcp, 1).as_bytes()).unwrap();
    read_head(&mut phone);
    let begin = Instant::now();
    drop(host);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(2), "no call was up: {took:?}");
    assert_eq!(phone.read(&mut [0]).unwrap(), 0, "closed");
    UdpSocket::bind(udp).unwrap();
}

#[test]
fn more_datagrams_than_a_batch_are_all_answered() {
    let config = HostConfig {
        udp: any_port(),
        ..HostConfig::default()
    };
    let host = start(&config).unwrap();
    let socket = udp_client(address(&host, Transport::Udp));
    let me = socket.local_addr().unwrap();
    // Fewer than a stranger may send at once.
    let count = 50;
    for number in 0..count {
        socket.send(options("UDP", me, number).as_bytes()).unwrap();
    }
    let mut answered = std::collections::BTreeSet::new();
    let mut buffer = [0; 2_048];
    while answered.len() < count {
        let length = socket.recv(&mut buffer).unwrap();
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        assert!(text.starts_with("SIP/2.0 200 "), "{text}");
        let call = text
            .lines()
            .find(|line| line.starts_with("Call-ID"))
            .unwrap();
        answered.insert(call.to_owned());
    }
}
