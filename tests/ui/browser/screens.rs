//! Every screen, light and dark, large and small: usable by everybody, nothing cut off, nothing run.

use super::axe::violations;
use super::flows::flow_on_600;
use super::office::{ask, browser, office, open, pictures, telephone};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Baresip,
    chromium::Chromium,
    engine::Engine,
    raw::Peer,
    talk::{connect, hang_up},
    webdriver::{CONTROL, ENTER, SHIFT},
};
use serde_json::{Value, json};

/// What most desks have, and a narrow window.
const SIZES: [[u32; 2]; 2] = [[1280, 800], [900, 600]];

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

/// For trying a call.
const F5: char = '\u{e035}';

/// What a call flow and opening hours show besides, in an office that has both.
#[derive(Clone, Copy)]
enum Part {
    Drawing,
    Step,
    Flow,
    TriedCall,
    Problems,
    Publishing,
    Outline,
    Hours,
    Exception,
}

const PARTS: [(&str, Part); 9] = [
    ("flow-drawing", Part::Drawing),
    ("flow-step", Part::Step),
    ("flow-settings", Part::Flow),
    ("flow-tried-call", Part::TriedCall),
    ("flow-problems", Part::Problems),
    ("flow-publishing", Part::Publishing),
    ("flow-as-outline", Part::Outline),
    ("hours-of-office", Part::Hours),
    ("hours-new-exception", Part::Exception),
];

impl Part {
    /// Opens it as somebody would who does not read its words; `query` is added to its address.
    fn open(self, office: &Lively, query: &str) -> Result<()> {
        let (engine, browser) = (&office.engine, &office.browser);
        let path = match self {
            Self::Hours | Self::Exception => format!("/hours/{}", office.hours),
            _ => format!("/flows/{}", office.flow),
        };
        open(engine, browser, &format!("{path}{query}"))?;
        rest(browser)?;
        if let Self::Hours | Self::Exception = self {
            browser.see(".hours-page")?;
        } else {
            browser.see("#step-n_menu1")?;
            let is_in = "return document.activeElement?.matches('.canvas') === true";
            browser.until("the drawing has the focus", is_in)?;
            // It is fitted into the window, and moves for a moment.
            browser.until(
                "the drawing rests",
                "const at = JSON.stringify(document.querySelector('#step-n_menu1').getBoundingClientRect());
                 const { was, since } = window.stepAt ?? {};
                 window.stepAt = was === at ? { was, since } : { was: at, since: Date.now() };
                 return was === at && Date.now() - since > 500;",
            )?;
        }
        let seen = match self {
            Self::Drawing => "#step-n_menu1",
            Self::Hours => ".hours-page",
            Self::Step => {
                browser.click("#step-n_menu1")?;
                ".inspector .inspector-body"
            }
            Self::Flow => {
                browser.click(".flow-bar-name")?;
                browser.click("[role=menu] [role=menuitem]:nth-child(2)")?;
                ".inspector .inspector-body"
            }
            Self::TriedCall => {
                browser.press(&[], F5)?;
                let is_ready = "return document.activeElement?.matches('.sim .button') === true";
                browser.until("a call can be tried", is_ready)?;
                browser.press(&[], ENTER)?;
                // On a day on which the office is closed it ends at once, and asks for no key.
                ".sim-steps"
            }
            Self::Problems => {
                browser.click(".dock-tabs > :first-child")?;
                ".dock-panel"
            }
            Self::Publishing => {
                browser.press(&[CONTROL], ENTER)?;
                "[role=dialog] .publish-part"
            }
            Self::Outline => {
                browser.press(&[SHIFT, CONTROL], 'e')?;
                "[role=tree]"
            }
            Self::Exception => {
                browser.click(".exceptions-acts > :first-child")?;
                "[role=dialog]"
            }
        };
        browser.see(seen).map(drop)
    }
}

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

/// An office with something to see: people, a call over and a call going on; hours with everything
/// hours can have; and a flow that goes by them, with a draft that differs from it and has a mistake.
struct Lively {
    engine: Engine,
    browser: Chromium,
    flow: i64,
    hours: i64,
    _phones: Vec<Baresip>,
}

