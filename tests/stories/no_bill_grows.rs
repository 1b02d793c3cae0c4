//! Nobody runs up a bill: what a stolen password is worth, and what happens when a limit is reached.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice, SimOfficeBuilder};
use office::{ConferenceRoomId, Country, ExtensionNumber, PersonId, PhoneNumber, RouteTarget};
use sip_message::Method;
use std::time::Duration;
use switch::{CallSide, Command, CommandResult, EndReason, FuseId, LineTrouble, What};

/// Anna and Ben in Berlin, with one line; Britain may be called.
fn office() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .line("Carrier", |_| {})
        .parts(|parts| {
            parts.outside.calling.countries = vec![Country::parse("GB").unwrap()];
            parts.outside.calling.new_devices_abroad = true;
        })
}

/// Another telephone system, called by an 8 in front.
fn gateway() -> office::Peer {
    office::Peer {
        id: office::PeerId(1),
        name: "Gateway".to_owned(),
        enabled: true,
        place: Some(office::SipPlace {
            host: office::Domain::parse("198.51.100.77").expect("an address"),
            port: None,
            transport: office::LineTransport::Udp,
        }),
        networks: Vec::new(),
        user: String::new(),
        password: None,
        prefixes: vec!["8".to_owned()],
        strip_prefix: true,
        may_call_outside: false,
        channels: 4,
        srtp: office::Srtp::Off,
    }
}

/// What they call whom a stolen password is worth money: dear, far away, or both.
const DEAR: [&str; 9] = [
    "+5371234567",
    "+442079460000",
    "+881612345678",
    "+449098790000",
    "09001123456",
    "+37123456789",
    "+18765550123",
    "0044207946001",
    "+882161234567",
];

#[test]
fn a_stolen_password_is_worth_nothing_for_a_whole_weekend() {
    let mut office = office()
        .room("200", |_| {})
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .number(
            "+4930123452",
            RouteTarget::Forward(PhoneNumber::parse("+5371234567").unwrap()),
        )
        .number(
            "+4930123453",
            RouteTarget::Forward(PhoneNumber::parse("+442079460000").unwrap()),
        )
        .parts(|parts| {
            parts.extensions.push(office::Extension::to(
                ExtensionNumber::parse("190").unwrap(),
                RouteTarget::Forward(PhoneNumber::parse("+442079460002").unwrap()),
            ));
            parts.peers.push(gateway());
        })
        .peer_exchange("Gateway")
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let carrier = office.carrier("Carrier");
    let gateway = office.carrier("Gateway");
    office.habit(carrier, Habit::AnswersAfter(secs(2)));
    office.habit(gateway, Habit::AnswersAfter(secs(2)));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    let thief = office.person("Anna");
    let room = ConferenceRoomId(1);
    let mut tries = 0;
    for n in 0..2_000_usize {
        let number = DEAR[n % DEAR.len()];
        tries += 1;
        match n % 13 {
            0..=2 => {
                office.dial(anna, number);
            }
            3 => {
                office.ask(|ticket| Command::Originate {
                    ticket,
                    person: thief,
                    to: number.to_owned(),
                    line: None,
                    asker: switch::Asker::Somebody,
                });
            }
            4 => {
                office.dial(anna, "102");
                office.run_secs(3);
                office.transfer(anna, number);
            }
            5 => {
                office.dial(anna, "102");
                office.run_secs(3);
                let call = office.board().calls.keys().next().copied();
                if let Some(call) = call {
                    office.ask(|ticket| Command::Transfer {
                        ticket,
                        call,
                        keep: CallSide::Callee,
                        to: number.to_owned(),
                        asker: switch::Asker::Somebody,
                    });
                }
            }
            6 => {
                office.ask(|ticket| Command::InviteToRoom {
                    ticket,
                    room,
                    by: Some(thief),
                    to: number.to_owned(),
                });
            }
            7 => {
                let forwarded = ["030123452", "030123453"][n / 13 % 2];
                office.call_from_outside("Carrier", "030654321", forwarded);
            }
            8 => {
                office.dial(anna, "190");
            }
            9 => {
                // The gateway takes a digit for its own outside line.
                let outside_line = ["8", "80", "89"][n / 13 % 3];
                office.dial(anna, &format!("{outside_line}{number}"));
            }
            10 => {
                office.dial(anna, "102");
                office.run_secs(3);
                office.transfer(anna, &format!("8{number}"));
            }
            11 => {
                office.ask(|ticket| Command::Originate {
                    ticket,
                    person: thief,
                    to: format!("8{number}"),
                    line: None,
                    asker: switch::Asker::Somebody,
                });
            }
            _ => {
                // Somebody outside is put through and asks to be handed on.
                office.habit(anna, Habit::AnswersAfter(secs(1)));
                office.call_from_outside("Carrier", "030654321", "030123451");
                office.run_secs(3);
                office.transfer(carrier, number);
            }
        }
        office.run_secs(6);
        for phone in [anna, ben, carrier, gateway] {
            while !office.phone(phone).live_lines().is_empty() {
                office.hang_up(phone);
                office.run_for(Duration::from_millis(300));
            }
        }
        office.run_secs(75);
    }
    assert_eq!(tries, 2_000);
    assert!(office.open_for() > secs(44 * 3_600));
    // Five tries abroad in ten minutes are not yet haste; of those, Britain may be called.
    let invited = |phone| office.phone(phone).carrier().count(&Method::Invite);
    let reached = invited(carrier) + invited(gateway);
    assert!(
        reached <= 5,
        "{reached} calls reached the line and the gateway"
    );
    let mut blown = office
        .happenings()
        .filter_map(|happening| match &happening.what {
            What::FuseTripped { fuse, .. } => Some((fuse.to_string(), happening.at)),
            _ => None,
        });
    let (fuse, at) = blown.next().expect("an alarm");
    assert!(fuse.starts_with("person-1-"), "{fuse}");
    let mut refused = office.happenings().filter(|happening| {
        matches!(
            happening.what,
            What::OutsideRefused { .. } | What::LineChosen { .. }
        )
    });
    let sixth = refused.nth(5).unwrap().at;
    assert!(at <= sixth + secs(60));
}

