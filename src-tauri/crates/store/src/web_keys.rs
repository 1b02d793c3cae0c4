//! What flows show programs on the web to be let in: named, and sealed.

use crate::described::{Fields, Kind};
use crate::limits::WEB_KEYS_MAX;
use crate::office_change::OfficeChange;
use crate::secrets::{self, Place};
use crate::{Store, StoreError};
use office::{OfficeProblem, Secret};
use rusqlite::{OptionalExtension, params};

const WEB_KEY: Kind = Kind {
    select: "SELECT name, name, json_object('name', name) FROM web_keys WHERE true",
    key: "name",
};

impl OfficeChange<'_> {
    /// Keeps a secret under a name, in place of the one that was there.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if there are too many.
    pub fn set_web_key(&self, name: &str, value: &Secret) -> Result<(), StoreError> {
        self.recorded("webKey.added", &WEB_KEY, &name, || {
            self.connection
                .prepare_cached(
                    "INSERT INTO web_keys (name) VALUES (?1)
                     ON CONFLICT DO UPDATE SET revision = revision + 1",
                )?
                .execute([name])?;
            Ok(())
        })?;
        let (id, count): (i64, u32) = self.connection.query_row(
            "SELECT id, (SELECT count(*) FROM web_keys) FROM web_keys WHERE name = ?1",
            [name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > WEB_KEYS_MAX {
            return Err(StoreError::Problems(vec![OfficeProblem::TooMany {
                what: "web keys",
                count,
                limit: WEB_KEYS_MAX,
            }]));
        }
        self.key.put(self.connection, place(id), value)?;
        let changed = Fields::from_iter([("value".to_owned(), "changed".into())]);
        self.write_down("webKey.changed", name, None, Some(&changed))
    }

    /// Forgets a secret. `false` if there was none of that name.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn remove_web_key(&self, name: &str) -> Result<bool, StoreError> {
        let id: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM web_keys WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        let Some(id) = id else {
            return Ok(false);
        };
        self.recorded("webKey.removed", &WEB_KEY, &name, || {
            secrets::forget_field(self.connection, place(id))?;
            self.connection
                .execute("DELETE FROM web_keys WHERE id = ?1", [id])?;
            Ok(())
        })?;
        Ok(true)
    }

    /// Says whether flows may ask programs within the office's own network.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn allow_private_networks(&self, allowed: bool) -> Result<(), StoreError> {
        let before: bool = self.connection.query_row(PRIVATE, [], |row| row.get(0))?;
        if before == allowed {
            return Ok(());
        }
        self.connection.execute(
            "UPDATE settings SET asks_private_networks = ?1",
            params![allowed],
        )?;
        let fields = |on: bool| Fields::from_iter([("asksPrivateNetworks".to_owned(), on.into())]);
        self.write_down(
            "settings.edited",
            "",
            Some(&fields(before)),
            Some(&fields(allowed)),
        )
    }
}

impl Store {
    /// The names of all secrets that flows may show.
    ///
    /// # Errors
    /// What the disk says.
    pub fn web_key_names(&self) -> Result<Vec<String>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT name FROM web_keys ORDER BY name")?;
        let rows = select.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The secret of that name.
    ///
    /// # Errors
    /// What the disk says, or the seal is broken.
    pub fn web_key(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let id: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM web_keys WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        match id {
            Some(id) => self.key.get(&self.connection, place(id)),
            None => Ok(None),
        }
    }

    /// Whether flows may ask programs within the office's own network.
    ///
    /// # Errors
    /// What the disk says.
    pub fn asks_private_networks(&self) -> Result<bool, StoreError> {
        Ok(self.connection.query_row(PRIVATE, [], |row| row.get(0))?)
    }
}

const PRIVATE: &str = "SELECT asks_private_networks FROM settings";

fn place(key: i64) -> Place<'static> {
    Place {
        owner: "web_key",
        owner_id: key,
        field: "value",
    }
}
