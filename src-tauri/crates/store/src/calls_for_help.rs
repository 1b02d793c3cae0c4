//! Who called for help, when, and where they can be called back. They are lines of the audit log: written
//! while the call goes on, for a power cut in the middle of it must not keep the ambulance from calling
//! back.

use crate::audit::{Actor, add};
use crate::limits::CALLS_FOR_HELP_MAX;
use crate::row::to_json;
use crate::{Store, StoreError};
use office::{DeviceId, PersonId, PhoneNumber};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// The action of such a line.
const CALLED: &str = "emergency.called";

/// Somebody called for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalledForHelp {
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The number that was shown.
    pub number: PhoneNumber,
    /// Who called.
    pub person: PersonId,
    /// From which phone.
    pub device: Option<DeviceId>,
}

/// What the line says besides its time.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    shown: String,
    person: i64,
    device: Option<i64>,
}

impl Store {
    /// Writes down that somebody called for help.
    ///
    /// # Errors
    /// What the disk says.
    pub fn note_call_for_help(&mut self, called: &CalledForHelp) -> Result<(), StoreError> {
        let kept = Kept {
            shown: called.number.as_str().to_owned(),
            person: called.person.0,
            device: called.device.map(|device| device.0),
        };
        let kept = to_json(&kept)?;
        let person = called.person.0;
        self.in_transaction(|connection| {
            let name: Option<String> = connection
                .prepare_cached("SELECT name FROM persons WHERE id = ?1")?
                .query_row([person], |row| row.get(0))
                .ok();
            let subject = name.unwrap_or_default();
            let by = Actor::default();
            add(
                connection,
                called.at,
                &by,
                (CALLED, &subject),
                [None, Some(kept)],
            )
        })
    }

    /// Who called for help since then, the oldest first. What cannot be understood is left out.
    ///
    /// # Errors
    /// What the database says.
    pub fn calls_for_help_since(&self, at: i64) -> Result<Vec<CalledForHelp>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT at, after FROM audit WHERE action = ?1 AND at >= ?2 ORDER BY id DESC LIMIT ?3",
        )?;
        let rows = select.query_map(params![CALLED, at, CALLS_FOR_HELP_MAX], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?))
        })?;
        let mut called = Vec::new();
        for row in rows {
            let (at, kept) = row?;
            let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
            let number = kept.as_ref().map(|kept| PhoneNumber::parse(&kept.shown));
            if let (Some(kept), Some(Ok(number))) = (kept, number) {
                called.push(CalledForHelp {
                    at,
                    number,
                    person: PersonId(kept.person),
                    device: kept.device.map(DeviceId),
                });
            }
        }
        called.reverse();
        Ok(called)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_called_for_help_is_known_after_the_plug_was_pulled() {
        let dir = tempfile::tempdir().unwrap();
        let called = |at| CalledForHelp {
            at,
            number: PhoneNumber::parse("+4930123450").unwrap(),
            person: PersonId(3),
            device: Some(DeviceId(4)),
        };
        {
            let (mut store, _) = Store::open(dir.path()).unwrap();
            for at in [1_000, 2_000, 3_000] {
                store.note_call_for_help(&called(at)).unwrap();
            }
        }
        let (store, _) = Store::open(dir.path()).unwrap();
        let found = store.calls_for_help_since(2_000).unwrap();
        assert_eq!(found, [called(2_000), called(3_000)]);
        let line = &store.audit(10, None).unwrap()[0];
        assert_eq!((line.action.as_str(), line.at), (CALLED, 3_000));
    }
}
