//! What a line has of its own: the music its callers hear, and whether its calls are recorded.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use media::{SoundFile, Wiring};
use office::{
    Country, MusicOnHold, OfficeParts, PersonId, RecordingRule, RouteTarget, SoundName, Trunk,
};
use switch::{CommandRefusal, CommandResult, RecordAction, What};

/// Anna with one line, on which somebody calls her.
fn called(
    line: impl FnOnce(&mut Trunk),
    anna: impl FnOnce(&mut OfficeParts),
) -> (SimOffice, PhoneId, PhoneId) {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", line)
        .parts(anna)
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(8);
    (office, anna, carrier)
}

fn own(piece: &str) -> Option<MusicOnHold> {
    Some(MusicOnHold::Own(vec![SoundName::parse(piece).unwrap()]))
}

fn music(office: &SimOffice, phone: PhoneId) -> Vec<SoundFile> {
    match office.wiring(phone) {
        Some(Wiring::Music { pieces }) => pieces.to_vec(),
        other => panic!("no music but {other:?}"),
    }
}

#[test]
fn callers_on_a_line_hear_its_music_whoever_holds_them() {
    let (mut office, anna, carrier) = called(
        |line| line.music = own("music/of-the-line"),
        |parts| parts.persons[0].music = own("music/of-anna"),
    );
    office.hold(anna);
    office.run_secs(2);
    assert_eq!(
        music(&office, carrier),
        [SoundFile::new("music/of-the-line")]
    );
    office.resume(anna);
    office.run_secs(1);
    office.transfer(anna, "70");
    office.run_secs(2);
    assert_eq!(
        music(&office, carrier),
        [SoundFile::new("music/of-the-line")],
        "parked as well"
    );
    office.hang_up(carrier);
    office.run_until_quiet();
}

#[test]
fn callers_on_a_line_without_music_hear_that_of_whoever_holds_them() {
    let (mut office, anna, carrier) = called(
        |_| {},
        |parts| parts.persons[0].music = own("music/of-anna"),
    );
    office.hold(anna);
    office.run_secs(2);
    assert_eq!(music(&office, carrier), [SoundFile::new("music/of-anna")]);
    office.hang_up(carrier);
    office.run_until_quiet();
}

/// What was recorded of a call whose line and whose callee have these rules.
fn recorded(line: Option<RecordingRule>, anna: RecordingRule) -> (bool, bool) {
    let (mut office, _, carrier) = called(
        |trunk| trunk.recording = line,
        |parts| parts.persons[0].recording = Some(anna),
    );
    let call = office.the_call();
    let runs = office.has_happened(|what| {
        matches!(
            what,
            What::RecordingBegan {
                announced: true,
                ..
            }
        )
    });
    let asked = office.ask(|ticket| switch::Command::RecordCall {
        ticket,
        call,
        action: RecordAction::Start,
    });
    let refused = CommandResult::Refused {
        reason: CommandRefusal::NeverRecorded,
    };
    office.hang_up(carrier);
    office.run_until_quiet();
    (runs, asked != refused)
}

#[test]
fn a_line_that_is_never_recorded_is_not_whatever_a_person_has() {
    use RecordingRule::{Always, Never, OnDemand};
    // Whether it is from the first word on, and whether somebody may turn it on.
    let cases = [
        (None, Always, (true, true)),
        (None, Never, (false, false)),
        (Some(Never), Always, (false, false)),
        (Some(Never), OnDemand, (false, false)),
        (Some(OnDemand), Never, (false, true)),
        (Some(OnDemand), Always, (true, true)),
        (Some(Always), Never, (true, true)),
        (Some(Always), Always, (true, true)),
    ];
    for (line, anna, expected) in cases {
        assert_eq!(
            recorded(line, anna),
            expected,
            "line {line:?}, Anna {anna:?}"
        );
    }
}
