//! Tasks of the builder and of the hours editor, one after the other, done with the keyboard alone.

use super::{
    flows::{HOME, always_open, flow_on_600},
    hours::type_line,
    keys::{at, becomes, by_keys_alone, command},
    office::{office, telephone},
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    chromium::Chromium,
    engine::Engine,
    webdriver::{CONTROL, DELETE, DOWN, END, ENTER, ESCAPE, RIGHT, SHIFT},
};
use serde_json::Value;

/// So many are promised.
const TASKS: usize = 30;

const LEFT: char = '\u{e012}';
const F2: char = '\u{e032}';
const F5: char = '\u{e035}';
const PAGE_DOWN: char = '\u{e00f}';
const PAGE_UP: char = '\u{e00e}';

/// The steps of the template with hours and a menu, as they are read.
const AS_READ: [&str; 8] = [
    "n_start", "n_hours", "n_menu1", "n_sales", "n_vmbox", "n_suppt", "n_opera", "n_shut1",
];

/// What has been done without a pointer.
struct Tasks<'b> {
    browser: &'b Chromium,
    done: Vec<&'static str>,
}

impl Tasks<'_> {
    /// A task is done, by keys alone.
    fn did(&mut self, task: &'static str) -> Result<()> {
        by_keys_alone(self.browser)?;
        ensure!(!self.done.contains(&task), "“{task}” counts once");
        self.done.push(task);
        Ok(())
    }
}

#[test]
fn thirty_tasks_of_the_builder_and_the_hours_editor_need_no_pointer() -> Result<()> {
    let engine = office()?;
    drop(telephone(&engine, "Anna Reed", "101", 440.0)?);
    always_open(&engine)?;
    flow_on_600(&engine)?;
    let browser = at(&engine, "/flows/1")?;
    let mut tasks = Tasks {
        browser: &browser,
        done: Vec::new(),
    };
    browser.see("#step-n_menu1")?;
    walk(&browser, &mut tasks)?;
    draw(&engine, &browser, &mut tasks)?;
    look(&engine, &browser, &mut tasks)?;
    hours(&engine, &browser, &mut tasks)?;
    println!("{} tasks: {}", tasks.done.len(), tasks.done.join(", "));
    ensure!(tasks.done.len() >= TASKS, "{} tasks", tasks.done.len());
    by_keys_alone(&browser)
}

/// Going about in the drawing.
fn walk(browser: &Chromium, tasks: &mut Tasks<'_>) -> Result<()> {
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], HOME)?;
    is_at(browser, "n_start")?;
    tasks.did("go to the first step")?;
    for step in AS_READ.into_iter().skip(1) {
        browser.press(&[], PAGE_DOWN)?;
        is_at(browser, step)?;
    }
    let drawn = browser.run(
        "return [...document.querySelectorAll('.canvas .step')].map(({ id }) => id.slice(5))",
    )?;
    ensure!(
        drawn == Value::from(AS_READ.to_vec()),
        "read otherwise: {drawn}"
    );
    tasks.did("read all steps in order")?;
    browser.press(&[], PAGE_UP)?;
    is_at(browser, "n_opera")?;
    tasks.did("go back one step in the order")?;
    browser.press(&[], END)?;
    is_at(browser, "n_shut1")?;
    tasks.did("go to the last step")?;
    browser.press(&[], HOME)?;
    for step in ["n_hours", "n_menu1"] {
        browser.press(&[], RIGHT)?;
        is_at(browser, step)?;
    }
    tasks.did("follow the way of a call")?;
    browser.press(&[], LEFT)?;
    is_at(browser, "n_hours")?;
    tasks.did("go back the way one came")?;
    browser.press(&[], RIGHT)?;
    browser.press(&[], DOWN)?;
    browser.press(&[], RIGHT)?;
    is_at(browser, "n_suppt")?;
    tasks.did("follow another outcome")?;
    browser.press(&[], 'g')?;
    browser.type_keys("menu welcome")?;
    browser.press(&[], ENTER)?;
    is_at(browser, "n_menu1")?;
    tasks.did("go to a step by its name")
}

