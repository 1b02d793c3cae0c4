//! Several people meet in a conference room.

use cordboard_tests::sim::{HOST_PIN, Habit, LineState, PIN, PhoneId, SimOffice};
use media::{HeardBy, Part, RoomId, Wiring};
use office::{CallId, ConferenceRoom, ConferenceRoomId, JoinSound, PinHash, RecordingRule, Secret};
use switch::{Command, CommandRefusal, CommandResult, LiveRoom, RoomMember, RoomRefusal, What};

const ROOM: ConferenceRoomId = ConferenceRoomId(1);

/// Anna, Ben, Carla and Dora, and a room at 600.
fn office(change: impl FnOnce(&mut ConferenceRoom)) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .room("600", change)
        .open()
}

fn hash() -> Option<PinHash> {
    Some(PinHash::new(Secret::new("$argon2id$".to_owned())))
}

/// Somebody dials the room and hears its first sentence out.
fn enter(office: &mut SimOffice, name: &str) -> PhoneId {
    let phone = office.desk(name);
    office.dial(phone, "600");
    office.run_secs(3);
    phone
}

/// What a phone may do in the media thread's room it is wired to.
fn part(office: &SimOffice, phone: PhoneId) -> Option<(RoomId, Part)> {
    match office.wiring(phone) {
        Some(Wiring::Room { room, part }) => Some((*room, *part)),
        _ => None,
    }
}

fn live(office: &SimOffice) -> &LiveRoom {
    let rooms = &office.board().rooms;
    rooms
        .get(&ROOM)
        .unwrap_or_else(|| panic!("nobody is there: {}", office.story()))
}

fn member<'a>(office: &'a SimOffice, name: &str) -> (CallId, &'a RoomMember) {
    let mut members = live(office).members.iter();
    let found = members.find(|(_, member)| member.party.name == name);
    let (call, member) = found.unwrap_or_else(|| panic!("{name} is not there"));
    (*call, member)
}

fn said(office: &mut SimOffice, phrase: &str) -> bool {
    let said = office.said();
    said.contains(&format!("prompts/en/{phrase}"))
}

fn hang_up_all(office: &mut SimOffice) {
    for phone in office.phones().collect::<Vec<_>>() {
        office.hang_up(phone);
    }
    office.run_until_quiet();
    assert!(office.board().rooms.is_empty(), "{}", office.story());
}

#[test]
fn three_people_meet_and_everybody_hears_everybody() {
    let mut office = office(|_| {});
    let anna = enter(&mut office, "Anna");
    assert!(said(&mut office, "conf-you-are-first"));
    let ben = enter(&mut office, "Ben");
    let heard = office.said();
    assert_eq!(
        heard,
        ["a tone", "prompts/en/conf-one-other"],
        "the tone is for Anna"
    );
    let carla = enter(&mut office, "Carla");
    assert!(said(&mut office, "conf-others"));
    let parts = [anna, ben, carla].map(|phone| part(&office, phone));
    let [Some((room, Part::FULL)), ..] = parts else {
        panic!("{parts:?}");
    };
    assert_eq!(parts, [Some((room, Part::FULL)); 3], "all in one room");
    assert_eq!(live(&office).members.len(), 3);
    office.hang_up(ben);
    office.run_secs(1);
    assert_eq!(office.said(), ["a tone"], "of the one who leaves");
    assert_eq!(live(&office).members.len(), 2);
    assert_eq!(part(&office, anna), Some((room, Part::FULL)));
    hang_up_all(&mut office);
}

#[test]
fn a_room_without_a_tone_is_quiet_when_somebody_comes_and_goes() {
    let mut office = office(|room| room.announce = JoinSound::Nothing);
    enter(&mut office, "Anna");
    let ben = enter(&mut office, "Ben");
    office.hang_up(ben);
    office.run_secs(1);
    assert!(!office.said().contains(&"a tone".to_owned()));
    hang_up_all(&mut office);
}

#[test]
fn who_finds_the_room_full_is_told_and_hung_up() {
    let mut office = office(|room| room.max_members = 3);
    for name in ["Anna", "Ben", "Carla"] {
        enter(&mut office, name);
    }
    office.said();
    let dora = enter(&mut office, "Dora");
    assert!(said(&mut office, "conf-full"));
    assert!(office.has_happened(|what| matches!(
        what,
        What::RoomRefused {
            reason: RoomRefusal::Full,
            ..
        }
    )));
    assert!(office.phone(dora).last_line().is_over());
    assert_eq!(live(&office).members.len(), 3);
    hang_up_all(&mut office);
}

