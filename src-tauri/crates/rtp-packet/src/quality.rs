//! An estimate of how a call sounds, from loss, delay and jitter.
//!
//! This is a simplification of the E-model (ITU-T G.107): every input but delay, loss and codec is
//! at its default, echo and side tone are taken as absent, the delay impairment is the
//! piecewise-linear fit of Cole and Rosenbluth (2001), and the receiver's jitter buffer is assumed
//! to hold twice the jitter. Good for telling a fine call from a poor one, not for certifying a
//! network.

use std::time::Duration;

/// R of a narrow-band call with every parameter of G.107 at its default.
const BEST_R: f32 = 93.2;

/// Delay above which talkers begin to interrupt each other, in ms (Cole and Rosenbluth).
const INTERRUPTING_MS: f32 = 177.3;

/// What one listener's end of a call goes through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listening {
    /// Time from mouth to ear without the jitter buffer; half the round trip will do.
    pub one_way_delay: Duration,
    /// Interarrival jitter.
    pub jitter: Duration,
    /// Share of packets lost, 0 to 1.
    pub loss: f32,
    /// What the codec costs.
    pub codec: CodecImpairment,
}

impl Listening {
    /// The estimated opinion of this listener.
    #[must_use]
    pub fn mos(&self) -> Mos {
        Mos::from_r(self.r())
    }

    /// The E-model's transmission rating, 0 to 100.
    #[must_use]
    pub fn r(&self) -> f32 {
        let delay_ms = self
            .one_way_delay
            .saturating_add(self.jitter.saturating_mul(2))
            .as_secs_f32()
            * 1000.0;
        let delay_impairment = 0.024 * delay_ms + 0.11 * (delay_ms - INTERRUPTING_MS).max(0.0);
        let loss_percent = self.loss.clamp(0.0, 1.0) * 100.0;
        let CodecImpairment {
            equipment,
            robustness,
        } = self.codec;
        // G.107 §7.3 with random loss (BurstR 1).
        let effective = equipment + (95.0 - equipment) * loss_percent / (loss_percent + robustness);
        (BEST_R - delay_impairment - effective).clamp(0.0, 100.0)
    }
}

/// What a codec costs (ITU-T G.113 Appendix I).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CodecImpairment {
    /// Ie: impairment without loss.
    pub equipment: f32,
    /// Bpl: packet-loss robustness; larger hides loss better. Above zero.
    pub robustness: f32,
}

impl CodecImpairment {
    /// G.711 with packet-loss concealment.
    pub const G711: Self = Self {
        equipment: 0.0,
        robustness: 25.1,
    };
    /// G.729A.
    pub const G729: Self = Self {
        equipment: 11.0,
        robustness: 19.0,
    };
}

/// Mean opinion score on the scale 1 (bad) to 4.5 (as good as a narrow-band call gets).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Mos(pub f32);

impl Mos {
    /// G.107 Annex B.
    #[must_use]
    pub fn from_r(r: f32) -> Self {
        let r = r.clamp(0.0, 100.0);
        Self((1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7.0e-6).clamp(1.0, 4.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn g711(delay_ms: u64, loss: f32) -> f32 {
        Listening {
            one_way_delay: Duration::from_millis(delay_ms),
            jitter: Duration::ZERO,
            loss,
            codec: CodecImpairment::G711,
        }
        .mos()
        .0
    }

    #[test]
    fn points_of_g107() {
        // R and MOS pairs of G.107 Annex B, Table B.1.
        for (r, mos) in [
            (90.0, 4.34),
            (80.0, 4.03),
            (70.0, 3.60),
            (60.0, 3.10),
            (50.0, 2.58),
            (0.0, 1.0),
        ] {
            assert!(
                (Mos::from_r(r).0 - mos).abs() < 0.01,
                "R {r}: {:?}",
                Mos::from_r(r)
            );
        }
    }

    #[test]
    fn calls_as_an_office_knows_them() {
        assert!(g711(5, 0.0) > 4.35, "LAN");
        assert!((3.9..4.3).contains(&g711(50, 0.02)), "two per cent lost");
        assert!((2.0..3.2).contains(&g711(400, 0.05)), "satellite with loss");
        assert!(g711(100, 0.5) < 1.7, "half is missing");
    }

    proptest! {
        #[test]
        fn more_loss_or_delay_never_sounds_better(
            delay in 0u64..2000, more in 0u64..500, loss in 0f32..1.0, worse in 0f32..1.0,
        ) {
            prop_assert!(g711(delay + more, loss) <= g711(delay, loss) + 1e-4);
            prop_assert!(g711(delay, loss.max(worse)) <= g711(delay, loss) + 1e-4);
        }
    }
}
