//! The sound of a simulated office: the real stream table, and packets from phone to phone.

use super::{builder::OFFICE, network::Network, phone::SimPhone};
use media::{Forward, MediaCommand, MediaEvent, Refusal, SocketId, StreamTable};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

/// How often phones are heard while streams are open: often enough that nobody seems silent.
pub(super) const SOUND_EVERY: Duration = Duration::from_secs(4);

/// Packets a phone sends at a time: enough for the relay to learn where it sends from.
const BURST: usize = 4;

/// The media thread of a simulated office.
#[derive(Debug, Default)]
pub(super) struct Sound {
    streams: StreamTable,
    speak_at: Option<Instant>,
    /// So many times another program holds the ports that are wanted.
    pub(super) ports_taken: u32,
    refusals: VecDeque<MediaEvent>,
}

impl Sound {
    pub(super) fn apply(&mut self, now: Instant, command: MediaCommand) {
        match refused(&command).filter(|_| self.ports_taken > 0) {
            Some(refused) => {
                self.ports_taken -= 1;
                self.refusals.push_back(refused);
            }
            None => self.streams.apply(now, command),
        }
        self.speak_at = match self.streams.is_empty() {
            true => None,
            false => self.speak_at.or(Some(now + SOUND_EVERY)),
        };
    }

    pub(super) fn poll_event(&mut self) -> Option<MediaEvent> {
        let refused = self.refusals.pop_front();
        refused.or_else(|| self.streams.poll_event())
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        [self.speak_at, self.streams.next_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Everybody speaks, and the streams are looked at for silence.
    pub(super) fn on_timeout(&mut self, now: Instant, phones: &mut [SimPhone], network: &Network) {
        if self.speak_at.is_some_and(|at| at <= now) {
            self.speak_at = Some(now + SOUND_EVERY);
            for phone in 0..phones.len() {
                let relayed = phones[phone].sends_sound_to();
                if relayed.iter().any(|to| to.ip() == OFFICE.ip()) {
                    self.probe(now, phone, phones, network);
                }
            }
        }
        self.streams.poll_timeouts(now);
    }

    /// A phone speaks on all its lines: which phones hear it?
    pub(super) fn probe(
        &mut self,
        now: Instant,
        phone: usize,
        phones: &mut [SimPhone],
        network: &Network,
    ) -> Vec<usize> {
        let mut heard = Vec::new();
        for to in phones[phone].sends_sound_to() {
            for _ in 0..BURST {
                let packet = phones[phone].sound();
                let from = network.outside(phones[phone].sound_address());
                let Some(at) = self.carry(now, from, to, &packet) else {
                    continue;
                };
                let at = network.inside(at);
                let by = phones
                    .iter()
                    .position(|p| Some(p.sound_address()) == at && p.listens());
                heard.extend(by.filter(|by| !heard.contains(by)));
            }
        }
        heard
    }

    /// Where a packet ends up: at a phone, or through the relay at another.
    fn carry(
        &mut self,
        now: Instant,
        from: SocketAddr,
        to: SocketAddr,
        packet: &[u8],
    ) -> Option<SocketAddr> {
        if to.ip() != OFFICE.ip() {
            return Some(to);
        }
        let socket = SocketId(u32::from(to.port()));
        match self.streams.on_packet(now, socket, from, packet) {
            Forward::To { to, .. } => Some(to),
            Forward::Drop(_) => None,
        }
    }

    pub(super) fn streams(&self) -> usize {
        self.streams.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }
}

/// What the host says of a stream whose ports it cannot have.
fn refused(command: &MediaCommand) -> Option<MediaEvent> {
    let MediaCommand::Open { stream, local, .. } = command else {
        return None;
    };
    Some(MediaEvent::Refused {
        stream: *stream,
        why: Refusal::PortsTaken(*local),
    })
}
