//! A simulated phone: a real SIP user agent over the project's own stack, with the habits of its
//! owner. This file is what the owner does; what the phone does by itself is in `phone/`.

mod carrier;
mod encryption;
mod habit;
mod lamp;
mod line;
mod registration;
mod signalling;
mod texts;

pub use carrier::{CallIn, Carrier};
pub use encryption::Encryption;
pub use habit::Habit;
pub use lamp::Told;
pub use line::{LineState, Seen};

use bytes::Bytes;
use lamp::Lamp;
use line::Line;
use registration::Registration;
use rtp_packet::Digit;
use sip_dialog::{Ctx, Invite, OfferVia, Session, SessionConfig};
use sip_message::{Host, HostPort, Method, Scheme, SipUri, StatusCode, Uri, header::NameAddr};
use sip_sdp::Direction;
use sip_server::digest::{Login, Secret};
use sip_transaction::{Destination, Endpoint, EndpointConfig};
use sip_transport::{Flow, Listener, Transport};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use texts::Texts;

/// A telephone on somebody's desk.
#[derive(Debug)]
pub struct SimPhone {
    /// The name in stories.
    pub name: String,
    /// What its owner does when it rings.
    pub habit: Habit,
    /// Its owner hangs up so long after a line began to talk.
    pub hangs_up_after: Option<Duration>,
    /// Its microphone is dead: no sound leaves it.
    pub is_mute: bool,
    /// The session interval it asks for, in seconds (RFC 4028).
    pub session_expires: Option<u32>,
    /// Whether it knows UPDATE (RFC 3311).
    pub knows_update: bool,
    /// What it answers to OPTIONS inside a call, if it knows nothing of that.
    pub refuses_options: Option<u16>,
    /// The sounds it can make, as RTP payload types in order of preference.
    pub codecs: Vec<u8>,
    /// What it knows of encrypted sound.
    pub encryption: Encryption,
    user: String,
    password: String,
    here: SocketAddr,
    office: SocketAddr,
    endpoint: Endpoint,
    lines: BTreeMap<u32, Line>,
    /// Lines whose sessions need nothing any more.
    finished: BTreeMap<u32, LineState>,
    last_line: u32,
    registration: Registration,
    texts: Texts,
    lamp: Lamp,
    carrier: Option<Carrier>,
    seen: Vec<(Instant, u32, Seen)>,
    sound_sequence: u16,
    /// At which packet its owner began to speak.
    spoke_from: u16,
    /// The office's domain as its owner typed it in; its address if none.
    domain: Option<String>,
}

impl SimPhone {
    /// A phone at `here` that knows its login and the office's address.
    pub(super) fn new(
        name: String,
        (user, password): (String, String),
        here: SocketAddr,
        office: SocketAddr,
        seed: [u8; 32],
    ) -> SimPhone {
        let mut endpoint = Endpoint::new(EndpointConfig::default(), seed);
        endpoint.transports().listen(Listener {
            transport: Transport::Udp,
            local: here,
            advertised: None,
        });
        SimPhone {
            name,
            habit: Habit::LetsItRing,
            hangs_up_after: None,
            is_mute: false,
            session_expires: Some(1_800),
            knows_update: true,
            refuses_options: None,
            codecs: vec![8, 0, 101],
            encryption: Encryption::None,
            user,
            password,
            here,
            office,
            endpoint,
            lines: BTreeMap::new(),
            finished: BTreeMap::new(),
            last_line: 0,
            registration: Registration::default(),
            texts: Texts::default(),
            lamp: Lamp::default(),
            carrier: None,
            seen: Vec::new(),
            sound_sequence: 0,
            spoke_from: 0,
            domain: None,
        }
    }

    /// Where it takes RTP.
    pub fn sound_address(&self) -> SocketAddr {
        SocketAddr::new(self.here.ip(), self.here.port() + 2_000)
    }

    /// The address it signals from.
    pub fn here(&self) -> SocketAddr {
        self.here
    }

    /// The final status of its last REGISTER.
    pub fn registered(&self) -> Option<u16> {
        self.registration.status()
    }

