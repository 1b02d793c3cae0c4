//! Lines to the outside world with SIPp as the carriers: one the office registers with, one that knows
//! it by its address, and one that is dead. Calls come in to a person, go out with the right caller,
//! and find the second carrier when the first does not answer.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    carrier::{
        OURS, Office, PASSWORD, THEIRS, THEIRS_DIALLED, USER, called, called_user, calls_in,
        header, registered_contact, somebody_outside,
    },
    process::{PATIENCE, until},
    sipp::Sipp,
    sound::{Sound, in_a_law},
    talk::{
        A_WHILE, NOTICEABLE, hang_up, has_heard, has_heard_at_first, has_heard_at_last, listen,
        records, talk,
    },
};
use serde_json::{Value, json};
use std::{
    net::UdpSocket,
    time::{Duration, Instant},
};

/// How long the carrier of that scenario plays before it answers, and a bit less.
const PLAYS_BEFORE_ANSWER: Duration = Duration::from_millis(2_800);

#[test]
fn a_line_that_registers_brings_a_call_to_a_person() -> Result<()> {
    let mut office = Office::open()?;
    let carrier = called("carrier_registrar", 1)?;
    let line = office.line(
        "Registering",
        carrier.address().port(),
        json!({
            "access": {"kind": "register", "expires": null, "bulk": false},
            "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
            "networks": [],
        }),
    )?;
    office.number_leads_to_anna()?;
    office.wait_for_line(line, "up")?;
    let uri = registered_contact(&carrier)?;
    carrier.wait()?.all_went_well()?;
    ensure!(uri.contains(";line="), "no line in {uri}");

    office.anna.forget_what_was_heard()?;
    let caller = calls_in(&office, &uri, OURS, THEIRS, 4)?;
    office.anna.wait_for("CALL_INCOMING")?;
    office.anna.accept()?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    office.anna.wait_until_heard(A_WHILE)?;
    office.anna.wait_until_closed()?;
    caller.wait()?.all_went_well()?;
    has_heard(&office.anna, 440.0)?;

    let call = &records(&office.engine, 1)?[0];
    let said = |pointer: &str| call.pointer(pointer).and_then(Value::as_str);
    ensure!(said("/direction") == Some("in"), "{call:#}");
    ensure!(said("/lineName") == Some("Registering"), "{call:#}");
    ensure!(said("/from/number") == Some(THEIRS), "{call:#}");
    ensure!(said("/outcome") == Some("answered"), "{call:#}");
    Ok(())
}

/// What a provider may name differently: who logs in, who calls, for which domain, and where calls are
/// brought; all of it reached through a proxy that is not the registrar.
fn many_names(proxy: u16, access: &Value) -> Value {
    json!({
        "server": {"host": "sip.provider.invalid", "port": 5060, "transport": "udp"},
        "outboundProxy": {"host": "127.0.0.1", "port": proxy, "transport": "udp"},
        "access": access, "password": PASSWORD, "sessionExpires": 600,
        "identity": {
            "authUser": USER, "fromUser": "main", "fromDomain": "office.example",
            "contactUser": "desk-9",
        },
    })
}

#[test]
fn a_line_registers_under_each_of_the_names_its_provider_gave_it() -> Result<()> {
    let office = Office::open()?;
    let carrier = called("carrier_registrar", 1)?;
    let access = json!({"kind": "register", "expires": null, "bulk": false});
    let line = office.line(
        "Names",
        carrier.address().port(),
        many_names(carrier.address().port(), &access),
    )?;
    office.wait_for_line(line, "up")?;
    let outcome = carrier.wait()?;
    outcome.all_went_well()?; // who logs in is USER, which the scenario checks
    let messages = &outcome.messages;
    ensure!(
        messages.contains("REGISTER sip:sip.provider.invalid"),
        "{messages}"
    );
    for name in ["From", "To"] {
        let value = header(&outcome, name).context("no header")?;
        ensure!(
            value.contains("<sip:main@office.example>"),
            "{name}: {value}"
        );
    }
    let contact = header(&outcome, "Contact").context("no Contact")?;
    ensure!(contact.contains("sip:desk-9@"), "{contact}");
    Ok(())
}

