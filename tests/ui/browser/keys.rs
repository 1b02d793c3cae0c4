//! What an office does every day, done with the keyboard alone.

use super::office::{ask, browser, office, open, person, telephone};
use anyhow::{Context, Result, bail, ensure};
use cordboard_tests::interop::{
    baresip::Transport,
    chromium::Chromium,
    engine::{Credentials, Engine},
    process::{PATIENCE, until},
    talk::{connect, hang_up, registered},
    webdriver::{CONTROL, DELETE, DOWN, ENTER, ESCAPE, F6, F10, RIGHT, SHIFT},
};
use serde_json::Value;

/// What the menu of Ctrl+K is called.
const PALETTE: &str = "Search people, numbers";

/// A browser on a screen; from here on whatever a mouse or a finger does is counted.
pub fn at(engine: &Engine, path: &str) -> Result<Chromium> {
    let browser = browser(engine)?;
    open(engine, &browser, path)?;
    count_pointers(&browser)?;
    Ok(browser)
}

/// Counts on the page that is open.
pub fn count_pointers(browser: &Chromium) -> Result<()> {
    browser.see("main h1")?;
    browser
        .run(
            "window.pointers = 0;
             const kinds = ['pointerdown', 'pointermove', 'mousedown', 'touchstart', 'wheel', 'click'];
             for (const kind of kinds)
               addEventListener(kind, (event) => {
                 // Enter on a button clicks it too, with no finger counted.
                 if (event.isTrusted && (kind !== 'click' || event.detail > 0)) window.pointers += 1;
               }, true);",
        )
        .map(drop)
}

/// Fails if anything but the keyboard was used, or if the page was loaded anew meanwhile.
pub fn by_keys_alone(browser: &Chromium) -> Result<()> {
    let pointers = browser.run("return window.pointers ?? 'loaded anew'")?;
    ensure!(pointers == 0, "pointer events: {pointers}");
    Ok(())
}

/// Ctrl+K, what is typed, and Enter once the best find is the one that is meant.
pub fn command(browser: &Chromium, typed: &str, meant: &str) -> Result<()> {
    browser.press(&[CONTROL], 'k')?;
    browser.has_focus(PALETTE)?;
    browser.type_keys(typed)?;
    browser.until(
        &format!("“{typed}” finds “{meant}”"),
        &format!(
            "return document.querySelector('.palette [aria-selected=true]')
               ?.innerText.includes('{meant}') === true"
        ),
    )?;
    browser.press(&[], ENTER)
}

/// Waits until no dialog is open: keys pressed before go to the one that closes.
pub fn no_dialog(browser: &Chromium) -> Result<()> {
    browser.until(
        "no dialog is open",
        "return document.querySelector('[role=dialog]') === null",
    )
}

/// Goes down a menu to the entry of this name.
fn down_to(browser: &Chromium, entry: &str) -> Result<()> {
    const MOST_ENTRIES: usize = 12;
    browser.see("[role=menu]")?;
    for _ in 0..MOST_ENTRIES {
        if browser.focused()?.starts_with(entry) {
            return Ok(());
        }
        browser.press(&[], DOWN)?;
    }
    bail!("the menu has no “{entry}”")
}

/// Waits until the API gives what is wanted; gives it.
pub fn becomes(engine: &Engine, path: &str, what: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    let holds = until(PATIENCE, || {
        last = ask(engine, "GET", path, &Value::Null).unwrap_or_default();
        what(&last)
    });
    ensure!(holds, "{path} never became what was wanted: {last}");
    Ok(last)
}

fn has(list: &Value, field: &str, value: &str) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().any(|one| one[field] == value))
}

