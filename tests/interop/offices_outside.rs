//! Several offices in one engine and the world outside: one carrier for two of them, and certificates.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    carrier::{OURS, Office, line_to, number_to, somebody_outside},
    engine::Engine,
    further::{DOMAIN, Further},
    process::{PATIENCE, until},
    talk::{hang_up, has_heard, registered, talk},
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

/// The number of the further office at the same carrier.
const THEIRS: &str = "+4930999000";
/// A number that no office has.
const NOBODYS: &str = "+4930777000";

/// Whether a telephone has rung that was not to.
fn has_rung(telephone: &Baresip) -> bool {
    let mut events = telephone.events().into_iter();
    events.any(|event| event.kind == "CALL_INCOMING")
}

/// The carrier knows the computer by its address and says nothing but the number that was called.
#[test]
fn two_offices_at_one_carrier_each_get_the_calls_to_their_own_numbers() -> Result<()> {
    let engine = Engine::start_with(&[
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--further-media-ports",
        "9000-9999",
    ])?;
    let mut office = Office::of(engine)?;
    let acme = Further::add(&office.engine, "Acme", "acme", DOMAIN)?;
    let cleo = acme.telephone(&office.engine, "Cleo", "101", Transport::Udp)?;
    let mut cleo = registered(cleo.tone(660.0).unbuffered())?;
    let mut caller = somebody_outside().start()?;
    let port = caller.address().port();
    office.line("Carrier", port, json!({}))?;
    office.number_leads_to_anna()?;
    let germany = json!({
        "name": "Acme", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
        "ringSeconds": 25, "maxCalls": 200, "maxCallsPerPerson": 4
    });
    acme.replace("/api/office", &germany)?;
    let main = json!({ "outgoing": { "mainNumber": THEIRS } });
    acme.send("POST", "/api/lines", &line_to("Carrier", port, &main)?)?;
    let people = acme.ask("/api/people")?;
    let person = json!({ "dest_kind": "user", "dest_id": people[0]["id"] });
    acme.send("POST", "/api/numbers", &number_to(THEIRS, person))?;

    let at = office.engine.sip("udp")?;
    let mut reach = |number: &str, called: &mut Baresip, hz: f64| -> Result<()> {
        caller.forget_what_was_heard()?;
        caller.dial(&format!("sip:{number}@{at}"))?;
        called.wait_for("CALL_INCOMING")?;
        called.accept()?;
        caller.wait_for("CALL_ESTABLISHED")?;
        called.wait_for("CALL_ESTABLISHED")?;
        talk(&caller, called)?;
        hang_up(&mut caller, called)?;
        has_heard(&caller, hz)
    };
    reach(THEIRS, &mut cleo, 660.0)?;
    reach(OURS, &mut office.anna, 440.0)?;
    reach("030999000", &mut cleo, 660.0)?;
    assert!(!has_rung(&office.anna) && !has_rung(&cleo));

    // What nobody knows the first office shows, and rings nobody.
    caller.dial(&format!("sip:{NOBODYS}@{at}"))?;
    caller.wait_until_closed()?;
    let unknown = |calls: &Value| calls.to_string().contains("777000");
    let shown = || office.engine.ask("GET", "/api/calls", &Value::Null);
    assert!(until(PATIENCE, || shown().is_ok_and(|calls| unknown(&calls))));
    assert!(!unknown(&acme.ask("/api/calls")?));
    // A call that is given up stops ringing where it rang.
    caller.dial(&format!("sip:{THEIRS}@{at}"))?;
    cleo.wait_for("CALL_INCOMING")?;
    caller.hang_up()?;
    cleo.wait_until_closed()?;
    assert!(!has_rung(&office.anna) && !has_rung(&cleo));
    Ok(())
}

/// Whether a phone that trusts this authority and asks for that name takes the certificate it is shown.
fn trusts(at: SocketAddr, authority: &Path, name: Option<&str>) -> Result<bool> {
    let mut client = Command::new("openssl");
    client.args(["s_client", "-verify_return_error", "-connect"]);
    client.arg(at.to_string()).arg("-CAfile").arg(authority);
    match name {
        Some(name) => client.args(["-servername", name, "-verify_hostname", name]),
        None => client.arg("-noservername"),
    };
    let output = client.stdin(Stdio::null()).output();
    let output = output.context("openssl cannot be started")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains("CONNECTED"), "{said}");
    Ok(said.contains("Verify return code: 0 (ok)"))
}

#[test]
fn phones_are_shown_the_certificate_of_the_office_whose_domain_they_name() -> Result<()> {
    let engine = Engine::start_with(&[
        "--sip",
        "127.0.0.1:0",
        "--sip-tls",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--further-media-ports",
        "7000-8999",
    ])?;
    let acme = Further::add(&engine, "Acme", "acme", DOMAIN)?;
    let at = engine.sip("tls")?;
    let first = engine.data().join("tls-authority.pem");
    let theirs = acme.data.join("tls-authority.pem");
    let shown =
        |authority: &Path, name| until(PATIENCE, || trusts(at, authority, name).unwrap_or(false));
    assert!(shown(&theirs, Some(DOMAIN)));
    assert!(!trusts(at, &first, Some(DOMAIN))?);
    // Whoever names nobody, or a host that is none of the offices, sees the first one's.
    assert!(shown(&first, None));
    assert!(shown(&first, Some("localhost")));
    assert!(!trusts(at, &theirs, Some("localhost"))?);

    // The domains change while the engine runs: so do the names in the certificates.
    engine.ctl(&["office", "domains", "acme", DOMAIN, "acme.example"])?;
    assert!(shown(&theirs, Some("acme.example")));
    let settings = json!({
        "name": "Head office", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
        "ringSeconds": 25, "maxCalls": 200, "maxCallsPerPerson": 4,
        "domains": ["head.example.com"]
    });
    engine.replace("/api/office", &settings)?;
    assert!(shown(&first, Some("head.example.com")));

    // And a telephone is served over it.
    let cleo = acme.telephone(&engine, "Cleo", "101", Transport::Tls)?;
    let mut cleo = registered(cleo.tone(660.0))?;
    let dora = acme.telephone(&engine, "Dora", "102", Transport::Tls)?;
    let mut dora = registered(dora.tone(550.0))?;
    cleo.dial("102")?;
    dora.wait_for("CALL_INCOMING")?;
    dora.accept()?;
    cleo.wait_for("CALL_ESTABLISHED")?;
    talk(&cleo, &dora)?;
    hang_up(&mut cleo, &mut dora)?;

    // Turned off, its domain is nobody's any more.
    engine.ctl(&["office", "off", "acme"])?;
    assert!(!trusts(at, &theirs, Some(DOMAIN))?);
    Ok(())
}
