//! What a flow says by a voice, as its callers will hear it: for whoever tries it in the window.

use crate::{
    commands::sounds::not_spoken, errors::Problem, json::Json, prompts, server::Api,
    values::PersonId, wav, wav::WavOf,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use callflow::Speech;
use serde::Deserialize;
use sound_files::{Channels, SAMPLE_RATE, to_wav};
use std::{sync::Arc, time::Instant};
use ts_rs::TS;
use utoipa::ToSchema;
use voice::{SpeakError, Speaker, limits::MAX_TEXT_CHARS};

/// `POST /api/prompts/speech.wav`: what a flow says.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpeechAsk {
    /// Of the flow at that step, such as `de`.
    language: String,
    /// Whose voice; that of the language without one.
    #[ts(optional)]
    voice: Option<String>,
    text: String,
    /// Whose name the text is: it is heard as they have recorded it, if they have.
    #[ts(optional)]
    person: Option<PersonId>,
}

/// A text as a WAV file, spoken by the voice that speaks it in calls.
#[utoipa::path(post, path = "/prompts/speech.wav", tag = "sounds", request_body = SpeechAsk,
    responses((status = 200, content_type = "audio/wav")))]
pub(crate) async fn speech(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    Json(ask): Json<SpeechAsk>,
) -> Result<Response, Problem> {
    let data = api.keeper.dir();
    let recorded = ask.person.and_then(|person| {
        let office = api.desk.office();
        office.mailbox_of(person.into())?.greetings.name.clone()
    });
    if let Some(name) = recorded {
        return wav::answer(WavOf::File(wav::path_of(data, &name)?), &headers, None).await;
    }
    let chars = ask.text.chars().count();
    if chars > MAX_TEXT_CHARS {
        return Err(not_spoken(SpeakError::TooLong(chars)));
    }
    let speech = Speech::new(&ask.language, ask.voice, &ask.text);
    if speech.text.is_empty() {
        return Err(not_spoken(SpeakError::Empty));
    }
    let voice = prompts::voice_of(&speech).ok_or_else(|| prompts::no_voice(&speech))?;
    let published = api
        .desk
        .configuration()
        .spoken(voice.locale, &speech.text)
        .cloned();
    let sound = match published {
        Some(name) => WavOf::File(wav::path_of(data, &name)?),
        None => {
            let text = speech.text.clone();
            let speak = async {
                let bench = &api.library.bench;
                bench.work(move || spoken(&text, voice.locale)).await?
            };
            let words = (voice.locale, speech.text);
            let aloud = &api.library.aloud;
            WavOf::Ready(aloud.hear(Instant::now(), words, speak).await?)
        }
    };
    wav::answer(sound, &headers, None).await
}

fn spoken(text: &str, voice: &str) -> Result<axum::body::Bytes, Problem> {
    let speaker = Speaker::this_program().map_err(SpeakError::from);
    let samples = speaker.and_then(|speaker| speaker.speak(text, voice));
    let samples = samples.map_err(not_spoken)?;
    Ok(to_wav(&samples, Channels::Mono, SAMPLE_RATE).into())
}
