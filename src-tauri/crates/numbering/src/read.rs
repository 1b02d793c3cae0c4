//! Reading what somebody dialled.

use crate::NumberKind;
use crate::country_numbers::NETWORKS;
use crate::emergency::{EmergencyNumber, emergency_of};
use crate::kind::Seen;
use crate::plan::Plan;
use crate::typed::Typed;
use office::{Country, PhoneNumber};

/// Where somebody dials.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialling<'a> {
    /// The country of the office; `None` until it is known. Then numbers are read with their country
    /// code only.
    pub country: Option<&'a Country>,
    /// The area code without trunk prefix (`30`), where numbers of the own town are dialled without.
    pub area: Option<&'a str>,
    /// What is dialled for an outside line (`0`, `9`), where something is.
    pub outside_prefix: Option<&'a str>,
}

/// What somebody dialled, as far as the world outside goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// An emergency number.
    Emergency(EmergencyNumber),
    /// A number of the telephone network.
    Number(Found),
    /// No number.
    NotANumber(WhyNot),
}

/// A number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number as the world dials it. A short code stands behind its country's code (`+49115`).
    pub number: PhoneNumber,
    /// Its country; none for networks that belong to none.
    pub country: Option<Country>,
    /// What kind of number it is.
    pub kind: NumberKind,
    /// Whether it belongs to the office's own country.
    pub national: bool,
}

