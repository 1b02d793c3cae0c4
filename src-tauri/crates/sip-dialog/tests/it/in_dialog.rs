//! Requests inside a call: order, INFO, REFER, OPTIONS, what ends a call, what is refused.

use crate::support::*;
use bytes::Bytes;
use sip_dialog::{
    SessionEvent, SessionState,
    ext::refer::{self, Refer, ReferNotifier},
    limits::MAX_OPEN_REQUESTS,
};
use sip_message::{
    HeaderName, Message, Method, Request,
    header::{CSeq, Unsupported},
};
use sip_transaction::ServerId;

fn rest(wire: &mut Wire) {
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    wire.assert_at_rest();
}

/// The request that waits for Bob's owner.
fn asked(wire: &mut Wire) -> (ServerId, Request) {
    let events = std::mem::take(&mut wire.ends[BOB].events);
    let asked = events.into_iter().find_map(|(_, event)| match event {
        SessionEvent::Request { server, request } => Some((server, request)),
        _ => None,
    });
    asked.expect("a request")
}

#[test]
fn info_passes_through() {
    let mut wire = Wire::talking(1);
    let digit = (
        "application/dtmf-relay",
        Bytes::from_static(b"Signal=5\r\n"),
    );
    wire.with(ALICE, 0, |s, ctx| {
        s.send(ctx, Method::Info, Some(digit), &[])
    });
    wire.run_ms(50);
    let (server, request) = asked(&mut wire);
    assert_eq!(request.body(), "Signal=5\r\n");
    wire.with(BOB, 0, |s, ctx| {
        s.respond(ctx, server, status(200), None, &[])
    });
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["Response 200"]);
    rest(&mut wire);
}

/// A copy of a request under another sequence number and branch, from somewhere else.
fn renumbered(request: &Request, number: u32) -> Bytes {
    let via = format!("SIP/2.0/UDP {};branch=z9hG4bKother", addr(9));
    let cseq = CSeq {
        number,
        method: request.method(),
    };
    let copy = request.edit().set_raw("Via", via.as_bytes()).set(&cseq);
    copy.build().bytes().clone()
}

/// The responses that went elsewhere than to Alice and Bob.
fn answers(wire: &Wire) -> Vec<u16> {
    let responses = wire.unclaimed.iter().filter_map(|m| match m {
        Message::Response(r) => Some(r.status().code()),
        Message::Request(_) => None,
    });
    responses.collect()
}

#[test]
fn a_request_out_of_order_meets_500() {
    let mut wire = Wire::talking(2);
    wire.with(ALICE, 0, |s, ctx| s.send(ctx, Method::Info, None, &[]));
    wire.run_ms(50);
    let (server, request) = asked(&mut wire);
    wire.with(BOB, 0, |s, ctx| {
        s.respond(ctx, server, status(200), None, &[])
    });
    let number = request.cseq().expect("CSeq").number;
    wire.inject(addr(9), BOB, &renumbered(&request, number - 1));
    wire.run_ms(50);
    assert_eq!(answers(&wire), [500]);
    assert!(wire.events(BOB).is_empty());
    rest(&mut wire);
}

#[test]
fn options_inside_a_call_is_answered_without_the_owner() {
    let mut wire = Wire::talking(3);
    wire.with(ALICE, 0, |s, ctx| s.send(ctx, Method::Options, None, &[]));
    wire.run_ms(50);
    assert!(wire.events(BOB).is_empty());
    let events = std::mem::take(&mut wire.ends[ALICE].events);
    let Some((_, SessionEvent::Response { response, .. })) = events.first() else {
        panic!("no response: {events:?}");
    };
    assert!(response.headers().lists(HeaderName::Allow, "UPDATE"));
    assert!(response.headers().lists(HeaderName::Supported, "100rel"));
    rest(&mut wire);
}

