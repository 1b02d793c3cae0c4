//! What kind of number it is: what a call costs, and whether it may be dangerous.

use crate::country_numbers::{CountryNumbers, NETWORKS, WORLD_PREMIUM};
use crate::plan::Plan;
use office::{Country, PhoneNumber};
use serde::{Deserialize, Serialize};

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberKind {
    /// A fixed line.
    Fixed,
    /// A mobile.
    Mobile,
    /// One or the other: some countries (such as the United States) do not tell them apart.
    FixedOrMobile,
    /// It costs the caller nothing.
    FreePhone,
    /// Caller and called share the cost.
    SharedCost,
    /// It costs extra, or whom it belongs to earns by each call: services, revenue-share ranges,
    /// information (118xxx).
    Premium,
    /// A network that belongs to no country: satellites, ships, networks across borders.
    Satellite,
    /// A short code within a country (115).
    Short,
    /// Anything else: numbers of voice over IP, personal and company numbers, pagers, and ranges
    /// that are newer than our numbering plans.
    Other,
}

/// Of what kind a number is. What the files of `assets/numbering` say comes first, then the
/// numbering plans.
#[must_use]
pub fn kind_of(number: &PhoneNumber) -> NumberKind {
    let digits = number.digits();
    if let Some((_, kind)) = NETWORKS.iter().find(|(code, _)| digits.starts_with(code)) {
        return *kind;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    if begins(WORLD_PREMIUM) {
        return NumberKind::Premium;
    }
    let Some((plans, national)) = Plan::split(digits) else {
        return NumberKind::Other;
    };
    // Countries that share a code share what costs extra under it.
    let mut files = plans
        .iter()
        .filter_map(|plan| CountryNumbers::of_code(plan.country));
    if files.any(|file| begins(file.premium)) {
        return NumberKind::Premium;
    }
    let known = Plan::find(plans, national).map(|(_, kind)| kind);
    let short = || plans.iter().find_map(|plan| plan.short_kind(national));
    known.or_else(short).unwrap_or_else(|| {
        // Exchanges drop digits behind a whole number: one digit more makes no number cheap.
        let begins_premium = plans.iter().any(|plan| plan.begins_premium(national));
        match begins_premium {
            true => NumberKind::Premium,
            false => NumberKind::Other,
        }
    })
}

/// Whether numbers such as this are given out, as far as the numbering plans know.
pub(crate) fn is_known(number: &PhoneNumber) -> bool {
    let digits = number.digits();
    let is_of_plan = Plan::split(digits).is_some_and(|(plans, national)| {
        let is_short = plans.iter().any(|plan| plan.short_kind(national).is_some());
        is_short || Plan::find(plans, national).is_some()
    });
    is_of_plan || NETWORKS.iter().any(|(code, _)| digits.starts_with(code))
}

/// The country a number belongs to; none for networks that belong to no country. A number of a range
/// that our numbering plans do not know, or that several countries share, belongs to the main country
/// of its code; [`Found::of`](crate::Found::of) knows where the office is.
#[must_use]
pub fn country_of(number: &PhoneNumber) -> Option<Country> {
    let (plans, national) = Plan::split(number.digits())?;
    let found = Plan::find(plans, national).map(|(plan, _)| plan);
    let short = || {
        plans
            .iter()
            .find(|plan| plan.short_kind(national).is_some())
    };
    let plan = found.or_else(short).or_else(|| plans.first())?;
    Country::parse(match plan.country {
        // Ascension and Tristan da Cunha have plans of their own, and no code in ISO 3166-1.
        "AC" | "TA" => "SH",
        country => country,
    })
    .ok()
}
