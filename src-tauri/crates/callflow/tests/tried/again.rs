//! A real call is rehearsed again as it went, though its moments were others.

use crate::office::{ANNA, BEN, at, main_number, office, on_stage, program};
use callflow::rehearse::{
    CallerAct, Does, Ended, Past, Phone, Rehearsal, Stage, about_how_long, rehearse,
};
use callflow::{Sound, TraceStep};
use office::PersonId;
use std::time::Duration;

/// A call to the main number in an office that speaks half as fast as rehearsals reckon.
fn called(call: &Rehearsal) -> Vec<TraceStep> {
    let slowly = |sound: &Sound| about_how_long(sound) * 2;
    on_stage(&office(), |stage, _| {
        let stage = Stage {
            lasts: &slowly,
            ..*stage
        };
        rehearse(&program(&main_number()), &stage, call).steps
    })
}

fn pressed(after_ms: u64, key: char) -> CallerAct {
    CallerAct {
        after_ms,
        key: Some(key),
        hang_up: false,
    }
}

fn answers(person: PersonId, seconds: u32) -> Phone {
    Phone::of(person, Does::AnswersAfter(seconds))
}

/// The way of a call: what counts, without its moments.
fn way(steps: &[TraceStep]) -> Vec<(String, String, Option<String>)> {
    let counts = |step: &&TraceStep| matches!(&*step.event, "enter" | "outcome" | "digit" | "leg");
    let parts = |step: &TraceStep| {
        let what = step.outcome.clone().or(step.digits.clone());
        (step.node.clone(), step.event.to_string(), what)
    };
    steps.iter().filter(counts).map(parts).collect()
}

fn goes_alike(call: &Rehearsal, past: Past) -> Rehearsal {
    let steps = called(call);
    let past = Past {
        at: call.at,
        caller: call.caller.clone(),
        steps: steps.clone(),
        ..past
    };
    on_stage(&office(), |stage, _| {
        let program = program(&main_number());
        let again = past.again(&program, stage);
        assert!(again.ends.is_some(), "{again:?}");
        let done = rehearse(&program, stage, &again.call);
        assert_eq!(way(&done.steps), way(&steps));
        again.call
    })
}

const DECEMBER: (i32, u32, u32, u32, u32) = (2026, 12, 7, 10, 0);

fn morning() -> Rehearsal {
    let (year, month, day, hour, minute) = DECEMBER;
    Rehearsal {
        caller: Some("030901820".to_owned()),
        ..Rehearsal::at(at(year, month, day, hour, minute))
    }
}

#[test]
fn keys_are_pressed_in_their_order_and_not_at_their_moments() {
    let mut call = morning();
    // A wrong key, silence until it is asked again, then Ben, who answers and hangs up.
    call.acts = vec![pressed(2_000, '9'), pressed(26_000, '2')];
    call.phones = vec![answers(BEN, 7)];
    let phones = [(BEN, Does::AnswersAfter(7))].into();
    let again = goes_alike(
        &call,
        Past {
            phones,
            talked_ms: Some(30_000),
            ..Past::default()
        },
    );
    assert_eq!(again.caller.as_deref(), Some("030901820"));
    let keys: Vec<_> = again.acts.iter().filter_map(|act| act.key).collect();
    assert_eq!(keys, ['9', '2']);
}

#[test]
fn a_caller_who_hung_up_while_it_rang_does_so_again() {
    let mut call = morning();
    call.acts = vec![
        pressed(1_000, '1'),
        CallerAct {
            after_ms: 9_000,
            key: None,
            hang_up: true,
        },
    ];
    let again = goes_alike(&call, Past::default());
    assert!(again.acts.last().is_some_and(|act| act.hang_up));
}

#[test]
fn who_was_busy_or_away_is_so_again_though_the_trace_does_not_name_them() {
    for does in [Does::Busy, Does::Off] {
        let mut call = morning();
        call.acts = vec![pressed(1_000, '1')];
        call.phones = vec![Phone::of(ANNA, does)];
        let again = goes_alike(&call, Past::default());
        assert_eq!(again.phones, call.phones);
    }
}

#[test]
fn what_cannot_be_played_again_is_expected_no_further_than_it_can() {
    let mut call = morning();
    call.acts = vec![pressed(1_000, '1')];
    call.phones = vec![answers(ANNA, 5)];
    let mut steps = called(&call);
    // Something happened to this caller that no rehearsal knows.
    let odd = steps
        .iter()
        .position(|step| step.outcome.as_deref() == Some("answered"));
    steps[odd.unwrap()].outcome = Some("stolen".into());
    let phones = [(ANNA, Does::AnswersAfter(5))].into();
    let past = Past {
        at: call.at,
        steps,
        phones,
        talked_ms: Some(30_000),
        ..Past::default()
    };
    on_stage(&office(), |stage, _| {
        let again = past.again(&program(&main_number()), stage);
        assert_eq!(again.ends, None);
        assert_eq!(again.visits, ["n_start", "n_hours", "n_menu1", "n_anna1"]);
    });
}

#[test]
fn a_message_is_as_long_as_it_was() {
    let call = Rehearsal {
        at: at(2026, 12, 24, 14, 5),
        speaks_ms: 9_000,
        ..morning()
    };
    let past = Past {
        spoke_ms: Some(9_000),
        ..Past::default()
    };
    let again = goes_alike(&call, past);
    assert_eq!(
        Duration::from_millis(again.speaks_ms),
        Duration::from_secs(9)
    );
    let done = on_stage(&office(), |stage, _| {
        rehearse(&program(&main_number()), stage, &again)
    });
    assert!(matches!(done.ended, Ended::HungUp { .. }), "{done:?}");
}
