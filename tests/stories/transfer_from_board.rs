//! The receptionist puts a call through from the board: nobody is left hanging meanwhile.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice};
use switch::{CallSide, Command, CommandRefusal, CommandResult, RefusalReason, What};

fn put_through(office: &mut SimOffice, keep: CallSide, to: &str) -> CommandResult {
    let call = office.the_call();
    let to = to.to_owned();
    office.ask(|ticket| Command::Transfer {
        ticket,
        call,
        keep,
        to,
        asker: switch::Asker::Somebody,
    })
}

/// Who the board shows on the two sides of the one call.
fn sides(office: &SimOffice) -> (String, Option<String>) {
    let call = &office.board().calls[&office.the_call()];
    let with = call.with.as_ref().map(|with| with.name.clone());
    (call.from.name.clone(), with)
}

#[test]
fn the_caller_is_put_through_to_somebody_else() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(3)));
    office.connect(anna, ben);
    let call = office.the_call();
    let taken = put_through(&mut office, CallSide::Caller, "103");
    assert_eq!(taken, CommandResult::Taken { call: Some(call) });
    office.run_secs(2);
    office.assert_talk(anna, ben); // until Carla picks up
    office.run_secs(3);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    let reports = office.phone(ben).transfer_reports();
    assert!(reports.is_empty(), "Ben's phone asked for nothing");
    assert_eq!(sides(&office), ("Anna".into(), Some("Carla".into())));
    office.hang_up(carla);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
    insta::assert_snapshot!(office.story());
}

#[test]
fn the_one_who_was_called_is_put_through_and_keeps_their_place() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.connect(anna, ben);
    put_through(&mut office, CallSide::Callee, "103");
    office.run_secs(3);
    office.assert_talk(ben, carla);
    assert!(office.phone(anna).live_lines().is_empty());
    assert_eq!(sides(&office), ("Carla".into(), Some("Ben".into())));
    // And once more, now that the parties have changed.
    let dora = office.desk("Dora");
    office.habit(dora, Habit::AnswersAfter(secs(1)));
    put_through(&mut office, CallSide::Callee, "104");
    office.run_secs(3);
    office.assert_talk(ben, dora);
    assert_eq!(sides(&office), ("Dora".into(), Some("Ben".into())));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_call_on_hold_is_put_through_and_no_longer_held() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(1);
    put_through(&mut office, CallSide::Caller, "103");
    office.run_secs(3);
    office.assert_talk(anna, carla);
    let call = &office.board().calls[&office.the_call()];
    assert_eq!(call.held_by, None);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_busy_target_leaves_the_two_talking() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::IsBusy);
    office.connect(anna, ben);
    put_through(&mut office, CallSide::Caller, "103");
    office.run_secs(2);
    let failed = |what: &What| matches!(what, What::TransferFailed { status: 486, .. });
    assert!(office.has_happened(failed));
    office.assert_talk(anna, ben);
    assert_eq!(sides(&office), ("Anna".into(), Some("Ben".into())));
    office.hang_up(ben);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn who_left_trusting_the_board_is_rung_again_when_the_target_cannot_be_had() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::DeclinesAfter(secs(5)));
    office.connect(anna, ben);
    put_through(&mut office, CallSide::Callee, "103");
    office.run_secs(1);
    office.hang_up(anna);
    office.habit(anna, Habit::AnswersAfter(secs(4)));
    office.run_secs(12);
    office.assert_talk(anna, ben);
    assert_eq!(sides(&office), ("Anna".into(), Some("Ben".into())));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn the_board_is_told_why_a_call_is_not_put_through() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Nobody", "105", &[])
        .closed_number("109")
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(1);
    let refused = |reason| CommandResult::Refused { reason };
    let told = put_through(&mut office, CallSide::Caller, "105");
    assert_eq!(told, refused(CommandRefusal::NotNow), "nobody has answered");
    office.answer(ben);
    office.run_secs(1);
    for (to, why) in [
        ("899", RefusalReason::UnknownNumber),
        ("109", RefusalReason::NumberHangsUp),
        ("105", RefusalReason::NobodyOnline),
    ] {
        let told = put_through(&mut office, CallSide::Caller, to);
        assert_eq!(told, refused(CommandRefusal::Call(why)), "{to}");
        office.assert_talk(anna, ben);
    }
    let call = office.the_call();
    office.hang_up(anna);
    office.run_until_quiet();
    let told = office.ask(|ticket| Command::Transfer {
        ticket,
        call,
        keep: CallSide::Caller,
        to: "102".into(),
        asker: switch::Asker::Somebody,
    });
    assert_eq!(told, refused(CommandRefusal::NoSuchCall));
}

/// Anna, Ben with a mailbox for everybody at 700, and a room at 600.
fn with_places() -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .room("600", |_| {})
        .open()
}

#[test]
fn a_caller_is_put_through_to_a_mailbox_and_leaves_a_message() {
    let mut office = with_places();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.connect(anna, ben);
    let call = office.the_call();
    let taken = put_through(&mut office, CallSide::Caller, "700");
    assert_eq!(taken, CommandResult::Taken { call: Some(call) });
    office.run_secs(4);
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(sides(&office), ("Anna".into(), Some("Sales".into())));
    office.speak(anna, 5);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.voice_messages().len(), 1, "{}", office.story());
    assert_eq!(office.voice_messages()[0].from_name, "Anna");
    assert_eq!(office.records().len(), 1);
    insta::assert_snapshot!(office.story());
}

#[test]
fn who_was_called_is_put_into_a_room_where_the_others_hear_them() {
    let mut office = with_places();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.connect(anna, ben);
    put_through(&mut office, CallSide::Callee, "600");
    office.run_secs(3);
    assert!(office.phone(anna).live_lines().is_empty());
    assert_eq!(sides(&office), ("Room 600".into(), Some("Ben".into())));
    assert_eq!(office.board().rooms.len(), 1, "{}", office.story());
    office.dial(anna, "600");
    office.run_secs(3);
    let rooms = office.board().rooms.values();
    let members: Vec<usize> = rooms.map(|room| room.members.len()).collect();
    assert_eq!(members, [2]);
    for phone in [anna, ben] {
        office.hang_up(phone);
    }
    office.run_until_quiet();
}

#[test]
fn a_held_caller_is_handed_on_to_a_room_by_the_phone_that_holds() {
    let mut office = with_places();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(1);
    office.transfer(ben, "600");
    office.run_secs(3);
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(office.board().rooms.len(), 1, "{}", office.story());
    assert!(
        matches!(office.wiring(anna), Some(media::Wiring::Room { .. })),
        "{:?}",
        office.wiring(anna)
    );
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}
