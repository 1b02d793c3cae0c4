//! Music on hold: gapless, at the same place for all, going on where it was.

use media::{Codec, FRAME_SAMPLES, Part, PlayHow, RoomId, SoundFile, StreamId, Wiring};
use std::sync::Arc;

use crate::scene::{SECOND, Scene, likeness, tone};

#[test]
fn all_listeners_hear_the_same_place_whenever_they_came() {
    let mut scene = Scene::new();
    scene.file("a", tone(440.0, -12.0, 10 * SECOND));
    let early: Vec<_> = (0..10).map(|id| scene.phone(id, Codec::Pcma)).collect();
    for stream in &early {
        scene.wire_to_music(*stream, &["a"]);
    }
    scene.run_ms(1_000);
    let late = scene.phone(20, Codec::Pcma);
    scene.wire_to_music(late, &["a"]);
    scene.run_ms(1_000);
    let first = scene.phones[&early[0]].heard.clone();
    for stream in &early {
        assert!(scene.phones[stream].heard == first);
    }
    // Its decoder remembers nothing of before.
    let from = SECOND + FRAME_SAMPLES;
    assert!(scene.phones[&late].heard[from..] == first[from..]);
    assert!(likeness(&tone(440.0, -12.0, 2 * SECOND), &first) > 30.0);
    assert_eq!(scene.asked_for.len(), 1, "loaded once for all");
}

#[test]
fn pieces_follow_each_other_without_a_gap_over_and_over() {
    let mut scene = Scene::new();
    // Together a whole number of periods of 440 Hz.
    let round = tone(440.0, -12.0, 4_000);
    scene.file("a", round[..1_234].to_vec());
    scene.file("b", round[1_234..].to_vec());
    let anna = scene.phone(1, Codec::Pcma);
    scene.wire_to_music(anna, &["a", "b"]);
    scene.run_ms(3_000);
    let heard = &scene.phones[&anna].heard;
    assert!(likeness(&tone(440.0, -12.0, 3 * SECOND), heard) > 30.0);
}

#[test]
fn music_that_may_be_heard_soon_is_read_beforehand() {
    let mut scene = Scene::new();
    for name in ["a", "b"] {
        scene.file(name, tone(440.0, -12.0, SECOND));
    }
    let pieces: Arc<[SoundFile]> = ["a", "b"].into_iter().map(SoundFile::new).collect();
    for _ in 0..3 {
        scene.graph.prepare(&pieces);
    }
    scene.run_ms(20);
    assert_eq!(scene.asked_for, [SoundFile::new("a")], "once, the first");
    let anna = scene.phone(1, Codec::Pcma);
    scene.wire_to_music(anna, &["a", "b"]);
    scene.run_ms(1_500);
    scene.graph.wire(anna, &Wiring::Nothing).unwrap();
    scene.asked_for.clear();
    scene.graph.prepare(&pieces);
    scene.graph.prepare(&[].into());
    scene.run_ms(20);
    assert_eq!(scene.asked_for, [SoundFile::new("b")], "where it goes on");
}

#[test]
fn music_goes_on_where_it_was_when_a_call_is_held_again() {
    let mut scene = Scene::new();
    let long: Vec<i16> = (0..10)
        .flat_map(|n| tone(400.0 + 100.0 * f64::from(n), -12.0, SECOND))
        .collect();
    scene.file("a", long);
    let anna = scene.phone(1, Codec::Pcma);
    scene.wire_to_music(anna, &["a"]);
    scene.run_ms(2_500);
    assert!(scene.level(anna, 600.0, 300) > -14.0);
    scene.graph.wire(anna, &Wiring::Nothing).unwrap();
    scene.run_ms(5_000);
    scene.wire_to_music(anna, &["a"]);
    scene.run_ms(400);
    assert!(
        scene.level(anna, 600.0, 300) > -14.0,
        "the third second, as when it was left"
    );
    scene.run_ms(500);
    assert!(scene.level(anna, 700.0, 300) > -14.0);
}

