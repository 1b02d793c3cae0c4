//! Devices on disk, with their sealed credentials.

use crate::described::{DEVICE, Fields};
use crate::office_change::OfficeChange;
use crate::row::{Revised, bad, expect_one, get_parsed};
use crate::secrets::{self, DataKey, Place};
use crate::{StoreError, settings};
use office::{
    Device, DeviceId, DigestCredentials, MediaPolicy, PersonId, Realm, Record, Secret, SipUser,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A device about to be added; the fields are those of [`Device`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// See [`Device::person`].
    pub person: PersonId,
    /// See [`Device::label`].
    pub label: String,
    /// See [`Device::sip_user`]; `None` to have one made from the person's name and the label.
    pub sip_user: Option<SipUser>,
    /// See [`Device::max_contacts`].
    pub max_contacts: u8,
    /// See [`Device::media`].
    pub media: MediaPolicy,
}

/// What may be changed of a device. Its SIP user name is part of its credentials and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceEdit {
    /// Which device.
    pub id: DeviceId,
    /// See [`Device::person`].
    pub person: PersonId,
    /// See [`Device::label`].
    pub label: String,
    /// See [`Device::max_contacts`].
    pub max_contacts: u8,
    /// See [`Device::media`].
    pub media: MediaPolicy,
}

/// How a device logs in. This is the only time its secret can be shown: the office keeps hashes.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// The device.
    pub device: DeviceId,
    /// Its user name.
    pub sip_user: SipUser,
    /// Its secret, 125 random bits in five groups to type.
    pub secret: Secret,
}

const OWNER: &str = "device";
const EXISTS: &str = "SELECT 1 FROM devices WHERE id = ?1 AND removed_at IS NULL";

impl OfficeChange<'_> {
    /// Adds a device with a new secret.
    ///
    /// # Errors
    /// [`StoreError::SipUserTaken`] if another device has the name given;
    /// [`StoreError::NotFound`] if a name is to be made from a person who does not exist.
    pub fn add_device(&self, device: &NewDevice) -> Result<NewLogin, StoreError> {
        let sip_user = match &device.sip_user {
            Some(sip_user) if self.is_taken(sip_user)? => {
                return Err(StoreError::SipUserTaken(sip_user.clone()));
            }
            Some(sip_user) => sip_user.clone(),
            None => self.new_sip_user(device)?,
        };
        let realm = settings::load(self.connection)?.value.realm;
        self.connection
            .prepare_cached(
                "INSERT INTO devices (person, label, sip_user, secret_realm, max_contacts, media)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                device.person.0,
                device.label,
                sip_user.as_str(),
                realm.as_str(),
                device.max_contacts,
                media_text(device.media),
            ])?;
        let id = DeviceId(self.connection.last_insert_rowid());
        let added = DEVICE.find(self.connection, &id.0)?;
        self.record("device.added", None, added)?;
        self.give_secret(id, sip_user, &realm)
    }

    /// Replaces what may be changed of a device, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_device(&self, edit: &DeviceEdit, revision: i64) -> Result<(), StoreError> {
        self.recorded("device.edited", &DEVICE, &edit.id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE devices SET revision = revision + 1, person = ?1, label = ?2,
                         max_contacts = ?3, media = ?4
                     WHERE id = ?5 AND revision = ?6 AND removed_at IS NULL",
                )?
                .execute(params![
                    edit.person.0,
                    edit.label,
                    edit.max_contacts,
                    media_text(edit.media),
                    edit.id.0,
                    revision,
                ])?;
            let record = Record::Device(edit.id);
            expect_one(changed, self.connection, EXISTS, &edit.id.0, record)
        })
    }

    /// Gives a device a new secret for the office's present realm; the old one is worthless from
    /// now on.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn renew_secret(&self, id: DeviceId, revision: i64) -> Result<NewLogin, StoreError> {
        let realm = settings::load(self.connection)?.value.realm;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE devices SET revision = revision + 1, secret_realm = ?1
                 WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
            )?
            .execute(params![realm.as_str(), id.0, revision])?;
        expect_one(changed, self.connection, EXISTS, &id.0, Record::Device(id))?;
        let (label, sip_user): (String, SipUser) = self.connection.query_row(
            "SELECT label, sip_user FROM devices WHERE id = ?1",
            [id.0],
            |row| Ok((row.get(0)?, get_parsed(row, 1)?)),
        )?;
        let user = Fields::from_iter([("user".to_owned(), sip_user.as_str().into())]);
        self.write_down("device.secretRenewed", &label, None, Some(&user))?;
        self.give_secret(id, sip_user, &realm)
    }

    /// Removes a device with its registrations. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_device`](Self::restore_device) brings it back.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_device(&self, id: DeviceId, revision: i64) -> Result<(), StoreError> {
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT revision FROM devices WHERE id = ?1 AND removed_at IS NULL")?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        match found {
            Some(found) if found == revision => self.set_device_aside(id, self.at),
            Some(_) => Err(StoreError::ChangedMeanwhile(Record::Device(id))),
            None => Err(StoreError::NotFound(Record::Device(id))),
        }
    }

    /// Brings back a device that was removed, with its secret: it logs in again as before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no device of that identity was removed, or too long ago. If its
    /// person is gone, the change as a whole is refused.
    pub fn restore_device(&self, id: DeviceId) -> Result<(), StoreError> {
        let removed = "SELECT 1 FROM devices WHERE id = ?1 AND removed_at IS NOT NULL";
        if !self.connection.prepare_cached(removed)?.exists([id.0])? {
            return Err(StoreError::NotFound(Record::Device(id)));
        }
        self.bring_device_back(id)
    }

    /// The devices of a person: those in use, or those set aside at that time.
    pub(crate) fn devices_of(
        &self,
        person: PersonId,
        removed_at: Option<i64>,
    ) -> Result<Vec<DeviceId>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT id FROM devices WHERE person = ?1 AND removed_at IS ?2 ORDER BY id",
        )?;
        let rows = select.query_map(params![person.0, removed_at], |row| {
            row.get(0).map(DeviceId)
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn set_device_aside(&self, id: DeviceId, at: i64) -> Result<(), StoreError> {
        self.recorded("device.removed", &DEVICE, &id.0, || {
            self.connection
                .prepare_cached(
                    "UPDATE devices SET revision = revision + 1, removed_at = ?1 WHERE id = ?2",
                )?
                .execute([at, id.0])?;
            self.connection
                .prepare_cached("DELETE FROM bindings WHERE device = ?1")?
                .execute([id.0])?;
            Ok(())
        })
    }

    pub(crate) fn bring_device_back(&self, id: DeviceId) -> Result<(), StoreError> {
        self.recorded("device.restored", &DEVICE, &id.0, || {
            self.connection
                .prepare_cached(
                    "UPDATE devices SET revision = revision + 1, removed_at = NULL WHERE id = ?1",
                )?
                .execute([id.0])?;
            Ok(())
        })
    }

    fn give_secret(
        &self,
        device: DeviceId,
        sip_user: SipUser,
        realm: &Realm,
    ) -> Result<NewLogin, StoreError> {
        let secret = secrets::new_sip_secret()?;
        let credentials = DigestCredentials::of_password(&sip_user, realm, &secret);
        let DigestCredentials {
            realm: _,
            ha1_md5,
            ha1_sha256,
            ha1_sha512_256,
        } = &credentials;
        for (field, hash) in HASHES
            .into_iter()
            .zip([ha1_md5, ha1_sha256, ha1_sha512_256])
        {
            self.key.put(self.connection, place(device, field), hash)?;
        }
        Ok(NewLogin {
            device,
            sip_user,
            secret,
        })
    }

    fn is_taken(&self, sip_user: &SipUser) -> Result<bool, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT 1 FROM devices WHERE sip_user = ?1")?;
        Ok(select.exists([sip_user.as_str()])?)
    }

    fn new_sip_user(&self, device: &NewDevice) -> Result<SipUser, StoreError> {
        let person: String = self
            .connection
            .query_row(
                "SELECT name FROM persons WHERE id = ?1 AND removed_at IS NULL",
                [device.person.0],
                |row| row.get(0),
            )
            .optional()?
            .ok_or(StoreError::NotFound(Record::Person(device.person)))?;
        loop {
            let chance = u32::from_be_bytes(secrets::random()?);
            let sip_user = SipUser::generate(&person, &device.label, chance);
            if !self.is_taken(&sip_user)? {
                return Ok(sip_user);
            }
        }
    }
}

