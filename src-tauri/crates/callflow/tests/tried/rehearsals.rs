//! A call on any day, with any keys and any colleagues, before anybody has called.

use crate::office::{
    ANNA, BEN, at, flow, main_number, node, on_stage, parts, program, rehearsed, way,
};
use ::office::{CallerList, CallerListId, Country, ListedCaller, Office};
use callflow::rehearse::{
    CallerAct, Does, Ended, HoursAt, Phone, Reached, Rehearsal, rehearse, together,
};
use callflow::walk::{EndCause, RingEnd};
use office::{DeviceId, MailboxId, ScheduleId, schedule::OverrideState};
use serde_json::json;

fn key(after_ms: u64, key: char) -> CallerAct {
    CallerAct {
        after_ms,
        key: Some(key),
        hang_up: false,
    }
}

fn hang_up(after_ms: u64) -> CallerAct {
    CallerAct {
        after_ms,
        key: None,
        hang_up: true,
    }
}

#[test]
fn on_a_working_day_key_2_rings_ben_who_answers() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(1_000, '2')];
    call.phones = vec![Phone::of(BEN, Does::AnswersAfter(7))];
    let done = rehearsed(&main_number(), &call);
    assert_eq!(
        way(&done),
        [
            "n_start default",
            "n_hours in_hours",
            "n_menu1 digit:2",
            "n_ben01 answered"
        ]
    );
    let rang = &done.rings[0];
    assert_eq!(
        (rang.at_ms, rang.for_ms, rang.end),
        (1_000, 7_000, Some(RingEnd::Answered))
    );
    // Ben talks for half a minute and hangs up; then nothing more is to be done.
    assert_eq!(
        done.ended,
        Ended::HungUp {
            cause: EndCause::Normal
        }
    );
    assert_eq!(done.ended_ms, 1_000 + 7_000 + 30_000);
}

#[test]
fn a_key_stops_what_is_being_said() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(1_000, '1')];
    let done = rehearsed(&main_number(), &call);
    assert_eq!((done.hears[0].at_ms, done.hears[0].for_ms), (0, 1_000));
}

#[test]
fn on_christmas_eve_callers_come_to_the_mailbox() {
    let done = rehearsed(&main_number(), &Rehearsal::at(at(2026, 12, 24, 14, 5)));
    assert_eq!(
        way(&done),
        ["n_start default", "n_hours holiday", "n_vmbx1 saved"]
    );
}

#[test]
fn a_listed_caller_is_known_by_name_however_their_number_is_typed() {
    let mut parts = parts();
    parts.settings.country = Country::parse("DE").ok();
    parts.caller_lists.push(CallerList {
        id: CallerListId(1),
        name: "Customers".to_owned(),
        columns: Vec::new(),
        callers: vec![ListedCaller {
            number: "030 901820".to_owned(),
            compared: String::new(),
            name: "Mia Berg".to_owned(),
            values: Vec::new(),
        }],
    });
    numbering::read_lists(&mut parts);
    let office = Office::build(parts).unwrap();
    let named = json!({"op": "eq", "args": [{"var": "caller.name"}, {"const": "Mia Berg"}]});
    let flow = flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_who01",
                "condition",
                json!({"cases": [{"id": "mia", "label": "Mia", "expr": named}]})
            ),
            node("n_bye01", "hangup", json!({})),
        ]),
        &[
            ("n_start", "default", "n_who01"),
            ("n_who01", "case:mia", "n_bye01"),
            ("n_who01", "else", "n_bye01"),
        ],
    );
    for (typed, outcome) in [
        ("030 901820", "case:mia"),
        ("0049 30 90 18-20", "case:mia"),
        ("+4930901820", "case:mia"),
        ("030 901821", "else"),
    ] {
        let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
        call.caller = Some(typed.to_owned());
        let done = on_stage(&office, |stage, _| rehearse(&program(&flow), stage, &call));
        assert_eq!(way(&done)[1], format!("n_who01 {outcome}"), "{typed}");
    }
}

