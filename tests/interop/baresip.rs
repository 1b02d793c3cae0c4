//! baresip, a real telephone: registers, dials, answers, sends a tone and records what it hears.

use super::{
    ports::Ports,
    process::{PATIENCE, Process, until},
    sound::Sound,
    sound_card::Loudspeaker,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs,
    io::{BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const MODULES: &str = "/usr/lib/baresip/modules";
const TONE_LEVEL_DBFS: f64 = -10.0;
/// baresip 1.0.0 hangs up at its end; no test lasts so long.
const TONE_LENGTH: Duration = Duration::from_secs(60);
const TONE_RATE: u32 = 8_000;
/// The longest message of the control connection; a call's statistics take about 1 kB.
const MESSAGE_LIMIT: usize = 1 << 20;

/// What SIP travels over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS; baresip 1.0.0 does not check the server's certificate.
    Tls,
}

impl Transport {
    /// The value of a SIP URI's `transport` parameter.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        }
    }
}

/// Where and as whom a telephone registers.
#[derive(Clone, Debug)]
pub struct Registrar {
    /// The host part of the address of record.
    pub domain: String,
    /// Where requests are sent.
    pub server: SocketAddr,
    /// How they travel there.
    pub transport: Transport,
    /// The user name in digest authentication.
    pub auth_user: String,
    /// The password in digest authentication; baresip's account line allows no space and no `;` in it.
    pub password: String,
    /// Seconds between registrations; 0 to not register.
    pub interval: u32,
}

/// A telephone's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The user part of its address.
    pub user: String,
    /// The name shown to the one who is called.
    pub display_name: String,
    /// What the one at the other end hears, unless there is something to say.
    pub tone_hz: f64,
    /// What is said into it instead, over and over.
    pub says: Option<Sound>,
    /// Plays what arrives at once. With its jitter buffer baresip 1.0.0 loses all of a stream that
    /// follows another one in the same call if its sequence numbers are lower.
    pub is_unbuffered: bool,
    /// Plays what it hears from a loudspeaker of its own; see [`Baresip::sounded`].
    pub is_loud: bool,
    /// The address it listens on.
    pub address: IpAddr,
    /// Its server; without one, only direct calls.
    pub registrar: Option<Registrar>,
    /// baresip's codec list, for example `pcma,pcmu` or `opus/48000/2,g722/16000/1`.
    pub codecs: String,
    /// baresip's name for media encryption: `srtp`, `srtp-mand`, `dtls_srtp`.
    pub encryption: Option<String>,
    /// The certificate it shows to whoever connects over TLS, with its key, as PEM. Without one it
    /// takes no calls over TLS.
    pub certificate: Option<String>,
    /// More parameters for its account line, each begun with `;`.
    pub account_extra: String,
    /// More lines for its configuration file.
    pub config_extra: String,
}

impl Settings {
    /// A telephone on 127.0.0.1 without a server, speaking G.711 and sending 440 Hz.
    pub fn new(user: &str) -> Self {
        Self {
            user: user.to_owned(),
            display_name: user.to_owned(),
            tone_hz: 440.0,
            says: None,
            is_unbuffered: false,
            is_loud: false,
            address: Ipv4Addr::LOCALHOST.into(),
            registrar: None,
            codecs: "pcma,pcmu".to_owned(),
            encryption: None,
            certificate: None,
            account_extra: String::new(),
            config_extra: String::new(),
        }
    }

    /// Another tone.
    #[must_use]
    pub fn tone(mut self, hz: f64) -> Self {
        self.tone_hz = hz;
        self
    }

    /// Hears several streams in one call; see [`is_unbuffered`](Self::is_unbuffered).
    #[must_use]
    pub fn unbuffered(mut self) -> Self {
        self.is_unbuffered = true;
        self
    }

    /// Plays what it hears from a loudspeaker of its own; see [`Baresip::sounded`].
    #[must_use]
    pub fn loud(mut self) -> Self {
        self.is_loud = true;
        self
    }

    /// Takes calls over TLS too, one port higher, and shows this certificate (PEM, with its key).
    #[must_use]
    pub fn certificate(mut self, certificate: String) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Something to say, at 8 or 16 kHz.
    #[must_use]
    pub fn says(mut self, sound: Sound) -> Self {
        self.says = Some(sound);
        self
    }

