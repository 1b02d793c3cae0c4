//! What one OPTIONS over UDP costs the signalling thread, kernel included, from the socket through
//! the switch and back.

use host::{HostConfig, Sinks};
use office::{Language, Office, OfficeParts, OfficeSettings, Realm};
use std::{
    net::{Ipv4Addr, UdpSocket},
    sync::Arc,
    time::{Duration, Instant},
};
use switch::{Switch, SwitchConfig};

/// Sources, and messages of each: as many as strangers may send at once.
const SOURCES: u8 = 33;
const EACH: usize = 60;

/// Runs, each with a fresh host: the system counts the time of a thread in hundredths of a second.
const RUNS: u32 = 20;

fn main() {
    let mut total = (0, Duration::ZERO);
    for _ in 0..RUNS {
        let (answered, time) = run();
        total = (total.0 + answered, total.1 + time);
    }
    let (answered, time) = total;
    let each = time / answered.max(1);
    println!("{answered} answered, {each:?} of the signalling thread for each");
}

/// Messages answered, and the time of the signalling thread they took.
fn run() -> (u32, Duration) {
    let realm = Realm::parse("office.example").expect("a realm");
    let settings = OfficeSettings::founded(realm, Language::parse("en").expect("a language"));
    let office = Arc::new(Office::build(OfficeParts::empty(settings)).expect("an office"));
    let now = Instant::now();
    let switch = Switch::new(
        office,
        SwitchConfig::default(),
        [7; 32],
        now,
        host::wall_clock(),
    )
    .expect("a switch");
    let config = HostConfig {
        udp: vec!["127.0.0.1:0".parse().expect("an address")],
        ..HostConfig::default()
    };
    let sinks = Sinks {
        store: Box::new(drop),
        tell: Box::new(drop),
        trace: Box::new(drop),
        ask: Box::new(|_, _| {}),
    };
    let host = host::start(&config, switch, sinks).expect("a host");
    let to = host.bound()[0].address;
    let sockets: Vec<UdpSocket> = (1..=SOURCES)
        .map(|n| {
            let socket = UdpSocket::bind((Ipv4Addr::new(127, 0, 1, n), 0)).expect("a socket");
            let patience = Some(Duration::from_millis(500));
            socket.set_read_timeout(patience).expect("a time-out");
            socket
        })
        .collect();
    let before = signalling_time();
    let mut answered = 0;
    let mut buffer = [0; 2_048];
    for number in 0..EACH {
        for socket in &sockets {
            let me = socket.local_addr().expect("an address");
            let message = format!(
                "OPTIONS sip:office.example SIP/2.0\r\n\
                 Via: SIP/2.0/UDP {me};branch=z9hG4bK{number};rport\r\n\
                 From: <sip:bench@{me}>;tag=1\r\nTo: <sip:office.example>\r\n\
                 Call-ID: {number}@{me}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\
                 Content-Length: 0\r\n\r\n"
            );
            socket.send_to(message.as_bytes(), to).expect("sent");
        }
        for socket in &sockets {
            answered += u32::from(socket.recv(&mut buffer).is_ok());
        }
    }
    (answered, signalling_time().saturating_sub(before))
}

/// Processor time of the signalling thread so far; zero where the system does not tell.
fn signalling_time() -> Duration {
    let time = || {
        let tasks = std::fs::read_dir("/proc/self/task").ok()?.flatten();
        let mut statistics =
            tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
        let ours = statistics.find(|line| line.contains("(signalling)"))?;
        let (_, numbers) = ours.rsplit_once(") ")?;
        // utime and stime of proc(5), in ticks of 10 ms.
        let ticks = numbers.split(' ').skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|n| n.parse::<u64>().ok()).sum();
        Some(Duration::from_millis(10 * ticks))
    };
    time().unwrap_or_default()
}
