//! Calls are recorded by rule, by the board and by keys; both sides are told first, and nothing that
//! goes wrong with a recording ends a call.

use crate::secs;
use cordboard_tests::sim::{Habit, KeptRecording, SimOffice};
use office::RecordingRule;
use std::time::Duration;
use switch::{
    CallSide, Command, CommandRefusal, CommandResult, MediaWay, NotRecorded, RecordAction,
    RecordingState, RecordingStop, What,
};

const ANNOUNCEMENT: &str = "prompts/en/call-is-recorded";

/// Anna's calls are recorded by that rule, those of Ben, Carla and Dora never.
fn office(rule: RecordingRule) -> SimOffice {
    let mut office = SimOffice::of_four();
    set_rule(&mut office, "Anna", rule);
    office
}

fn set_rule(office: &mut SimOffice, name: &str, rule: RecordingRule) {
    office.change_office(|parts| {
        let found = parts.persons.iter_mut().find(|person| person.name == name);
        found.expect("a person of that name").recording = Some(rule);
    });
}

fn ask(office: &mut SimOffice, action: RecordAction) -> CommandResult {
    let call = office.the_call();
    office.ask(|ticket| Command::RecordCall {
        ticket,
        call,
        action,
    })
}

fn is_taken(result: CommandResult) -> bool {
    matches!(result, CommandResult::Taken { .. })
}

fn refused(reason: CommandRefusal) -> CommandResult {
    CommandResult::Refused { reason }
}

fn state(office: &SimOffice) -> RecordingState {
    office.board().calls[&office.the_call()].recording
}

fn lengths(office: &SimOffice) -> Vec<Duration> {
    let recordings = office.call_recordings();
    recordings
        .into_iter()
        .map(|recording| recording.lasts.expect("a whole file"))
        .collect()
}

fn the_recording(office: &SimOffice) -> KeptRecording {
    match office.call_recordings()[..] {
        [recording] => recording.clone(),
        ref recordings => panic!("recordings: {recordings:?}"),
    }
}

/// Within a fifth of a second.
fn is_about(lasts: Duration, wanted: Duration) -> bool {
    lasts.abs_diff(wanted) <= Duration::from_millis(200)
}

#[test]
fn every_call_of_somebody_always_recorded_is_recorded_once_both_are_told() {
    for anna_calls in [true, false] {
        let mut office = office(RecordingRule::Always);
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        match anna_calls {
            true => office.connect(anna, ben),
            false => office.connect(ben, anna),
        }
        assert_eq!(office.said(), [ANNOUNCEMENT, ANNOUNCEMENT]);
        assert_eq!(state(&office), RecordingState::On);
        office.assert_talk(anna, ben);
        let before = office.now();
        let call = office.the_call();
        office.run_secs(20);
        office.hang_up(ben);
        office.run_until_quiet();
        let KeptRecording { new, lasts } = the_recording(&office);
        assert_eq!(new.call, call);
        let parties = if anna_calls {
            "Anna and Ben"
        } else {
            "Ben and Anna"
        };
        assert_eq!((new.parties.as_str(), new.announced), (parties, true));
        assert_eq!(new.persons, [office.person("Anna"), office.person("Ben")]);
        assert_eq!(new.rule, RecordingRule::Always);
        let name = format!("recordings/2026/01/{call}-1");
        assert_eq!(new.sound.as_str(), name);
        // Half a second of two is the announcement.
        let talked = office.now().min(before + secs(20)) - before + Duration::from_millis(1_400);
        assert!(is_about(lasts.unwrap(), talked), "{lasts:?} of {talked:?}");
        assert_eq!(office.records()[0].recordings.len(), 1);
    }
}

#[test]
fn nobody_is_told_where_the_office_wants_that() {
    let mut office = office(RecordingRule::Always);
    office.change_office(|parts| parts.settings.recording.announce = false);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    assert_eq!(office.said(), [""; 0]);
    office.hang_up(ben);
    office.run_until_quiet();
    assert!(!the_recording(&office).new.announced);
}