#[test]
fn too_many_unanswered_requests_are_asked_to_come_back() {
    let mut wire = Wire::talking(4);
    for _ in 0..=MAX_OPEN_REQUESTS {
        wire.with(ALICE, 0, |s, ctx| s.send(ctx, Method::Message, None, &[]));
    }
    wire.run_ms(50);
    assert_eq!(wire.count("500 MESSAGE"), 1);
    // Hanging up answers the others.
    wire.with(BOB, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_ms(50);
    assert_eq!(wire.count("487 MESSAGE"), MAX_OPEN_REQUESTS);
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn a_dialog_the_far_end_forgot_is_over() {
    let mut wire = Wire::talking(5);
    wire.ends[BOB].sessions.clear();
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("x")), sip_dialog::OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_secs(1);
    assert_eq!(
        wire.events(ALICE),
        ["OfferRejected 481", "Ended by us: Error"]
    );
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn an_offer_nobody_answers_ends_the_call() {
    let mut wire = Wire::talking(6);
    wire.drop_if = Some(Box::new(|_| true));
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("x")), sip_dialog::OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_secs(33);
    assert_eq!(
        wire.events(ALICE),
        ["OfferRejected 408", "Ended by us: Timeout"]
    );
}

#[test]
fn an_offer_the_owner_never_answers_is_withdrawn() {
    let mut wire = Wire::talking_with(
        7,
        sip_dialog::SessionConfig {
            session_expires: None,
            ..Default::default()
        },
    );
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("x")), sip_dialog::OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_secs(181);
    assert_eq!(
        wire.events(BOB),
        ["Offer by INVITE sdp=x", "OfferWithdrawn"]
    );
    assert_eq!(wire.events(ALICE), ["OfferRejected 487"]);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    rest(&mut wire);
}

#[test]
fn an_unknown_extension_is_refused_with_420() {
    let mut wire = Wire::new(8);
    let mut invite = wire.invite_of(ALICE, BOB, Some(sdp("alice")));
    invite.headers.push((
        "Require".to_owned(),
        Bytes::from_static(b"timer, precondition"),
    ));
    wire.place(ALICE, BOB, invite);
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["Rejected 420"]);
    let unsupported: Unsupported = wire.ends[BOB].refused[0].headers().get().expect("it");
    assert_eq!(unsupported.0, "precondition");
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn an_invite_without_contact_starts_no_session() {
    let mut wire = Wire::new(9);
    let invite = wire.invite_of(ALICE, BOB, None);
    wire.place(ALICE, BOB, invite);
    // The same INVITE without its Contact, from somewhere else.
    let text = format!(
        "INVITE sip:bob@{b} SIP/2.0\r\nVia: SIP/2.0/UDP {c};branch=z9hG4bKx\r\n\
         From: <sip:x@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: x\r\n\
         CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
        b = addr(BOB),
        c = addr(5)
    );
    wire.inject(addr(5), BOB, &Bytes::from(text));
    wire.run_ms(50);
    let Some(Message::Response(answer)) = wire.unclaimed.first() else {
        panic!("no answer");
    };
    assert_eq!(answer.status(), 400);
    assert!(answer.reason().to_str().contains("Contact"));
}

