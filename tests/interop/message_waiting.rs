//! A real telephone's message lamp: baresip against a switch on a real socket.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Registrar, Settings, Transport},
    process::{PATIENCE, until},
    sipp::Sipp,
};
use office::{
    Device, DeviceId, DigestCredentials, ExtensionNumber, Language, Mailbox, MailboxId,
    MailboxOwner, MediaPolicy, Office, OfficeParts, OfficeSettings, Person, PersonId, Realm,
    RouteTarget, Secret, SipUser,
};
use std::{
    fs,
    net::{SocketAddr, UdpSocket},
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use switch::{Input, MailboxCounts, Output, Switch, SwitchConfig};

const USER: &str = "anna-desk";
const PASSWORD: &str = "correct-horse";
const MAILBOX: MailboxId = MailboxId(1);

/// How long the switch waits for a datagram before it looks whether anything else is to be done.
const A_MOMENT: Duration = Duration::from_millis(10);

/// A switch with Anna (101), her device and her mailbox, on a UDP socket.
struct Exchange {
    address: SocketAddr,
    inputs: mpsc::Sender<Input>,
}

impl Exchange {
    fn open() -> Result<Exchange> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(A_MOMENT))?;
        let address = socket.local_addr()?;
        let unix = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let (config, now) = (SwitchConfig::default(), Instant::now());
        let mut switch = Switch::new(office(), config, [7; 32], now, i64::try_from(unix)?)?;
        switch.handle(
            now,
            Input::Listening(sip_transport::Listener {
                transport: sip_transport::Transport::Udp,
                local: address,
                advertised: None,
            }),
        );
        let (inputs, waiting) = mpsc::channel();
        thread::spawn(move || serve(&mut switch, &socket, &waiting));
        Ok(Exchange { address, inputs })
    }

    /// A telephone that registers here, with one more line in its configuration.
    fn telephone(&self, more: &str) -> Result<Baresip> {
        let registrar = Registrar {
            domain: self.address.to_string(),
            server: self.address,
            transport: Transport::Udp,
            auth_user: USER.to_owned(),
            password: PASSWORD.to_owned(),
            interval: 600,
        };
        let mut settings = Settings::new(USER).registrar(registrar);
        more.clone_into(&mut settings.config_extra);
        let telephone = settings.start()?;
        telephone.wait_until_registered()?;
        Ok(telephone)
    }

    fn messages(&self, new: u32, saved: u32) -> Result<()> {
        let counts = MailboxCounts {
            mailbox: MAILBOX,
            new,
            saved,
            lasts_ms: 0,
        };
        self.inputs.send(Input::MailboxChanged(counts))?;
        Ok(())
    }
}

/// Runs the switch until nobody sends inputs any more.
fn serve(switch: &mut Switch, socket: &UdpSocket, waiting: &mpsc::Receiver<Input>) {
    let Ok(local) = socket.local_addr() else {
        return;
    };
    let mut datagram = [0; 65_536];
    loop {
        let input = match waiting.try_recv() {
            Ok(input) => input,
            Err(mpsc::TryRecvError::Disconnected) => return,
            Err(mpsc::TryRecvError::Empty) => match socket.recv_from(&mut datagram) {
                Ok((length, from)) => Input::Message {
                    flow: sip_transport::Flow::udp(local, from),
                    bytes: bytes::Bytes::copy_from_slice(&datagram[..length]),
                },
                Err(_) => Input::Tick,
            },
        };
        switch.handle(Instant::now(), input);
        loop {
            match switch.poll() {
                Output::SleepUntil(_) => break,
                // A datagram may be lost; the telephone or the switch repeats it.
                Output::Send { flow, bytes } => drop(socket.send_to(&bytes, flow.remote)),
                _ => {}
            }
        }
    }
}

