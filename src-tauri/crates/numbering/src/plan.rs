//! The numbering plans of the world: how numbers of each country are made up, dialled and grouped.
//!
//! They are constant data of the program, made at build time from
//! `assets/numbering/imported/plans.toml`.

use crate::NumberKind;
use crate::country_numbers::CountryNumbers;
use crate::limits::{NEAR_DIGITS, NEIGHBOUR_DIGITS, SHORT_DIGITS_MAX, SMALL_PLAN_DIGITS};
use crate::pattern;
use office::Country;
use std::borrow::Cow;

/// How numbers of a country, or of a network that belongs to none, are made up. Patterns and texts
/// that the plan does not have are empty.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The code of the country (`DE`).
    pub(crate) country: &'static str,
    /// The calling code (49). Several countries may share one; the main one comes first.
    pub(crate) code: u16,
    /// The lengths numbers have behind the code: bit 9 is for nine digits.
    pub(crate) lengths: u32,
    /// How the country's numbers begin, among the countries with its code.
    leading: &'static str,
    /// What is dialled before a number within the country (`0`).
    pub(crate) trunk: &'static str,
    /// The pattern of what may be dialled before it.
    trunk_pattern: &'static str,
    /// What becomes of that.
    trunk_becomes: &'static str,
    /// The pattern of what is dialled before a country code.
    abroad_pattern: &'static str,
    /// What is usually dialled before a country code (`00`).
    pub(crate) abroad: &'static str,
    general: &'static str,
    premium: &'static str,
    free: &'static str,
    shared: &'static str,
    voip: &'static str,
    personal: &'static str,
    pager: &'static str,
    company: &'static str,
    voicemail: &'static str,
    fixed: &'static str,
    mobile: &'static str,
    short_all: &'static str,
    short_premium: &'static str,
    short_free: &'static str,
    short_messages: &'static str,
    short_carrier: &'static str,
    /// Its emergency numbers, if the country has no file of its own.
    pub(crate) emergency: &'static [&'static str],
    formats: &'static [Format],
}

/// How numbers of a form are grouped.
#[derive(Debug)]
pub(crate) struct Format {
    /// The pattern of the number, its groups in brackets.
    digits: &'static str,
    /// How such numbers begin.
    leading: &'static str,
    /// How they are written in their own country, `$1` being the first group.
    pub(crate) home: &'static str,
    /// How they are written elsewhere, behind the country code; empty if they are not.
    pub(crate) abroad: &'static str,
    /// Whether they are dialled with the trunk prefix only.
    pub(crate) trunk: bool,
}

static PLANS: &[Plan] = include!(concat!(env!("OUT_DIR"), "/plans.rs"));

