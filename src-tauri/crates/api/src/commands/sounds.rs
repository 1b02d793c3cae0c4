//! Adding greetings and music: files, what was said into a microphone, texts that are spoken. Cutting
//! and removing them.

use crate::{
    auth::Caller,
    commands::calls::{CallCommandTaken, Taken, order},
    errors::Problem,
    json::{Asked, Id, Json},
    library::{self, HeardIn, Known, Placed},
    limits::{SHORTEST_CUT, UPLOAD_PATIENCE, UPLOAD_WITHIN},
    server::Api,
    values::{Millis, PersonId, SoundId},
    views::sounds::{self, SoundKind, SoundView, samples_of},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use futures_util::StreamExt;
use office::clean_text;
use serde::Deserialize;
use sound_files::{Limits, SAMPLE_RATE, Target, Unreadable, normalise, read_upload};
use std::{sync::Arc, time::Duration};
use store::{Sound, SoundOrigin, StoreError};
use switch::Command;
use tokio::time::{Instant, timeout_at};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use voice::{SpeakError, Speaker};

/// What a file that is sent is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SoundUpload {
    /// What people call it.
    title: String,
    /// `greeting` or `music`.
    #[param(inline)]
    kind: SoundKind,
    /// `upload` or `microphone`.
    #[param(inline)]
    from: UploadFrom,
}

/// Where a file that is sent comes from.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum UploadFrom {
    Upload,
    Microphone,
}

/// `POST /api/sounds/speak`: a greeting the computer speaks.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoundSpeak {
    title: String,
    text: String,
    voice: String,
}

/// `POST /api/sounds/by-phone`: rings the person's phones; whoever picks up is asked to speak after
/// the tone; the sound appears in the list.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoundByPhone {
    title: String,
    person: PersonId,
}

/// `PUT /api/sounds/{id}`: another title; only a part of the sound is kept where one is named.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoundEdit {
    title: String,
    /// Where the part begins that is kept, in seconds.
    #[ts(optional)]
    from: Option<f64>,
    /// Where it ends.
    #[ts(optional)]
    to: Option<f64>,
}

/// Adds a sound file: WAV, MP3, OGG or FLAC, at most 20 MB and ten minutes.
#[utoipa::path(post, path = "/sounds", tag = "sounds", params(SoundUpload),
    request_body(content_type = "application/octet-stream"),
    responses((status = 201, body = SoundView)))]
pub(crate) async fn upload(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(upload): Asked<SoundUpload>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, axum::Json<SoundView>), Problem> {
    let title = title(&upload.title)?;
    let bytes = {
        let _place = api
            .library
            .arriving
            .try_acquire()
            .map_err(|_| Problem::too_busy())?;
        received(&headers, body, UPLOAD_PATIENCE).await?
    };
    let kind = store::SoundKind::from(upload.kind);
    let data = api.keeper.dir().to_owned();
    let make = move || {
        let mut samples = read_upload(&bytes, Limits::UPLOAD).map_err(unreadable)?;
        drop(bytes);
        let target = match kind {
            store::SoundKind::Greeting => Target::SPEECH,
            store::SoundKind::Music => Target::MUSIC,
        };
        normalise(&mut samples, target);
        library::place(&data, kind, &samples)
    };
    let placed = api.library.bench.work(make).await??;
    let made_by = match upload.from {
        UploadFrom::Upload => SoundOrigin::Upload,
        UploadFrom::Microphone => SoundOrigin::Microphone,
    };
    let sound = Sound {
        made_by,
        kind,
        ..sound(title, &placed)
    };
    add(&api, &caller, sound, placed).await
}

/// Adds a greeting the computer speaks.
#[utoipa::path(post, path = "/sounds/speak", tag = "sounds", request_body = SoundSpeak,
    responses((status = 201, body = SoundView)))]