#[test]
fn a_line_calls_under_each_of_the_names_its_provider_gave_it() -> Result<()> {
    let mut office = Office::open()?;
    let carrier = called("carrier_called", 1)?;
    let port = carrier.address().port();
    office.line("Names", port, many_names(port, &json!({"kind": "address"})))?;
    office.anna_calls(THEIRS_DIALLED)?;
    let outcome = carrier.wait()?;
    outcome.all_went_well()?;
    let first = outcome.messages.split("INVITE sip:").nth(1);
    let invite = first.and_then(|text| text.split("\r\n\r\n").next());
    let invite = invite.context("no INVITE")?;
    let line = |name: &str| {
        invite
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")))
    };
    for (name, expected) in [
        ("From", "<sip:main@office.example>"),
        ("Contact", "<sip:"),
        ("Session-Expires", "600"),
        ("P-Asserted-Identity", OURS),
    ] {
        let said = line(name).with_context(|| format!("no {name}\n{invite}"))?;
        ensure!(said.contains(expected), "{said}");
    }
    let called = invite.lines().next().unwrap_or_default();
    ensure!(called.contains("@sip.provider.invalid"), "{called}");
    Ok(())
}

/// The carrier from outside brings a call for a number that leads to a mobile; the one over which it
/// leaves again is told which number it was for, and who calls.
#[test]
fn a_call_that_is_forwarded_to_a_mobile_tells_its_carrier_what_it_was_for() -> Result<()> {
    for (by, name) in [("diversion", "Diversion"), ("historyInfo", "History-Info")] {
        let office = Office::open()?;
        let carrier = called("carrier_called", 1)?;
        office.line(
            "Both ways",
            carrier.address().port(),
            json!({
                "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
                "outgoing": {"forwardedBy": by, "foreignCallerId": true},
            }),
        )?;
        let mobile = json!({"dest_kind": "forward", "dest_id": "+491721234567"});
        office.number_leads(OURS, mobile)?;
        let uri = format!("sip:{OURS}@{}", office.engine.sip("udp")?);
        calls_in(&office, &uri, OURS, THEIRS, 2)?
            .wait()?
            .all_went_well()?;
        let outcome = carrier.wait()?;
        outcome.all_went_well()?;
        ensure!(
            called_user(&outcome) == Some("+491721234567"),
            "{}",
            outcome.messages
        );
        let told = header(&outcome, name).with_context(|| outcome.messages.clone())?;
        ensure!(told.contains(&format!("<sip:{OURS}@")), "{told}");
        let why = match by {
            "diversion" => ";reason=unconditional",
            _ => ";cause=302",
        };
        ensure!(told.contains(why), "{told}");
        let shown = header(&outcome, "P-Asserted-Identity").context("no caller")?;
        ensure!(shown.contains(THEIRS), "{shown}");
        let call = &records(&office.engine, 1)?[0];
        let story =
            office
                .engine
                .ask("GET", &format!("/api/calls/{}", call["id"]), &Value::Null)?;
        ensure!(story.to_string().contains("\"forwarded\""), "{story:#}");
    }
    Ok(())
}

#[test]
fn a_stranger_who_names_our_number_rings_nobody() -> Result<()> {
    let office = Office::open()?;
    office.number_leads_to_anna()?;
    // A line that knows its carrier by another address than where the call comes from.
    office.line("Elsewhere", 5099, json!({ "server": {"host": "192.0.2.1", "port": 5060, "transport": "udp"}, "networks": ["192.0.2.0/24"] }))?;
    let uri = format!("sip:{OURS}@{}", office.engine.sip("udp")?);
    let outcome = calls_in(&office, &uri, OURS, THEIRS, 1)?.wait()?;
    ensure!(
        outcome.successful == 0,
        "a stranger got through\n{}",
        outcome.messages
    );
    ensure!(
        outcome.messages.contains("SIP/2.0 401"),
        "{}",
        outcome.messages
    );
    ensure!(office.engine.status()?["active_calls"] == 0);
    Ok(())
}

