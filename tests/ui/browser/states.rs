//! What opens on the screens: panels, dialogs, stories and sections, usable by everybody, light and dark.

use super::{
    axe,
    office::{HEIGHT, WIDTH, browser, office, open, person, pictures, telephone},
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    chromium::Chromium,
    talk::{connect, hang_up},
    webdriver::{CONTROL, END, ENTER, ESCAPE},
};

const SECTIONS: [&str; 9] = [
    "office",
    "appearance",
    "network",
    "users",
    "security",
    "backup",
    "data",
    "audit",
    "about",
];

/// Judges what is open in light and dark; keeps pictures of it, also of a small window.
pub fn judge(browser: &Chromium, name: &str, found: &mut Vec<String>) -> Result<()> {
    for colours in ["light", "dark"] {
        browser.prefer(colours)?;
        // What fades is judged once it is there.
        browser.until(
            &format!("{name} has come to rest"),
            "return document.getAnimations().every(({ playState }) => playState !== 'running')",
        )?;
        browser.size(900, 600)?;
        browser.keep_screenshot(&pictures().join(format!("{name}-{colours}-900x600.png")))?;
        browser.size(WIDTH, HEIGHT)?;
        browser
            .keep_screenshot(&pictures().join(format!("{name}-{colours}-{WIDTH}x{HEIGHT}.png")))?;
        let violations = axe::violations(browser)?;
        found.extend(
            violations
                .iter()
                .map(|violation| format!("{name}, {colours}: {violation}")),
        );
    }
    Ok(())
}

#[test]
fn what_opens_on_a_screen_is_accessible_in_light_and_dark() -> Result<()> {
    let engine = office()?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    engine.add_person("Cleo Sand", "103")?;
    connect(&mut anna, "102", &mut ben)?;
    hang_up(&mut anna, &mut ben)?;
    connect(&mut ben, "101", &mut anna)?;
    let browser = browser(&engine)?;
    let mut found = Vec::new();

    let anna_is = person(&engine, "Anna Reed")?;
    open(&engine, &browser, &format!("/people/{anna_is}"))?;
    browser.see(".phone-details")?;
    judge(&browser, "person", &mut found)?;

    let cleo_is = person(&engine, "Cleo Sand")?;
    open(&engine, &browser, &format!("/people/{cleo_is}?add=phone"))?;
    browser.has_focus("What it is called")?;
    judge(&browser, "phone-new", &mut found)?;
    browser.press(&[], ENTER)?;
    browser.see(".login-picture img")?;
    judge(&browser, "phone-login", &mut found)?;

    open(&engine, &browser, "/people?add=list")?;
    browser.has_focus("One person a line")?;
    browser.type_keys("Dora Holm, 120, Sales\nEmil Voss, 101")?;
    browser.read("1 line needs mending.")?;
    judge(&browser, "people-list", &mut found)?;

    open(&engine, &browser, "/calls")?;
    browser.see(".call-line")?;
    browser.tab_to("Calls, the newest first")?;
    browser.press(&[], END)?;
    browser.press(&[], ENTER)?;
    browser.see(".ladder-row")?;
    browser.tab_to("INVITE")?;
    browser.press(&[], ENTER)?;
    browser.see(".ladder-raw")?;
    judge(&browser, "call-story", &mut found)?;

    open(&engine, &browser, "/wall")?;
    browser.read("Anna Reed")?;
    judge(&browser, "wall", &mut found)?;

    open(&engine, &browser, "/board")?;
    browser.read("Anna Reed")?;
    browser.press(&[CONTROL], 'k')?;
    browser.has_focus("Search people, numbers")?;
    browser.type_keys("anna")?;
    judge(&browser, "palette", &mut found)?;
    browser.press(&[], ESCAPE)?;

    for section in SECTIONS {
        open(&engine, &browser, &format!("/settings/{section}"))?;
        browser.see(".setting")?;
        browser.until(
            "everything asked for is there",
            "return document.querySelector('.waiting') === null",
        )?;
        judge(&browser, &format!("settings-{section}"), &mut found)?;
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