pub(crate) async fn speak(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(speak): Json<SoundSpeak>,
) -> Result<(StatusCode, axum::Json<SoundView>), Problem> {
    let title = title(&speak.title)?;
    let SoundSpeak { text, voice, .. } = speak;
    let data = api.keeper.dir().to_owned();
    let (said, by) = (text.clone(), voice.clone());
    let make = move || {
        let speaker = Speaker::this_program().map_err(SpeakError::from);
        let samples = speaker.and_then(|speaker| speaker.speak(&said, &by));
        library::place(
            &data,
            store::SoundKind::Greeting,
            &samples.map_err(not_spoken)?,
        )
    };
    let placed = api.library.bench.work(make).await??;
    let sound = Sound {
        made_by: SoundOrigin::Text,
        spoken: Some(text),
        voice: Some(voice),
        ..sound(title, &placed)
    };
    add(&api, &caller, sound, placed).await
}

/// Lets somebody speak a greeting into their phone.
#[utoipa::path(post, path = "/sounds/by-phone", tag = "sounds", request_body = SoundByPhone,
    responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn by_phone(
    State(api): State<Arc<Api>>,
    Json(by): Json<SoundByPhone>,
) -> Result<Taken, Problem> {
    let title = title(&by.title)?;
    let person = by.person.into();
    let ring = |ticket| Command::RecordSound {
        ticket,
        person,
        title,
    };
    order(&api, ring).await
}

/// Calls a sound something else, or keeps only a part of it.
#[utoipa::path(put, path = "/sounds/{id}", tag = "sounds", request_body = SoundEdit,
    params(("id" = i64, Path)), responses((status = 200, body = SoundView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<SoundId>,
    Json(edit): Json<SoundEdit>,
) -> Result<axum::Json<SoundView>, Problem> {
    let title = title(&edit.title)?;
    let known = library::find(&api, id).await?;
    let sound = own(&known)?;
    let name = sound.name.clone();
    let cut = match (edit.from, edit.to) {
        (None, None) => None,
        (from, to) => {
            let data = api.keeper.dir().to_owned();
            let whole = known.wav(&data)?;
            let name = name.clone();
            let cut = move || {
                let samples = samples_of(&whole)?;
                let part = part(&samples, from, to)?;
                library::replace(&data, &name, part)
            };
            Some(api.library.bench.work(cut).await??)
        }
    };
    let (renamed, file) = (name.clone(), cut.as_ref());
    let file = file.map(|placed| (placed.lasts_ms, placed.sha256.clone()));
    api.keeper
        .change_by(caller.actor(), move |change| {
            if let Some((lasts_ms, sha256)) = &file {
                change.replace_sound_file(&renamed, *lasts_ms, sha256)?;
            }
            change.rename_sound(&renamed, &title)
        })
        .await?;
    if let Some(Placed { outline, .. }) = cut {
        let keep = move |store: &mut store::Store| store.keep_sound_outline(&name, &outline);
        api.keeper.ask(keep).await?;
    }
    let known = library::find(&api, id).await?;
    Ok(axum::Json(sounds::view(&api, &known).await?))
}

/// Removes a sound nobody uses.
#[utoipa::path(delete, path = "/sounds/{id}", tag = "sounds", params(("id" = i64, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<SoundId>,
) -> Result<StatusCode, Problem> {
    let known = library::find(&api, id).await?;
    let name = own(&known)?.name.clone();
    if let Some(users) = library::heard_in(&api.desk.configuration()).remove(&name) {
        return Err(used_by(&users));
    }
    api.keeper
        .change_by(caller.actor(), move |change| change.remove_sound(&name))
        .await
        .map_err(|why| match why {
            // Somebody has begun to use it a moment ago.
            crate::AskFailed::Store(StoreError::SoundInUse { by }) => used_by_names(&by),
            why => why.into(),
        })?;
    Ok(StatusCode::NO_CONTENT)
}

