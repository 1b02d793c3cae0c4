//! What countries add to the numbering plans: the files of `assets/numbering`.

use crate::{EmergencyService, NumberKind};
use office::Country;

/// What the file of a country says.
#[derive(Debug)]
pub(crate) struct CountryNumbers {
    /// The country (`DE`).
    country: &'static str,
    /// Its emergency numbers; none if those of its numbering plan count.
    pub(crate) emergency: &'static [ListedEmergency],
    /// Numbers that try out the way to the emergency services without disturbing them.
    test: &'static [&'static str],
    /// How numbers begin that cost extra, country code first, without `+`.
    pub(crate) premium: &'static [&'static str],
    /// Short codes that the numbering plan does not have, or has for some carriers only.
    pub(crate) short: &'static [&'static str],
    /// How short codes begin that cost extra, as they are dialled.
    pub(crate) premium_short: &'static [&'static str],
}

/// An emergency number of a country.
#[derive(Debug)]
pub(crate) struct ListedEmergency {
    /// What people dial.
    pub(crate) number: &'static str,
    /// What is sent to the line.
    pub(crate) send: &'static str,
    /// Who answers.
    pub(crate) services: &'static [EmergencyService],
}

include!(concat!(env!("OUT_DIR"), "/countries.rs"));

impl CountryNumbers {
    pub(crate) fn of(country: &Country) -> Option<&'static Self> {
        Self::of_code(country.as_str())
    }

    pub(crate) fn of_code(country: &str) -> Option<&'static Self> {
        let place = COUNTRIES.binary_search_by(|each| each.country.cmp(country));
        COUNTRIES.get(place.ok()?)
    }
}

/// Numbers that try out the way to the emergency services without disturbing them (933 in the United
/// States); none in most countries.
#[must_use]
pub fn test_numbers(country: &Country) -> &'static [&'static str] {
    CountryNumbers::of(country).map_or(&[], |numbers| numbers.test)
}

/// Whether criminals often have calls made to that country for the money they earn there. Somebody
/// who allows it ought to be told.
#[must_use]
pub fn is_fraud_hot_spot(country: &Country) -> bool {
    FRAUD.contains(&country.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    #[test]
    fn every_file_is_of_a_country_and_names_its_own_numbers_only() {
        assert!(COUNTRIES.len() >= 60, "{}", COUNTRIES.len());
        let mut with_premium = 0;
        for file in COUNTRIES {
            let country = Country::parse(file.country).unwrap();
            let plan = Plan::of(&country).unwrap();
            with_premium += usize::from(!file.premium.is_empty());
            for prefix in file.premium {
                let code = plan.code.to_string();
                let national = prefix
                    .strip_prefix(&code)
                    .unwrap_or_else(|| panic!("{country} +{prefix}"));
                assert!((1..=11).contains(&national.len()), "{country} +{prefix}");
            }
            for number in file.emergency {
                assert!(
                    (2..=6).contains(&number.number.len()),
                    "{country} {}",
                    number.number
                );
                assert!(!number.services.is_empty(), "{country} {}", number.number);
            }
        }
        assert!(with_premium >= 25, "{with_premium}");
        assert!(FRAUD.iter().all(|country| Country::parse(country).is_ok()));
    }

    #[test]
    fn an_own_list_loses_no_emergency_number_of_the_plan() {
        for file in COUNTRIES.iter().filter(|file| !file.emergency.is_empty()) {
            let plan = Plan::of(&Country::parse(file.country).unwrap()).unwrap();
            for number in plan.emergency {
                let is_listed = file.emergency.iter().any(|listed| listed.number == *number);
                assert!(is_listed, "{} {number}", file.country);
            }
        }
    }

    #[test]
    fn what_costs_extra_is_no_ordinary_number() {
        let mut wrong = Vec::new();
        for file in COUNTRIES {
            let plan = Plan::of(&Country::parse(file.country).unwrap()).unwrap();
            let plans = Plan::with_code(plan.code);
            for prefix in file.premium {
                let start = prefix.strip_prefix(&plan.code.to_string()).unwrap();
                let lengths = (start.len()..=12)
                    .flat_map(|length| (0..150_u64).map(move |tail| (length, tail)));
                let ordinary = lengths.filter_map(|(length, tail)| {
                    let tail = format!("{:012}", tail * 9_973_420_753 % 1_000_000_000_000);
                    let national = format!("{start}{}", &tail[..length - start.len()]);
                    let (_, kind) = Plan::find(plans, &national)?;
                    let is_ordinary = matches!(
                        kind,
                        NumberKind::Fixed | NumberKind::Mobile | NumberKind::FixedOrMobile
                    );
                    is_ordinary.then(|| format!("{} +{prefix}: {national} {kind:?}", file.country))
                });
                wrong.extend(ordinary.take(1));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
