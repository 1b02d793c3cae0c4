//! The settings of the office, and what the first-run wizard proposes for them.

use crate::{server::Api, views::live::OfficeView};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// What the wizard proposes.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetupView {
    finished: bool,
    /// Guessed from this computer's time zone where nobody has said it yet.
    country: Option<String>,
    time_zone: String,
    /// By their IANA names.
    time_zones: Vec<&'static str>,
    /// By their ISO 3166 codes.
    countries: Vec<&'static str>,
    /// Languages the window speaks.
    languages: Vec<&'static str>,
}

const LANGUAGES: [&str; 2] = ["en", "de"];

/// The settings of the office.
#[utoipa::path(get, path = "/office", tag = "office",
    responses((status = 200, body = OfficeView)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<OfficeView> {
    Json(api.desk.office_view())
}

/// What the wizard proposes.
#[utoipa::path(get, path = "/setup", tag = "office",
    responses((status = 200, body = SetupView)))]
pub(crate) async fn setup(State(api): State<Arc<Api>>) -> Json<SetupView> {
    let office = api.desk.office();
    let settings = office.settings();
    let here = iana_time_zone::get_timezone().ok();
    let here = here.filter(|zone| office::TimeZone::parse(zone).is_ok());
    let saved = settings.time_zone.to_string();
    let time_zone = if settings.set_up || saved != "UTC" {
        saved
    } else {
        here.unwrap_or(saved)
    };
    let country = settings.country.as_ref().map(ToString::to_string);
    Json(SetupView {
        finished: settings.set_up,
        country: country.or_else(|| country_of(&time_zone).map(str::to_owned)),
        time_zone,
        time_zones: chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .collect(),
        countries: office::Country::codes().collect(),
        languages: LANGUAGES.to_vec(),
    })
}

/// The country a time zone is in, by the zone's IANA name.
fn country_of(time_zone: &str) -> Option<&'static str> {
    let zones = include_str!("../../../../../assets/time-zones/countries.tab").lines();
    let mut zones = zones.filter_map(|line| line.split_once(' '));
    zones
        .find(|(_, name)| *name == time_zone)
        .map(|(country, _)| country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_is_guessed_from_the_time_zone() {
        assert_eq!(country_of("Europe/Berlin"), Some("DE"));
        assert_eq!(country_of("America/New_York"), Some("US"));
        assert_eq!(country_of("UTC"), None);
    }

    #[test]
    fn every_country_guessed_is_one_an_office_can_be_in() {
        let zones = include_str!("../../../../../assets/time-zones/countries.tab").lines();
        let known: Vec<&str> = office::Country::codes().collect();
        for (country, zone) in zones.skip(1).filter_map(|line| line.split_once(' ')) {
            assert!(known.contains(&country), "{country} of {zone}");
        }
    }
}