#[test]
fn a_carrier_known_by_its_address_brings_calls_with_a_prefix_and_takes_ours() -> Result<()> {
    let mut office = Office::open()?;
    let carrier = called("carrier_called", 1)?;
    office.line(
        "By address",
        carrier.address().port(),
        json!({
            "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
            "calledPrefix": "7788", "outgoing": {"prefix": "4711", "numberFormat": "digits"},
        }),
    )?;
    office.number_leads_to_anna()?;

    let uri = format!("sip:7788{USER}@{}", office.engine.sip("udp")?);
    let caller = calls_in(&office, &uri, USER, "4989555123", 3)?;
    office.anna.wait_for("CALL_INCOMING")?;
    office.anna.accept()?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    office.anna.wait_until_closed()?;
    caller.wait()?.all_went_well()?;

    office.anna_calls(THEIRS_DIALLED)?;
    let outcome = carrier.wait()?;
    outcome.all_went_well()?;
    has_heard(&office.anna, 440.0)?;
    ensure!(
        called_user(&outcome) == Some("47114989555123"),
        "{}",
        outcome.messages
    );
    let shown = header(&outcome, "P-Asserted-Identity").context("no caller")?;
    ensure!(shown.contains(USER), "{shown}");
    ensure!(
        header(&outcome, "From").is_some_and(|from| from.contains(USER)),
        "{}",
        outcome.messages
    );

    let calls = records(&office.engine, 2)?;
    let out = &calls[1];
    ensure!(
        out["direction"] == "out" && out["outcome"] == "answered",
        "{out:#}"
    );
    ensure!(out["shown"] == OURS, "{out:#}");
    Ok(())
}

#[test]
fn the_second_carrier_takes_a_call_within_two_seconds_when_the_first_is_dead() -> Result<()> {
    let mut office = Office::open()?;
    // Bound and never read: nothing comes back, not even that nobody is there.
    let dead = UdpSocket::bind("127.0.0.1:0")?;
    let carrier = called("carrier_called", 1)?;
    let lines = [
        ("Dead", dead.local_addr()?.port()),
        ("Alive", carrier.address().port()),
    ];
    for (name, port) in lines {
        office.line(
            name,
            port,
            json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD }),
        )?;
    }
    let took = office.anna_calls(THEIRS_DIALLED)?;
    carrier.wait()?.all_went_well()?;
    // The carrier itself rings for a fifth of a second.
    ensure!(
        took < Duration::from_millis(2_900),
        "connected after {took:?}"
    );
    ensure!(
        took > Duration::from_millis(900),
        "the dead carrier was not even tried: {took:?}"
    );
    let call = &records(&office.engine, 1)?[0];
    ensure!(call["lineName"] == "Alive", "{call:#}");
    Ok(())
}

#[test]
fn a_carrier_that_refuses_costs_less_than_half_a_second() -> Result<()> {
    let mut office = Office::open()?;
    let refusing = called("carrier_refuses", 1)?;
    let carrier = called("carrier_called", 1)?;
    let lines = [
        ("Refuses", refusing.address().port()),
        ("Alive", carrier.address().port()),
    ];
    for (name, port) in lines {
        office.line(
            name,
            port,
            json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD }),
        )?;
    }
    let took = office.anna_calls(THEIRS_DIALLED)?;
    refusing.wait()?.all_went_well()?;
    carrier.wait()?.all_went_well()?;
    ensure!(
        took < Duration::from_millis(1_200),
        "connected after {took:?}"
    );
    Ok(())
}

#[test]
fn keys_pressed_on_a_telephone_arrive_at_the_carrier_as_events() -> Result<()> {
    let mut office = Office::open()?;
    let mut carrier = somebody_outside().tone(660.0).start()?;
    office.line("Line", carrier.address().port(), json!({}))?;
    office.anna.dial(THEIRS_DIALLED)?;
    carrier.wait_for("CALL_INCOMING")?;
    carrier.accept()?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    talk(&office.anna, &carrier)?;
    for key in ["1", "5", "9", "*", "0", "#"] {
        office.anna.press(key)?;
        let heard = carrier.wait_for("CALL_DTMF_START")?;
        ensure!(heard.detail == key, "{heard:?}");
    }
    hang_up(&mut office.anna, &mut carrier)?;
    has_heard_at_first(&office.anna, 660.0)?;
    has_heard_at_first(&carrier, 440.0)?;
    ensure!(
        !carrier.log().contains("INFO sip:"),
        "keys came by INFO, not as events"
    );
    Ok(())
}

