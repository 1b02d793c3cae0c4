//! Who may sign in.

use crate::{
    errors::Problem,
    server::Api,
    values::{Millis, PersonId, UserId},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Revised, User};
use ts_rs::TS;
use utoipa::ToSchema;

/// What a user may: everything; the running of the office; everybody's calls; their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Owner,
    Admin,
    Receptionist,
    Staff,
}

/// A user as the API tells them; nothing of their password.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    id: UserId,
    /// To be named in `If-Match` when changing the user.
    revision: i64,
    /// What they sign in with.
    login: String,
    role: Role,
    /// The person of the office they are.
    person: Option<PersonId>,
    last_sign_in: Option<Millis>,
}

impl UserView {
    pub(crate) fn of(user: Revised<User>) -> Self {
        let Revised { revision, value } = user;
        Self {
            id: UserId(value.id.0),
            revision,
            login: value.login,
            role: value.role.into(),
            person: value.person.map(Into::into),
            last_sign_in: value.last_sign_in.map(Millis),
        }
    }
}

/// Everybody who may sign in.
#[utoipa::path(get, path = "/users", tag = "users", responses((status = 200, body = [UserView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<UserView>>, Problem> {
    let users = api.keeper.ask(|store| store.users()).await?;
    Ok(Json(users.into_iter().map(UserView::of).collect()))
}

impl From<store::Role> for Role {
    fn from(role: store::Role) -> Self {
        match role {
            store::Role::Owner => Self::Owner,
            store::Role::Admin => Self::Admin,
            store::Role::Receptionist => Self::Receptionist,
            store::Role::Staff => Self::Staff,
        }
    }
}

impl From<Role> for store::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Admin => Self::Admin,
            Role::Receptionist => Self::Receptionist,
            Role::Staff => Self::Staff,
        }
    }
}
