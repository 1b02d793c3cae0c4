//! Peers that cross each other, repeat themselves, forget to acknowledge or send rubbish: every call
//! comes to an end, and the office goes on.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    engine::Engine,
    raw::{Peer, sdp},
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

const OK: &str = "200 OK";

fn two_peers() -> Result<(Engine, usize, Peer, Peer)> {
    let engine = Engine::start()?;
    let sockets = engine.sockets()?;
    let mut anna = Peer::new(&engine, "Anna", "101")?;
    let mut ben = Peer::new(&engine, "Ben", "102")?;
    // What registered telephones send is not overtaken by each other's messages.
    anna.register()?;
    ben.register()?;
    Ok((engine, sockets, anna, ben))
}

/// A call as it should be, from beginning to end.
fn a_plain_call(anna: &mut Peer, ben: &mut Peer) -> Result<()> {
    let mut call = anna.invite("102")?;
    let invite = ben.wait_for("INVITE")?;
    ben.answer(&invite, OK, &sdp(8, 1))?;
    ensure!(anna.outcome(&mut call)?.code() == Some(200));
    ben.wait_for("ACK")?;
    ensure!(anna.bye(&mut call)?.code() == Some(200));
    let bye = ben.wait_for("BYE")?;
    ben.answer(&bye, OK, "")
}

#[test]
fn cancel_and_answer_cross() -> Result<()> {
    let (engine, sockets, mut anna, mut ben) = two_peers()?;
    let mut answered = 0;
    for round in 0..20 {
        let mut call = anna.invite("102")?;
        let invite = ben.wait_for("INVITE")?;
        ben.answer(&invite, "180 Ringing", "")?;
        anna.ringing(&mut call)?;
        if round % 2 == 0 {
            ben.answer(&invite, OK, &sdp(8, 1))?;
            anna.cancel(&call)?;
        } else {
            anna.cancel(&call)?;
            ben.answer(&invite, OK, &sdp(8, 1))?;
        }
        match anna.outcome(&mut call)?.code() {
            Some(200) => {
                answered += 1;
                ensure!(anna.bye(&mut call)?.code() == Some(200));
            }
            other => ensure!(other == Some(487), "{other:?}"),
        }
        // Ben has said yes: whoever was quicker, his call must be ended properly.
        let bye = ben.wait_for("BYE")?;
        ben.answer(&bye, OK, "")?;
        if ben.waiting("CANCEL") > 0 {
            let cancel = ben.wait_for("CANCEL")?;
            ben.answer(&cancel, OK, "")?;
        }
    }
    println!("{answered} of 20 were answered before they were cancelled");
    engine.wait_until_idle(sockets)
}

#[test]
fn a_caller_says_bye_while_it_rings() -> Result<()> {
    let (engine, sockets, mut anna, mut ben) = two_peers()?;
    let mut call = anna.invite("102")?;
    let invite = ben.wait_for("INVITE")?;
    ben.answer(&invite, "180 Ringing", "")?;
    anna.ringing(&mut call)?;
    let mut early = call.clone();
    ensure!(anna.bye(&mut early)?.code() == Some(200));
    ensure!(anna.outcome(&mut call)?.code() == Some(487));
    let cancel = ben.wait_for("CANCEL")?;
    ben.answer(&cancel, OK, "")?;
    ben.answer(&invite, "487 Request Terminated", "")?;
    ben.wait_for("ACK")?;
    engine.wait_until_idle(sockets)?;
    a_plain_call(&mut anna, &mut ben)
}

#[test]
fn both_ends_change_the_call_at_once() -> Result<()> {
    let (engine, sockets, mut anna, mut ben) = two_peers()?;
    let mut by_anna = anna.invite("102")?;
    let invite = ben.wait_for("INVITE")?;
    ben.answer(&invite, OK, &sdp(8, 1))?;
    ensure!(anna.outcome(&mut by_anna)?.code() == Some(200));
    ben.wait_for("ACK")?;
    let mut by_ben = ben.called_by(&invite)?;

    // Ben asks before he has answered what Anna asks: each must refuse the other (RFC 3261 §14).
    anna.reinvite(&mut by_anna, &sdp(8, 2))?;
    let theirs = ben.wait_for("INVITE")?;
    ben.reinvite(&mut by_ben, &sdp(8, 2))?;
    let ours = ben.outcome(&mut by_ben)?.code();
    ensure!(ours == Some(491), "{ours:?}");
    ben.answer(&theirs, "491 Request Pending", "")?;
    // The office tries again by itself a little later (RFC 3261 §14.1), and Anna has her way.
    let again = ben.wait_for("INVITE")?;
    ben.answer(&again, OK, &sdp(8, 3))?;
    let answer = anna.outcome(&mut by_anna)?.code();
    ensure!(answer == Some(200), "{answer:?}");

    // Then Ben has his, and the call has not suffered.
    ben.reinvite(&mut by_ben, &sdp(8, 4))?;
    let theirs = anna.wait_for("INVITE")?;
    anna.answer(&theirs, OK, &sdp(8, 3))?;
    let answer = ben.outcome(&mut by_ben)?.code();
    ensure!(answer == Some(200), "{answer:?}");
    ensure!(ben.bye(&mut by_ben)?.code() == Some(200));
    let bye = anna.wait_for("BYE")?;
    anna.answer(&bye, OK, "")?;
    engine.wait_until_idle(sockets)
}

