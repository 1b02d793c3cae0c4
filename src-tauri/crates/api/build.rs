//! Builds the UI into OUT_DIR, from where the crate embeds it.
//!
//! Skipped with `CORDBOARD_NO_UI=1`, or where there is no npm; the engine then says so on its page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
    time::SystemTime,
};

/// What the UI is made of, from the root of the repository.
const SOURCES: [&str; 6] = [
    "assets/mark.svg",
    "ui/index.html",
    "ui/package-lock.json",
    "ui/src",
    "ui/tsconfig.json",
    "ui/vite.config.ts",
];

fn main() {
    // Of this run: the script may have been built in another copy of the repository.
    let api = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = api.join("../../..");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    println!("cargo::rerun-if-env-changed=CORDBOARD_NO_UI");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("ui");
    if let Err(sentence) = build(&root.join("ui"), &out) {
        println!("cargo::error={sentence}");
        exit(1);
    }
}

fn build(ui: &Path, out: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", out.display());
    if out.exists() {
        fs::remove_dir_all(out).map_err(failed)?;
    }
    fs::create_dir_all(out).map_err(failed)?;
    if env::var_os("CORDBOARD_NO_UI").is_some_and(|value| value != "0") {
        return Ok(());
    }
    if npm(ui).arg("--version").output().is_err() {
        println!("cargo::warning=npm is not installed, so the engine is built without its pages");
        return Ok(());
    }
    let (lock, installed) = (
        ui.join("package-lock.json"),
        ui.join("node_modules/.package-lock.json"),
    );
    if changed(&installed) < changed(&lock) {
        run(npm(ui).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    run(npm(ui)
        .args(["run", "build", "--", "--emptyOutDir", "--outDir"])
        .arg(out))
}

fn npm(ui: &Path) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(ui);
    npm
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}

fn run(command: &mut Command) -> Result<(), String> {
    let said = format!("{command:?}");
    let output = command
        .output()
        .map_err(|error| format!("{said} did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    for line in String::from_utf8_lossy(&printed).lines() {
        println!("cargo::warning={line}");
    }
    Err(format!(
        "the UI could not be built ({said}, {}); CORDBOARD_NO_UI=1 builds the engine without it",
        output.status
    ))
}
