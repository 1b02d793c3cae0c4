//! An office of many telephones that SIPp plays: people with devices, their registrations, their
//! calls.

use super::{
    engine::Engine,
    ports::Ports,
    sipp::{Running, Sipp},
};
use anyhow::Result;
use office::{
    Extension, ExtensionNumber, MediaPolicy, OfficeSettings, RouteTarget,
    limits::CONTACTS_PER_DEVICE_MAX,
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use store::{NewDevice, NewPerson, OfficeChange, Store, StoreError};
use tempfile::TempDir;

/// On a busy computer a message is repeated that has arrived after all. SIPp knows its like only while
/// it is the last that came, and would give up the call at any other; now it waits for what the
/// scenario says, and a call that does not get it runs out of time and fails.
const REPEATED_IS_FINE: [&str; 2] = ["-default_behaviors", "all,-abortunexp"];

/// Ports for the sound of each engine.
const PORTS: u16 = 2_500;

/// How long SIPp may take for what takes seconds.
const A_MINUTE: Duration = Duration::from_secs(60);

/// What a telephone logs in with, and the number it is reached at.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The number of the person whose telephone it is.
    pub number: String,
}

/// An engine and the logins of its telephones.
pub struct Crowd {
    /// The engine.
    pub engine: Engine,
    /// How many sockets it had open before the first call.
    pub sockets: usize,
    /// The telephones, person by person.
    pub logins: Vec<Login>,
    /// For the lists that SIPp reads.
    folder: TempDir,
}

impl Login {
    /// For the scenario `register`.
    pub fn line(&self, address: &str) -> String {
        format!("{};{address};{}", self.user, self.credentials())
    }

    /// SIPp's keyword for them, in hexadecimal, because SIPp takes a password that begins with `0x` for that.
    pub fn credentials(&self) -> String {
        let Self { user, password, .. } = self;
        let password = password.bytes().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        format!("[authentication username={user} password=0x{password}]")
    }
}

