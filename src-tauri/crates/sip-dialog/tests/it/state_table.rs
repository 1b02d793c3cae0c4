//! Every state of a session against everything that can come in: what it sends, what it tells, and
//! what it awaits then. The far end is written by hand.

use crate::support::*;
use bytes::Bytes;
use sip_dialog::{Reliable, SessionConfig, SessionState};
use sip_message::{
    HeaderName, Message, Method, Request, Response,
    header::{CSeq, CallId, Contact, From, NameAddr, To},
};
use std::fmt::Write;

/// Where the far end is.
const FAR: usize = 7;

/// A way to a state: the end under test, and what brings it there.
struct Way {
    state: SessionState,
    role: &'static str,
    end: usize,
    prepare: fn(&mut Wire),
}

const WAYS: [Way; 12] = [
    Way {
        state: SessionState::AwaitingAnswer,
        role: "caller",
        end: ALICE,
        prepare: |w| ring(w, Some(sdp("ours"))),
    },
    Way {
        state: SessionState::AwaitingCancelled,
        role: "caller",
        end: ALICE,
        prepare: |w| {
            ring(w, Some(sdp("ours")));
            hang_up(w, ALICE);
        },
    },
    Way {
        state: SessionState::AwaitingOurAnswer,
        role: "caller",
        end: ALICE,
        prepare: |w| {
            ring(w, None);
            respond(w, ALICE, &Method::Invite, 200, "far");
        },
    },
    Way {
        state: SessionState::Talking,
        role: "caller",
        end: ALICE,
        prepare: talk,
    },
    Way {
        state: SessionState::AwaitingByeAnswer,
        role: "caller",
        end: ALICE,
        prepare: |w| {
            talk(w);
            hang_up(w, ALICE);
        },
    },
    Way {
        state: SessionState::Ended,
        role: "caller",
        end: ALICE,
        prepare: |w| {
            talk(w);
            hang_up(w, ALICE);
            respond(w, ALICE, &Method::Bye, 200, "far");
        },
    },
    Way {
        state: SessionState::AwaitingDecision,
        role: "callee",
        end: BOB,
        prepare: |w| be_called(w, ""),
    },
    Way {
        state: SessionState::AwaitingPrack,
        role: "callee",
        end: BOB,
        prepare: |w| {
            be_called(w, "Require: 100rel\r\n");
            w.with(BOB, 0, |s, ctx| {
                s.ring(ctx, status(183), Some(sdp("ours")), &[]);
                s.answer(ctx, None, &[]);
            });
        },
    },
    Way {
        state: SessionState::AwaitingAck,
        role: "callee",
        end: BOB,
        prepare: answer,
    },
    Way {
        state: SessionState::AwaitingAckToHangUp,
        role: "callee",
        end: BOB,
        prepare: |w| {
            answer(w);
            hang_up(w, BOB);
        },
    },
    Way {
        state: SessionState::Talking,
        role: "callee",
        end: BOB,
        prepare: |w| {
            answer(w);
            request(w, BOB, Method::Ack, false);
        },
    },
    Way {
        state: SessionState::AwaitingByeAnswer,
        role: "callee",
        end: BOB,
        prepare: |w| {
            answer(w);
            request(w, BOB, Method::Ack, false);
            hang_up(w, BOB);
        },
    },
];

/// Lets something come in at an end.
type Happen = fn(&mut Wire, usize);

/// What can come in.
const INBOUND: [(&str, Happen); 19] = [
    ("180 INVITE", |w, e| {
        respond(w, e, &Method::Invite, 180, "far")
    }),
    ("200 INVITE", |w, e| {
        respond(w, e, &Method::Invite, 200, "far")
    }),
    ("200 INVITE, another fork", |w, e| {
        respond(w, e, &Method::Invite, 200, "fork");
    }),
    ("302 INVITE", |w, e| {
        respond(w, e, &Method::Invite, 302, "far")
    }),
    ("487 INVITE", |w, e| {
        respond(w, e, &Method::Invite, 487, "far")
    }),
    ("200 BYE", |w, e| respond(w, e, &Method::Bye, 200, "far")),
    ("481 BYE", |w, e| respond(w, e, &Method::Bye, 481, "far")),
    ("ACK", |w, e| request(w, e, Method::Ack, false)),
    ("BYE", |w, e| request(w, e, Method::Bye, false)),
    ("CANCEL", |w, e| request(w, e, Method::Cancel, false)),
    ("INVITE +sdp", |w, e| request(w, e, Method::Invite, true)),
    ("INVITE", |w, e| request(w, e, Method::Invite, false)),
    ("UPDATE +sdp", |w, e| request(w, e, Method::Update, true)),
    ("UPDATE", |w, e| request(w, e, Method::Update, false)),
    ("PRACK", |w, e| request(w, e, Method::Prack, false)),
    ("INFO", |w, e| request(w, e, Method::Info, false)),
    ("OPTIONS", |w, e| request(w, e, Method::Options, false)),
    ("a CSeq of the past", |w, e| {
        numbered(w, e, Method::Info, false, 0)
    }),
    ("64*T1 of silence", |w, _| w.run_ms(32_000)),
];

