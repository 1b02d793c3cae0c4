//! What was removed, and for how long it can be brought back.

use crate::StoreError;
use crate::limits::REMOVED_KEPT_DAYS;
use rusqlite::Connection;

/// A day, in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// Forgets for good, secrets included, what was removed more than [`REMOVED_KEPT_DAYS`] days
/// before `now` (milliseconds since 1970, UTC).
pub(crate) fn forget_old(connection: &Connection, now: i64) -> Result<(), StoreError> {
    let last = now.saturating_sub(REMOVED_KEPT_DAYS * DAY);
    let transaction = connection.unchecked_transaction()?;
    transaction.execute(
        "DELETE FROM secrets WHERE owner = 'device'
             AND owner_id IN (SELECT id FROM devices WHERE removed_at <= ?1)",
        [last],
    )?;
    transaction.execute("DELETE FROM devices WHERE removed_at <= ?1", [last])?;
    transaction.execute(
        "DELETE FROM secrets WHERE owner = 'mailbox' AND owner_id IN (
             SELECT mailboxes.id FROM mailboxes LEFT JOIN persons ON persons.id = person
             WHERE coalesce(persons.removed_at, mailboxes.removed_at) <= ?1)",
        [last],
    )?;
    transaction.execute(
        "DELETE FROM secrets WHERE owner = 'room'
             AND owner_id IN (SELECT id FROM rooms WHERE removed_at <= ?1)",
        [last],
    )?;
    transaction.execute(
        "DELETE FROM music_on_hold
         WHERE person IN (SELECT id FROM persons WHERE removed_at <= ?1)",
        [last],
    )?;
    // The mailbox of a person goes with the person.
    transaction.execute("DELETE FROM persons WHERE removed_at <= ?1", [last])?;
    transaction.execute("DELETE FROM mailboxes WHERE removed_at <= ?1", [last])?;
    transaction.execute("DELETE FROM rooms WHERE removed_at <= ?1", [last])?;
    transaction.execute(
        "DELETE FROM secrets WHERE owner = 'pin' AND owner_id IN (
             SELECT pins.id FROM pins JOIN pin_sets ON pin_sets.id = pin_set
             WHERE removed_at <= ?1)",
        [last],
    )?;
    transaction.execute(
        "DELETE FROM secrets
         WHERE (owner = 'trunk' AND owner_id IN (SELECT id FROM trunks WHERE removed_at <= ?1))
             OR (owner = 'peer' AND owner_id IN (SELECT id FROM peers WHERE removed_at <= ?1))",
        [last],
    )?;
    for table in [
        "flows",
        "schedules",
        "modes",
        "pin_sets",
        "caller_lists",
        "trunks",
        "peers",
        "phone_numbers",
    ] {
        let forget = format!("DELETE FROM {table} WHERE removed_at <= ?1");
        transaction.execute(&forget, [last])?;
    }
    Ok(transaction.commit()?)
}
