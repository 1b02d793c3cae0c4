//! A call goes on at another phone of the same person, and of nobody else.

use cordboard_tests::sim::{Habit, LineState, SimOffice};
use switch::Command;

fn office() -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile"])
        .person("Mallory", "109", &["desk"])
        .open()
}

#[test]
fn a_call_goes_on_at_another_phone_of_the_same_person() {
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Ben", "mobile");
    office.connect(anna, desk);
    let dialog = office.on_line(desk, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    office.with(mobile, |p, now| p.take_over(now, &dialog));
    office.run_secs(2);
    office.assert_talk(anna, mobile);
    assert!(office.phone(desk).live_lines().is_empty());
    office.hang_up(mobile);
    office.run_until_quiet();
    assert_eq!(
        office.records().len(),
        2,
        "the call, and the one that took it over"
    );
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_call_that_ends_while_a_phone_takes_it_over_leaves_that_phone_no_ghost() {
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Ben", "mobile");
    office.connect(anna, desk);
    let call = *office.board().calls.keys().next().unwrap();
    let dialog = office.on_line(desk, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    office.habit(anna, Habit::IsDead);
    office.with(mobile, |p, now| p.take_over(now, &dialog));
    office.run_secs(1);
    office.command(Command::HangUp(call));
    office.run_secs(100); // Anna's phone answers nothing, not even BYE
    assert_eq!(office.phone(mobile).last_line(), LineState::Over(480));
    assert_eq!(office.switch().held().legs, 0);
}

#[test]
fn a_phone_that_gives_up_taking_over_leaves_the_call_where_it_was() {
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Ben", "mobile");
    office.connect(anna, desk);
    let dialog = office.on_line(desk, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    let habit = office.phone(anna).habit;
    office.habit(anna, Habit::IsDead); // what she says to the new offer comes late
    office.with(mobile, |p, now| p.take_over(now, &dialog));
    office.settle();
    office.habit(anna, habit);
    office.hang_up(mobile);
    office.run_secs(2);
    office.assert_talk(anna, desk);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_takes_over_the_call_of_somebody_else() {
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mallory = office.desk("Mallory");
    office.connect(anna, desk);
    let dialog = office.on_line(desk, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    office.with(mallory, |p, now| p.take_over(now, &dialog));
    office.run_secs(2);
    assert_eq!(office.phone(mallory).last_line(), LineState::Over(481));
    office.assert_talk(anna, desk);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_is_put_together_with_the_call_of_somebody_else() {
    // An attended transfer that names a dialog of another person (promise P2).
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let (mallory, mobile) = (office.desk("Mallory"), office.phone_of("Ben", "mobile"));
    office.connect(anna, desk);
    let dialog = office.on_line(anna, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    office.connect(mallory, mobile);
    office.on_line(mallory, |p, now, line| {
        p.transfer_to_dialog(now, line, &dialog)
    });
    office.run_secs(2);
    assert_eq!(office.phone(mallory).transfer_reports(), [481]);
    office.assert_talk(anna, desk);
    office.hang_up(anna);
    office.hang_up(mallory);
    office.run_until_quiet();
}
