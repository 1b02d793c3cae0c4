//! Who gets what arrives over the sockets that several offices share, and which sockets these are.
//!
//! The host of the first office owns the sockets and reads them. Each office has a thread and an
//! inbox of its own; [`Houses`] says into which inbox something goes. An office sends over the
//! shared sockets itself.

use crate::{inbox::Inbox, limits::MAX_LEARNT_SOURCES, run::Bound};
use bytes::Bytes;
use mio::net::UdpSocket;
use office::Office;
use sip_message::Request;
use sip_server::{
    guard::Network,
    house::{House, Houses, Knows, Whose},
    line::Source,
};
use sip_transaction::Mark;
use sip_transport::{Flow, Query, Resolution, SrvRecord, Transport};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use switch::{Input, knows_number};

/// What the offices behind the same sockets share. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    addresses: Arc<Addresses>,
    sockets: Arc<Sockets>,
}

/// The offices, and how each is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    first: Mark,
    houses: Houses,
    inboxes: Vec<(Mark, Inbox)>,
    /// What each answers for, as it says itself.
    nameplates: Vec<House>,
    /// Each as it is now: whose a number is.
    offices: Vec<(Mark, Arc<Office>)>,
    /// Where the names led to that each asked for, the newest last.
    learnt: Vec<(Mark, IpAddr)>,
}

/// The sockets that are open.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    pub(crate) open: Vec<OpenSocket>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct OpenSocket {
    pub(crate) at: Bound,
    /// What datagrams are sent through.
    pub(crate) udp: Option<Arc<UdpSocket>>,
}

/// How an office says what it answers for.
#[derive(Clone, Debug)]
pub struct Nameplate {
    pub(crate) post: Post,
    pub(crate) mark: Mark,
}

impl Nameplate {
    /// From now on requests under these domains are for this office, and those from these places
    /// that name no domain of any office. Where other offices have lines at one of these places as
    /// well, the numbers of each say whose a call is.
    pub fn set(&self, office: &Arc<Office>, domains: Vec<String>, sources: Vec<Source>) {
        let mark = self.mark;
        self.post.change(|addresses| {
            addresses.offices.retain(|(of, _)| *of != mark);
            addresses.offices.push((mark, Arc::clone(office)));
            addresses.nameplates.retain(|house| house.mark != mark);
            addresses.nameplates.push(House {
                mark,
                domains,
                sources,
            });
        });
    }
}

impl Post {
    /// One for the first office, which gets what nobody else is to have.
    pub(crate) fn new(first: Mark, inbox: Inbox) -> Post {
        let addresses = Addresses {
            first,
            inboxes: vec![(first, inbox)],
            ..Addresses::default()
        };
        let shared = Shared {
            addresses: Arc::new(addresses.sorted()),
            sockets: Arc::default(),
        };
        Post {
            shared: Arc::new(Mutex::new(shared)),
        }
    }

    /// One more office.
    pub(crate) fn join(&self, mark: Mark, inbox: Inbox) {
        self.change(|addresses| addresses.inboxes.push((mark, inbox)));
    }

    /// An office is no more; what was for it is for the first.
    pub(crate) fn leave(&self, mark: Mark) {
        self.change(|addresses| {
            addresses.inboxes.retain(|(of, _)| *of != mark);
            addresses.offices.retain(|(of, _)| *of != mark);
            addresses.nameplates.retain(|house| house.mark != mark);
            addresses.learnt.retain(|(of, _)| *of != mark);
        });
    }

    /// An office asked for a name, which led to these addresses: calls from there that name no
    /// office are for it.
    pub(crate) fn learn(&self, mark: Mark, found: &[IpAddr]) {
        let known = self.addresses();
        let is_known = |ip: &IpAddr| known.learnt.contains(&(mark, *ip));
        let new: Vec<IpAddr> = found.iter().filter(|ip| !is_known(ip)).copied().collect();
        if new.is_empty() {
            return;
        }
        self.change(|addresses| {
            let learnt = &mut addresses.learnt;
            learnt.extend(new.into_iter().map(|ip| (mark, ip)));
            let own = learnt.iter().filter(|(of, _)| *of == mark).count();
            let mut too_many = own.saturating_sub(MAX_LEARNT_SOURCES);
            learnt.retain(|(of, _)| {
                let goes = *of == mark && too_many > 0;
                too_many -= usize::from(goes);
                !goes
            });
        });
    }

