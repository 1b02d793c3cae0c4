//! A ring of sound: what goes over its end comes in at its beginning.

use sound_files::SAMPLE_RATE;

/// One turn of a piece.
pub struct Ring {
    /// ±1 or more; brought to size at the end.
    pub samples: Vec<f32>,
}

impl Ring {
    /// Silence. Whole packets of 20 ms, so that no packet of the file spans the seam.
    pub fn new(seconds: f32) -> Self {
        let packets = (seconds * SAMPLE_RATE as f32 / 320.0).round() as usize;
        Self {
            samples: vec![0.0; packets * 320],
        }
    }

    /// Adds a sound, beginning `at` seconds.
    pub fn add(&mut self, at: f32, sound: &[f32], level: f32) {
        let length = self.samples.len();
        let begin = (at * SAMPLE_RATE as f32) as usize;
        for (i, sample) in sound.iter().enumerate() {
            self.samples[(begin + i) % length] += sample * level;
        }
    }

    /// Puts the piece into a small room: four echoes that feed each other, each duller than the
    /// last. The ring is gone round twice, so that its beginning hears the echo of its end.
    pub fn room(&mut self, level: f32) {
        const DELAYS: [usize; 4] = [487, 613, 761, 919];
        let mut lines: Vec<Vec<f32>> = DELAYS.iter().map(|d| vec![0.0; *d]).collect();
        let mut dull = [0.0_f32; 4];
        let length = self.samples.len();
        let mut wet = vec![0.0; length];
        for turn in 0..2 {
            for at in 0..length {
                let outs: [f32; 4] =
                    std::array::from_fn(|i| lines[i][(turn * length + at) % DELAYS[i]]);
                let half: f32 = outs.iter().sum::<f32>() * 0.5;
                for i in 0..4 {
                    // Householder: energy is kept, only the damping takes it away.
                    dull[i] += ((outs[i] - half) - dull[i]) * 0.55;
                    lines[i][(turn * length + at) % DELAYS[i]] =
                        self.samples[at] * 0.5 + dull[i] * 0.86;
                }
                wet[at] = outs.iter().sum::<f32>();
            }
        }
        for (dry, wet) in self.samples.iter_mut().zip(wet) {
            *dry += wet * level;
        }
    }
}
