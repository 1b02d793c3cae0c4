//! How a phone was heard, in figures.

use std::time::Duration;

use rtp_packet::{Listening, Mos};

use super::impairment::impairment;
use crate::format::Codec;
use crate::frame::SAMPLE_RATE;

/// How a phone was heard since the receiver was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReceiverFigures {
    /// Packets whose sound was heard.
    pub used: u64,
    /// Packets that came too late to be heard, or more than can wait.
    pub late: u64,
    /// Packets that were not what their payload type says.
    pub unreadable: u64,
    /// Sound heard as it was sent.
    pub sound: Duration,
    /// Sound made up for packets that were lost or late.
    pub concealed: Duration,
    /// How long sound waits here, from the arrival of the fastest packets to being heard.
    pub delay: Duration,
    /// How often the phone's clock or source changed and waiting began anew.
    pub resets: u64,
}

impl ReceiverFigures {
    /// What happened since `earlier`; `delay` is the newest.
    #[must_use]
    pub fn since(&self, earlier: &ReceiverFigures) -> ReceiverFigures {
        ReceiverFigures {
            used: self.used.saturating_sub(earlier.used),
            late: self.late.saturating_sub(earlier.late),
            unreadable: self.unreadable.saturating_sub(earlier.unreadable),
            sound: self.sound.saturating_sub(earlier.sound),
            concealed: self.concealed.saturating_sub(earlier.concealed),
            delay: self.delay,
            resets: self.resets.saturating_sub(earlier.resets),
        }
    }

    /// Share of the sound, 0 to 1, that was made up; `None` if there was no sound.
    #[must_use]
    pub fn concealed_share(&self) -> Option<f32> {
        let all = self.sound + self.concealed;
        (!all.is_zero()).then(|| self.concealed.as_secs_f32() / all.as_secs_f32())
    }

    /// How the phone sounds to somebody `network` away from it (half the round trip), not counting
    /// the time sound waits here; `None` if there was no sound.
    #[must_use]
    pub fn mos(&self, codec: Codec, network: Duration) -> Option<Mos> {
        let listening = Listening {
            one_way_delay: network.saturating_add(self.delay),
            // What jitter does is known: it is in the delay and in what was made up.
            jitter: Duration::ZERO,
            loss: self.concealed_share()?,
            codec: impairment(codec),
        };
        Some(listening.mos())
    }
}

/// The same while it is counted; sound in samples.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    pub used: u64,
    pub late: u64,
    pub unreadable: u64,
    pub sound: u64,
    pub concealed: u64,
    pub resets: u64,
    pub delay: i64,
}

impl Counted {
    pub(super) fn figures(&self) -> ReceiverFigures {
        ReceiverFigures {
            used: self.used,
            late: self.late,
            unreadable: self.unreadable,
            sound: duration(self.sound),
            concealed: duration(self.concealed),
            delay: duration(self.delay.max(0).cast_unsigned()),
            resets: self.resets,
        }
    }
}

fn duration(samples: u64) -> Duration {
    Duration::from_micros(samples * 1000 / u64::from(SAMPLE_RATE / 1000))
}
