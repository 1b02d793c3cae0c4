//! The voices that are part of the program (SVOX Pico, Apache-2.0, see `voices/NOTICE`).

/// A bundled voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Language and region as a BCP 47 tag, such as `de-DE`; also its name in every call here.
    pub locale: &'static str,
    /// What it is called to people, in its own language.
    pub name: &'static str,
    /// How its language is read.
    pub(crate) text_analysis: &'static [u8],
    /// How it sounds.
    pub(crate) speech_generation: &'static [u8],
}

/// All bundled voices.
#[must_use]
pub fn voices() -> &'static [Voice] {
    VOICES
}

impl Voice {
    /// The voice of this tag, capitals aside.
    #[must_use]
    pub fn find(locale: &str) -> Option<&'static Self> {
        VOICES
            .iter()
            .find(|voice| voice.locale.eq_ignore_ascii_case(locale))
    }
}

macro_rules! voice {
    ($locale:literal, $name:literal, $speaker:literal) => {
        Voice {
            locale: $locale,
            name: $name,
            text_analysis: include_bytes!(concat!("../voices/", $locale, "_ta.bin")),
            speech_generation: include_bytes!(concat!(
                "../voices/",
                $locale,
                "_",
                $speaker,
                "_sg.bin"
            )),
        }
    };
}

static VOICES: &[Voice] = &[
    voice!("de-DE", "Deutsch", "gl0"),
    voice!("en-GB", "English (United Kingdom)", "kh0"),
    voice!("en-US", "English (United States)", "lh0"),
    voice!("es-ES", "Español", "zl0"),
    voice!("fr-FR", "Français", "nk0"),
    voice!("it-IT", "Italiano", "cm0"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_found_by_its_tag() {
        assert_eq!(
            Voice::find("de-de").map(|voice| voice.name),
            Some("Deutsch")
        );
        assert_eq!(Voice::find("de"), None);
        assert_eq!(voices().len(), 6);
    }
}
