//! What sound costs: fifty calls at a time that are relayed, translated, recorded, that hear music,
//! or that meet in one room.

use crate::{
    LISTENING, Place, SETTLING, TALKS,
    accounts::Account,
    dialled_of,
    report::Report,
    rtpengine, say,
    server::{Kind, Server, is_installed},
    sipp::{Running, Sipp, free_port},
    usage,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::sound::Sound;
use media::{
    Codec, FRAME_SAMPLES, Frame, SAMPLE_RATE, Ticks,
    codec::{Encoder, MAX_PAYLOAD},
};
use office::{ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound, RecordingRule};
use serde_json::json;
use std::{collections::BTreeSet, fs, path::Path, thread, time::Duration};
use store::{NewFlow, NewVersion, Store};

/// SIPp gives up after this.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a phone sends in a second.
const PACKETS: u64 = 50;

/// The number of the room in which all meet.
const ROOM: &str = "300";

/// The number of the call flow that speaks.
const FLOW: &str = "400";

/// What the office does for each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Passes packets on.
    Relays,
    /// Passes packets on, and writes down what both say.
    Records,
    /// Speaks to the caller: phrases that are encoded for nobody else.
    Speaks,
    /// Plays music to the caller, whom the other holds: encoded once for all who hear it.
    PlaysMusic,
    /// Translates between a caller with G.711 and a callee with only this.
    Translates(Codec),
    /// Lets all callers talk with each other.
    JoinsInRoom,
}

/// What that costs.
struct Cost {
    /// Of a core, in %, for all calls.
    share: f64,
    /// In bytes, for all calls.
    memory: u64,
    ticks: Ticks,
}

/// Calls of every kind, one kind after the other, with those of rtpengine that it can do as well.
pub fn report() -> Result<Report> {
    let mut report = Report::against("rtpengine");
    let mut all = Ticks::default();
    let theirs = is_installed("rtpengine");
    if !theirs {
        println!("rtpengine is not installed (Debian package `rtpengine-daemon`): no ratios.");
    }
    let each = f64::from(TALKS);
    let rows = [
        (Work::Relays, "relayed call, of a core", each, Some(0.08)),
        (
            Work::Translates(Codec::G722),
            "call G.711 to G.722, of a core",
            each,
            Some(0.15),
        ),
        (
            Work::Translates(Codec::Opus),
            "call G.711 to Opus, of a core",
            each,
            Some(0.5),
        ),
        (
            Work::Records,
            "relayed call that is recorded, of a core",
            each,
            None,
        ),
        (
            Work::Speaks,
            "caller who hears a prompt, of a core",
            each,
            Some(0.04),
        ),
        (
            Work::PlaysMusic,
            "caller who hears music, of a core",
            each,
            Some(0.04),
        ),
        (
            Work::JoinsInRoom,
            "room of 50 who all talk, of a core",
            1.0,
            Some(6.0),
        ),
    ];
    for (work, item, among, budget) in rows {
        let ours = work.cost()?;
        let theirs = match work {
            Work::Relays if theirs => Some(rtpengine::share_of_relaying(TALKS)?),
            _ => None,
        };
        report.note(
            item,
            "%",
            [Some(ours.share / among), theirs.map(|share| share / among)],
            budget,
        );
        if work == Work::Relays {
            let memory = ours.memory as f64 / 1024.0 / each;
            report.note(
                "relayed call, memory",
                "kB",
                [Some(memory), None],
                Some(100.0),
            );
        }
        all.done += ours.ticks.done;
        all.late += ours.ticks.late;
        all.skipped += ours.ticks.skipped;
    }
    let share = |of: u64| Some(of as f64 * 100.0 / all.done.max(1) as f64);
    report.note(
        "ticks that came 20 ms late, of all",
        "%",
        [share(all.late), None],
        Some(0.0),
    );
    report.note(
        "ticks left out, of all",
        "%",
        [share(all.skipped), None],
        Some(0.0),
    );
    Ok(report)
}

