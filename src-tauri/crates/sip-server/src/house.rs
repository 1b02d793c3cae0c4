//! Several offices behind the same sockets: whose is what arrives.
//!
//! The answer needs no memory. What an office begins or answers carries its [`Mark`], so responses
//! and requests inside its dialogs lead back to it; whoever begins something names the office's
//! domain; a provider or another system is known by where it is.
//!
//! Nothing here proves anything. The office that is chosen does what it would do had it the sockets
//! to itself: it looks for its transaction or dialog, or asks for a password. A forged mark or
//! domain only chooses who refuses.

use crate::line::Source;
use bytes::Bytes;
use sip_message::{Host, Message, Method, Request, Response, Uri};
use sip_transaction::Mark;
use sip_transport::{Flow, Transport, stun};
use std::collections::BTreeMap;

/// What tells the messages of one office from those of the others.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// What its own branches and tags begin with.
    pub mark: Mark,
    /// The hosts it answers for, in any spelling; no other house has one of them.
    pub domains: Vec<String>,
    /// Where its providers and the systems it is joined with are.
    pub sources: Vec<Source>,
}

/// How well an office knows the number that a provider's call is for, the worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knows {
    /// Not at all.
    #[default]
    Nothing,
    /// It begins with what one of its lines has taken off.
    Prefix,
    /// It is one of its numbers.
    Number,
}

/// The offices behind the same sockets.
#[derive(Clone, Debug, Default)]
pub struct Houses {
    all: Vec<House>,
    by_domain: BTreeMap<String, Mark>,
}

/// Whose something is that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// It is for the office with this mark.
    Of(Mark),
    /// It names nobody and may be for each: the answer to a STUN keep-alive.
    Everyones,
}

/// The name of an office among those behind the same sockets, whatever its domains are. Names below
/// `invalid` lead nowhere else (RFC 6761 §6.4).
#[must_use]
pub fn inner_name(mark: Mark) -> String {
    format!("office-{}.invalid", mark.0)
}

impl Houses {
    /// These offices. Of two with the same domain the first has it.
    #[must_use]
    pub fn new(all: Vec<House>) -> Houses {
        let names = all.iter().map(|house| (inner_name(house.mark), house.mark));
        let mut by_domain: BTreeMap<String, Mark> = names.collect();
        for house in &all {
            for domain in &house.domains {
                by_domain
                    .entry(in_one_spelling(domain))
                    .or_insert(house.mark);
            }
        }
        Houses { all, by_domain }
    }

    /// Whose these bytes are, one datagram or one message cut from a stream. What belongs to none
    /// is for `otherwise`. `knows` is asked where several have lines at the provider a call comes
    /// from.
    #[must_use]
    pub fn whose(
        &self,
        flow: &Flow,
        bytes: &Bytes,
        otherwise: Mark,
        knows: impl Fn(Mark, &Request) -> Knows,
    ) -> Whose {
        if flow.transport == Transport::Udp && stun::is_stun(bytes) {
            return match is_stun_answer(bytes) {
                true => Whose::Everyones,
                false => Whose::Of(otherwise),
            };
        }
        let found = match Message::parse(bytes.clone()) {
            Ok(Message::Response(response)) => self.of_response(&response),
            Ok(Message::Request(request)) => self.of_request(flow, &request, knows),
            Err(_) => None,
        };
        Whose::Of(found.unwrap_or(otherwise))
    }

    /// The office whose domain this is.
    #[must_use]
    pub fn of_domain(&self, domain: &str) -> Option<Mark> {
        self.by_domain.get(&in_one_spelling(domain)).copied()
    }

    /// An office is told by the branch it put into the topmost Via (RFC 3261 §18.1.2).
    fn of_response(&self, response: &Response) -> Option<Mark> {
        let branch = response.via().ok()?.branch()?;
        self.known(Mark::of_branch(&branch))
    }

    fn of_request(
        &self,
        flow: &Flow,
        request: &Request,
        knows: impl Fn(Mark, &Request) -> Knows,
    ) -> Option<Mark> {
        // Inside a dialog, and the ACK to an answer of ours: the tag is the one we gave.
        let by_tag = || self.known(Mark::of_tag(&request.to_tag()?));
        let uri = request.uri().ok();
        // The Contact we registered at a provider.
        let by_token = || {
            let token = uri.as_ref()?.as_sip()?.params().value("line")?;
            self.known(Mark::of_tag(&token))
        };
        by_tag()
            .or_else(by_token)
            .or_else(|| self.by_domains(request, uri.as_ref()))
            .or_else(|| self.by_source(flow, |mark| knows(mark, request)))
    }

    /// Who is asked, then whom it is about, then who asks. A REGISTER is about its To.
    fn by_domains(&self, request: &Request, uri: Option<&Uri>) -> Option<Mark> {
        let asked = || self.at(uri?);
        let about = || self.at(request.to().ok()?.uri());
        let asking = || self.at(request.from().ok()?.uri());
        match request.method() {
            Method::Register => about().or_else(asked).or_else(asking),
            _ => asked().or_else(about).or_else(asking),
        }
    }

    fn at(&self, uri: &Uri) -> Option<Mark> {
        let host = uri.as_sip()?.host();
        match host {
            Host::Ip(ip) => self.by_domain.get(&ip.to_canonical().to_string()),
            Host::Name(name) => self.by_domain.get(&in_one_spelling(&name.to_str())),
        }
        .copied()
    }

    /// Of several offices with lines at one provider that which knows the number called; if none
    /// does, the first, which shows it as unknown.
    fn by_source(&self, flow: &Flow, knows: impl Fn(Mark) -> Knows) -> Option<Mark> {
        let is_there = |source: &Source| source.contains(flow.transport, flow.remote);
        let houses = self.all.iter();
        let mut there = houses.filter(|house| house.sources.iter().any(is_there));
        let first = there.next()?.mark;
        let Some(second) = there.next() else {
            return Some(first);
        };
        let others = std::iter::once(second).chain(there).map(|house| house.mark);
        let best = |best: (Knows, Mark), mark| match knows(mark) {
            better if better > best.0 => (better, mark),
            _ => best,
        };
        Some(others.fold((knows(first), first), best).1)
    }

    fn known(&self, mark: Option<Mark>) -> Option<Mark> {
        mark.filter(|mark| self.all.iter().any(|house| house.mark == *mark))
    }
}

/// Names without regard to case and the dot of the root, addresses as they are written shortest.
fn in_one_spelling(host: &str) -> String {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    if let Ok(ip) = host.parse::<std::net::IpAddr>() {
        return ip.to_canonical().to_string();
    }
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// A success or error response (RFC 5389 §6): the upper of the two class bits.
fn is_stun_answer(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|byte| byte & 1 == 1)
}

#[cfg(test)]
mod tests;