#[test]
fn people_are_found_added_changed_removed_and_brought_back() -> Result<()> {
    let engine = office()?;
    engine.add_person("Anna Reed", "101")?;
    engine.add_person("Ben Kraft", "102")?;
    let browser = at(&engine, "/")?;

    // 1. Somebody is found, and opened.
    command(&browser, "edit anna", "Edit Anna Reed")?;
    browser.has_focus("Anna Reed")?;

    // 2. She is called something else now.
    browser.tab_to("Name")?;
    browser.type_over("Anna Reed-Lang")?;
    browser.press(&[], ENTER)?;
    browser.read("Anna Reed-Lang changed")?;
    becomes(&engine, "/api/people", |people| {
        has(people, "name", "Anna Reed-Lang")
    })?;

    // 3. That was a mistake.
    browser.press(&[], ESCAPE)?;
    browser.has_focus("People")?;
    browser.press(&[CONTROL], 'z')?;
    browser.read("Taken back: Anna Reed-Lang changed")?;
    becomes(&engine, "/api/people", |people| {
        has(people, "name", "Anna Reed")
    })?;

    // 4. It was none.
    browser.press(&[CONTROL], 'y')?;
    becomes(&engine, "/api/people", |people| {
        has(people, "name", "Anna Reed-Lang")
    })?;
    browser.read("Anna Reed-Lang")?;

    // 5. Another number; the one of a colleague is refused in words, and given up.
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    browser.tab_to("Number")?;
    browser.type_over("102")?;
    browser.press(&[], ENTER)?;
    browser.read("This number cannot be used, or somebody else has it.")?;
    browser.type_over("111")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, "/api/people", |people| {
        has(people, "extension", "111")
    })?;
    browser.press(&[], ESCAPE)?;

    // 6. A new colleague gets the next number.
    command(&browser, "add a person", "Add a person")?;
    browser.has_focus("Name")?;
    browser.type_keys("Cleo Sand")?;
    browser.press(&[], ENTER)?;
    browser.read("Cleo Sand added")?;
    browser.has_focus("Cleo Sand")?;
    let cleo = person(&engine, "Cleo Sand")?;

    // 7. She leaves.
    browser.press(&[], ESCAPE)?;
    browser.has_focus("People")?;
    browser.press(&[], DOWN)?;
    browser.type_keys("cleo")?;
    browser.has_focus("Find a person or phone")?;
    browser.press(&[], ENTER)?;
    browser.see(&format!("#entry-{cleo}[aria-selected=true]"))?;
    browser.press(&[], DELETE)?;
    browser.read("Cleo Sand removed")?;
    becomes(&engine, "/api/people", |people| {
        !has(people, "name", "Cleo Sand")
    })?;

    // 8. She stays.
    browser.press(&[CONTROL], 'z')?;
    browser.read("Taken back: Cleo Sand removed")?;
    becomes(&engine, "/api/people", |people| {
        has(people, "name", "Cleo Sand")
    })?;
    browser.see(&format!("#entry-{cleo}"))?;

    // 9. A list is pasted.
    command(&browser, "paste", "Add people from a list")?;
    browser.has_focus("One person a line")?;
    browser.type_keys("Dora Holm, 120, Sales\nEmil Voss, 121, Sales")?;
    browser.press(&[CONTROL], 'a')?;
    browser.press(&[CONTROL], 'x')?;
    browser.read("Who will be added shows here.")?;
    browser.press(&[CONTROL], 'v')?;
    browser.read("2 people can be added.")?;
    browser.tab_to("Add 2 people")?;
    browser.press(&[], ENTER)?;
    browser.read("2 people added")?;
    let people = becomes(&engine, "/api/people", |people| {
        has(people, "extension", "121")
    })?;
    ensure!(has(&people, "name", "Dora Holm") && has(&people, "team", "Sales"));
    by_keys_alone(&browser)
}

#[test]
fn phones_are_added_renewed_removed_and_brought_back() -> Result<()> {
    let engine = office()?;
    engine.add_person("Anna Reed", "101")?;
    let browser = at(&engine, "/people")?;

    // 10. What to type into a new phone is shown, and with that it registers.
    command(&browser, "add a phone", "Add a phone")?;
    browser.has_focus("Whose phone is it?")?;
    browser.type_keys("anna")?;
    browser.press(&[], DOWN)?;
    browser.press(&[], ENTER)?;
    browser.tab_to("What it is called")?;
    browser.type_over("Reception")?;
    browser.press(&[], ENTER)?;
    browser.read("Waiting for this phone to register")?;
    let first = shown(&browser)?;
    let phone = registered(engine.settings(&first, Transport::Udp)?)?;
    browser.read("Registered. Calls reach this phone.")?;
    browser.tab_to("Done")?;
    browser.press(&[], ENTER)?;
    browser.until(
        "the password is gone",
        "return !document.querySelector('.login-card')",
    )?;

    // 11. Another password.
    command(&browser, "edit anna", "Edit Anna Reed")?;
    browser.has_focus("Anna Reed")?;
    ensure!(browser.see(".phone-item h3")? == "Reception");
    browser.tab_to("New password…")?;
    browser.press(&[], ENTER)?;
    browser.read("Running calls go on.")?;
    browser.tab_to("Make a new password")?;
    browser.press(&[], ENTER)?;
    browser.read("Still registered with the old password")?;
    let renewed = shown(&browser)?;
    ensure!(renewed.user == first.user && renewed.password != first.password);
    drop(phone);
    let phone = registered(engine.settings(&renewed, Transport::Udp)?)?;
    browser.tab_to("Done")?;
    browser.press(&[], ENTER)?;

    // 12. The phone goes away.
    browser.has_focus("New password…")?;
    browser.tab_to("Remove phone")?;
    browser.press(&[], ENTER)?;
    browser.read("Reception removed")?;
    browser.read("Anna Reed has no phone yet")?;
    becomes(&engine, "/api/people", |people| {
        people[0]["reachable"]["state"] == "noDevice"
    })?;

    // 13. And comes back.
    browser.press(&[CONTROL], 'z')?;
    browser.read("Taken back: Reception removed")?;
    ensure!(browser.see(".phone-item h3")? == "Reception");
    drop(phone);
    by_keys_alone(&browser)
}

