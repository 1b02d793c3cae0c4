//! A call between two phones: it rings, it is answered, both are heard, either can hang up.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice};
use switch::EndReason;

#[test]
fn two_phones_call_and_hear_each_other() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(4)));
    office.run_secs(2);
    office.dial(anna, "102");
    office.run_secs(6);
    office.assert_talk(anna, ben);
    office.run_secs(60);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn the_record_tells_who_talked_how_long() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(4)));
    office.dial(anna, "102");
    office.run_secs(64);
    office.hang_up(ben);
    office.run_until_quiet();
    let [record] = office.records() else {
        panic!("one call, one record: {:?}", office.records());
    };
    assert_eq!(
        (record.from.name.as_str(), record.dialled.as_str()),
        ("Anna", "102")
    );
    assert_eq!(record.with.as_ref().map(|p| p.name.as_str()), Some("Ben"));
    assert_eq!(record.reason, EndReason::HungUp);
    assert_eq!(record.by.as_ref().map(|p| p.name.as_str()), Some("Ben"));
    let answered = record.answered_unix_ms.unwrap();
    assert_eq!((answered - record.arrived_unix_ms) / 1_000, 4);
    assert_eq!((record.ended_unix_ms - answered) / 1_000, 59);
}

#[test]
fn the_one_who_was_called_hangs_up_and_the_caller_is_free() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hang_up(ben);
    office.settle();
    assert!(office.phone(anna).has_seen(&Seen::FarEndHungUp));
    assert_eq!(office.phone(anna).last_line(), LineState::Over(200));
    assert!(office.board().calls.is_empty());
    office.run_until_quiet();
}

#[test]
fn both_hang_up_at_once() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hang_up(anna);
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
}

#[test]
fn a_phone_that_lets_the_other_offer_is_heard() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.with(anna, |p, now| p.dial_without_offer(now, "102"));
    office.run_secs(3);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_change_of_codecs_reaches_the_other_phone() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.phone_mut(anna).codecs = vec![9, 101];
    office.on_line(anna, |p, now, line| {
        p.offer(now, line, sip_sdp::Direction::SendRecv)
    });
    office.settle();
    let heard = office.phone(ben).description_heard().unwrap();
    assert!(heard.contains("RTP/AVP 9 101"), "{heard}");
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_phone_that_asks_for_an_offer_within_the_call_gets_the_other_phones() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.on_line(ben, |p, now, line| p.ask_for_offer(now, line));
    office.settle();
    office.assert_talk(anna, ben);
    office.hold(anna);
    office.settle();
    assert!(office.spoken_to(ben) > 0, "music: {}", office.story());
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn keys_pressed_reach_the_other_phone() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.on_line(anna, |p, now, line| p.press(now, line, '5'));
    office.settle();
    assert!(office.phone(ben).has_seen(&Seen::HearsKey('5')));
    office.hang_up(anna);
    office.run_until_quiet();
}

/// An INVITE that was forked on its way here arrives twice, in two transactions (RFC 3261 §8.2.2.2).
#[test]
fn an_invite_that_comes_by_two_ways_rings_once() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "102");
    office.settle();
    let here = office.phone(anna).here();
    let invite = office
        .network()
        .last_from(here)
        .expect("an INVITE")
        .to_vec();
    let invite = String::from_utf8(invite).unwrap();
    assert!(invite.starts_with("INVITE") && invite.contains("Authorization:"));
    let at = invite.find("z9hG4bK").expect("a branch") + "z9hG4bK".len();
    let again = format!("{}other{}", &invite[..at], &invite[at..]);
    office.stranger_sends(here, again);
    office.settle();
    assert_eq!(office.phone(ben).live_lines().len(), 1);
}
