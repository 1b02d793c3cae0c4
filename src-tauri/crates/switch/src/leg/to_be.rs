//! A leg whose session is about to be made: its ports and its offer belong to it before it rings.

use super::{Leg, LegId, Place};
use crate::{
    encryption::Encryption,
    features::still_there::Asking,
    happening::{MediaWay, Party},
    switch::Switch,
};
use media::{Network, PortPair};
use office::CallId;
use rand_core::RngCore;
use sip_dialog::Session;
use sip_sdp::{OriginRewriter, SessionDescription};
use std::{net::IpAddr, sync::Arc};

/// A leg whose session is about to be made.
pub(crate) struct LegToBe {
    pub(crate) id: LegId,
    call: CallId,
    pub(crate) party: Party,
    pub(crate) place: Place,
    pub(crate) way: MediaWay,
    pub(crate) ports: Option<PortPair>,
    pub(crate) ours: Option<SessionDescription>,
    /// What is wanted of its sound.
    pub(crate) encryption: Encryption,
    pub(crate) origin: OriginRewriter,
    /// Where its sound may come from besides where it says, if it is outside.
    sources: Option<Arc<[Network]>>,
}

impl LegToBe {
    pub(crate) fn with_session(self, session: Session) -> Leg {
        Leg {
            id: self.id,
            call: self.call,
            session,
            party: self.party,
            place: self.place,
            ports: self.ports,
            stream: None,
            theirs: None,
            ours: self.ours,
            encryption: self.encryption,
            playing: None,
            origin: self.origin,
            way: self.way,
            hears_music: false,
            holds: false,
            errand: None,
            put_off: None,
            on_line: None,
            at_peer: None,
            sources: self.sources,
            server: None,
            clients: Vec::new(),
            armed: None,
            asking: Asking::default(),
            tells_moved: None,
        }
    }
}

impl Switch {
    pub(crate) fn new_leg(
        &mut self,
        call: CallId,
        session: Session,
        party: Party,
        place: Place,
    ) -> Leg {
        let id = self.new_leg_id();
        let mut leg = self.leg_to_be(id, call, party, place);
        if leg.encryption != Encryption::Required {
            leg.encryption = Encryption::Plain; // it says itself what it likes
        }
        leg.with_session(session)
    }

    pub(crate) fn leg_to_be(
        &mut self,
        id: LegId,
        call: CallId,
        party: Party,
        place: Place,
    ) -> LegToBe {
        let sources = self.sources_of(&party);
        let encryption = self.encryption_of(&party, place.flow.transport);
        LegToBe {
            sources,
            encryption,
            id,
            call,
            party,
            place,
            way: MediaWay::Relayed,
            ports: None,
            ours: None,
            origin: OriginRewriter::new(self.chance.next_u64(), place.flow.local.ip()),
        }
    }

    /// Where the sound of somebody outside may come from besides where they say.
    fn sources_of(&self, party: &Party) -> Option<Arc<[Network]>> {
        let office = self.office();
        let networks = match (party.line, party.peer) {
            (Some(line), _) => office.trunk(line)?.networks.clone(),
            (None, Some(peer)) => office.peer(peer)?.networks.clone(),
            (None, None) => return None,
        };
        let networks = networks.iter().filter_map(|network| {
            let text = network.as_str();
            let (address, bits) = text.split_once('/').unwrap_or((text, ""));
            let address: IpAddr = address.parse().ok()?;
            let all = if address.is_ipv4() { 32 } else { 128 };
            Network::new(address, bits.parse().unwrap_or(all)).ok()
        });
        Some(networks.collect())
    }
}
