//! Calls nobody takes: the caller is told why, and nothing goes on ringing.

use super::{millis, secs};
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice};
use switch::{EndReason, What};

/// Anna dials; what she is told in the end.
fn told(office: &mut SimOffice, number: &str) -> LineState {
    let anna = office.desk("Anna");
    office.dial(anna, number);
    office.run_until_quiet();
    office.phone(anna).last_line()
}

#[test]
fn the_caller_is_told_why() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Nobody", "105", &[])
        .closed_number("109")
        .open();
    let (ben, carla) = (office.desk("Ben"), office.desk("Carla"));
    office.habit(ben, Habit::IsBusy);
    assert_eq!(told(&mut office, "102"), LineState::Over(486), "busy");
    office.habit(ben, Habit::DeclinesAfter(secs(3)));
    assert_eq!(told(&mut office, "102"), LineState::Over(603), "declined");
    office.habit(ben, Habit::IsDead);
    assert_eq!(
        told(&mut office, "102"),
        LineState::Over(480),
        "unreachable"
    );
    assert_eq!(told(&mut office, "899"), LineState::Over(404), "unknown");
    assert_eq!(told(&mut office, "105"), LineState::Over(480), "no phone");
    assert_eq!(told(&mut office, "109"), LineState::Over(603), "closed");
    office.with(carla, |p, now| p.register(now, 0));
    office.settle();
    assert_eq!(told(&mut office, "103"), LineState::Over(480), "signed off");
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_phone_nobody_picks_up_rings_as_long_as_set_and_the_caller_is_told() {
    let ring_for = office::RingFor::from_seconds(20).unwrap();
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .settings(|settings| settings.ring_for = ring_for)
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(19);
    assert_eq!(office.phone(anna).last_line(), LineState::HearsRinging);
    office.run_secs(2);
    assert_eq!(office.phone(anna).last_line(), LineState::Over(480));
    assert!(office.phone(ben).has_seen(&Seen::StoppedRinging(None)));
    office.run_until_quiet();
    assert_eq!(office.records()[0].reason, EndReason::NobodyAnswered);
}

#[test]
fn the_caller_gives_up_and_the_phone_stops_ringing() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(5);
    office.hang_up(anna);
    office.settle();
    assert!(office.phone(ben).has_seen(&Seen::StoppedRinging(None)));
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn giving_up_and_picking_up_cross_on_the_wire() {
    // Who acts first, and how far the two are apart: from one before the other has been heard to
    // both heard in either order.
    for apart in [0, 50, 100, 150, 250, 400] {
        for caller_first in [true, false] {
            let mut office = SimOffice::of_four();
            let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
            office.dial(anna, "102");
            office.run_secs(5);
            let apart = std::time::Duration::from_micros(apart);
            match caller_first {
                true => office.hang_up(anna),
                false => office.answer(ben),
            }
            office.run_for(apart);
            match caller_first {
                true => office.answer(ben),
                false => office.hang_up(anna),
            }
            office.run_until_quiet();
            assert!(office.phone(ben).live_lines().is_empty());
            assert_eq!(office.records().len(), 1, "{}", office.story());
        }
    }
}

#[test]
fn a_caller_who_gives_up_before_anything_rang_leaves_nothing_behind() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_for(millis(0));
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(!office.has_happened(|what| matches!(what, What::CallAnswered { .. })));
}

#[test]
fn a_key_pressed_before_picking_up_does_not_end_the_call() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(2);
    office.on_line(ben, |p, now, line| p.press(now, line, '1'));
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}
