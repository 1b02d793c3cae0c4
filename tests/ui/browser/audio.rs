//! Sounds: brought along, spoken, recorded, heard, and used.

use super::{
    keys::{at, becomes, by_keys_alone, command},
    office::{ask, office},
    sound::{download, drop_file, go, has_played, wav},
    states::judge,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::webdriver::{DOWN, ENTER};
use serde_json::Value;

#[test]
fn sounds_are_brought_spoken_heard_and_used() -> Result<()> {
    let engine = office()?;
    engine.add_person("Anna Reed", "101")?;
    let browser = at(&engine, "/audio")?;
    let mut found = Vec::new();

    // The music that comes with Cordboard is what whoever waits hears.
    browser.see(".sound-row")?;
    browser.until(
        "the music that comes along is used",
        "return [...document.querySelectorAll('.sound-row')]
           .every((row) => row.innerText.includes('Music on hold'))",
    )?;

    // A file is dropped; another one is no sound.
    drop_file(&browser, "Welcome to Reed.wav", &wav(440.0, 3)?)?;
    browser.read("Welcome to Reed added")?;
    browser.see(".sound-editor .waveform")?;
    drop_file(&browser, "notes.wav", b"eggs, milk, bread")?;
    browser.read("notes.wav was not added.")?;
    judge(&browser, "audio-uploads", &mut found)?;
    browser.tab_to("Close")?;

    // It is heard, also as callers hear it, and found out who uses it.
    go(&engine, &browser, "/audio")?;
    browser.see(".sound-row")?;
    browser.tab_to("Sounds")?;
    browser.press(&[], DOWN)?;
    let mut steps = 0;
    while !browser.see(".sound-editor h2")?.contains("Welcome to Reed") && steps < 12 {
        browser.press(&[], DOWN)?;
        steps += 1;
    }
    ensure!(browser.see(".sound-editor h2")? == "Welcome to Reed");
    browser.press(&[], ' ')?;
    has_played(&browser, 1)?;
    browser.tab_to("As callers hear it")?;
    browser.press(&[], ' ')?;
    browser.until(
        "it is the sound of a telephone line",
        "return document.querySelector('.sound-editor [role=switch]')?.checked === true
           || document.querySelector('.sound-editor [data-selected] [role=switch]') !== null",
    )?;
    judge(&browser, "audio", &mut found)?;
    let (kind, name, bytes) = download(&browser, ".sound-acts a")?;
    ensure!(
        kind == "audio/wav" && name.contains("Welcome to Reed") && bytes > 2 * 2 * 16_000,
        "{kind}, {name}, {bytes} bytes"
    );

    // The computer speaks a greeting.
    command(
        &browser,
        "computer speak",
        "Let the computer speak a greeting",
    )?;
    browser.has_focus("Text")?;
    browser.type_keys("Thank you for calling Reed and Lang.")?;
    browser.tab_to("Listen")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog] .waveform")?;
    has_played(&browser, 1)?;
    judge(&browser, "audio-speak", &mut found)?;
    browser.tab_to("Save")?;
    browser.press(&[], ENTER)?;
    browser.read("Spoken from text")?;
    browser.read("Thank you for calling Reed and Lang.")?;
    let sounds = becomes(&engine, "/api/sounds", |sounds| {
        sounds
            .as_array()
            .is_some_and(|sounds| sounds.iter().any(|sound| sound["madeBy"] == "text"))
    })?;
    let seconds = sounds.as_array().into_iter().flatten();
    let seconds = seconds.clone().find(|sound| sound["madeBy"] == "text");
    let seconds = seconds.context("none")?["seconds"].as_f64();
    ensure!(
        seconds.is_some_and(|long| (1.0..8.0).contains(&long)),
        "{seconds:?}"
    );

    // It greets Anna's callers from now on.
    let boxes = ask(&engine, "GET", "/api/mailboxes", &Value::Null)?;
    let annas = boxes[0]["id"].as_i64().context("no id")?;
    go(
        &engine,
        &browser,
        &format!("/voicemail/{annas}/settings?greeting=standard"),
    )?;
    browser.see("[role=dialog]")?;
    judge(&browser, "voicemail-greeting", &mut found)?;
    browser.tab_to("Greeting of")?;
    browser.press(&[], ' ')?;
    browser.tab_to("Use it")?;
    browser.press(&[], ENTER)?;
    becomes(&engine, "/api/mailboxes", |boxes| {
        !boxes[0]["greetings"]["standard"].is_null()
    })?;
    go(&engine, &browser, "/audio")?;
    browser.read("Mailbox Anna Reed")?;

    // The office plays its own music.
    go(&engine, &browser, "/audio/music")?;
    browser.read("For the whole office")?;
    judge(&browser, "audio-music", &mut found)?;
    go(&engine, &browser, "/audio/phrases")?;
    browser.see(".phrase, [role=option], li")?;
    judge(&browser, "audio-phrases", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn a_greeting_is_recorded_with_the_microphone_of_this_computer() -> Result<()> {
    let engine = office()?;
    let browser = at(&engine, "/audio?add=microphone")?;
    let mut found = Vec::new();
    browser.see("[role=dialog]")?;
    judge(&browser, "audio-microphone", &mut found)?;
    browser.tab_to("Start recording")?;
    browser.press(&[], ENTER)?;
    // The browser's own microphone of the tests beeps once a second.
    browser.until(
        "something is heard",
        "const meter = document.querySelector('[role=dialog] meter');
         if (meter && meter.value > 0.02) window.heardAt ??= performance.now();
         return window.heardAt !== undefined && performance.now() - window.heardAt > 2500",
    )?;
    judge(&browser, "audio-microphone-records", &mut found)?;
    browser.tab_to("Stop")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=dialog] .waveform")?;
    judge(&browser, "audio-microphone-recorded", &mut found)?;
    browser.tab_to("Save")?;
    browser.press(&[], ENTER)?;
    let sounds = becomes(&engine, "/api/sounds", |sounds| {
        sounds
            .as_array()
            .is_some_and(|sounds| sounds.iter().any(|sound| sound["madeBy"] == "microphone"))
    })?;
    let recorded = sounds.as_array().into_iter().flatten();
    let recorded = recorded
        .clone()
        .find(|sound| sound["madeBy"] == "microphone");
    let seconds = recorded.context("none")?["seconds"].as_f64();
    ensure!(seconds.is_some_and(|long| long > 2.0), "{seconds:?}");
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
