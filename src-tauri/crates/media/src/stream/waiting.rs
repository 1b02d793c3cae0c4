//! Packets that wait to be heard, in the order they were sent.

use std::collections::VecDeque;

use crate::format::Codec;
use crate::limits::{MAX_RECEIVED_PAYLOAD, MAX_WAITING_PACKETS};

/// Room for most payloads from the beginning, so that buffers seldom grow.
const USUAL_PAYLOAD: usize = 256;

/// At most [`MAX_WAITING_PACKETS`], by sequence number. Their payloads are kept in buffers that are
/// used over and over.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    packets: VecDeque<Packet>,
    spare: Vec<Vec<u8>>,
}

/// One packet that waits.
#[derive(Debug)]
pub(super) struct Packet {
    /// Its extended sequence number.
    pub sequence: u64,
    /// Where its sound begins on the receiver's time line, in samples.
    pub start: i64,
    pub holds: Holds,
    pub payload: Vec<u8>,
}

/// What a packet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Sound(Codec),
    /// The level of the noise that is heard from here on until there is sound (RFC 3389).
    Noise,
    /// Nothing to be heard: a key press, or a payload type nobody agreed to.
    Else,
}

impl Waiting {
    /// Takes in a packet. If there is no room left for it, the oldest goes; says whether that was
    /// sound.
    pub(super) fn insert(
        &mut self,
        sequence: u64,
        start: i64,
        holds: Holds,
        payload: &[u8],
    ) -> bool {
        let full = self.packets.len() >= MAX_WAITING_PACKETS;
        let oldest = self.packets.front().filter(|_| full);
        let displaces = oldest.is_some_and(|packet| matches!(packet.holds, Holds::Sound(_)));
        if full {
            self.pop();
        }
        let kept = self.spare.pop();
        let mut kept = kept.unwrap_or_else(|| Vec::with_capacity(USUAL_PAYLOAD));
        kept.extend(payload.iter().take(MAX_RECEIVED_PAYLOAD));
        let at = self.packets.partition_point(|p| p.sequence < sequence);
        let packet = Packet {
            sequence,
            start,
            holds,
            payload: kept,
        };
        self.packets.insert(at, packet);
        displaces
    }

    pub(super) fn front(&self) -> Option<&Packet> {
        self.packets.front()
    }

    /// The first has had its turn.
    pub(super) fn pop(&mut self) {
        if let Some(mut packet) = self.packets.pop_front() {
            packet.payload.clear();
            self.spare.push(packet.payload);
        }
    }

    pub(super) fn clear(&mut self) {
        while !self.packets.is_empty() {
            self.pop();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_wait_in_the_order_they_were_sent() {
        let mut waiting = Waiting::default();
        for sequence in [5, 3, 4, 9] {
            waiting.insert(sequence, 0, Holds::Noise, &[sequence as u8]);
        }
        let order: Vec<u8> = std::iter::from_fn(|| {
            let octet = waiting.front()?.payload[0];
            waiting.pop();
            Some(octet)
        })
        .collect();
        assert_eq!(order, [3, 4, 5, 9]);
    }

    #[test]
    fn a_flood_displaces_the_oldest() {
        let mut waiting = Waiting::default();
        let payload = [0; 3 * MAX_RECEIVED_PAYLOAD];
        for sequence in 0..1000 {
            waiting.insert(sequence, 0, Holds::Noise, &payload);
            assert!(waiting.len() <= MAX_WAITING_PACKETS);
        }
        let front = waiting.front().unwrap();
        assert_eq!(front.sequence as usize, 1000 - MAX_WAITING_PACKETS);
        assert_eq!(front.payload.len(), MAX_RECEIVED_PAYLOAD);
    }
}
