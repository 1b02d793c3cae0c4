//! Reading the numbers that carriers send.

use crate::plan::Plan;
use crate::read::{international, is_given_out, within};
use crate::typed::Typed;
use office::{Country, PhoneNumber};

/// A number as a carrier sends it: `+4930…`, `004930…`, `4930…`, `030…` or `30…`, for a line in that
/// country. `None` for what is no number (`anonymous`, an extension) and for what begins with a
/// country code without saying so while no country is known.
///
/// Digits with nothing in front are tried as a number of the country that is dialled without a trunk
/// prefix, then with the country's own code, then with a foreign one, then as a number whose trunk
/// prefix was dropped.
#[must_use]
pub fn normalise_incoming(text: &str, country: Option<&Country>) -> Option<PhoneNumber> {
    let typed = Typed::parse(text).ok()?;
    if let Some(digits) = typed.international("").ok()? {
        return international(&digits).ok();
    }
    let digits = typed.plain()?;
    let Some(plan) = country.and_then(Plan::of) else {
        let abroad = digits.strip_prefix("00")?;
        return international(abroad).ok();
    };
    if let Some(abroad) = plan.without_way_abroad(digits) {
        return international(abroad).ok();
    }
    if plan.short_kind(digits).is_some() {
        return number(plan.code, digits);
    }
    let bare = plan.without_trunk(digits);
    if bare != digits {
        return within(plan, &bare).ok();
    }
    let own_code = plan.code.to_string();
    let is_of = |code: u16, national: &str| is_given_out(code, national);
    if !plan.needs_trunk(digits) && is_of(plan.code, digits) {
        return number(plan.code, digits);
    }
    if let Some(national) = digits
        .strip_prefix(&own_code)
        .filter(|rest| is_of(plan.code, rest))
    {
        return number(plan.code, national);
    }
    if let Some((plans, national)) = Plan::split(digits) {
        let code = plans.first()?.code;
        if is_of(code, national) {
            return number(code, national);
        }
    }
    is_of(plan.code, digits)
        .then(|| number(plan.code, digits))
        .flatten()
}

fn number(code: u16, national: &str) -> Option<PhoneNumber> {
    PhoneNumber::parse(&format!("+{code}{national}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_write_numbers_in_many_ways() {
        let cases = [
            ("DE", "+4930901820", Some("+4930901820")),
            ("DE", "004930901820", Some("+4930901820")),
            ("DE", "4930901820", Some("+4930901820")),
            ("DE", "030901820", Some("+4930901820")),
            ("DE", "442079460000", Some("+442079460000")),
            ("DE", "1701234567", Some("+491701234567")),
            ("US", "4155552671", Some("+14155552671")),
            ("US", "14155552671", Some("+14155552671")),
            ("US", "442079460000", Some("+442079460000")),
            ("ES", "912345678", Some("+34912345678")),
            ("ES", "34912345678", Some("+34912345678")),
            ("GB", "02079460000", Some("+442079460000")),
            ("DE", "anonymous", None),
            ("DE", "", None),
            ("DE", "201", None),
            ("DE", "112", None),
        ];
        for (country, text, expected) in cases {
            let home = Country::parse(country).unwrap();
            let number = normalise_incoming(text, Some(&home));
            assert_eq!(
                number.as_ref().map(PhoneNumber::as_str),
                expected,
                "{text} in {country}"
            );
        }
        assert_eq!(normalise_incoming("4930901820", None), None);
    }
}