/// A sound as it is written down, but for where it comes from.
fn sound(title: String, placed: &Placed) -> Sound {
    Sound {
        name: placed.name.clone(),
        kind: store::SoundKind::Greeting,
        title,
        lasts_ms: placed.lasts_ms,
        sha256: placed.sha256.clone(),
        made_by: SoundOrigin::Upload,
        spoken: None,
        voice: None,
        made_ms: Millis::now().0,
    }
}

async fn add(
    api: &Arc<Api>,
    caller: &Caller,
    sound: Sound,
    placed: Placed,
) -> Result<(StatusCode, axum::Json<SoundView>), Problem> {
    let added = sound.clone();
    let path = crate::wav::path_of(api.keeper.dir(), &sound.name)?;
    let add = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_sound(&added));
    if let Err(why) = add.await {
        // Nobody knows of it, so nobody would ever remove it.
        let _ = std::fs::remove_file(path);
        return Err(why.into());
    }
    let (name, outline) = (sound.name.clone(), placed.outline);
    let keep = move |store: &mut store::Store| store.keep_sound_outline(&name, &outline);
    api.keeper.ask(keep).await?;
    let view = sounds::view(api, &Known::Own(sound)).await?;
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Takes a file as it arrives. It may neither be too large nor pause for longer than `patience`.
async fn received(headers: &HeaderMap, body: Body, patience: Duration) -> Result<Vec<u8>, Problem> {
    let told = headers.get(header::CONTENT_LENGTH);
    let told = told.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|bytes| bytes > Limits::UPLOAD.bytes as u64) {
        return Err(too_large());
    }
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    let end = Instant::now() + UPLOAD_WITHIN;
    loop {
        let by = end.min(Instant::now() + patience);
        let piece = timeout_at(by, pieces.next()).await.map_err(|_| {
            let detail = "the file did not arrive in time; try again";
            Problem::new(StatusCode::REQUEST_TIMEOUT, detail).coded("uploadTooSlow")
        })?;
        let Some(piece) = piece else {
            return Ok(bytes);
        };
        let piece = piece.map_err(|why| {
            let detail = format!("the file broke off: {why}");
            Problem::new(StatusCode::BAD_REQUEST, detail)
        })?;
        if bytes.len() + piece.len() > Limits::UPLOAD.bytes {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
}

fn too_large() -> Problem {
    let megabytes = Limits::UPLOAD.bytes / (1024 * 1024);
    let detail = Unreadable::TooLarge { megabytes }.to_string();
    Problem {
        field: Some("file".to_owned()),
        ..Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).coded("soundTooLarge")
    }
}

fn unreadable(why: Unreadable) -> Problem {
    let code = match &why {
        Unreadable::TooLarge { .. } => return too_large(),
        Unreadable::Empty => "soundEmpty",
        Unreadable::UnknownFormat => "notASound",
        Unreadable::Damaged => "soundDamaged",
        Unreadable::NoSound => "noSoundInIt",
        Unreadable::TooLong { .. } => "soundTooLong",
        Unreadable::TooManyChannels(_) => "tooManyChannels",
        Unreadable::SampleRate(_) => "badSampleRate",
    };
    Problem::field("file", why).coded(code)
}

pub(crate) fn not_spoken(why: SpeakError) -> Problem {
    match &why {
        SpeakError::Empty | SpeakError::NothingSaid => {
            Problem::field("text", why).coded("nothingToSay")
        }
        SpeakError::TooLong(_) | SpeakError::TooMuchSound => {
            Problem::field("text", why).coded("textTooLong")
        }
        SpeakError::NoSuchVoice(_) => Problem::field("voice", why).coded("noSuchVoice"),
        SpeakError::NotStarted(_) | SpeakError::TookTooLong | SpeakError::Failed(_) => {
            tracing::error!(?why, "a text was not spoken");
            let detail = why.to_string();
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).coded("notSpoken")
        }
    }
}

/// A title as it is kept. Whoever shows it escapes it.
fn title(text: &str) -> Result<String, Problem> {
    let title = clean_text(text);
    if title.is_empty() {
        return Err(Problem::field("title", "give the sound a title").coded("badName"));
    }
    Ok(title.into_owned())
}

