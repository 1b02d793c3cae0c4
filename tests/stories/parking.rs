//! Parking: a caller waits in a slot, is fetched from any phone, comes back to whoever has parked them
//! and is never lost.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, PhoneId, SimOffice, SimOfficeBuilder};
use media::{SoundFile, Wiring};
use office::{MusicOnHold, ParkSlot, PersonId, RouteTarget, SoundName};
use serde_json::json;
use switch::{
    CallSide, Command, CommandRefusal, CommandResult, Doing, EndReason, LiveCall, RefusalReason,
    What,
};

/// Whether a phone hears music.
fn hears_music(office: &SimOffice, phone: PhoneId) -> bool {
    matches!(office.wiring(phone), Some(Wiring::Music { .. }))
}

/// The slots with somebody in them, as the board shows them: who waits, and who has parked them.
fn parked(office: &SimOffice) -> Vec<(u32, String, Option<String>)> {
    let shown = |call: &LiveCall| {
        let parked = call.parked.as_ref()?;
        let who = match parked.side {
            CallSide::Caller => Some(&call.from),
            CallSide::Callee => call.with.as_ref(),
        };
        let by = parked.by.as_ref().map(|by| by.name.clone());
        Some((parked.slot.0, who?.name.clone(), by))
    };
    let mut all: Vec<_> = office.board().calls.values().filter_map(shown).collect();
    all.sort();
    all
}

fn names(slots: &[(u32, &str, &str)]) -> Vec<(u32, String, Option<String>)> {
    let owned =
        |(slot, who, by): &(u32, &str, &str)| (*slot, (*who).to_owned(), Some((*by).to_owned()));
    slots.iter().map(owned).collect()
}

/// Anna and Ben talk, and Ben parks her at 72.
fn anna_is_parked(office: &mut SimOffice) -> [PhoneId; 3] {
    let phones = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let [anna, ben, _] = phones;
    office.connect(anna, ben);
    office.transfer(ben, "72");
    office.run_secs(1);
    assert_eq!(
        parked(office),
        names(&[(72, "Anna", "Ben")]),
        "{}",
        office.story()
    );
    phones
}

fn hang_up_all(office: &mut SimOffice) {
    for phone in office.phones().collect::<Vec<_>>() {
        office.hang_up(phone);
    }
    office.run_until_quiet();
    assert_eq!(parked(office), []);
}

#[test]
fn a_call_is_parked_at_a_slot_and_fetched_from_another_phone() {
    for relayed in [false, true] {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .person("Carla", "103", &["desk"])
            .config(|config| config.always_relay = relayed)
            .open();
        let [anna, ben, carla] = anna_is_parked(&mut office);
        assert!(hears_music(&office, anna), "{}", office.story());
        assert!(office.phone(ben).live_lines().is_empty());
        assert_eq!(office.phone(ben).transfer_reports(), [200]);
        assert_eq!(office.doing("Ben"), Doing::Idle);
        office.run_secs(20);
        let music = office.spoken_to(anna);
        assert!(
            (900..=1_051).contains(&music),
            "{music} packets in 21 seconds"
        );
        office.dial(carla, "72");
        office.run_secs(2);
        office.assert_talk(anna, carla);
        assert!(!hears_music(&office, anna));
        assert_eq!(parked(&office), []);
        assert_eq!(office.board().calls.len(), 1, "{}", office.story());
        office.hang_up(carla);
        office.run_until_quiet();
        assert_eq!(
            office.records().len(),
            2,
            "the talk, and the call that fetched it"
        );
        let talk = office.records().last().unwrap();
        assert_eq!(talk.with.as_ref().unwrap().name, "Carla");
        if !relayed {
            insta::assert_snapshot!(office.story());
        }
    }
}

/// The same key parks and fetches: whoever has parked the call gets it back by dialling the slot.
#[test]
fn whoever_has_parked_a_call_fetches_it_with_the_same_number() {
    let mut office = SimOffice::of_four();
    let [anna, ben, _] = anna_is_parked(&mut office);
    office.dial(ben, "72");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.transfer(ben, "72");
    office.run_secs(2);
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    hang_up_all(&mut office);
}

#[test]
fn whoever_was_called_can_be_parked_too() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.transfer(anna, "72");
    office.run_secs(1);
    assert_eq!(parked(&office), names(&[(72, "Ben", "Anna")]));
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(ben, carla);
    hang_up_all(&mut office);
}

