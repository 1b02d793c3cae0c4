//! The line tests tell their callers in words what they find, and the board in figures.

use cordboard_tests::sim::{LineState, PhoneId, SimOffice};
use std::time::Duration;
use switch::{EndReason, LineTestResult, What};

fn dialled(number: &str) -> (SimOffice, PhoneId) {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, number);
    office.settle();
    (office, anna)
}

/// What the tests have shown, in order.
fn results(office: &SimOffice) -> Vec<LineTestResult> {
    let results = office.happenings().filter_map(|told| match &told.what {
        What::LineTested { result, .. } => Some(result.clone()),
        _ => None,
    });
    results.collect()
}

fn keys(office: &SimOffice) -> Vec<String> {
    let keys = results(office)
        .into_iter()
        .filter_map(|result| match result {
            LineTestResult::Keys { keys } => Some(keys),
            _ => None,
        });
    keys.collect()
}

/// The office has said this, and then goodbye.
fn has_said(office: &mut SimOffice, phrases: &[&str]) {
    let said = office.said();
    let phrases: Vec<String> = phrases
        .iter()
        .chain(&["goodbye"])
        .map(|phrase| format!("prompts/en/{phrase}"))
        .collect();
    assert!(said.ends_with(&phrases), "{said:?}");
}

#[test]
fn the_echo_is_explained_and_hash_ends_it() {
    let (mut office, anna) = dialled("*43");
    assert_eq!(office.said(), ["prompts/en/test-echo-begins"]);
    assert_eq!(office.hears(anna, anna), (false, false), "it is explained");
    office.run_secs(1);
    assert_eq!(office.hears(anna, anna), (true, true));
    office.press(anna, "5");
    assert_eq!(office.hears(anna, anna), (true, true), "keys do no harm");
    office.press(anna, "#");
    assert_eq!(office.hears(anna, anna), (false, false));
    office.run_secs(2);
    has_said(&mut office, &["test-echo-ends"]);
    assert!(office.phone(anna).last_line().is_over());
    office.run_until_quiet();
    assert_eq!(office.records()[0].reason, EndReason::EndedByOffice);
}

#[test]
fn who_knows_the_echo_test_skips_the_explanation() {
    let (mut office, anna) = dialled("*43");
    office.press(anna, "1");
    assert_eq!(office.hears(anna, anna), (true, true));
    office.on_line(anna, |p, now, line| p.press(now, line, '#'));
    office.run_secs(2);
    has_said(&mut office, &["test-echo-ends"]);
    office.run_until_quiet();
}

#[test]
fn a_voice_is_measured_and_told() {
    let (mut office, anna) = dialled("*45");
    office.run_secs(2);
    office.speak(anna, 6);
    office.run_secs(3);
    // The voice of these phones is as loud as G.711 can be.
    has_said(&mut office, &["test-level-high"]);
    let results = results(&office);
    let [
        LineTestResult::Level {
            speech, clipped, ..
        },
    ] = results[..]
    else {
        panic!("{results:?}");
    };
    assert!(speech > -6.0 && clipped > 0.3, "{results:?}");
    office.run_until_quiet();
}

#[test]
fn a_microphone_that_is_off_is_told_of() {
    let (mut office, anna) = dialled("*45");
    office.run_secs(12);
    has_said(&mut office, &["test-level-silent"]);
    assert!(office.phone(anna).last_line().is_over());
    office.run_until_quiet();
}

#[test]
fn keys_are_said_back_by_whichever_way_they_came() {
    let (mut office, anna) = dialled("*46");
    office.press(anna, "19*");
    office.on_line(anna, |p, now, line| p.press(now, line, '0'));
    office.settle();
    office.press(anna, "#");
    office.run_secs(5);
    let digits = [
        "test-you-pressed",
        "number-1",
        "number-9",
        "key-star",
        "number-0",
    ];
    let said = office.said();
    let order = digits.map(|name| said.iter().position(|file| file.ends_with(name)));
    assert!(order.is_sorted() && order[0].is_some(), "{said:?}");
    assert_eq!(keys(&office), ["19*0"]);
    assert!(office.phone(anna).last_line().is_over());
    office.run_until_quiet();
}

#[test]
fn who_stops_pressing_keys_is_answered() {
    let (mut office, anna) = dialled("*46");
    office.press(anna, "42");
    office.run_secs(3);
    assert!(keys(&office).is_empty());
    office.run_secs(2);
    assert_eq!(keys(&office), ["42"]);
    office.run_until_quiet();
}

#[test]
fn no_keys_are_told_of_after_a_while() {
    let (mut office, anna) = dialled("*46");
    office.run_secs(19);
    assert_eq!(office.phone(anna).last_line(), LineState::Talking);
    office.run_secs(4);
    has_said(&mut office, &["test-no-keys"]);
    assert_eq!(keys(&office), [""]);
    office.run_until_quiet();
}

#[test]
fn a_delay_that_the_phone_does_not_report_is_unknown() {
    let (mut office, anna) = dialled("*44");
    office.run_secs(20);
    assert_eq!(office.phone(anna).last_line(), LineState::Talking);
    office.run_secs(15);
    has_said(&mut office, &["test-delay-unknown"]);
    assert_eq!(
        results(&office),
        [LineTestResult::Delay {
            there_and_back: None
        }]
    );
    office.run_until_quiet();
}

#[test]
fn a_test_is_explained_though_another_program_holds_the_ports() {
    for times in [1, 3] {
        let mut office = SimOffice::of_four();
        let anna = office.desk("Anna");
        office.take_ports(times);
        office.dial(anna, "*43");
        office.run_for(Duration::from_secs(3));
        assert_eq!(office.hears(anna, anna), (true, true), "{times}");
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn tests_are_shown_at_the_board_by_name() {
    for (number, name) in [
        ("*43", "Echo test"),
        ("*44", "Delay test"),
        ("*45", "Level test"),
        ("*46", "Key test"),
    ] {
        let (mut office, anna) = dialled(number);
        let with = office.board().calls[&office.the_call()].with.clone();
        let with = with.expect("the office as the other party");
        assert_eq!((&*with.name, &*with.number), (name, number));
        office.hang_up(anna);
        office.run_until_quiet();
    }
}
