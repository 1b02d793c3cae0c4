//! Lines, numbers and the rules of calling out hold together, or say what does not.

use super::*;
use crate::limits::{LINE_CHANNELS_MAX, NETWORKS_MAX};
use crate::schedule::OpenState;
use crate::{
    Anonymous, CallOf, Country, Destination, DestinationKind, EmailAddress, Network, NumberHours,
    OutboundRuleId, PersonLocation, RateLimit, RateScope, Route, Shown, SipPlace, TrunkAccess,
    TrunkIdentity, Whose, Xform,
};

fn place(host: &str) -> SipPlace {
    SipPlace::named(Domain::parse(host).unwrap())
}

fn trunk(id: i64) -> Trunk {
    Trunk {
        access: TrunkAccess::Register {
            expires: None,
            bulk: false,
        },
        identity: TrunkIdentity {
            auth_user: "4930123456".to_owned(),
            ..TrunkIdentity::default()
        },
        password: Some(Secret::new("canary".to_owned())),
        probe_seconds: Some(60),
        ..Trunk::at(TrunkId(id), "Provider", place("sip.example.com"))
    }
}

fn peer(id: i64, prefix: &str) -> Peer {
    Peer {
        id: PeerId(id),
        name: format!("Gateway {id}"),
        enabled: true,
        place: Some(place("192.0.2.9")),
        networks: Vec::new(),
        user: String::new(),
        password: None,
        prefixes: vec![prefix.to_owned()],
        strip_prefix: false,
        may_call_outside: false,
        channels: 4,
        srtp: crate::Srtp::Off,
    }
}

fn phone_number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

fn own_number(text: &str, target: RouteTarget) -> Number {
    Number {
        number: phone_number(text),
        label: "Sales".to_owned(),
        trunk: Some(TrunkId(81)),
        route: Route::to(target),
        hours: None,
        channels: None,
        anonymous: Anonymous::Accept,
        challenge: false,
    }
}

fn rule(id: i64, position: u32, who: Whose, to: &[DestinationKind]) -> OutboundRule {
    OutboundRule {
        id: OutboundRuleId(id),
        position,
        name: format!("Rule {id}"),
        who,
        to: to.to_vec(),
        lines: vec![TrunkId(81)],
        shows: Shown::Own,
    }
}

/// An office with a line, a peer, two numbers and two rules.
fn outside_parts() -> OfficeParts {
    let mut parts = parts();
    parts.settings.country = Some(Country::parse("DE").unwrap());
    parts.settings.domains = vec![Domain::parse("pbx.example.com").unwrap()];
    parts.trunks.push(trunk(81));
    parts.peers.push(peer(91, "8"));
    let mut sales = own_number("+4930555100", to_person(1));
    sales.hours = Some(NumberHours {
        schedule: ScheduleId(31),
        when_closed: Route::to(RouteTarget::Voicemail(MailboxId(23))),
    });
    parts.phone_numbers = vec![sales, own_number("+4930555101", to_extension("580"))];
    parts.outside.rules = vec![
        rule(2, 2, Whose::Everybody, &[DestinationKind::Any]),
        rule(
            1,
            1,
            Whose::Persons(vec![PersonId(1)]),
            &[DestinationKind::Mobile],
        ),
    ];
    parts.outside.emergency.line = Some(TrunkId(81));
    parts
}

fn faults(change: impl FnOnce(&mut OfficeParts)) -> Vec<String> {
    let mut parts = outside_parts();
    change(&mut parts);
    let problems = Office::build(parts)
        .map(drop)
        .expect_err("the office should have a problem");
    let told = problems
        .iter()
        .map(|problem| format!("{:?} {}: {problem}", problem.record(), problem.field()));
    told.collect()
}

