//! Rooms: each hears all others and never himself.

use std::collections::BTreeSet;

use media::{Codec, MediaEvent, Part, Refusal, RoomId, StreamId, Wiring};

use crate::scene::{SECOND, Scene, likeness, tone, whispering_to};

const ROOM: RoomId = RoomId(1);

/// The tone of the nth member: far enough from all others to be told apart in 500 ms.
fn hz(n: u64) -> f64 {
    300.0 + 50.0 * n as f64
}

#[test]
fn ten_hear_all_others_and_never_themselves() {
    let mut scene = Scene::new();
    let members: Vec<StreamId> = (0..10)
        .map(|n| {
            let codec = Codec::ALL[n as usize % 4];
            scene.member(n, codec, ROOM, Some(hz(n)))
        })
        .collect();
    scene.run_ms(2_000);
    for listener in &members {
        for n in 0..10 {
            let level = scene.level(*listener, hz(n), 1_000);
            if n == listener.0 {
                assert!(level < -45.0, "{n} hears himself at {level}");
            } else {
                assert!(
                    (level + 26.0).abs() < 2.0,
                    "{listener:?} hears {n} at {level}"
                );
            }
        }
    }
}

#[test]
fn fifty_hear_who_speaks() {
    let mut scene = Scene::new();
    let members: Vec<StreamId> = (0..50)
        .map(|n| scene.member(n, Codec::Pcma, ROOM, (n < 5).then(|| hz(n))))
        .collect();
    let one_more = scene.phone(99, Codec::Pcma);
    let to = Wiring::Room {
        room: ROOM,
        part: Part::FULL,
    };
    assert_eq!(scene.graph.wire(one_more, &to), Err(Refusal::RoomFull));
    scene.run_ms(1_500);
    for listener in members {
        for n in 0..5 {
            let level = scene.level(listener, hz(n), 500);
            match n == listener.0 {
                true => assert!(level < -45.0, "{n} hears himself at {level}"),
                false => assert!(
                    (level + 26.0).abs() < 2.0,
                    "{listener:?} hears {n} at {level}"
                ),
            }
        }
    }
}

#[test]
fn the_noise_of_those_who_listen_is_left_out_of_a_large_room() {
    let mut scene = Scene::new();
    let anna = scene.member(0, Codec::Pcma, ROOM, Some(1_000.0));
    let mut members = vec![anna];
    members.extend((1..10).map(|n| scene.member(n, Codec::Pcma, ROOM, None)));
    for (n, member) in members.iter().enumerate().skip(1) {
        scene.at(*member).says = Some((2_000.0 + 37.0 * n as f64, -60.0));
    }
    scene.run_ms(2_000);
    assert!(scene.level(members[1], 1_000.0, 500) > -28.0);
    for n in 2..10 {
        let level = scene.level(members[1], 2_000.0 + 37.0 * n as f64, 500);
        assert!(level < -75.0, "{n} at {level}");
    }
}

#[test]
fn a_word_is_let_in_whole() {
    let mut scene = Scene::new();
    let members: Vec<_> = (0..6)
        .map(|n| scene.member(n, Codec::G722, ROOM, None))
        .collect();
    scene.run_ms(1_000);
    scene.listen_anew();
    scene.says(members[0], Some(1_000.0));
    scene.run_ms(200);
    scene.says(members[0], None);
    scene.run_ms(800);
    let heard = &scene.phones[&members[1]].heard;
    let loud = |sample: &i16| sample.unsigned_abs() > 300;
    let first = heard.iter().position(loud).unwrap();
    let last = heard.iter().rposition(loud).unwrap();
    assert!(
        (last - first).abs_diff(SECOND / 5) < 160,
        "{} samples",
        last - first
    );
}

