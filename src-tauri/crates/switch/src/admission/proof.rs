//! Whatever comes, goes, fails over, is handed on and calls for help: no limit is ever exceeded, each
//! is reached, and in the end everything is given back.
//!
//! Ten million steps take some seconds.

use super::*;
use crate::gate::OnBehalfOf;
use office::{
    CallingPolicy, Channels, Language, Number, OfficeParts, OfficeSettings, OutsideAdmission,
    OutsideParts, Peer, PeerId, Person, PhoneNumber, RateLimit, RateScope, Realm, Route,
    RouteTarget, Secret, Srtp, Trunk,
};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

const LINES: u64 = 3;
const PERSONS: u64 = 5;
const FOREIGN: u16 = 3;
const OF_PERSON: u16 = 2;
const MAX_IN: u16 = 5;
const MAX_OUT: u16 = 5;
const MAX_DIALER: u16 = 2;
const OF_NUMBER: u16 = 2;
const OF_PEER: u16 = 2;
const OFFICE_CALLS: u16 = 12;
const CALLERS: [&str; 4] = ["+49301", "+49302", "+49303", "+49304"];
/// As many calls may begin within as many seconds.
const RATES: [(RateScope, u16, u32); 5] = [
    (RateScope::AllIn, 20, 60),
    (RateScope::AllOut, 20, 60),
    (RateScope::PersonOut, 4, 30),
    (RateScope::NumberIn, 9, 60),
    (RateScope::CallerIn, 6, 60),
];
/// Every so many steps calls come thick and fast, and every other so many they do not: then it is not
/// the rates that stop them.
const PHASE: u64 = 500;

/// A call with the world outside, as the test knows it.
struct Going {
    call: u64,
    ticket: Ticket,
    kind: Kind,
    via: Via,
    persons: Vec<PersonId>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    In {
        number: Option<usize>,
    },
    Out {
        payer: OnBehalfOf,
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
    let rates = RATES.map(|(of, calls, seconds)| RateLimit { of, calls, seconds });
    let numbers = [Some(OF_NUMBER), None].into_iter().enumerate();
    let parts = OfficeParts {
        persons: persons.collect(),
        trunks: trunks.collect(),
        peers: vec![Peer {
            id: PEER,
            name: "Gateway".to_owned(),
            enabled: true,
            place: None,
            networks: Vec::new(),
            user: "gateway".to_owned(),
            password: Some(Secret::new("a secret".to_owned())),
            prefixes: Vec::new(),
            strip_prefix: false,
            may_call_outside: true,
            channels: OF_PEER,
            srtp: Srtp::Off,
        }],
        phone_numbers: numbers
            .map(|(which, channels)| Number {
                number: number(which),
                label: String::new(),
                trunk: None,
                route: Route::to(RouteTarget::Hangup),
                hours: None,
                channels,
                anonymous: office::Anonymous::Accept,
                challenge: false,
            })
            .collect(),
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
                rates: rates.to_vec(),
            },
            ..OutsideParts::default()
        },
        ..OfficeParts::empty(settings)
    };
    Office::build(parts).unwrap()
}

const PEER: PeerId = PeerId(1);

/// The numbers of the office: the first takes only so many calls at a time.
fn number(which: usize) -> PhoneNumber {
    PhoneNumber::parse(["+4930123456", "+4930123457"][which]).unwrap()
}

/// When calls began, by what they are counted by, and which limits have been reached.
#[derive(Default)]
struct Began {
    at: BTreeMap<(RateScope, String), VecDeque<Instant>>,
    reached: BTreeSet<String>,
}

impl Began {
    /// A call has begun that counts for these.
    fn note(&mut self, now: Instant, counts: &[(RateScope, String)]) {
        for (of, calls, seconds) in RATES {
            for count in counts.iter().filter(|(scope, _)| *scope == of) {
                let began = self.at.entry(count.clone()).or_default();
                began.push_back(now);
                let span = Duration::from_secs(u64::from(seconds));
                while began
                    .front()
                    .is_some_and(|at| now.duration_since(*at) >= span)
                {
                    began.pop_front();
                }
                assert!(
                    began.len() <= usize::from(calls),
                    "{count:?} within {seconds} s"
                );
                let count = began.len();
                self.reach(&format!("{of:?}"), count, calls);
            }
        }
    }