#[test]
fn each_fault_outside_names_its_place_and_its_effect() {
    type Change = fn(&mut OfficeParts);
    let cases: &[Change] = &[
        |parts| parts.trunks.push(trunk(81)),
        |parts| parts.trunks[0].name.clear(),
        |parts| parts.trunks[0].server.port = Some(0),
        |parts| parts.trunks[0].identity.from_user = "a\r\nVia: b".to_owned(),
        |parts| parts.trunks[0].realm = Some("\"".to_owned()),
        |parts| parts.trunks[0].identity.auth_user.clear(),
        |parts| parts.trunks[0].password = None,
        |parts| {
            parts.trunks[0].access = TrunkAccess::Register {
                expires: Some(5),
                bulk: false,
            }
        },
        |parts| parts.trunks[0].networks = vec![Network::parse("0.0.0.0/0").unwrap()],
        |parts| {
            let network = Network::parse("192.0.2.1").unwrap();
            parts.trunks[0].networks = vec![network; NETWORKS_MAX + 1];
        },
        |parts| parts.trunks[0].outgoing.prefix = "+49".to_owned(),
        |parts| parts.trunks[0].codecs = vec![String::new()],
        |parts| parts.trunks[0].probe_seconds = Some(1),
        |parts| parts.trunks[0].session_expires = Some(10),
        |parts| parts.trunks[0].channels.all = 0,
        |parts| parts.trunks[0].channels.outgoing = Some(LINE_CHANNELS_MAX + 1),
        |parts| {
            parts.peers[0].place = None;
            parts.peers[0].prefixes.clear();
        },
        |parts| {
            parts.peers[0].place = None;
            parts.peers[0].user = "door".to_owned();
        },
        |parts| parts.peers[0].channels = 0,
        |parts| parts.peers[0].prefixes = vec!["8a".to_owned()],
        |parts| parts.peers[0].prefixes = vec!["58".to_owned()],
        |parts| parts.peers.push(peer(92, "81")),
        |parts| parts.outside.calling.outside_prefix = Some("8".to_owned()),
        |parts| parts.phone_numbers[0].label = "\u{202e}".to_owned(),
        |parts| parts.phone_numbers[0].trunk = Some(TrunkId(9)),
        |parts| parts.phone_numbers[0].route = Route::to(to_person(9)),
        |parts| {
            parts.phone_numbers[0].hours = Some(NumberHours {
                schedule: ScheduleId(9),
                when_closed: Route::to(to_extension("999")),
            })
        },
        |parts| parts.phone_numbers[0].channels = Some(0),
        |parts| {
            let home = phone_number("+4930555101");
            parts.phone_numbers[0].route = Route::to(RouteTarget::Forward(home.clone()));
            parts
                .extensions
                .push(extension("501", RouteTarget::Forward(home)));
        },
        |parts| parts.phone_numbers[0].route.dest_xform.caller_name_prefix = Some(" ".to_owned()),
        |parts| {
            let variables = [("a b".to_owned(), "c".to_owned())];
            parts.phone_numbers[0].route.dest_xform.variables = variables.into();
        },
        |parts| {
            let again = parts.phone_numbers[0].clone();
            parts.phone_numbers.push(again);
        },
        |parts| {
            parts
                .outside
                .rules
                .push(rule(1, 3, Whose::Everybody, &[DestinationKind::Any]))
        },
        |parts| parts.outside.rules[0].to.clear(),
        |parts| parts.outside.rules[0].to = vec![DestinationKind::Prefix("0049".to_owned())],
        |parts| parts.outside.rules[0].lines.clear(),
        |parts| parts.outside.rules[0].lines = vec![TrunkId(9)],
        |parts| parts.outside.rules[0].who = Whose::Persons(Vec::new()),
        |parts| parts.outside.rules[0].who = Whose::Persons(vec![PersonId(9)]),
        |parts| parts.outside.rights = vec![rights(9)],
        |parts| parts.outside.rights = vec![rights(1), rights(1)],
        |parts| parts.outside.calling.foreign_hours = Some(ScheduleId(9)),
        |parts| parts.outside.calling.blocked = Some(CallerListId(9)),
        |parts| parts.outside.calling.outside_prefix = Some("0a".to_owned()),
        |parts| parts.outside.calling.area_code = Some("0-30".to_owned()),
        |parts| {
            parts.outside.admission.rates = vec![RateLimit {
                of: RateScope::AllOut,
                calls: 0,
                seconds: 60,
            }]
        },
        |parts| {
            let emergency = &mut parts.outside.emergency;
            emergency.location = "x".repeat(81);
            emergency.locations = [1, 1, 9].map(at_home).into();
            emergency.alert_persons = vec![PersonId(9)];
            emergency.alert_emails = vec![EmailAddress::parse("a@example.com").unwrap(); 21];
            emergency.line = Some(TrunkId(9));
        },
        |parts| parts.trunks[0].emergency = false,
        |parts| {
            let domain = |text| DomainAccess {
                domain: Domain::parse(text).unwrap(),
                allow: Vec::new(),
                deny: Vec::new(),
            };
            parts.outside.domain_access = ["pbx.example.com", "pbx.example.com", "example.org"]
                .map(domain)
                .into();
        },
    ];
    let all: Vec<String> = cases.iter().flat_map(|change| faults(change)).collect();
    insta::assert_snapshot!(all.join("\n"));
}