impl Crowd {
    /// An office of `people` with `devices` telephones each, numbered from 1001, whose sound takes
    /// the way `media`, and what else belongs to it.
    ///
    /// # Errors
    /// The office cannot be made, or the engine does not start.
    pub fn start(
        people: u32,
        devices: usize,
        media: &str,
        more: impl FnOnce(&OfficeChange<'_>) -> Result<(), StoreError>,
    ) -> Result<Self> {
        Self::founded(people, devices, media, |_| {}, more)
    }

    /// The same with other settings.
    ///
    /// # Errors
    /// The office cannot be made, or the engine does not start.
    pub fn founded(
        people: u32,
        devices: usize,
        media: &str,
        set: impl FnOnce(&mut OfficeSettings),
        more: impl FnOnce(&OfficeChange<'_>) -> Result<(), StoreError>,
    ) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let (mut store, _) = Store::open(data.path())?;
        let now = store.settings()?;
        let mut settings = now.value;
        set(&mut settings);
        store.change(|change| change.edit_settings(&settings, now.revision))?;
        let numbers = (1_001..).take(people as usize);
        let numbers = numbers.map(|number: u32| ExtensionNumber::parse(&number.to_string()));
        let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
        let (logins, _) = store.change(|change| {
            let mut logins = Vec::new();
            for number in numbers {
                let person = change.add_person(&NewPerson {
                    name: format!("Person {}", number.as_str()),
                    number: Some(number.clone()),
                    ..NewPerson::default()
                })?;
                change.add_extension(&Extension::to(number.clone(), RouteTarget::User(person)))?;
                for _ in 0..devices {
                    let login = change.add_device(&NewDevice {
                        person,
                        label: "Desk phone".to_owned(),
                        sip_user: None,
                        max_contacts: CONTACTS_PER_DEVICE_MAX,
                        media: MediaPolicy::default(),
                    })?;
                    logins.push(Login {
                        user: login.sip_user.as_str().to_owned(),
                        password: login.secret.expose().to_owned(),
                        number: number.as_str().to_owned(),
                    });
                }
            }
            more(change)?;
            Ok(logins)
        })?;
        drop(store);
        // Ports of ended calls rest for a while: more of them are needed than for a call or two. No
        // two engines have the same: for a port that is taken a call is described anew, which SIPp
        // does not understand.
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let first = 10_000 + NEXT.fetch_add(1, Ordering::Relaxed) % 4 * PORTS;
        let media_ports = format!("{first}-{}", first + PORTS - 1);
        let options = [
            ["--sip", "127.0.0.1:0"],
            ["--api", "127.0.0.1:0"],
            ["--media", media],
            ["--media-ports", &media_ports],
        ];
        let engine = Engine::start_on(data, options.as_flattened())?;
        Ok(Self {
            sockets: engine.sockets()?,
            engine,
            logins,
            folder: tempfile::tempdir()?,
        })
    }

    /// Where it takes SIP over UDP.
    ///
    /// # Errors
    /// It does not.
    pub fn sip(&self) -> Result<SocketAddr> {
        self.engine.sip("udp")
    }

    /// A list for SIPp, one line for each call.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn list(&self, name: &str, lines: impl Iterator<Item = String>) -> Result<String> {
        let path = self.folder.path().join(name);
        let mut text = "SEQUENTIAL\n".to_owned();
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    /// Registers telephones at one port of 127.0.0.1, and then runs `scenario` for `calls` there.
    ///
    /// # Errors
    /// They cannot register.
    pub fn telephones(&self, logins: &[Login], scenario: &str, calls: u32) -> Result<Running> {
        let port = self.register(self.sip()?, logins)?;
        answering(&port, scenario, calls).start()
    }

    /// Registers telephones at one port of 127.0.0.1, which take `server` for the engine.
    ///
    /// # Errors
    /// They cannot register.
    pub fn register(&self, server: SocketAddr, logins: &[Login]) -> Result<Ports> {
        let ports = Ports::claim()?;
        let port = ports.sip().to_string();
        let line = |login: &Login| login.line(&format!("127.0.0.1:{port}"));
        let list = self.list(&port, logins.iter().map(line))?;
        Sipp::scenario(file("register"))
            .target(server)
            .calls(u32::try_from(logins.len())?)
            .arguments(&["-p", &port, "-inf", &list])
            .run()?
            .all_went_well()?;
        decline_to_be_told(ports.sip(), logins.len())?;
        Ok(ports)
    }

    /// Calls by `scenario` from `callers` in turn to `numbers` in turn, so many a second.
    ///
    /// # Errors
    /// Their list cannot be written.
    pub fn calls(
        &self,
        scenario: &str,
        callers: &[Login],
        numbers: &[String],
        calls: u32,
        rate: u32,
    ) -> Result<Sipp> {
        let pairs = callers.iter().cycle().zip(numbers.iter().cycle());
        let line = |(caller, number): (&Login, &String)| {
            format!("{};{};{number}", caller.user, caller.credentials())
        };
        let ports = Ports::claim()?;
        let name = format!("callers-{}", ports.sip());
        let list = self.list(&name, pairs.take(calls as usize).map(line))?;
        Ok(Sipp::scenario(file(scenario))
            .target(self.sip()?)
            .calls(calls)
            .limit(A_MINUTE)
            .arguments(&["-r", &rate.to_string(), "-inf", &list])
            .arguments(&REPEATED_IS_FINE))
    }
}

/// Telephones that are registered at a port and run `scenario` for `calls` there.
#[must_use]
pub fn answering(port: &Ports, scenario: &str, calls: u32) -> Sipp {
    Sipp::scenario(file(scenario))
        .calls(calls)
        .limit(A_MINUTE)
        .arguments(&["-p", &port.sip().to_string()])
        .arguments(&REPEATED_IS_FINE)
}

/// Answers what telephones at a port are told of their mailboxes when they register: they do not
/// know what that is. SIPp would take each for a call that failed.
fn decline_to_be_told(port: u16, telephones: usize) -> Result<()> {
    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(Duration::from_millis(1_500)))?;
    let mut declined = BTreeSet::new();
    let mut buffer = [0; 2_048];
    while declined.len() < telephones {
        let Ok((length, from)) = socket.recv_from(&mut buffer) else {
            break; // lost on the way: they come again, and are few
        };
        let notify = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let copied = ["Via:", "From:", "Call-ID:", "CSeq:"];
        let mut answer = "SIP/2.0 489 Bad Event\r\n".to_owned();
        for line in notify.lines() {
            if copied.iter().any(|name| line.starts_with(name)) {
                let _ = write!(answer, "{line}\r\n");
            } else if line.starts_with("To:") {
                let _ = write!(answer, "{line};tag=declined\r\n");
            }
            if line.starts_with("Call-ID:") {
                declined.insert(line.to_owned());
            }
        }
        answer.push_str("Content-Length: 0\r\n\r\n");
        socket.send_to(answer.as_bytes(), from)?;
    }
    Ok(())
}

/// A scenario of these tests.
#[must_use]
pub fn file(scenario: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("interop/scenarios/{scenario}.xml"))
}
