//! Queues: callers wait in order until an agent takes their call; nobody is forgotten, nobody overtakes,
//! and nobody is rung who wants no calls.

mod in_flows;
mod leaving;
mod taken_over;

use super::secs;
use callflow::{
    Queue, Target,
    queue::{Agent, Music, QueueRules, QueueStrategy},
    ring_group::Hours,
};
use cordboard_tests::sim::{Habit, PhoneId, SimOffice, SimOfficeBuilder};
use media::Wiring;
use office::{
    MailboxId, PersonId, RecordingRule, Schedule, ScheduleDocument, ScheduleId, WantsState,
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use switch::{Doing, What};

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
    opening(queue).open()
}

fn opening(queue: &Queue) -> SimOfficeBuilder {
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

/// Who waits, as the board shows them: important ones first, then as they came.
fn waits(office: &SimOffice) -> Vec<String> {
    let calls = office.board().calls.values();
    let mut waiting: Vec<_> = calls
        .filter_map(|call| {
            let waits = call.waits?;
            Some((-waits.priority, waits.since_unix_ms, call.from.name.clone()))
        })
        .collect();
    waiting.sort();
    waiting.into_iter().map(|(.., name)| name).collect()
}

fn has_said(said: &[String], phrase: &str) -> bool {
    said.iter()
        .any(|file| file.ends_with(&format!("/{phrase}")))
}

fn leads_to(office: &SimOffice, node: &str) -> bool {
    office.has_happened(|what| matches!(what, What::FlowStep { step, .. } if step.node == node))
}

/// These hang up, and the office comes to rest.
fn go_home<const N: usize>(office: &mut SimOffice, names: [&str; N]) {
    for phone in desks(office, names) {
        office.hang_up(phone);
    }
    office.run_until_quiet();
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
    go_home(&mut office, ["Anna", "Dora"]);
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
    go_home(&mut office, ["Anna", "Dora"]);
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
    go_home(&mut office, ["Anna", "Dora"]);
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
    go_home(&mut office, ["Anna", "Ben"]);
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
    go_home(&mut office, ["Anna", "Ben", "Carla"]);
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
    go_home(&mut office, ["Anna", "Carla"]);
    assert_eq!(office.call_recordings().len(), 1);
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
    go_home(&mut office, ["Anna", "Dora"]);
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
    go_home(&mut office, ["Anna", "Dora", "Ben", "Carla"]);
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