fn refer(wire: &mut Wire, headers: &[(&str, &'static str)]) {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Bytes::from_static(value.as_bytes())))
        .collect();
    wire.with(ALICE, 0, |s, ctx| {
        s.send(ctx, Method::Refer, None, &headers)
            .expect("in dialog")
    });
    wire.run_ms(50);
}

#[test]
fn a_transfer_reports_how_the_new_call_goes() {
    let mut wire = Wire::talking(10);
    refer(
        &mut wire,
        &[(
            "Refer-To",
            "<sip:carol@example.com?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>",
        )],
    );
    let (server, request) = asked(&mut wire);
    let wanted = Refer::read(&request).expect("a REFER");
    assert_eq!(wanted.target.to_string(), "sip:carol@example.com");
    let replaces = wanted.replaces.expect("Replaces");
    assert_eq!(
        (replaces.call_id, replaces.to_tag, replaces.from_tag),
        ("a@b".into(), "1".into(), "2".into())
    );
    assert!(wanted.wants_progress);
    let mut notifier = wire
        .with(BOB, 0, |s, ctx| {
            ReferNotifier::accept(ctx, s, server, &request)
        })
        .expect("a subscription");
    wire.run_ms(50);
    for code in [180, 180, 200] {
        wire.with(BOB, 0, |s, ctx| notifier.tell(ctx, s, status(code)));
        wire.run_ms(50);
    }
    assert!(notifier.is_over());
    let mut told = Vec::new();
    for (_, event) in std::mem::take(&mut wire.ends[ALICE].events) {
        if let SessionEvent::Request { server, request } = event {
            let progress = refer::read_notify(&request).expect("about the REFER");
            told.push((progress.status.map(|s| s.code()), progress.is_last));
            wire.with(ALICE, 0, |s, ctx| {
                s.respond(ctx, server, status(200), None, &[])
            });
        }
    }
    assert_eq!(
        told,
        [(Some(100), false), (Some(180), false), (Some(200), true)]
    );
    wire.run_ms(50);
    rest(&mut wire);
}

#[test]
fn a_referrer_that_wants_no_reports_gets_none() {
    let mut wire = Wire::talking(11);
    refer(
        &mut wire,
        &[
            ("Refer-To", "sip:carol@example.com"),
            ("Refer-Sub", "false"),
        ],
    );
    let (server, request) = asked(&mut wire);
    let notifier = wire.with(BOB, 0, |s, ctx| {
        ReferNotifier::accept(ctx, s, server, &request)
    });
    assert!(notifier.is_none());
    wire.run_ms(50);
    assert_eq!(wire.count("NOTIFY"), 0);
    let events = std::mem::take(&mut wire.ends[ALICE].events);
    let Some((_, SessionEvent::Response { response, .. })) = events.first() else {
        panic!("no response");
    };
    assert_eq!(response.status(), 202);
    assert_eq!(
        response.headers().value(HeaderName::ReferSub).expect("it"),
        "false"
    );
    rest(&mut wire);
}

#[test]
fn a_refer_that_asks_for_no_call_is_refused() {
    let table = [
        (&[][..], 400),
        (&[("Refer-To", "sip:a@b"), ("Refer-To", "sip:c@d")][..], 400),
        (&[("Refer-To", "http://example.com/")][..], 416),
        (&[("Refer-To", "<sip:a@example.com;method=BYE>")][..], 416),
        (
            &[("Refer-To", "<sip:a@example.com?Replaces=broken>")][..],
            400,
        ),
    ];
    for (headers, code) in table {
        let mut wire = Wire::talking(12);
        refer(&mut wire, headers);
        let (_, request) = asked(&mut wire);
        let why = Refer::read(&request).expect_err("no call");
        assert_eq!(why.status().code(), code, "{headers:?}");
    }
}

#[test]
fn a_late_request_meets_481() {
    let mut wire = Wire::talking(13);
    wire.with(ALICE, 0, |s, ctx| s.send(ctx, Method::Info, None, &[]));
    wire.run_ms(50);
    let (server, request) = asked(&mut wire);
    wire.with(BOB, 0, |s, ctx| {
        s.respond(ctx, server, status(200), None, &[]);
        s.hangup(ctx, None);
    });
    wire.run_ms(50);
    wire.inject(addr(9), BOB, &renumbered(&request, 99));
    wire.run_ms(50);
    assert_eq!(answers(&wire), [481]);
}

#[test]
fn nothing_is_sent_inside_a_dialog_the_caller_cannot_know_yet() {
    let mut wire = Wire::new(14);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    let sent = wire.with(BOB, 0, |s, ctx| s.send(ctx, Method::Info, None, &[]));
    assert_eq!(sent, None);
    let sent = wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(180), None, &[]);
        s.send(ctx, Method::Info, None, &[])
    });
    assert!(sent.is_some());
}

#[test]
fn an_unanswered_call_outlives_a_481_inside_its_early_dialog() {
    let mut wire = Wire::new(15);
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Response(r) if r.status() == 180),
    ));
    wire.call(Some(sdp("alice")));
    wire.run_ms(300);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(180), None, &[]); // never arrives
        s.send(ctx, Method::Info, None, &[]);
    });
    wire.run_secs(1);
    assert_eq!(wire.events(BOB), ["Response 481"]);
    assert_eq!(wire.state(BOB), SessionState::AwaitingDecision);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_secs(1);
    assert_eq!(wire.state(BOB), SessionState::Talking);
}

/// The refusal was sent as it was, and the re-INVITE waited for its final answer for ever.
#[test]
fn an_offer_refused_with_a_provisional_status_is_still_to_be_answered() {
    let mut wire = Wire::talking(21);
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("x")), sip_dialog::OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.reject_offer(ctx, status(183)));
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    assert_eq!(wire.count("487 INVITE"), 1);
    wire.assert_at_rest();
}