fn office() -> Arc<Office> {
    let realm = Realm::parse("office.example").expect("a realm");
    let mut parts = OfficeParts::empty(OfficeSettings::founded(realm, Language::default()));
    let person = PersonId(1);
    let number = ExtensionNumber::parse("101").expect("a number");
    let mut anna = Person::named(person, "Anna");
    anna.number = Some(number.clone());
    parts.persons.push(anna);
    let target = RouteTarget::User(person);
    parts.extensions.push(office::Extension::to(number, target));
    let sip_user = SipUser::parse(USER).expect("a SIP user");
    let password = Secret::new(PASSWORD.to_owned());
    let realm = &parts.settings.realm;
    parts.devices.push(Device {
        id: DeviceId(1),
        person,
        label: "Desk phone".to_owned(),
        credentials: DigestCredentials::of_password(&sip_user, realm, &password),
        sip_user,
        max_contacts: 3,
        media: MediaPolicy::Auto,
    });
    let owner = MailboxOwner::Person { person };
    parts.mailboxes.push(Mailbox::new(MAILBOX, owner));
    Arc::new(Office::build(parts).expect("an office without problems"))
}

/// What a telephone tells of its messages, field by field.
fn told(telephone: &Baresip) -> Result<Vec<String>> {
    let event = telephone.wait_for("MWI_NOTIFY")?;
    Ok(event
        .detail
        .lines()
        .map(|line| line.trim().to_owned())
        .collect())
}

/// The NOTIFYs a telephone was sent.
fn notifies(telephone: &Baresip) -> usize {
    telephone.log().matches("\nNOTIFY sip:").count()
}

#[test]
fn a_telephone_that_subscribes_shows_messages_within_the_second() -> Result<()> {
    let exchange = Exchange::open()?;
    let telephone = exchange.telephone("module_app mwi.so\n")?;
    let account = format!("Message-Account: sip:*97@{}", exchange.address);
    let summary = |waiting: &str, voice: &str| {
        vec![
            format!("Messages-Waiting: {waiting}"),
            account.clone(),
            format!("Voice-Message: {voice} (0/0)"),
        ]
    };
    assert_eq!(told(&telephone)?, summary("no", "0/0"));
    for (new, saved, waiting, voice) in [(2, 1, "yes", "2/1"), (0, 3, "no", "0/3")] {
        let begun = Instant::now();
        exchange.messages(new, saved)?;
        assert_eq!(told(&telephone)?, summary(waiting, voice));
        ensure!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
    }
    Ok(())
}

#[test]
fn a_telephone_that_knows_no_such_thing_is_asked_once() -> Result<()> {
    let exchange = Exchange::open()?;
    let telephone = exchange.telephone("")?;
    ensure!(
        until(PATIENCE, || notifies(&telephone) > 0),
        "{}",
        telephone.log()
    );
    for new in 1..=3 {
        exchange.messages(new, 0)?;
        let is_asked_again = until(Duration::from_millis(200), || notifies(&telephone) > 1);
        ensure!(!is_asked_again, "{}", telephone.log());
    }
    Ok(())
}

/// SIPp as a telephone that registers and is told what it never asked for.
#[test]
fn a_telephone_that_does_not_subscribe_is_told_and_answers() -> Result<()> {
    let exchange = Exchange::open()?;
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/scenarios");
    let told = scenarios.join("lamp_told.xml");
    let folder = tempfile::tempdir()?;
    let (users, messages) = (folder.path().join("users"), folder.path().join("messages"));
    let credentials = format!("[authentication username={USER} password={PASSWORD}]");
    fs::write(&users, format!("SEQUENTIAL\n{USER};{credentials}\n"))?;
    let [told, users, log] = [&told, &users, &messages].map(|path| path.display().to_string());
    let telephone = Sipp::scenario(scenarios.join("lamp_registered.xml"))
        .target(exchange.address)
        .arguments(&["-oocsf", &told, "-inf", &users])
        .arguments(&["-trace_msg", "-message_file", &log])
        .start()?;
    let read = || fs::read_to_string(&messages).unwrap_or_default();
    let is_told = |voice: &str| {
        let line = format!("Voice-Message: {voice} (0/0)");
        until(PATIENCE, || read().contains(&line))
    };
    ensure!(is_told("0/0"), "{}", read());
    // The next only goes out once SIPp has answered the one before.
    for (new, saved, voice) in [(1, 0, "1/0"), (0, 1, "0/1")] {
        exchange.messages(new, saved)?;
        ensure!(is_told(voice), "{}", read());
    }
    ensure!(read().matches("\nNOTIFY sip:").count() == 3, "{}", read());
    telephone.wait()?.all_went_well()
}