impl Work {
    fn cost(self) -> Result<Cost> {
        let kind = Kind::CordboardRelaying;
        let place = self.place()?;
        let (callers, callees) = place.accounts.all.split_at(TALKS as usize);
        fs::write(place.folder.join("sound.ulaw"), speech())?;
        let server = place.start(kind)?;
        say(kind, &format!("{TALKS} calls: {self:?}"));
        let answering = match self {
            Work::JoinsInRoom | Work::Speaks => None,
            _ => Some(self.answer(&place, &server, callees)?),
        };
        let lines = place.lines("callers.inf", callers, |n| match self {
            Work::JoinsInRoom => ROOM.to_owned(),
            Work::Speaks => FLOW.to_owned(),
            _ => dialled_of(kind, &callees[n]),
        })?;
        if self == Work::Relays {
            // What the first call of an engine's life brings with it, no other brings again.
            Sipp::new("talker", &place.folder, free_port()?, 1, PATIENCE)
                .calling(server.address, 1, &lines)
                .own_addresses()
                .start()?
                .wait()?;
        }
        let before = server.memory()?;
        let talkers = Sipp::new("talker", &place.folder, free_port()?, TALKS, PATIENCE)
            .calling(server.address, 25, &lines)
            .own_addresses()
            .start()?;
        thread::sleep(SETTLING);
        let sent = || usage::datagrams_sent().context("no count of datagrams");
        let (cpu, before_listening) = (server.cpu()?, sent()?);
        thread::sleep(LISTENING);
        let spent = server.cpu()? - cpu;
        self.is_heard(sent()? - before_listening)?;
        let memory = server.memory()?.saturating_sub(before);
        let outcome = talkers.wait()?;
        drop(answering);
        let failed = outcome.failed;
        ensure!(failed == 0, "{failed} calls failed: {self:?}");
        drop(server);
        if self == Work::Records {
            let count = recordings(&place.folder)?;
            ensure!(count == TALKS as usize, "{count} calls were recorded");
        }
        Ok(Cost {
            share: spent.as_secs_f64() * 100.0 / LISTENING.as_secs_f64(),
            memory,
            ticks: ticks(&place.folder)?,
        })
    }

    /// Fails unless everybody was sent all that is due: the cheapest call is one without sound.
    fn is_heard(self, datagrams: u64) -> Result<()> {
        let of_a_call = match self {
            // The caller, the callee who echoes, and what the office sends to each.
            Work::Relays | Work::Records | Work::Translates(_) => 4 * PACKETS,
            // The caller, and what the office sends to them.
            Work::Speaks | Work::PlaysMusic | Work::JoinsInRoom => 2 * PACKETS,
        };
        let due = u64::from(TALKS) * of_a_call * LISTENING.as_secs();
        eprintln!("{datagrams} packets of {due}");
        ensure!(
            datagrams > due - due / 20,
            "{self:?}: {datagrams} packets of {due} were sent"
        );
        Ok(())
    }

    /// Phones that answer, echo what they hear, and hold where there is to be music.
    fn answer(self, place: &Place, server: &Server, callees: &[Account]) -> Result<Running> {
        let port = place.register_callees(server, callees)?;
        let scenario = match self {
            Work::PlaysMusic => "holder",
            _ => "callee",
        };
        let (number, codec) = match self {
            Work::Translates(Codec::G722) => ("9", "G722/8000"),
            Work::Translates(Codec::Opus) => ("111", "opus/48000/2"),
            _ => ("0", "PCMU/8000"),
        };
        // Phones are told of their mailboxes too, which SIPp counts as calls that failed.
        let count = 10 * TALKS;
        Sipp::new(scenario, &place.folder, port, count, PATIENCE)
            .with(&["-rtp_echo", "-mp", &free_port()?.to_string()])
            .speaking(number, codec)
            .start()
    }