#[test]
fn the_right_pin_lets_in_and_three_wrong_ones_do_not() {
    let mut office = office(|room| room.pin = hash());
    let anna = enter(&mut office, "Anna");
    assert!(said(&mut office, "conf-enter-pin"));
    office.press(anna, &format!("{PIN}#"));
    office.run_secs(1);
    assert!(said(&mut office, "conf-you-are-first"));
    let ben = enter(&mut office, "Ben");
    for _ in 0..2 {
        office.press(ben, "9999#");
        office.run_secs(2);
        assert!(said(&mut office, "conf-wrong-pin"));
        assert!(!office.phone(ben).last_line().is_over());
    }
    office.press(ben, "9999#");
    office.run_secs(3);
    assert!(
        office.phone(ben).last_line().is_over(),
        "{}",
        office.story()
    );
    assert_eq!(live(&office).members.len(), 1);
    hang_up_all(&mut office);
}

/// A wrong PIN, then the right one, with a clear in between: no digit of before counts.
#[test]
fn who_mistypes_the_pin_may_try_again() {
    let mut office = office(|room| room.pin = hash());
    let anna = enter(&mut office, "Anna");
    office.press(anna, "12#");
    office.run_secs(3);
    office.press(anna, &format!("99*{PIN}#"));
    office.run_secs(1);
    assert_eq!(live(&office).members.len(), 1);
    hang_up_all(&mut office);
}

#[test]
fn nobody_stays_at_the_door_for_ever() {
    let mut office = office(|room| room.pin = hash());
    let anna = enter(&mut office, "Anna");
    office.run_secs(60);
    assert!(
        office.phone(anna).last_line().is_over(),
        "{}",
        office.story()
    );
    hang_up_all(&mut office);
}

#[test]
fn a_pin_is_in_no_happening_and_no_record() {
    let mut office = office(|room| room.pin = hash());
    let anna = enter(&mut office, "Anna");
    office.press(anna, &format!("{PIN}#"));
    office.hang_up(anna);
    office.run_until_quiet();
    let told = format!("{:?}", office.happenings().collect::<Vec<_>>());
    assert!(!told.contains(PIN), "{told}");
}

#[test]
fn members_hear_music_until_the_host_has_come() {
    let mut office = office(|room| {
        room.host_pin = hash();
        room.wait_for_host = true;
    });
    let mut wait = |name: &str| {
        let phone = enter(&mut office, name);
        office.press(phone, "#"); // no host
        office.run_secs(1);
        phone
    };
    let (anna, ben) = (wait("Anna"), wait("Ben"));
    assert!(said(&mut office, "conf-host-not-here"));
    for phone in [anna, ben] {
        assert!(
            matches!(office.wiring(phone), Some(Wiring::Music { pieces }) if pieces.len() == 3),
            "{:?}",
            office.wiring(phone)
        );
    }
    assert!(member(&office, "Anna").1.waits);
    let carla = enter(&mut office, "Carla");
    office.press(carla, &format!("{HOST_PIN}#"));
    office.run_secs(1);
    assert!(said(&mut office, "conf-host-arrived"));
    for phone in [anna, ben, carla] {
        assert!(matches!(part(&office, phone), Some((_, Part::FULL))));
    }
    let of_carla = member(&office, "Carla").1;
    assert!(of_carla.host && !of_carla.waits);
    assert!(!member(&office, "Anna").1.waits);
    office.hang_up(carla);
    office.run_secs(1);
    assert!(said(&mut office, "conf-host-left"));
    assert!(part(&office, anna).is_some(), "they may go on");
    hang_up_all(&mut office);
}

#[test]
fn a_host_locks_the_room_and_only_a_host_gets_in() {
    let mut office = office(|room| {
        room.host_pin = hash();
        room.pin = hash();
    });
    let anna = enter(&mut office, "Anna");
    office.press(anna, &format!("{HOST_PIN}#"));
    office.run_secs(1);
    let ben = enter(&mut office, "Ben");
    office.press(ben, &format!("{PIN}#"));
    office.run_secs(1);
    office.press(ben, "*5");
    assert!(!live(&office).locked, "Ben is no host");
    office.press(anna, "*5");
    assert!(said(&mut office, "conf-locked"));
    assert!(live(&office).locked);
    let carla = enter(&mut office, "Carla");
    office.press(carla, &format!("{PIN}#"));
    office.run_secs(3);
    assert!(office.phone(carla).last_line().is_over());
    let dora = enter(&mut office, "Dora");
    office.press(dora, &format!("{HOST_PIN}#"));
    office.run_secs(1);
    assert_eq!(live(&office).members.len(), 3, "another host");
    office.press(anna, "*5");
    assert!(!live(&office).locked);
    hang_up_all(&mut office);
}

