//! The people of the office: what they want, what they do, whether they can be called.

use crate::{
    configuration::Configuration,
    server::Api,
    values::{Millis, PersonId},
    views::{hours::PersonHours, recordings::RecordingRule, wants::Wants},
};
use axum::{Json, extract::State};
use office::Person;
use serde::Serialize;
use std::sync::Arc;
use switch::Board;
use ts_rs::TS;
use utoipa::ToSchema;

/// A person as the API tells them.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    pub(crate) id: PersonId,
    /// To be named in `If-Match` when changing the person.
    revision: i64,
    name: String,
    /// Free text that groups people on the board; empty for none.
    team: String,
    /// The number they call from.
    extension: Option<String>,
    /// Every number that leads to them.
    numbers: Vec<String>,
    /// Ring time of their own, in seconds.
    ring_seconds: Option<u32>,
    /// Whether their calls are recorded.
    recording: RecordingRule,
    /// When they take calls; missing for always.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    hours: Option<PersonHours>,
    pub(crate) wants: Wants,
    doing: Doing,
    /// Whether any of their devices can be called.
    reachable: Reachable,
}

/// What a person is doing, as far as calls tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// In no call.
    Idle,
    /// Being called.
    Ringing,
    /// Calling someone who has not answered yet.
    Calling,
    /// In a call, having put the other side on hold.
    Holding,
    /// In a call.
    Talking,
}

/// Whether a person's devices can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reachable {
    state: Reach,
    /// Since when; missing while unknown.
    since: Option<Millis>,
}

/// How a person can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// A device of theirs is registered.
    Online,
    /// They have devices, and none is registered.
    Offline,
    /// They have no device.
    NoDevice,
}

impl PersonView {
    /// The person as configured, on the board as it is now.
    pub(crate) fn of(
        person: &Person,
        configuration: &Configuration,
        board: &Board,
        now: Millis,
    ) -> Self {
        let office = configuration.office();
        Self {
            id: person.id.into(),
            revision: configuration.revision_of_person(person.id),
            name: person.name.clone(),
            team: person.team.clone(),
            extension: person.number.as_ref().map(ToString::to_string),
            numbers: office
                .numbers_of(person.id)
                .iter()
                .map(ToString::to_string)
                .collect(),
            ring_seconds: person.ring_for.map(office::RingFor::seconds),
            recording: person
                .recording
                .unwrap_or(office.settings().recording.rule)
                .into(),
            hours: person.hours.as_ref().map(PersonHours::of),
            wants: Wants::of(&person.wants, now),
            doing: board.doing(person.id).into(),
            reachable: Reachable::of(person.id, configuration, board),
        }
    }
}

impl From<switch::Doing> for Doing {
    fn from(doing: switch::Doing) -> Self {
        match doing {
            switch::Doing::Idle => Self::Idle,
            switch::Doing::Holding => Self::Holding,
            switch::Doing::Ringing => Self::Ringing,
            switch::Doing::Calling => Self::Calling,
            switch::Doing::Talking => Self::Talking,
        }
    }
}

impl Reachable {
    fn of(person: office::PersonId, configuration: &Configuration, board: &Board) -> Self {
        let mut devices = configuration.office().devices_of(person).peekable();
        if devices.peek().is_none() {
            return Self {
                state: Reach::NoDevice,
                since: None,
            };
        }
        let (mut online, mut offline) = (None, None);
        for device in devices {
            match board.devices.get(&device.id) {
                Some(at) => {
                    let since = Millis(at.since_unix_ms);
                    online = Some(online.map_or(since, |earlier: Millis| earlier.min(since)));
                }
                None => {
                    let since = board.offline.get(&device.id);
                    offline = offline.max(since.map(|gone| Millis(gone.since_unix_ms)));
                }
            }
        }
        match online {
            Some(since) => Self {
                state: Reach::Online,
                since: Some(since),
            },
            None => Self {
                state: Reach::Offline,
                since: offline,
            },
        }
    }
}

/// All people, by name.
#[utoipa::path(get, path = "/people", tag = "people",
    responses((status = 200, body = [PersonView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<PersonView>> {
    let mut people = api.desk.people();
    people.sort_by_cached_key(|person| person.name.to_lowercase());
    Json(people)
}
