//! What somebody draws is not lost: not when the engine is killed, not when somebody else draws as well.

use super::{
    flows::{HOME, always_open, flow_on_600},
    keys::{at, becomes, by_keys_alone, count_pointers},
    office::{ask, office, open, telephone},
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    chromium::Chromium,
    engine::Engine,
    webdriver::{CONTROL, DOWN, ENTER, RIGHT},
};
use serde_json::{Value, json};

/// So many steps can be taken back.
const STEPS: usize = 500;
/// A step that is changed by somebody else while its flow is open here.
const OTHERS: &str = "n_suppt";

/// An office with a flow that is open in a browser, on its drawing.
fn drawn() -> Result<(Engine, Chromium, i64)> {
    let engine = office()?;
    drop(telephone(&engine, "Anna Reed", "101", 440.0)?);
    drop(telephone(&engine, "Ben Kraft", "102", 660.0)?);
    always_open(&engine)?;
    let flow = flow_on_600(&engine)?;
    let browser = at(&engine, &format!("/flows/{flow}"))?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], HOME)?;
    Ok((engine, browser, flow))
}

fn draft_of(flow: i64) -> String {
    format!("/api/flows/{flow}/draft")
}

/// Waits until so many steps of the draft on disk are done and the window says that all is kept.
fn is_kept(engine: &Engine, browser: &Chromium, flow: i64, steps: usize) -> Result<Value> {
    let draft = becomes(engine, &draft_of(flow), |draft| {
        draft["history"]["cursor"] == steps
    })?;
    browser.see("[data-save=saved]")?;
    Ok(draft["document"].clone())
}

/// Loads the page anew and goes back into the drawing.
fn anew(engine: &Engine, browser: &Chromium, flow: i64) -> Result<()> {
    by_keys_alone(browser)?;
    open(engine, browser, &format!("/flows/{flow}"))?;
    count_pointers(browser)?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Drawing of the flow")
}

#[test]
fn five_hundred_steps_outlive_a_killed_engine_and_are_taken_back_and_done_again() -> Result<()> {
    let (mut engine, browser, flow) = drawn()?;
    let first = ask(&engine, "GET", &draft_of(flow), &Value::Null)?["document"].clone();

    // A way is cut, a step is doubled, and the double goes step by step across the drawing; the last
    // step is done while there is no engine.
    browser.press(&[], RIGHT)?;
    browser.press(&[], 'x')?;
    browser.press(&[CONTROL], 'd')?;
    let moved = |key| format!("m{key}m");
    let across: String = [RIGHT, DOWN].map(moved).concat();
    for done in (2..STEPS - 2).step_by(32) {
        let steps = 32.min(STEPS - 2 - done);
        browser.type_keys(&across.repeat(steps / 2))?;
    }
    browser.type_keys(&moved(RIGHT))?;
    is_kept(&engine, &browser, flow, STEPS - 1)?;
    engine.kill();
    browser.type_keys(&moved(DOWN))?;
    browser.see("[data-save=failed]")?;
    engine.restart()?;
    let last = is_kept(&engine, &browser, flow, STEPS)?;
    ensure!(last != first, "nothing was drawn");
    let history = ask(&engine, "GET", &draft_of(flow), &Value::Null)?["history"].clone();
    let steps = history["steps"].as_array().map(Vec::len);
    ensure!(steps == Some(STEPS), "{steps:?} steps are kept");
    let shown = browser.run("return document.body.innerText")?;
    let shown = shown.as_str().context("no text")?;
    ensure!(!shown.contains("Somebody else"), "{shown}");

    // All of it is taken back in another window, and done again in a third; the engine is killed
    // before each.
    engine.kill();
    engine.restart()?;
    anew(&engine, &browser, flow)?;
    for _ in 0..STEPS {
        browser.press(&[CONTROL], 'z')?;
    }
    let back = is_kept(&engine, &browser, flow, 0)?;
    ensure!(back == first, "{back}\ninstead of\n{first}");
    engine.kill();
    engine.restart()?;
    anew(&engine, &browser, flow)?;
    for _ in 0..STEPS {
        browser.press(&[CONTROL], 'y')?;
    }
    let again = is_kept(&engine, &browser, flow, STEPS)?;
    ensure!(again == last, "{again}\ninstead of\n{last}");
    by_keys_alone(&browser)
}

#[test]
fn what_two_people_draw_in_one_flow_is_kept_of_both() -> Result<()> {
    let (engine, browser, flow) = drawn()?;
    // Somebody else calls a step differently.
    let theirs = ask(&engine, "GET", &draft_of(flow), &Value::Null)?;
    let mut document = theirs["document"].clone();
    let nodes = document["nodes"].as_array_mut().context("no nodes")?;
    let at = nodes.iter().position(|node| node["id"] == OTHERS);
    let at = at.context("no such step")?;
    let title = json!(["nodes", at, "data", "title"]);
    let before = nodes[at]["data"]["title"].clone();
    nodes[at]["data"]["title"] = json!("Workshop");
    let step = json!({
        "name": "Rename Support",
        "forward": [{ "op": "replace", "path": title, "value": "Workshop" }],
        "back": [{ "op": "replace", "path": title, "value": before }],
    });
    let save = json!({ "seq": theirs["seq"], "document": document, "step": step, "cursor": 1 });
    ask(&engine, "PUT", &draft_of(flow), &save)?;

    // Here the menu is led elsewhere meanwhile.
    browser.press(&[], 'g')?;
    browser.type_keys("menu welcome")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Drawing of the flow")?;
    browser.press(&[], 'c')?;
    browser.type_keys("operator")?;
    browser.press(&[], ENTER)?;
    browser.read("What you did is kept, on top of their changes.")?;
    let title_on_disk = |draft: &Value| {
        let nodes = draft["document"]["nodes"].as_array().into_iter().flatten();
        let mut titles = nodes.filter(|node| node["id"] == OTHERS);
        titles.next().map(|node| node["data"]["title"].clone())
    };
    let leads_to = |draft: &Value, wanted: &str| {
        let edges = draft["document"]["edges"].as_array().into_iter().flatten();
        let ways = edges.filter(|edge| edge["sourceHandle"] == "digit:1");
        ways.map(|edge| &edge["target"]).eq([wanted])
    };
    let both = becomes(&engine, &draft_of(flow), |draft| leads_to(draft, "n_opera"))?;
    ensure!(title_on_disk(&both) == Some(json!("Workshop")), "{both}");
    browser.see("[data-save=saved]")?;
    browser.until(
        "their step is drawn as they call it",
        &format!(
            "return document.querySelector('#step-{OTHERS} .step-title').innerText === 'Workshop'"
        ),
    )?;

    // One's own step is taken back alone; theirs stays.
    browser.press(&[CONTROL], 'z')?;
    let alone = becomes(&engine, &draft_of(flow), |draft| leads_to(draft, "n_sales"))?;
    ensure!(title_on_disk(&alone) == Some(json!("Workshop")), "{alone}");
    by_keys_alone(&browser)
}
