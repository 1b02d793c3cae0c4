//! Adding, changing and removing people, and what they want.

use crate::{
    auth::Caller,
    configuration::Configuration,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json, said},
    limits::MAX_PEOPLE_AT_ONCE,
    server::Api,
    values::PersonId,
    views::{hours::PersonHours, people::PersonView, recordings::RecordingRule, wants::Wants},
};
use axum::{extract::State, http::StatusCode};
use office::{Extension, ExtensionNumber, RingFor, RouteTarget};
use serde::Deserialize;
use std::sync::Arc;
use store::{NewPerson, OfficeChange, StoreError};
use ts_rs::TS;
use utoipa::ToSchema;

/// A person as they are to be. `POST /api/people`; `PUT /api/people/{id}` with
/// `If-Match: "<revision>"`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonEdit {
    #[serde(default)]
    name: String,
    /// The number others dial, if they are to have one.
    extension: Option<String>,
    /// Free text that groups people on the board; empty for none.
    #[serde(default)]
    team: String,
    /// Ring time of their own, in seconds.
    ring_seconds: Option<u32>,
    /// Whether their calls are recorded; as it is where it is missing.
    #[ts(optional)]
    recording: Option<RecordingRule>,
    /// When they take calls; `null` for always, as it is where it is missing.
    #[serde(default, deserialize_with = "said")]
    #[ts(optional, as = "Option<Option<PersonHours>>")]
    #[schema(value_type = Option<PersonHours>)]
    hours: Option<Option<PersonHours>>,
}

/// `POST /api/people/many`: all or none.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeopleBatch {
    people: Vec<PersonEdit>,
}

/// A [`PersonEdit`] that has been read.
struct Wished {
    name: String,
    number: Option<ExtensionNumber>,
    team: String,
    ring_for: Option<RingFor>,
    recording: Option<office::RecordingRule>,
    /// `None`: as it is.
    hours: Option<Option<office::PersonHours>>,
}

/// Adds a person.
#[utoipa::path(post, path = "/people", tag = "people", request_body = PersonEdit,
    responses((status = 201, body = PersonView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<PersonEdit>,
) -> Result<(StatusCode, axum::Json<PersonView>), Problem> {
    let wished = Wished::read(edit)?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| wished.add(change))
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Adds many people: all of them, or none if one cannot be added.
#[utoipa::path(post, path = "/people/many", tag = "people", request_body = PeopleBatch,
    responses((status = 201, body = [PersonView])))]
pub(crate) async fn add_many(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(batch): Json<PeopleBatch>,
) -> Result<(StatusCode, axum::Json<Vec<PersonView>>), Problem> {
    if batch.people.len() > MAX_PEOPLE_AT_ONCE {
        let detail = format!("at most {MAX_PEOPLE_AT_ONCE} people can be added at once");
        return Err(Problem::field("people", detail).coded("tooMany"));
    }
    let read =
        |(index, edit)| Wished::read(edit).map_err(|problem| problem.within("people", index));
    let people = batch.people.into_iter().enumerate().map(read);
    let people: Vec<Wished> = people.collect::<Result<_, _>>()?;
    let ids = api
        .keeper
        .change_by(caller.actor(), move |change| {
            let added = people.iter().map(|wished| wished.add(change));
            added.collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let views = ids.into_iter().filter_map(|id| api.desk.person(id));
    Ok((StatusCode::CREATED, axum::Json(views.collect())))
}

/// Changes a person who has not been changed since.
#[utoipa::path(put, path = "/people/{id}", tag = "people", request_body = PersonEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PersonView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PersonId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<PersonEdit>,
) -> Result<axum::Json<PersonView>, Problem> {
    let (id, wished) = (office::PersonId::from(id), Wished::read(edit)?);
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            wished.replace(change, &desk.configuration(), id, revision)
        })
        .await?;
    view(&api, id)
}

/// Says what a person wants; nobody else's change of the person is in the way.
#[utoipa::path(put, path = "/people/{id}/wants", tag = "people", request_body = Wants,
    params(("id" = i64, Path)), responses((status = 200, body = PersonView)))]
