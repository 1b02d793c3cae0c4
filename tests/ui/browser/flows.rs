//! Call flows: drawn, tried, published, walked by a telephone, watched, and read afterwards.

use super::{
    keys::{at, becomes, by_keys_alone, count_pointers},
    office::{ask, office, open, telephone},
    sound::go,
    states::judge,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Baresip,
    chromium::Chromium,
    engine::Engine,
    talk::{hang_up, listen},
    webdriver::{CONTROL, DOWN, END, ENTER, ESCAPE, RIGHT, SHIFT},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// So long may it take from the template to a flow that callers get.
const FROM_TEMPLATE_TO_LIVE: Duration = Duration::from_secs(180);
/// At most so long after a caller came to a step half of the time until the drawing shows it, in
/// milliseconds.
const SEEN_MS: f64 = 250.0;
/// So often a call is made for that.
const CALLS: usize = 4;
/// For trying a call.
const F5: char = '\u{e035}';
/// To the first of what there is.
pub const HOME: char = '\u{e011}';

/// An office in which somebody calls and two others may answer.
struct Office {
    engine: Engine,
    anna: Baresip,
    ben: Baresip,
    caller: Baresip,
}

fn three_phones() -> Result<Office> {
    let engine = office()?;
    let anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    let caller = telephone(&engine, "Cleo Sand", "103", 880.0)?;
    Ok(Office {
        engine,
        anna,
        ben,
        caller,
    })
}

#[test]
fn from_a_template_to_a_flow_that_is_walked_watched_and_replayed() -> Result<()> {
    let mut office = three_phones()?;
    let browser = at(&office.engine, "/flows")?;
    let mut found = Vec::new();
    browser.read("No call flow yet")?;
    judge(&browser, "flows-empty", &mut found)?;

    let began = Instant::now();
    make_of_template(&browser)?;
    let first = Instant::now();
    judge(&browser, "flow-made", &mut found)?;
    let judged = first.elapsed();
    choose_hours(&browser)?;
    publish(&browser, "Menu for the main number", 1)?;
    let took = began.elapsed() - judged;
    println!(
        "from the template to a live flow: {:.1} s",
        took.as_secs_f64()
    );
    ensure!(took < FROM_TEMPLATE_TO_LIVE, "{took:?}");
    by_keys_alone(&browser)?;
    judge(&browser, "flow-live", &mut found)?;

    let delays = watched(&mut office, &browser)?;
    let at = |share: usize| delays[(delays.len() - 1) * share / 100];
    println!(
        "from step to drawing, {} times: p50 {:.0} ms, p95 {:.0} ms, most {:.0} ms",
        delays.len(),
        at(50),
        at(95),
        at(100)
    );
    ensure!(at(50) <= SEEN_MS, "{delays:?}");

    // The whole way: Anna answers who pressed 1.
    office.caller.dial("600")?;
    office.caller.wait_for("CALL_ESTABLISHED")?;
    is_at(&browser, "n_menu1")?;
    judge(&browser, "flow-caller", &mut found)?;
    office.caller.press("1")?;
    office.anna.wait_for("CALL_INCOMING")?;
    is_at(&browser, "n_sales")?;
    office.anna.accept()?;
    listen(&office.caller)?;
    hang_up(&mut office.caller, &mut office.anna)?;
    browser.until(
        "nobody is in the flow any more",
        "return document.querySelector('.step[data-live]') === null",
    )?;

    // Its story, and from there its way over the drawing.
    let call = latest_call(&office.engine)?;
    go(&office.engine, &browser, &format!("/calls/{call}"))?;
    let headline = browser.see(".story-headline")?;
    ensure!(headline.contains("talked with Anna Reed"), "{headline}");
    browser.read("Came to “Welcome”.")?;
    browser.read("Pressed 1 at “Welcome”.")?;
    browser.read("Came to “Sales”.")?;
    judge(&browser, "flow-story", &mut found)?;
    browser.tab_to("Show in the flow")?;
    browser.press(&[], ENTER)?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Place in the call")?;
    browser.press(&[], END)?;
    browser.until(
        "the way of the call is drawn over the flow",
        "return ['n_start', 'n_hours', 'n_menu1', 'n_sales'].every((node) =>
             document.querySelector(`#step-${node}`)?.dataset.trail !== undefined)
           && document.querySelector('#step-n_suppt').dataset.trail === undefined
           && document.querySelectorAll('.sim-steps [data-later]').length === 0",
    )?;
    judge(&browser, "flow-replay", &mut found)?;

    // From now on a call like this one must go this way; and it is played on the draft.
    browser.tab_to("Make this a test")?;
    browser.press(&[], ENTER)?;
    browser.read("saved")?;
    let scenarios = becomes(&office.engine, "/api/flows/1/scenarios", |scenarios| {
        scenarios.as_array().is_some_and(|all| all.len() == 1)
    })?;
    let kept = &scenarios[0];
    let way = json!(["n_start", "n_hours", "n_menu1", "n_sales"]);
    ensure!(
        kept["last"]["ok"] == true && kept["expects"]["visits"] == way,
        "{scenarios}"
    );
    let does = &kept["call"]["phones"][0]["does"];
    ensure!(does["answersAfterS"].as_u64() > Some(0), "{scenarios}");
    ensure!(kept["call"]["caller"] == "103", "{scenarios}");
    browser.tab_to("Run on the draft")?;
    browser.press(&[], ENTER)?;
    browser.read("Caller presses 1")?;
    browser.read("The caller hung up.")?;
    judge(&browser, "flow-real-call", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_hours_that_come_with_a_template_go_with_it_in_one_step_back() -> Result<()> {
    let engine = office()?;
    drop(telephone(&engine, "Anna Reed", "101", 440.0)?);
    let browser = at(&engine, "/flows")?;
    make_of_template(&browser)?;
    let (hours, flows) = ("/api/schedules", "/api/flows");
    let count = |wanted: usize| move |list: &Value| list.as_array().map(Vec::len) == Some(wanted);
    becomes(&engine, hours, count(1))?;
    browser.tab_to("Undo")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, flows, count(0))?;
    becomes(&engine, hours, count(0))?;
    browser.read("Taken back: Flow Main number added")?;
    browser.tab_to("Redo")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, flows, count(1))?;
    becomes(&engine, hours, count(1))?;
    by_keys_alone(&browser)
}

