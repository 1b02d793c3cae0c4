//! Somebody outside calls the office over a real line and reaches whom they called: several people
//! at once, a menu, a mailbox. Their telephone is a real one at the carrier's side: it hears what
//! the office says, and presses keys.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    carrier::{Office, PASSWORD, THEIRS, USER, called, registered_contact, somebody_outside},
    flows::{document, publish},
    likeness::{has_heard_whole, made, speech},
    process::until,
    sound::Sound,
    talk::{hang_up, has_heard_at_last, records, registered, talk},
};
use serde_json::{Value, json};
use spoken::{Lang, sentence};
use std::{
    thread,
    time::{Duration, Instant},
};

/// The office's numbers: of a group, of a menu, of Anna's mailbox.
const GROUP: &str = "+4930123451";
const MENU: &str = "+4930123452";
const MAILBOX: &str = "+4930123453";

/// What the caller says, as a tone; and those who answer.
const CALLER_HZ: f64 = 880.0;
const BEN_HZ: f64 = 660.0;
const CLEO_HZ: f64 = 550.0;

/// How long the caller speaks into the mailbox.
const SPEAKS: Duration = Duration::from_secs(3);

/// Greeting and tone are over by then.
const GREETED: Duration = Duration::from_secs(45);

/// An office with three more telephones, and somebody outside.
struct Outside {
    office: Office,
    ben: Baresip,
    cleo: Baresip,
    dora: Baresip,
    caller: Baresip,
    /// What the menu says, as the office keeps it.
    menu: Sound,
}

impl Outside {
    fn open() -> Result<Outside> {
        let office = Office::open()?;
        let phone = |name: &str, number: &str, hz: f64| {
            let settings = office.engine.telephone(name, number, Transport::Udp)?;
            registered(settings.tone(hz).unbuffered())
        };
        let (ben, cleo) = (phone("Ben", "102", BEN_HZ)?, phone("Cleo", "103", CLEO_HZ)?);
        let dora = phone("Dora", "104", 770.0)?;
        let menu = targets(&office)?;
        let caller = somebody_outside().tone(CALLER_HZ).start()?;
        Ok(Outside {
            office,
            ben,
            cleo,
            dora,
            caller,
            menu,
        })
    }

    /// All three ring, Cleo answers, the others stop.
    fn a_group_rings_and_one_answers(&mut self, uri: &str) -> Result<()> {
        let Outside {
            ben,
            cleo,
            dora,
            caller,
            ..
        } = self;
        caller.dial(uri)?;
        for phone in [&*ben, cleo, dora] {
            let rings = phone.wait_for("CALL_INCOMING")?;
            ensure!(
                rings.peer.contains(THEIRS),
                "the caller's number is not shown: {rings:?}"
            );
        }
        cleo.accept()?;
        caller.wait_for("CALL_ESTABLISHED")?;
        for phone in [&mut *ben, dora] {
            phone.wait_until_closed()?;
            ensure!(
                phone.log().contains("Call completed elsewhere"),
                "a phone that stopped ringing shows a missed call"
            );
        }
        talk(caller, cleo)?;
        hang_up(caller, cleo)?;
        has_heard_at_last(cleo, CALLER_HZ)?;
        has_heard_at_last(caller, CLEO_HZ)?;
        ensure!(
            ben.heard()?.is_empty() && dora.heard()?.is_empty(),
            "a phone that only rang has heard something"
        );
        Ok(())
    }

    /// The caller hears the whole menu, presses 1 and talks with Ben.
    fn a_menu_is_walked_by_keys(&mut self, uri: &str) -> Result<()> {
        let Outside {
            ben, caller, menu, ..
        } = self;
        caller.forget_what_was_heard()?;
        caller.dial(uri)?;
        caller.wait_for("CALL_ESTABLISHED")?;
        caller.wait_until_heard(menu.length())?;
        caller.press("1")?;
        ben.wait_for("CALL_INCOMING")?;
        ben.accept()?;
        ben.wait_for("CALL_ESTABLISHED")?;
        talk(caller, ben)?;
        caller.wait_until_heard(caller.recorded() + Duration::from_secs(1))?;
        hang_up(caller, ben)?;
        let heard = caller.heard_last()?;
        has_heard_whole(&heard, menu, "the caller")?;
        has_heard_at_last(caller, BEN_HZ)?;
        has_heard_at_last(ben, CALLER_HZ)
    }

    /// The caller hears the greeting and leaves a message.
    fn a_message_is_left(&mut self, uri: &str) -> Result<()> {
        let Outside { office, caller, .. } = self;
        let engine = &office.engine;
        caller.forget_what_was_heard()?;
        caller.dial(uri)?;
        caller.wait_for("CALL_ESTABLISHED")?;
        ensure!(
            until(GREETED, || engine.is_recording()),
            "nothing is recorded\n{}",
            engine.log()
        );
        let begun = Instant::now();
        thread::sleep(SPEAKS);
        caller.hang_up()?;
        let spoken = begun.elapsed().as_secs_f64();
        caller.wait_until_closed()?;
        let greeting = made(&sentence::standard_greeting("101"), Lang::En)?;
        has_heard_whole(&caller.heard_last()?, &greeting, "the caller")?;

        let mailbox = engine.find("/api/mailboxes", "name", "Anna")?;
        let message = engine.new_messages(&mailbox, 1)?.remove(0);
        ensure!(message["from"]["number"] == THEIRS, "{message:#}");
        let seconds = message["seconds"].as_f64().unwrap_or_default();
        ensure!(
            (seconds - spoken).abs() < 0.5,
            "{seconds} s are kept of {spoken} s"
        );
        let sound = engine.sound(&format!("/api/messages/{}/sound.wav", message["id"]))?;
        ensure!(
            sound.is_tone(CALLER_HZ),
            "the message sounds like {:?} Hz",
            sound.strongest_hz()
        );
        Ok(())
    }