/// Changing what is drawn.
fn draw(engine: &Engine, browser: &Chromium, tasks: &mut Tasks<'_>) -> Result<()> {
    let steps = |wanted: usize| {
        move |draft: &Value| draft["document"]["nodes"].as_array().map(Vec::len) == Some(wanted)
    };
    let draft = "/api/flows/1/draft";
    browser.has_focus("Drawing of the flow")?;
    browser.press(&[], 'c')?;
    browser.type_keys("operator")?;
    browser.press(&[], ENTER)?;
    becomes(engine, draft, |draft| key_1(draft) == Some("n_opera"))?;
    tasks.did("connect an outcome")?;
    browser.has_focus("Drawing of the flow")?;
    browser.press(&[CONTROL], 'z')?;
    becomes(engine, draft, |draft| key_1(draft) == Some("n_sales"))?;
    tasks.did("take a step back")?;
    browser.press(&[CONTROL], 'y')?;
    becomes(engine, draft, |draft| key_1(draft) == Some("n_opera"))?;
    tasks.did("do it again")?;
    browser.press(&[], 'x')?;
    becomes(engine, draft, |draft| key_1(draft).is_none())?;
    tasks.did("disconnect an outcome")?;
    browser.press(&[CONTROL], 'z')?;
    browser.press(&[CONTROL], 'z')?;
    becomes(engine, draft, |draft| key_1(draft) == Some("n_sales"))?;

    browser.press(&[], END)?;
    is_at(browser, "n_shut1")?;
    browser.press(&[CONTROL], 'd')?;
    becomes(engine, draft, steps(9))?;
    tasks.did("duplicate a step")?;
    browser.press(&[], DELETE)?;
    becomes(engine, draft, steps(8))?;
    tasks.did("remove a step")?;
    browser.press(&[], END)?;
    is_at(browser, "n_shut1")?;
    browser.press(&[CONTROL], 'c')?;
    browser.read("1 step copied")?;
    browser.press(&[CONTROL], 'v')?;
    becomes(engine, draft, steps(9))?;
    tasks.did("copy and paste a step")?;
    browser.press(&[CONTROL], 'z')?;
    becomes(engine, draft, steps(8))?;

    browser.press(&[], END)?;
    is_at(browser, "n_shut1")?;
    browser.press(&[], 'm')?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    becomes(engine, draft, |draft| {
        node(draft, "n_shut1")["position"]["y"].as_f64() > Some(260.0)
    })?;
    tasks.did("move a step")?;
    browser.press(&[], F2)?;
    browser.until(
        "the name is being written",
        "return document.activeElement?.matches('input') === true",
    )?;
    browser.type_over("After hours")?;
    browser.press(&[], ENTER)?;
    becomes(engine, draft, |draft| {
        node(draft, "n_shut1")["data"]["title"] == "After hours"
    })?;
    tasks.did("rename a step")?;
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[CONTROL], 'g')?;
    becomes(engine, draft, |draft| {
        draft["document"]["frames"].as_array().map(Vec::len) == Some(1)
    })?;
    tasks.did("put steps into a frame")?;
    browser.press(&[CONTROL], 'z')?;
    some_steps(engine, browser, tasks)?;
    browser.press(&[], HOME)?;
    browser.press(&[], 'a')?;
    browser.see("[role=listbox] [aria-selected=true]")?;
    browser.type_keys("pause")?;
    browser.press(&[], ENTER)?;
    becomes(engine, draft, steps(9))?;
    tasks.did("add a step")?;
    browser.press(&[CONTROL], 'z')?;
    becomes(engine, draft, steps(8)).map(drop)
}

