//! Where a call outside goes: what was dialled, what kind of number it is, and what it costs.

use super::OnBehalfOf;
use crate::fuse::{Fare, FareKind};
use numbering::{Dialling, EmergencyNumber, Found, NumberKind, Outside, WhyNot};
use office::{CallingPolicy, Country, DestinationKind, Office, PhoneNumber, TrunkId};

/// What somebody dialled.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// An emergency number.
    Emergency(EmergencyNumber),
    /// A number.
    Number(Destination),
    /// No number.
    Nothing(WhyNot),
}

/// A number outside and what matters of it.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) number: PhoneNumber,
    pub(super) kind: NumberKind,
    pub(super) country: Option<Country>,
    /// Whether it is not in the office's own country, be it in none.
    pub(super) abroad: bool,
}

impl Reading {
    pub(super) fn of(office: &Office, dialled: &str) -> Reading {
        match numbering::read(dialled, &Dialling::of(office)) {
            Outside::Emergency(number) => Reading::Emergency(number),
            Outside::Number(found) => Reading::Number(found.into()),
            Outside::NotANumber(why) => Reading::Nothing(why),
        }
    }

    /// If a call there is to be written down. What is dialled as another country dials abroad is.
    pub(super) fn dear(&self) -> Option<Dear> {
        match self {
            Reading::Number(to) => to.dear(),
            Reading::Nothing(WhyNot::AnotherWayAbroad { .. }) => Some(Dear { country: None }),
            Reading::Emergency(_) | Reading::Nothing(_) => None,
        }
    }

    pub(super) fn destination(&self) -> Option<(NumberKind, Option<Country>)> {
        match self {
            Reading::Number(to) => Some((to.kind, to.country.clone())),
            Reading::Emergency(_) | Reading::Nothing(_) => None,
        }
    }
}

/// Where a call costs what nobody wants to pay for strangers, abroad or by its kind: what is asked of the
/// gate about it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dear {
    /// The country, if it is in one that is known.
    pub(crate) country: Option<Country>,
}

impl From<Found> for Destination {
    fn from(found: Found) -> Destination {
        Destination {
            number: found.number,
            kind: found.kind,
            country: found.country,
            abroad: !found.national,
        }
    }
}

impl Destination {
    /// What is to be known of a number that was read before.
    pub(super) fn of(office: &Office, number: PhoneNumber) -> Destination {
        Found::of(number, office.settings().country.as_ref()).into()
    }

    /// Whether it costs extra, or somebody earns by each call there: services, shared cost,
    /// satellites, networks that belong to no country.
    pub(super) fn costs_extra(&self) -> bool {
        match self.kind {
            NumberKind::Premium | NumberKind::SharedCost | NumberKind::Satellite => true,
            NumberKind::FreePhone => false,
            NumberKind::Fixed
            | NumberKind::Mobile
            | NumberKind::FixedOrMobile
            | NumberKind::Short
            | NumberKind::Other => self.country.is_none(),
        }
    }

    /// If a call there is to be written down.
    pub(super) fn dear(&self) -> Option<Dear> {
        let country = self.country.clone();
        (self.abroad || self.costs_extra()).then_some(Dear { country })
    }

    /// Whether the office has listed it, or how it begins, as one that may be called all the same.
    pub(super) fn is_listed(&self, policy: &CallingPolicy) -> bool {
        let mut listed = policy.premium_allowed.iter();
        listed.any(|listed| self.number.as_str().starts_with(listed.as_str()))
    }

    /// What it is to the rules of the office. Where a country does not tell mobiles from fixed lines
    /// it is both.
    pub(super) fn kinds(&self) -> &'static [DestinationKind] {
        match self.kind {
            NumberKind::Premium | NumberKind::SharedCost | NumberKind::Satellite => {
                &[DestinationKind::Premium]
            }
            _ if self.abroad => &[DestinationKind::Abroad],
            NumberKind::FreePhone => &[DestinationKind::FreePhone],
            NumberKind::Mobile => &[DestinationKind::Mobile],
            NumberKind::FixedOrMobile => &[DestinationKind::Fixed, DestinationKind::Mobile],
            NumberKind::Fixed | NumberKind::Short | NumberKind::Other => &[DestinationKind::Fixed],
        }
    }

    /// What a minute costs on a line. Where that is not sure, the dearest it may be.
    pub(super) fn price(&self, office: &Office, line: TrunkId) -> u32 {
        let Some(prices) = office.trunk(line).map(|trunk| trunk.prices) else {
            return 0;
        };
        let place = match self.kind {
            _ if self.abroad => prices.foreign,
            NumberKind::FreePhone => 0,
            NumberKind::Fixed => prices.fixed,
            NumberKind::Mobile => prices.mobile,
            _ => prices.fixed.max(prices.mobile),
        };
        if self.costs_extra() {
            place.max(prices.premium)
        } else {
            place
        }
    }

    pub(super) fn fare(&self, office: &Office, payer: OnBehalfOf, line: TrunkId) -> Fare {
        Fare {
            payer,
            line: Some(line),
            kind: self.fare_kind(),
            per_minute: self.price(office, line),
        }
    }

    /// By which a call there is counted that another telephone system makes for us. What it costs
    /// there is not known here.
    pub(super) fn fare_at_peer(&self, payer: OnBehalfOf) -> Fare {
        Fare {
            payer,
            line: None,
            kind: self.fare_kind(),
            per_minute: 0,
        }
    }

    fn fare_kind(&self) -> FareKind {
        if self.abroad {
            FareKind::Abroad(self.country.clone())
        } else {
            FareKind::Home
        }
    }
}