/// Most phones hold before they transfer: the music goes on as it was.
#[test]
fn whoever_is_on_hold_goes_on_hearing_the_same_music_while_parked() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(5);
    let before = office.spoken_to(anna);
    office.transfer(ben, "72");
    office.run_secs(10);
    let music = office.spoken_to(anna) - before;
    assert!(
        (495..=501).contains(&music),
        "{music} packets in ten seconds"
    );
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(anna, carla);
    assert_eq!(office.board().calls.values().next().unwrap().held_by, None);
    hang_up_all(&mut office);
}

#[test]
fn whoever_is_parked_hears_the_music_of_whoever_has_parked_them() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .parts(|parts| {
            let waltz = SoundName::parse("music/bens-waltz").unwrap();
            parts.persons[1].music = Some(MusicOnHold::Own(vec![waltz]));
        })
        .open();
    let [anna, ..] = anna_is_parked(&mut office);
    let Some(Wiring::Music { pieces }) = office.wiring(anna) else {
        panic!("no music");
    };
    assert_eq!(pieces[..], [SoundFile::new("music/bens-waltz")]);
    hang_up_all(&mut office);
}

#[test]
fn a_call_is_parked_after_asking_for_the_slot() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(1);
    office.said();
    office.dial(ben, "72");
    office.run_secs(3);
    assert_eq!(office.said(), ["prompts/en/nothing-parked"]);
    office.join_lines(ben);
    office.run_secs(2);
    assert_eq!(
        parked(&office),
        names(&[(72, "Anna", "Ben")]),
        "{}",
        office.story()
    );
    assert!(office.phone(ben).live_lines().is_empty());
    assert!(hears_music(&office, anna));
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(anna, carla);
    hang_up_all(&mut office);
}

#[test]
fn the_next_free_slot_is_told_in_words_to_whoever_parks() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla, dora] = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    office.connect(carla, dora);
    office.transfer(dora, "70");
    office.connect(anna, ben);
    office.said();
    office.transfer(ben, "*70");
    office.run_secs(1);
    assert!(
        !office.phone(ben).live_lines().is_empty(),
        "Ben still hears it"
    );
    office.run_secs(5);
    let said = office.said();
    assert!(
        said.starts_with(&["prompts/en/parked-at".to_owned()]) && said.len() == 3,
        "{said:?}"
    );
    assert_eq!(
        parked(&office),
        names(&[(70, "Carla", "Dora"), (71, "Anna", "Ben")])
    );
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(office.phone(ben).transfer_reports(), [200]);
    hang_up_all(&mut office);
}

/// Consulted first: the slot that was told is kept free until the transfer is completed.
#[test]
fn the_slot_told_before_the_transfer_is_the_one_the_call_is_parked_at() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla, dora] = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(1);
    office.dial(ben, "*70");
    office.run_secs(3);
    assert!(office.said().contains(&"prompts/en/parked-at".to_owned()));
    // Somebody else parks meanwhile.
    office.connect(carla, dora);
    office.transfer(dora, "*70");
    office.run_secs(1);
    assert_eq!(
        parked(&office),
        names(&[(71, "Carla", "Dora")]),
        "{}",
        office.story()
    );
    office.join_lines(ben);
    office.run_secs(2);
    assert_eq!(
        parked(&office),
        names(&[(70, "Anna", "Ben"), (71, "Carla", "Dora")])
    );
    hang_up_all(&mut office);
}

#[test]
fn who_dials_an_empty_slot_is_told_so_in_words() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.dial(anna, "75");
    office.run_secs(3);
    assert_eq!(office.said(), ["prompts/en/nothing-parked"]);
    office.run_secs(15);
    assert!(office.phone(anna).last_line().is_over());
    office.run_until_quiet();
}

#[test]
fn an_occupied_slot_is_not_overwritten() {
    let mut office = SimOffice::of_four();
    let [anna, _, carla] = anna_is_parked(&mut office);
    let dora = office.desk("Dora");
    office.connect(carla, dora);
    office.transfer(dora, "72");
    office.run_secs(2);
    assert_eq!(office.phone(dora).transfer_reports(), [486]);
    office.assert_talk(carla, dora);
    assert!(hears_music(&office, anna));
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    hang_up_all(&mut office);
}

