//! The board: calls appear as they happen, and are handed on by mouse and by keys.

use super::office::{ask, browser, office, open, person, telephone};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Baresip,
    chromium::Chromium,
    engine::Engine,
    talk::{connect, hang_up},
    webdriver::{CONTROL, DOWN, ENTER},
};
use serde_json::Value;

/// What a row says somebody is doing.
fn doing(browser: &Chromium, person: i64) -> Result<String> {
    browser.see(&format!("#person-{person} .person-doing"))
}

/// Waits until a row says that.
fn is_doing(browser: &Chromium, person: i64, what: &str) -> Result<()> {
    let script = format!(
        "const cell = document.querySelector('#person-{person} .person-doing');
         return cell !== null && cell.innerText.startsWith('{what}');"
    );
    browser
        .until(&format!("{person} is shown: {what}"), &script)
        .with_context(|| doing(browser, person).unwrap_or_default())
}

struct Office {
    engine: Engine,
    anna: Baresip,
    ben: Baresip,
    cleo: Baresip,
    browser: Chromium,
    ids: [i64; 3],
}

fn three_people() -> Result<Office> {
    let engine = office()?;
    let anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    let cleo = telephone(&engine, "Cleo Sand", "103", 880.0)?;
    let browser = browser(&engine)?;
    open(&engine, &browser, "/board")?;
    let ids = [
        person(&engine, "Anna Reed")?,
        person(&engine, "Ben Kraft")?,
        person(&engine, "Cleo Sand")?,
    ];
    for id in ids {
        is_doing(&browser, id, "No call")?;
    }
    Ok(Office {
        engine,
        anna,
        ben,
        cleo,
        browser,
        ids,
    })
}

#[test]
fn a_call_is_dragged_onto_a_colleague_who_then_has_it() -> Result<()> {
    let mut office = three_people()?;
    let [anna, ben, cleo] = office.ids;
    let browser = &office.browser;
    connect(&mut office.anna, "102", &mut office.ben)?;
    is_doing(browser, anna, "In a call")?;
    is_doing(browser, ben, "In a call")?;

    browser.drag(".call-choose", &format!("#person-{cleo}"))?;
    is_doing(browser, cleo, "Ringing")?;
    office.cleo.wait_for("CALL_INCOMING")?;
    office.cleo.accept()?;
    office.ben.wait_until_closed()?;
    is_doing(browser, cleo, "In a call")?;
    is_doing(browser, anna, "In a call")?;
    is_doing(browser, ben, "No call")?;
    hang_up(&mut office.cleo, &mut office.anna)?;
    is_doing(browser, anna, "No call")
}

#[test]
fn a_call_is_handed_on_with_keys_alone() -> Result<()> {
    let mut office = three_people()?;
    let [anna, ben, cleo] = office.ids;
    let browser = &office.browser;
    browser.run(
        "window.pointers = 0;
         for (const kind of ['pointerdown', 'mousedown', 'click'])
           addEventListener(kind, (event) => { if (event.detail > 0) window.pointers += 1 }, true);",
    )?;
    connect(&mut office.anna, "102", &mut office.ben)?;
    is_doing(browser, ben, "In a call")?;

    // The call, the person, done.
    browser.press(&[CONTROL], DOWN)?;
    browser.type_keys("cleo")?;
    browser.press(&[], ENTER)?;
    is_doing(browser, cleo, "Ringing")?;
    office.cleo.wait_for("CALL_INCOMING")?;
    office.cleo.accept()?;
    office.ben.wait_until_closed()?;
    is_doing(browser, anna, "In a call")?;
    is_doing(browser, ben, "No call")?;
    ensure!(browser.run("return window.pointers")? == 0);
    hang_up(&mut office.anna, &mut office.cleo)
}