#[test]
fn who_mutes_themselves_is_heard_by_nobody_and_the_board_shows_it() {
    let mut office = office(|_| {});
    let (anna, ben) = (enter(&mut office, "Anna"), enter(&mut office, "Ben"));
    office.said();
    office.press(anna, "*6");
    assert!(said(&mut office, "conf-muted"));
    let (_, of_anna) = part(&office, anna).expect("in the room");
    assert_eq!((of_anna.hears, of_anna.heard_by), (true, HeardBy::Nobody));
    assert!(member(&office, "Anna").1.muted && !member(&office, "Ben").1.muted);
    office.press(anna, "6"); // without the star it is nothing
    assert!(member(&office, "Anna").1.muted);
    office.press(anna, "*6");
    assert!(said(&mut office, "conf-unmuted"));
    assert!(!member(&office, "Anna").1.muted);
    office.press(ben, "*2");
    assert!(said(&mut office, "conf-one-other"));
    hang_up_all(&mut office);
}

#[test]
fn the_board_mutes_one_or_all_and_hosts_are_left_alone() {
    let mut office = office(|room| room.host_pin = hash());
    let anna = enter(&mut office, "Anna");
    office.press(anna, &format!("{HOST_PIN}#"));
    let ben = enter(&mut office, "Ben");
    office.press(ben, "#");
    office.run_secs(1);
    let (of_ben, _) = member(&office, "Ben");
    let mute = |call, muted| {
        move |ticket| Command::MuteMember {
            ticket,
            room: ROOM,
            call,
            muted,
        }
    };
    let call = Some(of_ben);
    assert_eq!(office.ask(mute(call, true)), CommandResult::Taken { call });
    assert!(member(&office, "Ben").1.muted);
    office.ask(mute(call, false));
    office.ask(mute(None, true));
    assert!(said(&mut office, "conf-all-muted"));
    assert!(member(&office, "Ben").1.muted && !member(&office, "Anna").1.muted);
    let carla = enter(&mut office, "Carla");
    office.press(carla, "#");
    office.run_secs(1);
    assert!(member(&office, "Carla").1.muted, "who comes later, too");
    office.press(anna, "*7");
    assert!(!member(&office, "Ben").1.muted && !member(&office, "Carla").1.muted);
    hang_up_all(&mut office);
}

#[test]
fn members_come_in_muted_where_the_room_says_so() {
    let mut office = office(|room| room.mute_on_entry = true);
    let anna = enter(&mut office, "Anna");
    assert!(said(&mut office, "conf-muted"));
    assert!(matches!(part(&office, anna), Some((_, Part::LISTENS))));
    office.press(anna, "*6");
    assert!(matches!(part(&office, anna), Some((_, Part::FULL))));
    hang_up_all(&mut office);
}

/// Music on hold of one member must not be heard by all others.
#[test]
fn a_phone_that_holds_the_room_is_not_heard_there() {
    let mut office = office(|_| {});
    let anna = enter(&mut office, "Anna");
    enter(&mut office, "Ben");
    office.hold(anna);
    office.run_secs(1);
    assert!(matches!(part(&office, anna), Some((_, Part::LISTENS))));
    office.resume(anna);
    office.run_secs(1);
    assert!(matches!(part(&office, anna), Some((_, Part::FULL))));
    hang_up_all(&mut office);
}

