//! Any payloads for a codec, decoded or made up for: nothing comes of what is none of the codec's,
//! a packet is never more than 120 ms, and a gap is filled to the sample.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{Codec, codec::Decoder, limits::MAX_PACKET_SAMPLES};

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let codec = script.pick(&Codec::ALL).copied().unwrap_or(Codec::Opus);
    let mut decoder = Decoder::new(codec);
    let mut sound = vec![7; 5];
    while let Some(step) = script.step() {
        let before = sound.len();
        match step {
            b'd' => {
                let decoded = decoder.decode(script.bytes(), &mut sound);
                let samples = sound.len() - before;
                assert_eq!(samples > 0, decoded.is_ok(), "{decoded:?}");
                assert!(samples <= MAX_PACKET_SAMPLES, "{samples} samples");
            }
            b'c' => {
                let samples = script.number() * 256 + script.number();
                let next = script.flag().then(|| script.bytes());
                decoder.conceal(samples, next, &mut sound);
                assert_eq!(sound.len() - before, samples);
            }
            _ => {}
        }
        assert_eq!(sound[..5], [7; 5], "what was there before");
        sound.truncate(5);
    }
});
