//! Calls for help: attempted within a second, whatever is against it, and never without cause.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice, SimOfficeBuilder};
use office::{
    CallingPolicy, CallingRights, Channels, Country, EmergencyPlan, NumberHours, OutsideAdmission,
    PersonId, PhoneNumber, Reach, RecordingRule, Route, RouteTarget, Schedule, ScheduleId, Wants,
    WantsState, schedule::ScheduleDocument,
};
use serde_json::json;
use sip_message::Method;
use std::time::Duration;
use switch::{Command, CommandResult, EndReason, What};

/// Hours that never come.
const CLOSED: ScheduleId = ScheduleId(1);

/// Anna and Ben in Berlin, with one line. Ben is to know when somebody calls for help.
fn office() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123450", RouteTarget::Hangup)
        .line("Carrier", |_| {})
        .parts(|parts| {
            parts.outside.emergency = EmergencyPlan {
                location: "Hauptstraße 5, 2nd floor".to_owned(),
                alert_persons: vec![PersonId(2)],
                ..EmergencyPlan::default()
            };
        })
}

/// How long it takes from here until the line is asked for another call.
fn time_to_line(office: &mut SimOffice, line: &str, act: impl FnOnce(&mut SimOffice)) -> Duration {
    let carrier = office.carrier(line);
    let asked = office.phone(carrier).carrier().count(&Method::Invite);
    let began = office.now();
    act(office);
    for _ in 0..300 {
        let carrier = office.phone(carrier).carrier();
        if carrier.count(&Method::Invite) > asked {
            return office.now() - began;
        }
        office.run_for(Duration::from_millis(10));
    }
    panic!("nobody is called for help:\n{}", office.story());
}

/// Whom the last call for help reached.
fn helped(office: &SimOffice, line: &str) -> String {
    let invite = office.phone(office.carrier(line)).carrier().invite.clone();
    let uri = invite.expect("a call").uri().expect("a URI").to_string();
    uri.trim_start_matches("sip:")
        .split('@')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn calls_for_help(office: &SimOffice) -> usize {
    let called = |what: &What| matches!(what, What::EmergencyCalled { .. });
    office
        .happenings()
        .filter(|happening| called(&happening.what))
        .count()
}

#[test]
fn help_is_called_within_a_second_with_and_without_prefix() {
    let mut office = office()
        .parts(|parts| parts.outside.calling.outside_prefix = Some("0".to_owned()))
        .open();
    let anna = office.desk("Anna");
    for (dialled, called) in [
        ("112", "112"),
        ("0112", "112"),
        ("110", "110"),
        ("0110", "110"),
    ] {
        let took = time_to_line(&mut office, "Carrier", |office| {
            office.dial(anna, dialled);
        });
        assert!(took <= secs(1), "{dialled} took {took:?}");
        assert_eq!(helped(&office, "Carrier"), called);
        office.hang_up(anna);
        office.run_until_quiet();
    }
    assert_eq!(calls_for_help(&office), 4);
}

#[test]
fn numbers_that_only_contain_the_digits_call_nobody_for_help() {
    let mut office = office().open();
    let anna = office.desk("Anna");
    for dialled in [
        "1101",
        "+14155559110",
        "11",
        "1120",
        "030112",
        "9112",
        "911",
        "00112",
        "112#",
    ] {
        office.dial(anna, dialled);
        office.run_secs(3);
        office.hang_up(anna);
        office.run_until_quiet();
    }
    assert_eq!(calls_for_help(&office), 0, "{}", office.story());
}

#[test]
fn nothing_the_office_has_set_is_in_the_way() {
    let mut office = office()
        .settings(|settings| {
            settings.admission.office_calls = 1;
            settings.admission.calls_per_person = 1;
        })
        .parts(|parts| {
            parts.outside.calling = CallingPolicy {
                outside_parallel_person: 0,
                foreign_minutes_office: 0,
                money_office: 1,
                foreign_tries: 3,
                // Closed on all days, and no other country is allowed.
                foreign_hours: Some(CLOSED),
                countries: Vec::new(),
                ..CallingPolicy::default()
            };
            let never =
                json!({"schemaVersion": 1, "name": "Never", "timezone": "UTC", "weekly": []});
            let never = ScheduleDocument::read(&never.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(CLOSED, never));
            parts.extensions[0].hours = Some(NumberHours {
                schedule: CLOSED,
                when_closed: Route::to(RouteTarget::Hangup),
            });
            parts.outside.admission = OutsideAdmission {
                max_out: Some(0),
                ..OutsideAdmission::default()
            };
            parts.outside.rights.push(CallingRights {
                person: PersonId(1),
                shows: None,
                reach: Reach::Inside,
                abroad_after_hours: false,
                foreign_minutes: None,
                money: None,
            });
        })
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    // Anna has tried often enough to call where nobody may.
    for _ in 0..4 {
        office.dial(anna, "+442079460000");
        office.run_secs(2);
        office.run_until_quiet();
    }
    let tries = |what: &What| match what {
        What::FuseTripped { fuse, .. } => fuse.to_string() == "person-1-tries",
        _ => false,
    };
    assert!(office.has_happened(tries), "{}", office.story());
    // The office has as many calls as it may, and so has Anna.
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "102");
    office.run_secs(3);
    let took = time_to_line(&mut office, "Carrier", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= secs(1), "{took:?}");
}

