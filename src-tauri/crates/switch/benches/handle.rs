//! What one message costs in `Switch::handle`, bytes in to bytes out, without sockets (budget: p99 at
//! most 50 µs, never above 5 ms): `cargo bench -p switch`.

use bytes::Bytes;
use office::{
    Device, DeviceId, DigestCredentials, Extension, ExtensionNumber, Language, MediaPolicy, Office,
    OfficeParts, OfficeSettings, Person, PersonId, Realm, RouteTarget, Secret, SipUser,
};
use sip_message::{HeaderName, Message, Request, Response, StatusCode};
use sip_server::digest::{Login, Secret as LoginSecret, answer_challenge};
use sip_transport::{Flow, Listener, Transport};
use std::{
    collections::VecDeque,
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use switch::{Input, Output, Switch, SwitchConfig};

/// The first half of them calls the second half.
const PHONES: u32 = 500;
/// Calls that go on while others come and go.
const LIVE_CALLS: usize = 100;
const CALLS: u32 = 5_000;
/// Each phone registers so often.
const REGISTRATIONS: u32 = 10;
/// Virtual time between calls: 50 a second.
const BETWEEN: Duration = Duration::from_millis(20);
const SOUND: &str = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n\
                     m=audio 4000 RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\n\
                     a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n";

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let mut bench = Bench::new(SwitchConfig::default())?;
    for round in 0..REGISTRATIONS {
        for phone in 0..PHONES {
            bench.register(phone, round * 2 + 1)?;
        }
    }
    let mut live = VecDeque::new();
    for number in 0..CALLS {
        live.push_back(bench.begin_call(number)?);
        if live.len() > LIVE_CALLS
            && let Some(call) = live.pop_front()
        {
            bench.end_call(&call)?;
        }
    }
    bench.print();
    Ok(())
}

struct Bench {
    switch: Switch,
    now: Instant,
    /// Time spent on each kind of message, in the order in which they first came.
    spent: Vec<(&'static str, Vec<Duration>)>,
}

/// A call that goes on: how its caller asks for its end.
struct Call {
    number: u32,
    to: String,
    target: String,
}

impl Bench {
    fn new(config: SwitchConfig) -> Outcome<Bench> {
        let now = Instant::now();
        let office = Arc::new(office()?);
        let mut switch = Switch::new(office, config, [7; 32], now, 1_767_603_300_000)?;
        switch.handle(
            now,
            Input::Listening(Listener {
                transport: Transport::Udp,
                local: here(),
                advertised: None,
            }),
        );
        Ok(Bench {
            switch,
            now,
            spent: Vec::new(),
        })
    }

    /// One message goes in; gives what is sent for it.
    fn give(&mut self, what: &'static str, phone: u32, bytes: Bytes) -> Vec<(SocketAddr, Bytes)> {
        let mut sent = Vec::with_capacity(4);
        let input = Input::Message {
            flow: Flow::udp(here(), there(phone)),
            bytes,
        };
        let begin = Instant::now();
        self.switch.handle(self.now, input);
        loop {
            match self.switch.poll() {
                Output::Send { flow, bytes } => sent.push((flow.remote, bytes)),
                Output::SleepUntil(_) => break,
                _ => {}
            }
        }
        let spent = begin.elapsed();
        match self.spent.iter_mut().find(|(name, _)| *name == what) {
            Some((_, times)) => times.push(spent),
            None => self.spent.push((what, vec![spent])),
        }
        sent
    }

    fn register(&mut self, phone: u32, cseq: u32) -> Outcome {
        self.now += BETWEEN;
        let to = format!("<sip:phone-{phone}@10.0.0.1>");
        let uri = "sip:10.0.0.1";
        let first = request("REGISTER", uri, phone, &format!("r{phone}"), cseq, &to)?;
        let sent = self.give("REGISTER, challenged", phone, first.bytes().clone());
        let second = proved(phone, &first, &answer_to(&sent, phone)?)?;
        let sent = self.give("REGISTER, accepted", phone, second.bytes().clone());
        expect(&answer_to(&sent, phone)?, 200)
    }

