//! What stops a bill from growing in an office that has set nothing: how many minutes, calls, tries and
//! countries, who is written down, and how fast calls may begin. Each with those who run into it and
//! those who never do.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, PhoneId, Seen, SimOffice, SimOfficeBuilder};
use office::{CallerListId, Country, MailboxId, PersonId, RateScope, RouteTarget};
use sip_message::Method;
use switch::{Asker, Command, CommandRefusal, CommandResult, OnBehalfOf, RefusalReason, What};

const LONDON: &str = "+442079460000";
const PARIS: &str = "+33142685300";
const VIENNA: &str = "+4315130";
const ZURICH: &str = "+41442112233";
const HAVANA: &str = "+5371234567";

/// Four people in Berlin with a wide line. Some countries may be called, and the phones are known.
fn office() -> SimOfficeBuilder {
    let names = ["Anna", "Ben", "Carla", "Dora"].into_iter().zip(101..);
    let people = names.fold(SimOffice::builder(), |builder, (name, number)| {
        builder.person(name, &number.to_string(), &["desk"])
    });
    people
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .line("Carrier", |trunk| trunk.channels.all = 60)
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .parts(|parts| {
            let countries = ["GB", "FR", "AT", "CH"];
            parts.outside.calling.countries =
                countries.map(|code| Country::parse(code).unwrap()).into();
            parts.outside.calling.new_devices_abroad = true;
        })
}

fn open(builder: SimOfficeBuilder) -> SimOffice {
    let mut office = builder.open();
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office
}

/// Dials, and what the phone is told when nobody is called.
fn dial(office: &mut SimOffice, who: PhoneId, number: &str) -> Option<u16> {
    office.dial(who, number);
    office.run_secs(3);
    match office.phone(who).last_line() {
        LineState::Over(status) => Some(status),
        _ => None,
    }
}

/// The same, and hangs up.
fn dial_shortly(office: &mut SimOffice, who: PhoneId, number: &str) -> Option<u16> {
    let told = dial(office, who, number);
    if told.is_none() {
        office.hang_up(who);
    }
    office.run_secs(2);
    told
}

fn refused_for(office: &SimOffice, why: RefusalReason) -> bool {
    office
        .has_happened(|what| matches!(what, What::OutsideRefused { reason, .. } if *reason == why))
}

fn tripped(office: &SimOffice) -> Vec<String> {
    let tripped = office
        .happenings()
        .filter_map(|happening| match &happening.what {
            What::FuseTripped { fuse, .. } => Some(fuse.to_string()),
            _ => None,
        });
    tripped.collect()
}

/// The figures, as they were promised.
#[test]
fn an_office_that_has_set_nothing_has_the_limits_that_were_promised() {
    let office = SimOffice::builder().open();
    let office = office.switch().office();
    let policy = office.calling();
    let listed = (policy.countries.len(), policy.premium_allowed.len());
    assert_eq!(listed, (0, 0), "own country only, nothing that costs extra");
    let minutes = (policy.foreign_minutes_office, policy.foreign_minutes_person);
    assert_eq!(minutes, (30, 10));
    let parallel = (policy.foreign_parallel, policy.outside_parallel_person);
    assert_eq!(parallel, (3, 5));
    assert_eq!((policy.foreign_tries, policy.new_countries), (5, 3));
    let doors = [
        policy.new_devices_abroad,
        policy.forward_abroad,
        policy.outside_to_outside,
    ];
    assert_eq!(doors, [false; 3]);
    let rates = &office.outside_admission().rates;
    let rates: Vec<_> = rates.iter().map(|r| (r.of, r.calls, r.seconds)).collect();
    let usual = [
        (RateScope::CallerIn, 30, 60),
        (RateScope::PersonOut, 30, 60),
    ];
    assert_eq!(rates, usual);
}

