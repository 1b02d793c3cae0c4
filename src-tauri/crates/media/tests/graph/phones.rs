//! One phone through all it may go through: keep-alives, keys, numbering, measurements.

use std::time::Duration;

use media::{
    Codec, DigitBy, EndKey, MediaEvent, Part, PlayHow, PlayId, RecordUntil, Recorded, RecordingId,
    Refusal, RoomId, SoundFormat, StreamId, Wiring,
};
use rtp_packet::Digit;

use crate::scene::{SECOND, Scene, tone};

const ROOM: RoomId = RoomId(1);

fn digit(key: char) -> Digit {
    Digit::of_key(key).unwrap()
}

#[test]
fn who_hears_nothing_gets_a_packet_every_two_seconds() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    scene.run_ms(10_000);
    let ticks: Vec<_> = scene.phones[&anna].packets.iter().map(|p| p.tick).collect();
    assert_eq!(ticks, [0, 100, 200, 300, 400]);
}

#[test]
fn our_numbers_go_on_over_all_changes() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let ben = scene.member(2, Codec::G722, ROOM, Some(500.0));
    scene.file("a", tone(440.0, -12.0, SECOND));
    let prompt = scene.file("prompt", tone(440.0, -12.0, SECOND / 2));
    scene.wire_to_music(anna, &["a"]);
    scene.run_ms(300);
    scene.wire_to_room(anna, ROOM, Part::FULL);
    scene.run_ms(300);
    scene
        .graph
        .wire(anna, &Wiring::Relay { with: ben })
        .unwrap();
    scene.run_ms(300);
    scene.play(anna, 1, vec![prompt], PlayHow::default());
    scene.run_ms(300);
    scene.graph.wire(anna, &Wiring::Nothing).unwrap();
    scene.run_ms(300);
    let packets = &scene.phones[&anna].packets;
    for pair in packets.windows(2) {
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
        let ticks = (pair[1].tick - pair[0].tick) as u32;
        let samples = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert_eq!(samples, ticks * 160, "time goes on in what is not sent");
    }
}

#[test]
fn time_goes_on_while_the_graph_rests() {
    let mut scene = Scene::new();
    let (anna, ben) = (scene.phone(1, Codec::Pcma), scene.phone(2, Codec::Pcma));
    scene.step();
    let relay = Wiring::Relay { with: ben };
    scene.graph.wire(anna, &relay).unwrap();
    scene.step();
    assert!(scene.graph.is_idle());
    scene.now += Duration::from_secs(3);
    let prompt = scene.file("prompt", tone(800.0, -20.0, SECOND));
    scene.play(anna, 1, vec![prompt], PlayHow::default());
    scene.step();
    let [before, after] = scene.phones[&anna].packets[..] else {
        panic!("a keep-alive and the prompt");
    };
    // Two ticks and the rest.
    assert_eq!(after.timestamp.wrapping_sub(before.timestamp), 320 + 24_000);
}

#[test]
fn a_relayed_phone_is_left_alone_but_for_what_is_asked() {
    let mut scene = Scene::new();
    let (anna, ben) = (scene.phone(1, Codec::Pcma), scene.phone(2, Codec::Pcma));
    scene
        .graph
        .wire(anna, &Wiring::Relay { with: ben })
        .unwrap();
    scene.run_ms(1_000);
    assert!(scene.phones[&anna].packets.is_empty() && scene.phones[&ben].packets.is_empty());
    for stream in [anna, ben] {
        assert!(!scene.graph.speaks(stream) && !scene.graph.listens(stream));
    }
    assert!(scene.graph.is_idle());

    let prompt = scene.file("prompt", tone(800.0, -20.0, SECOND / 2));
    let barge_in = PlayHow {
        barge_in: true,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![prompt], barge_in);
    assert!(scene.graph.listens(anna), "a key may stop it");
    scene.run_ms(200);
    assert!(scene.graph.speaks(anna) && !scene.graph.speaks(ben));
    assert!(scene.level(anna, 800.0, 100) > -22.0);
    scene.run_ms(400);
    assert!(!scene.graph.speaks(anna) && !scene.graph.listens(anna));

    scene.graph.press(ben, &[digit('5')]).unwrap();
    assert!(scene.graph.speaks(ben));
    scene.run_ms(400);
    assert!(!scene.graph.speaks(ben));
    let events = scene.phones[&ben].packets.iter();
    assert_eq!(
        events.filter(|packet| packet.payload_type == 101).count(),
        7
    );
    assert!(scene.graph.is_idle());
}

