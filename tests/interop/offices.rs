//! Several offices in one engine: the same extensions and the same sockets, and nothing else in common.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    further::{DOMAIN, Further, at_domain, engine},
    http,
    process::{PATIENCE, until},
    talk::{connect, hang_up, has_heard, has_heard_at_last, listen, registered, talk},
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

fn names_in_history(calls: &Value) -> Vec<String> {
    let rows = calls["calls"].as_array().or(calls.as_array());
    let mut names: Vec<String> = rows
        .into_iter()
        .flatten()
        .flat_map(|row| [&row["from"]["name"], &row["to"]["name"]])
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn two_offices_with_the_same_extensions_talk_each_among_themselves() -> Result<()> {
    let mut engine = engine("10000-12999")?;
    let acme = Further::add(&engine, "Acme", "acme", DOMAIN)?;
    let mut anna = registered(engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0))?;
    let mut ben = registered(engine.telephone("Ben", "102", Transport::Tcp)?.tone(660.0))?;
    let cleo = acme.telephone(&engine, "Cleo", "101", Transport::Udp)?;
    let mut cleo = registered(cleo.tone(880.0))?;
    let dora = acme.telephone(&engine, "Dora", "102", Transport::Tcp)?;
    let mut dora = registered(dora.tone(550.0))?;

    // The same numbers dialled at the same time, over UDP and TCP.
    connect(&mut anna, "102", &mut ben)?;
    connect(&mut cleo, "102", &mut dora)?;
    talk(&anna, &ben)?;
    talk(&cleo, &dora)?;
    let offices = engine.ask("GET", "/api/offices", &Value::Null)?;
    assert_eq!(offices[0]["state"], "running", "{offices}");
    assert_eq!(
        (&offices[0]["phones"], &offices[0]["calls"]),
        (&json!(2), &json!(1))
    );
    for status in [engine.status()?, acme.ask("/api/status")?] {
        assert_eq!(status["active_calls"], 1, "{status}");
        assert_eq!(status["registered_devices"], 2, "{status}");
    }
    hang_up(&mut dora, &mut cleo)?;
    hang_up(&mut anna, &mut ben)?;
    for (telephone, hz) in [
        (&anna, 660.0),
        (&ben, 440.0),
        (&cleo, 550.0),
        (&dora, 880.0),
    ] {
        has_heard(telephone, hz)?;
    }
    // Each history has its own call and no other.
    let first = || engine.ask("GET", "/api/calls", &Value::Null);
    assert!(until(PATIENCE, || first()
        .is_ok_and(|calls| names_in_history(&calls) == ["Anna", "Ben"])));
    let further = || acme.ask("/api/calls");
    assert!(
        until(PATIENCE, || further().is_ok_and(|calls| names_in_history(
            &calls
        ) == [
            "Cleo", "Dora"
        ])),
        "{:?}",
        further()
    );

    nobody_reaches_the_other_office(&engine, [&mut anna, &mut ben], [&mut cleo, &mut dora])?;

    // The further office closes in the middle of a call; the first goes on, and does not notice.
    connect(&mut anna, "102", &mut ben)?;
    connect(&mut cleo, "102", &mut dora)?;
    engine.ctl(&["office", "off", "Acme"])?;
    cleo.wait_until_closed()?;
    dora.wait_until_closed()?;
    talk(&anna, &ben)?;
    assert_eq!(engine.status()?["active_calls"], 1);
    hang_up(&mut ben, &mut anna)?;
    has_heard(&anna, 660.0)?;
    has_heard(&ben, 440.0)?;
    // And opens again: it knows its telephones.
    engine.ctl(&["office", "on", "acme"])?;
    assert_eq!(acme.ask("/api/status")?["registered_devices"], 2);
    connect(&mut dora, "101", &mut cleo)?;
    talk(&dora, &cleo)?;
    hang_up(&mut dora, &mut cleo)?;
    has_heard(&dora, 880.0)?;

    // The plug is pulled: both come back.
    engine.restart()?;
    connect(&mut ben, "101", &mut anna)?;
    connect(&mut dora, "101", &mut cleo)?;
    talk(&ben, &anna)?;
    talk(&dora, &cleo)?;
    hang_up(&mut ben, &mut anna)?;
    hang_up(&mut dora, &mut cleo)?;
    has_heard(&anna, 660.0)?;
    has_heard(&cleo, 550.0)?;
    engine.still_runs()
}

