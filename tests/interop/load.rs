//! A whole office at once: 500 telephones register, calls come ten a second, telephones ring together,
//! and afterwards nothing is left behind.

use anyhow::Result;
use cordboard_tests::interop::{
    engine::Engine,
    ports::Ports,
    sipp::{Running, Sipp},
    weather::{Bridge, Weather},
};
use office::{
    Extension, ExtensionNumber, MediaPolicy, RouteTarget, limits::CONTACTS_PER_DEVICE_MAX,
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use store::{NewDevice, NewPerson, Store};
use tempfile::TempDir;

/// What a telephone logs in with, and the number it is reached at.
struct Login {
    user: String,
    password: String,
    number: String,
}

struct Office {
    engine: Engine,
    sockets: usize,
    logins: Vec<Login>,
    /// For the lists that SIPp reads.
    folder: TempDir,
}

/// An office of `people` with `devices` telephones each, made in one change.
fn office(people: u32, devices: usize, media: &str) -> Result<Office> {
    let data = tempfile::tempdir()?;
    let (mut store, _) = Store::open(data.path())?;
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
            change.add_extension(&Extension {
                number: number.clone(),
                target: RouteTarget::User(person),
            })?;
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
        Ok(logins)
    })?;
    drop(store);
    // Ports of ended calls rest for a while: more of them are needed than for a call or two.
    let options = [
        ["--sip", "127.0.0.1:0"],
        ["--api", "127.0.0.1:0"],
        ["--media", media],
        ["--media-ports", "10000-19999"],
    ];
    let engine = Engine::start_on(data, options.as_flattened())?;
    Ok(Office {
        sockets: engine.sockets()?,
        engine,
        logins,
        folder: tempfile::tempdir()?,
    })
}

impl Login {
    /// For the scenario `register`.
    fn line(&self, address: &str) -> String {
        format!("{};{address};{}", self.user, self.credentials())
    }

    /// In hexadecimal, because SIPp takes a password that begins with `0x` for that.
    fn credentials(&self) -> String {
        let Self { user, password, .. } = self;
        let password = password.bytes().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        format!("[authentication username={user} password=0x{password}]")
    }
}

impl Office {
    fn sip(&self) -> Result<SocketAddr> {
        self.engine.sip("udp")
    }

