//! The graph's 20 ms: when it ticks, and where what it says goes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slab::Slab;

use super::outgoing::Written;
use super::party::Party;
use super::{Stream, StreamTable};
use crate::command::{RecordingId, StreamId};
use crate::frame::FRAME_MS;
use crate::graph::Effects;
use crate::limits::MAX_TICKS_BEHIND;
use crate::ports::SocketId;

/// How punctual the graph's ticks were since the table was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticks {
    /// All of them.
    pub done: u64,
    /// Those that came when the next one was due already.
    pub late: u64,
    /// Those left out because the thread was hopelessly behind; nothing was heard in their place.
    pub skipped: u64,
}

/// Where the table's own packets and recordings go.
pub trait Outlet {
    /// Send this datagram from one of our sockets.
    fn send(&mut self, from: SocketId, to: SocketAddr, datagram: &[u8]);
    /// Write 20 ms into a recording: 320 samples at 16 kHz, or 640 of two channels in turn.
    fn record(&mut self, recording: RecordingId, samples: &[i16]);
}

impl StreamTable {
    /// Sees to it that the graph ticks as long as it has something to do.
    pub(super) fn arm_tick(&mut self, now: Instant) {
        if self.graph.is_idle() {
            self.next_tick = None;
        } else {
            self.next_tick.get_or_insert(now + TICK);
        }
    }

    pub(super) fn tick(&mut self, now: Instant, outlet: &mut impl Outlet) {
        let Some(mut due) = self.next_tick.filter(|due| *due <= now) else {
            return;
        };
        let behind = now.saturating_duration_since(due).as_millis() / TICK.as_millis();
        self.ticks.late += u64::from(behind > 0);
        let behind = u32::try_from(behind).unwrap_or(u32::MAX);
        if let Some(skipped) = behind.checked_sub(MAX_TICKS_BEHIND) {
            self.ticks.skipped += u64::from(skipped);
            due += TICK * skipped;
        }
        while due <= now && !self.graph.is_idle() {
            let mut effects = ToPhones {
                now: due,
                streams: &mut self.streams,
                by_id: &self.by_id,
                written: &mut self.written,
                outlet,
            };
            self.graph.tick(due, &mut effects);
            self.ticks.done += 1;
            due += TICK;
        }
        self.next_tick = Some(due);
        self.arm_tick(now);
    }
}

/// How long a tick lasts.
const TICK: Duration = Duration::from_millis(FRAME_MS as u64);

/// Sends what the graph says to where each phone is.
struct ToPhones<'a, O> {
    now: Instant,
    streams: &'a mut Slab<Stream>,
    by_id: &'a BTreeMap<StreamId, usize>,
    written: &'a mut Vec<u8>,
    outlet: &'a mut O,
}

impl<O> ToPhones<'_, O> {
    fn party(&mut self, stream: StreamId) -> Option<&mut Party> {
        let stream = self.streams.get_mut(*self.by_id.get(&stream)?)?;
        Some(&mut stream.party)
    }
}

impl<O: Outlet> Effects for ToPhones<'_, O> {
    fn rtp(&mut self, to: StreamId, datagram: &[u8]) {
        let mut written = std::mem::take(self.written);
        let now = self.now;
        if let Some(party) = self.party(to)
            && let Some(to) = party.rtp_destination()
        {
            let (socket, clock_hz) = (party.local.rtp_socket(), party.clock_hz());
            match party
                .outgoing
                .write_rtp(now, clock_hz, datagram, &mut written)
            {
                Ok(Written::AsItIs) => self.outlet.send(socket, to, datagram),
                Ok(Written::Anew) => self.outlet.send(socket, to, &written),
                Err(_) => {}
            }
        }
        *self.written = written;
    }

    fn rtcp(&mut self, to: StreamId, datagram: &[u8]) {
        let mut written = std::mem::take(self.written);
        written.clear();
        written.extend_from_slice(datagram);
        if let Some(party) = self.party(to)
            && let Some((socket, to)) = party.rtcp_path()
            && party.outgoing.write_rtcp(&mut written).is_ok()
        {
            self.outlet.send(socket, to, &written);
        }
        *self.written = written;
    }

    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        self.outlet.record(recording, samples);
    }
}
