//! What holds for the office as a whole.

use crate::{Country, Domain, Language, MusicOnHold, Parking, Realm, Recording, RingFor, TimeZone};
use serde::{Deserialize, Serialize};

/// The settings of the office as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSettings {
    /// The company's name: clean text, not empty.
    pub name: String,
    /// The hosts this office answers for, besides the addresses of the computer it runs on.
    pub domains: Vec<Domain>,
    /// The realm its devices log in to. Another realm makes every stored credential worthless,
    /// so it is chosen once, when the office is founded.
    pub realm: Realm,
    /// The country it is in; `None` until the set-up has asked.
    pub country: Option<Country>,
    /// Its time zone; universal time until the set-up has asked.
    pub time_zone: TimeZone,
    /// The language callers hear where nothing says otherwise.
    pub language: Language,
    /// How long a registration lasts.
    pub register_expiry: RegisterExpiry,
    /// How long a person's devices ring where the person has set nothing.
    pub ring_for: RingFor,
    /// The session interval offered, in seconds (RFC 4028): how long a call whose far end has
    /// vanished may stay.
    pub session_expires: u32,
    /// How many calls are let in.
    pub admission: Admission,
    /// Whether the first-run set-up has been finished.
    pub set_up: bool,
    /// Whether other computers may open the window.
    pub lan: LanAccess,
    /// Whether calls are recorded where a person has set nothing, and how it is done.
    pub recording: Recording,
    /// Whether those who run the office may listen to calls of others, who are told so by a tone.
    pub listening: bool,
    /// What those hear who wait.
    pub music: MusicOnHold,
    /// Where calls are parked.
    pub parking: Parking,
}

impl OfficeSettings {
    /// The settings of an office just founded.
    #[must_use]
    pub fn founded(realm: Realm, language: Language) -> Self {
        Self {
            name: "My office".to_owned(),
            domains: Vec::new(),
            realm,
            country: None,
            time_zone: TimeZone::UTC,
            language,
            register_expiry: RegisterExpiry::default(),
            ring_for: RingFor::default(),
            session_expires: 1_800,
            admission: Admission::default(),
            set_up: false,
            lan: LanAccess::default(),
            recording: Recording::default(),
            listening: false,
            music: MusicOnHold::default(),
            parking: Parking::default(),
        }
    }
}

/// How long a registration lasts, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterExpiry {
    /// A shorter wish is refused with 423 (RFC 3261 §10.3).
    pub min: u32,
    /// Granted to a phone that wishes nothing.
    pub default: u32,
    /// A longer wish is cut to this.
    pub max: u32,
}

impl Default for RegisterExpiry {
    /// At most ten minutes, though phones ask for an hour: when the office's computer gets another
    /// address, a phone finds it again with its next REGISTER.
    fn default() -> Self {
        Self {
            min: 60,
            default: 120,
            max: 600,
        }
    }
}

/// How many calls are let in at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// In the whole office.
    pub office_calls: u16,
    /// With one person, where the person has set nothing.
    pub calls_per_person: u16,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            office_calls: 200,
            calls_per_person: 4,
        }
    }
}

/// Access to the window from other computers of the office's network, over TLS and with a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LanAccess {
    /// Whether it is on; off until the owner turns it on.
    pub enabled: bool,
    /// The TCP port it listens on, not 0.
    pub port: u16,
}

impl Default for LanAccess {
    fn default() -> Self {
        Self {
            enabled: false,
            port: 7_443,
        }
    }
}
