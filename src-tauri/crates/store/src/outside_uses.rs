//! What numbers, extensions, rules and the emergency plan refer to, so that nothing is removed under a call's feet.

use crate::StoreError;
use office::{CallerListId, ConferenceRoomId, FlowId, MailboxId, PersonId, ScheduleId, TrunkId};
use rusqlite::{Connection, OptionalExtension};

/// Something the way in or out of the office, or the hours of an extension, may refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OutsideUse {
    Trunk(TrunkId),
    Person(PersonId),
    Mailbox(MailboxId),
    Room(ConferenceRoomId),
    Flow(FlowId),
    Schedule(ScheduleId),
    CallerList(CallerListId),
}

/// The numbers that lead somewhere, by what they are called, and the extensions whose callers do when
/// they are closed.
macro_rules! number_to {
    ($kind:literal) => {
        concat!(
            "SELECT coalesce(nullif(document ->> 'label', ''), number) FROM phone_numbers
             WHERE removed_at IS NULL AND (
                 (document ->> '$.route.dest_kind' = '",
            $kind,
            "' AND document ->> '$.route.dest_id' = ?1)
                 OR (document ->> '$.hours.whenClosed.dest_kind' = '",
            $kind,
            "' AND document ->> '$.hours.whenClosed.dest_id' = ?1))
         UNION ALL
             SELECT number FROM extensions WHERE when_closed ->> 'dest_kind' = '",
            $kind,
            "' AND when_closed ->> 'dest_id' = ?1"
        )
    };
}

/// # Errors
/// [`StoreError::StillUsed`] if a number, an extension, a rule or the emergency plan refers to it.
pub(crate) fn expect_unused(connection: &Connection, used: OutsideUse) -> Result<(), StoreError> {
    let (sql, id) = match used {
        OutsideUse::Trunk(id) => (OF_TRUNK, id.0),
        OutsideUse::Person(id) => (OF_PERSON, id.0),
        OutsideUse::Mailbox(id) => (number_to!("voicemail"), id.0),
        OutsideUse::Room(id) => (number_to!("conference"), id.0),
        OutsideUse::Flow(id) => (number_to!("flow"), id.0),
        OutsideUse::Schedule(id) => (OF_SCHEDULE, id.0),
        OutsideUse::CallerList(id) => (OF_CALLER_LIST, id.0),
    };
    let by: Option<String> = connection
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
        .optional()?;
    match by {
        Some(by) => Err(StoreError::StillUsed { by }),
        None => Ok(()),
    }
}

const OF_TRUNK: &str = "SELECT coalesce(nullif(document ->> 'label', ''), number)
     FROM phone_numbers WHERE removed_at IS NULL AND document ->> 'trunk' = ?1
 UNION ALL
     SELECT coalesce(nullif(rule.value ->> 'name', ''), 'the rule ' || (rule.key + 1))
     FROM outbound_rules, json_each(document) AS rule, json_each(rule.value, '$.lines') AS line
     WHERE line.value = ?1
 UNION ALL
     SELECT 'the emergency plan' FROM emergency_plan WHERE document ->> 'line' = ?1";

const OF_PERSON: &str = concat!(
    number_to!("user"),
    " UNION ALL
         SELECT coalesce(nullif(rule.value ->> 'name', ''), 'the rule ' || (rule.key + 1))
         FROM outbound_rules, json_each(document) AS rule,
             json_each(rule.value, '$.who.value') AS who
         WHERE rule.value ->> '$.who.kind' = 'persons' AND who.value = ?1
     UNION ALL
         SELECT 'the emergency plan'
         FROM emergency_plan, json_each(document, '$.alertPersons') AS person
         WHERE person.value = ?1"
);

const OF_SCHEDULE: &str = "SELECT coalesce(nullif(document ->> 'label', ''), number)
     FROM phone_numbers WHERE removed_at IS NULL AND document ->> '$.hours.schedule' = ?1
 UNION ALL
     SELECT number FROM extensions WHERE hours = ?1
 UNION ALL
     SELECT 'the limit of calls abroad' FROM calling_policy
     WHERE document ->> 'foreignHours' = ?1";

const OF_CALLER_LIST: &str = "SELECT 'the rule for unwanted callers' FROM calling_policy
     WHERE document ->> 'blocked' = ?1 OR document ->> 'welcome' = ?1";
