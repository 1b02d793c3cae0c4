//! PRACK and UPDATE before the answer (RFC 3262, RFC 3311).

use crate::support::*;
use sip_dialog::{OfferRefused, OfferVia, Reliable, SessionConfig, SessionState};
use sip_message::{HeaderName, Message, Method};

fn reliable() -> SessionConfig {
    SessionConfig {
        reliable: Reliable::Required,
        ..SessionConfig::default()
    }
}

/// A call whose callee has rung with a description, reliably.
fn ringing(seed: u64) -> Wire {
    let mut wire = Wire::with_config(seed, reliable());
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(183), Some(sdp("early")), &[])
    });
    wire.run_ms(100);
    assert_eq!(wire.events(ALICE), ["Progress 183 sdp=early"]);
    assert_eq!(wire.events(BOB), ["PrackArrived"]);
    wire
}

fn answer_and_rest(wire: &mut Wire) {
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, None, &[]));
    wire.run_ms(100);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    assert_eq!(wire.state(BOB), SessionState::Talking);
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn a_reliable_provisional_response_is_acknowledged() {
    let mut wire = ringing(1);
    assert_eq!(
        wire.flow(),
        [
            "A>B INVITE +sdp",
            "B>A 183 INVITE +sdp",
            "A>B PRACK",
            "B>A 200 PRACK"
        ]
    );
    // The answer went out with the 183; the 200 must not describe anything again.
    wire.trace.clear();
    answer_and_rest(&mut wire);
    assert_eq!(wire.flow()[..2], ["B>A 200 INVITE", "A>B ACK"]);
}

#[test]
fn it_is_repeated_with_doubling_pauses_until_its_prack() {
    let mut wire = Wire::with_config(2, reliable());
    let mut pracks = 0;
    wire.drop_if = Some(Box::new(move |m| {
        let is_provisional = matches!(m, Message::Response(r) if r.status() == 180);
        pracks += u32::from(is_provisional);
        is_provisional && pracks <= 3
    }));
    wire.call(Some(sdp("alice")));
    wire.run_ms(300); // the 100 Trying stops the INVITE's own repetitions
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_secs(10);
    let sent: Vec<_> = wire
        .trace
        .iter()
        .filter(|line| line.contains("180 INVITE"))
        .map(|line| &line[..5])
        .collect();
    assert_eq!(sent, ["0.300", "0.800", "1.800", "3.800"]);
    assert_eq!(wire.count("A>B PRACK"), 1);
    assert_eq!(wire.events(ALICE), ["Progress 180"]);
    wire.with(BOB, 0, |s, ctx| s.reject(ctx, status(486), &[]));
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn a_second_one_waits_for_the_prack_of_the_first() {
    let mut wire = Wire::with_config(3, reliable());
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(180), None, &[]);
        s.ring(ctx, status(183), Some(sdp("early")), &[]);
    });
    wire.run_ms(5);
    assert_eq!(wire.count("183 INVITE"), 0);
    wire.run_ms(100);
    assert_eq!(
        wire.events(ALICE),
        ["Progress 180", "Progress 183 sdp=early"]
    );
    assert_eq!(wire.count("A>B PRACK"), 2);
    answer_and_rest(&mut wire);
}

#[test]
fn a_call_whose_caller_never_acknowledges_is_refused_with_504() {
    let mut wire = Wire::with_config(4, reliable());
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Prack),
    ));
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_secs(31);
    assert_eq!(wire.count("504"), 0);
    wire.run_secs(2);
    assert_eq!(wire.events(BOB), ["Ended by us: NoPrack"]);
    assert_eq!(wire.events(ALICE), ["Progress 180", "Rejected 504"]);
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn the_answer_waits_for_the_prack_of_a_description() {
    let mut wire = Wire::with_config(5, reliable());
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(183), Some(sdp("early")), &[]);
        s.answer(ctx, None, &[]);
        assert_eq!(s.state(), SessionState::AwaitingPrack);
    });
    wire.run_ms(100);
    let flow = wire.flow();
    let prack = flow.iter().position(|m| *m == "A>B PRACK");
    let ok = flow.iter().position(|m| *m == "B>A 200 INVITE");
    assert!(prack.is_some() && prack < ok, "{flow:?}");
    assert_eq!(wire.state(BOB), SessionState::Talking);
}

#[test]
fn the_answer_need_not_wait_for_a_prack_without_description() {
    let mut wire = Wire::with_config(6, reliable());
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(180), None, &[]);
        s.answer(ctx, Some(sdp("bob")), &[]);
        assert_eq!(s.state(), SessionState::AwaitingAck);
    });
    wire.run_secs(2);
    // The PRACK under way still finds its response.
    assert_eq!(wire.count("200 PRACK"), 1);
    assert_eq!(wire.count("481"), 0);
    assert_eq!(wire.count("180 INVITE"), 1, "repetition ends with the 2xx");
}

#[test]
fn a_prack_that_acknowledges_nothing_meets_481() {
    let mut wire = ringing(7);
    wire.trace.clear();
    wire.with(ALICE, 0, |s, ctx| {
        let rack = [("RAck".to_owned(), bytes::Bytes::from_static(b"77 1 INVITE"))];
        s.send(ctx, Method::Prack, None, &rack).expect("in dialog")
    });
    wire.run_ms(50);
    assert_eq!(wire.flow(), ["A>B PRACK", "B>A 481 PRACK"]);
    assert_eq!(wire.state(ALICE), SessionState::AwaitingAnswer);
}