fn nobody_reaches_the_other_office(
    engine: &Engine,
    [anna, ben]: [&mut Baresip; 2],
    [cleo, dora]: [&mut Baresip; 2],
) -> Result<()> {
    anna.dial(&format!("sip:101@{DOMAIN}"))?;
    let closed = anna.wait_until_closed()?;
    assert!(closed.detail.contains("40"), "{closed:?}");
    assert!(
        cleo.events()
            .iter()
            .all(|event| event.kind != "CALL_INCOMING")
    );
    // Under the address of the computer each telephone reaches its own office.
    cleo.dial(&format!("sip:102@{}", engine.sip("udp")?))?;
    dora.wait_for("CALL_INCOMING")?;
    assert!(
        ben.events()
            .iter()
            .all(|event| event.kind != "CALL_INCOMING")
    );
    hang_up(cleo, dora)?;
    // A telephone of the first office is a stranger at the other.
    let credentials = engine.add_device("101", "Intruder")?;
    let intruder = at_domain(engine, &credentials, Transport::Udp)?.start()?;
    assert!(intruder.wait_until_registered().is_err());
    Ok(())
}

/// One connection over which messages for both offices travel.
struct Wire(TcpStream);

impl Wire {
    fn to(engine: &Engine) -> Result<Self> {
        let stream = TcpStream::connect(engine.sip("tcp")?)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Sends a request; gives the answer.
    fn ask(&mut self, method: &str, number: u32, host: &str, to_tag: &str) -> Result<String> {
        let tag = match to_tag {
            "" => String::new(),
            tag => format!(";tag={tag}"),
        };
        write!(
            self.0,
            "{method} sip:101@{host} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKw{number}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:stranger@elsewhere.example>;tag=w{number}\r\n\
             To: <sip:101@{host}>{tag}\r\nCall-ID: wire-{number}\r\nCSeq: {number} {method}\r\n\
             Content-Length: 0\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        let mut buffer = [0; 4_096];
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = self.0.read(&mut buffer)?;
            ensure!(read > 0, "the connection was closed");
            answer.extend_from_slice(&buffer[..read]);
        }
        Ok(String::from_utf8(answer)?)
    }
}

/// Which office answered.
fn answered_by(answer: &str) -> Option<&str> {
    let to = answer.lines().find(|line| line.starts_with("To:"))?;
    to.rsplit_once(";tag=")?
        .1
        .split_once('.')
        .map(|(mark, _)| mark)
}

#[test]
fn one_connection_carries_both_offices_and_a_forged_mark_opens_nothing() -> Result<()> {
    let engine = engine("13000-15999")?;
    Further::add(&engine, "Acme", "acme", DOMAIN)?;
    let first = engine.sip("tcp")?.to_string();
    let mut wire = Wire::to(&engine)?;
    for number in 1..=4 {
        let answer = wire.ask("OPTIONS", number * 2, DOMAIN, "")?;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        assert_eq!(answered_by(&answer), Some("h2"), "{answer}");
        let answer = wire.ask("OPTIONS", number * 2 + 1, &first, "")?;
        assert_eq!(answered_by(&answer), Some("h1"), "{answer}");
    }
    // Whoever forges a mark is told by that office that it knows of no such call.
    for (number, tag) in [
        (20, "h2.aaaaaaaaaaaaaaaaaaaa"),
        (21, "h1.aaaaaaaaaaaaaaaaaaaa"),
        (22, "h9.x"),
    ] {
        let answer = wire.ask("BYE", number, DOMAIN, tag)?;
        assert!(answer.starts_with("SIP/2.0 481"), "{answer}");
    }
    // The office closes while the connection is open; the first goes on over it.
    engine.ctl(&["office", "off", "acme"])?;
    let answer = wire.ask("OPTIONS", 30, DOMAIN, "")?;
    assert_eq!(answered_by(&answer), Some("h1"), "{answer}");
    engine.ctl(&["office", "on", "acme"])?;
    let answer = wire.ask("OPTIONS", 31, DOMAIN, "")?;
    assert_eq!(answered_by(&answer), Some("h2"), "{answer}");
    Ok(())
}

#[test]
fn offices_are_added_changed_and_removed_by_their_api() -> Result<()> {
    let engine = engine("16000-18999")?;
    let add = |name: &str, domains: &[&str]| {
        let body = json!({ "name": name, "domains": domains, "accent": "#0A7F3C",
            "language": "de-DE", "timeZone": "Europe/Vienna" });
        engine.request("POST", "/api/offices", &body)
    };
    assert_eq!(add("Acme", &[DOMAIN])?.code, 201);
    let taken = add("Bolt", &[DOMAIN])?;
    assert_eq!(taken.code, 409, "{taken:?}");
    let problem: Value = serde_json::from_str(&taken.body)?;
    assert_eq!(
        (&problem["field"], &problem["code"]),
        (&json!("domains"), &json!("domainTaken"))
    );
    assert_eq!(add("Bolt", &[])?.code, 422);
    assert_eq!(add("Bolt", &["not a host"])?.code, 422);

    let listed = engine.ask("GET", "/api/offices", &Value::Null)?;
    let (id, window) = (
        listed[0]["id"].as_i64().context("id")?,
        listed[0]["window"].as_str(),
    );
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    // The way into its window works once, and the office began as it was told to.
    let link = engine.ask("POST", &format!("/api/offices/{id}/link"), &Value::Null)?;
    let url = link["url"].as_str().context("url")?;
    assert!(url.starts_with(window.context("no window")?), "{url}");
    let at: SocketAddr = window
        .context("no window")?
        .trim_start_matches("http://")
        .parse()?;
    let opened = http::request(
        &at.to_string(),
        "GET",
        &url[url.find("/sign-in").context("path")?..],
        &[],
        &Value::Null,
    )?;
    assert_eq!(opened.code, 303, "{opened:?}");
    let acme = Further {
        data: engine.data().join("offices/acme"),
    };
    let settings = acme.ask("/api/office")?;
    assert_eq!(settings["name"], "Acme", "{settings}");
    assert_eq!(settings["timeZone"], "Europe/Vienna", "{settings}");
    assert_eq!(settings["language"], "de-DE", "{settings}");
    // A further office has none of its own to look after.
    assert!(acme.ask("/api/offices").is_err());

    let refused = engine.ctl(&["office", "remove", "acme"]);
    assert!(refused.is_err(), "it still runs");
    engine.ctl(&["office", "domains", "acme", DOMAIN, "acme.example"])?;
    engine.ctl(&["office", "off", "acme"])?;
    let listed = engine.ask("GET", "/api/offices", &Value::Null)?;
    assert_eq!(listed[0]["state"], "off", "{listed}");
    assert_eq!(listed[0]["domains"], json!([DOMAIN, "acme.example"]));
    engine.ctl(&["office", "remove", "acme"])?;
    assert!(
        engine.data().join("offices/acme/office.sqlite").exists(),
        "its data stays"
    );
    // One of the same name gets a folder of its own.
    assert_eq!(add("Acme", &[DOMAIN])?.code, 201);
    let listed = engine.ask("GET", "/api/offices", &Value::Null)?;
    assert_eq!(listed[0]["folder"], "acme-2", "{listed}");
    Ok(())
}

/// Both offices with two telephones each; the same extensions in both.
struct TwoOffices {
    engine: Engine,
    acme: Further,
    anna: Baresip,
    ben: Baresip,
    cleo: Baresip,
    dora: Baresip,
}

impl TwoOffices {
    fn open(further_media_ports: &str) -> Result<Self> {
        let engine = engine(further_media_ports)?;
        let acme = Further::add(&engine, "Acme", "acme", DOMAIN)?;
        let own = |name, extension, hz| {
            registered(engine.telephone(name, extension, Transport::Udp)?.tone(hz))
        };
        let theirs = |name, extension, hz| {
            registered(
                acme.telephone(&engine, name, extension, Transport::Udp)?
                    .tone(hz),
            )
        };
        Ok(Self {
            anna: own("Anna", "101", 440.0)?,
            ben: own("Ben", "102", 660.0)?,
            cleo: theirs("Cleo", "101", 880.0)?,
            dora: theirs("Dora", "102", 550.0)?,
            engine,
            acme,
        })
    }

