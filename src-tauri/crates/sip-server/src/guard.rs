//! Keeps guessers, scanners and floods from harming the office (promises S3, R12, R13).
//!
//! Three rules. Nobody is shut out because of packets whose sender is not proved: source addresses
//! on UDP can be forged. A device that has proved its password is never throttled by what strangers
//! do. Every table is bounded, so that a flood costs no memory.

mod bucket;
mod guesses;
mod network;
mod priority;
mod strangers;

pub use network::Network;
pub use priority::{Priority, classify};

use crate::{
    limits::{KNOWN_BURST, KNOWN_RATE, MAX_EXEMPT_NETWORKS, MAX_KNOWN_DEVICES},
    recent::Recent,
};
use bucket::Bucket;
use guesses::Guesses;
use sip_message::Text;
use sip_transport::{Flow, Transport};
use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};
use strangers::Strangers;

/// Admission of messages, and control of password guesses.
#[derive(Debug)]
pub struct Guard {
    exempt: Vec<Network>,
    known: Recent<(Transport, SocketAddr), Known>,
    strangers: Strangers,
    guesses: Guesses,
}

/// A device that proved to be an account from exactly this address.
#[derive(Debug)]
struct Known {
    account: Box<[u8]>,
    bucket: Bucket,
    last_wrong: Option<Instant>,
}

/// Whether a message may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// From an exempt network or a device that has proved itself.
    Known,
    /// From somebody else, within limits.
    Stranger,
    /// Drop it without an answer.
    Drop(Dropped),
}

/// Why a message was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// A known device sends more than any sane device does.
    DeviceTooFast,
    /// This stranger sends too much.
    SourceTooFast,
    /// All strangers together send too much.
    StrangersTooFast,
    /// A scanner that has had its one answer.
    Scanner,
}

impl Guard {
    /// A guard that knows nobody. `exempt` are networks that are never limited nor shut out: trunk,
    /// provisioned-device and administrator addresses.
    pub fn new(exempt: Vec<Network>, now: Instant) -> Guard {
        let mut guard = Guard {
            exempt: Vec::new(),
            known: Recent::new(MAX_KNOWN_DEVICES),
            strangers: Strangers::new(now),
            guesses: Guesses::new(),
        };
        guard.set_exempt(exempt);
        guard
    }

    /// Replaces the exempt networks.
    pub fn set_exempt(&mut self, mut exempt: Vec<Network>) {
        exempt.truncate(MAX_EXEMPT_NETWORKS);
        self.exempt = exempt;
    }

    /// Decides about one incoming message before anything else looks at it.
    pub fn admit(&mut self, now: Instant, flow: Flow, bytes: &[u8]) -> Admission {
        if self.is_exempt(flow.remote.ip()) {
            return Admission::Known;
        }
        if let Some(known) = self.known.get_mut(&address(flow)) {
            return match known.bucket.take(now) {
                true => Admission::Known,
                false => Admission::Drop(Dropped::DeviceTooFast),
            };
        }
        match self.strangers.admit(now, flow.remote.ip(), bytes) {
            None => Admission::Stranger,
            Some(why) => Admission::Drop(why),
        }
    }

    /// Whether a message from here needs no proof of being welcome.
    pub fn is_known(&self, flow: Flow) -> bool {
        self.is_exempt(flow.remote.ip()) || self.known.peek(&address(flow)).is_some()
    }

    /// Remembers a device whose binding was stored by an earlier run, so that a power cut does not
    /// make strangers of 500 phones.
    pub fn remember(&mut self, now: Instant, flow: Flow, account: &Text) {
        let known = self.known.touch(
            address(flow),
            || Known {
                account: Box::default(),
                bucket: Bucket::new(KNOWN_RATE, KNOWN_BURST, now),
                last_wrong: None,
            },
            drop,
        );
        if *known.account != **account {
            known.account = Box::from(&**account);
        }
    }

    /// Forgets the devices of a stream that closed.
    pub fn forget(&mut self, flow: Flow) {
        self.known.remove(&address(flow));
    }

