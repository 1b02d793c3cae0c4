//! What holds for all calls in and out, on disk: one document each for what stops a bill from
//! growing, how many calls there may be, what is ready for an emergency, and who may reach a domain.

use crate::described::Kind;
use crate::office_change::OfficeChange;
use crate::row::{Revised, get_json, to_json};
use crate::{Store, StoreError};
use office::{CallingPolicy, DomainAccess, EmergencyPlan, OutsideAdmission, Record, ScheduleId};
use rusqlite::{Connection, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) const CALLING_POLICY: Kind = Kind {
    select: "SELECT id, '', json_set(calling_policy.document,
                 '$.foreignHours', (SELECT name FROM schedules
                     WHERE schedules.id = calling_policy.document ->> 'foreignHours'),
                 '$.blocked', (SELECT name FROM caller_lists
                     WHERE caller_lists.id = calling_policy.document ->> 'blocked'),
                 '$.welcome', (SELECT name FROM caller_lists
                     WHERE caller_lists.id = calling_policy.document ->> 'welcome'))
             FROM calling_policy WHERE true",
    key: "id",
};

pub(crate) const OUTSIDE_ADMISSION: Kind = Kind {
    select: "SELECT id, '', document FROM outside_admission WHERE true",
    key: "id",
};

pub(crate) const EMERGENCY_PLAN: Kind = Kind {
    select: "SELECT id, '', json_set(emergency_plan.document,
                 '$.line', (SELECT name FROM trunks
                     WHERE trunks.id = emergency_plan.document ->> 'line'),
                 '$.alertPersons', (SELECT group_concat(persons.name, ', ' ORDER BY alerted.key)
                     FROM json_each(emergency_plan.document, '$.alertPersons') AS alerted
                         JOIN persons ON persons.id = alerted.value),
                 '$.locations', (SELECT group_concat(
                         persons.name || ': ' || (home.value ->> 'location'), ', ' ORDER BY home.key)
                     FROM json_each(emergency_plan.document, '$.locations') AS home
                         JOIN persons ON persons.id = home.value ->> 'person'))
             FROM emergency_plan WHERE true",
    key: "id",
};

pub(crate) const DOMAIN_ACCESS: Kind = Kind {
    select: "SELECT access.value ->> 'domain', access.value ->> 'domain', access.value
             FROM domain_access, json_each(domain_access.document) AS access WHERE true",
    key: "access.value ->> 'domain'",
};

impl OfficeChange<'_> {
    /// Sets what stops a bill from growing, if that still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_calling_policy(
        &self,
        policy: &CallingPolicy,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("callingPolicy.edited", &CALLING_POLICY, &1, || {
            self.write_document("calling_policy", policy, revision, Record::CallingPolicy)
        })
    }

    /// These are the first opening hours of the office that go live: calls abroad are made in them only, unless
    /// somebody chose other hours for those. Whoever has stolen a password calls at night.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn call_abroad_within(&self, hours: ScheduleId) -> Result<(), StoreError> {
        let policy = policy(self.connection)?;
        if policy.value.foreign_hours.is_some() {
            return Ok(());
        }
        let within = CallingPolicy {
            foreign_hours: Some(hours),
            ..policy.value
        };
        self.edit_calling_policy(&within, policy.revision)
    }

    /// Sets how many calls go in and out, if that still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_outside_admission(
        &self,
        admission: &OutsideAdmission,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("outsideAdmission.edited", &OUTSIDE_ADMISSION, &1, || {
            let record = Record::OutsideAdmission;
            self.write_document("outside_admission", admission, revision, record)
        })
    }

    /// Sets what is ready for an emergency call, if that still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_emergency_plan(
        &self,
        plan: &EmergencyPlan,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("emergencyPlan.edited", &EMERGENCY_PLAN, &1, || {
            self.write_document("emergency_plan", plan, revision, Record::EmergencyPlan)
        })
    }

    /// Sets who may reach the office under which domain, all of it, if that still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_domain_access(
        &self,
        access: &[DomainAccess],
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded_list("domainAccess", &DOMAIN_ACCESS, || {
            self.write_document("domain_access", access, revision, Record::DomainAccess)
        })
    }

    fn write_document<T: Serialize + ?Sized>(
        &self,
        table: &'static str,
        document: &T,
        revision: i64,
        record: Record,
    ) -> Result<(), StoreError> {
        let update = format!(
            "UPDATE {table} SET revision = revision + 1, document = ?1 WHERE revision = ?2"
        );
        let changed = self
            .connection
            .prepare_cached(&update)?
            .execute(params![to_json(document)?, revision])?;
        match changed {
            0 => Err(StoreError::ChangedMeanwhile(record)),
            _ => Ok(()),
        }
    }
}

impl Store {
    /// What stops a bill from growing, with the revision to name when changing it.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn calling_policy(&self) -> Result<Revised<CallingPolicy>, StoreError> {
        policy(&self.connection)
    }

    /// How many calls go in and out, with the revision to name when changing it.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn outside_admission(&self) -> Result<Revised<OutsideAdmission>, StoreError> {
        admission(&self.connection)
    }

    /// What is ready for an emergency call, with the revision to name when changing it. Where a
    /// person's phones are is left out while they are removed.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn emergency_plan(&self) -> Result<Revised<EmergencyPlan>, StoreError> {
        emergency(&self.connection)
    }

    /// Who may reach the office under which domain, with the revision to name when changing it.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn domain_access(&self) -> Result<Revised<Vec<DomainAccess>>, StoreError> {
        access(&self.connection)
    }
}

pub(crate) fn policy(connection: &Connection) -> Result<Revised<CallingPolicy>, StoreError> {
    read(connection, "calling_policy")
}

pub(crate) fn admission(connection: &Connection) -> Result<Revised<OutsideAdmission>, StoreError> {
    read(connection, "outside_admission")
}

pub(crate) fn emergency(connection: &Connection) -> Result<Revised<EmergencyPlan>, StoreError> {
    let mut plan: Revised<EmergencyPlan> = read(connection, "emergency_plan")?;
    let mut known =
        connection.prepare_cached("SELECT 1 FROM persons WHERE id = ?1 AND removed_at IS NULL")?;
    let mut locations = Vec::new();
    for home in plan.value.locations {
        if known.exists([home.person.0])? {
            locations.push(home);
        }
    }
    plan.value.locations = locations;
    Ok(plan)
}

pub(crate) fn access(connection: &Connection) -> Result<Revised<Vec<DomainAccess>>, StoreError> {
    read(connection, "domain_access")
}

fn read<T: DeserializeOwned>(
    connection: &Connection,
    table: &'static str,
) -> Result<Revised<T>, StoreError> {
    let mut select =
        connection.prepare_cached(&format!("SELECT revision, document FROM {table}"))?;
    Ok(select.query_row([], |row| {
        Ok(Revised {
            revision: row.get(0)?,
            value: get_json(row, 1)?,
        })
    })?)
}
