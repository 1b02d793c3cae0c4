//! What the API tells.

pub(crate) mod attention;
pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod health;
pub(crate) mod live;
pub(crate) mod office;
pub(crate) mod pcap;
pub(crate) mod people;
pub(crate) mod status;
pub(crate) mod trace;
pub(crate) mod wants;