fn rights(person: i64) -> CallingRights {
    CallingRights {
        person: PersonId(person),
        shows: None,
        reach: crate::Reach::Country,
        abroad_after_hours: false,
        foreign_minutes: None,
        money: None,
    }
}

fn at_home(person: i64) -> PersonLocation {
    PersonLocation {
        person: PersonId(person),
        location: "At home".to_owned(),
    }
}

#[test]
fn a_line_that_is_off_may_be_half_filled_in() {
    let mut parts = outside_parts();
    parts.trunks[0].enabled = false;
    parts.trunks[0].password = None;
    parts.trunks[0].identity = TrunkIdentity::default();
    assert!(Office::build(parts).is_ok());
}

#[test]
fn a_name_prefix_keeps_the_space_before_the_name() {
    let mut parts = outside_parts();
    parts.phone_numbers[0].route.dest_xform = Xform {
        caller_name_prefix: Some("Sales: ".to_owned()),
        ..Xform::default()
    };
    let office = Office::build(parts).unwrap();
    let sales = office.phone_number("+4930555100").unwrap();
    let prefix = &sales.route.dest_xform.caller_name_prefix;
    assert_eq!(prefix.as_deref(), Some("Sales: "));
}

#[test]
fn a_number_leads_elsewhere_while_its_hours_are_closed() {
    let mut parts = outside_parts();
    let json = r#"{"schemaVersion": 1, "name": "Hours", "timezone": "Europe/Berlin", "weekly":
        [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]}"#;
    let hours = ScheduleDocument::read(json).unwrap();
    parts.schedules = vec![Schedule::new(ScheduleId(31), hours)];
    let office = Office::build(parts).unwrap();
    let sales = office.phone_number("+4930555100").unwrap();
    // Thursday, 20 November 2025, 10:00 and 20:00 in Berlin.
    let at = |hour: i64| 1_763_596_800_000 + (hour - 1) * 3_600_000;
    for (hour, open, target) in [
        (10, OpenState::Open, to_person(1)),
        (20, OpenState::Closed, RouteTarget::Voicemail(MailboxId(23))),
    ] {
        let (route, openness) = sales.route_at(&office, at(hour));
        assert_eq!(openness.unwrap().state, open, "at {hour}");
        assert_eq!(route.target, target, "at {hour}");
    }
    let other = office.phone_number("+4930555101").unwrap();
    let (route, openness) = other.route_at(&office, at(20));
    assert_eq!((&route.target, openness), (&to_extension("580"), None));
}

