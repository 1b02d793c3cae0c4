//! The one gate to the world outside. Whoever wants out asks here: somebody who dials, a forward, a
//! transfer, a call flow, a program. Only a [`Permit`] puts a call on a line, and only this file makes
//! one.
//!
//! Emergency calls come first and pass every control. All others are asked about one thing after the
//! other, and the first that speaks against them is why they are refused.

mod asked;
mod at_the_switch;
mod audit;
mod destination;
mod lines;
mod peers;
mod phones;
mod reason;
#[cfg(test)]
pub(crate) mod tests;
mod wishes;

pub use lines::{Candidate, Forwarded, ForwardedBecause, ShownBecause, Shows};
pub(crate) use peers::PeerPermit;
pub use reason::{Explained, Reason};

use crate::{
    admission::{Admission, Leaving, Ticket},
    fuse::{At, ChargeId, Fare, FuseId, FuseLimit, Fuses},
    happening::{LineTrouble, RefusalReason},
};
use asked::Asked;
use destination::{Dear, Destination, Reading};
use numbering::{NumberKind, WhyNot};
use office::{
    CallId, DeviceId, PeerId, PersonId, PhoneNumber, Reach, TrunkId, schedule::OpenState,
};
use phones::Phones;
use std::{collections::BTreeMap, net::IpAddr, time::Instant};

/// The right to put one call on a line. Used up by the call; without one there is no way out.
#[derive(Debug)]
#[must_use = "a permit that is not given back keeps its channel for ever"]
pub(crate) struct Permit {
    called: Called,
    lines: Vec<Candidate>,
    present: usize,
    charge: ChargeId,
    displaces: Option<CallId>,
    dear: Option<Dear>,
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// A number.
    Number(PhoneNumber),
    /// An emergency number.
    Emergency(numbering::EmergencyNumber),
}

/// Somebody or something wants out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    /// By which way.
    pub(crate) by: WayOut,
    /// Who pays.
    pub(crate) on_behalf_of: OnBehalfOf,
    /// What was dialled, or is to be.
    pub(crate) dialled: &'a str,
    /// Who chose the digits.
    pub(crate) chosen_by: ChosenBy,
    /// The call it is for.
    pub(crate) call: CallId,
    /// Whether this call has a leg outside already.
    pub(crate) hairpin: bool,
    /// The phone that asks, where one does.
    pub(crate) phone: Option<FromPhone<'a>>,
    /// Whether the caller hides their number.
    pub(crate) hidden: bool,
    /// The number to be shown where a line may: that of a caller from outside who is forwarded, or what
    /// the step of a flow says ([`ShownBecause::Rule`]).
    pub(crate) shows: Option<(&'a PhoneNumber, ShownBecause)>,
    /// Where a call from outside is forwarded: what it was for.
    pub(crate) forwards: Option<Forwards<'a>>,
    /// The only line it may take, where that line is to be tried. Calls for help take any.
    pub(crate) only: Option<TrunkId>,
}

/// What a call from outside was for that is forwarded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forwards<'a> {
    /// The number of the office that was called; none for whichever a line has for its main one.
    pub(crate) number: Option<&'a PhoneNumber>,
    pub(crate) why: ForwardedBecause,
}

/// How somebody or something wants out. Not public, so that the compiler finds a way that nothing in
/// the product takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayOut {
    /// Dialled on a phone of the office.
    Dialled,
    /// Called from the window, for a person whose phone rings first.
    BoardCall,
    /// Asked for by a program: a call for a person whose phone rings first, or a talk handed on.
    Api,
    /// A number or extension leads outside.
    Forward,
    /// Somebody hands a talk on.
    Transfer,
    /// A phone asks that the other side be handed on (RFC 3515).
    Refer,
    /// A step of a call flow.
    FlowDial,
    /// Back to whoever left a message, out of the mailbox.
    VoicemailCallBack,
    /// Somebody is asked into a conference room.
    RoomInvite,
    /// From another telephone system.
    PeerCall,
}

impl WayOut {
    /// As it is written down.
    pub(crate) fn word(self) -> &'static str {
        match self {
            WayOut::Dialled => "dialled",
            WayOut::BoardCall => "boardCall",
            WayOut::Api => "program",
            WayOut::Forward => "forward",
            WayOut::Transfer => "transfer",
            WayOut::Refer => "refer",
            WayOut::FlowDial => "callFlow",
            WayOut::VoicemailCallBack => "voicemailCallBack",
            WayOut::RoomInvite => "roomInvite",
            WayOut::PeerCall => "otherSystem",
        }
    }
}

