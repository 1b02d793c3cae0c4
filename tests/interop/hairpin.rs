//! A carrier made by hand that brings calls back: what the office calls over its line comes in to the
//! office again, as a call of its own. It stands between the two in all they say to each other, and
//! leaves their sound alone.

use super::process::PATIENCE;
use anyhow::{Context, Result};
use bytes::Bytes;
use sip_message::{
    HeaderName, Message, Method, Request, Response, StatusCode, Uri,
    header::{NameAddr, Via},
};
use std::{
    collections::BTreeMap,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// What stands before the Call-ID of what comes back.
const BACK: &str = "back-";

/// What it does with calls.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Whom it shows as the caller; whom the office has shown if none, nobody if empty.
    pub caller: Option<String>,
    /// How it turns calls down instead of bringing them back.
    pub refuses: Option<u16>,
}

/// The carrier, until it is dropped.
pub struct Hairpin {
    address: SocketAddr,
    ways: Arc<Mutex<Ways>>,
    ends: Arc<AtomicBool>,
    works: Option<JoinHandle<()>>,
}

impl Hairpin {
    /// Opens it for the office at that address.
    ///
    /// # Errors
    /// There is no socket to be had.
    pub fn open(office: SocketAddr) -> Result<Hairpin> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let address = socket.local_addr()?;
        let (ways, ends) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let carrier = Carrier {
            socket,
            address,
            office,
            ways: Arc::clone(&ways),
            contacts: BTreeMap::new(),
        };
        let until = Arc::clone(&ends);
        let works = thread::spawn(move || carrier.work(&until));
        Ok(Hairpin {
            address,
            ways,
            ends,
            works: Some(works),
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it does with calls from now on.
    pub fn set(&self, ways: Ways) {
        *self.ways.lock().unwrap_or_else(PoisonError::into_inner) = ways;
    }
}

impl Drop for Hairpin {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(works) = self.works.take() {
            let _ = works.join();
        }
    }
}

/// One of the two ends of a call, both of which are the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Which has called.
    Out,
    /// To which it is brought.
    Back,
}

struct Carrier {
    socket: UdpSocket,
    address: SocketAddr,
    office: SocketAddr,
    ways: Arc<Mutex<Ways>>,
    /// Where each end is reached, by the Call-ID of the one that calls.
    contacts: BTreeMap<String, [Option<Uri>; 2]>,
}

impl Carrier {
    fn work(mut self, ends: &AtomicBool) {
        let mut buffer = vec![0; 65_536];
        while !ends.load(Ordering::Relaxed) {
            let Ok((length, _)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let bytes = Bytes::copy_from_slice(&buffer[..length]);
            let passed = Message::parse(bytes)
                .ok()
                .and_then(|message| match message {
                    Message::Request(request) => self.on_request(&request),
                    Message::Response(response) => self.on_response(&response),
                });
            if let Some(bytes) = passed {
                let _ = self.socket.send_to(&bytes, self.office);
            }
        }
    }

    fn on_request(&mut self, request: &Request) -> Option<Bytes> {
        if request.method() == Method::Options {
            return Some(answer(request, 200));
        }
        let (id, from) = side_of(&request.call_id().ok()?.to_str());
        let begins = request.method() == Method::Invite && request.to_tag().is_none();
        if let (true, Some(contact)) = (
            request.method() == Method::Invite,
            contact(request.headers().value(HeaderName::Contact)),
        ) {
            self.contacts.entry(id.clone()).or_default()[from as usize] = Some(contact);
        }
        let ways = self
            .ways
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let (true, Some(status)) = (begins, ways.refuses) {
            return Some(answer(request, status));
        }
        let (to, call_id) = match from {
            Side::Out => (Side::Back, format!("{BACK}{id}")),
            Side::Back => (Side::Out, id.clone()),
        };
        let reached = self
            .contacts
            .get(&id)
            .and_then(|both| both[to as usize].clone());
        let uri = match reached {
            Some(uri) => uri,
            // To the same number, at the office.
            None => {
                let user = request.uri().ok()?.user()?.into_owned();
                let user = String::from_utf8_lossy(&user).into_owned();
                Uri::parse(format!("sip:{user}@{}", self.office).into()).ok()?
            }
        };
        let branch = request.via().ok()?.branch()?.to_str().into_owned();
        let via = format!("SIP/2.0/UDP {};branch=z9hG4bK{BACK}{branch}", self.address);
        let via = <Via as sip_message::header::Header>::parse(via.into()).ok()?;
        let mut passed = request
            .edit()
            .uri(&uri)
            .push_first(&via)
            .remove(HeaderName::Route)
            .set_raw("Call-ID", call_id.as_bytes());
        if request.headers().has(HeaderName::Contact) {
            passed = passed.set_raw("Contact", self.own_contact().as_bytes());
        }
        if let (true, Some(caller)) = (begins, &ways.caller) {
            let shown = match caller.as_str() {
                "" => "<sip:anonymous@anonymous.invalid>".to_owned(),
                caller => format!("<sip:{caller}@carrier.test>"),
            };
            let tag = request.from().ok()?.tag()?.to_str().into_owned();
            passed = passed
                .set_raw("From", format!("{shown};tag={tag}").as_bytes())
                .set_raw("P-Asserted-Identity", shown.as_bytes());
        }
        Some(passed.build().bytes().clone())
    }

    fn on_response(&mut self, response: &Response) -> Option<Bytes> {
        let (id, from) = side_of(&response.call_id().ok()?.to_str());
        let call_id = match from {
            Side::Out => format!("{BACK}{id}"),
            Side::Back => id.clone(),
        };
        // A request that came over this side was passed on to the other; its answer goes back.
        let mut passed = response
            .edit()
            .pop::<Via>()
            .set_raw("Call-ID", call_id.as_bytes());
        if let Some(contact) = contact(response.headers().value(HeaderName::Contact)) {
            self.contacts.entry(id).or_default()[from as usize] = Some(contact);
            passed = passed.set_raw("Contact", self.own_contact().as_bytes());
        }
        Some(passed.build().bytes().clone())
    }

    fn own_contact(&self) -> String {
        format!("<sip:carrier@{}>", self.address)
    }
}

/// The Call-ID of the end that calls, and whose this one is.
fn side_of(call_id: &str) -> (String, Side) {
    match call_id.strip_prefix(BACK) {
        Some(id) => (id.to_owned(), Side::Back),
        None => (call_id.to_owned(), Side::Out),
    }
}

fn contact(value: Option<sip_message::Text>) -> Option<Uri> {
    let value = value?;
    let address = NameAddr::parse(value.bytes().clone(), HeaderName::Contact).ok()?;
    Some(address.uri().clone())
}

fn answer(request: &Request, status: u16) -> Bytes {
    let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
    let answer = Response::to(request, status).to_tag("hairpin").build();
    answer.bytes().clone()
}

/// How long a call from a line to itself may take: its ringing and what is said in it.
pub const ROUND_TRIP: Duration = Duration::from_secs(60);

/// Asks until something is so.
///
/// # Errors
/// It is not so in time; the message says what.
pub fn wait_until<T>(what: &str, mut is_so: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let until = std::time::Instant::now() + ROUND_TRIP + PATIENCE;
    loop {
        if let Some(found) = is_so()? {
            return Ok(found);
        }
        if std::time::Instant::now() > until {
            return Err(anyhow::anyhow!("{what} in vain")).context("too late");
        }
        thread::sleep(Duration::from_millis(200));
    }
}
