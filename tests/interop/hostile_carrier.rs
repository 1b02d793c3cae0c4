//! A carrier that means ill. Its line is matched, so its calls come in; whatever else it says changes
//! nothing in the office, reaches no telephone and spends nothing.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    carrier::{self, OURS, PASSWORD, THEIRS, THEIRS_DIALLED, USER, called},
    process::until,
    raw::{Call, Message, Peer, sdp},
    sipp::Sipp,
    talk::records,
};
use serde_json::{Value, json};
use std::{io::ErrorKind, net::UdpSocket, time::Duration};

/// Where the carrier is, and where nobody is known.
const CARRIER: &str = "127.0.0.66";
const ELSEWHERE: &str = "127.0.0.99";

const OK: &str = "200 OK";

/// What costs the office money, as a carrier may write it.
const DEAR: [&str; 4] = [
    "+499001123456",
    "09001123456",
    "+5371234567",
    "+882161234567",
];

/// A call that comes in has come to nothing by then.
const SOON: Duration = Duration::from_secs(2);

/// An office with Anna (101) and Ben (102), whom calls to its number reach, and two lines.
struct Office {
    office: carrier::Office,
    ben: Peer,
    cleo: Peer,
    carrier: Peer,
    /// The other carrier, which is honest and is to carry no call.
    honest: UdpSocket,
}

