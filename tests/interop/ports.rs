//! Network ports that no other test on this machine uses, in this process or another.

use anyhow::{Context, Result};
use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    ops::RangeInclusive,
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the range from which Linux takes the ports of outgoing connections (32,768 and up).
const FIRST: u16 = 20_000;
const BLOCKS: u16 = 190;
const BLOCK: u16 = 64;

/// A block of ports on loopback, ours until dropped.
#[derive(Debug)]
pub struct Ports {
    base: u16,
    /// Bound but never accepted from: whoever holds the last port of a block holds the block.
    _held: TcpListener,
}

impl Ports {
    /// Claims a free block.
    ///
    /// # Errors
    /// Every block is in use.
    pub fn claim() -> Result<Self> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        // Test binaries that run side by side begin their search in different places.
        let start = u16::try_from(std::process::id() % u32::from(BLOCKS))?;
        for _ in 0..BLOCKS {
            let turn = NEXT.fetch_add(1, Ordering::Relaxed);
            let base = FIRST + (start.wrapping_add(turn) % BLOCKS) * BLOCK;
            let Ok(held) = TcpListener::bind((Ipv4Addr::LOCALHOST, base + BLOCK - 1)) else {
                continue;
            };
            if (base..base + 4).all(is_free) {
                return Ok(Self { base, _held: held });
            }
        }
        None.context("no free block of ports on loopback")
    }

    /// For SIP over UDP and TCP; the port after it is free for SIP over TLS.
    pub fn sip(&self) -> u16 {
        self.base
    }

    /// For driving the program that owns the block.
    pub fn control(&self) -> u16 {
        self.base + 2
    }

    /// For RTP and RTCP.
    pub fn rtp(&self) -> RangeInclusive<u16> {
        self.base + 4..=self.base + BLOCK - 2
    }
}

fn is_free(port: u16) -> bool {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
        && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_do_not_overlap_while_held() {
        let blocks: Vec<Ports> = (0..8).map(|_| Ports::claim().unwrap()).collect();
        let mut bases: Vec<u16> = blocks.iter().map(Ports::sip).collect();
        bases.sort_unstable();
        assert!(bases.windows(2).all(|pair| pair[1] - pair[0] >= BLOCK));
        assert!(blocks.iter().all(|block| *block.rtp().end() < 32_768));
    }
}
