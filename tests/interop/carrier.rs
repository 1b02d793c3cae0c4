//! SIPp as the carriers of an office with lines, and that office.

use super::{
    baresip::{Baresip, Settings, Transport},
    engine::Engine,
    process::{PATIENCE, until},
    sipp::{Outcome, Running, Sipp},
    talk::{A_WHILE, registered},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The number the office has with its carriers.
pub const OURS: &str = "+4930123450";
/// Somebody in the same country.
pub const THEIRS: &str = "+4989555123";
/// As people dial it.
pub const THEIRS_DIALLED: &str = "089555123";
/// The user of the line that registers; the scenarios know it.
pub const USER: &str = "4930123450";
/// Its password; the scenarios know it.
pub const PASSWORD: &str = "line secret";

/// An office in Germany with Anna at 101 on a telephone.
pub struct Office {
    /// The engine.
    pub engine: Engine,
    /// Anna's telephone; it speaks 440 Hz.
    pub anna: Baresip,
}

impl Office {
    /// Opens it.
    ///
    /// # Errors
    /// Something does not start.
    pub fn open() -> Result<Office> {
        Office::of(Engine::start()?)
    }

    /// Opens it in an empty engine.
    ///
    /// # Errors
    /// Something does not start.
    pub fn of(engine: Engine) -> Result<Office> {
        engine.replace(
            "/api/office",
            &json!({
                "name": "Office", "country": "DE", "timeZone": "Europe/Berlin", "language": "en",
                "ringSeconds": 25, "maxCalls": 200, "maxCallsPerPerson": 4
            }),
        )?;
        let anna = engine.telephone("Anna", "101", Transport::Udp)?.tone(440.0);
        let anna = registered(anna.unbuffered())?;
        Ok(Office { engine, anna })
    }

    /// A line to a carrier at that port; `more` is put over the usual.
    ///
    /// # Errors
    /// The engine refuses, or something does not happen in time.
    pub fn line(&self, name: &str, port: u16, more: Value) -> Result<i64> {
        let line = line_to(name, port, &more)?;
        let made = self.engine.ask("POST", "/api/lines", &line)?;
        made["id"].as_i64().with_context(|| made.to_string())
    }

    /// Calls to our number lead to Anna.
    ///
    /// # Errors
    /// The engine refuses, or something does not happen in time.
    pub fn number_leads_to_anna(&self) -> Result<()> {
        let anna = self.engine.find("/api/people", "name", "Anna")?;
        self.number_leads(OURS, json!({"dest_kind": "user", "dest_id": anna["id"]}))
    }

    /// Calls to a number of ours lead there, whatever line they come in on.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn number_leads(&self, number: &str, route: Value) -> Result<()> {
        let number = number_to(number, route);
        self.engine.ask("POST", "/api/numbers", &number).map(drop)
    }

    /// Waits until a line is in that state.
    ///
    /// # Errors
    /// The engine refuses, or something does not happen in time.
    pub fn wait_for_line(&self, line: i64, state: &str) -> Result<()> {
        let now = || {
            self.engine
                .ask("GET", &format!("/api/lines/{line}"), &Value::Null)
        };
        let is_so = || now().is_ok_and(|line| line["live"]["state"] == state);
        ensure!(
            until(PATIENCE, is_so),
            "the line is not {state}: {:#}\n{}",
            now()?,
            self.engine.log()
        );
        Ok(())
    }

    /// Anna calls, talks and hangs up.
    ///
    /// # Errors
    /// The engine refuses, or something does not happen in time.
    pub fn anna_calls(&mut self, number: &str) -> Result<Duration> {
        self.anna.forget_what_was_heard()?;
        let dialled = Instant::now();
        self.anna.dial(number)?;
        self.anna.wait_for("CALL_ESTABLISHED")?;
        let took = dialled.elapsed();
        self.anna.wait_until_heard(A_WHILE)?;
        self.anna.hang_up()?;
        self.anna.wait_until_closed()?;
        Ok(took)
    }
}

