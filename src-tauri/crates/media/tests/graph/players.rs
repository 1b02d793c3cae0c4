//! Prompts: whole, gapless, in their order, and over when they are over.

use std::time::Duration;

use media::{
    Codec, FRAME_SAMPLES, MediaEvent, PlayEnd, PlayHow, PlayId, Sound, SoundFile, StreamId, Tone,
    TonePart, Wiring,
};
use rtp_packet::Digit;

use crate::scene::{SECOND, Scene, last_ms, likeness, tone};

fn ended(stream: StreamId, play: u64, why: PlayEnd) -> MediaEvent {
    MediaEvent::PlayEnded {
        stream,
        play: PlayId(play),
        why,
    }
}

#[test]
fn a_prompt_is_heard_whole_at_its_level() {
    for codec in Codec::ALL {
        let mut scene = Scene::new();
        let anna = scene.phone(1, codec);
        let prompt = scene.file("prompt", tone(800.0, -20.0, SECOND));
        scene.play(anna, 1, vec![prompt], PlayHow::default());
        scene.run_ms(1_100);
        let heard = &scene.phones[&anna].heard;
        let level = media::listen::tone_level(&heard[SECOND / 10..SECOND / 2], 16_000, 800.0);
        assert!((level + 20.0).abs() < 1.0, "{codec:?}: {level} dBFS");
        let loud = heard
            .iter()
            .filter(|sample| sample.unsigned_abs() > 500)
            .count();
        let expected = tone(800.0, -20.0, SECOND);
        let expected = expected.iter().filter(|s| s.unsigned_abs() > 500).count();
        assert!(
            loud.abs_diff(expected) < 400,
            "{codec:?}: {loud} of {expected}"
        );
        assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
    }
}

#[test]
fn a_chain_is_gapless_to_the_sample() {
    for codec in [Codec::Pcma, Codec::G722] {
        let mut scene = Scene::new();
        let anna = scene.phone(1, codec);
        let whole = tone(440.0, -12.0, SECOND);
        let cuts = [0, 1_000, 1_001, 5_555, 9_999, SECOND];
        let chain = cuts
            .windows(2)
            .map(|cut| scene.file(&format!("piece-{}", cut[0]), whole[cut[0]..cut[1]].to_vec()))
            .collect();
        scene.play(anna, 1, chain, PlayHow::default());
        scene.run_ms(1_040);
        let likeness = likeness(&whole, &scene.phones[&anna].heard);
        // What the codec alone leaves of it.
        assert!(likeness > 20.0, "{codec:?}: {likeness} dB");
        assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
    }
}

#[test]
fn a_repeated_chain_has_no_seam() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    // 440 Hz has a whole number of periods in 400 samples.
    let piece = scene.file("loop", tone(440.0, -12.0, 400));
    let how = PlayHow {
        repeats: true,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![piece], how);
    scene.run_ms(2_000);
    let heard = &scene.phones[&anna].heard;
    assert!(likeness(&tone(440.0, -12.0, 2 * SECOND), heard) > 30.0);
    assert!(scene.events.is_empty());
    scene.graph.stop_playing(anna, PlayId(1));
    scene.run_ms(40);
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Stopped)]);
}

#[test]
fn seeking_begins_in_the_middle_of_the_chain() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let whole = tone(440.0, -12.0, SECOND);
    let chain = vec![
        scene.file("first", whole[..6_000].to_vec()),
        scene.file("second", whole[6_000..].to_vec()),
    ];
    let how = PlayHow {
        from: Duration::from_millis(700),
        ..PlayHow::default()
    };
    scene.play(anna, 1, chain, how);
    scene.run_ms(400);
    let heard = &scene.phones[&anna].heard;
    // The very last samples are still in the codec when the prompt ends.
    let likeness = likeness(&whole[SECOND * 7 / 10..SECOND - 80], heard);
    assert!(likeness > 25.0, "{likeness} dB");
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
}

