//! Sound cards for programs, without any hardware (PulseAudio): a microphone in which a tone sounds, and
//! a loudspeaker beside which somebody sits.

use super::{
    process::{PATIENCE, Process, until},
    sound::Sound,
};
use anyhow::{Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A running sound server. Dropping it ends it.
pub struct SoundCard {
    server: Process,
    folder: TempDir,
}

impl SoundCard {
    /// Starts one whose only microphone hears a tone.
    ///
    /// # Errors
    /// pulseaudio is not installed, or does not start.
    pub fn hearing(hz: u32) -> Result<Self> {
        // What only hears is not enough: browsers wait for a loudspeaker, and pass over what listens
        // to one. So the tone sounds in a room, and the microphone stands in it.
        Self::with(&[
            "module-null-sink sink_name=room",
            &format!("module-sine sink=room frequency={hz}"),
            "module-remap-source source_name=microphone master=room.monitor",
        ])
    }

    fn with(devices: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let socket = socket(folder.path());
        let clients = format!(
            "module-native-protocol-unix socket={} auth-anonymous=1",
            socket.display()
        );
        let mut server = Command::new("pulseaudio");
        server
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--disable-shm=yes"])
            .args(["-L", &clients])
            .args(devices.iter().flat_map(|device| ["-L", device]))
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path());
        let server = Process::start(server, &folder.path().join("pulse.log"))?;
        let card = Self { server, folder };
        ensure!(
            until(PATIENCE, || card.answers()),
            "no sound server\n{}",
            card.server.log_tail()
        );
        Ok(card)
    }

    fn answers(&self) -> bool {
        let mut ask = Command::new("pactl");
        ask.arg("info").env("PULSE_SERVER", self.address());
        ask.output().is_ok_and(|said| said.status.success())
    }

    /// Where programs find it, as `PULSE_SERVER` names it.
    pub fn address(&self) -> String {
        format!("unix:{}", socket(self.folder.path()).display())
    }
}

fn socket(folder: &Path) -> PathBuf {
    // Not `pulse`, which is a folder of the server's own.
    folder.join("socket")
}

/// A loudspeaker, and whoever sits beside it: all that sounds from it is kept, silence too, for as long
/// as it is there.
pub struct Loudspeaker {
    _listener: Process,
    card: SoundCard,
}

impl Loudspeaker {
    const RATE: u32 = 8_000;

    /// Puts one up; somebody listens from now on.
    ///
    /// # Errors
    /// PulseAudio is not installed, or does not start.
    pub fn put_up() -> Result<Self> {
        let rate = Self::RATE;
        let card = SoundCard::with(&[&format!("module-null-sink rate={rate} channels=1")])?;
        let mut listener = Command::new("parec");
        listener
            .args([
                "--raw",
                "--format=s16le",
                "--channels=1",
                "--latency-msec=20",
            ])
            .args([&format!("--rate={rate}"), "--device=@DEFAULT_MONITOR@"])
            .arg(kept(&card))
            .env("PULSE_SERVER", card.address());
        let listener = Process::start(listener, &card.folder.path().join("listener.log"))?;
        let listens = || fs::metadata(kept(&card)).is_ok_and(|kept| kept.len() > 0);
        ensure!(until(PATIENCE, listens), "{}", listener.log_tail());
        Ok(Self {
            _listener: listener,
            card,
        })
    }

    /// Where programs find it, as `PULSE_SERVER` names it.
    pub fn address(&self) -> String {
        self.card.address()
    }

    /// All that has sounded so far.
    ///
    /// # Errors
    /// It was not kept.
    pub fn sounded(&self) -> Result<Sound> {
        let bytes = fs::read(kept(&self.card))?;
        let samples = bytes.as_chunks().0.iter();
        Ok(Sound {
            rate: Self::RATE,
            samples: samples.map(|sample| i16::from_le_bytes(*sample)).collect(),
        })
    }
}

fn kept(card: &SoundCard) -> PathBuf {
    card.folder.path().join("sounded.raw")
}
