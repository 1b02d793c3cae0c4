//! Session timers between two sessions (RFC 4028).

use crate::support::*;
use sip_dialog::{SessionConfig, SessionState};
use sip_message::{HeaderName, Message, Method};

fn every(seconds: u32) -> SessionConfig {
    SessionConfig {
        session_expires: Some(seconds),
        ..SessionConfig::default()
    }
}

fn without_update(mut config: SessionConfig) -> SessionConfig {
    config.allow.retain(|m| *m != Method::Update);
    config
}

#[test]
fn the_caller_refreshes_by_update_at_half_the_interval() {
    let mut wire = Wire::talking_with(1, every(100));
    wire.run_secs(220);
    let updates: Vec<_> = wire
        .trace
        .iter()
        .filter(|line| line.contains("UPDATE"))
        .map(|line| line.split_once(' ').map_or("", |(_, what)| what))
        .collect();
    assert_eq!(
        updates,
        ["A>B UPDATE", "B>A 200 UPDATE"].repeat(4),
        "{:#?}",
        wire.trace
    );
    assert_eq!(wire.state(BOB), SessionState::Talking);
    assert!(wire.events(BOB).is_empty(), "nobody is bothered");
}

#[test]
fn a_peer_without_update_is_refreshed_by_re_invite_with_the_same_description() {
    let mut wire = Wire::talking_with(2, without_update(every(100)));
    for _ in 0..600 {
        wire.run_ms(100);
        for event in wire.events(BOB) {
            if event == "Offer by INVITE sdp=alice" {
                wire.with(BOB, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("bob")), &[]));
            }
        }
    }
    assert_eq!(wire.count("A>B INVITE +sdp"), 1);
    assert!(wire.events(ALICE).is_empty(), "the same answer is no news");
    assert_eq!(wire.state(ALICE), SessionState::Talking);
}

#[test]
fn a_changed_answer_to_a_refresh_is_told() {
    let mut wire = Wire::talking_with(3, without_update(every(100)));
    for _ in 0..600 {
        wire.run_ms(100);
        if !wire.events(BOB).is_empty() {
            wire.with(BOB, 0, |s, ctx| {
                s.accept_offer(ctx, Some(sdp("other")), &[])
            });
        }
    }
    assert_eq!(wire.events(ALICE), ["Redescribed"]);
}

#[test]
fn a_far_end_that_stops_refreshing_is_hung_up_before_the_session_expires() {
    let mut wire = Wire::talking_with(4, every(90));
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Update),
    ));
    // min(32 s, 90 s / 3) before the end.
    wire.run_ms(59_500);
    assert_eq!(wire.state(BOB), SessionState::Talking);
    wire.run_secs(1);
    assert_eq!(wire.events(BOB), ["Ended by us: SessionTimer"]);
    wire.run_secs(40);
    assert_eq!(
        wire.events(ALICE),
        ["Ended by them: Bye [SIP;cause=408;text=\"Session expired\"]"]
    );
}

#[test]
fn a_refresh_nobody_answers_ends_the_call() {
    let mut wire = Wire::talking_with(5, every(180));
    wire.drop_if = Some(Box::new(|_| true));
    wire.run_secs(90 + 33);
    assert_eq!(wire.events(ALICE), ["Ended by us: Timeout"]);
    wire.run_secs(200);
    wire.assert_at_rest();
}

#[test]
fn an_interval_too_short_is_asked_again_as_422_says() {
    let mut wire = Wire::with_config(6, every(100));
    wire.ends[BOB].config.min_se = 600;
    wire.ends[BOB].config.session_expires = None;
    wire.call(Some(sdp("alice")));
    wire.run_ms(50);
    wire.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
    wire.run_ms(100);
    assert_eq!(
        wire.flow(),
        [
            "A>B INVITE +sdp",
            "B>A 422 INVITE",
            "A>B ACK",
            "A>B INVITE +sdp",
            "B>A 200 INVITE +sdp",
            "A>B ACK"
        ]
    );
    wire.trace.clear();
    wire.run_secs(301);
    assert_eq!(wire.flow(), ["A>B UPDATE", "B>A 200 UPDATE"]);
    assert_eq!(wire.ends[BOB].refused.len(), 1);
    assert!(wire.ends[BOB].refused[0].headers().has(HeaderName::MinSe));
}

#[test]
fn a_callee_alone_may_want_a_timer() {
    let mut wire = Wire::with_config(
        7,
        SessionConfig {
            session_expires: None,
            ..SessionConfig::default()
        },
    );
    wire.ends[BOB].config.session_expires = Some(100);
    wire.talk();
    wire.run_secs(51);
    // The caller supports timers, so it is asked to refresh.
    assert_eq!(wire.flow(), ["A>B UPDATE", "B>A 200 UPDATE"]);
}

#[test]
fn without_anybodys_wish_there_is_no_timer() {
    let config = SessionConfig {
        session_expires: None,
        ..SessionConfig::default()
    };
    let mut wire = Wire::talking_with(8, config);
    wire.run_secs(40);
    for end in [ALICE, BOB] {
        assert_eq!(wire.ends[end].sessions[0].next_timeout(), None);
    }
    wire.run_secs(100_000);
    assert!(wire.trace.is_empty());
}

#[test]
fn a_re_invite_of_the_other_side_refreshes_too() {
    let mut wire = Wire::talking_with(9, every(100));
    wire.run_secs(40);
    wire.with(BOB, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("hold")), sip_dialog::OfferVia::ReInvite, &[])
            .expect("may offer")
    });
    wire.run_ms(50);
    wire.with(ALICE, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("ok")), &[]));
    wire.run_secs(30);
    assert_eq!(
        wire.count("UPDATE"),
        0,
        "the half is counted from the re-INVITE"
    );
    wire.run_secs(21);
    assert_eq!(
        wire.count("A>B UPDATE"),
        1,
        "the caller is still the refresher"
    );
}

#[test]
fn news_by_update_keep_the_timer_running() {
    let mut wire = Wire::talking_with(10, every(100));
    wire.run_secs(40);
    let name = [(
        "P-Asserted-Identity".to_owned(),
        bytes::Bytes::from_static(b"\"Carol\" <sip:carol@example.com>"),
    )];
    wire.with(ALICE, 0, |s, ctx| s.send(ctx, Method::Update, None, &name));
    wire.run_ms(100);
    assert_eq!(wire.events(ALICE), ["Response 200"]);
    assert!(wire.events(BOB).is_empty(), "no offer, nothing to ask");
    wire.run_secs(45);
    assert_eq!(wire.count("A>B UPDATE"), 1, "it counts as a refresh");
    wire.run_secs(10);
    assert_eq!(wire.count("A>B UPDATE"), 2);
}