#[test]
fn a_phone_whose_login_fails_calls_for_help_all_the_same() {
    let mut office = office().open();
    let anna = office.desk("Anna");
    office.phone_mut(anna).set_password("not the password");
    // Ordinary calls come to nothing, until its address is not even listened to any more.
    for _ in 0..30 {
        office.dial(anna, "102");
        office.run_secs(2);
    }
    assert!(!office.has_happened(|what| matches!(what, What::CallerArrived { .. })));
    let took = time_to_line(&mut office, "Carrier", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= secs(1), "{took:?}");
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.run_secs(3);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn help_is_called_during_a_flood() {
    let mut office = office().open();
    let anna = office.desk("Anna");
    let stranger = "198.51.100.66:5060".parse().unwrap();
    let flood = |office: &mut SimOffice, count: u32| {
        for n in 0..count {
            let invite = format!(
                "INVITE sip:112@203.0.113.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.66:5060;branch=z9hG4bK{n}\r\n\
                 From: <sip:x@198.51.100.66>;tag={n}\r\nTo: <sip:112@203.0.113.1>\r\nCall-ID: {n}@flood\r\n\
                 CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
            );
            office.stranger_sends(stranger, invite);
        }
    };
    flood(&mut office, 3_000);
    office.run_for(Duration::from_millis(100));
    flood(&mut office, 3_000);
    let took = time_to_line(&mut office, "Carrier", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= secs(1), "{took:?}");
    assert_eq!(calls_for_help(&office), 1);
}

#[test]
fn the_oldest_ordinary_call_of_a_full_line_gives_way() {
    let mut office = office()
        .person("Cleo", "103", &["desk"])
        .parts(|parts| {
            parts.trunks[0].channels = Channels {
                all: 2,
                incoming: None,
                outgoing: None,
            };
        })
        .open();
    let (anna, ben, cleo) = (office.desk("Anna"), office.desk("Ben"), office.desk("Cleo"));
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(ben, "030654321");
    office.run_secs(3);
    office.dial(cleo, "030654322");
    office.run_secs(3);
    let took = time_to_line(&mut office, "Carrier", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= secs(1), "{took:?}");
    // Ben is told that it was not the other who hung up; then he is hung up.
    assert_eq!(office.phone(ben).live_lines().len(), 1);
    office.run_secs(5);
    let said = office.said();
    assert!(
        said.contains(&"prompts/en/line-needed".to_owned()),
        "{said:?}"
    );
    assert_eq!(office.phone(ben).live_lines().len(), 0);
    assert_eq!(office.phone(cleo).live_lines().len(), 1);
    let record = office.records().last().unwrap();
    assert_eq!(record.reason, EndReason::GaveWay);
}

#[test]
fn the_next_line_is_tried_after_two_seconds_of_silence() {
    let mut office = office()
        .line("Other", |trunk| trunk.emergency = false)
        .open();
    let anna = office.desk("Anna");
    let first = office.carrier("Carrier");
    office.habit(first, Habit::IsDead);
    let took = time_to_line(&mut office, "Other", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= Duration::from_millis(2_200), "{took:?}");
}

#[test]
fn help_rings_for_as_long_as_the_caller_holds_on() {
    let mut office = office().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(900)));
    office.dial(anna, "112");
    office.run_secs(899);
    assert_eq!(office.phone(anna).live_lines().len(), 1);
    office.run_secs(5);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_call_for_help_that_takes_another_line_is_told_once() {
    let mut office = office().line("Other", |_| {}).open();
    let anna = office.desk("Anna");
    let first = office.carrier("Carrier");
    office.habit(first, Habit::Refuses(503));
    let took = time_to_line(&mut office, "Other", |office| {
        office.dial(anna, "112");
    });
    assert!(took <= secs(1), "{took:?}");
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(calls_for_help(&office), 1, "{}", office.story());
}