#[test]
fn a_carrier_that_says_it_rings_after_it_has_begun_to_play_is_heard_on() -> Result<()> {
    let mut office = Office::open()?;
    let second = Duration::from_secs(1);
    let carrier = Sipp::scenario("interop/scenarios/carrier_heard_early.xml")
        .keeping_messages()
        .file(
            "said.alaw",
            in_a_law(&Sound::tone(660.0, second, -10.0, 16_000)),
        )
        .start()?;
    office.line("Line", carrier.address().port(), json!({}))?;
    office.anna.dial(THEIRS_DIALLED)?;
    office.anna.wait_for("CALL_PROGRESS")?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    listen(&office.anna)?;
    office.anna.hang_up()?;
    office.anna.wait_until_closed()?;
    let outcome = carrier.wait()?;
    outcome.all_went_well()?;
    let messages = &outcome.messages;
    let rang = messages.find("SIP/2.0 180").context("it did not ring")?;
    ensure!(
        messages
            .find("SIP/2.0 183")
            .is_some_and(|plays| plays < rang),
        "it rang before it played"
    );
    // All of the time before the answer, and from then on.
    let heard = office.anna.heard_last()?;
    ensure!(
        heard.length() > PLAYS_BEFORE_ANSWER + A_WHILE,
        "heard for {:?} only",
        heard.length()
    );
    has_heard_at_first(&office.anna, 660.0)?;
    has_heard_at_last(&office.anna, 660.0)?;
    let gaps = heard.gaps_in_tone(660.0, NOTICEABLE);
    ensure!(gaps.is_empty(), "{gaps:?}");
    Ok(())
}

#[test]
fn a_test_call_takes_the_line_it_tries_and_tells_what_it_showed() -> Result<()> {
    let mut office = Office::open()?;
    let (first, tried) = (called("carrier_called", 1)?, called("carrier_called", 1)?);
    let account = json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD });
    office.line("First", first.address().port(), account.clone())?;
    let line = office.line("Tried", tried.address().port(), account)?;
    let anna = office.engine.find("/api/people", "name", "Anna")?["id"].clone();
    let path = format!("/api/lines/{line}/calls");

    // What may not be called is not called to try a line either, and nothing inside needs one.
    for to in ["09001123456", "+5371234567", "101"] {
        let wish = json!({ "person": anna, "to": to });
        let answer = office.engine.request("POST", &path, &wish)?;
        ensure!(answer.code >= 400, "{to}: {answer:?}");
    }

    let wish = json!({ "person": anna, "to": THEIRS_DIALLED });
    let call = office.engine.ask("POST", &path, &wish)?["call"].clone();
    office.anna.wait_for("CALL_INCOMING")?;
    office.anna.accept()?;
    office.anna.wait_for("CALL_ESTABLISHED")?;
    office.anna.wait_until_heard(A_WHILE)?;
    office.anna.hang_up()?;
    office.anna.wait_until_closed()?;
    let outcome = tried.wait()?;
    outcome.all_went_well()?;
    ensure!(
        first.messages().is_empty(),
        "another line was taken\n{}",
        first.messages()
    );
    let path = format!("{path}/{call}");
    let mut shown = Value::Null;
    until(PATIENCE, || {
        shown = office
            .engine
            .ask("GET", &path, &Value::Null)
            .unwrap_or_default();
        shown["over"] == true
    });
    let state = |check: &str| {
        let checks = shown["checks"].as_array().into_iter().flatten();
        let mut found = checks.filter(|one| one["check"] == check);
        found.next().map(|one| one["state"].clone())
    };
    for check in ["line", "ringing", "codecs", "ended"] {
        ensure!(state(check) == Some(json!("good")), "{check}: {shown:#}");
    }
    Ok(())
}

#[test]
fn an_emergency_number_goes_out_at_once_and_a_number_that_holds_it_does_not() -> Result<()> {
    let mut office = Office::open()?;
    let carrier = called("carrier_called", 1)?;
    office.line(
        "Line",
        carrier.address().port(),
        json!({
            "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
        }),
    )?;
    office.anna.dial("1120")?;
    office.anna.wait_until_closed()?;
    ensure!(
        carrier.messages().is_empty(),
        "1120 went out\n{}",
        carrier.messages()
    );
    let dialled = Instant::now();
    office.anna.dial("112")?;
    ensure!(
        until(PATIENCE, || carrier.messages().contains("INVITE sip:112")),
        "112 did not go out"
    );
    ensure!(
        dialled.elapsed() < Duration::from_secs(1),
        "{:?}",
        dialled.elapsed()
    );
    office.anna.wait_for("CALL_ESTABLISHED")?;
    office.anna.hang_up()?;
    carrier.wait()?.all_went_well()
}
