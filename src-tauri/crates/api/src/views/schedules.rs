//! Schedules: what holds now and why, what is coming, and the holidays there are.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::{Asked, Json},
    limits::MAX_PREVIEW_DAYS,
    server::Api,
    values::{Millis, ScheduleId},
};
use axum::extract::{Path, State};
use chrono::NaiveDate;
use office::{
    Language, NumberHours, Schedule, ScheduleDocument, TimeZone,
    holidays::{self, HolidayType},
    schedule::{self, BecauseKind, OpenState, clock_changes, read_week, say_week},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::FlowUse;
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A schedule with what holds at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleView {
    pub(crate) id: ScheduleId,
    /// To be named in `If-Match` when changing the schedule.
    pub(crate) version: i64,
    name: String,
    /// The document as it is written; `null` for one that cannot be read any more.
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// The zone its times are in.
    time_zone: String,
    pub(crate) openness: Openness,
    #[ts(type = "readonly UsedBy[]")]
    used_by: Vec<UsedBy>,
}

/// Who goes by something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsedBy {
    /// `flow`, `person`, `extension` or `number`, one of the office's in the telephone network.
    kind: &'static str,
    id: i64,
    name: String,
}

/// What holds at a moment, why, and when that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Openness {
    state: OpenWord,
    label: Option<String>,
    since: Option<Millis>,
    pub(crate) next: Option<NextChange>,
    because: Because,
}

/// When something else holds, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "NextOpenness")]
#[schema(as = NextOpenness)]
pub struct NextChange {
    pub(crate) at: Millis,
    state: OpenWord,
}

/// What a schedule can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "OpenState")]
#[schema(as = OpenState)]
pub enum OpenWord {
    Open,
    Closed,
    Holiday,
    Break,
}

/// Which rule decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Because {
    kind: BecauseWord,
    /// The exception or the holiday.
    id: Option<String>,
    label: Option<String>,
}

/// The kinds of rules that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "BecauseKind")]
#[schema(as = BecauseKind)]
pub enum BecauseWord {
    Override,
    Exception,
    Holiday,
    Weekly,
    /// There are no hours at all: closed.
    NoRule,
    /// It cannot be read: open, so that callers reach somebody.
    Fault,
}

/// `POST /api/schedules/preview`: what a document comes to, saved or not.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewAsk {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    at: Millis,
    /// How many days from that one on, 1 to 400.
    days: u16,
}

/// What a document comes to.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SchedulePreview {
    openness: Openness,
    /// From the midnight before on, without gaps.
    spans: Vec<PreviewSpan>,
    clock_changes: Vec<ClockChange>,
    /// Holidays on which it is open though nobody has said so.
    surprises: Vec<Surprise>,
}

/// A time during which one thing holds.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewSpan {
    from: Millis,
    to: Millis,
    state: OpenWord,
    because: Because,
}

/// When the clocks are put forward or back.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockChange {
    at: Millis,
    by_minutes: i32,
}

/// A holiday on which it is open.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Surprise {
    #[ts(type = "string")]
    #[schema(value_type = String)]
    date: NaiveDate,
    holiday: String,
    state: OpenWord,
}

/// A country whose holidays are known.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolidayCountry {
    country: String,
    name: String,
    /// Those with holidays of their own.
    regions: Vec<HolidayRegion>,
}

/// A part of a country.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolidayRegion {
    code: String,
    name: String,
}

/// A holiday on its date.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolidayView {
    #[ts(type = "string")]
    #[schema(value_type = String)]
    date: NaiveDate,
    id: String,
    /// In the country's language.
    name: String,
    english: String,
    #[serde(rename = "type")]
    #[ts(type = r#""public" | "bank" | "observance""#)]
    #[schema(value_type = String)]
    kind: HolidayType,
}

/// A day of a calendar file.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalendarDay {
    #[ts(type = "string")]
    #[schema(value_type = String)]
    date: NaiveDate,
    name: String,
}

/// `POST /api/schedules/read`: hours as somebody writes them, such as `Mon-Fri 9-17`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoursTyped {
    text: String,
    language: String,
}

/// What was understood of it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoursRead {
    #[ts(type = "any")]
    #[schema(value_type = Vec<Object>)]
    weekly: Value,
    /// The same in words.
    said: String,
}

/// Which holidays are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HolidaySearch {
    /// A part of the country.
    region: Option<String>,
    /// The first date, such as `2027-01-01`.
    #[param(value_type = String)]
    from: NaiveDate,
    /// The last date.
    #[param(value_type = String)]
    to: NaiveDate,
}