#[test]
fn the_board_sends_somebody_out() {
    let mut office = office(|_| {});
    let (anna, ben) = (enter(&mut office, "Anna"), enter(&mut office, "Ben"));
    let (call, _) = member(&office, "Ben");
    let told = office.ask(|ticket| Command::RemoveMember {
        ticket,
        room: ROOM,
        call,
    });
    assert_eq!(told, CommandResult::Taken { call: Some(call) });
    assert!(said(&mut office, "conf-you-were-removed"));
    assert_eq!(part(&office, ben), None, "at once");
    office.run_secs(2);
    assert!(office.phone(ben).last_line().is_over());
    assert!(part(&office, anna).is_some());
    let again = office.ask(|ticket| Command::LockRoom {
        ticket,
        room: ConferenceRoomId(7),
        locked: true,
    });
    let refused = |reason| CommandResult::Refused { reason };
    assert_eq!(again, refused(CommandRefusal::NoSuchRoom));
    let (of_anna, _) = member(&office, "Anna");
    hang_up_all(&mut office);
    let empty = office.ask(|ticket| Command::MuteMember {
        ticket,
        room: ROOM,
        call: Some(of_anna),
        muted: true,
    });
    assert_eq!(empty, refused(CommandRefusal::RoomEmpty));
}

#[test]
fn the_board_invites_and_whoever_picks_up_is_in_the_locked_room_with_a_pin() {
    let mut office = office(|room| {
        room.pin = hash();
        room.max_members = 2;
    });
    let anna = enter(&mut office, "Anna");
    office.press(anna, &format!("{PIN}#"));
    office.run_secs(1);
    office.ask(|ticket| Command::LockRoom {
        ticket,
        room: ROOM,
        locked: true,
    });
    let invite = |to: &str| {
        let to = to.to_owned();
        move |ticket| Command::InviteToRoom {
            by: None,
            ticket,
            room: ROOM,
            to,
        }
    };
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(crate::secs(2)));
    let CommandResult::Taken { call: Some(call) } = office.ask(invite("102")) else {
        panic!("{}", office.story());
    };
    office.run_secs(4);
    assert_eq!(member(&office, "Ben").0, call);
    assert!(matches!(part(&office, ben), Some((_, Part::FULL))));
    let refused = |reason| CommandResult::Refused { reason };
    assert_eq!(office.ask(invite("103")), refused(CommandRefusal::RoomFull));
    hang_up_all(&mut office);
}

#[test]
fn the_board_shows_who_has_the_word_and_no_record_does() {
    let mut office = office(|_| {});
    let (anna, _) = (enter(&mut office, "Anna"), enter(&mut office, "Ben"));
    let (room, _) = part(&office, anna).expect("in the room");
    office.has_the_word(room, Some(anna));
    assert!(member(&office, "Anna").1.speaking && !member(&office, "Ben").1.speaking);
    office.has_the_word(room, None);
    assert!(!member(&office, "Anna").1.speaking);
    hang_up_all(&mut office);
    let mut events = office.records().iter().flat_map(|record| &record.events);
    assert!(!events.any(|(_, what)| matches!(what, What::SomebodySpoke { .. })));
}

fn record(on: bool) -> impl FnOnce(u64) -> Command {
    move |ticket| Command::RecordRoom {
        ticket,
        room: ROOM,
        on,
    }
}

#[test]
fn a_conference_is_recorded_and_everybody_in_it_is_told() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .settings(|settings| settings.recording.rule = RecordingRule::OnDemand)
        .room("600", |_| {})
        .open();
    enter(&mut office, "Anna");
    office.said();
    assert_eq!(
        office.ask(record(true)),
        CommandResult::Taken { call: None }
    );
    assert_eq!(office.said(), ["prompts/en/conf-recorded"]);
    assert!(live(&office).recording);
    enter(&mut office, "Ben");
    assert!(
        said(&mut office, "conf-recorded"),
        "whoever comes later, too"
    );
    office.run_secs(10);
    office.ask(record(false));
    office.run_secs(1);
    assert!(!live(&office).recording);
    office.ask(record(true));
    office.run_secs(5);
    hang_up_all(&mut office); // the second part ends with the room
    let kept: Vec<u64> = office
        .happenings()
        .filter_map(|happening| match happening.what {
            What::RoomRecordingEnded { lasts, .. } => Some(lasts.as_secs()),
            _ => None,
        })
        .collect();
    assert!(matches!(kept[..], [12..=14, 4..=7]), "{kept:?}");
}

#[test]
fn where_nothing_is_ever_recorded_no_conference_is() {
    let mut office = office(|_| {});
    enter(&mut office, "Anna");
    office.said();
    let reason = CommandRefusal::NeverRecorded;
    assert_eq!(office.ask(record(true)), CommandResult::Refused { reason });
    assert_eq!(office.said(), [""; 0], "nobody is told of what is not done");
    hang_up_all(&mut office);
}

