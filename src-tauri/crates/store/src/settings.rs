//! The office's settings on disk: one row, and its domains in their order.

use crate::StoreError;
use crate::described::SETTINGS;
use crate::music::{self, OFFICE};
use crate::office_change::OfficeChange;
use crate::recordings::{get_rule, rule_text};
use crate::row::{Revised, get_optional_parsed, get_parsed, get_try};
use office::{
    Admission, Domain, LanAccess, MusicOnHold, OfficeSettings, Parking, Record, Recording,
    RegisterExpiry,
};
use rusqlite::{Connection, params};

/// Reads the settings.
pub(crate) fn load(connection: &Connection) -> Result<Revised<OfficeSettings>, StoreError> {
    let mut settings = connection.query_row(
        "SELECT revision, name, realm, country, time_zone, language, register_min,
                register_default, register_max, ring_for, session_expires, office_calls,
                calls_per_person, set_up, lan_enabled, lan_port, recording, recording_announce,
                recording_keep_days, parking, parking_first, parking_slots, parking_back,
                listening
         FROM settings WHERE id = 1",
        [],
        |row| {
            Ok(Revised {
                revision: row.get(0)?,
                value: OfficeSettings {
                    name: row.get(1)?,
                    domains: Vec::new(),
                    realm: get_parsed(row, 2)?,
                    country: get_optional_parsed(row, 3)?,
                    time_zone: get_try::<String, _>(row, 4)?,
                    language: get_parsed(row, 5)?,
                    register_expiry: RegisterExpiry {
                        min: row.get(6)?,
                        default: row.get(7)?,
                        max: row.get(8)?,
                    },
                    ring_for: get_try::<u32, _>(row, 9)?,
                    session_expires: row.get(10)?,
                    admission: Admission {
                        office_calls: row.get(11)?,
                        calls_per_person: row.get(12)?,
                    },
                    set_up: row.get(13)?,
                    lan: LanAccess {
                        enabled: row.get(14)?,
                        port: row.get(15)?,
                    },
                    recording: Recording {
                        rule: get_rule(row, 16)?,
                        announce: row.get(17)?,
                        keep_days: row.get(18)?,
                    },
                    listening: row.get(23)?,
                    music: MusicOnHold::Standard,
                    parking: Parking {
                        on: row.get(19)?,
                        first: row.get(20)?,
                        slots: row.get(21)?,
                        back_seconds: row.get(22)?,
                    },
                },
            })
        },
    )?;
    let mut domains = connection.prepare("SELECT domain FROM domains ORDER BY position")?;
    let domains = domains.query_map([], |row| get_parsed(row, 0))?;
    settings.value.domains = domains.collect::<rusqlite::Result<_>>()?;
    settings.value.music = music::load(connection)?.remove(&OFFICE).unwrap_or_default();
    Ok(settings)
}

/// Writes the first settings of an office just founded.
pub(crate) fn found(connection: &Connection, settings: &OfficeSettings) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO settings (id, name, realm, time_zone, language, register_min,
             register_default, register_max, ring_for, session_expires, office_calls,
             calls_per_person)
         VALUES (1, '', '', '', '', 0, 0, 0, 0, 0, 0, 0)",
        [],
    )?;
    write(connection, settings)
}

impl OfficeChange<'_> {
    /// Has the office answer for these domains and no others.
    ///
    /// # Errors
    /// [`StoreError::DomainTaken`].
    pub fn set_domains(&self, domains: &[Domain]) -> Result<(), StoreError> {
        self.recorded("settings.edited", &SETTINGS, &1, || {
            self.connection.execute(
                "UPDATE settings SET revision = revision + 1 WHERE id = 1",
                [],
            )?;
            write_domains(self.connection, domains)
        })
    }

    /// Replaces the settings, if they still have that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] if they have not.
    pub fn edit_settings(
        &self,
        settings: &OfficeSettings,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("settings.edited", &SETTINGS, &1, || {
            let raised = self.connection.execute(
                "UPDATE settings SET revision = revision + 1 WHERE id = 1 AND revision = ?1",
                [revision],
            )?;
            if raised == 0 {
                return Err(StoreError::ChangedMeanwhile(Record::Settings));
            }
            write(self.connection, settings)
        })
    }
}

fn write(connection: &Connection, settings: &OfficeSettings) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE settings SET name = ?1, realm = ?2, country = ?3, time_zone = ?4, language = ?5,
             register_min = ?6, register_default = ?7, register_max = ?8, ring_for = ?9,
             session_expires = ?10, office_calls = ?11, calls_per_person = ?12, set_up = ?13,
             lan_enabled = ?14, lan_port = ?15, recording = ?16, recording_announce = ?17,
             recording_keep_days = ?18, parking = ?19, parking_first = ?20, parking_slots = ?21,
             parking_back = ?22, listening = ?23
         WHERE id = 1",
        params![
            settings.name,
            settings.realm.as_str(),
            settings.country.as_ref().map(office::Country::as_str),
            settings.time_zone.name(),
            settings.language.as_str(),
            settings.register_expiry.min,
            settings.register_expiry.default,
            settings.register_expiry.max,
            settings.ring_for.seconds(),
            settings.session_expires,
            settings.admission.office_calls,
            settings.admission.calls_per_person,
            settings.set_up,
            settings.lan.enabled,
            settings.lan.port,
            rule_text(settings.recording.rule),
            settings.recording.announce,
            settings.recording.keep_days,
            settings.parking.on,
            settings.parking.first,
            settings.parking.slots,
            settings.parking.back_seconds,
            settings.listening,
        ],
    )?;
    let music = Some(&settings.music).filter(|music| **music != MusicOnHold::Standard);
    music::write(connection, OFFICE, music)?;
    write_domains(connection, &settings.domains)
}

fn write_domains(connection: &Connection, domains: &[Domain]) -> Result<(), StoreError> {
    connection.execute("DELETE FROM domains", [])?;
    let mut insert = connection.prepare("INSERT OR IGNORE INTO domains (domain) VALUES (?1)")?;
    let mut taken = connection.prepare("SELECT 1 FROM office_domains WHERE domain = ?1")?;
    for domain in domains {
        if taken.exists([domain.as_str()])? {
            return Err(StoreError::DomainTaken {
                domain: domain.clone(),
            });
        }
        insert.execute([domain.as_str()])?;
    }
    Ok(())
}
