//! What the drawing of a large call flow costs the computer it is looked at: 200 steps and 325 ways,
//! in Chromium and in the window's own webview, neither of them with a graphics card.
//!
//! Processor time per frame and per caller who moves says more than frames a second: it does not
//! depend on what else the machine does. What is counted is what paints: the process that has the page,
//! with the threads that put its layers together, and the one that has the window; neither the
//! driver that asks for it all nor the one that talks to the network, and no display. A frame
//! is one in which the drawing stands elsewhere than in the frame before: all others would be cheap.

use crate::{milliseconds, report::Report, usage};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    chromium::Chromium,
    engine::Engine,
    flows,
    process::{PATIENCE, binary, until},
    raw::Peer,
    webdriver::Page,
    window::Window,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

/// How many steps the flow has, its beginning and its end included.
const STEPS: usize = 200;
/// How many ways lead from step to step.
const WAYS: usize = 325;
/// How many steps stand beside each other.
const COLUMNS: usize = 20;
/// How often the drawing is pushed about, and for how many frames each time.
const PUSHES: u32 = 4;
const FRAMES: u32 = 60;
/// Processes of a browser that paint nothing.
const NO_PAINTERS: [&str; 3] = ["chromedriver", "WebKitWebDriver", "WebKitNetworkPr"];
/// How long nothing happens.
const STILL: Duration = Duration::from_secs(10);
/// How often a caller goes on to another step, and how long they stay there.
const MOVES: u32 = 40;
const STAYS: Duration = Duration::from_millis(250);
/// What is dialled to walk the flow.
const NUMBER: &str = "600";

/// What a browser spent.
struct Spent {
    /// With all of the drawing in view.
    far: Pan,
    /// At full size, with a few steps in view.
    near: Pan,
    /// Processor time of a caller who goes on to the next step, in milliseconds.
    step: f64,
    /// Processor time while nothing happens, in milliseconds a second.
    still: f64,
}

/// What it costs to push the drawing about.
struct Pan {
    /// Between two frames, in milliseconds: the median, and what one in twenty exceeds.
    frame: [f64; 2],
    /// Processor time of a frame, in milliseconds.
    cpu: f64,
}

/// Both browsers, one after the other.
pub fn report() -> Result<Report> {
    let engine = Engine::start()?;
    engine.ask("POST", "/api/setup/finish", &json!({}))?;
    let flow = flows::publish(&engine, "Large", NUMBER, &document())?;
    let mut caller = Peer::new(&engine, "Cleo Sand", "103")?;
    caller.register()?;
    let path = format!("/flows/{flow}");
    let mut report = Report::against("-");

    eprintln!("Chromium: {STEPS} steps");
    let browser = Chromium::open(1280, 800)?;
    browser.size(1280, 800)?;
    let ticket = engine.ask("POST", "/api/tickets", &json!({}))?;
    let ticket = ticket["url"].as_str().context("no url")?;
    browser.go(&format!("{}{ticket}", engine.api()))?;
    browser.go(&format!("{}{path}", engine.api()))?;
    let spent = Spent::by(&browser, browser.process(), &mut caller)?;
    spent.note(&mut report, "Chromium", [Some(20.0), Some(25.0)], [None; 2]);
    drop(browser);

    let app = match binary("cordboard") {
        Ok(app) => app,
        Err(_) => {
            println!(
                "The window is not built (`cargo build --profile bench --package cordboard`): no WebKitGTK."
            );
            return Ok(report);
        }
    };
    eprintln!("WebKitGTK: {STEPS} steps");
    let data = engine.data().to_string_lossy().into_owned();
    let window = Window::open(&app, &["--data", &data])?;
    let signed_in = "return fetch('/api/session').then(answer => answer.status)";
    let is_in = || window.run(signed_in).is_ok_and(|status| status == 200);
    ensure!(until(PATIENCE, is_in), "the window is not signed in");
    window.go(&format!("{}{path}", engine.api()))?;
    let spent = Spent::by(&window, window.process(), &mut caller)?;
    spent.note(
        &mut report,
        "WebKitGTK",
        [None; 2],
        [Some(65.0), Some(15.0)],
    );
    Ok(report)
}

