//! What reading and writing a number costs, in time and in memory.

use criterion::{Criterion, criterion_group, criterion_main};
use numbering::{Dialling, Outside, read, show};
use office::{Country, PhoneNumber};
use std::hint::black_box;
use std::time::Instant;

fn reading(c: &mut Criterion) {
    let country = |code: &str| Country::parse(code).expect("a country");
    let (germany, america) = (country("DE"), country("US"));
    let german = Dialling {
        country: Some(&germany),
        area: Some("30"),
        outside_prefix: Some("0"),
    };
    let american = Dialling {
        country: Some(&america),
        area: None,
        outside_prefix: Some("9"),
    };
    let cases = [
        ("emergency", "0112", german),
        ("at home", "0030 901820", german),
        ("abroad", "000442079460000", german),
        ("long pattern", "9 1 212 555 0123", american),
        ("junk", "030\u{202E}123456789012345678901234567890", german),
    ];
    for (name, dialled, at) in cases {
        c.bench_function(&format!("read {name}"), |b| {
            b.iter(|| read(black_box(dialled), &at))
        });
    }
    let number = PhoneNumber::parse("+493090182000").expect("a number");
    c.bench_function("show", |b| {
        b.iter(|| show(black_box(&number), Some(&germany)))
    });
}

/// How much the process grows by reading and showing a number of every country, how long the first
/// takes and how long the slowest. Printed only.
fn memory(_: &mut Criterion) {
    let codes: Vec<Country> = Country::codes()
        .filter_map(|code| Country::parse(code).ok())
        .collect();
    let before = resident_kb();
    let mut times = Vec::with_capacity(4 * codes.len());
    for country in &codes {
        let at = Dialling {
            country: Some(country),
            ..Dialling::default()
        };
        for dialled in ["+4930901820", "0301234567", "9175550123", "00442079460000"] {
            let begun = Instant::now();
            if let Outside::Number(found) = read(dialled, &at) {
                black_box(show(&found.number, Some(country)));
            }
            times.push(begun.elapsed());
        }
    }
    let grown = resident_kb().saturating_sub(before);
    let (first, slowest) = (times.first(), times.iter().max());
    println!("first {first:?}, slowest {slowest:?}, {grown} kB more");
}

/// Memory of this process; 0 where Linux does not tell.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

criterion_group!(benches, memory, reading);
criterion_main!(benches);
