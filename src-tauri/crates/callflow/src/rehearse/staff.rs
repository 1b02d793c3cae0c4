//! What the telephones of a rehearsal do, and whom callers find there.

use super::{Does, Phone, Rehearsal};
use crate::walk::{PersonNow, Presence};
use office::{Device, DeviceId, ModeId, Office, PersonId, WantsState};

/// Who can be reached in a rehearsal.
pub(crate) struct Staff<'a> {
    pub(crate) call: &'a Rehearsal,
    pub(crate) office: &'a Office,
}

impl<'a> Staff<'a> {
    /// The telephones of a person that a call can ring. The one somebody calls from, which is taken to
    /// be their first, is not rung by their own call.
    pub(super) fn phones(&self, person: PersonId) -> impl Iterator<Item = &'a Device> + use<'a> {
        let calls = usize::from(self.is_caller(person));
        self.office.devices_of(person).skip(calls)
    }

    /// What a telephone does when it is rung.
    pub(super) fn does(&self, phone: &Device) -> Does {
        let is_it = |named: &&Phone| named.device == Some(phone.id);
        let named = self.call.phones.iter().find(is_it);
        named.map_or_else(|| self.usual(phone.person), |named| named.does)
    }

    /// What the telephones of a person do that are not named themselves.
    fn usual(&self, person: PersonId) -> Does {
        let all = |named: &&Phone| named.person == person && named.device.is_none();
        let named = self.call.phones.iter().find(all);
        named.map(|named| named.does).unwrap_or_default()
    }

    /// What a telephone outside does.
    pub(super) fn does_outside(&self, number: &str) -> Does {
        let plain = office::plain_number(number);
        let mut named = self.call.outside.iter();
        let named = named.find(|named| office::plain_number(&named.number) == plain);
        named.map(|named| named.does).unwrap_or_default()
    }

    /// Whether somebody wants no calls, whatever their telephones do.
    pub(super) fn wants_none(&self, person: PersonId) -> bool {
        self.usual(person) == Does::DoNotDisturb
    }

    /// Whether somebody has as many calls as they may have.
    pub(super) fn is_full(&self, person: PersonId) -> bool {
        let found = self.office.person(person);
        let most = found.map_or(0, |person| self.office.simultaneous_calls(person));
        self.calls_of(person) >= most
    }

    /// How many calls somebody is in: their own, and the one at a telephone that is busy.
    fn calls_of(&self, person: PersonId) -> u16 {
        let busy = self
            .phones(person)
            .any(|phone| self.does(phone) == Does::Busy);
        u16::from(self.is_caller(person)) + u16::from(busy)
    }

    pub(super) fn is_caller(&self, person: PersonId) -> bool {
        let own = self.call.own_person(self.office);
        own.is_some_and(|own| own.id == person)
    }

    /// The person whose telephone this is.
    pub(super) fn owner(&self, phone: DeviceId) -> Option<PersonId> {
        self.office.device(phone).map(|device| device.person)
    }
}

impl Presence for Staff<'_> {
    fn person(&self, person: PersonId) -> PersonNow {
        let is_there = |phone: &Device| self.does(phone) != Does::Off;
        let found = self.office.person(person);
        let reachable = self.is_caller(person) || self.phones(person).any(is_there);
        PersonNow {
            reachable,
            free: reachable && self.calls_of(person) == 0,
            do_not_disturb: self.wants_none(person),
            away: found.is_some_and(|found| found.wants.at(self.call.at) == WantsState::Away),
        }
    }

    fn mode(&self, mode: ModeId) -> Option<&str> {
        let set = self.call.modes.iter().find(|set| set.mode == mode)?;
        Some(&set.state)
    }
}