impl ScheduleView {
    /// The schedule as it is at a moment.
    pub(crate) fn of(schedule: &Schedule, configuration: &Configuration, now: Millis) -> Self {
        let zone = configuration.office().settings().time_zone;
        let document = schedule.document().map(serde_json::to_value);
        Self {
            id: schedule.id().into(),
            version: configuration.revision_of_schedule(schedule.id()),
            name: schedule.name().to_owned(),
            document: document.and_then(Result::ok).unwrap_or_default(),
            time_zone: schedule.zone(zone).to_string(),
            openness: Openness::of(&schedule.openness(zone, now.0)),
            used_by: users(schedule, configuration),
        }
    }
}

fn users(schedule: &Schedule, configuration: &Configuration) -> Vec<UsedBy> {
    let goes_by = |person: &&office::Person| {
        let hours = person.hours.as_ref();
        hours.is_some_and(|hours| hours.schedule == schedule.id())
    };
    let persons = configuration.office().persons().filter(goes_by);
    let persons = persons.map(|person| UsedBy {
        kind: "person",
        id: person.id.0,
        name: person.name.clone(),
    });
    let goes_by = |hours: &Option<NumberHours>| {
        let hours = hours.as_ref();
        hours.is_some_and(|hours| hours.schedule == schedule.id())
    };
    let office = configuration.office();
    let extensions = office.extensions().filter(|each| goes_by(&each.hours));
    let extensions = extensions.map(|extension| UsedBy::number(&extension.number));
    let numbers = office.phone_numbers().filter(|each| goes_by(&each.hours));
    let numbers = numbers.map(|number| UsedBy {
        kind: "number",
        id: 0,
        name: configuration.write_number(&number.number),
    });
    let flows = UsedBy::flows(configuration, &FlowUse::Schedule(schedule.id()));
    let inside = persons.chain(extensions).chain(numbers);
    inside.chain(flows).collect()
}

impl UsedBy {
    /// The flows that refer to something.
    pub(crate) fn flows(configuration: &Configuration, used: &FlowUse) -> Vec<Self> {
        let flows = configuration.flows_that_use(used).iter();
        flows
            .map(|(id, name)| Self {
                kind: "flow",
                id: id.0,
                name: name.clone(),
            })
            .collect()
    }

    /// A number that leads there.
    pub(crate) fn number(number: &office::ExtensionNumber) -> Self {
        Self {
            kind: "extension",
            id: number.as_str().parse().unwrap_or_default(),
            name: number.to_string(),
        }
    }
}

impl Openness {
    pub(crate) fn of(openness: &schedule::Openness) -> Self {
        Self {
            state: openness.state.into(),
            label: openness.label.clone(),
            since: openness.since.map(Millis),
            next: openness.next.map(|next| NextChange {
                at: Millis(next.at),
                state: next.state.into(),
            }),
            because: Because::of(&openness.because),
        }
    }
}

impl Because {
    fn of(because: &schedule::Because) -> Self {
        Self {
            kind: match because.kind {
                BecauseKind::Override => BecauseWord::Override,
                BecauseKind::Exception => BecauseWord::Exception,
                BecauseKind::Holiday => BecauseWord::Holiday,
                BecauseKind::Weekly => BecauseWord::Weekly,
                BecauseKind::NoRule => BecauseWord::NoRule,
                BecauseKind::Fault => BecauseWord::Fault,
            },
            id: because.id.clone(),
            label: because.label.clone(),
        }
    }
}

impl From<OpenState> for OpenWord {
    fn from(state: OpenState) -> Self {
        match state {
            OpenState::Open => Self::Open,
            OpenState::Closed => Self::Closed,
            OpenState::Holiday => Self::Holiday,
            OpenState::Break => Self::Break,
        }
    }
}

/// All schedules, by name.
#[utoipa::path(get, path = "/schedules", tag = "schedules",
    responses((status = 200, body = [ScheduleView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> axum::Json<Vec<ScheduleView>> {
    let mut schedules = api.desk.schedules();
    schedules.sort_by_cached_key(|schedule| schedule.name.to_lowercase());
    axum::Json(schedules)
}

/// Says what a document comes to, saved or not.
#[utoipa::path(post, path = "/schedules/preview", tag = "schedules", request_body = PreviewAsk,
    responses((status = 200, body = SchedulePreview)))]
pub(crate) async fn preview(
    State(api): State<Arc<Api>>,
    Json(ask): Json<PreviewAsk>,
) -> Result<axum::Json<SchedulePreview>, Problem> {
    if !(1..=MAX_PREVIEW_DAYS).contains(&ask.days) {
        let detail = format!("a preview is of 1 to {MAX_PREVIEW_DAYS} days");
        return Err(Problem::field("days", detail).coded("badDays"));
    }
    let document = document(ask.document)?;
    let office = api.desk.office();
    let (zone, country) = (
        office.settings().time_zone,
        office.settings().country.as_ref(),
    );
    let schedule = Schedule::new(office::ScheduleId(0), document);
    let spans = schedule.spans(zone, ask.at.0, ask.days);
    let (from, to) = (
        spans.first().map_or(ask.at.0, |span| span.from),
        spans.last().map_or(ask.at.0, |span| span.to),
    );
    let surprises = schedule.surprises(zone, country, ask.at.0, ask.days);
    Ok(axum::Json(SchedulePreview {
        openness: Openness::of(&schedule.openness(zone, ask.at.0)),
        spans: spans
            .into_iter()
            .map(|span| PreviewSpan {
                from: Millis(span.from),
                to: Millis(span.to),
                state: span.state.into(),
                because: Because::of(&span.because),
            })
            .collect(),
        clock_changes: changes(schedule.zone(zone), from, to),
        surprises: surprises
            .into_iter()
            .map(|surprise| Surprise {
                date: surprise.date,
                holiday: surprise.holiday,
                state: surprise.state.into(),
            })
            .collect(),
    }))
}

/// Understands hours as somebody writes them.
#[utoipa::path(post, path = "/schedules/read", tag = "schedules", request_body = HoursTyped,
    responses((status = 200, body = HoursRead)))]
