//! The office's numbers in the telephone network and what each does.

use crate::schedule::OpenState;
use crate::{Language, Office, Openness, PhoneNumber, RingFor, RouteTarget, ScheduleId, TrunkId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A number under which the office is called from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Number {
    /// The number.
    pub number: PhoneNumber,
    /// What it is for ("Sales"): clean text, may be empty.
    #[serde(default)]
    pub label: String,
    /// The line it comes in on; any if none.
    #[serde(default)]
    pub trunk: Option<TrunkId>,
    /// Where its callers go.
    pub route: Route,
    /// When that holds, and where they go otherwise; always if none.
    #[serde(default)]
    pub hours: Option<NumberHours>,
    /// How many of its calls at a time; none for as many as the line carries.
    #[serde(default)]
    pub channels: Option<u16>,
    /// What becomes of callers who hide their number.
    #[serde(default)]
    pub anonymous: Anonymous,
    /// Whether callers nobody knows are asked to press a key first.
    #[serde(default)]
    pub challenge: bool,
}

impl Number {
    /// Where its callers go at a moment (milliseconds since 1970, UTC), and what its hours say of
    /// that moment; `None` if it has none.
    #[must_use]
    pub fn route_at(&self, office: &Office, at_unix_ms: i64) -> (&Route, Option<Openness>) {
        let Some(hours) = &self.hours else {
            return (&self.route, None);
        };
        let openness = office.openness(hours.schedule, at_unix_ms);
        let route = match openness.state {
            OpenState::Open => &self.route,
            OpenState::Closed | OpenState::Holiday | OpenState::Break => &hours.when_closed,
        };
        (route, Some(openness))
    }
}

/// A destination and what is set on the way there. The same wherever one is chosen.
///
/// As JSON `{"dest_kind": "user", "dest_id": 7, "dest_xform": {"callerNamePrefix": "Sales: "}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where to.
    #[serde(flatten)]
    pub target: RouteTarget,
    /// What is set on the way.
    #[serde(default, skip_serializing_if = "Xform::is_empty")]
    pub dest_xform: Xform,
}

/// What is set on the way to a destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Xform {
    /// Put before the caller's name on displays ("Sales: ").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_name_prefix: Option<String>,
    /// The language the caller hears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How long it rings there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring_for: Option<RingFor>,
    /// Variables of a call flow, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

impl Xform {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Xform::default()
    }
}

impl Route {
    /// Straight there, with nothing set on the way.
    #[must_use]
    pub fn to(target: RouteTarget) -> Route {
        Route {
            target,
            dest_xform: Xform::default(),
        }
    }
}

/// When a number or extension leads where it leads, and where its callers go at other times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberHours {
    /// It leads there while this is open.
    pub schedule: ScheduleId,
    /// Where callers go while it is closed, a holiday or on a break.
    pub when_closed: Route,
}

/// What becomes of callers who hide their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Anonymous {
    /// They are callers like others.
    #[default]
    Accept,
    /// They are asked to press a key first.
    Challenge,
    /// They are turned away, and told why.
    Refuse,
}