    /// Forgets failed tries, so that a mended phone gets in at once: those for an account from
    /// anywhere (and what else its sources tried), those of a source for any account. For somebody
    /// with authority to ask; nothing that comes over the wire may lead here.
    pub fn forgive(&mut self, account: Option<&[u8]>, source: Option<IpAddr>) {
        self.guesses.forgive(account, source);
        if let Some(source) = source {
            self.strangers.forgive(source);
        }
    }

    /// An account was proved.
    pub(crate) fn on_proved(&mut self, now: Instant, flow: Flow, account: &Text) {
        self.remember(now, flow, account);
        self.guesses.on_proved(flow.remote.ip(), account);
    }

    /// An answer was wrong though its source is proved: it echoed a nonce that only it received.
    pub(crate) fn on_wrong_answer(&mut self, now: Instant, flow: Flow, account: &Text) {
        if let Some(known) = self.known.get_mut(&address(flow)) {
            known.last_wrong = Some(now);
        }
        if !self.is_exempt(flow.remote.ip()) {
            self.guesses.on_wrong(now, flow.remote.ip(), account);
        }
    }

    /// How long this source has to wait before another answer for this account is looked at.
    pub(crate) fn pause(&self, now: Instant, flow: Flow, account: &Text) -> Option<Duration> {
        if self.is_exempt(flow.remote.ip()) {
            return None;
        }
        let pause = self.guesses.pause(now, flow.remote.ip(), account)?;
        // Others behind the same NAT must not shut out a device that has proved this very account
        // from this very address: it keeps one try a second.
        let own = self
            .known
            .peek(&address(flow))
            .filter(|known| *known.account == **account);
        match own {
            Some(known) => known
                .last_wrong
                .map(|last| now.saturating_duration_since(last))
                .and_then(|since| Duration::from_secs(1).checked_sub(since)),
            None => Some(pause),
        }
    }

    fn is_exempt(&self, ip: IpAddr) -> bool {
        self.exempt.iter().any(|network| network.contains(ip))
    }
}