#[test]
fn whose_calls_are_never_recorded_are_not_recorded_on_demand_either() {
    let mut office = office(RecordingRule::Never);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    let told = ask(&mut office, RecordAction::Start);
    assert_eq!(told, refused(CommandRefusal::NeverRecorded));
    office.press(anna, "*1");
    office.run_secs(5);
    assert_eq!(office.said(), [""; 0]);
    assert!(office.call_recordings().is_empty());
    office.assert_talk(anna, ben);
}

#[test]
fn the_board_starts_pauses_resumes_and_stops_a_recording() {
    let mut office = office(RecordingRule::OnDemand);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(ben, anna);
    office.run_secs(5);
    assert!(office.call_recordings().is_empty(), "until somebody asks");
    let not_now = refused(CommandRefusal::NotNow);
    assert_eq!(ask(&mut office, RecordAction::Pause), not_now);
    assert_eq!(ask(&mut office, RecordAction::Stop), not_now);
    assert!(is_taken(ask(&mut office, RecordAction::Start)));
    assert!(is_taken(ask(&mut office, RecordAction::Start)), "no error");
    office.run_secs(10);
    assert!(is_taken(ask(&mut office, RecordAction::Pause)));
    assert_eq!(state(&office), RecordingState::Paused);
    assert_eq!(ask(&mut office, RecordAction::Pause), not_now);
    office.run_secs(30); // the number of a card
    assert!(is_taken(ask(&mut office, RecordAction::Resume)));
    assert_eq!(state(&office), RecordingState::On);
    office.run_secs(5);
    assert!(is_taken(ask(&mut office, RecordAction::Stop)));
    office.run_secs(5);
    assert_eq!(state(&office), RecordingState::Off);
    let KeptRecording { new, lasts } = the_recording(&office);
    assert_eq!(new.rule, RecordingRule::OnDemand);
    let talked = Duration::from_millis(14_500); // 15 s without the announcement
    assert!(is_about(lasts.unwrap(), talked), "{lasts:?}");
    office.assert_talk(anna, ben);
}

#[test]
fn star_one_of_whoever_may_record_starts_pauses_and_resumes() {
    let mut office = office(RecordingRule::OnDemand);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.press(ben, "*1"); // his calls are not to be recorded
    office.press(anna, "1");
    office.press(anna, "*");
    office.run_secs(4);
    office.press(anna, "1"); // too late for the star
    assert!(office.call_recordings().is_empty());
    office.press(anna, "*1");
    office.run_secs(10);
    assert_eq!(office.said(), [ANNOUNCEMENT, ANNOUNCEMENT]);
    office.press(anna, "*1");
    assert_eq!(office.said(), ["prompts/en/recording-paused"], "to her");
    office.run_secs(20);
    office.press(anna, "*1");
    assert_eq!(office.said(), ["prompts/en/recording-on"]);
    office.run_secs(10);
    office.hang_up(anna);
    office.run_until_quiet();
    let lasts = the_recording(&office).lasts.unwrap();
    // Without the announcement, with the keys that paused it and without those that resumed it.
    let talked = secs(21);
    assert!(is_about(lasts, talked), "{lasts:?}");
    let by_keys = office.has_happened(
        |what| matches!(what, What::RecordingPaused { by: Some(by), .. } if by.name == "Anna"),
    );
    assert!(by_keys);
}

#[test]
fn an_always_recorded_call_may_be_paused_and_not_stopped() {
    let mut office = office(RecordingRule::Always);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    let told = ask(&mut office, RecordAction::Stop);
    assert_eq!(told, refused(CommandRefusal::AlwaysRecorded));
    assert!(is_taken(ask(&mut office, RecordAction::Pause)));
    assert_eq!(state(&office), RecordingState::Paused);
}

