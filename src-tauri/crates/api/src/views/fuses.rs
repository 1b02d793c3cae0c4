//! The fuses that stop a bill from growing.

use crate::{
    server::Api,
    values::{LineId, Millis, PeerId, PersonId},
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use switch::{FuseLimit, FuseState};
use ts_rs::TS;
use utoipa::ToSchema;

/// A limit of the day: how much of it is used, and whether it has blown.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FuseView {
    pub(crate) id: String,
    of: FuseOf,
    person: Option<PersonId>,
    line: Option<LineId>,
    peer: Option<PeerId>,
    what: FuseWord,
    /// Seconds; money in hundredths of the smallest coin; tries; countries.
    used: u64,
    limit: u64,
    /// Whether no such calls are made.
    blown: bool,
    /// Since when; missing while they are made, and where it was before the engine was started anew.
    blown_at: Option<Millis>,
}

/// Whose fuse it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FuseOf {
    Office,
    Person,
    Line,
    Peer,
}

/// What a fuse counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FuseWord {
    ForeignMinutes,
    Minutes,
    Money,
    Tries,
    NewCountries,
}

impl FuseView {
    /// A fuse, and since when it is blown.
    pub(crate) fn of(state: &FuseState, blown_at: Option<Millis>) -> Self {
        let fuse = state.fuse;
        let (of, person, line, peer) = match fuse.of {
            switch::FuseOf::Office => (FuseOf::Office, None, None, None),
            switch::FuseOf::Person(id) => (FuseOf::Person, Some(id.into()), None, None),
            switch::FuseOf::Line(id) => (FuseOf::Line, None, Some(id.into()), None),
            switch::FuseOf::Peer(id) => (FuseOf::Peer, None, None, Some(id.into())),
        };
        Self {
            id: fuse.to_string(),
            of,
            person,
            line,
            peer,
            what: match fuse.limit {
                FuseLimit::ForeignMinutes => FuseWord::ForeignMinutes,
                FuseLimit::Minutes => FuseWord::Minutes,
                FuseLimit::Money => FuseWord::Money,
                FuseLimit::Tries => FuseWord::Tries,
                FuseLimit::NewCountries => FuseWord::NewCountries,
            },
            used: state.used,
            limit: state.max,
            blown: state.blown,
            blown_at,
        }
    }
}

/// The fuses of today: those of which something is used up, and the office's.
#[utoipa::path(get, path = "/fuses", tag = "calling out",
    responses((status = 200, body = [FuseView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<FuseView>> {
    Json(api.desk.fuses())
}
