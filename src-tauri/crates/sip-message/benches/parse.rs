//! Parsing, reading and printing an everyday INVITE and REGISTER, beside rsip.

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use sip_message::{Request, Response, StatusCode, header::*};
use std::{fs, hint::black_box, path::PathBuf};

fn everyday(name: &str) -> Bytes {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/protocol/everyday")
        .join(name);
    let wire = fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let wire = Bytes::from(wire);
    drop(wire.clone()); // the first clone of a vector's bytes makes them shared
    wire
}

fn read_typed(request: &Request) {
    let headers = request.headers();
    black_box(headers.get::<Via>().ok());
    black_box(headers.get::<From>().ok());
    black_box(headers.get::<To>().ok());
    black_box(headers.get::<CallId>().ok());
    black_box(headers.get::<CSeq>().ok());
    black_box(headers.get::<Contact>().ok());
}

fn parse(c: &mut Criterion) {
    for (name, file) in [("invite", "invite.dat"), ("register", "register.dat")] {
        let wire = everyday(file);
        let request = Request::parse(wire.clone()).ok();
        let Some(request) = request else {
            panic!("{file} does not parse")
        };
        let mut group = c.benchmark_group(name);
        group.bench_function("parse", |b| {
            b.iter(|| Request::parse(black_box(wire.clone())));
        });
        group.bench_function("typed", |b| b.iter(|| read_typed(black_box(&request))));
        group.bench_function("flaw", |b| b.iter(|| black_box(&request).flaw()));
        group.bench_function("edit", |b| {
            b.iter(|| black_box(&request).edit().set(&MaxForwards(69)).build());
        });
        group.bench_function("answer", |b| {
            b.iter(|| {
                Response::to(black_box(&request), StatusCode::OK)
                    .to_tag("t")
                    .build()
            });
        });
        group.bench_function("rsip parse", |b| {
            b.iter(|| rsip::Request::try_from(black_box(wire.as_ref())).ok());
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1))
        .sample_size(30);
    targets = parse
}
criterion_main!(benches);
