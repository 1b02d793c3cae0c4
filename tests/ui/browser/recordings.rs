//! Recorded calls: made, found, heard and kept.

use super::{
    keys::{at, becomes, by_keys_alone},
    office::{office, person, telephone},
    sound::{GREETED, SPOKEN, being_recorded, download, go, has_played},
    states::judge,
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    process::until,
    talk::{connect, hang_up},
    webdriver::ENTER,
};

#[test]
fn a_recorded_call_is_found_heard_and_kept() -> Result<()> {
    let engine = office()?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    let browser = at(&engine, "/people")?;
    let mut found = Vec::new();

    // Anna's calls are recorded from now on.
    let anna_is = person(&engine, "Anna Reed")?;
    go(&engine, &browser, &format!("/people/{anna_is}"))?;
    browser.tab_to("Never")?;
    browser.press(&[], ENTER)?;
    browser.type_keys("always")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, "/api/people", |people| {
        people.as_array().is_some_and(|people| {
            people
                .iter()
                .any(|one| one["id"] == anna_is && one["recording"] == "always")
        })
    })?;
    connect(&mut ben, "101", &mut anna)?;
    let folder = engine.data().join("sound");
    let speaks = until(GREETED, || being_recorded(&folder) > 2 * SPOKEN);
    ensure!(speaks, "nothing is recorded\n{}", engine.log());
    go(&engine, &browser, "/board")?;
    browser.see(".call-item .recording-sign")?;
    judge(&browser, "board-recording", &mut found)?;
    hang_up(&mut anna, &mut ben)?;

    go(&engine, &browser, "/calls/recordings")?;
    let row = browser.see(".recording-row")?;
    ensure!(
        row.contains("Ben Kraft") && row.contains("Anna Reed"),
        "{row}"
    );
    browser.tab_to("Recordings, the newest first")?;
    browser.press(&[], ' ')?;
    has_played(&browser, 1)?;
    judge(&browser, "recordings", &mut found)?;
    let (kind, _, bytes) = download(&browser, ".recording-player a")?;
    ensure!(
        kind == "audio/wav" && bytes > 3 * 2 * 2 * 16_000,
        "{kind}, {bytes} bytes"
    );
    go(&engine, &browser, "/settings/recording")?;
    browser.read("Keep recordings for")?;
    judge(&browser, "settings-recording", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