#[test]
fn a_direct_call_comes_through_the_office_to_be_recorded_and_stays_a_talk() {
    let mut office = office(RecordingRule::OnDemand);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.move_sound(MediaWay::Direct);
    office.run_secs(1);
    assert!(!office.is_relaying());
    assert!(is_taken(ask(&mut office, RecordAction::Start)));
    office.run_secs(1);
    assert!(office.is_relaying());
    office.assert_talk(anna, ben);
    office.move_sound(MediaWay::Direct); // not while it is recorded
    office.run_secs(9);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
    let lasts = the_recording(&office).lasts.unwrap();
    assert!(is_about(lasts, Duration::from_millis(9_500)), "{lasts:?}");
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_call() {
    let mut office = office(RecordingRule::Always);
    office.disk_is_full(true);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.run_secs(5);
    let disk = |what: &What| {
        let why = RecordingStop::Disk;
        matches!(what, What::RecordingEnded { why: told, lasts, .. } if *told == why && lasts.is_zero())
    };
    assert!(office.has_happened(disk), "{}", office.story());
    assert_eq!(state(&office), RecordingState::Off);
    assert!(office.call_recordings().is_empty(), "nothing to be found");
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.records()[0].recordings.is_empty());
}

#[test]
fn sound_the_office_does_not_speak_is_not_recorded_and_the_call_goes_on() {
    let mut office = office(RecordingRule::Always);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for phone in [anna, ben] {
        office.phone_mut(phone).codecs = vec![18];
    }
    office.connect(anna, ben);
    office.run_secs(5);
    let why = NotRecorded::SoundNotKnown;
    let told =
        |what: &What| matches!(what, What::RecordingRefused { why: told, .. } if *told == why);
    assert!(office.has_happened(told), "{}", office.story());
    assert!(office.call_recordings().is_empty());
    office.assert_talk(anna, ben);
}

#[test]
fn music_on_hold_is_not_recorded() {
    let mut office = office(RecordingRule::Always);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.run_secs(8);
    office.hold(ben);
    office.run_secs(60);
    office.resume(ben);
    office.run_secs(10);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    let lasts: Duration = lengths(&office).into_iter().sum();
    // 8 s and 10 s, and what they talked while they were connected.
    assert!(is_about(lasts, Duration::from_millis(19_400)), "{lasts:?}");
}

#[test]
fn a_transfer_begins_another_part_for_whoever_is_recorded_still() {
    let mut office = office(RecordingRule::Always);
    let phones = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let [anna, ben, carla] = phones;
    office.connect(ben, anna);
    office.run_secs(5);
    office.transfer(ben, "103");
    office.run_secs(2);
    office.answer(carla);
    office.run_secs(10);
    office.assert_talk(anna, carla);
    office.hang_up(carla);
    office.run_until_quiet();
    let recordings = office.call_recordings();
    let parts = recordings.iter().map(|recording| {
        let file = recording.new.sound.as_str();
        (recording.new.parties.as_str(), &file[file.len() - 2..])
    });
    let parts: Vec<(&str, &str)> = parts.collect();
    assert_eq!(parts, [("Ben and Anna", "-1"), ("Carla and Anna", "-2")]);
    assert!(lengths(&office).iter().all(|lasts| *lasts > secs(5)));
    assert_eq!(office.records()[0].recordings.len(), 2);
}

#[test]
fn a_recorded_party_who_hands_the_call_on_ends_the_recording() {
    let mut office = office(RecordingRule::OnDemand);
    let phones = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let [anna, ben, carla] = phones;
    office.connect(ben, anna);
    assert!(is_taken(ask(&mut office, RecordAction::Start)));
    office.run_secs(5);
    office.transfer(anna, "103");
    office.run_secs(2);
    office.answer(carla);
    office.run_secs(10);
    office.assert_talk(ben, carla);
    assert_eq!(state(&office), RecordingState::Off);
    let why = RecordingStop::PartiesChanged;
    let told = |what: &What| matches!(what, What::RecordingEnded { why: told, .. } if *told == why);
    assert!(office.has_happened(told), "{}", office.story());
    assert_eq!(lengths(&office).len(), 1);
}

