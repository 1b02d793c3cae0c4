//! Recorded calls: which there are, and how they sound.

use crate::{
    auth::{Caller, reaches},
    configuration::Configuration,
    errors::Problem,
    json::{Asked, Id},
    library,
    limits::{MAX_SEARCH_TEXT, RECORDINGS_PER_PAGE},
    server::Api,
    values::{CallId, Millis, PersonId, RecordingId},
    views::calls::{CallParty, live_call},
    wav::{self, WavOf},
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use office::CallRecordingId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{
    CallRecording, CallSummary, RecordingFilter, Role, SoundOutline, Store, StoreError,
    limits::RECORDINGS_PER_PAGE_MAX,
};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// Whether the calls of a person are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RecordingRule {
    /// Never, and nobody can turn it on.
    Never,
    /// When somebody turns it on during a call.
    OnDemand,
    /// From the first word on.
    Always,
}

/// How calls are recorded.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordingSettings {
    /// To be named in `If-Match` when changing them: that of the office's settings.
    revision: i64,
    /// Whether those recorded are told so before it begins.
    announce: bool,
    /// After how many days a recording is deleted by itself; missing for never.
    keep_days: Option<u16>,
    /// Whether those who run the office may listen to calls of others.
    listening: bool,
}

/// A page of the recordings, the newest first.
#[derive(Debug, Serialize, TS, ToSchema, Default)]
#[serde(rename_all = "camelCase")]
pub struct RecordingPage {
    recordings: Vec<RecordingView>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// A recorded call, or the part of it that was recorded.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordingView {
    id: RecordingId,
    /// None if it came from the backup of another office, whose calls are not known here.
    call: Option<CallId>,
    started_at: Millis,
    seconds: f64,
    /// Of the file.
    bytes: u64,
    from: CallParty,
    to: CallParty,
    /// Whether those recorded were told so.
    announced: bool,
    /// Whether its file is there and can be read.
    complete: bool,
    /// Whether the disk was full or too slow while it was made: something is missing.
    gaps: bool,
    /// The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at.
    peaks: Vec<u8>,
}

/// Which recordings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordingWish {
    /// Only those in which this person took part.
    person: Option<PersonId>,
    /// Only those of people and numbers in which each word of this is found.
    text: Option<String>,
    /// The `next` of the page before.
    before: Option<String>,
}

/// How a recording is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileWish {
    /// Whether a browser is to keep it as a file.
    download: Option<String>,
}

/// How calls are recorded.
#[utoipa::path(get, path = "/recording-settings", tag = "recordings",
    responses((status = 200, body = RecordingSettings)))]
pub(crate) async fn settings(State(api): State<Arc<Api>>) -> Json<RecordingSettings> {
    Json(RecordingSettings::of(&api.desk.configuration()))
}

/// The recorded calls, the newest first; of others than owners and admins their own.
#[utoipa::path(get, path = "/recordings", tag = "recordings", params(RecordingWish),
    responses((status = 200, body = RecordingPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wish): Asked<RecordingWish>,
) -> Result<Json<RecordingPage>, Problem> {
    let before = wish.before.as_deref().map(position).transpose()?;
    let words = words(wish.text.as_deref().unwrap_or_default())?;
    let wished = wish.person.map(office::PersonId::from);
    let person = match (hears_all(&caller), caller.person) {
        (true, _) => wished,
        // Whoever is nobody of the office has no calls.
        (false, None) => return Ok(Json(RecordingPage::default())),
        (false, own) if wished.is_none() || wished == own => own,
        (false, _) => return Ok(Json(RecordingPage::default())),
    };
    let filter = RecordingFilter { person, call: None };
    let (found, next) = api
        .keeper
        .ask_history(move |store| find(store, filter, &words, before))
        .await?;
    let names = found
        .iter()
        .map(|one| one.recording.sound.clone())
        .collect();
    let mut outlines = library::outlines(&api, names).await?;
    let recordings = found.into_iter().map(|found| {
        let sound = &found.recording.sound;
        let outline = outlines.remove(sound);
        let there = wav::path_of(api.keeper.dir(), sound).is_ok_and(|at| at.exists());
        RecordingView::of(&api, found, outline, there)
    });
    Ok(Json(RecordingPage {
        recordings: recordings.collect(),
        next: next.map(|last| last.0.to_string()),
    }))
}

/// A recording as a WAV file of two channels, or a part of it: who called left, who was called
/// right.
#[utoipa::path(get, path = "/recordings/{id}/sound.wav", tag = "recordings",
    params(("id" = i64, Path), FileWish),
    responses((status = 200, content_type = "audio/wav"), (status = 206)))]