#[test]
fn when_every_slot_is_taken_the_call_stays_where_it_is() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .settings(|settings| (settings.parking.first, settings.parking.slots) = (72, 1))
        .open();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    let dora = office.desk("Dora");
    office.connect(carla, dora);
    office.transfer(dora, "*70");
    office.run_secs(2);
    assert_eq!(office.phone(dora).transfer_reports(), [486]);
    office.assert_talk(carla, dora);
    // Whoever asks first is told in words.
    office.said();
    office.dial(ben, "*70");
    office.run_secs(3);
    assert_eq!(office.said(), ["prompts/en/queue-full"]);
    assert!(office.phone(ben).last_line().is_over());
    assert!(hears_music(&office, anna));
    hang_up_all(&mut office);
}

#[test]
fn of_two_who_grab_at_once_one_gets_the_call_and_the_other_is_told() {
    let mut office = SimOffice::of_four();
    let [anna, _, carla] = anna_is_parked(&mut office);
    let dora = office.desk("Dora");
    office.said();
    office.dial(carla, "72");
    office.dial(dora, "72");
    office.run_secs(2);
    let (one, other) = (office.hears(anna, carla), office.hears(anna, dora));
    assert!(
        [(one, other), (other, one)].contains(&((true, true), (false, false))),
        "{one:?} {other:?} {}",
        office.story()
    );
    assert_eq!(office.said(), ["prompts/en/nothing-parked"]);
    hang_up_all(&mut office);
}

#[test]
fn a_parked_call_rings_whoever_has_parked_it_after_two_minutes() {
    let mut office = SimOffice::of_four();
    let [anna, ben, _] = anna_is_parked(&mut office);
    office.habit(ben, Habit::AnswersAfter(secs(5)));
    office.run_secs(118);
    assert!(hears_music(&office, anna));
    assert!(office.phone(ben).live_lines().is_empty());
    office.run_secs(3);
    assert!(
        !office.phone(ben).live_lines().is_empty(),
        "{}",
        office.story()
    );
    assert!(hears_music(&office, anna), "nobody has answered yet");
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    office.run_secs(6);
    office.assert_talk(anna, ben);
    assert_eq!(parked(&office), []);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

/// While it rings back, somebody else may still dial the slot.
#[test]
fn a_call_that_rings_back_can_be_fetched_by_another() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    office.run_secs(121);
    assert!(!office.phone(ben).live_lines().is_empty());
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(anna, carla);
    assert!(
        office.phone(ben).live_lines().is_empty(),
        "Ben's phone is silent again"
    );
    hang_up_all(&mut office);
}

#[test]
fn a_call_nobody_wants_back_goes_to_the_mailbox_of_whoever_has_parked_it() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .mailbox()
        .person("Carla", "103", &["desk"])
        .open();
    let [anna, _, _] = anna_is_parked(&mut office);
    office.run_secs(200);
    assert_eq!(
        parked(&office),
        names(&[(72, "Anna", "Ben")]),
        "it comes back once more"
    );
    office.run_secs(83);
    assert_eq!(parked(&office), [], "{}", office.story());
    office.speak(anna, 4);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.voice_messages().len(), 1, "{}", office.story());
}

#[test]
fn without_a_mailbox_a_call_nobody_wants_back_waits_on_and_comes_back_again() {
    let mut office = SimOffice::of_four();
    let [anna, ..] = anna_is_parked(&mut office);
    office.run_secs(3_600);
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    assert!(hears_music(&office, anna));
    let back = |what: &&What| matches!(what, What::ParkedCallCameBack { .. });
    let told = office.happenings().map(|happening| &happening.what);
    let times = told.filter(back).count();
    assert!((20..=30).contains(&times), "{times} times in an hour");
    hang_up_all(&mut office);
}

#[test]
fn a_phone_that_is_gone_keeps_nobody_from_being_fetched() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    office.with(ben, |phone, now| phone.register(now, 0));
    office.run_secs(300);
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(anna, carla);
    hang_up_all(&mut office);
}