    /// What the name service would have to say of the domain of another office behind these sockets:
    /// that office is here, whatever the world is told of its domain.
    pub(crate) fn resolve(&self, asking: Mark, query: &Query) -> Option<Resolution> {
        let (service, domain) = match query {
            Query::Naptr(name) | Query::Addr(name) => (None, name.as_str()),
            Query::Srv(name) => {
                let mut parts = name.splitn(3, '.');
                let service = (parts.next()?, parts.next()?);
                (Some(service), parts.next()?)
            }
        };
        let found = self.addresses().houses.of_domain(domain);
        found.filter(|mark| *mark != asking)?;
        let transport = match service {
            None | Some(("_sip", "_udp")) => Some(Transport::Udp),
            Some(("_sip", "_tcp")) => Some(Transport::Tcp),
            Some(("_sips", "_tcp")) => Some(Transport::Tls),
            Some(_) => None,
        };
        let at = transport.and_then(|transport| self.sockets().nearest(transport));
        Some(match (query, at) {
            (Query::Addr(_), Some(at)) => Resolution::Addrs(vec![at.ip()]),
            (Query::Srv(_), Some(at)) => Resolution::Srv(vec![SrvRecord {
                priority: 0,
                weight: 0,
                port: at.port(),
                target: domain.to_owned(),
            }]),
            _ => Resolution::NotFound,
        })
    }

    pub(crate) fn addresses(&self) -> Arc<Addresses> {
        Arc::clone(&self.lock().addresses)
    }

    pub(crate) fn sockets(&self) -> Arc<Sockets> {
        Arc::clone(&self.lock().sockets)
    }

    /// These sockets are open now; every office looks at them.
    pub(crate) fn publish(&self, open: Vec<OpenSocket>) {
        self.lock().sockets = Arc::new(Sockets { open });
        for (_, inbox) in &self.addresses().inboxes {
            inbox.wake();
        }
    }

    fn change(&self, change: impl FnOnce(&mut Addresses)) {
        let mut shared = self.lock();
        let mut addresses = Addresses::clone(&shared.addresses);
        change(&mut addresses);
        shared.addresses = Arc::new(addresses.sorted());
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // Nothing panics while holding it.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sockets {
    /// Where an office reaches those that share its sockets: over loopback if that is listened on.
    fn nearest(&self, transport: Transport) -> Option<SocketAddr> {
        let open = self.open.iter().map(|open| open.at);
        let fitting = open.filter(|at| at.transport == transport);
        let addresses = fitting.map(|at| at.address);
        addresses.min_by_key(|at| (!at.ip().is_loopback(), at.is_ipv6()))
    }
}

impl Addresses {
    /// Whether there is but one office, whose everything is.
    pub(crate) fn is_alone(&self) -> bool {
        self.inboxes.len() == 1
    }

    pub(crate) fn first(&self) -> Mark {
        self.first
    }

    /// The office whose domain this is.
    pub(crate) fn of_domain(&self, domain: &str) -> Option<Mark> {
        self.houses.of_domain(domain)
    }

    pub(crate) fn inbox(&self, mark: Mark) -> Option<&Inbox> {
        let mut inboxes = self.inboxes.iter();
        inboxes.find(|(of, _)| *of == mark).map(|(_, inbox)| inbox)
    }

    /// Whose a message is; what names no office is for `otherwise`.
    pub(crate) fn whose(&self, flow: &Flow, bytes: &Bytes, otherwise: Mark) -> Whose {
        match self.is_alone() {
            true => Whose::Of(self.first),
            false => self.houses.whose(flow, bytes, otherwise, |mark, request| {
                self.knows(mark, request)
            }),
        }
    }

    fn knows(&self, mark: Mark, request: &Request) -> Knows {
        let mut offices = self.offices.iter();
        let office = offices.find(|(of, _)| *of == mark);
        office.map_or(Knows::Nothing, |(_, office)| knows_number(office, request))
    }

