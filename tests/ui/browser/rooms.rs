//! Conference rooms: added, steered on the board while telephones are in them, removed.

use super::{
    keys::{at, becomes, by_keys_alone},
    office::{office, telephone},
    sound::go,
    states::judge,
};
use anyhow::{Result, ensure};
use cordboard_tests::interop::webdriver::{DOWN, ENTER, TAB};
use serde_json::{Value, json};

#[test]
fn a_room_is_added_seen_on_the_board_steered_and_removed() -> Result<()> {
    let engine = office()?;
    let mut phones = vec![
        telephone(&engine, "Anna Reed", "101", 440.0)?,
        telephone(&engine, "Ben Kraft", "102", 660.0)?,
    ];
    let browser = at(&engine, "/settings/rooms")?;
    let mut found = Vec::new();
    browser.tab_to("Add a room")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Name")?;
    browser.type_keys("Monday meeting")?;
    browser.press(&[], TAB)?;
    browser.type_keys("600")?;
    judge(&browser, "room-add", &mut found)?;
    browser.press(&[], ENTER)?;
    browser.read("Room Monday meeting added")?;
    browser.read("Nobody in it")?;
    judge(&browser, "settings-rooms", &mut found)?;

    for phone in &mut phones {
        phone.dial("600")?;
        phone.wait_for("CALL_ESTABLISHED")?;
    }
    go(&engine, &browser, "/board")?;
    browser.until(
        "both are in the room",
        "return document.querySelectorAll('.room .room-member').length === 2",
    )?;
    // Whoever speaks is seen to speak.
    browser.see(".room-member[data-speaking]")?;
    judge(&browser, "board-room", &mut found)?;

    let room = |what: &dyn Fn(&Value) -> bool| {
        becomes(&engine, "/api/rooms", |rooms| what(&rooms[0]["live"]))
    };
    let is_muted = |live: &Value, count: usize| {
        let members = live["members"].as_array().into_iter().flatten();
        members.filter(|member| member["muted"] == true).count() == count
    };
    browser.tab_to("Mute Anna Reed")?;
    browser.press(&[], ENTER)?;
    room(&|live| is_muted(live, 1))?;
    browser.has_focus("Let Anna Reed speak")?;
    browser.read("Muted")?;

    browser.tab_to("More for Monday meeting")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=menu]")?;
    judge(&browser, "board-room-menu", &mut found)?;
    browser.press(&[], DOWN)?;
    browser.has_focus("Lock")?;
    browser.press(&[], ENTER)?;
    browser.read("Monday meeting is locked")?;
    room(&|live| live["locked"] == true)?;

    browser.tab_to("Remove Ben Kraft from the room")?;
    browser.press(&[], ENTER)?;
    browser.read("Ben Kraft was removed from Monday meeting")?;
    phones[1].wait_until_closed()?;
    browser.until(
        "one is left",
        "return document.querySelectorAll('.room .room-member').length === 1",
    )?;
    phones[0].hang_up()?;
    phones[0].wait_until_closed()?;
    browser.read("1 empty room")?;

    go(&engine, &browser, "/settings/rooms")?;
    browser.tab_to("Remove Monday meeting")?;
    browser.press(&[], ENTER)?;
    browser.read("Remove room Monday meeting?")?;
    browser.tab_to("Remove Monday meeting")?;
    browser.press(&[], ENTER)?;
    browser.read("Room Monday meeting removed")?;
    becomes(&engine, "/api/rooms", |rooms| *rooms == json!([]))?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
