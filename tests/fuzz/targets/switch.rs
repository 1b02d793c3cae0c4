//! An office of four phones that know their passwords and no manners, and of strangers: whatever
//! they send and whatever the board asks, once the office closes and every timer has run out, nothing
//! is held but registrations, and every command with a ticket has been answered once.
//!
//! A fault that the switch would contain ends the fuzzer all the same: libFuzzer's hook aborts at
//! every panic.
#![no_main]

use bytes::Bytes;
use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{Outlet, RecordingId, SocketId, StreamTable};
use office::{
    CallId, Device, DeviceId, DigestCredentials, Extension, ExtensionNumber, Language, MediaPolicy,
    Office, OfficeParts, OfficeSettings, Person, PersonId, Realm, RouteTarget, Secret, SipUser,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use sip_message::{
    HeaderName, Headers, Message, Method, Request, RequestBuilder, Response, StatusCode, Uri,
    header::CSeq,
};
use sip_server::digest::{self, Login, answer_challenge};
use sip_transport::{Flow, Listener, Resolution, Transport};
use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use switch::{
    Answer, CallSide, Command, Held, Input, MediaWay, Output, Switch, SwitchConfig, What,
};

/// Anna has two phones, so that calls fork; Ben and Cleo have one each.
const PHONES: [(&str, i64); 4] = [
    ("anna-desk", 1),
    ("anna-mobile", 1),
    ("ben-desk", 2),
    ("cleo-desk", 3),
];
const NUMBERS: [&str; 6] = ["101", "102", "103", "999", "104", "*43"];
const STATUSES: [u16; 13] = [
    100, 180, 183, 200, 302, 401, 404, 408, 481, 486, 491, 503, 603,
];
const METHODS: [Method; 10] = [
    Method::Bye,
    Method::Invite,
    Method::Refer,
    Method::Update,
    Method::Prack,
    Method::Info,
    Method::Notify,
    Method::Message,
    Method::Options,
    Method::Subscribe,
];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut street = Street::new(script.flag());
    while let Some(step) = script.step() {
        street.act(step, &mut script);
    }
    street.finish();
});

/// The office, and everybody who can send it something.
struct Street {
    now: Instant,
    switch: Switch,
    streams: StreamTable,
    wakes: Option<Instant>,
    /// What the switch sent.
    sent: Vec<(SocketAddr, Bytes)>,
    /// What phones sent it.
    phoned: Vec<(SocketAddr, Bytes)>,
    questions: Vec<sip_transaction::ResolveId>,
    calls: Vec<CallId>,
    /// Commands that await their answer, by ticket.
    tickets: Vec<u64>,
    serial: u32,
}

impl Street {
    fn new(always_relay: bool) -> Street {
        let now = Instant::now();
        let config = SwitchConfig {
            always_relay,
            ..SwitchConfig::default()
        };
        let office = office(PHONES.len());
        let switch = Switch::new(office, config, [5; 32], now, 1_767_603_300_000);
        let mut street = Street {
            now,
            switch: switch.expect("ports for sound"),
            streams: StreamTable::new(ChaCha12Rng::seed_from_u64(1)),
            wakes: None,
            sent: Vec::new(),
            phoned: Vec::new(),
            questions: Vec::new(),
            calls: Vec::new(),
            tickets: Vec::new(),
            serial: 0,
        };
        street.handle(Input::Listening(Listener {
            transport: Transport::Udp,
            local: office_address(),
            advertised: None,
        }));
        street
    }