/// The sound, if it is the office's own.
fn own(known: &Known) -> Result<&Sound, Problem> {
    match known {
        Known::Own(sound) => Ok(sound),
        Known::BuiltIn(_) => {
            let detail =
                "this music comes with Cordboard; it can be chosen or not, but not changed";
            Err(Problem::new(StatusCode::CONFLICT, detail).coded("builtInSound"))
        }
    }
}

/// The part of a sound between two moments, in seconds.
fn part(samples: &[i16], from: Option<f64>, to: Option<f64>) -> Result<&[i16], Problem> {
    let at = |seconds: f64| (seconds * f64::from(SAMPLE_RATE)).round();
    let wrong = |field, detail: &str| Problem::field(field, detail).coded("badCut");
    let whole = samples.len() as f64;
    let from = at(from.unwrap_or(0.0));
    // A player's length is rounded: a little beyond the end is the end.
    let to = to.map_or(whole, at);
    if !(0.0..=whole).contains(&from) {
        return Err(wrong("from", "the part begins outside of the sound"));
    }
    if !to.is_finite() || to > whole + f64::from(SAMPLE_RATE) {
        return Err(wrong("to", "the part ends outside of the sound"));
    }
    let to = to.min(whole);
    let shortest = SHORTEST_CUT.as_secs_f64() * f64::from(SAMPLE_RATE);
    if to - from < shortest {
        return Err(wrong("to", "nothing would be left to be heard"));
    }
    // Both are whole numbers within the sound.
    samples
        .get(from as usize..to as usize)
        .ok_or_else(|| wrong("to", "the part ends outside of the sound"))
}

fn used_by(users: &[HeardIn]) -> Problem {
    let names: Vec<&str> = users
        .iter()
        .map(|user| match user {
            HeardIn::Mailbox(_, name) | HeardIn::Hours(_, name) => name.as_str(),
            HeardIn::MusicOfOffice => "the office",
            HeardIn::MusicOf(_, name) => name.as_str(),
        })
        .collect();
    used_by_names(&names.join(", "))
}

fn used_by_names(names: &str) -> Problem {
    let by = names.to_owned();
    let detail = StoreError::SoundInUse { by }.to_string();
    Problem::new(StatusCode::CONFLICT, detail).coded("soundUsed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::io;

    #[tokio::test]
    async fn a_file_that_dawdles_is_sent_away() {
        let begun = stream::iter([Ok::<_, io::Error>(vec![7; 100])]);
        let never = begun.chain(stream::pending());
        let body = Body::from_stream(never);
        let refused = received(&HeaderMap::new(), body, Duration::from_millis(10)).await;
        let refused = refused.unwrap_err();
        assert_eq!(
            (refused.status.as_u16(), refused.code),
            (408, "uploadTooSlow")
        );
    }

    #[test]
    fn a_part_is_within_the_sound() {
        let sound: Vec<i16> = (0..16_000).collect();
        let kept = |from, to| part(&sound, from, to).map(|part| (part[0], part.len()));
        assert_eq!(kept(None, Some(0.5)).unwrap(), (0, 8_000));
        assert_eq!(kept(Some(0.25), None).unwrap(), (4_000, 12_000));
        assert_eq!(
            kept(Some(0.0), Some(1.01)).unwrap(),
            (0, 16_000),
            "rounded up"
        );
        for (from, to) in [
            (f64::NAN, 1.0),
            (0.0, f64::NAN),
            (0.0, f64::INFINITY),
            (-0.1, 1.0),
            (0.5, 0.5),
            (0.9, 0.1),
            (1e300, 1e300),
            (0.0, 5.0),
        ] {
            let code = kept(Some(from), Some(to)).unwrap_err().code;
            assert_eq!(code, "badCut", "{from} {to}");
        }
    }
}
