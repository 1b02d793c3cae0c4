//! What holds for every country, every number and every text.

use numbering::{
    Dialling, NumberKind, Outside, WhyNot, emergency, emergency_numbers, kind_of, limits,
    normalise_incoming, read, show, write,
};
use office::{Country, NumberFormat, PhoneNumber};
use proptest::prelude::*;

const FORMATS: [NumberFormat; 4] = [
    NumberFormat::PlusE164,
    NumberFormat::Digits,
    NumberFormat::AsDialled,
    NumberFormat::InternationalPrefix,
];

fn countries() -> Vec<Country> {
    Country::codes()
        .map(|code| Country::parse(code).unwrap())
        .collect()
}

fn any_country() -> impl Strategy<Value = Country> {
    prop::sample::select(countries())
}

/// A number that is given out somewhere: an example of the plans, its last digits changed.
fn any_number() -> impl Strategy<Value = PhoneNumber> {
    let numbers: Vec<String> = examples().into_iter().map(|(_, number)| number).collect();
    (prop::sample::select(numbers), 0_u32..1_000).prop_filter_map("no number", |(number, tail)| {
        let kept = number.len().saturating_sub(3);
        PhoneNumber::parse(&format!("{}{tail:03}", &number[..kept])).ok()
    })
}

/// The examples of the plans: which country, and the number.
fn examples() -> Vec<(String, String)> {
    let file = include_str!("../../../../assets/numbering/imported/plans.toml");
    let plans: toml::Table = toml::from_str(file).unwrap();
    let mut all = Vec::new();
    for plan in plans["plan"].as_array().unwrap() {
        let country = plan
            .get("country")
            .and_then(|country| country.as_str())
            .unwrap_or_default();
        let code = plan["code"].as_integer().unwrap();
        for example in plan
            .get("examples")
            .and_then(|all| all.as_table())
            .into_iter()
            .flatten()
        {
            all.push((
                country.to_owned(),
                format!("+{code}{}", example.1.as_str().unwrap()),
            ));
        }
    }
    all
}

fn number_in(outside: Outside) -> Option<PhoneNumber> {
    match outside {
        Outside::Number(found) => Some(found.number),
        _ => None,
    }
}

#[test]
fn every_example_is_read_back_from_every_way_it_is_written() {
    let mut tried = 0;
    for (home, example) in examples() {
        let number = PhoneNumber::parse(&example).unwrap();
        for country in [home.as_str(), "DE", "US", "GB"] {
            let Ok(country) = Country::parse(country) else {
                continue;
            };
            let at = Dialling {
                country: Some(&country),
                ..Dialling::default()
            };
            for format in [NumberFormat::PlusE164, NumberFormat::AsDialled] {
                let written = write(&number, format, Some(&country));
                if emergency(&written, &at).is_some() {
                    continue;
                }
                let back = number_in(read(&written, &at));
                assert_eq!(back.as_ref(), Some(&number), "{written} in {country}");
                tried += 1;
            }
            let shown = show(&number, Some(&country));
            assert_eq!(
                number_in(read(&shown, &at)).as_ref(),
                Some(&number),
                "{shown} in {country}"
            );
        }
    }
    assert!(tried > 5_000, "{tried}");
}

#[test]
fn an_emergency_number_with_any_digit_more_or_less_is_none() {
    let mut tried = 0;
    for country in countries().iter().map(Some).chain([None]) {
        let listed: Vec<String> = emergency_numbers(country)
            .into_iter()
            .map(|each| each.number)
            .collect();
        for prefix in [None, Some("0"), Some("9")] {
            let at = Dialling {
                country,
                area: Some("30"),
                outside_prefix: prefix,
            };
            let is_emergency = |dialled: &str| emergency(dialled, &at).is_some();
            let meant = |dialled: &str| {
                let behind = prefix.and_then(|prefix| dialled.strip_prefix(prefix));
                let is_listed = |number: &str| listed.iter().any(|each| each == number);
                is_listed(dialled) || behind.is_some_and(is_listed)
            };
            for number in &listed {
                assert!(is_emergency(number), "{number}");
                assert!(
                    matches!(read(number, &at), Outside::Emergency(_)),
                    "{number}"
                );
                for digit in '0'..='9' {
                    for changed in [format!("{digit}{number}"), format!("{number}{digit}")] {
                        assert_eq!(
                            is_emergency(&changed),
                            meant(&changed),
                            "{changed} in {country:?}"
                        );
                        tried += 1;
                    }
                }
                let (first, last) = (&number[1..], &number[..number.len() - 1]);
                for shorter in [first, last] {
                    assert_eq!(
                        is_emergency(shorter),
                        meant(shorter),
                        "{shorter} in {country:?}"
                    );
                }
                assert!(!is_emergency(&format!("+{number}")), "+{number}");
                assert!(!is_emergency(&format!("{number}#")), "{number}#");
            }
        }
    }
    assert!(tried > 30_000, "{tried}");
}

#[test]
fn help_is_reached_from_every_country() {
    for country in countries() {
        assert!(!emergency_numbers(Some(&country)).is_empty(), "{country}");
    }
}

