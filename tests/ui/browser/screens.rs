//! Every screen, light and dark, large and small: usable by everybody, nothing cut off, nothing run.

use super::axe::violations;
use super::office::{ask, browser, office, open, pictures, telephone};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    chromium::Chromium,
    engine::Engine,
    raw::Peer,
    talk::{connect, hang_up},
};
use serde_json::{Value, json};

const SCREENS: [(&str, &str); 10] = [
    ("now", "/"),
    ("board", "/board"),
    ("calls", "/calls"),
    ("people", "/people"),
    ("flows", "/flows"),
    ("hours", "/hours"),
    ("health", "/health"),
    ("settings", "/settings"),
    ("wall", "/wall"),
    ("setup", "/setup"),
];

/// A script that any of these would run if a page took text for markup.
const PAYLOADS: [&str; 4] = [
    "<img src=x onerror=ran=1>",
    "<script>ran=1</script>",
    "\"><svg onload=ran=1>",
    "=HYPERLINK(\"http://192.0.2.1\")",
];

/// Waits until a screen has come to rest.
fn rest(browser: &Chromium) -> Result<()> {
    browser.until(
        "the screen is there",
        "return document.querySelector('main, [role=main]') !== null
           && document.querySelector('main, [role=main]').innerText.trim().length > 0
           && document.fonts.status === 'loaded';",
    )
}

/// An office with something to see: people, a call over and a call going on.
fn lively() -> Result<(
    Engine,
    Chromium,
    Vec<cordboard_tests::interop::baresip::Baresip>,
)> {
    let engine = office()?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    engine.add_person("Cleo Sand", "103")?;
    connect(&mut anna, "102", &mut ben)?;
    hang_up(&mut anna, &mut ben)?;
    connect(&mut ben, "101", &mut anna)?;
    let browser = browser(&engine)?;
    Ok((engine, browser, vec![anna, ben]))
}

#[test]
fn every_screen_is_accessible_in_light_and_dark() -> Result<()> {
    let (engine, browser, _phones) = lively()?;
    let mut found = Vec::new();
    for colours in ["light", "dark"] {
        for (width, height) in [(1280, 800), (900, 600)] {
            browser.size(width, height)?;
            browser.prefer(colours)?;
            for (name, path) in SCREENS {
                open(&engine, &browser, path)?;
                rest(&browser)?;
                let picture = format!("{name}-{colours}-{width}x{height}.png");
                browser.keep_screenshot(&pictures().join(picture))?;
                found.extend(
                    violations(&browser)?
                        .iter()
                        .map(|violation| format!("{name}, {colours}, {width}: {violation}")),
                );
            }
        }
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn words_that_are_forty_percent_longer_are_not_cut_off() -> Result<()> {
    let (engine, browser, _phones) = lively()?;
    let mut cut = Vec::new();
    for (width, height) in [(1280, 800), (900, 600)] {
        browser.size(width, height)?;
        for (name, path) in SCREENS {
            open(&engine, &browser, &format!("{path}?lang=pseudo"))?;
            rest(&browser)?;
            browser
                .keep_screenshot(&pictures().join(format!("{name}-pseudo-{width}x{height}.png")))?;
            // Names and numbers may end in an ellipsis and are marked so; words of the UI may not.
            let found = browser.run(
                "return [...document.querySelectorAll('body *')]
                   .filter((element) => [...element.childNodes].some((node) =>
                     node.nodeType === 3 && node.data.trim().length > 1))
                   .filter((element) => !element.closest('.cut, .cut *, [data-cut], input, textarea, option'))
                   .filter((element) => {
                     const style = getComputedStyle(element);
                     const clips = (what) => ['hidden', 'clip'].includes(what);
                     const box = element.getBoundingClientRect();
                     if (box.width <= 1 || box.height <= 1) return false;
                     return (clips(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
                       || (clips(style.overflowY) && element.scrollHeight > element.clientHeight + 3)
                       || box.right > innerWidth + 1;
                   })
                   .map((element) => `${element.className}: ${element.innerText.slice(0, 60)}`)",
            )?;
            let found = found.as_array().context("no list")?;
            cut.extend(
                found
                    .iter()
                    .map(|element| format!("{name}, {width}: {element}")),
            );
        }
    }
    ensure!(cut.is_empty(), "{}", cut.join("\n"));
    Ok(())
}

#[test]
fn what_telephones_call_themselves_runs_nowhere() -> Result<()> {
    let engine = office()?;
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let body = json!({
            "name": payload, "extension": format!("20{number}"), "team": payload, "ringSeconds": null,
        });
        ask(&engine, "POST", "/api/people", &body)?;
    }
    // What a telephone says of itself in SIP: display name, contact and user agent, in a call to a
    // number that nobody has.
    let mut phones = Vec::new();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let mut phone = Peer::new(&engine, &format!("Anna {number}"), &format!("30{number}"))?;
        phone.call_itself(payload);
        phone.register()?;
        let mut call = phone.invite("999")?;
        phone.outcome(&mut call)?;
        phones.push(phone);
    }
    let browser = browser(&engine)?;
    for (name, path) in SCREENS {
        open(&engine, &browser, path)?;
        rest(&browser)?;
        let harmless = browser.run(
            "return typeof window.ran === 'undefined'
               && document.querySelector('img[src=x], svg[onload], main script') === null",
        )?;
        ensure!(harmless == true, "{name} took text for markup");
    }
    let page = ask(&engine, "GET", "/api/calls", &Value::Null)?;
    let calls = page["calls"].as_array().context("no calls")?;
    ensure!(calls.len() >= PAYLOADS.len(), "{page}");
    for call in calls {
        open(&engine, &browser, &format!("/calls/{}", call["id"]))?;
        rest(&browser)?;
        browser.read("What the phones said")?;
        ensure!(browser.run("return typeof window.ran")? == Value::from("undefined"));
    }
    open(&engine, &browser, "/people/5?device=1")?;
    browser.read("Anna 0")?;
    open(&engine, &browser, "/people")?;
    browser.read(PAYLOADS[0])?;
    ensure!(browser.run("return typeof window.ran")? == Value::from("undefined"));
    Ok(())
}
