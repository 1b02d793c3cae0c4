//! Adding, changing and removing those who may sign in.

use crate::{
    auth::{Caller, reaches},
    errors::Problem,
    json::{Id, IfMatch, Json},
    server::Api,
    values::{PersonId, UserId},
    views::users::{Role, UserView},
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use store::{PasswordHash, Revised, User};
use ts_rs::TS;
use utoipa::ToSchema;

/// A user as they are to be. Without a password, the old one stays.
#[derive(Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserEdit {
    login: String,
    role: Role,
    person: Option<PersonId>,
    password: Option<String>,
}

/// Adds someone who may sign in.
#[utoipa::path(post, path = "/users", tag = "users", request_body = UserEdit,
    responses((status = 201, body = UserView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(wish): Json<UserEdit>,
) -> Result<(StatusCode, axum::Json<UserView>), Problem> {
    if wish.password.is_none() {
        return Err(Problem::field("password", "a new user needs a password").coded("badPassword"));
    }
    let (user, password) = checked(&api, &caller, wish).await?;
    let actor = caller.actor();
    let id = api
        .keeper
        .change_by(actor, move |change| {
            change.add_user(&user, password.as_ref())
        })
        .await?;
    Ok((StatusCode::CREATED, view_of(&api, id).await?))
}

/// Changes a user who has not been changed since. With another role or password they have to sign
/// in anew everywhere.
#[utoipa::path(put, path = "/users/{id}", tag = "users", request_body = UserEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = UserView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(revision): IfMatch,
    Json(wish): Json<UserEdit>,
) -> Result<axum::Json<UserView>, Problem> {
    let id = office::UserId(id.0);
    only_below(&caller, user_of(&api, id).await?.value.role)?;
    let (user, password) = checked(&api, &caller, wish).await?;
    let actor = caller.actor();
    api.keeper
        .change_by(actor, move |change| {
            change.edit_user(id, &user, password.as_ref(), revision)
        })
        .await?;
    api.auth.doubt_all();
    view_of(&api, id).await
}

/// Removes a user, who is signed out everywhere.
#[utoipa::path(delete, path = "/users/{id}", tag = "users",
    params(("id" = i64, Path), ("If-Match" = String, Header)), responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let id = office::UserId(id.0);
    only_below(&caller, user_of(&api, id).await?.value.role)?;
    let actor = caller.actor();
    api.keeper
        .change_by(actor, move |change| change.remove_user(id, revision))
        .await?;
    api.auth.doubt_all();
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be saved, if the caller may give that role.
async fn checked(
    api: &Api,
    caller: &Caller,
    wish: UserEdit,
) -> Result<(store::UserEdit, Option<PasswordHash>), Problem> {
    let user = store::UserEdit {
        login: wish.login.trim().to_owned(),
        role: wish.role.into(),
        person: wish.person.map(Into::into),
    };
    only_below(caller, user.role)?;
    let password = match wish.password {
        Some(password) => Some(api.auth.passwords.hash(&user.login, password).await?),
        None => None,
    };
    Ok((user, password))
}

/// Nobody makes, changes or removes somebody who may do more than they may themselves.
fn only_below(caller: &Caller, role: store::Role) -> Result<(), Problem> {
    if reaches(caller.role, role) {
        return Ok(());
    }
    let detail = "only an owner gives or takes an owner's rights";
    Err(Problem::new(StatusCode::FORBIDDEN, detail).coded("role"))
}

async fn user_of(api: &Api, id: office::UserId) -> Result<Revised<User>, Problem> {
    let users = api.keeper.ask(|store| store.users()).await?;
    let user = users.into_iter().find(|user| user.value.id == id);
    user.ok_or_else(|| Problem::not_found("user"))
}

async fn view_of(api: &Api, id: office::UserId) -> Result<axum::Json<UserView>, Problem> {
    Ok(axum::Json(UserView::of(user_of(api, id).await?)))
}