    fn reach(&mut self, limit: &str, count: usize, max: u16) {
        if count == usize::from(max) && !self.reached.contains(limit) {
            self.reached.insert(limit.to_owned());
        }
    }
}

/// How many calls are tried, which is enough to exceed a limit that can be exceeded.
const STEPS: u64 = 10_000_000;

#[test]
fn no_limit_with_the_world_outside_is_ever_exceeded() {
    let office = office();
    let mut chance = ChaCha12Rng::from_seed([7; 32]);
    let mut admission = Admission::default();
    let mut going: Vec<Going> = Vec::new();
    let mut began = Began::default();
    let mut now = Instant::now();
    let (mut admitted, mut refused, mut displaced) = (0u64, 0u64, 0u64);
    for call in 1..=STEPS {
        let pause = if (call / PHASE).is_multiple_of(2) {
            300
        } else {
            5_000
        };
        now += Duration::from_millis(u64::from(chance.next_u32() % pause));
        let pick = |chance: &mut ChaCha12Rng, of: u64| u64::from(chance.next_u32()) % of;
        match pick(&mut chance, 16) {
            0..=3 => {
                let line = TrunkId(pick(&mut chance, LINES) as i64 + 1);
                let via = match pick(&mut chance, 8) {
                    0 => Via::Peer(PEER),
                    _ => Via::Line(line),
                };
                let of_line = matches!(via, Via::Line(_));
                let which = [Some(0), Some(1), None][pick(&mut chance, 3) as usize];
                let which = which.filter(|_| of_line);
                let of_number = which.map(number);
                let caller = CALLERS.get(pick(&mut chance, 5) as usize).copied();
                let caller = caller.filter(|_| of_line);
                let arriving = Arriving {
                    call: CallId(call),
                    via,
                    number: of_number.as_ref(),
                    caller,
                };
                match admission.admit_arriving(&office, now, &arriving) {
                    Ok(ticket) => {
                        let mut counts = vec![(RateScope::AllIn, String::new())];
                        counts
                            .extend(which.map(|number| (RateScope::NumberIn, number.to_string())));
                        counts.extend(caller.map(|who| (RateScope::CallerIn, who.to_owned())));
                        began.note(now, &counts);
                        let person = PersonId(pick(&mut chance, PERSONS) as i64 + 1);
                        admission.hand_over(&[], &[person]);
                        let persons = vec![person];
                        going.push(Going {
                            call,
                            ticket,
                            kind: Kind::In { number: which },
                            via,
                            persons,
                        });
                        admitted += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            4..=8 => {
                let payer = match pick(&mut chance, PERSONS + 2) {
                    0 => OnBehalfOf::Office,
                    1 => OnBehalfOf::Peer(PEER),
                    person => OnBehalfOf::Person(PersonId(person as i64 - 1)),
                };
                let abroad = pick(&mut chance, 2) == 0;
                let by_program = pick(&mut chance, 3) == 0;
                let first = pick(&mut chance, LINES);
                let lines: Vec<TrunkId> = (0..LINES)
                    .map(|n| TrunkId(((first + n) % LINES) as i64 + 1))
                    .collect();
                let leaving = Leaving {
                    call: CallId(call),
                    on_behalf_of: payer,
                    abroad,
                    by_program,
                    lines: &lines,
                };
                match admission.admit_leaving(&office, now, &leaving) {
                    Ok((ticket, line)) => {
                        let mut counted = vec![(RateScope::AllOut, String::new())];
                        if let OnBehalfOf::Person(_) = payer {
                            counted.push((RateScope::PersonOut, format!("{payer:?}")));
                        }
                        began.note(now, &counted);
                        let kind = Kind::Out {
                            payer,
                            abroad,
                            by_program,
                        };
                        going.push(Going {
                            call,
                            ticket,
                            kind,
                            via: Via::Line(line),
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
                    assert!(other.kind != Kind::Emergency && other.via == Via::Line(line));
                    admission.leave_all(&other.persons);
                    admission.release_ticket(other.ticket);
                    displaced += 1;
                }
                going.push(Going {
                    call,
                    ticket,
                    kind: Kind::Emergency,
                    via: Via::Line(line),
                    persons: Vec::new(),
                });
            }
            10 | 11 if !going.is_empty() => {
                // A line fails: the call takes another.
                let which = pick(&mut chance, going.len() as u64) as usize;
                let line = TrunkId(pick(&mut chance, LINES) as i64 + 1);
                if matches!(going[which].kind, Kind::In { .. }) {
                    continue;
                }
                if let Ok(ends) = admission.take_line(&office, &going[which].ticket, line) {
                    going[which].via = Via::Line(line);
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
                admission.move_ticket(&going[which].ticket, CallId(STEPS + call));
                going[which].call = STEPS + call;
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
        within_limits(&going, &mut began);
    }
    for limit in [
        "AllIn",
        "AllOut",
        "PersonOut",
        "NumberIn",
        "CallerIn",
        "in",
        "out",
        "programs",
        "abroad",
        "payer",
        "number",
        "peer",
        "line",
        "line in",
        "line out",
    ] {
        assert!(began.reached.contains(limit), "{limit} was never reached");
    }
    assert!(
        admitted > STEPS / 10 && refused > STEPS / 20 && displaced > STEPS / 200,
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

fn within_limits(going: &[Going], began: &mut Began) {
    let count =
        |which: &dyn Fn(&Going) -> bool| going.iter().filter(|each| which(each)).count() as u16;
    let out = |which: &dyn Fn(OnBehalfOf, bool, bool) -> bool| {
        count(&|each| match each.kind {
            Kind::Out {
                payer,
                abroad,
                by_program,
            } => which(payer, abroad, by_program),
            Kind::In { .. } | Kind::Emergency => false,
        })
    };
    let came_in = |kind: Kind| matches!(kind, Kind::In { .. });
    let mut within = |limit: &str, calls: u16, max: u16| {
        assert!(calls <= max, "{limit}: {calls} of {max}");
        began.reach(limit, usize::from(calls), max);
    };
    let all_in = count(&|each| came_in(each.kind));
    within("in", all_in, MAX_IN.min(OFFICE_CALLS));
    let of_number = count(&|each| each.kind == Kind::In { number: Some(0) });
    within("number", of_number, OF_NUMBER);
    within("out", out(&|_, _, _| true), MAX_OUT);
    let of_programs = out(&|_, _, by_program| by_program);
    within("programs", of_programs, MAX_DIALER);
    within("abroad", out(&|_, abroad, _| abroad), FOREIGN);
    let persons = (1..=PERSONS).map(|person| OnBehalfOf::Person(PersonId(person as i64)));
    for payer in persons.chain([OnBehalfOf::Peer(PEER)]) {
        within("payer", out(&|of, _, _| of == payer), OF_PERSON);
    }
    within("peer", count(&|each| each.via == Via::Peer(PEER)), OF_PEER);
    for line in 1..=LINES {
        let channels = channels(line);
        let on = |which: &dyn Fn(Kind) -> bool| {
            count(&|each| each.via == Via::Line(TrunkId(line as i64)) && which(each.kind))
        };
        let help = on(&|kind| kind == Kind::Emergency);
        let came_in = on(&came_in);
        let went_out = on(&|kind| matches!(kind, Kind::Out { .. }));
        // Calls for help beyond what a line carries are tried all the same, alone.
        if came_in + went_out > 0 {
            within("line", came_in + went_out + help, channels.all);
        }
        if let Some(max) = channels.incoming {
            within("line in", came_in, max);
        }
        if let Some(max) = channels.outgoing.filter(|_| went_out > 0) {
            within("line out", went_out + help, max);
        }
    }
}
