//! A SIP peer made by hand, message by message, so that it can behave as no telephone should.

use super::{
    engine::{Credentials, Engine},
    process::PATIENCE,
};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use sip_message::{Request, Response};
use sip_server::digest::{Login, Secret, answer_challenge};
use std::{
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

/// How long to wait for an answer before a request is sent again.
const RESEND_AFTER: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// A peer at a UDP port of 127.0.0.1 with the credentials of a telephone.
pub struct Peer {
    socket: UdpSocket,
    office: SocketAddr,
    login: Login,
    /// What it calls itself, as a quoted string.
    name: String,
    sent: u32,
    /// Requests heard while something else was waited for.
    requests: Vec<Message>,
    /// Branches of requests that were heard, to pass over what is sent again.
    known: Vec<String>,
}

/// A message that was heard.
#[derive(Clone, Debug)]
pub struct Message(String);

/// A call as one end knows it.
#[derive(Clone, Debug)]
pub struct Call {
    id: String,
    /// Our own address, with our tag.
    us: String,
    /// Theirs, with their tag once there is one.
    them: String,
    /// Where requests are sent to.
    target: String,
    cseq: u32,
    /// The last INVITE we sent.
    invite: String,
}

impl Message {
    /// The names of its header lines.
    pub fn names(&self) -> Vec<&str> {
        let head = self.0.split("\r\n\r\n").next().unwrap_or_default();
        let lines = head.lines().skip(1);
        lines
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect()
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The value of the first header line of a name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The status code, of a response.
    pub fn code(&self) -> Option<u16> {
        self.0.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// The method, of a request.
    pub fn method(&self) -> Option<&str> {
        let method = self.0.split(' ').next()?;
        (method != "SIP/2.0").then_some(method)
    }

    /// The body.
    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    fn answers(&self, method: &str, cseq: u32) -> bool {
        self.field("CSeq") == Some(&format!("{cseq} {method}"))
    }

    /// Whether it ends the last transaction of that method in a call, and is no late copy of what
    /// ended another call's.
    fn is_final_answer(&self, method: &str, call: &Call) -> bool {
        self.answers(method, call.cseq)
            && self.field("Call-ID") == Some(&call.id)
            && self.code().is_some_and(|code| code >= 200)
    }

    fn target(&self) -> Option<String> {
        let contact = self.field("Contact")?;
        let (_, uri) = contact.split_once('<')?;
        Some(uri.split_once('>')?.0.to_owned())
    }
}

/// A description of sound with one codec: payload type 8 (A-law) or 0 (µ-law).
pub fn sdp(payload: u8, version: u32) -> String {
    format!(
        "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio 9000 RTP/AVP {payload}\r\n"
    )
}

impl Peer {
    /// A new person of the office, with one telephone.
    ///
    /// # Errors
    /// The engine refused.
    pub fn new(engine: &Engine, name: &str, extension: &str) -> Result<Self> {
        engine.add_person(name, extension)?;
        let credentials = engine.add_device(extension, "Made by hand")?;
        Self::with(engine, &credentials, "127.0.0.1")
    }

    /// Somebody at an address of this computer (127.x.x.x) who knows these credentials.
    ///
    /// # Errors
    /// The engine takes no SIP over UDP.
    pub fn with(engine: &Engine, credentials: &Credentials, address: &str) -> Result<Self> {
        let login = Login {
            username: credentials.auth_user.clone(),
            realm: None,
            secret: Secret::Password(credentials.password.clone()),
        };
        Self::at(engine, login, address)
    }

    /// Somebody at an address of this computer who calls themselves so and has no password.
    ///
    /// # Errors
    /// The engine takes no SIP over UDP.
    pub fn stranger(engine: &Engine, name: &str, address: &str) -> Result<Self> {
        let login = Login {
            username: name.to_owned(),
            realm: None,
            secret: Secret::Password(String::new()),
        };
        Self::at(engine, login, address)
    }

    /// Where it is reached.
    ///
    /// # Errors
    /// The network is gone.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    fn at(engine: &Engine, login: Login, address: &str) -> Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        let office = engine.sip("udp")?;
        socket.connect(office)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            socket,
            office,
            login,
            name: String::new(),
            sent: 0,
            requests: Vec::new(),
            known: Vec::new(),
        })
    }

    /// Calls itself so from now on: in its display name, its contacts and as its user agent.
    pub fn call_itself(&mut self, name: &str) {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        self.name = format!("\"{quoted}\" ");
    }

    /// Proves itself with another password from now on.
    pub fn forget_password(&mut self) {
        self.login.secret = Secret::Password("not the password".to_owned());
    }

    /// Registers for an hour.
    ///
    /// # Errors
    /// The engine refused.
    pub fn register(&mut self) -> Result<()> {
        let Self { name, office, .. } = self;
        let me = format!("{name}<sip:{}@{office}>", self.login.username);
        let mut call = self.call_to(me.clone(), format!("sip:{}", self.office));
        call.us = format!("{me};tag=me");
        let expires = "Expires: 3600\r\n";
        let first = self.request("REGISTER", &call, expires, "");
        self.send(&first)?;
        let challenge = self.final_answer("REGISTER", &call)?;
        let proof = self.proof(&first, &challenge)?;
        call.cseq += 1;
        let second = self.request("REGISTER", &call, &format!("{expires}{proof}"), "");
        self.send(&second)?;
        let answer = self.final_answer("REGISTER", &call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        Ok(())
    }

    /// Calls a number and proves who is calling; nothing is known of the call yet.
    ///
    /// # Errors
    /// The engine does not ask for a proof.
    pub fn invite(&mut self, number: &str) -> Result<Call> {
        self.invite_with(number, &sdp(8, 1))
    }

    /// As [`Peer::invite`], with another description of sound.
    ///
    /// # Errors
    /// The engine does not ask for a proof.
    pub fn invite_with(&mut self, number: &str, sdp: &str) -> Result<Call> {
        let to = format!("sip:{number}@{}", self.office);
        let mut call = self.call_to(format!("<{to}>"), to);
        let first = self.request("INVITE", &call, "", sdp);
        self.send(&first)?;
        let challenge = self.final_answer("INVITE", &call)?;
        self.acknowledge_refusal(&first, &challenge)?;
        let proof = self.proof(&first, &challenge)?;
        call.cseq += 1;
        call.invite = self.request("INVITE", &call, &proof, sdp);
        self.send(&call.invite)?;
        Ok(call)
    }

    /// Calls a number, proves who is calling if asked to, and waits for what becomes of it: the final
    /// answer. Whoever answers is hung up on.
    ///
    /// # Errors
    /// There is none.
    pub fn try_number(&mut self, number: &str) -> Result<u16> {
        let mut call = self.begin(number)?;
        let mut answer = self.answer_to(&call, "INVITE", &call.invite)?;
        if answer.code() == Some(401) {
            self.acknowledge_refusal(&call.invite, &answer)?;
            let proof = self.proof(&call.invite, &answer)?;
            call.cseq += 1;
            call.invite = self.request("INVITE", &call, &proof, &sdp(8, 1));
            self.send(&call.invite)?;
            answer = self.answer_to(&call, "INVITE", &call.invite)?;
        }
        if answer.code() == Some(200) {
            call.enter(&answer);
            self.acknowledge(&call)?;
            self.bye(&mut call)?;
        } else {
            self.acknowledge_refusal(&call.invite, &answer)?;
        }
        answer.code().context("no code")
    }

    /// Calls a number as somebody who is not asked for a proof; nothing is known of the call yet.
    ///
    /// # Errors
    /// The network is gone.
    pub fn begin(&mut self, number: &str) -> Result<Call> {
        let to = format!("sip:{number}@{}", self.office);
        let mut call = self.call_to(format!("<{to}>"), to);
        call.invite = self.request("INVITE", &call, "", &sdp(8, 1));
        self.send(&call.invite)?;
        Ok(call)
    }

    /// As [`Peer::begin`], with another address as the caller's and more header lines.
    ///
    /// # Errors
    /// The network is gone.
    pub fn begin_as(&mut self, number: &str, caller: &str, more: &str) -> Result<Call> {
        let to = format!("sip:{number}@{}", self.office);
        let mut call = self.call_to(format!("<{to}>"), to);
        call.us = format!("{caller};tag=us{}", self.sent);
        call.invite = self.request("INVITE", &call, more, &sdp(8, 1));
        self.send(&call.invite)?;
        Ok(call)
    }

    /// Sends a request that begins nothing that is acknowledged, and waits for what becomes of it.
    ///
    /// # Errors
    /// There is no answer.
    pub fn ask(&mut self, method: &str, number: &str, more: &str) -> Result<Message> {
        let to = format!("sip:{number}@{}", self.office);
        let call = self.call_to(format!("<{to}>"), to);
        let request = self.request(method, &call, more, "");
        self.send(&request)?;
        self.answer_to(&call, method, &request)
    }

    /// A dialog of a call, as a Replaces or Join header of somebody else names it (RFC 3891 §3): from the
    /// view of the office, whose tag is theirs.
    pub fn dialog_of(call: &Call) -> String {
        let tag = |address: &str| {
            let (_, tag) = address.split_once(";tag=").unwrap_or_default();
            tag.to_owned()
        };
        let (ours, theirs) = (tag(&call.us), tag(&call.them));
        format!("{};to-tag={theirs};from-tag={ours}", call.id)
    }

    /// Asks that the other side of a call be put through to an address (RFC 3515), and waits for how
    /// it goes: the final answer from there, or why nobody was called.
    ///
    /// # Errors
    /// Nothing is told.
    pub fn refer(&mut self, call: &mut Call, to: &str) -> Result<u16> {
        call.cseq += 1;
        let more = format!("Refer-To: <{to}>\r\n");
        let refer = self.request("REFER", call, &more, "");
        self.send(&refer)?;
        let answer = self.answer_to(call, "REFER", &refer)?;
        if answer.code() != Some(202) {
            return answer.code().context("no code");
        }
        loop {
            let told = self.wait_for("NOTIFY")?;
            self.answer(&told, "200 OK", "")?;
            let code = told.body().strip_prefix("SIP/2.0 ");
            let code = code.and_then(|code| code.get(..3)?.parse().ok());
            if let Some(code) = code.filter(|code| *code >= 200) {
                return Ok(code);
            }
        }
    }

    /// Waits for the final answer to a request that was sent, and sends it again until there is one
    /// (RFC 3261 §17.1): an office takes only so many datagrams from one address.
    fn answer_to(&mut self, call: &Call, method: &str, request: &str) -> Result<Message> {
        let wanted = |m: &Message| m.is_final_answer(method, call);
        for wait in RESEND_AFTER {
            self.socket.set_read_timeout(Some(wait))?;
            let answer = self.hear_until(wanted);
            self.socket.set_read_timeout(Some(PATIENCE))?;
            if answer.is_ok() {
                return answer;
            }
            self.send(request)?;
        }
        self.hear_until(wanted)
    }

    /// Presses a key by INFO (`application/dtmf-relay`), and waits for the answer to that.
    ///
    /// # Errors
    /// The engine refused.
    pub fn press(&mut self, call: &mut Call, key: char) -> Result<()> {
        call.cseq += 1;
        let body = format!("Signal={key}\r\nDuration=100\r\n");
        let info = self.request("INFO", call, "", &body);
        self.send(&info.replace("application/sdp", "application/dtmf-relay"))?;
        let answer = self.final_answer("INFO", call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        Ok(())
    }

    /// Sends the INVITE of a call once more, the very same bytes.
    ///
    /// # Errors
    /// The network is gone.
    pub fn invite_again(&self, call: &Call) -> Result<()> {
        self.send(&call.invite)
    }

    /// Waits for a provisional answer above 100 to the INVITE of a call, and enters its early dialog.
    ///
    /// # Errors
    /// None came.
    pub fn ringing(&mut self, call: &mut Call) -> Result<Message> {
        let cseq = call.cseq;
        let rings =
            |m: &Message| m.answers("INVITE", cseq) && m.code().is_some_and(|c| c > 100 && c < 200);
        let answer = self.hear_until(rings)?;
        call.enter(&answer);
        Ok(answer)
    }

    /// Waits for the final answer to the INVITE of a call and acknowledges it; gives its code.
    ///
    /// # Errors
    /// None came.
    pub fn outcome(&mut self, call: &mut Call) -> Result<Message> {
        let answer = self.final_answer("INVITE", call)?;
        if answer.code() == Some(200) {
            call.enter(&answer);
            self.acknowledge(call)?;
        } else {
            self.acknowledge_refusal(&call.invite, &answer)?;
        }
        Ok(answer)
    }

    /// Acknowledges a 200 to INVITE.
    ///
    /// # Errors
    /// The network is gone.
    pub fn acknowledge(&mut self, call: &Call) -> Result<()> {
        let ack = self.request("ACK", call, "", "");
        self.send(&ack)
    }

    /// Takes an INVITE back.
    ///
    /// # Errors
    /// The network is gone.
    pub fn cancel(&self, call: &Call) -> Result<()> {
        let head = call.invite.split("\r\n\r\n").next().unwrap_or_default();
        let keep = |name: &str| {
            let line = head.lines().find(|line| line.starts_with(name));
            line.unwrap_or_default().to_owned()
        };
        let first = head.lines().next().unwrap_or_default();
        let lines = [
            first.replacen("INVITE", "CANCEL", 1),
            keep("Via:"),
            keep("From:"),
            keep("To:"),
            keep("Call-ID:"),
            keep("CSeq:").replace("INVITE", "CANCEL"),
            "Max-Forwards: 70".to_owned(),
            "Content-Length: 0\r\n\r\n".to_owned(),
        ];
        self.send(&lines.join("\r\n"))
    }

    /// Sends another INVITE inside a call.
    ///
    /// # Errors
    /// The network is gone.
    pub fn reinvite(&mut self, call: &mut Call, sdp: &str) -> Result<()> {
        call.cseq += 1;
        call.invite = self.request("INVITE", call, "", sdp);
        self.send(&call.invite)
    }

    /// Says BYE and waits for the answer to that.
    ///
    /// # Errors
    /// None came.
    pub fn bye(&mut self, call: &mut Call) -> Result<Message> {
        call.cseq += 1;
        let bye = self.request("BYE", call, "", "");
        self.send(&bye)?;
        self.final_answer("BYE", call)
    }

    /// Takes the earliest new request of a method, waiting for it if need be.
    ///
    /// # Errors
    /// None came.
    pub fn wait_for(&mut self, method: &str) -> Result<Message> {
        let wanted = |m: &Message| m.method() == Some(method);
        if let Some(place) = self.requests.iter().position(wanted) {
            return Ok(self.requests.remove(place));
        }
        self.hear_until(wanted)
    }

    /// Takes the earliest new request, whatever it is; `None` if none comes in so long.
    ///
    /// # Errors
    /// The network is gone.
    pub fn next_request(&mut self, within: Duration) -> Result<Option<Message>> {
        if !self.requests.is_empty() {
            return Ok(Some(self.requests.remove(0)));
        }
        self.socket.set_read_timeout(Some(within))?;
        let heard = self.hear_until(|message| message.method().is_some());
        self.socket.set_read_timeout(Some(PATIENCE))?;
        Ok(heard.ok())
    }

    /// Requests of a method that were heard and not taken.
    pub fn waiting(&self, method: &str) -> usize {
        let wanted = |m: &&Message| m.method() == Some(method);
        self.requests.iter().filter(wanted).count()
    }

    /// Answers a request; the tag is always the same.
    ///
    /// # Errors
    /// The network is gone.
    pub fn answer(&self, request: &Message, status: &str, body: &str) -> Result<()> {
        let us = format!("sip:x@{}", self.socket.local_addr()?);
        self.answer_from(request, status, &us, body)
    }

    /// As [`Peer::answer`], with another address to be reached at.
    ///
    /// # Errors
    /// The network is gone.
    pub fn answer_from(
        &self,
        request: &Message,
        status: &str,
        contact: &str,
        body: &str,
    ) -> Result<()> {
        let head = request.0.split("\r\n\r\n").next().unwrap_or_default();
        let mut text = format!("SIP/2.0 {status}\r\n");
        for line in head.lines().skip(1) {
            let name = line.split(':').next().unwrap_or_default();
            if ["Via", "From", "To", "Call-ID", "CSeq", "Record-Route"].contains(&name) {
                text.push_str(line);
                if name == "To" && !line.contains(";tag=") {
                    text.push_str(";tag=them");
                }
                text.push_str("\r\n");
            }
        }
        let length = body.len();
        self.send(&format!(
            "{text}Contact: <{contact}>\r\nContent-Type: application/sdp\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// The call that an INVITE opened, as the one who was called knows it.
    ///
    /// # Errors
    /// It is not an INVITE as the RFC wants it.
    pub fn called_by(&self, invite: &Message) -> Result<Call> {
        let field = |name: &str| {
            let value = invite.field(name).with_context(|| format!("{invite:?}"));
            value.map(str::to_owned)
        };
        Ok(Call {
            id: field("Call-ID")?,
            us: field("To")? + ";tag=them",
            them: field("From")?,
            target: invite.target().with_context(|| format!("{invite:?}"))?,
            cseq: 0,
            invite: String::new(),
        })
    }

    /// Sends whatever it is.
    ///
    /// # Errors
    /// The network is gone.
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<()> {
        Ok(self.socket.send(bytes).map(drop)?)
    }

    /// A request as it would be sent, for a test to spoil.
    pub fn request(&mut self, method: &str, call: &Call, more: &str, body: &str) -> String {
        self.sent += 1;
        let us = self.socket.local_addr();
        let us = us.map_or_else(|_| String::new(), |us| us.to_string());
        let name = &self.name;
        let agent = if name.is_empty() { "by hand" } else { name };
        let Call {
            id,
            us: from,
            them,
            target,
            cseq,
            ..
        } = call;
        format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {us};rport;branch=z9hG4bK-{}-{method}\r\n\
             Max-Forwards: 70\r\nFrom: {from}\r\nTo: {them}\r\nCall-ID: {id}\r\nCSeq: {cseq} {method}\r\n\
             Contact: {name}<sip:x@{us}>\r\nUser-Agent: {agent}\r\n{more}\
             Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
            self.sent,
            body.len()
        )
    }

    /// A call of ours that nobody has answered yet.
    pub fn call_to(&mut self, them: String, target: String) -> Call {
        self.sent += 1;
        let number = self.sent;
        let us = self.socket.local_addr();
        let us = us.map_or_else(|_| String::new(), |us| us.to_string());
        Call {
            id: format!("by-hand-{number}-{us}"),
            us: format!(
                "{}<sip:{}@{}>;tag=us{number}",
                self.name, self.login.username, self.office
            ),
            them,
            target,
            cseq: 1,
            invite: String::new(),
        }
    }

    /// Waits for the final answer to the last request of a call.
    ///
    /// # Errors
    /// None came.
    pub fn final_answer(&mut self, method: &str, call: &Call) -> Result<Message> {
        self.hear_until(|m| m.is_final_answer(method, call))
    }

    fn send(&self, text: &str) -> Result<()> {
        self.send_bytes(text.as_bytes())
    }

    fn acknowledge_refusal(&self, invite: &str, answer: &Message) -> Result<()> {
        let head = invite.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines: Vec<String> = Vec::new();
        for line in head.lines() {
            let name = line.split([':', ' ']).next().unwrap_or_default();
            match name {
                "INVITE" => lines.push(line.replacen("INVITE", "ACK", 1)),
                "CSeq" => lines.push(line.replace("INVITE", "ACK")),
                "To" => lines.push(format!("To: {}", answer.field("To").unwrap_or_default())),
                "Via" | "From" | "Call-ID" | "Max-Forwards" => lines.push(line.to_owned()),
                _ => {}
            }
        }
        lines.push("Content-Length: 0\r\n\r\n".to_owned());
        self.send(&lines.join("\r\n"))
    }

    /// The Authorization line that answers a challenge.
    fn proof(&self, request: &str, challenge: &Message) -> Result<String> {
        let request = Request::parse(Bytes::from(request.to_owned()))?;
        let response = Response::parse(Bytes::from(challenge.0.clone()))?;
        let answered = answer_challenge(&response, &request, &self.login, "by-hand");
        let answered = answered.with_context(|| format!("no challenge: {challenge:?}"))?;
        let answered = answered.request.build();
        let text = String::from_utf8_lossy(answered.bytes()).into_owned();
        let line = text.lines().find(|l| l.starts_with("Authorization:"));
        Ok(format!("{}\r\n", line.context("no proof")?))
    }

    fn hear_until(&mut self, wanted: impl Fn(&Message) -> bool) -> Result<Message> {
        loop {
            let mut buffer = [0; 65_535];
            let Ok(length) = self.socket.recv(&mut buffer) else {
                bail!("waited in vain; heard besides: {:#?}", self.requests);
            };
            let message = Message(String::from_utf8_lossy(&buffer[..length]).into_owned());
            if message.method().is_some() {
                let key = format!("{:?} {:?}", message.method(), message.field("Via"));
                if self.known.contains(&key) {
                    continue;
                }
                self.known.push(key);
            }
            if wanted(&message) {
                return Ok(message);
            }
            if message.method().is_some() {
                self.requests.push(message);
            }
        }
    }
}

impl Call {
    /// Its Call-ID.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn enter(&mut self, answer: &Message) {
        if let Some(to) = answer.field("To") {
            to.clone_into(&mut self.them);
        }
        if let Some(target) = answer.target() {
            self.target = target;
        }
    }
}
