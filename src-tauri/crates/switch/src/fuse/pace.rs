//! How fast somebody calls abroad, and how many countries that are new to them: a stolen password
//! shows by its haste.

use super::{FuseId, FuseLimit, FuseOf};
use crate::gate::OnBehalfOf;
use crate::limits::FOREIGN_TRIES_WITHIN;
use office::Country;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

/// Who tried what lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    of: BTreeMap<FuseOf, Tries>,
}

#[derive(Debug, Default)]
struct Tries {
    /// Never more than may be, and one.
    lately: VecDeque<Instant>,
    /// Countries they have talked to on other days.
    known: BTreeSet<Country>,
    /// Others they have talked to today.
    reached: BTreeSet<Country>,
    /// Countries they tried today, as far as these are new. None is a network of no country.
    new: BTreeSet<Option<Country>>,
}

impl Pace {
    /// Somebody tries to call abroad. How many tries that makes lately, and how many new countries
    /// today.
    pub(super) fn note(
        &mut self,
        now: Instant,
        payer: OnBehalfOf,
        country: Option<&Country>,
        tries: u16,
    ) -> (usize, usize) {
        let of = self.of.entry(payer.into()).or_default();
        of.lately.push_back(now);
        let is_past = |at: &Instant| now.saturating_duration_since(*at) >= FOREIGN_TRIES_WITHIN;
        while of.lately.front().is_some_and(is_past) || of.lately.len() > usize::from(tries) + 1 {
            of.lately.pop_front();
        }
        if country.is_none_or(|country| !of.known.contains(country)) {
            of.new.insert(country.cloned());
        }
        (of.lately.len(), of.new.len())
    }

    /// Somebody has talked to a country: from tomorrow on it is not new to them.
    pub(super) fn reached(&mut self, payer: OnBehalfOf, country: &Country) {
        let of = self.of.entry(payer.into()).or_default();
        of.reached.insert(country.clone());
    }

    /// What an earlier run knows of somebody.
    pub(super) fn remember(&mut self, payer: OnBehalfOf, country: Country, today: bool) {
        let of = self.of.entry(payer.into()).or_default();
        if today {
            of.reached.insert(country.clone());
            if !of.known.contains(&country) {
                of.new.insert(Some(country));
            }
        } else {
            of.new.remove(&Some(country.clone()));
            of.known.insert(country);
        }
    }

    /// Somebody with authority has looked at it and finds it good.
    pub(super) fn forgive(&mut self, fuse: FuseId) {
        let Some(of) = self.of.get_mut(&fuse.of) else {
            return;
        };
        match fuse.limit {
            FuseLimit::Tries => of.lately.clear(),
            FuseLimit::NewCountries => {
                let new = std::mem::take(&mut of.new);
                of.known.extend(new.into_iter().flatten());
            }
            FuseLimit::ForeignMinutes | FuseLimit::Minutes | FuseLimit::Money => {}
        }
    }

    pub(super) fn begin_day(&mut self) {
        for of in self.of.values_mut() {
            let reached = std::mem::take(&mut of.reached);
            of.known.extend(reached);
            of.new.clear();
        }
    }

    pub(super) fn used(&self, fuse: FuseId) -> u64 {
        let of = self.of.get(&fuse.of);
        of.map_or(0, |of| match fuse.limit {
            FuseLimit::NewCountries => of.new.len() as u64,
            _ => of.lately.len() as u64,
        })
    }
}
