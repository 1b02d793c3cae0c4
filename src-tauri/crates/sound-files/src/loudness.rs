//! Brings sounds to one loudness (ITU-R BS.1770, EBU R 128), so that no caller is startled.

use ebur128::{EbuR128, Mode};

use crate::SAMPLE_RATE;
use crate::limits::MAX_GAIN_DB;

/// How loud a sound shall be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Loudness over all, in LUFS.
    pub lufs: f64,
    /// Highest true peak, in dBTP.
    pub peak_dbtp: f64,
}

impl Target {
    /// Music is background.
    pub const MUSIC: Target = Target {
        lufs: -23.0,
        peak_dbtp: -2.0,
    };

    /// Speech is to be understood on every phone.
    pub const SPEECH: Target = Target {
        lufs: -19.0,
        peak_dbtp: -2.0,
    };
}

/// Turns a mono sound of 16 kHz up or down to `target`; gives the gain in dB. It is turned up by
/// at most [`MAX_GAIN_DB`] and never so far that its peaks clip; silence is left as it is.
pub fn normalise(samples: &mut [i16], target: Target) -> f64 {
    let Some((loudness, peak)) = measure(samples) else {
        return 0.0;
    };
    let gain = (target.lufs - loudness)
        .min(MAX_GAIN_DB)
        .min(target.peak_dbtp - peak);
    let factor = 10_f64.powf(gain / 20.0);
    for sample in samples {
        let turned = (f64::from(*sample) * factor).round();
        // Within i16 by the limit of the peak; `as` saturates.
        *sample = turned as i16;
    }
    gain
}

/// Loudness in LUFS and true peak in dBTP; `None` for silence.
///
/// What is shorter than the 400 ms the standard measures is repeated until it is not.
fn measure(samples: &[i16]) -> Option<(f64, f64)> {
    const BLOCK: usize = SAMPLE_RATE as usize * 4 / 10;
    if samples.iter().all(|sample| *sample == 0) {
        return None;
    }
    let mut meter = EbuR128::new(1, SAMPLE_RATE, Mode::I | Mode::TRUE_PEAK).ok()?;
    let mut added = 0;
    while added < BLOCK {
        meter.add_frames_i16(samples).ok()?;
        added += samples.len();
    }
    let loudness = meter.loudness_global().ok()?;
    let peak = 20.0 * meter.true_peak(0).ok()?.log10();
    (loudness.is_finite() && peak.is_finite()).then_some((loudness, peak))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::speech_like;

    #[test]
    fn quiet_and_loud_speech_come_out_alike() {
        for turned in [0.1, 0.3, 1.0] {
            let mut sound: Vec<i16> = speech_like(32_000)
                .into_iter()
                .map(|s| (f64::from(s) * turned) as i16)
                .collect();
            normalise(
                &mut sound,
                Target {
                    lufs: -23.0,
                    peak_dbtp: -2.0,
                },
            );
            let (loudness, peak) = measure(&sound).unwrap();
            assert!((loudness + 23.0).abs() < 0.3, "{turned}: {loudness} LUFS");
            assert!(peak <= -1.9, "{turned}: {peak} dBTP");
        }
    }

    #[test]
    fn a_peak_limits_how_far_it_is_turned_up() {
        let mut sound = vec![0_i16; 32_000];
        for click in sound.iter_mut().step_by(4_000) {
            *click = 20_000;
        }
        normalise(&mut sound, Target::SPEECH);
        let (_, peak) = measure(&sound).unwrap();
        assert!((peak - Target::SPEECH.peak_dbtp).abs() < 0.2, "{peak} dBTP");
    }

    #[test]
    fn silence_stays_silence_and_noise_stays_low() {
        let mut nothing = vec![0_i16; 16_000];
        assert!(normalise(&mut nothing, Target::SPEECH).abs() < 1e-9);
        assert!(nothing.iter().all(|s| *s == 0));

        let mut hiss: Vec<i16> = (0..32_000).map(|i| [2, -3, 1, -1, 3][i % 5]).collect();
        assert!(normalise(&mut hiss, Target::SPEECH) <= MAX_GAIN_DB);
        assert!(hiss.iter().all(|s| s.abs() <= 30));
        assert!(normalise(&mut [], Target::SPEECH).abs() < 1e-9);
    }

    #[test]
    fn a_beep_shorter_than_the_measure_is_brought_to_it() {
        let mut beep = speech_like(1_600);
        for sample in &mut beep {
            *sample /= 8;
        }
        let gain = normalise(&mut beep, Target::SPEECH);
        assert!(gain > 3.0, "{gain} dB");
    }
}
