//! How the parties of a call are heard, gathered while it goes on: what the media thread tells every
//! few seconds, over all streams a party had.

use crate::{
    happening::{Party, SideQuality, What},
    leg::LegId,
    limits::MAX_HEARD_PER_CALL,
    switch::Switch,
};
use media::{StreamId, StreamStatistics};
use office::CallId;
use rtp_packet::Mos;
use std::{collections::BTreeMap, time::Duration};

/// The parties heard in the calls going on.
#[derive(Debug, Default)]
pub(crate) struct SoundHeard {
    calls: BTreeMap<CallId, Vec<Heard>>,
}

impl SoundHeard {
    /// How the parties of a call were heard, in the order in which that was first told; forgotten
    /// here.
    pub(crate) fn take(&mut self, call: CallId) -> Vec<SideQuality> {
        let heard = self.calls.remove(&call).unwrap_or_default();
        heard.iter().map(Heard::quality).collect()
    }
}

/// The media thread tells how a party is heard.
pub(crate) fn on_quality(
    switch: &mut Switch,
    (call, leg): (CallId, LegId),
    stream: StreamId,
    statistics: &StreamStatistics,
    lately: Mos,
) {
    if switch.calls.get(&call).is_none_or(|call| call.ended) {
        return;
    }
    let Some(party) = switch.legs.get(&leg).map(|leg| &leg.party) else {
        return;
    };
    let parties = switch.sound_heard.calls.entry(call).or_default();
    let place = parties.iter().position(|heard| heard.leg == leg);
    let place = match place {
        Some(place) => place,
        None if parties.len() < MAX_HEARD_PER_CALL => {
            parties.push(Heard::new(leg, party.clone(), stream));
            parties.len() - 1
        }
        None => return,
    };
    parties[place].on_quality(stream, statistics, lately);
    let quality = parties[place].quality();
    switch.tell(What::SoundMeasured { of: call, quality });
}

/// One party of a call.
#[derive(Debug)]
struct Heard {
    leg: LegId,
    party: Party,
    stream: StreamId,
    /// Of streams before this one.
    before: Packets,
    /// Of this one.
    packets: Packets,
    mos: Mean,
    worst: f32,
    jitter: Mean,
    round_trip: Mean,
}

#[derive(Clone, Copy, Debug, Default)]
struct Packets {
    came: u64,
    lost: u64,
}

/// A mean that takes in one figure after the other.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Heard {
    fn new(leg: LegId, party: Party, stream: StreamId) -> Self {
        Self {
            leg,
            party,
            stream,
            before: Packets::default(),
            packets: Packets::default(),
            mos: Mean::default(),
            worst: f32::MAX,
            jitter: Mean::default(),
            round_trip: Mean::default(),
        }
    }

    fn on_quality(&mut self, stream: StreamId, statistics: &StreamStatistics, Mos(lately): Mos) {
        if self.stream != stream {
            // The sound took another way in between; its counts begin anew.
            self.before = self.in_all();
            self.stream = stream;
        }
        self.packets = Packets {
            came: statistics.packets,
            lost: statistics.lost,
        };
        self.mos.add(lately.into());
        self.worst = self.worst.min(lately);
        self.jitter.add(statistics.jitter.as_secs_f64());
        if let Some(round_trip) = statistics.round_trip {
            self.round_trip.add(round_trip.as_secs_f64());
        }
    }

    fn in_all(&self) -> Packets {
        Packets {
            came: self.before.came + self.packets.came,
            lost: self.before.lost + self.packets.lost,
        }
    }

    fn quality(&self) -> SideQuality {
        let Packets { came, lost } = self.in_all();
        SideQuality {
            party: self.party.clone(),
            packets: came,
            lost,
            jitter: self.jitter.of_seconds().unwrap_or_default(),
            round_trip: self.round_trip.of_seconds(),
            mos: self.mos.get().unwrap_or_default() as f32,
            worst_mos: self.worst,
        }
    }
}

impl Mean {
    fn add(&mut self, figure: f64) {
        self.sum += figure;
        self.count += 1;
    }

    fn get(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }

    fn of_seconds(&self) -> Option<Duration> {
        self.get().map(Duration::from_secs_f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics(packets: u64, lost: u64, jitter: u64, trip: Option<u64>) -> StreamStatistics {
        StreamStatistics {
            packets,
            lost,
            jitter: Duration::from_millis(jitter),
            round_trip: trip.map(Duration::from_millis),
            ..StreamStatistics::default()
        }
    }

    #[test]
    fn figures_go_on_when_the_sound_takes_another_way() {
        let anna = Party {
            person: None,
            device: None,
            name: "Anna".to_owned(),
            number: "101".to_owned(),
            ..Party::default()
        };
        let mut heard = Heard::new(LegId(1), anna, StreamId(1));
        heard.on_quality(StreamId(1), &statistics(250, 0, 2, None), Mos(4.4));
        heard.on_quality(StreamId(1), &statistics(480, 20, 4, Some(30)), Mos(3.0));
        heard.on_quality(StreamId(2), &statistics(240, 10, 6, Some(50)), Mos(4.0));
        let quality = heard.quality();
        assert_eq!((quality.packets, quality.lost), (720, 30));
        assert_eq!(quality.jitter, Duration::from_millis(4));
        assert_eq!(quality.round_trip, Some(Duration::from_millis(40)));
        assert!((quality.mos - 3.8).abs() < 1e-3, "{quality:?}");
        assert!((quality.worst_mos - 3.0).abs() < 1e-3, "{quality:?}");
    }
}