#[test]
fn what_a_relayed_phone_hears_goes_on_beneath_a_notice() {
    let mut scene = Scene::new();
    let (anna, ben) = (scene.phone(1, Codec::Pcma), scene.phone(2, Codec::G722));
    scene.says(ben, Some(500.0));
    scene
        .graph
        .wire(anna, &Wiring::Relay { with: ben })
        .unwrap();
    scene.run_ms(200);
    let notice = scene.file("notice", tone(1_000.0, -20.0, SECOND));
    let over = PlayHow {
        over: true,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![notice], over);
    assert!(scene.graph.listens(ben));
    scene.run_ms(900);
    let beneath = scene.level(anna, 500.0, 400);
    assert!((beneath + 38.0).abs() < 1.0, "12 dB beneath: {beneath}");
    assert!(scene.level(anna, 1_000.0, 400) > -22.0);
    scene.run_ms(400);
    assert!(!scene.graph.listens(ben));
}

#[test]
fn keys_are_told_once_however_they_come() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let ben = scene.phone_with(2, Codec::Pcmu, None);
    scene.run_ms(500);
    scene.press(anna, "159#");
    scene.press(ben, "2580*");
    scene.run_ms(2_000);
    let keys_of = |who: StreamId, by: DigitBy| -> String {
        let key = |event: MediaEvent| match event {
            MediaEvent::Digit { stream, digit, how } if stream == who && how == by => {
                Some(digit.key())
            }
            _ => None,
        };
        scene.told().into_iter().filter_map(key).collect()
    };
    assert_eq!(keys_of(anna, DigitBy::Event), "159#");
    assert_eq!(keys_of(anna, DigitBy::Tones), "");
    assert_eq!(keys_of(ben, DigitBy::Tones), "2580*");
}

/// How long a key is down at Ben that Anna holds for so long, the switch needing a moment between.
fn held_for(ms: usize, codecs: [Codec; 2]) -> Duration {
    let mut scene = Scene::new();
    let [anna, ben] = [(1, codecs[0]), (2, codecs[1])].map(|(id, codec)| scene.phone(id, codec));
    for phone in [anna, ben] {
        scene.wire_to_room(phone, ROOM, Part::FULL);
    }
    scene.run_ms(200);
    scene.at(anna).sender.hold(digit('5'));
    scene.run_ms(40);
    scene.graph.press_along(ben, digit('5'), anna).unwrap();
    scene.run_ms(ms - 40);
    scene
        .at(anna)
        .sender
        .let_go(Duration::from_millis(ms as u64));
    scene.run_ms(400);
    assert!(!scene.graph.speaks(ben) || !scene.phones[&ben].sender.is_pressing());
    let clock_hz = codecs[1].clock_hz();
    let packets = scene.phones[&ben].packets.iter();
    let keys: Vec<_> = packets
        .filter_map(|p| Some((p.timestamp, p.key?)))
        .collect();
    let (began, _) = keys[0];
    let (last, end) = keys[keys.len() - 1];
    assert!(end.end && keys.iter().all(|(_, key)| key.event == 5));
    let ticks = last.wrapping_sub(began) + u32::from(end.duration);
    Duration::from_secs(ticks.into()) / clock_hz
}

#[test]
fn a_key_is_down_for_the_other_of_two_as_long_as_it_is_held() {
    for codecs in [[Codec::Pcma, Codec::G722], [Codec::Pcma, Codec::Opus]] {
        for (held, down) in [(60, 100), (100, 100), (300, 300), (2_000, 2_000)] {
            let down = Duration::from_millis(down);
            assert_eq!(held_for(held, codecs), down, "{held} ms, {codecs:?}");
        }
    }
}

#[test]
fn a_key_whose_holder_has_gone_is_let_go() {
    let mut scene = Scene::new();
    let (anna, ben) = (scene.phone(1, Codec::Pcma), scene.phone(2, Codec::Opus));
    for phone in [anna, ben] {
        scene.wire_to_room(phone, ROOM, Part::FULL);
    }
    scene.at(anna).sender.hold(digit('5'));
    scene.run_ms(100);
    scene.graph.press_along(ben, digit('5'), anna).unwrap();
    scene.run_ms(100);
    scene.close(anna);
    scene.run_ms(300);
    let mut keys = scene.phones[&ben].packets.iter().filter_map(|p| p.key);
    assert!(keys.next_back().is_some_and(|key| key.end));
}