    /// A server to register with.
    #[must_use]
    pub fn registrar(mut self, registrar: Registrar) -> Self {
        self.registrar = Some(registrar);
        self
    }

    /// Another address to listen on, for example ::1.
    #[must_use]
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Other codecs.
    #[must_use]
    pub fn codecs(mut self, codecs: &str) -> Self {
        codecs.clone_into(&mut self.codecs);
        self
    }

    /// Starts the telephone and waits until it can be driven.
    ///
    /// # Errors
    /// baresip is not installed or does not start.
    pub fn start(self) -> Result<Baresip> {
        Baresip::start(self)
    }
}

/// What baresip told on its control connection.
#[derive(Clone, Debug)]
pub struct Event {
    /// `REGISTER_OK`, `REGISTER_FAIL`, `CALL_INCOMING`, `CALL_RINGING`, `CALL_PROGRESS`, `CALL_ESTABLISHED`,
    /// `CALL_RTPESTAB`, `CALL_CLOSED`, `TRANSFER`, `CALL_DTMF_START` and so on.
    pub kind: String,
    /// The SIP Call-ID, where the event belongs to a call.
    pub call: Option<String>,
    /// The address of the other end.
    pub peer: String,
    /// The other end's display name.
    pub peer_name: String,
    /// What there is to say about it: the digit, or why a call or registration ended.
    pub detail: String,
    /// When it was read.
    pub at: Instant,
}

/// A running telephone. Dropping it ends it without a word to the other end.
pub struct Baresip {
    settings: Settings,
    ports: Ports,
    folder: TempDir,
    process: Process,
    loudspeaker: Option<Loudspeaker>,
    control: TcpStream,
    inbox: Arc<Inbox>,
    commands: u64,
}

#[derive(Default)]
struct Inbox {
    letters: Mutex<Letters>,
    changed: Condvar,
}

#[derive(Default)]
struct Letters {
    events: Vec<Event>,
    responses: Vec<Value>,
    closed: bool,
}

impl Baresip {
    fn start(settings: Settings) -> Result<Self> {
        let ports = Ports::claim()?;
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        let (rate, channels) = source_format(&settings.codecs);
        said(&settings, rate)?.write_alike(&here.join("said.wav"), channels)?;
        fs::create_dir(here.join("heard"))?;
        if let Some(certificate) = &settings.certificate {
            fs::write(here.join("certificate.pem"), certificate)?;
        }
        fs::write(here.join("config"), config(&settings, &ports, here))?;
        // The account comes later: an event before anyone listens would be lost.
        fs::write(here.join("accounts"), "")?;
        let loudspeaker = settings.is_loud.then(Loudspeaker::put_up).transpose()?;
        let mut command = Command::new("baresip");
        command.arg("-s").arg("-f").arg(here);
        command.envs(
            loudspeaker
                .as_ref()
                .map(|it| ("PULSE_SERVER", it.address())),
        );
        let mut process = Process::start(command, &here.join("log"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports.control()));
        let mut control = None;
        until(PATIENCE, || {
            control = TcpStream::connect(address).ok();
            control.is_some() || !process.is_running()
        });
        let control = control.with_context(|| process.log_tail())?;
        let inbox = Arc::new(Inbox::default());
        let (letters, stream) = (Arc::clone(&inbox), control.try_clone()?);
        thread::spawn(move || letters.fill_from(stream));
        let account = account(&settings, &ports);
        let mut telephone = Self {
            settings,
            ports,
            folder,
            process,
            loudspeaker,
            control,
            inbox,
            commands: 0,
        };
        telephone.command("uanew", &account)?;
        // It would speak all it can instead: `g722` is nothing, `g722/16000/1` is.
        let log = telephone.log();
        ensure!(!log.contains("codec not found"), "{log}");
        Ok(telephone)
    }

    /// Where it can be called directly.
    pub fn uri(&self) -> String {
        let at = SocketAddr::from((self.settings.address, self.ports.sip()));
        format!("sip:{}@{at}", self.settings.user)
    }

