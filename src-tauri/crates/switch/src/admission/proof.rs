//! Whatever comes, goes, fails over, is handed on and calls for help: no limit is ever exceeded, and
//! in the end everything is given back.
//!
//! A short run with every test; `STEPS=10000000` makes it a long one.

use super::*;
use crate::gate::OnBehalfOf;
use office::{
    CallingPolicy, Channels, Language, Number, OfficeParts, OfficeSettings, OutsideAdmission,
    OutsideParts, Person, PhoneNumber, RateLimit, RateScope, Realm, Route, RouteTarget, Trunk,
};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use std::collections::VecDeque;
use std::time::Duration;

const LINES: u64 = 3;
const PERSONS: u64 = 5;
const FOREIGN: u16 = 3;
const OF_PERSON: u16 = 2;
const MAX_IN: u16 = 5;
const MAX_OUT: u16 = 6;
const MAX_DIALER: u16 = 2;
const OF_NUMBER: u16 = 2;
const OFFICE_CALLS: u16 = 12;
/// The longest span of the rates, in which the test looks back.
const SPAN: Duration = Duration::from_secs(60);

/// A call with the world outside, as the test knows it.
struct Going {
    call: u64,
    ticket: Ticket,
    kind: Kind,
    line: TrunkId,
    persons: Vec<PersonId>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    In,
    Out {
        payer: u64,
        abroad: bool,
        by_program: bool,
    },
    Emergency,
}

fn channels(line: u64) -> Channels {
    let (all, incoming, outgoing) = match line {
        1 => (4, None, None),
        2 => (3, Some(2), Some(2)),
        _ => (2, None, Some(1)),
    };
    Channels {
        all,
        incoming,
        outgoing,
    }
}

fn office() -> Office {
    let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
    settings.admission.office_calls = OFFICE_CALLS;
    let persons =
        (1..=PERSONS).map(|id| Person::named(PersonId(id as i64), &format!("Person {id}")));
    let trunks = (1..=LINES).map(|id| Trunk {
        channels: channels(id),
        ..crate::gate::tests::trunk(id as i64)
    });
    let rate = |of, calls, seconds| RateLimit { of, calls, seconds };
    let parts = OfficeParts {
        persons: persons.collect(),
        trunks: trunks.collect(),
        phone_numbers: vec![Number {
            number: number(),
            label: String::new(),
            trunk: None,
            route: Route::to(RouteTarget::Hangup),
            hours: None,
            channels: Some(OF_NUMBER),
            anonymous: office::Anonymous::Accept,
            challenge: false,
        }],
        outside: OutsideParts {
            calling: CallingPolicy {
                foreign_parallel: FOREIGN,
                outside_parallel_person: OF_PERSON,
                ..CallingPolicy::default()
            },
            admission: OutsideAdmission {
                max_in: Some(MAX_IN),
                max_out: Some(MAX_OUT),
                max_dialer: Some(MAX_DIALER),
                rates: vec![
                    rate(RateScope::AllIn, 40, 60),
                    rate(RateScope::AllOut, 50, 60),
                    rate(RateScope::PersonOut, 15, 30),
                    rate(RateScope::CallerIn, 10, 60),
                ],
            },
            ..OutsideParts::default()
        },
        ..OfficeParts::empty(settings)
    };
    Office::build(parts).unwrap()
}

fn number() -> PhoneNumber {
    PhoneNumber::parse("+4930123456").unwrap()
}

#[derive(Default)]
struct Began {
    came_in: VecDeque<Instant>,
    went_out: VecDeque<Instant>,
}

impl Began {
    fn note(began: &mut VecDeque<Instant>, now: Instant) -> usize {
        began.push_back(now);
        while began
            .front()
            .is_some_and(|at| now.duration_since(*at) >= SPAN)
        {
            began.pop_front();
        }
        began.len()
    }
}