    /// Lines that are not over, oldest first.
    pub fn live_lines(&self) -> Vec<u32> {
        let live = self.lines.iter().filter(|(_, l)| !l.state.is_over());
        live.map(|(id, _)| *id).collect()
    }

    /// What a line is doing or how it ended.
    pub fn line(&self, line: u32) -> LineState {
        match self.lines.get(&line) {
            Some(line) => line.state,
            None => self.finished[&line],
        }
    }

    /// What the line used last is doing or how it ended.
    pub fn last_line(&self) -> LineState {
        self.line(self.last_line)
    }

    /// The same, if any line was used yet.
    pub fn last_line_if_any(&self) -> Option<LineState> {
        (self.last_line > 0).then(|| self.last_line())
    }

    /// All its owner noticed, in order.
    pub fn seen(&self) -> &[(Instant, u32, Seen)] {
        &self.seen
    }

    /// Whether its owner noticed this on any line.
    pub fn has_seen(&self, what: &Seen) -> bool {
        self.seen.iter().any(|(_, _, seen)| seen == what)
    }

    /// The statuses reported of transfers it asked for.
    pub fn transfer_reports(&self) -> Vec<u16> {
        let reports = self.seen.iter().filter_map(|(_, _, seen)| match seen {
            Seen::TransferReport(status) => Some(*status),
            _ => None,
        });
        reports.collect()
    }

    /// Whether the far end of its live line holds it.
    pub fn is_held(&self) -> bool {
        self.lines.values().any(|l| !l.state.is_over() && l.is_held)
    }