#[cfg(test)]
impl WayOut {
    /// All of them.
    pub(crate) const ALL: [WayOut; 10] = [
        WayOut::Dialled,
        WayOut::BoardCall,
        WayOut::Api,
        WayOut::Forward,
        WayOut::Transfer,
        WayOut::Refer,
        WayOut::FlowDial,
        WayOut::VoicemailCallBack,
        WayOut::RoomInvite,
        WayOut::PeerCall,
    ];
}

/// Who pays for a call, and whose limits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnBehalfOf {
    /// A person.
    Person(PersonId),
    /// Another telephone system.
    Peer(PeerId),
    /// The office itself: a number, an extension or a flow leads outside.
    Office,
}

/// Who chose the digits of a call outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChosenBy {
    /// Somebody of the office, who has proved it.
    Person,
    /// The configuration names exactly this number.
    Office,
    /// Whoever calls from outside, by keys or by what their telephone asks for.
    Caller,
}

/// A phone that asks for a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FromPhone<'a> {
    /// Its login.
    pub(crate) device: DeviceId,
    /// Where the request came from.
    pub(crate) address: IpAddr,
    /// What it says it is (`User-Agent`), if it does.
    pub(crate) agent: Option<&'a str>,
}

/// How a line is, as far as choosing one goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineHealth {
    /// Nothing speaks against it.
    Up,
    /// It is down, refused, or has failed lately: it is used when nothing else is left.
    Avoid,
}

/// Why somebody may not out.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) reason: RefusalReason,
    pub(crate) destination: Option<(NumberKind, Option<office::Country>)>,
    pub(crate) reasons: Vec<Reason>,
    /// If it is to be written down.
    dear: Option<Dear>,
}

/// The gate: what it remembers between calls.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    pub(crate) fuses: Fuses,
    pub(crate) phones: Phones,
    held: BTreeMap<ChargeId, Held>,
    wake: Option<Instant>,
}

/// What a call outside has to give back.
#[derive(Debug)]
struct Held {
    call: CallId,
    /// Its place on a line; none of a call to another telephone system.
    ticket: Option<Ticket>,
}

/// What the gate looks at besides its own memory.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) at: At<'a>,
    /// How each line is.
    pub(crate) health: &'a dyn Fn(TrunkId) -> LineHealth,
}

impl Gate {
    /// Decides a wish. What was allowed holds its place and its first minute's money until it is
    /// given back.
    pub(crate) fn permit(
        &mut self,
        admission: &mut Admission,
        world: &World<'_>,
        wish: &Wish<'_>,
    ) -> Result<(Permit, Vec<Reason>), Refused> {
        self.fuses.advance(&world.at);
        let office = world.at.office;
        let mut asked = Asked::new(office, wish);
        if let Reading::Number(to) = &asked.reading
            && to.abroad
        {
            let country = to.country.as_ref();
            self.fuses
                .note_try(&world.at, wish.on_behalf_of, country, wish.call);
        }
        let decided = self.decide(admission, world, wish, &mut asked);
        let Asked { reading, reasons } = asked;
        let refused = |reason, reasons| Refused {
            reason,
            destination: reading.destination(),
            reasons,
            dear: reading.dear(),
        };
        let lines = match decided {
            Ok(lines) => lines,
            Err(reason) => return Err(refused(reason, reasons)),
        };
        let (called, to) = match &reading {
            Reading::Emergency(number) => (Called::Emergency(number.clone()), None),
            Reading::Number(to) => (Called::Number(to.number.clone()), Some(to)),
            Reading::Nothing(_) => return Err(refused(RefusalReason::NotANumber, reasons)),
        };
        let (ticket, line, displaces) = match to {
            None => {
                let Some(first) = lines.first() else {
                    return Err(refused(RefusalReason::NoLine, reasons));
                };
                let (ticket, displaced) = admission.admit_emergency(office, wish.call, first.line);
                (ticket, first.line, displaced)
            }
            Some(to) => {
                let trunks: Vec<TrunkId> = lines.iter().map(|candidate| candidate.line).collect();
                let leaving = leaving(wish, to, &trunks);
                match admission.admit_leaving(office, world.at.now, &leaving) {
                    Ok((ticket, line)) => (ticket, line, None),
                    Err(why) => return Err(refused(why.refusal(), reasons)),
                }
            }
        };
        let fare = match to {
            Some(to) => to.fare(office, wish.on_behalf_of, line),
            None => Fare::emergency(wish.on_behalf_of, line),
        };
        let charge = self.fuses.begin(&world.at, wish.call, fare);
        let call = wish.call;
        let ticket = Some(ticket);
        self.held.insert(charge, Held { call, ticket });
        let present = lines.iter().position(|candidate| candidate.line == line);
        let permit = Permit {
            called,
            lines,
            present: present.unwrap_or_default(),
            charge,
            displaces,
            dear: reading.dear(),
        };
        Ok((permit, reasons))
    }