fn address(flow: Flow) -> (Transport, SocketAddr) {
    (flow.transport, flow.remote)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{GUESS_WINDOW, GUESSES_PER_ACCOUNT, MAX_STRANGERS};

    const REGISTER: &[u8] = b"REGISTER sip:office SIP/2.0\r\nUser-Agent: Yealink\r\n\r\n";

    fn flow(remote: &str) -> Flow {
        Flow::udp("10.0.0.1:5060".parse().unwrap(), remote.parse().unwrap())
    }

    fn anna() -> Text {
        Text::from("anna")
    }

    #[test]
    fn a_flood_of_strangers_does_not_touch_a_known_phone() {
        let now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let phone = flow("192.0.2.1:5060");
        guard.on_proved(now, phone, &anna());
        let mut admitted = 0;
        for n in 0..100_000u32 {
            let source = SocketAddr::from((n.to_be_bytes(), 5060));
            let flood = Flow::udp(phone.local, source);
            if guard.admit(now, flood, REGISTER) == Admission::Stranger {
                admitted += 1;
            }
        }
        assert_eq!(admitted, crate::limits::STRANGERS_BURST);
        assert_eq!(guard.admit(now, phone, REGISTER), Admission::Known);
        assert!(guard.strangers.len() <= MAX_STRANGERS);
    }

    #[test]
    fn a_flood_with_the_phones_forged_address_does_not_shut_it_out_for_long() {
        let now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let phone = flow("192.0.2.1:5060");
        guard.on_proved(now, phone, &anna());
        for _ in 0..100_000 {
            guard.admit(now, flow("192.0.2.1:9"), REGISTER); // same host, port not known
        }
        assert_eq!(guard.admit(now, phone, REGISTER), Admission::Known);
    }

    /// Promise R12: the phones come back together, one office of them from behind one NAT.
    #[test]
    fn after_a_power_cut_500_phones_get_in() {
        let now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let phones = (0..500u32).map(|n| match n {
            0..25 => SocketAddr::from(([192, 0, 2, 1], 40_000 + n as u16)),
            _ => SocketAddr::from(((0x0a00_0000 + n).to_be_bytes(), 5060)),
        });
        for phone in phones {
            let phone = Flow::udp("10.0.0.1:5060".parse().unwrap(), phone);
            for _ in 0..2 {
                assert_eq!(guard.admit(now, phone, REGISTER), Admission::Stranger);
            }
            guard.on_proved(now, phone, &anna());
            assert_eq!(guard.admit(now, phone, REGISTER), Admission::Known);
        }
    }

    #[test]
    fn guessing_is_paused_after_ten_tries_and_twice_as_long_the_next_time() {
        let mut now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let guesser = flow("192.0.2.66:5060");
        let mut pauses = vec![];
        for _ in 0..3 {
            for _ in 0..GUESSES_PER_ACCOUNT {
                assert_eq!(guard.pause(now, guesser, &anna()), None);
                guard.on_wrong_answer(now, guesser, &anna());
            }
            let pause = guard.pause(now, guesser, &anna()).unwrap();
            pauses.push(pause);
            now += pause;
        }
        assert_eq!(pauses, [GUESS_WINDOW, GUESS_WINDOW * 2, GUESS_WINDOW * 4]);
        assert_eq!(guard.pause(now, flow("192.0.2.67:5060"), &anna()), None);
    }

    #[test]
    fn who_is_forgiven_may_try_at_once_and_nobody_else() {
        let now = Instant::now();
        let ben = Text::from("ben");
        let (mended, other) = (flow("192.0.2.1:5060"), flow("192.0.2.2:5060"));
        type Forgiven<'a> = (Option<&'a [u8]>, Option<IpAddr>);
        let forgiven: [Forgiven<'_>; 2] = [(Some(b"anna"), None), (None, Some(mended.remote.ip()))];
        for (account, source) in forgiven {
            let mut guard = Guard::new(vec![], now);
            for _ in 0..GUESSES_PER_ACCOUNT {
                guard.on_wrong_answer(now, mended, &anna());
                guard.on_wrong_answer(now, other, &ben);
            }
            assert!(guard.pause(now, mended, &anna()).is_some());
            guard.forgive(account, source);
            assert_eq!(guard.pause(now, mended, &anna()), None);
            assert!(guard.pause(now, other, &ben).is_some());
        }
    }

    #[test]
    fn a_source_paused_for_trying_many_names_is_forgiven_with_one_of_them() {
        let now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let phone = flow("192.0.2.1:5060");
        for n in 0..crate::limits::GUESSES_PER_SOURCE {
            guard.on_wrong_answer(now, phone, &Text::from(format!("user{n}")));
        }
        assert!(guard.pause(now, phone, &anna()).is_some());
        guard.forgive(Some(b"user0"), None);
        assert_eq!(guard.pause(now, phone, &anna()), None);
    }

    #[test]
    fn trunk_addresses_cannot_be_shut_out() {
        let now = Instant::now();
        let mut guard = Guard::new(vec!["192.0.2.0/24".parse().unwrap()], now);
        let trunk = flow("192.0.2.66:5060");
        for _ in 0..10_000 {
            guard.on_wrong_answer(now, trunk, &anna());
            assert_eq!(guard.admit(now, trunk, REGISTER), Admission::Known);
        }
        assert_eq!(guard.pause(now, trunk, &anna()), None);
    }

    #[test]
    fn a_guesser_behind_the_same_nat_does_not_shut_out_the_phone_itself() {
        let now = Instant::now();
        let mut guard = Guard::new(vec![], now);
        let phone = flow("192.0.2.1:40001");
        guard.on_proved(now, phone, &anna());
        for _ in 0..GUESSES_PER_ACCOUNT {
            guard.on_wrong_answer(now, flow("192.0.2.1:40002"), &anna());
        }
        assert!(guard.pause(now, flow("192.0.2.1:40002"), &anna()).is_some());
        assert_eq!(guard.pause(now, phone, &anna()), None);
        guard.on_wrong_answer(now, phone, &anna());
        assert!(guard.pause(now, phone, &anna()).unwrap() <= Duration::from_secs(1));
    }
}