#[test]
fn a_draft_is_tried_survives_a_reload_and_leaves_running_calls_alone() -> Result<()> {
    let mut office = three_phones()?;
    always_open(&office.engine)?;
    let flow = flow_on_600(&office.engine)?;
    let browser = at(&office.engine, &format!("/flows/{flow}"))?;
    let mut found = Vec::new();
    browser.see("#step-n_menu1")?;

    // A call is tried: Anna answers after a while whoever presses 1.
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], F5)?;
    browser.has_focus("Call in")?;
    browser.press(&[], ENTER)?;
    browser.read("Waiting for the caller")?;
    judge(&browser, "flow-try", &mut found)?;
    browser.type_keys("1")?;
    browser.read("Caller presses 1")?;
    browser.read("Anna Reed does not answer")?;
    browser.read("The office hung up.")?;
    judge(&browser, "flow-tried", &mut found)?;
    browser.press(&[], F5)?;
    browser.has_focus("Drawing of the flow")?;

    // Key 1 leads to the operator; undone after a reload, and done again after another.
    browser.press(&[], 'g')?;
    browser.type_keys("menu welcome")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Drawing of the flow")?;
    browser.press(&[], 'c')?;
    browser.type_keys("operator")?;
    browser.press(&[], ENTER)?;
    leads_to(&office.engine, flow, "n_opera")?;
    is_kept(&browser)?;
    anew(&office.engine, &browser, flow)?;
    browser.press(&[CONTROL], 'z')?;
    leads_to(&office.engine, flow, "n_sales")?;
    is_kept(&browser)?;
    anew(&office.engine, &browser, flow)?;
    browser.press(&[CONTROL], 'y')?;
    leads_to(&office.engine, flow, "n_opera")?;
    is_kept(&browser)?;

    // Published while somebody is in the menu: their key leads where it led when they called.
    browser.press(&[CONTROL], ENTER)?;
    browser.has_focus("What you did")?;
    browser.read("now reach")?;
    judge(&browser, "flow-publish", &mut found)?;
    browser.type_keys("One is the operator")?;
    office.caller.dial("600")?;
    office.caller.wait_for("CALL_ESTABLISHED")?;
    browser.press(&[], ENTER)?;
    browser.read("revision 2 from now on")?;
    office.caller.press("1")?;
    office.anna.wait_for("CALL_INCOMING")?;
    office.anna.accept()?;
    listen(&office.caller)?;
    ensure!(
        office
            .ben
            .events()
            .iter()
            .all(|event| event.kind != "CALL_INCOMING"),
        "Ben's phone rang in a call of the first version"
    );
    hang_up(&mut office.caller, &mut office.anna)?;

    // Who calls now gets the new version: both phones ring.
    office.caller.dial("600")?;
    office.caller.wait_for("CALL_ESTABLISHED")?;
    office.caller.press("1")?;
    office.ben.wait_for("CALL_INCOMING")?;
    office.caller.hang_up()?;
    office.caller.wait_until_closed()?;

    browser.tab_to("Versions")?;
    browser.press(&[], ENTER)?;
    browser.read("One is the operator")?;
    judge(&browser, "flow-versions", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn a_flow_is_built_by_keys_in_the_drawing_and_read_as_an_outline() -> Result<()> {
    let engine = office()?;
    drop(telephone(&engine, "Anna Reed", "101", 440.0)?);
    let browser = at(&engine, "/flows")?;
    let mut found = Vec::new();
    browser.tab_to("New flow")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Name")?;
    browser.type_keys("Front desk")?;
    browser.tab_to("Empty flow")?;
    browser.press(&[], ENTER)?;
    browser.see(".canvas .step")?;

    // A menu after the beginning, a person after its first key, a mailbox after nobody answered.
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], HOME)?;
    add(&browser, "ivr", 2)?;
    judge(&browser, "flow-inspector", &mut found)?;
    browser.has_focus("Drawing of the flow")?;
    add(&browser, "ring people", 3)?;
    browser.tab_to("Add somebody")?;
    browser.type_keys("anna")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    back_to_drawing(&browser)?;
    browser.press(&[], DOWN)?;
    add(&browser, "mailbox", 4)?;
    browser.tab_to("Mailbox")?;
    browser.type_keys("anna")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    back_to_drawing(&browser)?;

    // The second key leads to the mailbox, too.
    browser.press(&[], 'g')?;
    browser.type_keys("menu")?;
    browser.press(&[], ENTER)?;
    browser.press(&[], DOWN)?;
    browser.press(&[], 'c')?;
    browser.type_keys("voicemail")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Drawing of the flow")?;
    let draft = becomes(&engine, "/api/flows/1/draft", |draft| {
        draft["document"]["edges"].as_array().map(Vec::len) == Some(4)
    })?;
    let edge = |outcome: &str| {
        let edges = draft["document"]["edges"].as_array().into_iter().flatten();
        let nodes = draft["document"]["nodes"].as_array().into_iter().flatten();
        let target = edges
            .clone()
            .find(|edge| edge["sourceHandle"] == outcome)
            .map(|edge| edge["target"].clone());
        nodes
            .clone()
            .find(|node| Some(&node["id"]) == target.as_ref())
            .map(|node| node["data"]["kind"].clone())
    };
    ensure!(
        edge("digit:1") == Some(json!("dial"))
            && edge("digit:2") == Some(json!("voicemail"))
            && edge("no_answer") == Some(json!("voicemail")),
        "{draft}"
    );

    // The same flow as sentences.
    browser.press(&[SHIFT, CONTROL], 'e')?;
    browser.see("[role=tree]")?;
    judge(&browser, "flow-outline", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Makes the flow of the number 600 of the template with hours and a menu, and opens it.
fn make_of_template(browser: &Chromium) -> Result<()> {
    browser.tab_to("New flow")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Name")?;
    browser.type_keys("Main number")?;
    browser.tab_to("Number")?;
    browser.type_keys("600")?;
    browser.tab_to("Hours, then a menu")?;
    browser.press(&[], ENTER)?;
    browser.see("#step-n_menu1")?;
    browser.read("with opening hours to begin with: Monday to Friday, 9 to 17")?;
    browser.until(
        "nothing is wrong",
        "const problems = document.querySelector('.flow-bar-problems');
         return problems !== null && !problems.innerText.includes('error')",
    )
}

/// The step asks for other hours, which are made on the spot.
fn choose_hours(browser: &Chromium) -> Result<()> {
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], HOME)?;
    browser.press(&[], RIGHT)?;
    browser.press(&[], ENTER)?;
    browser.tab_to("New schedule")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Name")?;
    browser.type_keys("Office hours")?;
    browser.tab_to("Open")?;
    browser.type_keys("Mon-Sun 0-24")?;
    browser.press(&[], ENTER)?;
    browser.until(
        "the step asks for them",
        "return document.querySelector('[role=dialog]') === null
           && document.querySelector('.inspector').innerText.includes('Office hours')",
    )?;
    // The words of the button go first.
    browser.press(&[], ESCAPE)?;
    back_to_drawing(browser)?;
    // Lets go of the step; and all of the flow is to be seen.
    browser.press(&[], ESCAPE)?;
    browser.press(&[SHIFT], '!')
}

