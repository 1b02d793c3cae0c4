//! The window as a person sees it: on a display, with the real webview and the real engine.

// WebKitWebDriver exists on Linux only.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use cordboard_tests::interop::{
    process::{PATIENCE, Process, until},
    sound::Sound,
    sound_card::SoundCard,
    window::Window,
};
use serde_json::Value;
use std::{env, fs, path::PathBuf, process::Command, time::Duration};
use tempfile::TempDir;

const CLOSE: &str = "ctrl+w";
const QUIT: &str = "ctrl+q";

/// The window as built, or as packaged where `cargo xtask package` asks for that.
fn cordboard() -> PathBuf {
    let packaged = env::var_os("CORDBOARD_PROGRAM").map(PathBuf::from);
    packaged.unwrap_or_else(|| env!("CARGO_BIN_EXE_cordboard").into())
}

/// An office of its own. Dropping it stops its engine.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Result<Self> {
        Ok(Self {
            folder: tempfile::tempdir()?,
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn options(&self) -> Vec<String> {
        let data = self.data().to_string_lossy().into_owned();
        let free = "127.0.0.1:0";
        ["--data", &data, "--api", free, "--sip", free]
            .map(str::to_owned)
            .to_vec()
    }

    fn open(&self) -> Result<Window> {
        self.open_hearing("")
    }

    fn open_hearing(&self, microphone: &str) -> Result<Window> {
        let options = self.options();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        Window::open_hearing(&cordboard(), &options, microphone)
    }

    /// Opens the window and waits until its page is let in.
    fn open_signed_in(&self) -> Result<Window> {
        let window = self.open()?;
        ensure!(until(PATIENCE, || is_signed_in(&window)), "not signed in");
        Ok(window)
    }

    /// Starts the program once more, on the same data.
    fn start_again(&self, window: &Window) -> Result<Process> {
        let mut command = Command::new(cordboard());
        command
            .args(self.options())
            .env("DISPLAY", window.display());
        Process::start(command, &self.folder.path().join("second.log"))
    }

    /// The process number of its engine; none once that has ended in good order.
    fn engine(&self) -> Option<u64> {
        let written = fs::read_to_string(self.data().join("engine.json")).ok()?;
        serde_json::from_str::<Value>(&written).ok()?["pid"].as_u64()
    }

    fn signal_engine(&self, signal: &str) -> Result<()> {
        let pid = self.engine().context("no engine")?.to_string();
        let sent = Command::new("kill").args([signal, &pid]).status()?;
        ensure!(sent.success(), "kill {signal} {pid}");
        Ok(())
    }

    fn remembered(&self) -> Result<Value> {
        let file = fs::read_to_string(self.data().join("window.json"))?;
        Ok(serde_json::from_str(&file)?)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.signal_engine("-TERM");
        // Its data goes with the folder, so it has to be gone before.
        until(PATIENCE, || self.engine().is_none());
    }
}

/// Whether the page on the screen is one of the engine's, and the engine knows who asks.
fn is_signed_in(window: &Window) -> bool {
    let asked = window.run("return fetch('/api/session').then(answer => answer.status)");
    asked.is_ok_and(|status| status == 200)
}

#[test]
fn a_window_that_cannot_start_the_engine_says_why_and_tries_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // A file where the data folder should be made: nothing can be kept there.
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "")?;
    let data = blocked.join("data");
    let window = Window::open(&cordboard(), &["--data", &data.to_string_lossy()])?;
    assert_eq!(window.see("h1")?, "The phone system is not running");
    assert!(window.see(".reason")?.contains("cannot be made"));
    window.run("window.isOld = true")?;
    window.click("a")?;
    let is_new = || {
        window
            .run("return window.isOld")
            .is_ok_and(|old| old.is_null())
    };
    assert!(until(PATIENCE, is_new));
    assert_eq!(window.see("h1")?, "The phone system is not running");
    Ok(())
}

#[test]
fn the_first_start_opens_the_first_run_and_asks_nobody_to_sign_in() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    window.read("Is this computer ready?")?;
    window.see(".ready-sum")?;
    // For people to look at.
    let target = PathBuf::from(env!("CARGO_BIN_EXE_cordboard"));
    let target = target.ancestors().nth(2).context("no target folder")?;
    window.keep_screenshot(&target.join("screenshots/window-first-start.png"))?;
    let address = window.address()?;
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert!(!address.contains("ticket"), "{address}");
    let passwords = window.run("return document.querySelectorAll('[type=password]').length")?;
    assert_eq!(passwords, 0);
    Ok(())
}

#[test]
fn an_engine_that_is_killed_is_back_under_the_same_page() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    window.run("window.notLoadedAgain = true")?;
    let killed = office.engine();
    office.signal_engine("-KILL")?;
    assert!(until(PATIENCE, || office.engine() != killed
        && is_signed_in(&window)));
    assert_eq!(window.run("return window.notLoadedAgain")?, true);
    Ok(())
}

