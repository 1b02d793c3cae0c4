//! From where and as what each device has registered so far: a stolen password shows as a new one.

use crate::described::{DEVICE, Fields};
use crate::limits::{DEVICE_MARK_MAX_CHARS, DEVICE_MARKS_MAX};
use crate::office_change::OfficeChange;
use crate::{Store, StoreError};
use office::{DeviceId, Record};
use rusqlite::{OptionalExtension, Row, params};

/// One way in which a device has registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// The device.
    pub device: DeviceId,
    /// What tells this way from others, such as a hash of what it says it is and of its network. At
    /// most [`DEVICE_MARK_MAX_CHARS`] count.
    pub mark: String,
    /// When it was first met so, in milliseconds since 1970 (UTC).
    pub first_seen_ms: i64,
    /// Whether somebody has said that it is one of the office's.
    pub cleared: bool,
}

impl OfficeChange<'_> {
    /// Says that a device is one of the office's, in all ways in which it has registered so far.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn clear_device(&self, id: DeviceId) -> Result<(), StoreError> {
        let device = DEVICE
            .find(self.connection, &id.0)?
            .ok_or(StoreError::NotFound(Record::Device(id)))?;
        let cleared = self
            .connection
            .prepare_cached(
                "UPDATE known_devices SET cleared = 1 WHERE device = ?1 AND cleared = 0",
            )?
            .execute([id.0])?;
        if cleared == 0 {
            return Ok(());
        }
        let after = Fields::from_iter([("new".to_owned(), false.into())]);
        self.write_down("device.cleared", &device.name, None, Some(&after))
    }
}

impl Store {
    /// A device has registered in some way; says what is known of that. Of too many ways the ones
    /// nobody has cleared give way first, the oldest of them.
    ///
    /// # Errors
    /// What the disk says; [`StoreError::NotFound`] if the device was removed for good.
    pub fn device_met(
        &mut self,
        device: DeviceId,
        mark: &str,
        at_ms: i64,
    ) -> Result<KnownDevice, StoreError> {
        let mark: String = mark.chars().take(DEVICE_MARK_MAX_CHARS).collect();
        self.in_transaction(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO known_devices (device, mark, first_seen)
                     SELECT id, ?2, ?3 FROM devices WHERE id = ?1",
                )?
                .execute(params![device.0, mark, at_ms])?;
            connection
                .prepare_cached(
                    "DELETE FROM known_devices WHERE device = ?1 AND mark <> ?2 AND mark IN (
                         SELECT mark FROM known_devices WHERE device = ?1 AND mark <> ?2
                         ORDER BY cleared DESC, first_seen DESC LIMIT -1 OFFSET ?3)",
                )?
                .execute(params![device.0, mark, DEVICE_MARKS_MAX - 1])?;
            connection
                .prepare_cached(
                    "SELECT device, mark, first_seen, cleared FROM known_devices
                     WHERE device = ?1 AND mark = ?2",
                )?
                .query_row(params![device.0, mark], read)
                .optional()?
                .ok_or(StoreError::NotFound(Record::Device(device)))
        })
    }

    /// All ways in which devices have registered, by device, the oldest first.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn known_devices(&self) -> Result<Vec<KnownDevice>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT device, mark, first_seen, cleared FROM known_devices
             ORDER BY device, first_seen, mark",
        )?;
        let rows = select.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<KnownDevice> {
    Ok(KnownDevice {
        device: DeviceId(row.get(0)?),
        mark: row.get(1)?,
        first_seen_ms: row.get(2)?,
        cleared: row.get(3)?,
    })
}
