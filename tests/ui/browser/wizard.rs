//! The first run: from an empty office to a test call that is watched live.

use super::office::{HEIGHT, WIDTH, ask, pictures, sign_in};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    chromium::Chromium,
    engine::{Credentials, Engine},
    talk::{A_WHILE, EXPLAINED, has_heard_at_last, registered},
    webdriver::{CONTROL, ENTER},
};
use serde_json::Value;
use std::time::{Duration, Instant};

/// What somebody who has never seen Cordboard is promised in minutes, a script does in seconds.
const LIMIT: Duration = Duration::from_secs(45);
const NEXT: &str = "[data-testid=setup-next]";

/// Connects a telephone with nothing but what the page shows.
fn type_into_a_phone(engine: &Engine, page: &Chromium, hz: f64) -> Result<Baresip> {
    page.see(".login-card dl")?;
    let shown = page.run(
        "return Object.fromEntries([...document.querySelectorAll('.login-card dl > div')]
           .map((fact) => [fact.querySelector('dt').innerText, fact.querySelector('dd code').innerText]))",
    )?;
    let value = |name: &str| -> Result<String> {
        let value = shown[name].as_str().filter(|value| !value.is_empty());
        Ok(value
            .with_context(|| format!("no {name} in {shown}"))?
            .to_owned())
    };
    ensure!(value("Transport")? == "UDP", "{shown}");
    let credentials = Credentials {
        user: value("User name")?,
        auth_user: value("User name")?,
        password: value("Password")?,
        server: value("Server")?,
        port: value("Port")?.parse()?,
        transport: "udp".to_owned(),
    };
    registered(engine.settings(&credentials, Transport::Udp)?.tone(hz))
}

#[test]
fn an_empty_office_is_led_to_its_first_call() -> Result<()> {
    let engine = Engine::start()?;
    let page = Chromium::open(WIDTH, HEIGHT)?;
    page.size(WIDTH, HEIGHT)?;
    let began = Instant::now();
    let picture = |name: &str| page.keep_screenshot(&pictures().join(format!("wizard-{name}.png")));
    sign_in(&engine, &page)?;

    // It opens by itself.
    page.read("Is this computer ready?")?;
    page.until(
        "the checks are there",
        "return document.querySelector('.ready-sum') !== null",
    )?;
    picture("1-ready")?;
    page.press(&[], ENTER)?;

    page.read("What is the office called?")?;
    picture("2-office")?;
    page.type_keys("Reed & Sons")?;
    page.press(&[], ENTER)?;

    page.read("Who works here?")?;
    page.type_keys("Anna Reed 101")?;
    page.press(&[], ENTER)?;
    page.type_keys("Ben Kraft 102")?;
    page.read("Add 2 people")?;
    picture("3-people")?;
    page.press(&[CONTROL], ENTER)?;

    page.read("Whose phone is it?")?;
    page.click(NEXT)?;
    let mut anna = type_into_a_phone(&engine, &page, 440.0)?;
    page.read("Registered. Calls reach this phone.")?;
    picture("4-phone")?;
    page.click("[data-testid=setup-another]")?;
    page.read("The second phone")?;
    page.click(NEXT)?;
    let mut ben = type_into_a_phone(&engine, &page, 660.0)?;
    page.read("On to the test call")?;
    page.click(NEXT)?;

    let dial = page.see("[data-testid=dial]")?;
    ensure!(dial == "102", "{dial}");
    anna.dial(&dial)?;
    ben.wait_for("CALL_INCOMING")?;
    page.see("[data-testid=stage-ringing][data-state=done]")?;
    ben.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    page.see("[data-testid=stage-answered][data-state=done]")?;
    picture("5-call")?;
    page.click("[data-testid=heard-yes]")?;
    anna.hang_up()?;
    page.see("[data-testid=stage-ended][data-state=done]")?;
    page.read("The test call worked.")?;
    page.click(NEXT)?;
    page.read("What do callers meet?")?;
    page.read("Hours, then a menu")?;
    picture("6-callers")?;
    page.click(NEXT)?;
    page.read("Reed & Sons can telephone")?;
    picture("7-done")?;
    let flows = ask(&engine, "GET", "/api/flows", &Value::Null)?;
    ensure!(
        flows[0]["number"] == "600" && flows[0]["live"]["revision"] == 1,
        "{flows}"
    );
    page.click(NEXT)?;
    page.until("the board is open", "return location.pathname === '/board'")?;
    page.read("Ben Kraft")?;

    let took = began.elapsed();
    println!("from the first page to a watched call: {took:?}");
    ensure!(took < LIMIT, "it took {took:?}");
    let office = ask(&engine, "GET", "/api/office", &Value::Null)?;
    ensure!(
        office["setUp"] == true && office["name"] == "Reed & Sons",
        "{office}"
    );
    Ok(())
}

/// Who has one phone only hears themselves.
#[test]
fn an_office_with_one_phone_hears_itself() -> Result<()> {
    let engine = Engine::start()?;
    engine.add_person("Anna Reed", "101")?;
    let page = Chromium::open(WIDTH, HEIGHT)?;
    page.size(WIDTH, HEIGHT)?;
    sign_in(&engine, &page)?;
    page.go(&format!("{}/setup/phone", engine.api()))?;
    page.read("Whose phone is it?")?;
    page.click(NEXT)?;
    let mut anna = type_into_a_phone(&engine, &page, 440.0)?;
    page.read("On to the test call")?;
    page.click(NEXT)?;
    let dial = page.see("[data-testid=dial]")?;
    ensure!(dial == "*43", "{dial}");
    anna.dial(&dial)?;
    anna.wait_for("CALL_ESTABLISHED")?;
    page.see("[data-testid=stage-answered][data-state=done]")?;
    anna.wait_until_heard(EXPLAINED + A_WHILE)?;
    page.click("[data-testid=heard-yes]")?;
    anna.hang_up()?;
    anna.wait_until_closed()?;
    has_heard_at_last(&anna, 440.0)?;
    page.read("The test call worked.")
}
