//! Adding, changing and removing further offices of the engine, and the way into their windows.

use crate::{
    auth::Caller,
    commands::joined_offices,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    limits::TICKET_LIFE,
    offices::Offices,
    server::Api,
    values::FurtherOfficeId,
    views::offices::{FurtherOfficeView, away, find, offices_of, view},
};
use axum::{extract::State, http::StatusCode};
use office::{Domain, Language, TimeZone, clean_text, limits::DOMAINS_MAX};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Instant};
use store::{Accent, FurtherOffice, OfficeFolder};
use ts_rs::TS;
use utoipa::ToSchema;

/// An office to be added: it begins at once. `POST /api/offices`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FurtherOfficeAdd {
    name: String,
    /// At least one; no other office of the engine has one of them.
    domains: Vec<String>,
    #[serde(default)]
    #[ts(optional)]
    parent: Option<FurtherOfficeId>,
    /// As `#rrggbb`.
    #[serde(default)]
    #[ts(optional)]
    accent: Option<String>,
    /// Where it is left out, that of the first office.
    #[serde(default)]
    #[ts(optional)]
    language: Option<String>,
    /// Where it is left out, that of the first office.
    #[serde(default)]
    #[ts(optional)]
    time_zone: Option<String>,
}

/// An office as it is to be. `PUT /api/offices/{id}` with `If-Match`. Turned off, it ends its calls
/// and its phones find nobody; turned on, it begins at once.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FurtherOfficeEdit {
    name: String,
    domains: Vec<String>,
    #[serde(default)]
    parent: Option<FurtherOfficeId>,
    #[serde(default)]
    accent: Option<String>,
    enabled: bool,
}

/// A one-time way into the window of another office.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficeLink {
    /// To be opened in a browser of the engine's computer.
    url: String,
    expires_in_seconds: u64,
}

/// Adds an office and starts it.
#[utoipa::path(post, path = "/offices", tag = "offices", request_body = FurtherOfficeAdd,
    responses((status = 201, body = FurtherOfficeView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(add): Json<FurtherOfficeAdd>,
) -> Result<(StatusCode, axum::Json<FurtherOfficeView>), Problem> {
    let offices = offices_of(&api)?;
    let office = add.read(&api, &*offices)?;
    is_there(&api, office.parent).await?;
    let (actor, kept) = (caller.actor(), office.clone());
    let id = api
        .keeper
        .change_by(actor, move |change| change.add_office(&kept))
        .await?;
    let office = FurtherOffice { id, ..office };
    // One that cannot start is on the list with why.
    away(move || offices.start(&office))
        .await?
        .map_err(cannot_run)?;
    Ok((StatusCode::CREATED, axum::Json(view(&api, id).await?)))
}

/// Changes an office that has not been changed since, and turns it on or off.
#[utoipa::path(put, path = "/offices/{id}", tag = "offices", request_body = FurtherOfficeEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FurtherOfficeView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FurtherOfficeId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<FurtherOfficeEdit>,
) -> Result<axum::Json<FurtherOfficeView>, Problem> {
    let offices = offices_of(&api)?;
    let id = store::FurtherOfficeId(id.0);
    let before = find(&api, id).await?.value;
    let office = edit.read(before)?;
    is_there(&api, office.parent).await?;
    let kept = office.clone();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_office(&kept, revision)
        })
        .await?;
    let moved = move || match office.enabled {
        true => {
            offices.changed(&office);
            offices.start(&office)
        }
        false => {
            offices.stop(office.id);
            Ok(())
        }
    };
    away(moved).await?.map_err(cannot_run)?;
    Ok(axum::Json(view(&api, id).await?))
}

/// Takes an office that is turned off from the list. Its folder with all its data stays.
#[utoipa::path(delete, path = "/offices/{id}", tag = "offices",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FurtherOfficeId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    offices_of(&api)?;
    let id = store::FurtherOfficeId(id.0);
    let now = find(&api, id).await?;
    let revision = revision.unwrap_or(now.revision);
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.remove_office(id, revision)
        })
        .await?;
    // Nobody is to dial into an office that is gone.
    joined_offices::part_from(&api, caller.actor(), &now.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A one-time way into the window of an office that runs, for a browser of the engine's computer.
#[utoipa::path(post, path = "/offices/{id}/link", tag = "offices",
    params(("id" = i64, Path)), responses((status = 200, body = OfficeLink)))]
