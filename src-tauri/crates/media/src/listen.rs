//! What a piece of audio sounds like, as figures: decoded G.711, the level of a tone, the longest
//! gap.
//!
//! Samples are 16-bit linear PCM, mono. Levels are in dBFS: a sine of full scale is 0 dBFS, silence
//! is −∞.

use std::f64::consts::TAU;
use std::time::Duration;

/// Level in dBFS of the tone of `hz` in `samples` taken at `rate` per second (Goertzel). Best over
/// a whole number of periods; a stretch of 40 ms tells the DTMF tones apart. No samples, or a rate
/// of 0, are silence.
#[must_use]
pub fn tone_level(samples: &[i16], rate: u32, hz: f64) -> f64 {
    if samples.is_empty() || rate == 0 {
        return f64::NEG_INFINITY;
    }
    let coefficient = 2.0 * (TAU * hz / f64::from(rate)).cos();
    let (mut last, mut before) = (0.0f64, 0.0f64);
    for sample in samples {
        let next = f64::from(*sample) / 32_768.0 + coefficient * last - before;
        before = last;
        last = next;
    }
    let power = (last * last + before * before - coefficient * last * before).max(0.0);
    let amplitude = 2.0 * power.sqrt() / samples.len() as f64;
    20.0 * amplitude.log10()
}

/// The longest stretch of `samples` (taken at `rate` per second) in which no sample exceeds
/// `quiet_dbfs`, as peak.
#[must_use]
pub fn longest_gap(samples: &[i16], rate: u32, quiet_dbfs: f64) -> Duration {
    let loudest_quiet = 32_768.0 * 10f64.powf(quiet_dbfs / 20.0);
    let longest = samples
        .split(|sample| f64::from(sample.unsigned_abs()) > loudest_quiet)
        .map(<[i16]>::len)
        .max()
        .unwrap_or(0);
    Duration::from_secs_f64(longest as f64 / f64::from(rate.max(1)))
}

/// Linear samples of G.711 µ-law octets (PCMU).
#[must_use]
pub fn decode_ulaw(octets: &[u8]) -> Vec<i16> {
    octets
        .iter()
        .map(|octet| ULAW[usize::from(*octet)])
        .collect()
}

/// Linear samples of G.711 A-law octets (PCMA).
#[must_use]
pub fn decode_alaw(octets: &[u8]) -> Vec<i16> {
    octets
        .iter()
        .map(|octet| ALAW[usize::from(*octet)])
        .collect()
}

/// Linear value of each µ-law octet.
pub const ULAW: [i16; 256] = {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = ulaw_value(octet as u8);
        octet += 1;
    }
    table
};

/// Linear value of each A-law octet.
pub const ALAW: [i16; 256] = {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = alaw_value(octet as u8);
        octet += 1;
    }
    table
};

/// ITU-T G.711 Table 2, scaled to 16 bits.
const fn ulaw_value(octet: u8) -> i16 {
    let bits = !octet;
    let segment = (bits >> 4) & 0x07;
    let step = (bits & 0x0f) as i16;
    let magnitude = (((step << 3) + 0x84) << segment) - 0x84;
    if bits & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// ITU-T G.711 Table 1, scaled to 16 bits.
const fn alaw_value(octet: u8) -> i16 {
    let bits = octet ^ 0x55;
    let segment = (bits >> 4) & 0x07;
    let step = ((bits & 0x0f) as i16) << 4;
    let magnitude = match segment {
        0 => step + 8,
        _ => (step + 0x108) << (segment - 1),
    };
    if bits & 0x80 == 0 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hz: f64, dbfs: f64, samples: usize) -> Vec<i16> {
        let amplitude = 32_767.0 * 10f64.powf(dbfs / 20.0);
        (0..samples)
            .map(|n| (amplitude * (TAU * hz * n as f64 / f64::from(rate)).sin()) as i16)
            .collect()
    }

    #[test]
    fn g711_octets_have_the_values_of_the_standard() {
        let table = [
            (&ULAW, 0xff, 0),
            (&ULAW, 0x7f, 0),
            (&ULAW, 0x80, 32_124),
            (&ULAW, 0x00, -32_124),
            (&ULAW, 0xfe, 8),
            (&ULAW, 0xf0, 120),
            (&ULAW, 0xef, 132),
            (&ALAW, 0xd5, 8),
            (&ALAW, 0x55, -8),
            (&ALAW, 0xaa, 32_256),
            (&ALAW, 0x2a, -32_256),
            (&ALAW, 0xd4, 24),
            (&ALAW, 0xc5, 264),
        ];
        for (law, octet, linear) in table {
            assert_eq!(law[octet], linear, "octet {octet:02x}");
        }
        assert_eq!(decode_ulaw(&[0x80, 0xff]), [32_124, 0]);
        assert_eq!(decode_alaw(&[0xaa, 0x55]), [32_256, -8]);
    }

    #[test]
    fn a_tone_is_heard_at_its_level_and_no_other() {
        for (rate, hz, dbfs) in [
            (8000, 1000.0, 0.0),
            (8000, 697.0, -10.0),
            (16_000, 3000.0, -30.0),
            (48_000, 440.0, -3.0),
        ] {
            let samples = sine(rate, hz, dbfs, rate as usize / 2);
            let level = tone_level(&samples, rate, hz);
            assert!(
                (level - dbfs).abs() < 0.2,
                "{hz} Hz at {dbfs} dBFS heard at {level}"
            );
            assert!(tone_level(&samples, rate, hz * 1.1) < dbfs - 30.0);
        }
        assert_eq!(tone_level(&[0; 800], 8000, 1000.0), f64::NEG_INFINITY);
        assert_eq!(tone_level(&[], 8000, 1000.0), f64::NEG_INFINITY);
    }

    #[test]
    fn dtmf_rows_are_told_apart_within_40_ms() {
        let samples = sine(8000, 770.0, -10.0, 320);
        for other in [697.0, 852.0, 941.0] {
            assert!(
                tone_level(&samples, 8000, other) < tone_level(&samples, 8000, 770.0) - 10.0,
                "{other} Hz"
            );
        }
    }

    #[test]
    fn the_longest_gap_is_found() {
        let tone = sine(8000, 1000.0, -6.0, 800);
        let samples = [&tone[..], &[3; 160], &tone, &[0; 480], &tone].concat();
        let gap = longest_gap(&samples, 8000, -50.0);
        assert!(
            gap.abs_diff(Duration::from_millis(60)) < Duration::from_millis(1),
            "{gap:?}"
        );
        assert!(longest_gap(&tone, 8000, -50.0) < Duration::from_millis(1));
        assert_eq!(longest_gap(&[], 8000, -50.0), Duration::ZERO);
    }
}
