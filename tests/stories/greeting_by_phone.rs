//! A greeting for the office is spoken into a desk phone that the board rings.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use switch::{Command, CommandRefusal, CommandResult};

/// Anna's phone is picked up when the board rings it.
fn office() -> (SimOffice, PhoneId) {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Nobody", "105", &[])
        .open();
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(secs(2)));
    (office, anna)
}

fn record(office: &mut SimOffice, person: &str) -> CommandResult {
    let person = office.person(person);
    office.ask(|ticket| Command::RecordSound {
        ticket,
        person,
        title: "Summer".to_owned(),
    })
}

/// The titles and seconds of what was kept.
fn kept(office: &SimOffice) -> Vec<(&str, u64)> {
    let sounds = office.kept_sounds().iter();
    let kept = sounds.map(|(title, sound)| (title.as_str(), sound.lasts.as_secs()));
    kept.collect()
}

#[test]
fn whoever_picks_up_speaks_hears_it_and_keeps_it() {
    let (mut office, anna) = office();
    let taken = record(&mut office, "Anna");
    let call = Some(office.the_call());
    assert_eq!(taken, CommandResult::Taken { call });
    office.run_secs(4);
    assert_eq!(
        office.said(),
        ["prompts/en/vm-speak-greeting", "a tone"],
        "{}",
        office.story()
    );
    office.speak(anna, 3);
    office.press(anna, "#");
    let said = office.said();
    assert_eq!(said[0], "prompts/en/vm-your-greeting-is");
    assert!(said[1].starts_with("greetings/phone/"), "{said:?}");
    assert!(kept(&office).is_empty(), "not before they say so");
    office.press(anna, "1");
    assert_eq!(kept(&office), [("Summer", 3)]);
    office.run_until_quiet();
    assert!(office.said().contains(&"prompts/en/goodbye".to_owned()));
    assert!(office.dropped_sounds().is_empty());
    insta::assert_snapshot!(office.story());
}

#[test]
fn what_was_spoken_anew_is_kept_and_the_first_is_not() {
    let (mut office, anna) = office();
    record(&mut office, "Anna");
    office.run_secs(4);
    office.speak(anna, 2);
    office.press(anna, "#3");
    office.run_secs(2);
    office.speak(anna, 4);
    office.press(anna, "##");
    office.run_until_quiet();
    assert_eq!(kept(&office), [("Summer", 4)]);
    assert_eq!(office.dropped_sounds().len(), 1);
}

#[test]
fn whoever_hangs_up_keeps_what_they_said() {
    let (mut office, anna) = office();
    record(&mut office, "Anna");
    office.run_secs(4);
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(kept(&office), [("Summer", 3)]);
    record(&mut office, "Anna");
    office.run_secs(4);
    office.speak(anna, 5);
    office.press(anna, "#");
    office.hang_up(anna); // while they hear it
    office.run_until_quiet();
    assert_eq!(kept(&office), [("Summer", 3), ("Summer", 5)]);
}

#[test]
fn whoever_says_nothing_keeps_nothing() {
    let (mut office, anna) = office();
    record(&mut office, "Anna");
    office.run_secs(3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(kept(&office).is_empty(), "{}", office.story());
}

#[test]
fn the_board_is_told_why_no_phone_rings() {
    let (mut office, _) = office();
    let reason = CommandRefusal::OwnPhonesOffline;
    assert_eq!(
        record(&mut office, "Nobody"),
        CommandResult::Refused { reason }
    );
}