    fn begin_call(&mut self, number: u32) -> Outcome<Call> {
        self.now += BETWEEN;
        let (caller, callee) = parties(number);
        let dialled = extension(callee);
        let uri = format!("sip:{dialled}@10.0.0.1");
        let name = format!("c{number}");
        let to = format!("<sip:{dialled}@10.0.0.1>");
        let first = request("INVITE", &uri, caller, &name, 1, &to)?;
        let sent = self.give("INVITE, challenged", caller, first.bytes().clone());
        let challenge = answer_to(&sent, caller)?;
        let ack = acknowledged(&first, caller, &challenge)?;
        self.give("ACK of the challenge", caller, ack);
        let second = proved(caller, &first, &challenge)?;
        let sent = self.give("INVITE, passed on", caller, second.bytes().clone());
        let invite = asked_of(&sent, callee)?;

        let contact = format!("<sip:phone-{callee}@{}>", there(callee));
        let answer = |code: u16| {
            let status = StatusCode::new(code).unwrap_or(StatusCode::OK);
            Response::to(&invite, status)
                .to_tag(&format!("b{number}"))
                .push_raw("Contact", contact.as_bytes())
        };
        let sent = self.give("180 Ringing", callee, answer(180).build().bytes().clone());
        expect(&answer_to(&sent, caller)?, 180)?;
        let body = Bytes::from_static(SOUND.as_bytes());
        let ok = answer(200).body("application/sdp", body).build();
        let sent = self.give("200 of the INVITE", callee, ok.bytes().clone());
        let ok = answer_to(&sent, caller)?;
        expect(&ok, 200)?;
        let to = header(&ok, HeaderName::To)?;
        let contact = header(&ok, HeaderName::Contact)?;
        let target = contact
            .split(['<', '>'])
            .nth(1)
            .ok_or("no address in Contact")?;
        let ack = request("ACK", target, caller, &name, 2, &to)?;
        self.give("ACK", caller, ack.bytes().clone());
        Ok(Call {
            number,
            to,
            target: target.to_owned(),
        })
    }

    fn end_call(&mut self, call: &Call) -> Outcome {
        let (caller, callee) = parties(call.number);
        let name = format!("c{}", call.number);
        let bye = request("BYE", &call.target, caller, &name, 3, &call.to)?;
        let sent = self.give("BYE", caller, bye.bytes().clone());
        expect(&answer_to(&sent, caller)?, 200)?;
        let bye = asked_of(&sent, callee)?;
        let ok = Response::to(&bye, StatusCode::OK).build();
        self.give("200 of the BYE", callee, ok.bytes().clone());
        Ok(())
    }

    fn print(&mut self) {
        println!(
            "{:<22} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "µs per message", "count", "mean", "p50", "p99", "most"
        );
        let mut all = Vec::new();
        for (what, times) in &mut self.spent {
            line(what, times);
            all.extend_from_slice(times);
        }
        line("all", &mut all);
    }
}

fn line(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .copied()
            .map_or(0.0, micros)
    };
    let mean = micros(times.iter().sum()) / times.len() as f64;
    let most = times.last().copied().map_or(0.0, micros);
    let (count, p50, p99) = (times.len(), at(50), at(99));
    println!("{what:<22} {count:>9} {mean:>9.1} {p50:>9.1} {p99:>9.1} {most:>9.1}");
}

fn parties(number: u32) -> (u32, u32) {
    let caller = number % (PHONES / 2);
    (caller, caller + PHONES / 2)
}

fn here() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 5060))
}

fn there(phone: u32) -> SocketAddr {
    let [.., high, low] = (phone + 256).to_be_bytes();
    SocketAddr::from(([10, 0, high, low], 5060))
}

fn extension(phone: u32) -> u32 {
    1_000 + phone
}

fn password(phone: u32) -> String {
    format!("secret of phone {phone}")
}

fn office() -> Outcome<Office> {
    let realm = Realm::parse("office.example")?;
    let settings = OfficeSettings::founded(realm.clone(), Language::default());
    let mut parts = OfficeParts::empty(settings);
    for phone in 0..PHONES {
        let id = PersonId(i64::from(phone) + 1);
        let number = ExtensionNumber::parse(&extension(phone).to_string())?;
        parts.persons.push(Person {
            number: Some(number.clone()),
            ..Person::named(id, &format!("Person {phone}"))
        });
        parts
            .extensions
            .push(Extension::to(number, RouteTarget::User(id)));
        let sip_user = SipUser::parse(&format!("phone-{phone}"))?;
        let secret = Secret::new(password(phone));
        parts.devices.push(Device {
            id: DeviceId(id.0),
            person: id,
            label: "Desk phone".to_owned(),
            credentials: DigestCredentials::of_password(&sip_user, &realm, &secret),
            sip_user,
            max_contacts: 3,
            media: MediaPolicy::Auto,
        });
    }
    Office::build(parts).map_err(|problems| format!("{problems:?}").into())
}