pub(crate) async fn link(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FurtherOfficeId>,
) -> Result<axum::Json<OfficeLink>, Problem> {
    if caller.remote {
        let detail = "the window of another office opens on the engine\u{2019}s computer only";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).coded("onlyHere"));
    }
    let offices = offices_of(&api)?;
    let id = store::FurtherOfficeId(id.0);
    find(&api, id).await?;
    let running = away(move || offices.running(id)).await?;
    let other = running.ok_or_else(|| {
        let detail = "this office does not run; turn it on first";
        Problem::new(StatusCode::CONFLICT, detail).coded("officeIsOff")
    })?;
    let ticket = other.auth.tickets.give(Instant::now()).map_err(|why| {
        tracing::error!(%why, "no random numbers for a ticket");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    })?;
    Ok(axum::Json(OfficeLink {
        url: format!("http://{}/sign-in?ticket={ticket}", other.address),
        expires_in_seconds: TICKET_LIFE.as_secs(),
    }))
}

impl FurtherOfficeAdd {
    fn read(self, api: &Api, offices: &dyn Offices) -> Result<FurtherOffice, Problem> {
        let first = api.desk.office();
        let settings = first.settings();
        let language = match self.language {
            Some(language) => Language::parse(&language)
                .map_err(|why| Problem::field("language", why).coded("badLanguage"))?,
            None => settings.language.clone(),
        };
        let time_zone = match self.time_zone {
            Some(zone) => TimeZone::parse(&zone)
                .map_err(|why| Problem::field("timeZone", why).coded("badTimeZone"))?,
            None => settings.time_zone,
        };
        let name = name(&self.name)?;
        let folder = OfficeFolder::of_name(&name);
        // What lies in a folder is another office, also one that was removed.
        let numbered = (2..).map(|number| folder.numbered(number));
        let mut folders = std::iter::once(folder.clone()).chain(numbered);
        let folder = folders.find(|folder| !offices.has_folder(folder));
        Ok(FurtherOffice {
            id: store::FurtherOfficeId(0),
            folder: folder.ok_or_else(|| Problem::not_found("folder"))?,
            name,
            parent: self.parent.map(|parent| store::FurtherOfficeId(parent.0)),
            accent: accent(self.accent)?,
            language,
            time_zone,
            domains: domains(&self.domains)?,
            api_port: None,
            enabled: true,
        })
    }
}

impl FurtherOfficeEdit {
    fn read(self, before: FurtherOffice) -> Result<FurtherOffice, Problem> {
        Ok(FurtherOffice {
            name: name(&self.name)?,
            domains: domains(&self.domains)?,
            parent: self.parent.map(|parent| store::FurtherOfficeId(parent.0)),
            accent: accent(self.accent)?,
            enabled: self.enabled,
            ..before
        })
    }
}

/// What is to be the parent must be an office of the list.
async fn is_there(api: &Api, parent: Option<store::FurtherOfficeId>) -> Result<(), Problem> {
    let Some(parent) = parent else {
        return Ok(());
    };
    let found = find(api, parent).await;
    found.map(|_| ()).map_err(|why| match why.status {
        StatusCode::NOT_FOUND => {
            let detail = "the office it is to be a part of is not on the list";
            Problem::field("parent", detail).coded("unknownParent")
        }
        _ => why,
    })
}

fn name(text: &str) -> Result<String, Problem> {
    let name = clean_text(text.trim()).into_owned();
    match name.is_empty() {
        true => Err(Problem::field("name", "an office needs a name").coded("nameMissing")),
        false => Ok(name),
    }
}

/// Its phones are told from those of the others by what they register at.
fn domains(texts: &[String]) -> Result<Vec<Domain>, Problem> {
    if texts.is_empty() {
        let detail = "an office needs a domain of its own, such as acme.example.com";
        return Err(Problem::field("domains", detail).coded("domainMissing"));
    }
    read_domains(texts)
}

/// Each domain once, however often it is named.
pub(crate) fn read_domains(texts: &[String]) -> Result<Vec<Domain>, Problem> {
    let mut domains = Vec::with_capacity(texts.len());
    for text in texts {
        let domain = Domain::parse(text.trim())
            .map_err(|why| Problem::field("domains", why).coded("badDomain"))?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    // What its own settings would not take must not come onto the list: it could never begin.
    match domains.len() <= DOMAINS_MAX {
        true => Ok(domains),
        false => {
            let detail = format!("an office has at most {DOMAINS_MAX} domains");
            Err(Problem::field("domains", detail).coded("tooManyDomains"))
        }
    }
}

fn accent(text: Option<String>) -> Result<Option<Accent>, Problem> {
    let text = text.filter(|text| !text.is_empty());
    let accent = text.map(|text| text.parse()).transpose();
    accent.map_err(|why: store::BadAccent| Problem::field("accent", why).coded("badAccent"))
}

fn cannot_run(why: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, why).coded("officeCannotRun")
}