#[test]
fn hours_change_while_a_caller_listens() {
    // The flow asks at 8:59:58 and says something for ten seconds; then it asks again.
    let twice = flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_hour1", "timeCondition", json!({"schedule": "1"})),
            node("n_wait1", "pause", json!({"duration": 10})),
            node("n_hour2", "timeCondition", json!({"schedule": "1"})),
            node("n_open1", "hangup", json!({})),
            node("n_shut1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &[
            ("n_start", "default", "n_hour1"),
            ("n_hour1", "in_hours", "n_open1"),
            ("n_hour1", "out_of_hours", "n_wait1"),
            ("n_wait1", "default", "n_hour2"),
            ("n_hour2", "in_hours", "n_open1"),
            ("n_hour2", "out_of_hours", "n_shut1"),
        ],
    );
    let done = rehearsed(&twice, &Rehearsal::at(at(2026, 12, 7, 9, 0) - 2_000));
    assert_eq!(
        way(&done),
        [
            "n_start default",
            "n_hour1 out_of_hours",
            "n_wait1 default",
            "n_hour2 in_hours",
            "n_open1"
        ]
    );
}

/// A mailbox whose greeting is three seconds of silence, then it is over.
fn leaves_a_message() -> serde_json::Value {
    flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_vmbx1",
                "voicemail",
                json!({"mailbox": "1",
                "greeting": [{"source": "silence", "ms": 3_000}]})
            ),
            node("n_over1", "hangup", json!({})),
        ]),
        &[
            ("n_start", "default", "n_vmbx1"),
            ("n_vmbx1", "saved", "n_over1"),
            ("n_vmbx1", "empty", "n_over1"),
        ],
    )
}

#[test]
fn a_key_that_skips_the_greeting_is_not_the_end_of_a_message() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(1_000, '#')];
    let done = rehearsed(&leaves_a_message(), &call);
    assert_eq!(way(&done)[1], "n_vmbx1 saved");
    // The tone, five seconds of words, and the silence after them.
    assert!(done.ended_ms > 1_000 + 5_000 + 8_000, "{}", done.ended_ms);
}

#[test]
fn a_caller_chooses_what_becomes_of_a_message() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(1_000, '#'), key(4_000, '#'), key(5_000, '1')];
    let done = rehearsed(&leaves_a_message(), &call);
    assert_eq!(way(&done)[1], "n_vmbx1 saved");
    assert!(done.ended_ms < 9_000, "{}", done.ended_ms);
}

#[test]
fn a_caller_who_says_nothing_leaves_no_message() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.speaks_ms = 0;
    let done = rehearsed(&leaves_a_message(), &call);
    assert_eq!(way(&done)[1], "n_vmbx1 empty");
}

#[test]
fn nobody_of_the_office_is_rung_by_their_own_call() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.caller = Some("102".to_owned());
    call.acts = vec![key(500, '2')];
    let done = rehearsed(&main_number(), &call);
    assert_eq!(way(&done)[2..4], ["n_menu1 digit:2", "n_ben01 unreachable"]);
}

#[test]
fn a_caller_of_the_office_is_known_by_name() {
    let greets = flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_play1",
                "play",
                json!({"prompts": [
                {"source": "tts", "text": "Good morning, {{caller.name}}."}]})
            ),
            node("n_over1", "hangup", json!({})),
        ]),
        &[
            ("n_start", "default", "n_play1"),
            ("n_play1", "default", "n_over1"),
        ],
    );
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.caller = Some("102".to_owned());
    let done = rehearsed(&greets, &call);
    let said = serde_json::to_string(&done.hears).unwrap();
    assert!(said.contains("Good morning, Ben."), "{said}");
}

#[test]
fn a_caller_who_hangs_up_stops_the_ringing() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(500, '1'), hang_up(9_500)];
    let done = rehearsed(&main_number(), &call);
    assert_eq!(done.ended, Ended::CallerHungUp);
    assert_eq!(done.ended_ms, 9_500);
    let rang = &done.rings[0];
    assert_eq!((rang.at_ms, rang.for_ms, rang.end), (500, 9_000, None));
}

#[test]
fn the_first_who_answers_stops_the_others() {
    let both = flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_both1",
                "dial",
                json!({"targets": [
                {"type": "user", "id": "1"}, {"type": "user", "id": "2", "delay": 5}]})
            ),
            node("n_vmbx1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &[
            ("n_start", "default", "n_both1"),
            ("n_both1", "no_answer", "n_vmbx1"),
        ],
    );
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.phones = vec![
        Phone::of(ANNA, Does::AnswersAfter(12)),
        Phone::of(BEN, Does::AnswersAfter(3)),
    ];
    let done = rehearsed(&both, &call);
    let rings: Vec<_> = done
        .rings
        .iter()
        .map(|r| (r.at_ms, r.for_ms, r.end))
        .collect();
    assert_eq!(
        rings,
        [(0, 8_000, None), (5_000, 3_000, Some(RingEnd::Answered))]
    );
}

