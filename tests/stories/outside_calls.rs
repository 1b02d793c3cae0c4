//! Calls with the world outside: who is reached, what is shown, and which line carries them.

use super::secs;
use cordboard_tests::sim::{CallIn, Habit, LineState, Seen, SimOffice, SimOfficeBuilder};
use media::Wiring;
use office::{Country, Dtmf, FlowId, PersonId, RouteTarget};
use sip_message::{Method, header::MaxForwards};
use std::time::Duration;
use switch::{CallDirection, LineReason, LineTrouble, What};

/// Anna and Ben in Berlin, with one line.
fn with_line() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
}

#[test]
fn a_person_calls_a_number_outside_and_both_hear_each_other() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(3)));
    office.dial(anna, "030654321");
    office.run_secs(5);
    office.assert_talk(anna, carrier);
    let invite = office.phone(carrier).carrier().invite.clone().unwrap();
    assert_eq!(
        invite.uri().unwrap().to_string(),
        "sip:+4930654321@198.51.100.1"
    );
    office.hang_up(anna);
    office.run_until_quiet();
    let record = office.records().last().unwrap();
    assert_eq!(record.direction, CallDirection::Out);
    assert_eq!(record.line, Some(office.line("Carrier")));
    assert_eq!(record.shows.as_deref(), Some("+4930123450"));
    assert_eq!(record.with.as_ref().unwrap().number, "+4930654321");
}

#[test]
fn somebody_outside_reaches_the_person_whose_number_they_called() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(2)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    office.assert_talk(anna, carrier);
    office.hang_up(carrier);
    office.run_until_quiet();
    let record = office.records().last().unwrap();
    assert_eq!(record.direction, CallDirection::In);
    assert_eq!(record.from.number, "+4930654321");
    assert_eq!(record.shows.as_deref(), Some("+4930123451"));
}

#[test]
fn a_number_nobody_has_set_up_is_told_and_rings_nobody() {
    let mut office = with_line().open();
    let carrier = office.carrier("Carrier");
    office.call_from_outside("Carrier", "030654321", "030123499");
    office.run_until_quiet();
    assert!(
        office
            .phone(carrier)
            .seen()
            .iter()
            .any(|(_, _, seen)| *seen == Seen::TurnedAway(404))
    );
    assert!(office.has_happened(|what| matches!(
        what,
        What::NumberCalled { number, known: false, .. } if number == "+4930123499"
    )));
    assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
}

