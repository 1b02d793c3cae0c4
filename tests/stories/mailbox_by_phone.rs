//! Somebody hears their mailbox by phone, in the words they hear.

use crate::secs;
use cordboard_tests::sim::{Habit, LineState, PIN, PhoneId, SimOffice, SimOfficeBuilder};
use office::{Language, Secret, TimeZone};
use switch::What;

fn founding() -> SimOfficeBuilder {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .mailbox()
        .mailbox_pin()
        .person("Carla", "103", &["desk"])
        .mailbox()
}

/// An office in which Anna has left Ben a message of seven seconds.
fn with_message(founding: SimOfficeBuilder) -> SimOffice {
    let mut office = founding.open();
    leave_message(&mut office);
    office
}

fn leave_message(office: &mut SimOffice) {
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_secs(26); // Ben is not at his desk
    office.press(anna, "#");
    office.run_secs(1);
    office.speak(anna, 7);
    office.hang_up(anna);
    office.run_secs(2);
    office.said();
}

/// Dials the mailbox and hears what it says first.
fn dials(office: &mut SimOffice, phone: PhoneId, number: &str) -> Vec<String> {
    office.dial(phone, number);
    office.run_secs(5);
    office.said()
}

/// Presses keys and hears what is said then.
fn presses(office: &mut SimOffice, phone: PhoneId, keys: &str) -> Vec<String> {
    office.press(phone, keys);
    office.run_secs(4);
    office.said()
}

/// Hears a whole phrase or sound out of what was said, in English unless it says otherwise.
#[track_caller]
fn assert_heard(said: &[String], phrase: &str) {
    let english = format!("prompts/en/{phrase}");
    let heard = said
        .iter()
        .any(|sound| *sound == phrase || *sound == english);
    assert!(heard, "no {phrase}: {said:?}");
}

#[track_caller]
fn assert_not_heard(said: &[String], phrase: &str) {
    assert!(
        !said.iter().any(|sound| sound.ends_with(phrase)),
        "{said:?}"
    );
}

fn is_up(office: &SimOffice, phone: PhoneId) -> bool {
    let lines = office.phone(phone).live_lines();
    lines
        .into_iter()
        .any(|line| office.phone(phone).line(line) == LineState::Talking)
}

#[test]
fn a_new_message_is_heard_and_the_lamp_goes_out() {
    let mut office = with_message(founding());
    let ben = office.desk("Ben");
    assert!(office.phone(ben).is_lit());
    let said = dials(&mut office, ben, "*97");
    assert_heard(&said, "vm-you-have");
    assert_heard(&said, "one-new-message");
    assert_heard(&said, "vm-for-new");
    assert_not_heard(&said, "vm-enter-pin"); // it is his own phone
    assert_not_heard(&said, "vm-for-saved"); // there is none
    let said = presses(&mut office, ben, "1");
    for phrase in [
        "vm-message-number",
        "vm-from",
        "vm-received",
        "today",
        "vm-length",
    ] {
        assert_heard(&said, phrase);
    }
    office.run_secs(8);
    let said = [said, office.said()].concat();
    let sound = office.voice_messages()[0].sound.to_string();
    assert_heard(&said, &sound);
    assert_heard(&said, "vm-to-hear-again");
    assert!(!office.phone(ben).is_lit(), "it was heard to its end");
    assert_eq!(office.phone(ben).messages(), (0, 1));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_message_is_deleted_without_being_heard_out() {
    let mut office = with_message(founding());
    let ben = office.desk("Ben");
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "13");
    assert_heard(&said, "vm-deleted");
    assert_heard(&said, "vm-end-of-messages");
    assert_heard(&said, "no-new-messages");
    assert_eq!(office.phone(ben).messages(), (0, 0));
    assert!(!office.phone(ben).is_lit());
    presses(&mut office, ben, "#");
    office.run_until_quiet(); // the office has said goodbye
}

#[test]
fn a_message_skipped_at_once_stays_new() {
    let mut office = with_message(founding());
    let ben = office.desk("Ben");
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "1#");
    assert_heard(&said, "vm-end-of-messages");
    assert_eq!(office.phone(ben).messages(), (1, 0));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_message_is_forwarded_to_a_colleague() {
    let mut office = with_message(founding());
    let (ben, carla) = (office.desk("Ben"), office.desk("Carla"));
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "16");
    assert_heard(&said, "vm-forward-to");
    let said = presses(&mut office, ben, "999#");
    assert_heard(&said, "vm-no-box");
    let said = presses(&mut office, ben, "103#");
    assert_heard(&said, "vm-forwarding-to");
    let said = presses(&mut office, ben, "1");
    assert_heard(&said, "vm-forwarded");
    assert!(office.phone(carla).is_lit());
    let copy = office.voice_messages().last().expect("a copy");
    assert_eq!(
        (&*copy.from_name, &*copy.note),
        ("Anna", "forwarded by Ben")
    );
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn the_caller_is_called_back_in_the_same_call() {
    let mut office = with_message(founding());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(anna, Habit::AnswersAfter(secs(2)));
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "15");
    assert_heard(&said, "vm-calling-back");
    office.run_secs(8);
    office.assert_talk(ben, anna);
    let call = office.the_call();
    assert!(
        office.board().calls[&call].service.is_none(),
        "the office is out of it"
    );
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn the_caller_called_back_is_not_there_and_ben_hangs_up() {
    let mut office = with_message(founding());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    dials(&mut office, ben, "*97");
    presses(&mut office, ben, "15");
    office.run_secs(8);
    assert!(
        !office.phone(anna).live_lines().is_empty(),
        "{}",
        office.story()
    );
    office.hang_up(ben);
    office.run_secs(1);
    assert!(
        office.phone(anna).live_lines().is_empty(),
        "it stops ringing"
    );
    office.run_until_quiet();
}

