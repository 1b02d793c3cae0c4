//! Whoever dials the echo test hears themselves.

use cordboard_tests::sim::{LineState, SimOffice};
use office::DeviceId;
use switch::{Command, CommandResult, Doing, EndReason, limits::ECHO_TEST_AT_MOST};

#[test]
fn the_caller_hears_themselves() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, "*43");
    office.run_secs(1); // it is explained
    assert_eq!(office.hears(anna, anna), (true, true));
    let call = &office.board().calls[&office.the_call()];
    let with = call.with.as_ref().map(|with| with.number.as_str());
    assert_eq!(with, Some("*43"));
    assert_eq!(office.doing("Anna"), Doing::Talking);
    assert_eq!(office.board().codecs[&DeviceId(1)], "PCMA");
    office.run_secs(60);
    assert_eq!(office.hears(anna, anna), (true, true));
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.records()[0].answered_unix_ms.is_some());
    insta::assert_snapshot!(office.story());
}

#[test]
fn only_the_first_codec_and_the_keys_are_answered() {
    for (codecs, named) in [
        (vec![9, 8, 0, 101], "RTP/AVP 9 101"),
        (vec![0, 101], "RTP/AVP 0 101"),
        (vec![8], "RTP/AVP 8"),
    ] {
        let mut office = SimOffice::of_four();
        let anna = office.desk("Anna");
        office.phone_mut(anna).codecs = codecs;
        office.dial(anna, "*43");
        office.run_secs(1);
        let heard = office.phone(anna).description_heard().unwrap();
        let line = heard.lines().find(|line| line.starts_with("m=audio"));
        assert!(line.unwrap().ends_with(named), "{heard}");
        assert_eq!(office.hears(anna, anna), (true, true));
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn a_phone_at_home_hears_itself_through_its_router() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["home"])
        .at_home()
        .open();
    let anna = office.phone_of("Anna", "home");
    office.dial(anna, "*43");
    office.run_secs(1); // it is explained
    assert_eq!(office.hears(anna, anna), (true, true));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn an_echo_on_hold_is_silent_and_comes_back() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, "*43");
    office.run_secs(1); // it is explained
    office.hold(anna);
    office.settle();
    assert_eq!(office.hears(anna, anna), (false, false));
    office.resume(anna);
    office.settle();
    assert_eq!(office.hears(anna, anna), (true, true));
    office.on_line(anna, |p, now, line| p.ask_for_offer(now, line));
    office.settle();
    assert_eq!(office.hears(anna, anna), (true, true));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_hears_themselves_for_ever() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, "*43");
    office.run_for(ECHO_TEST_AT_MOST - std::time::Duration::from_secs(1));
    assert_eq!(office.phone(anna).last_line(), LineState::Talking);
    office.run_secs(2);
    assert!(office.phone(anna).last_line().is_over());
    office.run_until_quiet();
    assert_eq!(office.records()[0].reason, EndReason::EndedByOffice);
}

#[test]
fn the_board_starts_an_echo_test_for_somebody() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    let person = office.person("Anna");
    let told = office.ask(|ticket| Command::Originate {
        ticket,
        person,
        to: "*43".into(),
        line: None,
        asker: switch::Asker::Somebody,
    });
    let call = Some(office.the_call());
    assert_eq!(told, CommandResult::Taken { call });
    office.run_secs(1);
    office.answer(anna);
    office.run_secs(1);
    assert_eq!(office.hears(anna, anna), (true, true));
    office.command(Command::HangUp(office.the_call()));
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn ports_that_another_program_holds_silence_no_echo() {
    for times in [1, 3] {
        let mut office = SimOffice::of_four();
        let anna = office.desk("Anna");
        office.take_ports(times);
        office.dial(anna, "*43");
        office.run_secs(1);
        assert_eq!(office.hears(anna, anna), (true, true));
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn a_number_of_the_office_wins_over_the_echo_test() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "*43", &["desk"])
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_caller_without_an_offer_hears_themselves() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.with(anna, |p, now| p.dial_without_offer(now, "*43"));
    office.run_secs(1);
    assert_eq!(office.hears(anna, anna), (true, true));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_phone_of_a_codec_the_office_does_not_speak_hears_itself_at_once() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.phone_mut(anna).codecs = vec![18, 101];
    office.dial(anna, "*43");
    office.settle();
    assert_eq!(office.hears(anna, anna), (true, true));
    assert!(office.said().is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
}