impl Found {
    /// What is to be known of a number, seen from an office in that country.
    #[must_use]
    pub fn of(number: PhoneNumber, office: Option<&Country>) -> Self {
        let seen = Seen::of(&number);
        let (country, kind) = (seen.country(), seen.kind());
        let is_own =
            |office: &&Country| country.as_ref() == Some(*office) || seen.is_given_out_in(office);
        let own = office.filter(is_own).cloned();
        Self {
            national: own.is_some(),
            country: own.or(country),
            kind,
            number,
        }
    }
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyNot {
    /// It has no digit.
    #[error("no number was given")]
    Empty,
    /// It has more digits than any number.
    #[error("the number is too long")]
    TooLong,
    /// It has fewer digits than any number of its country.
    #[error("the number is too short")]
    TooShort,
    /// It has a character that belongs to no number, or a `+` elsewhere than in front.
    #[error("{character:?} does not belong in a number")]
    Character {
        /// The character.
        character: char,
    },
    /// It has `*` or `#`, so it may be a feature code, but no number.
    #[error("numbers outside have no * and #")]
    KeypadCode,
    /// It begins with a country code that does not exist.
    #[error("no country has that country code")]
    NoSuchCountry,
    /// Its country has no such numbers.
    #[error("there are no such numbers in that country")]
    NoSuchNumber,
    /// Neither its country code nor its area code is given.
    #[error("the area code is missing")]
    NoAreaCode,
    /// It begins with what is dialled before a country code elsewhere, and a number abroad follows:
    /// `011…` in Germany, `00…` in the United States.
    #[error("for abroad dial {own} or +")]
    AnotherWayAbroad {
        /// What is dialled before a country code here.
        own: &'static str,
    },
    /// The office's country is not set, so the number must be given with its own.
    #[error("the country code is missing, and the office has not said which country it is in")]
    NoCountry,
}

/// Reads what somebody dialled. Never fails to notice an emergency number; see
/// [`emergency`](crate::emergency).
///
/// Where something is dialled for an outside line, it may be left out. It is taken to be there where
/// a number follows.
#[must_use]
pub fn read(dialled: &str, at: &Dialling<'_>) -> Outside {
    let typed = match Typed::parse(dialled) {
        Ok(typed) => typed,
        Err(why) => return Outside::NotANumber(why),
    };
    if let Some(emergency) = emergency_of(&typed, at) {
        return Outside::Emergency(emergency);
    }
    match outside(&typed, at) {
        Ok(number) => Outside::Number(Found::of(number, at.country)),
        Err(why) => Outside::NotANumber(why),
    }
}

fn outside(typed: &Typed, at: &Dialling<'_>) -> Result<PhoneNumber, WhyNot> {
    let prefix = at.outside_prefix.unwrap_or_default();
    if let Some(digits) = typed.international(prefix)? {
        return international(&digits).and_then(plausible);
    }
    let digits = typed.plain().unwrap_or_default();
    let behind = digits.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    // "00…" behind a "0" for a line may be meant either way. Numbers that are given out come first,
    // and among them the one that was dialled with the digit for a line.
    let ways = || behind.into_iter().chain([digits]);
    let mut chosen = Err(WhyNot::NoSuchNumber);
    for way in ways() {
        let reading = national(way, at).and_then(plausible);
        if reading
            .as_ref()
            .is_ok_and(|number| Seen::of(number).is_known())
        {
            return reading;
        }
        if chosen.is_err() {
            chosen = reading;
        }
    }
    // What our plans do not know may be a new range, or the habit of another country.
    let abroad = ways().find_map(|way| another_way_abroad(way, at));
    abroad.map_or(chosen, Err)
}

/// A range newer than our plans is let through where phones of its country are, so that nobody waits
/// for us to call a new town; anything else may cost what it likes (decision 24).
fn plausible(number: PhoneNumber) -> Result<PhoneNumber, WhyNot> {
    if Seen::of(&number).is_plausible() {
        Ok(number)
    } else {
        Err(WhyNot::NoSuchNumber)
    }
}

/// What is dialled before a country code where nothing is known of the country.
const WAY_ABROAD: &str = "00";

/// What people dial before a country code, by the habit of wherever they come from.
const WAYS_ABROAD: [&str; 4] = ["0011", "011", "010", "00"];

/// Whether digits that mean nothing here are a number abroad, dialled as elsewhere.
fn another_way_abroad(digits: &str, at: &Dialling<'_>) -> Option<WhyNot> {
    let own = at
        .country
        .and_then(Plan::of)
        .map_or(WAY_ABROAD, |plan| plan.abroad);
    let is_abroad = WAYS_ABROAD.iter().any(|way| {
        let number = digits.strip_prefix(way).map(international);
        number.is_some_and(|number| number.is_ok_and(|number| Seen::of(&number).is_known()))
    });
    is_abroad.then_some(WhyNot::AnotherWayAbroad { own })
}

/// Reads a number as it is dialled within a country, be it abroad.
fn national(digits: &str, at: &Dialling<'_>) -> Result<PhoneNumber, WhyNot> {
    let Some(plan) = at.country.and_then(Plan::of) else {
        let abroad = digits.strip_prefix(WAY_ABROAD).ok_or(WhyNot::NoCountry)?;
        return international(abroad);
    };
    if let Some(number) = plan.without_way_abroad(digits) {
        return international(number);
    }
    if plan.short_kind(digits).is_some() {
        return found(plan.code, digits);
    }
    let bare = plan.without_trunk(digits);
    if bare != digits {
        return within(plan, &bare);
    }
    let in_town = at.area.map(|area| format!("{area}{digits}"));
    if let Some(number) = in_town.filter(|number| is_given_out(plan.code, number)) {
        return found(plan.code, &number);
    }
    if plan.needs_trunk(digits) {
        return Err(WhyNot::NoAreaCode);
    }
    within(plan, digits)
}

/// Reads a number from its country code on.
pub(crate) fn international(digits: &str) -> Result<PhoneNumber, WhyNot> {
    let Some((plans, national)) = Plan::split(digits) else {
        let is_network = NETWORKS.iter().any(|(code, _)| digits.starts_with(code));
        if !is_network {
            return Err(WhyNot::NoSuchCountry);
        }
        return numbered(digits);
    };
    let plan = plans.first().ok_or(WhyNot::NoSuchCountry)?;
    // "+49 (0)30 …" is how many write it.
    within(plan, &plan.without_trunk(national))
}

/// A number of a country, without trunk prefix.
pub(crate) fn within(plan: &Plan, national: &str) -> Result<PhoneNumber, WhyNot> {
    let is_short = Plan::with_code(plan.code)
        .iter()
        .any(|plan| plan.short_kind(national).is_some());
    if is_short || is_given_out(plan.code, national) {
        return found(plan.code, national);
    }
    // No number begins with the 0 that is dialled before it: whoever reads `000…` with a 0 for a line
    // would take it for one abroad.
    if national.starts_with('0') && plan.without_trunk(national) != national {
        return Err(WhyNot::NoSuchNumber);
    }
    // A range newer than our plans has the length of the others.
    let shortest = plan.lengths.trailing_zeros() as usize;
    let longest = plan.lengths.checked_ilog2().unwrap_or(0) as usize;
    match national.len() {
        length if length < shortest => Err(WhyNot::TooShort),
        length if length > longest => Err(WhyNot::TooLong),
        length if plan.lengths & (1 << length) == 0 => Err(WhyNot::NoSuchNumber),
        _ => found(plan.code, national),
    }
}

/// Whether the country, or one that shares its code, has given out such numbers.
pub(crate) fn is_given_out(code: u16, national: &str) -> bool {
    Plan::find(Plan::with_code(code), national).is_some()
}

fn found(code: u16, national: &str) -> Result<PhoneNumber, WhyNot> {
    numbered(&format!("{code}{national}"))
}

fn numbered(digits: &str) -> Result<PhoneNumber, WhyNot> {
    PhoneNumber::parse(&format!("+{digits}")).map_err(|_| {
        if digits.len() > 8 {
            WhyNot::TooLong
        } else {
            WhyNot::TooShort
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(country: &'a Country, area: &'a str, prefix: &'a str) -> Dialling<'a> {
        Dialling {
            country: Some(country),
            area: Some(area).filter(|area| !area.is_empty()),
            outside_prefix: Some(prefix).filter(|prefix| !prefix.is_empty()),
        }
    }

    fn country(code: &str) -> Country {
        Country::parse(code).unwrap()
    }

    #[test]
    fn numbers_are_read_as_people_dial_them() {
        use NumberKind::{Fixed, FixedOrMobile, FreePhone, Mobile, Premium, Satellite, Short};
        let cases = [
            ("DE", "", "", "030 901820", "+4930901820", Fixed),
            ("DE", "", "", "+49 (0)30 901820", "+4930901820", Fixed),
            ("DE", "", "", "(0)30-90 18 20", "+4930901820", Fixed),
            ("DE", "", "", "0049 30 901820", "+4930901820", Fixed),
            ("DE", "30", "", "901820", "+4930901820", Fixed),
            ("DE", "", "0", "0 030 901820", "+4930901820", Fixed),
            ("DE", "", "0", "030 901820", "+4930901820", Fixed),
            (
                "DE",
                "",
                "0",
                "00 1 415 555 2671",
                "+14155552671",
                FixedOrMobile,
            ),
            (
                "DE",
                "",
                "0",
                "000 1 415 555 2671",
                "+14155552671",
                FixedOrMobile,
            ),
            ("DE", "", "9", "9+44 20 7946 0000", "+442079460000", Fixed),
            (
                "DE",
                "",
                "",
                "00 1 415 555 2671",
                "+14155552671",
                FixedOrMobile,
            ),
            ("DE", "", "", "0151 23456789", "+4915123456789", Mobile),
            ("DE", "", "", "0800 3301000", "+498003301000", FreePhone),
            ("DE", "", "", "0900 1 123456", "+499001123456", Premium),
            ("DE", "", "", "0137 8 123456", "+491378123456", Premium),
            ("DE", "", "", "115", "+49115", Short),
            ("DE", "", "", "11833", "+4911833", Premium),
            ("DE", "", "", "+881 6 2345 6789", "+881623456789", Satellite),
            (
                "DE",
                "",
                "",
                "00870 773 111 632",
                "+870773111632",
                Satellite,
            ),
            ("DE", "", "", "+979 1 2345 6789", "+979123456789", Premium),
            ("DE", "", "", "+247 62999", "+24762999", Premium),
            ("DE", "", "", "+44 70 1234 5678", "+447012345678", Premium),
            ("DE", "", "", "tel:+49-30-901820", "+4930901820", Fixed),
            (
                "DE",
                "",
                "",
                "tel:901820;phone-context=+4930",
                "+4930901820",
                Fixed,
            ),
            (
                "US",
                "",
                "9",
                "9 1 415 555 2671",
                "+14155552671",
                FixedOrMobile,
            ),
            ("US", "", "9", "9 011 49 30 901820", "+4930901820", Fixed),
            ("US", "415", "", "555 2671", "+14155552671", FixedOrMobile),
            (
                "US",
                "",
                "",
                "(415) 555-2671",
                "+14155552671",
                FixedOrMobile,
            ),
            ("US", "", "", "1 900 555 1234", "+19005551234", Premium),
            ("IT", "", "", "06 6982 1234", "+390669821234", Fixed),
            ("IT", "", "", "+39 06 1234567", "+39061234567", Fixed),
            ("AU", "", "", "0011 44 20 7946 0000", "+442079460000", Fixed),
            (
                "AU",
                "",
                "",
                "1300 123 456",
                "+611300123456",
                NumberKind::SharedCost,
            ),
            ("RU", "", "", "8 (495) 123-45-67", "+74951234567", Fixed),
            ("ES", "", "", "912 345 678", "+34912345678", Fixed),
        ];
        for (home, area, prefix, dialled, expected, kind) in cases {
            let home = country(home);
            let Outside::Number(found) = read(dialled, &at(&home, area, prefix)) else {
                panic!(
                    "{dialled} in {home}: {:?}",
                    read(dialled, &at(&home, area, prefix))
                );
            };
            assert_eq!(found.number.as_str(), expected, "{dialled} in {home}");
            assert_eq!(found.kind, kind, "{dialled} in {home}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_why() {
        let cases = [
            ("DE", "", WhyNot::Empty),
            ("DE", "901820", WhyNot::NoAreaCode),
            ("DE", "201", WhyNot::NoAreaCode),
            ("DE", "+999 123456", WhyNot::NoSuchCountry),
            ("DE", "+49", WhyNot::TooShort),
            ("DE", "+49112", WhyNot::TooShort),
            ("DE", "+49 30 1234567890123", WhyNot::TooLong),
            ("US", "555 2671", WhyNot::TooShort),
            // Extensions that do not exist: never calls to outside.
            ("US", "2345", WhyNot::TooShort),
            ("GB", "3471", WhyNot::NoAreaCode),
            ("IT", "2345", WhyNot::TooShort),
            ("ES", "2345", WhyNot::TooShort),
            ("FR", "201", WhyNot::NoAreaCode),
            ("US", "+1 415 555 26711", WhyNot::TooLong),
            ("DE", "*21#", WhyNot::KeypadCode),
            ("DE", "00037123456789", WhyNot::NoSuchNumber),
            // Ranges that are no phones' in that country, as far as anybody knows.
            ("DE", "011 555 0123", WhyNot::NoSuchNumber),
            ("DE", "012 345678", WhyNot::NoSuchNumber),
            ("DE", "0191 011", WhyNot::NoSuchNumber),
            ("DE", "+49 19 1123456", WhyNot::NoSuchNumber),
            ("US", "1 115 555 1234", WhyNot::NoSuchNumber),
            ("DE", "+371 1123 4567", WhyNot::NoSuchNumber),
            ("GB", "00018765550123", WhyNot::NoSuchNumber),
        ];
        for (home, dialled, why) in cases {
            let home = country(home);
            let outside = read(dialled, &at(&home, "", ""));
            assert_eq!(outside, Outside::NotANumber(why), "{dialled} in {home}");
        }
        let nowhere = Dialling::default();
        assert_eq!(
            read("030901820", &nowhere),
            Outside::NotANumber(WhyNot::NoCountry)
        );
        assert!(matches!(read("+4930901820", &nowhere), Outside::Number(_)));
    }

    /// Whoever dialled as they do at home was let out to an unknown number of the office's country.
    #[test]
    fn the_way_abroad_of_another_country_is_a_mistake_with_a_remedy() {
        for (home, prefix, dialled, own) in [
            ("DE", "", "011 44 20 7946 0000", "00"),
            ("DE", "", "011 371 2345 6789", "00"),
            ("DE", "", "0011 371 2345 6789", "00"),
            ("DE", "", "011 1 415 555 2671", "00"),
            ("DE", "0", "0 011 44 20 7946 0000", "00"),
            ("GB", "", "011 49 30 901820", "00"),
            ("FR", "", "0011 44 20 7946 0000", "00"),
            ("US", "", "00 49 30 901820", "011"),
            ("US", "", "00 371 2345 6789", "011"),
            ("US", "9", "9 00 44 20 7946 0000", "011"),
            ("CA", "", "0011 44 20 7946 0000", "011"),
            ("AU", "", "00 44 20 7946 0000", "0011"),
            ("AU", "", "011 44 20 7946 0000", "0011"),
        ] {
            let home = country(home);
            let why = WhyNot::AnotherWayAbroad { own };
            let outside = read(dialled, &at(&home, "", prefix));
            assert_eq!(outside, Outside::NotANumber(why), "{dialled} in {home}");
        }
        let why = WhyNot::AnotherWayAbroad { own: "00" };
        assert_eq!(why.to_string(), "for abroad dial 00 or +");
    }

    /// Turin, Johannesburg, Buenos Aires, Beijing, Sapporo, and one's own way abroad.
    #[test]
    fn what_looks_like_another_way_abroad_and_is_a_number_is_called() {
        for (home, dialled, expected) in [
            ("IT", "011 442 0794", "+390114420794"),
            ("ZA", "011 442 0794", "+27114420794"),
            ("AR", "011 4420 7946", "+541144207946"),
            ("CN", "010 4420 7946", "+861044207946"),
            ("JP", "011 442 0794", "+81114420794"),
            ("JP", "010 44 20 7946 0000", "+442079460000"),
            ("AU", "0011 44 20 7946 0000", "+442079460000"),
            ("US", "011 44 20 7946 0000", "+442079460000"),
        ] {
            let home = country(home);
            let Outside::Number(found) = read(dialled, &at(&home, "", "")) else {
                panic!(
                    "{dialled} in {home}: {:?}",
                    read(dialled, &at(&home, "", ""))
                );
            };
            assert_eq!(found.number.as_str(), expected, "{dialled} in {home}");
        }
    }

    #[test]
    fn a_new_range_among_phones_is_called_before_the_plans_know_it() {
        for (home, dialled, expected) in [
            // An area code that is not given out yet.
            ("US", "1 523 555 0123", "+15235550123"),
            ("DE", "0154 12345678", "+4915412345678"),
        ] {
            let home = country(home);
            let Outside::Number(found) = read(dialled, &at(&home, "", "")) else {
                panic!(
                    "{dialled} in {home}: {:?}",
                    read(dialled, &at(&home, "", ""))
                );
            };
            assert_eq!(found.number.as_str(), expected, "{dialled} in {home}");
            assert_eq!(found.kind, NumberKind::Other, "{dialled} is known by now");
        }
    }

    #[test]
    fn numbers_that_countries_share_are_at_home_in_each_of_them() {
        for (home, dialled, national) in [
            ("US", "1 800 555 0199", true),
            ("CA", "1 800 555 0199", true),
            ("CA", "1 416 555 0123", true),
            ("CA", "1 212 555 0123", false),
            ("US", "1 416 555 0123", false),
            ("DE", "+1 800 555 0199", false),
        ] {
            let home = country(home);
            let Outside::Number(found) = read(dialled, &at(&home, "", "")) else {
                panic!("{dialled} in {home}");
            };
            assert_eq!(found.national, national, "{dialled} in {home}");
            assert_eq!(
                found.country.as_ref() == Some(&home),
                national,
                "{dialled} in {home}"
            );
        }
    }

    #[test]
    fn a_number_belongs_to_its_country_and_networks_to_none() {
        let cases = [
            ("+4930901820", Some("DE")),
            ("+14155552671", Some("US")),
            ("+14165550123", Some("CA")),
            ("+18765550123", Some("JM")),
            ("+77011234567", Some("KZ")),
            ("+441534123456", Some("JE")),
            ("+24762999", Some("SH")),
            ("+881623456789", None),
            ("+80012345678", None),
        ];
        let home = country("DE");
        for (number, expected) in cases {
            let Outside::Number(found) = read(number, &at(&home, "", "")) else {
                panic!("{number}");
            };
            assert_eq!(
                found.country.as_ref().map(Country::as_str),
                expected,
                "{number}"
            );
            assert_eq!(found.national, expected == Some("DE"), "{number}");
        }
    }
}