/// What the screen says is to be typed into the phone.
fn shown(browser: &Chromium) -> Result<Credentials> {
    browser.see(".login-card")?;
    let rows = browser.run(
        "return Object.fromEntries([...document.querySelectorAll('.login-card .fact-list > div')]
           .map((row) => [row.querySelector('dt').innerText, row.querySelector('code').innerText]))",
    )?;
    let row = |name: &str| -> Result<String> {
        let value = rows[name].as_str();
        Ok(value
            .with_context(|| format!("no {name} in {rows}"))?
            .to_owned())
    };
    Ok(Credentials {
        auth_user: row("Sign-in name").or_else(|_| row("User name"))?,
        user: row("User name")?,
        password: row("Password")?,
        server: row("Server")?,
        port: row("Port")?.parse()?,
        transport: row("Transport")?.to_lowercase(),
    })
}

#[test]
fn the_board_is_searched_and_a_past_call_is_read() -> Result<()> {
    let engine = office()?;
    let mut anna = telephone(&engine, "Anna Reed", "101", 440.0)?;
    let mut ben = telephone(&engine, "Ben Kraft", "102", 660.0)?;
    connect(&mut anna, "102", &mut ben)?;
    hang_up(&mut anna, &mut ben)?;
    let ids = [person(&engine, "Anna Reed")?, person(&engine, "Ben Kraft")?];
    let browser = at(&engine, "/board")?;

    // 14. Somebody is found by typing a name anywhere on the board.
    browser.see(&format!("#person-{}", ids[0]))?;
    browser.type_keys("kraft")?;
    browser.see(&format!("#person-{}[aria-selected=true]", ids[1]))?;
    browser.until(
        "only who was meant is shown",
        "return document.querySelectorAll('.person-row').length === 1",
    )?;

    // 15. He does not want to be disturbed.
    browser.press(&[SHIFT], F10)?;
    down_to(&browser, "Do not disturb")?;
    browser.press(&[], RIGHT)?;
    down_to(&browser, "Until changed")?;
    browser.press(&[], ENTER)?;
    browser.until(
        "the row says so",
        &format!(
            "return document.querySelector('#person-{} .person-wants').innerText
               .startsWith('Do not disturb')",
            ids[1]
        ),
    )?;
    let told = becomes(&engine, "/api/people", Value::is_array)?;
    let told = told.as_array().context("no people")?;
    ensure!(
        told.iter()
            .any(|one| one["id"] == ids[1] && one["wants"]["state"] == "doNotDisturb"),
        "{told:?}"
    );

    // 16. Tiles, and the list again.
    browser.until(
        "the menu is gone",
        "return document.querySelector('[role=menu]') === null",
    )?;
    browser.press(&[], ESCAPE)?;
    browser.see(&format!("#person-{}", ids[0]))?;
    browser.tab_to("Tiles")?;
    browser.press(&[], ENTER)?;
    browser.see(".tiles")?;
    command(&browser, "board list", "Show the board as a list")?;
    browser.see(&format!(".people-list #person-{}", ids[0]))?;

    // 17. The story of the last call.
    browser.press(&[CONTROL], '3')?;
    browser.see(".call-line")?;
    browser.tab_to("Find a call")?;
    browser.press(&[], DOWN)?;
    browser.has_focus("Calls, the newest first")?;
    browser.press(&[], ENTER)?;
    let headline = browser.see(".story-headline")?;
    ensure!(
        headline.starts_with("Anna Reed waited") && headline.contains("talked with Ben Kraft"),
        "{headline}"
    );

    // 18. Through its messages, one of them as it was sent.
    browser.see(".ladder-row")?;
    browser.tab_to("Anna Reed")?;
    browser.tab_to("INVITE")?;
    browser.press(&[], DOWN)?;
    let second = browser.focused()?;
    browser.press(&[], ENTER)?;
    let raw = browser.see(".ladder-raw pre")?;
    ensure!(
        second.contains("INVITE") && raw.starts_with("INVITE sip:") && raw.contains("CSeq: "),
        "{second}: {raw}"
    );
    browser.press(&[], ENTER)?;
    browser.until(
        "the message is folded again",
        "return document.querySelector('.ladder-raw') === null",
    )?;
    browser.press(&[], ESCAPE)?;
    browser.has_focus("Calls, the newest first")?;

    // 19. A past call is searched for, from anywhere.
    command(&browser, "nobody at all", "Search past calls for")?;
    browser.read("No call matches")?;
    command(&browser, "reed past calls", "Search past calls for")?;
    by_keys_alone(&browser)
}

