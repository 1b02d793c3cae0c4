//! A call started from the board: first the caller's own phones ring, then the number is called.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, PhoneId, Seen, SimOffice};
use office::CallId;
use switch::{Command, CommandRefusal, CommandResult, Doing, EndReason, RefusalReason, What};

fn start(office: &mut SimOffice, name: &str, to: &str) -> CommandResult {
    let (person, to) = (office.person(name), to.to_owned());
    office.ask(|ticket| Command::Originate {
        ticket,
        person,
        to,
        line: None,
        asker: switch::Asker::Somebody,
    })
}

fn started(office: &mut SimOffice, name: &str, to: &str) -> CallId {
    match start(office, name, to) {
        CommandResult::Taken { call: Some(call) } => call,
        refused => panic!("{refused:?}"),
    }
}

fn is_ringing(office: &SimOffice, phone: PhoneId) -> bool {
    let phone = office.phone(phone);
    let mut lines = phone.live_lines().into_iter();
    lines.any(|line| phone.line(line) == LineState::Rings)
}

#[test]
fn the_callers_own_phone_rings_first_and_then_the_number() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let call = started(&mut office, "Anna", "102");
    assert_eq!(office.the_call(), call, "known at once");
    office.run_secs(2);
    assert!(is_ringing(&office, anna) && !is_ringing(&office, ben));
    assert_eq!(office.doing("Anna"), Doing::Calling);
    office.answer(anna);
    office.run_secs(2);
    assert!(is_ringing(&office, ben));
    assert_eq!(
        [office.doing("Anna"), office.doing("Ben")],
        [Doing::Calling, Doing::Ringing]
    );
    assert_eq!(office.hears(anna, ben), (false, false));
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    assert_eq!(office.doing("Anna"), Doing::Talking);
    office.hang_up(anna);
    office.run_until_quiet();
    let record = &office.records()[0];
    assert_eq!((record.call, record.dialled.as_str()), (call, "102"));
    assert_eq!(record.from.number, "101");
    insta::assert_snapshot!(office.story());
}

#[test]
fn the_phone_that_rings_first_shows_who_is_about_to_be_called() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    started(&mut office, "Anna", "102");
    office.settle();
    let here = office.phone(anna).here();
    let invite = office.network().last_invite_to(here).cloned();
    let invite = String::from_utf8(invite.unwrap().to_vec()).unwrap();
    let line = |name: &str| {
        let found = invite.lines().find(|line| line.starts_with(name));
        found.unwrap_or_default().to_owned()
    };
    assert!(line("From:").contains("Ben") && line("From:").contains("sip:102@"));
    assert!(line("To:").contains("sip:101@"));
    assert!(invite.ends_with("\r\n\r\n"), "asked to offer: {invite}");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn whoever_waits_for_the_number_is_not_held_and_hears_it_ring() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .config(|config| config.always_relay = true)
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    started(&mut office, "Anna", "102");
    office.run_secs(1);
    office.answer(anna);
    office.run_secs(1);
    let waits = office.phone(anna).description_heard().unwrap();
    // A phone that is told "inactive" may leave its loudspeaker off for the rest of the call.
    assert!(!waits.contains("a=inactive"), "{waits}");
    let ringing = office.spoken_to(anna);
    office.run_secs(4);
    assert!(office.spoken_to(anna) >= ringing + 190, "she hears it ring");
    office.answer(ben);
    office.run_secs(1);
    assert_eq!(office.streams(), 2);
    let talking = office.spoken_to(anna);
    office.run_secs(2);
    assert_eq!(office.spoken_to(anna), talking, "no tone in the talk");
    office.assert_talk(anna, ben);
    assert!(!office.phone(anna).has_seen(&Seen::PutOnHold));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_relayed_call_started_from_the_board_is_heard() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk", "mobile"])
        .person("Ben", "102", &["desk"])
        .config(|config| config.always_relay = true)
        .open();
    let (anna, ben) = (office.phone_of("Anna", "mobile"), office.desk("Ben"));
    started(&mut office, "Anna", "102");
    office.run_secs(1);
    office.answer(anna);
    office.habit(ben, Habit::AnswersAfter(secs(5)));
    office.run_secs(7);
    office.assert_talk(anna, ben);
    assert!(office.phone(office.desk("Anna")).live_lines().is_empty());
    // Nothing is forgotten of what a call can do.
    office.hold(ben);
    office.run_secs(1);
    assert!(office.spoken_to(anna) > 0, "music");
    office.resume(ben);
    office.run_secs(60);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_call_nobody_picks_up_at_the_callers_own_phones_calls_nobody() {
    for habit in [
        Habit::DeclinesAfter(secs(3)),
        Habit::LetsItRing,
        Habit::IsBusy,
        Habit::IsDead,
    ] {
        let mut office = SimOffice::of_four();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.habit(anna, habit);
        started(&mut office, "Anna", "102");
        office.run_until_quiet();
        assert!(!office.phone(ben).has_seen(&Seen::Rings));
        assert_eq!(office.records()[0].reason, EndReason::CallerGaveUp);
    }
}