#[test]
fn the_engine_is_killed_and_the_open_board_finds_it_again() -> Result<()> {
    let mut office = three_people()?;
    let [_, ben, _] = office.ids;
    office.browser.run("window.stayed = true")?;
    office.engine.kill();
    office.engine.restart()?;
    // The telephones are known without registering again, and the board shows a new call.
    office.anna.dial("102")?;
    office.ben.wait_for("CALL_INCOMING")?;
    is_doing(&office.browser, ben, "Ringing")?;
    office.ben.accept()?;
    is_doing(&office.browser, ben, "In a call")?;
    hang_up(&mut office.anna, &mut office.ben)?;
    is_doing(&office.browser, ben, "No call")?;
    ensure!(
        office.browser.run("return window.stayed === true")? == true,
        "the page was loaded anew"
    );
    Ok(())
}

/// Prints how long after the telephone's message the board shows it, for the record; fails only
/// when it is far from what a person would call at once, because machines that build are slow.
#[test]
fn the_board_shows_a_call_as_it_happens() -> Result<()> {
    const CALLS: usize = 8;
    let mut office = three_people()?;
    let [_, ben, _] = office.ids;
    office.browser.run(&format!(
        "const cell = document.querySelector('#person-{ben} .person-doing');
         window.seen = [];
         new MutationObserver(() => {{
           const text = cell.innerText.split(' ')[0];
           if (window.seen.at(-1)?.text !== text)
             window.seen.push({{ text, at: performance.timeOrigin + performance.now() }});
         }}).observe(cell, {{ subtree: true, childList: true, characterData: true }});"
    ))?;
    for _ in 0..CALLS {
        office.anna.dial("102")?;
        office.ben.wait_for("CALL_INCOMING")?;
        is_doing(&office.browser, ben, "Ringing")?;
        office.ben.accept()?;
        office.anna.wait_for("CALL_ESTABLISHED")?;
        is_doing(&office.browser, ben, "In a call")?;
        hang_up(&mut office.anna, &mut office.ben)?;
        is_doing(&office.browser, ben, "No call")?;
    }
    let seen = office.browser.run("return window.seen")?;
    let mut seen = seen
        .as_array()
        .context("nothing seen")?
        .iter()
        .map(|shown| {
            let at = shown["at"].as_f64().unwrap_or_default();
            (shown["text"].as_str().unwrap_or_default(), at)
        });

    let page = ask(&office.engine, "GET", "/api/calls", &Value::Null)?;
    let mut calls: Vec<i64> = page["calls"]
        .as_array()
        .context("no calls")?
        .iter()
        .filter_map(|call| call["id"].as_i64())
        .collect();
    calls.sort_unstable();
    ensure!(calls.len() == CALLS, "{page}");
    let mut delays = Vec::new();
    for call in calls {
        let trace = ask(
            &office.engine,
            "GET",
            &format!("/api/calls/{call}/trace"),
            &Value::Null,
        )?;
        for (word, line) in [
            // Ben is shown ringing when he is called, talking when he answers, free after the BYE.
            ("Ringing", "INVITE"),
            ("In", "SIP/2.0 200"),
            ("No", "BYE"),
        ] {
            let at = said_at(&trace, line).with_context(|| format!("no {line} in {trace}"))?;
            let shown = seen.find(|(text, _)| *text == word);
            let (_, shown) = shown.with_context(|| format!("{word} was never shown"))?;
            delays.push(shown - at);
        }
    }
    delays.sort_by(f64::total_cmp);
    let at = |share: usize| delays[(delays.len() - 1) * share / 100];
    println!(
        "from message to board, {} times: p50 {:.0} ms, p95 {:.0} ms, most {:.0} ms",
        delays.len(),
        at(50),
        at(95),
        at(100)
    );
    ensure!(at(95) < 1_000.0, "{delays:?}");
    Ok(())
}

/// When the message that begins with `line` came in or, for an INVITE, went out: milliseconds since
/// 1970.
fn said_at(trace: &Value, line: &str) -> Option<f64> {
    let began = trace["began"].as_f64()?;
    let direction = if line == "INVITE" { "out" } else { "in" };
    let message = trace["messages"].as_array()?.iter().find(|message| {
        message["direction"] == direction
            && message["text"]
                .as_str()
                .is_some_and(|text| text.starts_with(line))
            // The answer to the INVITE, not to anything else.
            && (line != "SIP/2.0 200" || message["cseqMethod"] == "INVITE")
    })?;
    Some(began + message["offset"].as_f64()?)
}