/// What the API is told of a line to a carrier at that port; `more` is put over the usual.
///
/// # Errors
/// `more` has no fields.
pub fn line_to(name: &str, port: u16, more: &Value) -> Result<Value> {
    let mut line = json!({
        "name": name, "enabled": true, "provider": null,
        "server": {"host": "127.0.0.1", "port": port, "transport": "udp"},
        "outboundProxy": null, "access": {"kind": "address"},
        "identity": {"authUser": "", "fromUser": "", "fromDomain": null, "contactUser": ""},
        "realm": null, "networks": ["127.0.0.1"], "calledPrefix": "",
        "outgoing": {
            "numberFormat": "plusE164", "prefix": "", "callerId": "pAssertedIdentity",
            "hide": "anonymousFrom", "userPhone": false, "mainNumber": OURS,
            "foreignCallerId": false, "forwardedBy": "nothing"
        },
        "incoming": {"calledIn": "requestUri", "assertedCaller": true},
        "srtp": "off", "codecs": [], "dtmf": "events", "probeSeconds": null,
        "sessionExpires": null,
        "channels": {"all": 4, "incoming": null, "outgoing": null},
        "prices": {"fixed": 0, "mobile": 0, "foreign": 0, "premium": 0}, "emergency": true
    });
    for (field, value) in more.as_object().context("fields")? {
        match (line[field].as_object_mut(), value.as_object()) {
            (Some(parts), Some(more)) if field != "server" && field != "access" => {
                parts.extend(more.clone());
            }
            _ => line[field] = value.clone(),
        }
    }
    Ok(line)
}

/// What the API is told of a number that leads there, whatever line it comes in on.
pub fn number_to(number: &str, route: Value) -> Value {
    json!({
        "number": number, "label": "", "line": null, "route": route,
        "hours": null, "channels": null, "anonymous": "accept", "challenge": false
    })
}

/// A carrier that is called `calls` times, or with whom the office registers as often.
///
/// # Errors
/// SIPp is not installed.
pub fn called(scenario: &str, calls: u32) -> Result<Running> {
    Sipp::scenario(format!("interop/scenarios/{scenario}.xml"))
        .calls(calls)
        .keeping_messages()
        // What it hears it says again: Anna hears her own tone.
        .arguments(&["-rtp_echo"])
        .start()
}

/// A carrier brings a call to `uri`, and hangs up after so many seconds.
///
/// # Errors
/// SIPp is not installed.
pub fn calls_in(
    office: &Office,
    uri: &str,
    called: &str,
    from: &str,
    seconds: u32,
) -> Result<Running> {
    // What separates the parameter of a URI separates columns too.
    let (uri, parameter) = uri.split_once(';').unwrap_or((uri, "transport=udp"));
    let csv = format!("SEQUENTIAL\n{uri};{parameter};{called};{from}\n");
    Sipp::scenario("interop/scenarios/carrier_calls.xml")
        .target(office.engine.sip("udp")?)
        .file("call.csv", csv.into_bytes())
        .keeping_messages()
        .arguments(&[
            "-inf",
            "call.csv",
            "-rtp_echo",
            "-d",
            &(seconds * 1_000).to_string(),
        ])
        .start()
}

/// A telephone of the carrier's own at which somebody sits: it calls the office, hears it, presses
/// keys, and is called by it, if a line leads to its address. It proves nothing and asks for no proof.
pub fn somebody_outside() -> Settings {
    Settings::new(THEIRS).tone(880.0).unbuffered()
}

/// Where a line that has registered wants its calls brought, as the last registration says.
///
/// # Errors
/// Nothing has registered.
pub fn registered_contact(carrier: &Running) -> Result<String> {
    let messages = carrier.messages();
    let contact = last_header(&messages, "Contact").context("no Contact was registered")?;
    let uri = contact.trim_start_matches('<').split('>').next();
    Ok(uri.context("no URI")?.to_owned())
}

/// The value of a header of the last message that carried it.
pub fn header<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    last_header(&outcome.messages, name)
}

fn last_header<'a>(messages: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = messages.lines();
    let line = lines.rfind(|line| line.starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim())
}

/// The user part of the Request-URI of the last INVITE.
pub fn called_user(outcome: &Outcome) -> Option<&str> {
    let mut lines = outcome.messages.lines();
    let line = lines.rfind(|line| line.starts_with("INVITE "))?;
    line.split_once("sip:")?.1.split(['@', ';']).next()
}