    fn act(&mut self, step: u8, script: &mut Script<'_>) {
        match step {
            // Phones that know their password register, call, take over and send texts.
            b'g' => {
                let phone = script.number() % PHONES.len();
                let expires = ["3600", "0", "60", "1", "junk"];
                let expires = script.pick(&expires).copied().unwrap_or("3600");
                let contact = format!("<sip:me@{}>;expires={expires}", address(phone));
                let request = self
                    .request(phone, Method::Register, PHONES[phone].0)
                    .set_raw("Contact", contact.as_bytes());
                self.ask(phone, request.build());
            }
            b'c' | b't' => {
                let phone = script.number() % PHONES.len();
                let number = script.pick(&NUMBERS).copied().unwrap_or("101");
                let request = match step {
                    b'c' => with_sound(self.request(phone, Method::Invite, number), phone, script),
                    _ => self.request(phone, Method::Message, number),
                };
                self.ask(phone, request.build());
            }
            b'p' => {
                let phone = script.number() % PHONES.len();
                let replaces = script.latest(&self.sent).and_then(|(_, b)| replaces(b));
                let request = self.request(phone, Method::Invite, "office");
                let request = with_sound(request, phone, script);
                let request = request.set_raw("Replaces", &replaces.unwrap_or_default());
                self.ask(phone, request.build());
            }
            // Inside a call: answers, ACK, CANCEL, and requests of any method.
            b'a' => self.answer(script),
            b'k' => {
                if let Some((to, bytes)) = script.latest(&self.sent).cloned() {
                    self.ask_inside(to, &bytes, Method::Ack, 0, script);
                }
            }
            b'd' => {
                if let Some((to, bytes)) = script.latest(&self.sent).cloned() {
                    let method = script.pick(&METHODS).cloned().unwrap_or(Method::Bye);
                    let later = script.number() as u32;
                    self.ask_inside(to, &bytes, method, later, script);
                }
            }
            b'x' => {
                if let Some((from, bytes)) = script.latest(&self.phoned).cloned() {
                    let cancel = String::from_utf8_lossy(&bytes).replace("INVITE", "CANCEL");
                    self.arrive(from, cancel.into_bytes().into());
                }
            }
            // Forgeries: what a phone or the office sent, changed, and any text.
            b'i' => {
                if let Some((from, bytes)) = script.latest(&self.phoned).cloned() {
                    let bytes = script.changed(&bytes);
                    self.arrive(from, bytes);
                }
            }
            b'e' => {
                if let Some((from, bytes)) = script.latest(&self.sent).cloned() {
                    let bytes = script.changed(&bytes);
                    self.arrive(from, bytes);
                }
            }
            b's' => {
                let from = address(script.number() % 6);
                let text = Bytes::copy_from_slice(script.text());
                self.arrive(from, text);
            }
            // The host, the board and the owner of the office.
            b'w' => self.run_for(script.wait()),
            b'u' => {
                let far = address(script.number() % PHONES.len());
                self.handle(Input::Unreachable(Flow::udp(office_address(), far)));
            }
            b'v' => {
                if let Some(id) = script.latest(&self.questions).copied() {
                    let answer = Resolution::Addrs(vec![address(script.number() % 5).ip()]);
                    self.handle(Input::Resolved { id, answer });
                }
            }
            b'h' => {
                if let Some(call) = script.latest(&self.calls).copied() {
                    self.handle(Input::Command(Command::HangUp(call)));
                }
            }
            b'm' => {
                if let Some(call) = script.latest(&self.calls).copied() {
                    let to = match script.flag() {
                        true => MediaWay::Relayed,
                        false => MediaWay::Direct,
                    };
                    self.handle(Input::Command(Command::MoveMedia { call, to }));
                }
            }
            b'b' => {
                let person = PersonId(script.number() as i64 % 5);
                let to = script.pick(&NUMBERS).copied().unwrap_or("101").to_owned();
                self.command(|ticket| Command::Originate {
                    ticket,
                    person,
                    to,
                    line: None,
                    asker: switch::Asker::Somebody,
                });
            }
            b'f' => {
                if let Some(call) = script.latest(&self.calls).copied() {
                    let keep = match script.flag() {
                        true => CallSide::Callee,
                        false => CallSide::Caller,
                    };
                    let to = script.pick(&NUMBERS).copied().unwrap_or("101").to_owned();
                    self.command(|ticket| Command::Transfer {
                        ticket,
                        call,
                        keep,
                        to,
                        asker: switch::Asker::Somebody,
                    });
                }
            }
            b'n' => {
                if let Some(call) = script.latest(&self.calls).copied() {
                    let person = PersonId(script.number() as i64 % 5);
                    self.command(|ticket| Command::TakeOver {
                        ticket,
                        call,
                        person,
                    });
                }
            }
            b'l' => {
                let phone = script.number() % PHONES.len();
                let user = script.flag().then(|| PHONES[phone].0.to_owned());
                let address = script.flag().then(|| address(phone).ip());
                self.command(|ticket| Command::Forgive {
                    ticket,
                    user,
                    address,
                });
            }
            b'o' => {
                let phones = script.number() % (PHONES.len() + 1);
                self.handle(Input::OfficeChanged(office(phones)));
            }
            _ => {}
        }
    }

