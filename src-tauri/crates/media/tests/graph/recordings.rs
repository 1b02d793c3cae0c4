//! Recordings: whole, as long as they say, without the silence and the key at their end.

use std::time::Duration;

use media::listen::{longest_gap, tone_level};
use media::{
    Codec, EndKey, MediaEvent, Part, RecordUntil, Recorded, RecordingEnd, RecordingId, RoomId,
    StreamId, Wiring,
};
use rtp_packet::Digit;

use crate::scene::{SECOND, Scene};

const ROOM: RoomId = RoomId(1);
const TAPE: RecordingId = RecordingId(1);

const LONG: RecordUntil = RecordUntil {
    longest: Duration::from_secs(600),
    silence: None,
    key: EndKey::Never,
};

impl Scene {
    fn record(&mut self, of: Recorded, until: RecordUntil) {
        self.graph
            .record(TAPE, of, until)
            .expect("a phone to record");
    }

    /// How the recording ended, which must be as long as it says.
    fn recorded(&self, channels: usize) -> (Duration, RecordingEnd) {
        let ended = self.events.iter().filter_map(|(_, event)| match event {
            MediaEvent::RecordingEnded {
                recording: TAPE,
                lasts,
                why,
            } => Some((*lasts, *why)),
            _ => None,
        });
        let ended: Vec<_> = ended.collect();
        let [(lasts, why)] = ended[..] else {
            panic!("told once: {ended:?}");
        };
        let samples = self.recorded.get(&TAPE).map_or(0, Vec::len);
        assert_eq!(
            lasts,
            Duration::from_micros((samples / channels) as u64 * 1_000_000 / 16_000)
        );
        (lasts, why)
    }
}

fn speaker(scene: &mut Scene, id: u64, hz: f64) -> StreamId {
    let stream = scene.phone(id, Codec::Pcma);
    scene.says(stream, Some(hz));
    stream
}

#[test]
fn a_recording_holds_what_was_said_and_tells_how_long() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    scene.run_ms(500);
    scene.record(Recorded::One(anna), LONG);
    scene.run_ms(2_000);
    scene.graph.stop_recording(TAPE);
    scene.run_ms(100);
    assert_eq!(
        scene.recorded(1),
        (Duration::from_secs(2), RecordingEnd::Stopped)
    );
    let heard = &scene.recorded[&TAPE][SECOND / 2..];
    assert!((tone_level(heard, 16_000, 500.0) + 26.0).abs() < 1.0);
    assert!(longest_gap(heard, 16_000, -40.0) < Duration::from_millis(2));
}

#[test]
fn it_ends_at_its_longest_to_the_frame() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    let until = RecordUntil {
        longest: Duration::from_millis(1_240),
        ..LONG
    };
    scene.record(Recorded::One(anna), until);
    scene.run_ms(3_000);
    assert_eq!(
        scene.recorded(1),
        (Duration::from_millis(1_240), RecordingEnd::Longest)
    );
}

#[test]
fn silence_ends_it_and_is_not_kept() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    let until = RecordUntil {
        silence: Some(Duration::from_secs(2)),
        ..LONG
    };
    scene.run_ms(200);
    scene.record(Recorded::One(anna), until);
    scene.run_ms(1_000);
    scene.says(anna, None);
    scene.run_ms(1_500);
    // A pause for breath is kept, whole.
    scene.says(anna, Some(500.0));
    scene.run_ms(1_000);
    scene.says(anna, None);
    scene.run_ms(5_000);
    let (lasts, why) = scene.recorded(1);
    assert_eq!(why, RecordingEnd::Silence);
    let most = Duration::from_millis(3_500 + 400);
    assert!(
        lasts >= Duration::from_millis(3_500) && lasts <= most,
        "{lasts:?}"
    );
    let gap = longest_gap(&scene.recorded[&TAPE][..SECOND * 33 / 10], 16_000, -40.0);
    assert!(
        gap.abs_diff(Duration::from_millis(1_500)) < Duration::from_millis(40),
        "{gap:?}"
    );
}

#[test]
fn a_message_of_nothing_is_nothing() {
    let mut scene = Scene::new();
    let anna = scene.phone(1, Codec::Pcma);
    let until = RecordUntil {
        silence: Some(Duration::from_secs(2)),
        ..LONG
    };
    scene.record(Recorded::One(anna), until);
    scene.run_ms(3_000);
    assert_eq!(scene.recorded(1), (Duration::ZERO, RecordingEnd::Silence));
}

#[test]
fn the_silence_before_hanging_up_is_not_kept() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    let until = RecordUntil {
        silence: Some(Duration::from_secs(5)),
        ..LONG
    };
    scene.record(Recorded::One(anna), until);
    scene.run_ms(1_000);
    scene.says(anna, None);
    scene.run_ms(3_000);
    scene.close(anna);
    scene.run_ms(100);
    let (lasts, why) = scene.recorded(1);
    assert_eq!(why, RecordingEnd::Stopped);
    assert!(lasts <= Duration::from_millis(1_400), "{lasts:?}");
}