impl Office {
    fn open() -> Result<Office> {
        let office = carrier::Office::open()?;
        let engine = &office.engine;
        let mut ben = Peer::new(engine, "Ben", "102")?;
        ben.register()?;
        let mut cleo = Peer::new(engine, "Cleo", "103")?;
        cleo.register()?;
        let carrier = Peer::stranger(engine, "carrier", CARRIER)?;
        let account =
            json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD });
        let mut line = account.clone();
        let port = carrier.address()?.port();
        line["server"] = json!({ "host": CARRIER, "port": port, "transport": "udp" });
        line["networks"] = json!([CARRIER]);
        office.line("Hostile", port, line)?;
        let honest = UdpSocket::bind("127.0.0.1:0")?;
        honest.set_nonblocking(true)?;
        office.line("Honest", honest.local_addr()?.port(), account)?;
        let ben_id = engine.find("/api/people", "name", "Ben")?["id"].clone();
        office.number_leads(OURS, json!({ "dest_kind": "user", "dest_id": ben_id }))?;
        Ok(Office {
            office,
            ben,
            cleo,
            carrier,
            honest,
        })
    }

    /// The carrier calls Ben, who answers; gives the call as both ends know it.
    fn carrier_talks_with_ben(&mut self, caller: &str, more: &str) -> Result<(Call, Call)> {
        let Office { ben, carrier, .. } = self;
        let mut call = carrier.begin_as(OURS, caller, more)?;
        let invite = ben.wait_for("INVITE")?;
        ben.answer(&invite, OK, &sdp(8, 1))?;
        let answer = carrier.outcome(&mut call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        ben.wait_for("ACK")?;
        Ok((call, ben.called_by(&invite)?))
    }

    fn ben_hangs_up(&mut self, mut call: Call) -> Result<()> {
        ensure!(self.ben.bye(&mut call)?.code() == Some(200));
        let bye = self.carrier.wait_for("BYE")?;
        self.carrier.answer(&bye, OK, "")
    }

    /// Nothing went out, on either line; nobody is on the telephone, and the office works.
    fn nothing_has_changed(mut self) -> Result<()> {
        let engine = &self.office.engine;
        let is_over = until(SOON, || {
            engine
                .status()
                .is_ok_and(|status| status["active_calls"] == 0)
        });
        ensure!(is_over, "a call goes on: {}", engine.status()?);
        // Whatever was sent before is heard before the answer to this.
        self.carrier.ask("OPTIONS", "x", "")?;
        ensure!(
            self.carrier.waiting("INVITE") == 0,
            "a call went out to the carrier"
        );
        let mut buffer = [0; 65_535];
        loop {
            match self.honest.recv(&mut buffer) {
                Ok(length) => {
                    let heard = String::from_utf8_lossy(&buffer[..length]);
                    ensure!(!heard.starts_with("INVITE"), "a call went out: {heard}");
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let fuses = engine.ask("GET", "/api/fuses", &Value::Null)?;
        let spent = fuses.as_array().into_iter().flatten();
        let spent: Vec<&Value> = spent.filter(|fuse| fuse["used"] != 0).collect();
        ensure!(spent.is_empty(), "spent: {spent:#?}");
        // Who lives in 102 is still Ben, and nobody else's telephone rings.
        let mut call = self.cleo.invite("102")?;
        let invite = self.ben.wait_for("INVITE")?;
        self.ben.answer(&invite, OK, &sdp(8, 1))?;
        ensure!(self.cleo.outcome(&mut call)?.code() == Some(200));
        self.ben.wait_for("ACK")?;
        self.cleo.bye(&mut call)?;
        let bye = self.ben.wait_for("BYE")?;
        self.ben.answer(&bye, OK, "")?;
        self.office.engine.still_runs()
    }
}

fn somebody() -> String {
    format!("<sip:{THEIRS}@carrier.test>")
}

#[test]
fn a_carrier_takes_over_no_call_of_the_office_and_joins_none() -> Result<()> {
    let mut office = Office::open()?;
    // Cleo and Ben talk; the carrier has learned all there is to know of their call.
    let mut call = office.cleo.invite("102")?;
    let invite = office.ben.wait_for("INVITE")?;
    office.ben.answer(&invite, OK, &sdp(8, 1))?;
    ensure!(office.cleo.outcome(&mut call)?.code() == Some(200));
    office.ben.wait_for("ACK")?;
    let of_ben = office.ben.called_by(&invite)?;
    for dialog in [Peer::dialog_of(&call), Peer::dialog_of(&of_ben)] {
        for (more, code) in [
            (format!("Replaces: {dialog}\r\n"), 403),
            (format!("Require: replaces\r\nReplaces: {dialog}\r\n"), 403),
            (format!("Replaces: {dialog};early-only\r\n"), 403),
            (format!("Require: join\r\nJoin: {dialog}\r\n"), 420),
        ] {
            let mut taking = office.carrier.begin_as(OURS, &somebody(), &more)?;
            let answer = office.carrier.outcome(&mut taking)?;
            ensure!(answer.code() == Some(code), "{more}: {answer:?}");
        }
        // Who does not say that it has to be understood only calls: Ben is on the telephone, it rings.
        let more = format!("Join: {dialog}\r\n");
        let mut joining = office.carrier.begin_as(OURS, &somebody(), &more)?;
        let rings = office.ben.wait_for("INVITE")?;
        office.ben.answer(&rings, "486 Busy Here", "")?;
        office.ben.wait_for("ACK")?;
        // His mailbox answers, as it does for all who call him now.
        if office.carrier.outcome(&mut joining)?.code() == Some(200) {
            office.carrier.bye(&mut joining)?;
        }
    }
    ensure!(office.cleo.bye(&mut call)?.code() == Some(200));
    for phone in [&office.ben, &office.cleo] {
        ensure!(phone.waiting("BYE") + phone.waiting("INVITE") == 0);
    }
    let bye = office.ben.wait_for("BYE")?;
    office.ben.answer(&bye, OK, "")?;
    office.nothing_has_changed()
}

#[test]
fn a_caller_who_says_they_are_101_is_nobody_of_the_office() -> Result<()> {
    let mut office = Office::open()?;
    let sip = office.office.engine.sip("udp")?;
    let anna = [format!("sip:101@{sip}"), office.office.anna.uri()];
    let claims = anna.map(|uri| {
        let caller = format!("\"Anna\" <{uri}>");
        let more = format!(
            "P-Asserted-Identity: \"Anna\" <{uri}>\r\nP-Preferred-Identity: <{uri}>\r\n\
             Remote-Party-ID: \"Anna\" <{uri}>;party=calling;privacy=off;screen=yes\r\n\
             Diversion: <{uri}>\r\nHistory-Info: <{uri}>;index=1\r\n\
             Referred-By: <{uri}>\r\n"
        );
        (caller, more)
    });
    // What only those of the office may dial.
    let inside = [
        "102", "101", "*97", "*43", "*70", "70", "**102", "112", "0112",
    ];
    for (of, number) in inside.iter().chain(&DEAR).enumerate() {
        let (caller, more) = &claims[of % claims.len()];
        let mut call = office.carrier.begin_as(number, caller, more)?;
        let answer = office.carrier.outcome(&mut call)?;
        ensure!(answer.code() == Some(404), "{number}: {answer:?}");
    }
    // The one who may be called is told that it is a call on the line, and so is the history.
    for (caller, more) in &claims {
        let (_, call) = office.carrier_talks_with_ben(caller, more)?;
        office.ben_hangs_up(call)?;
    }
    let made = records(
        &office.office.engine,
        inside.len() + DEAR.len() + claims.len(),
    )?;
    for call in &made {
        ensure!(call["direction"] == "in", "{call:#}");
        ensure!(call["lineName"] == "Hostile", "{call:#}");
        ensure!(call["from"]["person"].is_null(), "{call:#}");
        ensure!(call["from"]["device"].is_null(), "{call:#}");
    }
    let answered = made.iter().filter(|call| call["outcome"] == "answered");
    ensure!(answered.count() == claims.len(), "{made:#?}");
    office.nothing_has_changed()
}

#[test]
fn a_carrier_hands_nobody_on_and_asks_nothing_of_the_office() -> Result<()> {
    let mut office = Office::open()?;
    let (mut call, of_ben) = office.carrier_talks_with_ben(&somebody(), "")?;
    let sip = office.office.engine.sip("udp")?;
    for number in ["101", "103", "*97", THEIRS].iter().chain(&DEAR) {
        for address in [
            format!("sip:{number}@{sip}"),
            format!("sip:{number}@{CARRIER}"),
            format!("sip:{number}@{sip}?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2"),
            format!("tel:{number}"),
        ] {
            let code = office.carrier.refer(&mut call, &address)?;
            ensure!(code >= 400, "{address}: {code}");
        }
    }
    // Outside of any call it is a stranger like all others.
    let refer = format!("Refer-To: <sip:{}@{sip}>\r\n", DEAR[0]);
    for (method, more, code) in [
        ("REFER", refer.as_str(), 401),
        ("REGISTER", "Expires: 3600\r\n", 401),
        ("SUBSCRIBE", "Event: dialog\r\nExpires: 600\r\n", 401),
        ("PUBLISH", "Event: presence\r\n", 401),
        ("MESSAGE", "", 401),
        (
            "NOTIFY",
            "Event: talk\r\nSubscription-State: active\r\n",
            481,
        ),
        ("INFO", "", 481),
        ("UPDATE", "", 481),
        ("BYE", "", 481),
    ] {
        let answer = office.carrier.ask(method, "102", more)?;
        ensure!(answer.code() == Some(code), "{method}: {answer:?}");
    }
    ensure!(office.ben.waiting("BYE") + office.ben.waiting("REFER") == 0);
    ensure!(office.ben.waiting("INVITE") + office.ben.waiting("MESSAGE") == 0);
    office.ben_hangs_up(of_ben)?;
    office.nothing_has_changed()
}

/// A demand for the line's password.
const CHALLENGE: &str = "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"carrier.test\", \
                         nonce=\"47ebe028cda119c3\", qop=\"auth\", algorithm=MD5";

#[test]
fn a_carrier_that_calls_gets_no_password_for_the_goodbye() -> Result<()> {
    let mut office = Office::open()?;
    let (mut call, mut of_ben) = office.carrier_talks_with_ben(&somebody(), "")?;
    ensure!(office.ben.bye(&mut of_ben)?.code() == Some(200));
    let bye = office.carrier.wait_for("BYE")?;
    ensure!(!proves(&bye), "{bye:?}");
    office.carrier.answer(&bye, CHALLENGE, "")?;
    // What would be sent is sent before this is answered.
    let answer = office.carrier.bye(&mut call)?;
    ensure!(answer.code() == Some(481), "{answer:?}");
    ensure!(office.carrier.waiting("BYE") == 0, "it was said twice");
    office.nothing_has_changed()
}

fn proves(request: &Message) -> bool {
    let proofs = ["Authorization", "Proxy-Authorization"];
    proofs.iter().any(|name| request.field(name).is_some())
}

#[test]
fn a_carrier_that_wants_the_password_again_and_again_gets_it_twice() -> Result<()> {
    let mut office = carrier::Office::open()?;
    let carrier = called("carrier_challenges", 1)?;
    office.line(
        "Hostile",
        carrier.address().port(),
        json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD }),
    )?;
    office.anna.dial(THEIRS_DIALLED)?;
    office.anna.wait_until_closed()?;
    let messages = carrier.messages();
    let invites: Vec<&str> = messages
        .split("INVITE sip:")
        .skip(1)
        .filter_map(|text| text.split("\r\n\r\n").next())
        .collect();
    let proofs = invites
        .iter()
        .filter(|invite| invite.contains("uthorization: Digest"));
    let proofs = proofs.count();
    ensure!(invites.len() == 3, "{} times\n{messages}", invites.len());
    ensure!(proofs == 2, "{proofs} proofs\n{messages}");
    Ok(())
}

#[test]
fn a_call_that_a_carrier_sends_on_goes_nowhere() -> Result<()> {
    let mut office = carrier::Office::open()?;
    let elsewhere = UdpSocket::bind((ELSEWHERE, 0))?;
    elsewhere.set_read_timeout(Some(SOON))?;
    let carrier = Sipp::scenario("interop/scenarios/carrier_redirects.xml")
        .keeping_messages()
        .arguments(&["-key", "elsewhere", &elsewhere.local_addr()?.to_string()])
        .start()?;
    office.line(
        "Hostile",
        carrier.address().port(),
        json!({ "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD }),
    )?;
    office.anna.dial(THEIRS_DIALLED)?;
    office.anna.wait_until_closed()?;
    let mut buffer = [0; 65_535];
    if let Ok(length) = elsewhere.recv(&mut buffer) {
        let heard = String::from_utf8_lossy(&buffer[..length]).into_owned();
        ensure!(false, "it was sent on: {heard}");
    }
    let outcome = carrier.wait()?;
    outcome.all_went_well()?;
    let asked: Vec<&str> = outcome
        .messages
        .lines()
        .filter(|line| line.starts_with("INVITE "))
        .collect();
    ensure!(asked.len() == 1, "{asked:?}");
    let call = &records(&office.engine, 1)?[0];
    ensure!(call["outcome"] != "answered", "{call:#}");
    Ok(())
}

#[test]
fn whoever_only_writes_the_carriers_address_is_a_stranger() -> Result<()> {
    let mut office = Office::open()?;
    let at = office.carrier.address()?;
    let mut forger = Peer::stranger(&office.office.engine, THEIRS, ELSEWHERE)?;
    let us = forger.address()?;
    let sip = office.office.engine.sip("udp")?;
    let to = format!("sip:{OURS}@{sip}");
    type Forgery = fn(&str, &str, &str) -> String;
    let forgeries: [(&str, Forgery); 5] = [
        ("as it is", |text, _, _| text.to_owned()),
        ("the Contact is the carrier's", |text, us, at| {
            text.replace(&format!("<sip:x@{us}>"), &format!("<sip:x@{at}>"))
        }),
        ("all but the sender is the carrier's", |text, us, at| {
            let via = text.replace(&format!("UDP {us}"), &format!("UDP {at}"));
            via.replace(&format!("x@{us}"), &format!("x@{at}"))
        }),
        ("it came from there, it says", |text, us, at| {
            let (ip, port) = at.split_once(':').unwrap_or_default();
            let said = format!("{us};received={ip};rport={port}");
            text.replace(&format!("{us};rport"), &said)
        }),
        ("the carrier sent it on, it says", |text, _, at| {
            let via = format!("Via: SIP/2.0/UDP {at};branch=z9hG4bK-first\r\nMax-Forwards:");
            let route = format!("Record-Route: <sip:{at};lr>\r\nFrom:");
            text.replace("Max-Forwards:", &via).replace("From:", &route)
        }),
    ];
    for (what, forge) in forgeries {
        let call = forger.call_to(format!("<{to}>"), to.clone());
        let more = format!("P-Asserted-Identity: <sip:{THEIRS}@{CARRIER}>\r\n");
        let invite = forger.request("INVITE", &call, &more, &sdp(8, 1));
        let invite = forge(&invite, &us.to_string(), &at.to_string());
        forger.send_bytes(invite.as_bytes())?;
        let answer = forger.final_answer("INVITE", &call);
        let answer = answer.with_context(|| what.to_owned())?;
        ensure!(answer.code() == Some(401), "{what}: {answer:?}");
    }
    ensure!(office.ben.waiting("INVITE") == 0);
    // The carrier itself calls as before.
    let (_, call) = office.carrier_talks_with_ben(&somebody(), "")?;
    ensure!(office.ben.waiting("INVITE") == 0, "a forged call rang");
    office.ben_hangs_up(call)?;
    office.nothing_has_changed()
}

#[test]
fn what_a_carrier_smuggles_into_a_call_reaches_no_telephone() -> Result<()> {
    const MARK: &str = "smuggled";
    /// What an INVITE needs, and what says what the office can do.
    const EXPECTED: [&str; 20] = [
        "Via",
        "Max-Forwards",
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Contact",
        "Content-Type",
        "Content-Length",
        "Allow",
        "Supported",
        "Require",
        "Session-Expires",
        "Min-SE",
        "User-Agent",
        "Server",
        "Date",
        "Record-Route",
        "Accept",
        "P-Asserted-Identity",
    ];
    let mut office = Office::open()?;
    let more = format!(
        "Alert-Info: <http://{MARK}.test/ring.wav>;info=alert-autoanswer\r\n\
         Call-Info: <sip:{MARK}>;answer-after=0\r\nAnswer-Mode: Auto\r\n\
         Priv-Answer-Mode: Auto\r\nAuthorization: Digest username=\"{MARK}\"\r\n\
         Diversion: <sip:{MARK}@carrier.test>\r\nHistory-Info: <sip:{MARK}@x>;index=1\r\n\
         Reply-To: <sip:{MARK}@carrier.test>\r\nSubject: {MARK}\r\nPriority: emergency\r\n\
         Geolocation: <cid:{MARK}@x>\r\nX-{MARK}: yes\r\nUser-to-User: {MARK}\r\n\
         Identity: {MARK}\r\nReferred-By: <sip:{MARK}@x>\r\nUser-Agent: {MARK}\r\n\
         Organization: {MARK}\r\nIn-Reply-To: {MARK}\r\n"
    );
    // A name and a number that would be more lines, were they taken at their word.
    let callers = [
        format!("<sip:{THEIRS}@carrier.test>"),
        format!("\"Mia\r\n X-{MARK}: yes\" <sip:{THEIRS}@carrier.test>"),
        format!("\"Mia\\\r\n\tX-{MARK}: yes\" <sip:{THEIRS}@carrier.test>"),
        format!("<sip:%0d%0aX-{MARK}:%20yes@carrier.test>"),
        format!("<sip:{THEIRS}%22%3E%0d%0aX-{MARK}:%20yes@carrier.test>"),
        format!("<sip:{THEIRS}@carrier.test?X-{MARK}=yes>"),
    ];
    for caller in &callers {
        let mut call = office.carrier.begin_as(OURS, caller, &more)?;
        let Ok(invite) = office.ben.wait_for("INVITE") else {
            // What cannot be read at all is turned away.
            let answer = office.carrier.outcome(&mut call)?;
            ensure!(answer.code() == Some(400), "{caller}: {answer:?}");
            continue;
        };
        let text = invite.text();
        for name in invite.names() {
            ensure!(EXPECTED.contains(&name), "{caller}: {name} in {text}");
        }
        let lines = text.lines().filter(|line| !line.starts_with("From:"));
        let lines = lines.filter(|line| !line.starts_with("P-Asserted-Identity:"));
        for line in lines {
            ensure!(!line.contains(MARK), "{caller}: {line}");
        }
        office.ben.answer(&invite, OK, &sdp(8, 1))?;
        let answer = office.carrier.outcome(&mut call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        office.ben.wait_for("ACK")?;
        let of_ben = office.ben.called_by(&invite)?;
        office.ben_hangs_up(of_ben)?;
    }
    office.nothing_has_changed()
}