#[test]
fn everything_is_said_three_times() -> Result<()> {
    let (engine, sockets, mut anna, mut ben) = two_peers()?;
    let mut call = anna.invite("102")?;
    anna.invite_again(&call)?;
    anna.invite_again(&call)?;
    let invite = ben.wait_for("INVITE")?;
    for _ in 0..3 {
        ben.answer(&invite, "180 Ringing", "")?;
    }
    for _ in 0..3 {
        ben.answer(&invite, OK, &sdp(8, 1))?;
    }
    ensure!(anna.outcome(&mut call)?.code() == Some(200));
    anna.invite_again(&call)?;
    anna.acknowledge(&call)?;
    anna.acknowledge(&call)?;
    ben.wait_for("ACK")?;
    assert_eq!(engine.status()?["active_calls"], 1);
    ensure!(anna.bye(&mut call)?.code() == Some(200));
    let bye = ben.wait_for("BYE")?;
    for _ in 0..3 {
        ben.answer(&bye, OK, "")?;
    }
    assert_eq!(ben.waiting("INVITE"), 0, "one call, one INVITE");
    // A second BYE belongs to nothing any more.
    ensure!(anna.bye(&mut call)?.code() == Some(481));
    engine.wait_until_idle(sockets)
}

#[test]
fn an_answer_that_nobody_acknowledges_ends_the_call() -> Result<()> {
    let (engine, sockets, mut anna, mut ben) = two_peers()?;
    let call = anna.invite("102")?;
    let invite = ben.wait_for("INVITE")?;
    ben.answer(&invite, OK, &sdp(8, 1))?;
    ben.wait_for("ACK")?;
    drop(call);
    // 64*T1, RFC 3261 §13.3.1.4: longer than the patience for one message.
    let bye = ben.wait_for("BYE").or_else(|_| ben.wait_for("BYE"));
    let bye = bye.or_else(|_| ben.wait_for("BYE"))?;
    ben.answer(&bye, OK, "")?;
    engine.wait_until_idle(sockets)
}

#[test]
fn rubbish_harms_nobody() -> Result<()> {
    let (mut engine, sockets, mut anna, mut ben) = two_peers()?;
    let mut cleo = Peer::new(&engine, "Cleo", "103")?;
    cleo.register()?;
    // What strangers send is soon not looked at any more; what Anna's telephone sends is.
    let to = "sip:102@127.0.0.1".to_owned();
    let call = anna.call_to(format!("<{to}>"), to);
    let sound = sdp(8, 1);
    let length = format!("Content-Length: {}", sound.len());
    let good = anna.request("INVITE", &call, "", &sound);
    for spoiled in [
        good.replace(&length, "Content-Length: 99999"),
        good.replace(&length, "Content-Length: 7"),
        good.replace(&length, "Content-Length: -1"),
        good.replace(&length, "Content-Length: 99999999999999999999999"),
        good.replace("Via:", "Vai:"),
        good.replace("Call-ID:", "Caller:"),
        good.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"),
        good.replace("CSeq: 1", "CSeq: 4294967296"),
        good.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia"),
        good.replace("Max-Forwards: 70", "Max-Forwards: 0"),
        good.replace("\r\n\r\n", "\r\n"),
        good.replace("sip:102@", "\u{0}\u{1}:@@"),
    ] {
        anna.send_bytes(spoiled.as_bytes())?;
    }
    // A plain xorshift: the same bytes in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..400 {
        let bytes: Vec<u8> = (0..random() % 600).map(|_| random() as u8).collect();
        anna.send_bytes(&bytes)?;
        let mut mangled = good.clone().into_bytes();
        for _ in 0..8 {
            let place = random() as usize % mangled.len();
            mangled[place] = random() as u8;
        }
        anna.send_bytes(&mangled)?;
    }
    // Over a stream, rubbish costs the one who sends it their connection.
    let mut stream = TcpStream::connect(engine.sip("tcp")?)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let rubbish: Vec<u8> = (0..100_000).map(|_| random() as u8).collect();
    // The other end may close before everything is written.
    let _ = stream.write_all(&rubbish);
    let mut rest = Vec::new();
    let closed = stream.read_to_end(&mut rest);
    let timed_out = closed.is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock);
    assert!(!timed_out, "the connection stays open");

    engine.still_runs()?;
    a_plain_call(&mut cleo, &mut ben)?;
    engine.wait_until_idle(sockets)
}