impl Plan {
    /// The plan of a country.
    pub(crate) fn of(country: &Country) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.country == country.as_str())
    }

    /// The plans with a calling code, that of the main country first.
    pub(crate) fn with_code(code: u16) -> &'static [Self] {
        let start = PLANS.partition_point(|plan| plan.code < code);
        let end = PLANS.partition_point(|plan| plan.code <= code);
        PLANS.get(start..end).unwrap_or_default()
    }

    /// Takes the calling code off a number. No code begins with another.
    pub(crate) fn split(digits: &str) -> Option<(&'static [Self], &str)> {
        (1..=3).find_map(|length| {
            let (code, national) = digits.split_at_checked(length)?;
            let plans = Self::with_code(code.parse().ok().filter(|_| !code.starts_with('0'))?);
            (!plans.is_empty()).then_some((plans, national))
        })
    }

    /// Which of some plans that share a code a number belongs to, if it surely belongs to one, and
    /// of what kind it is.
    pub(crate) fn find(
        plans: &'static [Self],
        national: &str,
    ) -> Option<(&'static Self, NumberKind)> {
        let is_of = |plan: &&Self| match plan.leading {
            "" => plan.kind(national).is_some(),
            leading => pattern::beginning(leading, national).is_some(),
        };
        let plan = match plans {
            [only] => only,
            several => several.iter().find(is_of)?,
        };
        Some((plan, plan.kind(national)?))
    }

    /// Whether numbers such as this are given out in this country, be it together with others that
    /// share its code (800 in North America).
    pub(crate) fn gives_out(&self, national: &str) -> bool {
        let is_own =
            self.leading.is_empty() || pattern::beginning(self.leading, national).is_some();
        is_own && self.kind(national).is_some()
    }

    /// Of what kind a number is, if the country has given out numbers such as this.
    fn kind(&self, national: &str) -> Option<NumberKind> {
        let fits = |pattern: &str| pattern::whole(pattern, national).is_some();
        if !fits(self.general) {
            return None;
        }
        // In the order in which ranges lie within each other.
        let other = [
            self.voip,
            self.personal,
            self.pager,
            self.company,
            self.voicemail,
        ];
        if fits(self.premium) {
            Some(NumberKind::Premium)
        } else if fits(self.free) {
            Some(NumberKind::FreePhone)
        } else if fits(self.shared) {
            Some(NumberKind::SharedCost)
        } else if other.into_iter().any(fits) {
            Some(NumberKind::Other)
        } else {
            // Where they are not told apart the patterns are the same, and long.
            let is_fixed = fits(self.fixed);
            let is_same = self.mobile == self.fixed;
            let is_mobile = if is_same { is_fixed } else { fits(self.mobile) };
            match (is_fixed, is_mobile) {
                (true, true) => Some(NumberKind::FixedOrMobile),
                (true, false) => Some(NumberKind::Fixed),
                (false, true) => Some(NumberKind::Mobile),
                (false, false) => None,
            }
        }
    }

    /// Whether fixed lines or mobiles of this country begin as a number does, or other numbers that
    /// cost nothing extra are its very neighbours: a range that is newer than our plans may well lie
    /// there.
    pub(crate) fn has_phones_near(&self, national: &str) -> bool {
        let longest = self.lengths.checked_ilog2().unwrap_or(0);
        let digits = match longest > SMALL_PLAN_DIGITS {
            true => NEAR_DIGITS,
            false => NEAR_DIGITS - 1,
        };
        let near = national.get(..digits).unwrap_or(national);
        let phones = [self.fixed, self.mobile];
        let others = [
            self.free,
            self.voip,
            self.personal,
            self.pager,
            self.company,
            self.voicemail,
        ];
        phones
            .iter()
            .any(|pattern| pattern::may_become(pattern, near))
            || others.iter().any(|pattern| neighbours(pattern, national))
    }

    /// What the very neighbours of a number cost extra, if they do: nobody opens cheap numbers among
    /// dear ones.
    pub(crate) fn dear_near(&self, national: &str) -> Option<NumberKind> {
        if neighbours(self.premium, national) {
            Some(NumberKind::Premium)
        } else {
            neighbours(self.shared, national).then_some(NumberKind::SharedCost)
        }
    }

    /// Whether a number that costs extra stands at the beginning of these digits.
    pub(crate) fn begins_premium(&self, national: &str) -> bool {
        pattern::beginning(self.premium, national).is_some()
    }

    /// Of what kind a short code of this country is, if it has one such: `115`, `118000`. Codes for
    /// messages, and emergency numbers, are none; nor are those that only some carrier knows, of
    /// which the United States have every number of four digits. The country's file may name some
    /// of them all the same.
    pub(crate) fn short_kind(&self, digits: &str) -> Option<NumberKind> {
        if digits.len() > SHORT_DIGITS_MAX {
            return None;
        }
        let fits = |pattern: &str| pattern::whole(pattern, digits).is_some();
        let file = CountryNumbers::of_code(self.country);
        let is_listed = file.is_some_and(|file| file.short.contains(&digits));
        let is_code = fits(self.short_all) && !fits(self.short_messages);
        if !(is_code || is_listed) || self.emergency.contains(&digits) {
            return None;
        }
        let mut premium = file.map_or(&[][..], |file| file.premium_short).iter();
        if fits(self.short_premium) || premium.any(|prefix| digits.starts_with(prefix)) {
            Some(NumberKind::Premium)
        } else if fits(self.short_free) {
            Some(NumberKind::FreePhone)
        } else {
            let is_of_a_carrier = fits(self.short_carrier);
            (is_listed || !is_of_a_carrier).then_some(NumberKind::Short)
        }
    }

    /// Takes off what is dialled before a country code.
    pub(crate) fn without_way_abroad<'d>(&self, digits: &'d str) -> Option<&'d str> {
        let taken = pattern::beginning(self.abroad_pattern, digits)?;
        let rest = digits.get(taken.end..)?;
        // No country code begins with 0.
        (!rest.is_empty() && !rest.starts_with('0')).then_some(rest)
    }

    /// Takes off what is dialled before a number within the country, unless the number is one only
    /// with it.
    pub(crate) fn without_trunk<'d>(&self, digits: &'d str) -> Cow<'d, str> {
        let Some(taken) = pattern::beginning(self.trunk_pattern, digits) else {
            return Cow::Borrowed(digits);
        };
        let rest = digits.get(taken.end..).unwrap_or_default();
        // The groups are numbered in the order in which they open, and the last decides.
        let last = self
            .trunk_pattern
            .split('(')
            .skip(1)
            .filter(|rest| !rest.starts_with('?'))
            .count();
        let bare = if self.trunk_becomes.is_empty() || taken.group(last, digits).is_none() {
            Cow::Borrowed(rest)
        } else {
            Cow::Owned(taken.fill(self.trunk_becomes, digits) + rest)
        };
        let is_number = |digits: &str| pattern::whole(self.general, digits).is_some();
        if is_number(digits) && !is_number(&bare) {
            return Cow::Borrowed(digits);
        }
        bare
    }

    /// The plan of the main country with this code: it groups the numbers of all.
    pub(crate) fn main(&self) -> &Self {
        Self::with_code(self.code).first().unwrap_or(self)
    }

    /// How a number is grouped.
    pub(crate) fn format(&self, national: &str, is_home: bool) -> Option<&'static Format> {
        self.formats.iter().find(|format| {
            (is_home || !format.abroad.is_empty())
                && (format.leading.is_empty()
                    || pattern::beginning(format.leading, national).is_some())
                && pattern::whole(format.digits, national).is_some()
        })
    }

    /// Whether a number is dialled with the trunk prefix only.
    pub(crate) fn needs_trunk(&self, national: &str) -> bool {
        let main = self.main();
        match main.format(national, true) {
            Some(format) => format.trunk,
            None => main.formats.iter().any(|format| format.trunk),
        }
    }
}

