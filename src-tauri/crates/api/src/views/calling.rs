//! Calling out: which line a call takes, who may call where, what stops a bill from growing, and
//! what is ready for an emergency.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::Id,
    mirror::mirror,
    server::Api,
    values::{CallerListId, CountryCode, E164, LineId, PeerId, PersonId, RuleId, ScheduleId},
};
use axum::{Json, extract::State};
use office::{Country, EmailAddress, PhoneNumber, clean_text};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// The rules for calls that go out, the first that fits first.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutboundRulesView {
    /// To be named in `If-Match` when changing the rules.
    revision: i64,
    rules: Vec<OutboundRule>,
}

/// `PUT /api/outbound-rules` with `If-Match`: all of them, in their order.
#[derive(Clone, Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutboundRulesEdit {
    pub(crate) rules: Vec<OutboundRule>,
}

/// A rule for calls that go out: whose calls where take which lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutboundRule {
    /// 0 for one that is new.
    id: RuleId,
    name: String,
    who: Whose,
    /// Calls where to: any of these.
    to: Vec<Destination>,
    /// The best first.
    lines: Vec<LineId>,
    shows: Shown,
}

/// Whose calls a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Whose {
    Everybody,
    Persons(Vec<PersonId>),
    Teams(Vec<String>),
    /// Other telephone systems'.
    Peers(Vec<PeerId>),
}

/// Where a call goes, as far as its price and danger go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Destination {
    Fixed,
    Mobile,
    FreePhone,
    Premium,
    Abroad,
    Country(#[ts(type = "string")] CountryCode),
    /// Numbers that begin so, with `+` and country code.
    Prefix(String),
    Any,
}

/// The number whom somebody calls is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Shown {
    /// The person's own, if they have one, or the main number of the line.
    Own,
    /// The main number of the line.
    Main,
    Number(#[ts(type = "string")] E164),
    Hidden,
}

/// What one person may do outside. `PUT /api/calling-rights/{person}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallingRightsEdit {
    /// The number they are shown with outside; the line's main number for `null`.
    #[ts(type = "string | null")]
    #[schema(value_type = Option<String>)]
    shows: Option<PhoneNumber>,
    reach: CallingReach,
    /// Whether they may call abroad while the office is closed.
    abroad_after_hours: bool,
    /// A day; `null` for what the office has set.
    foreign_minutes: Option<u32>,
    /// A day, in hundredths of the smallest coin; `null` for what the office has set.
    money: Option<u64>,
}

/// What one person may do outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallingRightsView {
    person: PersonId,
    /// To be named in `If-Match` when changing them; 0 while they are those of everybody.
    revision: i64,
    #[serde(flatten)]
    rights: CallingRightsEdit,
}

mirror! {
    /// How far somebody may call.
    enum CallingReach = office::Reach {
        /// Inside the office only; emergency calls always.
        Inside,
        /// In the office's own country.
        Country,
        /// Wherever the office may call.
        Everywhere,
    }
}

mirror! {
    /// What stops a bill from growing. `PUT /api/calling-policy` with `If-Match`.
    struct CallingPolicy = office::CallingPolicy {
        /// Countries that may be called besides the office's own.
        #[ts(type = "string[]")]
        #[schema(value_type = Vec<String>)]
        countries: Vec<Country>,
        /// Numbers that may be called although they cost extra.
        #[ts(type = "string[]")]
        #[schema(value_type = Vec<String>)]
        premium_allowed: Vec<PhoneNumber>,
        /// A day.
        foreign_minutes_office: u32,
        /// A day.
        foreign_minutes_person: u32,
        /// Calls abroad at a time.
        foreign_parallel: u16,
        /// Calls outside at a time.
        outside_parallel_person: u16,
        /// A day, in hundredths of the smallest coin; 0 for no limit.
        money_office: u64,
        money_person: u64,
        money_line: u64,
        /// A day; 0 for no limit.
        minutes_line: u32,
        /// When calls abroad may be made; at any time for `null`.
        #[ts(as = "Option<ScheduleId>")]
        #[schema(value_type = Option<i64>)]
        foreign_hours: Option<office::ScheduleId>,
        /// Tries abroad within ten minutes by one person, after which abroad is shut for them.
        foreign_tries: u16,
        /// New countries a day by one person, after which abroad is shut for them.
        new_countries: u16,
        /// Whether a phone that is new may call abroad before somebody has said so.
        new_devices_abroad: bool,
        forward_abroad: bool,
        /// Whether a call from outside may go out again.
        outside_to_outside: bool,
        /// Callers who are turned away.
        #[ts(as = "Option<CallerListId>")]
        #[schema(value_type = Option<i64>)]
        blocked: Option<office::CallerListId>,
        /// Callers who are never asked to press a key, nor turned away.
        #[ts(as = "Option<CallerListId>")]
        #[schema(value_type = Option<i64>)]
        welcome: Option<office::CallerListId>,
        /// The digit before numbers outside, where the office dials one.
        outside_prefix: Option<String>,
        /// The area code for numbers dialled without one.
        area_code: Option<String>,
    }
}