#[test]
fn the_rules_that_fit_a_call_come_in_order() {
    use DestinationKind::{Abroad, Any, Fixed, FreePhone, Mobile, Premium};
    let [germany, britain] = ["DE", "GB"].map(|code| Country::parse(code).unwrap());
    let mut parts = outside_parts();
    parts.persons[0].team = "Sales".to_owned(); // Boris
    let only = |kind: DestinationKind| (Whose::Everybody, kind);
    let rules = [
        (Whose::Persons(vec![PersonId(1)]), Any),
        (Whose::Teams(vec!["Sales".to_owned()]), Abroad),
        only(Fixed),
        only(Mobile),
        only(FreePhone),
        only(Premium),
        only(Abroad),
        only(DestinationKind::Country(britain.clone())),
        only(DestinationKind::Prefix("+4930".to_owned())),
    ];
    let rules = (1..).zip(rules);
    // Written down last first: positions decide.
    let mut rules: Vec<OutboundRule> = rules
        .map(|(id, (who, kind))| rule(id, u32::try_from(id).unwrap(), who, &[kind]))
        .collect();
    rules.reverse();
    parts.outside.rules = rules;
    let office = Office::build(parts.clone()).unwrap();
    let berlin = ("+4930123456", &Fixed, Some(&germany));
    let handy = ("+491711234567", &Mobile, Some(&germany));
    let london = ("+442079460000", &Abroad, Some(&britain));
    let ship = ("+870773111632", &Abroad, None);
    let cases = [
        (Some(1), berlin, &[1, 3, 9][..]),
        (Some(2), berlin, &[3, 9]),
        (None, berlin, &[3, 9]),
        (None, handy, &[4]),
        (None, ("+498001234567", &FreePhone, Some(&germany)), &[5]),
        (None, ("+499001234567", &Premium, Some(&germany)), &[6]),
        (None, london, &[7, 8]),
        (Some(2), london, &[2, 7, 8]),
        (
            None,
            ("+449098790000", &Premium, Some(&britain)),
            &[6, 7, 8],
        ),
        (Some(1), ship, &[1, 7]),
        // The prefix ends in the midst of the digits of a number: digit by digit, not by groups.
        (None, ("+49301", &Fixed, Some(&germany)), &[3, 9]),
        (None, ("+4931123456", &Fixed, Some(&germany)), &[3]),
    ];
    for (person, (number, kind, country), expected) in cases {
        let number = phone_number(number);
        let to = Destination {
            number: &number,
            kind,
            country,
        };
        let whose = person.map_or(CallOf::Office, |person| CallOf::Person(PersonId(person)));
        let found = office.outbound_rules_for(whose, to);
        let found: Vec<i64> = found.map(|rule| rule.id.0).collect();
        assert_eq!(found, expected, "{person:?} to {number}");
    }
    // An office that has not said where it is has nothing at home.
    parts.settings.country = None;
    let office = Office::build(parts).unwrap();
    let number = phone_number("+4930123456");
    let to = Destination {
        number: &number,
        kind: &Fixed,
        country: Some(&germany),
    };
    let found = office.outbound_rules_for(CallOf::Office, to);
    assert_eq!(found.map(|rule| rule.id.0).collect::<Vec<_>>(), [7, 9]);
}

#[test]
fn the_json_of_lines_has_no_passwords() {
    let mut door = peer(91, "8");
    door.password = Some(Secret::new("canary".to_owned()));
    let json = serde_json::to_string(&(trunk(81), door)).unwrap();
    assert!(
        !json.contains("canary") && !json.contains("password"),
        "{json}"
    );
}

/// An office with the domains a and b that is entered from these networks only: `domain allow deny`.
fn with_access(lists: &[[&str; 3]]) -> Office {
    let networks = |text: &str| -> Vec<Network> {
        let all = text.split_whitespace();
        all.map(|text| Network::parse(text).unwrap()).collect()
    };
    let mut parts = parts();
    parts.settings.domains = ["a.example", "b.example"]
        .map(|text| Domain::parse(text).unwrap())
        .into();
    let access = lists.iter().map(|[domain, allow, deny]| DomainAccess {
        domain: Domain::parse(domain).unwrap(),
        allow: networks(allow),
        deny: networks(deny),
    });
    parts.outside.domain_access = access.collect();
    Office::build(parts).unwrap()
}