#[test]
fn seeking_past_the_end_ends_at_once_and_a_loop_comes_round() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let piece = scene.file("piece", tone(440.0, -12.0, 400));
    let far = PlayHow {
        from: Duration::MAX,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![piece.clone()], far);
    scene.step();
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
    let round = PlayHow {
        repeats: true,
        ..far
    };
    scene.play(anna, 2, vec![piece], round);
    scene.run_ms(200);
    assert!(scene.level(anna, 440.0, 100) > -14.0);
}

#[test]
fn a_key_is_told_before_the_prompt_it_stops() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcmu);
    let prompt = scene.file("menu", tone(800.0, -20.0, 5 * SECOND));
    let how = PlayHow {
        barge_in: true,
        ..PlayHow::default()
    };
    scene.play(anna, 1, vec![prompt], how);
    scene.run_ms(500);
    scene.press(anna, "7");
    scene.run_ms(500);
    let seven = Digit::of_key('7').unwrap();
    let told = scene.told();
    assert!(
        matches!(told[0], MediaEvent::Digit { stream, digit, .. } if stream == anna && digit == seven)
    );
    assert_eq!(told[1..], [ended(anna, 1, PlayEnd::Key(seven))]);
    assert!(
        scene.level(anna, 800.0, 400) < -60.0,
        "silent after the key"
    );
}

#[test]
fn a_prompt_that_may_not_be_barged_in_goes_on() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcmu);
    let prompt = scene.file("notice", tone(800.0, -20.0, 5 * SECOND));
    scene.play(anna, 1, vec![prompt], PlayHow::default());
    scene.run_ms(500);
    scene.press(anna, "7");
    scene.run_ms(500);
    assert_eq!(scene.events.len(), 1);
    assert!(scene.level(anna, 800.0, 200) > -22.0);
}

#[test]
fn a_missing_sound_is_told_and_the_rest_is_played() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let chain = vec![
        scene.file("first", tone(600.0, -20.0, SECOND / 2)),
        Sound::File(SoundFile::new("missing")),
        scene.file("last", tone(900.0, -20.0, SECOND / 2)),
    ];
    scene.play(anna, 1, chain, PlayHow::default());
    scene.run_ms(480);
    assert!(scene.level(anna, 600.0, 200) > -22.0);
    scene.run_ms(500);
    assert!(scene.level(anna, 900.0, 400) > -22.0);
    scene.run_ms(100);
    let missing = PlayEnd::Unreadable(SoundFile::new("missing"));
    assert_eq!(scene.told(), [ended(anna, 1, missing.clone())]);

    let how = PlayHow {
        repeats: true,
        ..PlayHow::default()
    };
    scene.play(anna, 2, vec![Sound::File(SoundFile::new("missing"))], how);
    scene.run_ms(40);
    assert_eq!(
        scene.told()[1..],
        [ended(anna, 2, missing)],
        "no endless loop of nothing"
    );
}

#[test]
fn a_chain_of_nothing_ends_at_once() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let empty = scene.file("empty", Vec::new());
    let nothing = Sound::Tone(Tone {
        cadence: [].into(),
        repeats: true,
    });
    let how = PlayHow {
        repeats: true,
        ..PlayHow::default()
    };
    let chains = [
        vec![],
        vec![Sound::Pause(Duration::ZERO)],
        vec![empty, Sound::Pause(Duration::ZERO)],
        vec![nothing],
    ];
    for (play, chain) in (0..).zip(chains) {
        scene.play(anna, play, chain, how);
        scene.run_ms(40);
        assert_eq!(
            scene.told().last(),
            Some(&ended(anna, play, PlayEnd::Finished))
        );
    }
}

