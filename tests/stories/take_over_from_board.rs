//! A call that rings or is talked elsewhere is brought to a person's own phones from the board.

use super::secs;
use cordboard_tests::sim::{Habit, Seen, SimOffice};
use switch::{Command, CommandRefusal, CommandResult, Doing, RefusalReason};

fn take_over(office: &mut SimOffice, name: &str) -> CommandResult {
    let (call, person) = (office.the_call(), office.person(name));
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    })
}

fn refused(reason: CommandRefusal) -> CommandResult {
    CommandResult::Refused { reason }
}

#[test]
fn a_ringing_call_rings_at_the_one_who_takes_it_over() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.dial(anna, "102");
    office.run_secs(3);
    let call = office.the_call();
    let taken = take_over(&mut office, "Carla");
    assert_eq!(taken, CommandResult::Taken { call: Some(call) });
    office.run_secs(1);
    assert!(office.phone(ben).live_lines().is_empty());
    let doing = ["Ben", "Carla"].map(|name| office.doing(name));
    assert_eq!(doing, [Doing::Idle, Doing::Ringing]);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
    let records = office.records();
    assert_eq!(records.len(), 1);
    let with = records[0].with.as_ref().map(|with| with.name.as_str());
    assert_eq!((with, records[0].dialled.as_str()), (Some("Carla"), "102"));
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_call_taken_over_rings_its_full_time_anew() {
    let ring_for = office::RingFor::from_seconds(20).unwrap();
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .settings(|settings| settings.ring_for = ring_for)
        .open();
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    office.dial(anna, "102");
    office.run_secs(15);
    take_over(&mut office, "Carla");
    office.run_secs(15);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(anna, carla);
    office.hang_up(carla);
    office.run_until_quiet();
}

#[test]
fn a_talk_is_taken_over_once_it_is_picked_up() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    take_over(&mut office, "Carla");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.answer(carla);
    office.run_secs(2);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    office.hang_up(carla);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
}

#[test]
fn a_person_takes_their_own_talk_to_their_other_phone() {
    for side in ["Anna", "Ben"] {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk", "mobile"])
            .person("Ben", "102", &["desk", "mobile"])
            .settings(|settings| settings.admission.calls_per_person = 1)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        take_over(&mut office, side);
        let mobile = office.phone_of(side, "mobile");
        office.run_secs(1);
        office.answer(mobile);
        office.run_secs(2);
        let other = if side == "Anna" { ben } else { anna };
        office.assert_talk(other, mobile);
        office.hang_up(other);
        office.run_until_quiet();
    }
}

#[test]
fn a_call_stays_where_it_is_when_it_cannot_be_taken_over() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Nobody", "105", &[])
        .settings(|settings| settings.admission.calls_per_person = 1)
        .open();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.dial(anna, "102");
    office.run_secs(1);
    for (name, why) in [
        ("Anna", CommandRefusal::AlreadyThere),
        ("Ben", CommandRefusal::AlreadyThere),
        ("Nobody", CommandRefusal::Call(RefusalReason::NobodyOnline)),
    ] {
        assert_eq!(take_over(&mut office, name), refused(why), "{name}");
    }
    let call = office.the_call();
    office.dial(carla, "*43");
    office.run_secs(1);
    let person = office.person("Carla");
    let told = office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    let busy = CommandRefusal::Call(RefusalReason::PersonBusy);
    assert_eq!(told, refused(busy));
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.hang_up(carla);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_call_taken_over_again_and_again_rings_at_the_last_only() {
    let mut office = SimOffice::of_four();
    let [anna, ben, dora] = ["Anna", "Ben", "Dora"].map(|name| office.desk(name));
    office.dial(anna, "102");
    office.run_secs(1);
    for name in ["Carla", "Dora", "Ben", "Dora"] {
        take_over(&mut office, name);
        office.settle();
    }
    office.habit(dora, Habit::AnswersAfter(secs(1)));
    office.answer(dora);
    office.run_secs(1);
    office.assert_talk(anna, dora);
    assert!(office.phone(ben).has_seen(&Seen::StoppedRinging(None)));
    office.hang_up(dora);
    office.run_until_quiet();
}
