//! How a wait ends that no agent has ended: by a key, by the end of patience, where nobody is there, where it is
//! full, and at hours when a queue takes no calls.

use super::*;

#[test]
fn whoever_has_waited_long_enough_can_leave_a_message() {
    let mut office = office_of(&Queue {
        max_wait: 45,
        ..queue(rules())
    });
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(44);
    assert!(!leads_to(&office, "n_otherwise"));
    office.run_secs(10);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    assert!(waits(&office).is_empty());
    office.speak(anna, 5);
    office.hang_up(anna);
    go_home(&mut office, ["Ben", "Carla"]);
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
}

/// Phones that ring and ring make nobody wait for ever.
#[test]
fn phones_that_nobody_answers_end_a_wait_in_time() {
    let mut office = office_of(&Queue {
        max_wait: 60,
        ..queue(rules())
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(59);
    assert!(!leads_to(&office, "n_otherwise"), "{}", office.story());
    // Whose phone rings then is given the time to answer.
    office.run_secs(21);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn callers_who_press_the_key_leave_for_where_it_leads() {
    let mut office = office_of(&Queue {
        exit: Some(('1', Target::Person(PersonId(4)))),
        also_says: "To reach Dora, press 1.".to_owned(),
        ..queue(rules())
    });
    all_busy(&mut office);
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(1);
    assert_eq!(office.speeches(), ["To reach Dora, press 1."]);
    // In the middle of what is said; other keys change nothing.
    office.press(anna, "7");
    office.run_secs(1);
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    assert_eq!(waits(&office), ["Anna"]);
    office.press(anna, "1");
    office.run_secs(2);
    assert!(waits(&office).is_empty());
    office.answer(dora);
    office.run_secs(1);
    office.assert_talk(anna, dora);
    go_home(&mut office, ["Anna", "Ben", "Carla"]);
}

/// Whoever presses another key in the middle of what is said is not forgotten.
#[test]
fn a_wrong_key_costs_nobody_the_end_of_their_wait() {
    let mut office = office_of(&Queue {
        max_wait: 30,
        exit: Some(('1', Target::Person(PersonId(4)))),
        ..queue(rules())
    });
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(1);
    office.press(anna, "7");
    office.run_secs(35);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    go_home(&mut office, ["Anna", "Ben", "Carla"]);
}

/// Most of the time an agent's phone may ring for them: the key is heard then, too.
#[test]
fn the_key_leads_out_while_an_agent_is_rung() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office_of(&Queue {
        exit: Some(('1', Target::Person(PersonId(4)))),
        ..queue(one)
    });
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    // Nobody answers; he is left alone for a moment and rung again.
    office.run_secs(35);
    assert_eq!(rung(&office), ["Ben", "Ben"]);
    office.press(anna, "1");
    office.run_secs(1);
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(office.doing("Dora"), Doing::Ringing);
    office.answer(dora);
    office.run_secs(1);
    office.assert_talk(anna, dora);
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Whoever sets the clock of the computer throws nobody out and lets nobody wait an hour longer.
#[test]
fn a_clock_that_is_set_changes_nothing_for_those_who_wait() {
    for hours in [-1, 1] {
        let mut office = office_of(&Queue {
            max_wait: 60,
            ..queue(rules())
        });
        all_busy(&mut office);
        let anna = office.desk("Anna");
        office.dial(anna, "200");
        office.run_secs(10);
        let now = office.wall_clock();
        office.set_wall_clock(now + hours * 3_600_000);
        office.run_secs(40);
        assert_eq!(waits(&office), ["Anna"], "{hours} h: {}", office.story());
        office.run_secs(15);
        assert!(
            leads_to(&office, "n_otherwise"),
            "{hours} h: {}",
            office.story()
        );
        go_home(&mut office, ["Anna", "Ben", "Carla"]);
    }
}

/// The office ends what takes longer than an hour; whoever waits is not forgotten, and goes on.
#[test]
fn whoever_waits_for_hours_is_led_on_in_the_end() {
    let mut office = office_of(&Queue {
        max_wait: 5_400,
        ..queue(QueueRules {
            waits_for_agents: true,
            says_every: 600,
            ..rules()
        })
    });
    office.change_office(|parts| {
        for person in &mut parts.persons[1..=2] {
            person.wants.state = WantsState::Away;
        }
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5_390);
    assert_eq!(waits(&office), ["Anna"]);
    office.run_secs(20);
    assert!(leads_to(&office, "n_otherwise"));
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Rivals count those whose agents' phones ring already as waiting, and turn others away though agents idle.
#[test]
fn nobody_is_turned_away_while_an_agent_is_free() {
    let mut office = office(QueueRules {
        max_waiting: 1,
        max_estimate: 60,
        ..rules()
    });
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(dora, "200");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Ben", "Carla"]);
    go_home(&mut office, ["Anna", "Dora"]);
}

/// Rivals play music to callers of a queue in which nobody is signed in until they give up.
#[test]
fn nobody_waits_for_agents_none_of_whom_can_be_called() {
    for gone in ["away", "do not disturb", "off"] {
        let mut office = office(rules());
        if gone == "off" {
            for phone in desks(&office, ["Ben", "Carla"]) {
                office.with(phone, |phone, now| phone.register(now, 0));
            }
            office.run_secs(1);
        } else {
            office.change_office(|parts| {
                for person in &mut parts.persons[1..=2] {
                    person.wants.state = match gone {
                        "away" => WantsState::Away,
                        _ => WantsState::DoNotDisturb,
                    };
                }
            });
        }
        let anna = office.desk("Anna");
        office.dial(anna, "200");
        office.run_secs(2);
        assert!(
            leads_to(&office, "n_otherwise"),
            "{gone}: {}",
            office.story()
        );
        assert!(rung(&office).is_empty(), "{gone}");
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

/// A phone that starts anew throws nobody out; one that stays away does.
#[test]
fn callers_go_on_when_all_agents_have_been_gone_for_a_while() {
    let mut office = office(rules());
    all_busy(&mut office);
    let [anna, ben, carla] = desks(&office, ["Anna", "Ben", "Carla"]);
    office.dial(anna, "200");
    office.run_secs(10);
    for phone in [ben, carla] {
        office.hang_up(phone);
        office.with(phone, |phone, now| phone.register(now, 0));
    }
    office.run_secs(20);
    assert_eq!(waits(&office), ["Anna"]);
    office.run_secs(40);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn callers_may_wait_for_agents_who_are_not_there_yet() {
    let mut office = office(QueueRules {
        waits_for_agents: true,
        ..rules()
    });
    office.change_office(|parts| {
        for person in &mut parts.persons[1..=2] {
            person.wants.state = WantsState::Away;
        }
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(90);
    assert_eq!(waits(&office), ["Anna"]);
    office.change_office(|parts| parts.persons[2].wants.state = WantsState::Available);
    office.run_secs(1);
    assert_eq!(rung(&office), ["Carla"]);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_full_queue_lets_nobody_in() {
    let mut office = office(QueueRules {
        max_waiting: 1,
        ..rules()
    });
    all_busy(&mut office);
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(dora, "200");
    office.run_secs(2);
    assert_eq!(waits(&office), ["Anna"]);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    go_home(&mut office, ["Anna", "Ben", "Carla", "Dora"]);
}

/// With two agents and talks of three minutes the second to wait would be there for three.
#[test]
fn nobody_is_let_in_who_would_wait_too_long() {
    let mut office = office(QueueRules {
        max_estimate: 120,
        ..rules()
    });
    all_busy(&mut office);
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(dora, "200");
    office.run_secs(2);
    assert_eq!(waits(&office), ["Anna"]);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    go_home(&mut office, ["Anna", "Ben", "Carla", "Dora"]);
}

#[test]
fn a_queue_takes_calls_in_its_hours_and_leads_elsewhere_at_others() {
    let mut office = office_of(&Queue {
        hours: Some(Hours {
            schedule: HOURS,
            when_closed: Target::Person(PersonId(4)),
        }),
        ..queue(rules())
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Dora"]);
    office.hang_up(anna);
    office.run_until_quiet();
    // It is nine.
    office.run_secs(300);
    office.dial(anna, "200");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Dora", "Ben"]);
    office.hang_up(anna);
    office.run_until_quiet();
}