    /// An office in which this is done.
    fn place(self) -> Result<Place> {
        // A disk in memory is as good as empty: on a full one nothing would be recorded.
        let memory = Path::new("/dev/shm");
        let place = match self == Work::Records && memory.is_dir() {
            true => Place::found_in(memory, 2 * TALKS, 1)?,
            false => Place::found(2 * TALKS, 1)?,
        };
        let (mut store, _) = Store::open(&place.folder)?;
        match self {
            Work::Records => {
                let now = store.settings()?;
                let mut settings = now.value;
                settings.recording.rule = RecordingRule::Always;
                settings.recording.announce = false;
                store.change(|change| change.edit_settings(&settings, now.revision))?;
            }
            Work::JoinsInRoom => {
                let room = ConferenceRoom {
                    id: ConferenceRoomId(0),
                    number: ExtensionNumber::parse(ROOM)?,
                    name: "Everybody".to_owned(),
                    pin: None,
                    host_pin: None,
                    wait_for_host: false,
                    mute_on_entry: false,
                    announce: JoinSound::Nothing,
                    max_members: u16::try_from(TALKS)?,
                };
                store.change(|change| change.add_room(&room))?;
            }
            Work::Speaks => {
                let flow = NewFlow {
                    name: "Counts".to_owned(),
                    number: Some(ExtensionNumber::parse(FLOW)?),
                    document: counting(),
                    uses: BTreeSet::new(),
                };
                let (flow, _) = store.change(|change| change.add_flow(&flow))?;
                let version = NewVersion {
                    seq: 1,
                    document: counting(),
                    uses: BTreeSet::new(),
                    semantic_hash: String::new(),
                    message: String::new(),
                    checks: "{}".to_owned(),
                };
                store.change(|change| change.publish_flow(flow, &version))?;
            }
            Work::Relays | Work::PlaysMusic | Work::Translates(_) => {}
        }
        Ok(place)
    }
}

/// A call flow that says digits for longer than anybody listens.
fn counting() -> String {
    json!({
        "schemaVersion": 1, "id": "flow_counts", "name": "Counts", "revision": 0,
        "entry": "n_start", "settings": {}, "variables": [],
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0},
             "data": {"kind": "entry", "trigger": "inbound"}},
            {"id": "n_counts", "type": "play", "position": {"x": 280, "y": 0},
             "data": {"kind": "play", "repeat": 10, "prompts": [
                {"source": "value", "value": "12345678901234567890", "as": "digits"}]}},
            {"id": "n_end", "type": "hangup", "position": {"x": 560, "y": 0},
             "data": {"kind": "hangup"}},
        ],
        "edges": [
            {"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_counts"},
            {"id": "e1", "source": "n_counts", "sourceHandle": "default", "target": "n_end"},
        ],
    })
    .to_string()
}

/// Five seconds in µ-law, of which two are spoken, as in talks between two (ITU-T P.59).
fn speech() -> Vec<u8> {
    let [spoken, silent] = [2, 3].map(Duration::from_secs);
    let sound = Sound::tone(300.0, spoken, -20.0, SAMPLE_RATE);
    let sound = sound.then(&Sound::silence(silent, SAMPLE_RATE));
    let mut encoder = Encoder::new(Codec::Pcmu);
    let mut payload = [0; MAX_PAYLOAD];
    let mut bytes = Vec::new();
    for samples in sound.samples.chunks_exact(FRAME_SAMPLES) {
        let mut frame: Frame = [0; FRAME_SAMPLES];
        frame.copy_from_slice(samples);
        let length = encoder.encode(&frame, &mut payload);
        bytes.extend_from_slice(&payload[..length]);
    }
    bytes
}

/// How many calls were written down in a data folder.
fn recordings(folder: &Path) -> Result<usize> {
    let mut count = 0;
    let mut folders = vec![folder.join("sound/recordings")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => count += 1,
            }
        }
    }
    Ok(count)
}

/// How punctual an engine was that has ended, as its log says.
fn ticks(folder: &Path) -> Result<Ticks> {
    let log = fs::read_to_string(folder.join("server.log"))?;
    let line = log.lines().rev().find(|line| line.contains("skipped="));
    let line = line.context("the engine does not say how punctual it was")?;
    let field = |name: &str| {
        let words = line.split_whitespace();
        let mut values = words.filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let value = values.next().context("no such field")?;
        Ok::<u64, anyhow::Error>(value.parse()?)
    };
    Ok(Ticks {
        done: field("done")?,
        late: field("late")?,
        skipped: field("skipped")?,
    })
}
