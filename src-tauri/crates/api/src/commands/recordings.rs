//! How calls are recorded, whether they are listened to, and deleting recordings.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, Json},
    server::Api,
    values::RecordingId,
    views::recordings::RecordingSettings,
    wav,
};
use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use office::{OfficeSettings, Recording};
use serde::Deserialize;
use std::{fs, io, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// How calls are to be recorded, and whether they may be listened to. `PUT /api/recording-settings` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordingSettingsEdit {
    announce: bool,
    /// `null` to keep recordings until somebody deletes them.
    keep_days: Option<u16>,
    /// Whether those who run the office may listen to calls of others.
    listening: bool,
}

/// Changes how calls are recorded and whether they may be listened to, if nobody has changed the settings since.
#[utoipa::path(put, path = "/recording-settings", tag = "recordings",
    request_body = RecordingSettingsEdit, params(("If-Match" = String, Header)),
    responses((status = 200, body = RecordingSettings)))]
pub(crate) async fn edit_settings(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<RecordingSettingsEdit>,
) -> Result<axum::Json<RecordingSettings>, Problem> {
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let office = desk.office();
            let now = office.settings();
            let settings = OfficeSettings {
                recording: Recording {
                    announce: edit.announce,
                    keep_days: edit.keep_days,
                    ..now.recording
                },
                listening: edit.listening,
                ..now.clone()
            };
            change.edit_settings(&settings, revision)
        })
        .await?;
    let configuration = api.desk.configuration();
    Ok(axum::Json(RecordingSettings::of(&configuration)))
}

/// Deletes a recording for good, its file as well.
#[utoipa::path(delete, path = "/recordings/{id}", tag = "recordings",
    params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RecordingId>,
) -> Result<StatusCode, Problem> {
    let (actor, id, data) = (caller.actor(), id.into(), api.keeper.dir().to_owned());
    let remove = move |store: &mut store::Store| {
        let sound = store.recording(id)?.sound;
        let now = Utc::now();
        store.delete_recording(&actor, id, now)?;
        let Ok(path) = wav::path_of(&data, &sound) else {
            return Ok(());
        };
        match fs::remove_file(&path) {
            // Where the disk refuses, the hourly clearing tries again.
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%why, "the file of a deleted recording stays for now");
                Ok(())
            }
            _ => store.sounds_deleted(&[sound], now.timestamp_millis()),
        }
    };
    api.keeper.ask(remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
