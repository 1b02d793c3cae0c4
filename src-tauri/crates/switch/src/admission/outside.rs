//! The places that calls with the world outside take: on lines, for numbers, for those who pay.

use super::rates::{Counted, Rates};
use crate::gate::OnBehalfOf;
use crate::happening::RefusalReason;
use crate::limits::MAX_OUTSIDE_CALLS;
use office::{CallId, Office, PeerId, PhoneNumber, TrunkId};
use std::collections::BTreeMap;
use std::time::Instant;

/// Every call with the world outside, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct OutsideCalls {
    places: BTreeMap<u64, Place>,
    next: u64,
    rates: Rates,
}

/// The right to be one of the calls with the world outside. Given back once.
#[derive(Debug)]
#[must_use = "a ticket that is not released keeps its place for ever"]
pub(crate) struct Ticket {
    place: u64,
    arrived: bool,
}

/// How a call comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Via {
    /// Over a line.
    Line(TrunkId),
    /// From another telephone system.
    Peer(PeerId),
}

/// A call from outside that asks to be let in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arriving<'a> {
    /// The call.
    pub(crate) call: CallId,
    /// How it comes.
    pub(crate) via: Via,
    /// The number of the office that was called.
    pub(crate) number: Option<&'a PhoneNumber>,
    /// Who calls, as far as they say.
    pub(crate) caller: Option<&'a str>,
}

/// A call that asks to go outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving<'a> {
    /// The call.
    pub(crate) call: CallId,
    /// Who pays.
    pub(crate) on_behalf_of: OnBehalfOf,
    /// Whether it goes abroad.
    pub(crate) abroad: bool,
    /// Whether a program began it.
    pub(crate) by_program: bool,
    /// The lines it may take, the best first.
    pub(crate) lines: &'a [TrunkId],
}

/// Why a call may not go outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// As many calls go outside as may.
    OfficeFull,
    /// As many calls of programs go outside as may.
    ProgramsFull,
    /// As many calls go abroad as may.
    AbroadFull,
    /// Whoever pays has as many calls outside as they may.
    PayerFull,
    /// Too many calls began in a span of time.
    TooFast,
    /// All its lines are full.
    LinesFull,
}

#[derive(Debug)]
struct Place {
    call: CallId,
    via: Via,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    In {
        number: Option<PhoneNumber>,
    },
    Out {
        payer: OnBehalfOf,
        abroad: bool,
        by_program: bool,
    },
    Emergency,
}

impl OutsideCalls {
    pub(super) fn admit_arriving(
        &mut self,
        office: &Office,
        now: Instant,
        arriving: &Arriving<'_>,
    ) -> Result<Ticket, RefusalReason> {
        let came_in = || self.count(|place| matches!(place.kind, Kind::In { .. }));
        let max_in = office.outside_admission().max_in;
        if self.places.len() >= MAX_OUTSIDE_CALLS
            || max_in.is_some_and(|max| came_in() >= usize::from(max))
        {
            return Err(RefusalReason::OutsideAtLimit);
        }
        if !self.has_room_to_arrive(office, arriving.via) {
            return Err(RefusalReason::LinesFull);
        }
        let of_number = arriving
            .number
            .and_then(|number| office.phone_number(number.as_str()));
        if let Some((number, max)) = of_number.and_then(|of| Some((&of.number, of.channels?))) {
            let same = |place: &Place| matches!(&place.kind, Kind::In { number: Some(of) } if of == number);
            if self.count(same) >= usize::from(max) {
                return Err(RefusalReason::OutsideAtLimit);
            }
        }
        let mut counted = vec![Counted::In];
        counted.extend(arriving.number.cloned().map(Counted::Number));
        counted.extend(
            arriving
                .caller
                .map(|caller| Counted::Caller(caller.to_owned())),
        );
        let limits = &office.outside_admission().rates;
        if !self.rates.has_room(limits, now, &counted) {
            return Err(RefusalReason::RateLimited);
        }
        self.rates.note(limits, now, &counted);
        let kind = Kind::In {
            number: arriving.number.cloned(),
        };
        Ok(self.enter(arriving.call, arriving.via, kind))
    }