#[test]
fn who_hangs_up_while_parked_frees_the_slot() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    office.hang_up(anna);
    office.run_secs(1);
    assert_eq!(parked(&office), []);
    assert_eq!(office.records().last().unwrap().reason, EndReason::HungUp);
    office.connect(carla, ben);
    office.transfer(ben, "72");
    office.run_secs(1);
    assert_eq!(parked(&office), names(&[(72, "Carla", "Ben")]));
    hang_up_all(&mut office);
    assert_eq!(office.switch().held().calls, 0);
}

/// Whoever waits hangs up while a phone rings for them, or just as somebody fetches them.
#[test]
fn who_hangs_up_while_they_are_fetched_leaves_nobody_hanging() {
    for after in [0, 10, 30, 60, 100, 200, 500] {
        let mut office = SimOffice::of_four();
        let [anna, _, carla] = anna_is_parked(&mut office);
        office.dial(carla, "72");
        office.run_for(std::time::Duration::from_millis(after));
        office.hang_up(anna);
        office.run_secs(20);
        assert!(
            office.phone(carla).live_lines().is_empty(),
            "{after}: {}",
            office.story()
        );
        office.run_until_quiet();
        assert_eq!(office.switch().held().calls, 0, "{after}");
    }
}

/// Whoever fetches gives up before the phones have agreed: the caller waits on.
#[test]
fn who_gives_up_fetching_leaves_the_caller_parked() {
    for after in [1, 10, 30] {
        let mut office = SimOffice::of_four();
        let [anna, _, carla] = anna_is_parked(&mut office);
        let line = office.dial(carla, "72");
        office.run_for(std::time::Duration::from_millis(after));
        office.with(carla, |phone, now| phone.hang_up_before_answer(now, line));
        office.run_secs(2);
        let still = parked(&office) == names(&[(72, "Anna", "Ben")]) && hears_music(&office, anna);
        let over = office.phone(anna).live_lines().is_empty();
        assert!(still || over, "{after}: {}", office.story());
        hang_up_all(&mut office);
    }
}

#[test]
fn a_caller_from_outside_is_parked_and_fetched() {
    let mut office = with_line().open();
    let carrier = office.carrier("Carrier");
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.transfer(anna, "70");
    office.run_secs(2);
    assert!(hears_music(&office, carrier), "{}", office.story());
    office.dial(ben, "70");
    office.run_secs(2);
    office.assert_talk(ben, carrier);
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(office.switch().held().outside, 0);
}

/// Anna and Ben, with one line.
fn with_line() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = office::Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
}

#[test]
fn the_board_parks_a_call_and_brings_it_to_somebodys_phones() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    let call = office.the_call();
    let park = |slot| {
        move |ticket| Command::Park {
            ticket,
            call,
            keep: CallSide::Caller,
            slot,
        }
    };
    assert_eq!(
        office.ask(park(Some(ParkSlot(99)))),
        refused(RefusalReason::UnknownNumber)
    );
    let taken = office.ask(park(Some(ParkSlot(74))));
    assert_eq!(taken, CommandResult::Taken { call: Some(call) });
    office.run_secs(1);
    assert_eq!(parked(&office), names(&[(74, "Anna", "Ben")]));
    assert!(office.phone(ben).live_lines().is_empty());
    assert!(hears_music(&office, anna));
    let not_now = CommandRefusal::NotNow;
    assert_eq!(
        office.ask(park(None)),
        CommandResult::Refused { reason: not_now }
    );
    let person = office.person("Carla");
    office.habit(carla, Habit::AnswersAfter(secs(3)));
    let get = |ticket| Command::TakeOver {
        ticket,
        call,
        person,
    };
    assert_eq!(office.ask(get), CommandResult::Taken { call: Some(call) });
    office.run_secs(1);
    assert!(hears_music(&office, anna), "until it is picked up");
    office.run_secs(4);
    office.assert_talk(anna, carla);
    assert_eq!(parked(&office), []);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

fn refused(reason: RefusalReason) -> CommandResult {
    CommandResult::Refused {
        reason: CommandRefusal::Call(reason),
    }
}

/// A click on a slot of the board calls it: the phones ring once, and the caller is there.
#[test]
fn a_call_started_from_the_board_to_a_slot_fetches_it() {
    let mut office = SimOffice::of_four();
    let [anna, _, carla] = anna_is_parked(&mut office);
    office.habit(carla, Habit::AnswersAfter(secs(2)));
    let person = office.person("Carla");
    let to_slot = |number: &str| {
        let to = number.to_owned();
        move |ticket| Command::Originate {
            ticket,
            person,
            to,
            line: None,
            asker: switch::Asker::Somebody,
        }
    };
    assert_eq!(
        office.ask(to_slot("73")),
        refused(RefusalReason::NothingParked)
    );
    let taken = office.ask(to_slot("72"));
    assert!(matches!(taken, CommandResult::Taken { .. }), "{taken:?}");
    office.run_secs(4);
    office.assert_talk(anna, carla);
    hang_up_all(&mut office);
}

