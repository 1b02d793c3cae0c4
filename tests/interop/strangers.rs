//! Whoever has not proved who they are rings nobody and learns nothing.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Transport,
    engine::Engine,
    process::PATIENCE,
    talk::{connect, hang_up, has_heard, registered, talk},
};
use std::net::{SocketAddr, UdpSocket};

/// A program that speaks SIP without being a telephone of the office.
struct Stranger {
    socket: UdpSocket,
    sent: u32,
}

impl Stranger {
    fn at(address: &str, office: SocketAddr) -> Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.connect(office)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { socket, sent: 0 })
    }

    /// Sends a request of its own making and gives the final answer to it.
    fn ask(&mut self, method: &str, user: &str, from: &str, more: &str) -> Result<String> {
        self.send(method, user, from, more)?;
        loop {
            let answer = self.hear()?;
            let ours = answer.contains(&format!("\r\nCSeq: {} {method}", self.sent));
            if ours && !answer.starts_with("SIP/2.0 1") {
                if method == "INVITE" {
                    self.acknowledge(&answer, user)?;
                }
                return Ok(answer);
            }
        }
    }

    fn send(&mut self, method: &str, user: &str, from: &str, more: &str) -> Result<()> {
        self.sent += 1;
        let (us, office) = (self.socket.local_addr()?, self.socket.peer_addr()?);
        let number = self.sent;
        let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
                    m=audio 9000 RTP/AVP 8\r\n";
        let body = if method == "INVITE" { body } else { "" };
        let length = body.len();
        let message = format!(
            "{method} sip:{user}@{office} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {us};rport;branch=z9hG4bK-stranger-{number}\r\n\
             Max-Forwards: 70\r\nFrom: {from};tag=f{number}\r\nTo: <sip:{user}@{office}>\r\n\
             Call-ID: stranger-{number}@{us}\r\nCSeq: {number} {method}\r\nContact: <sip:x@{us}>\r\n\
             {more}Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.socket.send(message.as_bytes())?;
        Ok(())
    }

    fn acknowledge(&self, answer: &str, user: &str) -> Result<()> {
        let office = self.socket.peer_addr()?;
        let field = |name: &str| {
            let mut lines = answer.lines();
            let line = lines.find(|line| line.starts_with(name));
            line.with_context(|| format!("no {name} in {answer}"))
        };
        let message = format!(
            "ACK sip:{user}@{office} SIP/2.0\r\n{}\r\n{}\r\n{}\r\n{}\r\nCSeq: {} ACK\r\n\
             Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
            field("Via:")?,
            field("From:")?,
            field("To:")?,
            field("Call-ID:")?,
            self.sent,
        );
        self.socket.send(message.as_bytes())?;
        Ok(())
    }

    fn hear(&self) -> Result<String> {
        let mut buffer = [0; 65_535];
        let length = self.socket.recv(&mut buffer).context("no answer")?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }
}

/// An answer without what differs from one request to the next by design.
fn shape(answer: &str, user: &str) -> String {
    let line = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        let value = match name {
            "Via" | "From" | "Call-ID" | "CSeq" => String::new(),
            // First what is random, which may hold the user's digits by chance.
            _ => masked(&masked(value, ";tag="), "nonce=\"").replace(user, "USER"),
        };
        format!("{name}: {value}\n")
    };
    answer.lines().map(line).collect()
}

/// Dots in place of the letters and digits that follow `after`.
fn masked(text: &str, after: &str) -> String {
    let Some((before, secret)) = text.split_once(after) else {
        return text.to_owned();
    };
    let end = secret.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let (secret, rest) = secret.split_at(end.unwrap_or(secret.len()));
    format!("{before}{after}{}{rest}", ".".repeat(secret.len()))
}