#[test]
fn a_prompt_starts_when_its_first_sound_is_there_and_the_next_is_asked_for_meanwhile() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let (first, second) = (SoundFile::new("first"), SoundFile::new("second"));
    scene.withheld.extend([first.clone(), second.clone()]);
    let chain = vec![
        scene.file("first", tone(600.0, -20.0, SECOND)),
        Sound::Pause(Duration::from_millis(200)),
        scene.file("second", tone(600.0, -20.0, SECOND)),
        scene.file("third", tone(600.0, -20.0, SECOND)),
        scene.file("fourth", tone(600.0, -20.0, SECOND)),
    ];
    scene.play(anna, 1, chain, PlayHow::default());
    scene.run_ms(200);
    assert_eq!(scene.asked_for[..2], [first.clone(), second.clone()]);
    assert!(
        scene.phones[&anna].packets.len() <= 1,
        "nothing but a keep-alive"
    );
    scene.bring(&first);
    scene.run_ms(500);
    assert!(scene.level(anna, 600.0, 400) > -22.0);
    assert_eq!(scene.asked_for.len(), 3);
    scene.bring(&second);
    scene.run_ms(1_000);
    assert_eq!(scene.asked_for.len(), 4, "two ahead");
    scene.run_ms(3_000);
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
}

#[test]
fn the_newer_prompt_takes_the_place_of_the_older_without_a_click() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let old = scene.file("old", tone(500.0, -12.0, 5 * SECOND));
    let new = scene.file("new", tone(900.0, -12.0, 5 * SECOND));
    scene.play(anna, 1, vec![old], PlayHow::default());
    scene.run_ms(500);
    scene.play(anna, 2, vec![new], PlayHow::default());
    scene.run_ms(400);
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Stopped)]);
    assert!(scene.level(anna, 900.0, 300) > -14.0);
    assert!(scene.level(anna, 500.0, 300) < -60.0);
    // Stopping what is over already is nothing.
    scene.graph.stop_playing(anna, PlayId(1));
    scene.run_ms(100);
    assert!(scene.level(anna, 900.0, 80) > -14.0);
    scene.graph.stop_playing(anna, PlayId(2));
    scene.run_ms(40);
    let end = last_ms(&scene.phones[&anna].heard, 40);
    let steps = end.windows(2).map(|pair| pair[0].abs_diff(pair[1]));
    // The tone itself has steps of 2,900.
    assert!(steps.max().unwrap() < 3_500, "a fade, no cut");
    assert!(
        end[FRAME_SAMPLES + 40..]
            .iter()
            .all(|sample| sample.unsigned_abs() < 100)
    );
}

#[test]
fn busy_tone_goes_on_until_it_is_stopped() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let cadence = [
        TonePart::new([425, 0, 0, 0], Duration::from_millis(480)),
        TonePart::silence(Duration::from_millis(480)),
    ];
    let busy = Tone {
        cadence: cadence.into(),
        repeats: true,
    };
    scene.play(anna, 1, vec![Sound::Tone(busy)], PlayHow::default());
    scene.run_ms(4_800 + 400);
    assert!(scene.level(anna, 425.0, 300) > -25.0);
    scene.run_ms(480);
    assert!(scene.level(anna, 425.0, 300) < -60.0);
    assert!(scene.events.is_empty());
}

#[test]
fn a_prompt_ends_though_the_phone_is_on_hold() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let format = scene.phones[&anna].format.clone();
    let prompt = scene.file("prompt", tone(800.0, -20.0, SECOND));
    scene.play(anna, 1, vec![prompt], PlayHow::default());
    scene.graph.set_format(anna, Some(format), false, false);
    scene.run_ms(1_100);
    assert_eq!(scene.told(), [ended(anna, 1, PlayEnd::Finished)]);
    assert!(scene.phones[&anna].packets.is_empty());
    assert!(scene.graph.wire(anna, &Wiring::Nothing).is_ok());
    assert!(
        scene.graph.is_idle() || {
            scene.step();
            scene.graph.is_idle()
        }
    );
}
