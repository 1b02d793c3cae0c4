//! What a node would do at a moment, without a caller: for proofs.

use super::{About, Act, CallFacts, Next, Reason, Turn, Walk, exit};
use crate::kinds::State;
use crate::program::{Flows, Program, Step};
use crate::target::Target;
use office::FlowId;
use std::sync::Arc;

/// What becomes of a caller at a node that asks nobody, or at an outcome.
#[derive(Clone, Debug)]
pub(crate) enum Leads {
    /// They leave by this outcome.
    By(String),
    /// They come to a node of the same flow.
    To(usize),
    /// They come into another flow and leave this one for good.
    Into(Arc<Program>),
    /// They come into another flow that will give them back.
    Through(Arc<Program>),
    /// They come back to the flow that ran this one, by this outcome.
    Back(String),
    /// They leave the flow for this.
    Away(Target),
    /// They are put through to somebody, or to a mailbox.
    ToSomebody,
    /// The call ends.
    HangUp,
    /// The node cannot do what it should.
    Fault(Reason),
    /// It waits for something.
    Waits,
}

/// Where an outcome of a node leads.
pub(crate) fn leads(step: &Step, outcome: &str) -> Leads {
    match exit(step, outcome) {
        Next::Enter(to) => Leads::To(to),
        Next::End(_) => Leads::HangUp,
        Next::Fail(reason) => Leads::Fault(reason),
        _ => Leads::Waits,
    }
}

/// What a node would do with a caller who comes to it now and came in at `began` (milliseconds since
/// 1970, UTC), and what it would have done for them.
pub(crate) fn glimpse(
    program: &Arc<Program>,
    flows: &Arc<Flows>,
    flow: Option<FlowId>,
    about: &About<'_>,
    (began, at): (i64, usize),
) -> (Leads, Vec<Act>) {
    let facts = CallFacts {
        flow,
        began_unix_ms: began,
        ..CallFacts::default()
    };
    let mut walk = Walk::begin(Arc::clone(program), Arc::clone(flows), facts);
    let (Some(step), Some(frame)) = (program.step(at), walk.frames.last_mut()) else {
        return (Leads::Waits, Vec::new());
    };
    frame.at = at;
    let mut acts = Vec::new();
    let mut state = State::Nothing;
    let mut turn = Turn::new(about, &mut walk.call, frame, step, &mut acts);
    let leads = match step.does.enter(&mut state, &mut turn) {
        Next::Leave(outcome) => Leads::By(outcome.into_owned()),
        Next::Fail(reason) => Leads::Fault(reason),
        Next::End(_) => Leads::HangUp,
        Next::Return(name) => Leads::Back(format!("return:{name}")),
        Next::Run { program, .. } => Leads::Through(program),
        Next::Enter(to) => Leads::To(to),
        Next::Goto(target, set) => match walk.go_to(about, &mut acts, target, &set) {
            Next::Away(target) => Leads::Away(target),
            Next::End(_) => Leads::HangUp,
            Next::Fail(reason) => Leads::Fault(reason),
            _ => match walk.frames.first() {
                Some(frame) => Leads::Into(Arc::clone(&frame.program)),
                None => Leads::Waits,
            },
        },
        Next::Away(target) => Leads::Away(target),
        Next::HandedOver(_) => Leads::ToSomebody,
        Next::Stay | Next::LastResort => Leads::Waits,
    };
    (leads, acts)
}

/// By which outcome, and to which node, a caller goes on whose node could not do what it should.
pub(crate) fn fails_to(step: &Step) -> Option<(&'static str, usize)> {
    super::failure_exit(step)
}

/// Where a caller goes from a node that is disabled.
pub(crate) fn passes_by(step: &Step) -> Leads {
    match super::pass_by(step) {
        Next::Enter(to) => Leads::To(to),
        Next::Fail(reason) => Leads::Fault(reason),
        _ => Leads::Waits,
    }
}
