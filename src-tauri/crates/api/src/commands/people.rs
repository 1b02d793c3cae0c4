//! Adding and removing people.

use crate::{
    errors::Problem,
    json::{Id, IfMatch, Json},
    server::Api,
    views::people::PersonView,
};
use axum::{extract::State, http::StatusCode};
use office::{Extension, ExtensionNumber, PersonId, RouteTarget};
use serde::Deserialize;
use std::sync::Arc;
use store::NewPerson;

/// A person to add.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PersonWish {
    #[serde(default)]
    name: String,
    /// The number others dial, if they are to have one.
    extension: Option<String>,
}

/// `POST /api/people`
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Json(wish): Json<PersonWish>,
) -> Result<(StatusCode, axum::Json<PersonView>), Problem> {
    let number = wish
        .extension
        .as_deref()
        .map(ExtensionNumber::parse)
        .transpose();
    let number = number.map_err(|error| Problem::field("extension", error))?;
    let person = NewPerson {
        name: wish.name.trim().to_owned(),
        number: number.clone(),
        ..NewPerson::default()
    };
    let id = api
        .keeper
        .change(move |change| {
            let id = change.add_person(&person)?;
            if let Some(number) = number {
                change.add_extension(&Extension {
                    number,
                    target: RouteTarget::User(id),
                })?;
            }
            Ok(id)
        })
        .await?;
    let persons = api.keeper.ask(|store| store.persons()).await?;
    let added = persons.iter().find(|person| person.value.id == id);
    let added = added.ok_or_else(|| Problem::not_found("person"))?;
    let view = PersonView::of(added, &api.desk.office(), &api.desk.board());
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// `DELETE /api/people/{id}`, with their devices and numbers.
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Id(id): Id<i64>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let steps =
        move |change: &store::OfficeChange<'_>| change.remove_person(PersonId(id), revision);
    api.keeper.change(steps).await?;
    Ok(StatusCode::NO_CONTENT)
}
