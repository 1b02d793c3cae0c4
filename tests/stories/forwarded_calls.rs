//! Calls that are forwarded: whom the office calls for a caller from outside is told what the caller had
//! called, as the line says it; and of calls that were forwarded to the office it is told from where.

use super::secs;
use cordboard_tests::sim::{CallIn, Habit, PhoneId, Seen, SimOffice, SimOfficeBuilder};
use office::{
    Country, FlowId, ForwardedBy, OutboundRule, OutboundRuleId, PersonId, PhoneNumber, RouteTarget,
    Shown, TrunkId, Whose,
};
use serde_json::json;
use switch::What;

/// As the caller is known to the carrier.
const MIA: &str = "+4930654321";

/// Where calls are forwarded to.
const MOBILE: &str = "+491721234567";

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).expect("a number")
}

/// A number that leads to a mobile, one line on which callers come and one over which they leave, which
/// says what it forwards.
fn forwards(by: ForwardedBy) -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .number("+4930123451", RouteTarget::Forward(number(MOBILE)))
        .line("Out", |trunk| trunk.outgoing.forwarded_by = by)
        .line("In", |_| {})
}

fn calls(office: &mut SimOffice, from: Option<&str>, more: &[(&str, &str)]) -> PhoneId {
    let headers = more.iter();
    let call = CallIn {
        from: from.map(ToOwned::to_owned),
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let out = office.carrier("Out");
    office.habit(out, Habit::AnswersAfter(secs(1)));
    office.call_in("In", "030123451", &call);
    office.run_secs(3);
    office.carrier("In")
}

fn ends(mut office: SimOffice, caller: PhoneId) {
    office.hang_up(caller);
    office.run_until_quiet();
}

/// A header of the INVITE that left.
fn left_with(office: &SimOffice, name: &str) -> Option<String> {
    let out = office.carrier("Out");
    let invite = office.phone(out).carrier().invite.clone();
    let invite = invite.unwrap_or_else(|| panic!("nothing went out\n{}", office.story()));
    let mut lines = invite.headers().lines();
    let line = lines.find(|line| line.raw_name().is(name))?;
    Some(line.value().to_str().into_owned())
}

fn told(office: &SimOffice) -> Option<String> {
    office
        .happenings()
        .find_map(|happening| match &happening.what {
            What::LineChosen { forwarded, .. } => forwarded.clone(),
            _ => None,
        })
}

#[test]
fn whom_a_caller_is_forwarded_to_is_told_which_number_they_had_called() {
    let mut office = forwards(ForwardedBy::Diversion).open();
    let caller = calls(&mut office, Some(MIA), &[]);
    office.assert_talk(caller, office.carrier("Out"));
    assert_eq!(
        left_with(&office, "Diversion").as_deref(),
        Some("<sip:+4930123451@198.51.100.1>;reason=unconditional;counter=1;privacy=off")
    );
    assert_eq!(left_with(&office, "History-Info"), None);
    assert_eq!(told(&office).as_deref(), Some("+4930123451"));
    assert!(
        office
            .story()
            .contains("shows +4930123450, forwarded for +4930123451"),
        "{}",
        office.story()
    );
    ends(office, caller);

    let mut office = forwards(ForwardedBy::HistoryInfo).open();
    let caller = calls(&mut office, Some(MIA), &[]);
    assert_eq!(
        left_with(&office, "History-Info").as_deref(),
        Some(
            "<sip:+4930123451@198.51.100.1>;index=1, \
             <sip:+491721234567@198.51.100.1;cause=302>;index=1.1;mp=1"
        )
    );
    assert_eq!(left_with(&office, "Diversion"), None);
    ends(office, caller);

    let mut office = forwards(ForwardedBy::Nothing).open();
    let caller = calls(&mut office, Some(MIA), &[]);
    assert_eq!(left_with(&office, "Diversion"), None);
    assert_eq!(left_with(&office, "History-Info"), None);
    assert_eq!(told(&office), None);
    ends(office, caller);
}

#[test]
fn a_forwarded_call_shows_its_caller_where_the_line_lets_that_through_and_the_office_else() {
    for (foreign, shown) in [(true, MIA), (false, "+4930123450")] {
        let mut office = forwards(ForwardedBy::Diversion)
            .parts(|parts| parts.trunks[0].outgoing.foreign_caller_id = foreign)
            .open();
        let caller = calls(&mut office, Some(MIA), &[]);
        let asserted = left_with(&office, "P-Asserted-Identity").expect("a caller");
        assert!(asserted.contains(shown), "{asserted}");
        let diversion = left_with(&office, "Diversion").expect("a diversion");
        assert!(diversion.contains("+4930123451@"), "{diversion}");
        ends(office, caller);
    }
}

#[test]
fn a_caller_who_hides_stays_hidden_when_forwarded_and_the_office_is_still_told() {
    let mut office = forwards(ForwardedBy::Diversion)
        .parts(|parts| parts.trunks[0].outgoing.foreign_caller_id = true)
        .open();
    let caller = calls(&mut office, Some(MIA), &[("Privacy", "id")]);
    let from = left_with(&office, "From").expect("a caller");
    assert!(from.contains("anonymous@anonymous.invalid"), "{from}");
    for name in ["From", "P-Asserted-Identity", "Diversion", "Contact"] {
        let said = left_with(&office, name).unwrap_or_default();
        assert!(!said.contains("654321"), "{name}: {said}");
    }
    assert!(left_with(&office, "Diversion").is_some());
    ends(office, caller);
}

#[test]
fn an_office_that_hides_its_number_is_not_told_as_forwarding() {
    let hides = OutboundRule {
        id: OutboundRuleId(1),
        position: 1,
        name: "All".to_owned(),
        who: Whose::Everybody,
        to: vec![office::DestinationKind::Any],
        lines: vec![TrunkId(1)],
        shows: Shown::Hidden,
    };
    for by in [ForwardedBy::Diversion, ForwardedBy::HistoryInfo] {
        let mut office = forwards(by)
            .parts(|parts| parts.outside.rules = vec![hides.clone()])
            .open();
        let caller = calls(&mut office, Some(MIA), &[]);
        for name in ["Diversion", "History-Info"] {
            assert_eq!(left_with(&office, name), None, "{name}");
        }
        assert_eq!(told(&office), None);
        ends(office, caller);
    }
}

#[test]
fn a_flow_that_rings_a_mobile_after_nobody_answered_says_so() {
    let document = json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_anna", "type": "dial", "position": {"x": 0, "y": 0}, "data":
                {"kind": "dial", "ringTime": 5, "targets": [{"type": "user", "id": "1"}]}},
            {"id": "n_mobile", "type": "dial", "position": {"x": 0, "y": 0}, "data":
                {"kind": "dial", "ringTime": 20, "targets": [{"type": "number", "id": MOBILE}]}},
        ],
        "edges": [
            {"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_anna"},
            {"id": "e1", "source": "n_anna", "sourceHandle": "no_answer", "target": "n_mobile"},
        ],
    });
    let mut office = forwards(ForwardedBy::Diversion)
        .flow("Main", "300", document)
        .parts(|parts| parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1)))
        .open();
    let caller = calls(&mut office, Some(MIA), &[]);
    office.run_secs(6);
    office.assert_talk(caller, office.carrier("Out"));
    let diversion = left_with(&office, "Diversion").expect("a diversion");
    assert!(diversion.contains("+4930123451@"), "{diversion}");
    assert!(diversion.contains("reason=no-answer"), "{diversion}");
    ends(office, caller);
}

