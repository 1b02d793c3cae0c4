//! Fuzzing with cargo-fuzz on the stable toolchain.

use crate::{Failed, cargo, machine, root, said, step};
use std::{fs, io, process::Command};

const SECONDS: u32 = 60;

/// From the root of the workspace, where every command of ours runs.
const FUZZ: &str = "tests/fuzz";

/// Fuzzes the target named in `arguments`, or each in turn.
///
/// # Errors
/// A sentence: a crash was found, a target is unknown, or a tool is missing.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let wish = parse(arguments)?;
    machine::prepare(machine::For::Engine)?;
    machine::prepare_cargo_tool("cargo-fuzz")?;
    for target in chosen(wish.target, targets()?)? {
        println!("fuzzing {target} for {} s", wish.seconds);
        let corpus = root().join(corpus(&target));
        fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
        step(&mut fuzzing(&target, &seeds(&target)?, wish.seconds))?;
    }
    Ok(())
}

fn fuzzing(target: &str, seeds: &[String], seconds: u32) -> Command {
    let mut command = cargo();
    command
        .args(["fuzz", "run", "--fuzz-dir", FUZZ])
        // Address sanitizing needs a nightly compiler; our crates forbid unsafe code, so what there
        // is to find are panics and hangs, and those show without it.
        .args(["--sanitizer", "none", target])
        // What is learnt goes to the first directory; the others are only read.
        .arg(corpus(target))
        .args(seeds)
        .args(["--", "-timeout=10"])
        .arg(format!("-max_total_time={seconds}"));
    command
}

fn corpus(target: &str) -> String {
    format!("{FUZZ}/corpus/{target}")
}

/// The directories of inputs to begin with, as `seeds/<target>.dirs` lists them; none without it.
fn seeds(target: &str) -> Result<Vec<String>, Failed> {
    let list = root().join(FUZZ).join(format!("seeds/{target}.dirs"));
    match fs::read_to_string(&list) {
        Ok(text) => Ok(lines(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("{}: {error}", list.display())),
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn chosen(wish: Option<String>, known: Vec<String>) -> Result<Vec<String>, Failed> {
    match wish {
        None => Ok(known),
        Some(target) if known.contains(&target) => Ok(vec![target]),
        Some(target) => Err(format!(
            "there is no fuzz target `{target}`, only {}",
            known.join(", ")
        )),
    }
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
    list.args(["fuzz", "list", "--fuzz-dir", FUZZ]);
    let told = list
        .output()
        .map_err(|error| format!("could not start `{}`: {error}", said(&list)))?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).trim().to_owned());
    }
    Ok(lines(&String::from_utf8_lossy(&told.stdout)))
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
    fn the_fuzzer_learns_into_its_corpus_and_begins_with_the_seeds() {
        let seeds = ["tests/a".to_owned(), "tests/b".to_owned()];
        let command = fuzzing("sdp", &seeds, 7);
        let words: Vec<_> = command
            .get_args()
            .filter_map(|word| word.to_str())
            .collect();
        assert_eq!(
            words.join(" "),
            "fuzz run --fuzz-dir tests/fuzz --sanitizer none sdp tests/fuzz/corpus/sdp tests/a \
             tests/b -- -timeout=10 -max_total_time=7"
        );
        assert_eq!(command.get_current_dir(), Some(root().as_path()));
    }

    #[test]
    fn every_target_has_seeds() {
        let sources = fs::read_dir(root().join(FUZZ).join("targets")).unwrap();
        let mut targets = 0;
        for source in sources {
            let source = source.unwrap().path();
            let target = source.file_stem().unwrap().to_str().unwrap();
            let seeds = seeds(target).unwrap();
            assert!(!seeds.is_empty(), "{target}");
            for folder in seeds {
                let mut files = fs::read_dir(root().join(&folder)).unwrap();
                assert!(files.next().is_some(), "{target}: nothing in {folder}");
            }
            targets += 1;
        }
        assert!(targets >= 12, "only {targets} targets");
    }

    #[test]
    fn a_target_without_a_list_begins_with_nothing() {
        assert_eq!(seeds("no_such_target"), Ok(Vec::new()));
        assert_eq!(lines("a/b\n\n c \n"), ["a/b", "c"]);
    }

    #[test]
    fn an_unknown_target_is_told_the_known_ones() {
        let known = || vec!["rtp".to_owned(), "sdp".to_owned()];
        assert_eq!(chosen(None, known()), Ok(known()));
        assert_eq!(chosen(Some("sdp".into()), known()), Ok(vec!["sdp".into()]));
        assert_eq!(
            chosen(Some("spd".into()), known()).unwrap_err(),
            "there is no fuzz target `spd`, only rtp, sdp"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for line in ["--seconds", "--seconds x", "--seconds 0", "a b", "--fast"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
