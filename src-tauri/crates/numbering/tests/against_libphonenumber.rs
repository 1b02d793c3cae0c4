//! Our reading of the numbering plans is held to another one: the crate `phonenumber`, which reads the
//! same plans with regular expressions.

use numbering::{NumberKind, country_of, kind_of, show};
use office::PhoneNumber;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};

/// A chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn digit(&mut self) -> char {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from_digit((self.0 >> 40) as u32 % 10, 10).unwrap()
    }
}

fn kind_named(kind: Type) -> Option<NumberKind> {
    Some(match kind {
        Type::FixedLine => NumberKind::Fixed,
        Type::Mobile => NumberKind::Mobile,
        Type::FixedLineOrMobile => NumberKind::FixedOrMobile,
        Type::TollFree => NumberKind::FreePhone,
        Type::PremiumRate => NumberKind::Premium,
        Type::SharedCost => NumberKind::SharedCost,
        Type::Unknown => return None,
        _ => NumberKind::Other,
    })
}

/// Numbers of every country and kind: the plans' examples, each with other digits behind.
fn numbers(plans: &toml::Table) -> Vec<String> {
    let mut chance = Chance(1);
    let mut all = Vec::new();
    for plan in plans["plan"].as_array().unwrap() {
        let code = plan["code"].as_integer().unwrap();
        for (_, example) in plan
            .get("examples")
            .and_then(|all| all.as_table())
            .into_iter()
            .flatten()
        {
            let example = example.as_str().unwrap();
            all.push(format!("+{code}{example}"));
            for kept in 1..example.len() {
                let tail: String = (kept..example.len()).map(|_| chance.digit()).collect();
                all.push(format!("+{code}{}{tail}", &example[..kept]));
            }
        }
    }
    all
}

/// What the plans call a kind, and their own pattern for it.
fn pattern_of<'p>(plans: &'p toml::Table, country: &str, kind: Type) -> Option<&'p str> {
    let name = match kind {
        Type::FixedLine | Type::FixedLineOrMobile => "fixed",
        Type::Mobile => "mobile",
        Type::TollFree => "free",
        Type::PremiumRate => "premium",
        Type::SharedCost => "shared",
        _ => return None,
    };
    let all = plans["plan"].as_array()?;
    let plan = all
        .iter()
        .find(|plan| plan.get("country").and_then(|c| c.as_str()) == Some(country));
    plan?.get(name)?.as_str()
}

#[test]
fn kinds_countries_and_groups_are_as_libphonenumber_has_them() {
    let file = include_str!("../../../../assets/numbering/imported/plans.toml");
    let plans: toml::Table = toml::from_str(file).unwrap();
    let mut compared = 0;
    for text in numbers(&plans) {
        let Ok(theirs) = phonenumber::parse(None, &text) else {
            continue;
        };
        let Ok(number) = PhoneNumber::parse(&text) else {
            continue;
        };
        let their_kind = theirs.number_type(&DATABASE);
        let Some(mut kind) = kind_named(their_kind) else {
            continue;
        };
        let ours = kind_of(&number);
        let country = theirs.country().id().map(|id| format!("{id:?}"));
        // It takes a number for one of a kind that merely begins like one (`Descriptor::is_match`).
        if ours != kind
            && let Some(pattern) =
                pattern_of(&plans, country.as_deref().unwrap_or_default(), their_kind)
        {
            let national = &text[1 + theirs.country().code().to_string().len()..];
            let whole = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            if !whole.is_match(national) {
                continue;
            }
        }
        // What our own files say, and the plans do not.
        let listed = ["+247", "+4470", "+870", "+878", "+88", "+808", "+979"];
        if listed.iter().any(|prefix| text.starts_with(prefix)) {
            kind = ours;
        }
        // Ascension and Tristan da Cunha have no code in ISO 3166-1.
        let country = country.map(|id| {
            if ["AC", "TA"].contains(&id.as_str()) {
                "SH".to_owned()
            } else {
                id
            }
        });
        assert_eq!(ours, kind, "{text}");
        assert_eq!(country_of(&number).map(String::from), country, "{text}");
        assert_eq!(
            show(&number, None),
            theirs.format().mode(Mode::International).to_string()
        );
        compared += 1;
    }
    assert!(compared > 8_000, "{compared}");
}