#[test]
fn a_key_ends_it_and_its_sound_is_cut_off() {
    for digits in [Some(101), None] {
        let mut scene = Scene::new();
        let anna = scene.phone_with(1, Codec::Pcma, digits);
        scene.says(anna, Some(500.0));
        scene.run_ms(200);
        let until = RecordUntil {
            key: EndKey::Any,
            ..LONG
        };
        scene.record(Recorded::One(anna), until);
        scene.run_ms(2_000);
        scene.press(anna, "#");
        scene.run_ms(500);
        let (lasts, why) = scene.recorded(1);
        assert_eq!(why, RecordingEnd::Key(Digit::of_key('#').unwrap()));
        assert!(lasts >= Duration::from_millis(1_860), "{lasts:?}");
        let end = crate::scene::last_ms(&scene.recorded[&TAPE], 40);
        for hz in [941.0, 1_477.0] {
            let level = tone_level(end, 16_000, hz);
            assert!(level < -40.0, "{digits:?}: {hz} Hz at {level}");
        }
    }
}

#[test]
fn where_one_key_ends_it_others_do_not() {
    let mut scene = Scene::new();
    let anna = scene.phone_with(1, Codec::Pcma, Some(101));
    scene.says(anna, Some(500.0));
    scene.run_ms(200);
    let pound = Digit::of_key('#').unwrap();
    let until = RecordUntil {
        key: EndKey::Only(pound),
        ..LONG
    };
    scene.record(Recorded::One(anna), until);
    scene.run_ms(500);
    scene.press(anna, "5*");
    scene.run_ms(1_500);
    scene.press(anna, "#");
    scene.run_ms(500);
    let (lasts, why) = scene.recorded(1);
    assert_eq!(why, RecordingEnd::Key(pound));
    assert!(lasts > Duration::from_millis(1_800), "{lasts:?}");
}

#[test]
fn nothing_is_written_while_it_rests() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    scene.run_ms(200);
    scene.record(Recorded::One(anna), LONG);
    scene.run_ms(1_000);
    scene.graph.pause_recording(TAPE, true);
    scene.says(anna, Some(900.0));
    scene.run_ms(1_000);
    scene.says(anna, Some(500.0));
    scene.run_ms(200);
    scene.graph.pause_recording(TAPE, false);
    scene.run_ms(1_000);
    scene.graph.stop_recording(TAPE);
    scene.run_ms(40);
    assert_eq!(
        scene.recorded(1),
        (Duration::from_secs(2), RecordingEnd::Stopped)
    );
    assert!(tone_level(&scene.recorded[&TAPE], 16_000, 900.0) < -60.0);
}

#[test]
fn two_channels_stay_in_time_though_one_phone_is_silent_at_first() {
    let mut scene = Scene::new();
    let (anna, ben) = (speaker(&mut scene, 1, 500.0), speaker(&mut scene, 2, 700.0));
    scene.at(ben).sends = false;
    scene
        .graph
        .wire(anna, &Wiring::Relay { with: ben })
        .unwrap();
    scene.record(Recorded::Two(anna, ben), LONG);
    scene.run_ms(1_000);
    scene.at(ben).sends = true;
    scene.run_ms(1_000);
    scene.graph.stop_recording(TAPE);
    scene.run_ms(40);
    assert_eq!(scene.recorded(2).0, Duration::from_secs(2));
    let both = &scene.recorded[&TAPE];
    let left: Vec<i16> = both.iter().step_by(2).copied().collect();
    let right: Vec<i16> = both.iter().skip(1).step_by(2).copied().collect();
    assert!(tone_level(&left[SECOND / 2..], 16_000, 500.0) > -27.0);
    assert!(tone_level(&left, 16_000, 700.0) < -60.0);
    assert!(tone_level(&right[..SECOND], 16_000, 700.0) < -60.0);
    assert!(tone_level(&right[SECOND * 5 / 4..], 16_000, 700.0) > -27.0);
    assert!(!scene.graph.listens(anna), "nobody listens any more");
}

#[test]
fn a_room_is_recorded_as_a_listener_hears_it() {
    let mut scene = Scene::new();
    let anna = scene.member(1, Codec::Pcma, ROOM, Some(500.0));
    let ben = scene.member(2, Codec::G722, ROOM, Some(700.0));
    let muted = scene.member(3, Codec::G722, ROOM, Some(900.0));
    scene.wire_to_room(muted, ROOM, Part::LISTENS);
    scene.run_ms(200);
    scene.record(Recorded::Room(ROOM), LONG);
    scene.run_ms(1_000);
    for stream in [anna, ben, muted] {
        scene.close(stream);
    }
    scene.run_ms(40);
    assert_eq!(
        scene.recorded(1),
        (Duration::from_secs(1), RecordingEnd::Stopped)
    );
    let heard = &scene.recorded[&TAPE];
    assert!(tone_level(heard, 16_000, 500.0) > -27.0);
    assert!(tone_level(heard, 16_000, 700.0) > -27.0);
    assert!(tone_level(heard, 16_000, 900.0) < -60.0);
    assert!(scene.graph.is_idle());
}

#[test]
fn a_disk_that_gives_up_ends_it_at_once() {
    let mut scene = Scene::new();
    let anna = speaker(&mut scene, 1, 500.0);
    scene.record(Recorded::One(anna), LONG);
    scene.run_ms(1_000);
    scene.graph.recording_failed(TAPE);
    scene.run_ms(500);
    assert_eq!(
        scene.recorded(1),
        (Duration::from_secs(1), RecordingEnd::Disk)
    );
    scene.graph.stop_recording(TAPE);
    scene.run_ms(100);
    assert_eq!(scene.events.len(), 1);
}
