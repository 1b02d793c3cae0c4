//! From a URI to the addresses to try, in order (RFC 3263): what to ask the DNS, and what to make
//! of its answers.

use crate::{
    Target, Transport,
    limits::{MAX_LOCATED_TARGETS, MAX_QUERIES},
};
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use sip_message::{Host, SipUri, Uri};
use std::{
    collections::VecDeque,
    net::{IpAddr, SocketAddr},
};

/// The walk from one URI to its targets. Ask [`Locate::step`] what to do, give the DNS's answer to
/// [`Locate::answer`], until the step is [`Step::Done`].
#[derive(Clone, Debug)]
pub struct Locate {
    capabilities: Capabilities,
    secure: bool,
    /// The host as the URI names it; a TLS certificate must prove it (RFC 5922).
    server_name: Option<String>,
    /// What is still to ask, in the order of the targets it will lead to.
    questions: VecDeque<Question>,
    /// What to ask when there are no SRV records at all.
    fallback: Option<Question>,
    targets: Vec<Target>,
    asked: usize,
    /// Whether the DNS owes an answer.
    failed: bool,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the DNS this.
    Query(Query),
    /// Try these in order; empty: nothing can be reached.
    Done(Vec<Target>),
}

/// The transports and address families we can send over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(u16);

/// A question for the DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// NAPTR records of a domain.
    Naptr(String),
    /// SRV records of a name such as `_sip._udp.example.com`.
    Srv(String),
    /// A and AAAA records of a host.
    Addr(String),
}

/// The DNS's answer to a [`Query`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// NAPTR records, in any order.
    Naptr(Vec<NaptrRecord>),
    /// SRV records, in any order.
    Srv(Vec<SrvRecord>),
    /// Addresses, in the order to try them.
    Addrs(Vec<IpAddr>),
    /// The name or the record type does not exist.
    NotFound,
    /// No answer in time, or a server failure.
    Failed,
}

/// A NAPTR record (RFC 3403).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NaptrRecord {
    /// Lower comes first.
    pub order: u16,
    /// Lower comes first among equal orders.
    pub preference: u16,
    /// `s`: the replacement is a name with SRV records.
    pub flags: String,
    /// `SIP+D2U`, `SIP+D2T`, `SIPS+D2T` …
    pub service: String,
    /// The next name to ask for.
    pub replacement: String,
}

/// An SRV record (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrvRecord {
    /// Lower comes first.
    pub priority: u16,
    /// Share among equal priorities.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host.
    pub target: String,
}

#[derive(Clone, Debug)]
struct Question {
    query: Query,
    transport: Transport,
    /// The port of the targets; of use for addresses only.
    port: u16,
}

impl Locate {
    /// Starts from a URI (RFC 3263 §4). Anything but `sip:` and `sips:` leads nowhere.
    pub fn new(uri: &Uri, capabilities: Capabilities) -> Locate {
        let mut locate = Locate {
            capabilities,
            secure: false,
            server_name: None,
            questions: VecDeque::new(),
            fallback: None,
            targets: Vec::new(),
            asked: 0,
            failed: false,
        };
        if let Uri::Sip(uri) = uri {
            locate.begin(uri);
        }
        locate
    }

    /// What to do next; the same question again until it is answered.
    pub fn step(&mut self) -> Step {
        if self.targets.len() < MAX_LOCATED_TARGETS && self.asked < MAX_QUERIES {
            if let Some(question) = self.questions.front() {
                return Step::Query(question.query.clone());
            }
            if let Some(question) = self.fallback.take() {
                let query = question.query.clone();
                self.questions.push_back(question);
                return Step::Query(query);
            }
        }
        Step::Done(self.targets.clone())
    }

