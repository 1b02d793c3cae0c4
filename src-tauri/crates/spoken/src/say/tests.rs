use super::*;
use crate::words;
use proptest::prelude::*;
use std::fmt::Write as _;

/// German compounds are written together; English numbers with spaces and hyphens.
fn run_together(text: &str) -> String {
    text.split([' ', '-']).collect()
}

/// An independent spelling of numbers, by recursion instead of by columns.
fn spelled(lang: Lang, n: u32) -> String {
    match lang {
        Lang::En => english(n),
        Lang::De if n == 1_000_000 => "eineMillion".to_owned(),
        Lang::De => german(n, "eins"),
    }
}

fn english(n: u32) -> String {
    const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve \
        thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
    const TENS: &str = "- - twenty thirty forty fifty sixty seventy eighty ninety";
    let word = |list: &str, n: u32| list.split(' ').nth(n as usize).unwrap().to_owned();
    let and_rest = |n| if n == 0 { String::new() } else { english(n) };
    match n {
        0..20 => word(SMALL, n),
        20..100 => word(TENS, n / 10) + &and_rest(n % 10),
        100..1_000 => english(n / 100) + "hundred" + &and_rest(n % 100),
        1_000..1_000_000 => english(n / 1_000) + "thousand" + &and_rest(n % 1_000),
        _ => english(n / 1_000_000) + "million" + &and_rest(n % 1_000_000),
    }
}

/// `one` is the form of a final one.
fn german(n: u32, one: &str) -> String {
    const UNITS: [&str; 13] = [
        "null", "", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
        "elf", "zwölf",
    ];
    let rest = |n, one| {
        if n == 0 {
            String::new()
        } else {
            german(n, one)
        }
    };
    match n {
        1 => one.to_owned(),
        0..13 => UNITS[n as usize].to_owned(),
        16 => "sechzehn".to_owned(),
        17 => "siebzehn".to_owned(),
        13..20 => german(n - 10, "") + "zehn",
        20..100 => {
            let tens = match n / 10 {
                2 => "zwanzig".to_owned(),
                3 => "dreißig".to_owned(),
                6 => "sechzig".to_owned(),
                7 => "siebzig".to_owned(),
                tens => german(tens, "") + "zig",
            };
            match n % 10 {
                0 => tens,
                unit => german(unit, "ein") + "und" + &tens,
            }
        }
        100..1_000 => german(n / 100, "ein") + "hundert" + &rest(n % 100, one),
        1_000..1_000_000 => german(n / 1_000, "ein") + "tausend" + &rest(n % 1_000, one),
        1_000_000..2_000_000 => "eineMillion".to_owned() + &rest(n % 1_000_000, one),
        _ => german(n / 1_000_000, "eine") + "Millionen" + &rest(n % 1_000_000, one),
    }
}

fn check(lang: Lang, n: u32) {
    let said = words(lang, &number(lang, n));
    assert_eq!(run_together(&said), spelled(lang, n), "{n} in {lang:?}");
}

#[test]
fn every_number_below_thirty_thousand_is_said_as_it_is_spelled() {
    for lang in Lang::ALL {
        (0..30_000).for_each(|n| check(lang, n));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]
    #[test]
    fn every_number_is_said_as_it_is_spelled(n in 0..=MAX_NUMBER) {
        Lang::ALL.into_iter().for_each(|lang| check(lang, n));
    }

    #[test]
    fn round_numbers_too(n in 0u32..=999, zeros in 0u32..=2, more in 0u32..=1) {
        let n = n * 1_000u32.pow(zeros) + more;
        Lang::ALL.into_iter().for_each(|lang| check(lang, n.min(MAX_NUMBER)));
    }

    #[test]
    fn every_day_and_time_can_be_said(days in -800_000i32..800_000, from in -800_000i32..800_000, second in 0u32..86_400) {
        let day = |days| NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        let at = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        for lang in Lang::ALL {
            prop_assert!(moment(lang, day(days), at, day(from)).len() >= 3);
        }
    }

    #[test]
    fn every_telephone_number_keeps_its_keys(number in "[0-9*#+ ()/.-]{0,60}") {
        let keys = |pieces: Vec<Piece>| -> Vec<Piece> {
            pieces.into_iter().filter(|piece| matches!(piece, Piece::Phrase(_))).collect()
        };
        prop_assert_eq!(keys(telephone(&number)), digits(&number));
    }
}

#[test]
fn a_number_too_great_is_said_digit_by_digit() {
    assert_eq!(number(Lang::De, 1_000_000_000), digits("1000000000"));
}

#[test]
fn examples_in_both_languages() {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let at = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap();
    let today = day(2026, 11, 18); // a Wednesday
    let mut told = String::new();
    for lang in Lang::ALL {
        writeln!(told, "— {lang:?}").unwrap();
        let mut tell = |what: &str, pieces: Vec<Piece>| {
            writeln!(told, "{what}: {}", words(lang, &pieces)).unwrap();
        };
        for n in [
            0,
            1,
            11,
            21,
            100,
            101,
            345,
            1_000,
            1_001,
            21_000,
            101_000,
            1_000_000,
            2_000_001,
            999_999_999,
        ] {
            tell(&n.to_string(), number(lang, n));
        }
        for noun in [Noun::NewMessage, Noun::Caller, Noun::Minute] {
            for n in [0, 1, 3, 21] {
                tell(&format!("{n} {noun:?}"), count(lang, n, noun));
            }
        }
        for seconds in [0, 1, 59, 60, 61, 130, 3_600, 3_660, 7_325] {
            tell(
                &format!("{seconds} s"),
                duration(lang, Duration::from_secs(seconds)),
            );
        }
        for other in [
            day(2026, 11, 18),
            day(2026, 11, 17),
            day(2026, 11, 19),
            day(2026, 11, 13),
            day(2026, 11, 23),
            day(2026, 11, 25),
            day(2026, 3, 3),
            day(2027, 1, 31),
            day(2009, 5, 1),
            day(1990, 12, 24),
            day(1900, 1, 1),
            day(2000, 1, 1),
        ] {
            tell(&other.to_string(), date(lang, other, today));
        }
        for (h, m) in [
            (0, 0),
            (0, 5),
            (1, 0),
            (9, 10),
            (12, 0),
            (12, 30),
            (13, 1),
            (23, 59),
        ] {
            tell(&format!("{h}:{m:02}"), time(lang, at(h, m)));
        }
        tell("moment", moment(lang, day(2026, 11, 16), at(9, 10), today));
        tell("*9#", digits("*9#"));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_telephone_number_is_said_in_groups() {
    let groups = |number: &str| -> String {
        let chars = telephone(number).into_iter().map(|piece| match piece {
            Piece::Phrase(key) => match key.id().strip_prefix("number-") {
                Some(digit) => digit.to_owned(),
                None => "+".to_owned(),
            },
            Piece::Pause(_) => " ".to_owned(),
        });
        chars.collect()
    };
    assert_eq!(groups("101"), "101");
    assert_eq!(groups("2014"), "20 14");
    assert_eq!(groups("03012345"), "030 123 45");
    assert_eq!(groups("0301234567"), "030 123 45 67");
    assert_eq!(groups("+49 (30) 1234-5"), "+49 30 1234 5");
    assert_eq!(groups("no number"), "");
}
