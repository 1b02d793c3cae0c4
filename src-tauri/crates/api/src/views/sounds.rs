//! Greetings, music, voices and the office's own phrases: what there is, and how it sounds.

use crate::{
    errors::Problem,
    json::{Asked, Id},
    library::{self, BuiltIn, HeardIn, Known},
    server::Api,
    values::{Millis, SoundId},
    wav::{self, WavOf},
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use media::{
    Codec, FRAME_SAMPLES,
    codec::{Decoder, Encoder, MAX_PAYLOAD},
};
use serde::{Deserialize, Serialize};
use sound_files::{Channels, Limits, SAMPLE_RATE, read_opus, to_wav};
use spoken::{Lang, Phrase};
use std::{fs, sync::Arc};
use store::{Sound, SoundOrigin, SoundOutline};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A greeting or a piece of music.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundView {
    id: SoundId,
    title: String,
    kind: SoundKind,
    made_by: SoundMadeBy,
    /// What is said, if the computer has spoken it.
    text: Option<String>,
    /// Which voice has spoken it.
    voice: Option<String>,
    seconds: f64,
    /// Of the file.
    bytes: u64,
    added_at: Millis,
    /// The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at.
    peaks: Vec<u8>,
    used_by: Vec<SoundUser>,
}

/// What a sound is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SoundKind {
    Greeting,
    Music,
}

/// How a sound came to the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SoundMadeBy {
    Upload,
    Microphone,
    Phone,
    Text,
    BuiltIn,
}

/// Where a sound is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundUser {
    what: SoundUse,
    /// Of the mailbox, the schedule, or the person whose music it is; 0 for the office.
    id: i64,
    /// Whose mailbox or music, or the schedule's own; empty for the music of the office.
    name: String,
}

/// What a sound is heard in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SoundUse {
    Mailbox,
    /// A day on which a schedule is closed.
    Hours,
    Music,
}

/// A voice that speaks texts.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoiceView {
    id: &'static str,
    /// In its own language.
    name: &'static str,
    language: &'static str,
}

/// A phrase of the office.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptView {
    id: &'static str,
    language: &'static str,
    text: &'static str,
}

/// How a sound is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SoundWish {
    /// `caller`: as it sounds on a telephone line.
    r#as: Option<String>,
    /// Whether a browser is to keep it as a file.
    download: Option<String>,
    /// Anything: it tells a player that the file is another one by now.
    #[allow(dead_code, reason = "it is only there to make the address another one")]
    of: Option<String>,
}

/// All greetings and all music, by title; the music that comes with Cordboard last.
#[utoipa::path(get, path = "/sounds", tag = "sounds",
    responses((status = 200, body = [SoundView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<SoundView>>, Problem> {
    let sounds = api.keeper.ask(|store| store.sounds()).await?;
    let names = sounds.iter().map(|sound| sound.name.clone()).collect();
    let mut outlines = library::outlines(&api, names).await?;
    let heard = library::heard_in(&api.desk.configuration());
    let users = |name| heard.get(name).map_or(&[][..], Vec::as_slice);
    let own = sounds.iter().map(|sound| {
        let outline = outlines.remove(&sound.name);
        SoundView::of(sound, outline, users(&sound.name))
    });
    let built_in = library::built_in(&api).await?.iter();
    let built_in = built_in.map(|piece| SoundView::of_built_in(piece, users(&piece.name)));
    Ok(Json(own.chain(built_in).collect()))
}

/// A sound as a WAV file, or a part of it.
#[utoipa::path(get, path = "/sounds/{id}/sound.wav", tag = "sounds",
    params(("id" = i64, Path), SoundWish),
    responses((status = 200, content_type = "audio/wav"), (status = 206)))]
pub(crate) async fn file(
    State(api): State<Arc<Api>>,
    Id(id): Id<SoundId>,
    Asked(wish): Asked<SoundWish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = library::find(&api, id).await?;
    let sound = known.wav(api.keeper.dir())?;
    let sound = match wish.r#as.as_deref() {
        None => sound,
        Some("caller") => {
            let made = api.library.bench.work(move || as_caller(&sound)).await??;
            WavOf::Ready(made.into())
        }
        Some(_) => return Err(Problem::field("as", "a sound is to be had as: caller")),
    };
    let name = wish.download.is_some().then(|| known.title());
    wav::answer(sound, &headers, name).await
}

/// The voices that speak texts.
#[utoipa::path(get, path = "/voices", tag = "sounds",
    responses((status = 200, body = [VoiceView])))]
pub(crate) async fn voices() -> Json<Vec<VoiceView>> {
    let view = |voice: &'static voice::Voice| VoiceView {
        id: voice.locale,
        name: voice.name,
        language: voice.locale.split('-').next().unwrap_or(voice.locale),
    };
    Json(voice::voices().iter().map(view).collect())
}

/// Every phrase of the office in every language.
#[utoipa::path(get, path = "/prompts", tag = "sounds",
    responses((status = 200, body = [PromptView])))]
pub(crate) async fn prompts() -> Json<Vec<PromptView>> {
    let in_language = |language: Lang| {
        Phrase::all().map(move |phrase| PromptView {
            id: phrase.id(),
            language: language.code(),
            text: phrase.text(language),
        })
    };
    Json(Lang::ALL.into_iter().flat_map(in_language).collect())
}

/// A phrase of the office as a WAV file, or a part of it.
#[utoipa::path(get, path = "/prompts/{language}/{id}/sound.wav", tag = "sounds",
    params(("language" = String, Path), ("id" = String, Path)),
    responses((status = 200, content_type = "audio/wav"), (status = 206)))]