/// Several steps, but not all, are chosen, moved, copied and framed; a note is written.
fn some_steps(engine: &Engine, browser: &Chromium, tasks: &mut Tasks<'_>) -> Result<()> {
    let draft = "/api/flows/1/draft";
    let steps = |wanted: usize| {
        move |draft: &Value| draft["document"]["nodes"].as_array().map(Vec::len) == Some(wanted)
    };
    let frames = |wanted: usize| {
        move |draft: &Value| {
            let frames = draft["document"]["frames"].as_array();
            frames.map_or(0, Vec::len) == wanted
        }
    };
    let before = becomes(engine, draft, steps(8))?;
    browser.press(&[], HOME)?;
    browser.press(&[], PAGE_DOWN)?;
    browser.press(&[SHIFT], PAGE_DOWN)?;
    browser.press(&[CONTROL], PAGE_DOWN)?;
    browser.press(&[CONTROL], PAGE_DOWN)?;
    browser.press(&[], ' ')?;
    browser.until(
        "three steps are chosen",
        "return [...document.querySelectorAll('.step[data-selected]')]
           .map(({ id }) => id.slice(5)).join() === 'n_hours,n_menu1,n_vmbox'",
    )?;
    tasks.did("choose several steps")?;
    browser.press(&[], 'm')?;
    browser.press(&[], RIGHT)?;
    browser.press(&[], ENTER)?;
    let moved = becomes(engine, draft, |draft| {
        node(draft, "n_hours")["position"] != node(&before, "n_hours")["position"]
    })?;
    for step in AS_READ {
        let is_moved = node(&moved, step)["position"] != node(&before, step)["position"];
        let was_chosen = ["n_hours", "n_menu1", "n_vmbox"].contains(&step);
        ensure!(is_moved == was_chosen, "{step}: {moved}");
    }
    tasks.did("move several steps")?;
    browser.press(&[CONTROL], 'd')?;
    becomes(engine, draft, steps(11))?;
    browser.press(&[CONTROL], 'z')?;
    becomes(engine, draft, steps(8))?;
    tasks.did("copy several steps")?;
    browser.press(&[], HOME)?;
    browser.press(&[], 'n')?;
    browser.has_focus("Text of the note")?;
    browser.type_keys("Ask Ben")?;
    becomes(engine, draft, |draft| {
        draft["document"]["frames"][0]["text"] == "Ask Ben"
    })?;
    tasks.did("write a note")?;
    browser.press(&[], ESCAPE)?;
    browser.press(&[SHIFT, CONTROL], 'e')?;
    browser.see("[role=tree]")?;
    browser.tab_to("Call comes in")?;
    browser.press(&[], DOWN)?;
    browser.press(&[SHIFT], DOWN)?;
    browser.press(&[CONTROL], 'g')?;
    becomes(engine, draft, frames(2))?;
    tasks.did("put steps into a frame in the outline")?;
    browser.press(&[], DELETE)?;
    becomes(engine, draft, frames(1))?;
    browser.press(&[SHIFT, CONTROL], 'e')?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Drawing of the flow")
}

/// Looking at it in other ways, trying and publishing.
fn look(engine: &Engine, browser: &Chromium, tasks: &mut Tasks<'_>) -> Result<()> {
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[SHIFT], 'M')?;
    browser.see(".canvas-map")?;
    browser.press(&[SHIFT], 'M')?;
    tasks.did("show the map")?;
    browser.press(&[SHIFT, CONTROL], 'e')?;
    browser.see("[role=tree]")?;
    tasks.did("read the flow as sentences")?;
    browser.press(&[SHIFT, CONTROL], 'e')?;
    browser.see("#step-n_menu1")?;
    browser.tab_to("Drawing of the flow")?;
    browser.press(&[], F5)?;
    browser.has_focus("Call in")?;
    browser.press(&[], ENTER)?;
    browser.read("Waiting for the caller")?;
    browser.type_keys("1")?;
    browser.read("The office hung up.")?;
    tasks.did("try a call")?;
    browser.tab_to("Save as a scenario")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Name of the scenario")?;
    browser.press(&[], ENTER)?;
    becomes(engine, "/api/flows/1/scenarios", |scenarios| {
        scenarios[0]["expects"]["visits"][0] == "n_start"
    })?;
    tasks.did("keep a call as a scenario")?;
    browser.press(&[], F5)?;
    browser.has_focus("Drawing of the flow")?;
    browser.press(&[CONTROL], ENTER)?;
    browser.has_focus("What you did")?;
    browser.type_keys("By keys")?;
    browser.press(&[], ENTER)?;
    browser.read("revision 2 from now on")?;
    tasks.did("publish")?;
    browser.tab_to("Versions")?;
    browser.press(&[], ENTER)?;
    browser.read("By keys")?;
    tasks.did("see the versions")?;
    browser.tab_to("Make live again")?;
    browser.press(&[], ENTER)?;
    becomes(engine, "/api/flows", |flows| {
        flows[0]["live"]["revision"] == 1
    })?;
    tasks.did("go back to an earlier version")
}

