//! The API as its clients see it.

mod backups;
mod calls;
mod calls_csv;
mod engine;
mod feed;
mod guard;
mod flows;
mod lan;
mod mail;
mod office;
mod modes;
mod probes;
mod recordings;
mod rights;
mod rooms;
mod session;
mod schedules;
mod sounds;
mod voicemail;
