//! Lines and numbers: a line is connected, mended and given its number by keys alone, and calls out
//! are told where they would go.

use super::{
    keys::{at, becomes, by_keys_alone, command, no_dialog},
    office::{office, open, telephone},
    states::judge,
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    carrier::{PASSWORD, USER, called},
    webdriver::{DOWN, ENTER},
};
use serde_json::{Value, json};

#[test]
fn a_line_is_connected_mended_and_given_a_number_by_keys() -> Result<()> {
    let engine = office()?;
    engine.replace(
        "/api/office",
        &json!({
            "name": "Office", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
            "ringSeconds": 25, "maxCalls": 200, "maxCallsPerPerson": 4
        }),
    )?;
    let _anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let browser = at(&engine, "/lines")?;
    let mut found = Vec::new();
    browser.read("No numbers yet")?;
    judge(&browser, "numbers-empty", &mut found)?;

    // The provider is none that is known: its letter says server, user name and password.
    browser.tab_to("Connect a line")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Find your provider")?;
    judge(&browser, "line-providers", &mut found)?;
    browser.type_keys("nobody knows this one")?;
    browser.read("This provider is not known yet.")?;
    browser.tab_to("Another provider, with user name and password")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Server")?;
    browser.type_keys("127.0.0.1")?;
    browser.tab_to("User name")?;
    browser.type_keys(USER)?;
    browser.tab_to("Password")?;
    browser.type_keys(PASSWORD)?;
    browser.tab_to("Main number")?;
    browser.type_keys("+49 30 123450")?;
    browser.tab_to("What the office calls it")?;
    browser.type_keys("Our provider")?;
    judge(&browser, "line-data", &mut found)?;
    browser.press(&[], ENTER)?;

    // It is tested at once; nobody answers at the usual port.
    browser.see(".checks")?;
    browser.read("Does not work")?;
    judge(&browser, "line-test", &mut found)?;
    browser.read("Does your provider limit what calls abroad may cost?")?;
    browser.tab_to("It is on")?;
    browser.press(&[], ENTER)?;
    browser.read("The provider limits what calls abroad may cost.")?;
    becomes(&engine, "/api/lines", |lines| lines[0]["spendCap"] == "on")?;
    browser.tab_to("Done")?;
    browser.press(&[], ENTER)?;
    browser.see(".line-title")?;
    no_dialog(&browser)?;

    // The letter says another port: the line comes up by itself.
    browser.tab_to("Change")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog]")?;
    let carrier = called("carrier_registrar", 1)?;
    browser.tab_to("Server")?;
    browser.type_over(&carrier.address().to_string())?;
    browser.tab_to("Advanced")?;
    browser.press(&[], ENTER)?;
    browser.see("fieldset.lines-group")?;
    judge(&browser, "line-advanced", &mut found)?;
    browser.tab_to("Save")?;
    browser.press(&[], ENTER)?;
    no_dialog(&browser)?;
    becomes(&engine, "/api/lines", |lines| {
        lines[0]["live"]["state"] == "up"
    })?;
    browser.read("Ready")?;
    carrier.wait()?.all_went_well()?;
    judge(&browser, "line", &mut found)?;

    // Its number leads to Anna.
    command(&browser, "add numbers", "Add numbers")?;
    browser.has_focus("Numbers")?;
    browser.type_keys("+49 30 123450 Main number")?;
    browser.tab_to("Add 1 number")?;
    browser.press(&[], ENTER)?;
    browser.read("→ Anna Reed")?;
    becomes(&engine, "/api/numbers", |numbers| {
        numbers[0]["number"] == "+4930123450" && numbers[0]["label"] == "Main number"
    })?;
    no_dialog(&browser)?;
    judge(&browser, "numbers", &mut found)?;

    // A rule lets calls out, and says so.
    command(&browser, "where would", "Where would a call go?")?;
    browser.tab_to("Add a rule")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog]")?;
    browser.tab_to("Add a line")?;
    browser.type_keys("our")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    judge(&browser, "rule", &mut found)?;
    browser.tab_to("Name")?;
    browser.press(&[], ENTER)?;
    browser.read("Calls by everybody to anywhere go over Our provider")?;
    becomes(&engine, "/api/outbound-rules", |rules| {
        rules["rules"].as_array().map(Vec::len) == Some(1)
    })?;
    // The dialog gives the focus back before the next keys.
    browser.has_focus("Add a rule")?;
    command(&browser, "where would", "Where would a call go?")?;
    browser.has_focus("Number")?;
    browser.type_keys("+49 89 555123")?;
    browser.press(&[], ENTER)?;
    browser.read("Allowed. It goes over Our provider.")?;
    browser.type_over("+882 16 5550123")?;
    browser.press(&[], ENTER)?;
    browser.read("Not allowed.")?;
    judge(&browser, "where", &mut found)?;
    by_keys_alone(&browser)?;

    for (name, path) in [
        ("lines", "/lines/lines"),
        ("protection", "/lines/protection"),
        ("emergency", "/lines/emergency"),
        ("peers", "/lines/peers"),
    ] {
        open(&engine, &browser, path)?;
        browser.see(".section, .line-list")?;
        judge(&browser, name, &mut found)?;
    }
    let status = engine.ask("GET", "/api/lines", &Value::Null)?;
    ensure!(found.is_empty(), "{}\n{status}", found.join("\n"));
    Ok(())
}

/// A thief's favourite is a forward left behind: it stands in the list with who set it, and the log that says so
/// shows when somebody has changed it.
#[test]
fn a_forward_left_behind_is_found_in_the_list_and_in_a_log_that_is_whole() -> Result<()> {
    let engine = office()?;
    engine.replace(
        "/api/office",
        &json!({
            "name": "Office", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
            "ringSeconds": 25, "maxCalls": 200, "maxCallsPerPerson": 4
        }),
    )?;
    let number = json!({
        "number": "030 5551234", "label": "Service", "line": null,
        "route": { "dest_kind": "forward", "dest_id": "+442079460000" }, "hours": null,
        "channels": null, "anonymous": "accept", "challenge": false,
    });
    engine.ask("POST", "/api/numbers", &number)?;
    let browser = at(&engine, "/lines/protection")?;
    let mut found = Vec::new();
    browser.read("Number Service →")?;
    browser.read("United Kingdom")?;
    browser.read("Set by this computer")?;
    browser.read("No such call is made as things are")?;
    judge(&browser, "ways-out", &mut found)?;
    browser.tab_to("Change where Service leads")?;
    browser.press(&[], ENTER)?;
    browser.read("030 5551234")?;
    by_keys_alone(&browser)?;

    open(&engine, &browser, "/settings/audit")?;
    browser.read("The log is as it was written")?;
    browser.read("The outside number +49305551234 was added")?;
    let log = rusqlite::Connection::open(engine.data().join("office.sqlite"))?;
    log.execute_batch(
        "DROP TRIGGER audit_stays;
         UPDATE audit SET login = 'maria' WHERE action = 'number.added';",
    )?;
    open(&engine, &browser, "/settings/audit")?;
    browser.read("The log is not as it was written")?;
    judge(&browser, "audit-broken", &mut found)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
