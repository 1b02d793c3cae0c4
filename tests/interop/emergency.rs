//! A call for help when everything is against it: a flood of strangers, a line that is full, an office
//! that is closed, limits used up, countries that may not be called, a password that is wrong. What is
//! measured is when the carrier is asked, and when a letter has arrived.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    carrier::{OURS, Office, PASSWORD, USER, line_to},
    engine::Engine,
    mail_server::mail_server,
    process::until,
    raw::{Call, Message, Peer, sdp},
};
use serde_json::{Value, json};
use std::{
    net::{SocketAddr, UdpSocket},
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::Receiver,
    },
    thread,
    time::{Duration, Instant},
};

/// Where the carrier is, and where the flood comes from.
const CARRIER: &str = "127.0.0.66";
const FLOOD: [&str; 2] = ["127.0.0.200", "127.9.9.9"];

/// The carrier is asked for help so soon, and somebody is written to.
const ASKED_WITHIN: Duration = Duration::from_secs(1);
const WRITTEN_WITHIN: Duration = Duration::from_secs(2);

/// Numbers that merely contain the digits, and what is dialled elsewhere.
const OTHERS: [&str; 6] = ["1101", "1120", "11", "+14155559110", "00112", "911"];

/// A country nobody may call, and how many tries there are too many.
const BLOCKED: &str = "+442079460000";
const TRIES: usize = 6;

const OK: &str = "200 OK";

/// An office whose line carries two calls, which Ben and Cleo have; the letters about it.
struct Beset {
    engine: Engine,
    anna: Peer,
    ben: Peer,
    cleo: Peer,
    carrier: Peer,
    letters: Receiver<String>,
    /// The calls that are on the line, as their callers know them.
    of_ben: Call,
    of_cleo: Call,
}

fn beset() -> Result<Beset> {
    let Office { engine, anna: _ } = Office::open()?;
    let mut carrier = Peer::stranger(&engine, "carrier", CARRIER)?;
    let port = carrier.address()?.port();
    let line = json!({
        "name": "Line", "server": {"host": CARRIER, "port": port, "transport": "udp"},
        "identity": {"authUser": USER, "fromUser": USER}, "password": PASSWORD,
        "networks": [CARRIER], "channels": {"all": 2, "incoming": null, "outgoing": null},
    });
    let line = line_to("Line", port, &line)?;
    engine.ask("POST", "/api/lines", &line)?;
    let (mail, letters) = mail_server()?;
    let server = json!({
        "enabled": true, "host": "127.0.0.1", "port": mail, "security": "none", "user": "",
        "from": "Office <office@example.com>",
    });
    engine.replace("/api/mail", &server)?;
    change(
        &engine,
        "/api/emergency-plan",
        "location",
        &json!("Hauptstr. 5"),
    )?;
    let to = json!(["boss@example.com"]);
    change(&engine, "/api/emergency-plan", "alertEmails", &to)?;
    // Closed on every day of the year.
    let never = json!({
        "schemaVersion": 1, "id": "sch_never", "name": "Never", "timezone": null, "weekly": [],
    });
    let never = engine.ask("POST", "/api/schedules", &json!({ "document": never }))?;
    change(&engine, "/api/calling-policy", "foreignHours", &never["id"])?;

    let phone = |number: &str, label: &str| -> Result<Peer> {
        let credentials = engine.add_device(number, label)?;
        let mut phone = Peer::with(&engine, &credentials, "127.0.0.1")?;
        phone.register()?;
        Ok(phone)
    };
    engine.add_person("Ben", "102")?;
    engine.add_person("Cleo", "103")?;
    let mut anna = phone("101", "Desk")?;
    let (mut ben, mut cleo) = (phone("102", "Desk")?, phone("103", "Desk")?);
    let of_ben = goes_out(&mut ben, &mut carrier, "030654321")?;
    let of_cleo = goes_out(&mut cleo, &mut carrier, "030654322")?;
    // Anna has tried to call abroad until that is shut for her.
    for _ in 0..TRIES {
        let code = anna.try_number(BLOCKED)?;
        ensure!(code >= 400, "{BLOCKED} was answered with {code}");
    }
    let is_shut = || {
        let fuses = engine.ask("GET", "/api/fuses", &Value::Null);
        let fuses = fuses.unwrap_or_default();
        let mut fuses = fuses.as_array().into_iter().flatten();
        fuses.any(|fuse| fuse["what"] == "tries" && fuse["blown"] == true)
    };
    ensure!(until(ASKED_WITHIN, is_shut), "no limit is used up");
    anna.forget_password();
    Ok(Beset {
        engine,
        anna,
        ben,
        cleo,
        carrier,
        letters,
        of_ben,
        of_cleo,
    })
}