pub(crate) async fn set_wants(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PersonId>,
    Json(wants): Json<Wants>,
) -> Result<axum::Json<PersonView>, Problem> {
    let (id, wants) = (office::PersonId::from(id), office::Wants::from(wants));
    let set = move |change: &OfficeChange<'_>| change.set_wants(id, &wants);
    api.keeper.change_by(caller.actor(), set).await?;
    view(&api, id)
}

/// Removes a person with their devices and numbers.
#[utoipa::path(delete, path = "/people/{id}", tag = "people",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PersonId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = office::PersonId::from(id);
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_person(id);
            change.remove_person(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a person who was removed, with their numbers and devices.
#[utoipa::path(post, path = "/people/{id}/restore", tag = "people",
    params(("id" = i64, Path)), responses((status = 200, body = PersonView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PersonId>,
) -> Result<axum::Json<PersonView>, Problem> {
    let id = office::PersonId::from(id);
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_person(id))
        .await?;
    view(&api, id)
}

fn view(api: &Api, id: office::PersonId) -> Result<axum::Json<PersonView>, Problem> {
    let person = api.desk.person(id);
    person
        .map(axum::Json)
        .ok_or_else(|| Problem::not_found("person"))
}

impl Wished {
    fn read(edit: PersonEdit) -> Result<Self, Problem> {
        let number = edit.extension.as_deref().map(str::trim);
        let number = number.filter(|number| !number.is_empty());
        let number = number.map(ExtensionNumber::parse).transpose();
        let ring_for = edit.ring_seconds.map(RingFor::from_seconds).transpose();
        Ok(Self {
            name: edit.name.trim().to_owned(),
            number: number
                .map_err(|error| Problem::field("extension", error).coded("badExtension"))?,
            team: edit.team.trim().to_owned(),
            ring_for: ring_for
                .map_err(|error| Problem::field("ringSeconds", error).coded("badRingSeconds"))?,
            recording: edit.recording.map(Into::into),
            hours: match edit.hours {
                Some(Some(hours)) => Some(Some(hours.read().map_err(|why| {
                    Problem::field("hours.whenClosed", why).coded("badExtension")
                })?)),
                Some(None) => Some(None),
                None => None,
            },
        })
    }

    fn add(&self, change: &OfficeChange<'_>) -> Result<office::PersonId, StoreError> {
        let id = change.add_person(&NewPerson {
            name: self.name.clone(),
            team: self.team.clone(),
            number: self.number.clone(),
            ring_for: self.ring_for,
            recording: self.recording,
            hours: self.hours.clone().flatten(),
            ..NewPerson::default()
        })?;
        self.lead_to(change, id, None)?;
        Ok(id)
    }

    /// The number they had leads nowhere from now on, the new one to them.
    fn replace(
        &self,
        change: &OfficeChange<'_>,
        now: &Configuration,
        id: office::PersonId,
        revision: i64,
    ) -> Result<(), StoreError> {
        let person = now.office().person(id);
        let person = person.ok_or(StoreError::NotFound(office::Record::Person(id)))?;
        let mut edited = person.clone();
        edited.name.clone_from(&self.name);
        edited.team.clone_from(&self.team);
        edited.number.clone_from(&self.number);
        edited.ring_for = self.ring_for;
        edited.recording = self.recording.or(person.recording);
        if let Some(hours) = &self.hours {
            edited.hours.clone_from(hours);
        }
        change.edit_person(&edited, revision)?;
        if person.number == self.number {
            return Ok(());
        }
        let old = person.number.as_ref();
        if let Some(old) = old {
            change.remove_extension(old, now.revision_of_extension(old))?;
        }
        // The hours of the number they give up are those of the one they get.
        let old = old.and_then(|old| now.office().extension(old.as_str()));
        let hours = old.and_then(|old| old.hours.clone());
        let is_theirs = |number: &&ExtensionNumber| now.office().numbers_of(id).contains(*number);
        match self.number.as_ref().filter(is_theirs) {
            Some(_) => Ok(()),
            None => self.lead_to(change, id, hours),
        }
    }

    fn lead_to(
        &self,
        change: &OfficeChange<'_>,
        id: office::PersonId,
        hours: Option<office::NumberHours>,
    ) -> Result<(), StoreError> {
        let Some(number) = self.number.clone() else {
            return Ok(());
        };
        change.add_extension(&Extension {
            number,
            target: RouteTarget::User(id),
            hours,
        })
    }
}
