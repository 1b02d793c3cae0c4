//! Keeping a flow open and noticing that it is dead (RFC 5626 §4.4 and §4.5).

use crate::{Transport, stun};
use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// How a flow is kept open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// CRLFCRLF on a stream, answered by CRLF within 10 s (RFC 5626 §4.4.1).
    Ping,
    /// A STUN binding request over UDP (RFC 5626 §4.4.2); only towards a peer that said it
    /// understands it, by `ob` or a `keep` parameter (RFC 6223).
    Stun,
    /// CRLFCRLF over UDP: opens the NAT's door, gets no answer and proves nothing.
    OneWay,
}

/// The keep-alive of one flow, driven by `now`.
#[derive(Clone, Debug)]
pub struct KeepAlive {
    probe: Probe,
    flow_timer: Option<Duration>,
    waiting: Waiting,
    /// Where the peer saw us at first.
    mapped: Option<SocketAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    UntilNext(Instant),
    ForAnswer {
        until: Instant,
        transaction: [u8; 12],
    },
}

/// What a keep-alive wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Send this over the flow.
    Send(Bytes),
    /// The flow is dead: close it, and register anew over another.
    Dead,
}

/// How long a pong or STUN response may take (RFC 5626 §4.4.1).
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);

impl Probe {
    /// The probe that is always safe on a transport.
    pub fn usual(transport: Transport) -> Probe {
        if transport.is_reliable() {
            Probe::Ping
        } else {
            Probe::OneWay
        }
    }
}

impl KeepAlive {
    /// Starts. `flow_timer` is the Flow-Timer of the peer's response (RFC 5626 §10), if it has one.
    pub fn new(
        now: Instant,
        probe: Probe,
        flow_timer: Option<Duration>,
        chance: &mut ChaCha12Rng,
    ) -> KeepAlive {
        let mut keep_alive = KeepAlive {
            probe,
            flow_timer,
            waiting: Waiting::UntilNext(now),
            mapped: None,
        };
        keep_alive.rest(now, chance);
        keep_alive
    }

    /// When [`KeepAlive::handle_timeout`] is wanted.
    pub fn next_timeout(&self) -> Instant {
        match self.waiting {
            Waiting::UntilNext(at) | Waiting::ForAnswer { until: at, .. } => at,
        }
    }

    /// Sends the next probe when it is time, or gives the flow up when the last one's answer is
    /// overdue.
    pub fn handle_timeout(&mut self, now: Instant, chance: &mut ChaCha12Rng) -> Option<Beat> {
        match self.waiting {
            Waiting::UntilNext(at) if at <= now => {}
            Waiting::ForAnswer { until, .. } if until <= now => return Some(Beat::Dead),
            _ => return None,
        }
        let mut transaction = [0; 12];
        chance.fill_bytes(&mut transaction);
        let waiting = Waiting::ForAnswer {
            until: now + ANSWER_WITHIN,
            transaction,
        };
        const PING: &[u8] = b"\r\n\r\n";
        Some(Beat::Send(match self.probe {
            Probe::Ping => {
                self.waiting = waiting;
                Bytes::from_static(PING)
            }
            Probe::Stun => {
                self.waiting = waiting;
                stun::request(transaction)
            }
            Probe::OneWay => {
                self.rest(now, chance);
                Bytes::from_static(PING)
            }
        }))
    }

    /// A pong came, or anything else that proves the flow alive.
    pub fn on_pong(&mut self, now: Instant, chance: &mut ChaCha12Rng) {
        if self.probe == Probe::Ping && matches!(self.waiting, Waiting::ForAnswer { .. }) {
            self.rest(now, chance);
        }
    }

    /// A STUN datagram came. [`Beat::Dead`]: our address has changed on the way, so the peer's
    /// requests no longer reach us (RFC 5626 §4.4.2).
    pub fn on_stun(
        &mut self,
        now: Instant,
        datagram: &[u8],
        chance: &mut ChaCha12Rng,
    ) -> Option<Beat> {
        let (answered, mapped) = stun::mapped_address(datagram)?;
        match self.waiting {
            Waiting::ForAnswer { transaction, .. } if transaction == answered => {}
            _ => return None, // late, or invented by somebody else
        }
        if *self.mapped.get_or_insert(mapped) != mapped {
            return Some(Beat::Dead);
        }
        self.rest(now, chance);
        None
    }

