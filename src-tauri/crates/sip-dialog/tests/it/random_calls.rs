//! Whatever two people do, on whatever wire: once somebody hangs up and every timer has run out,
//! nothing is left at either end.

use crate::support::*;
use proptest::prelude::*;
use sip_dialog::{OfferVia, Reliable, SessionConfig, SessionEvent};
use sip_message::Method;

/// Something an end may do at any time, fitting or not.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Ring,
    RingWithDescription,
    Answer,
    Reject,
    ReInvite,
    DelayedReInvite,
    Update,
    Info,
    HangUp,
}

fn deed() -> impl Strategy<Value = Deed> {
    use Deed::*;
    prop_oneof![
        3 => Just(Ring),
        3 => Just(RingWithDescription),
        5 => Just(Answer),
        1 => Just(Reject),
        4 => Just(ReInvite),
        2 => Just(DelayedReInvite),
        3 => Just(Update),
        2 => Just(Info),
        1 => Just(HangUp),
    ]
}

fn act(wire: &mut Wire, end: usize, deed: Deed) {
    if wire.ends[end].sessions.is_empty() {
        return;
    }
    wire.with(end, 0, |s, ctx| match deed {
        Deed::Ring => s.ring(ctx, status(180), None, &[]),
        Deed::RingWithDescription => s.ring(ctx, status(183), Some(sdp("early")), &[]),
        Deed::Answer => s.answer(ctx, Some(sdp("answer")), &[]),
        Deed::Reject => s.reject(ctx, status(486), &[]),
        Deed::ReInvite => drop(s.offer(ctx, Some(sdp("new")), OfferVia::ReInvite, &[])),
        Deed::DelayedReInvite => drop(s.offer(ctx, None, OfferVia::ReInvite, &[])),
        Deed::Update => drop(s.offer(ctx, Some(sdp("up")), OfferVia::Update, &[])),
        Deed::Info => drop(s.send(ctx, Method::Info, None, &[])),
        Deed::HangUp => s.hangup(ctx, None),
    });
}

/// What an owner does about events: answers offers and requests, sometimes with a refusal.
/// Gives the number of last events seen.
fn react(wire: &mut Wire, lasts: &mut [usize; 2]) {
    for end in [ALICE, BOB] {
        for (session, event) in std::mem::take(&mut wire.ends[end].events) {
            let refuse = wire.below(8) == 0;
            if is_last(&event) && session == 0 {
                lasts[end] += 1;
            }
            wire.with(end, session, |s, ctx| match event {
                SessionEvent::Offer { .. } if refuse => s.reject_offer(ctx, status(488)),
                SessionEvent::Offer { .. } => s.accept_offer(ctx, Some(sdp("yes")), &[]),
                SessionEvent::Answered { is_offer: true, .. } => {
                    s.provide_answer(ctx, sdp("mine"));
                }
                SessionEvent::OfferAnswered { .. } | SessionEvent::Progress { .. } => {
                    s.provide_answer(ctx, sdp("mine"));
                }
                SessionEvent::Request { server, .. } => {
                    s.respond(ctx, server, status(200), None, &[]);
                }
                _ => {}
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_call_comes_to_rest(
        seed: u64,
        delayed: bool,
        reliable in 0..3u8,
        deeds in prop::collection::vec((0..2usize, deed(), 0..3_000u64), 0..30),
        last in 0..2usize,
    ) {
        let config = SessionConfig {
            reliable: match reliable {
                0 => Reliable::Off,
                1 => Reliable::Supported,
                _ => Reliable::Required,
            },
            session_expires: Some(90),
            ..SessionConfig::default()
        };
        let mut wire = Wire::with_config(seed, config);
        wire.weather = Weather { loss: 20, duplication: 20, jitter_ms: 400 };
        let mut lasts = [0; 2];
        wire.call((!delayed).then(|| sdp("offer")));
        for (end, deed, pause) in deeds {
            act(&mut wire, end, deed);
            for _ in 0..4 {
                wire.run_ms(pause / 4);
                react(&mut wire, &mut lasts);
            }
        }
        for _ in 0..30 {
            // Again and again: the call may reach Bob only after Alice has given it up.
            act(&mut wire, last, Deed::HangUp);
            act(&mut wire, 1 - last, Deed::HangUp);
            wire.run_secs(10);
            react(&mut wire, &mut lasts);
        }
        wire.assert_at_rest();
        for end in [ALICE, BOB] {
            if !wire.ends[end].sessions.is_empty() {
                prop_assert_eq!(lasts[end], 1, "{}", wire.trace.join("\n"));
            }
        }
    }
}