#[test]
fn nobody_rings_for_callers_that_prove_nothing() -> Result<()> {
    let mut engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0);
    let anna_user = anna.user.clone();
    let ben = engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0);
    let ben_user = ben.user.clone();
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    let office = engine.sip("udp")?;
    let mut stranger = Stranger::at("127.0.0.7", office)?;

    let wrong = format!(
        "Authorization: Digest username=\"{anna_user}\", realm=\"sip\", nonce=\"1\", uri=\"sip:102@{office}\", \
         response=\"00000000000000000000000000000000\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"1\"\r\n"
    );
    let forged = format!("\"Anna\" <sip:{anna_user}@{office}>");
    let identity = format!("P-Asserted-Identity: <sip:101@{office}>\r\n");
    for (user, from, more) in [
        ("102", "<sip:stranger@example.org>", ""),
        ("102", "\"Anonymous\" <sip:anonymous@anonymous.invalid>", ""),
        ("102", forged.as_str(), ""),
        ("102", forged.as_str(), identity.as_str()),
        ("102", forged.as_str(), wrong.as_str()),
        (ben_user.as_str(), "<sip:stranger@example.org>", ""),
        (ben_user.as_str(), forged.as_str(), wrong.as_str()),
    ] {
        let answer = stranger.ask("INVITE", user, from, more)?;
        ensure!(
            answer.starts_with("SIP/2.0 401 "),
            "{user} {from} {more}: {answer}"
        );
    }
    // A dialog that does not exist, and a call of others.
    let replaces = "Replaces: abc;to-tag=1;from-tag=2\r\n";
    for (method, more) in [
        ("INVITE", replaces),
        ("REFER", "Refer-To: <sip:102@x>\r\n"),
        ("MESSAGE", ""),
    ] {
        let answer = stranger.ask(method, "102", &forged, more)?;
        ensure!(answer.starts_with("SIP/2.0 401 "), "{method}: {answer}");
    }

    assert!(!ben.log().contains("INVITE sip:"), "{}", ben.log());
    assert_eq!(engine.status()?["active_calls"], 0);
    // Ben's first call is the first real one.
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&ben, 440.0)?;
    assert_eq!(ben.log().matches("\nINVITE sip:").count(), 1);
    engine.still_runs()
}

#[test]
fn answers_do_not_tell_who_exists() -> Result<()> {
    let engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?;
    let known = anna.user.clone();
    let _anna = registered(anna)?;
    let office = engine.sip("udp")?;
    let unknown: String = known.chars().rev().collect();
    for method in ["REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE"] {
        let mut stranger = Stranger::at("127.0.0.8", office)?;
        let mut shape_for = |user: &str, from: &str| -> Result<String> {
            let from = format!("<sip:{from}@{office}>");
            Ok(shape(&stranger.ask(method, user, &from, "")?, user))
        };
        let about_known = shape_for(&known, &known)?;
        assert_eq!(about_known, shape_for(&unknown, &unknown)?, "{method}");
        assert_eq!(
            shape_for("101", "999")?,
            shape_for("999", "101")?,
            "{method}"
        );
    }
    Ok(())
}

#[test]
fn a_scanner_is_answered_like_anybody_and_then_not_at_all() -> Result<()> {
    const STORM: u32 = 3_000;
    let mut engine = Engine::start()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0);
    let ben = engine.telephone("Ben", "102", Transport::Udp)?.tone(660.0);
    let (mut anna, mut ben) = (registered(anna)?, registered(ben)?);
    let office = engine.sip("udp")?;
    let mut scanner = Stranger::at("127.0.0.9", office)?;
    let agent = "User-Agent: friendly-scanner\r\n";
    for number in 0..STORM {
        let method = ["OPTIONS", "REGISTER", "INVITE"][number as usize % 3];
        let user = (100 + number % 900).to_string();
        scanner.send(method, &user, &format!("<sip:{user}@{office}>"), agent)?;
    }
    // In the middle of it the office works as ever.
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard(&ben, 440.0)?;
    scanner.socket.set_nonblocking(true)?;
    let mut answers = 0;
    while scanner.hear().is_ok() {
        answers += 1;
    }
    assert!(
        answers < STORM / 10,
        "{answers} answers to {STORM} requests"
    );
    assert_eq!(ben.log().matches("\nINVITE sip:").count(), 1);
    engine.wait_until_idle(usize::MAX)?;
    engine.still_runs()
}
