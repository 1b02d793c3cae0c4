//! Speaks with a real worker: this test program is its own worker when it is told to speak.

use sound_files::{Target, normalise};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use voice::{SpeakError, Speaker, WORKER_VERB, voices, worker_main};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [WORKER_VERB, "--voice", locale] = words[..] {
        return worker_main(locale);
    }
    every_voice_speaks_as_loud_as_the_phrases();
    a_longer_text_is_longer();
    a_long_text_is_spoken_whole();
    mark_up_is_not_obeyed();
    what_cannot_be_spoken_is_said_so();
    a_worker_that_hangs_is_ended();
    a_worker_that_fails_is_noticed();
    println!("7 passed");
    ExitCode::SUCCESS
}

fn speaker() -> Speaker {
    Speaker::this_program().unwrap()
}

fn every_voice_speaks_as_loud_as_the_phrases() {
    for voice in voices() {
        let mut spoken = speaker().speak("1, 2, 3, 4, 5.", voice.locale).unwrap();
        let seconds = spoken.len() as f64 / 16_000.0;
        assert!(
            (1.0..8.0).contains(&seconds),
            "{}: {seconds} s",
            voice.locale
        );
        // Already normal: normalising again changes nothing.
        let gain = normalise(&mut spoken, Target::SPEECH);
        assert!(gain.abs() < 0.5, "{}: {gain} dB", voice.locale);
        assert!(spoken.iter().all(|sample| sample.unsigned_abs() < 32_000));
    }
}

fn a_longer_text_is_longer() {
    let one = speaker().speak("Guten Tag.", "de-DE").unwrap();
    let three = speaker()
        .speak("Guten Tag. Guten Tag. Guten Tag.", "de-DE")
        .unwrap();
    assert!(three.len() > one.len() * 2);
}

fn a_long_text_is_spoken_whole() {
    let text = "Guten Tag. ".repeat(180);
    let seconds = speaker().speak(&text, "de-DE").unwrap().len() / 16_000;
    assert!(seconds > 120, "{seconds} s");
}

fn mark_up_is_not_obeyed() {
    let fast = "<speed level='500'>Dies ist ein langer Satz.</speed>";
    let plain = speaker()
        .speak("Dies ist ein langer Satz.", "de-DE")
        .unwrap();
    let marked = speaker().speak(fast, "de-DE").unwrap();
    assert!(marked.len() >= plain.len());
}

fn what_cannot_be_spoken_is_said_so() {
    let refused = |text: &str, locale: &str| speaker().speak(text, locale).unwrap_err();
    assert!(matches!(refused(" \n", "de-DE"), SpeakError::Empty));
    assert!(matches!(
        refused("Hallo", "tlh"),
        SpeakError::NoSuchVoice(_)
    ));
    let long = "a".repeat(2_001);
    assert!(matches!(
        refused(&long, "de-DE"),
        SpeakError::TooLong(2_001)
    ));
    let nobody = Speaker::with_program("/there/is/no/such/program".into());
    let error = nobody.speak("Hallo", "de-DE").unwrap_err();
    assert!(matches!(error, SpeakError::NotStarted(_)));
}

#[cfg(unix)]
fn a_worker_that_hangs_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let hangs = script(folder.path(), "exec sleep 60");
    let begun = Instant::now();
    let error = Speaker::with_program(hangs)
        .time_limit(Duration::from_millis(200))
        .speak("Hallo", "de-DE")
        .unwrap_err();
    assert!(matches!(error, SpeakError::TookTooLong), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[cfg(unix)]
fn a_worker_that_fails_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let fails = script(folder.path(), "cat > /dev/null; echo half a sound; exit 3");
    let error = Speaker::with_program(fails)
        .speak("Hallo", "de-DE")
        .unwrap_err();
    assert!(matches!(error, SpeakError::Failed(_)), "{error:?}");
    let floods = script(folder.path(), "cat > /dev/null; exec cat /dev/zero");
    let error = Speaker::with_program(floods)
        .speak("Hallo", "de-DE")
        .unwrap_err();
    assert!(matches!(error, SpeakError::TooMuchSound), "{error:?}");
}

#[cfg(unix)]
fn script(folder: &std::path::Path, line: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("worker");
    std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(not(unix))]
fn a_worker_that_hangs_is_ended() {}

#[cfg(not(unix))]
fn a_worker_that_fails_is_noticed() {}
