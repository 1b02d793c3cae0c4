//! Somebody who runs the office listens to a talk of others, whispers to a colleague, or talks with
//! both; nobody is listened to unawares, nor where the office has not allowed it.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use media::{HeardBy, Part, RoomId, StreamId, Wiring};
use office::{CallId, Country, RouteTarget};
use switch::{
    CallSide, Command, CommandRefusal, CommandResult, Listening, MediaWay, OfficeService, What,
};

const WHISPERS_TO_CALLEE: Listening = Listening::Whispers {
    to: CallSide::Callee,
};

/// Anna, Ben, Carla and Dora, in an office that allows listening.
fn office() -> SimOffice {
    let mut office = SimOffice::of_four();
    office.change_office(|parts| parts.settings.listening = true);
    office
}

fn listen(office: &mut SimOffice, call: CallId, who: &str, how: Listening) -> CommandResult {
    let person = office.person(who);
    office.ask(|ticket| Command::ListenIn {
        ticket,
        call,
        person,
        how,
    })
}

/// Anna talks with Ben, and Carla listens to them so. Gives the talk and Carla's own call.
fn listened(office: &mut SimOffice, how: Listening) -> (CallId, CallId) {
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    let talk = office.the_call();
    let own = match listen(office, talk, "Carla", how) {
        CommandResult::Taken { call: Some(call) } => call,
        other => panic!("{other:?}"),
    };
    office.run_secs(2);
    office.answer(carla);
    office.run_secs(2);
    (talk, own)
}

/// What a phone hears in a room, and who hears it there.
fn part(office: &SimOffice, phone: PhoneId) -> Option<(RoomId, Part)> {
    match office.wiring(phone) {
        Some(Wiring::Room { room, part }) => Some((*room, *part)),
        _ => None,
    }
}

/// The one whom Carla alone speaks to.
fn whispered_to(office: &SimOffice, phone: PhoneId) -> Option<StreamId> {
    match part(office, phone)?.1.heard_by {
        HeardBy::Only(stream) => Some(stream),
        _ => None,
    }
}

/// Two hear each other, through the office.
fn assert_talk_in_room(office: &SimOffice, one: PhoneId, other: PhoneId) {
    let parts = [one, other].map(|phone| part(office, phone));
    let is_full = matches!(parts[0], Some((_, Part::FULL)));
    assert!(
        is_full && parts[0] == parts[1],
        "{parts:?}: {}",
        office.story()
    );
}

fn tones(office: &mut SimOffice) -> usize {
    office
        .said()
        .iter()
        .filter(|said| *said == "a tone")
        .count()
}

#[test]
fn nobody_listens_before_the_office_has_allowed_it() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    let talk = office.the_call();
    let told = listen(&mut office, talk, "Carla", Listening::Hears);
    let reason = CommandRefusal::NeverListenedTo;
    assert_eq!(told, CommandResult::Refused { reason });
    assert_eq!(office.board().calls.len(), 1, "no phone rings");
}