    /// Puts what came from the sockets into the inboxes it is for. Without room in one it is lost,
    /// as if the network had lost it.
    pub(crate) fn deliver(&self, input: Input) {
        match input {
            Input::Message { flow, bytes } => match self.whose(&flow, &bytes, self.first) {
                Whose::Of(mark) => {
                    if let Some(inbox) = self.inbox(mark) {
                        inbox.push_or_drop(Input::Message { flow, bytes });
                    }
                }
                Whose::Everyones => {
                    for (_, inbox) in &self.inboxes {
                        let bytes = bytes.clone();
                        inbox.push_or_drop(Input::Message { flow, bytes });
                    }
                }
            },
            // Which office sent what was not delivered, the network does not say.
            Input::Unreachable(flow) => {
                for (_, inbox) in &self.inboxes {
                    inbox.push_or_drop(Input::Unreachable(flow));
                }
            }
            other => {
                if let Some(inbox) = self.inbox(self.first) {
                    inbox.push_or_drop(other);
                }
            }
        }
    }

    /// Brings the answers to "whose is it" up to date.
    fn sorted(mut self) -> Addresses {
        let mut houses = Vec::with_capacity(self.inboxes.len());
        for (mark, _) in &self.inboxes {
            let said = self.nameplates.iter().find(|house| house.mark == *mark);
            let mut house = said.cloned().unwrap_or_default();
            house.mark = *mark;
            let learnt = self.learnt.iter().filter(|(of, _)| of == mark);
            house
                .sources
                .extend(learnt.filter_map(|(_, ip)| alone(*ip)));
            houses.push(house);
        }
        self.houses = Houses::new(houses);
        self
    }
}

/// This address and no other.
fn alone(ip: IpAddr) -> Option<Source> {
    let network: Network = ip.to_canonical().to_string().parse().ok()?;
    Some(Source {
        network,
        port: None,
        transport: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mio::{Poll, Token, Waker};
    use office::{Language, OfficeParts, OfficeSettings, Realm};

    const FIRST: Mark = Mark(1);
    const ACME: Mark = Mark(2);

    fn inbox() -> Inbox {
        let poll = Poll::new().unwrap();
        Inbox::new(Waker::new(poll.registry(), Token(0)).unwrap())
    }

    fn flow() -> Flow {
        let [ours, theirs] = ["192.0.2.1:5060", "203.0.113.7:5060"];
        Flow::udp(ours.parse().unwrap(), theirs.parse().unwrap())
    }

    fn options(host: &str) -> Input {
        let text = format!(
            "OPTIONS sip:{host} SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.7;branch=z9hG4bKx\r\n\
             From: <sip:x@y>;tag=1\r\nTo: <sip:{host}>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n"
        );
        Input::Message {
            flow: flow(),
            bytes: text.into(),
        }
    }

    fn waiting(inbox: &Inbox) -> usize {
        let mut inputs = Vec::new();
        inbox.take(usize::MAX, &mut inputs);
        inputs.len()
    }

    fn plate(post: &Post, mark: Mark, domain: &str) {
        let post = post.clone();
        let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        let office = Arc::new(Office::build(OfficeParts::empty(settings)).unwrap());
        Nameplate { post, mark }.set(&office, vec![domain.to_owned()], Vec::new());
    }

    #[test]
    fn each_office_gets_its_own_and_the_first_what_is_left() {
        let (first, acme) = (inbox(), inbox());
        let post = Post::new(FIRST, first.clone());
        post.join(ACME, acme.clone());
        plate(&post, FIRST, "office.example");
        plate(&post, ACME, "acme.example");
        for host in ["acme.example", "office.example", "192.0.2.1"] {
            post.addresses().deliver(options(host));
        }
        assert_eq!((waiting(&first), waiting(&acme)), (2, 1));
        post.addresses().deliver(Input::Unreachable(flow()));
        assert_eq!((waiting(&first), waiting(&acme)), (1, 1));
        post.leave(ACME);
        assert!(post.addresses().is_alone());
        post.addresses().deliver(options("acme.example"));
        assert_eq!((waiting(&first), waiting(&acme)), (1, 0));
    }

    #[test]
    fn a_provider_found_by_its_name_is_known_by_its_address() {
        let (first, acme) = (inbox(), inbox());
        let post = Post::new(FIRST, first.clone());
        post.join(ACME, acme.clone());
        post.addresses().deliver(options("192.0.2.1"));
        assert_eq!((waiting(&first), waiting(&acme)), (1, 0));
        post.learn(ACME, &[flow().remote.ip()]);
        post.addresses().deliver(options("192.0.2.1"));
        assert_eq!((waiting(&first), waiting(&acme)), (0, 1));
        // However many names it asks for, little is remembered.
        for last in 0..=u8::MAX {
            post.learn(ACME, &[IpAddr::from([10, 0, 0, last])]);
        }
        assert_eq!(post.addresses().learnt.len(), MAX_LEARNT_SOURCES);
        post.addresses().deliver(options("192.0.2.1"));
        assert_eq!((waiting(&first), waiting(&acme)), (1, 0));
    }

    #[test]
    fn an_office_finds_the_others_here_and_asks_the_world_for_its_own_domain() {
        let post = Post::new(FIRST, inbox());
        post.join(ACME, inbox());
        plate(&post, ACME, "acme.example");
        let open = |transport, address: &str| OpenSocket {
            at: Bound {
                transport,
                address: address.parse().unwrap(),
            },
            udp: None,
        };
        post.publish(vec![
            open(Transport::Udp, "192.0.2.1:5060"),
            open(Transport::Udp, "127.0.0.1:5070"),
            open(Transport::Tcp, "192.0.2.1:5060"),
        ]);
        let srv = |port| {
            Some(Resolution::Srv(vec![SrvRecord {
                priority: 0,
                weight: 0,
                port,
                target: "acme.example".to_owned(),
            }]))
        };
        let ask = |asking, query| post.resolve(asking, &query);
        let name = |text: &str| text.to_owned();
        let udp = Query::Srv(name("_sip._udp.acme.example"));
        assert_eq!(ask(FIRST, udp.clone()), srv(5070));
        assert_eq!(
            ask(FIRST, Query::Srv(name("_sip._tcp.acme.example"))),
            srv(5060)
        );
        // Nothing listens there; and the domain has no other services.
        for none in ["_sips._tcp.acme.example", "_xmpp._tcp.acme.example"] {
            let asked = ask(FIRST, Query::Srv(name(none)));
            assert_eq!(asked, Some(Resolution::NotFound), "{none}");
        }
        let here = Some(Resolution::Addrs(vec![[127, 0, 0, 1].into()]));
        assert_eq!(ask(FIRST, Query::Addr(name("ACME.example."))), here);
        assert_eq!(ask(ACME, Query::Addr(name("office-1.invalid"))), here);
        assert_eq!(
            ask(ACME, udp),
            None,
            "its own domain may be a provider's as well"
        );
        assert_eq!(ask(FIRST, Query::Addr(name("carrier.example"))), None);
        post.leave(ACME);
        assert_eq!(ask(FIRST, Query::Addr(name("acme.example"))), None);
    }

    #[test]
    fn a_flooded_office_loses_its_own_messages_and_no_others() {
        let (first, acme) = (inbox(), inbox());
        let post = Post::new(FIRST, first.clone());
        post.join(ACME, acme.clone());
        plate(&post, ACME, "acme.example");
        for _ in 0..2 * crate::limits::MAX_WAITING {
            post.addresses().deliver(options("acme.example"));
        }
        post.addresses().deliver(options("192.0.2.1"));
        assert!(acme.dropped() > 0);
        assert_eq!((waiting(&first), first.dropped()), (1, 0));
        // It hangs: what the network complains of does not pile up at it.
        for _ in 0..2 * crate::limits::MAX_WAITING {
            post.addresses().deliver(Input::Unreachable(flow()));
            waiting(&first);
        }
        assert_eq!(waiting(&acme), 2 * crate::limits::MAX_WAITING);
    }
}