#[test]
fn a_fuse_blows_during_a_call() {
    let mut office = office().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "+442079460000");
    office.run_secs(2);
    office.assert_talk(anna, carrier);
    // Both go on speaking: silence would end it otherwise.
    for _ in 0..59 {
        office.speak(anna, 5);
        office.speak(carrier, 5);
    }
    assert_eq!(
        office.phone(carrier).live_lines().len(),
        1,
        "{}",
        office.story()
    );
    office.run_secs(12);
    // The line is free at once; Anna is told why and is hung up.
    assert_eq!(office.phone(carrier).live_lines().len(), 0);
    let said = office.said();
    assert!(
        said.contains(&"prompts/en/limit-reached".to_owned()),
        "{said:?}"
    );
    office.run_secs(6);
    assert_eq!(office.phone(anna).live_lines().len(), 0);
    let record = office.records().last().unwrap();
    assert_eq!(record.reason, EndReason::FuseBlown);
    let answered = office
        .happenings()
        .find(|h| matches!(h.what, What::CallAnswered { .. }));
    let blown = office
        .happenings()
        .find(|h| matches!(h.what, What::FuseTripped { .. }));
    let lasted = blown.unwrap().at - answered.unwrap().at;
    assert!(
        lasted <= secs(600) && lasted > Duration::from_millis(599_900),
        "{lasted:?}"
    );

    let fuse: FuseId = "person-1-foreignMinutes".parse().unwrap();
    office.dial(anna, "+442079460000");
    office.run_secs(3);
    assert_eq!(office.phone(carrier).live_lines().len(), 0);
    office.hang_up(anna);
    let reset = office.ask(|ticket| Command::ResetFuse { ticket, fuse });
    assert!(matches!(reset, CommandResult::Taken { .. }));
    office.run_until_quiet();
    office.dial(anna, "+442079460000");
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.switch().held().outside, 0);
}

#[test]
fn a_disabled_first_line_does_not_stop_the_route() {
    let mut office = office()
        .parts(|parts| parts.trunks[0].enabled = false)
        .line("Other", |_| {})
        .open();
    let (anna, other) = (office.desk("Anna"), office.carrier("Other"));
    office.habit(other, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030654321");
    office.run_secs(3);
    office.assert_talk(anna, other);
    assert!(office.has_happened(|what| matches!(
        what,
        What::LineSkipped {
            reason: LineTrouble::Off,
            ..
        }
    )));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_gateway_is_no_way_out_beside_the_fuse() {
    let mut office = office()
        .parts(|parts| parts.peers.push(gateway()))
        .peer_exchange("Gateway")
        .open();
    let (anna, gateway) = (office.desk("Anna"), office.carrier("Gateway"));
    office.habit(gateway, Habit::AnswersAfter(secs(1)));
    let refused = [
        ("8005371234567", "another country"),
        (
            "80005371234567",
            "the same behind the digit for an outside line",
        ),
        (
            "800537123456799999",
            "the same with digits that the network ignores",
        ),
        ("809001123456", "a number that costs extra"),
        ("8112", "help is called where we are"),
    ];
    for (dialled, why) in refused {
        office.dial(anna, dialled);
        office.run_secs(3);
        let reached = office.phone(gateway).carrier().count(&Method::Invite);
        assert_eq!(reached, 0, "{dialled}: {why}");
    }
    for dialled in ["8201", "8030123456"] {
        office.dial(anna, dialled);
        office.run_secs(3);
        office.assert_talk(anna, gateway);
        office.hang_up(anna);
        office.run_secs(1);
    }
    office.dial(anna, "800442079460000");
    office.run_secs(3);
    office.assert_talk(anna, gateway);
    for _ in 0..60 {
        office.speak(anna, 5);
        office.speak(gateway, 5);
    }
    office.run_secs(20);
    assert_eq!(office.phone(gateway).live_lines().len(), 0);
    let record = office.records().last().unwrap();
    assert_eq!(record.reason, EndReason::FuseBlown);
    office.run_until_quiet();
    assert_eq!(office.switch().held().outside, 0);
}