#[test]
fn a_talk_is_heard_and_both_hear_a_tone_again_and_again() {
    let mut office = office();
    let (talk, own) = listened(&mut office, Listening::Hears);
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    let parts = [anna, ben, carla].map(|phone| part(&office, phone));
    let Some((room, _)) = parts[0] else {
        panic!("{parts:?}: {}", office.story());
    };
    let two_and_one = [Part::FULL, Part::FULL, Part::LISTENS];
    assert_eq!(parts, two_and_one.map(|part| Some((room, part))));
    assert_eq!(tones(&mut office), 1);
    office.run_secs(61);
    assert_eq!(tones(&mut office), 2, "every half minute");
    let live = &office.board().calls[&talk];
    let listeners: Vec<_> = live
        .listeners
        .iter()
        .map(|l| (&*l.party.name, l.how))
        .collect();
    assert_eq!(listeners, [("Carla", Listening::Hears)]);
    let service = office.board().calls[&own].service.clone();
    assert_eq!(service, Some(OfficeService::ListeningIn { to: talk }));
    // She goes: the two talk on as they did, and nobody hears a tone any more.
    office.hang_up(carla);
    office.run_secs(40);
    assert_eq!(tones(&mut office), 0);
    assert!(office.board().calls[&talk].listeners.is_empty());
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_colleague_is_whispered_to_and_then_all_three_talk() {
    let mut office = office();
    let (talk, own) = listened(&mut office, WHISPERS_TO_CALLEE);
    let [anna, carla] = ["Anna", "Carla"].map(|name| office.desk(name));
    let to_ben = whispered_to(&office, carla).expect("she whispers");
    // By the board: the same call of hers, no phone rings anew.
    let to_caller = Listening::Whispers {
        to: CallSide::Caller,
    };
    let told = listen(&mut office, talk, "Carla", to_caller);
    assert_eq!(told, CommandResult::Taken { call: Some(own) });
    let to_anna = whispered_to(&office, carla).expect("she whispers");
    assert_ne!(to_anna, to_ben);
    // By keys: both are of the office, so the one called is the colleague.
    for (key, heard_by) in [
        ('6', HeardBy::Everybody),
        ('5', HeardBy::Only(to_ben)),
        ('4', HeardBy::Nobody),
    ] {
        office.tap(carla, key);
        office.run_secs(1);
        let now = part(&office, carla).map(|(_, part)| part.heard_by);
        assert_eq!(now, Some(heard_by), "after {key}");
    }
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn whoever_listens_is_let_go_with_the_talk() {
    for leaves in ["hangs up", "parks"] {
        let mut office = office();
        let (talk, own) = listened(&mut office, Listening::Hears);
        let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
        match leaves {
            "hangs up" => office.hang_up(ben),
            _ => office.transfer(ben, "*70"),
        }
        office.run_secs(2);
        assert!(!office.board().calls.contains_key(&own), "{leaves}");
        assert!(office.phone(carla).live_lines().is_empty(), "{leaves}");
        let parked = office.board().calls.get(&talk);
        assert!(parked.is_none_or(|call| call.listeners.is_empty()));
        for phone in [anna, ben] {
            office.hang_up(phone);
        }
        office.run_until_quiet();
    }
}

#[test]
fn the_sound_of_two_phones_comes_here_to_be_listened_to() {
    let mut office = office();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.move_sound(MediaWay::Direct);
    office.run_secs(1);
    office.hang_up(anna);
    office.run_until_quiet();
    let (talk, _) = listened(&mut office, Listening::Hears);
    assert_talk_in_room(&office, anna, ben);
    // It stays while she listens.
    office.command(Command::MoveMedia {
        call: talk,
        to: MediaWay::Direct,
    });
    office.run_secs(1);
    assert_talk_in_room(&office, anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn who_is_handed_on_is_listened_to_with_whom_they_come_to_and_told_so() {
    let mut office = office();
    let (talk, _) = listened(&mut office, Listening::Hears);
    let [anna, ben, dora] = ["Anna", "Ben", "Dora"].map(|name| office.desk(name));
    tones(&mut office);
    office.transfer(ben, "104");
    office.run_secs(2);
    office.answer(dora);
    office.run_secs(2);
    assert_talk_in_room(&office, anna, dora);
    assert_eq!(tones(&mut office), 1, "Dora is to know it, too");
    let rooms = ["Anna", "Dora", "Carla"].map(|name| part(&office, office.desk(name)));
    let rooms = rooms.map(|part| part.map(|(room, _)| room));
    assert!(rooms[0].is_some() && rooms.iter().all(|room| *room == rooms[0]));
    assert_eq!(office.board().calls[&talk].listeners.len(), 1);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_listens_to_their_own_talk_to_one_that_is_not_or_without_a_phone() {
    let mut office = office();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.dial(anna, "102");
    office.run_secs(1);
    let talk = office.the_call();
    let refused = |reason| CommandResult::Refused { reason };
    let told = listen(&mut office, talk, "Carla", Listening::Hears);
    assert_eq!(told, refused(CommandRefusal::NotNow), "it rings yet");
    office.answer(ben);
    office.run_secs(1);
    for name in ["Anna", "Ben"] {
        let told = listen(&mut office, talk, name, Listening::Talks);
        assert_eq!(told, refused(CommandRefusal::AlreadyThere));
    }
    office.remove_device(carla);
    let told = listen(&mut office, talk, "Carla", Listening::Hears);
    assert_eq!(told, refused(CommandRefusal::OwnPhonesOffline));
    office.hang_up(ben);
    office.run_until_quiet();
    let told = listen(&mut office, talk, "Dora", Listening::Hears);
    assert_eq!(told, refused(CommandRefusal::NoSuchCall));
    assert!(!office.has_happened(|what| matches!(what, What::ListenedTo { .. })));
}

#[test]
fn the_listeners_phone_rings_no_more_once_the_talk_is_over() {
    let mut office = office();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    let talk = office.the_call();
    listen(&mut office, talk, "Carla", Listening::Hears);
    office.run_secs(1);
    assert_eq!(office.phone(carla).live_lines().len(), 1, "it rings");
    office.hang_up(anna);
    office.run_secs(1);
    assert!(office.phone(carla).live_lines().is_empty());
    office.run_until_quiet();
}

#[test]
fn whoever_asks_twice_is_rung_once() {
    let mut office = office();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    let talk = office.the_call();
    let first = listen(&mut office, talk, "Carla", Listening::Hears);
    assert_eq!(listen(&mut office, talk, "Carla", Listening::Hears), first);
    office.run_secs(1);
    assert_eq!(office.phone(carla).live_lines().len(), 1);
    assert_eq!(office.board().calls.len(), 2, "the talk, and her own call");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_listens_on_once_the_office_allows_it_no_more() {
    let mut office = office();
    let (talk, own) = listened(&mut office, Listening::Hears);
    office.change_office(|parts| parts.settings.listening = false);
    office.run_secs(1);
    assert!(!office.board().calls.contains_key(&own));
    assert!(office.board().calls[&talk].listeners.is_empty());
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A talk is nobody's to listen to any more once it is with those who help.
#[test]
fn a_talk_that_is_handed_on_to_those_who_help_is_heard_by_nobody_else() {
    let mut office = SimOffice::builder()
        .settings(|settings| {
            settings.country = Country::parse("DE").ok();
            settings.listening = true;
        })
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .number("+4930123450", RouteTarget::Hangup)
        .line("Carrier", |_| {})
        .open();
    let (talk, own) = listened(&mut office, Listening::Talks);
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    let help = office.carrier("Carrier");
    office.habit(help, Habit::AnswersAfter(secs(1)));
    office.transfer(ben, "112");
    office.run_secs(4);
    office.assert_talk(anna, help);
    assert!(
        !office.board().calls.contains_key(&own),
        "{}",
        office.story()
    );
    assert!(office.board().calls[&talk].listeners.is_empty());
    office.hang_up(anna);
    office.run_secs(2);
}
