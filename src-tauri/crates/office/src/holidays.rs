//! Public holidays by country and region, from the rules in `assets/holidays`.

use serde::{Deserialize, Serialize};

/// How widely a holiday is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HolidayType {
    /// By law: nearly everybody is off.
    Public,
    /// By banks and offices, while shops may be open.
    Bank,
    /// By custom: nobody is off by law.
    Observance,
}

/// The holidays of a country, or of a region of it.
#[derive(Clone, Debug)]
pub struct Calendar;

impl Calendar {
    /// The holidays kept in a country, by its ISO code, and in one of its regions.
    ///
    /// # Errors
    /// Cordboard has no holidays of that country, or the country no such region.
    pub fn of(country: &str, _region: Option<&str>) -> Result<Self, BadCalendar> {
        Err(BadCalendar::UnknownCountry {
            country: country.chars().take(8).collect(),
        })
    }
}

/// There are no such holidays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendar {
    /// Of that country.
    #[error(
        "Cordboard has no holidays of {country:?}; add the dates as exceptions, or import a calendar file"
    )]
    UnknownCountry {
        /// The country's code as given, its first 8 characters.
        country: String,
    },
    /// In that region.
    #[error("{country} has no region {region:?} with holidays of its own")]
    UnknownRegion {
        /// The country's code.
        country: String,
        /// The region's code as given, its first 16 characters.
        region: String,
    },
}