#[test]
fn no_limit_with_the_world_outside_is_ever_exceeded() {
    let steps = std::env::var("STEPS")
        .ok()
        .and_then(|steps| steps.parse().ok());
    let steps: u64 = steps.unwrap_or(50_000);
    let office = office();
    let mut chance = ChaCha12Rng::from_seed([7; 32]);
    let mut admission = Admission::default();
    let mut going: Vec<Going> = Vec::new();
    let mut began = Began::default();
    let mut now = Instant::now();
    let (mut admitted, mut refused, mut displaced) = (0u64, 0u64, 0u64);
    for call in 1..=steps {
        now += Duration::from_millis(u64::from(chance.next_u32() % 1_500));
        let pick = |chance: &mut ChaCha12Rng, of: u64| u64::from(chance.next_u32()) % of;
        match pick(&mut chance, 16) {
            0..=3 => {
                let line = TrunkId(pick(&mut chance, LINES) as i64 + 1);
                let of_number = number();
                let number = (pick(&mut chance, 2) == 0).then_some(&of_number);
                let arriving = Arriving {
                    call: CallId(call),
                    via: Via::Line(line),
                    number,
                    caller: Some("+49301"),
                };
                match admission.admit_arriving(&office, now, &arriving) {
                    Ok(ticket) => {
                        assert!(Began::note(&mut began.came_in, now) <= 40);
                        let person = PersonId(pick(&mut chance, PERSONS) as i64 + 1);
                        admission.hand_over(&[], &[person]);
                        let persons = vec![person];
                        going.push(Going {
                            call,
                            ticket,
                            kind: Kind::In,
                            line,
                            persons,
                        });
                        admitted += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            4..=8 => {
                let payer = pick(&mut chance, PERSONS) + 1;
                let abroad = pick(&mut chance, 2) == 0;
                let by_program = pick(&mut chance, 3) == 0;
                let first = pick(&mut chance, LINES);
                let lines: Vec<TrunkId> = (0..LINES)
                    .map(|n| TrunkId(((first + n) % LINES) as i64 + 1))
                    .collect();
                let leaving = Leaving {
                    call: CallId(call),
                    on_behalf_of: OnBehalfOf::Person(PersonId(payer as i64)),
                    abroad,
                    by_program,
                    lines: &lines,
                };
                match admission.admit_leaving(&office, now, &leaving) {
                    Ok((ticket, line)) => {
                        assert!(Began::note(&mut began.went_out, now) <= 50);
                        let kind = Kind::Out {
                            payer,
                            abroad,
                            by_program,
                        };
                        going.push(Going {
                            call,
                            ticket,
                            kind,
                            line,
                            persons: Vec::new(),
                        });
                        admitted += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            9 => {
                // One in sixteen calls for help; nobody ever refuses it.
                let line = TrunkId(pick(&mut chance, LINES) as i64 + 1);
                let (ticket, ends) = admission.admit_emergency(&office, CallId(call), line);
                if let Some(ends) = ends {
                    let oldest = going
                        .iter()
                        .position(|other| CallId(other.call) == ends)
                        .unwrap();
                    let other = going.remove(oldest);
                    assert!(other.kind != Kind::Emergency && other.line == line);
                    admission.leave_all(&other.persons);
                    admission.release_ticket(other.ticket);
                    displaced += 1;
                }
                going.push(Going {
                    call,
                    ticket,
                    kind: Kind::Emergency,
                    line,
                    persons: Vec::new(),
                });
            }
            10 | 11 if !going.is_empty() => {
                // A line fails: the call takes another.
                let which = pick(&mut chance, going.len() as u64) as usize;
                let line = TrunkId(pick(&mut chance, LINES) as i64 + 1);
                if going[which].kind == Kind::In {
                    continue;
                }
                if let Ok(ends) = admission.take_line(&office, &going[which].ticket, line) {
                    going[which].line = line;
                    if let Some(ends) = ends {
                        assert!(going[which].kind == Kind::Emergency);
                        let other = going
                            .iter()
                            .position(|other| CallId(other.call) == ends)
                            .unwrap();
                        let other = going.remove(other);
                        admission.leave_all(&other.persons);
                        admission.release_ticket(other.ticket);
                        displaced += 1;
                    }
                }
            }
            12 if !going.is_empty() => {
                // Somebody is handed on, and the leg belongs to another call.
                let which = pick(&mut chance, going.len() as u64) as usize;
                admission.move_ticket(&going[which].ticket, CallId(steps + call));
                going[which].call = steps + call;
            }
            _ if !going.is_empty() => {
                let which = pick(&mut chance, going.len() as u64) as usize;
                let over = going.swap_remove(which);
                admission.leave_all(&over.persons);
                admission.release_ticket(over.ticket);
                // The order in which calls came is that of their tickets, not of this list.
            }
            _ => {}
        }
        within_limits(&going);
    }
    assert!(
        admitted > steps / 10 && refused > steps / 20 && displaced > steps / 200,
        "{admitted} {refused} {displaced}"
    );
    for over in going.drain(..) {
        admission.leave_all(&over.persons);
        admission.release_ticket(over.ticket);
    }
    assert_eq!((admission.calls, admission.per_person.len()), (0, 0));
    assert_eq!(
        (1..=LINES)
            .map(|line| admission.on_line(TrunkId(line as i64)))
            .max(),
        Some((0, 0))
    );
}

fn within_limits(going: &[Going]) {
    let count =
        |which: &dyn Fn(&Going) -> bool| going.iter().filter(|each| which(each)).count() as u16;
    let out = |which: &dyn Fn(u64, bool, bool) -> bool| {
        count(&|each| match each.kind {
            Kind::Out {
                payer,
                abroad,
                by_program,
            } => which(payer, abroad, by_program),
            Kind::In | Kind::Emergency => false,
        })
    };
    assert!(count(&|each| each.kind == Kind::In) <= MAX_IN.min(OFFICE_CALLS));
    assert!(out(&|_, _, _| true) <= MAX_OUT);
    assert!(out(&|_, _, by_program| by_program) <= MAX_DIALER);
    assert!(out(&|_, abroad, _| abroad) <= FOREIGN);
    for person in 1..=PERSONS {
        assert!(out(&|payer, _, _| payer == person) <= OF_PERSON);
    }
    for line in 1..=LINES {
        let channels = channels(line);
        let on = |which: &dyn Fn(Kind) -> bool| {
            count(&|each| each.line == TrunkId(line as i64) && which(each.kind))
        };
        let help = on(&|kind| kind == Kind::Emergency);
        let came_in = on(&|kind| kind == Kind::In);
        let went_out = on(&|kind| matches!(kind, Kind::Out { .. }));
        // Calls for help beyond what a line carries are tried all the same, alone.
        assert!(came_in + went_out + help <= channels.all || came_in + went_out == 0);
        assert!(came_in <= channels.incoming.unwrap_or(u16::MAX));
        let max_out = channels.outgoing.unwrap_or(u16::MAX);
        assert!(went_out + help <= max_out || went_out == 0);
    }
}
