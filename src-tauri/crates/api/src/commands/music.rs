//! Choosing what those hear who wait.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{IfMatch, Json},
    library,
    server::Api,
    values::{PersonId, SoundId},
    views::music::{MusicView, PersonMusic},
};
use axum::extract::State;
use office::{MusicOnHold, OfficeSettings, Person, SoundName, limits::MUSIC_SOUNDS_MAX};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use store::{OfficeChange, StoreError};
use ts_rs::TS;
use utoipa::ToSchema;

/// The music as it is to be. `PUT /api/music` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MusicEdit {
    /// Empty for the music that comes with Cordboard.
    office: Vec<SoundId>,
    people: Vec<PersonMusic>,
}

/// Replaces what those hear who wait, if nobody has changed the settings since.
#[utoipa::path(put, path = "/music", tag = "sounds", request_body = MusicEdit,
    params(("If-Match" = String, Header)), responses((status = 200, body = MusicView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<MusicEdit>,
) -> Result<axum::Json<MusicView>, Problem> {
    let names = library::names(&api).await?;
    let office = music(&names, &edit.office, "office")?;
    let mut people = BTreeMap::new();
    for (index, PersonMusic { person, sounds }) in edit.people.iter().enumerate() {
        let field = format!("people[{index}].sounds");
        people.insert(*person, music(&names, sounds, &field)?);
    }
    let now = api.desk.office();
    let is_there = |person: &PersonId| now.person((*person).into()).is_some();
    if let Some(index) = edit.people.iter().position(|one| !is_there(&one.person)) {
        let field = format!("people[{index}].person");
        return Err(Problem::field(field, "there is no such person").coded("noSuchPerson"));
    }
    let desk = Arc::clone(&api.desk);
    let replace = move |change: &OfficeChange<'_>| {
        let configuration = desk.configuration();
        let now = configuration.office();
        let settings = OfficeSettings {
            music: office,
            ..now.settings().clone()
        };
        change.edit_settings(&settings, revision)?;
        for person in now.persons() {
            let music = people.get(&person.id.into()).cloned();
            if person.music != music {
                let edited = Person {
                    music,
                    ..person.clone()
                };
                change.edit_person(&edited, configuration.revision_of_person(person.id))?;
            }
        }
        Ok::<(), StoreError>(())
    };
    api.keeper.change_by(caller.actor(), replace).await?;
    Ok(axum::Json(MusicView::of(&api.desk.configuration())))
}

pub(super) fn music(
    names: &BTreeMap<SoundId, SoundName>,
    sounds: &[SoundId],
    field: &str,
) -> Result<MusicOnHold, Problem> {
    if sounds.is_empty() {
        return Ok(MusicOnHold::Standard);
    }
    if sounds.len() > MUSIC_SOUNDS_MAX {
        let detail = format!("at most {MUSIC_SOUNDS_MAX} pieces can be played in turn");
        return Err(Problem::field(field, detail).coded("tooMany"));
    }
    let names = sounds.iter().map(|id| names.get(id).cloned());
    let names: Option<Vec<SoundName>> = names.collect();
    names
        .map(MusicOnHold::Own)
        .ok_or_else(|| Problem::field(field, "there is no such sound").coded("noSuchSound"))
}
