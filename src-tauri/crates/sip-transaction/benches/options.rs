//! Cost of one OPTIONS with its 200, stateful on both sides, bytes to bytes without sockets:
//! `cargo bench -p sip-transaction`.

use bytes::Bytes;
use sip_message::{Method, Request, RequestBuilder, Response, StatusCode, Uri, header::CSeq};
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output, TimerWheel};
use sip_transport::{Flow, Listener, Target, Transport, TransportOutput};
use std::{
    hint::black_box,
    net::SocketAddr,
    time::{Duration, Instant},
};

const REQUESTS: u32 = 200_000;

fn main() {
    let addr = |last| SocketAddr::from(([10, 0, 0, last], 5060));
    let (here, there) = (addr(1), addr(2));
    let mut caller = endpoint(here);
    let mut callee = endpoint(there);
    let start = Instant::now();
    let to = Target {
        transport: Transport::Udp,
        addr: there,
        server_name: None,
    };
    let uri: Uri = "sip:callee@10.0.0.2"
        .parse()
        .unwrap_or_else(|_| std::process::exit(1));
    let mut spent = [Duration::ZERO; 4];
    for number in 0..REQUESTS {
        // 500 requests a second, so that transactions come and go as in life.
        let now = start + Duration::from_millis(2) * number;
        let request = options(&uri, number);
        let (at, step) = (Instant::now(), &mut spent);
        caller.send(now, Destination::Target(to.clone()), request);
        let sent = message(&mut caller);
        step[0] += at.elapsed();
        let at = Instant::now();
        callee.receive(now, Flow::udp(there, here), sent);
        let Some(Output::Event(Event::Request {
            server, request, ..
        })) = callee.poll()
        else {
            unreachable!("a good request")
        };
        step[1] += at.elapsed();
        let at = Instant::now();
        let ok = Response::to(&request, StatusCode::OK).to_tag("t").build();
        callee.respond(now, server, ok);
        let answer = message(&mut callee);
        step[2] += at.elapsed();
        let at = Instant::now();
        caller.receive(now, Flow::udp(here, there), answer);
        black_box(caller.poll());
        caller.handle_timeout(now);
        callee.handle_timeout(now);
        step[3] += at.elapsed();
    }
    let names = ["send", "receive request", "respond", "receive 200, timers"];
    let mut total = 0.0;
    for (name, spent) in names.iter().zip(spent) {
        let each = spent.as_secs_f64() * 1e6 / f64::from(REQUESTS);
        total += each;
        println!("{name:<22} {each:6.2} us");
    }
    println!("{:<22} {total:6.2} us (both sides)", "OPTIONS and 200");
    println!("held at the end: {:?}", callee.counts());
    timers();
}

fn timers() {
    let start = Instant::now();
    let mut wheel = TimerWheel::default();
    let count = 1_000_000u32;
    let at = Instant::now();
    let ids: Vec<_> = (0..count)
        .map(|n| {
            let now = start + Duration::from_micros(10) * n;
            wheel.insert(now, now + Duration::from_secs(32), n)
        })
        .collect();
    let inserted = at.elapsed();
    let at = Instant::now();
    for id in ids {
        black_box(wheel.cancel(id));
    }
    let cancelled = at.elapsed();
    for n in 0..count {
        wheel.insert(start, start + Duration::from_micros(30) * n, n);
    }
    let at = Instant::now();
    for millisecond in 0..31_000 {
        while wheel
            .pop(start + Duration::from_millis(millisecond))
            .is_some()
        {}
    }
    let fired = at.elapsed();
    let each = |spent: Duration| spent.as_nanos() / u128::from(count);
    println!(
        "timer: insert {} ns, cancel {} ns, fire {} ns",
        each(inserted),
        each(cancelled),
        each(fired)
    );
}

fn endpoint(local: SocketAddr) -> Endpoint {
    let config = EndpointConfig {
        max_server_transactions: usize::MAX,
        ..EndpointConfig::default()
    };
    let mut endpoint = Endpoint::new(config, [7; 32]);
    endpoint.transports().listen(Listener {
        transport: Transport::Udp,
        local,
        advertised: None,
    });
    endpoint
}

fn options(uri: &Uri, number: u32) -> RequestBuilder {
    Request::builder(Method::Options, uri)
        .push_raw("From", b"<sip:caller@10.0.0.1>;tag=from1")
        .push_raw("To", b"<sip:callee@10.0.0.2>")
        .push_raw("Call-ID", format!("call{number}").as_bytes())
        .push(&CSeq {
            number: 1,
            method: Method::Options,
        })
}

fn message(endpoint: &mut Endpoint) -> Bytes {
    match endpoint.poll() {
        Some(Output::Transport(TransportOutput::Send { bytes, .. })) => bytes,
        other => unreachable!("{other:?}"),
    }
}
