//! What the API changes.

pub(crate) mod attention;
pub(crate) mod backups;
pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod lan;
pub(crate) mod office;
pub(crate) mod people;
pub(crate) mod session;
pub(crate) mod users;
