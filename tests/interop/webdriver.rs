//! A page driven over WebDriver: seen, clicked, dragged and typed into as a person would.

use super::{
    http,
    process::{PATIENCE, until},
};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The key that holds for a command, as in Ctrl+W.
pub const CONTROL: char = '\u{e009}';
/// The key that makes the other letter.
pub const SHIFT: char = '\u{e008}';
/// The key beside the space bar.
pub const ALT: char = '\u{e00a}';
/// The key that does what has the focus.
pub const ENTER: char = '\u{e007}';
/// The key that leaves.
pub const ESCAPE: char = '\u{e00c}';
/// The key that moves on.
pub const TAB: char = '\u{e004}';
/// One down.
pub const DOWN: char = '\u{e015}';
/// One to the right.
pub const RIGHT: char = '\u{e014}';
/// To the last of them.
pub const END: char = '\u{e010}';
/// The key that takes away what is chosen.
pub const DELETE: char = '\u{e017}';
/// To the next part of the window.
pub const F6: char = '\u{e036}';
/// With Shift, the menu of what is chosen.
pub const F10: char = '\u{e03a}';

/// Nothing in a window is further away than so many presses of Tab.
const MOST_TABS: usize = 60;

/// A page in a browser that a driver at `host` holds. Dropping it closes the browser.
pub struct Page {
    host: String,
    session: String,
}

impl Page {
    /// Asks the driver at `host` (address and port) for a browser with these capabilities.
    ///
    /// # Errors
    /// The driver cannot start it.
    pub fn open(host: String, capabilities: &Value) -> Result<Self> {
        let mut page = Self {
            host,
            session: String::new(),
        };
        let wish = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = page.call("POST", "/session", &wish)?;
        let id = made["sessionId"].as_str().context("no session")?;
        page.session = format!("/session/{id}");
        Ok(page)
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub fn go(&self, address: &str) -> Result<()> {
        self.on("POST", "/url", &json!({ "url": address }))
            .map(drop)
    }

    /// Waits for an element and gives its text.
    ///
    /// # Errors
    /// It does not appear; the message holds the page.
    pub fn see(&self, css: &str) -> Result<String> {
        // What is drawn anew between the two questions is looked for again.
        let mut text = self.text(css);
        until(PATIENCE, || {
            let drawn_anew = text
                .as_ref()
                .is_err_and(|error| error.to_string().contains("stale"));
            if drawn_anew {
                text = self.text(css);
            }
            !drawn_anew
        });
        text
    }

    /// Waits until the page shows these words anywhere.
    ///
    /// # Errors
    /// It does not; the message holds what it shows.
    pub fn read(&self, words: &str) -> Result<()> {
        let shown = || -> Result<String> {
            let text = self.run("return document.body.innerText")?;
            Ok(text.as_str().unwrap_or_default().to_owned())
        };
        if until(PATIENCE, || shown().is_ok_and(|text| text.contains(words))) {
            return Ok(());
        }
        bail!("looked in vain for “{words}” in:\n{}", shown()?)
    }

    /// Waits until a script gives `true`.
    ///
    /// # Errors
    /// It never does; `what` says what was waited for.
    pub fn until(&self, what: &str, script: &str) -> Result<()> {
        if until(PATIENCE, || {
            self.run(script).is_ok_and(|value| value == true)
        }) {
            return Ok(());
        }
        let text = self.run("return document.body.innerText")?;
        bail!(
            "waited in vain until {what}\n{}",
            text.as_str().unwrap_or_default()
        )
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

    /// Waits for a button, link, menu entry or tab with this name and clicks it.
    ///
    /// # Errors
    /// There is none.
    pub fn press_button(&self, name: &str) -> Result<()> {
        let element = self.element_named(name)?;
        self.on("POST", &format!("/element/{element}/click"), &json!({}))
            .map(drop)
    }

    /// Replaces the text of the field with this label.
    ///
    /// # Errors
    /// There is none.
    pub fn fill(&self, label: &str, text: &str) -> Result<()> {
        let element = self.find(
            "xpath",
            &format!(
                "//*[self::input or self::textarea][@aria-label={0} or @id=//label[normalize-space()={0}]/@for or ancestor::label[contains(normalize-space(),{0})]]",
                quoted(label)
            ),
        )?;
        self.on("POST", &format!("/element/{element}/clear"), &json!({}))?;
        let keys = json!({ "text": text });
        self.on("POST", &format!("/element/{element}/value"), &keys)
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

    /// Types on the keyboard, wherever the focus is.
    ///
    /// # Errors
    /// The window is gone.
    pub fn type_keys(&self, text: &str) -> Result<()> {
        let strokes: Vec<Value> = text
            .chars()
            .map(|sign| if sign == '\n' { ENTER } else { sign })
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|stroke| json!({ "type": stroke, "value": key }))
            })
            .collect();
        let keyboard = json!([{ "type": "key", "id": "keyboard", "actions": strokes }]);
        self.on("POST", "/actions", &json!({ "actions": keyboard }))
            .map(drop)
    }

    /// Presses Tab until what has the focus is called so, as somebody would who uses no mouse.
    ///
    /// # Errors
    /// Nothing of that name is reached; the message holds what was.
    pub fn tab_to(&self, name: &str) -> Result<()> {
        let mut passed = Vec::new();
        while passed.len() < MOST_TABS {
            let here = self.focused()?;
            if here.contains(name) {
                return Ok(());
            }
            passed.push(here);
            self.press(&[], TAB)?;
        }
        bail!("Tab does not lead to “{name}”, but to {passed:?}")
    }

