//! The office's numbers in the telephone network, and those that were called though nobody set
//! them up.

use crate::{
    Desk,
    configuration::Configuration,
    errors::Problem,
    mirror::mirror,
    server::Api,
    values::{
        E164, ExtensionText, FlowId, LineId, MailboxId, Millis, PersonId, RoomId, ScheduleId,
    },
};
use axum::{Json, extract::State};
use office::{Language, PhoneNumber, RingFor, clean_text};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// A number as it is to be. `POST /api/numbers`; `PUT /api/numbers/{number}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberEdit {
    /// With `+` and country code, or as people write it in the office's country.
    pub(crate) number: String,
    /// What it is for.
    label: String,
    /// The line it comes in on; any for `null`.
    line: Option<LineId>,
    /// Where its callers go.
    route: Route,
    /// When that holds, and where they go otherwise; always for `null`.
    hours: Option<NumberHours>,
    /// How many of its calls at a time; `null` for as many as the line carries.
    channels: Option<u16>,
    anonymous: Anonymous,
    /// Whether callers nobody knows are asked to press a key first.
    challenge: bool,
}

/// A number of the office.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberView {
    /// To be named in `If-Match` when changing the number.
    revision: i64,
    /// As people of the office's country write it.
    shown: String,
    /// When somebody called it last; missing if not since the month before this one began.
    #[ts(optional = nullable)]
    last_called: Option<Millis>,
    #[serde(flatten)]
    number: NumberEdit,
}

/// Where callers go, and what is set on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Route {
    #[serde(flatten)]
    target: RouteTarget,
    #[serde(default, skip_serializing_if = "Xform::is_empty")]
    #[ts(optional, as = "Option<Xform>")]
    dest_xform: Xform,
}

/// Where callers go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "dest_kind", content = "dest_id", rename_all = "camelCase")]
pub enum RouteTarget {
    /// A person: their phones ring.
    User(PersonId),
    /// What that extension leads to.
    Extension(#[ts(type = "string")] ExtensionText),
    Voicemail(MailboxId),
    Conference(RoomId),
    Flow(FlowId),
    /// A number outside, with `+` and country code.
    Forward(#[ts(type = "string")] E164),
    /// Nobody: the call is refused.
    Hangup,
}

/// What is set on the way to a destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Xform {
    /// Put before the caller's name on displays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    caller_name_prefix: Option<String>,
    /// The language the caller hears.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// How many seconds it rings there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    #[schema(value_type = Option<u32>)]
    ring_for: Option<RingFor>,
    /// Variables of a call flow, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(optional, as = "Option<BTreeMap<String, String>>")]
    variables: BTreeMap<String, String>,
}

/// When a number or extension leads where it leads, and where its callers go at other times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberHours {
    schedule: ScheduleId,
    when_closed: Route,
}

mirror! {
    /// What becomes of callers who hide their number.
    enum Anonymous = office::Anonymous {
        /// They are callers like others.
        Accept,
        /// They are asked to press a key first.
        Challenge,
        /// They are turned away, and told why.
        Refuse,
    }
}

/// A number that was called though nobody set it up.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnknownNumber {
    number: String,
    /// As people of the office's country write it.
    shown: String,
    line: Option<LineId>,
    times: u32,
    last: Millis,
}

impl NumberEdit {
    pub(crate) fn of(number: &office::Number) -> Self {
        Self {
            number: number.number.to_string(),
            label: number.label.clone(),
            line: number.trunk.map(Into::into),
            route: Route::of(&number.route),
            hours: number.hours.as_ref().map(NumberHours::of),
            channels: number.channels,
            anonymous: number.anonymous.into(),
            challenge: number.challenge,
        }
    }

    /// As the office keeps it.
    ///
    /// # Errors
    /// Nobody reads a number in the text.
    pub(crate) fn read(self, configuration: &Configuration) -> Result<office::Number, Problem> {
        let number = configuration.read_number(&self.number).ok_or_else(|| {
            let detail = "a number has its country code, such as +49 30 1234567, or is written as \
                          in the office's country";
            Problem::field("number", detail).coded("badNumber")
        })?;
        Ok(office::Number {
            number,
            label: clean_text(&self.label).into_owned(),
            trunk: self.line.map(Into::into),
            route: self.route.into(),
            hours: self.hours.map(Into::into),
            channels: self.channels,
            anonymous: self.anonymous.into(),
            challenge: self.challenge,
        })
    }
}

