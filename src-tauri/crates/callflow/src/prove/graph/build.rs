//! Finding all places: from the entry on, by every outcome a node can have.

use super::{Edge, Graph, Place, To};
use crate::catalogue::{Class, Fallback};
use crate::limits::{MAX_DEPTH, MAX_PROVED_PLACES};
use crate::program::{Around, Program};
use crate::rehearse::Stage;
use crate::walk::{About, Leads, PersonNow, Presence, Reason, glimpse, leads, passes_by};
use office::PersonId;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

impl Graph {
    /// All places callers can come to at a moment.
    pub(in crate::prove) fn of(
        program: &Arc<Program>,
        stage: &Stage<'_>,
        around: &Around<'_>,
        at: i64,
    ) -> Self {
        let about = About {
            unix_ms: at,
            office: stage.office,
            presence: &Anybody,
        };
        let mut build = Build {
            stage,
            around,
            about,
            programs: vec![Arc::clone(program)],
            known: HashMap::new(),
            open: VecDeque::new(),
            graph: Self {
                places: Vec::new(),
                ways: Vec::new(),
                cut_short: false,
            },
        };
        if let Some(entry) = program.entry {
            build.come_to(At {
                stack: vec![(0, entry)],
            });
        }
        while let Some((here, place)) = build.open.pop_front() {
            let edges = build.edges(&here);
            if let Some(ways) = build.graph.ways.get_mut(place) {
                *ways = edges;
            }
        }
        build.graph
    }
}

/// Where a caller is, with the flows that wait for them to come back.
#[derive(Clone, PartialEq, Eq, Hash)]
struct At {
    /// Flow by its place in the list, and node.
    stack: Vec<(usize, usize)>,
}

/// Everybody might answer.
struct Anybody;

impl Presence for Anybody {
    fn person(&self, _person: PersonId) -> PersonNow {
        PersonNow {
            reachable: true,
            free: true,
            do_not_disturb: false,
        }
    }
}

struct Build<'a> {
    stage: &'a Stage<'a>,
    around: &'a Around<'a>,
    about: About<'a>,
    programs: Vec<Arc<Program>>,
    known: HashMap<At, usize>,
    open: VecDeque<(At, usize)>,
    graph: Graph,
}