    /// The answer to the question last given; one of another kind counts as none. `chance` shares
    /// the load among SRV records of equal priority.
    pub fn answer(&mut self, answer: Resolution, chance: &mut ChaCha12Rng) {
        let Some(question) = self.questions.pop_front() else {
            return;
        };
        self.asked += 1;
        self.failed |= answer == Resolution::Failed;
        match (&question.query, answer) {
            (Query::Naptr(_), Resolution::Naptr(records)) => self.on_naptr(records),
            (Query::Srv(_), Resolution::Srv(records)) => {
                self.on_srv(question.transport, records, chance);
            }
            (Query::Addr(_), Resolution::Addrs(addrs)) => {
                self.on_addrs(question.transport, question.port, &addrs);
            }
            // A time-out means no more than "none here": the next question may do better.
            _ => {}
        }
    }

    /// Whether the DNS answered every question so far, if only with "no such thing". A list made
    /// while it failed may lack servers, or name one that the domain did not mean.
    pub fn is_whole(&self) -> bool {
        !self.failed
    }

    fn begin(&mut self, uri: &SipUri) {
        self.secure = uri.is_secure();
        // The name to prove is the domain the user asked for, whatever maddr says.
        if let Host::Name(name) = uri.host() {
            self.server_name = Some(trim_dot(&name.to_str()).to_owned());
        }
        let named = uri.transport();
        let wanted = match &named {
            Some(name) => match Transport::from_uri_name(name, self.secure) {
                Some(transport) => Some(transport),
                None => return, // a transport we do not speak
            },
            None => None,
        };
        let maddr = uri.params().value("maddr");
        let ip = match &maddr {
            Some(maddr) => parse_ip(&maddr.to_str()),
            None => uri.host().ip(),
        };
        let domain = match (&maddr, uri.host()) {
            (Some(maddr), _) => maddr.to_str().into_owned(),
            (None, Host::Name(name)) => name.to_str().into_owned(),
            (None, Host::Ip(_)) => String::new(),
        };
        let domain = trim_dot(&domain).to_owned();
        // RFC 3263 §4.1: without `transport`, an address or a port means UDP, or TLS for sips.
        let Some(usual) = wanted.or_else(|| self.usual_transport()) else {
            return;
        };
        let port = uri.port().unwrap_or(usual.default_port());
        if let Some(ip) = ip {
            self.on_addrs(usual, port, &[ip]);
            return;
        }
        let addresses = Question {
            query: Query::Addr(domain.clone()),
            transport: usual,
            port,
        };
        match (wanted, uri.port()) {
            (_, Some(_)) => self.questions.push_back(addresses),
            (Some(transport), None) => {
                self.ask_srv(transport, &domain);
                self.fallback = Some(addresses);
            }
            (None, None) => {
                self.questions.push_back(Question {
                    query: Query::Naptr(domain.clone()),
                    transport: usual,
                    port,
                });
                for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
                    self.ask_srv(transport, &domain);
                }
                self.fallback = Some(addresses);
            }
        }
    }

    /// UDP for `sip:`, TLS for `sips:`; another one only where we lack that.
    fn usual_transport(&self) -> Option<Transport> {
        let order: &[Transport] = if self.secure {
            &[Transport::Tls]
        } else {
            &[Transport::Udp, Transport::Tcp, Transport::Tls]
        };
        order.iter().copied().find(|t| self.capabilities.has(*t))
    }

    fn may_use(&self, transport: Transport) -> bool {
        self.capabilities.has(transport) && (transport.is_secure() || !self.secure)
    }

    fn ask_srv(&mut self, transport: Transport, domain: &str) {
        let service = match transport {
            Transport::Udp => "_sip._udp",
            Transport::Tcp => "_sip._tcp",
            Transport::Tls => "_sips._tcp",
            Transport::Ws | Transport::Wss => return, // RFC 7118 §5: no such service
        };
        if self.may_use(transport) {
            self.questions.push_back(Question {
                query: Query::Srv(format!("{service}.{domain}")),
                transport,
                port: 0,
            });
        }
    }

    /// NAPTR records that we can use replace our own guesses of SRV names (RFC 3263 §4.1).
    fn on_naptr(&mut self, mut records: Vec<NaptrRecord>) {
        records.sort_by_key(|record| (record.order, record.preference));
        let usable: VecDeque<Question> = records
            .into_iter()
            .filter(|record| record.flags.eq_ignore_ascii_case("s"))
            .filter_map(|record| {
                let transport = naptr_transport(&record.service)?;
                self.may_use(transport).then(|| Question {
                    query: Query::Srv(trim_dot(&record.replacement).to_owned()),
                    transport,
                    port: 0,
                })
            })
            .take(MAX_LOCATED_TARGETS)
            .collect();
        if !usable.is_empty() {
            self.questions = usable;
        }
    }

    fn on_srv(&mut self, transport: Transport, records: Vec<SrvRecord>, chance: &mut ChaCha12Rng) {
        if records.is_empty() {
            return;
        }
        // The domain says where its servers are, so its own address is not one (RFC 3263 §4.2).
        self.fallback = None;
        let ordered = srv_order(records, chance);
        for record in ordered.into_iter().take(MAX_LOCATED_TARGETS).rev() {
            let host = trim_dot(&record.target);
            if host.is_empty() || record.port == 0 {
                continue; // "." means: decidedly no service here (RFC 2782)
            }
            self.questions.push_front(Question {
                query: Query::Addr(host.to_owned()),
                transport,
                port: record.port,
            });
        }
    }

    fn on_addrs(&mut self, transport: Transport, port: u16, addrs: &[IpAddr]) {
        for ip in addrs {
            let target = Target {
                transport,
                addr: SocketAddr::new(*ip, port),
                server_name: self.server_name.clone(),
            };
            if self.may_use(transport)
                && self.capabilities.has_family(transport, ip.is_ipv4())
                && self.targets.len() < MAX_LOCATED_TARGETS
                && !self.targets.contains(&target)
            {
                self.targets.push(target);
            }
        }
    }
}

