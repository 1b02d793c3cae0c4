//! What the API changes.

pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod people;