#[test]
fn when_the_first_line_says_nothing_the_second_rings_within_two_seconds() {
    let mut office = with_line().line("Spare", |_| {}).open();
    let (anna, dead, spare) = (
        office.desk("Anna"),
        office.carrier("Carrier"),
        office.carrier("Spare"),
    );
    office.habit(dead, Habit::IsDead);
    office.habit(spare, Habit::AnswersAfter(secs(1)));
    let dialled = office.now();
    office.dial(anna, "030654321");
    office.run_secs(5);
    let rang = office.phone(spare).seen().first().expect("it rings").0;
    assert!(rang - dialled <= Duration::from_millis(2_200), "{office:?}");
    office.assert_talk(anna, spare);
    assert!(office.has_happened(|what| matches!(
        what,
        What::LineFailed {
            reason: LineTrouble::NoAnswer,
            ..
        }
    )));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_line_that_is_out_of_order_gives_way_at_once_and_one_that_is_busy_does_not() {
    for (refusal, taken_over) in [
        (503, true),
        (500, true),
        (486, false),
        (404, false),
        (603, false),
    ] {
        let mut office = with_line().line("Spare", |_| {}).open();
        let (anna, first, spare) = (
            office.desk("Anna"),
            office.carrier("Carrier"),
            office.carrier("Spare"),
        );
        office.habit(first, Habit::Refuses(refusal));
        office.habit(spare, Habit::AnswersAfter(secs(1)));
        office.dial(anna, "030654321");
        office.run_for(Duration::from_millis(500));
        let asked = office.phone(spare).carrier().count(&Method::Invite);
        assert_eq!(asked == 1, taken_over, "{refusal}: {office:?}");
        office.run_secs(3);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn what_the_far_network_plays_before_the_answer_is_heard_and_no_ringing_tone_over_it() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::GreetsThenAnswersAfter(secs(4)));
    office.dial(anna, "030654321");
    office.run_secs(2);
    assert!(office.phone(anna).has_seen(&Seen::HearsEarlySound));
    office.run_secs(4);
    office.assert_talk(anna, carrier);
    office.hang_up(carrier);
    office.run_until_quiet();
}

#[test]
fn a_line_registers_calls_with_its_password_and_is_called_by_its_secret() {
    let mut office = with_line().registered().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    assert_eq!(
        office.line_state("Carrier"),
        switch::LineState::Up,
        "{office:?}"
    );
    assert_eq!(office.live_line("Carrier").reason, LineReason::Registered);
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030654321");
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_secs(1);
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    let call = CallIn {
        from: Some("030654321".to_owned()),
        headers: vec![(
            "P-Called-Party-ID".to_owned(),
            "<sip:+4930123451@carrier.example>".to_owned(),
        )],
    };
    office.call_in("Carrier", "030123451", &call);
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.hang_up(carrier);
    office.settle();
}

#[test]
fn lines_are_back_within_ten_seconds_after_the_network_changed() {
    let mut office = with_line().registered().open();
    let before = office.carrier_of("Carrier").count(&Method::Register);
    office.change_network();
    office.run_secs(10);
    assert!(office.carrier_of("Carrier").count(&Method::Register) > before);
    assert_eq!(office.line_state("Carrier"), switch::LineState::Up);
}

#[test]
fn a_wrong_password_is_said_and_not_tried_again_and_again() {
    let mut office = with_line().registered().open();
    office.carrier_of("Carrier").challenges_always = true;
    let line = office.line("Carrier");
    office.ask(|ticket| switch::Command::RegisterLine { ticket, line });
    office.run_secs(600);
    let asked = office.carrier_of("Carrier").count(&Method::Register);
    assert_eq!(
        office.live_line("Carrier").reason,
        LineReason::WrongPassword
    );
    assert!(asked < 12, "{asked}");
}

#[test]
fn a_colleague_takes_an_outside_caller_over_by_transfer() {
    let mut office = with_line().open();
    let (anna, ben, carrier) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.carrier("Carrier"),
    );
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.transfer(anna, "102");
    office.run_secs(3);
    office.assert_talk(ben, carrier);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_call_inside_is_handed_to_a_number_outside() {
    let mut office = with_line().open();
    let (anna, ben, carrier) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.carrier("Carrier"),
    );
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.connect(anna, ben);
    office.transfer(ben, "030654321");
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn an_outside_caller_is_put_on_hold_and_taken_back() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.hold(anna);
    office.run_secs(1);
    office.resume(anna);
    office.run_secs(1);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn the_name_of_a_number_stands_before_the_callers() {
    let mut office = with_line()
        .parts(|parts| {
            let number = &mut parts.phone_numbers[0];
            number.route.dest_xform.caller_name_prefix = Some("Sales: ".to_owned());
        })
        .open();
    let anna = office.desk("Anna");
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(1);
    let at = office.phone(anna).here();
    let invite = office.network().last_invite_to(at).unwrap().clone();
    let invite = String::from_utf8_lossy(&invite).into_owned();
    assert!(
        invite.contains("From: \"Sales: +4930654321\" <sip:"),
        "{invite}"
    );
    office.run_for(Duration::from_secs(60));
    office.run_until_quiet();
}

#[test]
fn somebody_who_hides_their_number_is_turned_away_where_a_number_says_so() {
    let mut office = with_line()
        .parts(|parts| parts.phone_numbers[0].anonymous = office::Anonymous::Refuse)
        .open();
    let carrier = office.carrier("Carrier");
    office.call_in("Carrier", "030123451", &CallIn::default());
    office.run_until_quiet();
    assert!(
        office
            .phone(carrier)
            .seen()
            .iter()
            .any(|(_, _, seen)| *seen == Seen::TurnedAway(433))
    );
}

#[test]
fn a_caller_who_has_to_press_a_key_is_let_through_when_they_do() {
    let mut office = with_line()
        .parts(|parts| parts.phone_numbers[0].challenge = true)
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    assert_eq!(office.phone(anna).last_line_if_any(), None, "{office:?}");
    let said = office.said();
    let asked = said
        .iter()
        .position(|sound| sound.ends_with("/press-to-go-on"));
    let key = &said[asked.expect("they are asked to press a key") + 1];
    let key = key.rsplit('-').next().expect("a key").to_owned();
    office.press(carrier, &key);
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_machine_that_presses_other_keys_is_not_let_through() {
    let mut office = with_line()
        .parts(|parts| parts.phone_numbers[0].challenge = true)
        .open();
    let carrier = office.carrier("Carrier");
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    let said = office.said();
    let key = said.iter().find_map(|sound| sound.rsplit_once("/number-"));
    let others = ["1", "2", "3"].into_iter();
    let mut others = others.filter(|other| key.is_some_and(|(_, key)| key != *other));
    for wrong in [others.next(), others.next()] {
        office.press(carrier, wrong.expect("a key that is another"));
        office.run_secs(3);
    }
    office.run_until_quiet();
    assert!(office.has_happened(|what| matches!(
        what,
        What::CallerScreened {
            how: switch::Screened::Failed,
            ..
        }
    )));
    assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
}

#[test]
fn a_line_takes_keys_as_it_is_set_up_and_the_phone_presses_them_as_ever() {
    for dtmf in [Dtmf::Events, Dtmf::Info, Dtmf::Tones] {
        let mut office = with_line()
            .parts(|parts| parts.trunks[0].dtmf = dtmf)
            .open();
        let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
        office.habit(carrier, Habit::AnswersAfter(secs(1)));
        office.dial(anna, "030654321");
        office.run_secs(3);
        // Keys that the line takes in another way than the phone gives them pass through the office.
        let is_translated = matches!(office.wiring(carrier), Some(Wiring::Room { .. }));
        assert_eq!(is_translated, dtmf != Dtmf::Events, "{dtmf:?}");
        let invite = office.phone(carrier).carrier().invite.clone().unwrap();
        let offer = String::from_utf8_lossy(&invite.body()).into_owned();
        let sound = offer.lines().find(|line| line.starts_with("m=audio"));
        let offers_events = sound.unwrap().split(' ').any(|number| number == "101");
        assert_eq!(offers_events, dtmf == Dtmf::Events, "{dtmf:?}: {offer}");
        office.press(anna, "5");
        office.run_secs(1);
        let is_told = office.phone(carrier).has_seen(&Seen::HearsKey('5'));
        assert_eq!(is_told, dtmf == Dtmf::Info, "{dtmf:?}");
        let heard = office.keys_heard(carrier);
        let tones = if dtmf == Dtmf::Tones { "5" } else { "" };
        assert_eq!(heard.tones, tones, "{dtmf:?}");
        let told = office.phone(anna).description_heard().unwrap();
        assert!(told.contains("RTP/AVP 8 0 101"), "{dtmf:?}: {told}");
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn a_key_that_a_line_tells_by_a_request_is_pressed_for_the_phone() {
    let mut office = with_line()
        .parts(|parts| parts.trunks[0].dtmf = Dtmf::Info)
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    let line = office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    assert!(matches!(office.wiring(anna), Some(Wiring::Room { .. })));
    office.with(carrier, |exchange, now| exchange.press(now, line, '5'));
    office.run_secs(1);
    let heard = office.keys_heard(anna).events;
    assert!(
        matches!(heard[..], [pressed] if pressed.key == '5'),
        "{heard:?}"
    );
    assert!(!office.phone(anna).has_seen(&Seen::HearsKey('5')));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn what_a_number_sets_on_the_way_is_known_to_its_flow() {
    let decide = serde_json::json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "variables": [{"name": "brand", "type": "text", "default": "none"},
            {"name": "vip", "type": "number", "default": 0}],
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_if", "type": "condition", "position": {"x": 0, "y": 0}, "data": {"kind": "condition",
                "cases": [{"id": "ours", "label": "Ours", "expr": {"op": "and", "args": [
                    {"op": "eq", "args": [{"var": "brand"}, {"const": "acme"}]},
                    {"op": "eq", "args": [{"var": "vip"}, {"const": 2}]}]}}]}},
            {"id": "n_ring", "type": "dial", "position": {"x": 0, "y": 0}, "data": {"kind": "dial",
                "ringTime": 20, "targets": [{"type": "user", "id": "2"}]}},
        ],
        "edges": [
            {"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_if"},
            {"id": "e1", "source": "n_if", "sourceHandle": "case:ours", "target": "n_ring"},
        ],
    });
    let mut office = with_line()
        .flow("Main", "300", decide)
        .parts(|parts| {
            let route = &mut parts.phone_numbers[0].route;
            route.target = RouteTarget::Flow(FlowId(1));
            let set = [("brand", "acme"), ("vip", "2"), ("unknown", "x")];
            let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
            route.dest_xform.variables = set.into();
        })
        .open();
    let (ben, carrier) = (office.desk("Ben"), office.carrier("Carrier"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    office.assert_talk(ben, carrier);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn another_system_is_called_by_its_prefix_and_calls_in_by_its_address() {
    let mut office = with_line()
        .parts(|parts| {
            // The exchange of the line stands in for the other system.
            let trunk = parts.trunks.pop().expect("a line");
            parts.peers.push(office::Peer {
                id: office::PeerId(1),
                name: "Warehouse".to_owned(),
                enabled: true,
                place: Some(trunk.server.clone()),
                networks: Vec::new(),
                user: String::new(),
                password: None,
                prefixes: vec!["8".to_owned()],
                strip_prefix: true,
                may_call_outside: false,
                channels: 4,
                srtp: office::Srtp::Off,
            });
        })
        .peer_exchange("Warehouse")
        .open();
    let (anna, warehouse) = (office.desk("Anna"), office.carrier("Warehouse"));
    office.habit(warehouse, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "8201");
    office.run_secs(3);
    office.assert_talk(anna, warehouse);
    let invite = office.phone(warehouse).carrier().invite.clone().unwrap();
    assert_eq!(invite.uri().unwrap().to_string(), "sip:201@198.51.100.1");
    office.hang_up(anna);
    office.run_secs(1);
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Warehouse", "201", "101");
    office.run_secs(3);
    office.assert_talk(anna, warehouse);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(200));
}

/// A flow that begins with this node and ends after it.
fn flow_of(node: serde_json::Value) -> serde_json::Value {
    let edge = serde_json::json!({"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_it"});
    serde_json::json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_it", "type": node["kind"], "position": {"x": 0, "y": 0}, "data": node},
        ],
        "edges": [edge],
    })
}

