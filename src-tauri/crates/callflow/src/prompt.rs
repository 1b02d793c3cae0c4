//! What callers hear: prompts as documents write them, and the chain of sounds they become.

use crate::template::Template;
use crate::value::Value;
use chrono::{DateTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use office::{GreetingKind, Language, MailboxId, PersonId};
use serde::{Deserialize, Deserializer, Serialize};
use spoken::{Lang, Phrase, Piece, say};
use std::time::Duration;

/// One link of what is said, as documents write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    tag = "source",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Prompt {
    /// A sound of the office.
    Audio {
        /// Which, as decimal digits.
        #[serde(default)]
        media_id: String,
    },
    /// A text to be spoken.
    Tts {
        /// What is said.
        #[serde(default)]
        text: Template,
        /// Whose voice; that of the language where empty.
        #[serde(default)]
        voice: Option<String>,
    },
    /// Something the flow knows.
    Value {
        /// A variable's name, or a text with gaps.
        #[serde(default)]
        value: String,
        /// How it is said.
        #[serde(rename = "as", default)]
        spoken_as: SpokenAs,
    },
    /// Nothing for a while.
    Silence {
        /// How long, in milliseconds, 50 to 10,000.
        #[serde(default)]
        ms: u64,
    },
}

/// How a value is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpokenAs {
    /// Key by key.
    #[default]
    Digits,
    /// As a number.
    Number,
    /// The day of a moment.
    Date,
    /// The time of day of a moment.
    Time,
    /// So many seconds.
    Duration,
    /// As words, by a voice.
    Text,
}

/// A sound in a chain that a caller hears.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Sound {
    /// A sound of the office, uploaded or recorded.
    Uploaded {
        /// Which.
        sound: i64,
    },
    /// A recorded phrase.
    Phrase {
        /// Its recording: `prompts/en/goodbye`.
        file: String,
        /// Its words.
        words: &'static str,
    },
    /// A text spoken by a voice.
    Speech(Speech),
    /// The recorded name of a person, or else the name spoken by a voice.
    Name {
        /// Whose.
        person: PersonId,
        /// What is spoken where there is no recording.
        speech: Speech,
    },
    /// What the caller has recorded in this call.
    Clip {
        /// Its number.
        clip: u32,
    },
    /// What the owner of a mailbox has recorded.
    OfMailbox {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Which of its greetings.
        greeting: GreetingKind,
    },
    /// What the caller has just said for a mailbox.
    OwnMessage {
        /// How long it is, in milliseconds.
        ms: u64,
    },
    /// The tone after which to speak.
    Beep,
    /// Nothing for a while.
    Silence {
        /// How long, in milliseconds.
        ms: u64,
    },
}

/// A text spoken by a voice: rendered when the flow is published where it has no gaps, else when it
/// is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Speech {
    /// The language (BCP 47).
    pub language: String,
    /// Whose voice; that of the language where `None`.
    pub voice: Option<String>,
    /// The words.
    pub text: String,
}

/// What a caller hears while they wait.
#[derive(Clone, Debug, Default)]
pub enum HearsDocument {
    /// A telephone ringing.
    #[default]
    Ringback,
    /// Music; which is the office's where empty.
    Music(String),
    /// Nothing.
    Silence,
    /// Something said again and again.
    Prompts(Vec<Prompt>),
}

/// What a caller hears while they wait, made ready.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "camelCase")]
pub enum Hears {
    /// A telephone ringing.
    Ringback,
    /// Music; `None` for the office's.
    Music(Option<String>),
    /// Nothing.
    Silence,
    /// This, again and again.
    Sounds(Vec<Sound>),
}

impl<'de> Deserialize<'de> for HearsDocument {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Word(String),
            Prompts { prompts: Vec<Prompt> },
            Other(serde::de::IgnoredAny),
        }
        Ok(match Written::deserialize(from)? {
            Written::Word(word) => match word.as_str() {
                "moh" => Self::Music(String::new()),
                "silence" => Self::Silence,
                _ => match word.strip_prefix("moh:") {
                    Some(music) => Self::Music(music.to_owned()),
                    None => Self::Ringback,
                },
            },
            Written::Prompts { prompts } => Self::Prompts(prompts),
            Written::Other(serde::de::IgnoredAny) => Self::Ringback,
        })
    }
}

impl Prompt {
    /// The text a voice can render before any call: it has no gaps.
    #[must_use]
    pub fn fixed_speech(&self, language: &str) -> Option<Speech> {
        match self {
            Self::Tts { text, voice } => {
                let text = text.fixed().filter(|text| !text.trim().is_empty())?;
                Some(Speech::new(language, voice.clone(), text))
            }
            _ => None,
        }
    }

