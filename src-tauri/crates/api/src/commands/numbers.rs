//! Adding, changing and removing the office's numbers in the telephone network.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{IfMatch, IfMatchGiven, Json},
    server::Api,
    views::numbers::{NumberEdit, NumberView},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use office::PhoneNumber;
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/numbers/many`: all of them are added, or none.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberBatch {
    numbers: Vec<NumberEdit>,
}

/// Adds a number; calls to it go where it leads at once.
#[utoipa::path(post, path = "/numbers", tag = "numbers", request_body = NumberEdit,
    responses((status = 201, body = NumberView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<NumberEdit>,
) -> Result<(StatusCode, axum::Json<NumberView>), Problem> {
    let number = edit.read(&api.desk.configuration())?;
    not_taken(&api, &number.number)?;
    let added = number.number.clone();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.add_phone_number(&number)
        })
        .await?;
    Ok((StatusCode::CREATED, view(&api, &added)?))
}

/// Adds many numbers, or none of them: the problem names all rows that are to be mended.
#[utoipa::path(post, path = "/numbers/many", tag = "numbers", request_body = NumberBatch,
    responses((status = 201, body = [NumberView])))]
pub(crate) async fn add_many(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(batch): Json<NumberBatch>,
) -> Result<(StatusCode, axum::Json<Vec<NumberView>>), Problem> {
    let configuration = api.desk.configuration();
    let (mut numbers, mut problems) = (Vec::<office::Number>::new(), Vec::new());
    for (row, edit) in batch.numbers.into_iter().enumerate() {
        let read = edit.read(&configuration).and_then(|number| {
            not_taken(&api, &number.number)?;
            if numbers.iter().any(|other| other.number == number.number) {
                return Err(taken("this number is there twice"));
            }
            Ok(number)
        });
        match read {
            Ok(number) => numbers.push(number),
            Err(problem) => problems.push((row, problem)),
        }
    }
    if !problems.is_empty() {
        return Err(Problem::of_rows("numbers", problems));
    }
    let added: Vec<PhoneNumber> = numbers.iter().map(|each| each.number.clone()).collect();
    api.keeper
        .change_by(caller.actor(), move |change| {
            let mut numbers = numbers.iter();
            numbers.try_for_each(|number| change.add_phone_number(number))
        })
        .await?;
    let views: Result<Vec<_>, Problem> = added
        .iter()
        .map(|number| view(&api, number).map(|view| view.0))
        .collect();
    Ok((StatusCode::CREATED, axum::Json(views?)))
}

/// Changes a number that has not been changed since. Another number is another record: remove the
/// one and add the other.
#[utoipa::path(put, path = "/numbers/{number}", tag = "numbers", request_body = NumberEdit,
    params(("number" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = NumberView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(path): Path<String>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<NumberEdit>,
) -> Result<axum::Json<NumberView>, Problem> {
    let known = named(&path)?;
    let number = edit.read(&api.desk.configuration())?;
    if number.number != known {
        let detail = "a number cannot become another; add the other and remove this one";
        return Err(Problem::field("number", detail).coded("badNumber"));
    }
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_phone_number(&number, revision)
        })
        .await?;
    view(&api, &known)
}

/// Removes a number: whoever calls it is told that it does not exist.
#[utoipa::path(delete, path = "/numbers/{number}", tag = "numbers",
    params(("number" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(path): Path<String>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let number = named(&path)?;
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_number(&number);
            change.remove_phone_number(&number, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a number that was removed.
#[utoipa::path(post, path = "/numbers/{number}/restore", tag = "numbers",
    params(("number" = String, Path)), responses((status = 200, body = NumberView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(path): Path<String>,
) -> Result<axum::Json<NumberView>, Problem> {
    let number = named(&path)?;
    let restored = number.clone();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.restore_phone_number(&restored)
        })
        .await?;
    view(&api, &number)
}

/// The number a path names; what is none is nothing that exists.
pub(crate) fn named(path: &str) -> Result<PhoneNumber, Problem> {
    PhoneNumber::parse(path).map_err(|_| Problem::not_found("number"))
}

fn not_taken(api: &Api, number: &PhoneNumber) -> Result<(), Problem> {
    match api.desk.office().phone_number(number.as_str()) {
        Some(_) => Err(taken("the office has this number already")),
        None => Ok(()),
    }
}

fn taken(detail: &str) -> Problem {
    Problem {
        field: Some("number".to_owned()),
        ..Problem::new(StatusCode::CONFLICT, detail).coded("numberTaken")
    }
}

fn view(api: &Api, number: &PhoneNumber) -> Result<axum::Json<NumberView>, Problem> {
    let configuration = api.desk.configuration();
    let found = configuration.office().phone_number(number.as_str());
    found
        .map(|number| axum::Json(NumberView::of(number, &configuration, &api.desk)))
        .ok_or_else(|| Problem::not_found("number"))
}