#[test]
fn the_office_is_told_where_help_is_needed() {
    let mut office = office().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "112");
    office.run_secs(1);
    let told = office
        .happenings()
        .find_map(|happening| match &happening.what {
            What::EmergencyCalled {
                from,
                number,
                location,
                callback,
                line,
                ..
            } => Some((
                from.name.clone(),
                number.clone(),
                location.clone(),
                callback.clone(),
                line.is_some(),
            )),
            _ => None,
        });
    let place = "Hauptstraße 5, 2nd floor".to_owned();
    let back = PhoneNumber::parse("+4930123450").ok();
    assert_eq!(
        told,
        Some(("Anna".to_owned(), "112".to_owned(), place, back, true))
    );
    let texts = office.phone(ben).texts();
    assert_eq!(texts.len(), 1);
    assert_eq!(
        texts[0].words,
        "EMERGENCY CALL 112 by Anna (101). Hauptstraße 5, 2nd floor"
    );
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.has_happened(|what| matches!(what, What::EmergencyEnded { .. })));
}

#[test]
fn nobody_but_the_caller_ends_a_call_for_help_and_nobody_records_it() {
    let mut office = office()
        .settings(|settings| settings.recording.rule = RecordingRule::Always)
        .open();
    let anna = office.desk("Anna");
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "112");
    office.run_secs(5);
    office.assert_talk(anna, carrier);
    let call = office.the_call();
    office.command(Command::HangUp(call));
    let refused = office.ask(|ticket| Command::RecordCall {
        ticket,
        call,
        action: switch::RecordAction::Start,
    });
    assert!(matches!(refused, CommandResult::Refused { .. }));
    let ben = office.person("Ben");
    let refused = office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person: ben,
    });
    assert!(matches!(refused, CommandResult::Refused { .. }));
    office.command(Command::ShutDown);
    // Nobody is heard for long: who calls for help may be unable to speak.
    office.run_secs(60);
    office.assert_talk(anna, carrier);
    assert!(office.call_recordings().is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
}

fn ended(office: &SimOffice) -> usize {
    let ended = |what: &What| matches!(what, What::EmergencyEnded { .. });
    office
        .happenings()
        .filter(|happening| ended(&happening.what))
        .count()
}

/// The model found it: such a talk could never be ended, handed on or recorded any more.
#[test]
fn a_talk_that_could_not_be_handed_on_to_help_is_an_ordinary_one_again() {
    let without_line = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .open();
    let mut with_line = office().open();
    let carrier = with_line.carrier("Carrier");
    with_line.habit(carrier, Habit::Refuses(503));
    for mut office in [without_line, with_line] {
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        office.transfer(anna, "112");
        office.run_secs(5);
        office.assert_talk(anna, ben);
        assert_eq!((calls_for_help(&office), ended(&office)), (1, 1));
        office.command(Command::HangUp(office.the_call()));
        office.run_until_quiet();
        assert_eq!((calls_for_help(&office), ended(&office)), (1, 1));
    }
}

