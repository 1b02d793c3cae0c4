//! Ring groups: set up in a form, called at once, changed, and seen in their drawing.

use super::{
    keys::{at, becomes, by_keys_alone, no_dialog},
    office::{office, telephone},
    sound::go,
    states::judge,
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::webdriver::{DOWN, ENTER, TAB};
use serde_json::json;

#[test]
fn a_ring_group_is_set_up_in_a_form_and_rings_everybody_in_it() -> Result<()> {
    let engine = office()?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 440.0)?;
    let mut cleo = telephone(&engine, "Cleo Stein", "103", 660.0)?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 550.0)?;
    let browser = at(&engine, "/flows?newGroup")?;
    let mut found = Vec::new();
    browser.has_focus("Name")?;
    browser.type_keys("Sales")?;
    browser.press(&[], TAB)?;
    browser.type_keys("200")?;
    judge(&browser, "ring-group-empty", &mut found)?;
    for name in ["Ben Kraft", "Cleo Stein"] {
        browser.tab_to("Add somebody")?;
        browser.type_keys(&name[..4])?;
        browser.press(&[], DOWN)?;
        browser.press(&[], ENTER)?;
        browser.see(&format!("[aria-label='Remove {name}']"))?;
    }
    judge(&browser, "ring-group", &mut found)?;
    browser.tab_to("Cancel")?;
    browser.press(&[], TAB)?;
    browser.has_focus("Add")?;
    browser.press(&[], ENTER)?;
    browser.read("Ring group Sales added")?;
    no_dialog(&browser)?;
    let members = |flows: &serde_json::Value| flows[0]["ringGroup"]["members"].clone();
    becomes(&engine, "/api/flows", |flows| {
        members(flows).as_array().is_some_and(|who| who.len() == 2)
            && flows[0]["live"]["revision"] == 1
    })?;
    judge(&browser, "flows-with-group", &mut found)?;

    // Both ring; whoever answers has the call.
    anna.dial("200")?;
    ben.wait_for("CALL_INCOMING")?;
    cleo.wait_for("CALL_INCOMING")?;
    cleo.accept()?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    ben.wait_until_closed()?;
    anna.hang_up()?;
    cleo.wait_until_closed()?;

    // The form changes it; its drawing is one of a flow.
    browser
        .tab_to("Sales Ring group Ben Kraft and Cleo Stein · 25 sec · then mailbox Ben Kraft")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog]")?;
    browser.tab_to("Remove Ben Kraft")?;
    browser.press(&[], ENTER)?;
    browser.tab_to("Save")?;
    browser.press(&[], ENTER)?;
    browser.read("Ring group Sales changed")?;
    no_dialog(&browser)?;
    becomes(&engine, "/api/flows", |flows| {
        members(flows).as_array().is_some_and(|who| who.len() == 1)
            && flows[0]["live"]["revision"] == 2
    })?;
    let flow = engine.find("/api/flows", "name", "Sales")?["id"].clone();
    go(&engine, &browser, &format!("/flows/{flow}"))?;
    browser.read("This is the ring group Sales.")?;
    judge(&browser, "ring-group-drawing", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    let none = json!(null);
    ensure!(
        engine.find("/api/flows", "name", "Sales")?["ringGroup"] != none,
        "looking at a drawing makes it no other flow"
    );
    Ok(())
}
