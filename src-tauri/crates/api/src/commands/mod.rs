//! What the API changes.

pub(crate) mod attention;
pub(crate) mod backups;
pub(crate) mod caller_lists;
pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod flows;
pub(crate) mod lan;
pub(crate) mod mail;
pub(crate) mod mailboxes;
pub(crate) mod messages;
pub(crate) mod modes;
pub(crate) mod music;
pub(crate) mod office;
pub(crate) mod people;
pub(crate) mod pin_sets;
pub(crate) mod recordings;
pub(crate) mod rooms;
pub(crate) mod scenarios;
pub(crate) mod schedules;
pub(crate) mod session;
pub(crate) mod sounds;
pub(crate) mod users;
pub(crate) mod web_access;