impl Build<'_> {
    /// The number of a place, which is looked at later if it is new.
    fn come_to(&mut self, at: At) -> To {
        if let Some(place) = self.known.get(&at) {
            return To::Place(*place);
        }
        let last = at.stack.last().copied();
        let step = last.and_then(|(flow, node)| self.programs.get(flow)?.step(node));
        let Some(step) = step else {
            return To::Fault(Reason::new("noEntry"));
        };
        if self.graph.places.len() >= MAX_PROVED_PLACES {
            self.graph.cut_short = true;
            return To::Somebody;
        }
        let kind = step.does.kind().map_or("", |kind| kind.kind);
        let lasts = step.does.in_silence(self.around).lasts;
        let place = self.graph.places.len();
        self.graph.places.push(Place {
            node: Arc::clone(&step.id),
            own: last.is_some_and(|(flow, _)| flow == 0),
            // A flow that runs in between offers whatever it offers.
            offers: kind != "subflow" && !step.disabled && step.does.offers(),
            counts: kind == "loop",
            lasts: u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
        });
        self.graph.ways.push(Vec::new());
        self.known.insert(at.clone(), place);
        self.open.push_back((at, place));
        To::Place(place)
    }

    fn edges(&mut self, here: &At) -> Vec<Edge> {
        let Some((flow, node)) = here.stack.last().copied() else {
            return Vec::new();
        };
        let Some(program) = self.programs.get(flow).map(Arc::clone) else {
            return Vec::new();
        };
        let Some(step) = program.step(node) else {
            return Vec::new();
        };
        let kind = step.does.kind().map_or("", |kind| kind.kind);
        if step.disabled {
            let leads = passes_by(step);
            let to = self.to(here, leads);
            return vec![Edge {
                outcome: String::new(),
                to,
                silent: true,
            }];
        }
        if matches!(kind, "timeCondition" | "goto" | "return" | "subflow" | "") {
            let this = self.stage.flow.filter(|_| flow == 0);
            let found = glimpse(&program, self.stage.flows, this, &self.about, node);
            let (outcome, leads) = match found {
                Leads::By(outcome) => {
                    let leads = leads(step, &outcome);
                    (outcome, leads)
                }
                other => (String::new(), other),
            };
            let to = self.to(here, leads);
            return vec![Edge {
                outcome,
                to,
                silent: true,
            }];
        }
        if kind == "hangup" {
            return vec![Edge {
                outcome: String::new(),
                to: To::HangUp,
                silent: true,
            }];
        }
        let silence = step.does.in_silence(self.around);
        let mut edges = Vec::new();
        for outcome in step.does.outcomes(self.around) {
            if outcome.class == Class::Optional(Fallback::Ignored)
                && step.exit(&outcome.name).is_none()
            {
                continue;
            }
            let silent =
                (silence.outcomes).is_none_or(|some| some.contains(&outcome.name.as_str()));
            let leads = match outcome.class {
                // Meant to go where failures go, so that is no fault of the drawing.
                Class::Optional(Fallback::OnError) if step.exit(&outcome.name).is_none() => {
                    let other = program.on_error.filter(|other| *other != node);
                    other.map_or(Leads::ToSomebody, Leads::To)
                }
                _ => leads(step, &outcome.name),
            };
            let to = self.to(here, leads);
            let failed = matches!(to, To::Fault(_));
            let outcome = outcome.name;
            if let (true, Some(node)) = (failed, program.on_error) {
                let to = self.to(here, Leads::To(node));
                let outcome = outcome.clone();
                edges.push(Edge {
                    outcome,
                    to,
                    silent,
                });
            }
            edges.push(Edge {
                outcome,
                to,
                silent,
            });
        }
        edges
    }

    fn to(&mut self, here: &At, where_to: Leads) -> To {
        let mut stack = here.stack.clone();
        match where_to {
            Leads::To(node) => {
                if let Some(top) = stack.last_mut() {
                    top.1 = node;
                }
                self.come_to(At { stack })
            }
            Leads::Into(program) => self.enter(Vec::new(), program),
            Leads::Through(program) if stack.len() > MAX_DEPTH => {
                drop(program);
                To::Fault(Reason::new("tooDeep").with("depth", MAX_DEPTH))
            }
            Leads::Through(program) => self.enter(stack, program),
            Leads::Back(outcome) => {
                stack.pop();
                let waiting = stack.last().copied();
                let program = waiting.and_then(|(flow, _)| self.programs.get(flow).map(Arc::clone));
                match (program, waiting) {
                    (Some(program), Some((_, node))) => match program.step(node) {
                        Some(step) => {
                            let on = leads(step, &outcome);
                            self.to(&At { stack }, on)
                        }
                        None => To::Fault(Reason::new("nobodyToReturnTo")),
                    },
                    _ => To::Fault(Reason::new("nobodyToReturnTo")),
                }
            }
            Leads::ToSomebody => To::Somebody,
            Leads::HangUp => To::HangUp,
            Leads::Fault(reason) => To::Fault(reason),
            Leads::By(_) | Leads::Waits => To::Somebody,
        }
    }

    fn enter(&mut self, mut stack: Vec<(usize, usize)>, program: Arc<Program>) -> To {
        let Some(entry) = program.entry else {
            return To::Fault(Reason::new("noEntry"));
        };
        let known = self
            .programs
            .iter()
            .position(|known| Arc::ptr_eq(known, &program));
        let flow = known.unwrap_or_else(|| {
            self.programs.push(program);
            self.programs.len() - 1
        });
        stack.push((flow, entry));
        self.come_to(At { stack })
    }
}
