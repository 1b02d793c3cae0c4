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
            if let Some(count) = self.per_person.get_mut(person) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.per_person.remove(person);
                }
            }
        }
    }

    fn has_room(&self, office: &Office, person: PersonId) -> bool {
        let limit = office
            .person(person)
            .map_or(0, |p| office.simultaneous_calls(p));
        self.per_person.get(&person).copied().unwrap_or(0) < limit
    }
}
