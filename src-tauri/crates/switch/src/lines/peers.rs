//! Other telephone systems: where each is, and whose a call from there is.

use super::place_uri;
use crate::switch::Switch;
use office::{Peer, PeerId};
use sip_dialog::Ctx;
use sip_message::Uri;
use sip_server::{
    digest::{Login, Secret},
    guard::Network,
    line::{self, ContactAddress, LineConfig},
};
use sip_transport::Flow;
use std::sync::Arc;

/// Another telephone system.
#[derive(Debug)]
pub(crate) struct LivePeer {
    peer: Arc<Peer>,
    /// None for one that only calls.
    pub(crate) machine: Option<line::Line>,
}

impl Switch {
    /// The other systems are those of the office.
    pub(super) fn review_peers(&mut self) {
        let office = self.office();
        let peers = &mut self.lines.peers;
        peers.retain(|id, live| {
            office
                .peer(*id)
                .is_some_and(|peer| is_same(&live.peer, peer))
        });
        for peer in office.peers().filter(|peer| peer.enabled) {
            if self.lines.peers.contains_key(&peer.id) {
                continue;
            }
            let mut ctx = Ctx {
                now: self.now,
                endpoint: &mut self.endpoint,
            };
            let uri = peer.place.as_ref().map(place_uri);
            let machine = uri.map(|uri| {
                let mut machine = line::Line::new(&mut ctx, config(peer, uri));
                machine.start(&mut ctx);
                machine
            });
            let live = LivePeer {
                peer: Arc::clone(peer),
                machine,
            };
            self.lines.peers.insert(peer.id, live);
        }
    }

    /// The other system a call comes from, by its address.
    pub(crate) fn peer_at(&self, flow: &Flow) -> Option<PeerId> {
        let from = flow.remote.ip();
        let mut peers = self.lines.peers.iter();
        let is_it = |live: &LivePeer| {
            let machine = live.machine.as_ref();
            let mut targets = machine.into_iter().flat_map(|m| &m.entrance().targets);
            live.peer
                .networks
                .iter()
                .any(|network| network.contains(from))
                || (live.peer.user.is_empty() && targets.any(|target| target.addr.ip() == from))
        };
        peers.find(|(_, live)| is_it(live)).map(|(id, _)| *id)
    }

    /// The other system that has a number, and the number as it is dialled there.
    pub(crate) fn peer_with(&self, dialled: &str) -> Option<(PeerId, String)> {
        let office = self.office();
        let peers = office
            .peers()
            .filter(|peer| peer.enabled && peer.place.is_some());
        let fitting = peers.flat_map(|peer| {
            let prefixes = peer.prefixes.iter();
            let fitting =
                prefixes.filter(|prefix| !prefix.is_empty() && dialled.starts_with(*prefix));
            fitting.map(move |prefix| (prefix.len(), peer))
        });
        let (length, peer) = fitting.max_by_key(|(length, _)| *length)?;
        let number = match peer.strip_prefix {
            true => dialled.get(length..)?,
            false => dialled,
        };
        (!number.is_empty()).then(|| (peer.id, number.to_owned()))
    }
}

fn is_same(one: &Peer, other: &Peer) -> bool {
    let secret = |peer: &Peer| peer.password.as_ref().map(|p| p.expose().to_owned());
    (one.enabled, &one.place, &one.networks, &one.user)
        == (other.enabled, &other.place, &other.networks, &other.user)
        && secret(one) == secret(other)
}

fn config(peer: &Peer, uri: Uri) -> LineConfig {
    let host = peer
        .place
        .as_ref()
        .map(|place| place.host.as_str().to_owned());
    let password = peer.password.as_ref();
    let login = password.map(|password| Login {
        username: peer.user.clone(),
        realm: None,
        secret: Secret::Password(password.expose().to_owned()),
    });
    let networks = peer.networks.iter();
    let networks = networks.filter_map(|network| network.as_str().parse::<Network>().ok());
    LineConfig {
        registrar: uri,
        outbound_proxy: None,
        from_user: peer.user.clone(),
        from_domain: host.unwrap_or_default(),
        contact_user: "cordboard".to_owned(),
        token: String::new(),
        register: None,
        contact_address: ContactAddress::Own,
        login,
        probe: None,
        sources: networks.map(line::Source::from).collect(),
    }
}
