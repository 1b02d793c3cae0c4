//! Calls of every kind, thousands of them, and afterwards the engine is as it was before: memory,
//! ports, files and threads.
//!
//! `cargo test -p cordboard-tests --test mixed_calls -- --ignored --nocapture` makes eleven thousand
//! calls, which takes about ten minutes, and says after each thousand what the engine has at rest.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    crowd::{Crowd, Login, answering},
    engine::Engine,
    flows::{document, publish},
    ports::Ports,
    process::until,
    sipp::{Running, Sipp},
    sound::{Sound, in_a_law},
};
use media::SAMPLE_RATE;
use office::{ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound};
use serde_json::json;
use std::{fmt, fs, time::Duration};

/// Calls of all kinds a second; each lasts for a second or two.
const RATE: u32 = 20;
const TALK_MS: &str = "1000";

/// The room of the office, its menu, and where it parks.
const ROOM: &str = "600";
const MENU: &str = "610";
const PARK: &str = "*70";

/// Between two measurements.
const A_THOUSAND: u32 = 1_000;

/// What the engine may have more at rest after a thousand calls more, once it has made as many as fill
/// everything that is bounded (promise R15).
const MORE_AFTER_A_THOUSAND: u64 = 1 << 20;

#[test]
fn five_hundred_calls_of_every_kind_leave_nothing_behind() -> Result<()> {
    let crowd = crowd()?;
    let office = Office::open(&crowd, 800)?;
    office.talk(300)?;
    let before = office.rest()?;
    office.talk(500)?;
    let after = office.rest()?;
    println!("500 calls: before {before}; after {after}");
    after.is_no_more_than(&before)?;
    // Not all of what is remembered of calls for a while is in the memory of before.
    ensure!(
        after.memory <= before.memory + (16 << 20),
        "before {before}; after {after}"
    );
    Ok(())
}

#[test]
#[ignore = "takes about ten minutes"]
fn ten_thousand_calls_of_every_kind_leave_nothing_behind() -> Result<()> {
    let crowd = crowd()?;
    let office = Office::open(&crowd, 11 * A_THOUSAND)?;
    let cpu = crowd.engine.cpu()?;
    let mut had: Vec<Had> = Vec::new();
    for thousand in 1..=11 {
        office.talk(A_THOUSAND)?;
        let now = office.rest()?;
        println!("{thousand},000 calls: {now}");
        if let Some(first) = had.first() {
            now.is_no_more_than(first)?;
        }
        had.push(now);
    }
    println!("the engine used {:?}", crowd.engine.cpu()? - cpu);
    // The least of three on either side: what a moment more or less makes is none of its.
    let least = |of: &[Had]| of.iter().map(|had| had.memory).min().unwrap_or_default();
    let (before, after) = (least(&had[..3]), least(&had[8..]));
    let more = after.saturating_sub(before) / 8;
    println!("{} kB more after a thousand calls more", more / 1_024);
    ensure!(
        more <= MORE_AFTER_A_THOUSAND,
        "{more} bytes a thousand calls"
    );
    Ok(())
}

/// Seventy people with a telephone each, a room, and a menu.
fn crowd() -> Result<Crowd> {
    let crowd = Crowd::founded(
        90,
        1,
        "relay",
        |settings| {
            // Who wants their calls recorded wants it at once; the words would take longer than the call.
            settings.recording.announce = false;
            // The first of them is called by every other call of a kind.
            settings.admission.calls_per_person = 100;
        },
        |change| {
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
        },
    )?;
    Ok(crowd)
}

/// The telephones that are called, and those that call.
struct Office<'a> {
    crowd: &'a Crowd,
    callers: &'a [Login],
    called: Called,
    _answering: Vec<Running>,
}

/// Who is called, ten of each kind.
struct Called {
    /// They talk in G.711 with events for their keys, as the callers do.
    plain: Vec<String>,
    /// They talk in G.722, and know no events.
    other: Vec<String>,
    /// They hang up by themselves.
    brief: Vec<String>,
    /// Their calls are recorded.
    recorded: Vec<String>,
    /// They have no telephone.
    nobody: Vec<String>,
}