#[test]
fn a_call_that_leaves_its_flow_for_a_mobile_after_nobody_answered_says_so() {
    let document = json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_anna", "type": "dial", "position": {"x": 0, "y": 0}, "data":
                {"kind": "dial", "ringTime": 5, "targets": [{"type": "user", "id": "1"}]}},
            {"id": "n_mobile", "type": "goto", "position": {"x": 0, "y": 0}, "data":
                {"kind": "goto", "target": {"kind": "forward", "id": MOBILE}}},
        ],
        "edges": [
            {"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_anna"},
            {"id": "e1", "source": "n_anna", "sourceHandle": "no_answer", "target": "n_mobile"},
        ],
    });
    let mut office = forwards(ForwardedBy::Diversion)
        .flow("Main", "300", document)
        .parts(|parts| parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1)))
        .open();
    let caller = calls(&mut office, Some(MIA), &[]);
    office.run_secs(6);
    office.assert_talk(caller, office.carrier("Out"));
    let diversion = left_with(&office, "Diversion").expect("a diversion");
    assert!(diversion.contains("reason=no-answer"), "{diversion}");
    ends(office, caller);
}

/// The number a step shows is shown outside as well, where the line may: the office's own at any time,
/// another's never.
#[test]
fn the_number_that_a_step_of_a_flow_shows_is_shown_to_a_mobile_too() {
    for (choice, typed, shown) in [
        ("caller", "", MIA),
        ("office", "", "+4930123450"),
        ("custom", "030 123452", "+4930123452"),
    ] {
        let document = json!({
            "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
            "nodes": [
                {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
                {"id": "n_mobile", "type": "dial", "position": {"x": 0, "y": 0}, "data":
                    {"kind": "dial", "ringTime": 20, "callerId": choice, "callerIdNumber": typed,
                     "targets": [{"type": "number", "id": MOBILE}]}},
            ],
            "edges": [
                {"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_mobile"},
            ],
        });
        let mut office = forwards(ForwardedBy::Nothing)
            .number("+4930123452", RouteTarget::Hangup)
            .flow("Main", "300", document)
            .parts(|parts| {
                parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1));
                parts.trunks[0].outgoing.foreign_caller_id = true;
            })
            .open();
        let caller = calls(&mut office, Some(MIA), &[]);
        let asserted = left_with(&office, "P-Asserted-Identity").expect("a caller");
        assert!(asserted.contains(shown), "{choice}: {asserted}");
        ends(office, caller);
    }
}

#[test]
fn what_somebody_of_the_office_calls_is_not_said_to_be_forwarded() {
    let mut office = forwards(ForwardedBy::Diversion).open();
    let (anna, out) = (office.desk("Anna"), office.carrier("Out"));
    office.habit(out, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "01721234567");
    office.run_secs(3);
    assert_eq!(left_with(&office, "Diversion"), None);
    ends(office, anna);
}

/// Nothing is decided by what a provider says there: it is told, and no more.
#[test]
fn a_call_forwarded_to_the_office_tells_from_where_and_goes_where_it_would_anyway() {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .number("+4930123452", RouteTarget::User(PersonId(2)))
        .line("In", |_| {})
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let call = CallIn {
        from: Some(MIA.to_owned()),
        headers: vec![(
            "Diversion".to_owned(),
            "<sip:030123452@carrier.example>;reason=unconditional".to_owned(),
        )],
    };
    let line = office.call_in("In", "030123451", &call);
    office.run_secs(2);
    assert!(office.phone(anna).has_seen(&Seen::Rings));
    assert!(!office.phone(ben).has_seen(&Seen::Rings));
    assert!(
        office
            .story()
            .contains("+4930123451 is called on In, forwarded from +4930123452"),
        "{}",
        office.story()
    );
    let carrier = office.carrier("In");
    office.with(carrier, |exchange, now| exchange.hang_up(now, line));
    office.run_until_quiet();
}
