//! What reading and writing a number costs.

use criterion::{Criterion, criterion_group, criterion_main};
use numbering::{Dialling, read, show};
use office::{Country, PhoneNumber};
use std::hint::black_box;

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

criterion_group!(benches, reading);
criterion_main!(benches);