#[test]
fn a_listener_is_told_something_over_the_music_and_hears_it_again_after() {
    let mut scene = Scene::new();
    scene.file("a", tone(440.0, -12.0, 20 * SECOND));
    let notice = scene.file("notice", tone(1_000.0, -12.0, SECOND));
    let (anna, ben) = (scene.phone(1, Codec::Pcma), scene.phone(2, Codec::Pcma));
    scene.wire_to_music(anna, &["a"]);
    scene.wire_to_music(ben, &["a"]);
    scene.run_ms(500);
    let over = PlayHow {
        over: true,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![notice.clone()], over);
    scene.run_ms(600);
    let (music, told) = (
        scene.level(anna, 440.0, 400),
        scene.level(anna, 1_000.0, 400),
    );
    assert!((music + 24.0).abs() < 1.0, "12 dB beneath: {music}");
    assert!((told + 12.0).abs() < 1.0, "{told}");
    assert!(scene.level(ben, 1_000.0, 400) < -60.0);
    scene.run_ms(1_000);
    assert!(scene.level(anna, 440.0, 400) > -13.0);
    // And instead of the music.
    scene.play(anna, 2, vec![notice], PlayHow::default());
    scene.run_ms(600);
    assert!(scene.level(anna, 440.0, 400) < -60.0);
    scene.run_ms(600);
    let (anna, ben) = (&scene.phones[&anna].heard, &scene.phones[&ben].heard);
    let last = anna.len() - 5 * FRAME_SAMPLES..;
    let difference = anna[last.clone()].iter().zip(&ben[last]);
    assert!(
        difference.map(|(a, b)| a.abs_diff(*b)).max() < Some(300),
        "the same place still"
    );
}

#[test]
fn each_codec_is_encoded_for_and_bad_pieces_are_left_out() {
    let mut scene = Scene::new();
    scene.file("good", tone(440.0, -12.0, 4_000));
    let listeners: Vec<_> = (1..)
        .zip(Codec::ALL)
        .map(|(id, codec)| scene.phone(id, codec))
        .collect();
    for stream in &listeners {
        scene.wire_to_music(*stream, &["good", "bad"]);
    }
    scene.run_ms(2_000);
    for stream in listeners {
        let level = scene.level(stream, 440.0, 1_000);
        assert!((level + 12.0).abs() < 1.0, "{level}");
    }
}

#[test]
fn music_that_cannot_be_read_is_tried_again() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    scene.wire_to_music(anna, &["late"]);
    scene.run_ms(5_000);
    scene.file("late", tone(440.0, -12.0, SECOND));
    scene.run_ms(6_000);
    assert!(scene.level(anna, 440.0, 500) > -13.0);
}

#[test]
fn changing_from_shared_to_own_sound_and_back_does_not_click() {
    for codec in Codec::ALL {
        let mut scene = Scene::new();
        scene.file("a", tone(440.0, -12.0, 20 * SECOND));
        let quiet = scene.file("quiet", vec![0; SECOND / 2]);
        let (anna, ben) = (scene.phone(1, codec), scene.phone(2, codec));
        scene.wire_to_music(anna, &["a"]);
        scene.wire_to_music(ben, &["a"]);
        let over = PlayHow {
            over: true,
            ..PlayHow::default()
        };
        for play in 0..5 {
            scene.play(anna, play, vec![quiet.clone()], over);
            scene.run_ms(1_300);
        }
        let steps = |stream| {
            let heard: &[i16] = &scene.phones[&stream].heard[SECOND / 10..];
            heard.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max()
        };
        let (with, without) = (steps(anna).unwrap(), steps(ben).unwrap());
        assert!(
            with < without * 5 / 4,
            "{codec:?}: steps of {with}, {without} without"
        );
    }
}

#[test]
fn going_from_music_into_a_room_and_back_does_not_click() {
    for codec in Codec::ALL {
        let mut scene = Scene::new();
        scene.file("a", tone(440.0, -12.0, 20 * SECOND));
        let room = RoomId(1);
        let anna = scene.phone(1, codec);
        for id in 2..5 {
            scene.member(id, Codec::G722, room, None);
        }
        scene.says(StreamId(2), Some(440.0));
        scene.at(StreamId(2)).says = Some((440.0, -12.0));
        for _ in 0..4 {
            scene.wire_to_music(anna, &["a"]);
            scene.run_ms(700);
            scene.wire_to_room(anna, room, Part::LISTENS);
            scene.run_ms(700);
        }
        let heard = &scene.phones[&anna].heard[SECOND / 10..];
        let steps = heard.windows(2).map(|pair| pair[0].abs_diff(pair[1]));
        let loudest = heard.iter().map(|sample| sample.unsigned_abs()).max();
        // Where one tone meets the other out of phase, there is a step of up to its height.
        assert!(steps.max() < Some(10_000), "{codec:?}");
        assert!(loudest < Some(16_000), "{codec:?}: {loudest:?} of 8,230");
    }
}