#[test]
fn somebody_outside_comes_through_a_call_flow_to_several_people() {
    let ring = serde_json::json!({"kind": "dial", "ringTime": 20, "targets": [
        {"type": "user", "id": "1"}, {"type": "user", "id": "2"}]});
    let mut office = with_line()
        .flow("Main", "300", flow_of(ring))
        .parts(|parts| parts.phone_numbers[0].route.target = RouteTarget::Flow(FlowId(1)))
        .open();
    let (anna, ben, carrier) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.carrier("Carrier"),
    );
    office.habit(ben, Habit::AnswersAfter(secs(2)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(5);
    office.assert_talk(ben, carrier);
    assert!(office.phone(anna).has_seen(&Seen::Rings));
    office.hang_up(carrier);
    office.run_until_quiet();
}

#[test]
fn a_call_flow_rings_a_number_outside() {
    let ring = serde_json::json!({"kind": "dial", "ringTime": 20, "targets": [
        {"type": "number", "id": "030654321"}]});
    let mut office = with_line().flow("Main", "300", flow_of(ring)).open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(2)));
    office.dial(anna, "300");
    office.run_secs(5);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_number_forwards_at_home_and_not_abroad() {
    for (to, rings) in [("+4930654399", true), ("+442079460000", false)] {
        let mut office = with_line()
            .parts(|parts| {
                let elsewhere = office::PhoneNumber::parse(to).expect("a number");
                parts.phone_numbers[0].route.target = RouteTarget::Forward(elsewhere);
            })
            .line("Spare", |_| {})
            .open();
        let (carrier, spare) = (office.carrier("Carrier"), office.carrier("Spare"));
        office.habit(carrier, Habit::AnswersAfter(secs(1)));
        office.call_from_outside("Spare", "030654321", "030123451");
        office.run_secs(3);
        let asked = office.carrier_of("Carrier").count(&Method::Invite);
        assert_eq!(asked == 1, rings, "{to}: {office:?}");
        if rings {
            office.assert_talk(carrier, spare);
        }
        office.hang_up(spare);
        office.run_until_quiet();
    }
}

