//! The outline of a sound, for drawing it.

use crate::limits::MAX_PEAKS;

/// The loudest sample of each of `buckets` equal parts, 0 to 255, full scale 255. At most
/// [`MAX_PEAKS`]; fewer where there are fewer samples. Interleaved channels count alike.
#[must_use]
pub fn peaks(samples: &[i16], buckets: usize) -> Vec<u8> {
    let buckets = buckets.min(MAX_PEAKS).min(samples.len());
    (0..buckets)
        .map(|bucket| {
            let from = bucket * samples.len() / buckets;
            let to = (bucket + 1) * samples.len() / buckets;
            let part = samples.get(from..to).unwrap_or_default();
            let loudest = part.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
            u8::try_from(loudest.min(32_767) / 128).unwrap_or(u8::MAX)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_follows_the_sound() {
        let mut samples = vec![0_i16; 1_000];
        samples[499] = -16_384;
        samples[500] = i16::MIN;
        samples[999] = i16::MAX;
        assert_eq!(peaks(&samples, 4), [0, 128, 255, 255]);
        assert_eq!(peaks(&samples[..3], 100), [0, 0, 0]);
        assert!(peaks(&[], 100).is_empty());
        assert!(peaks(&samples, 0).is_empty());
    }
}
