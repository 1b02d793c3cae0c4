//! The lamp on the phone says that somebody left a message: at once, on every phone of everybody who
//! may hear it, and on nobody else's (promise P3).

use super::{millis, secs};
use cordboard_tests::sim::{Habit, PhoneId, SimOffice, Told, Weather};
use office::{DigestCredentials, MailboxId, Secret};
use std::net::SocketAddr;

/// Anna has a mailbox and two phones; the one on her desk subscribes. Ben has a mailbox, Carla has
/// none. All three share that of the office.
fn office() -> SimOffice {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk", "mobile"])
        .mailbox()
        .person("Ben", "102", &["desk"])
        .mailbox()
        .person("Carla", "103", &["desk"])
        .open();
    subscribe(&mut office, "Anna", "101");
    office
}

fn subscribe(office: &mut SimOffice, name: &str, resource: &str) -> PhoneId {
    let desk = office.desk(name);
    office.with(desk, |p, now| p.subscribe(now, resource, 3_600));
    office.run_secs(1);
    desk
}

fn lit(office: &SimOffice) -> Vec<&str> {
    let phones = office.phones().map(|phone| office.phone(phone));
    let lit = phones.filter(|phone| phone.is_lit());
    lit.map(|phone| phone.name.as_str()).collect()
}

/// The numbers on all displays.
fn shown(office: &SimOffice) -> Vec<(u32, u32)> {
    let phones = office.phones().map(|phone| office.phone(phone).messages());
    phones.collect()
}

#[test]
fn the_lamp_is_lit_at_once_and_goes_out_when_the_last_message_was_heard() {
    let mut office = office();
    assert!(lit(&office).is_empty());
    let at = office.now();
    office.messages("Anna", 1, 0);
    office.settle();
    assert_eq!(lit(&office), ["Anna's desk phone", "Anna's mobile phone"]);
    assert!(office.now() - at < secs(1));
    office.messages("Anna", 2, 0);
    office.messages("Anna", 1, 1);
    office.settle();
    assert_eq!(shown(&office)[..2], [(1, 1), (1, 1)]);
    office.messages("Anna", 0, 2);
    office.settle();
    assert!(lit(&office).is_empty());
    assert_eq!(shown(&office)[..2], [(0, 2), (0, 2)]);
    office.run_until_quiet();
}

#[test]
fn the_message_key_calls_the_mailbox_at_the_office_as_the_phone_knows_it() {
    let mut office = office();
    office.messages("Anna", 3, 4);
    office.settle();
    let told = |label| office.phone(office.phone_of("Anna", label)).told().last();
    let of = |account: &str, subscribed| Told {
        lit: true,
        new: 3,
        old: 4,
        account: account.to_owned(),
        subscribed,
    };
    // A phone that subscribes is answered with the address it wrote.
    assert_eq!(told("desk"), Some(&of("sip:*97@10.0.0.1:5060", true)));
    assert_eq!(told("mobile"), Some(&of("sip:*97@10.0.0.1", false)));
}

