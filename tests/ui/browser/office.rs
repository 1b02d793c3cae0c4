//! An office with telephones, and a browser that is signed in to it.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    chromium::Chromium,
    engine::Engine,
    http,
    talk::registered,
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// What the window has on most desks.
pub const WIDTH: u32 = 1280;
/// And how high it is there.
pub const HEIGHT: u32 = 800;

/// An engine on free ports with an office that has been set up.
pub fn office() -> Result<Engine> {
    let engine = Engine::start()?;
    ask(&engine, "POST", "/api/setup/finish", &json!({}))?;
    Ok(engine)
}

/// A telephone of a new person, registered.
pub fn telephone(engine: &Engine, name: &str, extension: &str, hz: f64) -> Result<Baresip> {
    registered(
        engine
            .telephone(name, extension, Transport::Udp)?
            .tone(hz)
            .unbuffered(),
    )
}

/// Asks the API with the owner's token.
pub fn ask(engine: &Engine, method: &str, path: &str, body: &Value) -> Result<Value> {
    engine.ask(method, path, body)
}

/// Changes the record of that name in a list.
pub fn change(engine: &Engine, list: &str, name: &str, edit: &Value) -> Result<()> {
    let records = ask(engine, "GET", list, &Value::Null)?;
    let record = records.as_array().context("no list")?.iter();
    let record = record.clone().find(|one| one["name"] == name);
    let record = record.with_context(|| format!("no {name} in {list}"))?;
    let token = fs::read_to_string(engine.data().join("api-token"))?;
    let (bearer, tag) = (
        format!("Bearer {}", token.trim()),
        format!("\"{}\"", record["revision"]),
    );
    let headers = [("authorization", bearer.as_str()), ("if-match", &tag)];
    let host = engine.api().trim_start_matches("http://");
    let path = format!("{list}/{}", record["id"]);
    let answer = http::request(host, "PUT", &path, &headers, edit)?;
    ensure!(
        answer.code == 200,
        "{path}: {} {}",
        answer.code,
        answer.body
    );
    Ok(())
}

/// A browser that has come in by a ticket, as the window does.
pub fn browser(engine: &Engine) -> Result<Chromium> {
    let browser = Chromium::open(WIDTH, HEIGHT)?;
    browser.size(WIDTH, HEIGHT)?;
    sign_in(engine, &browser)?;
    Ok(browser)
}

/// Uses up a ticket.
pub fn sign_in(engine: &Engine, browser: &Chromium) -> Result<()> {
    let ticket = ask(engine, "POST", "/api/tickets", &json!({}))?;
    let url = ticket["url"].as_str().context("no url")?;
    let url = if url.starts_with("http") {
        url.to_owned()
    } else {
        format!("{}{url}", engine.api())
    };
    browser.go(&url)
}

/// Goes to a screen of the UI.
pub fn open(engine: &Engine, browser: &Chromium, path: &str) -> Result<()> {
    browser.go(&format!("{}{path}", engine.api()))
}

/// The number the API knows a person by.
pub fn person(engine: &Engine, name: &str) -> Result<i64> {
    let people = ask(engine, "GET", "/api/people", &Value::Null)?;
    let people = people.as_array().context("no people")?;
    let one = people.iter().find(|person| person["name"] == name);
    one.and_then(|person| person["id"].as_i64())
        .with_context(|| format!("nobody is called {name}"))
}

/// Where pictures are kept for people to look at.
pub fn pictures() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    target
        .unwrap_or_else(|| here.join("../target"))
        .join("screenshots")
}
