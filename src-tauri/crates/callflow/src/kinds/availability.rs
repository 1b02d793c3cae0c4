//! `availability`: whether somebody is there decides.

use super::Behaviour;
use super::dial::DialTarget;
use crate::catalogue::{Group, Kind, Param, Refers, Takes, required};
use crate::walk::{Next, Reason, RingTarget, Turn};
use serde::Deserialize;

/// Whether somebody is there decides.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Availability {
    of: Vec<DialTarget>,
    need: Need,
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
        let none_yet = |what| Next::Fail(Reason::new("noneYet").with("what", what));
        if self.need == Need::WaitingBelow {
            return none_yet(Refers::Queue.name());
        }
        let mut found = false;
        let flows = turn.flows();
        let of = self.of.iter();
        let open = of.filter(|target| target.group_closed(&flows, turn).is_none());
        let listed: Vec<_> = open.flat_map(|target| target.each(&flows)).collect();
        for target in listed.iter().take(50) {
            if target.kind == "queue" {
                return none_yet(Refers::Queue.name());
            }
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
