//! Emergency numbers: which they are, and which only look like one.

use crate::Dialling;
use crate::country_numbers::{CountryNumbers, EMERGENCY_ANYWHERE};
use crate::plan::Plan;
use crate::typed::Typed;
use office::Country;
use serde::Serialize;

/// An emergency number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyNumber {
    /// The number as people know it (`112`).
    pub number: String,
    /// What is sent to the line: the number itself but where networks expect another (112 is sent as
    /// 911 in the United States).
    pub send: String,
    /// Who answers; none if that is not known.
    pub services: &'static [EmergencyService],
}

/// Who answers an emergency call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EmergencyService {
    /// All services, by one number.
    Any,
    /// The police.
    Police,
    /// The fire brigade.
    Fire,
    /// The ambulance.
    Ambulance,
    /// Rescue at sea.
    CoastGuard,
    /// Rescue in the mountains.
    MountainRescue,
}

/// Whether somebody dialled an emergency number: exactly one of the country's list, with or without
/// what is dialled for an outside line. No digit more, none less, and no country code.
///
/// Where the office's country is not known, or none of its numbers is, the numbers count that mobile phones without a SIM card
/// take for emergency numbers everywhere (3GPP TS 22.101 §10.1.1), but for `08`, which too many
/// numbers begin with.
#[must_use]
pub fn emergency(dialled: &str, at: &Dialling<'_>) -> Option<EmergencyNumber> {
    emergency_of(&Typed::parse(dialled).ok()?, at)
}

pub(crate) fn emergency_of(typed: &Typed, at: &Dialling<'_>) -> Option<EmergencyNumber> {
    let digits = typed.plain()?;
    let prefix = at.outside_prefix.unwrap_or_default();
    let behind = digits.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    listed(digits, at.country).or_else(|| listed(behind?, at.country))
}

/// The emergency numbers of a country, or of an office that has not said where it is. Never none.
#[must_use]
pub fn emergency_numbers(country: Option<&Country>) -> Vec<EmergencyNumber> {
    let own = country
        .and_then(CountryNumbers::of)
        .map_or(&[][..], |file| file.emergency);
    let plain: &[&str] = match country {
        _ if !own.is_empty() => &[],
        Some(country) => Plan::of(country).map_or(&[], |plan| plan.emergency),
        None => &[],
    };
    let plain = match plain {
        [] if own.is_empty() => EMERGENCY_ANYWHERE,
        plain => plain,
    };
    let own = own.iter().map(|listed| EmergencyNumber {
        number: listed.number.to_owned(),
        send: listed.send.to_owned(),
        services: listed.services,
    });
    let plain = plain.iter().map(|number| EmergencyNumber {
        number: (*number).to_owned(),
        send: (*number).to_owned(),
        services: &[],
    });
    own.chain(plain).collect()
}

fn listed(digits: &str, country: Option<&Country>) -> Option<EmergencyNumber> {
    emergency_numbers(country)
        .into_iter()
        .find(|listed| listed.number == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(dialled: &str, country: &str, prefix: &str) -> Option<String> {
        let country = Country::parse(country).unwrap();
        let at = Dialling {
            country: Some(&country),
            area: Some("30"),
            outside_prefix: Some(prefix).filter(|prefix| !prefix.is_empty()),
        };
        emergency(dialled, &at).map(|emergency| emergency.send)
    }

    #[test]
    fn emergency_numbers_count_with_and_without_the_digit_for_a_line() {
        let cases = [
            ("112", "DE", "", Some("112")),
            ("110", "DE", "", Some("110")),
            ("0112", "DE", "0", Some("112")),
            ("0-1 1 2", "DE", "0", Some("112")),
            ("9-911", "US", "9", Some("911")),
            ("911", "US", "9", Some("911")),
            ("112", "US", "", Some("911")),
            ("999", "GB", "9", Some("999")),
            ("tel:112", "FR", "", Some("112")),
            ("１１２", "FR", "", Some("112")),
            ("0112", "DE", "", None),
            ("9112", "DE", "0", None),
            ("00112", "DE", "0", None),
            ("911", "DE", "", None),
            ("933", "US", "", None),
        ];
        for (dialled, country, prefix, expected) in cases {
            let sent = number(dialled, country, prefix);
            assert_eq!(
                sent.as_deref(),
                expected,
                "{dialled} in {country} with {prefix:?}"
            );
        }
    }

    #[test]
    fn numbers_that_merely_contain_an_emergency_number_are_none() {
        for dialled in [
            "1101",
            "1120",
            "0110",
            "9110",
            "+1 415 555 9110",
            "+112",
            "+49112",
            "0049112",
            "112#",
            "11",
            "1",
            "",
            "112112",
            "030112",
            "112 9",
        ] {
            assert_eq!(number(dialled, "DE", ""), None, "{dialled}");
        }
    }

    #[test]
    fn an_office_that_has_not_said_where_it_is_reaches_help_too() {
        let at = Dialling {
            outside_prefix: Some("0"),
            ..Dialling::default()
        };
        for dialled in ["112", "911", "999", "000", "110", "118", "119", "0112"] {
            assert!(emergency(dialled, &at).is_some(), "{dialled}");
        }
        for dialled in ["08", "113", "1120", "0110911", "200"] {
            assert_eq!(emergency(dialled, &at), None, "{dialled}");
        }
    }
}
