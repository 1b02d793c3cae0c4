//! What recordings cost: fifty at once, in real time, half of them with two channels.

use host::recorder::{Channels, Recorder, WriteEnd};
use media::{RecordingId, SoundFile};
use std::{
    fs,
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

const RECORDINGS: u64 = 50;
const TICK: Duration = Duration::from_millis(20);
const TICKS: u32 = 500;

fn main() {
    let data = tempfile::tempdir().expect("a folder");
    let (tell, told) = channel();
    let mut recorder = Recorder::start(data.path(), move |_, written| {
        let _ = tell.send(written);
    })
    .expect("a recorder");
    let channels = |id| [Channels::Mono, Channels::Stereo][usize::from(id % 2 == 1)];
    for id in 0..RECORDINGS {
        let file = SoundFile::new(&format!("recordings/{id}"));
        recorder
            .open(RecordingId(id), &file, channels(id))
            .expect("a recording");
    }
    let before = cpu_time();
    let begun = Instant::now();
    let mut behind = 0;
    let mut longest = Duration::ZERO;
    let mut voice = Voice::default();
    for tick in 1..=TICKS {
        let sound = voice.next_tick();
        let now = Instant::now();
        for id in 0..RECORDINGS {
            let samples = sound.get(..320 * channels(id).count()).unwrap_or(&sound);
            behind += u32::from(recorder.write(RecordingId(id), samples).is_err());
        }
        longest = longest.max(now.elapsed());
        thread::sleep((begun + TICK * tick).saturating_duration_since(Instant::now()));
    }
    drop(recorder);
    let cpu = cpu_time().saturating_sub(before);

    let written: Vec<_> = told.try_iter().collect();
    assert!(written.iter().all(|one| one.why == WriteEnd::Finished));
    assert!(written.iter().all(|one| one.lasts == TICK * TICKS));
    let seconds: f64 = written.iter().map(|one| one.lasts.as_secs_f64()).sum();
    let bytes: u64 = written.iter().map(|one| one.bytes).sum();
    println!(
        "{} recordings of {:?}: {:?} of CPU for each second of one, {:.0} bytes; \
         {behind} ticks lost; the media thread's longest tick {longest:?}",
        written.len(),
        TICK * TICKS,
        cpu.div_f64(seconds),
        bytes as f64 / seconds,
    );
}

/// Something like a voice: what is easy to encode would flatter.
#[derive(Default)]
struct Voice {
    at: u32,
    noise: u32,
}

impl Voice {
    /// 20 ms of two channels.
    fn next_tick(&mut self) -> [i16; 640] {
        std::array::from_fn(|index| {
            let seconds = f64::from(self.at) / 16_000.0;
            self.at += u32::from(index % 2 == 1);
            self.noise = self
                .noise
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            let hiss = f64::from(self.noise >> 16) / 65_536.0 - 0.5;
            let turn = seconds * std::f64::consts::TAU;
            let pitch =
                (turn * 130.0).sin() + 0.6 * (turn * 720.0).sin() + 0.2 * (turn * 2_400.0).sin();
            let syllable = 0.5 + 0.5 * (turn * 4.0).sin();
            (syllable * (pitch + 0.3 * hiss) * 6_000.0) as i16
        })
    }
}

/// What this process has used, in hundredths of a second, its threads that ended included.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything: the 12th and 13th field (proc(5): utime, stime).
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