pub(crate) async fn prompt_file(
    Path((language, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut languages = Lang::ALL.into_iter();
    let language = languages.find(|lang| lang.code() == language);
    let phrase = Phrase::all().find(|phrase| phrase.id() == id);
    let (Some(language), Some(phrase)) = (language, phrase) else {
        return Err(Problem::not_found("phrase"));
    };
    wav::answer(wav::shipped(&phrase.file(language))?, &headers, None).await
}

impl SoundView {
    pub(crate) fn of(sound: &Sound, outline: Option<SoundOutline>, users: &[HeardIn]) -> Self {
        let outline = outline.unwrap_or(SoundOutline {
            bytes: 0,
            peaks: Vec::new(),
        });
        Self {
            id: SoundId::of(&sound.name),
            title: sound.title.clone(),
            kind: sound.kind.into(),
            made_by: match sound.made_by {
                SoundOrigin::Upload => SoundMadeBy::Upload,
                SoundOrigin::Microphone => SoundMadeBy::Microphone,
                SoundOrigin::Phone => SoundMadeBy::Phone,
                SoundOrigin::Text => SoundMadeBy::Text,
            },
            text: sound.spoken.clone(),
            voice: sound.voice.clone(),
            seconds: f64::from(sound.lasts_ms) / 1_000.0,
            bytes: outline.bytes,
            added_at: Millis(sound.made_ms),
            peaks: outline.peaks,
            used_by: users.iter().map(SoundUser::of).collect(),
        }
    }

    fn of_built_in(piece: &BuiltIn, users: &[HeardIn]) -> Self {
        Self {
            id: SoundId::of(&piece.name),
            title: piece.title.clone(),
            kind: SoundKind::Music,
            made_by: SoundMadeBy::BuiltIn,
            text: None,
            voice: None,
            seconds: piece.seconds,
            bytes: piece.outline.bytes,
            added_at: Millis(0),
            peaks: piece.outline.peaks.clone(),
            used_by: users.iter().map(SoundUser::of).collect(),
        }
    }
}

impl SoundUser {
    fn of(place: &HeardIn) -> Self {
        let (what, id, name) = match place {
            HeardIn::Mailbox(id, name) => (SoundUse::Mailbox, id.0, name.clone()),
            HeardIn::Hours(id, name) => (SoundUse::Hours, id.0, name.clone()),
            HeardIn::MusicOfOffice => (SoundUse::Music, 0, String::new()),
            HeardIn::MusicOf(person, name) => (SoundUse::Music, person.0, name.clone()),
        };
        Self { what, id, name }
    }
}

impl From<store::SoundKind> for SoundKind {
    fn from(kind: store::SoundKind) -> Self {
        match kind {
            store::SoundKind::Greeting => Self::Greeting,
            store::SoundKind::Music => Self::Music,
        }
    }
}

impl From<SoundKind> for store::SoundKind {
    fn from(kind: SoundKind) -> Self {
        match kind {
            SoundKind::Greeting => Self::Greeting,
            SoundKind::Music => Self::Music,
        }
    }
}

/// The mono samples of a sound of the office, at 16 kHz.
///
/// # Errors
/// 404 if there is no such file, or it is damaged.
pub(crate) fn samples_of(sound: &WavOf) -> Result<Vec<i16>, Problem> {
    let gone = |why: String| {
        tracing::warn!(why, "a sound cannot be read");
        Problem::not_found("sound")
    };
    let sound = match sound {
        WavOf::File(path) => {
            let bytes = fs::read(path).map_err(|why| gone(why.to_string()))?;
            read_opus(&bytes, Limits::OWN)
        }
        WavOf::Opus(bytes) | WavOf::Ready(bytes) => read_opus(bytes, Limits::OWN),
    };
    Ok(sound.map_err(|why| gone(why.to_string()))?.into_mono())
}

/// A sound as it comes out of a telephone line: through G.711 and back, with the very code that
/// calls go through.
fn as_caller(sound: &WavOf) -> Result<Vec<u8>, Problem> {
    let samples = samples_of(sound)?;
    let (mut encoder, mut decoder) = (Encoder::new(Codec::Pcma), Decoder::new(Codec::Pcma));
    let mut heard = Vec::with_capacity(samples.len() + FRAME_SAMPLES);
    let mut payload = [0; MAX_PAYLOAD];
    for part in samples.chunks(FRAME_SAMPLES) {
        let mut frame = [0; FRAME_SAMPLES];
        if let Some(begin) = frame.get_mut(..part.len()) {
            begin.copy_from_slice(part);
        }
        let length = encoder.encode(&frame, &mut payload);
        let sent = payload.get(..length).unwrap_or_default();
        decoder.decode(sent, &mut heard).map_err(|why| {
            let detail = why.to_string();
            Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, detail)
        })?;
    }
    heard.truncate(samples.len());
    Ok(to_wav(&heard, Channels::Mono, SAMPLE_RATE))
}

/// The sound as it is known now.
pub(crate) async fn view(api: &Arc<Api>, known: &Known) -> Result<SoundView, Problem> {
    let heard = library::heard_in(&api.desk.configuration());
    let users = heard.get(known.name()).map_or(&[][..], Vec::as_slice);
    match known {
        Known::Own(sound) => {
            let names = vec![sound.name.clone()];
            let outline = library::outlines(api, names).await?.remove(&sound.name);
            Ok(SoundView::of(sound, outline, users))
        }
        Known::BuiltIn(piece) => Ok(SoundView::of_built_in(piece, users)),
    }
}
