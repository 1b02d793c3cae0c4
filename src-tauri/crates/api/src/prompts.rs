//! What flows say by a voice: spoken when they are published, kept, and found again by its words.

use crate::{errors::Problem, library, server::Api, values::Millis};
use axum::http::StatusCode;
use callflow::Speech;
use office::SoundName;
use std::{collections::BTreeMap, path::Path};
use store::SpokenPrompt;
use voice::{SpeakError, Speaker, Voice};

/// What was spoken, by voice and words.
pub(crate) type Spoken = BTreeMap<(String, String), SoundName>;

/// Speaks what has not been spoken yet; gives the files of all.
///
/// # Errors
/// No voice speaks the language, a voice fails, or the disk refuses: callers would hear nothing.
pub(crate) async fn speak(api: &Api, speeches: Vec<Speech>) -> Result<Vec<SoundName>, Problem> {
    let mut files = Vec::with_capacity(speeches.len());
    for speech in speeches {
        if speech.text.trim().is_empty() {
            continue;
        }
        let voice = voice_of(&speech).ok_or_else(|| no_voice(&speech))?.locale;
        let known = api
            .desk
            .configuration()
            .spoken(voice, &speech.text)
            .cloned();
        if let Some(name) = known {
            files.push(name);
            continue;
        }
        let data = api.keeper.dir().to_owned();
        let make = move || make(&data, voice, speech.text);
        let prompt = api.library.bench.work(make).await??;
        files.push(prompt.name.clone());
        api.keeper
            .ask(move |store| store.keep_spoken_prompt(&prompt))
            .await?;
    }
    Ok(files)
}

/// Speaks words into a file of their own.
pub(crate) fn make(
    data: &Path,
    voice: &'static str,
    text: String,
) -> Result<SpokenPrompt, Problem> {
    let speaker = Speaker::this_program().map_err(SpeakError::from);
    let samples = speaker.and_then(|speaker| speaker.speak(&text, voice));
    let samples = samples.map_err(|why| {
        tracing::error!(%why, "a prompt could not be spoken");
        let detail = format!("the computer could not speak {text:?}: {why}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).coded("notSpoken")
    })?;
    let placed = library::place_in(data, "spoken", &samples)?;
    Ok(SpokenPrompt {
        name: placed.name,
        text,
        voice: voice.to_owned(),
        lasts_ms: placed.lasts_ms,
        made_ms: Millis::now().0,
    })
}

/// Whose voice speaks that: the one that is named, else one of the language and its region, else one
/// of the language.
pub(crate) fn voice_of(speech: &Speech) -> Option<&'static Voice> {
    let named = speech.voice.as_deref().and_then(Voice::find);
    let of_region = || Voice::find(&speech.language);
    let of_language = || {
        let language = speech.language.split('-').next().unwrap_or_default();
        let speaks = |voice: &&Voice| {
            let own = voice.locale.split('-').next();
            own.is_some_and(|own| own.eq_ignore_ascii_case(language))
        };
        voice::voices().iter().find(speaks)
    };
    named.or_else(of_region).or_else(of_language)
}

pub(crate) fn no_voice(speech: &Speech) -> Problem {
    let detail = format!(
        "no voice of this computer speaks {}, so callers would hear nothing; record the texts, or choose another language",
        speech.language
    );
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).coded("noVoice")
}
