//! The world outside a simulated office: its lines, and who calls over them.

use super::*;
use crate::sim::phone::{CallIn, Carrier};
use office::TrunkId;
use std::net::IpAddr;
use switch::{LineState as HowALineIs, LiveLine};

impl SimOffice {
    /// The exchange at the far end of a line.
    pub fn carrier(&self, line: &str) -> PhoneId {
        let name = format!("the exchange of {line}");
        let at = self.phones.iter().position(|phone| phone.name == name);
        PhoneId(at.unwrap_or_else(|| panic!("no line is called {line}")))
    }

    /// What a line's exchange does, to change it.
    pub fn carrier_of(&mut self, line: &str) -> &mut Carrier {
        let carrier = self.carrier(line);
        self.phones[carrier.0].carrier_mut()
    }

    /// A line by its name.
    pub fn line(&self, name: &str) -> TrunkId {
        let found = self.parts.trunks.iter().find(|trunk| trunk.name == name);
        found
            .unwrap_or_else(|| panic!("no line is called {name}"))
            .id
    }

    /// How a line is, as the board shows it.
    pub fn line_state(&self, name: &str) -> HowALineIs {
        self.live_line(name).state
    }

    /// All that the board shows of a line.
    pub fn live_line(&self, name: &str) -> &LiveLine {
        &self.board.lines[&self.line(name)]
    }

    /// Somebody outside calls a number of the office.
    pub fn call_from_outside(&mut self, line: &str, from: &str, number: &str) -> u32 {
        let call = CallIn {
            from: Some(from.to_owned()),
            ..CallIn::default()
        };
        self.call_in(line, number, &call)
    }

    /// The same, as the caller's exchange puts it.
    pub fn call_in(&mut self, line: &str, number: &str, call: &CallIn) -> u32 {
        let carrier = self.carrier(line);
        self.with(carrier, |phone, now| phone.call_in(now, number, call))
    }

    /// The address of the office's computer changes: it listens anew.
    pub fn change_network(&mut self) {
        self.handle(Input::StoppedListening(self.listener()));
        self.listen();
    }

    /// The office's computer gets another address; nothing sent to the one before arrives any more.
    pub fn move_computer(&mut self, to: IpAddr) {
        self.handle(Input::StoppedListening(self.listener()));
        self.here.set_ip(to);
        self.sound.office = to;
        self.listen();
    }

    /// The computer is in another network, too: one of containers, a VPN.
    pub fn also_listens(&mut self, at: IpAddr) {
        let mut listener = self.listener();
        listener.local.set_ip(at);
        self.handle(Input::Listening(listener));
    }
}