#[test]
fn the_whole_office_talks_abroad_for_thirty_minutes_a_day_and_each_for_ten() {
    let mut office = open(office());
    let carrier = office.carrier("Carrier");
    for name in ["Anna", "Ben", "Carla"] {
        let desk = office.desk(name);
        assert_eq!(dial(&mut office, desk, LONDON), None, "{name}");
        for _ in 0..62 {
            office.speak(desk, 5);
            office.speak(carrier, 5);
        }
        assert!(
            office.phone(desk).live_lines().is_empty(),
            "{name} is cut off"
        );
        office.run_secs(5);
    }
    // Carla's ten minutes and the thirty of the office are used up at one moment.
    let mut found = tripped(&office);
    found.sort();
    let expected = ["office", "person-1", "person-2"].map(|who| format!("{who}-foreignMinutes"));
    assert_eq!(found, expected);
    let dora = office.desk("Dora");
    assert_eq!(
        dial(&mut office, dora, LONDON),
        Some(403),
        "nothing is left for her"
    );
    assert_eq!(
        dial(&mut office, dora, "030 654321"),
        None,
        "home is called as ever"
    );
}

#[test]
fn three_talks_abroad_at_a_time_and_the_fourth_is_told() {
    let mut office = open(office());
    let desks = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    for desk in &desks[..3] {
        assert_eq!(dial(&mut office, *desk, LONDON), None);
    }
    assert!(dial(&mut office, desks[3], LONDON).is_some());
    assert!(refused_for(&office, RefusalReason::AtLimitAbroad));
    office.hang_up(desks[0]);
    office.run_secs(2);
    assert_eq!(dial(&mut office, desks[3], LONDON), None);
}

#[test]
fn one_person_has_five_calls_outside_at_a_time() {
    let office = open(office());
    let policy = office.switch().office().calling().clone();
    assert_eq!(policy.outside_parallel_person, 5);
    let mut office = office;
    office.change_office(|parts| parts.settings.admission.calls_per_person = 20);
    let anna = office.desk("Anna");
    for n in 1..=5 {
        assert_eq!(
            dial(&mut office, anna, &format!("030 65432{n}")),
            None,
            "{n}"
        );
    }
    assert!(dial(&mut office, anna, "030 654326").is_some());
    assert!(refused_for(&office, RefusalReason::AtLimitOutside));
    let ben = office.desk("Ben");
    assert_eq!(dial(&mut office, ben, "030 654326"), None, "he has his own");
}

#[test]
fn the_sixth_try_abroad_in_ten_minutes_shuts_abroad_for_that_person_at_once() {
    let mut office = open(office());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for _ in 0..5 {
        assert_eq!(dial_shortly(&mut office, anna, LONDON), None);
    }
    assert_eq!(tripped(&office), [""; 0]);
    assert_eq!(dial_shortly(&mut office, anna, LONDON), Some(403));
    assert_eq!(tripped(&office), ["person-1-tries"]);
    assert_eq!(
        dial_shortly(&mut office, ben, LONDON),
        None,
        "nobody else is meant"
    );
    assert_eq!(
        dial_shortly(&mut office, anna, "030 654321"),
        None,
        "home she calls"
    );
    office.run_secs(3_600);
    assert_eq!(
        dial_shortly(&mut office, anna, LONDON),
        Some(403),
        "that does not mend by itself"
    );
}

#[test]
fn five_calls_abroad_in_ten_minutes_all_day_long_are_nobodys_fuse() {
    let mut office = open(office());
    let anna = office.desk("Anna");
    for _ in 0..12 {
        for _ in 0..5 {
            assert_eq!(
                dial_shortly(&mut office, anna, LONDON),
                None,
                "{}",
                office.story()
            );
        }
        office.run_secs(600);
    }
    assert_eq!(tripped(&office), [""; 0]);
}

