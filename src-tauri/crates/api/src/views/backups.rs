//! The copies of the office there are, and what restoring one would change.

use crate::{errors::Problem, server::Api, values::Millis};
use axum::{Json, extract::State};
use serde::Serialize;
use std::{fs, sync::Arc};
use store::{BackupChangeKind, BackupFile};
use ts_rs::TS;
use utoipa::ToSchema;

/// The copies the engine makes by itself.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupsView {
    /// Where they are.
    folder: String,
    /// Where all of the office's data is.
    data_folder: String,
    backups: Vec<BackupView>,
}

/// One copy.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    at: Millis,
    #[ts(type = "number")]
    bytes: u64,
    /// Whether it was made because a new version was about to change the format.
    before_update: bool,
}

/// What restoring a file would change.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupDiff {
    /// To be given to `POST /api/backups/restore`; good for ten minutes.
    pub(crate) restore: String,
    made_at: Millis,
    /// The name of the office in it.
    office: String,
    changes: Vec<BackupChange>,
}

/// What would become of one record.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupChange {
    subject: BackupSubject,
    change: BackupChangeWord,
    name: String,
    fields: Vec<FieldChange>,
}

/// A kind of record.
#[derive(Clone, Copy, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BackupSubject {
    Person,
    Device,
    Extension,
    Settings,
    User,
}

/// What would be done to it.
#[derive(Clone, Copy, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BackupChangeWord {
    Added,
    Removed,
    Changed,
}

/// One field as it is, and as it would be; a secret only says that it differs.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    field: String,
    now: String,
    then: String,
}

/// The copies there are, the newest first.
#[utoipa::path(get, path = "/backups", tag = "backups",
    responses((status = 200, body = BackupsView)))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<BackupsView>, Problem> {
    let (data_folder, backups) = api
        .keeper
        .ask(|store| Ok((store.folder().to_owned(), store.backups())))
        .await?;
    Ok(Json(BackupsView {
        folder: data_folder.join("backups").display().to_string(),
        data_folder: data_folder.display().to_string(),
        backups: backups.iter().map(BackupView::of).collect(),
    }))
}

impl BackupView {
    fn of(file: &BackupFile) -> Self {
        Self {
            at: Millis(file.at.and_utc().timestamp_millis()),
            bytes: fs::metadata(&file.path).map_or(0, |data| data.len()),
            before_update: file.before_update,
        }
    }
}

impl BackupDiff {
    pub(crate) fn of(restore: String, diff: store::BackupDiff) -> Self {
        Self {
            restore,
            made_at: Millis(diff.made_at),
            office: diff.office,
            changes: diff.changes.into_iter().map(BackupChange::of).collect(),
        }
    }

    /// The same with the certificate authority, told by fingerprints: phones trust the one they
    /// know, and no other.
    pub(crate) fn with_authority(mut self, now: String, then: String) -> Self {
        if now != then {
            self.changes.push(BackupChange {
                subject: BackupSubject::Settings,
                change: BackupChangeWord::Changed,
                name: self.office.clone(),
                fields: vec![FieldChange {
                    field: "authority".to_owned(),
                    now,
                    then,
                }],
            });
        }
        self
    }
}

impl BackupChange {
    fn of(change: store::BackupChange) -> Self {
        let field = |field: store::FieldChange| FieldChange {
            field: field.field,
            now: field.now,
            then: field.then,
        };
        Self {
            subject: match change.subject {
                store::BackupSubject::Settings => BackupSubject::Settings,
                store::BackupSubject::Person => BackupSubject::Person,
                store::BackupSubject::Extension => BackupSubject::Extension,
                store::BackupSubject::Device => BackupSubject::Device,
                store::BackupSubject::User => BackupSubject::User,
            },
            change: match change.change {
                BackupChangeKind::Added => BackupChangeWord::Added,
                BackupChangeKind::Removed => BackupChangeWord::Removed,
                BackupChangeKind::Changed => BackupChangeWord::Changed,
            },
            name: change.name,
            fields: change.fields.into_iter().map(field).collect(),
        }
    }
}
