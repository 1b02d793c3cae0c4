//! `availability`: whether somebody is there decides.

use super::Behaviour;
use super::dial::DialTarget;
use super::enqueue::is_there;
use super::ring_group::not_open;
use crate::catalogue::{Group, Kind, Param, Refers, Takes, required};
use crate::program::Flows;
use crate::queue::Agent;
use crate::queues::QueueId;
use crate::target::read_id;
use crate::walk::{Next, Reason, RingTarget, Turn};
use office::FlowId;
use serde::Deserialize;

/// Whether somebody is there decides.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Availability {
    of: Vec<DialTarget>,
    need: Need,
    value: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Need {
    AnyFree,
    AnyReachable,
    WaitingBelow,
}

impl Behaviour for Availability {
    type State = ();

    const KIND: Kind = Kind::new("availability", Group::Decide, "activity")
        .params(&[
            Param::new("of", Takes::Targets).required().range(1, 50),
            Param::choice("need", &["any_free", "any_reachable", "waiting_below"]),
            Param::new("value", Takes::Integer)
                .number(5)
                .range(0, 1_000)
                .advanced(),
        ])
        .outcomes(&[required("yes"), required("no")])
        .fails_by("no")
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let mut found = false;
        let flows = turn.flows();
        for target in self.of.iter().filter(|target| target.kind == "queue") {
            found |= self.is_queue_so(target, &flows, turn);
        }
        let of = self.of.iter();
        let people = of.filter(|target| target.kind != "queue");
        let open = people.filter(|target| target.group_closed(&flows, turn).is_none());
        let listed: Vec<_> = open.flat_map(|target| target.each(&flows)).collect();
        for target in listed.iter().take(50) {
            let person = match target.read(turn.office()) {
                Ok(RingTarget::Person { id, .. }) => id,
                Ok(RingTarget::Device { id, .. }) => match turn.office().device(id) {
                    Some(device) => device.person,
                    None => continue,
                },
                // Nobody here knows whether somebody outside is there.
                Ok(RingTarget::Outside { .. }) => continue,
                Err(reason) => {
                    turn.tell_fault(reason);
                    continue;
                }
            };
            let now = turn.about().presence.person(person);
            let there = now.reachable && !now.do_not_disturb && target.closed(turn).is_none();
            found |= match self.need {
                Need::AnyFree => there && now.free,
                Need::AnyReachable => there,
                Need::WaitingBelow => false,
            };
        }
        Next::leave(if found { "yes" } else { "no" })
    }
}

impl Availability {
    /// Whether it is so of a queue.
    fn is_queue_so(&self, target: &DialTarget, flows: &Flows, turn: &mut Turn<'_, '_>) -> bool {
        let Some(id) = read_id(&target.id).map(FlowId) else {
            turn.tell_fault(Reason::new("notChosen").with("what", Refers::Queue.name()));
            return false;
        };
        let Some((program, queue)) = flows.live(id).and_then(|live| Some((live, live.queue()?)))
        else {
            turn.tell_fault(Reason::new("noSuchQueue").with("id", &target.id));
            return false;
        };
        let about = turn.about();
        let is_there = |agent: &&Agent| is_there(agent, about.office, about);
        let mut there = queue.rules.agents.iter().filter(is_there);
        match self.need {
            Need::WaitingBelow => about.presence.waiting(&QueueId::of(id)) < self.value,
            Need::AnyFree | Need::AnyReachable => {
                let hours = queue.hours.as_ref();
                let closed = hours.and_then(|hours| not_open(program.name(), hours, turn));
                if let Some((reason, _)) = closed {
                    turn.tell_because(reason);
                    return false;
                }
                match self.need {
                    Need::AnyFree => there.any(|agent| about.presence.person(agent.person).free),
                    Need::AnyReachable | Need::WaitingBelow => there.next().is_some(),
                }
            }
        }
    }
}