/// Changes one field of a record.
fn change(engine: &Engine, path: &str, field: &str, value: &Value) -> Result<()> {
    let mut record = engine.ask("GET", path, &Value::Null)?;
    let fields = record.as_object_mut().context("no record")?;
    fields.remove("revision");
    fields.remove("numbers");
    fields.insert(field.to_owned(), value.clone());
    engine.replace(path, &record).map(drop)
}

/// An ordinary call goes out and is answered.
fn goes_out(phone: &mut Peer, carrier: &mut Peer, number: &str) -> Result<Call> {
    let mut call = phone.invite(number)?;
    let invite = carrier.wait_for("INVITE")?;
    carrier.answer(&invite, OK, &sdp(8, 1))?;
    let answer = phone.outcome(&mut call)?;
    ensure!(answer.code() == Some(200), "{answer:?}");
    carrier.wait_for("ACK")?;
    Ok(call)
}

/// Strangers call 112 and try to register, as fast as one of them can; counts what was sent.
fn flood(from: &str, office: SocketAddr, is_over: &AtomicBool, sent: &AtomicUsize) -> Result<()> {
    let socket = UdpSocket::bind((from, 0))?;
    let us = socket.local_addr()?;
    for n in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let (method, number) = match n % 2 {
            0 => ("INVITE", "112"),
            _ => ("REGISTER", "101"),
        };
        let text = format!(
            "{method} sip:{number}@{office} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {us};branch=z9hG4bK{n}\r\nMax-Forwards: 70\r\n\
             From: <sip:101@{office}>;tag={n}\r\nTo: <sip:{number}@{office}>\r\n\
             Call-ID: {n}@{us}\r\nCSeq: 1 {method}\r\nContact: <sip:x@{us}>\r\n\
             Content-Length: 0\r\n\r\n"
        );
        socket.send_to(text.as_bytes(), office)?;
        sent.fetch_add(1, Ordering::SeqCst);
        if n % 20 == 19 {
            // Two thousand a second from each: a hundred phones that have gone mad.
            thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}

/// Whom an INVITE is for.
fn called(invite: &Message) -> &str {
    let uri = invite.text().strip_prefix("INVITE sip:");
    uri.and_then(|uri| uri.split('@').next())
        .unwrap_or_default()
}

#[test]
fn help_is_called_within_a_second_whatever_is_against_it() -> Result<()> {
    let mut office = beset()?;
    let is_over = AtomicBool::new(false);
    let sent = AtomicUsize::new(0);
    let sip = office.engine.sip("udp")?;
    let (asked, written) = thread::scope(|scope| {
        for from in FLOOD {
            let (is_over, sent) = (&is_over, &sent);
            scope.spawn(move || flood(from, sip, is_over, sent));
        }
        let outcome = under_the_flood(&mut office, &sent);
        is_over.store(true, Ordering::SeqCst);
        outcome
    })?;
    println!(
        "asked {asked:?} after the call for help began, written to after {written:?}, under {} \
         datagrams of strangers",
        sent.load(Ordering::SeqCst)
    );
    let Beset {
        mut engine,
        mut cleo,
        mut carrier,
        mut of_cleo,
        ..
    } = office;
    // Cleo's call, the younger one, has gone on all the while.
    ensure!(cleo.waiting("BYE") == 0, "the younger call was ended");
    ensure!(cleo.bye(&mut of_cleo)?.code() == Some(200));
    let bye = carrier.wait_for("BYE")?;
    carrier.answer(&bye, OK, "")?;
    engine.still_runs()
}

/// Gives when the carrier was asked and when the letter had arrived.
fn under_the_flood(office: &mut Beset, sent: &AtomicUsize) -> Result<(Duration, Duration)> {
    let flooded = until(ASKED_WITHIN, || sent.load(Ordering::SeqCst) > 1_000);
    ensure!(flooded, "there is no flood");
    let Beset {
        anna,
        ben,
        carrier,
        letters,
        of_ben,
        ..
    } = office;
    let begun = Instant::now();
    let mut call = anna.invite("112")?;
    let invite = carrier.wait_for("INVITE")?;
    let asked = begun.elapsed();
    ensure!(called(&invite) == "112", "{invite:?}");
    // Others have been written before: that a limit is used up, that the line is full.
    let written = loop {
        let left = WRITTEN_WITHIN.saturating_sub(begun.elapsed());
        let letter = letters.recv_timeout(left).context("nobody is written to")?;
        if letter.contains("112") && letter.contains("Hauptstr. 5") {
            break begun.elapsed();
        }
    };
    ensure!(asked <= ASKED_WITHIN, "asked after {asked:?}");
    ensure!(written <= WRITTEN_WITHIN, "written after {written:?}");
    // The oldest ordinary call has given way.
    let bye = carrier.wait_for("BYE")?;
    ensure!(bye.field("From").is_some(), "{bye:?}");
    carrier.answer(&bye, OK, "")?;
    carrier.answer(&invite, OK, &sdp(8, 1))?;
    let answer = anna.outcome(&mut call)?;
    ensure!(answer.code() == Some(200), "{answer:?}");
    carrier.wait_for("ACK")?;
    let bye = ben.wait_for("BYE")?;
    ben.answer(&bye, OK, "")?;
    ensure!(
        bye.field("Call-ID") == Some(of_ben.id()),
        "another call was ended"
    );
    ensure!(anna.bye(&mut call)?.code() == Some(200));
    let bye = carrier.wait_for("BYE")?;
    carrier.answer(&bye, OK, "")?;
    Ok((asked, written))
}

#[test]
fn a_number_that_merely_contains_the_digits_calls_nobody_for_help() -> Result<()> {
    let Office { engine, anna: _ } = Office::open()?;
    let mut carrier = Peer::stranger(&engine, "carrier", CARRIER)?;
    let port = carrier.address()?.port();
    let line = json!({
        "server": {"host": CARRIER, "port": port, "transport": "udp"}, "networks": [CARRIER],
        "outgoing": {"mainNumber": OURS},
    });
    let line = line_to("Line", port, &line)?;
    engine.ask("POST", "/api/lines", &line)?;
    let credentials = engine.add_device("101", "Desk")?;
    let mut anna = Peer::with(&engine, &credentials, "127.0.0.1")?;
    anna.register()?;
    for number in OTHERS {
        let code = anna.try_number(number)?;
        ensure!(code >= 400, "{number} was answered with {code}");
    }
    carrier.ask("OPTIONS", "x", "")?;
    ensure!(carrier.waiting("INVITE") == 0, "something went out");
    let called = engine.ask("GET", "/api/emergency", &Value::Null)?;
    ensure!(called == json!([]), "{called:#}");
    // Whoever does call for help is shown there.
    let mut call = anna.invite("112")?;
    let invite = carrier.wait_for("INVITE")?;
    carrier.answer(&invite, OK, &sdp(8, 1))?;
    ensure!(anna.outcome(&mut call)?.code() == Some(200));
    let shown = until(ASKED_WITHIN, || {
        let called = engine.ask("GET", "/api/emergency", &Value::Null);
        called.is_ok_and(|called| called.as_array().is_some_and(|all| all.len() == 1))
    });
    ensure!(shown, "nobody is shown who called for help");
    Ok(())
}
