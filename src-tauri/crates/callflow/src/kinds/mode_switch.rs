//! `modeSwitch`: what somebody has set by hand decides, such as day and night.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Outcome, Param, Refers};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::target::read_id;
use crate::walk::{Next, Reason, Turn};
use office::{Mode, ModeId, Office};
use serde::Deserialize;

/// What somebody has set by hand decides.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ModeSwitch {
    mode: String,
}

impl Behaviour for ModeSwitch {
    type State = ();

    const KIND: Kind = Kind::new("modeSwitch", Group::Decide, "toggle-left")
        .params(&[Param::reference("mode", Refers::Mode).required()])
        .quiet();

    fn outcomes(&self, around: &Around<'_>) -> Vec<Outcome> {
        let states = self.mode(around.office).map_or(&[][..], |mode| &mode.states);
        let outcome = |id: &str, name: &str| Outcome::required(format!("mode:{id}"), name);
        states.iter().map(|state| outcome(&state.id, &state.name)).collect()
    }

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        if let Err(next) = turn.chosen(&self.mode, Refers::Mode) {
            return next;
        }
        let about = turn.about();
        let state = self.mode(about.office).and_then(|mode| {
            let taken = about.presence.mode(mode.id).and_then(|state| mode.state(state));
            taken.or_else(|| mode.at(about.unix_ms))
        });
        match state {
            Some(state) => Next::leave(format!("mode:{}", state.id)),
            None => Next::Fail(Reason::new("noSuchMode").with("id", &self.mode)),
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let mode = self.mode(check.around().office);
        if mode.is_some_and(|mode| mode.states.len() < 2) {
            check.warn("modeSwitch.oneState").field("mode");
        }
    }
}

impl ModeSwitch {
    fn mode<'o>(&self, office: &'o Office) -> Option<&'o Mode> {
        office.mode(ModeId(read_id(&self.mode)?))
    }
}