#[test]
fn a_phone_that_subscribes_is_not_told_twice() {
    let mut office = office();
    let desk = office.desk("Anna");
    // As phones do: they register, then subscribe at once.
    office.power_cut(desk);
    office.run_for(millis(100));
    office.with(desk, |p, now| p.subscribe(now, "101", 3_600));
    office.run_secs(2);
    for new in 1..=3 {
        office.messages("Anna", new, 0);
        office.run_secs(1);
    }
    let told = office.phone(desk).told();
    assert!(told.iter().all(|told| told.subscribed), "{told:?}");
    let numbers: Vec<u32> = told.iter().map(|told| told.new).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[test]
fn a_refresh_of_the_registration_alone_makes_no_phone_beep() {
    let mut office = office();
    office.messages("Anna", 1, 0);
    office.messages("Ben", 1, 0);
    office.settle();
    let told = |office: &SimOffice| -> Vec<usize> {
        let phones = office
            .phones()
            .map(|phone| office.phone(phone).told().len());
        phones.collect()
    };
    let before = told(&office);
    let ben = office.desk("Ben");
    for _ in 0..3 {
        office.with(ben, |p, now| p.register(now, 3_600));
        office.run_secs(2);
    }
    assert_eq!(told(&office), before);
}

#[test]
fn after_a_restart_of_the_engine_the_lamp_is_right_with_the_next_register() {
    let mut office = office();
    office.messages("Ben", 2, 0);
    office.messages("Anna", 1, 0);
    office.settle();
    office.restart_engine();
    office.settle();
    assert_eq!(office.switch().held().subscriptions, 0);
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    // Nobody has registered again yet: a change is told all the same.
    office.messages("Ben", 0, 2);
    office.settle();
    assert_eq!(office.phone(ben).messages(), (0, 2));
    // Anna's phone was off meanwhile, and her mailbox has changed while the engine was down.
    office.power_cut(anna);
    office.run_secs(1);
    assert_eq!(office.phone(anna).messages(), (1, 0));
    // Her mobile phone only refreshes, and is told once more: the engine cannot know.
    let mobile = office.phone_of("Anna", "mobile");
    let before = office.phone(mobile).told().len();
    office.with(mobile, |p, now| p.register(now, 3_600));
    office.settle();
    assert_eq!(office.phone(mobile).told().len(), before + 1);
    office.run_until_quiet();
}

#[test]
fn what_the_engine_said_before_a_restart_is_not_believed_after_what_it_says_then() {
    let mut office = office();
    let mobile = office.phone_of("Anna", "mobile");
    office.weather(Weather {
        delay: millis(45),
        ..Weather::FINE
    });
    office.messages("Anna", 1, 0);
    office.weather(Weather::FINE);
    // While the first NOTIFY has no answer, the next waits, and is lost with the engine.
    office.messages("Anna", 0, 0);
    office.with(mobile, |p, now| p.register(now, 3_600));
    office.restart_engine();
    office.run_secs(1);
    assert_eq!(office.phone(mobile).messages(), (0, 0));
    office.run_until_quiet();
}

#[test]
fn a_change_while_a_subscription_ends_is_told_without_it() {
    let mut office = office();
    let anna = office.desk("Anna");
    office.with(anna, |p, now| p.unsubscribe(now));
    // The cable is out while the last NOTIFY is on its way, and in again for its repetition.
    office.habit(anna, Habit::IsDead);
    office.run_for(millis(1));
    office.messages("Anna", 1, 0);
    office.habit(anna, Habit::LetsItRing);
    office.run_secs(2);
    assert_eq!(office.phone(anna).messages(), (1, 0));
    office.run_until_quiet();
}

#[test]
fn a_subscription_lost_in_a_restart_is_made_anew_by_its_phone() {
    let mut office = office();
    let anna = office.desk("Anna");
    office.restart_engine();
    office.run_secs(3_600);
    assert_eq!(office.switch().held().subscriptions, 1);
    office.messages("Anna", 1, 0);
    office.settle();
    assert_eq!(
        office
            .phone(anna)
            .told()
            .last()
            .map(|t| (t.new, t.subscribed)),
        Some((1, true))
    );
}

#[test]
fn nobody_is_told_of_a_colleagues_messages() {
    let mut office = office();
    office.messages("Ben", 3, 0);
    let ben = "ben-desk-3";
    for resource in ["102", ben, "999"] {
        let carla = subscribe(&mut office, "Carla", resource);
        assert_eq!(
            office.phone(carla).subscription_ended(),
            Some(403),
            "{resource}"
        );
        assert!(office.phone(carla).told().is_empty());
    }
    assert_eq!(office.switch().held().subscriptions, 1);
}

#[test]
fn nobody_subscribes_without_a_password() {
    let mut office = office();
    let stranger: SocketAddr = "10.0.9.9:5060".parse().unwrap();
    office.stranger_sends(
        stranger,
        "SUBSCRIBE sip:101@10.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 10.0.9.9:5060;branch=z9hG4bKs\r\nMax-Forwards: 70\r\n\
         From: <sip:anna-desk-1@10.0.0.1>;tag=s\r\nTo: <sip:101@10.0.0.1>\r\n\
         Call-ID: stranger\r\nCSeq: 1 SUBSCRIBE\r\nContact: <sip:s@10.0.9.9>\r\n\
         Event: message-summary\r\nContent-Length: 0\r\n\r\n",
    );
    office.settle();
    let answers = office.letters(stranger);
    assert_eq!(answers.len(), 1);
    assert!(answers[0].starts_with(b"SIP/2.0 401 "));
    assert_eq!(office.switch().held().subscriptions, 1);
}

#[test]
fn a_shared_mailbox_lights_the_lamps_of_all_who_share_it() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .mailbox()
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .group_mailbox("Office", "180", &["Anna", "Ben"])
        .open();
    // Ben has a key of its own for it.
    let ben = subscribe(&mut office, "Ben", "180");
    let carla = subscribe(&mut office, "Carla", "180");
    assert_eq!(office.phone(carla).subscription_ended(), Some(403));
    office.messages("Anna", 1, 0);
    office.messages("Office", 2, 5);
    office.settle();
    assert_eq!(shown(&office), [(3, 5), (2, 5), (0, 0)]);
    // Ben leaves the team: his lamp goes out, and he is told no more.
    office.change_office(|parts| parts.mailboxes[1].members.retain(|p| p.0 != 2));
    office.run_secs(1);
    assert_eq!(office.switch().held().subscriptions, 0);
    assert!(!office.phone(ben).is_lit());
    office.messages("Office", 9, 0);
    office.settle();
    assert_eq!(shown(&office), [(10, 0), (0, 0), (0, 0)]);
}

