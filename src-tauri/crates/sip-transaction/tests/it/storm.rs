//! Random exchanges over a wire that loses, doubles, delays and reorders, and connections that
//! break: every request ends exactly once, and nothing is left behind.

use crate::wire::{Side, Weather, Wire, callee, request};
use proptest::prelude::*;
use sip_message::{Method, Request, Response, StatusCode};
use sip_transaction::{ClientId, Destination, EndpointConfig, Event, ServerId};
use sip_transport::Transport;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

#[derive(Clone, Copy, Debug)]
struct Call {
    invite: bool,
    transport: Transport,
    /// UDP first, then TCP.
    two_targets: bool,
    at: u64,
    /// Provisional first?
    rings: bool,
    answer: u16,
    answer_after: u64,
    cancel_after: Option<u64>,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let transport = prop_oneof![3 => Just(Transport::Udp), 1 => Just(Transport::Tcp)];
    let answer = prop_oneof![
        Just(200u16),
        Just(302),
        Just(486),
        Just(408),
        Just(503),
        Just(600)
    ];
    let call = (
        any::<bool>(),
        (transport, any::<bool>()),
        0..5_000u64,
        any::<bool>(),
        answer,
        0..40_000u64,
        proptest::option::of(0..20_000u64),
    );
    let call = call.prop_map(
        |(invite, (transport, two_targets), at, rings, answer, answer_after, cancel_after)| Call {
            invite,
            transport,
            two_targets,
            at,
            rings,
            answer,
            answer_after,
            cancel_after: cancel_after.filter(|_| invite),
        },
    );
    proptest::collection::vec(call, 1..12)
}

#[derive(Debug)]
enum Plan {
    Send(usize),
    Cancel(usize),
    Ring(ServerId),
    Answer(ServerId, u16),
    /// Repeat the 2xx until the ACK, as the user must (RFC 3261 §13.3.1.4).
    Repeat(ServerId, Response, Duration, Instant),
    Cut,
}

#[derive(Debug, Default)]
struct Outcome {
    provisionals: usize,
    successes: usize,
    failures: usize,
    timeouts: usize,
    transport_errors: usize,
}

struct Office {
    wire: Wire,
    calls: Vec<Call>,
    plans: BTreeMap<(Instant, u64), Plan>,
    planned: u64,
    clients: BTreeMap<ClientId, usize>,
    client_of: BTreeMap<usize, ClientId>,
    outcomes: BTreeMap<usize, Outcome>,
    acknowledged: Vec<String>,
}

impl Office {
    fn plan(&mut self, after: Duration, plan: Plan) {
        self.planned += 1;
        self.plans
            .insert((self.wire.now + after, self.planned), plan);
    }

    /// Carries out every plan at its time and hears every event, until nothing is left to happen.
    fn run(&mut self) {
        loop {
            let next = self.plans.first_key_value().map(|((at, _), _)| *at);
            let until = next.unwrap_or(self.wire.now + Duration::from_secs(300));
            if let Some((side, event)) = self.wire.next_event(until) {
                self.on_event(side, event);
                continue;
            }
            match self.plans.pop_first() {
                Some((_, plan)) => self.carry_out(plan),
                None => return,
            }
        }
    }

    fn carry_out(&mut self, plan: Plan) {
        let now = self.wire.now;
        match plan {
            Plan::Send(which) => {
                let call = self.calls[which];
                let method = if call.invite {
                    Method::Invite
                } else {
                    Method::Message
                };
                let to = if call.two_targets {
                    Destination::Targets(vec![callee(Transport::Udp), callee(Transport::Tcp)])
                } else {
                    Destination::Target(callee(call.transport))
                };
                let message = request(method, &format!("call{which}"));
                let client = self.wire.caller.send(now, to, message);
                if call.invite {
                    // Timer C: a ringing INVITE is bounded by its user (RFC 3261 §16.6).
                    self.plan(Duration::from_secs(180), Plan::Cancel(which));
                }
                self.clients.insert(client, which);
                self.client_of.insert(which, client);
            }
            Plan::Cancel(which) => {
                if let Some(client) = self.client_of.get(&which) {
                    self.wire.caller.cancel(now, *client, Some("SIP;cause=200"));
                }
            }
            Plan::Ring(server) => {
                self.answer(server, 180);
            }
            Plan::Answer(server, code) => {
                if let Some(response) = self.answer(server, code)
                    && response.status().is_success()
                    && response.cseq().unwrap().method == Method::Invite
                {
                    let patience = now + Duration::from_secs(32);
                    let first = Duration::from_millis(500);
                    self.plan(first, Plan::Repeat(server, response, first, patience));
                }
            }
            Plan::Repeat(server, response, after, patience) => {
                let call = response.call_id().unwrap().to_str().into_owned();
                if now < patience && !self.acknowledged.contains(&call) {
                    self.wire.callee.respond(now, server, response.clone());
                    let after = (after * 2).min(Duration::from_secs(4));
                    self.plan(after, Plan::Repeat(server, response, after, patience));
                }
            }
            Plan::Cut => self.wire.cut(),
        }
    }

    fn answer(&mut self, server: ServerId, code: u16) -> Option<Response> {
        let request = self.wire.callee.server_request(server)?.clone();
        let status = StatusCode::new(code).unwrap();
        let response = Response::to(&request, status).to_tag("to1").build();
        let now = self.wire.now;
        self.wire
            .callee
            .respond(now, server, response.clone())
            .then_some(response)
    }

