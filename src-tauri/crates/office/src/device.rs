//! A device that registers.

use crate::{DeviceId, DigestCredentials, PersonId, SipUser};
use serde::{Deserialize, Serialize};

/// A phone, app or browser that registers for a person, under a name and secret of its own.
///
/// It serialises without its credentials, and is never read from outside as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Device {
    /// Its identity.
    pub id: DeviceId,
    /// Whose device it is.
    pub person: PersonId,
    /// What the office calls it ("Desk phone"): clean text, not empty.
    pub label: String,
    /// The user part of its SIP address and its digest user name.
    pub sip_user: SipUser,
    /// What its login is checked against.
    #[serde(skip)]
    pub credentials: DigestCredentials,
    /// How many contacts may be registered at a time,
    /// 1 to [`CONTACTS_PER_DEVICE_MAX`](crate::limits::CONTACTS_PER_DEVICE_MAX).
    pub max_contacts: u8,
    /// The way its media takes.
    pub media: MediaPolicy,
}

/// The way a device's media takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaPolicy {
    /// Direct between two phones of one network, through the office's relay where NAT, recording
    /// or encryption ask for it.
    #[default]
    Auto,
    /// Always through the office's relay, for a phone behind a router that confuses matters.
    AlwaysRelay,
}
