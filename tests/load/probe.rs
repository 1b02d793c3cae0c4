//! How long a server takes to pass a call on: a caller and a callee with a socket each, one call at a
//! time, timed at their own sockets.

use crate::accounts::Account;
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use sip_message::{HeaderName, Message, Request, Response, StatusCode};
use sip_server::digest::{Login, Secret, answer_challenge};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(2);
/// Between calls, so that each meets a server at rest.
const PAUSE: Duration = Duration::from_millis(50);
const SOUND: &str = "v=0\r\no=probe 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
                     m=audio 26000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

/// What the server adds to each of so many calls until the caller hears that it rings: the INVITE on
/// its way out and the 180 on its way back. Challenges are not counted: they come before.
pub fn set_up_times(
    server: SocketAddr,
    [caller, callee]: [&Account; 2],
    dialled: &str,
    calls: u32,
) -> Result<Vec<Duration>> {
    let caller = Phone::new(server, caller)?;
    let callee = Phone::new(server, callee)?;
    callee.register()?;
    let call = |number| {
        thread::sleep(PAUSE);
        call(&caller, &callee, dialled, number)
    };
    (1..=calls).map(call).collect()
}

fn call(caller: &Phone, callee: &Phone, dialled: &str, number: u32) -> Result<Duration> {
    let name = format!("{number}-{}", caller.port()?);
    let uri = format!("sip:{dialled}@{}", caller.server);
    let first = caller.request(
        "INVITE",
        &uri,
        &name,
        1,
        &format!("<sip:{dialled}@127.0.0.1>"),
        "",
    )?;
    caller.send(first.bytes())?;
    let challenge = caller.answer(401)?;
    let to = challenge.headers().value(HeaderName::To).context("no To")?;
    let ack = caller.request("ACK", &uri, &name, 1, &to.to_str(), "")?;
    let ack = ack
        .edit()
        .remove(HeaderName::Via)
        .push_first(&first.via()?)
        .build();
    caller.send(ack.bytes())?;
    let second = caller.proved(&first, &challenge)?;

    let begin = Instant::now();
    caller.send(second.bytes())?;
    let invite = callee.asked("INVITE")?;
    let there = begin.elapsed();
    let answer = |code| {
        let status = StatusCode::new(code).context("a status")?;
        let contact = format!("<sip:callee@127.0.0.1:{}>", callee.port()?);
        let answer = Response::to(&invite, status)
            .copy(invite.headers(), HeaderName::RecordRoute)
            .to_tag(&format!("b{name}"))
            .push_raw("Contact", contact.as_bytes());
        anyhow::Ok(answer)
    };
    let ringing = answer(180)?.build();
    let begin = Instant::now();
    callee.send(ringing.bytes())?;
    caller.answer(180)?;
    let back = begin.elapsed();

    let ok = answer(200)?.body("application/sdp", Bytes::from_static(SOUND.as_bytes()));
    callee.send(ok.build().bytes())?;
    let ok = caller.answer(200)?;
    let headers = ok.headers();
    let contact = headers.value(HeaderName::Contact).context("no Contact")?;
    let contact = contact.to_str().into_owned();
    let target = contact
        .split(['<', '>'])
        .nth(1)
        .context("no address in Contact")?;
    let to = headers.value(HeaderName::To).context("no To")?;
    let mut routes: Vec<_> = headers.named(HeaderName::RecordRoute).collect();
    routes.reverse();
    let routes: String = routes
        .iter()
        .map(|r| format!("Route: {}\r\n", r.value().to_str()))
        .collect();
    for (method, cseq) in [("ACK", 2), ("BYE", 3)] {
        let request = caller.request(method, target, &name, cseq, &to.to_str(), &routes)?;
        caller.send(request.bytes())?;
        let heard = callee.asked(method)?;
        if method == "BYE" {
            callee.send(Response::to(&heard, StatusCode::OK).build().bytes())?;
            caller.answer(200)?;
        }
    }
    Ok(there + back)
}

struct Phone<'a> {
    socket: UdpSocket,
    server: SocketAddr,
    account: &'a Account,
}

impl<'a> Phone<'a> {
    fn new(server: SocketAddr, account: &'a Account) -> Result<Phone<'a>> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Phone {
            socket,
            server,
            account,
        })
    }

    fn port(&self) -> Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    fn register(&self) -> Result<()> {
        let uri = format!("sip:{}", self.server);
        let name = format!("register-{}", self.port()?);
        let to = format!("<sip:{}@127.0.0.1>", self.account.user);
        let first = self.request("REGISTER", &uri, &name, 1, &to, "Expires: 600\r\n")?;
        self.send(first.bytes())?;
        let challenge = self.answer(401)?;
        self.send(self.proved(&first, &challenge)?.bytes())?;
        self.answer(200).map(drop)
    }

    fn request(
        &self,
        method: &str,
        uri: &str,
        name: &str,
        cseq: u32,
        to: &str,
        more: &str,
    ) -> Result<Request> {
        let (user, port) = (&self.account.user, self.port()?);
        let (content, body) = match method {
            "INVITE" => ("Content-Type: application/sdp\r\n", SOUND),
            _ => ("", ""),
        };
        let length = body.len();
        let text = format!(
            "{method} {uri} SIP/2.0\r\n\
             Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{name}-{method}{cseq};rport\r\n\
             Max-Forwards: 70\r\n\
             From: <sip:{user}@127.0.0.1>;tag=a{name}\r\n\
             To: {to}\r\n\
             Call-ID: {name}\r\n\
             CSeq: {cseq} {method}\r\n\
             Contact: <sip:{user}@127.0.0.1:{port}>\r\n\
             {more}{content}Content-Length: {length}\r\n\r\n{body}"
        );
        Ok(Request::parse(text.into())?)
    }

    /// The request once more, with the answer to its challenge.
    fn proved(&self, first: &Request, challenge: &Response) -> Result<Request> {
        let login = Login {
            username: self.account.user.clone(),
            realm: None,
            secret: Secret::Password(self.account.password.clone()),
        };
        let again = answer_challenge(challenge, first, &login, "probe").context("no challenge")?;
        let port = self.port()?;
        let branch = format!("{}-{}", first.call_id()?.to_str(), again.cseq);
        let via = format!("SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch};rport");
        Ok(again.request.push_raw("Via", via.as_bytes()).build())
    }

    fn send(&self, bytes: &[u8]) -> Result<()> {
        self.socket.send_to(bytes, self.server)?;
        Ok(())
    }

    fn hear(&self) -> Result<Message> {
        let mut buffer = [0; 4_096];
        let length = self.socket.recv(&mut buffer).context("nothing heard")?;
        let bytes = buffer.get(..length).unwrap_or_default();
        Ok(Message::parse(Bytes::copy_from_slice(bytes))?)
    }

    /// The next answer, but for those that say nothing new.
    fn answer(&self, code: u16) -> Result<Response> {
        loop {
            match self.hear()? {
                Message::Response(response) if response.status() == code => return Ok(response),
                Message::Response(response) => {
                    ensure!(
                        !response.status().is_final() || code == 180,
                        "{:?}",
                        response.bytes()
                    );
                }
                Message::Request(request) => bail!("unasked: {:?}", request.bytes()),
            }
        }
    }

    fn asked(&self, method: &str) -> Result<Request> {
        match self.hear()? {
            Message::Request(request) if request.bytes().starts_with(method.as_bytes()) => {
                Ok(request)
            }
            other => bail!("{method} was expected: {:?}", other.bytes()),
        }
    }
}
