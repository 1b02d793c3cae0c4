//! What phones hear, keys do and recordings hold, by ear.
#![allow(missing_docs)]

mod allocations;
mod conference;
mod music;
mod phones;
mod players;
mod recordings;
mod scene;
