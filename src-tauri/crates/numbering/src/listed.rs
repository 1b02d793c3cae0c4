//! Numbers in the office's lists of callers: typed as at home, met as carriers send them.

use crate::plan::Plan;
use crate::{Dialling, Outside, normalise_incoming, read};
use office::{
    CallerList, CallingPolicy, ListedCaller, Office, OfficeParts, OfficeSettings, plain_number,
};
use std::borrow::Cow;

impl<'a> Dialling<'a> {
    /// How that office dials.
    #[must_use]
    pub fn of(office: &'a Office) -> Self {
        Self::with(office.settings(), office.calling())
    }

    /// How numbers are written down where that office is: nobody writes the digit for an outside line.
    #[must_use]
    pub fn on_paper(office: &'a Office) -> Self {
        Self::of(office).without_prefix()
    }

    fn without_prefix(self) -> Self {
        Self {
            outside_prefix: None,
            ..self
        }
    }

    fn with(settings: &'a OfficeSettings, policy: &'a CallingPolicy) -> Self {
        Self {
            country: settings.country.as_ref(),
            area: policy.area_code.as_deref(),
            outside_prefix: policy.outside_prefix.as_deref(),
        }
    }
}

/// Reads the numbers in the lists of an office that is about to be built as they are dialled where
/// it is.
pub fn read_lists(parts: &mut OfficeParts) {
    let at = Dialling::with(&parts.settings, &parts.outside.calling).without_prefix();
    for list in &mut parts.caller_lists {
        for caller in &mut list.callers {
            caller.compared = compared(&caller.number, &at);
        }
    }
}

/// A number as numbers are compared: as the world dials it where it is one, however it was written,
/// else without the spaces and strokes people write it with. Empty for what has no digit.
#[must_use]
pub fn compared(text: &str, at: &Dialling<'_>) -> String {
    let number = match read(text, at) {
        Outside::Number(found) => Some(found.number),
        Outside::Emergency(_) => None,
        Outside::NotANumber(_) => normalise_incoming(text, at.country),
    };
    number.map_or_else(
        || plain_number(text).into_owned(),
        |number| number.as_str().to_owned(),
    )
}

/// The caller with that number in a list of that office, however it is written.
#[must_use]
pub fn find_listed<'l>(
    office: &Office,
    list: &'l CallerList,
    number: &str,
) -> Option<&'l ListedCaller> {
    list.find(&compared(number, &Dialling::on_paper(office)))
}

/// How numbers begin as the world dials them that begin so at home: `+4930` for `030` in Germany.
/// What cannot be the beginning of such a number stays as it is.
#[must_use]
pub fn beginning<'t>(text: &'t str, at: &Dialling<'_>) -> Cow<'t, str> {
    let plain = plain_number(text);
    let Some(plan) = at.country.and_then(Plan::of) else {
        return plain;
    };
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return plain;
    }
    if let Some(abroad) = plan.without_way_abroad(&plain) {
        return Cow::Owned(format!("+{abroad}"));
    }
    let national = plain.strip_prefix(plan.trunk);
    match national.filter(|national| !plan.trunk.is_empty() && !national.is_empty()) {
        Some(national) => Cow::Owned(format!("+{}{national}", plan.code)),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::Country;

    fn at<'a>(country: Option<&'a Country>, area: Option<&'a str>) -> Dialling<'a> {
        Dialling {
            country,
            area,
            outside_prefix: None,
        }
    }

    #[test]
    fn a_number_typed_as_at_home_is_the_number_the_carrier_sends() {
        let cases = [
            ("DE", "030 901820", "+4930901820"),
            ("DE", "(030) 90 18-20", "+4930901820"),
            ("DE", "0049 (0)30/901820", "+4930901820"),
            ("DE", "4930901820", "+4930901820"),
            ("DE", "+4930901820", "+4930901820"),
            ("DE", "+44 20 7946 0000", "+442079460000"),
            ("DE", "201", "201"),
            ("DE", "112", "112"),
            ("DE", "*21#", "*21#"),
            ("DE", "anonymous", ""),
            ("US", "(415) 555-2671", "+14155552671"),
            ("US", "1 415 555 2671", "+14155552671"),
            ("US", "011 44 20 7946 0000", "+442079460000"),
            ("GB", "020 7946 0000", "+442079460000"),
            ("ES", "912 345 678", "+34912345678"),
            ("IT", "06 1234 5678", "+390612345678"),
        ];
        for (country, typed, expected) in cases {
            let country = Country::parse(country).unwrap();
            let once = compared(typed, &at(Some(&country), None));
            assert_eq!(once, expected, "{typed} in {country:?}");
            let again = compared(&once, &at(Some(&country), None));
            assert_eq!(again, expected, "{typed} compared twice");
        }
        let germany = Country::parse("DE").unwrap();
        let in_berlin = at(Some(&germany), Some("30"));
        assert_eq!(compared("901820", &in_berlin), "+4930901820");
        assert_eq!(compared("030 901820", &at(None, None)), "030901820");
        assert_eq!(compared("0049 30 901820", &at(None, None)), "+4930901820");
    }

    #[test]
    fn an_area_typed_as_at_home_begins_the_numbers_the_carrier_sends() {
        let cases = [
            ("DE", "030", "+4930"),
            ("DE", "0171", "+49171"),
            ("DE", "0049 30", "+4930"),
            ("DE", "+49 30", "+4930"),
            ("DE", "0044", "+44"),
            ("DE", "20", "20"),
            ("DE", "0", "0"),
            ("DE", "", ""),
            ("GB", "020", "+4420"),
            ("ES", "91", "91"),
            ("IT", "06", "06"),
        ];
        for (country, typed, expected) in cases {
            let country = Country::parse(country).unwrap();
            let begins = beginning(typed, &at(Some(&country), None));
            assert_eq!(begins, expected, "{typed} in {country:?}");
        }
        assert_eq!(beginning("030", &at(None, None)), "030");
    }

    #[test]
    fn nobody_writes_down_the_digit_for_an_outside_line() {
        let realm = office::Realm::generate(7);
        let mut settings = OfficeSettings::founded(realm, office::Language::default());
        settings.country = Country::parse("DE").ok();
        let mut parts = OfficeParts::empty(settings);
        parts.outside.calling.area_code = Some("30".to_owned());
        parts.outside.calling.outside_prefix = Some("0".to_owned());
        let caller = |number: &str| ListedCaller {
            number: number.to_owned(),
            compared: String::new(),
            name: String::new(),
            values: Vec::new(),
        };
        parts.caller_lists = vec![CallerList {
            id: office::CallerListId(1),
            name: "Blocked".to_owned(),
            columns: Vec::new(),
            callers: ["030 901820", "0171 1234567", "901821"].map(caller).into(),
        }];
        read_lists(&mut parts);
        let read = parts.caller_lists[0].callers.iter();
        let read: Vec<&str> = read.map(|caller| &*caller.compared).collect();
        assert_eq!(read, ["+4930901820", "+491711234567", "+4930901821"]);
    }
}
