//! What a whole call costs: INVITE, 180, 200, ACK, BYE, 200 between two sessions over two
//! endpoints, the simulated wire included.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/support.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use sip_dialog::{OfferVia, Session};
use std::hint::black_box;
use support::*;

fn calls(c: &mut Criterion) {
    let mut wire = Wire::new(1);
    c.bench_function("call, both ends", |b| {
        b.iter(|| {
            wire.ends[ALICE].sessions.clear();
            wire.ends[BOB].sessions.clear();
            wire.talk();
            wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
            wire.run_ms(50);
            black_box(wire.state(BOB))
        });
    });
    let mut wire = Wire::talking(2);
    c.bench_function("re-INVITE, both ends", |b| {
        b.iter(|| {
            wire.with(ALICE, 0, |s, ctx| {
                s.offer(ctx, Some(sdp("hold")), OfferVia::ReInvite, &[])
                    .expect("may offer")
            });
            wire.run_ms(50);
            wire.with(BOB, 0, |s, ctx| s.accept_offer(ctx, Some(sdp("held")), &[]));
            wire.run_ms(50);
            wire.trace.clear();
            wire.events(ALICE).len() + wire.events(BOB).len()
        });
    });
    println!("a session is {} bytes", size_of::<Session>());
}

criterion_group!(benches, calls);
criterion_main!(benches);
