//! Signing in and out.

use crate::{
    auth::{Caller, cookie},
    errors::Problem,
    guard::Door,
    json::{Asked, Json},
    limits::TICKET_LIFE,
    server::Api,
    values::{PersonId, UserId},
    views::users::Role,
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Instant};
use store::Actor;
use ts_rs::TS;
use utoipa::ToSchema;

/// Who asks, and what they may.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Session")]
#[schema(as = Session)]
pub struct SessionView {
    user: Option<UserId>,
    /// Empty for this computer's owner, who came with a ticket.
    name: String,
    role: Role,
    /// The person of the office this user is.
    person: Option<PersonId>,
    /// Whether the page was loaded over the network rather than on this computer.
    remote: bool,
}

impl SessionView {
    fn of(caller: Caller) -> Self {
        Self {
            user: caller.user.map(|user| UserId(user.0)),
            name: caller.name,
            role: caller.role.into(),
            person: caller.person.map(Into::into),
            remote: caller.remote,
        }
    }
}

/// `POST /api/session`; `DELETE /api/session` signs out; `GET /api/session` tells who is signed in.
#[derive(Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    login: String,
    password: String,
}

/// A one-time way in.
#[derive(Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketView {
    ticket: String,
    /// The path to open with it, on the address the ticket was asked for at.
    url: String,
    expires_in_seconds: u64,
}

#[derive(Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    ticket: String,
}

/// Who asks.
#[utoipa::path(get, path = "/session", tag = "session",
    responses((status = 200, body = SessionView)))]
pub(crate) async fn show(caller: Caller) -> axum::Json<SessionView> {
    axum::Json(SessionView::of(caller))
}

/// Signs in.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionView)))]
pub(crate) async fn sign_in(
    State(api): State<Arc<Api>>,
    door: Door,
    Json(SignIn { login, password }): Json<SignIn>,
) -> Result<Response, Problem> {
    if let Err(wait) = api.auth.guesses.begin(door.peer, &login, Instant::now()) {
        let seconds = wait.as_secs().max(1);
        let detail = format!("too many wrong passwords; try again in {seconds} seconds");
        let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).coded("tooManyTries");
        problem.more.retry_after = u32::try_from(seconds).ok();
        return Err(problem);
    }
    let name = login.clone();
    let known = api
        .keeper
        .ask(move |store| store.credentials_of(&name))
        .await?;
    let (user, hash) = known.map(|known| (known.user, known.password)).unzip();
    let is_right = api.auth.passwords.is_right(password, hash).await?;
    let Some(user) = user.filter(|_| is_right) else {
        let actor = actor(login, &door);
        let refused = move |store: &mut store::Store| store.sign_in_refused(&actor, Utc::now());
        api.keeper.ask(refused).await?;
        // The same for a login nobody has.
        let detail = "the login or the password is wrong";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail).coded("wrongPassword"));
    };
    api.auth.guesses.succeeded(door.peer, &login);
    let caller = begin(&api, actor(user.login, &door), Some(user.id), &door).await?;
    let cookie = api.auth.cookie_of(&caller, door.way);
    let view = axum::Json(SessionView::of(caller)).into_response();
    Ok(with_cookie(view, cookie))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub(crate) async fn sign_out(
    State(api): State<Arc<Api>>,
    door: Door,
    caller: Caller,
) -> Result<Response, Problem> {
    let actor = caller.actor();
    if let Some(session) = caller.session {
        api.keeper
            .ask(move |store| store.end_session(&actor, &session, Utc::now()))
            .await?;
        api.auth.doubt_all();
    }
    let done = StatusCode::NO_CONTENT.into_response();
    Ok(with_cookie(
        done,
        cookie::without_pass(&api.auth.cookie, door.way),
    ))
}

/// A one-time way in for a browser, given to a program that holds the token.
#[utoipa::path(post, path = "/tickets", tag = "session",
    responses((status = 200, body = TicketView)))]
pub(crate) async fn ticket(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<axum::Json<TicketView>, Problem> {
    // A browser that is signed in needs none, and over the network there is none to have.
    if caller.session.is_some() {
        let detail = "tickets are for programs that hold the token";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).coded("role"));
    }
    let ticket = api.auth.tickets.give(Instant::now()).map_err(|why| {
        tracing::error!(%why, "no random numbers for a ticket");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    })?;
    Ok(axum::Json(TicketView {
        url: format!("/sign-in?ticket={ticket}"),
        ticket,
        expires_in_seconds: TICKET_LIFE.as_secs(),
    }))
}

/// A ticket becomes a session of this computer's owner, and the browser is sent to the window.
#[utoipa::path(get, path = "/sign-in", tag = "session",
    params(("ticket" = Option<String>, Query)),
    responses((status = 303, description = "To the window, with or without a session")))]
pub(crate) async fn with_ticket(
    State(api): State<Arc<Api>>,
    door: Door,
    shown: Result<Asked<Shown>, Problem>,
) -> Result<Response, Problem> {
    let word = shown.map_or_else(|_| String::new(), |Asked(shown)| shown.ticket);
    let mut answer = StatusCode::SEE_OTHER.into_response();
    // Without a good ticket as well: the page then says who may sign in and how.
    answer
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_static("/"));
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_here = door.way == crate::auth::Way::ThisComputer;
    if !is_here || !api.auth.tickets.take(&word, Instant::now()) {
        return Ok(answer);
    }
    let caller = begin(&api, actor(String::new(), &door), None, &door).await?;
    Ok(with_cookie(answer, api.auth.cookie_of(&caller, door.way)))
}

/// Begins a session and gives who is signed in by it.
async fn begin(
    api: &Api,
    actor: Actor,
    user: Option<office::UserId>,
    door: &Door,
) -> Result<Caller, Problem> {
    let remote = door.way == crate::auth::Way::Network;
    let (session, signed_in) = api
        .keeper
        .ask(move |store| {
            let session = store.begin_session(&actor, user, remote, Utc::now())?;
            let signed_in = store.session(&session)?;
            Ok((session, signed_in))
        })
        .await?;
    let signed_in = signed_in.ok_or_else(|| Problem::not_found("user"))?;
    Ok(Caller::of_session(session, signed_in, door.peer))
}

fn actor(login: String, door: &Door) -> Actor {
    Actor {
        login,
        address: door.peer_in_words(),
    }
}

fn with_cookie(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