    /// What would be decided, by the very same code, and why. Nothing is noted, nothing is taken.
    pub(crate) fn explain(
        &self,
        admission: &Admission,
        world: &World<'_>,
        wish: &Wish<'_>,
    ) -> Explained {
        let mut asked = Asked::new(world.at.office, wish);
        let decided = self.decide(admission, world, wish, &mut asked);
        let left = match (&decided, &asked.reading) {
            (Ok(lines), Reading::Number(to)) => lines.first().and_then(|first| {
                let fare = to.fare(world.at.office, wish.on_behalf_of, first.line);
                self.fuses.holds(&world.at, &fare).ok().flatten()
            }),
            _ => None,
        };
        Explained::of(asked, decided, left)
    }

    /// The line of a call that rings has failed: the next that has room takes over. None if there is
    /// none left. An emergency call may take the place of an ordinary one there.
    pub(crate) fn next_line(
        &mut self,
        admission: &mut Admission,
        at: &At<'_>,
        permit: &mut Permit,
    ) -> Option<TrunkId> {
        permit.displaces = None;
        while let Some(next) = permit.lines.get(permit.present + 1) {
            permit.present += 1;
            let line = next.line;
            let held = self.held.get(&permit.charge)?;
            let price = match &permit.called {
                Called::Number(number) => {
                    Destination::of(at.office, number.clone()).price(at.office, line)
                }
                Called::Emergency(_) => 0,
            };
            let ticket = held.ticket.as_ref()?;
            let Ok(displaced) = admission.take_line(at.office, ticket, line) else {
                continue;
            };
            if self.fuses.take_line(at, permit.charge, line, price).is_ok() {
                permit.displaces = displaced;
                return Some(line);
            }
        }
        None
    }

    /// A call outside is over, answered or not. Said twice it does nothing.
    pub(crate) fn over(&mut self, admission: &mut Admission, at: &At<'_>, charge: ChargeId) {
        if let Some(ticket) = self.held.remove(&charge).and_then(|held| held.ticket) {
            admission.release_ticket(ticket);
        }
        self.fuses.end(at, charge);
    }

    /// The calls outside that belong to a call.
    pub(crate) fn of_call(&self, call: CallId) -> Vec<ChargeId> {
        let of_call = self.held.iter().filter(|(_, held)| held.call == call);
        of_call.map(|(charge, _)| *charge).collect()
    }

    /// A leg outside belongs to another call now.
    pub(crate) fn move_to(&mut self, admission: &mut Admission, charge: ChargeId, to: CallId) {
        if let Some(held) = self.held.get_mut(&charge) {
            held.call = to;
            if let Some(ticket) = &held.ticket {
                admission.move_ticket(ticket, to);
            }
            self.fuses.move_to(charge, to);
        }
    }