/// Two systems may each forward to the other. Each step is a call of its own, so nobody sees a circle;
/// but each has one step less.
#[test]
fn a_call_that_is_forwarded_in_a_circle_ends_once_its_steps_are_used_up() {
    for (left, then) in [("70", Some(69)), ("1", Some(0)), ("0", None)] {
        let mut office = with_line()
            .parts(|parts| {
                let elsewhere = office::PhoneNumber::parse("+4930654399").expect("a number");
                parts.phone_numbers[0].route.target = RouteTarget::Forward(elsewhere);
            })
            .line("Spare", |_| {})
            .open();
        let (carrier, spare) = (office.carrier("Carrier"), office.carrier("Spare"));
        let call = CallIn {
            from: Some("030654321".to_owned()),
            headers: vec![("Max-Forwards".to_owned(), left.to_owned())],
        };
        office.call_in("Spare", "030123451", &call);
        office.run_secs(3);
        let invite = office.phone(carrier).carrier().invite.clone();
        let steps = invite.map(|invite| invite.headers().get::<MaxForwards>().unwrap().0);
        assert_eq!(steps, then, "{left}");
        if then.is_none() {
            assert_eq!(office.phone(spare).last_line(), LineState::Over(483));
        }
        office.hang_up(spare);
        office.run_until_quiet();
    }
}

