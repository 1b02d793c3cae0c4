//! Cuts silence off the ends of a sound.

use std::time::Duration;

use crate::opus_reader::samples_in;

/// Stretches are judged as loud or silent in this length, samples at 16 kHz (10 ms).
const STRETCH: usize = 160;

/// The middle of a mono sound of 16 kHz: without the stretches at its ends that are more than
/// `below_db` (40 is usual) quieter than its loudest one, or below −60 dBFS. `keep` of what is
/// before and after stays, so that no first sound is clipped. A sound that is nothing but silence
/// becomes empty.
#[must_use]
pub fn trim_silence(samples: &[i16], below_db: f64, keep: Duration) -> &[i16] {
    let loudness = |stretch: &[i16]| {
        let squares: f64 = stretch.iter().map(|s| f64::from(*s).powi(2)).sum();
        (squares / stretch.len() as f64).sqrt() / 32_768.0
    };
    let levels: Vec<f64> = samples.chunks(STRETCH).map(loudness).collect();
    let loudest = levels.iter().copied().fold(0.0, f64::max);
    let quiet = (loudest * 10_f64.powf(-below_db / 20.0)).max(0.001);
    let first = levels.iter().position(|level| *level > quiet);
    let last = levels.iter().rposition(|level| *level > quiet);
    let (Some(first), Some(last)) = (first, last) else {
        return &[];
    };
    let keep = samples_in(keep);
    let from = (first * STRETCH).saturating_sub(keep);
    let to = ((last + 1) * STRETCH)
        .saturating_add(keep)
        .min(samples.len());
    samples.get(from..to).unwrap_or(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::speech_like;

    #[test]
    fn silence_at_both_ends_goes_and_nothing_else() {
        let mut sound = vec![3_i16; 16_000];
        let word = speech_like(8_000);
        sound.extend_from_slice(&word);
        sound.extend_from_slice(&[-3; 24_000]);
        let trimmed = trim_silence(&sound, 40.0, Duration::from_millis(50));
        assert!(
            trimmed.len().abs_diff(8_000 + 1_600) <= 2 * STRETCH,
            "{}",
            trimmed.len()
        );
        assert!(
            trimmed
                .windows(word.len() - 400)
                .any(|part| part == &word[200..word.len() - 200])
        );
    }

    #[test]
    fn what_is_only_silence_becomes_empty() {
        assert!(trim_silence(&[0; 5_000], 40.0, Duration::ZERO).is_empty());
        assert!(trim_silence(&[2; 5_000], 40.0, Duration::ZERO).is_empty());
        assert!(trim_silence(&[], 40.0, Duration::ZERO).is_empty());
    }
}
