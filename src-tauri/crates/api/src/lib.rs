//! The engine's one API: JSON over HTTP on loopback, and the embedded UI.
//!
//! Window, command line and integrations use the same routes. Programs of this computer show the
//! token of the data directory, people sign in; one table says who may use which route. Every
//! request must name a host of this machine, so that no web page can drive the office (DNS
//! rebinding, cross-site requests). Other computers come in over TLS, once that is turned on.
//!
//! [`Keeper`] owns the store on a thread of its own, [`Desk`] holds what is going on right now,
//! and [`serve`] answers requests from the two. A change goes to the store first and from there to
//! the switch, so that what was acknowledged is both saved and in effect.
#![deny(missing_docs)]

mod aloud;
mod attention;
mod auth;
#[cfg(test)]
mod bindings;
mod call_on_line;
mod clerk;
mod commands;
mod configuration;
mod copied_sounds;
mod desk;
mod emergencies;
mod errors;
mod feed;
mod flow_drafts;
mod fuses;
mod guard;
mod json;
mod keeper;
mod kept_outside;
mod lan;
mod library;
pub mod limits;
mod line_evidence;
mod line_log;
mod line_test;
mod live_calls;
mod mirror;
mod offices;
mod openapi;
mod orders;
mod prompts;
mod server;
mod surroundings;
mod ui;
mod values;
mod views;
mod wav;
mod web;

pub use auth::{Access, Keys, access};
pub use clerk::{Clerk, mailbox_counts};
pub use configuration::Configuration;
pub use desk::{Desk, SipListener};
pub use errors::Problem;
pub use keeper::{AskFailed, Keeper};
pub use kept_outside::outside_calls;
pub use lan::{Authority, Certificates, Identity};
pub use offices::Offices;
pub use server::{Api, routes, serve};
pub use values::Millis;
pub use views::{
    certificates::certificate_end,
    health::{Check, CheckId, CheckState, Fact},
    live::LanState,
};
