//! The real window on a display of its own, driven by WebKit's WebDriver over plain HTTP.

pub use super::webdriver::{CONTROL, ENTER};
use super::{
    ports::Ports,
    process::{PATIENCE, Process, until},
    webdriver::Page,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    ops::Deref,
    path::Path,
    process::Command,
};
use tempfile::TempDir;

/// Paints a dot for three seconds: the driver takes its picture after the next frame, and without a graphics
/// card a page at rest has none.
const BLINK: &str = "
    const dot = document.createElement('i');
    dot.style = 'position: fixed; top: 0; left: 0; width: 1px; height: 1px';
    document.body.append(dot);
    let turns = 0;
    const turning = setInterval(() => {
        turns += 1;
        dot.style.background = turns % 2 ? '#fff' : '#fefefe';
        if (turns < 150) return;
        clearInterval(turning);
        dot.remove();
    }, 20);";

/// A running window. Dropping it closes it.
pub struct Window {
    page: Page,
    display_name: String,
    driver: Process,
    _display: Process,
    _ports: Ports,
    _folder: TempDir,
}

impl Window {
    /// Starts `binary` with `options` on a new display and waits until it can be driven.
    ///
    /// # Errors
    /// Xvfb or WebKitWebDriver is not installed, or the window does not open.
    pub fn open(binary: &Path, options: &[&str]) -> Result<Self> {
        Self::open_hearing(binary, options, "")
    }

    /// The same with the microphone at that address of PulseAudio.
    ///
    /// # Errors
    /// As for [`Window::open`].
    pub fn open_hearing(binary: &Path, options: &[&str], microphone: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let ports = Ports::claim()?;
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "1280x900x24"])
            .args(["-nolisten", "tcp"]);
        let (display, told) = Process::start_talking(xvfb, &folder.path().join("xvfb.log"))?;
        let mut number = String::new();
        // Xvfb closes the pipe if it cannot start; then the line is empty.
        BufReader::new(told).read_line(&mut number)?;
        let number = number.trim();
        if number.is_empty() {
            bail!("no display\n{}", display.log_tail());
        }
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .args([&format!("--port={}", ports.control()), "--host=127.0.0.1"])
            .env("DISPLAY", format!(":{number}"))
            .env("GDK_BACKEND", "x11")
            // English, and no tray of the desktop that the tests may run on.
            .env("LC_ALL", "C.UTF-8")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        if !microphone.is_empty() {
            driver.env("PULSE_SERVER", microphone);
        }
        let driver = Process::start(driver, &folder.path().join("driver.log"))?;
        let control = ("127.0.0.1", ports.control());
        until(PATIENCE, || TcpStream::connect(control).is_ok());
        let options = json!({ "binary": binary, "args": options });
        let page = Page::open(
            format!("127.0.0.1:{}", ports.control()),
            &json!({ "webkitgtk:browserOptions": options }),
        );
        let page = page.with_context(|| driver.log_tail())?;
        Ok(Self {
            page,
            display_name: format!(":{number}"),
            driver,
            _display: display,
            _ports: ports,
            _folder: folder,
        })
    }

    /// Presses keys as a person does, as in `ctrl+w`: on the display, where menus hear them too.
    ///
    /// # Errors
    /// xdotool is not installed, or the window is gone.
    pub fn type_on_display(&self, keys: &str) -> Result<()> {
        // There is no window manager to give the window its focus.
        let focus = "search --sync --onlyvisible --name Cordboard windowfocus --sync";
        for line in [focus, &format!("key {keys}")] {
            let done = Command::new("xdotool")
                .args(line.split(' '))
                .env("DISPLAY", &self.display_name)
                .status()
                .context("xdotool cannot be started; `cargo xtask setup` installs it")?;
            ensure!(done.success(), "xdotool {line}");
        }
        Ok(())
    }

    /// Keeps a picture of the window in a file.
    ///
    /// # Errors
    /// The window is gone, or the file cannot be written.
    pub fn keep_screenshot(&self, path: &Path) -> Result<()> {
        self.page.run(BLINK)?;
        self.page.keep_screenshot(path)
    }

    /// The process whose descendants are the window and its webview; the display is none of them.
    pub fn process(&self) -> u32 {
        self.driver.id()
    }

    /// The display it is on, as in `:7`.
    pub fn display(&self) -> &str {
        &self.display_name
    }
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}
