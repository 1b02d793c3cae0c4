//! Is everything as it should be: the ports, the network, the clock, the disk.

use crate::{errors::Problem, server::Api, values::Millis};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// The outcome of all checks.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    checks: Vec<Check>,
    checked_at: Millis,
}

/// One check and its outcome.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was checked.
    pub id: CheckId,
    /// How it went.
    pub state: CheckState,
    /// Which sentence the UI shows, such as `portTaken`.
    pub finding: String,
    /// What the sentence names: ports, programs, addresses, days.
    pub facts: BTreeMap<String, Fact>,
}

/// What can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckId {
    /// Whether phones find SIP where they look for it.
    SipPorts,
    /// Whether this computer has a network.
    Network,
    /// Whether a firewall may keep phones out.
    Firewall,
    /// Whether the clock can be believed.
    Clock,
    /// Whether there is room on the disk.
    Disk,
    /// Whether this computer goes to sleep.
    Sleep,
    /// How long the certificate is good.
    Certificate,
    /// How old the newest backup is.
    Backup,
    /// Whether the phones are there.
    Phones,
    /// Whether a number inside is one that calls for help.
    Emergency,
    /// Whether what calls cost is known where it is limited.
    Prices,
    /// Whether somebody has said of each line if its provider limits what calls abroad may cost.
    SpendCap,
    /// Whether the audit log is as it was written.
    AuditLog,
    /// Whether there are ports for sound.
    MediaPorts,
    /// Whether this computer is quick enough for the sound of calls.
    Sound,
    /// Whether other computers reach the window, if they may.
    Lan,
}

impl CheckId {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SipPorts => "sipPorts",
            Self::Network => "network",
            Self::Firewall => "firewall",
            Self::Clock => "clock",
            Self::Disk => "disk",
            Self::Sleep => "sleep",
            Self::Certificate => "certificate",
            Self::Backup => "backup",
            Self::Phones => "phones",
            Self::Emergency => "emergency",
            Self::Prices => "prices",
            Self::SpendCap => "spendCap",
            Self::AuditLog => "auditLog",
            Self::MediaPorts => "mediaPorts",
            Self::Sound => "sound",
            Self::Lan => "lan",
        }
    }
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// It works, and may soon or sometimes not.
    Warning,
    /// Calls fail, or will.
    Problem,
    /// This system does not tell.
    Unknown,
}

/// Something a sentence names.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(untagged)]
pub enum Fact {
    /// A name or address.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several names or addresses.
    Texts(Vec<String>),
}

impl Check {
    /// A check with its outcome, and no facts yet.
    #[must_use]
    pub fn new(id: CheckId, state: CheckState, finding: &str) -> Self {
        Self {
            id,
            state,
            finding: finding.to_owned(),
            facts: BTreeMap::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Fact>) -> Self {
        self.facts.insert(name.to_owned(), fact.into());
        self
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<String>> for Fact {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

/// All checks, made now.
#[utoipa::path(get, path = "/health", tag = "health",
    responses((status = 200, body = Health)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Result<Json<Health>, Problem> {
    let desk = Arc::clone(&api.desk);
    // Some checks ask the disk or run a program of the system.
    let checks = tokio::task::spawn_blocking(move || desk.check_health());
    let checks = checks.await.map_err(|_| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the checks did not come to an end",
        )
    })?;
    Ok(Json(Health {
        checks,
        checked_at: Millis::now(),
    }))
}
