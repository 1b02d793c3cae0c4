//! *Call back to yourself*: the office calls one of its own numbers over a line whose carrier brings
//! the call back, or does not. What it says of calls in, of the number shown, of sound and keys is what
//! really went over the wire.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    carrier::{OURS, Office, PASSWORD, USER},
    hairpin::{Hairpin, Ways, wait_until},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Another number of the office.
const OTHER: &str = "+4930123451";

/// Longer than this nobody is asked to pay for.
const A_MINUTE: Duration = Duration::from_secs(60);

struct Tried {
    office: Office,
    carrier: Hairpin,
    line: i64,
    anna: Value,
}

impl Tried {
    fn open(more: Value) -> Result<Tried> {
        let office = Office::open()?;
        let carrier = Hairpin::open(office.engine.sip("udp")?)?;
        let mut how = json!({
            "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
        });
        for (field, value) in more.as_object().into_iter().flatten() {
            how[field] = value.clone();
        }
        let line = office.line("Round", carrier.address().port(), how)?;
        office.number_leads_to_anna()?;
        let anna = office.engine.find("/api/people", "name", "Anna")?["id"].clone();
        Ok(Tried {
            office,
            carrier,
            line,
            anna,
        })
    }

    /// Tries the line and waits until that is over; what it has shown.
    fn call_back(&self, ways: Ways) -> Result<(Value, Duration)> {
        self.carrier.set(ways);
        let begin = Instant::now();
        let path = format!("/api/lines/{}", self.line);
        let wish = json!({ "person": self.anna });
        let started = self
            .office
            .engine
            .ask("POST", &format!("{path}/round-trip"), &wish)?;
        let path = format!("{path}/calls/{}", started["call"]);
        let shown = wait_until("the call is over", || {
            // The history may not have it yet.
            let shown = self.office.engine.ask("GET", &path, &Value::Null);
            Ok(shown.ok().filter(|shown| shown["over"] == true))
        })?;
        Ok((shown, begin.elapsed()))
    }
}

fn said(shown: &Value, check: &str) -> String {
    let checks = shown["checks"].as_array().into_iter().flatten();
    let mut found = checks.filter(|one| one["check"] == check);
    found.next().map_or_else(String::new, |one| {
        let text = |field: &str| one[field].as_str().unwrap_or_default();
        format!("{} {} {}", text("state"), text("sentence"), text("detail"))
    })
}

#[test]
fn a_call_that_comes_back_shows_caller_sound_and_keys_and_lasts_less_than_a_minute() -> Result<()> {
    let tried = Tried::open(json!({}))?;
    let (shown, took) = tried.call_back(Ways::default())?;
    println!("the round trip took {took:?}: {shown:#}");
    ensure!(took < A_MINUTE, "{took:?}");
    let log = || tried.office.engine.log();
    for (check, wanted) in [
        ("line", "good thisLine "),
        ("inbound", &format!("good backByAddress {OURS}")),
        ("callerId", &format!("good backAsMeant {OURS}")),
        ("dtmf", "good keysBothWays 159 → 159, 73 → 73"),
    ] {
        let is = said(&shown, check);
        ensure!(is == *wanted, "{check}: {is}\n{shown:#}\n{}", log());
    }
    let sound = said(&shown, "sound");
    ensure!(sound.starts_with("good bothWays"), "{sound}\n{shown:#}");
    ensure!(
        said(&shown, "ringing").starts_with("good rang"),
        "{shown:#}"
    );
    ensure!(
        said(&shown, "codecs").starts_with("good agreed"),
        "{shown:#}"
    );
    ensure!(
        tried.office.engine.status()?["active_calls"] == 0,
        "calls are left"
    );

    // What real calls have shown is what the test of the line says from now on.
    let path = format!("/api/lines/{}/test", tried.line);
    tried.office.engine.ask("POST", &path, &Value::Null)?;
    let test = wait_until("the line is tested", || {
        let test = tried.office.engine.ask("GET", &path, &Value::Null)?;
        Ok(test["finishedAt"].is_number().then_some(test))
    })?;
    let inbound = said(&test, "inbound");
    ensure!(
        inbound == format!("good lastByAddress {OURS} → {OURS}"),
        "{inbound}\n{test:#}"
    );
    let caller = said(&test, "callerId");
    ensure!(
        caller == format!("good lastTaken {OURS}"),
        "{caller}\n{test:#}"
    );
    let agreed = said(&test, "codecs");
    ensure!(agreed.starts_with("good agreed"), "{agreed}\n{test:#}");
    Ok(())
}

#[test]
fn a_carrier_that_shows_another_number_or_none_is_found_out() -> Result<()> {
    let tried = Tried::open(json!({}))?;
    tried
        .office
        .number_leads(OTHER, json!({"dest_kind": "hangup"}))?;
    let (shown, _) = tried.call_back(Ways {
        caller: Some(OTHER.to_owned()),
        ..Ways::default()
    })?;
    let caller = said(&shown, "callerId");
    ensure!(
        caller == format!("warning backOther {OURS} → {OTHER}"),
        "{caller}\n{shown:#}"
    );
    let (shown, _) = tried.call_back(Ways {
        caller: Some(String::new()),
        ..Ways::default()
    })?;
    let caller = said(&shown, "callerId");
    ensure!(
        caller == format!("warning backHidden {OURS}"),
        "{caller}\n{shown:#}"
    );
    Ok(())
}

#[test]
fn a_carrier_that_does_not_bring_the_call_back_is_said_with_what_it_answered() -> Result<()> {
    let tried = Tried::open(json!({}))?;
    for (refuses, caller) in [
        (404, "skipped notBack "),
        (403, "warning maybeRefused +4930123450 · 403"),
    ] {
        let (shown, took) = tried.call_back(Ways {
            refuses: Some(refuses),
            ..Ways::default()
        })?;
        ensure!(took < A_MINUTE, "{took:?}");
        let inbound = said(&shown, "inbound");
        ensure!(
            inbound == format!("bad notBack {refuses}"),
            "{inbound}\n{shown:#}"
        );
        let is = said(&shown, "callerId");
        ensure!(is == caller, "{is}\n{shown:#}");
    }
    // The last call out was forbidden; that is what the test of the line says of the number shown.
    let path = format!("/api/lines/{}/test", tried.line);
    tried.office.engine.ask("POST", &path, &Value::Null)?;
    let test = wait_until("the line is tested", || {
        let test = tried.office.engine.ask("GET", &path, &Value::Null)?;
        Ok(test["finishedAt"].is_number().then_some(test))
    })?;
    let caller = said(&test, "callerId");
    ensure!(
        caller == format!("warning lastForbidden {OURS} · 403"),
        "{caller}\n{test:#}"
    );
    Ok(())
}