/// The hours that came with the flow.
fn hours(engine: &Engine, browser: &Chromium, tasks: &mut Tasks<'_>) -> Result<()> {
    let weekly = |what: &'static str| {
        move |schedules: &Value| {
            schedules[0]["document"]["weekly"]
                .to_string()
                .contains(what)
        }
    };
    let schedules = "/api/schedules";
    command(browser, "office hours", "Office hours")?;
    browser.see(".hours-page")?;
    tasks.did("open the hours by name")?;
    type_line(browser, "Mon-Fri 9-17:30, break 12:30-13:15")?;
    becomes(engine, schedules, weekly("break"))?;
    tasks.did("type the week with a break")?;
    browser.tab_to("The week.")?;
    browser.press(&[], HOME)?;
    for _ in 0..9 {
        browser.press(&[], PAGE_DOWN)?;
    }
    browser.press(&[], ENTER)?;
    for _ in 0..3 {
        browser.press(&[], PAGE_DOWN)?;
    }
    browser.press(&[], ENTER)?;
    becomes(engine, schedules, weekly("\"days\":[0]"))?;
    tasks.did("draw hours")?;
    browser.press(&[], DELETE)?;
    becomes(engine, schedules, |schedules| {
        schedules[0]["document"]["weekly"].as_array().map(Vec::len) == Some(2)
    })?;
    tasks.did("remove hours")?;
    browser.tab_to("Exception")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("What for")?;
    browser.type_keys("Works outing")?;
    browser.press(&[], ENTER)?;
    becomes(engine, schedules, |schedules| {
        schedules[0]["document"]["exceptions"][0]["label"] == "Works outing"
    })?;
    tasks.did("add an exception")?;
    browser.tab_to("Holidays")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog]")?;
    tasks.did("look through the holidays")?;
    browser.press(&[], ESCAPE)?;
    browser.press(&[SHIFT, CONTROL], 'o')?;
    browser.see("[role=menu] [role=menuitem]")?;
    browser.press(&[], ENTER)?;
    becomes(engine, schedules, |schedules| {
        schedules[0]["document"]["override"]["until"].is_string()
    })?;
    tasks.did("open or close by hand")
}

/// Waits until the keys stand at a step.
fn is_at(browser: &Chromium, step: &str) -> Result<()> {
    browser.until(
        &format!("the keys stand at {step}"),
        &format!(
            "return document.querySelector('.canvas').getAttribute('aria-activedescendant') === 'step-{step}'"
        ),
    )
}

/// Where key 1 of the menu leads in a draft.
fn key_1(draft: &Value) -> Option<&str> {
    let mut edges = draft["document"]["edges"].as_array()?.iter();
    edges.find(|edge| edge["sourceHandle"] == "digit:1")?["target"].as_str()
}

fn node<'d>(draft: &'d Value, id: &str) -> &'d Value {
    let mut nodes = draft["document"]["nodes"].as_array().into_iter().flatten();
    nodes.find(|node| node["id"] == id).unwrap_or(&Value::Null)
}