    /// When something is to be done next.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.wake
    }

    /// How many calls outside hold something.
    pub(crate) fn len(&self) -> usize {
        self.held.len().max(self.fuses.len())
    }

    /// The one decision: the lines, the best first, or what speaks against it.
    fn decide(
        &self,
        admission: &Admission,
        world: &World<'_>,
        wish: &Wish<'_>,
        asked: &mut Asked,
    ) -> Result<Vec<Candidate>, RefusalReason> {
        let to = match &asked.reading {
            // Nobody outside gets the office to call for help in its name.
            Reading::Emergency(_) if !wish.is_of_somebody_inside() => {
                return Err(RefusalReason::NoHairpin);
            }
            Reading::Emergency(_) => {
                let lines = lines::for_emergency(world, &mut asked.reasons)?;
                let is_full = |line| !admission.line_has_room(world.at.office, line);
                let full = lines
                    .iter()
                    .map(|candidate| candidate.line)
                    .filter(|line| is_full(*line));
                asked
                    .reasons
                    .extend(full.map(|line| Reason::CallGivesWay { line }));
                return Ok(lines);
            }
            Reading::Nothing(why) => {
                asked.reasons.push(Reason::NotANumber {
                    why: why.to_string(),
                });
                return Err(match why {
                    WhyNot::AnotherWayAbroad { .. } => RefusalReason::AnotherWayAbroad,
                    _ => RefusalReason::NotANumber,
                });
            }
            Reading::Number(to) => to.clone(),
        };
        let reasons = &mut asked.reasons;
        self.may_reach(world, wish, &to, reasons)?;
        self.may_go_this_way(world, wish, &to)?;
        let lines = lines::for_call(world, wish, &to, reasons)?;
        let lines = self.affordable(world, wish, &to, lines, reasons)?;
        let with_room: Vec<Candidate> = lines
            .into_iter()
            .filter(|candidate| {
                let has_room = admission.line_has_room(world.at.office, candidate.line);
                if !has_room {
                    let (line, why) = (candidate.line, LineTrouble::Full);
                    reasons.push(Reason::LineSkipped { line, why });
                }
                has_room
            })
            .collect();
        let trunks: Vec<TrunkId> = with_room.iter().map(|candidate| candidate.line).collect();
        let leaving = leaving(wish, &to, &trunks);
        let chosen = admission
            .may_leave(world.at.office, world.at.now, &leaving)
            .map_err(|why| why.refusal())?;
        for candidate in &with_room {
            let line = candidate.line;
            reasons.push(if line == chosen {
                Reason::LineChosen { line }
            } else {
                Reason::LineNext { line }
            });
        }
        Ok(with_room)
    }

    /// Whether whoever pays may call there at all, now, from this phone.
    fn may_reach(
        &self,
        world: &World<'_>,
        wish: &Wish<'_>,
        to: &Destination,
        reasons: &mut Vec<Reason>,
    ) -> Result<(), RefusalReason> {
        let At {
            office, unix_ms, ..
        } = world.at;
        let policy = office.calling();
        let rights = match wish.on_behalf_of {
            OnBehalfOf::Person(person) => office.calling_rights(person),
            OnBehalfOf::Peer(_) | OnBehalfOf::Office => None,
        };
        let is_inside = match wish.on_behalf_of {
            OnBehalfOf::Peer(peer) => !office.peer(peer).is_some_and(|peer| peer.may_call_outside),
            OnBehalfOf::Person(_) | OnBehalfOf::Office => {
                rights.is_some_and(|rights| rights.reach == Reach::Inside)
            }
        };
        if is_inside {
            return Err(RefusalReason::InsideOnly);
        }
        if to.abroad && rights.is_some_and(|rights| rights.reach == Reach::Country) {
            return Err(RefusalReason::NotAllowedAbroad);
        }
        let listed = to.is_listed(policy);
        if let Some(country) = to.country.as_ref().filter(|_| to.abroad) {
            if !listed && !policy.countries.contains(country) {
                let country = country.clone();
                reasons.push(Reason::CountryNotAllowed { country });
                return Err(RefusalReason::CountryNotAllowed);
            }
            let country = country.clone();
            reasons.push(Reason::CountryAllowed { country });
        }
        if to.costs_extra() {
            if !listed {
                return Err(RefusalReason::PremiumBlocked);
            }
            reasons.push(Reason::ListedNumber);
        }
        if !to.abroad {
            return Ok(());
        }
        let may_always = rights.is_some_and(|rights| rights.abroad_after_hours);
        if let Some(schedule) = policy.foreign_hours.filter(|_| !may_always) {
            let openness = office.openness(schedule, unix_ms);
            if openness.state != OpenState::Open {
                reasons.push(Reason::Closed {
                    schedule,
                    label: openness.label,
                });
                return Err(RefusalReason::AfterHours);
            }
        }
        if let Some(phone) = wish.phone
            && !policy.new_devices_abroad
            && !self.phones.is_cleared(&phone)
        {
            reasons.push(Reason::NewPhone {
                device: phone.device,
            });
            return Err(RefusalReason::NewDevice);
        }
        let of = wish.on_behalf_of.into();
        for (limit, refusal) in [
            (FuseLimit::Tries, RefusalReason::TooManyTries),
            (FuseLimit::NewCountries, RefusalReason::TooManyNewCountries),
        ] {
            let fuse = FuseId { of, limit };
            if self.fuses.is_blown(fuse) {
                reasons.push(Reason::FuseBlown { fuse });
                return Err(refusal);
            }
        }
        Ok(())
    }

    /// Whether there is a way out from where the wish comes from: forwards, mailboxes, flows, and
    /// calls that have come from outside themselves.
    fn may_go_this_way(
        &self,
        world: &World<'_>,
        wish: &Wish<'_>,
        to: &Destination,
    ) -> Result<(), RefusalReason> {
        let policy = world.at.office.calling();
        let goes_by_itself = matches!(wish.by, WayOut::Forward | WayOut::FlowDial);
        if goes_by_itself && to.abroad && !policy.forward_abroad {
            return Err(RefusalReason::ForwardAbroad);
        }
        if wish.by == WayOut::VoicemailCallBack {
            return Err(RefusalReason::NotFromVoicemail);
        }
        // Only what leads outside by itself is named by the office. What nobody of the office dialled
        // was dialled by somebody outside, whatever is said of it.
        let is_named = wish.chosen_by == ChosenBy::Office && goes_by_itself;
        if !wish.is_of_somebody_inside() && !is_named {
            return Err(RefusalReason::NoHairpin);
        }
        let may = match wish.chosen_by {
            // Nobody outside gets the office to call a number of their choice, whatever it allows.
            ChosenBy::Caller => false,
            ChosenBy::Person | ChosenBy::Office if wish.by == WayOut::FlowDial => is_named,
            ChosenBy::Person | ChosenBy::Office => {
                !wish.hairpin || is_named || policy.outside_to_outside
            }
        };
        if may {
            Ok(())
        } else {
            Err(RefusalReason::NoHairpin)
        }
    }

    /// The lines whose limits, and those of whoever pays, bear the call.
    fn affordable(
        &self,
        world: &World<'_>,
        wish: &Wish<'_>,
        to: &Destination,
        lines: Vec<Candidate>,
        reasons: &mut Vec<Reason>,
    ) -> Result<Vec<Candidate>, RefusalReason> {
        let mut first = None;
        let mut bear = Vec::new();
        for candidate in lines {
            let line = candidate.line;
            let fare = to.fare(world.at.office, wish.on_behalf_of, line);
            match self.fuses.holds(&world.at, &fare) {
                Ok(_) => bear.push(candidate),
                Err(fuse) => {
                    first.get_or_insert(fuse);
                    let why = LineTrouble::FuseBlown;
                    reasons.push(Reason::LineSkipped { line, why });
                }
            }
        }
        match first.filter(|_| bear.is_empty()) {
            None => Ok(bear),
            Some(fuse) => {
                reasons.push(Reason::FuseBlown { fuse });
                Err(match fuse.limit {
                    FuseLimit::Money => RefusalReason::MoneySpent,
                    FuseLimit::Tries => RefusalReason::TooManyTries,
                    FuseLimit::NewCountries => RefusalReason::TooManyNewCountries,
                    FuseLimit::ForeignMinutes | FuseLimit::Minutes => RefusalReason::FuseBlown,
                })
            }
        }
    }
}