pub(crate) async fn file(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RecordingId>,
    Asked(wish): Asked<FileWish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let recording = api
        .keeper
        .ask(move |store| store.recording(id.into()))
        .await?;
    let is_theirs = caller
        .person
        .is_some_and(|own| recording.persons.contains(&own));
    if !hears_all(&caller) && !is_theirs {
        // Not even that there is one.
        return Err(Problem::not_found("recording"));
    }
    let sound = WavOf::File(wav::path_of(api.keeper.dir(), &recording.sound)?);
    let name = wish
        .download
        .is_some()
        .then_some(recording.parties.as_str());
    wav::answer(sound, &headers, name).await
}

/// Whether somebody may hear the calls of all.
pub(crate) fn hears_all(caller: &Caller) -> bool {
    reaches(caller.role, Role::Admin)
}

impl RecordingSettings {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let settings = configuration.office().settings();
        let recording = settings.recording;
        Self {
            revision: configuration.revision_of_settings(),
            announce: recording.announce,
            keep_days: recording.keep_days,
            listening: settings.listening,
        }
    }
}

impl RecordingView {
    fn of(api: &Api, found: Found, outline: Option<SoundOutline>, complete: bool) -> Self {
        let Found {
            recording,
            call,
            gaps,
        } = found;
        let (from, to) = match (call, live_call(api, recording.call)) {
            (Some(call), _) => (call.from.into(), call.to.into()),
            (None, Some(live)) => {
                let with = live.with.map(CallParty::from);
                let to = with.unwrap_or_else(|| CallParty::of_number(live.dialled));
                (live.from.into(), to)
            }
            // The history was deleted; the recording still says who spoke.
            (None, None) => (
                CallParty::of_name(recording.parties),
                CallParty::of_name(String::new()),
            ),
        };
        let outline = outline.unwrap_or(SoundOutline {
            bytes: 0,
            peaks: Vec::new(),
        });
        Self {
            id: recording.id.into(),
            call: known(recording.call),
            started_at: Millis(recording.started_ms),
            seconds: f64::from(recording.lasts_ms) / 1_000.0,
            bytes: outline.bytes,
            from,
            to,
            announced: recording.announced,
            complete,
            gaps,
            peaks: outline.peaks,
        }
    }
}

/// Calls are numbered from one; what came from another office belongs to none.
pub(crate) fn known(call: office::CallId) -> Option<CallId> {
    (call.0 > 0).then(|| call.into())
}

impl From<office::RecordingRule> for RecordingRule {
    fn from(rule: office::RecordingRule) -> Self {
        match rule {
            office::RecordingRule::Never => Self::Never,
            office::RecordingRule::OnDemand => Self::OnDemand,
            office::RecordingRule::Always => Self::Always,
        }
    }
}

impl From<RecordingRule> for office::RecordingRule {
    fn from(rule: RecordingRule) -> Self {
        match rule {
            RecordingRule::Never => Self::Never,
            RecordingRule::OnDemand => Self::OnDemand,
            RecordingRule::Always => Self::Always,
        }
    }
}

/// `before` as the page before gave it.
fn position(text: &str) -> Result<CallRecordingId, Problem> {
    let id = text.parse().map(CallRecordingId);
    id.map_err(|_| Problem::field("before", "give the `next` of the page before"))
}

fn words(text: &str) -> Result<Vec<String>, Problem> {
    if text.len() > MAX_SEARCH_TEXT {
        return Err(Problem::field("text", "this is too long to look for"));
    }
    Ok(text.split_whitespace().map(str::to_lowercase).collect())
}

struct Found {
    recording: CallRecording,
    /// Its call, if the history has it.
    call: Option<CallSummary>,
    gaps: bool,
}

/// Whether the story of its call says that something is missing.
fn has_gaps(store: &mut Store, recording: &CallRecording) -> Result<bool, StoreError> {
    let events = store.call_events(recording.call)?.unwrap_or_default();
    let mut ends = events
        .iter()
        .filter(|event| event.kind == "recordingEnded")
        .filter_map(|event| serde_json::from_str::<serde_json::Value>(&event.detail).ok());
    Ok(ends.any(|end| end["recording"] == recording.id.0 && end["why"] == "disk"))
}

/// One page, with the calls as the history has them, and where the next page begins.
fn find(
    store: &mut Store,
    filter: RecordingFilter,
    words: &[String],
    mut before: Option<CallRecordingId>,
) -> Result<(Vec<Found>, Option<CallRecordingId>), StoreError> {
    let mut found = Vec::new();
    // Without words to look for, no more is read than is given.
    let step = if words.is_empty() {
        RECORDINGS_PER_PAGE
    } else {
        RECORDINGS_PER_PAGE_MAX
    };
    loop {
        let read = store.recordings(filter, step, before)?;
        let is_last = read.len() < step;
        for recording in read {
            let id = recording.id;
            before = Some(id);
            let parties = recording.parties.to_lowercase();
            if words.iter().all(|word| parties.contains(word)) {
                found.push(Found {
                    call: store.call(recording.call)?,
                    gaps: has_gaps(store, &recording)?,
                    recording,
                });
            }
            if found.len() == RECORDINGS_PER_PAGE {
                return Ok((found, Some(id)));
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}