    /// The latest call in the history of each office.
    fn latest(&self) -> Result<[Value; 2]> {
        let mut found = [Value::Null, Value::Null];
        let ended = until(PATIENCE, || {
            let first = self.engine.ask("GET", "/api/calls", &Value::Null);
            let further = self.acme.ask("/api/calls");
            for (found, calls) in found.iter_mut().zip([first, further]) {
                *found = calls.unwrap_or_default()["calls"][0].clone();
            }
            found.iter().all(|call| !call["endedAt"].is_null())
        });
        ensure!(ended, "{found:?}");
        Ok(found)
    }
}

/// Another system as it is set up by hand.
fn peer(name: &str, host: &str, prefix: &str) -> Value {
    json!({ "name": name, "enabled": true,
        "place": { "host": host, "port": null, "transport": "auto" },
        "networks": [], "user": "between-us", "password": "correct horse battery",
        "prefixes": [prefix], "stripPrefix": true, "mayCallOutside": false, "channels": 4, "srtp": "off" })
}

#[test]
fn two_offices_that_are_joined_call_each_other_and_hear_each_other() -> Result<()> {
    let mut offices = TwoOffices::open("6000-8999")?;
    let id = offices.engine.ask("GET", "/api/offices", &Value::Null)?[0]["id"].clone();
    let joined = format!("/api/offices/{id}/joined");

    // Before that there is no way, and nobody there rings.
    offices.anna.dial("8101")?;
    offices.anna.wait_until_closed()?;
    let said = json!({ "prefix": "8", "prefixThere": "7" });
    let office = offices.engine.ask("PUT", &joined, &said)?;
    assert_eq!(office["joined"], said, "{office}");

    connect(&mut offices.anna, "8101", &mut offices.cleo)?;
    talk(&offices.anna, &offices.cleo)?;
    hang_up(&mut offices.anna, &mut offices.cleo)?;
    has_heard(&offices.anna, 880.0)?;
    has_heard(&offices.cleo, 440.0)?;
    let [first, further] = offices.latest()?;
    assert_eq!(first["from"]["name"], "Anna", "{first}");
    assert_eq!(first["to"]["name"], "Acme", "{first}");
    assert_eq!(further["from"]["name"], "Anna", "{further}");
    // As it is dialled there: whoever was away calls back.
    assert_eq!(further["from"]["number"], "7101", "{further}");
    assert_eq!(further["to"]["name"], "Cleo", "{further}");

    // And the other way round; the other side hangs up.
    connect(&mut offices.dora, "7102", &mut offices.ben)?;
    talk(&offices.dora, &offices.ben)?;
    hang_up(&mut offices.ben, &mut offices.dora)?;
    has_heard(&offices.dora, 660.0)?;
    has_heard(&offices.ben, 550.0)?;

    // Whoever changes their mind before the other answers.
    offices.anna.dial("8102")?;
    offices.dora.wait_for("CALL_INCOMING")?;
    offices.anna.hang_up()?;
    offices.dora.wait_until_closed()?;
    offices.anna.wait_until_closed()?;

    // A call goes there and comes back: the same engine, twice in one call.
    connect(&mut offices.anna, "8101", &mut offices.cleo)?;
    talk(&offices.anna, &offices.cleo)?;
    offices.cleo.transfer("7102")?;
    offices.ben.wait_for("CALL_INCOMING")?;
    offices.ben.accept()?;
    offices.ben.wait_for("CALL_ESTABLISHED")?;
    offices.cleo.wait_until_closed()?;
    listen(&offices.anna)?;
    listen(&offices.ben)?;
    assert_eq!(offices.engine.status()?["active_calls"], 2);
    assert_eq!(offices.acme.ask("/api/status")?["active_calls"], 1);
    hang_up(&mut offices.anna, &mut offices.ben)?;
    has_heard_at_last(&offices.anna, 660.0)?;
    has_heard_at_last(&offices.ben, 440.0)?;

    // Parted, they are strangers again.
    offices.engine.ask("DELETE", &joined, &Value::Null)?;
    offices.anna.dial("8101")?;
    offices.anna.wait_until_closed()?;
    for telephone in [&offices.cleo, &offices.dora] {
        let mut events = telephone.events().into_iter();
        assert!(events.all(|event| event.kind != "CALL_INCOMING"));
    }
    for status in [offices.engine.status()?, offices.acme.ask("/api/status")?] {
        assert_eq!(status["active_calls"], 0, "{status}");
    }
    offices.engine.still_runs()
}

#[test]
fn offices_that_know_each_other_by_their_domains_call_each_other_only_if_both_say_so() -> Result<()>
{
    let mut offices = TwoOffices::open("4000-5999")?;
    // The domain leads nowhere in the name service; here it does.
    let acme = peer("Acme", DOMAIN, "8");
    offices.engine.ask("POST", "/api/peers", &acme)?;
    offices.anna.dial("8101")?;
    let closed = offices.anna.wait_until_closed()?;
    assert!(!closed.detail.is_empty(), "{closed:?}");
    let rang = |telephone: &Baresip| {
        let mut events = telephone.events().into_iter();
        events.any(|event| event.kind == "CALL_INCOMING")
    };
    assert!(
        !rang(&offices.cleo),
        "the other office knows nothing of this one"
    );

    let head = peer("Head office", "office-1.invalid", "9");
    offices.acme.send("POST", "/api/peers", &head)?;
    connect(&mut offices.anna, "8101", &mut offices.cleo)?;
    talk(&offices.anna, &offices.cleo)?;
    hang_up(&mut offices.cleo, &mut offices.anna)?;
    connect(&mut offices.dora, "9102", &mut offices.ben)?;
    talk(&offices.dora, &offices.ben)?;
    hang_up(&mut offices.dora, &mut offices.ben)?;
    has_heard(&offices.ben, 550.0)?;
    has_heard(&offices.anna, 880.0)?;
    offices.engine.still_runs()
}
