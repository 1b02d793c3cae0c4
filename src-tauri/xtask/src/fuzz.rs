//! Fuzzing with cargo-fuzz on the stable toolchain.

use crate::{Failed, cargo, machine, root, said, step};

const SECONDS: u32 = 60;

/// Fuzzes the target named in `arguments`, or each in turn.
///
/// # Errors
/// A sentence: a crash was found, a target is unknown, or a tool is missing.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let wish = parse(arguments)?;
    machine::prepare(machine::For::Engine)?;
    machine::prepare_cargo_tool("cargo-fuzz")?;
    let targets = match wish.target {
        Some(target) => vec![target],
        None => targets()?,
    };
    for target in &targets {
        println!("fuzzing {target} for {} s", wish.seconds);
        // Address sanitizing needs a nightly compiler; our crates forbid unsafe code, so what
        // there is to find are panics and hangs, and those show without it.
        step(
            cargo()
                .args(["fuzz", "run", "--fuzz-dir"])
                .arg(root().join("tests/fuzz"))
                .args(["--sanitizer", "none", target, "--", "-timeout=10"])
                .arg(format!("-max_total_time={}", wish.seconds)),
        )?;
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Wish {
    target: Option<String>,
    seconds: u32,
}

fn parse(arguments: &[String]) -> Result<Wish, Failed> {
    let mut wish = Wish {
        target: None,
        seconds: SECONDS,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            wish.seconds = words
                .next()
                .and_then(|number| number.parse().ok())
                .filter(|&seconds| seconds > 0)
                .ok_or("--seconds wants a whole number above 0")?;
        } else if word.starts_with('-') || wish.target.is_some() {
            return Err(format!(
                "fuzz takes one target and --seconds N, not `{word}`"
            ));
        } else {
            wish.target = Some(word.clone());
        }
    }
    Ok(wish)
}

fn targets() -> Result<Vec<String>, Failed> {
    let mut list = cargo();
    list.args(["fuzz", "list", "--fuzz-dir"])
        .arg(root().join("tests/fuzz"));
    let told = list
        .output()
        .map_err(|error| format!("could not start `{}`: {error}", said(&list)))?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).trim().to_owned());
    }
    let names = String::from_utf8_lossy(&told.stdout);
    Ok(names.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Wish, Failed> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words)
    }

    #[test]
    fn target_and_seconds_come_in_any_order() {
        let wish = Wish {
            target: Some("sip_message".into()),
            seconds: 5,
        };
        assert_eq!(parsed("sip_message --seconds 5").unwrap(), wish);
        assert_eq!(parsed("--seconds 5 sip_message").unwrap(), wish);
        let all = parsed("").unwrap();
        assert_eq!((all.target, all.seconds), (None, SECONDS));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in ["--seconds", "--seconds x", "--seconds 0", "a b", "--fast"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
