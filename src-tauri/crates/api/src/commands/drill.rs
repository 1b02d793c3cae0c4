//! The emergency drill: what would happen if somebody called for help, without dialling.

use crate::{
    errors::Problem,
    orders::Told,
    server::Api,
    values::{LineId, PersonId},
};
use axum::extract::State;
use office::{CallOf, Office, Person, TrunkId};
use serde::Serialize;
use std::sync::Arc;
use switch::{Board, Command, Explained, LineState, PassedOn};
use ts_rs::TS;
use utoipa::ToSchema;

/// What would happen if somebody called for help.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrillRow {
    person: PersonId,
    name: String,
    /// The line the call would take.
    line: Option<LineId>,
    /// The number the emergency service would see.
    shows: Option<String>,
    /// The number it would call back.
    callback: Option<String>,
    /// Where the rescuers would be sent.
    location: String,
    /// Who would be told.
    alerts: Vec<String>,
    /// What would go wrong: `noLine`, `noLocation`, `noCallback`, `noAlert`,
    /// `lineNotForEmergency`, `lineDown`.
    problems: Vec<&'static str>,
}

/// Says for everybody who has a phone what would happen if they called for help; dials nothing.
#[utoipa::path(post, path = "/emergency/drill", tag = "calling out",
    responses((status = 200, body = [DrillRow])))]
pub(crate) async fn drill(
    State(api): State<Arc<Api>>,
) -> Result<axum::Json<Vec<DrillRow>>, Problem> {
    let office = api.desk.office();
    let numbers = numbering::emergency_numbers(office.settings().country.as_ref());
    let Some(number) = numbers.into_iter().next().map(|number| number.number) else {
        return Ok(axum::Json(Vec::new()));
    };
    let mut rows = Vec::new();
    let has_phone = |person: &&Person| office.devices_of(person.id).next().is_some();
    for person in office.persons().filter(has_phone) {
        let explain = |ticket| Command::Explain {
            ticket,
            whose: CallOf::Person(person.id),
            number: number.clone(),
            passed_on: PassedOn::default(),
            hidden: false,
            line: None,
            at_unix_ms: None,
        };
        let answered = api.desk.ask_switch(explain).await;
        let Some(Told::Explained(explained)) = answered.and_then(|answered| answered.told) else {
            return Err(Problem::too_busy());
        };
        let down = explained
            .lines
            .first()
            .is_some_and(|first| api.desk.read_board(|board| is_down(board, first.line)));
        rows.push(row(&office, person, &explained, down));
    }
    Ok(axum::Json(rows))
}

fn is_down(board: &Board, line: TrunkId) -> bool {
    let live = board.lines.get(&line);
    live.is_some_and(|live| matches!(live.state, LineState::Down | LineState::Refused))
}

fn row(office: &Office, person: &Person, explained: &Explained, is_down: bool) -> DrillRow {
    let plan = office.emergency();
    let first = explained.lines.first();
    let trunk = first.and_then(|first| office.trunk(first.line));
    let own = plan.locations.iter().find(|at| at.person == person.id);
    let location = own.map_or(&plan.location, |at| &at.location).clone();
    let main = trunk.and_then(|trunk| trunk.outgoing.main_number.as_ref());
    let callback = plan.callback.as_ref().or(main).map(ToString::to_string);
    let persons = plan.alert_persons.iter();
    let persons = persons
        .filter_map(|id| office.person(*id))
        .map(|person| person.name.clone());
    let emails = plan.alert_emails.iter().map(ToString::to_string);
    let alerts: Vec<String> = persons.chain(emails).collect();
    let found = [
        ("noLine", trunk.is_none()),
        ("lineDown", is_down),
        ("noLocation", location.is_empty()),
        ("noCallback", callback.is_none()),
        ("noAlert", alerts.is_empty()),
        (
            "lineNotForEmergency",
            trunk.is_some_and(|trunk| !trunk.emergency),
        ),
    ];
    let problems = found.into_iter().filter(|(_, is_so)| *is_so);
    DrillRow {
        person: person.id.into(),
        name: person.name.clone(),
        line: first.map(|first| first.line.into()),
        shows: first.and_then(|first| first.shows.number.as_ref().map(ToString::to_string)),
        callback,
        location,
        alerts,
        problems: problems.map(|(problem, _)| problem).collect(),
    }
}