#[test]
fn the_window_and_the_office_are_set_up_as_one_likes() -> Result<()> {
    let engine = office()?;
    engine.add_person("Anna Reed", "101")?;
    let browser = at(&engine, "/")?;

    // 20. Every screen by its place.
    for (key, title) in [
        ('2', "Board"),
        ('3', "Calls"),
        ('4', "Voicemail"),
        ('5', "People"),
        ('6', "Audio"),
        ('7', "Flows"),
        ('8', "Hours"),
        ('9', "Numbers & lines"),
        ('1', "Now"),
    ] {
        browser.press(&[CONTROL], key)?;
        browser.until(
            &format!("{title} is open"),
            &format!(
                "return document.querySelector('.rail [aria-current=page]')?.innerText === '{title}'
                   && document.querySelector('main h1') !== null"
            ),
        )?;
    }

    // 21. From one part of the window to the next, and back.
    let part = "return document.activeElement.closest('[data-region]')?.ariaLabel ?? ''";
    let mut parts = Vec::new();
    for _ in 0..3 {
        browser.press(&[], F6)?;
        parts.push(browser.run(part)?);
    }
    ensure!(parts == ["Screens", "Content", "Status"], "{parts:?}");
    browser.press(&[SHIFT], F6)?;
    ensure!(browser.run(part)? == "Content");

    // 22. What the keys are.
    browser.press(&[], '?')?;
    browser.read("Keyboard shortcuts")?;
    browser.read("Next part of the window")?;
    browser.press(&[], ESCAPE)?;
    browser.until(
        "the sheet is gone",
        "return document.querySelector('[role=dialog]') === null",
    )?;

    // 23. A setting by what people call it elsewhere; with it the office has another name.
    command(&browser, "company", "Name of the office")?;
    browser.has_focus("Name of the office")?;
    browser.type_over("Reed & Lang")?;
    browser.press(&[], ENTER)?;
    browser.read("The office is now called Reed & Lang")?;
    browser.until(
        "the window is called so",
        "return document.title.endsWith('Reed & Lang')",
    )?;

    // 24. The same among the settings.
    browser.tab_to("Find a setting")?;
    browser.type_keys("zoom")?;
    browser.read("Makes everything in this window larger or smaller.")?;
    browser.press(&[], ESCAPE)?;

    // 25. Dark.
    command(&browser, "dark", "Use dark colours")?;
    browser.until(
        "the window is dark",
        "const colour = getComputedStyle(document.body).backgroundColor;
         return colour.match(/[\\d.]+/g).slice(0, 3).every((part) => Number(part) < 90)",
    )?;

    // 26. German and back.
    command(&browser, "deutsch", "Language of this window")?;
    browser.has_focus("Language of this window")?;
    browser.press(&[], ENTER)?;
    browser.type_keys("deutsch")?;
    browser.has_focus("Deutsch")?;
    browser.press(&[], ENTER)?;
    browser.read("Einstellungen")?;
    ensure!(browser.run("return document.documentElement.lang")? == "de");
    browser.has_focus("Sprache dieses Fensters")?;
    browser.press(&[], ENTER)?;
    browser.type_keys("english")?;
    browser.has_focus("English")?;
    browser.press(&[], ENTER)?;
    browser.read("Settings")?;

    // What is looked at again in the end.
    command(&browser, "health", "Health")?;
    browser.see(".page-tools [role=status]")?;

    // 27. Somebody may sign in.
    command(&browser, "permission", "Users")?;
    browser.has_focus("Add a user")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Login")?;
    browser.type_keys("anna")?;
    browser.tab_to("Password")?;
    browser.type_keys("gravel lantern 42")?;
    browser.press(&[], ENTER)?;
    browser.read("anna may sign in")?;
    becomes(&engine, "/api/users", |users| has(users, "login", "anna"))?;

    // 28. The checks are made once more.
    command(&browser, "health", "Health")?;
    let before = browser.see(".page-tools [role=status]")?;
    browser.tab_to("Check again")?;
    browser.press(&[], ENTER)?;
    browser.until(
        "they were made later than before",
        &format!(
            "return document.querySelector('.page-tools [role=status]').innerText !== '{before}'"
        ),
    )?;
    by_keys_alone(&browser)
}
