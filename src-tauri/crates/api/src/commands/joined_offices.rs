//! Calls between the first office and another of the same engine: one setting, kept in both as what it
//! is, another telephone system with a password that nobody has to know.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, Json},
    limits::{CALLS_BETWEEN_OFFICES, OFFICE_LOGIN_BYTES},
    server::Api,
    values::FurtherOfficeId,
    views::offices::{FurtherOfficeView, away, find, join_login, offices_of, view},
};
use axum::{extract::State, http::StatusCode};
use office::{Domain, LineTransport, Peer, PeerId, Secret, SipPlace};
use serde::Deserialize;
use std::{fmt::Write, sync::Arc};
use store::{Actor, FurtherOffice};
use ts_rs::TS;
use utoipa::ToSchema;

/// How two offices call each other. `PUT /api/offices/{id}/joined`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficesJoin {
    /// What is dialled here before an extension of the other office.
    prefix: String,
    /// What is dialled there before an extension of this one.
    prefix_there: String,
}

/// Lets the people of this office and of another call each other by their extensions, and nothing
/// else: neither reaches the other's lines.
#[utoipa::path(put, path = "/offices/{id}/joined", tag = "offices", request_body = OfficesJoin,
    params(("id" = i64, Path)), responses((status = 200, body = FurtherOfficeView)))]
pub(crate) async fn join(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FurtherOfficeId>,
    Json(join): Json<OfficesJoin>,
) -> Result<axum::Json<FurtherOfficeView>, Problem> {
    let id = store::FurtherOfficeId(id.0);
    let other = find(&api, id).await?.value;
    let theirs = running(&api, &other).await?;
    let offices = offices_of(&api)?;
    let password = password()?;
    let at = |id| {
        offices
            .inner_name(id)
            .ok_or_else(|| Problem::not_found("office"))
    };
    let (here, there) = (at(None)?, at(Some(id))?);
    let first = api.desk.office();
    let first = match first.settings().name.trim() {
        "" => here.to_string(),
        name => name.to_owned(),
    };
    let login = (join_login(id), password);
    let here = peer(&first, here, &join.prefix_there, &login);
    let there = peer(&other.name, there, &join.prefix, &login);
    let before = joined(&theirs, &other);
    keep(&theirs, caller.actor(), here)
        .await
        .map_err(|why| named(why, "prefixThere"))?;
    if let Err(why) = keep(&api, caller.actor(), there).await {
        // One that can call and one that cannot be called: better none.
        let undone = match before {
            Some(before) => keep(&theirs, caller.actor(), before).await,
            None => part_from(&theirs, caller.actor(), &other).await,
        };
        if let Err(why) = undone {
            tracing::error!(
                why = why.detail,
                "offices that were not joined are so by half"
            );
        }
        return Err(named(why, "prefix"));
    }
    Ok(axum::Json(view(&api, id).await?))
}

/// From now on the people of the two offices are strangers to each other.
#[utoipa::path(delete, path = "/offices/{id}/joined", tag = "offices",
    params(("id" = i64, Path)), responses((status = 200, body = FurtherOfficeView)))]
pub(crate) async fn part(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FurtherOfficeId>,
) -> Result<axum::Json<FurtherOfficeView>, Problem> {
    let id = store::FurtherOfficeId(id.0);
    let other = find(&api, id).await?.value;
    let theirs = running(&api, &other).await?;
    part_from(&api, caller.actor(), &other).await?;
    part_from(&theirs, caller.actor(), &other).await?;
    Ok(axum::Json(view(&api, id).await?))
}

/// Forgets at one of the two that it was joined with the other.
pub(crate) async fn part_from(
    api: &Api,
    actor: Actor,
    other: &FurtherOffice,
) -> Result<(), Problem> {
    let (desk, login) = (Arc::clone(&api.desk), join_login(other.id));
    let parted = api.keeper.change_by(actor, move |change| {
        let now = desk.configuration();
        let peers = now.office().peers();
        let ids = peers.filter(|peer| peer.user == login).map(|peer| peer.id);
        for id in ids.collect::<Vec<PeerId>>() {
            change.remove_peer(id, now.revision_of_peer(id))?;
        }
        Ok(())
    });
    Ok(parted.await?)
}

/// The office as the other telephone system of the other, as it is at one of the two.
fn joined(api: &Api, other: &FurtherOffice) -> Option<Peer> {
    let (office, login) = (api.desk.office(), join_login(other.id));
    let mut peers = office.peers();
    peers
        .find(|peer| peer.user == login)
        .map(|peer| Peer::clone(peer))
}

async fn running(api: &Api, other: &FurtherOffice) -> Result<Arc<Api>, Problem> {
    let (offices, id) = (offices_of(api)?, other.id);
    let running = away(move || offices.running(id)).await?;
    running.ok_or_else(|| {
        let detail = "this office does not run; turn it on first";
        Problem::new(StatusCode::CONFLICT, detail).coded("officeIsOff")
    })
}

/// An office as the other sees it.
fn peer(name: &str, host: Domain, prefix: &str, (login, password): &(String, Secret)) -> Peer {
    Peer {
        id: PeerId(0),
        name: name.to_owned(),
        enabled: true,
        place: Some(SipPlace {
            transport: LineTransport::Udp,
            ..SipPlace::named(host)
        }),
        networks: Vec::new(),
        user: login.clone(),
        password: Some(password.clone()),
        prefixes: vec![prefix.trim().to_owned()],
        strip_prefix: true,
        may_call_outside: false,
        srtp: office::Srtp::Off,
        channels: CALLS_BETWEEN_OFFICES,
    }
}

/// Adds it, or puts it in the place of the one with its login.
async fn keep(api: &Api, actor: Actor, wanted: Peer) -> Result<(), Problem> {
    let desk = Arc::clone(&api.desk);
    let kept = api.keeper.change_by(actor, move |change| {
        let now = desk.configuration();
        let mut peers = now.office().peers();
        let Some(before) = peers.find(|peer| peer.user == wanted.user) else {
            return change.add_peer(&wanted).map(drop);
        };
        let id = before.id;
        let wanted = Peer { id, ..wanted };
        change.edit_peer(&wanted, now.revision_of_peer(id))?;
        change.set_peer_password(id, wanted.password.as_ref())
    });
    Ok(kept.await?)
}

/// What is wrong with the prefix, under the name that it has in the request.
fn named(why: Problem, field: &str) -> Problem {
    match why.field.as_deref() {
        Some("prefixes") => Problem {
            field: Some(field.to_owned()),
            ..why
        },
        _ => why,
    }
}

fn password() -> Result<Secret, Problem> {
    let mut bytes = [0; OFFICE_LOGIN_BYTES];
    getrandom::fill(&mut bytes).map_err(|why| {
        tracing::error!(%why, "no random numbers for a password");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    })?;
    let mut text = String::new();
    for byte in bytes {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Secret::new(text))
}