impl Spent {
    /// Pushes the drawing about, leaves it alone, and lets a caller walk over it.
    fn by(page: &Page, process: u32, caller: &mut Peer) -> Result<Self> {
        page.until(
            "the flow is drawn",
            &format!("return document.querySelectorAll('.react-flow__node').length >= {STEPS}"),
        )?;
        thread::sleep(Duration::from_secs(3)); // what is loaded late is not to be counted
        let cpu = Cpu(process);

        let far = Pan::by(page, &cpu)?;
        thread::sleep(Duration::from_secs(2));
        let before = cpu.now()?;
        thread::sleep(STILL);
        let still = cpu.spent_since(&before)? / STILL.as_secs_f64();

        let step = Self::step(page, caller, still, &cpu)?;
        page.run(NEAR).context("at full size")?;
        thread::sleep(Duration::from_secs(2));
        Ok(Self {
            far,
            near: Pan::by(page, &cpu)?,
            step,
            still,
        })
    }

    /// What it costs when a caller goes on to the next step, beyond what it costs when nothing happens.
    fn step(page: &Page, caller: &mut Peer, still: f64, cpu: &Cpu) -> Result<f64> {
        let mut call = caller.invite(NUMBER)?;
        ensure!(caller.outcome(&mut call)?.code() == Some(200));
        page.until(
            "the caller is drawn",
            "return document.querySelector('.step[data-live]') !== null",
        )?;
        let (before, began) = (cpu.now()?, Instant::now());
        for _ in 0..MOVES {
            caller.press(&mut call, '1')?;
            thread::sleep(STAYS);
        }
        let (spent, took) = (cpu.spent_since(&before)?, began.elapsed());
        caller.bye(&mut call)?;
        page.until(
            "nobody is drawn",
            "return document.querySelector('.step[data-live]') === null",
        )?;
        Ok((spent - still * took.as_secs_f64()) / f64::from(MOVES))
    }

    fn note(
        &self,
        report: &mut Report,
        browser: &str,
        [median, slow]: [Option<f64>; 2],
        [pan, step]: [Option<f64>; 2],
    ) {
        let mut note = |item: &str, unit, figure, budget| {
            report.note(
                &format!("{browser}: {item}"),
                unit,
                [Some(figure), None],
                budget,
            );
        };
        note(
            "frame while panning, median",
            "ms",
            self.far.frame[0],
            median,
        );
        note("frame while panning, p95", "ms", self.far.frame[1], slow);
        note("frame while panning, CPU", "ms", self.far.cpu, pan);
        note("at full size, median", "ms", self.near.frame[0], None);
        note("at full size, p95", "ms", self.near.frame[1], None);
        note("at full size, CPU", "ms", self.near.cpu, None);
        note("caller goes on to a step, CPU", "ms", self.step, step);
        note("nothing happens, CPU of a second", "ms", self.still, None);
    }
}

impl Pan {
    /// Pushes the drawing there and back a few times.
    fn by(page: &Page, cpu: &Cpu) -> Result<Self> {
        let before = cpu.now()?;
        let mut between = Vec::new();
        let mut painted = 0;
        for _ in 0..PUSHES {
            let pushed: Pushed = serde_json::from_value(page.run(PAN)?).context("no times")?;
            ensure!(pushed.times.len() as u32 == FRAMES + 1, "{pushed:?}");
            between.extend(pushed.times.windows(2).map(|pair| pair[1] - pair[0]));
            painted += pushed.painted;
        }
        let spent = cpu.spent_since(&before)?;
        // Where a frame left the drawing where it was, others have paid for it.
        ensure!(painted == PUSHES * FRAMES, "{painted} frames were painted");
        between.sort_by(f64::total_cmp);
        let at = |share: usize| between[(between.len() - 1) * share / 100];
        Ok(Self {
            frame: [at(50), at(95)],
            cpu: spent / f64::from(painted),
        })
    }
}

/// What came of a push.
#[derive(Debug, Deserialize)]
struct Pushed {
    /// When its frames were, in milliseconds.
    times: Vec<f64>,
    /// In how many of them the drawing stood elsewhere than before.
    painted: u32,
}

/// The processor time of what paints in a browser, whose processes come and go.
struct Cpu(u32);