impl Capabilities {
    /// Adds a transport of one address family.
    pub fn add(&mut self, transport: Transport, ipv4: bool) {
        self.0 |= bit(transport, ipv4);
    }

    fn has_family(self, transport: Transport, ipv4: bool) -> bool {
        self.0 & bit(transport, ipv4) != 0
    }

    fn has(self, transport: Transport) -> bool {
        self.has_family(transport, true) || self.has_family(transport, false)
    }
}

fn bit(transport: Transport, ipv4: bool) -> u16 {
    let place = match transport {
        Transport::Udp => 0,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::Ws => 3,
        Transport::Wss => 4,
    };
    1 << (place * 2 + u16::from(ipv4))
}

/// The order to try SRV records in: by priority, and among equals by chance in proportion to their
/// weights (RFC 2782).
fn srv_order(mut records: Vec<SrvRecord>, chance: &mut ChaCha12Rng) -> Vec<SrvRecord> {
    // Weight 0 first, so that it has a small chance; names make the order independent of the DNS's.
    records.sort_by(|a, b| {
        (a.priority, a.weight, &a.target, a.port).cmp(&(b.priority, b.weight, &b.target, b.port))
    });
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(first) = records.first() {
        let priority = first.priority;
        let equals = records.iter().take_while(|r| r.priority == priority);
        let total: u64 = equals.clone().map(|r| u64::from(r.weight)).sum();
        let drawn = chance.next_u64() % (total + 1);
        let mut sum = 0;
        let chosen = equals
            .map(|record| {
                sum += u64::from(record.weight);
                sum
            })
            .position(|sum| sum >= drawn)
            .unwrap_or(0);
        ordered.push(records.remove(chosen));
    }
    ordered
}

/// The transport of a NAPTR service (RFC 3263 §4.1, RFC 7118 §5.1).
fn naptr_transport(service: &str) -> Option<Transport> {
    Some(match service.to_ascii_uppercase().as_str() {
        "SIP+D2U" => Transport::Udp,
        "SIP+D2T" => Transport::Tcp,
        "SIPS+D2T" => Transport::Tls,
        "SIP+D2W" => Transport::Ws,
        "SIPS+D2W" => Transport::Wss,
        _ => return None,
    })
}