    pub(super) fn may_leave(
        &self,
        office: &Office,
        now: Instant,
        leaving: &Leaving<'_>,
    ) -> Result<TrunkId, NoPlace> {
        let admission = office.outside_admission();
        let policy = office.calling();
        let out = |which: &dyn Fn(OnBehalfOf, bool, bool) -> bool| {
            self.count(|place| match place.kind {
                Kind::Out {
                    payer,
                    abroad,
                    by_program,
                } => which(payer, abroad, by_program),
                Kind::In { .. } | Kind::Emergency => false,
            })
        };
        let is_full = |max: u16, which: &dyn Fn(OnBehalfOf, bool, bool) -> bool| {
            out(which) >= usize::from(max)
        };
        if self.places.len() >= MAX_OUTSIDE_CALLS
            || admission
                .max_out
                .is_some_and(|max| is_full(max, &|_, _, _| true))
        {
            return Err(NoPlace::OfficeFull);
        }
        if leaving.by_program
            && admission
                .max_dialer
                .is_some_and(|max| is_full(max, &|_, _, by_program| by_program))
        {
            return Err(NoPlace::ProgramsFull);
        }
        if leaving.abroad && is_full(policy.foreign_parallel, &|_, abroad, _| abroad) {
            return Err(NoPlace::AbroadFull);
        }
        // The office itself is no person: its limit is that of its lines.
        if leaving.on_behalf_of != OnBehalfOf::Office
            && is_full(policy.outside_parallel_person, &|payer, _, _| {
                payer == leaving.on_behalf_of
            })
        {
            return Err(NoPlace::PayerFull);
        }
        if !self
            .rates
            .has_room(&admission.rates, now, &counted(leaving))
        {
            return Err(NoPlace::TooFast);
        }
        let mut lines = leaving.lines.iter().copied();
        lines
            .find(|line| self.line_has_room(office, *line))
            .ok_or(NoPlace::LinesFull)
    }

    pub(super) fn admit_leaving(
        &mut self,
        office: &Office,
        now: Instant,
        leaving: &Leaving<'_>,
    ) -> Result<(Ticket, TrunkId), NoPlace> {
        let line = self.may_leave(office, now, leaving)?;
        self.rates
            .note(&office.outside_admission().rates, now, &counted(leaving));
        let kind = Kind::Out {
            payer: leaving.on_behalf_of,
            abroad: leaving.abroad,
            by_program: leaving.by_program,
        };
        Ok((self.enter(leaving.call, Via::Line(line), kind), line))
    }

    pub(super) fn admit_emergency(
        &mut self,
        office: &Office,
        call: CallId,
        line: TrunkId,
    ) -> (Ticket, Option<CallId>) {
        let displaced = self.make_room(office, line);
        (
            self.enter(call, Via::Line(line), Kind::Emergency),
            displaced,
        )
    }

    pub(super) fn take_line(
        &mut self,
        office: &Office,
        ticket: &Ticket,
        line: TrunkId,
    ) -> Result<Option<CallId>, NoPlace> {
        let place = self.places.get(&ticket.place);
        let Some(place) = place.filter(|place| place.via != Via::Line(line)) else {
            // It is there already, or has lost its place to an emergency call.
            return place.map(|_| None).ok_or(NoPlace::LinesFull);
        };
        let displaced = match place.kind {
            Kind::Emergency => self.make_room(office, line),
            Kind::In { .. } | Kind::Out { .. } if self.line_has_room(office, line) => None,
            Kind::In { .. } | Kind::Out { .. } => return Err(NoPlace::LinesFull),
        };
        if let Some(place) = self.places.get_mut(&ticket.place) {
            place.via = Via::Line(line);
        }
        Ok(displaced)
    }

    /// Gives a place back. Whether the call had come from outside.
    pub(super) fn release(&mut self, ticket: Ticket) -> bool {
        self.places.remove(&ticket.place);
        ticket.arrived
    }