#[test]
fn a_delayed_offer_in_a_reliable_response_is_answered_in_the_prack() {
    let mut wire = Wire::with_config(8, reliable());
    wire.call(None);
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(183), Some(sdp("offer")), &[])
    });
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["Progress 183 sdp=offer"]);
    assert_eq!(wire.count("PRACK"), 0, "the answer is the owner's");
    wire.with(ALICE, 0, |s, ctx| s.provide_answer(ctx, sdp("answer")));
    wire.run_ms(50);
    assert_eq!(wire.events(BOB), ["PrackArrived sdp=answer"]);
    answer_and_rest(&mut wire);
}

#[test]
fn early_media_changes_by_update_from_either_side() {
    let mut wire = ringing(9);
    for (us, them) in [(ALICE, BOB), (BOB, ALICE)] {
        wire.with(us, 0, |s, ctx| {
            s.offer(ctx, Some(sdp("new")), OfferVia::Whichever, &[])
                .expect("may offer")
        });
        wire.run_ms(50);
        assert_eq!(wire.events(them), ["Offer by UPDATE sdp=new"]);
        wire.with(them, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("ok")), &[]));
        wire.run_ms(50);
        assert_eq!(wire.events(us), ["OfferAnswered sdp=ok"]);
    }
    answer_and_rest(&mut wire);
}

#[test]
fn two_updates_at_once_meet_491_and_settle() {
    let mut wire = ringing(10);
    for end in [ALICE, BOB] {
        wire.with(end, 0, |s, ctx| {
            s.offer(ctx, Some(sdp("mine")), OfferVia::Update, &[])
                .expect("may offer")
        });
    }
    wire.run_ms(30);
    assert_eq!(wire.count("491 UPDATE"), 2);
    let mut answered = 0;
    for _ in 0..100 {
        wire.run_ms(50);
        for end in [ALICE, BOB] {
            for event in wire.events(end) {
                match event.as_str() {
                    "Offer by UPDATE sdp=mine" => {
                        wire.with(end, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("ok")), &[]));
                    }
                    "OfferAnswered sdp=ok" => answered += 1,
                    _ => {}
                }
            }
        }
    }
    assert_eq!(answered, 2);
    answer_and_rest(&mut wire);
}

#[test]
fn an_update_while_one_waits_for_its_answer_is_asked_to_come_back() {
    let mut wire = ringing(11);
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("one")), OfferVia::Update, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    // A second one, as only a careless peer would send it.
    wire.with(ALICE, 0, |s, ctx| {
        let body = ("application/sdp", sdp("two"));
        s.send(ctx, Method::Update, Some(body), &[])
            .expect("in dialog")
    });
    let mut retry = None;
    wire.drop_if = None;
    wire.run_ms(50);
    for (_, event) in &wire.ends[ALICE].events {
        if let sip_dialog::SessionEvent::Response { response, .. } = event {
            retry = Some((
                response.status().code(),
                response.headers().has(HeaderName::RetryAfter),
            ));
        }
    }
    assert_eq!(retry, Some((500, true)));
    wire.with(BOB, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("ok")), &[]));
    wire.run_ms(50);
    answer_and_rest(&mut wire);
}

#[test]
fn no_update_before_the_first_answer() {
    let mut wire = Wire::new(12);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.ring(ctx, status(183), Some(sdp("preview")), &[])
    });
    wire.run_ms(50);
    let refused = wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("new")), OfferVia::Update, &[])
    });
    assert_eq!(refused, Err(OfferRefused::Glare));
    assert_eq!(wire.count("PRACK"), 0, "nobody required reliability");
    // The preview is repeated in the answer.
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, None, &[]));
    wire.run_ms(50);
    assert_eq!(wire.count("B>A 200 INVITE +sdp"), 1);
}

#[test]
fn an_unanswered_caller_hears_the_ringing_again_every_minute() {
    let mut wire = Wire::new(13);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_secs(130);
    assert_eq!(wire.count("180 INVITE"), 3);
}

#[test]
fn a_reliable_response_to_a_re_invite_is_acknowledged_and_may_bring_the_answer() {
    const FAR: usize = 7;
    let mut wire = Wire::new(14);
    let invite = wire.invite_of(ALICE, FAR, Some(sdp("alice")));
    wire.place(ALICE, FAR, invite);
    wire.run_ms(50);
    respond(&mut wire, 200, Some("far"), None);
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("new")), OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    respond(&mut wire, 183, Some("early"), Some(9));
    respond(&mut wire, 183, Some("early"), Some(9)); // repeated
    let pracks = wire.count("PRACK");
    assert_eq!(pracks, 1);
    respond(&mut wire, 200, None, None);
    assert_eq!(
        wire.events(ALICE),
        ["Answered sdp=far", "OfferAnswered sdp=early"]
    );
}

/// A response of a hand-written far end to the last INVITE.
fn respond(wire: &mut Wire, code: u16, describe: Option<&str>, rseq: Option<u32>) {
    use sip_message::header::{Contact, NameAddr, RSeq, Require};
    let invites = wire.unclaimed.iter().rev().find_map(|m| match m {
        Message::Request(r) if r.method() == Method::Invite => Some(r.clone()),
        _ => None,
    });
    let invite = invites.expect("an INVITE");
    let contact = NameAddr::new(uri(&format!("sip:far@{}", addr(7))));
    let mut response = sip_message::Response::to(&invite, status(code))
        .to_tag("far")
        .push(&Contact::Addr(contact));
    if let Some(name) = describe {
        response = response.body("application/sdp", sdp(name));
    }
    if let Some(rseq) = rseq {
        response = response.push(&Require::from("100rel")).push(&RSeq(rseq));
    }
    let bytes = response.build().bytes().clone();
    wire.inject(addr(7), ALICE, &bytes);
    wire.run_ms(20);
}