/// What stops a bill from growing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallingPolicyView {
    /// To be named in `If-Match` when changing it.
    revision: i64,
    #[serde(flatten)]
    policy: CallingPolicy,
}

/// How many calls go in and out at a time, and how fast. `PUT /api/outside-admission` with
/// `If-Match`. `null` for as many as the lines carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutsideAdmission {
    max_in: Option<u16>,
    max_out: Option<u16>,
    /// Of those to outside that the interface for programs began.
    max_dialer: Option<u16>,
    /// Limits on how many begin in a span of time.
    rates: Vec<RateLimit>,
}

mirror! {
    /// At most so many calls may begin in any span of that length.
    struct RateLimit = office::RateLimit {
        of: RateScope,
        calls: u16,
        seconds: u32,
    }
}

mirror! {
    /// What calls a rate limit counts together.
    enum RateScope = office::RateScope {
        /// All that come from outside.
        AllIn,
        /// All that go outside.
        AllOut,
        /// Those of one person to outside.
        PersonOut,
        /// Those to one number of the office.
        NumberIn,
        /// Those of one caller from outside.
        CallerIn,
    }
}

/// How many calls go in and out at a time, and how fast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutsideAdmissionView {
    /// To be named in `If-Match` when changing it.
    revision: i64,
    #[serde(flatten)]
    admission: OutsideAdmission,
}

/// What is ready for an emergency call. `PUT /api/emergency-plan` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmergencyPlan {
    /// Where the office is, as one would say it to the ambulance.
    location: String,
    /// Where a person's phones are, if elsewhere.
    locations: Vec<PersonLocation>,
    /// The number the emergency service calls back; the main number of the line for `null`.
    #[ts(type = "string | null")]
    #[schema(value_type = Option<String>)]
    callback: Option<PhoneNumber>,
    /// The line emergency calls take first.
    line: Option<LineId>,
    /// Whose phones ring and say so.
    alert_persons: Vec<PersonId>,
    /// Who is written to.
    #[ts(type = "string[]")]
    #[schema(value_type = Vec<String>)]
    alert_emails: Vec<EmailAddress>,
}

/// Where a person's phones are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonLocation {
    person: PersonId,
    location: String,
}

/// What is ready for an emergency call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyPlanView {
    /// To be named in `If-Match` when changing it.
    revision: i64,
    /// The emergency numbers of the office's country.
    numbers: Vec<String>,
    #[serde(flatten)]
    plan: EmergencyPlan,
}

impl OutboundRulesView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let rules = configuration.office().outbound_rules();
        Self {
            revision: configuration.revision_of_outbound_rules(),
            rules: rules.iter().map(OutboundRule::of).collect(),
        }
    }
}

impl OutboundRule {
    fn of(rule: &office::OutboundRule) -> Self {
        Self {
            id: rule.id.into(),
            name: rule.name.clone(),
            who: match &rule.who {
                office::Whose::Everybody => Whose::Everybody,
                office::Whose::Persons(ids) => {
                    Whose::Persons(ids.iter().map(|id| (*id).into()).collect())
                }
                office::Whose::Teams(teams) => Whose::Teams(teams.clone()),
                office::Whose::Peers(ids) => {
                    Whose::Peers(ids.iter().map(|id| (*id).into()).collect())
                }
            },
            to: rule.to.iter().map(Destination::of).collect(),
            lines: rule.lines.iter().map(|id| (*id).into()).collect(),
            shows: match &rule.shows {
                office::Shown::Own => Shown::Own,
                office::Shown::Main => Shown::Main,
                office::Shown::Number(number) => Shown::Number(E164(number.clone())),
                office::Shown::Hidden => Shown::Hidden,
            },
        }
    }