/// Whether numbers of a pattern differ from this one in their last digits only.
fn neighbours(pattern: &str, national: &str) -> bool {
    let range = national.len().checked_sub(NEIGHBOUR_DIGITS);
    let range = range.and_then(|length| national.get(..length));
    range.is_some_and(|range| range.len() >= NEAR_DIGITS && pattern::may_become(pattern, range))
}

impl Format {
    /// A number of this form, grouped as in `template`.
    pub(crate) fn group(&self, template: &str, national: &str) -> String {
        let taken = pattern::whole(self.digits, national);
        taken.map_or_else(
            || national.to_owned(),
            |taken| taken.fill(template, national),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn every_pattern_is_followed_as_a_regular_expression_is() {
        let mut chance = 1_u64;
        let mut fitting = 0;
        for plan in PLANS {
            let patterns = [
                plan.leading,
                plan.trunk_pattern,
                plan.abroad_pattern,
                plan.general,
                plan.premium,
                plan.free,
                plan.shared,
                plan.voip,
                plan.personal,
                plan.pager,
                plan.company,
                plan.voicemail,
                plan.fixed,
                plan.mobile,
                plan.short_all,
                plan.short_premium,
                plan.short_free,
                plan.short_messages,
                plan.short_carrier,
            ];
            let formats = plan
                .formats
                .iter()
                .flat_map(|format| [format.digits, format.leading]);
            for pattern in patterns
                .into_iter()
                .chain(formats)
                .filter(|pattern| !pattern.is_empty())
            {
                let begins = Regex::new(&format!("^(?:{pattern})")).unwrap();
                let is_whole = Regex::new(&format!("^(?:{pattern})$")).unwrap();
                for _ in 0..20 {
                    let digits = likely(pattern, &mut chance);
                    let found = begins.captures(&digits);
                    let taken = pattern::beginning(pattern, &digits);
                    fitting += usize::from(found.is_some());
                    let expected = found.as_ref().map(|found| found[0].len());
                    assert_eq!(taken.map(|taken| taken.end), expected, "{pattern} {digits}");
                    for group in 1..=pattern::GROUPS_MAX {
                        let theirs = found
                            .as_ref()
                            .and_then(|found| Some(found.get(group)?.as_str()));
                        let ours = taken.and_then(|taken| taken.group(group, &digits));
                        assert_eq!(ours, theirs, "{pattern} {digits} group {group}");
                    }
                    let whole = pattern::whole(pattern, &digits).is_some();
                    assert_eq!(whole, is_whole.is_match(&digits), "{pattern} {digits}");
                }
            }
        }
        assert!(fitting > 20_000, "{fitting}");
    }

    /// Digits that may well fit a pattern: its own digits in their order, some left out, some changed.
    fn likely(pattern: &str, chance: &mut u64) -> String {
        let mut next = |below: u64| {
            *chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*chance >> 33) % below
        };
        let own: Vec<char> = pattern.chars().filter(char::is_ascii_digit).collect();
        let mut place = next(own.len().max(1) as u64) as usize / 2;
        let mut digits = String::new();
        for _ in 0..=next(14) {
            let digit = match own.get(place) {
                Some(digit) if next(4) > 0 => *digit,
                _ => char::from_digit(next(10) as u32, 10).unwrap(),
            };
            digits.push(digit);
            place += 1 + next(4) as usize * next(2) as usize;
        }
        digits
    }

    #[test]
    fn codes_are_told_apart_by_their_first_digits() {
        for plan in PLANS {
            let code = plan.code.to_string();
            let digits = format!("{code}12345");
            let (plans, national) = Plan::split(&digits).unwrap();
            assert_eq!((plans[0].code, national), (plan.code, "12345"));
        }
        assert!(Plan::split("0123").is_none());
        assert!(Plan::split("999123").is_none());
        assert_eq!(Plan::with_code(1)[0].country, "US");
    }
}