#[test]
fn whom_a_domain_turns_away_no_other_name_of_the_office_lets_in() {
    const A: &str = "a.example";
    const B: &str = "b.example";
    // However the office can be named besides: its address, a name it has not, one no name is like.
    const ELSE: [&str; 6] = [
        B,
        "192.0.2.5",
        "[2001:db8::5]",
        "foreign.example",
        "%61",
        "",
    ];
    let only = with_access(&[[A, "10.0.0.0/8 2001:db8:1::/48", ""]]);
    for (address, is_in) in [
        ("10.1.2.3", true),
        ("::ffff:10.1.2.3", true),
        ("203.0.113.7", false),
        ("2001:db8:1::7", true),
        ("2001:db8:2::7", false),
        ("::1", false),
    ] {
        let at = address.parse().unwrap();
        for host in [A, "A.Example.", "a.EXAMPLE"].iter().chain(&ELSE) {
            assert_eq!(
                only.lets_in(&[(*host).to_owned()], at),
                is_in,
                "{host} {address}"
            );
        }
        assert_eq!(only.lets_in(&[], at), is_in, "nothing named, {address}");
    }

    let never = with_access(&[[A, "", "203.0.113.0/24 2001:db8:bad::/48"]]);
    for (address, is_in) in [
        ("10.1.2.3", true),
        ("203.0.113.7", false),
        ("::ffff:203.0.113.7", false),
        ("2001:db8:bad::7", false),
        ("2001:db8::7", true),
    ] {
        let at = address.parse().unwrap();
        for host in ELSE.iter().chain(&[A]) {
            assert_eq!(
                never.lets_in(&[(*host).to_owned()], at),
                is_in,
                "{host} {address}"
            );
        }
    }

    // Each domain for a network of its own: both come in, each under its own name.
    let both = with_access(&[[A, "10.0.0.0/8", "10.66.0.0/16"], [B, "203.0.113.0/24", ""]]);
    for (hosts, address, is_in) in [
        (&[A][..], "10.1.2.3", true),
        (&[B], "203.0.113.7", true),
        (&[B], "10.1.2.3", false),
        (&[A], "203.0.113.7", false),
        (&[A, B], "10.1.2.3", false),
        (&[A, "192.0.2.5"], "10.1.2.3", true),
        (&["192.0.2.5"], "10.1.2.3", true),
        (&["192.0.2.5"], "203.0.113.7", true),
        (&["192.0.2.5"], "198.51.100.7", false),
        // Denied where it is allowed: nobody lists it.
        (&[A], "10.66.0.1", false),
        (&["192.0.2.5"], "10.66.0.1", false),
    ] {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let at = address.parse().unwrap();
        assert_eq!(both.lets_in(&hosts, at), is_in, "{hosts:?} {address}");
    }

    // A domain without "only from" lists nobody.
    let open = with_access(&[[A, "10.0.0.0/8", ""], [B, "", "198.51.100.0/24"]]);
    let at = "203.0.113.7".parse().unwrap();
    assert!(!open.lets_in(&[B.to_owned()], at));
    let nothing_set = with_access(&[]);
    assert!(nothing_set.lets_in(&[A.to_owned()], at));
}

#[test]
fn a_rule_for_other_systems_is_for_those_and_nobody_else() {
    let mut parts = outside_parts();
    parts.peers = vec![peer(91, "8"), peer(92, "9")];
    parts.outside.rules = vec![OutboundRule {
        id: OutboundRuleId(1),
        position: 1,
        name: String::new(),
        who: Whose::Peers(vec![PeerId(91)]),
        to: vec![DestinationKind::Any],
        lines: vec![TrunkId(81)],
        shows: Shown::Main,
    }];
    let office = Office::build(parts.clone()).unwrap();
    let number = phone_number("+4930123456");
    for (whose, fits) in [
        (CallOf::Peer(PeerId(91)), true),
        (CallOf::Peer(PeerId(92)), false),
        (CallOf::Person(PersonId(1)), false),
        (CallOf::Office, false),
    ] {
        let to = Destination {
            number: &number,
            kind: &DestinationKind::Fixed,
            country: None,
        };
        let found = office.outbound_rules_for(whose, to).count();
        assert_eq!(found == 1, fits, "{whose:?}");
    }
    // A system that was taken away is missed, rather than leaving a rule for nobody.
    parts.peers.remove(0);
    let problems = Office::build(parts).unwrap_err();
    let told = format!("{problems:?}");
    assert!(told.contains("PeerMissing"), "{told}");
}