#[test]
fn who_has_no_mailbox_is_told_nothing_until_there_is_one() {
    let mut office = office();
    let carla = office.desk("Carla");
    assert!(office.phone(carla).told().is_empty());
    office.change_office(|parts| {
        let owner = office::MailboxOwner::Person {
            person: office::PersonId(3),
        };
        parts
            .mailboxes
            .push(office::Mailbox::new(MailboxId(9), owner));
    });
    office.messages("Carla", 1, 0);
    office.settle();
    assert!(office.phone(carla).is_lit());
    office.change_office(|parts| parts.mailboxes.retain(|mailbox| mailbox.id != MailboxId(9)));
    office.settle();
    assert!(
        !office.phone(carla).is_lit(),
        "a mailbox that is gone lights no lamp"
    );
}

#[test]
fn a_phone_that_does_not_want_to_be_told_is_left_alone_until_it_registers_anew() {
    for status in [405, 481, 489] {
        let mut office = office();
        let ben = office.desk("Ben");
        office.phone_mut(ben).refuse_unasked(Some(status));
        office.messages("Ben", 1, 0);
        office.settle();
        office.phone_mut(ben).refuse_unasked(None);
        let before = office.datagrams();
        office.messages("Ben", 2, 0);
        office.settle();
        assert_eq!(office.datagrams(), before, "{status}");
        office.power_cut(ben);
        office.run_secs(1);
        assert_eq!(office.phone(ben).messages(), (2, 0));
    }
}

#[test]
fn a_phone_that_was_unplugged_shows_the_truth_once_it_is_back() {
    let mut office = office();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for phone in [anna, ben] {
        office.habit(phone, Habit::IsDead);
    }
    office.messages("Anna", 1, 0);
    office.messages("Ben", 1, 0);
    office.run_secs(40);
    office.messages("Anna", 2, 0);
    office.run_secs(40);
    // Nobody answered: the subscription is over, and nobody was asked twice at a time.
    assert_eq!(office.switch().held().subscriptions, 0);
    for phone in [anna, ben] {
        office.habit(phone, Habit::LetsItRing);
        // The cable was loose, the phone has never been without power: it only refreshes.
        office.with(phone, |p, now| p.register(now, 3_600));
    }
    office.run_secs(1);
    assert_eq!(office.phone(anna).messages(), (2, 0));
    assert_eq!(office.phone(ben).messages(), (1, 0));
}

#[test]
fn a_phone_that_forgot_its_subscription_in_a_restart_is_told_without_one() {
    let mut office = office();
    office.messages("Anna", 1, 0);
    office.settle();
    let desk = office.desk("Anna");
    office.power_cut(desk);
    office.run_secs(1);
    assert_eq!(office.phone(desk).messages(), (1, 0));
    assert_eq!(office.switch().held().subscriptions, 0);
}

#[test]
fn a_subscription_ends_when_its_phone_says_so_and_the_lamp_stays_right() {
    let mut office = office();
    let desk = office.desk("Anna");
    office.messages("Anna", 1, 0);
    office.settle();
    let before = office.phone(desk).told().len();
    office.with(desk, |p, now| p.unsubscribe(now));
    office.settle();
    assert_eq!(office.phone(desk).subscription_ended(), Some(200));
    assert_eq!(office.switch().held().subscriptions, 0);
    // One last NOTIFY, with the state.
    assert_eq!(office.phone(desk).told().len(), before + 1);
    office.messages("Anna", 2, 0);
    office.settle();
    assert_eq!(office.phone(desk).messages(), (2, 0));
}

