//! Any bytes as a sound file, of a person or of our own: read within its limits or refused, found as
//! long as it plays, and passed over as if it had been heard.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sound_files::{Limits, OpusReader, SAMPLE_RATE, measure, read_opus, read_upload};
use std::{io::Cursor, panic, sync::Once, time::Duration};

/// Little, so that every input is quick.
const LIMITS: Limits = Limits {
    bytes: 128 * 1024,
    lasts: Duration::from_secs(20),
};

/// What the filter of another sample rate holds may come on top.
const MOST_SAMPLES: usize = 21 * SAMPLE_RATE as usize;

fuzz_target!(|data: &[u8]| {
    // The fuzzer's own hook ends the process, also where a panic of somebody else's decoder is
    // caught. One that is not still ends the input as a crash.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map_or("", |location| location.file());
            if !place.contains("symphonia") {
                eprintln!("{info}");
            }
        }));
    });
    if let Ok(sound) = read_upload(data, LIMITS) {
        assert!((1..=MOST_SAMPLES).contains(&sound.len()), "{}", sound.len());
    }
    if let Ok(sound) = read_opus(data, LIMITS) {
        assert!(sound.lasts() <= LIMITS.lasts);
        let measured = measure(Cursor::new(data)).expect("what was read");
        assert_eq!(measured.lasts, sound.lasts());
        assert_eq!(measured.channels, sound.channels);
        assert!(measured.whole_bytes <= data.len() as u64);
        check_skip(data, sound.samples.len() / sound.channels.count());
    }
});

/// What is left behind a place is what was not passed over.
fn check_skip(data: &[u8], samples: usize) {
    let mut reader = OpusReader::new(Cursor::new(data)).expect("what was read");
    let channels = reader.channels().count();
    let half = samples / 2;
    assert_eq!(reader.skip(half as u64), half as u64);
    let mut left = 0;
    while let Some(block) = reader.next_block() {
        left += block.len() / channels;
    }
    assert_eq!(half + left, samples);
}
