//! The streams of two legs that hear each other through the office: opened, joined, parted, closed.

use super::signalled;
use crate::{
    call::{Relay, Wired},
    features::{listen_in, talk},
    leg::LegId,
    sound_format,
    switch::Switch,
};
use media::{MediaCommand, Part, RoomId, StreamId, Wiring};
use office::CallId;

/// Rooms of two whose sound is translated are numbered from here, apart from those people dial.
const ROOMS_OF_TALKS: u64 = 1 << 63;

impl Switch {
    /// Wires two legs that are relayed to each other: packet by packet if each takes what the other
    /// sends and nobody listens to them, else decoded and encoded anew.
    pub(super) fn wire_relay(&mut self, a: LegId, b: LegId) {
        let (Some(one), Some(other)) = (self.legs.get(&a), self.legs.get(&b)) else {
            return;
        };
        let (Some(stream), Some(with)) = (one.stream, other.stream) else {
            return;
        };
        let call = one.call;
        let translates = sound_format::must_be_translated(one, other)
            || self.keys_need_us(one, other)
            || listen_in::is_on(self, call);
        let Some(relay) = self
            .calls
            .get_mut(&call)
            .and_then(|call| call.relay.as_mut())
        else {
            return;
        };
        let wired = match (translates, relay.wired) {
            (true, Some(Wired::Room(_))) => return listen_in::on_wired(self, call),
            (false, Some(Wired::Relay)) => return,
            (true, _) => Wired::Room(RoomId(ROOMS_OF_TALKS | stream.0.min(with.0))),
            (false, _) => Wired::Relay,
        };
        relay.wired = Some(wired);
        match wired {
            Wired::Relay => {
                let to = Wiring::Relay { with };
                self.order(MediaCommand::Wire { stream, to });
            }
            Wired::Room(room) => {
                for stream in [stream, with] {
                    let part = Part::FULL;
                    let to = Wiring::Room { room, part };
                    self.order(MediaCommand::Wire { stream, to });
                }
                listen_in::on_wired(self, call);
            }
        }
    }

    /// Wires a call's relay anew, if it has one: whether somebody listens has changed.
    pub(crate) fn rewire_relay(&mut self, call: CallId) {
        if let Some(relay) = self.calls.get(&call).and_then(|call| call.relay) {
            self.wire_relay(relay.a, relay.b);
        }
    }

    /// Opens a leg's ports at the media thread, or tells it what is new about the phone.
    pub(crate) fn open_stream(&mut self, leg: LegId) -> Option<StreamId> {
        self.learn_encryption(leg);
        let state = self.legs.get_mut(&leg)?;
        let signalled = signalled(state);
        if let Some(stream) = state.stream {
            self.order(MediaCommand::Update { stream, signalled });
            return Some(stream);
        }
        let local = state.ports?;
        self.next_stream += 1;
        let stream = StreamId(self.next_stream);
        state.stream = Some(stream);
        self.streams.insert(stream, leg);
        self.order(MediaCommand::Open {
            stream,
            local,
            signalled,
        });
        Some(stream)
    }

    /// Closes a leg's ports and gives them back.
    pub(crate) fn close_ports(&mut self, leg: LegId) {
        self.close_stream(leg);
        if let Some(ports) = self.legs.get_mut(&leg).and_then(|l| l.ports.take()) {
            self.ports.give_back(self.now, ports);
        }
    }

    /// Closes a call's relay, if it has one.
    pub(crate) fn close_relay(&mut self, call: CallId) {
        if let Some(relay) = self.calls.get_mut(&call).and_then(|c| c.relay.take()) {
            for leg in [relay.a, relay.b] {
                self.close_stream(leg);
                // Nobody tells any more when it is heard again.
                talk::on_silence(self, call, leg, None);
            }
        }
    }

    /// Two legs are no longer relayed to each other; their ports stay open.
    pub(crate) fn end_relay(&mut self, call: CallId) {
        let relay = self.calls.get_mut(&call).and_then(|c| c.relay.take());
        for leg in relay.into_iter().flat_map(|relay| [relay.a, relay.b]) {
            talk::on_silence(self, call, leg, None);
            if let Some(stream) = self.legs.get(&leg).and_then(|l| l.stream) {
                let expected = false;
                self.order(MediaCommand::Expect { stream, expected });
                let to = Wiring::Nothing;
                self.order(MediaCommand::Wire { stream, to });
            }
        }
    }

    /// Joins two legs by the relay, or tells it what is new about one of them.
    pub(super) fn set_relay(&mut self, from: LegId, to: LegId) {
        let Some(call) = self.legs.get(&from).map(|l| l.call) else {
            return;
        };
        self.end_music(from, to);
        let before = self.calls.get(&call).and_then(|c| c.relay);
        if before.is_some_and(|relay| relay.joins(from, to)) {
            self.open_stream(from);
            return;
        }
        // The sound of another device, or of a new party: who was there before is heard no more.
        for leg in before.into_iter().flat_map(|relay| [relay.a, relay.b]) {
            if leg != from && leg != to {
                self.close_stream(leg);
            }
        }
        let open = self.open_stream(from).is_some() && self.open_stream(to).is_some();
        if let Some(call) = self.calls.get_mut(&call) {
            call.relay = open.then_some(Relay {
                a: from,
                b: to,
                wired: None,
            });
        }
        self.wire_relay(from, to);
    }

    fn close_stream(&mut self, leg: LegId) {
        if let Some(stream) = self.legs.get_mut(&leg).and_then(|l| l.stream.take()) {
            self.order(MediaCommand::Close { stream });
        }
    }

    /// Two phones talk straight from now on; a relay between them has done its work.
    pub(super) fn close_relay_between(&mut self, a: LegId, b: LegId) {
        let Some(call) = self.legs.get(&a).map(|l| l.call) else {
            return;
        };
        let relay = self.calls.get(&call).and_then(|c| c.relay);
        if relay.is_some_and(|relay| relay.joins(a, b)) {
            self.close_relay(call);
        }
        for leg in self.end_music(a, b).into_iter().flatten() {
            self.close_stream(leg);
        }
    }

    /// Two legs are put together: neither hears music or a tone any more. Gives who did.
    fn end_music(&mut self, a: LegId, b: LegId) -> [Option<LegId>; 2] {
        [a, b].map(|leg| {
            let state = self.legs.get_mut(&leg)?;
            if let (Some(play), Some(stream)) = (state.playing.take(), state.stream) {
                self.order(MediaCommand::StopPlaying { stream, play });
            }
            let state = self.legs.get_mut(&leg)?;
            std::mem::take(&mut state.hears_music).then_some(leg)
        })
    }
}