#[test]
fn nobody_hands_an_outside_caller_out_again() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.transfer(anna, "030654399");
    office.run_secs(2);
    assert!(office.has_happened(|what| matches!(
        what,
        What::OutsideRefused {
            reason: switch::RefusalReason::NoHairpin,
            ..
        }
    )));
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn somebody_outside_leaves_a_message() {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .mailbox()
        .number("+4930123451", RouteTarget::Voicemail(office::MailboxId(1)))
        .line("Carrier", |_| {})
        .open();
    let carrier = office.carrier("Carrier");
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(6);
    office.speak(carrier, 6);
    office.hang_up(carrier);
    office.run_until_quiet();
    let [message] = office.voice_messages() else {
        panic!("one message: {office:?}");
    };
    assert_eq!(message.from_number, "+4930654321");
}

#[test]
fn the_board_calls_a_number_outside_for_a_person() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.habit(carrier, Habit::AnswersAfter(secs(2)));
    let person = office.person("Anna");
    let taken = office.ask(|ticket| switch::Command::Originate {
        ticket,
        person,
        to: "030654321".to_owned(),
        line: None,
        asker: switch::Asker::Somebody,
    });
    assert!(
        matches!(taken, switch::CommandResult::Taken { .. }),
        "{taken:?}"
    );
    office.run_secs(5);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn the_number_is_read_where_the_line_says() {
    let cases = [
        (office::CalledNumberIn::PCalledPartyId, "P-Called-Party-ID"),
        (office::CalledNumberIn::Diversion, "Diversion"),
    ];
    for (called_in, header) in cases {
        let mut office = with_line()
            .parts(|parts| parts.trunks[0].incoming.called_in = called_in)
            .open();
        let anna = office.desk("Anna");
        let call = CallIn {
            from: Some("030654321".to_owned()),
            headers: vec![(
                header.to_owned(),
                "<sip:030123451@carrier.example>".to_owned(),
            )],
        };
        let line = office.call_in("Carrier", "some-account", &call);
        office.run_secs(1);
        assert!(
            office.phone(anna).has_seen(&Seen::Rings),
            "{header}: {office:?}"
        );
        let carrier = office.carrier("Carrier");
        office.with(carrier, |exchange, now| exchange.hang_up(now, line));
        office.run_until_quiet();
    }
}

#[test]
fn another_system_proves_itself_by_its_password_and_calls_nobody_outside() {
    let mut office = with_line()
        .parts(|parts| {
            parts.peers.push(office::Peer {
                id: office::PeerId(1),
                name: "Warehouse".to_owned(),
                enabled: true,
                place: Some(office::SipPlace {
                    host: office::Domain::parse("198.51.100.77").expect("an address"),
                    port: None,
                    transport: office::LineTransport::Udp,
                }),
                networks: Vec::new(),
                user: "exchange".to_owned(),
                password: Some(office::Secret::new("secret of the warehouse".to_owned())),
                prefixes: Vec::new(),
                strip_prefix: false,
                may_call_outside: false,
                channels: 4,
                srtp: office::Srtp::Off,
            });
        })
        .peer_exchange("Warehouse")
        .open();
    let (anna, warehouse) = (office.desk("Anna"), office.carrier("Warehouse"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Warehouse", "201", "101");
    office.run_secs(3);
    assert!(
        !office.phone(anna).has_seen(&Seen::Rings),
        "it has no password yet"
    );
    office
        .phone_mut(warehouse)
        .set_password("secret of the warehouse");
    office.call_from_outside("Warehouse", "201", "101");
    office.run_secs(3);
    office.assert_talk(anna, warehouse);
    office.hang_up(anna);
    office.run_secs(1);
    office.call_from_outside("Warehouse", "201", "030654321");
    office.run_until_quiet();
    assert_eq!(office.carrier_of("Carrier").count(&Method::Invite), 0);
}