    /// A list for SIPp, one line for each call.
    fn list(&self, name: &str, lines: impl Iterator<Item = String>) -> Result<String> {
        let path = self.folder.path().join(name);
        let mut text = "SEQUENTIAL\n".to_owned();
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    /// Registers telephones at one port of 127.0.0.1, and then runs `scenario` for `calls` there.
    fn telephones(&self, logins: &[Login], scenario: &str, calls: u32) -> Result<Running> {
        self.telephones_behind(self.sip()?, logins, scenario, calls)
    }

    /// As `telephones`, for telephones that take `server` for the engine.
    fn telephones_behind(
        &self,
        server: SocketAddr,
        logins: &[Login],
        scenario: &str,
        calls: u32,
    ) -> Result<Running> {
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
        Sipp::scenario(file(scenario))
            .calls(calls)
            .limit(Duration::from_secs(60))
            .arguments(&["-p", &port])
            .start()
    }

    /// Calls from `callers` in turn to `numbers` in turn.
    fn calls(
        &self,
        server: SocketAddr,
        callers: &[Login],
        numbers: &[Login],
        calls: u32,
        rate: u32,
    ) -> Result<Sipp> {
        let pairs = callers.iter().cycle().zip(numbers.iter().cycle());
        let line = |(caller, called): (&Login, &Login)| {
            format!("{};{};{}", caller.user, caller.credentials(), called.number)
        };
        let list = self.list("callers", pairs.take(calls as usize).map(line))?;
        Ok(Sipp::scenario(file("caller"))
            .target(server)
            .calls(calls)
            .limit(Duration::from_secs(60))
            .arguments(&["-r", &rate.to_string(), "-inf", &list]))
    }
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

fn file(scenario: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("interop/scenarios/{scenario}.xml"))
}

#[test]
fn five_hundred_telephones_come_back_at_once_and_none_is_refused() -> Result<()> {
    const TELEPHONES: u32 = 500;
    let office = office(TELEPHONES, 1, "auto")?;
    let ports = Ports::claim()?;
    // Every telephone has an address of its own, as in an office.
    let telephones = office.logins.iter().enumerate().map(|(index, login)| {
        let ip = format!("127.1.{}.{}", index / 250, index % 250 + 1);
        format!("{};{ip}", login.line(&format!("{ip}:{}", ports.sip())))
    });
    let list = office.list("telephones", telephones)?;
    let (cpu, began) = (office.engine.cpu()?, Instant::now());
    let outcome = Sipp::scenario(file("register"))
        .target(office.sip()?)
        .calls(TELEPHONES)
        .arguments(&["-t", "ui", "-ip_field", "3", "-inf", &list])
        .arguments(&[
            "-p",
            &ports.sip().to_string(),
            "-r",
            "500",
            "-max_socket",
            "1000",
        ])
        .run()?;
    outcome.all_went_well()?;
    let (took, used) = (began.elapsed(), office.engine.cpu()? - cpu);
    println!("{TELEPHONES} telephones registered in {took:?}; the engine used {used:?}");
    assert_eq!(outcome.successful, u64::from(TELEPHONES));
    assert_eq!(office.engine.status()?["registered_devices"], TELEPHONES);
    assert!(took < Duration::from_secs(15), "{took:?}");
    Ok(())
}

#[test]
fn ten_calls_a_second_leave_nothing_behind() -> Result<()> {
    const CALLS: u32 = 100;
    let office = office(20, 1, "relay")?;
    let (callers, called) = office.logins.split_at(10);
    let answering = office.telephones(called, "called", CALLS)?;
    let cpu = office.engine.cpu()?;
    let outcome = office
        .calls(office.sip()?, callers, called, CALLS, 10)?
        .run()?;
    let used = office.engine.cpu()? - cpu;
    outcome.all_went_well()?;
    println!("{CALLS} calls: the engine used {used:?}");
    answering.wait()?.all_went_well()?;
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn of_three_telephones_that_ring_two_are_stopped_each_time() -> Result<()> {
    const CALLS: u32 = 20;
    let office = office(6, 3, "auto")?;
    // The first person is called on three telephones, the others call.
    let (called, callers) = office.logins.split_at(3);
    let answering = office.telephones(&called[..1], "called", CALLS)?;
    let ringing = office.telephones(&called[1..2], "ringing", CALLS)?;
    let also_ringing = office.telephones(&called[2..], "ringing", CALLS)?;
    let outcome = office
        .calls(office.sip()?, callers, &called[..1], CALLS, 5)?
        .run()?;
    outcome.all_went_well()?;
    for telephone in [answering, ringing, also_ringing] {
        telephone.wait()?.all_went_well()?;
    }
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn calls_get_through_a_network_that_loses_every_fifth_message_and_repeats_every_fifth() -> Result<()>
{
    const CALLS: u32 = 40;
    let bad = Weather {
        lost: 20,
        twice: 20,
    };
    let office = office(20, 1, "relay")?;
    let (callers, called) = office.logins.split_at(10);
    let (near, far) = (
        Bridge::open(office.sip()?, 1)?,
        Bridge::open(office.sip()?, 2)?,
    );
    let answering =
        office.telephones_behind(far.address(), called, "called_in_bad_weather", 2 * CALLS)?;
    near.set(bad);
    far.set(bad);
    let outcome = office
        .calls(near.address(), callers, called, CALLS, 5)?
        .run()?;
    let (arrived, lost, twice) = near.counts();
    println!(
        "{} of {CALLS} calls went well; the callers' bridge: {arrived} arrived, {lost} lost, {twice} twice",
        outcome.successful
    );
    assert!(lost > 50 && twice > 50, "the weather was too good");
    assert!(far.counts().1 > 50, "the called were not in the weather");
    // SIPp itself gives a call up when an INVITE that it has answered comes again late.
    assert!(outcome.successful >= 36, "{}", outcome.log);
    // A farewell whose every copy was lost is given up after 32 s (RFC 3261, timer F).
    let at_rest = || office.engine.wait_until_idle(office.sockets);
    at_rest()
        .or_else(|_| at_rest())
        .or_else(|_| at_rest())
        .or_else(|_| at_rest())?;
    drop(answering);
    Ok(())
}