#[test]
fn the_fourth_new_country_of_a_day_shuts_abroad() {
    let mut office = open(office());
    let anna = office.desk("Anna");
    for number in [LONDON, PARIS, VIENNA] {
        assert_eq!(dial_shortly(&mut office, anna, number), None, "{number}");
        office.run_secs(700);
    }
    assert_eq!(dial_shortly(&mut office, anna, ZURICH), Some(403));
    assert_eq!(tripped(&office), ["person-1-newCountries"]);
}

#[test]
fn a_program_that_tries_numbers_abroad_is_in_haste_though_nobodys_phone_rings() {
    let mut office = open(office());
    let person = office.person("Anna");
    for _ in 0..6 {
        let done = office.ask(move |ticket| Command::Originate {
            ticket,
            person,
            to: HAVANA.to_owned(),
            line: None,
            asker: Asker::Program,
        });
        let refused = CommandRefusal::Call(RefusalReason::CountryNotAllowed);
        assert!(matches!(done, CommandResult::Refused { reason } if reason == refused));
    }
    assert_eq!(tripped(&office), ["person-1-tries"]);
    assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
    let asked = office.asked_abroad();
    assert_eq!(asked.len(), 6);
    assert!(asked.iter().all(|asked| asked.way == "program"
        && asked.call.is_none()
        && asked.refused == Some(RefusalReason::CountryNotAllowed)));
}

/// Who wanted to call abroad is written down, let through or not, with who, when and from where. Calls at
/// home and calls for help are nobody's business.
#[test]
fn who_wants_to_call_abroad_is_written_down() {
    let mut office = open(office());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    dial_shortly(&mut office, anna, "030 654321");
    dial_shortly(&mut office, anna, "112");
    assert_eq!(office.asked_abroad(), []);
    dial_shortly(&mut office, anna, LONDON);
    dial_shortly(&mut office, ben, HAVANA);
    dial_shortly(&mut office, ben, "0900 1 123456");
    dial_shortly(&mut office, ben, "011 44 20 79460000");
    let line = office.line("Carrier");
    let address = office.phone(anna).here().ip();
    let found: Vec<_> = office
        .asked_abroad()
        .iter()
        .map(|asked| {
            let country = asked.country.as_ref().map(ToString::to_string);
            (asked.on_behalf_of, country, asked.refused, asked.line)
        })
        .collect();
    let [a, b] = [1, 2].map(|id| OnBehalfOf::Person(PersonId(id)));
    let gb = Some("GB".to_owned());
    assert_eq!(found[0], (a, gb, None, Some(line)));
    let no = |why| (b, Some(why));
    let refused: Vec<_> = found[1..].iter().map(|asked| (asked.0, asked.2)).collect();
    assert_eq!(
        refused,
        [
            no(RefusalReason::CountryNotAllowed),
            no(RefusalReason::PremiumBlocked),
            no(RefusalReason::AnotherWayAbroad)
        ]
    );
    let first = &office.asked_abroad()[0];
    let phone = first.phone.as_ref().expect("a phone asked");
    assert_eq!(phone.address, address);
    assert_eq!((first.number.as_str(), first.way), (LONDON, "dialled"));
    assert!(first.call.is_some() && first.unix_ms > 0);
}

#[test]
fn a_mailbox_calls_nobody_outside_back() {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .mailbox()
        .mailbox_pin()
        .number("+4930123451", RouteTarget::Voicemail(MailboxId(1)))
        .line("Carrier", |_| {})
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(6);
    office.speak(carrier, 6);
    office.hang_up(carrier);
    office.run_secs(2);
    office.dial(anna, "*97");
    office.run_secs(5);
    office.press(anna, "15");
    office.run_secs(10);
    let invited = office.phone(carrier).carrier().count(&Method::Invite);
    assert_eq!(invited, 0, "{}", office.story());
    assert!(
        refused_for(&office, RefusalReason::NotFromVoicemail),
        "{}",
        office.story()
    );
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Somebody outside calls, and what their carrier is told when nobody's phone rings.
fn call_in(office: &mut SimOffice, from: &str) -> Option<u16> {
    let carrier = office.carrier("Carrier");
    let before = office.phone(carrier).seen().len();
    office.call_from_outside("Carrier", from, "030123451");
    office.run_for(super::millis(500));
    let mut seen = office.phone(carrier).seen()[before..].iter();
    seen.find_map(|(_, _, seen)| match seen {
        Seen::TurnedAway(status) => Some(*status),
        _ => None,
    })
}

/// An office whose people take every call at once and as many as come.
fn busy() -> SimOffice {
    let mut office = open(office().parts(|parts| {
        parts.settings.admission.calls_per_person = 100;
    }));
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(super::millis(100)));
    office
}

