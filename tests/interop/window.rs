//! The real window on a display of its own, driven by WebKit's WebDriver over plain HTTP.

use super::{
    http,
    ports::Ports,
    process::{PATIENCE, Process, until},
};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    path::Path,
    process::Command,
};
use tempfile::TempDir;

/// The key that holds for a command, as in Ctrl+W.
pub const CONTROL: char = '\u{e009}';
/// The key that does what has the focus.
pub const ENTER: char = '\u{e007}';

/// A running window. Dropping it closes it.
pub struct Window {
    session: String,
    display_name: String,
    driver: Process,
    _display: Process,
    ports: Ports,
    _folder: TempDir,
}

impl Window {
    /// Starts `binary` with `options` on a new display and waits until it can be driven.
    ///
    /// # Errors
    /// Xvfb or WebKitWebDriver is not installed, or the window does not open.
    pub fn open(binary: &Path, options: &[&str]) -> Result<Self> {
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
        let driver = Process::start(driver, &folder.path().join("driver.log"))?;
        let mut window = Self {
            session: String::new(),
            display_name: format!(":{number}"),
            driver,
            _display: display,
            ports,
            _folder: folder,
        };
        let control = ("127.0.0.1", window.ports.control());
        until(PATIENCE, || TcpStream::connect(control).is_ok());
        let options = json!({ "binary": binary, "args": options });
        let wish = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let made = window.call("POST", "/session", &json!({ "capabilities": wish }))?;
        let id = made["sessionId"].as_str().context("no session")?;
        window.session = format!("/session/{id}");
        Ok(window)
    }

    /// Waits for an element and gives its text.
    ///
    /// # Errors
    /// It does not appear; the message holds the page.
    pub fn see(&self, css: &str) -> Result<String> {
        let element = self.element(css)?;
        let text = self.on("GET", &format!("/element/{element}/text"), &Value::Null)?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for an element and clicks it.
    ///
    /// # Errors
    /// It does not appear, or something lies over it.
    pub fn click(&self, css: &str) -> Result<()> {
        let element = self.element(css)?;
        self.on("POST", &format!("/element/{element}/click"), &json!({}))
            .map(drop)
    }

    /// Presses `key` while `modifiers` are held; WebDriver has characters of its own for the keys
    /// that print none.
    ///
    /// # Errors
    /// The window is gone.
    pub fn press(&self, modifiers: &[char], key: char) -> Result<()> {
        let down = |key: &char| json!({ "type": "keyDown", "value": key });
        let up = |key: &char| json!({ "type": "keyUp", "value": key });
        let strokes: Vec<Value> = modifiers
            .iter()
            .map(down)
            .chain([down(&key), up(&key)])
            .chain(modifiers.iter().map(up))
            .collect();
        let keyboard = json!([{ "type": "key", "id": "keyboard", "actions": strokes }]);
        self.on("POST", "/actions", &json!({ "actions": keyboard }))
            .map(drop)
    }

    /// Runs a script in the page, waits for the promise it may give, and returns the outcome.
    ///
    /// # Errors
    /// The script fails, or the window is gone.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.on(
            "POST",
            "/execute/sync",
            &json!({ "script": script, "args": [] }),
        )
    }

    /// The display it is on, as in `:7`.
    pub fn display(&self) -> &str {
        &self.display_name
    }

    /// The address of the page.
    ///
    /// # Errors
    /// The window is gone.
    pub fn address(&self) -> Result<String> {
        let address = self.on("GET", "/url", &Value::Null)?;
        Ok(address.as_str().unwrap_or_default().to_owned())
    }

    /// What is to be seen, as a PNG in base64.
    ///
    /// # Errors
    /// The window is gone.
    pub fn screenshot(&self) -> Result<String> {
        let picture = self.on("GET", "/screenshot", &Value::Null)?;
        Ok(picture.as_str().unwrap_or_default().to_owned())
    }

    fn element(&self, css: &str) -> Result<String> {
        let wish = json!({ "using": "css selector", "value": css });
        let mut found = None;
        until(PATIENCE, || {
            found = self.on("POST", "/element", &wish).ok();
            found.is_some()
        });
        let found = found.with_context(|| {
            let page = self.on("GET", "/source", &Value::Null).unwrap_or_default();
            format!("looked in vain for {css}\n{page}")
        })?;
        let id = found
            .as_object()
            .and_then(|element| element.values().next()?.as_str());
        Ok(id.context("an element without id")?.to_owned())
    }

    fn on(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.call(method, &format!("{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let host = format!("127.0.0.1:{}", self.ports.control());
        let answer = http::request(&host, method, path, &[], body)
            .with_context(|| self.driver.log_tail())?;
        let value = serde_json::from_str::<Value>(&answer.body)?["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(anyhow!("{path}: {error}: {}", value["message"])),
            None => Ok(value),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver ends the window with its session; if it cannot, the display's end does.
        let _ = self.on("DELETE", "", &Value::Null);
    }
}
