//! The tones of each country's telephone network (ITU-T E.180), from `assets/tones`.

use office::Country;
use serde::Deserialize;
use std::time::Duration;

/// Frequencies that may sound together.
pub const MAX_FREQUENCIES: usize = 4;

/// The tones callers of a country know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tones {
    /// You may dial.
    pub dial: Tone,
    /// It rings at the other end.
    pub ringback: Tone,
    /// The called one is busy.
    pub busy: Tone,
    /// The network cannot carry the call.
    pub congestion: Tone,
    /// Why a call failed is about to be said, or cannot be.
    pub special_information: Tone,
    /// Another call waits.
    pub call_waiting: Tone,
    /// What you asked for is done.
    pub confirmation: Tone,
}

/// One tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tone {
    /// Its parts in their order; at least one.
    pub parts: Vec<Part>,
    /// Whether it begins anew after its last part, until it is stopped.
    pub repeats: bool,
}

/// A part of a tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What sounds together, in Hz, the rest 0; all 0 is silence.
    pub frequencies: [u16; MAX_FREQUENCIES],
    /// How long.
    pub lasts: Duration,
}

impl Tones {
    /// The tones of a country; those of most of Europe where none are known.
    #[must_use]
    pub fn of(country: &Country) -> Self {
        let code = country.as_str();
        let file = FILES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(code))
            .map_or(ETSI, |(_, file)| file);
        Self::parse(file).expect("a test reads every file")
    }

    /// The tones of most of Europe, where the country is not known.
    #[must_use]
    pub fn usual() -> Self {
        Self::parse(ETSI).expect("a test reads every file")
    }

    /// Reads one file of `assets/tones`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(file: &str) -> Result<Self, BadTones> {
        let file: File = toml::from_str(file).map_err(|error| BadTones(error.to_string()))?;
        Ok(Self {
            dial: tone("dial", &file.dial, true)?,
            ringback: tone("ringback", &file.ringback, true)?,
            busy: tone("busy", &file.busy, true)?,
            congestion: tone("congestion", &file.congestion, true)?,
            special_information: tone("special_information", &file.special_information, true)?,
            call_waiting: tone("call_waiting", &file.call_waiting, true)?,
            confirmation: tone("confirmation", &file.confirmation, false)?,
        })
    }
}

impl Part {
    const fn new(frequencies: [u16; MAX_FREQUENCIES], milliseconds: u64) -> Self {
        Self {
            frequencies,
            lasts: Duration::from_millis(milliseconds),
        }
    }
}

/// A file of `assets/tones` cannot be read; says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTones(String);

impl std::fmt::Display for BadTones {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadTones {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// For people: where the values are from.
    #[serde(rename = "source")]
    _source: String,
    dial: String,
    ringback: String,
    busy: String,
    congestion: String,
    special_information: String,
    call_waiting: String,
    confirmation: String,
}

/// A part without a time; it repeats, so any time does.
const FOR_EVER_MS: u64 = 10_000;

/// Frequencies that pass every telephone line; what a tone may use.
const AUDIBLE_HZ: std::ops::RangeInclusive<u16> = 300..=3_400;

fn tone(name: &str, text: &str, repeats: bool) -> Result<Tone, BadTones> {
    let bad = || {
        BadTones(format!(
            "{name}: {text:?} is no tone, such as 425/500 0/500"
        ))
    };
    let parts: Option<Vec<Part>> = text.split_ascii_whitespace().map(part).collect();
    let parts = parts.filter(|parts| !parts.is_empty()).ok_or_else(bad)?;
    Ok(Tone { parts, repeats })
}

fn part(text: &str) -> Option<Part> {
    let (sum, lasts) = match text.split_once('/') {
        Some((sum, lasts)) => (sum, lasts.parse().ok().filter(|lasts| *lasts > 0)?),
        None => (text, FOR_EVER_MS),
    };
    let mut frequencies = [0; MAX_FREQUENCIES];
    if sum != "0" {
        let mut places = frequencies.iter_mut();
        for frequency in sum.split('+') {
            let frequency = frequency.parse().ok()?;
            *places.next()? = Some(frequency).filter(|f| AUDIBLE_HZ.contains(f))?;
        }
    }
    Some(Part::new(frequencies, lasts))
}

const ETSI: &str = include_str!("../../../../assets/tones/etsi.toml");

macro_rules! country {
    ($code:literal) => {
        (
            $code,
            include_str!(concat!("../../../../assets/tones/", $code, ".toml")),
        )
    };
}

const FILES: &[(&str, &str)] = &[
    country!("at"),
    country!("au"),
    country!("be"),
    country!("bg"),
    country!("br"),
    country!("ca"),
    country!("ch"),
    country!("cn"),
    country!("cz"),
    country!("de"),
    country!("dk"),
    country!("ee"),
    country!("es"),
    country!("fi"),
    country!("fr"),
    country!("gb"),
    country!("gr"),
    country!("hu"),
    country!("ie"),
    country!("il"),
    country!("it"),
    country!("lt"),
    country!("mx"),
    country!("nl"),
    country!("no"),
    country!("nz"),
    country!("pl"),
    country!("pt"),
    country!("se"),
    country!("us"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Tones {
        Tones::of(&Country::parse(code).unwrap())
    }

    #[test]
    fn every_file_is_read_and_belongs_to_a_country() {
        Tones::parse(ETSI).unwrap();
        for (code, file) in FILES {
            Country::parse(code).unwrap();
            Tones::parse(file).unwrap_or_else(|error| panic!("{code}: {error}"));
        }
    }

    #[test]
    fn every_file_in_the_folder_is_known() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/tones");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if let Some(code) = name.strip_suffix(".toml") {
                let known = code == "etsi" || FILES.iter().any(|(known, _)| *known == code);
                assert!(known, "{name} is not in the list");
            }
        }
    }

    #[test]
    fn britain_rings_twice_and_germany_once() {
        let ring: Vec<(u16, u16, u128)> = of("GB")
            .ringback
            .parts
            .iter()
            .map(|part| {
                (
                    part.frequencies[0],
                    part.frequencies[1],
                    part.lasts.as_millis(),
                )
            })
            .collect();
        assert_eq!(
            ring,
            [(400, 450, 400), (0, 0, 200), (400, 450, 400), (0, 0, 2_000)]
        );
        let german = of("DE").ringback;
        assert_eq!(german.parts.len(), 2);
        assert_eq!(german.parts[0], Part::new([425, 0, 0, 0], 1_000));
        assert!(german.repeats);
    }

    #[test]
    fn a_country_without_a_file_hears_the_european_tones() {
        assert_eq!(of("MC"), Tones::parse(ETSI).unwrap());
    }

    #[test]
    fn a_confirmation_is_heard_once() {
        assert!(!of("US").confirmation.repeats);
    }

    #[test]
    fn nonsense_is_no_tone() {
        for text in [
            "",
            "425/",
            "425/0",
            "x",
            "1+2+3+4+5/10",
            "50",
            "9000/100",
            "425/100 ,",
        ] {
            assert!(tone("dial", text, true).is_err(), "{text:?}");
        }
    }
}
