//! What a REGISTER asks for, read and checked before anything changes.

use super::{Refusal, RegistrarConfig};
use crate::{
    limits::{MAX_BINDING_TEXT, MAX_CONTACTS_PER_REGISTER},
    status::{BAD_REQUEST, INTERVAL_TOO_BRIEF},
};
use bytes::Bytes;
use sip_message::{
    HeaderName, Request, Text,
    header::{Contact, Expires, NameAddr},
};
use std::time::Duration;

/// A checked REGISTER.
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    pub(super) call_id: Text,
    pub(super) cseq: u32,
    pub(super) user_agent: Option<Text>,
    pub(super) supports_path: bool,
    pub(super) supports_gruu: bool,
}

pub(super) enum Wanted {
    /// Only tell the bindings.
    List,
    /// `Contact: *`.
    RemoveAll,
    /// Add, refresh, or remove (where `expires` is zero) these.
    Contacts(Vec<WantedContact>),
}

pub(super) struct WantedContact {
    pub(super) addr: NameAddr,
    pub(super) q: u16,
    pub(super) expires: Duration,
    pub(super) instance: Option<Text>,
    pub(super) reg_id: Option<u32>,
}

impl Asked {
    pub(super) fn read(request: &Request, config: &RegistrarConfig) -> Result<Asked, Refusal> {
        let bad = |reason| Refusal::new(BAD_REQUEST, reason);
        let headers = request.headers();
        let user_agent = headers.value(HeaderName::UserAgent);
        Ok(Asked {
            wanted: wanted(request, config)?,
            call_id: copied(&request.call_id().map_err(|_| bad("Malformed Call-ID"))?),
            cseq: request.cseq().map_err(|_| bad("Malformed CSeq"))?.number,
            user_agent: user_agent.map(|text| {
                copied(&Text::new(
                    text.bytes().slice(..text.len().min(MAX_BINDING_TEXT)),
                ))
            }),
            supports_path: headers.lists(HeaderName::Supported, "path"),
            supports_gruu: headers.lists(HeaderName::Supported, "gruu"),
        })
    }

    /// Whether the phone keeps a flow that it wants us to reach it over.
    pub(super) fn uses_outbound(&self) -> bool {
        match &self.wanted {
            Wanted::Contacts(contacts) => contacts.iter().any(|c| c.reg_id.is_some()),
            _ => false,
        }
    }
}

fn wanted(request: &Request, config: &RegistrarConfig) -> Result<Wanted, Refusal> {
    let bad = |reason| Refusal::new(BAD_REQUEST, reason);
    let headers = request.headers();
    let header_expires = headers.find::<Expires>().ok().flatten().map(|e| e.0);
    let outbound = config.outbound && headers.lists(HeaderName::Supported, "outbound");
    let mut contacts = Vec::new();
    let mut star = false;
    for contact in headers.all::<Contact>() {
        let contact = contact.map_err(|_| bad("Malformed Contact"))?;
        match contact.addr() {
            None => star = true,
            Some(addr) => {
                if contacts.len() == MAX_CONTACTS_PER_REGISTER {
                    return Err(bad("Too Many Contacts"));
                }
                let expires = contact.expires().or(header_expires);
                contacts.push(one(addr, contact.q(), expires, outbound, config)?);
            }
        }
    }
    // `*` stands alone and only removes (RFC 3261 §10.3 step 6).
    if star && (!contacts.is_empty() || header_expires != Some(0)) {
        return Err(bad("Misplaced Contact: *"));
    }
    // One REGISTER keeps one flow (RFC 5626 §6).
    let flows = contacts
        .iter()
        .filter(|c| c.reg_id.is_some() && !c.expires.is_zero());
    if flows.count() > 1 {
        return Err(bad("More Than One reg-id"));
    }
    Ok(match (star, contacts.is_empty()) {
        (true, _) => Wanted::RemoveAll,
        (false, true) => Wanted::List,
        (false, false) => Wanted::Contacts(contacts),
    })
}

fn one(
    addr: &NameAddr,
    q: u16,
    expires: Option<u32>,
    outbound: bool,
    config: &RegistrarConfig,
) -> Result<WantedContact, Refusal> {
    let addr = detached(addr);
    if addr.uri().raw().len() + addr.params().raw().len() > MAX_BINDING_TEXT {
        return Err(Refusal::new(BAD_REQUEST, "Contact Too Long"));
    }
    let instance = addr
        .params()
        .value("+sip.instance")
        .filter(|i| !i.is_empty());
    let reg_id = addr
        .params()
        .value("reg-id")
        .and_then(|id| id.number::<u32>())
        .filter(|id| *id > 0 && outbound && instance.is_some());
    Ok(WantedContact {
        expires: granted(expires, config)?,
        q,
        instance,
        reg_id,
        addr,
    })
}

/// How long a contact is kept (RFC 3261 §10.3 step 7): zero is zero, too short is refused, too long
/// is cut. An hour or more is never refused as too short.
fn granted(asked: Option<u32>, config: &RegistrarConfig) -> Result<Duration, Refusal> {
    let Some(asked) = asked else {
        return Ok(config.default_expires);
    };
    let asked = Duration::from_secs(u64::from(asked));
    if asked.is_zero() {
        return Ok(asked);
    }
    if asked < config.min_expires && asked < Duration::from_secs(3_600) {
        return Err(Refusal::new(INTERVAL_TOO_BRIEF, "Interval Too Brief"));
    }
    Ok(asked.min(config.max_expires))
}

/// A copy that does not hold on to the buffer of the whole message.
pub(super) fn detached(addr: &NameAddr) -> NameAddr {
    let mut text = Vec::with_capacity(160);
    addr.write(&mut text);
    NameAddr::parse(Bytes::from(text), HeaderName::Contact).unwrap_or_else(|_| addr.clone())
}

fn copied(text: &Text) -> Text {
    Text::new(Bytes::copy_from_slice(text))
}
