//! Where the office is: its country, time zone and language.

use crate::limits::LANGUAGE_MAX_CHARS;
use crate::text_value::text_value;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A country by its ISO 3166-1 code in capitals, such as `DE`. Decides tones, dial rules and
/// emergency numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

text_value!(Country, BadCountry);

impl Country {
    /// Checks a code, in capitals or not.
    ///
    /// # Errors
    /// No country has that code (`UK` is a frequent slip for `GB`).
    pub fn parse(text: &str) -> Result<Self, BadCountry> {
        let code = text.to_ascii_uppercase();
        if COUNTRIES
            .split_ascii_whitespace()
            .any(|known| known == code)
        {
            Ok(Self(code))
        } else {
            Err(BadCountry)
        }
    }

    /// All codes, in their order.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        COUNTRIES.split_ascii_whitespace()
    }
}

/// The officially assigned codes of ISO 3166-1 alpha-2, and Kosovo's user-assigned `XK`.
const COUNTRIES: &str = "
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA
    ZM ZW";

/// No country has that code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a country is given by its two-letter ISO code, such as DE, GB or US")]
pub struct BadCountry;

/// A language by its BCP 47 tag in the usual spelling, such as `en` or `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

text_value!(Language, BadLanguage);

impl Language {
    /// Checks the form of a tag and gives it its usual capitals. Whether prompts in that language
    /// exist is another question.
    ///
    /// # Errors
    /// The text does not have the form of a language tag.
    pub fn parse(text: &str) -> Result<Self, BadLanguage> {
        if text.len() > LANGUAGE_MAX_CHARS {
            return Err(BadLanguage);
        }
        let mut tag = String::with_capacity(text.len());
        for (position, part) in text.split('-').enumerate() {
            let letters = part.chars().all(|c| c.is_ascii_alphabetic());
            let alphanumeric = part.chars().all(|c| c.is_ascii_alphanumeric());
            match (position, part.len()) {
                (0, 2 | 3) if letters => tag.push_str(&part.to_ascii_lowercase()),
                (0, _) | (_, 0 | 9..) => return Err(BadLanguage),
                _ if !alphanumeric => return Err(BadLanguage),
                (_, 2) if letters => {
                    tag.push('-');
                    tag.push_str(&part.to_ascii_uppercase());
                }
                (_, 4) if letters => {
                    let (first, rest) = part.split_at(1);
                    tag.push('-');
                    tag.push_str(&first.to_ascii_uppercase());
                    tag.push_str(&rest.to_ascii_lowercase());
                }
                _ => {
                    tag.push('-');
                    tag.push_str(&part.to_ascii_lowercase());
                }
            }
        }
        Ok(Self(tag))
    }
}

impl Default for Language {
    /// English, until the set-up has asked.
    fn default() -> Self {
        Self("en".to_owned())
    }
}

/// The text does not have the form of a language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is given by its tag, such as en, de or pt-BR")]
pub struct BadLanguage;

/// A time zone of the IANA database, such as `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(Tz);

impl TimeZone {
    /// Universal time, until the set-up has asked where the office is.
    pub const UTC: Self = Self(Tz::UTC);

    /// Finds a zone by its IANA name, capitals included.
    ///
    /// # Errors
    /// The database knows no such zone.
    pub fn parse(text: &str) -> Result<Self, BadTimeZone> {
        Tz::from_str(text).map(Self).map_err(|_| BadTimeZone {
            name: text.chars().take(64).collect(),
        })
    }

    /// The zone's rules.
    #[must_use]
    pub fn rules(self) -> Tz {
        self.0
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl TryFrom<String> for TimeZone {
    type Error = BadTimeZone;

    fn try_from(text: String) -> Result<Self, BadTimeZone> {
        Self::parse(&text)
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.name().to_owned()
    }
}

/// The database knows no such zone. Never replaced by a default: hours would be wrong in silence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {name:?}; zones are named like Europe/Berlin or America/New_York")]
pub struct BadTimeZone {
    /// The text as given, its first 64 characters.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_iso_3166() {
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 250);
        assert_eq!(Country::parse("de").map(String::from), Ok("DE".to_owned()));
        for text in ["UK", "", "DEU", "ZZ", "D"] {
            assert_eq!(Country::parse(text), Err(BadCountry), "{text:?}");
        }
    }

    #[test]
    fn language_tags_get_their_usual_spelling() {
        let cases = [
            ("en", Some("en")),
            ("PT-br", Some("pt-BR")),
            ("sr-latn-rs", Some("sr-Latn-RS")),
            ("es-419", Some("es-419")),
            ("", None),
            ("e", None),
            ("english", None),
            ("en_US", None),
            ("en-", None),
            ("en-é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                Language::parse(text).ok().as_ref().map(Language::as_str),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_unknown_time_zone_is_an_error() {
        assert_eq!(
            TimeZone::parse("Europe/Berlin").unwrap().rules(),
            Tz::Europe__Berlin
        );
        assert!(TimeZone::parse("Europe/Berlyn").is_err());
        assert!(serde_json::from_str::<TimeZone>("\"Mars/Olympus\"").is_err());
    }
}
