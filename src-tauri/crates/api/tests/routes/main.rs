//! The API as its clients see it.

mod calls;
mod calls_csv;
mod engine;
mod feed;
mod guard;
mod lan;
mod mail;
mod office;
mod probes;
mod recordings;
mod rights;
mod rooms;
mod session;
mod sounds;
mod voicemail;
