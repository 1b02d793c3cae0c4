//! The gate in the switch: what it decides is told, kept and carried out.

use super::{
    Called, ChosenBy, Explained, ForwardedBecause, Forwards, FromPhone, OnBehalfOf, PeerPermit,
    Permit, Reason, Refused, ShownBecause, WayOut, Wish, World, audit::Said,
};
use crate::{
    features::{call_out, emergency},
    fuse::{At, ChargeId, FuseId, FuseNews},
    happening::{CommandRefusal, RefusalReason, What},
    io::{PassedOn, Write},
    leg::LegId,
    switch::Switch,
};
use numbering::NumberKind;
use office::{CallId, CallOf, DestinationKind, DeviceId, Office, OutsideUsage, PeerId, TrunkId};
use std::{net::IpAddr, sync::Arc};

impl Switch {
    /// Asks the gate. What it allows has its line's channel, and is given back by
    /// [`Switch::give_back`] or, once it was rung, by [`Switch::outside_over`].
    pub(crate) fn permit(&mut self, wish: &Wish<'_>) -> Result<Permit, RefusalReason> {
        let office = self.office();
        let at = at(self, &office);
        let lines = &self.lines;
        let world = World {
            at,
            health: &|line| lines.health(line),
        };
        let decided = self.gate.permit(&mut self.admission, &world, wish);
        let done = match decided {
            Ok((permit, reasons)) => {
                self.tell_lines(wish.call, &reasons);
                let line = permit.line().map(|candidate| candidate.line);
                self.note_asked(wish, permit.dear.as_ref(), Said::OnLine(line));
                if let Called::Emergency(number) = permit.called() {
                    emergency::called(self, wish, number, permit.line());
                }
                if let Some(displaced) = permit.displaces() {
                    emergency::give_way(self, displaced);
                }
                Ok(permit)
            }
            Err(refused) => {
                self.tell_lines(wish.call, &refused.reasons);
                if refused.reason == RefusalReason::NoLine
                    && let Some(number) = emergency::number(&office, wish.dialled)
                {
                    emergency::called(self, wish, &number, None);
                }
                Err(self.tell_not_permitted(wish, refused))
            }
        };
        self.hear_gate();
        done
    }

    /// Asks the gate whether a number may be dialled at another telephone system. What it allows is
    /// given back by [`Switch::give_back_peer`] or, once it was rung, by [`Switch::outside_over`].
    pub(crate) fn permit_peer(
        &mut self,
        wish: &Wish<'_>,
        peer: PeerId,
    ) -> Result<PeerPermit, RefusalReason> {
        let office = self.office();
        let at = at(self, &office);
        let lines = &self.lines;
        let world = World {
            at,
            health: &|line| lines.health(line),
        };
        let decided = self.gate.permit_peer(&world, wish, peer);
        let decided = decided.map_err(|refused| self.tell_not_permitted(wish, refused));
        if let Ok(permit) = &decided {
            self.note_asked(wish, permit.dear(), Said::AtPeer(peer));
        }
        self.hear_gate();
        decided
    }

    /// Whether a number might be dialled at another telephone system. Nothing comes of asking.
    pub(crate) fn may_call_peer(&mut self, wish: &Wish<'_>) -> Result<(), RefusalReason> {
        let office = self.office();
        let at = at(self, &office);
        self.gate.fuses.advance(&at);
        let world = World {
            at,
            health: &|line| self.lines.health(line),
        };
        let decided = self.gate.may_call_peer(&world, wish);
        self.hear_gate();
        decided
    }

    /// A permit that nothing came of.
    pub(crate) fn give_back_peer(&mut self, permit: &PeerPermit) {
        if let Some(charge) = permit.charge() {
            self.outside_over(charge);
        }
    }

    /// Tells that the gate lets a call not through. Gives the reason.
    fn tell_not_permitted(&mut self, wish: &Wish<'_>, refused: Refused) -> RefusalReason {
        let said = Said::Refused(refused.reason);
        self.note_asked(wish, refused.dear.as_ref(), said);
        let (kind, country) = refused.destination.unzip();
        let country = country.flatten();
        let at_home = country.is_some() && country == self.office().settings().country;
        self.tell(What::OutsideRefused {
            call: wish.call,
            number: wish.dialled.to_owned(),
            reason: refused.reason,
            destination: kind.map(|kind| destination_kind(kind, at_home)),
            country,
        });
        refused.reason
    }

