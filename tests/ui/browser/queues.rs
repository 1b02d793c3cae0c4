//! Queues: set up in a form, callers wait for the one who takes calls, and the board tells how long.

use super::{
    keys::{at, becomes, by_keys_alone, no_dialog},
    office::{office, telephone},
    sound::go,
    states::judge,
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::webdriver::{DOWN, ENTER, TAB};

#[test]
fn a_queue_is_set_up_in_a_form_and_its_callers_are_served_in_turn() -> Result<()> {
    let engine = office()?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 440.0)?;
    let mut cleo = telephone(&engine, "Cleo Stein", "103", 660.0)?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 550.0)?;
    let browser = at(&engine, "/flows?newQueue")?;
    let mut found = Vec::new();
    browser.has_focus("Name")?;
    browser.type_keys("Support")?;
    browser.press(&[], TAB)?;
    browser.type_keys("200")?;
    judge(&browser, "queue-empty", &mut found)?;
    browser.tab_to("Add somebody")?;
    browser.type_keys("Ben ")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    browser.see("[aria-label='Remove Ben Kraft']")?;
    judge(&browser, "queue", &mut found)?;
    browser.tab_to("Cancel")?;
    browser.press(&[], TAB)?;
    browser.has_focus("Add")?;
    browser.press(&[], ENTER)?;
    no_dialog(&browser)?;
    becomes(&engine, "/api/flows", |flows| {
        flows[0]["queue"]["agents"]
            .as_array()
            .is_some_and(|who| who.len() == 1)
            && flows[0]["live"]["revision"] == 1
    })?;
    judge(&browser, "flows-with-queue", &mut found)?;

    // Who is free is rung at once; the next one waits, with music.
    anna.dial("200")?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    anna.wait_for("CALL_ESTABLISHED")?;
    cleo.forget_what_was_heard()?;
    cleo.dial("200")?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    go(&engine, &browser, "/board")?;
    browser.read("1 waiting")?;
    judge(&browser, "board-with-queue", &mut found)?;

    // Ben writes up the first talk; then the next one is his.
    anna.hang_up()?;
    ben.wait_until_closed()?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    ben.wait_for("CALL_ESTABLISHED")?;
    cleo.hang_up()?;
    ben.wait_until_closed()?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