/// Reads all devices and opens their credentials, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<Device>>, StoreError> {
    let mut select = connection.prepare(
        "SELECT id, revision, person, label, sip_user, secret_realm, max_contacts, media
         FROM devices WHERE removed_at IS NULL ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let mut devices = Vec::new();
    while let Some(row) = rows.next()? {
        let id = DeviceId(row.get(0)?);
        let [ha1_md5, ha1_sha256, ha1_sha512_256] = HASHES.map(|field| {
            let place = place(id, field);
            let hash = key.get(connection, place)?;
            hash.ok_or_else(|| StoreError::BrokenSeal {
                place: place.to_string(),
            })
        });
        devices.push(Revised {
            revision: row.get(1)?,
            value: Device {
                id,
                person: PersonId(row.get(2)?),
                label: row.get(3)?,
                sip_user: get_parsed(row, 4)?,
                credentials: DigestCredentials {
                    realm: get_parsed(row, 5)?,
                    ha1_md5: ha1_md5?,
                    ha1_sha256: ha1_sha256?,
                    ha1_sha512_256: ha1_sha512_256?,
                },
                max_contacts: row.get(6)?,
                media: parse_media(&row.get::<_, String>(7)?)?,
            },
        });
    }
    Ok(devices)
}

/// When each device in use registered for the last time, in milliseconds since 1970 (UTC).
pub(crate) fn last_seen(connection: &Connection) -> Result<BTreeMap<DeviceId, i64>, StoreError> {
    let mut select = connection.prepare(
        "SELECT id, last_seen FROM devices WHERE removed_at IS NULL AND last_seen IS NOT NULL",
    )?;
    let rows = select.query_map([], |row| Ok((DeviceId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

const HASHES: [&str; 3] = ["ha1_md5", "ha1_sha256", "ha1_sha512_256"];

fn place(device: DeviceId, field: &str) -> Place<'_> {
    Place {
        owner: OWNER,
        owner_id: device.0,
        field,
    }
}

fn media_text(media: MediaPolicy) -> &'static str {
    match media {
        MediaPolicy::Auto => "auto",
        MediaPolicy::AlwaysRelay => "always_relay",
    }
}

fn parse_media(text: &str) -> rusqlite::Result<MediaPolicy> {
    match text {
        "auto" => Ok(MediaPolicy::Auto),
        "always_relay" => Ok(MediaPolicy::AlwaysRelay),
        _ => Err(bad(
            7,
            format!("no way for media is called {text:?}").into(),
        )),
    }
}
