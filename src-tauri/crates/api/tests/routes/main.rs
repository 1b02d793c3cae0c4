//! The API as its clients see it.

mod after_restart;
mod backups;
mod calling;
mod calls;
mod calls_csv;
mod calls_outside;
mod edge;
mod engine;
mod feed;
mod flows;
mod guard;
mod lan;
mod lines;
mod mail;
mod modes;
mod office;
mod offices;
mod parking;
mod probes;
mod recordings;
mod rights;
mod rooms;
mod schedules;
mod session;
mod sounds;
mod voicemail;