#[test]
fn a_call_for_help_that_is_handed_on_in_vain_is_still_one() {
    let mut office = office().person("Cleo", "103", &[]).open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.habit(ben, Habit::DeclinesAfter(secs(1)));
    office.dial(anna, "112");
    office.run_secs(3);
    for to in ["102", "103"] {
        office.transfer(anna, to);
        office.run_secs(3);
        office.command(Command::HangUp(office.the_call()));
        office.run_secs(1);
        office.assert_talk(anna, carrier);
    }
    assert_eq!(ended(&office), 0);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!((calls_for_help(&office), ended(&office)), (1, 1));
}

/// Anna asks for an ambulance and puts Ben, who lies on the floor, through to it.
#[test]
fn a_colleague_put_through_to_help_is_protected_like_who_called_it() {
    for answered in [true, false] {
        let mut office = office().open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        let carrier = office.carrier("Carrier");
        let takes = if answered { 1 } else { 20 };
        office.habit(carrier, Habit::AnswersAfter(secs(takes)));
        office.connect(ben, anna);
        office.hold(anna);
        office.run_secs(1);
        office.dial(anna, "112");
        office.run_secs(5);
        office.join_lines(anna);
        office.run_secs(1);
        office.command(Command::HangUp(office.the_call()));
        office.run_secs(20);
        office.assert_talk(ben, carrier);
        let call = office.the_call();
        let refused = office.ask(|ticket| Command::RecordCall {
            ticket,
            call,
            action: switch::RecordAction::Start,
        });
        assert!(matches!(refused, CommandResult::Refused { .. }));
        assert_eq!((calls_for_help(&office), ended(&office)), (1, 0));
        office.hang_up(ben);
        office.run_until_quiet();
        assert_eq!((calls_for_help(&office), ended(&office)), (1, 1));
    }
}

#[test]
fn the_emergency_service_that_calls_back_reaches_the_phone_for_an_hour() {
    let mut office = office()
        .parts(|parts| {
            parts.persons[0].wants = Wants {
                state: WantsState::DoNotDisturb,
                ..Wants::default()
            };
        })
        .open();
    let anna = office.desk("Anna");
    office.dial(anna, "112");
    office.run_secs(2);
    office.hang_up(anna);
    office.run_until_quiet();
    let rings = |office: &mut SimOffice, anna: PhoneId| {
        let carrier = office.carrier("Carrier");
        office.call_from_outside("Carrier", "030112112", "030123450");
        office.run_secs(2);
        let rings = !office.phone(anna).live_lines().is_empty();
        office.hang_up(carrier);
        office.run_until_quiet();
        rings
    };
    assert!(rings(&mut office, anna));
    office.run_secs(3_500);
    assert!(rings(&mut office, anna));
    office.run_secs(120);
    assert!(!rings(&mut office, anna));
}

/// The plug is pulled in the middle of the call for help: the ambulance calls back all the same.
#[test]
fn whoever_called_for_help_before_a_power_cut_is_called_back_for_the_rest_of_the_hour() {
    let mut office = office()
        .parts(|parts| {
            parts.persons[0].wants = Wants {
                state: WantsState::DoNotDisturb,
                ..Wants::default()
            };
        })
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "112");
    office.run_secs(10);
    office.restart_engine();
    for phone in [anna, carrier] {
        office.with(phone, |phone, now| {
            for line in phone.live_lines() {
                phone.hang_up(now, line);
            }
        });
    }
    office.run_until_quiet();
    let rings = |office: &mut SimOffice| {
        office.call_from_outside("Carrier", "030112112", "030123450");
        office.run_secs(2);
        let rings = !office.phone(anna).live_lines().is_empty();
        office.hang_up(carrier);
        office.run_until_quiet();
        rings
    };
    assert!(rings(&mut office));
    office.run_secs(1_700);
    office.restart_engine();
    office.run_secs(1_700);
    assert!(rings(&mut office));
    // The hour began with the call, not with the engine.
    office.run_secs(300);
    assert!(!rings(&mut office));
}

#[test]
fn a_colleague_at_110_is_reached_while_nobody_has_said_where_the_office_is() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "110", &["desk"])
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "110");
    office.run_secs(2);
    assert!(!office.phone(ben).live_lines().is_empty());
    assert!(!office.has_happened(|what| matches!(what, What::EmergencyCalled { .. })));
    office.hang_up(anna);
    office.run_until_quiet();
}
