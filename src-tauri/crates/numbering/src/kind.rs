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
    Seen::of(number).kind()
}

/// The country a number belongs to; none for networks that belong to no country. A number of a range
/// that our numbering plans do not know, or that several countries share, belongs to the main country
/// of its code; [`Found::of`](crate::Found::of) knows where the office is.
#[must_use]
pub fn country_of(number: &PhoneNumber) -> Option<Country> {
    Seen::of(number).country()
}

/// A number as the numbering plans see it.
pub(crate) struct Seen<'n> {
    digits: &'n str,
    /// The plans of its calling code; none if there is no such code.
    plans: &'static [Plan],
    /// What stands behind the calling code.
    national: &'n str,
    /// The plan that gives out such numbers, and of what kind they are there.
    known: Option<(&'static Plan, NumberKind)>,
}

impl<'n> Seen<'n> {
    pub(crate) fn of(number: &'n PhoneNumber) -> Self {
        let digits = number.digits();
        let (plans, national) = Plan::split(digits).unwrap_or((&[], digits));
        let short = |plan: &'static Plan| Some((plan, plan.short_kind(national)?));
        let known = Plan::find(plans, national).or_else(|| plans.iter().find_map(short));
        Self {
            digits,
            plans,
            national,
            known,
        }
    }

    pub(crate) fn kind(&self) -> NumberKind {
        let begins = |prefix: &&str| self.digits.starts_with(prefix);
        if let Some((_, kind)) = NETWORKS.iter().find(|(code, _)| begins(code)) {
            return *kind;
        }
        // Countries that share a code share what costs extra under it.
        let files = self
            .plans
            .iter()
            .filter_map(|plan| CountryNumbers::of_code(plan.country));
        let mut premium = files.flat_map(|file| file.premium).chain(WORLD_PREMIUM);
        if premium.any(begins) {
            return NumberKind::Premium;
        }
        // Exchanges drop digits behind a whole number: one digit more makes no number cheap.
        let begins_premium = || {
            self.plans
                .iter()
                .any(|plan| plan.begins_premium(self.national))
        };
        match self.known {
            Some((_, kind)) => kind,
            None if begins_premium() => NumberKind::Premium,
            None => {
                let mut dear = self
                    .plans
                    .iter()
                    .filter_map(|plan| plan.dear_near(self.national));
                dear.next().unwrap_or(NumberKind::Other)
            }
        }
    }

    pub(crate) fn country(&self) -> Option<Country> {
        let plan = self
            .known
            .map(|(plan, _)| plan)
            .or_else(|| self.plans.first())?;
        Country::parse(match plan.country {
            // Ascension and Tristan da Cunha have plans of their own, and no code in ISO 3166-1.
            "AC" | "TA" => "SH",
            country => country,
        })
        .ok()
    }

    /// Whether it may be called though our plans do not know its range: phones of its country begin as
    /// it does. One that is known to cost extra is somebody else's to refuse.
    pub(crate) fn is_plausible(&self) -> bool {
        self.is_known()
            || self.kind() != NumberKind::Other
            || self
                .plans
                .iter()
                .any(|plan| plan.has_phones_near(self.national))
    }

    /// Whether numbers such as this are given out, as far as the numbering plans know.
    pub(crate) fn is_known(&self) -> bool {
        self.known.is_some()
            || NETWORKS
                .iter()
                .any(|(code, _)| self.digits.starts_with(code))
    }

    /// Whether numbers such as this are given out in a country, be it together with others: 800 is of
    /// the whole of North America.
    pub(crate) fn is_given_out_in(&self, country: &Country) -> bool {
        let plan = Plan::of(country).filter(|plan| {
            let code = self.plans.first().map(|plan| plan.code);
            code == Some(plan.code)
        });
        plan.is_some_and(|plan| plan.gives_out(self.national))
    }
}
