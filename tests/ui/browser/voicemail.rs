//! Voicemail: a message is left by telephone, and looked after in the window.

use super::{
    keys::{at, becomes, by_keys_alone},
    office::{ask, change, office, person, telephone},
    sound::{download, go, has_played, leave_message},
    states::judge,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::Baresip,
    engine::Engine,
    talk::{hang_up, listen},
    webdriver::{CONTROL, DELETE, DOWN, ENTER, ESCAPE},
};
use serde_json::{Value, json};

#[test]
fn a_message_is_heard_assigned_deleted_and_called_back_by_keys() -> Result<()> {
    let (engine, mut anna, mut ben) = office_with_message()?;
    let boxes = ask(&engine, "GET", "/api/mailboxes", &Value::Null)?;
    let annas = boxes.as_array().context("no mailboxes")?.iter();
    let annas = annas.clone().find(|one| one["name"] == "Anna Reed");
    let annas = annas.context("no mailbox")?["id"]
        .as_i64()
        .context("no id")?;
    let browser = at(&engine, &format!("/voicemail/{annas}"))?;
    browser.read("No messages")?;
    let mut found = Vec::new();
    judge(&browser, "voicemail-empty", &mut found)?;

    // It appears by itself, with its shape and who left it.
    leave_message(&engine, &mut ben, "101")?;
    anna.wait_until_closed()?;
    let row = browser.see(".message-row")?;
    ensure!(row.contains("Ben Kraft") && row.contains("102"), "{row}");
    browser.until(
        "it has a shape",
        "return (document.querySelector('.message-row .wave path').getAttribute('d').match(/M/g) ?? [])
           .length > 10",
    )?;
    browser.read("1 new message")?;

    // It is chosen and played; with that it is heard.
    browser.tab_to("Messages, the newest first")?;
    browser.press(&[], ' ')?;
    has_played(&browser, 1)?;
    judge(&browser, "voicemail", &mut found)?;
    browser.press(&[], '2')?;
    browser.see(".player-speeds [aria-pressed=true]")?;
    ensure!(browser.see(".player-speeds [aria-pressed=true]")? == "1.5×");
    let path = format!("/api/mailboxes/{annas}/messages?state=saved");
    becomes(&engine, &path, |page| {
        page["messages"][0]["state"] == "saved"
    })?;

    // It is kept as a file.
    let (kind, name, bytes) = download(&browser, ".message-acts a")?;
    ensure!(
        kind == "audio/wav" && name.contains(".wav") && bytes > 4 * 16_000,
        "{kind}, {name}, {bytes} bytes"
    );

    // Ben himself is to see to it, and is told what to do.
    browser.tab_to("Nobody yet")?;
    browser.press(&[], ENTER)?;
    browser.type_keys("ben")?;
    browser.press(&[], ENTER)?;
    browser.read("Message from Ben Kraft is for Ben Kraft")?;
    browser.tab_to("Messages, the newest first")?;
    browser.press(&[], 'n')?;
    browser.has_focus("Note")?;
    browser.type_keys("Wants an offer\n")?;
    let ben_is = person(&engine, "Ben Kraft")?;
    becomes(&engine, &path, |page| {
        let message = &page["messages"][0];
        message["assignedTo"] == ben_is && message["note"] == "Wants an offer"
    })?;
    judge(&browser, "voicemail-assigned", &mut found)?;

    // It is deleted, which was a mistake.
    browser.tab_to("Delete")?;
    browser.press(&[], DELETE)?;
    browser.read("Message from Ben Kraft deleted")?;
    browser.until(
        "the row is gone",
        "return document.querySelector('.message-row') === null",
    )?;
    ensure!(messages(&engine, annas, "deleted")?.len() == 1);
    browser.press(&[CONTROL], 'z')?;
    browser.see(".message-row")?;
    ensure!(messages(&engine, annas, "deleted")?.is_empty());

    // Ben is called back: Anna's phone rings first.
    browser.tab_to("Messages, the newest first")?;
    browser.press(&[], 'c')?;
    browser.has_focus("Whose phones ring first?")?;
    browser.type_keys("anna")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    judge(&browser, "voicemail-call-back", &mut found)?;
    browser.tab_to("Call back")?;
    browser.press(&[], ENTER)?;
    anna.wait_for("CALL_INCOMING")?;
    anna.accept()?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    listen(&anna)?;
    hang_up(&mut ben, &mut anna)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn a_mailbox_is_set_up() -> Result<()> {
    let engine = office()?;
    engine.add_person("Anna Reed", "101")?;
    let browser = at(&engine, "/voicemail")?;
    let mut found = Vec::new();
    browser.see(".box-list a")?;
    browser.tab_to("Settings")?;
    browser.tab_to("Anna Reed")?;
    let boxes = ask(&engine, "GET", "/api/mailboxes", &Value::Null)?;
    let annas = boxes[0]["id"].as_i64().context("no id")?;
    go(&engine, &browser, &format!("/voicemail/{annas}/settings"))?;
    browser.read("Take messages")?;
    judge(&browser, "voicemail-settings", &mut found)?;

    // A new PIN is shown once.
    browser.tab_to("New PIN")?;
    browser.press(&[], ENTER)?;
    browser.read("The old PIN stops working at once.")?;
    judge(&browser, "voicemail-pin", &mut found)?;
    browser.tab_to("Make a new PIN")?;
    browser.press(&[], ENTER)?;
    browser.read("Write it down now")?;
    let pin = browser.see("[role=dialog] code")?;
    ensure!(
        pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit()),
        "{pin}"
    );
    browser.press(&[], ESCAPE)?;
    browser.read("The PIN is asked for before anything is heard.")?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

fn messages(engine: &Engine, mailbox: i64, state: &str) -> Result<Vec<Value>> {
    let path = format!("/api/mailboxes/{mailbox}/messages?state={state}");
    let page = ask(engine, "GET", &path, &Value::Null)?;
    Ok(page["messages"].as_array().cloned().unwrap_or_default())
}

/// An office in which Anna (101) has a phone that nobody answers and Ben (102) calls.
fn office_with_message() -> Result<(Engine, Baresip, Baresip)> {
    let engine = office()?;
    let anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    let edit = json!({ "name": "Anna Reed", "extension": "101", "team": "", "ringSeconds": 5 });
    change(&engine, "/api/people", "Anna Reed", &edit)?;
    Ok((engine, anna, ben))
}
