//! How many calls are let in: for the office, for each person, and with the world outside; decided in
//! one place and atomic because one thread decides.

mod outside;
#[cfg(test)]
mod proof;
mod rates;

pub(crate) use outside::{Arriving, Leaving, NoPlace, Ticket, Via};

use crate::happening::RefusalReason;
use office::{CallId, Office, PersonId, TrunkId};
use outside::OutsideCalls;
use std::collections::BTreeMap;
use std::time::Instant;

/// Who has how many calls.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    calls: u32,
    per_person: BTreeMap<PersonId, u16>,
    outside: OutsideCalls,
}

impl Admission {
    /// Lets a call of `caller` to `callee` in, or says why not. What is let in is released with the
    /// same persons once.
    pub(crate) fn admit(
        &mut self,
        office: &Office,
        caller: PersonId,
        callee: Option<PersonId>,
    ) -> Result<Vec<PersonId>, RefusalReason> {
        if self.calls >= u32::from(office.settings().admission.office_calls) {
            return Err(RefusalReason::OfficeAtLimit);
        }
        if !self.has_room(office, caller) {
            return Err(RefusalReason::CallerAtLimit);
        }
        let callee = callee.filter(|id| *id != caller);
        if callee.is_some_and(|id| !self.has_room(office, id)) {
            return Err(RefusalReason::PersonBusy);
        }
        let persons: Vec<PersonId> = std::iter::once(caller).chain(callee).collect();
        self.calls += 1;
        for person in &persons {
            *self.per_person.entry(*person).or_default() += 1;
        }
        Ok(persons)
    }

    /// The call of these persons is over.
    pub(crate) fn release(&mut self, persons: &[PersonId]) {
        self.calls = self.calls.saturating_sub(1);
        for person in persons {
            self.leave(*person);
        }
    }

    /// A call goes on between other persons: whoever left may have another call, and whoever came
    /// has one more, be it above their limit.
    pub(crate) fn hand_over(&mut self, from: &[PersonId], to: &[PersonId]) {
        for person in to {
            *self.per_person.entry(*person).or_default() += 1;
        }
        for person in from {
            self.leave(*person);
        }
    }

    /// Lets a call from outside in, or says why not. Whose phones then ring is counted as ever, by
    /// [`Admission::hand_over`], and given back by [`Admission::leave_all`].
    pub(crate) fn admit_arriving(
        &mut self,
        office: &Office,
        now: Instant,
        arriving: &Arriving<'_>,
    ) -> Result<Ticket, RefusalReason> {
        if self.calls >= u32::from(office.settings().admission.office_calls) {
            return Err(RefusalReason::OfficeAtLimit);
        }
        let ticket = self.outside.admit_arriving(office, now, arriving)?;
        self.calls += 1;
        Ok(ticket)
    }

    /// Whether a call may go outside, and over which of its lines, the best first.
    pub(crate) fn may_leave(
        &self,
        office: &Office,
        now: Instant,
        leaving: &Leaving<'_>,
    ) -> Result<TrunkId, NoPlace> {
        self.outside.may_leave(office, now, leaving)
    }

    /// Lets a call go outside: takes a place on the first of its lines that has one.
    pub(crate) fn admit_leaving(
        &mut self,
        office: &Office,
        now: Instant,
        leaving: &Leaving<'_>,
    ) -> Result<(Ticket, TrunkId), NoPlace> {
        self.outside.admit_leaving(office, now, leaving)
    }

    /// Lets an emergency call go out over a line, whatever the limits are. Where the line is full, the
    /// oldest ordinary call on it has lost its place and is to end.
    pub(crate) fn admit_emergency(
        &mut self,
        office: &Office,
        call: CallId,
        line: TrunkId,
    ) -> (Ticket, Option<CallId>) {
        self.outside.admit_emergency(office, call, line)
    }

    /// A call that goes out takes another line. A full line lets only emergency calls in, by taking
    /// the place of the call that is given, if any.
    pub(crate) fn take_line(
        &mut self,
        office: &Office,
        ticket: &Ticket,
        line: TrunkId,
    ) -> Result<Option<CallId>, NoPlace> {
        self.outside.take_line(office, ticket, line)
    }

    /// Whether a line has room for one more call that goes out.
    pub(crate) fn line_has_room(&self, office: &Office, line: TrunkId) -> bool {
        self.outside.line_has_room(office, line)
    }

