//! Cost of one OPTIONS with its 200, stateful on both sides, bytes to bytes without sockets:
//! `cargo bench -p sip-transaction`.

use bytes::Bytes;
use sip_message::{Method, Request, RequestBuilder, Response, StatusCode, Uri, header::CSeq};
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output, TimerWheel};
use sip_transport::{Flow, Listener, Target, Transport, TransportOutput};
use std::{
    hint::black_box,
    net::SocketAddr,
    sync::LazyLock,
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
    let at = cpu();
    for number in 0..REQUESTS {
        // 500 requests a second, so that transactions come and go as in life.
        let now = start + Duration::from_millis(2) * number;
        caller.send(now, Destination::Target(to.clone()), options(&uri, number));
        let sent = message(&mut caller);
        callee.receive(now, Flow::udp(there, here), sent);
        let Some(Output::Event(Event::Request {
            server, request, ..
        })) = callee.poll()
        else {
            unreachable!("a good request")
        };
        let ok = Response::to(&request, StatusCode::OK).to_tag("t").build();
        callee.respond(now, server, ok);
        let answer = message(&mut callee);
        caller.receive(now, Flow::udp(here, there), answer);
        black_box(caller.poll());
        caller.handle_timeout(now);
        callee.handle_timeout(now);
    }
    let each = (cpu() - at).as_secs_f64() * 1e6 / f64::from(REQUESTS);
    println!("OPTIONS and 200, both sides: {each:.2} us of CPU");
    memory(&mut caller, &mut callee, &uri, &to);
    timers();
}

/// What an answered request costs while its server transaction absorbs repetitions.
fn memory(caller: &mut Endpoint, callee: &mut Endpoint, uri: &Uri, to: &Target) {
    let (here, there) = (SocketAddr::from(([10, 0, 0, 1], 5060)), to.addr);
    let now = Instant::now() + Duration::from_secs(3_600);
    let (before, held) = (resident(), callee.counts().server);
    for number in 0..100_000 {
        caller.send(now, Destination::Target(to.clone()), options(uri, number));
        // A copy, as a socket would hand it over.
        let sent = Bytes::copy_from_slice(&message(caller));
        callee.receive(now, Flow::udp(there, here), sent);
        let Some(Output::Event(Event::Request {
            server, request, ..
        })) = callee.poll()
        else {
            unreachable!("a good request")
        };
        let ok = Response::to(&request, StatusCode::OK).to_tag("t").build();
        callee.respond(now, server, ok);
        let answer = Bytes::copy_from_slice(&message(callee));
        caller.receive(now, Flow::udp(here, there), answer);
        caller.poll();
    }
    let more = callee.counts().server - held;
    let each = resident().saturating_sub(before) / more;
    println!("answered OPTIONS, both sides: {each} bytes held");
}

/// Memory of this process in bytes, where the system tells.
fn resident() -> usize {
    std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok())
        .map_or(0, |pages| pages * 4_096)
}

fn timers() {
    let start = Instant::now();
    let mut wheel = TimerWheel::default();
    let count = 1_000_000u32;
    let at = cpu();
    let ids: Vec<_> = (0..count)
        .map(|n| {
            let now = start + Duration::from_micros(10) * n;
            wheel.insert(now, now + Duration::from_secs(32), n)
        })
        .collect();
    let inserted = cpu() - at;
    let at = cpu();
    for id in ids {
        black_box(wheel.cancel(id));
    }
    let cancelled = cpu() - at;
    for n in 0..count {
        wheel.insert(start, start + Duration::from_micros(30) * n, n);
    }
    let at = cpu();
    for millisecond in 0..31_000 {
        while wheel
            .pop(start + Duration::from_millis(millisecond))
            .is_some()
        {}
    }
    let fired = cpu() - at;
    let each = |spent: Duration| spent.as_nanos() / u128::from(count);
    println!(
        "timer: insert {} ns, cancel {} ns, fire {} ns",
        each(inserted),
        each(cancelled),
        each(fired)
    );
}

/// Time this process has spent on a processor, for the machine may be busy with other things; the
/// wall clock where the system does not tell.
fn cpu() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    std::fs::read_to_string("/proc/self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(|| START.elapsed(), Duration::from_nanos)
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
