//! The languages the office speaks.

/// A language in which every phrase is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// What is spoken to somebody of this language: the language itself whatever the region, else
    /// English.
    #[must_use]
    pub fn of(language: &office::Language) -> Self {
        match language.as_str().split('-').next() {
            Some("de") => Self::De,
            _ => Self::En,
        }
    }

    /// The folder of its recordings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_matter_and_a_strange_language_hears_english() {
        let of = |tag| Lang::of(&office::Language::parse(tag).unwrap());
        assert_eq!(of("de"), Lang::De);
        assert_eq!(of("de-AT"), Lang::De);
        assert_eq!(of("en-GB"), Lang::En);
        assert_eq!(of("pt-BR"), Lang::En);
    }
}
