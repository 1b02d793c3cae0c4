//! Keys pressed at one phone reach the other, though only one of the two knows them as events
//! (RFC 4733) and the other as tones in its sound, or by requests (INFO).

use crate::secs;
use cordboard_tests::sim::{PhoneId, Seen, SimOffice};
use media::Wiring;
use office::RecordingRule;
use std::time::Duration;
use switch::RecordingState;

/// Phones that know events, and those that know none.
const WITH: &[u8] = &[8, 101];
const WITHOUT: &[u8] = &[8];

/// Anna and Ben talk through the office.
fn talk(
    annas: &[u8],
    bens: &[u8],
    config: impl FnOnce(&mut SimOffice),
) -> (SimOffice, [PhoneId; 2]) {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .config(|config| config.always_relay = true)
        .open();
    let phones = ["Anna", "Ben"].map(|name| office.desk(name));
    config(&mut office);
    for (phone, codecs) in phones.into_iter().zip([annas, bens]) {
        office.phone_mut(phone).codecs = codecs.to_vec();
    }
    office.connect(phones[0], phones[1]);
    (office, phones)
}

fn is_translated(office: &SimOffice, phone: PhoneId) -> bool {
    matches!(office.wiring(phone), Some(Wiring::Room { .. }))
}

fn knows_events(office: &SimOffice, phone: PhoneId) -> bool {
    let told = office.phone(phone).description_heard().unwrap();
    told.lines()
        .any(|line| line.starts_with("m=audio ") && line.ends_with(" 101"))
}

#[test]
fn a_key_pressed_as_an_event_is_heard_as_a_tone_where_no_events_are_known_whoever_called() {
    for anna_calls in [true, false] {
        let (annas, bens) = if anna_calls {
            (WITH, WITHOUT)
        } else {
            (WITHOUT, WITH)
        };
        let (mut office, [anna, ben]) = talk(annas, bens, |_| {});
        let (presses, hears) = if anna_calls { (anna, ben) } else { (ben, anna) };
        assert!(is_translated(&office, anna), "{}", office.story());
        assert!(knows_events(&office, presses) && !knows_events(&office, hears));
        office.press(presses, "15*0#");
        office.run_secs(1);
        let heard = office.keys_heard(hears);
        assert_eq!(heard.tones, "15*0#");
        assert!(heard.events.is_empty(), "{heard:?}");
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn a_key_pressed_as_a_tone_is_an_event_of_the_same_length_where_events_are_known() {
    for lasts in [60, 100, 400].map(Duration::from_millis) {
        let (mut office, [anna, ben]) = talk(WITHOUT, WITH, |_| {});
        office.press_as_tones(anna, "19#", lasts);
        office.run_secs(1);
        let heard = office.keys_heard(ben);
        let keys: String = heard.events.iter().map(|event| event.key).collect();
        assert_eq!(keys, "19#", "{heard:?}");
        for event in &heard.events {
            // None is shorter than what every gateway takes for a key.
            let at_least = lasts.max(Duration::from_millis(100));
            let off = event.lasted.abs_diff(at_least);
            assert!(off <= Duration::from_millis(20), "{event:?} of {lasts:?}");
            assert_eq!(event.ends, 3, "{event:?}: two of them may be lost");
        }
        // What is left of the tone before it is known is too short to be a key of its own.
        assert_eq!(heard.tones, "", "{lasts:?}");
    }
}

#[test]
fn a_key_by_request_is_an_event_where_events_are_known() {
    let (mut office, [anna, ben]) = talk(WITHOUT, WITH, |_| {});
    office.on_line(anna, |phone, now, line| phone.press(now, line, '7'));
    office.run_secs(1);
    let heard = office.keys_heard(ben).events;
    assert!(
        matches!(heard[..], [event] if event.key == '7'),
        "{heard:?}"
    );
    assert!(!office.phone(ben).has_seen(&Seen::HearsKey('7')), "twice");
}

#[test]
fn two_phones_of_one_kind_are_left_to_each_other() {
    for codecs in [WITH, WITHOUT] {
        let (mut office, [anna, ben]) = talk(codecs, codecs, |_| {});
        assert!(!is_translated(&office, anna));
        office.assert_talk(anna, ben);
        office.on_line(anna, |phone, now, line| phone.press(now, line, '7'));
        office.run_secs(1);
        assert!(office.phone(ben).has_seen(&Seen::HearsKey('7')));
        office.press_as_tones(anna, "42", Duration::from_millis(80));
        assert_eq!(office.keys_heard(ben).tones, "42", "as they are");
        assert!(office.keys_heard(ben).events.is_empty());
    }
}

#[test]
fn star_one_as_tones_records_a_call_whose_sound_is_only_passed_on() {
    for bens in [WITHOUT, WITH] {
        let (mut office, [anna, ben]) = talk(WITHOUT, bens, |office| {
            office.change_office(|parts| {
                for person in &mut parts.persons {
                    let is_anna = person.name == "Anna";
                    person.recording = is_anna.then_some(RecordingRule::OnDemand);
                }
            });
        });
        assert_eq!(is_translated(&office, anna), bens == WITH);
        office.press_as_tones(anna, "*1", Duration::from_millis(100));
        office.run_secs(5);
        let call = office.the_call();
        let state = |office: &SimOffice| office.board().calls[&call].recording;
        assert_eq!(state(&office), RecordingState::On, "{}", office.story());
        office.press_as_tones(anna, "*1", Duration::from_millis(100));
        office.run_secs(1);
        assert_eq!(state(&office), RecordingState::Paused);
        office.run_for(secs(2));
        office.hang_up(ben);
        office.run_until_quiet();
    }
}
