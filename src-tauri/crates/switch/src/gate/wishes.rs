//! What somebody in a call wants of the gate: read from their leg, their INVITE and their call.

use super::{
    ChosenBy, Forwards, FromPhone, OnBehalfOf, PeerPermit, Permit, ShownBecause, WayOut, Wish,
};
use crate::{features::flow, happening::RefusalReason, leg::LegId, switch::Switch};
use callflow::walk::CallerId;
use office::{CallId, PeerId, PhoneNumber};
use sip_message::{HeaderName, header::Privacy};

impl Switch {
    /// Asks the gate for a call outside, for whoever is at a leg.
    pub(crate) fn permit_for(
        &mut self,
        call: CallId,
        leg: LegId,
        number: &str,
        way: (WayOut, bool),
    ) -> Result<Permit, RefusalReason> {
        self.wish_of(call, leg, number, way, Switch::permit)
    }

    /// Asks the gate for a call to another telephone system, for whoever is at a leg.
    pub(crate) fn permit_peer_for(
        &mut self,
        call: CallId,
        leg: LegId,
        (peer, number): (PeerId, &str),
        way: (WayOut, bool),
    ) -> Result<PeerPermit, RefusalReason> {
        self.wish_of(call, leg, number, way, |switch, wish| {
            switch.permit_peer(wish, peer)
        })
    }

    /// What whoever is at a leg wants of the gate, which is asked for it.
    fn wish_of<T>(
        &mut self,
        call: CallId,
        leg: LegId,
        number: &str,
        (by, hairpin): (WayOut, bool),
        ask: impl FnOnce(&mut Switch, &Wish<'_>) -> Result<T, RefusalReason>,
    ) -> Result<T, RefusalReason> {
        let Some(state) = self.legs.get(&leg) else {
            return Err(RefusalReason::NoLine);
        };
        let party = state.party.clone();
        let address = state.place.flow.remote.ip();
        let request = state
            .server
            .and_then(|server| self.endpoint.server_request(server));
        let header = |name: HeaderName| {
            let value = request.and_then(|request| request.headers().value(name));
            value.map(|value| value.to_str().into_owned())
        };
        let agent = header(HeaderName::UserAgent);
        let hidden = request.is_some_and(|request| {
            let privacy = request.headers().get::<Privacy>();
            privacy.is_ok_and(|privacy| privacy.has("id") || privacy.has("user"))
        });
        let phone = party.device.map(|device| FromPhone {
            device,
            address,
            agent: agent.as_deref(),
        });
        let shows = match flow::caller_id(self, call).filter(|_| by == WayOut::FlowDial) {
            None | Some(CallerId::Caller) => {
                let own = PhoneNumber::parse(&party.number).ok();
                own.map(|number| (number, ShownBecause::Caller))
            }
            Some(CallerId::Office) => None,
            Some(CallerId::Custom(typed)) => {
                let office = self.office();
                let country = office.settings().country.as_ref();
                let number = numbering::normalise_incoming(typed, country);
                number.map(|number| (number, ShownBecause::Rule))
            }
        };
        let (on_behalf_of, dialled_by) = match (party.person, party.peer) {
            (Some(person), _) => (OnBehalfOf::Person(person), ChosenBy::Person),
            (None, Some(peer)) => (OnBehalfOf::Peer(peer), ChosenBy::Person),
            (None, None) => (OnBehalfOf::Office, ChosenBy::Caller),
        };
        let chosen_by = match by {
            // These lead to numbers that the configuration names, whoever comes along.
            WayOut::Forward | WayOut::FlowDial => ChosenBy::Office,
            _ => dialled_by,
        };
        let called = self.calls.get(&call).and_then(|call| call.called.clone());
        let forwards = matches!(by, WayOut::Forward | WayOut::FlowDial) && party.line.is_some();
        let wish = Wish {
            by,
            on_behalf_of,
            dialled: number,
            chosen_by,
            call,
            hairpin,
            phone,
            hidden,
            shows: shows
                .as_ref()
                .map(|(number, why)| (number, *why))
                .filter(|(_, why)| party.is_outside() || *why == ShownBecause::Rule),
            forwards: forwards.then(|| Forwards {
                number: called.as_ref(),
                why: flow::forwarded_because(self, call),
            }),
            only: self
                .calls
                .get(&call)
                .and_then(|state| state.only_line)
                .filter(|_| matches!(by, WayOut::BoardCall | WayOut::Api)),
        };
        ask(self, &wish)
    }
}