#[test]
fn from_another_phone_the_number_and_the_pin_are_asked_for() {
    let mut office = with_message(founding());
    let anna = office.desk("Anna");
    let said = dials(&mut office, anna, "*98");
    assert_heard(&said, "vm-enter-box");
    let said = presses(&mut office, anna, "102#");
    assert_heard(&said, "vm-enter-pin");
    let said = presses(&mut office, anna, &format!("{PIN}#"));
    assert_heard(&said, "one-new-message");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn whoever_has_no_mailbox_is_asked_whose_they_want_to_hear() {
    let mut office = founding().open();
    let anna = office.desk("Anna");
    let said = dials(&mut office, anna, "*97");
    assert_heard(&said, "vm-enter-box");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn three_wrong_pins_and_the_office_says_goodbye() {
    let mut office = with_message(founding());
    let anna = office.desk("Anna");
    dials(&mut office, anna, "*98");
    presses(&mut office, anna, "102#");
    for _ in 0..2 {
        let said = presses(&mut office, anna, "580273#");
        assert_heard(&said, "vm-wrong-pin");
        assert_heard(&said, "vm-enter-pin");
    }
    let said = presses(&mut office, anna, "580273#");
    assert_heard(&said, "too-many-tries");
    assert_heard(&said, "goodbye");
    office.run_until_quiet(); // the office has hung up
    assert!(!office.has_happened(|what| matches!(what, What::MailboxOpened { .. })));
    let told = office.happenings().map(|each| format!("{each:?}"));
    assert!(
        !told.collect::<String>().contains("580273"),
        "a PIN is never told"
    );
}

#[test]
fn ten_wrong_pins_lock_a_mailbox_until_it_gets_another() {
    let mut office = with_message(founding());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for tries in [3, 3, 3, 1] {
        dials(&mut office, anna, "*98");
        presses(&mut office, anna, "102#");
        for _ in 0..tries {
            presses(&mut office, anna, "580273#");
        }
        office.hang_up(anna);
        office.run_secs(1);
    }
    let locked = |what: &What| matches!(what, What::MailboxLocked { .. });
    assert!(office.has_happened(locked), "{}", office.story());
    dials(&mut office, anna, "*98");
    let said = presses(&mut office, anna, "102#");
    assert_heard(&said, "vm-pin-locked");
    office.run_until_quiet();
    let said = dials(&mut office, ben, "*97");
    assert_heard(&said, "one-new-message"); // its owner needs no PIN
    office.hang_up(ben);
    office.run_until_quiet();
    office.change_office(|parts| {
        let other = Secret::new("another hash".to_owned());
        parts.mailboxes[0].pin = Some(office::PinHash::new(other));
    });
    assert!(office.has_happened(|what| matches!(what, What::MailboxUnlocked { .. })));
    dials(&mut office, anna, "*98");
    presses(&mut office, anna, "102#");
    let said = presses(&mut office, anna, &format!("{PIN}#"));
    assert_heard(&said, "one-new-message");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_mailbox_without_a_pin_is_heard_from_its_owners_phone_only() {
    let mut office = founding().open();
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    dials(&mut office, anna, "*98");
    let said = presses(&mut office, anna, "103#");
    assert_heard(&said, "vm-no-box");
    office.hang_up(anna);
    let said = dials(&mut office, carla, "*97");
    assert_heard(&said, "no-new-messages");
    office.hang_up(carla);
    office.run_until_quiet();
}

#[test]
fn star_in_ones_own_greeting_asks_for_the_pin() {
    let mut office = founding().open();
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_secs(22); // the greeting has begun
    office.said();
    let said = presses(&mut office, anna, "*");
    assert_heard(&said, "vm-enter-pin");
    let said = presses(&mut office, anna, &format!("{PIN}#"));
    assert_heard(&said, "no-new-messages");
    office.hang_up(anna);
    office.run_secs(2);
    assert!(office.voice_messages().is_empty(), "nobody left a message");
    office.run_until_quiet();
}

#[test]
fn ones_own_number_leads_to_ones_own_mailbox() {
    let mut office = with_message(founding());
    let ben = office.desk("Ben");
    let said = dials(&mut office, ben, "102");
    assert_heard(&said, "one-new-message");
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_greeting_is_recorded_and_heard_by_the_next_caller() {
    let mut office = founding().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "31");
    assert_heard(&said, "vm-speak-greeting");
    assert_heard(&said, "a tone");
    office.speak(ben, 3);
    let said = presses(&mut office, ben, "#");
    assert_heard(&said, "vm-your-greeting-is");
    assert_heard(&said, "greetings/1/1-1");
    let said = presses(&mut office, ben, "3"); // he stumbled
    assert_heard(&said, "vm-speak-greeting");
    office.speak(ben, 4);
    presses(&mut office, ben, "#");
    let said = presses(&mut office, ben, "1");
    assert_heard(&said, "vm-greeting-kept");
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(office.dropped_sounds(), ["greetings/1/1-1"]);
    office.dial(anna, "102");
    office.run_secs(26);
    let said = office.said();
    assert_heard(&said, "greetings/1/1-2");
    assert_not_heard(&said, "vm-reached-extension");
    office.hang_up(anna);
    office.run_secs(2);
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "31");
    assert_heard(&said, "greetings/1/1-2");
    let said = presses(&mut office, ben, "4");
    assert_heard(&said, "vm-greeting-dropped");
    office.hang_up(ben);
    office.dial(anna, "102");
    office.run_secs(26);
    assert_heard(&office.said(), "vm-reached-extension");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_greeting_nobody_kept_leaves_no_file() {
    for hangs_up_while_speaking in [true, false] {
        let mut office = founding().open();
        let ben = office.desk("Ben");
        dials(&mut office, ben, "*97");
        presses(&mut office, ben, "31");
        office.speak(ben, 3);
        if !hangs_up_while_speaking {
            presses(&mut office, ben, "#");
        }
        office.hang_up(ben);
        office.run_secs(2);
        assert_eq!(office.dropped_sounds(), ["greetings/1/1-1"]);
        office.run_until_quiet();
    }
}

#[test]
fn another_pin_is_chosen_by_phone() {
    let mut office = founding().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "4");
    assert_heard(&said, "vm-new-pin");
    for (digits, why) in [
        ("5802#", "vm-pin-wrong-length"),
        ("123456#", "vm-pin-weak"),
        ("510258#", "vm-pin-weak"), // his extension is in it
    ] {
        assert_heard(&presses(&mut office, ben, digits), why);
    }
    assert_heard(&presses(&mut office, ben, "580273#"), "vm-new-pin-again");
    assert_heard(&presses(&mut office, ben, "580274#"), "vm-pin-differs");
    presses(&mut office, ben, "580273"); // without the hash key it is whole after a moment
    assert_heard(&presses(&mut office, ben, "580273#"), "vm-pin-changed");
    office.hang_up(ben);
    office.run_secs(1);
    dials(&mut office, anna, "*98");
    presses(&mut office, anna, "102#");
    let said = presses(&mut office, anna, "580273#");
    assert_heard(&said, "no-new-messages");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nothing_pressed_is_asked_three_times() {
    let mut office = founding().open();
    let ben = office.desk("Ben");
    office.dial(ben, "*97");
    office.run_secs(60);
    let said = office.said();
    let menus = said.iter().filter(|sound| sound.ends_with("vm-for-help"));
    assert_eq!(menus.count(), 3);
    assert_heard(&said, "nothing-pressed");
    assert_heard(&said, "goodbye");
    assert!(!is_up(&office, ben));
    office.run_until_quiet();
}

#[test]
fn a_german_owner_hears_german_dates_in_the_offices_time() {
    let mut office = with_message(founding().settings(|settings| {
        settings.language = Language::parse("de").expect("a language");
        settings.time_zone = TimeZone::parse("Europe/Berlin").expect("a zone");
    }));
    let ben = office.desk("Ben");
    office.run_secs(15 * 3_600 + 600); // ten past midnight in Berlin
    let said = dials(&mut office, ben, "*97");
    assert_heard(&said, "prompts/de/vm-you-have");
    let said = presses(&mut office, ben, "1");
    // 08:55 UTC is 9:55 in Berlin, and yesterday there.
    let spoken: Vec<&str> = said.iter().map(String::as_str).collect();
    let received = spoken
        .iter()
        .position(|sound| *sound == "prompts/de/vm-received");
    let received = received.unwrap_or_else(|| panic!("{said:?}"));
    assert_eq!(spoken[received + 1], "prompts/de/yesterday");
    assert!(
        spoken[received..].contains(&"prompts/de/hour-9"),
        "{said:?}"
    );
    assert!(said.iter().all(|sound| !sound.starts_with("prompts/en")));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_member_of_a_group_goes_on_to_its_mailbox() {
    let mut office = founding()
        .group_mailbox("Sales", "200", &["Ben", "Anna"])
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    dials(&mut office, ben, "*97");
    let said = presses(&mut office, ben, "5");
    assert_heard(&said, "vm-reached-extension");
    office.hang_up(ben);
    let said = dials(&mut office, anna, "*97");
    assert_heard(&said, "no-new-messages"); // the group's is all she sees
    office.hang_up(anna);
    office.run_until_quiet();
    let opened = office.happenings().filter_map(|each| match each.what {
        What::MailboxOpened { mailbox, .. } => Some(mailbox.0),
        _ => None,
    });
    assert_eq!(opened.collect::<Vec<_>>(), [1, 3, 3]);
}