fn lively() -> Result<Lively> {
    let engine = office()?;
    let hours = json!({
        "schemaVersion": 1, "id": "sch_office", "name": "Office hours", "timezone": null,
        "weekly": [
            { "days": [1, 2, 3, 4], "open": ["09:00", "17:30"] },
            { "days": [5], "open": ["09:00", "15:00"] },
            { "days": [1, 2, 3, 4, 5], "open": ["12:30", "13:15"], "as": "break" },
            { "days": [6], "open": ["20:00", "02:00"] },
        ],
        "exceptions": [
            { "id": "x1", "label": "Company party in the old brewery", "when": { "yearly": "12-11" },
              "effect": [["09:00", "12:00"]] },
            { "id": "x2", "label": "Christmas closure", "when": { "yearly": "12-24" },
              "effect": "holiday", "spill": "cut" },
            { "id": "x3", "label": "Founders' day", "when": { "yearly": "05-14" }, "effect": "closed" },
        ],
        "holidays": [{ "source": "builtin", "country": "DE", "region": "BY", "types": ["public"] }],
        "override": null,
    });
    let made = json!({ "document": hours });
    let hours = ask(&engine, "POST", "/api/schedules", &made)?["id"].as_i64();
    let mut anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    engine.add_person("Cleo Sand", "103")?;
    connect(&mut anna, "102", &mut ben)?;
    hang_up(&mut anna, &mut ben)?;
    connect(&mut ben, "101", &mut anna)?;
    let flow = flow_on_600(&engine)?;
    let path = format!("/api/flows/{flow}/draft");
    let draft = ask(&engine, "GET", &path, &Value::Null)?;
    let mut document = draft["document"].clone();
    let edges = document["edges"].as_array_mut().context("no edges")?;
    edges.retain(|edge| edge["sourceHandle"] != "digit:2");
    let save = json!({ "seq": draft["seq"], "document": document, "cursor": 0 });
    ask(&engine, "PUT", &path, &save)?;
    Ok(Lively {
        browser: browser(&engine)?,
        engine,
        flow,
        hours: hours.context("no id")?,
        _phones: vec![anna, ben],
    })
}

#[test]
fn every_screen_is_accessible_in_light_and_dark() -> Result<()> {
    let office = lively()?;
    let (engine, browser) = (&office.engine, &office.browser);
    let mut found = Vec::new();
    let mut judge = |name: &str, colours: &str, [width, height]: [u32; 2]| -> Result<()> {
        let picture = format!("{name}-{colours}-{width}x{height}.png");
        browser.keep_screenshot(&pictures().join(picture))?;
        found.extend(
            violations(browser)?
                .iter()
                .map(|violation| format!("{name}, {colours}, {width}: {violation}")),
        );
        Ok(())
    };
    for colours in ["light", "dark"] {
        for size in SIZES {
            browser.size(size[0], size[1])?;
            browser.prefer(colours)?;
            for (name, path) in SCREENS {
                open(engine, browser, path)?;
                rest(browser)?;
                judge(name, colours, size)?;
            }
            for (name, part) in PARTS {
                part.open(&office, "")
                    .with_context(|| format!("{name}, {colours}, {size:?}"))?;
                judge(name, colours, size)?;
            }
        }
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn words_that_are_forty_percent_longer_are_not_cut_off() -> Result<()> {
    let office = lively()?;
    let (engine, browser) = (&office.engine, &office.browser);
    let mut cut = Vec::new();
    for [width, height] in SIZES {
        browser.size(width, height)?;
        for (name, path) in SCREENS {
            open(engine, browser, &format!("{path}?lang=pseudo"))?;
            rest(browser)?;
            cut.extend(cut_off(
                browser,
                &format!("{name}-pseudo-{width}x{height}"),
            )?);
        }
        for (name, part) in PARTS {
            part.open(&office, "?lang=pseudo")
                .with_context(|| format!("{name}, {width}"))?;
            cut.extend(cut_off(
                browser,
                &format!("{name}-pseudo-{width}x{height}"),
            )?);
        }
    }
    ensure!(cut.is_empty(), "{}", cut.join("\n"));
    Ok(())
}

/// Words that end before they are over. Names and numbers may end in an ellipsis and are marked so;
/// words of the UI may not.
fn cut_off(browser: &Chromium, name: &str) -> Result<Vec<String>> {
    browser.keep_screenshot(&pictures().join(format!("{name}.png")))?;
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
    Ok(found
        .iter()
        .map(|element| format!("{name}: {element}"))
        .collect())
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
