//! Changing the settings of the office, and finishing the first-run wizard.

use crate::{
    auth::Caller,
    commands::offices::read_domains,
    errors::Problem,
    json::{IfMatch, Json},
    server::Api,
    views::live::OfficeView,
};
use axum::{extract::State, http::StatusCode};
use office::{Country, Language, OfficeSettings, RingFor, TimeZone};
use serde::Deserialize;
use std::sync::Arc;
use store::OfficeChange;
use ts_rs::TS;
use utoipa::ToSchema;

/// The settings as they are to be. `PUT /api/office` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficeEdit {
    name: String,
    country: Option<String>,
    time_zone: String,
    language: String,
    ring_seconds: u32,
    max_calls: u16,
    max_calls_per_person: u16,
    /// What its phones may register at besides the addresses of this computer; left out, it stays.
    /// Those of a further office are changed in the first.
    #[serde(default)]
    #[ts(optional)]
    domains: Option<Vec<String>>,
}

/// Changes the settings if they have not been changed since.
#[utoipa::path(put, path = "/office", tag = "office", request_body = OfficeEdit,
    params(("If-Match" = String, Header)), responses((status = 200, body = OfficeView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<OfficeEdit>,
) -> Result<axum::Json<OfficeView>, Problem> {
    let mut read = api.desk.office().settings().clone();
    let domains_before = read.domains.clone();
    edit.write_to(&mut read)?;
    if read.domains != domains_before && api.offices.is_none() {
        let detail = "the first office of the engine says what a further one answers for";
        return Err(Problem::field("domains", detail).coded("domainsOfFurther"));
    }
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            // What the edit does not name stays as it is at this moment.
            let office = desk.office();
            let settings = OfficeSettings {
                set_up: office.settings().set_up,
                lan: office.settings().lan,
                ..read
            };
            change.edit_settings(&settings, revision)
        })
        .await?;
    Ok(axum::Json(api.desk.office_view()))
}

/// Ends the first-run wizard.
#[utoipa::path(post, path = "/setup/finish", tag = "office", responses((status = 204)))]
pub(crate) async fn finish_setup(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let desk = Arc::clone(&api.desk);
    let finish = move |change: &OfficeChange<'_>| {
        let configuration = desk.configuration();
        let settings = configuration.office().settings();
        if settings.set_up {
            return Ok(());
        }
        let settings = OfficeSettings {
            set_up: true,
            ..settings.clone()
        };
        change.edit_settings(&settings, configuration.revision_of_settings())
    };
    api.keeper.change_by(caller.actor(), finish).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl OfficeEdit {
    fn write_to(self, settings: &mut OfficeSettings) -> Result<(), Problem> {
        settings.name = self.name.trim().to_owned();
        let country = self.country.as_deref().filter(|code| !code.is_empty());
        settings.country = country
            .map(Country::parse)
            .transpose()
            .map_err(|error| Problem::field("country", error).coded("badCountry"))?;
        settings.time_zone = TimeZone::parse(&self.time_zone)
            .map_err(|error| Problem::field("timeZone", error).coded("badTimeZone"))?;
        settings.language = Language::parse(&self.language)
            .map_err(|error| Problem::field("language", error).coded("badLanguage"))?;
        settings.ring_for = RingFor::from_seconds(self.ring_seconds)
            .map_err(|error| Problem::field("ringSeconds", error).coded("badRingSeconds"))?;
        if let Some(domains) = &self.domains {
            settings.domains = read_domains(domains)?;
        }
        settings.admission.office_calls = self.max_calls;
        settings.admission.calls_per_person = self.max_calls_per_person;
        Ok(())
    }
}