impl Wish<'_> {
    /// Whether somebody of the office, or a system it trusts, wants out.
    fn is_of_somebody_inside(&self) -> bool {
        self.on_behalf_of != OnBehalfOf::Office && self.chosen_by != ChosenBy::Caller
    }
}

impl Permit {
    /// What is called.
    pub(crate) fn called(&self) -> &Called {
        &self.called
    }

    /// Whether it is for an emergency call.
    #[cfg(test)]
    pub(crate) fn is_emergency(&self) -> bool {
        matches!(self.called, Called::Emergency(_))
    }

    /// The line that the call takes now, on which it has its channel. None only of a permit without
    /// lines, which there is not.
    pub(crate) fn line(&self) -> Option<&Candidate> {
        self.lines.get(self.present)
    }

    /// All lines that may carry it, in the order in which they are tried.
    pub(crate) fn lines(&self) -> &[Candidate] {
        &self.lines
    }

    /// By which the call is counted.
    pub(crate) fn charge(&self) -> ChargeId {
        self.charge
    }

    /// The ordinary call that has lost its place to this emergency call and is to end.
    pub(crate) fn displaces(&self) -> Option<CallId> {
        self.displaces
    }
}

fn leaving<'a>(wish: &Wish<'_>, to: &Destination, lines: &'a [TrunkId]) -> Leaving<'a> {
    Leaving {
        call: wish.call,
        on_behalf_of: wish.on_behalf_of,
        abroad: to.abroad,
        by_program: wish.by == WayOut::Api,
        lines,
    }
}
