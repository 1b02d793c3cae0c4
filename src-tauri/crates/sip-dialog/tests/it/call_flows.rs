//! Calls between two sessions over two endpoints: the flows of RFC 3665 §3 and what goes wrong
//! with them.

use crate::support::*;
use sip_dialog::{OfferVia, SessionState};
use sip_message::{Message, Method, Response};
use std::{cell::RefCell, rc::Rc};

/// Hangs up and waits until every timer has run out.
fn hang_up_and_rest(wire: &mut Wire, end: usize) {
    wire.with(end, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn a_call_is_set_up_and_hung_up() {
    let mut wire = Wire::new(1);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_ms(100);
    wire.with(BOB, 0, |s, ctx| s.hangup(ctx, Some("Q.850;cause=16")));
    wire.run_secs(70);
    assert_eq!(
        wire.flow(),
        [
            "A>B INVITE +sdp",
            "B>A 180 INVITE",
            "B>A 200 INVITE +sdp",
            "A>B ACK",
            "B>A BYE",
            "A>B 200 BYE",
        ]
    );
    assert_eq!(
        wire.events(ALICE),
        [
            "Progress 180",
            "Answered sdp=bob",
            "Ended by them: Bye [Q.850;cause=16]"
        ]
    );
    assert_eq!(wire.events(BOB), ["AckArrived", "Ended by us: Bye"]);
    wire.assert_at_rest();
}

#[test]
fn an_answer_without_description_means_the_one_shown_while_ringing() {
    let mut wire = Wire::new(16);
    let invite = wire.invite_of(ALICE, 7, Some(sdp("alice")));
    wire.place(ALICE, 7, invite);
    wire.run_ms(50);
    let Some(Message::Request(invite)) = wire.unclaimed.first().cloned() else {
        panic!("no INVITE");
    };
    for (code, describe) in [(183, true), (200, false)] {
        let mut response = Response::to(&invite, status(code))
            .to_tag("far")
            .push_raw("Contact", format!("<sip:far@{}>", addr(7)).as_bytes());
        if describe {
            response = response.body("application/sdp", sdp("early"));
        }
        wire.inject(addr(7), ALICE, response.build().bytes());
        wire.run_ms(20);
    }
    assert_eq!(
        wire.events(ALICE),
        ["Progress 183 sdp=early", "Answered sdp=early"]
    );
}

#[test]
fn either_side_offers_anew_by_re_invite() {
    let mut wire = Wire::talking(2);
    for (us, them) in [(ALICE, BOB), (BOB, ALICE)] {
        wire.with(us, 0, |s, ctx| {
            s.offer(ctx, Some(sdp("hold")), OfferVia::ReInvite, &[])
                .expect("may offer")
        });
        wire.run_ms(50);
        assert_eq!(wire.events(them), ["Offer by INVITE sdp=hold"]);
        wire.with(them, 0, |s, ctx| {
            s.accept_offer(ctx, Some(sdp("held")), &[])
        });
        wire.run_ms(50);
        assert_eq!(wire.events(us), ["OfferAnswered sdp=held"]);
        assert_eq!(wire.events(them), ["AckArrived"]);
    }
    assert_eq!(wire.count("INVITE"), 4);
    hang_up_and_rest(&mut wire, ALICE);
}

#[test]
fn a_refused_offer_leaves_the_call_as_it_was() {
    let mut wire = Wire::talking(3);
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("video")), OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.reject_offer(ctx, status(488)));
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["OfferRejected 488"]);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    wire.with(BOB, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("again")), OfferVia::ReInvite, &[])
            .expect("the exchange is settled again")
    });
    hang_up_and_rest(&mut wire, BOB);
}

#[test]
fn the_callee_refuses() {
    let mut wire = Wire::new(4);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.reject(ctx, status(486), &[]));
    wire.run_secs(70);
    assert_eq!(
        wire.flow(),
        ["A>B INVITE +sdp", "B>A 486 INVITE", "A>B ACK"]
    );
    assert_eq!(wire.events(ALICE), ["Rejected 486"]);
    assert_eq!(wire.events(BOB), ["Ended by us: Declined"]);
    wire.assert_at_rest();
}

#[test]
fn the_caller_gives_up() {
    let mut wire = Wire::new(5);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_ms(50);
    wire.with(ALICE, 0, |s, ctx| {
        s.hangup(ctx, Some("SIP;cause=200;text=\"Call completed elsewhere\""))
    });
    wire.run_secs(70);
    assert_eq!(wire.events(ALICE), ["Progress 180", "Rejected 487"]);
    assert_eq!(
        wire.events(BOB),
        ["Cancelled [SIP;cause=200;text=\"Call completed elsewhere\"]"]
    );
    wire.assert_at_rest();
}

#[test]
fn nobody_there_is_a_rejection_with_408() {
    let mut wire = Wire::new(6);
    wire.drop_if = Some(Box::new(|_| true));
    wire.call(Some(sdp("alice")));
    wire.run_secs(70);
    assert_eq!(wire.events(ALICE), ["Rejected 408"]);
    wire.assert_at_rest();
}

#[test]
fn a_cancel_that_crosses_the_answer_is_followed_by_ack_and_bye() {
    let mut wire = Wire::new(7);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    let flow = wire.flow();
    assert!(flow.contains(&"A>B CANCEL"), "{flow:?}");
    assert!(flow.contains(&"A>B ACK"), "{flow:?}");
    assert!(flow.contains(&"A>B BYE"), "{flow:?}");
    assert_eq!(wire.events(ALICE), ["Progress 180", "Ended by us: Bye"]);
    assert_eq!(wire.events(BOB), ["AckArrived", "Ended by them: Bye"]);
    wire.assert_at_rest();
}

