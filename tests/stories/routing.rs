//! Where calls are led: within a domain, into it, out of it, and out of it for another system.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice, SimOfficeBuilder};
use office::{
    Country, DestinationKind, Domain, LineTransport, OutboundRule, OutboundRuleId, Peer, PeerId,
    PersonId, RouteTarget, Shown, SipPlace, Srtp, TrunkId, Whose,
};
use sip_message::Method;
use switch::What;

/// A system that reaches the office, and may call outside over its lines.
fn gateway() -> Peer {
    Peer {
        id: PeerId(1),
        name: "Warehouse".to_owned(),
        enabled: true,
        place: Some(SipPlace {
            host: Domain::parse("198.51.100.77").expect("an address"),
            port: None,
            transport: LineTransport::Udp,
        }),
        networks: Vec::new(),
        user: String::new(),
        password: None,
        prefixes: vec!["8".to_owned()],
        strip_prefix: true,
        may_call_outside: true,
        channels: 4,
        srtp: Srtp::Off,
    }
}

fn rule(id: i64, who: Whose, line: i64) -> OutboundRule {
    OutboundRule {
        id: OutboundRuleId(id),
        position: 1,
        name: String::new(),
        who,
        to: vec![DestinationKind::Any],
        lines: vec![TrunkId(line)],
        shows: Shown::Main,
    }
}

/// Anna and Ben with two lines, and the warehouse.
fn office(rules: Vec<OutboundRule>) -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| {
            settings.country = Country::parse("DE").ok();
            settings.domains = vec![Domain::parse("office.example").expect("a domain")];
        })
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("First", |_| {})
        .line("Second", |_| {})
        .parts(|parts| {
            parts.outside.rules = rules;
            parts.peers.push(gateway());
        })
        .peer_exchange("Warehouse")
}

/// How often each of the two lines was asked for a call.
fn asked(office: &SimOffice) -> [usize; 2] {
    ["First", "Second"].map(|line| {
        let carrier = office.phone(office.carrier(line)).carrier();
        carrier.count(&Method::Invite)
    })
}

#[test]
fn intra_domain_routing_a_call_within_a_domain_takes_no_line() {
    let mut office = office(Vec::new()).open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for phone in [anna, ben] {
        office.phone_mut(phone).set_domain("office.example");
        office.with(phone, |phone, now| phone.register(now, 3_600));
    }
    office.run_secs(1);
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "102");
    office.run_secs(3);
    office.assert_talk(anna, ben);
    assert_eq!(asked(&office), [0, 0]);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn domain_ingress_routing_a_number_leads_to_its_target_on_every_line() {
    let mut office = office(Vec::new()).open();
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    for line in ["First", "Second"] {
        office.call_from_outside(line, "030654321", "030123451");
        office.run_secs(3);
        let carrier = office.carrier(line);
        office.assert_talk(anna, carrier);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn domain_egress_routing_the_rules_of_the_office_choose_the_line() {
    let everybody = rule(1, Whose::Everybody, 2);
    let mut office = office(vec![everybody]).open();
    let anna = office.desk("Anna");
    office.dial(anna, "030654321");
    office.run_secs(2);
    assert_eq!(asked(&office), [0, 1]);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn peer_egress_routing_calls_of_another_system_take_the_line_of_their_own_rule() {
    let of_warehouse = rule(1, Whose::Peers(vec![PeerId(1)]), 2);
    let of_others = rule(2, Whose::Everybody, 1);
    let mut office = office(vec![of_warehouse, of_others]).open();
    let anna = office.desk("Anna");
    office.call_from_outside("Warehouse", "55", "030654321");
    office.run_secs(2);
    assert_eq!(asked(&office), [0, 1], "{}", office.story());
    // The rule of the warehouse is for nobody of the office.
    office.dial(anna, "030654322");
    office.run_secs(2);
    assert_eq!(asked(&office), [1, 1], "{}", office.story());
    office.hang_up(anna);
    let warehouse = office.carrier("Warehouse");
    office.hang_up(warehouse);
    office.run_until_quiet();
}

#[test]
fn peer_egress_routing_a_system_that_no_rule_is_for_calls_nobody_outside() {
    for who in [
        Whose::Persons(vec![PersonId(1)]),
        Whose::Teams(vec!["Sales".to_owned()]),
        Whose::Peers(vec![PeerId(2)]),
    ] {
        let mut office = office(vec![rule(1, who.clone(), 1)])
            .parts(|parts| {
                parts.peers.push(Peer {
                    id: PeerId(2),
                    name: "Other".to_owned(),
                    place: None,
                    user: "other".to_owned(),
                    password: Some(office::Secret::new("a secret".to_owned())),
                    prefixes: Vec::new(),
                    ..gateway()
                });
            })
            .open();
        office.call_from_outside("Warehouse", "55", "030654321");
        office.run_secs(2);
        assert_eq!(asked(&office), [0, 0], "{who:?}");
        assert!(office.has_happened(|what| matches!(what, What::OutsideRefused { .. })));
        office.run_until_quiet();
    }
}
