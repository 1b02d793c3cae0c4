//! A person of the office.

use crate::{
    ExtensionNumber, MusicOnHold, PersonId, RecordingRule, RingFor, RouteTarget, ScheduleId, Wants,
};
use serde::{Deserialize, Serialize};

/// Someone who makes and takes calls, on as many devices as they like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their identity.
    pub id: PersonId,
    /// Their name as colleagues know it: clean text, not empty.
    pub name: String,
    /// The group they are shown in: clean text, free to choose; empty for none.
    pub team: String,
    /// The extension they call from, shown to colleagues. It must lead to them. Any further
    /// extension that leads to them is found by [`Office::numbers_of`](crate::Office::numbers_of).
    pub number: Option<ExtensionNumber>,
    /// The name shown to whom they call, where it differs from `name` ("Sales, Mr Brown").
    pub presentation_name: Option<String>,
    /// How many calls they may have at a time; `None` for what the office has set.
    pub simultaneous_calls: Option<u16>,
    /// How long their devices ring; `None` for what the office has set.
    pub ring_for: Option<RingFor>,
    /// Whether they want to be called.
    pub wants: Wants,
    /// Whether their calls are recorded; `None` for what the office has set.
    pub recording: Option<RecordingRule>,
    /// What those hear whom they put on hold; `None` for what the office has set.
    pub music: Option<MusicOnHold>,
    /// When they take calls; `None` for always.
    pub hours: Option<PersonHours>,
}

/// When a person takes calls, and where their callers go at other times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHours {
    /// They ring while it is open.
    pub schedule: ScheduleId,
    /// Where callers go while it is closed, a holiday or on a break.
    pub when_closed: RouteTarget,
}

impl Person {
    /// Someone of whom only the name is known: everything else as the office has set.
    #[must_use]
    pub fn named(id: PersonId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            team: String::new(),
            number: None,
            presentation_name: None,
            simultaneous_calls: None,
            ring_for: None,
            wants: Wants::default(),
            recording: None,
            music: None,
            hours: None,
        }
    }

    /// The name to show to whom this person calls.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        self.presentation_name.as_deref().unwrap_or(&self.name)
    }
}