    /// The name of what has the focus, as a screen reader says it; empty if nothing has it.
    ///
    /// # Errors
    /// The window is gone.
    pub fn focused(&self) -> Result<String> {
        let active = self.on("GET", "/element/active", &Value::Null)?;
        let id = active
            .as_object()
            .and_then(|element| element.values().next()?.as_str());
        let id = id.context("nothing has the focus")?;
        // What is drawn anew in this moment has no name any more, and the next look finds another.
        let label = self.on("GET", &format!("/element/{id}/computedlabel"), &Value::Null);
        Ok(label
            .ok()
            .and_then(|label| label.as_str().map(str::to_owned))
            .unwrap_or_default())
    }

    /// Waits until what has the focus is called so.
    ///
    /// # Errors
    /// It is something else.
    pub fn has_focus(&self, name: &str) -> Result<()> {
        let is_there = || self.focused().is_ok_and(|here| here.contains(name));
        if until(PATIENCE, is_there) {
            return Ok(());
        }
        bail!("“{name}” has not got the focus, but “{}”", self.focused()?)
    }

    /// Replaces what is in the field that has the focus.
    ///
    /// # Errors
    /// The window is gone.
    pub fn type_over(&self, text: &str) -> Result<()> {
        self.press(&[CONTROL], 'a')?;
        self.type_keys(text)
    }

    /// Drags one element onto another with the mouse.
    ///
    /// # Errors
    /// One of them does not appear.
    pub fn drag(&self, from: &str, onto: &str) -> Result<()> {
        let (from, onto) = (self.element(from)?, self.element(onto)?);
        self.drag_between(&from, &onto)
    }

    fn drag_between(&self, from: &str, onto: &str) -> Result<()> {
        let ((ax, ay), (bx, by)) = (self.centre(from)?, self.centre(onto)?);
        let move_to =
            |x: i64, y: i64| json!({ "type": "pointerMove", "duration": 20, "x": x, "y": y });
        let mut moves = vec![
            move_to(ax, ay),
            json!({ "type": "pointerDown", "button": 0 }),
        ];
        moves.extend(
            (1..=8).map(|step| move_to(ax + (bx - ax) * step / 8, ay + (by - ay) * step / 8)),
        );
        moves.push(json!({ "type": "pointerUp", "button": 0 }));
        let mouse = json!([{ "type": "pointer", "id": "mouse", "actions": moves }]);
        self.on("POST", "/actions", &json!({ "actions": mouse }))
            .map(drop)
    }

    fn centre(&self, element: &str) -> Result<(i64, i64)> {
        let rectangle = self.on("GET", &format!("/element/{element}/rect"), &Value::Null)?;
        let side = |name: &str| rectangle[name].as_f64().unwrap_or_default();
        let middle = |start: &str, length: &str| (side(start) + side(length) / 2.0) as i64;
        Ok((middle("x", "width"), middle("y", "height")))
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

    /// The address of the page.
    ///
    /// # Errors
    /// The window is gone.
    pub fn address(&self) -> Result<String> {
        let address = self.on("GET", "/url", &Value::Null)?;
        Ok(address.as_str().unwrap_or_default().to_owned())
    }

    /// A command of Chromium's own, by its DevTools name.
    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Result<()> {
        let wish = json!({ "cmd": command, "params": parameters });
        self.on("POST", "/goog/cdp/execute", &wish).map(drop)
    }

    /// What is to be seen, as a PNG in base64.
    ///
    /// # Errors
    /// The window is gone.
    pub fn screenshot(&self) -> Result<String> {
        let picture = self.on("GET", "/screenshot", &Value::Null)?;
        Ok(picture.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps what is to be seen as a PNG file.
    ///
    /// # Errors
    /// The window is gone, or the file cannot be written.
    pub fn keep_screenshot(&self, path: &Path) -> Result<()> {
        use base64::{Engine, prelude::BASE64_STANDARD};
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, BASE64_STANDARD.decode(self.screenshot()?)?)?;
        Ok(())
    }

    fn text(&self, css: &str) -> Result<String> {
        let element = self.element(css)?;
        let text = self.on("GET", &format!("/element/{element}/text"), &Value::Null)?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    fn element_named(&self, name: &str) -> Result<String> {
        let name = quoted(name);
        let roles = "self::button or self::a or @role='button' or @role='menuitem' or @role='menuitemradio' or @role='option' or @role='tab'";
        self.find(
            "xpath",
            &format!("//*[{roles}][normalize-space()={name} or @aria-label={name}]"),
        )
    }

    fn element(&self, css: &str) -> Result<String> {
        self.find("css selector", css)
    }

    fn find(&self, using: &str, value: &str) -> Result<String> {
        let wish = json!({ "using": using, "value": value });
        let mut found = None;
        until(PATIENCE, || {
            found = self.on("POST", "/element", &wish).ok();
            found.is_some()
        });
        let found = found.with_context(|| {
            let page = self.on("GET", "/source", &Value::Null).unwrap_or_default();
            format!("looked in vain for {value}\n{page}")
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
        let answer = http::request(&self.host, method, path, &[], body)?;
        let value = serde_json::from_str::<Value>(&answer.body)?["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(anyhow!("{path}: {error}: {}", value["message"])),
            None => Ok(value),
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The driver ends the browser with its session; if it cannot, the driver's end does.
        let _ = self.on("DELETE", "", &Value::Null);
    }
}

/// As XPath has it: text with both kinds of quotation marks is put together.
fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}
