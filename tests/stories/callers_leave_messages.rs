//! Nobody answers: the caller leaves a message, and the lamp is lit.

use crate::secs;
use cordboard_tests::sim::{Habit, SimOffice};

fn office() -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .mailbox()
        .open()
}

#[test]
fn nobody_answers_and_the_caller_speaks_after_the_tone() {
    let mut office = office();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(26); // Ben is not at his desk
    let greeting = office.said();
    assert!(
        greeting.contains(&"prompts/en/vm-reached-extension".to_owned()),
        "{greeting:?}"
    );
    assert_eq!(greeting.last().map(String::as_str), Some("a tone"));
    office.run_secs(5);
    office.speak(anna, 7);
    office.hang_up(anna);
    office.run_secs(1); // what was held back of the last pause is given up
    let [message] = office.voice_messages() else {
        panic!("one message: {:?}", office.story());
    };
    assert_eq!(
        (&*message.from_name, &*message.from_number),
        ("Anna", "101")
    );
    assert!(
        (13_500..=15_000).contains(&message.lasts_ms),
        "{} ms",
        message.lasts_ms
    );
    assert!(office.phone(ben).is_lit(), "his lamp is lit");
    assert_eq!(office.phone(ben).messages(), (1, 0));
    office.run_until_quiet();
}

#[test]
fn a_caller_who_hangs_up_at_the_tone_leaves_nothing() {
    let mut office = office();
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_secs(32);
    office.hang_up(anna);
    office.run_secs(1); // what was held back of the last pause is given up
    assert!(office.voice_messages().is_empty());
    office.run_until_quiet();
}

#[test]
fn a_caller_presses_hash_hears_it_speaks_anew_and_sends_it() {
    let mut office = office();
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_secs(26);
    office.press(anna, "#"); // knows the greeting
    office.run_secs(1);
    office.speak(anna, 3);
    office.press(anna, "#");
    office.run_secs(1);
    office.said();
    office.press(anna, "2");
    office.run_secs(1);
    let heard = office.said();
    assert!(
        heard.iter().any(|sound| sound.starts_with("messages/")),
        "{heard:?}"
    );
    office.press(anna, "3");
    office.run_secs(1);
    office.speak(anna, 5);
    office.press(anna, "#1");
    office.run_secs(4);
    let lengths = office
        .voice_messages()
        .iter()
        .map(|message| message.lasts_ms);
    let lengths: Vec<u32> = lengths.collect();
    assert!(
        matches!(lengths[..], [4_500..=6_500]),
        "only the second: {lengths:?}"
    );
    assert!(
        office
            .said()
            .contains(&"prompts/en/vm-message-sent".to_owned())
    );
    office.run_until_quiet(); // the office has hung up
}

#[test]
fn who_declines_or_is_not_to_be_disturbed_lets_the_mailbox_answer() {
    for habit in [Habit::DeclinesAfter(secs(1)), Habit::IsBusy] {
        let mut office = office();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.habit(ben, habit);
        office.dial(anna, "102");
        office.run_secs(3);
        let greeting = office.said();
        assert!(
            greeting.contains(&"prompts/en/person-busy".to_owned()),
            "{greeting:?}"
        );
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn nobody_is_online_and_the_caller_may_still_leave_a_message() {
    let mut office = office();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.with(ben, |phone, now| phone.register(now, 0));
    office.settle();
    office.dial(anna, "102");
    office.run_secs(6);
    office.speak(anna, 4);
    office.hang_up(anna);
    office.run_secs(1); // what was held back of the last pause is given up
    assert_eq!(office.voice_messages().len(), 1, "{}", office.story());
    office.run_until_quiet();
}
