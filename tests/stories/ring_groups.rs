//! Ring groups: several people are rung for one call, as a form says, and nobody is lost when none of
//! them answers.

use super::secs;
use callflow::{
    RingGroup, Target,
    ring_group::{Hours, Member},
    walk::Strategy,
};
use cordboard_tests::sim::{Habit, SimOffice};
use media::Wiring;
use office::{
    FlowId, MailboxId, PersonId, RecordingRule, Schedule, ScheduleDocument, ScheduleId, WantsState,
};
use serde_json::json;
use std::time::Duration;
use switch::What;

const HOURS: ScheduleId = ScheduleId(7);

/// Ben and Carla ring for ten seconds; then the mailbox of Sales takes a message.
fn sales() -> RingGroup {
    let member = |person| Member {
        person: PersonId(person),
        delay: 0,
    };
    RingGroup {
        members: vec![member(2), member(3)],
        strategy: Strategy::All,
        ring_for: 10,
        music: false,
        prefix: String::new(),
        records: false,
        hours: None,
        otherwise: Target::Voicemail(MailboxId(1)),
    }
}

/// Anna calls Sales at 200; its hours are from nine on, and it is 08:55.
fn office(group: &RingGroup) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .flow("Sales", "200", group.document("Sales").to_json())
        .parts(|parts| {
            let document = json!({"schemaVersion": 1, "name": "Sales hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
        })
        .open()
}

/// After how many seconds somebody's phone was called first.
fn rang_after(office: &SimOffice, name: &str) -> Option<u64> {
    let person = office.person(name);
    let mut happenings = office.happenings();
    let came = happenings
        .find(|happening| matches!(happening.what, What::CallerArrived { .. }))?
        .unix_ms;
    let rang = happenings.find(|happening| {
        matches!(&happening.what, What::DeviceCalled { to, .. } if to.person == Some(person))
    })?;
    Some(((rang.unix_ms - came) as u64 + 500) / 1_000)
}

#[test]
fn everybody_in_a_group_rings_and_one_answers() {
    let mut office = office(&sales());
    let (anna, ben, carla) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.desk("Carla"),
    );
    office.habit(ben, Habit::AnswersAfter(secs(3)));
    office.dial(anna, "200");
    office.run_secs(1);
    assert_eq!(rang_after(&office, "Ben"), Some(0));
    assert_eq!(rang_after(&office, "Carla"), Some(0));
    assert_eq!(rang_after(&office, "Dora"), None);
    office.run_secs(4);
    office.assert_talk(anna, ben);
    assert!(office.phone(carla).live_lines().is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_group_that_rings_one_after_the_other_keeps_their_order() {
    let mut office = office(&RingGroup {
        strategy: Strategy::Order,
        ..sales()
    });
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    office.habit(carla, Habit::AnswersAfter(secs(2)));
    office.dial(anna, "200");
    office.run_secs(9);
    assert_eq!(rang_after(&office, "Carla"), None);
    office.run_secs(5);
    assert_eq!(rang_after(&office, "Carla"), Some(10));
    office.assert_talk(anna, carla);
    office.hang_up(carla);
    office.run_until_quiet();
}

#[test]
fn whoever_is_to_help_out_rings_later() {
    let mut group = sales();
    group.members[1].delay = 6;
    let mut office = office(&group);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(9);
    assert_eq!(rang_after(&office, "Ben"), Some(0));
    assert_eq!(rang_after(&office, "Carla"), Some(6));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_of_a_group_answers_and_its_mailbox_does() {
    let mut office = office(&sales());
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(15);
    office.speak(anna, 5);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
}

/// Rivals ring an empty fork until time is up.
#[test]
fn a_group_whose_phones_are_all_off_does_not_keep_anybody_waiting() {
    let mut office = office(&sales());
    for name in ["Ben", "Carla"] {
        let phone = office.desk(name);
        office.with(phone, |phone, now| phone.register(now, 0));
    }
    office.run_secs(1);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(2);
    let greeted =
        |what: &What| matches!(what, What::FlowStep { step, .. } if step.node == "n_otherwise");
    assert!(office.has_happened(greeted), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn whoever_wants_no_calls_is_left_out_of_the_group() {
    let mut office = office(&sales());
    office.change_office(|parts| parts.persons[1].wants.state = WantsState::DoNotDisturb);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5);
    assert_eq!(rang_after(&office, "Ben"), None);
    assert_eq!(rang_after(&office, "Carla"), Some(0));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_group_rings_in_its_hours_and_leads_elsewhere_at_others() {
    let mut office = office(&RingGroup {
        hours: Some(Hours {
            schedule: HOURS,
            when_closed: Target::Person(PersonId(4)),
        }),
        ..sales()
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(2);
    assert_eq!(rang_after(&office, "Ben"), None);
    assert_eq!(rang_after(&office, "Dora"), Some(0));
    office.hang_up(anna);
    office.run_until_quiet();

    // It is nine.
    office.run_secs(300);
    let before = office.happenings().count();
    office.dial(anna, "200");
    office.run_secs(2);
    let ben = office.person("Ben");
    let rings = |happening: &switch::Happening| matches!(&happening.what, What::DeviceCalled { to, .. } if to.person == Some(ben));
    assert!(office.happenings().skip(before).any(rings));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn phones_show_for_whom_it_rings_and_callers_hear_music() {
    let mut office = office(&RingGroup {
        music: true,
        prefix: "Sales:".to_owned(),
        ..sales()
    });
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(5)));
    office.dial(anna, "200");
    office.run_secs(2);
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    assert_eq!(name_shown_to(&mut office, "Ben"), "Sales: Anna");
    office.run_secs(5);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_talk_with_a_group_that_records_is_recorded() {
    let mut office = office(&RingGroup {
        records: true,
        ..sales()
    });
    // Nobody is recorded against the office's will.
    office.change_office(|parts| parts.settings.recording.rule = RecordingRule::OnDemand);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "200");
    office.run_secs(10);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.call_recordings().len(), 1);
}

fn name_shown_to(office: &mut SimOffice, name: &str) -> String {
    let phone = office.desk(name);
    let at = office.phone(phone).here();
    let invite = office.network().last_invite_to(at).unwrap().clone();
    let invite = String::from_utf8_lossy(&invite).into_owned();
    let from = invite.lines().find(|line| line.starts_with("From:"));
    from.and_then(|from| from.split('"').nth(1))
        .unwrap_or_default()
        .to_owned()
}

/// What one group says before a name and records is not what the next one does.
#[test]
fn a_group_that_leads_to_another_leaves_nothing_of_itself_there() {
    let first = RingGroup {
        prefix: "Sales:".to_owned(),
        records: true,
        otherwise: Target::Flow(FlowId(2)),
        ..sales()
    };
    let second = RingGroup {
        members: vec![Member {
            person: PersonId(4),
            delay: 0,
        }],
        ..sales()
    };
    let mut office = office(&first);
    office.change_office(|parts| {
        parts.settings.recording.rule = RecordingRule::OnDemand;
        let mut support = parts.flows[0].clone();
        support.id = FlowId(2);
        support.number = None;
        support.live = Some(office::FlowVersion {
            revision: 1,
            document: std::sync::Arc::new(second.document("Support").to_json()),
        });
        parts.flows.push(support);
    });
    let (anna, dora) = (office.desk("Anna"), office.desk("Dora"));
    office.habit(dora, Habit::AnswersAfter(secs(2)));
    office.dial(anna, "200");
    office.run_secs(2);
    assert_eq!(name_shown_to(&mut office, "Ben"), "Sales: Anna");
    office.run_secs(15);
    office.assert_talk(anna, dora);
    assert_eq!(name_shown_to(&mut office, "Dora"), "Anna");
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.call_recordings().is_empty());
}

/// Whoever records for a group answers nobody early: callers pay when somebody talks with them.
#[test]
fn a_group_that_records_answers_no_call_itself() {
    let mut office = office(&RingGroup {
        records: true,
        ..sales()
    });
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5);
    assert!(!office.has_happened(|what| matches!(what, What::OfficeAnswered { .. })));
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A flow that rings the group as one of its steps, and the mailbox after it.
fn asks_sales(step: serde_json::Value) -> serde_json::Value {
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
            {"id": "b", "source": "n_step", "sourceHandle": "no_answer", "target": "n_mail"},
            {"id": "c", "source": "n_step", "sourceHandle": "no", "target": "n_mail"},
            {"id": "d", "source": "n_step", "sourceHandle": "yes", "target": "n_bye"},
        ],
    })
}

fn office_with_flow(group: &RingGroup, step: serde_json::Value) -> SimOffice {
    let mut office = office(group);
    office.change_office(|parts| {
        let mut main = parts.flows[0].clone();
        main.id = FlowId(2);
        main.name = "Main".to_owned();
        main.number = None;
        main.live = Some(office::FlowVersion {
            revision: 1,
            document: std::sync::Arc::new(asks_sales(step)),
        });
        parts.flows.push(main);
        let number = office::ExtensionNumber::parse("201").expect("a number");
        let to_main = office::RouteTarget::Flow(FlowId(2));
        parts
            .extensions
            .push(office::Extension::to(number, to_main));
    });
    office
}

fn came_to(office: &SimOffice, node: &str) -> bool {
    let walked = office.walked();
    walked
        .iter()
        .any(|step| step.node == node && step.event == "enter")
}

#[test]
fn a_step_of_a_flow_rings_a_group_as_that_says() {
    let mut group = sales();
    group.members[1].delay = 4;
    let step = json!({"kind": "ringGroup", "group": "1"});
    let mut office = office_with_flow(&group, step);
    let anna = office.desk("Anna");
    office.dial(anna, "201");
    office.run_secs(6);
    assert_eq!(rang_after(&office, "Ben"), Some(0));
    assert_eq!(rang_after(&office, "Carla"), Some(4));
    // Ten seconds as the group has it; then on in this flow, not in the group's.
    assert!(!came_to(&office, "n_mail"), "{}", office.story());
    office.run_for(Duration::from_millis(4_500));
    assert!(came_to(&office, "n_mail"), "{}", office.story());
    assert!(!came_to(&office, "n_otherwise"), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_step_that_rings_a_closed_group_goes_on_at_once() {
    let group = RingGroup {
        hours: Some(Hours {
            schedule: HOURS,
            when_closed: Target::Person(PersonId(4)),
        }),
        ..sales()
    };
    let step = json!({"kind": "ringGroup", "group": "1"});
    let mut office = office_with_flow(&group, step);
    let anna = office.desk("Anna");
    office.dial(anna, "201");
    office.run_secs(1);
    assert!(came_to(&office, "n_mail"), "{}", office.story());
    assert_eq!(rang_after(&office, "Dora"), None);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_group_among_those_who_are_rung_or_asked_for_stands_for_its_people() {
    let of = json!([{"type": "ring_group", "id": "1"}]);
    let rings = json!({"kind": "dial", "targets": of, "ringTime": 5, "strategy": "order"});
    let mut office = office_with_flow(&sales(), rings);
    let anna = office.desk("Anna");
    office.dial(anna, "201");
    office.run_secs(7);
    assert_eq!(rang_after(&office, "Ben"), Some(0));
    assert_eq!(rang_after(&office, "Carla"), Some(5));
    office.hang_up(anna);
    office.run_until_quiet();

    let asks = json!({"kind": "availability", "of": of, "need": "any_free"});
    for (all_off, node) in [(false, "n_bye"), (true, "n_mail")] {
        let mut office = office_with_flow(&sales(), asks.clone());
        if all_off {
            for name in ["Ben", "Carla"] {
                let phone = office.desk(name);
                office.with(phone, |phone, now| phone.register(now, 0));
            }
            office.run_secs(1);
        }
        let anna = office.desk("Anna");
        office.dial(anna, "201");
        office.run_secs(1);
        assert!(came_to(&office, node), "{}", office.story());
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

/// The step goes on ringing those people when somebody has drawn more into the group's flow.
#[test]
fn a_group_that_was_drawn_further_still_rings_where_a_flow_rings_it() {
    let step = json!({"kind": "ringGroup", "group": "1"});
    let mut office = office_with_flow(&sales(), step);
    office.change_office(|parts| {
        let mut document = sales().document("Sales");
        for node in &mut document.nodes {
            if node.kind() == "dial" {
                node.data.insert("screen".to_owned(), true.into());
            }
        }
        assert!(RingGroup::read(&document).is_none());
        parts.flows[0].live = Some(office::FlowVersion {
            revision: 2,
            document: std::sync::Arc::new(document.to_json()),
        });
    });
    let anna = office.desk("Anna");
    office.dial(anna, "201");
    office.run_secs(2);
    assert_eq!(rang_after(&office, "Ben"), Some(0));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_closed_group_among_those_who_are_rung_is_left_out() {
    let group = RingGroup {
        hours: Some(Hours {
            schedule: HOURS,
            when_closed: Target::Hangup,
        }),
        ..sales()
    };
    let of = json!([{"type": "ring_group", "id": "1"}, {"type": "user", "id": "4"}]);
    let rings = json!({"kind": "dial", "targets": of, "ringTime": 5});
    let mut office = office_with_flow(&group, rings);
    let anna = office.desk("Anna");
    office.dial(anna, "201");
    office.run_secs(2);
    assert_eq!(rang_after(&office, "Ben"), None);
    assert_eq!(rang_after(&office, "Dora"), Some(0));
    office.hang_up(anna);
    office.run_until_quiet();
}
