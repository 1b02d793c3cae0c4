//! A text goes from phone to phone, and nobody writes in another's name (promise P3).

use cordboard_tests::sim::{Habit, SimOffice};

#[test]
fn a_text_reaches_every_phone_of_the_reader_and_says_who_wrote_it() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile"])
        .open();
    let anna = office.desk("Anna");
    office.with(anna, |p, now| p.write(now, "102", "Lunch at twelve?"));
    office.run_secs(1);
    assert_eq!(office.phone(anna).text_status(), Some(200));
    for phone in ["desk", "mobile"] {
        let texts = office.phone(office.phone_of("Ben", phone)).texts();
        assert_eq!(texts.len(), 1, "{phone}");
        assert_eq!(texts[0].writer, "Anna");
        assert_eq!(texts[0].words, "Lunch at twelve?");
    }
    office.run_until_quiet();
}

#[test]
fn a_text_to_nobody_or_to_a_dead_phone_is_answered_and_leaves_nothing_behind() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.with(anna, |p, now| p.write(now, "999", "Hello?"));
    office.run_secs(1);
    assert_eq!(office.phone(anna).text_status(), Some(404));
    let ben = office.desk("Ben");
    office.habit(ben, Habit::IsDead);
    office.with(anna, |p, now| p.write(now, "102", "Hello?"));
    office.run_secs(60);
    assert!(office.phone(ben).texts().is_empty());
    assert_eq!(office.switch().held().passing, 0);
}

#[test]
fn nobody_writes_in_anothers_name() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let boss = "boss-desk-1";
    office.with(anna, |p, now| p.write_as(now, boss, "102", "You are fired"));
    office.run_secs(1);
    assert_eq!(office.phone(anna).text_status(), Some(403));
    assert!(office.phone(ben).texts().is_empty());
}
