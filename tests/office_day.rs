//! A whole working day of a company, from 08:55 to 18:05: thirty people, six hundred calls, phones
//! that fail, and an hour of bad network.

use cordboard_tests::sim::{Habit, LineState, PhoneId, SimOffice, Weather};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use switch::{EndReason, What};

const PEOPLE: u32 = 30;
const CALLS: u32 = 600;

/// From 08:55 to 18:05.
const DAY: u64 = 33_000;

/// What somebody has in mind when they dial.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Talks(u64),
    GivesUpAfter(u64),
    Holds(u64),
    HandsOn(u32),
    HandsOnAfterAsking(u32),
}

struct Day {
    chance: ChaCha12Rng,
}

impl Day {
    fn below(&mut self, below: u64) -> u64 {
        self.chance.next_u64() % below
    }

    fn secs(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from * 1_000 + self.below((to - from) * 1_000))
    }

    fn someone(&mut self) -> u32 {
        101 + self.below(u64::from(PEOPLE)) as u32
    }

    fn habit(&mut self) -> Habit {
        match self.below(20) {
            0..=11 => Habit::AnswersAfter(self.secs(1, 15)),
            12 => Habit::GreetsThenAnswersAfter(self.secs(2, 8)),
            13 | 14 => Habit::DeclinesAfter(self.secs(1, 6)),
            15 => Habit::IsBusy,
            16 => Habit::IsDead,
            _ => Habit::LetsItRing,
        }
    }

    fn plan(&mut self) -> Plan {
        match self.below(20) {
            0..=10 => Plan::Talks(20 + self.below(400)),
            11 | 12 => Plan::GivesUpAfter(self.below(20)),
            13..=15 => Plan::Holds(10 + self.below(60)),
            16 | 17 => Plan::HandsOn(self.someone()),
            _ => Plan::HandsOnAfterAsking(self.someone()),
        }
    }
}

/// Thirty people; every third has a mobile besides the desk phone, every tenth a third one at home.
fn company(seed: u64) -> SimOffice {
    let mut builder = SimOffice::builder()
        .seed(seed)
        .settings(|settings| settings.register_expiry.max = 3_600);
    for person in 0..PEOPLE {
        let (name, number) = (format!("Person {person}"), (101 + person).to_string());
        builder = match person % 10 {
            0 => builder
                .person(&name, &number, &["desk", "mobile", "home"])
                .at_home(),
            3 | 6 => builder.person(&name, &number, &["desk", "mobile"]),
            9 => builder.person(&name, &number, &["desk"]).always_relayed(),
            _ => builder.person(&name, &number, &["desk"]),
        };
    }
    builder.open()
}

/// Fills the day with what people will do.
fn plan_the_day(office: &mut SimOffice, seed: u64, length: u64) {
    let chance = ChaCha12Rng::seed_from_u64(seed ^ 0xDA1);
    let mut day = Day { chance };
    let phones: Vec<PhoneId> = office.phones().collect();
    for hour in 0..length.div_ceil(3_600) {
        for phone in phones.iter().copied() {
            let (habit, talk) = (day.habit(), day.secs(30, 600));
            office.after(Duration::from_secs(hour * 3_600), move |office| {
                office.habit(phone, habit);
                office.phone_mut(phone).hangs_up_after = Some(talk);
            });
        }
    }
    for _ in 0..u64::from(CALLS) * length / DAY {
        let at = day.secs(0, length);
        let phone = phones[day.below(phones.len() as u64) as usize];
        let (number, plan) = (day.someone(), day.plan());
        office.after(at, move |office| begin_call(office, phone, number, plan));
    }
    for _ in 0..40 * length / DAY {
        let phone = phones[day.below(phones.len() as u64) as usize];
        office.after(day.secs(0, length), move |office| office.power_cut(phone));
    }
    for (from, weather) in [
        (5_400, Weather::FOUL),
        (7_200, Weather::FINE),
        (21_600, Weather::ECHOING),
        (22_500, Weather::FOUL),
        (23_400, Weather::FINE),
    ]
    .into_iter()
    .filter(|(from, _)| *from < length)
    {
        office.after(Duration::from_secs(from), move |office| {
            office.weather(weather)
        });
    }
}