    /// A call with the world outside is over.
    pub(crate) fn release_ticket(&mut self, ticket: Ticket) {
        if self.outside.release(ticket) {
            self.calls = self.calls.saturating_sub(1);
        }
    }

    /// The leg that a ticket is for belongs to another call now.
    pub(crate) fn move_ticket(&mut self, ticket: &Ticket, call: CallId) {
        self.outside.move_to(ticket, call);
    }

    /// A call that came from outside is over, for its persons.
    pub(crate) fn leave_all(&mut self, persons: &[PersonId]) {
        for person in persons {
            self.leave(*person);
        }
    }

    /// How many calls a line carries now: those that came in, and those that went out.
    #[cfg(test)]
    pub(crate) fn on_line(&self, line: TrunkId) -> (usize, usize) {
        self.outside.on(Via::Line(line))
    }

    fn leave(&mut self, person: PersonId) {
        if let Some(count) = self.per_person.get_mut(&person) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.per_person.remove(&person);
            }
        }
    }

    /// Whether a person is in no call.
    pub(crate) fn is_free(&self, person: PersonId) -> bool {
        !self.per_person.contains_key(&person)
    }

    /// Whether a person may have one more call.
    pub(crate) fn has_room(&self, office: &Office, person: PersonId) -> bool {
        let limit = office
            .person(person)
            .map_or(0, |p| office.simultaneous_calls(p));
        self.per_person.get(&person).copied().unwrap_or(0) < limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{Language, OfficeParts, OfficeSettings, Person, Realm};
    use proptest::prelude::*;

    const PERSONS: i64 = 5;

    fn office(office_calls: u16, calls_per_person: u16) -> Office {
        let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        settings.admission.office_calls = office_calls;
        settings.admission.calls_per_person = calls_per_person;
        let person = |id| Person::named(PersonId(id), &format!("Person {id}"));
        let persons = (1..=PERSONS).map(person).collect();
        Office::build(OfficeParts {
            persons,
            ..OfficeParts::empty(settings)
        })
        .unwrap()
    }

    #[test]
    fn a_call_to_oneself_counts_once() {
        let office = office(10, 1);
        let mut admission = Admission::default();
        let anna = PersonId(1);
        let admitted = admission.admit(&office, anna, Some(anna)).unwrap();
        assert_eq!(admitted, [anna]);
        let again = admission.admit(&office, PersonId(2), Some(anna));
        assert_eq!(again.unwrap_err(), RefusalReason::PersonBusy);
    }

    #[test]
    fn a_call_handed_on_counts_for_those_who_have_it_now() {
        let office = office(10, 1);
        let mut admission = Admission::default();
        let [anna, ben, carla] = [1, 2, 3].map(PersonId);
        let admitted = admission.admit(&office, anna, Some(ben)).unwrap();
        admission.hand_over(&admitted, &[anna, carla]);
        assert!(admission.has_room(&office, ben));
        assert!(!admission.has_room(&office, carla));
        admission.release(&[anna, carla]);
        assert_eq!((admission.calls, admission.per_person.len()), (0, 0));
    }

    proptest! {
        #[test]
        fn no_limit_is_ever_exceeded_and_everything_is_given_back(
            calls in 1u16..6,
            per_person in 1u16..4,
            steps in proptest::collection::vec((1..=PERSONS, 1..=PERSONS, any::<bool>()), 1..200),
        ) {
            let office = office(calls, per_person);
            let mut admission = Admission::default();
            let mut running: Vec<Vec<PersonId>> = Vec::new();
            for (from, to, hang_up) in steps {
                if hang_up {
                    if let Some(call) = running.pop() {
                        admission.release(&call);
                    }
                } else if let Ok(call) = admission.admit(&office, PersonId(from), Some(PersonId(to))) {
                    running.push(call);
                }
                prop_assert!(running.len() <= usize::from(calls));
                for person in 1..=PERSONS {
                    let id = PersonId(person);
                    let busy = running.iter().filter(|call| call.contains(&id)).count();
                    prop_assert!(busy <= usize::from(per_person));
                }
            }
            for call in running.drain(..) {
                admission.release(&call);
            }
            prop_assert_eq!(admission.calls, 0);
            prop_assert!(admission.per_person.is_empty());
        }
    }
}
