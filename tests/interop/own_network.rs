//! A test in a network of its own (Linux): nobody else's interfaces, addresses and name servers.

use anyhow::{Context, Result, ensure};
use std::{env, fs, os::unix::fs::MetadataExt, process::Command};

/// Set for the second run of a test, which is in its own network.
const INSIDE: &str = "CORDBOARD_TEST_IN_OWN_NETWORK";

/// Runs the test of that name once more, in a network of its own that has nothing but loopback and
/// asks 127.0.0.1 for names; gives whether this is that second run, which does the work.
///
/// # Errors
/// The second run failed, or there can be no such network here.
pub fn is_inside(test: &str) -> Result<bool> {
    if env::var_os(INSIDE).is_some() {
        run("ip", &["link", "set", "lo", "up"])?;
        let names = tempfile::NamedTempFile::new()?;
        fs::write(
            names.path(),
            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
        )?;
        // What is mounted stays when its file is removed.
        let path = names.path().to_str().context("a path that is no text")?;
        run("mount", &["--bind", path, "/etc/resolv.conf"])?;
        // The names of further networks are gone with this one.
        fs::create_dir_all("/run/netns")?;
        run("mount", &["-t", "tmpfs", "none", "/run/netns"])?;
        return Ok(true);
    }
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount"]);
    if fs::metadata("/proc/self")?.uid() != 0 {
        command.arg("--map-root-user");
    }
    let status = command
        .arg(env::current_exe()?)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "yes")
        .status()
        .context("unshare (util-linux)")?;
    ensure!(
        status.success(),
        "{test} failed in its own network: {status}"
    );
    Ok(false)
}

/// Runs a program to its end.
///
/// # Errors
/// It ends badly; the message holds what it said.
pub fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .context(program.to_owned())?;
    ensure!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
