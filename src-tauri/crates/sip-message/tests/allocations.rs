//! How often parsing asks for memory: a budget, because it is what parsing costs most.

use bytes::Bytes;
use sip_message::{Message, Request, header::*};
use std::{fs, hint::black_box, path::PathBuf};

fn everyday(name: &str) -> Bytes {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/protocol/everyday")
        .join(name);
    let wire = Bytes::from(fs::read(path).unwrap());
    drop(wire.clone()); // the first clone of a vector's bytes makes them shared
    wire
}

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn parsing_allocates_at_most_twice() {
    for name in ["invite.dat", "register.dat", "ok.dat"] {
        let wire = everyday(name);
        let count = allocations(|| {
            black_box(Message::parse(black_box(wire.clone())).unwrap());
        });
        assert!(count <= 2, "{name}: {count}");
    }
}

#[test]
fn reading_the_headers_of_a_call_allocates_nothing() {
    let request = Request::parse(everyday("invite.dat")).unwrap();
    let count = allocations(|| {
        let headers = request.headers();
        black_box(headers.get::<Via>().unwrap());
        black_box(headers.get::<From>().unwrap());
        black_box(headers.get::<To>().unwrap());
        black_box(headers.get::<CallId>().unwrap());
        black_box(headers.get::<CSeq>().unwrap());
        black_box(headers.get::<Contact>().unwrap());
        black_box(request.uri().unwrap());
        black_box(request.flaw());
    });
    assert_eq!(count, 0);
}