#[test]
fn nothing_is_read_from_what_hides_something() {
    let germany = Country::parse("DE").unwrap();
    let at = Dialling {
        country: Some(&germany),
        ..Dialling::default()
    };
    let bidi = (0x202A..=0x202E)
        .chain(0x2066..=0x2069)
        .chain([0x200E, 0x200F, 0x61C, 0xFEFF, 0x200B]);
    let control = (0..0x20).chain(0x7F..0xA0);
    for character in bidi.chain(control).filter_map(char::from_u32) {
        let text = format!("030{character}901820");
        assert_eq!(
            read(&text, &at),
            Outside::NotANumber(WhyNot::Character { character }),
            "{text:?}"
        );
        assert_eq!(emergency(&format!("11{character}2"), &at), None);
        assert_eq!(normalise_incoming(&text, Some(&germany)), None);
    }
}

#[test]
fn a_digit_more_makes_no_premium_number_cheap() {
    let file = include_str!("../../../../assets/numbering/imported/plans.toml");
    let plans: toml::Table = toml::from_str(file).unwrap();
    let mut tried = 0;
    for plan in plans["plan"].as_array().unwrap() {
        let code = plan["code"].as_integer().unwrap();
        let example = plan.get("examples").and_then(|all| all.get("premium"));
        let Some(example) = example.and_then(|example| example.as_str()) else {
            continue;
        };
        for behind in ["", "0", "5", "12", "999"] {
            let dialled = format!("+{code}{example}{behind}");
            let Outside::Number(found) = read(&dialled, &Dialling::default()) else {
                continue;
            };
            // Russia's trunk prefix may be taken off its own 8.
            if found.number.as_str() == dialled {
                assert_eq!(found.kind, NumberKind::Premium, "{dialled}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

proptest! {
    /// Whoever dials a number abroad as they would in another country reaches that number, or a
    /// number at home that is given out, or nobody: never one at home that nobody has heard of.
    #[test]
    fn the_habit_of_another_country_reaches_no_unknown_number_at_home(
        country in any_country(),
        number in any_number(),
        way in prop::sample::select(vec!["00", "011", "0011", "010"]),
    ) {
        let at = Dialling {
            country: Some(&country),
            ..Dialling::default()
        };
        let is_given_out = kind_of(&number) != NumberKind::Other;
        let dialled = format!("{way}{}", number.digits());
        if let Outside::Number(found) = read(&dialled, &at) && is_given_out {
            let known = phonenumber::parse(None, found.number.as_str())
                .is_ok_and(|number| phonenumber::is_valid(&number));
            prop_assert!(
                found.number == number || known || found.kind != NumberKind::Other,
                "{dialled} in {country} reached {found:?}"
            );
        }
    }

    /// What is dialled with + reaches that number or nobody, in whatever range.
    #[test]
    fn no_digit_of_an_international_number_is_changed(
        country in any_country(),
        code in prop::sample::select(vec!["1", "49", "33", "371", "44", "81"]),
        digits in "[1-9][0-9]{3,11}",
    ) {
        let at = Dialling {
            country: Some(&country),
            ..Dialling::default()
        };
        let dialled = format!("+{code}{digits}");
        if let Outside::Number(found) = read(&dialled, &at) {
            let trunk = format!("+{code}{}", &digits[1..]);
            let reached = found.number.as_str();
            prop_assert!(reached == dialled || reached == trunk, "{dialled}: {found:?}");
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*|[0-9+*#() -]{0,40}|tel:[0-9+;=a-z-]{0,40}", country in any_country(), prefix in "[0-9]{0,2}", area in "[0-9]{0,5}") {
        let at = Dialling { country: Some(&country), area: Some(&area), outside_prefix: Some(&prefix) };
        if let Outside::Number(found) = read(&text, &at) {
            prop_assert_eq!(kind_of(&found.number), found.kind);
            prop_assert!(PhoneNumber::parse(found.number.as_str()).is_ok());
        }
        let _ = read(&text, &Dialling::default());
        let _ = normalise_incoming(&text, Some(&country));
    }

    #[test]
    fn any_number_is_written_shortly_and_read_back(number in any_number(), country in any_country()) {
        for format in FORMATS {
            let written = write(&number, format, Some(&country));
            prop_assert!(written.len() <= limits::WRITTEN_MAX_CHARS, "{}", written);
            prop_assert!(written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+'), "{}", written);
        }
        prop_assert!(show(&number, Some(&country)).chars().count() <= limits::SHOWN_MAX_CHARS);
        let plus = write(&number, NumberFormat::PlusE164, None);
        let (calls, called) = (
            normalise_incoming(&plus, Some(&country)),
            number_in(read(&plus, &Dialling::default())),
        );
        // Whoever calls is shown; of unknown ranges not every number is called.
        prop_assert!(called.is_none() || called == calls, "{called:?} {calls:?}");
        prop_assert!(called.is_some() || kind_of(&number) == NumberKind::Other, "{number}");
    }

    #[test]
    fn what_was_read_is_read_the_same_again(text in "[0-9+]{3,18}", country in any_country()) {
        let at = Dialling { country: Some(&country), ..Dialling::default() };
        if let Outside::Number(found) = read(&text, &at) {
            let again = read(found.number.as_str(), &at);
            prop_assert_eq!(again, Outside::Number(found));
        }
    }
}