#[test]
fn a_caller_who_hangs_up_while_the_number_rings_leaves_it_silent() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    started(&mut office, "Anna", "102");
    office.run_secs(1);
    office.answer(anna);
    office.run_secs(1);
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.phone(ben).has_seen(&Seen::StoppedRinging(None)));
    assert_eq!(office.records()[0].reason, EndReason::CallerGaveUp);
}

#[test]
fn a_caller_whose_number_cannot_be_had_is_hung_up() {
    for (habit, reason) in [
        (Habit::IsBusy, EndReason::Busy),
        (Habit::DeclinesAfter(secs(1)), EndReason::Declined),
        (Habit::LetsItRing, EndReason::NobodyAnswered),
    ] {
        let mut office = SimOffice::of_four();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.habit(ben, habit);
        started(&mut office, "Anna", "102");
        office.run_secs(1);
        office.answer(anna);
        office.run_until_quiet();
        assert!(office.phone(anna).has_seen(&Seen::FarEndHungUp));
        assert_eq!(office.records()[0].reason, reason);
    }
}

#[test]
fn the_board_ends_a_call_it_started_at_any_time() {
    for picked_up in [false, true] {
        let mut office = SimOffice::of_four();
        let anna = office.desk("Anna");
        let call = started(&mut office, "Anna", "102");
        office.run_secs(1);
        if picked_up {
            office.answer(anna);
            office.run_secs(1);
        }
        office.command(Command::HangUp(call));
        office.run_until_quiet();
        assert_eq!(office.records()[0].reason, EndReason::EndedByOffice);
    }
}

#[test]
fn the_board_is_told_why_no_call_is_started() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Nobody", "105", &[])
        .closed_number("109")
        .settings(|settings| settings.admission.calls_per_person = 1)
        .open();
    let refused = |reason| CommandResult::Refused { reason };
    let call = |reason| refused(CommandRefusal::Call(reason));
    let nobody = start(&mut office, "Nobody", "102");
    assert_eq!(nobody, refused(CommandRefusal::OwnPhonesOffline));
    for (to, told) in [
        ("899", call(RefusalReason::UnknownNumber)),
        ("109", call(RefusalReason::NumberHangsUp)),
        ("105", call(RefusalReason::NobodyOnline)),
        ("", call(RefusalReason::UnknownNumber)),
    ] {
        assert_eq!(start(&mut office, "Anna", to), told, "{to}");
    }
    started(&mut office, "Anna", "102");
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let told = start(&mut office, "Anna", "102");
    assert_eq!(told, call(RefusalReason::CallerAtLimit));
    let stranger = office::PersonId(77);
    let told = office.ask(|ticket| Command::Originate {
        ticket,
        person: stranger,
        to: "101".into(),
        line: None,
        asker: switch::Asker::Somebody,
    });
    assert_eq!(told, refused(CommandRefusal::NoSuchPerson));
    office.run_secs(1);
    office.hang_up(anna);
    office.run_until_quiet();
    office.command(Command::ShutDown);
    let told = start(&mut office, "Anna", "102");
    assert_eq!(told, call(RefusalReason::ShuttingDown));
    assert!(!office.phone(ben).has_seen(&Seen::Rings));
    let arrived = |what: &What| matches!(what, What::CallerArrived { .. });
    let arrived = office.happenings().filter(|h| arrived(&h.what)).count();
    assert_eq!(arrived, 1, "a refused command begins no call");
}

/// Their phone is up, so no SIP status tells them: the office's country does.
#[test]
fn who_calls_from_the_board_hears_that_the_other_is_busy() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.habit(ben, Habit::IsBusy);
    let person = office.person("Anna");
    let to = "102".to_owned();
    office.ask(|ticket| Command::Originate {
        ticket,
        person,
        to,
        line: None,
        asker: switch::Asker::Somebody,
    });
    office.run_secs(3);
    assert_eq!(office.said(), ["a tone", "a tone"], "ringing, then busy");
    assert!(!office.phone(anna).live_lines().is_empty());
    let heard = office.spoken_to(anna);
    office.run_secs(1);
    assert!(office.spoken_to(anna) >= heard + 40, "it sounds on");
    office.run_until_quiet();
    let ended = |what: &What| {
        let reason = EndReason::Busy;
        matches!(what, What::CallEnded { reason: why, .. } if *why == reason)
    };
    assert!(office.has_happened(ended), "{}", office.story());
}