    /// Each call is in the history with its line, its caller and what became of it.
    fn history_tells(&self, line: &str) -> Result<()> {
        let calls = records(&self.office.engine, 3)?;
        for call in &calls {
            ensure!(
                call["direction"] == "in" && call["lineName"] == line,
                "{call:#}"
            );
            ensure!(call["from"]["number"] == THEIRS, "{call:#}");
        }
        let outcomes: Vec<&Value> = calls.iter().map(|call| &call["outcome"]).collect();
        ensure!(
            outcomes[..2] == [&json!("answered"), &json!("answered")],
            "{outcomes:?}"
        );
        Ok(())
    }
}

/// Where the office's numbers lead; gives what the menu says.
fn targets(office: &Office) -> Result<Sound> {
    let engine = &office.engine;
    let person = |name: &str| -> Result<Value> {
        let found = engine.find("/api/people", "name", name)?;
        Ok(json!({ "type": "user", "id": found["id"].to_string() }))
    };
    let ring = |id: &str, people: &[Value]| json!({ "id": id, "kind": "dial", "targets": people, "ringTime": 20 });
    let bye = json!({ "id": "n_bye01", "kind": "hangup" });
    let group = [person("Ben")?, person("Cleo")?, person("Dora")?];
    let group = document(
        &[ring("n_group", &group), bye.clone()],
        &[["n_group", "no_answer", "n_bye01"]],
    );
    publish(engine, "Everybody", "600", &group)?;
    office.number_leads(GROUP, json!({ "dest_kind": "extension", "dest_id": "600" }))?;

    let menu = speech("Welcome. For sales press one, for anything else press two.")?;
    let said = engine.upload("Menu", &menu)?;
    let ask = json!({
        "id": "n_menu1", "kind": "menu", "timeout": 10,
        "prompts": [{ "source": "audio", "mediaId": said.to_string() }],
        "options": [{ "digit": "1", "label": "Sales" }, { "digit": "2", "label": "Other" }],
    });
    let way = document(
        &[ask, ring("n_sales", &[person("Ben")?]), bye],
        &[
            ["n_menu1", "digit:1", "n_sales"],
            ["n_menu1", "digit:2", "n_bye01"],
            ["n_menu1", "timeout", "n_bye01"],
            ["n_sales", "no_answer", "n_bye01"],
        ],
    );
    let flow = publish(engine, "Menu", "610", &way)?;
    office.number_leads(MENU, json!({ "dest_kind": "flow", "dest_id": flow }))?;

    let mailbox = engine.find("/api/mailboxes", "name", "Anna")?;
    let mailbox = json!({ "dest_kind": "voicemail", "dest_id": mailbox["id"] });
    office.number_leads(MAILBOX, mailbox)?;
    engine.sound(&format!("/api/sounds/{said}/sound.wav"))
}

/// Somebody calls a group, a menu and a mailbox; `at` gives the address of a number on the line.
fn everybody_is_reached(
    mut outside: Outside,
    line: &str,
    at: impl Fn(&str) -> String,
) -> Result<()> {
    outside.a_group_rings_and_one_answers(&at(GROUP))?;
    outside.a_menu_is_walked_by_keys(&at(MENU))?;
    outside.a_message_is_left(&at(MAILBOX))?;
    outside.history_tells(line)
}

#[test]
fn a_carrier_known_by_its_address_brings_callers_to_a_group_a_menu_and_a_mailbox() -> Result<()> {
    let outside = Outside::open()?;
    let port = outside.caller.address().port();
    outside.office.line("By address", port, json!({}))?;
    let sip = outside.office.engine.sip("udp")?;
    everybody_is_reached(outside, "By address", |number| {
        format!("sip:{number}@{sip}")
    })
}

#[test]
fn a_line_that_registers_brings_callers_to_a_group_a_menu_and_a_mailbox() -> Result<()> {
    let outside = Outside::open()?;
    let carrier = called("carrier_registrar", 1)?;
    let line = json!({
        "access": {"kind": "register", "expires": null, "bulk": false},
        "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD, "networks": [],
    });
    let port = carrier.address().port();
    let line = outside.office.line("Registering", port, line)?;
    outside.office.wait_for_line(line, "up")?;
    let contact = registered_contact(&carrier)?;
    carrier.wait()?.all_went_well()?;
    ensure!(contact.contains(";line="), "no line in {contact}");
    everybody_is_reached(outside, "Registering", |number| {
        contact.replace(USER, number)
    })
}