fn begin_call(office: &mut SimOffice, phone: PhoneId, number: u32, plan: Plan) {
    office.phone_mut(phone).hangs_up_after = None;
    let line = office.dial(phone, &number.to_string());
    let secs = Duration::from_secs;
    let hangs_up = move |office: &mut SimOffice| {
        office.with(phone, |p, now| p.hang_up(now, line));
    };
    match plan {
        Plan::GivesUpAfter(seconds) => office.after(secs(seconds), hangs_up),
        Plan::Talks(seconds) => office.after(secs(20 + seconds), hangs_up),
        Plan::Holds(seconds) => {
            office.after(secs(25), move |office| {
                office.with(phone, |p, now| p.hold(now, line, true));
            });
            office.after(secs(25 + seconds), move |office| {
                office.with(phone, |p, now| p.hold(now, line, false));
            });
            office.after(secs(60 + seconds), hangs_up);
        }
        Plan::HandsOn(to) => {
            office.after(secs(30), move |office| {
                office.with(phone, |p, now| p.transfer(now, line, &to.to_string()));
            });
            office.after(secs(200), hangs_up);
        }
        Plan::HandsOnAfterAsking(to) => {
            office.after(secs(25), move |office| {
                if office.phone(phone).last_line() == LineState::Talking {
                    office.with(phone, |p, now| p.hold(now, line, true));
                    let second = office.dial(phone, &to.to_string());
                    office.after(secs(20), move |office| {
                        office.with(phone, |p, now| p.transfer_to_line(now, line, second));
                    });
                    office.after(secs(90), move |office| {
                        office.with(phone, |p, now| p.hang_up(now, second));
                    });
                }
            });
            office.after(secs(90), hangs_up);
        }
    }
}

/// So much of a day, from the first registration to the last light.
fn work(seed: u64, length: u64) -> SimOffice {
    let mut office = company(seed);
    plan_the_day(&mut office, seed, length);
    office.run_secs(length);
    office.weather(Weather::FINE);
    for phone in office.phones() {
        office.habit(phone, Habit::LetsItRing);
        for line in office.phone(phone).live_lines() {
            office.with(phone, |p, now| p.hang_up(now, line));
        }
    }
    office.run_secs(400);
    office.run_until_quiet();
    office
}

#[test]
fn a_whole_day_of_a_company() {
    let began = Instant::now();
    let office = work(2026, DAY);
    let took = began.elapsed();
    let count = |like: fn(&What) -> bool| office.happenings().filter(|h| like(&h.what)).count();
    let arrived = count(|what| matches!(what, What::CallerArrived { .. }));
    let answered = count(|what| matches!(what, What::CallAnswered { .. }));
    println!(
        "{arrived} calls, {answered} answers, {} inputs, {} datagrams in {took:?}: {:.0} calls/s",
        office.inputs(),
        office.datagrams(),
        arrived as f64 / took.as_secs_f64()
    );

    let records = office.records();
    assert_eq!(records.len(), arrived, "one record per call");
    let ids: BTreeSet<_> = records.iter().map(|record| record.call).collect();
    assert_eq!(ids.len(), records.len(), "and none twice");
    assert!(arrived >= CALLS as usize, "{arrived}");
    for record in records {
        let lasted = record.ended_unix_ms - record.arrived_unix_ms;
        assert!(lasted >= 0, "{record:?}");
        if let Some(answered) = record.answered_unix_ms {
            assert!((0..=lasted).contains(&(answered - record.arrived_unix_ms)));
        }
        assert_ne!(record.reason, EndReason::Fault);
    }

    // A day with something of everything.
    let ended = |reason| records.iter().filter(|r| r.reason == reason).count();
    for (reason, at_least) in [
        (EndReason::HungUp, 200),
        (EndReason::CallerGaveUp, 20),
        (EndReason::NobodyAnswered, 20),
        (EndReason::Declined, 10),
        (EndReason::Busy, 10),
        (EndReason::Transferred, 3),
    ] {
        assert!(ended(reason) >= at_least, "{reason:?}: {}", ended(reason));
    }
    let held = count(|what| matches!(what, What::CallHeld { .. }));
    let handed_on = count(|what| matches!(what, What::TransferDone { .. }));
    let not_handed_on = count(|what| matches!(what, What::TransferFailed { .. }));
    println!("{held} times held, {handed_on} handed on, {not_handed_on} not");
    assert!(held >= 20 && handed_on >= 10 && not_handed_on >= 3);
    assert_eq!(count(|what| matches!(what, What::CallFaulted { .. })), 0);

    // Everything is given back: `work` waited until the office was quiet.
    assert!(office.board().calls.is_empty());
    assert!(office.switch().is_at_rest());
}

#[test]
fn the_same_seed_is_the_same_morning() {
    let morning = |seed| work(seed, 7_000).story(); // into the first foul weather
    let first = morning(7);
    assert_eq!(first, morning(7));
    assert_ne!(first, morning(8));
}
