//! `cargo xtask run`: builds the product and starts it as a person at this machine would want it.

use crate::{Failed, cargo, machine, said, step};
use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

/// Starts the window where there is a display, the engine alone where there is none.
///
/// # Errors
/// A sentence: something is missing, or what was started ended badly.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let wish = parse(arguments);
    let display = env::var_os("DISPLAY").or_else(|| env::var_os("WAYLAND_DISPLAY"));
    let has_display = !cfg!(target_os = "linux") || display.is_some_and(|name| !name.is_empty());
    if has_display && !wish.headless {
        window(&wish)
    } else {
        if !wish.headless {
            println!(
                "There is no display here, so only the engine is started, without the window."
            );
        }
        engine(&wish)
    }
}

fn window(wish: &Wish) -> Result<(), Failed> {
    machine::prepare(machine::For::Window)?;
    build(wish, &[])?;
    // The window starts the engine that lies beside it, or finds the one that runs.
    step(Command::new(binary(wish, "cordboard")?).args(&wish.options))
}

fn engine(wish: &Wish) -> Result<(), Failed> {
    machine::prepare(machine::For::Engine)?;
    build(wish, &["--exclude", "cordboard"])?;
    let mut engine = Command::new(binary(wish, "cordboard-engine")?);
    engine
        .arg("serve")
        .args(&wish.options)
        .stdout(Stdio::piped());
    let said = said(&engine);
    let mut running = engine
        .spawn()
        .map_err(|error| format!("could not start `{said}`: {error}"))?;
    if let Some(output) = running.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            match address(&line) {
                Some(address) => {
                    println!("Cordboard is running at {address}; stop it with Ctrl+C.");
                    // The bare address would ask for a password that nobody has yet. If this fails,
                    // it has said why, and the engine runs all the same.
                    let _ = Command::new(binary(wish, "cordboardctl")?)
                        .args(data_option(&wish.options))
                        .arg("open")
                        .status();
                }
                None => println!("{line}"),
            }
        }
    }
    let status = running.wait().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the engine ended with {status}"))
    }
}

/// Builds all programs at once: one feature set for them and for the tests, so that going from one to
/// the other builds nothing twice.
fn build(wish: &Wish, but_for: &[&str]) -> Result<(), Failed> {
    step(
        cargo()
            .args(["build", "--workspace", "--bins"])
            .args(wish.profile())
            .args(but_for),
    )
}

/// Where cargo put a binary: in the target folder that we were built into ourselves.
fn binary(wish: &Wish, name: &str) -> Result<PathBuf, Failed> {
    let us = env::current_exe().map_err(|error| error.to_string())?;
    let target = us
        .ancestors()
        .nth(2)
        .ok_or("xtask does not run from a target folder")?;
    let folder = if wish.release { "release" } else { "debug" };
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    Ok(target.join(folder).join(name))
}

/// The engine's line `ready {"api":"http://…",…}` holds the address to open.
fn address(line: &str) -> Option<&str> {
    let (_, rest) = line.strip_prefix("ready ")?.split_once("\"api\":\"")?;
    rest.split('"').next()
}

/// The option that names the data folder, as the engine and `cordboardctl` both take it.
fn data_option(options: &[String]) -> &[String] {
    let words = match options.iter().position(|word| word.starts_with("--data")) {
        Some(at) if options[at] == "--data" => options.get(at..at + 2),
        Some(at) => options.get(at..=at),
        None => None,
    };
    words.unwrap_or_default()
}

struct Wish {
    release: bool,
    headless: bool,
    options: Vec<String>,
}

impl Wish {
    fn profile(&self) -> &'static [&'static str] {
        if self.release { &["--release"] } else { &[] }
    }
}

fn parse(arguments: &[String]) -> Wish {
    let (ours, options): (Vec<String>, Vec<String>) = arguments
        .iter()
        .filter(|word| *word != "--")
        .cloned()
        .partition(|word| word == "--release" || word == "--headless");
    Wish {
        release: ours.iter().any(|word| word == "--release"),
        headless: ours.iter().any(|word| word == "--headless"),
        options,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_handed_what_is_not_ours() {
        let words = ["--headless", "--", "--data", "/tmp/office"].map(str::to_owned);
        let wish = parse(&words);
        assert!(wish.headless && !wish.release);
        assert_eq!(wish.options, ["--data", "/tmp/office"]);
    }

    #[test]
    fn the_link_is_asked_of_the_same_office() {
        let option = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            data_option(&words).join(" ")
        };
        assert_eq!(
            option("--sip 10.0.0.2:5060 --data /srv/office"),
            "--data /srv/office"
        );
        assert_eq!(
            option("--data=/srv/office --api 127.0.0.1:0"),
            "--data=/srv/office"
        );
        assert_eq!(option("--sip 10.0.0.2:5060"), "");
        assert_eq!(option("--data"), "");
    }

    #[test]
    fn the_address_is_read_from_the_ready_line() {
        let line = r#"ready {"api":"http://127.0.0.1:7080","sip":[]}"#;
        assert_eq!(address(line), Some("http://127.0.0.1:7080"));
        assert_eq!(address("some other line"), None);
    }
}