#[test]
fn a_machine_that_calls_in_over_and_over_is_turned_away_for_a_while_and_nobody_else() {
    let mut office = busy();
    let carrier = office.carrier("Carrier");
    let mut told = Vec::new();
    for _ in 0..40 {
        told.extend(call_in(&mut office, "030654321"));
        office.hang_up(carrier);
        office.run_for(super::millis(200));
    }
    assert_eq!(told, [480; 10], "the first thirty were let in");
    assert_eq!(
        call_in(&mut office, "030654322"),
        None,
        "others are not meant"
    );
    office.hang_up(carrier);
    office.run_secs(60);
    assert_eq!(
        call_in(&mut office, "030654321"),
        None,
        "a minute later it may again"
    );
}

/// The busiest an honest number is: a big customer whose people all show one number, or an exchange that
/// passes all calls of the office on, with a call every two and a half seconds for ten minutes.
#[test]
fn a_whole_company_that_shows_one_number_is_never_turned_away() {
    let mut office = busy();
    let carrier = office.carrier("Carrier");
    for n in 0..240 {
        assert_eq!(call_in(&mut office, "030654321"), None, "call {n}");
        office.hang_up(carrier);
        office.run_secs(2);
    }
}

#[test]
fn whoever_is_welcome_calls_in_as_often_as_they_like() {
    let mut office = open(
        office()
            .caller_list("Welcome", &[("030654321", "")])
            .parts(|parts| {
                parts.settings.admission.calls_per_person = 100;
                parts.outside.calling.welcome = Some(CallerListId(1));
            }),
    );
    let carrier = office.carrier("Carrier");
    for n in 0..40 {
        assert_eq!(call_in(&mut office, "030654321"), None, "call {n}");
        office.hang_up(carrier);
        office.run_for(super::millis(200));
    }
}

#[test]
fn a_phone_that_dials_like_a_machine_is_stopped_and_one_that_redials_is_not() {
    let mut office = open(office());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    // Somebody presses redial as soon as they hear the busy tone.
    for n in 0..60 {
        office.dial(ben, "030 654321");
        office.run_secs(2);
        office.hang_up(ben);
        office.run_for(super::millis(500));
        assert!(
            !refused_for(&office, RefusalReason::RateLimited),
            "call {n}"
        );
    }
    for _ in 0..40 {
        office.dial(anna, "030 654321");
        office.run_for(super::millis(200));
        office.hang_up(anna);
        office.run_for(super::millis(200));
    }
    assert!(refused_for(&office, RefusalReason::RateLimited));
}

/// What the office forwards is no person in haste: after hours all its callers go to one answering service.
#[test]
fn what_the_office_forwards_has_no_persons_haste() {
    let service = office::PhoneNumber::parse("+4930777777").unwrap();
    let mut office = open(office().number("+4930123459", RouteTarget::Forward(service)));
    for n in 0..40 {
        office.call_from_outside("Carrier", &format!("0306543{n:02}"), "030123459");
        office.run_for(super::millis(500));
        let carrier = office.carrier("Carrier");
        while !office.phone(carrier).live_lines().is_empty() {
            office.hang_up(carrier);
            office.run_for(super::millis(200));
        }
    }
    assert!(
        !refused_for(&office, RefusalReason::RateLimited),
        "{}",
        office.story()
    );
}