#[test]
fn everybody_busy_is_not_nobody_answers() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(500, '1')];
    call.phones = vec![Phone::of(ANNA, Does::Busy)];
    let done = rehearsed(&main_number(), &call);
    assert_eq!(
        way(&done)[2..],
        ["n_menu1 digit:1", "n_anna1 busy", "n_vmbx1 saved"]
    );
    assert_eq!(
        together([RingEnd::Busy, RingEnd::NoAnswer]),
        RingEnd::NoAnswer
    );
    assert_eq!(together([]), RingEnd::Unreachable);
}

#[test]
fn a_rehearsal_is_the_same_every_time() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.acts = vec![key(40_000, '9'), key(700, '9'), key(900, '2')];
    call.dice = 7;
    assert_eq!(
        rehearsed(&main_number(), &call),
        rehearsed(&main_number(), &call)
    );
}

#[test]
fn nothing_goes_on_for_ever() {
    let round = flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_wait1", "pause", json!({"duration": 1})),
        ]),
        &[
            ("n_start", "default", "n_wait1"),
            ("n_wait1", "default", "n_wait1"),
        ],
    );
    let done = rehearsed(&round, &Rehearsal::at(at(2026, 12, 7, 10, 0)));
    // The guard sees it; everybody rings, and then the caller comes to the office's mailbox.
    let fault = done
        .steps
        .iter()
        .find(|step| step.event == "fault")
        .unwrap();
    assert_eq!(fault.reason.as_ref().unwrap().id, "tooManyVisits");
    assert_eq!(done.rings.len(), 2);
    assert_eq!(
        done.ended,
        Ended::HungUp {
            cause: EndCause::Normal
        }
    );
}

#[test]
fn a_call_is_written_as_the_window_writes_it() {
    let call: Rehearsal = serde_json::from_value(json!({
        "at": 1_765_000_000_000_i64, "caller": "+4989123",
        "acts": [{"afterMs": 1200, "key": "2"}, {"afterMs": 90000, "hangUp": true}],
        "phones": [{"person": 1, "does": {"answersAfterS": 4}}, {"person": 2, "does": "busy"}]
    }))
    .unwrap();
    assert_eq!(call.acts, [key(1_200, '2'), hang_up(90_000)]);
    assert_eq!(call.phones[0].does, Does::AnswersAfter(4));
    assert_eq!(call.phones[1].does, Does::Busy);
}

/// A flow whose only step is this, and the mailbox where it leads.
fn one_step(data: serde_json::Value, kind: &str, outcomes: &[&str]) -> serde_json::Value {
    let mut edges = vec![("n_start", "default", "n_this1")];
    edges.extend(
        outcomes
            .iter()
            .map(|outcome| ("n_this1", *outcome, "n_vmbx1")),
    );
    flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_this1", kind, data),
            node("n_vmbx1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &edges,
    )
}

#[test]
fn whom_a_caller_reaches_is_told() {
    let rings = one_step(
        json!({"targets": [{"type": "user", "id": "2"}], "ringTime": 10}),
        "dial",
        &["no_answer"],
    );
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    assert_eq!(
        rehearsed(&rings, &call).reached,
        [Reached::Mailbox { id: MailboxId(1) }]
    );
    call.phones = vec![Phone::of(BEN, Does::AnswersAfter(3))];
    assert_eq!(
        rehearsed(&rings, &call).reached,
        [Reached::Person { id: BEN }]
    );
    call.full = vec![MailboxId(1)];
    call.phones.clear();
    assert_eq!(rehearsed(&rings, &call).reached, []);
}

#[test]
fn hours_are_set_by_hand_for_a_rehearsal() {
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.hours = vec![HoursAt {
        schedule: ScheduleId(1),
        state: OverrideState::Closed,
    }];
    let done = rehearsed(&main_number(), &call);
    assert_eq!(way(&done)[1], "n_hours out_of_hours");
}

#[test]
fn one_telephone_of_several_does_something_else() {
    let rings = one_step(
        json!({"targets": [{"type": "user", "id": "2"}], "ringTime": 10}),
        "dial",
        &["no_answer"],
    );
    let mut call = Rehearsal::at(at(2026, 12, 7, 10, 0));
    call.phones = vec![
        Phone::of(BEN, Does::Off),
        Phone {
            device: Some(DeviceId(BEN.0)),
            ..Phone::of(BEN, Does::AnswersAfter(2))
        },
    ];
    assert_eq!(way(&rehearsed(&rings, &call))[1], "n_this1 answered");
}