    pub(super) fn move_to(&mut self, ticket: &Ticket, call: CallId) {
        if let Some(place) = self.places.get_mut(&ticket.place) {
            place.call = call;
        }
    }

    pub(super) fn line_has_room(&self, office: &Office, line: TrunkId) -> bool {
        let (came_in, went_out) = self.on(Via::Line(line));
        office.trunk(line).is_some_and(|trunk| {
            let outgoing = trunk.channels.outgoing;
            came_in + went_out < usize::from(trunk.channels.all)
                && outgoing.is_none_or(|max| went_out < usize::from(max))
        })
    }

    /// How many calls are on a way: those that came in, and those that went out.
    pub(super) fn on(&self, via: Via) -> (usize, usize) {
        let came_in = self.count(|place| place.via == via && matches!(place.kind, Kind::In { .. }));
        (came_in, self.count(|place| place.via == via) - came_in)
    }

    fn has_room_to_arrive(&self, office: &Office, via: Via) -> bool {
        let (came_in, went_out) = self.on(via);
        match via {
            Via::Line(line) => office.trunk(line).is_some_and(|trunk| {
                let incoming = trunk.channels.incoming;
                came_in + went_out < usize::from(trunk.channels.all)
                    && incoming.is_none_or(|max| came_in < usize::from(max))
            }),
            Via::Peer(peer) => {
                let peer = office.peer(peer);
                peer.is_some_and(|peer| came_in + went_out < usize::from(peer.channels))
            }
        }
    }

    /// Takes the place of the oldest ordinary call on a line that is full: of those that went out
    /// where these are too many, and else of all.
    fn make_room(&mut self, office: &Office, line: TrunkId) -> Option<CallId> {
        let channels = office.trunk(line)?.channels;
        let (came_in, went_out) = self.on(Via::Line(line));
        let is_full = came_in + went_out >= usize::from(channels.all);
        let is_full_of_calls_out = channels
            .outgoing
            .is_some_and(|max| went_out >= usize::from(max));
        let oldest = |which: &dyn Fn(&Kind) -> bool| {
            let mut on_line = self
                .places
                .iter()
                .filter(|(_, place)| place.via == Via::Line(line));
            on_line
                .find(|(_, place)| which(&place.kind))
                .map(|(id, _)| *id)
        };
        let went_out = || oldest(&|kind| matches!(kind, Kind::Out { .. }));
        let any = || oldest(&|kind| !matches!(kind, Kind::Emergency));
        let gives_way = is_full_of_calls_out.then(went_out).flatten();
        let gives_way = gives_way.or_else(|| is_full.then(any).flatten())?;
        self.places.remove(&gives_way).map(|place| place.call)
    }

    fn enter(&mut self, call: CallId, via: Via, kind: Kind) -> Ticket {
        let place = self.next;
        self.next += 1;
        let arrived = matches!(kind, Kind::In { .. });
        self.places.insert(place, Place { call, via, kind });
        Ticket { place, arrived }
    }

    fn count(&self, which: impl Fn(&Place) -> bool) -> usize {
        self.places.values().filter(|place| which(place)).count()
    }
}

fn counted(leaving: &Leaving<'_>) -> Vec<Counted> {
    // What the office forwards, and another system with all its people, is no person in haste.
    let person = match leaving.on_behalf_of {
        OnBehalfOf::Person(person) => Some(Counted::Person(person)),
        OnBehalfOf::Peer(_) | OnBehalfOf::Office => None,
    };
    std::iter::once(Counted::Out).chain(person).collect()
}

impl NoPlace {
    /// As callers and the history are told.
    pub(crate) fn refusal(self) -> RefusalReason {
        match self {
            NoPlace::OfficeFull | NoPlace::ProgramsFull => RefusalReason::OutsideAtLimit,
            NoPlace::AbroadFull => RefusalReason::AtLimitAbroad,
            NoPlace::PayerFull => RefusalReason::AtLimitOutside,
            NoPlace::TooFast => RefusalReason::RateLimited,
            NoPlace::LinesFull => RefusalReason::LinesFull,
        }
    }
}
