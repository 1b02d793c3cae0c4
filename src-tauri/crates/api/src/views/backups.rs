//! The copies of the office there are, and what restoring one would change.

use crate::{copied_sounds::size_of, errors::Problem, server::Api, values::Millis, wav};
use axum::{Json, extract::State, http::StatusCode};
use office::SoundName;
use serde::Serialize;
use std::{path::Path, sync::Arc};
use store::{BackupChangeKind, BackupFile, SoundUse};
use tokio::task::spawn_blocking;
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
    /// What a backup file could hold.
    contents: BackupContents,
}

/// The sounds a backup file could hold, and how large it may become.
#[derive(Debug, Default, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupContents {
    /// Greetings and music, which are always in it.
    sounds: SoundsOnDisk,
    messages: SoundsOnDisk,
    recordings: SoundsOnDisk,
    /// So many bytes fit into a file.
    #[ts(type = "number")]
    most: usize,
}

/// So many sounds of a kind, and how large they are together.
#[derive(Clone, Copy, Debug, Default, Serialize, TS, ToSchema)]
pub struct SoundsOnDisk {
    count: u32,
    #[ts(type = "number")]
    bytes: u64,
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
    /// How many messages would come back.
    messages: usize,
    /// How many recordings would come back.
    recordings: usize,
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
    Mailbox,
    Room,
    Sound,
    Schedule,
    Flow,
    Mode,
    PinSet,
    CallerList,
    Trunk,
    Peer,
    PhoneNumber,
    OutboundRule,
    CallingRights,
    CallingPolicy,
    OutsideAdmission,
    EmergencyPlan,
    DomainAccess,
    Mail,
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
    let asked = api.keeper.ask(|store| {
        let sounds = store.copied_sounds()?;
        Ok((store.folder().to_owned(), store.backups(), sounds))
    });
    let (data_folder, backups, sounds) = asked.await?;
    let looking = spawn_blocking(move || BackupsView {
        contents: BackupContents::of(&data_folder, sounds),
        folder: data_folder.join("backups").display().to_string(),
        data_folder: data_folder.display().to_string(),
        backups: backups.iter().map(BackupView::of).collect(),
    });
    let view = looking.await.map_err(|why| {
        tracing::error!(%why, "the backups could not be looked at");
        let detail = "the backups could not be looked at";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    })?;
    Ok(Json(view))
}

impl BackupContents {
    fn of(data: &Path, sounds: Vec<(SoundName, SoundUse)>) -> Self {
        let mut contents = Self {
            most: store::limits::BACKUP_MAX_BYTES,
            ..Self::default()
        };
        for (name, used) in sounds {
            let part = match used {
                SoundUse::Library => &mut contents.sounds,
                SoundUse::Message => &mut contents.messages,
                SoundUse::Recording => &mut contents.recordings,
            };
            part.count = part.count.saturating_add(1);
            part.bytes += wav::path_of(data, &name).map_or(0, |path| size_of(&path));
        }
        contents
    }
}

impl BackupView {
    fn of(file: &BackupFile) -> Self {
        Self {
            at: Millis(file.at.and_utc().timestamp_millis()),
            bytes: size_of(&file.path),
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
            messages: diff.messages,
            recordings: diff.recordings,
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
                store::BackupSubject::Mailbox => BackupSubject::Mailbox,
                store::BackupSubject::Room => BackupSubject::Room,
                store::BackupSubject::Sound => BackupSubject::Sound,
                store::BackupSubject::Schedule => BackupSubject::Schedule,
                store::BackupSubject::Flow => BackupSubject::Flow,
                store::BackupSubject::Mode => BackupSubject::Mode,
                store::BackupSubject::PinSet => BackupSubject::PinSet,
                store::BackupSubject::CallerList => BackupSubject::CallerList,
                store::BackupSubject::Trunk => BackupSubject::Trunk,
                store::BackupSubject::Peer => BackupSubject::Peer,
                store::BackupSubject::PhoneNumber => BackupSubject::PhoneNumber,
                store::BackupSubject::OutboundRule => BackupSubject::OutboundRule,
                store::BackupSubject::CallingRights => BackupSubject::CallingRights,
                store::BackupSubject::CallingPolicy => BackupSubject::CallingPolicy,
                store::BackupSubject::OutsideAdmission => BackupSubject::OutsideAdmission,
                store::BackupSubject::EmergencyPlan => BackupSubject::EmergencyPlan,
                store::BackupSubject::DomainAccess => BackupSubject::DomainAccess,
                store::BackupSubject::Mail => BackupSubject::Mail,
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
