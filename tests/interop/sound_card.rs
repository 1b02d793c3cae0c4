//! A microphone for programs of a desktop: PulseAudio without any hardware, in which a tone sounds.

use super::process::{PATIENCE, Process, until};
use anyhow::{Result, ensure};
use std::process::Command;
use tempfile::TempDir;

/// A running sound server. Dropping it ends it.
pub struct SoundCard {
    _server: Process,
    folder: TempDir,
}

impl SoundCard {
    /// Starts one whose only microphone hears a tone.
    ///
    /// # Errors
    /// pulseaudio is not installed, or does not start.
    pub fn hearing(hz: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("pulse");
        let clients = format!(
            "module-native-protocol-unix socket={} auth-anonymous=1",
            socket.display()
        );
        let tone = format!("module-sine-source frequency={hz} rate=48000");
        let mut server = Command::new("pulseaudio");
        server
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--disable-shm=yes"])
            .args(["-L", &clients, "-L", &tone])
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path());
        let server = Process::start(server, &folder.path().join("pulse.log"))?;
        ensure!(
            until(PATIENCE, || socket.exists()),
            "no sound server\n{}",
            server.log_tail()
        );
        Ok(Self {
            _server: server,
            folder,
        })
    }

    /// Where programs find it, as `PULSE_SERVER` names it.
    pub fn address(&self) -> String {
        format!("unix:{}", self.folder.path().join("pulse").display())
    }
}
