//! The people of the office: what they want, what they do, whether they can be called.

use crate::{
    configuration::Configuration,
    server::Api,
    values::{Millis, PersonId},
    views::wants::Wants,
};
use axum::{Json, extract::State};
use office::Person;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use switch::{Board, LiveCall};
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
    pub(crate) wants: Wants,
    doing: Doing,
    /// Whether any of their devices can be called.
    reachable: Reachable,
}

/// What a person is doing, as far as calls tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS, ToSchema)]
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
        last_seen: &BTreeMap<office::DeviceId, Millis>,
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
            wants: Wants::of(&person.wants, now),
            doing: doing(board, person.id),
            reachable: Reachable::of(person.id, configuration, board, last_seen),
        }
    }
}

/// What a person is doing: the most of what any of their calls says.
fn doing(board: &Board, person: office::PersonId) -> Doing {
    let calls = board.calls.values();
    calls
        .map(|call| doing_in(call, person))
        .max()
        .unwrap_or(Doing::Idle)
}

fn doing_in(call: &LiveCall, person: office::PersonId) -> Doing {
    let is = |party: &switch::Party| party.person == Some(person);
    let calls = is(&call.from);
    let answered = call.with.as_ref();
    if answered.is_some_and(|with| calls || is(with)) {
        if call.held_by.as_ref().is_some_and(is) {
            Doing::Holding
        } else {
            Doing::Talking
        }
    } else if calls {
        Doing::Calling
    } else if call.ringing.values().any(|ringing| is(&ringing.party)) {
        Doing::Ringing
    } else {
        Doing::Idle
    }
}

impl Reachable {
    fn of(
        person: office::PersonId,
        configuration: &Configuration,
        board: &Board,
        last_seen: &BTreeMap<office::DeviceId, Millis>,
    ) -> Self {
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
                None => offline = offline.max(last_seen.get(&device.id).copied()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use office::{CallId, DeviceId};
    use switch::{MediaWay, Party, Ringing};

    const ANNA: office::PersonId = office::PersonId(1);
    const BEN: office::PersonId = office::PersonId(2);

    fn party(person: office::PersonId) -> Party {
        Party {
            person: Some(person),
            device: Some(DeviceId(person.0)),
            name: String::new(),
            number: String::new(),
        }
    }

    fn ringing_call() -> LiveCall {
        let ringing = Ringing {
            party: party(BEN),
            alerting: true,
            media: Some(MediaWay::Direct),
        };
        LiveCall {
            from: party(ANNA),
            dialled: "102".to_owned(),
            with: None,
            ringing: [(2, ringing)].into(),
            held_by: None,
            media: None,
            codec: None,
            arrived_unix_ms: 0,
            answered_unix_ms: None,
        }
    }

    #[test]
    fn who_calls_who_rings_who_talks_and_who_holds() {
        let mut board = Board::default();
        let both = |board: &Board| (doing(board, ANNA), doing(board, BEN));
        assert_eq!(both(&board), (Doing::Idle, Doing::Idle));
        board.calls.insert(CallId(1), ringing_call());
        assert_eq!(both(&board), (Doing::Calling, Doing::Ringing));
        if let Some(call) = board.calls.get_mut(&CallId(1)) {
            call.ringing.clear();
            call.with = Some(party(BEN));
        }
        assert_eq!(both(&board), (Doing::Talking, Doing::Talking));
        if let Some(call) = board.calls.get_mut(&CallId(1)) {
            call.held_by = Some(party(BEN));
        }
        assert_eq!(both(&board), (Doing::Talking, Doing::Holding));
        // A second call rings while the first is held.
        let mut second = ringing_call();
        second.from.person = None;
        board.calls.insert(CallId(2), second);
        assert_eq!(doing(&board, BEN), Doing::Holding);
    }
}