fn publish(browser: &Chromium, message: &str, revision: u32) -> Result<()> {
    browser.press(&[CONTROL], ENTER)?;
    browser.has_focus("What you did")?;
    browser.type_keys(message)?;
    browser.press(&[], ENTER)?;
    browser.read(&format!("revision {revision} from now on"))?;
    browser.read(&format!("Live · revision {revision}"))
}

/// Waits until a caller is seen at a step.
fn is_at(browser: &Chromium, node: &str) -> Result<()> {
    browser.until(
        &format!("a caller is seen at {node}"),
        &format!("return document.querySelector('#step-{node} .step-callers')?.innerText === '1'"),
    )
}

/// Calls again and again; gives how long it took each time until the drawing showed where the caller
/// is, in milliseconds, the shortest first.
fn watched(office: &mut Office, browser: &Chromium) -> Result<Vec<f64>> {
    browser.run(
        "window.seen = [];
         new MutationObserver((changes) => {
           const now = performance.timeOrigin + performance.now();
           for (const { target } of changes)
             if (target.matches('.step') && target.dataset.live !== undefined)
               window.seen.push([target.id.replace('step-', ''), now]);
         }).observe(document.querySelector('.canvas'), {
           subtree: true, attributes: true, attributeFilter: ['data-live'],
         });",
    )?;
    let mut delays = Vec::new();
    for _ in 0..CALLS {
        office.caller.dial("600")?;
        office.caller.wait_for("CALL_ESTABLISHED")?;
        is_at(browser, "n_menu1")?;
        office.caller.press("1")?;
        office.anna.wait_for("CALL_INCOMING")?;
        is_at(browser, "n_sales")?;
        office.caller.hang_up()?;
        office.caller.wait_until_closed()?;
        office.anna.wait_until_closed()?;
        browser.until(
            "nobody is in the flow",
            "return document.querySelector('.step[data-live]') === null",
        )?;
        let seen = browser.run("const seen = window.seen; window.seen = []; return seen")?;
        let call = latest_call(&office.engine)?;
        let story = becomes(&office.engine, &format!("/api/calls/{call}"), |story| {
            story["walk"]["steps"].is_array() && !story["call"]["endedAt"].is_null()
        })?;
        let began = story["call"]["startedAt"].as_f64().context("no start")?;
        for node in ["n_menu1", "n_sales"] {
            let steps = story["walk"]["steps"].as_array().into_iter().flatten();
            let entered = steps
                .clone()
                .find(|step| step["node"] == node && step["event"] == "enter")
                .and_then(|step| step["tMs"].as_f64())
                .with_context(|| format!("{node} is not in {story}"))?;
            let shown = seen.as_array().into_iter().flatten();
            let shown = shown
                .clone()
                .find(|one| one[0] == node)
                .and_then(|one| one[1].as_f64())
                .with_context(|| format!("{node} was never shown: {seen}"))?;
            delays.push(shown - began - entered);
        }
    }
    delays.sort_by(f64::total_cmp);
    Ok(delays)
}