impl Cpu {
    fn now(&self) -> Result<BTreeMap<u32, Duration>> {
        let mut each = usage::cpu_of_each(self.0).context("the browser has ended")?;
        each.retain(|process, _| {
            let name = usage::name(*process).unwrap_or_default();
            !NO_PAINTERS.contains(&name.as_str())
        });
        Ok(each)
    }

    /// In milliseconds, of all that are there now.
    fn spent_since(&self, before: &BTreeMap<u32, Duration>) -> Result<f64> {
        let spent = self.now()?.into_iter().map(|(process, used)| {
            let before = before.get(&process).copied().unwrap_or_default();
            milliseconds(used.saturating_sub(before))
        });
        Ok(spent.sum())
    }
}

/// Turns the wheel a little in every frame, there and back, and gives when the frames were and in how
/// many of them the drawing had moved.
const PAN: &str = "
    const pane = document.querySelector('.react-flow__pane');
    const view = document.querySelector('.react-flow__viewport');
    const at = pane.getBoundingClientRect();
    return new Promise((done, fail) => {
        const times = [];
        let painted = 0;
        let stands = view.style.transform;
        const step = (time) => {
            times.push(time);
            if (view.style.transform !== stands) painted += 1;
            stands = view.style.transform;
            if (times.length === 15 && painted === 0) return fail('nothing moves');
            if (times.length > 60) return done({ times, painted });
            const forth = times.length <= 30 ? 1 : -1;
            pane.dispatchEvent(new WheelEvent('wheel', {
                deltaX: 10 * forth, deltaY: 6 * forth, bubbles: true, cancelable: true,
                clientX: at.x + at.width / 2, clientY: at.y + at.height / 2,
            }));
            requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
    });";

/// Turns the wheel with Ctrl held until the drawing is seen at full size.
const NEAR: &str = "
    const pane = document.querySelector('.react-flow__pane');
    const view = document.querySelector('.react-flow__viewport');
    const at = pane.getBoundingClientRect();
    return new Promise((done, fail) => {
        let turns = 0;
        const step = () => {
            const zoom = Number(/scale\\((.*)\\)/.exec(view.style.transform)?.[1]);
            if (zoom >= 0.95) return done(zoom);
            if (turns > 200) return fail(`${zoom}`);
            turns += 1;
            pane.dispatchEvent(new WheelEvent('wheel', {
                deltaY: -20, ctrlKey: true, bubbles: true, cancelable: true,
                clientX: at.x + at.width / 2, clientY: at.y + at.height / 2,
            }));
            requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
    });";

/// Menus in rows, which lead to the next step by a key and to the one below when no key comes; then
/// steps that say something; then the end.
fn document() -> Value {
    let between = STEPS - 2;
    // One way leads from the beginning to the first menu, one from every step, two from every menu.
    let menus = WAYS - 1 - between;
    let id = |step: usize| match step < between {
        true => format!("n_s{step:04}"),
        false => "n_end01".to_owned(),
    };
    let nothing = json!([{ "source": "silence", "ms": 100 }]);
    let step = |number: usize| match number < menus {
        true => json!({
            "id": id(number), "kind": "menu", "timeout": 30, "label": format!("Menu {number}"),
            "prompts": nothing, "options": [{ "digit": "1", "label": "Next" }],
        }),
        false => json!({ "id": id(number), "kind": "play", "prompts": nothing }),
    };
    let end = json!({ "id": id(between), "kind": "hangup", "goodbye": [] });
    let nodes: Vec<Value> = (0..between).map(step).chain([end]).collect();
    let next = (0..between).map(|from| {
        let outcome = if from < menus { "digit:1" } else { "default" };
        [id(from), outcome.to_owned(), id(from + 1)]
    });
    let below = (0..menus).map(|from| [id(from), "timeout".to_owned(), id(from + COLUMNS)]);
    let ways: Vec<[String; 3]> = next.chain(below).collect();
    let ways: Vec<[&str; 3]> = ways
        .iter()
        .map(|way| way.each_ref().map(String::as_str))
        .collect();
    let mut document = flows::document(&nodes, &ways);
    let nodes = document["nodes"].as_array_mut().into_iter().flatten();
    for (number, node) in nodes.enumerate() {
        node["position"] = json!({ "x": number % COLUMNS * 280, "y": number / COLUMNS * 220 });
    }
    document
}