impl NumberHours {
    pub(crate) fn of(hours: &office::NumberHours) -> Self {
        Self {
            schedule: hours.schedule.into(),
            when_closed: Route::of(&hours.when_closed),
        }
    }
}

impl From<NumberHours> for office::NumberHours {
    fn from(hours: NumberHours) -> Self {
        Self {
            schedule: hours.schedule.into(),
            when_closed: hours.when_closed.into(),
        }
    }
}

impl NumberView {
    pub(crate) fn of(number: &office::Number, configuration: &Configuration, desk: &Desk) -> Self {
        Self {
            last_called: desk.last_called(&number.number),
            revision: configuration.revision_of_number(&number.number),
            shown: configuration.write_number(&number.number),
            number: NumberEdit::of(number),
        }
    }
}

impl Route {
    pub(crate) fn of(route: &office::Route) -> Self {
        let xform = route.dest_xform.clone();
        Self {
            target: RouteTarget::of(&route.target),
            dest_xform: Xform {
                caller_name_prefix: xform.caller_name_prefix,
                language: xform.language,
                ring_for: xform.ring_for,
                variables: xform.variables,
            },
        }
    }
}

impl From<Route> for office::Route {
    fn from(route: Route) -> Self {
        let xform = route.dest_xform;
        Self {
            target: route.target.into(),
            dest_xform: office::Xform {
                caller_name_prefix: xform.caller_name_prefix,
                language: xform.language,
                ring_for: xform.ring_for,
                variables: xform.variables,
            },
        }
    }
}

impl RouteTarget {
    pub(crate) fn of(target: &office::RouteTarget) -> Self {
        match target {
            office::RouteTarget::User(id) => Self::User((*id).into()),
            office::RouteTarget::Extension(number) => {
                Self::Extension(ExtensionText(number.clone()))
            }
            office::RouteTarget::Voicemail(id) => Self::Voicemail((*id).into()),
            office::RouteTarget::Conference(id) => Self::Conference((*id).into()),
            office::RouteTarget::Flow(id) => Self::Flow((*id).into()),
            office::RouteTarget::Forward(number) => Self::Forward(E164(number.clone())),
            office::RouteTarget::Hangup => Self::Hangup,
        }
    }
}

impl From<RouteTarget> for office::RouteTarget {
    fn from(target: RouteTarget) -> Self {
        match target {
            RouteTarget::User(id) => Self::User(id.into()),
            RouteTarget::Extension(number) => Self::Extension(number.0),
            RouteTarget::Voicemail(id) => Self::Voicemail(id.into()),
            RouteTarget::Conference(id) => Self::Conference(id.into()),
            RouteTarget::Flow(id) => Self::Flow(id.into()),
            RouteTarget::Forward(number) => Self::Forward(number.0),
            RouteTarget::Hangup => Self::Hangup,
        }
    }
}

impl Xform {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl UnknownNumber {
    fn of(number: store::UnknownNumber, configuration: &Configuration) -> Self {
        let known = PhoneNumber::parse(&number.number).ok();
        let shown = known.map(|number| configuration.write_number(&number));
        Self {
            shown: shown.unwrap_or_else(|| number.number.clone()),
            number: number.number,
            line: number.trunk.map(Into::into),
            times: number.times,
            last: Millis(number.last_ms),
        }
    }
}

/// All numbers, by number.
#[utoipa::path(get, path = "/numbers", tag = "numbers",
    responses((status = 200, body = [NumberView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<NumberView>> {
    let configuration = api.desk.configuration();
    let numbers = configuration.office().phone_numbers();
    let view = |number| NumberView::of(number, &configuration, &api.desk);
    Json(numbers.map(view).collect())
}

/// Numbers that were called though nobody set them up, the last called first.
#[utoipa::path(get, path = "/numbers/unknown", tag = "numbers",
    responses((status = 200, body = [UnknownNumber])))]
pub(crate) async fn unknown(
    State(api): State<Arc<Api>>,
) -> Result<Json<Vec<UnknownNumber>>, Problem> {
    let numbers = api.keeper.ask(|store| store.unknown_numbers()).await?;
    let configuration = api.desk.configuration();
    let numbers = numbers.into_iter();
    let view = |number| UnknownNumber::of(number, &configuration);
    Ok(Json(numbers.map(view).collect()))
}