#[test]
fn a_call_that_ends_while_both_are_told_leaves_nothing() {
    let mut office = office(RecordingRule::Always);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.run_secs(1);
    office.answer(ben);
    office.run_for(Duration::from_millis(300));
    assert_eq!(office.said(), [ANNOUNCEMENT, ANNOUNCEMENT]);
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.call_recordings().is_empty());
}

#[test]
fn the_longest_recording_goes_on_in_another_part() {
    let mut office = office(RecordingRule::Always);
    office.change_office(|parts| parts.settings.recording.announce = false);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.run_secs(4 * 3_600 + 60);
    office.hang_up(anna);
    office.run_until_quiet();
    let lengths = lengths(&office);
    assert!(
        matches!(lengths[..], [first, rest] if first == secs(4 * 3_600) && is_about(rest, secs(62))),
        "{lengths:?}"
    );
}

#[test]
fn star_one_by_info_is_heard_though_the_sound_goes_straight() {
    let mut office = office(RecordingRule::OnDemand);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.move_sound(MediaWay::Direct);
    office.run_secs(1);
    for key in ['*', '1'] {
        office.on_line(anna, |phone, now, line| phone.press(now, line, key));
        office.settle();
    }
    office.run_secs(5);
    assert_eq!(state(&office), RecordingState::On, "{}", office.story());
    office.assert_talk(anna, ben);
}

#[test]
fn a_transfer_after_asking_is_recorded_in_parts() {
    let mut office = office(RecordingRule::Always);
    let phones = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let [anna, ben, carla] = phones;
    office.connect(anna, ben);
    office.run_secs(5);
    office.hold(ben);
    office.run_secs(2);
    office.connect(ben, carla); // nobody is recorded there
    office.run_secs(5);
    office.join_lines(ben);
    office.run_secs(10);
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
    let recordings = office.call_recordings();
    let parties = recordings.iter().map(|recording| &*recording.new.parties);
    let parties: Vec<&str> = parties.collect();
    assert_eq!(parties, ["Anna and Ben", "Anna and Carla"]);
    let lengths = lengths(&office);
    assert!(lengths.iter().all(|lasts| *lasts > secs(5)), "{lengths:?}");
}

#[test]
fn a_transfer_that_fails_leaves_the_recording_as_it_was() {
    let mut office = office(RecordingRule::Always);
    let phones = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let [anna, ben, carla] = phones;
    office.habit(carla, Habit::DeclinesAfter(secs(2)));
    office.connect(anna, ben);
    let call = office.the_call();
    let told = office.ask(|ticket| Command::Transfer {
        ticket,
        call,
        keep: CallSide::Caller,
        to: "103".to_owned(),
        asker: switch::Asker::Somebody,
    });
    assert!(is_taken(told));
    office.run_secs(10);
    office.assert_talk(anna, ben);
    assert_eq!(state(&office), RecordingState::On);
    office.hang_up(anna);
    office.run_until_quiet();
    let lasts = the_recording(&office).lasts.unwrap();
    assert!(lasts > secs(10), "one file: {lasts:?}");
}

#[test]
fn a_talk_taken_to_another_phone_is_recorded_in_parts() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile"])
        .open();
    set_rule(&mut office, "Ben", RecordingRule::Always);
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Ben", "mobile");
    office.connect(anna, desk);
    office.run_secs(3);
    let dialog = office.on_line(desk, |phone, _, line| phone.replaces(line));
    let dialog = dialog.flatten().expect("a talk");
    office.with(mobile, |phone, now| phone.take_over(now, &dialog));
    office.run_secs(10);
    office.assert_talk(anna, mobile);
    office.hang_up(mobile);
    office.run_until_quiet();
    let lengths = lengths(&office);
    assert!(
        matches!(lengths[..], [first, second] if first > secs(3) && second > secs(8)),
        "{lengths:?}"
    );
}
