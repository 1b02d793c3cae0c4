//! Calls of every kind, thousands of them, and afterwards the engine is as it was before: memory,
//! ports, files and threads.
//!
//! `cargo test -p cordboard-tests --test mixed_calls -- --ignored --nocapture` makes ten thousand
//! calls, which takes about ten minutes. Once, in a debug build on two busy cores, the engine had
//! 94.0 MB at rest after 1,000 calls and 99.9 MB after 11,000; files, sockets and threads were those of
//! before the first call. It used 59 s of processor time.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    crowd::{Crowd, Login, answering},
    engine::Engine,
    sipp::Running,
    sound::{Sound, in_a_law},
};
use media::SAMPLE_RATE;
use office::{ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound};
use std::{fmt, fs, time::Duration};

/// Calls of all kinds a second; each lasts for a second.
const RATE: u32 = 20;
const TALK_MS: &str = "1000";

/// The room of the office.
const ROOM: &str = "600";

#[test]
fn five_hundred_calls_of_every_kind_leave_nothing_behind() -> Result<()> {
    // Not all of what is remembered of calls for half a minute is in the memory of before.
    leave_nothing_behind(300, 500, 16 << 20)
}

#[test]
#[ignore = "takes about ten minutes"]
fn ten_thousand_calls_of_every_kind_leave_nothing_behind() -> Result<()> {
    leave_nothing_behind(1_000, 10_000, 6 << 20)
}

/// After `warming_up` calls every cache of the engine is filled; after `calls` more its resident
/// memory may be larger by `margin` at most: what the allocator keeps, and new pages of the database.
fn leave_nothing_behind(warming_up: u32, calls: u32, margin: u64) -> Result<()> {
    let crowd = Crowd::start(70, 1, "relay", |change| {
        change
            .add_room(&ConferenceRoom {
                id: ConferenceRoomId(0),
                number: ExtensionNumber::parse(ROOM).expect("a number"),
                name: "Meeting".to_owned(),
                pin: None,
                host_pin: None,
                wait_for_host: false,
                mute_on_entry: false,
                announce: JoinSound::Nothing,
                max_members: 50,
            })
            .map(drop)
    })?;
    let office = Office::open(&crowd, warming_up + calls)?;
    office.talk(warming_up)?;
    let before = office.rest()?;
    let cpu = crowd.engine.cpu()?;
    office.talk(calls)?;
    let used = crowd.engine.cpu()? - cpu;
    let after = office.rest()?;
    println!("{calls} calls: before {before}; after {after}; the engine used {used:?}");
    ensure!(
        after.sockets <= before.sockets && after.files <= before.files,
        "before {before}; after {after}"
    );
    ensure!(
        after.threads <= before.threads,
        "before {before}; after {after}"
    );
    ensure!(
        after.memory <= before.memory + margin,
        "before {before}; after {after}"
    );
    Ok(())
}

/// The telephones that are called, and those that call.
struct Office<'a> {
    crowd: &'a Crowd,
    callers: &'a [Login],
    /// Whom they call for every kind of call but that with hold, in turn.
    numbers: Vec<String>,
    /// Who is held.
    plain: Vec<String>,
    _answering: [Running; 2],
}

impl<'a> Office<'a> {
    /// Registers those who are called, for so many calls in all.
    fn open(crowd: &'a Crowd, calls: u32) -> Result<Office<'a>> {
        // Enough of them that none has more calls at a time than one person may.
        let (callers, called) = crowd.logins.split_at(40);
        let (plain, called) = called.split_at(10);
        let (wide_band, nobody) = called.split_at(10);
        let answer = |logins: &[Login], number: &str, codec: &str| {
            let port = crowd.register(crowd.sip()?, logins)?;
            answering(&port, "called_with_codec", 2 * calls)
                .limit(Duration::from_secs(3_600))
                .arguments(&["-key", "codec_number", number, "-key", "codec", codec])
                .arguments(&["-rtp_echo"])
                .start()
        };
        let answering = [
            answer(plain, "8", "PCMA/8000")?,
            answer(wide_band, "9", "G722/8000")?,
        ];
        let number = |login: &Login| login.number.clone();
        // Of five calls: relayed, translated, to a mailbox, to the echo, to the room.
        let mut numbers = Vec::new();
        for ((plain, wide_band), nobody) in plain.iter().zip(wide_band).zip(nobody) {
            numbers.extend([plain, wide_band, nobody].map(number));
            numbers.extend(["*43", ROOM].map(str::to_owned));
        }
        Ok(Office {
            crowd,
            callers,
            numbers,
            plain: plain.iter().map(number).collect(),
            _answering: answering,
        })
    }

    /// Makes so many calls, a fifth of them with hold.
    fn talk(&self, calls: u32) -> Result<()> {
        let (holding, others) = (calls / 5, calls - calls / 5);
        let start = |scenario, numbers: &[String], calls, share| {
            let seconds = u64::from(calls) / u64::from(share) + 60;
            self.crowd
                .calls(scenario, self.callers, numbers, calls, share)?
                .limit(Duration::from_secs(seconds))
                .arguments(&["-d", TALK_MS])
                .file("said.alaw", said())
                .start()
        };
        let holding = start("holding_caller", &self.plain, holding, RATE / 5)?;
        let others = start("speaking_caller", &self.numbers, others, RATE - RATE / 5)?;
        for callers in [holding, others] {
            callers.wait()?.all_went_well()?;
        }
        Ok(())
    }

    /// What the engine has when the last call is over.
    fn rest(&self) -> Result<Had> {
        let engine = &self.crowd.engine;
        engine.wait_until_idle(self.crowd.sockets)?;
        Had::by(engine)
    }
}

/// What a program has of what it might never give back.
struct Had {
    memory: u64,
    files: usize,
    sockets: usize,
    threads: usize,
}

impl Had {
    fn by(engine: &Engine) -> Result<Had> {
        let count = |what: &str| anyhow::Ok(fs::read_dir(folder(engine, what))?.count());
        let status = fs::read_to_string(folder(engine, "status"))?;
        let memory = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        let kilobytes: u64 = memory.context("no VmRSS")?.parse()?;
        Ok(Had {
            memory: kilobytes * 1_024,
            files: count("fd")?,
            sockets: engine.sockets()?,
            threads: count("task")?,
        })
    }
}

impl fmt::Display for Had {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Had {
            memory,
            files,
            sockets,
            threads,
        } = self;
        let megabytes = *memory as f64 / f64::from(1 << 20);
        write!(
            f,
            "{megabytes:.1} MB, {files} files of which {sockets} sockets, {threads} threads"
        )
    }
}

fn folder(engine: &Engine, what: &str) -> String {
    format!("/proc/{}/{what}", engine.id())
}

/// Two seconds in A-law, of which one is spoken.
fn said() -> Vec<u8> {
    let second = Duration::from_secs(1);
    let sound = Sound::tone(300.0, second, -20.0, SAMPLE_RATE);
    let sound = sound.then(&Sound::silence(second, SAMPLE_RATE));
    in_a_law(&sound)
}
