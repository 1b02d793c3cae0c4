//! SUBSCRIBE and NOTIFY between a subscriber and a notifier (RFC 6665).

use crate::support::*;
use bytes::Bytes;
use proptest::prelude::*;
use sip_dialog::{
    Ctx,
    ext::events::{
        Notifier, NotifierEvent, Subscribe, Subscriber, SubscriberEvent, SubscriberState,
    },
};
use sip_message::{
    Message, Method,
    header::{Event, NameAddr, SubState},
};
use sip_transaction::Destination;
use sip_transport::{Target, Transport};

fn subscribe(wire: &mut Wire, expires: u32) {
    let me = uri(&format!("sip:alice@{}", addr(ALICE)));
    let lamp = uri(&format!("sip:bob@{}", addr(BOB)));
    let subscribe = Subscribe {
        request_uri: lamp.clone(),
        from: NameAddr::new(me.clone()),
        to: NameAddr::new(lamp),
        contact: me,
        routes: Vec::new(),
        event: Event::new("dialog"),
        expires,
        headers: vec![(
            "Accept".to_owned(),
            Bytes::from_static(b"application/dialog-info+xml"),
        )],
    };
    let to = Destination::Target(Target {
        transport: Transport::Udp,
        addr: addr(BOB),
        server_name: None,
    });
    let end = &mut wire.ends[ALICE];
    let mut ctx = Ctx {
        now: wire.now,
        endpoint: &mut end.endpoint,
    };
    end.subscribers
        .push(Subscriber::subscribe(&mut ctx, to, subscribe));
    wire.flush();
}

fn notifier(wire: &mut Wire, act: impl FnOnce(&mut Notifier, &mut Ctx<'_>)) {
    let end = &mut wire.ends[BOB];
    let mut ctx = Ctx {
        now: wire.now,
        endpoint: &mut end.endpoint,
    };
    act(end.notifiers.last_mut().expect("a subscription"), &mut ctx);
    wire.flush();
}

fn subscriber(wire: &mut Wire, act: impl FnOnce(&mut Subscriber, &mut Ctx<'_>)) {
    let end = &mut wire.ends[ALICE];
    let mut ctx = Ctx {
        now: wire.now,
        endpoint: &mut end.endpoint,
    };
    act(
        end.subscribers.last_mut().expect("a subscription"),
        &mut ctx,
    );
    wire.flush();
}

fn tell(wire: &mut Wire, state: &'static str) {
    notifier(wire, |n, ctx| {
        n.notify(
            ctx,
            Some(("text/plain", Bytes::from_static(state.as_bytes()))),
        );
    });
}

/// Runs in steps and sends the state whenever the notifier wants it.
fn run_telling(wire: &mut Wire, seconds: u64) {
    for _ in 0..seconds * 5 {
        wire.run_ms(200);
        if std::mem::take(&mut wire.ends[BOB].notified).contains(&NotifierEvent::StateWanted) {
            tell(wire, "state");
        }
    }
}

fn news(wire: &mut Wire) -> Vec<String> {
    let news = std::mem::take(&mut wire.ends[ALICE].news);
    let words = news.iter().map(|event| match event {
        SubscriberEvent::Notified { state, request } => {
            let body = String::from_utf8_lossy(&request.body()).into_owned();
            match state {
                SubState::Terminated => format!("terminated {body}"),
                _ => body,
            }
        }
        SubscriberEvent::Challenged { .. } => "challenged".to_owned(),
        SubscriberEvent::Lost { reason, retry_in } => {
            let reason = reason.as_ref().map(|r| r.to_string());
            format!("lost {} {retry_in:?}", reason.unwrap_or_default())
        }
        SubscriberEvent::Ended { status, reason } => {
            let reason = reason.as_ref().map(|r| r.to_string());
            format!(
                "ended {:?} {}",
                status.map(|s| s.code()),
                reason.unwrap_or_default()
            )
        }
    });
    words.collect()
}

fn subscribed(seed: u64, expires: u32) -> Wire {
    let mut wire = Wire::new(seed);
    subscribe(&mut wire, expires);
    run_telling(&mut wire, 1);
    assert_eq!(news(&mut wire), ["state"]);
    wire
}

fn assert_over(wire: &Wire) {
    assert!(wire.ends[ALICE].subscribers.iter().all(Subscriber::is_over));
    assert!(wire.ends[BOB].notifiers.iter().all(Notifier::is_over));
    wire.assert_at_rest();
}

#[test]
fn a_change_is_told_and_the_end_is_confirmed() {
    let mut wire = subscribed(1, 3600);
    tell(&mut wire, "ringing");
    wire.run_secs(1);
    assert_eq!(news(&mut wire), ["ringing"]);
    subscriber(&mut wire, |s, ctx| s.unsubscribe(ctx));
    run_telling(&mut wire, 2);
    assert_eq!(news(&mut wire), ["terminated state", "ended None timeout"]);
    run_telling(&mut wire, 60);
    assert_over(&wire);
}

#[test]
fn changes_during_an_unanswered_notify_are_told_as_one() {
    let mut wire = subscribed(2, 3600);
    for state in ["ringing", "talking", "idle"] {
        tell(&mut wire, state);
    }
    wire.run_secs(1);
    assert_eq!(news(&mut wire), ["ringing", "idle"]);
}

#[test]
fn a_subscription_is_refreshed_before_it_expires() {
    let mut wire = subscribed(3, 400);
    run_telling(&mut wire, 1000);
    // At 300 s, 600 s and 900 s.
    assert_eq!(wire.count("A>B SUBSCRIBE"), 1 + 3);
    assert_eq!(news(&mut wire), ["state", "state", "state"]);
    assert_eq!(
        wire.ends[ALICE].subscribers[0].state(),
        SubscriberState::Active
    );
}

#[test]
fn too_short_an_interval_is_asked_for_again_as_the_notifier_wants_it() {
    let mut wire = Wire::new(4);
    subscribe(&mut wire, 10);
    run_telling(&mut wire, 1);
    assert_eq!(wire.count("423 SUBSCRIBE"), 1);
    assert_eq!(news(&mut wire), ["state"]);
}

#[test]
fn an_expired_subscription_ends_with_a_last_notify() {
    let mut wire = subscribed(5, 100);
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Subscribe),
    ));
    wire.run_secs(101);
    assert!(wire.ends[BOB].notified.contains(&NotifierEvent::Ended));
    let lost = news(&mut wire);
    assert!(lost.iter().any(|n| n.starts_with("lost")), "{lost:?}");
}

