//! Where a dialled number leads, and the way there.

use crate::{
    features::{attend, call_out, call_peer, emergency, flow, park, ring},
    gate::WayOut,
    happening::{LineTest, RefusalReason},
    hours,
    leg::LegId,
    limits::{ANY_VOICEMAIL, VOICEMAIL},
    switch::Switch,
};
use bytes::Bytes;
use office::{
    CallId, Coming, ConferenceRoomId, Dialled, FlowId, Led, MailboxId, Office, ParkSlot, PeerId,
    PersonId, WantsState,
};

/// Where a number leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To a person's phones.
    Person(PersonId),
    /// To a test of the caller's line.
    LineTest(LineTest),
    /// To a mailbox, for that reason.
    Mailbox(MailboxId, Coming),
    /// To the caller's mailbox, or another's, to hear it.
    Voicemail(WhoseMailbox),
    /// Into a conference room.
    Room(ConferenceRoomId),
    /// Into a call flow.
    Flow(FlowId),
    /// To a parking slot, or the next free one.
    Slot(Option<ParkSlot>),
    /// To a number of another telephone system.
    Peer(PeerId, String),
    /// To a number outside, if the gate lets it.
    Outside {
        /// As it was dialled, or as the office has it.
        number: String,
        /// Dialled, or where an extension or flow leads.
        by: WayOut,
    },
}

impl Destination {
    /// The same for whoever comes for that reason, where the way there gives none of its own.
    pub(crate) fn for_who_comes(self, coming: Coming) -> Destination {
        match self {
            Destination::Mailbox(mailbox, Coming::Unanswered) => {
                Destination::Mailbox(mailbox, coming)
            }
            other => other,
        }
    }
}

/// Where somebody comes to who is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HandedTo {
    /// To a person's phones.
    Person(PersonId),
    /// To a number outside, if the gate lets it.
    Outside(String, WayOut),
    /// To a number of another telephone system.
    Peer(PeerId, String),
    /// To a parking slot, or the next free one.
    Slot(Option<ParkSlot>),
    /// To where the office itself attends to them.
    Place(attend::Place),
}

/// Whose mailbox a caller wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhoseMailbox {
    /// Their own.
    Own,
    /// One whose number and PIN they dial.
    Any,
}

impl Switch {
    /// Where a dialled number leads, if it may be called now. Someone who is away rings as usual:
    /// only do-not-disturb keeps calls from a person, who then may take messages.
    pub(crate) fn destination(&self, dialled: &str) -> Result<Destination, RefusalReason> {
        let office = self.office();
        if emergency::number(&office, dialled).is_some() {
            return Ok(Destination::Outside {
                number: dialled.to_owned(),
                by: WayOut::Dialled,
            });
        }
        if let Some(led) = self.destination_led(&office, &office.led(dialled, self.unix_ms())) {
            return led;
        }
        match dialled {
            VOICEMAIL => return Ok(Destination::Voicemail(WhoseMailbox::Own)),
            ANY_VOICEMAIL => return Ok(Destination::Voicemail(WhoseMailbox::Any)),
            _ => {}
        }
        if let Some(slot) = park::slot(self, dialled) {
            return Ok(Destination::Slot(Some(slot)));
        }
        if park::is_anywhere(&office, dialled) {
            return Ok(Destination::Slot(None));
        }
        if let Some(test) = attend::line_test(dialled) {
            return Ok(Destination::LineTest(test));
        }
        if let Some((peer, number)) = self.peer_with(dialled) {
            return Ok(Destination::Peer(peer, number));
        }
        match is_outside(&office, dialled) {
            true => Ok(Destination::Outside {
                number: dialled.to_owned(),
                by: WayOut::Dialled,
            }),
            false => Err(RefusalReason::UnknownNumber),
        }
    }

    /// Where whoever was led somewhere comes to; `None` if there is nothing of that number.
    pub(crate) fn destination_led(
        &self,
        office: &Office,
        led: &Led<'_>,
    ) -> Option<Result<Destination, RefusalReason>> {
        Some(match led.to {
            Dialled::Person(callee)
                if callee.wants.at(self.unix_ms()) == WantsState::DoNotDisturb =>
            {
                match attend::mailbox_of(office, callee.id) {
                    Some(mailbox) => Ok(Destination::Mailbox(mailbox, Coming::Busy)),
                    None => Err(RefusalReason::DoNotDisturb),
                }
            }
            Dialled::Person(callee) => Ok(Destination::Person(callee.id)),
            Dialled::Mailbox(mailbox) => Ok(Destination::Mailbox(mailbox, hours::coming(led))),
            Dialled::Flow(flow) => Ok(Destination::Flow(flow)),
            Dialled::Outside(number) => Ok(Destination::Outside {
                number: number.as_str().to_owned(),
                by: WayOut::Forward,
            }),
            Dialled::Hangup => Err(RefusalReason::NumberHangsUp),
            Dialled::Room(room) => Ok(Destination::Room(room)),
            Dialled::Unknown => return None,
        })
    }

