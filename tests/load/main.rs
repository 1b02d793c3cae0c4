//! What the whole engine costs under load, with SIPp on the same machine, next to Kamailio doing the
//! same work in the same run: `cargo xtask bench --bench engine_load`.
//!
//! Nothing here passes or fails by the clock: figures are printed beside their budgets. Processor time
//! per unit of work travels between machines; rates are what was asked for, not the most there is.

mod accounts;
mod canvas;
mod probe;
mod report;
mod rtpengine;
mod server;
mod sipp;
mod sound;
mod usage;

use accounts::{Account, Accounts, Lines};
use anyhow::{Result, ensure};
use report::Report;
use server::{Kind, Server, is_installed};
use sipp::{Outcome, Sipp, free_port};
use std::{
    env,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

/// The small office: persons with a phone each; the last of them are called by the first.
const SMALL_OFFICE: u32 = 1_050;
const PHONES: u32 = 1_000;
/// The large office: four phones each, every phone twice in the table: 10,000 bindings.
const LARGE_OFFICE: u32 = 1_250;
/// Registrations a second. Strangers together may send 500 messages a second, and each needs two.
const FIRST_RATE: u32 = 200;
/// Known phones may send far more; a busy server takes several messages each time it wakes.
const AGAIN: u32 = 4 * PHONES;
const AGAIN_RATE: u32 = 1_500;
const AFTER_POWER_CUT: u32 = 500;
const CALLS: u32 = 600;
const CALL_RATE: u32 = 40;
const PROBED_CALLS: u32 = 200;
/// Calls with sound at a time, which begin within two seconds and last for twenty.
const TALKS: u32 = 50;
const SETTLING: Duration = Duration::from_secs(6);
const LISTENING: Duration = Duration::from_secs(10);

/// The names by which `cargo bench` is asked for one part alone.
const SIGNALLING: &str = "engine_load_signalling";
const SOUND: &str = "engine_load_sound";
const CANVAS: &str = "engine_load_canvas";

fn main() -> ExitCode {
    if ![SIGNALLING, SOUND, CANVAS].into_iter().any(is_wanted) {
        return ExitCode::SUCCESS; // `cargo bench` was given the name of another benchmark
    }
    if !Path::new("/proc/self/schedstat").exists() {
        println!("The load bench reads processor time from /proc: it runs on Linux only.");
        return ExitCode::SUCCESS;
    }
    if !is_installed("sipp") {
        println!("No load without SIPp; `cargo xtask setup` installs it.");
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn is_wanted(part: &str) -> bool {
    let mut words = env::args().skip(1);
    words.all(|word| word.starts_with('-') || part.contains(word.as_str()))
}

fn run() -> Result<()> {
    if is_wanted(SIGNALLING) {
        signalling()?;
    }
    if is_wanted(SOUND) {
        let before = usage::load_average();
        let report = sound::report()?;
        let after = usage::load_average();
        println!("\nCalls with sound, load average {before} before and {after} after:\n\n{report}");
        println!(
            "{TALKS} calls at a time, 100 packets a second each; what a caller says is echoed by \
             the callee.\nA tick is 20 ms of all that the office itself says, hears and mixes; with \
             more work on the machine than it has cores, some are late."
        );
    }
    if is_wanted(CANVAS) {
        let before = usage::load_average();
        let report = canvas::report()?;
        let after = usage::load_average();
        println!("\nThe window, load average {before} before and {after} after:\n\n{report}");
        println!("200 steps and 325 ways, drawn without a graphics card.");
    }
    Ok(())
}

/// Registrations and calls without sound.
fn signalling() -> Result<()> {
    let has_kamailio = is_installed("kamailio");
    if !has_kamailio {
        println!("Kamailio is not installed (Debian package `kamailio`): no ratios this time.");
    }
    let before = usage::load_average();
    let mut work = Vec::new();
    for kind in [Kind::Cordboard, Kind::Kamailio] {
        if kind == Kind::Cordboard || has_kamailio {
            work.push(Figures::of(kind)?);
        }
    }
    let mut figures = work.into_iter();
    let report = report(figures.next().unwrap_or_default(), figures.next());
    let after = usage::load_average();
    println!(
        "\nWhole engine under load, load average {before} before and {after} after:\n\n{report}"
    );
    println!(
        "A REGISTER is a 401 and a 200; a call is INVITE, 401, ACK, INVITE, 180, 200, ACK, BYE, 200 on \
         either side.\nCordboard is a B2BUA that keeps bindings and call records on disk; Kamailio \
         proxies and keeps bindings in memory."
    );
    Ok(())
}

/// What was measured of one server.
#[derive(Default)]
struct Figures {
    ready: f64,
    idle: f64,
    at_1_000: f64,
    idle_with_5_000: f64,
    at_10_000: f64,
    first_register: f64,
    register_again: f64,
    after_power_cut: f64,
    registrations_per_second: f64,
    call: f64,
    calls_per_second: f64,
    failed: u64,
    ringing_p50: f64,
    ringing_p99: f64,
}

impl Figures {
    fn of(kind: Kind) -> Result<Figures> {
        let mut figures = Figures::default();
        figures.in_small_office(kind)?;
        figures.after_power_cut(kind)?;
        figures.in_large_office(kind)?;
        Ok(figures)
    }

    fn in_small_office(&mut self, kind: Kind) -> Result<()> {
        let place = Place::found(SMALL_OFFICE, 1)?;
        let (phones, callees) = place.parts();
        let lines = place.lines("phones.inf", phones, |_| String::new())?;
        let server = place.start(kind)?;
        self.ready = milliseconds(server.ready_after);
        self.idle = megabytes(server.memory()?);

        say(kind, "1,000 phones register");
        let (cost, outcome) = place.register(&server, &lines, PHONES, FIRST_RATE)?;
        self.first_register = cost;
        self.registrations_per_second = rate(&outcome);
        self.failed += outcome.failed;
        self.at_1_000 = megabytes(server.memory()?);
        say(kind, "1,000 phones register four times more");
        let (cost, outcome) = place.register(&server, &lines, AGAIN, AGAIN_RATE)?;
        self.register_again = cost;
        self.failed += outcome.failed;

        say(kind, "one call at a time");
        let (caller, callee) = (&phones[phones.len() - 1], &callees[callees.len() - 1]);
        let dialled = dialled(kind, callee);
        let mut times =
            probe::set_up_times(server.address, [caller, callee], dialled, PROBED_CALLS)?;
        times.sort_unstable();
        let at = |share: usize| {
            times
                .get(times.len() * share / 100)
                .copied()
                .unwrap_or_default()
        };
        (self.ringing_p50, self.ringing_p99) = (milliseconds(at(50)), milliseconds(at(99)));

        say(kind, "40 calls a second");
        let callees = &callees[..callees.len() - 1];
        let port = place.register_callees(&server, callees)?;
        let answering = Sipp::new(
            "callee",
            &place.folder,
            port,
            2 * CALLS, // phones are told of their mailboxes too, which SIPp counts as calls
            Duration::from_secs(60),
        )
        .speaking("0", "PCMU/8000")
        .start()?;
        let lines = place.lines("callers.inf", phones, |n| {
            dialled_of(kind, &callees[n % callees.len()])
        })?;
        let callers = Sipp::new(
            "caller",
            &place.folder,
            free_port()?,
            CALLS,
            Duration::from_secs(50),
        )
        .calling(server.address, CALL_RATE, &lines)
        .own_addresses();
        let before = server.cpu()?;
        let outcome = callers.run()?;
        drop(answering);
        thread::sleep(Duration::from_secs(1)); // records of the last calls are written
        self.call = microseconds(server.cpu()? - before) / outcome.successful.max(1) as f64;
        self.calls_per_second = rate(&outcome);
        self.failed += outcome.failed;
        Ok(())
    }

    fn after_power_cut(&mut self, kind: Kind) -> Result<()> {
        let place = Place::found(AFTER_POWER_CUT, 1)?;
        let lines = place.lines("phones.inf", &place.accounts.all, |_| String::new())?;
        let server = place.start(kind)?;
        say(kind, "500 phones register at once");
        let all_at_once = AFTER_POWER_CUT * 10;
        let (_, outcome) = place.register(&server, &lines, AFTER_POWER_CUT, all_at_once)?;
        self.after_power_cut = outcome.took.as_secs_f64();
        self.failed += outcome.failed;
        Ok(())
    }

    fn in_large_office(&mut self, kind: Kind) -> Result<()> {
        let place = Place::found(LARGE_OFFICE, 4)?;
        let all = &place.accounts.all;
        let twice: Vec<Account> = all.iter().chain(all).cloned().collect();
        let lines = place.lines("phones.inf", &twice, |n| format!(";line={}", n / all.len()))?;
        let server = place.start(kind)?;
        self.idle_with_5_000 = megabytes(server.memory()?);
        say(kind, "10,000 bindings");
        let bindings = u32::try_from(twice.len())?;
        let (_, outcome) = place.register(&server, &lines, bindings, FIRST_RATE)?;
        self.failed += outcome.failed;
        self.at_10_000 = megabytes(server.memory()?);
        Ok(())
    }
}

fn report(ours: Figures, theirs: Option<Figures>) -> Report {
    let mut report = Report::against("Kamailio");
    let mut note = |item: &str, unit, figure: fn(&Figures) -> f64, budget: Option<f64>| {
        report.note(
            item,
            unit,
            [Some(figure(&ours)), theirs.as_ref().map(figure)],
            budget,
        );
    };
    note(
        "REGISTER with digest, 200/s, CPU",
        "µs",
        |f| f.first_register,
        Some(30.0),
    );
    note(
        "REGISTER with digest, 1,500/s, CPU",
        "µs",
        |f| f.register_again,
        Some(30.0),
    );
    note(
        "call (B2BUA; Kamailio proxy), 40/s, CPU",
        "µs",
        |f| f.call,
        Some(260.0),
    );
    note(
        "ringing heard, added by the server, p50",
        "ms",
        |f| f.ringing_p50,
        Some(2.0),
    );
    note(
        "ringing heard, added by the server, p99",
        "ms",
        |f| f.ringing_p99,
        Some(10.0),
    );
    note(
        "registrations a second (200 asked for)",
        "/s",
        |f| f.registrations_per_second,
        None,
    );
    note(
        "calls a second (40 asked for)",
        "/s",
        |f| f.calls_per_second,
        None,
    );
    note(
        "500 phones at once, all registered after",
        "s",
        |f| f.after_power_cut,
        Some(5.0),
    );
    note(
        "registrations and calls that failed",
        "",
        |f| f.failed as f64,
        Some(0.0),
    );
    note("start to first answer", "ms", |f| f.ready, Some(200.0));
    note("memory idle, 1,050 accounts", "MB", |f| f.idle, Some(30.0));
    note(
        "memory with 1,000 bindings",
        "MB",
        |f| f.at_1_000,
        Some(32.0),
    );
    note(
        "memory idle, 5,000 accounts",
        "MB",
        |f| f.idle_with_5_000,
        None,
    );
    note(
        "memory with 10,000 bindings",
        "MB",
        |f| f.at_10_000,
        Some(45.0),
    );
    report
}

/// A folder with an office and the tables that go with it.
struct Place {
    accounts: Accounts,
    folder: PathBuf,
    _kept: tempfile::TempDir,
}

impl Place {
    fn found(persons: u32, devices_each: u32) -> Result<Place> {
        Place::found_in(&env::temp_dir(), persons, devices_each)
    }

    fn found_in(parent: &Path, persons: u32, devices_each: u32) -> Result<Place> {
        let kept = tempfile::tempdir_in(parent)?;
        let folder = kept.path().to_owned();
        Ok(Place {
            accounts: Accounts::found(&folder, persons, devices_each)?,
            folder,
            _kept: kept,
        })
    }

    /// Those who register and call, and those who are called.
    fn parts(&self) -> (&[Account], &[Account]) {
        self.accounts.all.split_at(PHONES as usize)
    }

    fn start(&self, kind: Kind) -> Result<Server> {
        Server::start(kind, &self.folder, &self.accounts)
    }

    /// A table of phones at 1,000 addresses in turn.
    fn lines(
        &self,
        name: &str,
        accounts: &[Account],
        last: impl Fn(usize) -> String,
    ) -> Result<PathBuf> {
        let mut lines = Lines::new();
        for (number, account) in accounts.iter().enumerate() {
            let place = number % 1_000;
            let address = Ipv4Addr::new(
                127,
                1,
                u8::try_from(place / 200)?,
                u8::try_from(place % 200 + 1)?,
            );
            lines.push(account, address, &last(number))?;
        }
        lines.write(&self.folder, name)
    }

    /// Registers phones; gives the processor time of the server for each in microseconds.
    fn register(
        &self,
        server: &Server,
        lines: &Path,
        phones: u32,
        rate: u32,
    ) -> Result<(f64, Outcome)> {
        let limit = Duration::from_secs(u64::from(phones / rate) + 30);
        let sipp = Sipp::new("register", &self.folder, 5_060, phones, limit)
            .calling(server.address, rate, lines)
            .own_addresses();
        let before = server.cpu()?;
        let outcome = sipp.run()?;
        thread::sleep(Duration::from_secs(1)); // what was handled is written to disk
        let spent = server.cpu()? - before;
        ensure!(
            outcome.successful > 0,
            "nobody could register with {:?}",
            server.kind
        );
        Ok((microseconds(spent) / outcome.successful as f64, outcome))
    }

    /// Registers those who are called, all at one address; gives its port, which is free again.
    fn register_callees(&self, server: &Server, callees: &[Account]) -> Result<u16> {
        let mut lines = Lines::new();
        for callee in callees {
            lines.push(callee, Ipv4Addr::LOCALHOST, "")?;
        }
        let lines = lines.write(&self.folder, "callees.inf")?;
        let (port, count) = (free_port()?, u32::try_from(callees.len())?);
        // Slowly: all of them share what one stranger may send.
        let sipp = Sipp::new(
            "register",
            &self.folder,
            port,
            count,
            Duration::from_secs(30),
        );
        let outcome = sipp.calling(server.address, 50, &lines).run()?;
        ensure!(
            outcome.failed == 0,
            "{} callees could not register",
            outcome.failed
        );
        Ok(port)
    }
}

/// What to dial for somebody: Kamailio knows no extensions.
fn dialled(kind: Kind, callee: &Account) -> &str {
    match kind {
        Kind::Kamailio => &callee.user,
        Kind::Cordboard | Kind::CordboardRelaying => &callee.extension,
    }
}

fn dialled_of(kind: Kind, callee: &Account) -> String {
    dialled(kind, callee).to_owned()
}

fn say(kind: Kind, what: &str) {
    eprintln!("{kind:?}: {what}");
}

fn rate(outcome: &Outcome) -> f64 {
    outcome.successful as f64 / outcome.took.as_secs_f64()
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