pub(crate) async fn read(Json(typed): Json<HoursTyped>) -> Result<axum::Json<HoursRead>, Problem> {
    let language = Language::parse(&typed.language)
        .map_err(|why| Problem::field("language", why).coded("badLanguage"))?;
    let read = read_week(&typed.text, &language).map_err(|wrong| {
        let problem = Problem::field("text", wrong.fault);
        problem.coded("hoursNotUnderstood").at(wrong.at)
    })?;
    let said = say_week(&read, &language);
    let weekly = serde_json::to_value(&read).unwrap_or_default();
    Ok(axum::Json(HoursRead { weekly, said }))
}

/// The countries whose holidays are known.
#[utoipa::path(get, path = "/holidays", tag = "schedules",
    responses((status = 200, body = [HolidayCountry])))]
pub(crate) async fn countries() -> axum::Json<Vec<HolidayCountry>> {
    let countries = holidays::countries().into_iter();
    let country = |country: holidays::HolidayCountry| HolidayCountry {
        country: country.country,
        name: country.name,
        regions: (country.regions.into_iter())
            .map(|region| HolidayRegion {
                code: region.code,
                name: region.name,
            })
            .collect(),
    };
    axum::Json(countries.map(country).collect())
}

/// The holidays of a country, or of a part of it.
#[utoipa::path(get, path = "/holidays/{country}", tag = "schedules",
    params(("country" = String, Path), HolidaySearch),
    responses((status = 200, body = [HolidayView])))]
pub(crate) async fn of_country(
    Path(country): Path<String>,
    Asked(search): Asked<HolidaySearch>,
) -> Result<axum::Json<Vec<HolidayView>>, Problem> {
    const ALL: [HolidayType; 3] = [
        HolidayType::Public,
        HolidayType::Bank,
        HolidayType::Observance,
    ];
    let region = search.region.as_deref().filter(|region| !region.is_empty());
    let kept = holidays::holidays(&country, region, &ALL, search.from, search.to);
    let kept = kept.map_err(|why| Problem::field("country", why).coded("noSuchCountry"))?;
    let view = |holiday: holidays::Holiday| HolidayView {
        date: holiday.date,
        id: holiday.id,
        name: holiday.name,
        english: holiday.english,
        kind: holiday.kind,
    };
    Ok(axum::Json(kept.into_iter().map(view).collect()))
}

/// The days of a calendar file (iCalendar, RFC 5545), to be confirmed.
#[utoipa::path(post, path = "/holidays/ical", tag = "schedules",
    request_body(content = String, content_type = "text/calendar"),
    responses((status = 200, body = [CalendarDay])))]
pub(crate) async fn calendar(body: String) -> Result<axum::Json<Vec<CalendarDay>>, Problem> {
    use chrono::Datelike;
    let days = holidays::read_ical(&body, chrono::Utc::now().year())
        .map_err(|why| Problem::field("file", why).coded("notACalendar"))?;
    let view = |day: schedule::NamedDate| CalendarDay {
        date: day.date,
        name: day.name,
    };
    Ok(axum::Json(days.into_iter().map(view).collect()))
}

/// Reads a document that holds together; what does not is named by its field.
pub(crate) fn document(json: Value) -> Result<ScheduleDocument, Problem> {
    ScheduleDocument::read(&json.to_string()).map_err(|problems| {
        let first = problems.into_iter().next();
        first.map_or_else(
            || Problem::field("document", ""),
            |problem| {
                let field = match problem.field.as_str() {
                    "" => "document".to_owned(),
                    field => format!("document.{field}"),
                };
                Problem::field(field, problem.fault).coded("badSchedule")
            },
        )
    })
}

fn changes(zone: TimeZone, from: i64, to: i64) -> Vec<ClockChange> {
    let changes = clock_changes(zone, from, to).into_iter();
    changes
        .map(|change| ClockChange {
            at: Millis(change.at),
            by_minutes: change.by_minutes,
        })
        .collect()
}