    /// Where whoever is handed on to a dialled number comes to: nobody is handed on to an echo.
    pub(crate) fn handed_to(
        &mut self,
        call: CallId,
        dialled: &str,
    ) -> Result<HandedTo, RefusalReason> {
        // They come anew: what was closed when they called counts no more.
        if let Some(state) = self.calls.get_mut(&call) {
            state.coming = Coming::default();
        }
        match self.destination_of(call, dialled)? {
            Destination::Person(callee) => Ok(HandedTo::Person(callee)),
            // Whoever hands on does better to hear that they do not want to be disturbed.
            Destination::Mailbox(_, Coming::Busy) => Err(RefusalReason::DoNotDisturb),
            Destination::Mailbox(mailbox, kind) => {
                Ok(HandedTo::Place(attend::Place::Mailbox(mailbox, kind)))
            }
            Destination::Room(room) => Ok(HandedTo::Place(attend::Place::Room(room))),
            Destination::Flow(flow) => Ok(HandedTo::Place(attend::Place::Flow(flow))),
            Destination::Outside { number, by } => Ok(HandedTo::Outside(number, by)),
            Destination::Peer(peer, number) => Ok(HandedTo::Peer(peer, number)),
            Destination::Slot(slot) => Ok(HandedTo::Slot(slot)),
            Destination::LineTest(_) | Destination::Voicemail(_) => {
                Err(RefusalReason::UnknownNumber)
            }
        }
    }

    /// Brings a caller whose call counts already to a destination.
    pub(crate) fn lead_to(
        &mut self,
        call: CallId,
        caller: LegId,
        destination: Destination,
        offer: Option<Bytes>,
    ) {
        match destination {
            Destination::Person(callee) => ring::begin(self, call, caller, callee, offer),
            Destination::LineTest(test) => attend::test_line(self, call, caller, offer, test),
            Destination::Mailbox(mailbox, kind) => {
                attend::take_message(self, call, caller, offer, (mailbox, kind));
            }
            Destination::Voicemail(whose) => {
                attend::read_mailbox(self, call, caller, offer, whose);
            }
            Destination::Room(room) => {
                attend::join_room(self, call, caller, offer, (room, false));
            }
            Destination::Flow(flow) => flow::begin(self, call, caller, flow, offer),
            Destination::Slot(slot) => park::on_dialled(self, call, caller, slot, offer),
            Destination::Peer(peer, number) => {
                let hairpin = self.party(caller).line.is_some();
                let way = (WayOut::Dialled, hairpin);
                match self.permit_peer_for(call, caller, (peer, &number), way) {
                    Ok(permit) => call_peer::begin(self, call, caller, permit, offer),
                    Err(reason) => self.refuse(call, caller, reason),
                }
            }
            Destination::Outside { number, by } => {
                let hairpin = self.party(caller).line.is_some();
                match self.permit_for(call, caller, &number, (by, hairpin)) {
                    Ok(permit) => call_out::begin(self, call, caller, permit, offer),
                    Err(reason) => self.refuse(call, caller, reason),
                }
            }
        }
    }

    /// Brings somebody to a destination who came from outside or was in a flow, and whose phone may
    /// be up already.
    pub(crate) fn put_through(
        &mut self,
        call: CallId,
        caller: LegId,
        destination: Result<Destination, RefusalReason>,
        offer: Option<Bytes>,
    ) {
        let office = self.office();
        let destination = match destination {
            Ok(Destination::Person(callee)) if !self.admission.has_room(&office, callee) => {
                match attend::mailbox_of(&office, callee) {
                    Some(mailbox) => Ok(Destination::Mailbox(mailbox, Coming::Busy)),
                    None => Err(RefusalReason::PersonBusy),
                }
            }
            other => other,
        };
        let destination = match destination {
            Ok(destination) => destination,
            Err(reason) => return self.refuse(call, caller, reason),
        };
        let own = self.party(caller).person;
        match &destination {
            Destination::Person(callee) => {
                self.count_persons(call, own.into_iter().chain([*callee]).collect());
            }
            Destination::Outside { .. } | Destination::Peer(..) => {
                self.count_persons(call, own.into_iter().collect())
            }
            _ => return self.lead_to(call, caller, destination, offer),
        }
        if self.is_up(caller) {
            if attend::answer(self, caller).is_err() {
                return self.refuse(call, caller, RefusalReason::BadMedia);
            }
            self.ring_back(caller);
        }
        let offer = offer.or_else(|| self.description_of(caller));
        self.lead_to(call, caller, destination, offer);
    }
}

/// Whether what was dialled is to be asked about at the gate: a number outside, of an office that has
/// lines, be it dialled as elsewhere, or an emergency number wherever it is dialled.
fn is_outside(office: &Office, dialled: &str) -> bool {
    let calling = office.calling();
    let at = numbering::Dialling {
        country: office.settings().country.as_ref(),
        area: calling.area_code.as_deref(),
        outside_prefix: calling.outside_prefix.as_deref(),
    };
    match numbering::read(dialled, &at) {
        numbering::Outside::Emergency(_) => true,
        numbering::Outside::Number(_)
        | numbering::Outside::NotANumber(numbering::WhyNot::AnotherWayAbroad { .. }) => {
            office.trunks().len() > 0
        }
        numbering::Outside::NotANumber(_) => false,
    }
}