#[test]
fn both_hang_up_at_once() {
    let mut wire = Wire::talking(8);
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.with(BOB, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    assert_eq!(wire.count("200 BYE"), 2);
    assert_eq!(wire.events(ALICE), ["Ended by us: Bye"]);
    assert_eq!(wire.events(BOB), ["Ended by us: Bye"]);
    wire.assert_at_rest();
}

#[test]
fn a_lost_ack_is_sent_again_for_the_repeated_answer() {
    let mut wire = Wire::new(9);
    let mut acks = 0;
    wire.drop_if = Some(Box::new(move |m| {
        let is_ack = matches!(m, Message::Request(r) if r.method() == Method::Ack);
        acks += u32::from(is_ack);
        is_ack && acks <= 2
    }));
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_secs(5);
    assert_eq!(wire.count("200 INVITE"), 3);
    assert_eq!(wire.count("ACK"), 3);
    assert_eq!(wire.state(BOB), SessionState::Talking);
    assert_eq!(wire.events(ALICE), ["Answered sdp=bob"], "told once");
    hang_up_and_rest(&mut wire, ALICE);
}

/// A phone that takes an ACK with another branch for another request ends the call over it.
#[test]
fn the_ack_to_a_repeated_answer_is_the_same_ack() {
    let mut wire = Wire::new(17);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let acks = Rc::clone(&seen);
    wire.drop_if = Some(Box::new(move |message| match message {
        Message::Request(request) if request.method() == Method::Ack => {
            acks.borrow_mut().push(request.bytes().clone());
            acks.borrow().len() == 1
        }
        _ => false,
    }));
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_secs(5);
    let acks = seen.borrow();
    assert_eq!(acks.len(), 2);
    assert_eq!(acks[0], acks[1]);
}

#[test]
fn a_call_never_acknowledged_is_hung_up_after_64_t1() {
    let mut wire = Wire::new(10);
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Ack),
    ));
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_secs(31);
    assert_eq!(wire.state(BOB), SessionState::AwaitingAck);
    // At 0, 0.5, 1.5, 3.5 s and then every 4 s.
    assert_eq!(wire.count("200 INVITE"), 4 + 6);
    wire.run_secs(2);
    assert_eq!(wire.events(BOB), ["Ended by us: NoAck"]);
    wire.run_secs(70);
    assert_eq!(
        wire.events(ALICE),
        ["Answered sdp=bob", "Ended by them: Bye"]
    );
    wire.assert_at_rest();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    let mut wire = Wire::new(11);
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| {
        s.answer(ctx, Some(sdp("bob")), &[]);
        s.hangup(ctx, None);
        assert_eq!(s.state(), SessionState::AwaitingAckToHangUp);
    });
    wire.run_secs(70);
    let flow = wire.flow();
    let ack = flow.iter().position(|m| *m == "A>B ACK");
    let bye = flow.iter().position(|m| *m == "B>A BYE");
    assert!(ack.is_some() && ack < bye, "{flow:?}");
    assert_eq!(wire.events(BOB), ["Ended by us: Bye"]);
    wire.assert_at_rest();
}

#[test]
fn a_bye_nobody_answers_ends_all_the_same() {
    let mut wire = Wire::talking(12);
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Bye),
    ));
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_secs(70);
    assert!(wire.ends[ALICE].sessions[0].is_over());
    assert_eq!(wire.events(ALICE), ["Ended by us: Bye"]);
}

#[test]
fn a_delayed_offer_is_answered_in_the_ack() {
    let mut wire = Wire::new(13);
    wire.call(None);
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["Answered offer sdp=bob"]);
    assert_eq!(wire.count("ACK"), 0);
    assert_eq!(wire.state(ALICE), SessionState::AwaitingOurAnswer);
    wire.run_ms(700); // the 2xx is repeated meanwhile
    wire.with(ALICE, 0, |s, ctx| s.provide_answer(ctx, sdp("alice")));
    wire.run_ms(50);
    assert_eq!(wire.events(BOB), ["AckArrived sdp=alice"]);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    hang_up_and_rest(&mut wire, BOB);
}

#[test]
fn a_delayed_re_invite_is_answered_in_the_ack() {
    let mut wire = Wire::talking(14);
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, None, OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    assert_eq!(wire.events(BOB), ["Offer by INVITE"]);
    wire.with(BOB, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("bob2")), &[]));
    wire.run_ms(50);
    assert_eq!(wire.events(ALICE), ["OfferAnswered sdp=bob2"]);
    wire.with(ALICE, 0, |s, ctx| s.provide_answer(ctx, sdp("alice2")));
    wire.run_ms(50);
    assert_eq!(wire.events(BOB), ["AckArrived sdp=alice2"]);
    wire.with(BOB, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("next")), OfferVia::ReInvite, &[])
            .expect("settled")
    });
    hang_up_and_rest(&mut wire, BOB);
}

#[test]
fn glare_is_resolved_by_backing_off() {
    let mut wire = Wire::talking(15);
    for end in [ALICE, BOB] {
        wire.with(end, 0, |s, ctx| {
            s.offer(ctx, Some(sdp("mine")), OfferVia::ReInvite, &[])
                .expect("may offer")
        });
    }
    wire.run_ms(50);
    assert_eq!(wire.count("491 INVITE"), 2);
    let mut answered = 0;
    for _ in 0..100 {
        wire.run_ms(50);
        for end in [ALICE, BOB] {
            for event in wire.events(end) {
                match event.as_str() {
                    "Offer by INVITE sdp=mine" => {
                        wire.with(end, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("yes")), &[]));
                    }
                    "OfferAnswered sdp=yes" => answered += 1,
                    _ => {}
                }
            }
        }
    }
    assert_eq!(answered, 2, "{:#?}", wire.trace);
    hang_up_and_rest(&mut wire, ALICE);
}
