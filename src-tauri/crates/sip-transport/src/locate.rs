//! From a URI to the addresses to try, in order (RFC 3263): what to ask the DNS, and what to make
//! of its answers.

use std::net::IpAddr;

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