    /// The board asks for something and is told what became of it at once.
    fn command(&mut self, command: impl FnOnce(u64) -> Command) {
        self.serial += 1;
        let ticket = u64::from(self.serial);
        self.tickets.push(ticket);
        self.handle(Input::Command(command(ticket)));
        assert_eq!(self.tickets, [], "a command is not answered");
    }

    /// A request outside any dialog.
    fn request(&mut self, phone: usize, method: Method, to: &str) -> RequestBuilder {
        self.serial += 1;
        let (me, serial) = (PHONES[phone].0, self.serial);
        let contact = format!("<sip:me@{}>", address(phone));
        Request::builder(method.clone(), &uri(&format!("sip:{to}@10.0.0.1")))
            .set_raw(
                "From",
                format!("<sip:{me}@10.0.0.1>;tag=f{serial}").as_bytes(),
            )
            .set_raw("To", format!("<sip:{to}@10.0.0.1>").as_bytes())
            .set_raw("Call-ID", format!("call-{serial}").as_bytes())
            .set_raw("Contact", contact.as_bytes())
            .push(&CSeq { number: 1, method })
    }

    /// A phone sends a request, and again with its password when it is asked for it.
    fn ask(&mut self, phone: usize, request: Request) {
        let before = self.sent.len();
        let first = self.send(address(phone), &request);
        let challenge = self.sent.iter().skip(before).find_map(|(_, bytes)| {
            let response = Response::parse(bytes.clone()).ok()?;
            (response.status() == 401).then_some(response)
        });
        let login = Login {
            username: PHONES[phone].0.to_owned(),
            realm: None,
            secret: digest::Secret::Password(password(PHONES[phone].0)),
        };
        if challenge.is_some() && first.method() == Method::Invite {
            let ack = String::from_utf8_lossy(first.bytes()).replace("INVITE", "ACK");
            self.arrive(address(phone), ack.into_bytes().into());
        }
        if let Some(challenge) = challenge
            && let Some(again) = answer_challenge(&challenge, &first, &login, "c")
        {
            self.send(address(phone), &again.request.build());
        }
    }

    /// Puts a Via of the phone's on a request, and sends it.
    fn send(&mut self, from: SocketAddr, request: &Request) -> Request {
        self.serial += 1;
        let via = format!("SIP/2.0/UDP {from};branch=z9hG4bK{}", self.serial);
        let request = request.edit().set_raw("Via", via.as_bytes()).build();
        self.arrive(from, request.bytes().clone());
        request
    }

    /// A phone answers something it was asked.
    fn answer(&mut self, script: &mut Script<'_>) {
        let Some((phone, bytes)) = script.latest(&self.sent).cloned() else {
            return;
        };
        let Ok(request) = Request::parse(bytes) else {
            return;
        };
        let contact = format!("<sip:me@{phone}>");
        let mut answer = Response::to(&request, status(script))
            .to_tag("p")
            .set_raw("Contact", contact.as_bytes());
        if let Some(sdp) = sound(phone, script) {
            answer = answer.body("application/sdp", sdp);
        }
        self.arrive(phone, answer.build().bytes().clone());
    }

    /// A request of a phone in the dialog that a message of the office belongs to.
    fn ask_inside(
        &mut self,
        phone: SocketAddr,
        of: &Bytes,
        method: Method,
        later: u32,
        script: &mut Script<'_>,
    ) {
        let Ok(message) = Message::parse(of.clone()) else {
            return;
        };
        let headers = message.headers();
        let (from, to) = match &message {
            Message::Response(_) => (raw(headers, HeaderName::From), raw(headers, HeaderName::To)),
            Message::Request(request) => {
                let mut from = raw(headers, HeaderName::To);
                if request.to_tag().is_none() {
                    from.extend(b";tag=p");
                }
                (from, raw(headers, HeaderName::From))
            }
        };
        let number = match &message {
            Message::Response(response) => response.cseq().map_or(1, |cseq| cseq.number),
            Message::Request(_) => 1_000,
        };
        let contact = format!("<sip:me@{phone}>");
        let mut request = Request::builder(method.clone(), &uri("sip:cordboard@10.0.0.1"))
            .set_raw("From", &from)
            .set_raw("To", &to)
            .set_raw("Call-ID", &raw(headers, HeaderName::CallId))
            .set_raw("Contact", contact.as_bytes())
            .push(&CSeq {
                number: number.wrapping_add(later),
                method: method.clone(),
            });
        match method {
            Method::Refer => {
                let to = script.pick(&NUMBERS).copied().unwrap_or("101");
                let other = script.flag().then(|| script.latest(&self.sent)).flatten();
                let other = other.and_then(|(_, b)| replaces(b)).map(|r| {
                    let replaces = String::from_utf8_lossy(&r).replace(';', "%3B");
                    format!("?Replaces={}", replaces.replace('=', "%3D"))
                });
                let target = format!("<sip:{to}@10.0.0.1{}>", other.unwrap_or_default());
                request = request.set_raw("Refer-To", target.as_bytes());
            }
            Method::Prack => {
                let rack = format!("{} 1 INVITE", script.number());
                request = request.set_raw("RAck", rack.as_bytes());
            }
            _ => {
                if let Some(sdp) = sound(phone, script) {
                    request = request.body("application/sdp", sdp);
                }
            }
        }
        self.send(phone, &request.build());
    }

