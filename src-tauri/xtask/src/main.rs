//! `cargo xtask <verb>`: everything a checkout can do, set-up of the machine included.

mod fuzz;
mod icons;
mod machine;
mod music;
mod package;
mod prompts;
mod run;

use std::{
    env, iter,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const USAGE: &str = "\
cargo xtask <verb>

  run [--release] [--headless] [options of `cordboard-engine serve`]
                   installs what is missing, builds, and starts Cordboard: the window where
                   there is a display, the engine alone where there is none
  test [options of `cargo test`]
                   installs what is missing and runs every test
  setup            only installs what building and testing need
  bench [options of `cargo bench`]
                   runs the benchmarks, the whole engine under load among them; next to Kamailio
                   where it is installed (`--bench engine_load` runs that one alone)
  fuzz [target] [--seconds N]
                   fuzzes one target, or all in turn (60 s each unless told)
  package          builds the Debian package, and checks what is in it
  icons            draws all icons from the mark (assets/mark.svg)
  prompts          records every phrase anew from its text (assets/prompts)
  music            plays the music on hold anew (assets/music)
  deny [checks]    checks licences, bans and sources of all dependencies, or what is named
                   (`deny advisories` asks the network for known holes)
";

/// What a verb reports when it did not come to its end: a sentence for the person at the terminal.
type Failed = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match verb {
        "run" => run::run(rest),
        "test" => test(rest),
        "setup" => machine::prepare(machine::For::Tests),
        "bench" => bench(rest),
        "fuzz" => fuzz::run(rest),
        "icons" => icons::draw(),
        "prompts" => prompts::record(),
        "music" => music::compose(),
        "package" => package::package(),
        "deny" => deny(rest),
        "help" | "-h" | "--help" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprint!("xtask knows no verb `{unknown}`.\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn test(options: &[String]) -> Result<(), Failed> {
    machine::prepare(machine::For::Tests)?;
    step(npm().args(["test", "--silent"]))?;
    // The interop tests start the real binaries, which `cargo test` alone would not build. Asking
    // for the tests in the same breath gives both commands one feature set: nothing is built twice.
    step(cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    if options.is_empty() {
        step(cargo().args(["test", "--workspace", "--doc", "--quiet"]))?;
    }
    step(
        cargo()
            .args(["test", "--workspace", "--tests"])
            .args(options),
    )
}

fn bench(options: &[String]) -> Result<(), Failed> {
    machine::prepare(machine::For::Tests)?;
    let names_some = options.iter().any(|option| option.starts_with("--bench"));
    let which: &[&str] = if names_some { &[] } else { &["--bench", "*"] };
    // The load bench starts the real engine, built as benchmarks are. Asking for both in the same
    // breath gives both commands one feature set: nothing is built twice.
    let everything = ["--workspace", "--exclude", "cordboard"];
    step(
        cargo()
            .args(["build", "--profile", "bench", "--bins", "--bench", "*"])
            .args(everything),
    )?;
    step(
        cargo()
            .arg("bench")
            .args(everything)
            .args(which)
            .args(options),
    )
}

fn deny(checks: &[String]) -> Result<(), Failed> {
    machine::prepare_cargo_tool("cargo-deny")?;
    let mut deny = cargo();
    deny.args(["deny", "check"]);
    if checks.is_empty() {
        // The advisories live in a repository of their own, which not every network reaches.
        step(deny.args(["licenses", "bans", "sources"]))
    } else {
        step(deny.args(checks))
    }
}

/// The cargo that runs us, at the root of the workspace.
fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root())
        .env("PATH", machine::search_path());
    command
}

/// npm, in the folder of the UI.
fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command
        .current_dir(root().join("ui"))
        .env("PATH", machine::search_path());
    command
}

/// Runs a command with our terminal and turns a bad end into a sentence.
fn step(command: &mut Command) -> Result<(), Failed> {
    let said = said(command);
    let status = command
        .status()
        .map_err(|error| format!("could not start `{said}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{said}` ended with {status}"))
    }
}

/// The command as one would type it.
fn said(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn the_usage_text_names_every_verb() {
        for verb in [
            "run", "test", "setup", "bench", "fuzz", "package", "icons", "prompts", "music", "deny",
        ] {
            assert!(USAGE.contains(&format!("\n  {verb} ")), "{verb}");
        }
    }

    #[test]
    fn a_command_is_said_without_the_path_of_its_program() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["test", "--workspace"]);
        assert_eq!(said(&command), "cargo test --workspace");
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_step_is_told_with_its_command() {
        let error = step(Command::new("false").arg("--quietly")).unwrap_err();
        assert!(error.starts_with("`false --quietly` ended with"), "{error}");
    }
}
