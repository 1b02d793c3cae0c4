//! A program started by a test: its log on disk, its end certain.

use anyhow::{Context, Result, bail, ensure};
use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a test waits for something that should happen at once.
pub const PATIENCE: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const LOG_LINES_SHOWN: usize = 40;

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`; what it prints goes to the file `log`.
    ///
    /// # Errors
    /// The program is not installed, or `log` cannot be written.
    pub fn start(command: Command, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| log.display().to_string())?;
        Self::spawn(command, log, Stdio::from(output))
    }

    /// Starts `command` and hands over its standard output; the rest goes to the file `log`.
    ///
    /// # Errors
    /// The program is not installed, or `log` cannot be written.
    pub fn start_talking(command: Command, log: &Path) -> Result<(Self, ChildStdout)> {
        let mut process = Self::spawn(command, log, Stdio::piped())?;
        let output = process.child.stdout.take().context("no standard output")?;
        Ok((process, output))
    }

    fn spawn(mut command: Command, log: &Path, output: Stdio) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let errors = fs::OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.spawn().with_context(|| {
            format!("{name} cannot be started; `cargo xtask setup` installs it")
        })?;
        Ok(Self {
            name,
            child,
            log: log.to_path_buf(),
        })
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the program at once, as a power cut would (SIGKILL on Unix).
    pub fn kill(&mut self) {
        // An error means that it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the program ends by itself.
    ///
    /// # Errors
    /// It still runs after `limit`.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let mut ended = None;
        let waited = until(limit, || {
            ended = self.child.try_wait().ok().flatten();
            ended.is_some()
        });
        match ended {
            Some(status) if waited => Ok(status),
            _ => bail!(
                "{} still runs after {limit:?}\n{}",
                self.name,
                self.log_tail()
            ),
        }
    }

    /// The last lines of its log, for the message of a failing test.
    pub fn log_tail(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        // Progress lines end in a bare carriage return; only what follows the last one was left to see.
        let lines: Vec<&str> = text
            .lines()
            .map(|l| l.rsplit('\r').next().unwrap_or(l))
            .collect();
        let from = lines.len().saturating_sub(LOG_LINES_SHOWN);
        format!("--- {} ---\n{}", self.name, lines[from..].join("\n"))
    }

    /// All of its log.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks again and again until `holds`, or until `limit` has passed; says whether it held.
pub fn until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        if holds() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// A binary of this workspace: in the target folder that this test was built into.
///
/// # Errors
/// It is not built.
pub fn binary(name: &str) -> Result<PathBuf> {
    let us = env::current_exe()?;
    let folder = us
        .ancestors()
        .nth(2)
        .context("a test runs from target/PROFILE/deps")?;
    let path = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    ensure!(
        path.is_file(),
        "{} is not built; `cargo xtask test` builds it first, or: cargo build --package {name}",
        path.display()
    );
    Ok(path)
}
