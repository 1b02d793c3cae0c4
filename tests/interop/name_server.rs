//! A name server of a test's own: it knows what it is told, and can fall silent.

use anyhow::{Context, Result};
use hickory_proto::{
    op::{Message, OpCode, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, NAPTR, SRV},
    },
};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Seconds its answers may be kept: none, so that every question shows.
const TTL: u32 = 0;

/// A name server on a thread of its own, until the test ends.
pub struct NameServer {
    silent: Arc<AtomicBool>,
}

/// What it knows of a name.
#[derive(Clone, Debug)]
pub enum Known {
    /// The name under which servers of that service are found (RFC 3263 §4.1): `SIPS+D2T`.
    Naptr(&'static str, &'static str, &'static str),
    /// Servers: priority, port, host.
    Srv(&'static str, Vec<(u16, u16, &'static str)>),
    /// An address.
    A(&'static str, Ipv4Addr),
}

impl NameServer {
    /// Answers at an address.
    ///
    /// # Errors
    /// Somebody else does already.
    pub fn start(at: SocketAddr, known: Vec<Known>) -> Result<NameServer> {
        let socket = UdpSocket::bind(at).with_context(|| at.to_string())?;
        let silent = Arc::new(AtomicBool::new(false));
        let is_silent = Arc::clone(&silent);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let asked = buffer.get(..length).unwrap_or_default();
                if let (false, Ok(answer)) =
                    (is_silent.load(Ordering::SeqCst), answer(asked, &known))
                {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Ok(NameServer { silent })
    }

    /// Answers nothing any more.
    pub fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }
}

fn answer(asked: &[u8], known: &[Known]) -> Result<Vec<u8>> {
    let asked = Message::from_vec(asked)?;
    let mut answer = Message::response(asked.metadata.id, OpCode::Query);
    answer.metadata.recursion_available = true;
    let question = asked.queries.first().context("no question")?.clone();
    answer.add_query(question.clone());
    let name = question.name().to_ascii().to_ascii_lowercase();
    let is_name = |known: &str| name.trim_end_matches('.') == known;
    let mut exists = false;
    for each in known {
        let data = match each {
            Known::Srv(of, servers) if is_name(of) => {
                exists = true;
                let srv = |(priority, port, host): &(u16, u16, &str)| {
                    Ok(RData::SRV(SRV::new(
                        *priority,
                        0,
                        *port,
                        Name::from_ascii(format!("{host}."))?,
                    )))
                };
                match question.query_type() {
                    RecordType::SRV => servers.iter().map(srv).collect::<Result<Vec<_>>>()?,
                    _ => Vec::new(),
                }
            }
            Known::A(of, address) if is_name(of) => {
                exists = true;
                match question.query_type() {
                    RecordType::A => vec![RData::A(A(*address))],
                    _ => Vec::new(),
                }
            }
            Known::Naptr(of, service, servers) if is_name(of) => {
                exists = true;
                let service = service.as_bytes().into();
                let servers = Name::from_ascii(format!("{servers}."))?;
                let naptr = NAPTR::new(1, 1, (*b"s").into(), service, (*b"").into(), servers);
                match question.query_type() {
                    RecordType::NAPTR => vec![RData::NAPTR(naptr)],
                    _ => Vec::new(),
                }
            }
            Known::Naptr(..) | Known::Srv(..) | Known::A(..) => Vec::new(),
        };
        for data in data {
            answer.add_answer(Record::from_rdata(question.name().clone(), TTL, data));
        }
    }
    if !exists {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    Ok(answer.to_vec()?)
}
