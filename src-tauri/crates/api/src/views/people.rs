//! The people of the office.

use crate::{errors::Problem, server::Api};
use axum::{Json, extract::State};
use office::{ExtensionNumber, Office, Person, PersonId};
use serde::Serialize;
use std::sync::Arc;
use store::Revised;
use switch::{Board, Doing};

/// A person as the API tells them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonView {
    id: PersonId,
    /// To be named when changing the person.
    revision: i64,
    name: String,
    /// The number they call from.
    extension: Option<ExtensionNumber>,
    /// Every number that leads to them.
    numbers: Vec<ExtensionNumber>,
    doing: Doing,
}

impl PersonView {
    pub(crate) fn of(person: &Revised<Person>, office: &Office, board: &Board) -> Self {
        let Revised { revision, value } = person;
        Self {
            id: value.id,
            revision: *revision,
            name: value.name.clone(),
            extension: value.number.clone(),
            numbers: office.numbers_of(value.id).to_vec(),
            doing: board.doing(value.id),
        }
    }
}

/// `GET /api/people`: all, by name.
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<PersonView>>, Problem> {
    let mut persons = api.keeper.ask(|store| store.persons()).await?;
    persons.sort_by_cached_key(|person| person.value.name.to_lowercase());
    let (office, board) = (api.desk.office(), api.desk.board());
    let view = |person| PersonView::of(person, &office, &board);
    Ok(Json(persons.iter().map(view).collect()))
}
