//! One change of the configuration: all of its steps are saved, or none.

use crate::secrets::DataKey;
use crate::{
    Actor, StoreError, caller_lists, calling_policy, calling_rights, devices, extensions, flows,
    mailboxes, modes, outbound_rules, peers, persons, phone_numbers, pin_sets, rooms, schedules,
    settings, trunks,
};
use office::{Office, OfficeParts, OutsideParts};
use rusqlite::Connection;

/// A change in progress. Steps may pass through states that do not hold together (a person whose
/// number is added by the next step); only the end is checked.
pub struct OfficeChange<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) key: &'a DataKey,
    pub(crate) actor: &'a Actor,
    /// When the change is made, in milliseconds since 1970 (UTC).
    pub(crate) at: i64,
}

/// Reads the whole office and checks that it holds together.
pub(crate) fn load_office(connection: &Connection, key: &DataKey) -> Result<Office, StoreError> {
    let mut parts = OfficeParts {
        settings: settings::load(connection)?.value,
        persons: values(persons::load(connection)?),
        devices: values(devices::load(connection, key)?),
        extensions: values(extensions::load(connection)?),
        mailboxes: values(mailboxes::load(connection, key)?),
        rooms: values(rooms::load(connection, key)?),
        schedules: values(schedules::load(connection)?),
        flows: flows::of_office(connection)?,
        modes: values(modes::load(connection)?),
        pin_sets: values(pin_sets::load(connection, key)?),
        caller_lists: values(caller_lists::load(connection)?),
        trunks: values(trunks::load(connection, key)?),
        peers: values(peers::load(connection, key)?),
        phone_numbers: values(phone_numbers::load(connection)?),
        outside: OutsideParts {
            rules: outbound_rules::load(connection)?.value,
            rights: values(calling_rights::load(connection)?),
            calling: calling_policy::policy(connection)?.value,
            admission: calling_policy::admission(connection)?.value,
            emergency: calling_policy::emergency(connection)?.value,
            domain_access: calling_policy::access(connection)?.value,
        },
    };
    numbering::read_lists(&mut parts);
    Office::build(parts).map_err(StoreError::Problems)
}

fn values<T>(revised: Vec<crate::Revised<T>>) -> Vec<T> {
    revised.into_iter().map(|each| each.value).collect()
}