fn trim_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn parse_ip(text: &str) -> Option<IpAddr> {
    text.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;
    use std::collections::BTreeMap;

    /// A zone file in a few words; what is not in it does not exist.
    fn zone() -> BTreeMap<&'static str, Resolution> {
        let srv = |records: &[(u16, u16, u16, &str)]| {
            Resolution::Srv(
                records
                    .iter()
                    .map(|(priority, weight, port, target)| SrvRecord {
                        priority: *priority,
                        weight: *weight,
                        port: *port,
                        target: (*target).to_owned(),
                    })
                    .collect(),
            )
        };
        let naptr = |records: &[(u16, u16, &str, &str)]| {
            Resolution::Naptr(
                records
                    .iter()
                    .map(|(order, preference, service, replacement)| NaptrRecord {
                        order: *order,
                        preference: *preference,
                        flags: "s".to_owned(),
                        service: (*service).to_owned(),
                        replacement: (*replacement).to_owned(),
                    })
                    .collect(),
            )
        };
        let addrs =
            |list: &[&str]| Resolution::Addrs(list.iter().map(|ip| ip.parse().unwrap()).collect());
        BTreeMap::from([
            (
                "naptr full.example",
                naptr(&[
                    (50, 50, "SIP+D2T", "_sip._tcp.full.example."),
                    (90, 50, "SIP+D2U", "_sip._udp.full.example."),
                    (20, 50, "SIPS+D2T", "_sips._tcp.full.example."),
                    (10, 50, "SIP+D2S", "_sip._sctp.full.example."),
                ]),
            ),
            (
                "srv _sips._tcp.full.example",
                srv(&[(1, 0, 5061, "s1.full.example.")]),
            ),
            (
                "srv _sip._tcp.full.example",
                srv(&[
                    (2, 0, 5080, "s2.full.example"),
                    (1, 0, 5070, "s1.full.example"),
                ]),
            ),
            (
                "srv _sip._udp.full.example",
                srv(&[(1, 0, 5060, "s1.full.example")]),
            ),
            ("addr s1.full.example", addrs(&["192.0.2.1", "2001:db8::1"])),
            ("addr s2.full.example", addrs(&["192.0.2.2"])),
            (
                "srv _sip._tcp.srv.example",
                srv(&[(1, 0, 5075, "h.srv.example")]),
            ),
            ("addr h.srv.example", addrs(&["192.0.2.3"])),
            ("addr srv.example", addrs(&["192.0.2.66"])),
            ("addr plain.example", addrs(&["192.0.2.4", "2001:db8::4"])),
            ("srv _sip._udp.closed.example", srv(&[(0, 0, 0, ".")])),
            ("addr closed.example", addrs(&["192.0.2.66"])),
            ("naptr slow.example", Resolution::Failed),
            ("srv _sip._udp.slow.example", Resolution::Failed),
            ("addr slow.example", addrs(&["192.0.2.5"])),
        ])
    }

    /// Asks the zone until done: the questions, an arrow, the targets.
    fn walk(uri: &str, capabilities: Capabilities) -> String {
        let mut chance = ChaCha12Rng::seed_from_u64(1);
        let mut locate = Locate::new(&uri.parse().unwrap(), capabilities);
        let zone = zone();
        let mut questions = Vec::new();
        loop {
            match locate.step() {
                Step::Query(query) => {
                    let question = match query {
                        Query::Naptr(name) => format!("naptr {name}"),
                        Query::Srv(name) => format!("srv {name}"),
                        Query::Addr(name) => format!("addr {name}"),
                    };
                    let answer = zone.get(question.as_str()).cloned();
                    questions.push(question);
                    locate.answer(answer.unwrap_or(Resolution::NotFound), &mut chance);
                }
                Step::Done(targets) => {
                    let targets: Vec<String> = targets
                        .iter()
                        .map(|t| format!("{} {}", t.transport, t.addr))
                        .collect();
                    return format!("{} => {}", questions.join(", "), targets.join(", "));
                }
            }
        }
    }

    fn all(transports: &[Transport], ipv6: bool) -> Capabilities {
        let mut capabilities = Capabilities::default();
        for transport in transports {
            capabilities.add(*transport, true);
            if ipv6 {
                capabilities.add(*transport, false);
            }
        }
        capabilities
    }

    const USUAL: &[Transport] = &[Transport::Udp, Transport::Tcp, Transport::Tls];

    #[test]
    fn a_uri_leads_to_its_targets() {
        let usual = all(USUAL, false);
        let both = all(USUAL, true);
        let udp = all(&[Transport::Udp], false);
        let table = [
            // Addresses need no DNS.
            ("sip:a@192.0.2.9", usual, " => udp 192.0.2.9:5060"),
            (
                "sip:a@192.0.2.9:5070;transport=tcp",
                usual,
                " => tcp 192.0.2.9:5070",
            ),
            ("sips:a@192.0.2.9", usual, " => tls 192.0.2.9:5061"),
            (
                "sips:a@192.0.2.9;transport=tcp",
                usual,
                " => tls 192.0.2.9:5061",
            ),
            ("sip:a@[2001:db8::9]", both, " => udp [2001:db8::9]:5060"),
            ("sip:a@[2001:db8::9]", usual, " => "),
            (
                "sip:a@far.example;maddr=192.0.2.8",
                usual,
                " => udp 192.0.2.8:5060",
            ),
            // A port means no SRV.
            (
                "sip:a@plain.example:5070",
                both,
                "addr plain.example => udp 192.0.2.4:5070, udp [2001:db8::4]:5070",
            ),
            (
                "sip:a@srv.example:5070;transport=tcp",
                usual,
                "addr srv.example => tcp 192.0.2.66:5070",
            ),
            // A transport means SRV of that transport, and the address where there is none.
            (
                "sip:a@srv.example;transport=tcp",
                usual,
                "srv _sip._tcp.srv.example, addr h.srv.example => tcp 192.0.2.3:5075",
            ),
            (
                "sip:a@srv.example;transport=tls",
                usual,
                "srv _sips._tcp.srv.example, addr srv.example => tls 192.0.2.66:5061",
            ),
            // Neither means NAPTR; what we cannot speak is passed over.
            (
                "sip:a@full.example",
                usual,
                "naptr full.example, srv _sips._tcp.full.example, addr s1.full.example, \
                srv _sip._tcp.full.example, addr s1.full.example, addr s2.full.example, \
                srv _sip._udp.full.example, addr s1.full.example => tls 192.0.2.1:5061, tcp 192.0.2.1:5070, tcp 192.0.2.2:5080, udp 192.0.2.1:5060",
            ),
            (
                "sip:a@full.example",
                udp,
                "naptr full.example, srv _sip._udp.full.example, addr s1.full.example => udp 192.0.2.1:5060",
            ),
            (
                "sips:a@full.example",
                usual,
                "naptr full.example, srv _sips._tcp.full.example, addr s1.full.example => tls 192.0.2.1:5061",
            ),
            // No NAPTR: SRV of each transport we have; an SRV record makes the domain's own address no server.
            (
                "sip:a@srv.example",
                usual,
                "naptr srv.example, srv _sip._udp.srv.example, srv _sip._tcp.srv.example, \
                addr h.srv.example, srv _sips._tcp.srv.example => tcp 192.0.2.3:5075",
            ),
            // Nothing but an address.
            (
                "sip:a@plain.example",
                udp,
                "naptr plain.example, srv _sip._udp.plain.example, addr plain.example => udp 192.0.2.4:5060",
            ),
            // "." says: no service here. A time-out is no such statement.
            (
                "sip:a@closed.example;transport=udp",
                usual,
                "srv _sip._udp.closed.example => ",
            ),
            (
                "sip:a@slow.example",
                udp,
                "naptr slow.example, srv _sip._udp.slow.example, addr slow.example => udp 192.0.2.5:5060",
            ),
            // Nowhere.
            (
                "sip:a@nowhere.example;transport=udp",
                usual,
                "srv _sip._udp.nowhere.example, addr nowhere.example => ",
            ),
            ("sip:a@plain.example;transport=sctp", usual, " => "),
            ("sips:a@plain.example;transport=udp", usual, " => "),
            ("sips:a@192.0.2.9", udp, " => "),
            ("tel:+4930123456", usual, " => "),
        ];
        for (uri, capabilities, expected) in table {
            assert_eq!(walk(uri, capabilities), expected, "{uri}");
        }
    }

    #[test]
    fn a_certificate_must_prove_the_name_the_user_asked_for() {
        let mut chance = ChaCha12Rng::seed_from_u64(1);
        let uri = "sips:a@Example.COM.;maddr=192.0.2.8".parse().unwrap();
        let mut locate = Locate::new(&uri, all(USUAL, false));
        let Step::Done(targets) = locate.step() else {
            panic!("no DNS needed");
        };
        assert_eq!(targets[0].server_name.as_deref(), Some("Example.COM"));
        // Not the name an SRV record points to: the DNS is not to be trusted with that.
        let uri = "sips:a@example.com".parse().unwrap();
        let mut locate = Locate::new(&uri, all(&[Transport::Tls], false));
        for answer in [
            Resolution::NotFound,
            Resolution::Srv(vec![SrvRecord {
                priority: 0,
                weight: 0,
                port: 5061,
                target: "evil.example".to_owned(),
            }]),
            Resolution::Addrs(vec!["192.0.2.7".parse().unwrap()]),
        ] {
            locate.answer(answer, &mut chance);
        }
        let Step::Done(targets) = locate.step() else {
            panic!("all answered");
        };
        assert_eq!(targets[0].server_name.as_deref(), Some("example.com"));
    }

    #[test]
    fn weights_share_the_load() {
        let record = |priority, weight, target: &str| SrvRecord {
            priority,
            weight,
            port: 5060,
            target: target.to_owned(),
        };
        let records = vec![
            record(2, 100, "backup"),
            record(1, 10, "small"),
            record(1, 30, "large"),
            record(1, 0, "spare"),
        ];
        let mut chance = ChaCha12Rng::seed_from_u64(5);
        let mut first = BTreeMap::new();
        for _ in 0..4_000 {
            let ordered = srv_order(records.clone(), &mut chance);
            assert_eq!(ordered.len(), 4);
            assert_eq!(ordered[3].target, "backup", "lower priority comes last");
            *first.entry(ordered[0].target.clone()).or_insert(0) += 1;
        }
        assert!((2_700..3_200).contains(&first["large"]), "{first:?}");
        assert!((800..1_200).contains(&first["small"]), "{first:?}");
        assert!((40..200).contains(&first["spare"]), "{first:?}");
    }

    #[test]
    fn a_hostile_zone_does_not_keep_us_busy() {
        let mut chance = ChaCha12Rng::seed_from_u64(5);
        let uri = "sip:a@evil.example;transport=udp".parse().unwrap();
        let mut locate = Locate::new(&uri, all(USUAL, false));
        let record = |n: u16| SrvRecord {
            priority: n,
            weight: 0,
            port: 5060,
            target: format!("h{n}.evil.example"),
        };
        let mut asked = 0;
        while let Step::Query(query) = locate.step() {
            asked += 1;
            let answer = match query {
                Query::Srv(_) => Resolution::Srv((0..10_000).map(record).collect()),
                _ => Resolution::NotFound,
            };
            locate.answer(answer, &mut chance);
        }
        assert!(asked <= MAX_QUERIES, "{asked}");
    }
}