pub fn latest_call(engine: &Engine) -> Result<i64> {
    let page = ask(engine, "GET", "/api/calls", &Value::Null)?;
    page["calls"][0]["id"].as_i64().context("no call")
}

/// The template with hours and a menu, live on 600; its number. It asks the first schedule there is.
pub fn flow_on_600(engine: &Engine) -> Result<i64> {
    let wish = json!({ "name": "Main number", "number": "600", "template": "hoursMenu" });
    let flow = ask(engine, "POST", "/api/flows", &wish)?["id"].clone();
    let flow = flow.as_i64().context("no id")?;
    let draft = format!("/api/flows/{flow}/draft");
    let seq = ask(engine, "GET", &draft, &Value::Null)?["seq"].clone();
    let wish = json!({ "message": "First", "seq": seq });
    ask(engine, "POST", &format!("/api/flows/{flow}/publish"), &wish)?;
    Ok(flow)
}

pub fn always_open(engine: &Engine) -> Result<()> {
    let always = json!({
        "schemaVersion": 1, "id": "sch_always", "name": "Office hours", "timezone": null,
        "weekly": [{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["00:00", "24:00"] }],
    });
    ask(
        engine,
        "POST",
        "/api/schedules",
        &json!({ "document": always }),
    )
    .map(drop)
}