    /// What would become of a wish by the hours of a moment (now, if none is named), and why. Nothing
    /// comes of asking.
    pub(crate) fn explain(&mut self, wish: &Wish<'_>, at_unix_ms: Option<i64>) -> Explained {
        let office = self.office();
        let now = at(self, &office);
        self.gate.fuses.advance(&now);
        let world = World {
            at: At {
                unix_ms: at_unix_ms.unwrap_or(now.unix_ms),
                ..now
            },
            health: &|line| self.lines.health(line),
        };
        let explained = self.gate.explain(&self.admission, &world, wish);
        self.hear_gate();
        explained
    }

    /// What would become of a call of a person, of another system, or of the office itself, for whoever asks with that
    /// ticket.
    pub(crate) fn explain_for(
        &mut self,
        ticket: u64,
        whose: CallOf,
        (number, passed_on): (&str, &PassedOn),
        hidden: bool,
        only: Option<TrunkId>,
        at_unix_ms: Option<i64>,
    ) -> Result<(), CommandRefusal> {
        if only.is_some_and(|line| self.office().trunk(line).is_none()) {
            return Err(CommandRefusal::Call(RefusalReason::NoLine));
        }
        if let CallOf::Person(person) = whose
            && self.office().person(person).is_none()
        {
            return Err(CommandRefusal::NoSuchPerson);
        }
        let number = office::clean_text(number);
        let (by, on_behalf_of, chosen_by) = match whose {
            CallOf::Person(person) => (
                WayOut::BoardCall,
                OnBehalfOf::Person(person),
                ChosenBy::Person,
            ),
            CallOf::Peer(peer) => (WayOut::PeerCall, OnBehalfOf::Peer(peer), ChosenBy::Person),
            CallOf::Office => (WayOut::Forward, OnBehalfOf::Office, ChosenBy::Office),
        };
        let wish = Wish {
            by,
            on_behalf_of,
            dialled: &number,
            chosen_by,
            call: CallId(0),
            hairpin: false,
            phone: None,
            hidden,
            shows: passed_on
                .caller
                .as_ref()
                .map(|caller| (caller, ShownBecause::Caller)),
            forwards: (whose == CallOf::Office).then_some(Forwards {
                number: passed_on.called.as_ref(),
                why: ForwardedBecause::Always,
            }),
            only,
        };
        let explained = Box::new(self.explain(&wish, at_unix_ms));
        self.tell(What::Explained { ticket, explained });
        Ok(())
    }

    /// The line a permit was to take has failed: it is for the next one now. `false` when there is
    /// none left; then it is to be given back.
    pub(crate) fn next_line(&mut self, permit: &mut Permit) -> bool {
        let office = self.office();
        let at = at(self, &office);
        let next = self.gate.next_line(&mut self.admission, &at, permit);
        if let Some(displaced) = permit.displaces() {
            emergency::give_way(self, displaced);
        }
        self.hear_gate();
        next.is_some()
    }

    /// A permit that nothing came of.
    pub(crate) fn give_back(&mut self, permit: Permit) {
        self.outside_over(permit.charge);
    }

    /// Whom a call outside was for has answered: the meter runs.
    pub(crate) fn outside_answered(&mut self, charge: ChargeId) {
        let office = self.office();
        let at = at(self, &office);
        self.gate.fuses.answered(&at, charge);
        self.hear_gate();
    }

    /// A leg outside is over, answered or not. Said twice it does nothing.
    pub(crate) fn outside_over(&mut self, charge: ChargeId) {
        let office = self.office();
        let at = at(self, &office);
        self.gate.over(&mut self.admission, &at, charge);
        self.hear_gate();
    }

    /// A call is over, and with it all its legs outside.
    pub(crate) fn outside_call_over(&mut self, call: CallId) {
        for charge in self.gate.of_call(call) {
            self.outside_over(charge);
        }
    }

    /// A leg belongs to another call now, and what it holds outside with it.
    pub(crate) fn outside_moved(&mut self, leg: LegId, from: CallId, to: CallId) {
        emergency::on_leg_moved(self, leg, from, to);
        if let Some(charge) = call_out::charge(self, leg) {
            return self.gate.move_to(&mut self.admission, charge, to);
        }
        if !self.party(leg).is_outside() {
            return;
        }
        let ticket = self
            .calls
            .get_mut(&from)
            .and_then(|call| call.ticket.take());
        if let Some((ticket, state)) = ticket.zip(self.calls.get_mut(&to)) {
            self.admission.move_ticket(&ticket, to);
            if let Some(before) = state.ticket.replace(ticket) {
                self.admission.release_ticket(before);
            }
        }
    }