    /// As the office keeps it, at a place among the rules.
    pub(crate) fn read(self, position: u32) -> office::OutboundRule {
        office::OutboundRule {
            id: self.id.into(),
            position,
            name: clean_text(&self.name).into_owned(),
            who: match self.who {
                Whose::Everybody => office::Whose::Everybody,
                Whose::Persons(ids) => {
                    office::Whose::Persons(ids.into_iter().map(Into::into).collect())
                }
                Whose::Teams(teams) => office::Whose::Teams(teams),
                Whose::Peers(ids) => {
                    office::Whose::Peers(ids.into_iter().map(Into::into).collect())
                }
            },
            to: self.to.into_iter().map(Into::into).collect(),
            lines: self.lines.into_iter().map(Into::into).collect(),
            shows: match self.shows {
                Shown::Own => office::Shown::Own,
                Shown::Main => office::Shown::Main,
                Shown::Number(number) => office::Shown::Number(number.0),
                Shown::Hidden => office::Shown::Hidden,
            },
        }
    }
}

impl Destination {
    pub(crate) fn of(kind: &office::DestinationKind) -> Self {
        match kind {
            office::DestinationKind::Fixed => Self::Fixed,
            office::DestinationKind::Mobile => Self::Mobile,
            office::DestinationKind::FreePhone => Self::FreePhone,
            office::DestinationKind::Premium => Self::Premium,
            office::DestinationKind::Abroad => Self::Abroad,
            office::DestinationKind::Country(country) => {
                Self::Country(CountryCode(country.clone()))
            }
            office::DestinationKind::Prefix(prefix) => Self::Prefix(prefix.clone()),
            office::DestinationKind::Any => Self::Any,
        }
    }
}

impl From<Destination> for office::DestinationKind {
    fn from(kind: Destination) -> Self {
        match kind {
            Destination::Fixed => Self::Fixed,
            Destination::Mobile => Self::Mobile,
            Destination::FreePhone => Self::FreePhone,
            Destination::Premium => Self::Premium,
            Destination::Abroad => Self::Abroad,
            Destination::Country(country) => Self::Country(country.0),
            Destination::Prefix(prefix) => Self::Prefix(prefix),
            Destination::Any => Self::Any,
        }
    }
}

impl CallingRightsEdit {
    pub(crate) fn read(self, person: office::PersonId) -> office::CallingRights {
        office::CallingRights {
            person,
            shows: self.shows,
            reach: self.reach.into(),
            abroad_after_hours: self.abroad_after_hours,
            foreign_minutes: self.foreign_minutes,
            money: self.money,
        }
    }
}

impl CallingRightsView {
    /// What holds for a person; what holds for everybody where nothing is set for them.
    pub(crate) fn of(person: office::PersonId, configuration: &Configuration) -> Self {
        let rights = configuration.office().calling_rights(person);
        Self {
            person: person.into(),
            revision: configuration.revision_of_calling_rights(person),
            rights: CallingRightsEdit {
                shows: rights.and_then(|rights| rights.shows.clone()),
                reach: rights.map(|rights| rights.reach).unwrap_or_default().into(),
                abroad_after_hours: rights.is_some_and(|rights| rights.abroad_after_hours),
                foreign_minutes: rights.and_then(|rights| rights.foreign_minutes),
                money: rights.and_then(|rights| rights.money),
            },
        }
    }
}

impl CallingPolicyView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        Self {
            revision: configuration.revision_of_calling_policy(),
            policy: configuration.office().calling().clone().into(),
        }
    }
}

impl OutsideAdmission {
    pub(crate) fn read(self) -> office::OutsideAdmission {
        office::OutsideAdmission {
            max_in: self.max_in,
            max_out: self.max_out,
            max_dialer: self.max_dialer,
            rates: self.rates.into_iter().map(Into::into).collect(),
        }
    }
}

impl OutsideAdmissionView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let admission = configuration.office().outside_admission();
        let rates = admission.rates.iter().copied();
        Self {
            revision: configuration.revision_of_outside_admission(),
            admission: OutsideAdmission {
                max_in: admission.max_in,
                max_out: admission.max_out,
                max_dialer: admission.max_dialer,
                rates: rates.map(Into::into).collect(),
            },
        }
    }
}

