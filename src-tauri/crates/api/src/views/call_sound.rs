//! How the parties of a call were heard.

use crate::views::calls::CallParty;
use serde::{Deserialize, Serialize};
use store::CallEvent;
use switch::SideQuality;
use ts_rs::TS;
use utoipa::ToSchema;

/// How one party of a call was heard; measured at the office every five seconds while the sound came
/// through it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallSound {
    party: CallParty,
    /// Estimated opinion of a listener from 1 (bad) to 4.5 (as good as it gets), by a simplified
    /// E-model (ITU-T G.107), in the mean.
    mos: f32,
    /// The same in the worst five seconds.
    worst_mos: f32,
    /// Share of packets that were lost, 0 to 1.
    loss: f64,
    /// How unevenly packets came, in milliseconds, in the mean.
    jitter_ms: f64,
    /// Packets to the phone and back, in milliseconds, in the mean; missing where the phone does not
    /// report it.
    round_trip_ms: Option<f64>,
}

impl CallSound {
    /// Of a call in the history: what was told when it ended.
    pub(crate) fn of_history(events: &[CallEvent]) -> Vec<Self> {
        #[derive(Deserialize)]
        struct Ended {
            #[serde(default)]
            quality: Vec<SideQuality>,
        }
        let ended = events.iter().rev().find(|event| event.kind == "callEnded");
        let quality = ended.and_then(|event| serde_json::from_str(&event.detail).ok());
        let quality = quality.map_or(vec![], |Ended { quality }| quality);
        quality.into_iter().map(Into::into).collect()
    }
}

impl From<SideQuality> for CallSound {
    fn from(heard: SideQuality) -> Self {
        let milliseconds = |of: std::time::Duration| of.as_secs_f64() * 1_000.0;
        let all = heard.packets + heard.lost;
        Self {
            party: heard.party.into(),
            mos: heard.mos,
            worst_mos: heard.worst_mos,
            loss: if all == 0 {
                0.0
            } else {
                heard.lost as f64 / all as f64
            },
            jitter_ms: milliseconds(heard.jitter),
            round_trip_ms: heard.round_trip.map(milliseconds),
        }
    }
}
