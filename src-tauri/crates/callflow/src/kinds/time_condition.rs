//! `timeCondition`: the opening hours decide.

use super::{Behaviour, Touches};
use crate::catalogue::{Group, Kind, Param, Refers, or_else, required};
use crate::check::NodeCheck;
use crate::limits::LOOK_AHEAD_DAYS;
use crate::program::Around;
use crate::target::read_id;
use crate::walk::{Next, Reason, Turn};
use office::schedule::{BecauseKind, OpenState};
use office::{Openness, ScheduleId};
use serde::Deserialize;

/// The opening hours decide.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TimeCondition {
    pub(crate) schedule: String,
    pub(crate) at: When,
}

/// Of which moment the hours are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum When {
    Now,
    Arrival,
}

impl Behaviour for TimeCondition {
    type State = ();

    const KIND: Kind = Kind::new("timeCondition", Group::Decide, "clock")
        .params(&[
            Param::reference("schedule", Refers::Schedule).required(),
            Param::choice("at", &["now", "arrival"]).advanced(),
        ])
        .outcomes(&[
            required("in_hours"),
            required("out_of_hours"),
            or_else("holiday", "out_of_hours"),
            or_else("break", "out_of_hours"),
        ])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let at = match self.at {
            When::Now => turn.about().unix_ms,
            When::Arrival => turn.facts().began_unix_ms,
        };
        let office = turn.office();
        let schedule = read_id(&self.schedule).and_then(|id| office.schedule(ScheduleId(id)));
        let openness = match schedule {
            Some(schedule) => schedule.openness(office.settings().time_zone, at),
            // Without hours the office counts as open: callers still reach somebody.
            None => {
                turn.go_by(&Openness::fault());
                turn.tell_fault(Reason::new("noSuchSchedule").with("id", &self.schedule));
                return Next::leave("in_hours");
            }
        };
        turn.go_by(&openness);
        let reason = because(&openness);
        if openness.because.kind == BecauseKind::Fault {
            turn.tell_fault(reason);
        } else {
            turn.tell_because(reason);
        }
        Next::leave(outcome(openness.state))
    }

    fn touches(&self, _around: &Around<'_>) -> Vec<Touches> {
        let schedule = read_id(&self.schedule).map(ScheduleId);
        schedule.into_iter().map(Touches::Schedule).collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let office = check.around().office;
        let schedule = read_id(&self.schedule).and_then(|id| office.schedule(ScheduleId(id)));
        let (Some(schedule), Some(now)) = (schedule, check.around().now_unix_ms) else {
            return;
        };
        let days = u16::try_from(LOOK_AHEAD_DAYS).unwrap_or(u16::MAX);
        let spans = schedule.spans(office.settings().time_zone, now, days);
        let occurs = |state| spans.iter().any(|span| span.state == state);
        for (state, name) in [
            (OpenState::Open, "in_hours"),
            (OpenState::Closed, "out_of_hours"),
            (OpenState::Holiday, "holiday"),
            (OpenState::Break, "break"),
        ] {
            let needless = matches!(state, OpenState::Holiday | OpenState::Break);
            // Holidays and breaks that fall back to closed share its edge.
            let others = !needless && state == OpenState::Closed && {
                occurs(OpenState::Holiday) && !check.is_connected("holiday")
                    || occurs(OpenState::Break) && !check.is_connected("break")
            };
            if !occurs(state) && !others && (!needless || check.is_connected(name)) {
                check
                    .warn("timeCondition.never")
                    .outcome(name)
                    .with("outcome", name)
                    .with("schedule", schedule.name());
            }
        }
    }
}

/// By which outcome callers leave.
pub(crate) const fn outcome(state: OpenState) -> &'static str {
    match state {
        OpenState::Open => "in_hours",
        OpenState::Closed => "out_of_hours",
        OpenState::Holiday => "holiday",
        OpenState::Break => "break",
    }
}

fn because(openness: &Openness) -> Reason {
    let kind = match openness.because.kind {
        BecauseKind::Override => "override",
        BecauseKind::Exception => "exception",
        BecauseKind::Holiday => "holiday",
        BecauseKind::Weekly => "weekly",
        BecauseKind::NoRule => "noRule",
        BecauseKind::Fault => "fault",
    };
    let label = openness.because.label.as_deref().unwrap_or("");
    Reason::new("openBecause").with("because", kind).with("label", label)
}