#[test]
fn the_muted_are_not_heard_and_hear() {
    let mut scene = Scene::new();
    let [anna, ben, cleo] = [(1, 500.0), (2, 700.0), (3, 900.0)]
        .map(|(id, hz)| scene.member(id, Codec::Pcma, ROOM, Some(hz)));
    scene.wire_to_room(ben, ROOM, Part::LISTENS);
    scene.run_ms(1_000);
    assert!(scene.level(anna, 700.0, 400) < -60.0);
    assert!(scene.level(cleo, 700.0, 400) < -60.0);
    assert!(scene.level(ben, 500.0, 400) > -28.0 && scene.level(ben, 900.0, 400) > -28.0);
    scene.wire_to_room(ben, ROOM, Part::FULL);
    scene.run_ms(1_000);
    assert!(scene.level(anna, 700.0, 400) > -28.0);
}

#[test]
fn a_whisper_is_heard_by_one_only() {
    let mut scene = Scene::new();
    let [caller, agent, coach] = [(1, 500.0), (2, 700.0), (3, 900.0)]
        .map(|(id, hz)| scene.member(id, Codec::Pcma, ROOM, Some(hz)));
    scene.wire_to_room(coach, ROOM, whispering_to(agent));
    scene.run_ms(1_000);
    assert!(scene.level(agent, 900.0, 400) > -28.0);
    assert!(scene.level(caller, 900.0, 400) < -60.0);
    assert!(
        scene.level(caller, 700.0, 400) > -28.0,
        "the agent is heard by all"
    );
    assert!(scene.level(coach, 500.0, 400) > -28.0 && scene.level(coach, 700.0, 400) > -28.0);
    assert!(scene.level(coach, 900.0, 400) < -60.0);
}

#[test]
fn an_announcement_is_heard_by_all_below_the_voices() {
    let mut scene = Scene::new();
    let [anna, ben] =
        [(1, 500.0), (2, 700.0)].map(|(id, hz)| scene.member(id, Codec::Pcma, ROOM, Some(hz)));
    let first = scene.file("joined", tone(1_000.0, -20.0, SECOND / 2));
    let second = scene.file("left", tone(1_200.0, -20.0, SECOND / 2));
    scene.run_ms(500);
    scene.graph.announce(ROOM, vec![first]);
    scene.graph.announce(ROOM, vec![second]);
    scene.run_ms(480);
    for (stream, other) in [(anna, 700.0), (ben, 500.0)] {
        let level = scene.level(stream, 1_000.0, 400);
        assert!(
            (level + 26.0).abs() < 1.0,
            "6 dB below its own level: {level}"
        );
        assert!(scene.level(stream, other, 400) > -28.0);
    }
    scene.run_ms(520);
    assert!(
        scene.level(anna, 1_200.0, 400) > -28.0,
        "one after the other"
    );
    scene.run_ms(400);
    assert!(scene.level(anna, 1_200.0, 200) < -60.0);
}

#[test]
fn two_of_different_codecs_hear_each_other_with_little_delay() {
    for (one, other) in [
        (Codec::Pcma, Codec::G722),
        (Codec::G722, Codec::Opus),
        (Codec::Pcmu, Codec::Pcma),
    ] {
        let mut scene = Scene::new();
        let anna = scene.member(1, one, ROOM, None);
        let ben = scene.member(2, other, ROOM, None);
        scene.run_ms(1_000);
        scene.listen_anew();
        scene.says(anna, Some(1_000.0));
        scene.run_ms(1_000);
        let heard = &scene.phones[&ben].heard;
        let first = heard
            .iter()
            .position(|sample| sample.unsigned_abs() > 500)
            .unwrap();
        assert!(first <= 60 * 16, "{one:?} to {other:?}: {} ms", first / 16);
        assert!((scene.level(ben, 1_000.0, 500) + 26.0).abs() < 1.0);
        assert!(scene.level(anna, 1_000.0, 500) < -60.0);
    }
}

