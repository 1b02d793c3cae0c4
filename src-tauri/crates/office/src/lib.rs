//! The customer's world as values: persons, devices, extensions, the office.
//!
//! [`Office`] is the immutable snapshot of a company's configuration. A change makes a new one;
//! a running call keeps the snapshot it began with. Nothing here reads a clock, a file or a
//! socket, so the live call, the simulator and the checks of a form see the same office.

#![deny(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod clean_text;
mod credentials;
mod device;
mod domain;
mod extension;
mod extension_number;
mod id;
pub mod limits;
mod locale;
mod person;
mod problem;
mod ring_for;
mod secret;
mod settings;
mod sip_user;
mod snapshot;
mod text_value;
mod wants;

pub use clean_text::clean_text;
pub use credentials::DigestCredentials;
pub use device::{Device, MediaPolicy};
pub use domain::{BadDomain, BadRealm, Domain, Realm};
pub use extension::{Extension, RouteTarget};
pub use extension_number::{BadExtensionNumber, ExtensionNumber};
pub use id::{CallId, DeviceId, PersonId, UserId};
pub use locale::{BadCountry, BadLanguage, BadTimeZone, Country, Language, TimeZone};
pub use person::Person;
pub use problem::{OfficeProblem, Record};
pub use ring_for::{BadRingFor, RingFor};
pub use secret::Secret;
pub use settings::{Admission, LanAccess, OfficeSettings, RegisterExpiry};
pub use sip_user::{BadSipUser, SipUser};
pub use snapshot::{Dialled, Office, OfficeParts};
pub use wants::{Wants, WantsState};
