//! What those hear who wait.

use crate::{
    configuration::Configuration,
    server::Api,
    values::{PersonId, SoundId},
};
use axum::{Json, extract::State};
use office::MusicOnHold;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// The music of the office and of people who have their own.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MusicView {
    /// To be named in `If-Match` when changing it: that of the office's settings.
    revision: i64,
    /// One after the other; empty for the music that comes with Cordboard.
    office: Vec<SoundId>,
    /// Who has music of their own. None at all is the music that comes with Cordboard.
    people: Vec<PersonMusic>,
}

/// What those hear whom a person put on hold.
#[derive(Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonMusic {
    pub(crate) person: PersonId,
    pub(crate) sounds: Vec<SoundId>,
}

impl MusicView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let office = configuration.office();
        let people = office.persons().filter_map(|person| {
            Some(PersonMusic {
                person: person.id.into(),
                sounds: sounds(person.music.as_ref()?),
            })
        });
        Self {
            revision: configuration.revision_of_settings(),
            office: sounds(&office.settings().music),
            people: people.collect(),
        }
    }
}

fn sounds(music: &MusicOnHold) -> Vec<SoundId> {
    match music {
        MusicOnHold::Standard => Vec::new(),
        MusicOnHold::Own(sounds) => sounds.iter().map(SoundId::of).collect(),
    }
}

/// The music of the office and of people who have their own.
#[utoipa::path(get, path = "/music", tag = "sounds",
    responses((status = 200, body = MusicView)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<MusicView> {
    Json(MusicView::of(&api.desk.configuration()))
}