    fn on_event(&mut self, side: Side, event: Event) {
        match event {
            Event::Request {
                server, request, ..
            } => {
                assert_eq!(side, Side::Callee);
                let which = number(&request);
                let call = self.calls[which];
                if call.rings && call.invite {
                    self.plan(
                        Duration::from_millis(call.answer_after / 3),
                        Plan::Ring(server),
                    );
                }
                let after = Duration::from_millis(call.answer_after);
                self.plan(after, Plan::Answer(server, call.answer));
            }
            Event::Cancel { server, .. } => self.plan(Duration::ZERO, Plan::Answer(server, 487)),
            Event::Ack { request, .. } => {
                let call = request.call_id().unwrap().to_str().into_owned();
                self.acknowledged.push(call);
            }
            Event::Response {
                client, response, ..
            } => {
                let Some(which) = self.clients.get(&client).copied() else {
                    return; // the CANCEL's
                };
                let outcome = self.outcomes.entry(which).or_default();
                let status = response.status();
                if status.is_provisional() {
                    outcome.provisionals += 1;
                    let ended = outcome.successes + outcome.failures + outcome.timeouts;
                    assert_eq!(ended, 0, "provisional after the end");
                } else if status.is_success() {
                    outcome.successes += 1;
                    if response.cseq().unwrap().method == Method::Invite {
                        let ack = request(Method::Ack, &format!("call{which}"));
                        let to = Destination::Target(callee(self.calls[which].transport));
                        let now = self.wire.now;
                        self.wire.caller.send_stateless(now, to, ack);
                    }
                } else {
                    outcome.failures += 1;
                }
            }
            Event::ClientTimeout { client } => {
                if let Some(which) = self.clients.get(&client) {
                    self.outcomes.entry(*which).or_default().timeouts += 1;
                }
            }
            Event::ClientFailed { client } => {
                if let Some(which) = self.clients.get(&client) {
                    self.outcomes.entry(*which).or_default().transport_errors += 1;
                }
            }
            Event::ServerTimeout { .. }
            | Event::ServerTransportError { .. }
            | Event::Located { .. }
            | Event::FlowClosed { .. } => {}
        }
    }
}

fn number(request: &Request) -> usize {
    let call = request.call_id().unwrap();
    call.to_str().trim_start_matches("call").parse().unwrap()
}

fn storm(
    seed: u64,
    weather: Weather,
    calls: Vec<Call>,
    cuts: &[u64],
    failover_after: Option<Duration>,
) -> Office {
    let config = EndpointConfig {
        failover_after,
        ..EndpointConfig::default()
    };
    let mut wire = Wire::new(seed, config);
    wire.weather = weather;
    let mut office = Office {
        wire,
        calls: calls.clone(),
        plans: BTreeMap::new(),
        planned: 0,
        clients: BTreeMap::new(),
        client_of: BTreeMap::new(),
        outcomes: BTreeMap::new(),
        acknowledged: Vec::new(),
    };
    for (which, call) in calls.iter().enumerate() {
        office.plan(Duration::from_millis(call.at), Plan::Send(which));
        if let Some(after) = call.cancel_after {
            office.plan(Duration::from_millis(call.at + after), Plan::Cancel(which));
        }
    }
    for at in cuts {
        office.plan(Duration::from_millis(*at), Plan::Cut);
    }
    office.run();
    office
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_ends_exactly_once_and_nothing_is_left(
        seed in any::<u64>(),
        loss in prop_oneof![Just(0u32), 0..90u32],
        doubling in 0..50u32,
        longest_delay in 0..2_000u32,
        calls in calls(),
        cuts in proptest::collection::vec(0..30_000u64, 0..3),
        failover_after in proptest::option::of(100..10_000u64),
    ) {
        let weather = Weather { loss, doubling, longest_delay };
        let failover_after = failover_after.map(Duration::from_millis);
        let mut office = storm(seed, weather, calls.clone(), &cuts, failover_after);
        for (which, call) in calls.iter().enumerate() {
            let outcome = office.outcomes.get(&which);
            prop_assert!(outcome.is_some(), "call {which} never ended: {call:?}");
            let o = outcome.unwrap();
            let ends = usize::from(o.successes > 0) + o.failures + o.timeouts + o.transport_errors;
            // An attempt given up for the next target may still be answered 2xx, and is told: that
            // call has to be acknowledged and ended.
            let late = usize::from(call.two_targets && o.successes > 0 && ends == 2);
            prop_assert_eq!(ends - late, 1, "call {} {:?}: {:?}", which, call, o);
            if !call.invite {
                prop_assert!(o.successes <= 1 && late == 0);
            }
        }
        for side in [Side::Caller, Side::Callee] {
            let counts = office.wire.endpoint(side).counts();
            prop_assert_eq!((counts.client, counts.server, counts.resolving), (0, 0, 0));
            prop_assert_eq!(counts.timers, counts.connections, "one watch over each connection");
        }
    }

    #[test]
    fn on_a_good_wire_every_call_gets_the_callees_answer(calls in calls()) {
        let office = storm(7, Weather::default(), calls.clone(), &[], None);
        for (which, call) in calls.iter().enumerate() {
            let o = &office.outcomes[&which];
            let silent = if call.invite {
                call.cancel_after.is_some()
            } else {
                call.answer == 408 || call.answer_after >= 32_000
            };
            if !silent {
                prop_assert_eq!(o.timeouts + o.transport_errors, 0, "{:?}: {:?}", call, o);
                prop_assert_eq!(o.successes + o.failures, 1, "{:?}: {:?}", call, o);
            }
        }
    }
}
