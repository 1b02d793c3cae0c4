//! Lost, repeated and overtaking packets, and phones that keep no rules: whatever happens, one call
//! stays one call and nothing is left behind (promises R15, F19).

use super::{millis, secs};
use cordboard_tests::sim::{Habit, SimOffice, Weather};

fn office(seed: u64, weather: Weather) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile"])
        .person("Carla", "103", &["desk"])
        .config(|config| config.always_relay = seed.is_multiple_of(2))
        .seed(seed)
        .weather(weather)
        .open()
}

/// One record per call, and at rest: `run_until_quiet` panics on whatever is left behind.
fn comes_to_rest(office: &mut SimOffice, calls: usize) {
    office.run_until_quiet();
    assert_eq!(office.records().len(), calls, "{}", office.story());
}

#[test]
fn a_call_in_foul_weather_is_one_call() {
    for weather in [Weather::FOUL, Weather::ECHOING] {
        for seed in 0..12 {
            let mut office = office(seed, weather);
            let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
            office.habit(ben, Habit::AnswersAfter(secs(5)));
            office.dial(anna, "102");
            office.run_secs(20);
            office.weather(Weather::FINE);
            office.run_secs(5);
            office.assert_talk(anna, ben);
            office.weather(weather);
            office.hang_up(if seed % 3 == 0 { anna } else { ben });
            comes_to_rest(&mut office, 1);
        }
    }
}

#[test]
fn hold_and_transfer_in_foul_weather_leave_nothing_behind() {
    for seed in 0..12 {
        let mut office = office(seed, Weather::FOUL);
        let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
        office.habit(ben, Habit::AnswersAfter(secs(1)));
        office.habit(carla, Habit::AnswersAfter(secs(2)));
        office.dial(anna, "102");
        office.run_secs(15);
        office.hold(ben);
        office.run_secs(5);
        office.transfer(ben, "103");
        office.run_secs(20);
        for phone in office.phones() {
            office.hang_up(phone);
        }
        comes_to_rest(&mut office, 1);
    }
}

#[test]
fn giving_up_in_foul_weather_leaves_no_phone_ringing() {
    for seed in 0..12 {
        let mut office = office(seed, Weather::FOUL);
        let anna = office.desk("Anna");
        office.dial(anna, "102");
        office.run_for(millis(300 * seed));
        office.hang_up(anna);
        office.run_until_quiet();
        assert!(office.records().len() <= 1);
        for phone in office.phones() {
            assert!(office.phone(phone).live_lines().is_empty());
        }
    }
}

#[test]
fn phones_that_never_acknowledge_leave_nothing_behind() {
    for (caller, callee) in [(true, false), (false, true), (true, true)] {
        let mut office = office(2, Weather::FINE);
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        let habit = |never: bool| match never {
            true => Habit::NeverAcknowledges,
            false => Habit::AnswersAfter(secs(1)),
        };
        office.habit(anna, habit(caller));
        office.habit(ben, habit(callee));
        office.dial(anna, "102");
        office.run_secs(5);
        office.hold(ben);
        office.run_secs(60);
        office.hang_up(anna);
        comes_to_rest(&mut office, 1);
    }
}

#[test]
fn a_phone_that_says_bye_before_the_answer_leaves_nothing_behind() {
    let mut office = office(2, Weather::FINE);
    let anna = office.desk("Anna");
    office.dial(anna, "102");
    office.run_secs(2);
    office.on_line(anna, |p, now, line| p.hang_up_before_answer(now, line));
    comes_to_rest(&mut office, 1);
    for phone in office.phones() {
        assert!(office.phone(phone).live_lines().is_empty());
    }
}

#[test]
fn phones_that_die_in_every_stage_of_a_call_leave_nothing_behind() {
    for stage in 0..6 {
        for dies in ["Anna", "Ben"] {
            let mut office = office(stage, Weather::FINE);
            let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
            office.change_office(|parts| parts.settings.session_expires = 90);
            office.habit(ben, Habit::AnswersAfter(secs(3)));
            office.dial(anna, "102");
            match stage {
                0 => office.run_for(std::time::Duration::from_micros(150)),
                1 => office.run_secs(2),
                2 => office.run_for(millis(3_001)),
                3 => office.run_secs(5),
                4 => {
                    office.run_secs(5);
                    office.hold(anna);
                    office.run_for(std::time::Duration::from_micros(150));
                }
                _ => {
                    office.run_secs(5);
                    office.transfer(anna, "103");
                    office.run_secs(1);
                }
            }
            office.habit(office.desk(dies), Habit::IsDead);
            office.run_secs(200);
            for phone in office.phones() {
                office.hang_up(phone);
            }
            office.run_secs(200);
            let held = office.switch().held();
            let rest = switch::Held {
                registrations: held.registrations,
                ..switch::Held::default()
            };
            assert_eq!(held, rest, "stage {stage}, {dies} dies\n{}", office.story());
            // A phone that dies before it could prove who it is has made no call.
            assert_eq!(
                office.records().len(),
                usize::from(stage > 0 || dies == "Ben")
            );
        }
    }
}