    /// About how long it is heard; `sound` tells how long a sound of the office is.
    #[must_use]
    pub fn lasts(&self, sound: impl Fn(i64) -> Option<Duration>) -> Duration {
        match self {
            Self::Audio { media_id } => {
                let known = crate::target::read_id(media_id).and_then(sound);
                known.unwrap_or_default()
            }
            // Voices speak some fifteen characters a second.
            Self::Tts { text, .. } => {
                let chars = text.fill(2_000, |_| None).chars().count() as u64;
                Duration::from_millis(chars * 1_000 / 15)
            }
            Self::Value { .. } => Duration::from_secs(2),
            Self::Silence { ms } => Duration::from_millis((*ms).min(10_000)),
        }
    }
}

/// All prompts among a node's parameters, those of [`CallerHears`](HearsDocument) among them.
pub(crate) fn all_in(data: &serde_json::Map<String, serde_json::Value>) -> Vec<Prompt> {
    let lists = data.values().filter_map(|value| match value {
        serde_json::Value::Array(list) => Some(list),
        _ => value.get("prompts")?.as_array(),
    });
    let prompts = lists.flatten().filter(|json| json.get("source").is_some());
    prompts
        .filter_map(|json| Prompt::deserialize(json).ok())
        .collect()
}

impl Speech {
    /// A text to be spoken.
    #[must_use]
    pub fn new(language: &str, voice: Option<String>, text: &str) -> Self {
        Self {
            language: language.to_owned(),
            voice: voice.filter(|voice| !voice.is_empty()),
            text: text.trim().to_owned(),
        }
    }
}

impl Sound {
    /// A recorded phrase in a language.
    #[must_use]
    pub fn phrase(lang: Lang, phrase: Phrase) -> Self {
        Self::Phrase {
            file: phrase.file(lang),
            words: phrase.text(lang),
        }
    }

    /// A chain of recorded phrases.
    pub fn pieces(lang: Lang, pieces: Vec<Piece>) -> impl Iterator<Item = Self> {
        pieces.into_iter().map(move |piece| match piece {
            Piece::Phrase(phrase) => Self::phrase(lang, phrase),
            Piece::Pause(lasts) => Self::Silence {
                ms: u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
            },
        })
    }
}

/// The language, time zone and moment in which something is said.
pub(crate) struct Saying<'a> {
    pub(crate) language: &'a Language,
    pub(crate) zone: Tz,
    pub(crate) unix_ms: i64,
}

impl Saying<'_> {
    /// A value as sounds. What cannot be said as wished is said as text, and nothing as nothing.
    pub(crate) fn value(&self, value: &Value, spoken_as: SpokenAs) -> Vec<Sound> {
        let lang = Lang::of(self.language);
        let moment = || match value {
            Value::Moment(ms) => self.local(*ms),
            _ => None,
        };
        let today = || self.local(self.unix_ms).map(|now| now.date_naive());
        let whole = |n: f64| n >= 0.0 && n <= f64::from(u32::MAX) && n.fract() == 0.0;
        let pieces = match spoken_as {
            SpokenAs::Digits => match value {
                Value::Text(text) => Some(say::digits(text)),
                Value::Number(n) if whole(*n) => Some(say::digits(&n.to_string())),
                _ => None,
            },
            SpokenAs::Number => {
                (value.as_number().filter(|n| whole(*n))).map(|n| say::number(lang, n as u32))
            }
            SpokenAs::Date => moment()
                .zip(today())
                .map(|(at, today)| say::date(lang, at.date_naive(), today)),
            SpokenAs::Time => moment().map(|at| say::time(lang, at.time())),
            SpokenAs::Duration => (value.as_number().filter(|n| whole(*n)))
                .map(|n| say::duration(lang, Duration::from_secs(n as u64))),
            SpokenAs::Text => None,
        };
        match (pieces, value) {
            (_, Value::Clip(clip)) => vec![Sound::Clip { clip: *clip }],
            (Some(pieces), _) => Sound::pieces(lang, pieces).collect(),
            (None, value) => self.text(&value.to_string(), None),
        }
    }

    /// A text as a sound, unless it is empty.
    pub(crate) fn text(&self, text: &str, voice: Option<&str>) -> Vec<Sound> {
        let speech = Speech::new(self.language.as_str(), voice.map(str::to_owned), text);
        if speech.text.is_empty() {
            Vec::new()
        } else {
            vec![Sound::Speech(speech)]
        }
    }

    fn local(&self, ms: i64) -> Option<DateTime<Tz>> {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(ms)?;
        Some(self.zone.from_utc_datetime(&utc.naive_utc()))
    }
}
