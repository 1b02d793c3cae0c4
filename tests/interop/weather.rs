//! A network that loses datagrams and delivers some twice, between a peer and the engine.

use anyhow::Result;
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a direction waits for a datagram before it looks whether the bridge is being dropped.
const LOOK_UP: Duration = Duration::from_millis(50);
/// Longest datagram.
const DATAGRAM: usize = 65_535;

/// How bad it is.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Of a hundred datagrams each way, how many never arrive.
    pub lost: u32,
    /// Of a hundred that arrive, how many arrive twice.
    pub twice: u32,
}

/// Passes datagrams between one peer and the engine until dropped. The engine sees the bridge as
/// the peer's address, as if the peer were behind a router.
#[derive(Debug)]
pub struct Bridge {
    address: SocketAddr,
    shared: Arc<Shared>,
    directions: Vec<JoinHandle<()>>,
}

/// What both directions know.
#[derive(Debug, Default)]
struct Shared {
    done: AtomicBool,
    lose: AtomicU32,
    repeat: AtomicU32,
    arrived: AtomicU64,
    lost: AtomicU64,
    twice: AtomicU64,
}

impl Bridge {
    /// Opens a bridge to `engine` in fine weather. Which datagrams suffer when that changes is drawn
    /// from `seed`.
    ///
    /// # Errors
    /// No socket.
    pub fn open(engine: SocketAddr, seed: u64) -> Result<Self> {
        let inside = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
        let outside = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
        for socket in [&inside, &outside] {
            socket.set_read_timeout(Some(LOOK_UP))?;
        }
        outside.connect(engine)?;
        let address = inside.local_addr()?;
        let peer = Arc::new(Mutex::new(None));
        let shared = Arc::new(Shared::default());
        let direction = |which: u64| Direction {
            chance: ChaCha12Rng::seed_from_u64(seed.wrapping_mul(2) + which),
            shared: Arc::clone(&shared),
        };

        let (to_engine, to_peer) = (direction(0), direction(1));
        let (from, to, seen) = (Arc::clone(&inside), Arc::clone(&outside), Arc::clone(&peer));
        let there = thread::spawn(move || {
            to_engine.run(&from, |sender, bytes| {
                *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
                // A refused datagram is a lost one.
                let _ = to.send(bytes);
            });
        });
        let back = thread::spawn(move || {
            to_peer.run(&outside, |_, bytes| {
                let known = *peer.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(peer) = known {
                    let _ = inside.send_to(bytes, peer);
                }
            });
        });
        Ok(Self {
            address,
            shared,
            directions: vec![there, back],
        })
    }

    /// Changes the weather from the next datagram on.
    pub fn set(&self, weather: Weather) {
        self.shared.lose.store(weather.lost, Ordering::Relaxed);
        self.shared.repeat.store(weather.twice, Ordering::Relaxed);
    }

    /// What the peer takes for the engine.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many datagrams arrived, were lost, and arrived twice so far, both ways together.
    pub fn counts(&self) -> (u64, u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Shared {
            arrived,
            lost,
            twice,
            ..
        } = &*self.shared;
        (read(arrived), read(lost), read(twice))
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.shared.done.store(true, Ordering::Relaxed);
        for direction in self.directions.drain(..) {
            let _ = direction.join();
        }
    }
}

struct Direction {
    chance: ChaCha12Rng,
    shared: Arc<Shared>,
}

impl Direction {
    fn run(mut self, from: &UdpSocket, mut pass: impl FnMut(SocketAddr, &[u8])) {
        let shared = Arc::clone(&self.shared);
        let mut bytes = vec![0; DATAGRAM];
        while !shared.done.load(Ordering::Relaxed) {
            // Nothing came for a while, or the engine's port was closed: look again.
            let Ok((length, sender)) = from.recv_from(&mut bytes) else {
                continue;
            };
            if self.draws(&shared.lose) {
                shared.lost.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            shared.arrived.fetch_add(1, Ordering::Relaxed);
            pass(sender, &bytes[..length]);
            if self.draws(&shared.repeat) {
                shared.twice.fetch_add(1, Ordering::Relaxed);
                pass(sender, &bytes[..length]);
            }
        }
    }

    fn draws(&mut self, of_a_hundred: &AtomicU32) -> bool {
        self.chance.next_u32() % 100 < of_a_hundred.load(Ordering::Relaxed)
    }
}