/// A request as a desk phone sends it.
fn request(
    method: &str,
    uri: &str,
    phone: u32,
    name: &str,
    cseq: u32,
    to: &str,
) -> Outcome<Request> {
    let there = there(phone);
    let (content, body) = match method {
        "INVITE" => ("Content-Type: application/sdp\r\n", SOUND),
        _ => ("", ""),
    };
    let length = body.len();
    let text = format!(
        "{method} {uri} SIP/2.0\r\n\
         Via: SIP/2.0/UDP {there};branch=z9hG4bK{name}-{method}-{cseq};rport\r\n\
         Max-Forwards: 70\r\n\
         From: \"Person {phone}\" <sip:phone-{phone}@10.0.0.1>;tag=a{name}\r\n\
         To: {to}\r\n\
         Call-ID: {name}@{}\r\n\
         CSeq: {cseq} {method}\r\n\
         Contact: <sip:phone-{phone}@{there}>\r\n\
         Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY\r\n\
         Supported: replaces, timer\r\n\
         User-Agent: Bench 1.0\r\n\
         {content}Content-Length: {length}\r\n\r\n{body}",
        there.ip()
    );
    Ok(Request::parse(text.into())?)
}

/// The request once more, with the answer to its challenge.
fn proved(phone: u32, first: &Request, challenge: &Response) -> Outcome<Request> {
    let login = Login {
        username: format!("phone-{phone}"),
        realm: None,
        secret: LoginSecret::Password(password(phone)),
    };
    let again = answer_challenge(challenge, first, &login, "c").ok_or("no challenge")?;
    let branch = format!("{}-{}", first.call_id()?.to_str(), again.cseq);
    let via = format!("SIP/2.0/UDP {};branch=z9hG4bK{branch};rport", there(phone));
    Ok(again.request.push_raw("Via", via.as_bytes()).build())
}

/// The ACK of a refusal, which is part of the INVITE's transaction (RFC 3261 §17.1.1.3).
fn acknowledged(invite: &Request, phone: u32, refusal: &Response) -> Outcome<Bytes> {
    let name = invite.call_id()?.to_str().into_owned();
    let name = name.split('@').next().unwrap_or_default();
    let to = header(refusal, HeaderName::To)?;
    let uri = invite.raw_uri().to_str().into_owned();
    let ack = request("ACK", &uri, phone, name, invite.cseq()?.number, &to)?;
    let ack = ack
        .edit()
        .remove(HeaderName::Via)
        .push_first(&invite.via()?);
    Ok(ack.build().bytes().clone())
}

fn answer_to(sent: &[(SocketAddr, Bytes)], phone: u32) -> Outcome<Response> {
    // The last: a 100 Trying may come before.
    let (_, bytes) = sent
        .iter()
        .rfind(|(to, bytes)| *to == there(phone) && bytes.starts_with(b"SIP/2.0"))
        .ok_or("no answer")?;
    Ok(Response::parse(bytes.clone())?)
}

fn asked_of(sent: &[(SocketAddr, Bytes)], phone: u32) -> Outcome<Request> {
    let mine = sent.iter().filter(|(to, _)| *to == there(phone));
    for (_, bytes) in mine {
        if let Message::Request(request) = Message::parse(bytes.clone())? {
            return Ok(request);
        }
    }
    Err(format!("nothing was asked of phone {phone}").into())
}

fn expect(answer: &Response, code: u16) -> Outcome {
    if answer.status() == code {
        return Ok(());
    }
    Err(format!("{code} was expected: {:?}", answer.bytes()).into())
}

fn header(response: &Response, name: HeaderName) -> Outcome<String> {
    let value = response
        .headers()
        .value(name)
        .ok_or("a header is missing")?;
    Ok(value.to_str().into_owned())
}