impl<'a> Office<'a> {
    /// Registers those who are called, for so many calls in all.
    fn open(crowd: &'a Crowd, calls: u32) -> Result<Office<'a>> {
        // Enough of them that none has more calls at a time than one person may.
        let (callers, called) = crowd.logins.split_at(40);
        let kinds: Vec<&[Login]> = called.chunks(10).collect();
        let [plain, other, brief, recorded, nobody] = kinds[..] else {
            anyhow::bail!("{} kinds of telephones", kinds.len());
        };
        let start = |logins: &[Login], scenario: &str, keys: &[&str]| {
            let port: Ports = crowd.register(crowd.sip()?, logins)?;
            answering(&port, scenario, 2 * calls)
                .limit(Duration::from_secs(3_600))
                .arguments(keys)
                .start()
        };
        let codec = |formats, number, codec| {
            let keys = ["formats", formats, "codec_number", number, "codec", codec];
            let keys = keys.chunks(2).flat_map(|key| ["-key", key[0], key[1]]);
            keys.chain(["-rtp_echo"]).collect::<Vec<&str>>()
        };
        let answering = vec![
            start(
                plain,
                "called_with_codec",
                &codec("8 101", "8", "PCMA/8000"),
            )?,
            start(
                recorded,
                "called_with_codec",
                &codec("8 101", "8", "PCMA/8000"),
            )?,
            start(other, "called_with_codec", &codec("9", "9", "G722/8000"))?,
            start(brief, "called_briefly", &["-rtp_echo"])?,
        ];
        let numbers = |logins: &[Login]| logins.iter().map(|l| l.number.clone()).collect();
        let office = Office {
            crowd,
            callers,
            called: Called {
                plain: numbers(plain),
                other: numbers(other),
                brief: numbers(brief),
                recorded: numbers(recorded),
                nobody: numbers(nobody),
            },
            _answering: answering,
        };
        office.found()?;
        Ok(office)
    }

    /// What is set up at the window: whose calls are recorded, and a menu that leads to the first of
    /// the plain telephones.
    fn found(&self) -> Result<()> {
        let engine = &self.crowd.engine;
        for number in &self.called.recorded {
            let name = format!("Person {number}");
            let person = engine.find("/api/people", "name", &name)?;
            let edit = json!({
                "name": name, "extension": number, "team": "", "ringSeconds": 20,
                "recording": "always",
            });
            let path = format!("/api/people/{}", person["id"]);
            engine.edit(&path, &person["revision"], &edit)?;
        }
        let person = format!("Person {}", self.called.plain[0]);
        let person = engine.find("/api/people", "name", &person)?["id"].clone();
        let said = engine.upload(
            "Menu",
            &Sound::tone(500.0, Duration::from_secs(20), -20.0, SAMPLE_RATE),
        )?;
        let target = json!({ "type": "user", "id": person.to_string() });
        let menu = document(
            &[
                json!({
                    "id": "n_menu1", "kind": "menu", "timeout": 10,
                    "prompts": [{ "source": "audio", "mediaId": said.to_string() }],
                    "options": [{ "digit": "1", "label": "One" }],
                }),
                json!({ "id": "n_rings", "kind": "dial", "targets": [target], "ringTime": 20 }),
                json!({ "id": "n_bye01", "kind": "hangup" }),
            ],
            &[
                ["n_menu1", "digit:1", "n_rings"],
                ["n_menu1", "timeout", "n_bye01"],
                ["n_rings", "no_answer", "n_bye01"],
            ],
        );
        publish(engine, "Menu", MENU, &menu).map(drop)
    }

    /// Makes so many calls, of every kind.
    fn talk(&self, calls: u32) -> Result<()> {
        let Called {
            plain,
            other,
            brief,
            recorded,
            nobody,
        } = &self.called;
        let all = |of: &[&[String]]| -> Vec<String> {
            (0..10)
                .flat_map(|at| of.iter().map(move |kind| kind[at].clone()))
                .collect()
        };
        let with = |numbers: &[String], more: &str| -> Vec<String> {
            numbers
                .iter()
                .map(|number| format!("{number};{more}"))
                .collect()
        };
        let fixed = |number: &str| vec![number.to_owned(); 10];
        // Of twenty calls: eight that talk, to each kind of telephone, the echo and the room; two that
        // hold; four that leave a message or go through the menu; four that hand on or park; two that
        // are encrypted.
        let handed_on: Vec<String> = plain
            .iter()
            .zip(brief)
            .flat_map(|(plain, brief)| [format!("{plain};{brief}"), format!("{brief};{PARK}")])
            .collect();
        let kinds = [
            (
                "speaking_caller",
                8,
                all(&[plain, other, recorded, nobody, &fixed("*43"), &fixed(ROOM)]),
            ),
            ("holding_caller", 2, plain.clone()),
            (
                "key_caller",
                4,
                all(&[&with(nobody, "#"), &with(&fixed(MENU), "1")]),
            ),
            ("transferring_caller", 4, handed_on),
            ("secure_caller", 2, plain.clone()),
        ];
        let running: Vec<Running> = kinds
            .into_iter()
            .map(|(scenario, share, numbers)| {
                self.start(scenario, &numbers, calls * share / RATE, share)
            })
            .collect::<Result<_>>()?;
        for callers in running {
            callers.wait()?.all_went_well()?;
        }
        Ok(())
    }

    fn start(&self, scenario: &str, numbers: &[String], calls: u32, rate: u32) -> Result<Running> {
        let seconds = u64::from(calls) / u64::from(rate) + 90;
        let calls: Sipp = self
            .crowd
            .calls(scenario, self.callers, numbers, calls, rate)?;
        calls
            .limit(Duration::from_secs(seconds))
            .arguments(&["-d", TALK_MS])
            .file("said.alaw", said())
            .start()
    }

    /// What the engine has when the last call is over.
    fn rest(&self) -> Result<Had> {
        let engine = &self.crowd.engine;
        // Messages and recordings are kept after their calls.
        let is_over = || {
            engine
                .status()
                .is_ok_and(|status| status["active_calls"] == 0)
        };
        until(Duration::from_secs(60), is_over);
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

    fn is_no_more_than(&self, before: &Had) -> Result<()> {
        ensure!(
            self.sockets <= before.sockets
                && self.files <= before.files
                && self.threads <= before.threads,
            "before {before}; after {self}"
        );
        Ok(())
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
