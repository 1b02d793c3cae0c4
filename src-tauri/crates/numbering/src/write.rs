//! Writing numbers: for providers, and for people.

use crate::plan::Plan;
use office::{Country, NumberFormat, PhoneNumber};

/// A number as a provider wants it; `country` is where the line is. Short codes of that country are
/// written as they are dialled, whatever the format: they have no other form.
///
/// What is put before numbers for a provider (a "tech prefix") goes before what this gives, which
/// then has to be [`NumberFormat::Digits`].
#[must_use]
pub fn write(number: &PhoneNumber, format: NumberFormat, country: Option<&Country>) -> String {
    let home = country.and_then(Plan::of);
    if let Some(code) = home.and_then(|home| short_code(number, home)) {
        return code.to_owned();
    }
    let digits = number.digits();
    let way_abroad = match home.map(|home| home.abroad) {
        None | Some("") => "00",
        Some(way) => way,
    };
    match format {
        NumberFormat::PlusE164 => number.as_str().to_owned(),
        NumberFormat::Digits => digits.to_owned(),
        NumberFormat::InternationalPrefix => format!("{way_abroad}{digits}"),
        NumberFormat::AsDialled => match home.and_then(|home| Some((home, at_home(number, home)?)))
        {
            Some((home, national)) => {
                let grouped = grouped_at_home(home, national);
                grouped.chars().filter(char::is_ascii_digit).collect()
            }
            None => format!("{way_abroad}{digits}"),
        },
    }
}

/// A number as people of a country write it: `030 1234567` at home, `+44 20 7946 0000` abroad.
#[must_use]
pub fn show(number: &PhoneNumber, country: Option<&Country>) -> String {
    let home = country.and_then(Plan::of);
    if let Some(code) = home.and_then(|home| short_code(number, home)) {
        return code.to_owned();
    }
    if let Some((home, national)) = home.and_then(|home| Some((home, at_home(number, home)?))) {
        return grouped_at_home(home, national);
    }
    let Some((plans, national)) = Plan::split(number.digits()) else {
        return number.as_str().to_owned();
    };
    // The numbers of countries that share a code are grouped as those of the main one.
    let Some(main) = plans.first() else {
        return number.as_str().to_owned();
    };
    let format = main.format(national, false);
    let grouped = format.map(|format| format.group(format.abroad, national));
    format!("+{} {}", main.code, grouped.as_deref().unwrap_or(national))
}

/// The number without its country code, if it is dialled without one from there: countries that share
/// a code dial each other so.
fn at_home<'n>(number: &'n PhoneNumber, home: &Plan) -> Option<&'n str> {
    let (plans, national) = Plan::split(number.digits())?;
    let is_home = plans.first().is_some_and(|plan| plan.code == home.code);
    is_home.then_some(national)
}

fn grouped_at_home(home: &Plan, national: &str) -> String {
    match home.main().format(national, true) {
        Some(format) => format.group(format.home, national),
        None if home.needs_trunk(national) => format!("{}{national}", home.trunk),
        None => national.to_owned(),
    }
}

/// The short code that a number is in that country.
fn short_code<'n>(number: &'n PhoneNumber, home: &Plan) -> Option<&'n str> {
    at_home(number, home).filter(|national| home.short_kind(national).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).unwrap()
    }

    fn country(code: &str) -> Country {
        Country::parse(code).unwrap()
    }

    #[test]
    fn each_provider_gets_numbers_as_it_wants_them() {
        use NumberFormat::{AsDialled, Digits, InternationalPrefix, PlusE164};
        let cases = [
            ("DE", "+4930901820", PlusE164, "+4930901820"),
            ("DE", "+4930901820", Digits, "4930901820"),
            ("DE", "+4930901820", AsDialled, "030901820"),
            ("DE", "+4930901820", InternationalPrefix, "004930901820"),
            ("DE", "+442079460000", AsDialled, "00442079460000"),
            ("US", "+14155552671", AsDialled, "4155552671"),
            ("US", "+4930901820", AsDialled, "0114930901820"),
            ("US", "+14165550123", AsDialled, "4165550123"),
            ("RU", "+74951234567", AsDialled, "84951234567"),
            ("IT", "+390669821234", AsDialled, "0669821234"),
            ("DE", "+49115", PlusE164, "115"),
            ("DE", "+49115", InternationalPrefix, "115"),
            ("AT", "+49115", PlusE164, "+49115"),
        ];
        for (home, given, format, expected) in cases {
            let written = write(&number(given), format, Some(&country(home)));
            assert_eq!(written, expected, "{given} as {format:?} in {home}");
        }
        assert_eq!(
            write(&number("+4930901820"), AsDialled, None),
            "004930901820"
        );
    }

    #[test]
    fn people_see_numbers_grouped() {
        let cases = [
            ("DE", "+4930901820", "030 901820"),
            ("DE", "+442079460000", "+44 20 7946 0000"),
            ("GB", "+442079460000", "020 7946 0000"),
            ("US", "+14155552671", "(415) 555-2671"),
            ("DE", "+14155552671", "+1 415-555-2671"),
            ("FR", "+33140205050", "01 40 20 50 50"),
            ("DE", "+49115", "115"),
            ("DE", "+991123456789", "+991123456789"),
        ];
        for (home, given, expected) in cases {
            assert_eq!(show(&number(given), Some(&country(home))), expected);
        }
    }
}