    /// Waits before the next probe: on streams 80 to 100 % of the Flow-Timer (or of 120 s), over
    /// UDP 24 to 29 s, for NATs forget sooner there (RFC 5626 §4.4).
    fn rest(&mut self, now: Instant, chance: &mut ChaCha12Rng) {
        let (least, most) = match (self.probe, self.flow_timer) {
            (_, Some(timer)) => {
                let most = timer
                    .saturating_sub(Duration::from_secs(5))
                    .max(Duration::from_secs(1));
                (most * 4 / 5, most)
            }
            (Probe::Ping, None) => (Duration::from_secs(95), Duration::from_secs(120)),
            (Probe::Stun | Probe::OneWay, None) => {
                (Duration::from_secs(24), Duration::from_secs(29))
            }
        };
        let spread = (most - least).as_millis() as u64;
        let after = least + Duration::from_millis(chance.next_u64() % (spread + 1));
        self.waiting = Waiting::UntilNext(now.checked_add(after).unwrap_or(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn each_probe_waits_as_rfc_5626_says() {
        let now = Instant::now();
        let mut chance = ChaCha12Rng::seed_from_u64(1);
        for (probe, flow_timer, least, most) in [
            (Probe::Ping, None, 95, 120),
            (Probe::Stun, None, 24, 29),
            (Probe::OneWay, None, 24, 29),
            (Probe::Ping, Some(seconds(105)), 80, 100),
            (Probe::Stun, Some(seconds(2)), 0, 1),
        ] {
            for _ in 0..100 {
                let keep_alive = KeepAlive::new(now, probe, flow_timer, &mut chance);
                let wait = keep_alive.next_timeout() - now;
                assert!(
                    wait >= seconds(least) && wait <= seconds(most),
                    "{probe:?}: {wait:?}"
                );
            }
        }
    }

    #[test]
    fn a_ping_without_pong_means_a_dead_flow() {
        let mut now = Instant::now();
        let mut chance = ChaCha12Rng::seed_from_u64(1);
        let mut keep_alive = KeepAlive::new(now, Probe::Ping, None, &mut chance);
        assert_eq!(keep_alive.handle_timeout(now, &mut chance), None);
        for _ in 0..3 {
            now = keep_alive.next_timeout();
            let ping = Beat::Send(Bytes::from_static(b"\r\n\r\n"));
            assert_eq!(keep_alive.handle_timeout(now, &mut chance), Some(ping));
            keep_alive.on_pong(now + seconds(9), &mut chance);
            assert!(keep_alive.next_timeout() > now + seconds(10));
        }
        now = keep_alive.next_timeout();
        keep_alive.handle_timeout(now, &mut chance);
        assert_eq!(
            keep_alive.handle_timeout(now + seconds(9), &mut chance),
            None
        );
        let beat = keep_alive.handle_timeout(now + seconds(10), &mut chance);
        assert_eq!(beat, Some(Beat::Dead));
    }

    #[test]
    fn a_changed_public_address_means_a_dead_flow() {
        let mut now = Instant::now();
        let mut chance = ChaCha12Rng::seed_from_u64(1);
        let mut keep_alive = KeepAlive::new(now, Probe::Stun, None, &mut chance);
        for (seen, dead) in [
            ("192.0.2.1:1000", false),
            ("192.0.2.1:1000", false),
            ("192.0.2.1:1001", true),
        ] {
            now = keep_alive.next_timeout();
            let Some(Beat::Send(request)) = keep_alive.handle_timeout(now, &mut chance) else {
                panic!("no probe");
            };
            let forged = stun::answer(&stun::request([0; 12]), "192.0.2.66:1".parse().unwrap());
            let beat = keep_alive.on_stun(now, &forged.unwrap(), &mut chance);
            assert_eq!(beat, None, "a stranger's answer");
            let answer = stun::answer(&request, seen.parse().unwrap()).unwrap();
            let beat = keep_alive.on_stun(now, &answer, &mut chance);
            assert_eq!(beat, dead.then_some(Beat::Dead), "{seen}");
        }
    }
}
