//! The stream table as the media thread uses it: an ordinary office, attackers, and any sequence of events
//! at all.

mod attacks;
mod echo;
mod encrypted;
mod model;
mod office;
mod office_speaks;
mod scene;
