//! The network between phones and switch: every datagram takes a while, some never arrive, some
//! arrive twice, some change their address at a router, all decided by the seed.

use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

/// What the network does to datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Datagrams lost, in percent.
    pub loss: u32,
    /// Datagrams delivered twice, in percent.
    pub duplication: u32,
    /// Shortest travel time.
    pub delay: Duration,
    /// Travel time on top, at most; makes datagrams overtake each other.
    pub jitter: Duration,
}

impl Weather {
    /// An office switch: nothing is lost, a tenth of a millisecond.
    pub const FINE: Weather = Weather {
        loss: 0,
        duplication: 0,
        delay: Duration::from_micros(100),
        jitter: Duration::ZERO,
    };

    /// A bad radio link.
    pub const FOUL: Weather = Weather {
        loss: 20,
        duplication: 20,
        delay: Duration::from_millis(5),
        jitter: Duration::from_millis(40),
    };

    /// Everything arrives at once.
    pub const STILL: Weather = Weather {
        loss: 0,
        duplication: 0,
        delay: Duration::ZERO,
        jitter: Duration::ZERO,
    };

    /// Nothing is lost, but everything arrives twice and anything may overtake anything.
    pub const ECHOING: Weather = Weather {
        loss: 0,
        duplication: 100,
        delay: Duration::from_millis(5),
        jitter: Duration::from_millis(40),
    };
}

/// Datagrams on their way.
#[derive(Debug)]
pub struct Network {
    weather: Weather,
    chance: ChaCha12Rng,
    travelling: BTreeMap<(Instant, u64), Datagram>,
    launched: u64,
    /// Home addresses behind a router, and the address the router shows instead.
    routers: BTreeMap<IpAddr, IpAddr>,
    /// What each address sent last.
    last: BTreeMap<SocketAddr, Bytes>,
    /// The last INVITE each address was sent.
    invites: BTreeMap<SocketAddr, Bytes>,
}

/// One datagram.
#[derive(Clone, Debug)]
pub(super) struct Datagram {
    /// Sender.
    pub(super) from: SocketAddr,
    /// Receiver.
    pub(super) to: SocketAddr,
    /// Content.
    pub(super) bytes: Bytes,
}

/// What a router adds to the ports of those behind it.
const ROUTER_PORTS: u16 = 20_000;

impl Network {
    pub(super) fn new(weather: Weather, chance: ChaCha12Rng) -> Network {
        Network {
            weather,
            chance,
            travelling: BTreeMap::new(),
            launched: 0,
            routers: BTreeMap::new(),
            last: BTreeMap::new(),
            invites: BTreeMap::new(),
        }
    }

    /// Changes the weather for what is sent from now on.
    pub fn set_weather(&mut self, weather: Weather) {
        self.weather = weather;
    }

    /// Datagrams put on their way so far.
    pub fn launched(&self) -> u64 {
        self.launched
    }

    /// What an address sent last.
    pub fn last_from(&self, from: SocketAddr) -> Option<&Bytes> {
        self.last.get(&from)
    }

    /// The last INVITE that was sent to an address.
    pub fn last_invite_to(&self, to: SocketAddr) -> Option<&Bytes> {
        self.invites.get(&to)
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.travelling.is_empty()
    }

    /// Puts a router with address translation in front of a host.
    pub(super) fn put_behind_router(&mut self, home: IpAddr, outside: IpAddr) {
        self.routers.insert(home, outside);
    }

    /// The address others see of a sender.
    pub(super) fn outside(&self, from: SocketAddr) -> SocketAddr {
        match self.routers.get(&from.ip()) {
            Some(outside) => SocketAddr::new(*outside, from.port() + ROUTER_PORTS),
            None => from,
        }
    }

    /// The host an address leads to; `None` for a home address nobody outside can reach.
    pub(super) fn inside(&self, to: SocketAddr) -> Option<SocketAddr> {
        if self.routers.contains_key(&to.ip()) {
            return None;
        }
        let router = self
            .routers
            .iter()
            .find(|(_, outside)| **outside == to.ip());
        match router {
            Some((home, _)) => Some(SocketAddr::new(*home, to.port().checked_sub(ROUTER_PORTS)?)),
            None => Some(to),
        }
    }

    pub(super) fn send(&mut self, now: Instant, datagram: Datagram) {
        self.last.insert(datagram.from, datagram.bytes.clone());
        if datagram.bytes.starts_with(b"INVITE ") {
            self.invites.insert(datagram.to, datagram.bytes.clone());
        }
        let from = self.outside(datagram.from);
        let Some(to) = self.inside(datagram.to) else {
            return;
        };
        let datagram = Datagram {
            from,
            to,
            ..datagram
        };
        if self.dice(self.weather.loss) {
            return;
        }
        if self.dice(self.weather.duplication) {
            self.launch(now, datagram.clone());
        }
        self.launch(now, datagram);
    }

    pub(super) fn next_arrival(&self) -> Option<Instant> {
        self.travelling.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn arrive(&mut self, now: Instant) -> Option<Datagram> {
        let first = self.travelling.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn launch(&mut self, now: Instant, datagram: Datagram) {
        let jitter = u64::try_from(self.weather.jitter.as_micros()).unwrap_or(u64::MAX - 1);
        let extra = match jitter {
            0 => 0,
            _ => self.chance.next_u64() % (jitter + 1),
        };
        let at = now + self.weather.delay + Duration::from_micros(extra);
        self.launched += 1;
        self.travelling.insert((at, self.launched), datagram);
    }

    fn dice(&mut self, percent: u32) -> bool {
        percent > 0 && self.chance.next_u32() % 100 < percent
    }
}