#[test]
fn a_voice_between_two_passes_nearly_unchanged() {
    let mut scene = Scene::new();
    let anna = scene.member(1, Codec::Pcma, ROOM, Some(400.0));
    let ben = scene.member(2, Codec::Pcma, ROOM, None);
    scene.at(anna).says = Some((400.0, -12.0));
    scene.run_ms(1_500);
    let heard = &scene.phones[&ben].heard[SECOND / 2..];
    let start = heard
        .windows(2)
        .position(|pair| pair[0] <= 0 && pair[1] > 0)
        .unwrap();
    let likeness = likeness(&tone(400.0, -12.0, SECOND / 2), &heard[start..]);
    assert!(likeness > 25.0, "{likeness} dB");
}

#[test]
fn it_is_told_who_has_the_word_but_not_for_every_cough() {
    let mut scene = Scene::new();
    let [anna, ben, cleo] = [1, 2, 3].map(|id| scene.member(id, Codec::Pcma, ROOM, None));
    scene.run_ms(1_000);
    assert!(scene.events.is_empty());
    scene.says(anna, Some(500.0));
    scene.run_ms(2_000);
    scene.says(cleo, Some(900.0));
    scene.run_ms(60);
    scene.says(cleo, None);
    scene.run_ms(2_000);
    scene.says(anna, None);
    scene.says(ben, Some(700.0));
    scene.run_ms(2_000);
    scene.says(ben, None);
    scene.run_ms(3_000);
    let told: Vec<_> = scene
        .told()
        .into_iter()
        .map(|event| match event {
            MediaEvent::Speaking { room: ROOM, who } => who,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [Some(anna), Some(ben), None]);
}

#[test]
fn those_who_say_nothing_get_the_very_same_sound_always() {
    let mut scene = Scene::new();
    let anna = scene.member(0, Codec::Pcma, ROOM, Some(500.0));
    let listeners: Vec<_> = (1..8).map(|n| scene.phone(n, Codec::G722)).collect();
    for listener in &listeners {
        scene.at(*listener).sends = false;
        scene.wire_to_room(*listener, ROOM, Part::FULL);
    }
    scene.run_ms(1_000);
    let heard: BTreeSet<_> = listeners
        .iter()
        .map(|l| scene.phones[l].heard.clone())
        .collect();
    assert_eq!(heard.len(), 1);
    assert!(scene.level(listeners[0], 500.0, 400) > -28.0);
    assert_eq!(
        scene.phones[&listeners[0]].packets.len(),
        50,
        "a packet every 20 ms"
    );
    assert_eq!(
        scene.phones[&anna].packets.len(),
        50,
        "also who hears nobody"
    );
}

#[test]
fn a_crowd_that_shouts_does_not_crackle() {
    let mut scene = Scene::new();
    let members: Vec<_> = (0..12)
        .map(|n| scene.member(n, Codec::G722, ROOM, None))
        .collect();
    for (n, member) in (0..).zip(&members) {
        scene.at(*member).says = Some((hz(n), -6.0));
    }
    scene.run_ms(1_000);
    let heard = &scene.phones[&members[0]].heard[SECOND / 2..];
    // Wrapping around would jump from one end of the scale to the other.
    let jump = heard.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max();
    assert!(jump < Some(40_000), "{jump:?}");
    assert!(heard.iter().any(|sample| sample.unsigned_abs() > 28_000));
}

#[test]
fn what_was_said_while_muted_is_not_heard_later() {
    let mut scene = Scene::new();
    let anna = scene.member(1, Codec::Pcma, ROOM, Some(500.0));
    let ben = scene.member(2, Codec::Pcma, ROOM, None);
    scene.run_ms(1_000);
    scene.wire_to_room(anna, ROOM, Part::LISTENS);
    scene.says(anna, Some(900.0));
    scene.run_ms(2_000);
    scene.listen_anew();
    scene.says(anna, Some(1_300.0));
    scene.wire_to_room(anna, ROOM, Part::FULL);
    scene.run_ms(300);
    for (hz, what) in [(500.0, "before"), (900.0, "while muted")] {
        let level = scene.level(ben, hz, 300);
        assert!(level < -45.0, "said {what}: {level}");
    }
    assert!(scene.level(ben, 1_300.0, 200) > -28.0);
}
