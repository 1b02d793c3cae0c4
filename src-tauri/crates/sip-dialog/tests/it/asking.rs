//! Asking whether the far end is still there.

use crate::support::*;
use sip_dialog::{SessionConfig, SessionState};
use sip_message::{Message, Method};

fn without_update() -> SessionConfig {
    let mut config = SessionConfig::default();
    config.allow.retain(|method| *method != Method::Update);
    config
}

#[test]
fn a_far_end_that_is_there_says_so_and_nobody_is_bothered() {
    for (config, asked) in [
        (SessionConfig::default(), "A>B UPDATE"),
        (without_update(), "A>B OPTIONS"),
    ] {
        let mut wire = Wire::talking_with(1, config);
        wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
        // While it is being asked, it is not asked again.
        wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
        wire.run_secs(1);
        assert_eq!(wire.count(asked), 1, "{:#?}", wire.trace);
        wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
        wire.run_secs(1);
        assert_eq!(wire.count(asked), 2, "{:#?}", wire.trace);
        assert!(wire.events(ALICE).is_empty());
        assert!(wire.events(BOB).is_empty());
        assert_eq!(wire.state(ALICE), SessionState::Talking);
    }
}

#[test]
fn a_far_end_that_says_nothing_is_gone() {
    // To an UPDATE and then to OPTIONS, or to OPTIONS.
    for (config, waits) in [(SessionConfig::default(), 64), (without_update(), 32)] {
        let mut wire = Wire::talking_with(2, config);
        wire.drop_if = Some(Box::new(|_| true));
        wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
        wire.run_secs(waits - 1);
        assert_eq!(wire.state(ALICE), SessionState::Talking);
        wire.run_secs(2);
        assert_eq!(wire.events(ALICE), ["Ended by us: Timeout"]);
        // The far end, if it is there after all, finds out by its session timer.
        wire.run_secs(2_000);
        wire.assert_at_rest();
    }
}

#[test]
fn a_far_end_that_passes_over_an_update_without_an_offer_is_there_all_the_same() {
    let mut wire = Wire::talking_with(4, SessionConfig::default());
    wire.drop_if = Some(Box::new(
        |m| matches!(m, Message::Request(r) if r.method() == Method::Update),
    ));
    wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
    wire.run_secs(40);
    assert_eq!(wire.count("A>B OPTIONS"), 1, "{:#?}", wire.trace);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    assert!(wire.events(ALICE).is_empty());
    // It is not kept waiting for that another time.
    wire.with(ALICE, 0, |s, ctx| s.ask(ctx));
    wire.run_secs(1);
    assert_eq!(wire.count("A>B OPTIONS"), 2, "{:#?}", wire.trace);
}

#[test]
fn a_far_end_without_update_is_asked_by_name_with_its_description() {
    let mut wire = Wire::talking_with(3, without_update());
    wire.with(ALICE, 0, |s, ctx| s.ask_by_name(ctx));
    wire.run_ms(100);
    assert_eq!(wire.count("A>B INVITE +sdp"), 1, "{:#?}", wire.trace);
    assert_eq!(wire.count("A>B OPTIONS"), 0);
}