impl EmergencyPlan {
    pub(crate) fn read(self) -> office::EmergencyPlan {
        let locations = self.locations.into_iter();
        let clean = |text: &str| clean_text(text).into_owned();
        office::EmergencyPlan {
            location: clean(&self.location),
            locations: locations
                .map(|at| office::PersonLocation {
                    person: at.person.into(),
                    location: clean(&at.location),
                })
                .collect(),
            callback: self.callback,
            line: self.line.map(Into::into),
            alert_persons: self.alert_persons.into_iter().map(Into::into).collect(),
            alert_emails: self.alert_emails,
        }
    }
}

impl EmergencyPlanView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let plan = configuration.office().emergency();
        let country = configuration.office().settings().country.as_ref();
        let numbers = numbering::emergency_numbers(country);
        Self {
            revision: configuration.revision_of_emergency_plan(),
            numbers: numbers.into_iter().map(|each| each.number).collect(),
            plan: EmergencyPlan {
                location: plan.location.clone(),
                locations: plan
                    .locations
                    .iter()
                    .map(|at| PersonLocation {
                        person: at.person.into(),
                        location: at.location.clone(),
                    })
                    .collect(),
                callback: plan.callback.clone(),
                line: plan.line.map(Into::into),
                alert_persons: plan.alert_persons.iter().map(|id| (*id).into()).collect(),
                alert_emails: plan.alert_emails.clone(),
            },
        }
    }
}

/// The rules for calls that go out.
#[utoipa::path(get, path = "/outbound-rules", tag = "calling out",
    responses((status = 200, body = OutboundRulesView)))]
pub(crate) async fn rules(State(api): State<Arc<Api>>) -> Json<OutboundRulesView> {
    Json(OutboundRulesView::of(&api.desk.configuration()))
}

/// What everybody may do outside of whom that differs from the others.
#[utoipa::path(get, path = "/calling-rights", tag = "calling out",
    responses((status = 200, body = [CallingRightsView])))]
pub(crate) async fn rights(State(api): State<Arc<Api>>) -> Json<Vec<CallingRightsView>> {
    let configuration = api.desk.configuration();
    let persons = configuration.office().persons().map(|person| person.id);
    let differ = persons.filter(|id| configuration.office().calling_rights(*id).is_some());
    let rights = differ.map(|id| CallingRightsView::of(id, &configuration));
    Json(rights.collect())
}

/// What one person may do outside.
#[utoipa::path(get, path = "/calling-rights/{id}", tag = "calling out",
    params(("id" = i64, Path)), responses((status = 200, body = CallingRightsView)))]
pub(crate) async fn rights_of(
    State(api): State<Arc<Api>>,
    Id(person): Id<PersonId>,
) -> Result<Json<CallingRightsView>, Problem> {
    let (configuration, person) = (api.desk.configuration(), person.into());
    if configuration.office().person(person).is_none() {
        return Err(Problem::not_found("person"));
    }
    Ok(Json(CallingRightsView::of(person, &configuration)))
}

/// What stops a bill from growing.
#[utoipa::path(get, path = "/calling-policy", tag = "calling out",
    responses((status = 200, body = CallingPolicyView)))]
pub(crate) async fn policy(State(api): State<Arc<Api>>) -> Json<CallingPolicyView> {
    Json(CallingPolicyView::of(&api.desk.configuration()))
}

/// How many calls go in and out at a time, and how fast.
#[utoipa::path(get, path = "/outside-admission", tag = "calling out",
    responses((status = 200, body = OutsideAdmissionView)))]
pub(crate) async fn admission(State(api): State<Arc<Api>>) -> Json<OutsideAdmissionView> {
    Json(OutsideAdmissionView::of(&api.desk.configuration()))
}

/// What is ready for an emergency call.
#[utoipa::path(get, path = "/emergency-plan", tag = "calling out",
    responses((status = 200, body = EmergencyPlanView)))]
pub(crate) async fn emergency(State(api): State<Arc<Api>>) -> Json<EmergencyPlanView> {
    Json(EmergencyPlanView::of(&api.desk.configuration()))
}