    /// Counts what has passed: a minute has begun, a limit is used up, it is midnight.
    pub(crate) fn run_fuses(&mut self) {
        if self.gate.wake.is_none_or(|wake| wake > self.now()) {
            return;
        }
        let office = self.office();
        let at = at(self, &office);
        self.gate.fuses.advance(&at);
        self.hear_gate();
    }

    /// The office was changed: its limits may be others.
    pub(crate) fn review_fuses(&mut self) {
        let office = self.office();
        let at = at(self, &office);
        self.gate.fuses.on_office_changed(&at);
        self.hear_gate();
    }

    /// What an earlier run has counted. Before any call.
    pub(crate) fn load_ledger(&mut self, entries: &[OutsideUsage]) {
        let office = self.office();
        let at = at(self, &office);
        self.gate.fuses.load(&at, entries);
        self.hear_gate();
        // What is used up and what has blown is seen again, and is no news.
        let fuses = self.gate.fuses.states(&office);
        self.tell(What::FusesMeasured { fuses });
    }

    /// Somebody with authority puts a fuse back in.
    pub(crate) fn reset_fuse(&mut self, fuse: FuseId) -> Result<(), CommandRefusal> {
        let office = self.office();
        let at = at(self, &office);
        if !self.gate.fuses.reset(&at, fuse) {
            return Err(CommandRefusal::NoSuchFuse);
        }
        self.tell(What::FuseReset { fuse });
        self.hear_gate();
        Ok(())
    }

    /// A phone registers: one of its kind, from its network, may be new.
    pub(crate) fn phone_registered(
        &mut self,
        device: DeviceId,
        agent: Option<&str>,
        address: IpAddr,
    ) {
        let phone = FromPhone {
            device,
            address,
            agent,
        };
        if let Some(mark) = self.gate.phones.met(&phone) {
            let unix_ms = self.unix_ms();
            self.store(Write::PhoneMet {
                device,
                mark,
                unix_ms,
            });
            self.tell(What::PhoneMet {
                device,
                agent: agent.map(|agent| office::clean_text(agent).into_owned()),
                address,
            });
        }
    }

    /// Tells, keeps and does what the gate has to say, and looks again when it wants to.
    pub(super) fn hear_gate(&mut self) {
        let mut measured = false;
        while let Some(news) = self.gate.fuses.poll() {
            match news {
                FuseNews::Tripped {
                    fuse,
                    used,
                    max,
                    by,
                } => self.tell(What::FuseTripped {
                    fuse,
                    used,
                    max,
                    by,
                }),
                FuseNews::Mended { fuse } => self.tell(What::FuseReset { fuse }),
                FuseNews::Ledger(entries) => {
                    self.store(Write::Ledger(entries));
                    measured = true;
                }
                FuseNews::Cut { charge, call, fuse } => {
                    call_out::fuse_blown(self, call, charge, fuse);
                }
            }
        }
        let office = self.office();
        if measured {
            let fuses = self.gate.fuses.states(&office);
            self.tell(What::FusesMeasured { fuses });
        }
        let next = self.gate.fuses.next_timeout(&at(self, &office));
        self.gate.wake = next;
    }

    fn tell_lines(&mut self, call: CallId, reasons: &[Reason]) {
        for reason in reasons {
            if let Reason::LineSkipped { line, why } = reason {
                self.tell(What::LineSkipped {
                    call,
                    line: *line,
                    reason: *why,
                });
            }
        }
    }
}

pub(super) fn at<'a>(switch: &Switch, office: &'a Arc<Office>) -> At<'a> {
    At {
        now: switch.now(),
        unix_ms: switch.unix_ms(),
        office,
    }
}

/// A kind of number in the words of the office's rules.
fn destination_kind(kind: NumberKind, at_home: bool) -> DestinationKind {
    match kind {
        NumberKind::Premium | NumberKind::SharedCost | NumberKind::Satellite => {
            DestinationKind::Premium
        }
        _ if !at_home => DestinationKind::Abroad,
        NumberKind::Mobile => DestinationKind::Mobile,
        NumberKind::FreePhone => DestinationKind::FreePhone,
        NumberKind::Fixed | NumberKind::FixedOrMobile | NumberKind::Short | NumberKind::Other => {
            DestinationKind::Fixed
        }
    }
}
