//! A mailbox from real telephones: messages are left, the lamp lights, they are heard by the menu in the
//! language of the mailbox, deleted, saved, passed on and called back; greeting and PIN are changed.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    likeness::{find, shipped},
    process::until,
    sound::Sound,
    talk::registered,
};
use serde_json::json;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

const ANNA_HZ: f64 = 440.0;
const BEN_HZ: f64 = 660.0;

/// How soon a lamp shows what has changed.
const LAMP: Duration = SECOND;

/// By then a phrase of the menu has been said, with what stands before it.
const SAID: Duration = Duration::from_secs(30);

/// As much of a phrase is looked for: the beginning, which tells it from all others.
const BEGINNING: Duration = Duration::from_millis(1_200);

/// How long Ben speaks.
const SPEAKS: Duration = Duration::from_secs(3);

/// Anna's mailbox is German, and has a PIN of hers; her office and its other mailboxes are English.
struct Office {
    engine: Engine,
    anna: Baresip,
    ben: Baresip,
    cleo: Baresip,
}

impl Office {
    fn open() -> Result<Office> {
        let engine = Engine::start()?;
        let phone = |name: &str, number: &str, hz: f64| {
            let mut settings = engine.telephone(name, number, Transport::Udp)?;
            settings.config_extra = "module_app mwi.so\n".to_owned();
            registered(settings.tone(hz).loud())
        };
        let office = Office {
            anna: phone("Anna", "101", ANNA_HZ)?,
            ben: phone("Ben", "102", BEN_HZ)?,
            cleo: phone("Cleo", "103", 880.0)?,
            engine,
        };
        let person = office.engine.find("/api/people", "name", "Anna")?;
        let edit = json!({ "name": "Anna", "extension": "101", "team": "", "ringSeconds": 5 });
        let path = format!("/api/people/{}", person["id"]);
        office.engine.edit(&path, &person["revision"], &edit)?;
        let mut mailbox = office.engine.find("/api/mailboxes", "name", "Anna")?;
        let path = format!("/api/mailboxes/{}", mailbox["id"]);
        let revision = mailbox["revision"].clone();
        let fields = mailbox.as_object_mut().context("no mailbox")?;
        let taken = [
            "name",
            "number",
            "enabled",
            "language",
            "maxMessageSeconds",
            "quotaMessages",
            "quotaSeconds",
            "keepSavedDays",
            "members",
            "greetings",
            "email",
        ];
        fields.retain(|name, _| taken.contains(&name.as_str()));
        mailbox["language"] = json!("de");
        office.engine.edit(&path, &revision, &mailbox)?;
        for lamp in [&office.anna, &office.ben, &office.cleo] {
            shows(lamp, "0/0", SAID)?;
        }
        Ok(office)
    }

    /// Ben calls Anna, who does not answer, speaks after the tone, and hangs up.
    fn leave_message(&mut self, waiting: &str) -> Result<()> {
        self.ben.dial("101")?;
        self.ben.wait_within("CALL_ESTABLISHED", SAID)?;
        self.ben.press("#")?; // he knows the greeting
        let begins = until(SAID, || self.engine.is_recording());
        ensure!(begins, "nothing is recorded\n{}", self.engine.log());
        std::thread::sleep(SPEAKS);
        self.ben.hang_up()?;
        self.ben.wait_until_closed()?;
        // Her own telephone rang.
        self.anna.wait_until_closed()?;
        shows(&self.anna, waiting, LAMP)
    }

    /// Anna presses keys and hears this phrase of the menu then, in German.
    fn anna_presses(&mut self, keys: &str, phrase: &str) -> Result<()> {
        let before = self.anna.sounded()?.length();
        self.anna.press(keys)?;
        hears(&self.anna, before, &format!("prompts/de/{phrase}"))
    }
}

/// Fails unless the lamp of a telephone shows that many new and old messages, soon.
fn shows(telephone: &Baresip, voice: &str, within: Duration) -> Result<()> {
    let asked = Instant::now();
    loop {
        let left = within.saturating_sub(asked.elapsed());
        let told = telephone.wait_within("MWI_NOTIFY", left);
        let told = told.with_context(|| format!("{} shows no {voice}", telephone.uri()))?;
        if told.detail.contains(&format!("Voice-Message: {voice}")) {
            println!("{voice} after {:?}", asked.elapsed());
            return Ok(());
        }
    }
}

/// Waits until a telephone has heard the beginning of a sound that is shipped, after so much else.
fn hears(telephone: &Baresip, before: Duration, sound: &str) -> Result<()> {
    let wanted = shipped(sound)?;
    let wanted = wanted.part(Duration::ZERO, BEGINNING.min(wanted.length()));
    let mut best = 0.0_f64;
    let is_heard = until(SAID, || {
        let heard = telephone.sounded().ok();
        let lately = heard.map(|heard| {
            let from = before.max(heard.length().saturating_sub(SECOND * 8));
            heard.part(from, heard.length())
        });
        let found = lately.and_then(|heard| find(&wanted, &heard).ok().flatten());
        best = best.max(found.map_or(0.0, |found| found.likeness));
        best > 0.7
    });
    ensure!(is_heard, "{}: no {sound}, only {best:.2}", telephone.uri());
    Ok(())
}

/// Waits until a telephone hears a tone, after so much else.
fn hears_tone(telephone: &Baresip, before: Duration, hz: f64) -> Result<()> {
    let is_heard = until(SAID, || {
        let Ok(heard) = telephone.sounded() else {
            return false;
        };
        let lately = heard.part(
            before.max(heard.length().saturating_sub(SECOND)),
            heard.length(),
        );
        lately.length() > SECOND / 2 && lately.is_tone(hz)
    });
    ensure!(is_heard, "{}: no tone of {hz} Hz", telephone.uri());
    Ok(())
}

