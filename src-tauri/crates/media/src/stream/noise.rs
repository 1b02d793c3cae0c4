//! Comfort noise: what is heard while a phone says that nobody speaks (RFC 3389).

/// Louder noise than −30 dBov is no comfort.
const LOUDEST: u8 = 30;

/// Full scale times this is the peak of noise of even distribution whose mean is full scale.
const PEAK_OF_MEAN: f32 = 1.732;

/// Even noise at the level the phone gave; the spectrum it may have given is passed over.
#[derive(Debug)]
pub(super) struct Noise {
    peak: i32,
    seed: u32,
}

impl Noise {
    pub(super) const fn new() -> Self {
        Self { peak: 0, seed: 1 }
    }

    /// Begins as the payload of a comfort-noise packet says: its first octet is the level in −dBov.
    pub(super) fn begin(&mut self, payload: &[u8]) {
        let level = payload.first().map_or(127, |level| level & 0x7f);
        let level = f32::from(level.max(LOUDEST));
        self.peak = (32_768.0 * PEAK_OF_MEAN * 10f32.powf(-level / 20.0)) as i32;
    }

    pub(super) const fn stop(&mut self) {
        self.peak = 0;
    }

    pub(super) const fn is_heard(&self) -> bool {
        self.peak > 0
    }

    /// Appends noise, or silence if there is none.
    pub(super) fn append(&mut self, samples: usize, out: &mut Vec<i16>) {
        out.extend((0..samples).map(|_| {
            self.seed = self
                .seed
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            // The upper bits of such a generator are the more random ones.
            let even = (self.seed >> 16) as i32 - 32_768;
            (even * self.peak / 32_768) as i16
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_as_loud_as_the_phone_said() {
        for (said, heard) in [(60, -60.0), (40, -40.0), (0, -30.0)] {
            let mut noise = Noise::new();
            noise.begin(&[said]);
            let mut out = Vec::new();
            noise.append(16_000, &mut out);
            let energy: f64 = out.iter().map(|s| f64::from(*s).powi(2)).sum();
            let level = 20.0 * ((energy / 16_000.0).sqrt() / 32_768.0).log10();
            assert!(
                (level - heard).abs() < 1.0,
                "said −{said} dBov, heard {level}"
            );
        }
    }
}
