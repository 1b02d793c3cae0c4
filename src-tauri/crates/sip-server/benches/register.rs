//! What a REGISTER with digest costs (budget: 30 µs of CPU for the 401 and the 200), and what a
//! stranger's packet costs before it is dropped.

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use sip_message::{Request, Response, header::Algorithm};
use sip_server::{
    app::{Server, ServerOutput, SipApp},
    digest::{Ha1, Login, Secret, answer_challenge},
    guard::Guard,
};
use sip_transport::{Flow, Listener, Transport, TransportOutput};
use std::{
    collections::BTreeMap,
    hint::black_box,
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Phones take turns, as in an office.
const PHONES: u32 = 500;

struct Office {
    secrets: BTreeMap<Vec<u8>, [Ha1; 2]>,
}

impl SipApp for Office {
    fn name(&self) -> &str {
        "office.example"
    }
    fn transports(&self) -> Vec<Listener> {
        vec![Listener {
            transport: Transport::Udp,
            local: local(),
            advertised: None,
        }]
    }
    fn ha1(&self, user: &[u8], _: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        let [md5, sha256] = self.secrets.get(user)?;
        match algorithm {
            Algorithm::Md5 => Some(*md5),
            _ => Some(*sha256),
        }
    }
}

fn local() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 5060))
}

fn register(phone: u32, number: u32) -> Request {
    let text = format!(
        "REGISTER sip:office.example SIP/2.0\r\n\
         Via: SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bK{number};rport\r\n\
         Max-Forwards: 70\r\n\
         From: \"Phone {phone}\" <sip:{phone}@office.example>;tag=a{phone}\r\n\
         To: \"Phone {phone}\" <sip:{phone}@office.example>\r\n\
         Call-ID: call{phone}@10.0.0.5\r\n\
         CSeq: {number} REGISTER\r\n\
         Contact: <sip:{phone}@10.0.0.5:5060>;+sip.instance=\"<urn:uuid:0-{phone}>\"\r\n\
         Expires: 3600\r\n\
         Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY\r\n\
         User-Agent: Bench 1.0\r\n\
         Content-Length: 0\r\n\r\n"
    );
    Request::parse(text.into()).expect("a request")
}

fn exchange(server: &mut Server<Office>, now: Instant, flow: Flow, bytes: Bytes) -> Option<Bytes> {
    server.receive(now, flow, bytes);
    let mut answer = None;
    while let Some(output) = server.poll() {
        if let ServerOutput::Transport(TransportOutput::Send { bytes, .. }) = output {
            answer = Some(bytes);
        }
    }
    answer
}

fn register_with_digest(c: &mut Criterion) {
    let mut secrets = BTreeMap::new();
    for phone in 0..PHONES {
        let user = phone.to_string().into_bytes();
        let of = |algorithm| Ha1::of_password(&user, b"office.example", b"secret", algorithm);
        let pair = [&Algorithm::Md5, &Algorithm::Sha256].map(|a| of(a).expect("a known algorithm"));
        secrets.insert(user, pair);
    }
    let mut now = Instant::now();
    let mut server = Server::new(Office { secrets }, [1; 32], now);
    let mut number = 0;
    c.bench_function("REGISTER: 401 and 200", |b| {
        b.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                number += 2;
                let phone = number / 2 % PHONES;
                let remote = SocketAddr::from((
                    [10, 0, phone.to_be_bytes()[2], phone.to_be_bytes()[3]],
                    5060,
                ));
                let flow = Flow::udp(local(), remote);
                let first = register(phone, number);
                now += Duration::from_millis(20);
                let begin = Instant::now();
                server.handle_timeout(now);
                let challenge = exchange(&mut server, now, flow, first.bytes().clone());
                spent += begin.elapsed();
                let challenge = Response::parse(challenge.expect("an answer")).expect("a response");
                let login = Login {
                    username: phone.to_string(),
                    realm: None,
                    secret: Secret::Password("secret".to_owned()),
                };
                let answered =
                    answer_challenge(&challenge, &first, &login, "c").expect("an answer");
                let via = register(phone, number + 1).via().expect("a Via");
                let second = answered.request.push_first(&via).build();
                let begin = Instant::now();
                let ok = exchange(&mut server, now, flow, second.bytes().clone());
                spent += begin.elapsed();
                assert!(ok.is_some_and(|ok| ok.starts_with(b"SIP/2.0 200")));
            }
            spent
        });
    });
}

fn flood(c: &mut Criterion) {
    let now = Instant::now();
    let mut guard = Guard::new(vec![], now);
    let packet = register(1, 1).bytes().clone();
    let mut n = 0u32;
    c.bench_function("a stranger's packet is dropped", |b| {
        b.iter(|| {
            n = n.wrapping_add(2_654_435_761);
            let flow = Flow::udp(local(), SocketAddr::from((n.to_be_bytes(), 5060)));
            black_box(guard.admit(now, flow, &packet))
        });
    });
}

criterion_group!(benches, register_with_digest, flood);
criterion_main!(benches);
