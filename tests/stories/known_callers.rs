//! Callers the office knows: whom it blocks, whom it welcomes, whose names it shows. Their numbers are
//! typed as at home; the carrier sends them as the world dials them.

use super::secs;
use cordboard_tests::sim::{CallIn, Habit, PhoneId, Seen, SimOffice, SimOfficeBuilder};
use office::{CallerListId, Country, FlowId, PersonId, RouteTarget};
use serde_json::{Value, json};
use switch::{RefusalReason, Screened, What};

/// As the carrier sends the number that people here write 030 901820.
const SENT: &str = "+4930901820";

/// Anna in Berlin, with a number, a line, and a list of one caller.
fn with_list(typed: &str) -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
        .caller_list("Listed", &[(typed, "Mia Berg")])
}

fn listed() -> Option<CallerListId> {
    Some(CallerListId(1))
}

fn call(office: &mut SimOffice) -> PhoneId {
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", SENT, "030123451");
    office.run_secs(4);
    anna
}

fn screened(office: &SimOffice, how: Screened) -> bool {
    office
        .has_happened(|what| matches!(what, What::CallerScreened { how: told, .. } if *told == how))
}

#[test]
fn a_blocked_number_typed_as_at_home_is_turned_away() {
    for typed in ["030 901820", "(030) 90 18 20", "0049 30 901820", SENT] {
        let mut office = with_list(typed)
            .parts(|parts| parts.outside.calling.blocked = listed())
            .open();
        call(&mut office);
        let carrier = office.carrier("Carrier");
        let mut seen = office.phone(carrier).seen().iter();
        assert!(
            seen.any(|(_, _, seen)| *seen == Seen::TurnedAway(603)),
            "{typed}\n{}",
            office.story()
        );
        assert!(screened(&office, Screened::Blocked), "{}", office.story());
        assert!(office.has_happened(|what| matches!(
            what,
            What::CallRefused {
                reason: RefusalReason::CallerBlocked,
                ..
            }
        )));
        assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
        office.run_until_quiet();
    }
}

#[test]
fn somebody_else_is_let_through_beside_a_blocked_number() {
    let mut office = with_list("030 901821")
        .parts(|parts| parts.outside.calling.blocked = listed())
        .open();
    let anna = call(&mut office);
    office.assert_talk(anna, office.carrier("Carrier"));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn who_hides_is_on_no_list() {
    let mut office = with_list("030 901820")
        .parts(|parts| parts.outside.calling.blocked = listed())
        .open();
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_in("Carrier", "030123451", &CallIn::default());
    office.run_secs(4);
    office.assert_talk(anna, office.carrier("Carrier"));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_welcome_number_typed_as_at_home_presses_no_key_and_is_never_blocked() {
    let mut office = with_list("030 901820")
        .parts(|parts| {
            parts.outside.calling.welcome = listed();
            parts.outside.calling.blocked = listed();
            parts.phone_numbers[0].challenge = true;
        })
        .open();
    let anna = call(&mut office);
    office.assert_talk(anna, office.carrier("Carrier"));
    assert!(!screened(&office, Screened::Challenged));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_caller_whose_name_is_on_a_list_is_shown_by_it_and_presses_no_key() {
    let mut office = with_list("030 901820")
        .parts(|parts| parts.phone_numbers[0].challenge = true)
        .open();
    let anna = call(&mut office);
    office.assert_talk(anna, office.carrier("Carrier"));
    assert!(office.has_happened(
        |what| matches!(what, What::CallerArrived { from, .. } if from.name == "Mia Berg")
    ));
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.records().last().unwrap().from.name, "Mia Berg");
}

#[test]
fn a_stranger_presses_a_key_where_a_number_asks_for_it() {
    let mut office = with_list("030 901821")
        .parts(|parts| parts.phone_numbers[0].challenge = true)
        .open();
    call(&mut office);
    assert!(
        screened(&office, Screened::Challenged),
        "{}",
        office.story()
    );
    office.run_for(secs(60));
    office.run_until_quiet();
}

#[test]
fn a_number_that_is_called_is_shown_by_its_name_on_a_list() {
    let mut office = with_list("030 901820").open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030 901820");
    office.run_secs(3);
    office.hang_up(anna);
    office.run_until_quiet();
    let with = office.records().last().unwrap().with.clone().unwrap();
    assert_eq!(
        (with.name.as_str(), with.number.as_str()),
        ("Mia Berg", SENT)
    );
}

/// A flow that rings Anna for those whom its one rule fits, and hangs up on the others.
fn choosing(rule: &Value) -> Value {
    let node = |id: &str, mut data: Value| {
        let kind = data["kind"].clone();
        data["id"] = json!(id);
        json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": data })
    };
    let edge = |id: &str, from: &str, outcome: &str, to: &str| json!({ "id": id, "source": from, "sourceHandle": outcome, "target": to });
    let anna = json!([{ "type": "user", "id": "1" }]);
    json!({
        "schemaVersion": 1, "id": "flow_who", "name": "Who", "entry": "n_start",
        "nodes": [
            node("n_start", json!({ "kind": "entry" })),
            node("n_who", json!({ "kind": "callerMatch", "rules": [rule] })),
            node("n_anna", json!({ "kind": "dial", "targets": anna, "ringTime": 20 })),
            node("n_end", json!({ "kind": "hangup" })),
        ],
        "edges": [
            edge("e1", "n_start", "default", "n_who"),
            edge("e2", "n_who", "rule:known", "n_anna"),
            edge("e3", "n_who", "else", "n_end"),
            edge("e4", "n_anna", "no_answer", "n_end"),
        ],
    })
}

#[test]
fn a_flow_knows_callers_and_areas_typed_as_at_home() {
    let rules = [
        (
            json!({ "id": "known", "label": "Known", "list": "1" }),
            true,
        ),
        (
            json!({ "id": "known", "label": "Berlin", "prefix": "030" }),
            true,
        ),
        (
            json!({ "id": "known", "label": "Berlin", "prefix": "+49 30" }),
            true,
        ),
        (
            json!({ "id": "known", "label": "Munich", "prefix": "089" }),
            false,
        ),
    ];
    for (rule, fits) in rules {
        let mut office = with_list("030 901820")
            .flow("Who", "200", choosing(&rule))
            .parts(|parts| parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1)))
            .open();
        let anna = call(&mut office);
        let rang = |what: &What| matches!(what, What::DeviceCalled { .. });
        assert_eq!(
            office.has_happened(rang),
            fits,
            "{rule}\n{}",
            office.story()
        );
        if fits {
            office.hang_up(anna);
        }
        office.run_until_quiet();
    }
}