/// Waits until key 1 of the menu leads to a step in the draft that is kept.
fn leads_to(engine: &Engine, flow: i64, node: &str) -> Result<()> {
    becomes(engine, &format!("/api/flows/{flow}/draft"), |draft| {
        let edges = draft["document"]["edges"].as_array().into_iter().flatten();
        let ways = edges.filter(|edge| edge["sourceHandle"] == "digit:1");
        ways.map(|edge| &edge["target"]).eq([node])
    })
    .map(drop)
}

/// Waits until what was done is told to be kept.
fn is_kept(browser: &Chromium) -> Result<()> {
    browser.see("[data-save=saved]").map(drop)
}

/// Loads the page anew and goes back into the drawing.
fn anew(engine: &Engine, browser: &Chromium, flow: i64) -> Result<()> {
    by_keys_alone(browser)?;
    open(engine, browser, &format!("/flows/{flow}"))?;
    count_pointers(browser)?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Drawing of the flow")
}

/// Adds the kind of step that a word finds best, after the outcome the keys stand at.
fn add(browser: &Chromium, word: &str, steps: usize) -> Result<()> {
    browser.press(&[], 'a')?;
    browser.see("[role=listbox] [aria-selected=true]")?;
    browser.type_keys(word)?;
    browser.press(&[], ENTER)?;
    browser.until(
        &format!("“{word}” is drawn"),
        &format!("return document.querySelectorAll('.canvas .step').length === {steps}"),
    )
}

/// Leaves the settings for the drawing.
fn back_to_drawing(browser: &Chromium) -> Result<()> {
    browser.press(&[], ESCAPE)?;
    browser.has_focus("Drawing of the flow")
}
