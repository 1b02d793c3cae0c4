//! The rules for calls that go out, on disk: one list, changed as a whole.

use crate::described::Kind;
use crate::office_change::OfficeChange;
use crate::row::{Revised, get_json, to_json};
use crate::{Store, StoreError};
use office::{OutboundRule, OutboundRuleId, Record};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

pub(crate) const OUTBOUND_RULE: Kind = Kind {
    select: "SELECT rule.value ->> 'id',
                 coalesce(nullif(rule.value ->> 'name', ''), 'rule ' || (rule.key + 1)),
                 json_set(json_remove(rule.value, '$.id'),
                     '$.lines', (SELECT group_concat(trunks.name, ', ' ORDER BY line.key)
                         FROM json_each(rule.value, '$.lines') AS line
                             JOIN trunks ON trunks.id = line.value),
                     '$.shows', coalesce(rule.value ->> '$.shows.value', rule.value ->> '$.shows.kind'),
                     '$.who', CASE rule.value ->> '$.who.kind'
                         WHEN 'persons' THEN (SELECT group_concat(persons.name, ', ' ORDER BY who.key)
                             FROM json_each(rule.value, '$.who.value') AS who
                                 JOIN persons ON persons.id = who.value)
                         WHEN 'peers' THEN (SELECT group_concat(peers.name, ', ' ORDER BY who.key)
                             FROM json_each(rule.value, '$.who.value') AS who
                                 JOIN peers ON peers.id = who.value)
                         WHEN 'teams' THEN (SELECT group_concat(who.value, ', ' ORDER BY who.key)
                             FROM json_each(rule.value, '$.who.value') AS who)
                         ELSE 'everybody' END)
             FROM outbound_rules, json_each(outbound_rules.document) AS rule WHERE true",
    key: "rule.value ->> 'id'",
};

impl OfficeChange<'_> {
    /// Replaces all rules, in the order in which they are to count, if the list still has that
    /// revision. A rule whose identity is none of the list's is new and gets one of its own; what
    /// positions they name does not matter.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_outbound_rules(
        &self,
        rules: &[OutboundRule],
        revision: i64,
    ) -> Result<(), StoreError> {
        let before = load(self.connection)?;
        let mut known: BTreeSet<OutboundRuleId> = before.value.iter().map(|rule| rule.id).collect();
        let mut last_id: i64 =
            self.connection
                .query_row("SELECT last_id FROM outbound_rules", [], |row| row.get(0))?;
        let mut written = rules.to_vec();
        for (position, rule) in (1..).zip(&mut written) {
            rule.position = position;
            if !known.remove(&rule.id) {
                last_id += 1;
                rule.id = OutboundRuleId(last_id);
            }
        }
        self.recorded_list("outboundRule", &OUTBOUND_RULE, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE outbound_rules SET revision = revision + 1, last_id = ?1, document = ?2
                     WHERE revision = ?3",
                )?
                .execute(params![last_id, to_json(&written)?, revision])?;
            match changed {
                0 => Err(StoreError::ChangedMeanwhile(Record::OutboundRules)),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// The rules for calls that go out, the first that counts first, with the revision of the list.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn outbound_rules(&self) -> Result<Revised<Vec<OutboundRule>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads all rules in order.
pub(crate) fn load(connection: &Connection) -> Result<Revised<Vec<OutboundRule>>, StoreError> {
    let mut select = connection.prepare_cached("SELECT revision, document FROM outbound_rules")?;
    Ok(select.query_row([], |row| {
        Ok(Revised {
            revision: row.get(0)?,
            value: get_json(row, 1)?,
        })
    })?)
}
