//! Where a number would go: what it is, whether it may be called, through which line and why, and
//! what whom one calls would see. The answer is the gate's own.

use crate::{
    auth::Caller,
    configuration::Configuration,
    errors::Problem,
    json,
    keeper::word,
    limits::{LAST_MOMENT, MAX_NUMBER},
    orders::Told,
    server::Api,
    values::{LineId, Millis, PeerId, PersonId, RuleId},
    views::numbers::RouteTarget,
};
use axum::{Json, extract::State};
use office::{CallOf, Dialled, PhoneNumber};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use switch::{Command, Explained, PassedOn, Reason};
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/outbound/where`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhereAsk {
    /// As it would be dialled.
    number: String,
    /// Who would call; the office itself for `null`.
    person: Option<PersonId>,
    /// The other telephone system that would call, if it is one.
    #[serde(default)]
    #[ts(optional = nullable)]
    peer: Option<PeerId>,
    /// Whether the caller's number is to be hidden.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    hidden: bool,
    /// By the hours of which moment; of now if none is named. Lines and the limits of the day are
    /// always as they are now.
    #[serde(default)]
    #[ts(optional = nullable)]
    at: Option<Millis>,
    /// The only line it would be let out on, if it is about that one.
    #[serde(default)]
    #[ts(optional = nullable)]
    line: Option<LineId>,
    /// Who calls from outside whose call the office itself would pass on; only without `person` and
    /// `peer`.
    #[serde(default)]
    #[ts(optional = nullable)]
    caller: Option<String>,
    /// The number of the office they have called; a line's main number if none is named.
    #[serde(default)]
    #[ts(optional = nullable)]
    called: Option<String>,
}

/// Where a number would go.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhereView {
    leads: WhereLeads,
    /// Whom it reaches inside.
    inside: Option<RouteTarget>,
    /// With `+` and country code, or the emergency number; missing if it is no number.
    reads_as: Option<String>,
    /// As people of the office's country write it.
    shown: String,
    /// `fixed`, `mobile`, `fixedOrMobile`, `freePhone`, `sharedCost`, `premium`, `satellite`,
    /// `short` or `other`.
    kind: Option<String>,
    country: Option<String>,
    abroad: bool,
    allowed: bool,
    /// Why not, by the name of its sentence.
    refusal: Option<String>,
    /// How that was found, in order.
    why: Vec<WhereStep>,
    /// The line it would take.
    line: Option<LineId>,
    /// The number the far side would see; missing if the provider shows what it likes.
    shows: Option<String>,
    /// Whether that is kept from the far side.
    hidden: bool,
    /// Why it is shown that: `rule`, `person`, `main`, `caller`, `callBack` or `account`.
    shows_because: Option<String>,
    /// The number of the office the far side is told the call was for; missing where it is not
    /// forwarded, or the line does not say so.
    forwarded_for: Option<String>,
    /// How long it could last before a fuse blows, in seconds.
    at_most_seconds: Option<u64>,
}

/// Whether a number leads out of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WhereLeads {
    Inside,
    Outside,
    Emergency,
    /// It is no number.
    Nowhere,
}

/// One step of the reasoning.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhereStep {
    /// The name of its sentence.
    sentence: String,
    rule: Option<RuleId>,
    line: Option<LineId>,
    /// What else it is about: a country, a fuse, why a line is passed over.
    detail: String,
}

impl WhereView {
    fn outside(explained: &Explained, configuration: &Configuration) -> Self {
        let number = explained.number.clone();
        let known = number
            .as_deref()
            .and_then(|text| PhoneNumber::parse(text).ok());
        let shown = known.map(|number| configuration.write_number(&number));
        let first = explained.lines.first();
        Self {
            leads: match (&number, explained.emergency) {
                (_, true) => WhereLeads::Emergency,
                (Some(_), false) => WhereLeads::Outside,
                (None, false) => WhereLeads::Nowhere,
            },
            inside: None,
            shown: shown.or_else(|| number.clone()).unwrap_or_default(),
            reads_as: number,
            kind: explained.kind.as_ref().map(word),
            country: explained.country.as_ref().map(ToString::to_string),
            abroad: explained.abroad,
            allowed: explained.refused.is_none(),
            refusal: explained.refused.as_ref().map(word),
            why: explained.reasons.iter().map(WhereStep::of).collect(),
            line: first.map(|first| first.line.into()),
            shows: first.and_then(|first| first.shows.number.as_ref().map(ToString::to_string)),
            hidden: first.is_some_and(|first| first.shows.hidden),
            shows_because: first.map(|first| word(&first.shows.why)),
            forwarded_for: first.and_then(|first| {
                let forwarded = first.shows.forwarded.as_ref();
                forwarded.map(|forwarded| forwarded.number.to_string())
            }),
            at_most_seconds: explained.at_most_seconds,
        }
    }

    fn inside(dialled: &str, target: RouteTarget) -> Self {
        Self {
            leads: WhereLeads::Inside,
            inside: Some(target),
            reads_as: None,
            shown: dialled.to_owned(),
            kind: None,
            country: None,
            abroad: false,
            allowed: true,
            refusal: None,
            why: Vec::new(),
            line: None,
            shows: None,
            hidden: false,
            shows_because: None,
            forwarded_for: None,
            at_most_seconds: None,
        }
    }
}

impl WhereStep {
    fn of(reason: &Reason) -> Self {
        let json = serde_json::to_value(reason).unwrap_or_default();
        let sentence = json["reason"].as_str().unwrap_or_default().to_owned();
        let (rule, line, detail) = match reason {
            Reason::NotANumber { why } => (None, None, why.clone()),
            Reason::CountryAllowed { country } | Reason::CountryNotAllowed { country } => {
                (None, None, country.to_string())
            }
            Reason::Closed { label, .. } => (None, None, label.clone().unwrap_or_default()),
            Reason::FuseBlown { fuse } => (None, None, fuse.to_string()),
            Reason::RulePassed { rule } | Reason::RuleChosen { rule } => {
                (Some(*rule), None, String::new())
            }
            Reason::LineChosen { line }
            | Reason::LineNext { line }
            | Reason::LineLast { line }
            | Reason::CallGivesWay { line } => (None, Some(*line), String::new()),
            Reason::LineSkipped { line, why } => (None, Some(*line), word(why)),
            Reason::NotItsNumber { line, number } => (None, Some(*line), number.to_string()),
            Reason::NewPhone { .. }
            | Reason::ListedNumber
            | Reason::NoRules
            | Reason::NoRuleFits => (None, None, String::new()),
        };
        Self {
            sentence,
            rule: rule.map(Into::into),
            line: line.map(Into::into),
            detail,
        }
    }
}

/// Says where a number would go, without calling it.
#[utoipa::path(post, path = "/outbound/where", tag = "calling out", request_body = WhereAsk,
    responses((status = 200, body = WhereView)))]
pub(crate) async fn ask(
    State(api): State<Arc<Api>>,
    caller: Caller,
    json::Json(WhereAsk {
        number,
        person,
        peer,
        hidden,
        at,
        line,
        caller: passed_on,
        called,
    }): json::Json<WhereAsk>,
) -> Result<Json<WhereView>, Problem> {
    let dialled = number.trim();
    if dialled.is_empty() || dialled.len() > MAX_NUMBER {
        return Err(Problem::field("number", "give the number to call").coded("badNumber"));
    }
    if at.is_some_and(|at| !(0..=LAST_MOMENT).contains(&at.0)) {
        return Err(Problem::field("at", "give a moment of this century"));
    }
    let configuration = api.desk.configuration();
    let person = person.map(office::PersonId::from);
    if let Some(person) = person {
        caller.act_for(person)?;
        if configuration.office().person(person).is_none() {
            let problem = Problem::field("person", "there is no such person");
            return Err(problem.coded("noSuchPerson"));
        }
    }
    let peer = peer.map(office::PeerId::from);
    if peer.is_some_and(|peer| configuration.office().peer(peer).is_none()) {
        let problem = Problem::field("peer", "there is no such system");
        return Err(problem.coded("noSuchPeer"));
    }
    let whose = match (person, peer) {
        (Some(_), Some(_)) => {
            return Err(Problem::field(
                "peer",
                "give a person or a system, not both",
            ));
        }
        (Some(person), None) => CallOf::Person(person),
        (None, Some(peer)) => CallOf::Peer(peer),
        (None, None) => CallOf::Office,
    };
    let outside = |field, text: Option<String>| {
        let text = text.filter(|text| !text.trim().is_empty());
        let Some(text) = text else {
            return Ok(None);
        };
        if !matches!(whose, CallOf::Office) {
            let problem = Problem::field(field, "only the office itself passes calls on");
            return Err(problem);
        }
        let country = configuration.office().settings().country.clone();
        let number = numbering::normalise_incoming(text.trim(), country.as_ref());
        let number = number.ok_or_else(|| {
            Problem::field(field, "give a number with its country or area code").coded("badNumber")
        })?;
        Ok(Some(number))
    };
    let passed_on = PassedOn {
        caller: outside("caller", passed_on)?,
        called: outside("called", called)?,
    };
    // By the hours of what is on the way, as a call would be led.
    let moment = at.unwrap_or_else(Millis::now);
    let led = configuration.office().led(dialled, moment.0);
    let inside = match led.to {
        Dialled::Person(person) => Some(RouteTarget::User(person.id.into())),
        Dialled::Mailbox(id) => Some(RouteTarget::Voicemail(id.into())),
        Dialled::Room(id) => Some(RouteTarget::Conference(id.into())),
        Dialled::Flow(id) => Some(RouteTarget::Flow(id.into())),
        Dialled::Hangup => Some(RouteTarget::Hangup),
        Dialled::Outside(_) | Dialled::Unknown => None,
    };
    if let Some(target) = inside {
        return Ok(Json(WhereView::inside(dialled, target)));
    }
    let number = match led.to {
        Dialled::Outside(number) => number.to_string(),
        _ => dialled.to_owned(),
    };
    let explain = |ticket| Command::Explain {
        ticket,
        whose,
        number,
        passed_on,
        hidden,
        line: line.map(Into::into),
        at_unix_ms: at.map(|at| at.0),
    };
    let answered = api.desk.ask_switch(explain).await;
    let Some(Told::Explained(explained)) = answered.and_then(|answered| answered.told) else {
        return Err(Problem::too_busy());
    };
    Ok(Json(WhereView::outside(&explained, &configuration)))
}
