//! What the API tells.

pub(crate) mod attention;
pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod call_sound;
pub(crate) mod calls;
pub(crate) mod certificates;
pub(crate) mod devices;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod lan;
pub(crate) mod live;
pub(crate) mod mail;
pub(crate) mod mailboxes;
pub(crate) mod messages;
pub(crate) mod music;
pub(crate) mod office;
pub(crate) mod pcap;
pub(crate) mod people;
pub(crate) mod recordings;
pub(crate) mod rooms;
pub(crate) mod sounds;
pub(crate) mod status;
pub(crate) mod trace;
pub(crate) mod users;
pub(crate) mod wants;
