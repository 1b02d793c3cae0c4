//! The way to another telephone system. It needs no line and costs nothing here, but that system may be
//! a gateway to the telephone network: a number that the office would not call by its lines it does not
//! call there either. Only this file makes a [`PeerPermit`].

use super::{
    Gate, Held, Reason, Refused, Wish, World,
    destination::{Dear, Destination},
};
use crate::{
    fuse::{ChargeId, Fare, FuseLimit},
    happening::RefusalReason,
    limits::MAX_PEER_EXTENSION_DIGITS,
};
use numbering::{Dialling, Outside, WhyNot};
use office::{Office, PeerId};

/// The right to call one number at another telephone system. Used up by the call.
#[derive(Debug)]
#[must_use = "a permit that is not given back is counted for ever"]
pub(crate) struct PeerPermit {
    peer: PeerId,
    number: String,
    charge: Option<ChargeId>,
    dear: Option<Dear>,
}

impl PeerPermit {
    /// The other system.
    pub(crate) fn peer(&self) -> PeerId {
        self.peer
    }

    /// The number, as it is dialled there.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    /// If it is to be written down.
    pub(super) fn dear(&self) -> Option<&Dear> {
        self.dear.as_ref()
    }

    /// By which the call is counted, if what is called is a telephone number.
    pub(crate) fn charge(&self) -> Option<ChargeId> {
        self.charge
    }
}

impl Gate {
    /// Decides whether a number may be dialled at another system. A telephone number is counted from
    /// then on, until it is given back.
    pub(crate) fn permit_peer(
        &mut self,
        world: &World<'_>,
        wish: &Wish<'_>,
        peer: PeerId,
    ) -> Result<PeerPermit, Refused> {
        self.fuses.advance(&world.at);
        let numbers = numbers(world.at.office, wish.dialled);
        let read: &[Destination] = numbers.as_deref().unwrap_or_default();
        if let Some(to) = read.iter().find(|to| to.abroad) {
            let country = to.country.as_ref();
            self.fuses
                .note_try(&world.at, wish.on_behalf_of, country, wish.call);
        }
        let dear = dear(&numbers);
        let mut reasons = Vec::new();
        let fare = match self.fare_at_peer(world, wish, &mut reasons) {
            Ok(fare) => fare,
            Err(reason) => {
                let to = read.iter().max_by_key(|to| (to.abroad, to.costs_extra()));
                return Err(Refused {
                    reason,
                    destination: to.map(|to| (to.kind, to.country.clone())),
                    reasons,
                    dear,
                });
            }
        };
        let charge = fare.map(|fare| {
            let charge = self.fuses.begin(&world.at, wish.call, fare);
            let held = Held {
                call: wish.call,
                ticket: None,
            };
            self.held.insert(charge, held);
            charge
        });
        Ok(PeerPermit {
            peer,
            number: wish.dialled.to_owned(),
            charge,
            dear,
        })
    }

    /// If a number, dialled at another system, is to be written down.
    pub(super) fn dear_at_peer(office: &Office, dialled: &str) -> Option<Dear> {
        dear(&numbers(office, dialled))
    }

    /// Whether a number may be dialled at another system. Nothing is noted, nothing is taken.
    pub(crate) fn may_call_peer(
        &self,
        world: &World<'_>,
        wish: &Wish<'_>,
    ) -> Result<(), RefusalReason> {
        self.fare_at_peer(world, wish, &mut Vec::new()).map(|_| ())
    }

    /// What such a call is counted by; none for what is no telephone number.
    fn fare_at_peer(
        &self,
        world: &World<'_>,
        wish: &Wish<'_>,
        reasons: &mut Vec<Reason>,
    ) -> Result<Option<Fare>, RefusalReason> {
        let mut dearest: Option<Fare> = None;
        for to in numbers(world.at.office, wish.dialled)? {
            self.may_reach(world, wish, &to, reasons)?;
            self.may_go_this_way(world, wish, &to)?;
            let fare = to.fare_at_peer(wish.on_behalf_of);
            if let Err(fuse) = self.fuses.holds(&world.at, &fare) {
                reasons.push(Reason::FuseBlown { fuse });
                return Err(match fuse.limit {
                    FuseLimit::Tries => RefusalReason::TooManyTries,
                    FuseLimit::NewCountries => RefusalReason::TooManyNewCountries,
                    FuseLimit::Money => RefusalReason::MoneySpent,
                    FuseLimit::ForeignMinutes | FuseLimit::Minutes => RefusalReason::FuseBlown,
                });
            }
            if dearest.is_none() || to.abroad {
                dearest = Some(fare);
            }
        }
        Ok(dearest)
    }
}

/// If such a call is to be written down: the other system may take the number for one that is dear.
fn dear(numbers: &Result<Vec<Destination>, RefusalReason>) -> Option<Dear> {
    match numbers {
        Ok(numbers) => numbers.iter().find_map(Destination::dear),
        Err(RefusalReason::AnotherWayAbroad) => Some(Dear { country: None }),
        Err(_) => None,
    }
}

/// The telephone numbers that another system might take a number for: as it is, and without the one
/// digit that may be dialled there for an outside line. None of an extension. What is too long for an
/// extension, and yet no telephone number, may be one with digits added that the network ignores.
fn numbers(office: &Office, dialled: &str) -> Result<Vec<Destination>, RefusalReason> {
    let here = Dialling::of(office);
    // Whoever sorts out other characters there does it after us.
    let typed: String = dialled
        .chars()
        .filter(|typed| typed.is_ascii_digit() || *typed == '+')
        .collect();
    let digits = typed.trim_start_matches('+').len();
    if here.country.is_some() && numbering::emergency(&typed, &here).is_some() {
        // Help is called here, where we are.
        return Err(RefusalReason::UnknownNumber);
    }
    let there = Dialling {
        outside_prefix: None,
        ..here
    };
    let behind = typed.strip_prefix(['0', '8', '9']);
    let forms = [Some(typed.as_str()), behind].into_iter().flatten();
    let mut numbers: Vec<Destination> = Vec::new();
    for form in forms {
        match numbering::read(form, &there) {
            Outside::Number(found) => numbers.push(found.into()),
            // A system in another country may well dial abroad like that.
            Outside::NotANumber(WhyNot::AnotherWayAbroad { .. }) => {
                return Err(RefusalReason::AnotherWayAbroad);
            }
            Outside::Emergency(_) | Outside::NotANumber(_) => {}
        }
    }
    let is_short = digits <= MAX_PEER_EXTENSION_DIGITS;
    let is_extension = |to: &Destination| is_short && !to.abroad && !to.costs_extra();
    if numbers.is_empty() && !is_short {
        return Err(RefusalReason::NotANumber);
    }
    Ok(numbers.into_iter().filter(|to| !is_extension(to)).collect())
}
