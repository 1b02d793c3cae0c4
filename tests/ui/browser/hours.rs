//! Opening hours: drawn, typed, excepted, changed for a while; and callers are led by them.

use super::{
    flows::{HOME, flow_on_600, latest_call},
    keys::{at, becomes, by_keys_alone},
    office::{office, telephone},
    states::judge,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Baresip,
    chromium::Chromium,
    engine::Engine,
    webdriver::{DELETE, DOWN, ENTER, SHIFT, TAB},
};
use serde_json::{Value, json};

/// An hour on.
const PAGE_DOWN: char = '\u{e00f}';

#[test]
fn hours_are_drawn_excepted_and_changed_and_callers_are_led_by_them() -> Result<()> {
    let engine = office()?;
    let _anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut caller = telephone(&engine, "Cleo Sand", "103", 880.0)?;
    let browser = at(&engine, "/hours")?;
    let mut found = Vec::new();
    judge(&browser, "hours-empty", &mut found)?;
    browser.tab_to("Make office hours")?;
    browser.press(&[], ENTER)?;
    browser.see(".hours-page")?;

    // Sunday from nine to noon, drawn by keys; that was a mistake.
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
    weekly(&engine, |rules| {
        rules.iter().any(|rule| {
            rule["days"].as_array().map(Vec::len) == Some(1) && rule["open"][0] == "09:00"
        })
    })?;
    judge(&browser, "hours-drawn", &mut found)?;
    browser.press(&[], DELETE)?;
    weekly(&engine, |rules| rules.len() == 1)?;

    // The week as a line of words: it is shown before it counts.
    type_line(&browser, "Mon-Sun 9-17:30, break 12:30-13:15")?;
    weekly(&engine, |rules| rules.len() == 2)?;

    // What if somebody calls at night, and in the afternoon?
    browser.tab_to("AM/PM, Time")?;
    browser.type_keys("P")?;
    browser.press(&[SHIFT], TAB)?;
    what_if(&browser, "11", "Closed")?;
    what_if(&browser, "3", "Open")?;
    judge(&browser, "hours-what-if", &mut found)?;
    type_line(&browser, "Mon-Sun 0-24")?;
    weekly(&engine, |rules| {
        rules[0]["open"] == json!(["00:00", "24:00"])
    })?;

    // The holidays of a region are seen before they count.
    browser.tab_to("Holidays")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog]")?;
    browser.tab_to("Country")?;
    browser.type_keys("germ")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    browser.read("Ticked days are holidays.")?;
    browser.tab_to("Region")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=listbox]")?;
    browser.type_keys("bav")?;
    browser.has_focus("Bavaria")?;
    browser.press(&[], ENTER)?;
    browser.read("Epiphany")?;
    judge(&browser, "hours-holidays", &mut found)?;
    browser.tab_to("Confirm")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, "/api/schedules", |schedules| {
        let holidays = schedules[0]["document"]["holidays"].to_string();
        holidays.contains("DE") && holidays.contains("BY")
    })?;
    browser.read("DE-BY")?;

    // Callers are led by these hours: open now.
    flow_on_600(&engine)?;
    ensure!(
        visits(&engine, &mut caller, "n_menu1")?,
        "open, and no menu"
    );

    // Today is an exception.
    browser.press(&[SHIFT], TAB)?;
    browser.has_focus("Exception")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("What for")?;
    browser.type_keys("Works outing")?;
    judge(&browser, "hours-exception", &mut found)?;
    browser.press(&[], ENTER)?;
    browser.read("because of “Works outing”")?;
    judge(&browser, "hours", &mut found)?;
    ensure!(
        visits(&engine, &mut caller, "n_shut1")?,
        "closed, and no mailbox"
    );
    by_keys_alone(&browser)?;

    // Two clicks open the office in spite of it, and say until when.
    browser.click(".hours-override")?;
    browser.click("[role=menu] [role=menuitem]")?;
    browser.read("open by hand until")?;
    browser.read("Changed by the owner.")?;
    becomes(&engine, "/api/schedules", |schedules| {
        let override_ = &schedules[0]["document"]["override"];
        override_["state"] == "open" && override_["until"].is_string()
    })?;
    judge(&browser, "hours-override", &mut found)?;
    ensure!(
        visits(&engine, &mut caller, "n_menu1")?,
        "opened by hand, and no menu"
    );
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Types the week and takes it over.
pub fn type_line(browser: &Chromium, line: &str) -> Result<()> {
    browser.tab_to("Or type it")?;
    browser.type_over(line)?;
    browser.read("Understood:")?;
    browser.press(&[], ENTER)?;
    browser.until(
        "it is taken over",
        "return !document.querySelector('.typed-line').innerText.includes('Understood')",
    )
}

/// Goes back to the hour and asks how it would be then.
fn what_if(browser: &Chromium, hour: &str, state: &str) -> Result<()> {
    browser.press(&[SHIFT], TAB)?;
    browser.has_focus("hour, Time")?;
    browser.type_keys(hour)?;
    browser.until(
        &format!("{hour} in the afternoon is {state}"),
        &format!(
            "return document.querySelector('.what-if')?.innerText.includes('{state}') === true"
        ),
    )
}

/// Waits until the weekly rules of the only schedule are as wanted.
fn weekly(engine: &Engine, what: impl Fn(&[Value]) -> bool) -> Result<()> {
    becomes(engine, "/api/schedules", |schedules| {
        let rules = schedules[0]["document"]["weekly"].as_array();
        rules.is_some_and(|rules| what(rules))
    })
    .map(drop)
}

/// Calls 600 until somebody or something answers; whether the call came to a step of the flow.
fn visits(engine: &Engine, caller: &mut Baresip, node: &str) -> Result<bool> {
    caller.dial("600")?;
    caller.wait_for("CALL_ESTABLISHED")?;
    caller.hang_up()?;
    caller.wait_until_closed()?;
    let call = latest_call(engine)?;
    let story = becomes(engine, &format!("/api/calls/{call}"), |story| {
        !story["call"]["endedAt"].is_null()
    })?;
    let steps = story["walk"]["steps"].as_array().context("no walk")?;
    Ok(steps
        .iter()
        .any(|step| step["node"] == node && step["event"] == "enter"))
}