fn so_far(telephone: &Baresip) -> Result<Duration> {
    Ok(telephone.sounded()?.length())
}

#[test]
fn messages_are_heard_passed_on_deleted_saved_and_called_back_at_real_telephones() -> Result<()> {
    let mut office = Office::open()?;
    for waiting in ["1/0", "2/0", "3/0"] {
        office.leave_message(waiting)?;
    }
    office.anna.dial("*97")?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    let before = so_far(&office.anna)?;
    hears(
        &office.anna,
        before.saturating_sub(SECOND),
        "prompts/de/vm-for-new",
    )?;

    // The first: heard, passed on to Cleo, deleted.
    let before = so_far(&office.anna)?;
    office.anna.press("1")?;
    hears_tone(&office.anna, before, BEN_HZ)?;
    office.anna_presses("6", "vm-forward-to")?;
    office.anna_presses("103#", "vm-forwarding-to")?;
    office.anna_presses("1", "vm-forwarded")?;
    shows(&office.cleo, "1/0", LAMP)?;
    office.anna_presses("3", "vm-deleted")?;
    shows(&office.anna, "2/0", LAMP)?;

    // The second is kept.
    let before = so_far(&office.anna)?;
    hears_tone(&office.anna, before, BEN_HZ)?;
    office.anna_presses("2", "vm-saved")?;
    shows(&office.anna, "1/1", LAMP)?;

    // The third is called back, and they talk.
    let before = so_far(&office.anna)?;
    hears_tone(&office.anna, before, BEN_HZ)?;
    office.anna_presses("5", "vm-calling-back")?;
    office.ben.wait_within("CALL_INCOMING", SAID)?;
    office.ben.accept()?;
    office.ben.wait_for("CALL_ESTABLISHED")?;
    let (annas, bens) = (so_far(&office.anna)?, so_far(&office.ben)?);
    hears_tone(&office.anna, annas, BEN_HZ)?;
    hears_tone(&office.ben, bens, ANNA_HZ)?;
    office.ben.hang_up()?;
    office.anna.wait_until_closed()?;

    // Cleo hears what was passed on to her, in English.
    office.cleo.dial("*97")?;
    office.cleo.wait_for("CALL_ESTABLISHED")?;
    let before = so_far(&office.cleo)?;
    hears(
        &office.cleo,
        before.saturating_sub(SECOND),
        "prompts/en/vm-for-new",
    )?;
    let before = so_far(&office.cleo)?;
    office.cleo.press("1")?;
    hears_tone(&office.cleo, before, BEN_HZ)?;
    office.cleo.hang_up()?;
    office.engine.still_runs()
}

#[test]
fn a_greeting_and_a_pin_are_changed_at_a_real_telephone() -> Result<()> {
    let mut office = Office::open()?;
    office.anna.dial("*97")?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    office.anna_presses("3", "vm-record-standard")?;
    // What her telephone says all the time is a tone.
    office.anna_presses("1", "vm-speak-greeting")?;
    let begins = until(SAID, || office.engine.is_recording());
    ensure!(begins, "nothing is recorded\n{}", office.engine.log());
    std::thread::sleep(SPEAKS);
    office.anna_presses("#", "vm-your-greeting-is")?;
    office.anna_presses("1", "vm-greeting-kept")?;
    office.anna_presses("*", "vm-for-pin")?;
    office.anna_presses("4", "vm-new-pin")?;
    office.anna_presses("580273#", "vm-new-pin-again")?;
    office.anna_presses("580273#", "vm-pin-changed")?;
    office.anna.hang_up()?;
    office.anna.wait_until_closed()?;

    // Whoever calls hears her greeting.
    office.ben.dial("101")?;
    office.ben.wait_within("CALL_ESTABLISHED", SAID)?;
    let before = so_far(&office.ben)?;
    hears_tone(&office.ben, before.saturating_sub(SECOND), ANNA_HZ)?;
    office.ben.hang_up()?;
    office.anna.wait_until_closed()?;

    // And with her PIN her mailbox opens at another telephone, in its own language.
    office.cleo.dial("*98")?;
    office.cleo.wait_for("CALL_ESTABLISHED")?;
    let before = so_far(&office.cleo)?;
    hears(
        &office.cleo,
        before.saturating_sub(SECOND),
        "prompts/en/vm-enter-box",
    )?;
    office.cleo.press("101#")?;
    hears(&office.cleo, before, "prompts/de/vm-enter-pin")?;
    office.cleo.press("580273#")?;
    hears(&office.cleo, before, "prompts/de/vm-for-greeting")?;
    office.cleo.hang_up()?;
    office.engine.still_runs()
}

/// A tone is no word: what is looked for is not found in anything.
#[test]
fn a_phrase_is_not_heard_in_a_tone() -> Result<()> {
    let wanted = shipped("prompts/de/vm-saved")?;
    let wanted = wanted.part(Duration::ZERO, BEGINNING.min(wanted.length()));
    let heard = Sound::tone(BEN_HZ, SECOND * 4, -20.0, 16_000);
    let other = shipped("prompts/de/vm-deleted")?.then(&shipped("prompts/de/vm-forwarded")?);
    for heard in [heard, other] {
        let found = find(&wanted, &heard)?;
        ensure!(found.is_none_or(|found| found.likeness < 0.6), "{found:?}");
    }
    Ok(())
}