#[test]
fn every_state_against_everything_that_comes_in() {
    let mut table = String::new();
    for way in &WAYS {
        let _ = writeln!(table, "{:?} ({})", way.state, way.role);
        for (what, happen) in INBOUND {
            let mut wire = prepared(way);
            happen(&mut wire, way.end);
            wire.run_ms(1);
            let sent: Vec<_> = wire
                .flow()
                .iter()
                .filter_map(|line| line.split_once(' '))
                .map(|(_, what)| what.to_owned())
                .collect();
            let mut sent_once = sent.clone();
            sent_once.dedup();
            let told = wire.events(way.end);
            let _ = write!(table, "    {what:<26}-> {:?}", wire.state(way.end));
            if !sent_once.is_empty() {
                let _ = write!(table, "; sends {}", sent_once.join(", "));
            }
            if !told.is_empty() {
                let _ = write!(table, "; tells {}", told.join(", "));
            }
            table.push('\n');
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_state_is_in_the_table() {
    for state in SessionState::ALL {
        assert!(WAYS.iter().any(|way| way.state == state), "{state:?}");
    }
}

fn prepared(way: &Way) -> Wire {
    let config = SessionConfig {
        session_expires: None,
        reliable: Reliable::Supported,
        ..SessionConfig::default()
    };
    let mut wire = Wire::with_config(1, config);
    (way.prepare)(&mut wire);
    assert_eq!(wire.state(way.end), way.state);
    wire.events(way.end);
    wire.trace.clear();
    wire
}

fn ring(wire: &mut Wire, sdp: Option<Bytes>) {
    let invite = wire.invite_of(ALICE, FAR, sdp);
    wire.place(ALICE, FAR, invite);
    wire.run_ms(20);
    respond(wire, ALICE, &Method::Invite, 180, "far");
}

fn talk(wire: &mut Wire) {
    ring(wire, Some(sdp("ours")));
    respond(wire, ALICE, &Method::Invite, 200, "far");
}

fn answer(wire: &mut Wire) {
    be_called(wire, "");
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("ours")), &[]));
}

fn hang_up(wire: &mut Wire, end: usize) {
    wire.with(end, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_ms(20);
}

fn be_called(wire: &mut Wire, more: &str) {
    let body = String::from_utf8(sdp("theirs").to_vec()).expect("text");
    let text = format!(
        "INVITE sip:bob@{b} SIP/2.0\r\nVia: SIP/2.0/UDP {f};branch=z9hG4bKinvite\r\n\
         From: <sip:far@{f}>;tag=far\r\nTo: <sip:bob@{b}>\r\nCall-ID: called\r\n\
         CSeq: 1 INVITE\r\nContact: <sip:far@{f}>\r\n{more}Content-Type: application/sdp\r\n\
         Content-Length: {len}\r\n\r\n{body}",
        b = addr(BOB),
        f = addr(FAR),
        len = body.len(),
    );
    wire.inject(addr(FAR), BOB, &Bytes::from(text));
}

/// The far end's response to the last request of this method it got, if it got one.
fn respond(wire: &mut Wire, end: usize, method: &Method, code: u16, tag: &str) {
    let mut requests = wire.unclaimed.iter().rev().filter_map(|m| match m {
        Message::Request(r) if r.method() == *method => Some(r.clone()),
        _ => None,
    });
    let Some(request) = requests.next() else {
        return;
    };
    let contact = uri(&format!("sip:far@{}", addr(FAR)));
    let mut response = Response::to(&request, status(code))
        .to_tag(tag)
        .push(&Contact::Addr(NameAddr::new(contact)));
    if *method == Method::Invite && status(code).is_success() {
        response = response.body("application/sdp", sdp("theirs"));
    }
    let bytes = response.build().bytes().clone();
    wire.inject(addr(FAR), end, &bytes);
    wire.run_ms(20);
}

fn request(wire: &mut Wire, end: usize, method: Method, describe: bool) {
    let number = match (&method, end) {
        (Method::Ack | Method::Cancel, BOB) => 1,
        _ => 50,
    };
    numbered(wire, end, method, describe, number);
}

/// A request of the far end inside the dialog; CANCEL and ACK belong to its INVITE.
fn numbered(wire: &mut Wire, end: usize, method: Method, describe: bool, number: u32) {
    if end == ALICE && number == 0 {
        // The far end of a caller has sent nothing before.
        numbered(wire, end, Method::Options, false, 40);
        wire.trace.clear();
    }
    let session = &wire.ends[end].sessions[0];
    let us = uri(&format!("sip:us@{}", addr(end)));
    let far = uri(&format!("sip:far@{}", addr(FAR)));
    let call_id = session.call_id().clone();
    let our_tag = session.local_tag().to_string();
    let branch = match method {
        Method::Cancel => "z9hG4bKinvite".to_owned(),
        _ => format!("z9hG4bK{method}{number}"),
    };
    let to = match method {
        Method::Cancel => NameAddr::new(uri(&format!("sip:bob@{}", addr(BOB)))),
        _ => NameAddr::new(us.clone()).with_tag(&our_tag),
    };
    let via = format!("SIP/2.0/UDP {};branch={branch}", addr(FAR));
    let mut request = Request::builder(method.clone(), &us)
        .push_raw(HeaderName::Via.as_str(), via.as_bytes())
        .push(&From(NameAddr::new(far.clone()).with_tag("far")))
        .push(&To(to))
        .push(&CallId(call_id))
        .push(&CSeq {
            number,
            method: method.clone(),
        });
    if method.refreshes_target() {
        request = request.push(&Contact::Addr(NameAddr::new(far)));
    }
    if method == Method::Prack {
        request = request.push_raw("RAck", b"1 1 INVITE");
    }
    if describe {
        request = request.body("application/sdp", sdp("theirs"));
    }
    let bytes = request.build().bytes().clone();
    wire.inject(addr(FAR), end, &bytes);
}
