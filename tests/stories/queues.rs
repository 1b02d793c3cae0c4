//! Queues: callers wait in order until an agent takes their call; nobody is forgotten, nobody overtakes,
//! and nobody is rung who wants no calls.

use super::secs;
use callflow::{
    Queue, Target,
    queue::{Agent, Music, QueueRules, QueueStrategy},
    ring_group::Hours,
};
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use media::Wiring;
use office::{
    FlowId, MailboxId, PersonId, RecordingRule, Schedule, ScheduleDocument, ScheduleId, WantsState,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use switch::{Command, CommandResult, Doing, What};

const HOURS: ScheduleId = ScheduleId(7);

/// Who takes calls: Ben and Carla, each for twenty seconds; then the mailbox of Support takes a message.
fn rules() -> QueueRules {
    QueueRules {
        agents: vec![Agent::new(PersonId(2), 1), Agent::new(PersonId(3), 1)],
        strategy: QueueStrategy::Order,
        ..QueueRules::default()
    }
}

fn queue(rules: QueueRules) -> Queue {
    Queue {
        rules: Arc::new(rules),
        max_wait: 600,
        also_says: String::new(),
        hours: None,
        exit: None,
        otherwise: Target::Voicemail(MailboxId(1)),
    }
}

/// Support is at 200; its hours are from nine on, and it is 08:55. Dora, Eve and Finn are nobody's agents.
fn office_of(queue: &Queue) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .person("Eve", "105", &["desk"])
        .person("Finn", "106", &["desk"])
        .group_mailbox("Support", "700", &["Ben"])
        .flow("Support", "200", queue.document("Support").to_json())
        .parts(|parts| {
            let document = json!({"schemaVersion": 1, "name": "Support hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
        })
        .open()
}

fn office(rules: QueueRules) -> SimOffice {
    office_of(&queue(rules))
}

fn desks<const N: usize>(office: &SimOffice, names: [&str; N]) -> [PhoneId; N] {
    names.map(|name| office.desk(name))
}

/// Whose phones have been called so far, in order.
fn rung(office: &SimOffice) -> Vec<String> {
    let names = office
        .happenings()
        .filter_map(|happening| match &happening.what {
            What::DeviceCalled { to, .. } => Some(to.name.clone()),
            _ => None,
        });
    names.collect()
}

fn waits(office: &SimOffice) -> Vec<String> {
    let mut waiting: Vec<_> = office
        .board()
        .calls
        .values()
        .filter_map(|call| Some((call.waits?.since_unix_ms, call.from.name.clone())))
        .collect();
    waiting.sort();
    waiting.into_iter().map(|(_, name)| name).collect()
}

fn has_said(said: &[String], phrase: &str) -> bool {
    said.iter()
        .any(|file| file.ends_with(&format!("/{phrase}")))
}

fn leads_to(office: &SimOffice, node: &str) -> bool {
    office.has_happened(|what| matches!(what, What::FlowStep { step, .. } if step.node == node))
}

/// Ben and Carla talk with Eve and Finn.
fn all_busy(office: &mut SimOffice) {
    let [ben, carla, eve, finn] = desks(office, ["Ben", "Carla", "Eve", "Finn"]);
    office.connect(ben, eve);
    office.connect(carla, finn);
}

/// Rivals answer, say that all are busy and play music though somebody is free: callers pay for that.
#[test]
fn a_free_agent_is_rung_at_once_and_the_caller_pays_nothing_for_it() {
    let mut office = office(rules());
    let [anna, ben, carla] = desks(&office, ["Anna", "Ben", "Carla"]);
    office.habit(ben, Habit::AnswersAfter(secs(4)));
    office.dial(anna, "200");
    office.run_secs(3);
    assert_eq!(rung(&office), ["Ben"]);
    assert!(!office.has_happened(|what| matches!(what, What::OfficeAnswered { .. })));
    office.run_secs(3);
    office.assert_talk(anna, ben);
    assert!(office.phone(carla).live_lines().is_empty());
    assert!(waits(&office).is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_caller_waits_with_music_until_an_agent_is_free_and_has_written_up_the_last_call() {
    let mut office = office(rules());
    all_busy(&mut office);
    let [anna, ben, eve] = desks(&office, ["Anna", "Ben", "Eve"]);
    office.said();
    office.dial(anna, "200");
    office.run_secs(1);
    let said = office.said();
    assert!(has_said(&said, "queue-all-busy"), "{said:?}");
    assert!(has_said(&said, "queue-you-are-next"), "{said:?}");
    office.run_secs(10);
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    assert_eq!(waits(&office), ["Anna"]);
    let before = rung(&office).len();
    // That talk was none of this queue: there is nothing to write up.
    office.hang_up(eve);
    office.run_secs(1);
    assert_eq!(rung(&office)[before..], ["Ben"]);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    let dora = office.desk("Dora");
    office.dial(dora, "200");
    office.run_secs(5);
    office.hang_up(anna);
    office.run_secs(9);
    assert_eq!(rung(&office).len(), before + 1);
    office.run_secs(2);
    assert_eq!(rung(&office)[before + 1..], ["Ben"]);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    office.hang_up(dora);
    let carla = office.desk("Carla");
    office.hang_up(carla);
    office.run_until_quiet();
}

#[test]
fn who_comes_first_is_served_first_and_everybody_is_told_their_place() {
    let mut office = office(rules());
    all_busy(&mut office);
    let [anna, ben, carla, dora] = desks(&office, ["Anna", "Ben", "Carla", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(5);
    office.said();
    office.dial(dora, "200");
    office.run_secs(1);
    let said = office.said();
    assert!(has_said(&said, "queue-your-place"), "{said:?}");
    assert_eq!(waits(&office), ["Anna", "Dora"]);
    office.run_secs(30);
    office.hang_up(ben);
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    assert_eq!(waits(&office), ["Dora"]);
    office.hang_up(carla);
    office.run_secs(1);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(dora, carla);
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

/// Who does not answer is left alone for a moment, and their caller keeps the first place.
#[test]
fn an_agent_who_does_not_answer_costs_the_caller_no_place() {
    let mut office = office(rules());
    let [anna, carla, dora] = desks(&office, ["Anna", "Carla", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(21);
    assert_eq!(rung(&office), ["Ben", "Carla"]);
    office.dial(dora, "200");
    office.run_secs(1);
    // Ben is left alone.
    assert_eq!(rung(&office), ["Ben", "Carla"]);
    office.run_secs(9);
    // He is asked for whoever has nobody.
    assert_eq!(rung(&office), ["Ben", "Carla", "Ben"]);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(anna, carla);
    let ben = office.desk("Ben");
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// Telephone companies end a call that rings for three minutes: agents who do not answer, one after the other,
/// lose nobody.
#[test]
fn a_caller_whom_no_agent_answers_is_answered_before_their_telephone_company_gives_up() {
    let mut three = rules();
    three.agents.push(Agent::new(PersonId(5), 1));
    let mut office = office(three);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(55);
    assert_eq!(rung(&office), ["Ben", "Carla", "Eve"]);
    assert!(!office.has_happened(|what| matches!(what, What::OfficeAnswered { .. })));
    office.run_secs(10);
    assert!(office.has_happened(|what| matches!(what, What::OfficeAnswered { .. })));
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A caller who hangs up while an agent's phone rings keeps nobody from the next one.
#[test]
fn a_caller_who_gives_up_frees_the_agent_who_is_rung_for_them() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office(one);
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(3);
    office.dial(dora, "200");
    office.run_secs(3);
    assert_eq!(waits(&office), ["Anna", "Dora"]);
    office.hang_up(anna);
    office.run_secs(1);
    assert_eq!(rung(&office), ["Ben", "Ben"]);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn all_agents_ring_at_once_and_those_who_lose_get_the_next_caller() {
    let mut office = office(QueueRules {
        strategy: QueueStrategy::All,
        ..rules()
    });
    let [anna, ben, carla, dora] = desks(&office, ["Anna", "Ben", "Carla", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(dora, "200");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Ben", "Carla"]);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(anna, carla);
    assert_eq!(rung(&office), ["Ben", "Carla", "Ben"]);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// Whom six calls come to, one after the other, each of a minute with Carla and of ten seconds with others.
/// Carla wants no calls when the second one comes.
fn spread(strategy: QueueStrategy) -> String {
    let mut rules = rules();
    rules.agents.push(Agent::new(PersonId(5), 1));
    rules.strategy = strategy;
    rules.wrap_up = 0;
    let mut office = office(rules);
    let [anna, ben, carla, eve] = desks(&office, ["Anna", "Ben", "Carla", "Eve"]);
    for phone in [ben, carla, eve] {
        office.habit(phone, Habit::AnswersAfter(secs(1)));
    }
    let mut to = String::new();
    for call in 0..6 {
        office.change_office(|parts| {
            parts.persons[2].wants.state = match call {
                1 => WantsState::DoNotDisturb,
                _ => WantsState::Available,
            };
        });
        let before = rung(&office).len();
        office.dial(anna, "200");
        office.run_secs(3);
        let name = rung(&office)[before].clone();
        to.push_str(&name[..1]);
        office.run_secs(if name == "Carla" { 60 } else { 10 });
        office.hang_up(anna);
        office.run_secs(2);
    }
    office.run_until_quiet();
    to
}

#[test]
fn calls_are_given_out_as_the_queue_says() {
    let table = [
        (QueueStrategy::Order, "BBBBBB"),
        (QueueStrategy::RoundRobin, "BEBCEB"),
        (QueueStrategy::LongestIdle, "BECBEC"),
        (QueueStrategy::FewestCalls, "BECBCE"),
        (QueueStrategy::LeastTalk, "BECBEB"),
    ];
    for (strategy, to) in table {
        assert_eq!(spread(strategy), to, "{strategy:?}");
    }
    let random = spread(QueueStrategy::Random);
    assert!(random.contains(['C', 'E']), "{random}");
}

#[test]
fn those_of_a_later_tier_are_asked_only_once_a_caller_has_waited() {
    let mut tiers = rules();
    tiers.agents[1].tier = 3;
    tiers.tier_after = 30;
    let mut office = office(tiers);
    let [anna, ben, eve] = desks(&office, ["Anna", "Ben", "Eve"]);
    office.connect(ben, eve);
    let before = rung(&office).len();
    office.dial(anna, "200");
    office.run_secs(29);
    assert_eq!(rung(&office).len(), before);
    office.run_secs(2);
    assert_eq!(rung(&office)[before..], ["Carla"]);
    for phone in [anna, ben] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// A tier in which nobody can be called makes nobody wait.
#[test]
fn a_tier_whose_agents_are_away_is_passed_over() {
    let mut tiers = rules();
    tiers.agents[1].tier = 2;
    let mut office = office(tiers);
    office.change_office(|parts| parts.persons[1].wants.state = WantsState::Away);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(1);
    assert_eq!(rung(&office), ["Carla"]);
    office.hang_up(anna);
    office.run_until_quiet();
}

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
    for name in ["Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
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
    office.run_secs(85);
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
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
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
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
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

/// A call for help counts for nobody's limits; its caller is not free all the same.
#[test]
fn an_agent_who_calls_for_help_is_not_rung() {
    let rules = QueueRules {
        agents: vec![Agent::new(PersonId(2), 1)],
        ..rules()
    };
    let document = queue(rules).document("Support").to_json();
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = office::Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .group_mailbox("Support", "700", &["Ben"])
        .flow("Support", "200", document)
        .line("Outgoing", |_| {})
        .open();
    let [anna, ben] = desks(&office, ["Anna", "Ben"]);
    let help = office.carrier("Outgoing");
    office.habit(help, Habit::AnswersAfter(secs(1)));
    office.dial(ben, "112");
    office.run_secs(3);
    let before = rung(&office).len();
    office.dial(anna, "200");
    office.run_secs(40);
    assert_eq!(waits(&office), ["Anna"], "{}", office.story());
    assert_eq!(rung(&office).len(), before, "{}", office.story());
    office.hang_up(ben);
    office.run_secs(2);
    assert_eq!(rung(&office).last().map(String::as_str), Some("Ben"));
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
        for name in ["Anna", "Ben", "Carla"] {
            let phone = office.desk(name);
            office.hang_up(phone);
        }
        office.run_until_quiet();
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
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// Who was to take a call over and did not is free again at once.
#[test]
fn an_agent_who_lets_a_taken_call_ring_gets_the_next_one() {
    let mut office = office(rules());
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    let call = office.the_call();
    let person = office.person("Carla");
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    // She does not answer, and her phone is silent again.
    office.run_secs(70);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.run_secs(15);
    let before = rung(&office).len();
    office.dial(dora, "200");
    office.run_secs(1);
    assert_eq!(rung(&office)[before..], ["Carla"], "{}", office.story());
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// Who wants no calls, or calls themselves, is told so instead of being taken to have the call.
#[test]
fn a_caller_who_waits_is_brought_to_nobody_who_takes_no_calls() {
    let mut office = office(rules());
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5);
    office.change_office(|parts| parts.persons[3].wants.state = WantsState::DoNotDisturb);
    let mut calls = office.board().calls.iter();
    let call = *calls.find(|(_, call)| call.waits.is_some()).expect("one").0;
    for name in ["Dora", "Anna"] {
        let person = office.person(name);
        let told = office.ask(|ticket| Command::TakeOver {
            ticket,
            call,
            person,
        });
        assert!(
            matches!(told, CommandResult::Refused { .. }),
            "{name}: {told:?}"
        );
    }
    assert_eq!(waits(&office), ["Anna"]);
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// The only one who takes calls does not wait for themselves.
#[test]
fn an_agent_who_calls_their_own_queue_does_not_wait_for_themselves() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office(one);
    let ben = office.desk("Ben");
    office.dial(ben, "200");
    office.run_secs(2);
    assert!(leads_to(&office, "n_otherwise"), "{}", office.story());
    office.hang_up(ben);
    office.run_until_quiet();
}

/// A queue that was drawn further is still one for the flows that name it.
#[test]
fn a_queue_drawn_further_is_still_waited_in() {
    let step = json!({"kind": "enqueue", "queue": "1"});
    let mut office = office_with(&queue(rules()), step);
    let mut document = queue(rules()).document("Support").to_json();
    let nodes = document["nodes"].as_array_mut().expect("nodes");
    for node in nodes {
        if node["id"] == "n_otherwise" {
            node["id"] = json!("n_other");
        }
        if node["id"] == "n_queue" {
            node["data"]["maxWait"].take();
        }
    }
    for edge in document["edges"].as_array_mut().expect("edges") {
        if edge["target"] == "n_otherwise" {
            edge["target"] = json!("n_other");
        }
    }
    office.publish(FlowId(1), document);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Ben"], "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
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
    for name in ["Anna", "Ben", "Carla", "Dora"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
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
    for name in ["Anna", "Ben", "Carla", "Dora"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

#[test]
fn callers_are_told_again_and_about_how_long_it_will_take() {
    let mut office = office(QueueRules {
        says_wait: true,
        says_every: 30,
        ..rules()
    });
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5);
    let said = office.said();
    assert!(has_said(&said, "queue-wait-about"), "{said:?}");
    office.run_secs(20);
    assert!(office.said().is_empty());
    office.run_secs(10);
    let said = office.said();
    assert!(has_said(&said, "queue-thanks-for-waiting"), "{said:?}");
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

#[test]
fn a_queue_has_music_of_its_own_a_name_on_phones_and_records() {
    let mut office = office(QueueRules {
        music: Some(Music {
            media_id: "1".to_owned(),
        }),
        prefix: "Support:".to_owned(),
        records: true,
        ..rules()
    });
    office.change_office(|parts| parts.settings.recording.rule = RecordingRule::OnDemand);
    office.upload(1, "sounds/waltz");
    all_busy(&mut office);
    let [anna, ben] = desks(&office, ["Anna", "Ben"]);
    office.dial(anna, "200");
    office.run_secs(10);
    match office.wiring(anna) {
        Some(Wiring::Music { pieces }) => assert_eq!(pieces[0].to_string(), "sounds/waltz"),
        other => panic!("{other:?}"),
    }
    office.hang_up(ben);
    office.run_secs(1);
    let at = office.phone(ben).here();
    let invite = office.network().last_invite_to(at).expect("rung").clone();
    let invite = String::from_utf8_lossy(&invite).into_owned();
    assert!(invite.contains("\"Support: Anna\""), "{invite}");
    office.answer(ben);
    office.run_secs(5);
    for name in ["Anna", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
    assert_eq!(office.call_recordings().len(), 1);
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

/// An agent who has handed a caller on is not taken to talk with them for ever.
#[test]
fn an_agent_who_hands_a_caller_on_gets_the_next_one() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office(one);
    let [anna, ben, carla, dora] = desks(&office, ["Anna", "Ben", "Carla", "Dora"]);
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "200");
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(5);
    office.transfer(ben, "103");
    office.run_secs(5);
    office.assert_talk(anna, carla);
    office.dial(dora, "200");
    office.run_secs(15);
    assert_eq!(office.doing("Ben"), Doing::Ringing);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    for phone in [anna, dora] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// The board brings somebody who waits to a person: they keep their place if that one does not answer.
#[test]
fn a_caller_who_waits_can_be_brought_to_somebody() {
    let mut office = office(rules());
    all_busy(&mut office);
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(10);
    let mut calls = office.board().calls.iter();
    let call = calls.find(|(_, call)| call.waits.is_some());
    let call = *call.expect("somebody waits").0;
    let person = office.person("Dora");
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    office.run_secs(2);
    assert_eq!(office.doing("Dora"), Doing::Ringing);
    // She does not answer: nothing is lost.
    office.run_secs(30);
    assert_eq!(waits(&office), ["Anna"]);
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    office.run_secs(2);
    office.answer(dora);
    office.run_secs(2);
    office.assert_talk(anna, dora);
    assert!(waits(&office).is_empty(), "{}", office.story());
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// While an agent's phone rings for a caller, somebody else takes them: the agent is free for the next one.
#[test]
fn a_caller_who_is_offered_to_an_agent_can_be_taken_by_another() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office(one);
    let [anna, ben, carla, dora] = desks(&office, ["Anna", "Ben", "Carla", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(carla, "200");
    office.run_secs(2);
    assert_eq!(waits(&office), ["Anna", "Carla"]);
    let mut calls = office.board().calls.iter();
    let call = *calls.next().expect("a call").0;
    let person = office.person("Dora");
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    office.run_secs(1);
    assert_eq!(rung(&office), ["Ben", "Dora", "Ben"]);
    office.answer(dora);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, dora);
    office.assert_talk(carla, ben);
    for phone in [anna, carla] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

/// A flow with one step before the mailbox.
fn main_flow(step: Value) -> Value {
    json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_step", "type": step["kind"], "position": {"x": 1, "y": 0}, "data": step},
            {"id": "n_mail", "type": "voicemail", "position": {"x": 2, "y": 0},
                "data": {"kind": "voicemail", "mailbox": "1"}},
            {"id": "n_bye", "type": "hangup", "position": {"x": 2, "y": 1}, "data": {"kind": "hangup"}},
        ],
        "edges": [
            {"id": "a", "source": "n_start", "sourceHandle": "default", "target": "n_step"},
            {"id": "b", "source": "n_step", "sourceHandle": "timeout", "target": "n_mail"},
            {"id": "c", "source": "n_step", "sourceHandle": "no", "target": "n_mail"},
            {"id": "d", "source": "n_step", "sourceHandle": "yes", "target": "n_bye"},
        ],
    })
}

/// An office with another flow at 300.
fn office_with(queue: &Queue, step: Value) -> SimOffice {
    let document = queue.document("Support").to_json();
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .person("Eve", "105", &["desk"])
        .person("Finn", "106", &["desk"])
        .group_mailbox("Support", "700", &["Ben"])
        .flow("Support", "200", document)
        .flow("Main", "300", main_flow(step))
        .parts(|parts| {
            let document = json!({"schemaVersion": 1, "name": "Support hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
        })
        .open()
}

/// Who comes by a flow and who dials the queue itself stand in one line; important ones at its head.
#[test]
fn a_step_of_a_flow_puts_important_callers_first() {
    let step = json!({"kind": "enqueue", "queue": "1", "priority": 5});
    let mut office = office_with(&queue(rules()), step);
    all_busy(&mut office);
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(5);
    office.said();
    office.dial(dora, "300");
    office.run_secs(1);
    let said = office.said();
    assert!(has_said(&said, "queue-you-are-next"), "{said:?}");
    office.hang_up(ben);
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    assert_eq!(waits(&office), ["Anna"]);
    for name in ["Anna", "Dora", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

#[test]
fn a_step_of_a_flow_waits_no_longer_than_it_says_and_asks_the_hours_of_the_queue() {
    let step = json!({"kind": "enqueue", "queue": "1", "maxWait": 20});
    let mut kept = queue(rules());
    let mut office = office_with(&kept, step.clone());
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(22);
    assert!(leads_to(&office, "n_mail"), "{}", office.story());
    for name in ["Anna", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();

    kept.hours = Some(Hours {
        schedule: HOURS,
        when_closed: Target::Hangup,
    });
    let mut office = office_with(&kept, step);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(2);
    assert!(rung(&office).is_empty());
    assert!(leads_to(&office, "n_mail"), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_flow_asks_how_many_wait_and_whether_an_agent_is_free() {
    let asks = |need: &str| json!({"kind": "availability", "of": [{"type": "queue", "id": "1"}], "need": need, "value": 1});
    for (need, busy, yes) in [
        ("waiting_below", false, true),
        ("waiting_below", true, false),
        ("any_free", false, true),
        ("any_free", true, false),
        ("any_reachable", true, true),
    ] {
        let mut office = office_with(&queue(rules()), asks(need));
        let [anna, dora] = desks(&office, ["Anna", "Dora"]);
        if busy {
            all_busy(&mut office);
            office.dial(anna, "200");
            office.run_secs(2);
        }
        office.dial(dora, "300");
        office.run_secs(2);
        assert_eq!(leads_to(&office, "n_bye"), yes, "{need}, busy: {busy}");
        for name in ["Anna", "Ben", "Carla", "Dora"] {
            let phone = office.desk(name);
            office.hang_up(phone);
        }
        office.run_until_quiet();
    }
}

/// What is remembered of a queue ends with its callers.
#[test]
fn nothing_of_a_queue_is_left_when_the_office_is_quiet() {
    let mut office = office(rules());
    all_busy(&mut office);
    for name in ["Anna", "Dora"] {
        let phone = office.desk(name);
        office.dial(phone, "200");
    }
    office.run_for(Duration::from_secs(5));
    for name in ["Anna", "Dora", "Ben", "Carla"] {
        let phone = office.desk(name);
        office.hang_up(phone);
    }
    office.run_until_quiet();
    assert_eq!(office.switch().held().waiting, 0);
    let joined = |what: &&What| matches!(what, What::QueueJoined { .. });
    let left = |what: &&What| matches!(what, What::QueueLeft { .. });
    let whats: Vec<&What> = office
        .happenings()
        .map(|happening| &happening.what)
        .collect();
    assert_eq!(whats.iter().copied().filter(joined).count(), 2);
    assert_eq!(whats.iter().copied().filter(left).count(), 2);
}