#[test]
fn a_second_start_leaves_it_to_the_first() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    let engine = office.engine();
    let mut second = office.start_again(&window)?;
    assert!(second.wait(PATIENCE)?.success(), "{}", second.log_tail());
    assert!(is_signed_in(&window));
    assert_eq!(office.engine(), engine);
    Ok(())
}

#[test]
fn closing_says_that_the_phone_system_keeps_running() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    window.type_on_display(CLOSE)?;
    assert_eq!(window.see("main > p > strong")?, "No call is active.");
    assert_eq!(window.see("h1")?, "The phone system keeps running");
    // What keeps it running has the focus.
    window.type_on_display("Return")?;
    assert!(until(PATIENCE, || window.address().is_err()));
    assert_eq!(office.remembered()?["onClose"], "keepRunning");
    // The program is still there, and shows its window to whoever starts it again.
    let mut second = office.start_again(&window)?;
    assert!(second.wait(PATIENCE)?.success(), "{}", second.log_tail());
    assert!(office.engine().is_some());
    Ok(())
}

#[test]
fn whoever_cancels_is_where_they_were() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    // The page leads to the first run by itself; from there on it stays where it is.
    window.read("Is this computer ready?")?;
    let address = window.address()?;
    window.type_on_display(QUIT)?;
    window.see("[value=cancel]")?;
    assert_eq!(window.see("h1")?, "Quit Cordboard?");
    window.click("[value=cancel]")?;
    assert!(until(PATIENCE, || is_signed_in(&window)));
    assert_eq!(window.address()?, address);
    Ok(())
}

#[test]
fn stopping_now_ends_engine_and_program() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    window.type_on_display(QUIT)?;
    // The window may be gone before it can answer.
    let _ = window.click("[value=stopNow]");
    assert!(until(PATIENCE, || office.engine().is_none()));
    assert!(until(PATIENCE, || window.address().is_err()));
    Ok(())
}

#[test]
fn a_greeting_is_recorded_with_the_microphone_of_the_desktop() -> Result<()> {
    const HZ: u32 = 440;
    let card = SoundCard::hearing(HZ)?;
    let office = Office::new()?;
    let window = office.open_hearing(&card.address())?;
    ensure!(until(PATIENCE, || is_signed_in(&window)), "not signed in");
    finish_setup(&window)?;
    let address = window.address()?;
    let origin = address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    window.go(&format!("{origin}/audio?add=microphone"))?;
    window.press_button("Start recording")?;
    window.until(
        "the microphone is heard for three seconds",
        "const meter = document.querySelector('[role=dialog] meter');
         if (meter && meter.value > 0.02) window.heardSince ??= performance.now();
         return window.heardSince !== undefined && performance.now() - window.heardSince > 3000",
    )?;
    window.press_button("Stop")?;
    window.see("[role=dialog] .waveform")?;
    window.press_button("Save")?;
    window.read("Recorded here")?;
    let sound = window.run(
        "return fetch('/api/sounds').then((answer) => answer.json())
           .then((sounds) => sounds.find(({ madeBy }) => madeBy === 'microphone').id)
           .then((id) => fetch(`/api/sounds/${id}/sound.wav`))
           .then((answer) => answer.arrayBuffer())
           .then((bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) =>
             String.fromCharCode(byte)).join('')))",
    )?;
    let wav = BASE64_STANDARD.decode(sound.as_str().context("no sound")?)?;
    let file = office.folder.path().join("greeting.wav");
    fs::write(&file, wav)?;
    let heard = Sound::read(&file)?;
    ensure!(
        heard.length() > Duration::from_secs(2) && heard.is_tone(f64::from(HZ)),
        "{:?} Hz for {:?}",
        heard.strongest_hz(),
        heard.length()
    );
    Ok(())
}

#[test]
fn pages_may_have_the_microphone_and_nothing_else() -> Result<()> {
    let office = Office::new()?;
    let window = office.open_signed_in()?;
    let asked = window.run(
        "return navigator.mediaDevices.getUserMedia({ video: true })
           .then(() => 'given', ({ name }) => name)",
    )?;
    assert_ne!(asked, "given");
    let asked = window.run(
        "return new Promise((said) => navigator.geolocation.getCurrentPosition(
           () => said('given'), ({ code }) => said(code), { timeout: 5000 }))",
    )?;
    assert_ne!(asked, "given");
    Ok(())
}

/// Does what the first run does when it is over.
fn finish_setup(window: &Window) -> Result<()> {
    let finished = window.run(
        "return fetch('/api/setup/finish', { method: 'POST', body: '{}',
           headers: { 'content-type': 'application/json' } }).then(({ status }) => status)",
    )?;
    ensure!(
        finished.as_u64().is_some_and(|code| code < 300),
        "{finished}"
    );
    Ok(())
}