    /// Where it listens for SIP over UDP and TCP; TLS is one port higher.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((self.settings.address, self.ports.sip()))
    }

    /// Takes the earliest event of `kind` that was not taken yet, waiting for it if need be.
    ///
    /// # Errors
    /// It did not come in time.
    pub fn wait_for(&self, kind: &str) -> Result<Event> {
        self.wait_within(kind, PATIENCE)
    }

    /// As [`Baresip::wait_for`], with another limit.
    ///
    /// # Errors
    /// It did not come in time.
    pub fn wait_within(&self, kind: &str, limit: Duration) -> Result<Event> {
        self.inbox
            .take(limit, |letters| {
                let place = letters.events.iter().position(|event| event.kind == kind)?;
                Some(letters.events.remove(place))
            })
            .with_context(|| {
                let name = &self.settings.user;
                let others: Vec<String> = self.events().into_iter().map(|e| e.kind).collect();
                format!(
                    "{name} waited in vain for {kind}; not taken: {others:?}\n{}",
                    self.process.log_tail()
                )
            })
    }

    /// Waits until a call has ended; what was heard in it is complete then.
    ///
    /// # Errors
    /// It did not end in time.
    pub fn wait_until_closed(&mut self) -> Result<Event> {
        let closed = self.wait_for("CALL_CLOSED")?;
        // The recording is closed just after the event, before the next command is looked at.
        self.command("reginfo", "")?;
        Ok(closed)
    }

    /// All events that were not taken yet.
    pub fn events(&self) -> Vec<Event> {
        self.inbox.lock().events.clone()
    }

    /// Waits until it is registered.
    ///
    /// # Errors
    /// The server refused, or did not answer in time.
    pub fn wait_until_registered(&self) -> Result<()> {
        let told = self.inbox.take(PATIENCE, |letters| {
            let of_registration = |e: &Event| matches!(&*e.kind, "REGISTER_OK" | "REGISTER_FAIL");
            let place = letters.events.iter().position(of_registration)?;
            Some(letters.events.remove(place))
        });
        match told {
            Some(event) if event.kind == "REGISTER_OK" => Ok(()),
            Some(event) => bail!(
                "registration failed: {}\n{}",
                event.detail,
                self.process.log_tail()
            ),
            None => bail!("no answer to REGISTER\n{}", self.process.log_tail()),
        }
    }

    /// Calls an address; a bare number is completed with the server's domain.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn dial(&mut self, target: &str) -> Result<()> {
        self.command("dial", target).map(drop)
    }

    /// Answers the incoming call.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn accept(&mut self) -> Result<()> {
        self.command("accept", "").map(drop)
    }

    /// Ends or declines the current call.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn hang_up(&mut self) -> Result<()> {
        self.command("hangup", "").map(drop)
    }

    /// Puts the current call on hold. baresip 1.0.0 stops recording what it hears at its own first hold
    /// and does not begin again, though it plays: its loudspeaker tells what is heard after it.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn hold(&mut self) -> Result<()> {
        self.command("hold", "").map(drop)
    }

    /// Takes the current call off hold.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn resume(&mut self) -> Result<()> {
        self.command("resume", "").map(drop)
    }

    /// Transfers the current call blindly (REFER without consultation).
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn transfer(&mut self, target: &str) -> Result<()> {
        self.command("transfer", target).map(drop)
    }

    /// Transfers the current call to the far end of another call of ours, dialled by us and answered:
    /// REFER with Replaces (RFC 3891). `consultation` is that call's `CALL_ESTABLISHED`.
    ///
    /// # Errors
    /// The consultation's dialog is not in the log, or baresip refused the command.
    pub fn transfer_attended(&mut self, consultation: &Event) -> Result<()> {
        let call = consultation
            .call
            .as_deref()
            .context("not an event of a call")?;
        let answer = answer_to_invite(&self.log(), call)
            .with_context(|| format!("no answer to call {call} in the log"))?;
        // The tags are named from the point of view of the one who is asked to replace its call.
        let replaces = format!(
            "{call}%3Bto-tag%3D{}%3Bfrom-tag%3D{}",
            answer.to_tag, answer.from_tag
        );
        self.transfer(&format!("<{}?Replaces={replaces}>", consultation.peer))
    }

    /// Makes the call in `line` (the first is 1) the current one.
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn select_line(&mut self, line: u32) -> Result<()> {
        self.command("line", &line.to_string()).map(drop)
    }

    /// Presses keys in the current call, one after another (RFC 4733).
    ///
    /// # Errors
    /// baresip refused the command.
    pub fn press(&mut self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            self.command("sndcode", &key.to_string())?;
        }
        Ok(())
    }

    /// Any command of baresip's menu; gives what it printed.
    ///
    /// # Errors
    /// baresip refused the command or does not answer.
    pub fn command(&mut self, name: &str, parameters: &str) -> Result<String> {
        self.commands += 1;
        let token = self.commands.to_string();
        let letter = json!({ "command": name, "params": parameters, "token": token }).to_string();
        write!(self.control, "{}:{letter},", letter.len())?;
        let response = self.inbox.take(PATIENCE, |letters| {
            let place = letters
                .responses
                .iter()
                .position(|r| r["token"] == *token)?;
            Some(letters.responses.remove(place))
        });
        let response = response
            .with_context(|| format!("no response to {name}\n{}", self.process.log_tail()))?;
        let said = response["data"].as_str().unwrap_or_default().to_owned();
        ensure!(
            response["ok"] == true,
            "{name} {parameters}: refused: {said}"
        );
        Ok(said)
    }

    /// Waits until it has recorded that much of what it hears.
    ///
    /// # Errors
    /// It did not within a reasonable time.
    pub fn wait_until_heard(&self, length: Duration) -> Result<()> {
        let heard = until(PATIENCE + length, || self.recorded() > length);
        ensure!(
            heard,
            "{} hears nothing\n{}",
            self.settings.user,
            self.process.log_tail()
        );
        Ok(())
    }

    /// How much of what it hears it has recorded so far: of its longest call, at most that.
    pub fn recorded(&self) -> Duration {
        let files = self.recordings().unwrap_or_default();
        let lengths = files.iter().filter_map(|file| recorded_in(file).ok());
        lengths.max().unwrap_or_default()
    }

    /// What it heard in each call so far, oldest first. Complete once a call has closed.
    ///
    /// # Errors
    /// A recording cannot be read.
    pub fn heard(&self) -> Result<Vec<Sound>> {
        self.recordings()?
            .iter()
            .map(|file| Sound::read(file))
            .collect()
    }

    /// What it heard in its latest call. Complete once the call has closed.
    ///
    /// # Errors
    /// There was no call, or nothing was heard in it.
    pub fn heard_last(&self) -> Result<Sound> {
        let last = self.heard()?.pop();
        last.with_context(|| format!("no recording\n{}", self.process.log_tail()))
    }

    /// All that has sounded from its loudspeaker since it was started, in the time it took: also what is
    /// heard after a hold, and the silence of whatever is missing.
    ///
    /// # Errors
    /// It has no loudspeaker ([`Settings::loud`]).
    pub fn sounded(&self) -> Result<Sound> {
        let loudspeaker = self.loudspeaker.as_ref();
        loudspeaker.context("no loudspeaker")?.sounded()
    }

    /// Removes what it heard so far, so that what follows is about later calls only.
    ///
    /// # Errors
    /// A recording cannot be removed.
    pub fn forget_what_was_heard(&self) -> Result<()> {
        for file in self.recordings()? {
            fs::remove_file(file)?;
        }
        Ok(())
    }

    /// Its log, with every SIP message it sent and received.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Ends it without a word to the other end, as a pulled plug would.
    pub fn pull_the_plug(&mut self) {
        self.process.kill();
    }

    /// Stops it where it stands (`SIGSTOP`): its sockets stay, and nothing is sent or answered any more,
    /// as from a computer that hangs.
    ///
    /// # Errors
    /// It runs no more.
    pub fn freeze(&self) -> Result<()> {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args(["-STOP", &id]).status()?;
        ensure!(status.success(), "{status}");
        Ok(())
    }

    fn recordings(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.folder.path().join("heard"))? {
            let path = entry?.path();
            // `dec` is what was decoded, that is heard; `enc` is what was sent.
            if path.to_string_lossy().ends_with("-dec.wav") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take<T>(
        &self,
        limit: Duration,
        mut find: impl FnMut(&mut Letters) -> Option<T>,
    ) -> Option<T> {
        let deadline = Instant::now() + limit;
        let mut letters = self.lock();
        loop {
            if let Some(found) = find(&mut letters) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || letters.closed {
                return None;
            }
            let woken = self.changed.wait_timeout(letters, left);
            letters = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn fill_from(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        while let Ok(letter) = read_netstring(&mut stream) {
            let mut letters = self.lock();
            if letter["event"] == true {
                letters.events.push(event(&letter));
            } else {
                letters.responses.push(letter);
            }
            drop(letters);
            self.changed.notify_all();
        }
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

/// The rate and the channels of the sound a telephone of these codecs is given: baresip 1.0.0 opens
/// no other file for them.
fn source_format(codecs: &str) -> (u32, u16) {
    match codecs {
        opus if opus.starts_with("opus") => (48_000, 2),
        g722 if g722.starts_with("g722") => (16_000, 1),
        _ => (TONE_RATE, 1),
    }
}

/// What is said into a telephone. baresip 1.0.0 hangs up at its end.
fn said(settings: &Settings, rate: u32) -> Result<Sound> {
    let Some(says) = &settings.says else {
        let tone = settings.tone_hz;
        return Ok(Sound::tone(tone, TONE_LENGTH, TONE_LEVEL_DBFS, rate));
    };
    let once = says.at_rate(rate)?;
    let mut said = once.clone();
    while said.length() < TONE_LENGTH {
        said = said.then(&once);
    }
    Ok(said)
}

/// How long a WAV file is that is still being written: of its header only the bytes per second hold.
fn recorded_in(file: &Path) -> Result<Duration> {
    let mut header = [0; 44];
    let mut file = fs::File::open(file)?;
    file.read_exact(&mut header)?;
    let per_second = [header[28], header[29], header[30], header[31]];
    let per_second = u32::from_le_bytes(per_second).max(1);
    let bytes = file.metadata()?.len() - header.len() as u64;
    Ok(Duration::from_secs_f64(
        bytes as f64 / f64::from(per_second),
    ))
}

fn event(letter: &Value) -> Event {
    let text = |name: &str| letter[name].as_str().unwrap_or_default().to_owned();
    Event {
        kind: text("type"),
        call: letter["id"].as_str().map(str::to_owned),
        peer: text("peeruri"),
        peer_name: text("peerdisplayname"),
        detail: text("param"),
        at: Instant::now(),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Tags {
    to_tag: String,
    from_tag: String,
}

/// The tags of a call's dialog, from the 200 to its INVITE in a log with SIP trace.
fn answer_to_invite(log: &str, call: &str) -> Option<Tags> {
    let messages = log.split("SIP/2.0 200 ").skip(1);
    let mut answers = messages.filter_map(|message| {
        let head = message.split("\r\n\r\n").next()?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let tag = |name: &str| Some(field(name)?.split_once(";tag=")?.1.trim().to_owned());
        let ours = field("Call-ID: ")? == call && field("CSeq: ")?.ends_with(" INVITE");
        ours.then_some(())?;
        Some(Tags {
            to_tag: tag("To: ")?,
            from_tag: tag("From: ")?,
        })
    });
    answers.next()
}

/// `LENGTH:JSON,`
fn read_netstring(stream: &mut impl Read) -> Result<Value> {
    let mut length = 0usize;
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte)?;
        match byte[0] {
            b':' => break,
            digit @ b'0'..=b'9' => length = length * 10 + usize::from(digit - b'0'),
            other => bail!("not a netstring: {other}"),
        }
        ensure!(length <= MESSAGE_LIMIT, "netstring too long");
    }
    let mut letter = vec![0; length + 1];
    stream.read_exact(&mut letter)?;
    Ok(serde_json::from_slice(&letter[..length])?)
}

fn config(settings: &Settings, ports: &Ports, here: &Path) -> String {
    let listen = SocketAddr::from((settings.address, ports.sip()));
    let here = here.display();
    let (control, rtp) = (ports.control(), ports.rtp());
    let mut modules: Vec<&str> = vec!["g711", "g722", "opus", "aufile", "aubridge", "sndfile"];
    match settings.encryption.as_deref() {
        Some("dtls_srtp") => modules.push("dtls_srtp"),
        Some(_) => modules.push("srtp"),
        None => {}
    }
    let mut text = format!(
        "poll_method epoll\n\
         sip_listen {listen}\n\
         net_interface {address}\n\
         audio_source aufile,{here}/said.wav\n\
         audio_player {player}\n\
         audio_alert aubridge,nul2\n\
         rtp_ports {first}-{last}\n\
         jitter_buffer_delay {jitter_buffer}\n\
         snd_path {here}/heard\n\
         ctrl_tcp_listen 127.0.0.1:{control}\n\
         module_path {MODULES}\n",
        address = settings.address,
        player = match settings.is_loud {
            true => "alsa,pulse",
            false => "aubridge,nul1",
        },
        first = rtp.start(),
        last = rtp.end(),
        jitter_buffer = if settings.is_unbuffered {
            "0-0"
        } else {
            "5-10"
        },
    );
    if settings.is_loud {
        modules.push("alsa");
    }
    if settings.certificate.is_some() {
        let _ = writeln!(text, "sip_certificate {here}/certificate.pem");
    }
    for module in modules {
        let _ = writeln!(text, "module {module}.so");
    }
    text.push_str(
        "module_tmp uuid.so\nmodule_tmp account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n",
    );
    text.push_str(&settings.config_extra);
    text
}

fn account(settings: &Settings, ports: &Ports) -> String {
    let Settings {
        user,
        display_name,
        codecs,
        ..
    } = settings;
    let mut line = match &settings.registrar {
        None => {
            let at = SocketAddr::from((settings.address, ports.sip()));
            format!("\"{display_name}\" <sip:{user}@{at}>;regint=0")
        }
        Some(Registrar {
            domain,
            server,
            transport,
            auth_user,
            password,
            interval,
        }) => {
            let transport = transport.name();
            format!(
                "\"{display_name}\" <sip:{user}@{domain};transport={transport}>;regint={interval}\
                 ;outbound=\"sip:{server};transport={transport}\"\
                 ;auth_user={auth_user};auth_pass={password}"
            )
        }
    };
    let _ = write!(line, ";answermode=manual;audio_codecs={codecs}");
    if let Some(encryption) = &settings.encryption {
        let _ = write!(line, ";mediaenc={encryption}");
    }
    line + &settings.account_extra
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netstrings_are_read_one_by_one() {
        let mut stream = &b"12:{\"event\":1}},13:{\"event\":12},"[..];
        assert!(
            read_netstring(&mut stream).is_err(),
            "trailing bytes are not JSON"
        );
        let mut stream = &b"11:{\"event\":1},12:{\"event\":12},"[..];
        assert_eq!(read_netstring(&mut stream).unwrap(), json!({ "event": 1 }));
        assert_eq!(read_netstring(&mut stream).unwrap(), json!({ "event": 12 }));
        assert!(read_netstring(&mut stream).is_err(), "end of stream");
    }

    #[test]
    fn the_tags_of_a_dialog_are_found_in_the_log() {
        let log = "UDP\nSIP/2.0 200 OK\r\nTo: <sip:x>;tag=no\r\nFrom: <sip:y>;tag=no\r\nCall-ID: other\r\n\
                   CSeq: 1 INVITE\r\n\r\nv=0\nSIP/2.0 200 Answering\r\nTo: <sip:c@1.2.3.4>;tag=theirs\r\n\
                   From: \"A\" <sip:a@1.2.3.4>;tag=ours\r\nCall-ID: abc\r\nCSeq: 7 INVITE\r\n\r\n";
        let tags = Tags {
            to_tag: "theirs".into(),
            from_tag: "ours".into(),
        };
        assert_eq!(answer_to_invite(log, "abc"), Some(tags));
        assert_eq!(answer_to_invite(log, "ab"), None);
    }

    #[test]
    fn a_registering_telephone_sends_all_through_its_server() {
        let registrar = Registrar {
            domain: "office.test".into(),
            server: SocketAddr::from(([127, 0, 0, 1], 5062)),
            transport: Transport::Tcp,
            auth_user: "desk-1".into(),
            password: "secret".into(),
            interval: 60,
        };
        let settings = Settings::new("101").registrar(registrar);
        let line = account(&settings, &Ports::claim().unwrap());
        assert_eq!(
            line,
            "\"101\" <sip:101@office.test;transport=tcp>;regint=60\
             ;outbound=\"sip:127.0.0.1:5062;transport=tcp\";auth_user=desk-1;auth_pass=secret\
             ;answermode=manual;audio_codecs=pcma,pcmu"
        );
    }
}
