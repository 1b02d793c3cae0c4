//! How many calls are let in: for the office and for each person, decided in one place and atomic
//! because one thread decides.

use crate::happening::RefusalReason;
use office::{Office, PersonId};
use std::collections::BTreeMap;

/// Who has how many calls.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    calls: u32,
    per_person: BTreeMap<PersonId, u16>,
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
        if !persons.is_empty() {
            self.calls = self.calls.saturating_sub(1);
        }
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

    fn leave(&mut self, person: PersonId) {
        if let Some(count) = self.per_person.get_mut(&person) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.per_person.remove(&person);
            }
        }
    }

    /// Whether a person may have one more call.
    /// Whether a person is in no call.
    pub(crate) fn is_free(&self, person: PersonId) -> bool {
        !self.per_person.contains_key(&person)
    }

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