#[test]
fn a_notifier_that_forgot_us_is_subscribed_anew() {
    let mut wire = subscribed(6, 100);
    wire.ends[BOB].notifiers.clear();
    run_telling(&mut wire, 80);
    assert_eq!(wire.count("481 SUBSCRIBE"), 1);
    assert_eq!(news(&mut wire), ["lost  1s", "state"]);
    assert_eq!(wire.ends[BOB].notifiers.len(), 1);
}

#[test]
fn the_reason_of_the_end_says_whether_to_subscribe_anew() {
    for (reason, retry_after, expected) in [
        ("deactivated", None, "lost deactivated 1s"),
        ("timeout", None, "lost timeout 1s"),
        ("probation", Some(45), "lost probation 45s"),
        ("giveup", None, "lost giveup 30s"),
        ("noresource", None, "ended None noresource"),
        ("rejected", None, "ended None rejected"),
        ("invariant", None, "ended None invariant"),
    ] {
        let mut wire = subscribed(7, 3600);
        notifier(&mut wire, |n, ctx| {
            n.terminate(ctx, reason, retry_after, None)
        });
        wire.run_ms(100);
        assert_eq!(news(&mut wire), ["terminated ", expected], "{reason}");
        let again = expected.starts_with("lost");
        run_telling(&mut wire, 50);
        assert_eq!(wire.ends[BOB].notifiers.len() == 2, again, "{reason}");
    }
}

#[test]
fn a_notify_nobody_answers_ends_the_subscription() {
    let mut wire = subscribed(8, 3600);
    wire.drop_if = Some(Box::new(|_| true));
    tell(&mut wire, "lost");
    wire.run_secs(33);
    assert!(wire.ends[BOB].notified.contains(&NotifierEvent::Ended));
    assert!(wire.ends[BOB].notifiers[0].client().is_none());
}

#[test]
fn without_a_notify_the_subscription_fails_by_timer_n() {
    let mut wire = Wire::new(9);
    subscribe(&mut wire, 3600);
    wire.run_secs(33);
    assert_eq!(news(&mut wire), ["ended None "]);
}

#[test]
fn a_notify_may_arrive_before_the_answer() {
    let mut wire = Wire::new(10);
    let mut answers = 0;
    wire.drop_if = Some(Box::new(move |m| {
        let hit = matches!(m, Message::Response(r) if r.cseq().is_ok_and(|c| c.method == Method::Subscribe));
        answers += u32::from(hit);
        hit && answers == 1
    }));
    subscribe(&mut wire, 3600);
    run_telling(&mut wire, 2);
    assert_eq!(news(&mut wire), ["state"]);
    subscriber(&mut wire, |s, ctx| s.unsubscribe(ctx));
    run_telling(&mut wire, 60);
    assert_over(&wire);
}

#[test]
fn a_one_time_look_gets_one_notify() {
    let mut wire = Wire::new(11);
    subscribe(&mut wire, 0);
    run_telling(&mut wire, 2);
    assert_eq!(
        news(&mut wire).first().map(String::as_str),
        Some("terminated state")
    );
    run_telling(&mut wire, 60);
    assert_eq!(wire.count("B>A NOTIFY"), 1);
    assert!(wire.ends[BOB].notifiers[0].is_over());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_subscription_comes_to_rest(
        seed: u64,
        changes in prop::collection::vec(0..20_000u64, 0..20),
    ) {
        let mut wire = Wire::new(seed);
        wire.weather = Weather { loss: 20, duplication: 20, jitter_ms: 400 };
        subscribe(&mut wire, 90);
        run_telling(&mut wire, 2);
        for pause in changes {
            wire.run_ms(pause);
            run_telling(&mut wire, 1);
            if !wire.ends[BOB].notifiers.is_empty() {
                tell(&mut wire, "changed");
            }
        }
        subscriber(&mut wire, |s, ctx| s.unsubscribe(ctx));
        run_telling(&mut wire, 300);
        let over = wire.ends[ALICE].subscribers.iter().all(Subscriber::is_over)
            && wire.ends[BOB].notifiers.iter().all(Notifier::is_over);
        prop_assert!(over, "{}\n{:#?}", wire.trace.join("\n"), wire.ends[ALICE].subscribers);
        let counts = [ALICE, BOB].map(|end| wire.ends[end].endpoint.counts());
        prop_assert!(counts.iter().all(|c| (c.client, c.server) == (0, 0)), "{counts:?}");
    }
}