    /// The last description the far end of a live line sent.
    pub fn description_heard(&self) -> Option<String> {
        let line = self.lines.values().rfind(|l| !l.state.is_over())?;
        let bytes = line.theirs.as_ref()?.to_bytes();
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What it still holds; zero when nothing is going on. A dead phone does not count: it learns of
    /// no end.
    pub fn held(&self) -> usize {
        if self.habit == Habit::IsDead {
            return 0;
        }
        let counts = self.endpoint.counts();
        counts.client + counts.server + self.lines.len()
    }

    /// Where it sends sound now, if anywhere: each live line that may send and is told where to.
    pub(super) fn sends_sound_to(&self) -> Vec<SocketAddr> {
        if self.is_mute || self.habit == Habit::IsDead {
            return Vec::new();
        }
        let lines = self.lines.values().filter(|l| l.sends_sound());
        lines.filter_map(Line::target).collect()
    }

    /// Whether sound that arrives is heard.
    pub(super) fn listens(&self) -> bool {
        self.habit != Habit::IsDead && self.lines.values().any(Line::hears_sound)
    }

    /// The next RTP packet: G.711 silence.
    pub(super) fn sound(&mut self) -> Vec<u8> {
        self.packet(8, false, None, &[0xd5; 160])
    }

    /// The same with somebody speaking in syllables: a loud buzz in G.711 A-law, 200 ms of each
    /// 300. A buzz without rests is noise to whoever listens for voices.
    pub(super) fn voice(&mut self) -> Vec<u8> {
        if self.sound_sequence.wrapping_sub(self.spoke_from) / 5 % 3 == 2 {
            return self.sound();
        }
        let mut payload = [0x2a; 160];
        payload[80..].fill(0xaa);
        self.packet(8, false, None, &payload)
    }

    /// Its owner begins a first syllable now.
    pub(super) fn begins_to_speak(&mut self) {
        self.spoke_from = self.sound_sequence;
    }

    /// A packet of this sound in G.711 A-law.
    pub(super) fn says(&mut self, payload: &[u8]) -> Vec<u8> {
        self.packet(8, false, None, payload)
    }

    /// The packets of one key press.
    pub(super) fn key(&mut self, key: Digit) -> Vec<Vec<u8>> {
        let timestamp = u32::from(self.sound_sequence.wrapping_add(1)) * 160;
        let steps = [(160, false), (320, false), (480, false), (640, false)];
        let ends = [(800, true); 3];
        let events = steps.into_iter().chain(ends).enumerate();
        let packets = events.map(|(number, (duration, end))| {
            let event = rtp_packet::TelephoneEvent {
                event: key.event(),
                end,
                volume: 10,
                duration,
            };
            self.packet(101, number == 0, Some(timestamp), &event.build())
        });
        packets.collect()
    }

    fn packet(
        &mut self,
        payload_type: u8,
        marker: bool,
        timestamp: Option<u32>,
        payload: &[u8],
    ) -> Vec<u8> {
        self.sound_sequence = self.sound_sequence.wrapping_add(1);
        let packet = rtp_packet::NewRtpPacket {
            payload_type,
            marker,
            sequence: self.sound_sequence,
            timestamp: timestamp.unwrap_or(u32::from(self.sound_sequence) * 160),
            ssrc: u32::from(self.here.port()) << 8 | 7,
            payload,
            ..rtp_packet::NewRtpPacket::default()
        };
        let mut out = Vec::new();
        packet.write_to(&mut out).expect("a plain packet");
        out
    }

    /// Registers for so many seconds; 0 signs off.
    pub fn register(&mut self, now: Instant, expires: u32) {
        let account = self.user.clone();
        self.begin_registration(now, &account, expires);
    }

    /// Tries to register for somebody else, with its own login.
    pub fn register_as(&mut self, now: Instant, account: &str) {
        self.registration = Registration::default();
        self.begin_registration(now, account, 3_600);
    }

    /// It names the office so from now on, and not by its address.
    pub fn set_domain(&mut self, domain: &str) {
        self.domain = Some(domain.to_owned());
        self.registration = Registration::default(); // it begins anew under that
    }

    /// Another password is typed in.
    pub fn set_password(&mut self, password: &str) {
        self.password = password.to_owned();
        self.registration = Registration::default(); // it begins anew with that
    }

    /// Somebody pulls the plug: all is forgotten, nobody is told.
    pub fn lose_power(&mut self, seed: [u8; 32]) {
        let fresh = SimPhone::new(
            self.name.clone(),
            (self.user.clone(), self.password.clone()),
            self.here,
            self.office,
            seed,
        );
        let old = std::mem::replace(self, fresh);
        self.habit = old.habit;
        self.hangs_up_after = old.hangs_up_after;
        self.codecs = old.codecs;
        self.domain = old.domain;
        self.encryption = old.encryption;
        self.seen = old.seen;
        self.last_line = old.last_line;
        self.finished = old.finished;
        self.finished
            .extend(old.lines.keys().map(|line| (*line, LineState::Over(0))));
    }

    /// Dials a number; gives the line.
    pub fn dial(&mut self, now: Instant, number: &str) -> u32 {
        let sdp = self.describe(1, Direction::SendRecv);
        self.invite(now, number, Some(sdp), &[])
    }

    /// Dials without an offer: the phone called has to make it.
    pub fn dial_without_offer(&mut self, now: Instant, number: &str) -> u32 {
        self.invite(now, number, None, &[])
    }

    /// Takes over a dialog of another phone (RFC 3891).
    pub fn take_over(&mut self, now: Instant, replaces: &str) -> u32 {
        let sdp = self.describe(1, Direction::SendRecv);
        let headers = [("Replaces".to_owned(), Bytes::from(replaces.to_owned()))];
        self.invite(now, "takeover", Some(sdp), &headers)
    }

    fn invite(
        &mut self,
        now: Instant,
        number: &str,
        sdp: Option<Bytes>,
        headers: &[(String, Bytes)],
    ) -> u32 {
        let invite = Invite {
            request_uri: self.address(number),
            from: NameAddr::new(self.address(&self.user)),
            to: NameAddr::new(self.address(number)),
            contact: self.contact(),
            call_id: None,
            routes: Vec::new(),
            sdp,
            headers: headers.to_vec(),
            config: self.config(),
        };
        let to = Destination::Flow(self.flow());
        let session = Session::invite(&mut ctx(now, &mut self.endpoint), to, invite);
        self.add(session, LineState::Calling)
    }

    /// Hangs up, gives up or declines, whatever fits.
    pub fn hang_up(&mut self, now: Instant, line: u32) {
        let Some(l) = self.lines.get_mut(&line) else {
            return;
        };
        let mut ctx = ctx(now, &mut self.endpoint);
        if l.state == LineState::Rings {
            l.session.reject(&mut ctx, status(603), &[]);
            l.over(603);
        } else if !l.state.is_over() {
            l.session.hangup(&mut ctx, None);
            l.over(200);
        }
        self.listen(now);
    }

    /// A rude phone hangs up with BYE what has not been answered yet.
    pub fn hang_up_before_answer(&mut self, now: Instant, line: u32) {
        let Some(l) = self.lines.get_mut(&line) else {
            return;
        };
        let mut ctx = ctx(now, &mut self.endpoint);
        l.session.send(&mut ctx, Method::Bye, None, &[]);
    }

    /// Picks up.
    pub fn answer(&mut self, now: Instant, line: u32) {
        let Some(l) = self.lines.get(&line).filter(|l| !l.state.is_over()) else {
            return;
        };
        let direction = l.answering_direction();
        let sdp = self.describe_answer(line, 1, direction);
        let talk = self.hangs_up_after;
        let Some(l) = self.lines.get_mut(&line) else {
            return;
        };
        let mut ctx = ctx(now, &mut self.endpoint);
        l.session.answer(&mut ctx, Some(sdp), &[]);
        l.ours = direction;
        l.state = LineState::Talking;
        l.act_at = talk.map(|talk| now + talk);
        self.see(now, line, Seen::Connected);
    }

    /// Puts the far end on hold, or takes it back. `false`: not now.
    pub fn hold(&mut self, now: Instant, line: u32, hold: bool) -> bool {
        let direction = match hold {
            true => Direction::SendOnly,
            false => Direction::SendRecv,
        };
        if let Some(l) = self.lines.get_mut(&line) {
            l.holds = hold;
        }
        self.offer(now, line, direction)
    }

    /// Offers anew with what it can do now. `false`: not now.
    pub fn offer(&mut self, now: Instant, line: u32, direction: Direction) -> bool {
        let Some(l) = self.lines.get_mut(&line).filter(|l| !l.state.is_over()) else {
            return false;
        };
        l.version += 1;
        let version = l.version;
        let sdp = self.describe(version, direction);
        self.offer_what(now, line, Some(sdp), direction)
    }

    /// Asks the far end to offer. `false`: not now.
    pub fn ask_for_offer(&mut self, now: Instant, line: u32) -> bool {
        self.offer_what(now, line, None, Direction::SendRecv)
    }

    fn offer_what(
        &mut self,
        now: Instant,
        line: u32,
        sdp: Option<Bytes>,
        direction: Direction,
    ) -> bool {
        let Some(l) = self.lines.get_mut(&line) else {
            return false;
        };
        let asks = sdp.is_none();
        let mut ctx = ctx(now, &mut self.endpoint);
        let offered = l
            .session
            .offer(&mut ctx, sdp, OfferVia::ReInvite, &[])
            .is_ok();
        if offered {
            l.wish = Some(direction);
            l.asked = asks;
        }
        offered
    }

    /// Hands the far end of a line to a number.
    pub fn transfer(&mut self, now: Instant, line: u32, number: &str) {
        let target = format!("<{}>", self.address(number));
        self.refer(now, line, target);
    }

    /// Puts the far ends of two lines together.
    pub fn transfer_to_line(&mut self, now: Instant, line: u32, other: u32) {
        if let Some(replaces) = self.replaces(other) {
            self.transfer_to_dialog(now, line, &replaces);
        }
    }

    /// Puts the far end of a line together with that of a dialog, given as a Replaces value.
    pub fn transfer_to_dialog(&mut self, now: Instant, line: u32, replaces: &str) {
        let escaped = replaces.replace('@', "%40").replace(';', "%3B");
        let escaped = escaped.replace('=', "%3D");
        let uri = self.address("other");
        self.refer(now, line, format!("<{uri}?Replaces={escaped}>"));
    }

    /// The Replaces value that names the dialog of a line, as its far end would read it.
    pub fn replaces(&self, line: u32) -> Option<String> {
        let dialog = self.lines.get(&line)?.session.dialogs().last()?;
        Some(format!(
            "{};to-tag={};from-tag={}",
            dialog.call_id, dialog.remote_tag, dialog.local_tag
        ))
    }

    fn refer(&mut self, now: Instant, line: u32, target: String) {
        let Some(l) = self.lines.get_mut(&line) else {
            return;
        };
        let headers = [("Refer-To".to_owned(), Bytes::from(target))];
        let mut ctx = ctx(now, &mut self.endpoint);
        l.session.send(&mut ctx, Method::Refer, None, &headers);
    }

    /// Presses a key: INFO with a DTMF relay body.
    pub fn press(&mut self, now: Instant, line: u32, key: char) {
        let Some(l) = self.lines.get_mut(&line) else {
            return;
        };
        let body = Bytes::from(format!("Signal={key}\r\nDuration=160\r\n"));
        let body = Some(("application/dtmf-relay", body));
        let mut ctx = ctx(now, &mut self.endpoint);
        l.session.send(&mut ctx, Method::Info, body, &[]);
    }

    fn add(&mut self, session: Session, state: LineState) -> u32 {
        self.last_line += 1;
        self.lines.insert(self.last_line, Line::new(session, state));
        self.last_line
    }

    fn see(&mut self, now: Instant, line: u32, seen: Seen) {
        self.seen.push((now, line, seen));
    }

    fn config(&self) -> SessionConfig {
        let mut config = SessionConfig {
            answers_challenges: true,
            session_expires: self.session_expires,
            ..SessionConfig::default()
        };
        config
            .allow
            .retain(|method| self.knows_update || *method != Method::Update);
        config
    }

    fn login(&self) -> Login {
        Login {
            username: self.user.clone(),
            realm: None,
            secret: Secret::Password(self.password.clone()),
        }
    }

    fn flow(&self) -> Flow {
        Flow::udp(self.here, self.office)
    }

    fn office_host(&self) -> HostPort {
        if let Some(domain) = &self.domain {
            return HostPort::new(Host::from_name(domain), None);
        }
        HostPort::new(Host::Ip(self.office.ip()), Some(self.office.port()))
    }

    fn address(&self, user: &str) -> Uri {
        Uri::Sip(SipUri::new(Scheme::Sip, Some(user), self.office_host()))
    }

    fn contact(&self) -> Uri {
        Uri::Sip(SipUri::new(
            Scheme::Sip,
            Some(&self.user),
            HostPort::from(self.here),
        ))
    }

    /// What it offers of its sound.
    fn describe(&self, version: u32, direction: Direction) -> Bytes {
        self.with_its_key(&self.describe_plain(version, direction, &self.codecs), None)
    }

    /// What it says of its sound besides its key.
    fn describe_plain(&self, version: u32, direction: Direction, codecs: &[u8]) -> Bytes {
        let at = self.sound_address();
        let (ip, port) = (at.ip(), at.port());
        let kind = if ip.is_ipv4() { "IP4" } else { "IP6" };
        let codecs: Vec<String> = codecs.iter().map(u8::to_string).collect();
        let direction = match direction {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        };
        Bytes::from(format!(
            "v=0\r\no=- {port} {version} IN {kind} {ip}\r\ns=-\r\nc=IN {kind} {ip}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {}\r\na=rtpmap:101 telephone-event/8000\r\n\
             a=fmtp:101 0-16\r\na=ptime:20\r\na={direction}\r\n",
            codecs.join(" ")
        ))
    }
}

fn ctx(now: Instant, endpoint: &mut Endpoint) -> Ctx<'_> {
    Ctx { now, endpoint }
}

fn status(code: u16) -> StatusCode {
    StatusCode::new(code).expect("a status code")
}
