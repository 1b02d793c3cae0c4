//! rtpengine as a yardstick: it relays, in user space, as many calls as Cordboard did, between phones
//! that are two sockets each. It is told of calls in bencoded messages, its "ng" protocol.

use crate::{
    LISTENING, SETTLING,
    server::{READY_WITHIN, free_address},
    usage,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::process::{Process, until};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    process::Command,
    str, thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(2);
/// What one packet holds, and one of G.711 without its header.
const PACKET: Duration = Duration::from_millis(20);
const OCTETS: usize = 160;

/// Of a core, in %, for so many relayed calls of 100 packets a second each.
pub fn share_of_relaying(calls: u32) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let address = free_address()?;
    let mut command = Command::new("rtpengine");
    command
        .args(["--foreground", "--log-stderr", "--log-level=4"])
        // No packet is relayed by the kernel, and nothing is read from /etc.
        .args(["--config-file=none", "--table=-1"])
        .args(["--interface=127.0.0.1", "--port-min=40000"])
        .args(["--port-max=49999", &format!("--listen-ng={address}")]);
    let process = Process::start(command, &folder.path().join("rtpengine.log"))?;
    let orders = Orders::to(address)?;
    let ready = until(READY_WITHIN, || orders.give(&[("command", "ping")]).is_ok());
    ensure!(ready, "rtpengine did not get ready\n{}", process.log_tail());

    let calls = (0..calls).map(|number| orders.set_up(&number.to_string()));
    let mut phones: Vec<Phone> = calls
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    talk(&mut phones, SETTLING)?;
    let used = || usage::cpu(process.id()).with_context(|| process.log_tail());
    let before = used()?;
    let (sent, heard) = talk(&mut phones, LISTENING)?;
    let share = (used()? - before).as_secs_f64() / LISTENING.as_secs_f64();
    ensure!(
        heard >= sent - sent / 100,
        "rtpengine relayed {heard} of {sent} packets"
    );
    Ok(share * 100.0)
}

/// Each sends 50 packets a second; gives how many were sent, and how many came, in all.
fn talk(phones: &mut [Phone], lasts: Duration) -> Result<(u64, u64)> {
    let (mut sent, mut heard) = (0, 0);
    let begin = Instant::now();
    let mut due = begin;
    while due < begin + lasts {
        for phone in phones.iter_mut() {
            phone.speak()?;
            sent += 1;
        }
        due += PACKET;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        for phone in phones.iter() {
            heard += phone.hear();
        }
    }
    Ok((sent, heard))
}

struct Phone {
    socket: UdpSocket,
    sequence: u16,
}

impl Phone {
    fn new() -> Result<Phone> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let sequence = 0;
        Ok(Phone { socket, sequence })
    }

    fn speak(&mut self) -> Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let timestamp = u32::from(self.sequence) * u32::try_from(OCTETS)?;
        let source = u32::from(self.socket.local_addr()?.port());
        let mut packet = vec![0x80, 0]; // RTP version 2, PCMU (RFC 3550 §5.1, RFC 3551 §6)
        packet.extend_from_slice(&self.sequence.to_be_bytes());
        packet.extend_from_slice(&timestamp.to_be_bytes());
        packet.extend_from_slice(&source.to_be_bytes());
        packet.extend_from_slice(&[0xff; OCTETS]);
        self.socket.send(&packet)?;
        Ok(())
    }

    /// How many packets have come since.
    fn hear(&self) -> u64 {
        let mut count = 0;
        while self.socket.recv(&mut [0; 2_048]).is_ok() {
            count += 1;
        }
        count
    }

    fn description(&self) -> Result<String> {
        let port = self.socket.local_addr()?.port();
        Ok(format!(
            "v=0\r\no=load 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
        ))
    }

    /// Sends to where a description says that sound is taken.
    fn send_to_where(&self, description: &str) -> Result<()> {
        let mut lines = description.lines();
        let audio = lines.find_map(|line| line.strip_prefix("m=audio "));
        let port = audio.and_then(|audio| audio.split(' ').next());
        let port: u16 = port.context("no sound is described")?.parse()?;
        Ok(self.socket.connect((Ipv4Addr::LOCALHOST, port))?)
    }
}

/// The way to rtpengine.
struct Orders(UdpSocket);

impl Orders {
    fn to(address: SocketAddr) -> Result<Orders> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.connect(address)?;
        Ok(Orders(socket))
    }

    /// A call between two phones, each of which knows where to send.
    fn set_up(&self, call: &str) -> Result<[Phone; 2]> {
        let [caller, callee] = [Phone::new()?, Phone::new()?];
        let (offer, answer) = (caller.description()?, callee.description()?);
        let both = [("call-id", call), ("from-tag", "caller")];
        let offered = [both[0], ("command", "offer"), both[1], ("sdp", &offer)];
        callee.send_to_where(&self.give(&offered)?)?;
        let answered = [
            both[0],
            ("command", "answer"),
            both[1],
            ("sdp", &answer),
            ("to-tag", "callee"),
        ];
        caller.send_to_where(&self.give(&answered)?)?;
        Ok([caller, callee])
    }

    /// Gives an order; its words in the order of the alphabet, as bencoding wants it. What comes back.
    fn give(&self, words: &[(&str, &str)]) -> Result<String> {
        let bencoded = |text: &str| format!("{}:{text}", text.len());
        let words: String = words
            .iter()
            .map(|(name, value)| bencoded(name) + &bencoded(value))
            .collect();
        // Every order differs from those before: it serves as its own cookie, by its hash.
        let mut hash = DefaultHasher::new();
        words.hash(&mut hash);
        let cookie = hash.finish();
        self.0.send(format!("{cookie} d{words}e").as_bytes())?;
        let mut buffer = [0; 8_192];
        let length = self.0.recv(&mut buffer).context("rtpengine is silent")?;
        let answer = str::from_utf8(&buffer[..length])?;
        ensure!(!answer.contains("5:error"), "rtpengine: {answer}");
        Ok(answer.to_owned())
    }
}