#[test]
fn a_call_started_at_the_board_leads_into_the_room() {
    let mut office = office(|_| {});
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(crate::secs(1)));
    let person = office.person("Anna");
    office.ask(|ticket| Command::Originate {
        ticket,
        person,
        to: "600".to_owned(),
        line: None,
        asker: switch::Asker::Somebody,
    });
    office.run_secs(4);
    assert!(
        matches!(part(&office, anna), Some((_, Part::FULL))),
        "{}",
        office.story()
    );
    hang_up_all(&mut office);
}

#[test]
fn a_room_that_is_removed_closes_with_a_word() {
    let mut office = office(|_| {});
    let anna = enter(&mut office, "Anna");
    office.change_office(|parts| {
        parts.rooms.clear();
        parts
            .extensions
            .retain(|extension| extension.number.as_str() != "600");
    });
    assert!(said(&mut office, "conf-closes"));
    office.run_secs(3);
    assert!(office.phone(anna).last_line().is_over());
    hang_up_all(&mut office);
}

#[test]
fn the_engine_stops_and_nothing_is_left_of_a_conference() {
    let mut office = office(|room| {
        room.host_pin = hash();
        room.wait_for_host = true;
    });
    let anna = enter(&mut office, "Anna");
    office.press(anna, "#");
    enter(&mut office, "Ben"); // still at the door
    office.command(Command::ShutDown);
    office.run_until_quiet();
    assert!(office.board().rooms.is_empty());
    for phone in [anna, office.desk("Ben")] {
        assert_eq!(office.phone(phone).last_line(), LineState::Over(200));
    }
}

#[test]
fn a_meeting_as_a_story() {
    let mut office = office(|room| room.mute_on_entry = true);
    let anna = enter(&mut office, "Anna");
    let ben = enter(&mut office, "Ben");
    office.press(anna, "*6");
    office.run_secs(60);
    office.hang_up(ben);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

/// Wrong PINs count however many calls they come from.
#[test]
fn nobody_guesses_the_pin_of_a_room_call_after_call() {
    let mut office = office(|room| room.pin = hash());
    let ben = office.desk("Ben");
    for _ in 0..3 {
        enter(&mut office, "Ben");
        for _ in 0..3 {
            office.press(ben, "9999#");
            office.run_secs(2);
        }
        office.run_until_quiet();
    }
    let locked = |what: &What| matches!(what, What::RoomPinLocked { .. });
    assert!(!office.has_happened(locked), "nine");
    enter(&mut office, "Ben");
    office.press(ben, "9999#");
    office.run_secs(2);
    assert!(office.has_happened(locked), "ten");
    office.hang_up(ben);
    office.run_until_quiet();
    office.said();
    let anna = enter(&mut office, "Anna"); // who knows the PIN
    assert!(said(&mut office, "conf-locked"));
    assert!(office.phone(anna).last_line().is_over());
    office.run_secs(3_600);
    let anna = enter(&mut office, "Anna");
    office.press(anna, &format!("{PIN}#"));
    office.run_secs(1);
    assert_eq!(live(&office).members.len(), 1);
    hang_up_all(&mut office);
}

#[test]
fn somebody_outside_is_asked_in_by_whoever_may_call_them() {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = office::Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .room("200", |_| {})
        .line("Carrier", |_| {})
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(crate::secs(2)));
    office.dial(anna, "200");
    office.run_secs(3);
    let invite = |by: Option<office::PersonId>, to: &str| {
        let to = to.to_owned();
        move |ticket| Command::InviteToRoom {
            ticket,
            room: ROOM,
            by,
            to,
        }
    };
    let who = Some(office.person("Anna"));
    for (by, to) in [(who, "+5371234567"), (who, "112"), (None, "030654321")] {
        let refused = office.ask(invite(by, to));
        assert!(matches!(refused, CommandResult::Refused { .. }), "{to}");
    }
    let taken = office.ask(invite(who, "030654321"));
    assert!(matches!(taken, CommandResult::Taken { .. }), "{taken:?}");
    office.run_secs(5);
    assert_eq!(
        office.wiring(carrier).map(in_room),
        Some(true),
        "{}",
        office.story()
    );
    assert_eq!(office.wiring(anna).map(in_room), Some(true));
    office.hang_up(carrier);
    office.run_secs(1);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.switch().held().outside, 0);
}

fn in_room(wiring: &Wiring) -> bool {
    matches!(wiring, Wiring::Room { .. })
}