/// Gives the flow a draft that rings nobody who shows a number, for the caller who is `typed` so.
fn tried_by(office: &mut SimOffice, typed: &str) {
    let mut draft = choosing(&json!({ "id": "known", "label": "Everybody", "anonymous": true }));
    draft["settings"] = json!({ "testCallers": [typed] });
    office.draft(FlowId(1), draft);
}

#[test]
fn a_test_caller_typed_as_at_home_gets_the_draft_when_they_call_from_outside() {
    let everybody = json!({ "id": "known", "label": "Berlin", "prefix": "+49" });
    let cases = [
        ("030 901820", true),
        ("(030) 90 18-20", true),
        ("0049 30 901820", true),
        (SENT, true),
        ("030 901821", false),
        ("901820", false),
        ("anonymous", false),
    ];
    for (typed, is_tried) in cases {
        let mut office = with_list("030 111111")
            .flow("Who", "200", choosing(&everybody))
            .parts(|parts| parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1)))
            .open();
        tried_by(&mut office, typed);
        let anna = call(&mut office);
        // What is live rings Anna; the draft rings nobody.
        let rang = |what: &What| matches!(what, What::DeviceCalled { .. });
        assert_eq!(
            office.has_happened(rang),
            !is_tried,
            "{typed}\n{}",
            office.story()
        );
        if !is_tried {
            office.hang_up(anna);
        }
        office.run_until_quiet();
    }
}

#[test]
fn a_colleague_who_tries_a_draft_out_is_known_by_their_extension() {
    let everybody = json!({ "id": "known", "label": "Colleagues", "internal": true });
    for (typed, is_tried) in [("102", true), ("10 2", true), ("103", false)] {
        let mut office = with_list("030 111111")
            .person("Ben", "102", &["desk"])
            .flow("Who", "200", choosing(&everybody))
            .open();
        tried_by(&mut office, typed);
        let ben = office.desk("Ben");
        office.dial(ben, "200");
        office.run_secs(2);
        let rang = |what: &What| matches!(what, What::DeviceCalled { .. });
        assert_eq!(
            office.has_happened(rang),
            !is_tried,
            "{typed}\n{}",
            office.story()
        );
        if !is_tried {
            office.hang_up(ben);
        }
        office.run_until_quiet();
    }
}
