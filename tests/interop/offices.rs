//! Several offices in one engine: the same extensions and the same sockets, and nothing else in common.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Registrar, Settings, Transport},
    engine::{Credentials, Engine},
    http,
    process::{PATIENCE, binary, until},
    talk::{connect, hang_up, has_heard, registered, talk},
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::Command,
};

const DOMAIN: &str = "acme.example.com";

/// An engine on whose further offices each test has ports of its own.
fn engine(further_media_ports: &str) -> Result<Engine> {
    Engine::start_with(&[
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--further-media-ports",
        further_media_ports,
    ])
}

/// A further office, reached by the same programs as the first.
struct Further {
    data: PathBuf,
}

impl Further {
    fn add(engine: &Engine, name: &str, folder: &str, domain: &str) -> Result<Self> {
        engine.ctl(&["office", "add", name, "--domain", domain])?;
        Ok(Self {
            data: engine.data().join("offices").join(folder),
        })
    }

    fn ctl(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(binary("cordboardctl")?);
        command.arg("--data").arg(&self.data).args(arguments);
        let output = command.arg("--json").output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {errors}");
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    fn ask(&self, path: &str) -> Result<Value> {
        let file: Value = serde_json::from_slice(&fs::read(self.data.join("engine.json"))?)?;
        let host = file["api"].as_str().context("no api")?;
        let token = fs::read_to_string(self.data.join("api-token"))?;
        let bearer = format!("Bearer {}", token.trim());
        let host = host.trim_start_matches("http://");
        let headers = [("authorization", bearer.as_str())];
        let answer = http::request(host, "GET", path, &headers, &Value::Null)?;
        ensure!(answer.code == 200, "{path}: {answer:?}");
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// What to type into a new person's telephone.
    fn hire(&self, name: &str, extension: &str) -> Result<Credentials> {
        self.ctl(&["person", "add", name, "--extension", extension])?;
        let told = self.ctl(&["device", "add", extension, "Desk phone"])?;
        ensure!(told["domain"] == DOMAIN, "{told}");
        Ok(serde_json::from_value(told)?)
    }

    fn telephone(
        &self,
        engine: &Engine,
        name: &str,
        extension: &str,
        transport: Transport,
    ) -> Result<Settings> {
        let credentials = self.hire(name, extension)?;
        at_domain(engine, &credentials, transport)
    }
}

/// A telephone with these credentials that says it belongs to the further office.
fn at_domain(engine: &Engine, credentials: &Credentials, transport: Transport) -> Result<Settings> {
    let mut settings = engine.settings(credentials, transport)?;
    settings.registrar = settings.registrar.map(|registrar| Registrar {
        domain: DOMAIN.to_owned(),
        interval: 3_600,
        ..registrar
    });
    Ok(settings)
}

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