#[test]
fn what_cannot_be_decoded_is_refused_and_nothing_changes() {
    let mut scene = Scene::new();
    let nobody = StreamId(9);
    assert_eq!(
        scene.graph.wire(nobody, &Wiring::Echo),
        Err(Refusal::NoSuchStream)
    );
    let anna = StreamId(1);
    scene.graph.open(anna, None);
    let music = Wiring::Music { pieces: [].into() };
    let room = Wiring::Room {
        room: ROOM,
        part: Part::FULL,
    };
    let until = RecordUntil {
        longest: Duration::from_secs(1),
        silence: None,
        key: EndKey::Never,
    };
    let refused = Err(Refusal::CannotDecode);
    let graph = &mut scene.graph;
    assert_eq!(graph.wire(anna, &music), refused);
    assert_eq!(graph.wire(anna, &room), refused);
    assert_eq!(
        graph.play(anna, PlayId(1), vec![], PlayHow::default()),
        refused
    );
    assert_eq!(graph.press(anna, &[digit('1')]), refused);
    assert_eq!(graph.measure(anna, Duration::from_secs(1)), refused);
    assert_eq!(
        graph.record(RecordingId(1), Recorded::One(anna), until),
        refused
    );
    assert_eq!(
        graph.record(RecordingId(1), Recorded::Room(ROOM), until),
        Err(Refusal::NoSuchStream)
    );
    assert_eq!(graph.wire(anna, &Wiring::Nothing), Ok(()));
    assert!(graph.figures(anna).is_none());
    let format = SoundFormat::only(8, Codec::Pcma, None);
    graph.set_format(anna, Some(format), true, true);
    assert_eq!(graph.wire(anna, &room), Ok(()));
}

#[test]
fn a_phone_is_measured() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::G722);
    scene.graph.measure(anna, Duration::from_secs(4)).unwrap();
    scene.at(anna).says = Some((600.0, -55.0));
    scene.run_ms(2_000);
    scene.at(anna).says = Some((600.0, -20.0));
    scene.run_ms(1_960);
    assert!(scene.events.is_empty());
    scene.run_ms(60);
    let told = scene.told();
    let [
        MediaEvent::Measured {
            stream,
            speech,
            noise,
            clipped,
        },
    ] = told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!(stream, anna);
    assert!((speech + 20.0).abs() < 1.5, "speech {speech}");
    assert!((noise + 55.0).abs() < 3.0, "noise {noise}");
    assert_eq!(clipped, 0.0);
    scene.at(anna).says = Some((600.0, 6.0));
    scene.graph.measure(anna, Duration::from_secs(1)).unwrap();
    scene.run_ms(1_200);
    let told = scene.told();
    let Some(MediaEvent::Measured { clipped, .. }) = told.last() else {
        panic!("{told:?}");
    };
    assert!(*clipped > 0.3, "{clipped}");
}

#[test]
fn the_tones_of_a_relayed_phone_that_knows_no_events_are_heard_while_somebody_waits_for_keys() {
    let mut scene = Scene::new();
    let anna = scene.phone_with(1, Codec::Pcma, None);
    let ben = scene.phone(2, Codec::Pcma);
    let relay = Wiring::Relay { with: ben };
    scene.graph.wire(anna, &relay).unwrap();
    scene.press(anna, "7");
    scene.run_ms(400);
    assert!(scene.told().is_empty(), "nobody waits for them");

    scene.graph.hear_keys(anna, true).unwrap();
    scene.press(anna, "42*");
    scene.run_ms(800);
    let told = "42*".chars().map(|key| MediaEvent::Digit {
        stream: anna,
        digit: digit(key),
        how: DigitBy::Tones,
    });
    assert_eq!(scene.told(), told.collect::<Vec<_>>());
    // Her sound is passed on all the while.
    assert!(!scene.graph.speaks(ben) && scene.phones[&ben].packets.is_empty());

    scene.graph.hear_keys(anna, false).unwrap();
    scene.step();
    assert!(scene.graph.is_idle() && !scene.graph.listens(anna));
}

#[test]
fn a_tone_that_is_held_is_an_event_as_long() {
    let mut scene = Scene::new();
    let anna = scene.phone_with(1, Codec::Pcma, None);
    let ben = scene.phone(2, Codec::Pcma);
    for stream in [anna, ben] {
        scene.wire_to_room(stream, ROOM, Part::FULL);
    }
    scene.run_ms(200);
    scene.at(anna).sender.hold(digit('5'));
    for tick in 0..60 {
        if tick == 30 {
            scene.at(anna).sender.let_go(Duration::from_millis(600));
        }
        scene.step();
        let is_told = |told: &MediaEvent| matches!(told, MediaEvent::Digit { .. });
        if scene.events.drain(..).any(|(_, event)| is_told(&event)) {
            scene.graph.press_along(ben, digit('5'), anna).unwrap();
        }
    }
    let packets = &scene.phones[&ben].packets;
    let events: Vec<_> = packets.iter().filter_map(|packet| packet.key).collect();
    let last = events.last().expect("an event");
    assert!(last.end && last.event == digit('5').event());
    let lasted = i32::from(last.duration) / 8;
    assert!((lasted - 600).abs() <= 20, "{lasted} ms of 600");
    assert_eq!(events.iter().filter(|event| event.end).count(), 3);
}
