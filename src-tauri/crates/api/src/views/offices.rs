//! The further offices of the engine, each with how it is right now.

use crate::{Desk, errors::Problem, offices::Offices, server::Api, values::FurtherOfficeId};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use std::sync::Arc;
use store::{Accent, FurtherOffice, Revised};
use ts_rs::TS;
use utoipa::ToSchema;

/// A further office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FurtherOfficeView {
    pub(crate) id: FurtherOfficeId,
    /// To be named in `If-Match` when changing it.
    version: i64,
    name: String,
    /// Its folder below `offices` in the data folder of the first office; it stays when the office is
    /// removed.
    folder: String,
    /// The office it is a part of.
    parent: Option<FurtherOfficeId>,
    /// The colour its window is told by, as `#rrggbb`.
    accent: Option<String>,
    language: String,
    time_zone: String,
    /// What its phones register at.
    domains: Vec<String>,
    enabled: bool,
    state: FurtherOfficeState,
    /// Why it does not run though it should, as a sentence.
    trouble: Option<String>,
    /// Phones that are registered.
    phones: usize,
    /// Calls going on.
    calls: usize,
    /// Where its window is, on the engine's computer.
    window: Option<String>,
    /// How its people and those of the first office call each other; none where they cannot.
    joined: Option<OfficesJoined>,
}

/// How two offices call each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficesJoined {
    /// What is dialled here before an extension of the other office.
    prefix: String,
    /// What is dialled there before an extension of this one; none while that office is off.
    prefix_there: Option<String>,
}

/// How a further office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FurtherOfficeState {
    /// It takes calls.
    Running,
    /// It is turned off.
    Off,
    /// It should run and cannot.
    Failed,
}

impl FurtherOfficeView {
    fn of(office: Revised<FurtherOffice>, first: &Desk, offices: &dyn Offices) -> Self {
        let Revised { revision, value } = office;
        let running = offices.running(value.id);
        let (phones, calls) = running.as_ref().map_or((0, 0), |api| {
            api.desk
                .read_board(|board| (board.devices.len(), board.calls.len()))
        });
        let joined = dialled_before(first, value.id).map(|prefix| OfficesJoined {
            prefix,
            prefix_there: running
                .as_ref()
                .and_then(|api| dialled_before(&api.desk, value.id)),
        });
        Self {
            id: FurtherOfficeId(value.id.0),
            version: revision,
            joined,
            state: match (&running, value.enabled) {
                (Some(_), _) => FurtherOfficeState::Running,
                (None, true) => FurtherOfficeState::Failed,
                (None, false) => FurtherOfficeState::Off,
            },
            trouble: offices.trouble(value.id),
            phones,
            calls,
            window: running.map(|api| format!("http://{}", api.address)),
            name: value.name,
            folder: value.folder.to_string(),
            parent: value.parent.map(|parent| FurtherOfficeId(parent.0)),
            accent: value.accent.as_ref().map(Accent::as_str).map(str::to_owned),
            language: value.language.to_string(),
            time_zone: value.time_zone.name().to_owned(),
            domains: value.domains.iter().map(ToString::to_string).collect(),
            enabled: value.enabled,
        }
    }
}

/// By which the first office and a further one know each other as other telephone systems.
pub(crate) fn join_login(id: store::FurtherOfficeId) -> String {
    format!("office-{}", id.0)
}

/// What is dialled in one of the two before an extension of the other, if they are joined.
fn dialled_before(desk: &Desk, id: store::FurtherOfficeId) -> Option<String> {
    let (office, login) = (desk.office(), join_login(id));
    let mut peers = office.peers();
    let joined = peers.find(|peer| peer.enabled && peer.user == login)?;
    joined.prefixes.first().cloned()
}

/// All further offices, in the order in which they were added.
#[utoipa::path(get, path = "/offices", tag = "offices",
    responses((status = 200, body = [FurtherOfficeView])))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
) -> Result<Json<Vec<FurtherOfficeView>>, Problem> {
    let offices = offices_of(&api)?;
    let listed = api.keeper.ask(|store| store.further_offices()).await?;
    let (views, desk) = (listed.into_iter(), Arc::clone(&api.desk));
    let views = move || {
        views
            .map(|one| FurtherOfficeView::of(one, &desk, &*offices))
            .collect()
    };
    Ok(Json(away(views).await?))
}

/// One of them.
pub(crate) async fn view(
    api: &Api,
    id: store::FurtherOfficeId,
) -> Result<FurtherOfficeView, Problem> {
    let offices = offices_of(api)?;
    let office = find(api, id).await?;
    let desk = Arc::clone(&api.desk);
    away(move || FurtherOfficeView::of(office, &desk, &*offices)).await
}

/// What is kept of one of them.
pub(crate) async fn find(
    api: &Api,
    id: store::FurtherOfficeId,
) -> Result<Revised<FurtherOffice>, Problem> {
    let listed = api.keeper.ask(|store| store.further_offices()).await?;
    let found = listed.into_iter().find(|office| office.value.id == id);
    found.ok_or_else(|| Problem::not_found("office"))
}

/// Who looks after them: only the first office has them.
pub(crate) fn offices_of(api: &Api) -> Result<Arc<dyn Offices>, Problem> {
    api.offices.clone().ok_or_else(|| {
        let detail = "only the first office of an engine has further offices";
        Problem::new(StatusCode::NOT_FOUND, detail).coded("notFirstOffice")
    })
}

/// Does what may take a while where it holds up nobody.
pub(crate) async fn away<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|why| {
        tracing::error!(%why, "an office could not be looked after");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the engine failed; look at its log",
        )
    })
}