#[test]
fn one_look_is_one_notify() {
    let mut office = office();
    let ben = office.desk("Ben");
    office.messages("Ben", 1, 1);
    office.settle();
    office.with(ben, |p, now| p.subscribe(now, "*97", 0));
    office.settle();
    let told = office.phone(ben).told().last();
    assert_eq!(
        told.map(|t| (t.new, t.old, t.subscribed)),
        Some((1, 1, true))
    );
    assert_eq!(office.switch().held().subscriptions, 1, "that of Anna");
}

#[test]
fn an_unknown_package_and_too_short_a_time_are_refused() {
    let mut office = office();
    let ben = office.desk("Ben");
    office.with(ben, |p, now| {
        p.subscribe_to(now, "conference", "102", 3_600)
    });
    office.settle();
    assert_eq!(office.phone(ben).subscription_ended(), Some(489));
    // Told 423 and the shortest time, a phone asks for that.
    office.with(ben, |p, now| p.subscribe(now, "102", 5));
    office.settle();
    assert_eq!(office.phone(ben).subscription_ended(), None);
    assert_eq!(office.switch().held().subscriptions, 2);
}

#[test]
fn a_subscription_that_is_refreshed_lasts_and_one_that_is_not_ends() {
    let mut office = office();
    let anna = office.desk("Anna");
    office.run_secs(20_000);
    assert_eq!(office.switch().held().subscriptions, 1);
    office.messages("Anna", 1, 0);
    office.settle();
    assert!(office.phone(anna).is_lit());
    office.habit(anna, Habit::IsDead);
    office.run_secs(3_700);
    assert_eq!(office.switch().held().subscriptions, 0);
}

#[test]
fn a_removed_device_is_told_nothing_any_more() {
    let mut office = office();
    let desk = office.desk("Anna");
    let before = office.phone(desk).told().len();
    office.remove_device(desk);
    office.messages("Anna", 1, 0);
    office.run_secs(1);
    assert_eq!(office.phone(desk).told().len(), before);
    assert_eq!(office.phone(desk).subscription_ended(), Some(200));
    assert_eq!(office.switch().held().subscriptions, 0);
    office.run_until_quiet();
}

#[test]
fn with_a_new_password_the_phone_has_to_prove_itself_again() {
    let mut office = office();
    let desk = office.desk("Anna");
    office.change_office(|parts| {
        let device = &mut parts.devices[0];
        let password = Secret::new("a new one".to_owned());
        let realm = &parts.settings.realm;
        device.credentials = DigestCredentials::of_password(&device.sip_user, realm, &password);
    });
    office.run_secs(2);
    assert_eq!(office.phone(desk).subscription_ended(), Some(401));
    assert_eq!(office.switch().held().subscriptions, 0);
    office.with(desk, |p, now| {
        p.set_password("a new one");
        p.subscribe(now, "101", 3_600);
    });
    office.settle();
    assert_eq!(office.switch().held().subscriptions, 1);
}

#[test]
fn the_newest_state_wins_while_a_phone_is_slow_to_answer() {
    let mut office = office();
    let [anna, ben] = ["Anna", "Ben"].map(|name| office.desk(name));
    for phone in [anna, ben] {
        office.habit(phone, Habit::IsDead);
    }
    for new in 1..=20 {
        office.messages("Anna", new, 0);
        office.messages("Ben", new, 0);
    }
    office.run_for(millis(300));
    for phone in [anna, ben] {
        office.habit(phone, Habit::LetsItRing);
    }
    office.run_secs(1);
    for phone in [anna, ben] {
        let told = office.phone(phone).told();
        let numbers: Vec<u32> = told.iter().map(|told| told.new).collect();
        assert_eq!(numbers[numbers.len() - 2..], [1, 20], "{numbers:?}");
    }
}

#[test]
fn a_mailbox_that_takes_no_messages_lights_no_lamp() {
    let mut office = office();
    office.messages("Anna", 2, 0);
    office.settle();
    assert!(!lit(&office).is_empty());
    let set = |office: &mut SimOffice, enabled: bool| {
        office.change_office(|parts| {
            for mailbox in &mut parts.mailboxes {
                mailbox.enabled = enabled;
            }
        });
        office.settle();
    };
    set(&mut office, false);
    assert!(lit(&office).is_empty(), "{:?}", lit(&office));
    set(&mut office, true);
    assert_eq!(lit(&office), ["Anna's desk phone", "Anna's mobile phone"]);
}