    fn arrive(&mut self, from: SocketAddr, bytes: Bytes) {
        self.phoned.push((from, bytes.clone()));
        let flow = Flow::udp(office_address(), from);
        self.handle(Input::Message { flow, bytes });
    }

    fn handle(&mut self, input: Input) {
        self.switch.handle(self.now, input);
        loop {
            match self.switch.poll() {
                Output::SleepUntil(at) => {
                    self.wakes = at;
                    match self.streams.poll_event() {
                        Some(event) => self.switch.handle(self.now, Input::Media(event)),
                        None => return,
                    }
                }
                Output::Send { flow, bytes } => self.sent.push((flow.remote, bytes)),
                Output::Connect { connection, .. } => {
                    self.switch.handle(self.now, Input::Closed(connection));
                }
                Output::Resolve { id, .. } => self.questions.push(id),
                // Nothing is kept here.
                Output::Ask { id, .. } => {
                    let answer = Answer::Failed("nothing is kept".to_owned());
                    self.switch.handle(self.now, Input::Answered { id, answer });
                }
                Output::Media(command) => self.streams.apply(self.now, command),
                Output::Tell(happening) => {
                    if let What::CommandDone { ticket, .. } = happening.what {
                        let asked = self.tickets.iter().position(|asked| *asked == ticket);
                        self.tickets.remove(asked.expect("an answer to a command"));
                    }
                    let call = happening.what.call();
                    self.calls
                        .extend(call.filter(|call| !self.calls.contains(call)));
                }
                Output::Close(_) | Output::Store(_) | Output::Trace(_) => {}
            }
        }
    }

    fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let next = self
                .wakes
                .into_iter()
                .chain(self.streams.next_timeout())
                .min();
            let Some(next) = next.filter(|at| *at <= until) else {
                break;
            };
            self.now = self.now.max(next);
            self.streams.poll_timeouts(self.now, &mut Deaf);
            // No sound can be read here.
            while let Some(file) = self.streams.poll_want() {
                self.streams.loaded(self.now, &file, Err(()));
            }
            self.handle(Input::Tick);
        }
        self.now = until;
    }

    /// The office closes, the resolver gives up, and time goes by.
    fn finish(&mut self) {
        self.handle(Input::Command(Command::ShutDown));
        while let Some(id) = self.questions.pop() {
            let answer = Resolution::Failed;
            self.handle(Input::Resolved { id, answer });
        }
        self.run_for(Duration::from_secs(400));
        let held = Held {
            registrations: 0,
            ..self.switch.held()
        };
        assert_eq!(held, Held::default());
        assert!(self.streams.is_empty(), "a stream is left");
    }
}

/// Where the sound goes: nowhere.
struct Deaf;

impl Outlet for Deaf {
    fn send(&mut self, _: SocketId, _: SocketAddr, _: &[u8]) {}
    fn record(&mut self, _: RecordingId, _: &[i16]) {}
}

/// The office with its first so many phones.
fn office(phones: usize) -> Arc<Office> {
    static OFFICES: OnceLock<Vec<Arc<Office>>> = OnceLock::new();
    let offices = OFFICES.get_or_init(|| (0..=PHONES.len()).map(found).map(Arc::new).collect());
    Arc::clone(&offices[phones])
}

