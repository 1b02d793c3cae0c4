//! What the API tells.

pub(crate) mod board;
pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod people;
pub(crate) mod status;
pub(crate) mod trace;
