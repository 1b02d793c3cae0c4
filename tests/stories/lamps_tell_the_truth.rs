//! Whatever happens, in whatever order and on however bad a network: once things have settled, every
//! phone shows the messages that lie in its owner's mailboxes.

use cordboard_tests::sim::{Habit, PhoneId, SimOffice, Weather};
use office::PersonId;
use proptest::{prelude::*, sample::select};
use std::time::Duration;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Messages(usize, u32, u32),
    Subscribe(usize, &'static str),
    Unsubscribe(usize),
    Register(usize),
    PullPlug(usize),
    /// The network cable, not the power.
    Unplug(usize),
    PlugIn(usize),
    Join(i64),
    Leave(i64),
    RestartEngine,
    Weather(Weather),
    Wait(u64),
}

const MAILBOXES: [&str; 3] = ["Anna", "Ben", "Team"];
const PHONES: usize = 4;

fn office(seed: u64) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk", "mobile"])
        .mailbox()
        .person("Ben", "102", &["desk"])
        .mailbox()
        .person("Carla", "103", &["desk"])
        .group_mailbox("Team", "180", &["Anna", "Carla"])
        .seed(seed)
        .open()
}

fn step() -> impl Strategy<Value = Step> {
    let phone = || 0..PHONES;
    let resource = select(vec!["101", "102", "103", "*97"]);
    let weather = select(vec![Weather::FINE, Weather::FOUL, Weather::ECHOING]);
    prop_oneof![
        8 => (0..3usize, 0..3u32, 0..3u32).prop_map(|(at, new, old)| Step::Messages(at, new, old)),
        4 => (phone(), resource).prop_map(|(phone, resource)| Step::Subscribe(phone, resource)),
        2 => phone().prop_map(Step::Unsubscribe),
        2 => phone().prop_map(Step::Register),
        2 => phone().prop_map(Step::PullPlug),
        2 => phone().prop_map(Step::Unplug),
        2 => phone().prop_map(Step::PlugIn),
        1 => (1..=3i64).prop_map(Step::Join),
        1 => (1..=3i64).prop_map(Step::Leave),
        1 => Just(Step::RestartEngine),
        2 => weather.prop_map(Step::Weather),
        8 => select(vec![1, 20, 200, 600, 3_000, 40_000]).prop_map(Step::Wait),
    ]
}

fn play(office: &mut SimOffice, step: &Step) {
    let phones: Vec<PhoneId> = office.phones().collect();
    match *step {
        Step::Messages(at, new, saved) => office.messages(MAILBOXES[at], new, saved),
        Step::Subscribe(phone, resource) => {
            office.with(phones[phone], |p, now| p.subscribe(now, resource, 3_600));
        }
        Step::Unsubscribe(phone) => office.with(phones[phone], |p, now| p.unsubscribe(now)),
        Step::Register(phone) => office.with(phones[phone], |p, now| p.register(now, 3_600)),
        Step::PullPlug(phone) => office.power_cut(phones[phone]),
        Step::Unplug(phone) => office.habit(phones[phone], Habit::IsDead),
        Step::PlugIn(phone) => office.habit(phones[phone], Habit::LetsItRing),
        Step::Join(person) => office.change_office(|parts| {
            let members = &mut parts.mailboxes[2].members;
            members.retain(|member| member.0 != person);
            members.push(PersonId(person));
            members.sort();
        }),
        Step::Leave(person) => office.change_office(|parts| {
            parts.mailboxes[2]
                .members
                .retain(|member| member.0 != person);
        }),
        Step::RestartEngine => office.restart_engine(),
        Step::Weather(weather) => office.network().set_weather(weather),
        Step::Wait(milliseconds) => office.run_for(Duration::from_millis(milliseconds)),
    }
}

/// Everything is plugged in, the sun shines, every NOTIFY has been answered or given up, and every
/// phone has refreshed its registration.
fn settle(office: &mut SimOffice) {
    office.network().set_weather(Weather::FINE);
    for phone in office.phones() {
        office.habit(phone, Habit::LetsItRing);
    }
    office.run_secs(120);
    for phone in office.phones() {
        office.with(phone, |p, now| p.register(now, 3_600));
    }
    office.run_secs(40);
}

/// What all that lies in the mailboxes a person sees comes to; `None`: they see none.
fn truth(office: &SimOffice, person: PersonId) -> Option<(u32, u32)> {
    let snapshot = office.switch().office();
    let seen = snapshot.mailboxes().filter(|each| each.is_seen_by(person));
    let counts = seen.map(|each| office.messages_in(each.id));
    counts.reduce(|sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// Plays it all, lets things settle, and looks at every display.
fn tells_the_truth(seed: u64, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut office = office(seed);
    for step in steps {
        play(&mut office, step);
    }
    settle(&mut office);
    let restarted = steps.iter().any(|step| matches!(step, Step::RestartEngine));
    let owners = [1, 1, 2, 3].map(PersonId);
    for (phone, owner) in office.phones().zip(owners) {
        let shown = office.phone(phone).messages();
        let truth = truth(&office, owner);
        // An engine that starts knows of nobody who saw a mailbox before.
        if truth.is_some() || !restarted {
            let name = &office.phone(phone).name;
            prop_assert_eq!(shown, truth.unwrap_or_default(), "{}", name);
        }
    }
    // Subscriptions a phone gave up without a word are found out when it is switched on again.
    for phone in office.phones() {
        office.power_cut(phone);
    }
    office.run_secs(40);
    prop_assert_eq!(office.switch().held().subscriptions, 0);
    prop_assert!(office.recordings().is_empty(), "{:?}", office.recordings());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn what_a_phone_was_told_last_is_the_truth(
        seed in any::<u64>(),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        tells_the_truth(seed, &steps)?;
    }
}

/// What it was told before its restart comes again, late, and after its subscription has told it
/// how things stand now.
#[test]
fn a_repetition_from_before_a_restart_does_not_stay_on_the_display() -> Result<(), TestCaseError> {
    let steps = [
        Step::Subscribe(0, "*97"),
        Step::Messages(1, 1, 0),
        Step::Weather(Weather::FOUL),
        Step::Wait(20),
        Step::Wait(20),
        Step::Register(0),
        Step::Messages(1, 0, 0),
        Step::PullPlug(0),
        Step::Subscribe(0, "*97"),
        Step::Messages(2, 0, 1),
        Step::Unsubscribe(0),
        Step::Messages(0, 0, 1),
        Step::Wait(200),
    ];
    // Where the steps above went wrong.
    tells_the_truth(11_616_075_383_411_261_598, &steps)
}