/// Anna (101), Ben (102), a number that leads to nobody (103), Cleo (104), and the first so many
/// phones.
fn found(phones: usize) -> Office {
    let realm = Realm::parse("office.example").expect("a realm");
    let person = |(id, name, number): (i64, &str, &str)| Person {
        number: Some(extension(number)),
        ..Person::named(PersonId(id), name)
    };
    let device = |(at, (user, person)): (usize, &(&str, i64))| {
        let sip_user = SipUser::parse(user).expect("a SIP user");
        let password = Secret::new(password(user));
        Device {
            id: DeviceId(at as i64 + 1),
            person: PersonId(*person),
            label: (*user).to_owned(),
            credentials: DigestCredentials::of_password(&sip_user, &realm, &password),
            sip_user,
            max_contacts: 2,
            media: MediaPolicy::Auto,
        }
    };
    let leads = |(number, target): (&str, RouteTarget)| Extension::to(extension(number), target);
    let settings = OfficeSettings::founded(realm.clone(), Language::default());
    let parts = OfficeParts {
        persons: [(1, "Anna", "101"), (2, "Ben", "102"), (3, "Cleo", "104")]
            .map(person)
            .into(),
        devices: PHONES.iter().take(phones).enumerate().map(device).collect(),
        extensions: [
            ("101", RouteTarget::User(PersonId(1))),
            ("102", RouteTarget::User(PersonId(2))),
            ("103", RouteTarget::Hangup),
            ("104", RouteTarget::User(PersonId(3))),
        ]
        .map(leads)
        .into(),
        ..OfficeParts::empty(settings)
    };
    Office::build(parts).expect("an office without problems")
}

fn extension(number: &str) -> ExtensionNumber {
    ExtensionNumber::parse(number).expect("an extension number")
}

fn password(user: &str) -> String {
    format!("secret of {user}")
}

/// The dialog of a message of the office, as its phone names it to others.
fn replaces(message: &Bytes) -> Option<Vec<u8>> {
    let message = Message::parse(message.clone()).ok()?;
    let headers = message.headers();
    let call_id = String::from_utf8(raw(headers, HeaderName::CallId)).ok()?;
    let tag = |name| {
        let value = String::from_utf8(raw(headers, name)).ok()?;
        Some(value.split_once(";tag=")?.1.to_owned())
    };
    let (from, to) = (tag(HeaderName::From)?, tag(HeaderName::To));
    let to = to.unwrap_or_else(|| "p".to_owned());
    let replaces = match &message {
        Message::Response(_) => format!("{call_id};to-tag={to};from-tag={from}"),
        Message::Request(_) => format!("{call_id};to-tag={from};from-tag={to}"),
    };
    Some(replaces.into_bytes())
}

fn raw(headers: Headers<'_>, name: HeaderName) -> Vec<u8> {
    let value = headers.value(name);
    value.map_or_else(Vec::new, |value| value.bytes().to_vec())
}

fn with_sound(request: RequestBuilder, phone: usize, script: &mut Script<'_>) -> RequestBuilder {
    match sound(address(phone), script) {
        Some(sdp) => request.body("application/sdp", sdp),
        None => request,
    }
}

/// What a phone says of its sound; `0` is nothing.
fn sound(phone: SocketAddr, script: &mut Script<'_>) -> Option<Bytes> {
    let ip = phone.ip();
    let lines = match script.number() % 7 {
        0 => return None,
        1 => "m=audio 4000 RTP/AVP 8 0\r\na=sendrecv\r\n",
        2 => "m=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\n",
        3 => "m=audio 4000 RTP/AVP 8\r\na=inactive\r\n",
        4 => "m=audio 4000 RTP/AVP 9 8\r\nm=video 4002 RTP/AVP 96\r\n",
        5 => "m=audio 0 RTP/AVP 8\r\n",
        _ => return Some(Bytes::from_static(b"junk")),
    };
    let text = format!("v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n{lines}");
    Some(Bytes::from(text))
}

fn status(script: &mut Script<'_>) -> StatusCode {
    let code = script.pick(&STATUSES).copied().unwrap_or(200);
    StatusCode::new(code).expect("a status code")
}

fn uri(text: &str) -> Uri {
    Uri::parse(Bytes::copy_from_slice(text.as_bytes())).expect("a URI")
}

fn office_address() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 5060))
}

/// The phones have the first addresses, strangers the others; one of them is not of this network.
fn address(phone: usize) -> SocketAddr {
    match phone {
        4 => SocketAddr::from(([203, 0, 113, 9], 5060)),
        _ => SocketAddr::from(([10, 0, 1, phone as u8 + 1], 5060)),
    }
}