#[test]
fn after_a_restart_the_slots_are_empty_and_can_be_used_again() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    office.restart_engine();
    office.run_secs(2);
    assert_eq!(parked(&office), []);
    office.said();
    office.dial(carla, "72");
    office.run_secs(3);
    assert_eq!(office.said(), ["prompts/en/nothing-parked"]);
    for phone in [anna, ben, carla] {
        office.with(phone, |phone, _| phone.lose_power([9; 32]));
        office.with(phone, |phone, now| phone.register(now, 3_600));
    }
    office.run_secs(20);
    office.connect(anna, ben);
    office.transfer(ben, "72");
    office.run_secs(1);
    assert_eq!(parked(&office), names(&[(72, "Anna", "Ben")]));
    hang_up_all(&mut office);
}

/// The office turns parking off while somebody is parked: they can still be fetched.
#[test]
fn who_is_parked_is_fetched_though_parking_has_been_turned_off() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = anna_is_parked(&mut office);
    office.change_office(|parts| parts.settings.parking.on = false);
    office.dial(carla, "72");
    office.run_secs(2);
    office.assert_talk(anna, carla);
    office.transfer(carla, "72");
    office.run_secs(2);
    assert_eq!(
        office.phone(carla).transfer_reports(),
        [404],
        "no new call is parked"
    );
    office.assert_talk(anna, carla);
    let line = office.dial(ben, "72");
    office.run_secs(2);
    assert_eq!(office.phone(ben).line(line), LineState::Over(404));
    hang_up_all(&mut office);
}

/// A flow that parks its callers, and says goodbye to those nobody fetches.
fn flow() -> serde_json::Value {
    let node = |id: &str, data: serde_json::Value| json!({"id": id, "type": data["kind"], "position": {"x": 0, "y": 0}, "data": data});
    let edge = |at: &str, source: &str, outcome: &str, target: &str| json!({"id": at, "source": source, "sourceHandle": outcome, "target": target});
    json!({"schemaVersion": 1, "id": "flow_park1", "name": "Park", "entry": "n_start",
    "nodes": [
        node("n_start", json!({"kind": "entry"})),
        node("n_park1", json!({"kind": "park", "lot": "1", "timeout": 30})),
        node("n_ends1", json!({"kind": "hangup", "cause": "normal"})),
    ],
    "edges": [
        edge("e1", "n_start", "default", "n_park1"),
        edge("e2", "n_park1", "timeout", "n_ends1"),
    ]})
}

fn with_flow() -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .flow("Park", "200", flow())
        .open()
}

#[test]
fn a_flow_parks_a_caller_who_is_fetched() {
    let mut office = with_flow();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.dial(anna, "200");
    office.run_secs(2);
    assert!(hears_music(&office, anna), "{}", office.story());
    assert_eq!(parked(&office), [(70, "Anna".to_owned(), None)]);
    office.dial(ben, "70");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.run_secs(60);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    assert!(office.phone(anna).live_lines().is_empty());
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_caller_nobody_fetches_goes_on_in_their_flow() {
    let mut office = with_flow();
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(29);
    assert!(hears_music(&office, anna));
    office.run_secs(3);
    assert_eq!(parked(&office), []);
    assert!(
        office.phone(anna).last_line().is_over(),
        "{}",
        office.story()
    );
    office.run_until_quiet();
}

#[test]
fn a_flow_whose_slots_are_all_taken_goes_on_as_if_nobody_had_come() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .settings(|settings| (settings.parking.first, settings.parking.slots) = (72, 1))
        .flow("Park", "200", flow())
        .open();
    anna_is_parked(&mut office);
    let carla = office.desk("Carla");
    office.dial(carla, "200");
    office.run_secs(3);
    assert!(
        office.phone(carla).last_line().is_over(),
        "{}",
        office.story()
    );
    hang_up_all(&mut office);
}
