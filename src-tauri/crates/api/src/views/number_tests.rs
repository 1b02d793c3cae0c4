//! Who would ring if somebody called a number, and why.

use crate::{
    commands::numbers::named,
    configuration::Configuration,
    errors::Problem,
    json,
    keeper::word,
    server::Api,
    values::{FlowId, Millis, PersonId},
    views::{
        numbers::RouteTarget,
        wants::{Wants, WantsState},
    },
};
use axum::{
    Json,
    extract::{Path, State},
};
use numbering::find_listed;
use office::{Anonymous, CallerListId, Dialled, Office, WithHours, schedule::OpenState};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use switch::Board;
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/numbers/{number}/test`
#[derive(Debug, Default, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NumberTestAsk {
    /// When it would be called; now for `null`.
    at: Option<Millis>,
    /// Who would call; somebody nobody knows for `null`, somebody who hides for an empty text.
    caller: Option<String>,
}

/// Who would ring, and why.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberTest {
    /// What happens to the caller, in its order.
    steps: Vec<NumberStep>,
    /// Where the number leads then.
    to: RouteTarget,
    /// Those whose phones would ring.
    rings: Vec<NumberRings>,
    /// The flow that would go on with the caller: it can be rehearsed.
    flow: Option<FlowId>,
}

/// One thing that happens to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberStep {
    /// The name of its sentence.
    sentence: &'static str,
    /// What it is about: a name, why the office is closed.
    detail: String,
}

/// Somebody whose phones would ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberRings {
    person: PersonId,
    name: String,
    /// How many of their phones are registered.
    online: usize,
}

impl NumberTest {
    fn of(
        number: &office::Number,
        ask: &NumberTestAsk,
        configuration: &Configuration,
        board: &Board,
    ) -> Self {
        let office = configuration.office();
        let mut steps = Vec::new();
        let mut step = |sentence, detail: &str| {
            steps.push(NumberStep {
                sentence,
                detail: detail.to_owned(),
            });
        };
        if let Some(trunk) = number.trunk.and_then(|id| office.trunk(id)) {
            let sentence = if trunk.enabled { "onLine" } else { "lineOff" };
            step(sentence, &trunk.name);
        }
        let turned_away = match screened(office, number, ask.caller.as_deref()) {
            Some(sentence) => {
                step(sentence, "");
                matches!(sentence, "blocked" | "anonymousRefused")
            }
            None => false,
        };
        let at = ask.at.unwrap_or_else(Millis::now);
        let (route, openness) = number.route_at(office, at.0);
        match &openness {
            None => step("noHours", ""),
            Some(openness) => {
                let sentence = match openness.state {
                    OpenState::Open => "hoursOpen",
                    OpenState::Closed | OpenState::Holiday | OpenState::Break => "hoursClosed",
                };
                step(sentence, openness.label.as_deref().unwrap_or_default());
            }
        }
        let mut test = Self {
            steps: Vec::new(),
            to: RouteTarget::of(&route.target),
            rings: Vec::new(),
            flow: None,
        };
        if !turned_away {
            let led = office.led_to(&route.target, at.0);
            for closed in &led.closed {
                let what = match closed.what {
                    WithHours::Extension(number) => number.as_str(),
                    WithHours::Person(person) => &person.name,
                };
                step("alsoClosed", what);
                test.to = RouteTarget::of(closed.instead);
            }
            match led.to {
                Dialled::Person(person) => {
                    let devices = office.devices_of(person.id);
                    let online = devices
                        .filter(|device| board.devices.contains_key(&device.id))
                        .count();
                    let wants = Wants::of(&person.wants, at);
                    step("toPerson", &person.name);
                    if wants.state == WantsState::Available {
                        test.rings.push(NumberRings {
                            person: person.id.into(),
                            name: person.name.clone(),
                            online,
                        });
                    } else {
                        step("wantsNoCalls", &word(&wants.state));
                    }
                    if online == 0 {
                        step("nobodyOnline", &person.name);
                    }
                }
                Dialled::Mailbox(id) => {
                    let mailbox = office.mailbox(id);
                    let name = mailbox.map_or("", |mailbox| office.mailbox_name(mailbox));
                    step("toMailbox", name);
                }
                Dialled::Room(id) => {
                    step(
                        "toRoom",
                        office.room(id).map_or("", |room| room.name.as_str()),
                    );
                }
                Dialled::Flow(id) => {
                    step(
                        "toFlow",
                        office.flow(id).map_or("", |flow| flow.name.as_str()),
                    );
                    test.flow = Some(id.into());
                }
                Dialled::Outside(number) => {
                    step("toOutside", &configuration.write_number(number));
                }
                Dialled::Hangup => step("hangsUp", ""),
                Dialled::Unknown => step("leadsNowhere", ""),
            }
        }
        test.steps = steps;
        test
    }
}

/// What the office makes of a caller before they are let through; nothing to say of most.
fn screened(
    office: &Office,
    number: &office::Number,
    caller: Option<&str>,
) -> Option<&'static str> {
    let policy = office.calling();
    let is_in = |list: Option<CallerListId>| {
        let list = list.and_then(|list| office.caller_list(list));
        list.zip(caller)
            .is_some_and(|(list, caller)| find_listed(office, list, caller).is_some())
    };
    if is_in(policy.welcome) {
        return Some("welcome");
    }
    if is_in(policy.blocked) {
        return Some("blocked");
    }
    match number.anonymous {
        Anonymous::Refuse if caller == Some("") => Some("anonymousRefused"),
        Anonymous::Challenge if caller == Some("") => Some("challenged"),
        _ if number.challenge => Some("challenged"),
        _ => None,
    }
}

/// Says who would ring if somebody called a number, without calling it.
#[utoipa::path(post, path = "/numbers/{number}/test", tag = "numbers",
    params(("number" = String, Path)), request_body = NumberTestAsk,
    responses((status = 200, body = NumberTest)))]
pub(crate) async fn ask(
    State(api): State<Arc<Api>>,
    Path(path): Path<String>,
    json::Json(ask): json::Json<NumberTestAsk>,
) -> Result<Json<NumberTest>, Problem> {
    let number = named(&path)?;
    let configuration = api.desk.configuration();
    let number = configuration.office().phone_number(number.as_str());
    let number = number.ok_or_else(|| Problem::not_found("number"))?;
    let test = api
        .desk
        .read_board(|board| NumberTest::of(number, &ask, &configuration, board));
    Ok(Json(test))
}
