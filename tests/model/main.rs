//! Whatever four phones and a bad network do, in whatever order, the rules of the house hold.

use cordboard_tests::sim::{Habit, PhoneId, SimOffice, Weather};
use office::{CallId, PersonId, WantsState};
use proptest::{prelude::*, sample::select};
use std::{collections::BTreeSet, time::Duration};
use switch::{CallSide, Command, Doing, MediaWay, What};

/// One thing somebody does, or the network.
#[derive(Clone, Debug)]
enum Step {
    Dial(usize, &'static str),
    DialWithoutOffer(usize, &'static str),
    Answer(usize),
    HangUp(usize),
    SayByeTooEarly(usize),
    Hold(usize),
    Resume(usize),
    AskForOffer(usize),
    HandOn(usize, &'static str),
    JoinLines(usize),
    TakeOver(usize, usize),
    Press(usize),
    PullPlug(usize),
    Habit(usize, Habit),
    MoveSound(MediaWay),
    EndFromBoard,
    CallFromBoard(usize, &'static str),
    PutThrough(CallSide, &'static str),
    TakeOverFromBoard(usize),
    Disturb(usize, bool),
    Weather(Weather),
    Wait(u64),
}

/// Anna has two phones, so that calls fork and are taken over.
const PHONES: usize = 4;

/// Anna, Ben and Carla.
const PERSONS: usize = 3;

fn office(seed: u64, relay: bool) -> SimOffice {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk", "mobile"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .seed(seed)
        .config(|config| config.always_relay = relay)
        .open();
    office.keep_ladder();
    office
}

fn step() -> impl Strategy<Value = Step> {
    let phone = || 0..PHONES;
    let number = || select(vec!["101", "102", "103", "999", "*43"]);
    let side = select(vec![CallSide::Caller, CallSide::Callee]);
    let person = || 0..PERSONS;
    let ms = |ms| Duration::from_millis(ms);
    let habit = select(vec![
        Habit::AnswersAfter(ms(300)),
        Habit::AnswersAfter(ms(0)),
        Habit::GreetsThenAnswersAfter(ms(2_000)),
        Habit::DeclinesAfter(ms(500)),
        Habit::LetsItRing,
        Habit::IsBusy,
        Habit::IsDead,
        Habit::NeverAcknowledges,
    ]);
    let weather = select(vec![Weather::FINE, Weather::FOUL, Weather::ECHOING]);
    let way = select(vec![MediaWay::Direct, MediaWay::Relayed]);
    prop_oneof![
        6 => (phone(), number()).prop_map(|(phone, number)| Step::Dial(phone, number)),
        1 => (phone(), number()).prop_map(|(phone, number)| Step::DialWithoutOffer(phone, number)),
        5 => phone().prop_map(Step::Answer),
        3 => phone().prop_map(Step::HangUp),
        1 => phone().prop_map(Step::SayByeTooEarly),
        2 => phone().prop_map(Step::Hold),
        2 => phone().prop_map(Step::Resume),
        1 => phone().prop_map(Step::AskForOffer),
        3 => (phone(), number()).prop_map(|(phone, number)| Step::HandOn(phone, number)),
        3 => phone().prop_map(Step::JoinLines),
        2 => (phone(), phone()).prop_map(|(new, old)| Step::TakeOver(new, old)),
        1 => phone().prop_map(Step::Press),
        1 => phone().prop_map(Step::PullPlug),
        3 => (phone(), habit).prop_map(|(phone, habit)| Step::Habit(phone, habit)),
        1 => way.prop_map(Step::MoveSound),
        1 => Just(Step::EndFromBoard),
        2 => (person(), number()).prop_map(|(person, number)| Step::CallFromBoard(person, number)),
        2 => (side, number()).prop_map(|(side, number)| Step::PutThrough(side, number)),
        2 => person().prop_map(Step::TakeOverFromBoard),
        1 => (person(), any::<bool>()).prop_map(|(person, on)| Step::Disturb(person, on)),
        1 => weather.prop_map(Step::Weather),
        8 => select(vec![0, 1, 40, 300, 2_000, 12_000, 40_000]).prop_map(Step::Wait),
    ]
}

fn play(office: &mut SimOffice, step: &Step) {
    let phones: Vec<PhoneId> = office.phones().collect();
    let at = |phone: usize| phones[phone];
    match *step {
        Step::Dial(phone, number) => {
            office.dial(at(phone), number);
        }
        Step::DialWithoutOffer(phone, number) => {
            office.with(at(phone), |p, now| p.dial_without_offer(now, number));
        }
        Step::Answer(phone) => office.answer(at(phone)),
        Step::HangUp(phone) => office.hang_up(at(phone)),
        Step::SayByeTooEarly(phone) => {
            office.on_line(at(phone), |p, now, line| p.hang_up_before_answer(now, line));
        }
        Step::Hold(phone) => office.hold(at(phone)),
        Step::Resume(phone) => office.resume(at(phone)),
        Step::AskForOffer(phone) => {
            office.on_line(at(phone), |p, now, line| p.ask_for_offer(now, line));
        }
        Step::HandOn(phone, number) => office.transfer(at(phone), number),
        Step::JoinLines(phone) => office.join_lines(at(phone)),
        Step::TakeOver(new, old) => {
            let dialog = office.on_line(at(old), |p, _, line| p.replaces(line));
            if let Some(dialog) = dialog.flatten() {
                office.with(at(new), |p, now| p.take_over(now, &dialog));
            }
        }
        Step::Press(phone) => {
            office.on_line(at(phone), |p, now, line| p.press(now, line, '#'));
        }
        Step::PullPlug(phone) => office.power_cut(at(phone)),
        Step::Habit(phone, habit) => office.habit(at(phone), habit),
        Step::MoveSound(way) => office.move_sound(way),
        Step::EndFromBoard => {
            if let Some(call) = office.board().calls.keys().next().copied() {
                office.command(Command::HangUp(call));
            }
        }
        Step::CallFromBoard(person, to) => {
            let (person, to) = (person_at(person), to.to_owned());
            office.ask(|ticket| Command::Originate {
                ticket,
                person,
                to,
                line: None,
                asker: switch::Asker::Somebody,
            });
        }
        Step::PutThrough(keep, to) => {
            let call = newest_call(office);
            let to = to.to_owned();
            office.ask(|ticket| Command::Transfer {
                ticket,
                call,
                keep,
                to,
                asker: switch::Asker::Somebody,
            });
        }
        Step::TakeOverFromBoard(person) => {
            let (call, person) = (newest_call(office), person_at(person));
            office.ask(|ticket| Command::TakeOver {
                ticket,
                call,
                person,
            });
        }
        Step::Disturb(person, not) => office.change_office(|parts| {
            parts.persons[person].wants.state = match not {
                true => WantsState::DoNotDisturb,
                false => WantsState::Available,
            };
        }),
        Step::Weather(weather) => office.weather(weather),
        Step::Wait(ms) => office.run_for(Duration::from_millis(ms)),
    }
}

fn person_at(index: usize) -> PersonId {
    PersonId(index as i64 + 1)
}

/// The call that began last of those going on; one that never was when there is none.
fn newest_call(office: &SimOffice) -> CallId {
    office
        .board()
        .calls
        .keys()
        .next_back()
        .copied()
        .unwrap_or(CallId(0))
}

/// What holds at every moment.
fn check(office: &SimOffice) -> Result<(), TestCaseError> {
    let held = office.switch().held();
    prop_assert_eq!(
        office.streams(),
        held.streams,
        "media thread and switch agree"
    );
    prop_assert!(held.streams <= held.port_pairs && held.port_pairs <= held.legs);
    prop_assert_eq!(office.board().calls.len(), held.records);
    prop_assert!(held.records <= held.calls);
    for person in (0..PERSONS).map(person_at) {
        let calls = office.board().calls.values();
        let mut parties = calls.flat_map(|call| std::iter::once(&call.from).chain(&call.with));
        let has_call = parties.any(|party| party.person == Some(person));
        let doing = office.board().doing(person);
        // While they hold one call, another may ring.
        let fits = match doing {
            Doing::Idle => !has_call,
            Doing::Ringing => true,
            Doing::Holding | Doing::Calling | Doing::Talking => has_call,
        };
        prop_assert!(fits, "{:?} is {:?} on the board", person, doing);
    }
    let arrived = office.happenings();
    let arrived = arrived.filter(|h| matches!(h.what, What::CallerArrived { .. }));
    prop_assert_eq!(arrived.count(), office.records().len() + held.records);
    let faulted = office.has_happened(|what| matches!(what, What::CallFaulted { .. }));
    prop_assert!(!faulted, "{}", office.recordings().join("\n"));
    Ok(())
}

/// What holds once everybody has gone home.
fn check_at_rest(office: &SimOffice) -> Result<(), TestCaseError> {
    check(office)?;
    let ids: BTreeSet<_> = office.records().iter().map(|record| record.call).collect();
    prop_assert_eq!(ids.len(), office.records().len(), "one record per call");
    prop_assert!(office.board().calls.is_empty());
    let none: Vec<String> = Vec::new();
    prop_assert_eq!(office.contradictions(), none, "one final answer per INVITE");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_rules_hold(
        seed in any::<u64>(),
        relay in any::<bool>(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut office = office(seed, relay);
        for step in &steps {
            play(&mut office, step);
            check(&office)?;
        }
        office.weather(Weather::FINE);
        for phone in office.phones() {
            office.habit(phone, Habit::LetsItRing);
        }
        for phone in office.phones() {
            for line in office.phone(phone).live_lines() {
                office.with(phone, |p, now| p.hang_up(now, line));
            }
        }
        office.run_secs(300);
        // A phone that lost its power has forgotten a call nobody else hung up.
        // Once each: what the office cannot end would stay for ever.
        let left: Vec<CallId> = office.board().calls.keys().copied().collect();
        for call in left {
            office.command(Command::HangUp(call));
        }
        office.run_until_quiet();
        check_at_rest(&office)?;
    }
}
