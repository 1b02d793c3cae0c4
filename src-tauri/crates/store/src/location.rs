//! Where each device can be reached, so that a restarted engine still knows every phone.

use crate::StoreError;
use crate::limits::BINDINGS_MAX;
use crate::row::{bad, get_parsed};
use office::DeviceId;
use rusqlite::{Connection, Row, params};
use std::net::SocketAddr;

/// One contact of a device (RFC 3261 §10.3), as it survives a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBinding {
    /// Whose contact it is.
    pub device: DeviceId,
    /// The contact URI, as registered.
    pub contact: Vec<u8>,
    /// Where the REGISTER came from.
    pub source: SocketAddr,
    /// The local address it came to, so that the answer and later calls leave by the same way.
    pub local: SocketAddr,
    /// `UDP`, `TCP`, `TLS`, `WS` or `WSS`.
    pub transport: String,
    /// The Path the REGISTER came over (RFC 3327), each value as sent, topmost first.
    pub path: Vec<Vec<u8>>,
    /// The `+sip.instance` (RFC 5626 §4.1).
    pub instance: Option<String>,
    /// The `reg-id` (RFC 5626 §4.2).
    pub reg_id: Option<u32>,
    /// The preference in thousandths, 0 to 1000.
    pub q: u16,
    /// When it lapses, in milliseconds since 1970 (UTC).
    pub expires_at: i64,
    /// The Call-ID of the REGISTER.
    pub call_id: String,
    /// The CSeq of the REGISTER.
    pub cseq: u32,
    /// What the phone calls itself.
    pub user_agent: String,
}

/// Which binding. Two flows of one phone may share a contact and differ in their `reg-id` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingKey {
    /// See [`StoredBinding::device`].
    pub device: DeviceId,
    /// See [`StoredBinding::contact`].
    pub contact: Vec<u8>,
    /// See [`StoredBinding::instance`].
    pub instance: Option<String>,
    /// See [`StoredBinding::reg_id`].
    pub reg_id: Option<u32>,
}

/// One step of the location service to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingWrite {
    /// The binding is new or renewed.
    Put(StoredBinding),
    /// The binding is gone.
    Remove(BindingKey),
}

impl StoredBinding {
    /// What tells this binding from others.
    #[must_use]
    pub fn key(&self) -> BindingKey {
        BindingKey {
            device: self.device,
            contact: self.contact.clone(),
            instance: self.instance.clone(),
            reg_id: self.reg_id,
        }
    }
}

/// Applies writes in their order. A device whose binding is put was seen at `now` (milliseconds
/// since 1970, UTC): writes are collected for a second or so at most.
pub(crate) fn apply(
    connection: &Connection,
    writes: &[BindingWrite],
    now: i64,
) -> Result<(), StoreError> {
    // The device may have been removed since it registered: its last binding then is no error.
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO bindings (device, contact, instance, reg_id, source, local,
             transport, path, q, expires_at, call_id, cseq, user_agent)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
         WHERE EXISTS (SELECT 1 FROM devices WHERE id = ?1 AND removed_at IS NULL)",
    )?;
    let mut see = connection.prepare_cached("UPDATE devices SET last_seen = ?1 WHERE id = ?2")?;
    let mut remove = connection.prepare_cached(
        "DELETE FROM bindings WHERE device = ?1 AND contact = ?2 AND instance = ?3 AND reg_id = ?4",
    )?;
    for write in writes {
        match write {
            BindingWrite::Put(binding) => {
                see.execute([now, binding.device.0])?;
                put.execute(params![
                    binding.device.0,
                    binding.contact,
                    binding.instance.as_deref().unwrap_or_default(),
                    reg_id_column(binding.reg_id),
                    binding.source.to_string(),
                    binding.local.to_string(),
                    binding.transport,
                    join_path(&binding.path),
                    binding.q,
                    binding.expires_at,
                    binding.call_id,
                    binding.cseq,
                    binding.user_agent,
                ])?
            }
            BindingWrite::Remove(key) => remove.execute(params![
                key.device.0,
                key.contact,
                key.instance.as_deref().unwrap_or_default(),
                reg_id_column(key.reg_id),
            ])?,
        };
    }
    Ok(())
}

/// Removes what has lapsed and reads the rest, by device and contact.
pub(crate) fn load(connection: &Connection, now: i64) -> Result<Vec<StoredBinding>, StoreError> {
    connection.execute("DELETE FROM bindings WHERE expires_at <= ?1", [now])?;
    let mut select = connection.prepare(
        "SELECT device, contact, instance, reg_id, source, local, transport, path, q, expires_at,
                call_id, cseq, user_agent
         FROM bindings ORDER BY device, contact, instance, reg_id LIMIT ?1",
    )?;
    let limit = i64::try_from(BINDINGS_MAX).unwrap_or(i64::MAX);
    let rows = select.query_map([limit], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredBinding> {
    let instance: String = row.get(2)?;
    let reg_id: i64 = row.get(3)?;
    Ok(StoredBinding {
        device: DeviceId(row.get(0)?),
        contact: row.get(1)?,
        source: get_parsed(row, 4)?,
        local: get_parsed(row, 5)?,
        transport: row.get(6)?,
        path: split_path(&row.get::<_, Vec<u8>>(7)?)
            .ok_or_else(|| bad(7, "a Path is cut off".into()))?,
        instance: (!instance.is_empty()).then_some(instance),
        reg_id: u32::try_from(reg_id).ok(),
        q: row.get(8)?,
        expires_at: row.get(9)?,
        call_id: row.get(10)?,
        cseq: row.get(11)?,
        user_agent: row.get(12)?,
    })
}

fn reg_id_column(reg_id: Option<u32>) -> i64 {
    reg_id.map_or(-1, i64::from)
}

/// Path values one after another, each after its length in four bytes: they may hold any byte.
fn join_path(path: &[Vec<u8>]) -> Vec<u8> {
    let mut joined = Vec::new();
    for value in path {
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        joined.extend_from_slice(&length.to_be_bytes());
        joined.extend_from_slice(value);
    }
    joined
}

fn split_path(mut joined: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut path = Vec::new();
    while let Some((length, rest)) = joined.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        path.push(value.to_vec());
        joined = rest;
    }
    joined.is_empty().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_path_comes_back_as_it_was(path: Vec<Vec<u8>>) {
            prop_assert_eq!(split_path(&join_path(&path)), Some(path));
        }

        #[test]
        fn a_damaged_path_is_noticed_or_harmless(joined: Vec<u8>) {
            if let Some(path) = split_path(&joined) {
                prop_assert_eq!(join_path(&path), joined);
            }
        }
    }
}
